//! Refreshing the session, and what becomes of a refresh.

use super::{Agent, Armed, Phase};
use crate::sip::ReleaseCause;
use crate::sip::actions::{Actions, Event};
use crate::sip::message::{Message, Method, Status};
use crate::sip::session_timer::{self, Answer, Session};
use crate::time::Time;

impl Agent {
    /// Half the interval has passed: an UPDATE (rules R1, C7, C8, C9). One that waits to say BYE starts none.
    pub(super) fn send_refresh(&mut self, now: Time, out: &mut Actions) {
        let Session::Refreshing { interval_s } = self.session else { return };
        if self.unacknowledged.is_some_and(|answer| answer.then_leave.is_some()) {
            return;
        }
        let mut update = self.next_request(Method::Update);
        session_timer::refresh(interval_s, self.least, &mut update);
        self.clients.start(now, update, &self.profile.timers, out);
    }

    /// A response to the refresh has come. Of one that comes after the call's end there is nothing to be done.
    pub(super) fn refresh_answered(&mut self, now: Time, response: &Message, status: Status, out: &mut Actions) {
        if self.phase != Phase::Up || status.is_provisional() {
            return;
        }
        if status.is_success() {
            // C10: every 2xx negotiates anew; H5: from its arrival the interval runs.
            let session = session_timer::taken_by_client(&self.profile, response);
            self.arm(Armed::at(now), session, out);
            out.tell(Event::Refreshed);
        } else if status == Status::NO_SUCH_CALL || status == Status::REQUEST_TIMEOUT {
            // R3, R6: the other side has no such call.
            self.leave(now, ReleaseCause::RefreshRefused, out);
        }
        // R2: after any other refusal the session runs to the end of its interval.
    }

    /// The other side refreshes (rules S1 to S6, H5).
    pub(super) fn receive_refresh(&mut self, now: Time, update: &Message, out: &mut Actions) {
        if !self.is_in_order(now, update, out) {
            return;
        }
        match session_timer::answer(&self.profile, update) {
            Answer::TooSmall { min_se } => self.refuse_interval(now, update, min_se, out),
            Answer::Accept { .. } => {
                self.accept_session(now, update, out);
                out.tell(Event::Refreshed);
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
