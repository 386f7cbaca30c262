//! The parts of `docs/results.md` that are written from the sheets and the figures.

use super::{calls, devices};
use crate::analysis::{Calls, Devices};
use crate::scenario::Provenance;
use crate::sip::ReleaseCause;
use crate::study::Results;

/// A part of the documentation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Its name, which stands at its markers: `calls points`.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// All parts, in no order: each stands where its markers are.
pub fn sections() -> Vec<Section> {
    let of_calls = empty();
    let of_calls = Calls::with_theory(&of_calls, []);
    let results = empty();
    let of_devices = Devices { results: &results, points: vec![] };
    let section = |of: &str, name: &str, text| Section { name: format!("{of} {name}"), text };
    let mut all = vec![
        section("calls", "files", calls::files_in_docs(&of_calls)),
        section("devices", "files", devices::files_in_docs(&of_devices)),
        section("calls", "causes", causes()),
    ];
    let fields = |of: &'static str| move |(name, text): (&str, String)| section(of, name, text);
    all.extend(calls::fields_in_docs(&of_calls).into_iter().map(fields("calls")));
    all.extend(devices::fields_in_docs(&of_devices).into_iter().map(fields("devices")));
    // A sheet whose figures all stand in another has no part of its own.
    all.retain(|section| section.text.lines().count() > 2);
    all
}

/// Why an end lets go of a call, under which rule.
fn causes() -> String {
    let row = |cause: ReleaseCause| {
        format!("| `{}` | {} | {} |\n", calls::cause_key(cause), cause.rule().unwrap_or_default(), cause.by())
    };
    let rows: String = ReleaseCause::ALL.into_iter().map(row).collect();
    format!("| cause | rule | timer or message |\n| --- | --- | --- |\n{rows}")
}

/// Results of which nothing is known.
fn empty<P>() -> Results<P> {
    Results {
        name: String::new(),
        title: String::new(),
        seed: 0,
        axes: vec![],
        points: vec![],
        paired: vec![],
        companion: None,
        provenance: Provenance::default(),
    }
}
