//! When a link or a node is down, and NATs, as written.

use std::sync::{Arc, LazyLock};

use super::diagnostic::{Diagnostic, Diagnostics};
use super::distribution::distribution;
use super::form::{Default, Form, Keys, Row};
use super::key::{key, keys};
use super::kind::{Kind, boolean, choice, duration, duration_above_0};
use super::loss::Ways;
use super::read::{Field, Fields};
use super::tree::Value;
use crate::net::{Direction, Down, Inside, Nat, Outage, Period, Refreshing};
use crate::random::Distribution;
use crate::time::Span;

/// Up and down in less than this would make of an hour more times than memory holds.
const SHORTEST_CYCLE: Span = Span::from_millis(100);

keys! {
    /// When something is down, in one of three forms.
    OutageKeys {
        from: Span = key("from", duration(), Default::Value("\"0 s\""), "Down from that time of the run on,");
        lasts: Span = key("for", duration(), Default::Required("for = \"60 s\""), "for that long,");
        every: Span = key("every", duration_above_0(), Default::Said("never"), "and again each so long after `from`; more than `for`.");
        times: Vec<Period> = key("times", periods(), Default::Said("none"), "Or down at these times of the run.");
        up: Distribution = key("up", distribution(), Default::Required("up = { distribution = \"exponential\", mean = \"1 h\" }"), "Or in turn up and down, for random times: in steady state at the start of the run, or, if it is not shared, of each call.");
        down: Distribution = key("down", distribution(), Default::Required("down = { distribution = \"exponential\", mean = \"1 h\" }"), "The means of both sum to 100 ms at least.");
    }
}

keys! {
    /// One time of a list.
    PeriodKeys {
        from: Span = key("from", duration(), Default::Required("from = \"10 min\""), "From that time of the run on,");
        lasts: Span = key("for", duration(), Default::Required("for = \"60 s\""), "for that long.");
    }
}

keys! {
    /// Of a whole link.
    BothWaysKeys {
        one_state: bool = key("one-state", boolean(), Default::Value("true"), "Whether both directions are down together; else each has random times of its own.");
    }
}

keys! {
    /// Of a node.
    NodeKeys {
        way: Option<Direction> = key("way", way(), Default::Value("\"both\""), "Only what goes this way is lost.");
    }
}

keys! {
    /// A NAT.
    NatKeys {
        // What a binding lasts at the least of 34 home gateways (Hätönen et al., 2010).
        expires: Span = key("expires", duration(), Default::Value("\"30 s\""), "A binding that nothing refreshes for longer is gone.");
        refreshed_by: Refreshing = key("refreshed-by", refreshed_by(), Default::Value("\"outbound\""), "Whether only what leaves refreshes it, or also what comes in.");
        inside: Inside = key("inside", choice(&[("caller", Inside::Caller), ("callee", Inside::Callee)]), Default::Said("the nearer end of the route"), "Which end is inside; of a single link the caller's.");
    }
}

fn way() -> Kind<Option<Direction>> {
    choice(&[("both", None), ("to-callee", Some(Direction::ToCallee)), ("to-caller", Some(Direction::ToCaller))])
}

fn refreshed_by() -> Kind<Refreshing> {
    choice(&[("outbound", Refreshing::Outbound), ("both-ways", Refreshing::BothWays)])
}

/// When a link, or one direction of it, is down, or `"none"`.
pub(super) fn outage(ways: Ways) -> Kind<Option<Down>> {
    static KINDS: LazyLock<[Kind<Option<Down>>; 2]> = LazyLock::new(|| {
        let both = table(BothWaysKeys::get().rows(), |fields, errors| {
            let together = BothWaysKeys::get().one_state.read(fields, errors);
            let outage = read_outage(fields, errors)?;
            Some(Down { outage: Arc::new(outage), together: together? })
        });
        let one = table(Vec::new(), |fields, errors| {
            Some(Down { outage: Arc::new(read_outage(fields, errors)?), together: false })
        });
        [both.or_none("none").named("outage"), one.or_none("none").named("outage of one direction")]
    });
    let [both, one] = &*KINDS;
    if ways == Ways::Both { both.clone() } else { one.clone() }
}

/// When a node is down.
#[derive(Clone, Debug, PartialEq)]
pub struct NodeOutage {
    /// When.
    pub outage: Arc<Outage>,
    /// Only for what goes this way; `None`: for all.
    pub way: Option<Direction>,
}

/// When a node is down, or `"none"`.
pub(super) fn node_outage() -> Kind<Option<NodeOutage>> {
    static KIND: LazyLock<Kind<Option<NodeOutage>>> = LazyLock::new(|| {
        let down = table(NodeKeys::get().rows(), |fields, errors| {
            let way = NodeKeys::get().way.read(fields, errors);
            let outage = read_outage(fields, errors)?;
            Some(NodeOutage { outage: Arc::new(outage), way: way? })
        });
        down.or_none("none").named("outage of a node")
    });
    KIND.clone()
}

/// A table of an outage, with `more` keys.
fn table<T: 'static>(more: Vec<Row>, read: fn(&Fields<'_>, &mut Diagnostics) -> Option<T>) -> Kind<T> {
    let rows: Vec<Row> = OutageKeys::get().rows().into_iter().chain(more).collect();
    let names: Vec<String> = rows.iter().map(|row| row.name.to_string()).collect();
    Kind::new(Form::Table(rows), move |field, _, errors| {
        if !matches!(field.value.value, Value::Table(_)) {
            let forms = "\"none\", or a table with `from` and `for`, with `times`, or with `up` and `down`";
            errors.push(field.refuse("not a table", forms));
            return None;
        }
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        read(&Fields::new(&field.path, field.value, &names, errors), errors)
    })
}

fn read_outage(fields: &Fields<'_>, errors: &mut Diagnostics) -> Option<Outage> {
    let keys = OutageKeys::get();
    let forms: [&[&str]; 3] = [
        &[keys.lasts.name(), keys.from.name(), keys.every.name()],
        &[keys.times.name()],
        &[keys.up.name(), keys.down.name()],
    ];
    let used: Vec<(usize, Field<'_>)> = forms
        .iter()
        .enumerate()
        .filter_map(|(form, names)| Some((form, names.iter().find_map(|name| fields.get(name))?)))
        .collect();
    match used.as_slice() {
        [(1, times)] => keys.times.of(times, errors).map(Outage::Given),
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
    let keys = OutageKeys::get();
    let (first, length) = (keys.from.read(fields, errors), keys.lasts.read(fields, errors));
    let every = keys.every.given(fields, errors);
    let (first, length, every) = (first?, length?, every?);
    match every {
        Some(every) if length >= every => {
            let wrong = Diagnostic::new(format!("`{}` has outages that last until the next", fields.path()));
            let [length, every] = [&keys.lasts, &keys.every].map(|key| fields.get(key.name()));
            let wrong = wrong.at(&length?.value.origin, "").at(&every?.value.origin, "");
            errors.push(wrong.note("allowed: `for` below `every`"));
            None
        }
        Some(every) => Some(Outage::Periodic { first, every, length }),
        None => Some(Outage::Given(vec![Period { from: first, length }])),
    }
}

fn periods() -> Kind<Vec<Period>> {
    Kind::new(Form::List(Box::new(PeriodKeys::get().form())), |field, _, errors| {
        let Value::List(list) = &field.value.value else {
            let allowed = "a list of tables, such as [{ from = \"10 min\", for = \"60 s\" }]";
            errors.push(field.refuse("not a list", allowed));
            return None;
        };
        let keys = PeriodKeys::get();
        let periods: Vec<Option<Period>> = list
            .iter()
            .enumerate()
            .map(|(index, value)| {
                let fields = Fields::new(&format!("{}.{index}", field.path), value, &keys.names(), errors);
                value.as_table()?;
                let (from, length) = (keys.from.read(&fields, errors), keys.lasts.read(&fields, errors));
                Some(Period { from: from?, length: length? })
            })
            .collect();
        periods.into_iter().collect()
    })
}

fn read_random(fields: &Fields<'_>, errors: &mut Diagnostics) -> Option<Outage> {
    let keys = OutageKeys::get();
    let (up, down) = (keys.up.read(fields, errors), keys.down.read(fields, errors));
    let (up, down) = (up?, down?);
    if up.mean() + down.mean() < SHORTEST_CYCLE {
        let wrong = Diagnostic::new(format!("`{}` goes up and down in less than {SHORTEST_CYCLE}", fields.path()));
        let [up, down] = [&keys.up, &keys.down].map(|key| fields.get(key.name()));
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

/// A NAT, or `"none"`.
pub(super) fn nat() -> Kind<Option<Nat>> {
    let table = Kind::new(NatKeys::get().form(), |field, _, errors| {
        if !matches!(field.value.value, Value::Table(_)) {
            errors.push(field.refuse("not a table", "\"none\", or a table such as { expires = \"30 s\" }"));
            return None;
        }
        nat_of(&Fields::new(&field.path, field.value, &NatKeys::get().names(), errors), errors)
    });
    table.or_none("none").named("NAT")
}

/// The NAT that `fields` describe.
pub(super) fn nat_of(fields: &Fields<'_>, errors: &mut Diagnostics) -> Option<Nat> {
    let keys = NatKeys::get();
    let (expires, refreshed_by) = (keys.expires.read(fields, errors), keys.refreshed_by.read(fields, errors));
    let inside = keys.inside.given(fields, errors);
    Some(Nat { expires: expires?, refreshed_by: refreshed_by?, inside: inside? })
}
