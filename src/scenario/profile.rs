//! Agent profiles: the settings of an agent by key, and the named sets of them in `profiles.toml`.

use super::diagnostic::{Diagnostic, Diagnostics, Source, quoted};
use super::media::overlay_media;
use super::read::{Field, Fields};
use super::toml_text;
use super::tree::Value;
use super::vocabulary::AGENT_KEYS;
use crate::sip::{
    CountsFrom, GiveUp, OnFailure, Ping, PingBy, Profile, RefreshBy, Refresher, RepeatedInvite, WhenBusy, WhenLost,
    WhileLeaving, rules,
};
use crate::time::Span;

/// The file of the named profiles.
const FILE: &str = include_str!("profiles.toml");

/// Whom a request names, or leaves open.
pub const ASKED: [(&str, Option<Refresher>); 3] =
    [("uac", Some(Refresher::Uac)), ("uas", Some(Refresher::Uas)), ("open", None)];

/// Whom an answer names, or that it has no interval.
pub const ANSWERED: [(&str, Option<Refresher>); 3] =
    [("uac", Some(Refresher::Uac)), ("uas", Some(Refresher::Uas)), ("none", None)];

const REFRESHES: [(&str, RefreshBy); 3] =
    [("update", RefreshBy::Update), ("update-always", RefreshBy::UpdateAlways), ("invite", RefreshBy::Invite)];

const FAILURES: [(&str, OnFailure); 9] = [
    ("bye", OnFailure::Leave),
    ("silent", OnFailure::Vanish),
    ("nothing", OnFailure::RunOut),
    ("again", OnFailure::Again),
    ("when-told", OnFailure::WhenTold),
    ("glare", OnFailure::Glare),
    ("offer-once", OnFailure::OfferOnce),
    ("keep-trying", OnFailure::KeepTrying),
    ("halve", OnFailure::Halve),
];

const LEAVING: [(&str, WhileLeaving); 4] = [
    ("refuse-refresh", WhileLeaving::RefuseRefresh),
    ("refuse-all", WhileLeaving::RefuseAll),
    ("accept-all", WhileLeaving::AcceptAll),
    ("refuse-offers", WhileLeaving::RefuseOffers),
];

const COUNTS_FROM: [(&str, CountsFrom); 3] =
    [("success", CountsFrom::Success), ("due", CountsFrom::Due), ("due-until-answered", CountsFrom::DueUntilAnswered)];

const REPEATED: [(&str, RepeatedInvite); 3] = [
    ("absorb", RepeatedInvite::Absorb),
    ("answer", RepeatedInvite::Answer),
    ("answer-and-count", RepeatedInvite::AnswerAndCount),
];

const PINGS: [(&str, Option<PingBy>); 3] =
    [("off", None), ("options", Some(PingBy::Options)), ("invite", Some(PingBy::Invite))];

const LOST: [(&str, WhenLost); 3] =
    [("bye", WhenLost::Leave), ("forget", WhenLost::Vanish), ("nothing", WhenLost::Nothing)];

/// The keys that say how a ping goes, beside the one that says whether there are any.
pub const PING_KEYS: [&str; 6] =
    ["ping-every", "ping-misses", "ping-on-481", "ping-on-408", "ping-on-silence", "ping-grace"];

const LEAST: u32 = rules::LEAST_SESSION_EXPIRES_S;

/// The longest jitter: a refresh is due after 45 s at the soonest.
const MOST_JITTER: Span = Span::from_secs(40);

/// The names of all profiles, in the order of the file.
pub fn names() -> Vec<&'static str> {
    let tables = FILE.lines().filter_map(|line| line.strip_prefix('[')?.strip_suffix(']'));
    tables.collect()
}

/// The shortest gap between tries that go on without bound: any less is work without end in no time.
const LEAST_GAP: Span = Span::from_millis(100);

/// A clock that is a second late each second runs at half speed.
const MOST_LATE: Span = Span::from_secs(1);

/// As long as the shortest margin of a watcher.
const MOST_GLARE: Span = Span::from_secs(30);

/// A timer of 45 s, the shortest, still keeps some of its meaning.
const MOST_STEP: Span = Span::from_secs(10);

/// The profile that `field` names.
pub fn named(field: &Field<'_>, errors: &mut Diagnostics) -> Option<Profile> {
    let names: Vec<(&str, &str)> = names().into_iter().map(|name| (name, name)).collect();
    of_name(field.choice(&names, errors)?, errors)
}

/// The profile of this name.
pub fn of_name(name: &str, errors: &mut Diagnostics) -> Option<Profile> {
    let file = toml_text::parse(&Source::new("built-in profiles.toml", FILE));
    let file = file.map_err(|mistakes| mistakes.iter().cloned().for_each(|mistake| errors.push(mistake))).ok()?;
    let chosen = file.as_table()?.get(name)?;
    let mut allowed = vec!["about", "session-expires", "refresher-as-caller", "refresher-as-callee"];
    allowed.extend(AGENT_KEYS.iter().map(|key| &*key.path).filter(|key| *key != "profile"));
    let fields = Fields::new(name, &chosen.value, &allowed, errors);
    let mut profile = Profile::RFC;
    overlay(&mut profile, &fields, errors)?;
    put(&mut profile.session_expires, fields.get("session-expires").map(|field| read_interval(&field, errors)))?;
    put(&mut profile.uac_refresher, fields.get("refresher-as-caller").map(|field| field.choice(&ASKED, errors)))?;
    put(&mut profile.uas_refresher, fields.get("refresher-as-callee").map(|field| field.choice(&ANSWERED, errors)))?;
    Some(profile)
}

/// Sets in `profile` what `fields` say, but for whom it makes refresher and the interval that it asks for or sets.
pub fn overlay(profile: &mut Profile, fields: &Fields<'_>, errors: &mut Diagnostics) -> Option<()> {
    let get = |key: &str| fields.get(key);
    let results = [
        put(&mut profile.supports_timer, get("supported").map(|field| field.truth(errors))),
        put(&mut profile.min_se, get("min-se").map(|field| read_min_se(&field, errors))),
        put(&mut profile.refresh_by, get("refresh-by").map(|field| field.choice(&REFRESHES, errors))),
        put(&mut profile.falls_back, get("falls-back").map(|field| field.truth(errors))),
        put(&mut profile.allows_update, get("allows-update").map(|field| field.truth(errors))),
        put(&mut profile.refresh_jitter, get("refresh-jitter").map(|field| read_up_to(MOST_JITTER, &field, errors))),
        put(&mut profile.counts_from, get("counts-from").map(|field| field.choice(&COUNTS_FROM, errors))),
        put(&mut profile.when_busy, get("when-busy").map(|field| read_when_busy(&field, errors))),
        put(&mut profile.whole_seconds, get("whole-seconds").map(|field| field.truth(errors))),
        put(&mut profile.clock_late, get("clock-late").map(|field| read_up_to(MOST_LATE, &field, errors))),
        put(&mut profile.timers_late, get("timers-late").map(|field| read_up_to(MOST_LATE, &field, errors))),
        put(&mut profile.clock_step, get("clock-step").map(|field| read_up_to(MOST_STEP, &field, errors))),
        put(&mut profile.watcher_gives_up, get("watcher-gives-up").map(|field| read_give_up(&field, errors))),
        put(&mut profile.refresher_gives_up, get("refresher-gives-up").map(|field| read_give_up(&field, errors))),
        put(&mut profile.retry_gap, get("retry-gap").map(|field| read_gap("", &field, errors))),
        put(&mut profile.glare_at_most, get("glare-at-most").map(|field| read_glare(&field, errors))),
        put(&mut profile.refresh_tries, get("refresh-tries").map(|field| field.integer(1..=255, errors))),
        put(&mut profile.most_invites, get("most-invites").map(|field| field.integer(1..=255, errors))),
        put(&mut profile.insists, get("insists").map(|field| field.truth(errors))),
        put(&mut profile.answers_unasked, get("answers-unasked").map(|field| read_interval(&field, errors))),
        put(&mut profile.while_leaving, get("while-leaving").map(|field| field.choice(&LEAVING, errors))),
        put(&mut profile.second_bye, get("second-bye").map(|field| field.truth(errors))),
        put(&mut profile.lingers, get("lingers").map(|field| field.truth(errors))),
        put(&mut profile.heeds_icmp, get("heeds-icmp").map(|field| field.truth(errors))),
        put(
            &mut profile.icmp_ends_bye_at_copy,
            get("icmp-ends-bye-at-copy").map(|field| field.integer(1..=255, errors)),
        ),
        put(&mut profile.repeated_invite, get("repeated-invite").map(|field| field.choice(&REPEATED, errors))),
        put(&mut profile.re_invite_apart, get("re-invite-apart").map(|field| field.truth(errors))),
        put(&mut profile.first_gap_in_t1, get("first-gap-in-t1").map(|field| field.integer(1..=64, errors))),
        put(&mut profile.options_refresh, get("options-refresh").map(|field| field.truth(errors))),
        overlay_pings(&mut profile.ping, fields, errors),
        overlay_media(profile, fields, errors),
    ];
    let reactions = [
        ("on-refusal", &mut profile.on_refusal),
        ("on-timeout", &mut profile.on_timeout),
        ("on-unavailable", &mut profile.on_unavailable),
        ("on-server-error", &mut profile.on_server_error),
        ("on-glare", &mut profile.on_glare),
        ("on-ending", &mut profile.on_ending),
        ("on-other", &mut profile.on_other),
    ];
    let reactions = reactions.map(|(key, place)| put(place, get(key).map(|field| field.choice(&FAILURES, errors))));
    results.into_iter().chain(reactions).collect()
}

/// Sets whether and how an agent pings.
fn overlay_pings(place: &mut Option<Ping>, fields: &Fields<'_>, errors: &mut Diagnostics) -> Option<()> {
    let mut ping = place.unwrap_or(Ping::OPTIONS);
    let how = overlay_ping(&mut ping, fields, errors);
    match fields.get("ping") {
        Some(field) => {
            let by = field.choice(&PINGS, errors)?;
            *place = by.map(|by| Ping { by, ..ping });
        }
        None if place.is_some() => *place = Some(ping),
        None => {
            if let Some(field) = PING_KEYS.into_iter().find_map(|key| fields.get(key)) {
                let message = format!("{} says how to ping, and nothing pings", quoted(&field.path));
                let wrong = Diagnostic::new(message).at(&field.value.origin, "of no effect");
                errors.push(wrong.help("set `ping = \"options\"` or `ping = \"invite\"` beside it".to_owned()));
                return None;
            }
        }
    }
    how
}

/// Sets how a ping goes.
pub fn overlay_ping(ping: &mut Ping, fields: &Fields<'_>, errors: &mut Diagnostics) -> Option<()> {
    let get = |key: &str| fields.get(key);
    let results = [
        put(&mut ping.every, get("ping-every").map(|field| read_gap("", &field, errors))),
        put(&mut ping.misses, get("ping-misses").map(|field| field.integer(0..=255, errors))),
        put(&mut ping.on_gone, get("ping-on-481").map(|field| field.choice(&LOST, errors))),
        put(&mut ping.on_timeout, get("ping-on-408").map(|field| field.choice(&LOST, errors))),
        put(&mut ping.on_silence, get("ping-on-silence").map(|field| field.choice(&LOST, errors))),
        put(&mut ping.grace, get("ping-grace").map(|field| field.span(errors))),
    ];
    results.into_iter().collect()
}

/// Sets `place` to what was read, if anything was written; `None` if that was wrong.
pub fn put<T>(place: &mut T, read: Option<Option<T>>) -> Option<()> {
    if let Some(value) = read {
        *place = value?;
    }
    Some(())
}

/// Reads a Session-Expires, or "off".
pub fn read_interval(field: &Field<'_>, errors: &mut Diagnostics) -> Option<Option<u32>> {
    field.integer_or(LEAST..=u32::MAX, "off", errors)
}

/// Reads a Min-SE, or "none".
pub fn read_min_se(field: &Field<'_>, errors: &mut Diagnostics) -> Option<Option<u32>> {
    field.integer_or(LEAST..=u32::MAX, "none", errors)
}

fn read_up_to(most: Span, field: &Field<'_>, errors: &mut Diagnostics) -> Option<Span> {
    let span = field.span(errors)?;
    if span > most {
        errors.push(field.refuse("too long", &format!("a length of time up to {most}")));
        return None;
    }
    Some(span)
}

/// Reads the gap between tries; `others` are the words that may stand there too.
fn read_gap(others: &str, field: &Field<'_>, errors: &mut Diagnostics) -> Option<Span> {
    let allowed = format!("{others}a length of time from {LEAST_GAP} on, such as \"1 s\"");
    let span = field.span_as(&allowed, errors)?;
    if span < LEAST_GAP {
        errors.push(field.refuse("too short", &allowed));
        return None;
    }
    Some(span)
}

/// The longest wait of the owner of the Call-ID after a 491.
fn read_glare(field: &Field<'_>, errors: &mut Diagnostics) -> Option<Span> {
    let span = field.span(errors)?;
    if !(rules::GLARE[0]..=MOST_GLARE).contains(&span) {
        errors
            .push(field.refuse("out of range", &format!("a length of time from {} to {MOST_GLARE}", rules::GLARE[0])));
        return None;
    }
    Some(span)
}

fn read_when_busy(field: &Field<'_>, errors: &mut Diagnostics) -> Option<WhenBusy> {
    match field.as_text() {
        Some("wait") => Some(WhenBusy::Wait),
        Some("skip") => Some(WhenBusy::Skip),
        _ => read_gap("\"wait\", \"skip\", or ", field, errors).map(WhenBusy::LookAgain),
    }
}

/// `"never"`, a share of the interval such as 1.1, or `{ before-end = "32 s", or-one-over = 3 }`.
fn read_give_up(field: &Field<'_>, errors: &mut Diagnostics) -> Option<GiveUp> {
    const FORMS: &str = "\"never\", a share of the interval from 0.5 to 100, or a table such as { before-end = \"32 s\", or-one-over = 3 }";
    if field.as_text() == Some("never") {
        return Some(GiveUp::Never);
    }
    if let Value::Table(_) = field.value.value {
        let fields = Fields::new(&field.path, field.value, &["before-end", "or-one-over"], errors);
        let most = fields.require("before-end", "before-end = \"32 s\"", errors).and_then(|field| field.span(errors));
        let one_over = fields.require("or-one-over", "or-one-over = 3", errors);
        let one_over = one_over.and_then(|field| field.integer(2..=1_000_000, errors));
        return Some(GiveUp::Before { most: most?, one_over: one_over? });
    }
    match field.value.value {
        Value::Integer(_) | Value::Number(_) => {
            let share = field.number(0.5..=100.0, errors)?;
            Some(GiveUp::AtPerMille((share * 1000.0).round() as u32))
        }
        _ => {
            errors.push(field.refuse("no such rule", FORMS));
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every name of the file.
    fn names() -> Vec<String> {
        let file = toml_text::parse(&Source::new("profiles.toml", FILE)).unwrap();
        file.as_table().unwrap().entries.iter().map(|entry| entry.key.clone()).collect()
    }

    fn profile(name: &str) -> Profile {
        let file = toml_text::parse(&Source::new("test", format!("profile = \"{name}\""))).unwrap();
        let mut errors = Diagnostics::new();
        let fields = Fields::new("", &file, &["profile"], &mut errors);
        let profile = named(&fields.get("profile").unwrap(), &mut errors);
        assert!(errors.is_empty(), "{name}: {errors}");
        profile.unwrap()
    }

    #[test]
    fn every_named_profile_is_read_and_says_its_source() {
        assert_eq!(names().len(), 9);
        for name in names() {
            profile(&name);
            assert!(FILE.contains(&format!("[{name}]\nabout = \"")), "{name}");
        }
    }

    #[test]
    fn the_profile_rfc_is_that_of_the_rfc() {
        assert_eq!(profile("rfc"), Profile::RFC);
    }

    #[test]
    fn the_give_up_moments_of_the_deployed_stacks_differ_at_90_s_and_agree_at_1800_s() {
        let gives_up = |name: &str, interval_s| {
            let profile = profile(name);
            profile.gives_up_after(profile.watcher_gives_up, interval_s).map(Span::as_secs_f64)
        };
        for (name, at_90, at_1800) in [
            ("rfc", Some(60.0), Some(1768.0)),
            ("pjsip", Some(60.0), Some(1768.0)),
            // On a clock that is a millisecond late each second.
            ("sofia", Some(81.081), Some(1769.768)),
            ("jssip", Some(99.0), Some(1980.0)),
            ("resiprocate", Some(60.0), Some(1768.0)),
            ("linphone", None, None),
            ("drachtio", Some(90.0), Some(1800.0)),
            ("asterisk-chan-sip", Some(60.0), Some(1768.0)),
        ] {
            assert_eq!((gives_up(name, 90), gives_up(name, 1800)), (at_90, at_1800), "{name}");
        }
        // Integer division, as in the source: 91 / 3 = 30, 91 / 2 = 45.
        assert_eq!(gives_up("pjsip", 91), Some(61.0));
        assert_eq!(profile("pjsip").refresh_after(91), Span::from_secs(45));
    }

    #[test]
    fn resiprocate_refreshes_by_options_where_the_peer_knows_no_timers() {
        let resiprocate = profile("resiprocate");
        assert!(resiprocate.insists && resiprocate.options_refresh);
    }
}
