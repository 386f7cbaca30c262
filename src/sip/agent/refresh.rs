//! Refreshing the session, and what to do about a refresh that fails.

use super::failure::Failure;
use super::state::{Agent, Armed, Phase, Update};
use crate::sip::ReleaseCause;
use crate::sip::actions::{Actions, Event, Timer};
use crate::sip::message::{Message, Method, Status};
use crate::sip::profile::{CountsFrom, OnFailure, Profile, RefreshBy, WhenBusy, WhileLeaving, Window};
use crate::sip::rules;
use crate::sip::session_timer::{self, Answer, RefreshSchedule, Session};
use crate::time::{Span, Time};

impl Agent {
    /// The refresh is due. A refresher with a clock of its own sets it at once, whatever becomes of this one.
    pub(super) fn refresh_due(&mut self, now: Time, out: &mut Actions) {
        if let Some(next) = self.schedule.next().filter(|_| self.profile.counts_from != CountsFrom::Success) {
            // Counted from when it was due, not from when its timer was late.
            Agent::set_refresh(Armed { now, since: self.profile.timer_delay }, next, out);
        }
        self.send_refresh(now, out);
    }

    /// Half the interval has passed, or a refresh that failed is to be tried again: an UPDATE where the other side
    /// allows it, else a re-INVITE (rules R1, C7, C8, C9). None is sent while one is under way (rule C12), or by a side
    /// that waits to say BYE.
    pub(super) fn send_refresh(&mut self, now: Time, out: &mut Actions) {
        let Some(interval_s) = self.session().refreshes() else { return };
        if self.unacknowledged.is_some_and(|answer| answer.then_leave.is_some()) {
            return;
        }
        if self.is_negotiating() {
            match self.profile.when_busy {
                WhenBusy::Wait => self.overdue = true,
                WhenBusy::Skip => {}
                WhenBusy::LookAgain(after) => out.set(Timer::Refresh, now + after),
            }
            return;
        }
        let method = match self.profile.refresh_by {
            RefreshBy::UpdateAlways if self.update != Update::Refused => Method::Update,
            RefreshBy::Update if self.update == Update::Allowed => Method::Update,
            RefreshBy::Update if self.profile.options_refresh && !self.peer_knows_timer => Method::Options,
            RefreshBy::UpdateAlways | RefreshBy::Update | RefreshBy::Invite => Method::Invite,
        };
        let interval_s = interval_s.max(self.least.unwrap_or_default());
        self.fresh = false;
        let mut request = self.next_request(method);
        if method == Method::Options {
            // It says nothing of the session; that it is answered is enough.
            request.supports_timer = self.profile.supports_timer;
        } else {
            request.offer |= self.offers;
            session_timer::refresh(interval_s, self.least, &mut request);
        }
        self.start(now, &request, out);
    }

    /// A final response to an OPTIONS by which this side refreshes: its own interval begins anew.
    pub(super) fn refresh_by_options_answered(
        &mut self,
        now: Time,
        request: &Message,
        response: &Message,
        status: Status,
        out: &mut Actions,
    ) {
        if self.phase != Phase::Up {
            return;
        }
        if !status.is_success() {
            return self.negotiation_failed(now, request, Failure::refused(response, status), out);
        }
        self.arm(Armed::at(now), self.session(), out);
        out.tell(Event::Refreshed);
    }

    /// Whether a re-INVITE or UPDATE of this side waits for its answer.
    pub(super) fn is_negotiating(&self) -> bool {
        self.clients.is_pending(Method::Invite) || self.clients.is_pending(Method::Update)
    }

    /// A response to a re-INVITE or UPDATE has come. Of one that comes after the call's end there is nothing to be
    /// done.
    pub(super) fn negotiation_answered(
        &mut self,
        now: Time,
        request: &Message,
        response: &Message,
        status: Status,
        out: &mut Actions,
    ) {
        if status.is_provisional() {
            return;
        }
        if self.take_ping(request) {
            self.ping_answered(now, Some(status), out);
            if !status.is_success() {
                return self.negotiate_next(now, out);
            }
        } else if !status.is_success() {
            return self.negotiation_failed(now, request, Failure::refused(response, status), out);
        }
        if self.phase != Phase::Up {
            return;
        }
        // C10: every 2xx negotiates anew; H5: from its arrival the interval runs. C11: whatever it was sent for.
        self.learn_allow(response);
        let session = session_timer::session_from_2xx(&self.profile, request, response);
        self.arm(Armed::at(now), session, out);
        out.tell(Event::Refreshed);
        self.take_change(request);
        self.negotiate_next(now, out);
    }

    /// A re-INVITE or UPDATE has failed.
    pub(super) fn negotiation_failed(&mut self, now: Time, request: &Message, failure: Failure, out: &mut Actions) {
        if self.phase == Phase::Leaving && self.profile.second_bye && failure.ends_session() {
            return self.say_bye(now, out);
        }
        if self.phase != Phase::Up {
            return;
        }
        let Profile { on_refusal, on_timeout, .. } = self.profile;
        match failure.status {
            None => self.react(now, request, on_timeout, failure, out),
            // R3, R6: the other side has no such call, whatever it was asked for.
            Some(Status::NO_SUCH_CALL | Status::REQUEST_TIMEOUT) => {
                self.react(now, request, on_refusal, failure, out);
            }
            Some(status) => match self.take_change(request) {
                Some(change) => self.change_failed(now, change, failure, out),
                None => self.refresh_refused(now, request, status, failure, out),
            },
        }
        self.take_change(request);
        self.negotiate_next(now, out);
    }

    /// What has waited for the end of a negotiation: a change of the session, or a refresh.
    pub(super) fn negotiate_next(&mut self, now: Time, out: &mut Actions) {
        let waits = self.overdue || self.changing.is_some();
        if waits && self.phase == Phase::Up && !self.is_negotiating() {
            self.send_waiting_change(now, out);
            if std::mem::take(&mut self.overdue) {
                self.send_refresh(now, out);
            }
        }
    }

    /// Rule R4: a refusal that leaves the call in being. Nothing is tried again where the other side has refreshed the
    /// session meanwhile (rule C11): the next refresh is set already.
    fn refresh_refused(&mut self, now: Time, refresh: &Message, status: Status, failure: Failure, out: &mut Actions) {
        self.failed_refreshes = self.failed_refreshes.saturating_add(1);
        let what = match status {
            // C6: again with the Min-SE of the 422, at once.
            Status::SESSION_INTERVAL_TOO_SMALL if failure.min_se.is_some() => {
                self.least = self.least.max(failure.min_se);
                return self.retry_at_once(now, out);
            }
            // C7: from now on by re-INVITE.
            Status::METHOD_NOT_ALLOWED | Status::NOT_IMPLEMENTED
                if refresh.method == Method::Update && self.profile.fallback_to_reinvite =>
            {
                self.update = Update::Refused;
                return self.retry_at_once(now, out);
            }
            Status::REQUEST_PENDING => self.profile.on_glare,
            Status::UNAVAILABLE => self.profile.on_unavailable,
            _ if status.is_server_failure() => self.profile.on_server_error,
            _ if rules::ENDS_SESSION.contains(&status.0) => self.profile.on_ending,
            _ => self.profile.on_other,
        };
        self.react(now, refresh, what, failure, out);
    }

    /// Rule R4: never without bound.
    fn may_retry(&self) -> bool {
        !self.fresh && self.failed_refreshes < self.profile.refresh_tries
    }

    fn retry_at_once(&mut self, now: Time, out: &mut Actions) {
        if self.may_retry() {
            self.send_refresh(now, out);
        }
    }

    /// What follows a failed refresh. Where nothing does, the session runs to the end of its interval (rule R2).
    fn react(&mut self, now: Time, refresh: &Message, what: OnFailure, failure: Failure, out: &mut Actions) {
        let cause = match failure.status {
            None => ReleaseCause::RefreshTimedOut,
            Some(Status::NO_SUCH_CALL | Status::REQUEST_TIMEOUT) => ReleaseCause::RefreshRefused,
            Some(_) => ReleaseCause::RefreshFailed,
        };
        match what {
            OnFailure::Leave => self.leave(now, cause, out),
            OnFailure::Vanish => self.vanish(now, cause, out),
            OnFailure::RunOut => {}
            OnFailure::Again => {
                if let Some(after) = self.session().refresh_after(&self.profile) {
                    out.set(Timer::Refresh, now + after);
                }
            }
            OnFailure::WhenTold => {
                if let Some(seconds) = failure.retry_after_s.filter(|_| self.may_retry()) {
                    out.set(Timer::Refresh, now + Span::from_secs(seconds.into()));
                }
            }
            OnFailure::Glare if self.may_retry() => self.set_after_glare(now, Timer::Refresh, out),
            OnFailure::Glare => {}
            // Only a refusal says that an offer was missed.
            OnFailure::OfferOnce | OnFailure::KeepTrying if failure.answered && !refresh.offer => {
                self.offers = true;
                self.send_refresh(now, out);
            }
            OnFailure::OfferOnce => {}
            OnFailure::KeepTrying => {
                // It counts from the end of an UPDATE's transaction, and from the refusal of a re-INVITE.
                let waits = failure.answered && refresh.method == Method::Update;
                let over = if waits { self.profile.timers.linger(refresh.method) } else { Span::ZERO };
                out.set(Timer::Refresh, now + over + self.profile.retry_gap);
            }
            OnFailure::Halve => {
                let Some(interval_s) = self.session().refreshes() else { return };
                let after = Span::from_secs(interval_s.into()).divided_by(2 << self.failed_refreshes.min(31));
                if after > rules::WATCHER_MARGIN {
                    out.set(Timer::Refresh, now + after);
                }
            }
        }
    }

    /// When to try again after a 491 (RFC 3261 14.1; rule R4).
    pub(super) fn set_after_glare(&self, now: Time, timer: Timer, out: &mut Actions) {
        let [owner_from, _, from, to, step] = rules::GLARE;
        let (from, to) = if self.owns_call_id { (owner_from, self.profile.glare_at_most) } else { (from, to) };
        let steps = ((to - from).as_nanos() / step.as_nanos()) as u32;
        out.set_within(timer, now + from, steps, step);
    }

    /// The other side refreshes, by UPDATE or by re-INVITE (rules S1 to S6, C11, H5).
    pub(super) fn receive_refresh(&mut self, now: Time, request: &Message, out: &mut Actions) {
        if !self.is_in_order(now, request, out) {
            return;
        }
        let refuses_offers = self.phase == Phase::Leaving && self.profile.while_leaving == WhileLeaving::RefuseOffers;
        if refuses_offers && request.offer {
            return self.respond(now, request, Status::NOT_ACCEPTABLE_HERE, out);
        }
        match session_timer::answer(&self.profile, request) {
            Answer::TooSmall { min_se } => self.refuse_interval(now, request, min_se, out),
            answer @ Answer::Accept { .. } => {
                self.accept_session(now, request, answer, out);
                if self.phase == Phase::Up {
                    out.tell(Event::Refreshed);
                } else {
                    // Leaving: the 200 keeps the other side's session; this side's is over.
                    self.disarm(now, out);
                }
            }
        }
    }

    /// Nobody refreshed in time (rule R2). A side that goes on counting while its BYE is unanswered sends another one.
    pub(super) fn expire(&mut self, now: Time, out: &mut Actions) {
        match self.session() {
            Session::Untimed => {}
            Session::Watching { .. } => self.leave(now, ReleaseCause::RefreshMissing, out),
            Session::Refreshing { .. } if self.phase == Phase::Leaving => self.say_bye(now, out),
            Session::Refreshing { .. } => self.leave(now, ReleaseCause::IntervalEnded, out),
        }
    }

    /// Sets the session timer anew: the session has been refreshed at `armed`, at or before `now`.
    #[inline]
    pub(super) fn arm(&mut self, armed: Armed, session: Session, out: &mut Actions) {
        self.failed_refreshes = 0;
        self.overdue = false;
        self.fresh = true;
        let same_next = self.session() == session || self.change_schedule(session, out);
        // A clock of its own goes on.
        if let Some(next) = self.schedule.next()
            && !(self.profile.counts_from == CountsFrom::Due && same_next)
        {
            Agent::set_refresh(armed, next, out);
        }
        if let Some(after) = self.schedule.expires_after() {
            out.set(Timer::Expiry, armed.now + (after - armed.since));
        }
    }

    /// The session is another one than before. Returns whether the times of its refreshes are the same.
    #[inline(never)]
    fn change_schedule(&mut self, session: Session, out: &mut Actions) -> bool {
        let before = std::mem::replace(&mut self.schedule, RefreshSchedule::of(session, &self.profile));
        if before.next().is_some() && self.schedule.next().is_none() {
            out.clear(Timer::Refresh);
        }
        if before.expires_after().is_some() && self.schedule.expires_after().is_none() {
            out.clear(Timer::Expiry);
        }
        before.next() == self.schedule.next()
    }

    /// Sets the next refresh, counted from `armed`.
    fn set_refresh(armed: Armed, next: Window, out: &mut Actions) {
        let Window { from, steps, step } = next;
        let from = armed.now + (from - armed.since);
        match steps {
            0 => out.set(Timer::Refresh, from),
            _ => out.set_within(Timer::Refresh, from, steps, step),
        }
    }
}
