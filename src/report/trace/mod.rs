//! One call, told fact by fact: as a ladder for people, as JSON lines for tools.

mod json;
mod ladder;
mod recorder;
mod why;

pub use json::{fact_line, json_lines};
pub use ladder::ladder;
pub use recorder::{MOST_FACTS, Record, Trace, trace};
