//! A small world of one device and its platform: 50 ms each way, and nothing left to chance.

#![allow(dead_code, reason = "each test file uses its part")]

use std::sync::atomic::AtomicBool;

use byeloss::heartbeat::{Message, Offline, Purpose, WatchSettings, gat1400, gb28181};
use byeloss::net::{Link, Path, Route};
use byeloss::random::{Distribution, Probability};
use byeloss::sip::BaseTimers;
use byeloss::time::{Span, Time};
use byeloss::world::Observer;
use byeloss::world::devices::{Fact, Fault, Fleet, Level, Mechanism, Party, Restart, Runner, Unit};
use byeloss::world::{FaultClock, FaultEffect, FaultMessage, Outcome};

pub(crate) const DEVICE: Unit = Unit { level: 0, index: 0 };

/// A device and its platform, to be run.
#[derive(Clone, Debug)]
pub(crate) struct World(pub Fleet);

pub(crate) fn span(seconds: f64) -> Span {
    Span::from_secs_f64(seconds)
}

pub(crate) fn at(seconds: f64) -> Time {
    Time::ZERO + span(seconds)
}

pub(crate) fn path(delay_s: f64, loss: f64) -> Path {
    let link = Link::udp(Probability::new(loss).unwrap(), Distribution::Constant(span(delay_s)));
    Path::new(&Route { nodes: Vec::new(), to_callee: vec![link.clone()], to_caller: vec![link] }).expect("one link")
}

pub(crate) fn watch(interval_s: f64, misses: u64) -> WatchSettings {
    WatchSettings {
        limit: span(interval_s).times(misses),
        check_period: Span::ZERO,
        check_phase: Span::ZERO,
        offline: Offline::Forgotten,
    }
}

impl World {
    fn new(mechanism: Mechanism) -> World {
        World(Fleet {
            seed: 1,
            levels: vec![Level { count: 1, platforms: 1, path: path(0.05, 0.0), mechanism }],
            starts: Distribution::Constant(Span::ZERO),
            online_time: None,
            unregister_lost: Probability::NEVER,
            dies: Probability::NEVER,
            restarts: Vec::new(),
            faults: Vec::new(),
            horizon: at(1000.0),
        })
    }

    /// GA/T 1400: 90 s, 3 misses.
    pub(crate) fn gat1400() -> World {
        let platform = gat1400::PlatformSettings { watch: watch(90.0, 3), refusal: gat1400::Refusal::Unauthorized };
        World::new(Mechanism::Gat1400(gat1400::DeviceSettings::STANDARD, platform))
    }

    /// GB/T 28181: 60 s, 3 misses.
    pub(crate) fn gb28181() -> World {
        let platform = gb28181::PlatformSettings { watch: watch(60.0, 3), timers: BaseTimers::RFC };
        World::new(Mechanism::Gb28181(gb28181::DeviceSettings::STANDARD, platform))
    }

    pub(crate) fn with(mut self, change: impl FnOnce(&mut Fleet)) -> World {
        change(&mut self.0);
        self
    }

    pub(crate) fn http(
        self,
        change: impl FnOnce(&mut gat1400::DeviceSettings, &mut gat1400::PlatformSettings),
    ) -> World {
        self.with(|fleet| match &mut fleet.levels[0].mechanism {
            Mechanism::Gat1400(device, platform) => change(device, platform),
            Mechanism::Gb28181(..) => panic!("not over HTTP"),
        })
    }

    pub(crate) fn sip(
        self,
        change: impl FnOnce(&mut gb28181::DeviceSettings, &mut gb28181::PlatformSettings),
    ) -> World {
        self.with(|fleet| match &mut fleet.levels[0].mechanism {
            Mechanism::Gb28181(device, platform) => change(device, platform),
            Mechanism::Gat1400(..) => panic!("not over SIP"),
        })
    }

    pub(crate) fn until(self, seconds: f64) -> World {
        self.with(|fleet| fleet.horizon = at(seconds))
    }

    pub(crate) fn fault(self, fault: Fault) -> World {
        self.with(|fleet| fleet.faults.push(fault))
    }

    /// Nothing gets through from `from` on for so many seconds.
    pub(crate) fn outage(self, from: f64, seconds: f64) -> World {
        self.fault(Fault { from: span(from), duration: Some(span(seconds)), ..lose(FaultMessage::Any) })
    }

    pub(crate) fn restart(self, at_s: f64, down_s: f64) -> World {
        self.with(|fleet| fleet.restarts.push(Restart { level: 0, at: at(at_s), down: span(down_s) }))
    }

    /// Everything that happens to the device.
    pub(crate) fn run(&self) -> Story {
        self.run_unit(DEVICE)
    }

    pub(crate) fn run_unit(&self, unit: Unit) -> Story {
        struct Keeper(Vec<(f64, Fact)>);
        impl Observer<Fact> for Keeper {
            fn see(&mut self, now: Time, fact: &Fact) {
                self.0.push((now.since(Time::ZERO).as_secs_f64(), *fact));
            }
        }
        let never = AtomicBool::new(false);
        let mut keeper = Keeper(Vec::new());
        Runner::new(&self.0, &never).run(unit, &mut keeper);
        Story(keeper.0)
    }
}

/// Loses these messages.
pub(crate) fn lose(message: FaultMessage<Purpose>) -> Fault {
    Fault {
        senders: Vec::new(),
        message,
        nth: Vec::new(),
        clock: FaultClock::Run,
        from: Span::ZERO,
        duration: None,
        effect: FaultEffect::Lose,
    }
}

/// Loses the nth request of this purpose.
pub(crate) fn lose_request(purpose: Purpose, nth: u32) -> Fault {
    Fault { nth: vec![nth], ..lose(FaultMessage::Request(purpose)) }
}

/// Loses the nth response to a request of this purpose.
pub(crate) fn lose_response(purpose: Purpose, nth: u32) -> Fault {
    Fault { nth: vec![nth], ..lose(FaultMessage::Response { status: None, method: Some(purpose) }) }
}

/// What happened, each with its instant in seconds.
pub(crate) struct Story(pub Vec<(f64, Fact)>);

impl Story {
    /// What was sent, as `instant sender message`; a lost message with a cross.
    pub(crate) fn sent(&self) -> Vec<String> {
        self.0
            .iter()
            .filter_map(|(now, fact)| {
                let Fact::Sent { from, message, outcome, .. } = fact else { return None };
                let lost = if matches!(outcome, Outcome::Lost(_)) { " x" } else { "" };
                Some(format!("{now:.3} {}{lost}", words(*from, message)))
            })
            .collect()
    }

    /// When the device sent requests for this.
    pub(crate) fn requests(&self, purpose: Purpose) -> Vec<f64> {
        self.times(
            |fact| matches!(fact, Fact::Sent { from: Party::Device, message, .. } if message.purpose() == purpose),
        )
    }

    /// When this was told.
    pub(crate) fn told(&self, event: byeloss::heartbeat::Event) -> Vec<f64> {
        self.times(|fact| matches!(fact, Fact::Told { event: told, .. } if *told == event))
    }

    pub(crate) fn times(&self, which: impl Fn(&Fact) -> bool) -> Vec<f64> {
        let found = self.0.iter().filter(|(_, fact)| which(fact));
        found.map(|(now, _)| (now * 1e3).round() / 1e3).collect()
    }
}

fn words(from: Party, message: &Message) -> String {
    let purpose = message.purpose().name();
    match message {
        Message::Http(_, gat1400::Message::Request(request)) => {
            let digest = request.authorization.map_or(String::new(), |nonce| format!(" digest {}", nonce.0));
            format!("{} {purpose}{digest}", from.name())
        }
        Message::Http(_, gat1400::Message::Response(response)) => {
            let nonce = response.challenge.map_or(String::new(), |nonce| format!(" nonce {}", nonce.0));
            let code = if response.code == 0 { String::new() } else { format!(" code {}", response.code) };
            format!("{} {}{code}{nonce}", from.name(), response.status)
        }
        Message::Sip(message) => {
            let nonce =
                message.register.and_then(|fields| fields.nonce).map_or(String::new(), |n| format!(" nonce {}", n.0));
            match message.sip.status() {
                None => format!("{} {purpose}{nonce}", from.name()),
                Some(status) => format!("{} {}{nonce}", from.name(), status.0),
            }
        }
    }
}
