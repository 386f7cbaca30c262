//! The examples of `docs/scenario.md` and `docs/topology.md` are read as they stand.

use super::*;

/// The blocks of code in `language` on a page.
fn blocks<'a>(page: &'a str, language: &str) -> Vec<&'a str> {
    let mut blocks = Vec::new();
    for part in page.split("```").skip(1).step_by(2) {
        blocks.extend(part.strip_prefix(language).and_then(|rest| rest.strip_prefix('\n')));
    }
    blocks
}

#[test]
fn the_examples_of_the_scenario_page_load() {
    let examples = blocks(include_str!("../../../docs/scenario.md"), "toml");
    assert_eq!(examples.len(), 16);
    for example in examples {
        let mut at_top = example.lines().take_while(|line| !line.starts_with('['));
        let whole = at_top.any(|line| line.starts_with("name = "));
        let topology = example.lines().find_map(|line| line.strip_prefix("topology = "));
        let least = LEAST.replace("\"direct\"", topology.unwrap_or("\"two-proxies\""));
        let tables: Vec<&str> = example.lines().filter(|line| !line.starts_with("topology = ")).collect();
        let text = if whole { example.to_owned() } else { least + &tables.join("\n") };
        open_text("example.toml", &text, &[]).unwrap_or_else(|errors| panic!("{errors}"));
    }
}

#[test]
fn the_example_of_the_topology_page_loads() {
    let examples = blocks(include_str!("../../../docs/topology.md"), "json");
    assert_eq!(examples.len(), 1);
    topology::parse(&Source::new("net.json", examples[0])).unwrap_or_else(|errors| panic!("{errors}"));
}

#[test]
fn the_commented_faults_of_the_built_in_call_load() {
    let text = find(BuiltinKind::Scenario, "one-call").unwrap().text;
    let (settings, faults) = text.split_once("# Losses by script.").unwrap();
    let tables: Vec<&str> = faults.lines().filter_map(|line| line.strip_prefix("# ")).collect();
    let tables = tables.into_iter().filter(|line| line.starts_with('[') || line.contains(" = "));
    let text = format!("{settings}\n{}", tables.collect::<Vec<_>>().join("\n"));
    assert_eq!(loaded(&text, &[]).points[0].setup.faults.len(), 2);
}

#[test]
fn the_study_of_stacks_has_every_profile_on_both_sides() {
    let profiles = include_str!("../profiles.toml").lines();
    let profiles: Vec<&str> = profiles.filter_map(|line| line.strip_prefix('[')?.strip_suffix(']')).collect();
    let study = loaded(find(BuiltinKind::Scenario, "stacks").unwrap().text, &[]);
    let pairs = profiles.iter().flat_map(|caller| profiles.iter().map(move |callee| [*caller, *callee]));
    assert_eq!(study.points.iter().map(|point| point.values.clone()).collect::<Vec<_>>(), pairs.collect::<Vec<_>>());
}
