//! Laws of random lengths of time, each sampled by its inverse distribution function: one number, one value.

use super::normal::normal_quantile;
use super::unit;
use crate::time::Span;

/// How a length of time is distributed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Law {
    /// Always the same.
    Constant(Span),
    /// Every length from `min` to below `max` alike.
    Uniform {
        /// The shortest length.
        min: Span,
        /// The bound it stays below, unless it equals `min`.
        max: Span,
    },
    /// Exponential: a Poisson process's gaps.
    Exponential {
        /// Mean length.
        mean: Span,
    },
    /// Lognormal: the logarithm is normal with standard deviation `sigma`.
    Lognormal {
        /// Mean length (not the median, which is `mean · exp(-sigma²/2)`).
        mean: Span,
        /// Standard deviation of the natural logarithm, at least 0.
        sigma: f64,
    },
}

impl Law {
    /// The value that the uniform number `bits` stands for.
    #[inline]
    pub fn sample(&self, bits: u64) -> Span {
        match *self {
            Law::Constant(span) => span,
            Law::Uniform { min, max } => {
                let width = u128::from((max - min).as_nanos());
                min + Span::from_nanos(((u128::from(bits) * width) >> 64) as u64)
            }
            Law::Exponential { .. } | Law::Lognormal { .. } => self.sample_in_floats(bits),
        }
    }

    /// Not inlined, so that the laws of delays, which are drawn for each message, stay small where they are.
    #[inline(never)]
    fn sample_in_floats(&self, bits: u64) -> Span {
        match *self {
            Law::Constant(_) | Law::Uniform { .. } => self.sample(bits),
            Law::Exponential { mean } => Span::from_secs_f64(-mean.as_secs_f64() * libm::log1p(-unit(bits))),
            Law::Lognormal { mean, sigma } => {
                let exponent = sigma * normal_quantile(unit(bits)) - sigma * sigma / 2.0;
                Span::from_secs_f64(mean.as_secs_f64() * libm::exp(exponent))
            }
        }
    }

    /// The mean length.
    pub fn mean(&self) -> Span {
        match *self {
            Law::Constant(span) => span,
            Law::Uniform { min, max } => min + (max - min).divided_by(2),
            Law::Exponential { mean } | Law::Lognormal { mean, .. } => mean,
        }
    }

    /// The shortest and the longest length, if there is a longest.
    pub fn bounds(&self) -> Option<(Span, Span)> {
        match *self {
            Law::Constant(span) => Some((span, span)),
            Law::Uniform { min, max } => Some((min, max)),
            Law::Exponential { .. } | Law::Lognormal { .. } => None,
        }
    }

    /// The past and the remaining part of a length that is under way at a time independent of it (an equilibrium
    /// renewal process): lengths are met in proportion to their size, and the time falls uniformly into the one met.
    /// `bits` are two independent uniform numbers.
    pub fn age_and_rest(&self, bits: [u64; 2]) -> (Span, Span) {
        let [length, place] = bits;
        let met = match *self {
            Law::Constant(span) => span,
            Law::Uniform { min, max } => {
                let (a, b) = (min.as_secs_f64(), max.as_secs_f64());
                Span::from_secs_f64((a * a + unit(length) * (b * b - a * a)).sqrt())
            }
            // Memoryless: past and rest are independent and exponential.
            Law::Exponential { .. } => return (self.sample(length), self.sample(place)),
            Law::Lognormal { mean, sigma } => {
                let exponent = sigma * normal_quantile(unit(length)) + sigma * sigma / 2.0;
                Span::from_secs_f64(mean.as_secs_f64() * libm::exp(exponent))
            }
        };
        let age = Span::from_nanos(((u128::from(met.as_nanos()) * u128::from(place)) >> 64) as u64);
        (age, met - age)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Streams;

    const LAWS: [Law; 4] = [
        Law::Constant(Span::from_secs(180)),
        Law::Uniform { min: Span::from_secs(100), max: Span::from_secs(260) },
        Law::Exponential { mean: Span::from_secs(180) },
        Law::Lognormal { mean: Span::from_secs(180), sigma: 0.8 },
    ];

    /// Mean of `n` draws and its standard error, in seconds.
    fn mean_and_error(n: u64, draw: impl Fn(u64) -> f64) -> (f64, f64) {
        let (mut sum, mut squares) = (0.0, 0.0);
        for i in 0..n {
            let x = draw(i);
            sum += x;
            squares += x * x;
        }
        let mean = sum / n as f64;
        (mean, ((squares / n as f64 - mean * mean).max(0.0) / n as f64).sqrt())
    }

    #[test]
    fn each_law_has_the_mean_it_states() {
        let streams = Streams::new(1, 0);
        for law in LAWS {
            assert_eq!(law.mean(), Span::from_secs(180));
            let (mean, error) = mean_and_error(200_000, |i| law.sample(streams.pair(i, 0)[0]).as_secs_f64());
            assert!((mean - 180.0).abs() <= 4.0 * error, "{law:?}: {mean} +- {error}");
        }
    }

    #[test]
    fn a_length_met_under_way_has_mean_age_and_rest_of_half_its_second_moment_over_its_mean() {
        let streams = Streams::new(2, 0);
        let second_moments = [1.0, 1.0 + 160.0 * 160.0 / 12.0 / (180.0 * 180.0), 2.0, libm::exp(0.64)];
        for (law, second) in LAWS.iter().zip(second_moments) {
            let expected = 180.0 * second / 2.0;
            let pair = |i| law.age_and_rest(streams.pair(i, 0));
            for (mean, error) in [
                mean_and_error(200_000, |i| pair(i).0.as_secs_f64()),
                mean_and_error(200_000, |i| pair(i).1.as_secs_f64()),
            ] {
                assert!((mean - expected).abs() <= 4.0 * error, "{law:?}: {mean} +- {error}, not {expected}");
            }
        }
    }

    #[test]
    fn larger_numbers_give_longer_lengths() {
        for law in LAWS {
            let samples: Vec<Span> =
                (0..=16u64).map(|i| law.sample((i << 60).wrapping_sub(u64::from(i == 16)))).collect();
            assert!(samples.is_sorted(), "{law:?}");
        }
    }

    #[test]
    fn the_uniform_law_stays_within_its_bounds() {
        let law = Law::Uniform { min: Span::from_millis(40), max: Span::from_millis(60) };
        assert_eq!(law.sample(0), Span::from_millis(40));
        assert!(law.sample(u64::MAX) < Span::from_millis(60));
    }
}
