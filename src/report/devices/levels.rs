//! `levels.csv`: a row for each point and level, those who register there.

use crate::analysis::{Devices, LevelFigures};
use crate::heartbeat::Purpose;
use crate::report::sheet::{Cell, Column, Each, Groups, Sheet, Shown, View};
use crate::time::Span;

const LEVELS: &str = "levels";

/// What a request is for, in the order of [`Purpose::ALL`].
const PURPOSE: Each = Each {
    placeholder: "PURPOSE",
    words: || Purpose::ALL.into_iter().map(|purpose| purpose.name().to_lowercase()).collect(),
};

/// A column of the sheet.
type Field<'a> = Column<LevelFigures<'a>>;

/// The sheet.
pub(super) fn sheet<'a>(devices: &'a Devices<'a>) -> Sheet<LevelFigures<'a>> {
    let points = devices.points.iter().enumerate();
    let levels = |point: &crate::analysis::DeviceFigures<'a>| {
        (0..point.result.levels.len()).map(|level| point.level(level)).collect::<Vec<_>>()
    };
    Sheet {
        id: "levels",
        caption: "one row for each point and level: those who register there",
        has_file: true,
        file: "levels.csv",
        applies: true,
        groups: Groups::points(devices.results),
        rows: points.flat_map(|(nth, point)| levels(point).into_iter().map(move |row| (nth, row))).collect(),
        columns: columns(),
        views: vec![View {
            on_terminal: devices.points.len() == 1,
            ..View::new(
                LEVELS,
                "Who registers where",
                "Requests sent by those of each level, and how many arrived in a second.",
            )
        }],
    }
}

fn columns<'a>() -> Vec<Field<'a>> {
    vec![
        Field::new("level", "", "the level, from 1: devices", |row, _| Cell::Count(row.level as u64 + 1)),
        Field::new("who", "", "who registers where, by the names of their nodes", |row, _| {
            Cell::text(row.result.name.as_str())
        })
        .shown("who", &[LEVELS])
        .left(),
        Field::new("units", "", "how many register", |row, _| Cell::Count(row.result.tally.devices))
            .shown("units", &[LEVELS]),
        Field::new("platforms", "", "at how many platforms", |row, _| Cell::Count(row.result.platforms.into()))
            .shown("platforms", &[LEVELS]),
        Field::new("registrations", "", "registrations that succeeded", |row, _| {
            Cell::Count(row.result.tally.registrations)
        }),
        Field::new("requests_PURPOSE", "", "requests sent for the first time", |row, purpose| {
            Cell::Count(row.result.tally.requests[purpose])
        })
        .each(&PURPOSE),
        Field::new("", "", "requests sent for the first time, for whatever", |row, _| {
            Cell::Count(row.result.tally.requests.iter().sum())
        })
        .shown("requests", &[LEVELS]),
        Field::new("requests_resent", "", "requests sent again, after a time-out or by their transaction", |row, _| {
            Cell::Count(row.result.tally.resent)
        })
        .shown("retrans", &[LEVELS])
        .rank(1),
        Field::new("responses", "", "responses sent", |row, _| Cell::Count(row.result.tally.responses)),
        Field::new("refused", "", "requests of unregistered devices that were refused", |row, _| {
            Cell::Count(row.result.tally.refused)
        })
        .shown("refused", &[LEVELS])
        .rank(1),
        Field::new("timeouts", "", "requests that timed out", |row, _| Cell::Count(row.result.tally.timeouts))
            .shown("time-outs", &[LEVELS])
            .rank(1),
        Field::new("disconnected_refused", "", "how often a device counted as disconnected, by a refusal", |row, _| {
            Cell::Count(row.result.tally.disconnected[0])
        }),
        Field::new("disconnected_timed_out", "", "the same, by time-outs", |row, _| {
            Cell::Count(row.result.tally.disconnected[1])
        }),
        Field::new("connections", "", "connections opened", |row, _| Cell::Count(row.result.tally.connections)),
        Field::new(
            "bytes",
            "bytes",
            "requests and responses put on the wire, above TCP or UDP: each has the length of such a message written out in full \
             (`src/heartbeat/`)",
            |row, _| Cell::Count(row.result.tally.bytes),
        ),
        Field::new("false_offlines", "", "how often a living unit was called offline", |row, _| {
            Cell::Count(row.result.tally.false_offlines)
        }),
        Field::new(
            "forgotten_in_restarts",
            "",
            "units that a restart forgot and that did not go before they were back",
            |row, _| Cell::Count(row.result.tally.forgotten),
        ),
        Field::new("back_after_restarts", "", "of those, the ones that came back", |row, _| {
            Cell::Count(row.result.tally.back_after_restart.count())
        }),
        Field::new(
            "back_after_restart_mean_s",
            "s",
            "mean time from the platforms' return until they were",
            |row, _| Cell::of(row.result.tally.back_after_restart.mean_s()),
        ),
        Field::new("back_after_restart_max_s", "s", "the longest such time", |row, _| {
            Cell::of(row.result.tally.back_after_restart.max().map(Span::as_secs_f64))
        }),
        Field::new("requests_per_s_mean", "1/s", "requests that arrive, over the run", |row, _| {
            Cell::number(row.requests_per_s_mean, Shown::Significant(3))
        })
        .shown("mean /s", &[LEVELS]),
        Field::new("requests_per_s_peak", "1/s", "requests that arrive in its busiest second", |row, _| {
            Cell::Count(row.requests_per_s_peak.map_or(0, |peak| peak.most))
        })
        .shown("peak /s", &[LEVELS]),
        Field::new("requests_per_s_peak_at_s", "s", "when that second began", |row, _| {
            Cell::Whole(row.requests_per_s_peak.map(|peak| peak.second as u64))
        }),
        Field::new("messages_delivered", "messages", "messages delivered", |row, _| {
            Cell::Count(row.result.tally.messages_delivered)
        }),
        Field::new("timers_fired", "timers", "timers that fired and did something", |row, _| {
            Cell::Count(row.result.tally.timers_fired)
        }),
    ]
}
