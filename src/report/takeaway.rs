//! What a reader should take from a study, in words that are true whatever was found.

use super::number::{self, length, rate};
use super::point::{Point, Study, Who};
use super::{load, mechanisms, queues, sweep};
use crate::measure::{Tally, Z95};
use crate::sip::{ReleaseCause, rules};
use crate::study::Results;

/// Below this Session-Expires the watcher gives up before the retransmissions of a refresh are over: half the interval
/// less the margin of 32 s is less than the 32 s of Timer F.
const SHORT_OF_TIME_S: u32 = 128;

/// The study in a paragraph: how long ghosts last, what finding out sooner costs, and what spoils the figures.
pub fn takeaway(results: &Results) -> String {
    say(&Study::of(results))
}

/// See [`takeaway`].
pub(super) fn say(study: &Study) -> String {
    if let Some(sheet) = &study.sheet {
        return mechanisms::say(sheet);
    }
    let known: Vec<&Point> = study.points.iter().filter(|point| point.mean_s().is_some()).collect();
    let mut sentences = match known.as_slice() {
        [] => nothing_known(study),
        _ if study.points.len() == 1 => single(known[0]),
        _ => match reference(study) {
            Some(reference) => session_expires(study, reference),
            None => range(study, &known),
        },
    };
    sentences.extend(closed_later(&known));
    sentences.extend(without_times(study, known.len()));
    sentences.extend(unrecovered(study, !known.is_empty()));
    sentences.extend(failed_setups(study));
    sentences.extend(load::sentences(study.results));
    sentences.extend(queues::sentences(study.results));
    sentences.join(" ")
}

/// The point of a Session-Expires sweep that others are held against: the RFC's 1800 s, or else the longest with
/// recovery times. `None` for other sweeps.
pub(super) fn reference<'s, 'a>(study: &'s Study<'a>) -> Option<&'s Point<'a>> {
    if study.points.len() < 2 || !sweep::is_session_expires(study.results) {
        return None;
    }
    let known = || study.points.iter().filter(|point| point.mean_s().is_some());
    known()
        .find(|point| point.result.session_expires_s == Some(rules::RECOMMENDED_SESSION_EXPIRES_S))
        .or_else(|| known().max_by_key(|point| point.result.session_expires_s))
}

/// The shorter Session-Expires with the least mean recovery among those with no more false drops than `reference`.
pub(super) fn best<'a>(study: &'a Study<'a>, reference: &Point) -> Option<&'a Point<'a>> {
    shorter(study, reference)
        .filter(|point| point.drops() <= reference.drops() && point.mean_s() < reference.mean_s())
        .min_by(|a, b| a.mean_s().unwrap_or(f64::INFINITY).total_cmp(&b.mean_s().unwrap_or(f64::INFINITY)))
}

fn shorter<'a>(study: &'a Study<'a>, reference: &Point) -> impl Iterator<Item = &'a Point<'a>> {
    let limit = reference.result.session_expires_s;
    study.points.iter().filter(move |point| point.result.session_expires_s < limit && point.mean_s().is_some())
}

fn nothing_known(study: &Study) -> Vec<String> {
    if study.points.is_empty() {
        return vec!["The study has no points: there is nothing to conclude.".to_owned()];
    }
    let sum = |part: fn(&Tally) -> u64| sum(study, part);
    let calls = sum(|tally| tally.calls);
    let established = sum(|tally| tally.established);
    let failed = sum(|tally| tally.failed_setups);
    let first = match (calls, established) {
        // `unrecovered` says it.
        _ if sum(|tally| tally.all_ghosts().count()) > 0 => return vec![],
        (0, _) => return vec!["No call was begun: there is nothing to conclude.".to_owned()],
        (_, 0) => {
            let failed = match failed {
                0 => ": the run ended before".to_owned(),
                _ => format!(" ({} failed)", number::counted(failed, "set-up")),
            };
            return vec![match calls {
                1 => format!("The one call was not established{failed}."),
                _ => format!("None of {} calls was established{failed}.", number::count(calls)),
            }];
        }
        _ if sum(|tally| tally.hangups) == 0 => format!(
            "No hang-up came while both ends held the call, in {}: there are no recovery times.",
            number::counted(established, "established call")
        ),
        _ => format!(
            "No BYE was lost in {}, so none of them outlived its hang-up: there are no recovery times.",
            number::counted(established, "call")
        ),
    };
    [Some(first), worst_drops(study)].into_iter().flatten().collect()
}

/// How much later than released the same ghosts were closed, on average, where all of them were.
fn closed_later(known: &[&Point]) -> Option<String> {
    let later = known.iter().filter_map(|point| {
        let closed = &point.result.tally.closed.recovery;
        let released = point.result.tally.all_ghosts().recovery;
        (closed.count() == released.count()).then(|| Some(closed.mean_s()? - point.mean_s()?)).flatten()
    });
    let later: Vec<f64> = later.collect();
    let least = length(later.iter().copied().reduce(f64::min)?);
    // A BYE that is answered says nothing worth a sentence.
    let most = length(later.iter().copied().reduce(f64::max).filter(|most| *most >= 1.0)?);
    let by = if least == most { least } else { format!("{least} to {most}") };
    Some(format!("Logs and call records, which close a call when its last BYE is over, show {by} more on average."))
}

/// The sum over all points.
fn sum(study: &Study, part: fn(&Tally) -> u64) -> u64 {
    study.points.iter().map(|point| part(&point.result.tally)).fold(0, u64::saturating_add)
}

/// Why points have no recovery times, where `known` others have them.
fn without_times(study: &Study, known: usize) -> Option<String> {
    const REASONS: [&str; 6] = [
        "no call was begun",
        "no call was established",
        "every call was dropped",
        "no call was hung up",
        "no BYE was lost",
        "every call that lost its BYE was still held when the run ended",
    ];
    let reason = |tally: &Tally| match tally {
        _ if tally.all_ghosts().count() > 0 => 5,
        Tally { calls: 0, .. } => 0,
        Tally { established: 0, .. } => 1,
        _ if tally.hangups > 0 => 4,
        _ if tally.false_drops >= tally.established => 2,
        _ => 3,
    };
    let mut counts = [0_usize; REASONS.len()];
    for point in study.points.iter().filter(|point| point.mean_s().is_none()) {
        counts[reason(&point.result.tally)] += 1;
    }
    let without = study.points.len() - known;
    if known == 0 || without == 0 {
        return None;
    }
    let found: Vec<(&str, usize)> = REASONS.into_iter().zip(counts).filter(|(_, count)| *count > 0).collect();
    let why = match found.as_slice() {
        [(reason, _)] => (*reason).to_owned(),
        _ => listed(&found.iter().map(|(reason, count)| format!("at {count} {reason}")).collect::<Vec<_>>()),
    };
    let have = if without == 1 { "has" } else { "have" };
    Some(format!("{without} of {} points {have} no recovery times: {why}.", study.points.len()))
}

/// How many calls never stood, and where most of them.
fn failed_setups(study: &Study) -> Option<String> {
    let [failed, calls] =
        [|tally: &Tally| tally.failed_setups, |tally: &Tally| tally.calls].map(|part| sum(study, part));
    // Of none established, `nothing_known` has said it.
    if failed == 0 || sum(study, |tally| tally.established) == 0 {
        return None;
    }
    let all = format!(
        "{} of {} failed ({})",
        number::count(failed),
        number::counted(calls, "call set-up"),
        number::share(failed, calls)
    );
    let rate = |point: &&Point| {
        let tally = &point.result.tally;
        if tally.calls == 0 { 0.0 } else { tally.failed_setups as f64 / tally.calls as f64 }
    };
    let most = study.points.iter().max_by(|a, b| rate(a).total_cmp(&rate(b)))?;
    let worst: Vec<&Point> = study.points.iter().filter(|point| rate(point) == rate(&most)).collect();
    Some(match worst.len() == study.points.len() {
        true => format!("{all}."),
        false => {
            let tally = &most.result.tally;
            let share = number::share(tally.failed_setups, tally.calls);
            format!("{all}, most {}: {share}.", places(study, &worst))
        }
    })
}

/// `a`, `a and b`, `a, b and c`.
fn listed(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// Where `some` of the points stand, in the order of the sweep: `at loss 0.5`, `from loss 0.5 on`.
fn places(study: &Study, some: &[&Point]) -> String {
    let results = study.results;
    let words = |point: &Point| sweep::in_words(results, point.result);
    let is_in = |point: &Point| some.iter().any(|other| std::ptr::eq(other.result, point.result));
    if let ([_, _, ..], Some(numbers)) = (some, sweep::numbers(results)) {
        let mut sorted: Vec<(f64, &Point)> = numbers.values.into_iter().zip(&study.points).collect();
        sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
        let rest = sorted.len() - some.len();
        if sorted[rest..].iter().all(|(_, point)| is_in(point)) {
            return format!("from {} on", words(sorted[rest].1));
        }
        if sorted[..some.len()].iter().all(|(_, point)| is_in(point)) {
            return format!("up to {}", words(sorted[some.len() - 1].1));
        }
    }
    match some {
        [] => String::new(),
        [_] | [_, _] | [_, _, _] => {
            listed(&some.iter().map(|point| format!("at {}", words(point))).collect::<Vec<_>>())
        }
        [first, ..] => format!("at {} and {} other points alike", words(first), some.len() - 1),
    }
}

fn single(point: &Point) -> Vec<String> {
    let all = point.recovery(Who::Both);
    let (Some(mean), Some(p99), Some(max)) = (all.mean_s, all.p99_s, all.max_s) else { return vec![] };
    let mut sentences = vec![format!(
        "A call outlives its lost BYE by {} on average and, in 99 of 100 cases, by no more than {}; the longest lasted \
         {}.",
        length(mean),
        length(p99),
        length(max)
    )];
    if let Some(messages) = point.messages() {
        let per_hour = rate(messages);
        let noun = if per_hour == "1" { "message" } else { "messages" };
        let dropped = match point.result.tally.false_drops {
            0 => "no call was dropped while both users wanted it".to_owned(),
            _ => {
                let drops = rate(point.drops());
                let (were, them) = if drops == "1" { ("was", "it") } else { ("were", "them") };
                format!("{drops} of a million calls {were} dropped while both users wanted {them}")
            }
        };
        sentences.push(format!("Refreshing costs {per_hour} {noun} for each hour of a call, and {dropped}."));
    }
    sentences
}

fn session_expires(study: &Study, reference: &Point) -> Vec<String> {
    let at = |point: &Point| format!("{} s", point.result.session_expires_s.unwrap_or_default());
    let all = reference.recovery(Who::Both);
    let (Some(mean), Some(p99)) = (all.mean_s, all.p99_s) else { return vec![] };
    let mut sentences = vec![format!(
        "With Session-Expires {} a call outlives its lost BYE by {} on average and, in 99 of 100 cases, by no more \
         than {}.",
        at(reference),
        length(mean),
        length(p99)
    )];
    if let Some(best) = best(study, reference) {
        let found = best.recovery(Who::Both);
        let messages = |point: &Point| point.messages();
        let price = match (messages(best), messages(reference)) {
            (Some(here), Some(there)) if there > 0.0 => format!(
                ", for {} times the refresh messages ({} against {} for each hour of a call)",
                rate(here / there),
                rate(here),
                rate(there)
            ),
            _ => String::new(),
        };
        sentences.push(format!(
            "At {} that is {} and {}{price}, with {}.",
            at(best),
            length(found.mean_s.unwrap_or(0.0)),
            length(found.p99_s.unwrap_or(0.0)),
            match (best.result.tally.false_drops, reference.drops() > 0.0) {
                (0, _) => "no call dropped that its users wanted".to_owned(),
                _ => format!("no more calls dropped that their users wanted ({} of a million)", rate(best.drops())),
            }
        ));
    } else if shorter(study, reference).next().is_some() {
        sentences.push(format!(
            "No shorter value of this sweep finds out sooner without dropping more calls that their users want than \
             {} does.",
            at(reference)
        ));
    }
    sentences.extend(too_short(study, reference));
    sentences
}

/// What the shorter values with more false drops cost.
fn too_short(study: &Study, reference: &Point) -> Option<String> {
    let worst = shorter(study, reference)
        .filter(|point| point.drops() > reference.drops())
        .max_by(|a, b| a.drops().total_cmp(&b.drops()))?;
    let se = worst.result.session_expires_s?;
    let gave_up = worst.result.tally.releases.by_ends(ReleaseCause::RefreshMissing) > 0;
    let reason = match se {
        ..SHORT_OF_TIME_S if gave_up => format!(
            "Below {SHORT_OF_TIME_S} s RFC 4028 has the watcher give up before a refresh has used all its \
             retransmissions: "
        ),
        _ => String::new(),
    };
    let at = if reason.is_empty() { "At" } else { "at" };
    let there = match reference.result.tally.false_drops {
        0 => "none".to_owned(),
        _ => rate(reference.drops()),
    };
    Some(format!(
        "{reason}{at} {se} s, {} of a million calls are dropped while both users want them (at {} s {there}).",
        rate(worst.drops()),
        reference.result.session_expires_s?,
    ))
}

fn range(study: &Study, known: &[&Point]) -> Vec<String> {
    let by_mean = |a: &&&Point, b: &&&Point| a.mean_s().unwrap_or(f64::NAN).total_cmp(&b.mean_s().unwrap_or(f64::NAN));
    let (Some(least), Some(most)) = (known.iter().min_by(by_mean), known.iter().max_by(by_mean)) else {
        return vec![];
    };
    let words = |point: &Point| length(point.mean_s().unwrap_or(0.0));
    let between = if known.len() > 2 { "; all other means lie between" } else { "" };
    let mut sentences = vec![if known.len() == 1 {
        format!(
            "At {} a call outlives its lost BYE by {} on average.",
            sweep::in_words(study.results, least.result),
            words(least)
        )
    } else if words(least) == words(most) {
        let whom = if known.len() < study.points.len() { " with recovery times" } else { "" };
        format!("A call outlives its lost BYE by {} on average at every point{whom}.", words(least))
    } else {
        format!(
            "On average a call outlives its lost BYE by {} at {} and by {} at {}{between}.",
            words(least),
            sweep::in_words(study.results, least.result),
            words(most),
            sweep::in_words(study.results, most.result)
        )
    }];
    sentences.extend(largest_step(study));
    sentences.extend(worst_drops(study));
    sentences
}

/// The largest paired difference between neighbours.
fn largest_step(study: &Study) -> Option<String> {
    if !sweep::has_the_same_calls(study.results) {
        return None;
    }
    let steps = study.points.windows(2).zip(&study.results.paired);
    let (points, paired) = steps
        .filter(|(_, paired)| paired.mean_s().is_some_and(|mean| mean != 0.0))
        .max_by(|(_, a), (_, b)| a.mean_s().unwrap_or(0.0).abs().total_cmp(&b.mean_s().unwrap_or(0.0).abs()))?;
    Some(format!(
        "Between neighbouring points, the same calls compared, the largest change is from {} to {}: {} s.",
        sweep::in_words(study.results, points[0].result),
        sweep::in_words(study.results, points[1].result),
        number::difference(paired.mean_s()?, paired.error_s().map(|error| Z95 * error))
    ))
}

fn worst_drops(study: &Study) -> Option<String> {
    let stood = || study.points.iter().filter(|point| point.result.tally.established > 0);
    let worst = stood().max_by(|a, b| a.drops().total_cmp(&b.drops()))?;
    if worst.result.tally.false_drops == 0 {
        return Some("No call was dropped while both users wanted it.".to_owned());
    }
    let rate = match worst.result.tally {
        Tally { false_drops, established, .. } if false_drops >= established => "every call".to_owned(),
        _ => format!("{} of a million calls", rate(worst.drops())),
    };
    let alike: Vec<&Point> = stood().filter(|point| point.drops() == worst.drops()).collect();
    Some(match (study.points.len(), alike.len()) {
        (1, _) if rate == "every call" => "Every call was dropped while both users wanted it.".to_owned(),
        (1, _) => {
            let drops = number::rate(worst.drops());
            let (were, them) = if drops == "1" { ("was", "it") } else { ("were", "them") };
            format!("Of a million calls, {drops} {were} dropped while both users wanted {them}.")
        }

        (points, alike) if points == alike => format!("False drops are as frequent at every point: {rate}."),
        _ => format!("False drops are most frequent {}: {rate}.", places(study, &alike)),
    })
}

/// How many ghosts the figures leave out because they were still held.
fn unrecovered(study: &Study, some_ended: bool) -> Option<String> {
    let sum = |part: fn(&Point) -> u64| study.points.iter().map(part).fold(0, u64::saturating_add);
    let held = sum(|point| point.result.tally.all_ghosts().unrecovered);
    let all = sum(|point| point.result.tally.all_ghosts().count());
    match (held, some_ended) {
        (0, _) => None,
        (1, false) => Some(
            "The one call that lost its BYE was still held when the run ended: no recovery time is known.".to_owned(),
        ),
        (1, true) => Some(format!(
            "1 of {} calls that lost their BYE was still held when the run ended; it is in no mean and no quantile.",
            number::count(all)
        )),
        (_, false) => Some(format!(
            "All {} calls that lost their BYE were still held when the run ended: no recovery time is known.",
            number::count(held)
        )),
        _ => Some(format!(
            "{} of {} calls that lost their BYE were still held when the run ended; they are in no mean and no \
             quantile.",
            number::count(held),
            number::count(all)
        )),
    }
}

#[cfg(test)]
mod tests;
