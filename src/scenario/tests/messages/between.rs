//! Mistakes in what takes part between the ends, in crashes and in mixtures of profiles.

use super::*;

#[test]
fn a_table_for_a_node_that_is_not_there() {
    let message = refused(["direct", "sbc"], "[nodes.sbx]\nmedia-limit = 30\n", &[]);
    insta::assert_snapshot!(message, @r"
    error: the topology has no node `sbx`
     --> scenario.toml:7:8
      |
    7 | [nodes.sbx]
      |        ^^^ no such node
      |
      = note: the nodes are `caller`, `sbc`, `callee`
      = help: did you mean `sbc`?
    ");
}

#[test]
fn a_table_for_a_node_without_settings() {
    let message = refused(["direct", "two-proxies"], "[nodes.core]\nmin-se = 90\n", &[]);
    insta::assert_snapshot!(message, @r"
    error: unknown key `min-se` in `nodes.core`
     --> scenario.toml:8:1
      |
    8 | min-se = 90
      | ^^^^^^ no such key
      |
      = note: allowed: `outage`
      = help: `min-se` is a key of `session-timer`, `caller`, `callee`, `faults`
    ");
}

#[test]
fn an_unknown_key_of_a_proxy() {
    let message = refused(["direct", "proxy-chain"], "[nodes.proxy-1]\ninsert = \"first\"\n", &[]);
    insta::assert_snapshot!(message, @r#"
    error: unknown key `insert` in `nodes.proxy-1`
     --> scenario.toml:8:1
      |
    8 | insert = "first"
      | ^^^^^^ no such key
      |
      = note: allowed: `profile`, `session-expires`, `min-se`, `inserts`, `lowers`, `refuses`, `adds-to-2xx`, `lifetime`, `on-expiry`, `outage`, `pings`, `ping-every`, `ping-misses`, `ping-on-481`, `ping-on-408`, `ping-on-silence`, `ping-grace`
      = help: did you mean `inserts`?
    "#);
}

#[test]
fn a_key_that_only_a_call_stateful_proxy_has() {
    let message = refused(["direct", "sip-trunk"], "[nodes.core]\nmin-se = 90\n", &[]);
    insta::assert_snapshot!(message, @r"
    error: unknown key `min-se` in `nodes.core`
     --> scenario.toml:8:1
      |
    8 | min-se = 90
      | ^^^^^^ no such key
      |
      = note: allowed: `records-route`, `outage`
      = help: `min-se` is a key of `session-timer`, `caller`, `callee`, `faults`
    ");
}

#[test]
fn an_unknown_key_of_a_leg() {
    let message = refused(["direct", "sbc"], "[nodes.sbc.caller-leg]\nsession-expire = 300\n", &[]);
    insta::assert_snapshot!(message, @r"
    error: unknown key `session-expire` in `nodes.sbc.caller-leg`
     --> scenario.toml:8:1
      |
    8 | session-expire = 300
      | ^^^^^^^^^^^^^^ no such key
      |
      = note: allowed: `session-expires`, `refresher`, `profile`, `supported`, `min-se`, `refresh-by`, `falls-back`, `allows-update`, `refresh-jitter`, `counts-from`, `when-busy`, `whole-seconds`, `clock-late`, `timers-late`, `clock-step`, `watcher-gives-up`, `refresher-gives-up`, `on-refusal`, `on-timeout`, `on-unavailable`, `on-server-error`, `on-glare`, `on-ending`, `on-other`, `first-gap-in-t1`, `repeated-invite`, `re-invite-apart`, `retry-gap`, `glare-at-most`, `refresh-tries`, `most-invites`, `insists`, `answers-unasked`, `while-leaving`, `second-bye`, `lingers`, `heeds-icmp`, `icmp-ends-bye-at-copy`, `media-timer`, `media-timeout`, and 16 more
      = help: did you mean `session-expires`?
    ");
}

#[test]
fn a_node_that_is_no_table() {
    let message = refused(["direct", "sbc"], "[nodes]\nsbc = \"30 s\"\n", &[]);
    insta::assert_snapshot!(message, @r#"
    error: `nodes.sbc` cannot be `"30 s"`
     --> scenario.toml:8:7
      |
    8 | sbc = "30 s"
      |       ^^^^^^ not a table
      |
      = note: allowed: a table with the keys `caller-leg`, `callee-leg`, `media-limit`, `outage`
    "#);
}

#[test]
fn a_wrong_kind_of_value_in_a_proxy() {
    let message = refused(
        ["direct", "proxy-chain"],
        "[nodes.proxy-1]\nlowers = \"yes\"\nlifetime = 0\nprofile = \"kamailio\"\n",
        &[],
    );
    insta::assert_snapshot!(message, @r#"
    error: `nodes.proxy-1.profile` cannot be `"kamailio"`
      --> scenario.toml:10:11
       |
    10 | profile = "kamailio"
       |           ^^^^^^^^^^ no such choice
       |
       = note: allowed: `rfc`, `kamailio-sst`, `opensips-sst`, `kamailio-ka`, `opensips-ping`
       = help: did you mean `kamailio-ka`?

    error: `nodes.proxy-1.lowers` cannot be `"yes"`
     --> scenario.toml:8:10
      |
    8 | lowers = "yes"
      |          ^^^^^ not a truth value
      |
      = note: allowed: `true` or `false`

    error: `nodes.proxy-1.lifetime` cannot be `0`
     --> scenario.toml:9:12
      |
    9 | lifetime = 0
      |            ^ no time at all
      |
      = note: allowed: a length of time above 0 such as "12 h", or "none"
    "#);
}

#[test]
fn a_proxy_that_wants_less_than_it_accepts() {
    let message = refused(["direct", "proxy-chain"], "[nodes.proxy-1]\nmin-se = 600\nsession-expires = 300\n", &[]);
    insta::assert_snapshot!(message, @r"
    error: `nodes.proxy-1.session-expires` of 300 s is below `nodes.proxy-1.min-se` of 600 s
     --> scenario.toml:9:19
      |
    8 | min-se = 600
      |          --- accepts no less
    9 | session-expires = 300
      |                   ^^^ wants this
      |
      = help: want at least 600, or lower `min-se`
    ");
}

#[test]
fn a_leg_that_asks_for_less_than_it_accepts() {
    let message =
        refused(["direct", "sbc"], "[nodes.sbc]\ncallee-leg = { session-expires = 300, min-se = 600 }\n", &[]);
    insta::assert_snapshot!(message, @r"
    error: the `sbc` callee leg's Session-Expires of 300 s is below its own Min-SE of 600 s
     --> scenario.toml:8:34
      |
    8 | callee-leg = { session-expires = 300, min-se = 600 }
      |                                  ^^^           --- accepts no less than this
      |                                  |
      |                                  asks for this
      |
      = note: RFC 4028 (rule C3): a Session-Expires is never below the Min-SE beside it
      = help: ask for at least 600, or lower `min-se`
    ");
}

#[test]
fn a_crash_of_a_node_that_is_not_there() {
    let message = refused(["direct", "sbc"], "[[crashes]]\nnode = \"scb\"\nat = 5\n", &[]);
    insta::assert_snapshot!(message, @r#"
    error: the route from caller to callee has no node `scb`
     --> scenario.toml:8:8
      |
    8 | node = "scb"
      |        ^^^^^ cannot crash
      |
      = note: the nodes that take part in the signalling are `sbc`
      = help: did you mean `sbc`?
    "#);
}

#[test]
fn a_crash_of_a_router() {
    let message = refused(["direct", "two-proxies"], "[[crashes]]\nnode = \"core\"\nat = 5\n", &[]);
    insta::assert_snapshot!(message, @r#"
    error: `core` is a node of kind `router`, which cannot crash
     --> scenario.toml:8:8
      |
    8 | node = "core"
      |        ^^^^^^ cannot crash
      |
      = note: no node takes part in the signalling
    "#);
}

#[test]
fn a_crash_of_the_caller() {
    let message = refused(["direct", "sbc"], "[[crashes]]\nnode = \"caller\"\nat = 5\n", &[]);
    insta::assert_snapshot!(message, @r#"
    error: `caller` is a node of kind `agents`, which cannot crash
     --> scenario.toml:8:8
      |
    8 | node = "caller"
      |        ^^^^^^^^ cannot crash
      |
      = note: the nodes that take part in the signalling are `sbc`
      = help: callers and callees die by `hangup.dies` and `hangup.restarts`
    "#);
}

#[test]
fn a_crash_without_its_time() {
    let message = refused(["direct", "sbc"], "[[crashes]]\nnode = \"sbc\"\n", &[]);
    insta::assert_snapshot!(message, @r#"
    error: `crashes.0.at` is missing
     --> scenario.toml:7:1
      |
    7 | [[crashes]]
      | ^^^^^^^^^^^ in this table
      |
      = help: for example `at = "10 min"`
    "#);
}

#[test]
fn a_crash_with_a_memory_that_is_no_truth() {
    let message = refused(["direct", "sbc"], "[[crashes]]\nnode = \"sbc\"\nat = 5\nmemory = \"calls\"\n", &[]);
    insta::assert_snapshot!(message, @r#"
    error: `crashes.0.memory` cannot be `"calls"`
      --> scenario.toml:10:10
       |
    10 | memory = "calls"
       |          ^^^^^^^ not a truth value
       |
       = note: allowed: `true` or `false`
    "#);
}

#[test]
fn crashes_that_are_no_list() {
    let message = refused(["direct", "sbc"], "[crashes]\nnode = \"sbc\"\nat = 5\n", &[]);
    insta::assert_snapshot!(message, @r"
    error: `crashes` cannot be a table
     --> scenario.toml:7:1
      |
    7 | [crashes]
      | ^^^^^^^^^ not a list
      |
      = note: allowed: a list of tables, each begun by `[[crashes]]`
    ");
}

#[test]
fn a_fault_of_an_unknown_sender() {
    let message = refused(["direct", "sip-trunk"], "[[faults]]\nsender = \"far-sbcs\"\n", &[]);
    insta::assert_snapshot!(message, @r#"
    error: `faults.0.sender` cannot be `"far-sbcs"`
     --> scenario.toml:8:10
      |
    8 | sender = "far-sbcs"
      |          ^^^^^^^^^^ no such choice
      |
      = note: allowed: `caller`, `callee`, `sbc`, `edge`, `core`, `far-sbc`
      = help: did you mean `far-sbc`?
    "#);
}

#[test]
fn shares_of_profiles_that_are_not_the_whole() {
    let message = refused(AS_IT_IS, "[caller]\nprofile = { pjsip = 0.7, sofia = 0.2 }\n", &[]);
    insta::assert_snapshot!(message, @r"
    error: the shares of `caller.profile` sum to 0.9
     --> scenario.toml:8:11
      |
    8 | profile = { pjsip = 0.7, sofia = 0.2 }
      |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ not the whole
      |
      = note: allowed: shares of profiles that sum to 1, such as { pjsip = 0.7, sofia = 0.3 }
    ");
}

#[test]
fn a_mixture_with_an_unknown_profile() {
    let message = refused(AS_IT_IS, "[caller]\nprofile = { pjsp = 0.7, sofia = 0.3 }\n", &[]);
    insta::assert_snapshot!(message, @r"
    error: unknown key `pjsp` in `caller.profile`
     --> scenario.toml:8:13
      |
    8 | profile = { pjsp = 0.7, sofia = 0.3 }
      |             ^^^^ no such key
      |
      = note: allowed: `rfc`, `pjsip`, `sofia`, `jssip`, `resiprocate`, `linphone`, `drachtio`, `asterisk-chan-sip`, `baresip`
      = help: did you mean `pjsip`?
    ");
}

#[test]
fn a_mixture_with_a_negative_share() {
    let message = refused(AS_IT_IS, "[caller]\nprofile = { pjsip = 1.0, sofia = -0.2 }\n", &[]);
    insta::assert_snapshot!(message, @r"
    error: `caller.profile.sofia` cannot be `-0.2`
     --> scenario.toml:8:34
      |
    8 | profile = { pjsip = 1.0, sofia = -0.2 }
      |                                  ^^^^ not from 0 to 1
      |
      = note: allowed: a probability: a number from 0 to 1
    ");
}

#[test]
fn a_media_limit_by_set() {
    let message = refused(["direct", "sbc"], "", &["nodes.sbc.media-limit=30sec"]);
    insta::assert_snapshot!(message, @r#"
    error: `nodes.sbc.media-limit` cannot be `30sec`
     --> command line:1:23
      |
    1 | nodes.sbc.media-limit=30sec
      |                       ^^^^^ no unit of time: `sec`
      |
      = note: allowed: a length of time such as "30 s", or "off"
      = help: did you mean "30 s"?
    "#);
}

#[test]
fn more_elements_than_a_branch_can_tell_apart() {
    let middle: String = (0..31).map(|n| format!("{{\"id\": \"p{n}\", \"kind\": \"stateful-proxy\"}},")).collect();
    let names: Vec<String> = (0..31).map(|n| format!("p{n}")).collect();
    let stops: Vec<&str> = ["a"].into_iter().chain(names.iter().map(String::as_str)).chain(["b"]).collect();
    let edge = |pair: &[&str]| format!("{{\"source\": \"{}\", \"target\": \"{}\", \"delay\": 1}}", pair[0], pair[1]);
    let edges: Vec<String> = stops.windows(2).map(edge).collect();
    let ends = ["a", "b"].map(|end| format!("{{\"id\": \"{end}\", \"kind\": \"agents\"}}"));
    let net = format!("{{\"nodes\": [{},{middle}{}], \"edges\": [{}]}}", ends[0], ends[1], edges.join(","));
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("net.json"), net).unwrap();
    let file = folder.path().join("study.toml");
    std::fs::write(&file, LEAST.replace("direct", "net.json")).unwrap();
    let message = refused_file(file.to_str().unwrap());
    let message: Vec<&str> = message.lines().filter(|line| !line.contains("-->")).collect();
    insta::assert_snapshot!(message.join("\n"), @r#"
    error: 33 elements of SIP are on the way from caller to callee
      |
    2 | topology = "net.json"
      |            ^^^^^^^^^^ too many
      |
      = note: allowed: at most 32; a B2BUA counts as two
    "#);
}

#[test]
fn a_table_for_a_node_that_no_call_passes() {
    let node = |id: &str, kind: &str| format!("{{\"id\": \"{id}\", \"kind\": \"{kind}\"}}");
    let nodes = [node("a", "agents"), node("near", "b2bua"), node("far", "b2bua"), node("b", "agents")].join(",");
    let edge = |from: &str, to: &str, delay: u32| {
        format!("{{\"source\": \"{from}\", \"target\": \"{to}\", \"delay\": {delay}}}")
    };
    let edges = [edge("a", "near", 1), edge("near", "b", 1), edge("a", "far", 50), edge("far", "b", 50)].join(",");
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("net.json"), format!("{{\"nodes\": [{nodes}], \"edges\": [{edges}]}}")).unwrap();
    let file = folder.path().join("study.toml");
    let text = format!("{}[nodes.far]\nmedia-limit = \"30 s\"\n", LEAST.replace("direct", "net.json"));
    std::fs::write(&file, text).unwrap();
    let message = refused_file(file.to_str().unwrap());
    let message: Vec<&str> = message.lines().filter(|line| !line.contains("-->")).collect();
    insta::assert_snapshot!(message.join("\n"), @r"
    error: `far` is not on the way from caller to callee
      |
    7 | [nodes.far]
      |        ^^^ no call passes it
      |
      = note: the nodes on the way are `a`, `near`, `b`
    ");
}

#[test]
fn a_mixture_for_everybody_where_a_b2bua_has_no_profile_of_its_own() {
    let text = "[session-timer]\nprofile = { pjsip = 0.5, rfc = 0.5 }\n[nodes.sbc.caller-leg]\nprofile = \"rfc\"\n";
    let message = refused(["direct", "sbc"], text, &[]);
    insta::assert_snapshot!(message, @r#"
    error: `session-timer.profile` is a mixture of profiles, and the B2BUA `sbc` has none of its own
     --> scenario.toml:8:11
      |
    8 | profile = { pjsip = 0.5, rfc = 0.5 }
      |           ^^^^^^^^^^^^^^^^^^^^^^^^^^ a mixture
      |
      = note: a B2BUA stands in every call, so each of its legs has one profile; shares are for callers and callees
      = help: give each leg its own, such as `nodes.sbc.callee-leg.profile = "rfc"`, or mix the profiles in `[caller]` and `[callee]`
    "#);
}

#[test]
fn a_leg_with_a_mixture_of_profiles() {
    let text = "[nodes.sbc.callee-leg]\nprofile = { pjsip = 0.5, rfc = 0.5 }\n";
    let message = refused(["direct", "sbc"], text, &[]);
    insta::assert_snapshot!(message, @r"
    error: `nodes.sbc.callee-leg.profile` cannot be a mixture of profiles
     --> scenario.toml:8:11
      |
    8 | profile = { pjsip = 0.5, rfc = 0.5 }
      |           ^^^^^^^^^^^^^^^^^^^^^^^^^^ a mixture
      |
      = note: a B2BUA stands in every call, so each of its legs has one profile; shares are for callers and callees
    ");
}

#[test]
fn a_gap_between_tries_in_which_nothing_else_could_happen() {
    let message = refused(AS_IT_IS, "[caller]\nretry-gap = \"0 s\"\nwhen-busy = \"1 ns\"\n", &[]);
    insta::assert_snapshot!(message, @r#"
    error: `caller.when-busy` cannot be `"1 ns"`
     --> scenario.toml:9:13
      |
    9 | when-busy = "1 ns"
      |             ^^^^^^ too short
      |
      = note: allowed: "wait", "skip", or a length of time from 0.1 s on, such as "1 s"

    error: `caller.retry-gap` cannot be `"0 s"`
     --> scenario.toml:8:13
      |
    8 | retry-gap = "0 s"
      |             ^^^^^ too short
      |
      = note: allowed: a length of time from 0.1 s on, such as "1 s"
    "#);
}

#[test]
fn a_ping_that_nobody_sends() {
    let text = "[caller]\nping-every = \"10 s\"\n[nodes.proxy-1]\nping-misses = 2\n";
    let message = refused(["direct", "proxy-chain"], text, &[]);
    insta::assert_snapshot!(message, @r#"
    error: `caller.ping-every` says how to ping, and nothing pings
     --> scenario.toml:8:14
      |
    8 | ping-every = "10 s"
      |              ^^^^^^ of no effect
      |
      = help: set `ping = "options"` or `ping = "invite"` beside it

    error: `nodes.proxy-1.ping-misses` says how to ping, and nothing pings
      --> scenario.toml:10:15
       |
    10 | ping-misses = 2
       |               ^ of no effect
       |
       = help: set `pings = "both"`, "caller" or "callee" beside it
    "#);
}
