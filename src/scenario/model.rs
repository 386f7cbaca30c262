//! From a scenario as written to a [`Setup`]: what one point of a study runs.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::agents::AgentReader;
use super::between::{read_between, read_crashes};
use super::builtin::BuiltinKind;
use super::diagnostic::{Diagnostic, Diagnostics, Origin, Source};
use super::faults::{read_faults, read_requests};
use super::file;
use super::import::{self, ImportOptions};
use super::law::{read_arrivals, read_law};
use super::media::read_users;
use super::network::{self, read_ways};
use super::places::read_kinds;
use super::read::{Field, Fields};
use super::topology::{self, Drawing};
use super::tree::Tree;
use crate::net::{Node, NodeKind};
use crate::random::{Law, Probability};
use crate::time::{Span, Time};
use crate::world::{self, Arrivals, Begin, Calls, End, Ending, Setup, Ways, element_names};

/// One scenario without a sweep, as meant.
pub struct Scenario<S = Setup> {
    /// Its name.
    pub name: String,
    /// What it asks; may be empty.
    pub title: String,
    /// What is to be run.
    pub setup: S,
    /// The nodes from caller to callee, or from device to the highest platform; of several ways, those of the first.
    pub nodes: Vec<String>,
    /// Whether the load of every element is asked for.
    pub load: bool,
    /// What ways and elements are called, if there are several ways.
    pub ways: Option<Arc<WayNames>>,
}

/// The topologies that the points of a study have opened, each read once.
#[derive(Default)]
pub struct Topologies(BTreeMap<(Option<PathBuf>, String), Drawing>);

impl Topologies {
    /// The drawing that the value of `topology` names.
    pub fn open(&mut self, field: &Field<'_>, errors: &mut Diagnostics) -> Option<&Drawing> {
        let name = field.text("the name of a built-in topology, or the path of a .json or .graphml file", errors)?;
        let origin = &field.value.origin;
        let folder = origin.source.folder.clone();
        let key = (folder.clone(), name.to_owned());
        if !self.0.contains_key(&key) {
            let source = file::open(BuiltinKind::Topology, name, folder.as_deref(), Some(origin));
            match source.map_err(Diagnostics::from).and_then(|source| read_topology(&source)) {
                Ok(drawing) => self.0.insert(key.clone(), drawing),
                Err(found) => {
                    found.iter().for_each(|diagnostic| errors.push(diagnostic.clone()));
                    return None;
                }
            };
        }
        self.0.get(&key)
    }
}

/// Reads a topology file: our own form must be right in every key, that of other tools is taken as it is meant.
fn read_topology(source: &Arc<Source>) -> Result<Drawing, Diagnostics> {
    match import::is_xml(source) {
        true => import::read(source, &ImportOptions::default()).map(|import| import.drawing),
        false => topology::parse(source),
    }
}

/// Reads the scenario that `tree` writes; `None` if anything is wrong, which `errors` then holds.
pub fn read(tree: &Tree, topologies: &mut Topologies, errors: &mut Diagnostics) -> Option<Scenario> {
    let root = Fields::root(tree, errors);
    let name = root.require("name", "name = \"my-study\"", errors).and_then(|field| read_name(&field, errors));
    let title = root.or("title", "", errors, |field, errors| field.printable_text("a text", errors));
    let seed = root.or("seed", 1, errors, |field, errors| field.integer(0..=u64::MAX, errors));
    let horizon = root.or("horizon", None, errors, read_horizon);
    let load = root.or("load", false, errors, |field, errors| read_load(field, horizon, errors));
    let topology = root.require("topology", "topology = \"direct\"", errors);
    let drawing = topology.as_ref().and_then(|field| topologies.open(field, errors));
    let kinds = drawing.and_then(|drawing| read_kinds(&root, drawing, errors));
    let (changed, given) = kinds.map_or((None, Vec::new()), |(changed, given)| (Some(changed), given));
    let changed = changed.as_deref();
    let ways = read_ways(&root, topology.as_ref(), drawing, changed, errors);
    if let (Some(true), Some(field)) = (load, root.get("load"))
        && ways.as_ref().is_some_and(|ways| ways.weights.is_some())
    {
        let wrong = Diagnostic::new("the load of elements is not counted where calls take several ways");
        errors.push(wrong.at(&field.value.origin, "counts the elements of one way").note("allowed: `load = false`"));
    }
    let agents = AgentReader::new(&root, errors);
    let [caller, callee] = ["caller", "callee"].map(|key| root.table(key, errors));
    let profiles = (agents.callers("caller", &caller, errors), agents.callees("callee", &callee, errors));
    let between = read_between(&root, &agents, changed, &given, ways.as_ref(), errors);
    let crashes = read_crashes(&root, ways.as_ref(), errors);
    let calls = read_calls(&root, errors);
    let faults = read_faults(&root, ways.as_ref(), errors);
    let requests = read_requests(&root, errors);
    let (caller, callee) = profiles;
    let (caller, callee) = (caller?, callee?);
    let (ways, between, crashes, faults) = (ways?, between?, crashes?, faults?);
    let nodes = ways.ways.first()?.nodes.iter().map(|node| node.id.clone()).collect();
    let names = changed.filter(|_| ways.weights.is_some());
    let names = names.map(|drawing| Arc::new(WayNames::of(drawing, &ways.ways)));
    let mut drawn = ways.ways.into_iter().zip(between).enumerate().map(|(nth, (way, between))| {
        let crashes = crashes.iter().filter_map(|crash| crash.on(&way)).collect();
        let faults = faults.iter().map(|fault| fault.on(&way)).collect();
        let numbers = names.as_ref().map_or_else(Vec::new, |names| names.numbers[nth].clone());
        world::Way::new(way.path, between).with(crashes, faults, numbers)
    });
    let (first, ways) = match ways.weights {
        None => (drawn.next()?, None),
        Some(weights) => {
            let callers =
                weights.into_iter().map(|(weight, callees)| (weight, callees.into_iter().zip(&mut drawn).collect()));
            let ways = Ways::new(callers.collect());
            (ways.all().first()?.clone(), Some(Arc::new(ways)))
        }
    };
    let setup = Setup {
        seed: seed?,
        path: first.path,
        caller: caller.0,
        callee: callee.0,
        otherwise: [caller.1, callee.1],
        between: first.between,
        crashes: first.crashes,
        ways,
        calls: calls?,
        faults: first.faults,
        requests: requests?,
        horizon: horizon?,
    };
    let place = root.get("horizon").or_else(|| root.get("calls")).map(|field| &field.value.origin);
    check_end(&setup, place, errors)?;
    Some(Scenario { name: name?, title: title?.to_owned(), setup, nodes, ways: names, load: load? })
}

/// What ways and their elements are called, where calls take several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WayNames {
    /// The names of all elements, told apart over all ways: caller, callee, then those between in the order of the
    /// topology.
    pub elements: Vec<String>,
    /// The names of all nodes.
    nodes: Vec<String>,
    /// The nodes of each way.
    ways: Vec<Vec<u32>>,
    /// Of each way, which of `elements` its elements between the ends are, in order from the caller.
    numbers: Vec<Vec<u32>>,
}

impl WayNames {
    /// The nodes of this way, from caller to callee.
    pub fn nodes_of(&self, way: usize) -> Vec<String> {
        let nodes = self.ways.get(way).map_or(&[][..], Vec::as_slice);
        nodes.iter().map(|&node| self.nodes[node as usize].clone()).collect()
    }

    fn of(drawing: &Drawing, ways: &[network::Way]) -> WayNames {
        let numbers: BTreeMap<&str, u32> = drawing.nodes.iter().map(|node| node.id.as_str()).zip(0..).collect();
        let number = |node: &Node| numbers.get(node.id.as_str()).copied().unwrap_or_default();
        let on_a_way: BTreeMap<u32, NodeKind> = ways
            .iter()
            .flat_map(|way| &way.nodes)
            .filter(|node| node.kind.takes_part())
            .map(|node| (number(node), node.kind))
            .collect();
        let mut elements: Vec<String> = End::BOTH.map(|end| end.name().to_owned()).into();
        let mut first_of: BTreeMap<u32, u32> = BTreeMap::new();
        for (&node, &kind) in &on_a_way {
            first_of.insert(node, elements.len() as u32);
            elements.extend(element_names(&drawing.nodes[node as usize].id, kind == NodeKind::B2bua));
        }
        let between = |way: &network::Way| -> Vec<u32> {
            let parts = way.nodes.iter().filter(|node| node.kind.takes_part());
            let numbers = parts.flat_map(|node| {
                let first = first_of.get(&number(node)).copied().unwrap_or_default();
                first..first + if node.kind == NodeKind::B2bua { 2 } else { 1 }
            });
            numbers.collect()
        };
        WayNames {
            elements,
            nodes: drawing.nodes.iter().map(|node| node.id.clone()).collect(),
            ways: ways.iter().map(|way| way.nodes.iter().map(number).collect()).collect(),
            numbers: ways.iter().map(between).collect(),
        }
    }
}

/// Refuses a run of `setup` without a horizon that need not end; the mistake is shown at `place`.
fn check_end(setup: &Setup, place: Option<&Origin>, errors: &mut Diagnostics) -> Option<()> {
    let wrong = if world::watches_pauses_without_end(setup) {
        let wrong = Diagnostic::new("media with silence suppression are watched, and the run has no end");
        wrong.note("a ghost whose media go on is watched for as long as it lasts, pause by pause")
    } else {
        let Some(why) = world::endless(setup) else { return Some(()) };
        let mut wrong = Diagnostic::new(format!("the run need not end: {why}"));
        if let Some(place) = place {
            wrong = wrong.at(place, "no `horizon` ends it");
        }
        wrong.note("allowed: settings by which everybody lets go of a lost call, or a `horizon`")
    };
    errors.push(wrong.help("for example `horizon = \"8 h\"`".to_owned()));
    None
}

pub fn read_name(field: &Field<'_>, errors: &mut Diagnostics) -> Option<String> {
    const ALLOWED: &str = "a text of a-z, 0-9 and `-`, such as \"session-expires\"";
    let name = field.text(ALLOWED, errors)?;
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if name.is_empty() || !name.bytes().all(fits) {
        errors.push(field.refuse("not a name that files can carry", ALLOWED));
        return None;
    }
    Some(name.to_owned())
}

fn read_horizon(field: &Field<'_>, errors: &mut Diagnostics) -> Option<Option<Time>> {
    if field.as_text() == Some("none") {
        return Some(None);
    }
    let span = field.span_as("a length of time such as \"2 h\", or \"none\"", errors)?;
    Some(Some(Time::ZERO + span))
}

/// Load is kept for each second, so the run must have an end that is not far.
fn read_load(field: &Field<'_>, horizon: Option<Option<Time>>, errors: &mut Diagnostics) -> Option<bool> {
    const MOST: Span = Span::from_secs(86_400);
    let load = field.truth(errors)?;
    // A horizon that cannot be read is complained of already.
    if let Some(horizon) = horizon.filter(|_| load)
        && horizon.is_none_or(|horizon| horizon.since(Time::ZERO) > MOST)
    {
        let needs = Diagnostic::new(format!("`{}` needs a `horizon` of at most 1 d", field.path));
        let needs = needs.at(&field.value.origin, "counts each second up to the horizon");
        errors.push(needs.help("for example `horizon = \"1 h\"`".to_owned()));
        return None;
    }
    Some(load)
}

fn read_calls(root: &Fields<'_>, errors: &mut Diagnostics) -> Option<Calls> {
    const MOST_CALLS: u32 = 4_000_000_000;
    let fields = root.table("calls", errors);
    let count = fields.require("count", "count = 100_000", errors);
    let count = count.and_then(|field| field.integer(1..=MOST_CALLS, errors));
    let arrivals =
        fields.or("arrivals", Arrivals::AtStart, errors, |field, errors| read_arrivals(field, count, errors));
    let begin = read_begin(&fields, arrivals, errors);
    let ring_time = fields.or("ring-time", Law::Constant(Span::ZERO), errors, read_law);
    let talk_time = "talk-time = { distribution = \"exponential\", mean = \"180 s\" }";
    let talk_time = fields.require("talk-time", talk_time, errors).and_then(|field| read_law(&field, errors));
    let conversation = read_users(root, errors);
    let (hangup_by_caller, ending) = read_hangup(&root.table("hangup", errors), errors)?;
    Some(Calls {
        count: count?,
        arrivals: arrivals?,
        begin: begin?,
        ring_time: ring_time?,
        talk_time: talk_time?,
        hangup_by_caller,
        ending,
        conversation: conversation?,
    })
}

/// Calls in steady state stand already: they cannot begin by INVITE.
fn read_begin(fields: &Fields<'_>, arrivals: Option<Arrivals>, errors: &mut Diagnostics) -> Option<Begin> {
    let steady = arrivals == Some(Arrivals::SteadyState);
    let Some(field) = fields.get("begin") else {
        return Some(if steady { Begin::Established } else { Begin::Invite });
    };
    let begin = field.choice(&[("invite", Begin::Invite), ("established", Begin::Established)], errors)?;
    if steady && begin == Begin::Invite {
        let mut wrong = Diagnostic::new("calls in steady state cannot begin by INVITE").at(&field.value.origin, "");
        if let Some(arrivals) = fields.get("arrivals") {
            wrong = wrong.at(&arrivals.value.origin, "all calls are established before the start");
        }
        errors.push(wrong.help("leave `begin` out, or say `begin = \"established\"`".to_owned()));
        return None;
    }
    Some(begin)
}

fn read_hangup(fields: &Fields<'_>, errors: &mut Diagnostics) -> Option<(Probability, Ending)> {
    let half = Probability::new(0.5)?;
    let by_caller = fields.or("by-caller", half, errors, |field, errors| field.probability(errors));
    let names = ["bye-loss", "dies", "restarts"];
    let [bye_lost, dies, restarts] =
        names.map(|key| fields.or(key, Probability::NEVER, errors, |field, errors| field.probability(errors)));
    let restart_after = match fields.get("restart-after") {
        Some(field) => read_law(&field, errors),
        None if restarts.is_some_and(|share| share.get() > 0.0) => {
            fields.require("restart-after", "restart-after = \"30 s\"", errors);
            None
        }
        None => Some(Law::Constant(Span::from_secs(30))),
    };
    let icmp = fields.or("icmp", false, errors, |field, errors| field.truth(errors));
    let media_go_on = fields.or("media-goes-on", Probability::NEVER, errors, |field, errors| field.probability(errors));
    let (bye_lost, dies, restarts) = (bye_lost?, dies?, restarts?);
    let sum = bye_lost.get() + dies.get() + restarts.get();
    // Decimal shares that add up to 1 on paper may miss it by a few units in the last place.
    if sum > 1.0 + 1e-9 {
        let mut wrong = Diagnostic::new(format!("the shares of `hangup` sum to {}", (sum * 1e9).round() / 1e9));
        for (key, share) in names.into_iter().zip([bye_lost, dies, restarts]) {
            if let Some(field) = fields.get(key).filter(|_| share.get() > 0.0) {
                wrong = wrong.at(&field.value.origin, "");
            }
        }
        errors.push(wrong.note("allowed: `bye-loss`, `dies` and `restarts` of at most 1 together"));
        return None;
    }
    let (restart_after, icmp, media_go_on) = (restart_after?, icmp?, media_go_on?);
    Some((by_caller?, Ending { bye_lost, dies, restarts, restart_after, icmp, media_go_on }))
}
