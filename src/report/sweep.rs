//! The axes of a study and the values of its points, in words.

use crate::analysis::{axis_name, axis_names, is_session_expires};
use crate::study::{Results, SweepPoint};

/// The axes in a few words, for heads and axis titles.
pub(super) fn title<P: SweepPoint>(results: &Results<P>) -> String {
    if is_session_expires(results) {
        return "Session-Expires".to_owned();
    }
    axis_names(results).join(" / ")
}

/// A point's values, short: `1800`, or `1800 / 0.05` for two axes; the scenario's name without axes.
pub(super) fn label<P: SweepPoint>(results: &Results<P>, point: &P) -> String {
    if is_session_expires(results) {
        return point.session_expires_s().map(|s| s.to_string()).unwrap_or_default();
    }
    match (results.axes.as_slice(), point.values()) {
        (_, []) => results.name.clone(),
        ([key], [value]) => with_unit(key, value),
        (_, values) => values.join(" / "),
    }
}

/// `90 s` for a Session-Expires of 90 among others that are no numbers, such as `off`.
fn with_unit(key: &str, value: &str) -> String {
    let seconds = axis_name(key) == "session-expires" && value.parse::<u32>().is_ok();
    if seconds { format!("{value} s") } else { value.to_owned() }
}

/// [`label`]s of at most `room` characters, which differ where the values do: tables lose their keys, then all lose the
/// words that all begin with, then the end; those that are still alike are numbered.
pub(super) fn short_labels<P: SweepPoint>(results: &Results<P>, room: usize) -> Vec<String> {
    let whole: Vec<String> = results.points.iter().map(|point| label(results, point)).collect();
    let fits = |labels: &[String]| labels.iter().all(|label| label.chars().count() <= room);
    if fits(&whole) {
        return whole;
    }
    let mut labels: Vec<String> = whole.iter().map(|label| without_keys(label)).collect();
    if !fits(&labels) {
        let words: Vec<Vec<&str>> = labels.iter().map(|label| label.split(' ').collect()).collect();
        let least = words.iter().map(Vec::len).min().unwrap_or(0);
        let common = (0..least).take_while(|&i| words.iter().all(|other| other[i] == words[0][i])).count();
        let all_alike = words.iter().all(|other| other == &words[0]);
        if common > 0 && common < least && !all_alike {
            labels = words.iter().map(|words| format!("…{}", words[common..].join(" "))).collect();
        }
    }
    let cut = |label: &str, room: usize| match label.chars().count() > room {
        true => label.chars().take(room.saturating_sub(2)).chain(['…']).collect(),
        false => label.to_owned(),
    };
    let short: Vec<String> = labels.iter().map(|label| cut(label, room)).collect();
    let ambiguous = |i: usize| (0..whole.len()).any(|j| short[i] == short[j] && whole[i] != whole[j]);
    (0..whole.len())
        .map(|i| if ambiguous(i) { cut(&format!("{}: {}", i + 1, labels[i]), room) } else { short[i].clone() })
        .collect()
}

/// The values of the tables in `label`, without keys, quotes and braces: `uniform 1 s 2 s`.
fn without_keys(label: &str) -> String {
    if !label.contains('{') {
        return label.to_owned();
    }
    let parts = label.split(['{', '}', ',']).map(|part| part.split_once('=').map_or(part, |(_, value)| value));
    let parts = parts.map(|part| part.trim_matches([' ', '"', '\'']));
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A point in prose: `Session-Expires 1800 s`, `loss 0.05`.
pub(super) fn in_words<P: SweepPoint>(results: &Results<P>, point: &P) -> String {
    if is_session_expires(results) {
        return format!("Session-Expires {} s", label(results, point));
    }
    let named = |(name, value): (&str, &String)| match results.axes.len() {
        1 => format!("{name} {}", with_unit(name, value)),
        _ => format!("{name} {value}"),
    };
    let words: Vec<String> = axis_names(results).into_iter().zip(point.values()).map(named).collect();
    if words.is_empty() { label(results, point) } else { words.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing::{self, Made};

    fn with_values(key: &str, values: &[&str]) -> Made {
        let mut results = testing::sweep(&vec![90; values.len()]);
        results.axes = vec![key.to_owned()];
        for (point, value) in results.points.iter_mut().zip(values) {
            point.values = vec![(*value).to_owned()];
            point.session_expires_s = None;
        }
        results
    }

    #[test]
    fn a_session_expires_among_names_keeps_its_unit() {
        let results = with_values("session-timer.session-expires", &["off", "90"]);
        assert_eq!(label(&results, &results.points[0]), "off");
        assert_eq!(label(&results, &results.points[1]), "90 s");
        assert_eq!(in_words(&results, &results.points[1]), "session-expires 90 s");
    }

    #[test]
    fn short_labels_of_different_values_differ() {
        let short = |values: &[&str]| short_labels(&with_values("calls.talk-time", values), 16);
        assert_eq!(short(&["1", "2"]), ["1", "2"]);
        assert_eq!(
            short(&[
                "{ distribution = \"constant\", value = 60 }",
                "{distribution=\"constant\",value=\"90 s\"}",
                "{ distribution = \"exponential\", mean = \"180 s\" }",
            ]),
            ["constant 60", "constant 90 s", "exponential 18…"],
        );
        assert_eq!(
            short(&[
                "{distribution=\"lognormal\",mean=\"180 s\",sigma=1}",
                "{distribution=\"lognormal\",mean=\"180 s\",sigma=2}"
            ]),
            ["…1", "…2"]
        );
        assert_eq!(
            short(&["a-very-long-name-of-a-file-1", "a-very-long-name-of-a-file-2", "another"]),
            ["1: a-very-long…", "2: a-very-long…", "another"]
        );
    }
}
