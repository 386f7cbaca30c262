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
      = note: allowed: a length of time such as "40 ms" or 1.5 (seconds), or a table with `distribution` (`constant`, `uniform`, `exponential` or `lognormal`) and its parameters
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
      = note: allowed: a length of time such as "40 ms" or 1.5 (seconds), or a table with `distribution` (`constant`, `uniform`, `exponential` or `lognormal`) and its parameters
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
      = note: allowed: a length of time such as "40 ms" or 1.5 (seconds), or a table with `distribution` (`constant`, `uniform`, `exponential` or `lognormal`) and its parameters
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
      = note: allowed: `constant`, `uniform`, `exponential`, `lognormal`
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
