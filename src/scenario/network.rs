//! From a drawn topology to the paths of a scenario's calls: changed links and routes.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::diagnostic::{Diagnostic, Diagnostics, Origin, did_you_mean, listed, quoted};
use super::form::{Default, Form, Row};
use super::link::{DIRECTION_ROWS, LINK_ROWS, LinkSettings, link_keys};
use super::node::NodeWeather;
use super::places::{Places, Where, read_places};
use super::rate::{check_queue, check_rates};
use super::read::{Field, Fields};
use super::topology::Drawing;
use super::tree::Value;
use crate::net::{Link, Node, NodeId, Path, Route, RouteError, Routes, Survey, Topology};
use crate::world::Ways;

/// The tables of one direction.
const TOWARDS: [&str; 2] = ["to-callee", "to-caller"];

/// The keys of `[link]`.
pub(super) static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let abouts = ["Of every link of the route, towards the callee.", "Of every link of the route, towards the caller."];
    let towards = TOWARDS.into_iter().zip(abouts).map(|(name, about)| Row {
        name: name.into(),
        was: None,
        form: Form::Table(DIRECTION_ROWS.clone()),
        default: Default::Said("as in `[link]`"),
        about: about.into(),
    });
    LINK_ROWS.iter().cloned().chain(towards).collect()
});

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

/// A route of calls, made ready, and its nodes.
pub(super) struct Way {
    /// The path.
    pub path: Path,
    /// The nodes from caller to callee.
    pub nodes: Vec<Node>,
}

/// All routes of the calls.
pub(super) struct DrawnWays {
    /// At least one; by the caller's node, then the callee's.
    pub ways: Vec<Way>,
    /// Where there are several: of each caller's node its weight, and the weight of the callee of each of its ways.
    pub weights: Option<Vec<(f64, Vec<f64>)>>,
}

/// Reads `[link]`, `[links]` and where agents are, and finds the ways through `drawing`, which the value of `topology`
/// named. Agents are put on the nodes of `places`, the same drawing without the kinds that the scenario gives.
pub(super) fn read_ways(
    root: &Fields<'_>,
    topology: Option<&Field<'_>>,
    places: Option<&Drawing>,
    drawing: Option<&Drawing>,
    errors: &mut Diagnostics,
) -> Option<DrawnWays> {
    let finder = Finder::read(root, topology, drawing, errors)?;
    let topology = topology?;
    match read_places(root, topology, places?, errors)? {
        Where::Fixed([caller, callee]) => {
            let place = root.get("callee");
            let place = place.and_then(|field| field.value.as_table()?.get("node").map(|node| &node.value.origin));
            let routes = finder.routes_from(caller)?;
            let way = finder.way(&routes, callee, place.unwrap_or(&topology.value.origin), errors)?;
            Some(DrawnWays { ways: vec![way], weights: None })
        }
        Where::Drawn([callers, callees]) => finder.all(&callers, &callees, errors),
    }
}

/// Finds the ends of the route in a drawing, which the value of `topology` named.
type Ends = fn(&Fields<'_>, &Field<'_>, &Drawing, &mut Diagnostics) -> Option<[usize; 2]>;

/// Reads `[link]` and `[links]`, and finds the route between the two `ends` in `drawing`; mistakes in it are shown at
/// the value of `topology`.
pub(super) fn read_route(
    root: &Fields<'_>,
    topology: Option<&Field<'_>>,
    drawing: Option<&Drawing>,
    ends: Ends,
    errors: &mut Diagnostics,
) -> Option<Route> {
    let finder = Finder::read(root, topology, drawing, errors)?;
    let topology = topology?;
    let [from, to] = ends(root, topology, finder.drawing, errors)?;
    finder.route(&finder.routes_from(from)?, to, &topology.value.origin, errors)
}

/// Makes a route ready; `place` is where a mistake in it is shown.
pub(super) fn ready(route: &Route, place: &Origin, errors: &mut Diagnostics) -> Option<Path> {
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

/// A drawing with its links as the scenario has them.
struct Finder<'a> {
    root: &'a Fields<'a>,
    drawing: &'a Drawing,
    graph: Topology,
    towards: [LinkSettings; 2],
    pairs: Vec<PairChange>,
}

/// `link` between `a` and `b` with what `pairs` say of it.
fn change_pair(pairs: &[PairChange], a: &str, b: &str, link: Link) -> Link {
    pairs.iter().filter(|pair| pair.concerns(a, b)).fold(link, |link, pair| pair.change.apply(link))
}

impl<'a> Finder<'a> {
    /// Reads `[link]` and `[links]`, also where there is no drawing to change.
    fn read(
        root: &'a Fields<'a>,
        topology: Option<&Field<'_>>,
        drawing: Option<&'a Drawing>,
        errors: &mut Diagnostics,
    ) -> Option<Finder<'a>> {
        let link = root.table("link", &*ROWS, errors);
        let all = LinkSettings::of_link(&link, errors);
        let towards = TOWARDS.map(|key| {
            let fields = link.table(key, &*DIRECTION_ROWS, errors);
            LinkSettings::of_direction(&fields, errors)
        });
        let pairs = read_pairs(root, errors);
        topology?;
        let drawing = drawing?;
        check_pairs(&pairs, drawing, errors);
        check_queues(root, drawing, &all, &towards, &pairs, errors);
        let graph = drawing.topology(|a, b, link| change_pair(&pairs, a, b, all.apply(link)));
        Some(Finder { root, drawing, graph, towards, pairs })
    }

    fn id(&self, node: usize) -> Option<NodeId> {
        self.graph.node(&self.drawing.nodes[node].id)
    }

    fn routes_from(&self, node: usize) -> Option<Routes<'_>> {
        Some(self.graph.routes_from(self.id(node)?))
    }

    /// The ways from each of `callers` to each of `callees`, but for those at the caller's own node.
    fn all(&self, callers: &Places, callees: &Places, errors: &mut Diagnostics) -> Option<DrawnWays> {
        let count: usize = callers
            .nodes
            .iter()
            .map(|(caller, _)| callees.nodes.iter().filter(|(callee, _)| callee != caller).count())
            .sum();
        if count > Ways::MOST {
            let wrong = Diagnostic::new(format!("calls would take {count} ways")).at(&callers.origin, "too many nodes");
            errors.push(
                wrong
                    .note(format!("allowed: at most {} pairs of a caller's and a callee's node", Ways::MOST))
                    .help("put agents on fewer nodes, for example `{ largest = 200 }`".to_owned()),
            );
            return None;
        }
        let mut ways = Vec::with_capacity(count);
        let mut weights = Vec::with_capacity(callers.nodes.len());
        for &(caller, weight) in &callers.nodes {
            let routes = self.routes_from(caller)?;
            let others = callees.nodes.iter().filter(|(callee, _)| *callee != caller);
            let mut of_callees = Vec::new();
            for &(callee, weight) in others {
                ways.push(self.way(&routes, callee, &callees.origin, errors)?);
                of_callees.push(weight);
            }
            if of_callees.is_empty() {
                let name = quoted(&self.drawing.nodes[caller].id);
                let wrong = Diagnostic::new(format!("a caller at {name} has nobody to call"));
                let wrong =
                    wrong.at(&callers.origin, "puts callers there").at(&callees.origin, "puts all callees there");
                errors.push(wrong.note("a call is between two nodes: on one, no link lies between caller and callee"));
                return None;
            }
            weights.push((weight, of_callees));
        }
        if ways.len() > 1 && ways.iter().any(|way| way.path.has_queues()) {
            let wrong = Diagnostic::new("calls take several ways, and a link on one has a rate");
            let wrong = wrong.at(&callers.origin, "puts callers there").at(&callees.origin, "puts callees there");
            errors.push(wrong.note("allowed: a rate where all calls take one way, or links without a rate"));
            return None;
        }
        let weights = (ways.len() > 1).then_some(weights);
        Some(DrawnWays { ways, weights })
    }

    /// The way to `callee`, which is written at `place`.
    fn way(&self, routes: &Routes<'_>, callee: usize, place: &Origin, errors: &mut Diagnostics) -> Option<Way> {
        let mut route = self.route(routes, callee, place, errors)?;
        let weather = NodeWeather::read(self.root, self.drawing, &route.nodes, errors)?;
        weather.put_nats(&mut route);
        let path = weather.put_outages(ready(&route, place, errors)?);
        Some(Way { path, nodes: route.nodes })
    }

    /// The route to this node, with its links as the scenario has them; a mistake in it is shown at `place`.
    fn route(&self, routes: &Routes<'_>, to: usize, place: &Origin, errors: &mut Diagnostics) -> Option<Route> {
        let mut route = match routes.to(self.id(to)?) {
            Ok(route) => route,
            Err(error) => {
                let wrong = Diagnostic::new(error.to_string()).at(place, "no route");
                errors.push(if matches!(error, RouteError::NoWay { .. }) { self.explain(wrong) } else { wrong });
                return None;
            }
        };
        let Route { nodes, to_callee, to_caller } = &mut route;
        for (links, change) in [to_callee, to_caller].into_iter().zip(&self.towards) {
            for (link, ends) in links.iter_mut().zip(nodes.windows(2)) {
                *link = change_pair(&self.pairs, &ends[0].id, &ends[1].id, change.apply(link.clone()));
            }
        }
        check_transports(&route, place, errors)?;
        check_rates(&route, place, errors)?;
        Some(route)
    }

    /// Why there may be no way: the topology hangs together only in parts.
    fn explain(&self, wrong: Diagnostic) -> Diagnostic {
        const SHOWN: usize = 5;
        let parts = Survey::components_of(&self.graph);
        let [largest, second, ..] = parts.as_slice() else { return wrong };
        let sizes: Vec<String> = parts.iter().take(SHOWN).map(|part| part.len().to_string()).collect();
        let more = if parts.len() > SHOWN { " and more" } else { "" };
        let names = |part: &[usize]| listed(part.iter().take(SHOWN).map(|&node| self.drawing.nodes[node].id.as_str()));
        wrong
            .note(format!(
                "the topology falls into {} parts, of {}{more} nodes; in the largest are {}, in the next {}",
                parts.len(),
                sizes.join(", "),
                names(largest),
                names(second)
            ))
            .help("`byeloss topology FILE --largest-component -o FILE.json` keeps the largest part alone".to_owned())
    }
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
        let fields = Fields::new(&path_of(&entry.key), &entry.value, &link_keys(), errors);
        let change = LinkSettings::of_link(&fields, errors);
        pairs.push(PairChange { pair: entry.key.clone(), origin: entry.key_origin.clone(), change });
    }
    pairs
}

/// Complains of a queue that is said of links none of which has a rate.
fn check_queues(
    root: &Fields<'_>,
    drawing: &Drawing,
    all: &LinkSettings,
    towards: &[LinkSettings; 2],
    pairs: &[PairChange],
    errors: &mut Diagnostics,
) {
    let id = |index: usize| drawing.nodes[index].id.as_str();
    // The links as they are, of all nodes or of those that a pair concerns, and then with what is said of one
    // direction.
    let any_has_rate = |concerns: &dyn Fn(&str, &str) -> bool, towards: &[&LinkSettings]| {
        let concerned = drawing.links.iter().filter(|link| concerns(id(link.source), id(link.target)));
        let mut both = concerned.flat_map(|link| {
            let (a, b) = (id(link.source), id(link.target));
            let directions = [Some(&link.forward), link.back.as_ref()].into_iter().flatten();
            directions.map(move |link| change_pair(pairs, a, b, all.apply(link.clone())))
        });
        both.any(|link| link.rate.is_some() || towards.iter().any(|towards| towards.apply(link.clone()).rate.is_some()))
    };
    // What else is wrong with a table has been said.
    let mut said = Diagnostics::new();
    let link = root.table("link", &*ROWS, &mut said);
    let [to_callee, to_caller] = towards;
    check_queue(&link, any_has_rate(&|_, _| true, &[to_callee, to_caller]), errors);
    for (key, towards) in TOWARDS.into_iter().zip(towards) {
        check_queue(&link.table(key, &*DIRECTION_ROWS, &mut said), any_has_rate(&|_, _| true, &[towards]), errors);
    }
    let table = root.get("links").and_then(|field| field.value.as_table());
    for (entry, pair) in table.into_iter().flat_map(|table| &table.entries).zip(pairs) {
        let fields = Fields::new(&path_of(&entry.key), &entry.value, &link_keys(), &mut said);
        let known = |a: &str, b: &str| pair.concerns(a, b);
        check_queue(&fields, any_has_rate(&known, &[to_callee, to_caller]), errors);
    }
}

/// The dotted name of what is said of the links between two nodes.
fn path_of(pair: &str) -> String {
    format!("links.{pair:?}")
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
