//! The rows that the table on the terminal and the one on the page show: three for each point, as text.

use super::number::{self, NONE};
use super::point::{Point, Who};
use super::sweep;
use crate::measure::Z95;
use crate::study::Results;
use std::ops::Range;

/// The columns after the values of the axes: short heads of up to three lines, and what they mean.
pub(super) const HEADS: [(&[&str], &str); 11] = [
    (&["hung up", "by"], "what the agent that hung up was to the session"),
    (&["recovery s", "mean ± 95 %"], "mean recovery time, in seconds, with its 95 % interval"),
    (&["theory", "s"], "closed form of that mean, in seconds"),
    (&["σ"], "mean less closed form, in standard errors"),
    (&["p50", "s"], "half of all ghosts were held no longer than this, in seconds"),
    (&["p95", "s"], "95 of 100 ghosts were held no longer than this, in seconds"),
    (&["p99", "s"], "99 of 100 ghosts were held no longer than this, in seconds"),
    (&["max", "s"], "the longest recovery time, in seconds"),
    (&["un-", "reco-", "vered"], "ghosts still held when the run ended"),
    (&["false", "drops", "/10⁶"], "false drops for each million of established calls"),
    (&["refr.", "msgs", "/call h"], "refresh messages for each hour of a live call"),
];

/// With more points than this, people are shown the first and the last of them.
const MOST_POINTS: usize = 100;
const FIRST_POINTS: usize = 40;
const LAST_POINTS: usize = 10;

/// Which of `points` points are left out where people read them one by one.
pub(super) fn left_out(points: usize) -> Range<usize> {
    if points > MOST_POINTS { FIRST_POINTS..points - LAST_POINTS } else { 0..0 }
}

/// Says so in place of the points of `left_out`, of which there are some; `file` has all.
pub(super) fn left_out_words(left_out: &Range<usize>, file: &str) -> String {
    format!("... {} points left out; all of them are in {file}", number::count(left_out.len() as u64))
}

/// The cells of a point's rows, the one that stands for all ghosts last.
pub(super) fn rows(point: &Point) -> Vec<[String; HEADS.len()]> {
    let who = point.who();
    let last = who.len() - 1;
    who.into_iter().enumerate().map(|(i, who)| row(point, who, i == last)).collect()
}

fn row(point: &Point, who: Who, of_the_point: bool) -> [String; HEADS.len()] {
    let recovery = point.recovery(who);
    let decimals = number::decimals(recovery.mean_s.or(recovery.theory_s).unwrap_or(0.0), recovery.half_s());
    let or_none = |x: Option<f64>, text: &dyn Fn(f64) -> String| x.map_or_else(|| NONE.to_owned(), text);
    let seconds = |x: Option<f64>| or_none(x, &|x| number::significant(x, 4));
    let [unrecovered, drops, messages] = match of_the_point {
        true => [
            compact(recovery.unrecovered),
            or_none(point.result.tally.false_drops_per_million(), &|x| number::trimmed(x, 4)),
            or_none(point.messages(), &|x| number::significant(x, 3)),
        ],
        false => Default::default(),
    };
    [
        who.name().to_owned(),
        or_none(recovery.mean_s, &|mean| number::with_interval(mean, recovery.half_s())),
        or_none(recovery.theory_s, &|theory| number::fixed(theory, decimals)),
        or_none(recovery.distance_se, &|distance| {
            if distance.abs() < 999.95 { number::fixed(distance, 1) } else { number::significant(distance, 2) }
        }),
        seconds(recovery.p50_s),
        seconds(recovery.p95_s),
        seconds(recovery.p99_s),
        seconds(recovery.max_s),
        unrecovered,
        drops,
        messages,
    ]
}

/// `paired_differences(results)[i]`: what changes from point `i` to point `i + 1`, in seconds, the same calls compared. Empty
/// where points do not have the same calls, and where nothing changes.
pub(super) fn paired_differences(results: &Results) -> Vec<String> {
    let one = |paired: &crate::measure::Paired| {
        paired
            .mean_s()
            .map_or_else(|| NONE.to_owned(), |mean| number::difference(mean, paired.error_s().map(|error| Z95 * error)))
    };
    let paired = &results.paired[..results.paired.len().min(results.points.len().saturating_sub(1))];
    let changes = paired.iter().any(|paired| paired.mean_s().is_some_and(|mean| mean != 0.0));
    if !changes || !sweep::has_the_same_calls(results) {
        return vec![];
    }
    paired.iter().map(one).collect()
}

/// A count in at most seven characters.
fn compact(n: u64) -> String {
    if n < 10_000_000 { n.to_string() } else { number::significant(n as f64, 3) }
}
