//! How far a counted share is from the probability that a closed form gives it.

/// Fewer hits or misses than this spread so unevenly that a distance in standard errors says nothing: where 0.02 are
/// expected, the one that comes once in fifty runs would be seven standard errors away.
const LEAST_EXPECTED: f64 = 5.0;

/// The share of `hits` among `of` less `theory`, in the standard errors that `theory` has in so many; `None` where
/// `theory` expects fewer than five hits, or fewer than five misses.
pub fn share_z(hits: u64, of: u64, theory: f64) -> Option<f64> {
    let n = of as f64;
    let expected = n * theory.min(1.0 - theory);
    (expected >= LEAST_EXPECTED).then(|| (hits as f64 / n - theory) / (theory * (1.0 - theory) / n).sqrt())
}

/// The same of events of which each of `of` may meet any number, at random: `theory` is the mean number of each. `None`
/// where it expects fewer than five in all.
pub fn rate_z(events: u64, of: u64, theory: f64) -> Option<f64> {
    let expected = of as f64 * theory;
    (expected >= LEAST_EXPECTED && expected.is_finite()).then(|| (events as f64 - expected) / expected.sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_as_far_from_its_probability_as_its_standard_errors_say() {
        let distance = share_z(30, 10_000, 0.0025).unwrap();
        assert!((distance - 5.0 / (10_000f64 * 0.0025 * 0.9975).sqrt()).abs() < 1e-12);
    }

    #[test]
    fn events_at_random_spread_by_the_root_of_their_number() {
        assert_eq!(rate_z(120, 50, 2.0), Some(2.0));
        assert_eq!((rate_z(3, 50, 0.09), rate_z(3, 0, 2.0)), (None, None));
        assert_eq!(rate_z(3, 50, f64::NAN), None);
    }

    #[test]
    fn where_few_hits_or_few_misses_are_expected_there_is_no_distance() {
        assert!(share_z(1, 100_000, 0.49e-4).is_none() && share_z(1, 100_000, 0.51e-4).is_some());
        assert!(share_z(9, 10, 0.51).is_none() && share_z(9, 11, 0.5).is_some());
        for theory in [0.0, 1.0, f64::NAN, 1.5, -0.5] {
            assert_eq!(share_z(3, 1000, theory), None);
        }
        assert_eq!(share_z(0, 0, 0.5), None);
    }
}
