//! The closed forms of messages that are lost each for itself.

use super::session::{bye_loss, negotiated, refreshes_by_update, schedule};
use super::values::CallTheory;
use crate::net::Direction as Way;
use crate::random::Distribution;
use crate::theory::exchange::{Direction, Exchange};
use crate::theory::false_drop;
use crate::theory::recovery::{Cycle, RefreshedCall, Start};
use crate::theory::timing::Timing;
use crate::time::Span;
use crate::world::{Arrivals, Begin, End, Setup};

/// Above this probability that a refresh fails, the mean over the calls that live to their hang-up is not that of the
/// closed forms, which take every refresh to succeed.
const MOST_FALSE_DROPS_PER_REFRESH: f64 = 1e-3;

/// The closed forms for `setup`, whose path is plain, as far as they hold.
pub(super) fn of(setup: &Setup) -> Option<CallTheory> {
    let bye_loss = bye_loss(setup, |way| exchange_one_way(setup, way).map(|exchange| exchange.nothing_arrives()));
    match refreshed(setup) {
        Some(theory) => Some(CallTheory { bye_loss, ..theory }),
        None => bye_loss.map(|bye_loss| CallTheory { bye_loss: Some(bye_loss), ..CallTheory::default() }),
    }
}

/// A request and its response that both meet what goes this way.
fn exchange_one_way(setup: &Setup, way: Way) -> Option<Exchange> {
    let there = Direction::new(setup.path.loss(way), setup.path.mean_delay_s(way))?;
    Some(Exchange { schedule: schedule(setup)?, there, back: there })
}

/// The closed forms of a refreshed call, as far as they hold: exponential talk time, no horizon and no agent
/// that comes back; a session timer that is refreshed by UPDATE; delays that vary by less than T1, so that
/// the first copy to get through decides.
fn refreshed(setup: &Setup) -> Option<CallTheory> {
    let Distribution::Exponential { mean } = setup.calls.talk_time else { return None };
    let ending = &setup.calls.ending;
    let simple = setup.horizon.is_none()
        && !matches!(setup.calls.arrivals, Arrivals::SteadyState | Arrivals::Stream { .. })
        && ending.restarts.get() <= 0.0;
    let timers = setup.caller.timers;
    let (least, most) = setup.path.round_trip_bounds()?;
    if !simple || (most - least) >= timers.t1 || most >= timers.timeout() {
        return None;
    }
    let (refresher, interval_s) = negotiated(setup)?;
    refreshes_by_update(setup, refresher).then_some(())?;
    let seconds = |span: Span| span.as_secs_f64();
    let schedule = schedule(setup)?;
    let direction = |way| Direction::new(setup.path.loss(way), setup.path.mean_delay_s(way));
    let (to_callee, to_caller) = (direction(Way::ToCallee)?, direction(Way::ToCaller)?);
    let exchange = |there, back| Exchange { schedule: schedule.clone(), there, back };
    let refresh = match refresher {
        End::Caller => exchange(to_callee, to_caller),
        End::Callee => exchange(to_caller, to_callee),
    };
    // The callee sends its 2xx on the same schedule as a request, and arms with the first copy; talk begins when one
    // has reached the caller.
    let two_xx_under_way = exchange(to_caller, to_callee).mean_wait_until_seen()? + to_caller.delay();
    let start = match (setup.calls.begin, refresher) {
        (Begin::Established, _) => Start::ESTABLISHED,
        (Begin::Invite, End::Caller) => Start { refresher_armed_at: 0.0, watcher_armed_at: -two_xx_under_way },
        (Begin::Invite, End::Callee) => Start { refresher_armed_at: -two_xx_under_way, watcher_armed_at: 0.0 },
    };
    // The 2xx of a call set up by INVITE is given up if no ACK comes, as its refresh is if no 2xx comes (rule T3).
    let without_ack = match setup.calls.begin {
        Begin::Invite => exchange(to_caller, to_callee).seen_but_unanswered(seconds(mean)),
        Begin::Established => 0.0,
    };
    let timing = Timing::rfc4028(f64::from(interval_s))?;
    let drops_per_refresh = false_drop::per_refresh_in_the_long_run(&refresh, &timing);
    let call = RefreshedCall::new(timing, refresh.clone(), Cycle::FromFinalResponse, start, seconds(mean))?;

    // Of each end's hang-ups, those that lose their BYE and those that are deaths.
    let lost = |from_refresher: bool| {
        let by = if from_refresher { &refresh.there } else { &refresh.back };
        let bye = exchange(*by, *by).nothing_arrives();
        let ordinary = (1.0 - ending.bye_lost.get() - ending.dies.get()).max(0.0);
        ending.bye_lost.get() + ordinary * bye
    };
    let dies = ending.dies.get();
    let mean_of =
        |lost: f64, after_loss: f64, after_death: f64| (lost * after_loss + dies * after_death) / (lost + dies);
    let refresher_mean = mean_of(lost(true), call.refresher_hung_up(), call.refresher_died());
    let watcher_mean = mean_of(lost(false), call.watcher_hung_up(), call.watcher_died());
    let by_refresher = match refresher {
        End::Caller => setup.calls.hangup_by_caller.get(),
        End::Callee => 1.0 - setup.calls.hangup_by_caller.get(),
    };
    let ghosts = [by_refresher * (lost(true) + dies), (1.0 - by_refresher) * (lost(false) + dies)];
    let both = (ghosts[0] * refresher_mean + ghosts[1] * watcher_mean) / (ghosts[0] + ghosts[1]);
    let holds = drops_per_refresh <= MOST_FALSE_DROPS_PER_REFRESH;
    let recovery_mean_s = [refresher_mean, watcher_mean, both].map(|mean| (holds && mean.is_finite()).then_some(mean));
    Some(CallTheory {
        recovery_mean_s,
        refresh_messages_per_call_hour: holds.then(|| call.messages_per_call_hour().total()),
        false_drops_per_million: Some((without_ack + (1.0 - without_ack) * call.false_drops()) * 1e6),
        ..CallTheory::default()
    })
}
