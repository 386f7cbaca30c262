//! The facts of a device and its platform, folded as those of a call are.

use super::{Fingerprint, KEYS, identity, product, session_fields};
use crate::heartbeat::{Event, Message, Nonce, Timer, Wrong, gat1400};
use crate::time::Time;
use crate::world::devices::Fact;
use crate::world::{Loss, Observer, Outcome};

/// What becomes of something: its kind and what it says beside, and when it arrives.
fn outcome_words(outcome: Outcome) -> (u64, u64) {
    match outcome {
        Outcome::Arrives(at) => (0, at.as_nanos()),
        Outcome::Lost(Loss::OnLink(link)) => (1, link.into()),
        Outcome::Lost(Loss::Down(link)) => (2, link.into()),
        Outcome::Lost(Loss::NoBinding(link)) => (3, link.into()),
        Outcome::Lost(Loss::Connection(_)) => (4, 0),
        Outcome::Lost(Loss::ByFault(fault)) => (5, fault.into()),
        Outcome::Lost(Loss::Suppressed) => (6, 0),
        Outcome::Lost(Loss::QueueFull(link)) => (7, link.into()),
        Outcome::Queues(link, at) => (8 | u64::from(link) << 4, at.as_nanos()),
    }
}

/// None, or the number after 1.
fn nonce_word(nonce: Option<Nonce>) -> u64 {
    nonce.map_or(0, |nonce| 1 << 32 | u64::from(nonce.0))
}

/// All fields of a message.
fn message_words(message: &Message) -> [u64; 4] {
    let of_request = |connection: u64, request: &gat1400::Request| {
        let gat1400::Request { purpose, ordinal, attempt, authorization } = *request;
        [connection | u64::from(ordinal) << 32, (purpose as u64) << 16 | u64::from(attempt), nonce_word(authorization)]
    };
    match message {
        Message::Http(connection, gat1400::Message::Request(request)) => {
            let [a, b, c] = of_request(connection.0.into(), request);
            [a, b, c, 0]
        }
        Message::Http(connection, gat1400::Message::Response(response)) => {
            let [a, b, c] = of_request(connection.0.into(), &response.request);
            let answer = 1 | u64::from(response.status) << 8 | u64::from(response.code) << 24;
            [a, b | answer << 24, c, nonce_word(response.challenge).wrapping_mul(2).wrapping_add(1)]
        }
        Message::Sip(message) => {
            let register = message.register.map_or([0, 0], |fields| {
                [1 << 32 | u64::from(fields.expires_s), nonce_word(fields.nonce).wrapping_mul(2).wrapping_add(1)]
            });
            [identity(&message.sip), session_fields(&message.sip), register[0], register[1] << 1]
        }
    }
}

/// A slot is no fact: where a transaction is kept says nothing about the device.
fn timer_word(timer: Timer) -> u64 {
    match timer {
        Timer::Keepalive => 0,
        Timer::ConnectTimeout => 1,
        Timer::ResponseTimeout => 2,
        Timer::Again => 3,
        Timer::Renew => 4,
        Timer::Check => 5,
        Timer::Sip(timer) => 6 | u64::from(timer.kind_and_slot().0) << 4,
    }
}

fn event_word(event: Event) -> u64 {
    match event {
        Event::Registered => 0,
        Event::KeptAlive => 1,
        Event::TimedOut => 2,
        Event::Disconnected(Wrong::Refused) => 3,
        Event::Disconnected(Wrong::TimedOut) => 4,
        Event::SignedOff => 5,
        Event::Online => 6,
        Event::Offline => 7,
        Event::UnRegistered => 8,
        Event::Refused => 9,
    }
}

impl Fingerprint {
    /// Folds in a fact and these words that it says.
    fn fold_words(&mut self, now: Time, kind: u64, says: u64, words: &[u64]) {
        self.fold(now, kind, says);
        for word in words {
            self.call = product(self.call ^ word, KEYS[5]).wrapping_add(KEYS[2]);
        }
    }
}

impl Observer<Fact> for Fingerprint {
    fn see(&mut self, now: Time, fact: &Fact) {
        match *fact {
            Fact::Started => self.fold(now, 0, 0),
            Fact::Connecting { connection, purpose, outcome } => {
                let (kind, more) = outcome_words(outcome);
                self.fold_words(now, 1, purpose as u64 | kind << 8 | u64::from(connection.0) << 16, &[more]);
            }
            Fact::Connected { connection } => self.fold(now, 2, connection.0.into()),
            Fact::Broken { connection } => self.fold(now, 3, connection.0.into()),
            Fact::Sent { from, ref message, copy, outcome } => {
                let (kind, more) = outcome_words(outcome);
                let [a, b, c, d] = message_words(message);
                self.fold_words(now, 4, from as u64 | kind << 8 | u64::from(copy) << 16, &[a, b, c, d, more]);
            }
            Fact::Duplicated { from, ref message, arrives } => {
                let [a, b, c, d] = message_words(message);
                self.fold_words(now, 12, from as u64, &[a, b, c, d, arrives.as_nanos()]);
            }
            Fact::Delivered { to, ref message } => self.fold_words(now, 5, to as u64, &message_words(message)),
            Fact::Unheard { to, ref message } => self.fold_words(now, 6, to as u64, &message_words(message)),
            Fact::Fired { of, timer } => self.fold(now, 7, of as u64 | timer_word(timer) << 8),
            Fact::Told { by, event } => self.fold(now, 8, by as u64 | event_word(event) << 8),
            Fact::HungUp { how, held } => self.fold(now, 9, how as u64 | u64::from(held) << 8),
            Fact::Down { who, held } => self.fold(now, 10, who as u64 | u64::from(held) << 8),
            Fact::Back { who } => self.fold(now, 11, who as u64),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heartbeat::{Connection, Purpose, gb28181};
    use crate::sip;
    use crate::world::devices::{HangUp, Party};
    use std::collections::BTreeSet;

    fn of(at: u64, facts: &[Fact]) -> u64 {
        let mut fingerprint = Fingerprint::default();
        facts.iter().for_each(|fact| fingerprint.see(Time::from_nanos(at), fact));
        fingerprint.of_facts()
    }

    /// Messages each two of which differ in one field at least.
    fn messages() -> Vec<Message> {
        let purpose = Purpose::Keepalive;
        let request = gat1400::Request { purpose, ordinal: 1, attempt: 1, authorization: None };
        let requests = [
            request,
            gat1400::Request { purpose: Purpose::Register, ..request },
            gat1400::Request { ordinal: 2, ..request },
            gat1400::Request { attempt: 2, ..request },
            gat1400::Request { authorization: Some(Nonce(0)), ..request },
            gat1400::Request { authorization: Some(Nonce(1)), ..request },
        ];
        let response = gat1400::Response { request, status: 200, code: 0, challenge: None };
        let responses = [
            response,
            gat1400::Response { status: 401, ..response },
            gat1400::Response { code: 500, ..response },
            gat1400::Response { challenge: Some(Nonce(0)), ..response },
            gat1400::Response { challenge: Some(Nonce(7)), ..response },
            gat1400::Response { request: requests[3], ..response },
        ];
        let branch = |ordinal| sip::Branch { element: 0, method: sip::Method::Register, ordinal };
        let of_sip = |ordinal, register| {
            let tags = [sip::Tag::of(0, 1), sip::Tag::of(1, 1)];
            let sip = sip::Message::request(sip::Method::Register, branch(ordinal), 1, tags[0], tags[1]);
            Message::Sip(gb28181::Message { sip, register })
        };
        let fields = |expires_s, nonce| Some(gb28181::RegisterFields { expires_s, nonce });
        let mut all: Vec<Message> = Vec::new();
        for connection in [Connection(1), Connection(2)] {
            all.extend(requests.map(|request| Message::Http(connection, gat1400::Message::Request(request))));
            all.extend(responses.map(|response| Message::Http(connection, gat1400::Message::Response(response))));
        }
        all.extend([of_sip(0, None), of_sip(1, None), of_sip(0, fields(0, None)), of_sip(0, fields(60, None))]);
        all.extend([of_sip(0, fields(60, Some(Nonce(0)))), of_sip(0, fields(60, Some(Nonce(1))))]);
        all
    }

    #[test]
    fn any_changed_field_of_any_fact_changes_it() {
        let outcomes = [
            Outcome::Arrives(Time::from_nanos(8)),
            Outcome::Arrives(Time::from_nanos(9)),
            Outcome::Lost(Loss::OnLink(0)),
            Outcome::Lost(Loss::OnLink(1)),
            Outcome::Lost(Loss::Down(0)),
            Outcome::Lost(Loss::NoBinding(0)),
            Outcome::Lost(Loss::Connection(0)),
            Outcome::Lost(Loss::ByFault(0)),
            Outcome::Lost(Loss::Suppressed),
        ];
        let mut facts = vec![Fact::Started];
        for connection in [Connection(1), Connection(2)] {
            for purpose in Purpose::ALL {
                facts.extend(outcomes.map(|outcome| Fact::Connecting { connection, purpose, outcome }));
            }
            facts.extend([Fact::Connected { connection }, Fact::Broken { connection }]);
        }
        for message in messages() {
            for party in Party::BOTH {
                facts.extend([Fact::Delivered { to: party, message }, Fact::Unheard { to: party, message }]);
                for copy in [1, 2] {
                    facts.extend(outcomes.map(|outcome| Fact::Sent { from: party, message, copy, outcome }));
                }
            }
        }
        let own = [Timer::Keepalive, Timer::ConnectTimeout, Timer::ResponseTimeout, Timer::Again, Timer::Renew];
        let of_sip = (0..sip::Timer::KINDS).map(|kind| Timer::Sip(sip::Timer::of(kind, 0)));
        let timers: Vec<Timer> = own.into_iter().chain([Timer::Check]).chain(of_sip).collect();
        let events = [
            Event::Registered,
            Event::KeptAlive,
            Event::TimedOut,
            Event::Disconnected(Wrong::Refused),
            Event::Disconnected(Wrong::TimedOut),
            Event::SignedOff,
            Event::Online,
            Event::Offline,
            Event::UnRegistered,
            Event::Refused,
        ];
        for who in Party::BOTH {
            facts.extend(timers.iter().map(|&timer| Fact::Fired { of: who, timer }));
            facts.extend(events.map(|event| Fact::Told { by: who, event }));
            facts.extend([Fact::Back { who }, Fact::Down { who, held: true }, Fact::Down { who, held: false }]);
        }
        for how in [HangUp::UnRegister, HangUp::UnRegisterLost, HangUp::Dies] {
            facts.extend([true, false].map(|held| Fact::HungUp { how, held }));
        }
        let mut seen = BTreeSet::new();
        for &fact in &facts {
            assert!(seen.insert(of(7, &[fact])), "{fact:?}");
            assert!(seen.insert(of(8, &[fact])), "another instant: {fact:?}");
            assert!(seen.insert(of(7, &[fact, fact])), "twice: {fact:?}");
        }
    }

    #[test]
    fn the_slot_of_a_timer_is_no_fact() {
        let fired = |slot| Fact::Fired { of: Party::Device, timer: Timer::Sip(sip::Timer::ClientRetransmit(slot)) };
        assert_eq!(of(7, &[fired(0)]), of(7, &[fired(1)]));
    }
}
