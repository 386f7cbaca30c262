//! Media: what an agent sends and listens for, the named sets of limits in `media_timers.toml`, and what users do:
//! `[users]`.

use super::diagnostic::{Diagnostic, Diagnostics, Source, quoted};
use super::distribution::distribution;
use super::form::{Default, Keys};
use super::key::{Key, Setting, key, keys, overlay, setting};
use super::kind::{Kind, boolean, choice, duration, duration_from, probability};
use super::read::Fields;
use super::toml_text;
use crate::random::{Distribution, Probability};
use crate::sip::{Hold, HoldTimeout, Media, Profile, Quiet, Watch};
use crate::time::Span;
use crate::world::{Conversation, Holds, Periods};

/// The file of the named limits.
const FILE: &str = include_str!("media_timers.toml");

/// Packets closer than this are RTP.
const LEAST_GAP: Span = Span::from_millis(20);

/// Talkspurts and pauses of ITU-T P.59, table 1: means of exponential distributions.
const TALKSPURT: &str = "{ distribution = \"exponential\", mean = \"1.004 s\" }";
const PAUSE: &str = "{ distribution = \"exponential\", mean = \"1.587 s\" }";

/// When an agent ends a call without media: a named set of limits first, and then key by key.
#[rustfmt::skip]
pub(super) fn limit_settings(default: Default) -> Vec<Setting<Profile>> {
    vec![
        agent("media-timer", named_limits(), Default::Said("none"), "Limits as a deployed stack has them: `media-timeout`, `media-hold-timeout` and `media-watch`; each of them, where it is said, goes before.", |p, limits| limits.put(p)),
        agent("media-timeout", timeout(), default, "After how long without media from the other side it says BYE (rule M6).", |p, v| p.media_timeout = v),
        agent("media-hold-timeout", hold_timeout(), default, "After how long on hold; \"same\" as otherwise, \"off\" never (rule M7).", |p, v| p.media.hold_timeout = v),
        agent("media-watch", watch(), default, "Which packets of the other side it listens for (rule M6).", |p, v| p.media.watch = v),
    ]
}

/// What an agent sends of media.
#[rustfmt::skip]
pub(super) fn media_settings(default: Default) -> Vec<Setting<Profile>> {
    vec![
        agent("media-in-silence", quiet(), default, "What it sends while its user is silent: RTP as ever, or with silence suppression packets of comfort noise or nothing (rules M1, M2).", |p, v| p.media.in_silence = v),
        agent("media-when-muted", quiet(), default, "What it sends while its user is muted (rule M3).", |p, v| p.media.muted = v),
        agent("media-noise-every", duration_from(LEAST_GAP), default, "From one packet of comfort noise to the next (rule M2).", |p, v| p.media.noise_every = v),
        agent("media-hold", hold(), default, "How it puts the other side on hold: with music, or without RTP of its own (rule M4).", |p, v| p.media.hold = v),
        agent("rtcp-every", duration_from(LEAST_GAP).or_none("off"), default, "From one RTCP report to the next (rule M5).", |p, v| p.media.rtcp_every = v),
        agent("rtcp-on-hold", boolean(), default, "Whether its RTCP goes on while the call is on hold (rule M5).", |p, v| p.media.rtcp_on_hold = v),
    ]
}

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

/// A limit of silence, or "off".
pub(super) fn timeout() -> Kind<Option<Span>> {
    duration().or_none("off")
}

fn hold_timeout() -> Kind<HoldTimeout> {
    duration().map(HoldTimeout::After).or_words(&[("same", HoldTimeout::Same), ("off", HoldTimeout::Off)])
}

fn watch() -> Kind<Watch> {
    choice(&[("rtp", Watch::Rtp), ("rtcp", Watch::Rtcp), ("either", Watch::Either)])
}

fn quiet() -> Kind<Quiet> {
    choice(&[("rtp", Quiet::Rtp), ("comfort-noise", Quiet::ComfortNoise), ("nothing", Quiet::Nothing)])
}

fn hold() -> Kind<Hold> {
    choice(&[("sendonly", Hold::SendOnly), ("inactive", Hold::Inactive)])
}

/// A named set of limits.
#[derive(Clone, Copy)]
struct Limits {
    timeout: Option<Span>,
    hold_timeout: HoldTimeout,
    watch: Watch,
}

impl Limits {
    fn put(self, profile: &mut Profile) {
        profile.media_timeout = self.timeout;
        profile.media = Media { hold_timeout: self.hold_timeout, watch: self.watch, ..profile.media };
    }
}

fn named_limits() -> Kind<Limits> {
    let names: Vec<(&str, &str)> = names().into_iter().map(|name| (name, name)).collect();
    let named = choice(&names);
    Kind::new(named.form().clone(), move |field, _, errors| limits_of_name(named.read(field, errors)?, errors))
}

fn limits_of_name(name: &str, errors: &mut Diagnostics) -> Option<Limits> {
    let file = toml_text::parse(&Source::new("built-in media_timers.toml", FILE));
    let file = file.map_err(|mistakes| mistakes.iter().cloned().for_each(|mistake| errors.push(mistake))).ok()?;
    let chosen = file.as_table()?.get(name)?;
    let settings = limit_settings(Default::Said(""));
    let allowed: Vec<&str> = ["about"].into_iter().chain(settings.names()).collect();
    let mut profile = Profile::RFC;
    overlay(&settings, &mut profile, &Fields::new(name, &chosen.value, &allowed, errors), errors)?;
    let Media { hold_timeout, watch, .. } = profile.media;
    Some(Limits { timeout: profile.media_timeout, hold_timeout, watch })
}

/// The names of all sets of limits, in the order of the file.
fn names() -> Vec<&'static str> {
    FILE.lines().filter_map(|line| line.strip_prefix('[')?.strip_suffix(']')).collect()
}

keys! {
    /// `[users]`.
    UsersKeys {
        talkspurt: Distribution = key("talkspurt", period(), Default::Value(TALKSPURT), "How long a user talks at a time, where agents suppress silence (ITU-T P.59).");
        pause: Distribution = key("pause", period(), Default::Value(PAUSE), "How long a user is silent between (ITU-T P.59).");
        mute_after: Option<Distribution> = key("mute-after", period().or_none("never"), Default::Value("\"never\""), "From the establishment, or from the end of a mute, until a user is muted; each user for itself.");
        mute_time: Distribution = key("mute-time", period(), Default::Said("required beside `mute-after`"), "How long a user is muted.");
        hold_after: Option<Distribution> = key("hold-after", period().or_none("never"), Default::Value("\"never\""), "From the establishment, or from the end of a hold, until the call is put on hold.");
        hold_time: Distribution = key("hold-time", period(), Default::Said("required beside `hold-after`"), "How long it is on hold.");
        hold_by_caller: Probability = key("hold-by-caller", probability(), Default::Value("0.5"), "That it is the caller who holds, not the callee.");
    }
}

/// A distribution of durations of what users do. Its mean is no shorter than a packet.
fn period() -> Kind<Distribution> {
    let any = distribution();
    Kind::new(any.form().clone(), move |field, allowed, errors| {
        let distribution = any.read_as(field, allowed, errors)?;
        if distribution.mean() < LEAST_GAP {
            errors.push(field.refuse("too short", format!("a distribution with a mean of {LEAST_GAP} or more")));
            return None;
        }
        Some(distribution)
    })
}

/// Reads what users do: `[users]`.
pub(super) fn read_users(root: &Fields<'_>, errors: &mut Diagnostics) -> Option<Conversation> {
    let keys = UsersKeys::get();
    let fields = root.table("users", keys, errors);
    let (talkspurt, pause) = (keys.talkspurt.read(&fields, errors), keys.pause.read(&fields, errors));
    let mutes = read_periods(&fields, &keys.mute_after, &keys.mute_time, errors);
    let holds = read_periods(&fields, &keys.hold_after, &keys.hold_time, errors);
    let by_caller = keys.hold_by_caller.read(&fields, errors);
    let (holds, by_caller) = (holds?, by_caller?);
    Some(Conversation {
        speech: Some(Periods { after: talkspurt?, last: pause? }),
        mutes: mutes?,
        holds: holds.map(|periods| Holds { periods, by_caller }),
    })
}

/// Periods that come `after` some time and last for some `time`; none where it is "never".
fn read_periods(
    fields: &Fields<'_>,
    after: &Key<Option<Distribution>>,
    time: &Key<Distribution>,
    errors: &mut Diagnostics,
) -> Option<Option<Periods>> {
    let comes = after.read(fields, errors);
    if let Some(None) = comes {
        if let Some(field) = fields.get(time.name()) {
            let message = format!("{} says how long, and it never comes", quoted(&field.path));
            let wrong = Diagnostic::new(message).at(&field.value.origin, "of no effect");
            let after = after.name();
            let example = format!("set `{after} = {{ distribution = \"exponential\", mean = \"10 min\" }}` beside it");
            errors.push(wrong.help(example));
            return None;
        }
        return Some(None);
    }
    let example = format!("{} = {{ distribution = \"exponential\", mean = \"1 min\" }}", time.name());
    let lasts = fields.require(time.name(), &example, errors).and_then(|field| time.of(&field, errors));
    Some(Some(Periods { after: comes??, last: lasts? }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_named_set_of_limits_is_read_and_says_its_source() {
        assert_eq!(names(), ["asterisk", "freeswitch"]);
        for (name, limit, hold_limit, watch) in
            [("asterisk", 60, 300, Watch::Either), ("freeswitch", 300, 1800, Watch::Rtp)]
        {
            let mut profile = Profile::RFC;
            limits_of_name(name, &mut Diagnostics::new()).unwrap().put(&mut profile);
            assert_eq!(profile.media_timeout, Some(Span::from_secs(limit)));
            assert_eq!(profile.media.hold_timeout, HoldTimeout::After(Span::from_secs(hold_limit)));
            assert_eq!(profile.media.watch, watch);
            assert!(FILE.contains(&format!("[{name}]\nabout = \"")), "{name}");
        }
    }
}
