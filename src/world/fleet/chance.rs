//! The addresses of chance for devices: which random number decides what.
//!
//! A unit has the number of its level and its index, so that adding devices changes no other. The fate of a message is addressed by
//! what the message is, as that of a call's messages is.

use super::fact::Party;
use super::setup::Unit;
use crate::heartbeat::{Connection, Message, Purpose, gat1400};
use crate::sip::Kind;

/// What a unit decides by chance. The numbers are part of the contract of equal bytes: never reused, never changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
pub enum Decision {
    /// When it is switched on.
    Start = 0,
    /// How long it stays on.
    OnlineTime = 1,
    /// How it goes.
    HangUp = 2,
    /// Of a platform: when in its period it looks for silent devices.
    CheckPhase = 3,
}

/// The number of a unit: 8 bits level, 32 bits index. A resent TCP segment adds its attempt above them.
pub fn unit_number(unit: Unit) -> u64 {
    (unit.level as u64 & 0xff) << 32 | u64::from(unit.index)
}

/// An attempt of TCP has chance of its own: its number stands above that of the unit.
pub const ATTEMPT_SHIFT: u32 = 40;

const MESSAGES: u64 = 1 << 63;
const PICKS: u64 = 1 << 61;

/// What the number belongs to, of those that are addressed by a purpose and an ordinal.
#[derive(Clone, Copy)]
enum What {
    Request = 0,
    Response = 1,
    Handshake = 2,
    Reset = 3,
}

/// From the top: 1 bit for messages; 2 bits what; 2 bits purpose; 27 bits ordinal; 16 bits copy or attempt of the request; 8 bits
/// free; 8 bits link.
fn address(what: What, purpose: Purpose, ordinal: u32, copy: u16) -> u64 {
    MESSAGES
        | (what as u64) << 60
        | (purpose as u64) << 58
        | u64::from(ordinal & 0x7ff_ffff) << 31
        | u64::from(copy) << 15
}

/// The address of the fate of this copy of a message; add the number of the link that it crosses.
pub fn message_address(message: &Message, copy: u16) -> u64 {
    match message {
        Message::Http(_, http) => {
            let request = http.request();
            let what = match http {
                gat1400::Message::Request(_) => What::Request,
                gat1400::Message::Response(_) => What::Response,
            };
            address(what, request.purpose, request.ordinal, request.attempt)
        }
        Message::Sip(message) => {
            let what = match message.sip.kind {
                Kind::Request => What::Request,
                Kind::Response(_) => What::Response,
            };
            // A REGISTER that un-registers counts with the others.
            let purpose = if message.register.is_some() { Purpose::Register } else { Purpose::Keepalive };
            address(what, purpose, message.sip.branch.ordinal, copy)
        }
    }
}

/// The address of the fate of a connection's handshake, there and back.
pub fn handshake_address(connection: Connection, purpose: Purpose) -> u64 {
    address(What::Handshake, purpose, connection.0, 0)
}

/// The address of the fate of the reset of a connection.
pub fn reset_address(connection: Connection) -> u64 {
    address(What::Reset, Purpose::Register, connection.0, 0)
}

/// The address of the `nth` instant that chance picks for a timer of this side.
pub fn pick_address(party: Party, nth: u32) -> u64 {
    PICKS | (party as u64) << 32 | u64::from(nth)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_message_try_and_link_has_an_address_of_its_own() {
        let mut seen: BTreeSet<u64> = (0..4).collect();
        let mut count = seen.len();
        for what in [What::Request, What::Response, What::Handshake, What::Reset] {
            for purpose in Purpose::ALL {
                for ordinal in [0, 1, 0x7ff_ffff] {
                    for copy in [0, 1, u16::MAX] {
                        for link in [0, 255] {
                            seen.insert(address(what, purpose, ordinal, copy) + link);
                            count += 1;
                        }
                    }
                }
            }
        }
        seen.extend(Party::BOTH.iter().flat_map(|&party| [0, u32::MAX].map(|nth| pick_address(party, nth))));
        assert_eq!(seen.len(), count + 4);
    }
}
