//! What is counted at one point of a study.

use serde::{Deserialize, Serialize};

use super::histogram::Histogram;
use super::setups::SetUps;
use crate::sip::ReleaseCause;
use crate::time::Span;

/// What the agent that hung up (or died) was to the session at that instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum HungUpAs {
    /// It refreshed the session.
    Refresher,
    /// It waited for the other side's refreshes.
    Watcher,
    /// The call had no session timer.
    NoTimer,
}

impl HungUpAs {
    /// All of them.
    pub const ALL: [HungUpAs; 3] = [HungUpAs::Refresher, HungUpAs::Watcher, HungUpAs::NoTimer];

    /// Its name in files and figures.
    pub const fn name(self) -> &'static str {
        match self {
            HungUpAs::Refresher => "refresher",
            HungUpAs::Watcher => "watcher",
            HungUpAs::NoTimer => "no-timer",
        }
    }
}

/// Ghosts by lost BYE: how long they lived, and how many still did when the run ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ghosts {
    /// Recovery times of those that ended.
    pub recovery: Histogram,
    /// Those still held when the run ended: censored, in no mean and no quantile.
    pub unrecovered: u64,
}

impl Ghosts {
    /// All of them.
    pub fn count(&self) -> u64 {
        self.recovery.count() + self.unrecovered
    }

    /// Adds one: after how long it ended, or `None` if it was still held when the run ended.
    pub fn add(&mut self, recovery: Option<Span>) {
        match recovery {
            Some(recovery) => self.recovery.add(recovery),
            None => self.unrecovered += 1,
        }
    }

    /// Adds all that `other` counted.
    pub fn merge(&mut self, other: &Ghosts) {
        let Ghosts { recovery, unrecovered } = other;
        self.recovery.merge(recovery);
        self.unrecovered += *unrecovered;
    }
}

/// Messages that refreshing put on the wire, requests and their final responses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefreshMessages {
    /// Sent for the first time.
    pub first_sends: u64,
    /// Sent again.
    pub retransmissions: u64,
}

impl RefreshMessages {
    /// All of them.
    pub fn total(&self) -> u64 {
        self.first_sends + self.retransmissions
    }

    /// Adds all that `other` counted.
    pub fn merge(&mut self, other: &RefreshMessages) {
        let RefreshMessages { first_sends, retransmissions } = other;
        self.first_sends += *first_sends;
        self.retransmissions += *retransmissions;
    }
}

/// What became of calls at each element: counts by element and [`Fate`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Releases(Vec<[u64; FATES]>);

/// What became of a call at an element that ever held it, or tried to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fate {
    /// It let go, for this cause.
    Released(ReleaseCause),
    /// It still held the call when the run ended.
    Held,
}

const FATES: usize = ReleaseCause::ALL.len() + 1;

impl Fate {
    const fn index(self) -> usize {
        match self {
            Fate::Released(cause) => cause as usize,
            Fate::Held => FATES - 1,
        }
    }
}

impl Releases {
    /// Counts what became of a call at the element of this number.
    pub fn add(&mut self, element: usize, fate: Fate) {
        self.of(element)[fate.index()] += 1;
    }

    /// How many calls met this fate at the element of this number.
    pub fn count(&self, element: usize, fate: Fate) -> u64 {
        self.0.get(element).map_or(0, |fates| fates[fate.index()])
    }

    /// How often any of the two ends let go for `cause`.
    pub fn by_ends(&self, cause: ReleaseCause) -> u64 {
        [0, 1].into_iter().map(|end| self.count(end, Fate::Released(cause))).sum()
    }

    /// Adds all that `other` counted.
    pub fn merge(&mut self, other: &Releases) {
        for (theirs, element) in other.0.iter().zip(0..) {
            self.of(element).iter_mut().zip(theirs).for_each(|(mine, theirs)| *mine += theirs);
        }
    }

    fn of(&mut self, element: usize) -> &mut [u64; FATES] {
        if self.0.len() <= element {
            self.0.resize(element + 1, [0; FATES]);
        }
        &mut self.0[element]
    }
}

/// Everything counted at one point: whole numbers, merged in any order to the same sum.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Calls begun.
    pub calls: u64,
    /// Calls of which both ends learned that they stood.
    pub established: u64,
    /// Calls that ended before that.
    pub failed_setups: u64,
    /// How calls were set up.
    pub setups: SetUps,
    /// Hang-ups and deaths, at the instant at which both ends still held the call.
    pub hangups: u64,
    /// Of those, the ones whose BYE reached the other end before it let go otherwise.
    pub byes_delivered: u64,
    /// Time from hang-up to release where the BYE reached the other end.
    pub ended_by_bye: Histogram,
    /// Lost BYEs, by what the agent that hung up was to the session: indexed by [`HungUpAs`].
    pub ghosts: [Ghosts; 3],
    /// The same ghosts by the end that held on: caller, callee.
    pub held_by: [Ghosts; 2],
    /// The same ghosts until the end that held on was closed, its own BYE's transaction over: what logs and CDRs show
    /// (rule R7).
    pub closed: Ghosts,
    /// The same ghosts by each element between the ends that held the call at the hang-up, in the order of their
    /// numbers.
    pub held_between: Vec<Ghosts>,
    /// Calls that a timer or a failed refresh ended while both users wanted them.
    pub false_drops: u64,
    /// Sum over all calls of the time from establishment to hang-up, false drop or end of the run, in ns.
    pub call_time_ns: u128,
    /// Refresh messages before the hang-up: what the keeping of live calls costs.
    pub refresh_before_hangup: RefreshMessages,
    /// Messages before it that keep the call alive or ask whether it is, those of refreshes and OPTIONS: counted in
    /// sweeps over mechanisms alone.
    pub keeping: u64,
    /// Their bytes, above UDP or TCP.
    pub keeping_bytes: u64,
    /// Refresh messages after it: what ghosts cost.
    pub refresh_after_hangup: RefreshMessages,
    /// Successful refreshes.
    pub refreshes: u64,
    /// What became of calls at each element.
    pub releases: Releases,
    /// Of each element between the ends, in the order of their numbers, the calls that passed it; `None` where all
    /// calls take one way.
    pub passed: Option<Vec<u64>>,
    /// Messages put on the wire.
    pub messages_sent: u64,
    /// Messages delivered.
    pub messages_delivered: u64,
    /// Timers that fired and did something, hang-ups and deaths among them.
    pub timers_fired: u64,
}

impl Tally {
    /// Adds all that `other` counted.
    pub fn merge(&mut self, other: &Tally) {
        let Tally {
            calls,
            established,
            failed_setups,
            setups,
            hangups,
            byes_delivered,
            ended_by_bye,
            ghosts,
            held_by,
            closed,
            held_between,
            false_drops,
            call_time_ns,
            refresh_before_hangup,
            keeping,
            keeping_bytes,
            refresh_after_hangup,
            refreshes,
            releases,
            passed,
            messages_sent,
            messages_delivered,
            timers_fired,
        } = other;
        self.calls += *calls;
        self.established += *established;
        self.failed_setups += *failed_setups;
        self.setups.merge(setups);
        self.hangups += *hangups;
        self.byes_delivered += *byes_delivered;
        self.ended_by_bye.merge(ended_by_bye);
        self.ghosts.iter_mut().zip(ghosts).for_each(|(mine, theirs)| mine.merge(theirs));
        self.held_by.iter_mut().zip(held_by).for_each(|(mine, theirs)| mine.merge(theirs));
        self.false_drops += *false_drops;
        self.call_time_ns += *call_time_ns;
        self.refresh_before_hangup.merge(refresh_before_hangup);
        self.keeping += *keeping;
        self.keeping_bytes += *keeping_bytes;
        self.refresh_after_hangup.merge(refresh_after_hangup);
        self.refreshes += *refreshes;
        self.closed.merge(closed);
        for (theirs, index) in held_between.iter().zip(0..) {
            self.held_between(index).merge(theirs);
        }
        self.releases.merge(releases);
        if let Some(theirs) = passed {
            let mine = self.passed.get_or_insert_default();
            mine.resize(mine.len().max(theirs.len()), 0);
            mine.iter_mut().zip(theirs).for_each(|(mine, theirs)| *mine += theirs);
        }
        self.messages_sent += *messages_sent;
        self.messages_delivered += *messages_delivered;
        self.timers_fired += *timers_fired;
    }

    /// Counts a call whose way passes the elements of these numbers.
    pub fn pass(&mut self, elements: &[u32]) {
        let passed = self.passed.get_or_insert_default();
        for nth in elements.iter().map(|&number| number as usize - 2) {
            if passed.len() <= nth {
                passed.resize(nth + 1, 0);
            }
            passed[nth] += 1;
        }
    }

    /// How many calls took a way on which the element of this number stands.
    pub fn passing(&self, element: usize) -> u64 {
        match (&self.passed, element.checked_sub(2)) {
            (Some(passed), Some(nth)) => passed.get(nth).copied().unwrap_or(0),
            (None, _) | (_, None) => self.calls,
        }
    }

    /// The ghosts of the nth element between the ends.
    pub fn held_between(&mut self, nth: usize) -> &mut Ghosts {
        if self.held_between.len() <= nth {
            self.held_between.resize(nth + 1, Ghosts::default());
        }
        &mut self.held_between[nth]
    }

    /// Ghosts of every kind together.
    pub fn all_ghosts(&self) -> Ghosts {
        let mut all = Ghosts::default();
        self.ghosts.iter().for_each(|ghosts| all.merge(ghosts));
        all
    }

    /// Events: messages delivered and timers that fired and did something.
    pub fn events(&self) -> u64 {
        self.messages_delivered + self.timers_fired
    }

    /// Hours of established calls, up to their hang-up.
    pub fn call_hours(&self) -> f64 {
        self.call_time_ns as f64 / Span::from_secs(3600).as_nanos() as f64
    }

    /// Refresh messages for each hour of a live call; `None` if there was none.
    pub fn refresh_messages_per_call_hour(&self) -> Option<f64> {
        (self.call_time_ns > 0).then(|| self.refresh_before_hangup.total() as f64 / self.call_hours())
    }

    /// What keeping calls alive costs for each hour of a live call, in messages and in bytes; `None` if there was none.
    pub fn keeping_per_call_hour(&self) -> Option<[f64; 2]> {
        (self.call_time_ns > 0).then(|| [self.keeping, self.keeping_bytes].map(|sum| sum as f64 / self.call_hours()))
    }

    /// False drops for each million of established calls; `None` if there was none.
    pub fn false_drops_per_million(&self) -> Option<f64> {
        (self.established > 0).then(|| self.false_drops as f64 * 1e6 / self.established as f64)
    }
}
