//! What each mechanism finds against what it costs, under every condition.

use crate::analysis::{Calls, Mechanism, MechanismCell, Mechanisms};
use crate::report::figures::axis::{Axis, Unit};
use crate::report::figures::canvas::{Anchor, Canvas, FAINT, GRID, INK, Mark, PAPER, Place, WIDTH, svg};
use crate::report::figures::frame::{Entry, Frame, SMALL, together};
use crate::report::number::duration;
use plotters::style::RGBColor;

/// Colours that the colour-blind tell apart (Okabe and Ito), with marks for those who see none.
const LOOKS: [(RGBColor, Mark); 4] = [
    (RGBColor(0x00, 0x72, 0xb2), Mark::Disc),
    (RGBColor(0xd5, 0x5e, 0x00), Mark::Triangle),
    (RGBColor(0x00, 0x7a, 0x5a), Mark::Square),
    (RGBColor(0x9a, 0x4a, 0x7c), Mark::Diamond),
];
const THREAD: RGBColor = RGBColor(0xd5, 0xd9, 0xdd);
/// Of the marks of each condition, the first behind the others: so all are seen where they fall together.
const RADII: [f64; 4] = [9.2, 7.2, 5.4, 3.8];

/// Room for the names at the right.
const NAMES: f64 = 272.0;
/// From one mechanism without messages to the next.
const SLOT: f64 = 22.0;
/// The band above the data, for what is never found.
const NEVER: f64 = 34.0;
/// Marks of two mechanisms at one cost stand so far apart.
const APART: f64 = 13.0;

/// Where everything goes.
struct Plot {
    x: Axis,
    y: Axis,
    /// The middle of the band of what is never found.
    never: f64,
    /// By the mechanism, calls before devices: the slot of those without messages, else how far they move sideways.
    moved: Vec<Sideways>,
}

#[derive(Clone, Copy)]
enum Sideways {
    Slot(f64),
    By(f64),
}

impl Plot {
    fn at(&self, nth: usize, cell: &MechanismCell) -> Place {
        let y = cell.p99_s.map_or(self.never, |p99_s| self.y.at(p99_s));
        match self.moved[nth] {
            Sideways::Slot(x) => (x, y),
            Sideways::By(by) => (self.x.at(cell.bytes) + by, y),
        }
    }
}

/// The figure; none of a study that sweeps over anything else.
pub(crate) fn draw(calls: &Calls) -> Option<String> {
    let found = calls.mechanisms.as_ref()?;
    let conditions = found.conditions.iter().zip(LOOKS).map(|(name, (colour, mark))| Entry {
        mark: Some(mark),
        line: true,
        colour,
        text: if name.is_empty() { "best for its cost".to_owned() } else { name.clone() },
    });
    let frame = Frame::new(
        &title(found),
        "Down is sooner, left is cheaper. Nothing that spares live calls lies below the lines. Hollow: drops more than 1 of 1000.",
        conditions.collect(),
        NAMES,
    );
    let all = || found.calls.iter().chain(&found.devices);
    let cells = || all().flat_map(|row| row.cells.iter().flatten());
    let delays: Vec<f64> = cells().filter_map(|cell| cell.p99_s).filter(|p99_s| *p99_s > 0.0).collect();
    Some(svg(&title(found), |canvas| {
        if delays.is_empty() {
            return frame.draw_without_data(canvas, "No mechanism finds 99 of 100 ghosts.");
        }
        let free: Vec<bool> = all().map(|row| row.cells.iter().flatten().all(|cell| cell.bytes <= 0.0)).collect();
        let (left, right) = frame.x();
        let slots = free.iter().filter(|free| **free).count() as f64;
        let from = if slots > 0.0 { left + SLOT * (slots + 1.0) } else { left };
        let paid: Vec<f64> = cells().map(|cell| cell.bytes).filter(|bytes| *bytes > 0.0).collect();
        let paid = if paid.is_empty() { vec![1.0] } else { paid };
        let (bottom, top) = frame.y();
        let x = Axis::round("bytes for each hour of a call, or of a device", &paid, Unit::Number, (from, right));
        let y = Axis::round("99 of 100 ghosts found within", &delays, Unit::Time, (bottom, top + NEVER));
        frame.draw(canvas, &x, &y);
        canvas.line(&[(left, top + NEVER), (right, top + NEVER)], GRID, 1.0);
        canvas.text("never", (left - 9.0, top + NEVER / 2.0), SMALL, INK, Anchor::Right);
        if slots > 0.0 {
            canvas.line(&[(from - SLOT / 2.0, top), (from - SLOT / 2.0, bottom)], FAINT, 1.0);
            canvas.text("0", ((left + from - SLOT / 2.0) / 2.0, bottom + 17.0), SMALL, INK, Anchor::Middle);
        }
        let moved = sideways(found, &free, &x, left);
        let plot = Plot { x, y, never: top + NEVER / 2.0, moved };
        for (nth, row) in all().enumerate() {
            let mut places: Vec<Place> = row.cells.iter().flatten().map(|cell| plot.at(nth, cell)).collect();
            places.sort_by(|a, b| a.1.total_cmp(&b.1));
            canvas.line(&places, THREAD, 1.5);
        }
        for (condition, (colour, _)) in (0..found.conditions.len()).zip(LOOKS) {
            draw_front(canvas, found, &plot, condition, colour);
        }
        for (nth, row) in all().enumerate() {
            draw_row(canvas, &plot, nth, row, &tag(found, nth));
        }
        draw_names(canvas, found, top);
    }))
}

/// How mechanisms that would cover each other move apart: from the cheapest on, each a little to the right of those
/// that cost about the same.
fn sideways(found: &Mechanisms, free: &[bool], x: &Axis, left: f64) -> Vec<Sideways> {
    let all: Vec<&Mechanism> = found.calls.iter().chain(&found.devices).collect();
    let own = |row: &Mechanism| row.cells.iter().flatten().next().map_or(0.0, |cell| cell.bytes);
    let mut order: Vec<usize> = (0..all.len()).collect();
    order.sort_by(|&a, &b| own(all[a]).total_cmp(&own(all[b])));
    let mut moved = vec![Sideways::By(0.0); all.len()];
    let (mut slots, mut last) = (0.0, f64::NEG_INFINITY);
    for nth in order {
        moved[nth] = if free[nth] {
            slots += 1.0;
            Sideways::Slot(left + SLOT * (slots - 0.25))
        } else {
            let at = x.at(own(all[nth]));
            let by = (last + APART - at).max(0.0);
            last = at + by;
            Sideways::By(by)
        };
    }
    moved
}

fn draw_front(canvas: &Canvas, found: &Mechanisms, plot: &Plot, condition: usize, colour: RGBColor) {
    let front = found.pareto_front(condition);
    let places = front.iter().filter_map(|&nth| Some(plot.at(nth, found.calls[nth].cells[condition].as_ref()?)));
    // A staircase from the top to the right: nothing that spares live calls lies below it. Those of all conditions side
    // by side.
    let aside = 2.0 * condition as f64 - 3.0;
    let mut steps: Vec<Place> = Vec::new();
    for (x, y) in places.map(|(x, y)| (x + aside, y + aside)) {
        let before = steps.last().map_or(plot.y.pixels().1, |&(_, before)| before);
        steps.extend([(x, before), (x, y)]);
    }
    steps.extend(steps.last().map(|&(_, y)| (plot.x.pixels().1, y)));
    canvas.line(&steps, colour, 1.5);
}

fn draw_row(canvas: &Canvas, plot: &Plot, nth: usize, row: &Mechanism, tag: &str) {
    let mut top = (0.0, f64::INFINITY);
    for ((cell, (colour, mark)), radius) in row.cells.iter().zip(LOOKS).zip(RADII) {
        let Some(cell) = cell else { continue };
        let place = plot.at(nth, cell);
        canvas.mark(mark, place, radius, colour);
        if !cell.is_acceptable() {
            // A mark has a rim of paper of its own.
            canvas.mark(mark, place, (radius - 3.2).max(0.1), PAPER);
        }
        if place.1 < top.1 {
            top = place;
        }
    }
    canvas.text(tag, (top.0, top.1 - 15.0), 11.0, INK, Anchor::Middle);
}

/// Mechanisms of calls are numbered, those of devices have letters.
fn tag(found: &Mechanisms, nth: usize) -> String {
    match nth.checked_sub(found.calls.len()) {
        None => (nth + 1).to_string(),
        Some(nth) => char::from(b'A' + (nth % 26) as u8).to_string(),
    }
}

fn draw_names(canvas: &Canvas, found: &Mechanisms, top: f64) {
    let at = WIDTH - NAMES + 18.0;
    let mut y = top + 2.0;
    for (nth, row) in found.calls.iter().chain(&found.devices).enumerate() {
        if nth == found.calls.len() {
            canvas.text("devices that register", (at, y + 4.0), SMALL, FAINT, Anchor::Left);
            y += 21.0;
        }
        canvas.text(&tag(found, nth), (at + 18.0, y), SMALL, INK, Anchor::Right);
        let name: String = row.name.chars().take(32).collect();
        canvas.text(&name, (at + 26.0, y), SMALL, INK, Anchor::Left);
        y += 17.5;
    }
}

fn title(found: &Mechanisms) -> String {
    let front = found.pareto_front_of_all();
    let soonest = front.last().and_then(|&nth| Some((nth, found.calls[nth].worst()?)));
    match soonest {
        Some((nth, [_, p99_s])) => format!(
            "{} finds 99 of 100 ghosts within {} whatever befalls them, and drops hardly a call",
            found.calls[nth].name,
            together(&duration(p99_s))
        ),
        None => "No mechanism finds 99 of 100 ghosts and spares live calls whatever befalls them".to_owned(),
    }
}
