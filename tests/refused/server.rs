//! The server's rules.

use byeloss::sip::{CallKeeping, Inserts, Kind, Refresher, SessionExpires, Status};

use super::common::{Call, Callee};
use super::proxy::{INDIFFERENT, keeps};
use super::{Trace, alter, expires};

fn plain() -> Call {
    Call::new().session_expires(300).until(200.0)
}

#[test]
fn accepting_an_interval_below_ones_least_breaks_s1() {
    let trace = Trace::of(&plain().with(|setup| setup.callee.min_se = Some(600)).until(5.0));
    trace.breaks("S1", |facts| {
        alter(facts, Callee, "422 INVITE", 1, |answer| {
            answer.kind = Kind::Response(Status::OK);
            (answer.min_se, answer.requires_timer) = (None, true);
            answer.session_expires = Some(SessionExpires { interval_s: 300, refresher: Some(Refresher::Uac) });
        });
    });
}

#[test]
fn refusing_an_interval_that_is_long_enough_breaks_s1() {
    Trace::of(&plain()).breaks("S1", |facts| {
        alter(facts, Callee, "200 UPDATE", 1, |answer| {
            answer.kind = Kind::Response(Status::SESSION_INTERVAL_TOO_SMALL);
            (answer.session_expires, answer.requires_timer, answer.min_se) = (None, false, Some(90));
        });
    });
}

#[test]
fn leaving_the_interval_of_a_client_without_support_below_ones_least_breaks_s2() {
    let inserts = CallKeeping { session_expires: Some(90), inserts: Inserts::Every, ..INDIFFERENT };
    let call = plain().through(vec![keeps(inserts)]).with(|setup| {
        setup.caller.supports_timer = false;
        setup.callee.min_se = Some(300);
    });
    Trace::of(&call)
        .breaks("S2", |facts| alter(facts, Callee, "200 INVITE", 1, |answer| expires(answer).interval_s = 90));
}

#[test]
fn answering_more_than_was_asked_breaks_s3() {
    Trace::of(&plain())
        .breaks("S3", |facts| alter(facts, Callee, "200 INVITE", 1, |answer| expires(answer).interval_s = 301));
}

#[test]
fn setting_less_than_the_min_se_of_a_request_without_an_interval_breaks_s4() {
    let call = plain().with(|setup| {
        (setup.caller.session_expires, setup.caller.min_se) = (None, Some(400));
        setup.callee.session_expires = Some(300);
    });
    Trace::of(&call)
        .breaks("S4", |facts| alter(facts, Callee, "200 INVITE", 1, |answer| expires(answer).interval_s = 300));
}

#[test]
fn answering_another_refresher_than_was_asked_breaks_s5() {
    let trace = Trace::of(&plain().refresher(Refresher::Uac));
    let other = Some(Refresher::Uas);
    trace.breaks("S5", |facts| alter(facts, Callee, "200 INVITE", 1, |answer| expires(answer).refresher = other));
}

#[test]
fn a_2xx_with_an_interval_that_does_not_require_timer_breaks_s6() {
    Trace::of(&plain())
        .breaks("S6", |facts| alter(facts, Callee, "200 INVITE", 1, |answer| answer.requires_timer = false));
}

#[test]
fn an_interval_in_the_2xx_of_a_server_without_support_breaks_s7() {
    let trace = Trace::of(&plain().with(|setup| setup.callee.supports_timer = false));
    let given = Some(SessionExpires { interval_s: 300, refresher: Some(Refresher::Uac) });
    trace.breaks("S7", |facts| alter(facts, Callee, "200 INVITE", 1, |answer| answer.session_expires = given));
}
