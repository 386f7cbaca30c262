//! The share of ghosts still held, against the time since the hang-up: one curve for each point.

use super::axis::{Axis, Unit};
use super::canvas::{Anchor, FAINT, INK, Place, WIDTH, svg};
use super::frame::{Entry, Frame, SMALL, together};
use crate::analysis::{Calls, Who, is_session_expires, still_held};
use crate::measure::Ghosts;
use crate::report::number::duration;
use crate::report::sweep;
use plotters::style::RGBColor;

/// Pixels for the legend at the right.
const LEGEND: f64 = 150.0;

/// Characters of a head of the legend and of an entry, at most.
const HEAD: usize = 17;
const LABEL: usize = 16;

/// Entries of the legend, at most.
const ENTRIES: usize = 18;

/// Dark to light, told apart in grey too; points between take colours between.
const SHADES: [(u8, u8, u8); 5] =
    [(0x2d, 0x11, 0x4e), (0x3b, 0x52, 0x8b), (0x1f, 0x8f, 0x8b), (0x53, 0xb0, 0x4c), (0xe0, 0xa1, 0x1b)];

/// The figure.
pub(crate) fn draw(calls: &Calls) -> Option<String> {
    let results = calls.results;
    let ghosts: Vec<Ghosts> = results.points.iter().map(|point| point.tally.all_ghosts()).collect();
    let title = title(calls);
    let frame = Frame::new(&title, "Share of calls still held, of all that lost their BYE.", vec![], LEGEND + 14.0);
    Some(svg(&title, |canvas| {
        if ghosts.iter().all(|ghosts| ghosts.count() == 0) {
            frame.draw_without_data(canvas, "No BYE was lost: there are no ghosts.");
            return;
        }
        let x = Axis::new("time since the hang-up", &extent(&ghosts), Unit::Time, frame.x());
        let y = Axis::share("ghosts still held", frame.y());
        frame.draw(canvas, &x, &y);
        let of = ghosts.len();
        for (i, ghosts) in ghosts.iter().enumerate() {
            canvas.line(&curve(ghosts, &x, &y), shade(i, of), 2.25);
        }
        let (left, mut top) = (WIDTH - LEGEND, y.pixels().1);
        let heads: Vec<String> = sweep::title(results).split_inclusive(" / ").map(head).collect();
        for head in &heads {
            canvas.bold(head, (left, top + 2.0), SMALL, INK, Anchor::Left);
            top += 17.0;
        }
        top += 24.0 - 17.0;
        let labels = sweep::short_labels(results, LABEL);
        // A point without ghosts has no curve.
        let with_curve: Vec<usize> = (0..of).filter(|&i| ghosts[i].count() > 0).collect();
        let shown = shown(with_curve.len());
        for (row, &i) in shown.iter().map(|&i| &with_curve[i]).enumerate() {
            let unit = if is_session_expires(results) { " s" } else { "" };
            let text = format!("{}{unit}", labels[i]);
            let entry = Entry { mark: None, line: true, colour: shade(i, of), text };
            entry.draw(canvas, (left, top + 19.0 * row as f64));
        }
        if shown.len() < with_curve.len() {
            let more = format!("and {} between", with_curve.len() - shown.len());
            canvas.text(&more, (left, top + 4.0 + 19.0 * shown.len() as f64), SMALL, FAINT, Anchor::Left);
        }
    }))
}

/// From when the first curve begins to fall to the last recovery.
pub(in crate::report) fn extent(ghosts: &[Ghosts]) -> Vec<f64> {
    let quantile = |ghosts: &Ghosts, q| ghosts.recovery.quantile(q).map(|span| span.as_secs_f64());
    let last = ghosts.iter().filter_map(|g| g.recovery.max()).max().map_or(1.0, |span| span.as_secs_f64());
    let medians: Vec<f64> = ghosts.iter().filter_map(|g| quantile(g, 0.5)).collect();
    let least = medians.iter().copied().fold(f64::INFINITY, f64::min);
    let most = medians.iter().copied().fold(0.0, f64::max);
    // One distribution and another of like scale are read best on a plain axis.
    if least * 8.0 > most || least <= 0.0 {
        return vec![0.0, last];
    }
    let first = ghosts.iter().filter_map(|g| quantile(g, 0.05)).filter(|s| *s > 0.0).fold(least, f64::min);
    vec![first.max(last * 1e-5), last]
}

/// The corners of a curve, one for each pixel at most.
pub(in crate::report) fn curve(ghosts: &Ghosts, x: &Axis, y: &Axis) -> Vec<Place> {
    let steps = still_held(ghosts);
    let Some((first, steps)) = steps.split_first() else { return vec![] };
    let mut before = y.at(first.share);
    let mut places = vec![(x.pixels().0, before)];
    for step in steps {
        let (at, level) = (x.at(step.after_s), y.at(step.share));
        let far = places.last().is_none_or(|last| at - last.0 >= 1.0);
        // Steps of more than a pixel keep their corner; finer ones become a slope.
        if far && places.last().is_some_and(|last| at - last.0 > 3.0) {
            places.push((at, before));
        }
        match places.last_mut() {
            Some(last) if !far && last.0 > x.pixels().0 => last.1 = level,
            _ => places.push((at, level)),
        }
        before = level;
    }
    if ghosts.unrecovered > 0 {
        places.push((x.pixels().1, before));
    }
    places
}

fn shade(i: usize, of: usize) -> RGBColor {
    let place = if of < 2 { 1.0 } else { i as f64 / (of - 1) as f64 * (SHADES.len() - 1) as f64 };
    let lower = (place as usize).min(SHADES.len() - 2);
    let (a, b) = (SHADES[lower], SHADES[lower + 1]);
    let mix = |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * (place - lower as f64)).round() as u8;
    RGBColor(mix(a.0, b.0), mix(a.1, b.1), mix(a.2, b.2))
}

/// Which of `len` points the legend names: all, or evenly spread ones with both ends.
fn shown(len: usize) -> Vec<usize> {
    if len <= ENTRIES {
        return (0..len).collect();
    }
    (0..ENTRIES).map(|i| i * (len - 1) / (ENTRIES - 1)).collect()
}

/// A line of the legend's head, cut off if it must be.
fn head(text: &str) -> String {
    match text.trim_end().chars().count() {
        ..=HEAD => text.trim_end().to_owned(),
        _ => text.chars().take(HEAD - 1).chain(['…']).collect(),
    }
}

fn title(calls: &Calls) -> String {
    let Some(point) = calls.whole_reference().map(|reference| &calls.points[reference]) else {
        return "How long ghosts are held".to_owned();
    };
    let found = point.recovery(Who::Both);
    let [half, most] = [found.p50_s, found.p99_s].map(|s| together(&duration(s.unwrap_or(0.0))));
    let at = match point.result.session_expires_s {
        Some(s) if calls.points.len() > 1 => format!("At Session-Expires {s} s "),
        _ => String::new(),
    };
    let half_of = if at.is_empty() { "Half" } else { "half" };
    format!("{at}{half_of} of all ghosts are gone after {half}, 99 of 100 after {most}")
}
