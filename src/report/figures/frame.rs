//! What all figures have round their data: title, axes with their ticks, a light grid and a legend.

use super::axis::Axis;
use super::canvas::{Anchor, Canvas, FAINT, GRID, HEIGHT, INK, Mark, Place, WIDTH, text_width};
use plotters::style::RGBColor;

const TITLE: f64 = 17.0;
const SUBTITLE: f64 = 13.0;
/// Size of ticks and legends.
pub(in crate::report) const SMALL: f64 = 12.5;
const LEFT: f64 = 92.0;
const BOTTOM: f64 = HEIGHT - 66.0;

/// One entry of a legend.
pub(in crate::report) struct Entry {
    pub mark: Option<Mark>,
    pub line: bool,
    pub colour: RGBColor,
    pub text: String,
}

/// Title lines and the place that they leave for the data.
pub(in crate::report) struct Frame {
    title: Vec<String>,
    subtitle: String,
    legend: Vec<Entry>,
    /// Whether each entry of the legend has a line of its own.
    stacked: bool,
    right: f64,
}

impl Frame {
    /// A frame that leaves `margin` pixels to the right of the data.
    pub(crate) fn new(title: &str, subtitle: &str, legend: Vec<Entry>, margin: f64) -> Frame {
        let title = lines(title, TITLE * 1.12, WIDTH - 56.0);
        Frame { title, subtitle: subtitle.to_owned(), legend, stacked: false, right: WIDTH - margin }
    }

    /// The same with each entry of the legend on a line of its own.
    pub(crate) fn stacked(title: &str, subtitle: &str, legend: Vec<Entry>, margin: f64) -> Frame {
        Frame { stacked: true, ..Frame::new(title, subtitle, legend, margin) }
    }

    /// Pixels of the horizontal axis.
    pub(crate) fn x(&self) -> (f64, f64) {
        (LEFT, self.right)
    }

    /// Pixels of the vertical axis, its low end first.
    pub(crate) fn y(&self) -> (f64, f64) {
        (BOTTOM, self.top())
    }

    fn top(&self) -> f64 {
        let legend = match self.legend.len() {
            0 => 8.0,
            lines if self.stacked => 10.0 + 19.0 * lines as f64,
            _ => 28.0,
        };
        30.0 + 25.0 * self.title.len() as f64 + 24.0 + legend
    }

    /// Draws all but the data.
    pub(crate) fn draw(&self, canvas: &Canvas, x: &Axis, y: &Axis) {
        self.draw_heads(canvas);
        let (top, right) = (self.top(), self.right);
        let mut free = f64::NEG_INFINITY;
        for (value, text) in &x.ticks {
            let at = x.at(*value);
            canvas.line(&[(at, top), (at, BOTTOM)], GRID, 1.0);
            canvas.line(&[(at, BOTTOM), (at, BOTTOM + 5.0)], FAINT, 1.0);
            let half = text_width(text, SMALL) / 2.0;
            if at - half > free {
                canvas.text(text, (at, BOTTOM + 17.0), SMALL, INK, Anchor::Middle);
                free = at + half;
            }
        }
        let mut last = f64::INFINITY;
        for (value, text) in &y.ticks {
            let at = y.at(*value);
            canvas.line(&[(LEFT, at), (right, at)], GRID, 1.0);
            if last - at > SMALL * 1.3 {
                canvas.text(text, (LEFT - 9.0, at), SMALL, INK, Anchor::Right);
                last = at;
            }
        }
        canvas.line(&[(LEFT, BOTTOM), (right, BOTTOM)], FAINT, 1.25);
        canvas.text(&x.title, ((LEFT + right) / 2.0, BOTTOM + 44.0), SUBTITLE, INK, Anchor::Middle);
        canvas.upwards(&y.title, (26.0, (top + BOTTOM) / 2.0), SUBTITLE, INK);
    }

    /// Draws the title and, in the middle of the figure, why there is no more.
    pub(crate) fn draw_without_data(&self, canvas: &Canvas, why: &str) {
        self.draw_heads(canvas);
        canvas.text(why, (WIDTH / 2.0, HEIGHT / 2.0), 15.0, FAINT, Anchor::Middle);
    }

    /// Draws title, subtitle and legend alone.
    pub(crate) fn draw_heads(&self, canvas: &Canvas) {
        let mut at = 34.0;
        for line in &self.title {
            canvas.bold(line, (28.0, at), TITLE, INK, Anchor::Left);
            at += 25.0;
        }
        canvas.text(&self.subtitle, (28.0, at), SUBTITLE, FAINT, Anchor::Left);
        let mut x = LEFT;
        for (entry, line) in self.legend.iter().zip(0u8..) {
            if self.stacked {
                entry.draw(canvas, (x, at + 26.0 + 19.0 * f64::from(line)));
            } else {
                x = entry.draw(canvas, (x, at + 28.0)) + 26.0;
            }
        }
    }
}

impl Entry {
    /// Draws the entry from its left end, and says where it ends.
    pub(crate) fn draw(&self, canvas: &Canvas, (x, y): Place) -> f64 {
        if self.line {
            canvas.line(&[(x, y), (x + 26.0, y)], self.colour, 2.5);
        }
        let mut text = x + 32.0;
        if let Some(mark) = self.mark {
            let middle = if self.line { x + 13.0 } else { x + 6.0 };
            canvas.mark(mark, (middle, y), 5.0, self.colour);
            text = middle + if self.line { 19.0 } else { 12.0 };
        }
        canvas.text(&self.text, (text, y), SMALL, INK, Anchor::Left);
        text + text_width(&self.text, SMALL) * 0.92
    }
}

/// `text` with spaces at which no line is broken.
pub(in crate::report) fn together(text: &str) -> String {
    text.replace(' ', "\u{a0}")
}

/// `text` in one line or, if that is wider than `width`, in two of like length, cut off if they must be.
fn lines(text: &str, size: f64, width: f64) -> Vec<String> {
    let room = (width / text_width("x", size)) as usize;
    let short = |line: &str| match line.chars().count() > room {
        true => line.chars().take(room.saturating_sub(1)).chain(['…']).collect(),
        false => line.to_owned(),
    };
    let long = text.chars().count();
    if long <= room {
        return vec![text.to_owned()];
    }
    let breaks = text.match_indices(' ').map(|(at, _)| at);
    match breaks.min_by_key(|&at| text[..at].chars().count().abs_diff(long / 2)) {
        Some(at) => vec![short(&text[..at]), short(&text[at + 1..])],
        None => vec![short(text)],
    }
}
