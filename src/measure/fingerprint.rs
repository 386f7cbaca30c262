//! A fingerprint of a run: one number that tells two runs apart when any fact of any call, or of any device, differs.
//!
//! It folds the instant and every field of each fact of a call, in their order, into 64 bits, then the call's number,
//! and adds the calls up: so it depends neither on threads nor on the order in which calls are run. Of a message that
//! arrives it folds what tells it from others: the rest was folded when it was sent. It is no cryptographic hash:
//! nobody is to be deceived. Two runs that differ have the same one by chance only, once in 2^64.

mod devices;

use crate::sip::{Kind, Message, Session};
use crate::time::Time;
use crate::world::{Element, Fact, Loss, Observer, Outcome};

/// Folds the facts of calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprint {
    /// Of the facts of the call under way.
    call: u64,
    /// Of the calls that are over.
    calls: u64,
}

impl Default for Fingerprint {
    fn default() -> Fingerprint {
        Fingerprint { call: KEYS[0], calls: 0 }
    }
}

/// Numbers without a pattern: the first 64 bits of the fractions of the square roots of 2, 3, 5, 7, 11, 13, 17 and 19.
const KEYS: [u64; 8] = [
    0x6a09_e667_f3bc_c908,
    0xbb67_ae85_84ca_a73b,
    0x3c6e_f372_fe94_f82b,
    0xa54f_f53a_5f1d_36f1,
    0x510e_527f_ade6_82d1,
    0x9b05_688c_2b3e_6c1f,
    0x1f83_d9ab_fb41_bd6b,
    0x5be0_cd19_137e_2179,
];

/// Both halves of a product of two words: each bit of either changes about half of all bits.
#[inline(always)]
fn product(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    product as u64 ^ (product >> 64) as u64
}

/// What tells a message of a call from the others of it: its transaction and CSeq, and its tags and what it is.
#[inline(always)]
fn identity(message: &Message) -> u64 {
    let Message {
        kind,
        method,
        branch,
        toward,
        routed,
        cseq,
        from,
        to,
        supports_timer,
        requires_timer,
        allows_update,
        offer,
        // See [`session_fields`].
        session_expires: _,
        min_se: _,
        retry_after_s: _,
    } = *message;
    let (answers, status) = match kind {
        Kind::Request => (0, 0),
        Kind::Response(status) => (1, u64::from(status.0)),
    };
    // Each group lies side by side in memory, and is read at once.
    let made_by = u16::from_le_bytes([branch.element, branch.method as u8]);
    let transaction = u64::from(branch.ordinal) | u64::from(made_by) << 32;
    let dialog = u64::from(cseq) | u64::from(from.0) << 32 | u64::from(to.0) << 48;
    let timer = u32::from_le_bytes([toward as u8, routed.into(), supports_timer.into(), requires_timer.into()]);
    let rest = u16::from_le_bytes([allows_update.into(), offer.into()]);
    let rest = u64::from(timer) | u64::from(rest) << 32 | (method as u64) << 48 | answers << 56;
    sum([transaction | status << 48, dialog, rest])
}

/// The session timer's fields of a message.
#[inline(always)]
fn session_fields(message: &Message) -> u64 {
    // None, 1 without a refresher, else 2 and 3.
    let asks = message.session_expires.map_or(0, |asked| {
        u64::from(asked.interval_s) | asked.refresher.map_or(1, |refresher| 2 + refresher as u64) << 32
    });
    match (message.min_se, message.retry_after_s) {
        (None, None) => asks,
        (min_se, retry_after_s) => asks ^ seldom(min_se, retry_after_s),
    }
}

#[cold]
fn seldom(min_se: Option<u32>, retry_after_s: Option<u16>) -> u64 {
    let min_se = min_se.map_or(0, |min_se| 1 << 32 | u64::from(min_se));
    let retry_after = retry_after_s.map_or(0, |after| 1 << 16 | u64::from(after));
    product(min_se ^ KEYS[0], retry_after ^ KEYS[1])
}

/// A sum of words, each times an odd number of its own: another word makes another sum.
#[inline(always)]
fn sum(words: [u64; 3]) -> u64 {
    let [a, b, c] = words;
    a.wrapping_mul(KEYS[3]).wrapping_add(b.wrapping_mul(KEYS[5])).wrapping_add(c.wrapping_mul(KEYS[6]))
}

/// What a side does in its session: 0 to 2, and its interval.
#[inline(always)]
fn session_words(session: Session) -> (u64, u64) {
    match session {
        Session::Untimed => (0, 0),
        Session::Refreshing { interval_s } => (1, interval_s.into()),
        Session::Watching { interval_s } => (2, interval_s.into()),
    }
}

impl Fingerprint {
    /// Folds in a fact: its instant, its kind and what it says in 56 bits.
    #[inline(always)]
    fn fold(&mut self, now: Time, kind: u64, says: u64) {
        self.call = product(self.call ^ now.as_nanos(), (kind | says << 8) ^ KEYS[1]);
    }

    /// Folds in a fact about a message, and all of the message.
    #[inline(always)]
    fn fold_message(&mut self, now: Time, kind: u64, says: u64, message: &Message, arrives: u64) {
        let whole = identity(message)
            .wrapping_add(session_fields(message).wrapping_mul(KEYS[7]))
            .wrapping_add(arrives.wrapping_mul(KEYS[1]));
        self.call = product(self.call ^ now.as_nanos().wrapping_add(whole), (kind | says << 8) ^ KEYS[1]);
    }

    /// Folds in a message, what becomes of it, and in 32 bits who sent it to whom, and the transmission number.
    #[inline(always)]
    fn fold_outcome(&mut self, now: Time, who: u64, message: &Message, outcome: Outcome) {
        let (kind, lost_by, arrives) = match outcome {
            Outcome::Arrives(at) => (1, 0, at.as_nanos()),
            Outcome::Queues(link, at) => (21, u64::from(link), at.as_nanos()),
            Outcome::Lost(Loss::QueueFull(link)) => (22, u64::from(link), 0),
            Outcome::Lost(Loss::OnLink(link)) => (2, u64::from(link), 0),
            Outcome::Lost(Loss::Connection(link)) => (3, u64::from(link), 0),
            Outcome::Lost(Loss::ByFault(fault)) => (4, u64::from(fault), 0),
            Outcome::Lost(Loss::Suppressed) => (5, 0, 0),
            Outcome::Lost(Loss::Down(link)) => (18, u64::from(link), 0),
            Outcome::Lost(Loss::NoBinding(link)) => (19, u64::from(link), 0),
        };
        self.fold_message(now, kind, who | lost_by << 32, message, arrives);
    }

    /// Ends call `call`, or the unit of this number, and forgets its facts for the next one.
    pub fn finish(&mut self, call: u64) {
        let call = product(std::mem::replace(&mut self.call, KEYS[0]) ^ KEYS[0], call ^ KEYS[1]);
        self.calls = self.calls.wrapping_add(call);
    }

    /// Adds the calls that `other` has folded.
    pub fn merge(&mut self, other: &Fingerprint) {
        let Fingerprint { call: _, calls } = other;
        self.calls = self.calls.wrapping_add(*calls);
    }

    /// That of the calls that are over.
    pub fn of_calls(&self) -> u64 {
        self.calls
    }

    /// That of the facts so far of the call under way.
    pub fn of_facts(&self) -> u64 {
        self.call
    }

    /// That of one fact alone.
    pub fn of_fact<F>(now: Time, fact: &F) -> u64
    where
        Fingerprint: Observer<F>,
    {
        let mut alone = Fingerprint::default();
        alone.see(now, fact);
        alone.call
    }

    /// One for several, which come in this order.
    pub fn of_all(several: impl IntoIterator<Item = u64>) -> u64 {
        several.into_iter().fold(0, |all, one| product(all ^ KEYS[0], KEYS[1]) ^ product(one ^ KEYS[2], KEYS[3]))
    }
}

impl Observer for Fingerprint {
    // Whoever tells a fact knows which it is: inlined, the match falls away.
    #[inline(always)]
    fn see(&mut self, now: Time, fact: &Fact) {
        let element = |element: Element| u64::from(element.number());
        match *fact {
            Fact::Began => self.fold(now, 0, 0),
            Fact::Sent { from, to, ref message, copy, outcome } => {
                self.fold_outcome(now, element(from) | element(to) << 8 | u64::from(copy) << 16, message, outcome);
            }
            Fact::Duplicated { from, to, ref message, arrives } => {
                self.fold_message(now, 20, element(from) | element(to) << 8, message, arrives.as_nanos());
            }
            Fact::Queued { from, to, ref message, copy, link, leaves, outcome } => {
                self.fold_outcome(now, element(from) | element(to) << 8 | u64::from(copy) << 16, message, outcome);
                self.fold(leaves, 23, u64::from(link));
            }
            // It arrives as it was sent, and its sending has been folded in.
            Fact::Delivered { from, to, ref message } => {
                let says = element(from) | element(to) << 8;
                self.fold(Time::from_nanos(now.as_nanos().wrapping_add(identity(message))), 6, says);
            }
            Fact::Unheard { from, to, ref message } => {
                self.fold_message(now, 7, element(from) | element(to) << 8, message, 0);
            }
            Fact::Unreachable { to, ref message } => self.fold_message(now, 8, element(to), message, 0),
            Fact::SendFailed { from, ref message } => self.fold_message(now, 9, element(from), message, 0),
            // A slot is no fact: where a transaction is kept says nothing about the call.
            Fact::Fired { of, timer, method } => {
                let method = method.map_or(0, |method| 1 + method as u64);
                self.fold(now, 10, element(of) | u64::from(timer.kind_and_slot().0) << 8 | method << 16);
            }
            Fact::Established { element: of, session } => {
                let (role, interval) = session_words(session);
                self.fold(now, 11, element(of) | role << 8 | interval << 16);
            }
            Fact::Refreshed { element: of, session } => {
                let (role, interval) = session_words(session);
                self.fold(now, 12, element(of) | role << 8 | interval << 16);
            }
            Fact::HungUp { end, how, session, both_held } => {
                let (role, interval) = session_words(session);
                let says = end as u64 | (how as u64) << 4 | role << 8 | u64::from(both_held) << 12;
                self.fold(now, 13, says | interval << 16);
            }
            Fact::Released { element: of, cause } => self.fold(now, 14, element(of) | (cause as u64) << 8),
            Fact::Closed { element: of } => self.fold(now, 15, element(of)),
            Fact::Crashed { element: of } => self.fold(now, 16, element(of)),
            Fact::CameBack { element: of } => self.fold(now, 17, element(of)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sip::{Branch, Method, Refresher, ReleaseCause, SessionExpires, Side, Status, Tag, Timer};
    use crate::world::{End, HangUp};
    use std::collections::BTreeSet;

    fn of(facts: &[(u64, Fact)]) -> u64 {
        let mut fingerprint = Fingerprint::default();
        facts.iter().for_each(|(at, fact)| fingerprint.see(Time::from_nanos(*at), fact));
        assert!(
            facts.len() != 1
                || fingerprint.of_facts() == Fingerprint::of_fact(Time::from_nanos(facts[0].0), &facts[0].1)
        );
        fingerprint.of_facts()
    }

    fn message() -> Message {
        let branch = Branch { element: 0, method: Method::Update, ordinal: 3 };
        let request = Message::request(Method::Update, branch, 4, Tag::of(0, 1), Tag::of(1, 1));
        let session_expires = Some(SessionExpires { interval_s: 1800, refresher: Some(Refresher::Uac) });
        Message { session_expires, supports_timer: true, min_se: Some(90), ..request }
    }

    /// The same message with each field changed in turn.
    fn changed() -> Vec<Message> {
        let message = message();
        let branch = message.branch;
        let asks = |interval_s, refresher| Some(SessionExpires { interval_s, refresher });
        vec![
            Message { kind: Kind::Response(Status(0)), ..message },
            Message { kind: Kind::Response(Status::OK), ..message },
            Message { method: Method::Ack, ..message },
            Message { branch: Branch { element: 31, ..branch }, ..message },
            Message { branch: Branch { method: Method::Invite, ..branch }, ..message },
            Message { branch: Branch { ordinal: u32::MAX, ..branch }, ..message },
            Message { toward: Side::Caller, ..message },
            Message { routed: false, ..message },
            Message { cseq: 5, ..message },
            Message { from: Tag::of(2, 1), ..message },
            Message { to: Tag::NONE, ..message },
            Message { session_expires: None, ..message },
            Message { session_expires: asks(1801, Some(Refresher::Uac)), ..message },
            Message { session_expires: asks(1800, Some(Refresher::Uas)), ..message },
            Message { session_expires: asks(1800, None), ..message },
            Message { min_se: None, ..message },
            Message { min_se: Some(0), ..message },
            Message { supports_timer: false, ..message },
            Message { requires_timer: true, ..message },
            Message { allows_update: true, ..message },
            Message { offer: true, ..message },
            Message { retry_after_s: Some(0), ..message },
            Message { retry_after_s: Some(1), ..message },
        ]
    }

    #[test]
    fn any_changed_field_of_any_fact_changes_it() {
        let (caller, callee, proxy) = (Element::CALLER, Element::CALLEE, Element::between(0));
        let arrives = |nanos| Outcome::Arrives(Time::from_nanos(nanos));
        let lost = |loss| Outcome::Lost(loss);
        let sent = |from, to, copy, outcome| Fact::Sent { from, to, message: message(), copy, outcome };
        let mut facts = vec![
            Fact::Began,
            sent(caller, callee, 1, arrives(8)),
            sent(proxy, callee, 1, arrives(8)),
            sent(caller, proxy, 1, arrives(8)),
            sent(caller, callee, 2, arrives(8)),
            sent(caller, callee, 1, arrives(9)),
            sent(caller, callee, 1, lost(Loss::OnLink(0))),
            sent(caller, callee, 1, lost(Loss::OnLink(1))),
            sent(caller, callee, 1, lost(Loss::Down(0))),
            sent(caller, callee, 1, lost(Loss::NoBinding(0))),
            sent(caller, callee, 1, lost(Loss::QueueFull(0))),
            sent(caller, callee, 1, Outcome::Queues(0, Time::from_nanos(8))),
            sent(caller, callee, 1, Outcome::Queues(1, Time::from_nanos(8))),
            sent(caller, callee, 1, Outcome::Queues(0, Time::from_nanos(9))),
            sent(caller, callee, 1, lost(Loss::Connection(0))),
            sent(caller, callee, 1, lost(Loss::ByFault(0))),
            sent(caller, callee, 1, lost(Loss::ByFault(u16::MAX))),
            sent(caller, callee, 1, lost(Loss::Suppressed)),
        ];
        for (link, leaves, outcome) in
            [(0, 7, arrives(8)), (1, 7, arrives(8)), (0, 8, arrives(8)), (0, 7, lost(Loss::QueueFull(0)))]
        {
            let (from, to, message, leaves) = (caller, callee, message(), Time::from_nanos(leaves));
            facts.push(Fact::Queued { from, to, message, copy: 1, link, leaves, outcome });
        }
        for message in changed().into_iter().chain([message()]) {
            let (from, to) = (caller, callee);
            facts.push(Fact::Sent { from, to, message, copy: 7, outcome: arrives(8) });
            facts.push(Fact::Duplicated { from, to, message, arrives: Time::from_nanos(8) });
            facts.push(Fact::Unheard { from, to, message });
            facts.push(Fact::Unreachable { to, message });
            facts.push(Fact::SendFailed { from, message });
        }
        // Of a message that arrives, what was folded in when it was sent need not be again.
        let session = |message: &Message| (message.session_expires, message.min_se, message.retry_after_s);
        for message in changed().into_iter().filter(|changed| session(changed) == session(&message())) {
            facts.push(Fact::Delivered { from: caller, to: callee, message });
        }
        facts.push(Fact::Delivered { from: caller, to: callee, message: message() });
        facts.push(Fact::Delivered { from: proxy, to: callee, message: message() });
        facts.push(Fact::Delivered { from: caller, to: proxy, message: message() });
        facts.push(Fact::Unreachable { to: proxy, message: message() });
        facts.push(Fact::SendFailed { from: proxy, message: message() });
        for kind in 0..Timer::KINDS {
            facts.push(Fact::Fired { of: caller, timer: Timer::of(kind, 0), method: None });
        }
        facts.push(Fact::Fired { of: callee, timer: Timer::of(0, 0), method: None });
        for method in Method::ALL {
            facts.push(Fact::Fired { of: caller, timer: Timer::of(0, 0), method: Some(method) });
        }
        let (refreshing, watching) = (Session::Refreshing { interval_s: 90 }, Session::Watching { interval_s: 90 });
        for session in [Session::Untimed, refreshing, watching, Session::Watching { interval_s: 91 }] {
            for element in [caller, callee, proxy] {
                facts.push(Fact::Established { element, session });
                facts.push(Fact::Refreshed { element, session });
            }
            for end in End::BOTH {
                for how in [HangUp::Bye, HangUp::ByeLost, HangUp::Dies, HangUp::Restarts] {
                    facts.extend([false, true].map(|both_held| Fact::HungUp { end, how, session, both_held }));
                }
            }
        }
        for element in [caller, callee, proxy] {
            facts.extend(ReleaseCause::ALL.map(|cause| Fact::Released { element, cause }));
            facts.extend([Fact::Closed { element }, Fact::Crashed { element }, Fact::CameBack { element }]);
        }
        let mut seen = BTreeSet::new();
        for fact in &facts {
            assert!(seen.insert(of(&[(7, *fact)])), "{fact:?}");
            assert!(seen.insert(of(&[(8, *fact)])), "another instant: {fact:?}");
            assert!(seen.insert(of(&[(7, *fact), (7, *fact)])), "twice: {fact:?}");
        }
    }

    #[test]
    fn the_slot_of_a_timer_is_no_fact() {
        let fired = |slot| Fact::Fired { of: Element::CALLER, timer: Timer::ClientRetransmit(slot), method: None };
        assert_eq!(of(&[(7, fired(0))]), of(&[(7, fired(1))]));
    }

    #[test]
    fn the_order_of_facts_counts_and_that_of_calls_does_not() {
        let facts = [(7, Fact::Began), (7, Fact::Closed { element: Element::CALLEE })];
        assert_ne!(of(&facts), of(&[facts[1], facts[0]]));
        let run = |calls: &[u32]| {
            let mut fingerprint = Fingerprint::default();
            for &call in calls {
                fingerprint.see(Time::from_nanos(call.into()), &Fact::Began);
                fingerprint.finish(call.into());
            }
            fingerprint
        };
        assert_eq!(run(&[0, 1, 2]), run(&[2, 0, 1]));
        let mut merged = run(&[0, 2]);
        merged.merge(&run(&[1]));
        assert_eq!(merged, run(&[0, 1, 2]));
        assert_ne!(run(&[0, 1, 2]).of_calls(), run(&[0, 1, 3]).of_calls());
        assert_ne!(Fingerprint::of_all([1, 2]), Fingerprint::of_all([2, 1]));
    }

    /// The number is part of the results: another one for the same facts would be another definition of it.
    #[test]
    fn known_facts_have_a_known_fingerprint() {
        let (from, to) = (Element::CALLER, Element::CALLEE);
        let outcome = Outcome::Arrives(Time::from_nanos(50_000_000));
        let mut fingerprint = Fingerprint::default();
        for (at, fact) in [
            (0, Fact::Began),
            (0, Fact::Sent { from, to, message: message(), copy: 1, outcome }),
            (50_000_000, Fact::Delivered { from, to, message: message() }),
            (60_000_000, Fact::Fired { of: to, timer: Timer::Refresh, method: None }),
            (70_000_000, Fact::Closed { element: from }),
        ] {
            fingerprint.see(Time::from_nanos(at), &fact);
        }
        assert_eq!(fingerprint.of_facts(), 0x3943_4cc4_2f5a_3f14);
        fingerprint.finish(7);
        assert_eq!(fingerprint.of_calls(), 0xaa74_6b4b_9980_ffda);
        assert_eq!(Fingerprint::of_all([fingerprint.of_calls(), 1]), 0x2072_f6bd_ab0a_3961);
    }
}
