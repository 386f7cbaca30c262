//! Old names of keys and words: they are still read as the ones that stand for them now, with a warning.

use super::diagnostic::{Diagnostic, Diagnostics, Origin, quoted};
use super::dotted::DottedKey;
use super::form::{Form, Row, Word};
use super::tree::{Tree, Value};

/// Renames the old keys and words of a table of `rows`.
pub(super) fn renew_table(tree: &mut Tree, rows: &[Row], found: &mut Diagnostics) {
    let Value::Table(table) = &mut tree.value else { return };
    for index in 0..table.entries.len() {
        let Some(row) = row_of(rows, &table.entries[index].key) else { continue };
        if table.entries[index].key != row.name {
            let entry = &table.entries[index];
            match table.get(&row.name) {
                Some(other) => {
                    let message = format!("{} and its old name {} are both set", quoted(&row.name), quoted(&entry.key));
                    found
                        .push(Diagnostic::new(message).at(&entry.key_origin, "the old name").at(&other.key_origin, ""));
                }
                None => warn(&entry.key, &row.name, "key", &entry.key_origin, found),
            }
            table.entries[index].key = row.name.to_string();
        }
        renew_value(&mut table.entries[index].value, &row.form, found);
    }
}

/// Renames the old parts of `key` at the top of a scenario of `rows`, and the old keys and words of its value.
pub(super) fn renew_setting(key: &mut DottedKey, value: &mut Tree, rows: &[Row], found: &mut Diagnostics) {
    let mut form = Form::Table(rows.to_vec());
    for segment in &mut key.segments {
        let rows = form.rows();
        form = match (row_of(&rows, &segment.name), form.inner()) {
            (Some(row), _) => {
                if segment.name != row.name {
                    warn(&segment.name, &row.name, "key", &segment.origin, found);
                    segment.name = row.name.to_string();
                }
                row.form.clone()
            }
            (None, Some(inner)) => inner.clone(),
            (None, None) => return,
        };
    }
    renew_value(value, &form, found);
}

fn renew_value(tree: &mut Tree, form: &Form, found: &mut Diagnostics) {
    let origin = tree.origin.clone();
    match &mut tree.value {
        Value::String(text) => {
            let old = |word: &&Word| word.was == Some(text.as_str());
            if let Some(word) = form.each_word().iter().find(old) {
                warn(text, word.name, "word", &origin, found);
                *text = word.name.to_owned();
            }
        }
        Value::List(list) => {
            if let Some(inner) = form.inner() {
                list.iter_mut().for_each(|value| renew_value(value, inner, found));
            }
        }
        Value::Table(table) => match form.inner() {
            Some(inner) if form.rows().is_empty() => {
                table.entries.iter_mut().for_each(|entry| renew_value(&mut entry.value, inner, found));
            }
            _ => renew_table(tree, &form.rows(), found),
        },
        Value::Null | Value::Bool(_) | Value::Integer(_) | Value::Number(_) | Value::Date => {}
    }
}

/// The row of this name, or of which this was the name.
fn row_of<'a>(rows: &'a [Row], name: &str) -> Option<&'a Row> {
    let now = rows.iter().find(|row| row.name == name);
    now.or_else(|| rows.iter().find(|row| row.was == Some(name)))
}

fn warn(old: &str, new: &str, what: &str, origin: &Origin, found: &mut Diagnostics) {
    let message = format!("the {what} {} is now {}", quoted(old), quoted(new));
    found.push(Diagnostic::warning(message).at(origin, "old name").help(format!("write {}", quoted(new))));
}
