//! Heartbeats instead of a session timer: a platform that calls a device offline after so many missed heartbeats (GA/T
//! 1400.4: 90 s and 3; GB/T 28181: 60 s and 3).
//!
//! The platform calls a device offline at its first look after a silence longer than M H and what it tolerates beyond.
//! Time that messages take is left out: it shifts every heartbeat alike. An outage begins at any phase of the period
//! alike.

use super::math::{is_not_negative, is_positive, share};

/// A heartbeat and how it is watched.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Heartbeat {
    period: f64,
    misses: u32,
    check_period: f64,
    tolerance: f64,
    jitter: f64,
}

/// How long after its registration a device goes, all lengths in seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Online {
    /// At any phase of the period alike.
    AnyPhase,
    /// Exponential.
    Exponential {
        /// Its mean.
        mean: f64,
    },
    /// Every length alike.
    Uniform {
        /// From this.
        min: f64,
        /// To this.
        max: f64,
    },
}

impl Heartbeat {
    /// A heartbeat every `period` (H) seconds; offline after `misses` (M) of them are missed; looked at every
    /// `check_period` (C) seconds, 0 for at once. `None` unless H is finite and above 0, M at least 1, C finite and
    /// not below 0.
    pub fn new(period: f64, misses: u32, check_period: f64) -> Option<Self> {
        let meant = is_positive(period) && misses > 0 && is_not_negative(check_period);
        meant.then_some(Self { period, misses, check_period, tolerance: 0.0, jitter: 0.0 })
    }

    /// The same with a silence that may be longer by `tolerance` seconds, and heartbeats up to `jitter` (J) seconds
    /// sooner or later. `None` unless both are finite and not below 0, and J is at most H.
    pub fn loosely(self, tolerance: f64, jitter: f64) -> Option<Self> {
        let meant = is_not_negative(tolerance) && is_not_negative(jitter) && jitter <= self.period;
        meant.then_some(Self { tolerance, jitter, ..self })
    }

    /// The mean time from a device's silent end until the platform knows: (M - 1/2) H + C/2, in seconds.
    ///
    /// The platform waits M H from the last heartbeat; the end comes H/2 after that one on average, and the next look
    /// C/2 after the wait is over. Jitter lets the end fall into long gaps rather than short ones: J^2 / (6 H) later.
    pub fn mean_detection(&self) -> f64 {
        self.mean_detection_of(Online::AnyPhase)
    }

    /// The same for a device that goes after a time of this distribution: M H less the mean age of its last heartbeat,
    /// and C/2.
    pub fn mean_detection_of(&self, online: Online) -> f64 {
        let Self { period, misses, check_period, tolerance, jitter } = *self;
        // The mean of T mod H where T lies evenly between two lengths, times their difference.
        let area = |length: f64| {
            let whole = libm::floor(length / period);
            let rest = length - whole * period;
            whole * period * period / 2.0 + rest * rest / 2.0
        };
        let age = match online {
            Online::Exponential { mean } if jitter == 0.0 => mean - period / libm::expm1(period / mean),
            Online::Uniform { min, max } if jitter == 0.0 && max > min => (area(max) - area(min)) / (max - min),
            // A renewal process, met at any time: half the second moment of its gaps over their mean.
            Online::AnyPhase | Online::Exponential { .. } | Online::Uniform { .. } => {
                period / 2.0 + jitter * jitter / (6.0 * period)
            }
        };
        f64::from(misses) * period + tolerance - age + check_period / 2.0
    }

    /// The probability that an outage of `outage` seconds calls a living device offline, when missed heartbeats are
    /// counted: min(1, max(0, D - (M-1) H) / H), the chance that M heartbeats fall into it.
    ///
    /// For a platform that looks all the time, and a device whose heartbeats are due to the instant.
    pub fn false_offline(&self, outage: f64) -> f64 {
        let over = outage - f64::from(self.misses - 1) * self.period;
        share(over, self.period)
    }

    /// The same for a device that sends at `tries`, in seconds after the first heartbeat that falls into the outage was
    /// due, which is the first of them: in rising order. The first that lies behind the outage is heard.
    ///
    /// With y = D - a, where a is the time from the outage's beginning to that heartbeat, uniform on (0, H], the
    /// silence is H and the first try not before y. It is too long where that exceeds (M-1) H and the tolerance, and a
    /// look falls into the excess. Beyond the last try everything is lost.
    pub fn false_offline_of(&self, outage: f64, tries: impl IntoIterator<Item = f64>) -> f64 {
        let allowed = f64::from(self.misses - 1) * self.period + self.tolerance;
        // Sums of lengths are off by a few units in the last place; no length of interest is shorter than a
        // microsecond.
        let over = |heard: f64| heard - allowed - 1e-6;
        let (least, most) = (outage - self.period, outage);
        let (mut before, mut offline) = (f64::NEG_INFINITY, 0.0);
        for heard in tries.into_iter().map(Some).chain([None]) {
            let until = heard.unwrap_or(f64::INFINITY);
            let width = (until.min(most) - before.max(least).max(0.0)).max(0.0);
            let found = match heard.map(over) {
                Some(over) if over <= 0.0 => 0.0,
                Some(over) if self.check_period > 0.0 => (over / self.check_period).min(1.0),
                Some(_) | None => 1.0,
            };
            offline += width * found;
            before = until;
            if until >= most {
                break;
            }
        }
        (offline / self.period).min(1.0)
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
    fn a_device_that_goes_soon_has_a_younger_last_heartbeat() {
        let heartbeat = Heartbeat::new(90.0, 3, 0.0).unwrap();
        // T uniform on [0, 90]: its age is T. On [0, 45]: half of that.
        assert_eq!(heartbeat.mean_detection_of(Online::Uniform { min: 0.0, max: 90.0 }), 225.0);
        assert_eq!(heartbeat.mean_detection_of(Online::Uniform { min: 0.0, max: 45.0 }), 247.5);
        assert_eq!(heartbeat.mean_detection_of(Online::Uniform { min: 900.0, max: 990.0 }), 225.0);
        // Far longer than a period, an exponential time is at any phase alike: the mean age is H/2 - H^2/(12 t).
        let long = heartbeat.mean_detection_of(Online::Exponential { mean: 9e5 });
        assert!((long - 225.0 - 90.0 * 90.0 / 12.0 / 9e5).abs() < 1e-6, "{long}");
        assert!(heartbeat.mean_detection_of(Online::Exponential { mean: 1.0 }) > 268.9);
    }

    #[test]
    fn tolerance_adds_and_jitter_takes_a_little() {
        let heartbeat = Heartbeat::new(90.0, 3, 0.0).unwrap();
        assert_eq!(heartbeat.loosely(20.0, 0.0).unwrap().mean_detection(), 245.0);
        assert_eq!(heartbeat.loosely(0.0, 30.0).unwrap().mean_detection(), 225.0 - 900.0 / 540.0);
        assert_eq!(heartbeat.loosely(0.0, 91.0), None);
        assert_eq!(heartbeat.loosely(f64::NAN, 0.0), None);
    }

    #[test]
    fn an_outage_is_taken_for_death_from_two_periods_on_and_surely_from_three() {
        let heartbeat = Heartbeat::new(90.0, 3, 0.0).unwrap();
        for (outage, offline) in [(0.0, 0.0), (180.0, 0.0), (225.0, 0.5), (270.0, 1.0), (1e9, 1.0)] {
            assert_eq!(heartbeat.false_offline(outage), offline);
            let by_tries = heartbeat.false_offline_of(outage, (0..).map(|n| 90.0 * f64::from(n)));
            assert!((by_tries - offline).abs() < 1e-12, "{outage}: {by_tries}");
        }
    }

    #[test]
    fn tries_between_heartbeats_shift_the_border_to_the_last_that_comes_in_time() {
        let heartbeat = Heartbeat::new(90.0, 2, 0.0).unwrap();
        // Tries at 0, 40, 80, 120 ...: that of 80 s comes in time, that of 120 s is too late.
        let tries = || (0..).map(|n| 40.0 * f64::from(n));
        assert!((heartbeat.false_offline_of(125.0, tries()) - 45.0 / 90.0).abs() < 1e-12);
        assert_eq!(heartbeat.false_offline_of(80.0, tries()), 0.0);
        // A look every 60 s finds the excess of 30 s of half of them.
        let looking = Heartbeat::new(90.0, 2, 60.0).unwrap();
        assert!((looking.false_offline_of(120.0, tries()) - 40.0 / 90.0 * 0.5).abs() < 1e-6);
        // Nobody tries again: lost for good.
        assert!((heartbeat.false_offline_of(45.0, [0.0]) - 0.5).abs() < 1e-12);
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
