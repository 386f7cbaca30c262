//! Laws of lengths of time and of arrivals, as written in a scenario or a topology.

use std::ops::RangeInclusive;
use std::sync::Arc;

use super::diagnostic::{Diagnostic, Diagnostics, quoted};
use super::read::{Field, Fields};
use super::tree::Value;
use crate::random::{Law, Table};
use crate::time::Span;
use crate::world::Arrivals;

const FORMS: &str = "a length of time such as \"40 ms\" or 1.5 (seconds), or a table with `distribution` \
                     (`constant`, `uniform`, `exponential`, `lognormal`, `gamma`, `pareto`, `wlan-jitter` or \
                     `table`) and its parameters";

/// Standard deviations of a logarithm beyond this lie outside what a `Span` holds.
const LARGEST_SIGMA: f64 = 10.0;

/// Shapes of the gamma law beyond these are a constant, or nothing but zeros and giants.
const SHAPES: RangeInclusive<f64> = 0.01..=1e6;

/// Shapes of the Pareto law without a longest length: there is a mean.
const PARETO_SHAPES: RangeInclusive<f64> = 1.001..=1000.0;

/// Shapes of the Pareto law with a longest length.
const CUT_PARETO_SHAPES: RangeInclusive<f64> = 0.01..=1000.0;

#[derive(Clone, Copy)]
enum Form {
    Constant,
    Uniform,
    Exponential,
    Lognormal,
    Gamma,
    Pareto,
    WlanJitter,
    Table,
}

impl Form {
    const NAMES: [(&'static str, Form); 8] = [
        ("constant", Form::Constant),
        ("uniform", Form::Uniform),
        ("exponential", Form::Exponential),
        ("lognormal", Form::Lognormal),
        ("gamma", Form::Gamma),
        ("pareto", Form::Pareto),
        ("wlan-jitter", Form::WlanJitter),
        ("table", Form::Table),
    ];

    const fn keys(self) -> &'static [&'static str] {
        match self {
            Form::Constant => &["distribution", "value"],
            Form::Uniform => &["distribution", "min", "max"],
            Form::Exponential => &["distribution", "mean", "min"],
            Form::Lognormal => &["distribution", "mean", "sigma"],
            Form::Gamma => &["distribution", "mean", "shape"],
            Form::Pareto => &["distribution", "min", "shape", "max"],
            Form::WlanJitter => &["distribution", "mean", "min"],
            Form::Table => &["distribution", "quantiles"],
        }
    }
}

/// Reads a law: a length of time, or a table with `distribution`.
pub fn read_law(field: &Field<'_>, errors: &mut Diagnostics) -> Option<Law> {
    let Value::Table(table) = &field.value.value else {
        return field.span_as(FORMS, errors).map(Law::Constant);
    };
    let Some(entry) = table.get("distribution") else {
        let all = ["distribution", "value", "min", "max", "mean", "sigma", "shape", "quantiles"];
        let fields = Fields::new(&field.path, field.value, &all, errors);
        fields.require("distribution", "distribution = \"exponential\"", errors);
        return None;
    };
    let distribution = Field { path: format!("{}.distribution", field.path), value: &entry.value };
    let form = distribution.choice(&Form::NAMES, errors)?;
    let fields = Fields::new(&field.path, field.value, form.keys(), errors);
    match form {
        Form::Constant => Some(Law::Constant(span(&fields, "value", errors)?)),
        Form::Uniform => {
            let (min, max) = (span(&fields, "min", errors), span(&fields, "max", errors));
            let (min, max) = in_order(&fields, ["min", "max"], [min?, max?], errors)?;
            Some(Law::Uniform { min, max })
        }
        Form::Exponential => {
            let (mean, min) = (span(&fields, "mean", errors), optional_span(&fields, "min", errors));
            let (mean, min) = (mean?, min?);
            let Some(min) = min else { return Some(Law::Exponential { mean }) };
            let (min, mean) = in_order(&fields, ["min", "mean"], [min, mean], errors)?;
            Some(Law::ShiftedExponential { min, mean })
        }
        Form::Lognormal => {
            let mean = span(&fields, "mean", errors);
            let sigma = number(&fields, "sigma", "sigma = 0.8", 0.0..=LARGEST_SIGMA, errors);
            Some(Law::Lognormal { mean: mean?, sigma: sigma? })
        }
        Form::Gamma => {
            let mean = span(&fields, "mean", errors);
            let shape = number(&fields, "shape", "shape = 2", SHAPES, errors);
            Some(Law::Gamma { mean: mean?, shape: shape? })
        }
        Form::Pareto => {
            let (min, max) = (span(&fields, "min", errors), optional_span(&fields, "max", errors));
            let shapes = if max.is_some_and(|max| max.is_some()) { CUT_PARETO_SHAPES } else { PARETO_SHAPES };
            let shape = number(&fields, "shape", "shape = 2.5", shapes, errors);
            let (min, max) = (min?, max?);
            if min == Span::ZERO {
                errors.push(fields.get("min")?.refuse("no time at all", "a length of time above 0"));
                return None;
            }
            if let Some(max) = max {
                in_order(&fields, ["min", "max"], [min, max], errors)?;
            }
            Some(Law::Pareto { min, max, shape: shape? })
        }
        Form::WlanJitter => {
            let (mean, min) = (span(&fields, "mean", errors), optional_span(&fields, "min", errors));
            let (mean, min) = (mean?, min?.unwrap_or(Span::ZERO));
            if !(Span::from_millis(1)..=Span::from_millis(91)).contains(&mean) {
                let reason = "the model has no such jitter";
                errors.push(fields.get("mean")?.refuse(reason, "a length of time from 1 ms to 91 ms"));
                return None;
            }
            Some(Law::Table(Table::wlan_jitter(min, mean)))
        }
        Form::Table => {
            let quantiles =
                fields.require("quantiles", "quantiles = [[0, \"5 ms\"], [0.5, \"8 ms\"], [1, \"40 ms\"]]", errors)?;
            read_quantiles(&quantiles, errors).map(|table| Law::Table(Arc::new(table)))
        }
    }
}

fn read_quantiles(field: &Field<'_>, errors: &mut Diagnostics) -> Option<Table> {
    const ALLOWED: &str = "a list of pairs of a share and a length of time, shares rising from 0 to 1 and lengths not \
                           falling, such as [[0, \"5 ms\"], [0.5, \"8 ms\"], [1, \"40 ms\"]]";
    let Value::List(list) = &field.value.value else {
        errors.push(field.refuse("not a list", ALLOWED));
        return None;
    };
    let pairs: Vec<Option<(f64, Span)>> = list
        .iter()
        .enumerate()
        .map(|(index, value)| {
            let pair = Field { path: format!("{}.{index}", field.path), value };
            let parts = match &value.value {
                Value::List(parts) => parts.as_slice(),
                _ => &[],
            };
            let [share, length] = parts else {
                errors.push(pair.refuse("not a pair", ALLOWED));
                return None;
            };
            let share = Field { path: format!("{}.0", pair.path), value: share }.probability(errors);
            let length = Field { path: format!("{}.1", pair.path), value: length }.span(errors);
            Some((share?.get(), length?))
        })
        .collect();
    let pairs: Vec<(f64, Span)> = pairs.into_iter().collect::<Option<_>>()?;
    let table = Table::of_quantiles(&pairs);
    if table.is_none() {
        errors.push(field.refuse("not a distribution", ALLOWED));
    }
    table
}

/// Two lengths of which the first must not be the longer.
fn in_order(
    fields: &Fields<'_>,
    keys: [&str; 2],
    [low, high]: [Span; 2],
    errors: &mut Diagnostics,
) -> Option<(Span, Span)> {
    if low > high {
        let message = format!("{} has `{}` above `{}`", quoted(fields.path()), keys[0], keys[1]);
        errors.push(two(message, fields, keys, [low, high]));
        return None;
    }
    Some((low, high))
}

fn number(
    fields: &Fields<'_>,
    key: &str,
    example: &str,
    range: RangeInclusive<f64>,
    errors: &mut Diagnostics,
) -> Option<f64> {
    fields.require(key, example, errors)?.number(range, errors)
}

fn optional_span(fields: &Fields<'_>, key: &str, errors: &mut Diagnostics) -> Option<Option<Span>> {
    fields.or(key, None, errors, |field, errors| field.span(errors).map(Some))
}

fn span(fields: &Fields<'_>, key: &str, errors: &mut Diagnostics) -> Option<Span> {
    fields.require(key, &format!("{key} = \"180 s\""), errors)?.span(errors)
}

/// A mistake that lies in two lengths of one table.
pub fn two(message: String, fields: &Fields<'_>, keys: [&str; 2], spans: [Span; 2]) -> Diagnostic {
    let mut diagnostic = Diagnostic::new(message);
    for (key, span) in keys.into_iter().zip(spans) {
        if let Some(field) = fields.get(key) {
            diagnostic = diagnostic.at(&field.value.origin, span.to_string());
        }
    }
    diagnostic
}

/// Reads when calls begin: `"at-start"`, `"steady-state"`, or a table with `process`.
pub fn read_arrivals(field: &Field<'_>, count: Option<u32>, errors: &mut Diagnostics) -> Option<Arrivals> {
    if !matches!(field.value.value, Value::Table(_)) {
        if field.as_text() == Some("poisson") {
            let process = "{ process = \"poisson\", within = \"900 s\" }";
            errors.push(field.refuse("needs a time", process).help(format!("write `arrivals = {process}`")));
            return None;
        }
        return field.choice(&[("at-start", Arrivals::AtStart), ("steady-state", Arrivals::SteadyState)], errors);
    }
    let all = ["process", "standing", "within", "rate-per-s"];
    let is_stream = match &field.value.value {
        Value::Table(table) => table
            .get("process")
            .is_some_and(|entry| matches!(&entry.value.value, Value::Text(text) if text == "stream")),
        _ => false,
    };
    let allowed: Vec<&str> = all.into_iter().filter(|&key| is_stream || key != "standing").collect();
    let fields = Fields::new(&field.path, field.value, &allowed, errors);
    let process = fields.require("process", "process = \"poisson\"", errors);
    let process = process.and_then(|field| field.choice(&[("poisson", ()), ("stream", ())], errors));
    // Of a stream, some stand and the others, at least one, arrive.
    let standing = match is_stream {
        true => {
            let most = count.unwrap_or(u32::MAX).saturating_sub(1);
            let field = fields.require("standing", "standing = 1_000", errors);
            Some(field.and_then(|field| field.integer(0..=most, errors)))
        }
        false => None,
    };
    let within = match (fields.get("within"), fields.get("rate-per-s")) {
        (Some(within), None) => within.span(errors),
        (None, Some(rate)) => {
            let number = rate.number(1e-9..=1e12, errors);
            let arrive = count?.saturating_sub(standing.flatten().unwrap_or(0));
            Some(Span::from_secs_f64(f64::from(arrive) / number?))
        }
        (Some(within), Some(rate)) => {
            let message = format!("`{}` has both `within` and `rate-per-s`", field.path);
            let both = Diagnostic::new(message).at(&rate.value.origin, "").at(&within.value.origin, "");
            errors.push(both.note("allowed: one of the two; with `rate-per-s`, calls arrive within count / rate"));
            None
        }
        (None, None) => {
            fields.require("within", "within = \"900 s\"", errors);
            None
        }
    };
    process?;
    match standing {
        None => Some(Arrivals::Poisson { within: within? }),
        Some(standing) => Some(Arrivals::Stream { standing: standing?, within: within? }),
    }
}
