//! How numbers are written: significant digits, durations in words, counts.
//!
//! Whatever is no number is written as [`NONE`]; `NaN` and `inf` are never printed.

/// Stands where there is no value.
pub const NONE: &str = "–";

/// From here on a number is written with an exponent.
const HUGE: f64 = 1e7;

/// `x` with so many significant digits, in plain notation unless it is very large or very small.
pub fn significant(x: f64, digits: usize) -> String {
    if !x.is_finite() {
        return NONE.to_owned();
    }
    if x == 0.0 {
        return "0".to_owned();
    }
    let digits = digits.max(1);
    let exponent = exponent(x, digits);
    if x.abs() >= HUGE || exponent < -4 {
        return format!("{x:.*e}", digits - 1);
    }
    format!("{x:.*}", usize::try_from(digits as i32 - 1 - exponent).unwrap_or(0))
}

/// `x` with so many decimals; with an exponent if it is very large.
pub fn fixed(x: f64, decimals: usize) -> String {
    if !x.is_finite() {
        NONE.to_owned()
    } else if x.abs() >= HUGE {
        format!("{x:.3e}")
    } else {
        let text = format!("{x:.decimals$}");
        // What rounds to zero has no sign.
        if text.starts_with('-') && text.bytes().all(|b| !b.is_ascii_digit() || b == b'0') {
            text[1..].to_owned()
        } else {
            text
        }
    }
}

/// How many decimals show `x`, whose half interval is `half`: two digits of the interval, four of `x` without one.
pub fn decimals(x: f64, half: Option<f64>) -> usize {
    let last = match half.filter(|half| half.is_finite() && *half > 0.0) {
        Some(half) => 1 - exponent(half, 2),
        None if x.is_finite() && x != 0.0 => 3 - exponent(x, 4),
        None => 0,
    };
    last.clamp(0, 6) as usize
}

/// A value with its half interval, to the same decimals: `884.1 ± 3.2`; the value alone without one.
pub fn with_interval(x: f64, half: Option<f64>) -> String {
    let decimals = decimals(x, half);
    match half.filter(|half| half.is_finite()) {
        Some(half) if x.is_finite() => format!("{} ± {}", fixed(x, decimals), fixed(half, decimals)),
        _ => fixed(x, decimals),
    }
}

/// Writes a difference: as [`with_interval`], and never without its sign.
pub fn difference(x: f64, half: Option<f64>) -> String {
    let text = with_interval(x, half);
    if x > 0.0 { format!("+{text}") } else { text.replacen('-', "−", 1) }
}

/// A duration as people say it: `37.5 s`, `29 min 28 s`, `12 h`, `3 d 4 h`.
pub fn duration(seconds: f64) -> String {
    if !seconds.is_finite() {
        return NONE.to_owned();
    }
    if seconds < 0.0 {
        return format!("−{}", duration(-seconds));
    }
    if seconds == 0.0 {
        return "0 s".to_owned();
    }
    if seconds < 0.9995 {
        return format!("{} ms", significant(seconds * 1e3, 3));
    }
    if seconds < 59.95 {
        let tenths = fixed(seconds, if seconds < 9.995 { 2 } else { 1 });
        return format!("{} s", tenths.trim_end_matches('0').trim_end_matches('.'));
    }
    // `as` saturates.
    let whole = seconds.round() as u64;
    let two = |n: u64, unit: &str, rest: u64, below: &str| match rest {
        0 => format!("{n} {unit}"),
        rest => format!("{n} {unit} {rest} {below}"),
    };
    match whole {
        0..3600 => two(whole / 60, "min", whole % 60, "s"),
        3600..172_800 => two((whole + 30) / 3600, "h", (whole + 30) % 3600 / 60, "min"),
        172_800..31_536_000_000 => two((whole + 1800) / 86_400, "d", (whole + 1800) % 86_400 / 3600, "h"),
        _ => format!("{} s", significant(seconds, 3)),
    }
}

/// A whole number in groups of three: `1,234,567`.
pub fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A count with its noun, which takes an `s` unless it is one: `1 call`, `2,000 calls`.
pub fn counted(n: u64, noun: &str) -> String {
    format!("{} {noun}{}", count(n), if n == 1 { "" } else { "s" })
}

/// What share `part` is of `whole`, in per cent: all and nothing are said of all and nothing alone.
pub fn share(part: u64, whole: u64) -> String {
    let percent = part as f64 / whole as f64 * 100.0;
    match percent {
        _ if whole == 0 => NONE.to_owned(),
        99.95.. if part < whole => "over 99.9 %".to_owned(),
        ..0.001 if part > 0 => "under 0.001 %".to_owned(),
        _ => format!("{} %", trimmed(percent, 3)),
    }
}

/// A rate in prose: three significant digits, in groups if it is large: `0.25`, `13.9`, `1,310`.
pub fn rate(x: f64) -> String {
    if x.is_finite() && (999.5..1e15).contains(&x) { count(x.round() as u64) } else { trimmed(x, 3) }
}

/// As [`significant`], without the zeros that end a fraction.
pub fn trimmed(x: f64, digits: usize) -> String {
    let text = significant(x, digits);
    if !text.contains('.') || text.contains('e') {
        return text;
    }
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// `x` rounded to nine significant digits, as files carry it; `None` if it is no number.
pub fn nine_digits(x: f64) -> Option<f64> {
    if !x.is_finite() {
        return None;
    }
    format!("{x:.8e}").parse().ok()
}

/// The power of ten of `x`'s first digit, after rounding to so many digits.
fn exponent(x: f64, digits: usize) -> i32 {
    let text = format!("{x:.*e}", digits.max(1) - 1);
    text.rsplit_once('e').and_then(|(_, exponent)| exponent.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_duration_is_written_as_people_say_it() {
        for (seconds, words) in [
            (0.0, "0 s"),
            (0.0004, "0.400 ms"),
            (0.04, "40.0 ms"),
            (0.9999, "1 s"),
            (1.25, "1.25 s"),
            (37.5, "37.5 s"),
            (59.94, "59.9 s"),
            (59.96, "1 min"),
            (884.0, "14 min 44 s"),
            (1767.6, "29 min 28 s"),
            (3599.6, "1 h"),
            (43_200.0, "12 h"),
            (45_000.0, "12 h 30 min"),
            (273_600.0, "3 d 4 h"),
            (-90.0, "−1 min 30 s"),
            (1e300, "1.00e300 s"),
            (f64::NAN, NONE),
        ] {
            assert_eq!(duration(seconds), words, "{seconds}");
        }
    }

    #[test]
    fn an_interval_decides_how_many_digits_are_shown() {
        assert_eq!(with_interval(884.123, Some(3.24)), "884.1 ± 3.2");
        assert_eq!(with_interval(884.123, Some(32.4)), "884 ± 32");
        assert_eq!(with_interval(22.5, Some(0.0234)), "22.500 ± 0.023");
        assert_eq!(with_interval(22.5, Some(0.0996)), "22.50 ± 0.10");
        assert_eq!(with_interval(22.5, None), "22.50");
        assert_eq!(with_interval(22.5, Some(0.0)), "22.50 ± 0.00");
        assert_eq!(with_interval(f64::NAN, Some(1.0)), NONE);
        assert_eq!(difference(-15.0, Some(0.11)), "−15.00 ± 0.11");
        assert_eq!(difference(15.0, None), "+15.00");
    }

    #[test]
    fn digits_are_significant_and_counts_are_grouped() {
        assert_eq!(significant(0.012_345, 3), "0.0123");
        assert_eq!(significant(9.9999, 3), "10.0");
        assert_eq!(significant(123_456.7, 4), "123457");
        assert_eq!(significant(1.5e9, 3), "1.50e9");
        assert_eq!(significant(f64::INFINITY, 3), NONE);
        assert_eq!(fixed(-0.004, 2), "0.00");
        assert_eq!(count(0), "0");
        assert_eq!(count(1_234_567), "1,234,567");
        assert_eq!(counted(1, "call"), "1 call");
        assert_eq!(counted(1000, "call"), "1,000 calls");
        assert_eq!([share(0, 9), share(1, 8), share(9, 9)], ["0 %", "12.5 %", "100 %"]);
        assert_eq!([share(99_999, 100_000), share(1, 1_000_000)], ["over 99.9 %", "under 0.001 %"]);
        assert_eq!(rate(13.94), "13.9");
        assert_eq!(rate(131.0), "131");
        assert_eq!(rate(1310.4), "1,310");
        assert_eq!(nine_digits(1.0 / 3.0), Some(0.333_333_333));
        assert_eq!(nine_digits(f64::NAN), None);
    }

    proptest! {
        #[test]
        fn no_number_panics_or_prints_nan(x in prop::num::f64::ANY, half in prop::option::of(prop::num::f64::ANY)) {
            for text in [
                significant(x, 4), fixed(x, 3), with_interval(x, half), difference(x, half), duration(x), rate(x),
            ] {
                prop_assert!(!text.contains("NaN") && !text.contains("inf"), "{}", text);
            }
            prop_assert!(significant(x, 4).chars().count() <= 12);
        }
    }
}
