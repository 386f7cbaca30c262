//! What is said of a study of devices: the same kinds of files, table and page as of calls, with figures of their own.

mod figures;
mod levels;
mod load;
mod page;
mod points;
mod sheets;
mod summary;
mod takeaway;

use super::figures::Figure;
use super::reported::{self, Parts};
use super::sheet::AnySheet;
use crate::analysis::Devices;
use serde_json::Value;

impl Parts for Devices<'_> {
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

/// The files of a study of devices as a table of the documentation.
pub(super) fn files_in_docs(empty: &Devices) -> String {
    let summary = "the figures of `points.csv`, nested, and under `levels` those of `levels.csv`; `schema` is \
                   `byeloss/devices-summary`, `schema_version` 2";
    reported::files_in_docs(&sheets::sheets(empty), &figures::captions(), summary)
}

/// The fields of each sheet as a table of the documentation, with the sheet's name.
pub(super) fn fields_in_docs(empty: &Devices) -> Vec<(&'static str, String)> {
    sheets::sheets(empty).iter().map(|sheet| (sheet.id(), sheet.fields())).collect()
}
