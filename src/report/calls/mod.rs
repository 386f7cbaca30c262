//! What is said of a study of calls.
//!
//! Each table is a sheet in a file of its own, and `sheets` is the list of them; each figure is a line of `figures`.

mod changes;
mod figures;
mod holders;
mod load;
mod page;
mod points;
mod queues;
mod releases;
mod sheets;
mod summary;
mod takeaway;

pub(super) use points::{theory_cell, who_name};
pub(super) use releases::cause_key;
pub use summary::{SCHEMA, SCHEMA_VERSION};

use super::figures::Figure;
use super::reported::{self, Reported, TextTable};
use crate::analysis::Calls;
use crate::study::Files;
use serde_json::Value;

impl Reported for Calls<'_> {
    fn takeaway(&self) -> String {
        takeaway::summary(self)
    }

    fn text(&self, width: usize) -> String {
        reported::text(&sheets::sheets(self), &takeaway::summary(self), width)
    }

    fn text_tables(&self) -> Vec<TextTable> {
        reported::text_tables(&sheets::sheets(self))
    }

    fn json(&self) -> Value {
        summary::json(self)
    }

    fn figures(&self) -> Vec<Figure> {
        figures::drawn(self)
    }

    fn page(&self) -> String {
        page::html(self, &figures::drawn(self))
    }

    fn files(&self) -> Files {
        let figures = figures::drawn(self);
        let page = page::html(self, &figures);
        reported::files(&sheets::sheets(self), &summary::json(self), &figures, page)
    }
}

/// The files of a study of calls as a table of the documentation.
pub(super) fn files_in_docs(empty: &Calls) -> String {
    reported::files_in_docs(
        &sheets::sheets(empty),
        &figures::captions(),
        "the same figures, nested, with the study's name and seed; also printed by `--json`",
    )
}

/// The fields of each sheet as a table of the documentation, with the sheet's name.
pub(super) fn fields_in_docs(empty: &Calls) -> Vec<(&'static str, String)> {
    sheets::sheets(empty).iter().map(|sheet| (sheet.id(), sheet.fields())).collect()
}
