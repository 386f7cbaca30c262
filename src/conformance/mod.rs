//! Whether a call obeys the rules: a second opinion on the facts of a call, which names the rule that they break.
//!
//! A [`Checker`] watches the facts of a call and holds what every element sends and does against the rules of
//! `docs/conformance.md`. It asks no machine of `sip`: what an element may know, it takes from the facts alone, and the
//! numbers from [`sip::rules`](crate::sip::rules), the rows that the machines read too. What a rule leaves open is as
//! the element's settings say. So a trace that somebody has changed, or a machine with a mistake in it, is told by the
//! rule that it breaks.
//!
//! It holds agents and proxies to the RFCs. What deployed stacks do instead (reactions to failures, clocks, second
//! BYEs) it takes for the breach that it is.
//!
//! Not here: what an element does after a crash with or without memory, and what of a call is not told because it stood
//! from the beginning.

mod agent;
mod answering;
mod answers;
mod asking;
mod headers;
mod obligations;
mod outcomes;
mod proxy;
mod requests;
mod world;

use self::agent::Agent;
use self::obligations::Obligations;
use self::proxy::Proxy;
use self::world::World;
use crate::net::Direction;
use crate::sip::{Kind, Profile};
use crate::time::Time;
use crate::world::{Arrivals, Begin, Chain, Element, Fact, FaultEffect, HangUp, Observer, Part, Setup};

pub use self::obligations::Violation;

/// Watches one call.
#[derive(Debug)]
pub struct Checker {
    parties: Vec<Party>,
    /// The proxies that are not in the route of a dialog (rule P10).
    unrecorded: Vec<Element>,
    book: Obligations,
}

/// What is known of one element.
#[derive(Debug)]
struct Party {
    part: PartyKind,
    /// It died or crashed: what it does from then on is not held against it.
    exempt: bool,
}

#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "a call has a handful of elements")]
enum PartyKind {
    Agent(Agent),
    Proxy(Proxy),
}

impl Checker {
    /// For call `call` of `setup`, on the way that it takes. Its caller and callee behave as the usual ones do.
    pub fn new(setup: &Setup, call: u32) -> Checker {
        let (path, between, faults) = match setup.way_of(call) {
            Some((_, way)) => (&way.path, &way.between, &way.faults),
            None => (&setup.path, &setup.between, &setup.faults),
        };
        let chain = Chain::new(between, path.len());
        let reliable = |element: Element| {
            let node = chain.node(element);
            [Direction::ToCaller, Direction::ToCallee].map(|direction| path.is_reliable_from(node, direction))
        };
        let world = World {
            stands: setup.calls.begin == Begin::Established,
            aged: setup.calls.arrivals == Arrivals::SteadyState,
            scripted: !setup.requests.is_empty(),
            refused: faults.iter().any(|fault| matches!(fault.effect, FaultEffect::Refuse(_))),
        };
        let mut parties = Vec::new();
        let mut unrecorded = Vec::new();
        let agent = |parties: &mut Vec<Party>, profile: Profile| {
            let element = Element::numbered(parties.len() as u8);
            let part = PartyKind::Agent(Agent::new(element, profile, reliable(element), world));
            parties.push(Party { part, exempt: false });
        };
        agent(&mut parties, setup.caller);
        agent(&mut parties, setup.callee);
        for between in between {
            match &between.part {
                Part::Proxy(profile) => {
                    let element = Element::numbered(parties.len() as u8);
                    let part = PartyKind::Proxy(Proxy::new(element, *profile, reliable(element), world));
                    parties.push(Party { part, exempt: false });
                    if !profile.records_route {
                        unrecorded.push(element);
                    }
                }
                Part::B2bua { legs, .. } => legs.iter().for_each(|leg| agent(&mut parties, *leg)),
            }
        }
        Checker { parties, unrecorded, book: Obligations::default() }
    }

    /// The call has ended, or the run has, at `end`. Returns what breaks a rule, in the order of time.
    pub fn finish(mut self, end: Time) -> Vec<Violation> {
        self.book.advance(end);
        self.book.overdue(end);
        self.book.breaches
    }

    /// What `element` is, unless it is not to be judged.
    fn party(&mut self, element: Element) -> Option<(&mut PartyKind, &mut Obligations)> {
        let Checker { parties, book, .. } = self;
        let party = parties.get_mut(element.index())?;
        (!party.exempt).then_some((&mut party.part, book))
    }

    /// From now on nothing is held against `element`.
    fn exempt(&mut self, element: Element) {
        self.book.waive_all(element);
        if let Some(party) = self.parties.get_mut(element.index()) {
            party.exempt = true;
        }
    }
}

impl Observer for Checker {
    fn see(&mut self, now: Time, fact: &Fact) {
        self.book.advance(now);
        match *fact {
            Fact::Sent { from, to, ref message, copy, .. } => {
                headers::check(from, message, &mut self.book);
                if message.kind == Kind::Request && message.routed && self.unrecorded.contains(&to) {
                    self.book.breach("P10", from, "a request of a dialog goes to a proxy that is not in its route");
                }
                match self.party(from) {
                    Some((PartyKind::Agent(agent), book)) => agent.sent(now, message, copy, book),
                    Some((PartyKind::Proxy(proxy), book)) => proxy.sent(now, message, copy, book),
                    None => {}
                }
            }
            Fact::Delivered { to, ref message, .. } => match self.party(to) {
                Some((PartyKind::Agent(agent), book)) => agent.received(now, message, book),
                Some((PartyKind::Proxy(proxy), book)) => proxy.received(now, message, book),
                None => {}
            },
            Fact::Unreachable { to: element, ref message } | Fact::SendFailed { from: element, ref message } => {
                if let Some((PartyKind::Agent(agent), book)) = self.party(element) {
                    agent.unsent(now, message, book);
                }
            }
            Fact::Established { element, session } => match self.party(element) {
                Some((PartyKind::Agent(agent), book)) => agent.established(now, session, book),
                Some((PartyKind::Proxy(proxy), book)) => proxy.established(now, session, book),
                None => {}
            },
            Fact::Refreshed { element, session } => match self.party(element) {
                Some((PartyKind::Agent(agent), book)) => agent.refreshed(now, session, book),
                Some((PartyKind::Proxy(proxy), book)) => proxy.refreshed(now, session, book),
                None => {}
            },
            Fact::Released { element, cause } => match self.party(element) {
                Some((PartyKind::Agent(agent), book)) => agent.released(now, cause, book),
                Some((PartyKind::Proxy(proxy), book)) => proxy.released(now, cause, book),
                None => {}
            },
            Fact::Closed { element } => {
                if let Some((PartyKind::Agent(agent), book)) = self.party(element) {
                    agent.closed(now, book);
                }
            }
            Fact::HungUp { end, how: HangUp::Dies | HangUp::Restarts, .. } => {
                let element = Element::from(end);
                if let Some((PartyKind::Agent(agent), book)) = self.party(element) {
                    book.waive_all(element);
                    agent.dies();
                }
            }
            Fact::Fired { of, timer, .. } => match self.party(of) {
                Some((PartyKind::Agent(agent), book)) => agent.fired(now, timer, book),
                Some((PartyKind::Proxy(proxy), book)) => proxy.fired(now, timer, book),
                None => {}
            },
            Fact::Crashed { element } => self.exempt(element),
            Fact::Began
            | Fact::Unheard { .. }
            | Fact::Duplicated { .. }
            | Fact::Queued { .. }
            | Fact::HungUp { how: HangUp::Bye | HangUp::ByeLost, .. }
            | Fact::CameBack { .. } => {}
        }
    }
}
