//! `queues.csv`: what came to the queues before links with a rate, how long it waited, and what found no room.

use crate::analysis::{Calls, QueueFigures};
use crate::net::Direction;
use crate::report::sheet::{Cell, Column, Groups, Sheet, Shown, View};
use crate::time::{Span, Time};

const QUEUES: &str = "queues";

/// The end to which a direction leads.
pub(super) fn toward(direction: Direction) -> &'static str {
    match direction {
        Direction::ToCallee => "callee",
        Direction::ToCaller => "caller",
    }
}

/// A column of the sheet.
type Field<'a> = Column<&'a QueueFigures<'a>>;

/// The sheet.
pub(super) fn sheet<'a>(calls: &'a Calls<'a>) -> Sheet<&'a QueueFigures<'a>> {
    let points = calls.points.iter().enumerate();
    Sheet {
        id: "queues",
        caption: "where messages wait at links with a rate: a row for each point and queue",
        has_file: true,
        file: "queues.csv",
        applies: calls.has_queues(),
        groups: Groups::points(calls.results),
        rows: points.flat_map(|(nth, point)| point.queues.iter().map(move |queue| (nth, queue))).collect(),
        columns: columns(),
        views: vec![View::new(
            QUEUES,
            "Queues",
            "Before each link with a rate: what came, how long it waited for its turn, what found no room.",
        )],
    }
}

fn columns<'a>() -> Vec<Field<'a>> {
    vec![
        Field::new("link", "", "the link, by the names of its nodes", |queue, _| {
            Cell::text(queue.counts.link.as_str())
        })
        .shown("queue before", &[QUEUES])
        .left(),
        Field::new("toward", "", "the end toward which the queue sends: `caller` or `callee`", |queue, _| {
            Cell::text(toward(queue.counts.count.of.direction))
        })
        .shown("toward", &[QUEUES])
        .left(),
        Field::new(
            "shared",
            "",
            "whether all calls share it; else each call has one to itself, and what follows is over all of them together",
            |queue, _| Cell::Flag(queue.counts.count.of.shared),
        ),
        Field::new("rate_bit_per_s", "bit/s", "the rate of the link", |queue, _| {
            Cell::Count(queue.counts.count.of.rate.bits_per_s)
        }),
        Field::new("queue_bytes", "bytes", "the most that the queue keeps", |queue, _| {
            Cell::Count(queue.counts.count.of.rate.queue_bytes)
        }),
        Field::new("messages", "messages", "messages that came to it", |queue, _| Cell::Count(queue.counts.messages()))
            .shown("messages", &[QUEUES]),
        Field::new("lost", "messages", "of those, the ones that found no room", |queue, _| {
            Cell::Count(queue.counts.count.dropped())
        })
        .shown("lost", &[QUEUES]),
        Field::new(
            "run_s",
            "s",
            "the time over which load is taken: to the horizon, or to the end of the last call",
            |queue, _| Cell::of(queue.counts.length.as_secs_f64()),
        ),
        Field::new(
            "offered_load",
            "1",
            "how long sending all that came would take, as a share of that time",
            |queue, _| Cell::number(queue.offered_load(), Shown::Significant(3)),
        )
        .shown("load", &[QUEUES]),
        Field::new("utilisation", "1", "how long it was sending, as a share of that time", |queue, _| {
            Cell::of(queue.counts.count.utilisation(queue.counts.length))
        }),
        Field::new(
            "wait_mean_s",
            "s",
            "mean wait, from the coming of a message that found room to its first bit's leaving",
            |queue, _| Cell::number(queue.counts.count.waits.mean_s(), Shown::Significant(3)),
        )
        .shown("wait s", &[QUEUES]),
        Field::new(
            "wait_mean_error_s",
            "s",
            "its standard error, from twenty batches of the run, for waits that follow each other are alike",
            |queue, _| Cell::of(queue.counts.count.mean_wait_error_s()),
        ),
        Field::new(
            "wait_theory_s",
            "s",
            "what messages wait that come in a Poisson process, as many a second and as long as those counted (Pollaczek and \
             Khinchine; with one length M/D/1). Where calls are in balance from the start (`steady-state`, `stream`) up to a \
             horizon, with no script, outage or burst, all calls share the link, and nothing was lost. Calls that send in bursts \
             wait longer than that",
            |queue, _| Cell::number(queue.wait_theory_s, Shown::Significant(3)),
        )
        .shown("theory", &[QUEUES])
        .rank(2),
        Field::new("wait_z", "standard errors", "mean less closed form, in standard errors of the mean", |queue, _| {
            Cell::number(queue.wait_z, Shown::Fixed(1))
        })
        .shown("z", &[QUEUES])
        .rank(3),
        Field::new("wait_p50_s", "s", "what 50 of 100 waits did not exceed", |queue, _| wait(queue, 0.5)),
        Field::new("wait_p95_s", "s", "what 95 of 100 waits did not exceed", |queue, _| wait(queue, 0.95)),
        Field::new("wait_p99_s", "s", "what 99 of 100 waits did not exceed", |queue, _| wait(queue, 0.99))
            .shown("p99 s", &[QUEUES])
            .rank(1),
        Field::new("wait_max_s", "s", "the longest wait", |queue, _| wait(queue, 1.0)).shown("max s", &[QUEUES]),
        Field::new("full_from_s", "s", "from when on there was no room at times, to ten seconds", |queue, _| {
            since_start(queue.counts.count.full().map(|(from, _)| from))
        }),
        Field::new("full_to_s", "s", "when that was last so, to ten seconds", |queue, _| {
            since_start(queue.counts.count.full().map(|(_, to)| to))
        })
        .shown("last drop", &[QUEUES])
        .rank(1),
    ]
}

fn wait(queue: &QueueFigures, share: f64) -> Cell {
    Cell::number(queue.counts.count.waits.quantile(share).map(Span::as_secs_f64), Shown::Significant(3))
}

fn since_start(at: Option<Time>) -> Cell {
    Cell::number(at.map(|at| at.since(Time::ZERO).as_secs_f64()), Shown::Duration)
}
