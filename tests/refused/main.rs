//! Traces that must not pass: each is a trace of the simulator, which passes, with one thing changed in it, and the
//! rule that this breaks. `docs/conformance.md` names for each rule the test that must pass and the one here.

#[path = "../common/mod.rs"]
mod common;

mod client;
mod ending;
mod proxy;
mod server;
mod transaction;

use std::sync::atomic::AtomicBool;

use byeloss::conformance::{Checker, Violation};
use byeloss::sip::{Message, SessionExpires};
use byeloss::time::{Span, Time};
use byeloss::world::{Element, Fact, Observer, Runner, Setup};
use common::Call;

/// The facts of a call, in the order of time.
type Facts = Vec<(Time, Fact)>;

/// A trace that breaks no rule.
struct Trace {
    setup: Setup,
    facts: Facts,
    end: Time,
}

struct Recorder(Facts);

impl Observer for Recorder {
    fn see(&mut self, now: Time, fact: &Fact) {
        assert!(self.0.len() < 100_000, "a call without an end");
        self.0.push((now, *fact));
    }
}

impl Trace {
    /// What the simulator makes of the call. It must pass.
    #[track_caller]
    fn of(call: &Call) -> Trace {
        let mut recorder = Recorder(Vec::new());
        let end = Runner::new(&call.0, &AtomicBool::new(false)).run(0, &mut recorder);
        let trace = Trace { setup: call.0.clone(), facts: recorder.0, end };
        assert_eq!(trace.judge(&trace.facts), [], "the trace of the simulator passes");
        trace
    }

    fn judge(&self, facts: &Facts) -> Vec<Violation> {
        let mut checker = Checker::new(&self.setup, 0);
        facts.iter().for_each(|(at, fact)| checker.see(*at, fact));
        checker.finish(self.end)
    }

    /// With this change it must not pass, and `rule` is the first that it breaks.
    #[track_caller]
    fn breaks(&self, rule: &str, change: impl FnOnce(&mut Facts)) {
        let mut facts = self.facts.clone();
        change(&mut facts);
        assert_ne!(facts, self.facts, "nothing is changed");
        facts.sort_by_key(|(at, _)| *at);
        let breaches = self.judge(&facts);
        assert_eq!(breaches.first().map(|breach| breach.rule), Some(rule), "{breaches:#?}");
    }
}

fn at(seconds: f64) -> Time {
    Time::ZERO + Span::from_secs_f64(seconds)
}

/// Changes the nth message (from 1) that `sender` sends under this name.
#[track_caller]
fn alter(facts: &mut Facts, sender: impl Into<Element>, name: &str, nth: usize, change: impl FnOnce(&mut Message)) {
    let sender = sender.into();
    let mut sent = facts.iter_mut().filter_map(|(_, fact)| match fact {
        Fact::Sent { from, message, .. } if *from == sender && message.to_string() == name => Some(message),
        _ => None,
    });
    change(sent.nth(nth - 1).unwrap_or_else(|| panic!("{sender:?} does not send {name} {nth} times")));
}

/// Moves what `element` does of its own at `at_s`, by so many seconds.
fn shift(facts: &mut Facts, element: impl Into<Element>, at_s: f64, by_s: f64) {
    let element = element.into();
    for (when, fact) in facts.iter_mut() {
        let does = match fact {
            Fact::Sent { from, .. } => *from == element,
            Fact::Released { element: of, .. } | Fact::Closed { element: of } => *of == element,
            _ => false,
        };
        if does && when.since(at(at_s)).max(at(at_s).since(*when)) < Span::from_nanos(1000) {
            *when = at(at_s + by_s);
        }
    }
}

/// Takes out what `doomed` says yes to.
fn remove(facts: &mut Facts, doomed: impl Fn(&Fact) -> bool) {
    facts.retain(|(_, fact)| !doomed(fact));
}

/// The Session-Expires of a message that has one.
#[track_caller]
fn expires(message: &mut Message) -> &mut SessionExpires {
    message.session_expires.as_mut().expect("a message with Session-Expires")
}
