//! `byeloss check`, `list` and `show`.

use super::Exit;
use super::args::{Check, Listed};
use super::output::{complain, open, print, width};
use crate::report::wrap;
use crate::scenario::{self, AnyStudy, Builtin, BuiltinKind, Preset};
use crate::study;

pub(super) fn check(args: &Check) -> Exit {
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

pub(super) fn list(what: Option<Listed>) -> Exit {
    let kind = match what {
        None => None,
        Some(Listed::Scenarios) => Some(BuiltinKind::Scenario),
        Some(Listed::Topologies) => Some(BuiltinKind::Topology),
        Some(Listed::Presets) => return print(&presets()),
    };
    let listed = scenario::list().iter().filter(|builtin| kind.is_none_or(|kind| builtin.kind == kind));
    let longest = listed.clone().map(|builtin| builtin.name.len()).max().unwrap_or(0);
    let line = |builtin: &Builtin| {
        let head = format!("{:<8}  {:<longest$}  ", builtin.kind.name(), builtin.name);
        hanging(&head, builtin.about())
    };
    print(&listed.map(line).collect::<String>())
}

/// Every preset with what it is, how often it loses a BYE, and its source.
fn presets() -> String {
    let all = scenario::presets();
    let longest = all.iter().map(|preset| preset.name.len()).max().unwrap_or(0);
    let paragraph = |preset: Preset| {
        let Preset { name, about, lost_bye, source } = preset;
        let indent = format!("{:<longest$}  ", "");
        hanging(&format!("{name:<longest$}  "), &about)
            + &hanging(&indent, &format!("lost BYE: {lost_bye}"))
            + &hanging(&indent, &format!("source: {source}"))
    };
    all.into_iter().map(paragraph).collect::<Vec<_>>().join("\n")
}

/// `text` behind `head`, in lines as wide as the terminal.
fn hanging(head: &str, text: &str) -> String {
    const NARROWEST: usize = 20;
    let lines = wrap(text, "", width().saturating_sub(head.len()).max(NARROWEST));
    head.to_owned() + &lines.join(&format!("\n{:1$}", "", head.len())) + "\n"
}

pub(super) fn show(name: &str) -> Exit {
    match scenario::show(name) {
        Ok(builtin) => print(builtin.text),
        Err(diagnostics) => complain(&diagnostics),
    }
}
