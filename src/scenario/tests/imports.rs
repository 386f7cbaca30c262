//! Topologies of other tools, and what is made of what they leave open.

use super::*;
use crate::net::{Direction, NodeKind};

/// A GraphML file with these lines before and in its graph.
fn graphml(keys: &str, graph: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n\
         <key attr.name=\"Latitude\" attr.type=\"double\" for=\"node\" id=\"d1\"/>\n\
         <key attr.name=\"Longitude\" attr.type=\"double\" for=\"node\" id=\"d2\"/>\n\
         <key attr.name=\"label\" attr.type=\"string\" for=\"node\" id=\"d3\"/>\n\
         <key attr.name=\"Internal\" attr.type=\"int\" for=\"node\" id=\"d4\"/>\n\
         <key attr.name=\"hyperedge\" attr.type=\"int\" for=\"node\" id=\"d5\"/>\n{keys}\
         <graph edgedefault=\"undirected\">\n{graph}</graph>\n</graphml>\n"
    )
}

fn node(id: &str, data: &[(&str, &str)]) -> String {
    let data: String = data.iter().map(|(key, text)| format!("<data key=\"{key}\">{text}</data>")).collect();
    format!("<node id=\"{id}\">{data}</node>\n")
}

fn edge(source: &str, target: &str) -> String {
    format!("<edge source=\"{source}\" target=\"{target}\"/>\n")
}

fn imported(text: &str) -> Import {
    load_topology_text("net", text, &ImportOptions::default()).unwrap_or_else(|errors| panic!("{errors}"))
}

fn refused(text: &str) -> String {
    load_topology_text("net", text, &ImportOptions::default()).map(|import| import.json).unwrap_err().render(false)
}

fn names(import: &Import) -> Vec<&str> {
    import.drawing.nodes.iter().map(|node| node.id.as_str()).collect()
}

fn delays_ms(import: &Import) -> Vec<f64> {
    import.drawing.links.iter().map(|link| link.forward.delay.mean().as_nanos() as f64 / 1e6).collect()
}

const PARIS: [(&str, &str); 3] = [("d1", "48.85341"), ("d2", "2.3488"), ("d3", "Paris")];
const LYON: [(&str, &str); 3] = [("d1", "45.74846"), ("d2", "4.84671"), ("d3", "Lyon")];

#[test]
fn a_delay_is_that_of_light_in_fibre_along_the_great_circle_and_its_detour() {
    let text = graphml("", &(node("0", &PARIS) + &node("1", &LYON) + &edge("0", "1")));
    // 393.2 km by the haversine formula, at two thirds of 299,792.458 km/s.
    let ms = delays_ms(&imported(&text))[0];
    assert!((ms - 1.9676).abs() < 0.001, "{ms}");
    let options = ImportOptions { detour: 1.5, ..ImportOptions::default() };
    let import = load_topology_text("net", &text, &options).unwrap();
    assert!((delays_ms(&import)[0] - 1.5 * ms).abs() < 0.001);
    assert_eq!(import.delays, Delays { given: 0, from_positions: 1, default: 0 });
}

#[test]
fn a_delay_that_the_file_gives_stays_as_it_is() {
    let key = "<key attr.name=\"delay\" attr.type=\"double\" for=\"edge\" id=\"d9\"/>\n";
    let link = "<edge source=\"0\" target=\"1\"><data key=\"d9\">0.25</data></edge>\n";
    let import = imported(&graphml(key, &(node("0", &PARIS) + &node("1", &LYON) + link)));
    assert_eq!((delays_ms(&import), import.delays.given), (vec![250.0], 1));
}

#[test]
fn a_node_without_a_position_is_in_the_middle_of_its_neighbours() {
    let text = graphml(
        "",
        &(node("0", &[("d1", "10"), ("d2", "20")])
            + &node("1", &[("d1", "30"), ("d2", "20")])
            + &node("2", &[])
            + &node("3", &[])
            + &node("4", &[])
            + &edge("0", "2")
            + &edge("1", "2")
            + &edge("2", "3")),
    );
    let import = imported(&text);
    let nodes = &import.drawing.nodes;
    let middle = nodes[2].position.unwrap();
    assert!((middle.latitude() - 20.0).abs() < 1e-4 && (middle.longitude() - 20.0).abs() < 1e-4);
    assert_eq!(nodes.iter().map(|node| node.approximate).collect::<Vec<_>>(), [false, false, true, true, false]);
    // The third stands where its only neighbour does: their distance is not known. The last has no neighbour.
    assert_eq!((import.delays.from_positions, import.delays.default), (2, 1));
    assert_eq!(nodes[4].position, None);
    // What was made up stays marked in the converted file.
    assert_eq!(imported(&import.json).drawing, import.drawing);
}

#[test]
fn nodes_that_tools_have_numbered_are_called_by_their_labels() {
    let label = |text| [("d3", text)];
    let text = graphml(
        "",
        &(node("0", &label("Zürich"))
            + &node("1", &label("Same"))
            + &node("2", &label("Same"))
            + &node("3", &[])
            + &node("hub", &label("A hub"))
            + &node("n5", &label("  Two\n  lines "))
            + &node("6", &[("d3", "None"), ("d5", "1")])
            + &edge("1", "2")),
    );
    let import = imported(&text);
    assert_eq!(names(&import), ["Zürich", "Same (1)", "Same (2)", "3", "hub", "Two lines", "hyperedge 6"]);
    assert_eq!((import.drawing.links[0].source, import.drawing.links[0].target), (1, 2));
    let ours = r#"{"nodes": [{"id": 1, "kind": "agents", "label": "x"}], "edges": []}"#;
    assert_eq!(names(&imported(ours)), ["1"]);
}

#[test]
fn a_label_that_spells_another_nodes_name_takes_no_name_from_it() {
    let label = |text| [("d3", text)];
    let nodes = node("0", &label("b (1)")) + &node("1", &label("b")) + &node("2", &label("b"));
    let import = imported(&graphml("", &nodes));
    assert_eq!(names(&import), ["b (1)", "1", "b (2)"]);
}

#[test]
fn neighbour_networks_and_hyperedges_are_no_places_of_agents() {
    let nodes = node("0", &[("d4", "1")]) + &node("1", &[("d4", "0")]) + &node("2", &[("d4", "1"), ("d5", "1")]);
    let import = imported(&graphml("", &nodes));
    let places = |import: &Import| import.drawing.nodes.iter().map(|node| node.is_place).collect::<Vec<_>>();
    assert_eq!(places(&import), [true, false, false]);
    assert_eq!(places(&imported(&import.json)), [true, false, false]);
}

#[test]
fn a_hyperedge_is_a_node_with_a_link_to_each_end() {
    let ends = "<hyperedge id=\"h\"><endpoint node=\"a\"/><endpoint node=\"b\"/><endpoint node=\"c\"/></hyperedge>\n";
    let import = imported(&graphml("", &(node("a", &[]) + &node("b", &[]) + &node("c", &[]) + ends)));
    assert_eq!(names(&import), ["a", "b", "c", "hyperedge h"]);
    let joined: Vec<_> = import.drawing.links.iter().map(|link| (link.source, link.target)).collect();
    assert_eq!(joined, [(3, 0), (3, 1), (3, 2)]);
}

#[test]
fn parallel_links_are_kept_and_loops_left_out() {
    let edges = edge("a", "b") + &edge("b", "a") + &edge("a", "a");
    let import = imported(&graphml("", &(node("a", &[]) + &node("b", &[]) + &edges)));
    assert_eq!((import.drawing.links.len(), import.self_loops.as_slice()), (2, &["a".to_owned()][..]));
    assert_eq!(imported(&import.json).drawing, import.drawing);
}

#[test]
fn a_position_that_is_no_number_is_none() {
    let nan = [("d1", "NaN"), ("d2", "nan")];
    let import = imported(&graphml("", &(node("0", &nan) + &node("1", &PARIS))));
    assert_eq!(import.drawing.nodes[0].position, None);
    let json = r#"{"nodes": [{"id": 0, "Latitude": NaN, "Longitude": NaN}, {"id": 1, "lat": "45.5", "lon": 4}, {"id": 2, "lat": null}], "links": []}"#;
    let import = imported(json);
    let positions: Vec<bool> = import.drawing.nodes.iter().map(|node| node.position.is_some()).collect();
    assert_eq!(positions, [false, true, false]);
}

#[test]
fn data_that_no_key_declares_go_by_their_keys() {
    let data = "<node id=\"0\"><data key=\"label\">Here</data><data key=\"kind\">agents</data><data key=\"Latitude\">1.5</data>\
                <data key=\"Longitude\">2</data></node>\n";
    let import = imported(&graphml("", data));
    let node = &import.drawing.nodes[0];
    assert_eq!((node.kind, node.position.map(|at| at.latitude())), (NodeKind::Agents, Some(1.5)));
    assert!(import.remarks.iter().any(|remark| remark.contains("`Latitude`")), "{:?}", import.remarks);
}

#[test]
fn a_default_of_a_key_holds_where_nothing_is_said() {
    let key = "<key attr.name=\"loss\" attr.type=\"double\" for=\"edge\" id=\"d9\"><default>0.25</default></key>\n";
    let said = "<edge source=\"0\" target=\"1\"><data key=\"d9\">0.5</data></edge>\n";
    let import = imported(&graphml(key, &(node("0", &[]) + &node("1", &[]) + said + &edge("0", "1"))));
    let losses: Vec<f64> = import.drawing.links.iter().map(|link| link.forward.loss.mean()).collect();
    assert_eq!(losses, [0.5, 0.25]);
}

#[test]
fn where_some_edges_are_directed_the_others_lead_both_ways() {
    let one_way = "<edge source=\"a\" target=\"b\" directed=\"true\"/>\n";
    let import = imported(&graphml("", &(node("a", &[]) + &node("b", &[]) + one_way + &edge("a", "b"))));
    assert!(import.directed);
    let mut joined: Vec<_> = import.drawing.links.iter().map(|link| (link.source, link.target)).collect();
    joined.sort_unstable();
    assert_eq!(joined, [(0, 1), (0, 1), (1, 0)]);
}

#[test]
fn of_several_components_the_largest_can_be_kept() {
    let nodes: String = ["a", "b", "c", "d", "e"].iter().map(|id| node(id, &[])).collect();
    let text = graphml("", &(nodes + &edge("a", "b") + &edge("d", "e") + &edge("e", "c")));
    let options = ImportOptions { largest_component: true, ..ImportOptions::default() };
    let import = load_topology_text("net", &text, &options).unwrap();
    assert_eq!(names(&import), ["c", "d", "e"]);
    let joined: Vec<_> = import.drawing.links.iter().map(|link| (link.source, link.target)).collect();
    assert_eq!(joined, [(1, 2), (2, 0)]);
}

#[test]
fn what_is_not_read_is_said_with_the_word_that_was_meant() {
    let json = r#"{"nodes": [{"id": "a", "Country": "F"}, {"id": "b"}],
        "edges": [{"source": "a", "target": "b", "los": 0.5, "weight": 3}], "made-by": "hand"}"#;
    let ignored: Vec<_> =
        imported(json).ignored.into_iter().map(|found| (found.of, found.name, found.count, found.meant)).collect();
    let expected = [
        ("edge", "los", 1, Some("loss")),
        ("edge", "weight", 1, None),
        ("file", "made-by", 1, None),
        ("node", "Country", 1, None),
    ];
    assert_eq!(ignored, expected.map(|(of, name, count, meant)| (of, name.to_owned(), count, meant)));
}

#[test]
fn a_scenario_takes_graphml_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let text = graphml("", &(node("0", &PARIS) + &node("1", &LYON) + &edge("0", "1")));
    std::fs::write(
        folder.path().join("net.graphml"),
        text.replace("<data key=\"d3\">", "<data key=\"kind\">agents</data><data key=\"d3\">"),
    )
    .unwrap();
    let file = folder.path().join("study.toml");
    std::fs::write(&file, LEAST.replace("direct", "net.graphml")).unwrap();
    let study = load(file.to_str().unwrap(), &[]).unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!(study.points[0].nodes, ["Paris", "Lyon"]);
}

#[test]
fn every_built_in_topology_is_imported_as_it_is() {
    for builtin in list().iter().filter(|builtin| builtin.kind == BuiltinKind::Topology) {
        let import = load_topology(builtin.name, &ImportOptions::default()).unwrap();
        let strict = topology::parse(&Source::new("built-in", builtin.text)).unwrap();
        assert_eq!(import.drawing, strict, "{}", builtin.name);
        assert_eq!(imported(&import.json).drawing, strict, "{}", builtin.name);
        assert!(import.ignored.is_empty() && import.remarks.is_empty(), "{}", builtin.name);
    }
}

#[test]
fn mistakes_are_named_in_the_file_that_has_them() {
    let nodes = node("0", &PARIS) + &node("1", &LYON);
    for (text, expected) in [
        (graphml("", &nodes).replace("</graph>", "</grap>"), "this is not XML\n"),
        ("<graphml><graph>".to_owned(), "this is not XML\n"),
        ("<svg/>".to_owned(), "this is not GraphML: it begins with `svg`\n"),
        ("<graphm/>".to_owned(), "did you mean `graphml`?"),
        ("<graphml/>".to_owned(), "this GraphML has no graph\n"),
        (graphml("", "<nod id=\"0\"/>\n"), "did you mean `node`?"),
        (graphml("", "<node Id=\"0\"/>\n"), "is `Id` meant to be `id`?"),
        (graphml("", &edge("0", "1")), "`edges[0].source` is `0`, which is not a node\n --> net:9:15"),
        (graphml("", &(nodes.clone() + "<edge source=\"0\"/>\n")), "`edge` lacks its `target`"),
        (graphml("", &(nodes.clone() + &node("1", &[]))), "there are two nodes `1`\n"),
        (graphml("", &node("0", &[("kind", "agent")])), "did you mean `agents`?"),
        (graphml("", &node("0", &[("d1", "91"), ("d2", "0")])), "`nodes[0].Latitude` cannot be `91`\n"),
        (graphml("", &node("0", &[("d1", "north"), ("d2", "0")])), "not a number"),
        (graphml("", &node("0", &[("d3", "a"), ("d3", "b")])), "`label` stands twice in one node\n"),
        (
            graphml("", &(nodes.clone() + "<edge source=\"0\" target=\"1\"><data key=\"delay\">-1</data></edge>\n")),
            "below 0",
        ),
        (
            graphml("", &(nodes.clone() + "<edge source=\"0\" target=\"1\"><data key=\"delay\">-1 ms</data></edge>\n")),
            "a duration is not negative",
        ),
        (
            graphml("", &(nodes.clone() + "<edge source=\"0\" target=\"1\"><data key=\"loss\">1.5</data></edge>\n")),
            "not from 0 to 1",
        ),
        (
            graphml("", &(nodes.clone() + &edge("0", "1"))).replace("\"undirected\"", "\"undirectd\""),
            "did you mean `undirected`?",
        ),
        ("{\"nodes\": [{\"id\": [1, 2]}], \"edges\": []}".to_owned(), "not a name"),
        ("{\"nodes\": 5, \"edges\": []}".to_owned(), "`nodes` cannot be `5`"),
        ("{\"nodes\": []}".to_owned(), "`edges` is missing"),
        ("{\"nodes\": [], \"edges\": [], \"links\": []}".to_owned(), "a topology has `edges` and `links`"),
        ("".to_owned(), "this is not JSON"),
        ("{\"nodes\": [{\"id\": 0, \"kind\": \"rooter\"}], \"edges\": []}".to_owned(), "did you mean `router`?"),
    ] {
        let message = refused(&text);
        assert!(message.contains(expected), "{text}\n{message}");
        assert!(message.contains("net:"), "{message}");
    }
}

#[test]
fn malformed_xml_is_shown_at_its_place() {
    let text = graphml("", "<node id=\"0\">\n<data key=\"d1\">4</date></node>\n");
    insta::assert_snapshot!(refused(&text), @r#"
    error: this is not XML
      --> net:10:17
       |
    10 | <data key="d1">4</date></node>
       |                 ^ expected 'data' tag, not 'date'
    "#);
}

#[test]
fn a_misspelt_kind_in_graphml_is_shown_at_its_place() {
    insta::assert_snapshot!(refused(&graphml("", &node("0", &[("kind", "call-stateful-prox")]))), @r#"
    error: `nodes[0].kind` cannot be `call-stateful-prox`
     --> net:9:31
      |
    9 | <node id="0"><data key="kind">call-stateful-prox</data></node>
      |                               ^^^^^^^^^^^^^^^^^^ no such choice
      |
      = note: allowed: `agents`, `router`, `stateless-proxy`, `stateful-proxy`, `call-stateful-proxy`, `b2bua`, `nat`, `platform`
      = help: did you mean `call-stateful-proxy`?
    "#);
}

#[test]
fn entities_that_grow_and_elements_that_nest_overflow_nothing() {
    let bombs: String = (1..30).map(|n| format!("<!ENTITY a{n} \"{}\">", format!("&a{};", n - 1).repeat(10))).collect();
    let text = format!("<!DOCTYPE graphml [<!ENTITY a0 \"x\">{bombs}]><graphml>&a29;</graphml>");
    assert!(refused(&text).starts_with("error: this is not XML"));
    let deep = 50_000;
    let text = format!("<graphml>{}{}</graphml>", "<graph>".repeat(deep), "</graph>".repeat(deep));
    let _ = load_topology_text("net", &text, &ImportOptions::default());
    let nested = "<node id=\"a\"><graph edgedefault=\"undirected\"><node id=\"b\"/></graph></node>\n";
    assert_eq!(names(&imported(&graphml("", nested))), ["a", "b"]);
}

#[test]
fn outages_of_nodes_are_kept_in_every_form() {
    let text = r#"{"nodes": [{"id": "a", "kind": "agents"},
 {"id": "r", "kind": "router", "outage": {"up": {"distribution": "gamma", "mean": "1 d", "shape": 2}, "down": "5 min", "way": "to-caller"}},
 {"id": "s", "kind": "router", "outage": {"times": [{"from": 10, "for": "2 s"}]}},
 {"id": "t", "kind": "router", "outage": "none"}, {"id": "b", "kind": "agents"}],
 "edges": [{"source": "a", "target": "r", "delay": 1}, {"source": "r", "target": "s", "delay": 1},
 {"source": "s", "target": "t", "delay": 1}, {"source": "t", "target": "b", "delay": 1}]}"#;
    let import = imported(text);
    let ways: Vec<_> = import.drawing.nodes.iter().map(|node| node.outage.as_ref().map(|outage| outage.way)).collect();
    assert_eq!(ways, [None, Some(Some(Direction::ToCaller)), Some(None), None, None]);
    assert_eq!(imported(&import.json).drawing, import.drawing);
    assert_eq!(topology::parse(&Source::new("net.json", text)).unwrap(), import.drawing);
}
