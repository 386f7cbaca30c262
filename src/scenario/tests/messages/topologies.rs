//! Mistakes in topology files.

use super::*;

#[test]
fn no_json() {
    let message = refused_topology(
        r#"{"nodes": [],
 "edges": [,]}"#,
    );
    insta::assert_snapshot!(message, @r#"
    error: this is not JSON
     --> net.json:2:12
      |
    2 |  "edges": [,]}
      |            ^ unexpected comma
    "#);
}

#[test]
fn a_comment_in_json() {
    let message = refused_topology(
        r#"{"nodes": [] // none
}"#,
    );
    insta::assert_snapshot!(message, @r#"
    error: this is not JSON
     --> net.json:1:14
      |
    1 | {"nodes": [] // none
      |              ^^^^^^^ comments are not allowed
    "#);
}

#[test]
fn an_empty_topology_file() {
    let message = refused_topology("");
    insta::assert_snapshot!(message, @r"
    error: this is not JSON
     --> net.json:1:1
      |
    1 |
      | ^ the file is empty
    ");
}

#[test]
fn an_object_name_twice() {
    let message = refused_topology(r#"{"nodes": [], "nodes": []}"#);
    insta::assert_snapshot!(message, @r#"
    error: `nodes` stands twice in one object
     --> net.json:1:15
      |
    1 | {"nodes": [], "nodes": []}
      |  -------      ^^^^^^^ the second
      |  |
      |  the first
    "#);
}

#[test]
fn a_topology_without_links() {
    let message = refused_topology(r#"{"nodes": [{"id": "a", "kind": "agents"}]}"#);
    insta::assert_snapshot!(message, @r#"
    error: `edges` is missing
     --> net.json:1:1
      |
    1 | {"nodes": [{"id": "a", "kind": "agents"}]}
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ in this file
      |
      = help: for example `"edges": [{"source": "caller", "target": "callee", "delay": "50 ms", "loss": 0.05}]`
    "#);
}

#[test]
fn a_node_twice() {
    let message = refused_topology(
        r#"{"nodes": [{"id": "a", "kind": "agents"},
  {"id": "a", "kind": "agents"}], "edges": []}"#,
    );
    insta::assert_snapshot!(message, @r#"
    error: there are two nodes `a`
     --> net.json:2:10
      |
    1 | {"nodes": [{"id": "a", "kind": "agents"},
      |                   --- the first
    2 |   {"id": "a", "kind": "agents"}], "edges": []}
      |          ^^^ the second
    "#);
}

#[test]
fn an_unknown_kind_of_node() {
    let message = refused_topology(r#"{"nodes": [{"id": "a", "kind": "proxy"}], "edges": []}"#);
    insta::assert_snapshot!(message, @r#"
    error: `nodes[0].kind` cannot be `"proxy"`
     --> net.json:1:32
      |
    1 | {"nodes": [{"id": "a", "kind": "proxy"}], "edges": []}
      |                                ^^^^^^^ no such choice
      |
      = note: allowed: `agents`, `router`, `stateless-proxy`, `stateful-proxy`, `call-stateful-proxy`, `b2bua`, `nat`, `platform`
    "#);
}

#[test]
fn a_misspelt_key_of_an_edge() {
    let message = refused_topology(
        r#"{"nodes": [{"id": "a", "kind": "agents"}, {"id": "b", "kind": "agents"}],
 "edges": [{"source": "a", "target": "b", "delay": 1, "los": 0.1}]}"#,
    );
    insta::assert_snapshot!(message, @r#"
    error: unknown key `los` in `edges[0]`
     --> net.json:2:55
      |
    2 |  "edges": [{"source": "a", "target": "b", "delay": 1, "los": 0.1}]}
      |                                                       ^^^^^ no such key
      |
      = note: allowed: `source`, `target`, `key`, `preset`, `loss`, `delay`, `order`, `duplicate`, `rate`, `queue`, `outage`, `nat`, `shared`, `transport`, `tcp-limit`, `reverse`, `label`
      = help: did you mean `loss`?
    "#);
}

#[test]
fn an_edge_from_no_node() {
    let message = refused_topology(
        r#"{"nodes": [{"id": "caller", "kind": "agents"}, {"id": "b", "kind": "agents"}],
 "edges": [{"source": "calle", "target": "b", "delay": 1}]}"#,
    );
    insta::assert_snapshot!(message, @r#"
    error: `edges[0].source` is `calle`, which is not a node
     --> net.json:2:23
      |
    2 |  "edges": [{"source": "calle", "target": "b", "delay": 1}]}
      |                       ^^^^^^^ no such node
      |
      = note: the nodes are `caller`, `b`
      = help: did you mean `caller`?
    "#);
}

#[test]
fn an_edge_without_delay() {
    let message = refused_topology(
        r#"{"nodes": [{"id": "a", "kind": "agents"}, {"id": "b", "kind": "agents"}],
 "edges": [{"source": "a", "target": "b"}]}"#,
    );
    insta::assert_snapshot!(message, @r#"
    error: `edges[0].delay` is missing
     --> net.json:2:12
      |
    2 |  "edges": [{"source": "a", "target": "b"}]}
      |            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ in this table
      |
      = help: for example `"delay": "50 ms"`
    "#);
}

#[test]
fn an_edge_to_itself() {
    let message = refused_topology(
        r#"{"nodes": [{"id": "a", "kind": "agents"}],
 "edges": [{"source": "a", "target": "a", "delay": 1}]}"#,
    );
    insta::assert_snapshot!(message, @r#"
    error: a link joins `a` to itself
     --> net.json:2:12
      |
    2 |  "edges": [{"source": "a", "target": "a", "delay": 1}]}
      |            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    "#);
}

#[test]
fn a_second_edge_in_a_plain_graph() {
    let message = refused_topology(
        r#"{"nodes": [{"id": "a", "kind": "agents"}, {"id": "b", "kind": "agents"}],
 "edges": [{"source": "a", "target": "b", "delay": 1},
  {"source": "b", "target": "a", "delay": 1}]}"#,
    );
    insta::assert_snapshot!(message, @r#"
    error: there are two links between `b` and `a`
     --> net.json:3:3
      |
    2 |  "edges": [{"source": "a", "target": "b", "delay": 1},
      |            ------------------------------------------ the first
    3 |   {"source": "b", "target": "a", "delay": 1}]}
      |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the second
      |
      = note: only a graph with `"multigraph": true` has parallel links
    "#);
}

#[test]
fn a_reverse_in_a_directed_graph() {
    let message = refused_topology(
        r#"{"directed": true, "nodes": [{"id": "a", "kind": "agents"}, {"id": "b", "kind": "agents"}],
 "edges": [{"source": "a", "target": "b", "delay": 1, "reverse": {}}]}"#,
    );
    insta::assert_snapshot!(message, @r#"
    error: `edges[0]` has a reverse, but the graph is directed
     --> net.json:2:66
      |
    2 |  "edges": [{"source": "a", "target": "b", "delay": 1, "reverse": {}}]}
      |                                                                  ^^ not in a directed graph
      |
      = note: in a directed graph each direction is an edge of its own
    "#);
}

#[test]
fn edges_under_both_names() {
    let message = refused_topology(
        r#"{"nodes": [],
 "edges": [],
 "links": []}"#,
    );
    insta::assert_snapshot!(message, @r#"
    error: a topology has `edges` and `links`
     --> net.json:3:11
      |
    2 |  "edges": [],
      |           --
    3 |  "links": []}
      |           ^^
      |
      = note: networkx writes the one or the other; both mean the same
    "#);
}

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
