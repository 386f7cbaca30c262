//! What a study runs: calls, or devices. One unit of work is one call, or one unit of a fleet. Units are independent
//! and can be run in any cut, but where calls share a queue.

use std::cell::RefCell;
use std::ops::Range;
use std::sync::atomic::AtomicBool;

use super::devices::{self, DevicePoint};
use super::results::{PointLoad, PointQueue, PointResult};
use super::sweep_point::SweepPoint;
use crate::measure::{
    CallCounter, DeviceCounter, DeviceTally, ExtraCounters, Fingerprint, Load, QueueCounts, Recovery, Tally,
    WithExtraCounters,
};
use crate::net::{Direction, Outage, Period};
use crate::scenario::Point;
use crate::time::Time;
use crate::world::devices::{Fleet, Runner as DeviceRunner};
use crate::world::{Chain, Fact, FaultClock, FaultEffect, FaultMessage, Observer, Runner, Setup, SharedRunner};

/// A kind of work that a study does at each of its points.
pub trait Work: Clone + Sync {
    /// What runs it, made once for a thread.
    type Runner<'a>
    where
        Self: 'a;
    /// What is counted: whole numbers.
    type Tally: Send;
    /// What is found at a point.
    type Result: SweepPoint;

    /// How many units there are.
    fn units(&self) -> u64;

    /// Whether units share something, so that all of them must be run at once.
    fn shares(&self) -> bool;

    /// A runner; when `stop` is set, it leaves what it runs as it is.
    fn runner<'a>(&'a self, stop: &'a AtomicBool) -> Self::Runner<'a>;

    /// Nothing counted yet at `point`.
    fn tally(point: &Point<Self>) -> Self::Tally;

    /// Runs these units, all there are where they share something, and counts them; `done` is told of each when it is
    /// over.
    fn run(runner: &mut Self::Runner<'_>, units: Range<u64>, tally: &mut Self::Tally, done: impl FnMut(u64, Recovery));

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
    extra: ExtraCounters,
}

/// What runs the calls of a point.
pub enum CallRunner<'a> {
    /// Each alone.
    Alone(Box<(Runner<'a>, CallCounter)>),
    /// All at once, for they share queues.
    Together(&'a Setup, &'a AtomicBool),
}

/// One of the calls that are run at once.
struct Together<'b> {
    counter: CallCounter,
    fingerprint: Fingerprint,
    holding: u32,
    extra: &'b RefCell<&'b mut ExtraCounters>,
}

impl Observer for Together<'_> {
    // Whoever tells a fact knows which it is: inlined, what it means to others falls away.
    #[inline(always)]
    fn see(&mut self, now: Time, fact: &Fact) {
        let Together { counter, fingerprint, holding, extra } = self;
        WithExtraCounters { counter, holding, extra: &mut extra.borrow_mut() }.see(now, fact);
        fingerprint.see(now, fact);
    }
}

impl Work for Setup {
    type Runner<'a> = CallRunner<'a>;
    type Tally = CallCounts;
    type Result = PointResult;

    fn units(&self) -> u64 {
        self.calls.count.into()
    }

    fn shares(&self) -> bool {
        self.path.has_shared_queues()
    }

    fn runner<'a>(&'a self, stop: &'a AtomicBool) -> Self::Runner<'a> {
        match self.shares() {
            true => CallRunner::Together(self, stop),
            false => CallRunner::Alone(Box::new((Runner::new(self, stop), CallCounter::default()))),
        }
    }

    fn tally(point: &Point) -> CallCounts {
        let queues = point.setup.path.has_queues().then(|| QueueCounts::of(&point.setup.path));
        let (load, keeping) = (point.load.then(Load::default), point.keeping.then(Default::default));
        let extra = ExtraCounters { load, queues, keeping, ..ExtraCounters::default() };
        CallCounts { extra, ..CallCounts::default() }
    }

    fn run(
        runner: &mut Self::Runner<'_>,
        units: Range<u64>,
        counts: &mut CallCounts,
        mut done: impl FnMut(u64, Recovery),
    ) {
        match runner {
            CallRunner::Alone(alone) => {
                let (runner, counter) = &mut **alone;
                units.for_each(|nth| done(nth, run_alone(runner, counter, nth, counts)));
            }
            CallRunner::Together(setup, stop) => run_together(setup, stop, units, counts, done),
        }
    }

    fn merge(mine: &mut CallCounts, theirs: &CallCounts) {
        let CallCounts { tally, fingerprint, extra } = theirs;
        mine.tally.merge(tally);
        mine.fingerprint.merge(fingerprint);
        mine.extra.merge(extra);
    }

    fn found(point: &Point, counts: CallCounts) -> PointResult {
        let [keeping, keeping_bytes] = counts.extra.keeping.unwrap_or_default();
        PointResult {
            values: point.values.clone(),
            session_expires_s: point.session_expires_s,
            elements: element_names(point),
            tally: Tally { keeping, keeping_bytes, ..counts.tally },
            has_impairments: has_impairments(&point.setup),
            fingerprint: counts.fingerprint.of_calls(),
            queues: point_queues(counts.extra.queues, counts.extra.ended, point),
            load: counts.extra.load.and_then(|load| point_load(load, &point.setup)),
        }
    }
}

/// Runs one call alone, and counts it.
fn run_alone(runner: &mut Runner, counter: &mut CallCounter, nth: u64, counts: &mut CallCounts) -> Recovery {
    let CallCounts { tally, fingerprint, extra } = counts;
    let call = nth as u32;
    counter.reset();
    let ended = if extra.counts() {
        let watched = WithExtraCounters { counter, holding: &mut 0, extra };
        let ended = runner.run(call, &mut (watched, &mut *fingerprint));
        extra.finish(ended, counter);
        ended
    } else {
        runner.run(call, &mut (&mut *counter, &mut *fingerprint))
    };
    fingerprint.finish(nth);
    match runner.way() {
        None => counter.finish(ended, tally),
        Some((_, way)) => counter.finish_on_way(ended, &way.numbers, tally),
    }
}

/// Runs calls all at once, and counts each at its end.
fn run_together(
    setup: &Setup,
    stop: &AtomicBool,
    calls: Range<u64>,
    counts: &mut CallCounts,
    mut done: impl FnMut(u64, Recovery),
) {
    let CallCounts { tally, fingerprint, extra } = counts;
    let extra = &RefCell::new(extra);
    let watch =
        |_| Together { counter: CallCounter::default(), fingerprint: Fingerprint::default(), holding: 0, extra };
    SharedRunner::new(Runner::new(setup, stop)).run(
        calls.start as u32..calls.end as u32,
        watch,
        |call, ended, mut of_call| {
            extra.borrow_mut().finish(ended, &of_call.counter);
            of_call.fingerprint.finish(call.into());
            fingerprint.merge(&of_call.fingerprint);
            done(call.into(), of_call.counter.finish(ended, tally));
        },
    );
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

/// What came to each queue.
fn point_queues(counts: Option<QueueCounts>, ended: Time, point: &Point) -> Vec<PointQueue> {
    let length = point.setup.horizon.unwrap_or(ended).since(Time::ZERO);
    let queues = counts.map(QueueCounts::into_queues).unwrap_or_default().into_iter().map(|count| {
        let ends = point.nodes.get(usize::from(count.of.link)..).unwrap_or_default();
        let link = match ends {
            [from, to, ..] => format!("{from}--{to}"),
            [] | [_] => format!("link {}", count.of.link),
        };
        PointQueue { link, count, length }
    });
    queues.collect()
}

/// Whether any way of a point's calls has bad times.
fn has_impairments(setup: &Setup) -> bool {
    match &setup.ways {
        Some(ways) => ways.all().iter().any(|way| way.path.has_impairments()),
        None => setup.path.has_impairments(),
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

/// What is counted of devices.
#[derive(Clone, Debug)]
pub struct DeviceCounts {
    /// By level.
    levels: Vec<DeviceTally>,
    fingerprint: Fingerprint,
}

impl Work for Fleet {
    type Runner<'a> = (DeviceRunner<'a>, &'a Fleet);
    type Tally = DeviceCounts;
    type Result = DevicePoint;

    fn units(&self) -> u64 {
        self.units()
    }

    fn shares(&self) -> bool {
        false
    }

    fn runner<'a>(&'a self, stop: &'a AtomicBool) -> Self::Runner<'a> {
        (DeviceRunner::new(self, stop), self)
    }

    fn tally(point: &Point<Fleet>) -> DeviceCounts {
        let levels = vec![DeviceTally::default(); point.setup.levels.len()];
        DeviceCounts { levels, fingerprint: Fingerprint::default() }
    }

    fn run(
        (runner, fleet): &mut Self::Runner<'_>,
        units: Range<u64>,
        DeviceCounts { levels, fingerprint }: &mut DeviceCounts,
        mut done: impl FnMut(u64, Recovery),
    ) {
        for nth in units {
            let Some(unit) = fleet.unit(nth) else { continue };
            let mut counter = DeviceCounter::new(&mut levels[unit.level]);
            runner.run(unit, &mut (&mut counter, &mut *fingerprint));
            fingerprint.finish(nth);
            done(nth, counter.finish(fleet.horizon));
        }
    }

    fn merge(mine: &mut DeviceCounts, theirs: &DeviceCounts) {
        let DeviceCounts { levels, fingerprint } = theirs;
        mine.levels.iter_mut().zip(levels).for_each(|(mine, theirs)| mine.merge(theirs));
        mine.fingerprint.merge(fingerprint);
    }

    fn found(point: &Point<Fleet>, counts: DeviceCounts) -> DevicePoint {
        devices::found(point, counts.levels, counts.fingerprint.of_calls())
    }
}
