//! The edges of an imported topology: their ends and their delays.

use std::collections::BTreeSet;

use super::super::diagnostic::Origin;
use super::super::link::preset_says_delay;
use super::super::topology::EDGE_KEYS;
use super::super::tree::{Table, Tree, Value};
use super::common::{Delays, ImportOptions, Remarks, id_text, known_entries, made};
use super::nodes::Nodes;
use crate::net::FIBRE_KM_PER_S;
use crate::time::Span;

/// Edges in the order of the file.
pub(super) struct Edges(Vec<EdgeDraft>);

struct EdgeDraft {
    origin: Origin,
    /// The nodes that it joins; `None` where there is no such node, which is an error.
    ends: Option<[usize; 2]>,
    /// Its entries in our form; what is no table is left as it is.
    value: Value,
}

/// A fibre this short is none: both ends are in one place, and its length is not known.
const SHORTEST_KM: f64 = 0.01;

impl Edges {
    pub(super) fn read(list: Vec<Tree>, nodes: &Nodes, remarks: &mut Remarks) -> Edges {
        let indices = nodes.indices();
        let read = |Tree { origin, value }: Tree| {
            let Value::Table(table) = &value else { return EdgeDraft { origin, ends: None, value } };
            let [source, target] = ["source", "target"].map(|key| {
                let name = id_text(&table.get(key)?.value)?;
                indices.get(&name).copied()
            });
            let entries = known_entries(table, "edge", &EDGE_KEYS, remarks);
            let ends = source.zip(target).map(|(source, target)| [source, target]);
            EdgeDraft { origin, ends, value: Value::Table(Table { entries }) }
        };
        Edges(list.into_iter().map(read).collect())
    }

    /// The two ends of each edge whose ends are nodes.
    pub(super) fn pairs(&self) -> Vec<[usize; 2]> {
        self.0.iter().filter_map(|edge| edge.ends).collect()
    }

    /// Leaves out the edges of nodes that are not kept, and counts the others anew.
    pub(super) fn keep(&mut self, kept: &[bool]) {
        let mut places = Vec::with_capacity(kept.len());
        let mut next = 0;
        for kept in kept {
            places.push(next);
            next += usize::from(*kept);
        }
        self.0.retain(|edge| edge.ends.is_none_or(|ends| ends.into_iter().all(|end| kept[end])));
        self.0.iter_mut().for_each(|edge| edge.ends = edge.ends.map(|ends| ends.map(|end| places[end])));
    }

    /// Gives each edge without a delay the time that light takes in fibre between its ends, or the default.
    pub(super) fn fill_delays(&mut self, nodes: &Nodes, options: &ImportOptions) -> Delays {
        let mut delays = Delays::default();
        for edge in &mut self.0 {
            let Value::Table(table) = &mut edge.value else { continue };
            if edge.ends.is_some_and(|[source, target]| source == target) {
                continue;
            }
            let by_preset = table.get("preset").is_some_and(|preset| match &preset.value.value {
                Value::String(name) => preset_says_delay(name),
                Value::Null | Value::Bool(_) | Value::Integer(_) | Value::Number(_) | Value::Date => false,
                Value::List(_) | Value::Table(_) => false,
            });
            if table.get("delay").is_some() || by_preset {
                delays.given += 1;
                continue;
            }
            let distance_km = edge.ends.and_then(|ends| {
                let [a, b] = ends.map(|end| nodes.position(end));
                Some(a?.distance_km(b?))
            });
            let delay = match distance_km.filter(|km| *km >= SHORTEST_KM) {
                Some(km) => {
                    delays.from_positions += 1;
                    in_fibre(km * options.detour)
                }
                None => {
                    delays.default += 1;
                    options.default_delay
                }
            };
            table.entries.push(made("delay", &edge.origin, Value::String(in_ms(delay))));
        }
        delays
    }

    /// Whether two edges join the same two nodes; in a directed graph, the same way.
    pub(super) fn are_parallel(&self, directed: bool) -> bool {
        let mut seen = BTreeSet::new();
        let pairs = self.pairs().into_iter().filter(|[source, target]| source != target);
        let mut unordered = pairs.map(|[a, b]| if directed { [a, b] } else { [a.min(b), a.max(b)] });
        unordered.any(|pair| !seen.insert(pair))
    }

    /// The names of the nodes that edges join to themselves.
    pub(super) fn self_loops(&self, nodes: &Nodes) -> Vec<String> {
        let names = nodes.names();
        let loops = self.pairs().into_iter().filter(|[source, target]| source == target);
        loops.filter_map(|[node, _]| names[node].clone()).collect()
    }

    /// The edges in our form, between nodes of these names, without those from a node to itself.
    pub(super) fn into_trees(self, names: &[Option<String>]) -> Vec<Tree> {
        let all = self.0.into_iter().filter(|edge| edge.ends.is_none_or(|[source, target]| source != target));
        all.map(|EdgeDraft { origin, ends, mut value }| {
            if let (Value::Table(table), Some(ends)) = (&mut value, ends) {
                for (key, end) in ["source", "target"].into_iter().zip(ends) {
                    let end = names[end].as_ref();
                    let entry = table.entries.iter_mut().find(|entry| entry.key == key);
                    if let (Some(entry), Some(name)) = (entry, end)
                        && id_text(&entry.value).as_ref() != Some(name)
                    {
                        entry.value.value = Value::String(name.clone());
                    }
                }
            }
            Tree { origin, value }
        })
        .collect()
    }
}

/// The time that light takes for a fibre of this length, to the microsecond.
fn in_fibre(km: f64) -> Span {
    const MICROS_PER_S: f64 = 1e6;
    Span::from_secs_f64((km / FIBRE_KM_PER_S * MICROS_PER_S).round() / MICROS_PER_S)
}

/// A duration as our files write it, in milliseconds.
fn in_ms(span: Span) -> String {
    const NANOS_PER_MS: u64 = 1_000_000;
    let (whole, part) = (span.as_nanos() / NANOS_PER_MS, span.as_nanos() % NANOS_PER_MS);
    let part = format!("{part:06}");
    match part.trim_end_matches('0') {
        "" => format!("{whole} ms"),
        part => format!("{whole}.{part} ms"),
    }
}
