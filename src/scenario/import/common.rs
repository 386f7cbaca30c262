//! What the parts of an import share: what a caller asks for, what is gathered on the way, and values as tools write
//! them.

use std::collections::BTreeMap;

use super::super::diagnostic::Origin;
use super::super::tree::{Entry, Table, Tree, Value};
use crate::time::Span;

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
pub(super) struct Remarks {
    pub(super) said: Vec<String>,
    pub(super) undeclared: BTreeMap<String, usize>,
    pub(super) ignored: BTreeMap<(&'static str, String), usize>,
}

impl Remarks {
    pub(super) fn say(&mut self, sentence: String) {
        self.said.push(sentence);
    }

    /// Data whose key no `key` declares.
    pub(super) fn undeclared(&mut self, key: &str) {
        *self.undeclared.entry(key.to_owned()).or_default() += 1;
    }

    pub(super) fn ignore(&mut self, of: &'static str, name: &str) {
        *self.ignored.entry((of, name.to_owned())).or_default() += 1;
    }
}

/// A string on one line, without characters that steer a terminal.
pub(super) fn one_line(text: &str) -> String {
    let steers = |c: char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let plain: String = text.chars().map(|c| if steers(c) { ' ' } else { c }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Of each node, those that an edge joins it to, whichever way it leads.
pub(super) fn neighbours(nodes: usize, pairs: &[[usize; 2]]) -> Vec<Vec<usize>> {
    let mut near = vec![Vec::new(); nodes];
    for &[a, b] in pairs {
        near[a].push(b);
        near[b].push(a);
    }
    near
}

/// An entry that nobody wrote, in the place of what it belongs to.
pub(super) fn made(key: &str, origin: &Origin, value: Value) -> Entry {
    let value = Tree { origin: origin.clone(), value };
    Entry { key: key.to_owned(), key_origin: origin.clone(), value }
}

/// Whether a value says yes, as tools write it.
pub(super) fn is_true(tree: &Tree) -> bool {
    boolean(tree) == Some(true)
}

/// Yes or no, as tools write them.
pub(super) fn boolean(tree: &Tree) -> Option<bool> {
    match &tree.value {
        Value::Bool(value) => Some(*value),
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
pub(super) fn id_text(tree: &Tree) -> Option<String> {
    match &tree.value {
        Value::String(text) => Some(text.clone()),
        Value::Integer(_) => Some(tree.origin.text().to_owned()),
        _ => None,
    }
}

/// The entries of `table` that are `known`; the others are ignored, and counted unless they say nothing.
pub(super) fn known_entries(table: &Table, of: &'static str, known: &[&str], remarks: &mut Remarks) -> Vec<Entry> {
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
