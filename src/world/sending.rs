//! What becomes of a message where more than the links of a plain path decide: faults, bad times, rates, TCP.

use super::call_state::CallState;
use super::chain::is_reliable;
use super::chance::{icmp_address, message_address};
use super::element::Element;
use super::fact::{Fact, Loss, Observer, Outcome};
use super::fault::{FaultEffect, Script};
use super::in_flight::{InFlight, UnderWay};
use super::pending::Pending;
use super::runner::Runner;
use super::traffic::CallTraffic;
use super::transport::{Carried, Parcel, Scripted, Transport};
use crate::net::queue::DATAGRAM_BYTES;
use crate::sip::{Action, Kind};
use crate::time::Time;

impl Runner<'_> {
    /// Sends the message of the `nth` action. It gets its place at once, and is looked at there.
    #[inline(never)]
    pub(super) fn send_general(&mut self, now: Time, from: Element, nth: usize, observer: &mut impl Observer) {
        let Some(&Action::Send { ref message, copy }) = self.actions.get(nth) else { return };
        let to = self.route.chain.next(from, message);
        if let Some(at_once) = &mut self.state.at_once {
            return at_once.push_back(InFlight { message: *message, from, to, copy, refused_by: None, mark: () });
        }
        let place = self.state.under_way.put(message, from, to, copy);
        let outcome = self.outcome(now, place);
        let message = self.state.under_way.at(place).message;
        observer.see(now, &Fact::Sent { from, to, message, copy, outcome });
        self.go_on(place, outcome);
        match outcome {
            Outcome::Lost(Loss::ByFault(fault)) => self.notice_failure(now, place, fault),
            Outcome::Lost(Loss::Suppressed) => {}
            Outcome::Arrives(_)
            | Outcome::Queues(..)
            | Outcome::Lost(
                Loss::OnLink(_) | Loss::Down(_) | Loss::NoBinding(_) | Loss::QueueFull(_) | Loss::Connection(_),
            ) => {
                if !self.state.weather.copies().is_empty() {
                    self.send_copies(now, place, observer);
                }
            }
        }
    }

    /// What follows for the message in this place: a lost one leaves it.
    #[inline(always)]
    fn go_on(&mut self, place: u32, outcome: Outcome) {
        match outcome {
            Outcome::Arrives(at) => self.state.agenda.set(at, Pending::Deliver(place)),
            Outcome::Queues(link, at) => self.state.agenda.set(at, Pending::AtQueue { place, link }),
            Outcome::Lost(_) => self.state.under_way.free(place),
        }
    }

    /// The transport of the call, and what is under way in it.
    #[inline(always)]
    fn transport(&mut self) -> (Transport<'_, CallTraffic>, &mut UnderWay<CallTraffic>) {
        let CallState { under_way, script, weather, call, .. } = &mut *self.state;
        let transport = Transport {
            path: self.route.path,
            streams: &self.streams,
            number: *call,
            faults: self.route.faults,
            script,
            weather,
        };
        (transport, under_way)
    }

    /// What becomes of the message in this place, sent now. It notes the fault that has it refused where it arrives.
    #[inline(always)]
    fn outcome(&mut self, now: Time, place: u32) -> Outcome {
        let InFlight { message, from, to, copy, .. } = *self.state.under_way.at(place);
        let (nodes, suppressed) =
            ([from, to].map(|element| self.route.chain.node(element)), self.state.bye_suppressed_from);
        let (path, has_tcp) = (self.route.path, self.route.has_tcp);
        let (mut transport, under_way) = self.transport();
        // Over TCP it is one segment that is lost.
        let over_tcp = |_: &Script| has_tcp && is_reliable(path, nodes[0], message.toward);
        let first_lost = match transport.apply_script(now, from, &message, over_tcp) {
            Scripted::Lost(fault) => return Outcome::Lost(Loss::ByFault(fault)),
            Scripted::Passes { refused_by, first_lost } => {
                under_way.at_mut(place).refused_by = refused_by;
                first_lost
            }
        };
        if suppressed == Some(from) && message.is_bye() {
            return Outcome::Lost(Loss::Suppressed);
        }
        let address = message_address(&message, copy);
        let parcel = Parcel { message: &message, sender: from, ends: nodes, address };
        let Carried { outcome, given_up } = transport.carry(now, &parcel, first_lost);
        self.note_given_up(given_up, place);
        outcome
    }

    /// The connection over which a message was sent is given up, as its sender learns at this instant. A request that
    /// cannot be sent counts as answered 503 (RFC 3261 8.1.3.1).
    #[inline(always)]
    fn note_given_up(&mut self, given_up: Option<Time>, place: u32) {
        if let Some(at) = given_up {
            self.fail_to_send(at, place);
        }
    }

    /// The sender of the message that has this place, or had it last, sees at `at` that it cannot be sent, if it is a
    /// request.
    #[cold]
    fn fail_to_send(&mut self, at: Time, place: u32) {
        let in_flight = *self.state.under_way.at(place);
        if in_flight.message.kind == Kind::Request {
            let place = self.state.under_way.put_again(&in_flight);
            self.state.agenda.set(at, Pending::SendFailed(place));
        }
    }

    /// The message that had this place last is lost by `fault`, which its sender may notice: after it has done all that
    /// it does at this instant.
    fn notice_failure(&mut self, now: Time, place: u32, fault: u16) {
        if self.route.faults[usize::from(fault)].effect == FaultEffect::FailToSend {
            self.fail_to_send(now, place);
        }
    }

    /// Further copies of the message that has this place, or had it last, are under way: the network has made them.
    #[inline(never)]
    fn send_copies(&mut self, now: Time, place: u32, observer: &mut impl Observer) {
        let in_flight = *self.state.under_way.at(place);
        let InFlight { message, from, to, .. } = in_flight;
        for nth in 0..self.state.weather.copies().len() {
            let arrives = self.state.weather.copies()[nth];
            observer.see(now, &Fact::Duplicated { from, to, message, arrives });
            let place = self.state.under_way.put_again(&in_flight);
            self.state.agenda.set(arrives, Pending::Deliver(place));
        }
    }

    /// A message has come to a link with a rate.
    #[inline(never)]
    pub(super) fn at_queue(&mut self, now: Time, place: u32, link: u8, observer: &mut impl Observer) {
        let InFlight { message, from, to, copy, .. } = *self.state.under_way.at(place);
        let ends = [from, to].map(|element| self.route.chain.node(element));
        let parcel = Parcel { message: &message, sender: from, ends, address: message_address(&message, copy) };
        let mut queues = std::mem::take(&mut self.queues);
        let bytes = message.bytes() + DATAGRAM_BYTES;
        let (leaves, carried) = self.transport().0.pass_queue(now, &parcel, link, bytes, &mut queues);
        self.queues = queues;
        let Carried { outcome, given_up } = carried;
        self.note_given_up(given_up, place);
        observer.see(now, &Fact::Queued { from, to, message, copy, link, leaves, outcome });
        self.go_on(place, outcome);
    }

    /// A message has come to a dead end of the call, whose host lives: ICMP goes back the way it came. Those about
    /// responses and ACKs concern no transaction.
    pub(super) fn answer_by_icmp(&mut self, now: Time, in_flight: &InFlight<CallTraffic>) {
        let InFlight { message, from, to, copy, .. } = *in_flight;
        if !self.setup.calls.ending.icmp || to.end().is_none() || message.kind != Kind::Request {
            return;
        }
        let ends = [to, from].map(|element| self.route.chain.node(element));
        if let Some(at) = self.transport().0.carry_alone(now, ends, 0, icmp_address(&message, copy)) {
            let place = self.state.under_way.put_again(in_flight);
            self.state.agenda.set(at, Pending::Unreachable(place));
        }
    }
}
