//! What a study found.

use super::devices::DevicePoint;
use super::sweep_point::{Cost, SweepPoint};
use crate::measure::{Fingerprint, Load, Paired, QueueCount, Tally};
use crate::scenario::{Manifest, Provenance};
use crate::time::{Span, Time};

/// The outcome of a study: one entry for each point, in the order of the sweep.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Results<P = PointResult> {
    /// Name of the scenario.
    pub name: String,
    /// Its question, in one sentence; may be empty.
    pub title: String,
    /// Seed of the run.
    pub seed: u64,
    /// Dotted keys of the sweep's axes; empty for a single point.
    pub axes: Vec<String>,
    /// The points.
    pub points: Vec<P>,
    /// `paired[i]` compares point `i + 1` with point `i`, call by call or device by device.
    pub paired: Vec<Paired>,
    /// The devices that stand beside it on its page.
    pub companion: Option<Box<Results<DevicePoint>>>,
    /// What the study was made from.
    pub provenance: Provenance,
}

impl<P: SweepPoint> Results<P> {
    /// The fingerprint of the run: that of its points in their order.
    pub fn fingerprint(&self) -> u64 {
        Fingerprint::of_all(self.points.iter().map(SweepPoint::fingerprint))
    }

    /// The manifest of the folder that has these results; its files are not listed yet.
    pub fn manifest(&self) -> Manifest {
        let provenance = &self.provenance;
        Manifest {
            schema: Manifest::SCHEMA.to_owned(),
            schema_version: Manifest::SCHEMA_VERSION,
            byeloss_version: env!("CARGO_PKG_VERSION").to_owned(),
            name: self.name.clone(),
            builtin: provenance.builtin.clone(),
            overrides: provenance.overrides.clone(),
            seed: self.seed,
            fingerprint: format!("{:016x}", self.fingerprint()),
            command: provenance.command(),
            files: Vec::new(),
        }
    }
}

/// What was found at one point.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct PointResult {
    /// The value of each axis, as written in the scenario.
    pub values: Vec<String>,
    /// The caller's Session-Expires, in seconds, if it asks for one.
    pub session_expires_s: Option<u32>,
    /// Names of the elements of a call, by their number: caller, callee, then those between in the order of the path.
    pub elements: Vec<String>,
    /// What was counted.
    pub tally: Tally,
    /// Whether the network has bad times: bursts, outages, NATs.
    pub has_impairments: bool,
    /// That of all facts of all calls.
    pub fingerprint: u64,
    /// What each element did in each second, if the scenario asks for it.
    pub load: Option<PointLoad>,
    /// What came to the queues before links with a rate, in the order from the caller, that toward the callee first.
    pub queues: Vec<PointQueue>,
}

/// What came to a queue at a point.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct PointQueue {
    /// The link that it is before, by the names of its nodes.
    pub link: String,
    /// What was counted.
    pub count: QueueCount,
    /// How long the run lasted.
    pub length: Span,
}

impl PointQueue {
    /// Messages that came to it.
    pub fn messages(&self) -> u64 {
        self.count.taken() + self.count.dropped()
    }
}

/// What each element did in each second of a point.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct PointLoad {
    /// By the number of the element.
    pub load: Load,
    /// How many seconds the run lasted.
    pub seconds: usize,
    /// The outages that all calls see, in their order: from when to when.
    pub outages: Vec<(Time, Time)>,
}

impl SweepPoint for PointResult {
    fn values(&self) -> &[String] {
        &self.values
    }

    fn session_expires_s(&self) -> Option<u32> {
        self.session_expires_s
    }

    fn cost(&self) -> Cost {
        Cost {
            units: self.tally.calls,
            messages: self.tally.messages_sent,
            firings: self.tally.timers_fired,
            events: self.tally.events(),
        }
    }

    fn fingerprint(&self) -> u64 {
        self.fingerprint
    }
}
