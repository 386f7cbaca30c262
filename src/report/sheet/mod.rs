//! Every table is described once, as a sheet: its columns with key, unit, head and meaning, and how each is read from a row.
//! From it are written CSV, JSON, text for the terminal, HTML for the page, and the fields in `docs/results.md`.

mod cell;
mod column;
mod csv;
mod description;
mod docs;
mod groups;
pub mod html;
pub mod json;
mod table;
pub mod text;

pub use cell::{Cell, Shown};
pub use column::{Column, Each};
pub use description::{AnySheet, Sheet, Stack, View};
pub use groups::{Group, Groups};
pub use table::Table;
