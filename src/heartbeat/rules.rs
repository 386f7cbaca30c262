//! The numbers of GA/T 1400.4 and GB/T 28181, each once.
//!
//! Those of GA/T 1400 are what three open implementations agree on; where sample code differs, it is a setting.

use crate::time::Span;

/// GA/T 1400: from one keepalive to the next (rule G4).
pub const GAT1400_INTERVAL: Span = Span::from_secs(90);

/// GA/T 1400: how many intervals of silence a platform allows (rule G8).
pub const GAT1400_MISSES: u32 = 3;

/// How long a client waits for a connection, and for a response (rule G5).
pub const HTTP_TIMEOUT: Span = Span::from_secs(3);

/// How often some devices send a keepalive before they are registered (rule G3).
pub const EARLY_KEEPALIVE: Span = Span::from_secs(15);

/// The status in the body of a 200 by which some platforms refuse an unregistered device (rule G7).
pub const BODY_REFUSAL: u16 = 500;

/// The status in the body that says that all is right (rule G6).
pub const BODY_OK: u16 = 0;

/// How often a device answers a challenge before it takes it for a refusal (rule G1).
pub const MOST_CHALLENGES: u8 = 2;

/// GB/T 28181: from one keepalive to the next (rule B2).
pub const GB28181_INTERVAL: Span = Span::from_secs(60);

/// GB/T 28181: how many intervals of silence a platform allows (rule B4).
pub const GB28181_MISSES: u32 = 3;

/// GB/T 28181: how long a registration is to last, in seconds (rule B1).
pub const GB28181_EXPIRES_S: u32 = 3600;
