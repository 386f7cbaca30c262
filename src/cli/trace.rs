//! `byeloss trace`.

use super::Exit;
use super::args::Trace;
use super::output::{complain, print, say};
use crate::report::{json_lines, ladder, trace as trace_call};
use crate::scenario;

pub fn trace(args: &Trace) -> Exit {
    let study = match scenario::load(&args.scenario, &args.source.overrides()) {
        Ok(study) => study,
        Err(diagnostics) => return complain(&diagnostics),
    };
    let Some(point) = study.points.get(args.point.get() - 1) else {
        say(&format!("error: --point {}: the sweep of `{}` has {} points", args.point, study.name, study.points.len()));
        return Exit::BadInput;
    };
    if args.call >= point.setup.calls.count {
        let count = point.setup.calls.count;
        say(&format!("error: --call {}: `{}` has {count} calls, from 0 to {}", args.call, study.name, count - 1));
        return Exit::BadInput;
    }
    if study.points.len() > 1 {
        let values: Vec<String> =
            study.axes.iter().zip(&point.values).map(|(key, value)| format!("{key} = {value}")).collect();
        say(&format!("point {} of {}: {}", args.point, study.points.len(), values.join(", ")));
    }
    let trace = trace_call(&study.name, point, args.call);
    print(&if args.json { json_lines(&trace) } else { ladder(&trace) })
}
