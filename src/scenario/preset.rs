//! Links by name: `presets.toml`.

use super::diagnostic::{Diagnostics, Source};
use super::read::Field;
use super::toml_text;
use super::tree::Tree;

/// The file of the presets.
const FILE: &str = include_str!("presets.toml");

/// A link of this name, with where its figures come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preset {
    /// Its name.
    pub name: String,
    /// What it is, in one line.
    pub about: String,
    /// How often a BYE is lost on it, one way, as published.
    pub lost_bye: String,
    /// Where its figures come from.
    pub source: String,
}

/// All presets, in the order of the file.
pub fn presets() -> Vec<Preset> {
    let Ok(file) = toml_text::parse(&Source::new("built-in presets.toml", FILE)) else { return Vec::new() };
    let entries = file.as_table().map(|table| table.entries.as_slice()).unwrap_or_default();
    let said = |value: &Tree, key: &str| {
        let entry = value.as_table().and_then(|table| table.get(key));
        let field = entry.map(|entry| Field { path: key.to_owned(), value: &entry.value });
        field.and_then(|field| field.as_string()).unwrap_or_default().to_owned()
    };
    entries
        .iter()
        .map(|entry| Preset {
            name: entry.key.clone(),
            about: said(&entry.value, "about"),
            lost_bye: said(&entry.value, "lost-bye"),
            source: said(&entry.value, "source"),
        })
        .collect()
}

/// What a preset says of itself.
pub(super) const ABOUT_KEYS: [&str; 3] = ["about", "source", "lost-bye"];

/// The names of all presets, in the order of the file.
pub(super) fn names() -> Vec<&'static str> {
    FILE.lines().filter_map(|line| line.strip_prefix('[')?.strip_suffix(']')).collect()
}

/// What the preset of this name says.
pub(super) fn tree_of(name: &str, errors: &mut Diagnostics) -> Option<Tree> {
    let file = toml_text::parse(&Source::new("built-in presets.toml", FILE));
    let file = file.map_err(|mistakes| mistakes.iter().cloned().for_each(|mistake| errors.push(mistake))).ok()?;
    Some(file.as_table()?.get(name)?.value.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_says_what_it_is_and_where_it_comes_from() {
        let all = presets();
        assert_eq!(all.iter().map(|preset| preset.name.as_str()).collect::<Vec<_>>(), names());
        for preset in all {
            assert!(
                !preset.about.is_empty() && !preset.source.is_empty() && !preset.lost_bye.is_empty(),
                "{}",
                preset.name
            );
        }
    }
}
