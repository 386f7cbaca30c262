//! A study that sweeps over mechanisms: what each finds, drops and costs, on one sheet, with devices that stand beside.
//!
//! Its axis of variants is called `mechanism`; the other axis, if there is one, is what befalls the calls.

mod figure;
mod table;
mod takeaway;

use super::Figure;
use super::number::nine_digits;
use crate::measure::Ghosts;
use crate::scenario::MECHANISM;
use crate::study::{DevicePoint, PointResult, Results, Swept};
use serde_json::{Value, json};

/// More ghosts than this share held at the end of the run, and 99 of 100 are not found.
const FOUND: f64 = 0.99;

/// More false drops than this in a thousand calls, or false offlines in a thousand devices and day, is too many.
const MOST_DROPS: f64 = 1.0;

/// What is sooner or cheaper by no more than this share is about as soon, or as cheap.
const ABOUT: f64 = 0.05;

/// Every mechanism under every condition.
pub(super) struct Sheet {
    /// What befalls the calls; one without a name where the study has no other axis.
    pub conditions: Vec<String>,
    /// Mechanisms of calls, in the order of the study.
    pub calls: Vec<Row>,
    /// Those of devices.
    pub devices: Vec<Row>,
}

/// One mechanism.
pub(super) struct Row {
    pub name: String,
    /// By the condition; `None` where it was not run.
    pub cells: Vec<Option<Cell>>,
}

/// One mechanism under one condition.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Cell {
    /// Mean recovery time of ghosts that ended, in seconds.
    pub mean_s: Option<f64>,
    /// By which 99 of 100 of all ghosts have ended; `None` where fewer have.
    pub p99_s: Option<f64>,
    /// How many ghosts there were.
    pub ghosts: u64,
    /// How many of them were held at the end of the run.
    pub unrecovered: u64,
    /// False drops in a thousand calls, or false offlines in a thousand devices and day.
    pub drops: f64,
    /// Messages for each hour of a live call, or of a device that is switched on.
    pub messages: f64,
    /// Bytes for the same.
    pub bytes: f64,
}

impl Cell {
    fn of_call(point: &PointResult) -> Cell {
        let tally = &point.tally;
        let [messages, bytes] = tally.keeping_per_call_hour().unwrap_or_default();
        let drops = tally.false_drops_per_million().unwrap_or(0.0) / 1e3;
        Cell { drops, messages, bytes, ..Cell::of_ghosts(&tally.all_ghosts()) }
    }

    fn of_device(point: &DevicePoint) -> Cell {
        let tally = point.devices();
        let hours = tally.device_days() * 24.0;
        let per_hour = |sum: u64| if hours > 0.0 { sum as f64 / hours } else { 0.0 };
        Cell {
            drops: tally.false_offlines_per_thousand_device_days().unwrap_or(0.0),
            messages: per_hour(tally.messages_sent()),
            bytes: per_hour(tally.bytes),
            ..Cell::of_ghosts(&tally.ghosts)
        }
    }

    fn of_ghosts(ghosts: &Ghosts) -> Cell {
        let found = ghosts.recovery.count() as f64;
        // Of all ghosts, those that never ended among them.
        let share = FOUND * ghosts.count() as f64 / found;
        let p99_s = (found > 0.0 && share <= 1.0).then(|| ghosts.recovery.quantile(share)).flatten();
        Cell {
            mean_s: ghosts.recovery.mean_s().filter(|mean| mean.is_finite()),
            p99_s: p99_s.map(|span| span.as_secs_f64()),
            ghosts: ghosts.count(),
            unrecovered: ghosts.unrecovered,
            drops: 0.0,
            messages: 0.0,
            bytes: 0.0,
        }
    }

    /// Whether it leaves alone what both users want.
    pub fn spares(&self) -> bool {
        self.drops <= MOST_DROPS
    }

    /// What it finds and costs, if it finds 99 of 100 ghosts and spares what lives: bytes for an hour, and the time.
    pub fn worth(&self) -> Option<[f64; 2]> {
        self.p99_s.filter(|_| self.spares()).map(|p99_s| [self.bytes, p99_s])
    }
}

impl Sheet {
    /// The sheet of `results`, if they sweep over mechanisms and at most one thing more.
    pub fn of(results: &Results) -> Option<Sheet> {
        let mut conditions = Vec::new();
        let calls = rows(results, &mut conditions, Cell::of_call)?;
        let of_devices = results.beside.as_deref().and_then(|beside| rows(beside, &mut conditions, Cell::of_device));
        let mut sheet = Sheet { conditions, calls, devices: of_devices.unwrap_or_default() };
        let all = sheet.conditions.len();
        sheet.calls.iter_mut().chain(&mut sheet.devices).for_each(|row| row.cells.resize(all, None));
        Some(sheet)
    }

    /// Those whom nobody beats under a condition: none that spares live calls is about as cheap and as
    /// soon. From the cheapest on.
    pub fn front(&self, condition: usize) -> Vec<usize> {
        let worth = |row: &Row| row.cells[condition].and_then(|cell| cell.worth());
        front(self.calls.iter().map(worth))
    }

    /// The same over all conditions, each at its worst.
    pub fn front_of_all(&self) -> Vec<usize> {
        front(self.calls.iter().map(Row::worst))
    }
}

impl Row {
    /// What it costs and finds at its worst under all conditions; `None` where it is not worth it under one.
    pub fn worst(&self) -> Option<[f64; 2]> {
        let all: Option<Vec<[f64; 2]>> = self.cells.iter().map(|cell| cell.as_ref()?.worth()).collect();
        all?.into_iter().reduce(|a, b| [a[0].max(b[0]), a[1].max(b[1])])
    }
}

/// Of pairs, those that no other beats in both.
fn front(pairs: impl Iterator<Item = Option<[f64; 2]>>) -> Vec<usize> {
    let mut all: Vec<(usize, [f64; 2])> = pairs.enumerate().filter_map(|(i, pair)| Some((i, pair?))).collect();
    all.sort_by(|(i, a), (j, b)| a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1])).then(i.cmp(j)));
    let hardly_less = |than: f64, x: f64| x >= than * (1.0 - ABOUT);
    let mut front: Vec<(usize, [f64; 2])> = Vec::new();
    for (nth, [cost, found]) in all {
        if front.last().is_some_and(|&(_, [_, best])| hardly_less(best, found)) {
            continue;
        }
        // Sooner at about the same cost.
        front.retain(|&(_, [cheaper, _])| !hardly_less(cost, cheaper));
        front.push((nth, [cost, found]));
    }
    front.into_iter().map(|(nth, _)| nth).collect()
}

fn rows<P: Swept>(results: &Results<P>, conditions: &mut Vec<String>, cell: impl Fn(&P) -> Cell) -> Option<Vec<Row>> {
    let axis = results.axes.iter().position(|axis| axis == MECHANISM).filter(|_| results.axes.len() <= 2)?;
    let mut rows: Vec<Row> = Vec::new();
    for point in &results.points {
        let name = point.values().get(axis)?;
        let condition = point.values().get(1 - axis).map_or("", String::as_str);
        let place = conditions.iter().position(|known| known == condition).unwrap_or_else(|| {
            conditions.push(condition.to_owned());
            conditions.len() - 1
        });
        let row = rows.iter().position(|row| row.name == *name).unwrap_or_else(|| {
            rows.push(Row { name: name.clone(), cells: Vec::new() });
            rows.len() - 1
        });
        let cells = &mut rows[row].cells;
        cells.resize(cells.len().max(place + 1), None);
        cells[place] = Some(cell(point));
    }
    Some(rows)
}

/// The one figure.
pub(super) fn drawn(sheet: &Sheet) -> Figure {
    Figure {
        name: "mechanisms",
        caption: "Each mechanism under each condition: the time by which 99 of 100 ghosts are found, against the bytes that \
                  live calls pay for it. Lines go along those that no other beats; hollow marks drop more than one call of a \
                  thousand.",
        svg: figure::draw(sheet),
    }
}

pub(super) use table::{html, text};
pub(super) use takeaway::say;

/// The columns of `mechanisms.csv` after who, mechanism and condition.
const COLUMNS: [&str; 7] = [
    "recovery_mean_s",
    "recovery_p99_s",
    "ghosts",
    "unrecovered",
    "false_drops_per_thousand",
    "messages_per_hour",
    "bytes_per_hour",
];

/// Every cell with its place: `call` or `device`, mechanism, condition.
fn cells(sheet: &Sheet) -> impl Iterator<Item = ([&str; 3], Cell)> {
    let rows = sheet.calls.iter().map(|row| ("call", row)).chain(sheet.devices.iter().map(|row| ("device", row)));
    rows.flat_map(|(who, row)| {
        let cells = row.cells.iter().zip(&sheet.conditions);
        cells.filter_map(move |(cell, condition)| Some(([who, row.name.as_str(), condition.as_str()], (*cell)?)))
    })
}

fn figures(cell: &Cell) -> [Value; COLUMNS.len()] {
    let figure = |x: Option<f64>| x.and_then(nine_digits).map_or(Value::Null, Value::from);
    [
        figure(cell.mean_s),
        figure(cell.p99_s),
        cell.ghosts.into(),
        cell.unrecovered.into(),
        figure(Some(cell.drops)),
        figure(Some(cell.messages)),
        figure(Some(cell.bytes)),
    ]
}

/// `mechanisms.csv`.
pub(super) fn csv(sheet: &Sheet) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let head = ["of", "mechanism", "condition"].into_iter().chain(COLUMNS);
    writer.write_record(head).expect("written to memory");
    for (place, cell) in cells(sheet) {
        let figures = figures(&cell).map(|value| if value.is_null() { String::new() } else { value.to_string() });
        let record = place.into_iter().map(str::to_owned).chain(figures);
        writer.write_record(record).expect("rows of one length, written to memory");
    }
    String::from_utf8(writer.into_inner().expect("written to memory")).expect("made of strings")
}

/// The same for `summary.json`.
pub(super) fn object(sheet: &Sheet) -> Value {
    let cell = |([of, mechanism, condition], cell): ([&str; 3], Cell)| {
        let mut object = json!({ "of": of, "mechanism": mechanism, "condition": condition });
        if let Value::Object(object) = &mut object {
            COLUMNS.iter().zip(figures(&cell)).for_each(|(name, value)| _ = object.insert((*name).to_owned(), value));
        }
        object
    };
    cells(sheet).map(cell).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whom_nobody_beats_stands_at_the_front_from_the_cheapest_on() {
        let pairs = [Some([5.0, 10.0]), None, Some([0.0, 60.0]), Some([5.0, 9.0]), Some([0.0, 60.0]), Some([9.0, 8.9])];
        assert_eq!(front(pairs.into_iter()), [2, 3]);
        // About the same cost, and much sooner.
        assert_eq!(front([Some([100.0, 60.0]), Some([101.0, 9.0])].into_iter()), [1]);
        assert!(front([None, None].into_iter()).is_empty());
    }

    #[test]
    fn the_quantile_is_of_all_ghosts_and_unknown_where_more_than_one_in_a_hundred_is_never_found() {
        let ghosts = |found: u64, never: u64| {
            let mut ghosts = Ghosts::default();
            (1..=found).for_each(|s| ghosts.add(Some(crate::time::Span::from_secs(s))));
            (0..never).for_each(|_| ghosts.add(None));
            Cell::of_ghosts(&ghosts)
        };
        assert_eq!(ghosts(100, 0).p99_s, Some(99.0));
        assert_eq!(ghosts(99, 1).p99_s, Some(99.0));
        assert_eq!(ghosts(98, 2).p99_s, None);
        assert_eq!((ghosts(0, 5).p99_s, ghosts(0, 0).p99_s), (None, None));
    }
}
