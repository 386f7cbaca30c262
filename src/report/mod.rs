//! Turns what is known of a study into what people and tools read: tables, files, figures and a page.
//!
//! Figures come from `analysis`, every table is described by a sheet, and every number is written by [`number`]; the
//! rest is layout. Nothing here knows the time of day, the host or the number of threads: the same analysis gives the
//! same bytes.

mod calls;
mod devices;
mod docs;
mod figures;
mod markup;
mod mechanisms;
pub mod number;
mod page;
mod reported;
mod settings;
mod sheet;
mod summary;
mod sweep;
#[cfg(test)]
mod testing;
pub mod topology;
mod trace;

pub use calls::{SCHEMA, SCHEMA_VERSION};
pub use docs::{Section, sections};
pub use figures::{Figure, png};
pub use reported::{Reported, TextTable};
pub use sheet::text::{WIDTH, wrap};
pub use trace::{device_fact_line, device_json_lines, device_ladder, fact_line, json_lines, ladder};
