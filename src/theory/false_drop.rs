//! How often a timer ends a call that both users wanted.
//!
//! A refresh saves a call if it is answered before the refresher's limit (64 T1), and if the watcher sees it before
//! its own deadline. The watcher arms when it first sees a refresh, the refresher when it has the 2xx: a 2xx that
//! is lost and repeated makes the *next* refresh late by L = X - Y, and L + Y' < w = SE - m - h must hold for it.
//! RFC 4028's times let w reach 64 T1 at SE 128 (T1 = .5 s) or 320 (T1 = 2 s).

use super::exchange::{Exchange, Outcome};
use super::math::{power, share};
use super::timing::Timing;

/// The probability that one refresh ends the call, by independent loss, in its published short form.
///
/// With w >= the refresher's limit: q^n, n the copies answerable in time. Below: p^k + sum over i < k of
/// p^i (1-p) p' q^(m_i - 1): of k copies that the watcher can see in time none arrives, or copy i comes first and
/// none of the m_i copies from it on brings its 2xx soon enough for the next refresh. k = #{s_i + RTT < w}, for the
/// watcher armed one delay before the refresher did; m_i = #{l >= i: s_l - s_i + RTT < w}, answerable copies only.
///
/// It takes each refresh as if its neighbours were lucky. [`per_refresh_in_the_long_run`] does not.
pub fn per_refresh(exchange: &Exchange, timing: &Timing) -> f64 {
    let limit = timing.refresh_limit(&exchange.schedule);
    let (window, round_trip) = (timing.window(), exchange.round_trip());
    if window >= limit {
        return exchange.fails_within(limit);
    }
    let (p, q) = (exchange.there.loss(), exchange.copy_fails());
    let copies = exchange.schedule.answerable(round_trip, limit);
    let in_time = exchange.schedule.answerable(round_trip, window);
    let late_answer = |(i, &first): (usize, &f64)| {
        let soon_enough = exchange.schedule.answerable(round_trip, first + window).min(copies) - i;
        power(p, i) * (1.0 - p) * exchange.back.loss() * power(q, soon_enough.saturating_sub(1))
    };
    let sends = exchange.schedule.sends().iter().enumerate();
    power(p, in_time) + sends.take(in_time).map(late_answer).sum::<f64>()
}

/// The probability that one refresh ends the call, by independent loss, for a call that has been refreshed many
/// times: exact.
///
/// A refresh that succeeds leaves the lateness L to the next, and the state (i, k) of a surviving call settles to a
/// distribution v with v'(o) ~ P(o) sum of v(o') over the o' with L(o') + Y(o) < w. The answer is what v loses at one
/// step. Two refreshes that are both late can end a call for any w < 2 (limit), which the short form leaves out.
pub fn per_refresh_in_the_long_run(exchange: &Exchange, timing: &Timing) -> f64 {
    let limit = timing.refresh_limit(&exchange.schedule);
    let outcomes = exchange.outcomes(limit);
    let unanswered = exchange.fails_within(limit);
    let too_late =
        |last: &Outcome, next: &Outcome| last.answered_after - last.seen_after + next.seen_after >= timing.window();
    // From the state after one refresh that no deadline cut, it settles within a few steps.
    let mut state: Vec<f64> = outcomes.iter().map(|outcome| outcome.probability).collect();
    let mut dropped = 1.0;
    for _ in 0..MOST_STEPS {
        let alive: f64 = state.iter().sum();
        if alive <= 0.0 {
            return 1.0;
        }
        let mut next_state = Vec::with_capacity(state.len());
        let mut late = 0.0;
        for next in &outcomes {
            let lost: f64 = (outcomes.iter().zip(&state))
                .filter(|(last, _)| too_late(last, next))
                .map(|(_, share)| share / alive)
                .sum();
            late += lost * next.probability;
            next_state.push((1.0 - lost).max(0.0) * next.probability);
        }
        let before = dropped;
        dropped = unanswered + late;
        state = next_state;
        if (dropped - before).abs() <= 1e-14 * dropped {
            break;
        }
    }
    dropped
}

/// Enough for any state to settle: a step forgets all but what the border between late and in time passes on.
const MOST_STEPS: usize = 100;

/// The probability that an outage of `outage` seconds, both ways and at any time of a long call, ends it:
/// min(1, max(0, D - s + d) / h), s the last copy that counts, d the delay there.
///
/// The outage must begin before the first copy's response has left, d after that copy, and end after copy s. Where
/// w reaches the refresher's limit, s is the last answerable copy (31.5 s); below, the last that the watcher can see
/// in time (SE 90: 11.5 s). 1 if no copy counts; an outage that is no positive number ends nothing.
pub fn by_outage(exchange: &Exchange, timing: &Timing, outage: f64) -> f64 {
    let limit = timing.refresh_limit(&exchange.schedule).min(timing.window());
    let copies = exchange.schedule.answerable(exchange.round_trip(), limit);
    let Some(last) = exchange.schedule.sends()[..copies].last() else {
        return 1.0;
    };
    share(outage - last + exchange.there.delay(), timing.refresh_after())
}

/// The same if the refresher tried again and again until the watcher gives up: min(1, max(0, D - w) / h).
pub fn by_outage_with_retries(timing: &Timing, outage: f64) -> f64 {
    share(outage - timing.window(), timing.refresh_after())
}

#[cfg(test)]
mod tests;
