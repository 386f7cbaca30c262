//! Media: what an agent sends and listens for, the named sets of limits in `media_timers.toml`, and what users do:
//! `[users]`.

use super::diagnostic::{Diagnostic, Diagnostics, Source, quoted};
use super::law::read_law;
use super::profile::put;
use super::read::{Field, Fields};
use super::toml_text;
use crate::random::{Law, Probability};
use crate::sip::{Hold, HoldTimeout, Media, Profile, Quiet, Watch};
use crate::time::Span;
use crate::world::{Conversation, Holds, Periods};

/// The file of the named limits.
const FILE: &str = include_str!("media_timers.toml");

const WATCHES: [(&str, Watch); 3] = [("rtp", Watch::Rtp), ("rtcp", Watch::Rtcp), ("either", Watch::Either)];

const QUIETS: [(&str, Quiet); 3] =
    [("rtp", Quiet::Rtp), ("comfort-noise", Quiet::ComfortNoise), ("nothing", Quiet::Nothing)];

const HOLDS: [(&str, Hold); 2] = [("sendonly", Hold::SendOnly), ("inactive", Hold::Inactive)];

/// The keys of a set of limits.
const LIMIT_KEYS: [&str; 3] = ["media-timeout", "media-hold-timeout", "media-watch"];

/// Packets closer than this are RTP.
const LEAST_GAP: Span = Span::from_millis(20);

/// Talkspurts and pauses of ITU-T P.59, table 1: means of exponential laws.
const TALKSPURT: Span = Span::from_millis(1004);
const PAUSE: Span = Span::from_millis(1587);

/// Sets in `profile` what `fields` say of media: a named set of limits first, and then key by key.
pub fn overlay_media(profile: &mut Profile, fields: &Fields<'_>, errors: &mut Diagnostics) -> Option<()> {
    if let Some(field) = fields.get("media-timer") {
        overlay_named(profile, &field, errors)?;
    }
    let get = |key: &str| fields.get(key);
    let limits = overlay_limits(profile, fields, errors);
    let Media { in_silence, muted, noise_every, hold, rtcp_every, rtcp_on_hold, .. } = &mut profile.media;
    let results = [
        put(in_silence, get("media-in-silence").map(|field| field.choice(&QUIETS, errors))),
        put(muted, get("media-when-muted").map(|field| field.choice(&QUIETS, errors))),
        put(noise_every, get("media-noise-every").map(|field| read_gap("", &field, errors))),
        put(hold, get("media-hold").map(|field| field.choice(&HOLDS, errors))),
        put(rtcp_every, get("rtcp-every").map(|field| read_reports(&field, errors))),
        put(rtcp_on_hold, get("rtcp-on-hold").map(|field| field.truth(errors))),
        limits,
    ];
    results.into_iter().collect()
}

fn overlay_limits(profile: &mut Profile, fields: &Fields<'_>, errors: &mut Diagnostics) -> Option<()> {
    let get = |key: &str| fields.get(key);
    let results = [
        put(&mut profile.media_timeout, get("media-timeout").map(|field| read_timeout(&field, errors))),
        put(&mut profile.media.hold_timeout, get("media-hold-timeout").map(|field| read_hold_timeout(&field, errors))),
        put(&mut profile.media.watch, get("media-watch").map(|field| field.choice(&WATCHES, errors))),
    ];
    results.into_iter().collect()
}

fn overlay_named(profile: &mut Profile, field: &Field<'_>, errors: &mut Diagnostics) -> Option<()> {
    let names: Vec<(&str, &str)> = names().into_iter().map(|name| (name, name)).collect();
    let name = field.choice(&names, errors)?;
    let file = toml_text::parse(&Source::new("built-in media_timers.toml", FILE));
    let file = file.map_err(|mistakes| mistakes.iter().cloned().for_each(|mistake| errors.push(mistake))).ok()?;
    let chosen = file.as_table()?.get(name)?;
    let allowed: Vec<&str> = ["about"].into_iter().chain(LIMIT_KEYS).collect();
    overlay_limits(profile, &Fields::new(name, &chosen.value, &allowed, errors), errors)
}

/// The names of all sets of limits, in the order of the file.
fn names() -> Vec<&'static str> {
    FILE.lines().filter_map(|line| line.strip_prefix('[')?.strip_suffix(']')).collect()
}

/// Reads a limit of silence, or "off".
pub fn read_timeout(field: &Field<'_>, errors: &mut Diagnostics) -> Option<Option<Span>> {
    if field.as_text() == Some("off") {
        return Some(None);
    }
    field.span_as("a length of time such as \"30 s\", or \"off\"", errors).map(Some)
}

fn read_hold_timeout(field: &Field<'_>, errors: &mut Diagnostics) -> Option<HoldTimeout> {
    match field.as_text() {
        Some("same") => Some(HoldTimeout::Same),
        Some("off") => Some(HoldTimeout::Off),
        _ => field.span_as("a length of time such as \"300 s\", \"same\" or \"off\"", errors).map(HoldTimeout::After),
    }
}

fn read_gap(others: &str, field: &Field<'_>, errors: &mut Diagnostics) -> Option<Span> {
    let allowed = format!("{others}a length of time from {LEAST_GAP} on, such as \"5 s\"");
    let span = field.span_as(&allowed, errors)?;
    if span < LEAST_GAP {
        errors.push(field.refuse("too short", &allowed));
        return None;
    }
    Some(span)
}

fn read_reports(field: &Field<'_>, errors: &mut Diagnostics) -> Option<Option<Span>> {
    match field.as_text() {
        Some("off") => Some(None),
        _ => read_gap("\"off\", or ", field, errors).map(Some),
    }
}

/// Reads what users do: `[users]`.
pub fn read_users(root: &Fields<'_>, errors: &mut Diagnostics) -> Option<Conversation> {
    let fields = root.table("users", errors);
    let talkspurt = fields.or("talkspurt", Law::Exponential { mean: TALKSPURT }, errors, read_length);
    let pause = fields.or("pause", Law::Exponential { mean: PAUSE }, errors, read_length);
    let mutes = read_periods(&fields, ["mute-after", "mute-time"], errors);
    let holds = read_periods(&fields, ["hold-after", "hold-time"], errors);
    let half = Probability::new(0.5)?;
    let by_caller = fields.or("hold-by-caller", half, errors, |field, errors| field.probability(errors));
    let (holds, by_caller) = (holds?, by_caller?);
    Some(Conversation {
        speech: Some(Periods { after: talkspurt?, last: pause? }),
        mutes: mutes?,
        holds: holds.map(|periods| Holds { periods, by_caller }),
    })
}

/// Periods that come `after` some time and last for some `time`; none where it is "never".
fn read_periods(fields: &Fields<'_>, [after, time]: [&str; 2], errors: &mut Diagnostics) -> Option<Option<Periods>> {
    let comes = fields.get(after).filter(|field| field.as_text() != Some("never"));
    let Some(comes) = comes else {
        if let Some(field) = fields.get(time) {
            let message = format!("{} says how long, and it never comes", quoted(&field.path));
            let wrong = Diagnostic::new(message).at(&field.value.origin, "of no effect");
            let example = format!("set `{after} = {{ distribution = \"exponential\", mean = \"10 min\" }}` beside it");
            errors.push(wrong.help(example));
            return None;
        }
        return Some(None);
    };
    let comes = read_length(&comes, errors);
    let example = format!("{time} = {{ distribution = \"exponential\", mean = \"1 min\" }}");
    let lasts = fields.require(time, &example, errors).and_then(|field| read_length(&field, errors));
    Some(Some(Periods { after: comes?, last: lasts? }))
}

/// A law of lengths of what users do. Its mean is no shorter than a packet.
fn read_length(field: &Field<'_>, errors: &mut Diagnostics) -> Option<Law> {
    let law = read_law(field, errors)?;
    if law.mean() < LEAST_GAP {
        errors.push(field.refuse("too short", &format!("a law with a mean of {LEAST_GAP} or more")));
        return None;
    }
    Some(law)
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
            let file = toml_text::parse(&Source::new("test", format!("media-timer = \"{name}\""))).unwrap();
            let mut errors = Diagnostics::new();
            let fields = Fields::new("", &file, &["media-timer"], &mut errors);
            let mut profile = Profile::RFC;
            overlay_media(&mut profile, &fields, &mut errors).unwrap();
            assert_eq!(profile.media_timeout, Some(Span::from_secs(limit)));
            assert_eq!(profile.media.hold_timeout, HoldTimeout::After(Span::from_secs(hold_limit)));
            assert_eq!(profile.media.watch, watch);
            assert!(FILE.contains(&format!("[{name}]\nabout = \"")), "{name}");
        }
    }
}
