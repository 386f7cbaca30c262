//! Counting what devices and platforms do.

use serde::{Deserialize, Serialize};

use super::call::Recovery;
use super::histogram::Histogram;
use super::per_second::PerSecond;
use super::tally::Ghosts;
use crate::heartbeat::{Event, Message, Purpose, Wrong};
use crate::time::{Span, Time};
use crate::world::Observer;
use crate::world::devices::{Fact, HangUp, Party};

/// Everything counted of the units of one level at one point: whole numbers, merged in any order to the same sum.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceTally {
    /// Units run.
    pub devices: u64,
    /// Of those, the ones that were ever registered.
    pub registered: u64,
    /// Registrations that the platform accepted.
    pub registrations: u64,
    /// Devices that went while the platform held them to be online.
    pub hangups: u64,
    /// Of those, the ones whose UnRegister reached the platform; from going until then.
    pub unregistered: Histogram,
    /// The others: from going until the platform called them offline, or forgot them in a restart.
    pub ghosts: Ghosts,
    /// How often the platform called a device offline that was there and wanted to be online.
    pub false_offlines: u64,
    /// From there until the platform held it to be online again.
    pub false_offline_time: Histogram,
    /// How often the platform forgot a device that was there, in a restart, and did not go before it was back.
    pub forgotten: u64,
    /// Of those, from the platform's return until it held the device to be online again.
    pub back_after_restart: Histogram,
    /// Sum over all devices of the time from being switched on to going, or to the end of the run, in ns.
    pub on_time_ns: u128,
    /// Requests sent for the first time, by [`Purpose`].
    pub requests: [u64; Purpose::ALL.len()],
    /// Requests sent again, by the device or by its transaction.
    pub resent: u64,
    /// Responses sent, repeated ones among them.
    pub responses: u64,
    /// Requests of unregistered devices that the platform refused.
    pub refused: u64,
    /// Requests that timed out.
    pub timeouts: u64,
    /// How often a device counted as disconnected: refused, timed out.
    pub disconnected: [u64; 2],
    /// Connections opened.
    pub connections: u64,
    /// Bytes of requests and responses put on the wire, above TCP or UDP.
    pub bytes: u64,
    /// Messages delivered.
    pub messages_delivered: u64,
    /// Timers that fired.
    pub timers_fired: u64,
    /// Requests that arrived at the platforms of this level.
    pub arrivals: PerSecond,
    /// Of those, the ones to register.
    pub register_arrivals: PerSecond,
}

impl DeviceTally {
    /// Adds all that `other` counted.
    pub fn merge(&mut self, other: &DeviceTally) {
        let DeviceTally {
            devices,
            registered,
            registrations,
            hangups,
            unregistered,
            ghosts,
            false_offlines,
            false_offline_time,
            forgotten,
            back_after_restart,
            on_time_ns,
            requests,
            resent,
            responses,
            refused,
            timeouts,
            disconnected,
            connections,
            bytes,
            messages_delivered,
            timers_fired,
            arrivals,
            register_arrivals,
        } = other;
        self.devices += *devices;
        self.registered += *registered;
        self.registrations += *registrations;
        self.hangups += *hangups;
        self.unregistered.merge(unregistered);
        self.ghosts.merge(ghosts);
        self.false_offlines += *false_offlines;
        self.false_offline_time.merge(false_offline_time);
        self.forgotten += *forgotten;
        self.back_after_restart.merge(back_after_restart);
        self.on_time_ns += *on_time_ns;
        self.requests.iter_mut().zip(requests).for_each(|(mine, theirs)| *mine += theirs);
        self.resent += *resent;
        self.responses += *responses;
        self.refused += *refused;
        self.timeouts += *timeouts;
        self.disconnected.iter_mut().zip(disconnected).for_each(|(mine, theirs)| *mine += theirs);
        self.connections += *connections;
        self.bytes += *bytes;
        self.messages_delivered += *messages_delivered;
        self.timers_fired += *timers_fired;
        self.arrivals.merge(arrivals);
        self.register_arrivals.merge(register_arrivals);
    }

    /// Requests put on the wire, those sent again among them.
    pub fn requests_sent(&self) -> u64 {
        self.requests.iter().sum::<u64>() + self.resent
    }

    /// Requests and responses put on the wire.
    pub fn messages_sent(&self) -> u64 {
        self.requests_sent() + self.responses
    }

    /// Events: messages delivered and timers that fired.
    pub fn events(&self) -> u64 {
        self.messages_delivered + self.timers_fired
    }

    /// Days of devices that were switched on.
    pub fn device_days(&self) -> f64 {
        self.on_time_ns as f64 / Span::from_secs(86_400).as_nanos() as f64
    }

    /// False offlines for each thousand devices and day; `None` if none was switched on.
    pub fn false_offlines_per_thousand_device_days(&self) -> Option<f64> {
        (self.on_time_ns > 0).then(|| self.false_offlines as f64 * 1e3 / self.device_days())
    }
}

/// Watches one unit at a time and counts it.
#[derive(Debug)]
pub struct DeviceCounter<'a> {
    tally: &'a mut DeviceTally,
    started: Option<Time>,
    ever_registered: bool,
    /// When the device went, and whether the platform held it then.
    gone: Option<Time>,
    ghost: bool,
    recovery: Recovery,
    /// When the platform wrongly called it offline, and has not taken it back.
    falsely_offline: Option<Time>,
    /// The platform has forgotten it in a restart, and came back then.
    forgotten: bool,
    platform_back: Time,
}

impl<'a> DeviceCounter<'a> {
    /// Begins to watch a unit, which counts into `tally`.
    pub fn new(tally: &'a mut DeviceTally) -> DeviceCounter<'a> {
        tally.devices += 1;
        DeviceCounter {
            tally,
            started: None,
            ever_registered: false,
            gone: None,
            ghost: false,
            recovery: Recovery::None,
            falsely_offline: None,
            forgotten: false,
            platform_back: Time::ZERO,
        }
    }

    /// The run has ended at `ended`. How long the device was held after it had gone.
    pub fn finish(self, ended: Time) -> Recovery {
        let on_until = self.gone.unwrap_or(ended);
        if let Some(started) = self.started {
            self.tally.on_time_ns += u128::from(on_until.since(started).as_nanos());
        }
        if self.ghost {
            self.tally.ghosts.add(None);
            return Recovery::Never;
        }
        self.recovery
    }

    fn sent(&mut self, from: Party, message: &Message, copy: u16) {
        self.tally.bytes += u64::from(message.bytes());
        match from {
            Party::Device if copy == 1 => self.tally.requests[message.purpose() as usize] += 1,
            Party::Device => self.tally.resent += 1,
            Party::Platform => self.tally.responses += 1,
        }
    }

    fn told(&mut self, now: Time, event: Event) {
        match event {
            Event::Registered => {
                self.tally.registered += u64::from(!self.ever_registered);
                self.ever_registered = true;
            }
            Event::TimedOut => self.tally.timeouts += 1,
            Event::Disconnected(Wrong::Refused) => self.tally.disconnected[0] += 1,
            Event::Disconnected(Wrong::TimedOut) => self.tally.disconnected[1] += 1,
            Event::Refused => self.tally.refused += 1,
            Event::KeptAlive | Event::SignedOff => {}
            Event::Online => {
                if let Some(since) = self.falsely_offline.take() {
                    self.tally.false_offline_time.add(now.since(since));
                }
                if std::mem::take(&mut self.forgotten) {
                    self.tally.back_after_restart.add(now.since(self.platform_back));
                }
            }
            Event::UnRegistered => {
                if let (Some(gone), true) = (self.gone, std::mem::take(&mut self.ghost)) {
                    self.tally.unregistered.add(now.since(gone));
                }
            }
            Event::Offline => match self.gone {
                Some(_) => self.recovered(now),
                None => {
                    self.tally.false_offlines += 1;
                    self.falsely_offline = Some(now);
                }
            },
        }
    }

    /// The platform has let go of a device that is gone.
    fn recovered(&mut self, now: Time) {
        if let (Some(gone), true) = (self.gone, std::mem::take(&mut self.ghost)) {
            let after = now.since(gone);
            self.tally.ghosts.add(Some(after));
            self.recovery = Recovery::After(after);
        }
    }
}

impl Observer<Fact> for DeviceCounter<'_> {
    fn see(&mut self, now: Time, fact: &Fact) {
        match *fact {
            Fact::Started => self.started = Some(now),
            Fact::Connecting { .. } => self.tally.connections += 1,
            Fact::Connected { .. } | Fact::Broken { .. } | Fact::Unheard { .. } | Fact::Duplicated { .. } => {}
            Fact::Sent { from, ref message, copy, .. } => self.sent(from, message, copy),
            Fact::Delivered { to, ref message } => {
                self.tally.messages_delivered += 1;
                if to == Party::Platform {
                    self.tally.arrivals.add(now);
                    if message.purpose() == Purpose::Register {
                        self.tally.register_arrivals.add(now);
                    }
                }
            }
            Fact::Fired { .. } => self.tally.timers_fired += 1,
            Fact::Told { by, event } => {
                // A registration that a platform accepts, not a device that is merely back.
                self.tally.registrations += u64::from(by == Party::Device && event == Event::Registered);
                self.told(now, event);
            }
            Fact::HungUp { held, how: HangUp::UnRegister | HangUp::UnRegisterLost | HangUp::Dies } => {
                self.gone = Some(now);
                self.tally.forgotten -= u64::from(std::mem::take(&mut self.forgotten));
                self.ghost = held;
                self.tally.hangups += u64::from(held);
            }
            Fact::Down { who: Party::Platform, held } => match self.gone {
                Some(_) => self.recovered(now),
                None => {
                    self.forgotten |= held;
                    self.tally.forgotten += u64::from(held);
                }
            },
            Fact::Back { who: Party::Platform } => self.platform_back = now,
            // A platform that is down is no device that wants to be online.
            Fact::Down { who: Party::Device, .. } | Fact::Back { who: Party::Device } => {}
        }
    }
}
