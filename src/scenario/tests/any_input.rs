//! No input panics, whatever it is.

use proptest::prelude::*;

use super::*;

/// Loads it all, and renders what is wrong.
fn survive(text: &str, sets: &[String]) {
    if let Err(errors) = load_text("scenario.toml", text, sets) {
        assert!(!errors.is_empty());
        assert!(errors.to_string().starts_with("error: "));
    }
}

fn survive_topology(text: &str) {
    if let Err(errors) = topology::parse(&Source::new("net.json", text)) {
        assert!(errors.to_string().starts_with("error: "));
    }
}

/// The built-in of this kind with some characters taken out, doubled or replaced.
fn mutated(kind: BuiltinKind) -> impl Strategy<Value = String> {
    let texts: Vec<&'static str> = list().iter().filter(|one| one.kind == kind).map(|one| one.text).collect();
    let junk = "[\\[\\]{}\"'=.,:#0-9a-z\\-\n \u{e9}\u{0}]{0,4}";
    let edits = prop::collection::vec((any::<prop::sample::Index>(), 0usize..12, junk), 1..6);
    (prop::sample::select(texts), edits).prop_map(|(text, edits)| {
        let mut letters: Vec<char> = text.chars().collect();
        for (index, length, junk) in edits {
            let start = index.index(letters.len() + 1);
            let end = (start + length).min(letters.len());
            letters.splice(start..end, junk.chars());
        }
        letters.into_iter().collect()
    })
}

/// A line of a known key with a value that is not likely to fit.
fn odd_line() -> impl Strategy<Value = String> {
    let keys: Vec<&'static str> = KEYS.iter().map(|key| &*key.path).collect();
    let values =
        ["0", "-1", "1e999", "nan", "[]", "{}", "\"\"", "\"1 s\"", "99999999999999999999999999999999999999999"];
    let values =
        values.into_iter().chain(["1.5", "true", "1979-05-27", "[[1]]", "{ distribution = \"uniform\" }", "\"any\""]);
    (prop::sample::select(keys), prop::sample::select(values.collect::<Vec<_>>()))
        .prop_map(|(key, value)| format!("{key}={value}"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_text_is_read_or_refused(text in any::<String>(), set in any::<String>()) {
        survive(&text, &[]);
        survive(LEAST, &[set]);
        survive_topology(&text);
    }

    #[test]
    fn any_mutation_of_a_built_in_scenario_is_read_or_refused(text in mutated(BuiltinKind::Scenario)) {
        survive(&text, &[]);
    }

    #[test]
    fn any_mutation_of_a_built_in_topology_is_read_or_refused(text in mutated(BuiltinKind::Topology)) {
        survive_topology(&text);
    }

    #[test]
    fn any_setting_of_known_keys_is_read_or_refused(sets in prop::collection::vec(odd_line(), 0..6)) {
        survive(LEAST, &sets);
        survive(&sets.join("\n"), &[]);
        let axes: Vec<String> = sets.iter().map(|set| format!("sweep.{}", set.replacen('=', "=[", 1) + "]")).collect();
        survive(LEAST, &axes);
    }

    #[test]
    fn any_words_of_toml_are_read_or_refused(text in "(\\[|\\]|\\[\\[|\\]\\]|\\{|\\}|=|\\.|,|\n|a|b|calls|sweep|faults|links|\"|'|1| ){0,40}") {
        survive(&text, &[]);
        survive(LEAST, &[text]);
    }

    #[test]
    fn any_words_of_json_are_read_or_refused(text in "(\\[|\\]|\\{|\\}|:|,|\n|\"nodes\"|\"edges\"|\"id\"|\"a\"|\"|1|-|e|null|//| ){0,40}") {
        survive_topology(&text);
    }
}

#[test]
fn deep_nesting_overflows_no_stack() {
    const DEEP: usize = 100_000;
    for open in ["a = [", "a = {a=", "[a.", "a.", "[[a."] {
        let (first, again) = if let Some(again) = open.strip_prefix("a = ") { ("a = ", again) } else { ("", open) };
        survive(&format!("{first}{}", again.repeat(DEEP)), &[]);
        survive(LEAST, &[format!("a={}", again.repeat(DEEP)), format!("{}a=1", "a.".repeat(DEEP))]);
    }
    let header = vec!["a"; 79].join(".");
    let inner = format!("{header}={{").repeat(79);
    survive(&format!("[{header}]\n{header} = {{{inner}{}}}", "}".repeat(79)), &[]);
    survive(&format!("a = {}{}", "[".repeat(79), "]".repeat(79)), &[]);
    for open in ["[", "{\"a\":"] {
        survive_topology(&open.repeat(DEEP));
        survive_topology(&format!("{{\"graph\": {}1{}}}", "[".repeat(200), "]".repeat(200)));
    }
}

#[test]
fn a_long_line_is_shown_in_part() {
    let errors = load_text("scenario.toml", &format!("{LEAST}x = \"{}\"\n", "y".repeat(1_000_000)), &[]).unwrap_err();
    assert!(errors.to_string().len() < 2_000);
}
