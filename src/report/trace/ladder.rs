//! A trace as a ladder diagram in text: at most 100 columns wide where nothing stands between the ends.
//!
//! One line a message, at the instant of its sending, with the instant of its arrival behind it; a lost one ends in a
//! cross. What an element does on its own stands beside its upright. With more than two uprights there is room between
//! them for names alone: what else there is to say stands at the end of the line.

use super::super::text::wrap;
use super::recorder::{Record, Trace};
use super::why;
use crate::sip::{Kind, Message, Method, Session, Timer};
use crate::time::Time;
use crate::world::{Element, Fact, HangUp, Loss, Outcome, StopPart};

/// Columns between the two ends where nothing stands between them.
const WIDTH: usize = 66;
/// The least from each element to the next: room for `* T2 without an answer`.
const NARROW: usize = 22;

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
        let gaps = order.len().saturating_sub(1).max(1);
        let gap = ((WIDTH + 1) / gaps).saturating_sub(1).max(NARROW);
        Lanes { order, gap }
    }

    /// Whether there is room for all that is to say between the uprights.
    fn are_wide(&self) -> bool {
        self.order.len() == 2
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
        for name in others {
            heads += &format!("{:<width$}", shortened(name, self.gap), width = self.gap + 1);
        }
        // The last name ends at its upright, and leaves room for the one before it.
        let width = self.column(others.len()) + 1;
        let last = shortened(last, self.gap);
        let used = heads.trim_end().chars().count() + 2;
        let room = width.saturating_sub(last.chars().count()).max(used);
        let heads = format!("{:<room$}{last}", heads.trim_end());
        format!("{:>12}   {heads:<width$}   {:>12}", "sent s", "arrives s")
    }

    /// What an element does by itself: beside its upright, the last one's on its left.
    fn aside(&self, at: Time, element: Element, words: &Words) -> String {
        let place = self.place(element);
        let (text, note) = if self.are_wide() {
            (words.whole(), String::new())
        } else {
            (words.name.clone(), format!("   {:>12}   {}", "", words.details))
        };
        let row = if place + 1 == self.order.len() {
            let text = format!("{text} *");
            self.row(self.column(place).saturating_sub(text.chars().count()), &text)
        } else {
            self.row(self.column(place) + 1, &format!("* {text}"))
        };
        format!("{:>12}   {row}{note}", seconds(at))
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
        let shaft = reach.saturating_sub(2 + label.chars().count() + tail.chars().count()).max(lost.is_some().into());
        if from < to {
            self.row(self.column(from) + 1, &format!("--{label}{}{tail}", "-".repeat(shaft)))
        } else {
            let text = format!("{}{}{label}--", tail.replace('>', "<"), "-".repeat(shaft));
            let start = self.column(to) + 1 + inner.saturating_sub(text.chars().count());
            self.row(start, &text)
        }
    }
}

/// What an element does by itself, in the words that stand beside its upright and those that may stand elsewhere.
struct Words {
    name: String,
    /// What joins the two.
    joint: &'static str,
    details: String,
}

impl Words {
    fn new(name: &str) -> Words {
        Words::of(name, "", "")
    }

    fn of(name: &str, joint: &'static str, details: &str) -> Words {
        Words { name: name.to_owned(), joint, details: details.to_owned() }
    }

    fn whole(&self) -> String {
        format!("{}{}{}", self.name, self.joint, self.details)
    }
}

/// `name` in at most `width` columns.
fn shortened(name: &str, width: usize) -> String {
    if name.chars().count() <= width {
        return name.to_owned();
    }
    name.chars().take(width.saturating_sub(1)).chain(['\u{2026}']).collect()
}

fn line(trace: &Trace, lanes: &Lanes, record: &Record) -> Option<String> {
    let at = record.at;
    if let Fact::Sent { from, to, message, copy, outcome } = record.fact {
        return Some(sent(trace, lanes, at, [from, to], (&message, copy), outcome));
    }
    let (element, words) = by_itself(trace, &record.fact)?;
    Some(lanes.aside(at, element, &words))
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
        Outcome::Lost(loss) => {
            let how = match loss {
                Loss::OnLink(link) if trace.nodes.len() > 2 => trace.link_name(link),
                Loss::OnLink(_) => String::new(),
                Loss::Down(link) => format!("{} down", trace.link_name(link)),
                Loss::NoBinding(_) => "no NAT binding".to_owned(),
                Loss::Connection(_) => "connection given up".to_owned(),
                Loss::ByFault(fault) => format!("fault {}", fault + 1),
                Loss::ByeLost => "bye-loss".to_owned(),
            };
            (Some(how), format!("{:>12}", "lost"))
        }
    };
    let (name, details) = label(message, copy);
    let (arrow, note) = if lanes.are_wide() {
        let mark = lost.map(|how| format!("x {how}").trim_end().to_owned());
        (lanes.arrow(from, to, &(name + &details), mark.as_deref()), String::new())
    } else {
        let how = lost.as_ref().map_or(String::new(), |how| format!(", {how}"));
        let note = format!("   {}", format!("{details}{how}").trim_start_matches(", "));
        (lanes.arrow(from, to, &name, lost.map(|_| "x")), note)
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
        Fact::Unreachable { to, message } => (to, Words::of("ICMP port unreachable", ": ", &message.to_string())),
        Fact::SendFailed { from, message } => (from, Words::of("cannot send", " ", &message.to_string())),
        Fact::Fired { of, timer, method } => (of, fired(timer, method, trace.chain.part(of) == StopPart::Proxy)?),
        Fact::Established { element, session } => (element, stands(element, session, "established")),
        Fact::Refreshed { element, session } => (element, stands(element, session, "refreshed")),
        Fact::HungUp { end, how, .. } => {
            let words = match how {
                HangUp::Bye => Words::new("HANGS UP"),
                HangUp::ByeLost => Words::of("HANGS UP", "; ", "no BYE of it will get through"),
                HangUp::Dies => Words::new("DIES"),
                HangUp::Restarts => Words::of("DIES", ", ", "and will come back without memory"),
            };
            (end.into(), words)
        }
        Fact::Released { element, cause } => (element, Words::of("RELEASED", ": ", &why::in_short(cause))),
        Fact::Closed { element } => (element, Words::new("closed")),
        Fact::Crashed { element } => (element, Words::new("DIES")),
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
        (Kind::Request, Method::Bye | Method::Update) => label += &format!(", copy {copy} (timer E)"),
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

/// Seconds to the millisecond.
pub(super) fn seconds(at: Time) -> String {
    let millis = (at.as_nanos() + 500_000) / 1_000_000;
    format!("{}.{:03}", millis / 1000, millis % 1000)
}
