//! A [`Tree`] as JSON text: one node or edge a line.

use serde_json::{Number, json};

use super::super::tree::{Table, Tree, Value};

/// The node-link file that `tree` stands for.
pub(super) fn json_text(tree: &Tree) -> String {
    let Value::Table(root) = &tree.value else { return format!("{}\n", value(tree)) };
    let entries = root.entries.iter().map(|entry| {
        let text = match &entry.value.value {
            Value::List(list) if list.is_empty() => "[]".to_owned(),
            Value::List(list) => {
                let lines: Vec<String> = list.iter().map(|one| format!("    {}", value(one))).collect();
                format!("[\n{}\n  ]", lines.join(",\n"))
            }
            _ => value(&entry.value),
        };
        format!("  {}: {text}", json!(entry.key))
    });
    format!("{{\n{}\n}}\n", entries.collect::<Vec<_>>().join(",\n"))
}

fn value(tree: &Tree) -> String {
    match &tree.value {
        Value::Null | Value::Date => "null".to_owned(),
        Value::Bool(truth) => truth.to_string(),
        Value::Integer(number) => number.to_string(),
        // JSON has no number that is none.
        Value::Number(number) => Number::from_f64(*number).map_or("null".to_owned(), |number| number.to_string()),
        Value::String(text) => json!(text).to_string(),
        Value::List(list) => format!("[{}]", list.iter().map(value).collect::<Vec<_>>().join(", ")),
        Value::Table(table) => object(table),
    }
}

fn object(table: &Table) -> String {
    let entries = table.entries.iter().map(|entry| format!("{}: {}", json!(entry.key), value(&entry.value)));
    format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
}
