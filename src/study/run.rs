//! Running a study: every call or device at every point, on any number of threads, to the same whole numbers.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

use super::results::Results;
use super::work::Work;
use crate::measure::{Paired, Recovery};
use crate::scenario::Study;

/// How many pieces a thread takes at a time: enough that taking them costs nothing, few enough that no thread is left
/// with much when the others are done.
const BATCH: u64 = 256;

/// How a study is run. None of it changes a result.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    /// Threads; `None`: as many as the machine has cores.
    pub threads: Option<NonZeroUsize>,
    /// Told now and then how many pieces have been run, of [`total`].
    pub progress: &'a (dyn Fn(u64) + Sync),
    /// Set by whoever wants the run to stop.
    pub stop: &'a AtomicBool,
}

/// How many pieces `study` takes, over all points and those of what stands beside it: calls, or units of fleets.
pub fn total<W: Work>(study: &Study<W>) -> u64 {
    own(study) + study.beside.as_deref().map_or(0, total)
}

/// Those of the study itself.
fn own<W: Work>(study: &Study<W>) -> u64 {
    study.points.iter().map(|point| point.setup.pieces()).sum()
}

/// Runs `study`; `None` if it was stopped.
///
/// Pieces are independent, and what is merged is whole numbers, so threads and batches leave no mark on the results.
pub fn run<W: Work>(study: &Study<W>, options: &Options) -> Option<Results<W::Result>> {
    let results = run_alone(study, options)?;
    let Some(devices) = &study.beside else { return Some(results) };
    let before = own(study);
    let options = Options { progress: &|done| (options.progress)(before + done), ..*options };
    Some(Results { beside: Some(Box::new(run(devices, &options)?)), ..results })
}

/// Runs `study` without what stands beside it.
fn run_alone<W: Work>(study: &Study<W>, options: &Options) -> Option<Results<W::Result>> {
    let pieces = study.points.iter().map(|point| point.setup.pieces()).max().unwrap_or(0);
    let threads = options.threads.or_else(|| thread::available_parallelism().ok()).map_or(1, NonZeroUsize::get);
    // No more than have a batch to do.
    let threads = threads.min(usize::try_from(pieces.div_ceil(BATCH)).unwrap_or(usize::MAX));
    let taken = AtomicU64::new(0);
    let done = AtomicU64::new(0);
    let work = || {
        let mut worker = Worker::<W>::new(study, options.stop);
        loop {
            let first = taken.fetch_add(BATCH, Ordering::Relaxed);
            if first >= pieces || options.stop.load(Ordering::Relaxed) {
                return worker.counts;
            }
            let run = worker.batch(first..pieces.min(first + BATCH));
            (options.progress)(done.fetch_add(run, Ordering::Relaxed) + run);
        }
    };
    let total = thread::scope(|scope| {
        // Where the system gives no more threads, those that there are do the work.
        let spawn = |_| thread::Builder::new().spawn_scoped(scope, work).ok();
        let others: Vec<_> = (1..threads).map_while(spawn).collect();
        let mut total = work();
        for other in others {
            match other.join() {
                Ok(counts) => total.merge(&counts, W::merge),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        total
    });
    if options.stop.load(Ordering::Relaxed) {
        return None;
    }
    let points = study.points.iter().zip(total.tallies).map(|(point, tally)| W::found(point, tally));
    Some(Results {
        name: study.name.clone(),
        title: study.title.clone(),
        seed: study.seed,
        axes: study.axes.clone(),
        points: points.collect(),
        paired: total.paired,
        beside: None,
    })
}

/// What one thread has counted.
#[derive(Debug)]
struct Counts<T> {
    tallies: Vec<T>,
    paired: Vec<Paired>,
}

impl<T> Counts<T> {
    fn merge(&mut self, other: &Counts<T>, merge: fn(&mut T, &T)) {
        self.tallies.iter_mut().zip(&other.tallies).for_each(|(mine, theirs)| merge(mine, theirs));
        self.paired.iter_mut().zip(&other.paired).for_each(|(mine, theirs)| mine.merge(theirs));
    }
}

/// One thread: a runner for each point, and its counts.
struct Worker<'a, W: Work + 'a> {
    runners: Vec<W::Runner<'a>>,
    sizes: Vec<u64>,
    counts: Counts<W::Tally>,
}

impl<'a, W: Work + 'a> Worker<'a, W> {
    fn new(study: &'a Study<W>, stop: &'a AtomicBool) -> Worker<'a, W> {
        let points = study.points.len();
        Worker {
            runners: study.points.iter().map(|point| point.setup.runner(stop)).collect(),
            sizes: study.points.iter().map(|point| point.setup.pieces()).collect(),
            counts: Counts {
                tallies: study.points.iter().map(|point| W::tally(point)).collect(),
                paired: vec![Paired::default(); points.saturating_sub(1)],
            },
        }
    }

    /// Runs a batch of pieces at every point that has them; returns how many that were.
    fn batch(&mut self, pieces: std::ops::Range<u64>) -> u64 {
        let mut run = 0;
        let mut before: Vec<Recovery> = Vec::new();
        for (point, runner) in self.runners.iter_mut().enumerate() {
            let tally = &mut self.counts.tallies[point];
            let recoveries: Vec<Recovery> =
                (pieces.start..pieces.end.min(self.sizes[point])).map(|piece| W::run(runner, piece, tally)).collect();
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
