//! Laws of random lengths of time, each sampled by its inverse distribution function: one number, one value.

use std::sync::Arc;

use super::gamma::gamma_quantile;
use super::normal::normal_quantile;
use super::table::Table;
use super::unit;
use crate::time::Span;

/// How a length of time is distributed.
#[derive(Clone, Debug, PartialEq)]
pub enum Distribution {
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
    /// A shortest length and an exponential one after it.
    ShiftedExponential {
        /// The shortest length.
        min: Span,
        /// Mean length of both together, at least `min`.
        mean: Span,
    },
    /// Lognormal: the logarithm is normal with standard deviation `sigma`.
    Lognormal {
        /// Mean length (not the median, which is `mean · exp(-sigma²/2)`).
        mean: Span,
        /// Standard deviation of the natural logarithm, at least 0.
        sigma: f64,
    },
    /// Gamma.
    Gamma {
        /// Mean length.
        mean: Span,
        /// Shape, above 0: the standard deviation is `mean / sqrt(shape)`.
        shape: f64,
    },
    /// Pareto: of all lengths, the share `(min / x)^shape` exceeds x; with `max`, of those up to it.
    Pareto {
        /// The shortest length, above 0.
        min: Span,
        /// The longest length, if there is one; above `min`.
        max: Option<Span>,
        /// Shape, above 0; without `max` above 1, or there is no mean.
        shape: f64,
    },
    /// By a table of its distribution function.
    Table(Arc<Table>),
}

impl Distribution {
    /// The value that the uniform number `bits` stands for.
    #[inline]
    pub fn sample(&self, bits: u64) -> Span {
        match self {
            Distribution::Constant(span) => *span,
            &Distribution::Uniform { min, max } => {
                let width = u128::from((max - min).as_nanos());
                min + Span::from_nanos(((u128::from(bits) * width) >> 64) as u64)
            }
            Distribution::Exponential { .. }
            | Distribution::ShiftedExponential { .. }
            | Distribution::Lognormal { .. }
            | Distribution::Gamma { .. }
            | Distribution::Pareto { .. }
            | Distribution::Table(_) => self.sample_in_floats(bits),
        }
    }

    /// Not inlined, so that the distributions of delays, which are drawn for each message, stay small where they are.
    #[inline(never)]
    fn sample_in_floats(&self, bits: u64) -> Span {
        match self {
            Distribution::Constant(_) | Distribution::Uniform { .. } => self.sample(bits),
            Distribution::Exponential { mean } => exponential(*mean, bits),
            &Distribution::ShiftedExponential { min, mean } => min + exponential(mean - min, bits),
            Distribution::Lognormal { mean, sigma } => {
                let exponent = sigma * normal_quantile(unit(bits)) - sigma * sigma / 2.0;
                Span::from_secs_f64(mean.as_secs_f64() * libm::exp(exponent))
            }
            Distribution::Gamma { mean, shape } => {
                Span::from_secs_f64(mean.as_secs_f64() / shape * gamma_quantile(*shape, unit(bits)))
            }
            Distribution::Pareto { min, max, shape } => Span::from_secs_f64(pareto(*min, *max, *shape, unit(bits))),
            Distribution::Table(table) => table.quantile(unit(bits)),
        }
    }

    /// The mean length.
    pub fn mean(&self) -> Span {
        match self {
            Distribution::Constant(span) => *span,
            Distribution::Uniform { min, max } => *min + (*max - *min).divided_by(2),
            Distribution::Exponential { mean }
            | Distribution::ShiftedExponential { mean, .. }
            | Distribution::Lognormal { mean, .. }
            | Distribution::Gamma { mean, .. } => *mean,
            Distribution::Pareto { min, max, shape } => {
                let low = min.as_secs_f64();
                let Some(high) = max.map(Span::as_secs_f64) else {
                    return Span::from_secs_f64(low * shape / (shape - 1.0));
                };
                // The integral of x a x^(-a-1) over that of a x^(-a-1), from `low` to `high`, in units of `low`.
                let most = high / low;
                let above = most_integral(most, 1.0 - shape);
                let below = most_integral(most, -shape);
                Span::from_secs_f64(low * above / below)
            }
            Distribution::Table(table) => table.mean(),
        }
    }

    /// The shortest and the longest length, if there is a longest.
    pub fn bounds(&self) -> Option<(Span, Span)> {
        match self {
            Distribution::Constant(span) => Some((*span, *span)),
            Distribution::Uniform { min, max } => Some((*min, *max)),
            Distribution::Exponential { .. }
            | Distribution::ShiftedExponential { .. }
            | Distribution::Lognormal { .. }
            | Distribution::Gamma { .. } => None,
            Distribution::Pareto { min, max, .. } => max.map(|max| (*min, max)),
            Distribution::Table(table) => Some(table.bounds()),
        }
    }

    /// The past and the remaining part of a length that is under way at a time independent of it (an equilibrium
    /// renewal process): lengths are met in proportion to their size, and the time falls uniformly into the one met.
    /// `bits` are two independent uniform numbers.
    pub fn age_and_rest(&self, bits: [u64; 2]) -> (Span, Span) {
        let [length, place] = bits;
        // Memoryless: past and rest are independent and exponential.
        if let Distribution::Exponential { .. } = self {
            return (self.sample(length), self.sample(place));
        }
        let met = self.met(unit(length));
        let age = Span::from_nanos(((u128::from(met.as_nanos()) * u128::from(place)) >> 64) as u64);
        (age, met - age)
    }

    /// The quantile at `p` in (0, 1) of the lengths that are met in proportion to their size.
    fn met(&self, p: f64) -> Span {
        match self {
            Distribution::Constant(span) => *span,
            Distribution::Uniform { min, max } => {
                let (a, b) = (min.as_secs_f64(), max.as_secs_f64());
                Span::from_secs_f64((a * a + p * (b * b - a * a)).sqrt())
            }
            Distribution::Exponential { mean } => Span::from_secs_f64(mean.as_secs_f64() * gamma_quantile(2.0, p)),
            Distribution::ShiftedExponential { min, mean } => {
                *min + met_after_shift(min.as_secs_f64(), mean.as_secs_f64(), p)
            }
            Distribution::Lognormal { mean, sigma } => {
                let exponent = sigma * normal_quantile(p) + sigma * sigma / 2.0;
                Span::from_secs_f64(mean.as_secs_f64() * libm::exp(exponent))
            }
            Distribution::Gamma { mean, shape } => {
                Span::from_secs_f64(mean.as_secs_f64() / shape * gamma_quantile(shape + 1.0, p))
            }
            Distribution::Pareto { min, max, shape } => Span::from_secs_f64(pareto(*min, *max, shape - 1.0, p)),
            Distribution::Table(table) => table.met(p),
        }
    }
}

#[inline]
fn exponential(mean: Span, bits: u64) -> Span {
    Span::from_secs_f64(-mean.as_secs_f64() * libm::log1p(-unit(bits)))
}

/// The quantile at `p` of the density in proportion to x^(-shape-1) from `min` to `max`, in seconds. With `max`, shape
/// may be 0 or negative.
fn pareto(min: Span, max: Option<Span>, shape: f64, p: f64) -> f64 {
    let low = min.as_secs_f64();
    let Some(max) = max else { return low * libm::exp(-libm::log1p(-p) / shape) };
    let most = libm::log(max.as_secs_f64() / low);
    // (x / low)^-shape goes from 1 to most^-shape in proportion to p; near shape 0 that is the logarithm of x.
    let exponent = shape * most;
    if exponent.abs() < 1e-9 {
        return low * libm::exp(p * most);
    }
    low * libm::exp(-libm::log1p(p * libm::expm1(-exponent)) / shape)
}

/// The integral of x^(power-1) from 1 to `most`.
fn most_integral(most: f64, power: f64) -> f64 {
    let log = libm::log(most);
    if (power * log).abs() < 1e-9 { log } else { libm::expm1(power * log) / power }
}

/// Of lengths of `min` and an exponential part, `mean` together, met in proportion to their size: the quantile of the
/// exponential part at `p`. Its share above y is e^(-y/t) (1 + y / mean), t the mean of the part.
fn met_after_shift(min: f64, mean: f64, p: f64) -> Span {
    let part = mean - min;
    if part <= 0.0 {
        return Span::ZERO;
    }
    // Between the exponential distribution and the gamma distribution of shape 2; Newton's steps on the logarithm, from
    // the left, cannot overshoot, for it is concave.
    let target = libm::log1p(-p);
    let mut y = -target * part;
    for _ in 0..100 {
        let excess = libm::log1p(y / mean) - y / part - target;
        let slope = 1.0 / (mean + y) - 1.0 / part;
        let next = y - excess / slope;
        if (next - y).abs() <= 1e-14 * next {
            break;
        }
        y = next;
    }
    Span::from_secs_f64(y)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Streams;

    /// Laws of mean 180 s, each with its second moment in squares of the mean.
    fn distributions() -> Vec<(Distribution, f64)> {
        let (mean, secs) = (Span::from_secs(180), Span::from_secs);
        // Of these, a quarter each lies between neighbours: 60 to 100, 100 to 140, 140 to 140, 140 to 620 s.
        let table = [(0.0, secs(60)), (0.25, secs(100)), (0.5, secs(140)), (0.75, secs(140)), (1.0, secs(620))];
        let squares = |a: f64, b: f64| (a * a + a * b + b * b) / 3.0 / (180.0 * 180.0);
        let of_table =
            (squares(60.0, 100.0) + squares(100.0, 140.0) + squares(140.0, 140.0) + squares(140.0, 620.0)) / 4.0;
        let pareto = Distribution::Pareto { min: secs(135), max: None, shape: 4.0 };
        vec![
            (Distribution::Constant(mean), 1.0),
            (Distribution::Uniform { min: secs(100), max: secs(260) }, 1.0 + 160.0 * 160.0 / 12.0 / (180.0 * 180.0)),
            (Distribution::Exponential { mean }, 2.0),
            (Distribution::ShiftedExponential { min: secs(60), mean }, 1.0 + 4.0 / 9.0),
            (Distribution::Lognormal { mean, sigma: 0.8 }, libm::exp(0.64)),
            (Distribution::Gamma { mean, shape: 0.5 }, 3.0),
            (Distribution::Gamma { mean, shape: 4.0 }, 1.25),
            (Distribution::Table(Arc::new(Table::of_quantiles(&table).unwrap())), of_table),
            // a m^2 / (a - 2), in squares of a m / (a - 1).
            (pareto, 2.0 * 135.0 * 135.0 / (180.0 * 180.0)),
        ]
    }

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
        for (distribution, _) in distributions() {
            assert_eq!(distribution.mean(), Span::from_secs(180), "{distribution:?}");
            let (mean, error) = mean_and_error(200_000, |i| distribution.sample(streams.pair(i, 0)[0]).as_secs_f64());
            assert!((mean - 180.0).abs() <= 4.0 * error, "{distribution:?}: {mean} +- {error}");
        }
    }

    #[test]
    fn a_length_met_under_way_has_mean_age_and_rest_of_half_its_second_moment_over_its_mean() {
        let streams = Streams::new(2, 0);
        for (distribution, second) in distributions() {
            let expected = 180.0 * second / 2.0;
            let pair = |i| distribution.age_and_rest(streams.pair(i, 0));
            for (mean, error) in [
                mean_and_error(200_000, |i| pair(i).0.as_secs_f64()),
                mean_and_error(200_000, |i| pair(i).1.as_secs_f64()),
            ] {
                assert!((mean - expected).abs() <= 4.0 * error, "{distribution:?}: {mean} +- {error}, not {expected}");
            }
        }
    }

    #[test]
    fn larger_numbers_give_longer_lengths() {
        for (distribution, _) in distributions() {
            let samples: Vec<Span> =
                (0..=16u64).map(|i| distribution.sample((i << 60).wrapping_sub(u64::from(i == 16)))).collect();
            assert!(samples.is_sorted(), "{distribution:?}");
        }
    }

    #[test]
    fn the_uniform_law_stays_within_its_bounds() {
        let distribution = Distribution::Uniform { min: Span::from_millis(40), max: Span::from_millis(60) };
        assert_eq!(distribution.sample(0), Span::from_millis(40));
        assert!(distribution.sample(u64::MAX) < Span::from_millis(60));
    }

    #[test]
    fn a_pareto_law_with_a_longest_length_has_the_mean_and_the_quantiles_of_its_formula() {
        let streams = Streams::new(4, 0);
        for shape in [0.6, 1.0, 1.7] {
            let distribution = Distribution::Pareto { min: Span::from_secs(2), max: Some(Span::from_secs(200)), shape };
            let (mean, error) = mean_and_error(200_000, |i| distribution.sample(streams.pair(i, 0)[0]).as_secs_f64());
            let expected = distribution.mean().as_secs_f64();
            assert!((mean - expected).abs() <= 4.0 * error, "{shape}: {mean} +- {error}, not {expected}");
            // F(x) = (1 - (min/x)^a) / (1 - (min/max)^a), half of it.
            let whole = 1.0 - libm::pow(0.01, shape);
            let median = 2.0 * libm::pow(1.0 - whole / 2.0, -1.0 / shape);
            assert!((distribution.sample(1 << 63).as_secs_f64() - median).abs() < 1e-6);
            let (age, error) =
                mean_and_error(200_000, |i| distribution.age_and_rest(streams.pair(i, 1)).0.as_secs_f64());
            let (square, _) = mean_and_error(1 << 19, |i| {
                let x = distribution.sample((i << 45) + (1 << 44)).as_secs_f64();
                x * x
            });
            assert!((age - square / 2.0 / expected).abs() <= 4.0 * error + 0.01 * age, "{shape}: {age} +- {error}");
        }
    }
}
