//! What is pending, in a total order.
//!
//! [`Agenda`] holds what one call has pending, which is a handful; [`Queue`] holds a call for each call that is up,
//! where all run in one order of time. Neither has heard of SIP.

mod agenda;
mod queue;

pub use agenda::{Agenda, EventCode, SavedEvents};
pub use queue::{Next, Queue};
