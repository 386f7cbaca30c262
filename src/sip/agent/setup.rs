//! Setting a call up: INVITE, its answer, its ACK, and what both say about session timers.

use super::state::{Agent, Armed, Phase, Unacknowledged, Update};
use crate::sip::ReleaseCause;
use crate::sip::actions::{Actions, Event, Timer};
use crate::sip::message::{Message, Method, Side, Status, Tag};
use crate::sip::profile::{Profile, RepeatedInvite};
use crate::sip::session_timer::{self, Answer, Session};
use crate::time::{Span, Time};

impl Agent {
    /// The caller sends its INVITE.
    pub(super) fn call(&mut self, now: Time, out: &mut Actions) {
        if self.phase == Phase::Idle {
            self.invite(now, 0, out);
        }
    }

    /// The first INVITE, or the next after `rounds` refusals with 422.
    fn invite(&mut self, now: Time, rounds: u8, out: &mut Actions) {
        self.phase = Phase::Calling { rounds };
        let invite = self.next_invite();
        self.start(now, &invite, out);
    }

    fn next_invite(&mut self) -> Message {
        self.owns_call_id = true;
        let mut invite = self.next_request(Method::Invite);
        session_timer::ask(&self.profile, self.least, &mut invite);
        self.least = self.least.max(invite.min_se);
        invite
    }

    /// A response to the INVITE has come.
    pub(super) fn invite_answered(
        &mut self,
        now: Time,
        invite: &Message,
        response: &Message,
        status: Status,
        out: &mut Actions,
    ) {
        if status.is_provisional() {
            self.dialog.remote = response.to;
            if status != Status::TRYING {
                out.tell(Event::Ringing);
            }
        } else if status.is_success() {
            self.dialog.remote = response.to;
            self.learn_allow(response);
            self.acknowledge(response, out);
            self.phase = Phase::Up;
            let session = session_timer::session_from_2xx(&self.profile, invite, response);
            self.arm(Armed::at(now), session, out);
            self.begin_pinging(now, out);
            out.tell(Event::Established);
        } else if status == Status::SESSION_INTERVAL_TOO_SMALL {
            self.ask_for_more(now, response, out);
        } else {
            self.fail(out);
        }
    }

    /// Rule C6: a 422 to the INVITE. Again with its Min-SE: same Call-ID, next CSeq, new From tag; a bounded number of
    /// times.
    fn ask_for_more(&mut self, now: Time, refusal: &Message, out: &mut Actions) {
        let Phase::Calling { rounds } = self.phase else { return };
        let rounds = rounds + 1;
        // H3: a 422 without Min-SE is none.
        if rounds >= self.profile.most_invites || refusal.min_se.is_none() {
            return self.fail(out);
        }
        self.least = self.least.max(refusal.min_se);
        self.dialog.local.0 += 1;
        self.invite(now, rounds, out);
    }

    /// The call has come to nothing.
    pub(super) fn fail(&mut self, out: &mut Actions) {
        if matches!(self.phase, Phase::Calling { .. }) {
            self.phase = Phase::Gone;
            out.tell(Event::Released(ReleaseCause::SetupFailed));
            out.tell(Event::Closed);
        }
    }

    /// The ACK to a 2xx: a transaction of its own, and the same each time the 2xx is repeated (rule T3).
    pub(super) fn acknowledge(&mut self, response: &Message, out: &mut Actions) {
        let same = self.acknowledgement.filter(|(ack, _)| ack.cseq == response.cseq);
        let (ack, sent) = same.unwrap_or_else(|| {
            let branch = self.next_branch(Method::Ack);
            let ack = Message::request(Method::Ack, branch, response.cseq, self.dialog.local, response.to);
            (Message { toward: self.faces, ..ack }, 0)
        });
        self.acknowledgement = Some((ack, sent + 1));
        out.send(&ack, sent + 1);
    }

    /// The callee is called.
    pub(super) fn receive_call(&mut self, now: Time, invite: &Message, out: &mut Actions) {
        if self.phase != Phase::Idle {
            return self.respond(now, invite, Status::TEMPORARILY_UNAVAILABLE, out);
        }
        if let Answer::TooSmall { min_se } = session_timer::answer(&self.profile, invite) {
            return self.refuse_interval(now, invite, min_se, out);
        }
        self.dialog.remote = invite.from;
        self.dialog.remote_seq = invite.cseq;
        if self.ring_time == Some(Span::ZERO) {
            return self.accept(now, invite, out);
        }
        self.phase = Phase::Ringing { invite: *invite };
        match self.ring_time {
            Some(ring_time) => {
                self.respond(now, invite, Status::RINGING, out);
                out.set(Timer::Answer, now + ring_time);
            }
            None => {
                // A 100 has no To tag, and so begins no early dialog (RFC 3261 8.2.6.2).
                let trying = invite.response(Status::TRYING, Tag::NONE);
                self.servers.respond(now, invite, &trying, &self.profile.timers, out);
                out.tell(Event::Called);
            }
        }
    }

    /// From now on it answers without ringing, until it is reset; one that waits to be told goes on waiting.
    pub fn answer_at_once(&mut self) {
        self.ring_time = self.ring_time.map(|_| Span::ZERO);
    }

    /// The other leg's side rings.
    pub(super) fn ring(&mut self, now: Time, out: &mut Actions) {
        if let Phase::Ringing { invite } = self.phase {
            self.respond(now, &invite, Status::RINGING, out);
        }
    }

    /// The call is not to be answered.
    pub(super) fn refuse_call(&mut self, now: Time, status: Status, out: &mut Actions) {
        if let Phase::Ringing { invite } = self.phase {
            self.respond(now, &invite, status, out);
            self.phase = Phase::Gone;
            out.tell(Event::Released(ReleaseCause::SetupFailed));
            out.tell(Event::Closed);
        }
    }

    /// Rules S1, H3: 422 with Min-SE.
    pub(super) fn refuse_interval(&mut self, now: Time, request: &Message, min_se: u32, out: &mut Actions) {
        let mut response = request.response(Status::SESSION_INTERVAL_TOO_SMALL, self.to_tag(request));
        response.min_se = Some(min_se);
        self.servers.respond(now, request, &response, &self.profile.timers, out);
    }

    /// The callee has let it ring.
    pub(super) fn answer_ringing(&mut self, now: Time, out: &mut Actions) {
        if let Phase::Ringing { invite } = self.phase {
            self.accept(now, &invite, out);
        }
    }

    /// The 200 to the INVITE: it is this side's to resend until the ACK (rule T3), and from it the interval runs (H5).
    fn accept(&mut self, now: Time, invite: &Message, out: &mut Actions) {
        self.phase = Phase::Up;
        let answer = session_timer::answer(&self.profile, invite);
        self.accept_session(now, invite, answer, out);
        self.begin_pinging(now, out);
        out.tell(Event::Established);
    }

    /// Sends the 200 to an INVITE or UPDATE that the session timer has nothing against, and arms the timer by it. That
    /// to an INVITE is resent until its ACK.
    pub(super) fn accept_session(&mut self, now: Time, request: &Message, answer: Answer, out: &mut Actions) {
        self.learn_allow(request);
        self.least = self.least.max(request.min_se);
        let mut response = request.response(Status::OK, self.to_tag(request));
        if let Answer::Accept { session_expires, requires_timer } = answer {
            response.supports_timer = self.profile.supports_timer;
            response.session_expires = session_expires;
            response.requires_timer = requires_timer;
        }
        response.allows_update = self.profile.allows_update;
        self.servers.respond(now, request, &response, &self.profile.timers, out);
        if request.method == Method::Invite {
            let gap = self.profile.timers.t1;
            self.unacknowledged =
                Some(Unacknowledged { response, again: request.to != Tag::NONE, sent: 1, gap, then_leave: None });
            out.set(Timer::AnswerRetransmit, now + gap);
            out.set(Timer::AnswerTimeout, now + self.profile.timers.timeout());
        }
        self.arm(Armed::at(now), session_timer::taken_by_server(response.session_expires), out);
    }

    /// No ACK yet: the 2xx once more (rule T3).
    pub(super) fn resend_answer(&mut self, now: Time, out: &mut Actions) {
        if let Some(answer) = &mut self.unacknowledged {
            answer.sent += 1;
            answer.gap = answer.gap.times(2).min(self.profile.timers.t2);
            out.send(&answer.response, answer.sent);
            out.set(Timer::AnswerRetransmit, now + answer.gap);
        }
    }

    /// A request that its transaction knows has come again: an INVITE may have its 2xx once more (rule T3).
    pub(super) fn receive_repeated(&mut self, request: &Message, out: &mut Actions) {
        let Profile { repeated_invite, timers, .. } = self.profile;
        let Some(answer) = &mut self.unacknowledged else { return };
        let again = request.method == Method::Invite && request.branch == answer.response.branch;
        if again && repeated_invite != RepeatedInvite::Absorb {
            answer.sent += 1;
            if repeated_invite == RepeatedInvite::AnswerAndCount {
                answer.gap = answer.gap.times(2).min(timers.t2);
            }
            out.send(&answer.response, answer.sent);
        }
    }

    /// The ACK to the 2xx. What waited for it happens now (rule R8).
    pub(super) fn receive_ack(&mut self, now: Time, ack: &Message, out: &mut Actions) {
        match self.unacknowledged {
            Some(answer) if answer.response.cseq == ack.cseq && self.dialog.remote == ack.from => {
                self.stop_answering(out);
                match answer.then_leave {
                    Some(cause) => self.leave(now, cause, out),
                    None => self.send_waiting_change(now, out),
                }
            }
            _ => {}
        }
    }

    /// 64·T1 without an ACK: BYE (rules T3, R8).
    pub(super) fn give_up_on_ack(&mut self, now: Time, out: &mut Actions) {
        if let Some(answer) = self.unacknowledged {
            self.stop_answering(out);
            self.leave(now, answer.then_leave.unwrap_or(ReleaseCause::NoAck), out);
        }
    }

    /// The call is over; so is its 2xx, unless it is repeated all the same.
    pub(super) fn stop_answering_at_end(&mut self, out: &mut Actions) {
        if !self.unacknowledged.is_some_and(|answer| self.goes_on_after_end(&answer)) {
            self.stop_answering(out);
        }
    }

    /// Whether the end of the call takes no notice of this 2xx.
    pub(super) fn goes_on_after_end(&self, answer: &Unacknowledged) -> bool {
        answer.again && self.profile.bye_ignores_pending_ack
    }

    /// The 2xx needs no ACK any more.
    pub(super) fn stop_answering(&mut self, out: &mut Actions) {
        if self.unacknowledged.take().is_some() {
            out.clear(Timer::AnswerRetransmit);
            out.clear(Timer::AnswerTimeout);
        }
    }

    /// What the other side would see of this side's answer to `invite`, without a message: for [`establish`].
    fn agree(&mut self, invite: &Message) -> Message {
        let mut response = invite.response(Status::OK, self.dialog.local);
        match session_timer::answer(&self.profile, invite) {
            Answer::TooSmall { min_se } => {
                response = invite.response(Status::SESSION_INTERVAL_TOO_SMALL, self.dialog.local);
                response.min_se = Some(min_se);
            }
            Answer::Accept { session_expires, requires_timer } => {
                self.least = self.least.max(invite.min_se);
                response.session_expires = session_expires;
                response.requires_timer = requires_timer;
            }
        }
        response
    }
}

/// What a call between agents of these profiles does about its session: the caller's part and the callee's, as INVITE,
/// 422s and 2xx lead to. `None` if they do not agree.
pub fn negotiate(caller: Profile, callee: Profile) -> Option<[Session; 2]> {
    let [mut caller, mut callee] =
        [Agent::new(0, Side::Callee, caller, Span::ZERO), Agent::new(1, Side::Caller, callee, Span::ZERO)];
    let [mut to_caller, mut to_callee] = [Actions::new(), Actions::new()];
    let agreed = establish(&mut caller, &mut callee, Time::ZERO, Span::ZERO, [&mut to_caller, &mut to_callee]);
    agreed.then_some([caller.session(), callee.session()])
}

/// Puts both blank agents into the call that an INVITE, its 422s and its 2xx would have led to, without a message. The
/// session was last refreshed `since` ago, modulo the refresh cycle. Returns whether they agreed.
pub fn establish(caller: &mut Agent, callee: &mut Agent, now: Time, since: Span, out: [&mut Actions; 2]) -> bool {
    let [to_caller, to_callee] = out;
    for _ in 0..caller.profile.most_invites {
        let invite = caller.next_invite();
        let response = callee.agree(&invite);
        if response.status() != Some(Status::OK) {
            caller.least = caller.least.max(response.min_se);
            caller.dialog.local.0 += 1;
            continue;
        }
        let taken = session_timer::session_from_2xx(&caller.profile, &invite, &response);
        let given = session_timer::taken_by_server(response.session_expires);
        let sides = [(&mut *caller, taken, to_caller), (&mut *callee, given, to_callee)];
        let cycle = sides.iter().find_map(|(agent, session, _)| session.refresh_after(&agent.profile));
        let since = cycle.map_or(Span::ZERO, |cycle| since.modulo(cycle));
        for (agent, session, out) in sides {
            agent.phase = Phase::Up;
            agent.arm(Armed { now, since }, session, out);
            agent.begin_pinging(now, out);
            out.tell(Event::Established);
        }
        (caller.dialog.remote, callee.dialog.remote) = (response.to, invite.from);
        caller.update = Update::allowed(callee.profile.allows_update);
        callee.update = Update::allowed(caller.profile.allows_update);
        caller.peer_knows_timer = callee.profile.supports_timer;
        callee.peer_knows_timer = caller.profile.supports_timer;
        callee.dialog.remote_seq = invite.cseq;
        return true;
    }
    for (agent, out) in [(caller, to_caller), (callee, to_callee)] {
        agent.phase = Phase::Gone;
        agent.dialog.remote = Tag::NONE;
        out.tell(Event::Released(ReleaseCause::SetupFailed));
        out.tell(Event::Closed);
    }
    false
}
