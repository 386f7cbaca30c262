//! A column of a sheet: everything that is said of it, and how it is read from a row.

use super::cell::Cell;

/// Columns that stand for several: a word of their keys in capitals, and the words that take its place.
#[derive(Debug)]
pub(crate) struct Each {
    /// The word in capitals.
    pub placeholder: &'static str,
    /// What takes its place, in order.
    pub words: fn() -> Vec<String>,
}

impl PartialEq for Each {
    fn eq(&self, other: &Each) -> bool {
        self.placeholder == other.placeholder
    }
}

/// A column.
pub(crate) struct Column<R> {
    /// Its name in files: a dotted path, of which CSV has underscores. Empty where only people are shown it.
    pub key: &'static str,
    /// The unit, as documentation says it.
    pub unit: &'static str,
    /// What it is, in words that stand in the documentation and, if it is shown, on the page.
    pub meaning: &'static str,
    /// Its head where people read it. Empty where only files have it.
    pub head: &'static str,
    /// The tables that show it, by their ids.
    pub tables: &'static [&'static str],
    /// Which columns a narrow table leaves out first: those of the highest rank. Those of rank 0 stay.
    pub rank: u8,
    /// Whether it is text, which is set left.
    pub is_text: bool,
    /// Of a column that stands for several.
    pub each: Option<&'static Each>,
    /// Whether these results have it.
    pub applies: bool,
    /// Reads it from a row; the number is the one of `each`, else 0.
    pub read: fn(&R, usize) -> Cell,
}

impl<R> Column<R> {
    /// A column of files.
    pub(crate) fn new(
        key: &'static str,
        unit: &'static str,
        meaning: &'static str,
        read: fn(&R, usize) -> Cell,
    ) -> Column<R> {
        Column { key, unit, meaning, head: "", tables: &[], rank: 0, is_text: false, each: None, applies: true, read }
    }

    /// Shows it to people under this head, in these tables.
    pub(crate) fn shown(self, head: &'static str, tables: &'static [&'static str]) -> Column<R> {
        Column { head, tables, ..self }
    }

    /// Lets narrow tables leave it out: the highest rank first.
    pub(crate) fn rank(self, rank: u8) -> Column<R> {
        Column { rank, ..self }
    }

    /// It is text.
    pub(crate) fn left(self) -> Column<R> {
        Column { is_text: true, ..self }
    }

    /// It stands for several.
    pub(crate) fn each(self, each: &'static Each) -> Column<R> {
        Column { each: Some(each), ..self }
    }

    /// Whether these results have it.
    pub(crate) fn when(self, applies: bool) -> Column<R> {
        Column { applies, ..self }
    }

    /// Its key where the nth word takes the place of the one in capitals.
    pub(crate) fn key_of(&self, nth: usize) -> String {
        match self.each {
            None => self.key.to_owned(),
            Some(each) => self.key.replace(each.placeholder, &(each.words)()[nth]),
        }
    }
}

/// The columns of files in their order: adjacent columns that stand for the same several are repeated together.
pub(super) fn in_files<R>(columns: &[Column<R>]) -> Vec<(&Column<R>, usize)> {
    let mut all = Vec::new();
    for group in columns.chunk_by(|a, b| a.each.is_some() && a.each == b.each) {
        let times = group[0].each.map_or(1, |each| (each.words)().len());
        for nth in 0..times {
            all.extend(
                group.iter().filter(|column| column.applies && !column.key.is_empty()).map(|column| (column, nth)),
            );
        }
    }
    all
}
