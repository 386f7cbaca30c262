//! What is said of a link, in a topology, in a scenario or in a preset: loss, delay, rate, outages, NAT, transport.

use super::diagnostic::Diagnostics;
use super::law::read_law;
use super::loss::read_loss;
use super::outage::{read_down, read_nat};
use super::preset;
use super::rate::RateSettings;
use super::read::Fields;
use crate::net::{Down, Link, Loss, Nat, Transport, tcp};
use crate::random::{Law, Probability};
use crate::time::Span;

/// Keys of one direction of a link.
pub const DIRECTION_KEYS: [&str; 7] = ["loss", "delay", "order", "duplicate", "rate", "queue", "outage"];

/// Keys of a link.
pub const LINK_KEYS: [&str; 12] = [
    "preset",
    "loss",
    "delay",
    "order",
    "duplicate",
    "rate",
    "queue",
    "outage",
    "nat",
    "shared",
    "transport",
    "tcp-limit",
];

/// What is set of a link; the rest is as it was.
#[derive(Clone, Debug, Default)]
pub struct LinkSettings {
    loss: Option<Loss>,
    delay: Option<Law>,
    in_order: Option<bool>,
    duplicate: Option<Probability>,
    rate: RateSettings,
    outage: Option<Option<Down>>,
    nat: Option<Option<Nat>>,
    shared: Option<bool>,
    transport: Option<Transport>,
}

/// Whether settings are of a whole link or of one of its directions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ways {
    /// Of both directions: they may be in one state.
    Both,
    /// Of one.
    One,
}

impl LinkSettings {
    /// Reads the keys of [`LINK_KEYS`]; what else is said goes before the preset.
    pub fn of_link(fields: &Fields<'_>, errors: &mut Diagnostics) -> LinkSettings {
        let preset = fields.get("preset").and_then(|field| preset::read_preset(&field, errors));
        LinkSettings {
            nat: fields.get("nat").and_then(|field| read_nat(&field, errors)),
            shared: fields.get("shared").and_then(|field| field.truth(errors)),
            transport: read_transport(fields, errors),
            ..LinkSettings::read(fields, Ways::Both, errors)
        }
        .or(preset.unwrap_or_default())
    }

    /// Reads the keys of [`DIRECTION_KEYS`], of one direction.
    pub fn of_direction(fields: &Fields<'_>, errors: &mut Diagnostics) -> LinkSettings {
        LinkSettings::read(fields, Ways::One, errors)
    }

    fn read(fields: &Fields<'_>, ways: Ways, errors: &mut Diagnostics) -> LinkSettings {
        LinkSettings {
            loss: fields.get("loss").and_then(|field| read_loss(&field, ways, errors)),
            delay: fields.get("delay").and_then(|field| read_law(&field, errors)),
            in_order: fields.get("order").and_then(|field| field.truth(errors)),
            duplicate: fields.get("duplicate").and_then(|field| field.probability(errors)),
            rate: RateSettings::read(fields, errors),
            outage: fields.get("outage").and_then(|field| read_down(&field, ways, errors)),
            ..LinkSettings::default()
        }
    }

    /// These settings, and what `other` sets beside them.
    fn or(self, other: LinkSettings) -> LinkSettings {
        LinkSettings {
            loss: self.loss.or(other.loss),
            delay: self.delay.or(other.delay),
            in_order: self.in_order.or(other.in_order),
            duplicate: self.duplicate.or(other.duplicate),
            rate: self.rate.or(other.rate),
            outage: self.outage.or(other.outage),
            nat: self.nat.or(other.nat),
            shared: self.shared.or(other.shared),
            transport: self.transport.or(other.transport),
        }
    }

    /// Whether nothing is set of the delay.
    pub fn leaves_delay_open(&self) -> bool {
        self.delay.is_none()
    }

    /// `link` with these settings.
    pub fn apply(&self, link: Link) -> Link {
        Link {
            loss: self.loss.clone().unwrap_or(link.loss),
            delay: self.delay.clone().unwrap_or(link.delay),
            in_order: self.in_order.unwrap_or(link.in_order),
            duplicate: self.duplicate.unwrap_or(link.duplicate),
            rate: self.rate.apply(link.rate),
            outage: self.outage.clone().unwrap_or(link.outage),
            nat: self.nat.unwrap_or(link.nat),
            shared: self.shared.or(link.shared),
            transport: self.transport.unwrap_or(link.transport),
            identity: link.identity,
        }
    }
}

/// Reads `transport` and `tcp-limit`, by which a TCP connection is given up.
fn read_transport(fields: &Fields<'_>, errors: &mut Diagnostics) -> Option<Transport> {
    let limit = fields.or("tcp-limit", tcp::GIVEN_UP_AFTER, errors, |field, errors| {
        let span = field.span(errors)?;
        if span == Span::ZERO {
            errors.push(field.refuse("no time at all", "a length of time above 0"));
            return None;
        }
        Some(span)
    })?;
    let field = fields.get("transport")?;
    field.choice(&[("udp", Transport::Udp), ("tcp", Transport::Tcp(limit))], errors)
}
