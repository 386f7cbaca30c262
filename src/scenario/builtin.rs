//! The scenarios and topologies that are part of the program: the files of `scenarios/` and `topologies/`.

use super::diagnostic::{Diagnostic, Diagnostics, did_you_mean, listed, quoted};

/// What a built-in is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum BuiltinKind {
    /// A scenario, in TOML.
    Scenario,
    /// A topology, in JSON.
    Topology,
}

impl BuiltinKind {
    /// Its name in messages.
    pub const fn name(self) -> &'static str {
        match self {
            BuiltinKind::Scenario => "scenario",
            BuiltinKind::Topology => "topology",
        }
    }

    /// How the names of its files can end.
    pub const fn extensions(self) -> &'static [&'static str] {
        match self {
            BuiltinKind::Scenario => &[".toml"],
            BuiltinKind::Topology => &[".json", ".graphml"],
        }
    }
}

/// A file that is part of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Builtin {
    /// What it is.
    pub kind: BuiltinKind,
    /// The name to ask for it by.
    pub name: &'static str,
    /// Its path in the repository.
    pub path: &'static str,
    /// Its text.
    pub text: &'static str,
}

impl Builtin {
    /// What it is about, in one line: its title, or its label.
    pub fn about(&self) -> &'static str {
        let key = match self.kind {
            BuiltinKind::Scenario => "title = \"",
            BuiltinKind::Topology => "\"label\": \"",
        };
        let after = self.text.split_once(key).map_or("", |(_, after)| after);
        after.split_once('"').map_or("", |(about, _)| about)
    }

    /// The name of its file.
    fn file_name(&self) -> &'static str {
        self.path.rsplit_once('/').map_or(self.path, |(_, name)| name)
    }
}

macro_rules! builtin {
    ($kind:ident, $folder:literal, $name:literal, $extension:literal) => {
        Builtin {
            kind: BuiltinKind::$kind,
            name: $name,
            path: concat!($folder, "/", $name, ".", $extension),
            text: include_str!(concat!("../../", $folder, "/", $name, ".", $extension)),
        }
    };
}

const ALL: &[Builtin] = &[
    builtin!(Scenario, "scenarios", "session-expires", "toml"),
    builtin!(Scenario, "scenarios", "who-refreshes", "toml"),
    builtin!(Scenario, "scenarios", "stacks", "toml"),
    builtin!(Scenario, "scenarios", "min-se-chain", "toml"),
    builtin!(Scenario, "scenarios", "outage", "toml"),
    builtin!(Scenario, "scenarios", "bursts", "toml"),
    builtin!(Scenario, "scenarios", "nat", "toml"),
    builtin!(Scenario, "scenarios", "mechanisms", "toml"),
    builtin!(Scenario, "scenarios", "mechanisms-devices", "toml"),
    builtin!(Scenario, "scenarios", "gat1400-heartbeat", "toml"),
    builtin!(Scenario, "scenarios", "surveillance", "toml"),
    builtin!(Scenario, "scenarios", "ka-1", "toml"),
    builtin!(Scenario, "scenarios", "busy-hour", "toml"),
    builtin!(Scenario, "scenarios", "narrow-trunk", "toml"),
    builtin!(Scenario, "scenarios", "one-call", "toml"),
    builtin!(Scenario, "scenarios", "carrier-backbone", "toml"),
    builtin!(Topology, "topologies", "direct", "json"),
    builtin!(Topology, "topologies", "two-proxies", "json"),
    builtin!(Topology, "topologies", "two-stateful-proxies", "json"),
    builtin!(Topology, "topologies", "proxy-chain", "json"),
    builtin!(Topology, "topologies", "edge-router", "json"),
    builtin!(Topology, "topologies", "edge-proxy", "json"),
    builtin!(Topology, "topologies", "edge-sbc", "json"),
    builtin!(Topology, "topologies", "edge-platform", "json"),
    builtin!(Topology, "topologies", "sbc", "json"),
    builtin!(Topology, "topologies", "sip-trunk", "json"),
    builtin!(Topology, "topologies", "ims", "json"),
    builtin!(Topology, "topologies", "home-nat", "json"),
    builtin!(Topology, "topologies", "satellite", "json"),
    builtin!(Topology, "topologies", "mobile", "json"),
    builtin!(Topology, "topologies", "platforms", "json"),
    builtin!(Topology, "topologies", "branch-office", "json"),
    builtin!(Topology, "topologies", "carrier-backbone", "json"),
];

/// Every built-in, scenarios first.
pub fn list() -> &'static [Builtin] {
    ALL
}

/// The built-in of this kind and name.
pub fn find(kind: BuiltinKind, name: &str) -> Option<&'static Builtin> {
    ALL.iter().find(|builtin| builtin.kind == kind && builtin.name == name)
}

/// The built-in of this name, whatever its kind, or of this name with the extension of its file; a scenario before a
/// topology of the same name.
///
/// # Errors
/// If there is none.
pub fn show(name: &str) -> Result<&'static Builtin, Diagnostics> {
    let found = ALL.iter().find(|builtin| [builtin.name, builtin.file_name()].contains(&name));
    found.ok_or_else(|| {
        let is_second = |builtin: &Builtin| ALL.iter().find(|first| first.name == builtin.name) != Some(builtin);
        let word = move |builtin: &Builtin| if is_second(builtin) { builtin.file_name() } else { builtin.name };
        let names = || ALL.iter().map(word);
        let none = Diagnostic::new(format!("there is no built-in {}", quoted(name)));
        let allowed = format!("allowed: {}", listed(names()));
        none.note(allowed).help(did_you_mean(name, names())).into()
    })
}

/// The names of all built-ins of a kind.
pub(super) fn names(kind: BuiltinKind) -> Vec<&'static str> {
    ALL.iter().filter(|builtin| builtin.kind == kind).map(|builtin| builtin.name).collect()
}
