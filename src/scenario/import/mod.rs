//! Topologies of other tools: GraphML, as the Internet Topology Zoo has it, and node-link JSON with attributes of its
//! own.
//!
//! What was written becomes a node-link file in our form, in which every value knows where it stood, and that is read
//! as any other ([`super::topology`]): so a mistake is named in the file that has it. On the way nodes without a
//! position get that of their neighbours' middle, and edges without a delay that of light in fibre between their ends.
//! What was made up or left out is counted, and said by [`Import`].

mod common;
mod edges;
mod graphml;
mod nodes;
mod write;

use std::sync::Arc;

use super::diagnostic::{Diagnostics, Source, nearest};
use super::json_text;
use super::topology::{self, Drawing};
use super::tree::{Entry, Tree, Value};
use common::{Remarks, is_true, made, neighbours, one_line};
use edges::Edges;
use nodes::Nodes;

pub use common::{Delays, Format, Ignored, ImportOptions};

/// A topology that was read, with what it took.
#[derive(Clone, Debug)]
pub struct Import {
    /// The topology.
    pub drawing: Drawing,
    /// How it was written.
    pub format: Format,
    /// What the file calls it; may be empty.
    pub title: String,
    /// Whether each edge is one direction of a link.
    pub directed: bool,
    /// How many edges have a delay that the file gives, that their ends' positions tell, and that is the default.
    pub delays: Delays,
    /// Edges from a node to itself, which were left out, by the names of the nodes.
    pub self_loops: Vec<String>,
    /// Attributes that were not read, in the order of their names.
    pub ignored: Vec<Ignored>,
    /// What else there is to say, in sentences.
    pub remarks: Vec<String>,
    /// The same topology as a node-link file in our form.
    pub json: String,
}

/// Reads a topology file of any tool.
///
/// # Errors
/// Everything that is wrong with it.
pub(super) fn read(source: &Arc<Source>, options: &ImportOptions) -> Result<Import, Diagnostics> {
    let mut remarks = Remarks::default();
    let (format, tree) = match is_xml(source) {
        true => (Format::GraphMl, graphml::parse(source, &mut remarks)?),
        false => (Format::NodeLink, json_text::parse_with_nan(source)?),
    };
    let mut errors = Diagnostics::new();
    let adopted = adopt(tree, format, options, &mut remarks, &mut errors);
    if !errors.is_empty() {
        return Err(errors);
    }
    let Adopted { tree, delays, self_loops } = adopted;
    let drawing = topology::read(&tree)?;
    if !remarks.undeclared.is_empty() {
        let names: Vec<&str> = remarks.undeclared.keys().map(String::as_str).collect();
        let listed = super::diagnostic::listed(names);
        remarks.say(format!("attributes without a declaration, by their keys: {listed}"));
    }
    let ignored = remarks.ignored.into_iter().map(|((of, name), count)| {
        let known: &[&str] = match of {
            "node" => &topology::NODE_KEYS,
            "edge" => &topology::EDGE_KEYS,
            _ => &topology::FILE_KEYS,
        };
        let meant = nearest(&name, known.iter().copied());
        Ignored { of, name: one_line(&name), count, meant }
    });
    let truth = |key: &str| tree.as_table().and_then(|root| root.get(key)).is_some_and(|entry| is_true(&entry.value));
    Ok(Import {
        format,
        title: title(&tree),
        directed: truth("directed"),
        delays,
        self_loops,
        ignored: ignored.collect(),
        remarks: remarks.said,
        json: write::json_text(&tree),
        drawing,
    })
}

/// Whether a text is XML and not JSON: by its first letter.
pub(super) fn is_xml(source: &Source) -> bool {
    source.text.trim_start_matches('\u{feff}').trim_start().starts_with('<')
}

/// What the file calls the graph.
fn title(tree: &Tree) -> String {
    let about = tree.as_table().and_then(|root| root.get("graph")).and_then(|entry| entry.value.as_table());
    let named = |key: &str| match &about?.get(key)?.value.value {
        Value::String(text) => Some(one_line(text)),
        _ => None,
    };
    ["label", "Network", "name", "title"].into_iter().find_map(named).unwrap_or_default()
}

/// A file in our form, and what it took.
struct Adopted {
    tree: Tree,
    delays: Delays,
    self_loops: Vec<String>,
}

/// Brings a node-link tree of any tool into our form. What is not as it must be is left as it is, and the reader of our
/// form says so.
fn adopt(
    tree: Tree,
    format: Format,
    options: &ImportOptions,
    remarks: &mut Remarks,
    errors: &mut Diagnostics,
) -> Adopted {
    let as_it_is = |tree| Adopted { tree, delays: Delays::default(), self_loops: Vec::new() };
    let Value::Table(mut root) = tree.value else { return as_it_is(tree) };
    if root.get("edges").is_none()
        && let Some(links) = root.entries.iter_mut().find(|entry| entry.key == "links")
    {
        links.key = "edges".to_owned();
    }
    let lists = ["nodes", "edges"].map(|key| root.get(key).map(|entry| &entry.value.value));
    if !matches!(lists, [Some(Value::List(_)), Some(Value::List(_))]) || root.get("links").is_some() {
        return as_it_is(Tree { value: Value::Table(root), ..tree });
    }
    let mut take = |key: &str| match root.remove(key) {
        Some(Entry { key_origin, value: Tree { origin, value: Value::List(list) }, .. }) => (key_origin, origin, list),
        _ => (tree.origin.clone(), tree.origin.clone(), Vec::new()),
    };
    let (nodes_key, nodes_origin, nodes) = take("nodes");
    let (edges_key, edges_origin, edges) = take("edges");
    root.entries.retain(|entry| {
        let known = topology::FILE_KEYS.contains(&entry.key.as_str());
        if !known {
            remarks.ignore("file", &entry.key);
        }
        known
    });
    let directed = root.get("directed").is_some_and(|entry| is_true(&entry.value));
    let mut nodes = Nodes::read(nodes, format, remarks, errors);
    let mut edges = Edges::read(edges, &nodes, remarks);
    nodes.fill_positions(&edges.pairs());
    if options.largest_component {
        let kept = largest_component(nodes.len(), &edges.pairs());
        let left_out = kept.iter().filter(|kept| !**kept).count();
        edges.keep(&kept);
        nodes.keep(&kept);
        if left_out > 0 {
            remarks.say(format!("nodes outside the largest component, which were left out: {left_out}"));
        }
    }
    let delays = edges.fill_delays(&nodes, options);
    if edges.are_parallel(directed) {
        if let Some(said) = root.get("multigraph").filter(|entry| !is_true(&entry.value)).map(|entry| &entry.key) {
            remarks.say(format!("there are parallel edges, although the file says `{said}` false"));
        }
        root.remove("multigraph");
        root.entries.push(made("multigraph", &edges_origin, Value::Bool(true)));
    } else if root.get("multigraph").is_none() {
        // Said, because networkx takes a file that does not say so for a multigraph.
        root.entries.push(made("multigraph", &edges_origin, Value::Bool(false)));
    }
    let self_loops = edges.self_loops(&nodes);
    let names = nodes.names();
    let edges = edges.into_trees(&names);
    let nodes = nodes.into_trees(names, remarks);
    // The order in which networkx writes them.
    const ORDER: [&str; 3] = ["directed", "multigraph", "graph"];
    root.entries.sort_by_key(|entry| ORDER.iter().position(|key| *key == entry.key));
    let list = |key: &str, key_origin, origin, list| Entry {
        key: key.to_owned(),
        key_origin,
        value: Tree { origin, value: Value::List(list) },
    };
    root.entries.push(list("nodes", nodes_key, nodes_origin, nodes));
    root.entries.push(list("edges", edges_key, edges_origin, edges));
    Adopted { tree: Tree { value: Value::Table(root), ..tree }, delays, self_loops }
}

/// Of each node, whether it belongs to the largest component; among equals, to that of the earliest node.
fn largest_component(nodes: usize, pairs: &[[usize; 2]]) -> Vec<bool> {
    let near = neighbours(nodes, pairs);
    let mut component: Vec<Option<usize>> = vec![None; nodes];
    let mut largest = (0, 0);
    for first in 0..nodes {
        if component[first].is_some() {
            continue;
        }
        component[first] = Some(first);
        let mut found = vec![first];
        let mut next = 0;
        while let Some(&node) = found.get(next) {
            next += 1;
            for &other in &near[node] {
                if component[other].is_none() {
                    component[other] = Some(first);
                    found.push(other);
                }
            }
        }
        if found.len() > largest.1 {
            largest = (first, found.len());
        }
    }
    component.into_iter().map(|of| of == Some(largest.0)).collect()
}
