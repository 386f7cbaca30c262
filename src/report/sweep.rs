//! The axes of a study, as people call them and as numbers.

use crate::study::{PointResult, Results};
use crate::time::Span;

/// The last part of a dotted key: `session-expires` of `session-timer.session-expires`.
pub(super) fn axis_name(key: &str) -> &str {
    key.rsplit('.').next().unwrap_or(key)
}

/// Whether the one axis is the Session-Expires, and every point has one.
pub(super) fn is_session_expires(results: &Results) -> bool {
    matches!(results.axes.as_slice(), [key] if axis_name(key) == "session-expires")
        && results.points.iter().all(|point| point.session_expires_s.is_some())
}

/// Whether neighbouring points have the same calls, so that they may be compared one by one: not under another seed.
pub(super) fn has_the_same_calls(results: &Results) -> bool {
    results.axes.iter().all(|key| key != "seed")
}

/// The axes in a few words, for heads and axis titles.
pub(super) fn title(results: &Results) -> String {
    if is_session_expires(results) {
        return "Session-Expires".to_owned();
    }
    results.axes.iter().map(|key| axis_name(key)).collect::<Vec<_>>().join(" / ")
}

/// A point's values, short: `1800`, or `1800 / 0.05` for two axes; the scenario's name without axes.
pub(super) fn label(results: &Results, point: &PointResult) -> String {
    if is_session_expires(results) {
        return point.session_expires_s.map(|s| s.to_string()).unwrap_or_default();
    }
    if point.values.is_empty() { results.name.clone() } else { point.values.join(" / ") }
}

/// A point in prose: `Session-Expires 1800 s`, `loss 0.05`.
pub(super) fn in_words(results: &Results, point: &PointResult) -> String {
    if is_session_expires(results) {
        return format!("Session-Expires {} s", label(results, point));
    }
    let named = |(key, value): (&String, &String)| format!("{} {value}", axis_name(key));
    let words: Vec<String> = results.axes.iter().zip(&point.values).map(named).collect();
    if words.is_empty() { label(results, point) } else { words.join(", ") }
}

/// The points' values as numbers, if there is one axis and all of it is numbers or lengths of time.
pub(super) struct Numbers {
    /// One for each point.
    pub values: Vec<f64>,
    /// Whether they are seconds.
    pub seconds: bool,
}

/// See [`Numbers`].
pub(super) fn numbers(results: &Results) -> Option<Numbers> {
    if is_session_expires(results) {
        let values = results.points.iter().filter_map(|point| point.session_expires_s.map(f64::from)).collect();
        return Some(Numbers { values, seconds: true });
    }
    if results.axes.len() != 1 || results.points.iter().any(|point| point.values.len() != 1) {
        return None;
    }
    let all = |read: &dyn Fn(&str) -> Option<f64>| {
        results.points.iter().map(|point| read(point.values[0].trim())).collect::<Option<Vec<f64>>>()
    };
    let plain = |text: &str| text.parse().ok().filter(|x: &f64| x.is_finite());
    let span = |text: &str| text.parse().ok().map(Span::as_secs_f64);
    all(&plain)
        .map(|values| Numbers { values, seconds: false })
        .or_else(|| all(&span).map(|values| Numbers { values, seconds: true }))
}
