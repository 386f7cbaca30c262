//! What becomes of a message, of a call or of a device: scripted faults, suppression, links with their loss, delay, bad
//! times, rates and NATs, TCP.

use super::chance::attempt_number;
use super::fact::{Loss, Outcome};
use super::fault::{Fault, FaultEffect, Script};
use super::traffic::Traffic;
use crate::net::queue::{Queues, Verdict};
use crate::net::tcp::{self, Delivery};
use crate::net::{Fate, Path, Weather, Why};
use crate::random::Streams;
use crate::time::Time;

/// The transport of one call or unit of devices, lent for one message.
pub(super) struct Transport<'t, T: Traffic> {
    pub path: &'t Path,
    pub streams: &'t Streams,
    /// The number of the call or unit, by which its chance is addressed.
    pub number: u64,
    pub faults: &'t [Fault<T>],
    pub script: &'t mut Script,
    pub weather: &'t mut Weather,
}

/// A message, where it goes from and to, and the address of its chance.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parcel<'m, T: Traffic> {
    pub message: &'m T::Message,
    pub sender: T::Sender,
    /// The nodes, counted from the caller's or the device's.
    pub ends: [u8; 2],
    pub address: u64,
}

/// What a script does to a message before it is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scripted {
    /// The fault of this number loses it.
    Lost(u16),
    /// It goes on its way.
    Passes {
        /// The fault that has it refused where it arrives.
        refused_by: Option<u16>,
        /// Its first copy over TCP is lost.
        first_lost: bool,
    },
}

/// What becomes of a message on the links, and when its sender learns that its connection was given up.
#[derive(Clone, Copy, Debug)]
pub(super) struct Carried {
    pub outcome: Outcome,
    pub given_up: Option<Time>,
}

impl From<Fate> for Carried {
    #[inline(always)]
    fn from(fate: Fate) -> Carried {
        let (outcome, given_up) = match fate {
            Fate::Waits { link, at } => (Outcome::Queues(link, at), None),
            Fate::Arrives(at) => (Outcome::Arrives(at), None),
            Fate::Lost { link, why: Why::Chance } => (Outcome::Lost(Loss::OnLink(link)), None),
            Fate::Lost { link, why: Why::Down } => (Outcome::Lost(Loss::Down(link)), None),
            Fate::Lost { link, why: Why::NoBinding } => (Outcome::Lost(Loss::NoBinding(link)), None),
            Fate::GivenUp { link, at } => (Outcome::Lost(Loss::Connection(link)), at),
        };
        Carried { outcome, given_up }
    }
}

impl<T: Traffic> Transport<'_, T> {
    /// What the script does to a message that is sent now; `over_tcp` says whether a fault that loses it loses but a
    /// segment, which is sent again.
    #[inline(always)]
    pub(super) fn apply_script(
        &mut self,
        now: Time,
        sender: T::Sender,
        message: &T::Message,
        over_tcp: impl FnOnce(&Script) -> bool,
    ) -> Scripted {
        let passes = Scripted::Passes { refused_by: None, first_lost: false };
        if self.faults.is_empty() {
            return passes;
        }
        let Some(fault) = self.script.concerns(self.faults, now, sender, message) else { return passes };
        match self.faults[usize::from(fault)].effect {
            FaultEffect::Lose if over_tcp(self.script) => Scripted::Passes { refused_by: None, first_lost: true },
            FaultEffect::Lose | FaultEffect::FailToSend => Scripted::Lost(fault),
            FaultEffect::Refuse(_) => Scripted::Passes { refused_by: Some(fault), first_lost: false },
        }
    }

    /// What the links do to a message that is sent now. When further copies of it arrive, the weather knows afterwards.
    #[inline(always)]
    pub(super) fn carry(&mut self, now: Time, parcel: &Parcel<'_, T>, first_lost: bool) -> Carried {
        let Transport { path, streams, number, faults, ref script, ref mut weather } = *self;
        let Parcel { message, sender, ends, address } = *parcel;
        let draw = |link, attempt: u64| streams.pair(attempt_number(number, attempt), address + link);
        let fate = if path.is_plain() {
            path.carry(now, ends, |link| draw(link, 0))
        } else {
            let cut = |at| first_lost && at == now || script.cuts(faults, at, sender, Some(message));
            path.carry_through(now, ends, weather, draw, cut)
        };
        fate.into()
    }

    /// A message of so many bytes has come to a link with a rate: when its last bit leaves, and what becomes of it
    /// then. When it leaves is known at once, for none that comes later goes before it.
    pub(super) fn pass_queue(
        &mut self,
        now: Time,
        parcel: &Parcel<'_, T>,
        link: u8,
        bytes: u32,
        shared: &mut Queues,
    ) -> (Time, Carried) {
        let Transport { path, streams, number, faults, ref script, ref mut weather } = *self;
        let Parcel { message, sender, ends, address } = *parcel;
        let gate = path.gate(ends, link);
        let leaves = match gate.offer(now, bytes, shared, weather) {
            Verdict::Dropped => {
                return (now, Carried { outcome: Outcome::Lost(Loss::QueueFull(link)), given_up: None });
            }
            Verdict::Leaves(leaves) => leaves,
        };
        let draw = |link, attempt: u64| streams.pair(attempt_number(number, attempt), address + link);
        let fate = if path.is_plain() {
            gate.carry(leaves, |link| draw(link, 0))
        } else {
            gate.carry_on(leaves, weather, draw, |at| script.cuts(faults, at, sender, Some(message)))
        };
        (leaves, fate.into())
    }

    /// When something short arrives that is sent now for this attempt, if it does: no fault and no script concerns it,
    /// and it waits nowhere.
    pub(super) fn carry_alone(&mut self, now: Time, ends: [u8; 2], attempt: u64, address: u64) -> Option<Time> {
        let Transport { path, streams, number, ref mut weather, .. } = *self;
        let draw = |link, further: u64| streams.pair(attempt_number(number, attempt + further), address + link);
        let mut fate = path.carry_through(now, ends, weather, draw, |_| false);
        while let Fate::Waits { link, at } = fate {
            fate = path.gate(ends, link).carry_on(at, weather, draw, |_| false);
        }
        match fate {
            Fate::Arrives(at) => Some(at),
            Fate::Lost { .. } | Fate::GivenUp { .. } | Fate::Waits { .. } => None,
        }
    }

    /// Sends something over a TCP connection from one end of the path to the other, as often as it takes; where it is
    /// `suppressed`, no attempt arrives. `answered` is told when one arrives, and says when it is over, if the other
    /// end answers. Returns also when the last attempt was sent.
    pub(super) fn carry_over_connection(
        &mut self,
        now: Time,
        sender: T::Sender,
        ends: [u8; 2],
        address: u64,
        suppressed: bool,
        mut answered: impl FnMut(&mut Self, Time, u64) -> Option<Time>,
    ) -> (Delivery, Time) {
        let mut last_sent = now;
        let delivery = tcp::carry(tcp::GIVEN_UP_AFTER, now, |sent, attempt| {
            last_sent = sent;
            if suppressed || self.script.cuts(self.faults, sent, sender, None) {
                return None;
            }
            let there = self.carry_alone(sent, ends, attempt, address)?;
            answered(self, there, attempt)
        });
        (delivery, last_sent)
    }
}
