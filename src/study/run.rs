//! Running a study: every call at every point, on any number of threads, to the same whole numbers.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

use super::closed_form;
use super::results::{PointLoad, PointResult, Results};
use crate::measure::{CallCounter, Fingerprint, Load, Paired, Recovery, Tally, WithLoad};
use crate::net::{Direction, Outage, Period};
use crate::scenario::{Point, Study};
use crate::time::Time;
use crate::world::{Chain, FaultClock, FaultEffect, FaultMessage, Runner, Setup};

/// How many calls a thread takes at a time: enough that taking them costs nothing, few enough that no thread is left
/// with much when the others are done.
const BATCH: u64 = 256;

/// How a study is run. None of it changes a result.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    /// Threads; `None`: as many as the machine has cores.
    pub threads: Option<NonZeroUsize>,
    /// Told now and then how many calls have been run, of [`total_calls`].
    pub progress: &'a (dyn Fn(u64) + Sync),
    /// Set by whoever wants the run to stop.
    pub stop: &'a AtomicBool,
}

/// How many calls `study` takes, over all points.
pub fn total_calls(study: &Study) -> u64 {
    study.points.iter().map(|point| u64::from(point.setup.calls.count)).sum()
}

/// Runs `study`; `None` if it was stopped.
///
/// Calls are independent, and what is merged is whole numbers, so threads and batches leave no mark on the results.
pub fn run(study: &Study, options: &Options) -> Option<Results> {
    let calls = study.points.iter().map(|point| u64::from(point.setup.calls.count)).max().unwrap_or(0);
    let threads = options.threads.or_else(|| thread::available_parallelism().ok()).map_or(1, NonZeroUsize::get);
    // No more than have a batch to do.
    let threads = threads.min(usize::try_from(calls.div_ceil(BATCH)).unwrap_or(usize::MAX));
    let taken = AtomicU64::new(0);
    let done = AtomicU64::new(0);
    let work = || {
        let mut worker = Worker::new(study, options.stop);
        loop {
            let first = taken.fetch_add(BATCH, Ordering::Relaxed);
            if first >= calls || options.stop.load(Ordering::Relaxed) {
                return worker.counts;
            }
            let run = worker.batch(first..calls.min(first + BATCH));
            (options.progress)(done.fetch_add(run, Ordering::Relaxed) + run);
        }
    };
    let mut total = thread::scope(|scope| {
        // Where the system gives no more threads, those that there are do the work.
        let spawn = |_| thread::Builder::new().spawn_scoped(scope, work).ok();
        let others: Vec<_> = (1..threads).map_while(spawn).collect();
        let mut total = work();
        for other in others {
            match other.join() {
                Ok(counts) => total.merge(&counts),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        total
    });
    if options.stop.load(Ordering::Relaxed) {
        return None;
    }
    let counted = total.tallies.drain(..).zip(&total.fingerprints).zip(total.loads.drain(..));
    let points = study.points.iter().zip(counted).map(|(point, ((tally, fingerprint), load))| PointResult {
        values: point.values.clone(),
        session_expires_s: point.session_expires_s,
        elements: element_names(point),
        tally,
        has_weather: point.setup.path.has_weather(),
        fingerprint: fingerprint.of_calls(),
        theory: closed_form::of(&point.setup),
        load: load.and_then(|load| point_load(load, &point.setup)),
    });
    Some(Results {
        name: study.name.clone(),
        title: study.title.clone(),
        seed: study.seed,
        axes: study.axes.clone(),
        points: points.collect(),
        paired: total.paired,
    })
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

/// The names of the elements of a point's calls, by their number.
fn element_names(point: &Point) -> Vec<String> {
    let chain = Chain::new(&point.setup.between, point.setup.path.len());
    let mut elements = chain.elements();
    elements.sort_unstable();
    elements.into_iter().map(|element| chain.name(element, &point.nodes)).collect()
}

/// What one thread has counted.
#[derive(Debug)]
struct Counts {
    tallies: Vec<Tally>,
    fingerprints: Vec<Fingerprint>,
    loads: Vec<Option<Load>>,
    paired: Vec<Paired>,
}

impl Counts {
    fn merge(&mut self, other: &Counts) {
        self.tallies.iter_mut().zip(&other.tallies).for_each(|(mine, theirs)| mine.merge(theirs));
        self.fingerprints.iter_mut().zip(&other.fingerprints).for_each(|(mine, theirs)| mine.merge(theirs));
        for (mine, theirs) in self.loads.iter_mut().flatten().zip(other.loads.iter().flatten()) {
            mine.merge(theirs);
        }
        self.paired.iter_mut().zip(&other.paired).for_each(|(mine, theirs)| mine.merge(theirs));
    }
}

/// One thread: a runner for each point, and its counts.
struct Worker<'a> {
    runners: Vec<Runner<'a>>,
    sizes: Vec<u64>,
    counter: CallCounter,
    counts: Counts,
}

impl<'a> Worker<'a> {
    fn new(study: &'a Study, stop: &'a AtomicBool) -> Worker<'a> {
        let points = study.points.len();
        Worker {
            runners: study.points.iter().map(|point| Runner::new(&point.setup, stop)).collect(),
            sizes: study.points.iter().map(|point| u64::from(point.setup.calls.count)).collect(),
            counter: CallCounter::default(),
            counts: Counts {
                tallies: vec![Tally::default(); points],
                fingerprints: vec![Fingerprint::default(); points],
                loads: study.points.iter().map(|point| point.load.then(Load::default)).collect(),
                paired: vec![Paired::default(); points.saturating_sub(1)],
            },
        }
    }

    /// Runs a batch of calls at every point that has them; returns how many that were.
    fn batch(&mut self, calls: std::ops::Range<u64>) -> u64 {
        let mut run = 0;
        let mut before: Vec<Recovery> = Vec::new();
        for (point, runner) in self.runners.iter_mut().enumerate() {
            let (tally, counter) = (&mut self.counts.tallies[point], &mut self.counter);
            let fingerprint = &mut self.counts.fingerprints[point];
            let load = &mut self.counts.loads[point];
            let recoveries: Vec<Recovery> = (calls.start..calls.end.min(self.sizes[point]))
                .map(|call| {
                    counter.reset();
                    let ended = match load {
                        None => runner.run(call as u32, &mut (&mut *counter, &mut *fingerprint)),
                        Some(load) => {
                            let counted = WithLoad { counter, load };
                            let ended = runner.run(call as u32, &mut (counted, &mut *fingerprint));
                            load.finish(counter);
                            ended
                        }
                    };
                    fingerprint.finish(call as u32);
                    counter.finish(ended, tally)
                })
                .collect();
            run += recoveries.len() as u64;
            for pair in before.iter().zip(&recoveries) {
                if let (Recovery::After(before), Recovery::After(after)) = pair {
                    self.counts.paired[point - 1].add(*before, *after);
                }
            }
            before = recoveries;
        }
        run
    }
}
