//! The running of calls.
//!
//! Calls that share no finite resource cannot touch each other, so each is run alone, from its first event to its last,
//! with everything it needs in the innermost cache. A [`Runner`] is the memory for it: made once, used for any calls in
//! any order, with the same facts for each.

use std::sync::atomic::{AtomicBool, Ordering};

use super::active_route::ActiveRoute;
use super::call_state::{CallState, IdleCall};
use super::calls::{Begin, Request, RequestClock};
use super::chain::StopPart;
use super::chance::{Decision, message_address, pick_address};
use super::drive::{Ended, Simulated, drive};
use super::element::{Element, End};
use super::fact::{Fact, HangUp, Loss, Observer, Outcome};
use super::fault::FaultEffect;
use super::in_flight::InFlight;
use super::machine::{Machine, machines};
use super::pending::Pending;
use super::setup::Setup;
use super::ways::{Way, Ways};
use crate::engine::{Agenda, EventCode};
use crate::net::Fate;
use crate::net::queue::Queues;
use crate::random::{Streams, unit};
use crate::sip::ReleaseCause;
use crate::sip::{self, Action, Actions, Event, Input, Profile, Timer};
use crate::time::{Span, Time};

/// A call can take hours, so a runner looks now and then whether it is to stop.
const EVENTS_BETWEEN_LOOKS: u32 = 1 << 12;

/// Runs the calls of one [`Setup`].
#[derive(Debug)]
pub struct Runner<'a> {
    pub(super) setup: &'a Setup,
    /// The route of the call that is being run.
    pub(super) route: ActiveRoute<'a>,
    pub(super) stop: &'a AtomicBool,
    pub(super) streams: Streams,
    /// Whether anybody may end a call because no media come.
    pub(super) watches_media: bool,
    /// The queues of the links that all calls share.
    pub(super) queues: Queues,
    /// The call that is being run.
    pub(super) state: Box<CallState>,
    pub(super) actions: Actions,
    /// What the callee of a call that stands from its beginning wants done, while that of the caller is done.
    of_callee: Actions,
    /// Of each layout of the ways, sets of its machines that no call uses now.
    pub(super) idle: Vec<Vec<Vec<Machine>>>,
}

impl<'a> Runner<'a> {
    /// A runner for the calls of `setup`. When `stop` is set, it leaves the call that it runs as it is.
    pub fn new(setup: &'a Setup, stop: &'a AtomicBool) -> Runner<'a> {
        let route = ActiveRoute::first(setup);
        let streams = Streams::new(setup.seed, 0);
        Runner {
            setup,
            stop,
            streams,
            watches_media: setup.watches_media(),
            queues: Queues::default(),
            state: Box::new(CallState::new(blank_machines(setup, &route), route.path.weather(streams))),
            route,
            actions: Actions::new(),
            of_callee: Actions::new(),
            idle: vec![Vec::new(); setup.ways.as_ref().map_or(0, |ways| ways.layouts())],
        }
    }

    /// Which way the call took that was run last, of those of the setup, and its place among them.
    pub fn way(&self) -> Option<(usize, &'a Way)> {
        self.setup.ways.as_ref().map(|ways| (self.state.way, &ways.all()[self.state.way]))
    }

    /// Call `call` takes its way: machines that stand on it take the place of those of the call before.
    fn select_route(&mut self, ways: &'a Ways, call: u32) {
        let taken = ways.taken_by(call, self.streams);
        let (before, way) = (&ways.all()[self.state.way], &ways.all()[taken]);
        self.state.way = taken;
        self.route = ActiveRoute::of(way);
        self.state.weather = way.path.weather(self.streams);
        if before.layout() != way.layout() {
            let idle = self.idle[way.layout()].pop();
            let fresh = idle.unwrap_or_else(|| blank_machines(self.setup, &self.route));
            self.idle[before.layout()].push(self.state.use_layout(fresh));
        }
    }

    /// Runs call `call` until nothing of it is pending, or to the horizon, telling `observer` what happens. Returns the
    /// instant of its last event, or the horizon if something was still pending there. It is alone on its way: where it
    /// shares queues with others, a [`SharedRunner`](super::SharedRunner) runs them all.
    pub fn run(&mut self, call: u32, observer: &mut impl Observer) -> Time {
        self.queues.clear();
        self.prepare(call);
        let horizon = self.setup.horizon.unwrap_or(Time::NEVER);
        if self.state.agenda.next_at().is_some_and(|first| first > horizon) {
            return horizon;
        }
        let mut events = 0u32;
        let ended = drive(self, Time::ZERO, observer, |runner, _, next| {
            events = events.wrapping_add(1);
            next > horizon || events.is_multiple_of(EVENTS_BETWEEN_LOOKS) && runner.stop.load(Ordering::Relaxed)
        });
        match ended {
            Ended::Over(last) => last,
            Ended::Paused(next) => next.min(horizon),
        }
    }

    /// What is neither a message nor a timer.
    #[inline(never)]
    fn dispatch_rare(&mut self, now: Time, pending: Pending, observer: &mut impl Observer) {
        match pending {
            Pending::Deliver(_) | Pending::Fire(..) | Pending::AtQueue { .. } => {}
            Pending::Begin => self.begin(now, observer),
            Pending::HangUp => self.hang_up(now, observer),
            Pending::ComeBack(end) => {
                let element = Element::from(end);
                observer.see(now, &Fact::CameBack { element });
                self.state.alive[element.index()] = true;
                self.state.machines[element.index()].come_back(false);
            }
            Pending::Crash(nth) => self.crash(now, nth, observer),
            Pending::CrashOver(nth) => self.crash_over(now, nth, observer),
            Pending::MediaSilent(element) => self.media_silent(now, element, observer),
            Pending::Outage { .. } | Pending::Weather => self.listen(now),
            Pending::Unreachable(place) => self.unreachable(now, place, observer),
            Pending::SendFailed(place) => self.send_failed(now, place, observer),
            Pending::Request(nth) => {
                let Request { sender, change, .. } = self.setup.requests[usize::from(nth)];
                let element = Element::from(sender);
                if self.state.alive[element.index()] {
                    self.input(now, element, Input::Change(change), observer);
                }
            }
            // Of devices.
            Pending::FireOf(..)
            | Pending::Down(..)
            | Pending::Back(..)
            | Pending::Connected(_)
            | Pending::Broken(_) => {}
        }
    }

    /// How the agents behave in call `call`, by the number of the element; `None` for a proxy.
    pub fn profiles(&mut self, call: u32) -> Vec<Option<Profile>> {
        self.blank(call);
        self.state.machines.iter().map(|machine| machine.profile().copied()).collect()
    }

    /// When call `call` begins.
    pub(super) fn begins_at(&self, call: u32) -> Time {
        let Some(within) = self.setup.calls.arrivals.within(call) else { return Time::ZERO };
        let [arrival, _] = self.streams.pair(call.into(), Decision::Arrival.address());
        Time::from_nanos(((u128::from(arrival) * u128::from(within.as_nanos())) >> 64) as u64)
    }

    /// Makes everything ready for call `call`, of which nothing has happened yet.
    pub(super) fn prepare(&mut self, call: u32) {
        self.blank(call);
        let began = self.begins_at(call);
        self.state.script.begin(self.route.faults.len(), began);
        self.state.weather.begin(call.into(), began);
        self.schedule_outages(began, true);
        self.schedule_crashes(began);
        self.state.agenda.set(began, Pending::Begin);
        self.schedule_requests(RequestClock::Run, Time::ZERO, began);
    }

    /// Makes the state that of call `call`, with blank machines.
    #[inline(always)]
    fn blank(&mut self, call: u32) {
        if let Some(ways) = &self.setup.ways {
            self.select_route(ways, call);
        }
        self.state.clear(call.into(), self.route.is_fast);
        let ring_time = self.setup.calls.ring_time.sample(self.draw(Decision::RingTime)[0]);
        self.state.machines.iter_mut().for_each(|machine| machine.reset(ring_time));
        if self.is_mixed() {
            let picked = self.draw(Decision::Profiles);
            for end in End::BOTH {
                self.state.machines[end as usize].behave_as(*self.setup.profile(end, unit(picked[end as usize])));
            }
        }
        self.begin_media();
    }

    /// Whether the agents of one call may behave otherwise than those of another.
    fn is_mixed(&self) -> bool {
        self.setup.otherwise.iter().any(|others| !others.is_empty())
    }

    /// Makes the state that of call `call`, which goes on from `resting`.
    pub(super) fn resume(&mut self, call: u32, resting: &IdleCall) {
        if self.is_mixed() {
            self.blank(call);
        }
        self.state.wake(call.into(), self.route.is_fast, resting);
    }

    /// State for any call.
    pub(super) fn blank_state(&self) -> Box<CallState> {
        let mut live = CallState::new(blank_machines(self.setup, &self.route), self.route.path.weather(self.streams));
        live.way = self.state.way;
        Box::new(live)
    }

    /// Works on `live` from now on, which holds what it worked on before.
    pub(super) fn exchange(&mut self, live: &mut Box<CallState>) {
        std::mem::swap(&mut self.state, live);
        if let Some(ways) = &self.setup.ways {
            self.route = ActiveRoute::of(&ways.all()[self.state.way]);
        }
    }

    /// Whether calls that rest can be kept by what their agents know and what is pending: nothing else remembers
    /// anything of them.
    pub(super) fn calls_can_rest(&self) -> bool {
        let Setup { path, ways, between, faults, crashes, .. } = self.setup;
        let remembers_nothing = faults.is_empty() && crashes.is_empty() && path.forgets_calls();
        ways.is_none() && between.is_empty() && remembers_nothing && !self.watches_media
    }

    fn begin(&mut self, now: Time, observer: &mut impl Observer) {
        observer.see(now, &Fact::Began);
        let calls = &self.setup.calls;
        let stands = calls.arrivals.stands(self.state.call as u32);
        let since = if stands {
            let (age, rest) = calls.talk_time.age_and_rest(self.draw(Decision::TalkTime));
            self.state.talk_left = Some(rest);
            age
        } else {
            Span::ZERO
        };
        match calls.begin {
            Begin::Invite if !stands => self.input(now, Element::CALLER, Input::Call, observer),
            Begin::Invite | Begin::Established if self.route.between.is_empty() => {
                if let [Machine::Agent(caller), Machine::Agent(callee)] = &mut self.state.machines[..] {
                    sip::establish(caller, callee, now, since, [&mut self.actions, &mut self.of_callee]);
                }
                for element in [Element::CALLER, Element::CALLEE] {
                    self.perform(now, element, 0, observer);
                    std::mem::swap(&mut self.actions, &mut self.of_callee);
                }
            }
            Begin::Invite | Begin::Established => self.establish_silently(now, since, observer),
        }
    }

    /// A message arrives. Returns whose machine wants something done.
    #[inline]
    fn deliver(&mut self, now: Time, place: u32, observer: &mut impl Observer) -> Option<Element> {
        let CallState { machines, alive, under_way, .. } = &mut *self.state;
        let InFlight { ref message, from, to, refused_by, .. } = *under_way.at(place);
        if !alive[to.index()] {
            observer.see(now, &Fact::Unheard { from, to, message: *message });
            let unheard = under_way.take(place);
            self.answer_by_icmp(now, &unheard);
            return None;
        }
        observer.see(now, &Fact::Delivered { from, to, message: *message });
        let machine = &mut machines[to.index()];
        match refused_by.map(|fault| self.route.faults[usize::from(fault)].effect) {
            Some(FaultEffect::Refuse(refusal)) => {
                machine.handle(now, Input::ReceiveAndRefuse(message, refusal), &mut self.actions);
            }
            Some(FaultEffect::Lose | FaultEffect::FailToSend) | None => {
                machine.handle(now, Input::Receive(message), &mut self.actions);
            }
        }
        under_way.free(place);
        Some(to)
    }

    /// A timer fires. Returns whose it is.
    #[inline]
    fn fire(&mut self, now: Time, of: Element, timer: Timer, observer: &mut impl Observer) -> Element {
        let machine = &mut self.state.machines[of.index()];
        observer.see(now, &Fact::Fired { of, timer, method: machine.method_of(timer) });
        machine.handle(now, Input::Fire(timer), &mut self.actions);
        of
    }

    /// The talk is over: one side's user hangs up, or its agent dies. Nothing happens if that side has let go already.
    fn hang_up(&mut self, now: Time, observer: &mut impl Observer) {
        let calls = &self.setup.calls;
        let [who, ending] = self.draw(Decision::HangUp);
        let end = if calls.hangup_by_caller.happens(who) { End::Caller } else { End::Callee };
        let agent = &self.state.machines[end as usize];
        if !agent.holds() {
            return;
        }
        let how = calls.ending.choose(unit(ending));
        let (session, both_held) = (agent.session(), self.state.machines[end.other() as usize].holds());
        let element = Element::from(end);
        self.state.script.hang_up(now);
        self.schedule_outages(now, false);
        observer.see(now, &Fact::HungUp { end, how, session, both_held });
        self.media_hang_up(now, end, how);
        match how {
            HangUp::Bye => self.input(now, element, Input::HangUp, observer),
            HangUp::ByeLost => {
                (self.state.bye_suppressed_from, self.state.fast_path) = (Some(element), false);
                self.input(now, element, Input::HangUp, observer);
            }
            HangUp::Dies | HangUp::Restarts => {
                self.state.alive[element.index()] = false;
                self.state.agenda.cancel_all(|code| Pending::timer(code).is_some_and(|(of, _)| of == element));
                observer.see(now, &Fact::Released { element, cause: ReleaseCause::Died });
                observer.see(now, &Fact::Closed { element });
                self.media_end(now, end);
                if how == HangUp::Restarts {
                    let after = calls.ending.restart_after.sample(self.draw(Decision::RestartAfter)[0]);
                    self.state.agenda.set(now + after, Pending::ComeBack(end));
                }
            }
        }
    }

    /// Gives an agent an input and does what it wants done.
    #[inline(never)]
    pub(super) fn input(&mut self, now: Time, element: Element, input: Input, observer: &mut impl Observer) {
        let first = self.actions.len();
        self.state.machines[element.index()].handle(now, input, &mut self.actions);
        self.perform(now, element, first, observer);
    }

    /// Does what `element` wants done: the actions from the `first` on. One of them can be an input for another
    /// element, whose actions then stand behind them and are done at once.
    #[inline(always)]
    fn perform(&mut self, now: Time, element: Element, first: usize, observer: &mut impl Observer) {
        let mut nth = first;
        while let Some(action) = self.actions.get(nth) {
            nth += 1;
            match *action {
                Action::Send { .. } => self.send(now, element, nth - 1, observer),
                Action::Set(timer, at) => self.state.agenda.set(at, Pending::Fire(element, timer)),
                Action::SetWithin { timer, from, steps, step } => {
                    let at = from + step.times(self.pick(element, steps));
                    self.state.agenda.set(at, Pending::Fire(element, timer));
                }
                Action::Clear(timer) => self.state.agenda.cancel(Pending::Fire(element, timer)),
                Action::Tell(event) => self.tell(now, element, event, observer),
            }
        }
        self.actions.forget_from(first);
    }

    /// A number from 0 to `most` that chance picks for `element`, each alike.
    #[inline(never)]
    fn pick(&mut self, element: Element, most: u32) -> u64 {
        let nth = &mut self.state.picks[element.index()];
        let [pick, _] = self.streams.pair(self.state.call, pick_address(element.number(), *nth));
        *nth += 1;
        ((u128::from(pick) * (u128::from(most) + 1)) >> 64) as u64
    }

    /// Sends the message of the `nth` action, which stays where it is.
    // Not inlined: the loop over actions is hot, and this would take its registers.
    #[inline(never)]
    fn send(&mut self, now: Time, from: Element, nth: usize, observer: &mut impl Observer) {
        let Some(&Action::Send { ref message, copy }) = self.actions.get(nth) else { return };
        if !self.state.fast_path {
            return self.send_general(now, from, nth, observer);
        }
        let to = self.route.chain.next(from, message);
        match self.carry(now, from, to, message_address(message, copy)) {
            Fate::Arrives(at) => {
                observer.see(now, &Fact::Sent { from, to, message: *message, copy, outcome: Outcome::Arrives(at) });
                let place = self.state.under_way.put(message, from, to, copy);
                self.state.agenda.set(at, Pending::Deliver(place));
            }
            Fate::Waits { link, at } => {
                let outcome = Outcome::Queues(link, at);
                observer.see(now, &Fact::Sent { from, to, message: *message, copy, outcome });
                let place = self.state.under_way.put(message, from, to, copy);
                self.state.agenda.set(at, Pending::AtQueue { place, link });
            }
            Fate::Lost { link, .. } | Fate::GivenUp { link, .. } => {
                let outcome = Outcome::Lost(Loss::OnLink(link));
                observer.see(now, &Fact::Sent { from, to, message: *message, copy, outcome });
            }
        }
    }

    /// What the links of a plain path do to something sent now, whose chance has this address.
    #[inline(always)]
    fn carry(&self, now: Time, from: Element, to: Element, address: u64) -> Fate {
        let ends = [from, to].map(|element| self.route.chain.node(element));
        self.route.path.carry(now, ends, |link| self.streams.pair(self.state.call, address + link))
    }

    #[inline(always)]
    fn tell(&mut self, now: Time, element: Element, event: Event, observer: &mut impl Observer) {
        match event {
            // The most frequent by far. Nobody else is told.
            Event::Refreshed => {
                let session = self.state.machines[element.index()].session();
                observer.see(now, &Fact::Refreshed { element, session });
            }
            Event::Called | Event::Ringing | Event::Established | Event::Released(_) | Event::Closed => {
                self.on_state_change(now, element, event, observer);
            }
        }
    }

    /// News after which the call is not what it was.
    #[inline(never)]
    fn on_state_change(&mut self, now: Time, element: Element, event: Event, observer: &mut impl Observer) {
        match event {
            Event::Established => self.established(now, element, observer),
            Event::Released(cause) => self.released(now, element, cause, observer),
            Event::Closed => observer.see(now, &Fact::Closed { element }),
            Event::Called | Event::Ringing | Event::Refreshed => {}
        }
        if let StopPart::Leg(_, other) = self.route.chain.part(element) {
            self.tell_other_leg(now, other, event, observer);
        }
    }

    fn established(&mut self, now: Time, element: Element, observer: &mut impl Observer) {
        let session = self.state.machines[element.index()].session();
        observer.see(now, &Fact::Established { element, session });
        self.media_established(now);
        if element == Element::CALLER {
            let talk = match self.state.talk_left {
                Some(rest) => rest,
                None => self.setup.calls.talk_time.sample(self.draw(Decision::TalkTime)[0]),
            };
            self.state.agenda.set(now + talk, Pending::HangUp);
            self.schedule_requests(RequestClock::Established, now, now);
        }
    }

    fn released(&mut self, now: Time, element: Element, cause: ReleaseCause, observer: &mut impl Observer) {
        observer.see(now, &Fact::Released { element, cause });
        match element.end() {
            Some(end) => self.media_end(now, end),
            None => self.listen(now),
        }
    }

    fn draw(&self, decision: Decision) -> [u64; 2] {
        self.streams.pair(self.state.call, decision.address())
    }
}

/// Blank machines for the elements of a route.
fn blank_machines(setup: &Setup, route: &ActiveRoute<'_>) -> Vec<Machine> {
    machines([setup.caller, setup.callee], route.path, route.between, &route.chain)
}

impl Simulated<Fact> for Runner<'_> {
    #[inline(always)]
    fn agenda(&mut self) -> &mut Agenda {
        &mut self.state.agenda
    }

    /// Messages and timers are nearly all of it: their way is short, that of the others apart.
    #[inline(always)]
    fn dispatch(&mut self, now: Time, code: EventCode, observer: &mut impl Observer) {
        let acts = if let Some(place) = Pending::arrival(code) {
            self.deliver(now, place, observer)
        } else if let Some((element, timer)) = Pending::timer(code) {
            Some(self.fire(now, element, timer, observer))
        } else if let Some((place, link)) = Pending::arrival_at_queue(code) {
            return self.at_queue(now, place, link, observer);
        } else {
            return self.dispatch_rare(now, Pending::decode(code), observer);
        };
        if let Some(element) = acts {
            self.perform(now, element, 0, observer);
        }
    }
}
