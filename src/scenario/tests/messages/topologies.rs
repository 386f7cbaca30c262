//! Mistakes in topology files.

use super::*;

#[test]
fn outages_of_nodes_that_are_none() {
    let of = |outage: &str| {
        refused_topology(&format!(
            "{{\"nodes\": [{{\"id\": \"a\", \"kind\": \"agents\"}},\n {{\"id\": \"b\", \"kind\": \"agents\", \"outage\": {outage}}}],\n\
             \"edges\": [{{\"source\": \"a\", \"target\": \"b\", \"delay\": 1}}]}}"
        ))
    };
    insta::assert_snapshot!(of(r#"{"up": "1 h", "down": "1 min", "way": "to-calle"}"#), @r#"
    error: `nodes[1].outage.way` cannot be `"to-calle"`
     --> net.json:2:80
      |
    2 |  {"id": "b", "kind": "agents", "outage": {"up": "1 h", "down": "1 min", "way": "to-calle"}}],
      |                                                                                ^^^^^^^^^^ no such choice
      |
      = note: allowed: `both`, `to-callee`, `to-caller`
      = help: did you mean `to-callee`?
    "#);
    for (outage, expected) in [
        ("5", "`nodes[1].outage` cannot be `5`"),
        ("\"non\"", "\"none\", or a table with `from` and `for`"),
        ("{\"up\": \"1 h\"}", "`nodes[1].outage.down` is missing"),
        ("{\"from\": 1}", "`nodes[1].outage.for` is missing"),
        ("{\"from\": -1, \"for\": 1}", "`nodes[1].outage.from` cannot be `-1`"),
        ("{\"for\": 1, \"one-state\": true}", "unknown key `one-state` in `nodes[1].outage`"),
        ("{\"up\": \"1 h\", \"dwn\": 1}", "did you mean `down`?"),
    ] {
        let message = of(outage);
        assert!(message.contains(expected), "{outage}\n{message}");
        assert!(message.contains("net.json:2:"), "{message}");
    }
}

#[test]
fn each_mistake_of_a_topology_in_topologies_is_named_where_it_stands() {
    for (what, text, errors) in [
        (
            "no json",
            r#"{"nodes": [],
 "edges": [,]}"#,
            &["2:12: this is not JSON"][..],
        ),
        (
            "a comment in json",
            r#"{"nodes": [] // none
}"#,
            &["1:14: this is not JSON"][..],
        ),
        ("an empty topology file", "", &["1:1: this is not JSON"][..]),
        ("an object name twice", r#"{"nodes": [], "nodes": []}"#, &["1:15: `nodes` stands twice in one object"][..]),
        ("a topology without links", r#"{"nodes": [{"id": "a", "kind": "agents"}]}"#, &["1:1: `edges` is missing"][..]),
        (
            "a node twice",
            r#"{"nodes": [{"id": "a", "kind": "agents"},
  {"id": "a", "kind": "agents"}], "edges": []}"#,
            &["2:10: there are two nodes `a`"][..],
        ),
        (
            "an unknown kind of node",
            r#"{"nodes": [{"id": "a", "kind": "proxy"}], "edges": []}"#,
            &[r#"1:32: `nodes[0].kind` cannot be `"proxy"`"#][..],
        ),
        (
            "a misspelt key of an edge",
            r#"{"nodes": [{"id": "a", "kind": "agents"}, {"id": "b", "kind": "agents"}],
 "edges": [{"source": "a", "target": "b", "delay": 1, "los": 0.1}]}"#,
            &["2:55: unknown key `los` in `edges[0]`"][..],
        ),
        (
            "an edge from no node",
            r#"{"nodes": [{"id": "caller", "kind": "agents"}, {"id": "b", "kind": "agents"}],
 "edges": [{"source": "calle", "target": "b", "delay": 1}]}"#,
            &["2:23: `edges[0].source` is `calle`, which is not a node"][..],
        ),
        (
            "an edge without delay",
            r#"{"nodes": [{"id": "a", "kind": "agents"}, {"id": "b", "kind": "agents"}],
 "edges": [{"source": "a", "target": "b"}]}"#,
            &["2:12: `edges[0].delay` is missing"][..],
        ),
        (
            "an edge to itself",
            r#"{"nodes": [{"id": "a", "kind": "agents"}],
 "edges": [{"source": "a", "target": "a", "delay": 1}]}"#,
            &["2:12: a link joins `a` to itself"][..],
        ),
        (
            "a second edge in a plain graph",
            r#"{"nodes": [{"id": "a", "kind": "agents"}, {"id": "b", "kind": "agents"}],
 "edges": [{"source": "a", "target": "b", "delay": 1},
  {"source": "b", "target": "a", "delay": 1}]}"#,
            &["3:3: there are two links between `b` and `a`"][..],
        ),
        (
            "a reverse in a directed graph",
            r#"{"directed": true, "nodes": [{"id": "a", "kind": "agents"}, {"id": "b", "kind": "agents"}],
 "edges": [{"source": "a", "target": "b", "delay": 1, "reverse": {}}]}"#,
            &["2:66: `edges[0]` has a reverse, but the graph is directed"][..],
        ),
        (
            "edges under both names",
            r#"{"nodes": [],
 "edges": [],
 "links": []}"#,
            &["3:11: a topology has `edges` and `links`"][..],
        ),
    ] {
        assert_refused(what, &refused_topology(text), errors);
    }
}
