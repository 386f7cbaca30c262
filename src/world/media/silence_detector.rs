//! Who listens for media: when was the last packet heard, and when will the silence have lasted too long.

use super::stream::{Interval, Source, UserState};
use crate::sip::Watch;
use crate::time::{Span, Time};
use crate::world::element::End;

/// How many intervals of a conversation one look ahead takes in.
const FAR: u32 = 1 << 9;

/// One who listens for what one end sends (rules M6, M7).
#[derive(Clone, Copy, Debug)]
pub(crate) struct SilenceDetector {
    /// Whose media.
    pub source: End,
    pub watch: Watch,
    /// How long a silence may last; `None`: for ever.
    pub limit: Option<Span>,
    /// How long on hold.
    pub hold_limit: Option<Span>,
    /// Whether nothing of it gets through.
    pub cut: bool,
    /// Whether it listens.
    pub listens: bool,
    /// All before this has been heard.
    at: Time,
    /// When the silence began that lasts at `at`.
    heard: Time,
    doing: UserState,
}

/// What a look ahead has found, if all goes on as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deadline {
    /// The silence will have lasted too long at this instant.
    Silent(Time),
    /// Not before this instant.
    NotBefore(Time),
    /// Never.
    Never,
}

impl SilenceDetector {
    /// One for the media of `source`, which begins now and does not listen yet.
    pub(crate) fn new(source: &Source<'_>, watch: Watch, [limit, hold_limit]: [Option<Span>; 2]) -> SilenceDetector {
        let (at, doing) = (source.began, source.begin());
        let source = source.end;
        SilenceDetector { source, watch, limit, hold_limit, cut: false, listens: false, at, heard: at, doing }
    }

    /// Begins to listen at `now`, or ceases to.
    pub(crate) fn listen(&mut self, now: Time, listens: bool) {
        if listens && !self.listens {
            self.heard = now;
        }
        self.listens = listens;
    }

    /// Hears all that is sent before `now`.
    pub(crate) fn hear(&mut self, source: &Source<'_>, now: Time) {
        while self.at < now {
            let interval = self.interval(source);
            let until = interval.until.min(now);
            if let Some(last) = interval.last(self.watch, self.at, until) {
                self.heard = self.heard.max(last);
            }
            self.at = until;
            if interval.until <= now {
                self.turn(source, interval);
            }
        }
    }

    /// From now on the call stays on hold, or not on hold, as it is.
    pub(crate) fn stay(&mut self) {
        self.doing.stay();
    }

    /// Goes on at the end of `interval`. With a change of hold the silence counts anew.
    fn turn(&mut self, source: &Source<'_>, interval: Interval) {
        self.doing = source.go_on(self.doing);
        self.at = interval.until;
        if self.interval(source).on_hold != interval.on_hold {
            self.heard = self.at;
        }
    }

    fn interval(&self, source: &Source<'_>) -> Interval {
        let interval = source.interval(&self.doing);
        if self.cut { interval.cut() } else { interval }
    }

    /// When the silence will have lasted too long, if all goes on as it is from the instant up to which it has heard. A
    /// packet that comes at the very instant counts.
    pub(crate) fn ahead(&self, source: &Source<'_>) -> Deadline {
        let mut detector = *self;
        for _ in 0..FAR {
            let interval = detector.interval(source);
            let limit = if interval.on_hold { detector.hold_limit } else { detector.limit };
            match limit.map_or(Deadline::Never, |limit| detector.ahead_in(&interval, limit)) {
                Deadline::Never if interval.until == Time::NEVER => return Deadline::Never,
                Deadline::Never => {}
                found @ (Deadline::Silent(_) | Deadline::NotBefore(_)) => return found,
            }
            if let Some(last) = interval.last(detector.watch, detector.at, interval.until) {
                detector.heard = detector.heard.max(last);
            }
            detector.turn(source, interval);
        }
        Deadline::NotBefore(detector.at)
    }

    /// What is ahead in `interval`, from where it is now, where a silence may last for `limit`.
    fn ahead_in(&self, interval: &Interval, limit: Span) -> Deadline {
        let (mut heard, mut from) = (self.heard, self.at);
        for _ in 0..FAR {
            let over = (heard + limit).max(self.at);
            match interval.next(self.watch, from).filter(|next| *next < interval.until) {
                Some(next) if next > over => return Deadline::Silent(over),
                Some(_) if interval.is_dense(self.watch, limit) => return Deadline::Never,
                Some(next) => (heard, from) = (heard.max(next), next + Span::from_nanos(1)),
                None if over < interval.until => return Deadline::Silent(over),
                None => return Deadline::Never,
            }
        }
        Deadline::NotBefore(from)
    }
}
