//! Mistakes in what is said of media and of users.

use super::*;

#[test]
fn suppressed_silence_that_is_watched_in_a_run_without_an_end() {
    let keys = "[session-timer]\nmedia-timeout = 30\nmedia-in-silence = \"nothing\"\n";
    insta::assert_snapshot!(refused(AS_IT_IS, keys, &[]), @r#"
    error: media with silence suppression are watched, and the run has no end
     |
     = note: a ghost whose media go on is watched for as long as it lasts, pause by pause
     = help: for example `horizon = "8 h"`
    "#);
}

#[test]
fn a_length_of_holds_that_never_come() {
    insta::assert_snapshot!(refused(AS_IT_IS, "[users]\nhold-time = \"1 min\"\n", &[]), @r#"
    error: `users.hold-time` says how long, and it never comes
     --> scenario.toml:8:13
      |
    8 | hold-time = "1 min"
      |             ^^^^^^^ of no effect
      |
      = help: set `hold-after = { distribution = "exponential", mean = "10 min" }` beside it
    "#);
}

#[test]
fn holds_without_a_length() {
    insta::assert_snapshot!(refused(AS_IT_IS, "[users]\nhold-after = \"1 min\"\n", &[]), @r#"
    error: `users.hold-time` is missing
     --> scenario.toml:7:1
      |
    7 | [users]
      | ^^^^^^^ in this table
      |
      = help: for example `hold-time = { distribution = "exponential", mean = "1 min" }`
    "#);
}

#[test]
fn pauses_shorter_than_a_packet_and_reports_as_close_as_those() {
    let keys = "[users]\npause = \"5 ms\"\n[caller]\nrtcp-every = \"5 ms\"\n";
    insta::assert_snapshot!(refused(AS_IT_IS, keys, &[]), @r#"
    error: `caller.rtcp-every` cannot be `"5 ms"`
      --> scenario.toml:10:14
       |
    10 | rtcp-every = "5 ms"
       |              ^^^^^^ too short
       |
       = note: allowed: "off", or a length of time from 20 ms on, such as "5 s"

    error: `users.pause` cannot be `"5 ms"`
     --> scenario.toml:8:9
      |
    8 | pause = "5 ms"
      |         ^^^^^^ too short
      |
      = note: allowed: a law with a mean of 20 ms or more
    "#);
}

#[test]
fn limits_of_a_stack_that_is_not_known() {
    let keys = "[nodes.sbc]\ncaller-leg = { media-timer = \"astrisk\", media-hold-timeout = \"never\" }\n";
    insta::assert_snapshot!(refused(["direct", "sbc"], keys, &[]), @r#"
    error: `nodes.sbc.caller-leg.media-timer` cannot be `"astrisk"`
     --> scenario.toml:8:30
      |
    8 | caller-leg = { media-timer = "astrisk", media-hold-timeout = "never" }
      |                              ^^^^^^^^^ no such choice
      |
      = note: allowed: `asterisk`, `freeswitch`
      = help: did you mean `asterisk`?
    "#);
}
