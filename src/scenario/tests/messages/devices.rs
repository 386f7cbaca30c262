//! Mistakes in scenarios with devices.

use super::*;

const DEVICES: &str = "\
name = \"devices\"
topology = \"platforms\"
horizon = \"1 h\"

[devices]
count = 10
mechanism = \"gat1400\"
";

/// What is wrong with `DEVICES` with `more` after it.
fn refused_devices(more: &str, sets: &[&str]) -> String {
    let sets: Vec<String> = sets.iter().map(|set| (*set).to_owned()).collect();
    let asked = open_text("scenario.toml", &format!("{DEVICES}{more}"), &sets);
    asked.map(|asked| asked.name().to_owned()).unwrap_err().render(false)
}

#[test]
fn calls_beside_devices() {
    insta::assert_snapshot!(refused_devices("[calls]\ncount = 3\n", &[]), @r#"
    error: `calls` speaks of calls, and the scenario has devices
     --> scenario.toml:8:1
      |
    8 | [calls]
      | ^^^^^^^ does not go with devices
      |
      = note: allowed: `name`, `title`, `topology`, `seed`, `horizon`, `devices`, `http`, `platforms`, `restarts`, `link`, `links`, `nodes`, `faults`
    "#);
}

#[test]
fn a_setting_of_the_other_mechanism() {
    insta::assert_snapshot!(refused_devices("expires = 3600\n", &[]), @r#"
    error: `devices.expires` is of the other mechanism
     --> scenario.toml:8:11
      |
    8 | expires = 3600
      |           ^^^^ has no effect here
      |
      = note: allowed: leave it out, or choose the other `devices.mechanism`
    "#);
}

#[test]
fn a_misspelt_mechanism_and_no_count() {
    insta::assert_snapshot!(refused_devices("", &["devices.mechanism=gat-1400", "devices={mechanism = \"gat1400\"}"]), @r#"
    error: `devices.count` is missing
     --> command line:1:9
      |
    1 | devices={mechanism = "gat1400"}
      |         ^^^^^^^^^^^^^^^^^^^^^^^ in this table
      |
      = help: for example `count = 2000`
    "#);
    insta::assert_snapshot!(refused_devices("", &["devices.mechanism=gat-1400"]), @r#"
    error: `devices.mechanism` cannot be `gat-1400`
     --> command line:1:19
      |
    1 | devices.mechanism=gat-1400
      |                   ^^^^^^^^ no such choice
      |
      = note: allowed: `gat1400`, `gb28181`
      = help: did you mean `gat1400`?
    "#);
}

#[test]
fn a_jitter_longer_than_the_interval() {
    insta::assert_snapshot!(refused_devices("jitter = \"91 s\"\n", &[]), @r#"
    error: `devices.jitter` cannot be `"91 s"`
     --> scenario.toml:8:10
      |
    8 | jitter = "91 s"
      |          ^^^^^^ too long
      |
      = note: allowed: a length of time up to 90 s
    "#);
}

#[test]
fn a_level_that_the_route_does_not_have() {
    let more = "[[restarts]]\nlevel = 3\nat = \"1 min\"\nfor = \"1 min\"\n[platforms]\ncount = [3, 2]\n";
    insta::assert_snapshot!(refused_devices(more, &[]), @r#"
    error: `restarts.0.level` cannot be `3`
     --> scenario.toml:9:9
      |
    9 | level = 3
      |         ^ above 2
      |
      = note: allowed: a whole number from 1 to 2
    "#);
}

#[test]
fn devices_where_there_is_no_platform() {
    insta::assert_snapshot!(refused_devices("", &["topology=direct"]), @r#"
    error: `devices.node` is missing
     --> command line:1:10
      |
    1 | topology=direct
      |          ^^^^^^ this topology leaves it open
      |
      = note: its nodes of kind `agents` are `caller`, `callee`
      = help: for example `devices.node = "caller"`

    error: `devices.platform` is missing
     --> command line:1:10
      |
    1 | topology=direct
      |          ^^^^^^ this topology leaves it open
      |
      = note: the topology has no node of kind `platform`
    "#);
}

#[test]
fn a_method_of_calls_and_an_answer_to_everything() {
    insta::assert_snapshot!(refused_devices("[[faults]]\nmethod = \"INVITE\"\n[[faults]]\nanswer = 500\n", &[]), @r#"
    error: `faults.0.method` cannot be `"INVITE"`
     --> scenario.toml:9:10
      |
    9 | method = "INVITE"
      |          ^^^^^^^^ no such choice
      |
      = note: allowed: `REGISTER`, `KEEPALIVE`, `UNREGISTER`

    error: only requests of one method can be answered
      --> scenario.toml:11:10
       |
    11 | answer = 500
       |          ^^^
       |
       = help: say which: `method = "REGISTER"`, "KEEPALIVE" or "UNREGISTER", and no `status`
    "#);
}

#[test]
fn shares_above_one_and_no_horizon() {
    let text = DEVICES.replace("horizon = \"1 h\"\n", "") + "unregister-lost = 0.6\ndies = 0.5\n";
    insta::assert_snapshot!(open_text("scenario.toml", &text, &[]).map(|_| ()).unwrap_err().render(false), @r#"
    error: `horizon` is missing
     --> scenario.toml:1:1
      |
    1 | name = "devices"
      | ^ in this file
      |
      = help: for example `horizon = "2 h"`

    error: the shares of `devices` sum to 1.1
     --> scenario.toml:7:19
      |
    7 | unregister-lost = 0.6
      |                   ^^^
    8 | dies = 0.5
      |        ---
      |
      = note: allowed: `unregister-lost` and `dies` of at most 1 together
    "#);
}

#[test]
fn nodes_of_devices() {
    for (more, sets, expected) in [
        ("[nodes.bas-station]\n", &[][..], "did you mean `base-station`?"),
        ("[nodes.base-station]\nrecords-route = false\n", &[], "unknown key `records-route` in `nodes.base-station`"),
        ("[nodes.base-station]\noutage = { up = 1 }\n", &[], "`nodes.base-station.outage.down` is missing"),
        (
            "[nodes.city]\n",
            &["devices.platform=district"],
            "the nodes on the way are `devices`, `base-station`, `district`",
        ),
    ] {
        let message = refused_devices(more, sets);
        assert!(message.contains(expected), "{message}");
    }
}
