//! A sheet: rows of one kind under columns that are described once, for files, for people and for the documentation.

use super::cell::Cell;
use super::column::{Column, Each, in_files};
use super::groups::{Group, Groups};
use super::table::{Body, Head, Table};
use super::{csv, docs};
use serde_json::Value;

/// A table that people are shown of a sheet.
pub(crate) struct View<R> {
    /// What its columns call it.
    pub id: &'static str,
    pub title: &'static str,
    pub caption: &'static str,
    /// Of columns that stand for several: which of them each row shows, one below the other.
    pub stack: Option<Stack<R>>,
    /// Whether these results have something to show in it.
    pub applies: bool,
    /// Whether it is shown on the terminal, too.
    pub on_terminal: bool,
    /// Whether it answers the study's question: it comes first on the page, and last on the terminal.
    pub leads: bool,
}

/// Rows of people's tables that are columns of files.
pub(crate) struct Stack<R> {
    pub each: &'static Each,
    /// Which of them there is something to say of, the one that stands for all last.
    pub shown: fn(&R) -> Vec<usize>,
}

impl<R> View<R> {
    /// A table that is always shown, on the terminal too.
    pub(crate) fn new(id: &'static str, title: &'static str, caption: &'static str) -> View<R> {
        View { id, title, caption, stack: None, applies: true, on_terminal: true, leads: false }
    }
}

/// Rows of one kind, with all that is said of them.
pub(crate) struct Sheet<R> {
    /// Its name: that of its CSV file without extension.
    pub id: &'static str,
    /// What it is, in a sentence for the documentation.
    pub caption: &'static str,
    /// Whether it has a CSV file of its own.
    pub has_file: bool,
    /// Where all of it is, for tables that leave something out.
    pub file: &'static str,
    /// Whether these results have it.
    pub applies: bool,
    pub groups: Groups,
    pub columns: Vec<Column<R>>,
    /// The rows with the number of their group.
    pub rows: Vec<(usize, R)>,
    /// What people are shown of it.
    pub views: Vec<View<R>>,
}

impl<R> Sheet<R> {
    /// A row's cells in files, with their keys.
    pub(crate) fn fields<'s>(&'s self, row: &'s R) -> impl Iterator<Item = (String, Value)> + 's {
        in_files(&self.columns).into_iter().map(|(column, nth)| (column.key_of(nth), (column.read)(row, nth).value()))
    }

    /// The rows of a group.
    pub(crate) fn rows_of(&self, group: usize) -> impl Iterator<Item = &R> {
        self.rows.iter().filter(move |(of, _)| *of == group).map(|(_, row)| row)
    }

    fn table(&self, view: &View<R>) -> Table {
        let shown = |column: &&Column<R>| column.applies && !column.head.is_empty() && column.tables.contains(&view.id);
        let mut columns: Vec<&Column<R>> = self.columns.iter().filter(shown).collect();
        let is_stacked = |column: &Column<R>| view.stack.as_ref().is_some_and(|stack| column.each == Some(stack.each));
        // Those that differ from row to row before those of the group.
        columns.sort_by_key(|column| view.stack.is_some() && !is_stacked(column));
        let lines = |row: &R| -> Vec<Vec<Cell>> {
            let Some(stack) = &view.stack else { return vec![columns.iter().map(|c| (c.read)(row, 0)).collect()] };
            let all = (stack.shown)(row);
            let last = all.last().copied();
            let cell = |column: &Column<R>, nth: usize| match is_stacked(column) {
                true => (column.read)(row, nth),
                false if Some(nth) == last => (column.read)(row, 0),
                false => Cell::Blank,
            };
            all.into_iter().map(|nth| columns.iter().map(|column| cell(column, nth)).collect()).collect()
        };
        let body = |(nth, group): (usize, &Group)| Body {
            values: group.values.clone(),
            words: group.words.clone(),
            rows: self.rows_of(nth).flat_map(lines).map(|cells| cells.iter().map(Cell::shown).collect()).collect(),
        };
        let head = |column: &&Column<R>| Head {
            name: column.head,
            key: column.key,
            meaning: column.meaning,
            is_text: column.is_text,
            rank: column.rank,
        };
        Table {
            title: view.title,
            caption: view.caption,
            file: self.file,
            axes: self.groups.names.clone(),
            heads: columns.iter().map(head).collect(),
            bodies: self.groups.groups.iter().enumerate().map(body).filter(|body| !body.rows.is_empty()).collect(),
            is_stacked: view.stack.is_some(),
            on_terminal: view.on_terminal,
            leads: view.leads,
        }
    }
}

/// A sheet whose kind of rows does not matter.
pub(crate) trait AnySheet {
    /// The name of its CSV file, if it has one.
    fn file(&self) -> Option<String>;

    /// Whether these results have it.
    fn applies(&self) -> bool;

    /// What it is.
    fn caption(&self) -> &'static str;

    /// The text of its CSV file.
    fn csv(&self) -> String;

    /// What people are shown of it.
    fn tables(&self) -> Vec<Table>;

    /// Its fields, as a table of the documentation.
    fn fields(&self) -> String;

    /// Its name.
    fn id(&self) -> &'static str;
}

impl<R> AnySheet for Sheet<R> {
    fn file(&self) -> Option<String> {
        self.has_file.then(|| format!("{}.csv", self.id))
    }

    fn applies(&self) -> bool {
        self.applies
    }

    fn caption(&self) -> &'static str {
        self.caption
    }

    fn csv(&self) -> String {
        csv::text(&self.groups, &self.columns, &self.rows)
    }

    fn tables(&self) -> Vec<Table> {
        let views = self.views.iter().filter(|view| self.applies && view.applies);
        views.map(|view| self.table(view)).filter(|table| !table.bodies.is_empty()).collect()
    }

    fn fields(&self) -> String {
        docs::fields(&self.columns)
    }

    fn id(&self) -> &'static str {
        self.id
    }
}
