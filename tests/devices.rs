//! Studies of devices: against closed forms, against a count by hand, and the same bytes on any threads.

#![cfg(feature = "report")]

mod fleet;

use std::num::NonZeroUsize;

use byeloss::analysis::{self, DeviceTheory};
use byeloss::report::Reported;
use byeloss::scenario::{self, AnyStudy, Study};
use byeloss::study::{DevicePoint, Options, Results, first_difference, run};
use byeloss::world::devices::Fleet;

/// Devices on a link of 50 ms without loss, and what `more` says.
fn results(more: &str, sets: &[&str], threads: usize) -> Results<DevicePoint> {
    run_study(&study(more, sets), threads)
}

/// The study of these devices.
fn study(more: &str, sets: &[&str]) -> Study<Fleet> {
    let text = format!("name = \"test\"\ntopology = \"platforms\"\n{more}\n[link]\nloss = 0.0\ndelay = \"20 ms\"\n");
    of_devices(scenario::open_text("test.toml", &text, &owned(sets)))
}

/// What closed forms say of the first point.
fn theory(more: &str) -> DeviceTheory {
    analysis::device_theory(&study(more, &[]).points[0].setup)
}

fn owned(sets: &[&str]) -> Vec<String> {
    sets.iter().map(|set| (*set).to_owned()).collect()
}

fn of_devices(asked: Result<AnyStudy, scenario::Diagnostics>) -> Study<Fleet> {
    let AnyStudy::Devices(study) = asked.unwrap_or_else(|errors| panic!("{errors}")) else { panic!("of calls") };
    study
}

fn run_study(study: &Study<Fleet>, threads: usize) -> Results<DevicePoint> {
    let options = Options { threads: NonZeroUsize::new(threads), ..Options::default() };
    run(study, &options).expect("nobody stops it")
}

/// Mean, error and closed form of the detection.
fn detection(point: &DevicePoint, theory: DeviceTheory) -> [f64; 3] {
    let ghosts = &point.devices().ghosts;
    assert_eq!(ghosts.unrecovered, 0);
    let theory = theory.detection_mean_s.expect("a closed form");
    [ghosts.recovery.mean_s().unwrap(), ghosts.recovery.mean_error_s().unwrap(), theory]
}

#[test]
fn a_link_that_duplicates_makes_another_run_of_devices_that_send_sip_over_udp() {
    let text = "name = \"test\"\ntopology = \"platforms\"\nhorizon = \"1 h\"\n[devices]\ncount = 20\nmechanism = \"gb28181\"\n";
    let study = |duplicate: &str| match scenario::open_text("test.toml", text, &owned(&[duplicate])) {
        Ok(AnyStudy::Devices(study)) => study,
        Ok(AnyStudy::Calls(_)) => panic!("of calls"),
        Err(errors) => panic!("{errors}"),
    };
    let (once, twice) = (study("link.duplicate=0"), study("link.duplicate=1.0"));
    assert!(first_difference(&once, &once).is_none());
    assert!(first_difference(&once, &twice).is_some());
}

#[test]
fn detection_is_that_of_the_closed_form() {
    for (mechanism, interval, misses, check, jitter) in [
        ("gat1400", 90, 3, 0, 0),
        ("gat1400", 90, 3, 60, 0),
        ("gat1400", 30, 2, 10, 0),
        ("gat1400", 15, 5, 7, 5),
        ("gat1400", 40, 2, 0, 0),
        ("gb28181", 60, 3, 0, 0),
        ("gb28181", 25, 4, 30, 20),
    ] {
        for online in [
            "{ distribution = \"exponential\", mean = \"10 min\" }",
            "{ distribution = \"uniform\", min = \"100 s\", max = \"777 s\" }",
        ] {
            let text = format!(
                "horizon = \"5 h\"\n[devices]\ncount = 4000\nmechanism = \"{mechanism}\"\ninterval = \"{interval} s\"\n\
                 jitter = \"{jitter} s\"\nonline-time = {online}\ndies = 0.5\nunregister-lost = 0.5\n[platforms]\n\
                 misses = {misses}\ncheck-period = \"{check} s\""
            );
            // With misses of one interval a keepalive that jitter delays is silence enough.
            let results = results(&text, &[], 2);
            let [mean, error, theory] = detection(&results.points[0], theory(&text));
            assert!(
                (mean - theory).abs() < 4.0 * error,
                "{mechanism} {interval} {misses} {check} {jitter} {online}: {mean} +- {error}, not {theory}"
            );
        }
    }
}

#[test]
fn a_lost_unregister_is_found_after_180_to_270_s_with_the_standard_settings() {
    let text = "horizon = \"3 h\"\n[devices]\ncount = 5000\nmechanism = \"gat1400\"\nunregister-lost = 1.0\n\
                online-time = { distribution = \"uniform\", min = \"30 min\", max = \"60 min\" }";
    let results = results(text, &[], 2);
    let ghosts = &results.points[0].devices().ghosts;
    let [mean, error, _] = detection(&results.points[0], theory(text));
    assert!((mean - 225.0).abs() < 4.0 * error, "{mean} +- {error}");
    assert!(ghosts.recovery.min().unwrap().as_secs_f64() > 180.0);
    assert!(ghosts.recovery.max().unwrap().as_secs_f64() < 270.1);
}

#[test]
fn false_offlines_of_an_outage_are_those_of_the_closed_form() {
    // Each device has a platform of its own, which looks at instants of its own.
    let n = 4000;
    for (mechanism, keys, misses, check, outage, plain) in [
        // Sends again every 3 s, of which 180 s is a multiple: the plain form holds.
        ("gat1400", "interval = \"90 s\"", 3, 0, 200, Some((200.0 - 180.0) / 90.0)),
        ("gat1400", "interval = \"90 s\"", 3, 0, 250, Some((250.0 - 180.0) / 90.0)),
        ("gat1400", "interval = \"90 s\"", 3, 0, 170, Some(0.0)),
        ("gat1400", "interval = \"30 s\"", 2, 0, 47, None),
        ("gat1400", "interval = \"30 s\"", 2, 20, 47, None),
        ("gat1400", "interval = \"30 s\"\non-timeout = \"next\"", 3, 0, 75, None),
        ("gat1400", "interval = \"90 s\"\nretry-gap = \"20 s\"", 2, 0, 120, None),
        ("gb28181", "interval = \"60 s\"", 3, 0, 150, None),
        ("gb28181", "interval = \"60 s\"", 2, 0, 90, None),
    ] {
        let text = format!(
            "horizon = \"1 h\"\n[devices]\ncount = {n}\nmechanism = \"{mechanism}\"\n{keys}\n[platforms]\nmisses = {misses}\n\
             count = {n}\ncheck-period = \"{check} s\"\n[[faults]]\nfrom = \"1000 s\"\nfor = \"{outage} s\""
        );
        let results = results(&text, &[], 2);
        let point = &results.points[0];
        let found = point.devices().false_offlines as f64 / f64::from(n);
        let theory = theory(&text).false_offlines_per_device.expect("a closed form");
        let error = (theory * (1.0 - theory) / f64::from(n)).sqrt().max(1.0 / f64::from(n));
        assert!(
            (found - theory).abs() <= 4.0 * error,
            "{mechanism} {keys} {misses} {check} {outage}: {found} +- {error}, not {theory}"
        );
        if let Some(plain) = plain {
            assert!((theory - plain).abs() < 1e-9, "{theory}, not {plain}");
        }
    }
}

/// A link that goes up and down at random, for each device or for all.
fn up_and_down(up: &str, down: &str, shared: bool) -> String {
    format!("[links.\"devices--base-station\"]\nshared = {shared}\noutage = {{ up = {up}, down = {down} }}")
}

#[test]
fn false_offlines_of_outages_at_random_are_those_of_the_closed_form() {
    let exponential = |mean: &str| format!("{{ distribution = \"exponential\", mean = \"{mean}\" }}");
    let lognormal = "{ distribution = \"lognormal\", mean = \"200 s\", sigma = 0.8 }".to_owned();
    let gamma = "{ distribution = \"gamma\", mean = \"7 h\", shape = 3 }".to_owned();
    let n = 400;
    for (mechanism, keys, platforms, up, down) in [
        ("gat1400", "interval = \"90 s\"", "misses = 3", exponential("8 h"), exponential("5 min")),
        (
            "gat1400",
            "interval = \"30 s\"",
            "misses = 2\ncheck-period = \"20 s\"",
            exponential("4 h"),
            exponential("40 s"),
        ),
        ("gat1400", "interval = \"40 s\"\non-timeout = \"next\"", "misses = 3", gamma, lognormal.clone()),
        (
            "gat1400",
            "interval = \"60 s\"\nretry-gap = \"20 s\"",
            "misses = 2",
            exponential("5 h"),
            "\"90 s\"".to_owned(),
        ),
        ("gb28181", "interval = \"60 s\"", "misses = 3", exponential("6 h"), exponential("4 min")),
    ] {
        for online in ["", "online-time = { distribution = \"uniform\", min = \"12 h\", max = \"22 h\" }\n"] {
            let text = format!(
                "horizon = \"1 d\"\n[devices]\ncount = {n}\nmechanism = \"{mechanism}\"\n{keys}\n{online}[platforms]\n{platforms}\n{}",
                up_and_down(&up, &down, false)
            );
            let results = results(&text, &[], 2);
            let point = &results.points[0];
            let found = point.devices().false_offlines as f64;
            let expected = theory(&text).false_offlines_per_device.expect("a closed form") * f64::from(n);
            assert!(expected > 50.0, "{text}: {expected}");
            assert!((found - expected).abs() < 4.0 * expected.sqrt(), "{text}: {found}, not {expected}");
        }
    }
}

#[test]
fn outages_that_all_devices_see_or_that_follow_each_other_soon_have_no_closed_form_of_false_offlines() {
    let exponential = |mean: &str| format!("{{ distribution = \"exponential\", mean = \"{mean}\" }}");
    for (up, shared, known) in [("1 d", false, true), ("1 d", true, false), ("1 h", false, false)] {
        let text = format!(
            "horizon = \"1 h\"\n[devices]\ncount = 3\nmechanism = \"gat1400\"\n{}",
            up_and_down(&exponential(up), &exponential("3 min"), shared)
        );
        assert_eq!(theory(&text).false_offlines_per_device.is_some(), known, "{up} {shared}");
    }
}

#[test]
fn a_node_that_is_down_is_as_an_outage_by_script_of_what_goes_its_way() {
    let count = |more: &str| {
        let text =
            format!("horizon = \"1 h\"\n[devices]\ncount = 500\nmechanism = \"gat1400\"\ninterval = \"30 s\"\n{more}");
        let results = results(&text, &[], 2);
        let tally = results.points[0].devices();
        (tally.false_offlines, tally.requests, tally.timers_fired)
    };
    let undisturbed = count("");
    assert_eq!(undisturbed.0, 0);
    let scripted = count("[[faults]]\nsender = \"device\"\nfrom = \"1000 s\"\nfor = \"80 s\"");
    let down = |node: &str| {
        count(&format!("[nodes.{node}]\noutage = {{ from = \"1000 s\", for = \"80 s\", way = \"to-callee\" }}"))
    };
    assert!(scripted.0 > 100 && scripted != undisturbed);
    assert_eq!(down("devices"), scripted);
    // What passes the base station comes 20 ms later.
    let passing = down("base-station");
    assert!(passing.0.abs_diff(scripted.0) < 10 && passing.0 > 100, "{passing:?} {scripted:?}");
    // Nothing leaves the district's platform, as nothing comes to it: but the way above it is another level's.
    let platform = count("[nodes.district]\noutage = { from = \"1000 s\", for = \"80 s\" }");
    assert!(platform.0.abs_diff(scripted.0) < 10, "{platform:?} {scripted:?}");
}

#[test]
fn the_storm_after_a_restart_is_that_of_a_count_by_hand() {
    // 900 devices at 90 s, evenly: ten keepalives a second. Down for 30 s: 300 of them find nobody and try every 3 s,
    // with SYNs at 0 and 1 s of each try. When the platform is back their SYNs come within 2 s (a third of all phases
    // waits for the next try), each followed by a refusal, a REGISTER, and a REGISTER with digest: three requests.
    let text = "horizon = \"30 min\"\n[devices]\ncount = 900\nmechanism = \"gat1400\"\n[[restarts]]\nat = \"10 min\"\nfor = \"30 s\"";
    let results = results(text, &[], 2);
    let tally = results.points[0].devices();
    assert_eq!((tally.forgotten, tally.back_after_restart.count()), (900, 900));
    assert_eq!((tally.refused, tally.disconnected), (900, [900, 0]));
    // Each registered twice, with two requests each.
    assert_eq!((tally.registrations, tally.requests[0]), (1800, 3600));
    // Before: ten a second, give or take a few whom chance puts there.
    let before = tally.arrivals.sum(500, 600) as f64 / 100.0;
    assert!((before - 10.0).abs() < 1.0, "{before}");
    // In the first three seconds the waiting third is back, three requests each, and the thirty whose time has come.
    let burst = tally.arrivals.sum(630, 633) as f64;
    assert!((850.0..1130.0).contains(&burst), "{burst}");
    assert_eq!(tally.arrivals.sum(601, 630), 0);
    // The last is one whose keepalive had been answered just before: 90 s after that.
    let last = tally.back_after_restart.max().unwrap().as_secs_f64();
    assert!((58.0..60.5).contains(&last), "{last}");
    // From then on the burst comes back every 90 s; jitter takes it apart.
    let echo = |jitter: &str| {
        let results = self::results(text, &[&format!("devices.jitter={jitter}")], 2);
        results.points[0].devices().arrivals.peak(715, 740).unwrap().1
    };
    let (without, with) = (echo("0s"), echo("20s"));
    assert!(without > 3 * with, "{without} against {with}");
}

#[test]
fn one_two_and_seven_threads_give_the_same_bytes() {
    let bytes = |threads| {
        let online = "devices.online-time={ distribution = \"uniform\", min = \"45 min\", max = \"80 min\" }";
        let few = ["devices.count=301", "horizon=90min", "restarts.0.at=30min", online];
        let study = of_devices(scenario::open("gat1400-heartbeat", &owned(&few)));
        let results = run_study(&study, threads);
        analysis::of(&study, &results).files()
    };
    let one = bytes(1);
    assert_eq!(one.as_slice().len(), 4 + 2 * 3 + 1);
    assert!(one == bytes(2) && one == bytes(7));
}

#[test]
fn a_device_does_not_depend_on_how_many_there_are() {
    let trace = |count: u32| {
        let sets = [format!("devices.count={count}")];
        let Ok(AnyStudy::Devices(study)) = scenario::open("surveillance", &sets) else { panic!("of devices") };
        let trace = byeloss::study::trace_device("test", &study.points[0], 7).unwrap();
        byeloss::report::device_json_lines(&trace)
    };
    assert_eq!(trace(10), trace(100_000));
}

#[test]
fn results_of_odd_shapes_are_written() {
    for text in [
        // Nobody is ever registered; nobody goes; no restart.
        "horizon = \"1 s\"\n[devices]\ncount = 1\nmechanism = \"gat1400\"\nstarts = \"10 s\"",
        "horizon = \"10 min\"\n[devices]\ncount = 3\nmechanism = \"gb28181\"\n[[restarts]]\nlevel = 2\nat = \"1 min\"\nfor = \"1 h\"",
        "horizon = \"10 min\"\n[devices]\ncount = 3\nmechanism = \"gat1400\"\n[[restarts]]\nat = \"9 min\"\nfor = \"1 h\"\n[sweep]\n\"devices.mechanism\" = [\"gat1400\", \"gb28181\"]",
    ] {
        let study = study(text, &[]);
        let results = run_study(&study, 1);
        let analysis = analysis::of(&study, &results);
        for (name, bytes) in analysis.files().as_slice() {
            let text = String::from_utf8_lossy(bytes);
            assert!(name.ends_with(".png") || !text.contains("NaN") && !text.contains("inf,"), "{name}");
        }
        for width in [60, 80, 100, 200] {
            let table = analysis.text(width);
            assert!(table.lines().all(|line| line.chars().count() <= width), "{table}");
        }
    }
}
