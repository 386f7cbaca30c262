//! Mistakes in files and TOML itself.

use super::*;

#[test]
fn a_text_for_a_table() {
    let message = refused(["topology", "calls = 1\ntopology"], "hangup = 5\n", &[]);
    insta::assert_snapshot!(message, @r"
    error: this is not TOML
     --> scenario.toml:5:2
      |
    5 | [calls]
      |  ^^^^^ duplicate key
    ");
}

#[test]
fn an_empty_file() {
    let message = refused([LEAST, ""], "", &[]);
    insta::assert_snapshot!(message, @r#"
    error: `name` is missing
     --> scenario.toml:1:1
      |
    1 |
      | ^ in this file
      |
      = help: for example `name = "my-study"`

    error: `topology` is missing
     --> scenario.toml:1:1
      |
    1 |
      | ^ in this file
      |
      = help: for example `topology = "direct"`

    error: `calls.count` is missing
     --> scenario.toml:1:1
      |
    1 |
      | ^ in this file
      |
      = help: for example `count = 100_000`

    error: `calls.talk-time` is missing
     --> scenario.toml:1:1
      |
    1 |
      | ^ in this file
      |
      = help: for example `talk-time = { distribution = "exponential", mean = "180 s" }`
    "#);
}

#[test]
fn no_toml() {
    let message = refused(["name = \"least\"", "name = least"], "", &[]);
    insta::assert_snapshot!(message, @r#"
    error: this is not TOML
     --> scenario.toml:1:8
      |
    1 | name = least
      |        ^^^^^ neither a number nor a text in quotes
      |
      = help: if it is a text, write "least"
    "#);
}

#[test]
fn a_key_twice() {
    let message = refused(AS_IT_IS, "count = 11\n", &[]);
    insta::assert_snapshot!(message, @r"
    error: this is not TOML
     --> scenario.toml:7:1
      |
    7 | count = 11
      | ^^^^^ duplicate key
    ");
}

#[test]
fn no_such_topology() {
    let message = refused(["direct", "two-proxys"], "", &[]);
    insta::assert_snapshot!(message, @r#"
    error: there is no topology `two-proxys`
     --> scenario.toml:2:12
      |
    2 | topology = "two-proxys"
      |            ^^^^^^^^^^^^ no such built-in
      |
      = note: allowed: `direct`, `two-proxies`, `two-stateful-proxies`, `proxy-chain`, `edge-router`, `edge-proxy`, `edge-sbc`, `edge-platform`, `sbc`, `sip-trunk`, `ims`, `home-nat`, `satellite`, `mobile`, `platforms`, `branch-office`, `carrier-backbone`, or the path of a .json or .graphml file
      = help: did you mean `two-proxies`?
    "#);
}

#[test]
fn no_such_topology_file() {
    let message = refused(["direct", "topologies/dirct.json"], "", &[]);
    insta::assert_snapshot!(message, @r#"
    error: cannot read `topologies/dirct.json`: there is no such file
     --> scenario.toml:2:12
      |
    2 | topology = "topologies/dirct.json"
      |            ^^^^^^^^^^^^^^^^^^^^^^^ there is no such file
      |
      = help: did you mean `direct.json`?
    "#);
}

#[test]
fn an_unknown_scenario() {
    let message = refused_file("sesion-expires");
    insta::assert_snapshot!(message, @r"
    error: there is no scenario `sesion-expires`
     |
     = note: allowed: `session-expires`, `who-refreshes`, `stacks`, `min-se-chain`, `outage`, `bursts`, `nat`, `mechanisms`, `mechanisms-devices`, `gat1400-heartbeat`, `surveillance`, `ka-1`, `busy-hour`, `narrow-trunk`, `one-call`, `carrier-backbone`, or the path of a .toml file
     = help: did you mean `session-expires`?
    ");
}

#[test]
fn a_scenario_file_that_is_not_there() {
    let message = refused_file("scenarios/ka-2.toml");
    insta::assert_snapshot!(message, @r"
    error: cannot read `scenarios/ka-2.toml`: there is no such file
     |
     = help: did you mean `ka-1.toml`?
    ");
}

#[test]
fn a_folder() {
    let message = refused_file("scenarios/");
    insta::assert_snapshot!(message, @"error: cannot read `scenarios/`: it is a folder");
}
