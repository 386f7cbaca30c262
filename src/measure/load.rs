//! What each element of the calls does in each second of a run.

use serde::{Deserialize, Serialize};

use super::call::CallCounter;
use super::per_second::PerSecond;
use super::traffic::Traffic;
use crate::time::Time;
use crate::world::{Element, Fact, Observer};

/// What one element does in each second, over all calls. Whole numbers, merged in any order to the same sum.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ElementLoad {
    received: [PerSecond; 2],
    first_sends: [PerSecond; 2],
    retransmissions: [PerSecond; 2],
    acquired: PerSecond,
    released: PerSecond,
    ghosts_begun: PerSecond,
    ghosts_ended: PerSecond,
}

impl ElementLoad {
    /// Messages received in this second.
    pub fn received(&self, traffic: Traffic, second: usize) -> u32 {
        self.received[traffic as usize].at(second)
    }

    /// Messages sent for the first time in this second.
    pub fn first_sends(&self, traffic: Traffic, second: usize) -> u32 {
        self.first_sends[traffic as usize].at(second)
    }

    /// Messages sent again in this second.
    pub fn retransmissions(&self, traffic: Traffic, second: usize) -> u32 {
        self.retransmissions[traffic as usize].at(second)
    }

    /// Messages sent in this second, for the first time or again.
    pub fn sent(&self, traffic: Traffic, second: usize) -> u32 {
        self.first_sends(traffic, second) + self.retransmissions(traffic, second)
    }

    /// Messages received and sent in this second: what a server is sized for.
    pub fn handled(&self, second: usize) -> u32 {
        Traffic::BOTH.into_iter().map(|traffic| self.received(traffic, second) + self.sent(traffic, second)).sum()
    }

    /// Calls held at the end of each of the first `seconds`, by those that an element took and let go.
    pub fn calls_held(&self, seconds: usize) -> Vec<u64> {
        running_difference(&self.acquired, &self.released, seconds)
    }

    /// Ghosts by lost BYE held at the end of each of the first `seconds`.
    pub fn ghosts_held(&self, seconds: usize) -> Vec<u64> {
        running_difference(&self.ghosts_begun, &self.ghosts_ended, seconds)
    }

    /// Adds all that `other` counted.
    pub fn merge(&mut self, other: &ElementLoad) {
        let ElementLoad { received, first_sends, retransmissions, acquired, released, ghosts_begun, ghosts_ended } =
            other;
        let pairs = [
            (&mut self.received, received),
            (&mut self.first_sends, first_sends),
            (&mut self.retransmissions, retransmissions),
        ];
        for (mine, theirs) in pairs {
            mine.iter_mut().zip(theirs).for_each(|(mine, theirs)| mine.merge(theirs));
        }
        self.acquired.merge(acquired);
        self.released.merge(released);
        self.ghosts_begun.merge(ghosts_begun);
        self.ghosts_ended.merge(ghosts_ended);
    }
}

/// In each second, how many more have come than gone since the start. In whole seconds nobody goes before he came.
fn running_difference(come: &PerSecond, gone: &PerSecond, seconds: usize) -> Vec<u64> {
    let held = (0..seconds).scan(0u64, |held, second| {
        *held = (*held + u64::from(come.at(second))).saturating_sub(u64::from(gone.at(second)));
        Some(*held)
    });
    held.collect()
}

/// The load of all elements, by their number. Memory grows with the seconds of the run, not with its calls.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Load {
    elements: Vec<ElementLoad>,
}

impl Load {
    /// That of the element of this number, if it did anything.
    pub fn of(&self, element: usize) -> Option<&ElementLoad> {
        self.elements.get(element)
    }

    /// Ends a call, which `counter` has watched beside this.
    pub fn finish(&mut self, counter: &CallCounter) {
        for (element, from, to) in counter.ghost_intervals() {
            let load = self.element(element);
            load.ghosts_begun.add(from);
            to.into_iter().for_each(|to| load.ghosts_ended.add(to));
        }
    }

    /// Adds all that `other` counted.
    pub fn merge(&mut self, other: &Load) {
        let Load { elements } = other;
        for (element, theirs) in elements.iter().enumerate() {
            self.element(Element::numbered(element as u8)).merge(theirs);
        }
    }

    #[inline]
    fn element(&mut self, element: Element) -> &mut ElementLoad {
        if self.elements.len() <= element.index() {
            self.elements.resize(element.index() + 1, ElementLoad::default());
        }
        &mut self.elements[element.index()]
    }
}

/// Counts a call and what it loads the elements with: the counter knows what each message is about.
#[derive(Debug)]
pub struct WithLoad<'a> {
    /// The call.
    pub counter: &'a mut CallCounter,
    /// A bit for each element that holds the call, at first none.
    pub holding: &'a mut u32,
    /// The load.
    pub load: &'a mut Load,
}

impl Observer for WithLoad<'_> {
    #[inline(always)]
    fn see(&mut self, now: Time, fact: &Fact) {
        self.counter.see(now, fact);
        match *fact {
            Fact::Sent { from, ref message, copy, .. } => {
                let traffic = self.counter.traffic(message) as usize;
                let load = self.load.element(from);
                let sends = if copy == 1 { &mut load.first_sends } else { &mut load.retransmissions };
                sends[traffic].add(now);
            }
            Fact::Delivered { to, ref message, .. } => {
                let traffic = self.counter.traffic(message) as usize;
                self.load.element(to).received[traffic].add(now);
            }
            Fact::Established { element, .. } => {
                let bit = 1 << element.number();
                if *self.holding & bit == 0 {
                    *self.holding |= bit;
                    self.load.element(element).acquired.add(now);
                }
            }
            Fact::Released { element, .. } => {
                let bit = 1 << element.number();
                if *self.holding & bit != 0 {
                    *self.holding &= !bit;
                    self.load.element(element).released.add(now);
                }
            }
            Fact::Began
            | Fact::Duplicated { .. }
            | Fact::Queued { .. }
            | Fact::Unheard { .. }
            | Fact::Unreachable { .. }
            | Fact::SendFailed { .. }
            | Fact::Fired { .. }
            | Fact::Refreshed { .. }
            | Fact::HungUp { .. }
            | Fact::Closed { .. }
            | Fact::Crashed { .. }
            | Fact::CameBack { .. } => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sip::{Branch, Kind, Message, Method, ReleaseCause, Session, Status, Tag};
    use crate::world::{End, HangUp, Outcome};

    fn message(method: Method, cseq: u32) -> Message {
        let branch = Branch { element: 0, method, ordinal: 0 };
        let to = if method == Method::Invite { Tag::NONE } else { Tag::of(1, 1) };
        Message::request(method, branch, cseq, Tag::of(0, 1), to)
    }

    fn watch(load: &mut Load, facts: &[(u64, Fact)]) {
        let (mut counter, mut holding) = (CallCounter::default(), 0);
        for (second, fact) in facts {
            let mut watched = WithLoad { counter: &mut counter, holding: &mut holding, load };
            watched.see(Time::from_nanos(second * 1_000_000_000), fact);
        }
        load.finish(&counter);
    }

    #[test]
    fn messages_are_counted_where_and_when_they_are_sent_and_received_by_what_they_are_about() {
        let (from, to) = (Element::CALLER, Element::CALLEE);
        let outcome = Outcome::Arrives(Time::ZERO);
        let sent = |message, copy| Fact::Sent { from, to, message, copy, outcome };
        let invite = message(Method::Invite, 1);
        let update = message(Method::Update, 2);
        let answer = Message { kind: Kind::Response(Status::OK), ..update };
        let mut load = Load::default();
        watch(
            &mut load,
            &[
                (0, sent(invite, 1)),
                (0, Fact::Delivered { from, to, message: invite }),
                (1, sent(message(Method::Ack, 1), 1)),
                (5, sent(update, 1)),
                (5, sent(update, 2)),
                (6, sent(update, 3)),
                (6, Fact::Delivered { from, to, message: update }),
                (6, Fact::Delivered { from: to, to: from, message: answer }),
            ],
        );
        let (caller, callee) = (load.of(0).unwrap(), load.of(1).unwrap());
        let first = |traffic| (0..8).map(|second| caller.first_sends(traffic, second)).collect::<Vec<_>>();
        assert_eq!(first(Traffic::Other), [1, 1, 0, 0, 0, 0, 0, 0]);
        assert_eq!(first(Traffic::Refresh), [0, 0, 0, 0, 0, 1, 0, 0]);
        assert_eq!([5, 6].map(|second| caller.retransmissions(Traffic::Refresh, second)), [1, 1]);
        assert_eq!([5, 6].map(|second| caller.handled(second)), [2, 2]);
        assert_eq!((callee.received(Traffic::Other, 0), callee.received(Traffic::Refresh, 6)), (1, 1));
        assert_eq!(caller.received(Traffic::Refresh, 6), 1);
    }

    #[test]
    fn calls_are_held_from_their_establishment_and_ghosts_from_the_hang_up_to_the_release() {
        let session = Session::Watching { interval_s: 1800 };
        let (caller, callee) = (Element::CALLER, Element::CALLEE);
        let released = |element, cause| Fact::Released { element, cause };
        let lost = Fact::HungUp { end: End::Caller, how: HangUp::ByeLost, session, both_held: true };
        let facts = [
            (1, Fact::Established { element: callee, session }),
            (2, Fact::Established { element: caller, session }),
            (4, lost),
            (4, released(caller, ReleaseCause::HungUp)),
            (7, released(callee, ReleaseCause::RefreshMissing)),
        ];
        let mut load = Load::default();
        watch(&mut load, &facts);
        // One still held when the run ends.
        watch(&mut load, &facts[..4]);
        let of = |element: usize| load.of(element).unwrap();
        assert_eq!(of(0).calls_held(9), [0, 0, 2, 2, 0, 0, 0, 0, 0]);
        assert_eq!(of(1).calls_held(9), [0, 2, 2, 2, 2, 2, 2, 1, 1]);
        assert_eq!(of(0).ghosts_held(9), [0; 9]);
        assert_eq!(of(1).ghosts_held(9), [0, 0, 0, 0, 2, 2, 2, 1, 1]);
        let mut twice = load.clone();
        twice.merge(&load);
        assert_eq!(twice.of(1).unwrap().calls_held(9), [0, 4, 4, 4, 4, 4, 4, 2, 2]);
    }
}
