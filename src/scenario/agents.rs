//! How caller and callee behave: `[session-timer]`, `[caller]`, `[callee]` and `[timers]`.

use std::sync::LazyLock;

use super::diagnostic::{Diagnostic, Diagnostics};
use super::distribution::two;
use super::form::{ABOVE_0, Default, Keys, Row};
use super::key::{key, keys};
use super::kind::duration_in;
use super::places::end_rows;
use super::profile::{self, AnsweringKeys, AskingKeys, PROFILE, Shares};
use super::read::{Field, Fields};
use crate::sip::{BaseTimers, Profile};
use crate::time::Span;
use crate::world::Share;

/// Longer than any network needs, and short enough that an agent never has more than some hundred transactions.
const LONGEST_TIMER: Span = Span::from_secs(60);

keys! {
    /// `[timers]`.
    TimersKeys {
        t1: Span = key("t1", duration_in(ABOVE_0, LONGEST_TIMER), Default::Value("\"500 ms\""), "T1 of RFC 3261.");
        t2: Span = key("t2", duration_in(ABOVE_0, LONGEST_TIMER), Default::Value("\"4 s\""), "T2 of RFC 3261; at least T1.");
        t4: Span = key("t4", duration_in(ABOVE_0, LONGEST_TIMER), Default::Value("\"5 s\""), "T4 of RFC 3261.");
    }
}

/// The keys of `[session-timer]`.
pub(super) static SHARED: LazyLock<Vec<Row>> =
    LazyLock::new(|| AskingKeys::get().rows().into_iter().chain(profile::rows()).collect());

/// The keys of an agent that calls, but for where it is.
pub(super) static CALLING: LazyLock<Vec<Row>> = LazyLock::new(|| SHARED.iter().cloned().map(of_both).collect());

/// The keys of an agent that is called, but for where it is.
pub(super) static CALLED: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let both = profile::rows().into_iter().map(of_both);
    AnsweringKeys::get().rows().into_iter().chain(both).collect()
});

/// The keys of `[caller]`.
pub(super) static CALLER: LazyLock<Vec<Row>> = LazyLock::new(|| CALLING.iter().cloned().chain(end_rows()).collect());

/// The keys of `[callee]`.
pub(super) static CALLEE: LazyLock<Vec<Row>> = LazyLock::new(|| CALLED.iter().cloned().chain(end_rows()).collect());

/// What a table of one agent says where that of both does not.
fn of_both(row: Row) -> Row {
    Row { default: Default::Said("that of `session-timer`"), ..row }
}

/// Reads how agents behave: what an agent's own table says goes before `[session-timer]`, and that before the profile
/// that either names.
pub(super) struct AgentReader<'a> {
    shared: Fields<'a>,
    timers: Option<BaseTimers>,
}

impl<'a> AgentReader<'a> {
    /// Reads what all agents share: `[session-timer]` and `[timers]`.
    pub(super) fn new(root: &Fields<'a>, errors: &mut Diagnostics) -> AgentReader<'a> {
        let timers = read_timers(&root.table("timers", TimersKeys::get(), errors), errors);
        AgentReader { shared: root.table("session-timer", &*SHARED, errors), timers }
    }

    /// The base timers that all elements share.
    pub(super) fn timers(&self) -> Option<BaseTimers> {
        self.timers
    }

    /// The profile that `[session-timer]` names, or the mixture of them.
    pub(super) fn shared_profile(&self) -> Option<Field<'a>> {
        self.shared.get(PROFILE.name())
    }

    /// Callers, by their `own` table: how most behave, and the shares that behave otherwise.
    pub(super) fn callers(&self, name: &str, own: &Fields<'_>, errors: &mut Diagnostics) -> Option<Mixed> {
        self.mixed(own, errors, |profile, errors| self.calling_as(profile, name, own, errors))
    }

    /// Callees, as [`AgentReader::callers`].
    pub(super) fn callees(&self, name: &str, own: &Fields<'_>, errors: &mut Diagnostics) -> Option<Mixed> {
        self.mixed(own, errors, |profile, errors| self.called_as(profile, name, own, errors))
    }

    /// An agent that calls, by its `own` table: `session-expires` and `refresher` are what its INVITE says.
    pub(super) fn calling(&self, name: &str, own: &Fields<'_>, errors: &mut Diagnostics) -> Option<Profile> {
        let named = self.named(own, errors)?;
        self.calling_as(named, name, own, errors)
    }

    fn calling_as(&self, named: Profile, name: &str, own: &Fields<'_>, errors: &mut Diagnostics) -> Option<Profile> {
        let profile = self.either(named, own, errors);
        let keys = AskingKeys::get();
        let nearest = |key: &str| if own.get(key).is_some() { own } else { &self.shared };
        let asks = keys.session_expires.given(nearest(keys.session_expires.name()), errors);
        let names = keys.refresher.given(nearest(keys.refresher.name()), errors);
        let mut profile = profile?;
        profile.session_expires = asks?.unwrap_or(profile.session_expires);
        profile.uac_refresher = names?.unwrap_or(profile.uac_refresher);
        check_interval(name, [own, &self.shared], profile.session_expires, profile.min_se, errors);
        Some(profile)
    }

    /// An agent that is called, by its `own` table: `session-expires` is the interval it sets where a request has none,
    /// `refresher` whom it chooses where a request names none.
    pub(super) fn called(&self, name: &str, own: &Fields<'_>, errors: &mut Diagnostics) -> Option<Profile> {
        let named = self.named(own, errors)?;
        self.called_as(named, name, own, errors)
    }

    fn called_as(&self, named: Profile, name: &str, own: &Fields<'_>, errors: &mut Diagnostics) -> Option<Profile> {
        let profile = self.either(named, own, errors);
        let keys = AnsweringKeys::get();
        let (sets, chooses) = (keys.session_expires.read(own, errors), keys.refresher.given(own, errors));
        let mut profile = profile?;
        profile.session_expires = sets?;
        profile.uas_refresher = chooses?.unwrap_or(profile.uas_refresher);
        check_interval(name, [own, &self.shared], profile.session_expires, profile.min_se, errors);
        Some(profile)
    }

    /// The profiles that `own` or what all share names, each with its share.
    fn shares(&self, own: &Fields<'_>, errors: &mut Diagnostics) -> Option<Shares> {
        let fields = if PROFILE.given_at(own).is_some() { own } else { &self.shared };
        PROFILE.read(fields, errors)
    }

    /// The one profile that `own` or what all share names.
    fn named(&self, own: &Fields<'_>, errors: &mut Diagnostics) -> Option<Profile> {
        let shares = self.shares(own, errors)?;
        let (name, _) = shares.first()?;
        profile::of_name(name)
    }

    /// What does not depend on who calls.
    fn either(&self, named: Profile, own: &Fields<'_>, errors: &mut Diagnostics) -> Option<Profile> {
        let mut profile = named;
        let shared_read = profile::set(&mut profile, &self.shared, errors);
        profile::set(&mut profile, own, errors).and(shared_read)?;
        Some(Profile { timers: self.timers?, ..profile })
    }

    /// Agents of one profile, or of shares of several.
    fn mixed(
        &self,
        own: &Fields<'_>,
        errors: &mut Diagnostics,
        mut read: impl FnMut(Profile, &mut Diagnostics) -> Option<Profile>,
    ) -> Option<Mixed> {
        let mut all = Vec::new();
        for (name, share) in self.shares(own, errors)? {
            let profile = read(profile::of_name(name)?, errors)?;
            all.push(Share { share, profile });
        }
        let first = all.remove(0);
        Some((first.profile, all))
    }
}

/// How most agents behave, and the shares that behave otherwise.
pub(super) type Mixed = (Profile, Vec<Share>);

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

fn read_timers(fields: &Fields<'_>, errors: &mut Diagnostics) -> Option<BaseTimers> {
    let keys = TimersKeys::get();
    let [t1, t2, t4] = [&keys.t1, &keys.t2, &keys.t4].map(|key| key.read(fields, errors));
    let (t1, t2, t4) = (t1?, t2?, t4?);
    if t2 < t1 {
        let message = format!("`timers.t2` of {t2} is below `timers.t1` of {t1}");
        errors.push(two(message, fields, ["t2", "t1"], [t2, t1]).note("allowed: T2 of at least T1"));
        return None;
    }
    Some(BaseTimers { t1, t2, t4, reliable: false })
}
