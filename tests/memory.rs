//! The loop allocates nothing once it has run for a while. This binary counts what is allocated.

use std::sync::atomic::AtomicBool;

use allocation_counter::measure;
use byeloss::measure::{CallCounter, Tally};
use byeloss::scenario;
use byeloss::world::{Runner, Setup, SharedRunner};

fn ka_1(sets: &[&str]) -> Setup {
    let sets: Vec<String> = sets.iter().map(|&set| set.to_owned()).collect();
    let study = scenario::load("ka-1", &sets).unwrap_or_else(|error| panic!("{error}"));
    study.points.into_iter().next().expect("a point").setup
}

/// Runs calls and counts what happens to them.
fn run(runner: &mut Runner, counter: &mut CallCounter, tally: &mut Tally, calls: std::ops::Range<u32>) {
    for call in calls {
        counter.reset();
        let ended = runner.run(call, counter);
        counter.finish(ended, tally);
    }
}

#[test]
fn calls_that_run_again_allocate_nothing_and_neither_do_their_figures() {
    for sets in [&[][..], &["calls.begin=invite"], &["link.loss=0.4", "session-timer.session-expires=90"]] {
        let (setup, stop) = (ka_1(sets), AtomicBool::new(false));
        let mut runner = Runner::new(&setup, &stop);
        let (mut counter, mut tally) = (CallCounter::default(), Tally::default());
        run(&mut runner, &mut counter, &mut tally, 0..1000);
        let events = tally.events();
        let allocated = measure(|| run(&mut runner, &mut counter, &mut tally, 0..1000));
        assert_eq!(tally.events(), 2 * events, "{sets:?}");
        assert_eq!(allocated.count_total, 0, "{sets:?}: {allocated:?}");
    }
}

#[test]
fn calls_that_were_never_run_before_allocate_nothing_after_some_others() {
    let (setup, stop) = (ka_1(&[]), AtomicBool::new(false));
    let mut runner = Runner::new(&setup, &stop);
    let mut counter = CallCounter::default();
    run(&mut runner, &mut counter, &mut Tally::default(), 0..2000);
    let allocated = measure(|| {
        for call in 2000..4000 {
            counter.reset();
            runner.run(call, &mut counter);
        }
    });
    assert_eq!(allocated.count_total, 0, "{allocated:?}");
}

#[test]
fn a_crowd_that_runs_again_allocates_nothing() {
    let (setup, stop) = (ka_1(&[]), AtomicBool::new(false));
    let mut crowd = SharedRunner::new(Runner::new(&setup, &stop));
    let mut tally = Tally::default();
    let mut run =
        || crowd.run(0..2000, |_| CallCounter::default(), |_, ended, counter| _ = counter.finish(ended, &mut tally));
    // State goes from hand to hand: each has to have met what needs the most room.
    (0..4).for_each(|_| _ = run());
    let allocated = measure(|| _ = run());
    assert_eq!(allocated.count_total, 0, "{allocated:?}");
}

#[test]
fn a_runner_keeps_a_few_thousand_bytes_however_many_calls_it_has_run() {
    let (setup, stop) = (ka_1(&[]), AtomicBool::new(false));
    let mut kept = [0, 0];
    for (kept, calls) in kept.iter_mut().zip([500, 5000]) {
        let used = measure(|| {
            let mut runner = Runner::new(&setup, &stop);
            let mut counter = CallCounter::default();
            for call in 0..calls {
                counter.reset();
                runner.run(call, &mut counter);
            }
        });
        *kept = used.bytes_max;
    }
    println!("a runner of KA-1 keeps {} bytes after 500 calls, {} after 5000", kept[0], kept[1]);
    assert!(kept[1] <= 8192, "{kept:?}");
}
