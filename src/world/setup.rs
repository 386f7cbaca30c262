//! What is to be run: the agents, the path between them, the calls they make and the faults that befall them.

use std::sync::Arc;

use super::calls::{Calls, Request};
use super::element::End;
use super::fault::Fault;
use super::parts::{Between, Crash, Part};
use super::ways::{Way, Ways};
use crate::net::Path;
use crate::random::{Probability, Streams};
use crate::sip::Profile;
use crate::time::Time;

/// One run of the world, every setting decided.
#[derive(Clone, Debug)]
pub struct Setup {
    /// The seed of all chance.
    pub seed: u64,
    /// The way between caller and callee; of several, the first.
    pub path: Path,
    /// How callers behave.
    pub caller: Profile,
    /// How callees behave.
    pub callee: Profile,
    /// The shares of callers and of callees that behave otherwise.
    pub otherwise: [Vec<Share>; 2],
    /// What stands between them on the path and takes part, in order from the caller.
    pub between: Vec<Between>,
    /// When it dies and comes back.
    pub crashes: Vec<Crash>,
    /// All ways, where calls do not all take the same; `path`, `between`, `crashes` and `faults` are those of the
    /// first.
    pub ways: Option<Arc<Ways>>,
    /// The calls.
    pub calls: Calls,
    /// Messages that are lost or refused by script.
    pub faults: Vec<Fault>,
    /// What users want changed in the session, by script.
    pub requests: Vec<Request>,
    /// When the run ends at the latest; `None`: when nothing is pending.
    pub horizon: Option<Time>,
}

/// A share of agents that behave alike.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share {
    /// The share of all.
    pub share: Probability,
    /// How they behave.
    pub profile: Profile,
}

impl Setup {
    /// How the agent at `end` behaves in the call that drew the uniform number `u` from 0 to 1 for it.
    pub fn profile(&self, end: End, u: f64) -> &Profile {
        let usual = match end {
            End::Caller => &self.caller,
            End::Callee => &self.callee,
        };
        let mut below = 0.0;
        let other = self.otherwise[end as usize].iter().find(|other| {
            below += other.share.get();
            u < below
        });
        other.map_or(usual, |other| &other.profile)
    }

    /// Which way call `call` takes, and its place among them; `None` where there is but one.
    pub fn way_of(&self, call: u32) -> Option<(usize, &Way)> {
        let ways = self.ways.as_deref()?;
        let nth = ways.taken_by(call, Streams::new(self.seed, 0));
        Some((nth, &ways.all()[nth]))
    }

    /// Whether anybody may end a call because no media come.
    pub fn watches_media(&self) -> bool {
        let mut profiles =
            [self.caller, self.callee].into_iter().chain(self.otherwise.iter().flatten().map(|share| share.profile));
        let of_ways = self.ways.iter().flat_map(|ways| ways.all()).flat_map(|way| &way.between);
        profiles.any(|profile| profile.media_timeout.is_some())
            || self.between.iter().chain(of_ways).any(|between| match &between.part {
                Part::Proxy(_) => false,
                Part::B2bua { legs, media_limit } => {
                    media_limit.is_some() || legs.iter().any(|leg| leg.media_timeout.is_some())
                }
            })
    }
}
