//! The agenda: what is pending, in the order in which it will happen.
//!
//! Events happen in the order of their instants; **events of the same nanosecond happen in the order in which they were
//! scheduled**. Setting an event that is pending already moves it and schedules it anew. Nothing else decides the order:
//! no float, no address, no thread.
//!
//! An agenda holds what one call has pending, which is a handful: so it is a flat array that is searched, not a heap.
//! Setting, cancelling and popping are one pass over it, nothing is left behind by a cancelled timer, and it stays in
//! the innermost cache. The engine has never heard of SIP.

use crate::time::Time;

/// Pending events of type `E`.
#[derive(Clone, Debug)]
pub struct Agenda<E> {
    entries: Vec<Entry<E>>,
    scheduled: u32,
}

#[derive(Clone, Copy, Debug)]
struct Entry<E> {
    at: Time,
    order: u32,
    event: E,
}

impl<E> Default for Agenda<E> {
    fn default() -> Self {
        Agenda { entries: Vec::new(), scheduled: 0 }
    }
}

impl<E: Copy + PartialEq> Agenda<E> {
    /// An agenda with nothing pending.
    pub fn new() -> Self {
        Agenda::default()
    }

    /// Forgets everything, and keeps the memory.
    pub fn clear(&mut self) {
        self.entries.clear();
        self.scheduled = 0;
    }

    /// Schedules `event` after all that is already scheduled for the same instant.
    pub fn push(&mut self, at: Time, event: E) {
        let order = self.next_order();
        self.entries.push(Entry { at, order, event });
    }

    /// Schedules `event`, or moves it if it is pending.
    pub fn set(&mut self, at: Time, event: E) {
        let order = self.next_order();
        match self.entries.iter_mut().find(|entry| entry.event == event) {
            Some(entry) => (entry.at, entry.order) = (at, order),
            None => self.entries.push(Entry { at, order, event }),
        }
    }

    /// When `event` will happen, if it is pending.
    pub fn when(&self, event: E) -> Option<Time> {
        self.entries.iter().find(|entry| entry.event == event).map(|entry| entry.at)
    }

    /// Cancels `event` if it is pending.
    pub fn cancel(&mut self, event: E) {
        if let Some(index) = self.entries.iter().position(|entry| entry.event == event) {
            self.entries.swap_remove(index);
        }
    }

    /// Cancels every event that `doomed` says yes to.
    pub fn cancel_all(&mut self, doomed: impl Fn(E) -> bool) {
        self.entries.retain(|entry| !doomed(entry.event));
    }

    /// Takes out what happens next.
    pub fn pop(&mut self) -> Option<(Time, E)> {
        let mut next = 0;
        let mut least = self.entries.first()?.key();
        for (index, entry) in self.entries.iter().enumerate().skip(1) {
            let key = entry.key();
            let sooner = key < least;
            next = if sooner { index } else { next };
            least = if sooner { key } else { least };
        }
        let entry = self.entries.swap_remove(next);
        Some((entry.at, entry.event))
    }

    /// How many events are pending.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether nothing is pending.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The place of the next event among those of its instant.
    fn next_order(&mut self) -> u32 {
        if self.scheduled == u32::MAX {
            self.renumber();
        }
        self.scheduled += 1;
        self.scheduled
    }

    /// Numbers what is pending from 1 again, in the same order: once in four thousand million events.
    fn renumber(&mut self) {
        self.entries.sort_unstable_by_key(|entry| entry.order);
        self.entries.iter_mut().zip(1..).for_each(|(entry, order)| entry.order = order);
        self.scheduled = self.entries.len() as u32;
    }
}

impl<E> Entry<E> {
    #[inline]
    fn key(&self) -> (Time, u32) {
        (self.at, self.order)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::cmp::Reverse;
    use std::collections::{BTreeMap, BinaryHeap};

    fn drain(agenda: &mut Agenda<u8>) -> Vec<(u64, u8)> {
        std::iter::from_fn(|| agenda.pop()).map(|(at, event)| (at.as_nanos(), event)).collect()
    }

    #[test]
    fn events_of_one_instant_happen_in_the_order_in_which_they_were_scheduled() {
        let mut agenda = Agenda::new();
        for event in [3, 1, 4, 2] {
            agenda.push(Time::from_nanos(10), event);
        }
        agenda.push(Time::from_nanos(9), 5);
        assert_eq!(drain(&mut agenda), [(9, 5), (10, 3), (10, 1), (10, 4), (10, 2)]);
    }

    #[test]
    fn setting_a_pending_event_again_puts_it_behind_its_instant() {
        let mut agenda = Agenda::new();
        agenda.set(Time::from_nanos(10), 1);
        agenda.set(Time::from_nanos(10), 2);
        agenda.set(Time::from_nanos(10), 1);
        assert_eq!(drain(&mut agenda), [(10, 2), (10, 1)]);
    }

    #[test]
    fn a_cancelled_event_does_not_happen_and_leaves_nothing_behind() {
        let mut agenda = Agenda::new();
        agenda.push(Time::from_nanos(1), 1);
        agenda.push(Time::from_nanos(2), 2);
        agenda.cancel(1);
        agenda.cancel(7);
        assert_eq!(agenda.len(), 1);
        assert_eq!(drain(&mut agenda), [(2, 2)]);
    }

    #[test]
    fn renumbering_keeps_the_order() {
        let mut agenda = Agenda { entries: Vec::new(), scheduled: u32::MAX - 2 };
        for event in [5, 4, 3, 2, 1] {
            agenda.push(Time::from_nanos(10), event);
        }
        assert_eq!(drain(&mut agenda).iter().map(|&(_, event)| event).collect::<Vec<_>>(), [5, 4, 3, 2, 1]);
    }

    #[derive(Clone, Debug)]
    enum Step {
        Push(u64, u8),
        Set(u64, u8),
        Cancel(u8),
        Pop,
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            (0u64..20, 100u8..255).prop_map(|(at, event)| Step::Push(at, event)),
            (0u64..20, 0u8..8).prop_map(|(at, event)| Step::Set(at, event)),
            (0u8..8).prop_map(Step::Cancel),
            Just(Step::Pop),
        ]
    }

    proptest! {
        /// The slow twin: the standard heap, with cancelled entries left in it and skipped.
        #[test]
        fn it_agrees_with_a_heap(steps in prop::collection::vec(step(), 0..200)) {
            let mut agenda = Agenda::new();
            let mut heap = BinaryHeap::new();
            let mut live = BTreeMap::new();
            let pop_heap = |heap: &mut BinaryHeap<Reverse<(u64, u32, u8)>>, live: &mut BTreeMap<u8, u32>| loop {
                let Reverse((at, order, event)) = heap.pop()?;
                if event >= 100 || live.get(&event) == Some(&order) {
                    live.remove(&event);
                    return Some((Time::from_nanos(at), event));
                }
            };
            for (order, step) in (0u32..).zip(steps) {
                match step {
                    Step::Push(at, event) => {
                        agenda.push(Time::from_nanos(at), event);
                        heap.push(Reverse((at, order, event)));
                    }
                    Step::Set(at, event) => {
                        agenda.set(Time::from_nanos(at), event);
                        live.insert(event, order);
                        heap.push(Reverse((at, order, event)));
                    }
                    Step::Cancel(event) => {
                        agenda.cancel(event);
                        live.remove(&event);
                    }
                    Step::Pop => prop_assert_eq!(agenda.pop(), pop_heap(&mut heap, &mut live)),
                }
            }
            while let Some(next) = agenda.pop() {
                prop_assert_eq!(Some(next), pop_heap(&mut heap, &mut live));
            }
            prop_assert_eq!(pop_heap(&mut heap, &mut live), None);
        }
    }
}
