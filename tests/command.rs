//! The binary, used as a stranger would.

#![cfg(feature = "cli")]

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use tempfile::TempDir;

/// The command in an empty folder of its own.
fn byeloss() -> (Command, TempDir) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut command = Command::cargo_bin("byeloss").expect("the binary");
    command.current_dir(folder.path());
    (command, folder)
}

fn run(arguments: &[&str]) -> (i32, String, String, TempDir) {
    let (mut command, folder) = byeloss();
    let output = command.args(arguments).output().expect("it starts");
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("text");
    (output.status.code().expect("an exit code"), text(&output.stdout), text(&output.stderr), folder)
}

fn files(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = match fs::read_dir(folder) {
        Ok(entries) => entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect(),
        Err(_) => Vec::new(),
    };
    names.sort();
    names
}

#[test]
fn run_prints_the_table_and_writes_its_files() {
    let (code, out, err, folder) = run(&["run", "session-expires", "--set", "calls.count=500"]);
    assert_eq!(code, 0, "{err}");
    assert!(out.lines().all(|line| line.chars().count() <= 100), "{out}");
    assert!(out.contains("refresher") && out.contains("1800"), "{out}");
    let expected = [
        "index.html",
        "input",
        "points.csv",
        "recovery.png",
        "recovery.svg",
        "releases.csv",
        "run.json",
        "summary.json",
        "survival.png",
        "survival.svg",
        "trade-off.png",
        "trade-off.svg",
    ];
    assert_eq!(files(&folder.path().join("results/session-expires,calls.count=500")), expected);
    // Off a terminal: no bar, one plain line.
    assert_eq!(err, "wrote results/session-expires,calls.count=500/index.html\n");
}

#[test]
fn without_a_command_the_built_in_study_is_run() {
    let (code, _, _, folder) = run(&["--set", "calls.count=100"]);
    assert_eq!(code, 0);
    assert!(folder.path().join("results/session-expires,calls.count=100/summary.json").exists());
}

#[test]
fn json_goes_to_standard_output_and_is_the_summary() {
    let (code, out, _, folder) = run(&["run", "ka-1", "--json", "-o", "here", "--set", "calls.count=200"]);
    assert_eq!(code, 0);
    let printed: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(printed["schema"], "byeloss/summary");
    assert_eq!(fs::read_to_string(folder.path().join("here/summary.json")).unwrap(), out);
}

#[test]
fn timing_goes_to_standard_error_and_leaves_no_mark_on_the_results() {
    let (_, plain, _, _) = run(&["run", "ka-1", "--json", "--set", "calls.count=200"]);
    let (code, timed, err, _) = run(&["run", "ka-1", "--json", "--set", "calls.count=200", "--timing"]);
    assert_eq!(code, 0);
    assert_eq!(plain, timed);
    assert!(err.contains("events") && err.contains("CPU"), "{err}");
}

#[test]
fn the_page_needs_neither_network_nor_script() {
    let (_, _, _, folder) = run(&["run", "session-expires", "--set", "calls.count=300"]);
    let page = fs::read_to_string(folder.path().join("results/session-expires,calls.count=300/index.html")).unwrap();
    assert!(!page.contains("<script") && !page.contains("src=\"http") && !page.contains("@import"));
    assert_eq!(page.matches("<svg").count(), 3);
}

#[test]
fn bad_input_is_named_with_its_place_and_its_nearest_right_word_and_writes_nothing() {
    for (arguments, expected) in [
        (&["run", "sesion-expires"][..], "did you mean `session-expires`"),
        (&["run", "nowhere.toml"], "there is no such file"),
        (&["run", "--set", "session-timer.session-expires=89"], "89"),
        (&["run", "--set", "session-timer.sesion-expires=90"], "did you mean"),
        (&["run", "--set", "hangup.bye-loss=1.5"], "1.5"),
        (&["run", "--set", "topology=\"two-proxys\""], "did you mean `two-proxies`"),
        (&["run", "--set", "callee.node=\"calleee\""], "did you mean `callee`"),
        (&["run", "--set", "callee.node=caller", "--set", "caller.node=caller"], "both at `caller`"),
        (&["trace", "--call", "1"], "--call 1"),
        (&["trace", "session-expires", "--point", "10"], "points from 1 to 9"),
        (&["show", "one-cal"], "did you mean `one-call`"),
        (&["run", "--threads", "0"], "0"),
        (&["walk"], "walk"),
    ] {
        let (code, out, err, folder) = run(arguments);
        assert_eq!(code, 2, "{arguments:?}: {err}");
        assert!(err.contains(expected), "{arguments:?}: {err}");
        assert_eq!(out, "", "{arguments:?}");
        assert!(files(folder.path()).is_empty(), "{arguments:?}");
    }
}

#[test]
fn an_old_name_is_warned_of_once_and_stops_nothing() {
    let sets = ["--set", "caller.lingers=true", "--set", "sweep.seed=[1, 2, 3]"];
    let (code, _, err, _) = run(&[&["check", "one-call"], &sets[..]].concat());
    assert_eq!(code, 0, "{err}");
    assert_eq!(err.matches("warning: ").count(), 1, "{err}");
    assert!(err.contains("the key `lingers` is now `dialog-outlives-bye`"), "{err}");
    assert!(err.contains("command line:1:8"), "{err}");
}

/// What bash offers after `line` is typed, by the script of `byeloss completions bash`.
fn offered(line: &str) -> String {
    let (_, script, _, folder) = run(&["completions", "bash"]);
    let words = line.split(' ').map(|word| format!("'{word}'")).collect::<Vec<_>>().join(" ");
    let ask = format!(
        "{script}\nCOMP_LINE='{line}'; COMP_POINT=${{#COMP_LINE}}; COMP_WORDS=({words}); \
         COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))\n_byeloss_or_setting byeloss \"${{COMP_WORDS[COMP_CWORD]}}\" ''\n\
         echo \"${{COMPREPLY[@]}}\"\n"
    );
    fs::write(folder.path().join("ask.bash"), ask).expect("a folder");
    let output = Command::new("bash").arg(folder.path().join("ask.bash")).output().expect("bash");
    String::from_utf8(output.stdout).expect("text").trim().to_owned()
}

#[test]
fn bash_completes_commands_keys_and_the_words_of_a_key() {
    assert_eq!(offered("byeloss topo"), "topology");
    assert_eq!(offered("byeloss run --set timers."), "timers.t1= timers.t2= timers.t4=");
    assert_eq!(offered("byeloss run --set callee.refresher=u"), "uac uas");
    assert_eq!(offered("byeloss compare a b --set-a=link.transport=t"), "tcp");
}

#[test]
fn the_schema_is_that_of_the_library() {
    let (code, out, _, _) = run(&["schema"]);
    let schema: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!((code, schema), (0, byeloss::scenario::schema()));
}

#[test]
fn numbers_on_the_command_line_are_refused_with_what_is_allowed() {
    for (arguments, allowed) in [
        (["run", "--seed", "-1"], "0 to 18446744073709551615"),
        (["run", "--seed", "1e3"], "0 to 18446744073709551615"),
        (["run", "--threads", "0"], "1 to 1024"),
        (["run", "--threads", "-2"], "1 to 1024"),
        (["trace", "--call", "-1"], "0 to 4294967295"),
        (["trace", "--point", "0"], "1 to 4294967295"),
    ] {
        let (code, _, err, _) = run(&arguments);
        assert_eq!(code, 2, "{err}");
        assert!(err.contains(&format!("allowed: an integer from {allowed}")), "{err}");
    }
}

#[test]
fn a_file_with_a_mistake_is_shown_with_line_and_column() {
    let (mut command, folder) = byeloss();
    let text = "name = \"mine\"\ntopology = \"direct\"\n[calls]\ncount = 10\ntalk-tme = \"180 s\"\n";
    fs::write(folder.path().join("mine.toml"), text).unwrap();
    let output = command.args(["check", "mine.toml"]).output().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(err.contains("mine.toml:5:1") && err.contains("talk-time"), "{err}");
}

#[test]
fn a_file_where_the_results_folder_should_be_is_refused_before_the_run() {
    let (mut command, folder) = byeloss();
    fs::write(folder.path().join("taken"), "a file where a folder is wanted").unwrap();
    let output = command.args(["run", "ka-1", "--set", "calls.count=50", "-o", "taken"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().contains("`taken` is not a folder"));
    assert_eq!(files(folder.path()), ["taken"]);
}

#[cfg(target_os = "linux")]
/// Runs a study, presses Ctrl-C when standard error says `when`, and returns the exit code and what it said after that.
#[cfg(unix)]
fn interrupted(arguments: &[&str], when: &str) -> (Option<i32>, String, TempDir) {
    use std::io::{BufRead, BufReader, Read};
    use std::process::{Command, Stdio};
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut command = Command::new(assert_cmd::cargo::cargo_bin("byeloss"));
    command.current_dir(folder.path()).args(arguments).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut running = command.spawn().expect("it starts");
    let mut said = BufReader::new(running.stderr.take().expect("piped"));
    let mut line = String::new();
    while !line.starts_with(when) {
        line.clear();
        assert!(said.read_line(&mut line).expect("text") > 0, "it never said {when}");
    }
    Command::new("kill").args(["-INT", &running.id().to_string()]).status().expect("kill");
    let mut rest = String::new();
    said.read_to_string(&mut rest).expect("text");
    (running.wait().expect("it ends").code(), rest, folder)
}

#[test]
#[cfg(unix)]
fn ctrl_c_while_figures_are_drawn_ends_at_once_and_writes_nothing() {
    let values: Vec<String> = (90..3090).map(|value| value.to_string()).collect();
    let axis = format!("sweep.\"session-timer.session-expires\"=[{}]", values.join(","));
    // The cost of the simulation is told when it is over; then come the figures of 3000 points.
    let arguments = ["run", "session-expires", "--timing", "--set", &axis, "--set", "calls.count=3"];
    let (code, said, folder) = interrupted(&arguments, "wall");
    assert_eq!(code, Some(75), "{said}");
    assert_eq!(said, "interrupted: nothing was written; the same command begins again\n");
    assert_eq!(files(folder.path()), [""; 0]);
}

#[test]
fn results_that_cannot_be_written_are_a_fault_and_leave_nothing() {
    // Nobody, not even root, can make a file in /proc.
    let (code, _, err, folder) = run(&["run", "ka-1", "--set", "calls.count=50", "-o", "/proc/results"]);
    assert_eq!(code, 1, "{err}");
    assert!(err.contains("/proc/results"), "{err}");
    assert!(files(folder.path()).is_empty());
}

#[test]
fn a_call_too_long_to_be_traced_is_refused() {
    let (code, out, err, _) =
        run(&["trace", "--set", "calls.talk-time=\"10000 d\"", "--set", "session-timer.session-expires=90"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("horizon"), "{err}");
}

#[test]
fn trace_tells_why_the_call_ended_when_it_did() {
    let (code, out, err, _) = run(&["trace"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.lines().all(|line| line.chars().count() <= 100), "{out}");
    insta::assert_snapshot!(out);
}

#[test]
fn trace_draws_a_lifeline_for_each_element_between_the_ends() {
    let mut arguments = vec!["trace", "one-call"];
    for set in [
        "topology=sip-trunk",
        "calls.ring-time=0",
        "calls.talk-time=10",
        "session-timer.session-expires=90",
        "hangup.bye-loss=0",
        "hangup.dies=1",
        "faults=[{ sender = \"edge\", method = \"INVITE\", nth = 1 }, { sender = \"sbc\", method = \"BYE\" }]",
        "horizon=140",
    ] {
        arguments.extend(["--set", set]);
    }
    let (code, out, err, _) = run(&arguments);
    assert_eq!((code, err.as_str()), (0, ""));
    insta::assert_snapshot!(out);
}

#[test]
fn trace_gives_json_lines_with_whole_nanoseconds() {
    let (code, out, _, _) = run(&["trace", "--json"]);
    assert_eq!(code, 0);
    let mut lines = out.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"));
    assert_eq!(lines.next().unwrap()["schema"], "byeloss/trace");
    assert!(lines.all(|line| line["t_ns"].is_u64() && line["fact"].is_string()));
}

#[test]
fn what_list_names_show_prints_and_check_accepts() {
    let (code, out, _, _) = run(&["list"]);
    assert_eq!(code, 0);
    assert!(out.lines().all(|line| line.chars().count() <= 100), "{out}");
    let about_at: Vec<usize> =
        out.lines().filter(|line| line.starts_with(' ')).map(|line| line.len() - line.trim_start().len()).collect();
    assert!(about_at.windows(2).all(|two| two[0] == two[1]), "{out}");
    for line in out.lines().filter(|line| !line.starts_with(' ')) {
        let mut words = line.split_whitespace();
        let (kind, name) = (words.next().unwrap(), words.next().unwrap());
        assert!(words.next().is_some(), "{name} says what it is about");
        assert_eq!(run(&["show", name]).0, 0);
        if kind == "scenario" {
            assert_eq!(run(&["check", name]).0, 0);
        }
    }
}

#[test]
fn a_scenario_that_show_prints_runs_from_a_file() {
    let (_, text, _, folder) = run(&["show", "one-call"]);
    fs::write(folder.path().join("copy.toml"), text).unwrap();
    let mut command = Command::cargo_bin("byeloss").unwrap();
    command.current_dir(folder.path()).args(["trace", "copy.toml"]).assert().success();
}

#[test]
fn compare_says_that_two_runs_are_the_same_or_names_the_first_fact_that_differs() {
    let few = ["--set", "calls.count=30"];
    let (code, out, err, _) = run(&[&["compare", "session-expires", "session-expires"][..], &few].concat());
    assert_eq!((code, out.as_str()), (0, "the same: every fact of all calls; points: 9, calls: 270\n"), "{err}");
    let later = ["--set-b", "calls.talk-time=\"1 h\"", "--set-a", "calls.talk-time=\"59 min\""];
    let (code, out, err, _) = run(&[&["compare", "one-call", "one-call"][..], &later].concat());
    assert_eq!(code, 3, "{err}");
    let lines: Vec<&str> = out.lines().collect();
    assert!(lines[0].starts_with("point 1, call 0, fact "), "{out}");
    assert!(lines[1].starts_with("A: {\"t_ns\":") && lines[1].contains("hung-up"), "{out}");
    assert!(lines[2].starts_with("B: {\"t_ns\":"), "{out}");
    assert_eq!(lines.len(), 3);
    let few = ["--set", "devices.count=20", "--set", "sweep={}"];
    let (code, out, err, _) =
        run(&[&["compare", "gat1400-heartbeat", "gat1400-heartbeat", "--set-b", "seed=2"][..], &few].concat());
    assert_eq!(code, 3, "{err}");
    assert!(out.starts_with("point 1, device 0, fact 1:\nA: {"), "{out}");
    let (code, _, err, _) = run(&["compare", "one-call", "gat1400-heartbeat"]);
    assert_eq!((code, err.contains("is about calls")), (2, true), "{err}");
    assert_eq!(run(&["compare", "one-call", "one-cal"]).0, 2);
}

#[test]
fn the_ladder_of_the_readme_is_that_of_the_command() {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).expect("the readme");
    let (_, excerpt) = readme.split_once("byeloss trace one-call\n```\n\n```text\n").expect("the ladder");
    let (excerpt, _) = excerpt.split_once("```").expect("its end");
    let (code, out, _, _) = run(&["trace", "one-call"]);
    assert_eq!(code, 0);
    let mut lines = out.lines();
    for line in excerpt.lines().filter(|line| !line.trim().is_empty() && line.trim() != "...") {
        assert!(lines.any(|printed| printed == line), "not in this order in the ladder: {line}");
    }
}
