//! Heartbeats instead of a session timer: a platform that calls a device offline after so many missed heartbeats
//! (GA/T 1400.4: 90 s and 3; GB/T 28181: 60 s and 3).
//!
//! Derived for heartbeats of one copy each, or whose retries are short against the period, and a silence that starts
//! at any phase of the period alike.

use super::math::{is_not_negative, is_positive, share};

/// A heartbeat and how it is watched.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Heartbeat {
    period: f64,
    misses: u32,
    check_period: f64,
}

impl Heartbeat {
    /// A heartbeat every `period` (H) seconds; offline after `misses` (M) of them are missed; looked at every
    /// `check_period` (C) seconds, 0 for at once. `None` unless H is finite and above 0, M at least 1, C finite and
    /// not below 0.
    pub fn new(period: f64, misses: u32, check_period: f64) -> Option<Self> {
        let meant = is_positive(period) && misses > 0 && is_not_negative(check_period);
        meant.then_some(Self { period, misses, check_period })
    }

    /// The mean time from a device's silent end until the platform knows: (M - 1/2) H + C/2, in seconds.
    ///
    /// The platform waits M H from the last heartbeat; the end comes H/2 after that one on average, and the next look
    /// C/2 after the wait is over.
    pub fn mean_detection(&self) -> f64 {
        (f64::from(self.misses) - 0.5) * self.period + self.check_period / 2.0
    }

    /// The probability that an outage of `outage` seconds calls a living device offline, when missed heartbeats are
    /// counted: min(1, max(0, D - (M-1) H) / H), the chance that M heartbeats fall into it.
    ///
    /// Where silence longer than M H counts instead, jitter decides the border and no closed form holds.
    pub fn false_offline(&self, outage: f64) -> f64 {
        let over = outage - f64::from(self.misses - 1) * self.period;
        share(over, self.period)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_unregister_is_found_after_225_seconds_and_half_a_check() {
        assert_eq!(Heartbeat::new(90.0, 3, 0.0).unwrap().mean_detection(), 225.0);
        assert_eq!(Heartbeat::new(90.0, 3, 10.0).unwrap().mean_detection(), 230.0);
        assert_eq!(Heartbeat::new(60.0, 3, 0.0).unwrap().mean_detection(), 150.0);
    }

    #[test]
    fn an_outage_is_taken_for_death_from_two_periods_on_and_surely_from_three() {
        let heartbeat = Heartbeat::new(90.0, 3, 0.0).unwrap();
        for (outage, offline) in [(0.0, 0.0), (180.0, 0.0), (225.0, 0.5), (270.0, 1.0), (1e9, 1.0)] {
            assert_eq!(heartbeat.false_offline(outage), offline);
        }
    }

    #[test]
    fn heartbeats_without_meaning_are_refused() {
        for bad in [-1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(Heartbeat::new(bad, 3, 0.0), None);
            assert_eq!(Heartbeat::new(90.0, 3, bad), None);
        }
        assert_eq!(Heartbeat::new(0.0, 3, 0.0), None);
        assert_eq!(Heartbeat::new(90.0, 0, 0.0), None);
    }
}
