//! Every built-in scenario at reduced size still tells the same facts as when its fingerprint was kept, on any number
//! of threads.
//!
//! `tests/kept/fingerprints.txt` has a line for each: name, fingerprint, overrides. A change that is meant to change
//! facts renews it: run the test with `BYELOSS_KEEP=1`.

#[path = "common/reduced.rs"]
mod reduced;

use std::num::NonZeroUsize;
use std::path::Path;

use byeloss::scenario::{self, AnyStudy, BuiltinKind};
use byeloss::study::{self, Options};

use reduced::reduced;

/// The fingerprint of the reduced scenario, and that of what stands beside it.
fn fingerprints(name: &str, threads: usize) -> String {
    let options = Options { threads: NonZeroUsize::new(threads), ..Options::default() };
    let fingerprints = match scenario::open(name, &reduced(name)).unwrap_or_else(|errors| panic!("{errors}")) {
        AnyStudy::Calls(study) => {
            let results = study::run(&study, &options).expect("nobody stops it");
            let beside = results.companion.as_ref().map(|beside| beside.fingerprint());
            [Some(results.fingerprint()), beside]
        }
        AnyStudy::Devices(study) => [Some(study::run(&study, &options).expect("nobody stops it").fingerprint()), None],
    };
    let hexadecimal = fingerprints.into_iter().flatten().map(|fingerprint| format!("{fingerprint:016x}"));
    hexadecimal.collect::<Vec<_>>().join("+")
}

#[test]
fn every_built_in_scenario_tells_the_facts_that_are_kept_with_1_2_and_7_threads() {
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/kept/fingerprints.txt");
    let names = scenario::list().iter().filter(|builtin| builtin.kind == BuiltinKind::Scenario).map(|found| found.name);
    let mut lines = String::new();
    for name in names {
        let one = fingerprints(name, 1);
        for threads in [2, 7] {
            assert_eq!(fingerprints(name, threads), one, "{name} with {threads} threads");
        }
        lines += &format!("{name} {one}\n");
    }
    if std::env::var_os("BYELOSS_KEEP").is_some() {
        std::fs::write(&kept, &lines).expect("a folder that can be written");
    }
    let kept = std::fs::read_to_string(kept).expect("the kept fingerprints");
    for (kept, found) in kept.lines().zip(lines.lines()) {
        assert_eq!(kept, found);
    }
    assert_eq!(kept, lines);
}
