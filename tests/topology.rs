//! `byeloss topology`, used as a stranger would, on real networks where they are at hand.

#![cfg(feature = "cli")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_json::Value;

fn byeloss(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::cargo_bin("byeloss").expect("the binary");
    let output = command.current_dir(folder).args(arguments).output().expect("it starts");
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("text");
    (output.status.code().expect("an exit code"), text(&output.stdout), text(&output.stderr))
}

fn json(folder: &Path, arguments: &[&str]) -> Value {
    let (code, out, err) = byeloss(folder, arguments);
    assert_eq!(code, 0, "{arguments:?}: {err}");
    serde_json::from_str(&out).expect("JSON")
}

/// Files of the Internet Topology Zoo, which are no part of this repository; none where they are not at hand.
fn zoo() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/topologies");
    let Ok(entries) = fs::read_dir(&folder) else {
        eprintln!("SKIPPED: no topologies of the Zoo in {}", folder.display());
        return Vec::new();
    };
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "graphml"));
    files.sort();
    files
}

/// Two cities and a village between them whose place is not known.
const SMALL: &str = r#"<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
  <key attr.name="Latitude" attr.type="double" for="node" id="lat"/>
  <key attr.name="Longitude" attr.type="double" for="node" id="lon"/>
  <key attr.name="label" attr.type="string" for="node" id="label"/>
  <graph edgedefault="undirected">
    <node id="0"><data key="lat">52.52</data><data key="lon">13.405</data><data key="label">Berlin</data></node>
    <node id="1"><data key="lat">48.137</data><data key="lon">11.575</data><data key="label">München</data></node>
    <node id="2"><data key="label">Dorf</data><data key="colour">red</data></node>
    <edge source="0" target="2"/><edge source="2" target="1"/><edge source="0" target="1"/>
    <edge source="0" target="1"/><edge source="2" target="2"/>
  </graph>
</graphml>
"#;

#[test]
fn it_says_what_is_in_a_file_and_what_it_made_up() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("small.graphml"), SMALL).unwrap();
    let (code, out, err) = byeloss(folder.path(), &["topology", "small.graphml", "--detour", "1.5"]);
    assert_eq!((code, err.as_str()), (0, ""));
    insta::assert_snapshot!(out);
}

#[test]
fn json_says_the_same_for_tools() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("small.graphml"), SMALL).unwrap();
    let said = json(folder.path(), &["topology", "small.graphml", "--json"]);
    assert_eq!(said["schema"], "byeloss/topology");
    assert_eq!(said["nodes"]["by_kind"]["router"], 3);
    assert_eq!(said["links"]["count"], 4);
    assert_eq!(said["links"]["parallel"], 1);
    assert_eq!(said["links"]["self_loops_left_out"][0], "Dorf");
    assert_eq!(said["positions"]["of_neighbours"], 1);
    assert_eq!(said["delays"]["from_positions"], 4);
    assert_eq!(said["not_read"][0]["attribute"], "colour");
    // Berlin to Munich are 504 km, which light in fibre passes in 2.5 ms.
    let delay = said["diameter"]["delay"]["ms"].as_f64().unwrap();
    assert!((delay - 2.52).abs() < 0.02, "{delay}");
    assert_eq!(said["diameter"]["links"]["links"], 1);
}

#[test]
fn a_converted_topology_runs_and_converts_to_itself() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("small.graphml"), SMALL).unwrap();
    let (code, _, err) = byeloss(folder.path(), &["topology", "small.graphml", "-o", "small.json"]);
    assert_eq!((code, err.as_str()), (0, "wrote small.json\n"));
    let once = fs::read_to_string(folder.path().join("small.json")).unwrap();
    assert_eq!(byeloss(folder.path(), &["topology", "small.json", "-o", "again.json"]).0, 0);
    assert_eq!(once, fs::read_to_string(folder.path().join("again.json")).unwrap());
    let agents = once.replacen("\"kind\": \"router\"", "\"kind\": \"agents\"", 2);
    fs::write(folder.path().join("net.json"), agents).unwrap();
    let (code, out, err) = byeloss(folder.path(), &["trace", "one-call", "--set", "topology=net.json"]);
    assert_eq!(code, 0, "{err}");
    assert!(out.starts_with("one-call, call 0: Berlin -- München\n"), "{out}");
}

#[test]
fn pictures_are_the_same_each_time_and_name_every_node_of_a_small_network() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("small.graphml"), SMALL).unwrap();
    for topology in ["small.graphml", "ims"] {
        for svg in ["one.svg", "two.svg"] {
            assert_eq!(byeloss(folder.path(), &["topology", topology, "--svg", svg, "--png", "one.png"]).0, 0);
        }
        let [one, two] = ["one.svg", "two.svg"].map(|svg| fs::read_to_string(folder.path().join(svg)).unwrap());
        assert_eq!(one, two);
        assert!(!one.contains("NaN") && !one.contains("inf"), "{one}");
        let said = json(folder.path(), &["topology", topology, "--json"]);
        for node in said["degrees"].as_array().unwrap() {
            let name = node["node"].as_str().unwrap();
            assert!(one.contains(&format!(">{name}</text>")), "{name}: {one}");
        }
        assert_eq!(&fs::read(folder.path().join("one.png")).unwrap()[1..4], b"PNG");
    }
}

#[test]
fn bad_input_is_named_and_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("bad.graphml"), SMALL.replace("target=\"1\"", "target=\"7\"")).unwrap();
    for (arguments, expected) in [
        (&["topology", "bad.graphml", "-o", "out.json", "--svg", "out.svg"][..], "bad.graphml:9:"),
        (&["topology", "dirct"], "did you mean `direct`?"),
        (&["topology", "nowhere.graphml"], "there is no such file"),
        (&["topology", "direct", "--detour", "0.5"], "allowed: a number from 1 to 100"),
        (&["topology", "direct", "--default-delay", "soon"], "no unit of time"),
        (&["topology", "direct", "--default-delay", "-1 ms"], "is not negative"),
    ] {
        let (code, out, err) = byeloss(folder.path(), arguments);
        assert_eq!((code, out.as_str()), (2, ""), "{arguments:?}");
        assert!(err.contains(expected), "{arguments:?}: {err}");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    let (code, _, err) = byeloss(folder.path(), &["topology", "direct", "-o", "no/such/folder.json"]);
    assert!(code == 1 && err.contains("no/such/folder.json"), "{err}");
}

#[test]
fn every_network_of_the_zoo_is_imported_drawn_and_converted() {
    // Nodes, edges and nodes with a position, as counted by another reader (networkx).
    let counted: BTreeMap<&str, [u64; 3]> = BTreeMap::from([
        ("Abilene", [11, 14, 11]),
        ("AttMpls", [25, 57, 25]),
        ("Bellcanada", [48, 65, 48]),
        ("Chinanet", [42, 66, 38]),
        ("Cogentco", [197, 245, 186]),
        ("Dfn", [58, 87, 51]),
        ("Geant2012", [40, 61, 37]),
        ("Janetbackbone", [29, 45, 28]),
        ("Nsfnet", [13, 15, 13]),
        ("Renater2010", [43, 56, 37]),
        ("Sinet", [74, 76, 47]),
        ("Uninett2010", [74, 101, 74]),
    ]);
    let folder = tempfile::tempdir().unwrap();
    for file in zoo() {
        let name = file.file_stem().unwrap().to_str().unwrap();
        let path = file.to_str().unwrap();
        let said = json(folder.path(), &["topology", path, "--json", "-o", "net.json", "--svg", "net.svg"]);
        let found = [&said["nodes"]["count"], &said["links"]["count"], &said["positions"]["given"]];
        if let Some(counted) = counted.get(name) {
            assert_eq!(found.map(|count| count.as_u64().unwrap()), *counted, "{name}");
        }
        assert_eq!(said["title"], name);
        assert_eq!(said["positions"]["missing"], 0, "{name}");
        let again = json(folder.path(), &["topology", "net.json", "--json"]);
        for key in ["nodes", "components", "diameter", "degrees", "positions"] {
            assert_eq!(again[key], said[key], "{name}: {key}");
        }
        assert!(fs::read_to_string(folder.path().join("net.svg")).unwrap().ends_with("</svg>\n"));
    }
}
