//! When a link or a node is down, and NATs, as written.

use std::sync::Arc;

use super::diagnostic::{Diagnostic, Diagnostics};
use super::law::read_law;
use super::link::Ways;
use super::loss::above_zero;
use super::read::{Field, Fields};
use super::tree::Value;
use crate::net::{Direction, Down, Inside, Nat, Outage, Period, Refreshing};
use crate::random::Law;
use crate::time::Span;

/// Keys of an outage.
const OUTAGE_KEYS: [&str; 6] = ["from", "for", "every", "times", "up", "down"];

/// Keys of a NAT.
pub const NAT_KEYS: [&str; 3] = ["expires", "refreshed-by", "inside"];

/// What a binding lasts at the least of 34 home gateways (Hätönen et al., 2010).
const EXPIRES: Span = Span::from_secs(30);

/// Up and down in less than this would make of an hour more times than memory holds.
const SHORTEST_CYCLE: Span = Span::from_millis(100);

/// Reads when a link is down, or `"none"`.
pub fn read_down(field: &Field<'_>, ways: Ways, errors: &mut Diagnostics) -> Option<Option<Down>> {
    if field.as_text() == Some("none") {
        return Some(None);
    }
    let more: &[&str] = if ways == Ways::Both { &["one-state"] } else { &[] };
    let fields = fields(field, more, errors)?;
    let together = fields.or("one-state", true, errors, |field, errors| field.truth(errors));
    let outage = read_outage(&fields, errors)?;
    Some(Some(Down { outage: Arc::new(outage), together: together? && ways == Ways::Both }))
}

/// When a node is down.
#[derive(Clone, Debug, PartialEq)]
pub struct NodeOutage {
    /// When.
    pub outage: Arc<Outage>,
    /// Only for what goes this way; `None`: for all.
    pub way: Option<Direction>,
}

/// Reads when a node is down, or `"none"`.
pub fn read_of_node(field: &Field<'_>, errors: &mut Diagnostics) -> Option<Option<NodeOutage>> {
    if field.as_text() == Some("none") {
        return Some(None);
    }
    let fields = fields(field, &["way"], errors)?;
    let ways = [("both", None), ("to-callee", Some(Direction::ToCallee)), ("to-caller", Some(Direction::ToCaller))];
    let way = fields.or("way", None, errors, |field, errors| field.choice(&ways, errors));
    let outage = read_outage(&fields, errors)?;
    Some(Some(NodeOutage { outage: Arc::new(outage), way: way? }))
}

fn fields<'a>(field: &Field<'a>, more: &[&str], errors: &mut Diagnostics) -> Option<Fields<'a>> {
    let allowed: Vec<&str> = OUTAGE_KEYS.iter().chain(more).copied().collect();
    if !matches!(field.value.value, Value::Table(_)) {
        let forms = "\"none\", or a table with `from` and `for`, with `times`, or with `up` and `down`";
        errors.push(field.refuse("not a table", forms));
        return None;
    }
    Some(Fields::new(&field.path, field.value, &allowed, errors))
}

fn read_outage(fields: &Fields<'_>, errors: &mut Diagnostics) -> Option<Outage> {
    let forms: [&[&str]; 3] = [&["for", "from", "every"], &["times"], &["up", "down"]];
    let used: Vec<(usize, Field<'_>)> = forms
        .iter()
        .enumerate()
        .filter_map(|(form, keys)| Some((form, keys.iter().find_map(|key| fields.get(key))?)))
        .collect();
    match used.as_slice() {
        [(1, times)] => read_times(times, errors).map(Outage::Given),
        [(2, _)] => read_random(fields, errors),
        [] | [(_, _)] => read_period(fields, errors),
        [(_, first), (_, second), ..] => {
            let both = Diagnostic::new(format!("`{}` says in two ways when it is down", fields.path()));
            errors.push(
                both.at(&second.value.origin, "the second")
                    .at(&first.value.origin, "the first")
                    .note("allowed: `from`, `for` and `every`, or `times`, or `up` and `down`"),
            );
            None
        }
    }
}

fn read_period(fields: &Fields<'_>, errors: &mut Diagnostics) -> Option<Outage> {
    let first = fields.or("from", Span::ZERO, errors, |field, errors| field.span(errors));
    let length = fields.require("for", "for = \"60 s\"", errors).and_then(|field| field.span(errors));
    let every = match fields.get("every") {
        Some(_) => Some(above_zero(fields, "every", "1 d", errors)?),
        None => None,
    };
    let (first, length) = (first?, length?);
    match every {
        Some(every) if length >= every => {
            let wrong = Diagnostic::new(format!("`{}` has outages that last until the next", fields.path()));
            let [length, every] = ["for", "every"].map(|key| fields.get(key));
            let wrong = wrong.at(&length?.value.origin, "").at(&every?.value.origin, "");
            errors.push(wrong.note("allowed: `for` below `every`"));
            None
        }
        Some(every) => Some(Outage::Periodic { first, every, length }),
        None => Some(Outage::Given(vec![Period { from: first, length }])),
    }
}

fn read_times(field: &Field<'_>, errors: &mut Diagnostics) -> Option<Vec<Period>> {
    let Value::List(list) = &field.value.value else {
        errors.push(field.refuse("not a list", "a list of tables, such as [{ from = \"10 min\", for = \"60 s\" }]"));
        return None;
    };
    let periods: Vec<Option<Period>> = list
        .iter()
        .enumerate()
        .map(|(index, value)| {
            let fields = Fields::new(&format!("{}.{index}", field.path), value, &["from", "for"], errors);
            value.as_table()?;
            let from = fields.require("from", "from = \"10 min\"", errors).and_then(|field| field.span(errors));
            let length = fields.require("for", "for = \"60 s\"", errors).and_then(|field| field.span(errors));
            Some(Period { from: from?, length: length? })
        })
        .collect();
    periods.into_iter().collect()
}

fn read_random(fields: &Fields<'_>, errors: &mut Diagnostics) -> Option<Outage> {
    let exponential = "{ distribution = \"exponential\", mean = \"1 h\" }";
    let [up, down] = ["up", "down"].map(|key| {
        fields.require(key, &format!("{key} = {exponential}"), errors).and_then(|field| read_law(&field, errors))
    });
    let (up, down): (Law, Law) = (up?, down?);
    if up.mean() + down.mean() < SHORTEST_CYCLE {
        let wrong = Diagnostic::new(format!("`{}` goes up and down in less than {SHORTEST_CYCLE}", fields.path()));
        let [up, down] = ["up", "down"].map(|key| fields.get(key));
        let wrong = wrong.at(&up?.value.origin, "").at(&down?.value.origin, "");
        errors.push(
            wrong.note(format!(
                "allowed: means that sum to {SHORTEST_CYCLE} at least; shorter times are bursts of `loss`"
            )),
        );
        return None;
    }
    Some(Outage::Random { up, down })
}

/// Reads a NAT, or `"none"`.
pub fn read_nat(field: &Field<'_>, errors: &mut Diagnostics) -> Option<Option<Nat>> {
    if field.as_text() == Some("none") {
        return Some(None);
    }
    if !matches!(field.value.value, Value::Table(_)) {
        errors.push(field.refuse("not a table", "\"none\", or a table such as { expires = \"30 s\" }"));
        return None;
    }
    let fields = Fields::new(&field.path, field.value, &NAT_KEYS, errors);
    nat_of(&fields, errors).map(Some)
}

/// Reads the keys of [`NAT_KEYS`].
pub fn nat_of(fields: &Fields<'_>, errors: &mut Diagnostics) -> Option<Nat> {
    let expires = fields.or("expires", EXPIRES, errors, |field, errors| field.span(errors));
    let ways = [("outbound", Refreshing::Outbound), ("both-ways", Refreshing::BothWays)];
    let refreshed_by =
        fields.or("refreshed-by", Refreshing::Outbound, errors, |field, errors| field.choice(&ways, errors));
    let sides = [("caller", Inside::Caller), ("callee", Inside::Callee)];
    let inside = fields.or("inside", None, errors, |field, errors| field.choice(&sides, errors).map(Some));
    Some(Nat { expires: expires?, refreshed_by: refreshed_by?, inside: inside? })
}
