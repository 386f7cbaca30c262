//! The takeaway of ordinary, degenerate and odd results.

use crate::measure::Tally;
use crate::report::Reported;
use crate::report::testing::{self, Made};
use crate::study::PointResult;

fn takeaway(made: &Made) -> String {
    made.analysed().takeaway()
}

#[test]
fn a_sweep_of_session_expires_is_held_against_the_rfcs_value() {
    insta::assert_snapshot!(takeaway(&testing::session_expires()), @"With Session-Expires 1800 s a call outlives its lost BYE by 14 min 44 s on average and, in 99 of 100 cases, by no more than 29 min 10 s. At 128 s that is 48 s and 1 min 35 s, for 14.1 times the refresh messages (118 against 8.4 for each hour of a call), with no call dropped that its users wanted. Below 128 s RFC 4028 has the watcher give up before a refresh has used all its retransmissions: at 90 s, 131 of a million calls are dropped while both users want them (at 1800 s none).");
}

#[test]
fn what_logs_show_is_later_by_the_bye_of_the_side_that_remained() {
    let mut results = testing::sweep(&[90, 1800]);
    let point = &mut results.points[0].tally;
    let later = |ghosts: &crate::measure::Ghosts| ghosts.recovery.mean_s().unwrap() + 32.0;
    let mean = later(&point.all_ghosts());
    (0..point.all_ghosts().count()).for_each(|_| point.closed.add(Some(crate::time::Span::from_secs_f64(mean))));
    let said = takeaway(&results);
    assert!(said.contains(" when its last BYE is over, show 32 s more on average."), "{said}");
}

#[test]
fn without_the_rfcs_value_the_longest_is_the_reference() {
    let results = testing::sweep(&[90, 100]);
    assert_eq!(results.points[results.analysed().reference().unwrap()].session_expires_s, Some(100));
    assert!(takeaway(&results).starts_with("With Session-Expires 100 s a call outlives"));
}

#[test]
fn a_shorter_value_with_more_false_drops_is_not_praised() {
    let mut results = testing::sweep(&[90, 120, 1800]);
    let praised = |results: &Made| {
        let best = results.analysed().best(2);
        best.and_then(|best| results.points[best].session_expires_s)
    };
    assert_eq!(praised(&results), None);
    results.points[2].tally.false_drops = 20;
    assert_eq!(praised(&results), Some(120));
}

#[test]
fn results_of_every_shape_have_a_true_sentence() {
    let all: Vec<String> =
        testing::edge_cases().iter().map(|(name, made)| format!("{name}: {}", takeaway(made))).collect();
    insta::assert_snapshot!(all.join("\n"), @r#"
    no point: The study has no points: there is nothing to conclude.
    one point: A call outlives its lost BYE by 14 min 44 s on average and, in 99 of 100 cases, by no more than 29 min 10 s; the longest lasted 29 min 28 s. Refreshing costs 8.4 messages for each hour of a call, and no call was dropped while both users wanted it.
    no ghost: No BYE was lost in 2,000,000 calls, so none of them outlived its hang-up: there are no recovery times. False drops are most frequent at Session-Expires 90 s: 131 of a million calls.
    nothing counted: No call was begun: there is nothing to conclude.
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

/// A loss, and what becomes of its point.
type Shaped = (&'static str, fn(&mut PointResult));

/// A sweep of `link.loss`, each point shaped.
fn losses(points: &[Shaped]) -> Made {
    let mut results = testing::sweep(&vec![90; points.len()]);
    results.axes = vec!["link.loss".to_owned()];
    results.paired.clear();
    for (point, (loss, shape)) in results.points.iter_mut().zip(points) {
        point.values = vec![(*loss).to_owned()];
        point.session_expires_s = None;
        point.tally.false_drops = 0;
        shape(point);
    }
    results
}

fn no_call_stood(point: &mut PointResult) {
    point.tally = Tally { calls: 10, failed_setups: 10, ..Tally::default() };
}

fn every_call_dropped(point: &mut PointResult) {
    point.tally = Tally { calls: 10, established: 10, false_drops: 10, ..Tally::default() };
}

#[test]
fn calls_that_never_stood_are_said_to_have_failed() {
    let said = |shape: fn(&mut PointResult)| takeaway(&losses(&[("1", shape)]));
    assert_eq!(said(no_call_stood), "None of 10 calls was established (10 set-ups failed).");
    assert_eq!(
        said(|point| point.tally = Tally { calls: 10, ..Tally::default() }),
        "None of 10 calls was established: the run ended before."
    );
    assert_eq!(
        said(|point| point.tally = Tally { calls: 1, failed_setups: 1, ..Tally::default() }),
        "The one call was not established (1 set-up failed)."
    );
    let some = takeaway(&losses(&[
        ("0", |_| ()),
        ("0.5", |point| (point.tally.established, point.tally.failed_setups) = (900_000, 100_000)),
    ]));
    assert!(some.ends_with("100,000 of 2,000,000 call set-ups failed (5 %), most at loss 0.5: 10 %."), "{some}");
}

#[test]
fn points_without_recovery_times_and_ties_are_named() {
    let all: [Shaped; 3] = [("0", |_| ()), ("0.5", every_call_dropped), ("0.9", every_call_dropped)];
    insta::assert_snapshot!(takeaway(&losses(&all)), @"At loss 0 a call outlives its lost BYE by 30 s on average. False drops are most frequent from loss 0.5 on: every call. 2 of 3 points have no recovery times: every call was dropped.");
    let mixed = [all[0], ("1", no_call_stood), all[1]];
    assert!(takeaway(&losses(&mixed)).contains(
        "2 of 3 points have no recovery times: at 1 no call was established and at 1 every call was dropped. 10 of"
    ));
}

#[test]
fn calls_of_different_seeds_and_changes_of_nothing_are_not_compared() {
    let mut seeds = testing::sweep(&[90, 600]);
    seeds.axes = vec!["seed".to_owned()];
    assert!(!takeaway(&seeds).contains("same calls"));
    assert!(!seeds.analysed().text(100).contains("same calls"));
    assert!(!seeds.analysed().page().contains("same calls"));
    assert_eq!(seeds.analysed().json()["points"][1]["paired_difference"]["mean_s"], serde_json::Value::Null);
    let mut same = testing::sweep(&[90, 90]);
    same.axes = vec!["calls.count".to_owned()];
    assert!(!takeaway(&same).contains("same calls"));
    assert!(!same.analysed().text(100).contains("same calls"));
}
