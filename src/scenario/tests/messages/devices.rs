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

#[test]
fn each_mistake_of_devices_is_named_where_it_stands() {
    for (what, more, sets, errors) in [
        (
            "calls beside devices",
            "[calls]\ncount = 3\n",
            &[][..],
            &["8:1: `calls` speaks of calls, and the scenario has devices"][..],
        ),
        (
            "a setting of the other mechanism",
            "expires = 3600\n",
            &[][..],
            &["8:11: `devices.expires` is of the other mechanism"][..],
        ),
        (
            "a misspelt mechanism and no count",
            "",
            &["devices.mechanism=gat-1400", "devices={mechanism = \"gat1400\"}"][..],
            &["command line:1:9: `devices.count` is missing"][..],
        ),
        (
            "a misspelt mechanism and no count",
            "",
            &["devices.mechanism=gat-1400"][..],
            &["command line:1:19: `devices.mechanism` cannot be `gat-1400`"][..],
        ),
        (
            "a jitter longer than the interval",
            "jitter = \"91 s\"\n",
            &[][..],
            &[r#"8:10: `devices.jitter` cannot be `"91 s"`"#][..],
        ),
        (
            "a level that the route does not have",
            "[[restarts]]\nlevel = 3\nat = \"1 min\"\nfor = \"1 min\"\n[platforms]\ncount = [3, 2]\n",
            &[][..],
            &["9:9: `restarts.0.level` cannot be `3`"][..],
        ),
        (
            "devices where there is no platform",
            "",
            &["topology=direct"][..],
            &["command line:1:10: `devices.node` is missing", "command line:1:10: `devices.platform` is missing"][..],
        ),
        (
            "a method of calls and an answer to everything",
            "[[faults]]\nmethod = \"INVITE\"\n[[faults]]\nanswer = 500\n",
            &[][..],
            &[r#"9:10: `faults.0.method` cannot be `"INVITE"`"#, "11:10: only requests of one method can be answered"]
                [..],
        ),
    ] {
        assert_refused(what, &refused_devices(more, sets), errors);
    }
}
