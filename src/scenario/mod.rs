//! Scenarios and topologies: files as written, then as meant.
//!
//! [`load`] turns the name of a built-in or the path of a file, with the `--set` arguments, into a [`Study`] whose
//! every setting is decided; the second stage cannot be wrong. Whatever is wrong before comes as [`Diagnostics`]: the
//! place, what was found, what is allowed, the nearest right word. No input panics.
//!
//! As written: `tree` with its readers for TOML and JSON, `dotted` and `sweep`. The table of keys: `form` says what may
//! stand under a key, `kind` reads just that, `key` puts name, kind, default and meaning together; each table of keys
//! stands with its reader, `vocabulary` has them all, and `schema`, `completions` and `docs/keys.md` are made of it. As
//! meant: `model`, and `agents`, `faults`, `places`, `network` and `topology` for its parts. This room runs nothing.

mod agents;
mod arrivals;
mod between;
mod builtin;
mod completions;
mod devices;
mod diagnostic;
mod distribution;
mod dotted;
mod faults;
mod file;
mod form;
mod import;
mod json_text;
mod key;
mod kind;
mod link;
mod loss;
mod media;
mod model;
mod network;
mod node;
mod old_names;
mod outage;
mod pings;
mod places;
mod preset;
mod profile;
mod provenance;
mod proxy;
mod rate;
mod read;
#[cfg(feature = "cli")]
mod render;
mod resolved;
mod schema;
mod sweep;
mod toml_text;
mod topology;
mod tree;
mod vocabulary;

#[cfg(all(test, feature = "cli"))]
mod tests;

use std::sync::Arc;

pub use builtin::{Builtin, BuiltinKind, find, list, show};
pub use completions::set_arguments;
pub use diagnostic::{Diagnostic, Diagnostics, Origin, Place, Severity, Source};
pub use import::{Delays, Format, Ignored, Import, ImportOptions};
pub use model::WayNames;
pub use preset::{Preset, presets};
pub use provenance::{INPUT, MANIFEST, Manifest, Provenance, SCENARIO, Setting, Stated};
pub use schema::schema;
pub use topology::{Drawing, DrawnLink, DrawnNode};

use crate::net::Path;
use crate::world::Setup;
use crate::world::devices::Fleet;

/// What a scenario asks for, as [`open`] finds it.
#[derive(Clone, Debug)]
pub enum AnyStudy {
    /// Calls.
    Calls(Study),
    /// Devices at platforms.
    Devices(Study<Fleet>),
}

impl AnyStudy {
    /// The name of the study.
    pub fn name(&self) -> &str {
        match self {
            AnyStudy::Calls(study) => &study.name,
            AnyStudy::Devices(study) => &study.name,
        }
    }

    /// What should be written otherwise: old names.
    pub fn warnings(&self) -> &[Diagnostic] {
        match self {
            AnyStudy::Calls(study) => &study.warnings,
            AnyStudy::Devices(study) => &study.warnings,
        }
    }

    fn provenance_mut(&mut self) -> &mut Provenance {
        match self {
            AnyStudy::Calls(study) => &mut study.provenance,
            AnyStudy::Devices(study) => &mut study.provenance,
        }
    }

    /// What it was made from.
    pub fn provenance(&self) -> &Provenance {
        match self {
            AnyStudy::Calls(study) => &study.provenance,
            AnyStudy::Devices(study) => &study.provenance,
        }
    }
}

/// One or more points to run, of calls or of devices.
#[derive(Clone, Debug)]
pub struct Study<S = Setup> {
    /// Its name: a-z, 0-9 and `-`.
    pub name: String,
    /// What it asks, in one sentence; may be empty.
    pub title: String,
    /// The seed; where the seed is an axis, that of the first point.
    pub seed: u64,
    /// The dotted keys of the sweep's axes; none for a single point.
    pub axes: Vec<String>,
    /// The points, at least one, the first axis slowest.
    pub points: Vec<Point<S>>,
    /// What is run too and stands beside it on its page.
    pub companion: Option<Box<Study<Fleet>>>,
    /// What it was made from.
    pub provenance: Provenance,
    /// What should be written otherwise: old names.
    pub warnings: Vec<Diagnostic>,
}

/// The axis of a study that holds mechanisms against each other.
pub const MECHANISM: &str = "mechanism";

/// One point of a study.
#[derive(Clone, Debug)]
pub struct Point<S = Setup> {
    /// The value of each axis, as written; a string without its quotes.
    pub values: Vec<String>,
    /// What is to be run.
    pub setup: S,
    /// The caller's Session-Expires, in seconds, if it asks for one.
    pub session_expires_s: Option<u32>,
    /// The names of the nodes of the route, from caller to callee or from device to the highest platform; where there
    /// are several, of the first.
    pub nodes: Vec<String>,
    /// Whether the load of every element is to be counted for each second.
    pub load: bool,
    /// Whether messages and bytes that keep calls alive are to be counted: in a sweep over [`MECHANISM`].
    pub keeping: bool,
    /// What ways and elements are called, where calls take several ways.
    pub ways: Option<Arc<WayNames>>,
}

/// Loads the scenario that `argument` names: a built-in, unless it has a path separator, ends in `.toml`, or is the
/// path of a file; or the folder of a result. `sets` are KEY=VALUE arguments, applied in their order.
///
/// # Errors
/// Everything that is wrong with the scenario, its topology or the arguments.
pub fn open(argument: &str, sets: &[String]) -> Result<AnyStudy, Diagnostics> {
    let Some((scenario, manifest)) = provenance::of_folder(argument) else {
        return asked(&file::open(BuiltinKind::Scenario, argument, None, None)?, sets);
    };
    let mut asked = asked(&file::open(BuiltinKind::Scenario, &scenario, None, None)?, sets)?;
    let provenance = asked.provenance_mut();
    *provenance = std::mem::take(provenance).of_result(&manifest);
    Ok(asked)
}

/// Loads a scenario of calls, as [`open`] does.
///
/// # Errors
/// As [`open`], and if it is about devices.
pub fn load(argument: &str, sets: &[String]) -> Result<Study, Diagnostics> {
    of_calls(open(argument, sets)?)
}

/// Loads the scenario that `text` writes; messages call it `name`, and its topology is a built-in or a path relative
/// to the working directory.
///
/// # Errors
/// As [`open`].
pub fn open_text(name: &str, text: &str, sets: &[String]) -> Result<AnyStudy, Diagnostics> {
    asked(&Source::new(name, text), sets)
}

/// Loads the scenario of calls that `text` writes, as [`open_text`] does.
///
/// # Errors
/// As [`load`].
pub fn load_text(name: &str, text: &str, sets: &[String]) -> Result<Study, Diagnostics> {
    of_calls(open_text(name, text, sets)?)
}

fn of_calls(asked: AnyStudy) -> Result<Study, Diagnostics> {
    match asked {
        AnyStudy::Calls(study) => Ok(study),
        AnyStudy::Devices(study) => {
            let message = format!("the scenario {} is about devices", diagnostic::quoted(&study.name));
            Err(Diagnostic::new(message).note("allowed: a scenario with `[calls]`").into())
        }
    }
}

/// Loads the topology that `argument` names: a built-in, unless it has a path separator, ends in `.json` or `.graphml`,
/// or is the path of a file. It may be of any tool that writes GraphML or node-link JSON.
///
/// # Errors
/// Everything that is wrong with it.
pub fn load_topology(argument: &str, options: &ImportOptions) -> Result<Import, Diagnostics> {
    import::read(&file::open(BuiltinKind::Topology, argument, None, None)?, options)
}

/// Reads the topology that `text` writes; messages call it `name`.
///
/// # Errors
/// Everything that is wrong with it.
pub fn load_topology_text(name: &str, text: &str, options: &ImportOptions) -> Result<Import, Diagnostics> {
    import::read(&Source::new(name, text), options)
}

fn asked(source: &Arc<Source>, sets: &[String]) -> Result<AnyStudy, Diagnostics> {
    let mut tree = toml_text::parse(source)?;
    let mut errors = Diagnostics::new();
    vocabulary::renew(&mut tree, &mut errors);
    let mut axes = sweep::take_axes(&mut tree, &mut errors);
    for argument in sets {
        sweep::apply_set(argument, &mut tree, &mut axes, &mut errors);
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let warnings = errors.warnings().to_vec();
    match resolved_study(source, sets, &tree, &axes) {
        Ok(AnyStudy::Calls(mut study)) => {
            let of_companion = study.companion.as_ref().map_or(Vec::new(), |companion| companion.warnings.clone());
            study.warnings = [warnings, of_companion].concat();
            Ok(AnyStudy::Calls(study))
        }
        Ok(AnyStudy::Devices(study)) => Ok(AnyStudy::Devices(Study { warnings, ..study })),
        Err(errors) => Err(errors.after(warnings)),
    }
}

/// The study that the resolved scenario `tree` with its `axes` asks for.
fn resolved_study(
    source: &Arc<Source>,
    sets: &[String],
    tree: &tree::Tree,
    axes: &[sweep::Axis],
) -> Result<AnyStudy, Diagnostics> {
    let provenance = Provenance::new(source, tree, axes, sets);
    if vocabulary::has_devices(tree) {
        let mut study = study(tree, axes, devices::read, |_| None)?;
        study.provenance = with_network(provenance?, &study);
        return Ok(AnyStudy::Devices(study));
    }
    let session_expires_s = |setup: &Setup| setup.caller.session_expires.filter(|_| setup.caller.supports_timer);
    let mut study = study(tree, axes, model::read, session_expires_s)?;
    study.companion = companion(tree)?;
    study.provenance = with_network(provenance?, &study);
    Ok(AnyStudy::Calls(study))
}

/// The provenance with the route of the study's first point.
fn with_network<S: Runnable>(mut provenance: Provenance, study: &Study<S>) -> Provenance {
    if let Some(point) = study.points.first() {
        provenance.add_network(&point.nodes, &point.setup.paths());
    }
    provenance
}

/// The study of devices that the scenario `tree` wants beside it.
fn companion(tree: &tree::Tree) -> Result<Option<Box<Study<Fleet>>>, Diagnostics> {
    let Some(entry) = tree.as_table().and_then(|table| table.get(model::RootKeys::get().companion.name())) else {
        return Ok(None);
    };
    let mut errors = Diagnostics::new();
    let key = &model::RootKeys::get().companion;
    let field = read::Field { path: key.name().to_owned(), value: &entry.value };
    let Some(name) = key.of(&field, &mut errors) else {
        return Err(errors);
    };
    let origin = &entry.value.origin;
    let source = file::open(BuiltinKind::Scenario, &name, origin.source.folder.as_deref(), Some(origin))?;
    let tree = toml_text::parse(&source)?;
    if !vocabulary::has_devices(&tree) {
        return Err(field.refuse("not about devices", "a scenario with `[devices]`").into());
    }
    match asked(&source, &[])? {
        AnyStudy::Devices(study) => Ok(Some(Box::new(study))),
        AnyStudy::Calls(_) => Ok(None),
    }
}

/// How one kind of scenario is read.
type Read<S> = fn(&read::Fields<'_>, &mut model::Topologies, &mut Diagnostics) -> Option<model::Scenario<S>>;

fn study<S: Runnable>(
    tree: &tree::Tree,
    axes: &[sweep::Axis],
    read: Read<S>,
    session_expires_s: fn(&S) -> Option<u32>,
) -> Result<Study<S>, Diagnostics> {
    let mut errors = Diagnostics::new();
    let mut topologies = model::Topologies::default();
    let mut points: Vec<Point<S>> = Vec::new();
    let keeping = axes.iter().any(|axis| axis.key.to_string() == MECHANISM);
    let mut first = None;
    for combination in sweep::combinations(tree, axes)? {
        let combination = combination?;
        let root = vocabulary::root(&combination.tree, &mut errors);
        let scenario = read(&root, &mut topologies, &mut errors).filter(|_| errors.is_empty());
        let Some(model::Scenario { name, title, setup, nodes, ways, load }) = scenario else { return Err(errors) };
        first.get_or_insert((name, title, setup.seed()));
        let session_expires_s = session_expires_s(&setup);
        points.push(Point { values: combination.values, setup, session_expires_s, nodes, ways, load, keeping });
    }
    let Some((name, title, seed)) = first else { return Err(errors) };
    let axes = axes.iter().map(|axis| axis.key.to_string()).collect();
    Ok(Study {
        name,
        title,
        seed,
        axes,
        points,
        companion: None,
        provenance: Provenance::default(),
        warnings: Vec::new(),
    })
}

/// What a point runs.
trait Runnable {
    /// The seed of all its chance.
    fn seed(&self) -> u64;

    /// The paths between those who talk; of several routes, that of the first.
    fn paths(&self) -> Vec<&Path>;
}

impl Runnable for Setup {
    fn seed(&self) -> u64 {
        self.seed
    }

    fn paths(&self) -> Vec<&Path> {
        vec![&self.path]
    }
}

impl Runnable for Fleet {
    fn seed(&self) -> u64 {
        self.seed
    }

    fn paths(&self) -> Vec<&Path> {
        self.levels.iter().map(|level| &level.path).collect()
    }
}
