//! `load.csv`: what each element did in each second; and its peaks, and what followed outages.

use std::rc::Rc;

use crate::analysis::{Aftermath, Calls, ElementPeaks, ElementSeconds, Peak, Storm, aftermaths, elements, peaks};
use crate::measure::Traffic;
use crate::report::sheet::{Cell, Column, Groups, Sheet, Shown, View};
use crate::time::Time;

const PEAKS: &str = "load";

/// What one element did in one second.
pub(super) struct Second<'a> {
    second: usize,
    element: usize,
    elements: Rc<Vec<ElementSeconds<'a>>>,
}

impl<'a> Second<'a> {
    fn element(&self) -> &ElementSeconds<'a> {
        &self.elements[self.element]
    }
}

/// Every second of every element.
pub(super) fn seconds<'a>(calls: &'a Calls<'a>) -> Sheet<Second<'a>> {
    type Field<'a> = Column<Second<'a>>;
    let rows = calls.points.iter().enumerate().flat_map(|(nth, point)| {
        let found = point.result.load.as_ref();
        let all = Rc::new(found.map(|load| elements(point.result, load)).unwrap_or_default());
        let seconds = 0..found.map_or(0, |load| load.seconds);
        let row =
            move |second, element, elements: &Rc<_>| (nth, Second { second, element, elements: Rc::clone(elements) });
        seconds.flat_map(move |second| {
            let all = Rc::clone(&all);
            (0..all.len()).map(move |element| row(second, element, &all))
        })
    });
    Sheet {
        id: "load",
        caption: "where the scenario says `load = true`: what each element did in each second",
        has_file: true,
        file: "load.csv",
        applies: calls.has_load(),
        groups: Groups::points(calls.results),
        rows: rows.collect(),
        columns: vec![
            Field::new("second_s", "s", "the second that begins so long after the start of the run", |row, _| {
                Cell::Count(row.second as u64)
            }),
            Field::new("element", "", "its name, as in `releases.csv`", |row, _| Cell::text(row.element().name)),
            Field::new(
                "received_refresh_per_s",
                "messages per s",
                "refresh messages received: UPDATE, re-INVITE, their final responses and the ACK",
                |row, _| Cell::Count(row.element().load.received(Traffic::Refresh, row.second).into()),
            ),
            Field::new("received_other_per_s", "messages per s", "all other messages received", |row, _| {
                Cell::Count(row.element().load.received(Traffic::Other, row.second).into())
            }),
            Field::new(
                "first_sends_refresh_per_s",
                "messages per s",
                "refresh messages sent for the first time",
                |row, _| Cell::Count(row.element().load.first_sends(Traffic::Refresh, row.second).into()),
            ),
            Field::new(
                "first_sends_other_per_s",
                "messages per s",
                "all other messages sent for the first time",
                |row, _| Cell::Count(row.element().load.first_sends(Traffic::Other, row.second).into()),
            ),
            Field::new("retransmissions_refresh_per_s", "messages per s", "refresh messages sent again", |row, _| {
                Cell::Count(row.element().load.retransmissions(Traffic::Refresh, row.second).into())
            }),
            Field::new("retransmissions_other_per_s", "messages per s", "all other messages sent again", |row, _| {
                Cell::Count(row.element().load.retransmissions(Traffic::Other, row.second).into())
            }),
            Field::new(
                "calls_held",
                "calls",
                "calls that it holds at the end of the second, from its establishment to its release; a proxy that keeps no calls \
                 holds none",
                |row, _| Cell::Count(row.element().calls_held[row.second]),
            ),
            Field::new("ghosts_held", "calls", "of those, ghosts by lost BYE", |row, _| {
                Cell::Count(row.element().ghosts_held[row.second])
            }),
        ],
        views: vec![],
    }
}

fn most(peak: Option<Peak>) -> Cell {
    Cell::Count(peak.map_or(0, |peak| peak.most))
}

/// When a peak was; files carry whole seconds.
fn at(peak: Option<Peak>) -> Cell {
    peak.map_or(Cell::None, |peak| Cell::Second(peak.second as u64))
}

/// The peaks of each element.
pub(super) fn peaks_of_elements<'a>(calls: &'a Calls<'a>) -> Sheet<ElementPeaks<'a>> {
    type Field<'a> = Column<ElementPeaks<'a>>;
    let rows = calls.points.iter().enumerate().flat_map(|(nth, point)| {
        let found = point.result.load.as_ref().map(|load| peaks(point.result, load)).unwrap_or_default();
        found.into_iter().map(move |row| (nth, row))
    });
    Sheet {
        id: "points[].load.elements",
        caption: "the most of each element in a second, and the first second that had it",
        has_file: false,
        file: "summary.json",
        applies: calls.has_load(),
        groups: Groups::points(calls.results),
        rows: rows.collect(),
        columns: vec![
            Field::new("element", "", "the element", |row, _| Cell::text(row.element))
                .shown("load at", &[PEAKS])
                .left(),
            Field::new(
                "messages_per_s.peak",
                "messages per s",
                "the most messages received and sent in a second",
                |row, _| most(row.messages),
            )
            .shown("messages/s", &[PEAKS]),
            Field::new("messages_per_s.at_s", "s", "the first such second, from the start of the run", |row, _| {
                at(row.messages)
            })
            .shown("at", &[PEAKS])
            .rank(2),
            Field::new(
                "refresh_messages_sent_per_s.peak",
                "messages per s",
                "the most refresh messages sent in a second",
                |row, _| most(row.refreshes),
            )
            .shown("refresh/s", &[PEAKS]),
            Field::new("refresh_messages_sent_per_s.at_s", "s", "the first such second", |row, _| at(row.refreshes))
                .shown("at", &[PEAKS])
                .rank(2),
            Field::new(
                "retransmissions_per_s.peak",
                "messages per s",
                "the most messages sent again in a second",
                |row, _| most(row.retransmissions),
            )
            .shown("retrans/s", &[PEAKS])
            .rank(1),
            Field::new("retransmissions_per_s.at_s", "s", "the first such second", |row, _| at(row.retransmissions))
                .shown("at", &[PEAKS])
                .rank(3),
            Field::new("calls_held.peak", "calls", "the most calls held at the end of a second", |row, _| {
                most(row.calls)
            })
            .shown("calls", &[PEAKS]),
            Field::new("calls_held.at_s", "s", "the first such second", |row, _| at(row.calls)),
            Field::new("ghosts_held.peak", "calls", "the most ghosts held at the end of a second", |row, _| {
                most(row.ghosts)
            })
            .shown("ghosts", &[PEAKS]),
            Field::new("ghosts_held.at_s", "s", "the first such second", |row, _| at(row.ghosts)),
        ],
        views: vec![View::new(
            PEAKS,
            "Load",
            "The most of each element in a second, and the first second that had it. Every second stands in load.csv.",
        )],
    }
}

/// What followed each outage that all calls see.
pub(super) fn after_outages<'a>(calls: &'a Calls<'a>) -> Sheet<Aftermath> {
    type Field = Column<Aftermath>;
    let rows = calls.points.iter().enumerate().flat_map(|(nth, point)| {
        let found = point.result.load.as_ref().map(aftermaths).unwrap_or_default();
        found.into_iter().map(move |row| (nth, row))
    });
    Sheet {
        id: "points[].load.after_outages",
        caption: "for each scripted outage that all calls see, what messages of all elements together did after it",
        has_file: false,
        file: "summary.json",
        applies: calls.has_load(),
        groups: Groups::points(calls.results),
        rows: rows.collect(),
        columns: vec![
            Field::new("from_s", "s", "when the outage begins", |row, _| start(row.from)),
            Field::new("to_s", "s", "when it is over", |row, _| start(row.to)),
            Field::new("refresh_messages_sent.before_per_s", "messages per s", BEFORE, |row, _| before(&row.refreshes)),
            Field::new("refresh_messages_sent.peak_per_s", "messages per s", PEAK, |row, _| most(row.refreshes.peak)),
            Field::new("refresh_messages_sent.peak_at_s", "s", PEAK_AT, |row, _| at(row.refreshes.peak)),
            Field::new("refresh_messages_sent.over_after_s", "s", OVER, |row, _| over(&row.refreshes)),
            Field::new("messages_sent.before_per_s", "messages per s", BEFORE, |row, _| before(&row.all)),
            Field::new("messages_sent.peak_per_s", "messages per s", PEAK, |row, _| most(row.all.peak)),
            Field::new("messages_sent.peak_at_s", "s", PEAK_AT, |row, _| at(row.all.peak)),
            Field::new("messages_sent.over_after_s", "s", OVER, |row, _| over(&row.all)),
        ],
        views: vec![],
    }
}

const BEFORE: &str = "the mean of the up to 300 s before the outage";
const PEAK: &str = "the most in a second from its end to the next outage";
const PEAK_AT: &str = "the first such second";
const OVER: &str = "after how many seconds ten in a row were within three standard deviations of those before; null if they never were";

fn start(at: Time) -> Cell {
    Cell::of(at.since(Time::ZERO).as_secs_f64())
}

fn before(storm: &Storm) -> Cell {
    Cell::number(storm.before, Shown::Rate)
}

fn over(storm: &Storm) -> Cell {
    Cell::count(storm.over_after.map(|seconds| seconds as u64))
}
