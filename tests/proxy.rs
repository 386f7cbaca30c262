//! Stateful proxies between caller and callee, rule by rule (RFC 4028 8; RFC 3261 16, RFC 4320, RFC 6026).

mod common;

use byeloss::measure::{CallCounter, Tally};
use byeloss::sip::{
    Action, Actions, Agent, Branch, CallKeeping, Input, Inserts, Message, Method, OnExpiry, Profile, Proxy,
    ProxyProfile, Refresher, ReleaseCause, Session, SessionExpires, Side, Status, Tag, Timer,
};
use byeloss::time::{Span, Time};
use byeloss::world::{Crash, Element, FaultClock, HangUp, Part, Runner};
use common::{Call, Callee, Caller, Story, assert_released};

/// The first proxy after the caller, and the second.
const FIRST: Element = Element::between(0);
const SECOND: Element = Element::between(1);

/// Wants nothing and minds nothing, but holds calls.
const INDIFFERENT: CallKeeping = CallKeeping {
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

fn keeps(keeping: CallKeeping) -> Part {
    Part::Proxy(ProxyProfile { calls: Some(keeping), ..ProxyProfile::STATEFUL })
}

fn stateful() -> Part {
    Part::Proxy(ProxyProfile::STATEFUL)
}

/// A proxy that inserts this interval where there is none.
fn inserts(interval_s: u32) -> CallKeeping {
    CallKeeping { session_expires: Some(interval_s), inserts: Inserts::Every, ..INDIFFERENT }
}

/// A proxy whose least interval this is, and that says so with 422.
fn refuses_below(min_se: u32) -> CallKeeping {
    CallKeeping { min_se: Some(min_se), refuses: true, ..INDIFFERENT }
}

fn without_timer(call: Call) -> Call {
    call.with(|setup| setup.caller.supports_timer = false)
}

/// What the INVITE asks for as this element sends it.
fn asked(story: &Story, element: Element) -> (Option<u32>, Option<Refresher>, Option<u32>) {
    let invite = story.first(element, "INVITE");
    let expires = invite.session_expires;
    (expires.map(|asked| asked.interval_s), expires.and_then(|asked| asked.refresher), invite.min_se)
}

/// What the 200 to the INVITE says as this element sends it.
fn given(story: &Story, element: Element) -> (Option<SessionExpires>, bool) {
    let response = story.first(element, "200 INVITE");
    (response.session_expires, response.requires_timer)
}

fn expires(interval_s: u32, refresher: Refresher) -> Option<SessionExpires> {
    Some(SessionExpires { interval_s, refresher: Some(refresher) })
}

// P1

#[test]
fn a_proxy_inserts_an_interval_where_there_is_none_and_names_no_refresher() {
    let call = Call::new().with(|setup| setup.caller.session_expires = None).until(5.0);
    let inserted = call.clone().through(vec![keeps(inserts(300))]).run();
    assert_eq!(asked(&inserted, Element::CALLER), (None, None, None));
    assert_eq!(asked(&inserted, FIRST), (Some(300), None, None));
    // It does not touch one that is there.
    let there = call.session_expires(600).through(vec![keeps(inserts(300))]).run();
    assert_eq!(asked(&there, FIRST).0, Some(600));
}

#[test]
fn an_inserted_interval_is_never_below_the_min_se_of_the_request() {
    let call = Call::new().with(|setup| (setup.caller.session_expires, setup.caller.min_se) = (None, Some(500)));
    let story = call.through(vec![keeps(inserts(300))]).until(5.0).run();
    assert_eq!(asked(&story, FIRST), (Some(500), None, Some(500)));
}

#[test]
fn a_proxy_that_inserts_into_first_invites_alone_leaves_a_refresh_as_it_is() {
    let first = CallKeeping { inserts: Inserts::First, ..inserts(300) };
    // The callee knows no timers, so the caller refreshes on nobody's account: the session does not expire.
    let call = Call::new().with(|setup| setup.caller.session_expires = None).until(1000.0);
    let story = call.through(vec![keeps(first)]).run();
    assert_eq!(asked(&story, FIRST).0, Some(300));
    assert_eq!(story.first(FIRST, "UPDATE").session_expires, expires(300, Refresher::Uac));
}

// P2, P3

#[test]
fn a_proxy_lowers_an_interval_and_keeps_the_refresher() {
    let lowers = CallKeeping { session_expires: Some(300), lowers: true, ..INDIFFERENT };
    let call = Call::new().session_expires(1800).refresher(Refresher::Uas).until(5.0);
    let story = call.clone().through(vec![keeps(lowers)]).run();
    assert_eq!(asked(&story, FIRST), (Some(300), Some(Refresher::Uas), None));
    // But not below the request's Min-SE.
    let least = call.with(|setup| setup.caller.min_se = Some(600)).through(vec![keeps(lowers)]).run();
    assert_eq!(asked(&least, FIRST), (Some(600), Some(Refresher::Uas), Some(600)));
}

#[test]
fn a_proxy_never_raises_an_interval_of_a_client_that_supports_timers() {
    for keeping in [
        CallKeeping { session_expires: Some(1800), lowers: true, ..INDIFFERENT },
        CallKeeping { min_se: Some(1800), refuses: false, ..INDIFFERENT },
        inserts(1800),
    ] {
        let story = Call::new().session_expires(300).through(vec![keeps(keeping)]).until(5.0).run();
        assert_eq!(asked(&story, FIRST), (Some(300), None, None), "{keeping:?}");
    }
}

// P4

#[test]
fn a_proxy_answers_422_with_its_least_and_the_caller_comes_back_with_it() {
    let story = Call::new().session_expires(90).through(vec![keeps(refuses_below(300))]).until(5.0).run();
    assert_eq!(story.first(FIRST, "422 INVITE").min_se, Some(300));
    let invites: Vec<Message> = story.sends(FIRST, "INVITE").map(|(_, invite, _)| invite).collect();
    assert_eq!(invites.len(), 1, "the refused INVITE went no further");
    assert_eq!(asked(&story, FIRST), (Some(300), None, Some(300)));
    assert_eq!(story.established(Caller), Some(0.3));
}

#[test]
fn a_chain_of_proxies_raises_the_min_se_round_by_round_and_the_rounds_are_bounded() {
    let chain = |least: &[u32]| {
        let parts = least.iter().map(|&least| keeps(refuses_below(least))).collect();
        Call::new().session_expires(90).through(parts).until(20.0).run()
    };
    let story = chain(&[120, 300, 600]);
    let asked: Vec<_> = story.sends(Caller, "INVITE").map(|(_, invite, _)| (invite.cseq, invite.min_se)).collect();
    assert_eq!(asked, [(1, None), (2, Some(120)), (3, Some(300)), (4, Some(600))]);
    assert_eq!(story.session(Callee), Some(Session::Watching { interval_s: 600 }));
    // Five INVITEs at most (C6): the sixth least is never reached.
    let hopeless = chain(&[100, 120, 140, 160, 180]);
    assert_eq!(hopeless.sends(Caller, "INVITE").count(), 5);
    assert_eq!(hopeless.released(Caller).map(|(_, cause)| cause), Some(ReleaseCause::SetupFailed));
}

#[test]
fn a_proxy_touches_no_min_se_of_a_client_that_supports_timers() {
    let call = Call::new().session_expires(300).with(|setup| setup.caller.min_se = Some(120));
    for keeping in [refuses_below(200), inserts(1800), CallKeeping { refuses: false, ..refuses_below(600) }] {
        let story = call.clone().through(vec![keeps(keeping)]).until(5.0).run();
        assert_eq!(asked(&story, FIRST).2, Some(120), "{keeping:?}");
    }
}

// P5

#[test]
fn an_interval_that_a_proxy_put_in_for_a_client_without_support_is_raised_by_the_next_and_not_refused() {
    let call = without_timer(Call::new()).until(5.0);
    let story = call.through(vec![keeps(inserts(90)), keeps(refuses_below(300))]).run();
    assert_eq!(asked(&story, FIRST), (Some(90), None, None));
    assert_eq!(asked(&story, SECOND), (Some(300), None, Some(300)));
    assert_eq!(story.sends(SECOND, "422 INVITE").count(), 0);
    // The callee is the one that refreshes, for the caller cannot.
    assert_eq!(story.session(Callee), Some(Session::Refreshing { interval_s: 300 }));
    assert_eq!(story.session(Caller), Some(Session::Untimed));
}

#[test]
fn a_proxy_that_knows_nothing_of_a_call_leaves_its_refreshes_as_they_are() {
    let mut proxy = Proxy::new(2, ProxyProfile { calls: Some(refuses_below(300)), ..ProxyProfile::STATEFUL });
    let branch = Branch { element: 0, method: Method::Update, ordinal: 0 };
    let refresh = Message {
        session_expires: expires(90, Refresher::Uac),
        supports_timer: true,
        ..Message::request(Method::Update, branch, 2, Tag::of(0, 1), Tag::of(1, 1))
    };
    let mut out = Actions::new();
    proxy.handle(Time::ZERO, Input::Receive(&refresh), &mut out);
    let sent = out.as_slice().iter().find_map(|action| match action {
        Action::Send { message, .. } => Some((message.status(), message.session_expires)),
        _ => None,
    });
    assert_eq!(sent, Some((None, refresh.session_expires)), "no 422 of a call that is not its own");
}

// P6

#[test]
fn a_2xx_that_has_an_interval_is_never_changed() {
    let eager = CallKeeping { lowers: true, adds_to_2xx: true, ..inserts(300) };
    let call = Call::new().with(|setup| setup.caller.session_expires = None).until(5.0);
    let call = call.with(|setup| setup.callee.session_expires = Some(1800));
    // The proxy's 300 s reach the callee, and what the callee makes of them reaches the caller.
    let story = call.through(vec![keeps(eager)]).run();
    assert_eq!(given(&story, Element::CALLEE), given(&story, FIRST));
    assert_eq!(given(&story, FIRST), (expires(300, Refresher::Uac), true));
}

// P7, P8

#[test]
fn a_proxy_adds_the_interval_to_a_2xx_of_a_server_without_support_and_the_client_refreshes() {
    let adds = CallKeeping { adds_to_2xx: true, ..INDIFFERENT };
    let call = Call::new().session_expires(600).until(5.0).with(|setup| setup.callee.supports_timer = false);
    let story = call.clone().through(vec![keeps(adds)]).run();
    assert_eq!(given(&story, Element::CALLEE), (None, false));
    assert_eq!(given(&story, FIRST), (expires(600, Refresher::Uac), true));
    assert_eq!(story.session(Caller), Some(Session::Refreshing { interval_s: 600 }));
    // Not if the client had asked the server to refresh (erratum 8926).
    let other = call.refresher(Refresher::Uas).through(vec![keeps(adds)]).run();
    assert_eq!(given(&other, FIRST), (None, false));
}

#[test]
fn a_proxy_asks_for_a_timer_on_behalf_of_a_caller_that_asks_for_none() {
    let both = CallKeeping { adds_to_2xx: true, ..inserts(600) };
    let call = Call::new().until(5.0).with(|setup| {
        setup.caller.session_expires = None;
        setup.callee.supports_timer = false;
    });
    let story = call.through(vec![keeps(both)]).run();
    assert_eq!(given(&story, FIRST), (expires(600, Refresher::Uac), true));
}

#[test]
fn where_neither_agent_supports_timers_there_is_none() {
    let both = CallKeeping { adds_to_2xx: true, ..inserts(600) };
    let call = without_timer(Call::new()).until(5.0).with(|setup| setup.callee.supports_timer = false);
    let story = call.through(vec![keeps(both)]).run();
    assert_eq!(given(&story, FIRST), (None, false));
    assert_eq!(story.session(FIRST), Some(Session::Untimed));
}

// P9, H5

#[test]
fn a_call_that_nobody_refreshes_is_forgotten_when_the_interval_has_passed_and_no_bye_is_sent() {
    // Neither end gives up by itself here; no refresh gets through.
    let call = Call::new().session_expires(90).through(vec![keeps(INDIFFERENT)]).until(500.0);
    let call = call.lose(Caller, Method::Update, &[]).with(|setup| {
        setup.caller.watcher_gives_up = byeloss::sip::GiveUp::Never;
        setup.caller.refresher_gives_up = byeloss::sip::GiveUp::Never;
        setup.callee.watcher_gives_up = byeloss::sip::GiveUp::Never;
        setup.caller.on_timeout = byeloss::sip::OnFailure::RunOut;
    });
    let story = call.run();
    // It forwarded the 200 at 0.15 s, and counts from there.
    assert_eq!(story.established(FIRST), Some(0.15));
    assert_released(&story, FIRST, 90.15, ReleaseCause::StateExpired);
    assert_eq!(story.sent(FIRST, "BYE"), []);
    assert_eq!(story.released(Caller), None);
    // That is no end of the call.
    let (mut counter, mut tally) = (CallCounter::default(), Tally::default());
    let ended = Runner::new(&call.0, &Default::default()).run(0, &mut counter);
    counter.finish(ended, &mut tally);
    assert_eq!(tally.false_drops, 0);
}

#[test]
fn a_refresh_that_it_sees_keeps_the_call() {
    let story = Call::new().session_expires(90).through(vec![keeps(INDIFFERENT)]).until(500.0).run();
    assert_eq!(story.released(FIRST), None);
    assert_eq!(story.refreshed(FIRST).0[..2].iter().map(|at| at.round()).collect::<Vec<_>>(), [45.0, 91.0]);
}

#[test]
fn a_proxy_that_says_bye_at_expiry_ends_the_call_on_both_sides() {
    let bye = CallKeeping { on_expiry: OnExpiry::Bye, lifetime: Some(Span::from_secs(100)), ..INDIFFERENT };
    let story = without_timer(Call::new()).through(vec![keeps(bye)]).until(500.0).run();
    assert_released(&story, FIRST, 100.15, ReleaseCause::IntervalEnded);
    assert_released(&story, Caller, 100.2, ReleaseCause::ByeReceived);
    assert_released(&story, Callee, 100.2, ReleaseCause::ByeReceived);
}

#[test]
fn a_proxy_holds_a_ghost_of_its_own_when_the_bye_passes_it_by() {
    let call = Call::new().session_expires(600).through(vec![keeps(INDIFFERENT)]);
    let call = call.hangs_up(Caller, 20.0).ending(HangUp::ByeLost, 0.0);
    let (mut counter, mut tally) = (CallCounter::default(), Tally::default());
    let ended = Runner::new(&call.0, &Default::default()).run(0, &mut counter);
    counter.finish(ended, &mut tally);
    // The callee gives up 568 s after its 200 of 0.1 s, and the proxy sees that BYE 50 ms later; the hang-up was 20 s
    // after 0.2 s.
    let micros = |ghosts: &byeloss::measure::Ghosts| (ghosts.recovery.mean_s().unwrap() * 1e6).round();
    assert_eq!(micros(&tally.held_by[1]), 547_900_000.0);
    assert_eq!(micros(&tally.held_between[0]), 547_950_000.0);
}

#[test]
fn a_plain_refresh_turns_a_short_interval_into_the_lifetime_of_the_proxy() {
    // As Kamailio: inserts once, and has 12 h for whatever has no interval.
    let keeping = CallKeeping { lifetime: Some(Span::from_secs(43_200)), ..INDIFFERENT };
    let mut proxy = Proxy::new(2, ProxyProfile { calls: Some(keeping), ..ProxyProfile::STATEFUL });
    let (mut out, tags) = (Actions::new(), (Tag::of(0, 1), Tag::of(1, 1)));
    let mut exchange = |method, ordinal, to, asked: Option<u32>, at_s| {
        let branch = Branch { element: 0, method, ordinal };
        let bare = Message::request(method, branch, ordinal + 1, tags.0, to);
        let session_expires = asked.map(|interval_s| SessionExpires { interval_s, refresher: None });
        let now = Time::ZERO + Span::from_secs(at_s);
        proxy.handle(now, Input::Receive(&Message { session_expires, supports_timer: true, ..bare }), &mut out);
        let sent = out.as_slice().iter().rev().find_map(|action| match action {
            Action::Send { message, .. } if message.status().is_none() => Some(*message),
            _ => None,
        });
        let answer = Message { session_expires, ..sent.expect("forwarded").response(Status::OK, tags.1) };
        out.forget();
        proxy.handle(now, Input::Receive(&answer), &mut out);
        let expiry = out.as_slice().iter().find_map(|action| match action {
            Action::Set(Timer::Expiry, at) => Some(at.since(now).as_secs_f64()),
            _ => None,
        });
        out.forget();
        expiry
    };
    assert_eq!(exchange(Method::Invite, 0, Tag::NONE, Some(90), 0), Some(90.0));
    assert_eq!(exchange(Method::Update, 1, tags.1, Some(90), 45), Some(90.0));
    assert_eq!(exchange(Method::Invite, 2, tags.1, None, 50), Some(43_200.0));
}

// P10, T8

#[test]
fn a_proxy_that_does_not_record_itself_sees_the_first_invite_and_nothing_of_the_dialog() {
    let silent = Part::Proxy(ProxyProfile { records_route: false, ..ProxyProfile::STATEFUL });
    let story = Call::new().session_expires(90).through(vec![silent]).hangs_up(Caller, 100.0).until(200.0).run();
    assert_eq!(story.sends(FIRST, "INVITE").count(), 1);
    for name in ["ACK", "UPDATE", "BYE"] {
        assert_eq!(story.sends(FIRST, name).count(), 0, "{name}");
    }
    // They cross the same two links all the same.
    assert_released(&story, Callee, 100.3, ReleaseCause::ByeReceived);
    let recorded = Call::new().session_expires(90).through(vec![stateful()]).hangs_up(Caller, 100.0).until(200.0).run();
    for name in ["ACK", "UPDATE", "BYE"] {
        assert!(recorded.sends(FIRST, name).count() > 0, "{name}");
    }
}

// T7

#[test]
fn each_hop_resends_on_its_own() {
    let call = Call::established().through(vec![stateful()]).hangs_up(Caller, 10.0).until(100.0);
    // The proxy's first two copies are lost: it resends after .5 and 1.5 s, and the caller, which hears nothing, does
    // too.
    let story = call.clone().lose(FIRST, Method::Bye, &[1, 2]).run();
    assert_eq!(story.schedule(FIRST, "BYE"), [0.0, 0.5, 1.5]);
    assert_eq!(story.schedule(Caller, "BYE"), [0.0, 0.5, 1.5]);
    assert_released(&story, Callee, 11.6, ReleaseCause::ByeReceived);
    // Lost before the proxy: nothing is there to resend behind it.
    let before = call.lose(Caller, Method::Bye, &[1, 2]).run();
    assert_eq!(before.sent(FIRST, "BYE"), [11.55]);
}

#[test]
fn an_invite_is_answered_100_at_once_which_stops_timer_a() {
    let story = Call::new().through(vec![stateful()]).rings(3.0).until(10.0).run();
    assert_eq!(story.sent(FIRST, "100 INVITE"), [0.05]);
    assert_eq!(story.sent(Caller, "INVITE"), [0.0]);
    assert_eq!(story.established(Caller), Some(3.2));
    assert_eq!(story.sends(Caller, "ACK").count(), 1);
    assert_eq!(story.sends(FIRST, "ACK").count(), 1);
}

#[test]
fn another_method_hears_100_after_t2_and_not_before() {
    let call = Call::established().through(vec![stateful()]).hangs_up(Caller, 10.0).until(100.0);
    let story = call.clone().lose(FIRST, Method::Bye, &[]).run();
    assert_eq!(story.sent(FIRST, "100 BYE").0[0], 14.05);
    let answered = call.lose(FIRST, Method::Bye, &[1, 2]).run();
    assert_eq!(answered.sends(FIRST, "100 BYE").count(), 0);
}

#[test]
fn a_request_other_than_invite_that_nobody_answers_gets_no_408_from_the_proxy() {
    let call = Call::established().through(vec![stateful()]).hangs_up(Caller, 10.0).until(200.0);
    let story = call.lose(FIRST, Method::Bye, &[]).run();
    assert_eq!(story.sends(FIRST, "408 BYE").count(), 0);
    assert_eq!(story.sends(FIRST, "BYE").count(), 11);
    // The caller's own timer F ends it.
    assert_eq!(story.closed(Caller), Some(42.0));
}

#[test]
fn an_invite_that_nobody_answers_gets_a_408_from_the_proxy() {
    let story = Call::new().through(vec![stateful()]).lose(FIRST, Method::Invite, &[]).until(100.0).run();
    assert_eq!(story.sends(FIRST, "INVITE").count(), 7);
    assert_eq!(story.sent(FIRST, "408 INVITE").0[0], 32.05);
    assert_released(&story, Caller, 32.1, ReleaseCause::SetupFailed);
}

#[test]
fn a_lost_ack_brings_the_200_again_through_the_proxy_and_each_copy_its_ack() {
    let story = Call::new().through(vec![stateful()]).lose(FIRST, Method::Ack, &[1]).until(10.0).run();
    let copies = |element: Element| story.sends(element, "200 INVITE").map(|(.., copy)| copy).collect::<Vec<_>>();
    assert_eq!((copies(Element::CALLEE), copies(FIRST)), (vec![1, 2], vec![1, 2]));
    assert_eq!(story.sends(FIRST, "ACK").count(), 2);
    assert_eq!(story.established(Caller), Some(0.2));
}

#[test]
fn a_refusal_is_acknowledged_hop_by_hop_and_resent_by_the_hop_that_lost_it() {
    // The callee refuses 90 s; the proxy's 422 to the caller is lost once.
    let call = Call::new().session_expires(90).with(|setup| setup.callee.min_se = Some(300));
    let story = call.through(vec![stateful()]).lose_responses(FIRST, Method::Invite, &[2]).until(10.0).run();
    assert_eq!(story.sends(FIRST, "ACK").next().map(|(at, ..)| at), Some(0.15));
    assert_eq!(story.sent(FIRST, "422 INVITE"), [0.15, 0.65]);
    assert_eq!(story.sends(Callee, "422 INVITE").count(), 1);
}

#[test]
fn a_stray_response_goes_no_further() {
    let mut proxy = Proxy::new(2, ProxyProfile::STATEFUL);
    let branch = Branch { element: 2, method: Method::Update, ordinal: 7 };
    let stray = Message::request(Method::Update, branch, 1, Tag(1), Tag(2)).response(Status::OK, Tag(2));
    let mut out = Actions::new();
    proxy.handle(Time::ZERO, Input::Receive(&stray), &mut out);
    assert_eq!(out.as_slice(), []);
}

// Crashes

fn crash(memory: bool) -> Story {
    let call = Call::new().session_expires(600).through(vec![keeps(INDIFFERENT)]);
    let call = call.with(|setup| {
        setup.crashes.push(Crash {
            which: 0,
            clock: FaultClock::Run,
            at: Span::from_secs(100),
            back_after: Some(Span::from_secs(60)),
            memory,
        });
        setup.caller.on_timeout = byeloss::sip::OnFailure::RunOut;
    });
    call.until(1000.0).run()
}

#[test]
fn a_proxy_that_comes_back_forwards_by_route_and_holds_the_call_only_if_it_remembers_it() {
    for (memory, released, refreshed) in [(false, Some((100.0, ReleaseCause::Died)), 0), (true, None, 3)] {
        let story = crash(memory);
        assert_eq!(story.released(FIRST), released);
        assert_eq!(story.refreshed(FIRST).0.len(), refreshed);
        assert_eq!(story.refreshed(Caller).0.len(), 3, "the refreshes pass it either way");
    }
}

#[test]
fn the_call_ends_when_the_only_way_leads_through_a_proxy_that_stays_dead() {
    let call = Call::new().session_expires(90).through(vec![stateful()]).with(|setup| {
        setup.crashes.push(Crash {
            which: 0,
            clock: FaultClock::Begin,
            at: Span::from_secs(10),
            back_after: None,
            memory: false,
        })
    });
    let story = call.run();
    assert_released(&story, Callee, 60.1, ReleaseCause::RefreshMissing);
    assert_released(&story, Caller, 77.2, ReleaseCause::RefreshTimedOut);
}

/// The agents of both ends, without a world: a proxy between them changes nothing that it need not.
#[test]
fn a_proxy_without_settings_forwards_every_field_as_it_came() {
    let mut caller = Agent::new(0, Side::Callee, Profile::RFC, Span::ZERO);
    let mut proxy = Proxy::new(2, ProxyProfile { calls: Some(INDIFFERENT), ..ProxyProfile::STATEFUL });
    let (mut out, mut through) = (Actions::new(), Actions::new());
    caller.handle(Time::ZERO, Input::Call, &mut out);
    let Some(Action::Send { message: invite, .. }) = out.as_slice().first().copied() else { panic!("{out:?}") };
    proxy.handle(Time::ZERO, Input::Receive(&invite), &mut through);
    let forwarded = through.as_slice().iter().find_map(|action| match action {
        Action::Send { message, .. } if message.status().is_none() => Some(*message),
        _ => None,
    });
    let branch = Branch { element: 2, ..invite.branch };
    assert_eq!(forwarded, Some(Message { branch, ..invite }));
}
