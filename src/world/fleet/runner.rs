//! The running of units.

use std::sync::atomic::{AtomicBool, Ordering};

use super::chance::{
    ATTEMPT_SHIFT, Decision, handshake_address, message_address, pick_address, reset_address, unit_number,
};
use super::fact::{Fact, HangUp, Outcome, Party, Undelivered};
use super::faults::Script;
use super::machine::{self, Device, Platform};
use super::pending::{InFlight, Pending};
use super::setup::{FaultEffect, Fleet, Level, Restart, Unit};
use crate::engine::Agenda;
use crate::heartbeat::{Action, Actions, Connection, Event, Input, Message, Purpose};
use crate::net::tcp::{self, Delivery};
use crate::net::{Fate, Weather, Why};
use crate::random::{Law, Streams, unit};
use crate::time::{Span, Time};
use crate::world::Observer;

/// A unit can take hours, so a runner looks now and then whether it is to stop.
const EVENTS_BETWEEN_LOOKS: u32 = 1 << 12;

/// Runs the units of one [`Fleet`].
#[derive(Debug)]
pub struct Runner<'a> {
    fleet: &'a Fleet,
    stop: &'a AtomicBool,
    streams: Streams,
    unit: Unit,
    number: u64,
    agenda: Agenda<Pending>,
    device: Device,
    platform: Platform,
    /// Whether each side is up, by [`Party`].
    up: [bool; 2],
    /// How often each side has died or gone down, by [`Party`], and when it last did.
    lives: [u32; 2],
    went_down: [Time; 2],
    /// Whether nothing gets through that the device sends.
    mute: bool,
    /// Whether the device has been registered once, so that the end of its time is set.
    was_registered: bool,
    /// The life of the platform that accepted the connection that was opened last.
    connected_to: u32,
    in_flight: Vec<InFlight>,
    free: Vec<u32>,
    script: Script,
    /// By level.
    weather: Vec<Weather>,
    /// How many instants chance has picked for the timers of each side.
    picks: [u32; 2],
    actions: Actions,
}

impl<'a> Runner<'a> {
    /// A runner for the units of `fleet`. When `stop` is set, it leaves the unit that it runs as it is.
    pub fn new(fleet: &'a Fleet, stop: &'a AtomicBool) -> Runner<'a> {
        let (device, platform) = machine::pair(&fleet.levels[0].mechanism);
        let unit = Unit { level: 0, index: 0 };
        let streams = Streams::new(fleet.seed, 0);
        Runner {
            fleet,
            stop,
            streams,
            unit,
            number: unit_number(unit),
            agenda: Agenda::new(),
            device,
            platform,
            up: [true; 2],
            lives: [0; 2],
            went_down: [Time::ZERO; 2],
            mute: false,
            was_registered: false,
            connected_to: 0,
            in_flight: Vec::new(),
            free: Vec::new(),
            script: Script::default(),
            weather: fleet.levels.iter().map(|level| level.path.weather(streams)).collect(),
            picks: [0; 2],
            actions: Actions::new(),
        }
    }

    /// Runs `unit` from its switching on to the end of the run, telling `observer` what happens.
    pub fn run(&mut self, unit: Unit, observer: &mut impl Observer<Fact>) {
        self.prepare(unit);
        let mut events = 0u32;
        while let Some((now, pending)) = self.agenda.pop() {
            if now > self.fleet.horizon {
                return;
            }
            events = events.wrapping_add(1);
            if events.is_multiple_of(EVENTS_BETWEEN_LOOKS) && self.stop.load(Ordering::Relaxed) {
                return;
            }
            match pending {
                Pending::Start => self.start(now, observer),
                Pending::HangUp => self.hang_up(now, observer),
                Pending::Down(who, nth) => self.go_down(now, who, nth, observer),
                Pending::Back(who, nth) => self.come_back(now, who, nth, observer),
                Pending::Connected(connection) => self.connected(now, connection, observer),
                Pending::Broken(connection) => {
                    observer.see(now, &Fact::Broken { connection });
                    self.input(now, Party::Device, Input::Broken(connection), observer);
                }
                Pending::Deliver(place) => self.deliver(now, place, observer),
                Pending::Fire(of, timer) => {
                    observer.see(now, &Fact::Fired { of, timer });
                    self.input(now, of, Input::Fire(timer), observer);
                }
            }
        }
    }

    fn level(&self) -> &'a Level {
        &self.fleet.levels[self.unit.level]
    }

    fn prepare(&mut self, unit: Unit) {
        (self.unit, self.number) = (unit, unit_number(unit));
        let level = self.level();
        (self.device, self.platform) = machine::pair(&level.mechanism);
        self.platform.set_check_phase(self.check_phase());
        self.agenda.clear();
        self.in_flight.clear();
        self.free.clear();
        (self.up, self.lives, self.picks) = ([true; 2], [0; 2], [0; 2]);
        (self.went_down, self.connected_to) = ([Time::ZERO; 2], 0);
        (self.mute, self.was_registered) = (false, false);
        // Platforms are there from the start.
        let start = match unit.level {
            0 => self.fleet.starts.sample(self.draw(Decision::Start)[0]),
            _ => Span::ZERO,
        };
        let start = Time::ZERO + start;
        self.weather[unit.level].begin(self.number, start);
        self.script.begin(&self.fleet.faults, unit.level, start);
        // What goes down at the instant at which a device is switched on is down first.
        for (restart, nth) in self.fleet.restarts.iter().zip(0u16..) {
            let who = match restart.level {
                level if level == unit.level => Party::Platform,
                level if level + 1 == unit.level => Party::Device,
                _ => continue,
            };
            self.agenda.set(restart.at, Pending::Down(who, nth));
        }
        self.agenda.set(start, Pending::Start);
    }

    /// When in its period the platform of this unit looks for silent devices: alike for all who register there.
    fn check_phase(&self) -> Span {
        let level = self.level();
        let platform = Unit { level: self.unit.level + 1, index: self.unit.index % level.platforms.max(1) };
        let [phase, _] = self.streams.pair(unit_number(platform), Decision::CheckPhase as u64);
        Law::Uniform { min: Span::ZERO, max: level.mechanism.check_period() }.sample(phase)
    }

    fn start(&mut self, now: Time, observer: &mut impl Observer<Fact>) {
        if self.up[Party::Device as usize] {
            observer.see(now, &Fact::Started);
            self.input(now, Party::Device, Input::Start, observer);
        }
    }

    /// The device's time is over.
    fn hang_up(&mut self, now: Time, observer: &mut impl Observer<Fact>) {
        let how = self.fleet.hang_up(unit(self.draw(Decision::HangUp)[0]));
        self.script.hang_up(now);
        observer.see(now, &Fact::HungUp { how, held: self.platform.is_online() });
        match how {
            HangUp::UnRegister => self.input(now, Party::Device, Input::SignOff, observer),
            HangUp::UnRegisterLost => {
                self.mute = true;
                self.input(now, Party::Device, Input::SignOff, observer);
            }
            HangUp::Dies => self.silence(now, Party::Device),
        }
    }

    /// This side does and hears nothing any more, until it comes back.
    fn silence(&mut self, now: Time, who: Party) {
        self.up[who as usize] = false;
        self.lives[who as usize] += 1;
        self.went_down[who as usize] = now;
        match who {
            Party::Device => {
                self.device.switch_off();
                self.agenda.cancel_all(|it| matches!(it, Pending::Connected(_) | Pending::Broken(_)));
            }
            Party::Platform => self.platform.forget(),
        }
        self.agenda.cancel_all(|it| matches!(it, Pending::Fire(of, _) if of == who));
    }

    fn go_down(&mut self, now: Time, who: Party, nth: u16, observer: &mut impl Observer<Fact>) {
        observer.see(now, &Fact::Down { who, held: self.platform.is_online() });
        self.silence(now, who);
        self.agenda.set(self.fleet.restarts[usize::from(nth)].back(), Pending::Back(who, nth));
    }

    /// It is back, unless another restart holds it down.
    fn come_back(&mut self, now: Time, who: Party, nth: u16, observer: &mut impl Observer<Fact>) {
        let level = self.fleet.restarts[usize::from(nth)].level;
        if self.is_down(level, now) {
            return;
        }
        observer.see(now, &Fact::Back { who });
        self.up[who as usize] = true;
        if who == Party::Device {
            self.input(now, Party::Device, Input::Start, observer);
        }
    }

    /// Whether the platforms of this level are down.
    fn is_down(&self, level: usize, at: Time) -> bool {
        self.fleet.restarts.iter().any(|restart| restart.level == level && restart.at <= at && at < restart.back())
    }

    /// The life of this unit's platform at an instant, which may be still to come.
    fn life_at(&self, at: Time) -> u32 {
        let before = |restart: &&Restart| restart.level == self.unit.level && restart.at <= at;
        self.fleet.restarts.iter().filter(before).count() as u32
    }

    fn input(&mut self, now: Time, who: Party, input: Input, observer: &mut impl Observer<Fact>) {
        match who {
            Party::Device => self.device.handle(now, input, &mut self.actions),
            Party::Platform => self.platform.handle(now, input, &mut self.actions),
        }
        let mut actions = std::mem::take(&mut self.actions);
        for &action in actions.as_slice() {
            match action {
                Action::Connect(connection, purpose) => self.connect(now, connection, purpose, observer),
                Action::Close(connection) => {
                    let of_it = [Pending::Connected(connection), Pending::Broken(connection)];
                    self.agenda.cancel_all(|it| of_it.contains(&it));
                }
                Action::Send(message, copy) => self.send(now, who, message, copy, observer),
                Action::Set(timer, at) => self.agenda.set(at, Pending::Fire(who, timer)),
                Action::SetWithin { timer, from, steps, step } => {
                    let nth = &mut self.picks[who as usize];
                    let [pick, _] = self.streams.pair(self.number, pick_address(who, *nth));
                    *nth += 1;
                    let steps = (u128::from(pick) * (u128::from(steps) + 1)) >> 64;
                    self.agenda.set(from + step.times(steps as u64), Pending::Fire(who, timer));
                }
                Action::Clear(timer) => self.agenda.cancel(Pending::Fire(who, timer)),
                Action::Tell(event) => self.tell(now, who, event, observer),
            }
        }
        actions.forget();
        self.actions = actions;
    }

    fn tell(&mut self, now: Time, by: Party, event: Event, observer: &mut impl Observer<Fact>) {
        observer.see(now, &Fact::Told { by, event });
        if event == Event::Registered && !self.was_registered {
            self.was_registered = true;
            if let Some(online_time) = self.fleet.online_time.as_ref().filter(|_| self.unit.level == 0) {
                let [length, _] = self.draw(Decision::OnlineTime);
                self.agenda.set(now + online_time.sample(length), Pending::HangUp);
            }
        }
    }

    /// G12: a connection costs a round trip, more if its first segment or the answer to it is lost.
    fn connect(&mut self, now: Time, connection: Connection, purpose: Purpose, observer: &mut impl Observer<Fact>) {
        let mut accepted = now;
        let address = handshake_address(connection, purpose);
        let last = self.level().path.len();
        let stands = tcp::carry(tcp::GIVEN_UP_AFTER, now, |sent, attempt| {
            let there = self.once(sent, [0, last], Party::Device, attempt, address)?;
            if self.is_down(self.unit.level, there) || self.script.cuts(&self.fleet.faults, there, Party::Platform) {
                return None;
            }
            accepted = there;
            self.carry(there, [last, 0], attempt, address + 256)
        });
        self.connected_to = self.life_at(accepted);
        let outcome = match stands {
            Delivery::Arrives(at) => {
                self.agenda.set(at, Pending::Connected(connection));
                Outcome::Arrives(at)
            }
            Delivery::GivenUp(at) => {
                self.agenda.set(at, Pending::Broken(connection));
                Outcome::Lost(if self.mute { Undelivered::Mute } else { Undelivered::GivenUp })
            }
        };
        observer.see(now, &Fact::Connecting { connection, purpose, outcome });
    }

    fn connected(&mut self, now: Time, connection: Connection, observer: &mut impl Observer<Fact>) {
        observer.see(now, &Fact::Connected { connection });
        self.input(now, Party::Device, Input::Connected(connection), observer);
    }

    /// When one copy that is sent at `sent` between two nodes of the path arrives, if it does.
    fn once(&mut self, sent: Time, [from, to]: [u8; 2], sender: Party, attempt: u64, address: u64) -> Option<Time> {
        let mute = self.mute && sender == Party::Device;
        if mute || self.script.cuts(&self.fleet.faults, sent, sender) {
            return None;
        }
        self.carry(sent, [from, to], attempt, address)
    }

    /// When something that is sent now between two nodes of the path arrives, if it does, by the chance of this address
    /// and attempt.
    fn carry(&mut self, now: Time, ends: [u8; 2], attempt: u64, address: u64) -> Option<Time> {
        match self.carry_through(now, ends, attempt, address, |_| false) {
            // No link of devices has a rate.
            Fate::Arrives(at) | Fate::Waits { at, .. } => Some(at),
            Fate::Lost { .. } | Fate::GivenUp { .. } => None,
        }
    }

    /// What becomes of it; `cut` says whether nothing gets through that is sent at an instant.
    fn carry_through(
        &mut self,
        now: Time,
        ends: [u8; 2],
        attempt: u64,
        address: u64,
        cut: impl Fn(Time) -> bool,
    ) -> Fate {
        let (streams, number) = (self.streams, self.number);
        let draw = |link, further: u64| streams.pair(number | (attempt + further) << ATTEMPT_SHIFT, address + link);
        let weather = &mut self.weather[self.unit.level];
        self.fleet.levels[self.unit.level].path.carry_through(now, ends, weather, draw, cut)
    }

    fn send(&mut self, now: Time, from: Party, message: Message, copy: u16, observer: &mut impl Observer<Fact>) {
        let life = self.lives[from as usize];
        let connected_to = self.connected_to;
        let mut in_flight = InFlight { message, from, sent: now, life, connected_to, refused: None };
        let outcome = self.outcome(now, &mut in_flight, copy);
        observer.see(now, &Fact::Sent { from, message, copy, outcome });
        if let Outcome::Arrives(at) = outcome {
            let place = self.free.pop().unwrap_or_else(|| {
                self.in_flight.push(in_flight);
                (self.in_flight.len() - 1) as u32
            });
            self.in_flight[place as usize] = in_flight;
            self.agenda.set(at, Pending::Deliver(place));
        }
    }

    fn outcome(&mut self, now: Time, in_flight: &mut InFlight, copy: u16) -> Outcome {
        let InFlight { message, from, .. } = *in_flight;
        if let Some(fault) = self.script.concerns(&self.fleet.faults, now, from, &message) {
            match (self.fleet.faults[usize::from(fault)].effect, message) {
                // An outage that ends lets TCP's next copy through.
                (FaultEffect::Lose, Message::Http(..)) if self.script.cuts(&self.fleet.faults, now, from) => {}
                (FaultEffect::Lose, _) => return Outcome::Lost(Undelivered::ByFault(fault)),
                (FaultEffect::Answer(status), _) => in_flight.refused = Some(status),
            }
        }
        if self.mute && from == Party::Device {
            return Outcome::Lost(Undelivered::Mute);
        }
        let last = self.level().path.len();
        let ends = match from {
            Party::Device => [0, last],
            Party::Platform => [last, 0],
        };
        let address = message_address(&message, copy);
        match message {
            Message::Http(..) => {
                let mut got_through = now;
                let delivery = tcp::carry(tcp::GIVEN_UP_AFTER, now, |sent, attempt| {
                    got_through = sent;
                    let at = self.once(sent, ends, from, attempt, address)?;
                    // Who is down acknowledges nothing.
                    let lost = from == Party::Device && self.is_down(self.unit.level, at);
                    (!lost).then_some(at)
                });
                in_flight.sent = got_through;
                match delivery {
                    Delivery::Arrives(at) => Outcome::Arrives(at),
                    Delivery::GivenUp(_) => Outcome::Lost(Undelivered::GivenUp),
                }
            }
            Message::Sip(_) => {
                let script = std::mem::take(&mut self.script);
                let faults = &self.fleet.faults;
                let fate = self.carry_through(now, ends, 0, address, |at| script.cuts(faults, at, from));
                self.script = script;
                match fate {
                    Fate::Arrives(at) | Fate::Waits { at, .. } => Outcome::Arrives(at),
                    Fate::Lost { link, why: Why::Chance } => Outcome::Lost(Undelivered::OnLink(link)),
                    Fate::Lost { link, why: Why::Down } => Outcome::Lost(Undelivered::Down(link)),
                    Fate::Lost { link, why: Why::NoBinding } => Outcome::Lost(Undelivered::NoBinding(link)),
                    Fate::GivenUp { .. } => Outcome::Lost(Undelivered::GivenUp),
                }
            }
        }
    }

    fn deliver(&mut self, now: Time, place: u32, observer: &mut impl Observer<Fact>) {
        self.free.push(place);
        let InFlight { message, from, sent, life, connected_to, refused } = self.in_flight[place as usize];
        let to = from.other();
        // What somebody would have sent again who has gone was not sent.
        if life != self.lives[from as usize] && sent >= self.went_down[from as usize] {
            return;
        }
        if !self.up[to as usize] {
            return observer.see(now, &Fact::Unheard { to, message });
        }
        if let (Party::Platform, Message::Http(connection, _), true) = (to, message, connected_to != self.life_at(now))
        {
            // The platform has restarted and does not know the connection.
            observer.see(now, &Fact::Unheard { to, message });
            let last = self.level().path.len();
            if let Some(at) = self.carry(now, [last, 0], 0, reset_address(connection)) {
                self.agenda.set(at, Pending::Broken(connection));
            }
            return;
        }
        observer.see(now, &Fact::Delivered { to, message });
        let input = match refused {
            Some(status) => Input::ReceiveAndRefuse(message, status),
            None => Input::Receive(message),
        };
        self.input(now, to, input, observer);
    }

    fn draw(&self, decision: Decision) -> [u64; 2] {
        self.streams.pair(self.number, decision as u64)
    }
}
