//! SIP without I/O: transactions, dialogs, session timers, the agent that holds them and the proxy that
//! forwards them.
//!
//! Every machine has one shape: it is given the time and one input, and writes what it wants done into a lent
//! [`Actions`] buffer. It knows no queue, no network, no source of chance and no clock, so the same machine runs in the
//! simulator and over a socket. The rules it obeys carry the ids of `docs/conformance.md`.

mod actions;
mod agent;
mod media;
mod message;
mod profile;
mod proxy;
mod refresher;
mod release;
pub mod rules;
mod session_timer;
mod size;
mod transaction;

pub use actions::{Action, Actions, Buffer, Event, Timer};
pub use agent::{Agent, AtRest, Change, Input, establish, negotiate};
pub use media::{Hold, HoldTimeout, Media, Quiet, Watch};
pub use message::{Branch, Kind, Message, Method, Refusal, SessionExpires, Side, Status, Tag};
pub use profile::{
    BaseTimers, CountsFrom, GiveUp, OnFailure, Ping, PingBy, Profile, RefreshBy, RepeatedInvite, WhenBusy, WhenLost,
    WhileLeaving,
};
pub use proxy::{CallKeeping, Inserts, OnExpiry, Pings, Proxy, ProxyProfile};
pub use refresher::Refresher;
pub use release::ReleaseCause;
pub use session_timer::Session;
pub use transaction::{Clients, Reaction, ServerMatch, Servers};
