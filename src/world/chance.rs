//! The addresses of chance: which random number decides what.
//!
//! A decision of the call itself has its number in [`Decision`]. The fate of a message is addressed by what the message
//! is: transaction (who began it, method, how many of this method before), request or status, copy, and link. So the
//! fourth copy of a call's BYE meets the same fate whatever the session timer did before.
//!
//! Calls and devices are numbered apart, for a run is of the one or of the other: of both the layout is here. A unit of
//! devices has the number of its level and its index, so that adding devices changes no other.

use super::devices::Unit;
use super::element::End;
use crate::heartbeat::{self, Connection, Purpose, gat1400};
use crate::sip::{Kind, Message, Status};

/// What a call decides by chance. The numbers are part of the contract of equal bytes: never reused, never changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
pub enum Decision {
    /// When it begins.
    Arrival = 0,
    /// How long it rings.
    RingTime = 1,
    /// How long it lasts; in steady state, how long the call is that is met.
    TalkTime = 2,
    /// Who hangs up (first number), and how it ends (second).
    HangUp = 3,
    /// After how long a dead agent comes back.
    RestartAfter = 4,
    /// Which profile the caller has (first number) and the callee (second), where they are mixed.
    Profiles = 5,
    /// Whether the media of the agent that hangs up go on.
    MediaGoOn = 6,
    /// At which node the caller is (first number) and the callee (second), where there are several ways.
    Way = 7,
}

impl Decision {
    /// Its address.
    pub const fn address(self) -> u64 {
        self as u64
    }
}

/// What a unit of devices decides by chance. The numbers are part of the contract of equal bytes, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
pub(super) enum UnitDecision {
    /// When it is switched on.
    Start = 0,
    /// How long it stays on.
    OnlineTime = 1,
    /// How it goes.
    HangUp = 2,
    /// Of a platform: when in its period it looks for silent devices.
    CheckPhase = 3,
}

impl UnitDecision {
    /// Its address.
    pub(super) const fn address(self) -> u64 {
        self as u64
    }
}

/// The number of a unit in the place of a call's: 8 bits level, 32 bits index.
pub(super) fn unit_number(unit: Unit) -> u64 {
    (unit.level as u64 & 0xff) << 32 | u64::from(unit.index)
}

/// An attempt of TCP to send a segment again, and a copy that the network makes, have chance of their own: their number
/// stands above that of the call or unit.
const ATTEMPT_SHIFT: u32 = 40;

/// The number of this attempt of a call or unit.
#[inline(always)]
pub(super) fn attempt_number(number: u64, attempt: u64) -> u64 {
    number | attempt << ATTEMPT_SHIFT
}

/// Numbers of messages lie above those of decisions.
const MESSAGES: u64 = 1 << 63;

/// The address of the fate of copy `copy` of `message`; add the number of the link that it crosses (8 bits).
///
/// From the top: 1 bit for messages; 5 bits element, 3 bits method, 27 bits ordinal of the transaction (a refresh each
/// 45 s for 190 years); 10 bits status, 0 for its request, 1 for the ACK to its refusal, 2 for ICMP; 10 bits copy; 8
/// bits link.
pub(super) fn message_address(message: &Message, copy: u16) -> u64 {
    let branch = message.branch;
    let what = match message.kind {
        Kind::Request if message.method == branch.method => 0,
        Kind::Request => 1,
        Kind::Response(status) => u64::from(status.0 & 0x3ff),
    };
    MESSAGES
        | u64::from(branch.element & 0x1f) << 58
        | (branch.method as u64) << 55
        | u64::from(branch.ordinal & 0x7ff_ffff) << 28
        | what << 18
        | u64::from(copy & 0x3ff) << 8
}

/// The address of the fate of the ICMP message that answers copy `copy` of `request` at a dead agent: that of a status
/// which no response has.
pub(super) fn icmp_address(request: &Message, copy: u16) -> u64 {
    message_address(&request.response(Status(2), request.to), copy)
}

/// Numbers of picked instants lie between those of decisions and those of messages.
const PICKS: u64 = 1 << 61;

/// The address of the `nth` instant that chance picks for a timer of the element or side of this number (rule R4's
/// times after a 491).
pub(super) fn pick_address(whose: u8, nth: u32) -> u64 {
    PICKS | u64::from(whose) << 32 | u64::from(nth)
}

/// Numbers of what users do lie below those of picked instants.
const PERIODS: u64 = 1 << 60;

/// What comes and goes in the media of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
pub(super) enum PhaseKind {
    /// Pauses of a user.
    Pauses = 0,
    /// Mutes of a user.
    Mutes = 1,
    /// Holds of the call.
    Holds = 2,
    /// Who holds (first number).
    Holder = 3,
    /// RTCP reports of an agent: when the first is sent (first number).
    Reports = 4,
}

/// The address of the time before the `nth` period of `what` at `end` (first number), and of its length (second).
pub(super) fn period_address(what: PhaseKind, end: End, nth: u32) -> u64 {
    PERIODS | (what as u64) << 33 | (end as u64) << 32 | u64::from(nth)
}

/// What the number belongs to, of those that are addressed by a purpose and an ordinal.
#[derive(Clone, Copy)]
enum UnitMessage {
    Request = 0,
    Response = 1,
    Handshake = 2,
    Reset = 3,
}

/// From the top: 1 bit for messages; 2 bits what; 2 bits purpose; 27 bits ordinal; 16 bits copy or attempt of the
/// request; 8 bits free; 8 bits link.
fn unit_address(what: UnitMessage, purpose: Purpose, ordinal: u32, copy: u16) -> u64 {
    MESSAGES
        | (what as u64) << 60
        | (purpose as u64) << 58
        | u64::from(ordinal & 0x7ff_ffff) << 31
        | u64::from(copy) << 15
}

/// The address of the fate of this copy of a message; add the number of the link that it crosses.
pub(super) fn unit_message_address(message: &heartbeat::Message, copy: u16) -> u64 {
    match message {
        heartbeat::Message::Http(_, http) => {
            let request = http.request();
            let what = match http {
                gat1400::Message::Request(_) => UnitMessage::Request,
                gat1400::Message::Response(_) => UnitMessage::Response,
            };
            unit_address(what, request.purpose, request.ordinal, request.attempt)
        }
        heartbeat::Message::Sip(message) => {
            let what = match message.sip.kind {
                Kind::Request => UnitMessage::Request,
                Kind::Response(_) => UnitMessage::Response,
            };
            // A REGISTER that un-registers counts with the others.
            let purpose = if message.register.is_some() { Purpose::Register } else { Purpose::Keepalive };
            unit_address(what, purpose, message.sip.branch.ordinal, copy)
        }
    }
}

/// The address of the fate of a connection's handshake, there and back.
pub(super) fn handshake_address(connection: Connection, purpose: Purpose) -> u64 {
    unit_address(UnitMessage::Handshake, purpose, connection.0, 0)
}

/// The address of the fate of the reset of a connection.
pub(super) fn reset_address(connection: Connection) -> u64 {
    unit_address(UnitMessage::Reset, Purpose::Register, connection.0, 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sip::{Branch, Method, Tag};
    use crate::world::devices::Party;
    use std::collections::BTreeSet;

    #[test]
    fn every_message_copy_and_link_has_an_address_of_its_own() {
        let mut seen: BTreeSet<u64> = (0..8).collect();
        let mut count = seen.len();
        for (element, nth) in [(0, 0), (0, 1), (31, u32::MAX)] {
            seen.insert(pick_address(element, nth));
            count += 1;
        }
        for what in [PhaseKind::Pauses, PhaseKind::Mutes, PhaseKind::Holds, PhaseKind::Holder, PhaseKind::Reports] {
            for (end, nth) in [(End::Caller, 0), (End::Callee, 0), (End::Caller, u32::MAX)] {
                seen.insert(period_address(what, end, nth));
                count += 1;
            }
        }
        for element in [0, 1, 31] {
            for method in Method::ALL {
                for ordinal in [0, 1, 65_536, 0x7ff_ffff] {
                    let request = Message::request(method, Branch { element, method, ordinal }, 1, Tag(1), Tag(2));
                    let ack = Message { method: Method::Ack, ..request };
                    let mut messages =
                        vec![request, request.response(Status::OK, Tag(2)), request.response(Status(699), Tag(2))];
                    if method == Method::Invite {
                        messages.push(ack);
                    }
                    for message in messages {
                        for copy in [1, 2, 1023] {
                            for link in [0, 255] {
                                seen.insert(message_address(&message, copy) + link);
                                count += 1;
                            }
                        }
                    }
                }
            }
        }
        assert_eq!(seen.len(), count);
    }

    #[test]
    fn every_message_try_and_link_of_a_unit_has_an_address_of_its_own() {
        let mut seen: BTreeSet<u64> = (0..4).collect();
        let mut count = seen.len();
        for what in [UnitMessage::Request, UnitMessage::Response, UnitMessage::Handshake, UnitMessage::Reset] {
            for purpose in Purpose::ALL {
                for ordinal in [0, 1, 0x7ff_ffff] {
                    for copy in [0, 1, u16::MAX] {
                        for link in [0, 255] {
                            seen.insert(unit_address(what, purpose, ordinal, copy) + link);
                            count += 1;
                        }
                    }
                }
            }
        }
        for party in Party::BOTH {
            seen.extend([0, u32::MAX].map(|nth| pick_address(party as u8, nth)));
            count += 2;
        }
        assert_eq!(seen.len(), count);
    }

    #[test]
    fn attempts_of_calls_and_units_have_numbers_of_their_own() {
        let units = [(0, 0), (0, u32::MAX), (255, u32::MAX)].map(|(level, index)| unit_number(Unit { level, index }));
        let numbers =
            units.iter().flat_map(|&unit| [0, 1, 1 << 16, (1 << 24) - 1].map(|nth| attempt_number(unit, nth)));
        assert_eq!(numbers.collect::<BTreeSet<u64>>().len(), 12);
    }

    #[test]
    fn the_fate_of_a_bye_does_not_depend_on_its_cseq() {
        let branch = Branch { element: 0, method: Method::Bye, ordinal: 0 };
        let early = Message::request(Method::Bye, branch, 2, Tag(1), Tag(2));
        let late = Message::request(Method::Bye, branch, 42, Tag(1), Tag(2));
        assert_eq!(message_address(&early, 3), message_address(&late, 3));
    }
}
