//! SIP without I/O: transactions, dialogs, session timers, the agent that holds them and the proxy that
//! forwards them.
//!
//! Every machine has one shape: it is given the time and one input, and writes what it wants done into a lent
//! [`Actions`] buffer. It knows no queue, no network, no source of chance and no clock, so the same machine runs in the
//! simulator and over a socket. The rules it obeys carry the ids of `docs/conformance.md`.

mod actions;
mod agent;
mod message;
mod profile;
mod proxy;
pub mod rules;
mod session_timer;
mod transaction;

pub use actions::{Action, Actions, Event, Timer};
pub use agent::{Agent, Change, Input, establish, negotiate};
pub use message::{Branch, Kind, Message, Method, Refusal, SessionExpires, Side, Status, Tag};
pub use profile::{BaseTimers, GiveUp, OnFailure, Profile, RefreshBy, Refresher, WhenBusy, WhileLeaving};
pub use proxy::{CallKeeping, Inserts, OnExpiry, Proxy, ProxyProfile};
pub use session_timer::Session;

/// Why an end let go of its call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReleaseCause {
    /// Its user hung up.
    HungUp,
    /// A BYE came.
    ByeReceived,
    /// No refresh came in time: the watcher gave up (rule R2).
    RefreshMissing,
    /// The interval ended with no successful refresh of its own (rule R2).
    IntervalEnded,
    /// Its refresh was answered 481 or 408 (rule R3).
    RefreshRefused,
    /// Its refresh timed out (rule R3).
    RefreshTimedOut,
    /// Its 2xx to the INVITE was never acknowledged (rule T3).
    NoAck,
    /// Its INVITE timed out, or was refused.
    SetupFailed,
    /// It died.
    Died,
    /// A B2BUA's leg: the other leg's dialog has ended, or came to nothing.
    PartnerEnded,
    /// No media came any more.
    MediaSilent,
    /// A proxy: no refresh came while the interval lasted, and it forgot the call (rule P9).
    StateExpired,
}

impl ReleaseCause {
    /// All causes.
    pub const ALL: [ReleaseCause; 12] = [
        ReleaseCause::HungUp,
        ReleaseCause::ByeReceived,
        ReleaseCause::RefreshMissing,
        ReleaseCause::IntervalEnded,
        ReleaseCause::RefreshRefused,
        ReleaseCause::RefreshTimedOut,
        ReleaseCause::NoAck,
        ReleaseCause::SetupFailed,
        ReleaseCause::Died,
        ReleaseCause::PartnerEnded,
        ReleaseCause::MediaSilent,
        ReleaseCause::StateExpired,
    ];

    /// Whether whoever let go for it decided that the call was over, by a timer or a failed refresh, and not because
    /// a user or the other side had ended it.
    pub const fn ends_a_call_by_itself(self) -> bool {
        match self {
            ReleaseCause::RefreshMissing
            | ReleaseCause::IntervalEnded
            | ReleaseCause::RefreshRefused
            | ReleaseCause::RefreshTimedOut
            | ReleaseCause::NoAck
            | ReleaseCause::MediaSilent => true,
            ReleaseCause::HungUp
            | ReleaseCause::ByeReceived
            | ReleaseCause::SetupFailed
            | ReleaseCause::Died
            | ReleaseCause::PartnerEnded
            | ReleaseCause::StateExpired => false,
        }
    }

    /// Its name in files and figures.
    pub const fn name(self) -> &'static str {
        match self {
            ReleaseCause::HungUp => "hung-up",
            ReleaseCause::ByeReceived => "bye-received",
            ReleaseCause::RefreshMissing => "refresh-missing",
            ReleaseCause::IntervalEnded => "interval-ended",
            ReleaseCause::RefreshRefused => "refresh-refused",
            ReleaseCause::RefreshTimedOut => "refresh-timed-out",
            ReleaseCause::NoAck => "no-ack",
            ReleaseCause::SetupFailed => "set-up-failed",
            ReleaseCause::Died => "died",
            ReleaseCause::PartnerEnded => "other-leg-ended",
            ReleaseCause::MediaSilent => "media-silent",
            ReleaseCause::StateExpired => "state-expired",
        }
    }
}
