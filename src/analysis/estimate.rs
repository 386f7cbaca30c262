//! Estimates: recovery times and shares, with their intervals and their closed forms.

use crate::measure::{Ghosts, Z95, proportion};

/// Whose hang-ups figures are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    /// The refresher's.
    Refresher,
    /// The watcher's.
    Watcher,
    /// Those in calls without a session timer.
    NoTimer,
    /// Everybody's.
    Both,
}

impl Who {
    /// All of them, the sum last.
    pub const ALL: [Who; 4] = [Who::Refresher, Who::Watcher, Who::NoTimer, Who::Both];
}

/// How long ghosts were held. Every number is finite.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RecoveryTimes {
    /// How many ghosts there were.
    pub ghosts: u64,
    /// How many of them were still held when the run ended. They are in no mean and no quantile.
    pub unrecovered: u64,
    /// The mean, in seconds.
    pub mean_s: Option<f64>,
    /// Standard error of the mean.
    pub error_s: Option<f64>,
    /// The closed form of the mean.
    pub theory_s: Option<f64>,
    /// Mean less closed form, in standard errors.
    pub z: Option<f64>,
    /// The median.
    pub p50_s: Option<f64>,
    /// The 95 % quantile.
    pub p95_s: Option<f64>,
    /// The 99 % quantile.
    pub p99_s: Option<f64>,
    /// The longest.
    pub max_s: Option<f64>,
}

impl RecoveryTimes {
    /// What `ghosts` show, without theory.
    pub fn of(ghosts: &Ghosts) -> RecoveryTimes {
        let quantile = |q| ghosts.recovery.quantile(q).map(|span| span.as_secs_f64());
        RecoveryTimes {
            ghosts: ghosts.count(),
            unrecovered: ghosts.unrecovered,
            mean_s: ghosts.recovery.mean_s().and_then(finite),
            error_s: ghosts.recovery.mean_error_s().and_then(finite),
            p50_s: quantile(0.5),
            p95_s: quantile(0.95),
            p99_s: quantile(0.99),
            max_s: ghosts.recovery.max().map(|span| span.as_secs_f64()),
            ..RecoveryTimes::default()
        }
    }

    /// The same beside a closed form of the mean, if that is a duration.
    pub fn compared_with(mut self, theory_s: Option<f64>) -> RecoveryTimes {
        self.theory_s = theory_s.and_then(finite).filter(|s| *s >= 0.0);
        self.z = match (self.mean_s, self.theory_s, self.error_s) {
            (Some(mean), Some(theory), Some(error)) if error > 0.0 => finite((mean - theory) / error),
            _ => None,
        };
        self
    }

    /// Half the 95 % interval of the mean.
    pub fn half_interval_s(&self) -> Option<f64> {
        self.error_s.map(|error| Z95 * error)
    }
}

/// A share of things, simulated and by the closed form.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share {
    /// How many there were.
    pub hits: u64,
    /// Of how many.
    pub of: u64,
    /// The probability, if there is a closed form.
    pub theory: Option<f64>,
}

impl Share {
    /// The share; `None` of nothing.
    pub fn value(self) -> Option<f64> {
        (self.of > 0).then(|| self.hits as f64 / self.of as f64)
    }

    /// Simulated less closed form, in the standard errors that the closed form has in so many, where enough are
    /// expected.
    pub fn z(self) -> Option<f64> {
        proportion::share_z(self.hits, self.of, self.theory?)
    }

    /// The 95 % interval of the share, by Wilson's score: it is no point where there were no hits.
    pub fn interval(self) -> Option<[f64; 2]> {
        let (share, n, z) = (self.value()?, self.of as f64, Z95);
        let middle = (share + z * z / (2.0 * n)) / (1.0 + z * z / n);
        let half = z * (share * (1.0 - share) / n + z * z / (4.0 * n * n)).sqrt() / (1.0 + z * z / n);
        Some([(middle - half).max(0.0), (middle + half).min(1.0)])
    }
}

/// `x`, if it is a number.
pub(super) fn finite(x: f64) -> Option<f64> {
    x.is_finite().then_some(x)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn none_of_many_is_not_known_to_be_none_of_all() {
        let [low, high] = Share { hits: 0, of: 1000, theory: None }.interval().unwrap();
        assert!(low < 1e-12 && (high - 3.84e-3).abs() < 1e-4, "{low} {high}");
        let [low, high] = Share { hits: 500, of: 1000, theory: None }.interval().unwrap();
        assert!((high - low - 0.0619).abs() < 1e-3);
    }

    #[test]
    fn a_closed_form_that_is_no_duration_stands_beside_nothing() {
        let mut ghosts = Ghosts::default();
        [10, 20].into_iter().for_each(|s| ghosts.add(Some(crate::time::Span::from_secs(s))));
        let times = || RecoveryTimes::of(&ghosts);
        assert!((times().compared_with(Some(10.0)).z.unwrap() - 1.0).abs() < 1e-12);
        for theory in [f64::NAN, f64::INFINITY, -1.0] {
            let compared = times().compared_with(Some(theory));
            assert_eq!((compared.theory_s, compared.z), (None, None));
        }
    }
}
