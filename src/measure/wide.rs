//! A sum too wide for a machine word.

use serde::{Deserialize, Serialize};

/// A sum of whole numbers that does not overflow: 192 bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct WideSum {
    low: u128,
    /// How often the lower part has run over.
    high: u64,
}

impl WideSum {
    /// Adds the square of `root`.
    pub(super) fn add_square(&mut self, root: u64) {
        self.add(u128::from(root) * u128::from(root));
    }

    /// Adds another sum.
    pub(super) fn merge(&mut self, other: &WideSum) {
        let WideSum { low, high } = other;
        self.add(*low);
        self.high += *high;
    }

    fn add(&mut self, value: u128) {
        let (low, over) = self.low.overflowing_add(value);
        self.low = low;
        self.high += u64::from(over);
    }

    /// `n` times this sum, less the square of `sum`, if both fit 128 bits: without it, the difference of two large
    /// floats would lose what they have not in common.
    pub(super) fn spread(&self, n: u64, sum: u128) -> f64 {
        let exact = || {
            let products = self.low.checked_mul(n.into()).filter(|_| self.high == 0);
            products.zip(sum.checked_mul(sum)).map(|(products, square)| products.saturating_sub(square) as f64)
        };
        exact().unwrap_or_else(|| (self.as_f64() * n as f64 - sum as f64 * sum as f64).max(0.0))
    }

    /// The sum as a float.
    pub(super) fn as_f64(&self) -> f64 {
        const TWO_TO_128: f64 = 340_282_366_920_938_463_463_374_607_431_768_211_456.0;
        self.high as f64 * TWO_TO_128 + self.low as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_of_squares_beyond_128_bits_keeps_its_value() {
        let mut sum = WideSum::default();
        (0..100).for_each(|_| sum.add_square(u64::MAX));
        let expected = 100.0 * u64::MAX as f64 * u64::MAX as f64;
        assert!((sum.as_f64() / expected - 1.0).abs() < 1e-12);
        let mut merged = sum;
        merged.merge(&sum);
        assert!((merged.as_f64() / expected - 2.0).abs() < 1e-12);
    }

    #[test]
    fn the_spread_is_exact_where_it_fits() {
        let mut sum = WideSum::default();
        [3, 4, 5].into_iter().for_each(|root| sum.add_square(root));
        assert_eq!(sum.spread(3, 12), 6.0);
    }
}
