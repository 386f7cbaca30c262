//! The files of a study's result, drawn and written out in memory.

use super::figures::drawn;
use super::files::{csv_text, load_text, queues_text, releases_text, summary};
use super::page::html;
use super::point::Study;
use super::{Figure, mechanisms, png};
use crate::study::{Files, PointResult, Results, Swept};
use serde_json::Value;

/// What a study found, as people and tools read it.
pub trait Reported: Swept {
    /// The table on standard output.
    fn table(results: &Results<Self>) -> String
    where
        Self: Sized;

    /// The content of `summary.json`, which `--json` prints too.
    fn json(results: &Results<Self>) -> Value
    where
        Self: Sized;

    /// All files, in the order in which they are put in place.
    fn files(results: &Results<Self>) -> Files
    where
        Self: Sized;
}

impl Reported for PointResult {
    fn table(results: &Results) -> String {
        super::table(results)
    }

    fn json(results: &Results) -> Value {
        super::json(results)
    }

    fn files(results: &Results) -> Files {
        let study = Study::of(results);
        let figures = drawn(&study);
        let mut tables = vec![("points.csv", csv_text(&study)), ("releases.csv", releases_text(results))];
        tables.extend(load_text(results).map(|text| ("load.csv", text)));
        tables.extend(queues_text(results).map(|text| ("queues.csv", text)));
        tables.extend(study.sheet.as_ref().map(|sheet| ("mechanisms.csv", mechanisms::csv(sheet))));
        files(&tables, &summary(&study), &figures, html(&study, &figures))
    }
}

/// The files of a study: `tables`, `summary.json`, the figures as SVG and PNG, and `index.html`.
pub(super) fn files(tables: &[(&str, String)], summary: &Value, figures: &[Figure], page: String) -> Files {
    let tables = tables.iter().map(|(name, text)| ((*name).to_owned(), text.clone().into_bytes()));
    let summary = ("summary.json".to_owned(), format!("{summary:#}\n").into_bytes());
    let drawn = figures.iter().flat_map(|figure| {
        [
            (format!("{}.png", figure.name), png(&figure.svg)),
            (format!("{}.svg", figure.name), figure.svg.clone().into_bytes()),
        ]
    });
    Files::new(tables.chain([summary]).chain(drawn).chain([("index.html".to_owned(), page.into_bytes())]).collect())
}

/// Draws the figures of `results` and writes out all its [files](Reported::files). Nothing is put on disk.
pub fn draw<P: Reported>(results: &Results<P>) -> Files {
    P::files(results)
}
