//! Which closed forms hold for devices, and what they say.

use super::random_outages;
use super::values::DeviceTheory;
use super::watched::{Watched, tries};
use crate::net::Direction;
use crate::random::Distribution;
use crate::theory::heartbeat::{Heartbeat, Online};
use crate::time::{Span, Time};
use crate::world::devices::{Fault, Fleet, Level, Mechanism};
use crate::world::{FaultClock, FaultEffect, FaultMessage};

/// Where round trips vary by more than this, heartbeats are not due to the instant.
const NARROW: Span = Span::from_millis(200);

/// With more losses than this, outages are not all that makes false offlines.
const MOST_LOSS: f64 = 0.02;

/// The closed forms for the devices of `fleet`, as far as they hold.
pub fn of(fleet: &Fleet) -> DeviceTheory {
    let level = &fleet.levels[0];
    let watched = Watched::of(level);
    // A registration of GB/T 28181 that is over sooner than the limit bounds the silence too.
    let bounded = match level.mechanism {
        Mechanism::Gb28181(device, _) => Span::from_secs(device.expires_s.into()) < watched.limit,
        Mechanism::Gat1400(..) => false,
    };
    // Of a message that comes twice one copy is enough.
    let in_doubt = bounded || fleet.levels.iter().any(|level| level.path.duplicates());
    let Some(heartbeat) = watched.heartbeat().filter(|_| !in_doubt) else { return DeviceTheory::default() };
    DeviceTheory {
        detection_mean_s: detection(fleet, &watched, &heartbeat),
        false_offlines_per_device: false_offlines(fleet, level, &watched, &heartbeat),
        at_random: random_outages::on_access_links(&level.path).is_some(),
    }
}

/// Holds where nothing that is scripted goes on while devices go, and where the phase at which they do is known: with
/// their distribution, or at any alike where that spans many intervals. Outages that are on for a small share of time,
/// at random on the devices' own links, are left out: few devices go in one, and their last heartbeat is a little
/// older.
fn detection(fleet: &Fleet, watched: &Watched, heartbeat: &Heartbeat) -> Option<f64> {
    const MANY: u64 = 20;
    let distribution = fleet.online_time.as_ref()?;
    const SELDOM: f64 = 0.005;
    let seldom_down = |level: &Level| {
        let of_access = random_outages::on_access_links(&level.path);
        of_access.is_some_and(|(up, down)| down.mean().as_secs_f64() < SELDOM * up.mean().as_secs_f64())
    };
    if fleet.levels.iter().any(|level| level.path.has_impairments() && !seldom_down(level)) {
        return None;
    }
    let undisturbed = fleet.faults.is_empty() && fleet.restarts.is_empty();
    let online = match *distribution {
        Distribution::Exponential { mean } if undisturbed => Online::Exponential { mean: mean.as_secs_f64() },
        Distribution::Uniform { min, max } if undisturbed => {
            Online::Uniform { min: min.as_secs_f64(), max: max.as_secs_f64() }
        }
        Distribution::Uniform { min, max } if max - min >= watched.interval.times(MANY) => {
            // Nobody is registered before the start of the run.
            let over = disturbed_until(fleet)? + watched.limit;
            (over <= Time::ZERO + min).then_some(Online::AnyPhase)?
        }
        Distribution::Constant(_)
        | Distribution::Uniform { .. }
        | Distribution::Exponential { .. }
        | Distribution::ShiftedExponential { .. }
        | Distribution::Lognormal { .. }
        | Distribution::Gamma { .. }
        | Distribution::Pareto { .. }
        | Distribution::Table(_) => return None,
    };
    Some(heartbeat.mean_detection_of(online))
}

/// When the last fault and the last restart are over; `None` if one never is, or counts from a device's own time.
fn disturbed_until(fleet: &Fleet) -> Option<Time> {
    let faults = fleet.faults.iter().map(|fault| {
        let ends = (fault.clock == FaultClock::Run).then_some(fault.duration).flatten();
        ends.map(|duration| Time::ZERO + fault.from + duration)
    });
    let restarts = fleet.restarts.iter().map(|restart| Some(restart.back()));
    faults.chain(restarts).try_fold(Time::ZERO, |latest, end| Some(latest.max(end?)))
}

/// Holds for scripted outages that all devices see in full, well after they were switched on and before any goes, far
/// enough from each other and from restarts, over links that lose little else, and for heartbeats and tries that are
/// due to the instant; or for outages at random on each device's own link, where nothing is scripted.
fn false_offlines(fleet: &Fleet, level: &Level, watched: &Watched, heartbeat: &Heartbeat) -> Option<f64> {
    let (least, most) = level.path.round_trip_bounds()?;
    let few_losses = [Direction::ToCallee, Direction::ToCaller].iter().all(|&way| level.path.loss(way) <= MOST_LOSS);
    if level.path.has_impairments() {
        let known = few_losses && watched.jitter == Span::ZERO && most - least < NARROW;
        return random_outages::false_offlines(fleet, level, watched, heartbeat, most - least).filter(|_| known);
    }
    let (_, latest_start) = fleet.starts.bounds()?;
    // The first keepalive of all has been sent, and every phase is alike only if they were switched on evenly.
    let evenly = matches!(fleet.starts, Distribution::Uniform { min, max } if (max - min) == watched.interval);
    let known = few_losses && evenly && watched.jitter == Span::ZERO && most - least < NARROW;
    let mut free_from = Time::ZERO + latest_start + watched.interval.times(2);
    let mut expected = 0.0;
    let mut outages: Vec<&Fault> = fleet.faults.iter().filter(|fault| fault.is_at(0)).collect();
    outages.sort_by_key(|fault| fault.from);
    for fault in outages {
        let whole = fault.is_of_both_at(0)
            && fault.message == FaultMessage::Any
            && fault.effect == FaultEffect::Lose
            && fault.nth.is_empty()
            && fault.clock == FaultClock::Run;
        let from = Time::ZERO + fault.from;
        let duration = fault.duration.filter(|_| whole && from >= free_from)?;
        free_from = from + duration + watched.limit + watched.check_period + watched.interval;
        let tries = tries(level, duration + watched.limit)?;
        // A try that is just in time is so by the delays on its way, where they vary.
        let (border, slack) = ((watched.limit - watched.interval).as_secs_f64(), (most - least).as_secs_f64());
        if slack > 0.0 && tries.iter().any(|sent| (sent - border).abs() <= slack) {
            return None;
        }
        expected += heartbeat.false_offline_of(duration.as_secs_f64(), tries);
    }
    // Devices of one platform share the instants at which it looks.
    let looks = watched.check_period == Span::ZERO || level.platforms >= level.count;
    let apart = fleet.restarts.iter().filter(|restart| restart.level == 0).all(|restart| restart.at >= free_from);
    let nobody_goes = fleet.online_time.as_ref().is_none_or(|distribution| match distribution.bounds() {
        Some((least, _)) => Time::ZERO + least >= free_from,
        None => fleet.faults.is_empty(),
    });
    (known && looks && apart && nobody_goes && free_from <= fleet.horizon).then_some(expected)
}
