//! Agents on a network under faults: what is to be run, the running of it, and the facts that come of it.
//!
//! This is the only room that knows both SIP and the network. It puts agents and what is between them on a path, gives them
//! inputs in the order of the [agenda](crate::engine::Agenda), and tells [`Observer`]s what happened. It measures
//! nothing itself.

mod among;
mod between;
mod chain;
mod chance;
mod crowd;
mod endless;
mod fact;
mod faults;
pub mod fleet;
mod live;
mod machine;
mod media;
mod pending;
mod runner;
mod sending;
mod setup;
#[cfg(test)]
mod tests;
mod undelivered;
mod ways;

pub use among::run_among_all;
pub use chain::{Chain, Element, StopPart, element_names};
pub use chance::Decision;
pub use crowd::Crowd;
pub use endless::{endless, watches_pauses_without_end};
pub use fact::{Fact, HangUp, Loss, Observer, Outcome};
pub use runner::Runner;
pub use setup::{
    Arrivals, Begin, Between, Calls, Conversation, Crash, End, Ending, Fault, FaultClock, FaultEffect, FaultMessage,
    Holds, Part, Periods, Request, RequestClock, Setup, Share,
};
pub use ways::{Way, Ways};
