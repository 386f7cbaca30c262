//! The proxy's rules.

use byeloss::sip::{
    CallKeeping, GiveUp, Inserts, Method, OnExpiry, OnFailure, ProxyProfile, Refresher, SessionExpires,
};
use byeloss::world::{Element, Fact, Part};

use super::common::{Call, Caller};
use super::{Trace, alter, expires, shift};

/// The first proxy after the caller, and the second.
const FIRST: Element = Element::between(0);
const SECOND: Element = Element::between(1);

/// Wants nothing and minds nothing, but holds calls.
pub(super) const INDIFFERENT: CallKeeping = CallKeeping {
    session_expires: None,
    inserts: Inserts::Never,
    lowers: false,
    min_se: None,
    refuses: false,
    adds_to_2xx: false,
    lifetime: None,
    on_expiry: OnExpiry::Forget,
    pings: None,
};

pub(super) fn keeps(keeping: CallKeeping) -> Part {
    Part::Proxy(ProxyProfile { calls: Some(keeping), ..ProxyProfile::STATEFUL })
}

fn inserts(interval_s: u32) -> CallKeeping {
    CallKeeping { session_expires: Some(interval_s), inserts: Inserts::Every, ..INDIFFERENT }
}

fn through(call: Call, keeping: &[CallKeeping]) -> Call {
    call.through(keeping.iter().map(|keeping| keeps(*keeping)).collect()).until(5.0)
}

#[test]
fn inserting_an_interval_with_a_refresher_or_below_the_min_se_breaks_p1() {
    let call = Call::new().with(|setup| (setup.caller.session_expires, setup.caller.min_se) = (None, Some(200)));
    let trace = Trace::of(&through(call, &[inserts(300)]));
    let named = Some(Refresher::Uac);
    trace.breaks("P1", |facts| alter(facts, FIRST, "INVITE", 1, |invite| expires(invite).refresher = named));
    trace.breaks("P1", |facts| alter(facts, FIRST, "INVITE", 1, |invite| expires(invite).interval_s = 199));
}

#[test]
fn lowering_an_interval_below_the_min_se_or_dropping_its_refresher_breaks_p2() {
    let lowers = CallKeeping { session_expires: Some(300), lowers: true, ..INDIFFERENT };
    let call = Call::new().refresher(Refresher::Uas).with(|setup| setup.caller.min_se = Some(200));
    let trace = Trace::of(&through(call, &[lowers]));
    trace.breaks("P2", |facts| alter(facts, FIRST, "INVITE", 1, |invite| expires(invite).refresher = None));
    trace.breaks("P2", |facts| alter(facts, FIRST, "INVITE", 1, |invite| expires(invite).interval_s = 199));
}

#[test]
fn raising_the_interval_of_a_client_with_support_breaks_p3() {
    let trace = Trace::of(&through(Call::new().session_expires(300), &[INDIFFERENT]));
    trace.breaks("P3", |facts| alter(facts, FIRST, "INVITE", 1, |invite| expires(invite).interval_s = 600));
}

#[test]
fn touching_the_min_se_of_a_client_with_support_breaks_p4() {
    let call = Call::new().session_expires(300).with(|setup| setup.caller.min_se = Some(120));
    let trace = Trace::of(&through(call, &[INDIFFERENT]));
    trace.breaks("P4", |facts| alter(facts, FIRST, "INVITE", 1, |invite| invite.min_se = Some(200)));
}

#[test]
fn refusing_with_another_least_than_ones_own_breaks_p4() {
    let refuses = CallKeeping { min_se: Some(300), refuses: true, ..INDIFFERENT };
    let trace = Trace::of(&through(Call::new().session_expires(90), &[refuses]));
    trace.breaks("P4", |facts| alter(facts, FIRST, "422 INVITE", 1, |refusal| refusal.min_se = Some(301)));
}

#[test]
fn raising_an_interval_and_not_min_se_for_a_client_without_support_breaks_p5() {
    let refuses = CallKeeping { min_se: Some(300), refuses: true, ..INDIFFERENT };
    let call = Call::new().with(|setup| setup.caller.supports_timer = false);
    let trace = Trace::of(&through(call, &[inserts(90), refuses]));
    trace.breaks("P5", |facts| alter(facts, SECOND, "INVITE", 1, |invite| invite.min_se = None));
    trace.breaks("P5", |facts| alter(facts, SECOND, "INVITE", 1, |invite| expires(invite).interval_s = 90));
}

#[test]
fn changing_a_2xx_that_has_an_interval_breaks_p6() {
    let trace = Trace::of(&through(Call::new(), &[INDIFFERENT]));
    trace.breaks("P6", |facts| alter(facts, FIRST, "200 INVITE", 1, |answer| expires(answer).interval_s = 90));
}

#[test]
fn adding_an_interval_to_a_2xx_without_require_or_with_the_wrong_refresher_breaks_p7() {
    let adds = CallKeeping { adds_to_2xx: true, ..INDIFFERENT };
    let call = Call::new().session_expires(600).with(|setup| setup.callee.supports_timer = false);
    let trace = Trace::of(&through(call.clone(), &[adds]));
    trace.breaks("P7", |facts| alter(facts, FIRST, "200 INVITE", 1, |answer| answer.requires_timer = false));
    let other = Some(Refresher::Uas);
    trace.breaks("P7", |facts| alter(facts, FIRST, "200 INVITE", 1, |answer| expires(answer).refresher = other));
    // Erratum 8926: not if the client had asked the server to refresh.
    let trace = Trace::of(&through(call.refresher(Refresher::Uas), &[adds]));
    let added = Some(SessionExpires { interval_s: 600, refresher: Some(Refresher::Uac) });
    trace.breaks("P7", |facts| {
        alter(facts, FIRST, "200 INVITE", 1, |answer| (answer.session_expires, answer.requires_timer) = (added, true));
    });
}

#[test]
fn adding_an_interval_for_a_client_without_support_breaks_p8() {
    let call = Call::new().with(|setup| {
        setup.caller.supports_timer = false;
        setup.callee.supports_timer = false;
    });
    let trace = Trace::of(&through(call, &[CallKeeping { adds_to_2xx: true, ..inserts(600) }]));
    let added = Some(SessionExpires { interval_s: 600, refresher: Some(Refresher::Uac) });
    trace.breaks("P8", |facts| alter(facts, FIRST, "200 INVITE", 1, |answer| answer.session_expires = added));
}

#[test]
fn forgetting_a_call_late_or_saying_bye_to_it_breaks_p9() {
    // Neither end gives up in time: the network is dead from 10 s on, and both wait longer than the proxy.
    let call = Call::new().session_expires(90).through(vec![keeps(INDIFFERENT)]).until(91.0);
    let call = call.outage(None, 10.0, 1000.0);
    let facts = |call: &Call| Trace::of(call);
    let trace = facts(&call);
    trace.breaks("P9", |facts| shift(facts, FIRST, 90.15, 0.5));
    trace.breaks("P9", |facts| {
        let bye = facts.iter().find_map(|(when, fact)| match fact {
            Fact::Sent { message, to, outcome, .. } if message.is_bye() => Some((*when, *message, *to, *outcome)),
            _ => None,
        });
        let (when, mut message, to, outcome) = bye.expect("an end says BYE");
        message.branch.element = FIRST.number();
        facts.push((
            when + byeloss::time::Span::from_millis(1),
            Fact::Sent { from: FIRST, to, message, copy: 1, outcome },
        ));
    });
}

#[test]
fn a_request_of_a_dialog_sent_to_a_proxy_that_is_not_in_its_route_breaks_p10() {
    let silent = Part::Proxy(ProxyProfile { records_route: false, ..ProxyProfile::STATEFUL });
    let trace = Trace::of(&Call::new().session_expires(90).through(vec![silent]).hangs_up(Caller, 100.0).until(200.0));
    trace.breaks("P10", |facts| {
        for (_, fact) in facts.iter_mut() {
            if let Fact::Sent { to, message, .. } = fact
                && message.method == Method::Update
                && message.status().is_none()
            {
                *to = FIRST;
            }
        }
    });
}

/// An end that obeys no rule of giving up is told by that rule.
#[test]
fn a_caller_that_lives_on_after_its_refresh_has_timed_out_breaks_r3() {
    let call = Call::established().outage(None, 890.0, 1000.0).until(2000.0).with(|setup| {
        setup.caller.on_timeout = OnFailure::RunOut;
        setup.caller.refresher_gives_up = GiveUp::Never;
    });
    let mut checker = byeloss::conformance::Checker::new(&call.0, 0);
    let end = byeloss::world::Runner::new(&call.0, &Default::default()).run(0, &mut checker);
    assert_eq!(checker.finish(end).first().map(|breach| breach.rule), Some("R3"));
}
