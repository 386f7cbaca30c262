//! Heartbeats without I/O: a device that registers at a platform and says again and again that it lives, and the
//! platform that calls it offline when it is silent for too long.
//!
//! Two mechanisms: [`gat1400`], JSON over HTTP as GA/T 1400.4 has it, and [`gb28181`], SIP MESSAGEs as GB/T 28181 has
//! them, on the same SIP transactions as calls. Every machine has the shape of the agents of `sip`: it is given the
//! time and one input, and writes what it wants done into a lent [`Actions`] buffer. It knows no queue, no network, no
//! chance and no clock. A platform machine holds the record of one device: devices are independent of each other. The
//! rules carry the ids of `docs/conformance.md`.
//!
//! Not here: everything that devices and platforms say to each other beside registering and keeping alive.

mod actions;
pub mod gat1400;
pub mod gb28181;
pub mod rules;
mod watch;

pub use actions::{Action, Actions, Connection, Event, Input, Message, Nonce, Timer, Wrong};
pub use watch::{Offline, WatchSettings};

/// What a request of a device is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purpose {
    /// To be registered.
    Register,
    /// To be known as alive.
    Keepalive,
    /// To be registered no more.
    UnRegister,
}

impl Purpose {
    /// All of them.
    pub const ALL: [Purpose; 3] = [Purpose::Register, Purpose::Keepalive, Purpose::UnRegister];

    /// Its name in scenarios, traces and figures.
    pub const fn name(self) -> &'static str {
        match self {
            Purpose::Register => "REGISTER",
            Purpose::Keepalive => "KEEPALIVE",
            Purpose::UnRegister => "UNREGISTER",
        }
    }
}
