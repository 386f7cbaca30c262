//! `docs/conformance.md` is complete and tells the truth.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The rules of heartbeats and of media: held by tests alone; the checker of calls, which sees messages, knows nothing
/// of them.
const APART: [char; 3] = ['G', 'B', 'M'];

/// Those of them that nothing else could stand in the place of.
const WITHOUT_COUNTERPART: [&str; 6] = ["G4", "G11", "B1", "B4", "B5", "B6"];

/// Every rule there is, by the letter of its group.
const RULES: [(char, u32); 9] =
    [('H', 5), ('C', 12), ('P', 10), ('S', 7), ('R', 8), ('T', 9), ('G', 12), ('B', 7), ('M', 9)];

struct Row {
    id: String,
    code: Option<String>,
    test: Option<String>,
    /// The test of what must not pass: of a rule of calls, whose trace the checker must refuse by it.
    counterpart: Option<String>,
}

impl Row {
    fn is_of_calls(&self) -> bool {
        !self.id.starts_with(APART)
    }
}

/// The rows of the tables: those that begin with a rule's id.
fn rows() -> Vec<Row> {
    let text = read("docs/conformance.md");
    let quoted = |cell: &str| cell.split('`').nth(1).map(str::to_owned);
    text.lines()
        .filter_map(|line| {
            let cells: Vec<&str> = line.split('|').map(str::trim).collect();
            let [_, id, _, code, test, counterpart, _] = cells[..] else { return None };
            let counterpart = quoted(counterpart);
            let mut letters = id.chars();
            let is_id = letters.next().is_some_and(|first| first.is_ascii_uppercase())
                && !letters.as_str().is_empty()
                && letters.as_str().bytes().all(|byte| byte.is_ascii_digit());
            is_id.then(|| Row { id: id.to_owned(), code: quoted(code), test: quoted(test), counterpart })
        })
        .collect()
}

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Whether `text` names the rule `id`, and not merely one that begins with it.
fn names(text: &str, id: &str) -> bool {
    text.match_indices(id).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + id.len()..].chars().next();
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}

#[test]
fn every_rule_has_exactly_one_row() {
    let expected: Vec<String> =
        RULES.iter().flat_map(|&(letter, count)| (1..=count).map(move |n| format!("{letter}{n}"))).collect();
    let found: Vec<String> = rows().into_iter().map(|row| row.id).collect();
    assert_eq!(found, expected);
}

#[test]
fn every_rule_by_which_a_call_ends_has_a_row_or_stands_in_an_rfc() {
    for rule in byeloss::sip::ReleaseCause::ALL.into_iter().filter_map(byeloss::sip::ReleaseCause::rule) {
        assert!(rule.starts_with("RFC ") || rows().iter().any(|row| row.id == rule), "{rule}");
    }
}

#[test]
fn a_rule_has_code_a_test_and_a_refused_counterpart() {
    for row in rows() {
        let all = row.code.is_some()
            && row.test.is_some()
            && row.counterpart.is_some() != WITHOUT_COUNTERPART.contains(&row.id.as_str());
        assert!(all, "{}", row.id);
    }
}

#[test]
fn the_file_named_for_a_rule_carries_its_id() {
    for row in rows() {
        if let Some(code) = row.code {
            assert!(names(&read(&code), &row.id), "{code} does not name {}", row.id);
        }
    }
}

/// The text of the test `file::name`, from its name to its end.
fn test(id: &str, test: &str) -> String {
    let (file, name) = test.rsplit_once("::").unwrap_or_else(|| panic!("{id}: {test} is not file::test"));
    let text = read(&format!("tests/{file}.rs"));
    let begins = format!("#[test]\nfn {name}()");
    let at = text.find(&begins).unwrap_or_else(|| panic!("{id}: no test {test}"));
    let rest = &text[at + "#[test]".len()..];
    rest[..rest.find("\n}\n").unwrap_or(rest.len())].to_owned()
}

#[test]
fn the_test_named_for_a_rule_exists() {
    for row in rows() {
        test(&row.id, &row.test.expect("a test"));
    }
}

#[test]
fn the_counterpart_named_for_a_rule_breaks_that_very_rule() {
    for row in rows().into_iter() {
        let Some(counterpart) = &row.counterpart else { continue };
        let text = test(&row.id, counterpart);
        assert!(!row.is_of_calls() || text.contains(&format!(".breaks(\"{}\",", row.id)), "{}: {text}", row.id);
    }
}

#[test]
fn the_checker_knows_every_rule() {
    let sources = sources(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/conformance").as_path());
    let text: String = sources.iter().map(|path| fs::read_to_string(path).expect("a source file")).collect();
    for row in rows().into_iter().filter(Row::is_of_calls) {
        assert!(text.contains(&format!("\"{}\"", row.id)), "{}", row.id);
    }
}

#[test]
fn every_rule_that_the_code_cites_has_code_in_its_row() {
    let held: BTreeSet<String> = rows().into_iter().filter(|row| row.code.is_some()).map(|row| row.id).collect();
    for path in sources(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/sip").as_path()) {
        let text = fs::read_to_string(&path).expect("a source file");
        for row in rows().iter().filter(|row| !held.contains(&row.id)) {
            let cited = text.lines().any(|line| line.contains("rule") && names(line, &row.id));
            assert!(!cited, "{} cites {}, which its row calls not modelled", path.display(), row.id);
        }
    }
}

fn sources(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        if entry.is_dir() {
            found.extend(sources(&entry));
        } else if entry.extension().is_some_and(|extension| extension == "rs") {
            found.push(entry);
        }
    }
    found.sort();
    found
}
