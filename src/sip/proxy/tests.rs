//! What a proxy keeps in memory.

use super::{Proxy, ProxyProfile, Relay};
use crate::sip::actions::{Action, Actions, Timer};
use crate::sip::agent::Input;
use crate::sip::message::{Branch, Message, Method, Status, Tag};
use crate::time::{Span, Time};

fn at(seconds: u64) -> Time {
    Time::ZERO + Span::from_secs(seconds)
}

/// The nth UPDATE of the caller.
fn update(ordinal: u32) -> Message {
    let branch = Branch { element: 0, method: Method::Update, ordinal };
    Message::request(Method::Update, branch, ordinal + 2, Tag::of(0, 1), Tag::of(1, 1))
}

/// What the proxy sends on of `request`, which comes at `now`, if it does.
fn forwarded(proxy: &mut Proxy, now: Time, request: Message) -> Option<Message> {
    let mut out = Actions::new();
    proxy.handle(now, Input::Receive(&request), &mut out);
    out.as_slice().iter().find_map(|action| match action {
        Action::Send { message, .. } if message.status().is_none() => Some(*message),
        _ => None,
    })
}

#[test]
fn a_request_that_nobody_answers_leaves_nothing_behind() {
    let mut proxy = Proxy::new(2, ProxyProfile::CALL_STATEFUL);
    for nth in 0..1000u32 {
        let now = at(u64::from(nth) * 40);
        assert!(forwarded(&mut proxy, now, update(nth)).is_some());
        proxy.handle(now + Span::from_secs(32), Input::Fire(Timer::ClientTimeout(0)), &mut Actions::new());
        assert!(proxy.relays.is_empty(), "after {} time-outs", nth + 1);
    }
    assert_eq!((proxy.clients.kept(), proxy.servers.kept()), (1, 1));
}

#[test]
fn ten_thousand_refreshes_leave_no_more_behind_than_a_few() {
    let mut proxy = Proxy::new(2, ProxyProfile::CALL_STATEFUL);
    let mut most = (0, 0, 0);
    for nth in 0..10_000u32 {
        let now = at(u64::from(nth) * 45);
        let sent = forwarded(&mut proxy, now, update(nth)).expect("forwarded");
        proxy.handle(now, Input::Receive(&sent.response(Status::OK, Tag::of(1, 1))), &mut Actions::new());
        let kept = (proxy.relays.len(), proxy.clients.kept(), proxy.servers.kept());
        most = (most.0.max(kept.0), most.1.max(kept.1), most.2.max(kept.2));
    }
    // A relay is kept for 64 s, a transaction that absorbs for 32 s; a slot is used again.
    assert_eq!(most, (2, 1, 2));
}

#[test]
fn more_requests_at_once_than_a_timer_can_name_are_dropped_and_none_takes_the_place_of_another() {
    let mut proxy = Proxy::new(2, ProxyProfile::STATEFUL);
    let sent: Vec<_> = (0..400).map(|nth| forwarded(&mut proxy, at(1), update(nth))).collect();
    assert_eq!(sent.iter().flatten().count(), 255);
    assert!(sent[..255].iter().all(Option::is_some), "the first ones go on");
    // Each is answered to whom it came from.
    for (nth, sent) in sent.iter().flatten().enumerate() {
        let mut out = Actions::new();
        proxy.handle(at(2), Input::Receive(&sent.response(Status::OK, Tag::of(1, 1))), &mut out);
        let back = out.as_slice().iter().find_map(|action| match action {
            Action::Send { message, .. } => Some(message.branch),
            _ => None,
        });
        assert_eq!(back, Some(update(nth as u32).branch));
    }
    // Then there is room again.
    assert!(forwarded(&mut proxy, at(3), update(300)).is_some());
    let answered = proxy.relays.iter().filter(|Relay { answer, .. }| answer.is_some()).count();
    assert_eq!((answered, proxy.relays.len()), (255, 256));
}
