//! When calls begin, as written: `calls.arrivals`.

use std::sync::LazyLock;

use super::diagnostic::{Diagnostic, Diagnostics};
use super::form::{Default, Keys};
use super::key::{key, keys};
use super::kind::{Case, Kind, choice, duration, integer, number, tagged};
use super::read::{Field, Fields};
use crate::time::Span;
use crate::world::Arrivals;

/// When calls begin, as written: a rate needs to know how many calls there are.
#[derive(Clone, Copy, Debug)]
pub(super) enum Written {
    /// As it stands.
    Simple(Arrivals),
    /// In a Poisson process.
    Poisson(Within),
    /// In a Poisson process beside calls that stand already.
    Stream(u32, Within),
}

/// How long arrivals go on.
#[derive(Clone, Copy, Debug)]
pub(super) enum Within {
    /// This long.
    Span(Span),
    /// Until all have arrived at this rate.
    RatePerS(f64),
}

keys! {
    /// A Poisson process.
    ProcessKeys {
        within: Span = key("within", duration(), Default::Said("required without `rate-per-s`"), "All arrivals fall into the first so long.");
        rate_per_s: f64 = key("rate-per-s", number(1e-9..=1e12), Default::Said("none"), "In its place: how many calls arrive a second, on average; they arrive within their count / rate.");
    }
}

keys! {
    /// A process of which some calls stand before the start.
    StreamKeys {
        standing: u32 = key("standing", integer(0..=4_000_000_000u32), Default::Required("standing = 1_000"), "How many calls stand at the start, fewer than `count`. In balance the calls per second times the mean talk time.");
    }
}

/// When calls begin: `"at-start"`, `"steady-state"`, or a table with `process`.
pub(super) fn arrivals() -> Kind<Written> {
    static KIND: LazyLock<Kind<Written>> = LazyLock::new(|| {
        let words = [("at-start", Arrivals::AtStart), ("steady-state", Arrivals::SteadyState)];
        let words = choice(&words).map(Written::Simple);
        let words = Kind::new(words.form().clone(), move |field, allowed, errors| {
            if field.as_string() == Some("poisson") {
                let process = "{ process = \"poisson\", within = \"900 s\" }";
                errors.push(field.refuse("needs a time", process).help(format!("write `arrivals = {process}`")));
                return None;
            }
            words.read_as(field, allowed, errors)
        });
        words.or_table(tagged("process", "process = \"poisson\"", cases(), Vec::new())).named("arrivals")
    });
    KIND.clone()
}

fn cases() -> Vec<Case<Written>> {
    let process = ProcessKeys::get().rows();
    vec![
        Case {
            word: "poisson",
            about: "In a Poisson process of which exactly `count` arrivals fall into that time: independent and uniform times.",
            rows: process.clone(),
            read: |fields, errors| read_within(fields, errors).map(Written::Poisson),
        },
        Case {
            word: "stream",
            about: "The first `standing` before the start, as in steady state but whatever `begin` says; the others in a Poisson \
                    process.",
            rows: StreamKeys::get().rows().into_iter().chain(process).collect(),
            read: |fields, errors| {
                let standing = StreamKeys::get().standing.read(fields, errors);
                let within = read_within(fields, errors);
                Some(Written::Stream(standing?, within?))
            },
        },
    ]
}

fn read_within(fields: &Fields<'_>, errors: &mut Diagnostics) -> Option<Within> {
    let keys = ProcessKeys::get();
    match (fields.get(keys.within.name()), fields.get(keys.rate_per_s.name())) {
        (Some(within), None) => keys.within.of(&within, errors).map(Within::Span),
        (None, Some(rate)) => keys.rate_per_s.of(&rate, errors).map(Within::RatePerS),
        (Some(within), Some(rate)) => {
            let message = format!("`{}` has both `within` and `rate-per-s`", fields.path());
            let both = Diagnostic::new(message).at(&rate.value.origin, "").at(&within.value.origin, "");
            errors.push(both.note("allowed: one of the two; with `rate-per-s`, calls arrive within count / rate"));
            None
        }
        (None, None) => {
            fields.require(keys.within.name(), "within = \"900 s\"", errors);
            None
        }
    }
}

/// When `count` calls begin, as was `written` in `field`.
pub(super) fn resolve(
    written: Written,
    field: Option<Field<'_>>,
    count: Option<u32>,
    errors: &mut Diagnostics,
) -> Option<Arrivals> {
    let lasts = |within, arriving: u32| match within {
        Within::Span(span) => span,
        Within::RatePerS(rate) => Span::from_secs_f64(f64::from(arriving) / rate),
    };
    match written {
        Written::Simple(arrivals) => Some(arrivals),
        Written::Poisson(within) => Some(Arrivals::Poisson { within: lasts(within, count?) }),
        Written::Stream(standing, within) => {
            // Some stand and the others, at least one, arrive.
            let most = count?.saturating_sub(1);
            if standing > most {
                let field = field?;
                let value = &field.value.as_table()?.get(StreamKeys::get().standing.name())?.value;
                let standing = Field { path: format!("{}.standing", field.path), value };
                errors.push(standing.refuse(&format!("above {most}"), "fewer than `calls.count`"));
                return None;
            }
            Some(Arrivals::Stream { standing, within: lasts(within, count? - standing) })
        }
    }
}
