//! How long each element between the ends held ghosts.

use crate::analysis::{Calls, RecoveryTimes};
use crate::report::sheet::{Cell, Column, Groups, Sheet};

/// An element and how long it held ghosts.
pub(super) struct Holder<'a> {
    element: &'a str,
    held: RecoveryTimes,
}

/// A column of the sheet.
type Field<'a> = Column<Holder<'a>>;

/// The sheet.
pub(super) fn sheet<'a>(calls: &'a Calls<'a>) -> Sheet<Holder<'a>> {
    let rows = calls.points.iter().enumerate().flat_map(|(nth, point)| {
        let between = point.result.elements.iter().skip(2).zip(&point.result.tally.held_between);
        between.map(move |(element, ghosts)| (nth, Holder { element, held: RecoveryTimes::of(ghosts) }))
    });
    Sheet {
        id: "points[].held_by.between.elements",
        caption: "for each element between the ends, how long it held ghosts",
        has_file: false,
        file: "summary.json",
        applies: true,
        groups: Groups::points(calls.results),
        rows: rows.collect(),
        columns: vec![
            Field::new("element", "", "its name", |row, _| Cell::text(row.element)),
            Field::new("ghosts", "calls", "ghosts that it held", |row, _| Cell::Count(row.held.ghosts)),
            Field::new("unrecovered", "calls", "of those, the ones still held when the run ended", |row, _| {
                Cell::Count(row.held.unrecovered)
            }),
            Field::new("mean_s", "s", "mean recovery time of those that ended", |row, _| Cell::of(row.held.mean_s)),
            Field::new("mean_error_s", "s", "standard error of that mean", |row, _| Cell::of(row.held.error_s)),
        ],
        views: vec![],
    }
}
