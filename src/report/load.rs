//! The load of every element for each second: its peaks, and what an outage makes of it. For studies that ask for it.

use super::columns::number as figure;
use super::number::{self, NONE, length};
use super::sweep;
use crate::measure::{ElementLoad, Traffic};
use crate::study::{PointLoad, PointResult, Results};
use crate::time::Time;
use serde_json::{Map, Value, json};

/// The seconds before an outage that what follows it is held against.
const BEFORE: usize = 300;

/// A storm is over when so many seconds in a row are as those before the outage.
const CALM: usize = 10;

/// So many standard deviations above their mean, those of the seconds before the outage.
const UNUSUAL: f64 = 3.0;

/// The most of something in a second, and the first second that had it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Peak {
    pub most: u64,
    pub second: usize,
}

impl Peak {
    pub fn of(counts: impl Iterator<Item = u64>) -> Option<Peak> {
        let first = |best: Option<Peak>, (second, most)| match best {
            Some(best) if best.most >= most => Some(best),
            _ if most == 0 => best,
            _ => Some(Peak { most, second }),
        };
        counts.enumerate().fold(None, |best, (second, most)| first(best, (second, most)))
    }
}

/// The peaks of one element.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peaks<'a> {
    pub element: &'a str,
    pub messages: Option<Peak>,
    pub refreshes: Option<Peak>,
    pub retransmissions: Option<Peak>,
    pub calls: Option<Peak>,
    pub ghosts: Option<Peak>,
}

/// What messages did after an outage.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Storm {
    /// Messages a second before, on average.
    pub before: f64,
    /// The most in a second from the end of the outage on, up to the next.
    pub peak: Option<Peak>,
    /// How long after the outage it was over, in seconds; `None`: not before the end, or the next outage.
    pub over_after: Option<usize>,
}

/// An outage with the storms of refresh messages and of all messages after it, sent by all elements together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Aftermath {
    pub from: Time,
    pub to: Time,
    pub refreshes: Storm,
    pub all: Storm,
}

/// Messages of every kind sent again by `load` in `second`.
pub(super) fn again(load: &ElementLoad, second: usize) -> u64 {
    Traffic::BOTH.into_iter().map(|traffic| u64::from(load.retransmissions(traffic, second))).sum()
}

/// The elements that did anything, with their names.
pub(super) fn elements<'a>(point: &'a PointResult, load: &'a PointLoad) -> Vec<(&'a str, &'a ElementLoad)> {
    let names = point.elements.iter().map(String::as_str).enumerate();
    names.filter_map(|(number, name)| Some((name, load.load.of(number)?))).collect()
}

/// The peaks of each element.
pub(super) fn peaks<'a>(point: &'a PointResult, load: &'a PointLoad) -> Vec<Peaks<'a>> {
    let seconds = || 0..load.seconds;
    let of = |(element, of): (&'a str, &'a ElementLoad)| Peaks {
        element,
        messages: Peak::of(seconds().map(|second| of.handled(second).into())),
        refreshes: Peak::of(seconds().map(|second| of.sent(Traffic::Refresh, second).into())),
        retransmissions: Peak::of(seconds().map(|second| again(of, second))),
        calls: Peak::of(of.calls_held(load.seconds).into_iter()),
        ghosts: Peak::of(of.ghosts_held(load.seconds).into_iter()),
    };
    elements(point, load).into_iter().map(of).collect()
}

/// What followed each outage that has a time before it.
pub(super) fn aftermaths(load: &PointLoad) -> Vec<Aftermath> {
    let elements: Vec<&ElementLoad> = (0..).map_while(|number| load.load.of(number)).collect();
    let sent = |traffic: Traffic| -> Vec<u64> {
        let in_second = |second| elements.iter().map(|element| u64::from(element.sent(traffic, second))).sum();
        (0..load.seconds).map(in_second).collect()
    };
    let refreshes = sent(Traffic::Refresh);
    let all: Vec<u64> = refreshes.iter().zip(sent(Traffic::Other)).map(|(a, b)| a + b).collect();
    let second = |at: Time| (at.as_nanos() / 1_000_000_000) as usize;
    let ends = load.outages.iter().skip(1).map(|(from, _)| second(*from)).chain([load.seconds]);
    let mut free = 0;
    let of = |(&(from, to), end): (&(Time, Time), usize)| {
        let (first, last) = (second(from), to.as_nanos().div_ceil(1_000_000_000) as usize);
        let before = free.max(first.saturating_sub(BEFORE))..first;
        free = last;
        let storm = |counts: &[u64]| storm(counts, before.clone(), last.min(end)..end.min(counts.len()));
        Some(Aftermath { from, to, refreshes: storm(&refreshes)?, all: storm(&all)? })
    };
    load.outages.iter().zip(ends).filter_map(of).collect()
}

fn storm(counts: &[u64], before: std::ops::Range<usize>, after: std::ops::Range<usize>) -> Option<Storm> {
    let usual = counts.get(before).filter(|usual| usual.len() > 1)?;
    let n = usual.len() as f64;
    let mean = usual.iter().sum::<u64>() as f64 / n;
    let variance = usual.iter().map(|&count| (count as f64 - mean) * (count as f64 - mean)).sum::<f64>() / (n - 1.0);
    let most = mean + UNUSUAL * variance.sqrt();
    let start = after.start;
    let after = counts.get(after)?;
    let over_after = after.windows(CALM).position(|seconds| seconds.iter().all(|&count| count as f64 <= most));
    let peak = Peak::of(after.iter().copied()).map(|peak| Peak { second: start + peak.second, ..peak });
    Some(Storm { before: mean, peak, over_after })
}

/// Heads of the columns in which people read the peaks, with what they mean.
pub(super) const HEADS: [(&str, &str); 9] = [
    ("load at", "The element"),
    ("messages/s", "The most messages received and sent in a second"),
    ("when", "The first such second, from the start of the run"),
    ("refresh/s", "The most refresh messages sent in a second"),
    ("when", "The first such second"),
    ("again/s", "The most messages sent again in a second"),
    ("when", "The first such second"),
    ("calls", "The most calls held at the end of a second"),
    ("ghosts", "The most ghosts held at the end of a second"),
];

/// Whether there is anything to tell.
pub(super) fn tells(results: &Results) -> bool {
    results.points.iter().any(|point| point.load.is_some())
}

/// The rows of a point under [`HEADS`], one for each element.
pub(super) fn rows(point: &PointResult) -> Vec<[String; HEADS.len()]> {
    let Some(load) = &point.load else { return vec![] };
    let most = |peak: Option<Peak>| peak.map_or_else(|| "0".to_owned(), |peak| number::count(peak.most));
    let when = |peak: Option<Peak>| peak.map_or_else(|| NONE.to_owned(), |peak| length(peak.second as f64));
    let row = |peaks: Peaks| {
        let Peaks { element, messages, refreshes, retransmissions, calls, ghosts } = peaks;
        [
            element.to_owned(),
            most(messages),
            when(messages),
            most(refreshes),
            when(refreshes),
            most(retransmissions),
            when(retransmissions),
            most(calls),
            most(ghosts),
        ]
    };
    peaks(point, load).into_iter().map(row).collect()
}

/// What `summary.json` says of the load of a point.
pub(super) fn json(point: &PointResult) -> Option<Value> {
    let load = point.load.as_ref()?;
    let elements: Vec<Value> = peaks(point, load)
        .into_iter()
        .map(|peaks| {
            let mut object = Map::new();
            object.insert("element".to_owned(), peaks.element.into());
            for (name, peak) in [
                ("messages_per_s", peaks.messages),
                ("refresh_messages_sent_per_s", peaks.refreshes),
                ("retransmissions_per_s", peaks.retransmissions),
                ("calls_held", peaks.calls),
                ("ghosts_held", peaks.ghosts),
            ] {
                object.insert(
                    name.to_owned(),
                    json!({ "peak": peak.map_or(0, |peak| peak.most), "at_s": peak.map(|peak| peak.second) }),
                );
            }
            Value::Object(object)
        })
        .collect();
    let storm = |storm: Storm| {
        json!({
            "before_per_s": figure(Some(storm.before)),
            "peak_per_s": storm.peak.map_or(0, |peak| peak.most),
            "peak_at_s": storm.peak.map(|peak| peak.second),
            "over_after_s": storm.over_after,
        })
    };
    let outages: Vec<Value> = aftermaths(load)
        .into_iter()
        .map(|found| {
            json!({
                "from_s": figure(Some(found.from.since(Time::ZERO).as_secs_f64())),
                "to_s": figure(Some(found.to.since(Time::ZERO).as_secs_f64())),
                "refresh_messages_sent": storm(found.refreshes),
                "messages_sent": storm(found.all),
            })
        })
        .collect();
    Some(json!({ "seconds": load.seconds, "elements": elements, "after_outages": outages }))
}

/// Names of the columns of `load.csv`, after those of the axes.
pub(super) const COLUMNS: [&str; 10] = [
    "second_s",
    "element",
    "received_refresh_per_s",
    "received_other_per_s",
    "first_sends_refresh_per_s",
    "first_sends_other_per_s",
    "retransmissions_refresh_per_s",
    "retransmissions_other_per_s",
    "calls_held",
    "ghosts_held",
];

/// The rows of a point under [`COLUMNS`]: for each second, one for each element.
pub(super) fn records(point: &PointResult) -> Vec<[Value; COLUMNS.len()]> {
    let Some(load) = &point.load else { return vec![] };
    let elements: Vec<_> = elements(point, load)
        .into_iter()
        .map(|(name, of)| (name, of, of.calls_held(load.seconds), of.ghosts_held(load.seconds)))
        .collect();
    let mut records = Vec::with_capacity(load.seconds * elements.len());
    for second in 0..load.seconds {
        for (name, of, calls, ghosts) in &elements {
            let [refresh, other] = Traffic::BOTH;
            records.push([
                second.into(),
                (*name).into(),
                of.received(refresh, second).into(),
                of.received(other, second).into(),
                of.first_sends(refresh, second).into(),
                of.first_sends(other, second).into(),
                of.retransmissions(refresh, second).into(),
                of.retransmissions(other, second).into(),
                calls[second].into(),
                ghosts[second].into(),
            ]);
        }
    }
    records
}

/// What messages did after each outage, in words: of the first point that has any.
pub(super) fn sentences(results: &Results) -> Vec<String> {
    let found = results.points.iter().find_map(|point| {
        let found = aftermaths(point.load.as_ref()?);
        (!found.is_empty()).then_some((point, found))
    });
    let Some((point, found)) = found else { return vec![] };
    let at = if results.points.len() > 1 {
        format!("At {}, after", sweep::in_words(results, point))
    } else {
        "After".to_owned()
    };
    let words = |what: &str, storm: &Storm| {
        let before = number::rate(storm.before);
        let Some(peak) = storm.peak else { return format!("{what} did not come again") };
        let times = if storm.before > 0.0 {
            format!(", {} times", number::trimmed(peak.most as f64 / storm.before, 2))
        } else {
            String::new()
        };
        let over = match storm.over_after {
            Some(0) => "never left what is usual".to_owned(),
            Some(after) => format!("were back to it {} after the outage", length(after as f64)),
            None => "were not back to it".to_owned(),
        };
        format!(
            "{what} peaked at {} a second at {}{times} the {before} before, and {over}",
            number::count(peak.most),
            length(peak.second as f64)
        )
    };
    let sentence = |aftermath: &Aftermath| {
        let Aftermath { from, to, refreshes, all } = aftermath;
        format!(
            "{at} the outage of {} at {}, {}; {}.",
            length(to.since(*from).as_secs_f64()),
            length(from.since(Time::ZERO).as_secs_f64()),
            words("refresh messages", refreshes),
            words("all messages together", all),
        )
    };
    found.iter().map(sentence).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_storm_is_what_stands_out_of_the_seconds_before_the_outage() {
        let mut counts = vec![10, 12, 8, 10, 12, 8, 0, 0, 0, 90, 40, 13, 17];
        counts.extend([9; 12]);
        let found = storm(&counts, 0..6, 9..counts.len()).unwrap();
        assert_eq!((found.before, found.peak), (10.0, Some(Peak { most: 90, second: 9 })));
        // The standard deviation is 1.79: 13 is usual, 17 is not.
        assert_eq!(found.over_after, Some(4));
        assert_eq!(storm(&counts, 0..6, 9..15).unwrap().over_after, None);
        assert_eq!(storm(&counts, 6..7, 9..15), None);
        assert_eq!(storm(&counts, 0..6, 13..counts.len()).unwrap().over_after, Some(0));
    }

    #[test]
    fn the_first_of_equal_peaks_counts_and_nothing_has_none() {
        assert_eq!(Peak::of([1, 3, 3].into_iter()), Some(Peak { most: 3, second: 1 }));
        assert_eq!(Peak::of([0, 0].into_iter()), None);
    }
}
