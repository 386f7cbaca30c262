//! The settings by which a proxy behaves.

use crate::sip::profile::{BaseTimers, Ping};
use crate::sip::rules;
use crate::time::Span;

/// How a stateful proxy behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProxyProfile {
    /// Base timers of its transactions.
    pub timers: BaseTimers,
    /// Whether it records itself in the route of a dialog, and so sees more than the first INVITE (rule P10).
    pub records_route: bool,
    /// What it does about calls and their session timers; `None`: it knows of transactions alone.
    pub calls: Option<CallKeeping>,
}

/// How a call-stateful proxy takes part in session timers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallKeeping {
    /// The interval it wants, in seconds.
    pub session_expires: Option<u32>,
    /// Into which requests without an interval it inserts that (rule P1).
    pub inserts: Inserts,
    /// Whether it lowers a longer interval to that (rule P2).
    pub lowers: bool,
    /// Its own least interval, in seconds.
    pub min_se: Option<u32>,
    /// Whether it answers 422 to less, where it may (rule P4).
    pub refuses: bool,
    /// Whether it adds the interval to a 2xx without one, where it may (rule P7).
    pub adds_to_2xx: bool,
    /// How long it keeps a call whose 2xx has no interval; `None`: until its BYE.
    pub lifetime: Option<Span>,
    /// What it does when the interval, or that lifetime, has passed without a refresh (rule P9).
    pub on_expiry: OnExpiry,
    /// How it pings the two sides, if it does.
    pub pings: Option<Pings>,
}

/// The pings of a proxy, by OPTIONS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pings {
    /// How.
    pub ping: Ping,
    /// Whether it pings the caller's side, and the callee's.
    pub sides: [bool; 2],
}

/// Into which requests a proxy inserts an interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inserts {
    /// None.
    Never,
    /// INVITEs that begin a dialog.
    First,
    /// Those, and every re-INVITE and UPDATE.
    Every,
}

/// What a proxy does with a call that nobody refreshed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnExpiry {
    /// It forgets the call (rule P9).
    Forget,
    /// It sends a BYE to both sides, and forgets the call.
    Bye,
}

impl ProxyProfile {
    /// A proxy that knows of transactions alone, and records itself.
    pub const STATEFUL: ProxyProfile = ProxyProfile { timers: BaseTimers::RFC, records_route: true, calls: None };

    /// A proxy that keeps calls by RFC 4028's recommendation: it wants 1800 s where nobody asks, and refuses, lowers
    /// and ends nothing.
    pub const CALL_STATEFUL: ProxyProfile = ProxyProfile {
        calls: Some(CallKeeping {
            session_expires: Some(rules::RECOMMENDED_SESSION_EXPIRES_S),
            inserts: Inserts::Every,
            lowers: false,
            min_se: None,
            refuses: true,
            adds_to_2xx: true,
            lifetime: None,
            on_expiry: OnExpiry::Forget,
            pings: None,
        }),
        ..ProxyProfile::STATEFUL
    };
}
