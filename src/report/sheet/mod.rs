//! Every table is described once, as a sheet: its columns with key, unit, head and meaning, and how each is read from a
//! row. From it are written CSV, JSON, text for the terminal, HTML for the page, and the fields in `docs/results.md`.

mod cell;
mod column;
mod csv;
mod description;
mod docs;
mod groups;
pub(super) mod html;
pub(super) mod json;
mod table;
pub(super) mod text;

pub(super) use cell::{Cell, Shown};
pub(super) use column::{Column, Each};
pub(super) use description::{AnySheet, Sheet, Stack, View};
pub(super) use groups::{Group, Groups};
pub(super) use table::Table;
