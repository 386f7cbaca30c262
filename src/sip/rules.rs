//! The numbers of RFC 4028 and RFC 3261, each once.
//!
//! Code and test read the same row. The rule ids (H1, C4, R2, ...) are those of `docs/conformance.md`.

use crate::time::Span;

/// T1 of RFC 3261 17.1.1.1: the round-trip estimate.
pub const T1: Span = Span::from_millis(500);

/// T2 of RFC 3261 17.1.2.2: the longest gap between retransmissions.
pub const T2: Span = Span::from_secs(4);

/// T4 of RFC 3261 17.1.2.2: the longest a message stays in the network.
pub const T4: Span = Span::from_secs(5);

/// Timers B, F, H, J, L and M are this many T1 (RFC 3261 table 4, RFC 6026 8.4).
pub const TIMEOUT_IN_T1: u64 = 64;

/// The least Session-Expires and Min-SE, in seconds (RFC 4028 4 and 5; rules H1, H2).
pub const LEAST_SESSION_EXPIRES_S: u32 = 90;

/// The recommended Session-Expires, in seconds (RFC 4028 4; rule H1).
pub const RECOMMENDED_SESSION_EXPIRES_S: u32 = 1800;

/// The refresher refreshes at the interval divided by this (RFC 4028 7.2; rule R1).
pub const REFRESH_AT_ONE_OVER: u32 = 2;

/// The watcher sends BYE this long before the interval ends, or a third of it if that is less
/// (RFC 4028 10; rule R2).
pub const WATCHER_MARGIN: Span = Span::from_secs(32);

/// The other bound of the watcher's margin: the interval divided by this (RFC 4028 10; rule R2).
pub const WATCHER_MARGIN_ONE_OVER: u32 = 3;

/// How many refreshes in a row may fail before the refresher tries no more (rule R4: "never without bound").
pub const MAX_FAILED_REFRESHES: u8 = 3;

/// After a 491 the side that owns the Call-ID, the caller, tries again after a time from the first to the second of
/// these, the other side from the third to the fourth, in steps of the fifth (RFC 3261 14.1; rule R4).
pub const GLARE: [Span; 5] =
    [Span::from_millis(2100), Span::from_millis(4000), Span::ZERO, Span::from_millis(2000), Span::from_millis(10)];

/// The statuses that end the session in which they answer a request, or its whole dialog, beside 481, 408 and 5xx (RFC
/// 5057 5.1).
pub const ENDS_SESSION: [u16; 10] = [404, 405, 410, 416, 480, 482, 483, 484, 485, 604];

/// How many INVITEs a call may take, the first and those after a 422 together (RFC 4028 7.3; rule C6: "bounded").
pub const MAX_INVITES: u8 = 5;
