//! The figures of devices: how soon they are found, what that costs, and the storm after a restart.

use plotters::style::RGBColor;

use crate::analysis::{DeviceFigures, Devices, RestartStorm, axis_names};
use crate::measure::Ghosts;
use crate::report::figures::Figure;
use crate::report::figures::axis::{Axis, Tick, Unit};
use crate::report::figures::canvas::{Mark, Place, svg};
use crate::report::figures::frame::{Entry, Frame, together};
use crate::report::figures::survival;
use crate::report::figures::trade_off::{Dot, Words, plot};
use crate::report::number::{count, counted, duration, rate};
use crate::report::reported::FigureKind;
use crate::report::sweep;
use crate::time::Span;

/// Colours that the colour-blind tell apart (Okabe and Ito), with marks for those who see none.
const LOOKS: [(RGBColor, Mark); 4] = [
    (RGBColor(0x00, 0x72, 0xb2), Mark::Disc),
    (RGBColor(0xd5, 0x5e, 0x00), Mark::Triangle),
    (RGBColor(0x00, 0x7a, 0x5a), Mark::Square),
    (RGBColor(0x9a, 0x4a, 0x7c), Mark::Diamond),
];

/// Characters of a point's values beside its mark, at most.
const LABEL: usize = 24;

/// Seconds before the platforms go down that the storm shows.
const BEFORE_S: usize = 10;

type Kind = FigureKind<fn(&Devices) -> Option<String>>;

/// All figures in the order of the page.
const FIGURES: [Kind; 3] = [
    Kind {
        name: "detection",
        caption: "Time from a device's going without a word until its platform knows: its mean at each point, simulated with its 95 % \
                  interval and by the closed form where there is one; of a study of one point, the share still held at each time.",
        draw: |devices| Some(if devices.points.len() == 1 { held(devices) } else { detection(devices) }),
    },
    Kind {
        name: "trade-off",
        caption: "The time by which 99 of 100 devices that are gone are found, against the requests that living devices pay for it.",
        draw: trade_off,
    },
    Kind {
        name: "storm",
        caption: "Requests that arrive at the platforms in each second round a restart: the devices that waited, then every device \
                  at its next keepalive, and the echo of the first an interval later.",
        draw: storms,
    },
];

/// Names and captions.
pub(super) fn captions() -> Vec<(&'static str, &'static str)> {
    FIGURES.iter().map(|kind| (kind.name, kind.caption)).collect()
}

/// The figures that these results have.
pub(super) fn drawn(devices: &Devices) -> Vec<Figure> {
    let drawn =
        FIGURES.iter().map(|kind| Some(Figure { name: kind.name, caption: kind.caption, svg: (kind.draw)(devices)? }));
    drawn.flatten().collect()
}

/// Whether the axis of this key is one of jitter, which changes the storm and hardly the detection.
fn is_jitter(key: &str) -> bool {
    key.ends_with("jitter")
}

/// Points that differ in the first axis alone: their number, and what they have in common.
struct Series {
    name: String,
    points: Vec<usize>,
}

/// The points that detection is shown of: all, or where jitter is an axis those of its first value.
fn shown(devices: &Devices) -> Vec<usize> {
    let first = devices.results.points.first().map_or(&[][..], |point| &point.values);
    let keys = devices.results.axes.iter().enumerate().filter(|(_, key)| is_jitter(key));
    let jitters: Vec<usize> = keys.map(|(axis, _)| axis).collect();
    let value = |index: usize, axis: usize| devices.results.points[index].values.get(axis);
    (0..devices.points.len())
        .filter(|&index| jitters.iter().all(|&axis| value(index, axis) == first.get(axis)))
        .collect()
}

/// The points that are shown by the values of every axis but the first.
fn series(devices: &Devices) -> Vec<Series> {
    let mut all: Vec<Series> = Vec::new();
    let names = axis_names(devices.results);
    let keys = &devices.results.axes;
    for index in shown(devices) {
        let values = &devices.results.points[index].values;
        let others = (1..keys.len()).filter(|&axis| !is_jitter(&keys[axis]));
        let name = others.map(|axis| format!("{} {}", names[axis], values[axis])).collect::<Vec<_>>().join(", ");
        match all.iter_mut().find(|series| series.name == name) {
            Some(series) => series.points.push(index),
            None => all.push(Series { name, points: vec![index] }),
        }
    }
    all
}

/// The number that a value of an axis is, and whether it is seconds.
fn as_number(value: &str) -> Option<(f64, bool)> {
    let value = value.trim();
    let plain = value.parse().ok().filter(|x: &f64| x.is_finite()).map(|x| (x, false));
    plain.or_else(|| value.parse::<Span>().ok().map(|span| (span.as_secs_f64(), true)))
}

/// The share of devices still held, of all that went without a word, at the study's one point.
fn held(devices: &Devices) -> String {
    let ghosts: Vec<&Ghosts> = devices.points.iter().map(|point| &point.result.devices().ghosts).collect();
    let title = detection_title(devices);
    let frame = Frame::new(&title, "Share of devices still held, of all that went without a word.", vec![], 34.0);
    svg(&title, |canvas| {
        let [ghosts] = ghosts[..] else { return };
        if ghosts.count() == 0 {
            return frame.draw_without_data(canvas, "No device went without a word.");
        }
        let x = Axis::new("time since it went", &survival::extent(std::slice::from_ref(ghosts)), Unit::Time, frame.x());
        let y = Axis::share("devices still held", frame.y());
        frame.draw(canvas, &x, &y);
        canvas.line(&survival::curve(ghosts, &x, &y), LOOKS[0].0, 2.25);
    })
}

fn detection(devices: &Devices) -> String {
    let results = devices.results;
    // As many series as there are looks, evenly chosen.
    let all: Vec<Series> = series(devices);
    let series: Vec<&Series> = spread(all.len(), LOOKS.len()).into_iter().map(|i| &all[i]).collect();
    let title = detection_title(devices);
    let theory = devices.points.iter().any(|point| point.detection.theory_s.is_some());
    let lines = if theory { "; lines: closed form" } else { "" };
    let subtitle = format!("Mean. Marks: simulated (95 % interval where wider than the mark){lines}.");
    let entry = |(series, (colour, mark)): (&&Series, &(RGBColor, Mark))| {
        let text = if series.name.is_empty() { "simulated".to_owned() } else { series.name.clone() };
        Entry { mark: Some(*mark), line: theory, colour: *colour, text }
    };
    let legend = if results.axes.len() > 1 { series.iter().zip(&LOOKS).map(entry).collect() } else { vec![] };
    let frame = Frame::new(&title, &subtitle, legend, 34.0);
    svg(&title, |canvas| {
        let figures = |i: usize| &devices.points[i].detection;
        let shown: Vec<usize> = series.iter().flat_map(|series| series.points.iter().copied()).collect();
        let levels: Vec<f64> = shown
            .iter()
            .flat_map(|&i| {
                [figures(i).mean_s.zip(figures(i).half_interval_s()).map(|(mean, half)| mean + half), figures(i).mean_s]
            })
            .flatten()
            .collect();
        if levels.is_empty() {
            return frame.draw_without_data(canvas, "No device that went without a word was found.");
        }
        let value = |i: usize| results.points[i].values.first().map_or("", String::as_str);
        let numbers: Option<Vec<(f64, bool)>> = shown.iter().map(|&i| as_number(value(i))).collect();
        let numbers = numbers.filter(|all| all.iter().any(|(x, _)| *x != all[0].0));
        let mut names: Vec<&str> = Vec::new();
        shown.iter().for_each(|&i| {
            if !names.contains(&value(i)) {
                names.push(value(i))
            }
        });
        let axis_title = axis_names(results).first().map_or("", |name| name);
        let x = match &numbers {
            Some(all) => {
                let unit = if all.iter().any(|(_, seconds)| *seconds) { Unit::Time } else { Unit::Number };
                let values: Vec<f64> = all.iter().map(|(x, _)| *x).collect();
                let ticks: Vec<Tick> =
                    names.iter().filter_map(|name| Some((as_number(name)?.0, (*name).to_owned()))).collect();
                Axis::new(axis_title, &values, unit, frame.x()).with_ticks(ticks, &[])
            }
            None => Axis::names(axis_title, &names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>(), frame.x()),
        };
        let at = |i: usize| match (&numbers, as_number(value(i))) {
            (Some(_), Some((number, _))) => x.at(number),
            _ => x.at(names.iter().position(|name| *name == value(i)).unwrap_or(0) as f64),
        };
        let y = Axis::new("detection, mean", &levels, Unit::Time, frame.y());
        frame.draw(canvas, &x, &y);
        for (series, &(colour, mark)) in series.iter().zip(&LOOKS) {
            let mut order = series.points.clone();
            order.sort_by(|&a, &b| at(a).total_cmp(&at(b)));
            let level = |i: usize| if theory { figures(i).theory_s } else { figures(i).mean_s };
            let line: Vec<Place> = order.iter().filter_map(|&i| level(i).map(|s| (at(i), y.at(s)))).collect();
            canvas.line(&line, colour, if theory { 2.0 } else { 1.0 });
            for &i in &order {
                let Some(mean) = figures(i).mean_s else { continue };
                if let Some(half) = figures(i).half_interval_s() {
                    let [low, high] = [(mean - half).max(0.0), mean + half].map(|s| y.at(s));
                    if low - high > 10.0 {
                        canvas.line(&[(at(i), low), (at(i), high)], colour, 1.5);
                    }
                }
                canvas.mark(mark, (at(i), y.at(mean)), 4.75, colour);
            }
        }
    })
}

fn detection_title(devices: &Devices) -> String {
    let known = || devices.points.iter().filter(|point| point.detection.mean_s.is_some());
    let by = |a: &&DeviceFigures, b: &&DeviceFigures| {
        a.detection.mean_s.unwrap_or(0.0).total_cmp(&b.detection.mean_s.unwrap_or(0.0))
    };
    match (known().min_by(by), known().max_by(by)) {
        (Some(least), Some(most)) if devices.points.len() > 1 => {
            let mean = |point: &DeviceFigures| together(&duration(point.detection.mean_s.unwrap_or(0.0)));
            format!("A device that is gone without a word is found after {} to {} on average", mean(least), mean(most))
        }
        (Some(only), _) => {
            let mean = together(&duration(only.detection.mean_s.unwrap_or(0.0)));
            format!("A device that is gone without a word is found after {mean} on average")
        }
        _ => "How soon a platform finds out that a device is gone".to_owned(),
    }
}

fn trade_off(devices: &Devices) -> Option<String> {
    let results = devices.results;
    let labels = sweep::short_labels(results, LABEL);
    let dots: Vec<Dot> = shown(devices)
        .into_iter()
        .filter_map(|index| {
            let (point, label) = (&devices.points[index], &labels[index]);
            let false_offlines = point.result.devices().false_offlines_per_thousand_device_days().unwrap_or(0.0);
            let drops = false_offlines > 0.0;
            let label = if drops { format!("{label} ({})", rate(false_offlines)) } else { label.clone() };
            Some(Dot { cost: point.requests_per_s_per_thousand()?, found_s: point.detection.p99_s?, label, drops })
        })
        .collect();
    let of = if results.axes.is_empty() { String::new() } else { format!(" Labels: {}.", sweep::title(results)) };
    let words = Words {
        title: "What it costs to find out sooner that a device is gone",
        subtitle: &format!("Time after which 99 of 100 devices are found. Down is sooner, left is cheaper.{of}"),
        cost: "requests a second for each thousand devices",
        found: "detection, 99 % quantile",
        legend: ["living devices called offline (times for each thousand devices and day)", "none called offline"],
        nothing: "No device that went without a word was found.",
    };
    Some(plot(&words, &dots, results.axes.len() == 1))
}

/// At most `most` of `len` places, evenly chosen, with both ends.
fn spread(len: usize, most: usize) -> Vec<usize> {
    if len <= most {
        return (0..len).collect();
    }
    (0..most).map(|i| i * (len - 1) / (most - 1)).collect()
}

/// Which points the storm shows: those that differ from the last in jitter alone, or a few of all.
fn stormy(devices: &Devices) -> Vec<usize> {
    let with_storm: Vec<usize> = (0..devices.points.len()).filter(|&i| devices.points[i].storm.is_some()).collect();
    let Some(&last) = with_storm.last() else { return vec![] };
    let alike = |&i: &usize| {
        let values = |i: usize| &devices.results.points[i].values;
        let pairs = devices.results.axes.iter().zip(values(i).iter().zip(values(last)));
        pairs.filter(|(key, _)| !is_jitter(key)).all(|(_, (a, b))| a == b)
    };
    let chosen: Vec<usize> = match devices.results.axes.iter().any(|key| is_jitter(key)) {
        true => with_storm.into_iter().filter(alike).collect(),
        false => with_storm,
    };
    spread(chosen.len(), LOOKS.len()).into_iter().map(|i| chosen[i]).collect()
}

fn storms(devices: &Devices) -> Option<String> {
    let shown = stormy(devices);
    let of = |i: usize| -> Option<(&DeviceFigures, &RestartStorm)> {
        Some((&devices.points[i], devices.points[i].storm.as_ref()?))
    };
    let curves: Vec<(&DeviceFigures, &RestartStorm)> = shown.iter().filter_map(|&i| of(i)).collect();
    let (worst, storm) = *curves.iter().max_by_key(|(_, storm)| storm.peak_requests)?;
    let number = counted(worst.result.devices().devices, "device");
    let down = together(&duration(storm.restart.down.as_secs_f64()));
    let title = format!(
        "After a restart of {down}, the platforms of {number} get {} requests in the busiest second",
        count(storm.peak_requests.into())
    );
    let entry = |((point, _), (colour, _)): (&(&DeviceFigures, &RestartStorm), &(RGBColor, Mark))| {
        let text = sweep::in_words(devices.results, point.result);
        Entry { mark: None, line: true, colour: *colour, text: text.chars().take(60).collect() }
    };
    let legend: Vec<Entry> =
        if devices.results.axes.is_empty() { vec![] } else { curves.iter().zip(&LOOKS).map(entry).collect() };
    let mut frame_legend = legend;
    // No more than a line has room for: the rest is told by the order of the colours.
    frame_legend.truncate(LOOKS.len());
    let subtitle =
        "Requests that arrive in each second, at all platforms of the level. Time 0: they are back, without memory.";
    let frame = Frame::stacked(&title, subtitle, frame_legend, 34.0);
    Some(svg(&title, |canvas| {
        let all: Vec<Vec<(f64, u32)>> =
            curves.iter().map(|(point, _)| point.requests_round_restart(BEFORE_S)).collect();
        let times: Vec<f64> = all.iter().flatten().map(|(time, _)| *time).collect();
        let x = Axis::new("seconds after the platforms are back", &times, Unit::Number, frame.x());
        let counts: Vec<f64> = all.iter().flatten().map(|(_, count)| f64::from(*count)).chain([0.0]).collect();
        let y = Axis::new("requests in a second", &counts, Unit::Number, frame.y());
        frame.draw(canvas, &x, &y);
        for (curve, &(colour, _)) in all.iter().zip(&LOOKS) {
            let steps = curve.iter().flat_map(|&(time, count)| {
                let level = y.at(count.into());
                [(x.at(time), level), (x.at(time + 1.0), level)]
            });
            canvas.line(&steps.collect::<Vec<Place>>(), colour, 1.75);
        }
    }))
}
