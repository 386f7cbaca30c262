//! An exact histogram of lengths of time.

use serde::{Deserialize, Serialize};

use super::wide::WideSum;
use crate::time::Span;

/// Width of a bin: a quantile is exact to this, up to 4194 s.
pub const BIN: Span = Span::from_millis(1);

/// How many bins have that width: 2^22 of 1 ms reach to 4194 s. From there the width doubles with the length, so that a
/// quantile is exact to a part in two million and no length, however absurd, takes much memory.
pub(super) const FINEST: u64 = 2 * OCTAVE;

/// Bins of one width above [`FINEST`].
const OCTAVE: u64 = 1 << 21;

/// Bins that are kept together: few, so that few lengths far apart take little memory.
const PAGE: usize = 16;

/// Pages that are found by one step, and such groups by the step before: few too.
const GROUP: usize = 64;

type Group = [u32; GROUP];
type Groups = [Option<Box<Group>>; GROUP];

/// Counts lengths of time in bins of 1 ms (wider for lengths above 4194 s), and keeps number, sum, sum of squares,
/// least and greatest to the nanosecond. All of it is whole numbers, so that merging in any order gives the same
/// histogram.
///
/// Memory grows with the bins that are met, in pages of 16, not with the number of lengths.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(into = "Saved", from = "Saved")]
pub struct Histogram {
    /// By the number of a page, in groups of groups: its place among those that were met, plus one; 0 where none was.
    places: Vec<Option<Box<Groups>>>,
    /// Those that were met, in the order of meeting.
    pages: Vec<[u32; PAGE]>,
    count: u64,
    /// Sum of lengths, in ns.
    sum: u128,
    /// Sum of their squares, in ns².
    squares: WideSum,
    min: Option<Span>,
    max: Span,
}

/// A histogram as it is saved: the same for the same counts, in whatever order they were met.
#[derive(Serialize, Deserialize)]
struct Saved {
    count: u64,
    sum: u128,
    squares: WideSum,
    min: Option<Span>,
    max: Span,
    /// Every bin that is not empty, from the least: its distance from the one before, and its count.
    bins: Vec<(u64, u32)>,
}

impl From<Histogram> for Saved {
    fn from(histogram: Histogram) -> Saved {
        let mut bins = Vec::new();
        let mut before = 0;
        for (number, page) in histogram.pages() {
            for (&count, bin) in page.iter().zip((number * PAGE) as u64..).filter(|(count, _)| **count > 0) {
                bins.push((bin - before, count));
                before = bin;
            }
        }
        let Histogram { places: _, pages: _, count, sum, squares, min, max } = histogram;
        Saved { count, sum, squares, min, max, bins }
    }
}

impl From<Saved> for Histogram {
    fn from(saved: Saved) -> Histogram {
        let Saved { count, sum, squares, min, max, bins } = saved;
        let mut histogram = Histogram { places: Vec::new(), pages: Vec::new(), count, sum, squares, min, max };
        let mut bin = 0u64;
        for (distance, count) in bins {
            bin = bin.saturating_add(distance).min(bin_of(Span::from_nanos(u64::MAX)) as u64);
            histogram.page(bin as usize / PAGE)[bin as usize % PAGE] += count;
        }
        histogram
    }
}

impl Histogram {
    /// A histogram of nothing.
    pub fn new() -> Histogram {
        Histogram::default()
    }

    /// Counts `length`.
    pub fn add(&mut self, length: Span) {
        self.count += 1;
        self.sum += u128::from(length.as_nanos());
        self.squares.add_square(length.as_nanos());
        self.min = Some(self.min.map_or(length, |min| min.min(length)));
        self.max = self.max.max(length);
        let bin = bin_of(length);
        self.page(bin / PAGE)[bin % PAGE] += 1;
    }

    /// The page of this number.
    fn page(&mut self, number: usize) -> &mut [u32; PAGE] {
        let group = number / GROUP;
        if group / GROUP >= self.places.len() {
            self.places.resize(group / GROUP + 1, None);
        }
        let groups = self.places[group / GROUP].get_or_insert_with(|| Box::new([const { None }; GROUP]));
        let place = &mut groups[group % GROUP].get_or_insert_with(|| Box::new([0; GROUP]))[number % GROUP];
        if *place == 0 {
            self.pages.push([0; PAGE]);
            *place = self.pages.len() as u32;
        }
        &mut self.pages[*place as usize - 1]
    }

    /// The pages that were met, each with its number, from the least.
    fn pages(&self) -> impl Iterator<Item = (usize, &[u32; PAGE])> {
        let groups =
            self.places.iter().zip((0..).step_by(GROUP)).filter_map(|(groups, first)| Some((groups.as_ref()?, first)));
        let places = groups.flat_map(|(groups, first)| groups.iter().zip(first..));
        let met = places.filter_map(|(places, group)| Some((group, places.as_ref()?)));
        met.flat_map(|(group, places)| {
            let numbered = places.iter().zip(group * GROUP..);
            numbered.filter_map(|(&place, number)| Some((number, self.pages.get((place as usize).checked_sub(1)?)?)))
        })
    }

    /// Adds all that `other` counted.
    pub fn merge(&mut self, other: &Histogram) {
        let Histogram { places: _, pages: _, count, sum, squares, min, max } = other;
        self.count += *count;
        self.sum += *sum;
        self.squares.merge(squares);
        self.min = [self.min, *min].into_iter().flatten().min();
        self.max = self.max.max(*max);
        for (number, theirs) in other.pages() {
            self.page(number).iter_mut().zip(theirs).for_each(|(mine, theirs)| *mine += theirs);
        }
    }

    /// How many lengths were counted.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The least; `None` of nothing.
    pub fn min(&self) -> Option<Span> {
        self.min
    }

    /// The greatest; `None` of nothing.
    pub fn max(&self) -> Option<Span> {
        (self.count > 0).then_some(self.max)
    }

    /// The mean, in seconds; `None` of nothing.
    pub fn mean_s(&self) -> Option<f64> {
        (self.count > 0).then(|| self.sum as f64 / self.count as f64 * 1e-9)
    }

    /// The standard error of the mean, in seconds, from the sample's variance; `None` of fewer than two.
    pub fn mean_error_s(&self) -> Option<f64> {
        if self.count < 2 {
            return None;
        }
        let n = self.count as f64;
        Some((self.squares.spread(self.count, self.sum) / (n - 1.0)).sqrt() / n * 1e-9)
    }

    /// The least length that at least the fraction `q` (0 to 1) of all lengths do not exceed, rounded down to a bin
    /// but for the greatest and least, which are exact; `None` of nothing.
    pub fn quantile(&self, q: f64) -> Option<Span> {
        let (min, max) = (self.min?, self.max()?);
        let rank = ((q * self.count as f64).ceil() as u64).clamp(1, self.count);
        if rank == self.count {
            return Some(max);
        }
        let mut below = 0u64;
        let (bin, _) = self.bins().find(|&(_, count)| {
            below += u64::from(count);
            below >= rank
        })?;
        Some(bin.clamp(min, max))
    }

    /// The bins that are not empty, each as its lower bound and count, from the shortest.
    pub fn bins(&self) -> impl Iterator<Item = (Span, u32)> {
        self.pages().flat_map(|(page, bins)| {
            let numbered = bins.iter().zip(page * PAGE..);
            numbered.filter(|&(&count, _)| count > 0).map(|(&count, bin)| (lower_bound(bin), count))
        })
    }
}

/// The same lengths were counted, in whatever order.
impl PartialEq for Histogram {
    fn eq(&self, other: &Histogram) -> bool {
        let key = |of: &Histogram| (of.count, of.sum, of.min, of.max);
        key(self) == key(other) && self.squares == other.squares && self.bins().eq(other.bins())
    }
}

impl Eq for Histogram {}

/// The bin that `length` falls into.
fn bin_of(length: Span) -> usize {
    let bins = length.as_nanos() / BIN.as_nanos();
    let widenings = if bins < FINEST { 0 } else { bins.ilog2() - OCTAVE.ilog2() };
    (u64::from(widenings) * OCTAVE + (bins >> widenings)) as usize
}

/// The shortest length that falls into `bin`.
fn lower_bound(bin: usize) -> Span {
    let bin = bin as u64;
    let widenings = if bin < FINEST { 0 } else { bin / OCTAVE - 1 };
    BIN.times((bin - widenings * OCTAVE) << widenings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn histogram(nanos: &[u64]) -> Histogram {
        let mut histogram = Histogram::new();
        nanos.iter().for_each(|&n| histogram.add(Span::from_nanos(n)));
        histogram
    }

    #[test]
    fn nothing_has_no_mean_and_no_quantile() {
        let empty = Histogram::new();
        assert_eq!((empty.mean_s(), empty.mean_error_s(), empty.quantile(0.5)), (None, None, None));
        assert_eq!((empty.min(), empty.max()), (None, None));
    }

    #[test]
    fn mean_and_error_are_those_of_the_sample() {
        let histogram = histogram(&[1_000_000_000, 2_000_000_000, 6_000_000_000]);
        assert_eq!(histogram.mean_s(), Some(3.0));
        // Sample variance 7, so the error of the mean is sqrt(7 / 3).
        assert!((histogram.mean_error_s().unwrap() - (7.0f64 / 3.0).sqrt()).abs() < 1e-12);
    }

    #[test]
    fn an_absurd_length_takes_little_memory() {
        let histogram = histogram(&[1, u64::MAX]);
        assert_eq!(histogram.pages.len(), 2);
        let groups = || histogram.places.iter().flatten();
        let bytes = histogram.places.len() * size_of::<Option<Box<Groups>>>()
            + groups().count() * size_of::<Groups>()
            + groups().flat_map(|groups| groups.iter().flatten()).count() * size_of::<Group>();
        assert!(bytes < 100 << 10, "a hundred kilobytes");
        assert_eq!(histogram.quantile(1.0), Some(Span::from_nanos(u64::MAX)));
    }

    proptest! {
        #[test]
        fn a_bin_begins_at_or_below_what_falls_into_it_by_a_millisecond_or_a_two_millionth(nanos in any::<u64>()) {
            let begin = lower_bound(bin_of(Span::from_nanos(nanos))).as_nanos();
            prop_assert!(begin <= nanos);
            prop_assert!(nanos - begin < BIN.as_nanos().max(nanos / OCTAVE));
        }

        #[test]
        fn quantiles_are_those_of_the_sorted_lengths_to_the_millisecond(
            mut nanos in prop::collection::vec(0u64..5_000_000_000, 1..200),
            q in 0.0..=1.0f64,
        ) {
            let found = histogram(&nanos).quantile(q).unwrap().as_nanos();
            nanos.sort_unstable();
            let rank = ((q * nanos.len() as f64).ceil() as usize).clamp(1, nanos.len());
            let exact = nanos[rank - 1];
            prop_assert!(exact.abs_diff(found) < BIN.as_nanos(), "{} for {}", found, exact);
        }

        #[test]
        fn merging_in_any_order_counts_the_same(
            a in prop::collection::vec(0u64..5_000_000_000, 0..50),
            b in prop::collection::vec(0u64..50_000_000_000, 0..50),
        ) {
            let all = histogram(&[a.clone(), b.clone()].concat());
            let (mut ab, mut ba) = (histogram(&a), histogram(&b));
            ab.merge(&histogram(&b));
            ba.merge(&histogram(&a));
            prop_assert_eq!(&ab, &all);
            prop_assert_eq!(&ba, &all);
        }
    }

    #[test]
    fn a_histogram_that_is_saved_and_read_again_goes_on_as_before() {
        let lengths =
            |seed: u64| (0..3000).map(move |n: u64| Span::from_nanos((n * 7919 + seed).pow(2).wrapping_mul(1_000_003)));
        let [mut first, mut second] = [Histogram::new(), Histogram::new()];
        lengths(1).for_each(|length| first.add(length));
        lengths(2).collect::<Vec<_>>().into_iter().rev().for_each(|length| second.add(length));
        let text = |histogram: &Histogram| serde_json::to_string(histogram).unwrap();
        let mut read: Histogram = serde_json::from_str(&text(&first)).unwrap();
        assert_eq!(text(&read), text(&first));
        read.merge(&second);
        first.merge(&second);
        assert_eq!(text(&read), text(&first));
        // The order of counting leaves no mark.
        let mut other = second.clone();
        let mut one = Histogram::new();
        lengths(1).for_each(|length| one.add(length));
        other.merge(&one);
        assert_eq!(text(&other), text(&first));
    }

    #[test]
    fn a_saved_histogram_of_nonsense_is_read_without_harm() {
        let nonsense = r#"{"count":1,"sum":5,"squares":{"low":1,"high":0},"min":null,"max":7,"bins":[[18446744073709551615,1],[9,2]]}"#;
        let read: Histogram = serde_json::from_str(nonsense).unwrap();
        assert_eq!(read.count(), 1);
    }
}
