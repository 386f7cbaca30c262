//! What is counted of devices at a point.

use super::sweep_point::{Cost, SweepPoint};
use crate::measure::DeviceTally;
use crate::scenario::Point;
use crate::time::{Span, Time};
use crate::world::devices::{Fleet, Mechanism, Restart};

/// What was found at one point.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
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
}

/// What was counted of those who register at the platforms of one level.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct LevelResult {
    /// Who registers where: `devices at district`.
    pub name: String,
    /// How many platforms they register at.
    pub platforms: u32,
    /// What was counted.
    pub tally: DeviceTally,
}

impl DevicePoint {
    /// What was counted of the devices themselves.
    pub fn devices(&self) -> &DeviceTally {
        &self.levels[0].tally
    }
}

impl SweepPoint for DevicePoint {
    fn values(&self) -> &[String] {
        &self.values
    }

    fn session_expires_s(&self) -> Option<u32> {
        None
    }

    fn cost(&self) -> Cost {
        let sum = |of: fn(&DeviceTally) -> u64| self.levels.iter().map(|level| of(&level.tally)).sum();
        Cost {
            units: sum(|tally| tally.devices),
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
pub(super) fn found(point: &Point<Fleet>, tallies: Vec<DeviceTally>, fingerprint: u64) -> DevicePoint {
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
        interval: interval(&fleet.levels[0].mechanism),
        fingerprint,
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

/// The interval of the keepalives.
fn interval(mechanism: &Mechanism) -> Span {
    match mechanism {
        Mechanism::Gat1400(device, _) => device.interval,
        Mechanism::Gb28181(device, _) => device.interval,
    }
}
