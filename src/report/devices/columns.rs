//! The figures of devices under the names that files give them; `docs/results.md` defines each.

use super::point::{Study, second};
use crate::heartbeat::Purpose;
use crate::report::columns::List;
use crate::study::DevicePoint;
use crate::time::{Span, Time};

/// Of the devices of point `index`.
pub fn of_point(study: &Study, index: usize) -> List {
    let point = &study.points[index];
    let tally = point.result.devices();
    let mut list = List(Vec::with_capacity(64));
    list.count("devices", tally.devices);
    list.count("registered", tally.registered);
    list.figure("device_days", Some(tally.device_days()));
    list.count("hangups", tally.hangups);
    list.count("un_registered", tally.un_registered.count());
    list.count("ghosts", point.detection.ghosts);
    list.count("unrecovered", point.detection.unrecovered);
    list.recovery("detection", &point.detection);
    list.count("false_offlines", tally.false_offlines);
    list.figure("false_offlines_per_thousand_device_days", tally.false_offlines_per_thousand_device_days());
    let theory = point.false_offlines.theory.map(|each| each * tally.devices as f64 / tally.device_days() * 1e3);
    list.figure("false_offlines_per_thousand_device_days_theory", theory.filter(|rate| rate.is_finite()));
    list.figure("false_offlines_per_device", point.false_offlines.share);
    list.figure("false_offlines_per_device_theory", point.false_offlines.theory);
    list.figure("false_offlines_per_device_distance_se", point.false_offlines.distance_se);
    list.figure("false_offline_time.mean_s", tally.false_offline_time.mean_s());
    list.figure("false_offline_time.max_s", tally.false_offline_time.max().map(Span::as_secs_f64));
    list.figure("load.requests_per_s", Some(point.requests_per_s()));
    list.figure("load.requests_per_s_per_thousand_devices", point.requests_per_s_per_thousand());
    list.figure("load.bytes_per_device_day", point.bytes_per_device_day());
    let storm = point.storm.as_ref();
    list.figure("storm.peak_requests_per_s", storm.map(|storm| storm.peak_requests.into()));
    list.figure("storm.peak_registers_per_s", storm.map(|storm| storm.peak_registers.into()));
    list.figure("storm.peak_after_s", storm.map(|storm| storm.peak_after_s));
    list.figure("storm.all_back_s", storm.and_then(|storm| storm.all_back_s));
    list.figure("storm.not_back", storm.map(|storm| storm.not_back as f64));
    let paired = index.checked_sub(1).and_then(|before| study.results.paired.get(before));
    list.count("paired_difference.devices", paired.map_or(0, |paired| paired.count()));
    list.figure("paired_difference.mean_s", paired.and_then(|paired| paired.mean_s()));
    list.figure("paired_difference.error_s", paired.and_then(|paired| paired.error_s()));
    list
}

/// Of those who register at one level.
pub fn of_level(point: &DevicePoint, level: usize) -> List {
    let result = &point.levels[level];
    let tally = &result.tally;
    let mut list = List(Vec::with_capacity(32));
    list.count("level", level as u64 + 1);
    list.value("who", result.name.clone().into());
    list.count("units", tally.devices);
    list.count("platforms", result.platforms.into());
    list.count("registrations", tally.registrations);
    for purpose in Purpose::ALL {
        list.count(&format!("requests_{}", purpose.name().to_lowercase()), tally.requests[purpose as usize]);
    }
    list.count("requests_resent", tally.resent);
    list.count("responses", tally.responses);
    list.count("refused", tally.refused);
    list.count("timeouts", tally.timeouts);
    list.count("disconnected_refused", tally.disconnected[0]);
    list.count("disconnected_timed_out", tally.disconnected[1]);
    list.count("connections", tally.connections);
    list.count("bytes", tally.bytes);
    list.count("false_offlines", tally.false_offlines);
    list.count("forgotten_in_restarts", tally.forgotten);
    list.count("back_after_restarts", tally.back_after_restart.count());
    list.figure("back_after_restart_mean_s", tally.back_after_restart.mean_s());
    list.figure("back_after_restart_max_s", tally.back_after_restart.max().map(Span::as_secs_f64));
    let seconds = second(point.horizon) + 1;
    let peak = tally.arrivals.peak(0, seconds);
    let mean = tally.arrivals.sum(0, seconds) as f64 / point.horizon.since(Time::ZERO).as_secs_f64();
    list.figure("requests_per_s_mean", Some(mean));
    list.count("requests_per_s_peak", peak.map_or(0, |(_, count)| count.into()));
    list.figure("requests_per_s_peak_at_s", peak.map(|(at, _)| at as f64));
    list.count("messages_delivered", tally.messages_delivered);
    list.count("timers_fired", tally.timers_fired);
    list
}

/// The load of each second around the restarts: from ten seconds before one to three intervals after the platforms' return.
pub fn loads(point: &DevicePoint) -> Vec<List> {
    const BEFORE_S: usize = 10;
    let mut rows = Vec::new();
    for (level, result) in point.levels.iter().enumerate() {
        let windows = point.restarts.iter().filter(|restart| restart.level == level).map(|restart| {
            let last = restart.back() + point.interval.times(3);
            second(restart.at).saturating_sub(BEFORE_S)..second(last.min(point.horizon)) + 1
        });
        let mut seconds: Vec<usize> = windows.flatten().collect();
        seconds.sort_unstable();
        seconds.dedup();
        rows.extend(seconds.into_iter().map(|second| {
            let mut list = List(Vec::with_capacity(4));
            list.count("level", level as u64 + 1);
            list.count("second", second as u64);
            list.count("requests", result.tally.arrivals.at(second).into());
            list.count("registers", result.tally.register_arrivals.at(second).into());
            list
        }));
    }
    rows
}
