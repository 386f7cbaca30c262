//! JSON text (RFC 8259) to [`Tree`]: no comments, no trailing commas, no name twice in one object.

use std::sync::Arc;

use jsonc_parser::ast;
use jsonc_parser::common::{Range, Ranged};
use jsonc_parser::errors::ParseErrorKind;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use super::diagnostic::{Diagnostic, Diagnostics, Origin, Source, quoted};
use super::tree::{DEEPEST, Entry, Table, Tree, Value};

const STRICT: ParseOptions = ParseOptions {
    allow_comments: false,
    allow_loose_object_property_names: false,
    allow_trailing_commas: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

/// Reads a whole text.
///
/// # Errors
/// If it is not JSON, nested too deeply, or has a name twice in one object.
pub(super) fn parse(source: &Arc<Source>) -> Result<Tree, Diagnostics> {
    parse_as(source, &STRICT)
}

/// Reads a whole text in which numbers may be `NaN` and `Infinity`, as Python writes them.
///
/// # Errors
/// As [`parse`].
pub(super) fn parse_with_nan(source: &Arc<Source>) -> Result<Tree, Diagnostics> {
    parse_as(source, &ParseOptions { allow_non_finite_numbers: true, ..STRICT })
}

fn parse_as(source: &Arc<Source>, options: &ParseOptions) -> Result<Tree, Diagnostics> {
    let not_json = |origin: &Origin, what: &str| Diagnostic::new("this is not JSON").at(origin, what);
    let parsed = parse_to_ast(&source.text[mark(source)..], &CollectOptions::default(), options).map_err(|error| {
        let what = match error.kind() {
            ParseErrorKind::NestingDepthExceeded => "nested too deeply".to_owned(),
            kind => lower_first(&kind.to_string()),
        };
        not_json(&place(source, error.range()), &what)
    })?;
    let value = parsed.value.ok_or_else(|| not_json(&Origin::new(source, 0..0), "the file is empty"))?;
    Ok(read(source, &value, 0)?)
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// The length of the byte order mark before the text, which TOML allows too.
fn mark(source: &Source) -> usize {
    if source.text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 }
}

fn place(source: &Arc<Source>, range: Range) -> Origin {
    let mark = mark(source);
    Origin::new(source, mark + range.start..mark + range.end)
}

fn read(source: &Arc<Source>, value: &ast::Value<'_>, depth: usize) -> Result<Tree, Diagnostic> {
    let origin = place(source, value.range());
    if depth > DEEPEST {
        return Err(Diagnostic::new(format!("values are nested more than {DEEPEST} deep")).at(&origin, ""));
    }
    let value = match value {
        ast::Value::StringLit(text) => Value::String(text.value.to_string()),
        ast::Value::NumberLit(number) => read_number(number.value),
        ast::Value::BooleanLit(truth) => Value::Bool(truth.value),
        ast::Value::NullKeyword(_) => Value::Null,
        ast::Value::Array(list) => {
            Value::List(list.elements.iter().map(|element| read(source, element, depth + 1)).collect::<Result<_, _>>()?)
        }
        ast::Value::Object(object) => Value::Table(read_object(source, object, depth + 1)?),
    };
    Ok(Tree { origin, value })
}

fn read_number(text: &str) -> Value {
    if text.contains(['.', 'e', 'E', 'N', 'I']) {
        return Value::Number(text.parse().unwrap_or(f64::NAN));
    }
    let nearest = if text.starts_with('-') { i128::MIN } else { i128::MAX };
    Value::Integer(text.parse().unwrap_or(nearest))
}

fn read_object(source: &Arc<Source>, object: &ast::Object<'_>, depth: usize) -> Result<Table, Diagnostic> {
    let mut entries: Vec<Entry> = Vec::with_capacity(object.properties.len());
    let mut names = std::collections::BTreeMap::new();
    for property in &object.properties {
        let key = property.name.as_str().to_owned();
        let key_origin = place(source, property.name.range());
        if let Some(first) = names.insert(key.clone(), key_origin.clone()) {
            return Err(Diagnostic::new(format!("{} stands twice in one object", quoted(&key)))
                .at(&key_origin, "the second")
                .at(&first, "the first"));
        }
        entries.push(Entry { key, key_origin, value: read(source, &property.value, depth)? });
    }
    Ok(Table { entries })
}
