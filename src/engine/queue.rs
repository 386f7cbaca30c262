//! The queue of a run in which calls share something: when each call has its next event, a million of them at once.
//!
//! What comes soon stands sorted, some hundreds of entries, so that it can be seen ahead. Behind it is a radix heap
//! (Ahuja, Mehlhorn, Orlin, Tarjan, "Faster algorithms for the shortest path problem", Journal of the ACM 37(2), 1990)
//! of digits of eight bits: nothing is ever scheduled before what was taken out last, so entries need to be told apart
//! only as far as they differ from a common one. An entry is kept by the highest digit in which it differs from that, and
//! by what this digit is. When all that stands sorted is used up, the lowest buckets are sorted, or the lowest is dealt out
//! anew if it is large. Each entry so moves down at most once a digit, through memory that is read in order: of a million
//! entries within half an hour, twice.

use crate::time::Time;

/// Bits of a digit.
const BITS: u32 = 8;

/// What a digit can be.
const VALUES: usize = 1 << BITS;

/// Digits of an entry: 64 bits of the instant, 32 of what happens.
const DIGITS: usize = 96 / BITS as usize;

/// A bucket of no more entries than this is sorted.
const SMALL: usize = 256;

/// When what has its next event: the earliest first; of one instant, the lowest number first.
#[derive(Clone, Debug)]
pub struct Queue {
    /// What comes before `soon_until`, the next at the end.
    soon: Vec<u128>,
    soon_until: u128,
    /// What comes later, by the highest digit in which an entry differs from `common`, the lowest digit first.
    later: Vec<Buckets>,
    common: u128,
    /// What was taken out last.
    last: u128,
    len: usize,
    /// Whether `soon` has been filled since anybody asked.
    freshly_filled: bool,
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
        Queue { soon: Vec::new(), soon_until: 0, later, common: 0, last: 0, len: 0, freshly_filled: false }
    }
}

impl Queue {
    /// An empty queue.
    pub fn new() -> Queue {
        Queue::default()
    }

    /// Forgets everything, and keeps the memory: again anything may be scheduled.
    pub fn clear(&mut self) {
        self.soon.clear();
        for digit in &mut self.later {
            digit.buckets.iter_mut().for_each(Vec::clear);
            digit.filled.fill(0);
        }
        (self.soon_until, self.common, self.last, self.len) = (0, 0, 0, 0);
        self.freshly_filled = false;
    }

    /// Schedules `what` at `at`. What would come before that which was taken out last comes next.
    #[inline]
    pub fn push(&mut self, at: Time, what: u32) {
        let entry = (u128::from(at.as_nanos()) << 32 | u128::from(what)).max(self.last);
        self.len += 1;
        if entry < self.soon_until {
            let place = self.soon.partition_point(|&other| other > entry);
            self.soon.insert(place, entry);
        } else {
            self.put(entry);
        }
    }

    /// Takes out what happens next.
    #[inline]
    pub fn pop(&mut self) -> Option<(Time, u32)> {
        if self.soon.is_empty() {
            self.look_further()?;
        }
        self.last = self.soon.pop()?;
        self.len -= 1;
        Some((Time::from_nanos((self.last >> 32) as u64), self.last as u32))
    }

    /// What comes soon, the next at the end, if that has changed in the main since this was asked last: to fetch in time
    /// what it needs.
    #[inline]
    pub fn newly_soon(&mut self) -> Option<impl Iterator<Item = u32>> {
        let fresh = std::mem::take(&mut self.freshly_filled);
        fresh.then(|| self.soon.iter().map(|&entry| entry as u32))
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
        // One like the common one has its place by the lowest digit.
        let digit = ((entry ^ self.common) | 1).ilog2() / BITS;
        let value = (entry >> (digit * BITS)) as usize % VALUES;
        let later = &mut self.later[digit as usize];
        later.buckets[value].push(entry);
        later.filled[value / 64] |= 1 << (value % 64);
    }

    /// Sorts what comes next, some hundreds of entries if there are so many; `None` if there is nothing.
    #[inline(never)]
    fn look_further(&mut self) -> Option<()> {
        let mut next = Some(self.deal_out()?);
        // Buckets follow each other in the order of time.
        while let Some(place) = next {
            let Place { digit, value } = place;
            let later = &mut self.later[digit];
            self.soon.append(&mut later.buckets[value]);
            later.filled[value / 64] &= !(1 << (value % 64));
            // All entries up to the end of this bucket belong here.
            let shift = BITS as usize * digit;
            let above = self.common >> shift & !(VALUES as u128 - 1);
            self.soon_until = (above + value as u128 + 1) << shift;
            let few = |next: &Place| self.soon.len() + self.later[next.digit].buckets[next.value].len() <= SMALL;
            next = self.lowest().filter(few);
        }
        self.soon.sort_unstable_by(|a, b| b.cmp(a));
        self.freshly_filled = true;
        Some(())
    }

    /// The lowest bucket that is not empty, after large ones have been dealt out among those of lower digits.
    fn deal_out(&mut self) -> Option<Place> {
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

    #[test]
    fn what_happens_at_one_instant_happens_in_the_order_of_the_numbers() {
        let mut queue = Queue::new();
        for (at, what) in [(7, 3), (5, 9), (7, 1), (5, 2), (0, 4)] {
            queue.push(Time::from_nanos(at), what);
        }
        let order: Vec<_> = std::iter::from_fn(|| queue.pop()).map(|(at, what)| (at.as_nanos(), what)).collect();
        assert_eq!(order, [(0, 4), (5, 2), (5, 9), (7, 1), (7, 3)]);
        assert!(queue.is_empty());
    }

    #[test]
    fn what_is_cleared_begins_anew() {
        let mut queue = Queue::new();
        queue.push(Time::from_nanos(9), 1);
        assert_eq!(queue.pop(), Some((Time::from_nanos(9), 1)));
        queue.push(Time::from_nanos(10), 1);
        queue.clear();
        assert_eq!(queue.pop(), None);
        queue.push(Time::from_nanos(3), 2);
        assert_eq!(queue.pop(), Some((Time::from_nanos(3), 2)));
    }

    proptest! {
        /// The slow twin: the standard heap. Each step takes one out and schedules some at or after it.
        #[test]
        fn it_agrees_with_a_heap(
            first in prop::collection::vec((0u64..1000, 0u32..50), 1..40),
            steps in prop::collection::vec(prop::collection::vec((0u64..u64::MAX / 64, 0u32..50, 0u32..60), 0..3), 0..60),
        ) {
            let mut queue = Queue::new();
            let mut heap = BinaryHeap::new();
            for (at, what) in first {
                queue.push(Time::from_nanos(at), what);
                heap.push(Reverse((at, what)));
            }
            for pushes in steps {
                let next = heap.pop().map(|Reverse((at, what))| (Time::from_nanos(at), what));
                prop_assert_eq!(queue.pop(), next);
                let Some((now, last)) = next else { break };
                for (after, what, shift) in pushes {
                    let at = now.as_nanos() + (after >> shift);
                    let what = if at == now.as_nanos() { what.max(last) } else { what };
                    queue.push(Time::from_nanos(at), what);
                    heap.push(Reverse((at, what)));
                }
                prop_assert_eq!(queue.len(), heap.len());
            }
            while let Some(Reverse((at, what))) = heap.pop() {
                prop_assert_eq!(queue.pop(), Some((Time::from_nanos(at), what)));
            }
            prop_assert_eq!(queue.pop(), None);
        }
    }
}
