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
use super::reported::{self, Reported, TextTable};
use crate::analysis::Devices;
use crate::study::Files;
use serde_json::Value;

impl Reported for Devices<'_> {
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
