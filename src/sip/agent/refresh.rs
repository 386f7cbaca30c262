//! Refreshing the session, and what becomes of a refresh.

use super::{Agent, Armed, Phase, Update};
use crate::sip::ReleaseCause;
use crate::sip::actions::{Actions, Event, Timer};
use crate::sip::message::{Message, Method, Status};
use crate::sip::profile::{OnFailure, RefreshBy};
use crate::sip::rules;
use crate::sip::session_timer::{self, Answer, Session};
use crate::time::{Span, Time};

impl Agent {
    /// Half the interval has passed, or a refresh that failed is to be tried again: an UPDATE where the other side
    /// allows it, else a re-INVITE (rules R1, C7, C8, C9). None is sent while one is under way (rule C12), or by a side
    /// that waits to say BYE.
    pub(super) fn send_refresh(&mut self, now: Time, out: &mut Actions) {
        let Session::Refreshing { interval_s } = self.session else { return };
        let waits = self.unacknowledged.is_some_and(|answer| answer.then_leave.is_some());
        let under_way = self.clients.is_pending(Method::Invite) || self.clients.is_pending(Method::Update);
        if waits || under_way {
            return;
        }
        let method = match self.profile.refresh_by {
            RefreshBy::Update if self.update == Update::Allowed => Method::Update,
            RefreshBy::Update | RefreshBy::Invite => Method::Invite,
        };
        let interval_s = interval_s.max(self.least.unwrap_or_default());
        let mut request = self.next_request(method);
        session_timer::refresh(interval_s, self.least, &mut request);
        self.start(now, request, out);
    }

    /// A response to the refresh has come. Of one that comes after the call's end there is nothing to be done.
    pub(super) fn refresh_answered(
        &mut self,
        now: Time,
        refresh: &Message,
        response: &Message,
        status: Status,
        out: &mut Actions,
    ) {
        if self.phase != Phase::Up || status.is_provisional() {
            return;
        }
        if status.is_success() {
            // C10: every 2xx negotiates anew; H5: from its arrival the interval runs.
            self.learn_allow(response);
            let session = session_timer::taken_by_client(&self.profile, response);
            self.arm(Armed::at(now), session, out);
            out.tell(Event::Refreshed);
        } else if status == Status::NO_SUCH_CALL || status == Status::REQUEST_TIMEOUT {
            // R3, R6: the other side has no such call.
            self.fail_refresh(now, self.profile.on_refusal, ReleaseCause::RefreshRefused, out);
        } else {
            self.refresh_failed(now, refresh, response, status, out);
        }
    }

    /// Rule R3: the refresh has failed for good, and what the profile does about it.
    pub(super) fn fail_refresh(&mut self, now: Time, what: OnFailure, cause: ReleaseCause, out: &mut Actions) {
        match what {
            OnFailure::Leave => self.leave(now, cause, out),
            OnFailure::Vanish => self.vanish(now, cause, out),
            OnFailure::RunOut => {}
            OnFailure::Again => {
                if let Some(after) = self.session.refresh_after(&self.profile) {
                    out.set(Timer::Refresh, now + after);
                }
            }
        }
    }

    /// Rule R4: a refusal that leaves the call in being. Another try as the status says, a bounded number in a row; after
    /// the last, and after any other refusal, the session runs to the end of its interval (rule R2).
    fn refresh_failed(&mut self, now: Time, refresh: &Message, response: &Message, status: Status, out: &mut Actions) {
        self.failed_refreshes += 1;
        if self.failed_refreshes >= rules::MAX_FAILED_REFRESHES {
            return;
        }
        match status {
            Status::REQUEST_PENDING => {
                let [owner_from, owner_to, from, to, step] = rules::GLARE;
                let (from, to) = if self.owns_call_id { (owner_from, owner_to) } else { (from, to) };
                let steps = ((to - from).as_nanos() / step.as_nanos()) as u32;
                out.set_within(Timer::Refresh, now + from, steps, step);
            }
            // C6: again with the Min-SE of the 422, at once.
            Status::SESSION_INTERVAL_TOO_SMALL if response.min_se.is_some() => {
                self.least = self.least.max(response.min_se);
                self.send_refresh(now, out);
            }
            // C7: from now on by re-INVITE.
            Status::METHOD_NOT_ALLOWED | Status::NOT_IMPLEMENTED if refresh.method == Method::Update => {
                self.update = Update::Refused;
                self.send_refresh(now, out);
            }
            _ if status.is_server_failure() => {
                if let Some(seconds) = response.retry_after_s {
                    out.set(Timer::Refresh, now + Span::from_secs(seconds.into()));
                }
            }
            _ => {}
        }
    }

    /// The other side refreshes, by UPDATE or by re-INVITE (rules S1 to S6, C11, H5).
    pub(super) fn receive_refresh(&mut self, now: Time, request: &Message, out: &mut Actions) {
        if !self.is_in_order(now, request, out) {
            return;
        }
        match session_timer::answer(&self.profile, request) {
            Answer::TooSmall { min_se } => self.refuse_interval(now, request, min_se, out),
            Answer::Accept { .. } => {
                self.accept_session(now, request, out);
                if self.phase == Phase::Up {
                    out.tell(Event::Refreshed);
                } else {
                    // Leaving: the 200 keeps the other side's session; this side's is over.
                    self.disarm(now, out);
                }
            }
        }
    }

    /// Nobody refreshed in time (rule R2).
    pub(super) fn expire(&mut self, now: Time, out: &mut Actions) {
        match self.session {
            Session::Untimed => {}
            Session::Watching { .. } => self.leave(now, ReleaseCause::RefreshMissing, out),
            Session::Refreshing { .. } => self.leave(now, ReleaseCause::IntervalEnded, out),
        }
    }
}
