//! Why each element let go of the call when it did, in words.

use super::lanes::seconds;
use crate::analysis::{Ending, LetGo, Reason, endings};
use crate::sip::{Method, ReleaseCause, Status};
use crate::study::Trace;
use crate::time::{Span, Time};
use crate::world::HangUp;

/// A cause in a few words, with its rule.
pub(super) fn in_short(cause: ReleaseCause) -> String {
    match cause.rule() {
        Some(rule) => format!("{} ({rule})", cause.by()),
        None => cause.by().to_owned(),
    }
}

/// A sentence for the hang-up and one for each element.
pub(super) fn sentences(trace: &Trace) -> Vec<String> {
    let found = endings(trace);
    let hang_up = found.hang_up.map(|hang_up| {
        let (what, then) = match hang_up.how {
            HangUp::Bye => ("hung up", ""),
            HangUp::ByeLost => ("hung up", ", and no BYE of it got through"),
            HangUp::Dies => ("died", ""),
            HangUp::Restarts => ("died", ", to come back later without memory"),
        };
        format!("The {} {what} at {} s{then}.", hang_up.end.name(), seconds(hang_up.at))
    });
    hang_up.into_iter().chain(found.elements.iter().map(|ending| sentence(ending, trace))).collect()
}

fn sentence(ending: &Ending, trace: &Trace) -> String {
    let name = trace.element_name(ending.element);
    let (at, after_hang_up, closed, reason) = match ending.let_go {
        LetGo::StillHeld => {
            return format!("The {name} still held the call when the run ended at {} s.", seconds(trace.ended));
        }
        LetGo::KeepsNoCalls => return format!("The {name} kept no call, only transactions."),
        LetGo::NeverHeld => return format!("The {name} never held the call."),
        LetGo::Released { at, after_hang_up, closed, reason } => (at, after_hang_up, closed, reason),
    };
    let after = after_hang_up.map_or(String::new(), |after| format!(", {} after the hang-up", span(after)));
    let closed = closed
        .map_or(String::new(), |closed| format!(" It was closed at {} s, with the end of its BYE.", seconds(closed)));
    format!("The {name} let go at {} s{after}: {}.{closed}", seconds(at), words(reason))
}

/// The timer or message that ended it, with its arithmetic.
fn words(reason: Reason) -> String {
    let name = |refresh: Option<(Time, Method)>| match refresh {
        Some((sent, method)) => format!("{} of {} s", method.name(), seconds(sent)),
        None => "refresh".to_owned(),
    };
    match reason {
        Reason::NothingPassed { since, interval_s, forgot } => {
            let interval = match interval_s {
                Some(interval_s) => format!("its interval of {interval_s} s"),
                None => "its time for calls without an interval".to_owned(),
            };
            let then = if forgot { "it forgot the call (P9)" } else { "it sent a BYE to both sides" };
            format!("no refresh had passed since {} s, {interval} ended, and {then}", seconds(since))
        }
        Reason::RefreshMissing { since, patience, interval_s, margin } => {
            let place = if margin > Span::ZERO { format!(", {} before the", span(margin)) } else { "; the".to_owned() };
            format!(
                "no refresh had come since {} s, and a watcher gives up {} later{place} interval of {interval_s} s ends (R2)",
                seconds(since),
                span(patience),
            )
        }
        Reason::IntervalEnded { since, interval_s } => {
            format!(
                "no refresh had succeeded since {} s, and the interval of {interval_s} s was over (R2)",
                seconds(since)
            )
        }
        Reason::RefreshTimedOut { refresh } => {
            format!("its {} was answered by no final response in 64*T1 (R3)", name(refresh))
        }
        Reason::RefreshRefused { refresh, by_time_out: true } => format!("its {} was answered 408 (R3)", name(refresh)),
        Reason::RefreshRefused { refresh, by_time_out: false } => {
            format!("its {} was answered 481, for the other side has no such call any more (R3, R5)", name(refresh))
        }
        Reason::RefreshFailed { refresh, status: Some(Status(code)) } => {
            format!("its {} was answered {code}, which ends a call for it (R4)", name(refresh))
        }
        Reason::RefreshFailed { refresh, status: None } => {
            format!("its {} could not be sent, which counts as 503 and ends a call for it (R4)", name(refresh))
        }
        Reason::Other(cause) => in_short(cause),
    }
}

fn span(span: Span) -> String {
    format!("{} s", seconds(Time::from_nanos(span.as_nanos())))
}
