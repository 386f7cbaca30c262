//! What devices and platforms send each other, as far as the world has to tell it apart.

use super::fact::Party;
use crate::heartbeat::{Message, Purpose};
use crate::time::Time;
use crate::world::fault;
use crate::world::traffic::Traffic;

/// HTTP or SIP between a device and its platform, or between a platform and the one above it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeviceTraffic;

/// A side at a level: the devices and their platforms are at level 0, those platforms and the ones above them at level
/// 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sender {
    /// The level, from 0.
    pub level: usize,
    /// Which side.
    pub party: Party,
}

/// What was true when a message was sent.
#[derive(Clone, Copy, Debug, Default)]
pub struct Mark {
    /// When the copy that gets through was sent, and the life of its sender.
    pub(super) sent: Time,
    pub(super) life: u32,
    /// The life of the platform that its connection belongs to.
    pub(super) connected_to: u32,
}

impl Traffic for DeviceTraffic {
    type Party = Party;
    type Sender = Sender;
    type Message = Message;
    type Method = Purpose;
    /// The status with which the platform refuses a request, whatever it is.
    type Refusal = u16;
    type Mark = Mark;

    fn method(message: &Message) -> Purpose {
        message.purpose()
    }

    fn status(message: &Message) -> Option<u16> {
        message.status()
    }
}

/// Messages of devices and platforms that are lost or refused by script.
pub type Fault = fault::Fault<DeviceTraffic>;

impl Fault {
    /// Whether it concerns anybody at `level`.
    pub fn is_at(&self, level: usize) -> bool {
        self.senders.is_empty() || self.senders.iter().any(|sender| sender.level == level)
    }

    /// Whether it concerns both sides at `level`.
    pub fn is_of_both_at(&self, level: usize) -> bool {
        self.senders.is_empty() || Party::BOTH.iter().all(|&party| self.senders.contains(&Sender { level, party }))
    }
}
