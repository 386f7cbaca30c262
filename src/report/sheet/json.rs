//! Rows of a sheet as JSON objects: a dotted key is a path.

use serde_json::{Map, Value};

/// An object of these fields.
pub(crate) fn object(fields: impl IntoIterator<Item = (String, Value)>) -> Value {
    let mut object = Map::new();
    fields.into_iter().for_each(|(key, value)| insert(&mut object, &key, value));
    Value::Object(object)
}

/// Puts `value` where the dotted `key` says.
pub(crate) fn insert(object: &mut Map<String, Value>, key: &str, value: Value) {
    match key.split_once('.') {
        None => {
            object.insert(key.to_owned(), value);
        }
        Some((first, rest)) => {
            let inner = object.entry(first).or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(inner) = inner {
                insert(inner, rest, value);
            }
        }
    }
}
