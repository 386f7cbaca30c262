//! What came to the queues before links with a rate: how long it waited, and what found no room. For studies that have any.

use super::columns::number as figure;
use super::number::{self, NONE, length};
use super::sweep;
use crate::net::Direction;
use crate::study::{PointQueue, PointResult, Results};
use crate::time::{Span, Time};
use serde_json::Value;

/// Heads of the columns in which people read it, with what they mean.
pub(super) const HEADS: [(&str, &str); 11] = [
    ("queue before", "The link"),
    ("toward", "The direction"),
    ("messages", "Messages that came to it"),
    ("load", "How many times as much came as it can send, over the whole run"),
    ("wait s", "Mean time that those waited for their turn that found room"),
    (
        "theory",
        "What they would wait if they came at random, in a Poisson process of so many a second and with these lengths",
    ),
    ("σ", "Simulated less that, in standard errors"),
    ("p99 s", "What 99 of 100 waits did not exceed"),
    ("max s", "The longest wait"),
    ("lost", "Messages that found no room"),
    ("until", "When the last of them came, to ten seconds"),
];

/// Columns of text from the first.
pub(super) const TEXT_HEADS: usize = 2;

/// Whether there is anything to tell.
pub(super) fn tells(results: &Results) -> bool {
    results.points.iter().any(|point| !point.queues.is_empty())
}

/// The end to which a direction leads.
fn toward(direction: Direction) -> &'static str {
    match direction {
        Direction::ToCallee => "callee",
        Direction::ToCaller => "caller",
    }
}

/// Simulated less closed form, in standard errors of the simulated mean.
fn distance_se(queue: &PointQueue) -> Option<f64> {
    let (mean, theory) = (queue.count.waits.mean_s()?, queue.theory_wait_s?);
    let error = queue.count.mean_wait_error_s().filter(|error| *error > 0.0)?;
    Some((mean - theory) / error)
}

/// The rows of a point under [`HEADS`], one for each queue.
pub(super) fn rows(point: &PointResult) -> Vec<[String; HEADS.len()]> {
    let or_none = |x: Option<f64>, text: &dyn Fn(f64) -> String| x.map_or_else(|| NONE.to_owned(), text);
    let seconds = |x: Option<f64>| or_none(x, &|x| number::significant(x, 3));
    let row = |queue: &PointQueue| {
        let PointQueue { link, count, theory_wait_s, length: run, .. } = queue;
        let wait = |q: f64| count.waits.quantile(q).map(Span::as_secs_f64);
        [
            link.clone(),
            toward(count.of.direction).to_owned(),
            number::count(queue.messages()),
            number::significant(count.offered(*run), 3),
            seconds(count.waits.mean_s()),
            seconds(*theory_wait_s),
            or_none(distance_se(queue), &|distance| number::fixed(distance, 1)),
            seconds(wait(0.99)),
            seconds(wait(1.0)),
            number::count(count.dropped()),
            count.full().map_or_else(|| NONE.to_owned(), |(_, to)| length(to.since(Time::ZERO).as_secs_f64())),
        ]
    };
    point.queues.iter().map(row).collect()
}

/// A queue under the names that files give it.
pub(super) fn columns(queue: &PointQueue) -> [(&'static str, Value); 20] {
    let PointQueue { link, count, theory_wait_s, length: run } = queue;
    let wait = |q: f64| figure(count.waits.quantile(q).map(Span::as_secs_f64));
    let at = |time: Option<Time>| figure(time.map(|time| time.since(Time::ZERO).as_secs_f64()));
    [
        ("link", link.as_str().into()),
        ("toward", toward(count.of.direction).into()),
        ("shared", count.of.shared.into()),
        ("rate_bit_per_s", count.of.rate.bits_per_s.into()),
        ("queue_bytes", count.of.rate.queue_bytes.into()),
        ("messages", queue.messages().into()),
        ("lost", count.dropped().into()),
        ("run_s", figure(Some(run.as_secs_f64()))),
        ("offered_load", figure(Some(count.offered(*run)))),
        ("utilisation", figure(Some(count.utilisation(*run)))),
        ("wait_mean_s", figure(count.waits.mean_s())),
        ("wait_mean_error_s", figure(count.mean_wait_error_s())),
        ("wait_theory_s", figure(*theory_wait_s)),
        ("wait_distance_se", figure(distance_se(queue))),
        ("wait_p50_s", wait(0.5)),
        ("wait_p95_s", wait(0.95)),
        ("wait_p99_s", wait(0.99)),
        ("wait_max_s", wait(1.0)),
        ("full_from_s", at(count.full().map(|(from, _)| from))),
        ("full_to_s", at(count.full().map(|(_, to)| to))),
    ]
}

/// The queue of a point that most was lost at, and of those alike the one that most was offered.
pub(super) fn busiest(point: &PointResult) -> Option<&PointQueue> {
    let load = |queue: &PointQueue| queue.count.offered(queue.length);
    let by = |a: &&PointQueue, b: &&PointQueue| {
        a.count.dropped().cmp(&b.count.dropped()).then_with(|| load(a).total_cmp(&load(b)))
    };
    point.queues.iter().max_by(by)
}

/// What the queues did where they did most, in words.
pub(super) fn sentences(results: &Results) -> Vec<String> {
    let points = results.points.iter().filter_map(|point| Some((point, busiest(point)?)));
    let worst = points.max_by(|(_, a), (_, b)| {
        let share = |queue: &PointQueue| queue.count.dropped() as f64 / queue.messages() as f64;
        let mean = |queue: &PointQueue| queue.count.waits.mean_s().unwrap_or(0.0);
        share(a).total_cmp(&share(b)).then_with(|| mean(a).total_cmp(&mean(b)))
    });
    let Some((point, queue)) = worst else { return vec![] };
    let at = if results.points.len() > 1 {
        format!("At {}, the", sweep::in_words(results, point))
    } else {
        "The".to_owned()
    };
    let PointQueue { link, count, .. } = queue;
    let messages = queue.messages();
    let waits = match (count.waits.mean_s(), count.waits.max()) {
        (Some(mean), Some(most)) => {
            format!("messages waited {} on average and {} at most", length(mean), length(most.as_secs_f64()))
        }
        _ => "no message found room".to_owned(),
    };
    let lost = match count.full() {
        None => "none was lost".to_owned(),
        Some((from, to)) => format!(
            "{} of {} found no room, between {} and {}",
            number::count(count.dropped()),
            number::count(messages),
            length(from.since(Time::ZERO).as_secs_f64()),
            length(to.since(Time::ZERO).as_secs_f64())
        ),
    };
    vec![format!(
        "{at} queue before {link} toward the {} was the fullest: {waits}, and {lost}.",
        toward(count.of.direction)
    )]
}
