//! Laws of lengths of time and of arrivals, as written in a scenario or a topology.

use super::diagnostic::{Diagnostic, Diagnostics};
use super::read::{Field, Fields};
use super::tree::Value;
use crate::random::Law;
use crate::time::Span;
use crate::world::Arrivals;

const FORMS: &str = "a length of time such as \"40 ms\" or 1.5 (seconds), or a table with `distribution` \
                     (`constant`, `uniform`, `exponential` or `lognormal`) and its parameters";

/// Standard deviations of a logarithm beyond this lie outside what a `Span` holds.
const LARGEST_SIGMA: f64 = 10.0;

#[derive(Clone, Copy)]
enum Form {
    Constant,
    Uniform,
    Exponential,
    Lognormal,
}

/// Reads a law: a length of time, or a table with `distribution`.
pub fn read_law(field: &Field<'_>, errors: &mut Diagnostics) -> Option<Law> {
    let Value::Table(table) = &field.value.value else {
        return field.span_as(FORMS, errors).map(Law::Constant);
    };
    let names = [
        ("constant", Form::Constant),
        ("uniform", Form::Uniform),
        ("exponential", Form::Exponential),
        ("lognormal", Form::Lognormal),
    ];
    let Some(entry) = table.get("distribution") else {
        let all = ["distribution", "value", "min", "max", "mean", "sigma"];
        let fields = Fields::new(&field.path, field.value, &all, errors);
        fields.require("distribution", "distribution = \"exponential\"", errors);
        return None;
    };
    let distribution = Field { path: format!("{}.distribution", field.path), value: &entry.value };
    let form = distribution.choice(&names, errors)?;
    let allowed: &[&str] = match form {
        Form::Constant => &["distribution", "value"],
        Form::Uniform => &["distribution", "min", "max"],
        Form::Exponential => &["distribution", "mean"],
        Form::Lognormal => &["distribution", "mean", "sigma"],
    };
    let fields = Fields::new(&field.path, field.value, allowed, errors);
    match form {
        Form::Constant => Some(Law::Constant(span(&fields, "value", errors)?)),
        Form::Uniform => {
            let (min, max) = (span(&fields, "min", errors), span(&fields, "max", errors));
            let (min, max) = (min?, max?);
            if min > max {
                let message = format!("`{}` has `min` above `max`", field.path);
                errors.push(two(message, &fields, ["min", "max"], [min, max]));
                return None;
            }
            Some(Law::Uniform { min, max })
        }
        Form::Exponential => Some(Law::Exponential { mean: span(&fields, "mean", errors)? }),
        Form::Lognormal => {
            let mean = span(&fields, "mean", errors);
            let sigma = fields.require("sigma", "sigma = 0.8", errors);
            let sigma = sigma.and_then(|field| field.number(0.0..=LARGEST_SIGMA, errors));
            Some(Law::Lognormal { mean: mean?, sigma: sigma? })
        }
    }
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
    let fields = Fields::new(&field.path, field.value, &["process", "within", "rate-per-s"], errors);
    let process = fields.require("process", "process = \"poisson\"", errors);
    let process = process.and_then(|field| field.choice(&[("poisson", ())], errors));
    let within = match (fields.get("within"), fields.get("rate-per-s")) {
        (Some(within), None) => within.span(errors),
        (None, Some(rate)) => {
            let number = rate.number(1e-9..=1e12, errors);
            let secs = f64::from(count?) / number?;
            Some(Span::from_secs_f64(secs))
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
    Some(Arrivals::Poisson { within: within? })
}
