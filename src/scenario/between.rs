//! What takes part between caller and callee: `[nodes]`, by the names of the topology's nodes, and `[[crashes]]`.

use super::agents::AgentReader;
use super::diagnostic::{Diagnostic, Diagnostics, did_you_mean, listed, quoted};
use super::network::Way;
use super::proxy;
use super::read::{Field, Fields};
use super::topology::Drawing;
use super::tree::Value;
use super::vocabulary;
use crate::net::NodeKind;
use crate::world::{Between, Crash, Element, End, FaultClock, Part};

/// Keys of a B2BUA.
pub const B2BUA_KEYS: [&str; 3] = ["caller-leg", "callee-leg", "media-limit"];

/// Reads what the nodes on the way do that take part, and checks what is said of any other.
pub fn read_between(
    root: &Fields<'_>,
    agents: &AgentReader<'_>,
    drawing: Option<&Drawing>,
    way: Option<&Way>,
    errors: &mut Diagnostics,
) -> Option<Vec<Between>> {
    let tables = read_tables(root, drawing?, errors)?;
    let way = way?;
    let mut between = Vec::new();
    let mut all = Some(());
    for (node, place) in way.nodes.iter().zip(0u8..) {
        let table = tables.iter().find(|table| table.name == node.id).map(|table| &table.field);
        let part = match node.kind {
            NodeKind::B2bua => read_b2bua(&node.id, table, agents, errors),
            NodeKind::StatefulProxy | NodeKind::CallStatefulProxy => {
                agents.timers().and_then(|timers| proxy::read(node.kind, table, timers, errors)).map(Part::Proxy)
            }
            NodeKind::Agents | NodeKind::Router | NodeKind::StatelessProxy => continue,
        };
        match part {
            Some(part) => between.push(Between { node: place, part }),
            None => all = None,
        }
    }
    all?;
    let elements = 2 + between.iter().map(|between| between.part.elements()).sum::<usize>();
    if elements > Element::MOST {
        let message = format!("{elements} elements of SIP are on the way from caller to callee");
        let mut wrong = Diagnostic::new(message);
        if let Some(topology) = root.get("topology") {
            wrong = wrong.at(&topology.value.origin, "too many");
        }
        errors.push(wrong.note(format!("allowed: at most {}; a B2BUA counts as two", Element::MOST)));
        return None;
    }
    Some(between)
}

/// What a scenario says of one node.
struct NodeTable<'a> {
    name: &'a str,
    field: Field<'a>,
}

/// The tables of `[nodes]`: each names a node of the topology that takes part.
fn read_tables<'a>(root: &Fields<'a>, drawing: &Drawing, errors: &mut Diagnostics) -> Option<Vec<NodeTable<'a>>> {
    let Some(nodes) = root.get("nodes") else { return Some(Vec::new()) };
    let Value::Table(table) = &nodes.value.value else {
        errors.push(nodes.refuse("not a table", "tables such as [nodes.sbc]"));
        return None;
    };
    let known: Vec<&str> =
        drawing.nodes.iter().filter(|node| node.kind.takes_part()).map(|node| node.id.as_str()).collect();
    let mut tables = Vec::new();
    for entry in &table.entries {
        if !known.contains(&entry.key.as_str()) {
            let (message, label) = match drawing.nodes.iter().find(|node| node.id == entry.key) {
                Some(node) => {
                    let kind = node.kind.name();
                    let message = format!("{} is a node of kind `{kind}`, which has no settings", quoted(&entry.key));
                    (message, "has no settings")
                }
                None => (format!("the topology has no node {}", quoted(&entry.key)), "no such node"),
            };
            errors.push(
                Diagnostic::new(message)
                    .at(&entry.key_origin, label)
                    .note(taking_part(&known))
                    .help(did_you_mean(&entry.key, known.clone())),
            );
            continue;
        }
        let field = Field { path: format!("nodes.{}", entry.key), value: &entry.value };
        tables.push(NodeTable { name: &entry.key, field });
    }
    Some(tables)
}

/// Says which nodes take part.
fn taking_part(nodes: &[&str]) -> String {
    match nodes {
        [] => "no node takes part in the signalling".to_owned(),
        nodes => format!("the nodes that take part in the signalling are {}", listed(nodes)),
    }
}

/// A B2BUA: its leg with the caller is called, its leg with the callee calls.
fn read_b2bua(
    name: &str,
    table: Option<&Field<'_>>,
    agents: &AgentReader<'_>,
    errors: &mut Diagnostics,
) -> Option<Part> {
    let nothing = Fields::empty(&format!("nodes.{name}"));
    let fields = match table {
        Some(field) => Fields::new(&field.path, field.value, &B2BUA_KEYS, errors),
        None => nothing,
    };
    let leg = |key: &str, like: &str, errors: &mut Diagnostics| {
        let allowed: Vec<&str> = vocabulary::children(like).into_iter().filter(|key| *key != "node").collect();
        match fields.get(key) {
            Some(field) => Fields::new(&field.path, field.value, &allowed, errors),
            None => Fields::empty(&format!("nodes.{name}.{key}")),
        }
    };
    let with_caller = leg("caller-leg", "callee", errors);
    let with_callee = leg("callee-leg", "caller", errors);
    let with_caller = agents.called(&format!("{} caller leg", quoted(name)), &with_caller, errors);
    let with_callee = agents.calling(&format!("{} callee leg", quoted(name)), &with_callee, errors);
    let media_limit = fields.or("media-limit", None, errors, |field, errors| {
        if field.as_text() == Some("off") {
            return Some(None);
        }
        field.span_as("a length of time such as \"30 s\", or \"off\"", errors).map(Some)
    });
    Some(Part::B2bua { legs: Box::new([with_caller?, with_callee?]), media_limit: media_limit? })
}

/// Reads `[[crashes]]`: which node dies when.
pub fn read_crashes(root: &Fields<'_>, way: Option<&Way>, errors: &mut Diagnostics) -> Option<Vec<Crash>> {
    let Some(field) = root.get("crashes") else { return Some(Vec::new()) };
    let Value::List(list) = &field.value.value else {
        errors.push(field.refuse("not a list", "a list of tables, each begun by `[[crashes]]`"));
        return None;
    };
    let allowed = vocabulary::children("crashes");
    let way = way?;
    const CLOCKS: [(&str, FaultClock); 2] = [("run", FaultClock::Run), ("call", FaultClock::Call)];
    let crashes: Vec<Option<Crash>> = list
        .iter()
        .enumerate()
        .map(|(index, tree)| {
            let fields = Fields::new(&format!("crashes.{index}"), tree, &allowed, errors);
            let which = fields.require("node", "node = \"sbc\"", errors);
            let which = which.and_then(|field| read_crashing(&field, way, errors));
            let clock = fields.or("clock", FaultClock::Run, errors, |field, errors| field.choice(&CLOCKS, errors));
            let at = fields.require("at", "at = \"10 min\"", errors).and_then(|field| field.span(errors));
            let back_after = fields.or("for", None, errors, |field, errors| field.span(errors).map(Some));
            let memory = fields.or("memory", false, errors, |field, errors| field.truth(errors));
            Some(Crash { which: which?, clock: clock?, at: at?, back_after: back_after?, memory: memory? })
        })
        .collect();
    crashes.into_iter().collect()
}

/// Which of the nodes on `way` that take part a crash befalls, counted from the caller.
fn read_crashing(field: &Field<'_>, way: &Way, errors: &mut Diagnostics) -> Option<usize> {
    let name = field.text("the name of a node that takes part", errors)?;
    let parts: Vec<&str> =
        way.nodes.iter().filter(|node| node.kind.takes_part()).map(|node| node.id.as_str()).collect();
    let which = parts.iter().position(|part| *part == name);
    if which.is_none() {
        let message = match way.nodes.iter().find(|node| node.id == name) {
            Some(node) => format!("{} is a node of kind `{}`, which cannot crash", quoted(name), node.kind.name()),
            None => format!("the route from caller to callee has no node {}", quoted(name)),
        };
        let wrong = Diagnostic::new(message).at(&field.value.origin, "cannot crash").note(taking_part(&parts));
        let is_end = [way.nodes.first(), way.nodes.last()].into_iter().flatten().any(|node| node.id == name);
        let of_ends = is_end.then(|| "callers and callees die by `hangup.dies` and `hangup.restarts`".to_owned());
        errors.push(wrong.help(of_ends.or_else(|| did_you_mean(name, &parts))));
    }
    which
}

/// Who sends on `way`, by the name that a fault gives it: the ends, and each node that takes part.
pub fn elements(way: &Way) -> Vec<(String, Vec<Element>)> {
    let mut elements: Vec<(String, Vec<Element>)> =
        End::BOTH.map(|end| (end.name().to_owned(), vec![Element::from(end)])).into();
    let mut nth = 0;
    for node in way.nodes.iter().filter(|node| node.kind.takes_part()) {
        let count = if node.kind == NodeKind::B2bua { 2 } else { 1 };
        elements.push((node.id.clone(), (nth..nth + count).map(Element::between).collect()));
        nth += count;
    }
    elements
}
