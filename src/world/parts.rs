//! What stands between caller and callee and takes part in the signalling, and how it dies.

use super::fault::FaultClock;
use crate::sip::{Profile, ProxyProfile};
use crate::time::Span;

/// What takes part in the signalling between caller and callee.
#[derive(Clone, Debug, PartialEq)]
pub struct Between {
    /// Where it stands: the nodes of the path, counted from the caller's, from 0.
    pub node: u8,
    /// What it is.
    pub part: Part,
}

/// What something between caller and callee is.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// A stateful proxy.
    Proxy(ProxyProfile),
    /// Two agents back to back, each with a dialog of its own. The end of the one is the end of the other.
    B2bua {
        /// How it behaves in the dialog with the caller's side, and in that with the callee's.
        legs: Box<[Profile; 2]>,
        /// It ends the call when no media has come from one side for this long.
        media_limit: Option<Span>,
    },
}

impl Part {
    /// How many elements it is.
    pub fn elements(&self) -> usize {
        match self {
            Part::Proxy(_) => 1,
            Part::B2bua { .. } => 2,
        }
    }
}

/// Something between caller and callee dies, with all calls that it carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Crash {
    /// Which, counted in [`Setup::between`](super::Setup::between).
    pub which: usize,
    /// What `at` counts from.
    pub clock: FaultClock,
    /// When.
    pub at: Span,
    /// After how long it comes back; `None`: never.
    pub back_after: Option<Span>,
    /// Whether it then knows its established calls. Transactions are lost either way.
    pub memory: bool,
}
