//! How a link loses messages, as written: a probability, or a table with `model`.

use std::sync::{Arc, LazyLock};

use super::diagnostic::{Diagnostic, Diagnostics, Origin};
use super::file;
use super::form::{Default, Form, Keys};
use super::key::{key, keys};
use super::kind::{Case, Kind, boolean, duration, duration_above_0, probability, string, tagged};
use super::read::{Field, Fields};
use super::tree::Value;
use crate::net::{Bursts, Loss, LossTrace};
use crate::random::Probability;
use crate::time::Span;

/// Whether settings are of a whole link or of one of its directions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ways {
    /// Of both directions: they may be in one state.
    Both,
    /// Of one.
    One,
}

keys! {
    /// Of any model, for a whole link.
    BothWaysKeys {
        one_state: bool = key("one-state", boolean(), Default::Value("false"), "Whether both directions are in one state; else each has its own.");
    }
}

keys! {
    /// Good and bad times.
    GilbertElliottKeys {
        good: Span = key("good", duration_above_0(), Default::Required("good = \"10 s\""), "The mean of good times, which are exponential.");
        bad: Span = key("bad", duration_above_0(), Default::Required("bad = \"10 s\""), "The mean of bad times.");
        loss_good: Probability = key("loss-good", probability(), Default::Value("0"), "Loss in a good time.");
        loss_bad: Probability = key("loss-bad", probability(), Default::Value("1"), "Loss in a bad time.");
    }
}

keys! {
    /// The same per packet.
    GemodelKeys {
        p: f64 = key("p", moving(), Default::Required("p = 0.1"), "From good to bad.");
        r: f64 = key("r", moving(), Default::Required("r = 0.1"), "From bad to good; less than 1 together with `p`.");
        one_minus_h: Probability = key("1-h", probability(), Default::Value("1"), "Loss in a bad time.");
        one_minus_k: Probability = key("1-k", probability(), Default::Value("0"), "Loss in a good time.");
        spacing: Span = key("spacing", duration_above_0(), Default::Required("spacing = \"20 ms\""), "From one packet to the next.");
    }
}

keys! {
    /// Four states.
    FourStateKeys {
        p13: f64 = key("p13", moving(), Default::Required("p13 = 0.1"), "From 1 to 3.");
        p31: f64 = key("p31", moving(), Default::Required("p31 = 0.1"), "From 3 to 1.");
        p32: Probability = key("p32", probability(), Default::Value("0"), "From 3 to 2; at most 1 together with `p31`.");
        p23: Probability = key("p23", probability(), Default::Value("1"), "From 2 to 3.");
        p14: Probability = key("p14", probability(), Default::Value("0"), "From 1 to 4; at most 1 together with `p13`.");
        spacing: Span = key("spacing", duration_above_0(), Default::Required("spacing = \"20 ms\""), "How often it moves.");
    }
}

keys! {
    /// A recording.
    TraceKeys {
        lost: Vec<Span> = key("lost", lost_times(), Default::Said("required without `file`"), "When packets were lost, from the beginning of the recording, in order.");
        file: String = key("file", string("path of a file with a time of loss in each line"), Default::Said("none"), "In its place a file with a time in each line (`#` begins a remark), relative to the file that names it.");
        spacing: Span = key("spacing", duration_above_0(), Default::Required("spacing = \"20 ms\""), "From one packet to the next: a message is lost that is sent within this after one of the times.");
        length: Span = key("length", duration(), Default::Said("none"), "With it the recording comes again and again, and a call with a link to itself begins anywhere in it.");
    }
}

/// How a link, or one direction of it, loses messages.
pub(super) fn loss(ways: Ways) -> Kind<Loss> {
    static KINDS: LazyLock<[Kind<Loss>; 2]> = LazyLock::new(|| [Ways::Both, Ways::One].map(loss_of));
    let [both, one] = &*KINDS;
    if ways == Ways::Both { both.clone() } else { one.clone() }
}

fn loss_of(ways: Ways) -> Kind<Loss> {
    let (more, name) = match ways {
        Ways::Both => (BothWaysKeys::get().rows(), "loss"),
        Ways::One => (Vec::new(), "loss of one direction"),
    };
    let table = tagged("model", "model = \"gilbert-elliott\"", cases(), more);
    probability().map(Loss::Independent).or_table(table).named(name)
}

fn cases() -> Vec<Case<Loss>> {
    vec![
        Case {
            word: "gilbert-elliott",
            about: "Good and bad times in turn, exponential.",
            rows: GilbertElliottKeys::get().rows(),
            read: |fields, errors| in_bursts(read_times(fields, errors), fields, errors),
        },
        Case {
            word: "gemodel",
            about: "The same as netem gives it, per packet; turned into times in seconds of which packets that far apart see \
                    just that.",
            rows: GemodelKeys::get().rows(),
            read: |fields, errors| in_bursts(read_per_packet(fields, errors), fields, errors),
        },
        Case {
            word: "four-state",
            about: "netem's chain: 1 received in a gap, 2 received in a burst, 3 lost in a burst, 4 lost alone. It moves once \
                    each `spacing`, as with each packet of a stream, and a message meets its present state.",
            rows: FourStateKeys::get().rows(),
            read: |fields, errors| in_bursts(read_four_states(fields, errors), fields, errors),
        },
        Case {
            word: "trace",
            about: "A recording of packets.",
            rows: TraceKeys::get().rows(),
            read: |fields, errors| {
                let trace = read_trace(fields, errors);
                let together = BothWaysKeys::get().one_state.read(fields, errors);
                Some(Loss::Trace { trace: Arc::new(trace?), together: together? })
            },
        },
    ]
}

fn in_bursts(bursts: Option<Bursts>, fields: &Fields<'_>, errors: &mut Diagnostics) -> Option<Loss> {
    let together = BothWaysKeys::get().one_state.read(fields, errors);
    Some(Loss::Bursts { bursts: Arc::new(bursts?), together: together? })
}

fn read_times(fields: &Fields<'_>, errors: &mut Diagnostics) -> Option<Bursts> {
    let keys = GilbertElliottKeys::get();
    let [good, bad] = [&keys.good, &keys.bad].map(|key| key.read(fields, errors));
    let [in_good, in_bad] = [&keys.loss_good, &keys.loss_bad].map(|key| key.read(fields, errors));
    Bursts::gilbert(good?, bad?, [in_good?, in_bad?])
}

fn read_per_packet(fields: &Fields<'_>, errors: &mut Diagnostics) -> Option<Bursts> {
    let keys = GemodelKeys::get();
    let [p, r] = [&keys.p, &keys.r].map(|key| key.read(fields, errors));
    let [in_good, in_bad] = [&keys.one_minus_k, &keys.one_minus_h].map(|key| key.read(fields, errors));
    let spacing = keys.spacing.read(fields, errors);
    let (p, r, losses, spacing) = (p?, r?, [in_good?, in_bad?], spacing?);
    let bursts = Bursts::per_packet([p, r], spacing, losses);
    if bursts.is_none() {
        let sum = (p + r) * 1e9;
        let mut wrong = Diagnostic::new(format!("`p` and `r` sum to {}", sum.round() / 1e9));
        for field in ["p", "r"].into_iter().filter_map(|key| fields.get(key)) {
            wrong = wrong.at(&field.value.origin, "");
        }
        errors.push(
            wrong
                .note(
                    "allowed: less than 1 together; good and bad times in seconds move no faster, whatever their means",
                )
                .help("where each packet is lost for itself, give the loss as a probability".to_owned()),
        );
    }
    bursts
}

fn read_four_states(fields: &Fields<'_>, errors: &mut Diagnostics) -> Option<Bursts> {
    let keys = FourStateKeys::get();
    let [p13, p31] = [&keys.p13, &keys.p31].map(|key| key.read(fields, errors));
    let rest = [&keys.p32, &keys.p23, &keys.p14].map(|key| key.read(fields, errors).map(Probability::get));
    let spacing = keys.spacing.read(fields, errors);
    let [p32, p23, p14] = rest;
    let (p13, p31, p32, p23, p14) = (p13?, p31?, p32?, p23?, p14?);
    for (keys, sum) in [(["p13", "p14"], p13 + p14), (["p31", "p32"], p31 + p32)] {
        if sum > 1.0 + 1e-12 {
            let [one, other] = keys;
            let mut wrong = Diagnostic::new(format!("`{one}` and `{other}` sum to {}", (sum * 1e9).round() / 1e9));
            for field in keys.into_iter().filter_map(|key| fields.get(key)) {
                wrong = wrong.at(&field.value.origin, "");
            }
            errors.push(wrong.note("allowed: at most 1 together, for both lead away from one state"));
            return None;
        }
    }
    let bursts = Bursts::four_states(p13, p31, p32, p23, p14, spacing?);
    if bursts.is_none() {
        let allowed = "transitions that lead back to state 1";
        errors.push(fields.refuse("it never comes out of one of its states", allowed)?);
    }
    bursts
}

fn read_trace(fields: &Fields<'_>, errors: &mut Diagnostics) -> Option<LossTrace> {
    let keys = TraceKeys::get();
    let spacing = keys.spacing.read(fields, errors);
    let length = keys.length.given(fields, errors);
    let lost = match (fields.get(keys.lost.name()), fields.get(keys.file.name())) {
        (Some(lost), None) => keys.lost.of(&lost, errors),
        (None, Some(file)) => keys.file.of(&file, errors).and_then(|name| read_file(&name, &file, errors)),
        (Some(lost), Some(file)) => {
            let both = Diagnostic::new(format!("`{}` has both `lost` and `file`", fields.path()));
            errors.push(both.at(&file.value.origin, "").at(&lost.value.origin, "").note("allowed: one of the two"));
            None
        }
        (None, None) => {
            fields.require(keys.lost.name(), "lost = [\"0.12 s\", \"0.14 s\", \"3.5 s\"]", errors);
            None
        }
    };
    let (lost, length) = (lost?, length?);
    let place = fields.get("lost").or_else(|| fields.get("file"))?;
    let mut refuse = |reason: &str, allowed: &str| {
        errors.push(place.refuse(reason, allowed));
        None
    };
    if lost.is_empty() {
        return refuse("no packet is lost in it", "at least one time; for a link without loss say `loss = 0`");
    }
    if !lost.is_sorted() {
        return refuse("a time comes before the one before it", "times in their order");
    }
    if length.is_some_and(|length| lost.last().is_some_and(|&last| last >= length)) {
        return refuse("a time is not before the end", "times below `length`");
    }
    LossTrace::new(lost, spacing?, length)
}

/// Durations from the beginning of a recording.
fn lost_times() -> Kind<Vec<Span>> {
    let time = duration();
    Kind::new(Form::List(Box::new(time.form().clone())), move |field, allowed, errors| {
        let Value::List(list) = &field.value.value else {
            errors.push(field.refuse("not a list", allowed));
            return None;
        };
        let times: Vec<Option<Span>> = list
            .iter()
            .enumerate()
            .map(|(index, value)| time.read(&Field { path: format!("{}.{index}", field.path), value }, errors))
            .collect();
        times.into_iter().collect()
    })
}

/// A probability of moving, above 0.
fn moving() -> Kind<f64> {
    let any = probability();
    Kind::new(any.form().clone(), move |field, allowed, errors| {
        let probability = any.read_as(field, allowed, errors)?.get();
        if probability <= 0.0 {
            errors.push(field.refuse("it never moves", "a probability above 0"));
            return None;
        }
        Some(probability)
    })
}

/// Reads a file with a time in each line; what follows a `#` is a remark.
fn read_file(name: &str, field: &Field<'_>, errors: &mut Diagnostics) -> Option<Vec<Span>> {
    let source = file::read(name, &field.value.origin).map_err(|mistake| errors.push(mistake)).ok()?;
    let mut times = Vec::new();
    let mut from = 0;
    for line in source.text.split_inclusive('\n') {
        let text = line.split('#').next().unwrap_or_default();
        let start = from + (text.len() - text.trim_start().len());
        let text = text.trim();
        from += line.len();
        if text.is_empty() {
            continue;
        }
        let time = match text.parse::<f64>() {
            Ok(_) => format!("{text} s").parse::<Span>(),
            Err(_) => text.parse(),
        };
        match time {
            Ok(time) => times.push(time),
            Err(error) => {
                let origin = Origin::new(&source, start..start + text.len());
                let wrong = Diagnostic::new("a line of a recording is no time").at(&origin, error.to_string());
                errors.push(wrong.note("allowed: a number of seconds, or a duration such as \"40 ms\""));
                return None;
            }
        }
    }
    Some(times)
}

#[cfg(test)]
mod tests {
    use super::super::diagnostic::Source;
    use super::super::tree::Tree;
    use super::*;

    #[test]
    fn a_file_of_times_is_read_line_by_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("losses.txt");
        std::fs::write(&path, "# one remark\n0.12\n  140 ms # another\n\n3.5 s").unwrap();
        let source = Source::new("scenario.toml", path.to_string_lossy().into_owned());
        let origin = Origin::new(&source, 0..source.text.len());
        let value = Tree { origin, value: Value::String(source.text.clone()) };
        let mut errors = Diagnostics::new();
        let times = read_file(path.to_str().unwrap(), &Field { path: "file".to_owned(), value: &value }, &mut errors);
        assert_eq!(times.unwrap(), [120, 140, 3500].map(Span::from_millis));
    }
}
