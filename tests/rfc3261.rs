//! Transactions and dialogs (rules T1 to T8, R5 to R8): RFC 3261 and RFC 6026 over UDP.

mod common;

use byeloss::net::{Link, Path, Route};
use byeloss::random::{Distribution, Probability};
use byeloss::sip::{Action, Actions, Agent, Branch, Input, Message, Method, Profile, ReleaseCause, Side, Status, Tag};
use byeloss::time::{Span, Time};
use byeloss::world::HangUp;
use common::{Call, Callee, Caller, assert_released};

#[test]
fn an_invite_is_sent_seven_times_with_doubling_gaps_and_times_out_after_32_s() {
    let story = Call::new().lose(Caller, Method::Invite, &[]).run();
    assert_eq!(story.sent(Caller, "INVITE"), [0.0, 0.5, 1.5, 3.5, 7.5, 15.5, 31.5]);
    assert_released(&story, Caller, 32.0, ReleaseCause::SetupFailed);
    assert_eq!(story.released(Callee), None);
}

#[test]
fn an_invite_is_not_sent_again_after_a_provisional_response_and_then_waits_without_bound() {
    let story = Call::new().rings(100.0).run();
    assert_eq!(story.sent(Caller, "INVITE"), [0.0]);
    assert_eq!(story.sent(Callee, "180 INVITE"), [0.05]);
    assert_eq!(story.sent(Callee, "200 INVITE"), [100.05]);
    assert_eq!(story.established(Caller), Some(100.1));
}

#[test]
fn a_bye_is_sent_eleven_times_with_gaps_up_to_4_s_and_its_sender_is_closed_after_32_s() {
    let story = Call::established().hangs_up(Caller, 10.0).lose(Caller, Method::Bye, &[]).until(100.0).run();
    assert_eq!(story.schedule(Caller, "BYE"), [0.0, 0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5]);
    assert_released(&story, Caller, 10.0, ReleaseCause::HungUp);
    assert_eq!(story.closed(Caller), Some(42.0));
}

#[test]
fn the_schedules_follow_t1_and_t2() {
    let slow = Call::established().hangs_up(Caller, 10.0).lose(Caller, Method::Bye, &[]).until(1000.0).with(|setup| {
        setup.caller.timers.t1 = Span::from_secs(2);
        setup.caller.timers.t2 = Span::from_secs(16);
    });
    let story = slow.run();
    let expected = [0.0, 2.0, 6.0, 14.0, 30.0, 46.0, 62.0, 78.0, 94.0, 110.0, 126.0];
    assert_eq!(story.schedule(Caller, "BYE"), expected);
    assert_eq!(story.closed(Caller), Some(138.0));
}

#[test]
fn a_repeated_request_gets_the_same_response_again_and_is_no_second_refresh() {
    let story = Call::established().lose_responses(Callee, Method::Update, &[1, 2]).until(1000.0).run();
    assert_eq!(story.sent(Caller, "UPDATE"), [900.0, 900.5, 901.5]);
    assert_eq!(story.sent(Callee, "200 UPDATE"), [900.05, 900.55, 901.55]);
    assert_eq!(story.refreshed(Callee), [900.05]);
    assert_eq!(story.refreshed(Caller), [901.6]);
}

#[test]
fn a_repeated_invite_is_absorbed_after_the_2xx() {
    // The 200 takes 0.3 s, so that one copy of the INVITE is sent before it is there.
    let story = Call::new().delay(0.3).until(10.0).run();
    assert_eq!(story.sent(Caller, "INVITE"), [0.0, 0.5]);
    // The second 200 is the callee's own: T1 after the first, when the ACK has not come yet.
    assert_eq!(story.sent(Callee, "200 INVITE"), [0.3, 0.8]);
    assert_eq!(story.established(Callee), Some(0.3));
}

#[test]
fn a_2xx_is_sent_again_until_the_ack_with_doubling_gaps_up_to_t2_and_then_bye() {
    let story = Call::new().lose(Caller, Method::Ack, &[]).until(200.0).run();
    let expected = [0.0, 0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5];
    assert_eq!(story.schedule(Callee, "200 INVITE"), expected);
    assert_eq!(story.sent(Caller, "ACK").0.len(), 11);
    assert_released(&story, Callee, 32.05, ReleaseCause::NoAck);
    assert_released(&story, Caller, 32.1, ReleaseCause::ByeReceived);
}

#[test]
fn every_repeated_2xx_is_acknowledged_with_the_same_ack() {
    let story = Call::new().lose(Caller, Method::Ack, &[1]).until(10.0).run();
    let acks: Vec<_> = story.sends(Caller, "ACK").collect();
    assert_eq!(acks.iter().map(|(.., copy)| *copy).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(acks[0].1, acks[1].1);
    assert_eq!(acks[0].1.cseq, 1);
    assert_eq!(story.sent(Callee, "200 INVITE"), [0.05, 0.55]);
}

#[test]
fn a_refusal_is_sent_again_until_its_ack() {
    // A callee whose least interval is above what is asked: 422, and its ACK is lost twice (the second ACK of the
    // caller is that to the 200 of its next INVITE).
    let call = Call::new().session_expires(90).lose(Caller, Method::Ack, &[1, 3]).until(20.0);
    let story = call.with(|setup| setup.callee.min_se = Some(300)).run();
    assert_eq!(story.sent(Callee, "422 INVITE"), [0.05, 0.55, 1.55]);
    assert_eq!(story.sent(Caller, "ACK"), [0.1, 0.2, 0.6, 1.6]);
    assert_eq!(story.established(Caller), Some(0.2));
}

#[test]
fn cseq_rises_by_one_for_each_request_of_a_side_and_the_ack_has_that_of_its_invite() {
    let story = Call::new().session_expires(90).hangs_up(Caller, 100.0).run();
    let cseqs = |name| story.sends(Caller, name).map(|(_, message, _)| message.cseq).collect::<Vec<_>>();
    assert_eq!(cseqs("INVITE"), [1]);
    assert_eq!(cseqs("ACK"), [1]);
    assert_eq!(cseqs("UPDATE"), [2, 3]);
    assert_eq!(cseqs("BYE"), [4]);
    assert_eq!(story.sends(Callee, "200 BYE").map(|(_, message, _)| message.cseq).collect::<Vec<_>>(), [4]);
}

#[test]
fn a_request_for_a_dialog_that_is_gone_is_answered_481() {
    let story = Call::established().hangs_up(Callee, 10.0).ending(HangUp::Restarts, 5.0).run();
    assert_eq!(story.sent(Callee, "481 UPDATE"), [900.05]);
    assert_released(&story, Caller, 900.1, ReleaseCause::RefreshRefused);
    assert_eq!(story.first(Callee, "481 BYE").status(), Some(Status::NO_SUCH_CALL));
}

#[test]
fn a_request_in_a_living_dialog_is_not_answered_481() {
    let story = Call::new().session_expires(90).hangs_up(Caller, 500.0).run();
    assert!(!story.messages().iter().any(|name| name.contains("481")));
}

#[test]
fn whoever_sends_bye_has_let_go_at_that_instant_and_is_closed_by_its_answer() {
    let story = Call::new().hangs_up(Caller, 10.0).run();
    assert_released(&story, Caller, 10.1, ReleaseCause::HungUp);
    assert_released(&story, Callee, 10.15, ReleaseCause::ByeReceived);
    assert_eq!(story.closed(Caller), Some(10.2));
    assert_eq!(story.closed(Callee), Some(10.15));
}

#[test]
fn while_its_bye_is_pending_a_side_answers_a_refresh_481_and_a_crossing_bye_200() {
    // The callee hangs up 10 s before the refresh is due, and its BYEs are lost.
    let story = Call::established().hangs_up(Callee, 890.0).ending(HangUp::ByeLost, 0.0).run();
    assert_eq!(story.sent(Callee, "481 UPDATE"), [900.05]);
    assert_released(&story, Caller, 900.1, ReleaseCause::RefreshRefused);
    assert_eq!(story.sent(Callee, "200 BYE"), [900.15]);
}

#[test]
fn after_its_bye_transaction_a_side_answers_a_bye_481() {
    let story = Call::established().hangs_up(Callee, 10.0).ending(HangUp::ByeLost, 0.0).run();
    assert_eq!(story.closed(Callee), Some(42.0));
    assert_eq!(story.sent(Callee, "481 BYE"), [900.15]);
}

#[test]
fn the_callee_does_not_say_bye_before_the_ack_has_come() {
    // Established for the caller at 0.1; the callee hangs up at 0.12, and the ACK comes at 0.15.
    let story = Call::new().hangs_up(Callee, 0.02).run();
    assert_eq!(story.sent(Callee, "BYE"), [0.15]);
    assert_released(&story, Callee, 0.15, ReleaseCause::HungUp);
}

#[test]
fn the_callee_says_bye_without_an_ack_after_64_t1() {
    let story = Call::new().hangs_up(Callee, 0.02).lose(Caller, Method::Ack, &[]).run();
    assert_eq!(story.sent(Callee, "BYE"), [32.05]);
    assert_released(&story, Callee, 32.05, ReleaseCause::HungUp);
}

#[test]
fn the_caller_may_say_bye_before_its_ack_has_arrived() {
    let story = Call::new().hangs_up(Caller, 0.02).run();
    assert_released(&story, Caller, 0.12, ReleaseCause::HungUp);
    assert_released(&story, Callee, 0.17, ReleaseCause::ByeReceived);
}

#[test]
fn a_dead_agent_answers_nothing() {
    let story = Call::established().hangs_up(Callee, 10.0).ending(HangUp::Dies, 0.0).run();
    assert_eq!(story.sent(Caller, "UPDATE").0.len(), 11);
    assert!(story.messages().iter().all(|name| name.starts_with('>')));
    assert_released(&story, Caller, 932.0, ReleaseCause::RefreshTimedOut);
}

#[test]
fn a_bye_that_crosses_another_is_answered_200_on_both_sides() {
    // No refresh reaches the callee, which gives up at 60 s; the caller hangs up before that BYE is there.
    let call = Call::established().session_expires(90).lose(Caller, Method::Update, &[]).hangs_up(Caller, 60.02);
    let story = call.run();
    assert_released(&story, Callee, 60.0, ReleaseCause::RefreshMissing);
    assert_released(&story, Caller, 60.02, ReleaseCause::HungUp);
    assert_eq!(story.sent(Caller, "200 BYE"), [60.05]);
    assert_eq!(story.sent(Callee, "200 BYE"), [60.07]);
    assert_eq!((story.closed(Callee), story.closed(Caller)), (Some(60.1), Some(60.12)));
}

#[test]
fn a_request_of_a_lower_cseq_than_was_seen_is_answered_500() {
    let (mut callee, mut out) = (Agent::new(1, Side::Caller, Profile::RFC, Span::ZERO), Actions::new());
    let mut receive = |method, ordinal, cseq, to| {
        let branch = Branch { element: 0, method, ordinal };
        let request = Message::request(method, branch, cseq, Tag(1), to);
        callee.handle(Time::ZERO, Input::Receive(&request), &mut out);
        let sent = out.as_slice().iter().find_map(|action| match action {
            Action::Send { message, .. } => Some(*message),
            _ => None,
        });
        out.forget();
        sent.expect("an answer")
    };
    let to = receive(Method::Invite, 0, 5, Tag::NONE).to;
    assert_eq!(receive(Method::Update, 0, 4, to).status(), Some(Status::SERVER_ERROR));
    assert_eq!(receive(Method::Update, 1, 6, to).status(), Some(Status::OK));
}

#[test]
fn a_stateless_proxy_forwards_each_copy() {
    // Three links; one is dead, so that all eleven copies are lost, and none of them twice.
    let link = |loss| Link::udp(loss, Distribution::Constant(Span::from_millis(10)));
    let dead = vec![link(Probability::NEVER), link(Probability::ALWAYS), link(Probability::NEVER)];
    let route = Route { nodes: Vec::new(), to_caller: vec![link(Probability::NEVER); 3], to_callee: dead };
    let call = Call::established().hangs_up(Caller, 10.0).until(100.0);
    let story = call.with(|setup| setup.path = Path::new(&route).expect("three links")).run();
    assert_eq!(story.messages(), ["x> BYE"; 11]);
}
