//! What is to be run.

use super::fact::HangUp;
use super::traffic::Fault;
use crate::heartbeat::{gat1400, gb28181};
use crate::net::Path;
use crate::random::{Distribution, Probability};
use crate::time::{Span, Time};

/// Devices, their platforms, and what befalls them: every setting decided.
#[derive(Clone, Debug)]
pub struct Fleet {
    /// The seed of all chance.
    pub seed: u64,
    /// Who registers at whom: the devices first, then the platforms of each level at those of the next (rule G11).
    pub levels: Vec<Level>,
    /// When a device is switched on, after the start of the run.
    pub starts: Distribution,
    /// How long after its first registration a device is switched off; `None`: never.
    pub online_time: Option<Distribution>,
    /// The share of devices whose UnRegister is sent and no copy of it gets through.
    pub unregister_lost: Probability,
    /// The share of devices that die without a word.
    pub dies: Probability,
    /// When platforms go down and come back without memory.
    pub restarts: Vec<Restart>,
    /// What is lost or refused by script.
    pub faults: Vec<Fault>,
    /// When the run ends.
    pub horizon: Time,
}

/// Those who register at the platforms of one level.
#[derive(Clone, Debug)]
pub struct Level {
    /// How many register: devices, or platforms of the level below.
    pub count: u32,
    /// How many platforms they register at.
    pub platforms: u32,
    /// The way to the platform.
    pub path: Path,
    /// How both sides behave.
    pub mechanism: Mechanism,
}

/// How devices and platforms behave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mechanism {
    /// GA/T 1400 over HTTP.
    Gat1400(gat1400::DeviceSettings, gat1400::PlatformSettings),
    /// GB/T 28181 over SIP.
    Gb28181(gb28181::DeviceSettings, gb28181::PlatformSettings),
}

/// All platforms of a level go down at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Restart {
    /// At which level, from 0: that at which the devices register.
    pub level: usize,
    /// When they go down.
    pub at: Time,
    /// After how long they are back.
    pub down: Span,
}

impl Restart {
    /// When they are back.
    pub fn back(&self) -> Time {
        self.at + self.down
    }
}

/// Who is run: a device, or a platform at the platform above it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unit {
    /// Its level.
    pub level: usize,
    /// Its number among those of its level, from 0.
    pub index: u32,
}

impl Fleet {
    /// How many units there are, of all levels.
    pub fn units(&self) -> u64 {
        self.levels.iter().map(|level| u64::from(level.count)).sum()
    }

    /// The nth unit, from 0: devices first, then the platforms of each level; `None` beyond the last.
    pub fn unit(&self, nth: u64) -> Option<Unit> {
        let mut before = 0;
        for (level, index) in self.levels.iter().zip(0usize..) {
            let within = nth - before;
            if within < u64::from(level.count) {
                return Some(Unit { level: index, index: within as u32 });
            }
            before += u64::from(level.count);
        }
        None
    }

    /// How the device that drew the uniform number `u`, from 0 to 1, goes.
    pub fn hang_up(&self, u: f64) -> HangUp {
        match u {
            _ if u < self.unregister_lost.get() => HangUp::UnRegisterLost,
            _ if u < self.unregister_lost.get() + self.dies.get() => HangUp::Dies,
            _ => HangUp::UnRegister,
        }
    }
}
