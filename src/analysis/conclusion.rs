//! What to conclude of a study of calls: which point is the reference, which is best, what spoils the figures. Points
//! are told by their numbers.

use super::axes::{axis_numbers, is_session_expires};
use super::calls::{CallFigures, Calls};
use super::estimate::Who;
use super::load::{Aftermath, aftermaths};
use crate::measure::Tally;
use crate::sip::{ReleaseCause, rules};

/// Below this Session-Expires the watcher gives up before the retransmissions of a refresh are over: half the interval
/// less the margin of 32 s is less than the 32 s of Timer F.
pub const LEAST_FOR_ALL_COPIES_S: u32 = 128;

/// All that is concluded.
#[derive(Clone, Debug, PartialEq)]
pub struct Conclusion {
    /// How long ghosts last, and what finding out sooner costs.
    pub main: MainFinding,
    /// How much later than released the same ghosts were closed, least and most over the points, in seconds; `None`
    /// where closed at once, or not all of them.
    pub closed_later_s: Option<[f64; 2]>,
    /// Points without recovery times, where others have them.
    pub without_times: Option<WithoutTimes>,
    /// Ghosts that the figures leave out because they were still held.
    pub unrecovered: Option<Unrecovered>,
    /// Calls that were never established, where others were.
    pub failed_setups: Option<FailedSetups>,
    /// The first point with an outage that has a time before it, and what followed each of its outages.
    pub after_outages: Option<(usize, Vec<Aftermath>)>,
}

/// How long ghosts last.
#[derive(Clone, Debug, PartialEq)]
pub enum MainFinding {
    /// The study has no points.
    NoPoints,
    /// No call was begun.
    NoCalls,
    /// No call was established.
    NoneEstablished {
        /// Calls begun.
        calls: u64,
        /// How many of them failed; of the others the run ended before.
        failed: u64,
    },
    /// All ghosts were still held when the run ended.
    AllHeld,
    /// There were no ghosts.
    NoGhosts {
        /// Calls established.
        established: u64,
        /// Whether any was hung up.
        hung_up: bool,
        /// False drops.
        drops: Option<WorstDrops>,
    },
    /// A study of one point, which has recovery times.
    Single,
    /// A sweep of Session-Expires.
    SessionExpires {
        /// The point that others are compared with.
        reference: usize,
        /// The best shorter one.
        best: Option<usize>,
        /// Whether any shorter one has recovery times.
        has_shorter: bool,
        /// The shorter one with the most false drops, if they are more than at the reference.
        too_short: Option<usize>,
        /// Whether a watcher gives up there before a refresh has used all its retransmissions.
        gives_up_early: bool,
    },
    /// Any other sweep.
    Range {
        /// The point with the least mean.
        least: usize,
        /// The point with the largest mean.
        most: usize,
        /// How many points have a mean.
        known: usize,
        /// The point to which, from the one before, the same calls change most.
        largest_step: Option<usize>,
        /// False drops.
        drops: Option<WorstDrops>,
    },
}

/// Where false drops are most frequent.
#[derive(Clone, Debug, PartialEq)]
pub struct WorstDrops {
    /// False drops for each million of calls there.
    pub per_million: f64,
    /// Whether that is every call.
    pub every_call: bool,
    /// The points that have so many; none where no call was dropped anywhere.
    pub points: Vec<usize>,
}

/// Why a point has no recovery times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoRecovery {
    /// No call was begun.
    NoCalls,
    /// No call was established.
    NoneEstablished,
    /// Every call was dropped.
    AllDropped,
    /// No call was hung up.
    NoHangUp,
    /// No BYE was lost.
    NoByeLost,
    /// Every ghost was still held when the run ended.
    AllHeld,
}

impl NoRecovery {
    const ALL: [NoRecovery; 6] = [
        NoRecovery::NoCalls,
        NoRecovery::NoneEstablished,
        NoRecovery::AllDropped,
        NoRecovery::NoHangUp,
        NoRecovery::NoByeLost,
        NoRecovery::AllHeld,
    ];

    fn of(tally: &Tally) -> NoRecovery {
        match tally {
            _ if tally.all_ghosts().count() > 0 => NoRecovery::AllHeld,
            Tally { calls: 0, .. } => NoRecovery::NoCalls,
            Tally { established: 0, .. } => NoRecovery::NoneEstablished,
            _ if tally.hangups > 0 => NoRecovery::NoByeLost,
            _ if tally.false_drops >= tally.established => NoRecovery::AllDropped,
            _ => NoRecovery::NoHangUp,
        }
    }
}

/// Points without recovery times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WithoutTimes {
    /// How many points.
    pub points: usize,
    /// Why, and at how many.
    pub reasons: Vec<(NoRecovery, usize)>,
}

/// Ghosts still held when the run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unrecovered {
    /// How many.
    pub held: u64,
    /// Of how many ghosts.
    pub ghosts: u64,
    /// Whether any ghost has a recovery time.
    pub some_ended: bool,
}

/// Calls that were never established.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedSetups {
    /// How many.
    pub failed: u64,
    /// Of how many calls.
    pub calls: u64,
    /// The points at which the largest share failed.
    pub worst: Vec<usize>,
}

/// Where points stand in the order of the values of a sweep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Places {
    /// From this point on.
    From(usize),
    /// Up to this point.
    UpTo(usize),
    /// At these.
    At(Vec<usize>),
}

impl Calls<'_> {
    /// What to conclude.
    pub fn conclusion(&self) -> Conclusion {
        let known: Vec<usize> = (0..self.points.len()).filter(|&nth| self.points[nth].mean_s().is_some()).collect();
        Conclusion {
            main: self.main_finding(&known),
            closed_later_s: self.closed_later_s(&known),
            without_times: self.without_times(known.len()),
            unrecovered: self.unrecovered(!known.is_empty()),
            failed_setups: self.failed_setups(),
            after_outages: self.points.iter().enumerate().find_map(|(nth, point)| {
                let found = aftermaths(point.result.load.as_ref()?);
                (!found.is_empty()).then_some((nth, found))
            }),
        }
    }

    fn main_finding(&self, known: &[usize]) -> MainFinding {
        match (known, self.reference()) {
            ([], _) => self.nothing_known(),
            _ if self.points.len() == 1 => MainFinding::Single,
            (_, Some(reference)) => {
                let too_short = self.too_short(reference);
                let gave_up = |nth: usize| {
                    let tally = &self.points[nth].result.tally;
                    let session_expires_s = self.points[nth].result.session_expires_s.unwrap_or(u32::MAX);
                    session_expires_s < LEAST_FOR_ALL_COPIES_S
                        && tally.releases.by_ends(ReleaseCause::RefreshMissing) > 0
                };
                MainFinding::SessionExpires {
                    reference,
                    best: self.best(reference),
                    has_shorter: self.shorter(reference).next().is_some(),
                    too_short,
                    gives_up_early: too_short.is_some_and(gave_up),
                }
            }
            (_, None) => {
                let mean = |nth: usize| self.points[nth].mean_s().unwrap_or(f64::NAN);
                let by_mean = |a: &usize, b: &usize| mean(*a).total_cmp(&mean(*b));
                MainFinding::Range {
                    least: known.iter().copied().min_by(by_mean).unwrap_or_default(),
                    most: known.iter().copied().max_by(by_mean).unwrap_or_default(),
                    known: known.len(),
                    largest_step: self.largest_step(),
                    drops: self.worst_drops(),
                }
            }
        }
    }

    /// The point of a Session-Expires sweep that others are compared with: the RFC's 1800 s, or else the longest with
    /// recovery times. `None` for other sweeps.
    pub fn reference(&self) -> Option<usize> {
        if self.points.len() < 2 || !is_session_expires(self.results) {
            return None;
        }
        let known = || self.points.iter().enumerate().filter(|(_, point)| point.mean_s().is_some());
        let recommended = Some(rules::RECOMMENDED_SESSION_EXPIRES_S);
        known()
            .find(|(_, point)| point.result.session_expires_s == recommended)
            .or_else(|| known().max_by_key(|(_, point)| point.result.session_expires_s))
            .map(|(nth, _)| nth)
    }

    /// The shorter Session-Expires with the least mean recovery among those with no more false drops than `reference`.
    pub fn best(&self, reference: usize) -> Option<usize> {
        let reference_point = &self.points[reference];
        let mean = |point: &CallFigures| point.mean_s().unwrap_or(f64::INFINITY);
        self.shorter(reference)
            .filter(|(_, point)| {
                point.false_drops_per_million() <= reference_point.false_drops_per_million()
                    && point.mean_s() < reference_point.mean_s()
            })
            .min_by(|(_, a), (_, b)| mean(a).total_cmp(&mean(b)))
            .map(|(nth, _)| nth)
    }

    fn shorter(&self, reference: usize) -> impl Iterator<Item = (usize, &CallFigures<'_>)> {
        let limit = self.points[reference].result.session_expires_s;
        let points = self.points.iter().enumerate();
        points.filter(move |(_, point)| point.result.session_expires_s < limit && point.mean_s().is_some())
    }

    fn too_short(&self, reference: usize) -> Option<usize> {
        let accepted = self.points[reference].false_drops_per_million();
        self.shorter(reference)
            .filter(|(_, point)| point.false_drops_per_million() > accepted)
            .max_by(|(_, a), (_, b)| a.false_drops_per_million().total_cmp(&b.false_drops_per_million()))
            .map(|(nth, _)| nth)
    }

    fn nothing_known(&self) -> MainFinding {
        let sum = |part: fn(&Tally) -> u64| self.sum(part);
        match (sum(|tally| tally.calls), sum(|tally| tally.established)) {
            _ if self.points.is_empty() => MainFinding::NoPoints,
            _ if sum(|tally| tally.all_ghosts().count()) > 0 => MainFinding::AllHeld,
            (0, _) => MainFinding::NoCalls,
            (calls, 0) => MainFinding::NoneEstablished { calls, failed: sum(|tally| tally.failed_setups) },
            (_, established) => MainFinding::NoGhosts {
                established,
                hung_up: sum(|tally| tally.hangups) > 0,
                drops: self.worst_drops(),
            },
        }
    }

    fn closed_later_s(&self, known: &[usize]) -> Option<[f64; 2]> {
        let later = known.iter().filter_map(|&nth| {
            let point = &self.points[nth];
            let closed = &point.result.tally.closed.recovery;
            let released = point.result.tally.all_ghosts().recovery;
            (closed.count() == released.count()).then(|| Some(closed.mean_s()? - point.mean_s()?)).flatten()
        });
        let later: Vec<f64> = later.collect();
        // A BYE that is answered says nothing worth a sentence.
        let most = later.iter().copied().reduce(f64::max).filter(|most| *most >= 1.0)?;
        Some([later.into_iter().reduce(f64::min)?, most])
    }

    fn without_times(&self, known: usize) -> Option<WithoutTimes> {
        let without: Vec<&CallFigures> = self.points.iter().filter(|point| point.mean_s().is_none()).collect();
        if known == 0 || without.is_empty() {
            return None;
        }
        let count = |reason: &NoRecovery| without.iter().filter(|p| NoRecovery::of(&p.result.tally) == *reason).count();
        let reasons = NoRecovery::ALL.into_iter().map(|reason| (reason, count(&reason)));
        Some(WithoutTimes { points: without.len(), reasons: reasons.filter(|(_, count)| *count > 0).collect() })
    }

    fn unrecovered(&self, some_ended: bool) -> Option<Unrecovered> {
        let held = self.sum(|tally| tally.all_ghosts().unrecovered);
        let ghosts = self.sum(|tally| tally.all_ghosts().count());
        (held > 0).then_some(Unrecovered { held, ghosts, some_ended })
    }

    fn failed_setups(&self) -> Option<FailedSetups> {
        let (failed, calls) = (self.sum(|tally| tally.failed_setups), self.sum(|tally| tally.calls));
        // Of none established, the main finding says it.
        if failed == 0 || self.sum(|tally| tally.established) == 0 {
            return None;
        }
        let share = |point: &CallFigures| match point.result.tally.calls {
            0 => 0.0,
            calls => point.result.tally.failed_setups as f64 / calls as f64,
        };
        let most = self.points.iter().map(share).max_by(f64::total_cmp)?;
        let worst = (0..self.points.len()).filter(|&nth| share(&self.points[nth]) == most).collect();
        Some(FailedSetups { failed, calls, worst })
    }

    fn largest_step(&self) -> Option<usize> {
        let mean = |nth: usize| self.points[nth].change.and_then(|change| change.mean_s());
        let size = |nth: usize| mean(nth).unwrap_or(0.0).abs();
        let changing = (0..self.points.len()).filter(|&nth| mean(nth).is_some_and(|mean| mean != 0.0));
        changing.max_by(|&a, &b| size(a).total_cmp(&size(b)))
    }

    fn worst_drops(&self) -> Option<WorstDrops> {
        let established = || (0..self.points.len()).filter(|&nth| self.points[nth].result.tally.established > 0);
        let rate = |nth: usize| self.points[nth].false_drops_per_million();
        let worst = established().max_by(|&a, &b| rate(a).total_cmp(&rate(b)))?;
        let Tally { false_drops, established: calls, .. } = self.points[worst].result.tally;
        let points = established().filter(|&nth| false_drops > 0 && rate(nth) == rate(worst));
        Some(WorstDrops { per_million: rate(worst), every_call: false_drops >= calls, points: points.collect() })
    }

    /// The sum over all points.
    fn sum(&self, part: fn(&Tally) -> u64) -> u64 {
        self.points.iter().map(|point| part(&point.result.tally)).fold(0, u64::saturating_add)
    }

    /// Where some of the points stand, in the order of the values of the sweep.
    pub fn places(&self, some: &[usize]) -> Places {
        if let ([_, _, ..], Some(numbers)) = (some, axis_numbers(self.results)) {
            let mut sorted: Vec<(f64, usize)> = numbers.values.into_iter().zip(0..).collect();
            sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
            let rest = sorted.len() - some.len();
            if sorted[rest..].iter().all(|(_, nth)| some.contains(nth)) {
                return Places::From(sorted[rest].1);
            }
            if sorted[..some.len()].iter().all(|(_, nth)| some.contains(nth)) {
                return Places::UpTo(sorted[some.len() - 1].1);
            }
        }
        Places::At(some.to_vec())
    }

    /// The recovery of the reference point, or of the only one, where all its ghosts ended.
    pub fn whole_reference(&self) -> Option<usize> {
        let only = || (self.points.len() == 1).then_some(0);
        let point = self.reference().or_else(only)?;
        let found = self.points[point].recovery(Who::Both);
        (found.unrecovered == 0 && found.ghosts > 0).then_some(point)
    }
}
