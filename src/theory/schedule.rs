//! When a client transaction over an unreliable transport sends its request: RFC 3261, sections 17.1.1.2 and
//! 17.1.2.2.
//!
//! Instants are counted from the first send and hold as long as no response comes. Not here: what a provisional
//! response does to the schedule, and the acknowledgement.

use super::math::is_positive;

/// The default of T1, the estimate of a round trip, in seconds (RFC 3261, table 4).
pub const T1: f64 = 0.5;
/// The default of T2, the longest gap between two copies of a non-INVITE request, in seconds (RFC 3261, table 4).
pub const T2: f64 = 4.0;

/// The send instants of one client transaction that hears nothing, and the instant when it gives up.
#[derive(Clone, Debug, PartialEq)]
pub struct Schedule {
    sends: Vec<f64>,
    time_out: f64,
}

impl Schedule {
    /// Any request but INVITE: timer E starts at T1 and doubles up to `t2`, timer F ends it at 64 T1 (17.1.2.2).
    ///
    /// With the defaults 0, .5, 1.5, 3.5, 7.5, then every 4 s to 31.5: eleven sends. A 2xx to INVITE is resent at the
    /// same instants until its ACK comes (13.3.1.4). `None` unless 0 < `t1` <= `t2` and both are finite, seconds.
    pub fn non_invite(t1: f64, t2: f64) -> Option<Self> {
        (t2.is_finite() && t1 <= t2).then_some(())?;
        Self::doubling(t1, t2)
    }

    /// INVITE: timer A starts at T1 and doubles without a cap, timer B ends it at 64 T1 (17.1.1.2).
    ///
    /// With the default 0, .5, 1.5, 3.5, 7.5, 15.5, 31.5: seven sends. `None` unless `t1` is finite and above 0,
    /// seconds.
    pub fn invite(t1: f64) -> Option<Self> {
        Self::doubling(t1, f64::INFINITY)
    }

    fn doubling(t1: f64, cap: f64) -> Option<Self> {
        let time_out = 64.0 * t1;
        is_positive(time_out).then_some(())?;
        let mut sends = Vec::new();
        // A send that would fall on the time-out is none, even if rounding has put it a hair before.
        let end = time_out * (1.0 - 1e-12);
        let (mut at, mut gap) = (0.0, t1);
        while at < end {
            sends.push(at);
            at += gap;
            gap = (2.0 * gap).min(cap);
        }
        Some(Self { sends, time_out })
    }

    /// The send instants in rising order, the first 0, all before [`Self::time_out`], in seconds. At most 64.
    pub fn sends(&self) -> &[f64] {
        &self.sends
    }

    /// When timer B or F ends the transaction: 64 T1, in seconds.
    pub fn time_out(&self) -> f64 {
        self.time_out
    }

    /// How many of the sends can still be answered before `limit`, when a round trip takes `round_trip`: the number
    /// of s_k with s_k + `round_trip` < `limit`. Both in seconds.
    pub fn answerable(&self, round_trip: f64, limit: f64) -> usize {
        self.sends.iter().take_while(|&&sent| sent + round_trip < limit).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eleven_copies_of_a_bye_leave_in_31_5_seconds() {
        let bye = Schedule::non_invite(T1, T2).unwrap();
        let expected = [0.0, 0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5];
        assert_eq!(bye.sends(), expected);
        assert_eq!(bye.time_out(), 32.0);
    }

    #[test]
    fn seven_copies_of_an_invite_leave_in_31_5_seconds() {
        let invite = Schedule::invite(T1).unwrap();
        assert_eq!(invite.sends(), [0.0, 0.5, 1.5, 3.5, 7.5, 15.5, 31.5]);
    }

    #[test]
    fn the_timers_of_mobile_networks_stretch_the_schedule_fourfold() {
        let bye = Schedule::non_invite(2.0, 16.0).unwrap();
        assert_eq!(bye.sends().len(), 11);
        assert_eq!(bye.sends()[10], 126.0);
        assert_eq!(bye.time_out(), 128.0);
    }

    #[test]
    fn no_schedule_has_more_than_64_sends() {
        for t1 in [f64::MIN_POSITIVE, 1e-9, 0.3, 0.5, 1e9] {
            assert_eq!(Schedule::non_invite(t1, t1).unwrap().sends().len(), 64);
        }
    }

    #[test]
    fn a_send_whose_answer_would_come_at_the_time_out_helps_no_more() {
        let bye = Schedule::non_invite(T1, T2).unwrap();
        assert_eq!(bye.answerable(0.499, 32.0), 11);
        assert_eq!(bye.answerable(0.5, 32.0), 10);
        assert_eq!(bye.answerable(0.1, 15.0), 6);
        assert_eq!(bye.answerable(40.0, 32.0), 0);
    }

    #[test]
    fn timers_without_meaning_are_refused() {
        for bad in [0.0, -1.0, f64::NAN, f64::INFINITY, f64::MAX] {
            assert_eq!(Schedule::invite(bad), None);
            assert_eq!(Schedule::non_invite(bad, bad), None);
        }
        assert_eq!(Schedule::non_invite(0.5, 0.4), None);
        assert_eq!(Schedule::non_invite(0.5, f64::NAN), None);
    }
}
