//! What a study runs: calls, or devices. One piece of work is one call, or one unit of a fleet; pieces are independent.

use std::sync::atomic::AtomicBool;

use super::closed_form;
use super::devices::{self, DevicePoint};
use super::results::{PointLoad, PointResult, Swept};
use crate::measure::{CallCounter, DeviceCounter, DeviceTally, Fingerprint, Load, Recovery, Tally, WithLoad};
use crate::net::{Direction, Outage, Period};
use crate::scenario::Point;
use crate::time::Time;
use crate::world::fleet::{self, Fleet};
use crate::world::{Chain, FaultClock, FaultEffect, FaultMessage, Runner, Setup};

/// A kind of work that a study does at each of its points.
pub trait Work: Sized + Sync {
    /// What runs it, made once for a thread.
    type Runner<'a>
    where
        Self: 'a;
    /// What is counted: whole numbers.
    type Tally: Send;
    /// What is found at a point.
    type Result: Swept;

    /// How many pieces there are.
    fn pieces(&self) -> u64;

    /// A runner; when `stop` is set, it leaves what it runs as it is.
    fn runner<'a>(&'a self, stop: &'a AtomicBool) -> Self::Runner<'a>;

    /// Nothing counted yet at `point`.
    fn tally(point: &Point<Self>) -> Self::Tally;

    /// Runs the nth piece and counts it.
    fn run(runner: &mut Self::Runner<'_>, nth: u64, tally: &mut Self::Tally) -> Recovery;

    /// Adds to the one what the other counted.
    fn merge(mine: &mut Self::Tally, theirs: &Self::Tally);

    /// What was found at `point`.
    fn found(point: &Point<Self>, tally: Self::Tally) -> Self::Result;
}

/// What is counted of calls.
#[derive(Clone, Debug, Default)]
pub struct CallCounts {
    tally: Tally,
    fingerprint: Fingerprint,
    /// If the scenario asks for it.
    load: Option<Load>,
}

impl Work for Setup {
    type Runner<'a> = (Runner<'a>, CallCounter);
    type Tally = CallCounts;
    type Result = PointResult;

    fn pieces(&self) -> u64 {
        self.calls.count.into()
    }

    fn runner<'a>(&'a self, stop: &'a AtomicBool) -> Self::Runner<'a> {
        (Runner::new(self, stop), CallCounter::default())
    }

    fn tally(point: &Point) -> CallCounts {
        CallCounts { load: point.load.then(Load::default), ..CallCounts::default() }
    }

    fn run((runner, counter): &mut Self::Runner<'_>, nth: u64, counts: &mut CallCounts) -> Recovery {
        let CallCounts { tally, fingerprint, load } = counts;
        let call = nth as u32;
        counter.reset();
        let ended = match load {
            None => runner.run(call, &mut (&mut *counter, &mut *fingerprint)),
            Some(load) => {
                let ended = runner.run(call, &mut (WithLoad { counter, load }, &mut *fingerprint));
                load.finish(counter);
                ended
            }
        };
        fingerprint.finish(call);
        match runner.way() {
            None => counter.finish(ended, tally),
            Some((_, way)) => counter.finish_on_way(ended, &way.numbers, tally),
        }
    }

    fn merge(mine: &mut CallCounts, theirs: &CallCounts) {
        mine.tally.merge(&theirs.tally);
        mine.fingerprint.merge(&theirs.fingerprint);
        if let (Some(mine), Some(theirs)) = (&mut mine.load, &theirs.load) {
            mine.merge(theirs);
        }
    }

    fn found(point: &Point, counts: CallCounts) -> PointResult {
        PointResult {
            values: point.values.clone(),
            session_expires_s: point.session_expires_s,
            elements: element_names(point),
            tally: counts.tally,
            has_weather: has_weather(&point.setup),
            fingerprint: counts.fingerprint.of_calls(),
            theory: closed_form::of(&point.setup),
            load: counts.load.and_then(|load| point_load(load, &point.setup)),
        }
    }
}

/// A load with the seconds that it is of, and the outages in them; none without an end of the run.
fn point_load(load: Load, setup: &Setup) -> Option<PointLoad> {
    let seconds = setup.horizon?.as_nanos().div_ceil(1_000_000_000) as usize;
    let mut outages: Vec<(Time, Time)> = Vec::new();
    for fault in &setup.faults {
        let cuts = fault.clock == FaultClock::Run
            && fault.message == FaultMessage::Any
            && fault.nth.is_empty()
            && matches!(fault.effect, FaultEffect::Lose | FaultEffect::FailToSend);
        if let (true, Some(duration)) = (cuts, fault.duration) {
            let from = Time::ZERO + fault.from;
            outages.push((from, from + duration));
        }
    }
    let links = [Direction::ToCallee, Direction::ToCaller].into_iter().flat_map(|way| setup.path.links(way));
    let of_links = links.filter_map(|link| link.outage.as_ref()).map(|down| &down.outage);
    for outage in of_links.chain(setup.path.node_outages().iter().map(|down| &down.outage)) {
        // Those that come again and again are no time of their own.
        if let Outage::Given(periods) = &**outage {
            let ends = |period: &Period| (Time::ZERO + period.from, Time::ZERO + period.from + period.length);
            outages.extend(periods.iter().map(ends));
        }
    }
    outages.sort_unstable();
    outages.dedup();
    Some(PointLoad { load, seconds, outages })
}

/// Whether any way of a point's calls has bad times.
fn has_weather(setup: &Setup) -> bool {
    match &setup.ways {
        Some(ways) => ways.all().iter().any(|way| way.path.has_weather()),
        None => setup.path.has_weather(),
    }
}

/// The names of the elements of a point's calls, by their number.
fn element_names(point: &Point) -> Vec<String> {
    if let Some(ways) = &point.ways {
        return ways.elements.clone();
    }
    let chain = Chain::new(&point.setup.between, point.setup.path.len());
    let mut elements = chain.elements();
    elements.sort_unstable();
    elements.into_iter().map(|element| chain.name(element, &point.nodes)).collect()
}

impl Work for Fleet {
    type Runner<'a> = (fleet::Runner<'a>, &'a Fleet);
    /// By level.
    type Tally = Vec<DeviceTally>;
    type Result = DevicePoint;

    fn pieces(&self) -> u64 {
        self.units()
    }

    fn runner<'a>(&'a self, stop: &'a AtomicBool) -> Self::Runner<'a> {
        (fleet::Runner::new(self, stop), self)
    }

    fn tally(point: &Point<Fleet>) -> Vec<DeviceTally> {
        vec![DeviceTally::default(); point.setup.levels.len()]
    }

    fn run((runner, fleet): &mut Self::Runner<'_>, nth: u64, tally: &mut Vec<DeviceTally>) -> Recovery {
        let Some(unit) = fleet.unit(nth) else { return Recovery::None };
        let mut counter = DeviceCounter::new(&mut tally[unit.level]);
        runner.run(unit, &mut counter);
        counter.finish(fleet.horizon)
    }

    fn merge(mine: &mut Vec<DeviceTally>, theirs: &Vec<DeviceTally>) {
        mine.iter_mut().zip(theirs).for_each(|(mine, theirs)| mine.merge(theirs));
    }

    fn found(point: &Point<Fleet>, tally: Vec<DeviceTally>) -> DevicePoint {
        devices::found(point, tally)
    }
}
