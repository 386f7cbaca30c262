//! A trace as a ladder diagram in text: at most 100 columns wide where nothing stands between the ends.
//!
//! One line a message, at the instant of its sending, with the instant of its arrival behind it; a lost one ends in a
//! cross. What an element does on its own stands beside its lifeline. With more than two lifelines there is room
//! between them for names alone: what else there is to say stands at the end of the line.

use super::lanes::{Lanes, Words, seconds};
use super::why;
use crate::report::sheet::text::{WIDTH, wrap};
use crate::sip::{Kind, Message, Method, Session, Timer};
use crate::study::{Record, Trace};
use crate::time::Time;
use crate::world::{Element, Fact, HangUp, Loss, Outcome, StopPart};

/// The ladder of `trace`, and below it why each element let go of the call when it did.
pub fn ladder(trace: &Trace) -> String {
    let lanes = Lanes::new(trace.elements.len());
    let mut text = format!("{}, call {}: {}\n", trace.name, trace.call, trace.nodes.join(" -- "));
    text += "The number behind a message is its CSeq; x marks where one is lost.\n\n";
    text += lanes.heads(&trace.elements).trim_end();
    text.push('\n');
    for record in &trace.records {
        if let Some(line) = line(trace, &lanes, record) {
            text += line.trim_end();
            text.push('\n');
        }
    }
    text.push('\n');
    for line in why::sentences(trace).iter().flat_map(|sentence| wrap(sentence, "  ", WIDTH)) {
        text += &line;
        text.push('\n');
    }
    text
}

/// The place of an element among the lifelines.
fn place(trace: &Trace, element: Element) -> usize {
    trace.chain.elements().iter().position(|&other| other == element).unwrap_or_default()
}

fn line(trace: &Trace, lanes: &Lanes, record: &Record) -> Option<String> {
    let at = record.at;
    if let Fact::Sent { from, to, message, copy, outcome } = record.fact {
        return Some(sent(trace, lanes, at, [from, to], (&message, copy), outcome));
    }
    let (element, words) = by_itself(trace, &record.fact)?;
    Some(lanes.aside(at, place(trace, element), &words))
}

/// The line of a message.
fn sent(
    trace: &Trace,
    lanes: &Lanes,
    at: Time,
    [from, to]: [Element; 2],
    (message, copy): (&Message, u16),
    outcome: Outcome,
) -> String {
    let (lost, arrives) = match outcome {
        Outcome::Arrives(arrives) => (None, format!("{:>12}", seconds(arrives))),
        Outcome::Queues(..) => (None, format!("{:>12}", "waits")),
        Outcome::Lost(loss) => {
            let how = match loss {
                Loss::OnLink(link) if trace.nodes.len() > 2 => trace.link_name(link),
                Loss::OnLink(_) => String::new(),
                Loss::Down(link) => format!("{} down", trace.link_name(link)),
                Loss::NoBinding(_) => "no NAT binding".to_owned(),
                Loss::QueueFull(link) => format!("{} full", trace.link_name(link)),
                Loss::Connection(_) => "connection given up".to_owned(),
                Loss::ByFault(fault) => format!("fault {}", fault + 1),
                Loss::Suppressed => "bye-loss".to_owned(),
            };
            (Some(how), format!("{:>12}", "lost"))
        }
    };
    let (name, details) = label(message, copy);
    let ends = [from, to].map(|element| place(trace, element));
    let (arrow, note) = if lanes.are_wide() {
        let mark = lost.map(|how| format!("x {how}").trim_end().to_owned());
        (lanes.arrow(ends, &(name + &details), mark.as_deref()), String::new())
    } else {
        let how = lost.as_ref().map_or(String::new(), |how| format!(", {how}"));
        let note = format!("   {}", format!("{details}{how}").trim_start_matches(", "));
        (lanes.arrow(ends, &name, lost.map(|_| "x")), note)
    };
    format!("{:>12}   {arrow}   {arrives}{note}", seconds(at))
}

/// What an element does by itself; a message that is sent or arrives is none of that.
fn by_itself(trace: &Trace, fact: &Fact) -> Option<(Element, Words)> {
    let stands = |element: Element, session: Session, what: &str| match trace.chain.part(element) {
        StopPart::Proxy if what == "established" => Words::of("holds the call", ", ", &interval(session)),
        StopPart::Proxy => Words::of(what, ": ", &format!("holds the call, {}", interval(session))),
        StopPart::End | StopPart::Leg(..) => Words::of(what, ": ", &role(session)),
    };
    Some(match *fact {
        Fact::Began | Fact::Delivered { .. } | Fact::Sent { .. } => return None,
        Fact::Unheard { to, message, .. } => {
            let whom = if to.end().is_some() { "at a dead agent" } else { "at a dead element" };
            (to, Words::of(&format!("{message} arrives"), " ", whom))
        }
        Fact::Duplicated { from, message, arrives, .. } => {
            (from, Words::of(&format!("{message} is duplicated"), ": ", &format!("again at {}", seconds(arrives))))
        }
        Fact::Queued { from, message, link, leaves, outcome, .. } => {
            let through = format!("through {} at {}", trace.link_name(link), seconds(leaves));
            let then = match outcome {
                Outcome::Arrives(at) => format!("{through}, there at {}", seconds(at)),
                Outcome::Queues(next, at) => format!("{through}, at {} at {}", trace.link_name(next), seconds(at)),
                Outcome::Lost(Loss::QueueFull(_)) => format!("finds the queue before {} full", trace.link_name(link)),
                Outcome::Lost(_) => format!("{through}, and lost"),
            };
            (from, Words::of(&message.to_string(), " ", &then))
        }
        Fact::Unreachable { to, message } => (to, Words::of("ICMP port unreachable", ": ", &message.to_string())),
        Fact::SendFailed { from, message } => (from, Words::of("cannot send", " ", &message.to_string())),
        Fact::Fired { of, timer, method } => (of, fired(timer, method, trace.chain.part(of) == StopPart::Proxy)?),
        Fact::Established { element, session } => (element, stands(element, session, "established")),
        Fact::Refreshed { element, session } => (element, stands(element, session, "refreshed")),
        Fact::HungUp { end, how, .. } => {
            let words = match how {
                HangUp::Bye => Words::new("hangs up"),
                HangUp::ByeLost => Words::of("hangs up", " ", "(BYE suppressed)"),
                HangUp::Dies => Words::new("dies"),
                HangUp::Restarts => Words::of("dies", ", ", "restarts later without memory"),
            };
            (end.into(), words)
        }
        Fact::Released { element, cause } => (element, Words::of("released", ": ", &why::in_short(cause))),
        Fact::Closed { element } => (element, Words::new("closed")),
        Fact::Crashed { element } => (element, Words::new("dies")),
        Fact::CameBack { element } if element.end().is_some() => {
            (element, Words::of("comes back", " ", "without memory"))
        }
        Fact::CameBack { element } => (element, Words::new("comes back")),
    })
}

/// `INVITE 1` and `, SE 1800;refresher=uac, Min-SE 90, copy 2 (timer A)`.
fn label(message: &Message, copy: u16) -> (String, String) {
    let name = format!("{message} {}", message.cseq);
    let mut label = String::new();
    if let Some(session_expires) = message.session_expires {
        label += &format!(", SE {session_expires}");
    }
    if let Some(min_se) = message.min_se {
        label += &format!(", Min-SE {min_se}");
    }
    match (message.kind, message.method) {
        _ if copy == 1 => {}
        (Kind::Request, Method::Invite) => label += &format!(", copy {copy} (timer A)"),
        (Kind::Request, Method::Bye | Method::Update | Method::Options | Method::Register | Method::Message) => {
            label += &format!(", copy {copy} (timer E)")
        }
        (Kind::Request, Method::Ack) | (Kind::Response(_), _) => label += &format!(", copy {copy}"),
    }
    (name, label)
}

/// What a timer says, unless the message that it sends says it all.
fn fired(timer: Timer, method: Option<Method>, of_proxy: bool) -> Option<Words> {
    let name = method.map_or("", Method::name);
    let invite = method == Some(Method::Invite);
    Some(match timer {
        Timer::ClientRetransmit(_) => return None,
        Timer::ClientTimeout(_) => {
            Words::of(if invite { "timer B" } else { "timer F" }, ": ", &format!("{name} timed out"))
        }
        Timer::ServerRetransmit(_) => Words::of("timer G", ": ", "no ACK to the refusal, again"),
        Timer::ServerTimeout(_) => Words::of("timer H", ": ", "no ACK to the refusal"),
        Timer::Trying(_) => Words::of("T2 without an answer", ": ", "100 (T7)"),
        Timer::Answer => Words::new("answers"),
        Timer::AnswerRetransmit => Words::of("no ACK to the 2xx", ", ", "again"),
        Timer::AnswerTimeout => Words::of("no ACK to the 2xx", " ", "in 64*T1"),
        Timer::Refresh => Words::new("refresh due (R1)"),
        Timer::Expiry => Words::new(if of_proxy { "session timer (P9)" } else { "session timer (R2)" }),
        Timer::Change => Words::of("tries the change again", " ", "(R4)"),
        Timer::Ping => Words::new("ping due"),
    })
}

fn role(session: Session) -> String {
    match session {
        Session::Untimed => "no session timer".to_owned(),
        Session::Refreshing { .. } => format!("refresher, {}", interval(session)),
        Session::Watching { .. } => format!("watcher, {}", interval(session)),
    }
}

fn interval(session: Session) -> String {
    match session {
        Session::Untimed => "no interval".to_owned(),
        Session::Refreshing { interval_s } | Session::Watching { interval_s } => format!("interval {interval_s} s"),
    }
}
