//! The queue of a run in which calls share something: when each call has its next event, a million of them at once.
//!
//! What comes soon stands sorted, some dozens of entries, so that it can be seen ahead. Behind it is a radix heap
//! (Ahuja, Mehlhorn, Orlin, Tarjan, "Faster algorithms for the shortest path problem", Journal of the ACM 37(2), 1990)
//! of digits of eight bits: nothing is ever scheduled before what was taken out last, so entries need to be told apart
//! only as far as they differ from a common one. An entry is kept by the highest digit in which it differs from that,
//! and by what this digit is. When little is left of what stands sorted, the lowest buckets are sorted behind it, or
//! the lowest is redistributed if it is large. Each entry so moves down at most once a digit, through memory that is
//! read in order.

use crate::time::Time;

/// Bits of a digit.
const BITS: u32 = 8;

/// What a digit can be.
const VALUES: usize = 1 << BITS;

/// Digits by which entries are told apart: those of the number, of 32 bits, below those of the instant, of 64.
const DIGITS: usize = (DIGITS_OF_NUMBER + u64::BITS / BITS) as usize;
const DIGITS_OF_NUMBER: u32 = u32::BITS / BITS;

/// Below them in an entry stands its place, of so many bits.
const PLACE_BITS: u32 = 32;

/// How many turns before its own an entry is the [prefetch candidate](Queue::prefetch_candidate): at least so many
/// entries stand sorted, if there are.
const AHEAD: usize = 12;

/// A bucket of no more entries than this is sorted.
const SMALL: usize = 96;

/// What has its next event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Next {
    /// When.
    pub at: Time,
    /// Its number, by which it has its turn among those of the same instant.
    pub what: u32,
    /// Where it is kept, for whoever has put it here: it decides nothing.
    pub place: u32,
}

impl Next {
    /// As one number, so that the lowest comes next.
    #[inline]
    fn packed(self) -> u128 {
        u128::from(self.at.as_nanos()) << 64 | u128::from(self.what) << 32 | u128::from(self.place)
    }

    #[inline]
    fn unpacked(entry: u128) -> Next {
        Next { at: Time::from_nanos((entry >> 64) as u64), what: (entry >> 32) as u32, place: entry as u32 }
    }
}

/// When what has its next event: the earliest first; of one instant, the lowest number first.
#[derive(Clone, Debug)]
pub struct Queue {
    /// What comes before `soon_until`, from `next` on in its order; before that, what has been taken out.
    soon: Vec<u128>,
    next: usize,
    /// From here on entries were sorted that nobody has drained yet.
    newly_sorted: Option<usize>,
    soon_until: u128,
    /// What comes later, by the highest digit in which an entry differs from `common`, the lowest digit first.
    later: Vec<Buckets>,
    common: u128,
    len: usize,
}

/// Entries that differ from the common one first in the same digit, by what this digit is.
#[derive(Clone, Debug)]
struct Buckets {
    buckets: Vec<Vec<u128>>,
    /// Which are not empty, by bit.
    filled: [u64; VALUES / 64],
}

/// Where a bucket is.
#[derive(Clone, Copy, Debug)]
struct Place {
    digit: usize,
    value: usize,
}

impl Default for Queue {
    fn default() -> Self {
        let buckets = Buckets { buckets: vec![Vec::new(); VALUES], filled: [0; VALUES / 64] };
        let later = vec![buckets; DIGITS];
        Queue { soon: Vec::new(), next: 0, newly_sorted: None, soon_until: 0, later, common: 0, len: 0 }
    }
}

impl Queue {
    /// An empty queue.
    pub fn new() -> Queue {
        Queue::default()
    }

    /// Forgets everything, and keeps the memory: again anything may be scheduled.
    pub fn clear(&mut self) {
        let Queue { soon, next, newly_sorted, soon_until, later, common, len } = self;
        soon.clear();
        for Buckets { buckets, filled } in later {
            buckets.iter_mut().for_each(Vec::clear);
            filled.fill(0);
        }
        (*next, *newly_sorted) = (0, None);
        (*soon_until, *common, *len) = (0, 0, 0);
    }

    /// Schedules `next`, which does not come before what was taken out last: else it comes at once.
    #[inline]
    pub fn push(&mut self, next: Next) {
        let entry = next.packed();
        self.len += 1;
        if entry < self.soon_until {
            let place = self.next + self.soon[self.next..].partition_point(|&other| other < entry);
            self.soon.insert(place, entry);
        } else {
            self.put(entry);
        }
    }

    /// Takes out what happens next.
    #[inline]
    pub fn pop(&mut self) -> Option<Next> {
        let sorted = self.soon.len() - self.next;
        if sorted <= AHEAD && sorted < self.len {
            self.refill();
        }
        let entry = *self.soon.get(self.next)?;
        self.next += 1;
        self.len -= 1;
        Some(Next::unpacked(entry))
    }

    /// The entry to prefetch now: at each turn one more, some turns before its own.
    #[inline]
    pub fn prefetch_candidate(&self) -> Option<Next> {
        self.soon.get(self.next + AHEAD - 1).map(|&entry| Next::unpacked(entry))
    }

    /// The entries that were sorted since the last call: some dozens now and then, each once, long before it is a
    /// prefetch candidate.
    #[inline]
    pub fn drain_newly_sorted(&mut self) -> impl Iterator<Item = Next> + use<'_> {
        let from = self.newly_sorted.take().unwrap_or(self.soon.len());
        self.soon[from..].iter().map(|&entry| Next::unpacked(entry))
    }

    /// How many entries are in it.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    #[inline]
    fn put(&mut self, entry: u128) {
        let (number, common) = ((entry >> PLACE_BITS) as u32, (self.common >> PLACE_BITS) as u32);
        let (at, common_at) = ((entry >> 64) as u64, (self.common >> 64) as u64);
        // By words, for nearly all differ in their instants; one like the common one has its place by the lowest digit.
        let (digit, value) = if at == common_at {
            let digit = (number ^ common | 1).ilog2() / BITS;
            (digit, (number >> (digit * BITS)) as usize % VALUES)
        } else {
            let digit = (at ^ common_at).ilog2() / BITS;
            (DIGITS_OF_NUMBER + digit, (at >> (digit * BITS)) as usize % VALUES)
        };
        let later = &mut self.later[digit as usize];
        later.buckets[value].push(entry);
        later.filled[value / 64] |= 1 << (value % 64);
    }

    /// Refills the sorted entries from the lowest buckets, with some dozens if there are so many.
    #[inline(never)]
    fn refill(&mut self) {
        self.soon.drain(..self.next);
        self.next = 0;
        let sorted = self.soon.len();
        self.newly_sorted = Some(sorted);
        let mut next = self.redistribute_bucket();
        // Buckets follow each other in the order of time.
        while let Some(place) = next {
            let Place { digit, value } = place;
            let later = &mut self.later[digit];
            self.soon.append(&mut later.buckets[value]);
            later.filled[value / 64] &= !(1 << (value % 64));
            // All entries up to the end of this bucket belong here.
            let shift = PLACE_BITS as usize + BITS as usize * digit;
            let above = self.common >> shift & !(VALUES as u128 - 1);
            self.soon_until = (above + value as u128 + 1).saturating_mul(1 << shift);
            let few =
                |next: &Place| self.soon.len() - sorted + self.later[next.digit].buckets[next.value].len() <= SMALL;
            next = self.lowest().filter(few);
        }
        self.soon[sorted..].sort_unstable();
    }

    /// The lowest bucket that is not empty, after large ones have been redistributed among those of lower digits.
    fn redistribute_bucket(&mut self) -> Option<Place> {
        loop {
            let place = self.lowest()?;
            let Place { digit, value } = place;
            let later = &mut self.later[digit];
            if later.buckets[value].len() <= SMALL || digit == 0 {
                return Some(place);
            }
            let mut bucket = std::mem::take(&mut later.buckets[value]);
            later.filled[value / 64] &= !(1 << (value % 64));
            self.common = bucket.iter().copied().min()?;
            bucket.drain(..).for_each(|entry| self.put(entry));
            // Its memory goes on serving.
            self.later[digit].buckets[value] = bucket;
        }
    }

    /// The lowest bucket that is not empty.
    fn lowest(&self) -> Option<Place> {
        self.later.iter().zip(0..).find_map(|(later, digit)| {
            let (word, nth) = later.filled.iter().zip(0..).find(|(word, _)| **word != 0)?;
            Some(Place { digit, value: nth * 64 + word.trailing_zeros() as usize })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::cmp::Reverse;
    use std::collections::BinaryHeap;

    /// It is kept where its number says, seen from the end: so that the order of places is not that of numbers.
    fn next(at: u64, what: u32) -> Next {
        Next { at: Time::from_nanos(at), what, place: u32::MAX - what }
    }

    #[test]
    fn what_happens_at_one_instant_happens_in_the_order_of_the_numbers() {
        let mut queue = Queue::new();
        for (at, what) in [(7, 3), (5, 9), (7, 1), (5, 2), (0, 4)] {
            queue.push(next(at, what));
        }
        let order: Vec<_> = std::iter::from_fn(|| queue.pop()).collect();
        assert_eq!(order, [next(0, 4), next(5, 2), next(5, 9), next(7, 1), next(7, 3)]);
        assert!(queue.is_empty());
    }

    #[test]
    fn what_is_cleared_begins_anew() {
        let mut queue = Queue::new();
        queue.push(next(9, 1));
        assert_eq!(queue.pop(), Some(next(9, 1)));
        queue.push(next(10, 1));
        queue.clear();
        assert_eq!(queue.pop(), None);
        queue.push(next(3, 2));
        assert_eq!(queue.pop(), Some(next(3, 2)));
    }

    #[test]
    fn the_end_of_time_is_an_instant_like_others() {
        let mut queue = Queue::new();
        let order = [next(0, 1), next(u64::MAX - 1, 3), next(u64::MAX, 2), next(u64::MAX, u32::MAX)];
        order.into_iter().rev().for_each(|next| queue.push(next));
        assert_eq!(queue.pop(), Some(order[0]));
        assert_eq!(queue.pop(), Some(order[1]));
        queue.push(next(u64::MAX, 0));
        let rest: Vec<_> = std::iter::from_fn(|| queue.pop()).collect();
        assert_eq!(rest, [next(u64::MAX, 0), order[2], order[3]]);
    }

    #[test]
    fn every_entry_is_the_prefetch_candidate_once_before_its_turn_but_the_first() {
        let mut queue = Queue::new();
        (0..1000).for_each(|nth| queue.push(next(u64::from(nth) << 20, nth)));
        let mut near = Vec::new();
        let mut surprises = Vec::new();
        while let Some(turn) = queue.pop() {
            if !near.contains(&turn.what) {
                surprises.push(turn.what);
            }
            near.extend(queue.prefetch_candidate().map(|next| next.what));
        }
        assert_eq!(surprises, Vec::from_iter(0..AHEAD as u32));
        assert_eq!(near, Vec::from_iter(AHEAD as u32..1000));
    }

    #[test]
    fn every_entry_is_drained_as_newly_sorted_once_before_it_is_the_prefetch_candidate() {
        let mut queue = Queue::new();
        (0..1000).for_each(|nth| queue.push(next(u64::from(nth) << 20, nth)));
        let mut seen = Vec::new();
        while queue.pop().is_some() {
            seen.extend(queue.drain_newly_sorted().map(|next| next.what));
            assert_eq!(queue.drain_newly_sorted().count(), 0);
            assert!(queue.prefetch_candidate().is_none_or(|near| seen.contains(&near.what)));
        }
        assert_eq!(seen, Vec::from_iter(0..1000));
    }

    proptest! {
        /// The slow twin: the standard heap. Each step takes one out and schedules some at or after it.
        #[test]
        fn it_agrees_with_a_heap(
            first in prop::collection::vec((0u64..1000, 0u32..50), 1..300),
            steps in prop::collection::vec(prop::collection::vec((0u64..u64::MAX / 64, 0u32..50, 0u32..60), 0..3), 0..60),
        ) {
            let mut queue = Queue::new();
            let mut heap = BinaryHeap::new();
            for (at, what) in first {
                queue.push(next(at, what));
                heap.push(Reverse((at, what)));
            }
            for pushes in steps {
                let expected = heap.pop().map(|Reverse((at, what))| next(at, what));
                prop_assert_eq!(queue.pop(), expected);
                let Some(Next { at: now, .. }) = expected else { break };
                for (after, what, shift) in pushes {
                    let at = now.as_nanos() + (after >> shift);
                    queue.push(next(at, what));
                    heap.push(Reverse((at, what)));
                }
                prop_assert_eq!(queue.len(), heap.len());
            }
            while let Some(Reverse((at, what))) = heap.pop() {
                prop_assert_eq!(queue.pop(), Some(next(at, what)));
            }
            prop_assert_eq!(queue.pop(), None);
        }
    }
}
