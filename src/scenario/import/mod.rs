//! Topologies of other tools: GraphML, as the Internet Topology Zoo has it, and node-link JSON with attributes of its own.
//!
//! What was written becomes a node-link file in our form, in which every value knows where it stood, and that is read as
//! any other ([`super::topology`]): so a mistake is named in the file that has it. On the way nodes without a position
//! get that of their neighbours' middle, and edges without a delay that of light in fibre between their ends. What was
//! made up or left out is counted, and said by [`Import`].

mod edges;
mod graphml;
mod nodes;
mod write;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::diagnostic::{Diagnostics, Origin, Source, nearest};
use super::json_text;
use super::topology::{self, Drawing};
use super::tree::{Entry, Table, Tree, Value};
use crate::time::Span;
use edges::Edges;
use nodes::Nodes;

/// What a reader makes of what a file leaves open.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ImportOptions {
    /// How much longer a fibre is than the great circle between its ends; at least 1.
    pub detour: f64,
    /// The delay of an edge that has none, where positions do not tell it.
    pub default_delay: Span,
    /// Whether only the largest component is kept.
    pub largest_component: bool,
}

impl Default for ImportOptions {
    fn default() -> ImportOptions {
        ImportOptions { detour: 1.0, default_delay: Span::from_millis(1), largest_component: false }
    }
}

/// How a file was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// GraphML.
    GraphMl,
    /// Node-link JSON.
    NodeLink,
}

impl Format {
    /// Its name in messages.
    pub const fn name(self) -> &'static str {
        match self {
            Format::GraphMl => "GraphML",
            Format::NodeLink => "node-link JSON",
        }
    }
}

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

/// Where delays come from, in edges.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Delays {
    /// From the file.
    pub given: usize,
    /// From the positions of the ends.
    pub from_positions: usize,
    /// The default.
    pub default: usize,
}

/// An attribute that was not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ignored {
    /// `file`, `node` or `edge`.
    pub of: &'static str,
    /// Its name.
    pub name: String,
    /// How many have it.
    pub count: usize,
    /// The attribute that it may have been meant to be.
    pub meant: Option<&'static str>,
}

/// What is gathered while a file is read.
#[derive(Default)]
struct Remarks {
    said: Vec<String>,
    undeclared: BTreeMap<String, usize>,
    ignored: BTreeMap<(&'static str, String), usize>,
}

impl Remarks {
    fn say(&mut self, sentence: String) {
        self.said.push(sentence);
    }

    /// Data whose key no `key` declares.
    fn undeclared(&mut self, key: &str) {
        *self.undeclared.entry(key.to_owned()).or_default() += 1;
    }

    fn ignore(&mut self, of: &'static str, name: &str) {
        *self.ignored.entry((of, name.to_owned())).or_default() += 1;
    }
}

/// Reads a topology file of any tool.
///
/// # Errors
/// Everything that is wrong with it.
pub fn read(source: &Arc<Source>, options: &ImportOptions) -> Result<Import, Diagnostics> {
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
pub fn is_xml(source: &Source) -> bool {
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

/// A text on one line, without characters that steer a terminal.
fn one_line(text: &str) -> String {
    let steers = |c: char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let plain: String = text.chars().map(|c| if steers(c) { ' ' } else { c }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
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

/// Of each node, those that an edge joins it to, whichever way it leads.
fn neighbours(nodes: usize, pairs: &[[usize; 2]]) -> Vec<Vec<usize>> {
    let mut near = vec![Vec::new(); nodes];
    for &[a, b] in pairs {
        near[a].push(b);
        near[b].push(a);
    }
    near
}

/// An entry that nobody wrote, in the place of what it belongs to.
fn made(key: &str, origin: &Origin, value: Value) -> Entry {
    let value = Tree { origin: origin.clone(), value };
    Entry { key: key.to_owned(), key_origin: origin.clone(), value }
}

/// Whether a value says yes, as tools write it.
fn is_true(tree: &Tree) -> bool {
    truth(tree) == Some(true)
}

/// Yes or no, as tools write them.
fn truth(tree: &Tree) -> Option<bool> {
    match &tree.value {
        Value::Bool(truth) => Some(*truth),
        Value::Integer(number) => Some(*number != 0),
        Value::Number(number) => Some(*number != 0.0),
        Value::String(text) => match text.trim().to_lowercase().as_str() {
            "true" | "1" | "yes" => Some(true),
            "false" | "0" | "no" => Some(false),
            _ => None,
        },
        Value::Null | Value::Date | Value::List(_) | Value::Table(_) => None,
    }
}

/// The name that a node's `id`, or an end of an edge, is.
fn id_text(tree: &Tree) -> Option<String> {
    match &tree.value {
        Value::String(text) => Some(text.clone()),
        Value::Integer(_) => Some(tree.origin.text().to_owned()),
        _ => None,
    }
}

/// The entries of `table` that are `known`; the others are ignored, and counted unless they say nothing.
fn known_entries(table: &Table, of: &'static str, known: &[&str], remarks: &mut Remarks) -> Vec<Entry> {
    let mut kept = Vec::with_capacity(table.entries.len());
    for entry in &table.entries {
        if known.contains(&entry.key.as_str()) {
            if !matches!(entry.value.value, Value::Null) {
                kept.push(entry.clone());
            }
        } else {
            remarks.ignore(of, &entry.key);
        }
    }
    kept
}
