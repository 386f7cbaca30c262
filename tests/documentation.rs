//! `docs/results.md` has the files and fields that the program writes.
//!
//! Its generated parts stand between markers. A change of a column renews them: run the test with `BYELOSS_RENEW=1`.

#![cfg(feature = "report")]

use std::path::Path;

use byeloss::report::sections;

#[test]
fn the_generated_parts_of_the_documentation_are_those_of_the_program() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/results.md");
    let committed = std::fs::read_to_string(&path).expect("the documentation");
    let mut renewed = committed.clone();
    for section in sections() {
        let begin = format!("<!-- generated: {} -->\n", section.name);
        let end = "<!-- end -->\n";
        let from = renewed.find(&begin).unwrap_or_else(|| panic!("docs/results.md has no place for {}", section.name));
        let from = from + begin.len();
        let to = from + renewed[from..].find(end).unwrap_or_else(|| panic!("no end of {}", section.name));
        renewed.replace_range(from..to, &section.text);
    }
    let markers = renewed.matches("<!-- generated: ").count();
    assert_eq!(markers, sections().len(), "docs/results.md has a place for a part that there is not");
    if std::env::var_os("BYELOSS_RENEW").is_some() {
        std::fs::write(&path, &renewed).expect("a file that can be written");
        return;
    }
    for (nth, (committed, renewed)) in committed.lines().zip(renewed.lines()).enumerate() {
        let line = nth + 1;
        assert_eq!(
            committed, renewed,
            "docs/results.md:{line} differs; BYELOSS_RENEW=1 cargo test --test documentation"
        );
    }
    assert!(committed == renewed, "docs/results.md differs; BYELOSS_RENEW=1 cargo test --test documentation");
}
