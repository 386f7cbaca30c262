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
use super::reported::{self, Parts};
use super::sheet::AnySheet;
use crate::analysis::Calls;
use serde_json::Value;

impl Parts for Calls<'_> {
    fn sheets(&self) -> Vec<Box<dyn AnySheet + '_>> {
        sheets::sheets(self)
    }

    fn takeaway(&self) -> String {
        takeaway::summary(self)
    }

    fn summary(&self) -> Value {
        summary::json(self)
    }

    fn drawn(&self) -> Vec<Figure> {
        figures::drawn(self)
    }

    fn page_with(&self, figures: &[Figure]) -> String {
        page::html(self, figures)
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
