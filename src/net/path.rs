//! A route made ready to carry messages.

mod cut;
mod fate;
mod hop;
mod rated;
mod trip;

use std::ops::Range;
use std::sync::Arc;

pub use self::fate::{Direction, Fate, Why};
use self::hop::Hop;
pub use self::rated::{Gate, Rated};
use super::link::{Link, Transport};
use super::outage::Outage;
use super::topology::{NodeKind, Route};
use super::weather::{Condition, Of, Weather, What};
use crate::random::{Pair, Probability, Streams};
use crate::time::{Span, Time};

/// When a node of a route passes nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct NodeDown {
    /// The node, counted from the caller's, from 0.
    pub node: u8,
    /// Its number in the network, by which its chance is addressed.
    pub number: u32,
    /// When.
    pub outage: Arc<Outage>,
    /// Only for what goes this way; `None`: for all.
    pub way: Option<Direction>,
}

/// The links of a route, in the order in which a message crosses them in each direction.
#[derive(Clone, Debug)]
pub struct Path {
    to_callee: Vec<Hop>,
    to_caller: Vec<Hop>,
    links: [Vec<Link>; 2],
    node_outages: Vec<NodeDown>,
    /// Whether each node, from the caller's on, ends a TCP connection: all but routers and NATs.
    ends_connections: Vec<bool>,
    /// Whether loss, delay and the queues of links with a rate are all there is to it, and SIP goes over UDP.
    is_plain: bool,
    /// How many conditions it has.
    conditions: usize,
}

impl Path {
    /// The longest route, in links.
    pub const MAX_LINKS: usize = 255;

    /// Makes `route` ready; `None` if it has more than [`Path::MAX_LINKS`] links.
    pub fn new(route: &Route) -> Option<Path> {
        let count = route.to_callee.len();
        (count <= Path::MAX_LINKS).then_some(())?;
        let mut conditions = 0;
        let mut hops = |links: &[Link], direction: Direction| -> Vec<Hop> {
            let made = links.iter().enumerate().map(|(nth, link)| {
                let from_caller = match direction {
                    Direction::ToCallee => nth,
                    Direction::ToCaller => count - 1 - nth,
                };
                let ends = route.nodes.get(from_caller..from_caller + 2).unwrap_or_default();
                let at_agents = ends.is_empty() || ends.iter().any(|node| node.kind == NodeKind::Agents);
                let shared = link.shared.unwrap_or(!at_agents);
                Hop::new(link, (from_caller, count), direction, shared, &mut conditions)
            });
            made.collect()
        };
        let back: Vec<Link> = route.to_caller.iter().rev().cloned().collect();
        let to_callee = hops(&route.to_callee, Direction::ToCallee);
        let to_caller = hops(&back, Direction::ToCaller);
        let plain = |link: &Link| Link { rate: None, ..link.clone() }.is_plain() && link.transport == Transport::Udp;
        Some(Path {
            is_plain: route.to_callee.iter().chain(&back).all(plain),
            to_callee,
            to_caller,
            links: [route.to_callee.clone(), back],
            node_outages: Vec::new(),
            ends_connections: route.nodes.iter().map(|node| !node.kind.is_transparent()).collect(),
            conditions,
        })
    }

    /// The same path with a node that is down at times: what would enter or leave it then is lost.
    #[must_use]
    pub fn with_node_outage(mut self, down: NodeDown) -> Path {
        let count = self.to_callee.len();
        for (direction, hops) in
            [(Direction::ToCallee, &mut self.to_callee), (Direction::ToCaller, &mut self.to_caller)]
        {
            if down.way.is_some_and(|way| way != direction) {
                continue;
            }
            // The place of the node in this direction: it ends the hop before it and begins the one after it.
            let place = match direction {
                Direction::ToCallee => usize::from(down.node),
                Direction::ToCaller => count.saturating_sub(down.node.into()),
            };
            let condition =
                Condition::new(What::of(&down.outage), Of::Node { number: down.number }, true, self.conditions);
            self.conditions += 1;
            if let Some(before) = place.checked_sub(1).and_then(|before| hops.get_mut(before)) {
                before.on_exit.push(condition.clone());
            }
            if let Some(after) = hops.get_mut(place) {
                after.on_entry.push(condition);
            }
        }
        self.node_outages.push(down);
        self.is_plain = false;
        self
    }

    /// Memory for the weather on it, under these streams.
    pub fn weather(&self, streams: Streams) -> Weather {
        Weather::new(streams, if self.is_plain { 0 } else { self.to_callee.len() }, self.conditions)
    }

    /// Whether loss, delay and the queues of links with a rate are all there is to it, and SIP goes over UDP: then
    /// [`Path::carry`] does.
    pub fn is_plain(&self) -> bool {
        self.is_plain
    }

    /// Carries a message that is sent now from one node of a plain path to another, counted from the caller's, from 0;
    /// to the first link with a rate, if there is one, and from there [`Gate::carry`] does.
    ///
    /// `draw` gives the two uniform numbers of a link: the nth from the sending end in that direction.
    #[inline(always)]
    pub fn carry(&self, now: Time, ends: [u8; 2], draw: impl Fn(u64) -> Pair) -> Fate {
        let (first, end, direction) = self.hops_between(ends);
        match &self.hops(direction)[first..end] {
            // Before a link with a rate it waits, and one link is what most messages cross: for them there is no loop.
            [hop, ..] if hop.rate.is_some() => Fate::Waits { link: self.link_number(first, direction), at: now },
            [hop] => hop.carry(now, self.link_number(first, direction), draw(first as u64)),
            _ => self.carry_over(now, first..end, direction, draw),
        }
    }

    /// The same over these hops of a direction.
    #[inline(never)]
    fn carry_over(&self, now: Time, hops: Range<usize>, direction: Direction, draw: impl Fn(u64) -> Pair) -> Fate {
        let mut at = now;
        for nth in hops {
            let (hop, link) = (&self.hops(direction)[nth], self.link_number(nth, direction));
            if hop.rate.is_some() {
                return Fate::Waits { link, at };
            }
            match hop.carry(at, link, draw(nth as u64)) {
                Fate::Arrives(left) => at = left,
                ended => return ended,
            }
        }
        Fate::Arrives(at)
    }

    /// Whether it has bad times: bursts, outages, NATs.
    pub fn has_impairments(&self) -> bool {
        let is_calm = |hop: &Hop| hop.on_entry.is_empty() && hop.on_exit.is_empty() && hop.nat.is_none();
        !self.to_callee.iter().chain(&self.to_caller).all(is_calm)
    }

    /// Whether any link of it is shared by all calls.
    pub fn is_shared(&self) -> bool {
        self.to_callee.iter().chain(&self.to_caller).any(|hop| hop.shared)
    }

    /// Whether it remembers nothing of single calls: neither what they have sent nor bad times of their own.
    pub fn forgets_calls(&self) -> bool {
        self.to_callee.iter().chain(&self.to_caller).all(|hop| {
            let own = !hop.on_entry.is_empty() || !hop.on_exit.is_empty() || hop.rate.is_some();
            !hop.in_order && hop.nat.is_none() && hop.transport == Transport::Udp && (hop.shared || !own)
        })
    }

    /// Whether any link of it carries SIP over TCP.
    pub fn has_tcp(&self) -> bool {
        self.to_callee.iter().chain(&self.to_caller).any(|hop| hop.transport != Transport::Udp)
    }

    /// Whether any link of it duplicates messages.
    pub fn duplicates(&self) -> bool {
        self.to_callee.iter().chain(&self.to_caller).any(|hop| hop.duplicate != Probability::NEVER)
    }

    /// Whether what is sent from this node of the route, counted from the caller's, goes over TCP in this direction.
    pub fn is_reliable_from(&self, node: u8, direction: Direction) -> bool {
        let (all, node) = (self.to_callee.len(), usize::from(node));
        let first = match direction {
            Direction::ToCallee => self.to_callee.get(node),
            Direction::ToCaller => all.checked_sub(node).and_then(|nth| self.to_caller.get(nth)),
        };
        first.is_some_and(|hop| hop.transport != Transport::Udp)
    }

    /// The links between two nodes, counted from the caller's: the first that is crossed from the one to the other, and
    /// the first that is not, both counted in that direction.
    #[inline(always)]
    fn hops_between(&self, [from, to]: [u8; 2]) -> (usize, usize, Direction) {
        let (from, to, all) = (usize::from(from), usize::from(to), self.to_callee.len());
        if from <= to { (from, to, Direction::ToCallee) } else { (all - from, all - to, Direction::ToCaller) }
    }

    /// Where a link, counted from the caller, comes in this direction.
    #[inline(always)]
    fn nth(&self, link: u8, direction: Direction) -> usize {
        match direction {
            Direction::ToCallee => link.into(),
            Direction::ToCaller => self.to_callee.len() - 1 - usize::from(link),
        }
    }

    /// The number of the nth link of this direction, counted from the caller.
    #[inline(always)]
    fn link_number(&self, nth: usize, direction: Direction) -> u8 {
        match direction {
            Direction::ToCallee => nth as u8,
            Direction::ToCaller => (self.to_callee.len() - 1 - nth) as u8,
        }
    }

    #[inline(always)]
    fn hops(&self, direction: Direction) -> &[Hop] {
        match direction {
            Direction::ToCallee => &self.to_callee,
            Direction::ToCaller => &self.to_caller,
        }
    }

    /// Whether the node before the nth link of this direction ends a TCP connection.
    fn ends_connection(&self, nth: usize, direction: Direction) -> bool {
        let node = match direction {
            Direction::ToCallee => nth,
            Direction::ToCaller => self.to_callee.len() - nth,
        };
        self.ends_connections.get(node).copied().unwrap_or(true)
    }

    /// How many links it has, one less than nodes.
    pub fn len(&self) -> u8 {
        self.to_callee.len() as u8
    }

    /// Whether it has no link.
    pub fn is_empty(&self) -> bool {
        self.to_callee.is_empty()
    }

    /// The probability that one message is lost on its way, in the long run.
    pub fn loss(&self, direction: Direction) -> f64 {
        1.0 - self.links(direction).iter().map(|link| 1.0 - link.loss.mean()).product::<f64>()
    }

    /// The mean one-way delay of a message that arrives, in seconds.
    pub fn mean_delay_s(&self, direction: Direction) -> f64 {
        self.links(direction).iter().map(|link| link.delay.mean().as_secs_f64()).sum()
    }

    /// The least and the greatest sum of delays there and back, if there is a greatest.
    pub fn round_trip_bounds(&self) -> Option<(Span, Span)> {
        let both_ways = self.to_callee.iter().chain(&self.to_caller);
        both_ways.map(|hop| hop.delay.bounds()).try_fold((Span::ZERO, Span::ZERO), |(least, most), bounds| {
            bounds.map(|(min, max)| (least + min, most + max))
        })
    }

    /// The links in the order in which a message crosses them in this direction.
    pub fn links(&self, direction: Direction) -> &[Link] {
        match direction {
            Direction::ToCallee => &self.links[0],
            Direction::ToCaller => &self.links[1],
        }
    }

    /// The nodes that are down at times.
    pub fn node_outages(&self) -> &[NodeDown] {
        &self.node_outages
    }
}

#[cfg(test)]
mod tests;
