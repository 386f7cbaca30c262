//! The busiest queue over time: how long messages waited in it, and how many found no room.

use super::axis::{Axis, Unit};
use super::canvas::{Anchor, Canvas, FAINT, GRID, HEIGHT, INK, Place, WIDTH, svg, text_width};
use super::frame::SMALL;
use crate::measure::{SLOT_S, Slot};
use crate::report::number;
use crate::report::queues::busiest;
use crate::report::sweep;
use crate::study::{PointQueue, PointResult, Results};
use plotters::style::RGBColor;

const LEFT: f64 = 92.0;
const RIGHT: f64 = WIDTH - 190.0;
const TOP: f64 = 76.0;
const BOTTOM: f64 = HEIGHT - 52.0;
const GAP: f64 = 40.0;

/// Told apart by the colour-blind, the first of them also by their widths.
const CURVES: [(RGBColor, f64); 5] = [
    (RGBColor(0x8f, 0xb8, 0xde), 3.5),
    (RGBColor(0xe8, 0x9a, 0x3c), 2.5),
    (RGBColor(0x1f, 0x4e, 0x8c), 1.75),
    (RGBColor(0xa3, 0x3a, 0x1e), 1.25),
    (RGBColor(0x4d, 0x4d, 0x4d), 1.0),
];

/// What of a slot is drawn.
type Of<'a> = &'a dyn Fn(&Slot) -> f64;

/// What the figure shows, for those who cannot see it.
pub(super) const CAPTION: &str = "Of the busiest queue of each point, or of the five that lost most, in slots of ten seconds: the \
                                  longest wait of a message that found room, and the messages that found none.";

/// The points that are drawn, in their order: all, or the five that lost most.
fn shown(results: &Results) -> Vec<(&PointResult, &PointQueue)> {
    let mut all: Vec<_> =
        results.points.iter().filter_map(|point| Some((point, busiest(point)?))).enumerate().collect();
    all.sort_by_key(|(_, (_, queue))| std::cmp::Reverse(queue.count.dropped()));
    all.truncate(CURVES.len());
    all.sort_by_key(|(nth, _)| *nth);
    all.into_iter().map(|(_, shown)| shown).collect()
}

/// Both panels; `None` of a study without queues.
pub(super) fn draw(results: &Results) -> Option<String> {
    let shown = shown(results);
    let (_, first) = shown.first()?;
    let title = format!("How long messages wait before {}", first.link);
    let slots = shown.iter().map(|(_, queue)| queue.count.slots().len()).max().unwrap_or(0).max(1);
    let run_s = (slots as u64 * SLOT_S) as f64;
    let x = Axis::new("time from the start of the run", &[0.0, run_s / 1.08], Unit::Time, (LEFT, RIGHT));
    let height = (BOTTOM - TOP - GAP) / 2.0;
    let longest = |slot: &Slot| slot.longest.as_secs_f64();
    let lost = |slot: &Slot| f64::from(slot.dropped);
    let panels: [(&str, Of); 2] =
        [("longest wait in ten seconds, in s", &longest), ("messages lost in ten seconds", &lost)];
    Some(svg(&title, |canvas| {
        canvas.bold(&title, (28.0, 30.0), 17.0, INK, Anchor::Left);
        for (nth, (name, of)) in panels.into_iter().enumerate() {
            let top = TOP + nth as f64 * (height + GAP);
            panel(canvas, &x, (top + height, top), name, &shown, of);
        }
        for (nth, ((point, _), (colour, width))) in shown.iter().zip(CURVES).enumerate() {
            let (left, height) = (RIGHT + 12.0, TOP + 4.0 + 17.0 * nth as f64);
            canvas.line(&[(left, height), (left + 18.0, height)], colour, width.max(1.5));
            let room = ((WIDTH - left - 24.0) / text_width("x", SMALL) * 1.12) as usize;
            let name: String = sweep::label(results, point).chars().take(room).collect();
            canvas.text(&name, (left + 24.0, height), SMALL, INK, Anchor::Left);
        }
        for (second, text) in &x.ticks {
            canvas.text(text, (x.at(*second), BOTTOM + 15.0), SMALL, INK, Anchor::Middle);
        }
        canvas.text(&x.title, ((LEFT + RIGHT) / 2.0, BOTTOM + 36.0), 13.0, INK, Anchor::Middle);
    }))
}

fn panel(
    canvas: &Canvas,
    x: &Axis,
    (bottom, top): (f64, f64),
    name: &str,
    shown: &[(&PointResult, &PointQueue)],
    of: Of,
) {
    let most = shown.iter().flat_map(|(_, queue)| queue.count.slots()).map(of).fold(0.0, f64::max);
    let y = Axis::new("", &[0.0, most], Unit::Number, (bottom, top));
    let mut last = f64::INFINITY;
    for (value, _) in &y.ticks {
        let at = y.at(*value);
        canvas.line(&[(LEFT, at), (RIGHT, at)], GRID, 1.0);
        if last - at > SMALL * 1.6 {
            canvas.text(&number::rate(*value), (LEFT - 8.0, at), SMALL, INK, Anchor::Right);
            last = at;
        }
    }
    canvas.line(&[(LEFT, bottom), (RIGHT, bottom)], FAINT, 1.25);
    canvas.text(name, (LEFT, top - 11.0), SMALL, INK, Anchor::Left);
    for ((_, queue), (colour, width)) in shown.iter().zip(CURVES) {
        canvas.line(&curve(queue.count.slots(), x, &y, of), colour, width);
    }
}

/// A place for each pixel at most: the greatest of its slots.
fn curve(slots: &[Slot], x: &Axis, y: &Axis, of: Of) -> Vec<Place> {
    let (left, right) = x.pixels();
    let each = slots.len().div_ceil((right - left) as usize).max(1);
    let middle = |nth: usize| ((nth * each) as f64 + 0.5 * each as f64) * SLOT_S as f64;
    let greatest = |slots: &[Slot]| slots.iter().map(of).fold(0.0, f64::max);
    slots.chunks(each).enumerate().map(|(nth, slots)| (x.at(middle(nth)), y.at(greatest(slots)))).collect()
}
