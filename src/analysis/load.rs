//! The load of every element for each second: its peaks, and what an outage makes of it.

use crate::measure::{ElementLoad, Traffic};
use crate::study::{PointLoad, PointResult};
use crate::time::Time;

/// The seconds before an outage that what follows it is compared with.
const BEFORE: usize = 300;

/// A storm is over when so many seconds in a row are as those before the outage.
const CALM: usize = 10;

/// So many standard deviations above their mean, those of the seconds before the outage.
const UNUSUAL: f64 = 3.0;

/// The most of something in a second, and the first second that had it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peak {
    /// The most.
    pub most: u64,
    /// The second, from the start of the run.
    pub second: usize,
}

impl Peak {
    /// The peak of counts for each second; `None` where all are zero.
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
pub struct ElementPeaks<'a> {
    /// Its name.
    pub element: &'a str,
    /// Messages received and sent.
    pub messages: Option<Peak>,
    /// Refresh messages sent.
    pub refreshes: Option<Peak>,
    /// Messages retransmitted.
    pub retransmissions: Option<Peak>,
    /// Calls held at the end of a second.
    pub calls: Option<Peak>,
    /// Ghosts held at the end of a second.
    pub ghosts: Option<Peak>,
}

/// What messages did after an outage.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Storm {
    /// Messages a second before, on average.
    pub before: f64,
    /// The most in a second from the end of the outage on, up to the next.
    pub peak: Option<Peak>,
    /// How long after the outage it was over, in seconds; `None`: not before the end, or the next outage.
    pub over_after: Option<usize>,
}

/// An outage with the storms of refresh messages and of all messages after it, sent by all elements together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Aftermath {
    /// When the outage began.
    pub from: Time,
    /// When it was over.
    pub to: Time,
    /// What refresh messages did.
    pub refreshes: Storm,
    /// What all messages did.
    pub all: Storm,
}

/// An element that did anything, second by second.
#[derive(Clone, Debug)]
pub struct ElementSeconds<'a> {
    /// Its name.
    pub name: &'a str,
    /// What it received and sent.
    pub load: &'a ElementLoad,
    /// The calls that it held at the end of each second.
    pub calls_held: Vec<u64>,
    /// Those of them that were ghosts.
    pub ghosts_held: Vec<u64>,
}

/// Messages of every kind retransmitted by `load` in `second`.
pub fn retransmissions(load: &ElementLoad, second: usize) -> u64 {
    Traffic::BOTH.into_iter().map(|traffic| u64::from(load.retransmissions(traffic, second))).sum()
}

/// For each of so many seconds the sum over all elements.
pub fn sum_of_elements(
    elements: &[ElementSeconds],
    seconds: usize,
    of: impl Fn(&ElementSeconds, usize) -> u64,
) -> Vec<u64> {
    (0..seconds).map(|second| elements.iter().map(|element| of(element, second)).sum()).collect()
}

/// The elements of `point` that did anything.
pub fn elements<'a>(point: &'a PointResult, load: &'a PointLoad) -> Vec<ElementSeconds<'a>> {
    let names = point.elements.iter().map(String::as_str).enumerate();
    let seconds = |(number, name)| {
        let of = load.load.of(number)?;
        let (calls_held, ghosts_held) = (of.calls_held(load.seconds), of.ghosts_held(load.seconds));
        Some(ElementSeconds { name, load: of, calls_held, ghosts_held })
    };
    names.filter_map(seconds).collect()
}

/// The peaks of each element.
pub fn peaks<'a>(point: &'a PointResult, load: &'a PointLoad) -> Vec<ElementPeaks<'a>> {
    let seconds = || 0..load.seconds;
    let of = |element: ElementSeconds<'a>| ElementPeaks {
        element: element.name,
        messages: Peak::of(seconds().map(|second| element.load.handled(second).into())),
        refreshes: Peak::of(seconds().map(|second| element.load.sent(Traffic::Refresh, second).into())),
        retransmissions: Peak::of(seconds().map(|second| retransmissions(element.load, second))),
        calls: Peak::of(element.calls_held.iter().copied()),
        ghosts: Peak::of(element.ghosts_held.iter().copied()),
    };
    elements(point, load).into_iter().map(of).collect()
}

/// What followed each outage that has a time before it.
pub fn aftermaths(load: &PointLoad) -> Vec<Aftermath> {
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
