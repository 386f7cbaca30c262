//! Sweeps: every point of a study run, counted, and compared call by call or device by device.

mod devices;
mod difference;
mod folder;
mod results;
mod run;
mod sweep_point;
mod trace;
mod work;

pub use devices::{DevicePoint, LevelResult};
pub use difference::{Difference, Found, Told, first_difference};
pub use folder::{ClaimError, Files, ResultFolder, WriteError, write_file};
pub use results::{PointLoad, PointQueue, PointResult, Results};
pub use run::{Options, run, total};
pub use sweep_point::{Cost, SweepPoint};
pub use trace::{DeviceTrace, MOST_FACTS, Record, Trace, trace, trace_device};
pub use work::Work;
