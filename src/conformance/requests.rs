//! An agent's own requests (rules C1 to C3, C6 to C9, C12, R1, R8, T1, T2, T5, T8). What it makes of their answers is
//! in `outcomes`.

use super::agent::{Agent, Phase};
use super::asking::{State, Transaction};
use super::obligations::{Obligations, What};
use crate::sip::{Message, Method, RefreshBy, Refresher, SessionExpires, Tag, rules};
use crate::time::Time;

impl Agent {
    /// It has sent a request.
    pub(super) fn asks(&mut self, now: Time, request: &Message, copy: u16, book: &mut Obligations) {
        if request.method == Method::Ack {
            return self.acknowledges(request, book);
        }
        if self.asking.of(request.branch, request.method).is_some() {
            return self.asks_again(now, request, copy, book);
        }
        if copy > 1 && !self.informed {
            // It was first sent before anything was told.
            return;
        }
        if let Some(last) = self.asking.last_seq.filter(|_| self.informed) {
            book.require(request.cseq == last + 1, "T8", self.element, "its CSeq does not rise by one");
        }
        self.asking.last_seq = Some(request.cseq);
        let in_dialog = request.to != Tag::NONE;
        book.require(request.routed == in_dialog, "T8", self.element, "it does not follow the route of the dialog");
        match request.method {
            Method::Invite if !in_dialog => self.calls(request, book),
            Method::Invite | Method::Update => self.negotiates(request, book),
            Method::Bye => self.says_bye(now, request, book),
            Method::Ack | Method::Options | Method::Register | Method::Message => {}
        }
        self.begin(now, request, book);
    }

    /// Rules T1 and T2: a client transaction begins.
    fn begin(&mut self, now: Time, request: &Message, book: &mut Obligations) {
        let t1 = self.profile.timers.t1;
        let first = match request.method {
            Method::Invite => t1,
            Method::Update | Method::Bye | Method::Ack | Method::Options | Method::Register | Method::Message => {
                t1.times(self.profile.first_gap_in_t1.into())
            }
        };
        let until = now + t1.times(rules::TIMEOUT_IN_T1);
        self.asking.transactions.retain(|known| match known.state {
            State::Answered { until, .. } => now < until,
            State::Waiting | State::Proceeding => true,
        });
        let state = State::Waiting;
        self.asking.transactions.push(Transaction { request: *request, gap: first, copies: 1, until, state });
        let (rule, branch) = (rule_of(request.method), request.branch);
        if !self.is_reliable(request.toward) && now + first < until {
            book.due(rule, self.element, now + first, What::Copy(branch), "its next copy is not sent in time");
        }
        book.due(rule, self.element, until, What::GiveUp(branch), "it does not give up after 64 T1");
    }

    fn asks_again(&mut self, now: Time, request: &Message, copy: u16, book: &mut Obligations) {
        let (element, reliable, t2) = (self.element, self.is_reliable(request.toward), self.profile.timers.t2);
        let Some(known) = self.asking.of(request.branch, request.method) else { return };
        let rule = rule_of(request.method);
        if reliable {
            return book.breach("T5", element, "a request is sent again over TCP");
        }
        known.copies += 1;
        let same = *request == known.request && copy == known.copies;
        let due = book.done(element, What::Copy(request.branch));
        book.require(same && due, rule, element, "a copy that is not due");
        known.gap = match (request.method, known.state) {
            (Method::Invite, _) => known.gap.times(2),
            (_, State::Proceeding) => t2,
            (_, State::Waiting | State::Answered { .. }) => known.gap.times(2).min(t2),
        };
        if now + known.gap < known.until {
            book.due(rule, element, now + known.gap, What::Copy(request.branch), "its next copy is not sent in time");
        }
    }

    /// The INVITE that begins the call (rules C1 to C3, C6).
    fn calls(&mut self, invite: &Message, book: &mut Obligations) {
        let Agent { element, profile, .. } = *self;
        book.waive(element, What::Call);
        book.require(
            invite.supports_timer || !profile.supports_timer,
            "C1",
            element,
            "it does not say `Supported: timer`",
        );
        let asked = invite.session_expires;
        let at_least = |interval_s: u32| asked.is_none_or(|asked| asked.interval_s >= interval_s);
        self.asking.rounds += 1;
        if let Some(before) = self.asking.invite {
            let again = at_least(self.least.unwrap_or_default()) && invite.min_se >= self.least;
            book.require(again, "C6", element, "it does not ask for the Min-SE of the 422");
            book.require(invite.from != before.from, "C6", element, "it tries again with the same From tag");
            let bounded = self.asking.rounds <= profile.most_invites.into();
            book.require(bounded, "C6", element, "it tries again without bound");
        }
        book.require(at_least(invite.min_se.unwrap_or_default()), "C3", element, "it asks for less than its Min-SE");
        let wanted = profile
            .session_expires
            .filter(|_| profile.supports_timer)
            .map(|wanted| wanted.max(invite.min_se.unwrap_or(rules::LEAST_SESSION_EXPIRES_S)));
        let as_set = asked.map(|asked| asked.interval_s) == wanted
            && asked.is_none_or(|asked| asked.refresher == profile.uac_refresher);
        book.require(as_set, "C2", element, "it asks for another interval or refresher than it is set to");
        self.asking.invite = Some(*invite);
        self.local = Some(invite.from);
        self.note_least(invite.min_se);
        self.phase = Phase::Calling;
    }

    /// A re-INVITE or UPDATE (rules C1, C3, C7 to C9, C12, R1, R4).
    fn negotiates(&mut self, request: &Message, book: &mut Obligations) {
        let Agent { element, profile, .. } = *self;
        book.require(self.phase == Phase::Up, "R7", element, "it negotiates a session that it has let go");
        book.require(!self.asking.is_negotiating(), "C12", element, "it negotiates while a negotiation is under way");
        book.require(
            request.supports_timer || !profile.supports_timer,
            "C1",
            element,
            "it does not say `Supported: timer`",
        );
        let asked = request.session_expires;
        let min_se = request.min_se.unwrap_or_default();
        let enough = asked.is_none_or(|asked| asked.interval_s >= min_se);
        let due = [What::Refresh, What::Again].map(|what| {
            // What a user wants may come at any time, and is none of the two.
            (!self.world.scripted || book.is_due(element, what)) && book.done(element, what)
        });
        if self.world.scripted {
            return book.require(enough, "C3", element, "it asks for less than its Min-SE");
        }
        let Some(interval_s) = self.session.refreshes() else {
            return book.breach("R1", element, "it refreshes a session that is not its to refresh");
        };
        let failed = self.asking.failures > 0;
        let rule = if failed { "R4" } else { "R1" };
        book.require(due.contains(&true), rule, element, "it refreshes when none is due");
        if self.informed {
            book.require(request.min_se == self.least, "C9", element, "it does not carry the largest Min-SE seen");
            let right = match profile.refresh_by {
                RefreshBy::UpdateAlways => Method::Update,
                RefreshBy::Update if self.asking.update == Some(true) && !self.asking.update_refused => Method::Update,
                RefreshBy::Update | RefreshBy::Invite => Method::Invite,
            };
            book.require(request.method == right, "C7", element, "it refreshes by the wrong method");
        }
        let interval_s = interval_s.max(self.least.unwrap_or_default());
        let right = Some(SessionExpires { interval_s, refresher: Some(Refresher::Uac) });
        book.require(
            asked == right || !self.informed,
            "C8",
            element,
            "it does not carry the interval and itself as refresher",
        );
        book.require(enough, "C3", element, "it asks for less than its Min-SE");
    }

    fn says_bye(&mut self, now: Time, bye: &Message, book: &mut Obligations) {
        let element = self.element;
        book.require(bye.session_expires.is_none(), "H1", element, "a BYE has Session-Expires");
        book.require(self.phase == Phase::Up, "R7", element, "it says BYE to a session that it does not hold");
        book.require(!self.answering.waits_for_ack(now), "R8", element, "it says BYE before the ACK has come");
        if !book.is_due(element, What::Expire) {
            book.waive(element, What::Expire);
        }
        book.done(element, What::Leave);
        self.answering.gives_up_on_ack(element, book);
        self.asking.said_bye = Some(now);
        book.at_once("R7", element, What::Release, "it says BYE and does not let go");
    }

    fn acknowledges(&mut self, ack: &Message, book: &mut Obligations) {
        let to_refusal = ack.branch.method == Method::Invite;
        let rule = if to_refusal { "T1" } else { "T3" };
        if to_refusal {
            let due = book.done(self.element, What::Acknowledge(ack.branch)) || !self.informed;
            return book.require(due, rule, self.element, "an ACK to nothing");
        }
        let of_invite = |known: &&Transaction| known.request.method == Method::Invite && known.request.cseq == ack.cseq;
        let Some(invite) = self.asking.transactions.iter().rev().find(of_invite) else {
            return book.require(!self.informed, rule, self.element, "an ACK to nothing");
        };
        let due = book.done(self.element, What::Acknowledge(invite.request.branch));
        let same = self.asking.acknowledged.is_none_or(|before| before.cseq != ack.cseq || before == *ack);
        book.require(due && same, rule, self.element, "an ACK that is not due, or not the same for the same 2xx");
        self.asking.acknowledged = Some(*ack);
    }
}

fn rule_of(method: Method) -> &'static str {
    match method {
        Method::Invite => "T1",
        Method::Ack | Method::Bye | Method::Update | Method::Options | Method::Register | Method::Message => "T2",
    }
}
