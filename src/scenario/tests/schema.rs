//! The JSON Schema takes what the reader takes, as far as a schema can tell.

use serde_json::{Map, Value as Json, json};

use super::*;
use tree::{Tree, Value};

/// What `tree` writes, as JSON.
fn json_of(tree: &Tree) -> Json {
    match &tree.value {
        Value::Null | Value::Date => Json::Null,
        Value::Bool(value) => json!(value),
        Value::Integer(value) => json!(u64::try_from(*value).unwrap_or(u64::MAX)),
        Value::Number(value) => json!(value),
        Value::String(value) => json!(value),
        Value::List(list) => list.iter().map(json_of).collect(),
        Value::Table(table) => {
            let entries = table.entries.iter().map(|entry| (entry.key.clone(), json_of(&entry.value)));
            Json::Object(entries.collect::<Map<String, Json>>())
        }
    }
}

/// Whether `value` is as `schema` says, by the words of draft 2020-12 that ours uses.
fn fits(schema: &Json, value: &Json, root: &Json) -> bool {
    let all = |key: &str, holds: &dyn Fn(&Json) -> bool| schema.get(key).is_none_or(holds);
    let refers = |target: &Json| {
        let name = target.as_str().and_then(|target| target.strip_prefix("#/$defs/")).expect("a definition");
        fits(&root["$defs"][name], value, root)
    };
    let is_of_type = |name: &Json| match name.as_str().expect("a type") {
        "boolean" => value.is_boolean(),
        "integer" => value.is_u64() || value.is_i64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("{other}"),
    };
    let entries = || value.as_object().into_iter().flatten();
    let property = |name: &str| schema.get("properties").and_then(|properties| properties.get(name));
    let other = |rest: &Json| {
        entries().filter(|(name, _)| property(name).is_none()).all(|(_, entry)| match rest {
            Json::Bool(allowed) => *allowed,
            rest => fits(rest, entry, root),
        })
    };
    let matches = |pattern: &Json| {
        let pattern = regex_lite::Regex::new(pattern.as_str().expect("a pattern")).expect("a regular expression");
        value.as_str().is_none_or(|text| pattern.is_match(text))
    };
    let branch = match schema.get("if") {
        Some(condition) if fits(condition, value, root) => schema.get("then"),
        Some(_) => schema.get("else"),
        None => None,
    };
    all("$ref", &refers)
        && all("type", &is_of_type)
        && all("const", &|one| value == one)
        && all("enum", &|list| list.as_array().is_some_and(|list| list.contains(value)))
        && all("anyOf", &|list| list.as_array().is_some_and(|list| list.iter().any(|one| fits(one, value, root))))
        && all("minimum", &|least| value.as_f64().is_none_or(|value| value >= least.as_f64().expect("a number")))
        && all("maximum", &|most| value.as_f64().is_none_or(|value| value <= most.as_f64().expect("a number")))
        && all("pattern", &matches)
        && all("items", &|item| value.as_array().into_iter().flatten().all(|value| fits(item, value, root)))
        && all("required", &|names| {
            names.as_array().into_iter().flatten().all(|name| value.get(name.as_str().expect("a name")).is_some())
        })
        && all("additionalProperties", &other)
        && entries().all(|(name, entry)| property(name).is_none_or(|property| fits(property, entry, root)))
        && branch.is_none_or(|branch| fits(branch, value, root))
}

fn fits_the_schema(text: &str) -> bool {
    let tree = toml_text::parse(&Source::new("scenario.toml", text)).unwrap_or_else(|errors| panic!("{errors}"));
    let schema = schema();
    fits(&schema, &json_of(&tree), &schema)
}

#[test]
fn it_takes_every_built_in_scenario() {
    for builtin in list().iter().filter(|builtin| builtin.kind == BuiltinKind::Scenario) {
        assert!(fits_the_schema(builtin.text), "{}", builtin.name);
    }
}

#[test]
fn it_refuses_what_the_reader_refuses() {
    assert!(fits_the_schema(LEAST));
    for more in [
        "colour = 1\n",
        "arrivals = \"at-strt\"\n",
        "arrivals = { process = \"poisson\", standing = 3 }\n",
        "ring-time = \"3 sec\"\n",
        "ring-time = { distribution = \"uniform\", mean = 3 }\n",
        "[session-timer]\nsession-expires = 89\n",
        "[session-timer]\nsesion-expires = 90\n",
        "[caller]\nwatcher-gives-up = { before-end = \"32 s\" , one-over = 3 }\n",
        "[caller]\non-timeout = \"leave\"\n",
        "[hangup]\nbye-loss = 1.5\n",
        "[hangup]\nicmp = \"yes\"\n",
        "[link]\nloss = { model = \"gilbert-elliott\", p = 0.5 }\n",
        "[link]\noutage = { upp = 1 }\n",
        "[link.to-caller]\nshared = true\n",
        "[links.\"a--b\"]\nrate = \"64 kbps\"\n",
        "[nodes.sbc]\ncaller-leg = { refresher = \"open\" }\n",
        "[[faults]]\nnth = 0\n",
        "[[faults]]\nmethod = \"KEEPALIVE\"\n",
        "[devices]\ncount = 3\n",
    ] {
        let text = format!("{LEAST}{more}");
        assert!(!fits_the_schema(&text), "{more}");
        assert!(open_text("scenario.toml", &text, &[]).is_err(), "{more}");
    }
}
