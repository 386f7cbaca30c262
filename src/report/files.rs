//! The files for tools: `points.csv`, a row for each point, and `summary.json`, the same figures nested.
//!
//! Names carry units and are defined in `docs/results.md`. Floats have nine significant digits.

use super::columns::columns;
use super::point::Study;
use super::takeaway;
use crate::study::Results;
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
    let results = study.results;
    let mut writer = csv::Writer::from_writer(Vec::new());
    // The head of a study without points names its axes only.
    let head = match results.points.is_empty() {
        true => Vec::new(),
        false => columns(study, 0).into_iter().map(|(name, _)| name.replace('.', "_")).collect(),
    };
    let mut records = vec![results.axes.iter().cloned().chain(head).collect::<Vec<String>>()];
    for (index, point) in results.points.iter().enumerate() {
        let values = (0..results.axes.len()).map(|axis| point.values.get(axis).cloned().unwrap_or_default());
        let figures = columns(study, index).into_iter().map(|(_, value)| match value {
            Value::Null => String::new(),
            value => value.to_string(),
        });
        records.push(values.chain(figures).collect());
    }
    for record in records.iter().filter(|record| !record.is_empty()) {
        writer.write_record(record).expect("rows of one length, written to memory");
    }
    let bytes = writer.into_inner().expect("written to memory");
    String::from_utf8(bytes).expect("made of strings")
}

/// The content of `summary.json`, which `--json` prints too.
pub fn json(results: &Results) -> Value {
    summary(&Study::of(results))
}

/// See [`json()`].
pub(super) fn summary(study: &Study) -> Value {
    let results = study.results;
    let points: Vec<Value> = (0..results.points.len()).map(|index| point(study, index)).collect();
    json!({
        "schema": SCHEMA,
        "schema_version": SCHEMA_VERSION,
        "byeloss_version": env!("CARGO_PKG_VERSION"),
        "name": results.name,
        "title": results.title,
        "seed": results.seed,
        "axes": results.axes,
        "points": points,
        "takeaway": takeaway::say(study),
    })
}

fn point(study: &Study, index: usize) -> Value {
    let mut object = Map::new();
    object.insert("values".to_owned(), study.points[index].result.values.clone().into());
    for (name, value) in columns(study, index) {
        insert(&mut object, &name, value);
    }
    Value::Object(object)
}

/// Puts `value` where the dotted `name` says.
fn insert(object: &mut Map<String, Value>, name: &str, value: Value) {
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
    fn the_summary_carries_the_figures_of_the_rows() {
        let results = testing::session_expires();
        let summary = json(&results);
        assert_eq!(summary["schema"], "byeloss/summary");
        assert_eq!(summary["points"].as_array().unwrap().len(), 9);
        assert_eq!(summary["points"][7]["recovery"]["both"]["theory_s"], 884.0);
        assert_eq!(summary["points"][0]["paired_difference"]["mean_s"], Value::Null);
        assert!(summary["points"][1]["paired_difference"]["mean_s"].is_f64());
        assert_eq!(summary["points"][0]["released"]["refresh_missing"], 131);
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
