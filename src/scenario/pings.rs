//! How agents and proxies ping: the same keys for both.

use super::diagnostic::{Diagnostic, Diagnostics, quoted};
use super::form::Default;
use super::key::{Setting, key, setting};
use super::kind::{Kind, choice, duration, duration_from, integer};
use super::read::Fields;
use crate::sip::{Ping, WhenLost};
use crate::time::Span;

/// The shortest gap between pings: any less is work without end in no time.
const LEAST_GAP: Span = Span::from_millis(100);

const EVERY: &str = "ping-every";
const MISSES: &str = "ping-misses";
const ON_481: &str = "ping-on-481";
const ON_408: &str = "ping-on-408";
const ON_SILENCE: &str = "ping-on-silence";
const GRACE: &str = "ping-grace";

/// How whoever `S` sets pings, if it does: the keys beside the one that says whether, with their defaults.
pub(super) fn ping_settings<S: 'static>(
    get: fn(&mut S) -> Option<&mut Ping>,
    defaults: [Default; 6],
) -> Vec<Setting<S>> {
    fn put<S: 'static, T: 'static>(
        get: fn(&mut S) -> Option<&mut Ping>,
        put: fn(&mut Ping, T),
    ) -> impl Fn(&mut S, T) + Send + Sync + 'static {
        move |settings, value| {
            if let Some(ping) = get(settings) {
                put(ping, value);
            }
        }
    }
    let [every, misses, on_481, on_408, on_silence, grace] = defaults;
    vec![
        setting(
            key(
                EVERY,
                duration_from(LEAST_GAP),
                every,
                "How long after one ping the next is sent; the first is, as long after the establishment. One is left out while the last is unanswered.",
            ),
            put(get, |ping, value| ping.every = value),
        ),
        setting(
            key(MISSES, integer(0..=255u8), misses, "How many pings in a row may be left unanswered."),
            put(get, |ping, value| ping.misses = value),
        ),
        setting(
            key(
                ON_481,
                when_lost(),
                on_481,
                "What it does when a ping is answered 481: says BYE, a proxy to both sides; lets go without one; or nothing.",
            ),
            put(get, |ping, value| ping.on_gone = value),
        ),
        setting(
            key(ON_408, when_lost(), on_408, "What it does when a ping is answered 408."),
            put(get, |ping, value| ping.on_timeout = value),
        ),
        setting(
            key(
                ON_SILENCE,
                when_lost(),
                on_silence,
                "What it does when more pings in a row than that are left unanswered.",
            ),
            put(get, |ping, value| ping.on_silence = value),
        ),
        setting(
            key(GRACE, duration(), grace, "How long after that it does so."),
            put(get, |ping, value| ping.grace = value),
        ),
    ]
}

fn when_lost() -> Kind<WhenLost> {
    choice(&[("bye", WhenLost::Leave), ("forget", WhenLost::Vanish), ("nothing", WhenLost::Nothing)])
}

/// Refuses `fields` that say how to ping where nothing pings, unless the key `whether` says so.
pub(super) fn check_pings(
    fields: &Fields<'_>,
    whether: &str,
    pings: bool,
    help: &str,
    errors: &mut Diagnostics,
) -> Option<()> {
    if pings || fields.get(whether).is_some() {
        return Some(());
    }
    let how = [EVERY, MISSES, ON_481, ON_408, ON_SILENCE, GRACE];
    let Some(field) = how.into_iter().find_map(|key| fields.get(key)) else { return Some(()) };
    let message = format!("{} says how to ping, and nothing pings", quoted(&field.path));
    errors.push(Diagnostic::new(message).at(&field.value.origin, "of no effect").help(help.to_owned()));
    None
}
