//! What the settings of a profile do to a call.

mod common;

use byeloss::scenario;
use byeloss::sip::{
    Change, CountsFrom, GiveUp, Method, OnFailure, Profile, RefreshBy, Refresher, Refusal, ReleaseCause,
    RepeatedInvite, Status, WhileLeaving,
};
use byeloss::time::Span;
use byeloss::world::{End, Fault, FaultClock, FaultEffect, FaultMessage, HangUp, Request, RequestClock};
use common::{Call, Callee, Caller, assert_released};

#[test]
fn a_side_that_accepts_refreshes_while_its_bye_is_pending_keeps_its_peer_for_one_more_cycle() {
    // The watcher hangs up 10 s before a refresh is due; its BYEs are lost.
    let call = Call::established().session_expires(90).hangs_up(Callee, 35.0).ending(HangUp::ByeLost, 0.0);
    assert_released(&call.clone().run(), Caller, 45.1, ReleaseCause::RefreshRefused);
    let zombie = call.with(|setup| setup.callee.while_leaving = WhileLeaving::AcceptAll).run();
    assert_eq!(zombie.refreshed(Caller), [45.1]);
    assert_eq!(zombie.refreshed(Callee), []);
    assert_released(&zombie, Caller, 90.2, ReleaseCause::RefreshRefused);
}

#[test]
fn a_side_that_refuses_all_answers_a_crossing_bye_481() {
    let call = Call::established().hangs_up(Callee, 890.0).ending(HangUp::ByeLost, 0.0);
    let story = call.with(|setup| setup.callee.while_leaving = WhileLeaving::RefuseAll).run();
    assert_eq!(story.sent(Callee, "481 BYE"), [900.15]);
}

#[test]
fn a_side_that_refuses_offers_while_its_bye_is_pending_keeps_a_peer_that_refreshes_by_update_alone() {
    let call = Call::established().session_expires(90).hangs_up(Callee, 35.0).ending(HangUp::ByeLost, 0.0);
    let call = call.with(|setup| setup.callee.while_leaving = WhileLeaving::RefuseOffers);
    assert_eq!(call.clone().run().sent(Callee, "200 UPDATE"), [45.05]);
    let offered = call.with(|setup| setup.caller.refresh_by = RefreshBy::Invite).run();
    assert_eq!(offered.sent(Callee, "488 INVITE").0[0], 45.05);
    // Nothing comes of a 488; the caller's interval ends.
    assert_released(&offered, Caller, 90.0, ReleaseCause::IntervalEnded);
}

#[test]
fn a_side_that_refuses_all_is_done_with_the_call_at_the_first_request_that_it_refuses() {
    let call = Call::established().session_expires(90).hangs_up(Callee, 35.0).ending(HangUp::ByeLost, 0.0);
    let closed = |while_leaving| call.clone().with(|setup| setup.callee.while_leaving = while_leaving).run();
    assert_eq!(closed(WhileLeaving::RefuseAll).closed(Callee), Some(45.05));
    // Else when the caller's BYE, which follows the 481, has been answered, or its own is given up.
    assert_eq!(closed(WhileLeaving::RefuseRefresh).closed(Callee), Some(67.0));
}

#[test]
fn a_bye_that_comes_while_its_own_is_pending_ends_the_call_of_a_side_that_accepts_all() {
    // The caller's BYEs are lost from 40 s on; the callee gives up at 60 s.
    let call = Call::established().session_expires(90).hangs_up(Caller, 40.0).ending(HangUp::ByeLost, 0.0);
    let closed = |while_leaving| call.clone().with(|setup| setup.caller.while_leaving = while_leaving).run();
    assert_eq!(closed(WhileLeaving::AcceptAll).closed(Caller), Some(60.05));
    assert_eq!(closed(WhileLeaving::RefuseOffers).closed(Caller), Some(60.05));
    assert_eq!(closed(WhileLeaving::RefuseRefresh).closed(Caller), Some(72.0));
}

#[test]
fn the_margin_of_the_watcher_is_a_setting() {
    for (rule, deadline) in [
        (GiveUp::Before { most: Span::from_secs(32), one_over: 10 }, Some(81.0)),
        (GiveUp::AtPerMille(1000), Some(90.0)),
        (GiveUp::AtPerMille(1100), Some(99.0)),
        (GiveUp::Never, None),
    ] {
        let call = Call::established().session_expires(90).hangs_up(Caller, 10.0).ending(HangUp::ByeLost, 0.0);
        let story = call.with(|setup| setup.callee.watcher_gives_up = rule).run();
        match deadline {
            Some(deadline) => assert_released(&story, Callee, deadline, ReleaseCause::RefreshMissing),
            None => assert_eq!(story.released(Callee), None),
        }
    }
}

#[test]
fn what_follows_a_refresh_that_times_out_is_a_setting() {
    let call = Call::established().outage(None, 890.0, 100.0).until(2500.0);
    let with = |what| call.clone().with(|setup| setup.caller.on_timeout = what).run();
    let left = with(OnFailure::Leave);
    assert_released(&left, Caller, 932.0, ReleaseCause::RefreshTimedOut);
    assert_eq!(left.sent(Caller, "BYE").0.len(), 11);
    let vanished = with(OnFailure::Vanish);
    assert_released(&vanished, Caller, 932.0, ReleaseCause::RefreshTimedOut);
    assert_eq!(vanished.sent(Caller, "BYE"), []);
    let ran_out = with(OnFailure::RunOut);
    assert_eq!(ran_out.sent(Caller, "UPDATE").0.len(), 11);
    assert_released(&ran_out, Callee, 1768.0, ReleaseCause::RefreshMissing);
    // Half an interval after the time-out; the watcher has given up by then.
    let again = with(OnFailure::Again);
    assert_eq!(again.sent(Caller, "UPDATE").0.len(), 11);
    assert_released(&again, Caller, 1768.05, ReleaseCause::ByeReceived);
}

#[test]
fn a_first_gap_of_two_t1_leaves_ten_copies_of_a_bye_and_six_of_an_invite() {
    let call = Call::established().hangs_up(Caller, 10.0).lose(Caller, Method::Bye, &[]).until(100.0);
    let story = call.with(|setup| setup.caller.first_gap_in_t1 = 2).run();
    assert_eq!(story.schedule(Caller, "BYE"), [0.0, 1.0, 3.0, 7.0, 11.0, 15.0, 19.0, 23.0, 27.0, 31.0]);
    let call = Call::new().lose(Caller, Method::Invite, &[]).until(100.0);
    let story = call.with(|setup| setup.caller.first_gap_in_t1 = 2).run();
    assert_eq!(story.schedule(Caller, "INVITE"), [0.0, 1.0, 3.0, 7.0, 15.0, 31.0]);
    assert_released(&story, Caller, 32.0, ReleaseCause::SetupFailed);
}

#[test]
fn what_an_invite_gets_that_comes_again_after_its_2xx_is_a_setting() {
    // The re-INVITE of 900 s comes at 0.05, 0.55, 1.55, 3.55, 7.55 and 15.55 s from then; no 2xx gets through for 20 s.
    let call = Call::established().lose_responses(Callee, Method::Invite, &[]).until(920.0);
    let answers = |repeated_invite| {
        let call = call.clone().with(|setup| setup.caller.refresh_by = RefreshBy::Invite);
        call.with(|setup| setup.callee.repeated_invite = repeated_invite).run().schedule(Callee, "200 INVITE")
    };
    assert_eq!(answers(RepeatedInvite::Absorb), [0.0, 0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5]);
    let both = [0.0, 0.5, 0.5, 1.5, 1.5, 3.5, 3.5, 7.5, 7.5, 11.5, 15.5, 15.5, 19.5];
    assert_eq!(answers(RepeatedInvite::Answer), both);
    // Each copy doubles the gap: those of its own come at 0.5, 1.5, 5.5, 9.5 ... s.
    let counted = [0.0, 0.5, 0.5, 1.5, 1.5, 3.5, 5.5, 7.5, 9.5, 13.5, 15.5, 17.5];
    assert_eq!(answers(RepeatedInvite::AnswerAndCount), counted);
}

#[test]
fn whether_the_end_of_a_call_waits_for_the_ack_to_a_re_invite_is_a_setting() {
    // The ACK to the 2xx of 900.05 s never comes.
    let call = Call::established().lose(Caller, Method::Ack, &[]).until(990.0);
    let call = call.with(|setup| setup.caller.refresh_by = RefreshBy::Invite);
    let story = |end, apart| {
        let call = call.clone().hangs_up(end, 910.0).with(|setup| setup.callee.bye_ignores_pending_ack = apart);
        call.run()
    };
    assert_eq!(story(Callee, false).sent(Callee, "BYE"), [932.05]);
    assert_eq!(story(Callee, true).sent(Callee, "BYE"), [910.0]);
    // The 2xx stops with the caller's BYE, or goes on for 64*T1, each time in vain.
    let copies = |end, apart| story(end, apart).schedule(Callee, "200 INVITE").0.last().copied();
    assert_eq!(
        [copies(Caller, false), copies(Caller, true), copies(Callee, true)],
        [Some(7.5), Some(31.5), Some(31.5)]
    );
    // That to the first INVITE is waited for all the same.
    let first = Call::new().lose(Caller, Method::Ack, &[]).hangs_up(Callee, 10.0).until(100.0);
    let first = first.with(|setup| setup.callee.bye_ignores_pending_ack = true).run();
    assert_eq!(first.sent(Callee, "BYE"), [32.05]);
}

#[test]
fn an_invite_that_comes_again_after_the_ack_is_absorbed_by_all() {
    // Its first copy arrives at 900.05 s; the second, sent at 900.5 s before the 2xx repeated then has come, after the
    // ACK of a network that delays the ACK less.
    for repeated in [RepeatedInvite::Absorb, RepeatedInvite::Answer, RepeatedInvite::AnswerAndCount] {
        let call = Call::established().delay(0.3).until(910.0).with(|setup| {
            setup.caller.refresh_by = RefreshBy::Invite;
            setup.callee.repeated_invite = repeated;
        });
        // 2xx at 900.3, its own copy at 900.8, as does the second INVITE come; the ACK at 900.9 comes before nothing
        // else.
        let answers = call.run().schedule(Callee, "200 INVITE").0.len();
        assert_eq!(answers, if repeated == RepeatedInvite::Absorb { 2 } else { 3 }, "{repeated:?}");
    }
}

#[test]
fn halves_and_thirds_are_rounded_down_to_seconds_where_the_profile_says_so() {
    let call = Call::established().session_expires(95).until(100.0).with(|setup| {
        setup.caller.whole_seconds = true;
        setup.callee.whole_seconds = true;
    });
    assert_eq!(call.run().sent(Caller, "UPDATE").0[0], 47.0);
    let ghost = call.hangs_up(Caller, 10.0).ending(HangUp::ByeLost, 0.0).run();
    assert_released(&ghost, Callee, 64.0, ReleaseCause::RefreshMissing);
}

#[test]
fn a_jittered_refresh_falls_anywhere_within_its_bounds_and_nowhere_else() {
    let due: Vec<f64> = (0..200)
        .map(|seed| {
            let call = Call::established().session_expires(90).until(60.0);
            let call = call.with(|setup| (setup.seed, setup.caller.refresh_jitter) = (seed, Span::from_secs(5)));
            call.run().sent(Caller, "UPDATE").0[0]
        })
        .collect();
    assert!(due.iter().all(|due| (40.0..=50.0).contains(due)));
    assert!(due.iter().any(|due| *due < 41.0) && due.iter().any(|due| *due > 49.0));
    let mean = due.iter().sum::<f64>() / 200.0;
    assert!((mean - 45.0).abs() < 4.0 * 10.0 / 12f64.sqrt() / 200f64.sqrt(), "{mean}");
}

/// A stack by its name, as caller and as callee.
fn stack(name: &str) -> [Profile; 2] {
    let text = format!(
        "name = \"x\"\ntopology = \"direct\"\nhorizon = \"1 h\"\n[calls]\ncount = 1\ntalk-time = 1\n[session-timer]\nprofile = \"{name}\"\n"
    );
    let study = scenario::load_text("test", &text, &[]).unwrap_or_else(|errors| panic!("{errors}"));
    [study.points[0].setup.caller, study.points[0].setup.callee]
}

/// An established call of two such stacks with this interval, of which the caller refreshes.
fn between(name: &str, interval_s: u32) -> Call {
    let [caller, callee] = stack(name);
    Call::established().with(|setup| (setup.caller, setup.callee) = (caller, callee)).session_expires(interval_s)
}

/// Refuses the nth UPDATEs or re-INVITEs of `sender`, or all.
fn refuse(call: Call, sender: End, method: Method, nth: &[u32], status: u16) -> Call {
    let min_se = (status == 422).then_some(200);
    affect(
        call,
        sender,
        method,
        nth,
        FaultEffect::Refuse(Refusal { status: Status(status), retry_after_s: None, min_se }),
    )
}

fn affect(call: Call, sender: End, method: Method, nth: &[u32], effect: FaultEffect) -> Call {
    call.with(|setup| {
        setup.faults.push(Fault {
            senders: vec![sender.into()],
            message: FaultMessage::Request(method),
            nth: nth.to_vec(),
            clock: FaultClock::Run,
            from: Span::ZERO,
            duration: None,
            effect,
        });
    })
}

#[test]
fn pjsip_refreshes_again_at_once_with_an_offer_after_a_503_and_then_15_s_after_each_until_the_interval_ends() {
    // 45 s: refused at 45.1; at once; refused at 45.2, timer K 5 s and 10 s: 60.2; refused at 60.3: 75.3; 90 s: BYE.
    let story = refuse(between("pjsip", 90), Caller, Method::Update, &[], 503).run();
    assert_eq!(story.sent(Caller, "UPDATE"), [45.0, 45.1]);
    let offers: Vec<bool> = story.sends(Caller, "UPDATE").map(|(_, update, _)| update.offer).collect();
    assert_eq!(offers, [false, true]);
    assert_released(&story, Callee, 60.0, ReleaseCause::RefreshMissing);
    let alone = refuse(between("pjsip", 90), Caller, Method::Update, &[], 503);
    let alone = alone.with(|setup| setup.callee.watcher_gives_up = GiveUp::Never).run();
    assert_eq!(alone.sent(Caller, "UPDATE"), [45.0, 45.1, 60.2, 75.3]);
    assert_released(&alone, Caller, 90.0, ReleaseCause::IntervalEnded);
}

#[test]
fn pjsip_refreshes_by_re_invite_10_s_after_each_503_until_the_interval_ends() {
    let call = between("pjsip", 90).with(|setup| setup.callee.allows_update = false);
    let story = refuse(call, Caller, Method::Invite, &[], 503);
    let story = story.with(|setup| setup.callee.watcher_gives_up = GiveUp::Never).run();
    assert_eq!(story.sent(Caller, "INVITE"), [45.0, 55.1, 65.2, 75.3, 85.4]);
    assert_released(&story, Caller, 90.0, ReleaseCause::IntervalEnded);
}

#[test]
fn pjsip_refreshes_once_more_with_an_offer_after_another_refusal_and_then_waits_for_the_end() {
    for status in [400, 403, 488, 491, 500, 603] {
        let call = refuse(between("pjsip", 90), Caller, Method::Update, &[], status);
        let story = call.with(|setup| setup.callee.watcher_gives_up = GiveUp::Never).run();
        assert_eq!(story.sent(Caller, "UPDATE"), [45.0, 45.1], "{status}");
        assert_released(&story, Caller, 90.0, ReleaseCause::IntervalEnded);
    }
}

#[test]
fn pjsip_tries_every_10_s_while_it_cannot_send() {
    let call = affect(between("pjsip", 90), Caller, Method::Update, &[], FaultEffect::FailToSend);
    let story = call.with(|setup| setup.callee.watcher_gives_up = GiveUp::Never).run();
    assert_eq!(story.sent(Caller, "UPDATE"), [45.0, 55.0, 65.0, 75.0, 85.0]);
    assert_released(&story, Caller, 90.0, ReleaseCause::IntervalEnded);
}

#[test]
fn the_second_of_two_422s_in_a_row_is_ignored_by_pjsip_in_a_call_and_fails_its_set_up() {
    let story = refuse(between("pjsip", 90), Caller, Method::Update, &[1, 2], 422).until(89.0).run();
    assert_eq!(story.sent(Caller, "UPDATE"), [45.0, 45.1]);
    assert_eq!(story.sends(Caller, "UPDATE").nth(1).unwrap().1.min_se, Some(200));
    let set_up = || between("pjsip", 90).with(|setup| setup.calls.begin = byeloss::world::Begin::Invite).until(5.0);
    let failed = refuse(set_up(), Caller, Method::Invite, &[1, 2], 422).run();
    assert_released(&failed, Caller, 0.2, ReleaseCause::SetupFailed);
    let stood = refuse(set_up(), Caller, Method::Invite, &[1], 422).run();
    assert_eq!(stood.established(Caller), Some(0.2));
}

#[test]
fn a_pjsip_whose_refresh_times_out_says_a_second_bye_when_the_interval_ends_below_128_s() {
    // Time-out at 45 + 32 s; the first BYE ends at 109 s and with it the call; the timer at 90 s begins the second.
    let story = between("pjsip", 90).outage(Some(Caller), 1.0, 1000.0).run();
    assert_released(&story, Caller, 60.05, ReleaseCause::ByeReceived);
    let cut = between("pjsip", 90).outage(None, 1.0, 1000.0).run();
    assert_released(&cut, Caller, 77.0, ReleaseCause::RefreshTimedOut);
    let byes: Vec<u32> = cut.sends(Caller, "BYE").filter(|(.., copy)| *copy == 1).map(|(_, bye, _)| bye.cseq).collect();
    assert_eq!(byes.len(), 2);
    assert_eq!(
        cut.sends(Caller, "BYE").filter(|(.., copy)| *copy == 1).map(|(at, ..)| at).collect::<Vec<_>>(),
        [77.0, 90.0]
    );
    assert_eq!(cut.closed(Caller), Some(109.0));
    // At 128 s the first BYE has ended with the interval.
    let longer = between("pjsip", 180).outage(None, 1.0, 1000.0).run();
    assert_eq!(longer.sends(Caller, "BYE").filter(|(.., copy)| *copy == 1).count(), 1);
    assert_eq!(longer.closed(Caller), Some(90.0 + 64.0));
}

#[test]
fn a_pjsip_whose_refresh_times_out_after_its_user_hung_up_says_a_second_bye_then() {
    // The refresh of 90.1 s is given up at 122.1 s, the BYE of 100 s at 132 s.
    let call = between("pjsip", 90).hangs_up(Caller, 100.0).outage(None, 85.0, 1000.0);
    let byes = |call: Call| {
        let story = call.run();
        story.sends(Caller, "BYE").filter(|(.., copy)| *copy == 1).map(|(at, ..)| at).collect::<Vec<_>>()
    };
    assert_eq!(byes(call.clone()), [100.0, 122.1]);
    assert_eq!(byes(call.with(|setup| setup.caller.second_bye = false)), [100.0]);
    // A BYE of the other side ends it before the second: that of the time-out at 77 s is pending when one comes at 82
    // s.
    let ended = between("pjsip", 90).outage(Some(Caller), 1.0, 1000.0);
    let ended = ended.with(|setup| setup.callee.watcher_gives_up = GiveUp::AtPerMille(911));
    assert_eq!(byes(ended.clone()), [77.0]);
    assert_eq!(ended.run().closed(Caller), Some(82.04));
}

#[test]
fn a_pjsip_that_has_ended_answers_an_update_500_and_an_invite_never_as_long_as_a_transaction_of_the_dialog_lives_and_then_481()
 {
    // The caller hangs up at 40 s and is answered, or not; the callee's hold of 41 s meets the rest. Answered at 40.1
    // s, the BYE's transaction lives for timer K, to 45.1 s. The BYE reaches the callee, whose own request is then
    // none, so it is told by hand what the caller says.
    use byeloss::sip::{Action, Actions, Agent, Branch, Input, Message, Side, establish};
    use byeloss::time::Time;
    let at = |seconds: f64| Time::ZERO + Span::from_secs_f64(seconds);
    for (dialog_outlives_bye, expected) in [
        (true, [(41.0, Method::Update, Some(500)), (78.0, Method::Bye, Some(481)), (79.0, Method::Update, Some(481))]),
        (false, [(41.0, Method::Update, Some(481)), (78.0, Method::Bye, Some(481)), (79.0, Method::Update, Some(481))]),
        // What it never answers lives for ever.
        (true, [(41.0, Method::Invite, None), (78.0, Method::Bye, Some(200)), (990.0, Method::Update, Some(500))]),
    ] {
        let [caller, callee] = stack("pjsip");
        let mut caller = Agent::new(0, Side::Callee, Profile { dialog_outlives_bye, ..caller }, Span::ZERO);
        let mut callee = Agent::new(1, Side::Caller, callee, Span::ZERO);
        let [mut out, mut of_callee] = [Actions::new(), Actions::new()];
        establish(&mut caller, &mut callee, Time::ZERO, Span::ZERO, [&mut out, &mut of_callee]);
        out.forget();
        caller.handle(at(40.0), Input::HangUp, &mut out);
        let Some(&Action::Send { message: bye, .. }) =
            out.as_slice().iter().find(|action| matches!(action, Action::Send { .. }))
        else {
            panic!("no BYE: {out:?}");
        };
        caller.handle(at(40.1), Input::Receive(&bye.response(Status::OK, bye.to)), &mut out);
        for (ordinal, (now, method, status)) in (0..).zip(expected) {
            out.forget();
            let branch = Branch { element: 1, method, ordinal };
            let request = Message::request(method, branch, 9, bye.to, bye.from);
            caller.handle(at(now), Input::Receive(&request), &mut out);
            let answer = out.as_slice().iter().find_map(|action| match action {
                Action::Send { message, .. } => message.status(),
                _ => None,
            });
            assert_eq!(answer, status.map(Status), "{out:?}");
        }
    }
}

#[test]
fn sofia_ends_on_every_5xx_and_keeps_the_call_without_a_new_refresh_on_others() {
    for status in [500, 503, 504, 408, 481] {
        let story = refuse(between("sofia", 180), Caller, Method::Invite, &[], status).run();
        let refused = story.sent(Caller, "INVITE").0[0] + 0.1;
        let cause = if status < 500 { ReleaseCause::RefreshRefused } else { ReleaseCause::RefreshFailed };
        assert_released(&story, Caller, refused, cause);
    }
    for status in [403, 406, 488, 491] {
        let call = refuse(between("sofia", 180), Caller, Method::Invite, &[], status).until(1000.0);
        let story = call.run();
        assert_eq!(story.sent(Caller, "INVITE").0.len(), 1, "{status}");
        // SE - SE / 10 on its late clock.
        assert_released(&story, Callee, 162.162, ReleaseCause::RefreshMissing);
    }
}

#[test]
fn sofia_ends_on_a_refusal_that_ends_the_session_by_rfc_5057_and_asks_four_times_for_more() {
    for status in [404, 405, 410, 416, 480, 482, 483, 484, 485, 604] {
        let story = refuse(between("sofia", 180), Caller, Method::Invite, &[], status).run();
        let refused = story.sent(Caller, "INVITE").0[0] + 0.1;
        assert_released(&story, Caller, refused, ReleaseCause::RefreshFailed);
    }
    let asks = refuse(between("sofia", 180), Caller, Method::Invite, &[], 422).run();
    assert_eq!(asks.sent(Caller, "INVITE").0.len(), 4);
    assert_released(&asks, Callee, 162.162, ReleaseCause::RefreshMissing);
}

#[test]
fn sofias_refresh_falls_on_a_whole_second_of_a_clock_that_is_late() {
    for seed in 0..30 {
        let story = between("sofia", 180).with(|setup| setup.seed = seed).until(100.0).run();
        let steps = story.sent(Caller, "INVITE").0[0] / 1.001;
        assert!((steps - steps.round()).abs() < 1e-6 && (85.0..=95.0).contains(&steps.round()), "{steps}");
    }
}

/// The callee is killed after 10 s, on a host that lives.
fn killed(name: &str) -> Call {
    let call = between(name, 180).hangs_up(Callee, 10.0).ending(HangUp::Dies, 0.0);
    call.with(|setup| setup.calls.ending.icmp = true)
}

#[test]
fn a_killed_peer_ends_sofia_at_its_next_refresh_and_its_bye_with_the_second_copy() {
    let story = killed("sofia").run();
    let refresh = story.sent(Caller, "INVITE").0[0];
    assert_released(&story, Caller, refresh + 0.1, ReleaseCause::RefreshFailed);
    // The ICMP to the second copy, 1.0 s after the first.
    assert!((story.closed(Caller).unwrap() - (refresh + 0.1 + 1.0 + 0.1)).abs() < 1e-6);
}

#[test]
fn a_killed_peer_is_not_seen_by_pjsip_before_its_refresh_times_out() {
    assert_released(&killed("pjsip").run(), Caller, 122.0, ReleaseCause::RefreshTimedOut);
    // What RFC 3261 8.1.3.1 says, and rule R4: a 503 without Retry-After is not tried again.
    let story = killed("rfc").run();
    assert_eq!(story.sent(Caller, "UPDATE"), [90.0]);
    assert_released(&story, Caller, 180.0, ReleaseCause::IntervalEnded);
}

#[test]
fn resiprocate_halves_the_time_to_the_next_refresh_while_it_is_more_than_32_s() {
    // 150 s after the first refusal, 75 s after the second, 37.5 s after the third; 18.75 s is too little. Deadline:
    // 568 s.
    let call = refuse(between("resiprocate", 600), Caller, Method::Update, &[], 500);
    let story = call.with(|setup| setup.callee.watcher_gives_up = GiveUp::Never).run();
    assert_eq!(story.sent(Caller, "UPDATE"), [300.0, 450.1, 525.2, 562.8]);
    assert_released(&story, Caller, 568.0, ReleaseCause::IntervalEnded);
}

#[test]
fn linphone_ignores_a_481_and_is_ended_by_the_silence_of_the_media_alone() {
    let call = between("linphone", 90).with(|setup| setup.caller.uac_refresher = None);
    let call = call.with(|setup| setup.callee.uas_refresher = Some(Refresher::Uac));
    let call = call.with(|setup| setup.caller.timer_delay = Span::ZERO);
    let ignored = refuse(call.clone(), Caller, Method::Update, &[], 481).until(200.0).run();
    assert_eq!(ignored.sent(Caller, "UPDATE"), [45.0, 90.1, 135.2, 180.3]);
    let ghost = call.hangs_up(Callee, 10.0).ending(HangUp::ByeLost, 0.0);
    // The profile leaves nortp_timeout off.
    assert_eq!(ghost.clone().until(1000.0).run().released(Caller), None);
    let limited = ghost.with(|setup| setup.caller.media_timeout = Some(Span::from_secs(30))).until(1000.0).run();
    assert_released(&limited, Caller, 40.0, ReleaseCause::MediaSilent);
}

#[test]
fn linphone_refreshes_again_half_an_interval_after_a_refresh_that_nobody_answers_and_after_each_2xx() {
    let call = between("linphone", 90).with(|setup| setup.caller.uac_refresher = None);
    let call = call.with(|setup| setup.callee.uas_refresher = Some(Refresher::Uac));
    let call = call.with(|setup| setup.caller.timer_delay = Span::ZERO);
    let first_sends = |call: Call| {
        let story = call.until(230.0).run();
        story.sends(Caller, "UPDATE").filter(|(.., copy)| *copy == 1).map(|(at, ..)| at).collect::<Vec<_>>()
    };
    assert_eq!(first_sends(call.clone().outage(None, 1.0, 1000.0)), [45.0, 90.0, 135.0, 180.0, 225.0]);
    // The copy of 60.5 s gets through and is answered at 60.6 s.
    assert_eq!(first_sends(call.clone().outage(None, 1.0, 56.0)), [45.0, 105.6, 150.7, 195.8]);
    // Late timers are late once in a row of refreshes that nobody answers, and anew after each 2xx.
    let late = first_sends(call.clone().with(|setup| setup.caller.timer_delay = Span::from_millis(20)));
    assert_eq!(late, [45.02, 90.14, 135.26, 180.38, 225.5]);
    let late = call.clone().with(|setup| setup.caller.timer_delay = Span::from_millis(20)).outage(None, 1.0, 1000.0);
    assert_eq!(first_sends(late), [45.02, 90.02, 135.02, 180.02, 225.02]);
    let from_success = call.with(|setup| setup.caller.counts_from = CountsFrom::Success);
    assert_eq!(first_sends(from_success.outage(None, 1.0, 1000.0)), [45.0]);
}

#[test]
fn chan_sip_waits_up_to_a_tenth_of_a_second_longer_after_a_491_than_the_rfc_says() {
    let [caller, callee] = stack("asterisk-chan-sip");
    let waits = |at_most: Option<Span>| -> Vec<f64> {
        let call = Call::established().session_expires(90).with(|setup| {
            (setup.caller, setup.callee) = (caller, callee);
            setup.caller.session_expires = Some(90);
            setup.caller.counts_from = CountsFrom::Success;
            setup.caller.uac_refresher = Some(Refresher::Uac);
            setup.caller.glare_at_most = at_most.unwrap_or(caller.glare_at_most);
        });
        let call = refuse(call, Caller, Method::Invite, &[1], 491).until(55.0);
        let wait = |seed| call.clone().with(|setup| setup.seed = seed).run().sent(Caller, "INVITE").0[1] - 45.1;
        (0..200).map(wait).collect()
    };
    let within = |waits: &[f64], longest: f64| waits.iter().all(|wait| (2.0999..=longest + 1e-6).contains(wait));
    assert!(within(&waits(None), 4.1) && !within(&waits(None), 4.0));
    assert!(within(&waits(Some(byeloss::sip::rules::GLARE[1])), 4.0));
}

#[test]
fn chan_sip_refreshes_by_its_own_clock_and_ends_without_a_bye_when_a_refresh_times_out() {
    let [_, callee] = stack("asterisk-chan-sip");
    let call = Call::new().session_expires(90).with(|setup| setup.callee = callee);
    // From the 200 at 0.05 s, not from each 2xx.
    let story = call.clone().until(140.0).run();
    assert_eq!(story.sent(Callee, "INVITE"), [45.05, 90.05, 135.05]);
    let cut =
        call.with(|setup| setup.caller.watcher_gives_up = GiveUp::Never).outage(None, 1.0, 1000.0).until(300.0).run();
    assert_released(&cut, Callee, 77.05, ReleaseCause::RefreshTimedOut);
    assert_eq!(cut.sent(Callee, "BYE"), []);
}

#[test]
fn drachtio_answers_without_an_interval_where_nobody_is_named_as_refresher() {
    let [_, callee] = stack("drachtio");
    let answer = |named| {
        let call = Call::new().session_expires(90).until(100.0).with(|setup| setup.callee = callee);
        let story = call.with(|setup| setup.caller.uac_refresher = named).run();
        story.first(Callee, "200 INVITE").session_expires.and_then(|interval| interval.refresher)
    };
    assert_eq!(
        [None, Some(Refresher::Uac), Some(Refresher::Uas)].map(answer),
        [None, Some(Refresher::Uac), Some(Refresher::Uas)]
    );
}

#[test]
fn resiprocate_takes_a_405_to_its_update_as_any_refusal() {
    let story = refuse(between("resiprocate", 600), Caller, Method::Update, &[1], 405).until(500.0).run();
    assert_eq!(story.sent(Caller, "UPDATE"), [300.0, 450.1]);
    assert_eq!(story.sent(Caller, "INVITE"), []);
}

#[test]
fn jssip_answers_an_interval_to_a_caller_that_knows_no_timers_and_refreshes_the_call_itself() {
    let [_, callee] = stack("jssip");
    let call = Call::new().with(|setup| (setup.callee, setup.caller.supports_timer) = (callee, false)).until(100.0);
    let story = call.clone().run();
    assert_eq!(story.first(Callee, "200 INVITE").session_expires.map(|asked| asked.interval_s), Some(90));
    assert_eq!(story.sent(Callee, "UPDATE"), [45.05, 90.15]);
    let plain = call.with(|setup| setup.callee.default_se_as_uas = None).run();
    assert_eq!(plain.first(Callee, "200 INVITE").session_expires, None);
}

#[test]
fn an_agent_that_insists_goes_on_refreshing_after_a_2xx_without_an_interval() {
    let call = Call::new().session_expires(90).with(|setup| setup.callee.supports_timer = false).until(100.0);
    assert_eq!(call.clone().run().sent(Caller, "UPDATE"), []);
    let story = call.with(|setup| setup.caller.refresh_without_se = true).run();
    assert_eq!(story.sent(Caller, "UPDATE"), [45.1, 90.2]);
}

fn wants(call: Call, sender: End, method: Method, at_s: u64, (offer, refreshes): (bool, bool)) -> Call {
    let change = Change { method, offer, refreshes };
    let (clock, at) = (RequestClock::Established, Span::from_secs(at_s));
    call.with(|setup| setup.requests.push(Request { sender, change, clock, at }))
}

#[test]
fn two_re_invites_that_cross_are_refused_with_491_and_both_are_tried_again() {
    let call = wants(Call::established(), Caller, Method::Invite, 30, (true, true)).until(60.0);
    let story = wants(call, Callee, Method::Invite, 30, (true, true)).run();
    assert_eq!(story.sends(Caller, "491 INVITE").next().map(|(at, ..)| at), Some(30.05));
    assert_eq!(story.sends(Callee, "491 INVITE").next().map(|(at, ..)| at), Some(30.05));
    // RFC 3261 14.1: 0 to 2.0 s for the callee, 2.1 to 4.0 s for the caller that owns the Call-ID.
    let (caller, callee) = (story.sent(Caller, "INVITE").0, story.sent(Callee, "INVITE").0);
    assert!(caller.len() == 2 && (32.2..=34.1).contains(&caller[1]), "{caller:?}");
    assert!(callee.len() == 2 && (30.1..=32.1).contains(&callee[1]), "{callee:?}");
    assert_eq!(story.refreshed(Caller).0.len(), 2);
}

#[test]
fn an_update_with_an_offer_that_crosses_an_offer_is_refused_and_one_without_is_not() {
    for (offer, refusals) in [(true, 1), (false, 0)] {
        let call = wants(Call::established(), Caller, Method::Invite, 30, (true, true)).until(31.0);
        let story = wants(call, Callee, Method::Update, 30, (offer, true)).run();
        assert_eq!(story.sent(Caller, "491 UPDATE").0.len(), refusals);
        assert_eq!(story.sent(Caller, "200 UPDATE").0.len(), 1 - refusals);
    }
}

#[test]
fn a_hold_without_an_interval_switches_the_timer_off_and_one_with_it_refreshes() {
    let held =
        |refreshes| wants(Call::established().session_expires(90), Caller, Method::Invite, 30, (true, refreshes));
    let off = held(false).until(200.0).run();
    assert_eq!(off.sent(Caller, "UPDATE"), []);
    // Half an interval after the 2xx of 30.1 s.
    assert_eq!(held(true).until(100.0).run().sent(Caller, "UPDATE"), [75.1]);
}

#[test]
fn a_refresh_that_is_due_during_another_negotiation_waits_for_it_or_is_left_out() {
    // The hold of 44 s is refused: at 44.05 s and, by timer G and to a second copy, at 44.55 s, all lost; at 45.55 s.
    // The refresh of 45 s follows when that has come, or never.
    let call = wants(Call::established().session_expires(90), Caller, Method::Invite, 44, (true, true));
    let call =
        refuse(call, Caller, Method::Invite, &[], 488).lose_responses(Callee, Method::Invite, &[1, 2, 3]).until(59.0);
    let waited = call.clone().run();
    assert_eq!(waited.sent(Caller, "UPDATE"), [45.6]);
    let skipped = call.with(|setup| setup.caller.when_busy = byeloss::sip::WhenBusy::Skip).run();
    assert_eq!(skipped.sent(Caller, "UPDATE"), []);
}
