//! How caller and callee behave: `[session-timer]`, `[caller]`, `[callee]` and `[timers]`.

use super::diagnostic::{Diagnostic, Diagnostics, quoted};
use super::law::two;
use super::profile::{self, ANSWERED, ASKED, put, read_interval};
use super::read::{Field, Fields};
use super::tree::Value;
use crate::sip::{BaseTimers, Profile};
use crate::time::Span;
use crate::world::Share;

/// Reads how agents behave: what an agent's own table says goes before `[session-timer]`, and that before the profile
/// that either names.
pub struct AgentReader<'a> {
    shared: Fields<'a>,
    timers: Option<BaseTimers>,
}

impl<'a> AgentReader<'a> {
    /// Reads what all agents share: `[session-timer]` and `[timers]`.
    pub fn new(root: &Fields<'a>, errors: &mut Diagnostics) -> AgentReader<'a> {
        let timers = read_timers(&root.table("timers", errors), errors);
        AgentReader { shared: root.table("session-timer", errors), timers }
    }

    /// The base timers that all elements share.
    pub fn timers(&self) -> Option<BaseTimers> {
        self.timers
    }

    /// The profile that `[session-timer]` names, or the mixture of them.
    pub fn shared_profile(&self) -> Option<Field<'a>> {
        self.shared.get("profile")
    }

    /// Callers, by their `own` table: how most behave, and the shares that behave otherwise.
    pub fn callers(&self, name: &str, own: &Fields<'_>, errors: &mut Diagnostics) -> Option<Mixed> {
        self.mixed(own, errors, |profile, errors| self.calling_as(profile, name, own, errors))
    }

    /// Callees, as [`AgentReader::callers`].
    pub fn callees(&self, name: &str, own: &Fields<'_>, errors: &mut Diagnostics) -> Option<Mixed> {
        self.mixed(own, errors, |profile, errors| self.called_as(profile, name, own, errors))
    }

    /// An agent that calls, by its `own` table: `session-expires` and `refresher` are what its INVITE says.
    pub fn calling(&self, name: &str, own: &Fields<'_>, errors: &mut Diagnostics) -> Option<Profile> {
        let named = self.named(own, errors)?;
        self.calling_as(named, name, own, errors)
    }

    fn calling_as(&self, named: Profile, name: &str, own: &Fields<'_>, errors: &mut Diagnostics) -> Option<Profile> {
        let profile = self.either(named, own, errors);
        let asks = own.get("session-expires").or_else(|| self.shared.get("session-expires"));
        let asks = asks.map(|field| read_interval(&field, errors));
        let names = own.get("refresher").or_else(|| self.shared.get("refresher"));
        let names = names.map(|field| field.choice(&ASKED, errors));
        let mut profile = profile?;
        put(&mut profile.session_expires, asks)?;
        put(&mut profile.uac_refresher, names)?;
        check_interval(name, [own, &self.shared], profile.session_expires, profile.min_se, errors);
        Some(profile)
    }

    /// An agent that is called, by its `own` table: `session-expires` is the interval it sets where a request has none,
    /// `refresher` whom it chooses where a request names none.
    pub fn called(&self, name: &str, own: &Fields<'_>, errors: &mut Diagnostics) -> Option<Profile> {
        let named = self.named(own, errors)?;
        self.called_as(named, name, own, errors)
    }

    fn called_as(&self, named: Profile, name: &str, own: &Fields<'_>, errors: &mut Diagnostics) -> Option<Profile> {
        let profile = self.either(named, own, errors);
        let sets = own.get("session-expires").map(|field| read_interval(&field, errors));
        let chooses = own.get("refresher").map(|field| field.choice(&ANSWERED, errors));
        let mut profile = Profile { session_expires: None, ..profile? };
        put(&mut profile.session_expires, sets)?;
        put(&mut profile.uas_refresher, chooses)?;
        check_interval(name, [own, &self.shared], profile.session_expires, profile.min_se, errors);
        Some(profile)
    }

    /// The profile that `own` or what all share names.
    fn named(&self, own: &Fields<'_>, errors: &mut Diagnostics) -> Option<Profile> {
        let named = own.get("profile").or_else(|| self.shared.get("profile"));
        named.map_or(Some(Profile::RFC), |field| profile::named(&field, errors))
    }

    /// What does not depend on who calls.
    fn either(&self, named: Profile, own: &Fields<'_>, errors: &mut Diagnostics) -> Option<Profile> {
        let mut profile = named;
        let shared_read = profile::overlay(&mut profile, &self.shared, errors);
        profile::overlay(&mut profile, own, errors).and(shared_read)?;
        Some(Profile { timers: self.timers?, ..profile })
    }

    /// Agents of one profile, or of shares of several: `{ pjsip = 0.7, sofia = 0.3 }`.
    fn mixed(
        &self,
        own: &Fields<'_>,
        errors: &mut Diagnostics,
        mut read: impl FnMut(Profile, &mut Diagnostics) -> Option<Profile>,
    ) -> Option<Mixed> {
        let shares = own.get("profile").or_else(|| self.shared.get("profile"));
        let shares = shares.filter(|field| matches!(field.value.value, Value::Table(_)));
        let Some(field) = shares else {
            let named = self.named(own, errors)?;
            return Some((read(named, errors)?, Vec::new()));
        };
        let fields = Fields::new(&field.path, field.value, &profile::names(), errors);
        let mut all = Vec::new();
        for name in profile::names() {
            let Some(share) = fields.get(name) else { continue };
            let share = share.probability(errors)?;
            let profile = read(profile::of_name(name, errors)?, errors)?;
            all.push(Share { share, profile });
        }
        if field.value.as_table()?.entries.len() > all.len() {
            return None;
        }
        let sum: f64 = all.iter().map(|share| share.share.get()).sum();
        // Decimal shares that add up to 1 on paper may miss it by a few units in the last place.
        if (sum - 1.0).abs() > 1e-9 {
            let message = format!("the shares of {} sum to {}", quoted(&field.path), (sum * 1e9).round() / 1e9);
            let wrong = Diagnostic::new(message).at(&field.value.origin, "not the whole");
            errors.push(wrong.note("allowed: shares of profiles that sum to 1, such as { pjsip = 0.7, sofia = 0.3 }"));
            return None;
        }
        let first = all.remove(0);
        Some((first.profile, all))
    }
}

/// How most agents behave, and the shares that behave otherwise.
pub type Mixed = (Profile, Vec<Share>);

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
        let shared = if agent != "caller" && key == "session-expires" { None } else { homes[1].get(key) };
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
    Some(BaseTimers { t1, t2, t4, reliable: false })
}
