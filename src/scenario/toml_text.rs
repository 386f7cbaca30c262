//! TOML text to [`Tree`].

use std::ops::Range;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeArray, DeInteger, DeTable, DeValue, Error};

use super::diagnostic::{Diagnostic, Diagnostics, Origin, Source};
use super::tree::{DEEPEST, Entry, Table, Tree, Value};

/// Syntax errors shown of one text: what follows an error is often its echo.
const MOST_ERRORS: usize = 3;

/// Reads a whole document.
///
/// # Errors
/// If it is not TOML, or nested too deeply.
pub(super) fn parse(source: &Arc<Source>) -> Result<Tree, Diagnostics> {
    let (document, errors) = DeTable::parse_recoverable(&source.text);
    if !errors.is_empty() {
        let mut diagnostics = Diagnostics::new();
        errors.iter().take(MOST_ERRORS).for_each(|error| diagnostics.push(syntax(source, error)));
        return Err(diagnostics);
    }
    let reader = Reader { source, from: 0 };
    let table = reader.table(document.get_ref(), 0)?;
    // The root has no place of its own: an empty span at the start.
    Ok(Tree { origin: Origin::new(source, 0..0), value: Value::Table(table) })
}

/// Reads the one value that the rest of `source` from byte `from` on spells; `None` if that is not TOML.
pub(super) fn parse_value(source: &Arc<Source>, from: usize) -> Option<Result<Tree, Diagnostic>> {
    let value = DeValue::parse(source.text.get(from..)?).ok()?;
    Some(Reader { source, from }.value(&value, 0))
}

fn syntax(source: &Arc<Source>, error: &Error) -> Diagnostic {
    let origin = Origin::new(source, error.span().unwrap_or(0..0));
    let unquoted = error.message().starts_with("string values must be quoted");
    let label = if unquoted { "neither a number nor a string in quotes" } else { error.message() };
    let word = origin.text().trim();
    let help = (unquoted && !word.is_empty() && !word.contains(['"', '\'', '\n']))
        .then(|| format!("if it is a string, write \"{word}\""));
    Diagnostic::new("this is not TOML").at(&origin, label).help(help)
}

struct Reader<'a> {
    source: &'a Arc<Source>,
    from: usize,
}

impl Reader<'_> {
    fn origin(&self, span: Range<usize>) -> Origin {
        Origin::new(self.source, self.from + span.start..self.from + span.end)
    }

    fn value(&self, value: &Spanned<DeValue<'_>>, depth: usize) -> Result<Tree, Diagnostic> {
        let origin = self.origin(value.span());
        if depth > DEEPEST {
            return Err(Diagnostic::new(format!("values are nested more than {DEEPEST} deep")).at(&origin, ""));
        }
        let value = match value.get_ref() {
            DeValue::String(text) => Value::String(text.to_string()),
            DeValue::Integer(integer) => Value::Integer(whole(integer)),
            DeValue::Float(float) => Value::Number(float.as_str().parse().unwrap_or(f64::NAN)),
            DeValue::Boolean(truth) => Value::Bool(*truth),
            DeValue::Datetime(_) => Value::Date,
            DeValue::Array(list) => Value::List(self.list(list, depth + 1)?),
            DeValue::Table(table) => Value::Table(self.table(table, depth + 1)?),
        };
        Ok(Tree { origin, value })
    }

    fn list(&self, list: &DeArray<'_>, depth: usize) -> Result<Vec<Tree>, Diagnostic> {
        list.iter().map(|value| self.value(value, depth)).collect()
    }

    fn table(&self, table: &DeTable<'_>, depth: usize) -> Result<Table, Diagnostic> {
        let mut entries = Vec::with_capacity(table.len());
        for (key, value) in table {
            let (key, key_origin) = (key.get_ref().to_string(), self.origin(key.span()));
            entries.push(Entry { key, key_origin, value: self.value(value, depth)? });
        }
        // The parser sorts by name; the order of the text is what a sweep means.
        entries.sort_by_key(|entry| entry.key_origin.span.start);
        Ok(Table { entries })
    }
}

fn whole(integer: &DeInteger<'_>) -> i128 {
    let text = integer.as_str();
    let nearest = if text.starts_with('-') { i128::MIN } else { i128::MAX };
    i128::from_str_radix(text, integer.radix()).unwrap_or(nearest)
}
