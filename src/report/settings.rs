//! What was simulated: every setting, with where it is stated.

use super::sheet::{Cell, Column, Groups, Sheet, View};
use crate::scenario::{Provenance, Setting};

const SETTINGS: &str = "settings";

/// A column of the sheet.
type Field<'a> = Column<&'a Setting>;

/// The sheet.
pub(super) fn sheet(provenance: &Provenance) -> Sheet<&Setting> {
    Sheet {
        id: "settings",
        caption: "what was simulated",
        has_file: false,
        file: "input/scenario.toml",
        applies: true,
        groups: Groups::one(),
        rows: provenance.settings.iter().map(|setting| (0, setting)).collect(),
        columns: vec![
            Field::new("", "", "the key of the scenario", |setting, _| Cell::Text(setting.key.clone()))
                .shown("key", &[SETTINGS])
                .left(),
            Field::new("", "", "its value", |setting, _| Cell::Text(setting.value.clone()))
                .shown("value", &[SETTINGS])
                .left(),
            Field::new("", "", "what states it", |setting, _| Cell::text(setting.stated.name()))
                .shown("stated by", &[SETTINGS])
                .left(),
        ],
        views: vec![View {
            on_terminal: false,
            ..View::new(SETTINGS, "Settings", "What was simulated. Keys that are not listed have their defaults.")
        }],
    }
}
