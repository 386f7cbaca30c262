//! How calls ended at each element: by which timer or message, under which rule.

use crate::measure::Fate;
use crate::sip::ReleaseCause;
use crate::study::PointResult;

/// What became of calls at an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReleaseKind {
    /// It let go of them for this cause.
    Released(ReleaseCause),
    /// It still held them when the run ended.
    StillHeld,
    /// They passed it and were never established there.
    NeverHeld,
    /// They took another way.
    OtherWay,
}

/// One way in which calls of a point ended at an element, or did not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Release<'a> {
    /// The element.
    pub element: &'a str,
    /// What became of the calls.
    pub kind: ReleaseKind,
    /// How many calls.
    pub calls: u64,
    /// All calls of the point.
    pub of: u64,
}

/// All that happened to calls of `point` at each of its elements; what happened to none has no entry. The calls of an
/// element add up to those of the point.
pub fn releases(point: &PointResult) -> Vec<Release<'_>> {
    let all = point.tally.calls;
    let mut list = Vec::new();
    for (element, number) in point.elements.iter().zip(0..) {
        let count = |fate| point.tally.releases.count(number, fate);
        let released = ReleaseCause::ALL.map(|cause| (ReleaseKind::Released(cause), count(Fate::Released(cause))));
        let held = count(Fate::Held);
        let met = released.iter().fold(held, |sum, (_, calls)| sum.saturating_add(*calls));
        let passing = point.tally.passing(number);
        let kept = [
            (ReleaseKind::StillHeld, held),
            (ReleaseKind::NeverHeld, passing.saturating_sub(met)),
            (ReleaseKind::OtherWay, all.saturating_sub(passing)),
        ];
        let found = released.into_iter().chain(kept).filter(|(_, calls)| *calls > 0);
        list.extend(found.map(|(kind, calls)| Release { element, kind, calls, of: all }));
    }
    list
}
