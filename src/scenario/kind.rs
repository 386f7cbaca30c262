//! Kinds of values: what may stand under a key, together with the reader that takes just that.

use std::fmt::Display;
use std::sync::Arc;

use super::diagnostic::Diagnostics;
use super::form::{ABOVE_0, Form, LONGEST, Row, Tagged, Variant, Word};
use super::read::{Field, Fields};
use super::tree::Value;
use crate::random::Probability;
use crate::time::Span;

/// How a value is read; the form says what is allowed in its place.
type Reader<T> = dyn Fn(&Field<'_>, &Form, &mut Diagnostics) -> Option<T> + Send + Sync;

/// A kind of value.
pub(super) struct Kind<T> {
    form: Form,
    read: Arc<Reader<T>>,
}

impl<T> Clone for Kind<T> {
    fn clone(&self) -> Kind<T> {
        Kind { form: self.form.clone(), read: Arc::clone(&self.read) }
    }
}

impl<T: 'static> Kind<T> {
    /// A kind that is read by `read`, which takes what `form` says.
    pub(super) fn new(
        form: Form,
        read: impl Fn(&Field<'_>, &Form, &mut Diagnostics) -> Option<T> + Send + Sync + 'static,
    ) -> Kind<T> {
        Kind { form, read: Arc::new(read) }
    }

    /// What may stand there.
    pub(super) fn form(&self) -> &Form {
        &self.form
    }

    /// Reads a value.
    pub(super) fn read(&self, field: &Field<'_>, errors: &mut Diagnostics) -> Option<T> {
        (self.read)(field, &self.form, errors)
    }

    /// The same, made into something else.
    pub(super) fn map<U: 'static>(self, make: impl Fn(T) -> U + Send + Sync + 'static) -> Kind<U> {
        let read = self.read;
        Kind::new(self.form, move |field, allowed, errors| read(field, allowed, errors).map(&make))
    }

    /// The same; each of these words was the other before.
    pub(super) fn was(mut self, old: &[(&'static str, &'static str)]) -> Kind<T> {
        if let Form::Words(words) = &mut self.form {
            for word in words {
                word.was = old.iter().find(|(new, _)| *new == word.name).map(|(_, was)| *was);
            }
        }
        self
    }

    /// The same, or `None` for this word.
    pub(super) fn or_none(self, word: &'static str) -> Kind<Option<T>> {
        let form = Form::Either(vec![self.form, Form::Words(vec![Word { name: word, was: None }])]);
        let read = self.read;
        Kind::new(form, move |field, allowed, errors| match field.as_string() {
            Some(text) if text == word => Some(None),
            _ => read(field, allowed, errors).map(Some),
        })
    }

    /// The same, described by itself under `name`.
    pub(super) fn named(self, name: &'static str) -> Kind<T> {
        Kind { form: Form::Named(name, Box::new(self.form)), read: self.read }
    }

    /// One of these words, or else this.
    pub(super) fn or_words(self, words: &[(&'static str, T)]) -> Kind<T>
    where
        T: Copy + Send + Sync,
    {
        let own = Form::Words(words.iter().map(|(name, _)| Word { name, was: None }).collect());
        let (words, read) = (words.to_vec(), self.read);
        Kind::new(Form::Either(vec![own, self.form]), move |field, allowed, errors| {
            let word = field.as_string().and_then(|text| words.iter().find(|(name, _)| *name == text));
            match word {
                Some((_, value)) => Some(*value),
                None => read(field, allowed, errors),
            }
        })
    }
}

/// `true` or `false`.
pub(super) fn boolean() -> Kind<bool> {
    Kind::new(Form::Boolean, |field, allowed, errors| field.boolean_as(allowed, errors))
}

/// An integer in this range.
pub(super) fn integer<T>(range: std::ops::RangeInclusive<T>) -> Kind<T>
where
    T: Copy + Display + TryFrom<i128> + Into<i128> + Send + Sync + 'static,
{
    integer_of("", range)
}

/// An integer of seconds in this range.
pub(super) fn seconds<T>(range: std::ops::RangeInclusive<T>) -> Kind<T>
where
    T: Copy + Display + TryFrom<i128> + Into<i128> + Send + Sync + 'static,
{
    integer_of("seconds", range)
}

fn integer_of<T>(of: &'static str, range: std::ops::RangeInclusive<T>) -> Kind<T>
where
    T: Copy + Display + TryFrom<i128> + Into<i128> + Send + Sync + 'static,
{
    let form = Form::Integer { least: (*range.start()).into(), most: (*range.end()).into(), of };
    Kind::new(form, move |field, allowed, errors| field.integer_as(range.clone(), allowed, errors))
}

/// A number in this range.
pub(super) fn number(range: std::ops::RangeInclusive<f64>) -> Kind<f64> {
    let form = Form::Number { least: *range.start(), most: *range.end() };
    Kind::new(form, move |field, allowed, errors| field.number_as(range.clone(), allowed, errors))
}

/// A number from 0 to 1.
pub(super) fn probability() -> Kind<Probability> {
    Kind::new(Form::Probability, |field, allowed, errors| field.probability_as(allowed, errors))
}

/// A duration.
pub(super) fn duration() -> Kind<Span> {
    duration_in(Span::ZERO, LONGEST)
}

/// A duration above 0.
pub(super) fn duration_above_0() -> Kind<Span> {
    duration_in(ABOVE_0, LONGEST)
}

/// A duration of at least this.
pub(super) fn duration_from(least: Span) -> Kind<Span> {
    duration_in(least, LONGEST)
}

/// A duration of at most this.
pub(super) fn duration_up_to(most: Span) -> Kind<Span> {
    duration_in(Span::ZERO, most)
}

/// A duration from `least` to `most`.
pub(super) fn duration_in(least: Span, most: Span) -> Kind<Span> {
    Kind::new(Form::Duration { least, most }, move |field, allowed, errors| {
        let span = field.span_as(allowed, errors)?;
        let reason = match span {
            Span::ZERO if least == ABOVE_0 => "no time at all",
            span if span < least => "too short",
            span if span > most => "too long",
            span => return Some(span),
        };
        errors.push(field.refuse(reason, allowed));
        None
    })
}

/// One of these words.
pub(super) fn choice<T: Copy + Send + Sync + 'static>(words: &[(&'static str, T)]) -> Kind<T> {
    let form = Form::Words(words.iter().map(|&(name, _)| Word { name, was: None }).collect());
    let words = words.to_vec();
    Kind::new(form, move |field, _, errors| field.choice(&words, errors))
}

/// A string, as `about` says.
pub(super) fn string(about: &'static str) -> Kind<String> {
    Kind::new(Form::String(about), |field, allowed, errors| field.string(allowed, errors).map(str::to_owned))
}

/// A string that a terminal and a page show as it is written.
pub(super) fn printable(about: &'static str) -> Kind<String> {
    Kind::new(Form::String(about), |field, allowed, errors| field.printable(allowed, errors).map(str::to_owned))
}

/// One word of a table in which a key says which others there are.
pub(super) struct Case<T> {
    /// The word.
    pub word: &'static str,
    /// What such a table means.
    pub about: &'static str,
    /// The other keys.
    pub rows: Vec<Row>,
    /// Reads such a table.
    pub read: fn(&Fields<'_>, &mut Diagnostics) -> Option<T>,
}

/// A table in which the key `tag` says which others there are, as in `example`; any has the keys `more` as well.
pub(super) fn tagged<T: Send + Sync + 'static>(
    tag: &'static str,
    example: &'static str,
    cases: Vec<Case<T>>,
    more: Vec<Row>,
) -> Kind<T> {
    let variants = cases.iter().map(|Case { word, about, rows, .. }| {
        let rows = rows.iter().chain(&more).cloned().collect();
        Variant { word, about, rows }
    });
    let form = Form::Tagged(Box::new(Tagged { tag, variants: variants.collect() }));
    let all: Vec<String> = form.rows().into_iter().map(|row| row.name.into_owned()).collect();
    let more: Vec<String> = more.into_iter().map(|row| row.name.into_owned()).collect();
    Kind::new(form, move |field, allowed, errors| {
        let Value::Table(table) = &field.value.value else {
            errors.push(field.refuse("not a table", allowed));
            return None;
        };
        let Some(entry) = table.get(tag) else {
            let all: Vec<&str> = all.iter().map(String::as_str).collect();
            Fields::new(&field.path, field.value, &all, errors).require(tag, example, errors);
            return None;
        };
        let words: Vec<(&str, &Case<T>)> = cases.iter().map(|case| (case.word, case)).collect();
        let word = Field { path: format!("{}.{tag}", field.path), value: &entry.value };
        let case = word.choice(&words, errors)?;
        let names = case.rows.iter().map(|row| &*row.name).chain(more.iter().map(String::as_str));
        let names: Vec<&str> = [tag].into_iter().chain(names).collect();
        (case.read)(&Fields::new(&field.path, field.value, &names, errors), errors)
    })
}

impl<T: 'static> Kind<T> {
    /// A value that is no table, or else a table.
    pub(super) fn or_table(self, table: Kind<T>) -> Kind<T> {
        let form = Form::Either(vec![self.form, table.form]);
        let (value, table) = (self.read, table.read);
        Kind::new(form, move |field, allowed, errors| match field.value.value {
            Value::Table(_) => table(field, allowed, errors),
            _ => value(field, allowed, errors),
        })
    }

    /// Reads a value where `allowed` may stand.
    pub(super) fn read_as(&self, field: &Field<'_>, allowed: &Form, errors: &mut Diagnostics) -> Option<T> {
        (self.read)(field, allowed, errors)
    }
}
