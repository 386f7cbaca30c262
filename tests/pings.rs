//! Pings in the dialog, by OPTIONS and by re-INVITE: who is found out when, worked out by hand.

mod common;

use byeloss::sip::{
    CallKeeping, Inserts, Method, OnExpiry, Ping, PingBy, Pings, Profile, ProxyProfile, Refusal, ReleaseCause, Status,
    WhenLost,
};
use byeloss::time::Span;
use byeloss::world::{Element, Fault, FaultClock, FaultEffect, FaultMessage, HangUp, Part};
use common::{Call, Callee, Caller, assert_released};

/// The first element between the ends, and the second.
const FIRST: Element = Element::between(0);
const SECOND: Element = Element::between(1);

/// A call of an hour's interval, established at 0, whose caller pings each 30 s.
fn pinging(ping: Ping) -> Call {
    Call::established().session_expires(3600).with(|setup| setup.caller.ping = Some(ping))
}

/// The callee is gone at 10 s, and never heard of again.
fn dies(call: Call) -> Call {
    call.hangs_up(Callee, 10.0).ending(HangUp::Dies, 0.0).until(5000.0)
}

#[test]
fn an_options_is_sent_each_30_s_and_answered_by_whoever_holds_the_dialog() {
    let story = pinging(Ping::OPTIONS).until(100.0).run();
    assert_eq!(story.sent(Caller, "OPTIONS"), [30.0, 60.0, 90.0]);
    assert_eq!(story.sent(Callee, "200 OPTIONS"), [30.05, 60.05, 90.05]);
    let cseqs: Vec<u32> = story.sends(Caller, "OPTIONS").map(|(_, message, _)| message.cseq).collect();
    assert_eq!(cseqs, [2, 3, 4]);
}

#[test]
fn a_ping_is_no_refresh_and_the_watcher_gives_up_as_if_there_were_none() {
    let call = pinging(Ping { every: Span::from_secs(10), ..Ping::OPTIONS }).session_expires(90);
    let story = call.lose(Caller, Method::Update, &[]).until(100.0).run();
    assert_eq!(story.sends(Callee, "200 OPTIONS").count(), 5);
    assert_eq!(story.refreshed(Callee), []);
    assert_released(&story, Callee, 60.0, ReleaseCause::RefreshMissing);
}

#[test]
fn a_481_to_a_ping_ends_the_call_at_once() {
    let story = pinging(Ping::OPTIONS).hangs_up(Callee, 10.0).ending(HangUp::Restarts, 5.0).until(100.0).run();
    assert_eq!(story.sent(Callee, "481 OPTIONS"), [30.05]);
    assert_released(&story, Caller, 30.1, ReleaseCause::PingFailed);
    assert_eq!(story.sent(Caller, "BYE"), [30.1]);
}

#[test]
fn silence_ends_the_call_when_timer_f_of_the_ping_has_fired() {
    let story = dies(pinging(Ping::OPTIONS)).run();
    assert_eq!(story.schedule(Caller, "OPTIONS").0.len(), 11);
    assert_released(&story, Caller, 62.0, ReleaseCause::PingFailed);
}

#[test]
fn a_miss_that_is_allowed_costs_another_ping_and_none_is_sent_while_one_is_unanswered() {
    let story = dies(pinging(Ping { misses: 1, ..Ping::OPTIONS })).run();
    // The ping of 60 s is left out; that of 90 s times out too.
    assert_eq!(story.sends(Caller, "OPTIONS").filter(|(.., copy)| *copy == 1).count(), 2);
    assert_released(&story, Caller, 122.0, ReleaseCause::PingFailed);
}

#[test]
fn a_ping_that_is_answered_makes_up_for_one_that_was_not() {
    // Each second ping is lost whole: its eleven copies.
    let call = pinging(Ping { misses: 1, every: Span::from_secs(60), ..Ping::OPTIONS }).until(400.0);
    let lost: Vec<u32> = (2..=12).chain(14..=24).collect();
    let story = call.lose(Caller, Method::Options, &lost).run();
    assert_eq!(story.sends(Callee, "200 OPTIONS").count(), 4);
    assert_eq!(story.released(Caller), None);
}

#[test]
fn after_a_grace_the_call_is_forgotten_without_a_bye_where_that_is_set() {
    let ping = Ping { grace: Span::from_secs(10), on_silence: WhenLost::Vanish, ..Ping::OPTIONS };
    let story = dies(pinging(ping)).run();
    assert_released(&story, Caller, 72.0, ReleaseCause::PingFailed);
    assert_eq!(story.sent(Caller, "BYE"), []);
}

#[test]
fn where_silence_is_nothing_the_session_timer_ends_the_call() {
    let story = dies(pinging(Ping { on_silence: WhenLost::Nothing, ..Ping::OPTIONS })).run();
    assert_released(&story, Caller, 1832.0, ReleaseCause::RefreshTimedOut);
}

#[test]
fn a_408_is_told_from_silence_and_from_a_481() {
    let answer = |status| Fault {
        senders: vec![Element::CALLER],
        message: FaultMessage::Request(Method::Options),
        nth: vec![1],
        clock: FaultClock::Run,
        from: Span::ZERO,
        duration: None,
        effect: FaultEffect::Refuse(Refusal { status, retry_after_s: None, min_se: None }),
    };
    let quiet = Ping { on_gone: WhenLost::Nothing, on_silence: WhenLost::Nothing, ..Ping::OPTIONS };
    let run = |status| pinging(quiet).until(100.0).with(|setup| setup.faults.push(answer(status))).run();
    assert_released(&run(Status::REQUEST_TIMEOUT), Caller, 30.1, ReleaseCause::PingFailed);
    for other in [Status::NO_SUCH_CALL, Status::SERVER_ERROR, Status::NOT_IMPLEMENTED] {
        assert_eq!(run(other).released(Caller), None, "{other:?}");
    }
}

#[test]
fn a_re_invite_that_pings_has_its_ack_and_refreshes_like_any_other() {
    let ping = Ping { by: PingBy::Invite, every: Span::from_secs(300), ..Ping::OPTIONS };
    let story = pinging(ping).until(700.0).run();
    assert_eq!(story.sent(Caller, "INVITE"), [300.0, 600.0]);
    assert_eq!(story.sent(Caller, "ACK"), [300.1, 600.1]);
    assert_eq!(story.refreshed(Callee), [300.05, 600.05]);
    let dead = dies(pinging(ping)).run();
    assert_eq!(dead.schedule(Caller, "INVITE"), [0.0, 0.5, 1.5, 3.5, 7.5, 15.5, 31.5]);
    assert_released(&dead, Caller, 332.0, ReleaseCause::PingFailed);
}

/// A proxy that holds calls, minds nothing and pings both sides.
fn pings(ping: Ping) -> Part {
    let calls = CallKeeping {
        session_expires: None,
        inserts: Inserts::Never,
        lowers: false,
        min_se: None,
        refuses: false,
        adds_to_2xx: false,
        lifetime: None,
        on_expiry: OnExpiry::Forget,
        pings: Some(Pings { ping, sides: [true, true] }),
    };
    Part::Proxy(ProxyProfile { calls: Some(calls), ..ProxyProfile::STATEFUL })
}

#[test]
fn a_proxy_pings_both_sides_as_from_the_other_and_disturbs_no_cseq() {
    let story = Call::new().session_expires(90).through(vec![pings(Ping::OPTIONS)]).until(100.0).run();
    // It forwarded the 2xx at 0.15 s.
    assert_eq!(story.sent(FIRST, "OPTIONS"), [30.15, 30.15, 60.15, 60.15, 90.15, 90.15]);
    assert_eq!(story.sent(Caller, "200 OPTIONS"), [30.2, 60.2, 90.2]);
    assert_eq!(story.sent(Callee, "200 OPTIONS"), [30.2, 60.2, 90.2]);
    assert!(!story.messages().iter().any(|name| name.contains("500")), "the caller's refreshes are in order");
    assert_eq!(story.refreshed(Caller).0.len(), 2);
}

#[test]
fn a_proxy_whose_ping_nobody_answers_says_bye_to_both_sides() {
    let call = Call::new().through(vec![pings(Ping::OPTIONS)]).hangs_up(Callee, 10.0).ending(HangUp::Dies, 0.0);
    let story = call.until(200.0).run();
    assert_released(&story, FIRST, 62.15, ReleaseCause::PingFailed);
    assert_released(&story, Caller, 62.2, ReleaseCause::ByeReceived);
}

#[test]
fn a_proxy_that_forgets_leaves_the_caller_to_its_session_timer() {
    let lost = WhenLost::Vanish;
    let ping = Ping { on_gone: lost, on_timeout: lost, on_silence: lost, grace: Span::from_secs(10), ..Ping::OPTIONS };
    let call = Call::new().through(vec![pings(ping)]).hangs_up(Callee, 10.0).ending(HangUp::Dies, 0.0);
    let story = call.until(200.0).run();
    assert_released(&story, FIRST, 72.15, ReleaseCause::PingFailed);
    assert_eq!(story.released(Caller), None);
}

#[test]
fn a_leg_of_a_b2bua_that_pings_ends_the_other_leg_too() {
    let leg = Profile { ping: Some(Ping::OPTIONS), ..Profile::RFC };
    let sbc = Part::B2bua { legs: Box::new([Profile::RFC, leg]), media_limit: None };
    let call = Call::new().through(vec![sbc]).hangs_up(Callee, 10.0).ending(HangUp::Dies, 0.0).until(200.0);
    let story = call.run();
    // The leg is established at 0.15 s.
    assert_released(&story, SECOND, 62.15, ReleaseCause::PingFailed);
    assert_released(&story, FIRST, 62.15, ReleaseCause::PartnerEnded);
    assert_released(&story, Caller, 62.2, ReleaseCause::ByeReceived);
}

#[test]
fn a_refresh_to_a_side_without_timers_and_update_is_an_options_where_that_is_set() {
    let adds = CallKeeping {
        session_expires: None,
        inserts: Inserts::Never,
        lowers: false,
        min_se: None,
        refuses: false,
        adds_to_2xx: true,
        lifetime: None,
        on_expiry: OnExpiry::Forget,
        pings: None,
    };
    let proxy = Part::Proxy(ProxyProfile { calls: Some(adds), ..ProxyProfile::STATEFUL });
    let call = Call::new().session_expires(600).through(vec![proxy]).until(700.0).with(|setup| {
        setup.caller.options_refresh = true;
        (setup.callee.supports_timer, setup.callee.allows_update) = (false, false);
    });
    let story = call.clone().run();
    assert_eq!(story.sent(Caller, "OPTIONS"), [300.2, 600.4]);
    assert_eq!(story.refreshed(Caller), [300.4, 600.6]);
    // To one that knows timers it is a re-INVITE.
    let story = call.with(|setup| setup.callee.supports_timer = true).run();
    assert_eq!(story.sent(Caller, "OPTIONS"), []);
    assert_eq!(story.sends(Caller, "INVITE").count(), 3);
}
