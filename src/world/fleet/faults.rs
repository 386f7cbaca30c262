//! Scripted faults of one unit under way: how many messages each has counted, and what its clock counts from.

use super::fact::Party;
use super::setup::{Fault, FaultClock, FaultEffect, FaultMessage};
use crate::heartbeat::Message;
use crate::time::Time;

/// See the head of the module.
#[derive(Clone, Debug, Default)]
pub struct Script {
    counted: Vec<u32>,
    level: usize,
    started: Time,
    hung_up: Option<Time>,
}

impl Script {
    /// Begins a unit of this level that is switched on at `started`.
    pub fn begin(&mut self, faults: &[Fault], level: usize, started: Time) {
        self.counted.clear();
        self.counted.resize(faults.len(), 0);
        (self.level, self.started, self.hung_up) = (level, started, None);
    }

    /// The device is switched off.
    pub fn hang_up(&mut self, now: Time) {
        self.hung_up.get_or_insert(now);
    }

    /// Which of `faults`, the first of those that do, concerns the message that `sender` sends now. Every fault counts every message
    /// that it matches, those that another one concerns too.
    pub fn concerns(&mut self, faults: &[Fault], now: Time, sender: Party, message: &Message) -> Option<u16> {
        let mut first = None;
        for (fault, index) in faults.iter().zip(0u16..) {
            if self.is_on(fault, now, sender) && fault.message.matches(message) {
                let counted = &mut self.counted[usize::from(index)];
                *counted = counted.saturating_add(1);
                if fault.nth.is_empty() || fault.nth.contains(counted) {
                    first.get_or_insert(index);
                }
            }
        }
        first
    }

    /// Whether a fault loses whatever `sender` sends at `at`, which may be a handshake or what TCP sends again: one that concerns all
    /// messages and not some by their number.
    pub fn cuts(&self, faults: &[Fault], at: Time, sender: Party) -> bool {
        faults.iter().any(|fault| {
            fault.effect == FaultEffect::Lose
                && fault.message == FaultMessage::Any
                && fault.nth.is_empty()
                && self.is_on(fault, at, sender)
        })
    }

    fn is_on(&self, fault: &Fault, now: Time, sender: Party) -> bool {
        let start = match fault.clock {
            FaultClock::Run => Some(Time::ZERO),
            FaultClock::Start => Some(self.started),
            FaultClock::HangUp => self.hung_up,
        };
        let in_time = start.is_some_and(|start| {
            let from = start + fault.from;
            now >= from && fault.duration.is_none_or(|duration| now < from + duration)
        });
        in_time && fault.level.is_none_or(|level| level == self.level) && fault.sender.is_none_or(|only| only == sender)
    }
}

impl FaultMessage {
    fn matches(self, message: &Message) -> bool {
        match (self, message.status()) {
            (FaultMessage::Any, _) => true,
            (FaultMessage::Request(purpose), None) => purpose == message.purpose(),
            (FaultMessage::Response { status, purpose }, Some(found)) => {
                status.is_none_or(|only| only == found) && purpose.is_none_or(|only| only == message.purpose())
            }
            (FaultMessage::Request(_), Some(_)) | (FaultMessage::Response { .. }, None) => false,
        }
    }
}
