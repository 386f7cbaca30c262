//! `byeloss check`, `list` and `show`.

use super::Exit;
use super::args::Check;
use super::output::{complain, print};
use crate::scenario::{self, Builtin};

pub fn check(args: &Check) -> Exit {
    let mut exit = Exit::Done;
    for name in &args.scenarios {
        match scenario::load(name, &args.source.overrides()) {
            Ok(study) => {
                let calls = crate::study::total_calls(&study);
                let points = study.points.len();
                let said = print(&format!("{name}: `{}` is right; points: {points}, calls: {calls}\n", study.name));
                exit = if exit == Exit::Done { said } else { exit };
            }
            Err(diagnostics) => exit = complain(&diagnostics),
        }
    }
    exit
}

pub fn list() -> Exit {
    let line = |builtin: &Builtin| format!("{:<9} {:<16} {}\n", builtin.kind.name(), builtin.name, builtin.about());
    print(&scenario::list().iter().map(line).collect::<String>())
}

pub fn show(name: &str) -> Exit {
    match scenario::show(name) {
        Ok(builtin) => print(builtin.text),
        Err(diagnostics) => complain(&diagnostics),
    }
}
