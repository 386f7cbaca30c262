//! When a link or a node is down: at given times, again and again, or at random.

use crate::random::{Distribution, Pair, unit};
use crate::time::{Span, Time};

/// When something passes nothing.
#[derive(Clone, Debug, PartialEq)]
pub enum Outage {
    /// At these times of the run.
    Given(Vec<Period>),
    /// For `length` from `first` on, and again each `every` after that.
    Periodic {
        /// When it is down for the first time.
        first: Span,
        /// From the beginning of an outage to that of the next.
        every: Span,
        /// How long each lasts, less than `every`.
        length: Span,
    },
    /// Up and down in turn, each time for as long as its distribution says, in steady state from the beginning.
    Random {
        /// How long it is up.
        up: Distribution,
        /// How long it is down.
        down: Distribution,
    },
}

/// A time of the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// From when.
    pub from: Span,
    /// For how long.
    pub length: Span,
}

impl Outage {
    /// The share of time that it is down in the long run.
    pub fn share(&self) -> f64 {
        match self {
            Outage::Given(_) => 0.0,
            Outage::Periodic { every, length, .. } => length.as_secs_f64() / every.as_secs_f64(),
            Outage::Random { up, down } => down.mean().as_secs_f64() / (up.mean() + down.mean()).as_secs_f64(),
        }
    }

    /// Whether it is down at `at`, if that is a matter of arithmetic.
    pub fn is_down(&self, at: Time) -> Option<bool> {
        let at = at.since(Time::ZERO);
        match self {
            Outage::Given(periods) => {
                Some(periods.iter().any(|period| period.from <= at && at < period.from + period.length))
            }
            Outage::Periodic { first, every, length } => Some(at >= *first && (at - *first).modulo(*every) < *length),
            Outage::Random { .. } => None,
        }
    }
}

impl Outage {
    /// When it begins or ends next after `at`, never if not again, if that is a matter of arithmetic.
    pub fn changes_after(&self, at: Time) -> Option<Time> {
        match self {
            Outage::Given(periods) => {
                let ends = |period: &Period| [period.from, period.from + period.length].map(|span| Time::ZERO + span);
                let later = periods.iter().flat_map(ends).filter(|change| *change > at);
                Some(later.min().unwrap_or(Time::NEVER))
            }
            Outage::Periodic { first, every, length } => {
                let since = at.since(Time::ZERO);
                if since < *first {
                    return Some(Time::ZERO + *first);
                }
                let into = (since - *first).modulo(*every);
                Some(at + if into < *length { *length - into } else { *every - into })
            }
            Outage::Random { .. } => None,
        }
    }
}

/// The ups and downs of a random outage, from its beginning as far as anybody has asked.
#[derive(Clone, Debug, Default)]
pub struct Timeline {
    /// When it changes, rising.
    switches: Vec<Time>,
    begins_down: bool,
}

impl Timeline {
    /// Forgets everything, and keeps the memory.
    pub fn clear(&mut self) {
        self.switches.clear();
    }

    /// Whether it is down at `at`, and the time around it for which that holds. It begins at `start`; `draw` gives the
    /// numbers of the nth length, from 1, and for 0 those of the beginning.
    pub fn stay(
        &mut self,
        up: &Distribution,
        down: &Distribution,
        start: Time,
        at: Time,
        draw: impl Fn(u64) -> Pair,
    ) -> (bool, [Time; 2]) {
        if self.switches.is_empty() {
            let [state, _] = draw(0);
            let (up_s, down_s) = (up.mean().as_secs_f64(), down.mean().as_secs_f64());
            self.begins_down = unit(state) * (up_s + down_s) < down_s;
            let (_, rest) = if self.begins_down { down } else { up }.age_and_rest(draw(1));
            self.switches.push(start + rest);
        }
        while let Some(&last) = self.switches.last()
            && last <= at
            && last < Time::NEVER
        {
            let nth = self.switches.len() as u64;
            let is_down = self.begins_down == nth.is_multiple_of(2);
            let length = if is_down { down } else { up }.sample(draw(nth + 1)[0]);
            // Time goes on, whatever the distribution draws.
            self.switches.push(last + length.max(Span::from_nanos(1)));
        }
        let passed = self.switches.partition_point(|&switch| switch <= at);
        let from = passed.checked_sub(1).map_or(start, |before| self.switches[before]);
        let until = self.switches.get(passed).copied().unwrap_or(Time::NEVER);
        (self.begins_down == passed.is_multiple_of(2), [from, until])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Streams;

    fn secs(seconds: u64) -> Time {
        Time::ZERO + Span::from_secs(seconds)
    }

    #[test]
    fn given_and_periodic_outages_begin_at_their_first_nanosecond_and_end_before_their_last() {
        let s = Span::from_secs;
        let given = Outage::Given(vec![Period { from: s(10), length: s(5) }, Period { from: s(12), length: s(8) }]);
        let periodic = Outage::Periodic { first: s(10), every: s(100), length: s(5) };
        for (at, in_given, in_periodic) in [
            (0, false, false),
            (9, false, false),
            (10, true, true),
            (14, true, true),
            (15, true, false),
            (20, false, false),
            (112, false, true),
        ] {
            assert_eq!(given.is_down(secs(at)), Some(in_given), "{at}");
            assert_eq!(periodic.is_down(secs(at)), Some(in_periodic), "{at}");
        }
        assert!((periodic.share() - 0.05).abs() < 1e-12);
    }

    /// The share of timelines that are down at these instants, and its standard error.
    fn down_at(up: &Distribution, down: &Distribution, n: u64, instants: &[Time]) -> f64 {
        let streams = Streams::new(11, 0);
        let hits = (0..n).filter(|&i| {
            let mut timeline = Timeline::default();
            instants.iter().all(|&at| timeline.stay(up, down, secs(5), at, |nth| streams.pair(i, nth)).0)
        });
        hits.count() as f64 / n as f64
    }

    #[test]
    fn an_alternation_is_in_steady_state_from_its_beginning() {
        let s = Span::from_secs;
        let n = 40_000;
        for (up, down, share) in [
            (Distribution::Constant(s(604_800 - 21)), Distribution::Constant(s(21)), 21.0 / 604_800.0),
            (Distribution::Constant(s(90)), Distribution::Constant(s(10)), 0.1),
            (
                Distribution::Lognormal { mean: s(30), sigma: 1.5 },
                Distribution::Gamma { mean: s(10), shape: 0.5 },
                0.25,
            ),
            (
                Distribution::Pareto { min: s(20), max: None, shape: 2.5 },
                Distribution::Uniform { min: s(0), max: s(20) },
                0.230_769,
            ),
        ] {
            let error = (share * (1.0 - share) / n as f64).sqrt();
            for at in [5, 17, 300] {
                let found = down_at(&up, &down, n, &[secs(at)]);
                assert!((found - share).abs() < 4.0 * error + 1e-6, "{up:?}: {found} at {at}, not {share}");
            }
        }
    }

    #[test]
    fn constant_downs_hold_a_second_instant_as_often_as_their_overlap_says() {
        // Of 10 s downs, two instants 4 s apart are both in one with (10 - 4) / 100.
        let n = 40_000;
        let (up, down) = (Distribution::Constant(Span::from_secs(90)), Distribution::Constant(Span::from_secs(10)));
        let found = down_at(&up, &down, n, &[secs(400), secs(404)]);
        assert!((found - 0.06).abs() < 4.0 * (0.06 * 0.94 / n as f64).sqrt(), "{found}");
    }

    #[test]
    fn a_timeline_says_the_same_in_whatever_order_it_is_asked() {
        let streams = Streams::new(12, 0);
        let (up, down) =
            (Distribution::Exponential { mean: Span::from_secs(30) }, Distribution::Constant(Span::from_secs(9)));
        let draw = |nth| streams.pair(1, nth);
        let mut forwards = Timeline::default();
        let mut backwards = Timeline::default();
        let there: Vec<_> = (0..1000).map(|at| forwards.stay(&up, &down, Time::ZERO, secs(at), draw)).collect();
        let back: Vec<_> = (0..1000).rev().map(|at| backwards.stay(&up, &down, Time::ZERO, secs(at), draw)).collect();
        assert!(there.iter().eq(back.iter().rev()));
        assert!(there.iter().zip(0..).all(|((_, [from, until]), at)| *from <= secs(at) && secs(at) < *until));
    }
}
