//! Who listens for media: when was the last packet heard, and when will the silence have lasted too long.

use super::stream::{Doing, Source, Stretch};
use crate::sip::Watch;
use crate::time::{Span, Time};
use crate::world::element::End;

/// How many stretches of a conversation one look ahead takes in.
const FAR: u32 = 1 << 9;

/// One who listens for what one end sends (rules M6, M7).
#[derive(Clone, Copy, Debug)]
pub struct Ear {
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
    doing: Doing,
}

/// What a look ahead has found, if all goes on as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ahead {
    /// The silence will have lasted too long at this instant.
    Silent(Time),
    /// Not before this instant.
    NotBefore(Time),
    /// Never.
    Never,
}

impl Ear {
    /// One for the media of `source`, which begins now and does not listen yet.
    pub fn new(source: &Source<'_>, watch: Watch, [limit, hold_limit]: [Option<Span>; 2]) -> Ear {
        let (at, doing) = (source.began, source.begin());
        let source = source.end;
        Ear { source, watch, limit, hold_limit, cut: false, listens: false, at, heard: at, doing }
    }

    /// Begins to listen at `now`, or ceases to.
    pub fn listen(&mut self, now: Time, listens: bool) {
        if listens && !self.listens {
            self.heard = now;
        }
        self.listens = listens;
    }

    /// Hears all that is sent before `now`.
    pub fn hear(&mut self, source: &Source<'_>, now: Time) {
        while self.at < now {
            let stretch = self.stretch(source);
            let until = stretch.until.min(now);
            if let Some(last) = stretch.last(self.watch, self.at, until) {
                self.heard = self.heard.max(last);
            }
            self.at = until;
            if stretch.until <= now {
                self.turn(source, stretch);
            }
        }
    }

    /// From now on the call stays on hold, or not on hold, as it is.
    pub fn stay(&mut self) {
        self.doing.stay();
    }

    /// Goes on at the end of `stretch`. With a change of hold the silence counts anew.
    fn turn(&mut self, source: &Source<'_>, stretch: Stretch) {
        self.doing = source.go_on(self.doing);
        self.at = stretch.until;
        if self.stretch(source).on_hold != stretch.on_hold {
            self.heard = self.at;
        }
    }

    fn stretch(&self, source: &Source<'_>) -> Stretch {
        let stretch = source.stretch(&self.doing);
        if self.cut { stretch.cut() } else { stretch }
    }

    /// When the silence will have lasted too long, if all goes on as it is from the instant up to which it has heard. A
    /// packet that comes at the very instant counts.
    pub fn ahead(&self, source: &Source<'_>) -> Ahead {
        let mut ear = *self;
        for _ in 0..FAR {
            let stretch = ear.stretch(source);
            let limit = if stretch.on_hold { ear.hold_limit } else { ear.limit };
            match limit.map_or(Ahead::Never, |limit| ear.ahead_in(&stretch, limit)) {
                Ahead::Never if stretch.until == Time::NEVER => return Ahead::Never,
                Ahead::Never => {}
                found @ (Ahead::Silent(_) | Ahead::NotBefore(_)) => return found,
            }
            if let Some(last) = stretch.last(ear.watch, ear.at, stretch.until) {
                ear.heard = ear.heard.max(last);
            }
            ear.turn(source, stretch);
        }
        Ahead::NotBefore(ear.at)
    }

    /// What is ahead in `stretch`, from where it is now, where a silence may last for `limit`.
    fn ahead_in(&self, stretch: &Stretch, limit: Span) -> Ahead {
        let (mut heard, mut from) = (self.heard, self.at);
        for _ in 0..FAR {
            let over = (heard + limit).max(self.at);
            match stretch.next(self.watch, from).filter(|next| *next < stretch.until) {
                Some(next) if next > over => return Ahead::Silent(over),
                Some(_) if stretch.is_dense(self.watch, limit) => return Ahead::Never,
                Some(next) => (heard, from) = (heard.max(next), next + Span::from_nanos(1)),
                None if over < stretch.until => return Ahead::Silent(over),
                None => return Ahead::Never,
            }
        }
        Ahead::NotBefore(from)
    }
}
