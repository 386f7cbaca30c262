//! Distributions of durations, as written in a scenario or a topology.

use std::ops::RangeInclusive;
use std::sync::{Arc, LazyLock};

use super::diagnostic::{Diagnostic, Diagnostics, quoted};
use super::form::{Default, Form, Keys};
use super::key::{Key, key, keys};
use super::kind::{Case, Kind, duration, duration_above_0, duration_in, number, tagged};
use super::read::{Field, Fields};
use super::tree::Value;
use crate::random::{Distribution, Table};
use crate::time::Span;

/// Standard deviations of a logarithm beyond this lie outside what a `Span` holds.
const SIGMAS: RangeInclusive<f64> = 0.0..=10.0;

/// Shapes of the gamma distribution beyond these are a constant, or nothing but zeros and giants.
const SHAPES: RangeInclusive<f64> = 0.01..=1e6;

/// The least shape of a Pareto distribution that has a mean without a longest duration.
const LEAST_UNCUT_SHAPE: f64 = 1.001;

/// Shapes of the Pareto distribution with a longest duration.
const PARETO_SHAPES: RangeInclusive<f64> = 0.01..=1000.0;

keys! {
    /// Always the same.
    ConstantKeys {
        value: Span = key("value", duration(), Default::Required("value = \"180 s\""), "The duration.");
    }
}

keys! {
    /// Between two durations.
    UniformKeys {
        min: Span = key("min", duration(), Default::Required("min = \"180 s\""), "The shortest.");
        max: Span = key("max", duration(), Default::Required("max = \"180 s\""), "All are below this; at least `min`.");
    }
}

keys! {
    /// Exponential.
    ExponentialKeys {
        mean: Span = key("mean", duration(), Default::Required("mean = \"180 s\""), "The mean of all, with `min`.");
        min: Span = key("min", duration(), Default::Said("none"), "A duration before the exponential one; at most `mean`.");
    }
}

keys! {
    /// Log-normal.
    LognormalKeys {
        mean: Span = key("mean", duration(), Default::Required("mean = \"180 s\""), "The mean.");
        sigma: f64 = key("sigma", number(SIGMAS), Default::Required("sigma = 0.8"), "The standard deviation of the natural logarithm.");
    }
}

keys! {
    /// Gamma.
    GammaKeys {
        mean: Span = key("mean", duration(), Default::Required("mean = \"180 s\""), "The mean.");
        shape: f64 = key("shape", number(SHAPES), Default::Required("shape = 2"), "The shape: the standard deviation is `mean` / √`shape`.");
    }
}

keys! {
    /// Pareto.
    ParetoKeys {
        min: Span = key("min", duration_above_0(), Default::Required("min = \"180 s\""), "The shortest.");
        shape: f64 = key("shape", number(PARETO_SHAPES), Default::Required("shape = 2.5"), "The shape: the share (`min` / x)^`shape` of all exceeds x. Without `max` at least 1.001.");
        max: Span = key("max", duration(), Default::Said("none"), "The longest; at least `min`.");
    }
}

keys! {
    /// Jitter of a wireless network.
    WlanKeys {
        mean: Span = key("mean", duration_in(Span::from_millis(1), Span::from_millis(91)), Default::Required("mean = \"8 ms\""), "The mean of the jitter.");
        min: Span = key("min", duration(), Default::Value("\"0 s\""), "A duration before it.");
    }
}

keys! {
    /// By quantiles.
    TableKeys {
        quantiles: Arc<Table> = key("quantiles", quantiles(), Default::Required("quantiles = [[0, \"5 ms\"], [0.5, \"8 ms\"], [1, \"40 ms\"]]"), "Pairs of a share and the duration that so many of all do not exceed; straight lines between them.");
    }
}

/// A distribution: a duration, which stands for itself, or a table with `distribution`.
pub(super) fn distribution() -> Kind<Distribution> {
    static KIND: LazyLock<Kind<Distribution>> = LazyLock::new(|| {
        let table = tagged("distribution", "distribution = \"exponential\"", cases(), Vec::new());
        duration().map(Distribution::Constant).or_table(table).named("distribution")
    });
    KIND.clone()
}

fn cases() -> Vec<Case<Distribution>> {
    let case = |word, about, keys: &dyn Keys, read| Case { word, about, rows: keys.rows(), read };
    vec![
        case("constant", "Always `value`.", ConstantKeys::get(), |fields, errors| {
            ConstantKeys::get().value.read(fields, errors).map(Distribution::Constant)
        }),
        case("uniform", "Every duration from `min` to below `max` alike.", UniformKeys::get(), read_uniform),
        case("exponential", "Exponential.", ExponentialKeys::get(), read_exponential),
        case("lognormal", "Log-normal.", LognormalKeys::get(), |fields, errors| {
            let keys = LognormalKeys::get();
            let (mean, sigma) = (keys.mean.read(fields, errors), keys.sigma.read(fields, errors));
            Some(Distribution::Lognormal { mean: mean?, sigma: sigma? })
        }),
        case("gamma", "Gamma.", GammaKeys::get(), |fields, errors| {
            let keys = GammaKeys::get();
            let (mean, shape) = (keys.mean.read(fields, errors), keys.shape.read(fields, errors));
            Some(Distribution::Gamma { mean: mean?, shape: shape? })
        }),
        case("pareto", "Pareto.", ParetoKeys::get(), read_pareto),
        case(
            "wlan-jitter",
            "The jitter of a wireless network, after the project c4: N1 · 1 ms + N2 · 7.5 ms, less a uniform part of 1 ms if N1 \
             is not 0; N1 is Poisson(1), N2 Poisson(12) with probability (`mean` - 1 ms) / 90 ms and else 0.",
            WlanKeys::get(),
            |fields, errors| {
                let keys = WlanKeys::get();
                let (mean, min) = (keys.mean.read(fields, errors), keys.min.read(fields, errors));
                Some(Distribution::Table(Table::wlan_jitter(min?, mean?)))
            },
        ),
        case("table", "By its quantiles.", TableKeys::get(), |fields, errors| {
            TableKeys::get().quantiles.read(fields, errors).map(Distribution::Table)
        }),
    ]
}

fn read_uniform(fields: &Fields<'_>, errors: &mut Diagnostics) -> Option<Distribution> {
    let keys = UniformKeys::get();
    let (min, max) = (keys.min.read(fields, errors), keys.max.read(fields, errors));
    let (min, max) = in_order(fields, [&keys.min, &keys.max], [min?, max?], errors)?;
    Some(Distribution::Uniform { min, max })
}

fn read_exponential(fields: &Fields<'_>, errors: &mut Diagnostics) -> Option<Distribution> {
    let keys = ExponentialKeys::get();
    let (mean, min) = (keys.mean.read(fields, errors), keys.min.given(fields, errors));
    let (mean, min) = (mean?, min?);
    let Some(min) = min else { return Some(Distribution::Exponential { mean }) };
    let (min, mean) = in_order(fields, [&keys.min, &keys.mean], [min, mean], errors)?;
    Some(Distribution::ShiftedExponential { min, mean })
}

fn read_pareto(fields: &Fields<'_>, errors: &mut Diagnostics) -> Option<Distribution> {
    let keys = ParetoKeys::get();
    let (min, shape) = (keys.min.read(fields, errors), keys.shape.read(fields, errors));
    let max = keys.max.given(fields, errors);
    let (min, shape, max) = (min?, shape?, max?);
    match max {
        Some(max) => _ = in_order(fields, [&keys.min, &keys.max], [min, max], errors)?,
        None if shape < LEAST_UNCUT_SHAPE => {
            let form = Form::Number { least: LEAST_UNCUT_SHAPE, most: *PARETO_SHAPES.end() };
            errors.push(fields.get(keys.shape.name())?.refuse("out of range", format!("{form}, or less beside `max`")));
            return None;
        }
        None => {}
    }
    Some(Distribution::Pareto { min, max, shape })
}

fn quantiles() -> Kind<Arc<Table>> {
    let form = "list of pairs of a share and a duration, shares rising from 0 to 1 and durations not falling";
    Kind::new(Form::List(Box::new(Form::List(Box::new(Form::String(form))))), |field, _, errors| {
        read_quantiles(field, errors).map(Arc::new)
    })
}

fn read_quantiles(field: &Field<'_>, errors: &mut Diagnostics) -> Option<Table> {
    const ALLOWED: &str = "list of pairs of a share and a duration, shares rising from 0 to 1 and durations not falling, \
                           such as [[0, \"5 ms\"], [0.5, \"8 ms\"], [1, \"40 ms\"]]";
    let Value::List(list) = &field.value.value else {
        errors.push(field.refuse("not a list", ALLOWED));
        return None;
    };
    let duration = duration();
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
            let share = Field { path: format!("{}.0", pair.path), value: share };
            let share = share.probability_as(&Form::Probability, errors);
            let length = duration.read(&Field { path: format!("{}.1", pair.path), value: length }, errors);
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

/// Two durations of which the first must not be the longer.
fn in_order(
    fields: &Fields<'_>,
    keys: [&Key<Span>; 2],
    [low, high]: [Span; 2],
    errors: &mut Diagnostics,
) -> Option<(Span, Span)> {
    if low > high {
        let keys = keys.map(Key::name);
        let message = format!("{} has `{}` above `{}`", quoted(fields.path()), keys[0], keys[1]);
        errors.push(two(message, fields, keys, [low, high]));
        return None;
    }
    Some((low, high))
}

/// A mistake that lies in two durations of one table.
pub(super) fn two(message: String, fields: &Fields<'_>, keys: [&str; 2], spans: [Span; 2]) -> Diagnostic {
    let mut diagnostic = Diagnostic::new(message);
    for (key, span) in keys.into_iter().zip(spans) {
        if let Some(field) = fields.get(key) {
            diagnostic = diagnostic.at(&field.value.origin, span.to_string());
        }
    }
    diagnostic
}
