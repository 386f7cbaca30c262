//! How caller and callee behave: `[session-timer]`, `[caller]`, `[callee]` and `[timers]`.

use super::diagnostic::{Diagnostic, Diagnostics};
use super::law::two;
use super::read::{Field, Fields};
use crate::sip::{BaseTimers, Profile, RefreshBy, Refresher, rules};
use crate::time::Span;

/// Whom a request names, or leaves open.
const ASKED: [(&str, Option<Refresher>); 3] =
    [("uac", Some(Refresher::Uac)), ("uas", Some(Refresher::Uas)), ("open", None)];

/// Whom an answer names.
const ANSWERED: [(&str, Refresher); 2] = [("uac", Refresher::Uac), ("uas", Refresher::Uas)];

/// By which request an agent refreshes.
const REFRESHES: [(&str, RefreshBy); 2] = [("update", RefreshBy::Update), ("invite", RefreshBy::Invite)];

const LEAST: u32 = rules::LEAST_SESSION_EXPIRES_S;

/// Reads the profiles of caller and callee.
pub fn read_profiles(root: &Fields<'_>, errors: &mut Diagnostics) -> Option<[Profile; 2]> {
    let timers = read_timers(&root.table("timers", errors), errors);
    let shared = root.table("session-timer", errors);
    let [caller, callee] = ["caller", "callee"].map(|key| root.table(key, errors));

    let rfc = Profile::RFC;
    let supported = shared.or("supported", rfc.supports_timer, errors, |field, errors| field.truth(errors));
    let min_se = shared.or("min-se", rfc.min_se, errors, read_min_se);
    let asked = shared.or("session-expires", rfc.session_expires, errors, read_interval);
    let named = shared.or("refresher", rfc.uac_refresher, errors, |field, errors| field.choice(&ASKED, errors));

    let by = shared.or("refresh-by", rfc.refresh_by, errors, |field, errors| field.choice(&REFRESHES, errors));
    let allows = shared.or("allows-update", rfc.allows_update, errors, |field, errors| field.truth(errors));

    let mut side = |fields: &Fields<'_>| {
        let supported = fields.get("supported").map_or(supported, |field| field.truth(errors));
        let min_se = fields.get("min-se").map_or(min_se, |field| read_min_se(&field, errors));
        let by = fields.get("refresh-by").map_or(by, |field| field.choice(&REFRESHES, errors));
        let allows = fields.get("allows-update").map_or(allows, |field| field.truth(errors));
        (supported, min_se, by, allows)
    };
    let (caller_supported, caller_min_se, caller_by, caller_allows) = side(&caller);
    let (callee_supported, callee_min_se, callee_by, callee_allows) = side(&callee);
    let caller_asks = caller.get("session-expires").map_or(asked, |field| read_interval(&field, errors));
    let callee_sets = callee.or("session-expires", None, errors, read_interval);
    let names = caller.get("refresher").map_or(named, |field| field.choice(&ASKED, errors));
    let chooses = callee.or("refresher", rfc.uas_refresher, errors, |field, errors| field.choice(&ANSWERED, errors));

    check_interval("caller", [&caller, &shared], caller_asks, caller_min_se, errors);
    check_interval("callee", [&callee, &shared], callee_sets, callee_min_se, errors);
    let timers = timers?;
    Some([
        Profile {
            timers,
            supports_timer: caller_supported?,
            session_expires: caller_asks?,
            min_se: caller_min_se?,
            uac_refresher: names?,
            refresh_by: caller_by?,
            allows_update: caller_allows?,
            ..rfc
        },
        Profile {
            timers,
            supports_timer: callee_supported?,
            session_expires: callee_sets?,
            min_se: callee_min_se?,
            uas_refresher: chooses?,
            refresh_by: callee_by?,
            allows_update: callee_allows?,
            ..rfc
        },
    ])
}

fn read_interval(field: &Field<'_>, errors: &mut Diagnostics) -> Option<Option<u32>> {
    field.integer_or(LEAST..=u32::MAX, "off", errors)
}

fn read_min_se(field: &Field<'_>, errors: &mut Diagnostics) -> Option<Option<u32>> {
    field.integer_or(LEAST..=u32::MAX, "none", errors)
}

/// Rule C3: what an agent asks for is never below its own Min-SE.
fn check_interval(
    agent: &str,
    homes: [&Fields<'_>; 2],
    interval: Option<Option<u32>>,
    min_se: Option<Option<u32>>,
    errors: &mut Diagnostics,
) {
    let (Some(Some(interval)), Some(Some(min_se))) = (interval, min_se) else { return };
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
