//! What an agent makes of the answers to its requests, or of their absence (rules C4 to C7, C10 to C12, R3, R4, R6, R7,
//! T1 to T3).

use super::agent::{Agent, Phase};
use super::asking::State;
use super::obligations::{Obligations, What};
use crate::sip::{Message, Method, Status, Timer, rules};
use crate::time::{Span, Time};

impl Agent {
    /// A response has come.
    pub(super) fn answered(&mut self, now: Time, response: &Message, status: Status, book: &mut Obligations) {
        let (element, timers) = (self.element, self.profile.timers);
        let timeout = timers.t1.times(rules::TIMEOUT_IN_T1);
        // Timer D: at least 32 s, and none over TCP.
        let reliable = self.is_reliable(response.toward.other());
        let linger = if reliable { Span::ZERO } else { timeout.max(Span::from_secs(32)) };
        let Some(known) = self.asking.of(response.branch, response.method) else { return };
        let request = known.request;
        let invite = request.method == Method::Invite;
        if let State::Answered { until, success } = known.state {
            let repeats = invite && now < until && !status.is_provisional() && success == status.is_success();
            if repeats {
                let rule = if success { "T3" } else { "T1" };
                book.at_once(rule, element, What::Acknowledge(request.branch), "a repeated response has no ACK");
            }
            return;
        }
        if status.is_provisional() {
            known.state = State::Proceeding;
            if invite {
                book.waive(element, What::Copy(request.branch));
                book.waive(element, What::GiveUp(request.branch));
            }
            return;
        }
        let success = status.is_success();
        let until = now + if success { timeout } else { linger };
        known.state = State::Answered { until, success };
        book.waive(element, What::Copy(request.branch));
        book.waive(element, What::GiveUp(request.branch));
        if invite {
            let rule = if success { "T3" } else { "T1" };
            book.at_once(rule, element, What::Acknowledge(request.branch), "a final response has no ACK");
        }
        match request.method {
            Method::Invite if self.phase == Phase::Calling => self.call_answered(response, status, book),
            Method::Invite | Method::Update => self.negotiation_answered(now, &request, response, status, book),
            Method::Bye => self.bye_ends(now, book),
            Method::Ack | Method::Options | Method::Register | Method::Message => {}
        }
    }

    fn bye_ends(&mut self, now: Time, book: &mut Obligations) {
        self.asking.ended_at = Some(now);
        if self.phase == Phase::Leaving {
            book.at_once("R7", self.element, What::Close, "its BYE has ended and it is not closed");
        }
    }

    fn call_answered(&mut self, response: &Message, status: Status, book: &mut Obligations) {
        let element = self.element;
        if status.is_success() {
            self.remote = Some(response.to);
            self.asking.learn_allow(response);
            let rule =
                if response.session_expires.is_some_and(|given| given.refresher.is_some()) { "C4" } else { "C5" };
            self.agreed = Some((self.takes(response), rule));
            return book.at_once("T3", element, What::Establish, "a 2xx to its INVITE does not establish the session");
        }
        let again = status == Status::SESSION_INTERVAL_TOO_SMALL
            && response.min_se.is_some()
            && self.asking.rounds < self.profile.most_invites.into();
        if again {
            self.note_least(response.min_se);
            book.at_once("C6", element, What::Call, "it does not try again after a 422");
        } else {
            book.at_once("T1", element, What::Release, "its INVITE was refused, and it does not let go");
        }
    }

    fn negotiation_answered(
        &mut self,
        now: Time,
        request: &Message,
        response: &Message,
        status: Status,
        book: &mut Obligations,
    ) {
        if self.phase != Phase::Up {
            return;
        }
        let element = self.element;
        if status.is_success() {
            self.asking.learn_allow(response);
            self.agreed = Some((self.takes(response), "C10"));
            return book.at_once("C11", element, What::Renew, "a 2xx does not refresh the session");
        }
        if matches!(status, Status::NO_SUCH_CALL | Status::REQUEST_TIMEOUT) {
            let rule = if request.session_expires.is_some() { "R3" } else { "R6" };
            return self.must_leave(rule, book);
        }
        self.fails(book);
        let may = self.asking.failures < self.profile.refresh_tries.into();
        if self.world.scripted || !may {
            return;
        }
        match status {
            Status::SESSION_INTERVAL_TOO_SMALL if response.min_se.is_some() => {
                self.note_least(response.min_se);
                book.at_once("C6", element, What::Again, "it does not refresh again after a 422");
            }
            Status::METHOD_NOT_ALLOWED | Status::NOT_IMPLEMENTED if request.method == Method::Update => {
                self.asking.update_refused = true;
                book.at_once(
                    "C7",
                    element,
                    What::Again,
                    "it does not refresh by re-INVITE after its UPDATE was refused",
                );
            }
            Status::REQUEST_PENDING => {
                let [owner_from, owner_to, from, to, _] = rules::GLARE;
                let owns = self.asking.invite.is_some();
                let within = match owns {
                    _ if !self.informed => [now + from, now + owner_to],
                    true => [now + owner_from, now + owner_to],
                    false => [now + from, now + to],
                };
                book.due_within(
                    "R4",
                    element,
                    within,
                    What::Again,
                    "it does not refresh again in the time after a 491",
                );
            }
            _ if status.is_server_failure() => {
                if let Some(seconds) = response.retry_after_s {
                    let at = now + Span::from_secs(seconds.into());
                    book.due("R4", element, at, What::Again, "it does not refresh again after the Retry-After");
                }
            }
            _ => {}
        }
    }

    /// A refresh has failed. One that became due meanwhile is sent now (rule C12).
    fn fails(&mut self, book: &mut Obligations) {
        self.asking.failures += 1;
        if std::mem::take(&mut self.asking.overdue) && self.phase == Phase::Up {
            book.at_once("C12", self.element, What::Again, "it does not send the refresh that has waited");
        }
    }

    /// One of its timers has fired.
    pub(super) fn fired(&mut self, now: Time, timer: Timer, book: &mut Obligations) {
        match timer {
            Timer::ClientTimeout(_) => self.gives_up(now, book),
            // Whoever waits to say BYE refreshes no more, and gives up when the ACK has come (rule R8).
            Timer::Refresh | Timer::Expiry if self.answering.waits_for_ack(now) => {
                self.answering.waited = true;
                for what in [What::Refresh, What::Again, What::Expire] {
                    book.waive(self.element, what);
                }
            }
            Timer::Refresh if self.asking.is_negotiating() => {
                self.asking.overdue = true;
                book.waive(self.element, What::Refresh);
                book.waive(self.element, What::Again);
            }
            Timer::Refresh
            | Timer::Expiry
            | Timer::ClientRetransmit(_)
            | Timer::ServerRetransmit(_)
            | Timer::ServerTimeout(_)
            | Timer::Trying(_)
            | Timer::Answer
            | Timer::AnswerRetransmit
            | Timer::AnswerTimeout
            | Timer::Change
            | Timer::Ping => {}
        }
    }

    /// Rules R3 and R6: it says BYE at once, or when it may.
    fn must_leave(&mut self, rule: &'static str, book: &mut Obligations) {
        if !self.answering.has_unacknowledged() {
            book.at_once(rule, self.element, What::Leave, "it does not say BYE at once");
        }
        self.answering.waited |= self.answering.has_unacknowledged();
        book.waive(self.element, What::Expire);
    }

    /// Its request could not be sent, or ICMP says that it cannot arrive: as if refused with 503 (rule R4).
    pub(super) fn unsent(&mut self, now: Time, request: &Message, book: &mut Obligations) {
        let element = self.element;
        let Some(known) = self.asking.of(request.branch, request.method) else { return };
        if matches!(known.state, State::Answered { .. }) {
            return;
        }
        known.state = State::Answered { until: now, success: false };
        book.waive(element, What::Copy(request.branch));
        book.waive(element, What::GiveUp(request.branch));
        match request.method {
            Method::Invite if self.phase == Phase::Calling => {
                book.at_once("T1", element, What::Release, "its INVITE failed, and it does not let go");
            }
            Method::Invite | Method::Update => self.fails(book),
            Method::Bye => self.bye_ends(now, book),
            Method::Ack | Method::Options | Method::Register | Method::Message => {}
        }
    }

    /// Rules T1, T2, R3: what has had no final response in 64 T1 is given up.
    fn gives_up(&mut self, now: Time, book: &mut Obligations) {
        let over: Vec<Message> =
            self.asking.pending().filter(|known| known.until == now).map(|known| known.request).collect();
        for request in over {
            if !book.done(self.element, What::GiveUp(request.branch)) {
                continue;
            }
            book.waive(self.element, What::Copy(request.branch));
            if let Some(known) = self.asking.of(request.branch, request.method) {
                known.state = State::Answered { until: now, success: false };
            }
            match request.method {
                Method::Invite if self.phase == Phase::Calling => {
                    book.at_once("T1", self.element, What::Release, "its INVITE timed out, and it does not let go");
                }
                Method::Invite | Method::Update if self.phase == Phase::Up => self.must_leave("R3", book),
                Method::Invite
                | Method::Update
                | Method::Ack
                | Method::Options
                | Method::Register
                | Method::Message => {}
                Method::Bye => self.bye_ends(now, book),
            }
        }
    }
}
