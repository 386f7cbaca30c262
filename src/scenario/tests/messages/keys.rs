//! Mistakes in keys, tables and values of the wrong kind.

use super::*;

#[test]
fn a_misspelt_key() {
    let message = refused(AS_IT_IS, "[timers]\nT_1 = 90\n", &[]);
    insta::assert_snapshot!(message, @r"
    error: unknown key `T_1` in `timers`
     --> scenario.toml:8:1
      |
    8 | T_1 = 90
      | ^^^ no such key
      |
      = note: allowed: `t1`, `t2`, `t4`
      = help: did you mean `t1`?
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
    let message = refused(AS_IT_IS, "[timers]\nsession-expires = 90\n", &[]);
    insta::assert_snapshot!(message, @r"
    error: unknown key `session-expires` in `timers`
     --> scenario.toml:8:1
      |
    8 | session-expires = 90
      | ^^^^^^^^^^^^^^^ no such key
      |
      = note: allowed: `t1`, `t2`, `t4`
      = help: `session-expires` is a key of `session-timer`, `caller`, `callee`
    ");
}

#[test]
fn every_unknown_key_at_once() {
    let message = refused(AS_IT_IS, "colour = 1\n[hangup]\nby_caller = 0.5\n[hang-up]\n[calls.ring]\n", &[]);
    let errors = [
        "10:2: unknown key `hang-up`",
        "7:1: unknown key `colour` in `calls`",
        "11:8: unknown key `ring` in `calls`",
        "9:1: unknown key `by_caller` in `hangup`",
    ];
    assert_refused("every unknown key", &message, &errors);
    for help in ["did you mean `hangup`?", "did you mean `by-caller`?"] {
        assert!(message.contains(help), "{message}");
    }
}

#[test]
fn each_mistake_of_keys_is_named_where_it_stands() {
    for (what, change, more, sets, errors) in [
        (
            "a session expires below 90",
            AS_IT_IS,
            "[session-timer]\nsession-expires = 89\n",
            &[][..],
            &["8:19: `session-timer.session-expires` cannot be `89`"][..],
        ),
        (
            "a probability above one",
            AS_IT_IS,
            "[hangup]\nbye-loss = 1.5\n",
            &[][..],
            &["8:12: `hangup.bye-loss` cannot be `1.5`"][..],
        ),
        ("a count of zero", ["count = 10", "count = 0"], "", &[][..], &["5:9: `calls.count` cannot be `0`"][..]),
        (
            "an integer that no type holds",
            ["count = 10", "count = 99999999999999999999999999999999999999999"],
            "",
            &[][..],
            &["5:9: `calls.count` cannot be `99999999999999999999999999999999999999999`"][..],
        ),
        (
            "a float for an integer",
            ["count = 10", "count = 1e5"],
            "",
            &[][..],
            &["5:9: `calls.count` cannot be `1e5`"][..],
        ),
        (
            "a list where one value belongs",
            ["count = 10", "count = [10, 100]"],
            "",
            &[][..],
            &["5:9: `calls.count` cannot be `[10, 100]`"][..],
        ),
        (
            "a missing required key",
            ["talk-time = \"180 s\"\n", ""],
            "",
            &[][..],
            &["4:1: `calls.talk-time` is missing"][..],
        ),
        (
            "a name that no file carries",
            ["\"least\"", "\"My Study\""],
            "",
            &[][..],
            &[r#"1:8: `name` cannot be `"My Study"`"#][..],
        ),
        (
            "an unknown method",
            AS_IT_IS,
            "[[faults]]\nmethod = \"invite\"\n",
            &[][..],
            &[r#"8:10: `faults.0.method` cannot be `"invite"`"#][..],
        ),
        (
            "an nth of zero",
            AS_IT_IS,
            "[[faults]]\nnth = [1, 0]\n",
            &[][..],
            &["8:11: `faults.0.nth.1` cannot be `0`"][..],
        ),
        (
            "a fault that lasts no time",
            AS_IT_IS,
            "[[faults]]\nfor = 0\n",
            &[][..],
            &["8:7: `faults.0.for` cannot be `0`"][..],
        ),
        (
            "a response to an ack",
            AS_IT_IS,
            "[[faults]]\nmethod = \"ACK\"\nstatus = 200\n",
            &[][..],
            &["9:10: `faults.0.status` cannot be `200`"][..],
        ),
    ] {
        assert_refused(what, &refused(change, more, sets), errors);
    }
}
