//! How a link loses messages, as written: a probability, or a table with `model`.

use std::sync::Arc;

use super::diagnostic::{Diagnostic, Diagnostics, Origin};
use super::file;
use super::link::Ways;
use super::read::{Field, Fields};
use super::tree::Value;
use crate::net::{Bursts, Loss, LossTrace};
use crate::random::Probability;
use crate::time::Span;

const FORMS: &str = "a probability, or a table with `model` (`gilbert-elliott`, `gemodel`, `four-state` or `trace`) and \
                     its parameters";

#[derive(Clone, Copy)]
enum Model {
    GilbertElliott,
    Gemodel,
    FourState,
    Trace,
}

impl Model {
    const NAMES: [(&'static str, Model); 4] = [
        ("gilbert-elliott", Model::GilbertElliott),
        ("gemodel", Model::Gemodel),
        ("four-state", Model::FourState),
        ("trace", Model::Trace),
    ];

    const fn keys(self) -> &'static [&'static str] {
        match self {
            Model::GilbertElliott => &["good", "bad", "loss-good", "loss-bad"],
            Model::Gemodel => &["p", "r", "1-h", "1-k", "spacing"],
            Model::FourState => &["p13", "p31", "p32", "p23", "p14", "spacing"],
            Model::Trace => &["lost", "file", "spacing", "length"],
        }
    }
}

/// Reads how a link loses messages.
pub fn read_loss(field: &Field<'_>, ways: Ways, errors: &mut Diagnostics) -> Option<Loss> {
    let Value::Table(table) = &field.value.value else {
        return field.probability_as(FORMS, errors).map(Loss::Independent);
    };
    let Some(entry) = table.get("model") else {
        let all: Vec<&str> = ["model", "one-state"]
            .into_iter()
            .chain(Model::NAMES.iter().flat_map(|(_, model)| model.keys()).copied())
            .collect();
        let fields = Fields::new(&field.path, field.value, &all, errors);
        fields.require("model", "model = \"gilbert-elliott\"", errors);
        return None;
    };
    let model = Field { path: format!("{}.model", field.path), value: &entry.value }.choice(&Model::NAMES, errors)?;
    let mut allowed = vec!["model"];
    allowed.extend(model.keys());
    if ways == Ways::Both {
        allowed.push("one-state");
    }
    let fields = Fields::new(&field.path, field.value, &allowed, errors);
    let together = fields.or("one-state", false, errors, |field, errors| field.truth(errors));
    let bursts = match model {
        Model::GilbertElliott => read_times(&fields, errors),
        Model::Gemodel => read_per_packet(&fields, errors),
        Model::FourState => read_four_states(field, &fields, errors),
        Model::Trace => {
            let trace = Arc::new(read_trace(field, &fields, errors)?);
            return Some(Loss::Trace { trace, together: together? });
        }
    };
    Some(Loss::Bursts { bursts: Arc::new(bursts?), together: together? })
}

fn read_times(fields: &Fields<'_>, errors: &mut Diagnostics) -> Option<Bursts> {
    let times = ["good", "bad"].map(|key| above_zero(fields, key, "10 s", errors));
    let losses = [
        fields.or("loss-good", Probability::NEVER, errors, |field, errors| field.probability(errors)),
        fields.or("loss-bad", Probability::ALWAYS, errors, |field, errors| field.probability(errors)),
    ];
    let ([good, bad], [in_good, in_bad]) = (times, losses);
    Bursts::gilbert(good?, bad?, [in_good?, in_bad?])
}

fn read_per_packet(fields: &Fields<'_>, errors: &mut Diagnostics) -> Option<Bursts> {
    let moves = ["p", "r"].map(|key| moving(fields, key, errors));
    let losses = [
        fields.or("1-k", Probability::NEVER, errors, |field, errors| field.probability(errors)),
        fields.or("1-h", Probability::ALWAYS, errors, |field, errors| field.probability(errors)),
    ];
    let spacing = above_zero(fields, "spacing", "20 ms", errors);
    let ([p, r], [in_good, in_bad]) = (moves, losses);
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

fn read_four_states(field: &Field<'_>, fields: &Fields<'_>, errors: &mut Diagnostics) -> Option<Bursts> {
    let required = ["p13", "p31"].map(|key| moving(fields, key, errors));
    let mut or = |key, default| {
        let read = |field: &Field<'_>, errors: &mut Diagnostics| field.probability(errors).map(Probability::get);
        fields.or(key, default, errors, read)
    };
    let rest = [or("p32", 0.0), or("p23", 1.0), or("p14", 0.0)];
    let spacing = above_zero(fields, "spacing", "20 ms", errors);
    let ([p13, p31], [p32, p23, p14]) = (required, rest);
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
        errors.push(field.refuse("it never comes out of one of its states", "transitions that lead back to state 1"));
    }
    bursts
}

fn read_trace(field: &Field<'_>, fields: &Fields<'_>, errors: &mut Diagnostics) -> Option<LossTrace> {
    let spacing = above_zero(fields, "spacing", "20 ms", errors);
    let length = fields.or("length", None, errors, |field, errors| field.span(errors).map(Some));
    let lost = match (fields.get("lost"), fields.get("file")) {
        (Some(lost), None) => read_list(&lost, errors),
        (None, Some(file)) => read_file(&file, errors),
        (Some(lost), Some(file)) => {
            let both = Diagnostic::new(format!("`{}` has both `lost` and `file`", field.path));
            errors.push(both.at(&file.value.origin, "").at(&lost.value.origin, "").note("allowed: one of the two"));
            None
        }
        (None, None) => {
            fields.require("lost", "lost = [\"0.12 s\", \"0.14 s\", \"3.5 s\"]", errors);
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

fn read_list(field: &Field<'_>, errors: &mut Diagnostics) -> Option<Vec<Span>> {
    let Value::List(list) = &field.value.value else {
        errors.push(field.refuse("not a list", "a list of lengths of time from the beginning of the recording"));
        return None;
    };
    let times: Vec<Option<Span>> = list
        .iter()
        .enumerate()
        .map(|(index, value)| Field { path: format!("{}.{index}", field.path), value }.span(errors))
        .collect();
    times.into_iter().collect()
}

/// Reads a file with a time in each line; what follows a `#` is a remark.
fn read_file(field: &Field<'_>, errors: &mut Diagnostics) -> Option<Vec<Span>> {
    let name = field.text("the path of a file with a time of loss in each line", errors)?;
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
                errors.push(wrong.note("allowed: a number of seconds, or a length of time such as \"40 ms\""));
                return None;
            }
        }
    }
    Some(times)
}

/// A probability of moving, above 0.
fn moving(fields: &Fields<'_>, key: &str, errors: &mut Diagnostics) -> Option<f64> {
    let field = fields.require(key, &format!("{key} = 0.1"), errors)?;
    let probability = field.probability(errors)?.get();
    if probability <= 0.0 {
        errors.push(field.refuse("it never moves", "a probability above 0"));
        return None;
    }
    Some(probability)
}

/// A length of time above 0.
pub fn above_zero(fields: &Fields<'_>, key: &str, example: &str, errors: &mut Diagnostics) -> Option<Span> {
    let field = fields.require(key, &format!("{key} = {example:?}"), errors)?;
    let span = field.span(errors)?;
    if span == Span::ZERO {
        errors.push(field.refuse("no time at all", "a length of time above 0"));
        return None;
    }
    Some(span)
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
        let value = Tree { origin, value: Value::Text(source.text.clone()) };
        let mut errors = Diagnostics::new();
        let times = read_file(&Field { path: "file".to_owned(), value: &value }, &mut errors);
        assert_eq!(times.unwrap(), [120, 140, 3500].map(Span::from_millis));
    }
}
