//! One call or one device, told fact by fact: as a ladder for people, as JSON lines for tools.

mod device;
mod json;
mod ladder;
mod lanes;
mod why;

pub use device::{device_fact_line, device_json_lines, device_ladder};
pub use json::{fact_line, json_lines};
pub use ladder::ladder;
