//! The files of results of every shape.

use super::*;
use crate::report::Reported;
use crate::report::testing::{self, Made};
use crate::time::Span;

fn csv(made: &Made, name: &str) -> String {
    let files = made.analysed().files();
    let (_, text) = files.as_slice().iter().find(|(file, _)| file == name).unwrap();
    String::from_utf8(text.clone()).unwrap()
}

#[test]
fn every_row_has_every_column_and_no_column_twice() {
    let text = csv(&testing::session_expires(), "points.csv");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let head: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let mut sorted = head.clone();
    sorted.sort();
    sorted.dedup();
    assert_eq!(sorted.len(), head.len());
    let rows: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>().unwrap();
    assert_eq!(rows.len(), 9);
    let field = |row: usize, name: &str| rows[row][head.iter().position(|h| h == name).unwrap()].to_owned();
    assert_eq!(field(0, "session-timer.session-expires"), "90");
    assert_eq!(field(0, "paired_difference_mean_s"), "");
    assert_eq!(field(7, "recovery_both_theory_s"), "884.0");
    assert_eq!(field(7, "recovery_no_timer_mean_s"), "");
    assert_eq!(field(0, "false_drops"), "131");
    assert_eq!(field(0, "false_drops_per_million_calls"), "131.0");
}

#[test]
fn the_ways_in_which_calls_ended_at_an_element_add_up_to_the_calls() {
    let results = testing::sweep(&[90, 1800]);
    let text = csv(&results, "releases.csv");
    assert!(text.starts_with("session-timer.session-expires,element,cause,rule,by,calls,share\n90,caller,"), "{text}");
    assert!(text.contains("\n90,callee,refresh_missing,R2,session timer: no refresh came in time,5131,0.005131\n"));
    let mut sums = std::collections::BTreeMap::new();
    for row in csv::Reader::from_reader(text.as_bytes()).records() {
        let row = row.unwrap();
        *sums.entry((row[0].to_owned(), row[1].to_owned())).or_insert(0) += row[5].parse::<u64>().unwrap();
    }
    assert_eq!(sums.into_values().collect::<Vec<u64>>(), [1_000_000; 4]);
}

#[test]
fn what_stands_between_the_ends_is_named_and_counted() {
    let mut results = testing::sweep(&[1800]);
    let point = &mut results.points[0];
    point.elements.extend(["sbc (caller's leg)", "sbc (callee's leg)"].map(str::to_owned));
    point.tally.held_between(0).add(Some(Span::from_secs(10)));
    point.tally.held_between(1).add(Some(Span::from_secs(30)));
    point.tally.held_between(1).add(None);
    let summary = json(&results.analysed());
    let between = &summary["points"][0]["held_by"]["between"];
    assert_eq!((&between["ghosts"], &between["unrecovered"], &between["mean_s"]), (&3.into(), &1.into(), &20.0.into()));
    assert_eq!(between["elements"][1]["element"], "sbc (callee's leg)");
    assert_eq!(between["elements"][1]["mean_s"], 30.0);
    assert_eq!(summary["points"][0]["releases"].as_array().unwrap().len(), 8);
}

#[test]
fn the_summary_carries_the_figures_of_the_rows() {
    let results = testing::session_expires();
    let summary = json(&results.analysed());
    assert_eq!(summary["schema"], "byeloss/summary");
    assert_eq!(summary["points"].as_array().unwrap().len(), 9);
    assert_eq!(summary["points"][7]["recovery"]["both"]["theory_s"], 884.0);
    assert_eq!(summary["points"][0]["paired_difference"]["mean_s"], Value::Null);
    assert!(summary["points"][1]["paired_difference"]["mean_s"].is_f64());
    assert_eq!(summary["points"][0]["released"]["refresh_missing"], 5131);
    assert_eq!(summary["takeaway"], results.analysed().takeaway());
}

#[test]
fn results_of_every_shape_are_written_and_none_has_a_nan() {
    for (_, results) in testing::edge_cases() {
        for text in [csv(&results, "points.csv"), json(&results.analysed()).to_string()] {
            assert!(!text.contains("NaN") && !text.contains("inf,"), "{text}");
        }
    }
}
