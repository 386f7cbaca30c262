//! Proxies: their settings by key, and the named sets of them in `proxies.toml`.

use std::sync::LazyLock;

use super::diagnostic::{Diagnostic, Diagnostics, Source, quoted};
use super::form::{Default, Keys, Row};
use super::key::{Key, Setting, key, keys, overlay, setting};
use super::kind::{Kind, boolean, choice, duration_above_0};
use super::outage::{NodeOutage, node_outage};
use super::pings::{check_pings, ping_settings};
use super::profile::{interval, min_se};
use super::read::{Field, Fields};
use super::toml_text;
use crate::net::NodeKind;
use crate::sip::{BaseTimers, CallKeeping, Inserts, OnExpiry, Ping, Pings, ProxyProfile};

/// The file of the named proxies.
const FILE: &str = include_str!("proxies.toml");

keys! {
    /// Of a node of any kind.
    NodeKeys {
        outage: Option<NodeOutage> = key("outage", node_outage(), Default::Said("that of the topology"), "When it is down: what would enter or leave it then is lost, for all calls alike.");
    }
}

keys! {
    /// Of a stateful proxy.
    StatefulKeys {
        records_route: bool = key("records-route", boolean(), Default::Value("true"), "Whether it records itself in the route of a dialog; else it sees the INVITE that begins the dialog and its responses alone (rule P10).");
    }
}

/// The named settings that a call-stateful proxy may have.
static PROFILE: LazyLock<Key<&'static str>> = LazyLock::new(|| {
    let names: Vec<(&str, &str)> = names().into_iter().map(|name| (name, name)).collect();
    key("profile", choice(&names), Default::Value("\"rfc\""), "How it behaves where its table says nothing else.")
});

/// The settings of a call-stateful proxy, which always records itself (rule P10). One more is its row here and its
/// field in [`CallKeeping`].
#[rustfmt::skip]
static SETTINGS: LazyLock<Vec<Setting<CallKeeping>>> = LazyLock::new(|| {
    let mut settings = vec![
        proxy("session-expires", interval(), Default::Value("1800"), "The interval it wants.", |k, v| k.session_expires = v),
        proxy("min-se", min_se(), Default::Value("\"none\""), "Its own least interval.", |k, v| k.min_se = v),
        proxy("inserts", inserts(), Default::Value("\"every\""), "Into which requests without an interval it inserts the one that it wants: none, those that begin a dialog, or re-INVITE and UPDATE as well (rule P1).", |k, v| k.inserts = v),
        proxy("lowers", boolean(), Default::Value("false"), "Whether it lowers a longer interval to the one that it wants (rule P2).", |k, v| k.lowers = v),
        proxy("refuses", boolean(), Default::Value("true"), "Whether it answers 422 to an interval below its `min-se`, where the client knows session timers (rule P4).", |k, v| k.refuses = v),
        proxy("adds-to-2xx", boolean(), Default::Value("true"), "Whether it adds the interval to a 2xx without one, so that the client refreshes a callee that knows no timers (rule P7).", |k, v| k.adds_to_2xx = v),
        proxy("lifetime", duration_above_0().or_none("none"), Default::Value("\"none\""), "How long it keeps a call that has no interval; \"none\": until its BYE.", |k, v| k.lifetime = v),
        proxy("on-expiry", on_expiry(), Default::Value("\"forget\""), "What it does when no refresh came in that time or interval: it forgets the call (rule P9), or sends a BYE to both sides first.", |k, v| k.on_expiry = v),
        proxy("pings", pinged(), Default::Value("\"none\""), "Whom it pings by OPTIONS in the dialog, as from the other side: nobody, one side, or both.", |k, sides| {
            let pings = k.pings.unwrap_or(Pings { ping: Ping::OPTIONS, sides });
            k.pings = sides.contains(&true).then_some(Pings { sides, ..pings });
        }),
    ];
    let defaults = ["\"30 s\"", "0", "\"bye\"", "\"bye\"", "\"bye\"", "\"0 s\""].map(Default::Value);
    settings.extend(ping_settings(|k: &mut CallKeeping| k.pings.as_mut().map(|pings| &mut pings.ping), defaults));
    settings
});

/// A setting of a call-stateful proxy.
fn proxy<T: Clone + Send + Sync + 'static>(
    name: &'static str,
    kind: Kind<T>,
    default: Default,
    about: &'static str,
    put: fn(&mut CallKeeping, T),
) -> Setting<CallKeeping> {
    setting(key(name, kind, default, about), put)
}

/// The keys of a stateful proxy.
pub(super) fn stateful_rows() -> Vec<Row> {
    StatefulKeys::get().rows().into_iter().chain(NodeKeys::get().rows()).collect()
}

/// The keys of a call-stateful proxy.
pub(super) fn call_stateful_rows() -> Vec<Row> {
    [PROFILE.row.clone()].into_iter().chain(SETTINGS.rows()).chain(NodeKeys::get().rows()).collect()
}

/// Whom a proxy pings: the caller's side, the callee's.
fn pinged() -> Kind<[bool; 2]> {
    choice(&[("none", [false, false]), ("caller", [true, false]), ("callee", [false, true]), ("both", [true, true])])
}

fn inserts() -> Kind<Inserts> {
    choice(&[("never", Inserts::Never), ("first", Inserts::First), ("every", Inserts::Every)])
}

fn on_expiry() -> Kind<OnExpiry> {
    choice(&[("forget", OnExpiry::Forget), ("bye", OnExpiry::Bye)])
}

/// Reads the settings of a proxy of this kind from its table, if it has one.
pub(super) fn read(
    kind: NodeKind,
    table: Option<&Field<'_>>,
    timers: BaseTimers,
    errors: &mut Diagnostics,
) -> Option<ProxyProfile> {
    let fields = |rows: Vec<&str>, errors: &mut Diagnostics| {
        let allowed: Vec<&str> = rows.into_iter().chain(NodeKeys::get().names()).collect();
        match table {
            Some(field) => Fields::new(&field.path, field.value, &allowed, errors),
            None => Fields::empty("nodes"),
        }
    };
    if kind == NodeKind::CallStatefulProxy {
        let fields = fields([PROFILE.name()].into_iter().chain(SETTINGS.names()).collect(), errors);
        let base = PROFILE.read(&fields, errors).and_then(|name| of_name(name, errors));
        // Read the rest of the table before giving up.
        let mut keeping = base.or(ProxyProfile::CALL_STATEFUL.calls)?;
        set(&mut keeping, &fields, errors).and(base)?;
        check_interval(&keeping, &fields, errors)?;
        return Some(ProxyProfile { timers, calls: Some(keeping), ..ProxyProfile::STATEFUL });
    }
    let keys = StatefulKeys::get();
    let fields = fields(keys.names(), errors);
    let records_route = keys.records_route.read(&fields, errors)?;
    Some(ProxyProfile { timers, records_route, ..ProxyProfile::STATEFUL })
}

/// The names of all proxies, in the order of the file.
pub(super) fn names() -> Vec<&'static str> {
    FILE.lines().filter_map(|line| line.strip_prefix('[')?.strip_suffix(']')).collect()
}

fn of_name(name: &str, errors: &mut Diagnostics) -> Option<CallKeeping> {
    let file = toml_text::parse(&Source::new("built-in proxies.toml", FILE));
    let file = file.map_err(|mistakes| mistakes.iter().cloned().for_each(|mistake| errors.push(mistake))).ok()?;
    let allowed: Vec<&str> = ["about"].into_iter().chain(SETTINGS.names()).collect();
    let fields = Fields::new(name, &file.as_table()?.get(name)?.value, &allowed, errors);
    let mut keeping = ProxyProfile::CALL_STATEFUL.calls?;
    set(&mut keeping, &fields, errors)?;
    Some(keeping)
}

/// Sets in `keeping` what `fields` say.
fn set(keeping: &mut CallKeeping, fields: &Fields<'_>, errors: &mut Diagnostics) -> Option<()> {
    let read = overlay(&SETTINGS, keeping, fields, errors);
    let help = "set `pings = \"both\"`, \"caller\" or \"callee\" beside it";
    check_pings(fields, "pings", keeping.pings.is_some(), help, errors)?;
    read
}

/// The interval that a proxy wants is never below its own least, where both are written.
fn check_interval(keeping: &CallKeeping, fields: &Fields<'_>, errors: &mut Diagnostics) -> Option<()> {
    let (Some(interval), Some(least)) = (fields.get("session-expires"), fields.get("min-se")) else { return Some(()) };
    let (Some(wanted), Some(own_least)) = (keeping.session_expires, keeping.min_se) else { return Some(()) };
    if wanted >= own_least {
        return Some(());
    }
    let [asked, accepted] = [&interval, &least].map(|field| quoted(&field.path));
    let message = format!("{asked} of {wanted} s is below {accepted} of {own_least} s");
    let wrong =
        Diagnostic::new(message).at(&interval.value.origin, "wants this").at(&least.value.origin, "accepts no less");
    errors.push(wrong.help(format!("want at least {own_least}, or lower `min-se`")));
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Span;

    fn keeping(text: &str) -> CallKeeping {
        let file = toml_text::parse(&Source::new("test", text)).unwrap();
        let mut errors = Diagnostics::new();
        let field = Field { path: "nodes.proxy".to_owned(), value: &file };
        let profile = read(NodeKind::CallStatefulProxy, Some(&field), BaseTimers::RFC, &mut errors);
        assert!(errors.is_empty(), "{text}: {errors}");
        profile.unwrap().calls.unwrap()
    }

    #[test]
    fn every_named_proxy_is_read_and_says_its_source() {
        assert_eq!(names(), ["rfc", "kamailio-sst", "opensips-sst", "kamailio-ka", "opensips-ping"]);
        for name in names() {
            keeping(&format!("profile = \"{name}\""));
            assert!(FILE.contains(&format!("[{name}]\nabout = \"")), "{name}");
        }
        assert_eq!(keeping("profile = \"rfc\""), ProxyProfile::CALL_STATEFUL.calls.unwrap());
    }

    #[test]
    fn what_a_table_says_goes_before_the_profile_that_it_names() {
        let kamailio = keeping("profile = \"kamailio-sst\"");
        let with_bye = keeping("profile = \"kamailio-sst\"\non-expiry = \"bye\"\nlifetime = \"none\"");
        assert_eq!(with_bye, CallKeeping { on_expiry: OnExpiry::Bye, lifetime: None, ..kamailio });
        assert_eq!(kamailio.lifetime, Some(Span::from_secs(43_200)));
    }
}
