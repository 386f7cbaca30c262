//! From a scenario as written to a [`Setup`]: what one point of a study runs.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::agents::{AgentReader, CALLEE, CALLER};
use super::arrivals::{self, Written, arrivals};
use super::between::{read_between, read_crashes};
use super::builtin::BuiltinKind;
use super::diagnostic::{Diagnostic, Diagnostics, Origin, Source};
use super::distribution::distribution;
use super::faults::{read_faults, read_requests};
use super::file;
use super::form::{Default, Form, Keys};
use super::import::{self, ImportOptions};
use super::key::{key, keys};
use super::kind::{Kind, boolean, choice, duration, integer, printable, probability, string};
use super::media::read_users;
use super::network::{self, read_ways};
use super::places::{PlaceKeys, read_kinds};
use super::read::{Field, Fields};
use super::topology::{self, Drawing};
use crate::net::{Node, NodeKind};
use crate::random::{Distribution, Probability};
use crate::time::{Span, Time};
use crate::world::{self, Arrivals, Begin, Calls, End, Ending, Setup, Ways, element_names};

keys! {
    /// The top of a scenario.
    RootKeys {
        name: String = key("name", name(), Default::Required("name = \"my-study\""), "Name of the study; result files carry it.");
        title: String = key("title", printable("string"), Default::Value("\"\""), "What the study asks, in one sentence.");
        topology: String = key("topology", string("name of a built-in topology, or path of a .json or .graphml file"), Default::Required("topology = \"direct\""), "The network. A path is relative to the file it stands in; given by `--set`, to the working directory.");
        seed: u64 = key("seed", integer(0..=u64::MAX), Default::Value("1"), "Random seed.");
        horizon: Option<Span> = key("horizon", duration().or_none("none"), Default::Value("\"none\""), "When the run ends at the latest; \"none\": when nothing is pending, which needs settings by which everybody lets go of a lost call or does nothing more about it. With `[devices]` required, and at most 31 d.");
        load: bool = key("load", boolean(), Default::Value("false"), "Whether messages, calls and ghosts are counted at every element for each second; needs a `horizon` of at most 1 d, and one way for all calls.");
        companion: String = key("companion", string("name of a built-in scenario, or path of a .toml file"), Default::Said("none"), "A scenario of devices that is run too and stands beside this one on its page, where both sweep over `mechanism`. A path is relative to the file it stands in.").was("beside");
    }
}

keys! {
    /// `[calls]`, but for where agents are.
    CallsKeys {
        count: u32 = key("count", integer(1..=4_000_000_000u32), Default::Required("count = 100_000"), "How many calls.");
        arrivals: Written = key("arrivals", arrivals(), Default::Value("\"at-start\""), "When calls begin.");
        begin: Begin = key("begin", choice(&[("invite", Begin::Invite), ("established", Begin::Established)]), Default::Said("\"invite\"; in steady state \"established\""), "Whether calls are set up over the network or stand already.");
        ring_time: Distribution = key("ring-time", distribution(), Default::Value("\"0 s\""), "From the INVITE's arrival to the callee's answer; at 0 it answers without ringing.");
        talk_time: Distribution = key("talk-time", distribution(), Default::Required("talk-time = { distribution = \"exponential\", mean = \"180 s\" }"), "From the call's establishment, as the caller sees it, to the hang-up.");
    }
}

keys! {
    /// `[hangup]`.
    HangupKeys {
        by_caller: Probability = key("by-caller", probability(), Default::Value("0.5"), "That the caller hangs up, not the callee.");
        bye_loss: Probability = key("bye-loss", probability(), Default::Value("0"), "Share of hang-ups whose BYE is sent and no copy of it gets through.");
        dies: Probability = key("dies", probability(), Default::Value("0"), "Share of hang-ups at which the agent dies without a BYE and stays dead.");
        restarts: Probability = key("restarts", probability(), Default::Value("0"), "Share of hang-ups at which the agent dies without a BYE and comes back without memory.");
        restart_after: Distribution = key("restart-after", distribution(), Default::Said("\"30 s\"; required if `restarts` is above 0"), "From an agent's death to its return.");
        icmp: bool = key("icmp", boolean(), Default::Value("false"), "Whether the host of a dead agent answers what comes to it with ICMP port unreachable.");
        media_goes_on: Probability = key("media-goes-on", probability(), Default::Value("0"), "Share of hang-ups, but for deaths, after which the media of the agent go on all the same (rule M9).");
    }
}

/// A name that files can carry.
fn name() -> Kind<String> {
    Kind::new(Form::String("string of a-z, 0-9 and `-`"), |field, allowed, errors| {
        let name = field.string(allowed, errors)?;
        let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if name.is_empty() || !name.bytes().all(fits) {
            errors.push(
                field.refuse("not a name that files can carry", format!("{allowed}, such as \"session-expires\"")),
            );
            return None;
        }
        Some(name.to_owned())
    })
}

/// One scenario without a sweep, as meant.
pub(super) struct Scenario<S = Setup> {
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
pub(super) struct Topologies(BTreeMap<(Option<PathBuf>, String), Drawing>);

impl Topologies {
    /// The drawing that the value of `topology` names.
    pub(super) fn open(&mut self, field: &Field<'_>, errors: &mut Diagnostics) -> Option<&Drawing> {
        let name = RootKeys::get().topology.of(field, errors)?;
        let origin = &field.value.origin;
        let folder = origin.source.folder.clone();
        let key = (folder.clone(), name.clone());
        if !self.0.contains_key(&key) {
            let source = file::open(BuiltinKind::Topology, &name, folder.as_deref(), Some(origin));
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

/// Reads the scenario of calls with this `root`; `None` if anything is wrong, which `errors` then holds.
pub(super) fn read(root: &Fields<'_>, topologies: &mut Topologies, errors: &mut Diagnostics) -> Option<Scenario> {
    let keys = RootKeys::get();
    let (name, title) = (keys.name.read(root, errors), keys.title.read(root, errors));
    let seed = keys.seed.read(root, errors);
    let horizon = keys.horizon.read(root, errors).map(|horizon| horizon.map(|span| Time::ZERO + span));
    let load = read_load(root, horizon, errors);
    let topology = keys.topology.field(root, errors);
    let drawing = topology.as_ref().and_then(|field| topologies.open(field, errors));
    let kinds = drawing.and_then(|drawing| read_kinds(root, drawing, errors));
    let (changed, given) = kinds.map_or((None, Vec::new()), |(changed, given)| (Some(changed), given));
    let changed = changed.as_deref();
    let ways = read_ways(root, topology.as_ref(), drawing, changed, errors);
    if let (Some(true), Some(field)) = (load, root.get("load"))
        && ways.as_ref().is_some_and(|ways| ways.weights.is_some())
    {
        let wrong = Diagnostic::new("the load of elements is not counted where calls take several ways");
        errors.push(wrong.at(&field.value.origin, "counts the elements of one way").note("allowed: `load = false`"));
    }
    let agents = AgentReader::new(root, errors);
    let caller = root.table("caller", &*CALLER, errors);
    let callee = root.table("callee", &*CALLEE, errors);
    let profiles = (agents.callers("caller", &caller, errors), agents.callees("callee", &callee, errors));
    let between = read_between(root, &agents, changed, &given, ways.as_ref(), errors);
    let crashes = read_crashes(root, ways.as_ref(), errors);
    let calls = read_calls(root, errors);
    let faults = read_faults(root, ways.as_ref(), errors);
    let requests = read_requests(root, errors);
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
    Some(Scenario { name: name?, title: title?, setup, nodes, ways: names, load: load? })
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

/// Load is kept for each second, so the run must have an end that is not far.
fn read_load(root: &Fields<'_>, horizon: Option<Option<Time>>, errors: &mut Diagnostics) -> Option<bool> {
    const MOST: Span = Span::from_secs(86_400);
    let key = &RootKeys::get().load;
    let load = key.read(root, errors)?;
    // A horizon that cannot be read is complained of already.
    if let (Some(horizon), Some(field)) = (horizon.filter(|_| load), root.get(key.name()))
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
    let keys = CallsKeys::get();
    let names: Vec<&str> = keys.names().into_iter().chain(PlaceKeys::get().names()).collect();
    let fields = root.table_of("calls", &names, errors);
    let count = keys.count.read(&fields, errors);
    let arrivals = keys.arrivals.read(&fields, errors);
    let arrivals =
        arrivals.and_then(|written| arrivals::resolve(written, keys.arrivals.given_at(&fields), count, errors));
    let begin = read_begin(&fields, arrivals, errors);
    let (ring_time, talk_time) = (keys.ring_time.read(&fields, errors), keys.talk_time.read(&fields, errors));
    let conversation = read_users(root, errors);
    let (hangup_by_caller, ending) = read_hangup(&root.table("hangup", HangupKeys::get(), errors), errors)?;
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
    let keys = CallsKeys::get();
    let Some(field) = fields.get(keys.begin.name()) else {
        return Some(if steady { Begin::Established } else { Begin::Invite });
    };
    let begin = keys.begin.of(&field, errors)?;
    if steady && begin == Begin::Invite {
        let mut wrong = Diagnostic::new("calls in steady state cannot begin by INVITE").at(&field.value.origin, "");
        if let Some(arrivals) = fields.get(keys.arrivals.name()) {
            wrong = wrong.at(&arrivals.value.origin, "all calls are established before the start");
        }
        errors.push(wrong.help("leave `begin` out, or say `begin = \"established\"`".to_owned()));
        return None;
    }
    Some(begin)
}

fn read_hangup(fields: &Fields<'_>, errors: &mut Diagnostics) -> Option<(Probability, Ending)> {
    let keys = HangupKeys::get();
    let by_caller = keys.by_caller.read(fields, errors);
    let shares = [&keys.bye_loss, &keys.dies, &keys.restarts];
    let [bye_lost, dies, restarts] = shares.map(|key| key.read(fields, errors));
    let restart_after = match fields.get(keys.restart_after.name()) {
        Some(field) => keys.restart_after.of(&field, errors),
        None if restarts.is_some_and(|share| share.get() > 0.0) => {
            fields.require(keys.restart_after.name(), "restart-after = \"30 s\"", errors);
            None
        }
        None => Some(Distribution::Constant(Span::from_secs(30))),
    };
    let (icmp, media_go_on) = (keys.icmp.read(fields, errors), keys.media_goes_on.read(fields, errors));
    let (bye_lost, dies, restarts) = (bye_lost?, dies?, restarts?);
    let sum = bye_lost.get() + dies.get() + restarts.get();
    // Decimal shares that add up to 1 on paper may miss it by a few units in the last place.
    if sum > 1.0 + 1e-9 {
        let mut wrong = Diagnostic::new(format!("the shares of `hangup` sum to {}", (sum * 1e9).round() / 1e9));
        for (key, share) in shares.into_iter().zip([bye_lost, dies, restarts]) {
            if let Some(field) = fields.get(key.name()).filter(|_| share.get() > 0.0) {
                wrong = wrong.at(&field.value.origin, "");
            }
        }
        errors.push(wrong.note("allowed: `bye-loss`, `dies` and `restarts` of at most 1 together"));
        return None;
    }
    let (restart_after, icmp, media_go_on) = (restart_after?, icmp?, media_go_on?);
    Some((by_caller?, Ending { bye_lost, dies, restarts, restart_after, icmp, media_go_on }))
}
