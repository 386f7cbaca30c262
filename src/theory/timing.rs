//! When a session is refreshed and when it is given up: RFC 4028, sections 7.2 and 10.

use super::math::{is_not_negative, is_positive};
use super::schedule::Schedule;

/// The three times of a session timer, in seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Timing {
    interval: f64,
    refresh_after: f64,
    margin: f64,
}

impl Timing {
    /// What RFC 4028 recommends for the session interval SE: refresh at SE/2 (7.2), and the watcher gives up
    /// min(32 s, SE/3) before the interval ends (10). `None` unless `interval` is finite and above 0, seconds; the
    /// RFC allows no less than 90.
    pub fn rfc4028(interval: f64) -> Option<Self> {
        Self::new(interval, interval / 2.0, (interval / 3.0).min(32.0))
    }

    /// The habit of some other stack: refresh `refresh_after` seconds after the last 2xx, give up `margin` seconds
    /// before the interval ends. `None` unless the refresh is due after 0 and before the watcher gives up.
    pub fn new(interval: f64, refresh_after: f64, margin: f64) -> Option<Self> {
        let meant = is_positive(interval)
            && is_positive(refresh_after)
            && is_not_negative(margin)
            && refresh_after < interval - margin;
        meant.then_some(Self { interval, refresh_after, margin })
    }

    /// SE: the session interval, in seconds.
    pub fn interval(&self) -> f64 {
        self.interval
    }

    /// h: from the refresher's last arming to its next refresh, in seconds.
    pub fn refresh_after(&self) -> f64 {
        self.refresh_after
    }

    /// m: how long before the interval's end the watcher gives up, in seconds.
    pub fn margin(&self) -> f64 {
        self.margin
    }

    /// SE - m: from the watcher's last arming to its BYE, in seconds.
    pub fn patience(&self) -> f64 {
        self.interval - self.margin
    }

    /// w = SE - m - h: what lies between a refresh that is due and the watcher's BYE, in seconds.
    pub fn window(&self) -> f64 {
        self.patience() - self.refresh_after
    }

    /// How long a refresh may take before the refresher itself ends the call, in seconds: its transaction times out,
    /// or its own interval ends, whichever comes first (RFC 4028, section 10).
    pub fn refresh_limit(&self, schedule: &Schedule) -> f64 {
        schedule.time_out().min(self.interval - self.refresh_after)
    }
}

#[cfg(test)]
mod tests {
    use super::super::schedule::{T1, T2};
    use super::*;

    #[test]
    fn the_margin_is_a_third_up_to_96_seconds_and_32_seconds_above() {
        assert_eq!(Timing::rfc4028(90.0).unwrap().margin(), 30.0);
        assert_eq!(Timing::rfc4028(96.0).unwrap().margin(), 32.0);
        assert_eq!(Timing::rfc4028(1800.0).unwrap().margin(), 32.0);
    }

    #[test]
    fn the_watchers_window_reaches_the_time_out_at_128_seconds_and_at_320_with_t1_of_2() {
        assert_eq!(Timing::rfc4028(128.0).unwrap().window(), 64.0 * T1);
        assert_eq!(Timing::rfc4028(320.0).unwrap().window(), 64.0 * 2.0);
    }

    #[test]
    fn a_refresh_lasts_until_timer_f_or_the_end_of_a_shorter_interval() {
        let timing = Timing::rfc4028(90.0).unwrap();
        let slow = Schedule::non_invite(2.0, 16.0).unwrap();
        let usual = Schedule::non_invite(T1, T2).unwrap();
        assert_eq!(timing.refresh_limit(&usual), 32.0);
        assert_eq!(timing.refresh_limit(&slow), 45.0);
    }

    #[test]
    fn intervals_without_meaning_are_refused() {
        for bad in [0.0, -90.0, f64::NAN, f64::INFINITY] {
            assert_eq!(Timing::rfc4028(bad), None);
        }
        assert_eq!(Timing::new(90.0, 60.0, 30.0), None);
        assert_eq!(Timing::new(90.0, 45.0, -1.0), None);
    }
}
