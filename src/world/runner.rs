//! The running of calls.
//!
//! Calls that share no finite resource cannot touch each other, so each is run alone, from its first event to its last,
//! with everything it needs in the innermost cache. A [`Runner`] is the memory for it: made once, used for any calls in
//! any order, with the same facts for each.

use std::sync::atomic::{AtomicBool, Ordering};

use super::chain::{Chain, Element, StopPart};
use super::chance::{Decision, message_address, pick_address};
use super::fact::{Fact, HangUp, Loss, Observer, Outcome};
use super::live::{Live, Resting};
use super::machine::Machine;
use super::pending::{InFlight, Pending};
use super::setup::{Arrivals, Begin, End, FaultEffect, Part, Request, RequestClock, Setup};
use crate::net::{Direction, Fate, Path};
use crate::random::{Streams, unit};
use crate::sip::{self, Action, Actions, Agent, Event, Input, Kind, Message, Profile, Proxy, Side, Timer};
use crate::time::{Span, Time};

/// A call can take hours, so a runner looks now and then whether it is to stop.
const EVENTS_BETWEEN_LOOKS: u32 = 1 << 12;

/// Runs the calls of one [`Setup`].
#[derive(Debug)]
pub struct Runner<'a> {
    pub(super) setup: &'a Setup,
    pub(super) stop: &'a AtomicBool,
    streams: Streams,
    pub(super) chain: Chain,
    has_tcp: bool,
    /// The call that is being run.
    pub(super) live: Box<Live>,
    actions: Actions,
}

/// An attempt of TCP to send a segment again has chance of its own: its number stands above that of the call.
const ATTEMPT_SHIFT: u32 = 40;

/// A blank machine for each element of `chain`, by its number.
fn machines(setup: &Setup, chain: &Chain) -> Vec<Machine> {
    let over = |number: u8, toward| is_reliable(&setup.path, chain.node(Element::numbered(number)), toward);
    let agent = |number: u8, faces, profile| {
        Machine::Agent(Agent::new(number, faces, profile, Span::ZERO).over(over(number, faces)))
    };
    let mut machines = vec![
        agent(Element::CALLER.number(), Side::Callee, setup.caller),
        agent(Element::CALLEE.number(), Side::Caller, setup.callee),
    ];
    for between in &setup.between {
        let number = machines.len() as u8;
        match &between.part {
            Part::Proxy(profile) => {
                let proxy = Proxy::new(number, *profile);
                machines.push(Machine::Proxy(proxy.over([Side::Caller, Side::Callee].map(|side| over(number, side)))));
            }
            Part::B2bua { legs, .. } => {
                let [with_caller, with_callee] = **legs;
                machines.push(agent(number, Side::Caller, with_caller).that_answers_when_told());
                machines.push(agent(number + 1, Side::Callee, with_callee));
            }
        }
    }
    machines
}

/// Whether what is sent from this node of `path` to this side goes over TCP.
fn is_reliable(path: &Path, node: u8, toward: Side) -> bool {
    let direction = match toward {
        Side::Caller => Direction::ToCaller,
        Side::Callee => Direction::ToCallee,
    };
    path.is_reliable_from(node, direction)
}

impl<'a> Runner<'a> {
    /// A runner for the calls of `setup`. When `stop` is set, it leaves the call that it runs as it is.
    pub fn new(setup: &'a Setup, stop: &'a AtomicBool) -> Runner<'a> {
        let chain = Chain::new(&setup.between, setup.path.len());
        let live = Box::new(Live::new(machines(setup, &chain)));
        let has_tcp = setup.path.has_tcp();
        Runner { setup, stop, streams: Streams::new(setup.seed, 0), chain, has_tcp, live, actions: Actions::new() }
    }

    /// Runs call `call` until nothing of it is pending, or to the horizon, telling `observer` what happens. Returns the
    /// instant of its last event, or the horizon if something was still pending there.
    pub fn run(&mut self, call: u32, observer: &mut impl Observer) -> Time {
        self.prepare(call);
        let horizon = self.setup.horizon.unwrap_or(Time::NEVER);
        let mut last = Time::ZERO;
        let mut events = 0u32;
        while let Some((now, pending)) = self.live.agenda.pop() {
            if now > horizon {
                return horizon;
            }
            events = events.wrapping_add(1);
            if events.is_multiple_of(EVENTS_BETWEEN_LOOKS) && self.stop.load(Ordering::Relaxed) {
                return now;
            }
            last = now;
            self.happen(now, pending, observer);
        }
        last
    }

    /// What was pending happens.
    #[inline]
    pub(super) fn happen(&mut self, now: Time, pending: Pending, observer: &mut impl Observer) {
        match pending {
            Pending::Begin => self.begin(now, observer),
            Pending::Deliver(place) => self.deliver(now, place, observer),
            Pending::Fire(element, timer) => self.fire(now, element, timer, observer),
            Pending::HangUp => self.hang_up(now, observer),
            Pending::ComeBack(end) => {
                let element = Element::from(end);
                observer.see(now, &Fact::CameBack { element });
                self.live.alive[element.index()] = true;
                self.live.machines[element.index()].come_back(false);
            }
            Pending::Crash(nth) => self.crash(now, nth, observer),
            Pending::CrashOver(nth) => self.crash_over(now, nth, observer),
            Pending::MediaSilent(leg) => self.media_silent(now, leg, observer),
            Pending::Unreachable(place) => self.unreachable(now, place, observer),
            Pending::SendFailed(place) => self.send_failed(now, place, observer),
            Pending::Request(nth) => {
                let Request { sender, change, .. } = self.setup.requests[usize::from(nth)];
                let element = Element::from(sender);
                if self.live.alive[element.index()] {
                    self.input(now, element, Input::Change(change), observer);
                }
            }
        }
    }

    /// How the agents behave in the call that was run last, by the number of the element; `None` for a proxy.
    pub fn profiles(&self) -> Vec<Option<Profile>> {
        self.live.machines.iter().map(|machine| machine.profile().copied()).collect()
    }

    /// When call `call` begins.
    pub(super) fn begins_at(&self, call: u32) -> Time {
        match self.setup.calls.arrivals {
            Arrivals::AtStart | Arrivals::SteadyState => Time::ZERO,
            Arrivals::Poisson { within } => {
                let [arrival, _] = self.streams.pair(call.into(), Decision::Arrival.address());
                Time::from_nanos(((u128::from(arrival) * u128::from(within.as_nanos())) >> 64) as u64)
            }
        }
    }

    /// Makes everything ready for call `call`, of which nothing has happened yet.
    pub(super) fn prepare(&mut self, call: u32) {
        self.blank(call);
        let began = self.begins_at(call);
        self.live.script.begin(&self.setup.faults, began);
        self.schedule_crashes(began);
        self.live.agenda.set(began, Pending::Begin);
        self.schedule_requests(RequestClock::Run, Time::ZERO, began);
    }

    /// Makes the state that of call `call`, with blank machines.
    fn blank(&mut self, call: u32) {
        self.live.clear(call.into());
        let ring_time = self.setup.calls.ring_time.sample(self.draw(Decision::RingTime)[0]);
        self.live.machines.iter_mut().for_each(|machine| machine.reset(ring_time));
        if self.is_mixed() {
            let picked = self.draw(Decision::Profiles);
            for end in End::BOTH {
                self.live.machines[end as usize].behave_as(*self.setup.profile(end, unit(picked[end as usize])));
            }
        }
    }

    /// Whether the agents of one call may behave otherwise than those of another.
    fn is_mixed(&self) -> bool {
        self.setup.otherwise.iter().any(|others| !others.is_empty())
    }

    /// Makes the state that of call `call`, which goes on from `resting`.
    pub(super) fn resume(&mut self, call: u32, resting: &Resting) {
        if self.is_mixed() {
            self.blank(call);
        } else {
            self.live.clear(call.into());
        }
        self.live.wake(resting);
    }

    /// State for any call.
    pub(super) fn blank_live(&self) -> Box<Live> {
        Box::new(Live::new(machines(self.setup, &self.chain)))
    }

    /// Works on `live` from now on, which holds what it worked on before.
    pub(super) fn exchange(&mut self, live: &mut Box<Live>) {
        std::mem::swap(&mut self.live, live);
    }

    /// Whether calls that rest can be kept by what their agents know and what is pending: nothing else remembers
    /// anything of them.
    pub(super) fn calls_can_rest(&self) -> bool {
        self.setup.between.is_empty() && self.setup.faults.is_empty() && self.setup.crashes.is_empty() && !self.has_tcp
    }

    fn begin(&mut self, now: Time, observer: &mut impl Observer) {
        observer.see(now, &Fact::Began);
        let calls = &self.setup.calls;
        let since = match calls.arrivals {
            Arrivals::SteadyState => {
                let (age, rest) = calls.talk_time.age_and_rest(self.draw(Decision::TalkTime));
                self.live.talk_left = Some(rest);
                age
            }
            Arrivals::AtStart | Arrivals::Poisson { .. } => Span::ZERO,
        };
        match calls.begin {
            Begin::Invite => self.input(now, Element::CALLER, Input::Call, observer),
            Begin::Established if self.setup.between.is_empty() => {
                let mut of_callee = Actions::new();
                if let [Machine::Agent(caller), Machine::Agent(callee)] = &mut self.live.machines[..] {
                    sip::establish(caller, callee, now, since, [&mut self.actions, &mut of_callee]);
                }
                self.perform(now, Element::CALLER, observer);
                self.actions = of_callee;
                self.perform(now, Element::CALLEE, observer);
            }
            Begin::Established => self.put_up(now, since, observer),
        }
    }

    fn deliver(&mut self, now: Time, place: u32, observer: &mut impl Observer) {
        let in_flight = self.take(place);
        let InFlight { message, from, to, refused_by, .. } = in_flight;
        if !self.live.alive[to.index()] {
            observer.see(now, &Fact::Unheard { from, to, message });
            return self.answer_by_icmp(now, &in_flight);
        }
        observer.see(now, &Fact::Delivered { from, to, message });
        let effect = refused_by.and_then(|fault| self.setup.faults.get(usize::from(fault))).map(|fault| fault.effect);
        let input = match effect {
            Some(FaultEffect::Refuse(refusal)) => Input::ReceiveAndRefuse(message, refusal),
            Some(FaultEffect::Lose | FaultEffect::FailToSend) | None => Input::Receive(message),
        };
        self.input(now, to, input, observer);
    }

    fn fire(&mut self, now: Time, of: Element, timer: Timer, observer: &mut impl Observer) {
        observer.see(now, &Fact::Fired { of, timer, method: self.live.machines[of.index()].method_of(timer) });
        self.input(now, of, Input::Fire(timer), observer);
    }

    /// The talk is over: one side's user hangs up, or its agent dies. Nothing happens if that side has let go already.
    fn hang_up(&mut self, now: Time, observer: &mut impl Observer) {
        let calls = &self.setup.calls;
        let [who, ending] = self.draw(Decision::HangUp);
        let end = if calls.hangup_by_caller.happens(who) { End::Caller } else { End::Callee };
        let agent = &self.live.machines[end as usize];
        if !agent.holds() {
            return;
        }
        let how = calls.ending.choose(unit(ending));
        let both_held = self.live.machines[end.other() as usize].holds();
        let element = Element::from(end);
        self.live.script.hang_up(now);
        observer.see(now, &Fact::HungUp { end, how, session: agent.session(), both_held });
        match how {
            HangUp::Bye => self.input(now, element, Input::HangUp, observer),
            HangUp::ByeLost => {
                self.live.mute = Some(element);
                self.input(now, element, Input::HangUp, observer);
            }
            HangUp::Dies | HangUp::Restarts => {
                self.live.alive[element.index()] = false;
                self.live.agenda.cancel_all(|pending| matches!(pending, Pending::Fire(of, _) if of == element));
                observer.see(now, &Fact::Released { element, cause: sip::ReleaseCause::Died });
                observer.see(now, &Fact::Closed { element });
                self.media_stops(now, end);
                if how == HangUp::Restarts {
                    let after = calls.ending.restart_after.sample(self.draw(Decision::RestartAfter)[0]);
                    self.live.agenda.set(now + after, Pending::ComeBack(end));
                }
            }
        }
    }

    /// Gives an agent an input and does what it wants done.
    pub(super) fn input(&mut self, now: Time, element: Element, input: Input, observer: &mut impl Observer) {
        self.live.machines[element.index()].handle(now, input, &mut self.actions);
        self.perform(now, element, observer);
    }

    fn perform(&mut self, now: Time, element: Element, observer: &mut impl Observer) {
        let mut actions = std::mem::take(&mut self.actions);
        for action in actions.as_slice() {
            match *action {
                Action::Send { ref message, copy } => self.send(now, element, message, copy, observer),
                Action::Set(timer, at) => self.live.agenda.set(at, Pending::Fire(element, timer)),
                Action::SetWithin { timer, from, steps, step } => {
                    let at = from + step.times(self.pick(element, steps));
                    self.live.agenda.set(at, Pending::Fire(element, timer));
                }
                Action::Clear(timer) => self.live.agenda.cancel(Pending::Fire(element, timer)),
                Action::Tell(event) => self.tell(now, element, event, observer),
            }
        }
        actions.forget();
        self.actions = actions;
    }

    /// A number from 0 to `most` that chance picks for `element`, each alike.
    #[inline(never)]
    fn pick(&mut self, element: Element, most: u32) -> u64 {
        let nth = &mut self.live.picks[element.index()];
        let [pick, _] = self.streams.pair(self.live.call, pick_address(element.number(), *nth));
        *nth += 1;
        ((u128::from(pick) * (u128::from(most) + 1)) >> 64) as u64
    }

    // Not inlined: the loop over actions is hot, and this would take its registers.
    #[inline(never)]
    fn send(&mut self, now: Time, from: Element, message: &Message, copy: u16, observer: &mut impl Observer) {
        let to = self.chain.next(from, message);
        let message = *message;
        let mut in_flight = InFlight { message, from, to, copy, refused_by: None };
        if let Some(at_once) = &mut self.live.at_once {
            at_once.push_back(in_flight);
            return;
        }
        let outcome = self.outcome(now, &mut in_flight);
        observer.see(now, &Fact::Sent { from, to, message, copy, outcome });
        match outcome {
            Outcome::Arrives(at) => {
                let place = self.place(in_flight);
                self.live.agenda.set(at, Pending::Deliver(place));
            }
            Outcome::Lost(Loss::ByFault(fault)) => self.notice_failure(now, in_flight, fault),
            Outcome::Lost(Loss::OnLink(_) | Loss::Connection(_) | Loss::ByeLost) => {}
        }
    }

    /// A place for a message under way.
    pub(super) fn place(&mut self, in_flight: InFlight) -> u32 {
        let place = self.live.free.pop().unwrap_or_else(|| {
            self.live.in_flight.push(in_flight);
            (self.live.in_flight.len() - 1) as u32
        });
        self.live.in_flight[place as usize] = in_flight;
        place
    }

    /// Takes the message out of its place.
    pub(super) fn take(&mut self, place: u32) -> InFlight {
        self.live.free.push(place);
        self.live.in_flight[place as usize]
    }

    fn outcome(&mut self, now: Time, in_flight: &mut InFlight) -> Outcome {
        let InFlight { ref message, from, to, copy, .. } = *in_flight;
        let mut lost_once = false;
        if !self.setup.faults.is_empty()
            && let Some(fault) = self.live.script.concerns(&self.setup.faults, now, from, message)
        {
            match self.setup.faults[usize::from(fault)].effect {
                // Over TCP it is one segment that is lost.
                FaultEffect::Lose if self.is_reliable(from, message.toward) => lost_once = true,
                FaultEffect::Lose | FaultEffect::FailToSend => return Outcome::Lost(Loss::ByFault(fault)),
                FaultEffect::Refuse(_) => in_flight.refused_by = Some(fault),
            }
        }
        if self.live.mute == Some(from) && message.is_bye() {
            return Outcome::Lost(Loss::ByeLost);
        }
        let address = message_address(message, copy);
        let fate = if self.has_tcp {
            let ends = [from, to].map(|element| self.chain.node(element));
            let draw =
                |link, attempt: u64| self.streams.pair(self.live.call | attempt << ATTEMPT_SHIFT, address + link);
            let cut = |at| lost_once && at == now || self.live.script.cuts(&self.setup.faults, at, from, message);
            self.setup.path.carry_by_hops(now, ends, &mut self.live.connections, draw, cut)
        } else {
            self.carry(now, from, to, address)
        };
        match fate {
            Fate::Arrives(at) => Outcome::Arrives(at),
            Fate::Lost { link } => Outcome::Lost(Loss::OnLink(link)),
            Fate::GivenUp { link, at } => {
                // A request that cannot be sent counts as answered 503 (RFC 3261 8.1.3.1).
                if let (Some(at), Kind::Request) = (at, message.kind) {
                    let place = self.place(*in_flight);
                    self.live.agenda.set(at, Pending::SendFailed(place));
                }
                Outcome::Lost(Loss::Connection(link))
            }
        }
    }

    /// Whether what `from` sends to this side goes over TCP.
    fn is_reliable(&self, from: Element, toward: Side) -> bool {
        self.has_tcp && is_reliable(&self.setup.path, self.chain.node(from), toward)
    }

    /// What the links do to something sent now, whose chance has this address.
    pub(super) fn carry(&mut self, now: Time, from: Element, to: Element, address: u64) -> Fate {
        let (from, to) = (self.chain.node(from), self.chain.node(to));
        self.setup.path.carry(now, from, to, |link| self.streams.pair(self.live.call, address + link))
    }

    #[inline(never)]
    fn tell(&mut self, now: Time, element: Element, event: Event, observer: &mut impl Observer) {
        let session = self.live.machines[element.index()].session();
        match event {
            Event::Established => {
                observer.see(now, &Fact::Established { element, session });
                if element == Element::CALLER {
                    let talk = match self.live.talk_left {
                        Some(rest) => rest,
                        None => self.setup.calls.talk_time.sample(self.draw(Decision::TalkTime)[0]),
                    };
                    self.live.agenda.set(now + talk, Pending::HangUp);
                    self.schedule_requests(RequestClock::Established, now, now);
                }
            }
            Event::Refreshed => observer.see(now, &Fact::Refreshed { element, session }),
            Event::Released(cause) => {
                observer.see(now, &Fact::Released { element, cause });
                if let Some(end) = element.end() {
                    self.media_stops(now, end);
                }
            }
            Event::Closed => observer.see(now, &Fact::Closed { element }),
            Event::Called | Event::Ringing => {}
        }
        if let StopPart::Leg(_, other) = self.chain.part(element) {
            self.tell_other_leg(now, other, event, observer);
        }
    }

    fn draw(&self, decision: Decision) -> [u64; 2] {
        self.streams.pair(self.live.call, decision.address())
    }
}
