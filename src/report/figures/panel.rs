//! A panel of a figure that has several, one above the other, over one axis of time: its grid, its name and its legend.

use super::axis::Axis;
use super::canvas::{Anchor, Canvas, FAINT, GRID, INK, WIDTH, text_width};
use super::frame::SMALL;
use crate::report::number;
use plotters::style::RGBColor;

/// The grid of `y` with its figures, the base line, and the name above.
pub(super) fn ground(canvas: &Canvas, x: &Axis, y: &Axis, (bottom, top): (f64, f64), name: &str) {
    let (left, right) = x.pixels();
    let mut last = f64::INFINITY;
    for (value, _) in &y.ticks {
        let at = y.at(*value);
        canvas.line(&[(left, at), (right, at)], GRID, 1.0);
        if last - at > SMALL * 1.6 {
            canvas.text(&number::rate(*value), (left - 8.0, at), SMALL, INK, Anchor::Right);
            last = at;
        }
    }
    canvas.line(&[(left, bottom), (right, bottom)], FAINT, 1.25);
    canvas.text(name, (left, top - 11.0), SMALL, INK, Anchor::Left);
}

/// The nth entry of the legend beside the panel, which begins at `top`: as much of its name as there is room for.
pub(super) fn entry(canvas: &Canvas, x: &Axis, (nth, top): (usize, f64), name: &str, (colour, width): (RGBColor, f64)) {
    let (left, height) = (x.pixels().1 + 12.0, top + 4.0 + 17.0 * nth as f64);
    canvas.line(&[(left, height), (left + 18.0, height)], colour, width.max(1.5));
    let room = ((WIDTH - left - 24.0) / text_width("x", SMALL) * 1.12) as usize;
    let name: String = name.chars().take(room).collect();
    canvas.text(&name, (left + 24.0, height), SMALL, INK, Anchor::Left);
}

/// The axis of time below all panels, with what it says.
pub(super) fn time_below(canvas: &Canvas, x: &Axis, bottom: f64) {
    let (left, right) = x.pixels();
    for (second, text) in &x.ticks {
        canvas.text(text, (x.at(*second), bottom + 15.0), SMALL, INK, Anchor::Middle);
    }
    canvas.text(&x.title, ((left + right) / 2.0, bottom + 36.0), 13.0, INK, Anchor::Middle);
}
