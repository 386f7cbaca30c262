//! Why each element let go of the call when it did.

use super::lanes::seconds;
use crate::sip::{Kind, Message, Method, Profile, ReleaseCause, Session, Status};
use crate::study::Trace;
use crate::time::{Span, Time};
use crate::world::{Element, End, Fact, HangUp, StopPart};

/// A cause in a few words, with its rule.
pub(super) fn in_short(cause: ReleaseCause) -> String {
    match cause.rule() {
        Some(rule) => format!("{} ({rule})", cause.by()),
        None => cause.by().to_owned(),
    }
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

/// A sentence for the hang-up and one for each element.
pub(super) fn endings(trace: &Trace) -> String {
    let order = trace.chain.elements();
    let mut known = vec![Known::default(); order.len()];
    let mut hung_up = None;
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
            Fact::HungUp { end, how, .. } => hung_up = hung_up.or(Some((record.at, end, how))),
            Fact::Released { element, cause } => {
                known[element.index()].released.get_or_insert((record.at, cause));
            }
            Fact::Closed { element } => {
                known[element.index()].closed.get_or_insert(record.at);
            }
            _ => {}
        }
    }
    let mut text = String::new();
    if let Some((at, end, how)) = hung_up {
        let (what, then) = match how {
            HangUp::Bye => ("hung up", ""),
            HangUp::ByeLost => ("hung up", ", and no BYE of it got through"),
            HangUp::Dies => ("died", ""),
            HangUp::Restarts => ("died", ", to come back later without memory"),
        };
        text += &format!("The {} {what} at {} s{then}.\n", end.name(), seconds(at));
    }
    for element in order {
        text += &ending(element, &known[element.index()], hung_up.map(|(at, by, _)| (at, by)), trace);
    }
    text
}

fn ending(element: Element, known: &Known, hung_up: Option<(Time, End)>, trace: &Trace) -> String {
    let name = trace.element_name(element);
    let Some((at, cause)) = known.released else {
        return match known.refreshed {
            Some(_) => format!("The {name} still held the call when the run ended at {} s.\n", seconds(trace.ended)),
            None if is_proxy(element, trace) => format!("The {name} kept no call, only transactions.\n"),
            None => format!("The {name} never held the call.\n"),
        };
    };
    let after = hung_up
        .filter(|&(hung_up, by)| element != by && at >= hung_up)
        .map_or(String::new(), |(hung_up, _)| format!(", {} after the hang-up", span(at.since(hung_up))));
    let closed = known
        .closed
        .filter(|&closed| closed > at)
        .map_or(String::new(), |closed| format!(" It was closed at {} s, with the end of its BYE.", seconds(closed)));
    format!(
        "The {name} let go at {} s{after}: {}.{closed}\n",
        seconds(at),
        if is_proxy(element, trace) {
            reason_of_proxy(cause, known)
        } else {
            reason(cause, known, trace.profiles.get(element.index()).and_then(Option::as_ref))
        }
    )
}

fn is_proxy(element: Element, trace: &Trace) -> bool {
    trace.chain.part(element) == StopPart::Proxy
}

/// Why a proxy let go.
fn reason_of_proxy(cause: ReleaseCause, known: &Known) -> String {
    let then = match cause {
        ReleaseCause::StateExpired => "it forgot the call (P9)",
        ReleaseCause::IntervalEnded => "it sent a BYE to both sides",
        _ => return in_short(cause),
    };
    match known.refreshed {
        Some((since, Session::Watching { interval_s } | Session::Refreshing { interval_s })) => format!(
            "no refresh had passed since {} s, its interval of {interval_s} s ended, and {then}",
            seconds(since)
        ),
        Some((since, Session::Untimed)) => {
            format!(
                "no refresh had passed since {} s, its time for calls without an interval ended, and {then}",
                seconds(since)
            )
        }
        None => in_short(cause),
    }
}

/// The timer or message that ended it, with its arithmetic.
fn reason(cause: ReleaseCause, known: &Known, profile: Option<&Profile>) -> String {
    let refresh = known
        .refresh_sent
        .map_or("refresh".to_owned(), |(sent, method)| format!("{} of {} s", method.name(), seconds(sent)));
    match (cause, known.refreshed) {
        (ReleaseCause::RefreshMissing, Some((since, session @ Session::Watching { interval_s }))) => {
            let patience = profile.and_then(|profile| session.expires_after(profile)).unwrap_or_default();
            let margin = Span::from_secs(interval_s.into()) - patience;
            let place = if margin > Span::ZERO { format!(", {} before the", span(margin)) } else { "; the".to_owned() };
            format!(
                "no refresh had come since {} s, and a watcher gives up {} later{place} interval of {interval_s} s ends (R2)",
                seconds(since),
                span(patience),
            )
        }
        (ReleaseCause::IntervalEnded, Some((since, Session::Refreshing { interval_s }))) => {
            format!(
                "no refresh had succeeded since {} s, and the interval of {interval_s} s was over (R2)",
                seconds(since)
            )
        }
        (ReleaseCause::RefreshTimedOut, _) => {
            format!("its {refresh} was answered by no final response in 64*T1 (R3)")
        }
        (ReleaseCause::RefreshRefused, _) if known.refused == Some(Status::REQUEST_TIMEOUT) => {
            format!("its {refresh} was answered 408 (R3)")
        }
        (ReleaseCause::RefreshRefused, _) => {
            format!("its {refresh} was answered 481, for the other side has no such call any more (R3, R5)")
        }
        (ReleaseCause::RefreshFailed, _) => match known.refused {
            Some(Status(code)) => format!("its {refresh} was answered {code}, which ends a call for it (R4)"),
            None => format!("its {refresh} could not be sent, which counts as 503 and ends a call for it (R4)"),
        },
        (cause, _) => in_short(cause),
    }
}

fn span(span: Span) -> String {
    format!("{} s", seconds(Time::from_nanos(span.as_nanos())))
}
