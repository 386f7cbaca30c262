//! The loop that runs everything, calls and devices, alone and together.

use super::fact::Observer;
use crate::engine::{Agenda, EventCode};
use crate::time::Time;

/// What runs by events, and tells facts of type `F`.
pub(super) trait Simulated<F> {
    /// What is pending.
    fn agenda(&mut self) -> &mut Agenda;

    /// What was pending, of this code, happens, with all that follows at this instant.
    fn dispatch(&mut self, now: Time, code: EventCode, observer: &mut impl Observer<F>);
}

/// How a drive ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// Nothing is pending; when the last of it happened.
    Over(Time),
    /// It was paused, and goes on at this instant.
    Paused(Time),
}

/// Runs what is pending, in its order, until nothing is, or `pauses` says so: it is asked after each event, with the
/// instant of that and of the next. `from` is the instant of the end if nothing is pending at all.
#[inline(always)]
pub(super) fn drive<W: Simulated<F>, F>(
    world: &mut W,
    from: Time,
    observer: &mut impl Observer<F>,
    mut pauses: impl FnMut(&mut W, Time, Time) -> bool,
) -> Ended {
    let mut last = from;
    while let Some((now, code)) = world.agenda().pop() {
        last = now;
        world.dispatch(now, code, observer);
        if let Some(next) = world.agenda().next_at()
            && pauses(world, now, next)
        {
            return Ended::Paused(next);
        }
    }
    Ended::Over(last)
}
