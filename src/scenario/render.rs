//! Diagnostics for a terminal: the text that they point into, with carets.

use std::ops::Range;
use std::sync::Arc;

use annotate_snippets::{AnnotationKind, Element, Group, Level, Renderer, Snippet};

use super::diagnostic::{Diagnostic, Diagnostics, Origin, Severity, Source};

impl Origin {
    /// What a message underlines: no more than the first line of it.
    fn shown(&self) -> Range<usize> {
        let Range { start, end } = self.clamped();
        let line = self.source.text[start..end].find(['\n', '\r']).map_or(end, |length| start + length);
        start..line
    }
}

impl Diagnostic {
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
        let level = match self.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let group: Group<'_> = level.primary_title(self.message.as_str()).elements(elements);
        let renderer = if colours { Renderer::styled() } else { Renderer::plain() };
        renderer.render(&[group])
    }
}

impl Diagnostics {
    /// All of them for a terminal, one after the other; the first twenty of many.
    pub fn render(&self, colours: bool) -> String {
        self.joined(|one| one.render(colours), "\n\n")
    }
}

#[cfg(test)]
mod tests {
    use super::super::diagnostic::Origin;
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
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
