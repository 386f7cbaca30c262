//! Session timers (rules H1 to H5, C1 to C11, S1 to S7, R1 to R3).

mod common;

use byeloss::sip::{
    Action, Actions, Agent, Branch, Event, Input, Message, Method, Profile, RefreshBy, Refresher, ReleaseCause,
    Session, SessionExpires, Side, Status, Tag, Timer, establish,
};
use byeloss::time::{Span, Time};
use byeloss::world::HangUp;
use common::{Call, Callee, Caller, assert_released};

fn asked(interval_s: u32, refresher: Option<Refresher>) -> Option<SessionExpires> {
    Some(SessionExpires { interval_s, refresher })
}

#[test]
fn the_recommended_interval_is_1800_s_and_the_refresher_is_left_open() {
    let invite = Call::new().until(1.0).run().first(Caller, "INVITE");
    assert_eq!(invite.session_expires, asked(1800, None));
    assert_eq!(invite.min_se, None);
}

#[test]
fn session_expires_stands_in_invite_update_and_their_2xx_and_nowhere_else() {
    let story = Call::new().session_expires(90).hangs_up(Caller, 100.0).run();
    for (from, name, carries) in [
        (Caller, "INVITE", true),
        (Callee, "200 INVITE", true),
        (Caller, "ACK", false),
        (Caller, "UPDATE", true),
        (Callee, "200 UPDATE", true),
        (Caller, "BYE", false),
        (Callee, "200 BYE", false),
    ] {
        assert_eq!(story.first(from, name).session_expires.is_some(), carries, "{name}");
    }
}

#[test]
fn min_se_stands_in_invite_update_and_422_and_nowhere_else() {
    let call = Call::new().session_expires(90).hangs_up(Caller, 500.0);
    let story = call.with(|setup| setup.callee.min_se = Some(300)).run();
    for (from, name, expected) in [
        (Caller, "INVITE", None),
        (Callee, "422 INVITE", Some(300)),
        (Callee, "200 INVITE", None),
        (Caller, "UPDATE", Some(300)),
        (Callee, "200 UPDATE", None),
        (Caller, "BYE", None),
    ] {
        assert_eq!(story.first(from, name).min_se, expected, "{name}");
    }
}

#[test]
fn a_422_always_carries_min_se() {
    let call = Call::new().session_expires(90).until(5.0);
    let story = call.with(|setup| setup.callee.min_se = Some(91)).run();
    assert_eq!(story.first(Callee, "422 INVITE").min_se, Some(91));
}

#[test]
fn an_agent_with_support_says_so_in_invite_and_update_also_when_it_asks_for_no_interval() {
    let call = Call::new().until(1000.0).with(|setup| {
        setup.caller.session_expires = None;
        setup.callee.session_expires = Some(1800);
    });
    let story = call.run();
    assert!(story.first(Caller, "INVITE").supports_timer);
    assert_eq!(story.first(Caller, "INVITE").session_expires, None);
    assert!(story.first(Caller, "UPDATE").supports_timer);
}

#[test]
fn an_agent_without_support_says_nothing_of_timers() {
    let story = Call::new().until(5000.0).with(|setup| setup.caller.supports_timer = false).run();
    let invite = story.first(Caller, "INVITE");
    assert_eq!((invite.supports_timer, invite.session_expires, invite.min_se), (false, None, None));
}

#[test]
fn the_refresher_counts_from_the_arrival_of_the_2xx_and_the_watcher_from_its_sending() {
    let story = Call::new().session_expires(600).lose(Caller, Method::Update, &[2]).until(1000.0).run();
    // Half an interval after each 2xx came: at 300.1 s; at 600.2 s, where the first copy is lost; at 900.8 s.
    assert_eq!(story.sent(Caller, "UPDATE").0[..4], [300.1, 600.2, 600.7, 900.8]);
    // The watcher that is not refreshed any more gives up counting from its own 2xx, one delay before.
    let story = Call::new().session_expires(600).outage(None, 301.0, 2000.0).run();
    assert_eq!(story.refreshed(Callee), [300.15]);
    assert_released(&story, Callee, 300.15 + 568.0, ReleaseCause::RefreshMissing);
}

#[test]
fn the_caller_may_name_the_refresher_and_the_callee_follows() {
    for (refresher, sender) in [(Refresher::Uac, Caller), (Refresher::Uas, Callee)] {
        let story = Call::new().refresher(refresher).until(1000.0).run();
        assert_eq!(story.first(Caller, "INVITE").session_expires, asked(1800, Some(refresher)));
        assert_eq!(story.first(Callee, "200 INVITE").session_expires, asked(1800, Some(refresher)));
        assert_eq!(story.sent(sender, "UPDATE").0.len(), 1);
        assert_eq!(story.sent(sender.other(), "UPDATE").0.len(), 0);
    }
}

#[test]
fn a_refresher_that_is_left_open_is_the_callees_choice() {
    for (choice, sender) in [(Refresher::Uac, Caller), (Refresher::Uas, Callee)] {
        let story = Call::new().until(1000.0).with(|setup| setup.callee.uas_refresher = Some(choice)).run();
        assert_eq!(story.first(Callee, "200 INVITE").session_expires, asked(1800, Some(choice)));
        assert_eq!(story.sent(sender, "UPDATE").0.len(), 1);
    }
}

#[test]
fn an_asked_interval_is_never_below_the_min_se_it_is_sent_with() {
    let story = Call::new().session_expires(100).until(1.0).with(|setup| setup.caller.min_se = Some(200)).run();
    let invite = story.first(Caller, "INVITE");
    assert_eq!((invite.session_expires, invite.min_se), (asked(200, None), Some(200)));
}

#[test]
fn a_2xx_without_an_interval_means_that_the_session_does_not_expire() {
    let story = Call::new().until(10_000.0).with(|setup| setup.callee.supports_timer = false).run();
    assert_eq!(story.first(Callee, "200 INVITE").session_expires, None);
    assert_eq!(story.messages(), ["> INVITE", "< 200 INVITE", "> ACK"]);
    assert_eq!((story.released(Caller), story.released(Callee)), (None, None));
}

#[test]
fn after_a_422_the_call_is_tried_again_with_its_min_se_the_next_cseq_and_a_new_from_tag() {
    let call = Call::new().session_expires(90).hangs_up(Caller, 500.0);
    let story = call.with(|setup| setup.callee.min_se = Some(300)).run();
    let [first, second] = story.sends(Caller, "INVITE").map(|(_, message, _)| message).collect::<Vec<_>>()[..] else {
        panic!("two INVITEs: {:?}", story.messages());
    };
    assert_eq!((first.cseq, second.cseq), (1, 2));
    assert_ne!(first.from, second.from);
    assert_eq!((second.session_expires, second.min_se), (asked(300, None), Some(300)));
    assert_eq!(story.established(Caller), Some(0.2));
}

#[test]
fn a_refresh_carries_the_interval_its_sender_as_refresher_and_the_largest_min_se_seen() {
    let call = Call::new().session_expires(600).until(400.0).with(|setup| setup.caller.min_se = Some(120));
    let update = call.run().first(Caller, "UPDATE");
    assert_eq!((update.session_expires, update.min_se), (asked(600, Some(Refresher::Uac)), Some(120)));
    // Relative to this request: the callee that refreshes is its UAC too.
    let update = call.refresher(Refresher::Uas).run().first(Callee, "UPDATE");
    assert_eq!((update.session_expires, update.min_se), (asked(600, Some(Refresher::Uac)), Some(120)));
}

#[test]
fn a_refresh_is_an_update_where_the_other_side_allows_it_and_else_a_re_invite() {
    let call = Call::new().session_expires(90).until(50.0);
    assert_eq!(call.clone().run().sent(Caller, "UPDATE"), [45.1]);
    let story = call.clone().with(|setup| setup.callee.allows_update = false).run();
    assert_eq!(story.sent(Caller, "UPDATE"), []);
    assert_eq!(story.sent(Caller, "INVITE"), [0.0, 45.1]);
    let story = call.with(|setup| setup.caller.refresh_by = RefreshBy::Invite).run();
    assert_eq!(story.sent(Caller, "INVITE"), [0.0, 45.1]);
}

#[test]
fn a_re_invite_refreshes_like_an_update_and_has_its_ack() {
    let call = Call::new().session_expires(90).until(100.0);
    let story = call.with(|setup| setup.caller.refresh_by = RefreshBy::Invite).run();
    assert_eq!(story.refreshed(Caller), [45.2, 90.3]);
    assert_eq!(story.refreshed(Callee), [45.15, 90.25]);
    assert_eq!(story.sent(Caller, "ACK"), [0.1, 45.2, 90.3]);
    let cseqs = |name| story.sends(Caller, name).map(|(_, message, _)| message.cseq).collect::<Vec<_>>();
    assert_eq!((cseqs("INVITE"), cseqs("ACK")), (vec![1, 2, 3], vec![1, 2, 3]));
}

#[test]
fn a_re_invite_that_is_not_answered_is_sent_seven_times_and_ends_the_call() {
    let call = Call::established().session_expires(1800).outage(None, 890.0, 1000.0);
    let story = call.with(|setup| setup.caller.refresh_by = RefreshBy::Invite).run();
    assert_eq!(story.schedule(Caller, "INVITE"), [0.0, 0.5, 1.5, 3.5, 7.5, 15.5, 31.5]);
    assert_released(&story, Caller, 932.0, ReleaseCause::RefreshTimedOut);
}

/// A caller that is established with a callee of the same kind and has sent its first refresh, at 45 s; and that
/// refresh.
fn refreshing(profile: Profile) -> (Agent, Message) {
    let [mut caller, mut callee] =
        [(0, Side::Callee), (1, Side::Caller)].map(|(element, faces)| Agent::new(element, faces, profile, Span::ZERO));
    let [mut out, mut of_callee] = [Actions::new(), Actions::new()];
    establish(&mut caller, &mut callee, Time::ZERO, Span::ZERO, [&mut out, &mut of_callee]);
    out.forget();
    caller.handle(at(45.0), Input::Fire(Timer::Refresh), &mut out);
    (caller, sent(&out)[0])
}

fn at(seconds: f64) -> Time {
    Time::ZERO + Span::from_secs_f64(seconds)
}

fn sent(out: &Actions) -> Vec<Message> {
    let message = |action: &Action| match action {
        Action::Send { message, .. } => Some(*message),
        _ => None,
    };
    out.as_slice().iter().filter_map(message).collect()
}

/// What the agent does about this response to its refresh.
fn answer(agent: &mut Agent, at_s: f64, response: Message) -> Vec<Action> {
    let mut out = Actions::new();
    agent.handle(at(at_s), Input::Receive(&response), &mut out);
    out.as_slice().to_vec()
}

fn ninety() -> Profile {
    Profile { session_expires: Some(90), ..Profile::RFC }
}

#[test]
fn an_update_that_is_refused_with_405_or_501_is_a_re_invite_from_then_on() {
    for status in [Status::METHOD_NOT_ALLOWED, Status::NOT_IMPLEMENTED] {
        let (mut caller, update) = refreshing(ninety());
        let mut out = Actions::new();
        caller.handle(at(45.1), Input::Receive(&update.response(status, update.to)), &mut out);
        let invite = sent(&out)[0];
        assert_eq!((invite.method, invite.cseq), (Method::Invite, update.cseq + 1));
        // Also where the Allow of its 2xx lists UPDATE.
        let ok = Message { allows_update: true, ..invite.response(Status::OK, invite.to) };
        let ok = Message { session_expires: asked(90, Some(Refresher::Uac)), ..ok };
        answer(&mut caller, 45.2, ok);
        out.forget();
        caller.handle(at(90.2), Input::Fire(Timer::Refresh), &mut out);
        assert_eq!(sent(&out)[0].method, Method::Invite);
    }
}

#[test]
fn a_refresh_refused_with_422_is_sent_again_with_its_min_se() {
    let (mut caller, update) = refreshing(ninety());
    let refusal = Message { min_se: Some(300), ..update.response(Status::SESSION_INTERVAL_TOO_SMALL, update.to) };
    let mut out = Actions::new();
    caller.handle(at(45.1), Input::Receive(&refusal), &mut out);
    let again = sent(&out)[0];
    assert_eq!((again.session_expires, again.min_se), (asked(300, Some(Refresher::Uac)), Some(300)));
    assert_eq!(again.cseq, update.cseq + 1);
}

#[test]
fn a_refresh_refused_with_491_is_tried_again_after_2_1_to_4_s_by_the_owner_of_the_call_id() {
    let (mut caller, update) = refreshing(ninety());
    let actions = answer(&mut caller, 45.1, update.response(Status::REQUEST_PENDING, update.to));
    let step = Span::from_millis(10);
    assert!(actions.contains(&Action::SetWithin { timer: Timer::Refresh, from: at(47.2), steps: 190, step }));
}

#[test]
fn a_refresh_refused_with_491_is_not_tried_again_where_the_other_side_has_refreshed_meanwhile() {
    let (mut caller, update) = refreshing(ninety());
    let branch = Branch { element: 1, method: Method::Update, ordinal: 0 };
    let asks = asked(90, Some(Refresher::Uas));
    let bare = Message::request(Method::Update, branch, 1, update.to, update.from);
    let theirs = Message { supports_timer: true, session_expires: asks, ..bare };
    let actions = answer(&mut caller, 45.1, theirs);
    assert!(actions.contains(&Action::Set(Timer::Refresh, at(90.1))), "{actions:?}");
    let actions = answer(&mut caller, 45.2, update.response(Status::REQUEST_PENDING, update.to));
    let moves = |action: &&Action| {
        matches!(action, Action::Set(Timer::Refresh, _) | Action::SetWithin { .. } | Action::Clear(Timer::Refresh))
    };
    assert_eq!(actions.iter().find(moves), None);
}

#[test]
fn a_refresh_refused_with_500_is_tried_again_only_if_it_says_when() {
    let (mut caller, update) = refreshing(ninety());
    let refusal = Message { retry_after_s: Some(7), ..update.response(Status::SERVER_ERROR, update.to) };
    assert!(answer(&mut caller, 45.1, refusal).contains(&Action::Set(Timer::Refresh, at(52.1))));
    let (mut caller, update) = refreshing(ninety());
    let actions = answer(&mut caller, 45.1, update.response(Status::SERVER_ERROR, update.to));
    assert!(!actions.iter().any(|action| matches!(action, Action::Set(Timer::Refresh, _))));
}

#[test]
fn the_2xx_to_a_refresh_may_change_interval_and_refresher_or_switch_the_timer_off() {
    let (mut caller, update) = refreshing(ninety());
    let ok = update.response(Status::OK, update.to);
    let changed = Message { session_expires: asked(180, Some(Refresher::Uas)), ..ok };
    let actions = answer(&mut caller, 45.1, changed);
    assert_eq!(caller.session(), Session::Watching { interval_s: 180 });
    assert!(actions.contains(&Action::Set(Timer::Expiry, at(45.1 + 148.0))));
    assert!(actions.contains(&Action::Clear(Timer::Refresh)));
    let (mut caller, _) = refreshing(ninety());
    let actions = answer(&mut caller, 45.1, ok);
    assert_eq!(caller.session(), Session::Untimed);
    assert!(actions.contains(&Action::Clear(Timer::Refresh)) && actions.contains(&Action::Clear(Timer::Expiry)));
}

#[test]
fn a_call_that_is_refused_with_422_again_and_again_is_given_up_after_five_invites() {
    let (mut caller, mut out) = (Agent::new(0, Side::Callee, Profile::RFC, Span::ZERO), Actions::new());
    caller.handle(at(0.0), Input::Call, &mut out);
    let mut invites = 0;
    while let Some(invite) = sent(&out).into_iter().find(|message| message.method == Method::Invite) {
        invites += 1;
        let refusal = invite.response(Status::SESSION_INTERVAL_TOO_SMALL, Tag(9));
        out.forget();
        let asks_more = Message { min_se: Some(1800 + 100 * invites), ..refusal };
        caller.handle(at(f64::from(invites)), Input::Receive(&asks_more), &mut out);
    }
    assert_eq!(invites, 5);
    assert!(out.as_slice().contains(&Action::Tell(Event::Released(ReleaseCause::SetupFailed))));
}

#[test]
fn a_refresher_whose_refresh_neither_succeeds_nor_times_out_says_bye_when_the_interval_ends() {
    let (mut caller, update) = refreshing(ninety());
    answer(&mut caller, 45.1, update.response(Status::SERVER_ERROR, update.to));
    let mut out = Actions::new();
    caller.handle(at(90.0), Input::Fire(Timer::Expiry), &mut out);
    assert_eq!(sent(&out)[0].method, Method::Bye);
    assert!(out.as_slice().contains(&Action::Tell(Event::Released(ReleaseCause::IntervalEnded))));
}

#[test]
fn no_more_than_three_refreshes_in_a_row_are_tried() {
    let (mut caller, mut update) = refreshing(ninety());
    for again in [true, true, false] {
        let refusal = Message { min_se: Some(300), ..update.response(Status::SESSION_INTERVAL_TOO_SMALL, update.to) };
        let mut out = Actions::new();
        caller.handle(at(46.0), Input::Receive(&refusal), &mut out);
        assert_eq!(sent(&out).len(), usize::from(again));
        update = sent(&out).first().copied().unwrap_or(update);
    }
}

#[test]
fn no_refresh_is_sent_while_one_is_under_way() {
    let (mut caller, _) = refreshing(ninety());
    let mut out = Actions::new();
    caller.handle(at(46.0), Input::Fire(Timer::Refresh), &mut out);
    assert_eq!(sent(&out), []);
}

#[test]
fn a_re_invite_that_crosses_ones_own_is_refused_with_491_and_an_update_is_not() {
    let (mut caller, invite) = refreshing(Profile { refresh_by: RefreshBy::Invite, ..ninety() });
    assert_eq!(invite.method, Method::Invite);
    let theirs = |method| {
        let branch = Branch { element: 1, method, ordinal: 0 };
        Message { supports_timer: true, ..Message::request(method, branch, 1, invite.to, invite.from) }
    };
    let mut out = Actions::new();
    caller.handle(at(45.1), Input::Receive(&theirs(Method::Invite)), &mut out);
    assert_eq!(sent(&out)[0].status(), Some(Status::REQUEST_PENDING));
    out.forget();
    caller.handle(at(45.2), Input::Receive(&theirs(Method::Update)), &mut out);
    assert_eq!(sent(&out)[0].status(), Some(Status::OK));
}

#[test]
fn a_re_invite_or_update_of_the_other_side_refreshes_whatever_it_was_sent_for() {
    for method in [Method::Invite, Method::Update] {
        let [mut caller, mut callee] = [(0, Side::Callee), (1, Side::Caller)]
            .map(|(element, faces)| Agent::new(element, faces, ninety(), Span::ZERO));
        let [mut out, mut of_callee] = [Actions::new(), Actions::new()];
        establish(&mut caller, &mut callee, Time::ZERO, Span::ZERO, [&mut out, &mut of_callee]);
        of_callee.forget();
        let branch = Branch { element: 0, method, ordinal: 9 };
        let mut hold = Message::request(method, branch, 9, Tag(1), Tag(0x101));
        (hold.supports_timer, hold.session_expires) = (true, asked(90, Some(Refresher::Uac)));
        callee.handle(at(30.0), Input::Receive(&hold), &mut of_callee);
        assert!(of_callee.as_slice().contains(&Action::Tell(Event::Refreshed)));
        assert!(of_callee.as_slice().contains(&Action::Set(Timer::Expiry, at(90.0))));
    }
}

#[test]
fn every_2xx_to_an_update_refreshes_the_session_on_both_sides() {
    let story = Call::new().session_expires(90).until(200.0).run();
    assert_eq!(story.refreshed(Caller), [45.2, 90.3, 135.4, 180.5]);
    assert_eq!(story.refreshed(Callee), [45.15, 90.25, 135.35, 180.45]);
}

#[test]
fn an_interval_below_the_callees_least_is_refused_if_the_caller_supports_timers() {
    let story = Call::new().session_expires(90).until(5.0).with(|setup| setup.callee.min_se = Some(120)).run();
    assert_eq!(story.first(Callee, "422 INVITE").min_se, Some(120));
}

#[test]
fn a_server_raises_the_interval_of_a_client_that_could_not_understand_a_422() {
    // A proxy may have put the interval into a request of a client without support.
    let branch = Branch { element: 0, method: Method::Invite, ordinal: 0 };
    let mut invite = Message::request(Method::Invite, branch, 1, Tag(1), Tag::NONE);
    invite.session_expires = asked(90, None);
    let profile = Profile { min_se: Some(300), ..Profile::RFC };
    let answered = |invite: Message| {
        let (mut callee, mut out) = (Agent::new(1, Side::Caller, profile, Span::ZERO), Actions::new());
        callee.handle(Time::ZERO, Input::Receive(&invite), &mut out);
        let sent = out.as_slice().iter().find_map(|action| match action {
            Action::Send { message, .. } => Some((message.status(), message.session_expires)),
            _ => None,
        });
        sent.expect("an answer")
    };
    assert_eq!(answered(invite), (Some(Status::OK), asked(300, Some(Refresher::Uas))));
    // A client with support is refused instead.
    invite.supports_timer = true;
    assert_eq!(answered(invite), (Some(Status::SESSION_INTERVAL_TOO_SMALL), None));
}

#[test]
fn an_interval_at_the_callees_least_is_accepted() {
    let story = Call::new().session_expires(120).until(5.0).with(|setup| setup.callee.min_se = Some(120)).run();
    assert_eq!(story.messages(), ["> INVITE", "< 200 INVITE", "> ACK"]);
}

#[test]
fn the_callee_answers_the_interval_that_was_asked() {
    let story = Call::new().session_expires(777).until(5.0).run();
    assert_eq!(story.first(Callee, "200 INVITE").session_expires, asked(777, Some(Refresher::Uac)));
}

#[test]
fn the_callee_may_set_an_interval_where_the_caller_asks_for_none_and_not_below_its_min_se() {
    let call = Call::new().until(5.0).with(|setup| {
        setup.caller = Profile { session_expires: None, min_se: Some(400), ..Profile::RFC };
        setup.callee.session_expires = Some(300);
    });
    assert_eq!(call.run().first(Callee, "200 INVITE").session_expires, asked(400, Some(Refresher::Uac)));
}

#[test]
fn the_callee_sets_no_interval_for_a_caller_without_support() {
    let call = Call::new().until(5.0).with(|setup| {
        setup.caller.supports_timer = false;
        setup.callee.session_expires = Some(300);
    });
    let answer = call.run().first(Callee, "200 INVITE");
    assert_eq!((answer.session_expires, answer.requires_timer), (None, false));
}

#[test]
fn the_2xx_requires_timer_with_either_refresher_if_the_caller_supports_timers() {
    for refresher in [Refresher::Uac, Refresher::Uas] {
        assert!(Call::new().refresher(refresher).until(1.0).run().first(Callee, "200 INVITE").requires_timer);
    }
}

#[test]
fn the_refresher_refreshes_at_half_the_interval() {
    for (interval, due) in [(90, 45.0), (91, 45.5), (1800, 900.0), (3600, 1800.0)] {
        let story = Call::established().session_expires(interval).until(due + 10.0).run();
        assert_eq!(story.sent(Caller, "UPDATE"), [due]);
    }
}

#[test]
fn the_watcher_gives_up_32_s_or_a_third_before_the_interval_ends_whichever_is_less() {
    for (interval, deadline) in
        [(90, 60.0), (95, 95.0 * 2.0 / 3.0), (96, 64.0), (120, 88.0), (128, 96.0), (1800, 1768.0)]
    {
        let call = Call::established().session_expires(interval).hangs_up(Caller, 10.0).ending(HangUp::ByeLost, 0.0);
        assert_released(&call.run(), Callee, deadline, ReleaseCause::RefreshMissing);
    }
}

#[test]
fn a_watcher_that_is_refreshed_in_time_does_not_give_up() {
    let story =
        Call::established().session_expires(90).lose(Caller, Method::Update, &[1, 2, 3, 4, 5]).until(80.0).run();
    // The sixth copy is sent at 56.5 s and arrives before the deadline of 60 s.
    assert_eq!(story.refreshed(Callee), [56.55]);
    assert_eq!(story.released(Callee), None);
}

#[test]
fn below_128_s_only_the_first_copies_of_a_refresh_count() {
    let story = Call::established().session_expires(90).lose(Caller, Method::Update, &[1, 2, 3, 4, 5, 6]).run();
    assert_released(&story, Callee, 60.0, ReleaseCause::RefreshMissing);
    assert_released(&story, Caller, 60.05, ReleaseCause::ByeReceived);
}

#[test]
fn a_late_2xx_makes_the_next_refresh_late_and_kills_a_healthy_call_at_90_s_if_by_more_than_15_s() {
    // The first 2xx to arrive is the copy of 19.5 s: 64.6 s. The next refresh is due at 109.6 s, and the watcher armed
    // at 45.05 s gives up at 105.05 s.
    let lost = [1, 2, 3, 4, 5, 6, 7];
    let story = Call::established().session_expires(90).lose_responses(Callee, Method::Update, &lost).run();
    assert_released(&story, Callee, 105.05, ReleaseCause::RefreshMissing);
    // 11.5 s late is not too late.
    let story =
        Call::established().session_expires(90).lose_responses(Callee, Method::Update, &lost[..5]).until(130.0).run();
    assert_eq!(story.released(Callee), None);
}

#[test]
fn a_refresh_that_times_out_ends_the_call_at_once() {
    let story = Call::established().outage(None, 890.0, 1000.0).run();
    assert_released(&story, Caller, 932.0, ReleaseCause::RefreshTimedOut);
    assert_eq!(story.sent(Caller, "BYE").0[0], 932.0);
    assert_released(&story, Callee, 1768.0, ReleaseCause::RefreshMissing);
}

#[test]
fn an_outage_that_the_last_copy_outlives_ends_nothing() {
    let story = Call::established().outage(None, 899.0, 32.0).until(1000.0).run();
    assert_eq!(story.refreshed(Callee), [931.55]);
    assert_eq!((story.released(Caller), story.released(Callee)), (None, None));
}

#[test]
fn a_refresh_answered_481_ends_the_call_at_once() {
    let story = Call::established().hangs_up(Callee, 100.0).ending(HangUp::ByeLost, 0.0).run();
    assert_released(&story, Caller, 900.1, ReleaseCause::RefreshRefused);
    assert_eq!(story.sent(Caller, "BYE"), [900.1]);
}

#[test]
fn a_refresh_under_way_at_the_hang_up_goes_on_and_keeps_the_watcher() {
    // The first copies are lost; the caller hangs up between two of them, and its BYEs are lost.
    let call = Call::established().hangs_up(Caller, 902.0).ending(HangUp::ByeLost, 0.0);
    let story = call.lose(Caller, Method::Update, &[1, 2, 3]).run();
    assert_eq!(story.refreshed(Callee), [903.55]);
    assert_released(&story, Callee, 903.55 + 1768.0, ReleaseCause::RefreshMissing);
}

#[test]
fn events_of_one_instant_happen_in_the_order_in_which_they_were_scheduled() {
    // At 128 s and no delay the watcher's deadline, scheduled at 0, and timer F, scheduled at 64 s, fall together at
    // 96 s; the BYE that the watcher sends then arrives at the same instant too, but was scheduled last.
    let story = Call::established().session_expires(128).delay(0.0).lose(Caller, Method::Update, &[]).run();
    assert_released(&story, Callee, 96.0, ReleaseCause::RefreshMissing);
    assert_released(&story, Caller, 96.0, ReleaseCause::RefreshTimedOut);
}
