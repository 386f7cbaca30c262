//! `byeloss compare`.

use super::Exit;
use super::args::Compare;
use super::output::{complain, print};
use crate::report::{Record, fact_line};
use crate::scenario::{self, Study};
use crate::study::{self, Difference, Found};

pub fn compare(args: &Compare) -> Exit {
    let load = |name: &str, own: &[String]| {
        let sets = [args.source.overrides(), own.to_vec()].concat();
        scenario::load(name, &sets)
    };
    let (a, b) = match (load(&args.a, &args.sets_a), load(&args.b, &args.sets_b)) {
        (Ok(a), Ok(b)) => (a, b),
        (Err(diagnostics), _) | (_, Err(diagnostics)) => return complain(&diagnostics),
    };
    match study::first_difference(&a, &b) {
        None => {
            let (points, calls) = (a.points.len(), study::total(&a));
            print(&format!("the same: every fact of all calls; points: {points}, calls: {calls}\n"))
        }
        Some(difference) => match print(&in_words(&a, &b, &difference)) {
            Exit::Done => Exit::Differs,
            exit => exit,
        },
    }
}

fn in_words(a: &Study, b: &Study, difference: &Difference) -> String {
    let Difference { point, call, number, found } = difference;
    let [of_a, of_b] = [(a, &found[0]), (b, &found[1])].map(|(study, found)| side(study, *point, *call, found));
    let mut words = format!("point {}, call {call}, fact {}:\n", point + 1, number + 1);
    words += &format!("A: {of_a}\nB: {of_b}\n");
    if of_a == of_b {
        // They differ in something that a trace does not tell: a tag, a branch.
        words += &format!("A in full: {:?}\nB in full: {:?}\n", found[0], found[1]);
    }
    words
}

fn side(study: &Study, point: usize, call: u32, found: &Found) -> String {
    match (found, study.points.get(point)) {
        (&Found::Fact(at, fact), Some(point)) => fact_line(point, call, &Record { at, fact }),
        (Found::EndOfCall, Some(_)) => "no such fact: the call has ended".to_owned(),
        (Found::NoCall, Some(_)) => "no such call".to_owned(),
        (Found::NoPoint, _) | (_, None) => "no such point".to_owned(),
    }
}
