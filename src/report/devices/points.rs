//! `points.csv` of devices: a row for each point.

use crate::analysis::{DeviceFigures, Devices};
use crate::report::calls::theory_cell;
use crate::report::sheet::{Cell, Column, Groups, Sheet, Shown, View};
use crate::time::Span;

const POINTS: &str = "points";

type Row<'a> = &'a DeviceFigures<'a>;

/// A column of the sheet.
type Field<'a> = Column<Row<'a>>;

/// The sheet.
pub(super) fn sheet<'a>(devices: &'a Devices<'a>) -> Sheet<Row<'a>> {
    Sheet {
        id: "points",
        caption: "one row for each point of the sweep: the devices",
        has_file: true,
        file: "points.csv",
        applies: true,
        groups: Groups::points(devices.results),
        rows: devices.points.iter().enumerate().collect(),
        columns: columns(),
        views: vec![View::new(POINTS, "All figures", "Of the devices and the platforms at which they register.")],
    }
}

fn columns<'a>() -> Vec<Field<'a>> {
    vec![
        Field::new("devices", "devices", "devices run", |p, _| Cell::Count(p.result.devices().devices)),
        Field::new("registered", "devices", "those that were ever registered", |p, _| {
            Cell::Count(p.result.devices().registered)
        }),
        Field::new(
            "device_days",
            "d",
            "sum of the times from switching on to going, or to the end of the run",
            |p, _| Cell::of(p.result.devices().device_days()),
        ),
        Field::new("hangups", "devices", "devices that went while their platform held them to be online", |p, _| {
            Cell::Count(p.result.devices().hangups)
        }),
        Field::new("unregistered", "devices", "those whose UnRegister reached the platform", |p, _| {
            Cell::Count(p.result.devices().unregistered.count())
        }),
        Field::new("detection.ghosts", "devices", "those that went without a word", |p, _| {
            Cell::Count(p.detection.ghosts)
        }),
        Field::new("detection.unrecovered", "devices", "those still held when the run ended", |p, _| {
            Cell::Count(p.detection.unrecovered)
        }),
        Field::new(
            "detection.mean_s",
            "s",
            "mean time from a device's going without a word until its platform knows; tables give half its 95 % interval with it",
            |p, _| Cell::estimate(p.detection.mean_s, p.detection.half_interval_s()),
        )
        .shown("detection s mean\u{a0}±\u{a0}95\u{a0}%", &[POINTS]),
        Field::new("detection.mean_error_s", "s", "its standard error", |p, _| Cell::of(p.detection.error_s)),
        Field::new("detection.theory_s", "s", "closed form of the mean, where it holds", |p, _| theory_cell(&p.detection))
            .shown("theory s", &[POINTS])
            .rank(2),
        Field::new("detection.z", "standard errors", "mean less closed form, in standard errors", |p, _| {
            Cell::number(p.detection.z, Shown::Z)
        })
        .shown("z", &[POINTS])
        .rank(3),
        Field::new("detection.p50_s", "s", "half of such devices were found after no more than this", |p, _| {
            Cell::of(p.detection.p50_s)
        }),
        Field::new("detection.p95_s", "s", "95 of 100 such devices were found after no more than this", |p, _| {
            Cell::of(p.detection.p95_s)
        }),
        Field::new("detection.p99_s", "s", "99 of 100 such devices were found after no more than this", |p, _| {
            Cell::number(p.detection.p99_s, Shown::Significant(4))
        })
        .shown("p99 s", &[POINTS]),
        Field::new("detection.max_s", "s", "the longest", |p, _| Cell::of(p.detection.max_s)),
        Field::new("", "devices", "those still held when the run ended: `detection.unrecovered`", |p, _| {
            Cell::Count(p.detection.unrecovered)
        })
        .shown("open", &[POINTS]),
        Field::new("false_offlines", "", "how often a living device was called offline", |p, _| {
            Cell::Count(p.result.devices().false_offlines)
        }),
        Field::new(
            "false_offlines_per_thousand_device_days",
            "1/(10³ d)",
            "the same for each thousand devices and day",
            |p, _| Cell::number(p.result.devices().false_offlines_per_thousand_device_days(), Shown::Trimmed(4)),
        )
        .shown("false offline /1000 device-days", &[POINTS]),
        Field::new(
            "false_offlines_per_thousand_device_days_theory",
            "1/(10³ d)",
            "its closed form, where it holds, for the days that the devices were on",
            |p, _| Cell::of(p.false_offlines.theory_per_thousand_device_days),
        ),
        Field::new(
            "false_offlines_per_device",
            "",
            "how often a living device was called offline, for each device of the run",
            |p, _| Cell::of(p.false_offlines.per_device),
        ),
        Field::new("false_offlines_per_device_theory", "", "its closed form, where it holds", |p, _| {
            Cell::of(p.false_offlines.theory)
        }),
        Field::new(
            "false_offlines_per_device_z",
            "standard errors",
            "the distance of the two in standard errors, where outages come at random in those of a Poisson count; none where the \
             closed form expects fewer than 5",
            |p, _| Cell::number(p.false_offlines.z, Shown::Z),
        )
        .shown("false offline z", &[POINTS])
        .rank(3),
        Field::new(
            "false_offline_time.mean_s",
            "s",
            "mean time from a false offline until the platform holds the device to be online again",
            |p, _| Cell::of(p.result.devices().false_offline_time.mean_s()),
        ),
        Field::new("false_offline_time.max_s", "s", "the longest such time", |p, _| {
            Cell::of(p.result.devices().false_offline_time.max().map(Span::as_secs_f64))
        }),
        Field::new("load.requests_per_s", "1/s", "requests that arrive at the platforms, over the whole run", |p, _| {
            Cell::of(p.requests_per_s())
        }),
        Field::new(
            "load.requests_per_s_per_thousand_devices",
            "1/s",
            "requests that arrive, for each second of a thousand devices that are switched on",
            |p, _| Cell::number(p.requests_per_s_per_thousand(), Shown::Significant(3)),
        )
        .shown("req./s /1000\u{a0}devices", &[POINTS]),
        Field::new(
            "load.bytes_per_device_day",
            "bytes",
            "requests and responses put on the wire, above TCP or UDP, for each device and day",
            |p, _| Cell::of(p.bytes_per_device_day()),
        ),
        Field::new(
            "storm.peak_requests_per_s",
            "1/s",
            "requests in the busiest second within two intervals of the return of the devices' platforms from their first restart",
            |p, _| Cell::Whole(p.storm.map(|storm| storm.peak_requests.into())),
        )
        .shown("storm peak req./s", &[POINTS])
        .rank(1),
        Field::new("storm.peak_registers_per_s", "1/s", "of those, the ones to register", |p, _| {
            Cell::Whole(p.storm.map(|storm| storm.peak_registers.into()))
        }),
        Field::new("storm.peak_after_s", "s", "from the return to the beginning of that second", |p, _| {
            Cell::of(p.storm.map(|storm| storm.peak_after_s))
        }),
        Field::new(
            "storm.reregistered_all_s",
            "s",
            "from the return until the last device that was forgotten is back, of those that came back; tables have it where all \
             came back",
            |p, _| match p.storm {
                Some(storm) if storm.not_back > 0 => storm.reregistered_all_s.map_or(Cell::None, Cell::Hidden),
                storm => Cell::number(storm.and_then(|storm| storm.reregistered_all_s), Shown::Significant(4)),
            },
        )
        .shown("all back s", &[POINTS])
        .rank(1),
        Field::new(
            "storm.not_back",
            "devices",
            "devices that were forgotten and not back when the run ended; those that went before are not counted",
            |p, _| Cell::Whole(p.storm.map(|storm| storm.not_back)),
        ),
        Field::new("paired_difference.devices", "devices", "the same devices compared with the point before", |p, _| {
            Cell::Count(p.change.map_or(0, |change| change.count()))
        }),
        Field::new("paired_difference.mean_s", "s", "mean change of their detection", |p, _| {
            Cell::of(p.change.and_then(|change| change.mean_s()))
        }),
        Field::new("paired_difference.error_s", "s", "its standard error", |p, _| {
            Cell::of(p.change.and_then(|change| change.error_s()))
        }),
    ]
}
