//! `byeloss check`, `list` and `show`.

use super::Exit;
use super::args::{Check, Listed};
use super::output::{complain, open, print};
use crate::scenario::{self, AnyStudy, Builtin, BuiltinKind, Preset};
use crate::study;

pub fn check(args: &Check) -> Exit {
    let mut exit = Exit::Done;
    for name in &args.scenarios {
        match open(name, &args.source.overrides()) {
            Ok(asked) => {
                let (points, units) = match &asked {
                    AnyStudy::Calls(study) => (study.points.len(), format!("calls: {}", study::total(study))),
                    AnyStudy::Devices(study) => (study.points.len(), format!("devices: {}", study::total(study))),
                };
                let said = print(&format!("{name}: ok; `{}` has points: {points}, {units}\n", asked.name()));
                exit = if exit == Exit::Done { said } else { exit };
            }
            Err(diagnostics) => exit = complain(&diagnostics),
        }
    }
    exit
}

pub fn list(what: Option<Listed>) -> Exit {
    let line = |builtin: &Builtin| format!("{:<9} {:<16} {}\n", builtin.kind.name(), builtin.name, builtin.about());
    let kind = match what {
        None => None,
        Some(Listed::Scenarios) => Some(BuiltinKind::Scenario),
        Some(Listed::Topologies) => Some(BuiltinKind::Topology),
        Some(Listed::Presets) => return print(&presets()),
    };
    let listed = scenario::list().iter().filter(|builtin| kind.is_none_or(|kind| builtin.kind == kind));
    print(&listed.map(line).collect::<String>())
}

/// Every preset with what it is, how often it loses a BYE, and its source.
fn presets() -> String {
    let paragraph = |preset: Preset| {
        let Preset { name, about, lost_bye, source } = preset;
        format!("{name:<18} {about}\n{:<18} lost BYE: {lost_bye}\n{:<18} source: {source}\n", "", "")
    };
    scenario::presets().into_iter().map(paragraph).collect::<Vec<_>>().join("\n")
}

pub fn show(name: &str) -> Exit {
    match scenario::show(name) {
        Ok(builtin) => print(builtin.text),
        Err(diagnostics) => complain(&diagnostics),
    }
}
