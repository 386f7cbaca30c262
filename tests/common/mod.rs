//! A small two-ended world: one caller, one callee, a direct path of 50 ms each way, and nothing left to chance.

#![allow(dead_code, reason = "each test file uses its part")]

use std::sync::atomic::AtomicBool;

use byeloss::conformance::Violation;
use byeloss::net::{Link, Path, Route};
use byeloss::random::{Distribution, Probability};
use byeloss::sip::{Message, Method, Profile, Refresher, ReleaseCause, Session};
use byeloss::time::{Span, Time};
use byeloss::world::{
    Arrivals, Begin, Between, Calls, Conversation, Element, End, Ending, Fact, Fault, FaultClock, FaultEffect,
    FaultMessage, HangUp, Observer, Outcome, Part, Runner, Setup,
};

pub(crate) use byeloss::world::End::{Callee, Caller};

/// One-way delay, in seconds.
pub(crate) const DELAY: f64 = 0.05;

/// A call to be run. Unless told otherwise it is set up by INVITE, follows RFC 4028's recommendation, and is never
/// hung up.
#[derive(Clone, Debug)]
pub(crate) struct Call(pub Setup);

impl Call {
    pub(crate) fn new() -> Call {
        let link = Link::udp(Probability::NEVER, Distribution::Constant(Span::from_secs_f64(DELAY)));
        let route = Route { nodes: Vec::new(), to_callee: vec![link.clone()], to_caller: vec![link] };
        Call(Setup {
            seed: 1,
            path: Path::new(&route).expect("one link"),
            caller: Profile::RFC,
            callee: Profile { session_expires: None, ..Profile::RFC },
            otherwise: Default::default(),
            between: Vec::new(),
            crashes: Vec::new(),
            ways: None,
            calls: Calls {
                count: 1,
                arrivals: Arrivals::AtStart,
                begin: Begin::Invite,
                ring_time: Distribution::Constant(Span::ZERO),
                talk_time: Distribution::Constant(Span::from_secs(1_000_000)),
                hangup_by_caller: Probability::ALWAYS,
                ending: Ending {
                    bye_lost: Probability::NEVER,
                    dies: Probability::NEVER,
                    restarts: Probability::NEVER,
                    restart_after: Distribution::Constant(Span::ZERO),
                    icmp: false,
                    media_go_on: Probability::NEVER,
                },
                conversation: Conversation::default(),
            },
            faults: Vec::new(),
            requests: Vec::new(),
            horizon: None,
        })
    }

    /// Established at 0, without a message.
    pub(crate) fn established() -> Call {
        Call::new().with(|setup| setup.calls.begin = Begin::Established)
    }

    pub(crate) fn with(mut self, change: impl FnOnce(&mut Setup)) -> Call {
        change(&mut self.0);
        self
    }

    pub(crate) fn session_expires(self, interval_s: u32) -> Call {
        self.with(|setup| setup.caller.session_expires = Some(interval_s))
    }

    pub(crate) fn delay(self, seconds: f64) -> Call {
        let link = Link::udp(Probability::NEVER, Distribution::Constant(Span::from_secs_f64(seconds)));
        let route = Route { nodes: Vec::new(), to_callee: vec![link.clone()], to_caller: vec![link] };
        self.with(|setup| setup.path = Path::new(&route).expect("one link"))
    }

    /// Through these, one after another, with a link of [`DELAY`] before and after each.
    pub(crate) fn through(self, parts: Vec<Part>) -> Call {
        let link = Link::udp(Probability::NEVER, Distribution::Constant(Span::from_secs_f64(DELAY)));
        let links = vec![link; parts.len() + 1];
        let route = Route { nodes: Vec::new(), to_callee: links.clone(), to_caller: links };
        self.with(|setup| {
            setup.path = Path::new(&route).expect("few links");
            setup.between = parts.into_iter().zip(1..).map(|(part, node)| Between { node, part }).collect();
        })
    }

    pub(crate) fn refresher(self, refresher: Refresher) -> Call {
        self.with(|setup| setup.caller.uac_refresher = Some(refresher))
    }

    pub(crate) fn rings(self, seconds: f64) -> Call {
        self.with(|setup| setup.calls.ring_time = Distribution::Constant(Span::from_secs_f64(seconds)))
    }

    /// `end` hangs up so many seconds after the caller's side was established.
    pub(crate) fn hangs_up(self, end: End, after_s: f64) -> Call {
        self.with(|setup| {
            setup.calls.talk_time = Distribution::Constant(Span::from_secs_f64(after_s));
            setup.calls.hangup_by_caller = if end == Caller { Probability::ALWAYS } else { Probability::NEVER };
        })
    }

    pub(crate) fn ending(self, how: HangUp, restart_after_s: f64) -> Call {
        self.with(|setup| {
            let share = |kind| if how == kind { Probability::ALWAYS } else { Probability::NEVER };
            setup.calls.ending = Ending {
                bye_lost: share(HangUp::ByeLost),
                dies: share(HangUp::Dies),
                restarts: share(HangUp::Restarts),
                restart_after: Distribution::Constant(Span::from_secs_f64(restart_after_s)),
                icmp: false,
                media_go_on: Probability::NEVER,
            };
        })
    }

    /// Loses the nth, or all, of the requests of this method by `sender`.
    pub(crate) fn lose(self, sender: impl Into<Element>, method: Method, nth: &[u32]) -> Call {
        self.fault(Some(sender.into()), FaultMessage::Request(method), nth, 0.0, None)
    }

    /// Loses the nth, or all, of the responses to this method by `sender`.
    pub(crate) fn lose_responses(self, sender: impl Into<Element>, method: Method, nth: &[u32]) -> Call {
        self.fault(Some(sender.into()), FaultMessage::Response { status: None, method: Some(method) }, nth, 0.0, None)
    }

    /// Loses all that is sent, by one or both, from `from_s` for `for_s` seconds.
    pub(crate) fn outage(self, sender: Option<End>, from_s: f64, for_s: f64) -> Call {
        self.fault(sender.map(Element::from), FaultMessage::Any, &[], from_s, Some(for_s))
    }

    fn fault(
        self,
        sender: Option<Element>,
        message: FaultMessage,
        nth: &[u32],
        from_s: f64,
        for_s: Option<f64>,
    ) -> Call {
        self.with(|setup| {
            setup.faults.push(Fault {
                senders: sender.into_iter().collect(),
                message,
                nth: nth.to_vec(),
                clock: FaultClock::Run,
                from: Span::from_secs_f64(from_s),
                duration: for_s.map(Span::from_secs_f64),
                effect: FaultEffect::Lose,
            });
        })
    }

    /// Ends the run after so many seconds.
    pub(crate) fn until(self, seconds: f64) -> Call {
        self.with(|setup| setup.horizon = Some(Time::ZERO + Span::from_secs_f64(seconds)))
    }

    pub(crate) fn run(&self) -> Story {
        let mut story = Story::default();
        Runner::new(&self.0, &AtomicBool::new(false)).run(0, &mut story);
        story
    }
}

/// What happened, in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Story(Vec<(f64, Fact)>);

impl Observer for Story {
    fn see(&mut self, now: Time, fact: &Fact) {
        assert!(self.0.len() < 1_000_000, "a call without an end: give it one by `until`");
        self.0.push((now.since(Time::ZERO).as_secs_f64(), *fact));
    }
}

/// Instants, in seconds, that compare to the microsecond.
#[derive(Clone, Debug)]
pub(crate) struct Instants(pub Vec<f64>);

impl<const N: usize> PartialEq<[f64; N]> for Instants {
    fn eq(&self, other: &[f64; N]) -> bool {
        self.0.len() == N && self.0.iter().zip(other).all(|(a, b)| (a - b).abs() < 1e-6)
    }
}

/// Messages, each with its instant and which copy it was.
pub(crate) type Sends<'a> = Box<dyn Iterator<Item = (f64, Message, u16)> + 'a>;

impl Story {
    /// When `from` sent what a ladder calls `name`, such as `200 UPDATE`.
    pub(crate) fn sent(&self, from: impl Into<Element>, name: &str) -> Instants {
        Instants(self.sends(from, name).map(|(at, ..)| at).collect())
    }

    /// How long after the first send the others came.
    pub(crate) fn schedule(&self, from: impl Into<Element>, name: &str) -> Instants {
        let sent = self.sent(from, name).0;
        Instants(sent.iter().map(|at| at - sent.first().copied().unwrap_or_default()).collect())
    }

    /// The messages that `from` sent under this name, with their instants and copy numbers.
    pub(crate) fn sends<'a>(&'a self, sender: impl Into<Element>, name: &'a str) -> Sends<'a> {
        let sender = sender.into();
        Box::new(self.0.iter().filter_map(move |(at, fact)| match fact {
            Fact::Sent { from, message, copy, .. } if *from == sender && message.to_string() == name => {
                Some((*at, *message, *copy))
            }
            _ => None,
        }))
    }

    /// The first message that `from` sent under this name.
    pub(crate) fn first(&self, from: impl Into<Element>, name: &str) -> Message {
        let from = from.into();
        self.sends(from, name).next().unwrap_or_else(|| panic!("{from:?} sent no {name}: {self:#?}")).1
    }

    /// When and why `element` let go of the call.
    pub(crate) fn released(&self, element: impl Into<Element>) -> Option<(f64, ReleaseCause)> {
        let element = element.into();
        self.0.iter().find_map(|(at, fact)| match fact {
            Fact::Released { element: of, cause } if *of == element => Some((*at, *cause)),
            _ => None,
        })
    }

    pub(crate) fn closed(&self, element: impl Into<Element>) -> Option<f64> {
        let element = element.into();
        let is = |fact: &Fact| matches!(fact, Fact::Closed { element: of } if *of == element);
        self.0.iter().find_map(|(at, fact)| is(fact).then_some(*at))
    }

    /// When `element` was established.
    pub(crate) fn established(&self, element: impl Into<Element>) -> Option<f64> {
        let element = element.into();
        let is = |fact: &Fact| matches!(fact, Fact::Established { element: of, .. } if *of == element);
        self.0.iter().find_map(|(at, fact)| is(fact).then_some(*at))
    }

    /// What `element` did in the session from its establishment on.
    pub(crate) fn session(&self, element: impl Into<Element>) -> Option<Session> {
        let element = element.into();
        self.0.iter().find_map(|(_, fact)| match fact {
            Fact::Established { element: of, session } if *of == element => Some(*session),
            _ => None,
        })
    }

    /// When the session was refreshed for `element`.
    pub(crate) fn refreshed(&self, element: impl Into<Element>) -> Instants {
        let element = element.into();
        let is = |fact: &Fact| matches!(fact, Fact::Refreshed { element: of, .. } if *of == element);
        Instants(self.0.iter().filter(|(_, fact)| is(fact)).map(|(at, _)| *at).collect())
    }

    /// The first of `breaches`, and the facts of its element that led to it, a line each.
    pub(crate) fn around(&self, breaches: &[Violation]) -> String {
        let Some(Violation { rule, at, element, what }) = breaches.first() else { return String::new() };
        let at = at.since(Time::ZERO).as_secs_f64();
        let concerns = |fact: &Fact| match fact {
            Fact::Sent { from, to, .. }
            | Fact::Delivered { from, to, .. }
            | Fact::Queued { from, to, .. }
            | Fact::Duplicated { from, to, .. } => from == element || to == element,
            Fact::Fired { of, .. } => of == element,
            Fact::Established { element: of, .. }
            | Fact::Refreshed { element: of, .. }
            | Fact::Released { element: of, .. }
            | Fact::Closed { element: of }
            | Fact::Crashed { element: of }
            | Fact::CameBack { element: of }
            | Fact::Unreachable { to: of, .. }
            | Fact::SendFailed { from: of, .. } => of == element,
            Fact::HungUp { .. } | Fact::Began | Fact::Unheard { .. } => true,
        };
        let before: Vec<_> = self.0.iter().filter(|(when, fact)| *when <= at + 1e-6 && concerns(fact)).collect();
        let lines: Vec<String> = before[before.len().saturating_sub(30)..]
            .iter()
            .map(|(when, fact)| format!("{when:.6} {fact:?}"))
            .collect();
        format!("{rule} at {at} by {element:?}: {what}; {} breaches\n{}", breaches.len(), lines.join("\n"))
    }

    /// Names of all messages, in the order of their sending, each with `>` if the caller sent it and `<` if the callee
    /// did, and `x` before it if it was lost.
    pub(crate) fn messages(&self) -> Vec<String> {
        let name = |fact: &Fact| match fact {
            Fact::Sent { from, message, outcome, .. } => {
                let lost = if matches!(outcome, Outcome::Lost(_)) { "x" } else { "" };
                Some(format!("{lost}{} {message}", if *from == Caller { '>' } else { '<' }))
            }
            _ => None,
        };
        self.0.iter().filter_map(|(_, fact)| name(fact)).collect()
    }
}

/// Asserts that `end` let go at `at_s` seconds for this cause.
#[track_caller]
pub(crate) fn assert_released(story: &Story, element: impl Into<Element>, at_s: f64, cause: ReleaseCause) {
    let element = element.into();
    let found = story.released(element);
    let meets = found.is_some_and(|(at, why)| (at - at_s).abs() < 1e-6 && why == cause);
    assert!(meets, "{element:?} was released {found:?}, not at {at_s} by {cause:?}: {story:#?}");
}
