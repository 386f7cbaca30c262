//! GA/T 1400.4: registration and heartbeat as JSON over HTTP (rules G1 to G10).
//!
//! [`Device`] goes round the cycle *register (401, digest, again), registered, keepalive and wait for the response;
//! time-out: send again; error: disconnected, register anew; right: wait for the next*. [`Platform`] answers it. A
//! platform that stands in a cascade is itself a [`Device`] of the platform above it.

mod device;
mod message;
mod platform;

pub use device::{AfterTimeout, Device, DeviceSettings};
pub use message::{Message, Request, Response};
pub use platform::{Platform, PlatformSettings, Refusal};
