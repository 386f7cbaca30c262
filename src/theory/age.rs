//! Recovery time in one line: from the age A of the last refresh at the hang-up, delays and losses left out.
//!
//! A watcher left behind gives up SE - m - A after the hang-up; a refresher left behind refreshes after h - A and
//! meets 481. Long calls have A uniform on 0..=h. A talk that is exponential with mean t has A exponential too, cut
//! at h: its memory starts anew with every refresh. [`recovery`](super::recovery) has the exact means, with delays
//! and losses.

use super::exchange::Exchange;
use super::math::{ends_within, is_positive, is_probability, mean_if_ends_within, outlasts};
use super::timing::Timing;

/// Mean recovery times after a lost BYE, in seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Means {
    /// The refresher hung up; the watcher is left behind.
    pub refresher_hung_up: f64,
    /// The watcher hung up; the refresher is left behind.
    pub watcher_hung_up: f64,
    /// Either hung up, half and half.
    pub half_and_half: f64,
}

impl Means {
    fn new(refresher_hung_up: f64, watcher_hung_up: f64) -> Self {
        Self { refresher_hung_up, watcher_hung_up, half_and_half: (refresher_hung_up + watcher_hung_up) / 2.0 }
    }
}

/// Calls so long that the last refresh is uniformly old at the hang-up, without delays and losses.
///
/// R: SE - m - h/2 (RFC 4028: 3SE/4 - m), uniform on SE - m - h ..= SE - m. W: h/2 (SE/4), uniform on 0 ..= h. Half
/// and half: (SE - m)/2.
pub fn long_calls(timing: &Timing) -> Means {
    let mean_age = timing.refresh_after() / 2.0;
    Means::new(timing.patience() - mean_age, mean_age)
}

/// Calls whose talk is exponential with mean `mean_talk` seconds, begun established, the cycle counted from a
/// refresh's first send; delays and losses of a refresh are added on top.
///
/// R: SE - m - E A + e^(-h/t) (delay there + mean wait until seen). W: h - E A + RTT + mean wait until answered. It
/// takes a refresh in flight at the hang-up as already seen; so W is too large by about E Y x mean refreshes x h /
/// t, below 0.1 s in a call as KA-1 has them. `None` if `mean_talk` is not finite and above 0, or no refresh can
/// succeed.
pub fn exponential_calls(timing: &Timing, exchange: &Exchange, mean_talk: f64) -> Option<Means> {
    let (h, age) = (timing.refresh_after(), mean_age(timing.refresh_after(), mean_talk)?);
    let seen_after = exchange.there.delay() + exchange.mean_wait_until_seen()?;
    let answered_after = exchange.round_trip() + exchange.mean_wait_until_answered()?;
    let refreshed = outlasts(h, mean_talk);
    Some(Means::new(timing.patience() - age + refreshed * seen_after, h - age + answered_after))
}

/// The mean age of the last refresh after a talk of exponential length: t - h / (e^(h/t) - 1).
///
/// `refresh_after` h and `mean_talk` t in seconds, finite and above 0, else `None`; the answer lies in 0..=h/2.
pub fn mean_age(refresh_after: f64, mean_talk: f64) -> Option<f64> {
    (is_positive(refresh_after) && is_positive(mean_talk))
        .then(|| mean_if_ends_within(refresh_after, mean_talk) / ends_within(refresh_after, mean_talk))
}

/// The age that a share `quantile` (0..=1) of calls does not exceed: -t ln(1 - u (1 - e^(-h/t))).
///
/// Arguments as of [`mean_age`]; the answer lies in 0..=h.
pub fn age_quantile(refresh_after: f64, mean_talk: f64, quantile: f64) -> Option<f64> {
    let meant = is_positive(refresh_after) && is_positive(mean_talk) && is_probability(quantile);
    meant.then(|| {
        let age = -mean_talk * libm::log1p(-quantile * ends_within(refresh_after, mean_talk));
        age.min(refresh_after)
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{assert_digits, exchange};
    use super::*;

    #[test]
    fn the_published_table_of_long_calls_comes_out() {
        for (interval, margin, refresher, watcher, both) in [
            (90.0, 30.0, 37.5, 22.5, 30.0),
            (180.0, 32.0, 103.0, 45.0, 74.0),
            (250.0, 32.0, 155.5, 62.5, 109.0),
            (600.0, 32.0, 418.0, 150.0, 284.0),
            (900.0, 32.0, 643.0, 225.0, 434.0),
            (1800.0, 32.0, 1318.0, 450.0, 884.0),
            (3600.0, 32.0, 2668.0, 900.0, 1784.0),
        ] {
            let timing = Timing::rfc4028(interval).unwrap();
            assert_eq!(timing.margin(), margin);
            let means = long_calls(&timing);
            assert_eq!(means.refresher_hung_up, refresher);
            assert_eq!(means.watcher_hung_up, watcher);
            assert_eq!(means.half_and_half, both);
        }
    }

    #[test]
    fn the_published_means_of_ka_1_come_out() {
        let timing = Timing::rfc4028(1800.0).unwrap();
        let path = exchange(0.05, 0.05, 0.05);
        let means = exponential_calls(&timing, &path, 3600.0).unwrap();
        assert_digits(means.refresher_hung_up, 1336.79, 6);
        assert_digits(means.watcher_hung_up, 468.89, 5);
    }

    #[test]
    fn the_published_medians_come_out() {
        let timing = Timing::rfc4028(1800.0).unwrap();
        let path = exchange(0.05, 0.05, 0.05);
        let age = mean_age(900.0, 3600.0).unwrap();
        let median = age_quantile(900.0, 3600.0, 0.5).unwrap();
        let means = exponential_calls(&timing, &path, 3600.0).unwrap();
        assert_digits(means.refresher_hung_up + age - median, 1346.1, 5);
        assert_digits(means.watcher_hung_up + age - median, 478.2, 4);
    }

    #[test]
    fn a_very_long_talk_ages_uniformly() {
        assert_digits(mean_age(900.0, 1e12).unwrap(), 450.0, 9);
        assert_digits(age_quantile(900.0, 1e12, 0.25).unwrap(), 225.0, 9);
    }

    #[test]
    fn a_very_short_talk_ages_by_its_own_length() {
        assert_digits(mean_age(900.0, 10.0).unwrap(), 10.0, 9);
        assert_eq!(age_quantile(900.0, 10.0, 1.0), Some(900.0));
        assert_eq!(age_quantile(900.0, 10.0, 0.0), Some(0.0));
    }

    #[test]
    fn ages_without_meaning_are_refused() {
        for bad in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(mean_age(bad, 60.0), None);
            let timing = Timing::rfc4028(90.0).unwrap();
            assert_eq!(exponential_calls(&timing, &exchange(0.1, 0.1, 0.05), bad), None);
            assert_eq!(age_quantile(900.0, bad, 0.5), None);
        }
        assert_eq!(age_quantile(900.0, 60.0, 1.5), None);
    }
}
