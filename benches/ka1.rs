//! KA-1, the workload by which the speed of simulators is compared: whole calls, full protocol machines.
//!
//! `cargo bench --bench ka1`

use std::num::NonZeroUsize;
use std::sync::atomic::AtomicBool;

use byeloss::scenario;
use byeloss::study::{Options, run};
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

fn bench(bencher: Bencher, calls: usize, threads: usize) {
    let study = scenario::load("ka-1", &[format!("calls.count={calls}")]).expect("a built-in");
    let stop = AtomicBool::new(false);
    let options = Options { threads: NonZeroUsize::new(threads), progress: &|_| {}, stop: &stop };
    bencher.counter(ItemsCount::new(calls)).bench(|| run(&study, &options));
}
