//! The network: which nodes there are, which links join them, and what a link does to a message.
//!
//! A [`Topology`] is a directed graph (petgraph) with one edge for each direction of a link; a [`Route`] is the way a
//! call takes through it, the same nodes in both directions, as Via and Record-Route make SIP do. A [`Path`] is a route
//! made ready to carry messages.
//!
//! Loss and delay depend on time and chance alone, never on traffic, but where links have a rate ([`queue`]):
//! [`Chain`], [`Outage`] and the other conditions of a link are functions of the instant that asks. The network knows
//! no SIP. What it keeps is in a [`Weather`], lent by whoever runs calls: what has been found out of those functions,
//! and what one call has sent (the order of its messages, its bindings at NATs).

mod chain;
mod identity;
mod link;
mod loss;
mod nat;
mod outage;
mod path;
mod position;
pub mod queue;
mod survey;
pub mod tcp;
mod topology;
mod weather;

pub use chain::{Chain, Stay};
pub use identity::Identity;
pub use link::{Down, Link, Transport};
pub use loss::{Bursts, Loss, LossTrace};
pub use nat::{Inside, Nat, Refreshing};
pub use outage::{Outage, Period, Timeline};
pub use path::{Direction, Fate, Gate, NodeDown, Path, Rated, Why};
pub use position::{FIBRE_KM_PER_S, Position};
pub use survey::{Survey, Widest};
pub use topology::{Node, NodeId, NodeKind, Route, RouteError, Routes, Topology, TopologyError};
pub use weather::Weather;
