//! Mistakes in what takes part between the ends, in crashes and in mixtures of profiles.

use super::*;

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
    assert_said(&message.join("\n"), &["33 elements of SIP are on the way from caller to callee"]);
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
    assert_said(&message.join("\n"), &["`far` is not on the way from caller to callee"]);
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

#[test]
fn each_mistake_of_between_is_named_where_it_stands() {
    for (what, change, more, sets, errors) in [
        (
            "a table for a node that is not there",
            ["direct", "sbc"],
            "[nodes.sbx]\nmedia-limit = 30\n",
            &[][..],
            &["7:8: the topology has no node `sbx`"][..],
        ),
        (
            "a table for a node without settings",
            ["direct", "two-proxies"],
            "[nodes.core]\nmin-se = 90\n",
            &[][..],
            &["8:1: unknown key `min-se` in `nodes.core`"][..],
        ),
        (
            "an unknown key of a proxy",
            ["direct", "proxy-chain"],
            "[nodes.proxy-1]\ninsert = \"first\"\n",
            &[][..],
            &["8:1: unknown key `insert` in `nodes.proxy-1`"][..],
        ),
        (
            "a key that only a call stateful proxy has",
            ["direct", "sip-trunk"],
            "[nodes.core]\nmin-se = 90\n",
            &[][..],
            &["8:1: unknown key `min-se` in `nodes.core`"][..],
        ),
        (
            "an unknown key of a leg",
            ["direct", "sbc"],
            "[nodes.sbc.caller-leg]\nsession-expire = 300\n",
            &[][..],
            &["8:1: unknown key `session-expire` in `nodes.sbc.caller-leg`"][..],
        ),
        (
            "a node that is no table",
            ["direct", "sbc"],
            "[nodes]\nsbc = \"30 s\"\n",
            &[][..],
            &[r#"8:7: `nodes.sbc` cannot be `"30 s"`"#][..],
        ),
        (
            "a wrong kind of value in a proxy",
            ["direct", "proxy-chain"],
            "[nodes.proxy-1]\nlowers = \"yes\"\nlifetime = 0\nprofile = \"kamailio\"\n",
            &[][..],
            &[
                r#"10:11: `nodes.proxy-1.profile` cannot be `"kamailio"`"#,
                r#"8:10: `nodes.proxy-1.lowers` cannot be `"yes"`"#,
                "9:12: `nodes.proxy-1.lifetime` cannot be `0`",
            ][..],
        ),
        (
            "a proxy that wants less than it accepts",
            ["direct", "proxy-chain"],
            "[nodes.proxy-1]\nmin-se = 600\nsession-expires = 300\n",
            &[][..],
            &["9:19: `nodes.proxy-1.session-expires` of 300 s is below `nodes.proxy-1.min-se` of 600 s"][..],
        ),
        (
            "a leg that asks for less than it accepts",
            ["direct", "sbc"],
            "[nodes.sbc]\ncallee-leg = { session-expires = 300, min-se = 600 }\n",
            &[][..],
            &["8:34: the `sbc` callee leg's Session-Expires of 300 s is below its own Min-SE of 600 s"][..],
        ),
        (
            "a crash of a node that is not there",
            ["direct", "sbc"],
            "[[crashes]]\nnode = \"scb\"\nat = 5\n",
            &[][..],
            &["8:8: the route from caller to callee has no node `scb`"][..],
        ),
        (
            "a crash of a router",
            ["direct", "two-proxies"],
            "[[crashes]]\nnode = \"core\"\nat = 5\n",
            &[][..],
            &["8:8: `core` is a node of kind `router`, which cannot crash"][..],
        ),
        (
            "a crash of the caller",
            ["direct", "sbc"],
            "[[crashes]]\nnode = \"caller\"\nat = 5\n",
            &[][..],
            &["8:8: `caller` is a node of kind `agents`, which cannot crash"][..],
        ),
        (
            "a crash without its time",
            ["direct", "sbc"],
            "[[crashes]]\nnode = \"sbc\"\n",
            &[][..],
            &["7:1: `crashes.0.at` is missing"][..],
        ),
        (
            "a crash with a memory that is no boolean",
            ["direct", "sbc"],
            "[[crashes]]\nnode = \"sbc\"\nat = 5\nmemory = \"calls\"\n",
            &[][..],
            &[r#"10:10: `crashes.0.memory` cannot be `"calls"`"#][..],
        ),
        (
            "crashes that are no list",
            ["direct", "sbc"],
            "[crashes]\nnode = \"sbc\"\nat = 5\n",
            &[][..],
            &["7:1: `crashes` cannot be a table"][..],
        ),
        (
            "a fault of an unknown sender",
            ["direct", "sip-trunk"],
            "[[faults]]\nsender = \"far-sbcs\"\n",
            &[][..],
            &[r#"8:10: `faults.0.sender` cannot be `"far-sbcs"`"#][..],
        ),
        (
            "shares of profiles that are not the whole",
            AS_IT_IS,
            "[caller]\nprofile = { pjsip = 0.7, sofia = 0.2 }\n",
            &[][..],
            &["8:11: the shares of `caller.profile` sum to 0.9"][..],
        ),
        (
            "a mixture with an unknown profile",
            AS_IT_IS,
            "[caller]\nprofile = { pjsp = 0.7, sofia = 0.3 }\n",
            &[][..],
            &["8:13: unknown key `pjsp` in `caller.profile`"][..],
        ),
        (
            "a mixture with a negative share",
            AS_IT_IS,
            "[caller]\nprofile = { pjsip = 1.0, sofia = -0.2 }\n",
            &[][..],
            &["8:34: `caller.profile.sofia` cannot be `-0.2`"][..],
        ),
        (
            "a media limit by set",
            ["direct", "sbc"],
            "",
            &["nodes.sbc.media-limit=30sec"][..],
            &["command line:1:23: `nodes.sbc.media-limit` cannot be `30sec`"][..],
        ),
        (
            "a mixture for everybody where a b2bua has no profile of its own",
            ["direct", "sbc"],
            "[session-timer]\nprofile = { pjsip = 0.5, rfc = 0.5 }\n[nodes.sbc.caller-leg]\nprofile = \"rfc\"\n",
            &[][..],
            &["8:11: `session-timer.profile` is a mixture of profiles, and the B2BUA `sbc` has none of its own"][..],
        ),
        (
            "a leg with a mixture of profiles",
            ["direct", "sbc"],
            "[nodes.sbc.callee-leg]\nprofile = { pjsip = 0.5, rfc = 0.5 }\n",
            &[][..],
            &["8:11: `nodes.sbc.callee-leg.profile` cannot be a mixture of profiles"][..],
        ),
        (
            "a gap between tries in which nothing else could happen",
            AS_IT_IS,
            "[caller]\nretry-gap = \"0 s\"\nwhen-busy = \"1 ns\"\n",
            &[][..],
            &[r#"9:13: `caller.when-busy` cannot be `"1 ns"`"#, r#"8:13: `caller.retry-gap` cannot be `"0 s"`"#][..],
        ),
    ] {
        assert_refused(what, &refused(change, more, sets), errors);
    }
}
