//! Nodes, links and the route between two nodes.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::fmt;
use std::ops::Add;

use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;

use super::link::Link;
use crate::time::Span;

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeKind {
    /// A place of user agents.
    Agents,
    /// Forwards packets and knows no SIP.
    Router,
    /// A SIP proxy that forwards each copy and remembers nothing (RFC 3261 16.11; rule T7).
    StatelessProxy,
    /// A SIP proxy with a server and a client transaction for each request (rule T7).
    StatefulProxy,
    /// A stateful proxy that knows of calls, takes part in their session timers and forgets them in the end (rules P1
    /// to P10).
    CallStatefulProxy,
    /// Two user agents back to back, each with a dialog of its own (RFC 7092): a B2BUA, such as an SBC.
    B2bua,
    /// Translates addresses, knows no SIP, and lets nothing in from outside after a silence.
    Nat,
    /// Where devices register and send heartbeats (rules G1 to G12, B1 to B7); no call has business with it.
    Platform,
}

impl NodeKind {
    /// Every kind with its name in a topology file.
    pub const NAMES: [(&'static str, NodeKind); 8] = [
        ("agents", NodeKind::Agents),
        ("router", NodeKind::Router),
        ("stateless-proxy", NodeKind::StatelessProxy),
        ("stateful-proxy", NodeKind::StatefulProxy),
        ("call-stateful-proxy", NodeKind::CallStatefulProxy),
        ("b2bua", NodeKind::B2bua),
        ("nat", NodeKind::Nat),
        ("platform", NodeKind::Platform),
    ];

    /// Its name in a topology file.
    pub fn name(self) -> &'static str {
        NodeKind::NAMES.iter().find(|(_, kind)| *kind == self).map_or("", |(name, _)| name)
    }

    /// Whether it forwards packets whatever they are, so that what goes over it does so from one SIP node to another.
    pub const fn is_transparent(self) -> bool {
        match self {
            NodeKind::Router | NodeKind::Nat => true,
            NodeKind::Agents
            | NodeKind::StatelessProxy
            | NodeKind::StatefulProxy
            | NodeKind::CallStatefulProxy
            | NodeKind::B2bua
            | NodeKind::Platform => false,
        }
    }

    /// Whether it takes part in the signalling between two agents, with transactions of its own.
    pub const fn takes_part(self) -> bool {
        match self {
            NodeKind::Agents | NodeKind::Router | NodeKind::StatelessProxy | NodeKind::Nat | NodeKind::Platform => {
                false
            }
            NodeKind::StatefulProxy | NodeKind::CallStatefulProxy | NodeKind::B2bua => true,
        }
    }
}

/// A node of a topology.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Its name, unique in its topology.
    pub id: String,
    /// What it is.
    pub kind: NodeKind,
}

/// A node of one particular topology.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NodeId(NodeIndex);

/// Nodes joined by links.
#[derive(Clone, Debug, Default)]
pub struct Topology {
    pub(super) graph: DiGraph<Node, Link>,
    /// The nodes by name: a lookup per end of each link must not go through all of them.
    by_name: BTreeMap<String, NodeIndex>,
}

/// Why a node or link cannot be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TopologyError {
    /// A node of this name is there already.
    DuplicateNode(String),
    /// A link from a node to itself.
    Loop(String),
}

impl fmt::Display for TopologyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TopologyError::DuplicateNode(id) => write!(f, "there is already a node `{id}`"),
            TopologyError::Loop(id) => write!(f, "a link joins `{id}` to itself"),
        }
    }
}

impl std::error::Error for TopologyError {}

/// Why there is no route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RouteError {
    /// Caller and callee are at the same node, so no link lies between them.
    SameNode(String),
    /// No chain of links leads from the one to the other.
    NoWay {
        /// Where it starts.
        from: String,
        /// What it cannot reach.
        to: String,
    },
    /// A link on the way has no direction back, and responses return the way the request came.
    OneWay {
        /// Where the missing direction would start.
        from: String,
        /// Where it would lead.
        to: String,
    },
}

impl fmt::Display for RouteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RouteError::SameNode(node) => {
                write!(f, "caller and callee are both at `{node}`; no link lies between them")
            }
            RouteError::NoWay { from, to } => write!(f, "no route leads from `{from}` to `{to}`"),
            RouteError::OneWay { from, to } => {
                write!(f, "no link leads back from `{from}` to `{to}`, and responses return the way the request came")
            }
        }
    }
}

impl std::error::Error for RouteError {}

/// The way from a caller to a callee and back over the same nodes.
#[derive(Clone, Debug, PartialEq)]
pub struct Route {
    /// The nodes from caller to callee, both included.
    pub nodes: Vec<Node>,
    /// The links from each node to the next, towards the callee.
    pub to_callee: Vec<Link>,
    /// The links of the same pairs of nodes, in the same order, towards the caller.
    pub to_caller: Vec<Link>,
}

impl Topology {
    /// A topology with no nodes.
    pub fn new() -> Topology {
        Topology::default()
    }

    /// Adds a node; its name must be new.
    pub fn add_node(&mut self, node: Node) -> Result<NodeId, TopologyError> {
        if self.node(&node.id).is_some() {
            return Err(TopologyError::DuplicateNode(node.id));
        }
        let id = node.id.clone();
        let index = self.graph.add_node(node);
        self.by_name.insert(id, index);
        Ok(NodeId(index))
    }

    /// Adds the direction of a link that leads from `from` to `to`. Parallel links are allowed.
    pub fn add_link(&mut self, from: NodeId, to: NodeId, link: Link) -> Result<(), TopologyError> {
        if from == to {
            return Err(TopologyError::Loop(self.graph[from.0].id.clone()));
        }
        self.graph.add_edge(from.0, to.0, link);
        Ok(())
    }

    /// The node named `id`.
    pub fn node(&self, id: &str) -> Option<NodeId> {
        self.by_name.get(id).copied().map(NodeId)
    }

    /// All nodes, in the order in which they were added.
    pub fn nodes(&self) -> impl Iterator<Item = &Node> {
        self.graph.node_weights()
    }

    /// The route of least mean delay from `from` to `to`; among equals, the one of fewest links.
    ///
    /// # Errors
    /// If both are the same node, if there is no way, or if a link on it has no direction back.
    pub fn route(&self, from: NodeId, to: NodeId) -> Result<Route, RouteError> {
        self.routes_from(from).to(to)
    }

    /// The routes from `from`, found at one go.
    pub fn routes_from(&self, from: NodeId) -> Routes<'_> {
        Routes { topology: self, from: from.0, tree: self.shortest(from.0, Cost::of) }
    }

    /// The least cost from `from` to each node, and the node before it on the way; `None` where no way leads. Among
    /// equal costs, the way that is found first: the nearer nodes are looked at first, the earlier ones among equals.
    pub(super) fn shortest<C: Copy + Default + Ord + Add<Output = C>>(
        &self,
        from: NodeIndex,
        cost: impl Fn(&Link) -> C,
    ) -> Vec<Option<Reached<C>>> {
        let mut reached: Vec<Option<Reached<C>>> = vec![None; self.graph.node_count()];
        reached[from.index()] = Some(Reached { cost: C::default(), before: from });
        let mut next = BinaryHeap::from([Reverse((C::default(), from))]);
        while let Some(Reverse((far, node))) = next.pop() {
            if reached[node.index()].is_some_and(|found| found.cost < far) {
                continue;
            }
            for edge in self.graph.edges(node) {
                let far = far + cost(edge.weight());
                let found = &mut reached[edge.target().index()];
                if found.is_none_or(|found| far < found.cost) {
                    *found = Some(Reached { cost: far, before: node });
                    next.push(Reverse((far, edge.target())));
                }
            }
        }
        reached
    }
}

/// How a node is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reached<C> {
    /// At which cost.
    pub cost: C,
    /// From which node; where the way begins, from itself.
    before: NodeIndex,
}

/// All routes that begin at one node.
#[derive(Clone, Debug)]
pub struct Routes<'a> {
    topology: &'a Topology,
    from: NodeIndex,
    tree: Vec<Option<Reached<Cost>>>,
}

impl Routes<'_> {
    /// The route of least mean delay to `to`; among equals, the one of fewest links.
    ///
    /// # Errors
    /// As [`Topology::route`].
    pub fn to(&self, to: NodeId) -> Result<Route, RouteError> {
        let graph = &self.topology.graph;
        let name = |index: NodeIndex| graph[index].id.clone();
        if self.from == to.0 {
            return Err(RouteError::SameNode(name(to.0)));
        }
        let mut way = vec![to.0];
        let mut at = to.0;
        while at != self.from {
            let reached = self.tree[at.index()];
            let found = reached.ok_or_else(|| RouteError::NoWay { from: name(self.from), to: name(to.0) })?;
            at = found.before;
            way.push(at);
        }
        way.reverse();
        let best = |a: NodeIndex, b: NodeIndex| {
            graph
                .edges_connecting(a, b)
                .min_by_key(|edge| (edge.weight().delay.mean(), edge.id()))
                .map(|edge| edge.weight().clone())
        };
        let mut route = Route {
            nodes: way.iter().map(|&index| graph[index].clone()).collect(),
            to_callee: Vec::with_capacity(way.len()),
            to_caller: Vec::with_capacity(way.len()),
        };
        for (&a, &b) in way.iter().zip(&way[1..]) {
            let missing = |a, b| RouteError::OneWay { from: name(a), to: name(b) };
            route.to_callee.push(best(a, b).ok_or_else(|| missing(a, b))?);
            route.to_caller.push(best(b, a).ok_or_else(|| missing(b, a))?);
        }
        Ok(route)
    }
}

/// What a route is chosen by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Cost {
    delay: Span,
    links: u32,
}

impl Cost {
    fn of(link: &Link) -> Cost {
        Cost { delay: link.delay.mean(), links: 1 }
    }
}

impl Add for Cost {
    type Output = Cost;
    fn add(self, other: Cost) -> Cost {
        Cost { delay: self.delay + other.delay, links: self.links + other.links }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Distribution, Probability};

    fn link(millis: u64) -> Link {
        Link::udp(Probability::NEVER, Distribution::Constant(Span::from_millis(millis)))
    }

    /// A topology of the links given by the names of their ends and a delay, in both directions.
    fn topology(links: &[(&str, &str, u64)]) -> Topology {
        let mut topology = Topology::new();
        for &(a, b, millis) in links {
            let [a, b] = [a, b].map(|id| {
                topology
                    .node(id)
                    .unwrap_or_else(|| topology.add_node(Node { id: id.to_owned(), kind: NodeKind::Router }).unwrap())
            });
            topology.add_link(a, b, link(millis)).unwrap();
            topology.add_link(b, a, link(millis)).unwrap();
        }
        topology
    }

    fn names(topology: &Topology, from: &str, to: &str) -> Vec<String> {
        let route = topology.route(topology.node(from).unwrap(), topology.node(to).unwrap()).unwrap();
        route.nodes.into_iter().map(|node| node.id).collect()
    }

    #[test]
    fn a_route_takes_the_least_delay_and_not_the_fewest_links() {
        let topology = topology(&[("a", "b", 10), ("b", "c", 10), ("a", "c", 30)]);
        assert_eq!(names(&topology, "a", "c"), ["a", "b", "c"]);
    }

    #[test]
    fn among_equal_delays_a_route_takes_the_fewest_links() {
        let topology = topology(&[("a", "b", 10), ("b", "c", 10), ("a", "c", 20)]);
        assert_eq!(names(&topology, "a", "c"), ["a", "c"]);
    }

    #[test]
    fn among_parallel_links_a_route_takes_the_fastest() {
        let topology = topology(&[("a", "b", 30), ("a", "b", 10)]);
        let route = topology.route(topology.node("a").unwrap(), topology.node("b").unwrap()).unwrap();
        assert_eq!(route.to_callee, [link(10)]);
        assert_eq!(route.to_caller, [link(10)]);
    }

    #[test]
    fn a_route_that_does_not_exist_is_an_error_that_names_both_ends() {
        let topology = topology(&[("a", "b", 10), ("c", "d", 10)]);
        let [a, d] = ["a", "d"].map(|id| topology.node(id).unwrap());
        let error = topology.route(a, d).unwrap_err();
        assert_eq!(error.to_string(), "no route leads from `a` to `d`");
        assert_eq!(topology.route(a, a), Err(RouteError::SameNode("a".to_owned())));
    }

    #[test]
    fn a_link_without_its_direction_back_is_no_route() {
        let mut one_way = topology(&[]);
        let [a, b] = ["a", "b"].map(|id| one_way.add_node(Node { id: id.to_owned(), kind: NodeKind::Agents }).unwrap());
        one_way.add_link(a, b, link(1)).unwrap();
        assert_eq!(one_way.route(a, b), Err(RouteError::OneWay { from: "b".to_owned(), to: "a".to_owned() }));
    }
}
