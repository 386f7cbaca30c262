//! A trace as a ladder diagram in text, at most 100 columns wide.
//!
//! One line a message, at the instant of its sending, with the instant of its arrival behind it; a lost one ends in a
//! cross. What an end does on its own stands on its side of the ladder.

use super::super::text::wrap;
use super::recorder::{Record, Trace};
use super::why;
use crate::sip::{Kind, Message, Method, Session, Timer};
use crate::time::Time;
use crate::world::{End, Fact, HangUp, Loss, Outcome};

/// Columns between the two ends.
const WIDTH: usize = 66;

/// The ladder of `trace`, and below it why each end let go of the call when it did.
pub fn ladder(trace: &Trace) -> String {
    let mut text = format!("{}, call {}: {}\n", trace.name, trace.call, trace.nodes.join(" -- "));
    text += "The number behind a message is its CSeq; x marks where one is lost.\n\n";
    let heads = End::BOTH.map(End::name);
    text += &format!("{:>12}   {}{:>width$}   {:>12}\n", "sent s", heads[0], heads[1], "arrives s", width = WIDTH - 4);
    for record in &trace.records {
        if let Some(line) = line(trace, record) {
            text += line.trim_end();
            text.push('\n');
        }
    }
    text.push('\n');
    for line in why::endings(trace).lines().flat_map(|sentence| wrap(sentence, "  ")) {
        text += &line;
        text.push('\n');
    }
    text
}

fn line(trace: &Trace, record: &Record) -> Option<String> {
    let at = record.at;
    Some(match record.fact {
        Fact::Began | Fact::Delivered { .. } => return None,
        Fact::Sent { from, message, copy, outcome } => {
            let label = label(&message, copy);
            let (mark, note) = match outcome {
                Outcome::Arrives(arrives) => (None, format!("{:>12}", seconds(arrives))),
                Outcome::Lost(Loss::OnLink(link)) if trace.nodes.len() > 2 => {
                    (Some(format!("x {}", trace.link_name(link))), "        lost".to_owned())
                }
                Outcome::Lost(Loss::OnLink(_)) => (Some("x".to_owned()), "        lost".to_owned()),
                Outcome::Lost(Loss::ByFault(fault)) => {
                    (Some(format!("x fault {}", fault + 1)), "        lost".to_owned())
                }
                Outcome::Lost(Loss::ByeLost) => (Some("x bye-loss".to_owned()), "        lost".to_owned()),
            };
            format!("{:>12}   |{}|   {note}", seconds(at), arrow(from, &label, mark.as_deref()))
        }
        Fact::Unheard { to, message } => aside(at, to, &format!("{message} arrives at a dead agent")),
        Fact::Fired { of, timer, method } => aside(at, of, &fired(timer, method)?),
        Fact::Established { end, session } => aside(at, end, &format!("established: {}", role(session))),
        Fact::Refreshed { end, session } => aside(at, end, &format!("refreshed: {}", role(session))),
        Fact::HungUp { end, how, .. } => aside(
            at,
            end,
            match how {
                HangUp::Bye => "HANGS UP",
                HangUp::ByeLost => "HANGS UP; no BYE of it will get through",
                HangUp::Dies => "DIES",
                HangUp::Restarts => "DIES, and will come back without memory",
            },
        ),
        Fact::Released { end, cause } => aside(at, end, &format!("RELEASED: {}", why::in_short(cause))),
        Fact::Closed { end } => aside(at, end, "closed"),
        Fact::CameBack { end } => aside(at, end, "comes back without memory"),
    })
}

/// `INVITE 1, SE 1800;refresher=uac, Min-SE 90, copy 2 (timer A)`.
fn label(message: &Message, copy: u16) -> String {
    let mut label = format!("{message} {}", message.cseq);
    if let Some(session_expires) = message.session_expires {
        label += &format!(", SE {session_expires}");
    }
    if let Some(min_se) = message.min_se {
        label += &format!(", Min-SE {min_se}");
    }
    match (message.kind, message.method) {
        _ if copy == 1 => {}
        (Kind::Request, Method::Invite) => label += &format!(", copy {copy} (timer A)"),
        (Kind::Request, Method::Bye | Method::Update) => label += &format!(", copy {copy} (timer E)"),
        (Kind::Request, Method::Ack) | (Kind::Response(_), _) => label += &format!(", copy {copy}"),
    }
    label
}

/// The space between the ends: label and shaft, with the head at the receiver's side or a mark where it was lost.
fn arrow(from: End, label: &str, lost: Option<&str>) -> String {
    let label = format!(" {label} ");
    let tail = match lost {
        None => ">".to_owned(),
        Some(mark) => format!(" {mark} "),
    };
    let reach = if lost.is_some() { WIDTH * 3 / 4 } else { WIDTH };
    let shaft = reach.saturating_sub(2 + label.chars().count() + tail.chars().count());
    match from {
        End::Caller => format!("{:<WIDTH$}", format!("--{label}{}{tail}", "-".repeat(shaft))),
        End::Callee => {
            let tail = tail.replace('>', "<");
            format!("{:>WIDTH$}", format!("{tail}{}{label}--", "-".repeat(shaft)))
        }
    }
}

/// What an end does by itself.
fn aside(at: Time, end: End, text: &str) -> String {
    let text = match end {
        End::Caller => format!("* {text:<width$}", width = WIDTH - 2),
        End::Callee => format!("{text:>width$} *", width = WIDTH - 2),
    };
    format!("{:>12}   |{text}|", seconds(at))
}

/// What a timer says, unless the message that it sends says it all.
fn fired(timer: Timer, method: Option<Method>) -> Option<String> {
    let name = method.map_or("", Method::name);
    let invite = method == Some(Method::Invite);
    Some(match timer {
        Timer::ClientRetransmit(_) => return None,
        Timer::ClientTimeout(_) => format!("timer {}: {name} timed out", if invite { "B" } else { "F" }),
        Timer::ServerRetransmit(_) => "timer G: no ACK to the refusal, again".to_owned(),
        Timer::ServerTimeout(_) => "timer H: no ACK to the refusal".to_owned(),
        Timer::Answer => "answers".to_owned(),
        Timer::AnswerRetransmit => "no ACK to the 2xx, again".to_owned(),
        Timer::AnswerTimeout => "no ACK to the 2xx in 64*T1".to_owned(),
        Timer::Refresh => "refresh due (R1)".to_owned(),
        Timer::Expiry => "session timer (R2)".to_owned(),
    })
}

fn role(session: Session) -> String {
    match session {
        Session::Untimed => "no session timer".to_owned(),
        Session::Refreshing { interval_s } => format!("refresher, interval {interval_s} s"),
        Session::Watching { interval_s } => format!("watcher, interval {interval_s} s"),
    }
}

/// Seconds to the millisecond.
pub(super) fn seconds(at: Time) -> String {
    let millis = (at.as_nanos() + 500_000) / 1_000_000;
    format!("{}.{:03}", millis / 1000, millis % 1000)
}
