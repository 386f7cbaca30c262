//! `summary.json` of a study of calls: all its sheets, nested.

use super::{holders, load, points, queues, releases, takeaway};
use crate::analysis::Calls;
use crate::report::mechanisms;
use crate::report::sheet::Sheet;
use crate::report::sheet::json::{insert, object};
use crate::report::summary::{hexadecimal, summary};
use serde_json::{Map, Value, json};

/// What `summary.json` says it is.
pub const SCHEMA: &str = "byeloss/summary";

/// Version of the names in `summary.json` and `points.csv`: raised when one is taken away or changes its meaning.
pub const SCHEMA_VERSION: u32 = 2;

/// Its content.
pub(super) fn json(calls: &Calls) -> Value {
    let sheets = OfPoints {
        points: points::sheet(calls),
        holders: holders::sheet(calls),
        queues: queues::sheet(calls),
        peaks: load::peaks_of_elements(calls),
        after_outages: load::after_outages(calls),
        releases: releases::sheet(calls),
    };
    let points = (0..calls.points.len()).map(|nth| sheets.point(calls, nth)).collect();
    let mut summary = summary(calls.results, (SCHEMA, SCHEMA_VERSION), points, takeaway::summary(calls));
    if let (Some(_), Value::Object(object)) = (&calls.mechanisms, &mut summary) {
        let sheet = mechanisms::sheet(calls);
        object.insert(
            "mechanisms".to_owned(),
            sheet.rows.iter().map(|(_, row)| self::object(sheet.fields(row))).collect(),
        );
    }
    summary
}

/// The sheets with rows of each point.
struct OfPoints<P, H, Q, E, A, R> {
    points: Sheet<P>,
    holders: Sheet<H>,
    queues: Sheet<Q>,
    peaks: Sheet<E>,
    after_outages: Sheet<A>,
    releases: Sheet<R>,
}

impl<P, H, Q, E, A, R> OfPoints<P, H, Q, E, A, R> {
    fn point(&self, calls: &Calls, nth: usize) -> Value {
        let result = calls.points[nth].result;
        let mut object = Map::new();
        object.insert("values".to_owned(), result.values.clone().into());
        object.insert("fingerprint".to_owned(), hexadecimal(result.fingerprint).into());
        let fields = self.points.rows_of(nth).flat_map(|row| self.points.fields(row));
        fields.for_each(|(key, value)| insert(&mut object, &key, value));
        insert(&mut object, "held_by.between.elements", rows(&self.holders, nth));
        if !result.queues.is_empty() {
            insert(&mut object, "queues", rows(&self.queues, nth));
        }
        if let Some(load) = &result.load {
            let (elements, outages) = (rows(&self.peaks, nth), rows(&self.after_outages, nth));
            insert(
                &mut object,
                "load",
                json!({ "seconds": load.seconds, "elements": elements, "after_outages": outages }),
            );
        }
        insert(&mut object, "releases", rows(&self.releases, nth));
        Value::Object(object)
    }
}

/// The rows of a point as objects.
fn rows<R>(sheet: &Sheet<R>, point: usize) -> Value {
    sheet.rows_of(point).map(|row| object(sheet.fields(row))).collect()
}

#[cfg(test)]
mod tests;
