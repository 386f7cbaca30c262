//! Messages that are lost or refused by script: `[[faults]]`; what users want in the middle of a call: `[[requests]]`.

use super::between;
use super::diagnostic::{Diagnostic, Diagnostics, quoted};
use super::form::{Default, Form, Keys};
use super::key::{key, keys};
use super::kind::{Kind, boolean, choice, duration, duration_above_0, integer, seconds, string};
use super::network::{DrawnWays, Way};
use super::read::{Field, Fields};
use super::tree::Value;
use crate::sip::{Change, Method, Refusal, Status, rules};
use crate::time::Span;
use crate::world::{Element, End, Fault, FaultClock, FaultEffect, FaultMessage, Request, RequestClock};

keys! {
    /// `[[faults]]`, with calls.
    FaultKeys {
        sender: String = key("sender", string("\"caller\", \"callee\" or name of a node that takes part"), Default::Said("all"), "Only messages of this sender.");
        method: Method = key("method", choice(&Method::IN_CALLS.map(|method| (method.name(), method))), Default::Said("all"), "Only requests of this method; with `status`, only responses to it, of which an ACK has none.");
        status: Option<u16> = key("status", status(), Default::Said("none"), "Only responses of this status, or of any.");
        nth: Vec<u32> = key("nth", nth(), Default::Said("every one"), "Only the nth messages of each call that meet the other conditions, counted from 1.");
        clock: FaultClock = key("clock", choice(&[("run", FaultClock::Run), ("call", FaultClock::Begin), ("hang-up", FaultClock::HangUp)]), Default::Value("\"run\""), "What `from` counts from: the start of the run, the arrival of each call, its hang-up.");
        answer: u16 = key("answer", integer(300..=699u16), Default::Said("none: they are lost"), "The messages are not lost: whoever such a request reaches refuses it with this status, and its dialog knows nothing of it.");
        retry_after: u16 = key("retry-after", seconds(0..=u16::MAX), Default::Said("none"), "Retry-After of that answer.");
        min_se: u32 = key("min-se", seconds(rules::LEAST_SESSION_EXPIRES_S..=u32::MAX), Default::Said("none; required if `answer` is 422"), "Min-SE of that answer.");
        send_error: bool = key("send-error", boolean(), Default::Value("false"), "Whether the sender of a lost request sees at once that it cannot send it.");
    }
}

keys! {
    /// When a fault is on.
    WhenKeys {
        from: Span = key("from", duration(), Default::Value("\"0 s\""), "Only messages sent at or after this.");
        lasts: Span = key("for", duration_above_0(), Default::Said("without end"), "Only messages sent before this much after `from`.");
    }
}

keys! {
    /// `[[requests]]`.
    RequestKeys {
        sender: End = key("sender", choice(&End::BOTH.map(|end| (end.name(), end))), Default::Required("sender = \"caller\""), "Whose user asks for it.");
        method: Method = key("method", choice(&[Method::Invite, Method::Update].map(|method| (method.name(), method))), Default::Required("method = \"INVITE\""), "By which request.");
        clock: RequestClock = key("clock", choice(&[("established", RequestClock::Established), ("run", RequestClock::Run)]), Default::Value("\"established\""), "What `at` counts from: the establishment of each call, as the caller sees it, or the start of the run.");
        at: Span = key("at", duration(), Default::Required("at = \"30 s\""), "When.");
        offer: bool = key("offer", boolean(), Default::Value("true"), "Whether an UPDATE carries an offer; an INVITE always does.");
        refresh: bool = key("refresh", boolean(), Default::Value("true"), "Whether it carries Session-Expires, as a refresh does.");
    }
}

/// The status of a response, or any.
pub(super) fn status() -> Kind<Option<u16>> {
    integer(100..=699u16).or_none("any")
}

/// A fault, by the name of its sender.
pub(super) struct SenderFault {
    /// Who sends what it concerns; `None`: anybody.
    sender: Option<String>,
    /// By which elements of a way stays open.
    fault: Fault,
}

impl SenderFault {
    /// The fault on `way`; of a sender that is not on it, one that concerns nothing.
    pub(super) fn on(&self, way: &Way) -> Fault {
        let senders = self.sender.as_ref().map_or_else(Vec::new, |sender| {
            let found = between::elements(way).into_iter().find(|(name, _)| name == sender);
            found.map_or_else(|| vec![Element::ABSENT], |(_, elements)| elements)
        });
        Fault { senders, ..self.fault.clone() }
    }
}

/// Reads the list of faults.
pub(super) fn read_faults(
    root: &Fields<'_>,
    ways: Option<&DrawnWays>,
    errors: &mut Diagnostics,
) -> Option<Vec<SenderFault>> {
    let names: Vec<&str> = FaultKeys::get().names().into_iter().chain(WhenKeys::get().names()).collect();
    // Every one is read before giving up.
    let tables = root.tables("faults", &names, errors)?;
    let faults: Vec<Option<SenderFault>> = tables.iter().map(|fields| read_fault(fields, ways, errors)).collect();
    faults.into_iter().collect()
}

fn read_fault(fields: &Fields<'_>, ways: Option<&DrawnWays>, errors: &mut Diagnostics) -> Option<SenderFault> {
    let keys = FaultKeys::get();
    let sender = match fields.get(keys.sender.name()) {
        Some(field) => ways.and_then(|ways| {
            let names = between::senders(&ways.ways);
            let names: Vec<(&str, &str)> = names.into_iter().map(|name| (name, name)).collect();
            field.choice(&names, errors).map(|name| Some(name.to_owned()))
        }),
        None => Some(None),
    };
    let method = keys.method.given(fields, errors);
    let status = keys.status.given(fields, errors);
    let nth = keys.nth.or(Vec::new(), fields, errors);
    let clock = keys.clock.read(fields, errors);
    let when = read_when(fields, errors);
    let effect = read_effect(fields, method?, status?, errors);
    let message = match (status?, method?) {
        (Some(_), Some(Method::Ack)) => {
            let field = keys.status.given_at(fields)?;
            errors.push(field.refuse("an ACK has no response", "no `status` beside `method = \"ACK\"`"));
            return None;
        }
        (Some(status), method) => FaultMessage::Response { status, method },
        (None, Some(method)) => FaultMessage::Request(method),
        (None, None) => FaultMessage::Any,
    };
    let (sender, nth, clock, (from, duration)) = (sender?, nth?, clock?, when?);
    let fault = Fault { senders: Vec::new(), message, nth, clock, from, duration, effect: effect? };
    Some(SenderFault { sender, fault })
}

/// When a fault is on: `from` and `for`.
pub(super) fn read_when(fields: &Fields<'_>, errors: &mut Diagnostics) -> Option<(Span, Option<Span>)> {
    let keys = WhenKeys::get();
    let (from, duration) = (keys.from.read(fields, errors), keys.lasts.given(fields, errors));
    Some((from?, duration?))
}

/// What happens to the messages of a fault on `method` and `status`.
fn read_effect(
    fields: &Fields<'_>,
    method: Option<Method>,
    status: Option<Option<u16>>,
    errors: &mut Diagnostics,
) -> Option<FaultEffect> {
    let keys = FaultKeys::get();
    let send_error = keys.send_error.read(fields, errors);
    let retry_after_s = keys.retry_after.given(fields, errors);
    let min_se = keys.min_se.given(fields, errors);
    let Some(answer) = keys.answer.given_at(fields) else {
        for key in [keys.retry_after.name(), keys.min_se.name()] {
            if let Some(field) = fields.get(key) {
                let message = format!("{} says something of an answer, and there is none", quoted(&field.path));
                let wrong = Diagnostic::new(message).at(&field.value.origin, "");
                errors.push(wrong.help("say with what status to answer, for example `answer = 503`".to_owned()));
                return None;
            }
        }
        return Some(if send_error? { FaultEffect::FailToSend } else { FaultEffect::Lose });
    };
    let code = keys.answer.of(&answer, errors)?;
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
    if status == Status::SESSION_INTERVAL_TOO_SMALL && keys.min_se.given_at(fields).is_none() {
        return refuse("a 422 carries Min-SE (rule H3)", "min-se", "for example `min-se = 300`");
    }
    Some(FaultEffect::Refuse(Refusal { status, retry_after_s: retry_after_s?, min_se: min_se? }))
}

/// Reads the list of requests.
pub(super) fn read_requests(root: &Fields<'_>, errors: &mut Diagnostics) -> Option<Vec<Request>> {
    let tables = root.tables("requests", &RequestKeys::get().names(), errors)?;
    let requests: Vec<Option<Request>> = tables.iter().map(|fields| read_request(fields, errors)).collect();
    requests.into_iter().collect()
}

fn read_request(fields: &Fields<'_>, errors: &mut Diagnostics) -> Option<Request> {
    let keys = RequestKeys::get();
    let (sender, method) = (keys.sender.read(fields, errors), keys.method.read(fields, errors));
    let (clock, at) = (keys.clock.read(fields, errors), keys.at.read(fields, errors));
    let (offer, refreshes) = (keys.offer.read(fields, errors), keys.refresh.read(fields, errors));
    let (method, offer) = (method?, offer?);
    if let (Method::Invite, false, Some(field)) = (method, offer, keys.offer.given_at(fields)) {
        let wrong = Diagnostic::new("a re-INVITE carries an offer").at(&field.value.origin, "");
        errors.push(wrong.help("leave `offer` out, or say `method = \"UPDATE\"`".to_owned()));
        return None;
    }
    Some(Request { sender: sender?, change: Change { method, offer, refreshes: refreshes? }, clock: clock?, at: at? })
}

/// One number of messages, or a list of them.
pub(super) fn nth() -> Kind<Vec<u32>> {
    let one = integer(1..=u32::MAX);
    let form = Form::Either(vec![one.form().clone(), Form::List(Box::new(one.form().clone()))]);
    Kind::new(form, move |field, allowed, errors| {
        let Value::List(list) = &field.value.value else { return Some(vec![one.read_as(field, allowed, errors)?]) };
        if list.is_empty() {
            errors.push(field.refuse("an empty list", format!("{allowed}; for every message leave it out")));
            return None;
        }
        let places = list.iter().enumerate();
        let fields = places.map(|(index, value)| Field { path: format!("{}.{index}", field.path), value });
        let numbers: Vec<Option<u32>> = fields.map(|field| one.read(&field, errors)).collect();
        let mut numbers: Vec<u32> = numbers.into_iter().collect::<Option<_>>()?;
        numbers.sort_unstable();
        numbers.dedup();
        Some(numbers)
    })
}
