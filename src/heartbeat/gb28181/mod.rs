//! GB/T 28181: registration and keepalive over SIP (rules B1 to B7).
//!
//! REGISTER with digest, then a MESSAGE with CmdType Keepalive every interval, each in a client transaction of its own:
//! the very transactions of calls, so that over UDP a keepalive has up to eleven copies.

mod device;
mod from_sip;
mod message;
mod platform;

pub use device::{Device, DeviceSettings};
pub use message::{Message, RegisterFields};
pub use platform::{Platform, PlatformSettings};
