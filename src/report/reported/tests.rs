//! The text of results of every shape.

use crate::report::Reported;
use crate::report::testing;

#[test]
fn a_sweep_of_session_expires_is_shown_with_theory_and_price() {
    insta::assert_snapshot!(testing::session_expires().analysed().text(100));
}

#[test]
fn results_of_every_shape_are_shown() {
    let tables: Vec<String> = testing::edge_cases()
        .iter()
        .filter(|(name, _)| *name != "many points")
        .map(|(name, made)| format!("# {name}\n{}", made.analysed().text(100)))
        .collect();
    insta::assert_snapshot!(tables.join("\n"));
}

#[test]
fn no_line_is_wider_than_the_terminal_whatever_the_results() {
    for (name, made) in testing::edge_cases() {
        for width in [40, 60, 80, 100, 200] {
            for line in made.analysed().text(width).lines() {
                assert!(line.chars().count() <= width, "{name} at {width}: {line}");
                assert!(!line.contains("NaN") && !line.contains("inf "), "{name}: {line}");
            }
        }
    }
}

#[test]
fn a_long_sweep_is_abridged() {
    let made = testing::sweep(&(0..120).map(|i| 90 + i).collect::<Vec<u32>>());
    let text = made.analysed().text(100);
    assert!(text.contains("\n... 70 points left out; all of them are in points.csv\n"));
    assert!(text.contains("\n... 69 points left out; all of them are in points.csv\n"));
    assert!(text.lines().count() < 4 * 51 + 20);
}
