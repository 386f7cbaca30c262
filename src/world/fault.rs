//! Scripted faults: which messages are lost or refused, whatever the network does.

use super::traffic::{CallTraffic, Traffic};
use crate::sip::{Method, Refusal};
use crate::time::{Span, Time};

/// Messages that are lost or refused by script. It happens to a message if every stated condition holds at the instant
/// it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault<T: Traffic = CallTraffic> {
    /// Only messages that one of these sends; empty: any.
    pub senders: Vec<T::Sender>,
    /// Only messages of this kind.
    pub message: FaultMessage<T::Method>,
    /// Only the nth messages that meet the other conditions, counted for each call or device from 1; empty: every one.
    pub nth: Vec<u32>,
    /// What `from` counts from.
    pub clock: FaultClock,
    /// Only messages sent at or after this.
    pub from: Span,
    /// Only messages sent before this much after `from`; `None`: without end.
    pub duration: Option<Span>,
    /// What happens to them.
    pub effect: FaultEffect<T::Refusal>,
}

/// Which messages a fault concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultMessage<M = Method> {
    /// All, and the opening of connections.
    Any,
    /// Requests of this method.
    Request(M),
    /// Responses of this status, or of any; to this method, or to any.
    Response {
        /// The status.
        status: Option<u16>,
        /// The method.
        method: Option<M>,
    },
}

/// What the times of a fault count from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultClock {
    /// The start of the run: all calls or devices see it at once.
    Run,
    /// The arrival of each call; the switching on of each device.
    Begin,
    /// The hang-up of each call; the switching off of each device.
    HangUp,
}

/// What a fault does to a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultEffect<R = Refusal> {
    /// It is lost.
    Lose,
    /// It is lost, and its sender sees at once that it cannot send it.
    FailToSend,
    /// It is a request, and whoever it reaches refuses it below its dialog or registration.
    Refuse(R),
}

/// The scripted faults of one call or device under way: how many messages each has counted, and what its clock counts
/// from.
#[derive(Clone, Debug, Default)]
pub(super) struct Script {
    counted: Vec<u32>,
    began: Time,
    hung_up: Option<Time>,
}

impl Script {
    /// Begins at `began`, under so many faults.
    pub(super) fn begin(&mut self, faults: usize, began: Time) {
        let Script { counted, began: since, hung_up } = self;
        counted.clear();
        counted.resize(faults, 0);
        (*since, *hung_up) = (began, None);
    }

    /// The call is hung up, or the device switched off.
    pub(super) fn hang_up(&mut self, now: Time) {
        self.hung_up.get_or_insert(now);
    }

    /// Which of `faults`, the first of those that do, concerns the message that `sender` sends now. Every fault counts
    /// every message that it matches, those that another one concerns too.
    pub(super) fn concerns<T: Traffic>(
        &mut self,
        faults: &[Fault<T>],
        now: Time,
        sender: T::Sender,
        message: &T::Message,
    ) -> Option<u16> {
        let mut first = None;
        for (fault, index) in faults.iter().zip(0u16..) {
            if self.matches(fault, now, sender, Some(message)) {
                let counted = &mut self.counted[usize::from(index)];
                *counted = counted.saturating_add(1);
                if fault.nth.is_empty() || fault.nth.contains(counted) {
                    first.get_or_insert(index);
                }
            }
        }
        first
    }

    /// Whether a fault loses whatever of `message` is sent at `at`, which TCP may do long after `sender` did: one that
    /// loses every such message, and not some by their number. Of what belongs to no message, such as a handshake, one
    /// that loses all. A hang-up still to come begins none.
    pub(super) fn cuts<T: Traffic>(
        &self,
        faults: &[Fault<T>],
        at: Time,
        sender: T::Sender,
        message: Option<&T::Message>,
    ) -> bool {
        faults.iter().any(|fault| fault.loses_every() && self.matches(fault, at, sender, message))
    }

    /// Whether nothing that `sender` sends at `now` gets through, and so no media either.
    pub(super) fn silences<T: Traffic>(&self, faults: &[Fault<T>], now: Time, sender: T::Sender) -> bool {
        self.cuts(faults, now, sender, None)
    }

    /// When `fault` begins and ends; a hang-up still to come begins none.
    pub(super) fn times<T: Traffic>(&self, fault: &Fault<T>) -> Option<(Time, Option<Time>)> {
        let start = match fault.clock {
            FaultClock::Run => Time::ZERO,
            FaultClock::Begin => self.began,
            FaultClock::HangUp => self.hung_up?,
        };
        let from = start + fault.from;
        Some((from, fault.duration.map(|duration| from + duration)))
    }

    fn is_in_time<T: Traffic>(&self, fault: &Fault<T>, now: Time) -> bool {
        self.times(fault).is_some_and(|(from, until)| now >= from && until.is_none_or(|until| now < until))
    }

    /// Whether all conditions of `fault` but the number hold for `message`, or for what is none.
    fn matches<T: Traffic>(
        &self,
        fault: &Fault<T>,
        now: Time,
        sender: T::Sender,
        message: Option<&T::Message>,
    ) -> bool {
        let is_of = match message {
            Some(message) => fault.message.matches(T::method(message), T::status(message)),
            None => fault.message == FaultMessage::Any,
        };
        is_of && self.is_in_time(fault, now) && fault.is_of(sender)
    }
}

impl<T: Traffic> Fault<T> {
    /// Whether it loses all that is sent while it lasts: an outage, of one direction or of all.
    pub fn is_outage(&self) -> bool {
        self.loses_every() && self.message == FaultMessage::Any
    }

    /// Whether it loses every message that it concerns, and not some by their number.
    fn loses_every(&self) -> bool {
        matches!(self.effect, FaultEffect::Lose | FaultEffect::FailToSend) && self.nth.is_empty()
    }

    fn is_of(&self, sender: T::Sender) -> bool {
        self.senders.is_empty() || self.senders.contains(&sender)
    }
}

impl<M: Copy + Eq> FaultMessage<M> {
    /// Whether it is said of a message of this method that has this status, if it is a response.
    fn matches(self, of: M, status: Option<u16>) -> bool {
        match (self, status) {
            (FaultMessage::Any, _) => true,
            (FaultMessage::Request(method), None) => method == of,
            (FaultMessage::Response { status, method }, Some(found)) => {
                status.is_none_or(|only| only == found) && method.is_none_or(|only| only == of)
            }
            (FaultMessage::Request(_), Some(_)) | (FaultMessage::Response { .. }, None) => false,
        }
    }
}

impl FaultClock {
    /// Whether it counts from an instant that is not known at the beginning.
    pub const fn waits_for_hang_up(self) -> bool {
        match self {
            FaultClock::Run | FaultClock::Begin => false,
            FaultClock::HangUp => true,
        }
    }
}
