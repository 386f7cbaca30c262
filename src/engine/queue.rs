//! The queue of a run in which calls share something: when each call has its next event, a million of them at once.
//!
//! A radix heap (Ahuja, Mehlhorn, Orlin, Tarjan, "Faster algorithms for the shortest path problem", Journal of the ACM
//! 37(2), 1990): nothing is ever scheduled before what was taken out last, so entries need to be sorted only as far as
//! they differ from it. An entry in bucket b differs from it first in bit b - 1; when the lowest bucket is used up, the
//! next one is dealt out anew. Each entry moves down at most once a bit, through memory that is read in order.

use crate::time::Time;

/// Bits of an entry: 64 of the instant, 32 of what happens.
const BITS: usize = 96;

/// When what has its next event: the earliest first; of one instant, the lowest number first.
#[derive(Clone, Debug)]
pub struct Queue {
    /// By the highest bit in which an entry differs from `last`, plus one; in the first, what equals it.
    buckets: [Vec<u128>; BITS + 1],
    /// Which buckets are not empty, by bit.
    filled: u128,
    /// What was taken out last.
    last: u128,
    len: usize,
}

impl Default for Queue {
    fn default() -> Self {
        Queue { buckets: [const { Vec::new() }; BITS + 1], filled: 0, last: 0, len: 0 }
    }
}

impl Queue {
    /// An empty queue.
    pub fn new() -> Queue {
        Queue::default()
    }

    /// Forgets everything, and keeps the memory: again anything may be scheduled.
    pub fn clear(&mut self) {
        self.buckets.iter_mut().for_each(Vec::clear);
        (self.filled, self.last, self.len) = (0, 0, 0);
    }

    /// Schedules `what` at `at`. What would come before that which was taken out last comes next.
    #[inline]
    pub fn push(&mut self, at: Time, what: u32) {
        let entry = (u128::from(at.as_nanos()) << 32 | u128::from(what)).max(self.last);
        self.put(entry);
        self.len += 1;
    }

    /// Takes out what happens next.
    #[inline]
    pub fn pop(&mut self) -> Option<(Time, u32)> {
        if self.filled & 1 == 0 {
            self.deal()?;
        }
        let entry = self.buckets[0].pop()?;
        if self.buckets[0].is_empty() {
            self.filled &= !1;
        }
        self.len -= 1;
        Some((Time::from_nanos((entry >> 32) as u64), entry as u32))
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
        let bucket = (u128::BITS - (entry ^ self.last).leading_zeros()) as usize;
        self.buckets[bucket].push(entry);
        self.filled |= 1 << bucket;
    }

    /// Deals the lowest bucket that is not empty out to those below it; `None` if there is none.
    fn deal(&mut self) -> Option<()> {
        let lowest = self.filled.trailing_zeros() as usize;
        let mut bucket = std::mem::take(self.buckets.get_mut(lowest)?);
        self.last = bucket.iter().copied().min()?;
        self.filled &= !(1 << lowest);
        bucket.drain(..).for_each(|entry| self.put(entry));
        // Its memory goes on serving.
        self.buckets[lowest] = bucket;
        Some(())
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
