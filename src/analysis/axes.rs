//! The axes of a study: their names, and their values as numbers.

use crate::study::{Results, SweepPoint};
use crate::time::Span;

/// The last part of a dotted key: `session-expires` of `session-timer.session-expires`.
pub fn axis_name(key: &str) -> &str {
    key.rsplit('.').next().unwrap_or(key)
}

/// The names of all axes: the last part of each key, or the whole key where two end alike.
pub fn axis_names<P: SweepPoint>(results: &Results<P>) -> Vec<&str> {
    let alike = |key: &str| results.axes.iter().filter(|other| axis_name(other) == axis_name(key)).count() > 1;
    results.axes.iter().map(|key| if alike(key) { key } else { axis_name(key) }).collect()
}

/// Whether the one axis is the Session-Expires, and every point has one.
pub fn is_session_expires<P: SweepPoint>(results: &Results<P>) -> bool {
    matches!(results.axes.as_slice(), [key] if axis_name(key) == "session-expires")
        && results.points.iter().all(|point| point.session_expires_s().is_some())
}

/// Whether neighbouring points have the same calls, so that they may be compared one by one: not under another seed.
pub fn compares_the_same_calls<P: SweepPoint>(results: &Results<P>) -> bool {
    results.axes.iter().all(|key| key != "seed")
}

/// The points' values as numbers, if there is one axis and all of it is numbers or durations.
#[derive(Clone, Debug, PartialEq)]
pub struct AxisNumbers {
    /// One for each point.
    pub values: Vec<f64>,
    /// Whether they are seconds.
    pub seconds: bool,
}

/// See [`AxisNumbers`].
pub fn axis_numbers<P: SweepPoint>(results: &Results<P>) -> Option<AxisNumbers> {
    if is_session_expires(results) {
        let values = results.points.iter().filter_map(|point| point.session_expires_s().map(f64::from)).collect();
        return Some(AxisNumbers { values, seconds: true });
    }
    if results.axes.len() != 1 || results.points.iter().any(|point| point.values().len() != 1) {
        return None;
    }
    let all = |read: &dyn Fn(&str) -> Option<f64>| {
        results.points.iter().map(|point| read(point.values()[0].trim())).collect::<Option<Vec<f64>>>()
    };
    let plain = |text: &str| text.parse().ok().filter(|x: &f64| x.is_finite());
    let span = |text: &str| text.parse().ok().map(Span::as_secs_f64);
    all(&plain)
        .map(|values| AxisNumbers { values, seconds: false })
        .or_else(|| all(&span).map(|values| AxisNumbers { values, seconds: true }))
}
