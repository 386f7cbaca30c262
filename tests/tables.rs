//! Every table of every built-in study, at the widths of four terminals: no line is wider, and no character is lost.

#![cfg(feature = "report")]

#[path = "common/reduced.rs"]
mod reduced;

use byeloss::analysis;
use byeloss::report::{Reported, TextTable};
use byeloss::scenario::{self, AnyStudy, BuiltinKind};
use byeloss::study::{self, Options};

const WIDTHS: [usize; 4] = [60, 80, 100, 200];

/// How many columns of a terminal `text` takes.
fn columns(text: &str) -> usize {
    unicode_width::UnicodeWidthStr::width(text)
}

/// Asserts that `text` is no wider than `width`, and that it has every cell of `tables` that it does not say it leaves
/// out.
fn assert_is_whole(name: &str, width: usize, text: &str, tables: &[TextTable]) {
    for line in text.lines() {
        assert!(columns(line) <= width || !line.trim().contains(' '), "{name} at {width}: {line}");
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    let unbroken = words.join(" ");
    for table in tables {
        for (head, cells) in &table.columns {
            let is_left_out = unbroken.split("Left out for lack of room: ").skip(1).any(|rest| {
                let list = rest.split("; all columns are in ").next().unwrap_or_default();
                list.split(", ").any(|left_out| left_out == head)
            });
            for word in cells.iter().flat_map(|cell| cell.split_whitespace()).filter(|_| !is_left_out) {
                assert!(
                    words.contains(&word),
                    "{name} at {width}: `{word}` of column `{head}` is not whole in\n{text}"
                );
            }
        }
    }
}

#[test]
fn no_table_of_any_built_in_study_is_wider_than_the_terminal_or_loses_a_character() {
    let options = Options::default();
    for builtin in scenario::list().iter().filter(|builtin| builtin.kind == BuiltinKind::Scenario) {
        let name = builtin.name;
        match scenario::open(name, &reduced::reduced(name)).unwrap_or_else(|errors| panic!("{errors}")) {
            AnyStudy::Calls(study) => {
                let results = study::run(&study, &options).expect("nobody stops it");
                let analysis = analysis::of(&study, &results);
                WIDTHS.into_iter().for_each(|width| {
                    assert_is_whole(name, width, &analysis.text(width), &analysis.text_tables());
                });
            }
            AnyStudy::Devices(study) => {
                let results = study::run(&study, &options).expect("nobody stops it");
                let analysis = analysis::of(&study, &results);
                WIDTHS.into_iter().for_each(|width| {
                    assert_is_whole(name, width, &analysis.text(width), &analysis.text_tables());
                });
            }
        }
    }
}

#[test]
fn a_lost_character_would_be_found() {
    let table = TextTable { columns: vec![("calls".to_owned(), vec!["1,234".to_owned()])] };
    assert_is_whole("test", 60, "calls\n1,234\n", std::slice::from_ref(&table));
    let cut = std::panic::catch_unwind(|| assert_is_whole("test", 60, "calls\n1,23\n", std::slice::from_ref(&table)));
    assert!(cut.is_err());
}
