//! A trace as JSON lines: one object a fact, times in whole nanoseconds.

use serde_json::{Map, Value, json};

use super::recorder::{Record, Trace};
use crate::sip::{Message, Session, Timer};
use crate::world::{Fact, Loss, Outcome};

/// The trace as JSON lines, the first of which names the schema.
pub fn json_lines(trace: &Trace) -> String {
    let head = json!({
        "schema": "byeloss/trace",
        "schema_version": 1,
        "byeloss_version": env!("CARGO_PKG_VERSION"),
        "name": trace.name,
        "call": trace.call,
        "nodes": trace.nodes,
    });
    let lines = std::iter::once(head).chain(trace.records.iter().map(|record| line(trace, record)));
    lines.map(|line| format!("{line}\n")).collect()
}

fn line(trace: &Trace, record: &Record) -> Value {
    let mut line = Map::new();
    let mut put = |key: &str, value: Value| line.insert(key.to_owned(), value);
    put("t_ns", json!(record.at.as_nanos()));
    match record.fact {
        Fact::Began => {
            put("fact", json!("began"));
        }
        Fact::Sent { from, message, copy, outcome } => {
            put("fact", json!("sent"));
            put("from", json!(from.name()));
            put("to", json!(from.other().name()));
            put("copy", json!(copy));
            let (arrives, lost, lost_on) = match outcome {
                Outcome::Arrives(at) => (json!(at.as_nanos()), Value::Null, Value::Null),
                Outcome::Lost(Loss::OnLink(link)) => (Value::Null, json!("link"), json!(trace.link_name(link))),
                Outcome::Lost(Loss::ByFault(fault)) => (Value::Null, json!("fault"), json!(fault)),
                Outcome::Lost(Loss::ByeLost) => (Value::Null, json!("bye-lost"), Value::Null),
            };
            put("arrives_ns", arrives);
            put("lost", lost);
            put("lost_on", lost_on);
            put_message(&mut put, &message);
        }
        Fact::Delivered { to, message } => {
            put("fact", json!("delivered"));
            put("from", json!(to.other().name()));
            put("to", json!(to.name()));
            put_message(&mut put, &message);
        }
        Fact::Unheard { to, message } => {
            put("fact", json!("unheard"));
            put("from", json!(to.other().name()));
            put("to", json!(to.name()));
            put_message(&mut put, &message);
        }
        Fact::Fired { of, timer, method } => {
            put("fact", json!("fired"));
            put("end", json!(of.name()));
            put("timer", json!(timer_name(timer)));
            put("method", json!(method.map(|method| method.name())));
        }
        Fact::Established { end, session } => {
            put("fact", json!("established"));
            put("end", json!(end.name()));
            put_session(&mut put, session);
        }
        Fact::Refreshed { end, session } => {
            put("fact", json!("refreshed"));
            put("end", json!(end.name()));
            put_session(&mut put, session);
        }
        Fact::HungUp { end, how, session, .. } => {
            put("fact", json!("hung-up"));
            put("end", json!(end.name()));
            put("how", json!(how.name()));
            put_session(&mut put, session);
        }
        Fact::Released { end, cause } => {
            put("fact", json!("released"));
            put("end", json!(end.name()));
            put("cause", json!(cause.name()));
        }
        Fact::Closed { end } => {
            put("fact", json!("closed"));
            put("end", json!(end.name()));
        }
        Fact::CameBack { end } => {
            put("fact", json!("came-back"));
            put("end", json!(end.name()));
        }
    }
    Value::Object(line)
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
        Timer::Answer => "answer",
        Timer::AnswerRetransmit => "answer-retransmit",
        Timer::AnswerTimeout => "answer-timeout",
        Timer::Refresh => "refresh",
        Timer::Expiry => "expiry",
    }
}
