//! What can be said on the command line.

use std::ops::RangeInclusive;
use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::time::Span;

/// How long does a call outlive a lost BYE, and what does it cost to find out sooner?
///
/// Without a command, runs the built-in study `session-expires`.
#[derive(Clone, Debug, Parser)]
#[command(name = "byeloss", version, args_conflicts_with_subcommands = true)]
pub(super) struct Args {
    #[command(subcommand)]
    pub command: Option<Command>,

    #[command(flatten)]
    pub run: RunOptions,
}

/// What is run where no scenario is named.
pub(super) const DEFAULT_STUDY: &str = "session-expires";

#[derive(Clone, Debug, Subcommand)]
pub(super) enum Command {
    /// Run a scenario with its sweep, print its table and write its figures
    Run(Run),
    /// Show one call of a scenario as a ladder diagram, and why it ended when it did
    Trace(Trace),
    /// Run two scenarios call by call, and name the first fact that differs
    Compare(Compare),
    /// Read scenario files and say what is wrong with them
    Check(Check),
    /// List the built-in scenarios and topologies, or the presets of links with their sources
    List {
        /// What to list [default: scenarios and topologies]
        what: Option<Listed>,
    },
    /// Read a topology of any tool: say what is in it, draw it, convert it
    Topology(Topology),
    /// Print a built-in scenario or topology, to start from
    Show {
        /// Name of a built-in
        name: String,
    },
    /// Print the JSON Schema of scenario files, for editors
    Schema,
    /// Print a script that completes commands, options, and the keys and words of --set
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

/// What `list` lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Listed {
    /// Built-in scenarios
    Scenarios,
    /// Built-in topologies
    Topologies,
    /// Links by name, each with how often it loses a BYE and where its figures come from
    Presets,
}

/// Which scenario, and what is different in it.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Source {
    /// Override a key of the scenario; the value is TOML, or else text. May be repeated
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub sets: Vec<String>,

    /// Random seed
    #[arg(long, value_name = "S", allow_negative_numbers = true, value_parser = whole::<u64>(0..=u64::MAX))]
    pub seed: Option<u64>,
}

#[derive(Clone, Debug, clap::Args)]
pub(super) struct Run {
    /// A scenario file, the name of a built-in, or the folder of a result
    #[arg(default_value = DEFAULT_STUDY)]
    pub scenario: String,

    #[command(flatten)]
    pub options: RunOptions,
}

#[derive(Clone, Debug, clap::Args)]
pub(super) struct RunOptions {
    /// Folder for the results [default: results/NAME; with overrides, a folder of their own beside it]
    #[arg(short, long, value_name = "DIR")]
    pub output: Option<PathBuf>,

    /// Number of threads, 1 to 1024; the results do not depend on it [default: one for each core]
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = whole::<u16>(1..=1024))]
    pub threads: Option<u16>,

    #[command(flatten)]
    pub source: Source,

    /// Overwrite the results of another question
    #[arg(long)]
    pub force: bool,

    /// Print the summary as JSON instead of the table
    #[arg(long)]
    pub json: bool,

    /// Print events, messages and CPU seconds to standard error
    #[arg(long)]
    pub timing: bool,
}

#[derive(Clone, Debug, clap::Args)]
pub(super) struct Trace {
    /// A scenario file, the name of a built-in, or the folder of a result
    #[arg(default_value = "one-call")]
    pub scenario: String,

    /// Which call or device of the scenario, from 0; platforms of each level come after the devices
    #[arg(long, value_name = "N", default_value = "0", allow_negative_numbers = true, value_parser = whole::<u32>(0..=u32::MAX.into()))]
    pub call: u32,

    /// Which point of the scenario's sweep, from 1
    #[arg(long, value_name = "N", default_value = "1", allow_negative_numbers = true, value_parser = whole::<u32>(1..=u32::MAX.into()))]
    pub point: u32,

    #[command(flatten)]
    pub source: Source,

    /// Print JSON lines, one a fact, with times in whole nanoseconds
    #[arg(long)]
    pub json: bool,
}

#[derive(Clone, Debug, clap::Args)]
pub(super) struct Compare {
    /// A scenario file, the name of a built-in, or the folder of a result
    pub a: String,

    /// Another, or the same again
    pub b: String,

    #[command(flatten)]
    pub source: Source,

    /// Override a key of the first alone. May be repeated
    #[arg(long = "set-a", value_name = "KEY=VALUE")]
    pub sets_a: Vec<String>,

    /// Override a key of the second alone. May be repeated
    #[arg(long = "set-b", value_name = "KEY=VALUE")]
    pub sets_b: Vec<String>,
}

#[derive(Clone, Debug, clap::Args)]
pub(super) struct Check {
    /// Scenario files, names of built-ins, or folders of results
    #[arg(required = true)]
    pub scenarios: Vec<String>,

    #[command(flatten)]
    pub source: Source,
}

#[derive(Clone, Debug, clap::Args)]
pub(super) struct Topology {
    /// A GraphML or node-link JSON file, or the name of a built-in
    pub topology: String,

    /// How much longer a fibre is than the great circle between its ends, 1 to 100
    #[arg(long, value_name = "FACTOR", default_value_t = 1.0, value_parser = detour, allow_hyphen_values = true)]
    pub detour: f64,

    /// Delay of a link that has none and whose ends' positions do not tell it
    #[arg(long, value_name = "DURATION", default_value = "1 ms", value_parser = length, allow_hyphen_values = true)]
    pub default_delay: Span,

    /// Keep the largest component alone
    #[arg(long)]
    pub largest_component: bool,

    /// Write the topology as node-link JSON, as scenarios take it
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,

    /// Draw it as SVG
    #[arg(long, value_name = "FILE")]
    pub svg: Option<PathBuf>,

    /// Draw it as PNG
    #[arg(long, value_name = "FILE")]
    pub png: Option<PathBuf>,

    /// Print what was read as JSON
    #[arg(long)]
    pub json: bool,
}

fn detour(text: &str) -> Result<f64, String> {
    let factor = text.parse().ok().filter(|factor| (1.0..=100.0).contains(factor));
    factor.ok_or_else(|| "allowed: a number from 1 to 100, such as 1.5".to_owned())
}

fn length(text: &str) -> Result<Span, String> {
    text.parse::<Span>().map_err(|error| match text.trim_start().starts_with('-') {
        true => "a duration is not negative".to_owned(),
        false => error.to_string(),
    })
}

/// Reads an integer in `range`, all of which is a `T`.
fn whole<T>(range: RangeInclusive<u64>) -> impl Fn(&str) -> Result<T, String> + Clone
where
    T: TryFrom<u64> + Clone,
{
    move |text| {
        let number = text.parse().ok().filter(|number| range.contains(number));
        let allowed = || format!("allowed: an integer from {} to {}", range.start(), range.end());
        number.and_then(|number: u64| T::try_from(number).ok()).ok_or_else(allowed)
    }
}

impl Source {
    /// All overrides, the seed among them.
    pub(super) fn overrides(&self) -> Vec<String> {
        let seed = self.seed.map(|seed| format!("seed={seed}"));
        self.sets.iter().cloned().chain(seed).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_formed() {
        Args::command().debug_assert();
    }
}
