//! What becomes of a message where more than the links of a plain path decide: faults, bad times, rates, TCP.

use super::chain::Element;
use super::chance::message_address;
use super::fact::{Fact, Loss, Observer, Outcome};
use super::machine::is_reliable;
use super::pending::{InFlight, Pending};
use super::runner::Runner;
use super::setup::FaultEffect;
use crate::net::queue::{DATAGRAM_BYTES, Verdict};
use crate::net::{Fate, Why};
use crate::sip::{Kind, Side};
use crate::time::Time;

/// An attempt of TCP to send a segment again has chance of its own: its number stands above that of the call.
const ATTEMPT_SHIFT: u32 = 40;

impl Runner<'_> {
    /// What becomes of a message where more than links decide. It notes the fault that has it refused where it arrives.
    #[inline(never)]
    pub(super) fn outcome(&mut self, now: Time, in_flight: &mut InFlight) -> Outcome {
        let InFlight { ref message, from, to, copy, .. } = *in_flight;
        let mut lost_once = false;
        if !self.faults.is_empty()
            && let Some(fault) = self.live.script.concerns(self.faults, now, from, message)
        {
            match self.faults[usize::from(fault)].effect {
                // Over TCP it is one segment that is lost.
                FaultEffect::Lose if self.is_reliable(from, message.toward) => lost_once = true,
                FaultEffect::Lose | FaultEffect::FailToSend => return Outcome::Lost(Loss::ByFault(fault)),
                FaultEffect::Refuse(_) => in_flight.refused_by = Some(fault),
            }
        }
        if self.live.mute == Some(from) && message.is_bye() {
            return Outcome::Lost(Loss::ByeLost);
        }
        let address = message_address(message, copy);
        let fate = if self.path.is_plain() {
            self.carry(now, from, to, address)
        } else {
            let ends = [from, to].map(|element| self.chain.node(element));
            let draw =
                |link, attempt: u64| self.streams.pair(self.live.call | attempt << ATTEMPT_SHIFT, address + link);
            let cut = |at| lost_once && at == now || self.live.script.cuts(self.faults, at, from, message);
            self.path.carry_through(now, ends, &mut self.live.weather, draw, cut)
        };
        self.outcome_of(fate, in_flight)
    }

    fn outcome_of(&mut self, fate: Fate, in_flight: &InFlight) -> Outcome {
        match fate {
            Fate::Waits { link, at } => Outcome::Queues(link, at),
            Fate::Arrives(at) => Outcome::Arrives(at),
            Fate::Lost { link, why: Why::Chance } => Outcome::Lost(Loss::OnLink(link)),
            Fate::Lost { link, why: Why::Down } => Outcome::Lost(Loss::Down(link)),
            Fate::Lost { link, why: Why::NoBinding } => Outcome::Lost(Loss::NoBinding(link)),
            Fate::GivenUp { link, at } => {
                // A request that cannot be sent counts as answered 503 (RFC 3261 8.1.3.1).
                if let (Some(at), Kind::Request) = (at, in_flight.message.kind) {
                    let place = self.live.under_way.put(*in_flight);
                    self.live.agenda.set(at, Pending::SendFailed(place));
                }
                Outcome::Lost(Loss::Connection(link))
            }
        }
    }

    /// A message comes to the link at `at`, where it waits for its turn.
    #[inline(never)]
    pub(super) fn wait_at_queue(&mut self, at: Time, link: u8, in_flight: InFlight) {
        let place = self.live.under_way.put(in_flight);
        self.live.agenda.set(at, Pending::AtQueue { place, link });
    }

    /// A message has come to a link with a rate. When it leaves is known at once: none that comes later goes before it.
    pub(super) fn at_queue(&mut self, now: Time, place: u32, link: u8, observer: &mut impl Observer) {
        let in_flight = self.live.under_way.take(place);
        let InFlight { ref message, from, to, copy, .. } = in_flight;
        let ends = [from, to].map(|element| self.chain.node(element));
        let (path, faults) = (self.path, self.faults);
        let bytes = message.bytes() + DATAGRAM_BYTES;
        let (leaves, outcome) = match path.offer(now, ends, link, bytes, &mut self.queues, &mut self.live.weather) {
            Verdict::Dropped => (now, Outcome::Lost(Loss::QueueFull(link))),
            Verdict::Leaves(leaves) => {
                let address = message_address(message, copy);
                let draw =
                    |link, attempt: u64| self.streams.pair(self.live.call | attempt << ATTEMPT_SHIFT, address + link);
                let cut = |at| self.live.script.cuts(faults, at, from, message);
                let fate = path.carry_on(leaves, ends, link, &mut self.live.weather, draw, cut);
                (leaves, self.outcome_of(fate, &in_flight))
            }
        };
        observer.see(now, &Fact::Queued { from, to, message: *message, copy, link, leaves, outcome });
        match outcome {
            Outcome::Arrives(at) => {
                let place = self.live.under_way.put(in_flight);
                self.live.agenda.set(at, Pending::Deliver(place));
            }
            Outcome::Queues(link, at) => self.wait_at_queue(at, link, in_flight),
            Outcome::Lost(_) => {}
        }
    }

    /// Whether what `from` sends to this side goes over TCP.
    fn is_reliable(&self, from: Element, toward: Side) -> bool {
        self.has_tcp && is_reliable(self.path, self.chain.node(from), toward)
    }

    /// What the links of a path of any kind do to something short, sent now, that no fault and no script concerns: it waits
    /// nowhere.
    pub(super) fn carry_alone(&mut self, now: Time, from: Element, to: Element, address: u64) -> Fate {
        if self.path.is_plain() {
            return self.carry(now, from, to, address);
        }
        let ends = [from, to].map(|element| self.chain.node(element));
        let draw = |link, attempt: u64| self.streams.pair(self.live.call | attempt << ATTEMPT_SHIFT, address + link);
        let mut fate = self.path.carry_through(now, ends, &mut self.live.weather, draw, |_| false);
        while let Fate::Waits { link, at } = fate {
            fate = self.path.carry_on(at, ends, link, &mut self.live.weather, draw, |_| false);
        }
        fate
    }
}
