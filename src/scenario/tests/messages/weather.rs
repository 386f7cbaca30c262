//! Mistakes in what is said of links: loss, outages, NATs, presets.

use super::*;

#[test]
fn a_misspelt_preset() {
    let message = refused(AS_IT_IS, "[link]\npreset = \"trottled\"\n", &[]);
    insta::assert_snapshot!(message, @r#"
    error: `link.preset` cannot be `"trottled"`
     --> scenario.toml:8:10
      |
    8 | preset = "trottled"
      |          ^^^^^^^^^^ no such choice
      |
      = note: allowed: `lan`, `wifi-busy`, `home-voice`, `wlan-lossy`, `orbit-17`, `orbit-44`, `throttled`, `rural-wireless`, `inflight`, `starlink-motorway`, `geo-satellite`, `lms-urban-45`, `lms-urban-25`, `3g-fer10`, `bgp`, `failover`, `train`, `home-access`, `nat-30`, `nat-120`, `nat-300`
      = help: did you mean `throttled`?
    "#);
}

#[test]
fn a_negative_delay() {
    let message = refused(AS_IT_IS, "[link]\ndelay = -0.02\n", &[]);
    insta::assert_snapshot!(message, @r#"
    error: `link.delay` cannot be `-0.02`
     --> scenario.toml:8:9
      |
    8 | delay = -0.02
      |         ^^^^^ below 0
      |
      = note: allowed: a length of time such as "40 ms" or 1.5 (seconds), or a table with `distribution` (`constant`, `uniform`, `exponential`, `lognormal`, `gamma`, `pareto`, `wlan-jitter` or `table`) and its parameters
    "#);
}

#[test]
fn a_loss_above_one() {
    let message = refused(AS_IT_IS, "[link]\nloss = 1.5\n", &[]);
    insta::assert_snapshot!(message, @r"
    error: `link.loss` cannot be `1.5`
     --> scenario.toml:8:8
      |
    8 | loss = 1.5
      |        ^^^ not from 0 to 1
      |
      = note: allowed: a probability, or a table with `model` (`gilbert-elliott`, `gemodel`, `four-state` or `trace`) and its parameters
    ");
}

#[test]
fn a_loss_without_its_model() {
    let message = refused(AS_IT_IS, "[link]\nloss = { good = \"600 s\", bad = \"10 s\" }\n", &[]);
    insta::assert_snapshot!(message, @r#"
    error: `link.loss.model` is missing
     --> scenario.toml:8:8
      |
    8 | loss = { good = "600 s", bad = "10 s" }
      |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ in this table
      |
      = help: for example `model = "gilbert-elliott"`
    "#);
}

#[test]
fn a_misspelt_model() {
    let message = refused(AS_IT_IS, "[link]\nloss = { model = \"gilbert-eliott\", good = 1, bad = 1 }\n", &[]);
    insta::assert_snapshot!(message, @r#"
    error: `link.loss.model` cannot be `"gilbert-eliott"`
     --> scenario.toml:8:18
      |
    8 | loss = { model = "gilbert-eliott", good = 1, bad = 1 }
      |                  ^^^^^^^^^^^^^^^^ no such choice
      |
      = note: allowed: `gilbert-elliott`, `gemodel`, `four-state`, `trace`
      = help: did you mean `gilbert-elliott`?
    "#);
}

#[test]
fn a_bad_time_of_nothing() {
    let message = refused(AS_IT_IS, "[link]\nloss = { model = \"gilbert-elliott\", good = \"600 s\", bad = 0 }\n", &[]);
    insta::assert_snapshot!(message, @r#"
    error: `link.loss.bad` cannot be `0`
     --> scenario.toml:8:59
      |
    8 | loss = { model = "gilbert-elliott", good = "600 s", bad = 0 }
      |                                                           ^ no time at all
      |
      = note: allowed: a length of time above 0
    "#);
}

#[test]
fn packets_that_change_state_more_often_than_not() {
    let message =
        refused(AS_IT_IS, "[link]\nloss = { model = \"gemodel\", p = 0.5, r = 0.6, spacing = \"20 ms\" }\n", &[]);
    insta::assert_snapshot!(message, @r#"
    error: `p` and `r` sum to 1.1
     --> scenario.toml:8:33
      |
    8 | loss = { model = "gemodel", p = 0.5, r = 0.6, spacing = "20 ms" }
      |                                 ^^^      ---
      |
      = note: allowed: less than 1 together; good and bad times in seconds move no faster, whatever their means
      = help: where each packet is lost for itself, give the loss as a probability
    "#);
}

#[test]
fn a_share_of_a_model_out_of_range() {
    let message = refused(
        AS_IT_IS,
        "[link]\nloss = { model = \"gemodel\", p = 0.1, r = 0.6, 1-h = 95, spacing = \"20 ms\" }\n",
        &[],
    );
    insta::assert_snapshot!(message, @r#"
    error: `link.loss.1-h` cannot be `95`
     --> scenario.toml:8:53
      |
    8 | loss = { model = "gemodel", p = 0.1, r = 0.6, 1-h = 95, spacing = "20 ms" }
      |                                                     ^^ not from 0 to 1
      |
      = note: allowed: a probability: a number from 0 to 1
    "#);
}

#[test]
fn four_states_that_lead_away_too_often() {
    let message = refused(
        AS_IT_IS,
        "[link]\nloss = { model = \"four-state\", p13 = 0.7, p31 = 0.5, p14 = 0.6, spacing = \"20 ms\" }\n",
        &[],
    );
    insta::assert_snapshot!(message, @r#"
    error: `p13` and `p14` sum to 1.3
     --> scenario.toml:8:38
      |
    8 | loss = { model = "four-state", p13 = 0.7, p31 = 0.5, p14 = 0.6, spacing = "20 ms" }
      |                                      ^^^                   ---
      |
      = note: allowed: at most 1 together, for both lead away from one state
    "#);
}

#[test]
fn a_recording_without_losses() {
    let message = refused(AS_IT_IS, "[link]\nloss = { model = \"trace\", lost = [], spacing = \"20 ms\" }\n", &[]);
    insta::assert_snapshot!(message, @r#"
    error: `link.loss.lost` cannot be `[]`
     --> scenario.toml:8:34
      |
    8 | loss = { model = "trace", lost = [], spacing = "20 ms" }
      |                                  ^^ no packet is lost in it
      |
      = note: allowed: at least one time; for a link without loss say `loss = 0`
    "#);
}

#[test]
fn a_recording_that_runs_back() {
    let message = refused(AS_IT_IS, "[link]\nloss = { model = \"trace\", lost = [2, 1], spacing = \"20 ms\" }\n", &[]);
    insta::assert_snapshot!(message, @r#"
    error: `link.loss.lost` cannot be `[2, 1]`
     --> scenario.toml:8:34
      |
    8 | loss = { model = "trace", lost = [2, 1], spacing = "20 ms" }
      |                                  ^^^^^^ a time comes before the one before it
      |
      = note: allowed: times in their order
    "#);
}

#[test]
fn a_recording_that_is_not_there() {
    let message = refused(
        AS_IT_IS,
        "[link]\nloss = { model = \"trace\", file = \"no-such-losses.txt\", spacing = \"20 ms\" }\n",
        &[],
    );
    insta::assert_snapshot!(message, @r#"
    error: cannot read `no-such-losses.txt`: there is no such file
     --> scenario.toml:8:34
      |
    8 | loss = { model = "trace", file = "no-such-losses.txt", spacing = "20 ms" }
      |                                  ^^^^^^^^^^^^^^^^^^^^ there is no such file
    "#);
}

#[test]
fn one_state_of_one_direction() {
    let message = refused(
        AS_IT_IS,
        "[link.to-callee]\nloss = { model = \"gilbert-elliott\", good = 1, bad = 1, one-state = true }\n",
        &[],
    );
    insta::assert_snapshot!(message, @r#"
    error: unknown key `one-state` in `link.to-callee.loss`
     --> scenario.toml:8:56
      |
    8 | loss = { model = "gilbert-elliott", good = 1, bad = 1, one-state = true }
      |                                                        ^^^^^^^^^ no such key
      |
      = note: allowed: `model`, `good`, `bad`, `loss-good`, `loss-bad`
    "#);
}

#[test]
fn an_outage_in_two_ways() {
    let message = refused(AS_IT_IS, "[link]\noutage = { from = 1, for = 2, up = 3, down = 4 }\n", &[]);
    insta::assert_snapshot!(message, @r"
    error: `link.outage` says in two ways when it is down
     --> scenario.toml:8:36
      |
    8 | outage = { from = 1, for = 2, up = 3, down = 4 }
      |                            -       ^ the second
      |                            |
      |                            the first
      |
      = note: allowed: `from`, `for` and `every`, or `times`, or `up` and `down`
    ");
}

#[test]
fn an_outage_without_a_length() {
    let message = refused(AS_IT_IS, "[link]\noutage = { from = \"10 min\" }\n", &[]);
    insta::assert_snapshot!(message, @r#"
    error: `link.outage.for` is missing
     --> scenario.toml:8:10
      |
    8 | outage = { from = "10 min" }
      |          ^^^^^^^^^^^^^^^^^^^ in this table
      |
      = help: for example `for = "60 s"`
    "#);
}

#[test]
fn an_outage_that_never_ends() {
    let message = refused(AS_IT_IS, "[link]\noutage = { for = \"60 s\", every = \"60 s\" }\n", &[]);
    insta::assert_snapshot!(message, @r#"
    error: `link.outage` has outages that last until the next
     --> scenario.toml:8:18
      |
    8 | outage = { for = "60 s", every = "60 s" }
      |                  ^^^^^^          ------
      |
      = note: allowed: `for` below `every`
    "#);
}

#[test]
fn an_outage_by_a_word() {
    let message = refused(AS_IT_IS, "[link]\noutage = \"often\"\n", &[]);
    insta::assert_snapshot!(message, @r#"
    error: `link.outage` cannot be `"often"`
     --> scenario.toml:8:10
      |
    8 | outage = "often"
      |          ^^^^^^^ not a table
      |
      = note: allowed: "none", or a table with `from` and `for`, with `times`, or with `up` and `down`
    "#);
}

#[test]
fn ups_and_downs_of_a_millisecond() {
    let message = refused(AS_IT_IS, "[link]\noutage = { up = \"1 ms\", down = \"1 ms\" }\n", &[]);
    insta::assert_snapshot!(message, @r#"
    error: `link.outage` goes up and down in less than 0.1 s
     --> scenario.toml:8:17
      |
    8 | outage = { up = "1 ms", down = "1 ms" }
      |                 ^^^^^^         ------
      |
      = note: allowed: means that sum to 0.1 s at least; shorter times are bursts of `loss`
    "#);
}

#[test]
fn a_nat_with_an_unknown_key() {
    let message = refused(AS_IT_IS, "[link]\nnat = { expire = \"30 s\" }\n", &[]);
    insta::assert_snapshot!(message, @r#"
    error: unknown key `expire` in `link.nat`
     --> scenario.toml:8:9
      |
    8 | nat = { expire = "30 s" }
      |         ^^^^^^ no such key
      |
      = note: allowed: `expires`, `refreshed-by`, `inside`
      = help: did you mean `expires`?
    "#);
}

#[test]
fn a_nat_that_is_no_table() {
    let message = refused(AS_IT_IS, "[link]\nnat = \"30 s\"\n", &[]);
    insta::assert_snapshot!(message, @r#"
    error: `link.nat` cannot be `"30 s"`
     --> scenario.toml:8:7
      |
    8 | nat = "30 s"
      |       ^^^^^^ not a table
      |
      = note: allowed: "none", or a table such as { expires = "30 s" }
    "#);
}

#[test]
fn a_way_that_no_node_is_down() {
    let message = refused(AS_IT_IS, "[nodes.caller]\noutage = { for = 1, way = \"up\" }\n", &[]);
    insta::assert_snapshot!(message, @r#"
    error: `nodes.caller.outage.way` cannot be `"up"`
     --> scenario.toml:8:27
      |
    8 | outage = { for = 1, way = "up" }
      |                           ^^^^ no such choice
      |
      = note: allowed: `both`, `to-callee`, `to-caller`
    "#);
}

#[test]
fn a_line_of_a_recording_that_is_no_time() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("losses.txt"), "0.5\n1,5\n").unwrap();
    let text = LEAST.to_owned() + "[link]\nloss = { model = \"trace\", file = \"losses.txt\", spacing = 0.02 }\n";
    let file = folder.path().join("study.toml");
    std::fs::write(&file, text).unwrap();
    let message = refused_file(file.to_str().unwrap()).replace(folder.path().to_str().unwrap(), "");
    insta::assert_snapshot!(message, @r#"
    error: a line of a recording is no time
     --> /losses.txt:2:1
      |
    2 | 1,5
      | ^^^ `,5` is no unit of time; ns, us, ms, s, min, h and d are
      |
      = note: allowed: a number of seconds, or a length of time such as "40 ms"
    "#);
}

#[test]
fn a_preset_misspelt_in_a_topology() {
    let message = refused_topology(
        r#"{"nodes": [{"id": "a", "kind": "agents"}, {"id": "b", "kind": "agents"}],
 "edges": [{"source": "a", "target": "b", "preset": "nat-31"}]}"#,
    );
    insta::assert_snapshot!(message, @r#"
    error: `edges[0].preset` cannot be `"nat-31"`
     --> net.json:2:53
      |
    2 |  "edges": [{"source": "a", "target": "b", "preset": "nat-31"}]}
      |                                                     ^^^^^^^^ no such choice
      |
      = note: allowed: `lan`, `wifi-busy`, `home-voice`, `wlan-lossy`, `orbit-17`, `orbit-44`, `throttled`, `rural-wireless`, `inflight`, `starlink-motorway`, `geo-satellite`, `lms-urban-45`, `lms-urban-25`, `3g-fer10`, `bgp`, `failover`, `train`, `home-access`, `nat-30`, `nat-120`, `nat-300`
      = help: did you mean `nat-30`?
    "#);
}

#[test]
fn a_negative_delay_in_a_topology() {
    let message = refused_topology(
        r#"{"nodes": [{"id": "a", "kind": "agents"}, {"id": "b", "kind": "agents"}],
 "edges": [{"source": "a", "target": "b", "delay": "-5 ms"}]}"#,
    );
    insta::assert_snapshot!(message, @r#"
    error: `edges[0].delay` cannot be `"-5 ms"`
     --> net.json:2:52
      |
    2 |  "edges": [{"source": "a", "target": "b", "delay": "-5 ms"}]}
      |                                                    ^^^^^^^ a length of time is not negative
      |
      = note: allowed: a length of time such as "40 ms" or 1.5 (seconds), or a table with `distribution` (`constant`, `uniform`, `exponential`, `lognormal`, `gamma`, `pareto`, `wlan-jitter` or `table`) and its parameters
    "#);
}

#[test]
fn an_edge_whose_preset_says_nothing_of_its_delay() {
    let message = refused_topology(
        r#"{"nodes": [{"id": "a", "kind": "agents"}, {"id": "b", "kind": "agents"}],
 "edges": [{"source": "a", "target": "b", "preset": "nat-30"}]}"#,
    );
    insta::assert_snapshot!(message, @r#"
    error: `edges[0].delay` is missing
     --> net.json:2:12
      |
    2 |  "edges": [{"source": "a", "target": "b", "preset": "nat-30"}]}
      |            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ in this table
      |
      = help: for example `"delay": "50 ms"`
    "#);
}
