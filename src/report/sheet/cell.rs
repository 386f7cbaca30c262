//! A cell of a table: a value with its type, and how people read it.

use crate::report::number::{self, NONE};
use serde_json::Value;

/// How people read a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    /// With so many significant digits.
    Significant(usize),
    /// The same, without zeros at its end.
    Trimmed(usize),
    /// With so many decimals.
    Fixed(usize),
    /// As a rate: three digits, in groups where it is large.
    Rate,
    /// As standard errors.
    Z,
    /// As a duration.
    Duration,
}

/// A cell.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Cell {
    /// There is no value.
    None,
    /// The column says nothing in this row.
    Blank,
    Text(String),
    Flag(bool),
    Count(u64),
    /// A count that files carry as a number with a decimal point, if there is one.
    Whole(Option<u64>),
    /// A number that only files have.
    Hidden(f64),
    /// A whole second of the run, which people read as a duration.
    Second(u64),
    Number(f64, Shown),
    /// A mean with half its 95 % interval.
    Estimate(f64, Option<f64>),
    /// A difference with half its 95 % interval: never without its sign.
    Difference(f64, Option<f64>),
    /// The share of the one in the other.
    Share(u64, u64),
}

impl Cell {
    /// A number, if it is one.
    pub(crate) fn number(x: impl Into<Option<f64>>, shown: Shown) -> Cell {
        x.into().filter(|x| x.is_finite()).map_or(Cell::None, |x| Cell::Number(x, shown))
    }

    /// A number that only files have.
    pub(crate) fn of(x: impl Into<Option<f64>>) -> Cell {
        Cell::number(x, Shown::Significant(4))
    }

    /// A count, if there is one.
    pub(crate) fn count(n: impl Into<Option<u64>>) -> Cell {
        n.into().map_or(Cell::None, Cell::Count)
    }

    /// A text, if there is one.
    pub(crate) fn text<'a>(text: impl Into<Option<&'a str>>) -> Cell {
        text.into().map_or(Cell::None, |text| Cell::Text(text.to_owned()))
    }

    /// A mean with half its 95 % interval, if there is one.
    pub(crate) fn estimate(mean: Option<f64>, half: Option<f64>) -> Cell {
        mean.filter(|mean| mean.is_finite()).map_or(Cell::None, |mean| Cell::Estimate(mean, half))
    }

    /// As files carry it: numbers have nine significant digits.
    pub(crate) fn value(&self) -> Value {
        let number = |x: f64| number::nine_digits(x).map_or(Value::Null, Value::from);
        match self {
            Cell::None | Cell::Blank => Value::Null,
            Cell::Text(text) => text.as_str().into(),
            Cell::Flag(flag) => (*flag).into(),
            Cell::Count(n) | Cell::Second(n) => (*n).into(),
            Cell::Whole(n) => n.and_then(|n| number::nine_digits(n as f64)).map_or(Value::Null, Value::from),
            Cell::Hidden(x) => number(*x),
            Cell::Number(x, _) | Cell::Estimate(x, _) | Cell::Difference(x, _) => number(*x),
            Cell::Share(_, 0) => Value::Null,
            Cell::Share(part, whole) => number(*part as f64 / *whole as f64),
        }
    }

    /// As people read it.
    pub(crate) fn shown(&self) -> String {
        match self {
            Cell::None | Cell::Hidden(_) | Cell::Whole(None) => NONE.to_owned(),
            Cell::Blank => String::new(),
            Cell::Text(text) => text.clone(),
            Cell::Flag(flag) => if *flag { "yes" } else { "no" }.to_owned(),
            Cell::Count(n) | Cell::Whole(Some(n)) => number::count(*n),
            Cell::Second(second) => number::duration(*second as f64),
            Cell::Estimate(mean, half) => number::with_interval(*mean, *half),
            Cell::Difference(mean, half) => number::difference(*mean, *half),
            Cell::Share(part, whole) => number::share(*part, *whole),
            Cell::Number(x, shown) => match *shown {
                Shown::Significant(digits) => number::significant(*x, digits),
                Shown::Trimmed(digits) => number::trimmed(*x, digits),
                Shown::Fixed(decimals) => number::fixed(*x, decimals),
                Shown::Rate => number::rate(*x),
                Shown::Duration => number::duration(*x),
                Shown::Z if x.abs() < 999.95 => number::fixed(*x, 1),
                Shown::Z => number::significant(*x, 2),
            },
        }
    }
}
