//! Turns what a study found into what people and tools read: a table, files, figures and a page.
//!
//! Every figure is computed once, in `point`, and every number is written by [`number`]; the rest is layout. Nothing
//! here knows the time of day, the host or the number of threads: the same [`Results`](crate::study::Results) give the
//! same bytes.

mod columns;
mod devices;
mod figures;
mod files;
mod load;
mod mechanisms;
pub mod number;
mod page;
mod point;
mod queues;
mod rates;
mod releases;
mod rows;
mod setups;
mod sweep;
mod table;
mod takeaway;
#[cfg(test)]
mod testing;
mod text;
pub mod topology;
mod trace;
mod write;

pub use figures::{Figure, figures, png};
pub use files::{SCHEMA, SCHEMA_VERSION, json, points_csv};
pub use page::page;
pub use table::table;
pub use takeaway::takeaway;
pub use trace::{device_fact_line, device_json_lines, device_ladder, fact_line, json_lines, ladder};
pub use write::{Reported, draw};
