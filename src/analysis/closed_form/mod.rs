//! Which closed forms hold for a setup, and what they say.

mod devices;
mod independent;
mod random_outages;
mod session;
mod values;
mod watched;
mod weather;

pub use devices::of as device_theory;
pub use values::{CallTheory, DeviceTheory};

use crate::measure::QueueCount;
use crate::sip::Profile;
use crate::theory::queue;
use crate::time::Span;
use crate::world::{Arrivals, Setup};

/// The closed forms for the calls of `setup`, as far as they hold.
pub fn call_theory(setup: &Setup) -> Option<CallTheory> {
    // Calls of several ways have closed forms of their own for each.
    if !is_simple(setup) || setup.ways.is_some() {
        return None;
    }
    if setup.path.is_plain() { independent::of(setup) } else { weather::of(setup) }
}

/// The mean wait, in seconds, of messages that come at random to a queue which all calls share, as many and as long as
/// were counted in a run of this length: where calls are in balance from its beginning to its end, nothing is scripted
/// and nothing was lost.
pub fn queue_wait_s(setup: &Setup, count: &QueueCount, length: Span) -> Option<f64> {
    let in_balance = matches!(setup.calls.arrivals, Arrivals::SteadyState | Arrivals::Stream { .. });
    let calm = setup.faults.is_empty() && setup.crashes.is_empty() && !setup.path.has_impairments();
    if setup.horizon.is_none() || !in_balance || !calm || !count.of.shared || count.dropped() > 0 {
        return None;
    }
    let per_s = count.taken() as f64 / length.as_secs_f64();
    queue::mean_wait_s(per_s, count.sending_s()?)
}

/// Whether nothing is scripted, nothing is between the ends, waits for its turn or goes over TCP, and agents are all
/// alike and keep the RFC's times, both ends with the same base timers.
fn is_simple(setup: &Setup) -> bool {
    setup.faults.is_empty()
        && setup.requests.is_empty()
        && setup.between.is_empty()
        && !setup.path.has_tcp()
        && !setup.path.has_queues()
        && setup.otherwise.iter().all(Vec::is_empty)
        && setup.caller.timers == setup.callee.timers
        && [setup.caller, setup.callee].iter().all(keeps_the_rfcs_times)
}

/// Whether an agent refreshes, gives up and answers when RFC 4028 says; what it asks for is its own.
fn keeps_the_rfcs_times(profile: &Profile) -> bool {
    let rfc = Profile {
        timers: profile.timers,
        supports_timer: profile.supports_timer,
        session_expires: profile.session_expires,
        min_se: profile.min_se,
        uac_refresher: profile.uac_refresher,
        uas_refresher: profile.uas_refresher,
        refresh_by: profile.refresh_by,
        allows_update: profile.allows_update,
        ..Profile::RFC
    };
    *profile == rfc
}
