//! What finding out sooner costs: the worst recovery times against refresh messages.

use super::axis::{Axis, Unit};
use super::canvas::{Anchor, Canvas, FAINT, HEIGHT, Mark, Place, WIDTH, svg, text_width};
use super::frame::{Entry, Frame, SMALL, together};
use crate::analysis::{CallFigures, Calls, Who, axis_numbers, is_session_expires};
use crate::report::number::{counted, duration, rate};
use crate::report::sweep;
use plotters::style::RGBColor;

const SAFE: RGBColor = RGBColor(0x00, 0x72, 0xb2);
const DROPPING: RGBColor = RGBColor(0xd5, 0x5e, 0x00);
const THREAD: RGBColor = RGBColor(0xb9, 0xc0, 0xc7);
const RADIUS: f64 = 6.0;

/// Characters of a point's values, at most.
const LABEL: usize = 24;

/// From more points than this, not all labels are expected to have room.
const MANY: usize = 18;

/// A point of the trade: what it costs, how soon it finds, and whether it drops what should live.
pub(in crate::report) struct Dot {
    pub cost: f64,
    pub found_s: f64,
    pub label: String,
    pub drops: bool,
}

/// What the figure says beside its dots.
pub(in crate::report) struct Words<'a> {
    pub title: &'a str,
    pub subtitle: &'a str,
    /// What the cost is.
    pub cost: &'a str,
    /// What `found_s` is.
    pub found: &'a str,
    /// What marks with drops, and those without.
    pub legend: [&'a str; 2],
    /// Where there are no dots.
    pub nothing: &'a str,
}

/// The figure.
pub(crate) fn draw(calls: &Calls) -> Option<String> {
    let results = calls.results;
    let labels = sweep::short_labels(results, LABEL);
    let mut order: Vec<usize> = (0..calls.points.len()).collect();
    if let Some(numbers) = axis_numbers(results) {
        order.sort_by(|&a, &b| numbers.values[a].total_cmp(&numbers.values[b]));
    }
    let dots: Vec<Dot> = order.iter().filter_map(|&i| dot(calls, &calls.points[i], &labels[i])).collect();
    let of = if results.axes.is_empty() { String::new() } else { format!(" Labels: {}.", sweep::title(results)) };
    let words = Words {
        title: &title(calls),
        subtitle: &format!("Recovery time that 99 of 100 ghosts do not exceed. Down is sooner, left is cheaper.{of}"),
        cost: "refresh messages for each hour of a call",
        found: "recovery time, 99 % quantile",
        legend: ["false drops (their number in a million calls)", "no false drop"],
        nothing: "No point has both recovery times and refresh messages.",
    };
    // A thread through the points of one axis, in the order of its values or, if they are no numbers, of the sweep.
    Some(plot(&words, &dots, results.axes.len() == 1))
}

/// The dots, each with its label where there is room; a thread joins them in their order if they are `threaded`.
pub(in crate::report) fn plot(words: &Words, dots: &[Dot], threaded: bool) -> String {
    let entry = |mark, colour, text: &str| Entry { mark: Some(mark), line: false, colour, text: text.to_owned() };
    let mut legend = vec![];
    if dots.iter().any(|dot| dot.drops) {
        let [dropping, safe] = words.legend;
        if dots.iter().any(|dot| !dot.drops) {
            legend.push(entry(Mark::Disc, SAFE, safe));
        }
        legend.push(entry(Mark::Triangle, DROPPING, dropping));
    }
    let frame = Frame::new(words.title, words.subtitle, legend, 40.0);
    svg(words.title, |canvas| {
        if dots.is_empty() {
            frame.draw_without_data(canvas, words.nothing);
            return;
        }
        let all = |value: fn(&Dot) -> f64| dots.iter().map(value).collect::<Vec<f64>>();
        let x = Axis::round(words.cost, &all(|d| d.cost), Unit::Number, frame.x());
        let y = Axis::round(words.found, &all(|d| d.found_s), Unit::Time, frame.y());
        frame.draw(canvas, &x, &y);
        let places: Vec<Place> = dots.iter().map(|dot| (x.at(dot.cost), y.at(dot.found_s))).collect();
        if threaded {
            canvas.line(&places, THREAD, 2.0);
        }
        for (dot, &place) in dots.iter().zip(&places) {
            let (mark, colour) = if dot.drops { (Mark::Triangle, DROPPING) } else { (Mark::Disc, SAFE) };
            canvas.mark(mark, place, RADIUS, colour);
        }
        let bounds = Area { left: frame.x().0, top: frame.y().1, right: frame.x().1 + 34.0, bottom: frame.y().0 };
        let unlabelled = write_labels(canvas, dots, &places, &bounds, threaded);
        if unlabelled > 0 {
            let without = format!("no room for {}", counted(unlabelled as u64, "more label"));
            canvas.text(&without, (WIDTH - 40.0, HEIGHT - 14.0), SMALL, FAINT, Anchor::Right);
        }
    })
}

fn dot(calls: &Calls, point: &CallFigures, label: &str) -> Option<Dot> {
    let results = calls.results;
    let drops = point.false_drops_per_million();
    let unit = if is_session_expires(results) { " s" } else { "" };
    let mut label = format!("{label}{unit}");
    if drops > 0.0 {
        label += &format!(" ({} dropped)", rate(drops));
    }
    Some(Dot {
        cost: point.refresh_messages_per_call_hour()?,
        found_s: point.recovery(Who::Both).p99_s?,
        label,
        drops: drops > 0.0,
    })
}

struct Area {
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
}

impl Area {
    fn meets(&self, other: &Area) -> bool {
        self.left < other.right && other.left < self.right && self.top < other.bottom && other.top < self.bottom
    }

    fn holds(&self, other: &Area) -> bool {
        self.left <= other.left && other.right <= self.right && self.top <= other.top && other.bottom <= self.bottom
    }

    fn around((x, y): Place, radius: f64) -> Area {
        Area { left: x - radius, top: y - radius, right: x + radius, bottom: y + radius }
    }
}

/// Writes each label at the first place beside its mark that is free; where there is none, not at all. Returns how many
/// it did not write. The ends of a long sweep come first, and then marks ever closer together.
fn write_labels(canvas: &Canvas, dots: &[Dot], places: &[Place], bounds: &Area, threaded: bool) -> usize {
    let mut taken: Vec<Area> = places.iter().map(|&place| Area::around(place, RADIUS + 1.0)).collect();
    if threaded {
        for two in places.windows(2) {
            let steps = 40;
            let part = |i: i32, a: f64, b: f64| a + (b - a) * f64::from(i) / f64::from(steps);
            taken.extend(
                (0..=steps).map(|i| Area::around((part(i, two[0].0, two[1].0), part(i, two[0].1, two[1].1)), 2.0)),
            );
        }
    }
    let mut order: Vec<usize> = (0..dots.len()).collect();
    if dots.len() > MANY {
        let last = dots.len() - 1;
        order.sort_by_key(|&i| (i != 0 && i != last, std::cmp::Reverse(i.trailing_zeros()), i));
    }
    let mut written = 0;
    for (dot, &(x, y)) in order.into_iter().map(|i| (&dots[i], &places[i])) {
        let (width, height) = (text_width(&dot.label, SMALL), SMALL * 1.1);
        for (dx, dy, anchor) in candidates() {
            let left = match anchor {
                Anchor::Left => x + dx,
                Anchor::Middle => x + dx - width / 2.0,
                Anchor::Right => x + dx - width,
            };
            let around = Area {
                left: left - 2.0,
                top: y + dy - height / 2.0,
                right: left + width + 2.0,
                bottom: y + dy + height / 2.0,
            };
            if bounds.holds(&around) && !taken.iter().any(|other| other.meets(&around)) {
                let at = match anchor {
                    Anchor::Left => left,
                    Anchor::Middle => left + width / 2.0,
                    Anchor::Right => left + width,
                };
                canvas.text(&dot.label, (at, y + dy), SMALL, super::canvas::INK, anchor);
                taken.push(around);
                written += 1;
                break;
            }
        }
    }
    dots.len() - written
}

/// Places for a label, the best first: above right of a curve that falls, then round the mark.
fn candidates() -> Vec<(f64, f64, Anchor)> {
    let near = RADIUS + 6.0;
    vec![
        (near, -9.0, Anchor::Left),
        (near, 0.0, Anchor::Left),
        (-near, 0.0, Anchor::Right),
        (-near, 6.0, Anchor::Right),
        (-near, 10.0, Anchor::Right),
        (0.0, -18.0, Anchor::Middle),
        (0.0, 18.0, Anchor::Middle),
        (near, 10.0, Anchor::Left),
        (-near, -9.0, Anchor::Right),
        (near, -20.0, Anchor::Left),
        (-near, 22.0, Anchor::Right),
        (near, 22.0, Anchor::Left),
        (-near, -22.0, Anchor::Right),
    ]
}

fn title(calls: &Calls) -> String {
    let messages = |point: &CallFigures| point.refresh_messages_per_call_hour().filter(|x| *x > 0.0);
    let step = || {
        let reference = calls.reference()?;
        let (from, to) = (&calls.points[reference], &calls.points[calls.best(reference)?]);
        if [from, to].iter().any(|point| point.recovery(Who::Both).unrecovered > 0) {
            return None;
        }
        let [before, after] = [from, to].map(|point| point.recovery(Who::Both).p99_s);
        Some(format!(
            "Session-Expires {} s instead of {} s finds 99 of 100 ghosts after {} instead of {}, for {} times the refresh messages",
            to.result.session_expires_s?,
            from.result.session_expires_s?,
            together(&duration(after?)),
            together(&duration(before?)),
            rate(messages(to)? / messages(from)?)
        ))
    };
    step().unwrap_or_else(|| "What it costs to find out sooner".to_owned())
}
