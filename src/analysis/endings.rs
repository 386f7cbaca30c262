//! Why each element let go of a call when it did: the timer or message, with its arithmetic.

use crate::sip::{Kind, Message, Method, Profile, ReleaseCause, Session, Status};
use crate::study::Trace;
use crate::time::{Span, Time};
use crate::world::{Element, End, Fact, HangUp, StopPart};

/// How a call ended: who hung up, and when and why each element let go.
#[derive(Clone, Debug, PartialEq)]
pub struct Endings {
    /// The hang-up, if there was one.
    pub hang_up: Option<HangUpSeen>,
    /// One for each element, from caller to callee.
    pub elements: Vec<Ending>,
}

/// A hang-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HangUpSeen {
    /// When.
    pub at: Time,
    /// Whose.
    pub end: End,
    /// How.
    pub how: HangUp,
}

/// What became of the call at one element.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ending {
    /// The element.
    pub element: Element,
    /// Whether it let go, and why.
    pub let_go: LetGo,
}

/// Whether an element let go of a call.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum LetGo {
    /// It held the call when the run ended.
    StillHeld,
    /// It never held the call.
    NeverHeld,
    /// A proxy that keeps transactions alone.
    KeepsNoCalls,
    /// It let go.
    Released {
        /// When.
        at: Time,
        /// How long after the hang-up of another element.
        after_hang_up: Option<Span>,
        /// When its BYE was over, if that was later.
        closed: Option<Time>,
        /// Why.
        reason: Reason,
    },
}

/// Why an element let go. A refresh is known by its sending and its method.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Reason {
    /// A proxy saw no refresh pass: its interval ended, or without one its own time for such calls.
    NothingPassed {
        /// The last one that passed.
        since: Time,
        /// The interval.
        interval_s: Option<u32>,
        /// Whether it forgot the call; else it sent a BYE to both sides.
        forgot: bool,
    },
    /// A watcher saw no refresh come.
    RefreshMissing {
        /// The last one that came.
        since: Time,
        /// How long a watcher waits.
        patience: Span,
        /// The interval.
        interval_s: u32,
        /// How long before its end the watcher gives up.
        margin: Span,
    },
    /// A refresher's interval ended without a refresh that succeeded.
    IntervalEnded {
        /// The last one that succeeded.
        since: Time,
        /// The interval.
        interval_s: u32,
    },
    /// Its refresh had no final response.
    RefreshTimedOut {
        /// The refresh.
        refresh: Option<(Time, Method)>,
    },
    /// Its refresh was answered 408 or 481.
    RefreshRefused {
        /// The refresh.
        refresh: Option<(Time, Method)>,
        /// Whether by 408.
        by_time_out: bool,
    },
    /// Its refresh was refused in another way that ends a call for it, or could not be sent.
    RefreshFailed {
        /// The refresh.
        refresh: Option<(Time, Method)>,
        /// The status; `None` where it could not be sent.
        status: Option<Status>,
    },
    /// Any other cause, or one of these of which the trace does not show enough.
    Other(ReleaseCause),
}

/// What is known of one element when it lets go.
#[derive(Clone, Copy, Debug, Default)]
struct Known {
    /// The last time the session was established or refreshed for it, and what it did in it from then on.
    refreshed: Option<(Time, Session)>,
    /// Its last refresh, when it was sent for the first time.
    refresh_sent: Option<(Time, Method)>,
    /// How the last refusal of a refresh was put to it.
    refused: Option<Status>,
    released: Option<(Time, ReleaseCause)>,
    closed: Option<Time>,
}

/// How the call of `trace` ended.
pub fn endings(trace: &Trace) -> Endings {
    let order = trace.chain.elements();
    let mut known = vec![Known::default(); order.len()];
    let mut hang_up = None;
    for record in &trace.records {
        match record.fact {
            Fact::Established { element, session } | Fact::Refreshed { element, session } => {
                known[element.index()].refreshed = Some((record.at, session));
            }
            Fact::Sent { from, message: Message { kind: Kind::Request, method, .. }, copy: 1, .. }
                if method == Method::Update || method == Method::Invite =>
            {
                known[from.index()].refresh_sent = Some((record.at, method));
            }
            Fact::Delivered { to, message, .. }
                if matches!(message.method, Method::Update | Method::Invite)
                    && message.status().is_some_and(|status| !status.is_provisional() && !status.is_success()) =>
            {
                known[to.index()].refused = message.status();
            }
            Fact::Unreachable { to, .. } => known[to.index()].refused = None,
            Fact::SendFailed { from, .. } => known[from.index()].refused = None,
            Fact::HungUp { end, how, .. } => hang_up = hang_up.or(Some(HangUpSeen { at: record.at, end, how })),
            Fact::Released { element, cause } => {
                known[element.index()].released.get_or_insert((record.at, cause));
            }
            Fact::Closed { element } => {
                known[element.index()].closed.get_or_insert(record.at);
            }
            _ => {}
        }
    }
    let ending =
        |element: Element| Ending { element, let_go: let_go(element, &known[element.index()], hang_up, trace) };
    Endings { hang_up, elements: order.into_iter().map(ending).collect() }
}

fn let_go(element: Element, known: &Known, hang_up: Option<HangUpSeen>, trace: &Trace) -> LetGo {
    let is_proxy = trace.chain.part(element) == StopPart::Proxy;
    let Some((at, cause)) = known.released else {
        return match known.refreshed {
            Some(_) => LetGo::StillHeld,
            None if is_proxy => LetGo::KeepsNoCalls,
            None => LetGo::NeverHeld,
        };
    };
    let after = hang_up.filter(|hang_up| element != hang_up.end && at >= hang_up.at);
    LetGo::Released {
        at,
        after_hang_up: after.map(|hang_up| at.since(hang_up.at)),
        closed: known.closed.filter(|&closed| closed > at),
        reason: match is_proxy {
            true => reason_of_proxy(cause, known),
            false => reason(cause, known, trace.profiles.get(element.index()).and_then(Option::as_ref)),
        },
    }
}

fn reason_of_proxy(cause: ReleaseCause, known: &Known) -> Reason {
    let (forgot, Some((since, session))) = (cause == ReleaseCause::StateExpired, known.refreshed) else {
        return Reason::Other(cause);
    };
    if !forgot && cause != ReleaseCause::IntervalEnded {
        return Reason::Other(cause);
    }
    let interval_s = match session {
        Session::Watching { interval_s } | Session::Refreshing { interval_s } => Some(interval_s),
        Session::Untimed => None,
    };
    Reason::NothingPassed { since, interval_s, forgot }
}

fn reason(cause: ReleaseCause, known: &Known, profile: Option<&Profile>) -> Reason {
    let refresh = known.refresh_sent;
    match (cause, known.refreshed) {
        (ReleaseCause::RefreshMissing, Some((since, session @ Session::Watching { interval_s }))) => {
            let patience = profile.and_then(|profile| session.expires_after(profile)).unwrap_or_default();
            let margin = Span::from_secs(interval_s.into()) - patience;
            Reason::RefreshMissing { since, patience, interval_s, margin }
        }
        (ReleaseCause::IntervalEnded, Some((since, Session::Refreshing { interval_s }))) => {
            Reason::IntervalEnded { since, interval_s }
        }
        (ReleaseCause::RefreshTimedOut, _) => Reason::RefreshTimedOut { refresh },
        (ReleaseCause::RefreshRefused, _) => {
            Reason::RefreshRefused { refresh, by_time_out: known.refused == Some(Status::REQUEST_TIMEOUT) }
        }
        (ReleaseCause::RefreshFailed, _) => Reason::RefreshFailed { refresh, status: known.refused },
        (cause, _) => Reason::Other(cause),
    }
}
