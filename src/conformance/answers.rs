//! An agent's answers to the requests of others (rules S1 to S7, R5, R7, R8, T3, T4, T6, T8, T9).

use super::agent::{Agent, Phase};
use super::answering::Transaction;
use super::asking::negotiates;
use super::obligations::{Obligations, What};
use crate::sip::{Message, Method, Refresher, SessionExpires, Status, Tag, rules};
use crate::time::{Span, Time};

impl Agent {
    /// A request has come.
    pub(super) fn asked(&mut self, now: Time, request: &Message, book: &mut Obligations) {
        if request.method == Method::Ack {
            return self.is_acknowledged(request, book);
        }
        let timeout = self.timeout();
        if let Some(known) = self.answering.of(request.branch, request.method)
            && (now < known.until || known.response.is_none())
        {
            // T6: it goes no further; its last response is sent again, but for a 2xx to INVITE (T3, T4).
            let response = known.response.and_then(|(response, _)| response.status());
            let invite = request.method == Method::Invite;
            if response.is_some() && !(invite && (response.is_some_and(Status::is_success) || known.acknowledged)) {
                let rule = if invite { "T3" } else { "T4" };
                let what = What::Repeat(request.branch);
                book.at_once(rule, self.element, what, "a repeated request does not get the same response again");
            }
            self.answering.repeated_at = Some(now);
            return;
        }
        if !self.informed && self.phase == Phase::Idle {
            return;
        }
        let right = self.right_answer(request);
        let rings = request.method == Method::Invite && request.to == Tag::NONE && self.phase == Phase::Idle;
        if let Some((_, rule)) = right.filter(|_| !rings) {
            let what = What::Answer(request.branch);
            book.at_once(rule, self.element, what, "a request is not answered at once");
        }
        self.answering.transactions.retain(|known| now < known.until);
        let until = if rings { Time::NEVER } else { now + timeout };
        let new = Transaction { request: *request, right, response: None, gap: Span::ZERO, until, acknowledged: false };
        self.answering.transactions.push(new);
    }

    fn timeout(&self) -> Span {
        self.profile.timers.t1.times(rules::TIMEOUT_IN_T1)
    }

    /// What a new request must be answered, and by which rule.
    fn right_answer(&mut self, request: &Message) -> Option<(Status, &'static str)> {
        if self.world.refused {
            return None;
        }
        let profile = self.profile;
        let own_least = profile.min_se.unwrap_or(rules::LEAST_SESSION_EXPIRES_S);
        let asked = request.session_expires.map(|asked| asked.interval_s);
        let too_small =
            profile.supports_timer && request.supports_timer && asked.is_some_and(|asked| asked < own_least);
        let of_interval = if too_small { (Status::SESSION_INTERVAL_TOO_SMALL, "S1") } else { (Status::OK, "R5") };
        if request.to == Tag::NONE {
            if self.phase == Phase::Idle {
                if !too_small {
                    (self.local, self.remote) = (None, Some(request.from));
                    self.answering.highest_seq = Some(request.cseq);
                }
                return Some(of_interval);
            }
            return None;
        }
        let known = match self.phase {
            Phase::Idle | Phase::Gone => false,
            Phase::Calling => return None,
            Phase::Up | Phase::Leaving => self.is_of_dialog(request),
        };
        if !known {
            return Some((Status::NO_SUCH_CALL, "R5"));
        }
        if self.phase == Phase::Leaving && request.method != Method::Bye {
            return Some((Status::NO_SUCH_CALL, "R7"));
        }
        let crosses = negotiates(request.method)
            && (request.offer || request.method == Method::Invite)
            && self.asking.has_offered();
        if crosses {
            return Some((Status::REQUEST_PENDING, "T9"));
        }
        if request.method == Method::Update && !profile.allows_update {
            return Some((Status::METHOD_NOT_ALLOWED, "C7"));
        }
        if self.answering.highest_seq.is_some_and(|highest| request.cseq < highest) {
            return Some((Status::SERVER_ERROR, "T8"));
        }
        self.answering.highest_seq = Some(request.cseq);
        match request.method {
            Method::Bye => return Some((Status::OK, "R7")),
            Method::Options => return Some((Status::OK, "R5")),
            Method::Invite | Method::Update | Method::Ack | Method::Register | Method::Message => {}
        }
        Some(of_interval)
    }

    fn is_acknowledged(&mut self, ack: &Message, book: &mut Obligations) {
        let of_refusal = ack.branch.method == Method::Invite;
        let own = |known: &Transaction| {
            let same = if of_refusal { known.request.branch == ack.branch } else { known.request.cseq == ack.cseq };
            known.request.method == Method::Invite && known.request.from == ack.from && same
        };
        if let Some(known) = self.answering.transactions.iter_mut().rev().find(|known| own(known)) {
            known.acknowledged = true;
            let branch = known.request.branch;
            book.waive(self.element, What::CopyOfResponse(branch));
            book.waive(self.element, What::GiveUpOnAck(branch));
        }
    }

    /// It has sent a response.
    pub(super) fn answers(&mut self, now: Time, response: &Message, status: Status, copy: u16, book: &mut Obligations) {
        let element = self.element;
        let (t1, timeout) = (self.profile.timers.t1, self.timeout());
        let reliable = self.is_reliable(response.toward);
        let Some(known) = self.answering.of(response.branch, response.method) else {
            return book.require(!self.informed, "T4", element, "a response to nothing");
        };
        if known.response.is_some_and(|(last, _)| last.status() == Some(status)) {
            return self.answers_again(now, response, copy, book);
        }
        let request = known.request;
        let invite = request.method == Method::Invite;
        book.done(element, What::Answer(request.branch));
        if let Some((right, rule)) = known.right
            && !status.is_provisional()
        {
            let rule = match status {
                _ if status == right => rule,
                Status::SESSION_INTERVAL_TOO_SMALL => "S1",
                Status::SERVER_ERROR if rule == "R5" => "T8",
                Status::REQUEST_PENDING if rule == "R5" => "T9",
                Status::METHOD_NOT_ALLOWED if rule == "R5" => "C7",
                _ => rule,
            };
            let free = invite
                && request.to == Tag::NONE
                && !status.is_success()
                && status != Status::SESSION_INTERVAL_TOO_SMALL;
            book.require(status == right || free, rule, element, "a request gets the wrong answer");
        }
        (known.response, known.gap) = (Some((*response, 1)), t1);
        let since = now + timeout;
        if status.is_provisional() {
            self.local = Some(response.to).filter(|to| *to != Tag::NONE).or(self.local);
            return;
        }
        known.until = since;
        if invite && (status.is_success() || !reliable) {
            let what = What::CopyOfResponse(request.branch);
            book.due("T3", element, now + t1, what, "its final response is not sent again in time");
        }
        if invite && status.is_success() {
            // Who sends another INVITE has had the 2xx to the last: its ACK is waited for no more.
            let others = self.answering.waiting_mut().filter(|other| other.request.branch != request.branch);
            others.for_each(|other| other.absolve(element, book));
            let what = What::GiveUpOnAck(request.branch);
            book.due("T3", element, since, what, "it does not say BYE when no ACK has come in 64 T1");
        }
        if status == Status::SESSION_INTERVAL_TOO_SMALL {
            let own_least = self.profile.min_se.unwrap_or(rules::LEAST_SESSION_EXPIRES_S);
            let right = self.world.refused || response.min_se == Some(own_least);
            book.require(right || response.min_se.is_none(), "S1", element, "a 422 does not carry its least interval");
        }
        if status.is_success() && negotiates(request.method) {
            self.accepts(&request, response, book);
        }
        if request.method == Method::Bye && status.is_success() && self.phase == Phase::Up {
            book.at_once("R7", element, What::Release, "it accepts a BYE and does not let go");
        }
    }

    /// A 2xx to an INVITE or UPDATE (rules S2 to S7).
    fn accepts(&mut self, request: &Message, response: &Message, book: &mut Obligations) {
        let (element, profile) = (self.element, self.profile);
        let given = response.session_expires;
        let own_least = profile.min_se.unwrap_or(rules::LEAST_SESSION_EXPIRES_S);
        let least = request.min_se.unwrap_or(rules::LEAST_SESSION_EXPIRES_S);
        let knows = request.supports_timer;
        let interval_s = given.map(|given| given.interval_s);
        let asked_refresher = request.session_expires.and_then(|asked| asked.refresher);
        if !profile.supports_timer {
            book.require(given.is_none(), "S7", element, "it knows no timers and answers an interval");
        } else if knows && asked_refresher.or(profile.uas_refresher).is_none() {
            book.require(given.is_none(), "S5", element, "it names no refresher and answers an interval");
        } else if let Some(asked) = request.session_expires {
            if !knows && asked.interval_s < own_least {
                let raised = interval_s == Some(own_least);
                book.require(raised, "S2", element, "it does not raise the interval of a client without support");
            } else {
                let fits =
                    interval_s.is_some_and(|given| given <= asked.interval_s && given >= least.min(asked.interval_s));
                book.require(fits, "S3", element, "its interval is not between what was asked and the least");
            }
        } else {
            let wanted = profile.session_expires.filter(|_| knows).map(|wanted| wanted.max(own_least).max(least));
            book.require(
                interval_s == wanted,
                "S4",
                element,
                "it sets another interval than it may where none is asked",
            );
        }
        if let Some(SessionExpires { refresher, .. }) = given.filter(|_| profile.supports_timer) {
            let right = if knows { asked_refresher.or(profile.uas_refresher) } else { Some(Refresher::Uas) };
            book.require(refresher == right, "S5", element, "it names the wrong refresher");
            book.require(response.requires_timer == knows, "S6", element, "`Require: timer` is wrong");
        }
        self.note_least(request.min_se);
        self.asking.learn_allow(request);
        let session = Agent::gives(response);
        if self.phase == Phase::Idle {
            self.local = Some(response.to);
            self.agreed = Some((session, "C4"));
            book.at_once("T3", element, What::Establish, "its 2xx does not establish the session");
        } else if self.phase == Phase::Up {
            self.agreed = Some((session, "C10"));
            book.at_once("C11", element, What::Renew, "its 2xx does not refresh the session");
        }
    }

    /// The same response once more (rules T3, T4, T5).
    fn answers_again(&mut self, now: Time, response: &Message, copy: u16, book: &mut Obligations) {
        let (element, t2) = (self.element, self.profile.timers.t2);
        let reliable = self.is_reliable(response.toward);
        let Some(known) = self.answering.of(response.branch, response.method) else { return };
        let Some((last, sent)) = &mut known.response else { return };
        let branch = known.request.branch;
        let invite = known.request.method == Method::Invite;
        *sent += 1;
        let same = *last == *response && *sent == copy;
        let rule = if invite { "T3" } else { "T4" };
        if book.done(element, What::Repeat(branch)) {
            return book.require(same, rule, element, "a repeated request gets another response");
        }
        let success = response.status().is_some_and(Status::is_success);
        if reliable && !(invite && success) {
            return book.breach("T5", element, "a response is sent again over TCP");
        }
        let due = book.done(element, What::CopyOfResponse(branch));
        book.require(due && same, rule, element, "a copy of a response that is not due");
        known.gap = known.gap.times(2).min(t2);
        if invite && now + known.gap < known.until {
            let what = What::CopyOfResponse(branch);
            book.due("T3", element, now + known.gap, what, "its final response is not sent again in time");
        }
    }
}
