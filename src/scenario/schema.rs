//! The table of keys as JSON Schema (draft 2020-12), for editors that check and complete scenario files.

use serde_json::{Map, Value, json};

use super::form::{Default, Form, LONGEST, Row, Word};
use super::vocabulary;
use crate::time::Span;

/// The JSON Schema of scenario files.
pub fn schema() -> Value {
    let mut definitions = Map::new();
    let calls = table(&vocabulary::CALLS, &mut definitions);
    let devices = table(&vocabulary::DEVICES, &mut definitions);
    let of_devices: Vec<Value> = vocabulary::OF_DEVICES.iter().map(|table| json!({ "required": [table] })).collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "byeloss scenario",
        "type": "object",
        "required": ["name"],
        "if": { "anyOf": of_devices },
        "then": devices,
        "else": calls,
        "$defs": definitions,
    })
}

/// The schema of a table of these keys and no other. None is required, for what a sweep sets need not stand in its
/// table.
fn table(rows: &[Row], definitions: &mut Map<String, Value>) -> Value {
    let mut properties = Map::new();
    for row in rows {
        properties.insert(row.name.to_string(), property(row, definitions));
        if let Some(old) = row.was {
            let mut old_row = property(row, definitions);
            old_row["deprecated"] = Value::Bool(true);
            old_row["description"] = format!("Now `{}`.", row.name).into();
            properties.insert(old.to_owned(), old_row);
        }
    }
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}

fn property(row: &Row, definitions: &mut Map<String, Value>) -> Value {
    let mut of_form = form(&row.form, definitions);
    let default = match row.default {
        Default::Value(text) => format!(" Default: {text}."),
        Default::Said(text) => format!(" Default: {text}."),
        Default::Required(_) => " Required.".to_owned(),
    };
    of_form["description"] = format!("{}{default}", row.about).into();
    of_form
}

fn form(form: &Form, definitions: &mut Map<String, Value>) -> Value {
    match form {
        Form::Boolean => json!({ "type": "boolean" }),
        Form::Integer { least, most, .. } => match (i64::try_from(*least), u64::try_from(*most)) {
            (Ok(least), Ok(most)) => json!({ "type": "integer", "minimum": least, "maximum": most }),
            _ => json!({ "type": "integer" }),
        },
        Form::Number { least, most } => json!({ "type": "number", "minimum": least, "maximum": most }),
        Form::Probability => json!({ "type": "number", "minimum": 0, "maximum": 1 }),
        Form::Duration { least, most } => duration(*least, *most),
        Form::Quantity { units, least, .. } => {
            let pattern = format!(r"^\s*[0-9][0-9._]*\s*({})\s*$", units.join("|"));
            json!({ "anyOf": [{ "type": "integer", "minimum": least }, { "type": "string", "pattern": pattern }] })
        }
        Form::Words(words) => {
            let names: Vec<&str> = words.iter().map(|word| word.name).collect();
            match words.iter().filter_map(|word: &Word| word.was).collect::<Vec<_>>() {
                old if old.is_empty() => json!({ "enum": names }),
                old => json!({ "anyOf": [{ "enum": names }, { "enum": old, "deprecated": true }] }),
            }
        }
        Form::String(_) => json!({ "type": "string" }),
        Form::List(inner) => json!({ "type": "array", "items": self::form(inner, definitions) }),
        Form::Table(rows) => table(rows, definitions),
        Form::Tagged(tagged) => {
            let variants = tagged.variants.iter().map(|variant| {
                let mut of_variant = table(&variant.rows, definitions);
                of_variant["properties"][tagged.tag] = json!({ "const": variant.word });
                of_variant["required"] = json!([tagged.tag]);
                of_variant["description"] = variant.about.into();
                of_variant
            });
            let variants: Vec<Value> = variants.collect();
            json!({ "anyOf": variants })
        }
        Form::Map(_, inner) => {
            json!({ "type": "object", "additionalProperties": self::form(inner, definitions) })
        }
        Form::Either(forms) => {
            let forms: Vec<Value> = forms.iter().map(|one| self::form(one, definitions)).collect();
            json!({ "anyOf": forms })
        }
        Form::Any => json!({}),
        Form::Named(name, inner) => {
            let name = name.replace(' ', "-");
            if !definitions.contains_key(&name) {
                // Taken before it is made: no form holds itself, and this keeps the order of the table.
                definitions.insert(name.clone(), Value::Null);
                let inner = self::form(inner, definitions);
                definitions.insert(name.clone(), inner);
            }
            json!({ "$ref": format!("#/$defs/{name}") })
        }
    }
}

/// A string with a unit, or a number of seconds; the bounds of strings are beyond a pattern.
fn duration(least: Span, most: Span) -> Value {
    let mut number = json!({ "type": "number", "minimum": least.as_secs_f64() });
    if most != LONGEST {
        number["maximum"] = most.as_secs_f64().into();
    }
    let pattern = r"^\s*[0-9][0-9._]*\s*(ns|us|ms|s|min|h|d)\s*$";
    json!({ "anyOf": [number, { "type": "string", "pattern": pattern }] })
}
