//! Running a study: every call or device at every point, on any number of threads, to the same whole numbers.
//!
//! Where units are independent, the study is cut into batches of them, each run at every point; where at any point they
//! share something, it is cut into its points. Either way a job is some points and some units.

use std::num::NonZeroUsize;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

use super::results::Results;
use super::work::Work;
use crate::measure::{Paired, Recovery};
use crate::scenario::Study;
use crate::time::Span;

/// How many units a thread takes at a time: enough that taking them costs nothing, few enough that no thread is left
/// with much when the others are done.
const BATCH: u64 = 256;

/// How a study is run. None of it changes a result.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    /// Threads; `None`: as many as the machine has cores.
    pub threads: Option<NonZeroUsize>,
    /// Told now and then how many units have been run, of [`total`].
    pub progress: &'a (dyn Fn(u64) + Sync),
    /// Set by whoever wants the run to stop.
    pub stop: &'a AtomicBool,
}

impl Default for Options<'_> {
    /// A thread for each core, no progress, and nobody stops it.
    fn default() -> Self {
        static NEVER: AtomicBool = AtomicBool::new(false);
        Options { threads: None, progress: &|_| {}, stop: &NEVER }
    }
}

/// How many units `study` takes, over all points and those of what stands beside it: calls, or units of fleets.
pub fn total<W: Work>(study: &Study<W>) -> u64 {
    own(study) + study.companion.as_deref().map_or(0, total)
}

/// Those of the study itself.
fn own<W: Work>(study: &Study<W>) -> u64 {
    study.points.iter().map(|point| point.setup.units()).sum()
}

/// Runs `study`; `None` if it was stopped.
///
/// What is merged is whole numbers, so threads and jobs leave no mark on the results.
pub fn run<W: Work>(study: &Study<W>, options: &Options) -> Option<Results<W::Result>> {
    let results = run_alone(study, options)?;
    let Some(devices) = &study.companion else { return Some(results) };
    let before = own(study);
    let options = Options { progress: &|done| (options.progress)(before + done), ..*options };
    Some(Results { companion: Some(Box::new(run(devices, &options)?)), ..results })
}

/// Runs `study` without what stands beside it.
fn run_alone<W: Work>(study: &Study<W>, options: &Options) -> Option<Results<W::Result>> {
    let cut = Cut::of(study);
    let threads = options.threads.or_else(|| thread::available_parallelism().ok()).map_or(1, NonZeroUsize::get);
    // No more than have a job to do.
    let threads = threads.min(usize::try_from(cut.jobs()).unwrap_or(usize::MAX));
    let taken = AtomicU64::new(0);
    let done = AtomicU64::new(0);
    let tell = |run: u64| (options.progress)(done.fetch_add(run, Ordering::Relaxed) + run);
    let work = || {
        // Each has setups of its own: what all read would lie beside what one of them writes, and be fetched again and
        // again.
        let setups: Vec<W> = study.points.iter().map(|point| point.setup.clone()).collect();
        let mut worker = Worker::new(study, &setups, options.stop);
        while let Some((points, units)) = cut.job(taken.fetch_add(1, Ordering::Relaxed)) {
            if options.stop.load(Ordering::Relaxed) {
                break;
            }
            worker.job(points, units, tell);
        }
        worker.counts
    };
    let mut total = thread::scope(|scope| {
        // Where the system gives no more threads, those that there are do the work.
        let spawn = |_| thread::Builder::new().spawn_scoped(scope, work).ok();
        let others: Vec<_> = (1..threads).map_while(spawn).collect();
        let mut total = work();
        for other in others {
            match other.join() {
                Ok(counts) => total.merge(counts, W::merge),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        total
    });
    if options.stop.load(Ordering::Relaxed) {
        return None;
    }
    total.pair_points();
    let points = study.points.iter().zip(total.tallies).map(|(point, tally)| W::found(point, tally));
    Some(Results {
        name: study.name.clone(),
        title: study.title.clone(),
        seed: study.seed,
        axes: study.axes.clone(),
        points: points.collect(),
        paired: total.paired,
        companion: None,
        provenance: study.provenance.clone(),
    })
}

/// How a study is cut into jobs.
#[derive(Clone, Copy)]
enum Cut {
    /// Batches of so many units at all of so many points.
    Units { units: u64, points: usize },
    /// Each of so many points with all its units.
    Points(usize),
}

impl Cut {
    fn of<W: Work>(study: &Study<W>) -> Cut {
        let points = study.points.len();
        if study.points.iter().any(|point| point.setup.shares()) {
            return Cut::Points(points);
        }
        Cut::Units { units: study.points.iter().map(|point| point.setup.units()).max().unwrap_or(0), points }
    }

    fn jobs(self) -> u64 {
        match self {
            Cut::Units { units, .. } => units.div_ceil(BATCH),
            Cut::Points(points) => points as u64,
        }
    }

    /// The points and units of the nth job. No point need have all of the units.
    fn job(self, nth: u64) -> Option<(Range<usize>, Range<u64>)> {
        (nth < self.jobs()).then(|| match self {
            Cut::Units { units, points } => {
                let first = nth * BATCH;
                (0..points, first..units.min(first + BATCH))
            }
            Cut::Points(_) => (nth as usize..nth as usize + 1, 0..u64::MAX),
        })
    }
}

/// The ghosts of a job at one point that recovered: which unit, and after how long.
type Recoveries = Vec<(u64, Span)>;

/// What one thread has counted.
#[derive(Debug)]
struct Counts<T> {
    tallies: Vec<T>,
    paired: Vec<Paired>,
    /// By point, those of points that were run each alone.
    recoveries: Vec<Recoveries>,
}

impl<T> Counts<T> {
    fn merge(&mut self, other: Counts<T>, merge: fn(&mut T, &T)) {
        self.tallies.iter_mut().zip(&other.tallies).for_each(|(mine, theirs)| merge(mine, theirs));
        self.paired.iter_mut().zip(&other.paired).for_each(|(mine, theirs)| mine.merge(theirs));
        self.recoveries.iter_mut().zip(other.recoveries).for_each(|(mine, theirs)| mine.extend(theirs));
    }

    /// Compares neighbouring points that were run each alone.
    fn pair_points(&mut self) {
        self.recoveries.iter_mut().for_each(|recoveries| recoveries.sort_unstable());
        for (paired, neighbours) in self.paired.iter_mut().zip(self.recoveries.windows(2)) {
            pair(paired, &neighbours[0], &neighbours[1]);
        }
    }
}

/// Compares the units that recovered at both of two points; both in the order of the units.
fn pair(paired: &mut Paired, before: &Recoveries, after: &Recoveries) {
    let mut after = after.iter().peekable();
    for &(unit, before) in before {
        while after.next_if(|(other, _)| *other < unit).is_some() {}
        if let Some(&(_, after)) = after.next_if(|(other, _)| *other == unit) {
            paired.add(before, after);
        }
    }
}

/// One thread: a runner for each point, and its counts.
struct Worker<'a, W: Work + 'a> {
    runners: Vec<W::Runner<'a>>,
    sizes: Vec<u64>,
    counts: Counts<W::Tally>,
}

impl<'a, W: Work + 'a> Worker<'a, W> {
    fn new(study: &Study<W>, setups: &'a [W], stop: &'a AtomicBool) -> Worker<'a, W> {
        let points = study.points.len();
        Worker {
            runners: setups.iter().map(|setup| setup.runner(stop)).collect(),
            sizes: setups.iter().map(W::units).collect(),
            counts: Counts {
                tallies: study.points.iter().map(|point| W::tally(point)).collect(),
                paired: vec![Paired::default(); points.saturating_sub(1)],
                recoveries: vec![Vec::new(); points],
            },
        }
    }

    /// Runs units at each of some points that has them; `tell` is told of every so many.
    fn job(&mut self, points: Range<usize>, units: Range<u64>, tell: impl Fn(u64)) {
        let (first, to_be_paired) = (points.start, points.len() == 1 && self.sizes.len() > 1);
        let mut before = Recoveries::new();
        let mut run = 0;
        for point in points {
            let mut recoveries = Recoveries::new();
            let units = units.start..units.end.min(self.sizes[point]).max(units.start);
            W::run(&mut self.runners[point], units, &mut self.counts.tallies[point], |unit, recovery| {
                if let Recovery::After(after) = recovery {
                    recoveries.push((unit, after));
                }
                run += 1;
                if run == BATCH {
                    tell(std::mem::take(&mut run));
                }
            });
            if point > first {
                pair(&mut self.counts.paired[point - 1], &before, &recoveries);
            }
            before = recoveries;
        }
        tell(run);
        if to_be_paired {
            self.counts.recoveries[first].append(&mut before);
        }
    }
}
