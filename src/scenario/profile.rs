//! Agent profiles: the settings of an agent by key, and the named sets of them in `profiles.toml`.

use std::sync::LazyLock;

use super::diagnostic::{Diagnostic, Diagnostics, Source, quoted};
use super::form::{Default, Form, Keys, Row};
use super::key::{Key, Setting, key, keys, overlay, setting};
use super::kind::{Kind, boolean, choice, duration_from, duration_in, duration_up_to, integer, number, seconds};
use super::media::{limit_settings, media_settings};
use super::pings::{check_pings, ping_settings};
use super::read::{Field, Fields};
use super::toml_text;
use super::tree::Value;
use crate::random::Probability;
use crate::sip::{
    CountsFrom, GiveUp, OnFailure, Ping, PingBy, Profile, RefreshBy, Refresher, RepeatedInvite, WhenBusy, WhileLeaving,
    rules,
};
use crate::time::Span;

/// The file of the named profiles.
const FILE: &str = include_str!("profiles.toml");

const LEAST: u32 = rules::LEAST_SESSION_EXPIRES_S;

/// The longest jitter: a refresh is due after 45 s at the soonest.
const MOST_JITTER: Span = Span::from_secs(40);

/// The shortest gap between tries that go on without bound: any less is work without end in no time.
const LEAST_GAP: Span = Span::from_millis(100);

/// A clock that is a second late each second runs at half speed.
const MOST_LATE: Span = Span::from_secs(1);

/// As long as the shortest margin of a watcher.
const MOST_GLARE: Span = Span::from_secs(30);

/// A timer of 45 s, the shortest, still keeps some of its meaning.
const MOST_STEP: Span = Span::from_secs(10);

const OF_PROFILE: Default = Default::Said("that of the profile");

/// The settings of an agent that caller and callee have alike. One more is its row here and its field in
/// [`Profile`].
#[rustfmt::skip]
pub(super) static SETTINGS: LazyLock<Vec<Setting<Profile>>> = LazyLock::new(|| {
    let mut settings = vec![
        agent("supported", boolean(), Default::Value("true"), "Whether it knows session timers (rules C1, S7).", |p, v| p.supports_timer = v),
        agent("min-se", min_se(), Default::Value("\"none\""), "Its Min-SE as caller, its least interval as callee (rules C3, S1, S2).", |p, v| p.min_se = v),
        agent("refresh-by", refresh_by(), OF_PROFILE, "By which request it refreshes; \"update\" turns to re-INVITE where the other side does not allow it (rule C7).", |p, v| p.refresh_by = v),
        agent("fallback-to-reinvite", boolean(), OF_PROFILE, "Whether a 405 or 501 to its UPDATE makes it refresh by re-INVITE from then on (rule C7).", |p, v| p.fallback_to_reinvite = v).was("falls-back"),
        agent("allows-update", boolean(), Default::Value("true"), "Whether its Allow lists UPDATE, and it takes one (rule C7).", |p, v| p.allows_update = v),
        agent("refresh-jitter", duration_up_to(MOST_JITTER), OF_PROFILE, "How much sooner or later than half the interval a refresh is sent, at most.", |p, v| p.refresh_jitter = v),
        agent("counts-from", counts_from(), OF_PROFILE, "From when the next refresh counts: from the 2xx of the last, from when that was due, or from when it was due until there is a 2xx (rule R1).", |p, v| p.counts_from = v),
        agent("when-busy", when_busy(), OF_PROFILE, "What becomes of a refresh that is due while another negotiation is under way: it waits for its end, is left out, or is looked at again after this time (rule C12).", |p, v| p.when_busy = v),
        agent("whole-seconds", boolean(), OF_PROFILE, "Whether halves and parts of the interval are rounded down to seconds.", |p, v| p.whole_seconds = v),
        agent("timer-drift", duration_up_to(MOST_LATE), OF_PROFILE, "How much too late its session timers are for each second that they wait.", |p, v| p.timer_drift = v).was("clock-late"),
        agent("timer-delay", duration_up_to(MOST_LATE), OF_PROFILE, "How much too late its session timers are, however long they wait.", |p, v| p.timer_delay = v).was("timers-late"),
        agent("timer-granularity", duration_up_to(MOST_STEP), OF_PROFILE, "The step of the clock of its session timers, which is set when the timer is; \"0 s\" for none.", |p, v| p.timer_granularity = v).was("clock-step"),
        agent("watcher-gives-up", give_up(), OF_PROFILE, "When it gives up as watcher (rule R2).", |p, v| p.watcher_gives_up = v),
        agent("refresher-gives-up", give_up(), OF_PROFILE, "When it gives up as refresher without a successful refresh (rule R2).", |p, v| p.refresher_gives_up = v),
        agent("on-refusal", reaction(), OF_PROFILE, "What it does when its refresh is answered 481 or 408 (rule R3).", |p, v| p.on_refusal = v),
        agent("on-timeout", reaction(), OF_PROFILE, "What it does when its refresh times out (rule R3).", |p, v| p.on_timeout = v),
        agent("on-unavailable", reaction(), OF_PROFILE, "What it does when its refresh is answered 503 or cannot be sent (rule R4).", |p, v| p.on_unavailable = v),
        agent("on-server-error", reaction(), OF_PROFILE, "What it does when its refresh is answered by another 5xx (rule R4).", |p, v| p.on_server_error = v),
        agent("on-glare", reaction(), OF_PROFILE, "What it does when its refresh is answered 491 (rule R4).", |p, v| p.on_glare = v),
        agent("on-ending", reaction(), OF_PROFILE, "What it does when its refresh is answered 404, 405, 410, 416, 480, 482, 483, 484, 485 or 604, which by RFC 5057 end the session or the dialog (rule R4).", |p, v| p.on_ending = v),
        agent("on-other", reaction(), OF_PROFILE, "What it does when its refresh is answered by any other refusal (rule R4).", |p, v| p.on_other = v),
        agent("first-gap-in-t1", integer(1..=64u8), OF_PROFILE, "The first gap between copies of a request, in T1 (rules T1, T2).", |p, v| p.first_gap_in_t1 = v),
        agent("repeated-invite", repeated_invite(), OF_PROFILE, "What it does with an INVITE that comes again after its 2xx and before the ACK (rule T3).", |p, v| p.repeated_invite = v),
        agent("bye-ignores-pending-ack", boolean(), OF_PROFILE, "Whether the end of a call takes no notice of a re-INVITE whose ACK is missing: no BYE waits for that (rule R8), and the 2xx is repeated after the end as before.", |p, v| p.bye_ignores_pending_ack = v).was("re-invite-apart"),
        agent("retry-gap", duration_from(LEAST_GAP), OF_PROFILE, "From the end of a refused UPDATE's transaction, or from the refusal of a re-INVITE, to the next try of one that goes on trying.", |p, v| p.retry_gap = v),
        agent("glare-at-most", duration_in(rules::GLARE[0], MOST_GLARE), OF_PROFILE, "The longest time that it waits after a 491 if the Call-ID is its own (RFC 3261 14.1: 4.0 s).", |p, v| p.glare_at_most = v),
        agent("refresh-tries", integer(1..=255u8), OF_PROFILE, "How many refreshes in a row may fail before it tries no more, where the refusal says to try (rule R4).", |p, v| p.refresh_tries = v),
        agent("most-invites", integer(1..=255u8), OF_PROFILE, "How many INVITEs it sends to set a call up, the first and those after a 422 together (rule C6).", |p, v| p.most_invites = v),
        agent("refresh-without-se", boolean(), OF_PROFILE, "Whether it refreshes on its own account after a 2xx without an interval (rule C5).", |p, v| p.refresh_without_se = v).was("insists"),
        agent("default-se-as-uas", interval(), OF_PROFILE, "The interval that it answers to a request without one, even if its sender knows no timers.", |p, v| p.default_se_as_uas = v).was("answers-unasked"),
        agent("while-leaving", while_leaving(), OF_PROFILE, "What it answers while its own BYE is unanswered (rule R7).", |p, v| p.while_leaving = v),
        agent("second-bye", boolean(), OF_PROFILE, "Whether it begins a second BYE while the first is unanswered: at the end of the interval, if its refresh has timed out, and when a refresh times out or is answered 481 or 408 meanwhile.", |p, v| p.second_bye = v),
        agent("dialog-outlives-bye", boolean(), OF_PROFILE, "Whether it knows the dialog after its end, as long as a transaction of it lives: 200 to a BYE, 500 to an UPDATE, to an INVITE no answer.", |p, v| p.dialog_outlives_bye = v).was("lingers"),
        agent("heeds-icmp", boolean(), OF_PROFILE, "Whether ICMP port unreachable fails a request as a 503 does (rule R4).", |p, v| p.heeds_icmp = v),
        agent("icmp-ends-bye-at-copy", integer(1..=255u8), OF_PROFILE, "From which copy of a BYE on it does so.", |p, v| p.icmp_ends_bye_at_copy = v),
    ];
    settings.extend(limit_settings(OF_PROFILE));
    settings.extend(media_settings(OF_PROFILE));
    settings.push(agent("options-refresh", boolean(), OF_PROFILE, "Whether a refresh to a side that has not said that it knows timers, and does not allow UPDATE, is an OPTIONS, whose 2xx is enough.", |p, v| p.options_refresh = v));
    settings.push(agent("ping", ping_by(), OF_PROFILE, "Whether it pings the other side in the dialog, beside the session timer, and by which request.", |p, v| {
        p.ping = v.map(|by| Ping { by, ..p.ping.unwrap_or(Ping::OPTIONS) });
    }));
    settings.extend(ping_settings(|p: &mut Profile| p.ping.as_mut(), [OF_PROFILE; 6]));
    settings
});

/// A setting of an agent.
fn agent<T: Clone + Send + Sync + 'static>(
    name: &'static str,
    kind: Kind<T>,
    default: Default,
    about: &'static str,
    put: fn(&mut Profile, T),
) -> Setting<Profile> {
    setting(key(name, kind, default, about), put)
}

keys! {
    /// What a table of both agents says of the caller alone.
    AskingKeys {
        session_expires: Option<u32> = key("session-expires", interval(), OF_PROFILE, "The interval the caller asks for (rule C2).");
        refresher: Option<Refresher> = key("refresher", asked(), OF_PROFILE, "Whom the caller's INVITE names as refresher (rule C2).");
    }
}

keys! {
    /// What a table of an agent that is called says of that.
    AnsweringKeys {
        session_expires: Option<u32> = key("session-expires", interval(), Default::Value("\"off\""), "The interval the callee sets where a request has none (rule S4).");
        refresher: Option<Refresher> = key("refresher", answered(), OF_PROFILE, "Whom the callee chooses where a request names no refresher (rule S5); \"none\": it answers without an interval.");
    }
}

/// Whom a request names, or leaves open.
fn asked() -> Kind<Option<Refresher>> {
    choice(&[("uac", Some(Refresher::Uac)), ("uas", Some(Refresher::Uas)), ("open", None)])
}

/// Whom an answer names, or that it has no interval.
fn answered() -> Kind<Option<Refresher>> {
    choice(&[("uac", Some(Refresher::Uac)), ("uas", Some(Refresher::Uas)), ("none", None)])
}

/// A Session-Expires, or "off".
pub(super) fn interval() -> Kind<Option<u32>> {
    seconds(LEAST..=u32::MAX).or_none("off")
}

/// A Min-SE, or "none".
pub(super) fn min_se() -> Kind<Option<u32>> {
    seconds(LEAST..=u32::MAX).or_none("none")
}

fn refresh_by() -> Kind<RefreshBy> {
    choice(&[("update", RefreshBy::Update), ("update-always", RefreshBy::UpdateAlways), ("invite", RefreshBy::Invite)])
}

fn reaction() -> Kind<OnFailure> {
    choice(&[
        ("bye", OnFailure::Leave),
        ("drop-without-bye", OnFailure::Vanish),
        ("nothing", OnFailure::RunOut),
        ("next-half-interval", OnFailure::Again),
        ("after-retry-after", OnFailure::WhenTold),
        ("glare", OnFailure::Glare),
        ("offer-once", OnFailure::OfferOnce),
        ("keep-trying", OnFailure::KeepTrying),
        ("backoff-halving", OnFailure::Halve),
    ])
    .was(&[
        ("drop-without-bye", "silent"),
        ("next-half-interval", "again"),
        ("after-retry-after", "when-told"),
        ("backoff-halving", "halve"),
    ])
    .named("reaction")
}

fn while_leaving() -> Kind<WhileLeaving> {
    choice(&[
        ("refuse-refresh", WhileLeaving::RefuseRefresh),
        ("refuse-all", WhileLeaving::RefuseAll),
        ("accept-all", WhileLeaving::AcceptAll),
        ("refuse-offers", WhileLeaving::RefuseOffers),
    ])
}

fn counts_from() -> Kind<CountsFrom> {
    choice(&[
        ("success", CountsFrom::Success),
        ("due", CountsFrom::Due),
        ("due-until-answered", CountsFrom::DueUntilAnswered),
    ])
}

fn repeated_invite() -> Kind<RepeatedInvite> {
    choice(&[
        ("absorb", RepeatedInvite::Absorb),
        ("answer", RepeatedInvite::Answer),
        ("answer-and-count", RepeatedInvite::AnswerAndCount),
    ])
}

fn ping_by() -> Kind<Option<PingBy>> {
    choice(&[("off", None), ("options", Some(PingBy::Options)), ("invite", Some(PingBy::Invite))])
}

fn when_busy() -> Kind<WhenBusy> {
    duration_from(LEAST_GAP).map(WhenBusy::LookAgain).or_words(&[("wait", WhenBusy::Wait), ("skip", WhenBusy::Skip)])
}

keys! {
    /// A margin before the end of an interval.
    MarginKeys {
        before_end: Span = key("before-end", super::kind::duration(), Default::Required("before-end = \"32 s\""), "This long before the end of the interval,");
        or_one_over: u32 = key("or-one-over", integer(2..=1_000_000u32), Default::Required("or-one-over = 3"), "or by this part of the interval, whichever is less.");
    }
}

/// `"never"`, a share of the interval such as 1.1, or `{ before-end = "32 s", or-one-over = 3 }`.
fn give_up() -> Kind<GiveUp> {
    let share = number(0.5..=100.0).map(|share| GiveUp::AtPerMille((share * 1000.0).round() as u32));
    let form = Form::Either(vec![share.form().clone(), MarginKeys::get().form()]);
    let kind = Kind::new(form, move |field, allowed, errors| match field.value.value {
        Value::Table(_) => read_margin(field, errors),
        Value::Integer(_) | Value::Number(_) => share.read_as(field, allowed, errors),
        _ => {
            errors.push(field.refuse("no such rule", allowed));
            None
        }
    });
    kind.or_words(&[("never", GiveUp::Never)]).named("rule of giving up")
}

fn read_margin(field: &Field<'_>, errors: &mut Diagnostics) -> Option<GiveUp> {
    let keys = MarginKeys::get();
    let fields = Fields::new(&field.path, field.value, &keys.names(), errors);
    let (most, one_over) = (keys.before_end.read(&fields, errors), keys.or_one_over.read(&fields, errors));
    Some(GiveUp::Before { most: most?, one_over: one_over? })
}

/// The names of all profiles, in the order of the file.
pub(super) fn names() -> Vec<&'static str> {
    let tables = FILE.lines().filter_map(|line| line.strip_prefix('[')?.strip_suffix(']'));
    tables.collect()
}

/// The profile or the mixture of profiles that a table of agents names.
pub(super) static PROFILE: LazyLock<Key<Shares>> = LazyLock::new(|| {
    let names: Vec<(&str, &str)> = names().into_iter().map(|name| (name, name)).collect();
    let one = choice(&names);
    let shares = Form::Map("profile, of shares that sum to 1", Box::new(Form::Probability));
    let kind =
        Kind::new(Form::Either(vec![one.form().clone(), shares]), move |field, _, errors| match field.value.value {
            Value::Table(_) => read_shares(field, errors),
            _ => one.read(field, errors).map(|name| vec![(name, Probability::ALWAYS)]),
        });
    let about = "How an agent behaves where nothing else is said: the recommendation, or a deployed stack; or a mixture of them.";
    key("profile", kind, Default::Value("\"rfc\""), about)
});

/// Names of profiles, each with its share; one alone is all.
pub(super) type Shares = Vec<(&'static str, Probability)>;

/// Shares of several: `{ pjsip = 0.7, sofia = 0.3 }`.
fn read_shares(field: &Field<'_>, errors: &mut Diagnostics) -> Option<Shares> {
    let fields = Fields::new(&field.path, field.value, &names(), errors);
    let given = names().into_iter().filter_map(|name| Some((name, fields.get(name)?)));
    let shares = given.map(|(name, share)| Some((name, share.probability_as(&Form::Probability, errors)?)));
    let shares = shares.collect::<Option<Shares>>()?;
    if field.value.as_table()?.entries.len() > shares.len() {
        return None;
    }
    let sum: f64 = shares.iter().map(|(_, share)| share.get()).sum();
    // Decimal shares that add up to 1 on paper may miss it by a few units in the last place.
    if (sum - 1.0).abs() > 1e-9 {
        let message = format!("the shares of {} sum to {}", quoted(&field.path), (sum * 1e9).round() / 1e9);
        let wrong = Diagnostic::new(message).at(&field.value.origin, "not the whole");
        errors.push(wrong.note("allowed: shares of profiles that sum to 1, such as { pjsip = 0.7, sofia = 0.3 }"));
        return None;
    }
    Some(shares)
}

/// The profile of this name.
pub(super) fn of_name(name: &str) -> Option<Profile> {
    static NAMED: LazyLock<Vec<(&str, Option<Profile>)>> =
        LazyLock::new(|| names().into_iter().map(|name| (name, read_named(name, &mut Diagnostics::new()))).collect());
    NAMED.iter().find(|(known, _)| *known == name).and_then(|(_, profile)| *profile)
}

fn read_named(name: &str, errors: &mut Diagnostics) -> Option<Profile> {
    let file = toml_text::parse(&Source::new("built-in profiles.toml", FILE));
    let file = file.map_err(|mistakes| mistakes.iter().cloned().for_each(|mistake| errors.push(mistake))).ok()?;
    let chosen = file.as_table()?.get(name)?;
    let mut allowed = vec!["about", "session-expires", "refresher-as-caller", "refresher-as-callee"];
    allowed.extend(SETTINGS.names());
    let fields = Fields::new(name, &chosen.value, &allowed, errors);
    let mut profile = Profile::RFC;
    set(&mut profile, &fields, errors)?;
    for (name, kind, place) in [
        ("refresher-as-caller", asked(), &mut profile.uac_refresher),
        ("refresher-as-callee", answered(), &mut profile.uas_refresher),
    ] {
        if let Some(field) = fields.get(name) {
            *place = kind.read(&field, errors)?;
        }
    }
    let asks = &AskingKeys::get().session_expires;
    profile.session_expires = asks.or(profile.session_expires, &fields, errors)?;
    Some(profile)
}

/// Sets in `profile` what `fields` say, but for whom it makes refresher and the interval that it asks for or sets.
pub(super) fn set(profile: &mut Profile, fields: &Fields<'_>, errors: &mut Diagnostics) -> Option<()> {
    let read = overlay(&SETTINGS, profile, fields, errors);
    check_pings(
        fields,
        "ping",
        profile.ping.is_some(),
        "set `ping = \"options\"` or `ping = \"invite\"` beside it",
        errors,
    )?;
    read
}

/// What is said of the keys of a table of agents, after those of its own.
pub(super) fn rows() -> Vec<Row> {
    [PROFILE.row.clone()].into_iter().chain(SETTINGS.rows()).collect()
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
        let mut errors = Diagnostics::new();
        let profile = read_named(name, &mut errors);
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
        assert!(resiprocate.refresh_without_se && resiprocate.options_refresh);
    }
}
