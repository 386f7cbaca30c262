//! What a proxy knows: its settings, its transactions, the requests under way and the call.

use super::profile::ProxyProfile;
use crate::sip::message::{Branch, Message, Method, Tag};
use crate::sip::profile::WhenLost;
use crate::sip::transaction::{Clients, Servers};
use crate::time::Time;

/// One proxy in one call.
#[derive(Clone, Debug)]
pub struct Proxy {
    pub(super) profile: ProxyProfile,
    /// Which element of the path it is: the maker of its branches.
    pub(super) element: u8,
    /// Whether the transport is reliable toward the caller's side, and toward the callee's (rule T5).
    pub(super) reliable: [bool; 2],
    pub(super) state: CallState,
    /// Transactions begun, by method: the ordinals of the branches.
    pub(super) begun: [u32; Method::ALL.len()],
    pub(super) clients: Clients,
    pub(super) servers: Servers,
    pub(super) relays: Vec<Relay>,
}

/// A request under way from one side to the other.
#[derive(Clone, Copy, Debug)]
pub(super) struct Relay {
    /// As it came.
    pub(super) received: Message,
    /// As it was sent on, with a branch of the proxy's own.
    pub(super) forwarded: Message,
    /// The final response as it was sent back, and how often.
    pub(super) answer: Option<(Message, u16)>,
    /// When no repetition of it can come any more.
    pub(super) over: Time,
}

/// What a call-stateful proxy knows of the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CallState {
    /// No call stands.
    None,
    /// The call stands.
    Held(Held),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Held {
    /// The session interval, in seconds; `None`: the session does not expire.
    pub(super) interval_s: Option<u32>,
    /// The dialog's tags, the caller's side first.
    pub(super) tags: [Tag; 2],
    /// The highest CSeq seen from either side, the caller's first.
    pub(super) seqs: [u32; 2],
    pub(super) pinging: Pinging,
}

/// The pings of one call, toward the caller's side and toward the callee's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Pinging {
    /// That which waits for its answer.
    pub(super) under_way: [Option<Branch>; 2],
    /// How many in a row nobody has answered.
    pub(super) missed: [u8; 2],
    /// A side is lost, and the grace runs; what is done then.
    pub(super) lost: Option<WhenLost>,
}
