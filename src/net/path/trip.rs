//! The way of a message over the hops of a path: what each link does to it, and over TCP what its connection does.

use super::Path;
use super::fate::{Direction, Fate, Why};
use crate::net::link::Transport;
use crate::net::tcp::{self, Delivery};
use crate::net::weather::{Condition, Weather};
use crate::random::{Pair, Probability};
use crate::time::Time;

/// Copies of a message have chance of their own: the attempt of the nth link that made one begins at n + 1 times this.
const ATTEMPTS_OF_A_COPY: u64 = 1 << 16;

impl Path {
    /// Carries a message as [`Path::carry`] does, over a path of any kind. When further copies of it arrive, `weather`
    /// knows afterwards.
    ///
    /// `draw` gives the two uniform numbers of a link for an attempt: of TCP, from 0, or of a copy; `cut` says whether
    /// nothing gets through that its sender sends over TCP at an instant.
    pub fn carry_through(
        &self,
        now: Time,
        [from, to]: [u8; 2],
        weather: &mut Weather,
        draw: impl Fn(u64, u64) -> Pair,
        cut: impl Fn(Time) -> bool,
    ) -> Fate {
        let (first, end, direction) = self.hops_between([from, to]);
        weather.copies.clear();
        let mut duplicated = Vec::new();
        let trip = Trip { path: self, direction, end, own: first, draw: &draw, cut: &cut, attempts: 0 };
        let fate = trip.go_on(now, first, false, weather, |nth, entered| duplicated.push((nth, entered)));
        for (nth, entered) in duplicated {
            let attempts = (nth as u64 + 1) * ATTEMPTS_OF_A_COPY;
            let trip = Trip { attempts, ..trip };
            let hop = &self.hops(direction)[nth];
            let alone = entered + hop.delay.sample(draw(nth as u64, attempts)[1]);
            let left = if hop.in_order { weather.in_order(trip.place(nth), alone) } else { alone };
            if let Fate::Arrives(at) = trip.go_on(left, nth + 1, false, weather, |_, _| {}) {
                weather.copies.push(at);
            }
        }
        fate
    }
}

/// The way of one copy of a message.
pub(super) struct Trip<'a, D, C> {
    pub path: &'a Path,
    pub direction: Direction,
    /// The link before which it ends.
    pub end: usize,
    /// The first link of its sender's own hop.
    pub own: usize,
    pub draw: &'a D,
    pub cut: &'a C,
    /// Where its attempts begin.
    pub attempts: u64,
}

impl<D, C> Clone for Trip<'_, D, C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<D, C> Copy for Trip<'_, D, C> {}

impl<D: Fn(u64, u64) -> Pair, C: Fn(Time) -> bool> Trip<'_, D, C> {
    /// What becomes of it from the nth link on; `duplicate` is told of each link that makes a second copy, and when
    /// that enters it. At a link with a rate it waits, unless it `has_waited` at the first.
    pub(super) fn go_on(
        &self,
        now: Time,
        first: usize,
        has_waited: bool,
        weather: &mut Weather,
        mut duplicate: impl FnMut(usize, Time),
    ) -> Fate {
        let (path, direction) = (self.path, self.direction);
        let hops = path.hops(direction);
        let (mut at, mut nth) = (now, first);
        while nth < self.end {
            let hop = &hops[nth];
            let link = path.link_number(nth, direction);
            let Transport::Tcp(limit) = hop.transport else {
                if hop.rate.is_some() && !(has_waited && nth == first) {
                    return Fate::Waits { link, at };
                }
                let entered = at;
                // A fault of the sender's own hop loses a datagram before it gets here.
                match self.cross(nth, entered, 0, weather) {
                    Ok(left) => at = left,
                    Err(why) => return Fate::Lost { link, why },
                }
                if hop.in_order {
                    at = weather.in_order(self.place(nth), at);
                }
                let copies = (nth as u64 + 1) * ATTEMPTS_OF_A_COPY;
                if hop.duplicate != Probability::NEVER && hop.duplicate.happens((self.draw)(nth as u64, copies)[0]) {
                    duplicate(nth, entered);
                }
                nth += 1;
                continue;
            };
            let own = nth == self.own;
            let end = (nth + 1..self.end).find(|&next| path.ends_connection(next, direction)).unwrap_or(self.end);
            let delivery = tcp::carry(limit, at, |sent, attempt| {
                // All links are asked, so that the chance of each is drawn whatever the others do.
                let crossed = (nth..end).try_fold(sent, |at, link| self.cross(link, at, attempt, weather).ok());
                crossed.filter(|_| !(own && (self.cut)(sent)))
            });
            match delivery {
                Delivery::Arrives(alone) => at = weather.in_order(self.place(nth), alone),
                Delivery::GivenUp(at) => return Fate::GivenUp { link, at: own.then_some(at) },
            }
            nth = end;
        }
        Fate::Arrives(at)
    }

    /// Crosses one link: when it leaves it.
    fn cross(&self, nth: usize, entered: Time, attempt: u64, weather: &mut Weather) -> Result<Time, Why> {
        let hop = &self.path.hops(self.direction)[nth];
        let link = usize::from(self.path.link_number(nth, self.direction));
        let [loss, delay] = (self.draw)(nth as u64, self.attempts + attempt);
        let mut check = |conditions: &[Condition], at: Time| {
            let hit = conditions.iter().find(|condition| weather.loss(condition, at).happens(loss));
            hit.map_or(Ok(()), |hit| Err(if hit.is_outage() { Why::Down } else { Why::Chance }))
        };
        check(&hop.on_entry, entered)?;
        let left = entered + hop.delay.sample(delay);
        if hop.loss.happens(loss) {
            return Err(Why::Chance);
        }
        check(&hop.on_exit, left)?;
        match &hop.nat {
            Some(_) if hop.outbound => weather.binding(link).let_out(left),
            Some(nat) if !weather.binding(link).lets_in(nat, entered) => return Err(Why::NoBinding),
            Some(_) | None => {}
        }
        Ok(left)
    }

    /// The nth link with its direction, as one number.
    pub(super) fn place(&self, nth: usize) -> usize {
        nth * 2 + usize::from(self.direction == Direction::ToCaller)
    }
}
