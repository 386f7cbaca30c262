//! From a drawn topology to the path of a scenario's calls: changed links, the places of the agents, the route.

use std::collections::BTreeMap;

use super::diagnostic::{Diagnostic, Diagnostics, Origin, did_you_mean, listed, quoted};
use super::link::{LINK_KEYS, LinkSettings};
use super::node::NodeWeather;
use super::read::{Field, Fields};
use super::topology::Drawing;
use super::tree::Value;
use crate::net::{Link, Node, NodeKind, Path, Route};
use crate::world::End;

/// What a scenario sets of links between two nodes.
struct PairChange {
    pair: String,
    origin: Origin,
    change: LinkSettings,
}

impl PairChange {
    fn concerns(&self, a: &str, b: &str) -> bool {
        let joins = |a: &str, b: &str| {
            self.pair.strip_prefix(a).and_then(|rest| rest.strip_prefix("--")).is_some_and(|rest| rest == b)
        };
        joins(a, b) || joins(b, a)
    }
}

/// The route of the calls, made ready, and the names of its nodes.
pub struct Way {
    /// The path.
    pub path: Path,
    /// The nodes from caller to callee.
    pub nodes: Vec<Node>,
}

/// Reads `[link]`, `[links]`, `caller.node` and `callee.node`, and finds the way through `drawing`, which the value of
/// `topology` named.
pub fn read_way(
    root: &Fields<'_>,
    topology: Option<&Field<'_>>,
    drawing: Option<&Drawing>,
    errors: &mut Diagnostics,
) -> Option<Way> {
    let (mut route, place) = read_route(root, topology, drawing, read_places, errors)?;
    let weather = NodeWeather::read(root, drawing?, &route.nodes, errors)?;
    weather.put_nats(&mut route);
    let path = weather.put_outages(ready(&route, &place, errors)?);
    Some(Way { path, nodes: route.nodes })
}

/// Makes a route ready; `place` is where a mistake in it is shown.
pub fn ready(route: &Route, place: &Origin, errors: &mut Diagnostics) -> Option<Path> {
    let path = Path::new(route);
    if path.is_none() {
        let nodes = &route.nodes;
        let (from, to) = (&nodes[0].id, &nodes[nodes.len() - 1].id);
        let message = format!("the route from {from} to {to} has {} links", nodes.len() - 1);
        let long = Diagnostic::new(message).at(place, "too long a route");
        errors.push(long.note(format!("allowed: at most {}", Path::MAX_LINKS)));
    }
    path
}

/// Finds the ends of the route in a drawing, which the value of `topology` named.
type Places = fn(&Fields<'_>, &Field<'_>, &Drawing, &mut Diagnostics) -> Option<[usize; 2]>;

/// Reads `[link]` and `[links]`, and finds the route between two `places` of `drawing`. Also gives where a mistake in the route is
/// shown.
pub fn read_route(
    root: &Fields<'_>,
    topology: Option<&Field<'_>>,
    drawing: Option<&Drawing>,
    places: Places,
    errors: &mut Diagnostics,
) -> Option<(Route, Origin)> {
    let link = root.table("link", errors);
    let all = LinkSettings::of_link(&link, errors);
    let towards = ["to-callee", "to-caller"].map(|key| {
        let fields = link.table(key, errors);
        LinkSettings::of_direction(&fields, errors)
    });
    let pairs = read_pairs(root, errors);
    let (topology, drawing) = (topology?, drawing?);
    check_pairs(&pairs, drawing, errors);
    let [caller, callee] = places(root, topology, drawing, errors)?;

    let change_pair = |a: &str, b: &str, link: Link| {
        pairs.iter().filter(|pair| pair.concerns(a, b)).fold(link, |link, pair| pair.change.apply(link))
    };
    let graph = drawing.topology(|a, b, link| change_pair(a, b, all.apply(link)));
    let (from, to) = (graph.node(&drawing.nodes[caller].id)?, graph.node(&drawing.nodes[callee].id)?);
    let place = root.get("callee").and_then(|field| field.value.as_table()?.get("node").map(|node| &node.value.origin));
    let place = place.unwrap_or(&topology.value.origin);
    let mut route = match graph.route(from, to) {
        Ok(route) => route,
        Err(error) => {
            errors.push(Diagnostic::new(error.to_string()).at(place, "no route"));
            return None;
        }
    };
    let nodes: Vec<String> = route.nodes.iter().map(|node| node.id.clone()).collect();
    let Route { to_callee, to_caller, .. } = &mut route;
    for (links, change) in [to_callee, to_caller].into_iter().zip(towards) {
        for (link, ends) in links.iter_mut().zip(nodes.windows(2)) {
            *link = change_pair(&ends[0], &ends[1], change.apply(link.clone()));
        }
    }
    check_transports(&route, place, errors)?;
    let place = place.clone();
    Some((route, place))
}

/// A router or NAT forwards packets: SIP goes over the same transport on both sides of it.
fn check_transports(route: &Route, place: &Origin, errors: &mut Diagnostics) -> Option<()> {
    let mut all = Some(());
    for links in [&route.to_callee, &route.to_caller] {
        for (node, pair) in route.nodes[1..].iter().zip(links.windows(2)) {
            let [before, after] = [pair[0].transport, pair[1].transport];
            if node.kind.is_transparent() && before != after && all.is_some() {
                let message = format!(
                    "the links on the two sides of the {} {} carry SIP over {} and {}",
                    node.kind.name(),
                    quoted(&node.id),
                    before.name(),
                    after.name()
                );
                let wrong = Diagnostic::new(message).at(place, "on this route");
                errors.push(wrong.note("allowed: one transport, with one `tcp-limit`, from one SIP node to the next"));
                all = None;
            }
        }
    }
    all
}

fn read_pairs(root: &Fields<'_>, errors: &mut Diagnostics) -> Vec<PairChange> {
    let Some(links) = root.get("links") else { return Vec::new() };
    let Value::Table(table) = &links.value.value else {
        errors.push(links.refuse("not a table", "tables such as [links.\"caller--callee\"]"));
        return Vec::new();
    };
    let mut pairs = Vec::new();
    for entry in &table.entries {
        let fields = Fields::new(&format!("links.{:?}", entry.key), &entry.value, &LINK_KEYS, errors);
        let change = LinkSettings::of_link(&fields, errors);
        pairs.push(PairChange { pair: entry.key.clone(), origin: entry.key_origin.clone(), change });
    }
    pairs
}

fn check_pairs(pairs: &[PairChange], drawing: &Drawing, errors: &mut Diagnostics) {
    let ends = |index: usize| drawing.nodes[index].id.as_str();
    let mut seen: BTreeMap<(usize, usize), &Origin> = BTreeMap::new();
    for pair in pairs {
        if errors.is_full() {
            break;
        }
        if let Some(link) = drawing.links.iter().find(|link| pair.concerns(ends(link.source), ends(link.target))) {
            let joined = (link.source.min(link.target), link.source.max(link.target));
            if let Some(first) = seen.insert(joined, &pair.origin) {
                let (a, b) = (ends(link.source), ends(link.target));
                errors.push(
                    Diagnostic::new("the same link twice")
                        .at(&pair.origin, "the second")
                        .at(first, "the first")
                        .note(format!("`{a}--{b}` and `{b}--{a}` name the same link, in both directions")),
                );
            }
            continue;
        }
        let names: Vec<String> =
            drawing.links.iter().map(|link| format!("{}--{}", ends(link.source), ends(link.target))).collect();
        errors.push(
            Diagnostic::new(format!("the topology has no link {}", quoted(&pair.pair)))
                .at(&pair.origin, "no such link")
                .note(format!("the links are {}", listed(&names)))
                .help(did_you_mean(&pair.pair, names)),
        );
    }
}

/// The nodes of caller and callee.
fn read_places(
    root: &Fields<'_>,
    topology: &Field<'_>,
    drawing: &Drawing,
    errors: &mut Diagnostics,
) -> Option<[usize; 2]> {
    let agents: Vec<usize> =
        (0..drawing.nodes.len()).filter(|&index| drawing.nodes[index].kind == NodeKind::Agents).collect();
    let names: Vec<&str> = agents.iter().map(|&index| drawing.nodes[index].id.as_str()).collect();
    let which =
        format!("its nodes of kind `agents` are {}", if names.is_empty() { "none".into() } else { listed(&names) });
    let mut given = [None, None];
    for (end, given) in End::BOTH.into_iter().zip(&mut given) {
        let node = root.get(end.name()).and_then(|field| field.value.as_table()?.get("node").map(|node| &node.value));
        let Some(value) = node else { continue };
        let field = Field { path: format!("{}.node", end.name()), value };
        let name = field.text("the name of a node", errors)?;
        let Some(index) = drawing.nodes.iter().position(|node| node.id == name) else {
            let wrong = field.refuse("the topology has no such node", "a node of kind `agents`");
            errors.push(wrong.note(which.clone()).help(did_you_mean(name, names)));
            return None;
        };
        if !agents.contains(&index) {
            let kind = drawing.nodes[index].kind.name();
            errors.push(field.refuse(&format!("a node of kind `{kind}`"), "a node of kind `agents`").note(which));
            return None;
        }
        *given = Some(index);
    }
    let other = |taken: usize| agents.iter().copied().find(|&index| index != taken);
    match (given, agents.as_slice()) {
        ([Some(caller), Some(callee)], _) => Some([caller, callee]),
        ([Some(caller), None], [_, _]) => Some([caller, other(caller)?]),
        ([None, Some(callee)], [_, _]) => Some([other(callee)?, callee]),
        ([None, None], [caller, callee]) => Some([*caller, *callee]),
        ([caller, _], _) => {
            let missing = if caller.is_none() { "caller.node" } else { "callee.node" };
            errors.push(
                Diagnostic::new(format!("`{missing}` is missing"))
                    .at(&topology.value.origin, "this topology leaves open where the agents are")
                    .note(format!("a default needs exactly two nodes of kind `agents`; {which}"))
                    .help(names.first().map(|name| format!("for example `{missing} = {name:?}`"))),
            );
            None
        }
    }
}
