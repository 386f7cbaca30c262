//! Media: who hears none, and ends the call when that has lasted as long as it allows.
//!
//! Media flow from each end that holds the call to the other, through the B2BUAs between, which relay them as long as some
//! come. They have no packets here and do not get lost one by one: what stops them is the end of their source, and an
//! outage that lets nothing through.

use super::chain::{Element, StopPart};
use super::fact::Observer;
use super::pending::Pending;
use super::runner::Runner;
use super::setup::{End, Part, Setup};
use crate::sip::{Input, ReleaseCause, Side};
use crate::time::{Span, Time};

/// What is known of the media of the call under way.
#[derive(Clone, Copy, Debug, Default)]
pub struct Media {
    /// Whether anybody watches them.
    watched: bool,
    /// Whether the caller, and the callee, send none any more.
    ended: [bool; 2],
}

/// How long each leg of a B2BUA allows for silence, by the number of the element. A leg may have a limit of its own
/// beside that of its B2BUA; the lesser counts.
pub fn limits_of_legs(setup: &Setup) -> Vec<Option<Span>> {
    let mut limits = vec![None, None];
    for between in &setup.between {
        match &between.part {
            Part::Proxy(_) => limits.push(None),
            Part::B2bua { legs, media_limit } => {
                limits.extend(legs.iter().map(|leg| match (*media_limit, leg.media_timeout) {
                    (Some(limit), Some(own)) => Some(limit.min(own)),
                    (limit, own) => limit.or(own),
                }));
            }
        }
    }
    limits
}

impl Runner<'_> {
    /// A call begins or goes on whose agents behave as they do now: both ends send media.
    pub(super) fn begin_media(&mut self) {
        let by_ends = End::BOTH.iter().any(|end| self.media_limit(Element::from(*end)).is_some());
        let watched = by_ends || self.media_limits.iter().any(Option::is_some);
        self.live.media = Media { watched, ended: [false; 2] };
    }

    /// Schedules when outages begin and end that still can concern the call: those that wait for its hang-up, or others.
    pub(super) fn schedule_outages(&mut self, now: Time, begins: bool) {
        if !self.live.media.watched {
            return;
        }
        for (fault, nth) in self.setup.faults.iter().zip(0u16..).filter(|(fault, _)| fault.is_outage()) {
            if fault.clock.waits_for_hang_up() == begins {
                continue;
            }
            if let Some((from, until)) = self.live.script.times(fault) {
                for (at, over) in [(Some(from), false), (until, true)] {
                    if let Some(at) = at.filter(|at| *at >= now) {
                        self.live.agenda.set(at, Pending::Outage { nth, over });
                    }
                }
            }
        }
    }

    /// No media come from `end` any more.
    pub(super) fn media_end(&mut self, now: Time, end: End) {
        self.live.media.ended[end as usize] = true;
        self.listen(now);
        if self.live.media.watched && !End::BOTH.iter().any(|end| self.live.machines[*end as usize].holds()) {
            self.live.agenda.cancel_all(|pending| matches!(pending, Pending::Outage { .. }));
        }
    }

    /// Whoever holds the call and hears no media begins to count, whoever hears some again ceases to.
    pub(super) fn listen(&mut self, now: Time) {
        if !self.live.media.watched {
            return;
        }
        let mut elements = self.chain.elements();
        for source in End::BOTH {
            let own_side = match source {
                End::Caller => Side::Caller,
                End::Callee => Side::Callee,
            };
            let mut silent = self.live.media.ended[source as usize];
            for &element in &elements {
                let (hears, sends) = match self.chain.part(element) {
                    StopPart::End => (element != source, element == source),
                    StopPart::Proxy => (false, false),
                    StopPart::Leg(side, _) => (side == own_side, side != own_side),
                };
                if hears && let Some(limit) = self.media_limit(element) {
                    self.count_silence(now, element, silent, limit);
                }
                silent |= sends && self.live.script.silences(&self.setup.faults, now, element);
            }
            elements.reverse();
        }
    }

    fn count_silence(&mut self, now: Time, element: Element, silent: bool, limit: Span) {
        let holds = self.live.alive[element.index()] && self.live.machines[element.index()].holds();
        let pending = Pending::MediaSilent(element);
        match self.live.agenda.when(pending) {
            None if silent && holds => self.live.agenda.set(now + limit, pending),
            Some(_) if !(silent && holds) => self.live.agenda.cancel(pending),
            None | Some(_) => {}
        }
    }

    /// How long `element` allows for silence; `None`: for ever.
    fn media_limit(&self, element: Element) -> Option<Span> {
        match element.end() {
            Some(end) => self.live.machines[end as usize].profile().and_then(|profile| profile.media_timeout),
            None => self.media_limits[element.index()],
        }
    }

    /// No media has come to `element` for as long as it allows: it ends the call. If it is the leg of a B2BUA, the
    /// other one ends with it.
    pub(super) fn media_silent(&mut self, now: Time, element: Element, observer: &mut impl Observer) {
        if self.live.alive[element.index()] {
            self.input(now, element, Input::Leave(ReleaseCause::MediaSilent), observer);
        }
    }
}
