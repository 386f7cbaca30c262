//! The running of calls.
//!
//! Calls that share no finite resource cannot touch each other, so each is run alone, from its first event to its last,
//! with everything it needs in the innermost cache. A [`Runner`] is the memory for it: made once, used for any calls in
//! any order, with the same facts for each.

use std::sync::atomic::{AtomicBool, Ordering};

use super::chance::{Decision, message_address, pick_address};
use super::fact::{Fact, HangUp, Loss, Observer, Outcome};
use super::faults::Script;
use super::setup::{Arrivals, Begin, End, Setup};
use crate::engine::Agenda;
use crate::net::{Direction, Fate};
use crate::random::{Streams, unit};
use crate::sip::{self, Action, Actions, Agent, Event, Input, Message, Side, Timer};
use crate::time::{Span, Time};

/// A call can take hours, so a runner looks now and then whether it is to stop.
const EVENTS_BETWEEN_LOOKS: u32 = 1 << 12;

/// Runs the calls of one [`Setup`].
#[derive(Debug)]
pub struct Runner<'a> {
    setup: &'a Setup,
    stop: &'a AtomicBool,
    streams: Streams,
    call: u64,
    agenda: Agenda<Pending>,
    agents: [Agent; 2],
    alive: [bool; 2],
    /// Messages under way; `Pending::Deliver` names the place.
    in_flight: Vec<Message>,
    free: Vec<u16>,
    script: Script,
    /// The end no BYE of which gets through.
    mute: Option<End>,
    /// How many instants chance has picked for the timers of each end.
    picks: [u32; 2],
    /// The talk time of a call that was under way at the start.
    rest: Option<Span>,
    actions: Actions,
}

/// What can be pending for a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pending {
    Begin,
    Deliver(u16, End),
    Fire(End, Timer),
    HangUp,
    ComeBack(End),
}

impl<'a> Runner<'a> {
    /// A runner for the calls of `setup`. When `stop` is set, it leaves the call that it runs as it is.
    pub fn new(setup: &'a Setup, stop: &'a AtomicBool) -> Runner<'a> {
        Runner {
            setup,
            stop,
            streams: Streams::new(setup.seed, 0),
            call: 0,
            agenda: Agenda::new(),
            agents: [
                Agent::new(0, Side::Callee, setup.caller, Span::ZERO),
                Agent::new(1, Side::Caller, setup.callee, Span::ZERO),
            ],
            alive: [true; 2],
            in_flight: Vec::new(),
            free: Vec::new(),
            script: Script::default(),
            mute: None,
            picks: [0; 2],
            rest: None,
            actions: Actions::new(),
        }
    }

    /// Runs call `call` until nothing of it is pending, or to the horizon, telling `observer` what happens. Returns the
    /// instant of its last event, or the horizon if something was still pending there.
    pub fn run(&mut self, call: u32, observer: &mut impl Observer) -> Time {
        self.prepare(call);
        let horizon = self.setup.horizon.unwrap_or(Time::NEVER);
        let mut last = Time::ZERO;
        let mut events = 0u32;
        while let Some((now, pending)) = self.agenda.pop() {
            if now > horizon {
                return horizon;
            }
            events = events.wrapping_add(1);
            if events.is_multiple_of(EVENTS_BETWEEN_LOOKS) && self.stop.load(Ordering::Relaxed) {
                return now;
            }
            last = now;
            match pending {
                Pending::Begin => self.begin(now, observer),
                Pending::Deliver(place, to) => self.deliver(now, place, to, observer),
                Pending::Fire(end, timer) => self.fire(now, end, timer, observer),
                Pending::HangUp => self.hang_up(now, observer),
                Pending::ComeBack(end) => {
                    observer.see(now, &Fact::CameBack { end });
                    self.alive[end as usize] = true;
                    self.agents[end as usize].come_back_blank();
                }
            }
        }
        last
    }

    fn prepare(&mut self, call: u32) {
        self.call = u64::from(call);
        let calls = &self.setup.calls;
        let [arrival, _] = self.draw(Decision::Arrival);
        let began = match calls.arrivals {
            Arrivals::AtStart | Arrivals::SteadyState => Time::ZERO,
            Arrivals::Poisson { within } => {
                Time::from_nanos(((u128::from(arrival) * u128::from(within.as_nanos())) >> 64) as u64)
            }
        };
        self.agenda.clear();
        self.in_flight.clear();
        self.free.clear();
        self.alive = [true; 2];
        self.mute = None;
        self.picks = [0; 2];
        self.rest = None;
        let ring_time = calls.ring_time.sample(self.draw(Decision::RingTime)[0]);
        self.agents.iter_mut().for_each(|agent| agent.reset(ring_time));
        self.script.begin(&self.setup.faults, began);
        self.agenda.push(began, Pending::Begin);
    }

    fn begin(&mut self, now: Time, observer: &mut impl Observer) {
        observer.see(now, &Fact::Began);
        let calls = &self.setup.calls;
        let since = match calls.arrivals {
            Arrivals::SteadyState => {
                let (age, rest) = calls.talk_time.age_and_rest(self.draw(Decision::TalkTime));
                self.rest = Some(rest);
                age
            }
            Arrivals::AtStart | Arrivals::Poisson { .. } => Span::ZERO,
        };
        match calls.begin {
            Begin::Invite => self.input(now, End::Caller, Input::Call, observer),
            Begin::Established => {
                let mut of_callee = Actions::new();
                let [caller, callee] = &mut self.agents;
                sip::establish(caller, callee, now, since, [&mut self.actions, &mut of_callee]);
                self.perform(now, End::Caller, observer);
                self.actions = of_callee;
                self.perform(now, End::Callee, observer);
            }
        }
    }

    fn deliver(&mut self, now: Time, place: u16, to: End, observer: &mut impl Observer) {
        let message = self.in_flight[usize::from(place)];
        self.free.push(place);
        if self.alive[to as usize] {
            observer.see(now, &Fact::Delivered { to, message });
            self.input(now, to, Input::Receive(message), observer);
        } else {
            observer.see(now, &Fact::Unheard { to, message });
        }
    }

    fn fire(&mut self, now: Time, of: End, timer: Timer, observer: &mut impl Observer) {
        observer.see(now, &Fact::Fired { of, timer, method: self.agents[of as usize].method_of(timer) });
        self.input(now, of, Input::Fire(timer), observer);
    }

    /// The talk is over: one side's user hangs up, or its agent dies. Nothing happens if that side has let go already.
    fn hang_up(&mut self, now: Time, observer: &mut impl Observer) {
        let calls = &self.setup.calls;
        let [who, ending] = self.draw(Decision::HangUp);
        let end = if calls.hangup_by_caller.happens(who) { End::Caller } else { End::Callee };
        let agent = &self.agents[end as usize];
        if !agent.is_up() {
            return;
        }
        let how = calls.ending.choose(unit(ending));
        let both_held = self.agents[end.other() as usize].is_up();
        self.script.hang_up(now);
        observer.see(now, &Fact::HungUp { end, how, session: agent.session(), both_held });
        match how {
            HangUp::Bye => self.input(now, end, Input::HangUp, observer),
            HangUp::ByeLost => {
                self.mute = Some(end);
                self.input(now, end, Input::HangUp, observer);
            }
            HangUp::Dies | HangUp::Restarts => {
                self.alive[end as usize] = false;
                self.agenda.cancel_all(|pending| matches!(pending, Pending::Fire(of, _) if of == end));
                observer.see(now, &Fact::Released { end, cause: sip::ReleaseCause::Died });
                observer.see(now, &Fact::Closed { end });
                if how == HangUp::Restarts {
                    let after = calls.ending.restart_after.sample(self.draw(Decision::RestartAfter)[0]);
                    self.agenda.push(now + after, Pending::ComeBack(end));
                }
            }
        }
    }

    /// Gives an agent an input and does what it wants done.
    fn input(&mut self, now: Time, end: End, input: Input, observer: &mut impl Observer) {
        self.agents[end as usize].handle(now, input, &mut self.actions);
        self.perform(now, end, observer);
    }

    fn perform(&mut self, now: Time, end: End, observer: &mut impl Observer) {
        let mut actions = std::mem::take(&mut self.actions);
        for &action in actions.as_slice() {
            match action {
                Action::Send { message, copy } => self.send(now, end, message, copy, observer),
                Action::Set(timer, at) => self.agenda.set(at, Pending::Fire(end, timer)),
                Action::SetWithin { timer, from, steps, step } => {
                    let nth = &mut self.picks[end as usize];
                    let [pick, _] = self.streams.pair(self.call, pick_address(end as u8, *nth));
                    *nth += 1;
                    let steps = (u128::from(pick) * (u128::from(steps) + 1)) >> 64;
                    self.agenda.set(from + step.times(steps as u64), Pending::Fire(end, timer));
                }
                Action::Clear(timer) => self.agenda.cancel(Pending::Fire(end, timer)),
                Action::Tell(event) => self.tell(now, end, event, observer),
            }
        }
        actions.forget();
        self.actions = actions;
    }

    fn send(&mut self, now: Time, from: End, message: Message, copy: u16, observer: &mut impl Observer) {
        let outcome = self.outcome(now, from, &message, copy);
        observer.see(now, &Fact::Sent { from, message, copy, outcome });
        if let Outcome::Arrives(at) = outcome {
            let place = self.free.pop().unwrap_or_else(|| {
                self.in_flight.push(message);
                (self.in_flight.len() - 1) as u16
            });
            self.in_flight[usize::from(place)] = message;
            self.agenda.push(at, Pending::Deliver(place, from.other()));
        }
    }

    fn outcome(&mut self, now: Time, from: End, message: &Message, copy: u16) -> Outcome {
        if let Some(fault) = self.script.lose(&self.setup.faults, now, from, message) {
            return Outcome::Lost(Loss::ByFault(fault));
        }
        if self.mute == Some(from) && message.is_bye() {
            return Outcome::Lost(Loss::ByeLost);
        }
        let direction = match from {
            End::Caller => Direction::ToCallee,
            End::Callee => Direction::ToCaller,
        };
        let address = message_address(message, copy);
        match self.setup.path.carry(now, direction, |link| self.streams.pair(self.call, address + link)) {
            Fate::Arrives(at) => Outcome::Arrives(at),
            Fate::Lost { link } => Outcome::Lost(Loss::OnLink(link)),
        }
    }

    fn tell(&mut self, now: Time, end: End, event: Event, observer: &mut impl Observer) {
        let session = self.agents[end as usize].session();
        match event {
            Event::Established => {
                observer.see(now, &Fact::Established { end, session });
                if end == End::Caller {
                    let talk = match self.rest {
                        Some(rest) => rest,
                        None => self.setup.calls.talk_time.sample(self.draw(Decision::TalkTime)[0]),
                    };
                    self.agenda.push(now + talk, Pending::HangUp);
                }
            }
            Event::Refreshed => observer.see(now, &Fact::Refreshed { end, session }),
            Event::Released(cause) => observer.see(now, &Fact::Released { end, cause }),
            Event::Closed => observer.see(now, &Fact::Closed { end }),
        }
    }

    fn draw(&self, decision: Decision) -> [u64; 2] {
        self.streams.pair(self.call, decision.address())
    }
}
