//! The closed forms of bursts, outages and NATs.

use super::session::{bye_loss, negotiated, refreshes_by_update, schedule};
use super::values::CallTheory;
use crate::net::{Direction as Way, Inside, Link, Loss, Outage, Refreshing};
use crate::random::{Distribution, Probability};
use crate::theory::binding;
use crate::theory::exchange::{Direction, Exchange};
use crate::theory::gilbert::{Gilbert, MOST_CHANNELS, nothing_arrives_over, times_out_over_two};
use crate::theory::outage::CallsAcrossOutage;
use crate::theory::timing::Timing;
use crate::world::{Arrivals, Begin, End, Setup};

const WAYS: [Way; 2] = [Way::ToCallee, Way::ToCaller];

/// Surviving a refresh says that the weather was good then. Where that shifts a closed form by more than this share of
/// it, the form is left out.
const MOST_BIAS: f64 = 0.01;

/// The closed forms for `setup`, whose path is not plain, as far as they hold.
pub(super) fn of(setup: &Setup) -> Option<CallTheory> {
    let plain_copies =
        WAYS.iter().flat_map(|&way| setup.path.links(way)).all(|link| link.duplicate == Probability::NEVER);
    if !plain_copies || !setup.path.node_outages().is_empty() {
        return None;
    }
    by_given_outage(setup).or_else(|| by_binding(setup)).or_else(|| by_bursts(setup))
}

/// The only link of the path, in both directions.
fn only_link(setup: &Setup) -> Option<[&Link; 2]> {
    let [[there], [back]] = WAYS.map(|way| setup.path.links(way)) else { return None };
    Some([there, back])
}

fn never_loses(link: &Link) -> bool {
    link.loss == Loss::Independent(Probability::NEVER)
}

/// The mean talk time of exponential calls of which chance decides nothing else, in seconds.
fn exponential_talk_s(setup: &Setup) -> Option<f64> {
    let Distribution::Exponential { mean } = setup.calls.talk_time else { return None };
    let ending = &setup.calls.ending;
    let by_bye = [ending.bye_lost, ending.dies, ending.restarts].iter().all(|share| *share == Probability::NEVER);
    let open =
        setup.horizon.is_none() && !matches!(setup.calls.arrivals, Arrivals::SteadyState | Arrivals::Stream { .. });
    (by_bye && open).then(|| mean.as_secs_f64())
}

/// The refresher and the timing of the session, if it is refreshed by UPDATE; `None` within if there is no timer.
fn session(setup: &Setup) -> Option<Option<(End, Timing)>> {
    let untimed = !setup.caller.supports_timer && !setup.callee.supports_timer
        || setup.caller.session_expires.is_none() && setup.callee.session_expires.is_none();
    if untimed {
        return Some(None);
    }
    let (refresher, interval_s) = negotiated(setup)?;
    refreshes_by_update(setup, refresher).then_some(())?;
    Some(Some((refresher, Timing::rfc4028(f64::from(interval_s))?)))
}

/// The refresher's exchange over this link, as if nothing were lost.
fn exchange(setup: &Setup, refresher: End, links: [&Link; 2]) -> Option<Exchange> {
    let [there, back] = links.map(|link| Direction::new(0.0, link.delay.mean().as_secs_f64()));
    let (there, back) = match refresher {
        End::Caller => (there?, back?),
        End::Callee => (back?, there?),
    };
    Some(Exchange { schedule: schedule(setup)?, there, back })
}

/// One outage at a given time, of both directions of the only link, which loses nothing else; all calls begin before
/// it.
fn by_given_outage(setup: &Setup) -> Option<CallTheory> {
    let links = only_link(setup)?;
    let [there, back] = links.map(|link| link.outage.as_ref().map(|down| &*down.outage));
    let Outage::Given(periods) = there? else { return None };
    let ([period], true) = (periods.as_slice(), there == back) else { return None };
    let calm = links.iter().all(|link| never_loses(link) && link.nat.is_none());
    let Arrivals::Poisson { within } = setup.calls.arrivals else { return None };
    (calm && within <= period.from).then_some(())?;
    let talk = exponential_talk_s(setup)?;
    let session = session(setup)?;
    let exchange = exchange(setup, session.map_or(End::Caller, |(refresher, _)| refresher), links)?;
    let by_caller = setup.calls.hangup_by_caller.get();
    let calls = CallsAcrossOutage {
        exchange: &exchange,
        by_refresher: match session {
            Some((End::Callee, _)) => 1.0 - by_caller,
            Some((End::Caller, _)) | None => by_caller,
        },
        timing: session.map(|(_, timing)| timing),
        within: within.as_secs_f64(),
        talk,
        begins: period.from.as_secs_f64(),
        lasts: period.length.as_secs_f64(),
    };
    let fates = calls.fates()?;
    Some(CallTheory {
        false_drops_per_million: Some(fates.dropped * 1e6),
        bye_loss: Some(fates.bye_lost / (1.0 - fates.dropped)),
        ..CallTheory::default()
    })
}

/// A NAT on the only link, which loses nothing else, refreshed by what leaves alone.
fn by_binding(setup: &Setup) -> Option<CallTheory> {
    let links = only_link(setup)?;
    let nat = links[0].nat.filter(|nat| Some(*nat) == links[1].nat && nat.refreshed_by == Refreshing::Outbound)?;
    links.iter().all(|link| never_loses(link) && link.outage.is_none()).then_some(())?;
    let talk = exponential_talk_s(setup)?;
    let inside = match nat.inside {
        None | Some(Inside::Caller) => End::Caller,
        Some(Inside::Callee) => End::Callee,
    };
    let (refresher, timing) = session(setup)??;
    let exchange = exchange(setup, refresher, links)?;
    let lasts = nat.expires.as_secs_f64();
    let by_inside = match inside {
        End::Caller => setup.calls.hangup_by_caller.get(),
        End::Callee => 1.0 - setup.calls.hangup_by_caller.get(),
    };
    let cycle = timing.refresh_after() + exchange.round_trip();
    if refresher == inside {
        let lost = binding::shuts_out_bye(lasts, cycle, talk)?;
        let recovery = binding::recovery(lasts, cycle, talk, exchange.round_trip());
        return Some(CallTheory {
            recovery_mean_s: [None, recovery, recovery],
            false_drops_per_million: Some(0.0),
            bye_loss: Some((1.0 - by_inside) * lost),
            ..CallTheory::default()
        });
    }
    if lasts >= timing.refresh_after() {
        return None;
    }
    // The first refresh is shut out with all its copies, and ends every call that lives so long.
    let ends = timing.refresh_after() + timing.refresh_limit(&exchange.schedule).min(timing.window());
    Some(CallTheory {
        false_drops_per_million: Some(1e6 * libm::exp(-ends / talk)),
        bye_loss: Some((1.0 - by_inside) * binding::shuts_out_bye(lasts, ends, talk)?),
        ..CallTheory::default()
    })
}

/// What loses messages that go one way, in the long run.
struct OneWay {
    channels: Vec<Gilbert>,
    /// The loss of each message alone.
    alone: f64,
    /// A down of fixed length, in seconds, and from one to the next.
    fixed: Option<[f64; 2]>,
}

impl OneWay {
    fn of(setup: &Setup, way: Way) -> Option<OneWay> {
        let mut all = OneWay { channels: Vec::new(), alone: 0.0, fixed: None };
        for link in setup.path.links(way) {
            link.nat.is_none().then_some(())?;
            match &link.loss {
                Loss::Independent(loss) => all.alone += (1.0 - all.alone) * loss.get(),
                Loss::Bursts { bursts, .. } => {
                    let ([good, bad], [in_good, in_bad]) = bursts.as_gilbert()?;
                    all.channels.push(Gilbert::from_times(good, bad, in_good, in_bad)?);
                }
                Loss::Trace { .. } => return None,
            }
            match link.outage.as_ref().map(|down| &*down.outage) {
                None => {}
                Some(Outage::Random {
                    up: Distribution::Exponential { mean: up },
                    down: Distribution::Exponential { mean: down },
                }) => {
                    all.channels.push(Gilbert::from_times(up.as_secs_f64(), down.as_secs_f64(), 0.0, 1.0)?);
                }
                Some(Outage::Random { up: Distribution::Constant(up), down: Distribution::Constant(down) })
                    if all.fixed.is_none() =>
                {
                    all.fixed = Some([down.as_secs_f64(), (*up + *down).as_secs_f64()]);
                }
                Some(Outage::Random { .. } | Outage::Given(_) | Outage::Periodic { .. }) => return None,
            }
        }
        Some(all)
    }

    /// The probability that no copy of a request gets through.
    fn nothing_arrives(&self, setup: &Setup) -> Option<f64> {
        let schedule = schedule(setup)?;
        let Some([down, cycle]) = self.fixed else {
            return nothing_arrives_over(&self.channels, self.alone, &schedule);
        };
        let last = *schedule.sends().last()?;
        (self.channels.is_empty() && self.alone <= 0.0 && cycle - down > last).then_some(())?;
        Some((down - last).max(0.0) / cycle)
    }

    /// How fast its slowest channel forgets, per second.
    fn slowest(&self) -> f64 {
        self.channels.iter().map(Gilbert::rate).fold(f64::INFINITY, f64::min)
    }
}

/// Bursts and random outages, met in steady state: of links that each call has to itself, of calls that stand when they
/// begin.
fn by_bursts(setup: &Setup) -> Option<CallTheory> {
    (setup.calls.begin == Begin::Established && !setup.path.is_shared()).then_some(())?;
    let [there, back] = WAYS.map(|way| OneWay::of(setup, way));
    let ways = [there?, back?];
    ways.iter().all(|way| way.channels.len() <= MOST_CHANNELS).then_some(())?;
    if setup.path.len() > 1 {
        // Links are met one after the other, at times as far apart for each copy.
        let (least, most) = setup.path.round_trip_bounds()?;
        (most - least < setup.caller.timers.t1).then_some(())?;
    }
    let forgets = ways[0].slowest().min(ways[1].slowest());
    let bias = match session(setup)? {
        None => 0.0,
        Some((_, timing)) => {
            refreshed_share(setup, timing.refresh_after()) / (forgets * timing.refresh_after()).max(1.0)
        }
    };
    let of_bye = |way| match way {
        Way::ToCallee => ways[0].nothing_arrives(setup),
        Way::ToCaller => ways[1].nothing_arrives(setup),
    };
    let bye_loss = bye_loss(setup, of_bye).filter(|_| bias <= MOST_BIAS);
    let false_drops_per_million = false_drops(setup, &ways, forgets).map(|share| share * 1e6);
    (bye_loss.is_some() || false_drops_per_million.is_some()).then_some(CallTheory {
        bye_loss,
        false_drops_per_million,
        ..CallTheory::default()
    })
}

/// An upper bound of the share of calls that live to their first refresh, `after` seconds after they begin.
fn refreshed_share(setup: &Setup, after: f64) -> f64 {
    match (&setup.calls.talk_time, setup.calls.arrivals) {
        (Distribution::Exponential { mean }, Arrivals::AtStart | Arrivals::Poisson { .. }) => {
            libm::exp(-after / mean.as_secs_f64())
        }
        (distribution, Arrivals::AtStart | Arrivals::Poisson { .. }) => match distribution.bounds() {
            Some((_, most)) if most.as_secs_f64() < after => 0.0,
            Some(_) | None => 1.0,
        },
        (_, Arrivals::SteadyState | Arrivals::Stream { .. }) => 1.0,
    }
}

/// The share of calls that a refresh ends by its time-out: sum of (1-f)^(n-1) f e^-(n c + 64 T1)/T, f the time-out of a
/// transaction over one channel for both directions or one for each. Where the channels forget between two refreshes,
/// and the watcher waits as long as the refresher.
fn false_drops(setup: &Setup, ways: &[OneWay; 2], forgets: f64) -> Option<f64> {
    let links = only_link(setup)?;
    let ([there], [back]) = (ways[0].channels.as_slice(), ways[1].channels.as_slice()) else { return None };
    ways.iter().all(|way| way.alone <= 0.0 && way.fixed.is_none()).then_some(())?;
    let (refresher, timing) = session(setup)??;
    let exchange = exchange(setup, refresher, links)?;
    let limit = exchange.schedule.time_out();
    const LIFETIMES: f64 = 20.0;
    (timing.window() >= limit && forgets * timing.refresh_after() >= LIFETIMES).then_some(())?;
    let (least, most) = setup.path.round_trip_bounds()?;
    (most - least < setup.caller.timers.t1).then_some(())?;
    let together = links.map(|link| match (&link.loss, &link.outage) {
        (Loss::Bursts { together, .. }, None) => Some(*together),
        (Loss::Independent(_), Some(down)) => Some(down.together),
        (Loss::Bursts { .. } | Loss::Independent(_) | Loss::Trace { .. }, _) => None,
    });
    let [to, from] = [exchange.there.delay(), exchange.back.delay()];
    let (request, response) = if refresher == End::Caller { (there, back) } else { (back, there) };
    let fails = match together {
        [Some(true), Some(true)] => request.times_out(&exchange.schedule, to, from)?,
        [Some(false), Some(false)] => times_out_over_two(request, response, &exchange.schedule, to, from)?,
        _ => return None,
    };
    let talk = exponential_talk_s(setup)?;
    let cycle = timing.refresh_after() + exchange.round_trip();
    let lives = libm::exp(-cycle / talk);
    Some(fails * libm::exp(-limit / talk) * lives / (1.0 - (1.0 - fails) * lives))
}
