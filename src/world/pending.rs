//! What can be pending for a call: events as the agenda holds them, and the messages under way that they name.

use super::chain::Element;
use super::setup::End;
use crate::engine::Event;
use crate::sip::{Message, Timer};

/// Messages under way, each in a place of its own, which the event names that is its arrival.
#[derive(Clone, Debug)]
pub struct UnderWay {
    places: Vec<Place>,
    /// The place that became free last, or [`NONE_FREE`].
    free: u32,
    /// How many are not free.
    taken: u32,
}

#[derive(Clone, Copy, Debug)]
#[repr(C)]
struct Place {
    message: InFlight,
    /// While it is free: that which became free before it.
    free_before: u32,
}

const NONE_FREE: u32 = u32::MAX;

impl Default for UnderWay {
    fn default() -> UnderWay {
        UnderWay { places: Vec::new(), free: NONE_FREE, taken: 0 }
    }
}

impl UnderWay {
    /// Forgets all messages, and keeps the memory.
    pub fn clear(&mut self) {
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
    pub fn put(&mut self, message: &Message, from: Element, to: Element, copy: u16) -> u32 {
        if self.free == NONE_FREE {
            self.make_place();
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
    pub fn put_again(&mut self, in_flight: &InFlight) -> u32 {
        let InFlight { message, from, to, copy, refused_by } = in_flight;
        let place = self.put(message, *from, *to, *copy);
        self.at_mut(place).refused_by = *refused_by;
        place
    }

    #[cold]
    #[inline(never)]
    fn make_place(&mut self) {
        self.free = self.places.len() as u32;
        self.places.push(Place { message: InFlight::BLANK, free_before: NONE_FREE });
    }

    /// The message in this place.
    #[inline]
    pub fn at(&self, place: u32) -> &InFlight {
        &self.places[place as usize].message
    }

    /// The message in this place, to note something.
    #[inline]
    pub fn at_mut(&mut self, place: u32) -> &mut InFlight {
        &mut self.places[place as usize].message
    }

    /// The message in this place, which is free from now on.
    #[inline]
    pub fn take(&mut self, place: u32) -> InFlight {
        self.free(place);
        *self.at(place)
    }

    /// From now on this place is free.
    #[inline]
    pub fn free(&mut self, place: u32) {
        self.places[place as usize].free_before = self.free;
        self.free = place;
        self.taken -= 1;
    }

    /// Whether no message is under way.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.taken == 0
    }

    /// The most messages that were under way at once.
    #[cfg(test)]
    pub fn places(&self) -> usize {
        self.places.len()
    }
}

/// A message on its way.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct InFlight {
    pub message: Message,
    pub from: Element,
    pub to: Element,
    pub copy: u16,
    /// The fault that has it refused where it arrives.
    pub refused_by: Option<u16>,
}

impl InFlight {
    /// What stands in a place that was never taken.
    const BLANK: InFlight =
        InFlight { message: Message::BLANK, from: Element::CALLER, to: Element::CALLER, copy: 0, refused_by: None };
}

/// What can be pending for a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pending {
    Begin,
    Deliver(u32),
    /// The message in this place comes to a link, counted from the caller, where it waits for its turn.
    AtQueue {
        place: u32,
        link: u8,
    },
    Fire(Element, Timer),
    HangUp,
    ComeBack(End),
    /// The nth crash of the setup.
    Crash(u16),
    /// What it crashed comes back.
    CrashOver(u16),
    /// An agent has had no media for as long as it allows.
    MediaSilent(Element),
    /// An outage of the network may begin or be over, and media with it.
    Weather,
    /// The outage that is the nth fault of the setup begins or is over, and media with it.
    Outage {
        nth: u16,
        over: bool,
    },
    /// ICMP comes back to the sender of the message in this place.
    Unreachable(u32),
    /// The message in this place could not be sent.
    SendFailed(u32),
    /// The nth request of the setup.
    Request(u16),
}

/// The kind of a number stands in its upper three bits: zero for what has a name, else what has a place or is the nth.
const KIND: u32 = 29;

/// What has a name and is no timer of an element counts on from here.
const FIRST: u32 = Timer::KINDS as u32;

impl Event for Pending {
    const NAMED: u32 = 1 << KIND;

    /// Of what has a name, from below: 5 bits whose, 4 bits what, and above them the slot of a timer.
    #[inline(always)]
    fn number(self) -> u32 {
        let named = |what: u32, whose: Element, slot: u8| u32::from(slot) << 9 | what << 5 | u32::from(whose.number());
        let nth = |kind: u32, nth: u32| kind << KIND | nth & ((1 << KIND) - 1);
        match self {
            Pending::Fire(element, timer) => {
                let (kind, slot) = timer.kind_and_slot();
                named(kind.into(), element, slot)
            }
            Pending::MediaSilent(element) => named(FIRST, element, 0),
            Pending::ComeBack(end) => named(FIRST + 1, end.into(), 0),
            Pending::HangUp => named(FIRST + 2, Element::CALLER, 0),
            Pending::Weather => named(FIRST + 2, Element::CALLEE, 0),
            Pending::Begin => named(FIRST + 3, Element::CALLER, 0),
            Pending::Deliver(place) => nth(1, place),
            Pending::Unreachable(place) => nth(2, place),
            Pending::SendFailed(place) => nth(3, place),
            Pending::Crash(which) => nth(4, u32::from(which) << 1),
            Pending::CrashOver(which) => nth(4, u32::from(which) << 1 | 1),
            // Two million places: more than one call ever fills.
            Pending::AtQueue { place, link } => nth(5, place << 8 | u32::from(link)),
            Pending::Request(which) => nth(6, which.into()),
            Pending::Outage { nth: which, over } => nth(7, u32::from(which) << 1 | u32::from(over)),
        }
    }

    fn numbered(number: u32) -> Pending {
        if let Some(place) = Pending::arrival(number) {
            return Pending::Deliver(place);
        }
        if let Some((element, timer)) = Pending::timer(number) {
            return Pending::Fire(element, timer);
        }
        if let Some((place, link)) = Pending::arrival_at_queue(number) {
            return Pending::AtQueue { place, link };
        }
        let nth = number & ((1 << KIND) - 1);
        match number >> KIND {
            2 => return Pending::Unreachable(nth),
            3 => return Pending::SendFailed(nth),
            4 if nth & 1 == 0 => return Pending::Crash((nth >> 1) as u16),
            4 => return Pending::CrashOver((nth >> 1) as u16),
            6 => return Pending::Request(nth as u16),
            7 => return Pending::Outage { nth: (nth >> 1) as u16, over: nth & 1 == 1 },
            _ => {}
        }
        let (what, element) = (number >> 5 & 15, Element::numbered((number & 31) as u8));
        match what.saturating_sub(FIRST) {
            0 => Pending::MediaSilent(element),
            1 => Pending::ComeBack(if element == Element::CALLER { End::Caller } else { End::Callee }),
            2 if element == Element::CALLER => Pending::HangUp,
            2 => Pending::Weather,
            _ => Pending::Begin,
        }
    }
}

impl Pending {
    /// The place of the message that arrives, if that is what this number stands for.
    #[inline(always)]
    pub fn arrival(number: u32) -> Option<u32> {
        (number >> KIND == 1).then_some(number & ((1 << KIND) - 1))
    }

    /// The place of the message that comes to a link with a rate, and the link, if that is what this number stands for.
    #[inline(always)]
    pub fn arrival_at_queue(number: u32) -> Option<(u32, u8)> {
        (number >> KIND == 5).then_some(((number & ((1 << KIND) - 1)) >> 8, number as u8))
    }

    /// The timer that fires, and whose it is, if that is what this number stands for.
    #[inline(always)]
    pub fn timer(number: u32) -> Option<(Element, Timer)> {
        let kind = number >> 5 & 15;
        (number >> KIND == 0 && kind < FIRST)
            .then(|| (Element::numbered((number & 31) as u8), Timer::of(kind as u8, (number >> 9) as u8)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_an_event_stands_for_it_alone() {
        let timers = [
            Timer::ClientRetransmit(0),
            Timer::ClientRetransmit(255),
            Timer::ClientTimeout(7),
            Timer::ServerRetransmit(1),
            Timer::ServerTimeout(2),
            Timer::Trying(3),
            Timer::Answer,
            Timer::AnswerRetransmit,
            Timer::AnswerTimeout,
            Timer::Refresh,
            Timer::Expiry,
            Timer::Change,
            Timer::Ping,
        ];
        let elements = [0, 1, 31].map(Element::numbered);
        let mut events = vec![Pending::Begin, Pending::HangUp, Pending::Weather];
        for element in elements {
            events.push(Pending::MediaSilent(element));
            events.extend(timers.map(|timer| Pending::Fire(element, timer)));
        }
        events.extend(End::BOTH.map(Pending::ComeBack));
        for nth in [0, 1, u16::MAX] {
            events.extend([Pending::Crash, Pending::CrashOver, Pending::Request].map(|kind| kind(nth)));
            events.extend([false, true].map(|over| Pending::Outage { nth, over }));
            events.push(Pending::AtQueue { place: u32::from(nth), link: 0 });
            events.push(Pending::AtQueue { place: u32::from(nth), link: u8::MAX });
            let places = [Pending::Deliver, Pending::Unreachable, Pending::SendFailed];
            events.extend(places.map(|kind| kind(u32::from(nth) << 12)));
        }
        let mut numbers: Vec<u32> = events.iter().map(|event| event.number()).collect();
        let back: Vec<Pending> = numbers.iter().map(|&number| Pending::numbered(number)).collect();
        assert_eq!(back, events);
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), events.len());
    }
}
