//! What outages at random on the access links of devices do: how often a living device is called offline, beside the
//! simulation.

use super::watched::{Watched, tries};
use crate::net::{Direction, Link, Outage, Path};
use crate::random::Distribution;
use crate::theory::heartbeat::Heartbeat;
use crate::time::{Span, Time};
use crate::world::devices::{Fleet, Level};

/// By how many lengths, each as likely, a distribution stands for all of them.
const LENGTHS: u64 = 4096;

/// Outages that come again sooner than a platform waits are to be no more than this share.
const TOO_SOON: f64 = 0.02;

/// How long each device's own link is up and down in turn, if that is all the bad times on the way.
pub(super) fn on_access_links(path: &Path) -> Option<(&Distribution, &Distribution)> {
    let [there, back] = [path.links(Direction::ToCallee), path.links(Direction::ToCaller)];
    let calm = |link: &Link| Link { outage: None, ..link.clone() }.is_plain();
    let [(first, others), (last, before)] = [there.split_first()?, back.split_last()?];
    let alone = others.iter().chain(before).all(|link| link.outage.is_none()) && path.node_outages().is_empty();
    // Devices stand at its end, so it is one for each unless the topology says otherwise.
    if !alone || first.shared == Some(true) || first.outage != last.outage || !there.iter().chain(back).all(calm) {
        return None;
    }
    let down = first.outage.as_ref().filter(|down| down.together)?;
    match &*down.outage {
        Outage::Random { up, down } => Some((up, down)),
        Outage::Given(_) | Outage::Periodic { .. } => None,
    }
}

/// Lengths of `distribution`, each as likely as another, that stand for all.
fn lengths(distribution: &Distribution) -> impl Iterator<Item = Span> {
    let step = u64::MAX / LENGTHS;
    (0..LENGTHS).map(move |nth| distribution.sample(nth * step + step / 2))
}

/// How often a device is called offline in a run by outages of its own link: as many as begin while it is watched, each
/// with the probability that belongs to its length. `slack` is by how much a round trip varies.
///
/// Holds where outages seldom follow each other sooner than a platform waits. Of the time that a device is on, that is
/// left out at whose end the silence would not have lasted long enough, and that in which restarts have it unknown.
pub(super) fn false_offlines(
    fleet: &Fleet,
    level: &Level,
    watched: &Watched,
    heartbeat: &Heartbeat,
    slack: Span,
) -> Option<f64> {
    let (up, down) = on_access_links(&level.path)?;
    let soon = lengths(up).filter(|length| *length < watched.limit + watched.interval).count();
    if soon as f64 > TOO_SOON * LENGTHS as f64 || !fleet.faults.is_empty() {
        return None;
    }
    let longest = lengths(down).max()?;
    let tries = tries(level, longest.min(watched.limit.times(2)) + watched.limit)?;
    let border = (watched.limit - watched.interval).as_secs_f64();
    if slack > Span::ZERO && tries.iter().any(|sent| (sent - border).abs() <= slack.as_secs_f64()) {
        return None;
    }
    let of_length = |length: Span| heartbeat.false_offline_of(length.as_secs_f64(), tries.iter().copied());
    let of_outage = lengths(down).map(of_length).sum::<f64>() / LENGTHS as f64;
    let cycle = (up.mean() + down.mean()).as_secs_f64();
    Some(at_risk(fleet, watched) / cycle * of_outage)
}

/// For how long a device is watched in which an outage may begin that is noticed while it lives, on average, in
/// seconds.
fn at_risk(fleet: &Fleet, watched: &Watched) -> f64 {
    let run = (fleet.horizon.since(Time::ZERO) - fleet.starts.mean()).as_secs_f64();
    let restarts = fleet.restarts.iter().filter(|restart| restart.level == 0);
    let unknown: f64 = restarts.map(|restart| (restart.down + watched.limit).as_secs_f64()).sum();
    let too_late = (watched.limit - watched.interval.divided_by(2)).as_secs_f64() + unknown;
    let on = |time: Span| (time.as_secs_f64().min(run) - too_late).max(0.0);
    match &fleet.online_time {
        None => (run - too_late).max(0.0),
        Some(distribution) => lengths(distribution).map(on).sum::<f64>() / LENGTHS as f64,
    }
}
