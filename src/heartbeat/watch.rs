//! How a platform watches a device: its record, and when silence has lasted too long (rules G8, B4).

use super::actions::{Actions, Event, Timer};
use crate::time::{Span, Time};

/// What becomes of the record of a device that was silent for too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offline {
    /// It is forgotten: the device must register again.
    Forgotten,
    /// It is kept: the next keepalive brings the device back.
    Kept,
}

/// How a platform watches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WatchSettings {
    /// How long a silence it allows: misses times interval, and what it tolerates beyond.
    pub limit: Span,
    /// How often it looks; zero: the instant the silence is longer.
    pub check_period: Span,
    /// When in its period it looks.
    pub check_phase: Span,
    /// What becomes of the record then.
    pub offline: Offline,
}

impl WatchSettings {
    /// When a device that was last heard at `heard` is found to be silent for longer than `limit`: at the first look
    /// after that.
    pub fn found_at(&self, heard: Time, limit: Span) -> Time {
        let over = heard + limit + Span::from_nanos(1);
        if self.check_period == Span::ZERO {
            return over;
        }
        let since_a_look = (over.since(Time::ZERO) + self.check_period - self.check_phase.modulo(self.check_period))
            .modulo(self.check_period);
        if since_a_look == Span::ZERO { over } else { over + (self.check_period - since_a_look) }
    }
}

/// The record of one device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Nothing is known of it.
    Unknown,
    /// It is registered, and not silent for too long.
    Online,
    /// It was silent for too long; its record is kept.
    Silent,
}

/// The record of one device, and the watch over it.
#[derive(Clone, Debug)]
pub(super) struct Watch {
    settings: WatchSettings,
    state: State,
}

impl Watch {
    pub(super) fn new(settings: WatchSettings) -> Watch {
        Watch { settings, state: State::Unknown }
    }

    /// Forgets the device, as a restart does.
    pub(super) fn forget(&mut self) {
        self.state = State::Unknown;
    }

    /// Looks at these instants from now on.
    pub(super) fn set_check_phase(&mut self, phase: Span) {
        self.settings.check_phase = phase;
    }

    /// Whether the device is registered and not silent for too long.
    pub(super) fn is_online(&self) -> bool {
        self.state == State::Online
    }

    /// The device has registered; silence of `most` at the longest is allowed beside the limit.
    pub(super) fn register(&mut self, now: Time, most: Option<Span>, out: &mut Actions) {
        self.state = State::Online;
        out.tell(Event::Online);
        self.watch(now, most, out);
    }

    /// A keepalive has come. Whether the device is known; where it is not, that is told.
    pub(super) fn hear(&mut self, now: Time, most: Option<Span>, out: &mut Actions) -> bool {
        match self.state {
            State::Unknown => {
                out.tell(Event::Refused);
                return false;
            }
            State::Silent => out.tell(Event::Online),
            State::Online => {}
        }
        self.state = State::Online;
        self.watch(now, most, out);
        true
    }

    /// The device un-registers. Whether it was known; where it was not, that is told.
    pub(super) fn un_register(&mut self, out: &mut Actions) -> bool {
        let known = self.state != State::Unknown;
        self.state = State::Unknown;
        out.clear(Timer::Check);
        out.tell(if known { Event::UnRegistered } else { Event::Refused });
        known
    }

    /// The platform looks and finds the silence too long.
    pub(super) fn check(&mut self, out: &mut Actions) {
        if self.state == State::Online {
            self.state = match self.settings.offline {
                Offline::Forgotten => State::Unknown,
                Offline::Kept => State::Silent,
            };
            out.tell(Event::Offline);
        }
    }

    fn watch(&mut self, now: Time, most: Option<Span>, out: &mut Actions) {
        let limit = most.map_or(self.settings.limit, |most| most.min(self.settings.limit));
        out.set(Timer::Check, self.settings.found_at(now, limit));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(check_s: u64, phase_s: u64) -> WatchSettings {
        WatchSettings {
            limit: Span::from_secs(270),
            check_period: Span::from_secs(check_s),
            check_phase: Span::from_secs(phase_s),
            offline: Offline::Forgotten,
        }
    }

    #[test]
    fn a_platform_finds_silence_at_its_first_look_after_the_limit_is_exceeded() {
        let found = |check_s, phase_s, heard_s| {
            let settings = settings(check_s, phase_s);
            settings.found_at(Time::ZERO + Span::from_secs(heard_s), settings.limit).since(Time::ZERO)
        };
        assert_eq!(found(0, 0, 100), Span::from_secs(370) + Span::from_nanos(1));
        // Looks at 0, 60, 120, ...: 370 is over at 420. A silence of just the limit is not longer than it.
        assert_eq!(found(60, 0, 100), Span::from_secs(420));
        assert_eq!(found(60, 0, 149), Span::from_secs(420));
        assert_eq!(found(60, 0, 150), Span::from_secs(480));
        // Looks at 50, 110, 170, ...
        assert_eq!(found(60, 50, 100), Span::from_secs(410));
        assert_eq!(found(60, 110, 100), Span::from_secs(410));
    }
}
