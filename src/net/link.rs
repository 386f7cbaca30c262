//! What one direction of a link is made of.

use std::sync::Arc;

use super::identity::Identity;
use super::loss::Loss;
use super::nat::Nat;
use super::outage::Outage;
use super::queue::Rate;
use crate::random::{Distribution, Probability};
use crate::time::Span;

/// One direction of a link.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// How it loses messages.
    pub loss: Loss,
    /// One-way delay, drawn for each message.
    pub delay: Distribution,
    /// Whether, over UDP, a message never arrives before one that the same call has sent earlier in this direction.
    pub in_order: bool,
    /// The probability that a second copy of a message arrives as well, after a delay of its own.
    pub duplicate: Probability,
    /// How fast it sends, and how much it keeps waiting; `None`: as fast as messages come.
    pub rate: Option<Rate>,
    /// When it is down.
    pub outage: Option<Down>,
    /// The NAT that stands at its outer end.
    pub nat: Option<Nat>,
    /// What carries SIP over it.
    pub transport: Transport,
    /// One link that all calls share, with one weather for all of them; else each call has one like it to itself.
    /// `None`: shared unless it ends at a place of agents.
    pub shared: Option<bool>,
    /// Which link of the network it is.
    pub identity: Identity,
}

impl Link {
    /// A link that carries SIP over UDP, in good weather; messages may overtake each other.
    pub fn udp(loss: Probability, delay: Distribution) -> Link {
        Link {
            loss: Loss::Independent(loss),
            delay,
            in_order: false,
            duplicate: Probability::NEVER,
            rate: None,
            outage: None,
            nat: None,
            transport: Transport::Udp,
            shared: None,
            identity: Identity::default(),
        }
    }

    /// The same link as the one of this number, against the direction in which it is drawn or along it.
    #[must_use]
    pub fn numbered(self, number: u32, back: bool) -> Link {
        Link { identity: Identity { number, back }, ..self }
    }

    /// Whether loss and delay of each message are all there is to it.
    pub fn is_plain(&self) -> bool {
        matches!(self.loss, Loss::Independent(_))
            && !self.in_order
            && self.duplicate == Probability::NEVER
            && self.rate.is_none()
            && self.outage.is_none()
            && self.nat.is_none()
    }
}

/// When a link is down.
#[derive(Clone, Debug, PartialEq)]
pub struct Down {
    /// When.
    pub outage: Arc<Outage>,
    /// Whether both directions are down together.
    pub together: bool,
}

/// What carries SIP over a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// Each message alone.
    Udp,
    /// A connection, which is given up when the path has been dead for this long.
    Tcp(Span),
}

impl Transport {
    /// Its name in files.
    pub const fn name(self) -> &'static str {
        match self {
            Transport::Udp => "udp",
            Transport::Tcp(_) => "tcp",
        }
    }
}
