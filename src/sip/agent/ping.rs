//! Pings: requests in the dialog by which a side makes sure that the other is still there, beside the session timer.
//!
//! An OPTIONS is no session refresh: neither side's interval begins anew (rules H5, C11). A re-INVITE is one, whatever
//! it was sent for (rule C11), and carries the interval as it is.

use super::state::{Agent, Phase, Pinging};
use crate::sip::ReleaseCause;
use crate::sip::actions::{Actions, Timer};
use crate::sip::message::{Message, Method, Status};
use crate::sip::profile::{Ping, PingBy, WhenLost};
use crate::time::{Span, Time};

impl Agent {
    /// The session stands: the first ping is due after the time between two.
    pub(super) fn begin_pinging(&self, now: Time, out: &mut Actions) {
        if let Some(ping) = self.profile.ping {
            out.set(Timer::Ping, now + ping.every);
        }
    }

    /// The session is over.
    pub(super) fn stop_pinging(&mut self, out: &mut Actions) {
        if self.profile.ping.is_some() {
            self.pinging = Pinging::default();
            out.clear(Timer::Ping);
        }
    }

    /// A ping is due, or the grace is over. One is left out while the last is unanswered; a re-INVITE also while
    /// another negotiation is under way (rule C12).
    pub(super) fn ping_due(&mut self, now: Time, out: &mut Actions) {
        let Some(ping) = self.profile.ping.filter(|_| self.phase == Phase::Up) else { return };
        if let Some(what) = self.pinging.lost.take() {
            return self.lose(now, what, out);
        }
        out.set(Timer::Ping, now + ping.every);
        let waits = self.unacknowledged.is_some_and(|answer| answer.then_leave.is_some());
        if self.pinging.under_way.is_some() || waits {
            return;
        }
        let request = match ping.by {
            PingBy::Options => {
                let request = self.next_request(Method::Options);
                Message { supports_timer: self.profile.supports_timer, ..request }
            }
            PingBy::Invite if self.is_negotiating() || self.unacknowledged.is_some() => return,
            PingBy::Invite => {
                let mut request = self.next_request(Method::Invite);
                self.ask_to_refresh(&mut request);
                request
            }
        };
        self.pinging.under_way = Some(request.branch);
        self.start(now, &request, out);
    }

    /// Whether `request` is a ping that has waited for its answer until now.
    pub(super) fn take_ping(&mut self, request: &Message) -> bool {
        self.pinging.under_way.take_if(|branch| *branch == request.branch).is_some()
    }

    /// A ping has had its final response, or none.
    pub(super) fn ping_answered(&mut self, now: Time, status: Option<Status>, out: &mut Actions) {
        let Some(ping) = self.profile.ping.filter(|_| self.phase == Phase::Up) else { return };
        let Some(what) = judge(&ping, &mut self.pinging.missed, status) else {
            return;
        };
        if ping.grace == Span::ZERO {
            self.lose(now, what, out);
        } else {
            self.pinging.lost = Some(what);
            out.set(Timer::Ping, now + ping.grace);
        }
    }

    /// The other side is taken for lost.
    fn lose(&mut self, now: Time, what: WhenLost, out: &mut Actions) {
        match what {
            WhenLost::Leave => self.leave(now, ReleaseCause::PingFailed, out),
            WhenLost::Vanish => self.vanish(now, ReleaseCause::PingFailed, out),
            WhenLost::Nothing => {}
        }
    }
}

/// What follows the final response to a ping, or its absence; `None` if nothing does. `missed` counts those in a row
/// that nobody has answered.
pub(in crate::sip) fn judge(ping: &Ping, missed: &mut u8, status: Option<Status>) -> Option<WhenLost> {
    let what = match status {
        None if *missed < ping.misses => {
            *missed += 1;
            return None;
        }
        None => ping.on_silence,
        Some(Status::NO_SUCH_CALL) => ping.on_gone,
        Some(Status::REQUEST_TIMEOUT) => ping.on_timeout,
        Some(_) => {
            *missed = 0;
            return None;
        }
    };
    (what != WhenLost::Nothing).then_some(what)
}
