//! What a topology is like as a whole: its components, its degrees, how far it is across.

use std::collections::BTreeMap;

use petgraph::unionfind::UnionFind;
use petgraph::visit::EdgeRef;

use super::topology::Topology;
use crate::time::Span;

/// Figures of a topology as a whole. Nodes are counted in the order in which they were added, from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Survey {
    /// Nodes that hang together, whichever way the links between them lead: the largest component first, among equals
    /// that with the earlier first node; the nodes of each in order.
    pub components: Vec<Vec<usize>>,
    /// Of each node, how many links begin or end there; the two directions of a link count once, parallel links singly.
    pub degrees: Vec<usize>,
    /// The most links on a way that has the fewest possible, over all pairs of nodes that any way joins.
    pub widest_in_links: Option<Widest<u32>>,
    /// The longest mean delay of a way that has the least possible, over all pairs of nodes that any way joins.
    pub widest_in_delay: Option<Widest<Span>>,
}

/// The two nodes that are farthest from each other, and how far; among equals the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Widest<T> {
    /// Where the way begins.
    pub from: usize,
    /// Where it ends.
    pub to: usize,
    /// How far that is.
    pub far: T,
}

impl<T: Copy + Ord> Widest<T> {
    /// The farther of the two; this one among equals.
    fn or_farther(found: Option<Widest<T>>, [from, to]: [usize; 2], far: T) -> Option<Widest<T>> {
        match found {
            Some(widest) if widest.far >= far => Some(widest),
            _ => Some(Widest { from, to, far }),
        }
    }
}

impl Survey {
    /// The most nodes between which all ways are looked at: their number grows with the square.
    pub const MOST_ACROSS: usize = 2_000;

    /// The [components](Survey::components) of `topology`.
    pub fn components_of(topology: &Topology) -> Vec<Vec<usize>> {
        let graph = &topology.graph;
        let mut together = UnionFind::new(graph.node_count());
        graph.edge_references().for_each(|edge| {
            together.union(edge.source().index(), edge.target().index());
        });
        let mut by_root: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        (0..graph.node_count()).for_each(|node| by_root.entry(together.find(node)).or_default().push(node));
        let mut components: Vec<Vec<usize>> = by_root.into_values().collect();
        components.sort_by_key(|nodes| (std::cmp::Reverse(nodes.len()), nodes.first().copied()));
        components
    }

    /// The [degrees](Survey::degrees) of the nodes of `topology`.
    pub fn degrees_of(topology: &Topology) -> Vec<usize> {
        // Of each pair of nodes, the links that lead one way and those that lead the other.
        let mut joined: BTreeMap<[usize; 2], [usize; 2]> = BTreeMap::new();
        for edge in topology.graph.edge_references() {
            let [from, to] = [edge.source().index(), edge.target().index()];
            joined.entry([from.min(to), from.max(to)]).or_default()[usize::from(from > to)] += 1;
        }
        let mut degrees = vec![0; topology.graph.node_count()];
        for (ends, directions) in joined {
            ends.into_iter().for_each(|end| degrees[end] += directions.into_iter().max().unwrap_or(0));
        }
        degrees
    }

    /// Surveys `topology`. Where it has more than [`Survey::MOST_ACROSS`] nodes, how far it is across stays open.
    pub fn of(topology: &Topology) -> Survey {
        let graph = &topology.graph;
        let (components, degrees) = (Survey::components_of(topology), Survey::degrees_of(topology));
        let (mut widest_in_links, mut widest_in_delay) = (None, None);
        if graph.node_count() <= Survey::MOST_ACROSS {
            for from in graph.node_indices() {
                let links = topology.shortest(from, |_| 1u32);
                let delays = topology.shortest(from, |link| link.delay.mean());
                for (to, (links, delay)) in links.into_iter().zip(delays).enumerate() {
                    let (Some(links), Some(delay)) = (links, delay) else { continue };
                    if to != from.index() {
                        widest_in_links = Widest::or_farther(widest_in_links, [from.index(), to], links.cost);
                        widest_in_delay = Widest::or_farther(widest_in_delay, [from.index(), to], delay.cost);
                    }
                }
            }
        }
        Survey { components, degrees, widest_in_links, widest_in_delay }
    }

    /// The nodes, those of the largest degree first, among equals in their order.
    pub fn by_degree(&self) -> Vec<usize> {
        let mut nodes: Vec<usize> = (0..self.degrees.len()).collect();
        nodes.sort_by_key(|&node| std::cmp::Reverse(self.degrees[node]));
        nodes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::{Link, Node, NodeKind};
    use crate::random::{Distribution, Probability};

    /// Nodes 0 to `nodes - 1` with these directions of links between them, each with its delay in ms.
    fn survey(nodes: usize, directions: &[(usize, usize, u64)]) -> Survey {
        let mut topology = Topology::new();
        let ids: Vec<_> = (0..nodes)
            .map(|node| topology.add_node(Node { id: node.to_string(), kind: NodeKind::Router }).unwrap())
            .collect();
        for &(from, to, millis) in directions {
            let link = Link::udp(Probability::NEVER, Distribution::Constant(Span::from_millis(millis)));
            topology.add_link(ids[from], ids[to], link).unwrap();
        }
        Survey::of(&topology)
    }

    fn both_ways(links: &[(usize, usize, u64)]) -> Vec<(usize, usize, u64)> {
        links.iter().flat_map(|&(a, b, millis)| [(a, b, millis), (b, a, millis)]).collect()
    }

    #[test]
    fn components_come_by_size_and_hang_together_whichever_way_links_lead() {
        let found = survey(6, &[(0, 5, 1), (1, 2, 1), (3, 2, 1)]);
        assert_eq!(found.components, [vec![1, 2, 3], vec![0, 5], vec![4]]);
    }

    #[test]
    fn the_farthest_by_links_need_not_be_the_farthest_by_delay() {
        // A chain of short links, and one long link at its beginning.
        let found = survey(5, &both_ways(&[(0, 1, 1), (1, 2, 1), (2, 3, 1), (1, 4, 50)]));
        assert_eq!(found.widest_in_links, Some(Widest { from: 0, to: 3, far: 3 }));
        assert_eq!(found.widest_in_delay, Some(Widest { from: 3, to: 4, far: Span::from_millis(52) }));
    }

    #[test]
    fn a_link_counts_once_for_both_directions_and_parallel_ones_singly() {
        let found = survey(4, &[&both_ways(&[(0, 1, 1), (0, 1, 2), (1, 2, 1)])[..], &[(3, 2, 1)]].concat());
        assert_eq!(found.degrees, [2, 3, 2, 1]);
        assert_eq!(found.by_degree(), [1, 0, 2, 3]);
    }

    #[test]
    fn nothing_lies_across_from_a_node_alone() {
        let found = survey(1, &[]);
        assert_eq!((found.widest_in_links, found.widest_in_delay), (None, None));
        assert_eq!(survey(0, &[]).components, Vec::<Vec<usize>>::new());
    }
}
