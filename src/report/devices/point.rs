//! The figures of one point: each is computed here once, for the table, the files, the figures and the page.

use crate::measure::{DeviceTally, PerSecond, proportion};
use crate::report::point::Recovery;
use crate::study::{DevicePoint, Results};
use crate::time::{Span, Time};
use crate::world::fleet::Restart;

/// A study with the figures of its points.
pub struct Study<'a> {
    pub results: &'a Results<DevicePoint>,
    pub points: Vec<Point<'a>>,
}

impl<'a> Study<'a> {
    pub fn of(results: &'a Results<DevicePoint>) -> Study<'a> {
        Study { results, points: results.points.iter().map(Point::of).collect() }
    }
}

/// A point with its figures, of the devices and their platforms.
pub struct Point<'a> {
    pub result: &'a DevicePoint,
    /// How long devices that went without a word were held, beside the closed form.
    pub detection: Recovery,
    /// False offlines for each device, beside the closed form.
    pub false_offlines: Share,
    /// The first restart of the devices' platforms.
    pub storm: Option<Storm>,
}

/// A share of devices. Every number is finite.
pub struct Share {
    pub share: Option<f64>,
    pub theory: Option<f64>,
    /// Share less closed form, in standard errors by the closed form.
    pub distance_se: Option<f64>,
}

/// What comes of a restart.
pub struct Storm {
    pub restart: Restart,
    /// The requests of the busiest second from the platforms' return on, at all platforms of the level.
    pub peak_requests: u32,
    /// When that second began, after the return.
    pub peak_after_s: f64,
    /// Of these requests, those to register.
    pub peak_registers: u32,
    /// From the platforms' return until all devices that they had forgotten were back.
    pub all_back_s: Option<f64>,
    /// Devices that they had forgotten and that were not back at the end of the run.
    pub not_back: u64,
}

impl<'a> Point<'a> {
    fn of(result: &'a DevicePoint) -> Point<'a> {
        let tally = result.devices();
        let mut detection = Recovery::of(&tally.ghosts);
        detection.hold_against(result.theory.detection_mean_s);
        Point { result, detection, false_offlines: false_offlines(result), storm: storm(result) }
    }

    /// Requests that arrive at the platforms of the devices, for each second of the run.
    pub fn requests_per_s(&self) -> f64 {
        let seconds = self.result.horizon.since(Time::ZERO).as_secs_f64();
        arrivals(self.result.devices()) as f64 / seconds
    }

    /// The same for a thousand devices that are switched on.
    pub fn requests_per_s_per_thousand(&self) -> Option<f64> {
        let on_s = self.result.devices().device_days() * 86_400.0;
        (on_s > 0.0).then(|| arrivals(self.result.devices()) as f64 * 1e3 / on_s)
    }

    /// Bytes for each device and day.
    pub fn bytes_per_device_day(&self) -> Option<f64> {
        let days = self.result.devices().device_days();
        (days > 0.0).then(|| self.result.devices().bytes as f64 / days)
    }
}

fn arrivals(tally: &DeviceTally) -> u64 {
    tally.arrivals.sum(0, usize::MAX)
}

fn false_offlines(result: &DevicePoint) -> Share {
    let tally = result.devices();
    let share = (tally.devices > 0).then(|| tally.false_offlines as f64 / tally.devices as f64);
    let theory = result.theory.false_offlines_per_device;
    // Each outage is a trial of its own; their sum spreads no more than one trial of their mean.
    let distance_se = theory.and_then(|theory| match result.theory.at_random {
        true => proportion::rate_distance_se(tally.false_offlines, tally.devices, theory),
        false => proportion::distance_se(tally.false_offlines, tally.devices, theory),
    });
    Share { share, theory, distance_se }
}

/// The whole second in which an instant lies.
pub fn second(at: Time) -> usize {
    (at.as_nanos() / Span::from_secs(1).as_nanos()) as usize
}

/// How many seconds after a return the busiest one is looked for: until every device has had its turn.
fn window(result: &DevicePoint) -> usize {
    second(Time::ZERO + result.interval.times(2)) + 1
}

fn storm(result: &DevicePoint) -> Option<Storm> {
    let restart = *result.restarts.iter().filter(|restart| restart.level == 0).min_by_key(|restart| restart.at)?;
    let tally = result.devices();
    let back = second(restart.back());
    let PeakAt { at, requests } = peak(&tally.arrivals, back, back + window(result))?;
    let registers = tally.register_arrivals.at(at);
    Some(Storm {
        restart,
        peak_requests: requests,
        peak_after_s: at as f64 - restart.back().since(Time::ZERO).as_secs_f64(),
        peak_registers: registers,
        all_back_s: tally.back_after_restart.max().map(|span| span.as_secs_f64()),
        not_back: tally.forgotten - tally.back_after_restart.count(),
    })
}

struct PeakAt {
    at: usize,
    requests: u32,
}

fn peak(counts: &PerSecond, from: usize, to: usize) -> Option<PeakAt> {
    counts.peak(from, to).map(|(at, requests)| PeakAt { at, requests })
}
