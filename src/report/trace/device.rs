//! The trace of a device: as a ladder with two lifelines, and as JSON lines.

use serde_json::{Map, Value, json};

use super::lanes::{Lanes, Words, seconds};
use crate::heartbeat::{Event, Message, Timer, Wrong, gat1400};
use crate::sip;
use crate::study::{DeviceTrace, Record};
use crate::world::devices::{Fact, HangUp, Party};
use crate::world::{Loss, Outcome};

/// The ladder of `trace`.
pub fn device_ladder(trace: &DeviceTrace) -> String {
    let lanes = Lanes::new(Party::BOTH.len());
    let mut text = format!("{}, {}: {}\n", trace.name, who(trace), trace.nodes.join(" -- "));
    text += "The number behind a request is its try, from 1; x marks where one is lost.\n\n";
    text += lanes.heads(&ends(trace)).trim_end();
    text.push('\n');
    for record in &trace.records {
        if let Some(line) = line(&lanes, record) {
            text += line.trim_end();
            text.push('\n');
        }
    }
    text
}

/// `device 3`, or `platform 0 of level 1`.
fn who(trace: &DeviceTrace) -> String {
    match trace.unit.level {
        0 => format!("device {}", trace.unit.index),
        level => format!("platform {} of level {level}", trace.unit.index),
    }
}

/// The names of the two ends: who registers, and where.
fn ends(trace: &DeviceTrace) -> [String; 2] {
    let name = |node: Option<&String>, party: Party| node.cloned().unwrap_or_else(|| party.name().to_owned());
    [name(trace.nodes.first(), Party::Device), name(trace.nodes.last(), Party::Platform)]
}

fn line(lanes: &Lanes, record: &Record<Fact>) -> Option<String> {
    let at = record.at;
    let places = |from: Party| [from as usize, from.other() as usize];
    let arrow = |from: Party, label: &str, outcome: Outcome| {
        let (mark, arrives) = match outcome {
            Outcome::Arrives(at) => (None, seconds(at)),
            Outcome::Queues(_, at) => (None, seconds(at)),
            Outcome::Lost(why) => (Some(format!("x {}", undelivered(why))), "lost".to_owned()),
        };
        format!("{:>12}   {}   {arrives:>12}", seconds(at), lanes.arrow(places(from), label, mark.as_deref()))
    };
    let aside = |who: Party, words: Words| lanes.aside(at, who as usize, &words);
    Some(match record.fact {
        Fact::Delivered { .. } | Fact::Connected { .. } => return None,
        Fact::Started => aside(Party::Device, Words::new("switched on")),
        Fact::Connecting { connection, outcome, .. } => {
            arrow(Party::Device, &format!("connection {}", connection.0), outcome)
        }
        Fact::Broken { connection } => {
            aside(Party::Device, Words::of("connection", " ", &format!("{} is gone", connection.0)))
        }
        Fact::Sent { from, message, copy, outcome } => arrow(from, &label(&message, copy), outcome),
        Fact::Duplicated { from, message, arrives } => {
            let again = format!("again at {}", seconds(arrives));
            aside(from, Words::of(&format!("{} is duplicated", label(&message, 1)), ": ", &again))
        }
        Fact::Unheard { to, message } => aside(to, Words::of(&label(&message, 1), " ", "arrives and is not known")),
        Fact::Fired { of, timer } => aside(of, Words::new(fired(timer)?)),
        Fact::Told { by, event } => aside(by, Words::new(told(event))),
        Fact::HungUp { how, .. } => aside(Party::Device, Words::new(hung_up(how))),
        Fact::Down { who, .. } => aside(who, Words::new("goes down, and forgets")),
        Fact::Back { who } => aside(who, Words::new("is back")),
    })
}

fn hung_up(how: HangUp) -> &'static str {
    match how {
        HangUp::UnRegister => "switched off",
        HangUp::UnRegisterLost => "switched off (UnRegister suppressed)",
        HangUp::Dies => "dies",
    }
}

fn undelivered(why: Loss) -> String {
    match why {
        Loss::OnLink(_) => String::new(),
        Loss::Down(_) => "down".to_owned(),
        Loss::NoBinding(_) => "no NAT binding".to_owned(),
        Loss::Connection(_) => "given up".to_owned(),
        Loss::QueueFull(_) => "queue full".to_owned(),
        Loss::ByFault(fault) => format!("fault {}", fault + 1),
        Loss::Suppressed => "unregister-lost".to_owned(),
    }
}

/// `REGISTER 1, nonce 1`, `401 REGISTER, StatusCode 500, nonce 1`.
fn label(message: &Message, copy: u16) -> String {
    let purpose = message.purpose().name();
    let nonce = nonce(message).map_or(String::new(), |nonce| format!(", nonce {nonce}"));
    match (message.status(), code(message)) {
        (None, _) => format!("{purpose} {copy}{nonce}"),
        (Some(status), Some(code)) if code != 0 => format!("{status} {purpose}, StatusCode {code}{nonce}"),
        (Some(status), _) => format!("{status} {purpose}{nonce}"),
    }
}

fn nonce(message: &Message) -> Option<u32> {
    let nonce = match message {
        Message::Http(_, gat1400::Message::Request(request)) => request.authorization,
        Message::Http(_, gat1400::Message::Response(response)) => response.challenge,
        Message::Sip(message) => message.register.and_then(|fields| fields.nonce),
    };
    nonce.map(|nonce| nonce.0)
}

/// The StatusCode in the body of an HTTP response.
fn code(message: &Message) -> Option<u16> {
    match message {
        Message::Http(_, gat1400::Message::Response(response)) => Some(response.code),
        Message::Http(_, gat1400::Message::Request(_)) | Message::Sip(_) => None,
    }
}

/// What a timer says, unless the message that it sends says it all.
fn fired(timer: Timer) -> Option<&'static str> {
    Some(match timer {
        Timer::Keepalive => "keepalive due (G4, B2)",
        Timer::ConnectTimeout => "no connection in time (G5)",
        Timer::ResponseTimeout => "no response in time (G5)",
        Timer::Again => "tries again (G5)",
        Timer::Renew => "renews its registration (B1)",
        Timer::Check => "silent for too long (G8, B4)",
        Timer::Sip(sip::Timer::ClientTimeout(_)) => "timer F: no response",
        Timer::Sip(_) => return None,
    })
}

fn told(event: Event) -> &'static str {
    match event {
        Event::Registered => "registered",
        Event::KeptAlive => "all is right (G6)",
        Event::TimedOut => "timed out",
        Event::Disconnected(Wrong::Refused) => "disconnected: refused (G2, B5)",
        Event::Disconnected(Wrong::TimedOut) => "disconnected: timed out (B3)",
        Event::SignedOff => "gone",
        Event::Online => "online",
        Event::Offline => "offline",
        Event::UnRegistered => "un-registered",
        Event::Refused => "not registered: refuses (G7, B5)",
    }
}

/// The trace as JSON lines, the first of which names the schema.
pub fn device_json_lines(trace: &DeviceTrace) -> String {
    let head = json!({
        "schema": "byeloss/device-trace",
        "schema_version": 1,
        "byeloss_version": env!("CARGO_PKG_VERSION"),
        "name": trace.name,
        "level": trace.unit.level + 1,
        "index": trace.unit.index,
        "nodes": trace.nodes,
    });
    let lines = std::iter::once(head).chain(trace.records.iter().map(json_line));
    lines.map(|line| format!("{line}\n")).collect()
}

/// One fact of a device, in the words of a line of its trace.
pub fn device_fact_line(record: &Record<Fact>) -> String {
    json_line(record).to_string()
}

fn json_line(record: &Record<Fact>) -> Value {
    let mut line = Map::new();
    let mut put = |key: &str, value: Value| line.insert(key.to_owned(), value);
    put("t_ns", json!(record.at.as_nanos()));
    let fact = |name: &str| json!(name);
    match record.fact {
        Fact::Started => {
            put("fact", fact("started"));
        }
        Fact::Connecting { connection, purpose, outcome } => {
            put("fact", fact("connecting"));
            put("connection", json!(connection.0));
            put("method", json!(purpose.name()));
            put_outcome(&mut put, "stands_ns", outcome);
        }
        Fact::Connected { connection } => {
            put("fact", fact("connected"));
            put("connection", json!(connection.0));
        }
        Fact::Broken { connection } => {
            put("fact", fact("broken"));
            put("connection", json!(connection.0));
        }
        Fact::Sent { from, message, copy, outcome } => {
            put("fact", fact("sent"));
            put("from", json!(from.name()));
            put("copy", json!(copy));
            put_outcome(&mut put, "arrives_ns", outcome);
            put_message(&mut put, &message);
        }
        Fact::Duplicated { from, message, arrives } => {
            put("fact", fact("duplicated"));
            put("from", json!(from.name()));
            put("arrives_ns", json!(arrives.as_nanos()));
            put_message(&mut put, &message);
        }
        Fact::Delivered { to, message } => {
            put("fact", fact("delivered"));
            put("to", json!(to.name()));
            put_message(&mut put, &message);
        }
        Fact::Unheard { to, message } => {
            put("fact", fact("unheard"));
            put("to", json!(to.name()));
            put_message(&mut put, &message);
        }
        Fact::Fired { of, timer } => {
            put("fact", fact("fired"));
            put("party", json!(of.name()));
            put("timer", json!(timer_name(timer)));
        }
        Fact::Told { by, event } => {
            put("fact", fact(event_name(event)));
            put("party", json!(by.name()));
        }
        Fact::HungUp { how, held } => {
            put("fact", fact("hung-up"));
            put("how", json!(how.name()));
            put("held", json!(held));
        }
        Fact::Down { who, held } => {
            put("fact", fact("down"));
            put("party", json!(who.name()));
            put("held", json!(held));
        }
        Fact::Back { who } => {
            put("fact", fact("back"));
            put("party", json!(who.name()));
        }
    }
    Value::Object(line)
}

fn put_outcome(put: &mut impl FnMut(&str, Value) -> Option<Value>, when: &str, outcome: Outcome) {
    let (at, lost) = match outcome {
        Outcome::Arrives(at) => (json!(at.as_nanos()), Value::Null),
        Outcome::Lost(Loss::OnLink(_)) => (Value::Null, json!("link")),
        Outcome::Lost(Loss::Down(_)) => (Value::Null, json!("down")),
        Outcome::Lost(Loss::NoBinding(_)) => (Value::Null, json!("nat")),
        Outcome::Queues(_, at) => (json!(at.as_nanos()), Value::Null),
        Outcome::Lost(Loss::Connection(_)) => (Value::Null, json!("given-up")),
        Outcome::Lost(Loss::QueueFull(_)) => (Value::Null, json!("queue")),
        Outcome::Lost(Loss::ByFault(_)) => (Value::Null, json!("fault")),
        Outcome::Lost(Loss::Suppressed) => (Value::Null, json!("unregister-lost")),
    };
    put(when, at);
    put("lost", lost);
    let fault = match outcome {
        Outcome::Lost(Loss::ByFault(fault)) => json!(fault),
        Outcome::Arrives(_) | Outcome::Queues(..) | Outcome::Lost(_) => Value::Null,
    };
    put("fault", fault);
}

fn put_message(put: &mut impl FnMut(&str, Value) -> Option<Value>, message: &Message) {
    put("method", json!(message.purpose().name()));
    put("status", json!(message.status()));
    put("status_code", json!(code(message)));
    put("nonce", json!(nonce(message)));
    let connection = match message {
        Message::Http(connection, _) => json!(connection.0),
        Message::Sip(_) => Value::Null,
    };
    put("connection", connection);
    put("bytes", json!(message.bytes()));
}

/// A timer's name in files.
fn timer_name(timer: Timer) -> &'static str {
    match timer {
        Timer::Keepalive => "keepalive",
        Timer::ConnectTimeout => "connect-timeout",
        Timer::ResponseTimeout => "response-timeout",
        Timer::Again => "again",
        Timer::Renew => "renew",
        Timer::Check => "check",
        Timer::Sip(sip::Timer::ClientRetransmit(_)) => "client-retransmit",
        Timer::Sip(sip::Timer::ClientTimeout(_)) => "client-timeout",
        // Of other transactions than a device has.
        Timer::Sip(_) => "transaction",
    }
}

/// An event's name in files.
fn event_name(event: Event) -> &'static str {
    match event {
        Event::Registered => "registered",
        Event::KeptAlive => "kept-alive",
        Event::TimedOut => "timed-out",
        Event::Disconnected(Wrong::Refused) => "disconnected-refused",
        Event::Disconnected(Wrong::TimedOut) => "disconnected-timed-out",
        Event::SignedOff => "signed-off",
        Event::Online => "online",
        Event::Offline => "offline",
        Event::UnRegistered => "un-registered",
        Event::Refused => "refused",
    }
}
