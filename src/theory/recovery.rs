//! Recovery time after a lost BYE, with the delays and losses of the refreshes: exact means for exponential talk.
//!
//! The cycle is RFC 4028's (7.2, 10). The talk starts at 0. The refresher R armed its timer at a_R and sends
//! refresh n at S_n, S_1 = a_R + h. The watcher W sees it at W_n = S_n + Y_n and arms; the 2xx is at R at S_n +
//! X_n, which sends the next at S_n + C_n, C_n = X_n + h (or h, see [`Cycle`]). W gives up SE - m after it last
//! armed. The pairs (Y_n, X_n) are independent of each other and distributed as [`Exchange::outcomes`], given that
//! the refresh succeeds. The hang-up T is exponential of mean t, counted from 0.
//!
//! **How the means come about.** Given T > S_n, the rest T - S_n is exponential anew, so refresh n adds
//! E[e^(-S_n/t)] times a finite sum over outcomes of integrals over that rest, and E[e^(-S_n/t)] =
//! e^(-S_1/t) rho^(n-1), rho = E[e^(-C/t)]. The sum over n is geometric. Every form below is that, exactly.
//!
//! **What is left out.** Refreshes are taken to succeed. Below w = SE - m - h of 64 T1 (SE 128 by default) a
//! refresh may come too late for W though it succeeds; such calls are [`false_drop`](super::false_drop)s and have
//! no hang-up to recover from, but still count here, so the forms are off by about that probability times SE.
//! Refreshing is by UPDATE: a re-INVITE has other retransmissions.

use super::exchange::{Exchange, Outcome};
use super::load::{Messages, of_one_refresh};
use super::math::{ends_within, is_positive, mean_if_ends_within, outlasts};
use super::timing::Timing;

/// From where a refresher counts to its next refresh.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cycle {
    /// From the arrival of the last 2xx, as RFC 4028 says.
    FromFinalResponse,
    /// From the first send of the last refresh: a strict period, as some stacks keep it.
    FromFirstSend,
}

/// When the two agents armed their timers first, in seconds relative to the start of the talk.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Start {
    /// a_R; the first refresh is due h later.
    pub refresher_armed_at: f64,
    /// a_W: the watcher gives up SE - m later if no refresh comes.
    pub watcher_armed_at: f64,
}

impl Start {
    /// The call begins established: both arm as the talk starts.
    pub const ESTABLISHED: Self = Self { refresher_armed_at: 0.0, watcher_armed_at: 0.0 };

    /// The talk starts as the caller's 2xx arrives, and the caller refreshes: the callee armed one delay earlier, if
    /// its first 2xx arrived.
    pub fn caller_refreshes(refresh: &Exchange) -> Self {
        Self { refresher_armed_at: 0.0, watcher_armed_at: -refresh.back.delay() }
    }

    /// The same with the callee as refresher, whose refreshes travel where its 2xx did.
    pub fn callee_refreshes(refresh: &Exchange) -> Self {
        Self { refresher_armed_at: -refresh.there.delay(), watcher_armed_at: 0.0 }
    }
}

/// Calls of exponential length whose session is refreshed until a hang-up of which no BYE arrives.
#[derive(Clone, Debug, PartialEq)]
pub struct RefreshedCall {
    timing: Timing,
    exchange: Exchange,
    cycle: Cycle,
    start: Start,
    mean_talk: f64,
    refresh_limit: f64,
    outcomes: Vec<Outcome>,
}

impl RefreshedCall {
    /// `exchange` is that of a refresh, the direction there being from refresher to watcher. `mean_talk` in seconds,
    /// finite and above 0.
    ///
    /// `None` also where the forms do not hold: no refresh can succeed, the first is due before the talk starts, or
    /// the watcher gives up before it is due.
    pub fn new(timing: Timing, exchange: Exchange, cycle: Cycle, start: Start, mean_talk: f64) -> Option<Self> {
        let first_due = start.refresher_armed_at + timing.refresh_after();
        let first_deadline = start.watcher_armed_at + timing.patience();
        let meant = is_positive(mean_talk)
            && is_positive(first_due)
            && first_deadline.is_finite()
            && first_due < first_deadline;
        meant.then_some(())?;
        let refresh_limit = timing.refresh_limit(&exchange.schedule);
        // In a strict period an answer must also come before the next refresh is due.
        let success_limit = match cycle {
            Cycle::FromFinalResponse => refresh_limit,
            Cycle::FromFirstSend => refresh_limit.min(timing.refresh_after()),
        };
        let mut outcomes = exchange.outcomes(success_limit);
        let success: f64 = outcomes.iter().map(|outcome| outcome.probability).sum();
        (success > 0.0).then_some(())?;
        for outcome in &mut outcomes {
            outcome.probability /= success;
        }
        Some(Self { timing, exchange, cycle, start, mean_talk, refresh_limit, outcomes })
    }

    /// The refresher hung up: mean time until the watcher gives up, in seconds.
    ///
    /// W_N + SE - m - T with N the last refresh sent before T, W_0 = a_W. A refresh in flight at T is still
    /// retransmitted, and arms the watcher.
    pub fn refresher_hung_up(&self) -> f64 {
        let (first, patience) = (self.first_refresh(), self.timing.patience());
        let before_any = (self.start.watcher_armed_at + patience) * self.ends(first) - self.mean_if_ends(first);
        let after_one = self.mean(|last| {
            let cycle = self.cycle_of(last);
            (last.seen_after + patience) * self.ends(cycle) - self.mean_if_ends(cycle)
        });
        before_any + self.mean_refreshes() * after_one
    }

    /// The refresher died: as [`Self::refresher_hung_up`], but a refresh in flight at T is retransmitted no more, and
    /// arms the watcher only if the copy that would arrive first had left. Exact.
    pub fn refresher_died(&self) -> f64 {
        let patience_starts = |last: &Outcome| last.seen_after - self.cycle_of(last);
        // Died before the copy first seen had left: the arming before the refresh counts instead of that by it.
        let unsent = |refresh: &Outcome| {
            let copy = self.exchange.schedule.sends().get(refresh.first_seen);
            copy.map_or(0.0, |&sent| self.ends(sent))
        };
        let too_early = self.mean(unsent);
        let seen_too_early = self.mean(|refresh| unsent(refresh) * refresh.seen_after);
        let first_armed = self.start.watcher_armed_at - self.first_refresh();
        let at_first = first_armed * too_early - seen_too_early;
        let at_later = self.mean(|last| {
            let sent_at_all = outlasts(self.cycle_of(last), self.mean_talk);
            sent_at_all * (patience_starts(last) * too_early - seen_too_early)
        });
        self.refresher_hung_up()
            + outlasts(self.first_refresh(), self.mean_talk) * at_first
            + self.mean_refreshes() * at_later
    }

    /// The watcher hung up: mean time until the refresher gets 481 to a refresh, in seconds.
    ///
    /// S_n + X_n - T for the first n with W_n > T: a refresh of which a copy arrived before T is answered 200, by
    /// repetition also after T, and the cycle goes on (RFC 3261, 17.2.2; RFC 4028, section 10).
    pub fn watcher_hung_up(&self) -> f64 {
        self.until_refused(|refresh| refresh.seen_after, |refresh| refresh.answered_after)
    }

    /// The watcher died: mean time until the refresher's refresh fails, in seconds.
    ///
    /// S_n + 64 T1 - T (or the end of the refresher's own interval, if earlier) for the first n whose 2xx that would
    /// arrive had not been sent at T.
    pub fn watcher_died(&self) -> f64 {
        self.until_refused(|refresh| refresh.answer_sent_after, |_| self.refresh_limit)
    }

    /// The mean number of refreshes sent before the hang-up, each counted once: e^(-S_1/t) / (1 - rho).
    pub fn mean_refreshes(&self) -> f64 {
        let cycle_unfinished = self.mean(|refresh| self.ends(self.cycle_of(refresh)));
        outlasts(self.first_refresh(), self.mean_talk) / cycle_unfinished
    }

    /// The mean messages of a whole refresh that succeeds. Without loss, and with a round trip shorter than T1, 2.
    pub fn messages_per_refresh(&self) -> Messages {
        of_one_refresh(&self.exchange, &self.outcomes, f64::INFINITY)
    }

    /// The mean refresh messages sent before the hang-up, per hour of talk. Copies sent later, of a refresh in flight
    /// at the hang-up, do not count.
    pub fn messages_per_call_hour(&self) -> Messages {
        let one = of_one_refresh(&self.exchange, &self.outcomes, self.mean_talk);
        one.times(self.mean_refreshes() * 3600.0 / self.mean_talk)
    }

    /// The mean of released - T for the first refresh with S_n + `seen` > T, `released` counted from S_n too.
    ///
    /// Given that refresh n-1 was seen before T, T is exponential anew from there, and refresh n is sent
    /// C - `seen` later; the first refresh is sent S_1 after the start.
    fn until_refused(&self, seen: impl Fn(&Outcome) -> f64, released: impl Fn(&Outcome) -> f64) -> f64 {
        let by_next_sent_in = |wait: f64| {
            self.mean(|next| {
                let end = wait + seen(next);
                (wait + released(next)) * self.ends(end) - self.mean_if_ends(end)
            })
        };
        let by_later = self.mean(|last| {
            let seen_last = seen(last);
            outlasts(seen_last, self.mean_talk) * by_next_sent_in(self.cycle_of(last) - seen_last)
        });
        by_next_sent_in(self.first_refresh()) + self.mean_refreshes() * by_later
    }

    /// S_1.
    fn first_refresh(&self) -> f64 {
        self.start.refresher_armed_at + self.timing.refresh_after()
    }

    /// C: from this refresh to the next.
    fn cycle_of(&self, refresh: &Outcome) -> f64 {
        match self.cycle {
            Cycle::FromFinalResponse => refresh.answered_after + self.timing.refresh_after(),
            Cycle::FromFirstSend => self.timing.refresh_after(),
        }
    }

    fn mean(&self, of: impl Fn(&Outcome) -> f64) -> f64 {
        let outcomes = self.outcomes.iter();
        outcomes.map(|outcome| outcome.probability * of(outcome)).sum()
    }

    fn ends(&self, span: f64) -> f64 {
        ends_within(span, self.mean_talk)
    }

    fn mean_if_ends(&self, span: f64) -> f64 {
        mean_if_ends_within(span, self.mean_talk)
    }
}

mod drops;

#[cfg(test)]
mod against_sampling;
#[cfg(test)]
mod tests;
