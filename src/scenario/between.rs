//! What takes part between caller and callee: `[nodes]`, by the names of the topology's nodes, and `[[crashes]]`.

use super::agents::AgentReader;
use super::diagnostic::{Diagnostic, Diagnostics, Origin, did_you_mean, listed, quoted};
use super::media;
use super::network::Way;
use super::proxy;
use super::read::{Field, Fields};
use super::topology::Drawing;
use super::tree::Value;
use super::vocabulary;
use crate::net::{Direction, NodeKind};
use crate::world::{Between, Crash, Element, End, FaultClock, Part};

/// Keys of a B2BUA.
pub const B2BUA_KEYS: [&str; 4] = ["caller-leg", "callee-leg", "media-limit", "outage"];

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
    check_on_the_way(&tables, way, errors);
    let mut between = Vec::new();
    let mut all = Some(());
    for (node, place) in way.nodes.iter().zip(0u8..) {
        let table = tables.iter().find(|table| table.name == node.id).map(|table| &table.field);
        let part = match node.kind {
            NodeKind::B2bua => read_b2bua(&node.id, table, agents, errors),
            NodeKind::StatefulProxy | NodeKind::CallStatefulProxy => {
                agents.timers().and_then(|timers| proxy::read(node.kind, table, timers, errors)).map(Part::Proxy)
            }
            NodeKind::Agents | NodeKind::Router | NodeKind::StatelessProxy | NodeKind::Nat | NodeKind::Platform => {
                continue;
            }
        };
        if let Some(Part::Proxy(profile)) = &part
            && !profile.records_route
        {
            check_one_transport(&node.id, place, table, way, errors);
        }
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
    origin: &'a Origin,
    field: Field<'a>,
}

/// A table for a node that the calls do not pass would do nothing.
fn check_on_the_way(tables: &[NodeTable<'_>], way: &Way, errors: &mut Diagnostics) {
    let on_the_way: Vec<&str> = way.nodes.iter().map(|node| node.id.as_str()).collect();
    for table in tables.iter().filter(|table| !on_the_way.contains(&table.name)) {
        let message = format!("{} is not on the way from caller to callee", quoted(table.name));
        let wrong = Diagnostic::new(message).at(table.origin, "no call passes it");
        errors.push(wrong.note(format!("the nodes on the way are {}", listed(&on_the_way))));
    }
}

/// Keys of a node that forwards packets or copies and has nothing else to set.
const PASSIVE_KEYS: [&str; 1] = ["outage"];

/// The tables of `[nodes]`: each names a node of the topology.
fn read_tables<'a>(root: &Fields<'a>, drawing: &Drawing, errors: &mut Diagnostics) -> Option<Vec<NodeTable<'a>>> {
    let Some(nodes) = root.get("nodes") else { return Some(Vec::new()) };
    let Value::Table(table) = &nodes.value.value else {
        errors.push(nodes.refuse("not a table", "tables such as [nodes.sbc]"));
        return None;
    };
    let mut tables = Vec::new();
    for entry in &table.entries {
        let Some(node) = drawing.nodes.iter().find(|node| node.id == entry.key) else {
            let known: Vec<&str> = drawing.nodes.iter().map(|node| node.id.as_str()).collect();
            errors.push(
                Diagnostic::new(format!("the topology has no node {}", quoted(&entry.key)))
                    .at(&entry.key_origin, "no such node")
                    .note(format!("the nodes are {}", listed(&known)))
                    .help(did_you_mean(&entry.key, known.clone())),
            );
            continue;
        };
        let field = Field { path: format!("nodes.{}", entry.key), value: &entry.value };
        match node.kind {
            NodeKind::Agents | NodeKind::Router | NodeKind::StatelessProxy | NodeKind::Platform => {
                Fields::new(&field.path, field.value, &PASSIVE_KEYS, errors);
            }
            NodeKind::StatefulProxy | NodeKind::CallStatefulProxy | NodeKind::B2bua | NodeKind::Nat => {}
        }
        tables.push(NodeTable { name: &entry.key, origin: &entry.key_origin, field });
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
    let legs = [("caller-leg", &with_caller), ("callee-leg", &with_callee)];
    check_no_mixture(name, legs, agents, errors)?;
    let with_caller = agents.called(&format!("{} caller leg", quoted(name)), &with_caller, errors);
    let with_callee = agents.calling(&format!("{} callee leg", quoted(name)), &with_callee, errors);
    let media_limit = fields.or("media-limit", None, errors, media::read_timeout);
    Some(Part::B2bua { legs: Box::new([with_caller?, with_callee?]), media_limit: media_limit? })
}

/// Requests of a dialog pass by a proxy that is not in its route, from one SIP node to the next, over one transport.
fn check_one_transport(name: &str, place: u8, table: Option<&Field<'_>>, way: &Way, errors: &mut Diagnostics) {
    let over = |node, direction| way.path.is_reliable_from(node, direction);
    let ways = [(Direction::ToCallee, place - 1, place), (Direction::ToCaller, place + 1, place)];
    if ways.iter().all(|&(direction, before, node)| over(before, direction) == over(node, direction)) {
        return;
    }
    let message = format!("the links on the two sides of {} carry SIP over UDP and TCP", quoted(name));
    let mut wrong = Diagnostic::new(message);
    if let Some(field) = table {
        wrong = wrong.at(&field.value.origin, "not in the route of a dialog");
    }
    errors.push(
        wrong.note(
            "allowed: one transport beside a proxy with `records-route = false`: requests of a dialog pass it by",
        ),
    );
}

/// A leg has one profile: its own where `[session-timer]` mixes several.
fn check_no_mixture(
    name: &str,
    legs: [(&str, &Fields<'_>); 2],
    agents: &AgentReader<'_>,
    errors: &mut Diagnostics,
) -> Option<()> {
    let is_mixture = |field: &Field<'_>| matches!(field.value.value, Value::Table(_));
    let note = "a B2BUA stands in every call, so each of its legs has one profile; shares are for callers and callees";
    let mut all = Some(());
    for (_, leg) in legs {
        if let Some(field) = leg.get("profile").filter(is_mixture) {
            let message = format!("{} cannot be a mixture of profiles", quoted(&field.path));
            errors.push(Diagnostic::new(message).at(&field.value.origin, "a mixture").note(note));
            all = None;
        }
    }
    let without: Vec<&str> = legs.iter().filter(|(_, leg)| leg.get("profile").is_none()).map(|(key, _)| *key).collect();
    if let (Some(shared), [first, ..]) = (agents.shared_profile().filter(is_mixture), &without[..]) {
        let message = format!(
            "`session-timer.profile` is a mixture of profiles, and the B2BUA {} has none of its own",
            quoted(name)
        );
        let help = format!(
            "give each leg its own, such as `nodes.{name}.{first}.profile = \"rfc\"`, or mix the profiles in `[caller]` and `[callee]`"
        );
        errors.push(Diagnostic::new(message).at(&shared.value.origin, "a mixture").note(note).help(Some(help)));
        all = None;
    }
    all
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
