//! The frame of `summary.json`.

use crate::study::{Results, SweepPoint};
use serde_json::{Value, json};

/// The content of `summary.json` of this schema and version.
pub(super) fn summary<P: SweepPoint>(
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

/// A fingerprint as files write it: 64 bits are more than a number of JSON holds.
pub(super) fn hexadecimal(fingerprint: u64) -> String {
    format!("{fingerprint:016x}")
}
