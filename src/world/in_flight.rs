//! Messages under way, each in a place of its own, which the event names that is its arrival.

use super::pending::MOST_PLACES;
use super::traffic::Traffic;

/// Messages under way.
#[derive(Clone, Debug)]
pub(super) struct UnderWay<T: Traffic> {
    places: Vec<Place<T>>,
    /// The place that became free last, or [`NONE_FREE`].
    free: u32,
    /// How many are not free.
    taken: u32,
}

#[derive(Clone, Copy, Debug)]
#[repr(C)]
struct Place<T: Traffic> {
    message: InFlight<T>,
    /// While it is free: that which became free before it.
    free_before: u32,
}

const NONE_FREE: u32 = u32::MAX;

/// A message on its way.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub(super) struct InFlight<T: Traffic> {
    pub message: T::Message,
    pub from: T::Party,
    pub to: T::Party,
    pub copy: u16,
    /// The fault that has it refused where it arrives.
    pub refused_by: Option<u16>,
    /// What else was true when it was sent.
    pub mark: T::Mark,
}

impl<T: Traffic> Default for UnderWay<T> {
    fn default() -> UnderWay<T> {
        UnderWay { places: Vec::new(), free: NONE_FREE, taken: 0 }
    }
}

impl<T: Traffic> UnderWay<T> {
    /// Forgets all messages, and keeps the memory.
    pub(super) fn clear(&mut self) {
        let UnderWay { places, free, taken } = self;
        if *taken > 0 {
            places.clear();
            (*free, *taken) = (NONE_FREE, 0);
        }
    }

    /// Gives a message a place that `from` sends to `to`, now for the `copy`th time.
    // Each field is written where it stays, and the message copied as a whole: by a way over other memory, or field by
    // field, it would have to be read back at once.
    #[inline(always)]
    pub(super) fn put(&mut self, message: &T::Message, from: T::Party, to: T::Party, copy: u16) -> u32 {
        if self.free == NONE_FREE {
            self.make_place(message, from, to);
        }
        let nth = self.free;
        let place = &mut self.places[nth as usize];
        self.free = place.free_before;
        self.taken += 1;
        let in_flight = &mut place.message;
        in_flight.message = *message;
        in_flight.from = from;
        in_flight.to = to;
        in_flight.copy = copy;
        in_flight.refused_by = None;
        nth
    }

    /// Gives one more of what is under way a place.
    pub(super) fn put_again(&mut self, in_flight: &InFlight<T>) -> u32 {
        let InFlight { message, from, to, copy, refused_by, mark } = in_flight;
        let place = self.put(message, *from, *to, *copy);
        let of_place = self.at_mut(place);
        (of_place.refused_by, of_place.mark) = (*refused_by, *mark);
        place
    }

    #[cold]
    #[inline(never)]
    fn make_place(&mut self, message: &T::Message, from: T::Party, to: T::Party) {
        self.free = self.places.len() as u32;
        debug_assert!(self.free < MOST_PLACES, "a call has some hundreds of messages under way");
        let message = InFlight { message: *message, from, to, copy: 0, refused_by: None, mark: T::Mark::default() };
        self.places.push(Place { message, free_before: NONE_FREE });
    }

    /// The message in this place.
    #[inline]
    pub(super) fn at(&self, place: u32) -> &InFlight<T> {
        &self.places[place as usize].message
    }

    /// The message in this place, to note something.
    #[inline]
    pub(super) fn at_mut(&mut self, place: u32) -> &mut InFlight<T> {
        &mut self.places[place as usize].message
    }

    /// The message in this place, which is free from now on.
    #[inline]
    pub(super) fn take(&mut self, place: u32) -> InFlight<T> {
        self.free(place);
        *self.at(place)
    }

    /// From now on this place is free.
    #[inline]
    pub(super) fn free(&mut self, place: u32) {
        self.places[place as usize].free_before = self.free;
        self.free = place;
        self.taken -= 1;
    }

    /// Whether no message is under way.
    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.taken == 0
    }

    /// The most messages that were under way at once.
    #[cfg(test)]
    pub(super) fn places(&self) -> usize {
        self.places.len()
    }
}
