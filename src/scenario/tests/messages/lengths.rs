//! Mistakes in lengths of time and laws.

use super::*;

#[test]
fn a_length_without_its_unit() {
    let message = refused(AS_IT_IS, "ring-time = \"180\"\n", &[]);
    insta::assert_snapshot!(message, @r#"
    error: `calls.ring-time` cannot be `"180"`
     --> scenario.toml:7:13
      |
    7 | ring-time = "180"
      |             ^^^^^ a number without a unit
      |
      = note: allowed: a length of time such as "40 ms" or 1.5 (seconds), or a table with `distribution` (`constant`, `uniform`, `exponential`, `lognormal`, `gamma`, `pareto`, `wlan-jitter` or `table`) and its parameters
      = help: write "180 s" for seconds; the units are ns, us, ms, s, min, h and d
    "#);
}

#[test]
fn a_length_with_a_foreign_unit() {
    let message = refused(AS_IT_IS, "ring-time = \"3 sec\"\n", &[]);
    insta::assert_snapshot!(message, @r#"
    error: `calls.ring-time` cannot be `"3 sec"`
     --> scenario.toml:7:13
      |
    7 | ring-time = "3 sec"
      |             ^^^^^^^ no unit of time: `sec`
      |
      = note: allowed: a length of time such as "40 ms" or 1.5 (seconds), or a table with `distribution` (`constant`, `uniform`, `exponential`, `lognormal`, `gamma`, `pareto`, `wlan-jitter` or `table`) and its parameters
      = help: did you mean "3 s"?
    "#);
}

#[test]
fn a_negative_length() {
    let message = refused(AS_IT_IS, "ring-time = -1\n", &[]);
    insta::assert_snapshot!(message, @r#"
    error: `calls.ring-time` cannot be `-1`
     --> scenario.toml:7:13
      |
    7 | ring-time = -1
      |             ^^ below 0
      |
      = note: allowed: a length of time such as "40 ms" or 1.5 (seconds), or a table with `distribution` (`constant`, `uniform`, `exponential`, `lognormal`, `gamma`, `pareto`, `wlan-jitter` or `table`) and its parameters
    "#);
}

#[test]
fn a_length_of_no_unit_and_no_quotes() {
    let message = refused(AS_IT_IS, "ring-time = 3 s\n", &[]);
    insta::assert_snapshot!(message, @r#"
    error: this is not TOML
     --> scenario.toml:7:13
      |
    7 | ring-time = 3 s
      |             ^^^ neither a number nor a text in quotes
      |
      = help: if it is a text, write "3 s"
    "#);
}

#[test]
fn no_such_distribution() {
    let message = refused(AS_IT_IS, "ring-time = { distribution = \"exponentail\", mean = 3 }\n", &[]);
    insta::assert_snapshot!(message, @r#"
    error: `calls.ring-time.distribution` cannot be `"exponentail"`
     --> scenario.toml:7:30
      |
    7 | ring-time = { distribution = "exponentail", mean = 3 }
      |                              ^^^^^^^^^^^^^ no such choice
      |
      = note: allowed: `constant`, `uniform`, `exponential`, `lognormal`, `gamma`, `pareto`, `wlan-jitter`, `table`
      = help: did you mean `exponential`?
    "#);
}

#[test]
fn a_parameter_of_another_distribution() {
    let message = refused(AS_IT_IS, "ring-time = { distribution = \"uniform\", min = 1, max = 2, mean = 3 }\n", &[]);
    insta::assert_snapshot!(message, @r#"
    error: unknown key `mean` in `calls.ring-time`
     --> scenario.toml:7:59
      |
    7 | ring-time = { distribution = "uniform", min = 1, max = 2, mean = 3 }
      |                                                           ^^^^ no such key
      |
      = note: allowed: `distribution`, `min`, `max`
    "#);
}

#[test]
fn a_distribution_without_its_parameter() {
    let message = refused(AS_IT_IS, "ring-time = { distribution = \"lognormal\", mean = 3 }\n", &[]);
    insta::assert_snapshot!(message, @r#"
    error: `calls.ring-time.sigma` is missing
     --> scenario.toml:7:13
      |
    7 | ring-time = { distribution = "lognormal", mean = 3 }
      |             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ in this table
      |
      = help: for example `sigma = 0.8`
    "#);
}

#[test]
fn a_table_without_distribution() {
    let message = refused(AS_IT_IS, "[calls.ring-time]\nmean = 3\n", &[]);
    insta::assert_snapshot!(message, @r#"
    error: `calls.ring-time.distribution` is missing
     --> scenario.toml:7:1
      |
    7 | [calls.ring-time]
      | ^^^^^^^^^^^^^^^^^ in this table
      |
      = help: for example `distribution = "exponential"`
    "#);
}

#[test]
fn a_uniform_law_upside_down() {
    let message = refused(AS_IT_IS, "ring-time = { distribution = \"uniform\", min = \"2 s\", max = \"1 s\" }\n", &[]);
    insta::assert_snapshot!(message, @r#"
    error: `calls.ring-time` has `min` above `max`
     --> scenario.toml:7:47
      |
    7 | ring-time = { distribution = "uniform", min = "2 s", max = "1 s" }
      |                                               ^^^^^ 2 s    ----- 1 s
    "#);
}

#[test]
fn poisson_arrivals_without_their_time() {
    let message = refused(AS_IT_IS, "arrivals = \"poisson\"\n", &[]);
    insta::assert_snapshot!(message, @r#"
    error: `calls.arrivals` cannot be `"poisson"`
     --> scenario.toml:7:12
      |
    7 | arrivals = "poisson"
      |            ^^^^^^^^^ needs a time
      |
      = note: allowed: { process = "poisson", within = "900 s" }
      = help: write `arrivals = { process = "poisson", within = "900 s" }`
    "#);
}

#[test]
fn poisson_arrivals_by_time_and_rate() {
    let message = refused(AS_IT_IS, "arrivals = { process = \"poisson\", within = 1, rate-per-s = 2 }\n", &[]);
    insta::assert_snapshot!(message, @r#"
    error: `calls.arrivals` has both `within` and `rate-per-s`
     --> scenario.toml:7:60
      |
    7 | arrivals = { process = "poisson", within = 1, rate-per-s = 2 }
      |                                            -               ^
      |
      = note: allowed: one of the two; with `rate-per-s`, calls arrive within count / rate
    "#);
}

#[test]
fn a_shift_above_the_mean() {
    let message = refused(
        AS_IT_IS,
        "[link]\ndelay = { distribution = \"exponential\", min = \"50 ms\", mean = \"40 ms\" }\n",
        &[],
    );
    insta::assert_snapshot!(message, @r#"
    error: `link.delay` has `min` above `mean`
     --> scenario.toml:8:47
      |
    8 | delay = { distribution = "exponential", min = "50 ms", mean = "40 ms" }
      |                                               ^^^^^^^ 50 ms   ------- 40 ms
    "#);
}

#[test]
fn a_pareto_law_without_a_mean() {
    let message = refused(AS_IT_IS, "[link]\ndelay = { distribution = \"pareto\", min = \"50 ms\", shape = 1 }\n", &[]);
    insta::assert_snapshot!(message, @r#"
    error: `link.delay.shape` cannot be `1`
     --> scenario.toml:8:59
      |
    8 | delay = { distribution = "pareto", min = "50 ms", shape = 1 }
      |                                                           ^ out of range
      |
      = note: allowed: a number from 1.001 to 1000
    "#);
}

#[test]
fn a_pareto_law_from_nothing() {
    let message = refused(AS_IT_IS, "[link]\ndelay = { distribution = \"pareto\", min = 0, shape = 2 }\n", &[]);
    insta::assert_snapshot!(message, @r#"
    error: `link.delay.min` cannot be `0`
     --> scenario.toml:8:42
      |
    8 | delay = { distribution = "pareto", min = 0, shape = 2 }
      |                                          ^ no time at all
      |
      = note: allowed: a length of time above 0
    "#);
}

#[test]
fn a_wireless_jitter_of_a_tenth_of_a_second() {
    let message = refused(AS_IT_IS, "[link]\ndelay = { distribution = \"wlan-jitter\", mean = \"100 ms\" }\n", &[]);
    insta::assert_snapshot!(message, @r#"
    error: `link.delay.mean` cannot be `"100 ms"`
     --> scenario.toml:8:48
      |
    8 | delay = { distribution = "wlan-jitter", mean = "100 ms" }
      |                                                ^^^^^^^^ the model has no such jitter
      |
      = note: allowed: a length of time from 1 ms to 91 ms
    "#);
}

#[test]
fn quantiles_that_are_no_pairs() {
    let message =
        refused(AS_IT_IS, "[link]\ndelay = { distribution = \"table\", quantiles = [[0, \"1 ms\"], 2] }\n", &[]);
    insta::assert_snapshot!(message, @r#"
    error: `link.delay.quantiles.1` cannot be `2`
     --> scenario.toml:8:61
      |
    8 | delay = { distribution = "table", quantiles = [[0, "1 ms"], 2] }
      |                                                             ^ not a pair
      |
      = note: allowed: a list of pairs of a share and a length of time, shares rising from 0 to 1 and lengths not falling, such as [[0, "5 ms"], [0.5, "8 ms"], [1, "40 ms"]]
    "#);
}

#[test]
fn quantiles_that_fall() {
    let message =
        refused(AS_IT_IS, "[link]\ndelay = { distribution = \"table\", quantiles = [[0, 2], [1, 1]] }\n", &[]);
    insta::assert_snapshot!(message, @r#"
    error: `link.delay.quantiles` cannot be `[[0, 2], [1, 1]]`
     --> scenario.toml:8:47
      |
    8 | delay = { distribution = "table", quantiles = [[0, 2], [1, 1]] }
      |                                               ^^^^^^^^^^^^^^^^ not a distribution
      |
      = note: allowed: a list of pairs of a share and a length of time, shares rising from 0 to 1 and lengths not falling, such as [[0, "5 ms"], [0.5, "8 ms"], [1, "40 ms"]]
    "#);
}
