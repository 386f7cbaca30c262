//! What a run cost, for `--timing`: the one place that reads a clock.

use std::time::Instant;

use cpu_time::ProcessTime;

use super::output::say;
use crate::study::{Cost, Results, SweepPoint};

/// Started when the simulation proper begins.
#[derive(Debug)]
pub(super) struct Stopwatch {
    cpu: ProcessTime,
    wall: Instant,
}

impl Stopwatch {
    #[expect(
        clippy::disallowed_methods,
        reason = "`--timing` reports wall time to standard error, outside the results"
    )]
    pub(super) fn start() -> Stopwatch {
        Stopwatch { cpu: ProcessTime::now(), wall: Instant::now() }
    }

    /// Says what the simulation of `results` cost.
    pub(super) fn report<P: SweepPoint>(&self, results: &Results<P>) {
        let (cpu, wall) = (self.cpu.elapsed().as_secs_f64(), self.wall.elapsed().as_secs_f64());
        let sum = |of: fn(Cost) -> u64| results.points.iter().map(|point| of(point.cost())).sum::<u64>();
        let (calls, events) = (sum(|cost| cost.units), sum(|cost| cost.events));
        let (messages, firings) = (sum(|cost| cost.messages), sum(|cost| cost.firings));
        let per_call = |count: u64| count as f64 / calls.max(1) as f64;
        say(&format!(
            "calls     {calls}\n\
             events    {events} ({:.3} a call)\n\
             messages  {messages} sent ({:.3} a call)\n\
             firings   {firings} ({:.3} a call)\n\
             facts     fingerprint {:016x}\n\
             CPU       {cpu:.3} s ({:.3} s for 100,000 calls, {:.1} million events a second)\n\
             wall      {wall:.3} s",
            per_call(events),
            per_call(messages),
            per_call(firings),
            results.fingerprint(),
            cpu * 1e5 / calls.max(1) as f64,
            events as f64 / cpu.max(1e-9) / 1e6,
        ));
    }
}
