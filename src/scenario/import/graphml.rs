//! GraphML text (graphml.graphdrawing.org) to the [`Tree`] of a node-link file, each value with its place in the XML.
//!
//! Read: `key` with its `default`, `graph`, `node`, `edge`, `hyperedge`, `data`; graphs inside nodes as part of the one
//! around them. Not read: ports, and what lies in `data` in elements of other tools.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use roxmltree::{Document, Node, ParsingOptions};

use super::super::diagnostic::{Diagnostic, Diagnostics, Origin, Source, did_you_mean, listed, quoted};
use super::super::tree::{Entry, Table, Tree, Value};
use super::common::Remarks;

/// What stands in a `graph`.
const IN_GRAPH: [&str; 7] = ["node", "edge", "hyperedge", "data", "desc", "locator", "port"];

/// Reads a whole text; `remarks` take what was not as GraphML has it and could be read all the same.
///
/// # Errors
/// If it is not XML or not GraphML.
pub(super) fn parse(source: &Arc<Source>, remarks: &mut Remarks) -> Result<Tree, Diagnostics> {
    let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
    let document = Document::parse_with_options(&source.text, options).map_err(|error| {
        let place = offset(&source.text, error.pos());
        let what = error.to_string();
        let what = what.strip_suffix(&format!(" at {}", error.pos())).unwrap_or(&what).to_owned();
        Diagnostics::from(Diagnostic::new("this is not XML").at(&Origin::new(source, place..place + 1), what))
    })?;
    let reader = Reader { source, keys: BTreeMap::new(), remarks, errors: Diagnostics::new() };
    reader.read(document.root_element())
}

/// The byte at which a line and column of XML begin.
fn offset(text: &str, place: roxmltree::TextPos) -> usize {
    let (row, column) = (place.row.max(1) as usize - 1, place.col.max(1) as usize - 1);
    let line = text.split_inclusive('\n').take(row).map(str::len).sum::<usize>();
    let rest = text.get(line..).unwrap_or_default();
    line + rest.char_indices().nth(column).map_or(rest.len(), |(at, _)| at)
}

/// A declared attribute.
struct Key {
    /// `node`, `edge`, `graph` or `all`.
    of: String,
    name: String,
    form: Option<String>,
    default: Option<(String, Range<usize>)>,
}

struct Reader<'a> {
    source: &'a Arc<Source>,
    /// By their ids; one id may be declared for nodes and for edges.
    keys: BTreeMap<String, Vec<Key>>,
    remarks: &'a mut Remarks,
    errors: Diagnostics,
}

impl Reader<'_> {
    fn read(mut self, root: Node<'_, '_>) -> Result<Tree, Diagnostics> {
        let name = root.tag_name().name();
        if name != "graphml" {
            let wrong = Diagnostic::new(format!("this is not GraphML: it begins with {}", quoted(name)));
            let wrong = wrong.at(&self.place(root.range()), "not `graphml`");
            return Err(wrong.note("allowed: `graphml`").help(did_you_mean(name, ["graphml"])).into());
        }
        root.children().filter(|node| is(*node, "key")).for_each(|key| self.declare(key));
        let mut graphs = root.children().filter(|node| is(*node, "graph"));
        let Some(graph) = graphs.next() else {
            let wrong = Diagnostic::new("this GraphML has no graph").at(&self.place(root.range()), "no `graph` in it");
            return Err(wrong.help("for example `<graph edgedefault=\"undirected\">`".to_owned()).into());
        };
        match graphs.count() {
            0 => {}
            more => self.remarks.say(format!("the file has {} graphs: the first is read", more + 1)),
        }
        let all: Vec<Node<'_, '_>> = graph.descendants().filter(Node::is_element).collect();
        for node in all.iter().filter(|node| node.parent().is_some_and(|parent| is(parent, "graph"))) {
            let (name, space) = (node.tag_name().name(), node.tag_name().namespace());
            if !IN_GRAPH.contains(&name) && space == root.tag_name().namespace() {
                let wrong = Diagnostic::new(format!("a graph has no element {}", quoted(name)));
                let wrong = wrong.at(&self.place(node.range()), "no such element");
                self.errors
                    .push(wrong.note(format!("allowed: {}", listed(IN_GRAPH))).help(did_you_mean(name, IN_GRAPH)));
            }
        }
        let edges: Vec<_> = all.iter().copied().filter(|node| is(*node, "edge")).collect();
        let directions: Vec<Option<bool>> = edges.iter().map(|edge| self.is_directed(*edge)).collect();
        let directed = directions.contains(&Some(true));
        if directed && directions.contains(&Some(false)) {
            self.remarks
                .say("some edges are directed and some not: the others are read as one edge each way".to_owned());
        }
        let mut nodes: Vec<Tree> =
            all.iter().filter(|node| is(**node, "node")).filter_map(|node| self.node(*node)).collect();
        let mut links: Vec<Tree> = Vec::new();
        for (edge, own) in edges.into_iter().zip(directions) {
            let Some(table) = self.edge(edge) else { continue };
            if directed && own == Some(false) {
                links.push(self.tree(edge.range(), Value::Table(turned(&table))));
            }
            links.push(self.tree(edge.range(), Value::Table(table)));
        }
        for (hyperedge, nth) in all.iter().filter(|node| is(**node, "hyperedge")).zip(1..) {
            self.hyperedge(*hyperedge, nth, directed, &mut nodes, &mut links);
        }
        let about = self.data(graph, "graph", Vec::new());
        let entries = [
            ("directed", Value::Bool(directed)),
            ("graph", Value::Table(Table { entries: about })),
            ("nodes", Value::List(nodes)),
            ("edges", Value::List(links)),
        ];
        let entries = entries.into_iter().map(|(key, value)| self.entry(key, root.range(), value)).collect();
        if !self.errors.is_empty() {
            return Err(self.errors);
        }
        Ok(self.tree(root.range(), Value::Table(Table { entries })))
    }

    fn declare(&mut self, key: Node<'_, '_>) {
        let Some((id, _)) = self.require(key, "id", "<key id=\"d0\" for=\"node\" attr.name=\"Latitude\">") else {
            return;
        };
        let default = key.children().find(|node| is(*node, "default")).and_then(|node| self.text(node));
        let declared = Key {
            of: key.attribute("for").unwrap_or("all").to_owned(),
            name: key.attribute("attr.name").unwrap_or(&id).to_owned(),
            form: key.attribute("attr.type").map(str::to_lowercase),
            default,
        };
        self.keys.entry(id).or_default().push(declared);
    }

    /// Whether an edge leads one way; `None` if its graph says something else, which is an error.
    fn is_directed(&mut self, edge: Node<'_, '_>) -> Option<bool> {
        match edge.attribute("directed").map(str::trim) {
            Some("true" | "1") => return Some(true),
            Some("false" | "0") => return Some(false),
            Some(_) | None => {}
        }
        let graph = edge.parent()?;
        match graph.attribute("edgedefault") {
            Some("directed") => Some(true),
            // The schema requires it; where it is missing, tools take a graph for undirected.
            Some("undirected") | None => Some(false),
            Some(other) => {
                const ALLOWED: [&str; 2] = ["directed", "undirected"];
                if self.errors.is_empty() {
                    let place = graph.attribute_node("edgedefault").map_or(graph.range(), |found| found.range_value());
                    let wrong = Diagnostic::new(format!("`edgedefault` cannot be {}", quoted(other)));
                    let wrong = wrong.at(&self.place(place), "no such choice");
                    self.errors
                        .push(wrong.note(format!("allowed: {}", listed(ALLOWED))).help(did_you_mean(other, ALLOWED)));
                }
                None
            }
        }
    }

    fn node(&mut self, node: Node<'_, '_>) -> Option<Tree> {
        let (id, place) = self.require(node, "id", "<node id=\"0\">")?;
        let id = self.entry("id", place, Value::String(id));
        let entries = self.data(node, "node", vec![id]);
        Some(self.tree(node.range(), Value::Table(Table { entries })))
    }

    fn edge(&mut self, edge: Node<'_, '_>) -> Option<Table> {
        let ends = ["source", "target"].map(|key| {
            let (end, place) = self.require(edge, key, "<edge source=\"0\" target=\"1\">")?;
            Some(self.entry(key, place, Value::String(end)))
        });
        let [source, target] = ends;
        Some(Table { entries: self.data(edge, "edge", vec![source?, target?]) })
    }

    /// A hyperedge is a node of its own, with an edge to each of its ends.
    fn hyperedge(
        &mut self,
        hyperedge: Node<'_, '_>,
        nth: usize,
        directed: bool,
        nodes: &mut Vec<Tree>,
        links: &mut Vec<Tree>,
    ) {
        let name = hyperedge.attribute("id").map_or_else(|| format!("hyperedge {nth}"), |id| format!("hyperedge {id}"));
        let range = hyperedge.range();
        let id = self.entry("id", range.clone(), Value::String(name.clone()));
        let marked = self.entry("hyperedge", range.clone(), Value::Bool(true));
        nodes.push(self.tree(range.clone(), Value::Table(Table { entries: vec![id, marked] })));
        for end in hyperedge.children().filter(|node| is(*node, "endpoint")) {
            let Some((id, place)) = self.require(end, "node", "<endpoint node=\"0\"/>") else { continue };
            let source = self.entry("source", range.clone(), Value::String(name.clone()));
            let target = self.entry("target", place, Value::String(id));
            let table = Table { entries: self.data(hyperedge, "edge", vec![source, target]) };
            if directed {
                links.push(self.tree(end.range(), Value::Table(turned(&table))));
            }
            links.push(self.tree(end.range(), Value::Table(table)));
        }
    }

    /// The `data` of an element, after `entries`; of what is in these already, `data` says nothing more.
    fn data(&mut self, element: Node<'_, '_>, of: &str, mut entries: Vec<Entry>) -> Vec<Entry> {
        let fixed = entries.len();
        for data in element.children().filter(|node| is(*node, "data")) {
            let Some((id, place)) = self.require(data, "key", "<data key=\"d0\">") else { continue };
            let declared = self.keys.get(&id).and_then(|keys| {
                keys.iter()
                    .find(|key| key.of == of)
                    .or_else(|| keys.iter().find(|key| key.of == "all"))
                    .or(keys.first())
            });
            let (name, form) = declared.map_or((id.clone(), None), |key| (key.name.clone(), key.form.clone()));
            if declared.is_none() {
                self.remarks.undeclared(&id);
            }
            let Some((text, range)) = self.text(data) else { continue };
            if entries[..fixed].iter().any(|entry| entry.key == name) {
                continue;
            }
            let place = self.place(place);
            if let Some(first) = entries.iter().find(|entry| entry.key == name) {
                let twice = Diagnostic::new(format!("{} stands twice in one {of}", quoted(&name)));
                self.errors.push(twice.at(&place, "the second").at(&first.key_origin, "the first"));
                continue;
            }
            let value = self.tree(range, value(&text, form.as_deref()));
            entries.push(Entry { key: name, key_origin: place, value });
        }
        let defaults = self.keys.values().flatten().filter(|key| key.of == of);
        for key in defaults.filter_map(|key| Some((key, key.default.clone()?))).collect::<Vec<_>>() {
            let (key, (text, range)) = key;
            if !entries.iter().any(|entry| entry.key == key.name) {
                let value = self.tree(range.clone(), value(&text, key.form.as_deref()));
                entries.push(Entry { key: key.name.clone(), key_origin: self.place(range), value });
            }
        }
        entries
    }

    /// The text of an element without the white space around it, if there is any, and its place.
    fn text(&self, element: Node<'_, '_>) -> Option<(String, Range<usize>)> {
        let texts: Vec<Node<'_, '_>> = element.children().filter(Node::is_text).collect();
        let text: String = texts.iter().filter_map(Node::text).collect();
        let text = text.trim();
        let range = texts.first()?.range().start..texts.last()?.range().end;
        let written = self.source.text.get(range.clone()).unwrap_or_default();
        let start = range.start + (written.len() - written.trim_start().len());
        let range = start..start + written.trim().len();
        (!text.is_empty()).then(|| (text.to_owned(), range))
    }

    /// An attribute of XML; its absence is a mistake.
    fn require(&mut self, element: Node<'_, '_>, name: &str, example: &str) -> Option<(String, Range<usize>)> {
        let found = element.attribute_node(name);
        if found.is_none() {
            let message = format!("{} lacks its {}", quoted(element.tag_name().name()), quoted(name));
            let missing = Diagnostic::new(message).at(&self.place(element.range()), "in this element");
            let names: Vec<&str> = element.attributes().map(|attribute| attribute.name()).collect();
            let near = names.iter().find(|found| did_you_mean(found, [name]).is_some());
            let near = near.map(|found| format!("is {} meant to be {}?", quoted(found), quoted(name)));
            self.errors.push(missing.help(near.unwrap_or_else(|| format!("for example `{example}`"))));
        }
        found.map(|found| (found.value().to_owned(), found.range_value()))
    }

    fn place(&self, range: Range<usize>) -> Origin {
        Origin::new(self.source, range)
    }

    fn tree(&self, range: Range<usize>, value: Value) -> Tree {
        Tree { origin: self.place(range), value }
    }

    fn entry(&self, key: &str, range: Range<usize>, value: Value) -> Entry {
        Entry { key: key.to_owned(), key_origin: self.place(range.clone()), value: self.tree(range, value) }
    }
}

fn is(node: Node<'_, '_>, name: &str) -> bool {
    node.is_element() && node.tag_name().name() == name
}

/// The same edge with its ends changed round.
fn turned(table: &Table) -> Table {
    let mut entries = table.entries.clone();
    for entry in &mut entries {
        entry.key = match entry.key.as_str() {
            "source" => "target".to_owned(),
            "target" => "source".to_owned(),
            other => other.to_owned(),
        };
    }
    Table { entries }
}

/// The value that `text` stands for, of an attribute declared to be of this form; undeclared, what it looks like.
fn value(text: &str, form: Option<&str>) -> Value {
    let whole = || text.parse().ok().map(Value::Integer);
    let number = || text.parse().ok().map(Value::Number);
    let truth = || match text.to_lowercase().as_str() {
        "true" => Some(Value::Bool(true)),
        "false" => Some(Value::Bool(false)),
        _ => None,
    };
    let found = match form {
        Some("int" | "long" | "integer") => whole().or_else(number),
        Some("float" | "double") => number(),
        Some("boolean" | "bool") => truth(),
        Some(_) => None,
        None => whole().or_else(number).or_else(truth),
    };
    found.unwrap_or_else(|| Value::String(text.to_owned()))
}
