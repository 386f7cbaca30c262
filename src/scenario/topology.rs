//! Topology files: node-link JSON as networkx writes it, read into a [`Drawing`].
//!
//! A drawing keeps the links as they were drawn, so that a scenario may change their loss and delay before a
//! [`Topology`] is made of them. The format is described in `docs/topology.md`.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use super::diagnostic::{Diagnostic, Diagnostics, Origin, Source, did_you_mean, listed, quoted};
use super::json_text;
use super::kind::{boolean, number};
use super::link::{LinkSettings, direction_keys, is_preset, link_keys};
use super::outage::{NodeOutage, node_outage};
use super::rate::check_queue;
use super::read::{Field, Fields};
use super::tree::{Tree, Value};
use crate::net::{Link, Node, NodeKind, Position, Survey, Topology};
use crate::random::{Distribution, Probability};
use crate::time::Span;

/// Keys of a topology file.
pub(super) const FILE_KEYS: [&str; 6] = ["directed", "multigraph", "graph", "nodes", "edges", "links"];

/// Keys of a node.
pub(super) const NODE_KEYS: [&str; 9] =
    ["id", "kind", "label", "latitude", "longitude", "approximate", "external", "hyperedge", "outage"];

/// Keys of an edge: between which nodes it is, and what is said of a link.
pub(super) static EDGE_KEYS: LazyLock<Vec<&str>> =
    LazyLock::new(|| [&["source", "target", "key"][..], &link_keys(), &["reverse", "label"]].concat());

/// A topology as drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawing {
    /// The nodes, in the order of the file.
    pub nodes: Vec<DrawnNode>,
    /// The links, in the order of the file.
    pub links: Vec<DrawnLink>,
}

/// A node as drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct DrawnNode {
    /// Its name.
    pub id: String,
    /// What it is.
    pub kind: NodeKind,
    /// Where on the earth it stands, if that is known.
    pub position: Option<Position>,
    /// Whether its position is only that of its neighbours' middle.
    pub approximate: bool,
    /// Whether it is a place of agents where a rule puts them on all nodes: neither another network nor a link of more
    /// than two ends.
    pub is_place: bool,
    /// When it is down.
    pub outage: Option<NodeOutage>,
}

/// A link as drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct DrawnLink {
    /// Index of the node it is drawn from.
    pub source: usize,
    /// Index of the node it is drawn to.
    pub target: usize,
    /// The direction from source to target.
    pub forward: Link,
    /// The direction from target to source; `None` in a directed graph.
    pub back: Option<Link>,
}

impl Drawing {
    /// The topology of this drawing, each direction of a link passed through `change` with the names of the two nodes
    /// that the link joins.
    pub fn topology(&self, change: impl Fn(&str, &str, Link) -> Link) -> Topology {
        let mut topology = Topology::new();
        // The reader has refused nodes of one name and links from a node to itself: nothing fails here.
        let ids: Vec<_> = self.nodes.iter().map(|node| topology.add_node(node.node()).ok()).collect();
        for (link, number) in self.links.iter().zip(0..) {
            let (Some(source), Some(target)) = (ids[link.source], ids[link.target]) else { continue };
            let [a, b] = [link.source, link.target].map(|index| self.nodes[index].id.as_str());
            let _ = topology.add_link(source, target, change(a, b, link.forward.clone().numbered(number, false)));
            if let Some(back) = &link.back {
                let _ = topology.add_link(target, source, change(a, b, back.clone().numbered(number, true)));
            }
        }
        topology
    }
}

impl Drawing {
    /// Of each node, how many links begin or end there.
    pub fn degrees(&self) -> Vec<usize> {
        Survey::degrees_of(&self.topology(|_, _, link| link))
    }
}

impl DrawnNode {
    fn node(&self) -> Node {
        Node { id: self.id.clone(), kind: self.kind }
    }
}

/// Reads a topology file.
///
/// # Errors
/// Everything that is wrong with it.
pub(super) fn parse(source: &Arc<Source>) -> Result<Drawing, Diagnostics> {
    read(&json_text::parse(source)?)
}

/// Reads the topology that `tree` writes.
///
/// # Errors
/// Everything that is wrong with it.
pub(super) fn read(tree: &Tree) -> Result<Drawing, Diagnostics> {
    let mut errors = Diagnostics::new();
    let fields = Fields::new("", tree, &FILE_KEYS, &mut errors);
    if tree.as_table().is_none() {
        return Err(errors);
    }
    let [directed, multigraph] = ["directed", "multigraph"].map(|key| is(&fields, key, &mut errors));
    let nodes = fields.require("nodes", "\"nodes\": [{\"id\": \"caller\", \"kind\": \"agents\"}]", &mut errors);
    let nodes = nodes.map(|field| read_nodes(&field, &mut errors)).unwrap_or_default();
    let edges = match (fields.get("edges"), fields.get("links")) {
        (Some(edges), Some(links)) => {
            let twice = Diagnostic::new("a topology has `edges` and `links`");
            let twice = twice.at(&links.value.origin, "").at(&edges.value.origin, "");
            errors.push(twice.note("networkx writes the one or the other; both mean the same"));
            None
        }
        (None, Some(links)) => Some(links),
        (edges, _) => edges,
    };
    let example = "\"edges\": [{\"source\": \"caller\", \"target\": \"callee\", \"delay\": \"50 ms\", \"loss\": 0.05}]";
    let edges = edges.or_else(|| fields.get("links").or_else(|| fields.require("edges", example, &mut errors)));
    let indices = nodes.iter().enumerate().map(|(index, (node, _))| (node.id.as_str(), index)).collect();
    let directed = directed.unwrap_or(false);
    let mut reader = LinkReader { nodes: &nodes, indices, directed, drawn: BTreeMap::new() };
    let links = edges.and_then(|field| list(&field, &mut errors)).unwrap_or_default();
    let mut drawn = Vec::with_capacity(links.len());
    for field in &links {
        if errors.is_full() {
            break;
        }
        drawn.extend(reader.read(field, multigraph != Some(false), &mut errors));
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    Ok(Drawing { nodes: nodes.into_iter().map(|(node, _)| node).collect(), links: drawn })
}

/// Whether this is so; `None` if what is written is no boolean.
fn is(fields: &Fields<'_>, key: &str, errors: &mut Diagnostics) -> Option<bool> {
    fields.get(key).map_or(Some(false), |field| boolean().read(&field, errors))
}

fn list<'a>(field: &Field<'a>, errors: &mut Diagnostics) -> Option<Vec<Field<'a>>> {
    let Value::List(list) = &field.value.value else {
        errors.push(field.refuse("not a list", "a list of objects"));
        return None;
    };
    let place = |(index, value)| Field { path: format!("{}[{index}]", field.path), value };
    Some(list.iter().enumerate().map(place).collect())
}

fn read_nodes(field: &Field<'_>, errors: &mut Diagnostics) -> Vec<(DrawnNode, Origin)> {
    let mut nodes: Vec<(DrawnNode, Origin)> = Vec::new();
    let mut seen: BTreeMap<String, Origin> = BTreeMap::new();
    for field in list(field, errors).unwrap_or_default() {
        let fields = Fields::new(&field.path, field.value, &NODE_KEYS, errors);
        if field.value.as_table().is_none() {
            continue;
        }
        let id = fields.require("id", "\"id\": \"caller\"", errors);
        let kind = fields.require("kind", "\"kind\": \"agents\"", errors);
        let kind = kind.and_then(|field| field.choice(&NodeKind::NAMES, errors)).unwrap_or(NodeKind::Router);
        let position = read_position(&fields, errors);
        let [approximate, external, hyperedge] =
            ["approximate", "external", "hyperedge"].map(|key| is(&fields, key, errors) == Some(true));
        let outage = fields.get("outage").and_then(|field| node_outage().read(&field, errors)).flatten();
        let Some((field, id)) = id.and_then(|field| Some((field.clone(), node_name(&field, errors)?))) else {
            continue;
        };
        let origin = field.value.origin.clone();
        if let Some(first) = seen.insert(id.clone(), origin.clone()) {
            let twice = Diagnostic::new(format!("there are two nodes {}", quoted(&id)));
            errors.push(twice.at(&origin, "the second").at(&first, "the first"));
            continue;
        }
        let is_place = !external && !hyperedge;
        nodes.push((DrawnNode { id, kind, position, approximate, is_place, outage }, origin));
    }
    nodes
}

/// Where a node stands: both numbers, or none.
fn read_position(fields: &Fields<'_>, errors: &mut Diagnostics) -> Option<Position> {
    let given = ["latitude", "longitude"].map(|key| fields.get(key));
    if let [Some(one), None] | [None, Some(one)] = &given {
        let missing = if one.path.ends_with("latitude") { "longitude" } else { "latitude" };
        let half = Diagnostic::new(format!("{} stands without `{missing}`", quoted(&one.path)));
        errors.push(half.at(&one.value.origin, "half a position"));
        return None;
    }
    let [latitude, longitude] = given;
    let latitude = latitude.and_then(|field| number(-90.0..=90.0).read(&field, errors));
    let longitude = longitude.and_then(|field| number(-360.0..=360.0).read(&field, errors));
    Position::new(latitude?, longitude?)
}

/// A node's name: a string, or an integer as networkx numbers nodes by default.
fn node_name(field: &Field<'_>, errors: &mut Diagnostics) -> Option<String> {
    match &field.value.value {
        Value::String(text) if !text.is_empty() => field.printable("a string", errors).map(str::to_owned),
        Value::Integer(_) => Some(field.value.origin.text().to_owned()),
        _ => {
            errors.push(field.refuse("not a name", "a string that is not empty, or an integer"));
            None
        }
    }
}

struct LinkReader<'a> {
    nodes: &'a [(DrawnNode, Origin)],
    indices: BTreeMap<&'a str, usize>,
    directed: bool,
    /// Where a link between two nodes was drawn first.
    drawn: BTreeMap<(usize, usize), Origin>,
}

impl LinkReader<'_> {
    fn read(&mut self, field: &Field<'_>, parallel: bool, errors: &mut Diagnostics) -> Option<DrawnLink> {
        let fields = Fields::new(&field.path, field.value, &EDGE_KEYS, errors);
        field.value.as_table()?;
        let [source, target] = ["source", "target"].map(|key| {
            let end = fields.require(key, &format!("\"{key}\": \"caller\""), errors)?;
            self.end(&end, errors)
        });
        let settings = LinkSettings::of_link(&fields, errors);
        let unknown_preset = fields.get("preset").is_some_and(|preset| !is_preset(&preset));
        if settings.leaves_delay_open() && fields.get("delay").is_none() && !unknown_preset {
            fields.require("delay", "\"delay\": \"50 ms\"", errors);
        }
        let (source, target) = (source?, target?);
        self.check_ends(field, [source, target], parallel, errors)?;
        let forward = settings.apply(Link::udp(Probability::NEVER, Distribution::Constant(Span::ZERO)));
        check_queue(&fields, forward.rate.is_some(), errors);
        let back = match fields.get("reverse") {
            Some(reverse) if self.directed => {
                let message = format!("{} has a reverse, but the graph is directed", quoted(&field.path));
                let wrong = Diagnostic::new(message).at(&reverse.value.origin, "not in a directed graph");
                errors.push(wrong.note("in a directed graph each direction is an edge of its own"));
                None
            }
            Some(reverse) => {
                let fields = Fields::new(&reverse.path, reverse.value, &direction_keys(), errors);
                let back = LinkSettings::of_direction(&fields, errors).apply(forward.clone());
                check_queue(&fields, back.rate.is_some(), errors);
                Some(back)
            }
            None => (!self.directed).then(|| forward.clone()),
        };
        Some(DrawnLink { source, target, forward, back })
    }

    fn end(&self, field: &Field<'_>, errors: &mut Diagnostics) -> Option<usize> {
        let name = node_name(field, errors)?;
        let found = self.indices.get(name.as_str()).copied();
        if found.is_none() {
            let names: Vec<&str> = self.nodes.iter().map(|(node, _)| node.id.as_str()).collect();
            let message = format!("{} is {}, which is not a node", quoted(&field.path), quoted(&name));
            let wrong = Diagnostic::new(message).at(&field.value.origin, "no such node");
            errors.push(wrong.note(format!("the nodes are {}", listed(&names))).help(did_you_mean(&name, names)));
        }
        found
    }

    fn check_ends(
        &mut self,
        field: &Field<'_>,
        [source, target]: [usize; 2],
        parallel: bool,
        errors: &mut Diagnostics,
    ) -> Option<()> {
        let [a, b] = [source, target].map(|index| quoted(&self.nodes[index].0.id));
        if source == target {
            errors.push(Diagnostic::new(format!("a link joins {a} to itself")).at(&field.value.origin, ""));
            return None;
        }
        let pair = if self.directed { (source, target) } else { (source.min(target), source.max(target)) };
        let first = self.drawn.insert(pair, field.value.origin.clone());
        if let Some(first) = first.filter(|_| !parallel) {
            let twice = Diagnostic::new(format!("there are two links between {a} and {b}"));
            let twice = twice.at(&field.value.origin, "the second").at(&first, "the first");
            errors.push(twice.note("only a graph with `\"multigraph\": true` has parallel links"));
            return None;
        }
        Some(())
    }
}
