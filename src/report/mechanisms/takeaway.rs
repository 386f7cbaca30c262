//! Which mechanism is best where, in words that are true whatever was found.

use crate::analysis::{MOST_DROPS, Mechanism, Mechanisms};
use crate::report::number::{duration, rate, significant};

/// Names of so many are listed, and the others counted.
const LISTED: usize = 3;

/// The study in a few lines: over all conditions, under each of them, and of devices.
pub(crate) fn takeaway(found: &Mechanisms) -> String {
    let mut sentences = vec![everywhere(found)];
    let lost: Vec<String> = found.calls.iter().filter(|row| row.always_misses()).map(|row| quoted(&row.name)).collect();
    if !lost.is_empty() {
        sentences.push(format!("More than 1 ghost of 100 is never found under any condition by {}.", listed(&lost)));
    }
    sentences.extend((0..found.conditions.len()).filter_map(|condition| under(found, condition)));
    sentences.extend(devices(found));
    sentences.join("\n")
}

/// What is best over all conditions.
fn everywhere(found: &Mechanisms) -> String {
    let front = found.pareto_front_of_all();
    let all = front.iter().filter_map(|&nth| {
        let [bytes, p99_s] = found.calls[nth].worst()?;
        Some(format!("{} ({} at worst, {})", quoted(&found.calls[nth].name), duration(p99_s), cost(bytes)))
    });
    let all: Vec<String> = all.collect();
    if all.is_empty() {
        return format!(
            "No mechanism finds 99 of 100 ghosts and drops no more than {} of 1000 calls under every condition.",
            rate(MOST_DROPS)
        );
    }
    format!(
        "Whatever befalls the calls, 99 of 100 ghosts are found and no more than {} live call of 1000 is dropped with {}; no other mechanism \
         that does so is both sooner and cheaper.",
        rate(MOST_DROPS),
        listed(&all)
    )
}

/// What is best under one condition, what drops calls there, and what never finds.
fn under(found: &Mechanisms, condition: usize) -> Option<String> {
    let cell = |row: &Mechanism| row.cells[condition];
    let name = &found.conditions[condition];
    let mut parts = Vec::new();
    let front = found.pareto_front(condition);
    let best = |nth: usize| {
        let row = &found.calls[nth];
        let cell = cell(row)?;
        Some(format!("{} ({} for {})", quoted(&row.name), duration(cell.p99_s?), cost(cell.bytes)))
    };
    match front[..] {
        [] => parts.push("none finds 99 of 100 ghosts and spares live calls".to_owned()),
        [only] => parts.push(format!("{} is soonest and cheapest", best(only)?)),
        [cheapest, .., soonest] => {
            parts.push(format!("cheapest is {}, soonest {}", best(cheapest)?, best(soonest)?));
        }
    }
    let dropping = found.dropping(condition);
    if !dropping.is_empty() {
        let each = |(nth, drops): &(usize, f64)| format!("{} ({})", quoted(&found.calls[*nth].name), rate(*drops));
        parts.push(format!("too many of 1000 live calls are dropped by {}", some(dropping.iter().map(each).collect())));
    }
    let missing: Vec<String> = found.missing(condition).into_iter().map(|nth| quoted(&found.calls[nth].name)).collect();
    if !missing.is_empty() {
        parts.push(format!("more than 1 ghost of 100 is never found by {}", some(missing)));
    }
    let of = if name.is_empty() { String::new() } else { format!("{name}: ") };
    Some(format!("{of}{}.", parts.join("; ")))
}

/// How soon devices are found that stand beside.
fn devices(found: &Mechanisms) -> Option<String> {
    let each = found.devices.iter().filter_map(|row| {
        let [bytes, p99_s] = row.slowest()?;
        Some(format!("{} ({} at worst, {})", quoted(&row.name), duration(p99_s), cost(bytes)))
    });
    let each: Vec<String> = each.collect();
    (!each.is_empty()).then(|| format!("Of devices that register 99 of 100 are found by {}.", listed(&each)))
}

fn cost(bytes: f64) -> String {
    match bytes {
        b if b <= 0.0 => "no message of its own".to_owned(),
        b if b < 1000.0 => format!("{} B an hour", significant(b, 2)),
        b if b < 1e6 => format!("{} kB an hour", significant(b / 1e3, 2)),
        b => format!("{} MB an hour", significant(b / 1e6, 2)),
    }
}

fn quoted(name: &str) -> String {
    format!("“{name}”")
}

fn some(mut all: Vec<String>) -> String {
    let more = all.len().saturating_sub(LISTED);
    if more > 1 {
        all.truncate(LISTED);
        all.push(format!("{more} more"));
    }
    listed(&all)
}

fn listed(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
