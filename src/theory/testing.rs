//! What the tests of this room share: short constructors, comparison by digits, a tiny random generator.

use super::exchange::{Direction, Exchange};
use super::schedule::{Schedule, T1, T2};

/// A non-INVITE exchange with the default timers and the same delay both ways.
pub(super) fn exchange(there: f64, back: f64, delay: f64) -> Exchange {
    Exchange {
        schedule: Schedule::non_invite(T1, T2).unwrap(),
        there: Direction::new(there, delay).unwrap(),
        back: Direction::new(back, delay).unwrap(),
    }
}

/// Asserts that `actual`, rounded to so many significant digits, is the `published` figure: half a unit of the last
/// digit, and a thousandth more because published figures were themselves computed and rounded.
#[track_caller]
pub(super) fn assert_digits(actual: f64, published: f64, digits: i32) {
    let leading = libm::floor(libm::log10(published.abs()));
    let unit = libm::pow(10.0, leading - f64::from(digits - 1));
    assert!((actual - published).abs() <= 0.501 * unit, "{actual} is not {published} to {digits} digits");
}

/// SplitMix64 (Steele, Lea, Flood 2014): enough for a check of means, and the same on every machine.
pub(super) struct Random(pub u64);

impl Random {
    pub(super) fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^= bits >> 31;
        (bits >> 11) as f64 / (1u64 << 53) as f64
    }

    pub(super) fn exponential(&mut self, mean: f64) -> f64 {
        -mean * libm::log1p(-self.uniform())
    }
}

/// A mean and its standard error, by Welford's recurrence.
#[derive(Clone, Copy, Default)]
pub(super) struct Sample {
    count: f64,
    mean: f64,
    squares: f64,
}

impl Sample {
    pub(super) fn add(&mut self, value: f64) {
        self.count += 1.0;
        let distance = value - self.mean;
        self.mean += distance / self.count;
        self.squares += distance * (value - self.mean);
    }

    /// Asserts that `theory` lies within four standard errors of the sample's mean.
    #[track_caller]
    pub(super) fn assert_meets(&self, theory: f64, what: &str) {
        let error = libm::sqrt(self.squares / (self.count - 1.0) / self.count);
        let distance = (self.mean - theory).abs();
        assert!(
            distance <= 4.0 * error,
            "{what}: theory {theory}, sample {} +- {error}: {:.1} standard errors apart",
            self.mean,
            distance / error
        );
    }
}
