//! Links with a rate: where messages wait for their turn, and go on.

use super::hop::Hop;
use super::trip::Trip;
use super::{Direction, Fate, Path};
use crate::net::queue::{Queues, Rate, Verdict};
use crate::net::weather::Weather;
use crate::random::Pair;
use crate::time::Time;

/// One direction of a link with a rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
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

    /// The link, of this number from the caller's side, before which a message [waits](Fate::Waits) that goes from one
    /// node to another, counted from the caller's, from 0.
    #[inline(always)]
    pub fn gate(&self, ends: [u8; 2], link: u8) -> Gate<'_> {
        let (own, end, direction) = self.hops_between(ends);
        let nth = self.nth(link, direction);
        Gate { path: self, hop: &self.hops(direction)[nth], direction, own, nth, end }
    }
}

/// A link with a rate, as a message comes to it on its way.
#[derive(Clone, Copy, Debug)]
pub struct Gate<'a> {
    path: &'a Path,
    hop: &'a Hop,
    direction: Direction,
    /// The first link of its way, this one, and the first behind its end, in this direction.
    own: usize,
    nth: usize,
    end: usize,
}

impl Gate<'_> {
    /// The message, of `bytes`, has come: what the queue does with it. That of a link that all calls share is one of
    /// `shared`, that of another in `weather`. Messages must be offered in the order of time.
    #[inline]
    pub fn offer(&self, now: Time, bytes: u32, shared: &mut Queues, weather: &mut Weather) -> Verdict {
        let Some(rate) = self.hop.rate else { return Verdict::Leaves(now) };
        let queues = if self.hop.shared { shared } else { &mut weather.queues };
        queues.of(self.hop.identity, rate).offer(now, bytes)
    }

    /// Carries the message on, as [`Path::carry`] does, when it leaves the queue at `left`.
    #[inline(always)]
    pub fn carry(&self, left: Time, draw: impl Fn(u64) -> Pair) -> Fate {
        let Gate { path, hop, direction, nth, end, .. } = *self;
        match hop.carry(left, path.link_number(nth, direction), draw(nth as u64)) {
            Fate::Arrives(at) if nth + 1 < end => path.carry_over(at, nth + 1..end, direction, draw),
            fate => fate,
        }
    }

    /// Carries the message on, as [`Path::carry_through`] does, when it leaves the queue at `left`.
    #[inline]
    pub fn carry_on(
        &self,
        left: Time,
        weather: &mut Weather,
        draw: impl Fn(u64, u64) -> Pair,
        cut: impl Fn(Time) -> bool,
    ) -> Fate {
        let Gate { path, direction, own, nth, end, .. } = *self;
        let trip = Trip { path, direction, end, own, draw: &draw, cut: &cut, attempts: 0 };
        trip.go_on(left, nth, true, weather, |_, _| {})
    }
}
