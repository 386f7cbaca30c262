//! Same input, same bytes.

use std::num::NonZeroUsize;
use std::sync::atomic::AtomicBool;

use byeloss::report;
use byeloss::scenario;
use byeloss::study::{Options, Results, run};

fn results(sets: &[&str], threads: usize) -> Results {
    let sets: Vec<String> = sets.iter().map(ToString::to_string).collect();
    let study = scenario::load("session-expires", &sets).unwrap_or_else(|error| panic!("{error}"));
    let options = Options { threads: NonZeroUsize::new(threads), progress: &|_| {}, stop: &AtomicBool::new(false) };
    run(&study, &options).expect("nobody stops it")
}

/// All bytes that a run prints and writes, pictures as SVG.
fn bytes(results: &Results) -> Vec<String> {
    let figures = report::figures(results).into_iter().map(|figure| figure.svg);
    [report::table(results), report::points_csv(results), report::json(results).to_string(), report::page(results)]
        .into_iter()
        .chain(figures)
        .collect()
}

#[test]
fn one_two_and_seven_threads_give_the_same_bytes() {
    let few = ["calls.count=3001"];
    let one = bytes(&results(&few, 1));
    assert_eq!(one, bytes(&results(&few, 2)));
    assert_eq!(one, bytes(&results(&few, 7)));
}

#[test]
fn another_seed_gives_other_figures() {
    assert_ne!(bytes(&results(&["calls.count=300"], 1)), bytes(&results(&["calls.count=300", "seed=2"], 1)));
}

#[test]
fn a_call_does_not_depend_on_how_many_there_are() {
    let point = ["calls.count=200", "session-timer.session-expires=300", "calls.arrivals=\"at-start\""];
    let few = scenario::load("session-expires", &point.map(str::to_owned)).unwrap();
    let mut more = point.map(str::to_owned);
    more[0] = "calls.count=100000".to_owned();
    let many = scenario::load("session-expires", &more).unwrap();
    let trace =
        |study: &scenario::Study, call| report::json_lines(&report::trace("test", &study.points[0], call).unwrap());
    for call in [0, 7, 199] {
        assert_eq!(trace(&few, call), trace(&many, call));
    }
}

#[test]
fn the_same_call_talks_as_long_and_loses_the_same_copies_of_its_bye_at_every_session_expires() {
    let sets = ["hangup.bye-loss=0.0".to_owned(), "link.loss=0.6".to_owned(), "calls.count=100".to_owned()];
    let study = scenario::load("session-expires", &sets).unwrap();
    let byes = |point: usize, call: u32| -> Vec<(u64, String)> {
        let lines = report::json_lines(&report::trace("test", &study.points[point], call).unwrap());
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
