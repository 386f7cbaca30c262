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
    };
}
