//! What refreshing costs in messages.
//!
//! The short forms leave losses and delays out; [`Messages`] counts copies, and
//! [`RefreshedCall`](super::recovery::RefreshedCall) sums them over a call.

use super::exchange::{Exchange, Outcome};
use super::math::{ends_within, is_positive, outlasts};
use super::timing::Timing;

/// Messages sent by refreshing with UPDATE, first sends and retransmissions apart.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Messages {
    /// First copies of requests.
    pub requests: f64,
    /// Further copies of requests.
    pub requests_again: f64,
    /// First 200s to a request.
    pub responses: f64,
    /// 200s repeated to a repeated request.
    pub responses_again: f64,
}

impl Messages {
    /// All messages.
    pub fn total(&self) -> f64 {
        self.requests + self.requests_again + self.responses + self.responses_again
    }

    /// Each count times `factor`.
    pub fn times(&self, factor: f64) -> Self {
        Self {
            requests: self.requests * factor,
            requests_again: self.requests_again * factor,
            responses: self.responses * factor,
            responses_again: self.responses_again * factor,
        }
    }
}

/// The refresh load of one call in messages per second, at most: M / h, reached by calls that never end.
///
/// `messages_per_refresh` M is 2 with UPDATE and 3 with re-INVITE, on a path without loss.
pub fn upper_bound(messages_per_refresh: f64, timing: &Timing) -> f64 {
    messages_per_refresh / timing.refresh_after()
}

/// The share of [`upper_bound`] that calls with an exponential talk time really cause: x / (e^x - 1), x = h/t.
///
/// A call has 1 / (e^x - 1) refreshes on average, in a mean time of t. `refresh_after` h and `mean_talk` t in
/// seconds, finite and above 0, else `None`; the answer lies in 0..=1.
pub fn short_call_factor(refresh_after: f64, mean_talk: f64) -> Option<f64> {
    (is_positive(refresh_after) && is_positive(mean_talk)).then(|| {
        let x = refresh_after / mean_talk;
        x * outlasts(refresh_after, mean_talk) / ends_within(refresh_after, mean_talk)
    })
}

/// The mean messages of one refresh that leave before an exponential time of mean `horizon` is over, counted from its
/// first send; infinite for all of them. `outcomes` are those of `exchange`, of total probability 1.
///
/// Copy l leaves at s_l unless the response is there before. Of the outcome (i, k) the copies before i are lost, i
/// and k arrive, those between arrive with (1-p)p'/q, for they brought no response, and those after k with 1-p.
pub(super) fn of_one_refresh(exchange: &Exchange, outcomes: &[Outcome], horizon: f64) -> Messages {
    let (p, q) = (exchange.there.loss(), exchange.copy_fails());
    let mut sum = Messages::default();
    for outcome in outcomes {
        let sends = exchange.schedule.sends().iter().enumerate();
        for (copy, &sent) in sends.take_while(|&(_, &sent)| sent <= outcome.answered_after) {
            let leaves = outcome.probability * outlasts(sent, horizon);
            let answer_leaves = outcome.probability * outlasts(sent + exchange.there.delay(), horizon);
            if copy == 0 {
                sum.requests += leaves;
            } else {
                sum.requests_again += leaves;
            }
            if copy == outcome.first_seen {
                sum.responses += answer_leaves;
            } else if copy > outcome.answered {
                sum.responses_again += answer_leaves * (1.0 - p);
            } else if copy == outcome.answered {
                sum.responses_again += answer_leaves;
            } else if copy > outcome.first_seen {
                sum.responses_again += answer_leaves * (1.0 - p) * exchange.back.loss() / q;
            }
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::super::testing::{assert_digits, exchange};
    use super::*;

    #[test]
    fn the_published_table_of_upper_bounds_comes_out() {
        for (interval, update, reinvite) in [
            (90.0, 0.04444, 0.06667),
            (180.0, 0.02222, 0.03333),
            (250.0, 0.01600, 0.02400),
            (600.0, 0.00667, 0.01000),
            (900.0, 0.00444, 0.00667),
            (1800.0, 0.00222, 0.00333),
            (3600.0, 0.00111, 0.00167),
        ] {
            let timing = Timing::rfc4028(interval).unwrap();
            assert!((upper_bound(2.0, &timing) - update).abs() < 0.501e-5);
            assert!((upper_bound(3.0, &timing) - reinvite).abs() < 0.501e-5);
        }
    }

    #[test]
    fn the_published_factors_of_short_calls_come_out() {
        for (interval, talk, factor, digits) in
            [(1800.0, 3600.0, 0.8802, 4), (1800.0, 180.0, 0.0339, 3), (600.0, 180.0, 0.3881, 4)]
        {
            let found = short_call_factor(interval / 2.0, talk).unwrap();
            assert_digits(found, factor, digits);
        }
    }

    #[test]
    fn endless_calls_refresh_at_the_bound_and_very_short_ones_never() {
        assert_digits(short_call_factor(900.0, 1e12).unwrap(), 1.0, 9);
        assert_eq!(short_call_factor(900.0, 1e-3), Some(0.0));
        assert_eq!(short_call_factor(900.0, 0.0), None);
        assert_eq!(short_call_factor(f64::NAN, 60.0), None);
    }

    #[test]
    fn a_refresh_without_loss_is_one_update_and_one_200() {
        let perfect = exchange(0.0, 0.0, 0.05);
        let all = of_one_refresh(&perfect, &perfect.outcomes(32.0), f64::INFINITY);
        assert_eq!((all.requests, all.responses, all.total()), (1.0, 1.0, 2.0));
    }

    #[test]
    fn a_slow_path_repeats_both_messages_without_any_loss() {
        let slow = exchange(0.0, 0.0, 0.3);
        let all = of_one_refresh(&slow, &slow.outcomes(32.0), f64::INFINITY);
        assert_eq!((all.requests_again, all.responses_again), (1.0, 1.0));
    }

    #[test]
    fn copies_of_a_refresh_are_those_of_its_transaction() {
        // Transactions that time out are too few here to be seen.
        let lossy = exchange(0.05, 0.1, 0.05);
        let all = of_one_refresh(&lossy, &lossy.outcomes(32.0), f64::INFINITY);
        assert_digits(all.requests + all.requests_again, lossy.mean_requests(), 8);
        assert_digits(all.total(), lossy.mean_requests() * 1.95, 8);
    }
}
