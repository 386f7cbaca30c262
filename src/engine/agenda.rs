//! The agenda: what is pending, in the order in which it will happen.
//!
//! Events happen in the order of their instants; **events of the same nanosecond happen in the order in which they were
//! scheduled**. Setting an event that is pending already moves it and schedules it anew. Nothing else decides the order:
//! no float, no address, no thread.
//!
//! An agenda holds what one call has pending, which is a handful: so it is a flat array that is searched for what happens
//! next, not a heap. Beside it stands where in the array each event is, so that setting and cancelling need no search.
//! Nothing is left behind by a cancelled timer, and all of it stays in the innermost cache. The engine has never heard
//! of SIP.

use std::marker::PhantomData;

use crate::time::Time;

/// What can be pending. Each event has a number of its own.
pub trait Event: Copy {
    /// Events of numbers below this can be moved, cancelled and asked for. An agenda has a table of them, as long as the
    /// greatest number that it has met. The others only happen, each as often as it is scheduled.
    const NAMED: u32;

    /// The number that stands for it and for nothing else.
    fn number(self) -> u32;
    /// The event of this number: the undoing of [`Event::number`].
    fn numbered(number: u32) -> Self;
}

/// Pending events of type `E`.
#[derive(Clone, Debug)]
pub struct Agenda<E> {
    entries: Vec<Entry>,
    /// By the number of an event with a name: its place in `entries`, or [`NOWHERE`].
    places: Vec<u32>,
    scheduled: u32,
    events: PhantomData<E>,
}

/// One pending event, in sixteen bytes: its instant, below it its place among those of the instant, below that its
/// number. So the least is the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Entry(u128);

/// The place of what is not pending: beyond all others.
const NOWHERE: u32 = u32::MAX;

impl Entry {
    #[inline]
    fn new(at: Time, order: u32, number: u32) -> Entry {
        Entry(u128::from(at.as_nanos()) << 64 | u128::from(u64::from(order) << 32 | u64::from(number)))
    }

    #[inline]
    fn at(self) -> Time {
        Time::from_nanos((self.0 >> 64) as u64)
    }

    #[inline]
    fn order(self) -> u32 {
        (self.0 >> 32) as u32
    }

    #[inline]
    fn number(self) -> u32 {
        self.0 as u32
    }
}

impl<E> Default for Agenda<E> {
    fn default() -> Self {
        Agenda { entries: Vec::new(), places: Vec::new(), scheduled: 0, events: PhantomData }
    }
}

impl<E: Event> Agenda<E> {
    /// An agenda with nothing pending.
    pub fn new() -> Self {
        Agenda::default()
    }

    /// Forgets everything, and keeps the memory.
    pub fn clear(&mut self) {
        while self.pop().is_some() {}
        self.scheduled = 0;
    }

    /// Schedules `event`, or moves it if it is pending; after all that is already scheduled for the same instant.
    // Whoever schedules an event knows which it is: inlined, its number is at hand.
    #[inline(always)]
    pub fn set(&mut self, at: Time, event: E) {
        self.put(at, event.number());
    }

    #[inline]
    fn put(&mut self, at: Time, number: u32) {
        if self.scheduled == u32::MAX {
            self.renumber();
        }
        self.scheduled += 1;
        let entry = Entry::new(at, self.scheduled, number);
        if number < E::NAMED {
            let Some(place) = self.places.get_mut(number as usize) else { return self.append_unmet(entry) };
            if let Some(pending) = self.entries.get_mut(*place as usize) {
                *pending = entry;
                return;
            }
            *place = self.entries.len() as u32;
        }
        self.entries.push(entry);
    }

    /// Schedules an event whose number is greater than all that were met before.
    #[cold]
    fn append_unmet(&mut self, entry: Entry) {
        self.places.resize(entry.number() as usize, NOWHERE);
        self.places.push(self.entries.len() as u32);
        self.entries.push(entry);
    }

    /// When `event` will happen, if it is pending.
    pub fn when(&self, event: E) -> Option<Time> {
        self.entries.get(self.place_of(event.number())).map(|entry| entry.at())
    }

    /// Cancels `event` if it is pending.
    #[inline]
    pub fn cancel(&mut self, event: E) {
        let place = self.place_of(event.number());
        if place < self.entries.len() {
            self.remove(place);
        }
    }

    /// Cancels every event that `doomed` says yes to.
    pub fn cancel_all(&mut self, doomed: impl Fn(E) -> bool) {
        for place in (0..self.entries.len()).rev() {
            if doomed(E::numbered(self.entries[place].number())) {
                self.remove(place);
            }
        }
    }

    /// When the next event happens.
    pub fn next_at(&self) -> Option<Time> {
        self.entries.iter().map(|entry| entry.at()).min()
    }

    /// Takes out what happens next.
    #[inline]
    pub fn pop(&mut self) -> Option<(Time, E)> {
        let (first, others) = self.entries.split_first()?;
        let (mut next, mut least) = (0, *first);
        for (entry, place) in others.iter().zip(1..) {
            let sooner = *entry < least;
            next = if sooner { place } else { next };
            least = if sooner { *entry } else { least };
        }
        self.remove(next);
        Some((least.at(), E::numbered(least.number())))
    }

    /// How many events are pending.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether nothing is pending.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    #[inline]
    fn place_of(&self, number: u32) -> usize {
        self.places.get(number as usize).map_or(usize::MAX, |&place| place as usize)
    }

    /// Takes out what is in `place`; the last moves there.
    #[inline]
    fn remove(&mut self, place: usize) {
        let Some(last) = self.entries.pop() else { return };
        let gone = match self.entries.get_mut(place) {
            Some(entry) => {
                let gone = std::mem::replace(entry, last);
                self.note(last, place as u32);
                gone
            }
            None => last,
        };
        self.note(gone, NOWHERE);
    }

    /// Notes where `entry` is.
    #[inline]
    fn note(&mut self, entry: Entry, place: u32) {
        if let Some(noted) = self.places.get_mut(entry.number() as usize) {
            *noted = place;
        }
    }

    /// Numbers what is pending from 1 again, in the same order: once in four thousand million events.
    #[cold]
    fn renumber(&mut self) {
        self.entries.sort_unstable_by_key(|entry| entry.order());
        for place in 0..self.entries.len() as u32 {
            let entry = &mut self.entries[place as usize];
            *entry = Entry::new(entry.at(), place + 1, entry.number());
            let entry = *entry;
            self.note(entry, place);
        }
        self.scheduled = self.entries.len() as u32;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::cmp::Reverse;
    use std::collections::{BTreeMap, BinaryHeap};

    impl Event for u8 {
        const NAMED: u32 = 100;

        fn number(self) -> u32 {
            self.into()
        }

        fn numbered(number: u32) -> u8 {
            number as u8
        }
    }

    fn drain(agenda: &mut Agenda<u8>) -> Vec<(u64, u8)> {
        std::iter::from_fn(|| agenda.pop()).map(|(at, event)| (at.as_nanos(), event)).collect()
    }

    #[test]
    fn events_of_one_instant_happen_in_the_order_in_which_they_were_scheduled() {
        let mut agenda = Agenda::new();
        for event in [3, 1, 4, 2] {
            agenda.set(Time::from_nanos(10), event);
        }
        agenda.set(Time::from_nanos(9), 5);
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
        agenda.set(Time::from_nanos(1), 1);
        agenda.set(Time::from_nanos(2), 2);
        agenda.cancel(1);
        agenda.cancel(7);
        assert_eq!(agenda.len(), 1);
        assert_eq!(drain(&mut agenda), [(2, 2)]);
    }

    #[test]
    fn renumbering_keeps_the_order() {
        let mut agenda = Agenda { scheduled: u32::MAX - 2, ..Agenda::new() };
        for event in [5, 4, 3, 2, 1] {
            agenda.set(Time::from_nanos(10), event);
        }
        agenda.cancel(3);
        assert_eq!(drain(&mut agenda).iter().map(|&(_, event)| event).collect::<Vec<_>>(), [5, 4, 2, 1]);
    }

    #[derive(Clone, Debug)]
    enum Step {
        /// One that only happens.
        Add(u64, u8),
        Set(u64, u8),
        Cancel(u8),
        Pop,
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            (0u64..20, 100u8..255).prop_map(|(at, event)| Step::Add(at, event)),
            (0u64..20, 0u8..12).prop_map(|(at, event)| Step::Set(at, event)),
            (0u8..12).prop_map(Step::Cancel),
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
                    Step::Add(at, event) => {
                        agenda.set(Time::from_nanos(at), event);
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
