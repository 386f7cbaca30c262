//! A B2BUA between caller and callee: two dialogs, of which the end of the one is the end of the other.

mod common;

use byeloss::measure::{CallCounter, Tally};
use byeloss::sip::{Method, Profile, ReleaseCause, Session};
use byeloss::time::Span;
use byeloss::world::{Begin, Crash, Element, FaultClock, FaultMessage, HangUp, Part, Runner};
use common::{Call, Callee, Caller, assert_released};

/// The legs of the first B2BUA: the one with the caller, the one with the callee.
const WITH_CALLER: Element = Element::between(0);
const WITH_CALLEE: Element = Element::between(1);

/// A B2BUA whose leg with the callee asks for this interval.
fn asks(interval_s: u32, media_limit: Option<f64>) -> Part {
    let with_caller = Profile { session_expires: None, ..Profile::RFC };
    let with_callee = Profile { session_expires: Some(interval_s), ..Profile::RFC };
    Part::B2bua { legs: Box::new([with_caller, with_callee]), media_limit: media_limit.map(Span::from_secs_f64) }
}

/// A call of 600 s asked by the caller, of 90 s asked by the B2BUA.
fn through_a_b2bua() -> Call {
    Call::new().session_expires(600).through(vec![asks(90, None)])
}

fn tally(call: &Call) -> Tally {
    let (mut counter, mut tally) = (CallCounter::default(), Tally::default());
    let ended = Runner::new(&call.0, &Default::default()).run(0, &mut counter);
    counter.finish(ended, &mut tally);
    tally
}

#[test]
fn each_leg_negotiates_a_session_of_its_own() {
    let story = through_a_b2bua().until(10.0).run();
    assert_eq!(story.session(Caller), Some(Session::Refreshing { interval_s: 600 }));
    assert_eq!(story.session(WITH_CALLER), Some(Session::Watching { interval_s: 600 }));
    assert_eq!(story.session(WITH_CALLEE), Some(Session::Refreshing { interval_s: 90 }));
    assert_eq!(story.session(Callee), Some(Session::Watching { interval_s: 90 }));
}

#[test]
fn the_caller_hears_100_at_once_and_the_200_when_the_callee_has_answered_the_other_leg() {
    let story = through_a_b2bua().rings(2.0).until(10.0).run();
    assert_eq!(story.sent(WITH_CALLER, "100 INVITE"), [0.05]);
    assert_eq!(story.sent(WITH_CALLER, "180 INVITE"), [0.15]);
    assert_eq!(story.sent(WITH_CALLER, "200 INVITE"), [2.15]);
    assert_eq!(story.established(Caller), Some(2.2));
}

#[test]
fn a_bye_on_one_leg_is_answered_there_and_sent_on_the_other() {
    let story = through_a_b2bua().hangs_up(Caller, 20.0).until(100.0).run();
    assert_released(&story, WITH_CALLER, 20.25, ReleaseCause::ByeReceived);
    assert_released(&story, WITH_CALLEE, 20.25, ReleaseCause::PartnerEnded);
    assert_released(&story, Callee, 20.3, ReleaseCause::ByeReceived);
    assert_eq!(story.closed(Caller), Some(20.3));
}

#[test]
fn a_lost_bye_is_found_by_the_leg_that_it_was_sent_to_and_ends_both() {
    // The leg with the caller armed when it sent its 200, at 0.15 s; of 600 s it waits for 568.
    let call = through_a_b2bua().hangs_up(Caller, 20.0).ending(HangUp::ByeLost, 0.0);
    let story = call.run();
    assert_released(&story, WITH_CALLER, 568.15, ReleaseCause::RefreshMissing);
    assert_released(&story, Callee, 568.2, ReleaseCause::ByeReceived);
    // The callee has held a ghost, though a BYE reached it in the end.
    let tally = tally(&call);
    assert_eq!((tally.byes_delivered, tally.all_ghosts().count()), (0, 1));
    assert_eq!(tally.held_by[1].recovery.mean_s(), Some(548.0));
    assert_eq!(tally.held_between.iter().map(|held| held.count()).collect::<Vec<_>>(), [1, 1]);
}

#[test]
fn a_bye_that_reaches_the_b2bua_and_is_lost_behind_it_leaves_a_ghost_of_the_shorter_interval() {
    // No BYE of the leg with the callee gets through; the callee watches for 60 s of 90 after 0.1 s.
    let call = through_a_b2bua().hangs_up(Caller, 20.0).lose(WITH_CALLEE, Method::Bye, &[]).until(200.0);
    let story = call.run();
    assert_released(&story, WITH_CALLER, 20.25, ReleaseCause::ByeReceived);
    assert_released(&story, Callee, 60.1, ReleaseCause::RefreshMissing);
}

#[test]
fn a_media_limit_ends_both_legs_after_that_silence_and_none_is_applied_without() {
    let ghost = |limit| {
        let call = Call::new().session_expires(600).through(vec![asks(90, limit)]);
        call.hangs_up(Caller, 20.0).ending(HangUp::ByeLost, 0.0).run()
    };
    let found = ghost(Some(30.0));
    assert_released(&found, WITH_CALLER, 50.2, ReleaseCause::MediaSilent);
    assert_released(&found, Callee, 50.25, ReleaseCause::ByeReceived);
    assert_released(&ghost(None), WITH_CALLER, 568.15, ReleaseCause::RefreshMissing);
}

#[test]
fn a_media_limit_leaves_a_call_alone_that_ends_by_its_bye() {
    let call = Call::new().session_expires(600).through(vec![asks(90, Some(30.0))]).hangs_up(Callee, 20.0);
    let story = call.until(200.0).run();
    assert_released(&story, WITH_CALLEE, 20.25, ReleaseCause::ByeReceived);
    assert_released(&story, Caller, 20.3, ReleaseCause::ByeReceived);
}

#[test]
fn a_call_that_cannot_be_set_up_behind_the_b2bua_is_refused_to_the_caller() {
    // Timer B of the leg that calls ends at 32.05 s.
    let refused = through_a_b2bua().lose(WITH_CALLEE, Method::Invite, &[]).until(100.0).run();
    assert_eq!(refused.sent(WITH_CALLER, "480 INVITE").0[0], 32.05);
    assert_released(&refused, Caller, 32.1, ReleaseCause::SetupFailed);
}

#[test]
fn a_call_that_stands_from_its_beginning_stands_on_all_legs() {
    let story = through_a_b2bua().with(|setup| setup.calls.begin = Begin::Established).until(50.0).run();
    for element in [Element::CALLER, WITH_CALLER, WITH_CALLEE, Element::CALLEE] {
        assert_eq!(story.established(element), Some(0.0));
    }
    assert_eq!(story.messages()[..2], ["< UPDATE", "< 200 UPDATE"]);
    assert_eq!(story.sent(WITH_CALLEE, "UPDATE"), [45.0]);
}

fn crash(memory: bool) -> Call {
    let call = through_a_b2bua().with(|setup| setup.calls.begin = Begin::Established);
    call.with(|setup| {
        setup.crashes.push(Crash {
            which: 0,
            clock: FaultClock::Run,
            at: Span::from_secs(100),
            back_after: Some(Span::from_secs(10)),
            memory,
        })
    })
}

#[test]
fn a_b2bua_that_comes_back_without_memory_answers_481_and_both_ends_drop_the_call() {
    let call = crash(false).until(1000.0);
    let story = call.run();
    // The second refresh of the leg with the callee, sent at 90.1 s, was the last: the callee gives up 60 s after it.
    assert_released(&story, WITH_CALLER, 100.0, ReleaseCause::Died);
    assert_released(&story, Callee, 150.15, ReleaseCause::RefreshMissing);
    assert_released(&story, Caller, 300.1, ReleaseCause::RefreshRefused);
    let tally = tally(&call);
    assert_eq!(tally.false_drops, 1);
}

#[test]
fn a_b2bua_that_comes_back_with_memory_goes_on_refreshing() {
    let story = crash(true).until(1000.0).run();
    assert_eq!(story.released(Caller), None);
    assert_eq!(story.released(WITH_CALLER), None);
    assert_eq!(
        story.sent(WITH_CALLEE, "UPDATE").0[..4].iter().map(|at| at.round()).collect::<Vec<_>>(),
        [45.0, 90.0, 135.0, 180.0]
    );
}

#[test]
fn a_fault_between_the_b2bua_and_the_callee_leaves_the_other_leg_alone() {
    let call = through_a_b2bua().with(|setup| setup.calls.begin = Begin::Established);
    let call = call.with(|setup| {
        setup.faults.push(byeloss::world::Fault {
            senders: vec![WITH_CALLER, WITH_CALLEE],
            message: FaultMessage::Request(Method::Update),
            nth: vec![1],
            clock: FaultClock::Run,
            from: Span::ZERO,
            duration: None,
            effect: byeloss::world::FaultEffect::Lose,
        })
    });
    let story = call.until(60.0).run();
    assert_eq!(story.sent(WITH_CALLEE, "UPDATE"), [45.0, 45.5]);
}

#[test]
fn where_crashes_overlap_the_last_to_end_brings_it_back() {
    let crash = |at_s, for_s| Crash {
        which: 0,
        clock: FaultClock::Run,
        at: Span::from_secs(at_s),
        back_after: Some(Span::from_secs(for_s)),
        memory: true,
    };
    let call = through_a_b2bua().with(|setup| setup.calls.begin = Begin::Established);
    // Down from 40 to 52 s: the refresh due at 45 s goes out when it is back, and no crash ends twice.
    let story = call.with(|setup| setup.crashes = vec![crash(40, 10), crash(42, 10)]).until(60.0).run();
    assert_eq!(story.sent(WITH_CALLEE, "UPDATE"), [52.0]);
    assert_eq!(story.released(WITH_CALLEE), None);
}

#[test]
fn a_call_that_stands_from_its_beginning_does_not_stand_through_a_dead_b2bua() {
    let call = through_a_b2bua().with(|setup| {
        setup.calls.begin = Begin::Established;
        setup.crashes.push(Crash { which: 0, clock: FaultClock::Run, at: Span::ZERO, back_after: None, memory: false });
    });
    let story = call.run();
    assert_eq!(story.established(WITH_CALLER), None);
    assert_released(&story, Caller, 32.0, ReleaseCause::SetupFailed);
}
