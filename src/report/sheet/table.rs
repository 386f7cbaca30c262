//! A table as people read it: words alone, not laid out yet.

use crate::report::number;
use std::ops::Range;

/// With more groups than this, people are shown the first and the last of them.
const MOST_GROUPS: usize = 100;
const FIRST_GROUPS: usize = 40;
const LAST_GROUPS: usize = 10;

/// A table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Table {
    pub title: &'static str,
    pub caption: &'static str,
    /// The file that has all of it.
    pub file: &'static str,
    /// The names of the axes.
    pub axes: Vec<String>,
    pub heads: Vec<Head>,
    pub bodies: Vec<Body>,
    /// Whether the last row of a group stands for those above it.
    pub is_stacked: bool,
    /// Whether it is shown on the terminal, too.
    pub on_terminal: bool,
    /// Whether it answers the study's question.
    pub leads: bool,
}

/// The head of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    /// Broken at spaces where a column is narrow, but not at no-break spaces.
    pub name: &'static str,
    /// Its name in files.
    pub key: &'static str,
    pub meaning: &'static str,
    pub is_text: bool,
    /// Which columns a narrow table leaves out first.
    pub rank: u8,
}

/// The rows of a group, and what they have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Body {
    /// The value of each axis.
    pub values: Vec<String>,
    /// The same in words.
    pub words: String,
    pub rows: Vec<Vec<String>>,
}

/// A group that is shown, or word of those that are not.
pub(crate) enum Part<'t> {
    Body(&'t Body),
    LeftOut(String),
}

impl Head {
    /// The name on one line.
    pub(crate) fn plain_name(&self) -> String {
        self.name.replace('\u{a0}', " ")
    }
}

impl Table {
    /// The head of each column with the cells that are shown of it.
    pub(crate) fn columns(&self) -> Vec<(String, Vec<String>)> {
        let bodies = || self.parts().filter_map(|part| if let Part::Body(body) = part { Some(body) } else { None });
        let cells = |column: usize| bodies().flat_map(|body| &body.rows).map(|row| row[column].clone()).collect();
        self.heads.iter().enumerate().map(|(column, head)| (head.plain_name(), cells(column))).collect()
    }

    /// The groups in their order, a long table abridged.
    pub(crate) fn parts(&self) -> impl Iterator<Item = Part<'_>> {
        let left_out = left_out(self.bodies.len());
        self.bodies.iter().enumerate().filter_map(move |(nth, body)| match left_out.contains(&nth) {
            false => Some(Part::Body(body)),
            true => (nth == left_out.start).then(|| {
                let points = number::count(left_out.len() as u64);
                Part::LeftOut(format!("... {points} points left out; all of them are in {}", self.file))
            }),
        })
    }
}

/// Which of so many groups are left out.
fn left_out(groups: usize) -> Range<usize> {
    if groups > MOST_GROUPS { FIRST_GROUPS..groups - LAST_GROUPS } else { 0..0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_table_shows_its_ends() {
        assert_eq!((left_out(100), left_out(101)), (0..0, 40..91));
    }
}
