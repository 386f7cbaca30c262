//! Dotted keys, as `--set` and the sweep name settings: `calls.talk-time.mean`.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::diagnostic::{Diagnostic, Origin, quoted};

/// The parts of a dotted key, at least one.
#[derive(Clone, Debug)]
pub(super) struct DottedKey {
    /// The parts, outermost first.
    pub segments: Vec<Segment>,
}

/// One part of a dotted key.
#[derive(Clone, Debug)]
pub(super) struct Segment {
    /// The name.
    pub name: String,
    /// Where it stands.
    pub origin: Origin,
}

/// More parts than any setting has.
const MOST_SEGMENTS: usize = 16;

impl DottedKey {
    /// Reads the key that `text` spells; it begins at byte `from` of `whole`, which a message points into.
    ///
    /// # Errors
    /// If it is not a dotted key as TOML writes it, or has more than 16 parts.
    pub(super) fn parse(text: &str, whole: &Origin, from: usize) -> Result<DottedKey, Diagnostic> {
        let place = |span: Range<usize>| Origin::new(&whole.source, from + span.start..from + span.end);
        let refuse = |reason: &str| {
            Diagnostic::new(format!("{} is not a key", quoted(text)))
                .at(&place(0..text.len()), reason)
                .note("a key is made of letters, digits, `-` and `_`, with dots between: `calls.talk-time.mean`")
        };
        if text.trim().is_empty() {
            return Err(refuse("no key"));
        }
        if text.contains(|c: char| c.is_control() || c == '#') {
            return Err(refuse("a character that no key has"));
        }
        let line = format!("{text}=0");
        let Ok(document) = DeTable::parse(&line) else { return Err(refuse("not a dotted key")) };
        let mut segments = Vec::new();
        let mut table = document.get_ref();
        while let Some((key, value)) = only_entry(table) {
            segments.push(Segment { name: key.get_ref().to_string(), origin: place(key.span()) });
            match value {
                DeValue::Table(inner) => table = inner,
                _ => break,
            }
        }
        match segments.len() {
            0 => Err(refuse("not a dotted key")),
            1..=MOST_SEGMENTS => Ok(DottedKey { segments }),
            _ => Err(refuse("more than 16 parts")),
        }
    }

    /// The first `count` parts, dotted.
    pub(super) fn dotted(&self, count: usize) -> String {
        let parts: Vec<String> = self.segments.iter().take(count).map(|segment| written(&segment.name)).collect();
        parts.join(".")
    }

    /// Where it stands, from its first part to its last.
    pub(super) fn origin(&self) -> Option<Origin> {
        let (first, last) = (&self.segments.first()?.origin, &self.segments.last()?.origin);
        Some(Origin::new(&first.source, first.span.start..last.span.end))
    }

    /// Whether both name the same setting.
    pub(super) fn is(&self, other: &DottedKey) -> bool {
        self.holds(other) && other.holds(self)
    }

    /// Whether the one names the same setting as the other, or one that holds it.
    pub(super) fn holds(&self, other: &DottedKey) -> bool {
        self.segments.len() <= other.segments.len()
            && self.segments.iter().zip(&other.segments).all(|(a, b)| a.name == b.name)
    }
}

impl std::fmt::Display for DottedKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.dotted(self.segments.len()))
    }
}

/// A part as TOML writes it: bare if it can be, else in quotes.
pub(super) fn written(name: &str) -> String {
    let bare = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    if bare { name.to_owned() } else { format!("{name:?}") }
}

fn only_entry<'a, 'i>(table: &'a DeTable<'i>) -> Option<(&'a Spanned<std::borrow::Cow<'i, str>>, &'a DeValue<'i>)> {
    let mut entries = table.iter();
    let (key, value) = entries.next()?;
    entries.next().is_none().then(|| (key, value.get_ref()))
}

#[cfg(test)]
mod tests {
    use super::super::diagnostic::Source;
    use super::*;

    fn names(text: &str) -> Option<Vec<String>> {
        let source = Source::new("argument", text);
        let key = DottedKey::parse(text, &Origin::new(&source, 0..text.len()), 0).ok()?;
        Some(key.segments.into_iter().map(|segment| segment.name).collect())
    }

    #[test]
    fn a_key_is_read_as_toml_reads_it() {
        assert_eq!(names("seed").unwrap(), ["seed"]);
        assert_eq!(names("calls.talk-time.mean").unwrap(), ["calls", "talk-time", "mean"]);
        assert_eq!(names(r#"sweep."calls.count""#).unwrap(), ["sweep", "calls.count"]);
        assert_eq!(names("links.'a b--c'.loss").unwrap(), ["links", "a b--c", "loss"]);
    }

    #[test]
    fn what_is_no_key_is_refused() {
        let long = vec!["a"; 17].join(".");
        let endless = vec!["a"; 100_000].join(".");
        for text in ["", " ", ".", "a.", ".a", "a b", "a\nb", "[a]", "a=1", "a = 1 #", "\"a", &long, &endless] {
            assert_eq!(names(text), None, "{text}");
        }
    }
}
