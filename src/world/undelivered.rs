//! What becomes known of messages that cannot be delivered or come twice, and what scripted users ask for.

use super::chance::icmp_address;
use super::fact::{Fact, Observer};
use super::pending::{InFlight, Pending};
use super::runner::Runner;
use super::setup::{FaultEffect, RequestClock};
use crate::net::Fate;
use crate::sip::{Input, Kind};
use crate::time::Time;

impl Runner<'_> {
    /// A message has come to a dead end of the call, whose host lives: ICMP goes back the way it came. Those about
    /// responses and ACKs concern no transaction.
    pub(super) fn answer_by_icmp(&mut self, now: Time, in_flight: &InFlight) {
        let InFlight { message, from, to, copy, .. } = *in_flight;
        if !self.setup.calls.ending.icmp || to.end().is_none() || message.kind != Kind::Request {
            return;
        }
        if let Fate::Arrives(at) = self.carry_alone(now, to, from, icmp_address(&message, copy)) {
            let place = self.live.under_way.put_again(in_flight);
            self.live.agenda.set(at, Pending::Unreachable(place));
        }
    }

    /// ICMP has come to the sender of a request.
    pub(super) fn unreachable(&mut self, now: Time, place: u32, observer: &mut impl Observer) {
        let InFlight { message, from, copy, .. } = self.live.under_way.take(place);
        if self.live.alive[from.index()] {
            observer.see(now, &Fact::Unreachable { to: from, message });
            self.input(now, from, Input::Unreachable(&message, copy), observer);
        }
    }

    /// Further copies of the message that has this place, or had it last, are under way: the network has made them.
    #[inline(never)]
    pub(super) fn send_copies(&mut self, now: Time, place: u32, observer: &mut impl Observer) {
        let in_flight = *self.live.under_way.at(place);
        let InFlight { message, from, to, .. } = in_flight;
        for nth in 0..self.live.weather.copies().len() {
            let arrives = self.live.weather.copies()[nth];
            observer.see(now, &Fact::Duplicated { from, to, message, arrives });
            let place = self.live.under_way.put_again(&in_flight);
            self.live.agenda.set(arrives, Pending::Deliver(place));
        }
    }

    /// The message that had this place last is lost by `fault`, which its sender may notice: after it has done all that it
    /// does at this instant.
    pub(super) fn notice_failure(&mut self, now: Time, place: u32, fault: u16) {
        let in_flight = *self.live.under_way.at(place);
        let seen = self.faults[usize::from(fault)].effect == FaultEffect::FailToSend;
        if seen && in_flight.message.kind == Kind::Request {
            let place = self.live.under_way.put_again(&in_flight);
            self.live.agenda.set(now, Pending::SendFailed(place));
        }
    }

    /// The sender of a request sees that it cannot send it.
    pub(super) fn send_failed(&mut self, now: Time, place: u32, observer: &mut impl Observer) {
        let InFlight { message, from, .. } = self.live.under_way.take(place);
        if self.live.alive[from.index()] {
            observer.see(now, &Fact::SendFailed { from, message });
            self.input(now, from, Input::SendFailed(&message), observer);
        }
    }

    /// Schedules the requests whose clock is `clock`, which began at `start`, and which are not due before `now`.
    pub(super) fn schedule_requests(&mut self, clock: RequestClock, start: Time, now: Time) {
        for (request, nth) in self.setup.requests.iter().zip(0u16..) {
            let at = start + request.at;
            if request.clock == clock && at >= now {
                self.live.agenda.set(at, Pending::Request(nth));
            }
        }
    }
}
