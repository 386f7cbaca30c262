//! A sweep of two axes as a map: a cell for each point, its figure as number and as colour.

use super::axis::{Axis, Unit};
use super::canvas::{Anchor, Canvas, FAINT, HEIGHT, INK, PAPER, Place, WIDTH, svg, text_width};
use super::frame::{Frame, SMALL, together};
use crate::analysis::{CallFigures, Calls, Grid, Who, axis_names};
use crate::report::number::{NONE, duration, rate, share, significant};

use plotters::style::RGBColor;

/// More values of an axis than this make cells too small to see.
const MOST: usize = 40;

/// Characters of a value beside its row or below its column, at most.
const LABEL: usize = 20;

/// Pixels at the right for the scale.
const MARGIN: f64 = 96.0;
const BOTTOM: f64 = HEIGHT - 78.0;

/// Size of the numbers, at most and at least: below that the colour speaks alone.
const SIZES: (f64, f64) = (14.0, 7.0);

/// Light to dark in even steps of lightness, so that more is darker in grey too.
const SHADES: [(u8, u8, u8); 7] = [
    (0xff, 0xff, 0xd9),
    (0xc7, 0xe9, 0xb4),
    (0x7f, 0xcd, 0xbb),
    (0x41, 0xb6, 0xc4),
    (0x1d, 0x91, 0xc0),
    (0x22, 0x5e, 0xa8),
    (0x08, 0x1d, 0x58),
];

const HATCH: RGBColor = RGBColor(0xd3, 0xd7, 0xdb);

/// The rows of the first axis and the columns of the second.
struct Labels {
    rows: Vec<String>,
    columns: Vec<String>,
}

impl Labels {
    /// Of a sweep of two axes whose values are numbers or texts, and few enough of them.
    fn of(calls: &Calls) -> Option<Labels> {
        let grid = Grid::of(calls.results)?;
        let plain = grid.rows.iter().chain(&grid.columns).all(|value| !value.starts_with(['{', '[']));
        let few = grid.rows.len() <= MOST && grid.columns.len() <= MOST;
        let cut = |values: Vec<&str>| values.into_iter().map(short).collect();
        (plain && few).then(|| Labels { rows: cut(grid.rows), columns: cut(grid.columns) })
    }
}

fn short(value: &str) -> String {
    match value.chars().count() > LABEL {
        true => value.chars().take(LABEL - 1).chain(['…']).collect(),
        false => value.to_owned(),
    }
}

/// What a cell shows.
struct Cell {
    /// What its colour says; without one it is of paper.
    value: Option<f64>,
    hatched: bool,
    lines: Vec<String>,
}

/// Mean recovery times.
pub(crate) fn recovery(calls: &Calls) -> Option<String> {
    let grid = &Labels::of(calls)?;
    let cell = |point: &CallFigures| {
        let found = point.recovery(Who::Both);
        let mean = found.mean_s.map(|mean| significant(mean, 4));
        let never = match (found.unrecovered, &mean) {
            (0, _) => None,
            (_, None) => Some("never".to_owned()),
            (some, Some(_)) => Some(format!("{} never", share(some, found.ghosts))),
        };
        let hatched = never.is_some();
        let value = found.mean_s.filter(|_| !hatched);
        let lines: Vec<String> = never.into_iter().chain(mean).collect();
        Cell { value, hatched, lines: if lines.is_empty() { vec![NONE.to_owned()] } else { lines } }
    };
    let cells: Vec<Cell> = calls.points.iter().map(cell).collect();
    let hatched = cells.iter().any(|cell| cell.hatched);
    let title = match (range(&cells, |s| together(&duration(s))), hatched) {
        (Some(range), false) => format!("Calls outlive a lost BYE by {range}"),
        (Some(range), true) => format!("Calls outlive a lost BYE by {range}; where hatched, some outlive the run"),
        (None, true) => "Some calls that lost their BYE are never let go".to_owned(),
        (None, false) => "How long a call outlives its lost BYE".to_owned(),
    };
    let subtitle = match hatched {
        true => "Mean recovery time in seconds. Hatched: share still held when the run ended, and mean of the others.",
        false => "Mean recovery time in seconds.",
    };
    Some(map(calls, grid, &cells, &title, subtitle))
}

/// False drops.
pub(crate) fn false_drops(calls: &Calls) -> Option<String> {
    let grid = &Labels::of(calls)?;
    let cell = |point: &CallFigures| {
        let drops = point.result.tally.false_drops_per_million();
        let text = drops.map_or_else(|| NONE.to_owned(), rate);
        Cell { value: drops, hatched: false, lines: vec![text] }
    };
    let cells: Vec<Cell> = calls.points.iter().map(cell).collect();
    let title = match range(&cells, rate) {
        Some(range) if range == "0" => "No call is dropped while both users want it".to_owned(),
        Some(range) => format!("Of a million calls, {range} are dropped while both users want them"),
        None => "No call was established".to_owned(),
    };
    Some(map(calls, grid, &cells, &title, "False drops for each million of established calls."))
}

/// Lost BYEs, where the network is impaired over time.
pub(crate) fn bye_loss(calls: &Calls) -> Option<String> {
    let grid = &Labels::of(calls).filter(|_| calls.has_impairments())?;
    let cell = |point: &CallFigures| {
        let share = point.bye_loss().value();
        let text = share.map_or_else(|| NONE.to_owned(), |share| format!("{} %", significant(share * 100.0, 2)));
        Cell { value: share, hatched: false, lines: vec![text] }
    };
    let cells: Vec<Cell> = calls.points.iter().map(cell).collect();
    let title = match range(&cells, |share| format!("{} %", significant(share * 100.0, 2))) {
        Some(range) if range == "0 %" => "No BYE is lost".to_owned(),
        Some(range) => format!("Of all hang-ups, {range} lose their BYE"),
        None => "Nobody hung up".to_owned(),
    };
    Some(map(calls, grid, &cells, &title, "Share of hang-ups of which no BYE arrived."))
}

/// From the least to the greatest value, in words; one of them if they are alike.
fn range(cells: &[Cell], words: impl Fn(f64) -> String) -> Option<String> {
    let values = || cells.iter().filter_map(|cell| cell.value);
    let [least, most] = [values().reduce(f64::min)?, values().reduce(f64::max)?].map(words);
    Some(if least == most { least } else { format!("{least} to {most}") })
}

/// Where the cells are, in pixels.
struct Layout {
    left: f64,
    top: f64,
    /// Width and height of a cell.
    cell: (f64, f64),
}

impl Layout {
    fn new(grid: &Labels, top: f64) -> Layout {
        let widest = grid.rows.iter().map(|row| text_width(row, SMALL)).fold(0.0, f64::max);
        let left = 54.0 + widest;
        let size = |pixels: f64, of: &[String]| pixels / of.len() as f64;
        Layout { left, top, cell: (size(WIDTH - MARGIN - left, &grid.columns), size(BOTTOM - top, &grid.rows)) }
    }

    fn middle(&self, row: usize, column: usize) -> Place {
        (self.left + (column as f64 + 0.5) * self.cell.0, self.top + (row as f64 + 0.5) * self.cell.1)
    }
}

fn map(calls: &Calls, grid: &Labels, cells: &[Cell], title: &str, subtitle: &str) -> String {
    let frame = Frame::new(title, subtitle, vec![], MARGIN);
    let layout = Layout::new(grid, frame.y().1);
    let positive: Vec<f64> = cells.iter().filter_map(|cell| cell.value).filter(|value| *value > 0.0).collect();
    let scale = (!positive.is_empty()).then(|| Axis::round("", &positive, Unit::Number, (BOTTOM, layout.top)));
    svg(title, |canvas| {
        frame.draw_heads(canvas);
        write_values(canvas, calls, grid, &layout);
        let size = number_size(cells, &layout);
        for (i, cell) in cells.iter().enumerate() {
            let middle = layout.middle(i / grid.columns.len(), i % grid.columns.len());
            let colour = match (&scale, cell.value) {
                (Some(scale), Some(value)) if value > 0.0 => shade((BOTTOM - scale.at(value)) / (BOTTOM - layout.top)),
                _ => PAPER,
            };
            draw_cell(canvas, cell, middle, layout.cell, colour, size);
        }
        if let Some(scale) = &scale {
            draw_scale(canvas, scale);
        }
    })
}

/// The size at which the numbers of all cells fit them; `None` if that is too small to read.
fn number_size(cells: &[Cell], layout: &Layout) -> Option<f64> {
    let lines = cells.iter().map(|cell| cell.lines.len()).max().unwrap_or(1);
    let widest = cells.iter().flat_map(|cell| &cell.lines).map(|line| text_width(line, 1.0)).fold(0.0, f64::max);
    let size = (0.94 * layout.cell.0 / widest).min(0.7 * layout.cell.1 / lines as f64).min(SIZES.0);
    (size >= SIZES.1).then_some(size)
}

fn draw_cell(canvas: &Canvas, cell: &Cell, (x, y): Place, (width, height): Place, colour: RGBColor, size: Option<f64>) {
    let (left, right, top, bottom) = (x - width / 2.0, x + width / 2.0, y - height / 2.0, y + height / 2.0);
    canvas.polygon(&[(left, top), (right, top), (right, bottom), (left, bottom)], colour);
    if cell.hatched {
        // Lines that rise to the right, each cut off where it leaves the cell.
        let step = 8.0;
        let lines = ((width + height) / step) as u32;
        for along in (1..=lines).map(|i| f64::from(i) * step) {
            let from = if along <= height { (left, top + along) } else { (left + along - height, bottom) };
            let to = if along <= width { (left + along, top) } else { (right, top + along - width) };
            canvas.line(&[from, to], HATCH, 1.25);
        }
    }
    canvas.line(&[(left, top), (right, top), (right, bottom), (left, bottom), (left, top)], HATCH, 1.0);
    if let Some(size) = size {
        let ink = if lightness(colour) < 0.5 { PAPER } else { INK };
        let first = y - (cell.lines.len() as f64 - 1.0) / 2.0 * size * 1.3;
        for (line, i) in cell.lines.iter().zip(0..) {
            canvas.text(line, (x, first + f64::from(i) * size * 1.3), size, ink, Anchor::Middle);
        }
    }
}

/// The values beside rows and below columns, and what they are values of.
fn write_values(canvas: &Canvas, calls: &Calls, grid: &Labels, layout: &Layout) {
    let every = (SMALL * 1.2 / layout.cell.1).ceil().max(1.0) as usize;
    for (row, text) in grid.rows.iter().enumerate().step_by(every) {
        canvas.text(text, (layout.left - 9.0, layout.middle(row, 0).1), SMALL, INK, Anchor::Right);
    }
    let (lines, every) = lines_below(&grid.columns, layout.cell.0);
    for ((column, text), i) in grid.columns.iter().enumerate().step_by(every).zip(0..) {
        let below = BOTTOM + 14.0 + 16.0 * (i % lines) as f64;
        canvas.text(text, (layout.middle(0, column).0, below), SMALL, INK, Anchor::Middle);
    }
    let names = axis_names(calls.results);
    if let [rows, columns] = names.as_slice() {
        canvas.upwards(rows, (26.0, (layout.top + BOTTOM) / 2.0), 13.0, INK);
        canvas.text(columns, ((layout.left + WIDTH - MARGIN) / 2.0, BOTTOM + 66.0), 13.0, INK, Anchor::Middle);
    }
}

/// In how many lines, by turns, the values of columns of this `width` stand so that none touches another; and if that
/// is more than there is room for, every which value is written.
fn lines_below(columns: &[String], width: f64) -> (usize, usize) {
    const MOST_LINES: usize = 3;
    let half = |column: usize| text_width(&columns[column], SMALL) / 2.0 + 3.0;
    let fits = |lines: usize, every: usize| {
        let apart = lines * every;
        (0..columns.len()).step_by(every).all(|column| {
            let next = column + apart;
            next >= columns.len() || half(column) + half(next) <= width * apart as f64
        })
    };
    let few = (1..=MOST_LINES).find(|&lines| fits(lines, 1)).map(|lines| (lines, 1));
    few.or_else(|| (2..columns.len()).find(|&every| fits(2, every)).map(|every| (2, every)))
        .unwrap_or((1, columns.len()))
}

/// What the colours stand for.
fn draw_scale(canvas: &Canvas, scale: &Axis) {
    const STEPS: u32 = 128;
    let (bottom, top) = scale.pixels();
    let (left, right) = (WIDTH - MARGIN + 20.0, WIDTH - MARGIN + 34.0);
    let step = (bottom - top) / f64::from(STEPS);
    for i in 0..STEPS {
        let low = bottom - f64::from(i) * step;
        // A little over the next one, so that no seam shows.
        let high = (low - step - 0.5).max(top);
        let colour = shade((f64::from(i) + 0.5) / f64::from(STEPS));
        canvas.polygon(&[(left, low), (right, low), (right, high), (left, high)], colour);
    }
    for (value, text) in &scale.ticks {
        let at = scale.at(*value);
        canvas.line(&[(right, at), (right + 4.0, at)], FAINT, 1.0);
        canvas.text(text, (right + 8.0, at), 11.5, INK, Anchor::Left);
    }
}

/// The colour at this share of the way from light to dark.
fn shade(share: f64) -> RGBColor {
    let last = SHADES.len() - 1;
    let place = share.clamp(0.0, 1.0) * last as f64;
    let from = (place as usize).min(last - 1);
    let part = place - from as f64;
    let (low, high) = (SHADES[from], SHADES[from + 1]);
    let mix = |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * part).round() as u8;
    RGBColor(mix(low.0, high.0), mix(low.1, high.1), mix(low.2, high.2))
}

/// How light a colour is in grey, from 0 to 1.
fn lightness(RGBColor(red, green, blue): RGBColor) -> f64 {
    (0.299 * f64::from(red) + 0.587 * f64::from(green) + 0.114 * f64::from(blue)) / 255.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing;
    use crate::report::testing::Made;

    fn two_axes(rows: &[&str], columns: &[&str]) -> Made {
        let mut results = testing::sweep(&vec![1800; rows.len() * columns.len()]);
        results.axes = vec!["caller.profile".to_owned(), "link.loss".to_owned()];
        let values =
            rows.iter().flat_map(|row| columns.iter().map(|column| vec![(*row).to_owned(), (*column).to_owned()]));
        results.points.iter_mut().zip(values).for_each(|(point, values)| point.values = values);
        results
    }

    #[test]
    fn a_sweep_of_two_axes_has_maps_with_a_number_in_each_cell() {
        let results = two_axes(&["rfc", "jssip"], &["0", "0.1", "0.2"]);
        let calls = results.analysed();
        assert_eq!(recovery(&calls).unwrap().matches("884.0").count(), 6);
        assert!(false_drops(&calls).is_some() && bye_loss(&calls).is_none());
    }

    #[test]
    fn a_point_that_never_recovers_says_so_and_has_no_colour() {
        let mut results = two_axes(&["rfc"], &["0", "0.1"]);
        let [first, second] = results.points.as_mut_slice() else { panic!("two points") };
        first.tally.ghosts = Default::default();
        first.tally.ghosts[2].unrecovered = 10;
        second.tally.ghosts[2].unrecovered = 10_000;
        let svg = &recovery(&results.analysed()).unwrap();
        assert!(svg.contains("\nnever\n") && svg.contains("\n50 % never\n"), "{svg}");
        assert!(svg.contains("Some calls that lost their BYE are never let go"));
    }

    #[test]
    fn other_sweeps_have_no_map() {
        let long: Vec<String> = (0..=MOST).map(|i| i.to_string()).collect();
        let long: Vec<&str> = long.iter().map(String::as_str).collect();
        let mut mixed = two_axes(&["a", "b"], &["c", "d"]);
        mixed.points.swap(0, 1);
        for results in [two_axes(&["{ process = \"poisson\" }"], &["0"]), two_axes(&["a"], &long), mixed] {
            assert!(recovery(&results.analysed()).is_none());
        }
        assert!(recovery(&testing::session_expires().analysed()).is_none());
    }

    #[test]
    fn more_is_darker() {
        let greys: Vec<f64> = (0..=100).map(|i| lightness(shade(f64::from(i) / 100.0))).collect();
        assert!(greys.windows(2).all(|two| two[0] > two[1]), "{greys:?}");
    }
}
