//! What a reader should take from a study of calls, in words that are true whatever was found.

use crate::analysis::{
    Aftermath, CallFigures, Calls, FailedSetups, LEAST_FOR_ALL_COPIES_S, MainFinding, NoRecovery, Places, Storm,
    Unrecovered, Who, WithoutTimes, WorstDrops,
};
use crate::measure::Z95;
use crate::report::number::{self, duration, rate};
use crate::report::{mechanisms, sweep};
use crate::time::Time;

/// The study in a paragraph: how long ghosts last, what finding out sooner costs, and what spoils the figures.
pub(super) fn summary(calls: &Calls) -> String {
    if let Some(found) = &calls.mechanisms {
        return mechanisms::takeaway(found);
    }
    let found = calls.conclusion();
    let mut sentences = main(calls, &found.main);
    sentences.extend(found.closed_later_s.map(closed_later));
    sentences.extend(found.without_times.map(|found| without_times(calls, &found)));
    sentences.extend(found.unrecovered.map(unrecovered));
    sentences.extend(found.failed_setups.map(|found| failed_setups(calls, &found)));
    if let Some((point, aftermaths)) = &found.after_outages {
        sentences.extend(aftermaths.iter().map(|found| after_outage(&place(calls, *point, "after", "After"), found)));
    }
    sentences.extend(fullest_queue(calls));
    sentences.join(" ")
}

fn main(calls: &Calls, found: &MainFinding) -> Vec<String> {
    match found {
        MainFinding::NoPoints => vec!["The study has no points: there is nothing to conclude.".to_owned()],
        MainFinding::NoCalls => vec!["No call was begun: there is nothing to conclude.".to_owned()],
        MainFinding::NoneEstablished { calls, failed } => {
            let failed = match failed {
                0 => ": the run ended before".to_owned(),
                _ => format!(" ({} failed)", number::counted(*failed, "set-up")),
            };
            vec![match calls {
                1 => format!("The one call was not established{failed}."),
                _ => format!("None of {} calls was established{failed}.", number::count(*calls)),
            }]
        }
        // The sentence on unrecovered ghosts says it.
        MainFinding::AllHeld => vec![],
        MainFinding::NoGhosts { established, hung_up, drops } => {
            let first = match hung_up {
                false => format!(
                    "No hang-up came while both ends held the call, in {}: there are no recovery times.",
                    number::counted(*established, "established call")
                ),
                true => format!(
                    "No BYE was lost in {}, so none of them outlived its hang-up: there are no recovery times.",
                    number::counted(*established, "call")
                ),
            };
            std::iter::once(first).chain(drops.as_ref().map(|drops| worst_drops(calls, drops))).collect()
        }
        MainFinding::Single => single(&calls.points[0]),
        &MainFinding::SessionExpires { reference, best, has_shorter, too_short, gives_up_early } => {
            let mut sentences =
                session_expires(&calls.points[reference], best.map(|best| &calls.points[best]), has_shorter);
            sentences.extend(too_short.and_then(|worst| {
                (!sentences.is_empty()).then_some(())?;
                too_short_sentence(&calls.points[worst], &calls.points[reference], gives_up_early)
            }));
            sentences
        }
        MainFinding::Range { least, most, known, largest_step: step, drops } => {
            let mut sentences = vec![range(calls, *least, *most, *known)];
            sentences.extend(step.and_then(|step| largest_step(calls, step)));
            sentences.extend(drops.as_ref().map(|drops| worst_drops(calls, drops)));
            sentences
        }
    }
}

/// How much later than released the same ghosts were closed.
fn closed_later([least, most]: [f64; 2]) -> String {
    let (least, most) = (duration(least), duration(most));
    let by = if least == most { least } else { format!("{least} to {most}") };
    format!("Logs and call records, which close a call when its last BYE is over, show {by} more on average.")
}

/// Why points have no recovery times.
fn without_times(calls: &Calls, found: &WithoutTimes) -> String {
    let words = |reason: NoRecovery| match reason {
        NoRecovery::NoCalls => "no call was begun",
        NoRecovery::NoneEstablished => "no call was established",
        NoRecovery::AllDropped => "every call was dropped",
        NoRecovery::NoHangUp => "no call was hung up",
        NoRecovery::NoByeLost => "no BYE was lost",
        NoRecovery::AllHeld => "every call that lost its BYE was still held when the run ended",
    };
    let why = match found.reasons.as_slice() {
        [(reason, _)] => words(*reason).to_owned(),
        all => listed(&all.iter().map(|(reason, count)| format!("at {count} {}", words(*reason))).collect::<Vec<_>>()),
    };
    let have = if found.points == 1 { "has" } else { "have" };
    format!("{} of {} points {have} no recovery times: {why}.", found.points, calls.points.len())
}

/// How many calls were never established, and where most of them.
fn failed_setups(calls: &Calls, found: &FailedSetups) -> String {
    let all = format!(
        "{} of {} failed ({})",
        number::count(found.failed),
        number::counted(found.calls, "call set-up"),
        number::share(found.failed, found.calls)
    );
    match found.worst.as_slice() {
        worst @ [.., last] if worst.len() < calls.points.len() => {
            let tally = &calls.points[*last].result.tally;
            let share = number::share(tally.failed_setups, tally.calls);
            format!("{all}, most {}: {share}.", places(calls, worst))
        }
        _ => format!("{all}."),
    }
}

/// `a`, `a and b`, `a, b and c`.
fn listed(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// Where some of the points stand, in the order of the sweep: `at loss 0.5`, `from loss 0.5 on`.
fn places(calls: &Calls, some: &[usize]) -> String {
    let words = |point: usize| sweep::in_words(calls.results, calls.points[point].result);
    match calls.places(some) {
        Places::From(first) => format!("from {} on", words(first)),
        Places::UpTo(last) => format!("up to {}", words(last)),
        Places::At(points) => match points.as_slice() {
            [] => String::new(),
            [_] | [_, _] | [_, _, _] => {
                listed(&points.iter().map(|&point| format!("at {}", words(point))).collect::<Vec<_>>())
            }
            [first, ..] => format!("at {} and {} other points alike", words(*first), points.len() - 1),
        },
    }
}

/// How a sentence about a point begins: with its values, where there are other points.
fn place(calls: &Calls, point: usize, word: &str, alone: &str) -> String {
    match calls.points.len() {
        1 => alone.to_owned(),
        _ => format!("At {}, {word}", sweep::in_words(calls.results, calls.points[point].result)),
    }
}

fn single(point: &CallFigures) -> Vec<String> {
    let all = point.recovery(Who::Both);
    let (Some(mean), Some(p99), Some(max)) = (all.mean_s, all.p99_s, all.max_s) else { return vec![] };
    let mut sentences = vec![format!(
        "A call outlives its lost BYE by {} on average and, in 99 of 100 cases, by no more than {}; the longest lasted \
         {}.",
        duration(mean),
        duration(p99),
        duration(max)
    )];
    if let Some(messages) = point.refresh_messages_per_call_hour() {
        let per_hour = rate(messages);
        let noun = if per_hour == "1" { "message" } else { "messages" };
        let dropped = match point.result.tally.false_drops {
            0 => "no call was dropped while both users wanted it".to_owned(),
            _ => {
                let drops = rate(point.false_drops_per_million());
                let (were, them) = if drops == "1" { ("was", "it") } else { ("were", "them") };
                format!("{drops} of a million calls {were} dropped while both users wanted {them}")
            }
        };
        sentences.push(format!("Refreshing costs {per_hour} {noun} for each hour of a call, and {dropped}."));
    }
    sentences
}

fn session_expires(reference: &CallFigures, best: Option<&CallFigures>, has_shorter: bool) -> Vec<String> {
    let at = |point: &CallFigures| format!("{} s", point.result.session_expires_s.unwrap_or_default());
    let all = reference.recovery(Who::Both);
    let (Some(mean), Some(p99)) = (all.mean_s, all.p99_s) else { return vec![] };
    let mut sentences = vec![format!(
        "With Session-Expires {} a call outlives its lost BYE by {} on average and, in 99 of 100 cases, by no more \
         than {}.",
        at(reference),
        duration(mean),
        duration(p99)
    )];
    if let Some(best) = best {
        let found = best.recovery(Who::Both);
        let messages = |point: &CallFigures| point.refresh_messages_per_call_hour();
        let price = match (messages(best), messages(reference)) {
            (Some(here), Some(there)) if there > 0.0 => format!(
                ", for {} times the refresh messages ({} against {} for each hour of a call)",
                rate(here / there),
                rate(here),
                rate(there)
            ),
            _ => String::new(),
        };
        let drops = best.false_drops_per_million();
        sentences.push(format!(
            "At {} that is {} and {}{price}, with {}.",
            at(best),
            duration(found.mean_s.unwrap_or(0.0)),
            duration(found.p99_s.unwrap_or(0.0)),
            match (best.result.tally.false_drops, reference.false_drops_per_million() > 0.0) {
                (0, _) => "no call dropped that its users wanted".to_owned(),
                _ => format!("no more calls dropped that their users wanted ({} of a million)", rate(drops)),
            }
        ));
    } else if has_shorter {
        sentences.push(format!(
            "No shorter value of this sweep finds out sooner without dropping more calls that their users want than \
             {} does.",
            at(reference)
        ));
    }
    sentences
}

/// What a shorter value with more false drops costs.
fn too_short_sentence(worst: &CallFigures, reference: &CallFigures, gives_up_early: bool) -> Option<String> {
    let reason = match gives_up_early {
        true => format!(
            "Below {LEAST_FOR_ALL_COPIES_S} s RFC 4028 has the watcher give up before a refresh has used all its \
             retransmissions: at"
        ),
        false => "At".to_owned(),
    };
    let there = match reference.result.tally.false_drops {
        0 => "none".to_owned(),
        _ => rate(reference.false_drops_per_million()),
    };
    Some(format!(
        "{reason} {} s, {} of a million calls are dropped while both users want them (at {} s {there}).",
        worst.result.session_expires_s?,
        rate(worst.false_drops_per_million()),
        reference.result.session_expires_s?,
    ))
}

fn range(calls: &Calls, least: usize, most: usize, known: usize) -> String {
    let mean = |point: usize| duration(calls.points[point].mean_s().unwrap_or(0.0));
    let words = |point: usize| sweep::in_words(calls.results, calls.points[point].result);
    let between = if known > 2 { "; all other means lie between" } else { "" };
    if known == 1 {
        format!("At {} a call outlives its lost BYE by {} on average.", words(least), mean(least))
    } else if mean(least) == mean(most) {
        let whom = if known < calls.points.len() { " with recovery times" } else { "" };
        format!("A call outlives its lost BYE by {} on average at every point{whom}.", mean(least))
    } else {
        format!(
            "On average a call outlives its lost BYE by {} at {} and by {} at {}{between}.",
            mean(least),
            words(least),
            mean(most),
            words(most)
        )
    }
}

/// The largest paired difference between neighbours: to this point, from the one before.
fn largest_step(calls: &Calls, to: usize) -> Option<String> {
    let change = calls.points[to].change?;
    Some(format!(
        "Between neighbouring points, the same calls compared, the largest change is from {} to {}: {} s.",
        sweep::in_words(calls.results, calls.points[to - 1].result),
        sweep::in_words(calls.results, calls.points[to].result),
        number::difference(change.mean_s()?, change.error_s().map(|error| Z95 * error))
    ))
}

fn worst_drops(calls: &Calls, found: &WorstDrops) -> String {
    if found.points.is_empty() {
        return "No call was dropped while both users wanted it.".to_owned();
    }
    let drops = match found.every_call {
        true => "every call".to_owned(),
        false => format!("{} of a million calls", rate(found.per_million)),
    };
    match (calls.points.len(), found.points.len()) {
        (1, _) if found.every_call => "Every call was dropped while both users wanted it.".to_owned(),
        (1, _) => {
            let drops = rate(found.per_million);
            let (were, them) = if drops == "1" { ("was", "it") } else { ("were", "them") };
            format!("Of a million calls, {drops} {were} dropped while both users wanted {them}.")
        }
        (points, alike) if points == alike => format!("False drops are as frequent at every point: {drops}."),
        _ => format!("False drops are most frequent {}: {drops}.", places(calls, &found.points)),
    }
}

/// How many ghosts the figures leave out because they were still held.
fn unrecovered(found: Unrecovered) -> String {
    match (found.held, found.some_ended) {
        (1, false) => {
            "The one call that lost its BYE was still held when the run ended: no recovery time is known.".to_owned()
        }
        (1, true) => format!(
            "1 of {} calls that lost their BYE was still held when the run ended; it is in no mean and no quantile.",
            number::count(found.ghosts)
        ),
        (held, false) => format!(
            "All {} calls that lost their BYE were still held when the run ended: no recovery time is known.",
            number::count(held)
        ),
        (held, true) => format!(
            "{} of {} calls that lost their BYE were still held when the run ended; they are in no mean and no \
             quantile.",
            number::count(held),
            number::count(found.ghosts)
        ),
    }
}

/// What messages did after an outage.
fn after_outage(at: &str, found: &Aftermath) -> String {
    let words = |what: &str, storm: &Storm| {
        let before = rate(storm.before);
        let Some(peak) = storm.peak else { return format!("{what} did not come again") };
        let times = if storm.before > 0.0 {
            format!(", {} times", number::trimmed(peak.most as f64 / storm.before, 2))
        } else {
            String::new()
        };
        let over = match storm.over_after {
            Some(0) => "never left what is usual".to_owned(),
            Some(after) => format!("were back to it {} after the outage", duration(after as f64)),
            None => "were not back to it".to_owned(),
        };
        format!(
            "{what} peaked at {} a second at {}{times} the {before} before, and {over}",
            number::count(peak.most),
            duration(peak.second as f64)
        )
    };
    format!(
        "{at} the outage of {} at {}, {}; {}.",
        duration(found.to.since(found.from).as_secs_f64()),
        duration(found.from.since(Time::ZERO).as_secs_f64()),
        words("refresh messages", &found.refreshes),
        words("all messages together", &found.all),
    )
}

/// What the queues did where they did most.
fn fullest_queue(calls: &Calls) -> Option<String> {
    let (point, queue) = calls.fullest_queue()?;
    let count = &queue.counts.count;
    let waits = match (count.waits.mean_s(), count.waits.max()) {
        (Some(mean), Some(most)) => {
            format!("messages waited {} on average and {} at most", duration(mean), duration(most.as_secs_f64()))
        }
        _ => "no message found room".to_owned(),
    };
    let lost = match count.full() {
        None => "none was lost".to_owned(),
        Some((from, to)) => format!(
            "{} of {} found no room, between {} and {}",
            number::count(count.dropped()),
            number::count(queue.counts.messages()),
            duration(from.since(Time::ZERO).as_secs_f64()),
            duration(to.since(Time::ZERO).as_secs_f64())
        ),
    };
    Some(format!(
        "{} queue before {} toward the {} was the fullest: {waits}, and {lost}.",
        place(calls, point, "the", "The"),
        queue.counts.link,
        super::queues::toward(count.of.direction)
    ))
}

#[cfg(test)]
mod tests;
