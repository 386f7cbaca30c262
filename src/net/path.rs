//! A route made ready to carry messages.

use super::tcp::{self, Delivery};
use super::topology::{Link, NodeKind, Route, Transport};
use crate::random::Pair;
use crate::time::{Span, Time};

/// Which way a message goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From the caller's side to the callee's.
    ToCallee,
    /// From the callee's side to the caller's.
    ToCaller,
}

/// What becomes of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It arrives at this instant.
    Arrives(Time),
    /// It is lost on this link, counted from the caller's side, from 0.
    Lost {
        /// Which link.
        link: u8,
    },
    /// The TCP connection over which it was sent is given up, or one further on its way.
    GivenUp {
        /// The first link of that hop, counted from the caller's side, from 0.
        link: u8,
        /// When the sender learns it, if the hop is its own.
        at: Option<Time>,
    },
}

/// The links of a route, in the order in which a message crosses them in each direction.
#[derive(Clone, Debug)]
pub struct Path {
    to_callee: Vec<Link>,
    to_caller: Vec<Link>,
    /// Whether each node, from the caller's on, ends a TCP connection: all but routers.
    ends_connections: Vec<bool>,
}

/// What the TCP connections of one call carry: when the last message arrives that was sent over each.
#[derive(Clone, Debug, Default)]
pub struct Connections(Vec<Time>);

impl Connections {
    /// Forgets them, and keeps the memory.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// When a message arrives that would alone arrive at `at`: not before those that were sent before it.
    fn in_order(&mut self, connection: usize, at: Time) -> Time {
        if self.0.len() <= connection {
            self.0.resize(connection + 1, Time::ZERO);
        }
        self.0[connection] = self.0[connection].max(at);
        self.0[connection]
    }
}

impl Path {
    /// The longest route, in links.
    pub const MAX_LINKS: usize = 255;

    /// Makes `route` ready; `None` if it has more than [`Path::MAX_LINKS`] links.
    pub fn new(route: &Route) -> Option<Path> {
        let to_caller = route.to_caller.iter().rev().copied().collect();
        let ends_connections = route.nodes.iter().map(|node| node.kind != NodeKind::Router).collect();
        (route.to_callee.len() <= Path::MAX_LINKS).then(|| Path {
            to_callee: route.to_callee.clone(),
            to_caller,
            ends_connections,
        })
    }

    /// Carries a message that is sent now from one node of the route to another, counted from the caller's, from 0.
    ///
    /// `draw` gives the two uniform numbers of a link: the nth from the sending end in that direction.
    #[inline]
    pub fn carry(&self, now: Time, from: u8, to: u8, draw: impl Fn(u64) -> Pair) -> Fate {
        let (from, to) = (usize::from(from), usize::from(to));
        let all = self.to_callee.len();
        let (links, first, direction) = if from <= to {
            (&self.to_callee[from..to], from, Direction::ToCallee)
        } else {
            (&self.to_caller[all - from..all - to], all - from, Direction::ToCaller)
        };
        let lost = |nth| {
            let from_caller = match direction {
                Direction::ToCallee => nth,
                Direction::ToCaller => all - 1 - nth,
            };
            Fate::Lost { link: from_caller as u8 }
        };
        // One link is what most messages cross: for it there is no loop.
        if let [link] = links {
            return link.carry(now, draw(first as u64)).map_or_else(|| lost(first), Fate::Arrives);
        }
        let mut at = now;
        for (link, nth) in links.iter().zip(first..) {
            match link.carry(at, draw(nth as u64)) {
                Some(there) => at = there,
                None => return lost(nth),
            }
        }
        Fate::Arrives(at)
    }

    /// Whether any link of it carries SIP over TCP.
    pub fn has_tcp(&self) -> bool {
        self.to_callee.iter().chain(&self.to_caller).any(|link| link.transport != Transport::Udp)
    }

    /// Whether what is sent from this node of the route, counted from the caller's, goes over TCP in this direction.
    pub fn is_reliable_from(&self, node: u8, direction: Direction) -> bool {
        let (all, node) = (self.to_callee.len(), usize::from(node));
        let first = match direction {
            Direction::ToCallee => self.to_callee.get(node),
            Direction::ToCaller => all.checked_sub(node).and_then(|nth| self.to_caller.get(nth)),
        };
        first.is_some_and(|link| link.transport != Transport::Udp)
    }

    /// Carries a message as [`Path::carry`] does, hop by hop, over links of which some carry SIP over TCP.
    ///
    /// `draw` gives the two uniform numbers of a link for an attempt of TCP, from 0; `cut` says whether nothing gets
    /// through that its sender sends at an instant.
    pub fn carry_by_hops(
        &self,
        now: Time,
        [from, to]: [u8; 2],
        connections: &mut Connections,
        draw: impl Fn(u64, u64) -> Pair,
        cut: impl Fn(Time) -> bool,
    ) -> Fate {
        let (from, to) = (usize::from(from), usize::from(to));
        let all = self.to_callee.len();
        let (links, first, end, direction) = if from <= to {
            (&self.to_callee, from, to, Direction::ToCallee)
        } else {
            (&self.to_caller, all - from, all - to, Direction::ToCaller)
        };
        let from_caller = |nth: usize| match direction {
            Direction::ToCallee => nth as u8,
            Direction::ToCaller => (all - 1 - nth) as u8,
        };
        let (mut at, mut nth) = (now, first);
        while nth < end {
            let Transport::Tcp(limit) = links[nth].transport else {
                let [loss, delay] = draw(nth as u64, 0);
                // A fault of the sender's own hop loses a datagram before it gets here.
                if links[nth].loss.happens(loss) {
                    return Fate::Lost { link: from_caller(nth) };
                }
                at = at + links[nth].delay.sample(delay);
                nth += 1;
                continue;
            };
            let own = nth == first;
            let hop_end = (nth + 1..end).find(|&next| self.ends_connection(next, direction)).unwrap_or(end);
            let cut_here = |sent: Time| own && cut(sent);
            match tcp::carry(&links[nth..hop_end], nth, limit, at, &draw, cut_here) {
                Delivery::Arrives(alone) => {
                    let connection = nth * 2 + usize::from(direction == Direction::ToCaller);
                    at = connections.in_order(connection, alone);
                }
                Delivery::GivenUp(at) => return Fate::GivenUp { link: from_caller(nth), at: own.then_some(at) },
            }
            nth = hop_end;
        }
        Fate::Arrives(at)
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

    /// The probability that one message is lost on its way.
    pub fn loss(&self, direction: Direction) -> f64 {
        1.0 - self.links(direction).iter().map(|link| 1.0 - link.loss.get()).product::<f64>()
    }

    /// The mean one-way delay of a message that arrives, in seconds.
    pub fn mean_delay_s(&self, direction: Direction) -> f64 {
        self.links(direction).iter().map(|link| link.delay.mean().as_secs_f64()).sum()
    }

    /// The least and the greatest sum of delays there and back, if there is a greatest.
    pub fn round_trip_bounds(&self) -> Option<(Span, Span)> {
        let both_ways = self.to_callee.iter().chain(&self.to_caller);
        both_ways.map(|link| link.delay.bounds()).try_fold((Span::ZERO, Span::ZERO), |(least, most), bounds| {
            bounds.map(|(min, max)| (least + min, most + max))
        })
    }

    fn links(&self, direction: Direction) -> &[Link] {
        match direction {
            Direction::ToCallee => &self.to_callee,
            Direction::ToCaller => &self.to_caller,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Node;
    use super::*;
    use crate::random::{Law, Probability, Streams};

    fn path(links: &[(f64, u64)]) -> Path {
        let to_callee: Vec<Link> = links
            .iter()
            .map(|&(loss, millis)| Link::udp(Probability::new(loss).unwrap(), Law::Constant(Span::from_millis(millis))))
            .collect();
        let nodes = (0..=links.len()).map(|i| Node { id: i.to_string(), kind: NodeKind::Router }).collect();
        Path::new(&Route { nodes, to_caller: to_callee.clone(), to_callee }).unwrap()
    }

    #[test]
    fn delays_of_the_links_add_up_in_both_directions() {
        let path = path(&[(0.0, 10), (0.0, 20), (0.0, 30)]);
        for (from, to) in [(0, 3), (3, 0)] {
            let fate = path.carry(Time::from_nanos(5), from, to, |_| [0, 0]);
            assert_eq!(fate, Fate::Arrives(Time::from_nanos(60_000_005)));
        }
        let round_trip = Span::from_millis(120);
        assert_eq!(path.round_trip_bounds(), Some((round_trip, round_trip)));
    }

    #[test]
    fn a_lost_message_names_its_link_counted_from_the_caller() {
        let path = path(&[(0.0, 10), (0.0, 20), (1.0, 30)]);
        assert_eq!(path.carry(Time::ZERO, 0, 3, |_| [0, 0]), Fate::Lost { link: 2 });
        assert_eq!(path.carry(Time::ZERO, 3, 0, |_| [0, 0]), Fate::Lost { link: 2 });
    }

    #[test]
    fn a_message_between_two_nodes_crosses_the_links_between_them_alone() {
        let path = path(&[(0.0, 10), (0.0, 20), (1.0, 30)]);
        for (from, to, arrives_ms) in [(0, 2, 30), (1, 2, 20), (2, 1, 20), (2, 0, 30)] {
            let fate = path.carry(Time::ZERO, from, to, |_| [0, 0]);
            assert_eq!(fate, Fate::Arrives(Time::ZERO + Span::from_millis(arrives_ms)));
        }
        assert_eq!(path.carry(Time::ZERO, 3, 1, |_| [0, 0]), Fate::Lost { link: 2 });
    }

    #[test]
    fn a_link_has_the_same_chance_whichever_nodes_the_message_goes_between() {
        let path = path(&[(0.5, 10), (0.5, 20), (0.5, 30)]);
        let drawn = std::cell::RefCell::new(Vec::new());
        for (from, to) in [(0, 3), (1, 2), (3, 0), (2, 1)] {
            let _ = path.carry(Time::ZERO, from, to, |nth| {
                drawn.borrow_mut().push(nth);
                [u64::MAX, 0]
            });
        }
        assert_eq!(*drawn.borrow(), [0, 1, 2, 1, 0, 1, 2, 1]);
    }

    #[test]
    fn losses_of_the_links_are_independent() {
        let path = path(&[(0.1, 1), (0.2, 1)]);
        assert!((path.loss(Direction::ToCallee) - 0.28).abs() < 1e-12);
        let streams = Streams::new(1, 0);
        let n = 100_000u64;
        let lost = (0..n)
            .filter(|&i| {
                let fate = path.carry(Time::ZERO, 0, 2, |link| streams.pair(i, link));
                matches!(fate, Fate::Lost { .. })
            })
            .count() as f64;
        let error = (n as f64 * 0.28 * 0.72).sqrt();
        assert!((lost - 0.28 * n as f64).abs() < 4.0 * error);
    }
}
