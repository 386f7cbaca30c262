//! The nodes of an imported topology: their kinds, names and positions.

use std::collections::BTreeMap;

use super::super::diagnostic::{Diagnostics, Origin};
use super::super::read::Field;
use super::super::topology::NODE_KEYS;
use super::super::tree::{Entry, Table, Tree, Value};
use super::common::{Format, Remarks, boolean, id_text, known_entries, made, neighbours, one_line};
use crate::net::{NodeKind, Position};

/// What positions are called, in small letters.
const LATITUDES: [&str; 2] = ["latitude", "lat"];
const LONGITUDES: [&str; 4] = ["longitude", "lon", "lng", "long"];

/// Nodes in the order of a file of this format.
pub(super) struct Nodes(Vec<NodeDraft>, Format);

struct NodeDraft {
    origin: Origin,
    /// What it is called in the file; `None` if it has no name, which is an error.
    id: Option<String>,
    label: Option<String>,
    position: Option<Position>,
    /// Whether its position is that of its neighbours' middle.
    approximate: bool,
    /// Whether the file says what kind of node it is.
    has_kind: bool,
    /// Whether it stands for a link of more than two ends.
    is_hyperedge: bool,
    /// Its entries in our form, but for those above; what is no table is left as it is.
    value: Value,
}

impl Nodes {
    pub(super) fn read(list: Vec<Tree>, format: Format, remarks: &mut Remarks, errors: &mut Diagnostics) -> Nodes {
        let mut halves = 0;
        let read = |(index, tree)| read_node(index, tree, &mut halves, remarks, errors);
        let nodes = list.into_iter().enumerate().map(read).collect();
        if halves > 0 {
            remarks.say(format!("nodes with only one number for their position, which was left out: {halves}"));
        }
        Nodes(nodes, format)
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn position(&self, node: usize) -> Option<&Position> {
        self.0[node].position.as_ref()
    }

    /// By their names in the file; of several with the same name, which is an error, the first.
    pub(super) fn indices(&self) -> BTreeMap<String, usize> {
        let named = self.0.iter().enumerate().rev();
        named.filter_map(|(index, node)| Some((node.id.clone()?, index))).collect()
    }

    /// A node without a position gets the middle of its neighbours' positions; then those next to it, and so on.
    pub(super) fn fill_positions(&mut self, pairs: &[[usize; 2]]) {
        let near = neighbours(self.0.len(), pairs);
        loop {
            let middle = |node: usize| Position::middle(near[node].iter().filter_map(|&other| self.position(other)));
            let without = (0..self.0.len()).filter(|&node| self.0[node].position.is_none());
            let found: Vec<_> = without.filter_map(|node| Some((node, middle(node)?))).collect();
            if found.is_empty() {
                return;
            }
            for (node, position) in found {
                self.0[node].position = Some(position);
                self.0[node].approximate = true;
            }
        }
    }

    /// Leaves out the nodes that are not to be kept.
    pub(super) fn keep(&mut self, kept: &[bool]) {
        let mut kept = kept.iter();
        self.0.retain(|_| kept.next() == Some(&true));
    }

    /// What the nodes are to be called: a node that tools have only numbered, by its label; where several would then
    /// have one name, with their numbers in brackets. Nodes of node-link files in our form keep their names, and so do
    /// all where two have the same, which is an error.
    pub(super) fn names(&self) -> Vec<Option<String>> {
        let ids: Vec<Option<String>> = self.0.iter().map(|node| node.id.clone()).collect();
        if self.indices().len() < ids.iter().flatten().count() {
            return ids;
        }
        let wanted: Vec<Option<String>> = self.0.iter().map(|node| node.wanted_name(self.1)).collect();
        let mut count: BTreeMap<&str, usize> = BTreeMap::new();
        wanted.iter().flatten().for_each(|name| *count.entry(name).or_default() += 1);
        let unique = |(node, name): (&NodeDraft, &Option<String>)| {
            let (name, id) = (name.as_ref()?, node.id.as_ref()?);
            let alone = count.get(name.as_str()) == Some(&1) || name == id;
            let name = if alone { name.clone() } else { format!("{name} ({id})") };
            // A label may spell what the brackets make of another.
            Some(if !alone && count.contains_key(name.as_str()) { id.clone() } else { name })
        };
        self.0.iter().zip(&wanted).map(unique).collect()
    }

    /// The nodes in our form.
    pub(super) fn into_trees(self, names: Vec<Option<String>>, remarks: &mut Remarks) -> Vec<Tree> {
        let without_kind = self.0.iter().filter(|node| !node.has_kind).count();
        if without_kind > 0 {
            remarks.say(format!("nodes without a kind, which are routers: {without_kind}"));
        }
        self.0.into_iter().zip(names).map(|(node, name)| node.into_tree(name)).collect()
    }
}

fn read_node(
    index: usize,
    tree: Tree,
    halves: &mut usize,
    remarks: &mut Remarks,
    errors: &mut Diagnostics,
) -> NodeDraft {
    let Tree { origin, value } = tree;
    let mut draft = NodeDraft {
        origin,
        id: None,
        label: None,
        position: None,
        approximate: false,
        has_kind: true,
        is_hyperedge: false,
        value,
    };
    let Value::Table(table) = &draft.value else { return draft };
    let mut table = Table { entries: table.entries.clone() };
    let path = format!("nodes[{index}]");
    let given = [&LATITUDES[..], &LONGITUDES[..]].map(|names| {
        let place = table.entries.iter().position(|entry| names.contains(&entry.key.to_lowercase().as_str()));
        place.map(|place| table.entries.remove(place))
    });
    draft.position = read_position(&path, &given, halves, errors);
    let external = table.remove("Internal").map(|entry| boolean(&entry.value) == Some(false));
    let mut marks = Vec::new();
    for (key, marked) in [("external", external), ("hyperedge", None), ("approximate", None)] {
        let said = table.remove(key);
        let yes = said.as_ref().map(|entry| boolean(&entry.value));
        match (said, yes) {
            // Neither yes nor no: the reader of our form says so.
            (Some(entry), Some(None)) => marks.push(entry),
            (_, yes) => {
                if yes.flatten().or(marked) == Some(true) {
                    marks.push(made(key, &draft.origin, Value::Bool(true)));
                }
            }
        }
    }
    draft.approximate = marks.iter().any(|mark| mark.key == "approximate") && draft.position.is_some();
    draft.is_hyperedge = marks.iter().any(|mark| mark.key == "hyperedge");
    marks.retain(|mark| mark.key != "approximate" || !matches!(mark.value.value, Value::Bool(_)));
    draft.id = table.get("id").and_then(|entry| id_text(&entry.value));
    draft.label = table.remove("label").and_then(|entry| match entry.value.value {
        // The Zoo's word for a node that has none.
        Value::String(text) => Some(one_line(&text)).filter(|text| !text.is_empty() && text != "None"),
        _ => None,
    });
    draft.has_kind = table.get("kind").is_some();
    let mut entries = known_entries(&table, "node", &NODE_KEYS, remarks);
    if !draft.has_kind {
        let kind = Value::String(NodeKind::Router.name().to_owned());
        entries.push(made("kind", &draft.origin, kind));
    }
    entries.extend(marks);
    draft.value = Value::Table(Table { entries });
    draft
}

/// Where a node is; `None` where the file does not say so, or says that it does not know.
fn read_position(
    path: &str,
    [latitude, longitude]: &[Option<Entry>; 2],
    halves: &mut usize,
    errors: &mut Diagnostics,
) -> Option<Position> {
    let degrees = |entry: &Option<Entry>, most: f64, errors: &mut Diagnostics| {
        let entry = entry.as_ref()?;
        let field = Field { path: format!("{path}.{}", entry.key), value: &entry.value };
        let allowed = format!("degrees: a number from {} to {most}", -most);
        let number = match &entry.value.value {
            Value::Null => return None,
            Value::Integer(number) => *number as f64,
            Value::Number(number) => *number,
            Value::String(text) if matches!(text.trim().to_lowercase().as_str(), "" | "none" | "null") => return None,
            Value::String(text) if text.trim().parse::<f64>().is_ok() => text.trim().parse().ok()?,
            Value::String(_) | Value::Bool(_) | Value::Date | Value::List(_) | Value::Table(_) => {
                errors.push(field.refuse("not a number", &allowed));
                return None;
            }
        };
        if number.is_nan() {
            return None;
        }
        if !(-most..=most).contains(&number) {
            errors.push(field.refuse("not on the earth", &allowed));
            return None;
        }
        Some(number)
    };
    match (degrees(latitude, 90.0, errors), degrees(longitude, 360.0, errors)) {
        (Some(latitude), Some(longitude)) => Position::new(latitude, longitude),
        (None, None) => None,
        (Some(_), None) | (None, Some(_)) => {
            *halves += 1;
            None
        }
    }
}

impl NodeDraft {
    /// What it would be called if no other were called the same.
    fn wanted_name(&self, format: Format) -> Option<String> {
        let id = self.id.as_ref()?;
        let digits = id.strip_prefix('n').unwrap_or(id);
        let numbered = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        let ours = self.has_kind && format == Format::NodeLink;
        let called = match &self.label {
            Some(label) => label.clone(),
            None if self.is_hyperedge => format!("hyperedge {id}"),
            None => id.clone(),
        };
        Some(if numbered && !ours { called } else { id.clone() })
    }

    fn into_tree(self, name: Option<String>) -> Tree {
        let Value::Table(mut table) = self.value else { return Tree { origin: self.origin, value: self.value } };
        if let (Some(name), Some(place)) = (&name, table.entries.iter().position(|entry| entry.key == "id")) {
            let id = &mut table.entries[place].value;
            if id_text(id).as_ref() != Some(name) {
                id.value = Value::String(name.clone());
            }
        }
        // The name comes first.
        table.entries.sort_by_key(|entry| usize::from(entry.key != "id"));
        let mut put = |key: &str, value| table.entries.push(made(key, &self.origin, value));
        if let Some(label) = self.label.filter(|label| name.as_ref() != Some(label)) {
            put("label", Value::String(label));
        }
        if let Some(position) = self.position {
            put("latitude", degrees_value(position.latitude()));
            put("longitude", degrees_value(position.longitude()));
            if self.approximate {
                put("approximate", Value::Bool(true));
            }
        }
        Tree { origin: self.origin, value: Value::Table(table) }
    }
}

/// Degrees to the fifth digit, about a metre.
fn degrees_value(degrees: f64) -> Value {
    Value::Number((degrees * 1e5).round() / 1e5)
}
