//! Mistakes in `[sweep]`.

use super::*;

fn sweep_of_three_axes(values: usize) -> String {
    let list = (1..=values).map(|value| value.to_string()).collect::<Vec<_>>().join(",");
    format!("[sweep]\nseed = [{list}]\ncalls.count = [{list}]\ntimers.t4 = [{list}]\n")
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
fn each_mistake_of_sweeps_is_named_where_it_stands() {
    for (what, change, more, sets, errors) in [
        (
            "an axis of an unknown key",
            AS_IT_IS,
            "[sweep]\n\"calls.talk-tme.mean\" = [1, 2]\n",
            &[][..],
            &["8:8: unknown key `talk-tme` in `calls`"][..],
        ),
        (
            "a bad value in the middle of an axis",
            AS_IT_IS,
            "[sweep]\n\"session-timer.session-expires\" = [90, 1800, 60, 3600]\n",
            &[][..],
            &["8:46: `session-timer.session-expires` cannot be `60`"][..],
        ),
        (
            "an axis below a value",
            AS_IT_IS,
            "[sweep]\n\"calls.talk-time.mean\" = [1, 2]\n",
            &[][..],
            &[r#"8:18: `calls.talk-time` is `"180 s"` and holds no key `mean`"#][..],
        ),
        ("an axis that is no list", AS_IT_IS, "[sweep]\nseed = 5\n", &[][..], &["8:8: the axis `seed` is `5`"][..]),
        (
            "an axis without values",
            AS_IT_IS,
            "[sweep]\nseed = []\n",
            &[][..],
            &["8:8: the axis `seed` has no values"][..],
        ),
        (
            "axes that overlap",
            AS_IT_IS,
            "[sweep]\n\"calls.talk-time\" = [1]\ncalls.talk-time.mean = [2]\n",
            &[][..],
            &["9:1: the axes `calls.talk-time` and `calls.talk-time.mean` set the same thing"][..],
        ),
        (
            "an axis that names files",
            AS_IT_IS,
            "[sweep]\nname = [\"a\", \"b\"]\n",
            &[][..],
            &["8:1: `name` cannot be an axis"][..],
        ),
        (
            "a sweep of too many points",
            AS_IT_IS,
            &sweep_of_three_axes(22),
            &[][..],
            &["8:8: the sweep has 22 x 22 x 22 points"][..],
        ),
        (
            "a value that an axis has twice",
            AS_IT_IS,
            "[sweep]\n\"session-timer.session-expires\" = [90, 1800, 90]\n",
            &[][..],
            &["8:46: the axis `session-timer.session-expires` has `90` twice"][..],
        ),
        (
            "variants of one name",
            AS_IT_IS,
            "[[sweep.kind]]\nname = \"a\"\n[[sweep.kind]]\nname = \"a\"\n",
            &[][..],
            &["9:1: the axis `kind` has `a` twice"][..],
        ),
        (
            "a variant that sets what another axis sets",
            AS_IT_IS,
            "[sweep]\n\"calls.count\" = [1, 2]\n[[sweep.kind]]\nname = \"a\"\ncalls.count = 3\n",
            &[][..],
            &["9:9: the axes `calls.count` and `kind` set the same thing"][..],
        ),
        (
            "a variant with a setting that is none",
            AS_IT_IS,
            "[[sweep.kind]]\nname = \"many\"\ncalls.cuont = 3\n",
            &[][..],
            &["9:7: unknown key `cuont` in `calls`"][..],
        ),
    ] {
        assert_refused(what, &refused(change, more, sets), errors);
    }
}
