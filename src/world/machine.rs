//! The machine that stands at an element: an agent or a proxy, as the world drives them; and those of a whole way.

use super::chain::{Chain, is_reliable};
use super::element::Element;
use super::parts::{Between, Part};
use crate::net::Path;
use crate::sip::{Actions, Agent, Input, Method, Profile, Proxy, Session, Side, Timer};
use crate::time::{Span, Time};

/// The machine of one element.
#[derive(Clone, Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "a call has a handful, most of them agents, which are used at every event"
)]
pub(super) enum Machine {
    /// One of the two ends, or a leg of a B2BUA.
    Agent(Agent),
    /// A stateful proxy.
    Proxy(Proxy),
}

impl Machine {
    /// The same machine; an agent answers only when it is told to.
    pub(super) fn with_manual_answer(self) -> Machine {
        match self {
            Machine::Agent(agent) => Machine::Agent(agent.with_manual_answer()),
            Machine::Proxy(_) => self,
        }
    }

    /// Makes it blank, for the next call.
    pub(super) fn reset(&mut self, ring_time: Span) {
        match self {
            Machine::Agent(agent) => agent.reset(ring_time),
            Machine::Proxy(proxy) => proxy.reset(),
        }
    }

    /// Gives it an input.
    #[inline(always)]
    pub(super) fn handle(&mut self, now: Time, input: Input, out: &mut Actions) {
        match self {
            Machine::Agent(agent) => agent.handle(now, input, out),
            Machine::Proxy(proxy) => proxy.handle(now, input, out),
        }
    }

    /// What it does in the session.
    pub(super) fn session(&self) -> Session {
        match self {
            Machine::Agent(agent) => agent.session(),
            Machine::Proxy(proxy) => proxy.session(),
        }
    }

    /// Whether it holds the call.
    pub(super) fn holds(&self) -> bool {
        match self {
            Machine::Agent(agent) => agent.is_up(),
            Machine::Proxy(proxy) => proxy.holds(),
        }
    }

    /// The method of the transaction that `timer` belongs to.
    #[inline]
    pub(super) fn method_of(&self, timer: Timer) -> Option<Method> {
        match self {
            Machine::Agent(agent) => agent.method_of(timer),
            Machine::Proxy(proxy) => proxy.method_of(timer),
        }
    }

    /// How far apart the refreshes of the session are.
    pub(super) fn refresh_cycle(&self) -> Option<Span> {
        match self {
            Machine::Agent(agent) => agent.refresh_cycle(),
            Machine::Proxy(proxy) => match proxy.session() {
                Session::Untimed => None,
                Session::Refreshing { interval_s } | Session::Watching { interval_s } => {
                    Some(Profile::RFC.refresh_after(interval_s))
                }
            },
        }
    }

    /// From now on an agent answers without ringing.
    pub(super) fn answer_at_once(&mut self) {
        match self {
            Machine::Agent(agent) => agent.answer_at_once(),
            Machine::Proxy(_) => {}
        }
    }

    /// It has come back from death, knowing its established call or nothing.
    pub(super) fn come_back(&mut self, with_memory: bool) {
        match self {
            Machine::Agent(agent) if with_memory => agent.restart_keeping_dialog(),
            Machine::Agent(agent) => agent.come_back_blank(),
            Machine::Proxy(proxy) => proxy.come_back(with_memory),
        }
    }

    /// How it behaves, if it is an agent.
    pub(super) fn profile(&self) -> Option<&Profile> {
        match self {
            Machine::Agent(agent) => Some(agent.profile()),
            Machine::Proxy(_) => None,
        }
    }

    /// From now on it behaves as `profile` says, if it is an agent.
    pub(super) fn behave_as(&mut self, profile: Profile) {
        match self {
            Machine::Agent(agent) => agent.behave_as(profile),
            Machine::Proxy(_) => {}
        }
    }
}

/// A blank machine for each element of `chain`, by its number: caller, callee and what stands `between` them on `path`.
pub(super) fn machines(ends: [Profile; 2], path: &Path, between: &[Between], chain: &Chain) -> Vec<Machine> {
    let [caller, callee] = ends;
    let over = |number: u8, toward| is_reliable(path, chain.node(Element::numbered(number)), toward);
    let agent = |number: u8, faces, profile| {
        Machine::Agent(Agent::new(number, faces, profile, Span::ZERO).over(over(number, faces)))
    };
    let mut machines = vec![
        agent(Element::CALLER.number(), Side::Callee, caller),
        agent(Element::CALLEE.number(), Side::Caller, callee),
    ];
    for between in between {
        let number = machines.len() as u8;
        match &between.part {
            Part::Proxy(profile) => {
                let proxy = Proxy::new(number, *profile);
                machines.push(Machine::Proxy(proxy.over([Side::Caller, Side::Callee].map(|side| over(number, side)))));
            }
            Part::B2bua { legs, .. } => {
                let [with_caller, with_callee] = **legs;
                machines.push(agent(number, Side::Caller, with_caller).with_manual_answer());
                machines.push(agent(number + 1, Side::Callee, with_callee));
            }
        }
    }
    machines
}
