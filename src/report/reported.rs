//! A study that can be reported, and its files.

use super::figures::{Figure, png};
use super::sheet::{AnySheet, Table, text};
use crate::study::Files;
use serde_json::Value;

/// The parts of what is said of a study, of calls or of devices.
pub(super) trait Parts {
    /// Every table.
    fn sheets(&self) -> Vec<Box<dyn AnySheet + '_>>;

    /// What to take from the study, in words.
    fn takeaway(&self) -> String;

    /// The content of `summary.json`.
    fn summary(&self) -> Value;

    /// The figures.
    fn drawn(&self) -> Vec<Figure>;

    /// The page with these figures.
    fn page_with(&self, figures: &[Figure]) -> String;
}

/// What is said of a study: as people and tools read it.
pub trait Reported {
    /// What to take from the study, in words.
    fn takeaway(&self) -> String;

    /// The tables and the takeaway, in lines of at most `width` columns.
    fn text(&self, width: usize) -> String;

    /// The tables of the text before they are laid out.
    fn text_tables(&self) -> Vec<TextTable>;

    /// The content of `summary.json`, which `--json` prints too.
    fn json(&self) -> Value;

    /// The figures.
    fn figures(&self) -> Vec<Figure>;

    /// The page.
    fn page(&self) -> String;

    /// All files, in the order in which they are put in place.
    fn files(&self) -> Files;
}

impl<P: Parts> Reported for P {
    fn takeaway(&self) -> String {
        Parts::takeaway(self)
    }

    fn text(&self, width: usize) -> String {
        text(&self.sheets(), &Parts::takeaway(self), width)
    }

    fn text_tables(&self) -> Vec<TextTable> {
        text_tables(&self.sheets())
    }

    fn json(&self) -> Value {
        self.summary()
    }

    fn figures(&self) -> Vec<Figure> {
        self.drawn()
    }

    fn page(&self) -> String {
        self.page_with(&self.drawn())
    }

    fn files(&self) -> Files {
        let figures = self.drawn();
        files(&self.sheets(), &self.summary(), &figures, self.page_with(&figures))
    }
}

/// A table of the text before it is laid out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextTable {
    /// The head of each column with its cells, from above.
    pub columns: Vec<(String, Vec<String>)>,
}

/// A kind of figure: the name of its files without extension, what it shows, and how it is drawn.
pub(super) struct FigureKind<F> {
    pub name: &'static str,
    /// What it shows, in a sentence for those who cannot see it.
    pub caption: &'static str,
    /// Draws it; nothing of a study that does not have it.
    pub draw: F,
}

/// The files of a study: its sheets, `summary.json`, its figures as SVG and PNG, and `index.html`.
fn files(sheets: &[Box<dyn AnySheet + '_>], summary: &Value, figures: &[Figure], page: String) -> Files {
    let tables = sheets.iter().filter(|sheet| sheet.applies());
    let tables = tables.filter_map(|sheet| Some((sheet.file()?, sheet.csv().into_bytes())));
    let summary = (SUMMARY.to_owned(), format!("{summary:#}\n").into_bytes());
    let drawn = figures.iter().flat_map(|figure| {
        let [png_name, svg_name] = figure_files(figure.name);
        [(png_name, png(&figure.svg)), (svg_name, figure.svg.clone().into_bytes())]
    });
    Files::new(tables.chain([summary]).chain(drawn).chain([(PAGE.to_owned(), page.into_bytes())]).collect())
}

const SUMMARY: &str = "summary.json";
const PAGE: &str = "index.html";

fn figure_files(name: &str) -> [String; 2] {
    [format!("{name}.png"), format!("{name}.svg")]
}

/// The names of the CSV files of these sheets.
pub(super) fn table_files(sheets: &[Box<dyn AnySheet + '_>]) -> Vec<String> {
    sheets.iter().filter(|sheet| sheet.applies()).filter_map(|sheet| sheet.file()).collect()
}

/// What people are shown of these sheets.
pub(super) fn tables(sheets: &[Box<dyn AnySheet + '_>]) -> Vec<Table> {
    sheets.iter().flat_map(|sheet| sheet.tables()).collect()
}

/// The tables of a study for a terminal before they are laid out.
fn text_tables(sheets: &[Box<dyn AnySheet + '_>]) -> Vec<TextTable> {
    tables(sheets)
        .iter()
        .filter(|table| table.on_terminal)
        .map(|table| TextTable { columns: table.columns() })
        .collect()
}

/// The tables of a study for a terminal, then the takeaway.
fn text(sheets: &[Box<dyn AnySheet + '_>], takeaway: &str, width: usize) -> String {
    let all = tables(sheets);
    let shown = || all.iter().filter(|table| table.on_terminal);
    let mut lines = Vec::new();
    for table in shown().filter(|table| !table.leads).chain(shown().filter(|table| table.leads)) {
        lines.extend(text::table(table, width));
        lines.push(String::new());
    }
    lines.extend(takeaway.lines().flat_map(|line| text::wrap(line, "", width)));
    lines.into_iter().map(|line| line + "\n").collect()
}

/// The files of a study as a table of the documentation.
pub(super) fn files_in_docs(sheets: &[Box<dyn AnySheet + '_>], figures: &[(&str, &str)], summary: &str) -> String {
    let tables = sheets.iter().filter_map(|sheet| Some((format!("`{}`", sheet.file()?), sheet.caption())));
    let figures = figures.iter().map(|(name, caption)| {
        let [png_name, svg_name] = figure_files(name);
        (format!("`{svg_name}`, `{png_name}`"), *caption)
    });
    let summary = (format!("`{SUMMARY}`"), summary);
    let page = (
        format!("`{PAGE}`"),
        "takeaway, figures, tables, settings and definitions on one page without script or network",
    );
    let made_from = ("`run.json`, `input/`".to_owned(), "what the folder is a result of");
    let rows = tables.chain([summary]).chain(figures).chain([page, made_from]);
    let rows: String = rows.map(|(files, content)| format!("| {files} | {content} |\n")).collect();
    format!("| file | content |\n| --- | --- |\n{rows}")
}

#[cfg(test)]
mod tests;
