//! From written values to values of the right type, each mistake with what was found and what is allowed.
//!
//! A reader that reports a mistake returns `None` and reading goes on, so that one run finds as much as it can.

use std::fmt::Display;
use std::ops::RangeInclusive;

use super::diagnostic::{Diagnostic, Diagnostics, Origin, did_you_mean, listed, nearest, quoted};
use super::form::Keys;
use super::tree::{Table, Tree, Value};
use crate::random::Probability;
use crate::time::{Span, SpanError};

/// A table under its dotted name; an absent table reads as an empty one.
pub(super) struct Fields<'a> {
    path: String,
    table: Option<&'a Table>,
    /// Where it stands, or where it would; nowhere for one that needs nothing.
    origin: Option<&'a Origin>,
    /// Its value; none for an absent one.
    value: Option<&'a Tree>,
    /// The tables in which a key of this name is at home.
    homes: Homes,
    /// What is not missed in it, for the word in its place is reported.
    reported: Reported,
}

/// The dotted names of the tables in which a key is at home; the top of a scenario is "".
pub(super) type Homes = fn(&str) -> Vec<String>;

/// Keys that are absent because they are misspelt.
enum Reported {
    /// These.
    Keys(Vec<String>),
    /// All: the name of the table itself is misspelt.
    Table,
}

impl Reported {
    fn of(&self, key: &str) -> bool {
        match self {
            Reported::Keys(keys) => keys.iter().any(|reported| reported == key),
            Reported::Table => true,
        }
    }
}

/// A value under its dotted name.
#[derive(Clone)]
pub(super) struct Field<'a> {
    /// The dotted name.
    pub path: String,
    /// The value.
    pub value: &'a Tree,
}

impl<'a> Fields<'a> {
    /// Reads `tree`, which stands under the name `path`, as a table with no other keys than `allowed`.
    pub(super) fn new(path: &str, tree: &'a Tree, allowed: &[&str], errors: &mut Diagnostics) -> Fields<'a> {
        Fields::at_home(path, tree, allowed, |_| Vec::new(), errors)
    }

    /// The same; messages name the `homes` of a key that is not allowed here.
    pub(super) fn at_home(
        path: &str,
        tree: &'a Tree,
        allowed: &[&str],
        homes: Homes,
        errors: &mut Diagnostics,
    ) -> Fields<'a> {
        let table = tree.as_table();
        let mut meant = Vec::new();
        match table {
            None => errors.push(Field { path: path.to_owned(), value: tree }.refuse("not a table", keys(allowed))),
            Some(table) => {
                table.entries.iter().filter(|entry| !allowed.contains(&entry.key.as_str())).for_each(|entry| {
                    errors.push(unknown(path, &entry.key, &entry.key_origin, allowed, homes));
                    meant.extend(nearest(&entry.key, allowed).map(|word| (*word).to_owned()));
                })
            }
        }
        let reported = Reported::Keys(meant);
        Fields { path: path.to_owned(), table, origin: Some(&tree.origin), value: Some(tree), homes, reported }
    }

    /// A table with nothing in it.
    pub(super) fn empty(path: &str) -> Fields<'a> {
        let (homes, reported): (Homes, Reported) = (|_| Vec::new(), Reported::Keys(Vec::new()));
        Fields { path: path.to_owned(), table: None, origin: None, value: None, homes, reported }
    }

    /// Its dotted name.
    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// What is wrong with the table, and what is `allowed`; nothing of an absent one.
    pub(super) fn refuse(&self, reason: &str, allowed: impl Display) -> Option<Diagnostic> {
        Some(Field { path: self.path.clone(), value: self.value? }.refuse(reason, allowed))
    }

    /// The table under `key`, with these keys; an empty one where there is none.
    pub(super) fn table(&self, key: &str, keys: &impl Keys, errors: &mut Diagnostics) -> Fields<'a> {
        self.table_of(key, &keys.names(), errors)
    }

    /// The table under `key`, with keys of these names; an empty one where there is none.
    pub(super) fn table_of(&self, key: &str, allowed: &[&str], errors: &mut Diagnostics) -> Fields<'a> {
        let path = self.join(key);
        match self.get(key) {
            Some(field) => Fields::at_home(&path, field.value, allowed, self.homes, errors),
            None => {
                let reported = if self.reported.of(key) { Reported::Table } else { Reported::Keys(Vec::new()) };
                Fields { path, table: None, origin: self.origin, value: None, homes: self.homes, reported }
            }
        }
    }

    /// The tables of the list under `key`, each with keys of these names and with its place in its name; none where
    /// there is no list.
    pub(super) fn tables(&self, key: &str, allowed: &[&str], errors: &mut Diagnostics) -> Option<Vec<Fields<'a>>> {
        let Some(field) = self.get(key) else { return Some(Vec::new()) };
        let Value::List(list) = &field.value.value else {
            errors.push(field.refuse("not a list", format!("a list of tables, each begun by `[[{key}]]`")));
            return None;
        };
        let path = self.join(key);
        let tables = list.iter().enumerate();
        Some(tables.map(|(index, tree)| Fields::new(&format!("{path}.{index}"), tree, allowed, errors)).collect())
    }

    /// The value under `key`, if there is one.
    pub(super) fn get(&self, key: &str) -> Option<Field<'a>> {
        let entry = self.table?.get(key)?;
        Some(Field { path: self.join(key), value: &entry.value })
    }

    /// The value under `key`; its absence is a mistake, of which nothing is said if the key is there but misspelt.
    /// `example` shows a line that would do.
    pub(super) fn require(&self, key: &str, example: &str, errors: &mut Diagnostics) -> Option<Field<'a>> {
        let field = self.get(key);
        if field.is_none() && !self.reported.of(key) {
            let message = format!("{} is missing", quoted(&self.join(key)));
            let at_root = self.path.is_empty() || self.table.is_none();
            let place = if at_root { "in this file" } else { "in this table" };
            let missing = Diagnostic::new(message);
            let missing = match self.origin {
                Some(origin) => missing.at(origin, place),
                None => missing,
            };
            errors.push(missing.help(format!("for example `{example}`")));
        }
        field
    }

    fn join(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }
}

fn keys(allowed: &[&str]) -> String {
    if allowed.is_empty() { "a table".to_owned() } else { format!("a table with the keys {}", listed(allowed)) }
}

fn unknown(path: &str, key: &str, origin: &Origin, allowed: &[&str], homes: Homes) -> Diagnostic {
    let place = if path.is_empty() { String::new() } else { format!(" in {}", quoted(path)) };
    let known: Vec<&str> = allowed.to_vec();
    let elsewhere = || {
        let homes: Vec<String> = homes(key).into_iter().filter(|home| *home != path).collect();
        match homes.as_slice() {
            [] => None,
            [top] if top.is_empty() => {
                Some(format!("{} stands at the top of a scenario, before the first table", quoted(key)))
            }
            homes => Some(format!("{} is a key of {}", quoted(key), listed(homes))),
        }
    };
    Diagnostic::new(format!("unknown key {}{place}", quoted(key)))
        .at(origin, "no such key")
        .note(format!("allowed: {}", listed(&known)))
        .help(did_you_mean(key, &known).or_else(elsewhere))
}

impl<'a> Field<'a> {
    /// What is wrong with the value, and what is `allowed`.
    pub(super) fn refuse(&self, reason: &str, allowed: impl Display) -> Diagnostic {
        let path = if self.path.is_empty() { "the file".to_owned() } else { quoted(&self.path) };
        Diagnostic::new(format!("{path} cannot be {}", self.value.found()))
            .at(&self.value.origin, reason)
            .note(format!("allowed: {allowed:#}"))
    }

    fn wrong_type<T>(&self, reason: &str, allowed: impl Display, errors: &mut Diagnostics) -> Option<T> {
        let mut diagnostic = self.refuse(reason, allowed);
        if matches!(self.value.value, Value::List(_)) {
            let axis = format!("sweep.\"{}\"", self.path);
            diagnostic = diagnostic.help(format!("to run several values, make them an axis: {}", quoted(&axis)));
        }
        errors.push(diagnostic);
        None
    }

    /// The string it is, if it is one.
    pub(super) fn as_string(&self) -> Option<&'a str> {
        match &self.value.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// A string; `allowed` says which.
    pub(super) fn string(&self, allowed: impl Display, errors: &mut Diagnostics) -> Option<&'a str> {
        self.as_string().or_else(|| self.wrong_type("not a string", allowed, errors))
    }

    /// A string that a terminal and a page show as it is written: without characters that steer them.
    pub(super) fn printable(&self, allowed: impl Display, errors: &mut Diagnostics) -> Option<&'a str> {
        let text = self.string(&allowed, errors)?;
        let steers = |c: char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if text.contains(steers) {
            errors.push(self.refuse("holds a control character", format!("{allowed:#}, without control characters")));
            return None;
        }
        Some(text)
    }

    /// A boolean, where `allowed` may stand.
    pub(super) fn boolean_as(&self, allowed: impl Display, errors: &mut Diagnostics) -> Option<bool> {
        match self.value.value {
            Value::Bool(value) => Some(value),
            _ => self.wrong_type("not a boolean", allowed, errors),
        }
    }

    /// An integer in `range`, where `allowed` may stand.
    pub(super) fn integer_as<T>(
        &self,
        range: RangeInclusive<T>,
        allowed: impl Display,
        errors: &mut Diagnostics,
    ) -> Option<T>
    where
        T: Copy + Display + TryFrom<i128> + Into<i128>,
    {
        let Value::Integer(found) = self.value.value else {
            return self.wrong_type("not an integer", allowed, errors);
        };
        let (least, most): (i128, i128) = ((*range.start()).into(), (*range.end()).into());
        if found < least {
            return self.wrong_type(&format!("below {least}"), allowed, errors);
        }
        match T::try_from(found) {
            Ok(value) if found <= most => Some(value),
            _ => self.wrong_type(&format!("above {most}"), allowed, errors),
        }
    }

    /// A number in `range`, where `allowed` may stand.
    pub(super) fn number_as(
        &self,
        range: RangeInclusive<f64>,
        allowed: impl Display,
        errors: &mut Diagnostics,
    ) -> Option<f64> {
        match self.as_number() {
            Some(number) if range.contains(&number) => Some(number),
            Some(_) => self.wrong_type("out of range", allowed, errors),
            None => self.wrong_type("not a number", allowed, errors),
        }
    }

    /// A probability, where `allowed` may stand.
    pub(super) fn probability_as(&self, allowed: impl Display, errors: &mut Diagnostics) -> Option<Probability> {
        match self.as_number() {
            Some(number) => Probability::new(number).or_else(|| self.wrong_type("not from 0 to 1", allowed, errors)),
            None => self.wrong_type("not a number", allowed, errors),
        }
    }

    /// A duration, where `allowed` may stand.
    pub(super) fn span_as(&self, allowed: impl Display, errors: &mut Diagnostics) -> Option<Span> {
        if let Some(text) = self.as_string() {
            return match text.parse::<Span>() {
                Ok(span) => Some(span),
                Err(error) => {
                    errors.push(self.refuse(&span_reason(text, &error), allowed).help(unit_help(text)));
                    None
                }
            };
        }
        match (&self.value.value, self.as_number()) {
            // Whole seconds keep every digit.
            (Value::Integer(secs), _) if (0..=LONGEST_S).contains(secs) => Some(Span::from_secs(*secs as u64)),
            (Value::Number(secs), _) if (0.0..=LONGEST_S as f64).contains(secs) => Some(Span::from_secs_f64(*secs)),
            (_, Some(number)) if number < 0.0 => self.wrong_type("below 0", allowed, errors),
            (_, Some(number)) if number > 0.0 => self.wrong_type(&SpanError::TooLong.to_string(), allowed, errors),
            _ => self.wrong_type("not a duration", allowed, errors),
        }
    }

    /// One of `names`.
    pub(super) fn choice<T: Copy>(&self, names: &[(&str, T)], errors: &mut Diagnostics) -> Option<T> {
        let words: Vec<&str> = names.iter().map(|(name, _)| *name).collect();
        let Some(text) = self.as_string() else {
            return self.wrong_type("not a string", listed(&words), errors);
        };
        let chosen = names.iter().find(|(name, _)| *name == text).map(|(_, value)| *value);
        if chosen.is_none() {
            errors.push(self.refuse("no such choice", listed(&words)).help(did_you_mean(text, words)));
        }
        chosen
    }

    /// The number it is, if it is one.
    fn as_number(&self) -> Option<f64> {
        match self.value.value {
            Value::Integer(number) => Some(number as f64),
            Value::Number(number) => Some(number),
            _ => None,
        }
    }
}

/// The most whole seconds that a [`Span`] holds.
const LONGEST_S: i128 = (u64::MAX / 1_000_000_000) as i128;

fn span_reason(text: &str, error: &SpanError) -> String {
    match error {
        _ if text.trim_start().starts_with('-') => "a duration is not negative".to_owned(),
        SpanError::Form if text.trim().parse::<f64>().is_ok() => "a number without a unit".to_owned(),
        SpanError::Form => "not a duration".to_owned(),
        SpanError::Unit(unit) => format!("no unit of time: {}", quoted(unit)),
        SpanError::TooLong => error.to_string(),
    }
}

fn unit_help(text: &str) -> Option<String> {
    const MEANT: [(&[&str], &str); 6] = [
        (&["usec", "µs", "μs", "microseconds"], "us"),
        (&["msec", "millis", "milliseconds", "millisecond", "mS"], "ms"),
        (&["sec", "secs", "second", "seconds", "S"], "s"),
        (&["m", "mins", "minute", "minutes"], "min"),
        (&["hr", "hrs", "hour", "hours", "H"], "h"),
        (&["day", "days", "D"], "d"),
    ];
    let text = text.trim();
    let split = text.find(|c: char| !c.is_ascii_digit() && c != '.' && c != '_').unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    let unit = unit.trim();
    if number.is_empty() {
        return None;
    }
    if unit.is_empty() {
        return Some(format!("write \"{number} s\" for seconds; the units are ns, us, ms, s, min, h and d"));
    }
    match MEANT.iter().find(|(words, _)| words.contains(&unit)) {
        Some((_, meant)) => Some(format!("did you mean \"{number} {meant}\"?")),
        None => Some("the units are ns, us, ms, s, min, h and d".to_owned()),
    }
}
