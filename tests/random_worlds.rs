//! Random worlds: whatever stands between the ends, whatever is lost, refused or dies, some things always hold.

mod common;
#[path = "common/worlds.rs"]
mod worlds;

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

use byeloss::conformance::Checker as Conformance;
use byeloss::sip::{BaseTimers, GiveUp, Message, Method, OnFailure, Profile, Refresher, Session, WhileLeaving};
use byeloss::time::{Span, Time};
use byeloss::world::{
    Chain, Element, Fact, Fault, FaultClock, FaultEffect, FaultMessage, HangUp, Observer, Outcome, Runner, Setup,
    StopPart,
};
use common::Call;
use proptest::prelude::*;
use worlds::{HORIZON_S, world, worlds};

/// Keeps what is true of every call, and says so where it is not.
#[derive(Default)]
struct Checker {
    /// The agents on the two sides of each dialog.
    dialogs: Vec<[Element; 2]>,
    /// Nobody's user changes a session in the middle.
    plain: bool,
    /// What each agent does in its session.
    sessions: BTreeMap<Element, Session>,
    /// The CSeq of each agent's last request.
    cseqs: BTreeMap<Element, u32>,
    facts: Vec<(Time, Fact)>,
    last: Time,
    under_way: BTreeMap<(Time, Element, Element, String), u32>,
    dead: Vec<Element>,
    established: Vec<Element>,
    released: Vec<Element>,
}

impl Observer for Checker {
    fn see(&mut self, now: Time, fact: &Fact) {
        assert!(self.facts.len() < 200_000, "a world without rest");
        assert!(now >= self.last, "time runs back at {fact:?}");
        self.last = now;
        self.facts.push((now, *fact));
        match *fact {
            Fact::Sent { from, to, message, copy, outcome } => {
                assert!(!self.dead.contains(&from), "the dead send {message}");
                assert!(copy <= 65, "{copy} copies of {message}");
                if copy == 1 && message.status().is_none() && self.is_agent(from) {
                    self.see_request(from, &message);
                }
                if let Outcome::Arrives(at) = outcome {
                    assert!(at >= now, "{message} arrives before it is sent");
                    *self.under_way.entry((at, from, to, message.to_string())).or_default() += 1;
                }
            }
            Fact::Duplicated { from, to, message, arrives } => {
                assert!(arrives >= now, "{message} arrives before it is sent");
                *self.under_way.entry((arrives, from, to, message.to_string())).or_default() += 1;
            }
            Fact::Queued { from, to, message, leaves, outcome, .. } => {
                assert!(leaves >= now, "{message} leaves a queue before it comes to it");
                if let Outcome::Arrives(at) = outcome {
                    assert!(at >= leaves, "{message} arrives before it has left its queue");
                    *self.under_way.entry((at, from, to, message.to_string())).or_default() += 1;
                }
            }
            Fact::Delivered { from, to, message } => {
                assert!(!self.dead.contains(&to), "{message} is delivered to the dead");
                let count = self.under_way.get_mut(&(now, from, to, message.to_string()));
                let count = count.filter(|count| **count > 0).expect("delivered without being sent for this instant");
                *count -= 1;
            }
            Fact::Fired { of, .. } => assert!(!self.dead.contains(&of), "a timer of the dead fires"),
            Fact::Established { element, session } => {
                assert!(!self.established.contains(&element), "{element:?} is established twice");
                self.established.push(element);
                self.see_session(element, session);
            }
            Fact::Refreshed { element, session } => self.see_session(element, session),
            Fact::Released { element, .. } => {
                assert!(!self.released.contains(&element), "{element:?} lets go twice");
                self.released.push(element);
                self.sessions.remove(&element);
            }
            Fact::Closed { element } => {
                assert!(self.released.contains(&element), "{element:?} is closed before it has let go");
            }
            Fact::Crashed { element } => self.dead.push(element),
            Fact::CameBack { element } => {
                self.dead.retain(|dead| *dead != element);
                // Without memory it counts from 1 again.
                self.cseqs.remove(&element);
            }
            Fact::HungUp { .. }
            | Fact::Began
            | Fact::Unheard { .. }
            | Fact::Unreachable { .. }
            | Fact::SendFailed { .. } => {}
        }
    }
}

impl Checker {
    fn new(setup: &Setup) -> Checker {
        let chain = Chain::new(&setup.between, setup.path.len());
        let agents: Vec<Element> =
            chain.elements().into_iter().filter(|element| chain.part(*element) != StopPart::Proxy).collect();
        let dialogs = agents.chunks(2).map(|pair| [pair[0], pair[1]]).collect();
        Checker { dialogs, plain: setup.requests.is_empty(), ..Checker::default() }
    }

    fn is_agent(&self, element: Element) -> bool {
        self.dialogs.iter().flatten().any(|agent| *agent == element)
    }

    /// Rule T8: CSeq rises by one. A watcher does not refresh.
    fn see_request(&mut self, from: Element, request: &Message) {
        if request.method == Method::Ack {
            return;
        }
        let last = self.cseqs.insert(from, request.cseq);
        assert!(last.is_none_or(|last| request.cseq == last + 1), "{request} after CSeq {last:?}");
        let refreshes = request.routed && request.session_expires.is_some();
        let watches = matches!(self.sessions.get(&from), Some(Session::Watching { .. }));
        let as_refresher = request.session_expires.is_some_and(|asked| asked.refresher == Some(Refresher::Uac));
        assert!(!(self.plain && refreshes && as_refresher && watches), "{from:?} watches and refreshes");
    }

    /// The two sides of a dialog never both refresh it, and never both watch it.
    fn see_session(&mut self, element: Element, session: Session) {
        self.sessions.insert(element, session);
        let Some(dialog) = self.dialogs.iter().find(|dialog| dialog.contains(&element)) else { return };
        let roles = dialog.map(|side| self.sessions.get(&side).copied());
        let alike = matches!(
            roles,
            [Some(Session::Refreshing { .. }), Some(Session::Refreshing { .. })]
                | [Some(Session::Watching { .. }), Some(Session::Watching { .. })]
        );
        assert!(!(self.plain && alike), "both sides do the same: {roles:?}");
    }
}

/// The facts of one call, checked.
fn facts(setup: &Setup, runner: &mut Runner<'_>, call: u32) -> Vec<(Time, Fact)> {
    let mut checker = Checker::new(setup);
    runner.run(call, &mut checker);
    checker.facts
}

proptest! {
    #![proptest_config(worlds(5000))]

    #[test]
    fn what_always_holds_holds_and_a_call_is_the_same_whatever_was_run_before(setup in world(true)) {
        let stop = AtomicBool::new(false);
        let mut one_after_another = Runner::new(&setup, &stop);
        let runs: Vec<_> = (0..3).map(|call| facts(&setup, &mut one_after_another, call)).collect();
        prop_assert_eq!(&facts(&setup, &mut Runner::new(&setup, &stop), 2), &runs[2]);
        prop_assert_eq!(&facts(&setup, &mut one_after_another, 0), &runs[0]);
    }

    #[test]
    fn agents_and_proxies_that_follow_the_rfcs_break_no_rule(setup in world(false)) {
        let stop = AtomicBool::new(false);
        let mut runner = Runner::new(&setup, &stop);
        for call in 0..3 {
            let mut watch = (Conformance::new(&setup, call), common::Story::default());
            let end = runner.run(call, &mut watch);
            let breaches = watch.0.finish(end);
            prop_assert!(breaches.is_empty(), "call {call}: {}", watch.1.around(&breaches));
        }
    }
}

/// The longest interval of a world, and what agents add to it: a wait for an ACK, their BYE.
const REST_S: u64 = 700 + 32 + 32;

proptest! {
    #![proptest_config(worlds(3000))]

    #[test]
    fn when_nothing_arrives_any_more_every_session_that_expires_has_an_end_in_bounded_time(setup in world(false)) {
        let mut setup = setup;
        let silence = Fault {
            senders: Vec::new(),
            message: FaultMessage::Any,
            nth: Vec::new(),
            clock: FaultClock::Run,
            from: Span::from_secs(HORIZON_S - REST_S - 5),
            duration: None,
            effect: FaultEffect::Lose,
        };
        // First of all, so that no fault of the world goes before it.
        setup.faults.insert(0, silence);
        // Who crashes with a call that it remembers counts on where it was; whoever is dead at the end holds nothing.
        setup.crashes.clear();
        let mut checker = Checker::new(&setup);
        Runner::new(&setup, &AtomicBool::new(false)).run(0, &mut checker);
        let expires = |session: &Session| *session != Session::Untimed;
        let held: Vec<_> = checker.sessions.iter().filter(|(_, session)| expires(session)).collect();
        prop_assert_eq!(held, vec![], "still held after {} s of silence", REST_S);
    }
}

#[test]
#[should_panic(expected = "watches and refreshes")]
fn the_checker_objects_to_a_watcher_that_refreshes() {
    let setup = Call::new().session_expires(90).until(60.0).0;
    let mut checker = Checker::new(&setup);
    let mut swapped = Swapped(&mut checker);
    Runner::new(&setup, &AtomicBool::new(false)).run(0, &mut swapped);
}

/// Tells that the caller watches, whatever it does.
struct Swapped<'a>(&'a mut Checker);

impl Observer for Swapped<'_> {
    fn see(&mut self, now: Time, fact: &Fact) {
        match *fact {
            Fact::Established { element: Element::CALLEE, .. } => {}
            Fact::Established { element, .. } => {
                self.0.see(now, &Fact::Established { element, session: Session::Watching { interval_s: 90 } });
            }
            _ => self.0.see(now, fact),
        }
    }
}

/// The canary of the rules: thousands of worlds that pass would say nothing if a wrong agent passed too.
#[test]
fn the_rules_object_to_every_deviation_of_an_agent_that_shows() {
    let wrong = [
        ("R2", Profile { watcher_gives_up: GiveUp::AtPerMille(1100), ..Profile::RFC }),
        ("R3", Profile { on_timeout: OnFailure::RunOut, ..Profile::RFC }),
        ("R7", Profile { while_leaving: WhileLeaving::AcceptAll, ..Profile::RFC }),
        ("R1", Profile { refresh_jitter: Span::from_secs(5), ..Profile::RFC }),
        ("T2", Profile { timers: BaseTimers { t2: Span::from_secs(5), ..BaseTimers::RFC }, ..Profile::RFC }),
    ];
    for (rule, profile) in wrong {
        let call = Call::new().session_expires(90).hangs_up(common::Callee, 130.0).ending(HangUp::ByeLost, 0.0);
        let calls = [call.clone(), call.hangs_up(common::Callee, 1000.0).outage(None, 200.0, 2000.0)];
        let rules: Vec<&str> = calls
            .iter()
            .flat_map(|call| {
                let world = |profile| call.clone().with(|setup| (setup.caller, setup.callee) = (profile, profile)).0;
                let asked = |profile| Profile { session_expires: Some(90), ..profile };
                let mut rules = Conformance::new(&world(asked(Profile::RFC)), 0);
                let setup = world(asked(profile));
                let end = Runner::new(&setup, &AtomicBool::new(false)).run(0, &mut rules);
                rules.finish(end).into_iter().map(|breach| breach.rule)
            })
            .collect();
        assert!(rules.contains(&rule), "{rule} is not among {rules:?}");
    }
}

#[test]
#[should_panic(expected = "the dead send")]
fn the_checker_objects_to_a_world_in_which_the_dead_speak() {
    let mut checker = Checker::default();
    checker.see(Time::ZERO, &Fact::Crashed { element: Element::CALLER });
    Runner::new(&Call::new().until(1.0).0, &AtomicBool::new(false)).run(0, &mut checker);
}
