//! Limits of silence: how many calls they end that both users want.

use super::math::is_positive;

/// Silences of exponential length that begin an exponential time after the establishment, or after the last of them, in
/// a call whose talk time is exponential: pauses of a user without comfort noise, holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Silences {
    talk: f64,
    after: f64,
    last: f64,
}

impl Silences {
    /// Means, in seconds: of the talk time, from one silence to the next, and of a silence. `None` unless all are above
    /// zero and finite.
    pub fn new(talk: f64, after: f64, last: f64) -> Option<Silences> {
        let fits = [talk, after, last].into_iter().all(is_positive);
        fits.then_some(Silences { talk, after, last })
    }

    /// The probability that a silence reaches `limit` seconds while the call lasts.
    ///
    /// With talk ending at rate µ, silences beginning at rate λ and ending at rate δ: a silence begins before the end
    /// with φ = λ/(λ+µ), reaches the limit x with q = exp(-(δ+µ)x), and ends before it while the talk goes on with r =
    /// δ/(δ+µ) (1 - q); so it is φq + φr φq + ... = φq / (1 - φr).
    pub fn some_reaches(&self, limit: f64) -> f64 {
        let [talk, after, last] = [self.talk, self.after, self.last].map(|mean| 1.0 / mean);
        let begins = after / (after + talk);
        let reaches = libm::exp(-(last + talk) * limit);
        let ends = last / (last + talk) * (1.0 - reaches);
        begins * reaches / (1.0 - begins * ends)
    }
}

/// The mean time, in seconds, from the end of a side's media to the end of a silence of `limit` seconds at the other
/// side, which hears a packet each `every` seconds: the last is half of that old on average.
pub fn mean_recovery(limit: f64, every: f64) -> f64 {
    limit - every / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_what_a_sum_over_the_silences_gives() {
        // Talk 600 s, a hold each 300 s after the last, 60 s long, limit 60 s.
        let silences = Silences::new(600.0, 300.0, 60.0).unwrap();
        // φ = (1/300) / (1/300 + 1/600) = 2/3; q = exp(-1.1) = .33287; r = (1/1.1) (1 - q) = .60648.
        let by_hand = (2.0 / 3.0) * 0.332_871 / (1.0 - (2.0 / 3.0) * 0.606_481);
        assert!((silences.some_reaches(60.0) - by_hand).abs() < 1e-5);
        let (mut term, mut sum) = (2.0 / 3.0 * 0.332_871_084, 0.0);
        for _ in 0..60 {
            sum += term;
            term *= 2.0 / 3.0 * 0.606_480_833;
        }
        assert!((silences.some_reaches(60.0) - sum).abs() < 1e-8);
    }

    #[test]
    fn without_a_limit_to_reach_it_is_the_probability_that_a_silence_begins() {
        let silences = Silences::new(600.0, 300.0, 60.0).unwrap();
        assert!((silences.some_reaches(0.0) - 2.0 / 3.0).abs() < 1e-12);
        assert!(silences.some_reaches(1e4) < 1e-70);
        assert_eq!(Silences::new(0.0, 1.0, 1.0), None);
        assert_eq!(Silences::new(1.0, f64::INFINITY, 1.0), None);
    }
}
