//! The rules of transactions and dialogs.

use byeloss::net::{Link, Path, Route, Transport};
use byeloss::random::{Distribution, Probability};
use byeloss::sip::{Change, Kind, Method, ProxyProfile, Session, Status};
use byeloss::time::{Span, Time};
use byeloss::world::{Element, Fact, Part, Request, RequestClock};

use super::common::{Call, Callee, Caller, DELAY};
use super::{Facts, Trace, alter, at, expires};

/// Moves copy `copy` of what `sender` sends under this name.
fn move_copy(facts: &mut Facts, sender: Element, name: &str, number: u16, by: Span) {
    for (when, fact) in facts.iter_mut() {
        if let Fact::Sent { from, message, copy, .. } = fact
            && *from == sender
            && *copy == number
            && message.to_string() == name
        {
            *when = *when + by;
        }
    }
}

const TENTH: Span = Span::from_millis(100);

#[test]
fn a_copy_of_an_invite_that_is_late_or_left_out_breaks_t1() {
    let trace = Trace::of(&Call::new().lose(Caller, Method::Invite, &[]));
    trace.breaks("T1", |facts| move_copy(facts, Element::CALLER, "INVITE", 3, TENTH));
    trace.breaks("T1", |facts| {
        facts.retain(|(_, fact)| !matches!(fact, Fact::Sent { copy: 7, .. }));
    });
}

#[test]
fn a_copy_of_a_bye_that_is_late_or_one_too_many_breaks_t2() {
    let call = Call::established().hangs_up(Caller, 10.0).lose(Caller, Method::Bye, &[]).until(100.0);
    let trace = Trace::of(&call);
    trace.breaks("T2", |facts| move_copy(facts, Element::CALLER, "BYE", 5, TENTH));
    trace.breaks("T2", |facts| {
        let last = |fact: &Fact| matches!(fact, Fact::Sent { copy: 11, .. });
        let (_, mut twelfth) = *facts.iter().find(|(_, fact)| last(fact)).expect("eleven copies");
        if let Fact::Sent { copy, .. } = &mut twelfth {
            *copy = 12;
        }
        facts.push((at(41.8), twelfth));
    });
}

#[test]
fn a_2xx_that_is_not_sent_again_in_time_breaks_t3() {
    let trace = Trace::of(&Call::new().lose(Caller, Method::Ack, &[1, 2]).until(10.0));
    trace.breaks("T3", |facts| move_copy(facts, Element::CALLEE, "200 INVITE", 2, TENTH));
}

#[test]
fn a_2xx_without_an_ack_breaks_t3() {
    let is_ack = |fact: &Fact| match fact {
        Fact::Sent { message, .. } | Fact::Delivered { message, .. } => message.method == Method::Ack,
        _ => false,
    };
    Trace::of(&Call::new().until(0.4)).breaks("T3", |facts| facts.retain(|(_, fact)| !is_ack(fact)));
}

#[test]
fn another_answer_to_a_repeated_request_breaks_t4() {
    let trace = Trace::of(&Call::established().lose_responses(Callee, Method::Update, &[1]).until(1000.0));
    trace.breaks("T4", |facts| alter(facts, Callee, "200 UPDATE", 2, |answer| expires(answer).interval_s = 900));
}

#[test]
fn a_second_copy_over_tcp_breaks_t5() {
    let delay = Distribution::Constant(Span::from_secs_f64(DELAY));
    let link = Link { transport: Transport::Tcp(Span::from_secs(900)), ..Link::udp(Probability::NEVER, delay) };
    let route = Route { nodes: Vec::new(), to_callee: vec![link.clone()], to_caller: vec![link] };
    let call = Call::new().session_expires(90).hangs_up(Caller, 60.0);
    let trace = Trace::of(&call.with(|setup| setup.path = Path::new(&route).expect("one link")));
    trace.breaks("T5", |facts| {
        let is_update = |fact: &Fact| matches!(fact, Fact::Sent { message, .. } if message.to_string() == "UPDATE");
        let (when, mut again) = *facts.iter().find(|(_, fact)| is_update(fact)).expect("an UPDATE");
        if let Fact::Sent { copy, .. } = &mut again {
            *copy = 2;
        }
        facts.push((when + Span::from_millis(50), again));
    });
}

#[test]
fn a_repeated_request_that_refreshes_once_more_breaks_t6() {
    let trace = Trace::of(&Call::established().lose_responses(Callee, Method::Update, &[1]).until(1000.0));
    let again = Fact::Refreshed { element: Element::CALLEE, session: Session::Watching { interval_s: 1800 } };
    // The second copy arrives at 900.55 s.
    trace.breaks("T6", |facts| facts.push((at(900.55), again)));
}

#[test]
fn a_proxy_that_says_100_to_a_bye_too_soon_or_leaves_out_a_copy_breaks_t7() {
    let call =
        Call::established().through(vec![Part::Proxy(ProxyProfile::STATEFUL)]).hangs_up(Caller, 10.0).until(100.0);
    let first = Element::between(0);
    let trace = Trace::of(&call.lose(first, Method::Bye, &[]));
    trace.breaks("T7", |facts| {
        for (when, fact) in facts.iter_mut() {
            if matches!(fact, Fact::Sent { message, .. } if message.status() == Some(Status::TRYING)) {
                *when = at(when.since(Time::ZERO).as_secs_f64() - 1.0);
            }
        }
    });
    trace.breaks("T7", |facts| {
        facts.retain(|(_, fact)| !matches!(fact, Fact::Sent { from, copy: 2, .. } if *from == first));
    });
}

#[test]
fn a_request_that_skips_a_cseq_or_leaves_its_route_breaks_t8() {
    let trace = Trace::of(&Call::new().session_expires(90).hangs_up(Caller, 60.0));
    trace.breaks("T8", |facts| alter(facts, Caller, "UPDATE", 1, |update| update.cseq += 1));
    trace.breaks("T8", |facts| alter(facts, Caller, "UPDATE", 1, |update| update.routed = false));
}

#[test]
fn accepting_an_offer_that_crosses_ones_own_breaks_t9() {
    let change = Change { method: Method::Invite, offer: true, refreshes: true };
    let request = |sender| Request { sender, change, clock: RequestClock::Run, at: Span::from_secs(30) };
    let call = Call::established().until(60.0).with(|setup| setup.requests = vec![request(Caller), request(Callee)]);
    let trace = Trace::of(&call);
    trace.breaks("T9", |facts| {
        alter(facts, Callee, "491 INVITE", 1, |answer| answer.kind = Kind::Response(Status::OK));
    });
}
