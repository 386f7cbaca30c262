//! How calls were set up: a table for studies in which that was not always by one INVITE that was answered.

use super::number::{self, NONE};
use crate::study::{PointResult, Results};

/// Heads of the columns in which people read it.
pub(super) const HEADS: [&str; 6] = ["calls", "not set up", "INVITEs", "set-up s", "p95 s", "interval s"];

/// Whether there is anything to tell: a call was refused, timed out, or took more than one INVITE.
pub(super) fn tells(results: &Results) -> bool {
    results.points.iter().any(|point| {
        let setups = &point.tally.setups;
        setups.asked > 0 && (point.tally.failed_setups > 0 || setups.invites > setups.asked)
    })
}

/// The cells of a point under [`HEADS`].
pub(super) fn cells(point: &PointResult) -> [String; HEADS.len()] {
    let setups = &point.tally.setups;
    let or_none = |x: Option<f64>| x.map_or_else(|| NONE.to_owned(), |x| number::significant(x, 3));
    let interval = match setups.intervals_s {
        None => NONE.to_owned(),
        Some([least, most]) if least == most => least.to_string(),
        Some([least, most]) => format!("{least} to {most}"),
    };
    [
        number::count(point.tally.calls),
        number::count(point.tally.failed_setups),
        or_none(setups.invites_per_call()),
        or_none(setups.delay.mean_s()),
        or_none(setups.delay.quantile(0.95).map(|span| span.as_secs_f64())),
        interval,
    ]
}
