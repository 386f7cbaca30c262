//! Mistakes in `--set`.

use super::*;

#[test]
fn a_set_without_equals() {
    let message = refused(AS_IT_IS, "", &["calls.count"]);
    insta::assert_snapshot!(message, @r"
    error: `calls.count` sets nothing
     --> command line:1:1
      |
    1 | calls.count
      | ^^^^^^^^^^^ no `=`
      |
      = note: allowed: KEY=VALUE, such as calls.count=1000
    ");
}

#[test]
fn a_set_of_an_unknown_key() {
    let message = refused(AS_IT_IS, "", &["calls.cuont=5"]);
    insta::assert_snapshot!(message, @r"
    error: unknown key `cuont` in `calls`
     --> command line:1:7
      |
    1 | calls.cuont=5
      |       ^^^^^ no such key
      |
      = note: allowed: `count`, `arrivals`, `begin`, `ring-time`, `talk-time`, `nodes`
      = help: did you mean `count`?
    ");
}

#[test]
fn a_set_of_a_bad_value() {
    let message = refused(AS_IT_IS, "", &["session-timer.session-expires=89"]);
    insta::assert_snapshot!(message, @r#"
    error: `session-timer.session-expires` cannot be `89`
     --> command line:1:31
      |
    1 | session-timer.session-expires=89
      |                               ^^ below 90
      |
      = note: allowed: a whole number from 90 to 4294967295, or "off"
    "#);
}

#[test]
fn a_set_of_half_a_list() {
    let message = refused(AS_IT_IS, "", &["calls.count=[1, 2"]);
    insta::assert_snapshot!(message, @r"
    error: the value of `calls.count` is not TOML
     --> command line:1:13
      |
    1 | calls.count=[1, 2
      |             ^^^^^ not a TOML value
      |
      = note: a text without quotes does not begin with `[`, `{` or a quote
    ");
}

#[test]
fn a_set_of_no_key() {
    let message = refused(AS_IT_IS, "", &["calls..count=1"]);
    insta::assert_snapshot!(message, @r"
    error: `calls..count` is not a key
     --> command line:1:1
      |
    1 | calls..count=1
      | ^^^^^^^^^^^^ not a dotted key
      |
      = note: a key is made of letters, digits, `-` and `_`, with dots between: `calls.talk-time.mean`
    ");
}

#[test]
fn a_set_to_nothing() {
    let message = refused(AS_IT_IS, "", &["seed="]);
    insta::assert_snapshot!(message, @r#"
    error: `seed` is set to nothing
     --> command line:1:6
      |
    1 | seed=
      |      ^ no value
      |
      = help: for an empty text write `seed=""`
    "#);
}

#[test]
fn a_set_below_a_value() {
    let message = refused(AS_IT_IS, "", &["calls.count.max=1"]);
    insta::assert_snapshot!(message, @r"
    error: `calls.count` is `10` and holds no key `max`
     --> command line:1:13
      |
    1 | calls.count.max=1
      |             ^^^ cannot be set
      |
     ::: scenario.toml:5:9
      |
    5 | count = 10
      |         -- not a table
    ");
}

#[test]
fn a_set_under_an_axis() {
    let message = refused(AS_IT_IS, "[sweep]\n\"calls.talk-time\" = [1]\n", &["calls.talk-time.mean=1"]);
    insta::assert_snapshot!(message, @r#"
    error: `calls.talk-time.mean` would be overwritten by the axis `calls.talk-time`
     --> command line:1:1
      |
    1 | calls.talk-time.mean=1
      | ^^^^^^^^^^^^^^^^^^^^
      |
     ::: scenario.toml:8:2
      |
    8 | "calls.talk-time" = [1]
      |  --------------- the axis
    "#);
}
