//! Mistakes in what is said of media and of users.

use super::*;

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
fn each_mistake_of_media_is_named_where_it_stands() {
    for (what, change, more, sets, errors) in [
        (
            "suppressed silence that is watched in a run without an end",
            AS_IT_IS,
            "[session-timer]\nmedia-timeout = 30\nmedia-in-silence = \"nothing\"\n",
            &[][..],
            &["media with silence suppression are watched, and the run has no end"][..],
        ),
        (
            "a length of holds that never come",
            AS_IT_IS,
            "[users]\nhold-time = \"1 min\"\n",
            &[][..],
            &["8:13: `users.hold-time` says how long, and it never comes"][..],
        ),
        (
            "pauses shorter than a packet and reports as close as those",
            AS_IT_IS,
            "[users]\npause = \"5 ms\"\n[caller]\nrtcp-every = \"5 ms\"\n",
            &[][..],
            &[r#"10:14: `caller.rtcp-every` cannot be `"5 ms"`"#, r#"8:9: `users.pause` cannot be `"5 ms"`"#][..],
        ),
        (
            "limits of a stack that is not known",
            ["direct", "sbc"],
            "[nodes.sbc]\ncaller-leg = { media-timer = \"astrisk\", media-hold-timeout = \"never\" }\n",
            &[][..],
            &[
                r#"8:30: `nodes.sbc.caller-leg.media-timer` cannot be `"astrisk"`"#,
                r#"8:62: `nodes.sbc.caller-leg.media-hold-timeout` cannot be `"never"`"#,
            ][..],
        ),
    ] {
        assert_refused(what, &refused(change, more, sets), errors);
    }
}
