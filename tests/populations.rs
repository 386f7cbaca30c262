//! Callers and callees of several profiles in one population.

use std::sync::atomic::AtomicBool;

use byeloss::measure::{CallCounter, Tally};
use byeloss::scenario;
use byeloss::world::Runner;

/// `calls` calls of the scenario `one-call` with these settings: how many had a first profile, and what was counted.
fn run(sets: &[&str], calls: u32) -> (Vec<bool>, Tally) {
    let sets: Vec<String> = sets.iter().map(|&set| set.to_owned()).collect();
    let study = scenario::load("one-call", &sets).unwrap_or_else(|errors| panic!("{errors}"));
    let setup = &study.points[0].setup;
    let stop = AtomicBool::new(false);
    let (mut runner, mut tally) = (Runner::new(setup, &stop), Tally::default());
    let firsts = (0..calls)
        .map(|call| {
            let mut counter = CallCounter::default();
            let ended = runner.run(call, &mut counter);
            counter.finish(ended, &mut tally);
            runner.profiles(call)[1].unwrap().watcher_gives_up == setup.callee.watcher_gives_up
        })
        .collect();
    (firsts, tally)
}

#[test]
fn each_call_has_a_profile_of_the_mixture_in_its_share() {
    let n = 4000;
    let (firsts, tally) = run(&["callee.profile={pjsip=0.3, drachtio=0.7}", "session-timer.session-expires=180"], n);
    let pjsip = firsts.iter().filter(|&&first| first).count() as f64 / f64::from(n);
    assert!((pjsip - 0.3).abs() < 4.0 * (0.3 * 0.7 / f64::from(n)).sqrt(), "{pjsip}");
    // Nothing else is left to chance here: every pjsip callee holds on as long, and every drachtio callee.
    let alone = |set| run(&[set, "session-timer.session-expires=180"], 1).1.held_by[1].recovery.mean_s().unwrap();
    let [short, long] = ["callee.profile=pjsip", "callee.profile=drachtio"].map(alone);
    let mean = tally.held_by[1].recovery.mean_s().unwrap();
    assert!((long - short - 32.0).abs() < 1e-6, "180 s and 148 s of 180 s: {short} {long}");
    assert!((mean - (pjsip * short + (1.0 - pjsip) * long)).abs() < 1e-6, "{mean}");
}

#[test]
fn the_profile_of_a_call_is_its_own_whatever_else_is_run() {
    let mixed = ["callee.profile={pjsip=0.5, sofia=0.5}", "session-timer.session-expires=180"];
    let (few, _) = run(&mixed, 100);
    let (many, _) = run(&mixed, 1000);
    assert_eq!(few, many[..100]);
}

#[test]
fn shares_that_are_not_the_whole_are_refused() {
    let set = "caller.profile={pjsip=0.5, sofia=0.4}".to_owned();
    let errors = scenario::load("one-call", &[set]).expect_err("a mistake").to_string();
    assert!(errors.contains("the shares of `caller.profile` sum to 0.9"), "{errors}");
}
