//! Input as written: one tree for TOML and JSON, in which every value and key knows where it stands.

use super::diagnostic::{Diagnostic, Origin, quoted};
use super::dotted::DottedKey;

/// A value as written.
#[derive(Clone, Debug)]
pub(super) struct Tree {
    /// Where it stands.
    pub origin: Origin,
    /// What it is.
    pub value: Value,
}

/// What a value is.
#[derive(Clone, Debug)]
pub(super) enum Value {
    /// JSON's `null`.
    Null,
    /// A boolean.
    Bool(bool),
    /// An integer; one that no `i128` holds stands as the nearest that does.
    Integer(i128),
    /// A number with a fraction or an exponent.
    Number(f64),
    /// A string.
    String(String),
    /// A TOML date or time, which no setting is.
    Date,
    /// A list.
    List(Vec<Tree>),
    /// A table or object.
    Table(Table),
}

/// Keys and values in the order of the text.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    /// The entries.
    pub entries: Vec<Entry>,
}

/// A key with its value.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// The key.
    pub key: String,
    /// Where the key stands.
    pub key_origin: Origin,
    /// The value.
    pub value: Tree,
}

/// How deep input may be nested: far more than any file needs, and little enough for any stack.
pub(super) const DEEPEST: usize = 32;

impl Table {
    /// The entry of `key`.
    pub(super) fn get(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key == key)
    }

    /// Takes the entry of `key` out.
    pub(super) fn remove(&mut self, key: &str) -> Option<Entry> {
        let index = self.entries.iter().position(|entry| entry.key == key)?;
        Some(self.entries.remove(index))
    }
}

impl Tree {
    /// The table it is, if it is one.
    pub(super) fn as_table(&self) -> Option<&Table> {
        match &self.value {
            Value::Table(table) => Some(table),
            _ => None,
        }
    }

    /// Whether it is a table written in braces: a value of its own.
    pub(super) fn in_braces(&self) -> bool {
        self.as_table().is_some() && self.origin.text().starts_with('{')
    }

    /// What it is, for a message: as written if that is short, else by its type.
    pub(super) fn found(&self) -> String {
        const SHORT: usize = 40;
        let text = self.origin.text();
        let container = match self.value {
            Value::List(_) => "a list",
            Value::Table(_) => "a table",
            Value::String(_) => "this string",
            _ => return quoted(text),
        };
        let opens_itself = !matches!(self.value, Value::Table(_) | Value::List(_)) || text.ends_with(['}', ']']);
        let header = text.starts_with('[') && matches!(self.value, Value::Table(_));
        if text.len() <= SHORT && !text.contains('\n') && !text.is_empty() && opens_itself && !header {
            quoted(text)
        } else {
            container.to_owned()
        }
    }

    /// The value as a sweep or a table shows it: as written, a string without its quotes.
    pub(super) fn as_written(&self) -> String {
        match &self.value {
            Value::String(text) => text.clone(),
            _ => self.origin.text().split_whitespace().collect::<Vec<_>>().join(" "),
        }
    }

    /// Sets `key` to `value`, in tables that are made where they are missing. A number in the key counts the places of
    /// a list from 0.
    ///
    /// # Errors
    /// If a part of the key leads into something that is neither a table nor an existing place of a list.
    pub(super) fn set(&mut self, key: &DottedKey, value: Tree) -> Result<(), Diagnostic> {
        let mut at = self;
        for (index, segment) in key.segments.iter().enumerate() {
            let above = || quoted(&key.dotted(index));
            let origin = at.origin.clone();
            let found = at.found();
            at = match &mut at.value {
                Value::Table(table) => {
                    let place = table.entries.iter().position(|entry| entry.key == segment.name);
                    let place = place.unwrap_or_else(|| {
                        let value = Tree { origin: segment.origin.clone(), value: Value::Table(Table::default()) };
                        let (key, key_origin) = (segment.name.clone(), segment.origin.clone());
                        table.entries.push(Entry { key, key_origin, value });
                        table.entries.len() - 1
                    });
                    &mut table.entries[place].value
                }
                Value::List(list) => {
                    let length = list.len();
                    segment.name.parse().ok().and_then(|place: usize| list.get_mut(place)).ok_or_else(|| {
                        let message = format!("{} has no place {}", above(), quoted(&segment.name));
                        Diagnostic::new(message)
                            .at(&segment.origin, "no such place")
                            .at(&origin, "the list")
                            .note(format!("places of a list count from 0; this one has {length}"))
                    })?
                }
                _ => {
                    let message = format!("{} is {found} and holds no key {}", above(), quoted(&segment.name));
                    return Err(Diagnostic::new(message)
                        .at(&segment.origin, "cannot be set")
                        .at(&origin, "not a table"));
                }
            };
        }
        *at = value;
        Ok(())
    }
}
