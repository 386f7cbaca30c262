//! The figures of one point: each is computed here once, for the table, the files, the figures and the page.

use super::mechanisms::Sheet;
use crate::measure::{Ghosts, HungUpAs, Z95};
use crate::study::{PointResult, Results};

/// Whose hang-ups a row of figures is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Who {
    /// The refresher's.
    Refresher,
    /// The watcher's.
    Watcher,
    /// Those in calls without a session timer.
    NoTimer,
    /// Everybody's.
    Both,
}

impl Who {
    /// All of them, the sum last.
    pub const ALL: [Who; 4] = [Who::Refresher, Who::Watcher, Who::NoTimer, Who::Both];

    /// How tables and legends call it.
    pub const fn name(self) -> &'static str {
        match self {
            Who::Refresher => "refresher",
            Who::Watcher => "watcher",
            Who::NoTimer => "no timer",
            Who::Both => "both",
        }
    }

    /// How files call it.
    pub const fn key(self) -> &'static str {
        match self {
            Who::NoTimer => "no_timer",
            other => other.name(),
        }
    }
}

/// How long ghosts were held. Every number is finite.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Recovery {
    pub ghosts: u64,
    pub unrecovered: u64,
    pub mean_s: Option<f64>,
    /// Standard error of the mean.
    pub error_s: Option<f64>,
    /// The closed form of the mean.
    pub theory_s: Option<f64>,
    /// Mean less closed form, in standard errors.
    pub distance_se: Option<f64>,
    pub p50_s: Option<f64>,
    pub p95_s: Option<f64>,
    pub p99_s: Option<f64>,
    pub max_s: Option<f64>,
}

impl Recovery {
    /// What `ghosts` show, without theory.
    pub fn of(ghosts: &Ghosts) -> Recovery {
        let quantile = |q| ghosts.recovery.quantile(q).map(|span| span.as_secs_f64());
        Recovery {
            ghosts: ghosts.count(),
            unrecovered: ghosts.unrecovered,
            mean_s: ghosts.recovery.mean_s().and_then(finite),
            error_s: ghosts.recovery.mean_error_s().and_then(finite),
            p50_s: quantile(0.5),
            p95_s: quantile(0.95),
            p99_s: quantile(0.99),
            max_s: ghosts.recovery.max().map(|span| span.as_secs_f64()),
            ..Recovery::default()
        }
    }

    /// Sets the closed form of the mean, if it is a length of time, and the distance to it.
    pub fn hold_against(&mut self, theory_s: Option<f64>) {
        self.theory_s = theory_s.and_then(finite).filter(|s| *s >= 0.0);
        self.distance_se = match (self.mean_s, self.theory_s, self.error_s) {
            (Some(mean), Some(theory), Some(error)) if error > 0.0 => finite((mean - theory) / error),
            _ => None,
        };
    }

    /// Half the 95 % interval of the mean.
    pub fn half_s(&self) -> Option<f64> {
        self.error_s.map(|error| Z95 * error)
    }
}

/// A study with the figures of its points.
pub(super) struct Study<'a> {
    pub results: &'a Results,
    pub points: Vec<Point<'a>>,
    /// Of a sweep over mechanisms.
    pub sheet: Option<Sheet>,
}

impl<'a> Study<'a> {
    /// Computes all figures of `results`, each once: histograms are large.
    pub fn of(results: &'a Results) -> Study<'a> {
        let points = results.points.iter().map(Point::of).collect();
        Study { results, points, sheet: Sheet::of(results) }
    }
}

/// A point with its figures.
pub(super) struct Point<'a> {
    pub result: &'a PointResult,
    /// Indexed by [`Who`].
    recoveries: [Recovery; Who::ALL.len()],
}

impl<'a> Point<'a> {
    fn of(result: &'a PointResult) -> Point<'a> {
        Point { result, recoveries: Who::ALL.map(|who| recovery(result, who)) }
    }

    /// How long ghosts were held after hang-ups by `who`, beside the closed form.
    pub fn recovery(&self, who: Who) -> &Recovery {
        &self.recoveries[who as usize]
    }

    /// Mean recovery time of all ghosts, in seconds.
    pub fn mean_s(&self) -> Option<f64> {
        self.recovery(Who::Both).mean_s
    }

    /// False drops for each million of calls; none of no calls.
    pub fn drops(&self) -> f64 {
        self.result.tally.false_drops_per_million().unwrap_or(0.0)
    }

    /// Refresh messages for each hour of a live call.
    pub fn messages(&self) -> Option<f64> {
        self.result.tally.refresh_messages_per_call_hour().and_then(finite)
    }

    /// Whose hang-ups are worth a row, the one that stands for all of them last.
    pub fn who(&self) -> Vec<Who> {
        let [refresher, watcher, no_timer] = &self.result.tally.ghosts;
        match (refresher.count() + watcher.count() > 0, no_timer.count() > 0) {
            (_, false) => vec![Who::Refresher, Who::Watcher, Who::Both],
            (false, true) => vec![Who::NoTimer],
            (true, true) => vec![Who::Refresher, Who::Watcher, Who::NoTimer, Who::Both],
        }
    }
}

fn recovery(point: &PointResult, who: Who) -> Recovery {
    let kind = |as_what: HungUpAs| Recovery::of(&point.tally.ghosts[as_what as usize]);
    let (mut recovery, theory) = match who {
        Who::Refresher => (kind(HungUpAs::Refresher), Some(0)),
        Who::Watcher => (kind(HungUpAs::Watcher), Some(1)),
        Who::NoTimer => (kind(HungUpAs::NoTimer), None),
        Who::Both => {
            let without_timer = point.tally.ghosts[HungUpAs::NoTimer as usize].count() > 0;
            (Recovery::of(&point.tally.all_ghosts()), (!without_timer).then_some(2))
        }
    };
    recovery.hold_against(theory.and_then(|i| point.theory.and_then(|theory| theory.recovery_mean_s[i])));
    recovery
}

fn finite(x: f64) -> Option<f64> {
    x.is_finite().then_some(x)
}
