//! What one end of a call sends of media, as a function of time: it follows from periods that chance has drawn, each
//! from a number of its own, and no packet of it is an event.
//!
//! RTP of a voice has no grain: its last packet is sent at the instant at which it stops. Comfort noise and RTCP are
//! packets at instants of their own.

use crate::random::Streams;
use crate::sip::{Hold, Media, Quiet, Watch};
use crate::time::{Span, Time};
use crate::world::calls::{Conversation, Periods};
use crate::world::chance::{PhaseKind, period_address};
use crate::world::element::End;

/// No period is shorter: time goes on whatever a distribution says.
const LEAST: Span = Span::from_millis(1);

/// What is always the same of the media of one end in one call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Source<'a> {
    pub streams: Streams,
    pub call: u64,
    pub conversation: &'a Conversation,
    /// Whose media.
    pub end: End,
    /// What it sends.
    pub media: Media,
    /// When the users began.
    pub began: Time,
}

/// One kind of periods at some instant: the state that holds from `from` to before `until`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct OnOffPhase {
    on: bool,
    nth: u32,
    from: Time,
    until: Time,
}

impl OnOffPhase {
    /// It never comes.
    const fn never(from: Time) -> OnOffPhase {
        OnOffPhase { on: false, nth: 0, from, until: Time::NEVER }
    }
}

/// What the users do at some instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct UserState {
    pause: OnOffPhase,
    mute: OnOffPhase,
    hold: OnOffPhase,
    /// When the first RTCP report is sent.
    reports: Time,
}

/// What is sent from some instant to before [`Interval::until`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Interval {
    pub until: Time,
    pub on_hold: bool,
    rtp: Flow,
    rtcp: Flow,
}

/// Packets of one kind.
#[derive(Clone, Copy, Debug)]
enum Flow {
    None,
    /// So many that they have no grain.
    Steady,
    /// One at the first instant, and then one after each gap.
    Each {
        first: Time,
        gap: Span,
    },
}

impl Flow {
    /// The first packet at or after `at`.
    fn next(self, at: Time) -> Option<Time> {
        match self {
            Flow::None => None,
            Flow::Steady => Some(at),
            Flow::Each { first, .. } if at <= first => Some(first),
            Flow::Each { first, gap } => {
                let over = at.since(first).modulo(gap);
                Some(if over == Span::ZERO { at } else { at + (gap - over) })
            }
        }
    }

    /// The last packet from `from` on and before `until`.
    fn last(self, from: Time, until: Time) -> Option<Time> {
        let last = match self {
            Flow::None => return None,
            Flow::Steady => return Some(until),
            Flow::Each { first, .. } if until <= first => return None,
            Flow::Each { first, gap } => {
                let over = until.since(first).modulo(gap);
                let back = if over == Span::ZERO { gap } else { over };
                Time::from_nanos(until.as_nanos().saturating_sub(back.as_nanos()))
            }
        };
        Some(last).filter(|last| *last >= from)
    }
}

impl Interval {
    /// What of it one who listens for `watch` hears.
    fn flows(&self, watch: Watch) -> [Flow; 2] {
        match watch {
            Watch::Rtp => [self.rtp, Flow::None],
            Watch::Rtcp => [self.rtcp, Flow::None],
            Watch::Either => [self.rtp, self.rtcp],
        }
    }

    /// The first packet at or after `at`, whichever interval that falls into.
    pub(crate) fn next(&self, watch: Watch, at: Time) -> Option<Time> {
        self.flows(watch).into_iter().filter_map(|flow| flow.next(at)).min()
    }

    /// The last packet from `from` on and before `until`; of a voice without grain `until`.
    pub(crate) fn last(&self, watch: Watch, from: Time, until: Time) -> Option<Time> {
        self.flows(watch).into_iter().filter_map(|flow| flow.last(from, until)).max()
    }

    /// Whether, once a packet has come, no two are further apart than `limit`.
    pub(crate) fn is_dense(&self, watch: Watch, limit: Span) -> bool {
        self.flows(watch).into_iter().any(|flow| match flow {
            Flow::None => false,
            Flow::Steady => true,
            Flow::Each { gap, .. } => gap <= limit,
        })
    }

    /// The same where nothing gets through.
    pub(crate) fn cut(self) -> Interval {
        Interval { rtp: Flow::None, rtcp: Flow::None, ..self }
    }
}

impl Source<'_> {
    /// What the users do when they begin.
    pub(crate) fn begin(&self) -> UserState {
        let Source { conversation, began, media: own, .. } = *self;
        let come = |what, periods: Option<&Periods>, matters| match periods.filter(|_| matters) {
            Some(periods) => self.first(what, periods),
            None => OnOffPhase::never(began),
        };
        let reports = match own.rtcp_every {
            Some(every) => {
                let [first, _] = self.streams.pair(self.call, period_address(PhaseKind::Reports, self.end, 0));
                began + Span::from_nanos(((u128::from(first) * u128::from(every.as_nanos())) >> 64) as u64)
            }
            None => Time::NEVER,
        };
        UserState {
            pause: come(PhaseKind::Pauses, conversation.speech.as_ref(), own.in_silence != Quiet::Rtp),
            mute: come(PhaseKind::Mutes, conversation.mutes.as_ref(), own.muted != Quiet::Rtp),
            hold: come(PhaseKind::Holds, conversation.holds.as_ref().map(|holds| &holds.periods), true),
            reports,
        }
    }

    /// Holds are of the call, the rest is of each end.
    fn draw(&self, what: PhaseKind, nth: u32) -> [u64; 2] {
        let end = if what == PhaseKind::Holds { End::Caller } else { self.end };
        self.streams.pair(self.call, period_address(what, end, nth))
    }

    fn first(&self, what: PhaseKind, periods: &Periods) -> OnOffPhase {
        let after = periods.after.sample(self.draw(what, 0)[0]).max(LEAST);
        OnOffPhase { on: false, nth: 0, from: self.began, until: self.began + after }
    }

    fn next(&self, what: PhaseKind, come: OnOffPhase) -> OnOffPhase {
        let periods = match what {
            PhaseKind::Pauses => self.conversation.speech.as_ref(),
            PhaseKind::Mutes => self.conversation.mutes.as_ref(),
            PhaseKind::Holds => self.conversation.holds.as_ref().map(|holds| &holds.periods),
            PhaseKind::Holder | PhaseKind::Reports => None,
        };
        let Some(periods) = periods else { return OnOffPhase { until: Time::NEVER, ..come } };
        let from = come.until;
        if come.on {
            let nth = come.nth.wrapping_add(1);
            let after = periods.after.sample(self.draw(what, nth)[0]).max(LEAST);
            return OnOffPhase { on: false, nth, from, until: from + after };
        }
        OnOffPhase {
            on: true,
            from,
            until: from + periods.last.sample(self.draw(what, come.nth)[1]).max(LEAST),
            ..come
        }
    }

    /// What the users do from the end of this interval on.
    pub(crate) fn go_on(&self, mut doing: UserState) -> UserState {
        let until = doing.until();
        let places = [
            (PhaseKind::Pauses, &mut doing.pause),
            (PhaseKind::Mutes, &mut doing.mute),
            (PhaseKind::Holds, &mut doing.hold),
        ];
        for (what, place) in places {
            if place.until == until {
                *place = self.next(what, *place);
            }
        }
        doing
    }

    /// What is sent while the users do this.
    pub(crate) fn interval(&self, doing: &UserState) -> Interval {
        let own = self.media;
        let UserState { pause, mute, hold, reports } = *doing;
        // Rule M2: comfort noise begins with the quiet.
        let quiet = |quiet: Quiet, since: Time| match quiet {
            Quiet::Rtp => Flow::Steady,
            Quiet::ComfortNoise => Flow::Each { first: since.max(hold.from), gap: own.noise_every },
            Quiet::Nothing => Flow::None,
        };
        // Rule M4 goes before M3, and that before M1 and M2.
        let rtp = if hold.on {
            let holds = self.holder(hold.nth) == self.end;
            match (holds, own.hold) {
                (true, Hold::SendOnly) => Flow::Steady,
                (true, Hold::Inactive) | (false, _) => Flow::None,
            }
        } else if mute.on {
            quiet(own.muted, mute.from)
        } else if pause.on {
            quiet(own.in_silence, pause.from.max(mute.from))
        } else {
            Flow::Steady
        };
        // Rule M5.
        let rtcp = match own.rtcp_every {
            Some(gap) if !hold.on || own.rtcp_on_hold => Flow::Each { first: reports, gap },
            Some(_) | None => Flow::None,
        };
        Interval { until: doing.until(), on_hold: hold.on, rtp, rtcp }
    }

    /// Who holds the `nth` time.
    fn holder(&self, nth: u32) -> End {
        let Some(holds) = &self.conversation.holds else { return End::Caller };
        let [who, _] = self.streams.pair(self.call, period_address(PhaseKind::Holder, End::Caller, nth));
        if holds.by_caller.happens(who) { End::Caller } else { End::Callee }
    }
}

impl UserState {
    /// Until when.
    fn until(&self) -> Time {
        self.pause.until.min(self.mute.until).min(self.hold.until)
    }

    /// From now on the call stays on hold, or not on hold, as it is.
    pub(crate) fn stay(&mut self) {
        self.hold.until = Time::NEVER;
    }
}
