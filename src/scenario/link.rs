//! What is said of a link, in a topology, in a scenario or in a preset: loss, delay, rate, outages, NAT, transport.

use std::sync::LazyLock;

use super::diagnostic::Diagnostics;
use super::distribution::distribution;
use super::form::{Default, Keys, Row};
use super::key::{key, keys};
use super::kind::{Kind, boolean, choice, duration_above_0, probability};
use super::loss::{Ways, loss};
use super::outage::{nat, outage};
use super::preset;
use super::rate::{RateKeys, RateSettings};
use super::read::{Field, Fields};
use crate::net::{Down, Link, Loss, Nat, Transport};
use crate::random::{Distribution, Probability};
use crate::time::Span;

const OF_TOPOLOGY: Default = Default::Said("as in the topology");

keys! {
    /// Of one direction, beside its rate.
    DirectionKeys {
        loss: Loss = key("loss", loss(Ways::One), OF_TOPOLOGY, "How messages are lost.");
        delay: Distribution = key("delay", distribution(), OF_TOPOLOGY, "How long each message takes.");
        order: bool = key("order", boolean(), OF_TOPOLOGY, "Whether a message never arrives before one that its call sent earlier in the same direction; over TCP it never does.");
        duplicate: Probability = key("duplicate", probability(), OF_TOPOLOGY, "The probability that a second copy of a message arrives as well, after a delay of its own.");
        outage: Option<Down> = key("outage", outage(Ways::One), OF_TOPOLOGY, "When it is down: what enters it then is lost.");
    }
}

keys! {
    /// Of a whole link: what differs from that of one direction.
    BothWaysKeys {
        loss: Loss = key("loss", loss(Ways::Both), OF_TOPOLOGY, "How messages are lost.");
        outage: Option<Down> = key("outage", outage(Ways::Both), OF_TOPOLOGY, "When it is down: what enters it then is lost.");
    }
}

keys! {
    /// Of a whole link alone.
    WholeKeys {
        preset: &'static str = key("preset", preset_name(), Default::Said("none"), "A link by name; what else is said of the link goes before it.");
        nat: Option<Nat> = key("nat", nat(), OF_TOPOLOGY, "A NAT at its outer end: what comes from outside is lost when the binding is gone, which stands when the call begins.");
        shared: bool = key("shared", boolean(), Default::Said("`true` without an end of kind `agents`"), "Whether all calls share the link, with one weather for all of them; else each call has one to itself.");
        transport: bool = key("transport", choice(&[("udp", false), ("tcp", true)]), OF_TOPOLOGY, "What carries SIP over it (rule T5).");
        tcp_limit: Span = key("tcp-limit", duration_above_0(), Default::Value("\"924.6 s\""), "How long a TCP connection sends in vain before it is given up; beside `transport = \"tcp\"`.");
    }
}

fn preset_name() -> Kind<&'static str> {
    let names: Vec<(&str, &str)> = preset::names().into_iter().map(|name| (name, name)).collect();
    choice(&names)
}

/// Keys of one direction of a link.
pub(super) static DIRECTION_ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let mut rows = DirectionKeys::get().rows();
    let outage = rows.split_off(4);
    rows.into_iter().chain(RateKeys::get().rows()).chain(outage).collect()
});

/// Keys of a link.
pub(super) static LINK_ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let both = BothWaysKeys::get().rows();
    let of_both = |row: &Row| both.iter().find(|both| both.name == row.name).unwrap_or(row).clone();
    let mut whole = WholeKeys::get().rows();
    let rest = whole.split_off(1);
    whole.into_iter().chain(DIRECTION_ROWS.iter().map(of_both)).chain(rest).collect()
});

/// The names of the keys of one direction of a link.
pub(super) fn direction_keys() -> Vec<&'static str> {
    DIRECTION_ROWS.iter().map(|row| &*row.name).collect()
}

/// The names of the keys of a link.
pub(super) fn link_keys() -> Vec<&'static str> {
    LINK_ROWS.iter().map(|row| &*row.name).collect()
}

/// What is set of a link; the rest is as it was.
#[derive(Clone, Debug, Default)]
pub(super) struct LinkSettings {
    loss: Option<Loss>,
    delay: Option<Distribution>,
    in_order: Option<bool>,
    duplicate: Option<Probability>,
    rate: RateSettings,
    outage: Option<Option<Down>>,
    nat: Option<Option<Nat>>,
    shared: Option<bool>,
    transport: Option<Transport>,
}

impl LinkSettings {
    /// Reads the keys of a link; what else is said goes before the preset.
    pub(super) fn of_link(fields: &Fields<'_>, errors: &mut Diagnostics) -> LinkSettings {
        let keys = WholeKeys::get();
        let preset = keys.preset.given(fields, errors).flatten();
        let preset = preset.map(|name| LinkSettings::of_preset(name, errors));
        let both = BothWaysKeys::get();
        LinkSettings {
            nat: keys.nat.given(fields, errors).flatten(),
            shared: keys.shared.given(fields, errors).flatten(),
            transport: read_transport(fields, errors),
            loss: both.loss.given(fields, errors).flatten(),
            outage: both.outage.given(fields, errors).flatten(),
            ..LinkSettings::read(fields, errors)
        }
        .or(preset.unwrap_or_default())
    }

    /// Reads the keys of one direction of a link.
    pub(super) fn of_direction(fields: &Fields<'_>, errors: &mut Diagnostics) -> LinkSettings {
        let keys = DirectionKeys::get();
        LinkSettings {
            loss: keys.loss.given(fields, errors).flatten(),
            outage: keys.outage.given(fields, errors).flatten(),
            ..LinkSettings::read(fields, errors)
        }
    }

    /// Reads the keys that a link and one direction of it have alike.
    fn read(fields: &Fields<'_>, errors: &mut Diagnostics) -> LinkSettings {
        let keys = DirectionKeys::get();
        LinkSettings {
            delay: keys.delay.given(fields, errors).flatten(),
            in_order: keys.order.given(fields, errors).flatten(),
            duplicate: keys.duplicate.given(fields, errors).flatten(),
            rate: RateSettings::read(fields, errors),
            ..LinkSettings::default()
        }
    }

    /// The settings of the preset of this name.
    fn of_preset(name: &str, errors: &mut Diagnostics) -> LinkSettings {
        let Some(tree) = preset::tree_of(name, errors) else { return LinkSettings::default() };
        let keys: Vec<&str> = preset::ABOUT_KEYS
            .into_iter()
            .chain(link_keys())
            .filter(|key| *key != WholeKeys::get().preset.name())
            .collect();
        LinkSettings::of_link(&Fields::new(name, &tree, &keys, errors), errors)
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
    pub(super) fn leaves_delay_open(&self) -> bool {
        self.delay.is_none()
    }

    /// `link` with these settings.
    pub(super) fn apply(&self, link: Link) -> Link {
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

/// Whether `field` is the name of a preset.
pub(super) fn is_preset(field: &Field<'_>) -> bool {
    field.as_string().is_some_and(|name| preset::names().contains(&name))
}

/// Whether the preset of this name says how long the link takes.
pub(super) fn preset_says_delay(name: &str) -> bool {
    preset::names().contains(&name) && !LinkSettings::of_preset(name, &mut Diagnostics::new()).leaves_delay_open()
}

/// Reads `transport` and `tcp-limit`, by which a TCP connection is given up.
fn read_transport(fields: &Fields<'_>, errors: &mut Diagnostics) -> Option<Transport> {
    let keys = WholeKeys::get();
    let limit = keys.tcp_limit.read(fields, errors)?;
    let tcp = keys.transport.given(fields, errors).flatten()?;
    Some(if tcp { Transport::Tcp(limit) } else { Transport::Udp })
}

#[cfg(test)]
mod tests {
    use super::super::preset::presets;
    use super::*;

    #[test]
    fn every_preset_can_be_read() {
        for preset in presets() {
            let mut errors = Diagnostics::new();
            LinkSettings::of_preset(&preset.name, &mut errors);
            assert!(errors.is_empty(), "{}: {errors}", preset.name);
        }
    }
}
