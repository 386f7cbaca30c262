//! Lengths of time by a table of their distribution function: measured quantiles, or a distribution that has no short
//! form.

use std::sync::Arc;

use crate::time::Span;

/// A distribution function that is a straight line between its points. Where two points have the same length, so many
/// of all lengths are just that.
#[derive(Debug, PartialEq)]
pub struct Table {
    /// The share of lengths up to each point: from 0 to 1, never falling.
    shares: Vec<f64>,
    /// The lengths in nanoseconds, never falling.
    lengths: Vec<f64>,
    /// The part of the mean that the lengths up to each point make, in nanoseconds.
    moments: Vec<f64>,
}

impl Table {
    /// The distribution whose quantiles are these: pairs of a share and the length that so many of all do not exceed.
    /// `None` unless there are two at least, shares rise from 0 to 1 and lengths do not fall.
    pub fn of_quantiles(quantiles: &[(f64, Span)]) -> Option<Table> {
        let (first, last) = (quantiles.first()?, quantiles.last()?);
        let rises = quantiles.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 <= pair[1].1);
        let whole = first.0.abs() <= 0.0 && (last.0 - 1.0).abs() <= 0.0 && quantiles.len() > 1;
        (rises && whole).then(|| {
            let shares = quantiles.iter().map(|quantile| quantile.0).collect();
            let lengths = quantiles.iter().map(|quantile| quantile.1.as_nanos() as f64).collect();
            Table::new(shares, lengths)
        })
    }

    /// `min` and a wireless network's jitter: N1 slots of 1 ms less a part of one, and N2 of 7.5 ms behind other
    /// stations' frames; N1 is Poisson(1), the part uniform where there is a slot, N2 Poisson(12) with probability
    /// x = (`mean` - 1 ms) / 90 ms and else 0. The model of the project c4, which calls `mean` the mean: by these
    /// formulas it is 0.316 ms less. `mean` is from 1 ms to 91 ms, or taken as the nearer of the two.
    pub fn wlan_jitter(min: Span, mean: Span) -> Arc<Table> {
        const SLOT: f64 = 1e6;
        const FRAME: f64 = 7.5e6;
        const OTHERS: f64 = 12.0;
        let busy = ((mean.as_nanos() as f64 - SLOT) / (OTHERS * FRAME)).clamp(0.0, 1.0);
        let slots = poisson(1.0);
        let frames = poisson(OTHERS);
        // Half a slot divides both lengths: in each cell of that width the density is flat, with mass on its border.
        let cell = SLOT / 2.0;
        let width = (FRAME / cell) as usize;
        let cells = 2 * slots.len() + width * frames.len();
        let (mut on_border, mut inside) = (vec![0.0; cells + 1], vec![0.0; cells]);
        for (n, &of_frames) in frames.iter().enumerate() {
            let weight = busy * of_frames + if n == 0 { 1.0 - busy } else { 0.0 };
            for (slot, &of_slots) in slots.iter().enumerate() {
                match slot.checked_sub(1) {
                    None => on_border[width * n] += weight * of_slots,
                    Some(from) => {
                        inside[width * n + 2 * from] += weight * of_slots / 2.0;
                        inside[width * n + 2 * from + 1] += weight * of_slots / 2.0;
                    }
                }
            }
        }
        let min = min.as_nanos() as f64;
        let (mut shares, mut lengths) = (vec![0.0], vec![min]);
        let mut sum = 0.0;
        let mut point = |mass: f64, at: f64| {
            sum += mass;
            shares.push(sum);
            lengths.push(min + at);
        };
        for (index, &mass) in inside.iter().enumerate() {
            if on_border[index] > 0.0 {
                point(on_border[index], cell * index as f64);
            }
            point(mass, cell * (index + 1) as f64);
        }
        // What the cut tails of the two Poisson distributions leave is shared out.
        shares.iter_mut().for_each(|share| *share /= sum);
        Arc::new(Table::new(shares, lengths))
    }

    fn new(shares: Vec<f64>, lengths: Vec<f64>) -> Table {
        let mut moment = 0.0;
        let steps = shares.windows(2).zip(lengths.windows(2));
        let parts = steps.map(|(share, length)| (share[1] - share[0]) * (length[0] + length[1]) / 2.0);
        let rest = parts.map(|part| {
            moment += part;
            moment
        });
        let moments = [0.0].into_iter().chain(rest).collect();
        Table { shares, lengths, moments }
    }

    /// The quantile at `p` in (0, 1).
    pub fn quantile(&self, p: f64) -> Span {
        let (from, part) = place(&self.shares, p);
        let [low, high] = [self.lengths[from], self.lengths[from + 1]];
        nanos(low + part * (high - low))
    }

    /// The quantile at `p` of the lengths that are met in proportion to their size.
    pub fn met(&self, p: f64) -> Span {
        let (from, part) = place(&self.moments, p * self.moments[self.moments.len() - 1]);
        let [low, high] = [self.lengths[from], self.lengths[from + 1]];
        nanos((low * low + part * (high * high - low * low)).sqrt())
    }

    /// The mean length.
    pub fn mean(&self) -> Span {
        nanos(self.moments[self.moments.len() - 1])
    }

    /// The shortest and the longest length.
    pub fn bounds(&self) -> (Span, Span) {
        (nanos(self.lengths[0]), nanos(self.lengths[self.lengths.len() - 1]))
    }
}

/// Before which step of `rising` lies `value`, and how far into it.
fn place(rising: &[f64], value: f64) -> (usize, f64) {
    let from = rising.partition_point(|&other| other <= value).clamp(1, rising.len() - 1) - 1;
    let step = rising[from + 1] - rising[from];
    let part = if step > 0.0 { ((value - rising[from]) / step).clamp(0.0, 1.0) } else { 0.0 };
    (from, part)
}

fn nanos(length: f64) -> Span {
    Span::from_nanos(length.round() as u64)
}

/// The probabilities of 0, 1, 2, ... of a Poisson distribution, until what is left is below 2^-60.
fn poisson(mean: f64) -> Vec<f64> {
    let mut all = vec![libm::exp(-mean)];
    loop {
        let n = all.len() as f64;
        let next = all[all.len() - 1] * mean / n;
        if n > mean && next < 1e-18 {
            return all;
        }
        all.push(next);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Streams, unit};

    #[test]
    fn the_jitter_of_a_wireless_network_is_distributed_as_its_two_counts_say() {
        // The slow twin: draw N1, N2 and the part by themselves.
        let streams = Streams::new(5, 0);
        let mean = Span::from_millis(7);
        let table = Table::wlan_jitter(Span::ZERO, mean);
        let busy = 6.0 / 90.0;
        let count = |mean: f64, p: f64| {
            let mut below = 0.0;
            poisson(mean)
                .iter()
                .take_while(|&&mass| {
                    below += mass;
                    below < p
                })
                .count() as f64
        };
        let n = 100_000u64;
        let drawn: Vec<f64> = (0..n)
            .map(|i| {
                let [a, b] = streams.pair(i, 0).map(unit);
                let [c, d] = streams.pair(i, 1).map(unit);
                let slots = count(1.0, a);
                let frames = if c < busy { count(12.0, b) } else { 0.0 };
                slots + 7.5 * frames - if slots >= 1.0 { d } else { 0.0 }
            })
            .collect();
        // The share of either that does not exceed a length, at lengths inside cells and just past their borders.
        for limit_ms in [0.01, 0.3, 0.99, 1.7, 3.2, 20.0, 61.0, 90.1, 120.3] {
            let slow = drawn.iter().filter(|&&ms| ms <= limit_ms).count() as f64 / n as f64;
            let grid = 100_000;
            let below = |i: &usize| table.quantile((*i as f64 + 0.5) / grid as f64).as_secs_f64() * 1e3 <= limit_ms;
            let fast = (0..grid).filter(below).count() as f64 / grid as f64;
            let error = (slow * (1.0 - slow) / n as f64).sqrt();
            assert!((slow - fast).abs() < 4.0 * error + 2e-5, "{limit_ms} ms: {slow} and {fast}");
        }
        let expected = 7e-3 - 0.5e-3 * (1.0 - libm::exp(-1.0));
        assert!((table.mean().as_secs_f64() - expected).abs() < 1e-9);
    }

    #[test]
    fn a_table_of_quantiles_gives_them_back() {
        let ms = Span::from_millis;
        let table = Table::of_quantiles(&[(0.0, ms(1)), (0.5, ms(3)), (0.9, ms(3)), (1.0, ms(20))]).unwrap();
        for (p, nanos) in [(0.25, 2_000_000), (0.5, 3_000_000), (0.7, 3_000_000), (0.95, 11_500_000)] {
            assert_eq!(table.quantile(p).as_nanos(), nanos);
        }
        assert_eq!(table.mean(), Span::from_nanos(1_000_000 + 1_200_000 + 1_150_000));
        assert_eq!(table.bounds(), (ms(1), ms(20)));
    }

    #[test]
    fn what_is_no_distribution_function_is_refused() {
        let ms = Span::from_millis;
        for quantiles in [
            &[][..],
            &[(0.0, ms(1))],
            &[(0.1, ms(1)), (1.0, ms(2))],
            &[(0.0, ms(1)), (0.9, ms(2))],
            &[(0.0, ms(2)), (1.0, ms(1))],
            &[(0.0, ms(1)), (0.5, ms(2)), (0.5, ms(3)), (1.0, ms(4))],
            &[(0.0, ms(1)), (f64::NAN, ms(2)), (1.0, ms(4))],
        ] {
            assert_eq!(Table::of_quantiles(quantiles), None);
        }
    }
}
