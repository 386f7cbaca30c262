//! Axes: from a value to a pixel, and where ticks stand.
//!
//! Logarithms are `libm`'s, so that a figure is the same on every platform.

use super::canvas::text_width;

/// From this ratio of the greatest to the least value on, an axis is logarithmic.
const LOG_FROM: f64 = 8.0;

/// How far a plain axis reaches, as a multiple of its greatest value.
const LINEAR_ROOM: f64 = 1.08;

/// A tick: its value and what stands beside it.
pub(in crate::report) type Tick = (f64, String);

/// How values become ticks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::report) enum Unit {
    /// Seconds, shown in seconds, minutes, hours and days.
    Time,
    /// A plain number.
    Number,
}

#[derive(Clone)]
pub(in crate::report) struct Axis {
    pub title: String,
    pub ticks: Vec<Tick>,
    log: bool,
    /// Least and greatest value, or their logarithms.
    range: (f64, f64),
    /// Their pixels.
    pixels: (f64, f64),
}

impl Axis {
    /// An axis for `values`, which are finite: logarithmic if they are positive and far apart, else from zero.
    pub(crate) fn new(title: &str, values: &[f64], unit: Unit, pixels: (f64, f64)) -> Axis {
        let most = values.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
        let least = values.iter().copied().fold(f64::INFINITY, f64::min).min(most);
        let log = least > 0.0 && most / least >= LOG_FROM && (most / least).is_finite();
        let range = if log {
            let (low, high) = (libm::log10(least), libm::log10(most));
            let room = (high - low) * 0.06;
            (low - room, high + room)
        } else {
            let low = least.min(0.0);
            let high = if most <= f64::MIN_POSITIVE { low + 1.0 } else { low + (most - low) * LINEAR_ROOM };
            (low, if high.is_finite() { high } else { f64::MAX })
        };
        let mut axis = Axis { title: title.to_owned(), ticks: Vec::new(), log, range, pixels };
        axis.ticks = match (unit, log) {
            (Unit::Time, _) => axis.time_ticks(),
            (Unit::Number, true) => axis.decades(),
            (Unit::Number, false) => axis.even_ticks(),
        };
        axis
    }

    /// As [`new`](Axis::new), with the values in its middle if they are all the same.
    pub(crate) fn round(title: &str, values: &[f64], unit: Unit, pixels: (f64, f64)) -> Axis {
        let alone = values.iter().all(|value| value == &values[0]);
        let far = values.first().filter(|_| alone).map(|value| value * 2.0 / LINEAR_ROOM).filter(|far| far.is_finite());
        Axis::new(title, &values.iter().copied().chain(far).collect::<Vec<_>>(), unit, pixels)
    }

    /// An axis from zero to one, in per cent.
    pub(crate) fn share(title: &str, pixels: (f64, f64)) -> Axis {
        let ticks = (0..=4).map(|i| (f64::from(i) / 4.0, format!("{} %", i * 25))).collect();
        Axis { title: title.to_owned(), ticks, log: false, range: (0.0, 1.0), pixels }
    }

    /// How many characters each of so many names has room for.
    pub(crate) fn room_for_names(names: usize, pixels: (f64, f64)) -> usize {
        let width = (pixels.1 - pixels.0).abs() / names.max(1) as f64;
        ((width / text_width("x", 12.0)) as usize).clamp(12, 40)
    }

    /// An axis of names, the first at zero, the next at one, and so on.
    pub(crate) fn names(title: &str, names: &[String], pixels: (f64, f64)) -> Axis {
        let range = (-0.5, names.len().max(1) as f64 - 0.5);
        let ticks = names.iter().enumerate().map(|(i, name)| (i as f64, name.clone())).collect();
        let mut axis = Axis { title: title.to_owned(), ticks, log: false, range, pixels };
        axis.thin(&[]);
        axis
    }

    /// Ticks at these places instead, as many as have room; those in `first` before all others, then the ends.
    pub(crate) fn with_ticks(mut self, mut ticks: Vec<Tick>, first: &[f64]) -> Axis {
        ticks.sort_by(|a, b| a.0.total_cmp(&b.0));
        self.ticks = ticks;
        self.thin(first);
        self
    }

    /// The pixel of `value`, never outside the axis.
    pub(crate) fn at(&self, value: f64) -> f64 {
        let place = match self.log {
            true if value <= 0.0 => self.range.0,
            true => libm::log10(value),
            false => value,
        };
        let share = (place - self.range.0) / (self.range.1 - self.range.0);
        let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
        self.pixels.0 + share * (self.pixels.1 - self.pixels.0)
    }

    pub(crate) fn pixels(&self) -> (f64, f64) {
        self.pixels
    }

    /// Whether an axis can show `value`.
    fn holds(&self, value: f64) -> bool {
        let place = if self.log { libm::log10(value) } else { value };
        (self.range.0..=self.range.1).contains(&place)
    }

    fn time_ticks(&self) -> Vec<Tick> {
        const STEPS: [f64; 34] = [
            0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0,
            600.0, 1200.0, 1800.0, 3600.0, 7200.0, 14_400.0, 21_600.0, 43_200.0, 86_400.0, 172_800.0, 432_000.0, 864e3,
            1_728e3, 8_640e3, 31_536e3, 315_360e3,
        ];
        if self.log {
            let ticks: Vec<Tick> = STEPS.iter().filter(|&&s| self.holds(s)).map(|&s| (s, time(s))).collect();
            let few = ticks.len() > 14;
            // Far apart: leave out every second.
            let kept = ticks.into_iter().enumerate().filter(|(i, _)| !few || i % 2 == 0);
            return kept.map(|(_, tick)| tick).collect();
        }
        let span = self.range.1 - self.range.0;
        match STEPS.iter().find(|&&step| span / step <= 8.0) {
            Some(&step) => self.multiples(step).into_iter().map(|s| (s, time(s))).collect(),
            None => self.even_ticks(),
        }
    }

    fn even_ticks(&self) -> Vec<Tick> {
        let span = self.range.1 - self.range.0;
        let decade = libm::pow(10.0, libm::floor(libm::log10(span / 8.0)));
        let step = [1.0, 2.0, 5.0, 10.0].iter().map(|n| n * decade).find(|step| span / step <= 8.0);
        let values = step.map_or_else(Vec::new, |step| self.multiples(step));
        values.into_iter().map(|x| (x, crate::report::number::trimmed(x, 4))).collect()
    }

    fn multiples(&self, step: f64) -> Vec<f64> {
        let first = (self.range.0 / step).ceil();
        (0..=8).map(|i| (first + f64::from(i)) * step).filter(|x| x.is_finite() && self.holds(*x)).collect()
    }

    fn decades(&self) -> Vec<Tick> {
        let (from, to) = (self.range.0.floor() as i32, self.range.1.ceil() as i32);
        let within: &[f64] = match to - from {
            ..=4 => &[1.0, 2.0, 5.0],
            _ => &[1.0],
        };
        let values = (from..=to).flat_map(|n| within.iter().map(move |x| x * libm::pow(10.0, f64::from(n))));
        values.filter(|x| self.holds(*x)).map(|x| (x, crate::report::number::trimmed(x, 3))).collect()
    }

    /// Leaves out ticks whose text would touch that of one before it in rank.
    fn thin(&mut self, first: &[f64]) {
        let last = self.ticks.len().saturating_sub(1);
        let rank = |i: usize, tick: &Tick| {
            let digits = tick.1.bytes().filter(u8::is_ascii_digit).collect::<Vec<u8>>();
            let significant = digits.iter().rposition(|&d| d != b'0').map_or(0, |i| i + 1);
            (!first.contains(&tick.0), i != 0 && i != last, significant, i)
        };
        let mut order: Vec<usize> = (0..self.ticks.len()).collect();
        order.sort_by_key(|&i| rank(i, &self.ticks[i]));
        let mut kept: Vec<usize> = Vec::new();
        for i in order {
            let half = |i: usize| text_width(&self.ticks[i].1, 12.0) / 2.0;
            let clear = |&other: &usize| {
                (self.at(self.ticks[i].0) - self.at(self.ticks[other].0)).abs() > half(i) + half(other) + 6.0
            };
            if kept.iter().all(clear) {
                kept.push(i);
            }
        }
        kept.sort_unstable();
        self.ticks = kept.into_iter().map(|i| self.ticks[i].clone()).collect();
    }
}

/// A tick's time: `50 ms`, `30 s`, `5 min`, `2 h`, `10 d`.
fn time(seconds: f64) -> String {
    let number = |x: f64| crate::report::number::trimmed(x, 6);
    match seconds {
        0.0 => "0".to_owned(),
        s if s < 1.0 => format!("{} ms", number(s * 1e3)),
        s if s < 60.0 => format!("{} s", number(s)),
        s if s < 3600.0 => format!("{} min", number(s / 60.0)),
        s if s < 86_400.0 => format!("{} h", number(s / 3600.0)),
        s => format!("{} d", number(s / 86_400.0)),
    }
}
