//! byeloss: how long does a call outlive a lost BYE, and what does it cost to find out sooner?
//!
//! A deterministic discrete-event simulator of session keepalive: many simulated SIP user agents talk across lossy
//! links, and the session timer of RFC 4028 finds out which calls are dead. Start with `ARCHITECTURE.md` for a tour of
//! the rooms; each module says at its head what it is for and what it does not do.

pub mod analysis;
#[cfg(feature = "cli")]
pub mod cli;
pub mod conformance;
pub mod engine;
pub mod heartbeat;
pub mod measure;
pub mod net;
pub mod random;
#[cfg(feature = "report")]
pub mod report;
pub mod scenario;
pub mod sip;
pub mod study;
pub mod theory;
pub mod time;
pub mod world;
