//! What one outage, both ways, does to calls that come and go around it: which lose their BYE, and which a failed
//! refresh ends.
//!
//! Calls begin uniformly over a time W, talk for exponential times of mean T, and are refreshed each c = h + RTT after
//! their beginning; but for the outage nothing is lost. A BYE is lost if all its copies fall into the outage: a hang-up
//! in [s, s + D - 31.5). A refresh fails that begins in [s - d, s + D - s_k), d the delay there and s_k the last copy
//! that counts (31.5 s, or under SE 128 the last that the watcher can see in time): the response to its first copy is
//! lost at the earliest, and its last copy at the latest. The call is dropped when the refresher or the watcher gives
//! up, unless its user has hung up before.
//!
//! A BYE of which a copy gets through after the outage is lost all the same if the other side has let go by then: the
//! watcher because no refresh has come, the refresher because its refresh has timed out, or has got through first and
//! been answered 481.

use super::exchange::Exchange;
use super::math::{is_not_negative, is_positive, is_probability, outlasts};
use super::timing::Timing;

/// Calls around one outage. Times in seconds.
#[derive(Clone, Debug)]
pub struct CallsAcrossOutage<'a> {
    /// The refresher's exchange.
    pub exchange: &'a Exchange,
    /// The session timer; `None`: no call is refreshed.
    pub timing: Option<Timing>,
    /// Of hang-ups, those by the refresher.
    pub by_refresher: f64,
    /// W: in what time from zero the calls begin.
    pub within: f64,
    /// T: mean talk time.
    pub talk: f64,
    /// s: when the outage begins.
    pub begins: f64,
    /// D: how long it lasts.
    pub lasts: f64,
}

/// Shares of all calls.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Fates {
    /// A failed refresh ended them before anybody hung up.
    pub dropped: f64,
    /// They were hung up, and no copy of the BYE arrived.
    pub bye_lost: f64,
}

/// Beginnings over which the shares are averaged, by the middle of each step.
const STEPS: u32 = 20_000;

/// Times of the session, in seconds after a refresh begins, but for the last two.
struct Session {
    /// When the refresher gives up.
    refresher: f64,
    /// When the watcher does.
    watcher: f64,
    /// c.
    cycle: f64,
    /// Before when a refresh begins that fails.
    fails_until: f64,
}

impl CallsAcrossOutage<'_> {
    /// The shares of calls with each fate. `None` if a time has no meaning.
    pub fn fates(&self) -> Option<Fates> {
        let times_meant = is_positive(self.talk) && is_positive(self.within) && is_probability(self.by_refresher);
        (times_meant && is_not_negative(self.begins) && is_not_negative(self.lasts)).then_some(())?;
        let ends = self.begins + self.lasts;
        let last_copy = *self.exchange.schedule.sends().last()?;
        let session = self.timing.map(|timing| self.session(&timing));
        let from = self.begins - self.exchange.there.delay();
        let mut sum = Fates::default();
        for step in 0..STEPS {
            let began = self.within * (f64::from(step) + 0.5) / f64::from(STEPS);
            let alive = |at: f64| outlasts((at - began).max(0.0), self.talk);
            let hung_up_in = |[from, until]: [f64; 2]| if until > from { alive(from) - alive(until) } else { 0.0 };
            let first = self.begins.max(began);
            let Some(session) = &session else {
                sum.bye_lost += hung_up_in([first, ends - last_copy]);
                continue;
            };
            // The first refresh that begins when the outage can reach it.
            let starts = began + libm::ceil((from - began) / session.cycle).max(1.0) * session.cycle;
            let fails = starts < session.fails_until;
            let dropped_at = if fails { starts + session.refresher.min(session.watcher) } else { f64::INFINITY };
            if fails {
                sum.dropped += alive(dropped_at);
            }
            let last = dropped_at.min(ends);
            sum.bye_lost += hung_up_in([first, last.min(ends - last_copy)]);
            // Hang-ups in a time of which the other side lets go before a copy of the BYE comes.
            let late = |gives_up: f64, [from, until]: [f64; 2]| {
                let within = |[low, high]: [f64; 2]| hung_up_in([low.max(from), high.min(until)]);
                self.late_byes(gives_up).map(within).sum::<f64>()
            };
            let told = self.told_at(starts);
            let refresher_ends = if fails { told.min(starts + session.refresher) } else { told };
            sum.bye_lost += (1.0 - self.by_refresher) * late(refresher_ends, [first, last]);
            // Before its refresh begins the refresher's hang-up leaves the watcher without one.
            let watched_until = if fails { last } else { last.min(starts) };
            sum.bye_lost += self.by_refresher * late(starts + session.watcher, [first, watched_until]);
        }
        let steps = f64::from(STEPS);
        Some(Fates { dropped: sum.dropped / steps, bye_lost: sum.bye_lost / steps })
    }

    fn session(&self, timing: &Timing) -> Session {
        let schedule = &self.exchange.schedule;
        let refresher = timing.refresh_limit(schedule);
        let round_trip = self.exchange.round_trip();
        let copies = schedule.answerable(round_trip, refresher.min(timing.window()));
        let last = schedule.sends()[..copies].last().copied().unwrap_or(0.0);
        Session {
            refresher,
            watcher: timing.window() - self.exchange.back.delay(),
            cycle: timing.refresh_after() + round_trip,
            fails_until: self.begins + self.lasts - last,
        }
    }

    /// When a refresh that begins at `starts` is answered after the outage.
    fn told_at(&self, starts: f64) -> f64 {
        let ends = self.begins + self.lasts;
        let through = self.exchange.schedule.sends().iter().map(|sent| starts + sent).find(|&sent| sent >= ends);
        through.map_or(f64::INFINITY, |sent| sent + self.exchange.round_trip())
    }

    /// Hang-ups of which a copy of the BYE gets through after the outage, and comes after `given_up`: from when to
    /// when, by the number of that copy, the first to get through.
    fn late_byes(&self, given_up: f64) -> impl Iterator<Item = [f64; 2]> {
        let (ends, delay) = (self.begins + self.lasts, self.exchange.there.delay());
        let sends = self.exchange.schedule.sends().windows(2);
        sends.map(move |pair| [(ends - pair[1]).max(given_up - delay - pair[1]), ends - pair[0]])
    }
}

#[cfg(test)]
mod tests {
    use super::super::false_drop;
    use super::super::testing::exchange;
    use super::*;

    fn fates(interval: f64, within: f64, talk: f64, begins: f64, lasts: f64) -> Fates {
        let exchange = exchange(0.0, 0.0, 0.05);
        let timing = Timing::rfc4028(interval);
        CallsAcrossOutage { exchange: &exchange, timing, by_refresher: 0.5, within, talk, begins, lasts }
            .fates()
            .unwrap()
    }

    #[test]
    fn of_calls_that_never_end_as_many_are_dropped_as_the_short_form_says() {
        let exchange = exchange(0.0, 0.0, 0.05);
        for (interval, lasts) in [(300.0, 60.0), (600.0, 60.0), (1800.0, 60.0), (600.0, 300.0), (90.0, 30.0)] {
            let timing = Timing::rfc4028(interval).unwrap();
            // A whole cycle.
            let within = interval / 2.0 + 0.1;
            let found = fates(interval, within, 1e12, within + 10_000.0, lasts).dropped;
            let h = timing.refresh_after();
            let expected = false_drop::by_outage(&exchange, &timing, lasts) * h / (h + 0.1);
            assert!((found - expected).abs() < 2e-3 * expected, "{interval}, {lasts}: {found}, not {expected}");
        }
    }

    #[test]
    fn without_a_session_timer_byes_are_lost_of_those_who_hang_up_in_time() {
        let exchange = exchange(0.0, 0.0, 0.05);
        let calls = |lasts| CallsAcrossOutage {
            exchange: &exchange,
            timing: None,
            by_refresher: 0.5,
            within: 100.0,
            talk: 180.0,
            begins: 100.0,
            lasts,
        };
        assert_eq!(calls(31.0).fates(), Some(Fates::default()));
        // The mean over beginnings of e^-(100-b)/T - e^-(100+28.5-b)/T.
        let up = 180.0 / 100.0 * -libm::expm1(-100.0 / 180.0);
        let expected = up * -libm::expm1(-28.5 / 180.0);
        let found = calls(60.0).fates().unwrap();
        assert!((found.bye_lost - expected).abs() < 1e-5 && found.dropped <= 0.0, "{found:?}, not {expected}");
    }

    #[test]
    fn no_call_is_both_dropped_and_a_ghost() {
        for lasts in [10.0, 40.0, 100.0, 1000.0, 10_000.0] {
            let Fates { dropped, bye_lost } = fates(180.0, 3600.0, 600.0, 3600.0, lasts);
            assert!(dropped >= 0.0 && bye_lost >= 0.0 && dropped + bye_lost <= 1.0);
        }
    }

    #[test]
    fn times_without_meaning_are_refused() {
        let exchange = exchange(0.0, 0.0, 0.05);
        for bad in [f64::NAN, -1.0, f64::INFINITY] {
            let calls = CallsAcrossOutage {
                exchange: &exchange,
                timing: None,
                by_refresher: 0.5,
                within: 1.0,
                talk: bad,
                begins: 0.0,
                lasts: 1.0,
            };
            assert_eq!(calls.fates(), None);
            assert_eq!(CallsAcrossOutage { talk: 1.0, lasts: bad, ..calls }.fates(), None);
        }
    }
}
