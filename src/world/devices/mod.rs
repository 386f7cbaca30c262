//! Devices that register at platforms and send heartbeats: what is to be run, the running of it, and the facts that
//! come of it.
//!
//! Restarts of platforms and outages are functions of time, so a device and its platform's record of it touch no other
//! device. A [`Runner`] runs one *unit* at a time, alone: a device at its platform, or a platform at the platform above
//! it.

mod fact;
mod machine;
mod runner;
mod setup;
mod traffic;

pub use fact::{Fact, HangUp, Party};
pub use runner::Runner;
pub use setup::{Fleet, Level, Mechanism, Restart, Unit};
pub use traffic::{DeviceTraffic, Fault, Mark, Sender};
