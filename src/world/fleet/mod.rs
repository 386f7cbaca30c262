//! Devices that register at platforms and send heartbeats: what is to be run, the running of it, and the facts that come of it.
//!
//! Restarts of platforms and outages are functions of time, so a device and its platform's record of it touch no other device. A
//! [`Runner`] runs one *unit* at a time, alone: a device at its platform, or a platform at the platform above it.

mod chance;
mod fact;
mod faults;
mod machine;
mod pending;
mod runner;
mod setup;

pub use fact::{Fact, HangUp, Outcome, Party, Undelivered};
pub use runner::Runner;
pub use setup::{Fault, FaultClock, FaultEffect, FaultMessage, Fleet, Level, Mechanism, Restart, Unit};
