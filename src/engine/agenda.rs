//! The agenda: what is pending, in the order in which it will happen.
//!
//! Events happen in the order of their instants; **events of the same nanosecond happen in the order in which they were
//! scheduled**. Setting an event that is pending already moves it and schedules it anew. Nothing else decides the order:
//! no float, no address, no thread.
//!
//! An agenda holds what one call has pending, which is a handful: so it is a flat array in the order of happening, not a
//! heap. What is new is nearly always among the next to happen, or the last of all, and finds its place in a few steps;
//! what happens next is simply taken. Nothing is left behind by a cancelled timer, and all of it stays in the innermost
//! cache. The engine has never heard of SIP.

use std::marker::PhantomData;

use crate::time::Time;

/// What can be pending. Each event has a number of its own.
pub trait Event: Copy {
    /// Events of numbers below this can be moved, cancelled and asked for, and are pending once at most. The others only
    /// happen, each as often as it is scheduled.
    const NAMED: u32;

    /// The number that stands for it and for nothing else; never the highest.
    fn number(self) -> u32;
    /// The event of this number: the undoing of [`Event::number`].
    fn numbered(number: u32) -> Self;
}

/// Pending events of type `E`.
#[derive(Clone, Debug)]
pub struct Agenda<E> {
    /// What happens next stands last; what was scheduled first for an instant stands behind the others of it.
    entries: Vec<Entry>,
    events: PhantomData<E>,
}

/// One pending event: its instant and its number.
#[derive(Clone, Copy, Debug)]
struct Entry {
    at: Time,
    number: u32,
}

/// The few events of an agenda that was put aside, packed.
#[derive(Clone, Copy, Debug)]
pub struct Few<const N: usize> {
    at: [Time; N],
    /// Behind the last is [`NO_EVENT`].
    numbers: [u32; N],
}

const NO_EVENT: u32 = u32::MAX;

impl<E> Default for Agenda<E> {
    fn default() -> Self {
        Agenda { entries: Vec::new(), events: PhantomData }
    }
}

impl<E: Event> Agenda<E> {
    /// An agenda with nothing pending.
    pub fn new() -> Self {
        Agenda::default()
    }

    /// Forgets everything, and keeps the memory.
    pub fn clear(&mut self) {
        self.entries.clear();
    }

    /// Schedules `event`, or moves it if it is pending; after all that is already scheduled for the same instant.
    // Whoever schedules an event knows which it is: inlined, its number is at hand.
    #[inline(always)]
    pub fn set(&mut self, at: Time, event: E) {
        let entry = Entry { at, number: event.number() };
        if entry.number < E::NAMED { self.set_named(entry) } else { self.add(entry) }
    }

    fn set_named(&mut self, entry: Entry) {
        match self.place_of(entry.number) {
            Some(place) => self.move_to(place, entry),
            None => self.add(entry),
        }
    }

    /// Adds an entry in front of all that happens later, from the end on.
    #[inline(always)]
    fn add(&mut self, entry: Entry) {
        let mut place = self.entries.len();
        self.entries.push(entry);
        while let Some(&sooner) = self.entries[..place].last()
            && sooner.at <= entry.at
        {
            self.entries[place] = sooner;
            place -= 1;
        }
        self.entries[place] = entry;
    }

    /// Puts `entry` in its place, in which there is another now.
    #[inline(always)]
    fn move_to(&mut self, mut place: usize, entry: Entry) {
        let entries = &mut self.entries[..];
        while let Some(&sooner) = entries.get(place + 1)
            && sooner.at > entry.at
        {
            entries[place] = sooner;
            place += 1;
        }
        while let Some(&sooner) = entries[..place].last()
            && sooner.at <= entry.at
        {
            entries[place] = sooner;
            place -= 1;
        }
        entries[place] = entry;
    }

    /// When `event` will happen, if it is pending.
    pub fn when(&self, event: E) -> Option<Time> {
        self.place_of(event.number()).map(|place| self.entries[place].at)
    }

    /// Cancels `event` if it is pending.
    #[inline(always)]
    pub fn cancel(&mut self, event: E) {
        self.remove(event.number());
    }

    fn remove(&mut self, number: u32) {
        if let Some(place) = self.place_of(number) {
            for sooner in place + 1..self.entries.len() {
                self.entries[sooner - 1] = self.entries[sooner];
            }
            self.entries.pop();
        }
    }

    /// Cancels every event that `doomed` says yes to.
    pub fn cancel_all(&mut self, doomed: impl Fn(E) -> bool) {
        self.entries.retain(|entry| !doomed(E::numbered(entry.number)));
    }

    /// When the next event happens.
    pub fn next_at(&self) -> Option<Time> {
        self.entries.last().map(|entry| entry.at)
    }

    /// The number of what happens next.
    #[inline]
    pub fn next_number(&self) -> Option<u32> {
        self.entries.last().map(|entry| entry.number)
    }

    /// Takes out what happens next.
    #[inline]
    pub fn pop(&mut self) -> Option<(Time, E)> {
        self.pop_number().map(|(at, number)| (at, E::numbered(number)))
    }

    /// Takes out what happens next: when, and the number of what it is. For who can tell by the number what is to be done.
    // In the loop of each way of running calls.
    #[inline(always)]
    pub fn pop_number(&mut self) -> Option<(Time, u32)> {
        self.entries.pop().map(|Entry { at, number }| (at, number))
    }

    /// Takes out everything, if it is no more than `N` events.
    pub fn take_few<const N: usize>(&mut self) -> Option<Few<N>> {
        let mut few = Few { at: [Time::NEVER; N], numbers: [NO_EVENT; N] };
        let kept = few.at.get_mut(..self.entries.len())?.iter_mut().zip(&mut few.numbers);
        kept.zip(&self.entries).for_each(|((at, number), entry)| (*at, *number) = (entry.at, entry.number));
        self.entries.clear();
        Some(few)
    }

    /// Puts back what [`Agenda::take_few`] took, in place of all that is pending.
    pub fn put_back<const N: usize>(&mut self, few: &Few<N>) {
        self.entries.clear();
        let kept = few.at.iter().zip(&few.numbers).take_while(|(_, number)| **number != NO_EVENT);
        self.entries.extend(kept.map(|(&at, &number)| Entry { at, number }));
    }

    /// How many events are pending.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether nothing is pending.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The place of the event of this number.
    #[inline(always)]
    fn place_of(&self, number: u32) -> Option<usize> {
        self.entries.iter().position(|entry| entry.number == number)
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
