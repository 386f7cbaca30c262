//! Time as a whole number of nanoseconds: the instant [`Time`] and the length [`Span`].
//!
//! The simulator never asks a clock. An instant counts from the start of the run; sums saturate instead of
//! wrapping, so that no input can make time run backwards. 2^64 ns are 584 years.

use std::fmt;
use std::ops::{Add, Sub};
use std::str::FromStr;

/// An instant of simulated time, in nanoseconds from the start of the run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Time(u64);

/// A length of simulated time, in nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Span(u64);

const NANOS_PER_SEC: u64 = 1_000_000_000;

impl Time {
    /// The start of the run.
    pub const ZERO: Time = Time(0);
    /// Later than every event: what is scheduled here never happens.
    pub const NEVER: Time = Time(u64::MAX);

    /// The instant `nanos` nanoseconds after the start of the run.
    pub const fn from_nanos(nanos: u64) -> Time {
        Time(nanos)
    }

    /// Nanoseconds from the start of the run.
    pub const fn as_nanos(self) -> u64 {
        self.0
    }

    /// From `earlier` to this instant; zero if `earlier` is later.
    pub const fn since(self, earlier: Time) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }
}

impl Span {
    /// No time at all.
    pub const ZERO: Span = Span(0);

    /// A length of whole nanoseconds.
    pub const fn from_nanos(nanos: u64) -> Span {
        Span(nanos)
    }

    /// A length of whole milliseconds.
    pub const fn from_millis(millis: u64) -> Span {
        Span(millis.saturating_mul(1_000_000))
    }

    /// A length of whole seconds.
    pub const fn from_secs(secs: u64) -> Span {
        Span(secs.saturating_mul(NANOS_PER_SEC))
    }

    /// The whole number of nanoseconds nearest to `secs`; zero for what is negative or not a number.
    pub fn from_secs_f64(secs: f64) -> Span {
        // `as` saturates and takes NaN to zero.
        Span((secs * NANOS_PER_SEC as f64).round() as u64)
    }

    /// Length in nanoseconds.
    pub const fn as_nanos(self) -> u64 {
        self.0
    }

    /// Length in seconds, for figures and closed forms; never for an order of events.
    pub fn as_secs_f64(self) -> f64 {
        self.0 as f64 / NANOS_PER_SEC as f64
    }

    /// This length `n` times.
    pub const fn times(self, n: u64) -> Span {
        Span(self.0.saturating_mul(n))
    }

    /// An `n`th of this length, rounded down to the nanosecond; itself for `n` of zero.
    pub const fn divided_by(self, n: u64) -> Span {
        match self.0.checked_div(n) {
            Some(part) => Span(part),
            None => self,
        }
    }

    /// The remainder of this length after whole multiples of `cycle`; zero for a cycle of zero.
    pub const fn modulo(self, cycle: Span) -> Span {
        Span(if cycle.0 == 0 { 0 } else { self.0 % cycle.0 })
    }
}

impl Add<Span> for Time {
    type Output = Time;
    fn add(self, span: Span) -> Time {
        Time(self.0.saturating_add(span.0))
    }
}

impl Add for Span {
    type Output = Span;
    fn add(self, other: Span) -> Span {
        Span(self.0.saturating_add(other.0))
    }
}

impl Sub for Span {
    type Output = Span;
    /// The difference; zero if `other` is longer.
    fn sub(self, other: Span) -> Span {
        Span(self.0.saturating_sub(other.0))
    }
}

/// Units a length may be written in, each with its nanoseconds.
const UNITS: [(&str, u64); 7] = [
    ("ns", 1),
    ("us", 1_000),
    ("ms", 1_000_000),
    ("s", NANOS_PER_SEC),
    ("min", 60 * NANOS_PER_SEC),
    ("h", 3600 * NANOS_PER_SEC),
    ("d", 86_400 * NANOS_PER_SEC),
];

/// What is wrong with a length written as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SpanError {
    /// Not a decimal number followed by a unit.
    Form,
    /// The word after the number is no unit.
    Unit(String),
    /// More than 584 years.
    TooLong,
}

impl fmt::Display for SpanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SpanError::Form => f.write_str("a duration is a number and a unit, such as \"40 ms\" or \"1.5 h\""),
            SpanError::Unit(unit) => write!(f, "`{unit}` is no unit of time; ns, us, ms, s, min, h and d are"),
            SpanError::TooLong => f.write_str("longer than 584 years, which are 213503 d"),
        }
    }
}

impl std::error::Error for SpanError {}

impl FromStr for Span {
    type Err = SpanError;

    /// Reads `40 ms`, `1.5 h`, `90s`: exactly, digit by digit. Digits below a nanosecond are dropped.
    fn from_str(text: &str) -> Result<Span, SpanError> {
        let text = text.trim();
        let split = text.find(|c: char| !c.is_ascii_digit() && c != '.' && c != '_').ok_or(SpanError::Form)?;
        let (number, unit) = text.split_at(split);
        let unit = unit.trim_start();
        let &(_, nanos_per_unit) =
            UNITS.iter().find(|(name, _)| *name == unit).ok_or_else(|| SpanError::Unit(unit.to_owned()))?;
        let number = number.replace('_', "");
        let (whole, fraction) = number.split_once('.').unwrap_or((&number, ""));
        if whole.is_empty() || fraction.contains('.') || number.ends_with('.') {
            return Err(SpanError::Form);
        }
        let whole: u64 = whole.parse().map_err(|_| SpanError::TooLong)?;
        let mut nanos = whole.checked_mul(nanos_per_unit).ok_or(SpanError::TooLong)?;
        let mut place = nanos_per_unit as u128 * 1_000_000;
        let mut below = 0u128;
        for digit in fraction.bytes() {
            place /= 10;
            below += u128::from(digit - b'0') * place;
        }
        nanos = nanos.checked_add((below / 1_000_000) as u64).ok_or(SpanError::TooLong)?;
        Ok(Span(nanos))
    }
}

impl fmt::Display for Span {
    /// Exactly, in seconds where it has some and in the largest whole unit below that: `1800 s`, `0.5 s`, `40 ms`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nanos = self.0;
        if nanos >= NANOS_PER_SEC / 10 || nanos == 0 {
            write_decimal(f, nanos, NANOS_PER_SEC)?;
            f.write_str(" s")
        } else if nanos >= 1_000_000 {
            write_decimal(f, nanos, 1_000_000)?;
            f.write_str(" ms")
        } else if nanos >= 1_000 {
            write_decimal(f, nanos, 1_000)?;
            f.write_str(" us")
        } else {
            write!(f, "{nanos} ns")
        }
    }
}

fn write_decimal(f: &mut fmt::Formatter<'_>, nanos: u64, unit: u64) -> fmt::Result {
    write!(f, "{}", nanos / unit)?;
    let rest = nanos % unit;
    if rest > 0 {
        let width = unit.ilog10() as usize;
        let digits = format!("{rest:0width$}");
        write!(f, ".{}", digits.trim_end_matches('0'))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_is_read_exactly_in_every_unit() {
        for (text, nanos) in [
            ("0 s", 0),
            ("40 ms", 40_000_000),
            ("40ms", 40_000_000),
            ("0.1 s", 100_000_000),
            ("1.5 h", 5_400_000_000_000),
            ("1_800 s", 1_800_000_000_000),
            ("0.3 min", 18_000_000_000),
            ("2 d", 172_800_000_000_000),
            ("7 ns", 7),
            ("0.0000000019 s", 1),
        ] {
            assert_eq!(text.parse::<Span>().map(Span::as_nanos), Ok(nanos), "{text}");
        }
    }

    #[test]
    fn what_is_no_length_is_refused_with_its_reason() {
        assert_eq!("".parse::<Span>(), Err(SpanError::Form));
        assert_eq!("12".parse::<Span>(), Err(SpanError::Form));
        assert_eq!(".5 s".parse::<Span>(), Err(SpanError::Form));
        assert_eq!("1. s".parse::<Span>(), Err(SpanError::Form));
        assert_eq!("1.2.3 s".parse::<Span>(), Err(SpanError::Form));
        assert_eq!("-1 s".parse::<Span>(), Err(SpanError::Unit("-1 s".to_owned())));
        assert_eq!("5 sec".parse::<Span>(), Err(SpanError::Unit("sec".to_owned())));
        assert_eq!("99999999999 d".parse::<Span>(), Err(SpanError::TooLong));
        assert_eq!("99999999999999999999999 s".parse::<Span>(), Err(SpanError::TooLong));
    }

    #[test]
    fn what_is_printed_is_read_back_as_the_same_length() {
        for nanos in
            [0, 1, 999, 1_000, 40_000_000, 99_999_999, 100_000_000, 500_000_000, 1_800_000_000_000, 1_234_567_891]
        {
            let span = Span::from_nanos(nanos);
            assert_eq!(span.to_string().parse(), Ok(span), "{span}");
        }
        assert_eq!(Span::from_millis(500).to_string(), "0.5 s");
        assert_eq!(Span::from_millis(40).to_string(), "40 ms");
    }

    #[test]
    fn sums_saturate_and_never_wrap() {
        assert_eq!(Time::NEVER + Span::from_secs(1), Time::NEVER);
        assert_eq!(Span::from_secs(1) - Span::from_secs(2), Span::ZERO);
        assert_eq!(Span::from_secs_f64(f64::NAN), Span::ZERO);
        assert_eq!(Span::from_secs_f64(-1.0), Span::ZERO);
    }
}
