//! The files for tools: `points.csv`, a row for each point; `releases.csv`, a row for each way in which calls of a point
//! ended at an element; and `summary.json`, all of it nested.
//!
//! Names carry units and are defined in `docs/results.md`. Floats have nine significant digits.

use super::columns::{columns, held, number};
use super::point::Study;
use super::releases::{Release, releases};
use super::{load, mechanisms, queues, takeaway};
use crate::study::{Results, Swept};
use serde_json::{Map, Value, json};

/// What `summary.json` says it is.
pub const SCHEMA: &str = "byeloss/summary";

/// Version of the names in `summary.json` and `points.csv`: raised when one is taken away or changes its meaning.
pub const SCHEMA_VERSION: u32 = 1;

/// The text of `points.csv`: a head, then a row for each point; an empty field where there is no value.
pub fn points_csv(results: &Results) -> String {
    csv_text(&Study::of(results))
}

/// See [`points_csv`].
pub(super) fn csv_text(study: &Study) -> String {
    // The head of a study without points names its axes only.
    let head = match study.points.is_empty() {
        true => Vec::new(),
        false => columns(study, 0).into_iter().map(|(name, _)| name.replace('.', "_")).collect(),
    };
    let rows =
        (0..study.points.len()).map(|index| (index, columns(study, index).into_iter().map(|(_, v)| v).collect()));
    records(study.results, head, rows)
}

/// The text of `releases.csv`: a head, then for each point and element a row for each way in which calls ended there.
pub(super) fn releases_text(results: &Results) -> String {
    let head = release_columns(&Release::default()).map(|(name, _)| name.to_owned()).into();
    let row = |release: &Release| release_columns(release).map(|(_, value)| value).into();
    let points = results.points.iter().enumerate();
    let rows = points.flat_map(|(index, point)| releases(point).iter().map(|r| (index, row(r))).collect::<Vec<_>>());
    records(results, head, rows)
}

/// The text of `load.csv`: a head, then for each point, second and element what it did; `None` where no point has a load.
pub(super) fn load_text(results: &Results) -> Option<String> {
    let head = load::COLUMNS.map(str::to_owned).into();
    let points = results.points.iter().enumerate();
    let rows = points.flat_map(|(index, point)| load::records(point).into_iter().map(move |row| (index, row.into())));
    load::tells(results).then(|| records(results, head, rows))
}

/// The text of `queues.csv`: a head, then for each point a row for each queue; `None` where no point has any.
pub(super) fn queues_text(results: &Results) -> Option<String> {
    let first = results.points.iter().find_map(|point| point.queues.first())?;
    let head = queues::columns(first).map(|(name, _)| name.to_owned()).into();
    let rows = results.points.iter().enumerate().flat_map(|(index, point)| {
        point.queues.iter().map(move |queue| (index, queues::columns(queue).map(|(_, value)| value).into()))
    });
    Some(records(results, head, rows))
}

/// The text of a CSV file: a column for each axis and those of `head`; `rows` are of the points with these numbers.
pub(super) fn records<P: Swept>(
    results: &Results<P>,
    head: Vec<String>,
    rows: impl Iterator<Item = (usize, Vec<Value>)>,
) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let head: Vec<String> = results.axes.iter().cloned().chain(head).collect();
    let rows = rows.map(|(index, fields)| {
        let point = &results.points[index];
        let values = (0..results.axes.len()).map(|axis| point.values().get(axis).cloned().unwrap_or_default());
        values.chain(fields.into_iter().map(field)).collect()
    });
    for record in [head].into_iter().chain(rows).filter(|record: &Vec<String>| !record.is_empty()) {
        writer.write_record(record).expect("rows of one length, written to memory");
    }
    let bytes = writer.into_inner().expect("written to memory");
    String::from_utf8(bytes).expect("made of strings")
}

fn field(value: Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text,
        value => value.to_string(),
    }
}

/// A way in which calls ended at an element, under the names that files give it.
fn release_columns(release: &Release) -> [(&'static str, Value); 6] {
    [
        ("element", release.element.into()),
        ("cause", release.cause.replace('-', "_").into()),
        ("rule", release.rule.into()),
        ("by", release.by.into()),
        ("calls", release.calls.into()),
        ("share", number(release.share)),
    ]
}

/// The content of `summary.json`, which `--json` prints too.
pub fn json(results: &Results) -> Value {
    summary(&Study::of(results))
}

/// See [`json()`].
pub(super) fn summary(study: &Study) -> Value {
    let results = study.results;
    let points: Vec<Value> = (0..results.points.len()).map(|index| point(study, index)).collect();
    let mut summary = summary_of(results, (SCHEMA, SCHEMA_VERSION), points, takeaway::say(study));
    if let (Some(sheet), Value::Object(object)) = (&study.sheet, &mut summary) {
        object.insert("mechanisms".to_owned(), mechanisms::object(sheet));
    }
    summary
}

/// The content of `summary.json` of this schema and version.
pub(super) fn summary_of<P: Swept>(
    results: &Results<P>,
    (schema, version): (&str, u32),
    points: Vec<Value>,
    takeaway: String,
) -> Value {
    json!({
        "schema": schema,
        "schema_version": version,
        "byeloss_version": env!("CARGO_PKG_VERSION"),
        "name": results.name,
        "title": results.title,
        "seed": results.seed,
        "fingerprint": hexadecimal(results.fingerprint()),
        "axes": results.axes,
        "points": points,
        "takeaway": takeaway,
    })
}

fn point(study: &Study, index: usize) -> Value {
    let mut object = Map::new();
    object.insert("values".to_owned(), study.points[index].result.values.clone().into());
    let result = study.points[index].result;
    object.insert("fingerprint".to_owned(), hexadecimal(result.fingerprint).into());
    for (name, value) in columns(study, index) {
        insert(&mut object, &name, value);
    }
    let between = result.elements.iter().skip(2).zip(&result.tally.held_between);
    let elements =
        between.map(|(name, ghosts)| object_of([("element", name.as_str().into())].into_iter().chain(held(ghosts))));
    insert(&mut object, "held_by.between.elements", elements.collect());
    if !result.queues.is_empty() {
        insert(&mut object, "queues", result.queues.iter().map(|queue| object_of(queues::columns(queue))).collect());
    }
    if let Some(load) = load::json(result) {
        insert(&mut object, "load", load);
    }
    insert(
        &mut object,
        "releases",
        releases(result).iter().map(|release| object_of(release_columns(release))).collect(),
    );
    Value::Object(object)
}

/// A fingerprint as files write it: 64 bits are more than a number of JSON holds.
pub(super) fn hexadecimal(fingerprint: u64) -> String {
    format!("{fingerprint:016x}")
}

/// An object of these fields.
pub(super) fn object_of<N: Into<String>>(fields: impl IntoIterator<Item = (N, Value)>) -> Value {
    fields.into_iter().map(|(name, value)| (name.into(), value)).collect()
}

/// Puts `value` where the dotted `name` says.
pub(super) fn insert(object: &mut Map<String, Value>, name: &str, value: Value) {
    match name.split_once('.') {
        None => {
            object.insert(name.to_owned(), value);
        }
        Some((first, rest)) => {
            let inner = object.entry(first).or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(inner) = inner {
                insert(inner, rest, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;
    use crate::time::Span;

    #[test]
    fn every_row_has_every_column_and_no_column_twice() {
        let text = points_csv(&testing::session_expires());
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
        let text = releases_text(&results);
        assert!(
            text.starts_with("session-timer.session-expires,element,cause,rule,by,calls,share\n90,caller,"),
            "{text}"
        );
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
        let summary = json(&results);
        let between = &summary["points"][0]["held_by"]["between"];
        assert_eq!(
            (&between["ghosts"], &between["unrecovered"], &between["mean_s"]),
            (&3.into(), &1.into(), &20.0.into())
        );
        assert_eq!(between["elements"][1]["element"], "sbc (callee's leg)");
        assert_eq!(between["elements"][1]["mean_s"], 30.0);
        assert_eq!(summary["points"][0]["releases"].as_array().unwrap().len(), 8);
    }

    #[test]
    fn the_summary_carries_the_figures_of_the_rows() {
        let results = testing::session_expires();
        let summary = json(&results);
        assert_eq!(summary["schema"], "byeloss/summary");
        assert_eq!(summary["points"].as_array().unwrap().len(), 9);
        assert_eq!(summary["points"][7]["recovery"]["both"]["theory_s"], 884.0);
        assert_eq!(summary["points"][0]["paired_difference"]["mean_s"], Value::Null);
        assert!(summary["points"][1]["paired_difference"]["mean_s"].is_f64());
        assert_eq!(summary["points"][0]["released"]["refresh_missing"], 5131);
        assert_eq!(summary["takeaway"], takeaway(&results));
    }

    #[test]
    fn results_of_every_shape_are_written_and_none_has_a_nan() {
        for (_, results) in testing::edge_cases() {
            for text in [points_csv(&results), json(&results).to_string()] {
                assert!(!text.contains("NaN") && !text.contains("inf,"), "{text}");
            }
        }
    }
}
