//! What is wrong with the input, where, what is allowed instead, and the nearest right word.
//!
//! A [`Diagnostic`] carries the text it points into, so it can be rendered anywhere and at any time. This module knows
//! no scenario and no topology.

use std::fmt;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use annotate_snippets::{AnnotationKind, Element, Group, Level, Renderer, Snippet};

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

    /// What a message underlines: no more than the first line of it.
    fn shown(&self) -> Range<usize> {
        let Range { start, end } = self.clamped();
        let line = self.source.text[start..end].find(['\n', '\r']).map_or(end, |length| start + length);
        start..line
    }

    /// Its bytes, moved outwards to whole characters of the text.
    fn clamped(&self) -> Range<usize> {
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

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    message: String,
    labels: Vec<(Origin, String)>,
    notes: Vec<String>,
    help: Vec<String>,
}

impl Diagnostic {
    /// Something is wrong: `message`, in one sentence without a full stop.
    pub fn new(message: impl Into<String>) -> Diagnostic {
        Diagnostic { message: message.into(), labels: Vec::new(), notes: Vec::new(), help: Vec::new() }
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

    /// What is wrong, in one sentence.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The message with its places in the text, for a terminal.
    pub fn render(&self, colours: bool) -> String {
        let mut snippets: Vec<(&Arc<Source>, Snippet<'_, _>)> = Vec::new();
        let mut elements: Vec<Element<'_>> = Vec::new();
        for (index, (origin, label)) in self.labels.iter().enumerate() {
            let kind = if index == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
            let mut annotation = kind.span(origin.shown());
            if !label.is_empty() {
                annotation = annotation.label(label.as_str());
            }
            match snippets.iter_mut().find(|(source, _)| Arc::ptr_eq(source, &origin.source)) {
                Some((_, snippet)) => *snippet = snippet.clone().annotation(annotation),
                None => {
                    let snippet = Snippet::source(origin.source.text.as_str()).path(origin.source.name.as_str());
                    snippets.push((&origin.source, snippet.annotation(annotation)));
                }
            }
        }
        elements.extend(snippets.into_iter().map(|(_, snippet)| snippet.into()));
        elements.extend(self.notes.iter().map(|note| Level::NOTE.message(note.as_str()).into()));
        elements.extend(self.help.iter().map(|help| Level::HELP.message(help.as_str()).into()));
        let group: Group<'_> = Level::ERROR.primary_title(self.message.as_str()).elements(elements);
        let renderer = if colours { Renderer::styled() } else { Renderer::plain() };
        renderer.render(&[group])
    }
}

/// Everything that was found wrong, in the order in which it was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics {
    kept: Vec<Diagnostic>,
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

    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        if self.is_full() {
            self.more += 1;
        } else {
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

    /// All of them for a terminal, one after the other; the first twenty of many.
    pub fn render(&self, colours: bool) -> String {
        let mut shown: Vec<String> = self.kept.iter().take(Self::SHOWN).map(|one| one.render(colours)).collect();
        let hidden = self.kept.len() - shown.len() + self.more;
        if hidden > 0 {
            shown.push(format!("and {hidden} more errors"));
        }
        shown.join("\n\n")
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Diagnostics {
        Diagnostics { kept: vec![diagnostic], more: 0 }
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl std::error::Error for Diagnostics {}

/// `text` in backticks, shortened and without control characters: fit for a message.
pub fn quoted(text: &str) -> String {
    const LONGEST: usize = 60;
    let one_line: String = text.chars().take(LONGEST).flat_map(char::escape_debug).collect();
    let one_line = one_line.replace("\\\"", "\"").replace("\\'", "'");
    let dots = if text.chars().nth(LONGEST).is_some() { "..." } else { "" };
    format!("`{one_line}{dots}`")
}

/// `words` in backticks with commas between; the first forty of many.
pub fn listed<T: AsRef<str>>(words: impl IntoIterator<Item = T>) -> String {
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
pub fn did_you_mean<T: AsRef<str>>(found: &str, words: impl IntoIterator<Item = T>) -> Option<String> {
    nearest(found, words).map(|word| format!("did you mean {}?", quoted(word.as_ref())))
}

/// The word of `words` nearest to `found`, if one is near: at most a third of the letters differ. Case and the choice
/// between `-` and `_` count for nothing.
pub fn nearest<T: AsRef<str>>(found: &str, words: impl IntoIterator<Item = T>) -> Option<T> {
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
    use proptest::prelude::*;

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
        let source = Source::new("x", "a\u{1b}[31m\n");
        let text = Diagnostic::new("m").at(&Origin::new(&source, 0..3), "").render(false);
        assert!(!text.contains('\u{1b}'), "{text:?}");
    }

    proptest! {
        #[test]
        fn any_place_in_any_text_can_be_shown(text in "[a\u{e9}\u{1f600}\t\r\n ]{0,30}", spans in prop::collection::vec((0usize..80, 0usize..80), 0..4)) {
            let source = Source::new("file", text);
            let mut diagnostic = Diagnostic::new("message").note("note").help(Some("help".to_owned()));
            for (start, end) in spans {
                diagnostic = diagnostic.at(&Origin::new(&source, start..end), "label");
            }
            prop_assert!(diagnostic.render(false).starts_with("error: message"));
            prop_assert!(!diagnostic.render(true).is_empty());
        }
    }
}
