//! `--set` and `[sweep]`: which settings of a scenario change, and the points that come of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::diagnostic::{Diagnostic, Diagnostics, Origin, Source, quoted};
use super::dotted::{DottedKey, Segment};
use super::read::Field;
use super::toml_text;
use super::tree::{Entry, Tree, Value};
use super::vocabulary;

/// The most points a study has.
pub(super) const MOST_POINTS: usize = 10_000;

/// Keys that are the same for every point.
const NOT_SWEPT: [&str; 4] = ["name", "title", "companion", "sweep"];

/// The most axes a study has.
const MOST_AXES: usize = 32;

/// A setting and the values it takes in turn, or a name and the variants it stands for, each of several settings.
#[derive(Clone, Debug)]
pub(super) struct Axis {
    /// The setting, or the name of the variants.
    pub key: DottedKey,
    /// Its values or variants, at least one.
    pub values: Vec<Choice>,
    /// Whether they are variants.
    named: bool,
    /// Where the values stand.
    origin: Origin,
}

/// One value or variant of an axis.
#[derive(Clone, Debug)]
pub(super) struct Choice {
    /// The value as written, or the name of the variant.
    written: String,
    /// What it sets.
    sets: Vec<(DottedKey, Tree)>,
}

impl Choice {
    /// The value as written, or the name of the variant.
    pub(super) fn written(&self) -> &str {
        &self.written
    }

    /// What it sets: of a plain axis, its key alone.
    pub(super) fn sets(&self) -> &[(DottedKey, Tree)] {
        &self.sets
    }
}

impl Axis {
    /// Whether its values are variants, each of several settings.
    pub(super) fn has_variants(&self) -> bool {
        self.named
    }

    /// Every setting that it sets.
    fn keys(&self) -> impl Iterator<Item = &DottedKey> {
        let of_variants = self.values.iter().filter(|_| self.named).flat_map(|choice| &choice.sets);
        of_variants.map(|(key, _)| key).chain(std::iter::once(&self.key).filter(|_| !self.named))
    }

    /// Renames old keys and words in it.
    fn renew(&mut self, found: &mut Diagnostics) {
        for choice in &mut self.values {
            for (key, value) in &mut choice.sets {
                vocabulary::renew_setting(key, value, found);
            }
            if let ([(key, value)], false) = (choice.sets.as_slice(), self.named) {
                self.key = key.clone();
                choice.written = value.as_written();
            }
        }
    }

    /// Whether it sets something that `other` sets too.
    fn overlaps(&self, other: &Axis) -> bool {
        self.keys().any(|key| other.keys().any(|theirs| key.holds(theirs) || theirs.holds(key)))
            || self.key.is(&other.key)
    }
}

/// One combination of values.
pub(super) struct Combination {
    /// The value of each axis, as written.
    pub values: Vec<String>,
    /// The scenario with these values.
    pub tree: Tree,
}

/// Takes the `[sweep]` out of a scenario and gives its axes, in the order of the text.
pub(super) fn take_axes(tree: &mut Tree, errors: &mut Diagnostics) -> Vec<Axis> {
    let Value::Table(table) = &mut tree.value else { return Vec::new() };
    let mut axes = Vec::new();
    if let Some(sweep) = table.remove("sweep") {
        collect_axes(&sweep, errors, &mut axes);
    }
    axes.iter_mut().for_each(|axis| axis.renew(errors));
    if let Some(axis) = axes.get(MOST_AXES) {
        let many = Diagnostic::new(format!("the sweep has {} axes", axes.len())).at(&axis.origin, "one too many");
        errors.push(many.note(format!("allowed: at most {MOST_AXES} axes")));
        return axes;
    }
    for index in 1..axes.len() {
        if let Some(other) = axes[..index].iter().find(|other| other.overlaps(&axes[index])) {
            errors.push(clash(&axes[index].key, &other.key));
        }
    }
    axes
}

fn clash(key: &DottedKey, other: &DottedKey) -> Diagnostic {
    let mut diagnostic = Diagnostic::new(format!("the axes `{other}` and `{key}` set the same thing"));
    for origin in [key.origin(), other.origin()].into_iter().flatten() {
        diagnostic = diagnostic.at(&origin, "");
    }
    diagnostic
}

fn collect_axes(sweep: &Entry, errors: &mut Diagnostics, axes: &mut Vec<Axis>) {
    match &sweep.value.value {
        Value::Table(table) => {
            for entry in &table.entries {
                let key = match &entry.value.value {
                    // An axis directly under `sweep` is a dotted key in quotes, or a plain name.
                    Value::List(_) => key_of(&entry.key, &entry.key_origin),
                    _ => Ok(DottedKey { segments: vec![segment(entry)] }),
                };
                match key {
                    Ok(key) => collect_axis(key, &entry.value, errors, axes),
                    Err(diagnostic) => errors.push(diagnostic),
                }
            }
        }
        _ => errors.push(
            Diagnostic::new("`sweep` is not a table")
                .at(&sweep.value.origin, "not a table")
                .note("allowed: lists by dotted key, such as \"session-timer.session-expires\" = [90, 1800]"),
        ),
    }
}

fn segment(entry: &Entry) -> Segment {
    Segment { name: entry.key.clone(), origin: entry.key_origin.clone() }
}

/// The key that a quoted name spells, each part at its place inside the quotes.
fn key_of(name: &str, origin: &Origin) -> Result<DottedKey, Diagnostic> {
    let text = origin.text();
    let inside = text.get(1..text.len().saturating_sub(1));
    let from = if text == name { 0 } else { 1 };
    if text == name || inside == Some(name) {
        return DottedKey::parse(name, origin, origin.span.start + from);
    }
    // With escapes inside the quotes, places do not match: every part stands for the whole.
    let source = Source::new(origin.source.name.clone(), name);
    let whole = Origin::new(&source, 0..name.len());
    let refused = |_| Diagnostic::new(format!("{} is not a key", quoted(name))).at(origin, "not a dotted key");
    let mut key = DottedKey::parse(name, &whole, 0).map_err(refused)?;
    key.segments.iter_mut().for_each(|segment| segment.origin = origin.clone());
    Ok(key)
}

fn collect_axis(key: DottedKey, value: &Tree, errors: &mut Diagnostics, axes: &mut Vec<Axis>) {
    match &value.value {
        Value::Table(table) => {
            for entry in &table.entries {
                let mut longer = key.clone();
                longer.segments.push(segment(entry));
                collect_axis(longer, &entry.value, errors, axes);
            }
        }
        Value::List(values) if values.is_empty() => {
            errors.push(Diagnostic::new(format!("the axis `{key}` has no values")).at(&value.origin, "an empty list"));
        }
        Value::List(values) => {
            let first = key.segments.first().map_or("", |segment| segment.name.as_str());
            if NOT_SWEPT.contains(&first) {
                let wrong = Diagnostic::new(format!("`{first}` cannot be an axis"));
                errors.push(wrong.at(&key.segments[0].origin, "the same for every point"));
                return;
            }
            let named = is_of_variants(&key, values);
            let choices: Vec<Choice> = if named {
                values.iter().filter_map(|variant| read_variant(&key, variant, errors)).collect()
            } else {
                let choice =
                    |value: &Tree| Choice { written: value.as_written(), sets: vec![(key.clone(), value.clone())] };
                values.iter().map(choice).collect()
            };
            if choices.len() < values.len() {
                return;
            }
            if let Some(diagnostic) = given_twice(&key, &choices, values) {
                errors.push(diagnostic);
                return;
            }
            axes.push(Axis { key, values: choices, named, origin: value.origin.clone() });
        }
        _ => errors.push(
            Diagnostic::new(format!("the axis `{key}` is {}", value.found()))
                .at(&value.origin, "not a list")
                .note("allowed: a list of values, such as [90, 1800]"),
        ),
    }
}

/// Whether the list under `key` is of variants: `key` is no setting, and each is a table that says its name.
fn is_of_variants(key: &DottedKey, values: &[Tree]) -> bool {
    let [only] = key.segments.as_slice() else { return false };
    let is_named = |value: &Tree| value.as_table().is_some_and(|table| table.get("name").is_some());
    !vocabulary::is_at_top(&only.name) && values.iter().all(is_named)
}

/// Reads one variant of the axis `axis`: its name, and every setting in it.
fn read_variant(axis: &DottedKey, variant: &Tree, errors: &mut Diagnostics) -> Option<Choice> {
    let table = variant.as_table()?;
    let name = table.get("name")?;
    let field = Field { path: format!("sweep.{axis}.name"), value: &name.value };
    let written = field.printable("string that names the variant", errors)?.to_owned();
    let mut sets = Vec::new();
    for entry in table.entries.iter().filter(|entry| entry.key != "name") {
        if NOT_SWEPT.contains(&entry.key.as_str()) {
            let wrong = Diagnostic::new(format!("`{}` cannot be an axis", entry.key));
            errors.push(wrong.at(&entry.key_origin, "the same for every point"));
            return None;
        }
        collect_settings(DottedKey { segments: vec![segment(entry)] }, &entry.value, &mut sets);
    }
    Some(Choice { written, sets })
}

/// Every setting of a table, one by one; a table in braces is a value of its own.
fn collect_settings(key: DottedKey, value: &Tree, sets: &mut Vec<(DottedKey, Tree)>) {
    match value.as_table().filter(|_| !value.in_braces()) {
        Some(table) => {
            for entry in &table.entries {
                let mut longer = key.clone();
                longer.segments.push(segment(entry));
                collect_settings(longer, &entry.value, sets);
            }
        }
        None => sets.push((key, value.clone())),
    }
}

/// Refuses a value that is written twice: two points would be the same, and have one name.
fn given_twice(key: &DottedKey, choices: &[Choice], values: &[Tree]) -> Option<Diagnostic> {
    let mut seen = BTreeMap::new();
    choices.iter().zip(values).find_map(|(choice, value)| {
        let first = seen.insert(choice.written.as_str(), &value.origin)?;
        let wrong = Diagnostic::new(format!("the axis `{key}` has {} twice", quoted(&choice.written)));
        Some(wrong.at(&value.origin, "again").at(first, ""))
    })
}

/// Applies one `--set` argument: it sets the key in `tree` and pins it there, so that it is no axis any more. A key
/// under `sweep` makes an axis.
pub(super) fn apply_set(argument: &str, tree: &mut Tree, axes: &mut Vec<Axis>, errors: &mut Diagnostics) {
    let source = Source::new("command line", argument);
    let applied = read_set(&source).and_then(|(mut key, mut value)| {
        vocabulary::renew_setting(&mut key, &mut value, errors);
        if key.segments[0].name == "sweep" {
            set_axis(key, value, axes, errors);
            return Ok(());
        }
        axes.retain(|axis| axis.named || !key.holds(&axis.key));
        let overwrites = |axis: &&Axis| axis.keys().any(|set| set.holds(&key) || (axis.named && key.holds(set)));
        if let Some(axis) = axes.iter().find(overwrites) {
            let lost = Diagnostic::new(format!("`{key}` would be overwritten by the axis `{}`", axis.key));
            let places = key.origin().into_iter().zip(axis.key.origin()).next();
            return Err(places.map_or(lost.clone(), |(key, axis)| lost.at(&key, "").at(&axis, "the axis")));
        }
        tree.set(&key, value)
    });
    if let Err(diagnostic) = applied {
        errors.push(diagnostic);
    }
}

fn set_axis(key: DottedKey, value: Tree, axes: &mut Vec<Axis>, errors: &mut Diagnostics) {
    let last = key.segments.len() - 1;
    let mut made = Vec::new();
    if last == 0 {
        // The whole sweep anew.
        let entry = Entry { key: "sweep".to_owned(), key_origin: key.segments[0].origin.clone(), value };
        axes.clear();
        collect_axes(&entry, errors, &mut made);
    } else {
        let segments = key.segments[1..].to_vec();
        let inner = match segments.as_slice() {
            [only] => key_of(&only.name, &only.origin),
            _ => Ok(DottedKey { segments }),
        };
        match inner {
            Ok(inner) => {
                if let Some(axis) = axes.iter_mut().find(|axis| axis.named && axis.key.is(&inner)) {
                    return choose_variants(axis, &value, errors);
                }
                collect_axis(inner, &value, errors, &mut made);
            }
            Err(diagnostic) => errors.push(diagnostic),
        }
    }
    for mut axis in made {
        axis.renew(errors);
        if let Some(other) = axes.iter_mut().find(|other| other.key.is(&axis.key)) {
            *other = axis;
        } else if let Some(other) = axes.iter().find(|other| other.overlaps(&axis)) {
            errors.push(clash(&axis.key, &other.key));
        } else {
            axes.push(axis);
        }
    }
}

/// Keeps the variants of `axis` that `names` lists, in that order.
fn choose_variants(axis: &mut Axis, names: &Tree, errors: &mut Diagnostics) {
    let list = match &names.value {
        Value::List(list) => list.as_slice(),
        _ => std::slice::from_ref(names),
    };
    let variants: Vec<(&str, &Choice)> = axis.values.iter().map(|choice| (choice.written.as_str(), choice)).collect();
    let chosen: Option<Vec<Choice>> = list
        .iter()
        .map(|value| Field { path: format!("sweep.{}", axis.key), value }.choice(&variants, errors).cloned())
        .collect();
    let Some(chosen) = chosen else { return };
    if chosen.is_empty() {
        let wrong = Diagnostic::new(format!("the axis `{}` has no values", axis.key));
        errors.push(wrong.at(&names.origin, "an empty list"));
    } else if let Some(diagnostic) = given_twice(&axis.key, &chosen, list) {
        errors.push(diagnostic);
    } else {
        axis.values = chosen;
    }
}

/// Reads KEY=VALUE. The value is TOML; what is not TOML is a string, so that strings need no quotes.
fn read_set(source: &Arc<Source>) -> Result<(DottedKey, Tree), Diagnostic> {
    let argument = source.text.as_str();
    let whole = Origin::new(source, 0..argument.len());
    let Some(equals) = equals_sign(argument) else {
        let wrong = Diagnostic::new(format!("{} sets nothing", quoted(argument)));
        return Err(wrong.at(&whole, "no `=`").note("allowed: KEY=VALUE, such as calls.count=1000"));
    };
    let key = DottedKey::parse(&argument[..equals], &whole, 0)?;
    let from = equals + 1;
    let text = argument[from..].trim();
    let start = from + (argument[from..].len() - argument[from..].trim_start().len());
    let origin = Origin::new(source, start..start + text.len());
    if text.is_empty() {
        let wrong = Diagnostic::new(format!("`{key}` is set to nothing")).at(&origin, "no value");
        return Err(wrong.help(format!("for an empty string write `{key}=\"\"`")));
    }
    let as_text = || Tree { origin: origin.clone(), value: Value::String(text.to_owned()) };
    match toml_text::parse_value(source, start) {
        Some(Ok(Tree { value: Value::Date, .. })) => Ok((key, as_text())),
        Some(value) => Ok((key, value?)),
        None if text.starts_with(['[', '{', '"', '\'']) => {
            let wrong = Diagnostic::new(format!("the value of `{key}` is not TOML")).at(&origin, "not a TOML value");
            Err(wrong.note("a string without quotes does not begin with `[`, `{` or a quote"))
        }
        None => Ok((key, as_text())),
    }
}

/// What a KEY=VALUE argument sets.
pub(super) enum SetKey {
    /// This setting, by its dotted key.
    Setting(String),
    /// This axis, by its dotted key or name.
    Axis(String),
    /// The whole sweep.
    Sweep,
}

/// What a KEY=VALUE argument sets, by the names of today; `None` if it is none.
pub(super) fn key_of_set(argument: &str) -> Option<SetKey> {
    let source = Source::new("command line", argument);
    let whole = Origin::new(&source, 0..argument.len());
    let key = DottedKey::parse(&argument[..equals_sign(argument)?], &whole, 0).ok()?;
    let in_sweep = key.segments.first().is_some_and(|first| first.name == "sweep");
    let mut key = match key.segments.as_slice() {
        [_] if in_sweep => return Some(SetKey::Sweep),
        [_, only] if in_sweep => key_of(&only.name, &only.origin).ok()?,
        [_, inner @ ..] if in_sweep => DottedKey { segments: inner.to_vec() },
        _ => key,
    };
    let mut value = Tree { origin: whole, value: Value::Null };
    vocabulary::renew_setting(&mut key, &mut value, &mut Diagnostics::new());
    Some(if in_sweep { SetKey::Axis(key.to_string()) } else { SetKey::Setting(key.to_string()) })
}

/// The first `=` that is not in quotes.
fn equals_sign(argument: &str) -> Option<usize> {
    let mut quote = None;
    for (index, letter) in argument.char_indices() {
        match (quote, letter) {
            (None, '=') => return Some(index),
            (None, '"' | '\'') => quote = Some(letter),
            (Some(open), letter) if letter == open => quote = None,
            _ => {}
        }
    }
    None
}

/// Every combination of the axes' values, the first axis slowest; the scenario itself if there are no axes.
///
/// # Errors
/// If there are more than [`MOST_POINTS`].
pub(super) fn combinations<'a>(
    tree: &'a Tree,
    axes: &'a [Axis],
) -> Result<impl Iterator<Item = Result<Combination, Diagnostic>> + 'a, Diagnostic> {
    let count = axes.iter().try_fold(1usize, |count, axis| count.checked_mul(axis.values.len()));
    let count = count.filter(|count| *count <= MOST_POINTS).ok_or_else(|| {
        let sizes: Vec<String> = axes.iter().map(|axis| axis.values.len().to_string()).collect();
        let mut wrong = Diagnostic::new(format!("the sweep has {} points", sizes.join(" x ")));
        for axis in axes {
            wrong = wrong.at(&axis.origin, "");
        }
        wrong.note(format!("allowed: at most {MOST_POINTS} points"))
    })?;
    Ok((0..count).map(move |number| combine(tree, axes, number)))
}

fn combine(tree: &Tree, axes: &[Axis], mut number: usize) -> Result<Combination, Diagnostic> {
    let mut chosen = Vec::with_capacity(axes.len());
    for axis in axes.iter().rev() {
        chosen.push(&axis.values[number % axis.values.len()]);
        number /= axis.values.len();
    }
    chosen.reverse();
    let mut tree = tree.clone();
    for (key, value) in chosen.iter().flat_map(|choice| &choice.sets) {
        tree.set(key, value.clone())?;
    }
    Ok(Combination { values: chosen.into_iter().map(|choice| choice.written.clone()).collect(), tree })
}
