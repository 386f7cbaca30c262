//! Narrow terminals, long words, wide characters.

use super::*;
use crate::report::sheet::table::Body;

fn head(name: &'static str, is_text: bool, rank: u8) -> Head {
    Head { name, key: name, meaning: "", is_text, rank }
}

fn table_of(heads: Vec<Head>, rows: &[&[&str]]) -> Table {
    let rows = rows.iter().map(|row| row.iter().map(|&cell| cell.to_owned()).collect()).collect();
    Table {
        title: "",
        caption: "",
        file: "points.csv",
        axes: vec!["loss".to_owned()],
        heads,
        bodies: vec![Body { values: vec!["0.5".to_owned()], words: "loss 0.5".to_owned(), rows }],
        is_stacked: false,
        on_terminal: true,
        leads: false,
    }
}

fn numbers() -> Table {
    let heads = vec![head("who", true, 0), head("mean s", false, 0), head("p50 s", false, 2), head("p95 s", false, 1)];
    table_of(heads, &[&["both", "37.50 ± 0.36", "29.99", "55.49"], &["neither", "1.0", "–", "2.0"]])
}

#[test]
fn a_wide_terminal_has_all_columns_beside_each_other() {
    assert_eq!(
        table(&numbers(), 60),
        [
            "loss  who            mean s  p50 s  p95 s",
            " 0.5  both     37.50 ± 0.36  29.99  55.49",
            "      neither           1.0      –    2.0",
        ]
    );
}

#[test]
fn a_narrow_one_stacks_the_values_of_the_axes() {
    assert_eq!(table(&numbers(), 36)[..2], ["who            mean s  p50 s  p95 s", "loss 0.5"]);
}

#[test]
fn a_narrower_one_leaves_out_columns_by_their_rank_and_says_which_and_where_they_are() {
    assert_eq!(
        table(&numbers(), 29),
        [
            "who            mean s  p95 s",
            "loss 0.5",
            "both     37.50 ± 0.36  55.49",
            "neither           1.0    2.0",
            "Left out for lack of room:",
            "  p50 s; all columns are in",
            "  points.csv.",
        ]
    );
}

#[test]
fn the_narrowest_has_a_line_for_each_cell() {
    let lines = table(&numbers(), 16);
    assert_eq!(lines[..5], ["loss 0.5", "who: both", "mean s: 37.50 ±", "    0.36", "p50 s: 29.99"]);
}

#[test]
fn texts_are_wrapped_before_columns_are_left_out() {
    let heads = vec![head("at", true, 0), head("ended by", true, 0), head("calls", false, 1)];
    let lines = table(&table_of(heads, &[&["caller", "session timer: no refresh came in time", "1,234"]]), 36);
    assert_eq!(
        lines,
        [
            "at     ended by             calls",
            "loss 0.5",
            "caller session timer: no    1,234",
            "       refresh came in time",
        ]
    );
}

#[test]
fn wide_characters_keep_their_columns() {
    let heads = vec![head("who", true, 0), head("calls", false, 0)];
    let lines = table(&table_of(heads, &[&["摄像机 一", "1"], &["camera 1", "22"]]), 60);
    let ends: Vec<usize> = lines.iter().map(|line| line.width()).collect();
    assert!(ends.iter().all(|&end| end == ends[0]), "{lines:?}");
}

#[test]
fn one_word_alone_may_be_wider() {
    let heads = vec![head("link", true, 0), head("calls", false, 0)];
    let word = "a-name-that-is-longer-than-the-terminal-is-wide";
    let lines = table(&table_of(heads, &[&[word, "1"]]), 30);
    assert!(lines.iter().all(|line| line.width() <= 30 || line.trim() == word), "{lines:?}");
    assert!(lines.contains(&"calls: 1".to_owned()));
}
