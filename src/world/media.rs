//! Media: who hears none, and ends the call when that has lasted as long as it allows.
//!
//! Media flow from each end that holds the call to the other, through the B2BUAs between, which relay them while they
//! hold it. What each end sends is a function of time (`stream`), and who listens knows when it heard the last of it
//! (`silence_detector`): so no packet is an event. Media do not get lost packet by packet and take no time. What stops
//! them is the end of their source or of a relay, and an outage that lets nothing through, be it scripted or of a link
//! or node on their way.

mod silence_detector;
mod state;
mod stream;

use super::chain::StopPart;
use super::chance::Decision;
use super::element::{Element, End};
use super::fact::{HangUp, Observer};
use super::pending::Pending;
use super::runner::Runner;
use crate::sip::{HoldTimeout, Input, Media as Habits, Profile, ReleaseCause, Side};
use crate::time::{Span, Time};
use silence_detector::{Deadline, SilenceDetector};
pub(super) use state::Media;
use stream::Source;

/// How one who listens ends a call.
#[derive(Clone, Copy, Debug)]
struct Watcher {
    habits: Habits,
    limits: [Option<Span>; 2],
}

impl Watcher {
    /// One whose limits are those of its profile and of the B2BUA that it is a leg of; the lesser counts, of each kind.
    fn new(profile: &Profile, of_b2bua: Option<Span>) -> Option<Watcher> {
        let lesser = |a: Option<Span>, b: Option<Span>| a.into_iter().chain(b).min();
        let own = profile.media_timeout;
        let on_hold = match profile.media.hold_timeout {
            HoldTimeout::Same => lesser(own, of_b2bua),
            HoldTimeout::Off => None,
            HoldTimeout::After(limit) => Some(limit),
        };
        let limits = [lesser(own, of_b2bua), on_hold];
        limits[0].is_some().then_some(Watcher { habits: profile.media, limits })
    }
}

impl<'a> Runner<'a> {
    /// A call begins whose agents behave as they do now.
    #[inline(always)]
    pub(super) fn begin_media(&mut self) {
        let Media { detectors, .. } = &mut self.state.media;
        detectors.clear();
        let detectors = std::mem::take(detectors);
        let watched = self.watches_media && self.route.chain.elements().iter().any(|&of| self.watcher(of).is_some());
        self.state.media = Media { watched, detectors, ..Media::default() };
    }

    /// How `element` watches media, if it does.
    fn watcher(&self, element: Element) -> Option<Watcher> {
        let profile = self.state.machines[element.index()].profile()?;
        Watcher::new(profile, self.route.media_limits[element.index()])
    }

    /// Schedules when outages begin and end that still can concern the call: those that wait for its hang-up, or
    /// others.
    pub(super) fn schedule_outages(&mut self, now: Time, begins: bool) {
        if !self.state.media.watched {
            return;
        }
        for (fault, nth) in self.route.faults.iter().zip(0u16..).filter(|(fault, _)| fault.is_outage()) {
            if fault.clock.waits_for_hang_up() == begins {
                continue;
            }
            if let Some((from, until)) = self.state.script.times(fault) {
                for (at, over) in [(Some(from), false), (until, true)] {
                    if let Some(at) = at.filter(|at| *at >= now) {
                        self.state.agenda.set(at, Pending::Outage { nth, over });
                    }
                }
            }
        }
    }

    /// The user of `end` hangs up, or its agent dies. Whether the call is on hold stays as it is, and the agent's media
    /// may go on (rule M9).
    pub(super) fn media_hang_up(&mut self, now: Time, end: End, how: HangUp) {
        if !self.state.media.watched {
            return;
        }
        let [draw, _] = self.streams.pair(self.state.call, Decision::MediaGoOn.address());
        let agent_lives = matches!(how, HangUp::Bye | HangUp::ByeLost);
        self.state.media.go_on[end as usize] = agent_lives && self.setup.calls.ending.media_go_on.happens(draw);
        self.hear(now);
        self.state.media.detectors.iter_mut().flatten().for_each(SilenceDetector::stay);
    }

    /// `end` has nothing to do with the call any more: no media come from it, unless they go on.
    pub(super) fn media_end(&mut self, now: Time, end: End) {
        let Media { ended, go_on, .. } = &mut self.state.media;
        ended[end as usize] = !go_on[end as usize];
        self.listen(now);
        if self.state.media.watched && !End::BOTH.iter().any(|end| self.state.machines[*end as usize].holds()) {
            self.state
                .agenda
                .cancel_all(|code| matches!(Pending::decode(code), Pending::Outage { .. } | Pending::Weather));
        }
    }

    /// What `end` sends.
    fn source(&self, end: End, began: Time) -> Source<'a> {
        let media = self.state.machines[end as usize].profile().map_or(Habits::RFC, |profile| profile.media);
        let (streams, call, conversation) = (self.streams, self.state.call, &self.setup.calls.conversation);
        Source { streams, call, conversation, end, media, began }
    }

    /// Somebody is established. With the first of them the users begin, and so does whoever listens.
    pub(super) fn media_established(&mut self, now: Time) {
        if self.state.media.watched && self.state.media.began.is_none() {
            self.state.media.began = Some(now);
            for index in 0..self.state.machines.len() {
                let detector = self.detector(Element::numbered(index as u8), now);
                self.state.media.detectors.push(detector);
            }
        }
        self.listen(now);
    }

    /// The detector of `element`, if it watches media.
    fn detector(&self, element: Element, began: Time) -> Option<SilenceDetector> {
        let source = match self.route.chain.part(element) {
            StopPart::End if element == Element::CALLER => End::Callee,
            StopPart::End | StopPart::Leg(Side::Caller, _) => End::Caller,
            StopPart::Leg(Side::Callee, _) => End::Callee,
            StopPart::Proxy => return None,
        };
        let Watcher { habits, limits } = self.watcher(element)?;
        Some(SilenceDetector::new(&self.source(source, began), habits.watch, limits))
    }

    /// Whoever listens hears all that comes before `now`.
    fn hear(&mut self, now: Time) {
        let Some(began) = self.state.media.began else { return };
        let sources = End::BOTH.map(|end| self.source(end, began));
        for detector in self.state.media.detectors.iter_mut().flatten() {
            detector.hear(&sources[detector.source as usize], now);
        }
    }

    /// Something has changed: who holds the call, who sends media, or what gets through. Whoever holds the call
    /// listens.
    pub(super) fn listen(&mut self, now: Time) {
        let Some(began) = self.state.media.began else { return };
        self.hear(now);
        let mut weather_changes = Time::NEVER;
        let mut elements = self.route.chain.elements();
        for source in End::BOTH {
            let own_side = match source {
                End::Caller => Side::Caller,
                End::Callee => Side::Callee,
            };
            let mut silent = self.state.media.ended[source as usize];
            let mut before = Element::from(source);
            for &element in &elements {
                let (cut, changes) = self.weather_between(now, before, element);
                silent |= cut;
                weather_changes = weather_changes.min(changes);
                before = element;
                let (hears, sends) = match self.route.chain.part(element) {
                    StopPart::End => (element != source, element == source),
                    StopPart::Proxy => (false, false),
                    StopPart::Leg(side, _) => (side == own_side, side != own_side),
                };
                let holds = self.state.alive[element.index()] && self.state.machines[element.index()].holds();
                if hears && let Some(detector) = &mut self.state.media.detectors[element.index()] {
                    detector.cut = silent;
                    detector.listen(now, holds);
                    self.look_ahead(element, began);
                }
                let relays = matches!(self.route.chain.part(element), StopPart::Leg(..));
                silent |= relays && !holds;
                silent |= sends && self.state.script.silences(self.route.faults, now, element);
            }
            elements.reverse();
        }
        // Where nobody listens, nobody need know of the weather.
        let heeded = self.state.media.detectors.iter().flatten().any(|detector| detector.listens);
        self.expect_weather(if heeded { weather_changes } else { Time::NEVER });
    }

    /// Whether an outage of the network lets nothing through from one element to another, and before when none of those
    /// on the way begins or ends.
    fn weather_between(&mut self, now: Time, from: Element, to: Element) -> (bool, Time) {
        if self.route.path.is_plain() {
            return (false, Time::NEVER);
        }
        let nodes = [from, to].map(|element| self.route.chain.node(element));
        self.route.path.is_cut(now, nodes, &mut self.state.weather)
    }

    /// What gets through may change at `at` next.
    fn expect_weather(&mut self, at: Time) {
        match self.state.agenda.when(Pending::Weather) {
            Some(expected) if expected == at => {}
            None if at == Time::NEVER => {}
            Some(_) if at == Time::NEVER => self.state.agenda.cancel(Pending::Weather),
            None | Some(_) => self.state.agenda.set(at, Pending::Weather),
        }
    }

    /// Schedules when the silence at `element` will have lasted too long, if all goes on as it is. Returns what is
    /// ahead.
    fn look_ahead(&mut self, element: Element, began: Time) -> Deadline {
        let Some(detector) = self.state.media.detectors[element.index()] else { return Deadline::Never };
        let ahead =
            if detector.listens { detector.ahead(&self.source(detector.source, began)) } else { Deadline::Never };
        let pending = Pending::MediaSilent(element);
        let agenda = &mut self.state.agenda;
        match (agenda.when(pending), ahead) {
            (None, Deadline::Never) => {}
            (Some(_), Deadline::Never) => agenda.cancel(pending),
            (Some(when), Deadline::Silent(at) | Deadline::NotBefore(at)) if when == at => {}
            (_, Deadline::Silent(at) | Deadline::NotBefore(at)) => agenda.set(at, pending),
        }
        ahead
    }

    /// It was to be seen now whether media has come to `element` for as long as it allows. If none has, it ends the
    /// call; if it is the leg of a B2BUA, the other one ends with it (rule M8).
    pub(super) fn media_silent(&mut self, now: Time, element: Element, observer: &mut impl Observer) {
        let Some(began) = self.state.media.began else { return };
        // An outage of the network may be over at this very instant.
        if self.route.path.is_plain() {
            self.hear(now)
        } else {
            self.listen(now)
        }
        if self.look_ahead(element, began) == Deadline::Silent(now) {
            self.state.agenda.cancel(Pending::MediaSilent(element));
            self.input(now, element, Input::Leave(ReleaseCause::MediaSilent), observer);
        }
    }
}
