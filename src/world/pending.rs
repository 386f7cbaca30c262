//! What can be pending for a call or for a unit of devices, and its code.

use super::devices::Party;
use super::element::{Element, End};
use crate::engine::EventCode;
use crate::heartbeat::{self, Connection};
use crate::sip::Timer;

/// What can be pending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pending {
    /// A call begins, or a device is switched on.
    Begin,
    /// A user hangs up or an agent dies; a device is switched off.
    HangUp,
    /// The message in this place arrives.
    Deliver(u32),
    /// The message in this place comes to a link, counted from the caller or device, where it waits for its turn.
    AtQueue { place: u32, link: u8 },
    /// ICMP comes back to the sender of the message in this place.
    Unreachable(u32),
    /// The message in this place could not be sent.
    SendFailed(u32),
    /// A timer of an element fires.
    Fire(Element, Timer),
    /// An agent comes back from death.
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
    Outage { nth: u16, over: bool },
    /// The nth request of the setup.
    Request(u16),
    /// A timer of a device or platform fires.
    FireOf(Party, heartbeat::Timer),
    /// The nth restart takes this side down.
    Down(Party, u16),
    /// It is over.
    Back(Party, u16),
    /// A connection stands, for the device.
    Connected(Connection),
    /// The device learns that a connection is gone.
    Broken(Connection),
}

/// Kinds of codes: those known by name, and those that have a place or are the nth.
#[repr(u32)]
enum Kind {
    Named = EventCode::NAMED,
    Deliver,
    Unreachable,
    SendFailed,
    /// The lowest bit: whether it is over.
    Crash,
    /// The lowest 8 bits: the link.
    AtQueue,
    Request,
    /// The lowest bit: whether it is over.
    Outage,
    Connected,
    Broken,
    /// The lowest bit: the side.
    Down,
    /// The lowest bit: the side.
    Back,
    /// Not a kind, but how many there are.
    Count,
}

/// Of what is known by name, from below: whose it is, what it is, and the slot of a timer of a transaction.
const WHOSE_BITS: u32 = 5;
const WHAT_BITS: u32 = 6;
const SLOT_BITS: u32 = u8::BITS;

/// What is known by name: timers of elements from 0 on, and these.
const MEDIA_SILENT: u32 = Timer::KINDS as u32;
const COME_BACK: u32 = MEDIA_SILENT + 1;
const HANG_UP: u32 = COME_BACK + 1;
const WEATHER: u32 = HANG_UP + 1;
const BEGIN: u32 = WEATHER + 1;
/// Timers of devices and platforms, those of their SIP transactions last.
const DEVICE_TIMERS: u32 = BEGIN + 1;
const DEVICE_SIP_TIMERS: u32 = DEVICE_TIMERS + 6;
const END: u32 = DEVICE_SIP_TIMERS + Timer::KINDS as u32;

/// The lowest bits of the code of a message at a queue: the link.
const LINK_BITS: u32 = u8::BITS;

/// The most messages that can be under way at once, so that the place of each fits into a code.
pub(super) const MOST_PLACES: u32 = 1 << (EventCode::VALUE_BITS - LINK_BITS);

// Every field fits, and no kinds collide: two kinds of the same number do not compile.
const _: () = {
    assert!((Kind::Count as u32) < 1 << EventCode::KIND_BITS, "the highest kind is left free");
    assert!(WHOSE_BITS + WHAT_BITS + SLOT_BITS <= EventCode::VALUE_BITS);
    assert!(Element::MOST <= 1 << WHOSE_BITS && Party::BOTH.len() <= 1 << WHOSE_BITS);
    assert!(END <= 1 << WHAT_BITS);
    assert!(u16::BITS < EventCode::VALUE_BITS, "the nth of something, and one bit");
};

impl From<Pending> for EventCode {
    #[inline(always)]
    fn from(pending: Pending) -> EventCode {
        pending.encode()
    }
}

impl Pending {
    /// Its code.
    #[inline(always)]
    pub fn encode(self) -> EventCode {
        let named = |what: u32, whose: u8, slot: u8| {
            let value = u32::from(slot) << (WHOSE_BITS + WHAT_BITS) | what << WHOSE_BITS | u32::from(whose);
            EventCode::new(Kind::Named as u32, value)
        };
        let nth = |kind: Kind, nth: u32| EventCode::new(kind as u32, nth & ((1 << EventCode::VALUE_BITS) - 1));
        let nth_with =
            |kind: Kind, nth: u16, bit: bool| EventCode::new(kind as u32, u32::from(nth) << 1 | u32::from(bit));
        match self {
            Pending::Fire(element, timer) => {
                let (kind, slot) = timer.kind_and_slot();
                named(kind.into(), element.number(), slot)
            }
            Pending::FireOf(party, timer) => {
                let (kind, slot) = match timer {
                    heartbeat::Timer::Keepalive => (DEVICE_TIMERS, 0),
                    heartbeat::Timer::ConnectTimeout => (DEVICE_TIMERS + 1, 0),
                    heartbeat::Timer::ResponseTimeout => (DEVICE_TIMERS + 2, 0),
                    heartbeat::Timer::Again => (DEVICE_TIMERS + 3, 0),
                    heartbeat::Timer::Renew => (DEVICE_TIMERS + 4, 0),
                    heartbeat::Timer::Check => (DEVICE_TIMERS + 5, 0),
                    heartbeat::Timer::Sip(timer) => {
                        let (kind, slot) = timer.kind_and_slot();
                        (DEVICE_SIP_TIMERS + u32::from(kind), slot)
                    }
                };
                named(kind, party as u8, slot)
            }
            Pending::MediaSilent(element) => named(MEDIA_SILENT, element.number(), 0),
            Pending::ComeBack(end) => named(COME_BACK, end as u8, 0),
            Pending::HangUp => named(HANG_UP, 0, 0),
            Pending::Weather => named(WEATHER, 0, 0),
            Pending::Begin => named(BEGIN, 0, 0),
            Pending::Deliver(place) => nth(Kind::Deliver, place),
            Pending::Unreachable(place) => nth(Kind::Unreachable, place),
            Pending::SendFailed(place) => nth(Kind::SendFailed, place),
            Pending::Crash(which) => nth_with(Kind::Crash, which, false),
            Pending::CrashOver(which) => nth_with(Kind::Crash, which, true),
            Pending::AtQueue { place, link } => nth(Kind::AtQueue, place << LINK_BITS | u32::from(link)),
            Pending::Request(which) => nth(Kind::Request, which.into()),
            Pending::Outage { nth, over } => nth_with(Kind::Outage, nth, over),
            Pending::Connected(connection) => nth(Kind::Connected, connection.0),
            Pending::Broken(connection) => nth(Kind::Broken, connection.0),
            Pending::Down(party, which) => nth_with(Kind::Down, which, party == Party::Platform),
            Pending::Back(party, which) => nth_with(Kind::Back, which, party == Party::Platform),
        }
    }

    /// What has this code: the undoing of [`Pending::encode`].
    pub fn decode(code: EventCode) -> Pending {
        let value = code.value();
        let (which, bit) = ((value >> 1) as u16, value & 1 == 1);
        let party = |is_platform: bool| if is_platform { Party::Platform } else { Party::Device };
        match code.kind() {
            kind if kind == Kind::Deliver as u32 => Pending::Deliver(value),
            kind if kind == Kind::Unreachable as u32 => Pending::Unreachable(value),
            kind if kind == Kind::SendFailed as u32 => Pending::SendFailed(value),
            kind if kind == Kind::Crash as u32 && bit => Pending::CrashOver(which),
            kind if kind == Kind::Crash as u32 => Pending::Crash(which),
            kind if kind == Kind::AtQueue as u32 => Pending::AtQueue { place: value >> LINK_BITS, link: value as u8 },
            kind if kind == Kind::Request as u32 => Pending::Request(value as u16),
            kind if kind == Kind::Outage as u32 => Pending::Outage { nth: which, over: bit },
            kind if kind == Kind::Connected as u32 => Pending::Connected(Connection(value)),
            kind if kind == Kind::Broken as u32 => Pending::Broken(Connection(value)),
            kind if kind == Kind::Down as u32 => Pending::Down(party(bit), which),
            kind if kind == Kind::Back as u32 => Pending::Back(party(bit), which),
            _ => Pending::decode_named(value),
        }
    }

    fn decode_named(value: u32) -> Pending {
        let whose = (value & ((1 << WHOSE_BITS) - 1)) as u8;
        let slot = (value >> (WHOSE_BITS + WHAT_BITS)) as u8;
        let party = if whose == Party::Device as u8 { Party::Device } else { Party::Platform };
        let what = value >> WHOSE_BITS & ((1 << WHAT_BITS) - 1);
        match what {
            MEDIA_SILENT => Pending::MediaSilent(Element::numbered(whose)),
            COME_BACK => Pending::ComeBack(if whose == End::Caller as u8 { End::Caller } else { End::Callee }),
            HANG_UP => Pending::HangUp,
            WEATHER => Pending::Weather,
            BEGIN => Pending::Begin,
            timer if timer < MEDIA_SILENT => Pending::Fire(Element::numbered(whose), Timer::of(timer as u8, slot)),
            timer => {
                let timer = match timer - DEVICE_TIMERS {
                    0 => heartbeat::Timer::Keepalive,
                    1 => heartbeat::Timer::ConnectTimeout,
                    2 => heartbeat::Timer::ResponseTimeout,
                    3 => heartbeat::Timer::Again,
                    4 => heartbeat::Timer::Renew,
                    5 => heartbeat::Timer::Check,
                    _ => heartbeat::Timer::Sip(Timer::of((timer - DEVICE_SIP_TIMERS) as u8, slot)),
                };
                Pending::FireOf(party, timer)
            }
        }
    }

    /// The place of the message that arrives, if that is what has this code.
    #[inline(always)]
    pub fn arrival(code: EventCode) -> Option<u32> {
        (code.kind() == Kind::Deliver as u32).then_some(code.value())
    }

    /// The place of the message that comes to a link with a rate, and the link, if that is what has this code.
    #[inline(always)]
    pub fn arrival_at_queue(code: EventCode) -> Option<(u32, u8)> {
        (code.kind() == Kind::AtQueue as u32).then_some((code.value() >> LINK_BITS, code.value() as u8))
    }

    /// The timer of an element that fires, and whose it is, if that is what has this code.
    #[inline(always)]
    pub fn timer(code: EventCode) -> Option<(Element, Timer)> {
        let value = code.value();
        let what = value >> WHOSE_BITS & ((1 << WHAT_BITS) - 1);
        (code.kind() == Kind::Named as u32 && what < MEDIA_SILENT).then(|| {
            let whose = Element::numbered((value & ((1 << WHOSE_BITS) - 1)) as u8);
            (whose, Timer::of(what as u8, (value >> (WHOSE_BITS + WHAT_BITS)) as u8))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_code_of_an_event_stands_for_it_alone() {
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
        use heartbeat::Timer::{Again, Check, ConnectTimeout, Keepalive, Renew, ResponseTimeout, Sip};
        let of_devices =
            [Keepalive, ConnectTimeout, ResponseTimeout, Again, Renew, Check].into_iter().chain(timers.map(Sip));
        let mut events = vec![Pending::Begin, Pending::HangUp, Pending::Weather];
        for element in [0, 1, 31].map(Element::numbered) {
            events.push(Pending::MediaSilent(element));
            events.extend(timers.map(|timer| Pending::Fire(element, timer)));
        }
        events.extend(End::BOTH.map(Pending::ComeBack));
        for party in Party::BOTH {
            events.extend(of_devices.clone().map(|timer| Pending::FireOf(party, timer)));
            events.extend([0, u16::MAX].iter().flat_map(|&nth| [Pending::Down(party, nth), Pending::Back(party, nth)]));
        }
        for nth in [0, 1, u16::MAX] {
            events.extend([Pending::Crash, Pending::CrashOver, Pending::Request].map(|kind| kind(nth)));
            events.extend([false, true].map(|over| Pending::Outage { nth, over }));
        }
        for place in [0, 1, MOST_PLACES - 1] {
            events.extend([0, u8::MAX].map(|link| Pending::AtQueue { place, link }));
        }
        for place in [0, 1, (1 << EventCode::VALUE_BITS) - 1] {
            events.extend([Pending::Deliver, Pending::Unreachable, Pending::SendFailed].map(|kind| kind(place)));
            events.extend([Pending::Connected, Pending::Broken].map(|kind| kind(Connection(place))));
        }
        let codes: Vec<EventCode> = events.iter().map(|event| event.encode()).collect();
        let back: Vec<Pending> = codes.iter().map(|&code| Pending::decode(code)).collect();
        assert_eq!(back, events);
        let different: BTreeSet<(u32, u32)> = codes.iter().map(|code| (code.kind(), code.value())).collect();
        assert_eq!(different.len(), events.len());
    }
}
