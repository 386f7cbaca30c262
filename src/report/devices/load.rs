//! `load.csv` of devices: the requests of each second round the restarts of platforms.

use crate::analysis::Devices;
use crate::report::sheet::{Cell, Column, Groups, Sheet};
use crate::study::LevelResult;

/// A second at the platforms of a level.
pub(super) struct Second<'a> {
    level: usize,
    result: &'a LevelResult,
    second: usize,
}

/// A column of the sheet.
type Field<'a> = Column<Second<'a>>;

/// The sheet.
pub(super) fn sheet<'a>(devices: &'a Devices<'a>) -> Sheet<Second<'a>> {
    let rows = devices.points.iter().enumerate().flat_map(|(nth, point)| {
        let levels = point.result.levels.iter().enumerate();
        levels.flat_map(move |(level, result)| {
            let seconds = point.seconds_round_restarts(level).into_iter();
            seconds.map(move |second| (nth, Second { level, result, second }))
        })
    });
    let rows: Vec<_> = rows.collect();
    Sheet {
        id: "load",
        caption: "where platforms restart: the load of each second from ten seconds before a restart to three intervals after the \
                  platforms' return",
        has_file: true,
        file: "load.csv",
        applies: !rows.is_empty(),
        groups: Groups::points(devices.results),
        rows,
        columns: vec![
            Field::new("level", "", "the level, from 1: devices", |row, _| Cell::Count(row.level as u64 + 1)),
            Field::new("second", "s", "the beginning of the second, from the start of the run", |row, _| {
                Cell::Count(row.second as u64)
            }),
            Field::new("requests", "1/s", "requests that arrived in it", |row, _| {
                Cell::Count(row.result.tally.arrivals.at(row.second).into())
            }),
            Field::new("registers", "1/s", "of those, the ones to register", |row, _| {
                Cell::Count(row.result.tally.register_arrivals.at(row.second).into())
            }),
        ],
        views: vec![],
    }
}
