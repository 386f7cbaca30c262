//! What a result is a result of: the scenario as resolved, the files that it names, and the command that makes it
//! again.

use std::collections::BTreeMap;
use std::path::{self, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::builtin::{self, BuiltinKind};
use super::diagnostic::{Diagnostics, Source};
use super::dotted::written;
use super::sweep::{Axis, Choice, SetKey};
use super::tree::{Tree, Value};
use super::{file, resolved, sweep, toml_text, vocabulary};
use crate::net::{Direction, Path};

/// The folder of a result's inputs, inside the result's own.
pub const INPUT: &str = "input";

/// The scenario among the inputs.
pub const SCENARIO: &str = "scenario.toml";

/// The file that says what a folder is a result of.
pub const MANIFEST: &str = "run.json";

/// What a study was made from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// The built-in scenario that was asked for; `None`: a file.
    pub builtin: Option<String>,
    /// The KEY=VALUE arguments, in their order.
    pub overrides: Vec<String>,
    /// The scenario as resolved, then every file that it names: names and texts.
    pub inputs: Vec<(String, String)>,
    /// Every setting that the scenario or an argument states, in the order of the scenario.
    pub settings: Vec<Setting>,
}

/// A setting of a resolved scenario.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setting {
    /// Its dotted key.
    pub key: String,
    /// Its value, as written; of an axis, all of them.
    pub value: String,
    /// Where it is stated.
    pub stated: Stated,
}

/// Where a setting is stated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stated {
    /// In the scenario.
    Scenario,
    /// By an argument of the command line.
    Override,
    /// As an axis of the sweep.
    Sweep,
    /// By the network: what the topology and the scenario together make of the route of the first point.
    Network,
}

impl Stated {
    /// Its name in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Stated::Scenario => "scenario",
            Stated::Override => "override",
            Stated::Sweep => "sweep",
            Stated::Network => "network",
        }
    }
}

/// `run.json`: what a folder is a result of, and which files of it belong to the result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// [`Manifest::SCHEMA`].
    pub schema: String,
    /// The version of the names in it.
    pub schema_version: u32,
    /// The version of byeloss that made the result.
    pub byeloss_version: String,
    /// The name of the study.
    pub name: String,
    /// The built-in scenario that was asked for; `null`: a file.
    pub builtin: Option<String>,
    /// The KEY=VALUE arguments, in their order.
    pub overrides: Vec<String>,
    /// The seed of the study.
    pub seed: u64,
    /// The fingerprint of all facts, in hexadecimal.
    pub fingerprint: String,
    /// The command that makes the result again.
    pub command: String,
    /// Every other file of the result, by its path in the folder.
    pub files: Vec<String>,
}

impl Manifest {
    /// What `schema` says.
    pub const SCHEMA: &'static str = "byeloss/run";
    /// What `schema_version` says.
    pub const SCHEMA_VERSION: u32 = 1;

    /// The manifest of the result in `folder`; `None` if there is none that can be read.
    pub fn read(folder: &path::Path) -> Option<Manifest> {
        let text = std::fs::read_to_string(folder.join(MANIFEST)).ok()?;
        serde_json::from_str(&text).ok().filter(|manifest: &Manifest| manifest.schema == Manifest::SCHEMA)
    }
}

/// The path of the scenario of the result in the folder that `argument` names, with its manifest; `None` if it names
/// none.
pub(super) fn of_folder(argument: &str) -> Option<(String, Manifest)> {
    let folder = path::Path::new(argument);
    let is_name = builtin::find(BuiltinKind::Scenario, argument).is_some();
    let manifest = Manifest::read(folder).filter(|_| !is_name)?;
    Some((folder.join(INPUT).join(SCENARIO).to_string_lossy().into_owned(), manifest))
}

impl Provenance {
    /// That of the scenario that `source` writes, whose `tree` and `axes` are as `overrides` leave them.
    ///
    /// # Errors
    /// If a file that the scenario names cannot be read.
    pub(super) fn new(
        source: &Arc<Source>,
        tree: &Tree,
        axes: &[Axis],
        overrides: &[String],
    ) -> Result<Provenance, Diagnostics> {
        let mut inputs = Inputs::default();
        let references = references(tree, axes);
        references.iter().try_for_each(|reference| inputs.add(reference))?;
        let text = match overrides {
            [] => inputs.renamed(&source.text, &references),
            _ => resolved::text(tree, axes, &|key, value| inputs.name_of(key, value)),
        };
        let is_source = |found: &&builtin::Builtin| found.kind == BuiltinKind::Scenario && found.text == source.text;
        let builtin = builtin::list().iter().find(is_source).map(|found| found.name.to_owned());
        let settings = settings(&text)?;
        let inputs = [(SCENARIO.to_owned(), text)].into_iter().chain(inputs.files).collect();
        Ok(Provenance { builtin, overrides: Vec::new(), inputs, settings }.with_overrides(overrides))
    }

    /// The same after these overrides.
    fn with_overrides(mut self, overrides: &[String]) -> Provenance {
        let holds = |outer: &str, inner: &str| {
            inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        for set in overrides.iter().filter_map(|set| sweep::key_of_set(set)) {
            let is_set = |setting: &&mut Setting| match (&set, setting.stated) {
                (SetKey::Sweep, Stated::Sweep) => true,
                (SetKey::Axis(key), Stated::Sweep) => *key == setting.key,
                (SetKey::Setting(key), Stated::Scenario) => holds(key, &setting.key) || holds(&setting.key, key),
                _ => false,
            };
            self.settings.iter_mut().filter(is_set).for_each(|setting| setting.stated = Stated::Override);
        }
        self.overrides.extend_from_slice(overrides);
        self
    }

    /// That of a result's scenario, to which its own overrides were applied after those of the result.
    pub(super) fn of_result(self, manifest: &Manifest) -> Provenance {
        let own = Provenance { builtin: manifest.builtin.clone(), overrides: Vec::new(), ..self.clone() };
        own.with_overrides(&manifest.overrides).with_overrides(&self.overrides)
    }

    /// Adds what the route of the first point is: its nodes, and for each of its `paths` the delay and loss of both
    /// ways.
    pub(super) fn add_network(&mut self, nodes: &[String], paths: &[&Path]) {
        let mut add = |key: &str, value: String| {
            self.settings.push(Setting { key: key.to_owned(), value, stated: Stated::Network });
        };
        add("route", nodes.join(" -- "));
        let ways = |of: &dyn Fn(&Path, Direction) -> String| {
            let both = |path: &&Path| {
                let [there, back] = [Direction::ToCallee, Direction::ToCaller].map(|way| of(path, way));
                if there == back { there } else { format!("{there} there, {back} back") }
            };
            paths.iter().map(both).collect::<Vec<_>>().join("; ")
        };
        let milliseconds = |seconds: f64| (seconds * 1e6).round() / 1e3;
        add("mean one-way delay", ways(&|path, way| format!("{} ms", milliseconds(path.mean_delay_s(way)))));
        add("loss of the route", ways(&|path, way| format!("{} %", (path.loss(way) * 1e8).round() / 1e6)));
    }

    /// The text of the scenario as resolved.
    pub fn scenario(&self) -> &str {
        self.inputs.first().map_or("", |(_, text)| text)
    }

    /// The command that makes the result again: by the name of a built-in, else of the folder of the result.
    pub fn command(&self) -> String {
        let Some(name) = &self.builtin else { return "byeloss run FOLDER".to_owned() };
        let sets = self.overrides.iter().map(|set| format!(" --set {}", for_a_shell(set)));
        format!("byeloss run {name}{}", sets.collect::<String>())
    }
}

/// An argument as a POSIX shell takes it.
fn for_a_shell(argument: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_.,:/=+%@".contains(letter);
    match !argument.is_empty() && argument.chars().all(plain) {
        true => argument.to_owned(),
        false => format!("'{}'", argument.replace('\'', "'\\''")),
    }
}

/// A value that names a file or a built-in.
struct Reference<'a> {
    kind: Kind,
    value: &'a Tree,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Topology,
    Companion,
    Recording,
}

impl Kind {
    /// What the value of this key names.
    fn of_key(key: &str) -> Option<Kind> {
        match key {
            "topology" => Some(Kind::Topology),
            "companion" => Some(Kind::Companion),
            "file" => Some(Kind::Recording),
            _ => None,
        }
    }
}

/// Every reference of a scenario.
fn references<'a>(tree: &'a Tree, axes: &'a [Axis]) -> Vec<Reference<'a>> {
    let mut found = Vec::new();
    collect(None, tree, &mut found);
    for (key, value) in axes.iter().flat_map(|axis| &axis.values).flat_map(Choice::sets) {
        collect(key.segments.last().and_then(|segment| Kind::of_key(&segment.name)), value, &mut found);
    }
    found
}

fn collect<'a>(kind: Option<Kind>, value: &'a Tree, found: &mut Vec<Reference<'a>>) {
    match &value.value {
        Value::String(_) => found.extend(kind.map(|kind| Reference { kind, value })),
        Value::List(list) => list.iter().for_each(|value| collect(kind, value, found)),
        Value::Table(table) => {
            table.entries.iter().for_each(|entry| collect(Kind::of_key(&entry.key), &entry.value, found));
        }
        _ => {}
    }
}

/// The files that a scenario names, under names of their own.
#[derive(Default)]
struct Inputs {
    files: Vec<(String, String)>,
    /// The names of files on disk, by what the scenario calls them and where that is relative to.
    names: BTreeMap<(Kind, Option<PathBuf>, String), String>,
}

impl Inputs {
    fn add(&mut self, reference: &Reference<'_>) -> Result<(), Diagnostics> {
        let Reference { kind, value } = *reference;
        let Value::String(name) = &value.value else { return Ok(()) };
        let folder = value.origin.source.folder.clone();
        let open = |kind| file::open(kind, name, folder.as_deref(), Some(&value.origin));
        let source = match kind {
            Kind::Topology => open(BuiltinKind::Topology)?,
            Kind::Companion => open(BuiltinKind::Scenario)?,
            Kind::Recording => file::read(name, &value.origin)?,
        };
        let own = path::Path::new(&source.name)
            .file_name()
            .map_or_else(|| source.name.clone(), |own| own.to_string_lossy().into());
        let text = match kind {
            Kind::Companion => {
                let tree = toml_text::parse(&source)?;
                let inner = references(&tree, &[]);
                inner.iter().try_for_each(|reference| self.add(reference))?;
                self.renamed(&source.text, &inner)
            }
            Kind::Topology | Kind::Recording => source.text.clone(),
        };
        let name_here = self.file(own, text);
        if source.folder.is_some() {
            self.names.insert((kind, folder, name.clone()), name_here);
        }
        Ok(())
    }

    /// The name of a file of this text: `name`, unless another has it.
    fn file(&mut self, name: String, text: String) -> String {
        let candidates = std::iter::once(name.clone()).chain((2..).map(|nth| format!("{nth}-{name}")));
        for candidate in candidates.filter(|candidate| candidate != SCENARIO) {
            match self.files.iter().find(|(known, _)| *known == candidate) {
                Some((_, known)) if *known == text => return candidate,
                Some(_) => {}
                None => {
                    self.files.push((candidate.clone(), text));
                    return candidate;
                }
            }
        }
        name
    }

    /// The name here of the file that the value of `key` names, if it names one on disk.
    fn name_of(&self, key: &str, value: &Tree) -> Option<String> {
        let Value::String(name) = &value.value else { return None };
        self.names.get(&(Kind::of_key(key)?, value.origin.source.folder.clone(), name.clone())).cloned()
    }

    /// `text` with the names here in the place of what it calls these files.
    fn renamed(&self, text: &str, references: &[Reference<'_>]) -> String {
        let new_name = |reference: &Reference<'_>| {
            let Value::String(name) = &reference.value.value else { return None };
            let origin = &reference.value.origin;
            let own = self.names.get(&(reference.kind, origin.source.folder.clone(), name.clone()))?;
            Some((origin.span.clone(), own))
        };
        let mut changes: Vec<_> = references.iter().filter_map(new_name).collect();
        changes.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
        let mut text = text.to_owned();
        for (span, own) in changes {
            text.replace_range(span, &resolved::quoted(own));
        }
        text
    }
}

/// Every setting of the scenario that `text` writes, and of its sweep.
fn settings(text: &str) -> Result<Vec<Setting>, Diagnostics> {
    let mut tree = toml_text::parse(&Source::new(SCENARIO, text))?;
    let mut errors = Diagnostics::new();
    vocabulary::renew(&mut tree, &mut errors);
    let axes = sweep::take_axes(&mut tree, &mut errors);
    let mut settings = Vec::new();
    flatten(String::new(), &tree, &mut settings);
    for axis in axes {
        let values: Vec<&str> = axis.values.iter().map(Choice::written).collect();
        settings.push(Setting { key: axis.key.to_string(), value: values.join(", "), stated: Stated::Sweep });
    }
    if errors.is_empty() { Ok(settings) } else { Err(errors) }
}

fn flatten(key: String, value: &Tree, settings: &mut Vec<Setting>) {
    let inner = |name: &str| if key.is_empty() { name.to_owned() } else { format!("{key}.{name}") };
    match &value.value {
        Value::Table(table) if !table.entries.is_empty() && !value.in_braces() => {
            table.entries.iter().for_each(|entry| flatten(inner(&written(&entry.key)), &entry.value, settings));
        }
        Value::List(list) if list.iter().any(|value| value.as_table().is_some()) => {
            list.iter().enumerate().for_each(|(nth, value)| flatten(inner(&nth.to_string()), value, settings));
        }
        _ => settings.push(Setting { key, value: value.as_written(), stated: Stated::Scenario }),
    }
}

#[cfg(test)]
mod tests {
    use super::Stated;
    use crate::scenario::open;

    /// Where the setting `key` of `session-expires` is stated after these overrides.
    fn stated(key: &str, sets: &[&str]) -> Option<Stated> {
        let sets: Vec<String> = sets.iter().map(ToString::to_string).collect();
        let study = open("session-expires", &sets).unwrap_or_else(|errors| panic!("{errors}"));
        study.provenance().settings.iter().find(|setting| setting.key == key).map(|setting| setting.stated)
    }

    #[test]
    fn a_setting_is_stated_by_the_scenario_the_sweep_or_an_override() {
        const AXIS: &str = "session-timer.session-expires";
        assert_eq!(stated("link.loss", &[]), Some(Stated::Scenario));
        assert_eq!(stated(AXIS, &[]), Some(Stated::Sweep));
        assert_eq!(stated("calls.talk-time", &["calls.talk-time.mean='1 h'"]), Some(Stated::Override));
        assert_eq!(stated("calls.count", &["calls.talk-time.mean='1 h'"]), Some(Stated::Scenario));
        assert_eq!(stated(AXIS, &["session-timer.session-expires=300"]), Some(Stated::Override));
        assert_eq!(stated(AXIS, &["sweep.session-timer.session-expires=[90, 300]"]), Some(Stated::Override));
        assert_eq!(stated(AXIS, &["sweep.\"session-timer.session-expires\"=[90, 300]"]), Some(Stated::Override));
        assert_eq!(stated(AXIS, &["sweep={\"session-timer.session-expires\" = [90]}"]), Some(Stated::Override));
    }

    #[test]
    fn an_override_by_an_old_name_is_one_of_the_name_of_today() {
        assert_eq!(stated("caller.fallback-to-reinvite", &["caller.falls-back=true"]), Some(Stated::Override));
    }
}
