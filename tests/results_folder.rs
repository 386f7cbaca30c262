//! The folder of a result: what it says it is a result of, how it is made again, and when it is not overwritten.

#![cfg(feature = "cli")]

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

/// Runs the command in `folder`; its exit code, standard output and standard error.
fn byeloss(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::cargo_bin("byeloss").expect("the binary");
    let output = command.current_dir(folder).args(arguments).output().expect("it starts");
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("text");
    (output.status.code().expect("an exit code"), text(&output.stdout), text(&output.stderr))
}

fn scratch() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

/// Every file below `folder`, with its bytes.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for path in fs::read_dir(next).expect("a folder").map(|entry| entry.expect("an entry").path()) {
            match path.is_dir() {
                true => folders.push(path),
                false => {
                    let name = path.strip_prefix(folder).expect("inside").to_string_lossy().into_owned();
                    found.push((name, fs::read(&path).expect("a file")));
                }
            }
        }
    }
    found.sort();
    found
}

fn manifest(folder: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(folder.join("run.json")).expect("a manifest")).expect("JSON")
}

const MINE: &str = r#"
name = "mine"
topology = "nets/mine.json"
[calls]
count = 40
talk-time = "60 s" # all alike
[link]
loss = { model = "trace", file = "nets/losses.txt", spacing = "20 ms", length = "60 s" }
[sweep]
"session-timer.session-expires" = [90, 1800]
"#;

/// A scenario of its own with a topology and a recording of its own.
fn with_files(folder: &Path) {
    fs::create_dir(folder.join("nets")).unwrap();
    fs::write(folder.join("mine.toml"), MINE).unwrap();
    fs::write(folder.join("nets/losses.txt"), "0.5\n1.5\n30\n").unwrap();
    let net = r#"{ "nodes": [{ "id": "a", "kind": "agents" }, { "id": "b", "kind": "agents" }],
        "edges": [{ "source": "a", "target": "b", "delay": "20 ms" }] }"#;
    fs::write(folder.join("nets/mine.json"), net).unwrap();
}

#[test]
fn a_result_says_what_it_is_a_result_of() {
    let scratch = scratch();
    let sets = ["--set", "calls.count=50", "--seed", "7"];
    let (code, _, err) = byeloss(scratch.path(), &[&["run", "session-expires"][..], &sets].concat());
    assert_eq!(code, 0, "{err}");
    let folder = scratch.path().join("results/session-expires,calls.count=50,seed=7");
    let manifest = manifest(&folder);
    assert_eq!(manifest["command"], "byeloss run session-expires --set calls.count=50 --set seed=7");
    assert_eq!((&manifest["seed"], &manifest["builtin"]), (&7.into(), &"session-expires".into()));
    assert_eq!(manifest["byeloss_version"], env!("CARGO_PKG_VERSION"));
    let scenario = fs::read_to_string(folder.join("input/scenario.toml")).unwrap();
    assert!(scenario.contains("count = 50") && scenario.contains("seed = 7"), "{scenario}");
    assert!(folder.join("input/direct.json").exists());
    let page = fs::read_to_string(folder.join("index.html")).unwrap();
    for said in [
        "byeloss run session-expires --set calls.count=50 --set seed=7",
        "<td class=\"text\">calls.count</td><td class=\"text\">50</td><td class=\"text\">override</td>",
        "<td class=\"text\">link.loss</td><td class=\"text\">0.1</td><td class=\"text\">scenario</td>",
        "mean one-way delay",
    ] {
        assert!(page.contains(said), "{said}");
    }
    let listed: Vec<&str> = manifest["files"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    let there = files(&folder).into_iter().map(|(name, _)| name).filter(|name| name != "run.json");
    let mut listed = listed.clone();
    listed.sort_unstable();
    assert_eq!(there.collect::<Vec<_>>(), listed);
}

#[test]
fn the_folder_alone_makes_the_same_bytes_again() {
    let scratch = scratch();
    with_files(scratch.path());
    let sets = ["--set", "calls.talk-time=\"90 s\"", "-o", "first"];
    assert_eq!(byeloss(scratch.path(), &[&["run", "mine.toml"][..], &sets].concat()).0, 0);
    let first = files(&scratch.path().join("first"));
    // What it was made from is gone.
    fs::remove_dir_all(scratch.path().join("nets")).unwrap();
    fs::remove_file(scratch.path().join("mine.toml")).unwrap();
    fs::rename(scratch.path().join("first"), scratch.path().join("moved")).unwrap();
    let (code, _, err) = byeloss(scratch.path(), &["run", "moved"]);
    assert_eq!((code, err.as_str()), (0, "wrote moved/index.html\n"));
    assert!(files(&scratch.path().join("moved")) == first, "other bytes");
    assert_eq!(byeloss(scratch.path(), &["run", "moved", "-o", "again", "--threads", "2"]).0, 0);
    assert!(files(&scratch.path().join("again")) == first, "other bytes");
}

#[test]
fn a_scenario_without_overrides_stands_in_the_folder_as_it_was_written() {
    let scratch = scratch();
    with_files(scratch.path());
    assert_eq!(byeloss(scratch.path(), &["run", "mine.toml"]).0, 0);
    let input = scratch.path().join("results/mine/input");
    let names: Vec<String> = files(&input).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["losses.txt", "mine.json", "scenario.toml"]);
    let expected = MINE.replace("nets/", "");
    assert_eq!(fs::read_to_string(input.join("scenario.toml")).unwrap(), expected);
}

#[test]
fn check_trace_and_compare_take_the_folder_of_a_result() {
    let scratch = scratch();
    assert_eq!(byeloss(scratch.path(), &["run", "one-call", "--set", "calls.talk-time=\"20 min\"", "-o", "r"]).0, 0);
    let (code, out, _) = byeloss(scratch.path(), &["check", "r"]);
    assert_eq!(code, 0, "{out}");
    let (code, out, _) = byeloss(scratch.path(), &["trace", "r"]);
    let same = byeloss(scratch.path(), &["trace", "one-call", "--set", "calls.talk-time=\"20 min\""]);
    assert_eq!((code, &out), (0, &same.1));
    let (code, out, _) =
        byeloss(scratch.path(), &["compare", "r", "one-call", "--set-b", "calls.talk-time=\"20 min\""]);
    assert_eq!(code, 0, "{out}");
    assert_eq!(byeloss(scratch.path(), &["compare", "r", "one-call"]).0, 3);
}

#[test]
fn overrides_of_a_result_go_to_a_folder_beside_it_and_add_to_its_own() {
    let scratch = scratch();
    assert_eq!(byeloss(scratch.path(), &["run", "one-call", "--seed", "2", "-o", "r"]).0, 0);
    let before = files(&scratch.path().join("r"));
    assert_eq!(byeloss(scratch.path(), &["run", "r", "--set", "link.loss=0.2"]).0, 0);
    assert!(files(&scratch.path().join("r")) == before);
    let command = &manifest(&scratch.path().join("r,link.loss=0.2"))["command"];
    assert_eq!(command, "byeloss run one-call --set seed=2 --set link.loss=0.2");
}

#[test]
fn another_question_is_overwritten_by_force_alone() {
    let scratch = scratch();
    let run = |more: &[&str]| byeloss(scratch.path(), &[&["run", "one-call", "-o", "r"][..], more].concat());
    assert_eq!(run(&["--seed", "2"]).0, 0);
    let before = files(&scratch.path().join("r"));
    let (code, out, err) = run(&["--seed", "3"]);
    assert_eq!((code, out.as_str()), (2, ""));
    let refused = "error: cannot write results to `r`: it holds the result of another question: byeloss run one-call --set seed=2\n";
    assert_eq!(err, format!("{refused}help: another folder by `-o DIR`, or `--force` to overwrite it\n"));
    assert!(files(&scratch.path().join("r")) == before);
    assert_eq!(run(&["--seed", "3", "--force"]).0, 0);
    assert_eq!(manifest(&scratch.path().join("r"))["seed"], 3);
    assert_eq!(run(&["--seed", "3"]).0, 0, "the same question needs no force");
}

#[test]
fn the_table_is_printed_even_where_the_files_cannot_be_written() {
    let scratch = scratch();
    fs::create_dir_all(scratch.path().join("r/index.html")).unwrap();
    let (code, out, err) = byeloss(scratch.path(), &["run", "ka-1", "--set", "calls.count=100", "-o", "r"]);
    assert_eq!(code, 1, "{err}");
    assert!(err.contains("index.html"), "{err}");
    assert!(out.contains("refresher"), "{out}");
    assert_eq!(files(&scratch.path().join("r")).len(), 0);
}

#[test]
#[cfg(unix)]
fn of_runs_into_one_folder_at_once_all_but_one_are_refused_and_no_files_mix() {
    let scratch = scratch();
    let runs = (1..=6).map(|seed| {
        let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin("byeloss"));
        let seed = seed.to_string();
        command.current_dir(scratch.path()).args(["run", "outage", "--seed", &seed, "-o", "r", "--threads", "1"]);
        let command = command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
        (seed, command.spawn().expect("it starts"))
    });
    let runs: Vec<(String, std::process::Child)> = runs.collect();
    let codes = runs.into_iter().map(|(seed, mut run)| (seed, run.wait().expect("it ends").code()));
    let done: Vec<String> = codes.filter(|(_, code)| *code == Some(0)).map(|(seed, _)| seed).collect();
    let [seed] = &done[..] else { panic!("{done:?}") };
    assert_eq!(manifest(&scratch.path().join("r"))["seed"].to_string(), *seed);
    let summary: Value =
        serde_json::from_str(&fs::read_to_string(scratch.path().join("r/summary.json")).unwrap()).unwrap();
    assert_eq!(summary["seed"].to_string(), *seed);
}

#[test]
fn a_result_of_another_version_is_run_again_with_a_warning() {
    let scratch = scratch();
    assert_eq!(byeloss(scratch.path(), &["run", "one-call", "-o", "r"]).0, 0);
    let path = scratch.path().join("r/run.json");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace(env!("CARGO_PKG_VERSION"), "0.0.7")).unwrap();
    let (code, _, err) = byeloss(scratch.path(), &["run", "r"]);
    assert_eq!(code, 0, "{err}");
    assert!(err.starts_with("warning: `r` is a result of byeloss 0.0.7; this is "), "{err}");
    assert_eq!(fs::read_to_string(&path).unwrap(), text, "it is one of this version now");
}
