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
fn restarts_without_their_time() {
    let message = refused(AS_IT_IS, "[hangup]\nrestarts = 0.1\n", &[]);
    insta::assert_snapshot!(message, @r#"
    error: `hangup.restart-after` is missing
     --> scenario.toml:7:1
      |
    7 | [hangup]
      | ^^^^^^^^ in this table
      |
      = help: for example `restart-after = "30 s"`
    "#);
}

#[test]
fn an_interval_below_its_own_min_se() {
    let message = refused(AS_IT_IS, "[session-timer]\nmin-se = 600\n[caller]\nsession-expires = 300\n", &[]);
    insta::assert_snapshot!(message, @r"
    error: the caller's Session-Expires of 300 s is below its own Min-SE of 600 s
      --> scenario.toml:10:19
       |
     8 | min-se = 600
       |          --- accepts no less than this
     9 | [caller]
    10 | session-expires = 300
       |                   ^^^ asks for this
       |
       = note: RFC 4028 (rule C3): a Session-Expires is never below the Min-SE beside it
       = help: ask for at least 600, or lower `min-se`
    ");
}

#[test]
fn a_default_interval_below_min_se() {
    let message = refused(AS_IT_IS, "[session-timer]\nmin-se = 3600\n", &[]);
    insta::assert_snapshot!(message, @r"
    error: the caller's Session-Expires of 1800 s is below its own Min-SE of 3600 s
     --> scenario.toml:8:10
      |
    8 | min-se = 3600
      |          ^^^^ accepts no less than this
      |
      = note: RFC 4028 (rule C3): a Session-Expires is never below the Min-SE beside it
      = help: ask for at least 3600, or lower `min-se`
    ");
}

#[test]
fn a_t2_below_t1() {
    let message = refused(AS_IT_IS, "[timers]\nt1 = \"5 s\"\nt2 = \"1 s\"\n", &[]);
    insta::assert_snapshot!(message, @r#"
    error: `timers.t2` of 1 s is below `timers.t1` of 5 s
     --> scenario.toml:9:6
      |
    8 | t1 = "5 s"
      |      ----- 5 s
    9 | t2 = "1 s"
      |      ^^^^^ 1 s
      |
      = note: allowed: T2 of at least T1
    "#);
}

#[test]
fn an_unknown_node() {
    let message = refused(AS_IT_IS, "[caller]\nnode = \"caler\"\n", &[]);
    insta::assert_snapshot!(message, @r#"
    error: `caller.node` cannot be `"caler"`
     --> scenario.toml:8:8
      |
    8 | node = "caler"
      |        ^^^^^^^ the topology has no such node
      |
      = note: allowed: a node of kind `agents`
      = note: its nodes of kind `agents` are `caller`, `callee`
      = help: did you mean `caller`?
    "#);
}

#[test]
fn a_node_that_has_no_agents() {
    let message = refused(["direct", "two-proxies"], "[caller]\nnode = \"core\"\n", &[]);
    insta::assert_snapshot!(message, @r#"
    error: `caller.node` cannot be `"core"`
     --> scenario.toml:8:8
      |
    8 | node = "core"
      |        ^^^^^^ a node of kind `router`
      |
      = note: allowed: a node of kind `agents`
      = note: its nodes of kind `agents` are `caller`, `callee`
    "#);
}

#[test]
fn caller_and_callee_in_one_place() {
    let message = refused(AS_IT_IS, "[caller]\nnode = \"caller\"\n[callee]\nnode = \"caller\"\n", &[]);
    insta::assert_snapshot!(message, @r#"
    error: caller and callee are both at `caller`; no link lies between them
      --> scenario.toml:10:8
       |
    10 | node = "caller"
       |        ^^^^^^^^ no route
    "#);
}

#[test]
fn an_unknown_link() {
    let message = refused(AS_IT_IS, "[links.\"caller--calee\"]\nloss = 0\n", &[]);
    insta::assert_snapshot!(message, @r#"
    error: the topology has no link `caller--calee`
     --> scenario.toml:7:8
      |
    7 | [links."caller--calee"]
      |        ^^^^^^^^^^^^^^^ no such link
      |
      = note: the links are `caller--callee`
      = help: did you mean `caller--callee`?
    "#);
}
