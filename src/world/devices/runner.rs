//! The running of units.

use std::sync::atomic::{AtomicBool, Ordering};

use super::fact::{Fact, HangUp, Party};
use super::machine::{self, Device, Platform};
use super::setup::{Fleet, Level, Restart, Unit};
use super::traffic::{DeviceTraffic, Mark, Sender};
use crate::engine::{Agenda, EventCode};
use crate::heartbeat::{Action, Actions, Connection, Event, Input, Message, Purpose};
use crate::net::Weather;
use crate::net::tcp::Delivery;
use crate::random::{Distribution, Streams, unit};
use crate::time::{Span, Time};
use crate::world::chance::{
    UnitDecision as Decision, handshake_address, pick_address, reset_address, unit_message_address, unit_number,
};
use crate::world::drive::{Simulated, drive};
use crate::world::fact::{Loss, Observer, Outcome};
use crate::world::fault::{FaultEffect, Script};
use crate::world::in_flight::UnderWay;
use crate::world::pending::Pending;
use crate::world::transport::{Parcel, Scripted, Transport};

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
    agenda: Agenda,
    device: Device,
    platform: Platform,
    /// Whether each side is up, by [`Party`].
    up: [bool; 2],
    /// How often each side has died or gone down, by [`Party`], and when it last did.
    lives: [u32; 2],
    went_down: [Time; 2],
    /// Whether nothing gets through that the device sends.
    suppressed: bool,
    /// Whether the device has been registered once, so that the end of its time is set.
    was_registered: bool,
    /// The life of the platform that accepted the connection that was opened last.
    connected_to: u32,
    under_way: UnderWay<DeviceTraffic>,
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
            suppressed: false,
            was_registered: false,
            connected_to: 0,
            under_way: UnderWay::default(),
            script: Script::default(),
            weather: fleet.levels.iter().map(|level| level.path.weather(streams)).collect(),
            picks: [0; 2],
            actions: Actions::new(),
        }
    }

    /// Runs `unit` from its switching on to the end of the run, telling `observer` what happens.
    pub fn run(&mut self, unit: Unit, observer: &mut impl Observer<Fact>) {
        self.prepare(unit);
        let horizon = self.fleet.horizon;
        if self.agenda.next_at().is_none_or(|first| first > horizon) {
            return;
        }
        let mut events = 0u32;
        drive(self, Time::ZERO, observer, |runner, _, next| {
            events = events.wrapping_add(1);
            let stops = || events.is_multiple_of(EVENTS_BETWEEN_LOOKS) && runner.stop.load(Ordering::Relaxed);
            next > horizon || stops()
        });
    }

    /// This side of the unit.
    fn sender(&self, party: Party) -> Sender {
        Sender { level: self.unit.level, party }
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
        self.under_way.clear();
        (self.up, self.lives, self.picks) = ([true; 2], [0; 2], [0; 2]);
        (self.went_down, self.connected_to) = ([Time::ZERO; 2], 0);
        (self.suppressed, self.was_registered) = (false, false);
        // Platforms are there from the start.
        let start = match unit.level {
            0 => self.fleet.starts.sample(self.draw(Decision::Start)[0]),
            _ => Span::ZERO,
        };
        let start = Time::ZERO + start;
        self.weather[unit.level].begin(self.number, start);
        self.script.begin(self.fleet.faults.len(), start);
        // What goes down at the instant at which a device is switched on is down first.
        for (restart, nth) in self.fleet.restarts.iter().zip(0u16..) {
            let who = match restart.level {
                level if level == unit.level => Party::Platform,
                level if level + 1 == unit.level => Party::Device,
                _ => continue,
            };
            self.agenda.set(restart.at, Pending::Down(who, nth));
        }
        self.agenda.set(start, Pending::Begin);
    }

    /// When in its period the platform of this unit looks for silent devices: alike for all who register there.
    fn check_phase(&self) -> Span {
        let level = self.level();
        let platform = Unit { level: self.unit.level + 1, index: self.unit.index % level.platforms.max(1) };
        let [phase, _] = self.streams.pair(unit_number(platform), Decision::CheckPhase.address());
        Distribution::Uniform { min: Span::ZERO, max: level.mechanism.check_period() }.sample(phase)
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
                self.suppressed = true;
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
                self.agenda
                    .cancel_all(|code| matches!(Pending::decode(code), Pending::Connected(_) | Pending::Broken(_)));
            }
            Party::Platform => self.platform.forget(),
        }
        self.agenda.cancel_all(|code| matches!(Pending::decode(code), Pending::FireOf(of, _) if of == who));
    }

    fn go_down(&mut self, now: Time, who: Party, nth: u16, observer: &mut impl Observer<Fact>) {
        observer.see(now, &Fact::Down { who, held: self.platform.is_online() });
        self.silence(now, who);
        self.agenda.set(self.fleet.restarts[usize::from(nth)].back(), Pending::Back(who, nth));
    }

    /// It is back, unless another restart holds it down.
    fn come_back(&mut self, now: Time, who: Party, nth: u16, observer: &mut impl Observer<Fact>) {
        let level = self.fleet.restarts[usize::from(nth)].level;
        if is_down(self.fleet, level, now) {
            return;
        }
        observer.see(now, &Fact::Back { who });
        self.up[who as usize] = true;
        if who == Party::Device {
            self.input(now, Party::Device, Input::Start, observer);
        }
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
                    let of_it = [Pending::Connected(connection), Pending::Broken(connection)].map(EventCode::from);
                    self.agenda.cancel_all(|it| of_it.contains(&it));
                }
                Action::Send(message, copy) => self.send(now, who, message, copy, observer),
                Action::Set(timer, at) => self.agenda.set(at, Pending::FireOf(who, timer)),
                Action::SetWithin { timer, from, steps, step } => {
                    let nth = &mut self.picks[who as usize];
                    let [pick, _] = self.streams.pair(self.number, pick_address(who as u8, *nth));
                    *nth += 1;
                    let steps = (u128::from(pick) * (u128::from(steps) + 1)) >> 64;
                    self.agenda.set(from + step.times(steps as u64), Pending::FireOf(who, timer));
                }
                Action::Clear(timer) => self.agenda.cancel(Pending::FireOf(who, timer)),
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
        let address = handshake_address(connection, purpose);
        let (level, last) = (self.unit.level, self.level().path.len());
        let (suppressed, of_platform) = (self.suppressed, self.sender(Party::Platform));
        let mut accepted = now;
        let (fleet, sender) = (self.fleet, self.sender(Party::Device));
        let (stands, _) = self.transport().carry_over_connection(
            now,
            sender,
            [0, last],
            address,
            suppressed,
            |transport, there, attempt| {
                let cut = transport.script.cuts(transport.faults, there, of_platform, None);
                if cut || is_down(fleet, level, there) {
                    return None;
                }
                accepted = there;
                transport.carry_alone(there, [last, 0], attempt, address + 256)
            },
        );
        self.connected_to = self.life_at(accepted);
        let outcome = match stands {
            Delivery::Arrives(at) => {
                self.agenda.set(at, Pending::Connected(connection));
                Outcome::Arrives(at)
            }
            Delivery::GivenUp(at) => {
                self.agenda.set(at, Pending::Broken(connection));
                Outcome::Lost(if self.suppressed { Loss::Suppressed } else { Loss::Connection(0) })
            }
        };
        observer.see(now, &Fact::Connecting { connection, purpose, outcome });
    }

    fn connected(&mut self, now: Time, connection: Connection, observer: &mut impl Observer<Fact>) {
        observer.see(now, &Fact::Connected { connection });
        self.input(now, Party::Device, Input::Connected(connection), observer);
    }

    /// The transport of this unit.
    fn transport(&mut self) -> Transport<'_, DeviceTraffic> {
        Transport {
            path: &self.fleet.levels[self.unit.level].path,
            streams: &self.streams,
            number: self.number,
            faults: &self.fleet.faults,
            script: &mut self.script,
            weather: &mut self.weather[self.unit.level],
        }
    }

    fn send(&mut self, now: Time, from: Party, message: Message, copy: u16, observer: &mut impl Observer<Fact>) {
        let place = self.under_way.put(&message, from, from.other(), copy);
        let mark = Mark { sent: now, life: self.lives[from as usize], connected_to: self.connected_to };
        self.under_way.at_mut(place).mark = mark;
        let outcome = self.outcome(now, place);
        observer.see(now, &Fact::Sent { from, message, copy, outcome });
        match outcome {
            Outcome::Arrives(at) => self.agenda.set(at, Pending::Deliver(place)),
            Outcome::Lost(_) | Outcome::Queues(..) => self.under_way.free(place),
        }
        if let Message::Sip(_) = message {
            self.send_copies(now, place, outcome, observer);
        }
    }

    /// Further copies of the SIP message that has this place, or had it last, are under way: the network has made them.
    fn send_copies(&mut self, now: Time, place: u32, outcome: Outcome, observer: &mut impl Observer<Fact>) {
        if let Outcome::Lost(Loss::ByFault(_) | Loss::Suppressed) = outcome {
            return;
        }
        let in_flight = *self.under_way.at(place);
        for nth in 0..self.weather[self.unit.level].copies().len() {
            let arrives = self.weather[self.unit.level].copies()[nth];
            observer.see(now, &Fact::Duplicated { from: in_flight.from, message: in_flight.message, arrives });
            let place = self.under_way.put_again(&in_flight);
            self.agenda.set(arrives, Pending::Deliver(place));
        }
    }

    /// What becomes of the message in this place, sent now.
    fn outcome(&mut self, now: Time, place: u32) -> Outcome {
        let in_flight = *self.under_way.at(place);
        let (message, from) = (in_flight.message, in_flight.from);
        let sender = self.sender(from);
        let is_http = matches!(message, Message::Http(..));
        let faults = &self.fleet.faults;
        // An outage that ends lets TCP's next copy through.
        let over_tcp = |script: &Script| is_http && script.cuts(faults, now, sender, None);
        match self.transport().apply_script(now, sender, &message, over_tcp) {
            Scripted::Lost(fault) => return Outcome::Lost(Loss::ByFault(fault)),
            Scripted::Passes { refused_by, .. } => self.under_way.at_mut(place).refused_by = refused_by,
        }
        if self.suppressed && from == Party::Device {
            return Outcome::Lost(Loss::Suppressed);
        }
        let last = self.level().path.len();
        let ends = match from {
            Party::Device => [0, last],
            Party::Platform => [last, 0],
        };
        let address = unit_message_address(&message, in_flight.copy);
        if !is_http {
            let parcel = Parcel { message: &message, sender, ends, address };
            return match self.transport().carry(now, &parcel, false).outcome {
                // No link of devices has a rate.
                Outcome::Queues(_, at) => Outcome::Arrives(at),
                outcome => outcome,
            };
        }
        let (fleet, level) = (self.fleet, self.unit.level);
        let (delivery, sent) = self.transport().carry_over_connection(now, sender, ends, address, false, |_, at, _| {
            // Who is down acknowledges nothing.
            let lost = from == Party::Device && is_down(fleet, level, at);
            (!lost).then_some(at)
        });
        self.under_way.at_mut(place).mark.sent = sent;
        match delivery {
            Delivery::Arrives(at) => Outcome::Arrives(at),
            Delivery::GivenUp(_) => Outcome::Lost(Loss::Connection(0)),
        }
    }

    fn deliver(&mut self, now: Time, place: u32, observer: &mut impl Observer<Fact>) {
        let in_flight = self.under_way.take(place);
        let (message, from, to) = (in_flight.message, in_flight.from, in_flight.to);
        let Mark { sent, life, connected_to } = in_flight.mark;
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
            if let Some(at) = self.transport().carry_alone(now, [last, 0], 0, reset_address(connection)) {
                self.agenda.set(at, Pending::Broken(connection));
            }
            return;
        }
        observer.see(now, &Fact::Delivered { to, message });
        let input = match in_flight.refused_by.map(|fault| self.fleet.faults[usize::from(fault)].effect) {
            Some(FaultEffect::Refuse(status)) => Input::ReceiveAndRefuse(message, status),
            Some(FaultEffect::Lose | FaultEffect::FailToSend) | None => Input::Receive(message),
        };
        self.input(now, to, input, observer);
    }

    fn draw(&self, decision: Decision) -> [u64; 2] {
        self.streams.pair(self.number, decision.address())
    }
}

/// Whether the platforms of this level are down.
fn is_down(fleet: &Fleet, level: usize, at: Time) -> bool {
    fleet.restarts.iter().any(|restart| restart.level == level && restart.at <= at && at < restart.back())
}

impl Simulated<Fact> for Runner<'_> {
    fn agenda(&mut self) -> &mut Agenda {
        &mut self.agenda
    }

    fn dispatch(&mut self, now: Time, code: EventCode, observer: &mut impl Observer<Fact>) {
        match Pending::decode(code) {
            Pending::Begin => self.start(now, observer),
            Pending::HangUp => self.hang_up(now, observer),
            Pending::Down(who, nth) => self.go_down(now, who, nth, observer),
            Pending::Back(who, nth) => self.come_back(now, who, nth, observer),
            Pending::Connected(connection) => self.connected(now, connection, observer),
            Pending::Broken(connection) => {
                observer.see(now, &Fact::Broken { connection });
                self.input(now, Party::Device, Input::Broken(connection), observer);
            }
            Pending::Deliver(place) => self.deliver(now, place, observer),
            Pending::FireOf(of, timer) => {
                observer.see(now, &Fact::Fired { of, timer });
                self.input(now, of, Input::Fire(timer), observer);
            }
            // Of calls.
            Pending::Fire(..)
            | Pending::ComeBack(_)
            | Pending::Crash(_)
            | Pending::CrashOver(_)
            | Pending::MediaSilent(_)
            | Pending::Weather
            | Pending::Outage { .. }
            | Pending::Request(_)
            | Pending::AtQueue { .. }
            | Pending::Unreachable(_)
            | Pending::SendFailed(_) => {}
        }
    }
}
