//! How calls ended at each element: by which timer or message, under which rule.

use super::number::{self, NONE};
use crate::measure::Fate;
use crate::sip::ReleaseCause;
use crate::study::PointResult;

/// One way in which calls of a point ended at an element, or did not.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Release<'a> {
    pub element: &'a str,
    pub cause: &'static str,
    pub rule: Option<&'static str>,
    /// The timer or message.
    pub by: &'static str,
    pub calls: u64,
    /// Of all calls of the point.
    pub share: Option<f64>,
}

/// All that happened to calls of `point` at each of its elements; what happened to none has no entry. The calls of an
/// element add up to those of the point.
pub(super) fn releases(point: &PointResult) -> Vec<Release<'_>> {
    let all = point.tally.calls;
    let mut list = Vec::new();
    for (element, number) in point.elements.iter().zip(0..) {
        let count = |fate| point.tally.releases.count(number, fate);
        let released =
            ReleaseCause::ALL.map(|cause| (cause.name(), cause.rule(), cause.by(), count(Fate::Released(cause))));
        let held = count(Fate::Held);
        let met = released.iter().fold(held, |sum, (.., calls)| sum.saturating_add(*calls));
        let passing = point.tally.passing(number);
        let kept = [
            ("still-held", None, "still held when the run ended", held),
            ("never-held", None, "the call never stood there", passing.saturating_sub(met)),
            ("other-way", None, "the call took another way", all.saturating_sub(passing)),
        ];
        list.extend(released.into_iter().chain(kept).filter(|(.., calls)| *calls > 0).map(
            |(cause, rule, by, calls)| {
                let share = (all > 0).then(|| calls as f64 / all as f64);
                Release { element, cause, rule, by, calls, share }
            },
        ));
    }
    list
}

/// Heads of the columns in which people read them.
pub(super) const HEADS: [&str; 5] = ["at", "ended by", "rule", "calls", "share"];

/// How many of [`HEADS`], from the first, are over text; the others are over numbers.
pub(super) const TEXT_HEADS: usize = 3;

impl Release<'_> {
    /// The cells under [`HEADS`].
    pub fn cells(&self, all: u64) -> [String; HEADS.len()] {
        [
            self.element.to_owned(),
            self.by.to_owned(),
            self.rule.unwrap_or(NONE).to_owned(),
            number::count(self.calls),
            number::share(self.calls, all),
        ]
    }
}
