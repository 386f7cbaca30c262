//! How often BYEs were lost and calls dropped, beside the closed forms: a table for studies of networks with bad times.

use super::number::{self, NONE};
use crate::measure::proportion;
use crate::study::{PointResult, Results};

/// Heads of the columns in which people read it.
pub(super) const HEADS: [&str; 8] = ["hang-ups", "lost BYEs", "/10⁶", "theory", "σ", "false drops /10⁶", "theory", "σ"];

/// A share of things, simulated and by the closed form.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rate {
    /// How many there were.
    pub hits: u64,
    /// Of how many.
    pub of: u64,
    /// The probability, if there is a closed form.
    pub theory: Option<f64>,
}

impl Rate {
    /// Hang-ups of which no BYE arrived.
    pub fn bye_loss(point: &PointResult) -> Rate {
        let theory = point.theory.and_then(|theory| theory.bye_loss);
        Rate { hits: point.tally.all_ghosts().count(), of: point.tally.hangups, theory }
    }

    /// Calls that a timer or a failed refresh ended while both users wanted them.
    pub fn false_drops(point: &PointResult) -> Rate {
        let theory = point.theory.and_then(|theory| theory.false_drops_per_million).map(|rate| rate / 1e6);
        Rate { hits: point.tally.false_drops, of: point.tally.established, theory }
    }

    /// The share; `None` of nothing.
    pub fn share(self) -> Option<f64> {
        (self.of > 0).then(|| self.hits as f64 / self.of as f64)
    }

    /// Simulated less closed form, in the standard errors that the closed form has in so many, where enough are expected.
    pub fn distance_se(self) -> Option<f64> {
        proportion::distance_se(self.hits, self.of, self.theory?)
    }

    /// The 95 % interval of the share, by Wilson's score: it is no point where there were no hits.
    pub fn interval(self) -> Option<[f64; 2]> {
        let (share, n, z) = (self.share()?, self.of as f64, crate::measure::Z95);
        let middle = (share + z * z / (2.0 * n)) / (1.0 + z * z / n);
        let half = z * (share * (1.0 - share) / n + z * z / (4.0 * n * n)).sqrt() / (1.0 + z * z / n);
        Some([(middle - half).max(0.0), (middle + half).min(1.0)])
    }
}

/// Whether there is anything to tell: the network has bad times.
pub(super) fn tells(results: &Results) -> bool {
    results.points.iter().any(|point| point.has_weather)
}

/// The cells of a point under [`HEADS`].
pub(super) fn cells(point: &PointResult) -> [String; HEADS.len()] {
    let or_none = |x: Option<f64>, text: &dyn Fn(f64) -> String| x.map_or_else(|| NONE.to_owned(), text);
    let million = |share: Option<f64>| or_none(share, &|share| number::significant(share * 1e6, 4));
    let distance = |rate: Rate| or_none(rate.distance_se(), &|distance| number::fixed(distance, 1));
    let (byes, drops) = (Rate::bye_loss(point), Rate::false_drops(point));
    [
        number::count(byes.of),
        number::count(byes.hits),
        million(byes.share()),
        million(byes.theory),
        distance(byes),
        million(drops.share()),
        million(drops.theory),
        distance(drops),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn none_of_many_is_not_known_to_be_none_of_all() {
        let [low, high] = Rate { hits: 0, of: 1000, theory: None }.interval().unwrap();
        assert!(low < 1e-12 && (high - 3.84e-3).abs() < 1e-4, "{low} {high}");
        let [low, high] = Rate { hits: 500, of: 1000, theory: None }.interval().unwrap();
        assert!((high - low - 0.0619).abs() < 1e-3);
    }
}
