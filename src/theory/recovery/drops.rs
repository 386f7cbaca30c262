//! False drops of a refreshed call of exponential length.

use super::super::exchange::Outcome;
use super::super::math::outlasts;
use super::RefreshedCall;

impl RefreshedCall {
    /// The probability that independent loss ends the call before its users do.
    ///
    /// The chain of [`per_refresh_in_the_long_run`](crate::theory::false_drop::per_refresh_in_the_long_run), started as
    /// the call starts and weighed by the share of calls that still talk: a refresh that the watcher does not see in
    /// time ends the call at the watcher's deadline, and one that is never answered ends it at the refresher's limit,
    /// if that comes first; by either instant the users may have hung up. (A refresh that was seen in time, and never
    /// answered, ends the call at the limit even where the watcher's old deadline is earlier; that is left out, being
    /// smaller by the probability that no response comes.)
    pub fn false_drops(&self) -> f64 {
        let outcomes = self.exchange.outcomes(self.refresh_limit);
        let unanswered = self.exchange.fails_within(self.refresh_limit);
        let refresh_after = self.timing.refresh_after();
        // The state after a refresh that was sent at 0: when the watcher armed, and when the next refresh is sent.
        let armed_and_next = |last: &Outcome| (last.seen_after, last.answered_after + refresh_after);
        let start = (self.start.watcher_armed_at, self.start.refresher_armed_at + refresh_after);
        let mut states = vec![(start, 1.0)];
        let (mut dropped, mut before) = (0.0, (0.0, 0.0));
        for _ in 0..MOST_REFRESHES {
            let mut drops = 0.0;
            let mut survivors: Vec<f64> = vec![0.0; outcomes.len()];
            for &((armed, next), weight) in &states {
                let deadline = armed + self.timing.patience();
                let talking = |at: f64| weight * outlasts(at, self.mean_talk);
                let (at_deadline, at_next) = (talking(deadline), talking(next));
                drops += unanswered * talking(deadline.min(next + self.refresh_limit));
                for (outcome, survivor) in outcomes.iter().zip(&mut survivors) {
                    if next + outcome.seen_after >= deadline {
                        drops += outcome.probability * at_deadline;
                    } else {
                        *survivor += outcome.probability * at_next;
                    }
                }
            }
            dropped += drops;
            let alive: f64 = survivors.iter().sum();
            states = outcomes.iter().map(armed_and_next).zip(survivors).collect();
            // Once the states have settled, each refresh is the one before times a constant: the rest is geometric.
            let ratio = drops / before.0;
            let settled = (ratio - before.1).abs() <= 1e-12 && ratio < 1.0;
            if settled || alive <= 0.0 {
                return dropped + if settled { drops * ratio / (1.0 - ratio) } else { 0.0 };
            }
            before = (drops, ratio);
        }
        dropped
    }
}

/// More refreshes than any state needs to settle.
const MOST_REFRESHES: usize = 10_000;

#[cfg(test)]
mod tests {
    use super::super::super::testing::{Random, Sample, exchange};
    use super::super::super::timing::Timing;
    use super::super::{Cycle, Exchange, Start};
    use super::*;

    /// Whether the session ends a call of length `talk` whose refreshes are drawn copy by copy.
    fn is_dropped(call: &RefreshedCall, random: &mut Random, talk: f64) -> bool {
        let exchange = &call.exchange;
        let (mut armed, mut sent) = (0.0, call.timing.refresh_after());
        while sent < talk {
            let (mut seen, mut answered) = (f64::INFINITY, f64::INFINITY);
            for copy in exchange.schedule.sends().iter().take_while(|copy| **copy < call.refresh_limit) {
                if *copy <= answered && random.uniform() >= exchange.there.loss() {
                    seen = seen.min(copy + exchange.there.delay());
                    if random.uniform() >= exchange.back.loss() {
                        answered = answered.min(copy + exchange.round_trip());
                    }
                }
            }
            let deadline = armed + call.timing.patience();
            if sent + seen >= deadline {
                return deadline < talk;
            }
            if answered >= call.refresh_limit {
                return sent + call.refresh_limit < talk;
            }
            armed = sent + seen;
            sent += answered + call.timing.refresh_after();
        }
        false
    }

    fn call(interval: f64, loss: f64, talk: f64) -> RefreshedCall {
        let exchange: Exchange = exchange(loss, loss, 0.05);
        let timing = Timing::rfc4028(interval).unwrap();
        RefreshedCall::new(timing, exchange, Cycle::FromFinalResponse, Start::ESTABLISHED, talk).unwrap()
    }

    #[test]
    fn the_share_of_dropped_calls_is_that_of_calls_drawn_copy_by_copy() {
        let mut random = Random(11);
        for (interval, loss, talk) in [(90.0, 0.1, 180.0), (90.0, 0.3, 600.0), (120.0, 0.3, 180.0), (300.0, 0.5, 600.0)]
        {
            let call = call(interval, loss, talk);
            let mut sample = Sample::default();
            for _ in 0..200_000 {
                let talk = random.exponential(talk);
                sample.add(f64::from(u8::from(is_dropped(&call, &mut random, talk))));
            }
            sample.assert_meets(call.false_drops(), "false drops");
        }
    }

    #[test]
    fn without_loss_no_call_is_dropped() {
        assert_eq!(call(90.0, 0.0, 3600.0).false_drops(), 0.0);
    }
}
