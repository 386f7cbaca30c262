//! One request and its response over two lossy directions.
//!
//! A copy of the request leaves at each instant s_k of its [`Schedule`] until a response has come. Each copy is
//! lost with the loss p of its direction, each response with the loss p' of the other, all independently. Each
//! request that arrives is answered by one response at once: the server repeats its last one (RFC 3261, 17.2.2).
//! Delays are constant. q = 1 - (1-p)(1-p') is the chance that a copy brings no response.
//!
//! Not here: INVITE's own ways after a 2xx, which the server's user agent resends by itself (13.3.1.4), and losses
//! that come in bursts ([`gilbert`](super::gilbert)).

use super::math::{is_not_negative, is_probability, outlasts, power};
use super::schedule::Schedule;

/// One direction of a path.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Direction {
    loss: f64,
    delay: f64,
}

impl Direction {
    /// Independent `loss` per message in 0..=1 and a constant `delay` in seconds. `None` for anything else.
    pub fn new(loss: f64, delay: f64) -> Option<Self> {
        (is_probability(loss) && is_not_negative(delay)).then_some(Self { loss, delay })
    }

    /// The probability that a message is lost.
    pub fn loss(&self) -> f64 {
        self.loss
    }

    /// The delay of a message that arrives, in seconds.
    pub fn delay(&self) -> f64 {
        self.delay
    }
}

/// A transaction's schedule over the direction of its request and that of its response.
#[derive(Clone, Debug, PartialEq)]
pub struct Exchange {
    /// When the request is sent.
    pub schedule: Schedule,
    /// The request's direction.
    pub there: Direction,
    /// The response's direction.
    pub back: Direction,
}

/// One way for an exchange to succeed. Times are in seconds after the first send.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outcome {
    /// i: which copy of the request, from 0, was the first to arrive.
    pub first_seen: usize,
    /// k >= i: which copy was the first whose response arrived.
    pub answered: usize,
    /// Y = s_i + delay there: when the server first saw the request.
    pub seen_after: f64,
    /// V = s_k + delay there: when the response that arrived was sent.
    pub answer_sent_after: f64,
    /// X = s_k + both delays: when the client had its response.
    pub answered_after: f64,
    /// The probability of this pair (i, k).
    pub probability: f64,
}

impl Exchange {
    /// The sum of both delays, in seconds.
    pub fn round_trip(&self) -> f64 {
        self.there.delay + self.back.delay
    }

    /// q: the probability that a copy sent brings no response.
    pub fn copy_fails(&self) -> f64 {
        self.there.loss + (1.0 - self.there.loss) * self.back.loss
    }

    /// The probability that no copy of the request arrives though all are sent: p^n. For BYE, this makes the ghost.
    pub fn nothing_arrives(&self) -> f64 {
        power(self.there.loss, self.schedule.sends().len())
    }

    /// The probability that the transaction times out: q^k, k the number of copies that can be answered in time.
    pub fn times_out(&self) -> f64 {
        self.fails_within(self.schedule.time_out())
    }

    /// The probability that no response comes within `limit` seconds of the first send.
    pub fn fails_within(&self, limit: f64) -> f64 {
        let copies = self.schedule.answerable(self.round_trip(), limit);
        power(self.copy_fails(), copies)
    }

    /// The mean number of copies that a transaction sends, whether it succeeds or times out.
    ///
    /// Copy l leaves if none of the copies whose response would be there before s_l brought one. A round trip shorter
    /// than T1 gives (1 - q^n) / (1 - q). A copy due at the very instant of the response still leaves.
    pub fn mean_requests(&self) -> f64 {
        let (q, round_trip) = (self.copy_fails(), self.round_trip());
        let earlier = |&sent: &f64| self.schedule.answerable(round_trip, sent);
        let sends = self.schedule.sends().iter();
        sends.map(|sent| power(q, earlier(sent))).sum()
    }

    /// The mean time from the first send to the departure of the first copy that arrives, among transactions of which
    /// a copy does: what loss adds to the delay there, in seconds. `None` if all is lost.
    pub fn mean_wait_until_seen(&self) -> Option<f64> {
        mean_wait(self.schedule.sends(), self.there.loss)
    }

    /// The mean time from the first send to the departure of the first copy that is answered, among transactions that
    /// succeed: what loss adds to the round trip, in seconds. `None` if none succeeds.
    pub fn mean_wait_until_answered(&self) -> Option<f64> {
        let limit = self.schedule.time_out();
        let copies = self.schedule.answerable(self.round_trip(), limit);
        mean_wait(self.schedule.sends().get(..copies)?, self.copy_fails())
    }

    /// Of exchanges whose request is seen, the share that gets no response by the time-out and of which an exponential
    /// time of mean `talk` seconds, counted from when the request is first seen, has not run out by then.
    ///
    /// Copy i comes first, its response is lost, and the copies after it bring none:
    /// p^i (1-p) p' q^(n-1-i), over 1 - p^n. For the 2xx to an INVITE and its ACK this is the call that the callee ends
    /// though it stands for the caller (RFC 3261, 13.3.1.4).
    pub fn seen_but_unanswered(&self, talk: f64) -> f64 {
        let (p, q) = (self.there.loss, self.copy_fails());
        let copies = self.schedule.answerable(self.round_trip(), self.schedule.time_out());
        let unanswered = self.schedule.sends().iter().enumerate().take(copies).map(|(i, sent)| {
            let remaining = self.schedule.time_out() - sent - self.there.delay;
            let lost = power(p, i) * (1.0 - p) * self.back.loss * power(q, copies - 1 - i);
            lost * outlasts(remaining, talk)
        });
        let seen = 1.0 - power(p, copies);
        if seen > 0.0 { unanswered.sum::<f64>() / seen } else { 0.0 }
    }

    /// All ways to get a response within `limit` seconds of the first send, but for impossible ones. Their
    /// probabilities and [`Self::fails_within`] add up to 1.
    ///
    /// P(i, i) = p^i (1-p)(1-p'), for copy i comes first and its response arrives; and for k > i
    /// P(i, k) = p^i (1-p) p' q^(k-i-1) (1-q), for the response to i is lost and the copies between bring none.
    pub fn outcomes(&self, limit: f64) -> Vec<Outcome> {
        let (p, q) = (self.there.loss, self.copy_fails());
        let copies = self.schedule.answerable(self.round_trip(), limit);
        let mut outcomes = Vec::new();
        for (answered, &last) in self.schedule.sends().iter().enumerate().take(copies) {
            for (first_seen, &first) in self.schedule.sends()[..=answered].iter().enumerate() {
                let seen = power(p, first_seen) * (1.0 - p);
                let answer = match answered - first_seen {
                    0 => 1.0 - self.back.loss,
                    later => self.back.loss * power(q, later - 1) * (1.0 - q),
                };
                outcomes.push(Outcome {
                    first_seen,
                    answered,
                    seen_after: first + self.there.delay,
                    answer_sent_after: last + self.there.delay,
                    answered_after: last + self.round_trip(),
                    probability: seen * answer,
                });
            }
        }
        outcomes.retain(|outcome| outcome.probability > 0.0);
        outcomes
    }
}

/// The mean of the first instant of `sends` that is not lost, given that one is not.
fn mean_wait(sends: &[f64], loss: f64) -> Option<f64> {
    let (mut sum, mut success) = (0.0, 0.0);
    for (copy, &sent) in sends.iter().enumerate() {
        let first = power(loss, copy) * (1.0 - loss);
        sum += sent * first;
        success += first;
    }
    (success > 0.0).then(|| sum / success)
}

#[cfg(test)]
mod tests {
    use super::super::schedule::{T1, T2};
    use super::super::testing::{assert_digits, exchange};
    use super::*;

    #[test]
    fn the_published_transaction_figures_come_out() {
        for (loss, lost, timed_out, requests) in
            [(0.2, 2.048e-8, 1.316e-5, 1.5625), (0.5, 4.883e-4, 4.224e-2, 3.8311), (0.7, 1.977e-2, 3.544e-1, 7.1737)]
        {
            let bye = exchange(loss, loss, 0.05);
            assert_digits(bye.nothing_arrives(), lost, 4);
            assert_digits(bye.times_out(), timed_out, 4);
            assert_digits(bye.mean_requests(), requests, 5);
        }
        assert_digits(exchange(0.05, 0.05, 0.05).nothing_arrives(), 4.9e-15, 2);
    }

    #[test]
    fn the_independent_presets_lose_as_many_byes_as_published() {
        for (loss, lost) in [(0.016, 1.8e-20), (0.17, 3.4e-9), (0.44, 1.2e-4), (0.015, 8.6e-21), (0.1, 1e-11)] {
            assert_digits(exchange(loss, loss, 0.03).nothing_arrives(), lost, 2);
        }
    }

    /// What `models.md` calls the added delay of call set-up: each INVITE copy brings one 2xx, and nothing else does.
    #[test]
    fn a_setup_in_which_only_invite_copies_bring_answers_waits_as_published() {
        for (loss, added, digits) in [(0.01, 0.0104, 3), (0.05, 0.0606, 3), (0.10, 0.1525, 4), (0.20, 0.529, 3)] {
            let direction = Direction::new(loss, 0.05).unwrap();
            let invite = Exchange { schedule: Schedule::invite(T1).unwrap(), there: direction, back: direction };
            assert_digits(invite.mean_wait_until_answered().unwrap(), added, digits);
        }
    }

    /// By RFC 6026 the callee absorbs repeated INVITEs and resends its 2xx by itself: the two waits simply add.
    #[test]
    fn a_setup_in_which_the_callee_resends_its_2xx_waits_less() {
        let direction = Direction::new(0.1, 0.05).unwrap();
        let one_way = |schedule| {
            let (there, back) = (direction, direction);
            let leg = Exchange { schedule, there, back };
            leg.mean_wait_until_seen().unwrap()
        };
        let invite = one_way(Schedule::invite(T1).unwrap());
        let ok = one_way(Schedule::non_invite(T1, T2).unwrap());
        assert_digits(invite + ok, 0.125, 3);
    }

    #[test]
    fn outcomes_and_failure_are_everything() {
        for (there, back) in [(0.0, 0.0), (0.3, 0.0), (0.0, 0.3), (0.2, 0.7), (1.0, 0.5), (0.5, 1.0)] {
            let exchange = exchange(there, back, 0.3);
            for limit in [0.1, 15.0, 32.0] {
                let outcomes = exchange.outcomes(limit);
                let sum: f64 = outcomes.iter().map(|outcome| outcome.probability).sum();
                assert!((sum + exchange.fails_within(limit) - 1.0).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn a_perfect_path_has_one_outcome() {
        let outcomes = exchange(0.0, 0.0, 0.05).outcomes(32.0);
        assert_eq!(outcomes.len(), 1);
        assert_eq!(outcomes[0].answered_after, 0.1);
    }

    #[test]
    fn a_long_round_trip_sends_copies_that_no_answer_can_stop() {
        // Answer after 0.6 s: the copy at 0.5 has left; after 0.5 s: it leaves at the same instant.
        assert_eq!(exchange(0.0, 0.0, 0.3).mean_requests(), 2.0);
        assert_eq!(exchange(0.0, 0.0, 0.25).mean_requests(), 2.0);
        assert_eq!(exchange(0.0, 0.0, 0.2).mean_requests(), 1.0);
    }

    #[test]
    fn losses_and_delays_without_meaning_are_refused() {
        for bad in [-0.1, 1.1, f64::NAN, f64::INFINITY] {
            assert_eq!(Direction::new(bad, 0.05), None);
        }
        for bad in [-0.1, f64::NAN, f64::INFINITY] {
            assert_eq!(Direction::new(0.05, bad), None);
        }
    }

    #[test]
    fn a_path_that_loses_all_has_no_mean_wait() {
        assert_eq!(exchange(1.0, 0.0, 0.05).mean_wait_until_seen(), None);
        assert_eq!(exchange(0.0, 1.0, 0.05).mean_wait_until_answered(), None);
        assert_eq!(exchange(0.0, 0.0, 50.0).mean_wait_until_answered(), None);
    }
}
