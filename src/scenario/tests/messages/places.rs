//! Mistakes in the places of agents and the kinds of nodes.

use super::*;

const BACKBONE: [&str; 2] = ["direct", "carrier-backbone"];

#[test]
fn mistakes_in_rules() {
    let set = |value: &str| refused(BACKBONE, &format!("nodes = {value}\n"), &[]);
    for (value, expected) in [
        ("[\"Pariss\"]", "did you mean `paris`?"),
        ("[]", "an empty list"),
        ("{ largest = 0 }", "below 1"),
        ("{ largest = 13 }", "allowed: integer from 1 to 12"),
        ("[\"rome\", \"paris\", \"rome\"]", "the node `rome` twice"),
        ("{ bigest = 3 }", "unknown key `bigest`"),
        ("{ weights = { paris = -1, rome = 1 } }", "out of range"),
        ("{ weights = { paris = nan, rome = 1 } }", "allowed: number from 0 to 1000000000000"),
        ("{ weights = { paris = inf, rome = 1 } }", "allowed: number from 0 to 1000000000000"),
        ("{ weights = { paris = 0 } }", "no weight is above 0"),
        ("{ weights = { paris = 0.0, rome = 0 } }", "no weight is above 0"),
        ("{ weights = {} }", "no weight is above 0"),
        ("{ weights = { pari = 1 } }", "did you mean `paris`?"),
        ("{ weights = { paris = 1, rome = 1 }, largest = 1 }", "unknown key `largest`"),
        ("5", "no rule"),
        ("[\"rome\"]", "caller and callee are both at `rome`"),
    ] {
        let message = set(value);
        assert!(message.contains(expected), "{value}\n{message}");
        assert!(message.contains("scenario.toml:7:"), "{message}");
    }
}

#[test]
fn callers_that_have_nobody_to_call() {
    let message = refused(BACKBONE, "nodes = \"all\"\n[callee]\nnode = \"rome\"\n", &[]);
    assert!(message.contains("a caller at `rome` has nobody to call"), "{message}");
}

#[test]
fn one_place_and_several_at_once() {
    let message = refused(BACKBONE, "nodes = \"all\"\n[caller]\nnode = \"rome\"\nnodes = \"all\"\n", &[]);
    assert!(message.contains("`caller.node` and `caller.nodes` are both set"), "{message}");
}

#[test]
fn a_rule_for_one_end_alone() {
    let message = refused(BACKBONE, "[caller]\nnodes = \"all\"\n", &[]);
    assert!(message.contains("`callee.nodes` is missing"), "{message}");
}

#[test]
fn kinds_of_nodes() {
    let set = |more: &str| refused(BACKBONE, &format!("nodes = \"all\"\n[[kinds]]\n{more}"), &[]);
    for (more, expected) in [
        ("kind = \"b2bua\"\n", "`kinds.0.nodes` is missing"),
        ("nodes = \"all\"\n", "`kinds.0.kind` is missing"),
        ("nodes = \"all\"\nkind = \"b2bu\"\n", "did you mean `b2bua`?"),
        ("nodes = \"all\"\nkind = \"agents\"\n", "no such choice"),
        ("nodes = { largest = 13 }\nkind = \"b2bua\"\n", "allowed: integer from 0 to 12"),
        ("nodes = [\"parris\"]\nkind = \"b2bua\"\n", "did you mean `paris`?"),
        ("nodes = \"all\"\nkind = \"router\"\nsettings = {}\n", "a node of kind `router` has no settings"),
        ("nodes = [\"paris\"]\nkind = \"call-stateful-proxy\"\nsettings = { min-s = 90 }\n", "did you mean `min-se`?"),
        ("nodes = \"all\"\nkind = \"router\"\nsetings = {}\n", "did you mean `settings`?"),
    ] {
        let message = set(more);
        assert!(message.contains(expected), "{more}\n{message}");
    }
    let message = refused(BACKBONE, "nodes = \"all\"\n[kinds]\nkind = \"b2bua\"\n", &[]);
    assert!(message.contains("each begun by `[[kinds]]`"), "{message}");
}

#[test]
fn a_topology_in_parts() {
    let folder = tempfile::tempdir().unwrap();
    let nodes: Vec<String> =
        ["a", "b", "c", "d", "e"].map(|id| format!("{{\"id\": \"{id}\", \"kind\": \"router\"}}")).into();
    let edge = |a, b| format!("{{\"source\": \"{a}\", \"target\": \"{b}\", \"delay\": 1}}");
    let edges = [edge("a", "b"), edge("c", "d"), edge("d", "e")].join(", ");
    let net = format!("{{\"nodes\": [{}], \"edges\": [{edges}]}}", nodes.join(", "));
    std::fs::write(folder.path().join("net.json"), net).unwrap();
    let file = folder.path().join("study.toml");
    std::fs::write(&file, LEAST.replace("direct", "net.json") + "nodes = \"all\"\n").unwrap();
    let message = refused_file(file.to_str().unwrap());
    assert!(message.contains("no route leads from `a` to `c`"), "{message}");
    assert!(
        message.contains("falls into 2 parts, of 3, 2 nodes; in the largest are `c`, `d`, `e`, in the next `a`, `b`"),
        "{message}"
    );
    assert!(message.contains("--largest-component"), "{message}");
    assert!(message.contains("study.toml:7:"), "{message}");
}

#[test]
fn a_fault_or_crash_of_a_node_on_no_way() {
    let more = "nodes = [\"london\", \"paris\"]\n[[kinds]]\nnodes = [\"paris\", \"rome\"]\nkind = \"stateful-proxy\"\n";
    let message = refused(BACKBONE, &format!("{more}[[faults]]\nsender = \"rome\"\n"), &[]);
    assert!(message.contains("allowed: `caller`, `callee`, `paris`"), "{message}");
    let message = refused(BACKBONE, &format!("{more}[[crashes]]\nnode = \"rome\"\nat = 1\n"), &[]);
    assert!(message.contains("no route from a caller to a callee has a node `rome`"), "{message}");
    let message = refused(BACKBONE, &format!("{more}[nodes.rome]\n"), &[]);
    assert!(message.contains("`rome` is not on any way from caller to callee"), "{message}");
}

#[test]
fn the_load_of_elements_on_many_ways() {
    let message = refused(BACKBONE, "nodes = \"all\"\n", &["load=true", "horizon=1h"]);
    assert!(message.contains("the load of elements is not counted where calls take several ways"), "{message}");
    assert!(message.contains("allowed: `load = false`"), "{message}");
}

#[test]
fn more_ways_than_can_be_kept() {
    let folder = tempfile::tempdir().unwrap();
    let nodes: Vec<String> = (0..300).map(|id| format!("{{\"id\": {id}, \"kind\": \"agents\"}}")).collect();
    let edges: Vec<String> = (1..300).map(|id| format!("{{\"source\": 0, \"target\": {id}, \"delay\": 1}}")).collect();
    let net = format!("{{\"nodes\": [{}], \"edges\": [{}]}}", nodes.join(", "), edges.join(", "));
    std::fs::write(folder.path().join("net.json"), net).unwrap();
    let file = folder.path().join("study.toml");
    std::fs::write(&file, LEAST.replace("direct", "net.json") + "nodes = \"all\"\n").unwrap();
    let message = refused_file(file.to_str().unwrap());
    assert!(message.contains("calls would take 89700 ways") && message.contains("{ largest = 200 }"), "{message}");
}

#[test]
fn each_mistake_of_places_is_named_where_it_stands() {
    let message = refused(BACKBONE, "nodes = \"al\"\n", &[]);
    assert_refused("a rule that is none", &message, &[r#"7:9: `calls.nodes` cannot be `"al"`"#]);
}
