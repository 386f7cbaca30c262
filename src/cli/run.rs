//! `byeloss run`.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::Exit;
use super::args::RunOptions;
use super::output::{complain, open, print, say, width};
use super::progress;
use super::timing::Stopwatch;
use crate::analysis::{self, Analyse};
use crate::report::Reported;
use crate::scenario::{AnyStudy, Manifest, Study};
use crate::study::{self, ClaimError, ResultFolder};

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

pub(super) fn run(scenario: &str, args: &RunOptions) -> Exit {
    match open(scenario, &args.source.overrides()) {
        Ok(AnyStudy::Calls(study)) => run_study(scenario, &study, "calls", args),
        Ok(AnyStudy::Devices(study)) => run_study(scenario, &study, "devices", args),
        Err(diagnostics) => complain(&diagnostics),
    }
}

/// Runs the study of these `units` that `scenario` names.
fn run_study<W: Analyse>(scenario: &str, study: &Study<W>, units: &str, args: &RunOptions) -> Exit
where
    for<'a> W::Analysis<'a>: Reported,
{
    let path = args.output.clone().unwrap_or_else(|| default_folder(scenario, &study.name, &args.source.overrides()));
    match ResultFolder::claim(&path, &study.provenance, args.force) {
        Ok(folder) => *claimed() = Some(folder),
        Err(error) => return refuse(&path, &error),
    }
    warn_of_another_version(scenario);
    stop_on_interrupt();
    let exit = run_claimed(study, units, args, &path);
    claimed().take();
    exit
}

/// Runs a study whose folder, at `path`, is claimed.
fn run_claimed<W: Analyse>(study: &Study<W>, units: &str, args: &RunOptions, path: &Path) -> Exit
where
    for<'a> W::Analysis<'a>: Reported,
{
    let bar = progress::bar(&study.name, units, study::total(study));
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
    let analysis = analysis::of(study, &results);
    // What was found is said before anything can go wrong with the files.
    let printed = if args.json { print(&format!("{:#}\n", analysis.json())) } else { print(&analysis.text(width())) };
    let files = analysis.files();
    *phase() = Phase::Writing;
    let Some(folder) = claimed().take() else { return Exit::Interrupted };
    if let Err(error) = folder.write(files, &results.provenance, results.manifest()) {
        say(&format!("error: {error}"));
        return Exit::Fault;
    }
    say(&format!("wrote {}", path.join("index.html").display()));
    printed
}

/// Where the results of a study go: to those of its name, or to where they are run again; where arguments change it, to
/// a folder of its own.
fn default_folder(scenario: &str, name: &str, overrides: &[String]) -> PathBuf {
    let own = match Manifest::read(Path::new(scenario)) {
        Some(_) => PathBuf::from(scenario),
        None => PathBuf::from("results").join(name),
    };
    if overrides.is_empty() {
        return own;
    }
    let mut named = own.file_name().map_or_else(|| name.to_owned(), |name| name.to_string_lossy().into_owned());
    named += &suffix(overrides);
    own.with_file_name(named)
}

/// What tells the folder of these overrides from others: they themselves, as far as they fit into a name.
fn suffix(overrides: &[String]) -> String {
    const LONGEST: usize = 80;
    let all: String = overrides.iter().map(|set| format!(",{set}")).collect();
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-_.,=".contains(letter);
    let plain: String = all.chars().filter(|&letter| is_plain(letter)).take(LONGEST).collect();
    match plain == all {
        true => plain,
        false => format!("{plain},{:08x}", fnv(all.as_bytes())),
    }
}

/// The hash of Fowler, Noll and Vo (FNV-1a) of 32 bits.
fn fnv(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |hash: u32, &byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// Says so where a result of another version is run again.
fn warn_of_another_version(scenario: &str) {
    const OWN: &str = env!("CARGO_PKG_VERSION");
    if let Some(Manifest { byeloss_version, .. }) =
        Manifest::read(Path::new(scenario)).filter(|it| it.byeloss_version != OWN)
    {
        say(&format!(
            "warning: `{scenario}` is a result of byeloss {byeloss_version}; this is {OWN}, whose figures may differ"
        ));
    }
}

/// Says why the folder at `path` cannot be had.
fn refuse(path: &Path, error: &ClaimError) -> Exit {
    say(&format!("error: cannot write results to `{}`: {error}", path.display()));
    match error {
        ClaimError::OtherQuestion(_) => {
            say("help: another folder by `-o DIR`, or `--force` to overwrite it");
            Exit::BadInput
        }
        ClaimError::NotAFolder(_) | ClaimError::InUse => Exit::BadInput,
        ClaimError::Write(_) => Exit::Fault,
    }
}

/// The folder of the run, while it has not been written.
fn claimed() -> MutexGuard<'static, Option<ResultFolder>> {
    static CLAIMED: Mutex<Option<ResultFolder>> = Mutex::new(None);
    CLAIMED.lock().unwrap_or_else(PoisonError::into_inner)
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
            claimed().take();
            std::process::exit(130);
        }
        match *phase {
            // Nobody looks at `STOP` while figures are drawn, and nothing is lost.
            Phase::Drawing => {
                say(INTERRUPTED);
                claimed().take();
                std::process::exit(Exit::Interrupted.code().into());
            }
            Phase::Simulating | Phase::Writing => {}
        }
    };
    if let Err(error) = ctrlc::set_handler(handler) {
        say(&format!("warning: Ctrl-C will end the run at once: {error}"));
    }
}
