//! Scenarios with devices: `[devices]`, `[http]`, `[platforms]`, `[[restarts]]` and the faults that concern them.

use super::between;
use super::diagnostic::{Diagnostic, Diagnostics, Origin, did_you_mean, listed, quoted};
use super::distribution::distribution;
use super::faults::{WhenKeys, nth, read_when, status};
use super::form::{ABOVE_0, Default, Form, Keys};
use super::key::{key, keys};
use super::kind::{
    Kind, choice, duration, duration_above_0, duration_from, duration_in, duration_up_to, integer, probability,
    seconds, string,
};
use super::model::{RootKeys, Scenario, Topologies};
use super::network::{read_route, ready};
use super::node::NodeWeather;
use super::rate::{refuse_duplicates, refuse_rates};
use super::read::{Field, Fields};
use super::topology::Drawing;
use super::tree::Value;
use crate::heartbeat::{Offline, Purpose, WatchSettings, gat1400, gb28181, rules};
use crate::net::{Direction, NodeKind, Path, Route};
use crate::random::{Distribution, Probability};
use crate::sip::BaseTimers;
use crate::time::{Span, Time};
use crate::world::devices::{Fault, Fleet, Level, Mechanism, Party, Restart, Sender};
use crate::world::{FaultClock, FaultEffect, FaultMessage};

/// The longest run: loads are counted by the second.
const LONGEST_RUN: Span = Span::from_secs(31 * 86_400);

/// The shortest interval, and the shortest wait before trying anew.
const SHORTEST: Span = Span::from_secs(1);

const MOST_UNITS: u32 = 4_000_000_000;

/// By what devices register and keep alive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Which {
    /// GA/T 1400.
    Gat1400,
    /// GB/T 28181.
    Gb28181,
}

keys! {
    /// `[devices]`.
    DevicesKeys {
        count: u32 = key("count", integer(1..=MOST_UNITS), Default::Required("count = 2000"), "How many devices.");
        mechanism: Which = key("mechanism", choice(&[("gat1400", Which::Gat1400), ("gb28181", Which::Gb28181)]), Default::Required("mechanism = \"gat1400\""), "By what they register and keep alive: GA/T 1400 over HTTP, or GB/T 28181 over SIP.");
        node: String = key("node", string("node of kind `agents`"), Default::Said("the only one"), "Where the devices are.");
        platform: String = key("platform", string("node of kind `platform`"), Default::Said("the last one"), "The highest platform. Platforms on the way to it are levels of their own.");
        starts: Distribution = key("starts", distribution(), Default::Said("uniform from 0 to `devices.interval`"), "When a device is switched on, after the start of the run.");
        interval: Span = key("interval", duration_from(SHORTEST), Default::Said("\"90 s\"; with gb28181 \"60 s\""), "From one keepalive to the next (rules G4, B2).");
        jitter: Span = key("jitter", duration(), Default::Value("\"0 s\""), "How much sooner or later than that, at most, each time by chance; up to the interval.");
        tries: Option<u32> = key("tries", integer(1..=u32::MAX).or_none("endless"), Default::Said("\"endless\"; with gb28181 3"), "How many requests in a row may time out before a device counts as disconnected and registers anew (rules G5, B3).");
        register_gap: Span = key("register-gap", duration_from(SHORTEST), Default::Value("\"30 s\""), "From a registration that was refused, or with gb28181 timed out, to the next.");
        early_keepalive: Option<Span> = key("early-keepalive", duration_from(SHORTEST).or_none("off"), Default::Value("\"off\""), "Before it registers a device sends a keepalive this often, until the platform answers (rule G3); gat1400 alone.");
        on_timeout: gat1400::AfterTimeout = key("on-timeout", choice(&[("again", gat1400::AfterTimeout::Again), ("next", gat1400::AfterTimeout::Next)]), Default::Value("\"again\""), "After a keepalive that timed out: send it again (rule G5), or wait for the next; gat1400 alone.");
        retry_gap: Span = key("retry-gap", duration(), Default::Value("\"0 s\""), "From a time-out to the sending again; gat1400 alone.");
        retry_jitter: Span = key("retry-jitter", duration(), Default::Value("\"0 s\""), "How much sooner or later than that, at most; no more than the gap counts. gat1400 alone.");
        sign_off_tries: u32 = key("sign-off-tries", integer(1..=u32::MAX), Default::Value("3"), "How many times an UnRegister is sent (rule G9); gat1400 alone.");
        expires: u32 = key("expires", seconds(60..=u32::MAX), Default::Value("3600"), "For how long a device registers (rule B1); gb28181 alone.");
        online_time: Option<Distribution> = key("online-time", distribution().or_none("endless"), Default::Value("\"endless\""), "From a device's first registration to its switching off.");
        unregister_lost: Probability = key("unregister-lost", probability(), Default::Value("0"), "Share of those whose UnRegister is sent and no copy of it gets through.");
        dies: Probability = key("dies", probability(), Default::Value("0"), "Share of those that die without a word.");
    }
}

keys! {
    /// `[http]`.
    HttpKeys {
        connect_timeout: Span = key("connect-timeout", duration_above_0(), Default::Value("\"3 s\""), "How long a device waits for a connection (rule G5).");
        response_timeout: Span = key("response-timeout", duration_above_0(), Default::Value("\"3 s\""), "How long a device waits for a response (rule G5).");
        connection: bool = key("connection", choice(&[("per-request", false), ("kept", true)]), Default::Value("\"per-request\""), "Whether a connection carries one request or all (rule G12).");
    }
}

keys! {
    /// `[platforms]`.
    PlatformsKeys {
        count: Vec<u32> = key("count", counts(), Default::Said("1 at each level"), "How many platforms there are at each level, from the lowest; a number stands for the lowest.");
        interval: Span = key("interval", duration_above_0(), Default::Said("`devices.interval`"), "The interval by which the platforms count misses.");
        misses: u32 = key("misses", integer(1..=1_000_000u32), Default::Said("3"), "How many intervals of silence they allow (rules G8, B4).");
        tolerance: Span = key("tolerance", duration(), Default::Value("\"0 s\""), "How much longer the silence may be.");
        check_period: Span = key("check-period", duration(), Default::Value("\"0 s\""), "How often they look for silent devices, each platform at instants of its own; \"0 s\": at once.");
        offline: Offline = key("offline", choice(&[("forgotten", Offline::Forgotten), ("kept", Offline::Kept)]), Default::Value("\"forgotten\""), "Whether a device that was called offline must register again, or is back with its next keepalive.");
        refusal: gat1400::Refusal = key("refusal", choice(&[("401", gat1400::Refusal::Unauthorized), ("body", gat1400::Refusal::InBody)]), Default::Value("\"401\""), "How they refuse what an unregistered device sends: by status, or by StatusCode in the body of a 200 (rule G7); gat1400 alone.");
    }
}

keys! {
    /// `[[restarts]]`.
    RestartKeys {
        level: u32 = key("level", level(), Default::Value("1"), "The platforms of which level go down, all at once; 1 is where the devices register.");
        at: Span = key("at", duration(), Default::Required("at = \"30 min\""), "When.");
        lasts: Span = key("for", duration_above_0(), Default::Required("for = \"1 min\""), "After how long they are back, without memory.");
    }
}

keys! {
    /// `[[faults]]`, with devices.
    FaultKeys {
        level: u32 = key("level", level(), Default::Said("all"), "Only units that register at the platforms of this level.");
        sender: Party = key("sender", choice(&Party::BOTH.map(|party| (party.name(), party))), Default::Said("all"), "Only messages of this sender: who registers, also a platform at the one above, or who is registered at.");
        method: Purpose = key("method", choice(&Purpose::ALL.map(|purpose| (purpose.name(), purpose))), Default::Said("all"), "Only requests for this; with `status`, only responses to them.");
        status: Option<u16> = key("status", status(), Default::Said("none"), "Only responses of this status, or of any.");
        nth: Vec<u32> = key("nth", nth(), Default::Said("every one"), "Only the nth messages of each device that meet the other conditions, counted from 1.");
        clock: FaultClock = key("clock", choice(&[("run", FaultClock::Run), ("start", FaultClock::Begin), ("hang-up", FaultClock::HangUp)]), Default::Value("\"run\""), "What `from` counts from: the start of the run, the switching on of each device, its switching off.");
        answer: u16 = key("answer", integer(300..=699u16), Default::Said("none: they are lost"), "The messages are not lost: the platform refuses such a request with this status.");
    }
}

/// The number of a level; how many there are is up to the topology.
fn level() -> Kind<u32> {
    integer(1..=u32::MAX)
}

/// One number of platforms, or a list of them.
fn counts() -> Kind<Vec<u32>> {
    let one = integer(1..=MOST_UNITS);
    let form = Form::Either(vec![one.form().clone(), Form::List(Box::new(one.form().clone()))]);
    Kind::new(form, move |field, allowed, errors| match &field.value.value {
        Value::List(list) => {
            let places = list.iter().enumerate();
            let mut fields = places.map(|(index, value)| Field { path: format!("{}.{index}", field.path), value });
            fields.try_fold(Vec::new(), |mut counts, field| {
                counts.push(one.read(&field, errors)?);
                Some(counts)
            })
        }
        _ => one.read_as(field, allowed, errors).map(|count| vec![count]),
    })
}

/// Reads the scenario with devices with this `root`; `None` if anything is wrong, which `errors` then holds.
pub(super) fn read(
    root: &Fields<'_>,
    topologies: &mut Topologies,
    errors: &mut Diagnostics,
) -> Option<Scenario<Fleet>> {
    let keys = RootKeys::get();
    let (name, title) = (keys.name.read(root, errors), keys.title.read(root, errors));
    let seed = keys.seed.read(root, errors);
    let horizon = root.require(keys.horizon.name(), "horizon = \"2 h\"", errors);
    let horizon = horizon.and_then(|field| duration_in(ABOVE_0, LONGEST_RUN).read(&field, errors));
    let topology = root.require(keys.topology.name(), "topology = \"platforms\"", errors);
    let drawing = topology.as_ref().and_then(|field| topologies.open(field, errors));
    let route = read_route(root, topology.as_ref(), drawing, read_places, errors);
    let place = topology.as_ref().map(|field| &field.value.origin);
    let way = route.as_ref().zip(drawing).zip(place);
    if let (Some(route), Some(place)) = (&route, place) {
        refuse_rates(route, place, errors);
    }
    let paths = way.and_then(|((route, drawing), place)| split(root, drawing, route, place, errors));
    let keys = DevicesKeys::get();
    let fields = root.table("devices", keys, errors);
    let count = keys.count.read(&fields, errors);
    let mechanism = read_mechanism(root, &fields, errors);
    if let (Some(mechanism), Some(route), Some(place)) = (&mechanism, &route, place) {
        refuse_duplicates(route, matches!(mechanism, Mechanism::Gat1400(..)), place, errors);
    }
    let interval = mechanism.as_ref().map_or(rules::GAT1400_INTERVAL, interval);
    let starts = keys.starts.or(Distribution::Uniform { min: Span::ZERO, max: interval }, &fields, errors);
    let online_time = keys.online_time.read(&fields, errors);
    let shares = read_shares(&fields, errors);
    let levels = paths.as_ref().map_or(1, Vec::len);
    let platforms = read_counts(&root.table("platforms", PlatformsKeys::get(), errors), levels, errors);
    let restarts = read_restarts(root, levels, errors);
    let faults = read_faults(root, levels, errors);
    let (paths, mechanism, platforms) = (paths?, mechanism?, platforms?);
    let registering: Vec<u32> = [count?].into_iter().chain(platforms.iter().copied()).collect();
    let levels = paths
        .into_iter()
        .zip(registering.into_iter().zip(platforms))
        .map(|(path, (count, platforms))| Level { count, platforms, mechanism: over(mechanism, &path), path });
    let (unregister_lost, dies) = shares?;
    let fleet = Fleet {
        seed: seed?,
        levels: levels.collect(),
        starts: starts?,
        online_time: online_time?,
        unregister_lost,
        dies,
        restarts: restarts?,
        faults: faults?,
        horizon: Time::ZERO + horizon?,
    };
    let nodes = route?.nodes.into_iter().map(|node| node.id).collect();
    errors.is_empty().then_some(())?;
    Some(Scenario { name: name?, title: title?, setup: fleet, nodes, ways: None, load: false })
}

/// The nodes of the devices and of the highest platform.
fn read_places(
    root: &Fields<'_>,
    topology: &Field<'_>,
    drawing: &Drawing,
    errors: &mut Diagnostics,
) -> Option<[usize; 2]> {
    let of_kind = |kind: NodeKind| -> Vec<usize> {
        (0..drawing.nodes.len()).filter(|&index| drawing.nodes[index].kind == kind).collect()
    };
    let mut place = |key: &str, kind: NodeKind, default: fn(&[usize]) -> Option<usize>| {
        let fitting = of_kind(kind);
        let names: Vec<&str> = fitting.iter().map(|&index| drawing.nodes[index].id.as_str()).collect();
        let which = match names.as_slice() {
            [] => format!("the topology has no node of kind `{}`", kind.name()),
            names => format!("its nodes of kind `{}` are {}", kind.name(), listed(names)),
        };
        let path = format!("devices.{key}");
        let Some(value) =
            root.get("devices").and_then(|field| field.value.as_table()?.get(key).map(|entry| &entry.value))
        else {
            let found = default(&fitting);
            if found.is_none() {
                let missing = Diagnostic::new(format!("{} is missing", quoted(&path)));
                let missing = missing.at(&topology.value.origin, "this topology leaves it open").note(which);
                errors.push(missing.help(names.first().map(|name| format!("for example `{path} = {name:?}`"))));
            }
            return found;
        };
        let field = Field { path, value };
        let name = field.string("the name of a node", errors)?;
        let found = fitting.iter().copied().find(|&index| drawing.nodes[index].id == name);
        if found.is_none() {
            let allowed = format!("a node of kind `{}`", kind.name());
            errors.push(field.refuse("no such node of this kind", allowed).note(which).help(did_you_mean(name, names)));
        }
        found
    };
    let devices = place(DevicesKeys::get().node.name(), NodeKind::Agents, |fitting| match fitting {
        [only] => Some(*only),
        _ => None,
    });
    let platform = place(DevicesKeys::get().platform.name(), NodeKind::Platform, |fitting| fitting.last().copied());
    Some([devices?, platform?])
}

/// The way from those who register at each level to their platform.
fn split(
    root: &Fields<'_>,
    drawing: &Drawing,
    route: &Route,
    place: &Origin,
    errors: &mut Diagnostics,
) -> Option<Vec<Path>> {
    between::check_nodes_of_devices(root, drawing, &route.nodes, errors)?;
    if let Some(node) = route.nodes.iter().find(|node| node.kind.takes_part()) {
        let message = format!("{} of kind `{}` is on the way of the devices", quoted(&node.id), node.kind.name());
        let wrong = Diagnostic::new(message).at(place, "on this route");
        errors.push(wrong.note("allowed between devices and platforms: routers and platforms"));
        return None;
    }
    let mut paths = Vec::new();
    let mut from = 0;
    for (node, to) in route.nodes.iter().zip(0usize..) {
        if node.kind == NodeKind::Platform && to > from {
            let mut part = Route {
                nodes: route.nodes[from..=to].to_vec(),
                to_callee: route.to_callee[from..to].to_vec(),
                to_caller: route.to_caller[from..to].to_vec(),
            };
            let weather = NodeWeather::read(root, drawing, &part.nodes, errors)?;
            weather.put_nats(&mut part);
            paths.push(weather.put_outages(ready(&part, place, errors)?));
            from = to;
        }
    }
    Some(paths)
}

fn read_mechanism(root: &Fields<'_>, fields: &Fields<'_>, errors: &mut Diagnostics) -> Option<Mechanism> {
    let keys = DevicesKeys::get();
    let which = keys.mechanism.read(fields, errors);
    let of_http = [
        keys.early_keepalive.name(),
        keys.on_timeout.name(),
        keys.retry_gap.name(),
        keys.retry_jitter.name(),
        keys.sign_off_tries.name(),
    ];
    let of_sip = [keys.expires.name()];
    let others: &[&str] = match which? {
        Which::Gat1400 => &of_sip,
        Which::Gb28181 => &of_http,
    };
    let http = root.table("http", HttpKeys::get(), errors);
    let platforms = root.table("platforms", PlatformsKeys::get(), errors);
    let wrong = others.iter().filter_map(|key| fields.get(key));
    let of_platforms = PlatformsKeys::get().refusal.given_at(&platforms).into_iter().chain(root.get("http"));
    for field in wrong.chain(of_platforms.filter(|_| which == Some(Which::Gb28181))) {
        let message = format!("{} is of the other mechanism", quoted(&field.path));
        let wrong = Diagnostic::new(message).at(&field.value.origin, "has no effect here");
        errors.push(wrong.note("allowed: leave it out, or choose the other `devices.mechanism`"));
    }
    let standard = match which? {
        Which::Gat1400 => (rules::GAT1400_INTERVAL, rules::GAT1400_MISSES, None),
        Which::Gb28181 => (rules::GB28181_INTERVAL, rules::GB28181_MISSES, Some(rules::GB28181_MISSES)),
    };
    let interval = keys.interval.or(standard.0, fields, errors)?;
    let jitter = match keys.jitter.given_at(fields) {
        Some(field) => duration_up_to(interval).read(&field, errors),
        None => Some(Span::ZERO),
    };
    let tries = keys.tries.or(standard.2, fields, errors);
    let register_gap = keys.register_gap.read(fields, errors);
    let watch = read_watch(&platforms, interval, standard.1, errors);
    if which? == Which::Gb28181 {
        let expires_s = keys.expires.read(fields, errors);
        let timers = BaseTimers::RFC;
        let (tries, register_gap, expires_s) = (tries?, register_gap?, expires_s?);
        let device = gb28181::DeviceSettings { interval, jitter: jitter?, tries, register_gap, expires_s, timers };
        return Some(Mechanism::Gb28181(device, gb28181::PlatformSettings { watch: watch?, timers }));
    }
    let device = read_http(fields, &http, errors);
    let refusal = PlatformsKeys::get().refusal.read(&platforms, errors);
    let (jitter, tries, register_gap) = (jitter?, tries?, register_gap?);
    let device = gat1400::DeviceSettings { interval, jitter, tries, register_gap, ..device? };
    Some(Mechanism::Gat1400(device, gat1400::PlatformSettings { watch: watch?, refusal: refusal? }))
}

/// What is of GA/T 1400 alone.
fn read_http(fields: &Fields<'_>, http: &Fields<'_>, errors: &mut Diagnostics) -> Option<gat1400::DeviceSettings> {
    let keys = DevicesKeys::get();
    let early_keepalive = keys.early_keepalive.read(fields, errors);
    let after_timeout = keys.on_timeout.read(fields, errors);
    let (retry_gap, retry_jitter) = (keys.retry_gap.read(fields, errors), keys.retry_jitter.read(fields, errors));
    let sign_off_tries = keys.sign_off_tries.read(fields, errors);
    let keys = HttpKeys::get();
    let connect_timeout = keys.connect_timeout.read(http, errors);
    let response_timeout = keys.response_timeout.read(http, errors);
    let keeps_connection = keys.connection.read(http, errors);
    Some(gat1400::DeviceSettings {
        connect_timeout: connect_timeout?,
        response_timeout: response_timeout?,
        keeps_connection: keeps_connection?,
        after_timeout: after_timeout?,
        retry_gap: retry_gap?,
        retry_jitter: retry_jitter?,
        early_keepalive: early_keepalive?,
        sign_off_tries: sign_off_tries?,
        ..gat1400::DeviceSettings::STANDARD
    })
}

fn read_watch(platforms: &Fields<'_>, interval: Span, misses: u32, errors: &mut Diagnostics) -> Option<WatchSettings> {
    let keys = PlatformsKeys::get();
    let interval = keys.interval.or(interval, platforms, errors);
    let misses = keys.misses.or(misses, platforms, errors);
    let (tolerance, check_period) = (keys.tolerance.read(platforms, errors), keys.check_period.read(platforms, errors));
    let offline = keys.offline.read(platforms, errors);
    Some(WatchSettings {
        limit: interval?.times(misses?.into()) + tolerance?,
        check_period: check_period?,
        check_phase: Span::ZERO,
        offline: offline?,
    })
}

fn interval(mechanism: &Mechanism) -> Span {
    match mechanism {
        Mechanism::Gat1400(device, _) => device.interval,
        Mechanism::Gb28181(device, _) => device.interval,
    }
}

/// The mechanism over this path: over TCP, SIP resends nothing (rule T5).
fn over(mechanism: Mechanism, path: &Path) -> Mechanism {
    let reliable = path.is_reliable_from(0, Direction::ToCallee);
    match mechanism {
        Mechanism::Gat1400(..) => mechanism,
        Mechanism::Gb28181(mut device, mut platform) => {
            (device.timers.reliable, platform.timers.reliable) = (reliable, reliable);
            Mechanism::Gb28181(device, platform)
        }
    }
}

fn read_shares(fields: &Fields<'_>, errors: &mut Diagnostics) -> Option<(Probability, Probability)> {
    let keys = [&DevicesKeys::get().unregister_lost, &DevicesKeys::get().dies];
    let [lost, dies] = keys.map(|key| key.read(fields, errors));
    let (lost, dies) = (lost?, dies?);
    let sum = lost.get() + dies.get();
    // Decimal shares that add up to 1 on paper may miss it by a few units in the last place.
    if sum > 1.0 + 1e-9 {
        let mut wrong = Diagnostic::new(format!("the shares of `devices` sum to {}", (sum * 1e9).round() / 1e9));
        for field in keys.into_iter().filter_map(|key| key.given_at(fields)) {
            wrong = wrong.at(&field.value.origin, "");
        }
        errors.push(wrong.note("allowed: `unregister-lost` and `dies` of at most 1 together"));
        return None;
    }
    Some((lost, dies))
}

/// How many platforms there are at each level.
fn read_counts(platforms: &Fields<'_>, levels: usize, errors: &mut Diagnostics) -> Option<Vec<u32>> {
    let key = &PlatformsKeys::get().count;
    let Some(field) = key.given_at(platforms) else { return Some(vec![1; levels]) };
    let counts = key.of(&field, errors)?;
    if counts.len() > levels {
        let word = if levels == 1 { "level" } else { "levels" };
        let reason = format!("the route has {levels} {word} of platforms");
        errors.push(field.refuse(&reason, format!("at most {levels} numbers")));
        return None;
    }
    Some(counts.iter().copied().chain(std::iter::repeat(1)).take(levels).collect())
}

/// The number of a level, from 0, which is written from 1.
fn read_level(field: &Field<'_>, levels: usize, errors: &mut Diagnostics) -> Option<usize> {
    let most = u32::try_from(levels.max(1)).unwrap_or(u32::MAX);
    Some(integer(1..=most).read(field, errors)? as usize - 1)
}

fn read_restarts(root: &Fields<'_>, levels: usize, errors: &mut Diagnostics) -> Option<Vec<Restart>> {
    let keys = RestartKeys::get();
    let tables = root.tables("restarts", &keys.names(), errors)?;
    let restarts: Vec<Option<Restart>> = tables
        .iter()
        .map(|fields| {
            let level = keys.level.given_at(fields).map_or(Some(0), |field| read_level(&field, levels, errors));
            let (at, down) = (keys.at.read(fields, errors), keys.lasts.read(fields, errors));
            Some(Restart { level: level?, at: Time::ZERO + at?, down: down? })
        })
        .collect();
    restarts.into_iter().collect()
}

fn read_faults(root: &Fields<'_>, levels: usize, errors: &mut Diagnostics) -> Option<Vec<Fault>> {
    let names: Vec<&str> = FaultKeys::get().names().into_iter().chain(WhenKeys::get().names()).collect();
    let tables = root.tables("faults", &names, errors)?;
    let faults: Vec<Option<Fault>> = tables.iter().map(|fields| read_fault(fields, levels, errors)).collect();
    faults.into_iter().collect()
}

fn read_fault(fields: &Fields<'_>, levels: usize, errors: &mut Diagnostics) -> Option<Fault> {
    let keys = FaultKeys::get();
    let level = match keys.level.given_at(fields) {
        Some(field) => read_level(&field, levels, errors).map(Some),
        None => Some(None),
    };
    let (sender, purpose) = (keys.sender.given(fields, errors), keys.method.given(fields, errors));
    let (status, nth) = (keys.status.given(fields, errors), keys.nth.or(Vec::new(), fields, errors));
    let (clock, when) = (keys.clock.read(fields, errors), read_when(fields, errors));
    let (purpose, status) = (purpose?, status?);
    let effect = match keys.answer.given_at(fields) {
        None => FaultEffect::Lose,
        Some(answer) if status.is_some() || purpose.is_none() => {
            let wrong = Diagnostic::new("only requests of one method can be answered").at(&answer.value.origin, "");
            let help = "say which: `method = \"REGISTER\"`, \"KEEPALIVE\" or \"UNREGISTER\", and no `status`";
            errors.push(wrong.help(help.to_owned()));
            return None;
        }
        Some(answer) => FaultEffect::Refuse(keys.answer.of(&answer, errors)?),
    };
    let message = match (status, purpose) {
        (Some(status), purpose) => FaultMessage::Response { status, method: purpose },
        (None, Some(purpose)) => FaultMessage::Request(purpose),
        (None, None) => FaultMessage::Any,
    };
    let (from, duration) = when?;
    Some(Fault { senders: senders(level?, sender?, levels), message, nth: nth?, clock: clock?, from, duration, effect })
}

/// Those that a fault names: at one level or all, one side or both; of all at all levels none is named.
fn senders(level: Option<usize>, party: Option<Party>, levels: usize) -> Vec<Sender> {
    if level.is_none() && party.is_none() {
        return Vec::new();
    }
    let all = (0..levels).flat_map(|level| Party::BOTH.map(|party| Sender { level, party }));
    let named = |sender: &Sender| {
        level.is_none_or(|level| level == sender.level) && party.is_none_or(|party| party == sender.party)
    };
    all.filter(named).collect()
}
