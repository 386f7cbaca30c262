//! `byeloss run`.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::Exit;
use super::args::RunOptions;
use super::output::{complain, print, say};
use super::progress;
use super::timing::Stopwatch;
use crate::report::{self, Reported};
use crate::scenario::{self, Asked, Study};
use crate::study::{self, Work};

/// Set by Ctrl-C.
static STOP: AtomicBool = AtomicBool::new(false);

/// How far a run is; held by whoever ends it or takes it further.
static PHASE: Mutex<Phase> = Mutex::new(Phase::Simulating);

enum Phase {
    /// Looks at [`STOP`] all the time.
    Simulating,
    /// Has put nothing on disk yet.
    Drawing,
    /// Puts files on disk, all of them or none, and prints.
    Writing,
}

const INTERRUPTED: &str = "interrupted: nothing was written; the same command begins again";

pub fn run(scenario: &str, args: &RunOptions) -> Exit {
    match scenario::open(scenario, &args.source.overrides()) {
        Ok(Asked::Calls(study)) => run_study(&study, "calls", args),
        Ok(Asked::Devices(study)) => run_study(&study, "devices", args),
        Err(diagnostics) => complain(&diagnostics),
    }
}

/// Runs a study of these `pieces`.
fn run_study<W: Work>(study: &Study<W>, pieces: &str, args: &RunOptions) -> Exit
where
    W::Result: Reported,
{
    let folder = args.output.clone().unwrap_or_else(|| PathBuf::from("results").join(&study.name));
    if let Err((exit, why)) = can_hold_results(&folder) {
        say(&format!("error: cannot write results to `{}`: {why}", folder.display()));
        return exit;
    }
    stop_on_interrupt();
    let bar = progress::bar(&study.name, pieces, study::total(study));
    let stopwatch = Stopwatch::start();
    let options = study::Options {
        threads: args.threads.and_then(|threads| NonZeroUsize::new(threads.into())),
        progress: &|done| bar.set_position(done),
        stop: &STOP,
    };
    let results = study::run(study, &options);
    bar.finish_and_clear();
    let Some(results) = results.filter(|_| begin_drawing()) else {
        say(INTERRUPTED);
        return Exit::Interrupted;
    };
    if args.timing {
        stopwatch.report(&results);
    }
    let files = report::draw(&results);
    *phase() = Phase::Writing;
    if let Err(error) = files.put_into(&folder) {
        say(&format!("error: {error}"));
        return Exit::Fault;
    }
    let printed = if args.json {
        print(&format!("{:#}\n", W::Result::json(&results)))
    } else {
        print(&W::Result::table(&results))
    };
    say(&format!("wrote {}", folder.join("index.html").display()));
    printed
}

/// Whether results can be written into `folder`, which need not exist yet: found out before a run, not after it.
fn can_hold_results(folder: &Path) -> Result<(), (Exit, String)> {
    let above = folder.ancestors().map(|above| if above.as_os_str().is_empty() { Path::new(".") } else { above });
    let Some(found) = above.into_iter().find(|above| above.symlink_metadata().is_ok()) else { return Ok(()) };
    if !found.is_dir() {
        return Err((Exit::BadInput, format!("`{}` is not a folder", found.display())));
    }
    tempfile::tempfile_in(found).map(drop).map_err(|error| (Exit::Fault, error.to_string()))
}

/// Whether the run goes on to be drawn: it does unless Ctrl-C came before.
fn begin_drawing() -> bool {
    let mut phase = phase();
    *phase = Phase::Drawing;
    !STOP.load(Ordering::Relaxed)
}

fn phase() -> MutexGuard<'static, Phase> {
    PHASE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The first Ctrl-C ends the run in order, a second one at once.
fn stop_on_interrupt() {
    let handler = || {
        let phase = phase();
        if STOP.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
        match *phase {
            // Nobody looks at `STOP` while figures are drawn, and nothing is lost.
            Phase::Drawing => {
                say(INTERRUPTED);
                std::process::exit(Exit::Interrupted.code().into());
            }
            Phase::Simulating | Phase::Writing => {}
        }
    };
    if let Err(error) = ctrlc::set_handler(handler) {
        say(&format!("warning: Ctrl-C will end the run at once: {error}"));
    }
}
