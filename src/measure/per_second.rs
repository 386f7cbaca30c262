//! Counts by the second of the run.

use serde::{Deserialize, Serialize};

use crate::time::Time;

/// How many of something happened in each second, from the start of the run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PerSecond(Vec<u32>);

impl PerSecond {
    /// Counts one at `now`.
    pub fn add(&mut self, now: Time) {
        let second = (now.as_nanos() / 1_000_000_000) as usize;
        if self.0.len() <= second {
            self.0.resize(second + 1, 0);
        }
        self.0[second] += 1;
    }

    /// Adds all that `other` counted.
    pub fn merge(&mut self, other: &PerSecond) {
        if self.0.len() < other.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        self.0.iter_mut().zip(&other.0).for_each(|(mine, theirs)| *mine += theirs);
    }

    /// How many in the second that begins so many seconds after the start.
    pub fn at(&self, second: usize) -> u32 {
        self.0.get(second).copied().unwrap_or(0)
    }

    /// The busiest second from `from` to before `to`, the first of equals, and how many it had; `None` if nothing
    /// happened.
    pub fn peak(&self, from: usize, to: usize) -> Option<(usize, u32)> {
        let seconds = from..to.min(self.0.len());
        let busiest = seconds.max_by_key(|&second| (self.0[second], std::cmp::Reverse(second)))?;
        (self.0[busiest] > 0).then_some((busiest, self.0[busiest]))
    }

    /// How many from `from` to before `to`.
    pub fn sum(&self, from: usize, to: usize) -> u64 {
        (from..to.min(self.0.len())).map(|second| u64::from(self.0[second])).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Span;

    #[test]
    fn each_second_counts_its_own() {
        let mut counts = PerSecond::default();
        for millis in [0, 999, 1000, 5500] {
            counts.add(Time::ZERO + Span::from_millis(millis));
        }
        let mut twice = counts.clone();
        twice.merge(&counts);
        assert_eq!([0, 1, 2, 5, 9].map(|second| twice.at(second)), [4, 2, 0, 2, 0]);
        assert_eq!((twice.peak(0, 10), twice.peak(1, 10), twice.peak(2, 5)), (Some((0, 4)), Some((1, 2)), None));
        assert_eq!(twice.sum(1, 10), 4);
    }
}
