//! The session timer of RFC 4028: what is asked for, what is answered, and who does what by when.
//!
//! Pure functions of a profile and a message. When a refresh is sent and what happens if it fails is the agent's.

use super::message::{Message, SessionExpires};
use super::profile::{Profile, Window};
use super::refresher::Refresher;
use super::rules;
use crate::time::Span;

/// What this side does in the session it has negotiated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Session {
    /// The session does not expire (rule C5).
    Untimed,
    /// This side refreshes it (rule R1).
    Refreshing {
        /// The session interval, in seconds.
        interval_s: u32,
    },
    /// This side waits for refreshes (rule R2).
    Watching {
        /// The session interval, in seconds.
        interval_s: u32,
    },
}

impl Session {
    /// When after a refresh this side sends the next (rule R1).
    pub fn refresh_after(self, profile: &Profile) -> Option<Span> {
        self.refreshes().map(|interval_s| profile.refresh_after(interval_s))
    }

    /// The interval, in seconds, if this side refreshes the session.
    pub fn refreshes(self) -> Option<u32> {
        match self {
            Session::Refreshing { interval_s } => Some(interval_s),
            Session::Untimed | Session::Watching { .. } => None,
        }
    }

    /// When after a refresh this side gives the session up, if ever (rule R2).
    pub fn expires_after(self, profile: &Profile) -> Option<Span> {
        match self {
            Session::Untimed => None,
            Session::Refreshing { interval_s } => profile.gives_up_after(profile.refresher_gives_up, interval_s),
            Session::Watching { interval_s } => profile.gives_up_after(profile.watcher_gives_up, interval_s),
        }
    }
}

/// When after a refresh a side does what it does in its session: the session and its lengths of time, worked out once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RefreshSchedule {
    session: Session,
    next: Option<Window>,
    expires_after: Option<Span>,
}

impl RefreshSchedule {
    /// That of a session that does not expire.
    pub(super) const UNTIMED: RefreshSchedule =
        RefreshSchedule { session: Session::Untimed, next: None, expires_after: None };

    /// That of `session` for a side that behaves as `profile` says.
    pub(super) fn of(session: Session, profile: &Profile) -> RefreshSchedule {
        let next = session.refreshes().map(|interval_s| profile.refresh_window(interval_s));
        RefreshSchedule { session, next, expires_after: session.expires_after(profile) }
    }

    /// What the side does.
    #[inline]
    pub(super) fn session(&self) -> Session {
        self.session
    }

    /// When it sends the next refresh, if it does (rule R1).
    #[inline]
    pub(super) fn next(&self) -> Option<Window> {
        self.next
    }

    /// When it gives the session up, if ever (rule R2).
    #[inline]
    pub(super) fn expires_after(&self) -> Option<Span> {
        self.expires_after
    }
}

/// Puts into `request` what `profile` asks for on the first INVITE (rules C1, C2, C3). `least` is the largest Min-SE
/// that a 422 or a request of this call ever carried (rules C6, C9).
pub(super) fn ask(profile: &Profile, least: Option<u32>, request: &mut Message) {
    if !profile.supports_timer {
        return;
    }
    request.supports_timer = true;
    request.min_se = profile.min_se.max(least);
    request.session_expires = profile.session_expires.map(|interval_s| SessionExpires {
        interval_s: interval_s.max(request.min_se.unwrap_or(rules::LEAST_SESSION_EXPIRES_S)),
        refresher: profile.uac_refresher,
    });
}

/// Puts into a refresh of `session` what this side must: the interval, itself as refresher, the largest Min-SE seen
/// (rules C1, C8, C9).
pub(super) fn refresh(interval_s: u32, least: Option<u32>, request: &mut Message) {
    request.supports_timer = true;
    request.min_se = least;
    request.session_expires = Some(SessionExpires { interval_s, refresher: Some(Refresher::Uac) });
}

/// A server's answer to an INVITE or UPDATE, as far as session timers go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// 422 with this Min-SE (rules S1, H3).
    TooSmall {
        /// In seconds.
        min_se: u32,
    },
    /// A 2xx with this Session-Expires or none.
    Accept {
        /// The Session-Expires of the 2xx.
        session_expires: Option<SessionExpires>,
        /// Whether the 2xx carries `Require: timer` (rule S6).
        requires_timer: bool,
    },
}

/// How a server with `profile` answers `request` (rules S1 to S7).
pub(super) fn answer(profile: &Profile, request: &Message) -> Answer {
    // S7: a server without support ignores all of it.
    if !profile.supports_timer {
        return Answer::Accept { session_expires: None, requires_timer: false };
    }
    let own_least = profile.min_se.unwrap_or(rules::LEAST_SESSION_EXPIRES_S);
    let client_supports = request.supports_timer;
    let interval_s = match request.session_expires {
        // S1: too short for this server, and the client can ask for more.
        Some(asked) if client_supports && asked.interval_s < own_least => {
            return Answer::TooSmall { min_se: own_least };
        }
        // S2: too short, and the client cannot. S3: otherwise as asked.
        Some(asked) => Some(asked.interval_s.max(own_least)),
        // The server sets one whatever the client supports.
        None if profile.default_se_as_uas.is_some() => profile.default_se_as_uas,
        // S4: the client supports timers and asks for none.
        None if client_supports => profile
            .session_expires
            .map(|wanted| wanted.max(own_least).max(request.min_se.unwrap_or(rules::LEAST_SESSION_EXPIRES_S))),
        None => None,
    };
    let Some(interval_s) = interval_s else {
        return Answer::Accept { session_expires: None, requires_timer: false };
    };
    // S5: the refresher.
    let refresher = match request.session_expires.and_then(|asked| asked.refresher) {
        _ if !client_supports => Some(Refresher::Uas),
        Some(asked) => Some(asked),
        None => profile.uas_refresher,
    };
    if refresher.is_none() {
        return Answer::Accept { session_expires: None, requires_timer: false };
    }
    Answer::Accept {
        session_expires: Some(SessionExpires { interval_s, refresher }),
        // S6: with `uac` it must, and the client supports timers whenever it is `uac`; with `uas` it should if so.
        requires_timer: client_supports,
    }
}

/// What a client takes from the 2xx to `request` (rules C4, C5, C10).
pub(super) fn session_from_2xx(profile: &Profile, request: &Message, response: &Message) -> Session {
    match response.session_expires {
        Some(SessionExpires { interval_s, refresher }) if profile.supports_timer => match refresher {
            // C5: an interval without a refresher is read as `uac`.
            None | Some(Refresher::Uac) => Session::Refreshing { interval_s },
            Some(Refresher::Uas) => Session::Watching { interval_s },
        },
        // C5: no interval, and this side wants the check all the same.
        _ if profile.refresh_without_se => request
            .session_expires
            .map_or(Session::Untimed, |SessionExpires { interval_s, .. }| Session::Refreshing { interval_s }),
        _ => Session::Untimed,
    }
}

/// What a server takes from the 2xx that it sends.
pub(super) fn taken_by_server(session_expires: Option<SessionExpires>) -> Session {
    match session_expires {
        None => Session::Untimed,
        Some(SessionExpires { interval_s, refresher: Some(Refresher::Uas) }) => Session::Refreshing { interval_s },
        Some(SessionExpires { interval_s, .. }) => Session::Watching { interval_s },
    }
}
