//! The addresses of chance: which random number decides what.
//!
//! A decision of the call itself has its number in [`Decision`]. The fate of a message is addressed by what the message
//! is: transaction (who began it, method, how many of this method before), request or status, copy, and link. So the
//! fourth copy of a call's BYE meets the same fate whatever the session timer did before.

use super::setup::End;
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

/// Numbers of messages lie above those of decisions.
const MESSAGES: u64 = 1 << 63;

/// The address of the fate of copy `copy` of `message`; add the number of the link that it crosses (8 bits).
///
/// From the top: 1 bit for messages; 5 bits element, 3 bits method, 27 bits ordinal of the transaction (a refresh each
/// 45 s for 190 years); 10 bits status, 0 for its request, 1 for the ACK to its refusal, 2 for ICMP; 10 bits copy; 8 bits link.
pub fn message_address(message: &Message, copy: u16) -> u64 {
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
pub fn icmp_address(request: &Message, copy: u16) -> u64 {
    message_address(&request.response(Status(2), request.to), copy)
}

/// Numbers of picked instants lie between those of decisions and those of messages.
const PICKS: u64 = 1 << 61;

/// The address of the `nth` instant that chance picks for a timer of the element (rule R4's times after a 491).
pub fn pick_address(element: u8, nth: u32) -> u64 {
    PICKS | u64::from(element) << 32 | u64::from(nth)
}

/// Numbers of what users do lie below those of picked instants.
const PERIODS: u64 = 1 << 60;

/// What comes and goes in the media of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
pub enum Comes {
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
pub fn period_address(what: Comes, end: End, nth: u32) -> u64 {
    PERIODS | (what as u64) << 33 | (end as u64) << 32 | u64::from(nth)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sip::{Branch, Method, Tag};
    use std::collections::BTreeSet;

    #[test]
    fn every_message_copy_and_link_has_an_address_of_its_own() {
        let mut seen: BTreeSet<u64> = (0..8).collect();
        let mut count = seen.len();
        for (element, nth) in [(0, 0), (0, 1), (31, u32::MAX)] {
            seen.insert(pick_address(element, nth));
            count += 1;
        }
        for what in [Comes::Pauses, Comes::Mutes, Comes::Holds, Comes::Holder, Comes::Reports] {
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
    fn the_fate_of_a_bye_does_not_depend_on_its_cseq() {
        let branch = Branch { element: 0, method: Method::Bye, ordinal: 0 };
        let early = Message::request(Method::Bye, branch, 2, Tag(1), Tag(2));
        let late = Message::request(Method::Bye, branch, 42, Tag(1), Tag(2));
        assert_eq!(message_address(&early, 3), message_address(&late, 3));
    }
}
