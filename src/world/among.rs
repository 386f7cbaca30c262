//! One call as it is among the others.

use std::cell::RefCell;
use std::sync::atomic::AtomicBool;

use super::fact::{Fact, Observer};
use super::runner::Runner;
use super::setup::Setup;
use super::shared_runner::SharedRunner;
use crate::time::Time;

/// Runs call `call` of `setup`, with all others where they share queues, and tells `observer` what happens to it alone.
/// Returns what [`Runner::run`] does; `None` if there is no such call, or if `stop` was set before its end.
pub fn run_among_all(setup: &Setup, stop: &AtomicBool, call: u32, observer: &mut impl Observer) -> Option<Time> {
    if call >= setup.calls.count {
        return None;
    }
    let mut runner = Runner::new(setup, stop);
    if !setup.path.has_shared_queues() {
        return Some(runner.run(call, observer));
    }
    let it = &RefCell::new(observer);
    let watch = |of| Only((of == call).then_some(it));
    let mut ended = None;
    SharedRunner::new(runner).run(0..setup.calls.count, watch, |of, at, _| {
        if of == call {
            ended = Some(at);
        }
    });
    ended
}

/// Tells of one call among those that are run, and of no other.
struct Only<'o, O>(Option<&'o RefCell<&'o mut O>>);

impl<O: Observer> Observer for Only<'_, O> {
    fn see(&mut self, now: Time, fact: &Fact) {
        if let Some(it) = self.0 {
            it.borrow_mut().see(now, fact);
        }
    }
}
