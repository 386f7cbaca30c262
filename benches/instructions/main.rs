//! How many instructions a small KA-1 takes, compared with the number kept in `kept.json` beside this file: unlike
//! seconds, it is the same on a busy machine.
//!
//! ```sh
//! cargo bench --bench instructions              # fails if there are more than kept, by more than the margin
//! cargo bench --bench instructions -- --keep    # keeps the number found, to be committed
//! ```
//!
//! Needs valgrind, and says so where it is missing. What is counted is `study::run` alone: a run of the program that
//! reads the scenario and does not run it is subtracted. Counts depend on the compiler, so those of another one are not
//! compared.

use std::env;
use std::fs;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::atomic::AtomicBool;

use byeloss::scenario::{self, Study};
use byeloss::study::{Options, run};

/// The workload: KA-1 with so many calls, on one thread.
const CALLS: u64 = 2000;

/// By what share of the kept number it may grow.
const MARGIN: f64 = 0.03;

const KEEP: &str = "cargo bench --bench instructions -- --keep";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().collect();
    let has = |argument: &str| arguments.iter().any(|given| given == argument);
    if has("--read") {
        study();
        return ExitCode::SUCCESS;
    }
    if has("--run") {
        println!("{}", run_study());
        return ExitCode::SUCCESS;
    }
    match compare(has("--keep")) {
        Ok(verdict) => {
            println!("{verdict}");
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("error: {why}");
            ExitCode::FAILURE
        }
    }
}

fn study() -> Study {
    scenario::load("ka-1", &[format!("calls.count={CALLS}")]).expect("a built-in")
}

/// Runs the workload; returns its events.
fn run_study() -> u64 {
    let stop = AtomicBool::new(false);
    let options = Options { threads: NonZeroUsize::new(1), progress: &|_| {}, stop: &stop };
    let results = run(&study(), &options).expect("nobody stops it");
    results.points.iter().map(|point| point.tally.events()).sum()
}

/// Counts, and compares with what is kept or keeps it; what to say about it, or why it is not well.
fn compare(keep: bool) -> Result<String, String> {
    if Command::new("valgrind").arg("--version").output().is_err() {
        return Ok("SKIPPED: instructions are counted by valgrind, which is not here".to_owned());
    }
    let (with, events) = counted("--run")?;
    let (without, _) = counted("--read")?;
    let found = Kept { instructions: with - without, compiler: compiler()? };
    let events: u64 = events.trim().parse().map_err(|_| format!("`{events}` is not a number of events"))?;
    println!(
        "KA-1, {CALLS} calls, one thread: {} instructions, {} an event; where they are: callgrind_annotate {}",
        found.instructions,
        found.instructions / events,
        profile("--run").display(),
    );
    if keep {
        fs::write(kept_file(), found.written()).map_err(|error| format!("{}: {error}", kept_file().display()))?;
        return Ok(format!("kept in {}: commit it", kept_file().display()));
    }
    found.against(&Kept::read()?)
}

/// What is kept.
struct Kept {
    instructions: u64,
    /// Version of the compiler and kind of machine.
    compiler: String,
}

impl Kept {
    fn read() -> Result<Kept, String> {
        let file = kept_file();
        let text = fs::read_to_string(&file).map_err(|error| format!("{}: {error}; `{KEEP}`", file.display()))?;
        let kept: serde_json::Value =
            serde_json::from_str(&text).map_err(|error| format!("{}: {error}", file.display()))?;
        let missing = |key: &str| format!("{}: no `{key}`; `{KEEP}`", file.display());
        Ok(Kept {
            instructions: kept["instructions"].as_u64().ok_or_else(|| missing("instructions"))?,
            compiler: kept["compiler"].as_str().ok_or_else(|| missing("compiler"))?.to_owned(),
        })
    }

    fn written(&self) -> String {
        let kept = serde_json::json!({
            "workload": format!("ka-1, {CALLS} calls, one thread"),
            "instructions": self.instructions,
            "compiler": self.compiler,
            "written_by": KEEP,
        });
        format!("{kept:#}\n")
    }

    /// This count against the kept one.
    fn against(&self, kept: &Kept) -> Result<String, String> {
        if self.compiler != kept.compiler {
            return Ok(format!("NOT COMPARED: kept with {}, this is {}", kept.compiler, self.compiler));
        }
        let growth = self.instructions as f64 / kept.instructions as f64 - 1.0;
        let verdict = format!("{:+.2} % against the {} kept", growth * 100.0, kept.instructions);
        if growth > MARGIN {
            return Err(format!("{verdict}, more than {} % allowed; if it is worth it: {KEEP}", MARGIN * 100.0));
        }
        let hint = if growth < -MARGIN { format!("; hold what was gained: {KEEP}") } else { String::new() };
        Ok(format!("{verdict}{hint}"))
    }
}

fn kept_file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/instructions/kept.json")
}

/// Where valgrind writes the profile of this program with `argument`.
fn profile(argument: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("instructions{argument}.callgrind"))
}

/// The instructions of this program with `argument`, and what it prints.
fn counted(argument: &str) -> Result<(u64, String), String> {
    let program = env::current_exe().map_err(|error| error.to_string())?;
    let file = profile(argument);
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--quiet"])
        .arg(format!("--callgrind-out-file={}", file.display()))
        .arg(program)
        .arg(argument)
        .output()
        .map_err(|error| format!("valgrind: {error}"))?;
    if !output.status.success() {
        return Err(format!("valgrind: {}\n{}", output.status, String::from_utf8_lossy(&output.stderr)));
    }
    let text = fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    let total = text.lines().find_map(|line| line.strip_prefix("summary:")?.trim().parse().ok());
    let total = total.ok_or_else(|| format!("{}: callgrind counted nothing", file.display()))?;
    Ok((total, String::from_utf8_lossy(&output.stdout).into_owned()))
}

fn compiler() -> Result<String, String> {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("--version").output().map_err(|error| format!("rustc: {error}"))?;
    let version = String::from_utf8_lossy(&output.stdout);
    Ok(format!("{} on {}-{}", version.trim(), env::consts::ARCH, env::consts::OS))
}
