//! Mean recovery time against the axis of the sweep: simulated with 95 % intervals, beside the closed form.

use super::axis::{Axis, Tick, Unit};
use super::canvas::{Canvas, Mark, svg};
use super::frame::{Entry, Frame};
use crate::analysis::{AxisNumbers, Calls, RecoveryTimes, Who, axis_numbers, is_session_expires};
use crate::report::calls::who_name;
use crate::report::number::duration;
use crate::report::sweep;
use crate::sip::rules::RECOMMENDED_SESSION_EXPIRES_S;
use crate::study::Results;
use plotters::style::RGBColor;

/// Half the size of a mark, in pixels.
const RADIUS: f64 = 4.75;

/// Colours that the colour-blind tell apart (Okabe and Ito), and marks for those who see none.
fn look(who: Who) -> (RGBColor, Mark) {
    match who {
        Who::Refresher => (RGBColor(0x00, 0x72, 0xb2), Mark::Disc),
        Who::Watcher => (RGBColor(0xd5, 0x5e, 0x00), Mark::Triangle),
        Who::Both => (RGBColor(0x00, 0x7a, 0x5a), Mark::Square),
        Who::NoTimer => (RGBColor(0x9a, 0x4a, 0x7c), Mark::Diamond),
    }
}

struct Series<'a> {
    who: Who,
    /// One for each point.
    points: Vec<&'a RecoveryTimes>,
}

/// The figure.
pub(crate) fn draw(calls: &Calls) -> Option<String> {
    let results = calls.results;
    let all = Who::ALL.map(|who| Series { who, points: calls.points.iter().map(|p| p.recovery(who)).collect() });
    let series: Vec<Series> = all.into_iter().filter(|s| s.points.iter().any(|p| p.mean_s.is_some())).collect();
    // A sum of one part says nothing more.
    let parts = series.len() - usize::from(series.iter().any(|s| s.who == Who::Both));
    let series: Vec<Series> = series.into_iter().filter(|s| s.who != Who::Both || parts > 1).collect();
    let theory = series.iter().any(|s| s.points.iter().any(|p| p.theory_s.is_some()));
    let subtitle = match theory {
        true => {
            "Mean by the side that hung up. Marks: simulated (95 % interval where wider than the mark); lines: closed form."
        }
        false => "Mean by the side that hung up, simulated (95 % interval where wider than the mark).",
    };
    let entry = |series: &Series| {
        let (colour, mark) = look(series.who);
        let text = match series.who {
            Who::Both => "either".to_owned(),
            Who::NoTimer => "call without session timer".to_owned(),
            who => format!("{} hung up", who_name(who)),
        };
        Entry { mark: Some(mark), line: true, colour, text }
    };
    let title = title(calls);
    let frame = Frame::new(&title, subtitle, series.iter().map(entry).collect(), 34.0);
    Some(svg(&title, |canvas| {
        if series.is_empty() {
            frame.draw_without_data(canvas, "No call that lost its BYE was let go: there are no recovery times.");
            return;
        }
        let (x, places, numeric) = sweep_axis(results, frame.x());
        let values = series.iter().flat_map(|s| &s.points).flat_map(|point| extent(point)).collect::<Vec<f64>>();
        let y = Axis::new("mean recovery time", &values, Unit::Time, frame.y());
        frame.draw(canvas, &x, &y);
        // Among names, the series stand side by side, and closer to each other than to their neighbours.
        let beside = ((x.pixels().1 - x.pixels().0) / (4 * places.len().max(1)) as f64).min(14.0);
        for (i, series) in series.iter().enumerate() {
            let aside = if numeric { 0.0 } else { (i as f64 - 1.0) * beside };
            draw_series(canvas, series, &places.iter().map(|p| p + aside).collect::<Vec<_>>(), &y, numeric);
        }
    }))
}

fn draw_series(canvas: &Canvas, series: &Series, places: &[f64], y: &Axis, joined: bool) {
    let (colour, mark) = look(series.who);
    let mut order: Vec<usize> = (0..places.len()).collect();
    order.sort_by(|&a, &b| places[a].total_cmp(&places[b]));
    let theory = series.points.iter().any(|p| p.theory_s.is_some());
    let on_line = |i: usize| {
        let level = if theory { series.points[i].theory_s } else { series.points[i].mean_s };
        level.map(|s| (places[i], y.at(s)))
    };
    if joined {
        let line: Vec<_> = order.iter().filter_map(|&i| on_line(i)).collect();
        canvas.line(&line, colour, if theory { 2.0 } else { 1.0 });
    } else if theory {
        for (x, level) in order.iter().filter_map(|&i| on_line(i)) {
            canvas.line(&[(x - 10.0, level), (x + 10.0, level)], colour, 2.0);
        }
    }
    for (point, &x) in series.points.iter().zip(places) {
        let Some(mean) = point.mean_s else { continue };
        if let Some(half) = point.half_interval_s() {
            let [low, high] = [(mean - half).max(0.0), mean + half].map(|s| y.at(s));
            if low - high > 2.0 * RADIUS {
                for line in
                    [[(x, low), (x, high)], [(x - 5.0, low), (x + 5.0, low)], [(x - 5.0, high), (x + 5.0, high)]]
                {
                    canvas.line(&line, colour, 1.5);
                }
            }
        }
        canvas.mark(mark, (x, y.at(mean)), RADIUS, colour);
    }
}

/// The values that the vertical axis has to show for one point.
fn extent(point: &RecoveryTimes) -> Vec<f64> {
    let high = point.mean_s.zip(point.half_interval_s()).map(|(mean, half)| mean + half);
    let mean = point.mean_s;
    // A closed form without ghosts beside it shows nothing.
    let theory = mean.and(point.theory_s);
    [mean, high, theory].into_iter().flatten().filter(|s| s.is_finite()).collect()
}

/// The horizontal axis of a sweep, the pixel of each point, and whether it is one of numbers: if its values are numbers
/// and differ. Else it is one of names.
fn sweep_axis(results: &Results, pixels: (f64, f64)) -> (Axis, Vec<f64>, bool) {
    let title = sweep::title(results);
    let differ = |numbers: &AxisNumbers| numbers.values.iter().any(|value| value != &numbers.values[0]);
    let Some(numbers) = axis_numbers(results).filter(differ) else {
        let names = sweep::short_labels(results, Axis::room_for_names(results.points.len(), pixels));
        let unit = if is_session_expires(results) { " s" } else { "" };
        let names: Vec<String> = names.into_iter().map(|name| name + unit).collect();
        let axis = Axis::names(&title, &names, pixels);
        let places = (0..names.len()).map(|i| axis.at(i as f64)).collect();
        return (axis, places, false);
    };
    let title = match is_session_expires(results) {
        true => format!("{title} (s)"),
        false => title,
    };
    let label = |point| sweep::label(results, point);
    let ticks: Vec<Tick> = numbers.values.iter().copied().zip(results.points.iter().map(label)).collect();
    let unit = if numbers.seconds { Unit::Time } else { Unit::Number };
    let first = [f64::from(RECOMMENDED_SESSION_EXPIRES_S)];
    let axis = Axis::new(&title, &numbers.values, unit, pixels).with_ticks(ticks, &first);
    let places = numbers.values.iter().map(|&value| axis.at(value)).collect();
    (axis, places, true)
}

fn title(calls: &Calls) -> String {
    let results = calls.results;
    let reference = calls.reference().map(|reference| &calls.points[reference]);
    let whole = reference.filter(|point| point.recovery(Who::Both).unrecovered == 0);
    match whole.and_then(|point| Some((point.result, point.mean_s()?))) {
        Some((point, mean)) => format!(
            "At Session-Expires {} s, calls outlive a lost BYE by {}",
            point.session_expires_s.unwrap_or_default(),
            duration(mean)
        ),
        None if results.axes.is_empty() => "How long a call outlives its lost BYE".to_owned(),
        None => format!("How long a call outlives its lost BYE, by {}", sweep::title(results)),
    }
}
