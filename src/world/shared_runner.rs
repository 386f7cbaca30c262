//! The running of calls that share something: all of them at once, from one queue.
//!
//! Each call has the same state as when it runs alone, and the same [`Runner`] drives it; a [`Queue`] says whose turn
//! is next: the earliest first, of the same nanosecond the lowest number. In its turn a call goes on until nothing
//! happens to it for long. What is its own alone may so happen before what happens earlier to others; what calls share
//! must meet them in the order of time, which is all that could tell the two ways of running apart: without it the
//! facts of each call are the same.
//!
//! Most of a million calls are at rest at any time: nothing is under way, between agents that hold the session or of
//! which one is gone. Such a call is kept as a [`IdleCall`], a few cache lines, and lends its state to the next that
//! wakes.

use std::hint;
use std::mem;
use std::ops::Range;
use std::ptr;
use std::sync::atomic::Ordering;

use prefetch_index::prefetch_index;

use super::call_state::{CallState, IdleCall};
use super::drive::{Ended, drive};
use super::fact::Observer;
use super::pending::Pending;
use super::runner::Runner;
use crate::engine::{Next, Queue};
use crate::time::{Span, Time};

/// A call that has nothing before this is worth putting to rest.
const LONG: Span = Span::from_millis(1000);

/// How far a call that does not rest may run ahead of the others.
const FURTHEST: Span = Span::from_secs(64);

/// How a turn of a call ends.
enum Turn {
    /// Nothing of it is pending; when the last of it happened.
    Over(Time),
    /// It goes on at `next`; whether it can rest until then.
    Pause { next: Time, rests: bool },
}

/// A run takes long, so it looks now and then whether it is to stop.
const TURNS_BETWEEN_LOOKS: u32 = 1 << 12;

/// No place among those of calls that are up.
const NOWHERE: u32 = u32::MAX;

/// Runs calls of one setup all at once.
#[derive(Debug)]
pub struct SharedRunner<'a, O> {
    runner: Runner<'a>,
    queue: Queue,
    up: Vec<ActiveCall<O>>,
    free: Vec<u32>,
    /// Full state, of calls that are busy, and of none.
    #[expect(clippy::vec_box, reason = "it is handed on as it is, and is large")]
    lives: Vec<Box<CallState>>,
    /// Which of it is of none.
    spare: Vec<u32>,
    until: Until,
}

/// How far a call goes on in its turn.
#[derive(Clone, Copy, Debug)]
struct Until {
    horizon: Time,
    /// Calls can be put to rest.
    can_rest: bool,
    /// Messages of different calls wait for each other.
    share_queues: bool,
}

/// A call that has begun and not ended.
#[derive(Debug)]
struct ActiveCall<O> {
    state: State,
    observer: O,
}

#[derive(Debug)]
enum State {
    /// It has not begun; or it is over, and its place free.
    Blank,
    /// Something of it is under way; its full state is the one of this number.
    Busy(u32),
    Idle(IdleCall),
}

impl State {
    /// The number of its full state, if that waits for its next turn.
    fn busy(&self) -> Option<u32> {
        match *self {
            State::Busy(live) => Some(live),
            State::Blank | State::Idle(_) => None,
        }
    }
}

impl<'a, O: Observer> SharedRunner<'a, O> {
    /// Memory for the calls that `runner` would run one by one.
    pub fn new(runner: Runner<'a>) -> SharedRunner<'a, O> {
        SharedRunner {
            until: Until {
                horizon: runner.setup.horizon.unwrap_or(Time::NEVER),
                can_rest: runner.calls_can_rest(),
                share_queues: runner.setup.path.has_shared_queues(),
            },
            runner,
            queue: Queue::new(),
            up: Vec::new(),
            free: Vec::new(),
            lives: Vec::new(),
            spare: Vec::new(),
        }
    }

    /// Runs all of `calls` until nothing of them is pending, or to the horizon. Each is watched by what `watch` gives
    /// for its number, and handed to `done` at its end with its number and what [`Runner::run`] returns. When the
    /// runner is stopped, it leaves them as they are.
    ///
    /// Returns how many calls it kept at once at the most.
    pub fn run(
        &mut self,
        calls: Range<u32>,
        mut watch: impl FnMut(u32) -> O,
        mut done: impl FnMut(u32, Time, O),
    ) -> usize {
        self.queue.clear();
        self.runner.queues.clear();
        for call in calls {
            self.queue.push(Next { at: self.runner.begins_at(call), what: call, place: NOWHERE });
        }
        let horizon = self.until.horizon;
        let (mut most, mut turns) = (0, 0u32);
        while let Some(Next { at: now, what: call, place }) = self.queue.pop() {
            turns = turns.wrapping_add(1);
            if turns.is_multiple_of(TURNS_BETWEEN_LOOKS) && self.runner.stop.load(Ordering::Relaxed) {
                break;
            }
            self.fetch_ahead();
            let place = if place == NOWHERE { self.place_for(watch(call)) } else { place };
            most = most.max(self.up.len() - self.free.len());
            if now > horizon {
                done(call, horizon, self.give_up(place, watch(call)));
                continue;
            }
            let up = &mut self.up[place as usize];
            match &mut up.state {
                State::Blank => self.runner.prepare(call),
                State::Idle(resting) => self.runner.resume(call, resting),
                // What the runner had is of no call: it waits here for its own to come back.
                State::Busy(live) => self.runner.exchange(&mut self.lives[*live as usize]),
            }
            match self.runner.turn(now, self.until, &mut up.observer) {
                Turn::Over(last) => done(call, last, self.give_up(place, watch(call))),
                Turn::Pause { next, rests } => {
                    self.put_back(rests, place);
                    self.queue.push(Next { at: next, what: call, place });
                }
            }
        }
        most
    }

    /// Asks for the state of calls that come soon: of a million calls most lie far off in memory.
    #[inline]
    fn fetch_ahead(&mut self) {
        // Where a place is in memory takes the processor as long to find out as to bring it near. It finds out about
        // many at once where they are looked at one after the other; asked to bring one near, it finds out about that
        // one alone.
        let blank = |next: Next| self.up.get(next.place as usize).is_some_and(|up| matches!(up.state, State::Blank));
        hint::black_box(self.queue.drain_newly_sorted().filter(|&next| blank(next)).count());
        if let Some(next) = self.queue.prefetch_candidate()
            && let Some(up) = self.up.get(next.place as usize)
        {
            bring_near(up);
        }
    }

    /// Takes the state back from the runner: of a call that is busy all of it.
    fn put_back(&mut self, rests: bool, place: u32) {
        let state = &mut self.up[place as usize].state;
        let resting = if rests { self.runner.state.put_to_rest() } else { None };
        if let Some(resting) = resting {
            self.spare.extend(state.busy());
            *state = State::Idle(resting);
            return;
        }
        let live = state.busy().or_else(|| self.spare.pop()).unwrap_or_else(|| {
            self.lives.push(self.runner.blank_state());
            self.lives.len() as u32 - 1
        });
        self.runner.exchange(&mut self.lives[live as usize]);
        *state = State::Busy(live);
    }

    /// With how much state it has run calls, at once at the most, when they are all over.
    #[cfg(test)]
    pub fn states(&self) -> usize {
        self.lives.len()
    }

    /// A place for a call that begins.
    fn place_for(&mut self, observer: O) -> u32 {
        let up = ActiveCall { state: State::Blank, observer };
        match self.free.pop() {
            Some(place) => {
                self.up[place as usize] = up;
                place
            }
            None => {
                self.up.push(up);
                self.up.len() as u32 - 1
            }
        }
    }

    /// The call is over: its place is free. Returns who watched it.
    fn give_up(&mut self, place: u32, other: O) -> O {
        self.free.push(place);
        let up = &mut self.up[place as usize];
        self.spare.extend(up.state.busy());
        up.state = State::Blank;
        mem::replace(&mut up.observer, other)
    }
}

/// Bytes that are fetched together.
const LINE: usize = 64;

/// Asks the processor to bring near all of `it`, and waits for nothing.
// What is asked for is named as an element of a slice: counted from an empty one of bytes, every address is one.
#[inline(always)]
fn bring_near<T>(it: &T) {
    let nothing = [0u8; 0].as_slice();
    let start = ptr::from_ref(it).addr().wrapping_sub(nothing.as_ptr().addr());
    for line in 0..=size_of::<T>() / LINE {
        prefetch_index(nothing, start.wrapping_add(line * LINE));
    }
}

impl Runner<'_> {
    /// What happens from `now` on to the call whose state this has, until it can rest for long, or until what calls
    /// share is concerned. What is its own alone may happen before what happens earlier to others.
    #[inline(never)]
    fn turn(&mut self, now: Time, until: Until, observer: &mut impl Observer) -> Turn {
        let Until { horizon, can_rest, share_queues } = until;
        let no_further = horizon.min(now + FURTHEST);
        let mut rests = false;
        let ended = drive(self, now, observer, |runner, at, next| {
            rests = can_rest && next.since(at) >= LONG && runner.state.rests(at);
            rests || next > no_further || share_queues && next > now && runner.next_meets_others()
        });
        match ended {
            Ended::Over(last) => Turn::Over(last),
            Ended::Paused(next) => Turn::Pause { next, rests },
        }
    }

    /// Whether what happens next to the call whose state this has concerns what calls share.
    fn next_meets_others(&self) -> bool {
        self.state.agenda.next_code().is_some_and(|code| Pending::arrival_at_queue(code).is_some())
    }
}
