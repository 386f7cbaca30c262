//! The four transactions of RFC 3261 17, as RFC 6026 corrects them, over UDP and over a reliable transport (rules T1 to
//! T6).
//!
//! Client transactions repeat a request until it is answered and report the end; server transactions repeat their
//! response to a repeated request, which goes no further. What merely forgets a transaction (timers D, I, J, L, M)
//! needs no wake-up: the instant stands in the transaction, and from then on it is as if it were not there. Timer K
//! only keeps a transaction to absorb responses that would be dropped without it as well, so the slot of a non-INVITE
//! client transaction is free with its final response; that it lives is remembered for those who ask.

mod client;
mod server;

pub use client::{Clients, Reaction};
pub use server::{ServerMatch, Servers};
