//! The settings by which an agent behaves.

use super::media::Media;
use super::message::Method;
use super::refresher::Refresher;
use super::rules;
use crate::time::Span;

/// The base timers of RFC 3261 17 and table 4, which all transaction timers are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BaseTimers {
    /// Round-trip estimate: the first retransmission gap. Every time-out is 64 of it.
    pub t1: Span,
    /// The longest gap between retransmissions of a non-INVITE request or an INVITE response.
    pub t2: Span,
    /// The longest a message stays in the network.
    pub t4: Span,
    /// Whether the transport is reliable: it resends by itself, so transactions do not, and forget at once (rule T5).
    pub reliable: bool,
}

impl BaseTimers {
    /// The values of RFC 3261.
    pub const RFC: BaseTimers = BaseTimers { t1: rules::T1, t2: rules::T2, t4: rules::T4, reliable: false };

    /// 64 · T1: timers B, F, H, J, L and M, and the wait for an ACK.
    pub const fn timeout(&self) -> Span {
        self.t1.times(rules::TIMEOUT_IN_T1)
    }

    /// How long a client transaction of `method` lives after its refusal: timers D and K (rules T1, T2, T5).
    pub fn linger(&self, method: Method) -> Span {
        match method {
            _ if self.reliable => Span::ZERO,
            Method::Invite => self.timeout().max(Span::from_secs(32)),
            Method::Ack | Method::Bye | Method::Update | Method::Options | Method::Register | Method::Message => {
                self.t4
            }
        }
    }

    /// How long an answered transaction of a server other than INVITE absorbs its request: timer J (rules T4, T5).
    pub fn absorbs(&self) -> Span {
        if self.reliable { Span::ZERO } else { self.timeout() }
    }

    /// How long a refused INVITE absorbs its ACK again: timer I (rules T3, T5).
    pub fn absorbs_acks(&self) -> Span {
        if self.reliable { Span::ZERO } else { self.t4 }
    }
}

/// By which request an agent refreshes (rule C7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefreshBy {
    /// UPDATE where the other side's Allow lists it, else re-INVITE.
    Update,
    /// UPDATE, whatever the other side's Allow says.
    UpdateAlways,
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

/// What a refresher does when its refresh fails (rules R3 and R4, and what stacks do instead).
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
    /// Refreshes again after the Retry-After of the refusal; without one, nothing.
    WhenTold,
    /// Refreshes again after the time that follows a 491 (RFC 3261 14.1).
    Glare,
    /// If the refresh was an UPDATE without an offer, sends one with an offer at once, and from then on only such; else
    /// nothing.
    OfferOnce,
    /// As `OfferOnce`, and where that does nothing refreshes again after [`Profile::retry_gap`], without bound.
    KeepTrying,
    /// Refreshes again after a quarter of the interval, then an eighth, and so on while that is more than 32 s.
    Halve,
}

/// By which request a side pings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PingBy {
    /// OPTIONS.
    Options,
    /// Re-INVITE.
    Invite,
}

/// What a side does that takes the other for lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhenLost {
    /// Sends BYE; a proxy sends one to both sides.
    Leave,
    /// Lets go without a BYE.
    Vanish,
    /// Nothing.
    Nothing,
}

/// Requests in the dialog by which a side makes sure that the other is still there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ping {
    /// By which request.
    pub by: PingBy,
    /// How long after one the next is sent.
    pub every: Span,
    /// How many in a row may be left unanswered.
    pub misses: u8,
    /// When one is answered 481.
    pub on_gone: WhenLost,
    /// When one is answered 408.
    pub on_timeout: WhenLost,
    /// When more than [`Ping::misses`] in a row are not answered at all.
    pub on_silence: WhenLost,
    /// How long after that it does so.
    pub grace: Span,
}

impl Ping {
    /// What RFC 3261 12.2.1.2 asks of whoever gets 481, 408 or nothing: the end of the call. The rest is as deployed
    /// proxies have it.
    pub const OPTIONS: Ping = Ping {
        by: PingBy::Options,
        every: Span::from_secs(30),
        misses: 0,
        on_gone: WhenLost::Leave,
        on_timeout: WhenLost::Leave,
        on_silence: WhenLost::Leave,
        grace: Span::ZERO,
    };
}

/// What a side does whose refresh is due while another negotiation is under way (rule C12).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhenBusy {
    /// Sends it when that has ended without having refreshed the session.
    Wait,
    /// Leaves it out.
    Skip,
    /// Looks again after this time.
    LookAgain(Span),
}

/// What a side whose own BYE is unanswered says to a request of the other (rule R7, and what stacks do instead).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhileLeaving {
    /// 481 to a refresh, 200 to a BYE.
    RefuseRefresh,
    /// 481 to both; with the first of them the call is over for it, answered BYE or not.
    RefuseAll,
    /// 200 to both; the refresh keeps the other side's session.
    AcceptAll,
    /// The same, but 488 to a refresh that carries an offer.
    RefuseOffers,
}

/// What a side does with an INVITE that comes again after its 2xx and before the ACK.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RepeatedInvite {
    /// Absorbs it (RFC 6026 7.1).
    Absorb,
    /// Sends the 2xx once more.
    Answer,
    /// Sends the 2xx once more, which doubles the gap before the next copy as each copy does.
    AnswerAndCount,
}

/// From when a refresher counts to its next refresh.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CountsFrom {
    /// From the 2xx of this one.
    Success,
    /// From when this one was due, whatever becomes of it.
    Due,
    /// From when this one was due as long as it is unanswered, and anew from its 2xx.
    DueUntilAnswered,
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
    /// Whom it chooses as refresher when it answers a request that names none (rule S5); `None`: it answers without an
    /// interval.
    pub uas_refresher: Option<Refresher>,
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
    /// When its refresh is answered 503, or cannot be sent (rule R4).
    pub on_unavailable: OnFailure,
    /// When its refresh is answered by any other 5xx (rule R4).
    pub on_server_error: OnFailure,
    /// When its refresh is answered 491 (rule R4).
    pub on_glare: OnFailure,
    /// When its refresh is answered by another 4xx or 6xx that by RFC 5057 ends the session or the dialog (rule R4).
    pub on_ending: OnFailure,
    /// When its refresh is answered by any other refusal (rule R4).
    pub on_other: OnFailure,
    /// From the end of a refused UPDATE's transaction, or from the refusal of a re-INVITE, to the next try, for
    /// [`OnFailure::KeepTrying`].
    pub retry_gap: Span,
    /// The longest time that it waits after a 491 if the Call-ID is its own, for [`OnFailure::Glare`]; 2.1 s or more.
    pub glare_at_most: Span,
    /// How many refreshes in a row may fail before it tries no more, where the refusal says to try (rule R4).
    pub refresh_tries: u8,
    /// How many INVITEs it sends to set a call up, the first and those after a 422 together (rule C6).
    pub most_invites: u8,
    /// Whether a 405 or 501 to its UPDATE makes it refresh by re-INVITE from then on (rule C7).
    pub fallback_to_reinvite: bool,
    /// What it does with a refresh that is due while another negotiation is under way (rule C12).
    pub when_busy: WhenBusy,
    /// From when the next refresh counts (rule R1).
    pub counts_from: CountsFrom,
    /// Whether it refreshes on its own account after a 2xx without an interval (rule C5).
    pub refresh_without_se: bool,
    /// The interval that it answers to a request without one, whether its sender supports timers or not, in seconds.
    pub default_se_as_uas: Option<u32>,
    /// Whether ICMP port unreachable fails a request as a 503 does (rule R4).
    pub heeds_icmp: bool,
    /// From which copy of a BYE on it does so.
    pub icmp_ends_bye_at_copy: u8,
    /// How much too late a session timer is for each second that it waits.
    pub timer_drift: Span,
    /// How much too late a session timer is, however long it waits.
    pub timer_delay: Span,
    /// The step of the clock of its session timers; zero: none.
    pub timer_granularity: Span,
    /// Whether it begins a second BYE while the first is unanswered: when the interval ends, as its session timer runs
    /// on after a refresh that timed out; and when a refresh times out or is answered 481 or 408.
    pub second_bye: bool,
    /// Whether it knows the dialog after its end, as long as a transaction of it lives: 200 to a BYE, 500 to an UPDATE,
    /// and to an INVITE no answer, so that its transaction never ends.
    pub dialog_outlives_bye: bool,
    /// After how long without media it says BYE (rule M6).
    pub media_timeout: Option<Span>,
    /// What it sends of media, and what it listens for.
    pub media: Media,
    /// What it answers while its own BYE is unanswered (rule R7).
    pub while_leaving: WhileLeaving,
    /// What it does with an INVITE that is repeated after its 2xx (rule T3).
    pub repeated_invite: RepeatedInvite,
    /// Whether the end of the call takes no notice of a re-INVITE whose ACK is missing: no BYE waits for that (rule R8
    /// is for the first INVITE alone then), and the 2xx is repeated after the end as before.
    pub bye_ignores_pending_ack: bool,
    /// The first gap between copies of a request, in T1 (rules T1, T2: 1).
    pub first_gap_in_t1: u8,
    /// Whether it refreshes by OPTIONS where the other side knows no timers and takes no UPDATE.
    pub options_refresh: bool,
    /// How it pings, if it does.
    pub ping: Option<Ping>,
}

impl Profile {
    /// RFC 4028's recommendation: 1800 s, no Min-SE of its own, the refresher left open and taken as the UAC.
    pub const RFC: Profile = Profile {
        timers: BaseTimers::RFC,
        supports_timer: true,
        session_expires: Some(rules::RECOMMENDED_SESSION_EXPIRES_S),
        min_se: None,
        uac_refresher: None,
        uas_refresher: Some(Refresher::Uac),
        refresh_by: RefreshBy::Update,
        allows_update: true,
        refresh_jitter: Span::ZERO,
        whole_seconds: false,
        watcher_gives_up: GiveUp::Before { most: rules::WATCHER_MARGIN, one_over: rules::WATCHER_MARGIN_ONE_OVER },
        refresher_gives_up: GiveUp::AtPerMille(1000),
        on_refusal: OnFailure::Leave,
        on_timeout: OnFailure::Leave,
        on_unavailable: OnFailure::WhenTold,
        on_server_error: OnFailure::WhenTold,
        on_glare: OnFailure::Glare,
        on_ending: OnFailure::RunOut,
        on_other: OnFailure::RunOut,
        retry_gap: Span::from_secs(10),
        glare_at_most: rules::GLARE[1],
        refresh_tries: rules::MAX_FAILED_REFRESHES,
        most_invites: rules::MAX_INVITES,
        fallback_to_reinvite: true,
        when_busy: WhenBusy::Wait,
        counts_from: CountsFrom::Success,
        refresh_without_se: false,
        default_se_as_uas: None,
        heeds_icmp: true,
        icmp_ends_bye_at_copy: 1,
        timer_drift: Span::ZERO,
        timer_delay: Span::ZERO,
        timer_granularity: Span::ZERO,
        second_bye: false,
        dialog_outlives_bye: false,
        media_timeout: None,
        media: Media::RFC,
        while_leaving: WhileLeaving::RefuseRefresh,
        repeated_invite: RepeatedInvite::Absorb,
        bye_ignores_pending_ack: false,
        first_gap_in_t1: 1,
        options_refresh: false,
        ping: None,
    };
}

/// An instant that chance picks: the earliest, and how many steps of which length after it the latest is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// The earliest.
    pub from: Span,
    /// How many steps.
    pub steps: u32,
    /// The length of a step.
    pub step: Span,
}

impl Profile {
    /// When after a refresh the refresher sends the next: half the interval (rule R1).
    pub fn refresh_after(&self, interval_s: u32) -> Span {
        self.on_clock(self.part_of(interval_s, rules::REFRESH_AT_ONE_OVER))
    }

    /// The same with its jitter.
    pub fn refresh_window(&self, interval_s: u32) -> Window {
        let due = self.part_of(interval_s, rules::REFRESH_AT_ONE_OVER);
        if self.refresh_jitter == Span::ZERO {
            return Window { from: self.on_clock(due), steps: 0, step: Span::ZERO };
        }
        let on_clock = |span| self.on_clock(span) - self.timer_delay;
        let step = if self.timer_granularity == Span::ZERO { Span::from_millis(1) } else { self.timer_granularity };
        let steps = (self.refresh_jitter.times(2).as_nanos() / step.as_nanos()) as u32;
        Window { from: self.on_clock(due - self.refresh_jitter), steps, step: on_clock(step) }
    }

    /// An interval divided by `one_over`, to the nanosecond or to the second.
    fn part_of(&self, interval_s: u32, one_over: u32) -> Span {
        let part = Span::from_secs(interval_s.into()).divided_by(one_over.into());
        if self.whole_seconds { part - part.modulo(Span::from_secs(1)) } else { part }
    }

    /// How long a session timer of `span` takes: up to the next step of a clock that is set when the timer is, and late
    /// by so much a second and by so much for each timer.
    fn on_clock(&self, span: Span) -> Span {
        if self.timer_granularity == Span::ZERO && self.timer_drift == Span::ZERO {
            return span + self.timer_delay;
        }
        let over = if self.timer_granularity == Span::ZERO { Span::ZERO } else { span.modulo(self.timer_granularity) };
        let span = if over == Span::ZERO { span } else { span + (self.timer_granularity - over) };
        let late = u128::from(span.as_nanos()) * u128::from(self.timer_drift.as_nanos()) / 1_000_000_000;
        span + Span::from_nanos(late as u64) + self.timer_delay
    }

    /// When after a refresh a side gives the session up by `rule`; `None` if it never does (rule R2).
    pub fn gives_up_after(&self, rule: GiveUp, interval_s: u32) -> Option<Span> {
        let interval = Span::from_secs(interval_s.into());
        let after = match rule {
            GiveUp::Before { most, one_over } => interval - most.min(self.part_of(interval_s, one_over)),
            GiveUp::AtPerMille(share) => interval.times(share.into()).divided_by(1000),
            GiveUp::Never => return None,
        };
        Some(self.on_clock(after))
    }
}
