//! How fast a link sends and how much it keeps waiting, as written; and what does not go with it.

use super::diagnostic::{Diagnostic, Diagnostics, Origin, quoted};
use super::form::{Default, Form};
use super::key::{key, keys};
use super::kind::Kind;
use super::read::{Field, Fields};
use super::tree::Value;
use crate::net::queue::Rate;
use crate::net::{Link, Route, Transport};
use crate::random::Probability;

/// What a link keeps waiting if nothing is said.
const QUEUE_BYTES: u64 = 64_000;

/// A queue holds a packet of this at least, so that no message is too long for it.
const LEAST_QUEUE_BYTES: u64 = 1500;

/// Beyond these a link is as fast as any, and its queue as good as endless.
const MOST: u64 = 1_000_000_000_000_000;

keys! {
    /// How fast a link sends, in one direction or both.
    RateKeys {
        rate: Option<u64> = key("rate", rate(), Default::Said("as in the topology"), "How fast it sends, in each direction: messages wait for their turn.");
        queue: u64 = key("queue", queue(), Default::Said("as in the topology; \"64 kB\" where nothing is said"), "How much each direction of a link with a rate keeps waiting, with what it is sending; what comes then is lost.");
    }
}

/// Units of a rate, in bits a second, and words that are used for them.
const BITS_PER_S: [Unit; 4] = [
    Unit { name: "bit/s", of: 1, meant_by: &["bits/s", "bps", "b/s"] },
    Unit { name: "kbit/s", of: 1000, meant_by: &["kbits/s", "kbps", "kb/s", "Kbit/s", "Kbps", "kBit/s"] },
    Unit { name: "Mbit/s", of: 1_000_000, meant_by: &["mbit/s", "Mbits/s", "mbps", "Mbps", "Mb/s", "MBit/s"] },
    Unit { name: "Gbit/s", of: 1_000_000_000, meant_by: &["gbit/s", "Gbits/s", "gbps", "Gbps", "Gb/s", "GBit/s"] },
];

/// Units of a size, in bytes, and words that are used for them.
const BYTES: [Unit; 3] = [
    Unit { name: "B", of: 1, meant_by: &["b", "byte", "bytes", "Byte", "Bytes"] },
    Unit { name: "kB", of: 1000, meant_by: &["kb", "KB", "Kb", "k", "K", "kbyte", "kbytes", "KiB"] },
    Unit { name: "MB", of: 1_000_000, meant_by: &["mb", "Mb", "M", "Mbyte", "Mbytes", "MiB"] },
];

struct Unit {
    name: &'static str,
    of: u64,
    meant_by: &'static [&'static str],
}

/// What is said of the rate of a link.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct RateSettings {
    /// Bits a second; `Some(None)`: without a rate.
    bits_per_s: Option<Option<u64>>,
    queue_bytes: Option<u64>,
}

impl RateSettings {
    /// Reads `rate` and `queue`.
    pub(super) fn read(fields: &Fields<'_>, errors: &mut Diagnostics) -> RateSettings {
        let keys = RateKeys::get();
        let (rate, queue) = (keys.rate.given(fields, errors), keys.queue.given(fields, errors));
        RateSettings { bits_per_s: rate.flatten(), queue_bytes: queue.flatten() }
    }

    /// These settings, and what `other` sets beside them.
    pub(super) fn or(self, other: RateSettings) -> RateSettings {
        RateSettings {
            bits_per_s: self.bits_per_s.or(other.bits_per_s),
            queue_bytes: self.queue_bytes.or(other.queue_bytes),
        }
    }

    /// The rate of a link that had this one.
    pub(super) fn apply(&self, rate: Option<Rate>) -> Option<Rate> {
        let bits_per_s = self.bits_per_s.unwrap_or(rate.map(|rate| rate.bits_per_s))?;
        let queue_bytes = self.queue_bytes.or(rate.map(|rate| rate.queue_bytes)).unwrap_or(QUEUE_BYTES);
        Some(Rate { bits_per_s, queue_bytes })
    }
}

/// A rate in bits a second, or "none".
fn rate() -> Kind<Option<u64>> {
    quantity("rate", &BITS_PER_S, &["bit/s", "kbit/s", "Mbit/s", "Gbit/s"], 1).or_none("none")
}

/// A size in bytes.
fn queue() -> Kind<u64> {
    quantity("size", &BYTES, &["B", "kB", "MB"], LEAST_QUEUE_BYTES)
}

/// An integer of base units from `least` on: a string with a unit, or the number.
fn quantity(name: &'static str, units: &'static [Unit], names: &'static [&'static str], least: u64) -> Kind<u64> {
    Kind::new(Form::Quantity { name, units: names, least }, move |field, allowed, errors| {
        read_quantity(field, units, least, allowed, errors)
    })
}

fn read_quantity(
    field: &Field<'_>,
    units: &[Unit],
    least: u64,
    allowed: &Form,
    errors: &mut Diagnostics,
) -> Option<u64> {
    let number = match (&field.value.value, field.as_string()) {
        (Value::Integer(number), _) => u64::try_from(*number).map_err(|_| Wrong::Range),
        (_, Some(text)) => with_unit(text, units),
        (_, None) => Err(Wrong::Form),
    };
    let reason = match number {
        Ok(number) if (least..=MOST).contains(&number) => return Some(number),
        Ok(number) if number < least && least > 1 => format!("below {least} {}", units[0].name),
        Ok(0) => "nothing at all".to_owned(),
        Ok(_) | Err(Wrong::Range) => "out of range".to_owned(),
        Err(Wrong::Form) => format!("not a number with a unit, nor an integer of {}", units[0].name),
        Err(Wrong::Part) => format!("not an integer of {}", units[0].name),
        Err(Wrong::NoUnit) => "a number without a unit".to_owned(),
        Err(Wrong::Unit(ref unit)) => format!("no such unit: {}", quoted(unit)),
    };
    let help = match number {
        Err(Wrong::Unit(unit)) => units.iter().find(|known| known.meant_by.contains(&unit.as_str())).map(|meant| {
            let number = field.as_string().unwrap_or_default().trim().trim_end_matches(unit.as_str()).trim_end();
            format!("did you mean \"{number} {}\"?", meant.name)
        }),
        Err(Wrong::NoUnit) => {
            field.as_string().map(|text| format!("write \"{} {}\", or the number alone", text.trim(), units[0].name))
        }
        Ok(_) | Err(Wrong::Form | Wrong::Part | Wrong::Range) => None,
    };
    let names: Vec<&str> = units.iter().map(|unit| unit.name).collect();
    let known = || format!("the units are {}", names.join(", "));
    errors.push(field.refuse(&reason, allowed).help(help.or_else(|| Some(known()))));
    None
}

enum Wrong {
    Form,
    NoUnit,
    Unit(String),
    Part,
    Range,
}

/// The integer of base units that a string such as `19.2 kbit/s` stands for, exactly.
fn with_unit(text: &str, units: &[Unit]) -> Result<u64, Wrong> {
    let text = text.trim();
    let split = text.find(|c: char| !c.is_ascii_digit() && c != '.' && c != '_').unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    let (number, unit) = (number.replace('_', ""), unit.trim_start());
    let (whole, fraction) = number.split_once('.').unwrap_or((&number, ""));
    if whole.is_empty() || fraction.contains('.') || number.ends_with('.') {
        return Err(if text.starts_with('-') { Wrong::Range } else { Wrong::Form });
    }
    if unit.is_empty() {
        return Err(Wrong::NoUnit);
    }
    let of = units.iter().find(|known| known.name == unit).ok_or_else(|| Wrong::Unit(unit.to_owned()))?.of;
    let whole: u64 = whole.parse().map_err(|_| Wrong::Range)?;
    let fraction = fraction.trim_end_matches('0');
    let scale = u32::try_from(fraction.len()).ok().and_then(|places| 10u64.checked_pow(places)).ok_or(Wrong::Part)?;
    let below = if fraction.is_empty() { 0 } else { fraction.parse::<u64>().map_err(|_| Wrong::Part)? };
    if !(u128::from(below) * u128::from(of)).is_multiple_of(u128::from(scale)) {
        return Err(Wrong::Part);
    }
    let below = (u128::from(below) * u128::from(of) / u128::from(scale)) as u64;
    whole.checked_mul(of).and_then(|whole| whole.checked_add(below)).ok_or(Wrong::Range)
}

/// Complains of a `queue` in `fields` where nothing has a rate, as `has_rate` says.
pub(super) fn check_queue(fields: &Fields<'_>, has_rate: bool, errors: &mut Diagnostics) {
    let keys = RateKeys::get();
    let [rate, queue] = [keys.rate.name(), keys.queue.name()].map(|name| fields.get(name));
    if let (Some(queue), None, false) = (queue, rate, has_rate) {
        let message = format!("{} stands without a rate", quoted(&queue.path));
        let alone = Diagnostic::new(message).at(&queue.value.origin, "nothing waits where there is no rate");
        errors.push(alone.help(format!("for example `rate = \"64 kbit/s\"` beside it, in {}", quoted(fields.path()))));
    }
}

/// Complains of what does not go with a rate on a route of calls; `place` is where it is shown.
pub(super) fn check_rates(route: &Route, place: &Origin, errors: &mut Diagnostics) -> Option<()> {
    find(route, |link| link.rate.is_some()).map_or(Some(()), |_| {
        if let Some(name) = find(route, |link| link.rate.is_some() && link.transport != Transport::Udp) {
            let message = format!("the link {name} has a rate and carries SIP over TCP");
            let wrong = Diagnostic::new(message).at(place, "on this route");
            errors.push(wrong.note("allowed: a rate beside `transport = \"udp\"`"));
            return None;
        }
        if let Some(name) = find(route, |link| link.duplicate != Probability::NEVER) {
            let message = format!("the link {name} duplicates messages on a route with a rate");
            let wrong = Diagnostic::new(message).at(place, "on this route");
            errors.push(wrong.note("allowed on one route: `rate` or `duplicate`"));
            return None;
        }
        Some(())
    })
}

/// Complains of a rate on a route of devices, each of which is run alone.
pub(super) fn refuse_rates(route: &Route, place: &Origin, errors: &mut Diagnostics) {
    let Some(name) = find(route, |link| link.rate.is_some()) else { return };
    let message = format!("the link {name} has a rate, and the scenario has devices, which share nothing");
    let wrong = Diagnostic::new(message).at(place, "on this route");
    errors.push(wrong.note("allowed with `[devices]`: links without a rate; `rate = \"none\"` takes it from a link"));
}

/// Complains of a link that duplicates messages on a route of devices that speak HTTP, or that carries SIP over TCP:
/// TCP drops the second copy, and nothing would come of it.
pub(super) fn refuse_duplicates(route: &Route, over_http: bool, place: &Origin, errors: &mut Diagnostics) {
    let in_vain = |link: &Link| link.duplicate != Probability::NEVER && (over_http || link.transport != Transport::Udp);
    let Some(name) = find(route, in_vain) else { return };
    let message = format!("the link {name} duplicates messages that go over TCP, which drops the second copy");
    let wrong = Diagnostic::new(message).at(place, "on this route");
    errors
        .push(wrong.note("allowed: `duplicate` where devices send SIP over UDP; `duplicate = 0` takes it from a link"));
}

/// The name, quoted, of the first link of a route of which `is` holds in either direction.
fn find(route: &Route, is: impl Fn(&Link) -> bool) -> Option<String> {
    let nth = route.to_callee.iter().zip(&route.to_caller).position(|(there, back)| is(there) || is(back))?;
    let [a, b] = [nth, nth + 1].map(|node| route.nodes[node].id.as_str());
    Some(quoted(&format!("{a}--{b}")))
}
