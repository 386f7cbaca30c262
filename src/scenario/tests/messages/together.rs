//! Mistakes in settings that do not go together, and the network.

use super::*;

#[test]
fn an_invite_in_steady_state() {
    let message = refused(AS_IT_IS, "arrivals = \"steady-state\"\nbegin = \"invite\"\n", &[]);
    insta::assert_snapshot!(message, @r#"
    error: calls in steady state cannot begin by INVITE
     --> scenario.toml:8:9
      |
    7 | arrivals = "steady-state"
      |            -------------- all calls are established before the start
    8 | begin = "invite"
      |         ^^^^^^^^
      |
      = help: leave `begin` out, or say `begin = "established"`
    "#);
}

#[test]
fn shares_above_one() {
    let message = refused(AS_IT_IS, "[hangup]\nbye-loss = 0.6\ndies = 0.5\n", &[]);
    insta::assert_snapshot!(message, @r"
    error: the shares of `hangup` sum to 1.1
     --> scenario.toml:8:12
      |
    8 | bye-loss = 0.6
      |            ^^^
    9 | dies = 0.5
      |        ---
      |
      = note: allowed: `bye-loss`, `dies` and `restarts` of at most 1 together
    ");
}

#[test]
fn each_mistake_of_together_is_named_where_it_stands() {
    for (what, change, more, sets, errors) in [
        (
            "restarts without their time",
            AS_IT_IS,
            "[hangup]\nrestarts = 0.1\n",
            &[][..],
            &["7:1: `hangup.restart-after` is missing"][..],
        ),
        (
            "an interval below its own min se",
            AS_IT_IS,
            "[session-timer]\nmin-se = 600\n[caller]\nsession-expires = 300\n",
            &[][..],
            &["10:19: the caller's Session-Expires of 300 s is below its own Min-SE of 600 s"][..],
        ),
        (
            "a default interval below min se",
            AS_IT_IS,
            "[session-timer]\nmin-se = 3600\n",
            &[][..],
            &["8:10: the caller's Session-Expires of 1800 s is below its own Min-SE of 3600 s"][..],
        ),
        (
            "a t2 below t1",
            AS_IT_IS,
            "[timers]\nt1 = \"5 s\"\nt2 = \"1 s\"\n",
            &[][..],
            &["9:6: `timers.t2` of 1 s is below `timers.t1` of 5 s"][..],
        ),
        (
            "an unknown node",
            AS_IT_IS,
            "[caller]\nnode = \"caler\"\n",
            &[][..],
            &[r#"8:8: `caller.node` cannot be `"caler"`"#][..],
        ),
        (
            "a node that has no agents",
            ["direct", "two-proxies"],
            "[caller]\nnode = \"core\"\n",
            &[][..],
            &[r#"8:8: `caller.node` cannot be `"core"`"#][..],
        ),
        (
            "caller and callee in one place",
            AS_IT_IS,
            "[caller]\nnode = \"caller\"\n[callee]\nnode = \"caller\"\n",
            &[][..],
            &["10:8: caller and callee are both at `caller`; no link lies between them"][..],
        ),
        (
            "an unknown link",
            AS_IT_IS,
            "[links.\"caller--calee\"]\nloss = 0\n",
            &[][..],
            &["7:8: the topology has no link `caller--calee`"][..],
        ),
    ] {
        assert_refused(what, &refused(change, more, sets), errors);
    }
}
