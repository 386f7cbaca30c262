//! `byeloss trace`.

use super::Exit;
use super::args::Trace;
use super::output::{complain, open, print, say};
use crate::report::{device_json_lines, device_ladder, json_lines, ladder};
use crate::scenario::{AnyStudy, Point, Study};
use crate::study::{MOST_FACTS, Work, trace as trace_call, trace_device};

pub(super) fn trace(args: &Trace) -> Exit {
    match open(&args.scenario, &args.source.overrides()) {
        Ok(AnyStudy::Calls(study)) => of_point(&study, args, "call", |point| {
            let trace = trace_call(&study.name, point, args.call)?;
            Some(if args.json { json_lines(&trace) } else { ladder(&trace) })
        }),
        Ok(AnyStudy::Devices(study)) => of_point(&study, args, "device", |point| {
            let trace = trace_device(&study.name, point, args.call.into())?;
            Some(if args.json { device_json_lines(&trace) } else { device_ladder(&trace) })
        }),
        Err(diagnostics) => complain(&diagnostics),
    }
}

/// Prints what `tell` says of the point that is asked for.
fn of_point<W: Work>(
    study: &Study<W>,
    args: &Trace,
    unit: &str,
    tell: impl FnOnce(&Point<W>) -> Option<String>,
) -> Exit {
    let Some(point) = study.points.get(args.point as usize - 1) else {
        let (name, points) = (&study.name, study.points.len());
        say(&format!("error: --point {}: allowed for `{name}` are points from 1 to {points}", args.point));
        return Exit::BadInput;
    };
    if u64::from(args.call) >= point.setup.units() {
        let last = point.setup.units() - 1;
        say(&format!("error: --call {}: allowed for `{}` are {unit}s from 0 to {last}", args.call, study.name));
        return Exit::BadInput;
    }
    if study.points.len() > 1 {
        let values: Vec<String> =
            study.axes.iter().zip(&point.values).map(|(key, value)| format!("{key} = {value}")).collect();
        say(&format!("point {} of {}: {}", args.point, study.points.len(), values.join(", ")));
    }
    match tell(point) {
        Some(text) => print(&text),
        None => {
            let call = args.call;
            say(&format!("error: {unit} {call} has more than {MOST_FACTS} facts; set `horizon` to end it sooner"));
            Exit::BadInput
        }
    }
}
