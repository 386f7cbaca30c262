//! Messages that are lost by script: `[[faults]]`.

use super::between;
use super::diagnostic::Diagnostics;
use super::network::Way;
use super::read::{Field, Fields};
use super::tree::Value;
use super::vocabulary;
use crate::sip::Method;
use crate::time::Span;
use crate::world::{Fault, FaultClock, FaultMessage};

const CLOCKS: [(&str, FaultClock); 3] =
    [("run", FaultClock::Run), ("call", FaultClock::Call), ("hang-up", FaultClock::HangUp)];

/// Reads the list of faults.
pub fn read_faults(root: &Fields<'_>, way: Option<&Way>, errors: &mut Diagnostics) -> Option<Vec<Fault>> {
    let Some(field) = root.get("faults") else { return Some(Vec::new()) };
    let Value::List(list) = &field.value.value else {
        errors.push(field.refuse("not a list", "a list of tables, each begun by `[[faults]]`"));
        return None;
    };
    let allowed = vocabulary::children("faults");
    // Read every one before giving up.
    let faults: Vec<Option<Fault>> = list
        .iter()
        .enumerate()
        .map(|(index, tree)| {
            let fields = Fields::new(&format!("faults.{index}"), tree, &allowed, errors);
            read_fault(&fields, way, errors)
        })
        .collect();
    faults.into_iter().collect()
}

fn read_fault(fields: &Fields<'_>, way: Option<&Way>, errors: &mut Diagnostics) -> Option<Fault> {
    let senders = fields.or("sender", Vec::new(), errors, |field, errors| {
        let senders = between::elements(way?);
        let names: Vec<(&str, usize)> = senders.iter().map(|(name, _)| name.as_str()).zip(0..).collect();
        Some(senders[field.choice(&names, errors)?].1.clone())
    });
    let method = fields.or("method", None, errors, |field, errors| {
        field.choice(&Method::ALL.map(|method| (method.name(), method)), errors).map(Some)
    });
    let status =
        fields.or("status", None, errors, |field, errors| field.integer_or(100..=699u16, "any", errors).map(Some));
    let nth = fields.or("nth", Vec::new(), errors, read_nth);
    let clock = fields.or("clock", FaultClock::Run, errors, |field, errors| field.choice(&CLOCKS, errors));
    let from = fields.or("from", Span::ZERO, errors, |field, errors| field.span(errors));
    let duration = fields.or("for", None, errors, |field, errors| match field.span(errors)? {
        Span::ZERO => {
            errors.push(field.refuse("no message is sent in no time", "a length of time above 0"));
            None
        }
        duration => Some(Some(duration)),
    });
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
    Some(Fault { senders: senders?, message, nth: nth?, clock: clock?, from: from?, duration: duration? })
}

fn read_nth(field: &Field<'_>, errors: &mut Diagnostics) -> Option<Vec<u32>> {
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
