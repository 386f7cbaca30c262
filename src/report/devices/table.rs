//! The table of devices on standard output, and the cells that the page shows too.

use super::point::{Point, Study};
use super::takeaway;
use crate::report::number::{self, NONE};
use crate::report::rows::{left_out, left_out_words};
use crate::report::sweep;
use crate::report::table::{Line, aligned, broken, cut};
use crate::report::text::{WIDTH, wrap};
use crate::study::DevicePoint;

/// The columns after the values of the axes: short heads of up to three lines, and what they mean.
pub const HEADS: [(&[&str], &str); 10] = [
    (
        &["detection", "s, mean", "± 95 %"],
        "mean time from a device's going without a word until its platform knows, in seconds, with its 95 % interval",
    ),
    (&["theory", "s"], "closed form of that mean, in seconds"),
    (&["σ"], "mean less closed form, in standard errors"),
    (&["p99", "s"], "99 of 100 such devices were found after no more than this, in seconds"),
    (&["un-", "reco-", "vered"], "such devices still held when the run ended"),
    (&["false", "offline", "/10³ d d"], "living devices called offline, for each thousand devices and day"),
    (&["of its", "theory", "σ"], "false offlines less their closed form, in standard errors"),
    (&["req.", "/s", "/10³"], "requests a second for each thousand devices that are switched on"),
    (&["storm", "peak", "req./s"], "requests in the busiest second after a restart of the devices' platforms"),
    (
        &["all", "back", "s"],
        "from the platforms' return until all devices that they had forgotten were back, in seconds",
    ),
];

/// The columns of the table of levels.
pub const LEVEL_HEADS: [&str; 9] =
    ["who", "units", "platforms", "requests", "again", "refused", "time-outs", "mean /s", "peak /s"];

/// How many of them are text.
pub const LEVEL_TEXTS: usize = 1;

/// Every point with its detection times, false offlines, load and storm, and below it what to take from it all.
pub fn table(study: &Study) -> String {
    let layouts = [(true, 2), (true, 1), (false, 2), (false, 1)];
    let fits = |lines: &Vec<String>| lines.iter().all(|line| line.chars().count() <= WIDTH);
    let fitting = layouts.iter().map(|&(columns, gap)| grid(study, columns, gap)).find(fits);
    let mut lines = fitting.unwrap_or_else(|| grid(study, false, 1));
    lines.push(String::new());
    lines.extend(levels(study));
    lines.extend(wrap(&takeaway::say(study), ""));
    cut(&lines)
}

/// The grid, the axes in columns of their own or on a line above each point's row.
fn grid(study: &Study, axes_in_columns: bool, gap: usize) -> Vec<String> {
    let results = study.results;
    let axes = if axes_in_columns { results.axes.len() } else { 0 };
    let mut heads: Vec<Vec<String>> = sweep::axis_names(results).into_iter().take(axes).map(broken).collect();
    heads.extend(HEADS.iter().map(|(lines, _)| lines.iter().map(|&line| line.to_owned()).collect()));
    let height = heads.iter().map(Vec::len).max().unwrap_or(0);
    let head = |line: usize| heads.iter().map(|lines| lines.get(line).cloned().unwrap_or_default()).collect();
    let mut all: Vec<Line> = (0..height).map(|line| Line::Cells(head(line))).collect();
    let left_out = left_out(study.points.len());
    for (i, point) in study.points.iter().enumerate() {
        if left_out.contains(&i) {
            if i == left_out.start {
                all.push(Line::Words(left_out_words(&left_out, "points.csv")));
            }
            continue;
        }
        if axes == 0 && !results.axes.is_empty() {
            all.push(Line::Words(sweep::in_words(results, point.result)));
        }
        let values = point.result.values.iter().take(axes).cloned();
        all.push(Line::Cells(values.chain(cells(point)).collect()));
    }
    aligned(all, 0..0, gap)
}

/// The cells of a point's row.
pub fn cells(point: &Point) -> [String; HEADS.len()] {
    let or_none = |x: Option<f64>, text: &dyn Fn(f64) -> String| x.map_or_else(|| NONE.to_owned(), text);
    let detection = &point.detection;
    let decimals = number::decimals(detection.mean_s.or(detection.theory_s).unwrap_or(0.0), detection.half_s());
    let distance = |x: Option<f64>| or_none(x, &|x| number::fixed(x, 1));
    let storm = point.storm.as_ref();
    let all_back = storm.filter(|storm| storm.not_back == 0).and_then(|storm| storm.all_back_s);
    [
        or_none(detection.mean_s, &|mean| number::with_interval(mean, detection.half_s())),
        or_none(detection.theory_s, &|theory| number::fixed(theory, decimals)),
        distance(detection.distance_se),
        or_none(detection.p99_s, &|x| number::significant(x, 4)),
        detection.unrecovered.to_string(),
        or_none(point.result.devices().false_offlines_per_thousand_device_days(), &|x| number::trimmed(x, 4)),
        distance(point.false_offlines.distance_se),
        or_none(point.requests_per_s_per_thousand(), &|x| number::significant(x, 3)),
        storm.map_or_else(|| NONE.to_owned(), |storm| number::count(storm.peak_requests.into())),
        or_none(all_back, &|x| number::significant(x, 4)),
    ]
}

/// Those who register at each level, of a study of one point or of several levels.
fn levels(study: &Study) -> Vec<String> {
    let [point] = study.results.points.as_slice() else { return vec![] };
    let heads = Line::Cells(LEVEL_HEADS.map(str::to_owned).into());
    let rows = (0..point.levels.len()).map(|level| Line::Cells(level_cells(point, level).into()));
    let lines = [heads].into_iter().chain(rows).collect();
    aligned(lines, 0..LEVEL_TEXTS, 2).into_iter().chain([String::new()]).collect()
}

/// The cells of a level's row.
pub fn level_cells(point: &DevicePoint, level: usize) -> [String; LEVEL_HEADS.len()] {
    let result = &point.levels[level];
    let tally = &result.tally;
    let seconds = super::point::second(point.horizon) + 1;
    let mean = tally.arrivals.sum(0, seconds) as f64 / point.horizon.since(crate::time::Time::ZERO).as_secs_f64();
    [
        result.name.clone(),
        number::count(tally.devices),
        number::count(result.platforms.into()),
        number::count(tally.requests.iter().sum()),
        number::count(tally.resent),
        number::count(tally.refused),
        number::count(tally.timeouts),
        number::significant(mean, 3),
        number::count(tally.arrivals.peak(0, seconds).map_or(0, |(_, count)| count.into())),
    ]
}
