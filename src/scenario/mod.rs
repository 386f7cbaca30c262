//! Scenarios and topologies: files as written, then as meant.
//!
//! [`load`] turns the name of a built-in or the path of a file, with the `--set` arguments, into a [`Study`] whose
//! every setting is decided; the second stage cannot be wrong. Whatever is wrong before comes as [`Diagnostics`]: the
//! place, what was found, what is allowed, the nearest right word. No input panics.
//!
//! As written: `tree` with its readers for TOML and JSON, `key` and `sweep`. As meant: `model`, and `agents`, `faults`,
//! `network` and `topology` for its parts, `link`, `loss`, `outage`, `node` and `preset` for what stands in those. `vocabulary` holds every key once. The formats are described in
//! `docs/scenario.md` and `docs/topology.md`. This room runs nothing.

mod agents;
mod between;
mod builtin;
mod diagnostic;
mod faults;
mod file;
mod import;
mod json_text;
mod key;
mod law;
mod link;
mod loss;
mod model;
mod network;
mod node;
mod outage;
mod preset;
mod profile;
mod proxy;
mod read;
mod sweep;
mod toml_text;
mod topology;
mod tree;
mod vocabulary;

#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::Arc;

pub use builtin::{Builtin, BuiltinKind, find, list, show};
pub use diagnostic::{Diagnostic, Diagnostics, Origin, Source};
pub use import::{Delays, Format, Ignored, Import, ImportOptions};
pub use preset::{Preset, presets};
pub use topology::{Drawing, DrawnLink, DrawnNode};
pub use vocabulary::{KEYS, Key};

use crate::world::Setup;

/// What a scenario asks for: one or more points to run.
#[derive(Clone, Debug)]
pub struct Study {
    /// Its name: a-z, 0-9 and `-`.
    pub name: String,
    /// What it asks, in one sentence; may be empty.
    pub title: String,
    /// The seed; where the seed is an axis, that of the first point.
    pub seed: u64,
    /// The dotted keys of the sweep's axes; none for a single point.
    pub axes: Vec<String>,
    /// The points, at least one, the first axis slowest.
    pub points: Vec<Point>,
}

/// One point of a study.
#[derive(Clone, Debug)]
pub struct Point {
    /// The value of each axis, as written; a text without its quotes.
    pub values: Vec<String>,
    /// What is to be run.
    pub setup: Setup,
    /// The caller's Session-Expires, in seconds, if it asks for one.
    pub session_expires_s: Option<u32>,
    /// The names of the nodes of the route, from caller to callee.
    pub nodes: Vec<String>,
    /// Whether the load of every element is to be counted for each second.
    pub load: bool,
}

/// Loads the scenario that `argument` names: a built-in, unless it has a path separator, ends in `.toml`, or is the
/// path of a file. `sets` are KEY=VALUE arguments, applied in their order.
///
/// # Errors
/// Everything that is wrong with the scenario, its topology or the arguments.
pub fn load(argument: &str, sets: &[String]) -> Result<Study, Diagnostics> {
    study(&file::open(BuiltinKind::Scenario, argument, None, None)?, sets)
}

/// Loads the scenario that `text` writes; messages call it `name`, and its topology is a built-in or a path relative
/// to the working directory.
///
/// # Errors
/// As [`load`].
pub fn load_text(name: &str, text: &str, sets: &[String]) -> Result<Study, Diagnostics> {
    study(&Source::new(name, text), sets)
}

/// Loads the topology that `argument` names: a built-in, unless it has a path separator, ends in `.json` or `.graphml`,
/// or is the path of a file. It may be of any tool that writes GraphML or node-link JSON.
///
/// # Errors
/// Everything that is wrong with it.
pub fn load_topology(argument: &str, options: &ImportOptions) -> Result<Import, Diagnostics> {
    import::read(&file::open(BuiltinKind::Topology, argument, None::<&Path>, None)?, options)
}

/// Reads the topology that `text` writes; messages call it `name`.
///
/// # Errors
/// Everything that is wrong with it.
pub fn load_topology_text(name: &str, text: &str, options: &ImportOptions) -> Result<Import, Diagnostics> {
    import::read(&Source::new(name, text), options)
}

fn study(source: &Arc<Source>, sets: &[String]) -> Result<Study, Diagnostics> {
    let mut tree = toml_text::parse(source)?;
    let mut errors = Diagnostics::new();
    let mut axes = sweep::take_axes(&mut tree, &mut errors);
    for argument in sets {
        sweep::apply_set(argument, &mut tree, &mut axes, &mut errors);
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let mut topologies = model::Topologies::default();
    let mut points: Vec<Point> = Vec::new();
    let mut first = None;
    for combination in sweep::combinations(&tree, &axes)? {
        let combination = combination?;
        let Some(scenario) = model::read(&combination.tree, &mut topologies, &mut errors).filter(|_| errors.is_empty())
        else {
            return Err(errors);
        };
        let caller = scenario.setup.caller;
        let session_expires_s = caller.session_expires.filter(|_| caller.supports_timer);
        first.get_or_insert((scenario.name, scenario.title, scenario.setup.seed));
        let (values, setup, nodes, load) = (combination.values, scenario.setup, scenario.nodes, scenario.load);
        points.push(Point { values, setup, session_expires_s, nodes, load });
    }
    let Some((name, title, seed)) = first else { return Err(errors) };
    Ok(Study { name, title, seed, axes: axes.iter().map(|axis| axis.key.to_string()).collect(), points })
}
