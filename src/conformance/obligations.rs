//! What is due, and what was found wrong.

use crate::sip::Branch;
use crate::time::Time;
use crate::world::Element;

/// A rule that was broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The rule's id in `docs/conformance.md`.
    pub rule: &'static str,
    /// When it showed.
    pub at: Time,
    /// Whose fault it is.
    pub element: Element,
    /// What is wrong, in a few words.
    pub what: &'static str,
}

/// Something that an element must do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// Send the next copy of its request.
    Copy(Branch),
    /// Send its response again: by its own timer.
    CopyOfResponse(Branch),
    /// Send its response again: the request has come again.
    Repeat(Branch),
    /// Answer this request.
    Answer(Branch),
    /// Acknowledge what has come for this INVITE.
    Acknowledge(Branch),
    /// Give its request up: it has had no final response.
    GiveUp(Branch),
    /// Refresh the session, as planned.
    Refresh,
    /// Refresh the session once more after a failure.
    Again,
    /// Give up on the ACK to its 2xx to this INVITE.
    GiveUpOnAck(Branch),
    /// Send its INVITE once more after a failure.
    Call,
    /// Send a BYE, and let go.
    Leave,
    /// Let go, or leave: the session was not refreshed.
    Expire,
    /// Be established.
    Establish,
    /// Take the session for refreshed.
    Renew,
    /// Let go.
    Release,
    /// Be done with the call.
    Close,
    /// Send this request on.
    Forward(Branch),
    /// Answer 100 to this request.
    Try(Branch),
}

#[derive(Clone, Copy, Debug)]
struct Due {
    element: Element,
    rule: &'static str,
    /// From when on it may be done.
    from: Time,
    /// When it must be done.
    at: Time,
    what: What,
    why: &'static str,
}

/// What is due, and what was found wrong.
#[derive(Debug, Default)]
pub(super) struct Obligations {
    now: Time,
    dues: Vec<Due>,
    /// In the order of time.
    pub breaches: Vec<Violation>,
}

impl Obligations {
    /// Time goes on to `now`. What was due before and was not done breaks its rule.
    pub(super) fn advance(&mut self, now: Time) {
        if now <= self.now {
            return;
        }
        self.judge(|due| due.at < now);
        self.now = now;
    }

    /// The end has come at `end`, which is over.
    pub(super) fn overdue(&mut self, end: Time) {
        self.judge(|due| due.at <= end);
    }

    fn judge(&mut self, is_over: impl Fn(&Due) -> bool) {
        let mut over: Vec<Due> = self.dues.iter().copied().filter(&is_over).collect();
        self.dues.retain(|due| !is_over(due));
        over.sort_by_key(|due| due.at);
        let breach = |Due { rule, at, element, why: what, .. }| Violation { rule, at, element, what };
        self.breaches.extend(over.into_iter().map(breach));
    }

    /// `element` breaks `rule` now.
    pub(super) fn breach(&mut self, rule: &'static str, element: Element, what: &'static str) {
        self.breaches.push(Violation { rule, at: self.now, element, what });
    }

    /// `element` breaks `rule` now, unless `holds`.
    pub(super) fn require(&mut self, holds: bool, rule: &'static str, element: Element, what: &'static str) {
        if !holds {
            self.breach(rule, element, what);
        }
    }

    /// `element` must do `what` at `at`, neither before nor after.
    pub(super) fn due(&mut self, rule: &'static str, element: Element, at: Time, what: What, why: &'static str) {
        self.due_within(rule, element, [at, at], what, why);
    }

    /// `element` must do `what` between two instants.
    pub(super) fn due_within(
        &mut self,
        rule: &'static str,
        element: Element,
        [from, at]: [Time; 2],
        what: What,
        why: &'static str,
    ) {
        self.waive(element, what);
        self.dues.push(Due { element, rule, from, at, what, why });
    }

    /// The same at once.
    pub(super) fn at_once(&mut self, rule: &'static str, element: Element, what: What, why: &'static str) {
        self.due(rule, element, self.now, what, why);
    }

    /// `element` does `what`. Returns whether it was due at all; if it was due at another instant, that breaks its
    /// rule.
    pub(super) fn done(&mut self, element: Element, what: What) -> bool {
        let Some(place) = self.dues.iter().position(|due| due.element == element && due.what == what) else {
            return false;
        };
        let due = self.dues.swap_remove(place);
        if self.now < due.from || self.now > due.at {
            self.breach(due.rule, element, due.why);
        }
        true
    }

    /// Whether `element` is to do `what` now.
    pub(super) fn is_due(&self, element: Element, what: What) -> bool {
        self.dues.iter().any(|due| due.element == element && due.what == what && due.at == self.now)
    }

    /// `element` need not do `what` any more.
    pub(super) fn waive(&mut self, element: Element, what: What) {
        self.dues.retain(|due| due.element != element || due.what != what);
    }

    /// `element` need not do anything any more.
    pub(super) fn waive_all(&mut self, element: Element) {
        self.dues.retain(|due| due.element != element);
    }
}
