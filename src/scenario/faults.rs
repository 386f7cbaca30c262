//! Messages that are lost or refused by script: `[[faults]]`; what users want in the middle of a call: `[[requests]]`.

use super::between;
use super::diagnostic::{Diagnostic, Diagnostics, quoted};
use super::network::{DrawnWays, Way};
use super::read::{Field, Fields};
use super::tree::Value;
use super::vocabulary;
use crate::sip::{Change, Method, Refusal, Status, rules};
use crate::time::Span;
use crate::world::{Element, End, Fault, FaultClock, FaultEffect, FaultMessage, Request, RequestClock};

const CLOCKS: [(&str, FaultClock); 3] =
    [("run", FaultClock::Run), ("call", FaultClock::Call), ("hang-up", FaultClock::HangUp)];

/// A fault, by the name of its sender.
pub struct SenderFault {
    /// Who sends what it concerns; `None`: anybody.
    sender: Option<String>,
    /// By which elements of a way stays open.
    fault: Fault,
}

impl SenderFault {
    /// The fault on `way`; of a sender that is not on it, one that concerns nothing.
    pub fn on(&self, way: &Way) -> Fault {
        let senders = self.sender.as_ref().map_or_else(Vec::new, |sender| {
            let found = between::elements(way).into_iter().find(|(name, _)| name == sender);
            found.map_or_else(|| vec![Element::ABSENT], |(_, elements)| elements)
        });
        Fault { senders, ..self.fault.clone() }
    }
}

/// Reads the list of faults.
pub fn read_faults(root: &Fields<'_>, ways: Option<&DrawnWays>, errors: &mut Diagnostics) -> Option<Vec<SenderFault>> {
    let Some(field) = root.get("faults") else { return Some(Vec::new()) };
    let Value::List(list) = &field.value.value else {
        errors.push(field.refuse("not a list", "a list of tables, each begun by `[[faults]]`"));
        return None;
    };
    let allowed: Vec<&str> = vocabulary::children("faults").into_iter().filter(|key| *key != "level").collect();
    // Read every one before giving up.
    let faults: Vec<Option<SenderFault>> = list
        .iter()
        .enumerate()
        .map(|(index, tree)| {
            let fields = Fields::new(&format!("faults.{index}"), tree, &allowed, errors);
            read_fault(&fields, ways, errors)
        })
        .collect();
    faults.into_iter().collect()
}

fn read_fault(fields: &Fields<'_>, ways: Option<&DrawnWays>, errors: &mut Diagnostics) -> Option<SenderFault> {
    let sender = fields.or("sender", None, errors, |field, errors| {
        let names = between::senders(&ways?.ways);
        let names: Vec<(&str, &str)> = names.into_iter().map(|name| (name, name)).collect();
        field.choice(&names, errors).map(|name| Some(name.to_owned()))
    });
    let method = fields.or("method", None, errors, |field, errors| {
        field.choice(&Method::IN_CALLS.map(|method| (method.name(), method)), errors).map(Some)
    });
    let status =
        fields.or("status", None, errors, |field, errors| field.integer_or(100..=699u16, "any", errors).map(Some));
    let nth = fields.or("nth", Vec::new(), errors, read_nth);
    let when = read_when(fields, &CLOCKS, FaultClock::Run, errors);
    let effect = read_effect(fields, method?, status?, errors);
    let message = match (status?, method?) {
        (Some(_), Some(Method::Ack)) => {
            let field = fields.get("status")?;
            errors.push(field.refuse("an ACK has no response", "no `status` beside `method = \"ACK\"`"));
            return None;
        }
        (Some(status), method) => FaultMessage::Response { status, method },
        (None, Some(method)) => FaultMessage::Request(method),
        (None, None) => FaultMessage::Any,
    };
    let (sender, nth, (clock, from, duration)) = (sender?, nth?, when?);
    let fault = Fault { senders: Vec::new(), message, nth, clock, from, duration, effect: effect? };
    Some(SenderFault { sender, fault })
}

/// When a fault is on: its clock, `from` and `for`.
pub fn read_when<C: Copy>(
    fields: &Fields<'_>,
    clocks: &[(&str, C)],
    default: C,
    errors: &mut Diagnostics,
) -> Option<(C, Span, Option<Span>)> {
    let clock = fields.or("clock", default, errors, |field, errors| field.choice(clocks, errors));
    let from = fields.or("from", Span::ZERO, errors, |field, errors| field.span(errors));
    let duration = fields.or("for", None, errors, |field, errors| match field.span(errors)? {
        Span::ZERO => {
            errors.push(field.refuse("no message is sent in no time", "a length of time above 0"));
            None
        }
        duration => Some(Some(duration)),
    });
    Some((clock?, from?, duration?))
}

/// What happens to the messages of a fault on `method` and `status`.
fn read_effect(
    fields: &Fields<'_>,
    method: Option<Method>,
    status: Option<Option<u16>>,
    errors: &mut Diagnostics,
) -> Option<FaultEffect> {
    let send_error = fields.or("send-error", false, errors, |field, errors| field.truth(errors));
    let retry_after_s =
        fields.or("retry-after", None, errors, |field, errors| field.integer(0..=u16::MAX, errors).map(Some));
    let min_se = fields.or("min-se", None, errors, |field, errors| {
        field.integer(rules::LEAST_SESSION_EXPIRES_S..=u32::MAX, errors).map(Some)
    });
    let Some(answer) = fields.get("answer") else {
        for key in ["retry-after", "min-se"] {
            if let Some(field) = fields.get(key) {
                let message = format!("{} says something of an answer, and there is none", quoted(&field.path));
                let wrong = Diagnostic::new(message).at(&field.value.origin, "");
                errors.push(wrong.help("say with what status to answer, for example `answer = 503`".to_owned()));
                return None;
            }
        }
        return Some(if send_error? { FaultEffect::FailToSend } else { FaultEffect::Lose });
    };
    let code = answer.integer(300..=699u16, errors)?;
    let mut refuse = |message: &str, key: &str, help: &str| {
        let mut wrong = Diagnostic::new(message).at(&answer.value.origin, "");
        if let Some(field) = fields.get(key) {
            wrong = wrong.at(&field.value.origin, "does not go with it");
        }
        errors.push(wrong.help(help.to_owned()));
        None
    };
    if status.is_some() {
        return refuse(
            "a response cannot be answered",
            "status",
            "leave `status` out, and name the request by `method`",
        );
    }
    if method.is_none_or(|method| method == Method::Ack) {
        let help = "say which requests: `method = \"INVITE\"`, \"UPDATE\" or \"BYE\"";
        return refuse("only an INVITE, UPDATE or BYE can be answered", "method", help);
    }
    if send_error? {
        return refuse("a request that cannot be sent is not answered", "send-error", "leave out one of the two");
    }
    let status = Status(code);
    if status == Status::SESSION_INTERVAL_TOO_SMALL && fields.get("min-se").is_none() {
        return refuse("a 422 carries Min-SE (rule H3)", "min-se", "for example `min-se = 300`");
    }
    Some(FaultEffect::Refuse(Refusal { status, retry_after_s: retry_after_s?, min_se: min_se? }))
}

/// Reads the list of requests.
pub fn read_requests(root: &Fields<'_>, errors: &mut Diagnostics) -> Option<Vec<Request>> {
    let Some(field) = root.get("requests") else { return Some(Vec::new()) };
    let Value::List(list) = &field.value.value else {
        errors.push(field.refuse("not a list", "a list of tables, each begun by `[[requests]]`"));
        return None;
    };
    let allowed = vocabulary::children("requests");
    let requests: Vec<Option<Request>> = list
        .iter()
        .enumerate()
        .map(|(index, tree)| {
            let fields = Fields::new(&format!("requests.{index}"), tree, &allowed, errors);
            read_request(&fields, errors)
        })
        .collect();
    requests.into_iter().collect()
}

fn read_request(fields: &Fields<'_>, errors: &mut Diagnostics) -> Option<Request> {
    const METHODS: [Method; 2] = [Method::Invite, Method::Update];
    let sender = fields.require("sender", "sender = \"caller\"", errors);
    let sender = sender.and_then(|field| field.choice(&End::BOTH.map(|end| (end.name(), end)), errors));
    let method = fields.require("method", "method = \"INVITE\"", errors);
    let method = method.and_then(|field| field.choice(&METHODS.map(|method| (method.name(), method)), errors));
    let clocks = [("established", RequestClock::Established), ("run", RequestClock::Run)];
    let clock = fields.or("clock", RequestClock::Established, errors, |field, errors| field.choice(&clocks, errors));
    let at = fields.require("at", "at = \"30 s\"", errors).and_then(|field| field.span(errors));
    let offer = fields.or("offer", true, errors, |field, errors| field.truth(errors));
    let refreshes = fields.or("refresh", true, errors, |field, errors| field.truth(errors));
    let (method, offer) = (method?, offer?);
    if let (Method::Invite, false, Some(field)) = (method, offer, fields.get("offer")) {
        let wrong = Diagnostic::new("a re-INVITE carries an offer").at(&field.value.origin, "");
        errors.push(wrong.help("leave `offer` out, or say `method = \"UPDATE\"`".to_owned()));
        return None;
    }
    Some(Request { sender: sender?, change: Change { method, offer, refreshes: refreshes? }, clock: clock?, at: at? })
}

pub fn read_nth(field: &Field<'_>, errors: &mut Diagnostics) -> Option<Vec<u32>> {
    let Value::List(list) = &field.value.value else {
        return Some(vec![field.integer(1..=u32::MAX, errors)?]);
    };
    if list.is_empty() {
        errors.push(field.refuse("an empty list", "a whole number, or a list of them; for every message leave it out"));
        return None;
    }
    let numbers: Vec<Option<u32>> = list
        .iter()
        .enumerate()
        .map(|(index, value)| Field { path: format!("{}.{index}", field.path), value }.integer(1..=u32::MAX, errors))
        .collect();
    let mut numbers: Vec<u32> = numbers.into_iter().collect::<Option<_>>()?;
    numbers.sort_unstable();
    numbers.dedup();
    Some(numbers)
}
