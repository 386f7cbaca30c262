//! What closed forms read of a setup: its session, its schedules, its hang-ups.

use crate::net::Direction as Way;
use crate::sip::{self, Profile, RefreshBy, Session};
use crate::theory::schedule::Schedule;
use crate::world::{End, Setup};

/// The probability that of a hang-up no BYE arrives, if `lost` says how often no copy of an ordinary one does that goes
/// this way.
pub(super) fn bye_loss(setup: &Setup, lost: impl Fn(Way) -> Option<f64>) -> Option<f64> {
    let ending = &setup.calls.ending;
    let without = ending.bye_lost.get() + ending.dies.get() + ending.restarts.get();
    let by_caller = setup.calls.hangup_by_caller.get();
    let ordinary = (1.0 - without).max(0.0);
    let byes = by_caller * lost(Way::ToCallee)? + (1.0 - by_caller) * lost(Way::ToCaller)?;
    Some(without.min(1.0) + ordinary * byes)
}

pub(super) fn schedule(setup: &Setup) -> Option<Schedule> {
    let timers = setup.caller.timers;
    Schedule::non_invite(timers.t1.as_secs_f64(), timers.t2.as_secs_f64())
}

/// Whether the session is refreshed by UPDATE.
pub(super) fn refreshes_by_update(setup: &Setup, refresher: End) -> bool {
    let by_update =
        |refresher: &Profile, watcher: &Profile| refresher.refresh_by == RefreshBy::Update && watcher.allows_update;
    match refresher {
        End::Caller => by_update(&setup.caller, &setup.callee),
        End::Callee => by_update(&setup.callee, &setup.caller),
    }
}

/// Who refreshes, and the interval, as the two profiles agree; `None` without a session timer at both ends.
pub(super) fn negotiated(setup: &Setup) -> Option<(End, u32)> {
    match sip::negotiate(setup.caller, setup.callee)? {
        [Session::Refreshing { interval_s }, Session::Watching { .. }] => Some((End::Caller, interval_s)),
        [Session::Watching { .. }, Session::Refreshing { interval_s }] => Some((End::Callee, interval_s)),
        _ => None,
    }
}
