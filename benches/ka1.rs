//! KA-1, the workload by which the speed of simulators is compared: whole calls, full protocol machines.
//!
//! `cargo bench --bench ka1`

use std::num::NonZeroUsize;
use std::sync::atomic::AtomicBool;

use byeloss::measure::{CallCounter, Tally};
use byeloss::scenario;
use byeloss::study::{Options, run};
use byeloss::world::{Runner, SharedRunner};
use divan::Bencher;
use divan::counter::ItemsCount;

fn main() {
    divan::main();
}

/// `calls` calls of KA-1 on one thread, counted as calls.
#[divan::bench(args = [10_000, 100_000], sample_count = 10)]
fn one_thread(bencher: Bencher, calls: usize) {
    bench(bencher, calls, 1);
}

#[divan::bench(args = [100_000], sample_count = 10)]
fn two_threads(bencher: Bencher, calls: usize) {
    bench(bencher, calls, 2);
}

/// So many calls of KA-1 that a million of them are up at once.
const MILLION_UP: u32 = 1_120_000;

/// The same calls all at once, as where they share something, counted as events of KA-1.
#[divan::bench(args = [10_000, 100_000, MILLION_UP], sample_count = 3, sample_size = 1)]
fn together(bencher: Bencher, calls: u32) {
    bench_together(bencher, calls, &[]);
}

/// All at once, and all messages through one link that has a rate, which binds nothing. That the link serves a message
/// is no event.
#[divan::bench(args = [10_000, 100_000, MILLION_UP], sample_count = 3, sample_size = 1)]
fn together_through_a_shared_link(bencher: Bencher, calls: u32) {
    bench_together(bencher, calls, &["link.shared=true", "link.rate='10 Gbit/s'"]);
}

fn bench_together(bencher: Bencher, calls: u32, sets: &[&str]) {
    let count = format!("calls.count={calls}");
    let sets: Vec<String> = sets.iter().map(|&set| set.to_owned()).chain([count]).collect();
    let study = scenario::load("ka-1", &sets).expect("a built-in");
    let stop = AtomicBool::new(false);
    let setup = &study.points[0].setup;
    let run = || {
        let mut tally = Tally::default();
        let mut crowd = SharedRunner::new(Runner::new(setup, &stop));
        let most = crowd.run(
            0..calls,
            |_| CallCounter::default(),
            |_, ended, counter| {
                counter.finish(ended, &mut tally);
            },
        );
        assert!(calls < MILLION_UP || most >= 1_000_000, "{most} up at once");
        tally
    };
    let events = run().events();
    bencher.counter(ItemsCount::new(events)).bench(run);
}

fn bench(bencher: Bencher, calls: usize, threads: usize) {
    let study = scenario::load("ka-1", &[format!("calls.count={calls}")]).expect("a built-in");
    let stop = AtomicBool::new(false);
    let options = Options { threads: NonZeroUsize::new(threads), progress: &|_| {}, stop: &stop };
    bencher.counter(ItemsCount::new(calls)).bench(|| run(&study, &options));
}
