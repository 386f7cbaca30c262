//! Counting: exact histograms, counters and paired differences, all in whole numbers.
//!
//! Nothing here meddles with what it watches, and nothing depends on the order in which it is merged.

mod call;
mod devices;
mod extra_counters;
mod fingerprint;
mod histogram;
mod load;
mod paired;
mod per_second;
pub mod proportion;
mod queues;
mod setups;
mod tally;
mod traffic;
mod wide;

pub use call::{CallCounter, Recovery};
pub use devices::{DeviceCounter, DeviceTally};
pub use extra_counters::{ExtraCounters, WithExtraCounters};
pub use fingerprint::Fingerprint;
pub use histogram::{BIN, Histogram};
pub use load::{ElementLoad, Load, WithLoad};
pub use paired::Paired;
pub use per_second::PerSecond;
pub use queues::{QueueCount, QueueCounts, SLOT_S, Slot};
pub use setups::SetUps;
pub use tally::{Fate, Ghosts, HungUpAs, RefreshMessages, Releases, Tally};
pub use traffic::Traffic;

/// The 97.5 % point of the normal distribution: half a 95 % interval in standard errors.
pub const Z95: f64 = 1.959_963_984_540_054;
