//! What a study of devices found: the same kinds of files, table and page as of calls, with figures of their own.

mod columns;
mod figures;
mod page;
mod point;
mod table;
mod takeaway;

use serde_json::{Map, Value};

use super::columns::List;
use super::files::{hexadecimal, insert, object_of, records, summary_of};
use super::write::{Reported, files};
use crate::study::{DevicePoint, Files, Results};
use point::Study;

/// What `summary.json` of devices says it is.
pub const SCHEMA: &str = "byeloss/devices-summary";

/// Version of the names in its files: raised when one is taken away or changes its meaning.
pub const SCHEMA_VERSION: u32 = 1;

impl Reported for DevicePoint {
    fn table(results: &Results<DevicePoint>) -> String {
        table::table(&Study::of(results))
    }

    fn json(results: &Results<DevicePoint>) -> Value {
        summary(&Study::of(results))
    }

    fn files(results: &Results<DevicePoint>) -> Files {
        let study = Study::of(results);
        let drawn = figures::drawn(&study);
        let mut tables = vec![("points.csv", points_csv(&study)), ("levels.csv", levels_csv(&study))];
        tables.extend(load_csv(&study).map(|text| ("load.csv", text)));
        files(&tables, &summary(&study), &drawn, page::html(&study, &drawn))
    }
}

/// A row for each point: the devices.
fn points_csv(study: &Study) -> String {
    let rows = (0..study.points.len()).map(|index| (index, columns::of_point(study, index)));
    csv(study, rows)
}

/// A row for each point and level: those who register there.
fn levels_csv(study: &Study) -> String {
    let rows = study.results.points.iter().enumerate().flat_map(|(index, point)| {
        let levels = (0..point.levels.len()).map(move |level| (index, columns::of_level(point, level)));
        levels.collect::<Vec<_>>()
    });
    csv(study, rows)
}

/// A row for each point, level and second around the restarts of its platforms; `None` where none restarts.
fn load_csv(study: &Study) -> Option<String> {
    let rows = study.results.points.iter().enumerate().flat_map(|(index, point)| {
        columns::loads(point).into_iter().map(move |list| (index, list)).collect::<Vec<_>>()
    });
    let mut rows = rows.peekable();
    rows.peek()?;
    Some(csv(study, rows))
}

/// A CSV file of these rows; their names are all alike.
fn csv(study: &Study, rows: impl Iterator<Item = (usize, List)>) -> String {
    let rows: Vec<(usize, List)> = rows.collect();
    let head = rows.first().map_or_else(Vec::new, |(_, list)| {
        list.0.iter().map(|(name, _)| name.replace('.', "_")).collect::<Vec<String>>()
    });
    let values = rows.into_iter().map(|(index, list)| (index, list.0.into_iter().map(|(_, value)| value).collect()));
    records(study.results, head, values)
}

fn summary(study: &Study) -> Value {
    let points = (0..study.points.len()).map(|index| {
        let point = study.points[index].result;
        let mut object = Map::new();
        object.insert("values".to_owned(), point.values.clone().into());
        object.insert("fingerprint".to_owned(), hexadecimal(point.fingerprint).into());
        columns::of_point(study, index).0.into_iter().for_each(|(name, value)| insert(&mut object, &name, value));
        let levels = (0..point.levels.len()).map(|level| object_of(columns::of_level(point, level).0));
        insert(&mut object, "levels", levels.collect());
        Value::Object(object)
    });
    summary_of(study.results, (SCHEMA, SCHEMA_VERSION), points.collect(), takeaway::say(study))
}
