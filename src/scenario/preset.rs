//! Links by name: `presets.toml`.

use super::diagnostic::{Diagnostics, Source};
use super::link::{LINK_KEYS, LinkSettings};
use super::read::{Field, Fields};
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
        field.and_then(|field| field.as_text()).unwrap_or_default().to_owned()
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

/// Reads the name of a preset.
pub fn read_preset(field: &Field<'_>, errors: &mut Diagnostics) -> Option<LinkSettings> {
    let names: Vec<&str> = names();
    let choices: Vec<(&str, &str)> = names.into_iter().map(|name| (name, name)).collect();
    of_name(field.choice(&choices, errors)?, errors)
}

/// Whether this is the name of a preset.
pub fn is_known(field: &Field<'_>) -> bool {
    field.as_text().is_some_and(|name| names().contains(&name))
}

/// Whether the preset of this name says how long the link takes.
pub fn says_delay(name: &str) -> bool {
    names().contains(&name) && of_name(name, &mut Diagnostics::new()).is_some_and(|preset| !preset.leaves_delay_open())
}

fn names() -> Vec<&'static str> {
    FILE.lines().filter_map(|line| line.strip_prefix('[')?.strip_suffix(']')).collect()
}

fn of_name(name: &str, errors: &mut Diagnostics) -> Option<LinkSettings> {
    let file = toml_text::parse(&Source::new("built-in presets.toml", FILE));
    let file = file.map_err(|mistakes| mistakes.iter().cloned().for_each(|mistake| errors.push(mistake))).ok()?;
    let allowed: Vec<&str> =
        ["about", "source", "lost-bye"].into_iter().chain(LINK_KEYS).filter(|key| *key != "preset").collect();
    let fields = Fields::new(name, &file.as_table()?.get(name)?.value, &allowed, errors);
    Some(LinkSettings::of_link(&fields, errors))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_can_be_read_and_says_where_it_comes_from() {
        let all = presets();
        assert_eq!(all.iter().map(|preset| preset.name.as_str()).collect::<Vec<_>>(), names());
        for preset in all {
            let mut errors = Diagnostics::new();
            assert!(of_name(&preset.name, &mut errors).is_some() && errors.is_empty(), "{}: {errors}", preset.name);
            assert!(
                !preset.about.is_empty() && !preset.source.is_empty() && !preset.lost_bye.is_empty(),
                "{}",
                preset.name
            );
        }
    }
}
