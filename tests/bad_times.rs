//! Networks with bad times against closed forms, in standard errors.

use byeloss::analysis::{self, CallTheory};
use byeloss::measure::Tally;
use byeloss::scenario;
use byeloss::study::{Options, run};
use byeloss::theory::gilbert::Gilbert;
use byeloss::theory::schedule::{Schedule, T1, T2};

/// More than this many standard errors happen once in fifteen thousand times, and the seeds are fixed.
const MOST_ERRORS: f64 = 4.0;

/// What was counted at a point, and its closed forms.
struct Point {
    values: Vec<String>,
    tally: Tally,
    theory: Option<CallTheory>,
}

fn points(scenario: Result<scenario::Study, scenario::Diagnostics>) -> Vec<Point> {
    let study = scenario.unwrap_or_else(|error| panic!("{error}"));
    let options = Options::default();
    let found = run(&study, &options).expect("nobody stops it").points.into_iter().zip(&study.points);
    let point = found.map(|(found, point)| Point {
        values: found.values,
        tally: found.tally,
        theory: analysis::call_theory(&point.setup),
    });
    point.collect()
}

/// One point: calls on the built-in path `direct` that stand when they begin, with these keys.
fn point(keys: &str) -> Point {
    let text = format!("name = \"test\"\ntopology = \"direct\"\n{keys}");
    points(scenario::load_text("test", &text, &[])).swap_remove(0)
}

#[track_caller]
fn assert_share(hits: u64, of: u64, expected: f64, what: &str) {
    if expected * (of as f64) < 1.0 {
        let most = if expected > 0.0 { 4 } else { 0 };
        return assert!(hits <= most, "{what}: {hits} of {of}, where {expected:e} is expected");
    }
    let error = (expected * (1.0 - expected) / of as f64).sqrt();
    let distance = (hits as f64 / of as f64 - expected) / error;
    assert!(distance.abs() <= MOST_ERRORS, "{what}: {hits} of {of} is {distance:.1} standard errors from {expected:e}");
}

/// Asserts that the closed forms of `point` are there, and meet what was found.
#[track_caller]
fn assert_meets(point: &Point, what: &str) {
    let theory = point.theory.as_ref().unwrap_or_else(|| panic!("{what}: no closed form"));
    let bye_loss = theory.bye_loss.unwrap_or_else(|| panic!("{what}: no closed form of lost BYEs"));
    assert_share(point.tally.all_ghosts().count(), point.tally.hangups, bye_loss, &format!("{what}: lost BYEs"));
    if let Some(drops) = theory.false_drops_per_million {
        assert_share(point.tally.false_drops, point.tally.established, drops / 1e6, &format!("{what}: false drops"));
    }
}

fn calls(count: u32, talk_s: f64, more: &str) -> String {
    format!(
        "[calls]\ncount = {count}\nbegin = \"established\"\n\
         talk-time = {{ distribution = \"exponential\", mean = {talk_s} }}\n{more}\n"
    )
}

#[test]
fn byes_are_lost_in_bursts_as_often_as_the_closed_form_says() {
    for (loss, delay) in [
        ("{ model = \"gilbert-elliott\", good = \"600 s\", bad = \"10 s\" }", "\"50 ms\""),
        ("{ model = \"gilbert-elliott\", good = \"300 s\", bad = \"45 s\", one-state = true }", "\"20 ms\""),
        (
            "{ model = \"gilbert-elliott\", good = \"20 s\", bad = \"30 s\", loss-good = 0.3, loss-bad = 0.9 }",
            "\"5 ms\"",
        ),
        ("{ model = \"gemodel\", p = 0.001, r = 0.0008, 1-h = 0.98, 1-k = 0.1, spacing = \"20 ms\" }", "\"80 ms\""),
    ] {
        let keys = calls(40_000, 300.0, "[session-timer]\nsession-expires = \"off\"");
        assert_meets(&point(&format!("{keys}[link]\nloss = {loss}\ndelay = {delay}\n")), loss);
    }
}

#[test]
fn byes_are_lost_over_several_bursty_links_as_often_as_their_joint_chain_says() {
    let keys = calls(30_000, 200.0, "[session-timer]\nsession-expires = \"off\"\n[link]\nloss = 0\nshared = false");
    let text = format!(
        "name = \"test\"\ntopology = \"two-proxies\"\n{keys}\
         [links.\"caller--proxy-a\"]\nloss = {{ model = \"gilbert-elliott\", good = \"100 s\", bad = \"20 s\" }}\n\
         [links.\"proxy-a--core\"]\nloss = 0.2\n\
         [links.\"core--proxy-b\"]\noutage = {{ up = {{ distribution = \"exponential\", mean = 900 }}, down = {{ distribution = \"exponential\", mean = 60 }} }}\n"
    );
    assert_meets(&points(scenario::load_text("test", &text, &[])).swap_remove(0), "three links");
}

#[test]
fn refreshes_time_out_in_bursts_over_one_chain_or_two_as_often_as_the_closed_form_says() {
    for (one_state, good, bad) in [(true, 600.0, 30.0), (false, 600.0, 10.0), (true, 200.0, 40.0)] {
        let keys = calls(40_000, 2500.0, "[session-timer]\nsession-expires = 3000");
        let link = format!(
            "[link]\ndelay = \"50 ms\"\nloss = {{ model = \"gilbert-elliott\", good = {good}, bad = {bad}, one-state = {one_state} }}\n"
        );
        let Point { tally, theory, .. } = point(&format!("{keys}{link}"));
        let expected = theory.and_then(|theory| theory.false_drops_per_million).expect("a closed form") / 1e6;
        assert_share(tally.false_drops, tally.established, expected, &format!("{good}/{bad} {one_state}"));
        // The published time-outs of a transaction: the first refresh of those who live so long.
        if (one_state, bad) == (true, 30.0) {
            let schedule = Schedule::non_invite(T1, T2).unwrap();
            let fails = Gilbert::from_times(good, bad, 0.0, 1.0).unwrap().times_out(&schedule, 0.05, 0.05).unwrap();
            assert!((fails - 1.675e-2).abs() < 1e-5);
        }
    }
}

#[test]
fn one_outage_drops_calls_and_loses_byes_as_often_as_the_closed_form_says() {
    for (interval, lasts, within, talk) in [
        ("1800", 60, 1800, 1800.0),
        ("600", 300, 900, 600.0),
        ("300", 45, 3600, 900.0),
        ("90", 30, 1200, 300.0),
        ("180", 400, 600, 1200.0),
        ("\"off\"", 120, 600, 300.0),
    ] {
        let keys = format!(
            "[calls]\ncount = 30_000\nbegin = \"established\"\narrivals = {{ process = \"poisson\", within = {within} }}\n\
             talk-time = {{ distribution = \"exponential\", mean = {talk} }}\n[session-timer]\nsession-expires = {interval}\n\
             [link]\nloss = 0\ndelay = \"50 ms\"\noutage = {{ from = {within}, for = {lasts} }}\n"
        );
        assert_meets(&point(&keys), &format!("SE {interval}, {lasts} s"));
    }
}

#[test]
fn a_nat_shuts_byes_out_as_often_and_as_long_as_the_closed_form_says() {
    for (expires, interval, talk, refresher) in
        [(30, 600, 400.0, "uac"), (120, 300, 900.0, "uac"), (300, 600, 900.0, "uac"), (60, 1800, 1200.0, "uas")]
    {
        let keys = calls(20_000, talk, "[hangup]\nby-caller = 0.25");
        let timer = format!("[session-timer]\nsession-expires = {interval}\nrefresher = \"{refresher}\"\n");
        let link = format!("[link]\nloss = 0\ndelay = \"20 ms\"\nnat = {{ expires = {expires} }}\n");
        let what = format!("{expires} s, SE {interval}, {refresher}");
        let point = point(&format!("{keys}{timer}{link}"));
        assert_meets(&point, &what);
        let expected = point.theory.as_ref().and_then(|theory| theory.recovery_mean_s[1]);
        let recovery = &point.tally.ghosts[1].recovery;
        if let Some(expected) = expected.filter(|_| recovery.count() > 100) {
            let (mean, error) = (recovery.mean_s().unwrap(), recovery.mean_error_s().unwrap());
            assert!((mean - expected).abs() <= MOST_ERRORS * error, "{what}: {mean} +- {error}, not {expected}");
        }
    }
}

#[test]
fn no_closed_form_stands_beside_weather_that_all_calls_share() {
    let keys = calls(100, 180.0, "[session-timer]\nsession-expires = \"off\"");
    let link = "[link]\nshared = true\nloss = { model = \"gilbert-elliott\", good = 600, bad = 30 }\n";
    assert_eq!(point(&format!("{keys}{link}")).theory, None);
}

/// How often each preset loses a BYE, as published.
const PUBLISHED: [(&str, f64); 16] = [
    ("lan", 0.0),
    ("wifi-busy", 1.8e-20),
    ("home-voice", 9.7e-19),
    ("wlan-lossy", 3.7e-10),
    ("orbit-17", 3.4e-9),
    ("orbit-44", 1.2e-4),
    ("throttled", 8.5e-7),
    ("inflight", 4.6e-13),
    ("starlink-motorway", 2.8e-9),
    ("3g-fer10", 1e-11),
    ("bgp", 1.7e-3),
    ("failover", 0.0),
    ("train", 5.4e-2),
    ("home-access", 6.8e-4),
    ("rural-wireless", 5.8e-5),
    ("geo-satellite", 1e-33),
];

#[test]
fn every_preset_loses_as_many_byes_as_it_says() {
    let bursts = points(scenario::load("bursts", &["calls.count=20000".to_owned()]));
    assert_eq!(bursts.iter().map(|point| point.values[0].clone()).collect::<Vec<_>>(), {
        scenario::presets().into_iter().map(|preset| preset.name).collect::<Vec<_>>()
    });
    for (name, published) in PUBLISHED {
        let found = bursts.iter().find(|point| point.values[0] == name).expect("a point");
        let theory = found
            .theory
            .as_ref()
            .and_then(|theory| theory.bye_loss)
            .unwrap_or_else(|| panic!("{name}: no closed form"));
        assert!((theory - published).abs() <= 0.05 * published, "{name}: {theory:e}, published {published:e}");
        assert_share(found.tally.all_ghosts().count(), found.tally.hangups, theory, name);
        let said = scenario::presets().into_iter().find(|preset| preset.name == name).expect("a preset").lost_bye;
        let said: f64 = said.parse().unwrap_or_else(|_| panic!("{name}: {said}"));
        assert!((said - theory).abs() <= 0.05 * theory, "{name} says {said:e}, its closed form {theory:e}");
    }
    // The rest of the table: NATs, beside their closed form, and car and satellite, which have none.
    for point in &bursts {
        match point.values[0].as_str() {
            name if name.starts_with("nat-") => assert_meets(point, name),
            name if name.starts_with("lms-") => assert!(point.theory.is_none(), "{name}"),
            name => assert!(PUBLISHED.iter().any(|(known, _)| *known == name), "{name}"),
        }
    }
}

#[test]
fn the_studies_of_outages_and_nats_meet_their_closed_forms_at_every_point() {
    for study in ["outage", "nat"] {
        for point in points(scenario::load(study, &["calls.count=4000".to_owned()])) {
            assert_meets(&point, &format!("{study}: {:?}", point.values));
        }
    }
}
