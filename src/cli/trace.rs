//! `byeloss trace`.

use super::Exit;
use super::args::Trace;
use super::output::{complain, print, say};
use crate::report::{MOST_FACTS, json_lines, ladder, trace as trace_call};
use crate::scenario;

pub fn trace(args: &Trace) -> Exit {
    let study = match scenario::load(&args.scenario, &args.source.overrides()) {
        Ok(study) => study,
        Err(diagnostics) => return complain(&diagnostics),
    };
    let Some(point) = study.points.get(args.point as usize - 1) else {
        let (name, points) = (&study.name, study.points.len());
        say(&format!("error: --point {}: allowed for `{name}` are points from 1 to {points}", args.point));
        return Exit::BadInput;
    };
    if args.call >= point.setup.calls.count {
        let last = point.setup.calls.count - 1;
        say(&format!("error: --call {}: allowed for `{}` are calls from 0 to {last}", args.call, study.name));
        return Exit::BadInput;
    }
    if study.points.len() > 1 {
        let values: Vec<String> =
            study.axes.iter().zip(&point.values).map(|(key, value)| format!("{key} = {value}")).collect();
        say(&format!("point {} of {}: {}", args.point, study.points.len(), values.join(", ")));
    }
    let Some(trace) = trace_call(&study.name, point, args.call) else {
        say(&format!("error: call {} has more than {MOST_FACTS} facts; set `horizon` to end it sooner", args.call));
        return Exit::BadInput;
    };
    print(&if args.json { json_lines(&trace) } else { ladder(&trace) })
}
