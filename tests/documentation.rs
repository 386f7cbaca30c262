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

/// `19 min 20 s`, in seconds.
fn seconds(words: &str) -> f64 {
    let words: Vec<&str> = words.split_whitespace().collect();
    let part = |two: &[&str]| {
        let number: f64 = two[0].parse().expect("a number");
        number
            * match two[1] {
                "s" => 1.0,
                "min" => 60.0,
                "h" => 3600.0,
                unit => panic!("{unit}"),
            }
    };
    words.chunks(2).map(part).sum()
}

#[test]
fn the_figures_of_the_readme_are_those_of_the_committed_results() {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = std::fs::read_to_string(top.join("README.md")).expect("the readme");
    let mut points = csv::Reader::from_path(top.join("results/session-expires/points.csv")).expect("the results");
    let head = points.headers().expect("a head").clone();
    let points: Vec<csv::StringRecord> = points.records().map(|record| record.expect("a row")).collect();
    let (_, table) = readme.split_once("| Session-Expires |").expect("the table");
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    let mut compared = 0;
    for row in rows {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [interval, mean, p99, messages, drops] = cells[..] else { panic!("{row}") };
        let interval = interval.split_whitespace().next().expect("an interval");
        let point = points.iter().find(|point| &point[0] == interval).expect("a point of the study");
        let figure = |name: &str| -> f64 {
            point[head.iter().position(|column| column == name).expect("a column")].parse().expect("a number")
        };
        assert_eq!(seconds(mean), figure("recovery_both_mean_s").round(), "{row}");
        assert_eq!(seconds(p99), figure("recovery_both_p99_s").round(), "{row}");
        let digits = messages.split_once('.').map_or(0, |(_, digits)| digits.len());
        assert_eq!(messages, format!("{:.digits$}", figure("refresh_messages_per_call_hour")), "{row}");
        assert_eq!(drops, format!("{:.0}", figure("false_drops_per_million_calls")), "{row}");
        compared += 1;
    }
    assert_eq!(compared, 5);
}
