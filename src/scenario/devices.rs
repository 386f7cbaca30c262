//! Scenarios with devices: `[devices]`, `[http]`, `[platforms]`, `[[restarts]]` and the faults that concern them.

use super::between;
use super::diagnostic::{Diagnostic, Diagnostics, Origin, did_you_mean, listed, quoted};
use super::faults::{read_nth, read_when};
use super::law::read_law;
use super::model::{Scenario, Topologies, read_name};
use super::network::{read_route, ready};
use super::node::NodeWeather;
use super::rate::refuse_rates;
use super::read::{Field, Fields};
use super::topology::Drawing;
use super::tree::{Tree, Value};
use super::vocabulary;
use crate::heartbeat::{Offline, Purpose, WatchSettings, gat1400, gb28181, rules};
use crate::net::{Direction, NodeKind, Path, Route};
use crate::random::{Law, Probability};
use crate::sip::BaseTimers;
use crate::time::{Span, Time};
use crate::world::fleet::{Fault, FaultClock, FaultEffect, FaultMessage, Fleet, Level, Mechanism, Party, Restart};

/// Keys of a scenario's root that one with devices has.
const AT_ROOT: [&str; 13] = [
    "name",
    "title",
    "topology",
    "seed",
    "horizon",
    "devices",
    "http",
    "platforms",
    "restarts",
    "link",
    "links",
    "nodes",
    "faults",
];

/// The longest run: loads are counted by the second.
const LONGEST: Span = Span::from_secs(31 * 86_400);

/// The shortest interval, and the shortest wait before trying anew.
const SHORTEST: Span = Span::from_secs(1);

const MOST_UNITS: u32 = 4_000_000_000;

/// Whether `tree` is a scenario with devices.
pub fn are_asked_for(tree: &Tree) -> bool {
    let has = |key: &&str| tree.as_table().is_some_and(|table| table.get(key).is_some());
    vocabulary::TABLES_OF_DEVICES.iter().any(has)
}

/// The keys of `tree` that speak of calls.
fn of_calls(tree: &Tree) -> Vec<&str> {
    let keys = tree.as_table().map_or(&[][..], |table| &table.entries);
    let known = vocabulary::children("");
    keys.iter().map(|entry| entry.key.as_str()).filter(|key| known.contains(key) && !AT_ROOT.contains(key)).collect()
}

/// Reads the scenario with devices that `tree` writes; `None` if anything is wrong, which `errors` then holds.
pub fn read(tree: &Tree, topologies: &mut Topologies, errors: &mut Diagnostics) -> Option<Scenario<Fleet>> {
    let of_calls = of_calls(tree);
    let root = Fields::new("", tree, &[&AT_ROOT[..], &of_calls].concat(), errors);
    for field in of_calls.iter().filter_map(|key| root.get(key)) {
        let message = format!("{} speaks of calls, and the scenario has devices", quoted(&field.path));
        let wrong = Diagnostic::new(message).at(&field.value.origin, "does not go with devices");
        errors.push(wrong.note(format!("allowed: {}", listed(AT_ROOT))));
    }
    let name = root.require("name", "name = \"my-study\"", errors).and_then(|field| read_name(&field, errors));
    let title = root.or("title", "", errors, |field, errors| field.printable_text("a text", errors));
    let seed = root.or("seed", 1, errors, |field, errors| field.integer(0..=u64::MAX, errors));
    let horizon = root.require("horizon", "horizon = \"2 h\"", errors);
    let horizon = horizon.and_then(|field| within(&field, Span::from_nanos(1)..=LONGEST, errors));
    let topology = root.require("topology", "topology = \"platforms\"", errors);
    let drawing = topology.as_ref().and_then(|field| topologies.open(field, errors));
    let route = read_route(&root, topology.as_ref(), drawing, read_places, errors);
    let place = topology.as_ref().map(|field| &field.value.origin);
    let way = route.as_ref().zip(drawing).zip(place);
    if let (Some(route), Some(place)) = (&route, place) {
        refuse_rates(route, place, errors);
    }
    let paths = way.and_then(|((route, drawing), place)| split(&root, drawing, route, place, errors));
    let fields = root.table("devices", errors);
    let count = fields.require("count", "count = 2000", errors);
    let count = count.and_then(|field| field.integer(1..=MOST_UNITS, errors));
    let mechanism = read_mechanism(&root, &fields, errors);
    let interval = mechanism.as_ref().map_or(rules::GAT1400_INTERVAL, interval);
    let starts = Law::Uniform { min: Span::ZERO, max: interval };
    let starts = fields.or("starts", starts, errors, read_law);
    let online_time = fields.or("online-time", None, errors, |field, errors| match field.as_text() {
        Some("endless") => Some(None),
        _ => read_law(field, errors).map(Some),
    });
    let shares = read_shares(&fields, errors);
    let levels = paths.as_ref().map_or(1, Vec::len);
    let platforms = read_counts(&root.table("platforms", errors), levels, errors);
    let restarts = read_restarts(&root, levels, errors);
    let faults = read_faults(&root, levels, errors);
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
    Some(Scenario { name: name?, title: title?.to_owned(), setup: fleet, nodes, ways: None, load: false })
}

/// A length of time in `range`.
fn within(field: &Field<'_>, range: std::ops::RangeInclusive<Span>, errors: &mut Diagnostics) -> Option<Span> {
    let span = field.span(errors)?;
    let (least, most) = (*range.start(), *range.end());
    let allowed = match (least.as_nanos(), most.as_nanos()) {
        (1, u64::MAX) => "a length of time above 0".to_owned(),
        (1, _) => format!("a length of time above 0, up to {most}"),
        (0, _) => format!("a length of time up to {most}"),
        (_, u64::MAX) => format!("a length of time of {least} or more"),
        _ => format!("a length of time from {least} to {most}"),
    };
    if range.contains(&span) {
        return Some(span);
    }
    errors.push(field.refuse(if span < least { "too short" } else { "too long" }, &allowed));
    None
}

const FOREVER: Span = Span::from_nanos(u64::MAX);

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
        let name = field.text("the name of a node", errors)?;
        let found = fitting.iter().copied().find(|&index| drawing.nodes[index].id == name);
        if found.is_none() {
            let allowed = format!("a node of kind `{}`", kind.name());
            errors
                .push(field.refuse("no such node of this kind", &allowed).note(which).help(did_you_mean(name, names)));
        }
        found
    };
    let devices = place("node", NodeKind::Agents, |fitting| match fitting {
        [only] => Some(*only),
        _ => None,
    });
    let platform = place("platform", NodeKind::Platform, |fitting| fitting.last().copied());
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
    #[derive(Clone, Copy, PartialEq)]
    enum Which {
        Gat1400,
        Gb28181,
    }
    let which = fields.require("mechanism", "mechanism = \"gat1400\"", errors);
    let names = [("gat1400", Which::Gat1400), ("gb28181", Which::Gb28181)];
    let which = which.and_then(|field| field.choice(&names, errors));
    let (of_http, of_sip) = (
        ["early-keepalive", "on-timeout", "retry-gap", "retry-jitter", "sign-off-tries"].as_slice(),
        ["expires"].as_slice(),
    );
    let others: &[&str] = match which? {
        Which::Gat1400 => of_sip,
        Which::Gb28181 => of_http,
    };
    let http = root.table("http", errors);
    let platforms = root.table("platforms", errors);
    let wrong = others.iter().filter_map(|key| fields.get(key));
    let of_platforms = platforms.get("refusal").into_iter().chain(root.get("http"));
    for field in wrong.chain(of_platforms.filter(|_| which == Some(Which::Gb28181))) {
        let message = format!("{} is of the other mechanism", quoted(&field.path));
        let wrong = Diagnostic::new(message).at(&field.value.origin, "has no effect here");
        errors.push(wrong.note("allowed: leave it out, or choose the other `devices.mechanism`"));
    }
    let standard = match which? {
        Which::Gat1400 => (rules::GAT1400_INTERVAL, rules::GAT1400_MISSES, None),
        Which::Gb28181 => (rules::GB28181_INTERVAL, rules::GB28181_MISSES, Some(rules::GB28181_MISSES)),
    };
    let interval =
        fields.or("interval", standard.0, errors, |field, errors| within(field, SHORTEST..=FOREVER, errors))?;
    let jitter = fields.or("jitter", Span::ZERO, errors, |field, errors| within(field, Span::ZERO..=interval, errors));
    let tries =
        fields.or("tries", standard.2, errors, |field, errors| field.integer_or(1..=u32::MAX, "endless", errors));
    let register_gap =
        fields.or("register-gap", gat1400::DeviceSettings::STANDARD.register_gap, errors, |field, errors| {
            within(field, SHORTEST..=FOREVER, errors)
        });
    let watch = read_watch(&platforms, interval, standard.1, errors);
    if which? == Which::Gb28181 {
        let expires_s = fields
            .or("expires", rules::GB28181_EXPIRES_S, errors, |field, errors| field.integer(60..=u32::MAX, errors));
        let timers = BaseTimers::RFC;
        let (tries, register_gap, expires_s) = (tries?, register_gap?, expires_s?);
        let device = gb28181::DeviceSettings { interval, jitter: jitter?, tries, register_gap, expires_s, timers };
        return Some(Mechanism::Gb28181(device, gb28181::PlatformSettings { watch: watch?, timers }));
    }
    let device = read_http(fields, &http, errors);
    let refusal = platforms.or("refusal", gat1400::Refusal::Unauthorized, errors, |field, errors| {
        field.choice(&[("401", gat1400::Refusal::Unauthorized), ("body", gat1400::Refusal::InBody)], errors)
    });
    let (jitter, tries, register_gap) = (jitter?, tries?, register_gap?);
    let device = gat1400::DeviceSettings { interval, jitter, tries, register_gap, ..device? };
    Some(Mechanism::Gat1400(device, gat1400::PlatformSettings { watch: watch?, refusal: refusal? }))
}

/// What is of GA/T 1400 alone.
fn read_http(fields: &Fields<'_>, http: &Fields<'_>, errors: &mut Diagnostics) -> Option<gat1400::DeviceSettings> {
    let standard = gat1400::DeviceSettings::STANDARD;
    let above_0 = |field: &Field<'_>, errors: &mut Diagnostics| within(field, Span::from_nanos(1)..=FOREVER, errors);
    let early_keepalive = fields.or("early-keepalive", None, errors, |field, errors| match field.as_text() {
        Some("off") => Some(None),
        _ => within(field, SHORTEST..=FOREVER, errors).map(Some),
    });
    let next = [("again", gat1400::AfterTimeout::Again), ("next", gat1400::AfterTimeout::Next)];
    let after_timeout =
        fields.or("on-timeout", standard.after_timeout, errors, |field, errors| field.choice(&next, errors));
    let retry_gap = fields.or("retry-gap", standard.retry_gap, errors, |field, errors| field.span(errors));
    let retry_jitter = fields.or("retry-jitter", standard.retry_jitter, errors, |field, errors| field.span(errors));
    let sign_off_tries = fields
        .or("sign-off-tries", standard.sign_off_tries, errors, |field, errors| field.integer(1..=u32::MAX, errors));
    let connect_timeout = http.or("connect-timeout", standard.connect_timeout, errors, above_0);
    let response_timeout = http.or("response-timeout", standard.response_timeout, errors, above_0);
    let keeps_connection = http.or("connection", standard.keeps_connection, errors, |field, errors| {
        field.choice(&[("per-request", false), ("kept", true)], errors)
    });
    Some(gat1400::DeviceSettings {
        connect_timeout: connect_timeout?,
        response_timeout: response_timeout?,
        keeps_connection: keeps_connection?,
        after_timeout: after_timeout?,
        retry_gap: retry_gap?,
        retry_jitter: retry_jitter?,
        early_keepalive: early_keepalive?,
        sign_off_tries: sign_off_tries?,
        ..standard
    })
}

fn read_watch(platforms: &Fields<'_>, interval: Span, misses: u32, errors: &mut Diagnostics) -> Option<WatchSettings> {
    let above_0 = Span::from_nanos(1)..=FOREVER;
    let interval = platforms.or("interval", interval, errors, |field, errors| within(field, above_0, errors));
    let misses = platforms.or("misses", misses, errors, |field, errors| field.integer(1..=1_000_000, errors));
    let tolerance = platforms.or("tolerance", Span::ZERO, errors, |field, errors| field.span(errors));
    let check_period = platforms.or("check-period", Span::ZERO, errors, |field, errors| field.span(errors));
    let offline = platforms.or("offline", Offline::Forgotten, errors, |field, errors| {
        field.choice(&[("forgotten", Offline::Forgotten), ("kept", Offline::Kept)], errors)
    });
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
    let names = ["unregister-lost", "dies"];
    let [lost, dies] =
        names.map(|key| fields.or(key, Probability::NEVER, errors, |field, errors| field.probability(errors)));
    let (lost, dies) = (lost?, dies?);
    let sum = lost.get() + dies.get();
    // Decimal shares that add up to 1 on paper may miss it by a few units in the last place.
    if sum > 1.0 + 1e-9 {
        let mut wrong = Diagnostic::new(format!("the shares of `devices` sum to {}", (sum * 1e9).round() / 1e9));
        for field in names.into_iter().filter_map(|key| fields.get(key)) {
            wrong = wrong.at(&field.value.origin, "");
        }
        errors.push(wrong.note("allowed: `unregister-lost` and `dies` of at most 1 together"));
        return None;
    }
    Some((lost, dies))
}

/// How many platforms there are at each level.
fn read_counts(platforms: &Fields<'_>, levels: usize, errors: &mut Diagnostics) -> Option<Vec<u32>> {
    let Some(field) = platforms.get("count") else { return Some(vec![1; levels]) };
    let counts = match &field.value.value {
        Value::List(list) => {
            let places = list.iter().enumerate();
            let fields = places.map(|(index, value)| Field { path: format!("{}.{index}", field.path), value });
            fields.map(|field| field.integer(1..=MOST_UNITS, errors)).collect::<Option<Vec<u32>>>()?
        }
        _ => vec![field.integer(1..=MOST_UNITS, errors)?],
    };
    if counts.len() > levels {
        let word = if levels == 1 { "level" } else { "levels" };
        let reason = format!("the route has {levels} {word} of platforms");
        errors.push(field.refuse(&reason, &format!("at most {levels} numbers")));
        return None;
    }
    Some(counts.iter().copied().chain(std::iter::repeat(1)).take(levels).collect())
}

/// The number of a level, from 0, which is written from 1.
fn read_level(field: &Field<'_>, levels: usize, errors: &mut Diagnostics) -> Option<usize> {
    let most = u32::try_from(levels.max(1)).unwrap_or(u32::MAX);
    Some(field.integer(1..=most, errors)? as usize - 1)
}

/// The tables of a list under `key`, each with its place in the name, without the keys in `not`.
fn tables<'a>(root: &Fields<'a>, key: &str, not: &[&str], errors: &mut Diagnostics) -> Option<Vec<Fields<'a>>> {
    let Some(field) = root.get(key) else { return Some(Vec::new()) };
    let Value::List(list) = &field.value.value else {
        errors.push(field.refuse("not a list", &format!("a list of tables, each begun by `[[{key}]]`")));
        return None;
    };
    let allowed: Vec<&str> = vocabulary::children(key).into_iter().filter(|key| !not.contains(key)).collect();
    let tables = list.iter().enumerate();
    Some(tables.map(|(index, tree)| Fields::new(&format!("{key}.{index}"), tree, &allowed, errors)).collect())
}

fn read_restarts(root: &Fields<'_>, levels: usize, errors: &mut Diagnostics) -> Option<Vec<Restart>> {
    let tables = tables(root, "restarts", &[], errors)?;
    let restarts: Vec<Option<Restart>> = tables
        .iter()
        .map(|fields| {
            let level = fields.or("level", 0, errors, |field, errors| read_level(field, levels, errors));
            let at = fields.require("at", "at = \"30 min\"", errors).and_then(|field| field.span(errors));
            let down = fields.require("for", "for = \"1 min\"", errors);
            let down = down.and_then(|field| within(&field, Span::from_nanos(1)..=FOREVER, errors));
            Some(Restart { level: level?, at: Time::ZERO + at?, down: down? })
        })
        .collect();
    restarts.into_iter().collect()
}

fn read_faults(root: &Fields<'_>, levels: usize, errors: &mut Diagnostics) -> Option<Vec<Fault>> {
    let tables = tables(root, "faults", &["retry-after", "min-se", "send-error"], errors)?;
    let faults: Vec<Option<Fault>> = tables.iter().map(|fields| read_fault(fields, levels, errors)).collect();
    faults.into_iter().collect()
}

fn read_fault(fields: &Fields<'_>, levels: usize, errors: &mut Diagnostics) -> Option<Fault> {
    const CLOCKS: [(&str, FaultClock); 3] =
        [("run", FaultClock::Run), ("start", FaultClock::Start), ("hang-up", FaultClock::HangUp)];
    let level = fields.or("level", None, errors, |field, errors| read_level(field, levels, errors).map(Some));
    let sender = fields.or("sender", None, errors, |field, errors| {
        field.choice(&Party::BOTH.map(|party| (party.name(), party)), errors).map(Some)
    });
    let purpose = fields.or("method", None, errors, |field, errors| {
        field.choice(&Purpose::ALL.map(|purpose| (purpose.name(), purpose)), errors).map(Some)
    });
    let status =
        fields.or("status", None, errors, |field, errors| field.integer_or(100..=699u16, "any", errors).map(Some));
    let nth = fields.or("nth", Vec::new(), errors, read_nth);
    let when = read_when(fields, &CLOCKS, FaultClock::Run, errors);
    let (purpose, status) = (purpose?, status?);
    let effect = match fields.get("answer") {
        None => FaultEffect::Lose,
        Some(answer) if status.is_some() || purpose.is_none() => {
            let wrong = Diagnostic::new("only requests of one method can be answered").at(&answer.value.origin, "");
            let help = "say which: `method = \"REGISTER\"`, \"KEEPALIVE\" or \"UNREGISTER\", and no `status`";
            errors.push(wrong.help(help.to_owned()));
            return None;
        }
        Some(answer) => FaultEffect::Answer(answer.integer(300..=699u16, errors)?),
    };
    let message = match (status, purpose) {
        (Some(status), purpose) => FaultMessage::Response { status, purpose },
        (None, Some(purpose)) => FaultMessage::Request(purpose),
        (None, None) => FaultMessage::Any,
    };
    let (clock, from, duration) = when?;
    Some(Fault { level: level?, sender: sender?, message, nth: nth?, clock, from, duration, effect })
}
