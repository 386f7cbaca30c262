//! The agenda: what is pending, in the order in which it will happen.
//!
//! Events happen in the order of their instants; **events of the same nanosecond happen in the order in which they were
//! scheduled**. Setting an event that is pending already moves it and schedules it anew. Nothing else decides the
//! order: no float, no address, no thread.
//!
//! An agenda holds what one call has pending, which is a handful: so it is a flat array in the order of happening, not
//! a heap. What is new is nearly always among the next to happen, or the last of all, and finds its place in a few
//! steps; what happens next is simply taken. Nothing is left behind by a cancelled timer, and all of it stays in the
//! innermost cache. The engine has never heard of SIP.

use crate::time::Time;

/// An event by its code: what kind it is, and a value that tells it apart from others of its kind.
///
/// Events of kind [`EventCode::NAMED`] can be moved, cancelled and asked for, and are pending once at most. The others
/// only happen, each as often as it is scheduled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventCode(u32);

impl EventCode {
    /// Bits of the kind, above those of the value.
    pub const KIND_BITS: u32 = u32::BITS - EventCode::VALUE_BITS;
    /// Bits of the value.
    pub const VALUE_BITS: u32 = 28;
    /// The kind of events that are known by name.
    pub const NAMED: u32 = 0;

    /// The code of an event of this kind and value, which must fit.
    #[inline(always)]
    pub const fn new(kind: u32, value: u32) -> EventCode {
        debug_assert!(kind >> EventCode::KIND_BITS == 0 && value >> EventCode::VALUE_BITS == 0);
        EventCode(kind << EventCode::VALUE_BITS | value)
    }

    /// Its kind.
    #[inline(always)]
    pub const fn kind(self) -> u32 {
        self.0 >> EventCode::VALUE_BITS
    }

    /// Its value.
    #[inline(always)]
    pub const fn value(self) -> u32 {
        self.0 & ((1 << EventCode::VALUE_BITS) - 1)
    }

    #[inline(always)]
    const fn is_named(self) -> bool {
        self.kind() == EventCode::NAMED
    }
}

/// Pending events.
#[derive(Clone, Debug, Default)]
pub struct Agenda {
    /// What happens next stands last; what was scheduled first for an instant stands behind the others of it.
    entries: Vec<Entry>,
}

/// One pending event.
#[derive(Clone, Copy, Debug)]
struct Entry {
    at: Time,
    code: EventCode,
}

/// The few events of an agenda that was put aside, packed.
#[derive(Clone, Copy, Debug)]
pub struct SavedEvents<const N: usize> {
    at: [Time; N],
    /// Behind the last is [`NO_EVENT`].
    codes: [EventCode; N],
}

/// Not used as the code of any event.
const NO_EVENT: EventCode = EventCode(u32::MAX);

impl Agenda {
    /// An agenda with nothing pending.
    pub fn new() -> Self {
        Agenda::default()
    }

    /// Forgets everything, and keeps the memory.
    pub fn clear(&mut self) {
        self.entries.clear();
    }

    /// Schedules `event`, or moves it if it is pending; after all that is already scheduled for the same instant.
    // Whoever schedules an event knows which it is: inlined, its code is a constant or nearly so.
    #[inline(always)]
    pub fn set(&mut self, at: Time, event: impl Into<EventCode>) {
        let entry = Entry { at, code: event.into() };
        if entry.code.is_named() { self.set_named(entry) } else { self.add(entry) }
    }

    fn set_named(&mut self, entry: Entry) {
        match self.place_of(entry.code) {
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
    pub fn when(&self, event: impl Into<EventCode>) -> Option<Time> {
        self.place_of(event.into()).map(|place| self.entries[place].at)
    }

    /// Cancels `event` if it is pending.
    #[inline(always)]
    pub fn cancel(&mut self, event: impl Into<EventCode>) {
        self.remove(event.into());
    }

    fn remove(&mut self, code: EventCode) {
        if let Some(place) = self.place_of(code) {
            for sooner in place + 1..self.entries.len() {
                self.entries[sooner - 1] = self.entries[sooner];
            }
            self.entries.pop();
        }
    }

    /// Cancels every event that `doomed` says yes to.
    pub fn cancel_all(&mut self, doomed: impl Fn(EventCode) -> bool) {
        self.entries.retain(|entry| !doomed(entry.code));
    }

    /// When the next event happens.
    pub fn next_at(&self) -> Option<Time> {
        self.entries.last().map(|entry| entry.at)
    }

    /// What happens next.
    #[inline]
    pub fn next_code(&self) -> Option<EventCode> {
        self.entries.last().map(|entry| entry.code)
    }

    /// Takes out what happens next: when, and what it is.
    // In the loop that runs everything.
    #[inline(always)]
    pub fn pop(&mut self) -> Option<(Time, EventCode)> {
        self.entries.pop().map(|Entry { at, code }| (at, code))
    }

    /// Takes out everything, if it is no more than `N` events.
    pub fn save<const N: usize>(&mut self) -> Option<SavedEvents<N>> {
        let mut saved = SavedEvents { at: [Time::NEVER; N], codes: [NO_EVENT; N] };
        let kept = saved.at.get_mut(..self.entries.len())?.iter_mut().zip(&mut saved.codes);
        kept.zip(&self.entries).for_each(|((at, code), entry)| (*at, *code) = (entry.at, entry.code));
        self.entries.clear();
        Some(saved)
    }

    /// Puts back what [`Agenda::save`] took, in place of all that is pending.
    pub fn restore<const N: usize>(&mut self, saved: &SavedEvents<N>) {
        let SavedEvents { at, codes } = saved;
        self.entries.clear();
        let kept = at.iter().zip(codes).take_while(|(_, code)| **code != NO_EVENT);
        self.entries.extend(kept.map(|(&at, &code)| Entry { at, code }));
    }

    /// How many events are pending.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether nothing is pending.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    #[inline(always)]
    fn place_of(&self, code: EventCode) -> Option<usize> {
        self.entries.iter().position(|entry| entry.code == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::cmp::Reverse;
    use std::collections::{BTreeMap, BinaryHeap};

    /// Of numbers below 100 each is known by name.
    impl From<u8> for EventCode {
        fn from(event: u8) -> EventCode {
            EventCode::new(u32::from(event >= 100), event.into())
        }
    }

    fn number(code: EventCode) -> u8 {
        code.value() as u8
    }

    fn pop(agenda: &mut Agenda) -> Option<(Time, u8)> {
        agenda.pop().map(|(at, code)| (at, number(code)))
    }

    fn drain(agenda: &mut Agenda) -> Vec<(u64, u8)> {
        std::iter::from_fn(|| agenda.pop()).map(|(at, event)| (at.as_nanos(), number(event))).collect()
    }

    #[test]
    fn events_of_one_instant_happen_in_the_order_in_which_they_were_scheduled() {
        let mut agenda = Agenda::new();
        for event in [3u8, 1, 4, 2] {
            agenda.set(Time::from_nanos(10), event);
        }
        agenda.set(Time::from_nanos(9), 5u8);
        assert_eq!(drain(&mut agenda), [(9, 5), (10, 3), (10, 1), (10, 4), (10, 2)]);
    }

    #[test]
    fn setting_a_pending_event_again_puts_it_behind_its_instant() {
        let mut agenda = Agenda::new();
        agenda.set(Time::from_nanos(10), 1u8);
        agenda.set(Time::from_nanos(10), 2u8);
        agenda.set(Time::from_nanos(10), 1u8);
        assert_eq!(drain(&mut agenda), [(10, 2), (10, 1)]);
    }

    #[test]
    fn a_cancelled_event_does_not_happen_and_leaves_nothing_behind() {
        let mut agenda = Agenda::new();
        agenda.set(Time::from_nanos(1), 1u8);
        agenda.set(Time::from_nanos(2), 2u8);
        agenda.cancel(1u8);
        agenda.cancel(7u8);
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
                    Step::Pop => prop_assert_eq!(pop(&mut agenda), pop_heap(&mut heap, &mut live)),
                }
            }
            while let Some(next) = pop(&mut agenda) {
                prop_assert_eq!(Some(next), pop_heap(&mut heap, &mut live));
            }
            prop_assert_eq!(pop_heap(&mut heap, &mut live), None);
        }
    }
}
