//! What becomes known of messages that cannot be delivered, and what scripted users ask for.

use super::calls::RequestClock;
use super::fact::{Fact, Observer};
use super::in_flight::InFlight;
use super::pending::Pending;
use super::runner::Runner;
use crate::sip::Input;
use crate::time::Time;

impl Runner<'_> {
    /// ICMP has come to the sender of a request.
    pub(super) fn unreachable(&mut self, now: Time, place: u32, observer: &mut impl Observer) {
        let InFlight { message, from, copy, .. } = self.state.under_way.take(place);
        if self.state.alive[from.index()] {
            observer.see(now, &Fact::Unreachable { to: from, message });
            self.input(now, from, Input::Unreachable(&message, copy), observer);
        }
    }

    /// The sender of a request sees that it cannot send it.
    pub(super) fn send_failed(&mut self, now: Time, place: u32, observer: &mut impl Observer) {
        let InFlight { message, from, .. } = self.state.under_way.take(place);
        if self.state.alive[from.index()] {
            observer.see(now, &Fact::SendFailed { from, message });
            self.input(now, from, Input::SendFailed(&message), observer);
        }
    }

    /// Schedules the requests whose clock is `clock`, which began at `start`, and which are not due before `now`.
    pub(super) fn schedule_requests(&mut self, clock: RequestClock, start: Time, now: Time) {
        for (request, nth) in self.setup.requests.iter().zip(0u16..) {
            let at = start + request.at;
            if request.clock == clock && at >= now {
                self.state.agenda.set(at, Pending::Request(nth));
            }
        }
    }
}
