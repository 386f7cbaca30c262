//! What the settings of a profile do to a call.

mod common;

use byeloss::sip::{GiveUp, Method, OnFailure, ReleaseCause, WhileLeaving};
use byeloss::time::Span;
use byeloss::world::HangUp;
use common::{Call, Callee, Caller, assert_released};

#[test]
fn a_side_that_accepts_refreshes_while_its_bye_is_pending_keeps_its_peer_for_one_more_cycle() {
    // The watcher hangs up 10 s before a refresh is due; its BYEs are lost.
    let call = Call::established().session_expires(90).hangs_up(Callee, 35.0).ending(HangUp::ByeLost, 0.0);
    assert_released(&call.clone().run(), Caller, 45.1, ReleaseCause::RefreshRefused);
    let zombie = call.with(|setup| setup.callee.while_leaving = WhileLeaving::AcceptAll).run();
    assert_eq!(zombie.refreshed(Caller), [45.1]);
    assert_eq!(zombie.refreshed(Callee), []);
    assert_released(&zombie, Caller, 90.2, ReleaseCause::RefreshRefused);
}

#[test]
fn a_side_that_refuses_all_answers_a_crossing_bye_481() {
    let call = Call::established().hangs_up(Callee, 890.0).ending(HangUp::ByeLost, 0.0);
    let story = call.with(|setup| setup.callee.while_leaving = WhileLeaving::RefuseAll).run();
    assert_eq!(story.sent(Callee, "481 BYE"), [900.15]);
}

#[test]
fn the_margin_of_the_watcher_is_a_setting() {
    for (rule, deadline) in [
        (GiveUp::Before { most: Span::from_secs(32), one_over: 10 }, Some(81.0)),
        (GiveUp::AtPerMille(1000), Some(90.0)),
        (GiveUp::AtPerMille(1100), Some(99.0)),
        (GiveUp::Never, None),
    ] {
        let call = Call::established().session_expires(90).hangs_up(Caller, 10.0).ending(HangUp::ByeLost, 0.0);
        let story = call.with(|setup| setup.callee.watcher_gives_up = rule).run();
        match deadline {
            Some(deadline) => assert_released(&story, Callee, deadline, ReleaseCause::RefreshMissing),
            None => assert_eq!(story.released(Callee), None),
        }
    }
}

#[test]
fn what_follows_a_refresh_that_times_out_is_a_setting() {
    let call = Call::established().outage(None, 890.0, 100.0).until(2500.0);
    let with = |what| call.clone().with(|setup| setup.caller.on_timeout = what).run();
    let left = with(OnFailure::Leave);
    assert_released(&left, Caller, 932.0, ReleaseCause::RefreshTimedOut);
    assert_eq!(left.sent(Caller, "BYE").0.len(), 11);
    let vanished = with(OnFailure::Vanish);
    assert_released(&vanished, Caller, 932.0, ReleaseCause::RefreshTimedOut);
    assert_eq!(vanished.sent(Caller, "BYE"), []);
    let ran_out = with(OnFailure::RunOut);
    assert_eq!(ran_out.sent(Caller, "UPDATE").0.len(), 11);
    assert_released(&ran_out, Callee, 1768.0, ReleaseCause::RefreshMissing);
    // Half an interval after the time-out; the watcher has given up by then.
    let again = with(OnFailure::Again);
    assert_eq!(again.sent(Caller, "UPDATE").0.len(), 11);
    assert_released(&again, Caller, 1768.05, ReleaseCause::ByeReceived);
}

#[test]
fn a_first_gap_of_two_t1_leaves_ten_copies() {
    let call = Call::established().hangs_up(Caller, 10.0).lose(Caller, Method::Bye, &[]).until(100.0);
    let story = call.with(|setup| setup.caller.first_gap_in_t1 = 2).run();
    assert_eq!(story.schedule(Caller, "BYE"), [0.0, 1.0, 3.0, 7.0, 11.0, 15.0, 19.0, 23.0, 27.0, 31.0]);
}

#[test]
fn halves_and_thirds_are_rounded_down_to_seconds_where_the_profile_says_so() {
    let call = Call::established().session_expires(95).until(100.0).with(|setup| {
        setup.caller.whole_seconds = true;
        setup.callee.whole_seconds = true;
    });
    assert_eq!(call.run().sent(Caller, "UPDATE").0[0], 47.0);
    let ghost = call.hangs_up(Caller, 10.0).ending(HangUp::ByeLost, 0.0).run();
    assert_released(&ghost, Callee, 64.0, ReleaseCause::RefreshMissing);
}

#[test]
fn a_jittered_refresh_falls_anywhere_within_its_bounds_and_nowhere_else() {
    let due: Vec<f64> = (0..200)
        .map(|seed| {
            let call = Call::established().session_expires(90).until(60.0);
            let call = call.with(|setup| (setup.seed, setup.caller.refresh_jitter) = (seed, Span::from_secs(5)));
            call.run().sent(Caller, "UPDATE").0[0]
        })
        .collect();
    assert!(due.iter().all(|due| (40.0..=50.0).contains(due)));
    assert!(due.iter().any(|due| *due < 41.0) && due.iter().any(|due| *due > 49.0));
    let mean = due.iter().sum::<f64>() / 200.0;
    assert!((mean - 45.0).abs() < 4.0 * 10.0 / 12f64.sqrt() / 200f64.sqrt(), "{mean}");
}
