//! A table as text for a terminal of a given width. No character is ever cut off: a narrow table has the values of its
//! axes on lines of their own, wraps texts, leaves out columns in the order of their ranks and says which, and as a
//! last resort writes each cell on a line of its own.

use super::table::{Head, Part, Table};
use unicode_width::UnicodeWidthStr;

/// The columns of a terminal that does not say how many it has.
pub const WIDTH: usize = 100;

/// A column of text is wrapped to no less than this.
const LEAST_TEXT: usize = 12;

/// The parts of a long axis name stand below each other in no more columns than this.
const AXIS: usize = 10;

/// How a table is laid out.
#[derive(Clone, Copy)]
struct Layout {
    /// Whether axes have columns of their own; else their values stand on a line above each group.
    axes_in_columns: bool,
    /// Spaces between columns.
    gap: usize,
    /// How wide columns of text may be.
    text: usize,
}

/// A line of the table.
enum Line {
    /// Words over the whole width.
    Words(String),
    /// Cells of all columns.
    Cells(Vec<String>),
}

/// `table` in lines of at most `width` columns, unless one word alone is wider.
pub(crate) fn table(table: &Table, width: usize) -> Vec<String> {
    let wide = |axes_in_columns, gap| Layout { axes_in_columns, gap, text: usize::MAX };
    let all: Vec<usize> = (0..table.heads.len()).collect();
    for layout in [wide(true, 2), wide(true, 1), wide(false, 2), wide(false, 1)] {
        if let Some(lines) = grid(table, &all, layout, width) {
            return lines;
        }
    }
    let mut ranks: Vec<u8> = table.heads.iter().map(|head| head.rank).collect();
    ranks.sort_unstable();
    ranks.dedup();
    for &most in ranks.iter().rev() {
        let columns: Vec<usize> = all.iter().copied().filter(|&column| table.heads[column].rank <= most).collect();
        let texts = columns.iter().filter(|&&column| table.heads[column].is_text).count().max(1);
        let narrowest = (width / 4 / texts).max(LEAST_TEXT);
        let texts = [usize::MAX, 40, 32, 24, 20, 16, LEAST_TEXT].into_iter().filter(|&text| text >= narrowest);
        for text in texts {
            let layout = Layout { axes_in_columns: false, gap: if text == usize::MAX { 2 } else { 1 }, text };
            let grids = [layout, Layout { gap: 1, ..layout }].into_iter();
            if let Some(mut lines) = grids.filter_map(|layout| grid(table, &columns, layout, width)).next() {
                lines.extend(left_out(table, &columns, width));
                return lines;
            }
        }
    }
    records(table, width)
}

/// `text` in lines of at most `width` columns, broken at spaces; all lines but the first begin with `indent`.
pub fn wrap(text: &str, indent: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let line = lines.last().map_or(0, |line| line.width());
        if line > indent.len() && line + 1 + word.width() > width {
            lines.push(indent.to_owned());
        }
        if let Some(line) = lines.last_mut() {
            if !line.trim().is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}

/// The table in columns; `None` where it is wider than `width`.
fn grid(table: &Table, columns: &[usize], layout: Layout, width: usize) -> Option<Vec<String>> {
    let axes = if layout.axes_in_columns { table.axes.len() } else { 0 };
    let heads: Vec<&Head> = columns.iter().map(|&column| &table.heads[column]).collect();
    let is_text = |column: usize| column.checked_sub(axes).is_some_and(|column| heads[column].is_text);
    let wrapped = |column: usize, cell: &str| match is_text(column) {
        true => wrap(cell, "", layout.text),
        false => vec![cell.to_owned()],
    };
    let mut lines: Vec<Line> = Vec::new();
    for part in table.parts() {
        let body = match part {
            Part::LeftOut(words) => {
                lines.push(Line::Words(words));
                continue;
            }
            Part::Body(body) => body,
        };
        if axes == 0 && !table.axes.is_empty() {
            lines.push(Line::Words(body.words.clone()));
        }
        for (nth, row) in body.rows.iter().enumerate() {
            let value = |axis: usize| body.values.get(axis).filter(|_| nth == 0).cloned().unwrap_or_default();
            let cells = (0..axes).map(value).chain(columns.iter().map(|&column| row[column].clone()));
            let cells: Vec<Vec<String>> = cells.enumerate().map(|(column, cell)| wrapped(column, &cell)).collect();
            lines.extend(stacked(&cells).into_iter().map(Line::Cells));
        }
    }
    let cells = |column: usize| {
        let of = |line: &Line| match line {
            Line::Words(_) => 0,
            Line::Cells(cells) => cells[column].width(),
        };
        lines.iter().map(of).max().unwrap_or(0)
    };
    let axis_heads = table.axes.iter().take(axes).enumerate();
    let axis_heads = axis_heads.map(|(column, name)| broken(pieces_of_axis(name), cells(column).max(AXIS)));
    let column_heads = heads.iter().enumerate();
    let column_heads = column_heads.map(|(column, head)| broken(words(head.name), cells(axes + column)));
    // What must not be broken is joined by no-break spaces.
    let plain = |lines: Vec<String>| lines.into_iter().map(|line| line.replace('\u{a0}', " ")).collect();
    let heads: Vec<Vec<String>> = axis_heads.chain(column_heads).map(plain).collect();
    let lines: Vec<Line> = stacked(&heads).into_iter().map(Line::Cells).chain(lines).collect();
    let widths = widths(&lines);
    let all = widths.iter().sum::<usize>() + layout.gap * widths.len().saturating_sub(1);
    (all <= width).then(|| aligned(lines, &widths, is_text, layout.gap, width))
}

/// How wide each column is.
fn widths(lines: &[Line]) -> Vec<usize> {
    let mut widths: Vec<usize> = Vec::new();
    for line in lines {
        if let Line::Cells(cells) = line {
            widths.resize(cells.len().max(widths.len()), 0);
            widths.iter_mut().zip(cells).for_each(|(width, cell)| *width = cell.width().max(*width));
        }
    }
    widths
}

/// Cells of several lines each as rows, the first lines of all in the first.
fn stacked(cells: &[Vec<String>]) -> Vec<Vec<String>> {
    let height = cells.iter().map(Vec::len).max().unwrap_or(0);
    let row = |line: usize| cells.iter().map(|lines| lines.get(line).cloned().unwrap_or_default()).collect();
    (0..height).map(row).collect()
}

/// Lines whose cells stand in columns, `gap` apart; texts are set left, numbers right.
fn aligned(
    lines: Vec<Line>,
    widths: &[usize],
    is_text: impl Fn(usize) -> bool,
    gap: usize,
    width: usize,
) -> Vec<String> {
    let row = |cells: Vec<String>| {
        let mut text = String::new();
        for (column, cell) in cells.iter().enumerate() {
            let padding = " ".repeat(widths[column] - cell.width());
            text += &" ".repeat(if column == 0 { 0 } else { gap });
            let padded = if is_text(column) { [cell, padding.as_str()] } else { [padding.as_str(), cell] };
            text += &padded.concat();
        }
        text.trim_end().to_owned()
    };
    let lines = lines.into_iter().flat_map(|line| match line {
        Line::Words(words) => wrap(&words, "  ", width),
        Line::Cells(cells) => vec![row(cells)],
    });
    lines.collect()
}

/// The pieces of an axis's name, which may be broken after hyphens and dots, each with what joins it to the one before.
fn pieces_of_axis(name: &str) -> Vec<(&str, &'static str)> {
    if name.width() <= AXIS - 2 {
        return vec![(name, "")];
    }
    name.split_inclusive(['-', '.']).map(|piece| (piece, "")).collect()
}

/// The words of a head, each with what joins it to the one before.
fn words(head: &str) -> Vec<(&str, &'static str)> {
    head.split(' ').map(|word| (word, " ")).collect()
}

/// Pieces in lines of at most `width` columns, or of the widest of them.
fn broken(pieces: Vec<(&str, &'static str)>, width: usize) -> Vec<String> {
    let width = pieces.iter().map(|(piece, _)| piece.width()).max().unwrap_or(0).max(width);
    let mut lines: Vec<String> = Vec::new();
    for (piece, joint) in pieces {
        match lines.last_mut() {
            Some(line) if line.width() + joint.width() + piece.width() <= width => {
                line.push_str(joint);
                line.push_str(piece);
            }
            _ => lines.push(piece.to_owned()),
        }
    }
    lines
}

/// Which columns are not among `shown`, and where they are.
fn left_out(table: &Table, shown: &[usize], width: usize) -> Vec<String> {
    let others = table.heads.iter().enumerate().filter(|(column, _)| !shown.contains(column));
    let names: Vec<String> = others.map(|(_, head)| head.plain_name()).collect();
    if names.is_empty() {
        return vec![];
    }
    wrap(&format!("Left out for lack of room: {}; all columns are in {}.", names.join(", "), table.file), "  ", width)
}

/// Each cell on a line of its own, behind its head.
fn records(table: &Table, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for part in table.parts() {
        match part {
            Part::LeftOut(words) => lines.extend(wrap(&words, "  ", width)),
            Part::Body(body) => {
                if !table.axes.is_empty() {
                    lines.extend(wrap(&body.words, "  ", width));
                }
                for (nth, row) in body.rows.iter().enumerate() {
                    if nth > 0 {
                        lines.push(String::new());
                    }
                    let cells = table.heads.iter().zip(row).filter(|(_, cell)| !cell.is_empty());
                    lines.extend(
                        cells.flat_map(|(head, cell)| wrap(&format!("{}: {cell}", head.plain_name()), "    ", width)),
                    );
                }
            }
        }
    }
    lines
}

#[cfg(test)]
mod tests;
