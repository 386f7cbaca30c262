//! What a study of devices finds at a point, and which closed forms hold there.

use super::random_outages;
use super::results::{Cost, Swept};
use crate::heartbeat::{gat1400, gb28181};
use crate::measure::DeviceTally;
use crate::net::Direction;
use crate::random::Law;
use crate::scenario::Point;
use crate::sip::BaseTimers;
use crate::theory::heartbeat::{Heartbeat, Online};
use crate::theory::schedule::Schedule;
use crate::time::{Span, Time};
use crate::world::fleet::{Fault, FaultClock, FaultEffect, FaultMessage, Fleet, Level, Mechanism, Restart};

/// What was found at one point.
#[derive(Clone, Debug)]
pub struct DevicePoint {
    /// The value of each axis, as written in the scenario.
    pub values: Vec<String>,
    /// Those who register at each level: the devices first.
    pub levels: Vec<LevelResult>,
    /// When platforms restarted.
    pub restarts: Vec<Restart>,
    /// How long the run lasted.
    pub horizon: Time,
    /// The interval of the keepalives.
    pub interval: Span,
    /// That of all facts of all units.
    pub fingerprint: u64,
    /// Closed forms for the devices, each where it holds.
    pub theory: DeviceTheory,
}

/// What was counted of those who register at the platforms of one level.
#[derive(Clone, Debug)]
pub struct LevelResult {
    /// Who registers where: `devices at district`.
    pub name: String,
    /// How many platforms they register at.
    pub platforms: u32,
    /// What was counted.
    pub tally: DeviceTally,
}

/// Closed forms for the devices of a point, each where it holds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct DeviceTheory {
    /// The mean time from a device's going without a word until its platform knows, in seconds.
    pub detection_mean_s: Option<f64>,
    /// How often a living device is called offline in a run.
    pub false_offlines_per_device: Option<f64>,
    /// Whether that is of outages at random: any number of them for a device. Else each is a trial that all devices take.
    pub at_random: bool,
}

impl DevicePoint {
    /// What was counted of the devices themselves.
    pub fn devices(&self) -> &DeviceTally {
        &self.levels[0].tally
    }
}

impl Swept for DevicePoint {
    fn values(&self) -> &[String] {
        &self.values
    }

    fn session_expires_s(&self) -> Option<u32> {
        None
    }

    fn cost(&self) -> Cost {
        let sum = |of: fn(&DeviceTally) -> u64| self.levels.iter().map(|level| of(&level.tally)).sum();
        Cost {
            pieces: sum(|tally| tally.devices),
            messages: sum(DeviceTally::messages_sent),
            firings: sum(|tally| tally.timers_fired),
            events: sum(DeviceTally::events),
        }
    }

    fn fingerprint(&self) -> u64 {
        self.fingerprint
    }
}

/// What was found at `point`.
pub fn found(point: &Point<Fleet>, tallies: Vec<DeviceTally>, fingerprint: u64) -> DevicePoint {
    let fleet = &point.setup;
    let ends = ends(point);
    let levels = fleet.levels.iter().zip(tallies).zip(ends.windows(2)).map(|((level, tally), ends)| LevelResult {
        name: format!("{} at {}", ends[0], ends[1]),
        platforms: level.platforms,
        tally,
    });
    DevicePoint {
        values: point.values.clone(),
        levels: levels.collect(),
        restarts: fleet.restarts.clone(),
        horizon: fleet.horizon,
        interval: Watched::of(&fleet.levels[0]).interval,
        fingerprint,
        theory: theory(fleet),
    }
}

/// The nodes of the devices and of the platforms of each level.
fn ends(point: &Point<Fleet>) -> Vec<String> {
    let links = point.setup.levels.iter().scan(0usize, |at, level| {
        *at += usize::from(level.path.len());
        Some(*at)
    });
    [0].into_iter().chain(links).filter_map(|node| point.nodes.get(node).cloned()).collect()
}

/// What the closed forms read of a level.
pub(super) struct Watched {
    pub interval: Span,
    pub jitter: Span,
    pub limit: Span,
    pub check_period: Span,
}

impl Watched {
    fn of(level: &Level) -> Watched {
        let (interval, jitter, watch) = match level.mechanism {
            Mechanism::Gat1400(device, platform) => (device.interval, device.jitter, platform.watch),
            Mechanism::Gb28181(device, platform) => (device.interval, device.jitter, platform.watch),
        };
        Watched { interval, jitter, limit: watch.limit, check_period: watch.check_period }
    }

    /// The heartbeat of the closed forms: misses by the device's own interval, and what is over as tolerance; `None` where the
    /// platform does not even allow the next to be late.
    fn heartbeat(&self) -> Option<Heartbeat> {
        // Where a heartbeat that is hardly late is silence enough, devices are called offline all the time.
        const LATE: Span = Span::from_secs(1);
        if self.limit <= self.interval + self.jitter + LATE {
            return None;
        }
        let misses = u32::try_from(self.limit.as_nanos() / self.interval.as_nanos().max(1)).ok()?;
        let tolerance = self.limit - self.interval.times(misses.into());
        Heartbeat::new(self.interval.as_secs_f64(), misses, self.check_period.as_secs_f64())?
            .loosely(tolerance.as_secs_f64(), self.jitter.as_secs_f64())
    }
}

/// Where round trips vary by more than this, heartbeats are not due to the instant.
const NARROW: Span = Span::from_millis(200);

/// With more losses than this, outages are not all that makes false offlines.
const MOST_LOSS: f64 = 0.02;

fn theory(fleet: &Fleet) -> DeviceTheory {
    let level = &fleet.levels[0];
    let watched = Watched::of(level);
    // A registration of GB/T 28181 that is over sooner than the limit bounds the silence too.
    let bounded = match level.mechanism {
        Mechanism::Gb28181(device, _) => Span::from_secs(device.expires_s.into()) < watched.limit,
        Mechanism::Gat1400(..) => false,
    };
    let Some(heartbeat) = watched.heartbeat().filter(|_| !bounded) else { return DeviceTheory::default() };
    DeviceTheory {
        detection_mean_s: detection(fleet, &watched, &heartbeat),
        false_offlines_per_device: false_offlines(fleet, level, &watched, &heartbeat),
        at_random: random_outages::on_access_links(&level.path).is_some(),
    }
}

/// Holds where nothing that is scripted goes on while devices go, and where the phase at which they do is known: with their law, or
/// at any alike where that spans many intervals. Outages that are on for a small share of time, at random on the devices' own
/// links, are left out: few devices go in one, and their last heartbeat is a little older.
fn detection(fleet: &Fleet, watched: &Watched, heartbeat: &Heartbeat) -> Option<f64> {
    const MANY: u64 = 20;
    let law = fleet.online_time.as_ref()?;
    const SELDOM: f64 = 0.005;
    let seldom_down = |level: &Level| {
        let of_access = random_outages::on_access_links(&level.path);
        of_access.is_some_and(|(up, down)| down.mean().as_secs_f64() < SELDOM * up.mean().as_secs_f64())
    };
    if fleet.levels.iter().any(|level| level.path.has_weather() && !seldom_down(level)) {
        return None;
    }
    let undisturbed = fleet.faults.is_empty() && fleet.restarts.is_empty();
    let online = match *law {
        Law::Exponential { mean } if undisturbed => Online::Exponential { mean: mean.as_secs_f64() },
        Law::Uniform { min, max } if undisturbed => Online::Uniform { min: min.as_secs_f64(), max: max.as_secs_f64() },
        Law::Uniform { min, max } if max - min >= watched.interval.times(MANY) => {
            // Nobody is registered before the start of the run.
            let over = disturbed_until(fleet)? + watched.limit;
            (over <= Time::ZERO + min).then_some(Online::AnyPhase)?
        }
        Law::Constant(_)
        | Law::Uniform { .. }
        | Law::Exponential { .. }
        | Law::ShiftedExponential { .. }
        | Law::Lognormal { .. }
        | Law::Gamma { .. }
        | Law::Pareto { .. }
        | Law::Table(_) => return None,
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

/// Holds for scripted outages that all devices see in full, well after they were switched on and before any goes, far enough from each other
/// and from restarts, over links that lose little else, and for heartbeats and tries that are due to the instant; or for
/// outages at random on each device's own link, where nothing is scripted.
fn false_offlines(fleet: &Fleet, level: &Level, watched: &Watched, heartbeat: &Heartbeat) -> Option<f64> {
    let (least, most) = level.path.round_trip_bounds()?;
    let few_losses = [Direction::ToCallee, Direction::ToCaller].iter().all(|&way| level.path.loss(way) <= MOST_LOSS);
    if level.path.has_weather() {
        let known = few_losses && watched.jitter == Span::ZERO && most - least < NARROW;
        return random_outages::false_offlines(fleet, level, watched, heartbeat, most - least).filter(|_| known);
    }
    let (_, latest_start) = fleet.starts.bounds()?;
    // The first keepalive of all has been sent, and every phase is alike only if they were switched on evenly.
    let evenly = matches!(fleet.starts, Law::Uniform { min, max } if (max - min) == watched.interval);
    let known = few_losses && evenly && watched.jitter == Span::ZERO && most - least < NARROW;
    let mut free_from = Time::ZERO + latest_start + watched.interval.times(2);
    let mut expected = 0.0;
    let mut outages: Vec<&Fault> =
        fleet.faults.iter().filter(|fault| fault.level.is_none_or(|level| level == 0)).collect();
    outages.sort_by_key(|fault| fault.from);
    for fault in outages {
        let whole = fault.sender.is_none()
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
    let nobody_goes = fleet.online_time.as_ref().is_none_or(|law| match law.bounds() {
        Some((least, _)) => Time::ZERO + least >= free_from,
        None => fleet.faults.is_empty(),
    });
    (known && looks && apart && nobody_goes && free_from <= fleet.horizon).then_some(expected)
}

/// When a device sends, in seconds after a keepalive that is not heard was due, up to `end`.
pub(super) fn tries(level: &Level, end: Span) -> Option<Vec<f64>> {
    let mut tries = match &level.mechanism {
        Mechanism::Gat1400(device, _) => http_tries(device, end)?,
        Mechanism::Gb28181(device, _) if !device.timers.reliable => sip_tries(device, end)?,
        Mechanism::Gb28181(..) => return None,
    };
    tries.sort_by(f64::total_cmp);
    tries.dedup();
    Some(tries)
}

/// The waits after which TCP sends a segment again: 1, 3, 7 s and so on.
fn tcp_sends(until: f64) -> impl Iterator<Item = f64> {
    let sends = (0..).scan((0.0, 1.0f64), |(at, timeout), _| {
        let sent = *at;
        (*at, *timeout) = (*at + *timeout, (*timeout * 2.0).min(60.0));
        Some(sent)
    });
    sends.take_while(move |&sent| sent < until)
}

/// GA/T 1400 over connections for each request: the SYNs of each try.
fn http_tries(device: &gat1400::DeviceSettings, end: Span) -> Option<Vec<f64>> {
    if device.keeps_connection || device.retry_jitter != Span::ZERO {
        return None;
    }
    let connect_timeout = device.connect_timeout.as_secs_f64();
    let every = match device.after_timeout {
        gat1400::AfterTimeout::Again => device.connect_timeout + device.retry_gap,
        gat1400::AfterTimeout::Next => device.interval.max(device.connect_timeout),
    };
    let tries = end.as_nanos() / every.as_nanos().max(1);
    let begun = (0..=tries).map(|n| every.times(n).as_secs_f64());
    Some(begun.flat_map(|begun| tcp_sends(connect_timeout).map(move |sent| begun + sent)).collect())
}

/// GB/T 28181 over UDP: the copies of each keepalive, and those of the registration after too many that timed out.
fn sip_tries(device: &gb28181::DeviceSettings, end: Span) -> Option<Vec<f64>> {
    let BaseTimers { t1, t2, .. } = device.timers;
    let copies: Vec<f64> = Schedule::non_invite(t1.as_secs_f64(), t2.as_secs_f64())?.sends().to_vec();
    let timeout = device.timers.timeout();
    let keepalives = end.as_nanos() / device.interval.as_nanos().max(1);
    let mut begun: Vec<Span> = (0..=keepalives).map(|n| device.interval.times(n)).collect();
    if let Some(tries) = device.tries {
        let given_up = device.interval.times(u64::from(tries) - 1) + timeout;
        begun.retain(|&at| at < given_up);
        let every = timeout + device.register_gap;
        let registrations = (end - given_up).as_nanos() / every.as_nanos();
        begun.extend((0..=registrations).map(|n| given_up + every.times(n)));
    }
    Some(begun.iter().flat_map(|begun| copies.iter().map(|copy| begun.as_secs_f64() + copy)).collect())
}
