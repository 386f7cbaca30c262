//! Sweeps: every point of a study run, counted, compared call by call or device by device, and set beside closed forms.

mod closed_form;
mod devices;
mod difference;
mod folder;
mod random_outages;
mod results;
mod run;
mod trace;
mod work;

pub use devices::{DevicePoint, DeviceTheory, LevelResult};
pub use difference::{Difference, Found, Told, first_difference};
pub use folder::{ClaimError, Files, ResultFolder, WriteError, write_file};
pub use results::{Cost, PointLoad, PointQueue, PointResult, PointTheory, Results, Swept};
pub use run::{Options, run, total};
pub use trace::{DeviceTrace, MOST_FACTS, Record, Trace, trace, trace_device};
pub use work::Work;
