//! What is wrong with the input, where, what is allowed instead, and the nearest right word.
//!
//! A [`Diagnostic`] is data: a message, places with the text that they point into, notes and help. As text it is the
//! line `file:line:column: error: message` with notes and help below; `render` draws it with carets. This module knows
//! no scenario and no topology.

use std::fmt;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

/// A text that values come from: a file, a built-in, or one argument of the command line.
#[derive(Debug, PartialEq, Eq)]
pub struct Source {
    /// How a message names it.
    pub name: String,
    /// The whole text.
    pub text: String,
    /// What relative paths in it are relative to; `None`: the working directory.
    pub folder: Option<PathBuf>,
}

impl Source {
    /// A text that is no file on disk.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Arc<Source> {
        Arc::new(Source { name: name.into(), text: text.into(), folder: None })
    }
}

/// Where something was written: some bytes of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The text.
    pub source: Arc<Source>,
    /// The bytes of it.
    pub span: Range<usize>,
}

impl Origin {
    /// These bytes of `source`.
    pub fn new(source: &Arc<Source>, span: Range<usize>) -> Origin {
        Origin { source: Arc::clone(source), span }
    }

    /// What is written there.
    pub fn text(&self) -> &str {
        &self.source.text[self.clamped()]
    }

    /// Where it begins.
    pub fn place(&self) -> Place<'_> {
        let before = &self.source.text[..self.clamped().start];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().map_or(0, |last| last.chars().count()) + 1;
        Place { source: &self.source.name, line, column }
    }

    /// Its bytes, moved outwards to whole characters of the text.
    pub(super) fn clamped(&self) -> Range<usize> {
        let text = &self.source.text;
        let mut start = self.span.start.min(text.len());
        while !text.is_char_boundary(start) {
            start -= 1;
        }
        let mut end = self.span.end.min(text.len()).max(start);
        while !text.is_char_boundary(end) {
            end += 1;
        }
        start..end
    }
}

/// Where a place begins, as editors count: both from 1, columns in characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place<'a> {
    /// How a message names the text.
    pub source: &'a str,
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.source, self.line, self.column)
    }
}

/// Whether a diagnostic stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// It stops.
    Error,
    /// It does not.
    Warning,
}

impl Severity {
    /// Its name in messages.
    pub const fn name(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
        }
    }
}

/// One thing that is wrong, or that should be written otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    pub(super) severity: Severity,
    pub(super) message: String,
    pub(super) labels: Vec<(Origin, String)>,
    pub(super) notes: Vec<String>,
    pub(super) help: Vec<String>,
}

impl Diagnostic {
    /// Something is wrong: `message`, in one sentence without a full stop.
    pub fn new(message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            severity: Severity::Error,
            message: message.into(),
            labels: Vec::new(),
            notes: Vec::new(),
            help: Vec::new(),
        }
    }

    /// Something that is taken as it is meant, and should be written otherwise.
    pub fn warning(message: impl Into<String>) -> Diagnostic {
        Diagnostic { severity: Severity::Warning, ..Diagnostic::new(message) }
    }

    /// Points at the place, or at one more of them. The first place is the one that is wrong.
    #[must_use]
    pub fn at(mut self, origin: &Origin, label: impl Into<String>) -> Diagnostic {
        self.labels.push((origin.clone(), label.into()));
        self
    }

    /// Adds what is allowed, or why.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Diagnostic {
        self.notes.push(note.into());
        self
    }

    /// Adds how to mend it, if that is known.
    #[must_use]
    pub fn help(mut self, help: impl Into<Option<String>>) -> Diagnostic {
        self.help.extend(help.into());
        self
    }

    /// Whether it stops.
    pub fn severity(&self) -> Severity {
        self.severity
    }

    /// What is wrong, in one sentence.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The places that it points at, each with what is said of it; the first is the one that is wrong.
    pub fn places(&self) -> impl Iterator<Item = (Place<'_>, &str)> {
        self.labels.iter().map(|(origin, label)| (origin.place(), label.as_str()))
    }

    /// What is allowed, or why.
    pub fn notes(&self) -> impl Iterator<Item = &str> {
        self.notes.iter().map(String::as_str)
    }

    /// How to mend it.
    pub fn helps(&self) -> impl Iterator<Item = &str> {
        self.help.iter().map(String::as_str)
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut places = self.places();
        if let Some((place, _)) = places.next() {
            write!(f, "{place}: ")?;
        }
        write!(f, "{}: {}", self.severity.name(), self.message)?;
        places.try_for_each(|(place, label)| write!(f, "\n  {place}: {label}"))?;
        self.notes().try_for_each(|note| write!(f, "\n  note: {note}"))?;
        self.helps().try_for_each(|help| write!(f, "\n  help: {help}"))
    }
}

/// Everything that was found wrong, and what does not stop, in the order in which it was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics {
    kept: Vec<Diagnostic>,
    /// What does not stop, each once.
    warnings: Vec<Diagnostic>,
    /// How many more there were.
    more: usize,
}

impl Diagnostics {
    /// How many are kept; the rest is counted.
    const KEPT: usize = 100;
    /// How many are shown.
    const SHOWN: usize = 20;

    /// Nothing wrong so far.
    pub fn new() -> Diagnostics {
        Diagnostics::default()
    }

    /// Adds one, unless it is there: what caller and callee share is read for each.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        if diagnostic.severity == Severity::Warning {
            if !self.warnings.contains(&diagnostic) {
                self.warnings.push(diagnostic);
            }
        } else if self.is_full() {
            self.more += 1;
        } else if !self.kept.contains(&diagnostic) {
            self.kept.push(diagnostic);
        }
    }

    /// Whether there are so many that looking for more helps nobody.
    pub fn is_full(&self) -> bool {
        self.kept.len() >= Self::KEPT
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// Each of them, up to the first hundred.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.kept.iter()
    }

    /// What does not stop.
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.warnings
    }

    /// The same with these warnings before.
    #[must_use]
    pub fn after(mut self, warnings: Vec<Diagnostic>) -> Diagnostics {
        self.warnings.splice(0..0, warnings);
        self
    }

    /// The warnings and the first twenty errors, as `show` writes each, and how many more errors there are.
    pub(super) fn joined(&self, show: impl Fn(&Diagnostic) -> String, between: &str) -> String {
        let errors = self.kept.iter().take(Self::SHOWN);
        let mut shown: Vec<String> = self.warnings.iter().chain(errors).map(show).collect();
        let hidden = self.kept.len().saturating_sub(Self::SHOWN) + self.more;
        if hidden > 0 {
            shown.push(format!("and {hidden} more errors"));
        }
        shown.join(between)
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Diagnostics {
        let mut found = Diagnostics::new();
        found.push(diagnostic);
        found
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.joined(Diagnostic::to_string, "\n"))
    }
}

impl std::error::Error for Diagnostics {}

/// `text` in backticks, shortened and without control characters: fit for a message.
pub(super) fn quoted(text: &str) -> String {
    const LONGEST: usize = 60;
    let one_line: String = text.chars().take(LONGEST).flat_map(char::escape_debug).collect();
    let one_line = one_line.replace("\\\"", "\"").replace("\\'", "'");
    let dots = if text.chars().nth(LONGEST).is_some() { "..." } else { "" };
    format!("`{one_line}{dots}`")
}

/// `words` in backticks with commas between; the first forty of many.
pub(super) fn listed<T: AsRef<str>>(words: impl IntoIterator<Item = T>) -> String {
    const MOST: usize = 40;
    let mut words: Vec<String> = words.into_iter().map(|word| quoted(word.as_ref())).collect();
    if words.len() > MOST {
        let more = words.len() - MOST;
        words.truncate(MOST);
        words.push(format!("and {more} more"));
    }
    words.join(", ")
}

/// The word of `words` that `found` was most likely meant to be, as a sentence, if one is near.
pub(super) fn did_you_mean<T: AsRef<str>>(found: &str, words: impl IntoIterator<Item = T>) -> Option<String> {
    nearest(found, words).map(|word| format!("did you mean {}?", quoted(word.as_ref())))
}

/// The word of `words` nearest to `found`, if one is near: at most a third of the letters differ. Case and the choice
/// between `-` and `_` count for nothing.
pub(super) fn nearest<T: AsRef<str>>(found: &str, words: impl IntoIterator<Item = T>) -> Option<T> {
    const LONGEST: usize = 100;
    let allowed = |word: &str, found: &str| (word.chars().count().max(found.chars().count()) / 3).max(1);
    let plain = |word: &str| word.to_lowercase().replace('_', "-");
    if found.len() > LONGEST {
        return None;
    }
    let found = plain(found);
    words
        .into_iter()
        .filter(|word| word.as_ref().len() <= LONGEST)
        .map(|word| (strsim::damerau_levenshtein(&found, &plain(word.as_ref())), word))
        .filter(|(distance, word)| *distance <= allowed(word.as_ref(), &found))
        .filter(|(distance, word)| *distance < word.as_ref().chars().count())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_near_word_is_offered() {
        let words = ["session-expires", "min-se", "refresher"];
        assert_eq!(nearest("session-expire", words), Some("session-expires"));
        assert_eq!(nearest("Session_Expires", words), Some("session-expires"));
        assert_eq!(nearest("refersher", words), Some("refresher"));
        assert_eq!(nearest("colour", words), None);
        assert_eq!(nearest("x", ["uac", "y"]), None);
        assert_eq!(nearest("mean", ["min", "max"]), None);
    }

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        assert_eq!(quoted("a\u{1b}[31m\n\"b\""), "`a\\u{1b}[31m\\n\"b\"`");
    }

    #[test]
    fn as_text_it_is_a_line_with_its_place_and_notes_below() {
        let source = Source::new("x.toml", "a = 1\n\u{e9} = 2\n");
        let wrong =
            Diagnostic::new("m").at(&Origin::new(&source, 11..12), "here").at(&Origin::new(&source, 0..1), "too");
        let text = wrong.note("n").help("h".to_owned()).to_string();
        assert_eq!(text, "x.toml:2:5: error: m\n  x.toml:1:1: too\n  note: n\n  help: h");
    }
}
