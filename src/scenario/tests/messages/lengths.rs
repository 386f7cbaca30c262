//! Mistakes in durations, distributions and words.

use super::*;

#[test]
fn a_jitter_above_its_bound() {
    let message = refused(AS_IT_IS, "[session-timer]\nrefresh-jitter = \"41 s\"\n", &[]);
    insta::assert_snapshot!(message, @r#"
    error: `session-timer.refresh-jitter` cannot be `"41 s"`
     --> scenario.toml:8:18
      |
    8 | refresh-jitter = "41 s"
      |                  ^^^^^^ too long
      |
      = note: allowed: duration up to 40 s, such as "40 ms" or 1.5 (seconds)
    "#);
}

#[test]
fn a_word_that_is_no_reaction_to_a_refusal() {
    let message = refused(AS_IT_IS, "[caller]\nrepeated-invite = \"anser\"\n", &[]);
    insta::assert_snapshot!(message, @r#"
    error: `caller.repeated-invite` cannot be `"anser"`
     --> scenario.toml:8:19
      |
    8 | repeated-invite = "anser"
      |                   ^^^^^^^ no such choice
      |
      = note: allowed: `absorb`, `answer`, `answer-and-count`
      = help: did you mean `answer`?
    "#);
}

#[test]
fn each_mistake_of_lengths_is_named_where_it_stands() {
    for (what, change, more, sets, errors) in [
        (
            "a length without its unit",
            AS_IT_IS,
            "ring-time = \"180\"\n",
            &[][..],
            &[r#"7:13: `calls.ring-time` cannot be `"180"`"#][..],
        ),
        (
            "a length with a foreign unit",
            AS_IT_IS,
            "ring-time = \"3 sec\"\n",
            &[][..],
            &[r#"7:13: `calls.ring-time` cannot be `"3 sec"`"#][..],
        ),
        ("a negative length", AS_IT_IS, "ring-time = -1\n", &[][..], &["7:13: `calls.ring-time` cannot be `-1`"][..]),
        ("a length of no unit and no quotes", AS_IT_IS, "ring-time = 3 s\n", &[][..], &["7:13: this is not TOML"][..]),
        (
            "no such distribution",
            AS_IT_IS,
            "ring-time = { distribution = \"exponentail\", mean = 3 }\n",
            &[][..],
            &[r#"7:30: `calls.ring-time.distribution` cannot be `"exponentail"`"#][..],
        ),
        (
            "a parameter of another distribution",
            AS_IT_IS,
            "ring-time = { distribution = \"uniform\", min = 1, max = 2, mean = 3 }\n",
            &[][..],
            &["7:59: unknown key `mean` in `calls.ring-time`"][..],
        ),
        (
            "a distribution without its parameter",
            AS_IT_IS,
            "ring-time = { distribution = \"lognormal\", mean = 3 }\n",
            &[][..],
            &["7:13: `calls.ring-time.sigma` is missing"][..],
        ),
        (
            "a table without distribution",
            AS_IT_IS,
            "[calls.ring-time]\nmean = 3\n",
            &[][..],
            &["7:1: `calls.ring-time.distribution` is missing"][..],
        ),
        (
            "a uniform distribution upside down",
            AS_IT_IS,
            "ring-time = { distribution = \"uniform\", min = \"2 s\", max = \"1 s\" }\n",
            &[][..],
            &["7:47: `calls.ring-time` has `min` above `max`"][..],
        ),
        (
            "poisson arrivals without their time",
            AS_IT_IS,
            "arrivals = \"poisson\"\n",
            &[][..],
            &[r#"7:12: `calls.arrivals` cannot be `"poisson"`"#][..],
        ),
        (
            "poisson arrivals by time and rate",
            AS_IT_IS,
            "arrivals = { process = \"poisson\", within = 1, rate-per-s = 2 }\n",
            &[][..],
            &["7:60: `calls.arrivals` has both `within` and `rate-per-s`"][..],
        ),
        (
            "a shift above the mean",
            AS_IT_IS,
            "[link]\ndelay = { distribution = \"exponential\", min = \"50 ms\", mean = \"40 ms\" }\n",
            &[][..],
            &["8:47: `link.delay` has `min` above `mean`"][..],
        ),
        (
            "a pareto distribution without a mean",
            AS_IT_IS,
            "[link]\ndelay = { distribution = \"pareto\", min = \"50 ms\", shape = 1 }\n",
            &[][..],
            &["8:59: `link.delay.shape` cannot be `1`"][..],
        ),
        (
            "a pareto distribution from nothing",
            AS_IT_IS,
            "[link]\ndelay = { distribution = \"pareto\", min = 0, shape = 2 }\n",
            &[][..],
            &["8:42: `link.delay.min` cannot be `0`"][..],
        ),
        (
            "a wireless jitter of a tenth of a second",
            AS_IT_IS,
            "[link]\ndelay = { distribution = \"wlan-jitter\", mean = \"100 ms\" }\n",
            &[][..],
            &[r#"8:48: `link.delay.mean` cannot be `"100 ms"`"#][..],
        ),
        (
            "quantiles that are no pairs",
            AS_IT_IS,
            "[link]\ndelay = { distribution = \"table\", quantiles = [[0, \"1 ms\"], 2] }\n",
            &[][..],
            &["8:61: `link.delay.quantiles.1` cannot be `2`"][..],
        ),
        (
            "quantiles that fall",
            AS_IT_IS,
            "[link]\ndelay = { distribution = \"table\", quantiles = [[0, 2], [1, 1]] }\n",
            &[][..],
            &["8:47: `link.delay.quantiles` cannot be `[[0, 2], [1, 1]]`"][..],
        ),
    ] {
        assert_refused(what, &refused(change, more, sets), errors);
    }
}
