//! Links with a rate: where messages wait for their turn, and go on.

use super::trip::Trip;
use super::{Direction, Fate, Path};
use crate::net::queue::{Queues, Rate, Verdict};
use crate::net::weather::Weather;
use crate::random::Pair;
use crate::time::Time;

/// One direction of a link with a rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rated {
    /// Which link, counted from the caller's side, from 0.
    pub link: u8,
    /// Which way.
    pub direction: Direction,
    /// Its rate.
    pub rate: Rate,
    /// Whether all calls share it.
    pub shared: bool,
}

impl Path {
    /// The directions of its links that have a rate, in the order from the caller, that toward the callee first.
    pub fn rated(&self) -> Vec<Rated> {
        let both = (0..self.len()).flat_map(|link| [(link, Direction::ToCallee), (link, Direction::ToCaller)]);
        let rated = |(link, direction)| {
            let hop = &self.hops(direction)[self.nth(link, direction)];
            hop.rate.map(|rate| Rated { link, direction, rate, shared: hop.shared })
        };
        both.filter_map(rated).collect()
    }

    /// Whether messages wait at any link of it.
    pub fn has_queues(&self) -> bool {
        !self.rated().is_empty()
    }

    /// Whether messages of different calls wait for each other at any link of it.
    pub fn has_shared_queues(&self) -> bool {
        self.rated().iter().any(|rated| rated.shared)
    }

    /// A message of `bytes` has come to the link before which it [waits](Fate::Waits): what its queue does with it. That of
    /// a link that all calls share is one of `shared`, that of another in `weather`. Messages must be offered in the order
    /// of time.
    pub fn offer(
        &self,
        now: Time,
        ends: [u8; 2],
        link: u8,
        bytes: u32,
        shared: &mut Queues,
        weather: &mut Weather,
    ) -> Verdict {
        let (_, _, direction) = self.hops_between(ends);
        let hop = &self.hops(direction)[self.nth(link, direction)];
        let Some(rate) = hop.rate else { return Verdict::Leaves(now) };
        let queues = if hop.shared { shared } else { &mut weather.queues };
        queues.of(hop.identity, rate).offer(now, bytes)
    }

    /// Carries a message on, as [`Path::carry_through`] does, that leaves the queue of a link at `left`.
    pub fn carry_on(
        &self,
        left: Time,
        ends: [u8; 2],
        link: u8,
        weather: &mut Weather,
        draw: impl Fn(u64, u64) -> Pair,
        cut: impl Fn(Time) -> bool,
    ) -> Fate {
        let (own, end, direction) = self.hops_between(ends);
        let trip = Trip { path: self, direction, end, own, draw: &draw, cut: &cut, attempts: 0 };
        trip.go_on(left, self.nth(link, direction), true, weather, |_, _| {})
    }
}
