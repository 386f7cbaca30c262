//! A scenario as resolved, written as TOML: what the file says, as the overrides leave it.
//!
//! Read again, it means the same study. Every value stands as it was written, so that the points of a sweep keep their
//! names.

use super::dotted::written;
use super::sweep::{Axis, Choice};
use super::tree::{Entry, Table, Tree, Value};

/// Writes `tree` and its sweep. `refer` gives the name to write in the place of a value that names a file.
pub(super) fn text(tree: &Tree, axes: &[Axis], refer: &dyn Fn(&str, &Tree) -> Option<String>) -> String {
    let mut writer = Writer { text: String::new(), refer };
    if let Some(table) = tree.as_table() {
        let (tables, values): (Vec<_>, Vec<_>) = table.entries.iter().partition(|entry| is_section(&entry.value));
        values.iter().for_each(|entry| writer.settings(&entry.key, &written(&entry.key), &entry.value));
        for section in tables {
            match &section.value.value {
                Value::List(list) => list.iter().filter_map(Tree::as_table).for_each(|inner| {
                    writer.header(&format!("[[{}]]", written(&section.key)));
                    writer.entries(inner);
                }),
                Value::Table(inner) => {
                    writer.header(&format!("[{}]", written(&section.key)));
                    writer.entries(inner);
                }
                _ => {}
            }
        }
    }
    let (variants, plain): (Vec<&Axis>, Vec<&Axis>) = axes.iter().partition(|axis| axis.has_variants());
    if !axes.is_empty() {
        writer.header("[sweep]");
    }
    for axis in plain {
        let key = axis.key.to_string();
        let last = axis.key.segments.last().map_or("", |segment| segment.name.as_str());
        let values = axis.values.iter().flat_map(Choice::sets).map(|(_, value)| writer.whole(last, value));
        let values = values.collect::<Vec<_>>().join(", ");
        writer.line(&format!("{} = [{values}]", quoted(&key)));
    }
    for axis in variants {
        for variant in &axis.values {
            writer.header(&format!("[[sweep.{}]]", axis.key));
            writer.line(&format!("name = {}", quoted(variant.written())));
            for (key, value) in variant.sets() {
                let last = key.segments.last().map_or("", |segment| segment.name.as_str());
                writer.settings(last, &key.to_string(), value);
            }
        }
    }
    writer.text
}

/// Whether an entry of the top level stands under a header of its own.
fn is_section(value: &Tree) -> bool {
    match &value.value {
        Value::Table(table) => !table.entries.is_empty(),
        Value::List(list) => !list.is_empty() && list.iter().all(|value| value.as_table().is_some()),
        _ => false,
    }
}

struct Writer<'a> {
    text: String,
    refer: &'a dyn Fn(&str, &Tree) -> Option<String>,
}

impl Writer<'_> {
    fn line(&mut self, line: &str) {
        self.text += line;
        self.text.push('\n');
    }

    fn header(&mut self, header: &str) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.line(header);
    }

    fn entries(&mut self, table: &Table) {
        for entry in &table.entries {
            self.settings(&entry.key, &written(&entry.key), &entry.value);
        }
    }

    /// A line for the value of `key`; of a table that was not written in braces, a line for each of its values.
    fn settings(&mut self, key: &str, dotted: &str, value: &Tree) {
        match value.as_table().filter(|table| !value.in_braces() && !table.entries.is_empty()) {
            Some(table) => {
                for entry in &table.entries {
                    self.settings(&entry.key, &format!("{dotted}.{}", written(&entry.key)), &entry.value);
                }
            }
            None => {
                let line = format!("{dotted} = {}", self.value(key, value));
                self.line(&line);
            }
        }
    }

    /// A value, part by part: an override may have changed any of them.
    fn value(&self, key: &str, value: &Tree) -> String {
        match &value.value {
            Value::Table(table) => {
                let entry =
                    |entry: &Entry| format!("{} = {}", written(&entry.key), self.value(&entry.key, &entry.value));
                let entries: Vec<String> = table.entries.iter().map(entry).collect();
                if entries.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", entries.join(", ")) }
            }
            Value::List(list) => {
                let values: Vec<String> = list.iter().map(|value| self.value(key, value)).collect();
                format!("[{}]", values.join(", "))
            }
            _ => self.as_written(key, value),
        }
    }

    /// A value that no override changed in part: as written, unless a file in it has another name here.
    fn whole(&self, key: &str, value: &Tree) -> String {
        if self.has_file(key, value) { self.value(key, value) } else { self.as_written(key, value) }
    }

    fn has_file(&self, key: &str, value: &Tree) -> bool {
        match &value.value {
            Value::Table(table) => table.entries.iter().any(|entry| self.has_file(&entry.key, &entry.value)),
            Value::List(list) => list.iter().any(|value| self.has_file(key, value)),
            _ => (self.refer)(key, value).is_some(),
        }
    }

    /// A value as its file has it; what names a file, under its new name.
    fn as_written(&self, key: &str, value: &Tree) -> String {
        match &value.value {
            Value::String(text) => quoted(&(self.refer)(key, value).unwrap_or_else(|| text.clone())),
            _ => value.origin.text().to_owned(),
        }
    }
}

/// A string of TOML.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => quoted += "\\\"",
            '\\' => quoted += "\\\\",
            letter if letter.is_control() => quoted += &format!("\\u{:04X}", u32::from(letter)),
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use crate::scenario::{AnyStudy, BuiltinKind, list, open, open_text};

    /// Everything that a scenario means, but for what it was made from.
    fn meaning(asked: AnyStudy) -> String {
        match asked {
            AnyStudy::Calls(study) => {
                format!("{:?} {:?} {:?}", study.axes, study.points, study.companion.map(|it| it.points))
            }
            AnyStudy::Devices(study) => format!("{:?} {:?}", study.axes, study.points),
        }
    }

    #[test]
    fn a_resolved_scenario_means_what_it_was_made_from() {
        let overrides: [&[&str]; 4] = [
            &["seed=7"],
            &["seed=3", "title=\"a \\\"b\\\" \\\\ \\u00e9\""],
            &["link.loss={ model = \"gilbert-elliott\", p = 0.1, r = 0.5 }"],
            &["sweep={}"],
        ];
        let mut compared = 0;
        for builtin in list().iter().filter(|builtin| builtin.kind == BuiltinKind::Scenario) {
            for sets in overrides {
                let sets: Vec<String> = sets.iter().map(ToString::to_string).collect();
                let Ok(asked) = open(builtin.name, &sets) else { continue };
                let text = asked.provenance().scenario().to_owned();
                let again = open_text("scenario.toml", &text, &[]).unwrap_or_else(|errors| panic!("{text}\n{errors}"));
                assert_eq!(again.provenance().scenario(), text, "{}", builtin.name);
                assert_eq!(meaning(again), meaning(asked), "{text}");
                compared += 1;
            }
        }
        assert!(compared > 40, "{compared}");
    }

    #[test]
    fn overrides_of_inner_values_and_of_the_sweep_are_in_the_resolved_scenario() {
        let sets = ["calls.talk-time.mean=\"1 h\"", "sweep.\"session-timer.session-expires\"=[90, 1800]"];
        let asked = open("session-expires", &sets.map(str::to_owned)).unwrap();
        let text = asked.provenance().scenario();
        assert!(text.contains("talk-time = { distribution = \"exponential\", mean = \"1 h\" }"), "{text}");
        assert!(text.contains("[sweep]\n\"session-timer.session-expires\" = [90, 1800]\n"), "{text}");
        let pinned = open("session-expires", &["session-timer.session-expires=300".to_owned()]).unwrap();
        let text = pinned.provenance().scenario();
        assert!(text.contains("session-expires = 300\n") && !text.contains("[sweep]"), "{text}");
        let chosen = open("mechanisms", &["sweep.mechanism=[\"none\", \"timer 90 s\"]".to_owned()]).unwrap();
        assert_eq!(chosen.provenance().scenario().matches("[[sweep.mechanism]]").count(), 2);
    }
}
