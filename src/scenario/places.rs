//! Where agents are: `caller.node` and `callee.node`, or a rule that puts them on nodes, `calls.nodes`, `caller.nodes`
//! and `callee.nodes`; and `[[kinds]]`, which makes nodes into what takes part.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::diagnostic::{Diagnostic, Diagnostics, Origin, did_you_mean, listed, quoted};
use super::form::{Default, Form, Keys, Row, Word};
use super::key::{key, keys};
use super::kind::{Kind, choice, integer, number, string};
use super::read::{Field, Fields};
use super::topology::Drawing;
use super::tree::{Tree, Value};
use crate::net::NodeKind;
use crate::world::End;

keys! {
    /// Where agents are, of both ends.
    PlaceKeys {
        nodes: () = key("nodes", rule(), Default::Said("none"), "At which nodes agents are: for each call a caller's is drawn, and a callee's among the others.");
    }
}

keys! {
    /// Where the agents of one end are.
    EndKeys {
        node: String = key("node", string("node of kind `agents`"), Default::Said("the first of two, of callees the second"), "The node where all of them are. A default needs a topology with exactly two nodes of kind `agents`.");
        nodes: () = key("nodes", rule(), Default::Said("that of `calls.nodes`"), "At which nodes they are.");
    }
}

keys! {
    /// A rule by degree.
    LargestKeys {
        largest: u32 = key("largest", integer(0..=u32::MAX), Default::Required("largest = 5"), "So many nodes of the largest degree, the earlier in the file among equals.");
    }
}

keys! {
    /// `[[kinds]]`.
    KindsKeys {
        nodes: () = key("nodes", selection(), Default::Required("nodes = { largest = 3 }"), "Which nodes of the topology are of this kind here.");
        kind: NodeKind = key("kind", choice(&kinds()), Default::Required("kind = \"call-stateful-proxy\""), "The kind.");
        settings: () = key("settings", settings(), Default::Said("none"), "What a table of `[nodes]` says, for those of them that have none.");
    }
}

/// The keys that say where the agents of one end are.
pub(super) fn end_rows() -> Vec<Row> {
    EndKeys::get().rows()
}

/// A rule that selects nodes of a topology, which it is read with.
fn selection() -> Kind<()> {
    let all = Form::Words(vec![Word { name: "all", was: None }]);
    let names = Form::List(Box::new(Form::String("name of a node")));
    Kind::new(Form::Either(vec![all, LargestKeys::get().form(), names]), |_, _, _| Some(()))
}

/// A rule that puts agents on nodes.
fn rule() -> Kind<()> {
    let weights = Form::Map("name of a node, of weights", Box::new(weight().form().clone()));
    let row = Row {
        name: "weights".into(),
        was: None,
        form: weights,
        default: Default::Required("weights = { NAME = 2.5 }"),
        about: "These nodes, each as often as its weight says.".into(),
    };
    Kind::new(Form::Either(vec![selection().form().clone(), Form::Table(vec![row])]), |_, _, _| Some(()))
}

fn weight() -> Kind<f64> {
    number(0.0..=1e12)
}

/// A table of `[nodes]`, which is read with the kind of its node.
fn settings() -> Kind<()> {
    Kind::new(Form::Named("table of a node", Box::new(Form::Table(Vec::new()))), |_, _, _| Some(()))
}

/// The kinds that a scenario may give.
fn kinds() -> Vec<(&'static str, NodeKind)> {
    NodeKind::NAMES.into_iter().filter(|(_, kind)| *kind != NodeKind::Agents).collect()
}

/// Nodes with their weights, and where the scenario puts agents there.
#[derive(Clone)]
pub(super) struct Places {
    /// Node and weight, above 0, in the order of the topology; at least one.
    pub nodes: Vec<(usize, f64)>,
    /// Where that is written.
    pub origin: Origin,
}

/// Where callers and callees are.
pub(super) enum Where {
    /// Each at one node.
    Fixed([usize; 2]),
    /// At nodes drawn for each call.
    Drawn([Places; 2]),
}

/// Reads where agents are in `drawing`, which the value of `topology` named.
pub(super) fn read_places(
    root: &Fields<'_>,
    topology: &Field<'_>,
    drawing: &Drawing,
    errors: &mut Diagnostics,
) -> Option<Where> {
    let rule_in = |table: &str| {
        let entry = root.get(table)?.value.as_table()?.get("nodes")?;
        Some(Field { path: format!("{table}.nodes"), value: &entry.value })
    };
    let of_all = rule_in("calls");
    let own = End::BOTH.map(|end| rule_in(end.name()));
    if of_all.is_none() && own.iter().all(Option::is_none) {
        return read_fixed(root, topology, drawing, errors).map(Where::Fixed);
    }
    let needs_all = End::BOTH.iter().zip(&own).any(|(end, own)| own.is_none() && node_field(root, *end).is_none());
    let all = of_all.as_ref().filter(|_| needs_all).map(|rule| read_rule(rule, drawing, errors));
    let drawn = own.into_iter().zip(End::BOTH).map(|(own, end)| {
        let fixed = node_field(root, end);
        if let (Some(own), Some(fixed)) = (&own, &fixed) {
            let both = Diagnostic::new(format!("{} and {} are both set", quoted(&fixed.path), quoted(&own.path)));
            errors.push(
                both.at(&own.value.origin, "several")
                    .at(&fixed.value.origin, "one")
                    .note("allowed: the one or the other"),
            );
            return None;
        }
        if let Some(fixed) = fixed {
            let node = read_node(&fixed, drawing, errors)?;
            return Some(Places { nodes: vec![(node, 1.0)], origin: fixed.value.origin.clone() });
        }
        match (own, &all) {
            (Some(rule), _) => read_rule(&rule, drawing, errors),
            (None, Some(all)) => all.clone(),
            (None, None) => {
                let missing = Diagnostic::new(format!("`{}.nodes` is missing", end.name()));
                let other = End::BOTH.iter().find_map(|end| root.get(end.name())).map(|field| &field.value.origin);
                errors.push(
                    missing
                        .at(other.unwrap_or(&topology.value.origin), "puts only the other end on nodes by a rule")
                        .help("`calls.nodes` puts both ends on nodes, for example `calls.nodes = \"all\"`".to_owned()),
                );
                None
            }
        }
    });
    let drawn: Vec<Option<Places>> = drawn.collect();
    let [caller, callee] = <[Option<Places>; 2]>::try_from(drawn).ok()?;
    let (caller, callee) = (caller?, callee?);
    if let ([(a, _)], [(b, _)]) = (&caller.nodes[..], &callee.nodes[..])
        && a == b
    {
        let message = format!("caller and callee are both at {}", quoted(&drawing.nodes[*a].id));
        let wrong = Diagnostic::new(message).at(&callee.origin, "the only node of either");
        errors.push(wrong.note("a call is between two nodes: on one, no link lies between caller and callee"));
        return None;
    }
    Some(Where::Drawn([caller, callee]))
}

/// The nodes where a rule may put agents: those of kind `agents`; where there are none, all but other networks and
/// hyperedges.
fn places_of(drawing: &Drawing) -> Vec<usize> {
    let of_agents = |&node: &usize| drawing.nodes[node].kind == NodeKind::Agents;
    let agents: Vec<usize> = (0..drawing.nodes.len()).filter(of_agents).collect();
    if agents.is_empty() { own_nodes(drawing) } else { agents }
}

/// All nodes but other networks and hyperedges.
fn own_nodes(drawing: &Drawing) -> Vec<usize> {
    (0..drawing.nodes.len()).filter(|&node| drawing.nodes[node].is_place).collect()
}

/// A rule that puts agents on nodes.
fn read_rule(rule: &Field<'_>, drawing: &Drawing, errors: &mut Diagnostics) -> Option<Places> {
    let origin = rule.value.origin.clone();
    if let Value::Table(table) = &rule.value.value
        && let Some(weights) = table.get("weights")
    {
        Fields::new(&rule.path, rule.value, &["weights"], errors);
        let field = Field { path: format!("{}.weights", rule.path), value: &weights.value };
        let nodes = read_weights(&field, drawing, errors)?;
        return (table.entries.len() == 1).then_some(Places { nodes, origin });
    }
    let of = Selection { drawing, places: places_of(drawing), least: 1, or: ", or `{ weights = { NAME = 2.5 } }`" };
    let nodes = select(rule, of, errors)?;
    if nodes.is_empty() {
        errors.push(rule.refuse("the topology has no node for agents", "a rule that finds a node"));
        return None;
    }
    Some(Places { nodes: nodes.into_iter().map(|node| (node, 1.0)).collect(), origin })
}

fn read_weights(field: &Field<'_>, drawing: &Drawing, errors: &mut Diagnostics) -> Option<Vec<(usize, f64)>> {
    const ALLOWED: &str = "a table of weights by the names of nodes, at least one above 0";
    let Value::Table(table) = &field.value.value else {
        errors.push(field.refuse("not a table", ALLOWED));
        return None;
    };
    let mut weights: BTreeMap<usize, f64> = BTreeMap::new();
    let mut all = Some(());
    for entry in &table.entries {
        let named = Field { path: format!("{}.{}", field.path, entry.key), value: &entry.value };
        let node = find(&entry.key, &entry.key_origin, drawing, errors);
        match (node, weight().read(&named, errors)) {
            (Some(node), Some(weight)) => {
                weights.insert(node, weight);
            }
            _ => all = None,
        }
    }
    all?;
    let nodes: Vec<(usize, f64)> = weights.into_iter().filter(|(_, weight)| *weight > 0.0).collect();
    if nodes.is_empty() {
        errors.push(field.refuse("no weight is above 0", ALLOWED));
        return None;
    }
    Some(nodes)
}

/// What nodes can be selected of.
struct Selection<'d> {
    drawing: &'d Drawing,
    /// All of them, for a rule that names none.
    places: Vec<usize>,
    /// The fewest that a rule can ask for.
    least: u32,
    /// What else is allowed in the place of a rule.
    or: &'static str,
}

/// The nodes that a rule without weights selects: all places, the `largest` of them by degree, or a list of names.
fn select(rule: &Field<'_>, of: Selection<'_>, errors: &mut Diagnostics) -> Option<Vec<usize>> {
    let Selection { drawing, places, least, or } = of;
    let allowed = format!("\"all\", `{{ largest = 5 }}`, a list of names of nodes{or}");
    match &rule.value.value {
        Value::String(text) if text == "all" => Some(places),
        Value::String(text) => {
            errors.push(rule.refuse("no such rule", &allowed).help(did_you_mean(text, ["all"])));
            None
        }
        Value::Table(_) => {
            let keys = LargestKeys::get();
            let fields = Fields::new(&rule.path, rule.value, &keys.names(), errors);
            let largest = keys.largest.field(&fields, errors)?;
            let mut nodes = places;
            let most: u32 = integer(least..=nodes.len() as u32).read(&largest, errors)?;
            let degrees = drawing.degrees();
            // The sort is stable: among equals the first of the file.
            nodes.sort_by_key(|&node| std::cmp::Reverse(degrees[node]));
            nodes.truncate(most as usize);
            nodes.sort_unstable();
            Some(nodes)
        }
        Value::List(list) => {
            let named = list.iter().enumerate().map(|(index, tree)| {
                let field = Field { path: format!("{}.{index}", rule.path), value: tree };
                let name = field.string("the name of a node", errors)?;
                find(name, &tree.origin, drawing, errors).map(|node| (node, &tree.origin))
            });
            let named = named.collect::<Vec<_>>().into_iter().collect::<Option<Vec<_>>>()?;
            let mut seen: BTreeMap<usize, &Origin> = BTreeMap::new();
            for (node, origin) in named {
                if let Some(first) = seen.insert(node, origin) {
                    let twice = Diagnostic::new(format!("the node {} twice", quoted(&drawing.nodes[node].id)));
                    let twice = twice.at(origin, "the second").at(first, "the first");
                    errors
                        .push(twice.note("allowed: each node once; `{ weights = { NAME = 2 } }` takes one more often"));
                    return None;
                }
            }
            let nodes: Vec<usize> = seen.into_keys().collect();
            if nodes.len() < least as usize {
                errors.push(rule.refuse("an empty list", &allowed));
                return None;
            }
            Some(nodes)
        }
        Value::Null | Value::Bool(_) | Value::Integer(_) | Value::Number(_) | Value::Date => {
            errors.push(rule.refuse("no rule", &allowed));
            None
        }
    }
}

/// The node of this name.
fn find(name: &str, origin: &Origin, drawing: &Drawing, errors: &mut Diagnostics) -> Option<usize> {
    let found = drawing.nodes.iter().position(|node| node.id == name);
    if found.is_none() {
        let names = || drawing.nodes.iter().map(|node| node.id.as_str());
        errors.push(
            Diagnostic::new(format!("the topology has no node {}", quoted(name)))
                .at(origin, "no such node")
                .note(format!("the nodes are {}", listed(names())))
                .help(did_you_mean(name, names())),
        );
    }
    found
}

fn node_field<'a>(root: &Fields<'a>, end: End) -> Option<Field<'a>> {
    let value = root.get(end.name())?.value.as_table()?.get("node").map(|node| &node.value)?;
    Some(Field { path: format!("{}.node", end.name()), value })
}

/// A node that a scenario names for agents: one of kind `agents`; where there are none, any.
fn read_node(field: &Field<'_>, drawing: &Drawing, errors: &mut Diagnostics) -> Option<usize> {
    let (agents, names, which) = agents_of(drawing);
    let name = EndKeys::get().node.of(field, errors)?;
    let Some(index) = drawing.nodes.iter().position(|node| node.id == name) else {
        let wrong = field.refuse("the topology has no such node", "a node of kind `agents`");
        errors.push(wrong.note(which).help(did_you_mean(&name, names)));
        return None;
    };
    if !agents.is_empty() && !agents.contains(&index) {
        let kind = drawing.nodes[index].kind.name();
        errors.push(field.refuse(&format!("a node of kind `{kind}`"), "a node of kind `agents`").note(which));
        return None;
    }
    Some(index)
}

/// The nodes of kind `agents`, the names of those that may be named where one is wanted, and a sentence about them.
fn agents_of(drawing: &Drawing) -> (Vec<usize>, Vec<&str>, String) {
    let agents: Vec<usize> =
        (0..drawing.nodes.len()).filter(|&index| drawing.nodes[index].kind == NodeKind::Agents).collect();
    let names = |nodes: &[usize]| nodes.iter().map(|&node| drawing.nodes[node].id.as_str()).collect::<Vec<_>>();
    if agents.is_empty() {
        let all = names(&(0..drawing.nodes.len()).collect::<Vec<_>>());
        let which = "its nodes of kind `agents` are none; then any node may be named".to_owned();
        return (agents, all, which);
    }
    let of_kind = names(&agents);
    let which = format!("its nodes of kind `agents` are {}", listed(&of_kind));
    (agents, of_kind, which)
}

/// The nodes of caller and callee, each at one.
fn read_fixed(
    root: &Fields<'_>,
    topology: &Field<'_>,
    drawing: &Drawing,
    errors: &mut Diagnostics,
) -> Option<[usize; 2]> {
    let (agents, names, which) = agents_of(drawing);
    let mut given = [None, None];
    for (end, given) in End::BOTH.into_iter().zip(&mut given) {
        if let Some(field) = node_field(root, end) {
            *given = Some(read_node(&field, drawing, errors)?);
        }
    }
    let other = |taken: usize| agents.iter().copied().find(|&index| index != taken);
    match (given, agents.as_slice()) {
        ([Some(caller), Some(callee)], _) => Some([caller, callee]),
        ([Some(caller), None], [_, _]) => Some([caller, other(caller)?]),
        ([None, Some(callee)], [_, _]) => Some([other(callee)?, callee]),
        ([None, None], [caller, callee]) => Some([*caller, *callee]),
        ([caller, _], _) => {
            let missing = if caller.is_none() { "caller.node" } else { "callee.node" };
            let rule = "or put agents on nodes by a rule, for example `calls.nodes = \"all\"`";
            let example = names.first().map(|name| format!("for example `{missing} = {name:?}`, {rule}"));
            errors.push(
                Diagnostic::new(format!("`{missing}` is missing"))
                    .at(&topology.value.origin, "this topology leaves open where the agents are")
                    .note(format!("a default needs exactly two nodes of kind `agents`; {which}"))
                    .help(example),
            );
            None
        }
    }
}

/// A kind that the scenario gives to nodes, with the settings that go with it.
pub(super) struct GivenKind<'a> {
    /// Which entry of the list it is, from 0.
    pub index: usize,
    /// The kind.
    pub kind: NodeKind,
    /// The nodes, by their names.
    pub nodes: Vec<String>,
    /// What is said of each of them that has no table of its own.
    pub settings: Option<Field<'a>>,
}

/// Reads `[[kinds]]`: the drawing with nodes of the kinds that the scenario gives them, and what it says of them.
pub(super) fn read_kinds<'a, 'd>(
    root: &Fields<'a>,
    drawing: &'d Drawing,
    errors: &mut Diagnostics,
) -> Option<(Cow<'d, Drawing>, Vec<GivenKind<'a>>)> {
    let Some(field) = root.get("kinds") else { return Some((Cow::Borrowed(drawing), Vec::new())) };
    let Value::List(list) = &field.value.value else {
        errors.push(field.refuse("not a list", "a list of tables, each begun by `[[kinds]]`"));
        return None;
    };
    let mut changed = drawing.clone();
    let mut given = Vec::new();
    let mut all = Some(());
    for (index, tree) in list.iter().enumerate() {
        match read_kind(index, tree, drawing, errors) {
            Some((nodes, kind, settings)) => {
                nodes.iter().for_each(|&node| changed.nodes[node].kind = kind);
                let nodes = nodes.into_iter().map(|node| drawing.nodes[node].id.clone()).collect();
                given.push(GivenKind { index, kind, nodes, settings });
            }
            None => all = None,
        }
    }
    all?;
    Some((Cow::Owned(changed), given))
}

fn read_kind<'a>(
    index: usize,
    tree: &'a Tree,
    drawing: &Drawing,
    errors: &mut Diagnostics,
) -> Option<(Vec<usize>, NodeKind, Option<Field<'a>>)> {
    let keys = KindsKeys::get();
    let fields = Fields::new(&format!("kinds.{index}"), tree, &keys.names(), errors);
    let nodes = keys.nodes.field(&fields, errors);
    let nodes = nodes
        .and_then(|rule| select(&rule, Selection { drawing, places: own_nodes(drawing), least: 0, or: "" }, errors));
    let kind = keys.kind.read(&fields, errors)?;
    let settings = keys.settings.given_at(&fields);
    if let Some(settings) = settings.as_ref().filter(|_| !kind.takes_part()) {
        let message = format!("a node of kind `{}` has no settings", kind.name());
        errors.push(Diagnostic::new(message).at(&settings.value.origin, "has no settings"));
        return None;
    }
    Some((nodes?, kind, settings))
}
