//! A study that sweeps over mechanisms: what each finds, drops and costs, with devices that stand beside.
//!
//! Its axis of variants is called `mechanism`; the other axis, if there is one, is what befalls the calls.

use crate::measure::Ghosts;
use crate::scenario::MECHANISM;
use crate::study::{DevicePoint, PointResult, Results, SweepPoint};

/// More ghosts than this share held at the end of the run, and 99 of 100 are not found.
const DETECTED_SHARE: f64 = 0.99;

/// More false drops than this in a thousand calls, or false offlines in a thousand devices and day, is too many.
pub const MOST_DROPS: f64 = 1.0;

/// What is sooner or cheaper by no more than this share is about as soon, or as cheap.
const TOLERANCE: f64 = 0.05;

/// Every mechanism under every condition.
#[derive(Clone, Debug)]
pub struct Mechanisms {
    /// What befalls the calls; one without a name where the study has no other axis.
    pub conditions: Vec<String>,
    /// Mechanisms of calls, in the order of the study.
    pub calls: Vec<Mechanism>,
    /// Those of devices.
    pub devices: Vec<Mechanism>,
}

/// One mechanism.
#[derive(Clone, Debug)]
pub struct Mechanism {
    /// Its name.
    pub name: String,
    /// By the condition; `None` where it was not run.
    pub cells: Vec<Option<MechanismCell>>,
}

/// One mechanism under one condition.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MechanismCell {
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

impl MechanismCell {
    fn of_call(point: &PointResult) -> MechanismCell {
        let tally = &point.tally;
        let [messages, bytes] = tally.keeping_per_call_hour().unwrap_or_default();
        let drops = tally.false_drops_per_million().unwrap_or(0.0) / 1e3;
        MechanismCell { drops, messages, bytes, ..MechanismCell::of_ghosts(&tally.all_ghosts()) }
    }

    fn of_device(point: &DevicePoint) -> MechanismCell {
        let tally = point.devices();
        let hours = tally.device_days() * 24.0;
        let per_hour = |sum: u64| if hours > 0.0 { sum as f64 / hours } else { 0.0 };
        MechanismCell {
            drops: tally.false_offlines_per_thousand_device_days().unwrap_or(0.0),
            messages: per_hour(tally.messages_sent()),
            bytes: per_hour(tally.bytes),
            ..MechanismCell::of_ghosts(&tally.ghosts)
        }
    }

    fn of_ghosts(ghosts: &Ghosts) -> MechanismCell {
        let found = ghosts.recovery.count() as f64;
        // Of all ghosts, those that never ended among them.
        let share = DETECTED_SHARE * ghosts.count() as f64 / found;
        let p99_s = (found > 0.0 && share <= 1.0).then(|| ghosts.recovery.quantile(share)).flatten();
        MechanismCell {
            mean_s: ghosts.recovery.mean_s().filter(|mean| mean.is_finite()),
            p99_s: p99_s.map(|span| span.as_secs_f64()),
            ghosts: ghosts.count(),
            unrecovered: ghosts.unrecovered,
            drops: 0.0,
            messages: 0.0,
            bytes: 0.0,
        }
    }

    /// Whether more than one ghost of a hundred is never found.
    pub fn misses(&self) -> bool {
        self.p99_s.is_none() && self.ghosts > 0
    }

    /// Whether it leaves alone what both users want.
    pub fn is_acceptable(&self) -> bool {
        self.drops <= MOST_DROPS
    }

    /// What it finds and costs, if it finds 99 of 100 ghosts and spares what lives: bytes for an hour, and the time.
    pub fn cost_and_delay(&self) -> Option<[f64; 2]> {
        self.p99_s.filter(|_| self.is_acceptable()).map(|p99_s| [self.bytes, p99_s])
    }
}

impl Mechanisms {
    /// The mechanisms of `results`, if they sweep over mechanisms and at most one thing more.
    pub fn of(results: &Results) -> Option<Mechanisms> {
        let mut conditions = Vec::new();
        let calls = rows(results, &mut conditions, MechanismCell::of_call)?;
        let of_devices =
            results.companion.as_deref().and_then(|beside| rows(beside, &mut conditions, MechanismCell::of_device));
        let mut all = Mechanisms { conditions, calls, devices: of_devices.unwrap_or_default() };
        let conditions = all.conditions.len();
        all.calls.iter_mut().chain(&mut all.devices).for_each(|row| row.cells.resize(conditions, None));
        Some(all)
    }

    /// Those whom nobody beats under a condition: none that spares live calls is about as cheap and as
    /// soon. From the cheapest on.
    pub fn pareto_front(&self, condition: usize) -> Vec<usize> {
        let pair = |row: &Mechanism| row.cells[condition].and_then(|cell| cell.cost_and_delay());
        pareto_front(self.calls.iter().map(pair))
    }

    /// The same over all conditions, each at its worst.
    pub fn pareto_front_of_all(&self) -> Vec<usize> {
        pareto_front(self.calls.iter().map(Mechanism::worst))
    }

    /// Mechanisms of calls that drop too many live calls under a condition, with how many of a thousand; the worst
    /// first.
    pub fn dropping(&self, condition: usize) -> Vec<(usize, f64)> {
        let cells = self.calls.iter().enumerate().filter_map(|(nth, row)| Some((nth, row.cells[condition]?)));
        let mut dropping: Vec<(usize, f64)> =
            cells.filter(|(_, cell)| !cell.is_acceptable()).map(|(nth, cell)| (nth, cell.drops)).collect();
        dropping.sort_by(|a, b| b.1.total_cmp(&a.1));
        dropping
    }

    /// Mechanisms of calls that never find one ghost of a hundred under a condition, and do under another.
    pub fn missing(&self, condition: usize) -> Vec<usize> {
        let misses = |row: &Mechanism| row.cells[condition].as_ref().is_some_and(MechanismCell::misses);
        let rows = self.calls.iter().enumerate().filter(|(_, row)| misses(row) && !row.always_misses());
        rows.map(|(nth, _)| nth).collect()
    }
}

impl Mechanism {
    /// What it costs and finds at its worst under all conditions; `None` where it is not worth it under one.
    pub fn worst(&self) -> Option<[f64; 2]> {
        let all: Option<Vec<[f64; 2]>> = self.cells.iter().map(|cell| cell.as_ref()?.cost_and_delay()).collect();
        all?.into_iter().reduce(|a, b| [a[0].max(b[0]), a[1].max(b[1])])
    }

    /// Whether more than one ghost of a hundred is never found, under any condition.
    pub fn always_misses(&self) -> bool {
        self.cells.iter().flatten().all(MechanismCell::misses)
    }

    /// The most bytes and the longest time to find 99 of 100 ghosts, over all conditions, however many live ones are
    /// dropped; `None` where it does not find them under one.
    pub fn slowest(&self) -> Option<[f64; 2]> {
        let cells = || self.cells.iter().flatten();
        let p99_s = cells().map(|cell| cell.p99_s).collect::<Option<Vec<f64>>>()?.into_iter().reduce(f64::max)?;
        Some([cells().map(|cell| cell.bytes).reduce(f64::max)?, p99_s])
    }
}

/// Of pairs, those that no other beats in both.
fn pareto_front(pairs: impl Iterator<Item = Option<[f64; 2]>>) -> Vec<usize> {
    let mut all: Vec<(usize, [f64; 2])> = pairs.enumerate().filter_map(|(i, pair)| Some((i, pair?))).collect();
    all.sort_by(|(i, a), (j, b)| a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1])).then(i.cmp(j)));
    let hardly_less = |than: f64, x: f64| x >= than * (1.0 - TOLERANCE);
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

fn rows<P: SweepPoint>(
    results: &Results<P>,
    conditions: &mut Vec<String>,
    cell: impl Fn(&P) -> MechanismCell,
) -> Option<Vec<Mechanism>> {
    let axis = results.axes.iter().position(|axis| axis == MECHANISM).filter(|_| results.axes.len() <= 2)?;
    let mut rows: Vec<Mechanism> = Vec::new();
    for point in &results.points {
        let name = point.values().get(axis)?;
        let condition = point.values().get(1 - axis).map_or("", String::as_str);
        let place = conditions.iter().position(|known| known == condition).unwrap_or_else(|| {
            conditions.push(condition.to_owned());
            conditions.len() - 1
        });
        let row = rows.iter().position(|row| row.name == *name).unwrap_or_else(|| {
            rows.push(Mechanism { name: name.clone(), cells: Vec::new() });
            rows.len() - 1
        });
        let cells = &mut rows[row].cells;
        cells.resize(cells.len().max(place + 1), None);
        cells[place] = Some(cell(point));
    }
    Some(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whom_nobody_beats_stands_at_the_front_from_the_cheapest_on() {
        let pairs = [Some([5.0, 10.0]), None, Some([0.0, 60.0]), Some([5.0, 9.0]), Some([0.0, 60.0]), Some([9.0, 8.9])];
        assert_eq!(pareto_front(pairs.into_iter()), [2, 3]);
        // About the same cost, and much sooner.
        assert_eq!(pareto_front([Some([100.0, 60.0]), Some([101.0, 9.0])].into_iter()), [1]);
        assert!(pareto_front([None, None].into_iter()).is_empty());
    }

    #[test]
    fn the_quantile_is_of_all_ghosts_and_unknown_where_more_than_one_in_a_hundred_is_never_found() {
        let ghosts = |found: u64, never: u64| {
            let mut ghosts = Ghosts::default();
            (1..=found).for_each(|s| ghosts.add(Some(crate::time::Span::from_secs(s))));
            (0..never).for_each(|_| ghosts.add(None));
            MechanismCell::of_ghosts(&ghosts)
        };
        assert_eq!(ghosts(100, 0).p99_s, Some(99.0));
        assert_eq!(ghosts(99, 1).p99_s, Some(99.0));
        assert_eq!(ghosts(98, 2).p99_s, None);
        assert_eq!((ghosts(0, 5).p99_s, ghosts(0, 0).p99_s), (None, None));
    }
}
