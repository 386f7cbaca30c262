//! What happens between the ends: the two legs of a B2BUA tell each other, elements die and come back, and calls that
//! stand from their beginning are put up through everything on their path.

use std::collections::VecDeque;

use super::chain::StopPart;
use super::element::Element;
use super::fact::{Fact, Observer};
use super::fault::FaultClock;
use super::in_flight::InFlight;
use super::machine::Machine;
use super::parts::Crash;
use super::pending::Pending;
use super::runner::Runner;
use crate::sip::{Event, Input, ReleaseCause, Side, Status, Timer};
use crate::time::{Span, Time};

impl Runner<'_> {
    /// One leg of a B2BUA has told `event`; what the other leg does about it.
    pub(super) fn tell_other_leg(&mut self, now: Time, other: Element, event: Event, observer: &mut impl Observer) {
        let calls = matches!(self.route.chain.part(other), StopPart::Leg(Side::Callee, _));
        match event {
            Event::Called => self.input(now, other, Input::Call, observer),
            Event::Ringing => self.input(now, other, Input::Ring, observer),
            Event::Established if !calls => self.input(now, other, Input::Answer, observer),
            // The leg that was called may not have answered yet; the one that calls may have no dialog yet.
            Event::Released(ReleaseCause::SetupFailed) if !calls => {
                self.input(now, other, Input::Refuse(Status::TEMPORARILY_UNAVAILABLE), observer);
            }
            // A dead leg tells nothing, and both die together.
            Event::Released(_) => self.input(now, other, Input::Leave(ReleaseCause::PartnerEnded), observer),
            Event::Established | Event::Refreshed | Event::Closed => {}
        }
    }

    /// Puts up a call that stands from its beginning: set up by its own messages, which take no time and are not told,
    /// last refreshed `since` ago. Where something on its way is dead, it does not stand, and is tried as any other.
    pub(super) fn establish_silently(&mut self, now: Time, since: Span, observer: &mut impl Observer) {
        self.state.machines.iter_mut().for_each(Machine::answer_at_once);
        (self.state.at_once, self.state.fast_path) = (Some(VecDeque::new()), false);
        self.input(now, Element::CALLER, Input::Call, observer);
        while let Some(InFlight { message, to, .. }) = self.state.at_once.as_mut().and_then(VecDeque::pop_front) {
            if self.state.alive[to.index()] {
                self.input(now, to, Input::Receive(&message), observer);
            }
        }
        (self.state.at_once, self.state.fast_path) = (None, self.route.is_fast);
        for element in self.route.chain.elements() {
            let patience = self.state.machines[element.index()].refresh_cycle();
            let age = patience.map_or(Span::ZERO, |cycle| since.modulo(cycle));
            for timer in [Timer::Refresh, Timer::Expiry] {
                let pending = Pending::Fire(element, timer);
                if let Some(at) = self.state.agenda.when(pending) {
                    self.state.agenda.set(now + (at.since(now) - age), pending);
                }
            }
        }
    }

    /// The crashes that can concern a call that begins at `began`.
    pub(super) fn schedule_crashes(&mut self, began: Time) {
        for (crash, nth) in self.route.crashes.iter().zip(0u16..) {
            let start = match crash.clock {
                FaultClock::Run => Time::ZERO,
                FaultClock::Begin | FaultClock::HangUp => began,
            };
            let at = start + crash.at;
            let over = crash.back_after.map(|after| at + after);
            if over.is_none_or(|over| over > began) {
                self.state.agenda.set(at.max(began), Pending::Crash(nth));
                if let Some(over) = over {
                    self.state.agenda.set(over, Pending::CrashOver(nth));
                }
            }
        }
    }

    /// Something between the ends dies.
    pub(super) fn crash(&mut self, now: Time, nth: u16, observer: &mut impl Observer) {
        let Crash { which, memory, .. } = self.route.crashes[usize::from(nth)];
        for element in self.route.chain.elements_of(which) {
            self.state.crashes_under_way[element.index()] += 1;
            let held = self.state.machines[element.index()].holds();
            if std::mem::replace(&mut self.state.alive[element.index()], false) {
                observer.see(now, &Fact::Crashed { element });
                if memory && held {
                    for timer in [Timer::Refresh, Timer::Expiry, Timer::Ping] {
                        let at = self.state.agenda.when(Pending::Fire(element, timer));
                        self.state.remembered.extend(at.map(|at| (at, element, timer)));
                    }
                }
                self.state.agenda.cancel_all(|code| Pending::timer(code).is_some_and(|(of, _)| of == element));
            }
            if !memory {
                // At once, so that a crash with memory that ends later brings nothing back.
                self.state.machines[element.index()].come_back(false);
                self.state.remembered.retain(|&(_, of, _)| of != element);
                if held {
                    observer.see(now, &Fact::Released { element, cause: ReleaseCause::Died });
                    observer.see(now, &Fact::Closed { element });
                }
            }
        }
        self.listen(now);
    }

    /// It comes back, with its established calls or without.
    pub(super) fn crash_over(&mut self, now: Time, nth: u16, observer: &mut impl Observer) {
        let Crash { which, memory, .. } = self.route.crashes[usize::from(nth)];
        for element in self.route.chain.elements_of(which) {
            // Where crashes overlap, the last to end brings it back.
            let under_way = &mut self.state.crashes_under_way[element.index()];
            *under_way -= 1;
            if *under_way > 0 {
                continue;
            }
            observer.see(now, &Fact::CameBack { element });
            self.state.alive[element.index()] = true;
            self.state.machines[element.index()].come_back(memory);
        }
        let (back, dead): (Vec<_>, Vec<_>) =
            self.state.remembered.drain(..).partition(|&(_, element, _)| self.state.alive[element.index()]);
        self.state.remembered = dead;
        for (at, element, timer) in back {
            self.state.agenda.set(at.max(now), Pending::Fire(element, timer));
        }
        self.listen(now);
    }
}
