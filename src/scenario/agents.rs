//! How caller and callee behave: `[session-timer]`, `[caller]`, `[callee]` and `[timers]`.

use super::diagnostic::{Diagnostic, Diagnostics};
use super::law::two;
use super::profile::{self, ANSWERED, ASKED, put, read_interval};
use super::read::Fields;
use crate::sip::{BaseTimers, Profile};
use crate::time::Span;

/// Reads the profiles of caller and callee: what `[caller]` or `[callee]` says goes before `[session-timer]`, and that
/// before the profile that either names.
pub fn read_profiles(root: &Fields<'_>, errors: &mut Diagnostics) -> Option<[Profile; 2]> {
    let timers = read_timers(&root.table("timers", errors), errors);
    let shared = root.table("session-timer", errors);
    let [caller, callee] = ["caller", "callee"].map(|key| root.table(key, errors));
    let mut side = |fields: &Fields<'_>| {
        let named = fields.get("profile").or_else(|| shared.get("profile"));
        let mut profile = named.map_or(Some(Profile::RFC), |field| profile::named(&field, errors))?;
        let shared_read = profile::overlay(&mut profile, &shared, errors);
        profile::overlay(&mut profile, fields, errors).and(shared_read)?;
        Some(profile)
    };
    let (calling, called) = (side(&caller), side(&callee));

    // `session-timer.session-expires` and `.refresher` are what the caller's INVITE says.
    let asks = caller.get("session-expires").or_else(|| shared.get("session-expires"));
    let asks = asks.map(|field| read_interval(&field, errors));
    let names = caller.get("refresher").or_else(|| shared.get("refresher"));
    let names = names.map(|field| field.choice(&ASKED, errors));
    let sets = callee.get("session-expires").map(|field| read_interval(&field, errors));
    let chooses = callee.get("refresher").map(|field| field.choice(&ANSWERED, errors));

    let (mut calling, mut called) = (calling?, called?);
    called.session_expires = None;
    put(&mut calling.session_expires, asks)?;
    put(&mut calling.uac_refresher, names)?;
    put(&mut called.session_expires, sets)?;
    put(&mut called.uas_refresher, chooses)?;
    (calling.timers, called.timers) = (timers?, timers?);
    check_interval("caller", [&caller, &shared], calling.session_expires, calling.min_se, errors);
    check_interval("callee", [&callee, &shared], called.session_expires, called.min_se, errors);
    Some([calling, called])
}

/// Rule C3: what an agent asks for is never below its own Min-SE.
fn check_interval(
    agent: &str,
    homes: [&Fields<'_>; 2],
    interval: Option<u32>,
    min_se: Option<u32>,
    errors: &mut Diagnostics,
) {
    let (Some(interval), Some(min_se)) = (interval, min_se) else { return };
    if interval >= min_se {
        return;
    }
    let message = format!("the {agent}'s Session-Expires of {interval} s is below its own Min-SE of {min_se} s");
    let mut diagnostic = Diagnostic::new(message);
    for (key, label) in [("session-expires", "asks for this"), ("min-se", "accepts no less than this")] {
        // `session-timer.session-expires` is the caller's alone, and 1800 s may be the default, written nowhere.
        let shared = if agent == "callee" && key == "session-expires" { None } else { homes[1].get(key) };
        if let Some(field) = homes[0].get(key).or(shared) {
            diagnostic = diagnostic.at(&field.value.origin, label);
        }
    }
    errors.push(
        diagnostic
            .note("RFC 4028 (rule C3): a Session-Expires is never below the Min-SE beside it")
            .help(format!("ask for at least {min_se}, or lower `min-se`")),
    );
}

/// Longer than any network needs, and short enough that an agent never has more than some hundred transactions.
const LONGEST_TIMER: Span = Span::from_secs(60);

fn read_timers(fields: &Fields<'_>, errors: &mut Diagnostics) -> Option<BaseTimers> {
    let rfc = BaseTimers::RFC;
    let [t1, t2, t4] = [("t1", rfc.t1), ("t2", rfc.t2), ("t4", rfc.t4)].map(|(key, default)| {
        let Some(field) = fields.get(key) else { return Some(default) };
        let span = field.span(errors)?;
        if span.as_nanos() == 0 || span > LONGEST_TIMER {
            errors.push(field.refuse("out of range", &format!("a length of time above 0, up to {LONGEST_TIMER}")));
            return None;
        }
        Some(span)
    });
    let (t1, t2, t4) = (t1?, t2?, t4?);
    if t2 < t1 {
        let message = format!("`timers.t2` of {t2} is below `timers.t1` of {t1}");
        errors.push(two(message, fields, ["t2", "t1"], [t2, t1]).note("allowed: T2 of at least T1"));
        return None;
    }
    Some(BaseTimers { t1, t2, t4 })
}
