//! What becomes of a message on a path.

use crate::time::Time;

/// Which way a message goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Direction {
    /// From the caller's side to the callee's.
    ToCallee,
    /// From the callee's side to the caller's.
    ToCaller,
}

/// What becomes of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It arrives at this instant.
    Arrives(Time),
    /// It is lost on this link, counted from the caller's side, from 0.
    Lost {
        /// Which link.
        link: u8,
        /// Why.
        why: Why,
    },
    /// It comes to a link with a rate, and waits there for its turn: [`Gate::offer`](super::Gate::offer) says for how
    /// long.
    Waits {
        /// Which link, counted from the caller's side, from 0.
        link: u8,
        /// When it comes there.
        at: Time,
    },
    /// The TCP connection over which it was sent is given up, or one further on its way.
    GivenUp {
        /// The first link of that hop, counted from the caller's side, from 0.
        link: u8,
        /// When the sender learns it, if the hop is its own.
        at: Option<Time>,
    },
}

/// Why a link loses a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// By its loss, alone or in a burst.
    Chance,
    /// It is down, or a node at its end.
    Down,
    /// Its NAT has no binding any more.
    NoBinding,
}
