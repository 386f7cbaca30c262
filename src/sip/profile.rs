//! The settings by which an agent behaves.

use super::rules;
use crate::time::Span;

/// Which side of one transaction refreshes: the `refresher` parameter of Session-Expires (RFC 4028 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refresher {
    /// The sender of the request.
    Uac,
    /// Its receiver.
    Uas,
}

impl Refresher {
    /// The parameter's value as SIP writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Refresher::Uac => "uac",
            Refresher::Uas => "uas",
        }
    }
}

/// The base timers of RFC 3261 17 and table 4, which all transaction timers are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BaseTimers {
    /// Round-trip estimate: the first retransmission gap. Every time-out is 64 of it.
    pub t1: Span,
    /// The longest gap between retransmissions of a non-INVITE request or an INVITE response.
    pub t2: Span,
    /// The longest a message stays in the network.
    pub t4: Span,
}

impl BaseTimers {
    /// The values of RFC 3261.
    pub const RFC: BaseTimers = BaseTimers { t1: rules::T1, t2: rules::T2, t4: rules::T4 };

    /// 64 · T1: timers B, F, H, J, L and M, and the wait for an ACK.
    pub const fn timeout(&self) -> Span {
        self.t1.times(rules::TIMEOUT_IN_T1)
    }
}

/// By which request an agent refreshes (rule C7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefreshBy {
    /// UPDATE where the other side's Allow lists it, else re-INVITE.
    Update,
    /// Re-INVITE always.
    Invite,
}

/// When a side gives a session up that has not been refreshed (rule R2, and what stacks do instead).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GiveUp {
    /// Before the interval ends: by this, or by the interval divided by the second, whichever is less.
    Before {
        /// The longest margin.
        most: Span,
        /// The divisor.
        one_over: u32,
    },
    /// When this many thousandths of the interval have passed.
    AtPerMille(u32),
    /// Never.
    Never,
}

/// What a refresher does when its refresh fails for good (rule R3, and what stacks do instead).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnFailure {
    /// Sends BYE at once.
    Leave,
    /// Lets go without a BYE.
    Vanish,
    /// Nothing: the session runs to the end of its interval, or for ever.
    RunOut,
    /// Refreshes again when half an interval has passed.
    Again,
}

/// What a side whose own BYE is unanswered says to a request of the other (rule R7, and what stacks do instead).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhileLeaving {
    /// 481 to a refresh, 200 to a BYE.
    RefuseRefresh,
    /// 481 to both.
    RefuseAll,
    /// 200 to both; the refresh keeps the other side's session.
    AcceptAll,
}

/// How an agent behaves. The default is RFC 4028's recommendation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Base timers of its transactions.
    pub timers: BaseTimers,
    /// Whether it knows session timers (rules C1, S7).
    pub supports_timer: bool,
    /// The interval it asks for as UAC (rule C2) and sets as UAS where the request has none (rule S4), in seconds.
    pub session_expires: Option<u32>,
    /// The Min-SE it sends as UAC (rule C3) and its own least interval as UAS (rules S1, S2), in seconds.
    pub min_se: Option<u32>,
    /// Whom it names as refresher when it asks for an interval (rule C2).
    pub uac_refresher: Option<Refresher>,
    /// Whom it chooses as refresher when it answers a request that names none (rule S5).
    pub uas_refresher: Refresher,
    /// By which request it refreshes (rule C7).
    pub refresh_by: RefreshBy,
    /// Whether its Allow lists UPDATE, and it takes one.
    pub allows_update: bool,
    /// How much sooner or later than due a refresh is sent, at most, by chance.
    pub refresh_jitter: Span,
    /// Whether halves and parts of the interval are rounded down to whole seconds.
    pub whole_seconds: bool,
    /// When it gives up as watcher (rule R2).
    pub watcher_gives_up: GiveUp,
    /// When it gives up as refresher (rule R2).
    pub refresher_gives_up: GiveUp,
    /// When its refresh is answered 481 or 408 (rule R3).
    pub on_refusal: OnFailure,
    /// When its refresh times out (rule R3).
    pub on_timeout: OnFailure,
    /// What it answers while its own BYE is unanswered (rule R7).
    pub while_leaving: WhileLeaving,
    /// The first gap between copies of a request other than INVITE, in T1 (rule T2: 1).
    pub first_gap_in_t1: u8,
}

impl Profile {
    /// RFC 4028's recommendation: 1800 s, no Min-SE of its own, the refresher left open and taken as the UAC.
    pub const RFC: Profile = Profile {
        timers: BaseTimers::RFC,
        supports_timer: true,
        session_expires: Some(rules::RECOMMENDED_SESSION_EXPIRES_S),
        min_se: None,
        uac_refresher: None,
        uas_refresher: Refresher::Uac,
        refresh_by: RefreshBy::Update,
        allows_update: true,
        refresh_jitter: Span::ZERO,
        whole_seconds: false,
        watcher_gives_up: GiveUp::Before { most: rules::WATCHER_MARGIN, one_over: rules::WATCHER_MARGIN_ONE_OVER },
        refresher_gives_up: GiveUp::AtPerMille(1000),
        on_refusal: OnFailure::Leave,
        on_timeout: OnFailure::Leave,
        while_leaving: WhileLeaving::RefuseRefresh,
        first_gap_in_t1: 1,
    };
}

impl Profile {
    /// When after a refresh the refresher sends the next: half the interval (rule R1).
    pub fn refresh_after(&self, interval_s: u32) -> Span {
        self.part_of(interval_s, rules::REFRESH_AT_ONE_OVER)
    }

    /// An interval divided by `one_over`, to the nanosecond or to the second.
    fn part_of(&self, interval_s: u32, one_over: u32) -> Span {
        let part = Span::from_secs(interval_s.into()).divided_by(one_over.into());
        if self.whole_seconds { part - part.modulo(Span::from_secs(1)) } else { part }
    }

    /// When after a refresh a side gives the session up by `rule`; `None` if it never does (rule R2).
    pub fn gives_up_after(&self, rule: GiveUp, interval_s: u32) -> Option<Span> {
        let interval = Span::from_secs(interval_s.into());
        match rule {
            GiveUp::Before { most, one_over } => Some(interval - most.min(self.part_of(interval_s, one_over))),
            GiveUp::AtPerMille(share) => Some(interval.times(share.into()).divided_by(1000)),
            GiveUp::Never => None,
        }
    }
}
