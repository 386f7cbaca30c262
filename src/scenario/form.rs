//! What may stand under a key, as data: messages, the page of keys, the JSON Schema and completions are made of it.

use std::borrow::Cow;
use std::fmt;

use crate::time::Span;

/// A key of a table: all that is said of it, and of what may stand there.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// Its name in its table.
    pub name: Cow<'static, str>,
    /// A name that it had; it is still read, with a warning.
    pub was: Option<&'static str>,
    /// What may stand there.
    pub form: Form,
    /// What holds where it is absent.
    pub default: Default,
    /// What it decides.
    pub about: Cow<'static, str>,
}

/// What holds where a key is absent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Default {
    /// It must not be absent; an example of a line that would do.
    Required(&'static str),
    /// This value, as TOML writes it.
    Value(&'static str),
    /// What this says.
    Said(&'static str),
}

impl fmt::Display for Default {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Default::Required(_) => f.write_str("required"),
            Default::Value(text) | Default::Said(text) => f.write_str(text),
        }
    }
}

/// A word that a key takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Word {
    /// The word.
    pub name: &'static str,
    /// A word that stood for it; it is still read, with a warning.
    pub was: Option<&'static str>,
}

/// What may stand under a key.
#[derive(Clone, Debug)]
pub(super) enum Form {
    /// `true` or `false`.
    Boolean,
    /// An integer.
    Integer {
        /// The least.
        least: i128,
        /// The greatest.
        most: i128,
        /// What it counts, if that is said: `seconds`.
        of: &'static str,
    },
    /// A number.
    Number {
        /// The least.
        least: f64,
        /// The greatest.
        most: f64,
    },
    /// A number from 0 to 1.
    Probability,
    /// A string of a number and a unit of time, or a number of seconds.
    Duration {
        /// The shortest.
        least: Span,
        /// The longest.
        most: Span,
    },
    /// A string of a number and one of these units, or an integer of the first.
    Quantity {
        /// What it is: `rate`, `size`.
        name: &'static str,
        /// The units.
        units: &'static [&'static str],
        /// The least, in the first unit.
        least: u64,
    },
    /// One of these words.
    Words(Vec<Word>),
    /// A string, as this says.
    String(&'static str),
    /// A list of what this says.
    List(Box<Form>),
    /// A table of these keys.
    Table(Vec<Row>),
    /// A table in which one key says which others there are.
    Tagged(Box<Tagged>),
    /// A table of tables or values by any name; what the names are.
    Map(&'static str, Box<Form>),
    /// One of these.
    Either(Vec<Form>),
    /// Whatever TOML can write.
    Any,
    /// What is described by itself, under this name.
    Named(&'static str, Box<Form>),
}

/// A table in which one key says which others there are.
#[derive(Clone, Debug)]
pub(super) struct Tagged {
    /// The key.
    pub tag: &'static str,
    /// Its words, each with the other keys and what such a table means.
    pub variants: Vec<Variant>,
}

/// One word of a [`Tagged`] table.
#[derive(Clone, Debug)]
pub(super) struct Variant {
    /// The word.
    pub word: &'static str,
    /// What the table means.
    pub about: &'static str,
    /// The other keys.
    pub rows: Vec<Row>,
}

/// Longer than any duration.
pub(super) const LONGEST: Span = Span::from_nanos(u64::MAX);

/// The least duration above 0.
pub(super) const ABOVE_0: Span = Span::from_nanos(1);

impl Form {
    /// Words that may stand there.
    pub(super) fn words(&self) -> Vec<&'static str> {
        match self {
            Form::Boolean => vec!["true", "false"],
            Form::Words(words) => words.iter().map(|word| word.name).collect(),
            Form::Either(forms) => forms.iter().flat_map(Form::words).collect(),
            Form::Named(_, form) => form.words(),
            _ => Vec::new(),
        }
    }

    /// The words that may stand there, with what they were.
    pub(super) fn each_word(&self) -> Vec<Word> {
        match self {
            Form::Words(words) => words.clone(),
            Form::Either(forms) => forms.iter().flat_map(Form::each_word).collect(),
            Form::Named(_, form) => form.each_word(),
            _ => Vec::new(),
        }
    }

    /// The keys of a table that may stand there, of all kinds of table together.
    pub(super) fn rows(&self) -> Vec<Row> {
        match self {
            Form::Table(rows) => rows.clone(),
            Form::Tagged(tagged) => {
                let mut rows = vec![tagged.row()];
                for row in tagged.variants.iter().flat_map(|variant| &variant.rows) {
                    if rows.iter().all(|known| known.name != row.name) {
                        rows.push(row.clone());
                    }
                }
                rows
            }
            Form::Either(forms) => forms.iter().flat_map(Form::rows).collect(),
            Form::Named(_, form) => form.rows(),
            _ => Vec::new(),
        }
    }

    /// The table or value that stands in a list, or under any name.
    pub(super) fn inner(&self) -> Option<&Form> {
        match self {
            Form::List(form) | Form::Map(_, form) => Some(form),
            Form::Either(forms) => forms.iter().find_map(Form::inner),
            Form::Named(_, form) => form.inner(),
            _ => None,
        }
    }
}

impl Tagged {
    /// The key that says which others there are.
    pub(super) fn row(&self) -> Row {
        let words = self.variants.iter().map(|variant| Word { name: variant.word, was: None }).collect();
        Row {
            name: self.tag.into(),
            was: None,
            form: Form::Words(words),
            default: Default::Required(""),
            about: "Which.".into(),
        }
    }
}

/// The keys of a table.
pub(super) trait Keys {
    /// What is said of each, in order.
    fn rows(&self) -> Vec<Row>;

    /// The name of each.
    fn names(&self) -> Vec<&str>;

    /// A table of them.
    fn form(&self) -> Form {
        Form::Table(self.rows())
    }
}

impl Keys for Vec<Row> {
    fn rows(&self) -> Vec<Row> {
        self.clone()
    }

    fn names(&self) -> Vec<&str> {
        self.iter().map(|row| &*row.name).collect()
    }
}

/// What may stand there, in words; with `#` also by examples.
impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Form::Boolean => f.write_str("`true` or `false`"),
            Form::Integer { least, most, of } => {
                let of = if of.is_empty() { String::new() } else { format!(" of {of}") };
                write!(f, "integer{of} from {least} to {most}")
            }
            Form::Number { least, most } => write!(f, "number from {least} to {most}"),
            Form::Probability => f.write_str("probability from 0 to 1"),
            Form::Duration { least, most } => {
                f.write_str("duration")?;
                match (*least, *most) {
                    (Span::ZERO, LONGEST) => {}
                    (Span::ZERO, most) => write!(f, " up to {most}")?,
                    (ABOVE_0, LONGEST) => f.write_str(" above 0")?,
                    (ABOVE_0, most) => write!(f, " above 0, up to {most}")?,
                    (least, LONGEST) => write!(f, " from {least}")?,
                    (least, most) => write!(f, " from {least} to {most}")?,
                }
                if f.alternate() { f.write_str(", such as \"40 ms\" or 1.5 (seconds)") } else { Ok(()) }
            }
            Form::Quantity { name, units, least } => {
                f.write_str(name)?;
                if *least > 1 {
                    write!(f, " from {least} {}", units[0])?;
                }
                if f.alternate() {
                    write!(f, ", such as \"64 {}\" or 64000 ({})", units[1], units[0])?;
                }
                Ok(())
            }
            Form::Words(words) => {
                let names: Vec<String> = words.iter().map(|word| format!("\"{}\"", word.name)).collect();
                joined(f, &names)
            }
            Form::String(about) => f.write_str(about),
            Form::List(form) => write!(f, "list of: {form}"),
            Form::Table(rows) => {
                let names: Vec<String> = rows.iter().map(|row| format!("`{}`", row.name)).collect();
                write!(f, "table with {}", names.join(", "))
            }
            Form::Tagged(tagged) => {
                write!(f, "table with `{}` (", tagged.tag)?;
                let words: Vec<String> =
                    tagged.variants.iter().map(|variant| format!("\"{}\"", variant.word)).collect();
                joined(f, &words)?;
                f.write_str(")")
            }
            Form::Map(names, _) => write!(f, "table by {names}"),
            Form::Any => f.write_str("any value"),
            Form::Either(forms) => {
                let parts: Vec<String> = forms
                    .iter()
                    .map(|form| if f.alternate() { format!("{form:#}") } else { form.to_string() })
                    .collect();
                f.write_str(&parts.join(", or "))
            }
            Form::Named(name, form) => {
                if f.alternate() {
                    write!(f, "{form:#}")
                } else {
                    f.write_str(name)
                }
            }
        }
    }
}

/// `a, b or c`.
fn joined(f: &mut fmt::Formatter<'_>, parts: &[String]) -> fmt::Result {
    match parts {
        [] => Ok(()),
        [only] => f.write_str(only),
        [some @ .., last] => write!(f, "{} or {last}", some.join(", ")),
    }
}
