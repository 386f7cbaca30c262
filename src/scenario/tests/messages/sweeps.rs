//! Mistakes in `[sweep]`.

use super::*;

fn sweep_of_three_axes(values: usize) -> String {
    let list = (1..=values).map(|value| value.to_string()).collect::<Vec<_>>().join(",");
    format!("[sweep]\nseed = [{list}]\ncalls.count = [{list}]\ntimers.t4 = [{list}]\n")
}

#[test]
fn an_axis_of_an_unknown_key() {
    let message = refused(AS_IT_IS, "[sweep]\n\"calls.talk-tme.mean\" = [1, 2]\n", &[]);
    insta::assert_snapshot!(message, @r#"
    error: unknown key `talk-tme` in `calls`
     --> scenario.toml:8:8
      |
    8 | "calls.talk-tme.mean" = [1, 2]
      |        ^^^^^^^^ no such key
      |
      = note: allowed: `count`, `arrivals`, `begin`, `ring-time`, `talk-time`, `nodes`
      = help: did you mean `talk-time`?
    "#);
}

#[test]
fn a_bad_value_in_the_middle_of_an_axis() {
    let message = refused(AS_IT_IS, "[sweep]\n\"session-timer.session-expires\" = [90, 1800, 60, 3600]\n", &[]);
    insta::assert_snapshot!(message, @r#"
    error: `session-timer.session-expires` cannot be `60`
     --> scenario.toml:8:46
      |
    8 | "session-timer.session-expires" = [90, 1800, 60, 3600]
      |                                              ^^ below 90
      |
      = note: allowed: a whole number from 90 to 4294967295, or "off"
    "#);
}

#[test]
fn an_axis_below_a_value() {
    let message = refused(AS_IT_IS, "[sweep]\n\"calls.talk-time.mean\" = [1, 2]\n", &[]);
    insta::assert_snapshot!(message, @r#"
    error: `calls.talk-time` is `"180 s"` and holds no key `mean`
     --> scenario.toml:8:18
      |
    6 | talk-time = "180 s"
      |             ------- not a table
    7 | [sweep]
    8 | "calls.talk-time.mean" = [1, 2]
      |                  ^^^^ cannot be set
    "#);
}

#[test]
fn an_axis_that_is_no_list() {
    let message = refused(AS_IT_IS, "[sweep]\nseed = 5\n", &[]);
    insta::assert_snapshot!(message, @r"
    error: the axis `seed` is `5`
     --> scenario.toml:8:8
      |
    8 | seed = 5
      |        ^ not a list
      |
      = note: allowed: a list of values, such as [90, 1800]
    ");
}

#[test]
fn an_axis_without_values() {
    let message = refused(AS_IT_IS, "[sweep]\nseed = []\n", &[]);
    insta::assert_snapshot!(message, @r"
    error: the axis `seed` has no values
     --> scenario.toml:8:8
      |
    8 | seed = []
      |        ^^ an empty list
    ");
}

#[test]
fn axes_that_overlap() {
    let message = refused(AS_IT_IS, "[sweep]\n\"calls.talk-time\" = [1]\ncalls.talk-time.mean = [2]\n", &[]);
    insta::assert_snapshot!(message, @r#"
    error: the axes `calls.talk-time` and `calls.talk-time.mean` set the same thing
     --> scenario.toml:9:1
      |
    8 | "calls.talk-time" = [1]
      |  ---------------
    9 | calls.talk-time.mean = [2]
      | ^^^^^^^^^^^^^^^^^^^^
    "#);
}

#[test]
fn an_axis_that_names_files() {
    let message = refused(AS_IT_IS, "[sweep]\nname = [\"a\", \"b\"]\n", &[]);
    insta::assert_snapshot!(message, @r#"
    error: `name` cannot be an axis
     --> scenario.toml:8:1
      |
    8 | name = ["a", "b"]
      | ^^^^ the same for every point
    "#);
}

#[test]
fn a_sweep_of_too_many_points() {
    let message = refused(AS_IT_IS, &sweep_of_three_axes(22), &[]);
    insta::assert_snapshot!(message, @r"
    error: the sweep has 22 x 22 x 22 points
      --> scenario.toml:8:8
       |
     8 | seed = [1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22]
       |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
     9 | calls.count = [1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22]
       |               ----------------------------------------------------------
    10 | timers.t4 = [1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22]
       |             ----------------------------------------------------------
       |
       = note: allowed: at most 10000 points
    ");
}

#[test]
fn a_value_that_an_axis_has_twice() {
    let message = refused(AS_IT_IS, "[sweep]\n\"session-timer.session-expires\" = [90, 1800, 90]\n", &[]);
    insta::assert_snapshot!(message, @r#"
    error: the axis `session-timer.session-expires` has `90` twice
     --> scenario.toml:8:46
      |
    8 | "session-timer.session-expires" = [90, 1800, 90]
      |                                    --        ^^ again
    "#);
}

#[test]
fn variants_of_one_name() {
    let sweep = "[[sweep.kind]]\nname = \"a\"\n[[sweep.kind]]\nname = \"a\"\n";
    insta::assert_snapshot!(refused(AS_IT_IS, sweep, &[]), @r#"
    error: the axis `kind` has `a` twice
     --> scenario.toml:9:1
      |
    7 | [[sweep.kind]]
      | --------------
    8 | name = "a"
    9 | [[sweep.kind]]
      | ^^^^^^^^^^^^^^ again
    "#);
}

#[test]
fn a_variant_that_sets_what_another_axis_sets() {
    let sweep = "[sweep]\n\"calls.count\" = [1, 2]\n[[sweep.kind]]\nname = \"a\"\ncalls.count = 3\n";
    insta::assert_snapshot!(refused(AS_IT_IS, sweep, &[]), @r#"
    error: the axes `calls.count` and `kind` set the same thing
     --> scenario.toml:9:9
      |
    8 | "calls.count" = [1, 2]
      |  -----------
    9 | [[sweep.kind]]
      |         ^^^^
    "#);
}

#[test]
fn a_setting_that_a_variant_would_overwrite_and_a_variant_that_is_not_there() {
    let sweep = "[[sweep.kind]]\nname = \"many\"\ncalls.count = 3\n";
    insta::assert_snapshot!(refused(AS_IT_IS, sweep, &["calls.count=7", "sweep.kind=['mani']"]), @r"
    error: `calls.count` would be overwritten by the axis `kind`
     --> command line:1:1
      |
    1 | calls.count=7
      | ^^^^^^^^^^^
      |
     ::: scenario.toml:7:9
      |
    7 | [[sweep.kind]]
      |         ---- the axis

    error: `sweep.kind` cannot be `'mani'`
     --> command line:1:13
      |
    1 | sweep.kind=['mani']
      |             ^^^^^^ no such choice
      |
      = note: allowed: `many`
      = help: did you mean `many`?
    ");
}

#[test]
fn a_variant_with_a_setting_that_is_none() {
    let sweep = "[[sweep.kind]]\nname = \"many\"\ncalls.cuont = 3\n";
    insta::assert_snapshot!(refused(AS_IT_IS, sweep, &[]), @r"
    error: unknown key `cuont` in `calls`
     --> scenario.toml:9:7
      |
    9 | calls.cuont = 3
      |       ^^^^^ no such key
      |
      = note: allowed: `count`, `arrivals`, `begin`, `ring-time`, `talk-time`, `nodes`
      = help: did you mean `count`?
    ");
}
