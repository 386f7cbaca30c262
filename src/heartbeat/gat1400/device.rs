//! The device's cycle.

use super::message::{Message, Request, Response};
use crate::heartbeat::actions::{self, Actions, Connection, Event, Input, Nonce, Timer, Wrong};
use crate::heartbeat::{Purpose, rules};
use crate::time::{Span, Time};

/// What a device does about a keepalive that timed out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AfterTimeout {
    /// Sends it again, after the retry gap (rule G5).
    Again,
    /// Waits for the next.
    Next,
}

/// How a device behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeviceSettings {
    /// From the sending of one keepalive to the next (rule G4).
    pub interval: Span,
    /// How much sooner or later, at most.
    pub jitter: Span,
    /// How long it waits for a connection (rule G5).
    pub connect_timeout: Span,
    /// How long it waits for a response (rule G5).
    pub response_timeout: Span,
    /// Whether it keeps its connection for the next request.
    pub keeps_connection: bool,
    /// What it does about a keepalive that timed out.
    pub after_timeout: AfterTimeout,
    /// From a time-out to the sending again.
    pub retry_gap: Span,
    /// How much sooner or later, at most.
    pub retry_jitter: Span,
    /// How many keepalives in a row may time out before it counts as disconnected; `None`: any number.
    pub tries: Option<u32>,
    /// From a refused registration to the next.
    pub register_gap: Span,
    /// Sends a keepalive this often before it registers, until the platform answers (rule G3).
    pub early_keepalive: Option<Span>,
    /// How many times it sends its UnRegister before it goes all the same (rule G9).
    pub sign_off_tries: u32,
}

impl DeviceSettings {
    /// GA/T 1400 as the implementations have it: 90 s, no jitter, 3 s time-outs, a connection for each request.
    pub const STANDARD: DeviceSettings = DeviceSettings {
        interval: rules::GAT1400_INTERVAL,
        jitter: Span::ZERO,
        connect_timeout: rules::HTTP_TIMEOUT,
        response_timeout: rules::HTTP_TIMEOUT,
        keeps_connection: false,
        after_timeout: AfterTimeout::Again,
        retry_gap: Span::ZERO,
        retry_jitter: Span::ZERO,
        tries: None,
        register_gap: Span::from_secs(30),
        early_keepalive: None,
        sign_off_tries: 3,
    };
}

/// Where in the cycle it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Not switched on, or gone.
    Off,
    /// Not registered, and asking by keepalives whether anybody is there (rule G3).
    Early,
    /// Not registered; challenged so often in a row.
    Registering { challenges: u8 },
    /// Registered.
    Registered,
    /// Saying that it goes.
    SigningOff,
}

/// The request that is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Exchange {
    request: Request,
    connection: Connection,
    /// Whether the connection stands, and the request was sent.
    sent: bool,
    /// Whether the connection had carried a request before.
    reused: bool,
    /// When the request was first due to be sent.
    begun: Time,
}

/// A device, or a platform toward the platform above it.
#[derive(Clone, Debug)]
pub struct Device {
    settings: DeviceSettings,
    phase: Phase,
    exchange: Option<Exchange>,
    /// A connection that stands and carries nothing.
    idle: Option<Connection>,
    /// The request to be sent again.
    again: Option<Request>,
    /// Connections opened.
    opened: u32,
    /// Requests begun, by purpose.
    begun: [u32; Purpose::ALL.len()],
    /// How many requests in a row have timed out.
    timed_out: u32,
}

impl Device {
    /// A device that is switched off.
    pub fn new(settings: DeviceSettings) -> Device {
        Device {
            settings,
            phase: Phase::Off,
            exchange: None,
            idle: None,
            again: None,
            opened: 0,
            begun: [0; Purpose::ALL.len()],
            timed_out: 0,
        }
    }

    /// Whether it counts itself as registered.
    pub fn is_registered(&self) -> bool {
        self.phase == Phase::Registered
    }

    /// Switched off at once: it forgets everything but the numbers of what it sent.
    pub fn switch_off(&mut self) {
        self.phase = Phase::Off;
        (self.exchange, self.idle, self.again, self.timed_out) = (None, None, None, 0);
    }

    /// Handles one input.
    pub fn handle(&mut self, now: Time, input: Input, out: &mut Actions) {
        match input {
            Input::Start => match self.settings.early_keepalive {
                Some(_) => {
                    self.phase = Phase::Early;
                    self.begin(now, Purpose::Keepalive, None, out);
                }
                None => self.register(now, out),
            },
            Input::Connected(connection) => self.connected(now, connection, out),
            Input::Broken(connection) => self.broken(now, connection, out),
            Input::Receive(actions::Message::Http(connection, Message::Response(response))) => {
                self.answered(now, connection, &response, out);
            }
            Input::Fire(Timer::ConnectTimeout | Timer::ResponseTimeout) => self.no_answer(now, out),
            Input::Fire(Timer::Again) => self.again(now, out),
            Input::Fire(Timer::Keepalive) => self.begin(now, Purpose::Keepalive, None, out),
            Input::SignOff => self.sign_off(now, out),
            // Requests are for platforms, and these timers are not its own.
            Input::Receive(_) | Input::ReceiveAndRefuse(..) => {}
            Input::Fire(Timer::Renew | Timer::Check | Timer::Sip(_)) => {}
        }
    }

    /// Registers, at first without Authorization (rule G1).
    fn register(&mut self, now: Time, out: &mut Actions) {
        self.phase = Phase::Registering { challenges: 0 };
        self.begin(now, Purpose::Register, None, out);
    }

    /// Begins a request.
    fn begin(&mut self, now: Time, purpose: Purpose, authorization: Option<Nonce>, out: &mut Actions) {
        let ordinal = self.begun[purpose as usize];
        self.begun[purpose as usize] += 1;
        self.send(now, Request { purpose, ordinal, attempt: 1, authorization }, out);
    }

    /// Sends a request over the connection that stands, or over a new one.
    fn send(&mut self, now: Time, request: Request, out: &mut Actions) {
        match self.idle.take() {
            Some(connection) => {
                self.exchange = Some(Exchange { request, connection, sent: true, reused: true, begun: now });
                self.put(now, connection, request, out);
            }
            None => {
                self.opened += 1;
                let connection = Connection(self.opened);
                self.exchange = Some(Exchange { request, connection, sent: false, reused: false, begun: now });
                out.push(actions::Action::Connect(connection, request.purpose));
                out.set(Timer::ConnectTimeout, now + self.settings.connect_timeout);
            }
        }
    }

    fn put(&mut self, now: Time, connection: Connection, request: Request, out: &mut Actions) {
        out.push(actions::Action::Send(actions::Message::Http(connection, Message::Request(request)), request.attempt));
        out.set(Timer::ResponseTimeout, now + self.settings.response_timeout);
    }

    fn connected(&mut self, now: Time, connection: Connection, out: &mut Actions) {
        let Some(exchange) = self.exchange.as_mut().filter(|it| it.connection == connection && !it.sent) else {
            return;
        };
        exchange.sent = true;
        let request = exchange.request;
        out.clear(Timer::ConnectTimeout);
        self.put(now, connection, request, out);
    }

    /// A kept connection that turns out to be dead costs a new one and no time; one that was just opened counts as a
    /// time-out.
    fn broken(&mut self, now: Time, connection: Connection, out: &mut Actions) {
        self.idle = self.idle.filter(|idle| *idle != connection);
        let Some(exchange) = self.exchange.filter(|it| it.connection == connection) else { return };
        if exchange.reused {
            self.exchange = None;
            out.clear(Timer::ResponseTimeout);
            self.send_again(now, exchange.request, out);
        } else {
            self.no_answer(now, out);
        }
    }

    fn answered(&mut self, now: Time, connection: Connection, response: &Response, out: &mut Actions) {
        let own = |it: &Exchange| it.connection == connection && it.sent && it.request == response.request;
        let Some(exchange) = self.exchange.filter(own) else { return };
        self.exchange = None;
        self.timed_out = 0;
        out.clear(Timer::ResponseTimeout);
        if self.settings.keeps_connection && self.phase != Phase::SigningOff {
            self.idle = Some(connection);
        } else {
            out.push(actions::Action::Close(connection));
        }
        match (self.phase, response.is_right()) {
            (Phase::Early, true) | (Phase::Registering { .. }, true) => {
                self.phase = Phase::Registered;
                out.tell(Event::Registered);
                self.wait_for_next(now, out);
            }
            (Phase::Registered, true) => {
                out.tell(Event::KeptAlive);
                self.wait_for_next(exchange.begun, out);
            }
            // G2: refused, it is disconnected and registers anew.
            (Phase::Registered, false) => {
                out.tell(Event::Disconnected(Wrong::Refused));
                self.register(now, out);
            }
            (Phase::Early, false) => self.register(now, out),
            (Phase::Registering { challenges }, false) => match response.challenge {
                // G1: the same again, with the digest of the nonce.
                Some(nonce) if challenges < rules::MOST_CHALLENGES => {
                    self.phase = Phase::Registering { challenges: challenges + 1 };
                    self.begin(now, Purpose::Register, Some(nonce), out);
                }
                Some(_) | None => out.set(Timer::Again, now + self.settings.register_gap),
            },
            (Phase::SigningOff, _) => self.gone(out),
            (Phase::Off, _) => {}
        }
    }

    /// No connection, or no response, in time.
    fn no_answer(&mut self, now: Time, out: &mut Actions) {
        let Some(exchange) = self.exchange.take() else { return };
        out.clear(if exchange.sent { Timer::ResponseTimeout } else { Timer::ConnectTimeout });
        out.push(actions::Action::Close(exchange.connection));
        out.tell(Event::TimedOut);
        self.timed_out = self.timed_out.saturating_add(1);
        let request = exchange.request;
        let DeviceSettings { retry_gap, retry_jitter, .. } = self.settings;
        match self.phase {
            Phase::Registered if self.settings.tries.is_some_and(|tries| self.timed_out >= tries) => {
                self.timed_out = 0;
                out.tell(Event::Disconnected(Wrong::TimedOut));
                self.register(now, out);
            }
            Phase::Registered if self.settings.after_timeout == AfterTimeout::Next => {
                self.wait_for_next(exchange.begun, out)
            }
            Phase::SigningOff if self.timed_out >= self.settings.sign_off_tries => self.gone(out),
            // G5: the same again.
            Phase::Registered | Phase::Registering { .. } | Phase::SigningOff => {
                self.again = Some(request);
                out.set_jittered(Timer::Again, now, retry_gap, retry_jitter);
            }
            Phase::Early => {
                self.again = Some(request);
                let every = self.settings.early_keepalive.unwrap_or(rules::EARLY_KEEPALIVE);
                out.set(Timer::Again, (exchange.begun + every).max(now));
            }
            Phase::Off => {}
        }
    }

    /// The request that timed out once more; a refused registration anew.
    fn again(&mut self, now: Time, out: &mut Actions) {
        match self.again.take() {
            Some(request) => self.send_again(now, request, out),
            None => self.register(now, out),
        }
    }

    fn send_again(&mut self, now: Time, request: Request, out: &mut Actions) {
        self.send(now, Request { attempt: request.attempt.saturating_add(1), ..request }, out);
    }

    /// The next keepalive is due an interval after `from` (rule G4).
    fn wait_for_next(&mut self, from: Time, out: &mut Actions) {
        out.set_jittered(Timer::Keepalive, from, self.settings.interval, self.settings.jitter);
    }

    /// Says that it goes, if it is registered; it drops what is under way (rule G9).
    fn sign_off(&mut self, now: Time, out: &mut Actions) {
        for timer in [Timer::Keepalive, Timer::Again, Timer::ConnectTimeout, Timer::ResponseTimeout] {
            out.clear(timer);
        }
        if let Some(exchange) = self.exchange.take() {
            out.push(actions::Action::Close(exchange.connection));
        }
        (self.again, self.timed_out) = (None, 0);
        if self.is_registered() {
            self.phase = Phase::SigningOff;
            self.begin(now, Purpose::UnRegister, None, out);
        } else {
            self.gone(out);
        }
    }

    fn gone(&mut self, out: &mut Actions) {
        if let Some(connection) = self.idle.take() {
            out.push(actions::Action::Close(connection));
        }
        self.phase = Phase::Off;
        out.tell(Event::SignedOff);
    }
}
