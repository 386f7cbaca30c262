//! The rules of refreshing and ending.

use byeloss::sip::{Change, Kind, Method, Refresher, Refusal, SessionExpires, Status, Timer};
use byeloss::time::Span;
use byeloss::world::{Element, Fact, Fault, FaultClock, FaultEffect, FaultMessage, HangUp, Request, RequestClock};

use super::common::{Call, Callee, Caller};
use super::{Trace, alter, at, remove, shift};

fn plain() -> Call {
    Call::new().session_expires(90).hangs_up(Caller, 100.0)
}

#[test]
fn a_refresh_later_than_at_half_the_interval_breaks_r1() {
    Trace::of(&plain()).breaks("R1", |facts| shift(facts, Caller, 45.1, 1.0));
}

#[test]
fn a_refresh_by_the_watcher_breaks_r1() {
    Trace::of(&plain()).breaks("R1", |facts| {
        let is_update = |fact: &Fact| {
            matches!(fact, Fact::Sent { from: Element::CALLER, message, .. } if message.to_string() == "UPDATE")
        };
        let (_, mut second) = *facts.iter().find(|(_, fact)| is_update(fact)).expect("an UPDATE");
        if let Fact::Sent { from, message, .. } = &mut second {
            *from = Element::CALLEE;
            (message.toward, message.cseq, message.branch.element) = (message.toward.other(), 1, 1);
            std::mem::swap(&mut message.from, &mut message.to);
        }
        facts.push((at(50.0), second));
    });
}

#[test]
fn a_watcher_that_gives_up_a_second_late_or_early_or_never_breaks_r2() {
    let call = Call::established().session_expires(90).hangs_up(Caller, 10.0).ending(HangUp::ByeLost, 0.0);
    let trace = Trace::of(&call);
    trace.breaks("R2", |facts| shift(facts, Callee, 60.0, 1.0));
    trace.breaks("R2", |facts| shift(facts, Callee, 60.0, -1.0));
    trace.breaks("R2", |facts| facts.retain(|(when, _)| *when < at(60.0)));
}

#[test]
fn a_bye_a_second_after_a_refresh_has_timed_out_breaks_r3() {
    let trace = Trace::of(&Call::established().outage(None, 890.0, 1000.0));
    trace.breaks("R3", |facts| shift(facts, Caller, 932.0, 1.0));
}

#[test]
fn a_call_that_outlives_a_481_to_its_refresh_breaks_r3() {
    let trace = Trace::of(&Call::established().hangs_up(Callee, 100.0).ending(HangUp::ByeLost, 0.0));
    trace.breaks("R3", |facts| shift(facts, Caller, 900.1, 1.0));
}

#[test]
fn a_refresh_again_a_second_after_a_491_breaks_r4() {
    let refuse = Fault {
        senders: vec![Element::CALLER],
        message: FaultMessage::Request(Method::Update),
        nth: vec![1],
        clock: FaultClock::Run,
        from: Span::ZERO,
        duration: None,
        effect: FaultEffect::Refuse(Refusal { status: Status::REQUEST_PENDING, retry_after_s: None, min_se: None }),
    };
    let trace = Trace::of(&plain().with(|setup| setup.faults.push(refuse)));
    let is_second = |fact: &Fact| {
        matches!(fact, Fact::Sent { from: Element::CALLER, message, .. }
            if message.method == Method::Update && message.branch.ordinal == 1)
    };
    trace.breaks("R4", |facts| {
        facts.iter_mut().filter(|(_, fact)| is_second(fact)).for_each(|(when, _)| *when = at(46.2));
    });
    // And one that is never tried again.
    trace.breaks("R4", |facts| facts.retain(|(when, _)| *when < at(47.2)));
}

#[test]
fn a_request_for_a_dialog_that_is_gone_answered_200_breaks_r5() {
    let trace = Trace::of(&Call::established().hangs_up(Callee, 10.0).ending(HangUp::Restarts, 5.0));
    trace.breaks("R5", |facts| {
        alter(facts, Callee, "481 UPDATE", 1, |answer| answer.kind = Kind::Response(Status::OK));
    });
}

#[test]
fn a_481_to_a_refresh_of_a_living_dialog_breaks_r5() {
    Trace::of(&plain()).breaks("R5", |facts| {
        alter(facts, Callee, "200 UPDATE", 1, |answer| {
            answer.kind = Kind::Response(Status::NO_SUCH_CALL);
            (answer.session_expires, answer.requires_timer) = (None, false);
        });
    });
}

#[test]
fn a_call_that_outlives_a_481_to_any_other_request_breaks_r6() {
    let change = Change { method: Method::Invite, offer: true, refreshes: false };
    let at_100 = Request { sender: Caller, change, clock: RequestClock::Run, at: Span::from_secs(100) };
    let call = Call::established().hangs_up(Callee, 10.0).ending(HangUp::Restarts, 5.0);
    let trace = Trace::of(&call.with(|setup| setup.requests.push(at_100)));
    trace.breaks("R6", |facts| {
        remove(facts, |fact| match fact {
            Fact::Sent { message, .. } | Fact::Delivered { message, .. } => message.method == Method::Bye,
            Fact::Released { element, .. } | Fact::Closed { element } => *element == Element::CALLER,
            Fact::Fired { of, timer, .. } => *of == Element::CALLER && *timer == Timer::Expiry,
            _ => false,
        });
    });
}

#[test]
fn a_refresh_accepted_while_ones_own_bye_is_pending_breaks_r7() {
    let trace = Trace::of(&Call::established().hangs_up(Callee, 890.0).ending(HangUp::ByeLost, 0.0));
    trace.breaks("R7", |facts| {
        alter(facts, Callee, "481 UPDATE", 1, |answer| {
            (answer.kind, answer.requires_timer) = (Kind::Response(Status::OK), true);
            answer.session_expires = Some(SessionExpires { interval_s: 1800, refresher: Some(Refresher::Uac) });
        });
    });
}

#[test]
fn letting_go_before_or_after_ones_bye_or_being_closed_before_its_end_breaks_r7() {
    let trace = Trace::of(&plain());
    let move_by = |facts: &mut super::Facts, by: f64, is: fn(&Fact) -> bool| {
        for (when, _) in facts.iter_mut().filter(|(_, fact)| is(fact)) {
            *when = at(when.since(byeloss::time::Time::ZERO).as_secs_f64() + by);
        }
    };
    let released: fn(&Fact) -> bool = |fact| matches!(fact, Fact::Released { element: Element::CALLER, .. });
    let closed: fn(&Fact) -> bool = |fact| matches!(fact, Fact::Closed { element: Element::CALLER });
    trace.breaks("R7", |facts| move_by(facts, -1.0, released));
    trace.breaks("R7", |facts| move_by(facts, 0.01, released));
    trace.breaks("R7", |facts| move_by(facts, -0.05, closed));
    trace.breaks("R7", |facts| remove(facts, closed));
}

#[test]
fn a_bye_of_the_callee_before_the_ack_breaks_r8() {
    // Established for the caller at 0.1; the callee hangs up at 0.12, and the ACK comes at 0.15.
    let trace = Trace::of(&Call::new().hangs_up(Callee, 0.02));
    trace.breaks("R8", |facts| shift(facts, Callee, 0.15, -0.03));
}
