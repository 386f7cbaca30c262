//! Calls that take several ways through a topology, by a rule that puts agents on nodes.

#![cfg(feature = "report")]

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use byeloss::analysis;
use byeloss::conformance::Checker;
use byeloss::net::{Fate, Why};
use byeloss::random::Streams;
use byeloss::report::{self, Reported};
use byeloss::scenario::{self, Point, Study};
use byeloss::study::{self, Options, Results, run};
use byeloss::time::{Span, Time};
use byeloss::world::{Fact, Observer, Runner, Setup, SharedRunner};

#[derive(Clone, Debug, Default, PartialEq)]
struct Facts(Vec<(Time, Fact)>);

impl Observer for Facts {
    fn see(&mut self, now: Time, fact: &Fact) {
        self.0.push((now, *fact));
    }
}

fn study(name: &str, sets: &[&str]) -> Study {
    let sets: Vec<String> = sets.iter().map(|&set| set.to_owned()).collect();
    scenario::load(name, &sets).unwrap_or_else(|error| panic!("{error}"))
}

/// One point of calls over the backbone, with these settings.
fn backbone(sets: &[&str]) -> Point {
    let one = ["sweep.\"kinds.0.nodes.largest\"=[4]", "sweep.\"session-timer.session-expires\"=[90]"];
    let sets: Vec<&str> = one.iter().chain(sets).copied().collect();
    study("carrier-backbone", &sets).points.remove(0)
}

fn results(study: &Study, threads: usize) -> Results {
    let options = Options { threads: NonZeroUsize::new(threads), ..Options::default() };
    run(study, &options).expect("nobody stops it")
}

/// Settings by which everything on a way does something.
const EVENTFUL: [&str; 7] = [
    "calls.count=300",
    "link.loss=0.2",
    "hangup.bye-loss=0.3",
    "hangup.dies=0.2",
    "crashes=[{ node = \"frankfurt\", clock = \"call\", at = \"60 s\", for = \"20 s\" }]",
    "faults=[{ sender = \"paris\", method = \"UPDATE\", nth = 1 }, { sender = \"caller\", status = 200, nth = 2 }]",
    "nodes.paris.session-expires=120",
];

#[test]
fn a_call_on_one_of_many_ways_is_as_it_would_be_if_all_took_that_way() {
    let point = backbone(&EVENTFUL);
    let ways = point.setup.ways.clone().expect("several ways");
    assert_eq!(ways.all().len(), 12 * 11);
    let stop = AtomicBool::new(false);
    let mut many = Runner::new(&point.setup, &stop);
    let mut taken = BTreeSet::new();
    for call in 0..point.setup.calls.count {
        let mut facts = Facts::default();
        let ended = many.run(call, &mut facts);
        let (nth, way) = many.way().expect("a way");
        taken.insert(nth);
        let alone = Setup {
            path: way.path.clone(),
            between: way.between.clone(),
            crashes: way.crashes.clone(),
            faults: way.faults.clone(),
            ways: None,
            ..point.setup.clone()
        };
        let mut expected = Facts::default();
        assert_eq!(ended, Runner::new(&alone, &stop).run(call, &mut expected), "call {call}");
        assert_eq!(facts, expected, "call {call}");
    }
    assert!(taken.len() > 90, "{} ways", taken.len());
}

#[test]
fn calls_on_many_ways_are_the_same_alone_and_together() {
    let point = backbone(&EVENTFUL);
    let stop = AtomicBool::new(false);
    let mut runner = Runner::new(&point.setup, &stop);
    let mut crowd = SharedRunner::new(Runner::new(&point.setup, &stop));
    let mut seen = 0;
    crowd.run(
        0..point.setup.calls.count,
        |_| Facts::default(),
        |call, ended, facts| {
            let mut alone = Facts::default();
            assert_eq!(runner.run(call, &mut alone), ended, "call {call}");
            assert_eq!(alone, facts, "call {call}");
            seen += 1;
        },
    );
    assert_eq!(seen, point.setup.calls.count);
}

#[test]
fn threads_leave_no_mark_on_calls_that_take_many_ways() {
    let study = study("carrier-backbone", &["calls.count=700"]);
    let bytes = |threads| {
        let results = results(&study, threads);
        let analysis = analysis::of(&study, &results);
        [analysis.text(100), analysis.json().to_string()]
    };
    assert_eq!(bytes(1), bytes(3));
}

#[test]
fn a_rule_that_leaves_one_way_is_as_if_its_nodes_were_named() {
    let few = ["calls.count=500", "session-timer.session-expires=90"];
    let plain = study("session-expires", &few);
    let rule = study("session-expires", &[&few[..], &["caller.nodes=['caller']", "callee.nodes=['callee']"]].concat());
    assert!(rule.points[0].setup.ways.is_none());
    let json = |study: &Study| {
        let results = results(study, 1);
        analysis::of(study, &results).json()
    };
    assert_eq!(json(&plain)["points"], json(&rule)["points"]);
}

#[test]
fn callers_are_where_the_weights_say_and_callees_among_the_others() {
    let weights = ["calls.count=20000", "calls.nodes={ weights = { paris = 5, rome = 3, london = 2, vienna = 0 } }"];
    let point = backbone(&weights);
    let names = point.ways.clone().expect("several ways");
    let stop = AtomicBool::new(false);
    let mut runner = Runner::new(&point.setup, &stop);
    let mut pairs: BTreeMap<(String, String), u32> = BTreeMap::new();
    // Only where a call goes matters here, and that is decided before its first event.
    let horizon = Setup { horizon: Some(Time::ZERO), ..point.setup.clone() };
    let mut short = Runner::new(&horizon, &stop);
    for call in 0..point.setup.calls.count {
        short.run(call, &mut Facts::default());
        let nodes = names.nodes_of(short.way().expect("a way").0);
        *pairs.entry((nodes[0].clone(), nodes[nodes.len() - 1].clone())).or_default() += 1;
    }
    runner.run(0, &mut Facts::default());
    let share = |caller: f64, callee: f64, others: f64| caller / 10.0 * callee / others;
    let expected = [
        ("paris", "rome", share(5.0, 3.0, 5.0)),
        ("paris", "london", share(5.0, 2.0, 5.0)),
        ("rome", "paris", share(3.0, 5.0, 7.0)),
        ("rome", "london", share(3.0, 2.0, 7.0)),
        ("london", "paris", share(2.0, 5.0, 8.0)),
        ("london", "rome", share(2.0, 3.0, 8.0)),
    ];
    assert_eq!(pairs.len(), expected.len(), "{pairs:?}");
    let all = f64::from(point.setup.calls.count);
    for (caller, callee, share) in expected {
        let count = f64::from(pairs[&(caller.to_owned(), callee.to_owned())]);
        let error = (all * share * (1.0 - share)).sqrt();
        assert!((count - all * share).abs() < 4.0 * error, "{caller} to {callee}: {count}");
    }
}

#[test]
fn elements_are_told_apart_over_all_ways_and_their_rows_add_up() {
    let one =
        ["sweep.\"kinds.0.nodes.largest\"=[4]", "sweep.\"session-timer.session-expires\"=[90]", "calls.count=2000"];
    let study = study("carrier-backbone", &[&one[..], &["nodes.paris.session-expires=120"]].concat());
    let found = results(&study, 2);
    let point = &found.points[0];
    assert_eq!(point.elements, ["caller", "callee", "amsterdam", "copenhagen", "frankfurt", "paris"]);
    let json = analysis::of(&study, &found).json();
    let rows = json["points"][0]["releases"].as_array().expect("rows");
    let mut calls: BTreeMap<&str, u64> = BTreeMap::new();
    let mut elsewhere: BTreeMap<&str, u64> = BTreeMap::new();
    for row in rows {
        let (element, count) = (row["element"].as_str().unwrap(), row["calls"].as_u64().unwrap());
        *calls.entry(element).or_default() += count;
        if row["cause"] == "other_route" {
            elsewhere.insert(element, count);
        }
    }
    assert_eq!(calls.len(), 6);
    assert!(calls.values().all(|&count| count == 2000), "{calls:?}");
    assert_eq!(elsewhere.keys().copied().collect::<Vec<_>>(), ["amsterdam", "copenhagen", "frankfurt", "paris"]);
    // No call between two cities passes all hubs, and more pass Frankfurt than Copenhagen.
    assert!(elsewhere["frankfurt"] < elsewhere["copenhagen"], "{elsewhere:?}");
}

#[test]
fn a_proxy_at_the_agents_own_place_takes_part_in_their_calls() {
    let all = ["sweep.\"kinds.0.nodes.largest\"=[12]", "sweep.\"session-timer.session-expires\"=[90]"];
    let point = study("carrier-backbone", &[&all[..], &["calls.count=50"]].concat()).points.remove(0);
    for call in 0..50 {
        let trace = study::trace("carrier-backbone", &point, call).expect("a trace");
        let expected: Vec<&str> =
            ["caller"].into_iter().chain(trace.nodes.iter().map(String::as_str)).chain(["callee"]).collect();
        assert_eq!(trace.elements, expected, "call {call}");
    }
}

#[test]
fn agents_can_be_put_on_all_nodes_of_every_network_of_the_zoo() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/topologies");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        eprintln!("SKIPPED: no topologies of the Zoo in {}", folder.display());
        return;
    };
    let mut files: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "graphml"));
    for file in files {
        let topology = format!("topology={:?}", file.display().to_string());
        let sets = [
            topology.as_str(),
            "calls.count=60",
            "sweep.\"kinds.0.nodes.largest\"=[3]",
            "sweep.\"session-timer.session-expires\"=[90]",
        ];
        let found = results(&study("carrier-backbone", &sets), 1);
        assert_eq!(found.points[0].tally.calls, 60);
        assert_eq!(found.points[0].elements.len(), 5, "{}", file.display());
    }
}

/// Proxies at four hubs, one of which is in the route of no dialog.
const HUBS: [&str; 3] = [
    "calls.count=200",
    "link.loss=0.2",
    "kinds=[{ nodes = { largest = 4 }, kind = \"call-stateful-proxy\" }, \
     { nodes = ['paris'], kind = \"stateful-proxy\", settings = { records-route = false } }]",
];

#[test]
fn calls_on_many_ways_break_no_rule() {
    let point = backbone(&HUBS);
    let stop = AtomicBool::new(false);
    let mut runner = Runner::new(&point.setup, &stop);
    // What the checker of another call says, whose way has other proxies on it.
    let (mut told_by_another, mut before) = (0, Facts::default());
    for call in 0..point.setup.calls.count {
        let mut watch = (Checker::new(&point.setup, call), Facts::default());
        let ended = runner.run(call, &mut watch);
        assert_eq!(watch.0.finish(ended), [], "call {call}");
        let mut other = Checker::new(&point.setup, call);
        before.0.iter().for_each(|(at, fact)| other.see(*at, fact));
        told_by_another += u32::from(!other.finish(ended).is_empty());
        before = watch.1;
    }
    assert!(told_by_another > 50, "{told_by_another}");
}

#[test]
fn a_fact_that_differs_is_told_in_the_names_of_the_call_s_own_way() {
    let point = backbone(&HUBS);
    let mut ways = BTreeSet::new();
    for call in 0..20 {
        let trace = study::trace("carrier-backbone", &point, call).expect("a trace");
        let lines = report::json_lines(&trace);
        let facts = lines.lines().skip(1);
        for (record, line) in trace.records.iter().zip(facts) {
            assert_eq!(report::fact_line(&point, call, record), line, "call {call}");
        }
        ways.insert(trace.nodes);
    }
    assert!(ways.len() > 10, "{ways:?}");
}

#[test]
fn all_ways_over_a_link_see_its_outages_whichever_way_they_cross_it() {
    for one_state in [true, false] {
        let outage =
            format!("links.\"frankfurt--paris\".outage={{ up = \"60 s\", down = \"30 s\", one-state = {one_state} }}");
        let point = backbone(&["link.loss=0", &outage]);
        let names = point.ways.clone().expect("several ways");
        let ways = point.setup.ways.as_ref().expect("several ways").all();
        // Of each direction of the link, what each way finds.
        let mut found: BTreeMap<bool, BTreeSet<Vec<bool>>> = BTreeMap::new();
        let mut crossing = [0, 0];
        for (nth, way) in ways.iter().enumerate() {
            let nodes = names.nodes_of(nth);
            let between = |pair: &[String]| pair == ["frankfurt", "paris"] || pair == ["paris", "frankfurt"];
            let Some(link) = nodes.windows(2).position(between) else { continue };
            crossing[usize::from(nodes[link] == "paris")] += 1;
            let mut weather = way.path.weather(Streams::new(point.setup.seed, 0));
            weather.begin(7, Time::ZERO);
            for ends in [[link as u8, link as u8 + 1], [link as u8 + 1, link as u8]] {
                let down = (0..600).map(|second| {
                    let at = Time::ZERO + Span::from_secs(second);
                    let fate = way.path.carry_through(at, ends, &mut weather, |_, _| [1 << 63; 2], |_| false);
                    matches!(fate, Fate::Lost { why: Why::Down, .. })
                });
                let down: Vec<bool> = down.collect();
                assert!((50..400).contains(&down.iter().filter(|down| **down).count()), "{down:?}");
                found.entry(nodes[usize::from(ends[0])] == "paris").or_default().insert(down);
            }
        }
        assert!(crossing.iter().all(|&ways| ways > 5), "{crossing:?}");
        assert!(found.values().all(|of_direction| of_direction.len() == 1));
        assert_eq!(found[&true] == found[&false], one_state);
    }
}
