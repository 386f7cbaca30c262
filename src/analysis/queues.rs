//! What came to the queues before links with a rate: how long it waited, and what found no room.

use crate::study::PointQueue;

/// A queue at one point.
#[derive(Clone, Copy, Debug)]
pub struct QueueFigures<'a> {
    /// What was counted.
    pub counts: &'a PointQueue,
    /// The mean wait of messages of these lengths that come at random, in seconds, where the run is in balance and
    /// nothing was lost.
    pub wait_theory_s: Option<f64>,
    /// Simulated mean wait less that, in standard errors of the simulated mean.
    pub wait_z: Option<f64>,
}

impl<'a> QueueFigures<'a> {
    pub(super) fn of(counts: &'a PointQueue, wait_theory_s: Option<f64>) -> QueueFigures<'a> {
        let z = || {
            let (mean, theory) = (counts.count.waits.mean_s()?, wait_theory_s?);
            let error = counts.count.mean_wait_error_s().filter(|error| *error > 0.0)?;
            Some((mean - theory) / error)
        };
        QueueFigures { counts, wait_theory_s, wait_z: z() }
    }

    /// How many times as much came as the link can send, over the whole run.
    pub fn offered_load(&self) -> f64 {
        self.counts.count.offered(self.counts.length)
    }
}
