//! Proxies: their settings by key, and the named sets of them in `proxies.toml`.

use super::diagnostic::{Diagnostic, Diagnostics, Source, quoted};
use super::profile::{PING_KEYS, overlay_ping, put, read_interval, read_min_se};
use super::read::{Field, Fields};
use super::toml_text;
use crate::net::NodeKind;
use crate::sip::{BaseTimers, CallKeeping, Inserts, OnExpiry, Ping, Pings, ProxyProfile};
use crate::time::Span;

/// The file of the named proxies.
const FILE: &str = include_str!("proxies.toml");

/// Keys of a stateful proxy.
pub const STATEFUL_KEYS: [&str; 2] = ["records-route", "outage"];

/// Keys of a call-stateful proxy, which always records itself (rule P10).
pub const CALL_STATEFUL_KEYS: [&str; 17] = [
    "profile",
    "session-expires",
    "min-se",
    "inserts",
    "lowers",
    "refuses",
    "adds-to-2xx",
    "lifetime",
    "on-expiry",
    "outage",
    "pings",
    "ping-every",
    "ping-misses",
    "ping-on-481",
    "ping-on-408",
    "ping-on-silence",
    "ping-grace",
];

/// Whom a proxy pings: the caller's side, the callee's.
const PINGED: [(&str, [bool; 2]); 4] =
    [("none", [false, false]), ("caller", [true, false]), ("callee", [false, true]), ("both", [true, true])];

const INSERTS: [(&str, Inserts); 3] = [("never", Inserts::Never), ("first", Inserts::First), ("every", Inserts::Every)];

const ON_EXPIRY: [(&str, OnExpiry); 2] = [("forget", OnExpiry::Forget), ("bye", OnExpiry::Bye)];

/// Reads the settings of a proxy of this kind from its table, if it has one.
pub fn read(
    kind: NodeKind,
    table: Option<&Field<'_>>,
    timers: BaseTimers,
    errors: &mut Diagnostics,
) -> Option<ProxyProfile> {
    let fields = |allowed: &[&str], errors: &mut Diagnostics| match table {
        Some(field) => Fields::new(&field.path, field.value, allowed, errors),
        None => Fields::empty("nodes"),
    };
    if kind == NodeKind::CallStatefulProxy {
        let fields = fields(&CALL_STATEFUL_KEYS, errors);
        let base = fields.or("profile", ProxyProfile::CALL_STATEFUL.calls?, errors, named);
        // Read the rest of the table before giving up.
        let mut keeping = base.or(ProxyProfile::CALL_STATEFUL.calls)?;
        overlay(&mut keeping, &fields, errors).and(base)?;
        check_interval(&keeping, &fields, errors)?;
        return Some(ProxyProfile { timers, calls: Some(keeping), ..ProxyProfile::STATEFUL });
    }
    let fields = fields(&STATEFUL_KEYS, errors);
    let records_route = fields.or("records-route", true, errors, |field, errors| field.truth(errors))?;
    Some(ProxyProfile { timers, records_route, ..ProxyProfile::STATEFUL })
}

/// The names of all proxies, in the order of the file.
fn names() -> Vec<&'static str> {
    FILE.lines().filter_map(|line| line.strip_prefix('[')?.strip_suffix(']')).collect()
}

fn named(field: &Field<'_>, errors: &mut Diagnostics) -> Option<CallKeeping> {
    let names: Vec<(&str, &str)> = names().into_iter().map(|name| (name, name)).collect();
    let name = field.choice(&names, errors)?;
    let file = toml_text::parse(&Source::new("built-in proxies.toml", FILE));
    let file = file.map_err(|mistakes| mistakes.iter().cloned().for_each(|mistake| errors.push(mistake))).ok()?;
    let mut allowed = vec!["about"];
    allowed.extend(CALL_STATEFUL_KEYS);
    let fields = Fields::new(name, &file.as_table()?.get(name)?.value, &allowed, errors);
    let mut keeping = ProxyProfile::CALL_STATEFUL.calls?;
    overlay(&mut keeping, &fields, errors)?;
    Some(keeping)
}

/// Sets in `keeping` what `fields` say.
fn overlay(keeping: &mut CallKeeping, fields: &Fields<'_>, errors: &mut Diagnostics) -> Option<()> {
    let get = |key: &str| fields.get(key);
    let results = [
        put(&mut keeping.session_expires, get("session-expires").map(|field| read_interval(&field, errors))),
        put(&mut keeping.min_se, get("min-se").map(|field| read_min_se(&field, errors))),
        put(&mut keeping.inserts, get("inserts").map(|field| field.choice(&INSERTS, errors))),
        put(&mut keeping.lowers, get("lowers").map(|field| field.truth(errors))),
        put(&mut keeping.refuses, get("refuses").map(|field| field.truth(errors))),
        put(&mut keeping.adds_to_2xx, get("adds-to-2xx").map(|field| field.truth(errors))),
        put(&mut keeping.lifetime, get("lifetime").map(|field| read_lifetime(&field, errors))),
        put(&mut keeping.on_expiry, get("on-expiry").map(|field| field.choice(&ON_EXPIRY, errors))),
        overlay_pings(&mut keeping.pings, fields, errors),
    ];
    results.into_iter().collect()
}

/// Sets whom a proxy pings, and how.
fn overlay_pings(place: &mut Option<Pings>, fields: &Fields<'_>, errors: &mut Diagnostics) -> Option<()> {
    let Pings { mut ping, mut sides } = place.unwrap_or(Pings { ping: Ping::OPTIONS, sides: [false; 2] });
    let how = overlay_ping(&mut ping, fields, errors);
    put(&mut sides, fields.get("pings").map(|field| field.choice(&PINGED, errors)))?;
    *place = sides.contains(&true).then_some(Pings { ping, sides });
    if let (None, None, Some(field)) = (*place, fields.get("pings"), PING_KEYS.iter().find_map(|key| fields.get(key))) {
        let message = format!("{} says how to ping, and nothing pings", quoted(&field.path));
        let wrong = Diagnostic::new(message).at(&field.value.origin, "of no effect");
        errors.push(wrong.help("set `pings = \"both\"`, \"caller\" or \"callee\" beside it".to_owned()));
        return None;
    }
    how
}

/// A length of time, or "none": how long a call is kept that has no interval.
fn read_lifetime(field: &Field<'_>, errors: &mut Diagnostics) -> Option<Option<Span>> {
    if field.as_text() == Some("none") {
        return Some(None);
    }
    let span = field.span_as("a length of time above 0 such as \"12 h\", or \"none\"", errors)?;
    if span == Span::ZERO {
        errors.push(field.refuse("no time at all", "a length of time above 0 such as \"12 h\", or \"none\""));
        return None;
    }
    Some(Some(span))
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
