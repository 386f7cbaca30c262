//! The busiest queue over time: how long messages waited in it, and how many found no room.

use super::axis::{Axis, Unit};
use super::canvas::{Anchor, Canvas, HEIGHT, INK, Place, WIDTH, svg};
use super::panel;
use crate::analysis::Calls;
use crate::measure::{SLOT_S, Slot};
use crate::report::sweep;
use crate::study::PointQueue;
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

/// Both panels, of the queues that lost most; `None` of a study without queues.
pub(crate) fn draw(calls: &Calls) -> Option<String> {
    let shown: Vec<(usize, &PointQueue)> =
        calls.busiest_queues(CURVES.len()).into_iter().map(|(point, queue)| (point, queue.counts)).collect();
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
            draw_panel(canvas, &x, (top + height, top), name, &shown, of);
        }
        for (nth, (&(point, _), (colour, width))) in shown.iter().zip(CURVES).enumerate() {
            panel::entry(
                canvas,
                &x,
                (nth, TOP),
                &sweep::label(calls.results, calls.points[point].result),
                (colour, width),
            );
        }
        panel::time_below(canvas, &x, BOTTOM);
    }))
}

fn draw_panel(
    canvas: &Canvas,
    x: &Axis,
    (bottom, top): (f64, f64),
    name: &str,
    shown: &[(usize, &PointQueue)],
    of: Of,
) {
    let most = shown.iter().flat_map(|(_, queue)| queue.count.slots()).map(of).fold(0.0, f64::max);
    let y = Axis::new("", &[0.0, most], Unit::Number, (bottom, top));
    panel::ground(canvas, x, &y, (bottom, top), name);
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
