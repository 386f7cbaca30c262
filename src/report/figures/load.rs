//! The load over time: messages a second at each element, refresh messages, and calls and ghosts held.

use super::axis::{Axis, Unit};
use super::canvas::{Anchor, Canvas, HEIGHT, INK, Place, WIDTH, svg};
use super::panel;
use crate::analysis::{Calls, ElementSeconds, Peak, aftermaths, elements, retransmissions, sum_of_elements};
use crate::measure::Traffic;
use crate::report::number;
use crate::study::{PointLoad, PointResult};
use plotters::style::RGBColor;

const LEFT: f64 = 92.0;
const RIGHT: f64 = WIDTH - 150.0;
const TOP: f64 = 76.0;
const BOTTOM: f64 = HEIGHT - 52.0;
/// Between two panels.
const GAP: f64 = 34.0;
const SHADE: RGBColor = RGBColor(0xf6, 0xdc, 0xd6);

/// Told apart by the colour-blind; where curves lie on one another, the later and thinner shows on the earlier.
const CURVES: [(RGBColor, f64); 5] = [
    (RGBColor(0x8f, 0xb8, 0xde), 3.5),
    (RGBColor(0xe8, 0x9a, 0x3c), 2.5),
    (RGBColor(0x1f, 0x4e, 0x8c), 1.75),
    (RGBColor(0xa3, 0x3a, 0x1e), 1.0),
    (RGBColor(0x4d, 0x4d, 0x4d), 0.75),
];

/// A curve of a panel: its name and a value for each second.
struct Curve {
    name: String,
    values: Vec<u64>,
}

/// One panel: what its curves count.
struct Panel {
    title: &'static str,
    curves: Vec<Curve>,
}

/// The load of the first point that has one.
pub(crate) fn draw(calls: &Calls) -> Option<String> {
    let (point, load) = calls.points.iter().find_map(|point| Some((point.result, point.result.load.as_ref()?)))?;
    let title = title(load);
    let panels = panels(point, load);
    let height = (BOTTOM - TOP - GAP * (panels.len() - 1) as f64) / panels.len() as f64;
    let x = Axis::new("time from the start of the run", &[0.0, load.seconds as f64 / 1.08], Unit::Time, (LEFT, RIGHT));
    Some(svg(&title, |canvas| {
        canvas.bold(&title, (28.0, 30.0), 17.0, INK, Anchor::Left);
        for (nth, panel) in panels.iter().enumerate() {
            let top = TOP + nth as f64 * (height + GAP);
            panel.draw(canvas, &x, (top + height, top), load);
        }
        panel::time_below(canvas, &x, BOTTOM);
    }))
}

fn title(load: &PointLoad) -> String {
    match aftermaths(load).first() {
        Some(found) => {
            let storm = &found.refreshes;
            let most = storm.peak.map_or(0, |peak| peak.most);
            format!(
                "Refresh messages: {} a second before the outage, up to {} after it",
                number::rate(storm.before),
                number::count(most)
            )
        }
        None => "Load over time".to_owned(),
    }
}

fn panels(point: &PointResult, load: &PointLoad) -> [Panel; 3] {
    let elements = elements(point, load);
    let curves = |of: &dyn Fn(&ElementSeconds) -> Vec<u64>| -> Vec<Curve> {
        let busiest = elements.iter().map(|element| Curve { name: element.name.to_owned(), values: of(element) });
        let mut curves: Vec<Curve> = busiest.filter(|curve| curve.values.iter().any(|&value| value > 0)).collect();
        if curves.len() > CURVES.len() - 1 {
            curves.sort_by_key(|curve| std::cmp::Reverse(curve.values.iter().sum::<u64>()));
            curves.truncate(CURVES.len() - 1);
        }
        curves
    };
    let sum = |of: &dyn Fn(&ElementSeconds, usize) -> u64| sum_of_elements(&elements, load.seconds, of);
    let mut messages = curves(&|element| (0..load.seconds).map(|second| element.load.handled(second).into()).collect());
    messages.push(Curve { name: "sent again".to_owned(), values: sum(&|of, second| retransmissions(of.load, second)) });
    let first = |of: &ElementSeconds, second| u64::from(of.load.first_sends(Traffic::Refresh, second));
    let repeated = |of: &ElementSeconds, second| u64::from(of.load.retransmissions(Traffic::Refresh, second));
    let refreshes = vec![
        Curve { name: "first sends".to_owned(), values: sum(&first) },
        Curve { name: "sent again".to_owned(), values: sum(&repeated) },
    ];
    let mut calls = curves(&|element| element.calls_held.clone());
    calls.push(Curve { name: "ghosts".to_owned(), values: sum(&|of, second| of.ghosts_held[second]) });
    [
        Panel {
            title: "messages received and sent a second at each; of all elements, those sent again",
            curves: messages,
        },
        Panel { title: "refresh messages sent a second, by all elements together", curves: refreshes },
        Panel { title: "calls held at each; ghosts among them, at all", curves: calls },
    ]
}

impl Panel {
    /// Draws the panel between these heights, the lower first.
    fn draw(&self, canvas: &Canvas, x: &Axis, (bottom, top): (f64, f64), load: &PointLoad) {
        let most = self.curves.iter().filter_map(|curve| curve.values.iter().max()).max().copied().unwrap_or(0);
        let y = Axis::new("", &[0.0, most as f64], Unit::Number, (bottom, top));
        for (from, to) in &load.outages {
            let [left, right] = [from, to].map(|at| x.at(at.as_nanos() as f64 * 1e-9));
            let right = right.max(left + 1.5);
            canvas.polygon(&[(left, top), (right, top), (right, bottom), (left, bottom)], SHADE);
        }
        panel::ground(canvas, x, &y, (bottom, top), self.title);
        for (nth, (curve, (colour, width))) in self.curves.iter().zip(CURVES).enumerate() {
            canvas.line(&busiest(&curve.values, x, &y), colour, width);
            panel::entry(canvas, x, (nth, top), &curve.name, (colour, width));
        }
    }
}

/// A curve with a place for each pixel at most: the busiest of its seconds.
fn busiest(values: &[u64], x: &Axis, y: &Axis) -> Vec<Place> {
    let (left, right) = x.pixels();
    let each = values.len().div_ceil((right - left) as usize).max(1);
    let chunks = values.chunks(each).enumerate();
    chunks
        .filter_map(|(nth, seconds)| {
            let most = Peak::of(seconds.iter().copied()).map_or(0, |peak| peak.most);
            (!seconds.is_empty()).then(|| (x.at((nth * each) as f64 + 0.5), y.at(most as f64)))
        })
        .collect()
}
