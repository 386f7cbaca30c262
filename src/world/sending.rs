//! What becomes of a message where more than the links of a plain path decide: faults, bad times, rates, TCP.

use super::chain::Element;
use super::chance::message_address;
use super::fact::{Fact, Loss, Observer, Outcome};
use super::live::Live;
use super::machine::is_reliable;
use super::pending::{InFlight, Pending};
use super::runner::Runner;
use super::setup::FaultEffect;
use crate::net::queue::{DATAGRAM_BYTES, Verdict};
use crate::net::{Fate, Why};
use crate::sip::{Action, Kind};
use crate::time::Time;

/// An attempt of TCP to send a segment again has chance of its own: its number stands above that of the call.
const ATTEMPT_SHIFT: u32 = 40;

impl Runner<'_> {
    /// Sends the message of the `nth` action. It gets its place at once, and is looked at there.
    #[inline(never)]
    pub(super) fn send_disturbed(&mut self, now: Time, from: Element, nth: usize, observer: &mut impl Observer) {
        let Some(&Action::Send { ref message, copy }) = self.actions.get(nth) else { return };
        let to = self.chain.next(from, message);
        if let Some(at_once) = &mut self.live.at_once {
            return at_once.push_back(InFlight { message: *message, from, to, copy, refused_by: None });
        }
        let place = self.live.under_way.put(message, from, to, copy);
        let outcome = self.outcome(now, place);
        let message = self.live.under_way.at(place).message;
        observer.see(now, &Fact::Sent { from, to, message, copy, outcome });
        self.go_on(place, outcome);
        match outcome {
            Outcome::Lost(Loss::ByFault(fault)) => self.notice_failure(now, place, fault),
            Outcome::Lost(Loss::ByeLost) => {}
            Outcome::Arrives(_)
            | Outcome::Queues(..)
            | Outcome::Lost(
                Loss::OnLink(_) | Loss::Down(_) | Loss::NoBinding(_) | Loss::QueueFull(_) | Loss::Connection(_),
            ) => {
                if !self.live.weather.copies().is_empty() {
                    self.send_copies(now, place, observer);
                }
            }
        }
    }

    /// What follows for the message in this place: a lost one leaves it.
    #[inline(always)]
    fn go_on(&mut self, place: u32, outcome: Outcome) {
        match outcome {
            Outcome::Arrives(at) => self.live.agenda.set(at, Pending::Deliver(place)),
            Outcome::Queues(link, at) => self.live.agenda.set(at, Pending::AtQueue { place, link }),
            Outcome::Lost(_) => self.live.under_way.free(place),
        }
    }

    /// What becomes of the message in this place, sent now. It notes the fault that has it refused where it arrives.
    #[inline(always)]
    fn outcome(&mut self, now: Time, place: u32) -> Outcome {
        let Runner { path, ref chain, ref streams, faults, has_tcp, .. } = *self;
        let Live { under_way, script, weather, mute, call, .. } = &mut *self.live;
        let mut lost_once = false;
        if !faults.is_empty() {
            let InFlight { message, from, refused_by, .. } = under_way.at_mut(place);
            if let Some(fault) = script.concerns(faults, now, *from, message) {
                match faults[usize::from(fault)].effect {
                    // Over TCP it is one segment that is lost.
                    FaultEffect::Lose if has_tcp && is_reliable(path, chain.node(*from), message.toward) => {
                        lost_once = true
                    }
                    FaultEffect::Lose | FaultEffect::FailToSend => return Outcome::Lost(Loss::ByFault(fault)),
                    FaultEffect::Refuse(_) => *refused_by = Some(fault),
                }
            }
        }
        let InFlight { ref message, from, to, copy, .. } = *under_way.at(place);
        if *mute == Some(from) && message.is_bye() {
            return Outcome::Lost(Loss::ByeLost);
        }
        let ends = [from, to].map(|element| chain.node(element));
        let address = message_address(message, copy);
        let draw = |link, attempt: u64| streams.pair(*call | attempt << ATTEMPT_SHIFT, address + link);
        let fate = if path.is_plain() {
            path.carry(now, ends, |link| draw(link, 0))
        } else {
            let cut = |at| lost_once && at == now || script.cuts(faults, at, from, message);
            path.carry_through(now, ends, weather, draw, cut)
        };
        self.outcome_of(fate, place)
    }

    #[inline(always)]
    fn outcome_of(&mut self, fate: Fate, place: u32) -> Outcome {
        match fate {
            Fate::Waits { link, at } => Outcome::Queues(link, at),
            Fate::Arrives(at) => Outcome::Arrives(at),
            Fate::Lost { link, why: Why::Chance } => Outcome::Lost(Loss::OnLink(link)),
            Fate::Lost { link, why: Why::Down } => Outcome::Lost(Loss::Down(link)),
            Fate::Lost { link, why: Why::NoBinding } => Outcome::Lost(Loss::NoBinding(link)),
            Fate::GivenUp { link, at } => {
                self.give_up_sending(at, place);
                Outcome::Lost(Loss::Connection(link))
            }
        }
    }

    /// The connection over which a message was sent is given up. A request that cannot be sent counts as answered 503 (RFC
    /// 3261 8.1.3.1).
    #[cold]
    fn give_up_sending(&mut self, noticed: Option<Time>, place: u32) {
        let in_flight = *self.live.under_way.at(place);
        if let (Some(at), Kind::Request) = (noticed, in_flight.message.kind) {
            let place = self.live.under_way.put_again(&in_flight);
            self.live.agenda.set(at, Pending::SendFailed(place));
        }
    }

    /// A message has come to a link with a rate. When it leaves is known at once: none that comes later goes before it.
    #[inline(never)]
    pub(super) fn at_queue(&mut self, now: Time, place: u32, link: u8, observer: &mut impl Observer) {
        let Runner { path, ref streams, faults, .. } = *self;
        let Live { under_way, script, weather, call, .. } = &mut *self.live;
        let InFlight { ref message, from, to, copy, .. } = *under_way.at(place);
        let ends = [from, to].map(|element| self.chain.node(element));
        let bytes = message.bytes() + DATAGRAM_BYTES;
        let gate = path.gate(ends, link);
        let (leaves, outcome) = match gate.offer(now, bytes, &mut self.queues, weather) {
            Verdict::Dropped => (now, Outcome::Lost(Loss::QueueFull(link))),
            Verdict::Leaves(leaves) => {
                let address = message_address(message, copy);
                let draw = |link, attempt: u64| streams.pair(*call | attempt << ATTEMPT_SHIFT, address + link);
                let fate = if path.is_plain() {
                    gate.carry(leaves, |link| draw(link, 0))
                } else {
                    gate.carry_on(leaves, weather, draw, |at| script.cuts(faults, at, from, message))
                };
                (leaves, self.outcome_of(fate, place))
            }
        };
        let message = self.live.under_way.at(place).message;
        observer.see(now, &Fact::Queued { from, to, message, copy, link, leaves, outcome });
        self.go_on(place, outcome);
    }

    /// What the links of a path of any kind do to something short, sent now, that no fault and no script concerns: it waits
    /// nowhere.
    pub(super) fn carry_alone(&mut self, now: Time, from: Element, to: Element, address: u64) -> Fate {
        let ends = [from, to].map(|element| self.chain.node(element));
        let draw = |link, attempt: u64| self.streams.pair(self.live.call | attempt << ATTEMPT_SHIFT, address + link);
        let mut fate = self.path.carry_through(now, ends, &mut self.live.weather, draw, |_| false);
        while let Fate::Waits { link, at } = fate {
            fate = self.path.gate(ends, link).carry_on(at, &mut self.live.weather, draw, |_| false);
        }
        fate
    }
}
