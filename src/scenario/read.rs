//! From written values to values of the right type, each mistake with what was found and what is allowed.
//!
//! A reader that reports a mistake returns `None` and reading goes on, so that one run finds as much as it can.

use std::fmt::Display;
use std::ops::RangeInclusive;

use super::diagnostic::{Diagnostic, Diagnostics, Origin, did_you_mean, listed, nearest, quoted};
use super::tree::{Table, Tree, Value};
use super::vocabulary;
use crate::random::Probability;
use crate::time::{Span, SpanError};

/// A table under its dotted name; an absent table reads as an empty one.
pub struct Fields<'a> {
    path: String,
    table: Option<&'a Table>,
    /// Where it stands, or where it would; nowhere for one that needs nothing.
    origin: Option<&'a Origin>,
    /// What is not missed in it, for its user has been told of the word that he wrote in its place.
    told: Told,
}

/// Keys that are absent because they are misspelt.
enum Told {
    /// These.
    Keys(Vec<String>),
    /// All: the name of the table itself is misspelt.
    Table,
}

impl Told {
    fn of(&self, key: &str) -> bool {
        match self {
            Told::Keys(keys) => keys.iter().any(|told| told == key),
            Told::Table => true,
        }
    }
}

/// A value under its dotted name.
#[derive(Clone)]
pub struct Field<'a> {
    /// The dotted name.
    pub path: String,
    /// The value.
    pub value: &'a Tree,
}

impl<'a> Fields<'a> {
    /// Reads `tree`, which stands under the name `path`, as a table with no other keys than `allowed`.
    pub fn new(path: &str, tree: &'a Tree, allowed: &[&str], errors: &mut Diagnostics) -> Fields<'a> {
        let table = tree.as_table();
        let mut meant = Vec::new();
        match table {
            None => errors.push(Field { path: path.to_owned(), value: tree }.refuse("not a table", &keys(allowed))),
            Some(table) => {
                table.entries.iter().filter(|entry| !allowed.contains(&entry.key.as_str())).for_each(|entry| {
                    errors.push(unknown(path, &entry.key, &entry.key_origin, allowed));
                    meant.extend(nearest(&entry.key, allowed).map(|word| (*word).to_owned()));
                })
            }
        }
        Fields { path: path.to_owned(), table, origin: Some(&tree.origin), told: Told::Keys(meant) }
    }

    /// A table with nothing in it.
    pub fn empty(path: &str) -> Fields<'a> {
        Fields { path: path.to_owned(), table: None, origin: None, told: Told::Keys(Vec::new()) }
    }

    /// Its dotted name.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The table of a scenario file of calls at its root, with the keys of the vocabulary.
    pub fn root(tree: &'a Tree, errors: &mut Diagnostics) -> Fields<'a> {
        let keys: Vec<&str> =
            vocabulary::children("").into_iter().filter(|key| !vocabulary::TABLES_OF_DEVICES.contains(key)).collect();
        Fields::new("", tree, &keys, errors)
    }

    /// The table under `key`, with the keys of the vocabulary; an empty one where there is none.
    pub fn table(&self, key: &str, errors: &mut Diagnostics) -> Fields<'a> {
        let path = self.join(key);
        match self.get(key) {
            Some(field) => Fields::new(&path, field.value, &vocabulary::children(&path), errors),
            None => {
                let told = if self.told.of(key) { Told::Table } else { Told::Keys(Vec::new()) };
                Fields { path, table: None, origin: self.origin, told }
            }
        }
    }

    /// The value under `key`, if there is one.
    pub fn get(&self, key: &str) -> Option<Field<'a>> {
        let entry = self.table?.get(key)?;
        Some(Field { path: self.join(key), value: &entry.value })
    }

    /// The value under `key`; its absence is a mistake, of which nothing is said if the key is there but misspelt.
    /// `example` shows a line that would do.
    pub fn require(&self, key: &str, example: &str, errors: &mut Diagnostics) -> Option<Field<'a>> {
        let field = self.get(key);
        if field.is_none() && !self.told.of(key) {
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

    /// Reads the value under `key`; `default` where there is none.
    pub fn or<T>(
        &self,
        key: &str,
        default: T,
        errors: &mut Diagnostics,
        read: impl FnOnce(&Field<'a>, &mut Diagnostics) -> Option<T>,
    ) -> Option<T> {
        match self.get(key) {
            Some(field) => read(&field, errors),
            None => Some(default),
        }
    }

    fn join(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }
}

fn keys(allowed: &[&str]) -> String {
    if allowed.is_empty() { "a table".to_owned() } else { format!("a table with the keys {}", listed(allowed)) }
}

fn unknown(path: &str, key: &str, origin: &Origin, allowed: &[&str]) -> Diagnostic {
    let place = if path.is_empty() { String::new() } else { format!(" in {}", quoted(path)) };
    let known: Vec<&str> = allowed.to_vec();
    let elsewhere = || {
        let homes = vocabulary::homes(key);
        let homes: Vec<&str> = homes.into_iter().filter(|home| *home != path).collect();
        match homes.as_slice() {
            [] => None,
            [""] => Some(format!("{} stands at the top of a scenario, before the first table", quoted(key))),
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
    pub fn refuse(&self, reason: &str, allowed: &str) -> Diagnostic {
        let path = if self.path.is_empty() { "the file".to_owned() } else { quoted(&self.path) };
        Diagnostic::new(format!("{path} cannot be {}", self.value.found()))
            .at(&self.value.origin, reason)
            .note(format!("allowed: {allowed}"))
    }

    fn wrong_type<T>(&self, reason: &str, allowed: &str, errors: &mut Diagnostics) -> Option<T> {
        let mut diagnostic = self.refuse(reason, allowed);
        if matches!(self.value.value, Value::List(_)) {
            let axis = format!("sweep.\"{}\"", self.path);
            diagnostic = diagnostic.help(format!("to run several values, make them an axis: {}", quoted(&axis)));
        }
        errors.push(diagnostic);
        None
    }

    /// The text it is, if it is one.
    pub fn as_text(&self) -> Option<&'a str> {
        match &self.value.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A text; `allowed` says which.
    pub fn text(&self, allowed: &str, errors: &mut Diagnostics) -> Option<&'a str> {
        self.as_text().or_else(|| self.wrong_type("not a text", allowed, errors))
    }

    /// A text that a terminal and a page show as it is written: without characters that steer them.
    pub fn printable_text(&self, allowed: &str, errors: &mut Diagnostics) -> Option<&'a str> {
        let text = self.text(allowed, errors)?;
        let steers = |c: char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if text.contains(steers) {
            errors.push(self.refuse("holds a control character", &format!("{allowed} without control characters")));
            return None;
        }
        Some(text)
    }

    /// A truth value.
    pub fn truth(&self, errors: &mut Diagnostics) -> Option<bool> {
        match self.value.value {
            Value::Bool(truth) => Some(truth),
            _ => self.wrong_type("not a truth value", "`true` or `false`", errors),
        }
    }

    /// A whole number in `range`.
    pub fn integer<T>(&self, range: RangeInclusive<T>, errors: &mut Diagnostics) -> Option<T>
    where
        T: Copy + Display + TryFrom<i128> + Into<i128>,
    {
        self.integer_or(range, "", errors).flatten()
    }

    /// A whole number in `range`, or `None` for the word `none`.
    pub fn integer_or<T>(&self, range: RangeInclusive<T>, none: &str, errors: &mut Diagnostics) -> Option<Option<T>>
    where
        T: Copy + Display + TryFrom<i128> + Into<i128>,
    {
        let mut allowed = format!("a whole number from {} to {}", range.start(), range.end());
        if !none.is_empty() {
            allowed.push_str(&format!(", or \"{none}\""));
            if self.as_text() == Some(none) {
                return Some(None);
            }
        }
        let Value::Integer(found) = self.value.value else {
            return self.wrong_type("not a whole number", &allowed, errors);
        };
        let (least, most): (i128, i128) = ((*range.start()).into(), (*range.end()).into());
        if found < least {
            return self.wrong_type(&format!("below {least}"), &allowed, errors);
        }
        match T::try_from(found) {
            Ok(value) if found <= most => Some(Some(value)),
            _ => self.wrong_type(&format!("above {most}"), &allowed, errors),
        }
    }

    /// A number from `least` to `most`.
    pub fn number(&self, range: RangeInclusive<f64>, errors: &mut Diagnostics) -> Option<f64> {
        let allowed = format!("a number from {} to {}", range.start(), range.end());
        match self.as_number() {
            Some(number) if range.contains(&number) => Some(number),
            Some(_) => self.wrong_type("out of range", &allowed, errors),
            None => self.wrong_type("not a number", &allowed, errors),
        }
    }

    /// A probability.
    pub fn probability(&self, errors: &mut Diagnostics) -> Option<Probability> {
        self.probability_as("a probability: a number from 0 to 1", errors)
    }

    /// A probability, where `allowed` says what else would do.
    pub fn probability_as(&self, allowed: &str, errors: &mut Diagnostics) -> Option<Probability> {
        match self.as_number() {
            Some(number) => Probability::new(number).or_else(|| self.wrong_type("not from 0 to 1", allowed, errors)),
            None => self.wrong_type("not a number", allowed, errors),
        }
    }

    /// A length of time: a text with a unit, or a number of seconds.
    pub fn span(&self, errors: &mut Diagnostics) -> Option<Span> {
        self.span_as("a length of time: a text such as \"40 ms\" or \"1.5 h\", or a number of seconds", errors)
    }

    /// A length of time, where `allowed` says what else would do.
    pub fn span_as(&self, allowed: &str, errors: &mut Diagnostics) -> Option<Span> {
        if let Some(text) = self.as_text() {
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
            _ => self.wrong_type("not a length of time", allowed, errors),
        }
    }

    /// One of `names`.
    pub fn choice<T: Copy>(&self, names: &[(&str, T)], errors: &mut Diagnostics) -> Option<T> {
        let words: Vec<&str> = names.iter().map(|(name, _)| *name).collect();
        let Some(text) = self.as_text() else {
            return self.wrong_type("not a text", &listed(&words), errors);
        };
        let chosen = names.iter().find(|(name, _)| *name == text).map(|(_, value)| *value);
        if chosen.is_none() {
            errors.push(self.refuse("no such choice", &listed(&words)).help(did_you_mean(text, words)));
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
        _ if text.trim_start().starts_with('-') => "a length of time is not negative".to_owned(),
        SpanError::Form if text.trim().parse::<f64>().is_ok() => "a number without a unit".to_owned(),
        SpanError::Form => "not a length of time".to_owned(),
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
