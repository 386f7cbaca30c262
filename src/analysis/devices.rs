//! The figures of a study of devices.

use super::closed_form::{DeviceTheory, device_theory};
use super::estimate::RecoveryTimes;
use super::load::Peak;
use crate::measure::{DeviceTally, Paired, PerSecond, proportion};
use crate::scenario::Study;
use crate::study::{DevicePoint, LevelResult, Results};
use crate::time::{Span, Time};
use crate::world::devices::{Fleet, Restart};

/// A study of devices with the figures of its points.
#[derive(Clone, Debug)]
pub struct Devices<'a> {
    /// What was counted.
    pub results: &'a Results<DevicePoint>,
    /// The points, in the order of the sweep.
    pub points: Vec<DeviceFigures<'a>>,
}

/// The points with the least and with the most of a figure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    /// The point with the least, and how much.
    pub least: (usize, f64),
    /// The point with the most, and how much.
    pub most: (usize, f64),
}

impl<'a> Devices<'a> {
    /// The figures of `study`, of which `results` were counted.
    pub fn of(study: &Study<Fleet>, results: &'a Results<DevicePoint>) -> Devices<'a> {
        let theory = study.points.iter().map(|point| device_theory(&point.setup));
        let points = results.points.iter().zip(theory).enumerate();
        let change = |nth: usize| results.paired.get(nth.checked_sub(1)?);
        let points = points.map(|(nth, (result, theory))| DeviceFigures::of(result, theory, change(nth)));
        Devices { results, points: points.collect() }
    }

    /// Between which points a figure lies, of those that have it.
    fn range(&self, figure: impl Fn(&DeviceFigures) -> Option<f64>) -> Option<Range> {
        let known: Vec<(usize, f64)> =
            self.points.iter().enumerate().filter_map(|(nth, point)| Some((nth, figure(point)?))).collect();
        let least = known.iter().copied().min_by(|a, b| a.1.total_cmp(&b.1))?;
        let most = known.iter().copied().max_by(|a, b| a.1.total_cmp(&b.1))?;
        Some(Range { least, most })
    }

    /// The mean time to detect a device that is gone without a word, in seconds.
    pub fn detection_range(&self) -> Option<Range> {
        self.range(|point| point.detection.mean_s)
    }

    /// False offlines for each thousand devices and day.
    pub fn false_offline_range(&self) -> Option<Range> {
        self.range(|point| point.result.devices().false_offlines_per_thousand_device_days())
    }

    /// Requests a second for each thousand devices that are switched on.
    pub fn requests_range(&self) -> Option<Range> {
        self.range(|point| point.requests_per_s_per_thousand())
    }

    /// Requests in the busiest second after a restart.
    pub fn storm_range(&self) -> Option<Range> {
        self.range(|point| point.storm.as_ref().map(|storm| f64::from(storm.peak_requests)))
    }

    /// Devices that had gone without a word and were still held when the run ended, over all points.
    pub fn unrecovered(&self) -> u64 {
        self.points.iter().map(|point| point.detection.unrecovered).sum()
    }
}

/// The figures of one point: of the devices and of the platforms at which they register.
#[derive(Clone, Debug)]
pub struct DeviceFigures<'a> {
    /// What was counted.
    pub result: &'a DevicePoint,
    /// What closed forms say, each where it holds.
    pub theory: DeviceTheory,
    /// How long devices that went without a word were held, beside the closed form.
    pub detection: RecoveryTimes,
    /// False offlines for each device, beside the closed form.
    pub false_offlines: FalseOfflines,
    /// The same devices compared with the point before.
    pub change: Option<&'a Paired>,
    /// The first restart of the devices' platforms.
    pub storm: Option<Storm>,
}

/// False offlines for each device. Every number is finite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FalseOfflines {
    /// How often a living device was called offline.
    pub per_device: Option<f64>,
    /// The closed form of that.
    pub theory: Option<f64>,
    /// The same for each thousand devices and day.
    pub theory_per_thousand_device_days: Option<f64>,
    /// Simulated less closed form, in standard errors by the closed form.
    pub z: Option<f64>,
}

impl FalseOfflines {
    fn of(tally: &DeviceTally, theory: &DeviceTheory) -> FalseOfflines {
        let per_device = (tally.devices > 0).then(|| tally.false_offlines as f64 / tally.devices as f64);
        let at_random = theory.at_random;
        let theory = theory.false_offlines_per_device;
        // Each outage is a trial of its own; their sum spreads no more than one trial of their mean.
        let z = theory.and_then(|theory| match at_random {
            true => proportion::rate_z(tally.false_offlines, tally.devices, theory),
            false => proportion::share_z(tally.false_offlines, tally.devices, theory),
        });
        let per_days = theory.map(|each| each * tally.devices as f64 / tally.device_days() * 1e3);
        let theory_per_thousand_device_days = per_days.filter(|rate| rate.is_finite());
        FalseOfflines { per_device, theory, theory_per_thousand_device_days, z }
    }
}

/// What comes of a restart.
#[derive(Clone, Copy, Debug)]
pub struct Storm {
    /// The restart.
    pub restart: Restart,
    /// The requests of the busiest second from the platforms' return on, at all platforms of the level.
    pub peak_requests: u32,
    /// When that second began, after the return.
    pub peak_after_s: f64,
    /// Of these requests, those to register.
    pub peak_registers: u32,
    /// From the platforms' return until all devices that they had forgotten were back.
    pub reregistered_all_s: Option<f64>,
    /// Devices that they had forgotten and that were not back at the end of the run.
    pub not_back: u64,
}

/// Who registers at the platforms of one level, and what arrives there.
#[derive(Clone, Copy, Debug)]
pub struct LevelFigures<'a> {
    /// The number of the level, from 0.
    pub level: usize,
    /// What was counted.
    pub result: &'a LevelResult,
    /// Requests that arrive a second, over the run.
    pub requests_per_s_mean: f64,
    /// Requests in the busiest second.
    pub requests_per_s_peak: Option<Peak>,
}

impl<'a> DeviceFigures<'a> {
    fn of(result: &'a DevicePoint, theory: DeviceTheory, change: Option<&'a Paired>) -> DeviceFigures<'a> {
        let detection = RecoveryTimes::of(&result.devices().ghosts).compared_with(theory.detection_mean_s);
        let false_offlines = FalseOfflines::of(result.devices(), &theory);
        DeviceFigures { result, theory, detection, false_offlines, change, storm: storm(result) }
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

    /// Requests that arrive in each second round the first restart, from `before_s` seconds before it to two and a half
    /// intervals after the platforms' return: the second, counted from the return, and how many.
    pub fn requests_round_restart(&self, before_s: usize) -> Vec<(f64, u32)> {
        let Some(Storm { restart, .. }) = self.storm else { return vec![] };
        let last = restart.back() + self.result.interval.times(5).divided_by(2);
        let seconds = second(restart.at).saturating_sub(before_s)..=second(last.min(self.result.horizon));
        let back_s = restart.back().since(Time::ZERO).as_secs_f64();
        let arrivals = &self.result.devices().arrivals;
        seconds.map(|second| (second as f64 - back_s, arrivals.at(second))).collect()
    }

    /// The seconds round the restarts of a level's platforms: from ten seconds before one to three intervals after
    /// their return.
    pub fn seconds_round_restarts(&self, level: usize) -> Vec<usize> {
        const BEFORE_S: usize = 10;
        let point = self.result;
        let windows = point.restarts.iter().filter(|restart| restart.level == level).map(|restart| {
            let last = restart.back() + point.interval.times(3);
            second(restart.at).saturating_sub(BEFORE_S)..second(last.min(point.horizon)) + 1
        });
        let mut seconds: Vec<usize> = windows.flatten().collect();
        seconds.sort_unstable();
        seconds.dedup();
        seconds
    }

    /// The requests that arrive at the platforms of a level.
    pub fn level(&self, level: usize) -> LevelFigures<'a> {
        let result = &self.result.levels[level];
        let seconds = second(self.result.horizon) + 1;
        let sum = result.tally.arrivals.sum(0, seconds) as f64;
        let peak = result.tally.arrivals.peak(0, seconds).map(|(second, most)| Peak { most: most.into(), second });
        LevelFigures {
            level,
            result,
            requests_per_s_mean: sum / self.result.horizon.since(Time::ZERO).as_secs_f64(),
            requests_per_s_peak: peak,
        }
    }
}

fn arrivals(tally: &DeviceTally) -> u64 {
    tally.arrivals.sum(0, usize::MAX)
}

/// The whole second in which an instant lies.
fn second(at: Time) -> usize {
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
        reregistered_all_s: tally.back_after_restart.max().map(|span| span.as_secs_f64()),
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
