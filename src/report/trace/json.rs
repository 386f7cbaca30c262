//! A trace as JSON lines: one object a fact, times in whole nanoseconds.

use serde_json::{Map, Value, json};

use crate::scenario::Point;
use crate::sip::{Message, Session, Timer};
use crate::study::{Record, Trace};
use crate::world::{Element, Fact, Loss, Outcome};

/// The trace as JSON lines, the first of which names the schema.
pub fn json_lines(trace: &Trace) -> String {
    let head = json!({
        "schema": "byeloss/trace",
        "schema_version": 2,
        "byeloss_version": env!("CARGO_PKG_VERSION"),
        "name": trace.name,
        "call": trace.call,
        "nodes": trace.nodes,
        "elements": trace.elements,
    });
    let lines = std::iter::once(head).chain(trace.records.iter().map(|record| line(trace, record)));
    lines.map(|line| format!("{line}\n")).collect()
}

/// One fact of call `call` of `point`, in the words of a line of its trace.
pub fn fact_line(point: &Point, call: u32, record: &Record) -> String {
    line(&Trace::empty("", point, call), record).to_string()
}

fn line(trace: &Trace, record: &Record) -> Value {
    let mut line = Map::new();
    let mut put = |key: &str, value: Value| line.insert(key.to_owned(), value);
    let name = |element: Element| json!(trace.element_name(element));
    put("t_ns", json!(record.at.as_nanos()));
    match record.fact {
        Fact::Began => {
            put("fact", json!("began"));
        }
        Fact::Sent { from, to, message, copy, outcome } => {
            put("fact", json!("sent"));
            put("from", name(from));
            put("to", name(to));
            put("copy", json!(copy));
            put_outcome(&mut put, trace, outcome);
            put_message(&mut put, &message);
        }
        Fact::Queued { from, to, message, copy, link, leaves, outcome } => {
            put("fact", json!("queued"));
            put("from", name(from));
            put("to", name(to));
            put("copy", json!(copy));
            put("link", json!(trace.link_name(link)));
            let dropped = matches!(outcome, Outcome::Lost(Loss::QueueFull(_)));
            put("leaves_ns", json!((!dropped).then_some(leaves.as_nanos())));
            put_outcome(&mut put, trace, outcome);
            put_message(&mut put, &message);
        }
        Fact::Duplicated { from, to, message, arrives } => {
            put("fact", json!("duplicated"));
            put("from", name(from));
            put("to", name(to));
            put("arrives_ns", json!(arrives.as_nanos()));
            put_message(&mut put, &message);
        }
        Fact::Delivered { from, to, message } => {
            put("fact", json!("delivered"));
            put("from", name(from));
            put("to", name(to));
            put_message(&mut put, &message);
        }
        Fact::Unheard { from, to, message } => {
            put("fact", json!("unheard"));
            put("from", name(from));
            put("to", name(to));
            put_message(&mut put, &message);
        }
        Fact::Unreachable { to, message } => {
            put("fact", json!("unreachable"));
            put("element", name(to));
            put_message(&mut put, &message);
        }
        Fact::SendFailed { from, message } => {
            put("fact", json!("send-failed"));
            put("element", name(from));
            put_message(&mut put, &message);
        }
        Fact::Fired { of, timer, method } => {
            put("fact", json!("fired"));
            put("element", name(of));
            put("timer", json!(timer_name(timer)));
            put("method", json!(method.map(|method| method.name())));
        }
        Fact::Established { element, session } => {
            put("fact", json!("established"));
            put("element", name(element));
            put_session(&mut put, session);
        }
        Fact::Refreshed { element, session } => {
            put("fact", json!("refreshed"));
            put("element", name(element));
            put_session(&mut put, session);
        }
        Fact::HungUp { end, how, session, .. } => {
            put("fact", json!("hung-up"));
            put("element", name(Element::from(end)));
            put("how", json!(how.name()));
            put_session(&mut put, session);
        }
        Fact::Released { element, cause } => {
            put("fact", json!("released"));
            put("element", name(element));
            put("cause", json!(cause.name()));
        }
        Fact::Closed { element } => {
            put("fact", json!("closed"));
            put("element", name(element));
        }
        Fact::Crashed { element } => {
            put("fact", json!("crashed"));
            put("element", name(element));
        }
        Fact::CameBack { element } => {
            put("fact", json!("came-back"));
            put("element", name(element));
        }
    }
    Value::Object(line)
}

/// What becomes of a message. One that waits for its turn on the way has neither an arrival nor a loss yet.
fn put_outcome(put: &mut impl FnMut(&str, Value) -> Option<Value>, trace: &Trace, outcome: Outcome) {
    let on = |link| json!(trace.link_name(link));
    let (arrives, lost, lost_on) = match outcome {
        Outcome::Arrives(at) => (json!(at.as_nanos()), Value::Null, Value::Null),
        Outcome::Queues(..) => (Value::Null, Value::Null, Value::Null),
        Outcome::Lost(Loss::OnLink(link)) => (Value::Null, json!("link"), on(link)),
        Outcome::Lost(Loss::Down(link)) => (Value::Null, json!("down"), on(link)),
        Outcome::Lost(Loss::NoBinding(link)) => (Value::Null, json!("no-binding"), on(link)),
        Outcome::Lost(Loss::QueueFull(link)) => (Value::Null, json!("queue-full"), on(link)),
        Outcome::Lost(Loss::Connection(link)) => (Value::Null, json!("connection"), on(link)),
        Outcome::Lost(Loss::ByFault(fault)) => (Value::Null, json!("fault"), json!(fault)),
        Outcome::Lost(Loss::Suppressed) => (Value::Null, json!("bye-lost"), Value::Null),
    };
    put("arrives_ns", arrives);
    put("lost", lost);
    put("lost_on", lost_on);
    if let Outcome::Queues(link, at) = outcome {
        put("waits_at", on(link));
        put("waits_from_ns", json!(at.as_nanos()));
    }
}

fn put_message(put: &mut impl FnMut(&str, Value) -> Option<Value>, message: &Message) {
    put("message", json!(message.to_string()));
    put("method", json!(message.method.name()));
    put("status", json!(message.status().map(|status| status.0)));
    put("cseq", json!(message.cseq));
    put("session_expires", json!(message.session_expires.map(|asked| asked.interval_s)));
    let refresher = message.session_expires.and_then(|asked| asked.refresher);
    put("refresher", json!(refresher.map(|refresher| refresher.name())));
    put("min_se", json!(message.min_se));
    put("supported_timer", json!(message.supports_timer));
    put("require_timer", json!(message.requires_timer));
}

fn put_session(put: &mut impl FnMut(&str, Value) -> Option<Value>, session: Session) {
    let (role, interval_s) = match session {
        Session::Untimed => ("none", None),
        Session::Refreshing { interval_s } => ("refresher", Some(interval_s)),
        Session::Watching { interval_s } => ("watcher", Some(interval_s)),
    };
    put("role", json!(role));
    put("interval_s", json!(interval_s));
}

/// A timer's name in files.
fn timer_name(timer: Timer) -> &'static str {
    match timer {
        Timer::ClientRetransmit(_) => "client-retransmit",
        Timer::ClientTimeout(_) => "client-timeout",
        Timer::ServerRetransmit(_) => "server-retransmit",
        Timer::ServerTimeout(_) => "server-timeout",
        Timer::Trying(_) => "trying",
        Timer::Answer => "answer",
        Timer::AnswerRetransmit => "answer-retransmit",
        Timer::AnswerTimeout => "answer-timeout",
        Timer::Refresh => "refresh",
        Timer::Expiry => "expiry",
        Timer::Change => "change",
        Timer::Ping => "ping",
    }
}
