//! Who notices that no media come, and when.

mod common;

use byeloss::sip::{Method, Profile, ReleaseCause};
use byeloss::time::Span;
use byeloss::world::{Begin, Element, Fault, FaultClock, FaultEffect, FaultMessage, HangUp, Part};
use common::{Call, Callee, Caller, assert_released};

/// A call of an hour in which both ends allow for 30 s of silence.
fn watched() -> Call {
    Call::established().until(1000.0).with(|setup| {
        setup.caller.media_timeout = Some(Span::from_secs(30));
        setup.callee.media_timeout = Some(Span::from_secs(30));
    })
}

#[test]
fn an_outage_of_all_silences_both_sides_for_as_long_as_it_lasts() {
    // Both say BYE in vain at 130 s.
    let story = watched().outage(None, 100.0, 200.0).run();
    assert_released(&story, Caller, 130.0, ReleaseCause::MediaSilent);
    assert_released(&story, Callee, 130.0, ReleaseCause::MediaSilent);
    // One that ends before is not noticed, nor do two add up.
    let story = watched().outage(None, 100.0, 29.0).outage(None, 130.0, 29.0).run();
    assert_eq!((story.released(Caller), story.released(Callee)), (None, None));
}

#[test]
fn two_outages_without_a_gap_are_one() {
    let story = watched().outage(None, 100.0, 20.0).outage(Some(Caller), 110.0, 40.0).run();
    assert_released(&story, Callee, 130.0, ReleaseCause::MediaSilent);
    // Its BYE arrives, and only what the caller sends is lost.
    assert_released(&story, Caller, 130.05, ReleaseCause::ByeReceived);
}

#[test]
fn an_outage_of_one_direction_silences_the_side_that_hears_nothing() {
    let story = watched().outage(Some(Caller), 100.0, 200.0).run();
    assert_released(&story, Callee, 130.0, ReleaseCause::MediaSilent);
    let story = watched().outage(Some(Callee), 100.0, 200.0).run();
    assert_released(&story, Caller, 130.0, ReleaseCause::MediaSilent);
}

#[test]
fn a_fault_that_loses_some_messages_alone_silences_nobody() {
    let [by_method, by_number, answered] = [
        (FaultMessage::Request(Method::Bye), vec![], FaultEffect::Lose),
        (FaultMessage::Any, vec![1, 2], FaultEffect::Lose),
        (
            FaultMessage::Request(Method::Update),
            vec![],
            FaultEffect::Refuse(byeloss::sip::Refusal {
                status: byeloss::sip::Status(503),
                retry_after_s: None,
                min_se: None,
            }),
        ),
    ]
    .map(|(message, nth, effect)| {
        let fault = fault(message, nth, effect, FaultClock::Run);
        watched().with(|setup| setup.faults.push(fault)).until(800.0).run()
    });
    for story in [by_method, by_number, answered] {
        assert_eq!((story.released(Caller), story.released(Callee)), (None, None));
    }
}

fn fault(message: FaultMessage, nth: Vec<u32>, effect: FaultEffect, clock: FaultClock) -> Fault {
    let (from, duration) = (Span::from_secs(100), Some(Span::from_secs(600)));
    Fault { senders: vec![], message, nth, clock, from, duration, effect }
}

#[test]
fn an_outage_counts_from_the_hang_up_or_from_the_calls_arrival_as_it_says() {
    // The callee hangs up at 50 s, and its BYE is lost: its media end with that, and the caller notices at 80 s. An outage
    // 100 s after the hang-up comes too late to matter, and one of the caller's own sending as well.
    let from_hang_up = fault(FaultMessage::Any, vec![], FaultEffect::Lose, FaultClock::HangUp);
    let story = watched().with(|setup| setup.faults.push(from_hang_up));
    let story = story.hangs_up(Callee, 50.0).ending(HangUp::ByeLost, 0.0).run();
    assert_released(&story, Caller, 80.0, ReleaseCause::MediaSilent);
    // The callee's limit is off: after the caller's hang-up of 50 s, whose BYE is lost, it hears nothing either way.
    let failing = fault(FaultMessage::Any, vec![], FaultEffect::FailToSend, FaultClock::Call);
    let story = watched().with(|setup| setup.faults.push(failing)).run();
    assert_released(&story, Caller, 130.0, ReleaseCause::MediaSilent);
}

#[test]
fn a_call_that_is_set_up_in_an_outage_of_media_counts_from_its_establishment() {
    // What the callee sends from 0.1 s on is lost: its 200 has come by then.
    let call = watched().with(|setup| setup.calls.begin = Begin::Invite);
    let story = call.outage(Some(Callee), 0.1, 500.0).run();
    assert_eq!(story.established(Caller), Some(0.1));
    assert_released(&story, Caller, 30.1, ReleaseCause::MediaSilent);
}

#[test]
fn a_b2bua_hears_an_outage_on_the_side_where_it_is_and_passes_the_silence_on() {
    let limit = Some(Span::from_secs(30));
    let b2bua = |media_limit| Part::B2bua { legs: Box::new([Profile::RFC; 2]), media_limit };
    let [with_caller, with_callee] = [Element::numbered(2), Element::numbered(3)];
    // The caller's media are lost before the B2BUA, whose leg with the caller notices.
    let call = || Call::new().until(1000.0);
    let story = call().through(vec![b2bua(limit)]).outage(Some(Caller), 100.0, 200.0).run();
    assert_released(&story, with_caller, 130.0, ReleaseCause::MediaSilent);
    assert_released(&story, with_callee, 130.0, ReleaseCause::PartnerEnded);
    // Behind it what the B2BUA's leg with the callee sends is lost: the callee notices.
    let behind = call().through(vec![b2bua(limit)]).with(|setup| {
        let lost = fault(FaultMessage::Any, vec![], FaultEffect::Lose, FaultClock::Run);
        setup.faults.push(Fault { senders: vec![with_callee], ..lost });
        setup.callee.media_timeout = limit;
    });
    let story = behind.run();
    assert_released(&story, Callee, 130.0, ReleaseCause::MediaSilent);
    assert_released(&story, with_callee, 130.05, ReleaseCause::ByeReceived);
}
