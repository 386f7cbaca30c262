//! What the closed forms of devices read of a level: how its platforms watch, and when its devices try.

use crate::heartbeat::{gat1400, gb28181};
use crate::sip::BaseTimers;
use crate::theory::heartbeat::Heartbeat;
use crate::theory::schedule::Schedule;
use crate::time::Span;
use crate::world::devices::{Level, Mechanism};

/// What the closed forms read of a level.
pub(super) struct Watched {
    pub interval: Span,
    pub jitter: Span,
    pub limit: Span,
    pub check_period: Span,
}

impl Watched {
    pub(super) fn of(level: &Level) -> Watched {
        let (interval, jitter, watch) = match level.mechanism {
            Mechanism::Gat1400(device, platform) => (device.interval, device.jitter, platform.watch),
            Mechanism::Gb28181(device, platform) => (device.interval, device.jitter, platform.watch),
        };
        Watched { interval, jitter, limit: watch.limit, check_period: watch.check_period }
    }

    /// The heartbeat of the closed forms: misses by the device's own interval, and what is over as tolerance; `None`
    /// where the platform does not even allow the next to be late.
    pub(super) fn heartbeat(&self) -> Option<Heartbeat> {
        // Where a heartbeat that is hardly late is silence enough, devices are called offline all the time.
        const LATE: Span = Span::from_secs(1);
        if self.limit <= self.interval + self.jitter + LATE {
            return None;
        }
        let misses = u32::try_from(self.limit.as_nanos() / self.interval.as_nanos().max(1)).ok()?;
        let tolerance = self.limit - self.interval.times(misses.into());
        Heartbeat::new(self.interval.as_secs_f64(), misses, self.check_period.as_secs_f64())?
            .loosely(tolerance.as_secs_f64(), self.jitter.as_secs_f64())
    }
}

/// When a device sends, in seconds after a keepalive that is not heard was due, up to `end`.
pub(super) fn tries(level: &Level, end: Span) -> Option<Vec<f64>> {
    let mut tries = match &level.mechanism {
        Mechanism::Gat1400(device, _) => http_tries(device, end)?,
        Mechanism::Gb28181(device, _) if !device.timers.reliable => sip_tries(device, end)?,
        Mechanism::Gb28181(..) => return None,
    };
    tries.sort_by(f64::total_cmp);
    tries.dedup();
    Some(tries)
}

/// The waits after which TCP sends a segment again: 1, 3, 7 s and so on.
fn tcp_sends(until: f64) -> impl Iterator<Item = f64> {
    let sends = (0..).scan((0.0, 1.0f64), |(at, timeout), _| {
        let sent = *at;
        (*at, *timeout) = (*at + *timeout, (*timeout * 2.0).min(60.0));
        Some(sent)
    });
    sends.take_while(move |&sent| sent < until)
}

/// GA/T 1400 over connections for each request: the SYNs of each try.
fn http_tries(device: &gat1400::DeviceSettings, end: Span) -> Option<Vec<f64>> {
    if device.keeps_connection || device.retry_jitter != Span::ZERO {
        return None;
    }
    let connect_timeout = device.connect_timeout.as_secs_f64();
    let every = match device.after_timeout {
        gat1400::AfterTimeout::Again => device.connect_timeout + device.retry_gap,
        gat1400::AfterTimeout::Next => device.interval.max(device.connect_timeout),
    };
    let tries = end.as_nanos() / every.as_nanos().max(1);
    let begun = (0..=tries).map(|n| every.times(n).as_secs_f64());
    Some(begun.flat_map(|begun| tcp_sends(connect_timeout).map(move |sent| begun + sent)).collect())
}

/// GB/T 28181 over UDP: the copies of each keepalive, and those of the registration after too many that timed out.
fn sip_tries(device: &gb28181::DeviceSettings, end: Span) -> Option<Vec<f64>> {
    let BaseTimers { t1, t2, .. } = device.timers;
    let copies: Vec<f64> = Schedule::non_invite(t1.as_secs_f64(), t2.as_secs_f64())?.sends().to_vec();
    let timeout = device.timers.timeout();
    let keepalives = end.as_nanos() / device.interval.as_nanos().max(1);
    let mut begun: Vec<Span> = (0..=keepalives).map(|n| device.interval.times(n)).collect();
    if let Some(tries) = device.tries {
        let given_up = device.interval.times(u64::from(tries) - 1) + timeout;
        begun.retain(|&at| at < given_up);
        let every = timeout + device.register_gap;
        let registrations = (end - given_up).as_nanos() / every.as_nanos();
        begun.extend((0..=registrations).map(|n| given_up + every.times(n)));
    }
    Some(begun.iter().flat_map(|begun| copies.iter().map(|copy| begun.as_secs_f64() + copy)).collect())
}
