//! Same input, same bytes.

#![cfg(feature = "report")]

use std::num::NonZeroUsize;

use byeloss::analysis;
use byeloss::report::{self, Reported};
use byeloss::scenario;
use byeloss::study::{self, Found, Options, Results, first_difference, run};
use byeloss::world::Fact;
use byeloss::world::devices::Fleet;

fn study(sets: &[&str]) -> scenario::Study {
    let sets: Vec<String> = sets.iter().map(ToString::to_string).collect();
    scenario::load("session-expires", &sets).unwrap_or_else(|error| panic!("{error}"))
}

fn results(sets: &[&str], threads: usize) -> Results {
    let options = Options { threads: NonZeroUsize::new(threads), ..Options::default() };
    run(&study(sets), &options).expect("nobody stops it")
}

/// All bytes that a run prints and writes.
fn bytes(sets: &[&str], threads: usize) -> Vec<Vec<u8>> {
    let (study, results) = (study(sets), results(sets, threads));
    let analysis = analysis::of(&study, &results);
    let files = analysis.files().as_slice().iter().map(|(_, bytes)| bytes.clone()).collect::<Vec<_>>();
    [analysis.text(100).into_bytes()].into_iter().chain(files).collect()
}

#[test]
fn one_two_and_seven_threads_give_the_same_bytes() {
    let few = ["calls.count=3001"];
    let one = bytes(&few, 1);
    assert!(one == bytes(&few, 2));
    assert!(one == bytes(&few, 7));
}

#[test]
fn another_seed_gives_other_figures() {
    assert!(bytes(&["calls.count=300"], 1) != bytes(&["calls.count=300", "seed=2"], 1));
}

#[test]
fn a_call_does_not_depend_on_how_many_there_are() {
    let point = ["calls.count=200", "session-timer.session-expires=300", "calls.arrivals=\"at-start\""];
    let few = scenario::load("session-expires", &point.map(str::to_owned)).unwrap();
    let mut more = point.map(str::to_owned);
    more[0] = "calls.count=100000".to_owned();
    let many = scenario::load("session-expires", &more).unwrap();
    let trace =
        |study: &scenario::Study, call| report::json_lines(&study::trace("test", &study.points[0], call).unwrap());
    for call in [0, 7, 199] {
        assert_eq!(trace(&few, call), trace(&many, call));
    }
}

#[test]
fn the_same_call_talks_as_long_and_loses_the_same_copies_of_its_bye_at_every_session_expires() {
    let sets = ["hangup.bye-loss=0.0".to_owned(), "link.loss=0.6".to_owned(), "calls.count=100".to_owned()];
    let study = scenario::load("session-expires", &sets).unwrap();
    let byes = |point: usize, call: u32| -> Vec<(u64, String)> {
        let lines = report::json_lines(&study::trace("test", &study.points[point], call).unwrap());
        let facts: Vec<serde_json::Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let hung_up = facts.iter().find(|fact| fact["fact"] == "hung-up").and_then(|fact| fact["t_ns"].as_u64());
        let Some(hung_up) = hung_up else { return Vec::new() };
        let end = facts.iter().find(|fact| fact["fact"] == "hung-up").map(|fact| fact["element"].clone());
        facts
            .iter()
            .filter(|fact| fact["fact"] == "sent" && fact["message"] == "BYE" && Some(&fact["from"]) == end.as_ref())
            .map(|fact| (fact["t_ns"].as_u64().unwrap() - hung_up, format!("{} {}", fact["copy"], fact["lost"])))
            .collect()
    };
    let mut compared = 0;
    for call in 0..100 {
        // At 60 % loss some calls are dropped before their hang-up; only the others have a BYE to compare.
        let (short, long) = (byes(5, call), byes(8, call));
        if !short.is_empty() && !long.is_empty() {
            assert!(short.iter().zip(&long).all(|(a, b)| a == b), "call {call}: {short:?} {long:?}");
            compared += 1;
        }
    }
    assert!(compared > 50, "{compared}");
}

#[test]
fn the_fingerprint_is_that_of_the_facts_and_not_of_the_threads() {
    let few = ["calls.count=700"];
    let fingerprints = |threads| results(&few, threads).points.iter().map(|p| p.fingerprint).collect::<Vec<_>>();
    let one = fingerprints(1);
    assert_eq!((one.len(), &one), (9, &fingerprints(2)));
    assert_eq!(one, fingerprints(7));
    assert_ne!(results(&few, 1).fingerprint(), results(&["calls.count=701"], 1).fingerprint());
    assert_ne!(results(&few, 1).fingerprint(), results(&["calls.count=700", "seed=2"], 1).fingerprint());
}

#[test]
fn two_runs_of_the_same_have_no_first_difference() {
    assert_eq!(first_difference(&study(&["calls.count=40"]), &study(&["calls.count=40"])), None);
}

#[test]
fn the_first_difference_is_the_first_fact_that_differs() {
    let a = study(&["calls.count=40"]);
    // The second answer to an UPDATE of any call is lost: facts before its sending are the same.
    let fault = r#"faults=[{ sender = "callee", status = 200, method = "UPDATE", nth = 2 }]"#;
    let b = study(&["calls.count=40", fault]);
    let difference = first_difference(&a, &b).expect("a fault changes something");
    let told = |study: &scenario::Study| {
        study::trace("", &study.points[difference.point], difference.unit as u32).expect("a short call").records
    };
    let (of_a, of_b) = (told(&a), told(&b));
    let number = difference.number as usize;
    assert_eq!(of_a[..number], of_b[..number]);
    assert_eq!(difference.found[0], Found::Fact(of_a[number].at, of_a[number].fact));
    assert_eq!(difference.found[1], Found::Fact(of_b[number].at, of_b[number].fact));
    let is_answer = |fact: &Fact| matches!(fact, Fact::Sent { message, .. } if message.to_string() == "200 UPDATE");
    assert!(is_answer(&of_a[number].fact) && is_answer(&of_b[number].fact), "{difference:?}");
    // Every call before it is the same.
    assert_eq!(difference.point, 0);
    for call in 0..difference.unit as u32 {
        let facts = |study: &scenario::Study| study::trace("", &study.points[0], call).unwrap().records;
        assert_eq!(facts(&a), facts(&b), "call {call}");
    }
}

#[test]
fn a_difference_far_into_a_long_call_is_found_there() {
    // Some thirty thousand facts: a refresh each 45 s for a month, four facts and more each.
    let long = [
        "calls.count=1",
        r#"calls.talk-time="10 d""#,
        "link.loss=0.0",
        "session-timer.session-expires=90",
        r#"sweep={}"#,
    ];
    let a = study(&long);
    let late = r#"requests=[{ sender = "callee", method = "UPDATE", at = "8 d" }]"#;
    let b = study(&[&long[..], &[late]].concat());
    let difference = first_difference(&a, &b).expect("one request more");
    assert!(difference.number > 3 * 4096, "{difference:?}");
    let told = |study: &scenario::Study| study::trace("", &study.points[0], 0).unwrap().records;
    let same = told(&a).iter().zip(&told(&b)).take_while(|(a, b)| a == b).count();
    assert_eq!(difference.number, same as u64);
}

#[test]
fn what_one_of_two_studies_lacks_is_their_first_difference() {
    let difference = |a: &[&str], b: &[&str]| {
        let difference = first_difference(&study(a), &study(b)).expect("one lacks something");
        (difference.point, difference.unit, difference.number, difference.found)
    };
    let at_start = r#"calls.arrivals="at-start""#;
    let (point, call, number, found) = difference(&["calls.count=4", at_start], &["calls.count=3", at_start]);
    assert_eq!((point, call, number, found[1]), (0, 3, 0, Found::NoUnit));
    assert!(matches!(found[0], Found::Fact(_, Fact::Began)), "{found:?}");
    let two = "sweep={\"session-timer.session-expires\" = [90, 120]}";
    let one = "sweep={\"session-timer.session-expires\" = [90]}";
    let (point, call, number, found) = difference(&["calls.count=3", one], &["calls.count=3", two]);
    assert_eq!((point, call, number, found[0]), (1, 0, 0, Found::NoPoint));
}

/// A study of devices: two intervals, an outage and a restart.
fn devices(sets: &[&str]) -> scenario::Study<Fleet> {
    let keep = ["devices.count=60", "sweep={'devices.interval' = ['30 s', '90 s']}"];
    let sets: Vec<String> = keep.iter().chain(sets).map(ToString::to_string).collect();
    match scenario::open("gat1400-heartbeat", &sets).unwrap_or_else(|error| panic!("{error}")) {
        scenario::AnyStudy::Devices(study) => study,
        scenario::AnyStudy::Calls(_) => panic!("it is about devices"),
    }
}

#[test]
fn devices_have_a_fingerprint_of_their_facts_that_threads_leave_alone() {
    let fingerprints = |sets: &[&str], threads| {
        let options = Options { threads: NonZeroUsize::new(threads), ..Options::default() };
        let results = run(&devices(sets), &options).expect("nobody stops it");
        let of_points: Vec<u64> = results.points.iter().map(|point| point.fingerprint).collect();
        (of_points, results.fingerprint())
    };
    let more = ["devices.count=700"];
    let one = fingerprints(&more, 1);
    assert_ne!(one.0[0], one.0[1]);
    assert_eq!(one, fingerprints(&more, 2));
    assert_eq!(one, fingerprints(&more, 7));
    assert_ne!(one, fingerprints(&["devices.count=701"], 1));
    assert_ne!(one, fingerprints(&["devices.count=700", "seed=2"], 1));
}

#[test]
fn the_first_difference_of_devices_is_the_first_fact_that_differs() {
    let of = |study: &scenario::Study<Fleet>, point: usize, unit: u64| {
        study::trace_device("", &study.points[point], unit).expect("a short trace").records
    };
    assert_eq!(first_difference(&devices(&[]), &devices(&[])), None);
    let (a, b) = (devices(&[]), devices(&["http.response-timeout='4 s'"]));
    let difference = first_difference(&a, &b).expect("a time-out that changes");
    let (point, unit, number) = (difference.point, difference.unit, difference.number as usize);
    let (of_a, of_b) = (of(&a, point, unit), of(&b, point, unit));
    assert_eq!(of_a[..number], of_b[..number]);
    assert_ne!(of_a[number], of_b[number]);
    assert_eq!(difference.found[0], Found::Fact(of_a[number].at, of_a[number].fact));
    assert_eq!(difference.found[1], Found::Fact(of_b[number].at, of_b[number].fact));
    for unit in 0..unit {
        assert_eq!(of(&a, point, unit), of(&b, point, unit));
    }
    // One device more: what follows are the platforms of the next level.
    let lacks = first_difference(&devices(&[]), &devices(&["devices.count=61"])).expect("one lacks a device");
    assert_eq!((lacks.point, lacks.unit), (0, 60));
}
