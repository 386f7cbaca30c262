//! No input panics, whatever it is.

use proptest::prelude::*;

use super::*;

/// Loads it all, and renders what is wrong.
fn survive(text: &str, sets: &[String]) {
    if let Err(errors) = load_text("scenario.toml", text, sets) {
        assert!(!errors.is_empty());
        assert!(errors.render(false).starts_with("error: "));
    }
}

fn survive_topology(text: &str) {
    if let Err(errors) = topology::parse(&Source::new("net.json", text)) {
        assert!(errors.render(false).starts_with("error: "));
    }
    survive_import(text);
}

/// Imports it; what was imported is in our form.
fn survive_import(text: &str) {
    match load_topology_text("net", text, &ImportOptions::default()) {
        Ok(import) => {
            let again = topology::parse(&Source::new("net.json", import.json.clone()));
            let again = again.unwrap_or_else(|errors| panic!("{errors}\n{}", import.json));
            let names = |drawing: &Drawing| drawing.nodes.iter().map(|node| node.id.clone()).collect::<Vec<_>>();
            assert_eq!(names(&again), names(&import.drawing));
            assert_eq!(again.links, import.drawing.links);
        }
        Err(errors) => assert!(errors.render(false).starts_with("error: ")),
    }
}

/// A graph with all that a reader of GraphML knows.
const GRAPHML: &str = r#"<?xml version="1.0" encoding="utf-8"?><graphml xmlns="http://graphml.graphdrawing.org/xmlns">
  <key attr.name="Latitude" attr.type="double" for="node" id="d1"/><key attr.name="Longitude" attr.type="double" for="node" id="d2"/>
  <key attr.name="label" attr.type="string" for="node" id="d3"/><key attr.name="Internal" attr.type="int" for="node" id="d4"/>
  <key attr.name="delay" attr.type="double" for="edge" id="d5"><default>0.01</default></key>
  <graph edgedefault="undirected"><data key="d9">Netz &amp; Co</data>
    <node id="0"><data key="d1">48.8</data><data key="d2">2.3</data><data key="d3">Paris</data></node>
    <node id="1"><data key="d1">NaN</data><data key="d3">Z&#252;rich</data><data key="d4">0</data></node>
    <node id="2"><data key="d3"><![CDATA[Paris]]></data><data key="hyperedge">1</data></node>
    <edge source="0" target="1"/><edge source="0" target="1" directed="false"><data key="d5">0.02</data></edge>
    <edge source="2" target="2"/><hyperedge><endpoint node="0"/><endpoint node="2"/></hyperedge>
  </graph></graphml>"#;

/// The built-in of this kind with some characters taken out, doubled or replaced.
fn mutated(kind: BuiltinKind) -> impl Strategy<Value = String> {
    mutated_texts(list().iter().filter(|one| one.kind == kind).map(|one| one.text).collect())
}

fn mutated_texts(texts: Vec<&'static str>) -> impl Strategy<Value = String> {
    let junk = "[\\[\\]{}<>/&;\"'=.,:#0-9a-z\\-\n \u{e9}\u{0}]{0,4}";
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
    let keys: Vec<String> = vocabulary::dotted().into_iter().map(|(key, _)| key).collect();
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
    fn any_mutation_of_graphml_is_read_or_refused(text in mutated_texts(vec![GRAPHML])) {
        survive_import(&text);
    }

    #[test]
    fn any_words_of_graphml_are_read_or_refused(words in "(<|>|/|=|\"|<graphml>|</graphml>|<graph>|</graph>|<node id=\"|<edge source=\"|\" target=\"|<data key=\"|</data>|a|b|1|&|;|<!\\[CDATA\\[|\\]\\]>| ){0,40}") {
        survive_import(&words);
        survive_import(&format!("<graphml><graph>{words}</graph></graphml>"));
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
    assert!(errors.render(false).len() < 2_000);
}
