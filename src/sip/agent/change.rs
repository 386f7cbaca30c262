//! Changing the session in a call that stands: the re-INVITE or UPDATE of a hold, a codec, a new address.
//!
//! Its 2xx refreshes the session like any other (rule C11). What the offer says is nobody's concern here.

use super::failure::Failure;
use super::state::{Agent, Change, ChangeState, Changing};
use crate::sip::actions::{Actions, Timer};
use crate::sip::message::{Message, SessionExpires, Status};
use crate::sip::refresher::Refresher;
use crate::sip::rules;
use crate::sip::session_timer::{self, Session};
use crate::time::{Span, Time};

impl Agent {
    /// A user wants `change`. One at a time: while another is not done with, it is none.
    pub(super) fn change(&mut self, now: Time, change: Change, out: &mut Actions) {
        if self.is_up() && self.changing.is_none() {
            self.changing = Some(Changing { change, state: ChangeState::Waiting, refusals: 0 });
            self.send_waiting_change(now, out);
        }
    }

    /// The time that a refusal has set is over.
    pub(super) fn change_again(&mut self, now: Time, out: &mut Actions) {
        if let Some(changing) = self.changing.as_mut().filter(|changing| changing.state == ChangeState::Refused) {
            changing.state = ChangeState::Waiting;
            self.send_waiting_change(now, out);
        }
    }

    /// Sends what waits to be sent, unless another negotiation is under way (rules C12, T9): one of this side's, or an
    /// INVITE of the other side of which the ACK is missing.
    pub(super) fn send_waiting_change(&mut self, now: Time, out: &mut Actions) {
        let Some(Changing { change, state: ChangeState::Waiting, .. }) = self.changing else { return };
        if !self.is_up() || self.is_negotiating() || self.unacknowledged.is_some() {
            return;
        }
        let mut request = self.next_request(change.method);
        request.offer |= change.offer;
        if change.refreshes {
            self.ask_to_refresh(&mut request);
        } else {
            request.supports_timer = self.profile.supports_timer;
        }
        if let Some(changing) = &mut self.changing {
            changing.state = ChangeState::UnderWay(request.branch);
        }
        self.start(now, &request, out);
    }

    /// C8: the interval as it is, and who refreshes now, as this request sees it.
    pub(super) fn ask_to_refresh(&self, request: &mut Message) {
        let (interval_s, refresher) = match self.session() {
            Session::Untimed => return session_timer::ask(&self.profile, self.least, request),
            Session::Refreshing { interval_s } => (interval_s, Refresher::Uac),
            Session::Watching { interval_s } => (interval_s, Refresher::Uas),
        };
        let interval_s = interval_s.max(self.least.unwrap_or_default());
        session_timer::refresh(interval_s, self.least, request);
        request.session_expires = Some(SessionExpires { interval_s, refresher: Some(refresher) });
    }

    /// The change that `request` asked for, which is no longer under way.
    pub(super) fn take_change(&mut self, request: &Message) -> Option<Changing> {
        self.changing.take_if(|changing| changing.state == ChangeState::UnderWay(request.branch))
    }

    /// Rule R4: again as the refusal says, a bounded number of times.
    pub(super) fn change_failed(&mut self, now: Time, changing: Changing, failure: Failure, out: &mut Actions) {
        let refusals = changing.refusals + 1;
        if refusals >= rules::MAX_FAILED_REFRESHES {
            return;
        }
        let state = match (failure.status, failure.retry_after_s) {
            (Some(Status::REQUEST_PENDING), _) => {
                self.set_after_glare(now, Timer::Change, out);
                ChangeState::Refused
            }
            (Some(Status::SESSION_INTERVAL_TOO_SMALL), _) if failure.min_se.is_some() => {
                self.least = self.least.max(failure.min_se);
                ChangeState::Waiting
            }
            (Some(status), Some(seconds)) if status.is_server_failure() => {
                out.set(Timer::Change, now + Span::from_secs(seconds.into()));
                ChangeState::Refused
            }
            _ => return,
        };
        self.changing = Some(Changing { state, refusals, ..changing });
    }
}
