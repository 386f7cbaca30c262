//! Scripted faults: which messages of a call are lost or refused, whatever the network does.

use super::chain::Element;
use super::setup::{Fault, FaultClock, FaultEffect, FaultMessage};
use crate::sip::{Kind, Message};
use crate::time::Time;

/// The scripted faults of one call under way: how many messages each has counted, and what its clock counts from.
#[derive(Clone, Debug, Default)]
pub struct Script {
    counted: Vec<u32>,
    began: Time,
    hung_up: Option<Time>,
}

impl Script {
    /// Begins a call at `began`.
    pub fn begin(&mut self, faults: &[Fault], began: Time) {
        let Script { counted, began: since, hung_up } = self;
        counted.clear();
        counted.resize(faults.len(), 0);
        (*since, *hung_up) = (began, None);
    }

    /// The call is hung up.
    pub fn hang_up(&mut self, now: Time) {
        self.hung_up.get_or_insert(now);
    }

    /// Which of `faults`, the first of those that do, concerns the message that `sender` sends now. Every fault counts
    /// every message that it matches, those that another one concerns too.
    pub fn concerns(&mut self, faults: &[Fault], now: Time, sender: Element, message: &Message) -> Option<u16> {
        let mut first = None;
        for (fault, index) in faults.iter().zip(0u16..) {
            if self.matches(fault, now, sender, message) {
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
    /// loses every such message, and not some by their number. A hang-up still to come begins none.
    pub fn cuts(&self, faults: &[Fault], at: Time, sender: Element, message: &Message) -> bool {
        faults.iter().any(|fault| {
            let loses = matches!(fault.effect, FaultEffect::Lose | FaultEffect::FailToSend);
            loses && fault.nth.is_empty() && self.matches(fault, at, sender, message)
        })
    }

    /// Whether nothing that `sender` sends at `now` gets through, and so no media either.
    pub fn silences(&self, faults: &[Fault], now: Time, sender: Element) -> bool {
        faults.iter().any(|fault| fault.is_outage() && self.is_in_time(fault, now) && fault.is_of(sender))
    }

    /// When `fault` begins and ends; a hang-up still to come begins none.
    pub fn times(&self, fault: &Fault) -> Option<(Time, Option<Time>)> {
        let start = match fault.clock {
            FaultClock::Run => Time::ZERO,
            FaultClock::Call => self.began,
            FaultClock::HangUp => self.hung_up?,
        };
        let from = start + fault.from;
        Some((from, fault.duration.map(|duration| from + duration)))
    }

    fn is_in_time(&self, fault: &Fault, now: Time) -> bool {
        self.times(fault).is_some_and(|(from, until)| now >= from && until.is_none_or(|until| now < until))
    }

    /// Whether all conditions of `fault` but the number hold.
    fn matches(&self, fault: &Fault, now: Time, sender: Element, message: &Message) -> bool {
        self.is_in_time(fault, now) && fault.is_of(sender) && fault.message.matches(message)
    }
}

impl Fault {
    /// Whether it loses all that is sent while it lasts: an outage, of one direction or of all.
    pub fn is_outage(&self) -> bool {
        let loses = matches!(self.effect, FaultEffect::Lose | FaultEffect::FailToSend);
        loses && self.nth.is_empty() && self.message == FaultMessage::Any
    }

    fn is_of(&self, sender: Element) -> bool {
        self.senders.is_empty() || self.senders.contains(&sender)
    }
}

impl FaultMessage {
    fn matches(self, message: &Message) -> bool {
        match (self, message.kind) {
            (FaultMessage::Any, _) => true,
            (FaultMessage::Request(method), Kind::Request) => method == message.method,
            (FaultMessage::Response { status, method }, Kind::Response(found)) => {
                status.is_none_or(|only| only == found.0) && method.is_none_or(|only| only == message.method)
            }
            (FaultMessage::Request(_), Kind::Response(_)) | (FaultMessage::Response { .. }, Kind::Request) => false,
        }
    }
}
