//! The network: which nodes there are, which links join them, and what a link does to a message.
//!
//! A [`Topology`] is a directed graph (petgraph) with one edge for each direction of a link; a [`Route`] is the way a
//! call takes through it, the same nodes in both directions, as Via and Record-Route make SIP do. A [`Path`] is a
//! route made ready to carry messages.
//!
//! Loss and delay depend on time and chance alone, never on traffic; the network knows no SIP and keeps no state
//! but the order of what a call has sent over its TCP connections.

mod path;
mod position;
mod survey;
pub mod tcp;
mod topology;

pub use path::{Connections, Direction, Fate, Path};
pub use position::{FIBRE_KM_PER_S, Position};
pub use survey::{Survey, Widest};
pub use topology::{Link, Node, NodeId, NodeKind, Route, RouteError, Routes, Topology, TopologyError, Transport};
