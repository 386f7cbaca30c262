//! What takes part between caller and callee: `[nodes]`, by the names of the topology's nodes, and `[[crashes]]`.

use std::collections::{BTreeMap, BTreeSet};

use super::agents::{AgentReader, CALLED, CALLING};
use super::diagnostic::{Diagnostic, Diagnostics, Origin, did_you_mean, listed, quoted};
use super::form::{Default, Form, Keys, Row};
use super::key::{Key, key, keys};
use super::kind::{Kind, boolean, choice, duration, string};
use super::media;
use super::network::{DrawnWays, Way};
use super::outage::NatKeys;
use super::places::GivenKind;
use super::proxy::{self, NodeKeys};
use super::read::{Field, Fields};
use super::topology::Drawing;
use super::tree::Value;
use crate::net::{Direction, Node, NodeKind};
use crate::time::Span;
use crate::world::{Between, Crash, Element, End, FaultClock, Part};

keys! {
    /// Of a B2BUA.
    B2buaKeys {
        caller_leg: () = key("caller-leg", leg(&CALLED), Default::Said("as `[callee]` without keys"), "How it behaves toward the caller, which calls it.");
        callee_leg: () = key("callee-leg", leg(&CALLING), Default::Said("as `[caller]` without keys"), "How it behaves toward the callee, which it calls.");
        media_limit: Option<Span> = key("media-limit", media::timeout(), Default::Value("\"off\""), "It ends the call on both sides when no media has come from one of them for this long.");
    }
}

keys! {
    /// `[[crashes]]`.
    CrashKeys {
        node: String = key("node", string("name of a node that takes part"), Default::Required("node = \"sbc\""), "Which node dies, with all calls that it carries.");
        clock: FaultClock = key("clock", choice(&[("run", FaultClock::Run), ("call", FaultClock::Begin)]), Default::Value("\"run\""), "What `at` counts from: the start of the run, or the arrival of each call.");
        at: Span = key("at", duration(), Default::Required("at = \"10 min\""), "When it dies.");
        lasts: Span = key("for", duration(), Default::Said("for ever"), "After how long it comes back.");
        memory: bool = key("memory", boolean(), Default::Value("false"), "Whether it then knows its established calls; transactions are lost either way.");
    }
}

/// A table of an agent, which is read with those of the others.
fn leg(rows: &[Row]) -> Kind<()> {
    Kind::new(Form::Table(rows.to_vec()), |_, _, _| Some(()))
}

/// The keys of a node, by its kind.
pub(super) fn rows_of_kinds() -> Vec<(&'static str, Vec<Row>)> {
    NodeKind::NAMES.into_iter().map(|(name, kind)| (name, rows_of(kind))).collect()
}

fn rows_of(kind: NodeKind) -> Vec<Row> {
    let of_any = NodeKeys::get().rows();
    match kind {
        NodeKind::Agents | NodeKind::Router | NodeKind::StatelessProxy | NodeKind::Platform => of_any,
        NodeKind::Nat => NatKeys::get().rows().into_iter().chain(of_any).collect(),
        NodeKind::StatefulProxy => proxy::stateful_rows(),
        NodeKind::CallStatefulProxy => proxy::call_stateful_rows(),
        NodeKind::B2bua => B2buaKeys::get().rows().into_iter().chain(of_any).collect(),
    }
}

/// Reads what the nodes on each way do that take part, and checks what is said of any other.
pub(super) fn read_between(
    root: &Fields<'_>,
    agents: &AgentReader<'_>,
    drawing: Option<&Drawing>,
    given: &[GivenKind<'_>],
    ways: Option<&DrawnWays>,
    errors: &mut Diagnostics,
) -> Option<Vec<Vec<Between>>> {
    let tables = read_tables(root, drawing?, errors)?;
    let ways = &ways?.ways;
    check_on_the_way(&tables, ways, errors);
    let of_kinds: Vec<Option<Part>> = given
        .iter()
        .map(|given| {
            read_part(given.kind, &format!("of kinds.{}", given.index), given.settings.as_ref(), agents, errors)
        })
        .collect();
    let mut parts: BTreeMap<&str, Option<Part>> = BTreeMap::new();
    let mut all = Some(());
    let mut of_ways = Vec::with_capacity(ways.len());
    for way in ways {
        let mut between = Vec::new();
        for (node, place) in way.nodes.iter().zip(0u8..).filter(|(node, _)| node.kind.takes_part()) {
            let part = parts.entry(&node.id).or_insert_with(|| {
                let table = tables.iter().find(|table| table.name == node.id).map(|table| &table.field);
                let of_kind = given.iter().rposition(|given| given.nodes.contains(&node.id));
                match of_kind.filter(|_| table.is_none()) {
                    Some(nth) => of_kinds[nth].clone(),
                    None => read_part(node.kind, &node.id, table, agents, errors),
                }
            });
            if let Some(Part::Proxy(profile)) = part
                && !profile.records_route
            {
                let table = tables.iter().find(|table| table.name == node.id).map(|table| &table.field);
                check_one_transport(&node.id, place, table, way, errors);
            }
            match part {
                Some(part) => between.push(Between { node: place, part: part.clone() }),
                None => all = None,
            }
        }
        let elements = 2 + between.iter().map(|between| between.part.elements()).sum::<usize>();
        if elements > Element::MOST {
            let ends = [way.nodes.first(), way.nodes.last()].map(|node| node.map_or("", |node| node.id.as_str()));
            let where_ = match ways.len() {
                1 => "from caller to callee".to_owned(),
                _ => format!("from {} to {}", quoted(ends[0]), quoted(ends[1])),
            };
            let mut wrong = Diagnostic::new(format!("{elements} elements of SIP are on the way {where_}"));
            if let Some(topology) = root.get("topology") {
                wrong = wrong.at(&topology.value.origin, "too many");
            }
            errors.push(wrong.note(format!("allowed: at most {}; a B2BUA counts as two", Element::MOST)));
            return None;
        }
        of_ways.push(between);
    }
    all.map(|()| of_ways)
}

/// What a node of this kind is that takes part, by its table; `None` too for one that does not.
fn read_part(
    kind: NodeKind,
    name: &str,
    table: Option<&Field<'_>>,
    agents: &AgentReader<'_>,
    errors: &mut Diagnostics,
) -> Option<Part> {
    match kind {
        NodeKind::B2bua => read_b2bua(name, table, agents, errors),
        NodeKind::StatefulProxy | NodeKind::CallStatefulProxy => {
            agents.timers().and_then(|timers| proxy::read(kind, table, timers, errors)).map(Part::Proxy)
        }
        NodeKind::Agents | NodeKind::Router | NodeKind::StatelessProxy | NodeKind::Nat | NodeKind::Platform => None,
    }
}

/// What a scenario says of one node.
struct NodeTable<'a> {
    name: &'a str,
    origin: &'a Origin,
    field: Field<'a>,
}

/// A table for a node that the calls do not pass would do nothing.
fn check_on_the_way(tables: &[NodeTable<'_>], ways: &[Way], errors: &mut Diagnostics) {
    let mut seen = BTreeSet::new();
    let nodes = ways.iter().flat_map(|way| &way.nodes).map(|node| node.id.as_str());
    let on_the_way: Vec<&str> = nodes.filter(|name| seen.insert(*name)).collect();
    let the_way = if ways.len() == 1 { "the way" } else { "any way" };
    for table in tables.iter().filter(|table| !on_the_way.contains(&table.name)) {
        let message = format!("{} is not on {the_way} from caller to callee", quoted(table.name));
        let wrong = Diagnostic::new(message).at(table.origin, "no call passes it");
        errors.push(wrong.note(format!("the nodes on {the_way} are {}", listed(&on_the_way))));
    }
}

/// Checks what is said of nodes where devices are at one end of the way over `nodes`, on which nobody takes part.
pub(super) fn check_nodes_of_devices(
    root: &Fields<'_>,
    drawing: &Drawing,
    nodes: &[Node],
    errors: &mut Diagnostics,
) -> Option<()> {
    let on_the_way: Vec<&str> = nodes.iter().map(|node| node.id.as_str()).collect();
    let tables = read_tables(root, drawing, errors)?;
    for table in tables.iter().filter(|table| !on_the_way.contains(&table.name)) {
        let message = format!("{} is not on the way of the devices", quoted(table.name));
        let wrong = Diagnostic::new(message).at(table.origin, "no device sends through it");
        errors.push(wrong.note(format!("the nodes on the way are {}", listed(&on_the_way))));
    }
    Some(())
}

/// The names of the nodes that take part on any of `ways`, each once, in the order in which the ways pass them.
fn taking_part_on(ways: &[Way]) -> Vec<&str> {
    let mut seen = BTreeSet::new();
    let nodes = ways.iter().flat_map(|way| &way.nodes).filter(|node| node.kind.takes_part());
    nodes.map(|node| node.id.as_str()).filter(|name| seen.insert(*name)).collect()
}

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
                Fields::new(&field.path, field.value, &NodeKeys::get().names(), errors);
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
    let keys = B2buaKeys::get();
    let allowed: Vec<&str> = keys.names().into_iter().chain(NodeKeys::get().names()).collect();
    let fields = match table {
        Some(field) => Fields::new(&field.path, field.value, &allowed, errors),
        None => nothing,
    };
    let leg = |key: &Key<()>, rows: &Vec<Row>, errors: &mut Diagnostics| match key.given_at(&fields) {
        Some(field) => Fields::new(&field.path, field.value, &rows.names(), errors),
        None => Fields::empty(&format!("nodes.{name}.{}", key.name())),
    };
    let with_caller = leg(&keys.caller_leg, &CALLED, errors);
    let with_callee = leg(&keys.callee_leg, &CALLING, errors);
    let legs = [(keys.caller_leg.name(), &with_caller), (keys.callee_leg.name(), &with_callee)];
    check_no_mixture(name, legs, agents, errors)?;
    let with_caller = agents.called(&format!("{} caller leg", quoted(name)), &with_caller, errors);
    let with_callee = agents.calling(&format!("{} callee leg", quoted(name)), &with_callee, errors);
    let media_limit = keys.media_limit.read(&fields, errors);
    Some(Part::B2bua { legs: Box::new([with_caller?, with_callee?]), media_limit: media_limit? })
}

/// Requests of a dialog pass by a proxy that is not in its route, from one SIP node to the next, over one transport.
fn check_one_transport(name: &str, place: u8, table: Option<&Field<'_>>, way: &Way, errors: &mut Diagnostics) {
    // At the agents' own node no link lies on one of the two sides.
    if place == 0 || place == way.path.len() {
        return;
    }
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

/// A crash of a node, by its name.
pub(super) struct NodeCrash {
    node: String,
    /// Of which node of a way stays open.
    crash: Crash,
}

impl NodeCrash {
    /// The crash on `way`, if its node is on it.
    pub(super) fn on(&self, way: &Way) -> Option<Crash> {
        let mut parts = way.nodes.iter().filter(|node| node.kind.takes_part());
        parts.position(|node| node.id == self.node).map(|which| Crash { which, ..self.crash })
    }
}

/// Reads `[[crashes]]`: which node dies when.
pub(super) fn read_crashes(
    root: &Fields<'_>,
    ways: Option<&DrawnWays>,
    errors: &mut Diagnostics,
) -> Option<Vec<NodeCrash>> {
    let keys = CrashKeys::get();
    let tables = root.tables("crashes", &keys.names(), errors)?;
    if tables.is_empty() {
        return Some(Vec::new());
    }
    let ways = &ways?.ways;
    let crashes: Vec<Option<NodeCrash>> = tables
        .iter()
        .map(|fields| {
            let node = keys.node.field(fields, errors).and_then(|field| read_crashing(&field, ways, errors));
            let (clock, at) = (keys.clock.read(fields, errors), keys.at.read(fields, errors));
            let (back_after, memory) = (keys.lasts.given(fields, errors), keys.memory.read(fields, errors));
            let crash = Crash { which: 0, clock: clock?, at: at?, back_after: back_after?, memory: memory? };
            Some(NodeCrash { node: node?, crash })
        })
        .collect();
    crashes.into_iter().collect()
}

/// The node on any of `ways` that a crash befalls.
fn read_crashing(field: &Field<'_>, ways: &[Way], errors: &mut Diagnostics) -> Option<String> {
    let name = CrashKeys::get().node.of(field, errors)?;
    let name = name.as_str();
    let parts = taking_part_on(ways);
    if parts.contains(&name) {
        return Some(name.to_owned());
    }
    let message = match ways.iter().flat_map(|way| &way.nodes).find(|node| node.id == name) {
        Some(node) => format!("{} is a node of kind `{}`, which cannot crash", quoted(name), node.kind.name()),
        None if ways.len() == 1 => format!("the route from caller to callee has no node {}", quoted(name)),
        None => format!("no route from a caller to a callee has a node {}", quoted(name)),
    };
    let wrong = Diagnostic::new(message).at(&field.value.origin, "cannot crash").note(taking_part(&parts));
    let mut ends = ways.iter().flat_map(|way| [way.nodes.first(), way.nodes.last()]).flatten();
    let is_end = ends.any(|node| node.id == name);
    let of_ends = is_end.then(|| "callers and callees die by `hangup.dies` and `hangup.restarts`".to_owned());
    errors.push(wrong.help(of_ends.or_else(|| did_you_mean(name, &parts))));
    None
}

/// Who sends on any of `ways`, by the names that faults give them: the ends, and the nodes that take part.
pub(super) fn senders(ways: &[Way]) -> Vec<&str> {
    End::BOTH.map(End::name).into_iter().chain(taking_part_on(ways)).collect()
}

/// Who sends on `way`, by the name that a fault gives it: the ends, and each node that takes part.
pub(super) fn elements(way: &Way) -> Vec<(String, Vec<Element>)> {
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
