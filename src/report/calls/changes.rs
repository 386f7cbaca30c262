//! What changes from point to point, the same calls compared. Its figures stand in `points.csv`.

use crate::analysis::Calls;
use crate::measure::{Paired, Z95};
use crate::report::sheet::{Cell, Column, Groups, Sheet, View};
use crate::report::sweep;
use crate::study::PointResult;

const CHANGES: &str = "changes";

/// A step from one point to the next.
pub(super) struct Step<'a> {
    ends: [String; 2],
    paired: &'a Paired,
}

/// A column of the sheet.
type Field<'a> = Column<Step<'a>>;

/// The sheet.
pub(super) fn sheet<'a>(calls: &'a Calls<'a>) -> Sheet<Step<'a>> {
    let steps = calls.changes().into_iter().zip(calls.results.points.windows(2));
    let words = |point: &PointResult| sweep::label(calls.results, point);
    let row = |(paired, points): (&'a Paired, &[_])| Step { ends: [words(&points[0]), words(&points[1])], paired };
    Sheet {
        id: "changes",
        caption: "what changes from point to point",
        has_file: false,
        file: "points.csv",
        applies: true,
        groups: Groups::each(calls.results.points.len().saturating_sub(1)),
        rows: steps.map(row).enumerate().collect(),
        columns: vec![
            Field::new("", "", "the point before", |step, _| Cell::Text(step.ends[0].clone()))
                .shown("from", &[CHANGES])
                .left(),
            Field::new("", "", "the point that is compared with it", |step, _| Cell::Text(step.ends[1].clone()))
                .shown("to", &[CHANGES])
                .left(),
            Field::new(
                "",
                "s",
                "mean change of the recovery time of the same calls, with its 95 % interval",
                |step, _| {
                    let half = step.paired.error_s().map(|error| Z95 * error);
                    step.paired.mean_s().map_or(Cell::None, |mean| Cell::Difference(mean, half))
                },
            )
            .shown("change of the mean s", &[CHANGES]),
            Field::new("", "calls", "calls that were ghosts with a recovery time at both", |step, _| {
                Cell::Count(step.paired.count())
            })
            .shown("calls compared", &[CHANGES]),
        ],
        views: vec![View::new(
            CHANGES,
            "From point to point, the same calls compared",
            "The same call talks as long and is hung up by the same side at both points, so the difference is sharper than that of \
             the two means. Recovery times in seconds, with half the 95 % interval (1.96 standard errors).",
        )],
    }
}
