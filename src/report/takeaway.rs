//! What a reader should take from a study, in words that are true whatever was found.

use super::number::{self, length, rate};
use super::point::{Point, Study, Who};
use super::sweep;
use crate::measure::Z95;
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
    let known: Vec<&Point> = study.points.iter().filter(|point| point.mean_s().is_some()).collect();
    let mut sentences = match known.as_slice() {
        [] => nothing_known(study),
        _ if study.points.len() == 1 => single(known[0]),
        _ => match reference(study) {
            Some(reference) => session_expires(study, reference),
            None => range(study, &known),
        },
    };
    sentences.extend(unrecovered(study, !known.is_empty()));
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
    let calls: u64 = study.points.iter().map(|point| point.result.tally.calls).fold(0, u64::saturating_add);
    let ghosts = study.points.iter().any(|point| point.result.tally.all_ghosts().count() > 0);
    match (study.points.is_empty(), ghosts) {
        (true, _) => vec!["The study has no points: there is nothing to conclude.".to_owned()],
        (false, true) => vec![],
        (false, false) => {
            let none = format!(
                "No BYE was lost in {} calls, so none of them outlived its hang-up: there are no recovery times.",
                number::count(calls)
            );
            [Some(none), worst_drops(study)].into_iter().flatten().collect()
        }
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
        let dropped = match point.result.tally.false_drops {
            0 => "no call was dropped while both users wanted it".to_owned(),
            _ => format!("{} of a million calls were dropped while both users wanted them", rate(point.drops())),
        };
        sentences.push(format!("Refreshing costs {} messages for each hour of a call, and {dropped}.", rate(messages)));
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
    let gave_up = worst.result.tally.releases[ReleaseCause::RefreshMissing as usize] > 0;
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
    let mut sentences = vec![if words(least) == words(most) {
        format!("A call outlives its lost BYE by {} on average at every point with recovery times.", words(least))
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
    let steps = study.points.windows(2).zip(&study.results.paired);
    let (points, paired) = steps
        .filter(|(_, paired)| paired.mean_s().is_some())
        .max_by(|(_, a), (_, b)| a.mean_s().unwrap_or(0.0).abs().total_cmp(&b.mean_s().unwrap_or(0.0).abs()))?;
    Some(format!(
        "Between neighbouring points, the same calls compared, the largest change is from {} to {}: {} s.",
        sweep::in_words(study.results, points[0].result),
        sweep::in_words(study.results, points[1].result),
        number::difference(paired.mean_s()?, paired.error_s().map(|error| Z95 * error))
    ))
}

fn worst_drops(study: &Study) -> Option<String> {
    let worst = study.points.iter().max_by(|a, b| a.drops().total_cmp(&b.drops()))?;
    if worst.result.tally.false_drops == 0 {
        return Some("No call was dropped while both users wanted it.".to_owned());
    }
    Some(match study.points.len() {
        1 => format!("Of a million calls, {} were dropped while both users wanted them.", rate(worst.drops())),
        _ => format!(
            "False drops are most frequent at {}: {} of a million calls.",
            sweep::in_words(study.results, worst.result),
            rate(worst.drops())
        ),
    })
}

/// How many ghosts the figures leave out because they were still held.
fn unrecovered(study: &Study, some_ended: bool) -> Option<String> {
    let sum = |part: fn(&Point) -> u64| study.points.iter().map(part).fold(0, u64::saturating_add);
    let held = sum(|point| point.result.tally.all_ghosts().unrecovered);
    let all = sum(|point| point.result.tally.all_ghosts().count());
    match (held, some_ended) {
        (0, _) => None,
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
mod tests {
    use super::super::testing;
    use super::*;

    #[test]
    fn a_sweep_of_session_expires_is_held_against_the_rfcs_value() {
        insta::assert_snapshot!(takeaway(&testing::session_expires()), @"With Session-Expires 1800 s a call outlives its lost BYE by 14 min 44 s on average and, in 99 of 100 cases, by no more than 29 min 10 s. At 128 s that is 48 s and 1 min 35 s, for 14.1 times the refresh messages (118 against 8.4 for each hour of a call), with no call dropped that its users wanted. Below 128 s RFC 4028 has the watcher give up before a refresh has used all its retransmissions: at 90 s, 131 of a million calls are dropped while both users want them (at 1800 s none).");
    }

    #[test]
    fn without_the_rfcs_value_the_longest_is_the_reference() {
        let results = testing::sweep(&[90, 100]);
        assert_eq!(reference(&Study::of(&results)).unwrap().result.session_expires_s, Some(100));
        assert!(takeaway(&results).starts_with("With Session-Expires 100 s a call outlives"));
    }

    #[test]
    fn a_shorter_value_with_more_false_drops_is_not_praised() {
        let mut results = testing::sweep(&[90, 120, 1800]);
        let praised = |results: &Results| {
            let study = Study::of(results);
            best(&study, &study.points[2]).and_then(|point| point.result.session_expires_s)
        };
        assert_eq!(praised(&results), None);
        results.points[2].tally.false_drops = 20;
        assert_eq!(praised(&results), Some(120));
    }

    #[test]
    fn results_of_every_shape_have_a_true_sentence() {
        let all: Vec<String> =
            testing::edge_cases().iter().map(|(name, results)| format!("{name}: {}", takeaway(results))).collect();
        insta::assert_snapshot!(all.join("\n"), @r#"
        no point: The study has no points: there is nothing to conclude.
        one point: A call outlives its lost BYE by 14 min 44 s on average and, in 99 of 100 cases, by no more than 29 min 10 s; the longest lasted 29 min 28 s. Refreshing costs 8.4 messages for each hour of a call, and no call was dropped while both users wanted it.
        no ghost: No BYE was lost in 2,000,000 calls, so none of them outlived its hang-up: there are no recovery times. False drops are most frequent at Session-Expires 90 s: 131 of a million calls.
        nothing counted: No BYE was lost in 0 calls, so none of them outlived its hang-up: there are no recovery times. No call was dropped while both users wanted it.
        unrecovered only: All 24 calls that lost their BYE were still held when the run ended: no recovery time is known.
        no timer: With Session-Expires 1800 s a call outlives its lost BYE by 21 min 58 s on average and, in 99 of 100 cases, by no more than 29 min 19 s. No shorter value of this sweep finds out sooner without dropping more calls that their users want than 1800 s does. Below 128 s RFC 4028 has the watcher give up before a refresh has used all its retransmissions: at 90 s, 131 of a million calls are dropped while both users want them (at 1800 s none). 1,400 of 11,400 calls that lost their BYE were still held when the run ended; they are in no mean and no quantile.
        one ghost: With Session-Expires 1800 s a call outlives its lost BYE by 0 s on average and, in 99 of 100 cases, by no more than 0 s. No shorter value of this sweep finds out sooner without dropping more calls that their users want than 1800 s does. Below 128 s RFC 4028 has the watcher give up before a refresh has used all its retransmissions: at 90 s, 131 of a million calls are dropped while both users want them (at 1800 s none).
        theory without numbers: With Session-Expires 1800 s a call outlives its lost BYE by 14 min 44 s on average and, in 99 of 100 cases, by no more than 29 min 10 s. No shorter value of this sweep finds out sooner without dropping more calls that their users want than 1800 s does. Below 128 s RFC 4028 has the watcher give up before a refresh has used all its retransmissions: at 90 s, 131 of a million calls are dropped while both users want them (at 1800 s none).
        extremes: With Session-Expires 1800 s a call outlives its lost BYE by 18 min 4 s on average and, in 99 of 100 cases, by no more than 29 min 10 s. At 90 s that is 3 min 50 s and 59.1 s, for 20 times the refresh messages (3.02e20 against 1.51e19 for each hour of a call), with no more calls dropped that their users wanted (1.84e19 of a million). 9,223,372,036,854,775,806 of 9,223,372,036,854,795,810 calls that lost their BYE were still held when the run ended; they are in no mean and no quantile.
        two axes: On average a call outlives its lost BYE by 30 s at session-expires 90, <burst & "loss"> <a value that is rather long for a column of a table> & "more" of it: 0.25 and by 14 min 44 s at session-expires 1800, <burst & "loss"> <a value that is rather long for a column of a table> & "more" of it: 0.25; all other means lie between. Between neighbouring points, the same calls compared, the largest change is from session-expires 600, <burst & "loss"> <a value that is rather long for a column of a table> & "more" of it: 0.25 to session-expires 1800, <burst & "loss"> <a value that is rather long for a column of a table> & "more" of it: 0.25: +600.0 ± 6.8 s. False drops are most frequent at session-expires 90, <burst & "loss"> <a value that is rather long for a column of a table> & "more" of it: 0.25: 131 of a million calls.
        ragged values: On average a call outlives its lost BYE by 30 s at delay 40 ms and by 14 min 44 s at delay 1; all other means lie between. False drops are most frequent at delay 40 ms: 131 of a million calls.
        lengths of time: On average a call outlives its lost BYE by 30 s at delay 0 ms and by 14 min 44 s at delay 0.2 s; all other means lie between. Between neighbouring points, the same calls compared, the largest change is from delay 40 ms to delay 0.2 s: +600.0 ± 6.8 s. False drops are most frequent at delay 0 ms: 131 of a million calls.
        many points: With Session-Expires 363 s a call outlives its lost BYE by 2 min 45 s on average and, in 99 of 100 cases, by no more than 5 min 27 s. At 125 s that is 46.5 s and 1 min 32 s, for 2.9 times the refresh messages (121 against 41.7 for each hour of a call), with no call dropped that its users wanted. Below 128 s RFC 4028 has the watcher give up before a refresh has used all its retransmissions: at 97 s, 131 of a million calls are dropped while both users want them (at 363 s none).
        "#);
    }
}
