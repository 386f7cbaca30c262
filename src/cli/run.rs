//! `byeloss run`.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use super::Exit;
use super::args::Run;
use super::output::{complain, print, say};
use super::progress;
use super::timing::Stopwatch;
use crate::{report, scenario, study};

/// Set by Ctrl-C.
static STOP: AtomicBool = AtomicBool::new(false);

pub fn run(args: &Run) -> Exit {
    let study = match scenario::load(&args.scenario, &args.source.overrides()) {
        Ok(study) => study,
        Err(diagnostics) => return complain(&diagnostics),
    };
    stop_on_interrupt();
    let bar = progress::bar(&study.name, study::total_calls(&study));
    let stopwatch = Stopwatch::start();
    let options = study::Options { threads: args.threads, progress: &|done| bar.set_position(done), stop: &STOP };
    let results = study::run(&study, &options);
    bar.finish_and_clear();
    let Some(results) = results else {
        say("interrupted: nothing was written; the same command begins again");
        return Exit::Interrupted;
    };
    if args.timing {
        stopwatch.report(&results);
    }
    let folder = args.output.clone().unwrap_or_else(|| PathBuf::from("results").join(&study.name));
    if let Err(error) = report::write(&results, &folder) {
        say(&format!("error: {error}"));
        return Exit::Fault;
    }
    let printed =
        if args.json { print(&format!("{:#}\n", report::json(&results))) } else { print(&report::table(&results)) };
    say(&format!("wrote {}", folder.join("index.html").display()));
    printed
}

/// The first Ctrl-C ends the run in order, a second one at once.
fn stop_on_interrupt() {
    let handler = || {
        if STOP.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
    };
    if let Err(error) = ctrlc::set_handler(handler) {
        say(&format!("warning: Ctrl-C will end the run at once: {error}"));
    }
}
