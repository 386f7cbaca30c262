//! The figures of a study of calls.

use super::axes::compares_the_same_calls;
use super::closed_form::{CallTheory, call_theory, queue_wait_s};
use super::estimate::{RecoveryTimes, Share, Who, finite};
use super::mechanisms::Mechanisms;
use super::queues::QueueFigures;
use crate::measure::{Ghosts, HungUpAs, Paired};
use crate::scenario::Study;
use crate::study::{PointResult, Results};
use crate::world::Setup;

/// A study of calls with the figures of its points.
#[derive(Clone, Debug)]
pub struct Calls<'a> {
    /// What was counted.
    pub results: &'a Results,
    /// The points, in the order of the sweep.
    pub points: Vec<CallFigures<'a>>,
    /// Every mechanism under every condition, of a sweep over mechanisms.
    pub mechanisms: Option<Mechanisms>,
}

impl<'a> Calls<'a> {
    /// The figures of `study`, of which `results` were counted. Each is computed once: histograms are large.
    pub fn of(study: &Study, results: &'a Results) -> Calls<'a> {
        let queue = |setup: &Setup, result: &PointResult| {
            result.queues.iter().map(|queue| queue_wait_s(setup, &queue.count, queue.length)).collect()
        };
        let theory = study.points.iter().zip(&results.points).map(|(point, result)| {
            let of_calls = call_theory(&point.setup).unwrap_or_default();
            CallTheory { queue_wait_s: queue(&point.setup, result), ..of_calls }
        });
        Calls::with_theory(results, theory)
    }

    /// The figures of `results` beside these closed forms, one set for each point.
    pub fn with_theory(results: &'a Results, theory: impl IntoIterator<Item = CallTheory>) -> Calls<'a> {
        let paired = |nth: usize| results.paired.get(nth.checked_sub(1)?).filter(|_| compares_the_same_calls(results));
        let points = results.points.iter().zip(theory).enumerate();
        let points = points.map(|(nth, (result, theory))| CallFigures::of(result, theory, paired(nth)));
        Calls { results, points: points.collect(), mechanisms: Mechanisms::of(results) }
    }

    /// The paired differences from each point to the next: none where points do not have the same calls, and none where
    /// nothing changes.
    pub fn changes(&self) -> Vec<&'a Paired> {
        let paired: Vec<&Paired> = self.points.iter().filter_map(|point| point.change).collect();
        let changes = paired.iter().any(|paired| paired.mean_s().is_some_and(|mean| mean != 0.0));
        if changes { paired } else { vec![] }
    }

    /// Whether any point has a load for each second.
    pub fn has_load(&self) -> bool {
        self.points.iter().any(|point| point.result.load.is_some())
    }

    /// Whether any point has queues.
    pub fn has_queues(&self) -> bool {
        self.points.iter().any(|point| !point.queues.is_empty())
    }

    /// Whether the network is impaired over time: bursts, outages, NATs.
    pub fn has_impairments(&self) -> bool {
        self.points.iter().any(|point| point.result.has_impairments)
    }

    /// Whether any call was refused, timed out, or took more than one INVITE to set up.
    pub fn has_setups(&self) -> bool {
        self.points.iter().any(|point| {
            let setups = &point.result.tally.setups;
            setups.asked > 0 && (point.result.tally.failed_setups > 0 || setups.invites > setups.asked)
        })
    }

    /// The point at whose busiest queue the largest share was lost, and of those alike most was waited for; with that
    /// queue.
    pub fn fullest_queue(&self) -> Option<(usize, &QueueFigures<'a>)> {
        let share = |queue: &QueueFigures| queue.counts.count.dropped() as f64 / queue.counts.messages() as f64;
        let mean = |queue: &QueueFigures| queue.counts.count.waits.mean_s().unwrap_or(0.0);
        let points = self.points.iter().enumerate().filter_map(|(nth, point)| Some((nth, point.busiest_queue()?)));
        points.max_by(|(_, a), (_, b)| share(a).total_cmp(&share(b)).then_with(|| mean(a).total_cmp(&mean(b))))
    }

    /// The busiest queues of at most `most` points, those that lost most, in the order of the points.
    pub fn busiest_queues(&self, most: usize) -> Vec<(usize, &QueueFigures<'a>)> {
        let points = self.points.iter().enumerate();
        let mut all: Vec<_> = points.filter_map(|(nth, point)| Some((nth, point.busiest_queue()?))).collect();
        all.sort_by_key(|(_, queue)| std::cmp::Reverse(queue.counts.count.dropped()));
        all.truncate(most);
        all.sort_by_key(|(nth, _)| *nth);
        all
    }
}

/// The figures of one point.
#[derive(Clone, Debug)]
pub struct CallFigures<'a> {
    /// What was counted.
    pub result: &'a PointResult,
    /// What closed forms say, each where it holds.
    pub theory: CallTheory,
    /// What came to the queues before links with a rate.
    pub queues: Vec<QueueFigures<'a>>,
    /// The same calls compared with the point before; `None` at the first, and where points do not have the same calls.
    pub change: Option<&'a Paired>,
    /// Indexed by [`Who`].
    recoveries: [RecoveryTimes; Who::ALL.len()],
}

impl<'a> CallFigures<'a> {
    fn of(result: &'a PointResult, theory: CallTheory, change: Option<&'a Paired>) -> CallFigures<'a> {
        let waits = theory.queue_wait_s.iter().copied().chain(std::iter::repeat(None));
        let queues = result.queues.iter().zip(waits).map(|(queue, theory_s)| QueueFigures::of(queue, theory_s));
        let recoveries = Who::ALL.map(|who| recovery(result, &theory, who));
        CallFigures { result, queues: queues.collect(), recoveries, change, theory }
    }

    /// How long ghosts were held after hang-ups by `who`, beside the closed form.
    pub fn recovery(&self, who: Who) -> &RecoveryTimes {
        &self.recoveries[who as usize]
    }

    /// Mean recovery time of all ghosts, in seconds.
    pub fn mean_s(&self) -> Option<f64> {
        self.recovery(Who::Both).mean_s
    }

    /// How long the same ghosts took until the remaining agent had closed the call.
    pub fn closed(&self) -> RecoveryTimes {
        RecoveryTimes::of(&self.result.tally.closed)
    }

    /// Hang-ups of which no BYE arrived.
    pub fn bye_loss(&self) -> Share {
        let tally = &self.result.tally;
        Share { hits: self.recovery(Who::Both).ghosts, of: tally.hangups, theory: self.theory.bye_loss }
    }

    /// Calls that a timer or a failed refresh ended while both users wanted them.
    pub fn false_drops(&self) -> Share {
        let theory = self.theory.false_drops_per_million.map(|rate| rate / 1e6);
        Share { hits: self.result.tally.false_drops, of: self.result.tally.established, theory }
    }

    /// False drops for each million of calls; none of no calls.
    pub fn false_drops_per_million(&self) -> f64 {
        self.result.tally.false_drops_per_million().unwrap_or(0.0)
    }

    /// Refresh messages for each hour of a live call.
    pub fn refresh_messages_per_call_hour(&self) -> Option<f64> {
        self.result.tally.refresh_messages_per_call_hour().and_then(finite)
    }

    /// Whose hang-ups there is something to say of, the one that stands for all of them last.
    pub fn who(&self) -> Vec<Who> {
        let [refresher, watcher, no_timer] = &self.result.tally.ghosts;
        match (refresher.count() + watcher.count() > 0, no_timer.count() > 0) {
            (_, false) => vec![Who::Refresher, Who::Watcher, Who::Both],
            (false, true) => vec![Who::NoTimer],
            (true, true) => vec![Who::Refresher, Who::Watcher, Who::NoTimer, Who::Both],
        }
    }

    /// How long the elements between the ends held ghosts, all of them together.
    pub fn held_between(&self) -> RecoveryTimes {
        let mut all = Ghosts::default();
        self.result.tally.held_between.iter().for_each(|ghosts| all.merge(ghosts));
        RecoveryTimes::of(&all)
    }

    /// The queue that most was lost at, and of those alike the one that most was offered.
    pub fn busiest_queue(&self) -> Option<&QueueFigures<'a>> {
        let lost = |queue: &QueueFigures| queue.counts.count.dropped();
        self.queues
            .iter()
            .max_by(|a, b| lost(a).cmp(&lost(b)).then_with(|| a.offered_load().total_cmp(&b.offered_load())))
    }
}

fn recovery(point: &PointResult, theory: &CallTheory, who: Who) -> RecoveryTimes {
    let kind = |as_what: HungUpAs| RecoveryTimes::of(&point.tally.ghosts[as_what as usize]);
    let (recovery, form) = match who {
        Who::Refresher => (kind(HungUpAs::Refresher), Some(0)),
        Who::Watcher => (kind(HungUpAs::Watcher), Some(1)),
        Who::NoTimer => (kind(HungUpAs::NoTimer), None),
        Who::Both => {
            let without_timer = point.tally.ghosts[HungUpAs::NoTimer as usize].count() > 0;
            (RecoveryTimes::of(&point.tally.all_ghosts()), (!without_timer).then_some(2))
        }
    };
    recovery.compared_with(form.and_then(|form: usize| theory.recovery_mean_s[form]))
}
