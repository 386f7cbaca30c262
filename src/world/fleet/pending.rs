//! What can be pending for a unit: events as the agenda holds them, and the messages under way that they name.

use super::fact::Party;
use crate::engine::Event;
use crate::heartbeat::{Connection, Message, Timer};
use crate::sip;
use crate::time::Time;

/// A message on its way.
#[derive(Clone, Copy, Debug)]
pub struct InFlight {
    pub message: Message,
    pub from: Party,
    /// When the copy that gets through was sent, and the life of its sender.
    pub sent: Time,
    pub life: u32,
    /// The life of the platform that its connection belongs to.
    pub connected_to: u32,
    /// The status with which the platform refuses it by script.
    pub refused: Option<u16>,
}

/// What can be pending for a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pending {
    Start,
    HangUp,
    /// A restart of this number takes this side down, and it comes back.
    Down(Party, u16),
    Back(Party, u16),
    Connected(Connection),
    Broken(Connection),
    /// The message in this place arrives.
    Deliver(u32),
    Fire(Party, Timer),
}

/// The kind of a number stands in its upper three bits: zero for what has a name, else what has a place or is the nth.
const KIND: u32 = 29;

/// What has a name, beside the timers, which count from 0.
const SIP: u32 = 6;
const START: u32 = 7;
const HANG_UP: u32 = 8;

impl Event for Pending {
    const NAMED: u32 = 1 << KIND;

    /// Of what has a name, from below: 1 bit whose, 4 bits what, and of a SIP transaction's timer 4 bits which and above them its
    /// slot.
    #[inline]
    fn number(self) -> u32 {
        let named = |what: u32, whose: Party| what << 1 | whose as u32;
        let nth = |kind: u32, nth: u32| kind << KIND | nth & ((1 << KIND) - 1);
        match self {
            Pending::Fire(party, timer) => match timer {
                Timer::Keepalive => named(0, party),
                Timer::ConnectTimeout => named(1, party),
                Timer::ResponseTimeout => named(2, party),
                Timer::Again => named(3, party),
                Timer::Renew => named(4, party),
                Timer::Check => named(5, party),
                Timer::Sip(timer) => {
                    let (kind, slot) = timer.kind_and_slot();
                    u32::from(slot) << 9 | u32::from(kind) << 5 | named(SIP, party)
                }
            },
            Pending::Start => named(START, Party::Device),
            Pending::HangUp => named(HANG_UP, Party::Device),
            Pending::Deliver(place) => nth(1, place),
            Pending::Connected(connection) => nth(2, connection.0),
            Pending::Broken(connection) => nth(3, connection.0),
            Pending::Down(party, which) => nth(4, u32::from(which) << 1 | party as u32),
            Pending::Back(party, which) => nth(5, u32::from(which) << 1 | party as u32),
        }
    }

    #[inline]
    fn numbered(number: u32) -> Pending {
        let nth = number & ((1 << KIND) - 1);
        let party = if number & 1 == 0 { Party::Device } else { Party::Platform };
        match number >> KIND {
            0 => {}
            1 => return Pending::Deliver(nth),
            2 => return Pending::Connected(Connection(nth)),
            3 => return Pending::Broken(Connection(nth)),
            4 => return Pending::Down(party, (nth >> 1) as u16),
            _ => return Pending::Back(party, (nth >> 1) as u16),
        }
        let timer = match number >> 1 & 15 {
            0 => Timer::Keepalive,
            1 => Timer::ConnectTimeout,
            2 => Timer::ResponseTimeout,
            3 => Timer::Again,
            4 => Timer::Renew,
            5 => Timer::Check,
            SIP => Timer::Sip(sip::Timer::of((number >> 5 & 15) as u8, (number >> 9) as u8)),
            START => return Pending::Start,
            _ => return Pending::HangUp,
        };
        Pending::Fire(party, timer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_an_event_stands_for_it_alone() {
        let timers = [
            Timer::Keepalive,
            Timer::ConnectTimeout,
            Timer::ResponseTimeout,
            Timer::Again,
            Timer::Renew,
            Timer::Check,
            Timer::Sip(sip::Timer::ClientRetransmit(0)),
            Timer::Sip(sip::Timer::ClientTimeout(255)),
        ];
        let mut events = vec![Pending::Start, Pending::HangUp];
        for party in Party::BOTH {
            events.extend(timers.map(|timer| Pending::Fire(party, timer)));
            events.extend([0, u16::MAX].iter().flat_map(|&nth| [Pending::Down(party, nth), Pending::Back(party, nth)]));
        }
        for nth in [0, 1, 1 << 28] {
            events.extend([
                Pending::Deliver(nth),
                Pending::Connected(Connection(nth)),
                Pending::Broken(Connection(nth)),
            ]);
        }
        let mut numbers: Vec<u32> = events.iter().map(|event| event.number()).collect();
        let back: Vec<Pending> = numbers.iter().map(|&number| Pending::numbered(number)).collect();
        assert_eq!(back, events);
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), events.len());
    }
}
