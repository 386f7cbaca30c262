//! The ways that calls take through a topology, where they do not all take the same.
//!
//! Which way a call takes is its first decision: one random number picks the caller's node, another the callee's among
//! the nodes that calls from there go to. So a change of where callees are moves no caller.

use std::collections::BTreeMap;

use super::chain::{Chain, is_reliable};
use super::chance::Decision;
use super::element::Element;
use super::fault::Fault;
use super::parts::{Between, Crash, Part};
use crate::net::Path;
use crate::random::{Streams, unit};
use crate::sip::Side;

/// One of several ways.
#[derive(Clone, Debug)]
pub struct Way {
    /// The way between caller and callee.
    pub path: Path,
    /// What stands on it and takes part, in order from the caller.
    pub between: Vec<Between>,
    /// Of the crashes, those of what stands on it; `which` counts in `between`.
    pub crashes: Vec<Crash>,
    /// The faults, each with the elements of this way that it concerns.
    pub faults: Vec<Fault>,
    /// By the numbers of the elements between the ends, less two: what each is called by in the study, where elements
    /// are told apart over all ways. The two ends are 0 and 1 there too.
    pub numbers: Vec<u32>,
    chain: Chain,
    /// Which ways have machines alike.
    layout: usize,
}

impl Way {
    /// A way with nothing on it that crashes, and without faults.
    pub fn new(path: Path, between: Vec<Between>) -> Way {
        let chain = Chain::new(&between, path.len());
        Way { path, between, crashes: Vec::new(), faults: Vec::new(), numbers: Vec::new(), chain, layout: 0 }
    }

    /// The same way with these crashes, faults and numbers.
    pub fn with(self, crashes: Vec<Crash>, faults: Vec<Fault>, numbers: Vec<u32>) -> Way {
        Way { crashes, faults, numbers, ..self }
    }

    /// Its elements.
    pub fn chain(&self) -> &Chain {
        &self.chain
    }

    /// Which ways have machines alike, counted from 0.
    pub(super) fn layout(&self) -> usize {
        self.layout
    }

    /// Of each element, whether what it sends to either side goes over TCP.
    fn reliable(&self) -> Vec<[bool; 2]> {
        let over = |element: Element, side| is_reliable(&self.path, self.chain.node(element), side);
        let elements = 2 + self.between.iter().map(|between| between.part.elements()).sum::<usize>();
        let elements = (0..elements as u8).map(Element::numbered);
        elements.map(|element| [Side::Caller, Side::Callee].map(|side| over(element, side))).collect()
    }
}

/// All ways, and how often each is taken.
#[derive(Clone, Debug)]
pub struct Ways {
    ways: Vec<Way>,
    /// Of each caller's node, in the order of the ways: the sum of its weight and all before, its first way, and of
    /// each of its ways the sum of the callee's weight and all before.
    callers: Vec<(f64, usize, Vec<f64>)>,
    layouts: usize,
}

impl Ways {
    /// The most ways of a setup.
    pub const MOST: usize = 1 << 16;

    /// Ways by the caller's node: the weight of the node, and its ways, each with the callee's weight. Weights are
    /// above 0; there is a node, and each has a way.
    pub fn new(callers: Vec<(f64, Vec<(f64, Way)>)>) -> Ways {
        let mut ways: Vec<Way> = Vec::new();
        let mut weights = Vec::with_capacity(callers.len());
        let mut sum = 0.0;
        for (weight, callees) in callers {
            sum += weight;
            let first = ways.len();
            let mut upto = 0.0;
            let sums = callees.into_iter().map(|(weight, way)| {
                upto += weight;
                ways.push(way);
                upto
            });
            weights.push((sum, first, sums.collect()));
        }
        let layouts = find_layouts(&mut ways);
        Ways { ways, callers: weights, layouts }
    }

    /// All of them.
    pub fn all(&self) -> &[Way] {
        &self.ways
    }

    /// How many sets of machines they need.
    pub(super) fn layouts(&self) -> usize {
        self.layouts
    }

    /// The way of call `call` under these streams.
    pub(super) fn taken_by(&self, call: u32, streams: Streams) -> usize {
        self.pick(streams.pair(call.into(), Decision::Way.address()))
    }

    /// The way of the call that drew these two numbers.
    fn pick(&self, [caller, callee]: [u64; 2]) -> usize {
        let all = self.callers.last().map_or(0.0, |caller| caller.0);
        let place = |sums: &mut dyn Iterator<Item = f64>, below: f64| sums.take_while(|sum| *sum <= below).count();
        let nth = self.callers.partition_point(|caller_node| caller_node.0 <= unit(caller) * all);
        let (_, first, callees) = &self.callers[nth.min(self.callers.len() - 1)];
        let below = unit(callee) * callees.last().copied().unwrap_or(0.0);
        let nth = place(&mut callees.iter().copied(), below);
        first + nth.min(callees.len() - 1)
    }
}

/// Counts ways whose machines are alike in all but the call: the same parts in the same order, each over the same
/// transports.
fn find_layouts(ways: &mut [Way]) -> usize {
    let mut parts: Vec<Part> = Vec::new();
    let mut seen: BTreeMap<(Vec<usize>, Vec<[bool; 2]>), usize> = BTreeMap::new();
    for way in ways {
        let mut number = |part: &Part| {
            parts.iter().position(|known| known == part).unwrap_or_else(|| {
                parts.push(part.clone());
                parts.len() - 1
            })
        };
        let key = (way.between.iter().map(|between| number(&between.part)).collect(), way.reliable());
        let next = seen.len();
        way.layout = *seen.entry(key).or_insert(next);
    }
    seen.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::{Link, Node, NodeKind, Route};
    use crate::random::{Distribution, Probability};
    use crate::sip::ProxyProfile;
    use crate::time::Span;

    fn way(links: usize, proxies: u8) -> Way {
        let link = Link::udp(Probability::NEVER, Distribution::Constant(Span::from_millis(1)));
        let nodes = (0..=links).map(|node| Node { id: node.to_string(), kind: NodeKind::Router }).collect();
        let route = Route { nodes, to_callee: vec![link.clone(); links], to_caller: vec![link; links] };
        let proxy = |node| Between { node, part: Part::Proxy(ProxyProfile::STATEFUL) };
        Way::new(Path::new(&route).unwrap(), (0..proxies).map(proxy).collect())
    }

    #[test]
    fn each_way_is_taken_as_often_as_its_weights_say() {
        let callers = vec![
            (3.0, vec![(1.0, way(1, 0)), (1.0, way(2, 0))]),
            (1.0, vec![(1.0, way(3, 0)), (3.0, way(4, 0)), (4.0, way(5, 0))]),
        ];
        let ways = Ways::new(callers);
        let expected = [0.375, 0.375, 0.03125, 0.09375, 0.125];
        let streams = Streams::new(5, 0);
        let calls = 200_000u64;
        let mut taken = [0u64; 5];
        (0..calls).for_each(|call| taken[ways.pick(streams.pair(call, 6))] += 1);
        for (count, share) in taken.into_iter().zip(expected) {
            let error = (calls as f64 * share * (1.0 - share)).sqrt();
            assert!((count as f64 - calls as f64 * share).abs() < 4.0 * error, "{taken:?}");
        }
        assert_eq!(ways.pick([0, 0]), 0);
        assert_eq!(ways.pick([u64::MAX, u64::MAX]), 4);
    }

    #[test]
    fn ways_with_the_same_parts_in_the_same_order_share_machines() {
        let ways = Ways::new(vec![(1.0, vec![(1.0, way(1, 0)), (1.0, way(2, 1)), (1.0, way(7, 1)), (1.0, way(9, 0))])]);
        let layouts: Vec<usize> = ways.all().iter().map(Way::layout).collect();
        assert_eq!((layouts, ways.layouts()), (vec![0, 1, 1, 0], 2));
    }
}
