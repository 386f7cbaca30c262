//! What counts as what: single calls, and the tally that they give.

mod common;

use byeloss::measure::{CallCounter, Fate, Tally};
use byeloss::sip::{Method, ReleaseCause};
use byeloss::world::{HangUp, Runner};
use common::{Call, Callee, Caller};

fn tally(call: &Call) -> Tally {
    let (mut counter, mut tally) = (CallCounter::default(), Tally::default());
    let stop = std::sync::atomic::AtomicBool::new(false);
    let ended = Runner::new(&call.0, &stop).run(0, &mut counter);
    counter.finish(ended, &mut tally);
    tally
}

#[test]
fn a_bye_that_arrives_is_no_ghost_and_its_time_counts_apart() {
    let tally = tally(&Call::established().hangs_up(Caller, 10.0).lose(Caller, Method::Bye, &[1]));
    assert_eq!((tally.hangups, tally.byes_delivered, tally.all_ghosts().count()), (1, 1, 0));
    assert_eq!(tally.ended_by_bye.max().map(|span| span.as_secs_f64()), Some(0.55));
}

#[test]
fn a_bye_that_arrives_after_the_other_end_has_given_up_makes_a_ghost_all_the_same() {
    // The watcher gives up at 60 s; of the caller's BYE of 50 s only the last copy, of 81.5 s, arrives.
    let lost: Vec<u32> = (1..=10).collect();
    let call = Call::established().session_expires(90).lose(Caller, Method::Update, &[]);
    let tally = tally(&call.hangs_up(Caller, 50.0).lose(Caller, Method::Bye, &lost));
    assert_eq!((tally.byes_delivered, tally.all_ghosts().count()), (0, 1));
    assert_eq!(tally.all_ghosts().recovery.max().map(|span| span.as_secs_f64()), Some(10.0));
}

#[test]
fn a_call_that_a_timer_ends_before_its_hang_up_is_a_false_drop_and_no_ghost() {
    let tally = tally(&Call::established().session_expires(90).outage(None, 40.0, 60.0).hangs_up(Caller, 500.0));
    assert_eq!((tally.false_drops, tally.hangups, tally.all_ghosts().count()), (1, 0, 0));
    assert_eq!(tally.refresh_after_hangup.total(), 0);
}

#[test]
fn a_call_that_nobody_answers_is_a_failed_set_up_and_no_false_drop() {
    let tally = tally(&Call::new().lose(Caller, Method::Invite, &[]));
    assert_eq!((tally.calls, tally.established, tally.failed_setups, tally.false_drops), (1, 0, 1, 0));
}

#[test]
fn a_ghost_still_held_at_the_horizon_is_unrecovered_and_in_no_mean() {
    let call = Call::established().hangs_up(Caller, 10.0).ending(HangUp::ByeLost, 0.0).until(100.0);
    let tally = tally(&call);
    assert_eq!((tally.all_ghosts().unrecovered, tally.all_ghosts().recovery.count()), (1, 0));
}

#[test]
fn refresh_messages_count_before_and_after_the_hang_up_apart_and_a_re_invite_with_its_ack() {
    let call = Call::established().session_expires(90).hangs_up(Callee, 100.0).ending(HangUp::ByeLost, 0.0);
    let by_update = tally(&call);
    assert_eq!((by_update.refresh_before_hangup.first_sends, by_update.refresh_after_hangup.first_sends), (4, 2));
    let by_invite = tally(&call.with(|setup| setup.caller.refresh_by = byeloss::sip::RefreshBy::Invite));
    assert_eq!((by_invite.refresh_before_hangup.first_sends, by_invite.refresh_after_hangup.first_sends), (6, 3));
}

#[test]
fn a_call_is_closed_when_the_bye_of_the_end_that_remained_is_over() {
    // The refresher dies at 10 s; the watcher gives up 60 s after the call began, a third of 90 s before the end, and
    // repeats a BYE that nobody answers for 64*T1.
    let call = Call::established().session_expires(90).hangs_up(Caller, 10.0);
    let of_dead = tally(&call.clone().ending(HangUp::Dies, 0.0));
    let seconds = |ghosts: &byeloss::measure::Ghosts| ghosts.recovery.max().map(|span| span.as_secs_f64());
    assert_eq!((seconds(&of_dead.all_ghosts()), seconds(&of_dead.closed)), (Some(50.0), Some(82.0)));
    // One that has only lost its BYE answers: closed after a round trip of 100 ms.
    let of_living = tally(&call.ending(HangUp::ByeLost, 0.0));
    assert_eq!((seconds(&of_living.all_ghosts()), seconds(&of_living.closed)), (Some(50.0), Some(50.1)));
}

#[test]
fn what_became_of_a_call_is_counted_at_each_end() {
    let call = Call::established().session_expires(90).hangs_up(Caller, 10.0).ending(HangUp::ByeLost, 0.0);
    let of = |tally: &Tally, element, fate| tally.releases.count(element, fate);
    let recovered = tally(&call);
    assert_eq!(of(&recovered, 0, Fate::Released(ReleaseCause::HungUp)), 1);
    assert_eq!(of(&recovered, 1, Fate::Released(ReleaseCause::RefreshMissing)), 1);
    let held = tally(&call.until(50.0));
    assert_eq!((of(&held, 0, Fate::Held), of(&held, 1, Fate::Held)), (0, 1));
    // An INVITE that never arrives: the callee never holds the call.
    let never = tally(&Call::new().lose(Caller, Method::Invite, &[]));
    assert_eq!(of(&never, 0, Fate::Released(ReleaseCause::SetupFailed)), 1);
    assert_eq!((of(&never, 1, Fate::Held), never.releases.by_ends(ReleaseCause::SetupFailed)), (0, 1));
}
