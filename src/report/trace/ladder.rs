//! A trace as a ladder diagram in text, at most 100 columns wide.
//!
//! One line a message, at the instant of its sending, with the instant of its arrival behind it; a lost one ends in a
//! cross. What an end does on its own stands on its side of the ladder.

use super::super::text::wrap;
use super::recorder::{Record, Trace};
use super::why;
use crate::sip::{Kind, Message, Method, Session, Timer};
use crate::time::Time;
use crate::world::{Element, Fact, HangUp, Loss, Outcome};

/// Columns between the two ends where nothing stands between them, and from each element to the next where something
/// does.
const WIDTH: usize = 66;
const NARROW: usize = 27;

/// The ladder of `trace`, and below it why each element let go of the call when it did.
pub fn ladder(trace: &Trace) -> String {
    let lanes = Lanes::new(trace);
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
    for line in why::endings(trace).lines().flat_map(|sentence| wrap(sentence, "  ")) {
        text += &line;
        text.push('\n');
    }
    text
}

/// One upright for each element, in the order of the path.
struct Lanes {
    order: Vec<Element>,
    gap: usize,
}

impl Lanes {
    fn new(trace: &Trace) -> Lanes {
        let order = trace.chain.elements();
        let gap = if order.len() == 2 { WIDTH } else { NARROW };
        Lanes { order, gap }
    }

    fn place(&self, element: Element) -> usize {
        self.order.iter().position(|&other| other == element).unwrap_or_default()
    }

    fn column(&self, place: usize) -> usize {
        place * (self.gap + 1)
    }

    /// A row with its uprights, and `text` written over it from `column` on.
    fn row(&self, column: usize, text: &str) -> String {
        let width = self.column(self.order.len() - 1) + 1;
        let mut row: Vec<char> = vec![' '; width];
        (0..self.order.len()).for_each(|place| row[self.column(place)] = '|');
        for (at, letter) in (column..).zip(text.chars()) {
            if at >= row.len() {
                row.resize(at + 1, ' ');
            }
            row[at] = letter;
        }
        row.into_iter().collect()
    }

    fn heads(&self, names: &[String]) -> String {
        let Some((last, others)) = names.split_last() else { return String::new() };
        let mut heads = String::new();
        for (name, place) in others.iter().zip(0..) {
            heads = format!("{heads:<width$}{name}", width = self.column(place));
        }
        let width = self.column(others.len()) + 1;
        let heads = format!("{heads}{last:>rest$}", rest = width.saturating_sub(heads.chars().count()));
        format!("{:>12}   {heads}   {:>12}", "sent s", "arrives s")
    }

    /// What an element does by itself: beside its upright, the last one's on its left.
    fn aside(&self, at: Time, element: Element, text: &str) -> String {
        let place = self.place(element);
        let row = if place + 1 == self.order.len() {
            let text = format!("{text} *");
            self.row(self.column(place).saturating_sub(text.chars().count()), &text)
        } else {
            self.row(self.column(place) + 1, &format!("* {text}"))
        };
        format!("{:>12}   {row}", seconds(at))
    }

    /// A message: label and shaft between two uprights, with the head at the receiver's or a mark where it was lost.
    fn arrow(&self, from: Element, to: Element, label: &str, lost: Option<&str>) -> String {
        let [from, to] = [from, to].map(|element| self.place(element));
        let inner = self.column(from.abs_diff(to)).saturating_sub(1);
        let label = format!(" {label} ");
        let tail = match lost {
            None => ">".to_owned(),
            Some(mark) => format!(" {mark} "),
        };
        let reach = if lost.is_some() { inner * 3 / 4 } else { inner };
        let shaft = reach.saturating_sub(2 + label.chars().count() + tail.chars().count());
        if from < to {
            self.row(self.column(from) + 1, &format!("--{label}{}{tail}", "-".repeat(shaft)))
        } else {
            let text = format!("{}{}{label}--", tail.replace('>', "<"), "-".repeat(shaft));
            let start = self.column(to) + 1 + inner.saturating_sub(text.chars().count());
            self.row(start, &text)
        }
    }
}

fn line(trace: &Trace, lanes: &Lanes, record: &Record) -> Option<String> {
    let at = record.at;
    let aside = |element: Element, text: &str| lanes.aside(at, element, text);
    Some(match record.fact {
        Fact::Began | Fact::Delivered { .. } => return None,
        Fact::Sent { from, to, message, copy, outcome } => {
            let (mark, mut note) = match outcome {
                Outcome::Arrives(arrives) => (None, format!("{:>12}", seconds(arrives))),
                Outcome::Lost(Loss::OnLink(link)) if trace.nodes.len() > 2 => {
                    (Some(format!("x {}", trace.link_name(link))), "        lost".to_owned())
                }
                Outcome::Lost(Loss::OnLink(_)) => (Some("x".to_owned()), "        lost".to_owned()),
                Outcome::Lost(Loss::Connection(_)) => {
                    (Some("x connection given up".to_owned()), "        lost".to_owned())
                }
                Outcome::Lost(Loss::ByFault(fault)) => {
                    (Some(format!("x fault {}", fault + 1)), "        lost".to_owned())
                }
                Outcome::Lost(Loss::ByeLost) => (Some("x bye-loss".to_owned()), "        lost".to_owned()),
            };
            let (name, details) = label(&message, copy);
            let arrow = if lanes.order.len() == 2 {
                lanes.arrow(from, to, &(name + &details), mark.as_deref())
            } else {
                // Between narrow uprights there is room for the name alone.
                note = format!(
                    "{note}   {}{}",
                    details.trim_start_matches(", "),
                    mark.map_or(String::new(), |mark| format!("  {mark}"))
                );
                lanes.arrow(from, to, &name, matches!(outcome, Outcome::Lost(_)).then_some("x"))
            };
            format!("{:>12}   {arrow}   {note}", seconds(at))
        }
        Fact::Unheard { to, message, .. } => aside(to, &format!("{message} arrives at a dead agent")),
        Fact::Unreachable { to, message } => aside(to, &format!("ICMP port unreachable: {message}")),
        Fact::SendFailed { from, message } => aside(from, &format!("cannot send {message}")),
        Fact::Fired { of, timer, method } => aside(of, &fired(timer, method)?),
        Fact::Established { element, session } => aside(element, &format!("established: {}", role(session))),
        Fact::Refreshed { element, session } => aside(element, &format!("refreshed: {}", role(session))),
        Fact::HungUp { end, how, .. } => aside(
            end.into(),
            match how {
                HangUp::Bye => "HANGS UP",
                HangUp::ByeLost => "HANGS UP; no BYE of it will get through",
                HangUp::Dies => "DIES",
                HangUp::Restarts => "DIES, and will come back without memory",
            },
        ),
        Fact::Released { element, cause } => aside(element, &format!("RELEASED: {}", why::in_short(cause))),
        Fact::Closed { element } => aside(element, "closed"),
        Fact::Crashed { element } => aside(element, "DIES"),
        Fact::CameBack { element } if element.end().is_some() => aside(element, "comes back without memory"),
        Fact::CameBack { element } => aside(element, "comes back"),
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
        (Kind::Request, Method::Bye | Method::Update) => label += &format!(", copy {copy} (timer E)"),
        (Kind::Request, Method::Ack) | (Kind::Response(_), _) => label += &format!(", copy {copy}"),
    }
    (name, label)
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
        Timer::Trying(_) => "T2 without an answer: 100 (T7)".to_owned(),
        Timer::Answer => "answers".to_owned(),
        Timer::AnswerRetransmit => "no ACK to the 2xx, again".to_owned(),
        Timer::AnswerTimeout => "no ACK to the 2xx in 64*T1".to_owned(),
        Timer::Refresh => "refresh due (R1)".to_owned(),
        Timer::Expiry => "session timer (R2)".to_owned(),
        Timer::Change => "tries the change again (R4)".to_owned(),
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
