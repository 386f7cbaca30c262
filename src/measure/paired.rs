//! Differences of the same call between two points of a study.

use serde::{Deserialize, Serialize};

use super::wide::WideSum;
use crate::time::Span;

/// The difference of recovery times of the same calls at two points: sharper than the difference of two means, since
/// the calls talk as long and are hung up by the same side at both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paired {
    count: u64,
    /// Sum of differences, in ns.
    sum: i128,
    /// Sum of their squares, in ns².
    squares: WideSum,
}

impl Paired {
    /// Counts one call that took `before` at the one point and `after` at the other.
    pub fn add(&mut self, before: Span, after: Span) {
        let difference = i128::from(after.as_nanos()) - i128::from(before.as_nanos());
        self.count += 1;
        self.sum += difference;
        self.squares.add_square(before.as_nanos().abs_diff(after.as_nanos()));
    }

    /// Adds all that `other` counted.
    pub fn merge(&mut self, other: &Paired) {
        let Paired { count, sum, squares } = other;
        self.count += *count;
        self.sum += *sum;
        self.squares.merge(squares);
    }

    /// How many calls were ghosts with a recovery time at both points.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The mean difference, after less before, in seconds; `None` of nothing.
    pub fn mean_s(&self) -> Option<f64> {
        (self.count > 0).then(|| self.sum as f64 / self.count as f64 * 1e-9)
    }

    /// Its standard error, in seconds; `None` of fewer than two.
    pub fn error_s(&self) -> Option<f64> {
        let n = self.count as f64;
        let spread = || self.squares.spread(self.count, self.sum.unsigned_abs());
        (self.count > 1).then(|| (spread() / (n - 1.0)).sqrt() / n * 1e-9)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paired_difference_is_that_of_the_same_calls() {
        let mut paired = Paired::default();
        for (before, after) in [(1, 3), (10, 11), (5, 8)] {
            paired.add(Span::from_secs(before), Span::from_secs(after));
        }
        assert_eq!(paired.mean_s(), Some(2.0));
        assert!((paired.error_s().unwrap() - (1.0f64 / 3.0).sqrt()).abs() < 1e-9);
    }
}
