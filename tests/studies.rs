//! The built-in studies, against figures worked out by hand from what their stacks are said to do.

use byeloss::measure::Ghosts;
use byeloss::scenario;
use byeloss::study::{Options, PointResult, run};

/// More than this many standard errors happen once in fifteen thousand times, and the seeds are fixed.
const MOST_ERRORS: f64 = 4.0;

fn results(study: &str, sets: &[&str]) -> Vec<PointResult> {
    let sets: Vec<String> = sets.iter().map(ToString::to_string).collect();
    let study = scenario::load(study, &sets).unwrap_or_else(|error| panic!("{error}"));
    let options = Options::default();
    run(&study, &options).expect("nobody stops it").points
}

/// Asserts a mean to `MOST_ERRORS` standard errors, and half a second for round trips and retransmissions.
#[track_caller]
fn assert_mean(ghosts: &Ghosts, expected_s: f64, what: &str) {
    let recovery = &ghosts.recovery;
    let (mean, error) = (recovery.mean_s().expect("ghosts"), recovery.mean_error_s().expect("ghosts"));
    assert!((mean - expected_s).abs() <= MOST_ERRORS * error + 0.5, "{what}: {mean} ± {error} s, not {expected_s} s");
}

#[test]
fn it_matters_not_who_refreshes_but_whether_the_refresher_hangs_up() {
    // Talk is exponential with mean 180 s, and a refresh succeeds every 900 s. So a hang-up comes after the last
    // refresh by 180 - 900 / (e^5 - 1) = 173.9 s on average. If the refresher hung up, the watcher gives up 1768 s
    // after that refresh, 1594.1 s after the hang-up. If the watcher did, the refresher is told so 900 s after it:
    // 726.1 s.
    let age = 180.0 - 900.0 / (libm::exp(5.0) - 1.0);
    let points = results("who-refreshes", &["calls.count=20000"]);
    assert_eq!(points.len(), 4);
    for point in points {
        let [refresher, by_caller] = [&*point.values[0], &*point.values[1]];
        let refresher_hung_up = (refresher == "uac") == (by_caller == "1");
        let (given_up_after, other) = if refresher_hung_up { (1768.0, 1) } else { (900.0, 0) };
        assert_eq!(point.tally.ghosts[other].count(), 0);
        assert_mean(&point.tally.all_ghosts(), given_up_after - age, &format!("{refresher}, {by_caller}"));
    }
}

/// A pair of stacks, the ghosts of hang-ups by its caller and then by its callee: the mean recovery, or `None` if none
/// ever ends.
type Pair = (&'static str, &'static str, [Option<f64>; 2]);

/// Talk is uniform over eight intervals between refreshes, so that a hang-up comes 450 s after a refresh on average. A
/// watcher with the RFC's margin then gives up after 1768 - 450 = 1318 s, a refresher is told 481 after 900 - 450 s.
const PAIRS: [Pair; 8] = [
    // The callee leaves the caller the refresher.
    ("rfc", "rfc", [Some(1318.0), Some(450.0)]),
    // An offer that names no refresher gets no timer at all.
    ("rfc", "drachtio", [None, None]),
    // As caller it is the refresher, and refreshes within 5 s of half the interval.
    ("drachtio", "rfc", [Some(1318.0), Some(450.0)]),
    // This callee makes itself the refresher; one that waits gives up at 1.1 times the interval: 1980 - 450.
    ("rfc", "jssip", [Some(450.0), Some(1318.0)]),
    ("jssip", "jssip", [Some(450.0), Some(1530.0)]),
    // It refreshes as caller and as callee, never gives up as watcher, and refreshes again after a 481.
    ("linphone", "rfc", [Some(450.0), None]),
    ("linphone", "linphone", [None, None]),
    // No session timer at all.
    ("baresip", "rfc", [None, None]),
];

#[test]
fn stacks_find_ghosts_when_their_timers_say() {
    for (caller, callee, expected) in PAIRS {
        for (by_caller, expected_s) in [1, 0].into_iter().zip(expected) {
            let sets = [
                &format!("caller.profile={caller}")[..],
                &format!("callee.profile={callee}"),
                &format!("hangup.by-caller={by_caller}"),
                "faults=[]",
            ];
            let ghosts = results("stacks", &sets)[0].tally.all_ghosts();
            let what = format!("{caller} and {callee}, by-caller {by_caller}");
            assert_eq!(ghosts.count(), 2000, "{what}");
            match expected_s {
                None => assert_eq!(ghosts.unrecovered, 2000, "{what}"),
                Some(expected_s) => {
                    assert_eq!(ghosts.unrecovered, 0, "{what}");
                    assert_mean(&ghosts, expected_s, &what);
                }
            }
        }
    }
}

#[test]
fn a_refresh_that_an_outage_swallows_whole_drops_the_call_unless_its_stack_ignores_that() {
    // Copies go out until 31.5 s after the first. So a refresh fails that begins in the first 28.5 s of the outage of
    // 60 s, as 28.5 / 900 of the live calls do. Of the 2000 calls, begun in the hour before, those live whose talk, of
    // up to two hours, is longer than their age, half an hour on average: three quarters. 2000 * 3/4 * 28.5/900 = 47.5,
    // with a standard deviation of 7.
    let drops = |caller: &str, callee: &str| {
        let sets = [format!("caller.profile={caller}"), format!("callee.profile={callee}")];
        results("stacks", &[&sets[0], &sets[1]])[0].tally.false_drops
    };
    for (caller, callee) in [("rfc", "rfc"), ("sofia", "pjsip"), ("linphone", "jssip")] {
        assert!((27..=69).contains(&drops(caller, callee)), "{caller} and {callee}: {}", drops(caller, callee));
    }
    // It does nothing about the failure and waits for no refresh either.
    assert_eq!(drops("linphone", "linphone"), 0);
    assert_eq!(drops("baresip", "rfc"), 0);
}
