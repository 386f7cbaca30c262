//! Agents on a network under faults: what is to be run, the running of it, and the facts that come of it.
//!
//! This is the only room that knows both SIP and the network. It puts agents and what is between them on a path, gives
//! them inputs in the order of the [agenda](crate::engine::Agenda), and tells [`Observer`]s what happened. It measures
//! nothing itself.

mod active_route;
mod among;
mod between;
mod call_state;
mod calls;
mod chain;
mod chance;
pub mod devices;
mod drive;
mod element;
mod endless;
mod fact;
mod fault;
mod in_flight;
mod machine;
mod media;
mod parts;
mod pending;
mod runner;
mod sending;
mod setup;
mod shared_runner;
#[cfg(test)]
mod tests;
mod traffic;
mod transport;
mod undelivered;
mod ways;

pub use among::run_among_all;
pub use calls::{Arrivals, Begin, Calls, Conversation, Ending, Holds, Periods, Request, RequestClock};
pub use chain::{Chain, StopPart, element_names};
pub use chance::Decision;
pub use element::{Element, End};
pub use endless::{endless, watches_pauses_without_end};
pub use fact::{Fact, HangUp, Loss, Observer, Outcome};
pub use fault::{Fault, FaultClock, FaultEffect, FaultMessage};
pub use parts::{Between, Crash, Part};
pub use runner::Runner;
pub use setup::{Setup, Share};
pub use shared_runner::SharedRunner;
pub use traffic::{CallTraffic, Traffic};
pub use ways::{Way, Ways};
