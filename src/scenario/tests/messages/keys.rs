//! Mistakes in keys, tables and values of the wrong kind.

use super::*;

#[test]
fn a_session_expires_below_90() {
    let message = refused(AS_IT_IS, "[session-timer]\nsession-expires = 89\n", &[]);
    insta::assert_snapshot!(message, @r#"
    error: `session-timer.session-expires` cannot be `89`
     --> scenario.toml:8:19
      |
    8 | session-expires = 89
      |                   ^^ below 90
      |
      = note: allowed: a whole number from 90 to 4294967295, or "off"
    "#);
}

#[test]
fn a_misspelt_key() {
    let message = refused(AS_IT_IS, "[session-timer]\nsesion-expires = 90\n", &[]);
    insta::assert_snapshot!(message, @r"
    error: unknown key `sesion-expires` in `session-timer`
     --> scenario.toml:8:1
      |
    8 | sesion-expires = 90
      | ^^^^^^^^^^^^^^ no such key
      |
      = note: allowed: `session-expires`, `refresher`, `profile`, `supported`, `min-se`, `refresh-by`, `falls-back`, `allows-update`, `refresh-jitter`, `counts-from`, `when-busy`, `whole-seconds`, `clock-late`, `timers-late`, `clock-step`, `watcher-gives-up`, `refresher-gives-up`, `on-refusal`, `on-timeout`, `on-unavailable`, `on-server-error`, `on-glare`, `on-ending`, `on-other`, `first-gap-in-t1`, `repeated-invite`, `re-invite-apart`, `retry-gap`, `glare-at-most`, `refresh-tries`, `most-invites`, `insists`, `answers-unasked`, `while-leaving`, `second-bye`, `lingers`, `heeds-icmp`, `icmp-ends-bye-at-copy`, `media-timer`, `media-timeout`, and 16 more
      = help: did you mean `session-expires`?
    ");
}

#[test]
fn a_misspelt_key_is_not_missed_as_well() {
    for (right, misspelt, told) in [
        ("topology =", "topolgy =", "unknown key `topolgy`"),
        ("count =", "cuont =", "unknown key `cuont` in `calls`"),
        ("[calls]", "[cals]", "unknown key `cals`"),
    ] {
        let message = refused([right, misspelt], "", &[]);
        assert!(message.contains(told), "{message}");
        assert_eq!(message.matches("error: ").count(), 1, "{message}");
    }
    // Another word in its place is no excuse.
    let message = refused(["count =", "colour ="], "", &[]);
    assert!(message.contains("`calls.count` is missing"), "{message}");
}

#[test]
fn a_key_of_another_table() {
    let message = refused(AS_IT_IS, "session-expires = 90\n", &[]);
    insta::assert_snapshot!(message, @r"
    error: unknown key `session-expires` in `calls`
     --> scenario.toml:7:1
      |
    7 | session-expires = 90
      | ^^^^^^^^^^^^^^^ no such key
      |
      = note: allowed: `count`, `arrivals`, `begin`, `ring-time`, `talk-time`, `nodes`
      = help: `session-expires` is a key of `session-timer`, `caller`, `callee`
    ");
}

#[test]
fn every_unknown_key_at_once() {
    let message = refused(AS_IT_IS, "colour = 1\n[hangup]\nby_caller = 0.5\n[hang-up]\n", &[]);
    insta::assert_snapshot!(message, @r"
    error: unknown key `hang-up`
      --> scenario.toml:10:2
       |
    10 | [hang-up]
       |  ^^^^^^^ no such key
       |
       = note: allowed: `name`, `title`, `topology`, `seed`, `horizon`, `load`, `beside`, `calls`, `hangup`, `users`, `session-timer`, `caller`, `callee`, `timers`, `link`, `links`, `nodes`, `kinds`, `crashes`, `faults`, `requests`, `sweep`
       = help: did you mean `hangup`?

    error: unknown key `colour` in `calls`
     --> scenario.toml:7:1
      |
    7 | colour = 1
      | ^^^^^^ no such key
      |
      = note: allowed: `count`, `arrivals`, `begin`, `ring-time`, `talk-time`, `nodes`

    error: unknown key `by_caller` in `hangup`
     --> scenario.toml:9:1
      |
    9 | by_caller = 0.5
      | ^^^^^^^^^ no such key
      |
      = note: allowed: `by-caller`, `bye-loss`, `dies`, `restarts`, `restart-after`, `icmp`, `media-goes-on`
      = help: did you mean `by-caller`?
    ");
}

#[test]
fn a_probability_above_one() {
    let message = refused(AS_IT_IS, "[hangup]\nbye-loss = 1.5\n", &[]);
    insta::assert_snapshot!(message, @r"
    error: `hangup.bye-loss` cannot be `1.5`
     --> scenario.toml:8:12
      |
    8 | bye-loss = 1.5
      |            ^^^ not from 0 to 1
      |
      = note: allowed: a probability: a number from 0 to 1
    ");
}

#[test]
fn a_count_of_zero() {
    let message = refused(["count = 10", "count = 0"], "", &[]);
    insta::assert_snapshot!(message, @r"
    error: `calls.count` cannot be `0`
     --> scenario.toml:5:9
      |
    5 | count = 0
      |         ^ below 1
      |
      = note: allowed: a whole number from 1 to 4000000000
    ");
}

#[test]
fn an_integer_that_no_type_holds() {
    let message = refused(["count = 10", "count = 99999999999999999999999999999999999999999"], "", &[]);
    insta::assert_snapshot!(message, @r"
    error: `calls.count` cannot be `99999999999999999999999999999999999999999`
     --> scenario.toml:5:9
      |
    5 | count = 99999999999999999999999999999999999999999
      |         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ above 4000000000
      |
      = note: allowed: a whole number from 1 to 4000000000
    ");
}

#[test]
fn a_float_for_a_whole_number() {
    let message = refused(["count = 10", "count = 1e5"], "", &[]);
    insta::assert_snapshot!(message, @r"
    error: `calls.count` cannot be `1e5`
     --> scenario.toml:5:9
      |
    5 | count = 1e5
      |         ^^^ not a whole number
      |
      = note: allowed: a whole number from 1 to 4000000000
    ");
}

#[test]
fn a_list_where_one_value_belongs() {
    let message = refused(["count = 10", "count = [10, 100]"], "", &[]);
    insta::assert_snapshot!(message, @r#"
    error: `calls.count` cannot be `[10, 100]`
     --> scenario.toml:5:9
      |
    5 | count = [10, 100]
      |         ^^^^^^^^^ not a whole number
      |
      = note: allowed: a whole number from 1 to 4000000000
      = help: to run several values, make them an axis: `sweep."calls.count"`
    "#);
}

#[test]
fn a_missing_required_key() {
    let message = refused(["talk-time = \"180 s\"\n", ""], "", &[]);
    insta::assert_snapshot!(message, @r#"
    error: `calls.talk-time` is missing
     --> scenario.toml:4:1
      |
    4 | [calls]
      | ^^^^^^^ in this table
      |
      = help: for example `talk-time = { distribution = "exponential", mean = "180 s" }`
    "#);
}

#[test]
fn a_name_that_no_file_carries() {
    let message = refused(["\"least\"", "\"My Study\""], "", &[]);
    insta::assert_snapshot!(message, @r#"
    error: `name` cannot be `"My Study"`
     --> scenario.toml:1:8
      |
    1 | name = "My Study"
      |        ^^^^^^^^^^ not a name that files can carry
      |
      = note: allowed: a text of a-z, 0-9 and `-`, such as "session-expires"
    "#);
}

#[test]
fn an_unknown_method() {
    let message = refused(AS_IT_IS, "[[faults]]\nmethod = \"invite\"\n", &[]);
    insta::assert_snapshot!(message, @r#"
    error: `faults.0.method` cannot be `"invite"`
     --> scenario.toml:8:10
      |
    8 | method = "invite"
      |          ^^^^^^^^ no such choice
      |
      = note: allowed: `INVITE`, `ACK`, `BYE`, `UPDATE`, `OPTIONS`
      = help: did you mean `INVITE`?
    "#);
}

#[test]
fn an_nth_of_zero() {
    let message = refused(AS_IT_IS, "[[faults]]\nnth = [1, 0]\n", &[]);
    insta::assert_snapshot!(message, @r"
    error: `faults.0.nth.1` cannot be `0`
     --> scenario.toml:8:11
      |
    8 | nth = [1, 0]
      |           ^ below 1
      |
      = note: allowed: a whole number from 1 to 4294967295
    ");
}

#[test]
fn a_fault_that_lasts_no_time() {
    let message = refused(AS_IT_IS, "[[faults]]\nfor = 0\n", &[]);
    insta::assert_snapshot!(message, @r"
    error: `faults.0.for` cannot be `0`
     --> scenario.toml:8:7
      |
    8 | for = 0
      |       ^ no message is sent in no time
      |
      = note: allowed: a length of time above 0
    ");
}

#[test]
fn a_response_to_an_ack() {
    let message = refused(AS_IT_IS, "[[faults]]\nmethod = \"ACK\"\nstatus = 200\n", &[]);
    insta::assert_snapshot!(message, @r#"
    error: `faults.0.status` cannot be `200`
     --> scenario.toml:9:10
      |
    9 | status = 200
      |          ^^^ an ACK has no response
      |
      = note: allowed: no `status` beside `method = "ACK"`
    "#);
}
