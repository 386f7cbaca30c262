//! `byeloss compare`.

use super::Exit;
use super::args::Compare;
use super::output::{complain, open, print, say};
use crate::measure::Fingerprint;
use crate::report::{device_fact_line, fact_line};
use crate::scenario::{AnyStudy, Study};
use crate::study::{self, Difference, Found, Record, Told};
use crate::world::Observer;

pub(super) fn compare(args: &Compare) -> Exit {
    let open_with = |name: &str, own: &[String]| {
        let sets = [args.source.overrides(), own.to_vec()].concat();
        open(name, &sets)
    };
    match (open_with(&args.a, &args.sets_a), open_with(&args.b, &args.sets_b)) {
        (Ok(AnyStudy::Calls(a)), Ok(AnyStudy::Calls(b))) => of(&a, &b, "call", |study, difference, at, fact| {
            let point = study.points.get(difference.point)?;
            Some(fact_line(point, difference.unit as u32, &Record { at, fact }))
        }),
        (Ok(AnyStudy::Devices(a)), Ok(AnyStudy::Devices(b))) => {
            of(&a, &b, "device", |_, _, at, fact| Some(device_fact_line(&Record { at, fact })))
        }
        (Ok(a), Ok(b)) => {
            let about = |asked: &AnyStudy| match asked {
                AnyStudy::Calls(_) => "calls",
                AnyStudy::Devices(_) => "devices",
            };
            let (name_a, name_b) = (a.name(), b.name());
            say(&format!("error: `{name_a}` is about {}, and `{name_b}` about {}", about(&a), about(&b)));
            Exit::BadInput
        }
        (Err(diagnostics), _) | (_, Err(diagnostics)) => complain(&diagnostics),
    }
}

/// Compares two studies of these `units`, whose facts `line` tells.
fn of<W: Told>(
    a: &Study<W>,
    b: &Study<W>,
    unit: &str,
    line: impl Fn(&Study<W>, &Difference<W::Fact>, crate::time::Time, W::Fact) -> Option<String>,
) -> Exit
where
    Fingerprint: Observer<W::Fact>,
{
    let Some(difference) = study::first_difference(a, b) else {
        let (points, units) = (a.points.len(), a.points.iter().map(|point| point.setup.units()).sum::<u64>());
        return print(&format!("the same: every fact of all {unit}s; points: {points}, {unit}s: {units}\n"));
    };
    let [of_a, of_b] = [(a, &difference.found[0]), (b, &difference.found[1])].map(|(study, found)| match *found {
        Found::Fact(at, fact) => line(study, &difference, at, fact).unwrap_or_else(|| "no such point".to_owned()),
        Found::EndOfUnit => format!("no such fact: the {unit} has ended"),
        Found::NoUnit => format!("no such {unit}"),
        Found::NoPoint => "no such point".to_owned(),
    });
    let Difference { point, unit: nth, number, ref found } = difference;
    let mut words = format!("point {}, {unit} {nth}, fact {}:\n", point + 1, number + 1);
    words += &format!("A: {of_a}\nB: {of_b}\n");
    if of_a == of_b {
        // They differ in something that a trace does not tell: a tag, a branch.
        words += &format!("A in full: {:?}\nB in full: {:?}\n", found[0], found[1]);
    }
    match print(&words) {
        Exit::Done => Exit::Differs,
        exit => exit,
    }
}
