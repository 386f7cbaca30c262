//! The command line: arguments, standard output and error, exit codes.
//!
//! Results go to standard output, everything else to standard error. This is the only room that may look at a clock,
//! and what it reads there stays out of every result.

mod args;
mod compare;
mod completions;
mod inspect;
mod output;
mod progress;
mod run;
mod timing;
mod topology;
mod trace;

use std::process::ExitCode;

use clap::Parser;

use args::{Args, Command};

/// How a command ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exit {
    /// Done.
    Done,
    /// A fault of ours, or of the machine.
    Fault,
    /// Bad input.
    BadInput,
    /// What was compared differs.
    Differs,
    /// Interrupted; the same command runs it again.
    Interrupted,
}

impl Exit {
    const fn code(self) -> u8 {
        match self {
            Exit::Done => 0,
            Exit::Fault => 1,
            Exit::BadInput => 2,
            Exit::Differs => 3,
            Exit::Interrupted => 75,
        }
    }
}

/// Runs the command that the arguments of the process name.
pub fn main() -> ExitCode {
    let args = Args::parse();
    let exit = match args.command {
        None => run::run(args::DEFAULT_STUDY, &args.run),
        Some(Command::Run(args)) => run::run(&args.scenario, &args.options),
        Some(Command::Trace(args)) => trace::trace(&args),
        Some(Command::Compare(args)) => compare::compare(&args),
        Some(Command::Check(args)) => inspect::check(&args),
        Some(Command::List { what }) => inspect::list(what),
        Some(Command::Topology(args)) => topology::topology(&args),
        Some(Command::Show { name }) => inspect::show(&name),
        Some(Command::Schema) => completions::schema(),
        Some(Command::Completions { shell }) => completions::completions(shell),
    };
    ExitCode::from(exit.code())
}
