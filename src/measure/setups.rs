//! How calls were set up: how often they were asked for, how long that took, and what they agreed on.

use serde::{Deserialize, Serialize};

use super::histogram::Histogram;

/// Calls that were set up over the network, by INVITE.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetUps {
    /// From the first INVITE to the 2xx at the caller, of those that came to stand there.
    pub delay: Histogram,
    /// INVITEs of the callers, those after a 422 among them, retransmissions not.
    pub invites: u64,
    /// Calls for which any was sent.
    pub asked: u64,
    /// The shortest and the longest interval that a caller took from a 2xx, in seconds; `None` if none had one.
    pub intervals_s: Option<[u32; 2]>,
}

impl SetUps {
    /// Takes note of an interval that a caller took from a 2xx.
    pub fn add_interval(&mut self, interval_s: u32) {
        let [least, most] = self.intervals_s.unwrap_or([interval_s; 2]);
        self.intervals_s = Some([least.min(interval_s), most.max(interval_s)]);
    }

    /// INVITEs of each call that sent any.
    pub fn invites_per_call(&self) -> Option<f64> {
        (self.asked > 0).then(|| self.invites as f64 / self.asked as f64)
    }

    /// Adds all that `other` counted.
    pub fn merge(&mut self, other: &SetUps) {
        let SetUps { delay, invites, asked, intervals_s } = other;
        self.delay.merge(delay);
        self.invites += *invites;
        self.asked += *asked;
        intervals_s.iter().flatten().for_each(|&interval_s| self.add_interval(interval_s));
    }
}
