//! The device's side.

use super::Message;
use super::from_sip::hand_over;
use super::message::RegisterFields;
use crate::heartbeat::actions::{self, Actions, Event, Input, Nonce, Timer, Wrong};
use crate::heartbeat::rules;
use crate::sip::{self, BaseTimers, Branch, Clients, Method, Reaction, Status, Tag};
use crate::time::{Span, Time};

/// How a device behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeviceSettings {
    /// From the sending of one keepalive to the next, answered or not (rule B2).
    pub interval: Span,
    /// How much sooner or later, at most.
    pub jitter: Span,
    /// How many requests in a row may time out before it counts as disconnected (rule B3); `None`: any number.
    pub tries: Option<u32>,
    /// From a registration that failed to the next.
    pub register_gap: Span,
    /// The Expires that it asks for, in seconds (rule B1).
    pub expires_s: u32,
    /// Base timers of its transactions.
    pub timers: BaseTimers,
}

impl DeviceSettings {
    /// As the standard has it.
    pub const STANDARD: DeviceSettings = DeviceSettings {
        interval: rules::GB28181_INTERVAL,
        jitter: Span::ZERO,
        tries: Some(rules::GB28181_MISSES),
        register_gap: Span::from_secs(30),
        expires_s: rules::GB28181_EXPIRES_S,
        timers: BaseTimers::RFC,
    };
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Not switched on, or gone.
    Off,
    /// Not registered.
    Registering,
    /// Registered.
    Registered,
    /// Saying that it goes.
    SigningOff,
}

/// A device.
#[derive(Clone, Debug)]
pub struct Device {
    settings: DeviceSettings,
    phase: Phase,
    clients: Clients,
    /// What the REGISTER under way carries.
    fields: RegisterFields,
    /// How often it was challenged in a row.
    challenges: u8,
    cseq: u32,
    /// Requests begun: REGISTER, MESSAGE.
    begun: [u32; 2],
    /// How many requests in a row have timed out.
    timed_out: u32,
    transactions: sip::Actions,
}

impl Device {
    /// A device that is switched off.
    pub fn new(settings: DeviceSettings) -> Device {
        Device {
            settings,
            phase: Phase::Off,
            clients: Clients::default(),
            fields: RegisterFields { expires_s: settings.expires_s, nonce: None },
            challenges: 0,
            cseq: 0,
            begun: [0; 2],
            timed_out: 0,
            transactions: sip::Actions::new(),
        }
    }

    /// Whether it counts itself as registered.
    pub fn is_registered(&self) -> bool {
        self.phase == Phase::Registered
    }

    /// Switched off at once: it forgets everything but the numbers of what it sent.
    pub fn switch_off(&mut self) {
        self.phase = Phase::Off;
        self.clients.clear();
        (self.challenges, self.timed_out) = (0, 0);
    }

    /// Handles one input.
    pub fn handle(&mut self, now: Time, input: Input, out: &mut Actions) {
        match input {
            Input::Start | Input::Fire(Timer::Again) => self.register(now, out),
            Input::Receive(actions::Message::Sip(response)) => self.answered(now, &response, out),
            Input::Fire(Timer::Sip(sip::Timer::ClientRetransmit(slot))) => {
                self.clients.retransmit(now, slot, &self.settings.timers, &mut self.transactions);
                self.hand_over(out);
            }
            Input::Fire(Timer::Sip(sip::Timer::ClientTimeout(slot))) => {
                let request = self.clients.time_out(slot);
                if let Some(request) = request {
                    self.no_answer(now, request.method, out);
                }
            }
            Input::Fire(Timer::Keepalive) => self.keep_alive(now, out),
            // B1: the registration is renewed before it expires.
            Input::Fire(Timer::Renew) => self.ask(now, self.settings.expires_s, None, out),
            Input::SignOff => self.sign_off(now, out),
            // What concerns connections and platforms.
            Input::Receive(_) | Input::ReceiveAndRefuse(..) | Input::Connected(_) | Input::Broken(_) => {}
            Input::Fire(Timer::ConnectTimeout | Timer::ResponseTimeout | Timer::Check | Timer::Sip(_)) => {}
        }
    }

    fn register(&mut self, now: Time, out: &mut Actions) {
        self.phase = Phase::Registering;
        self.challenges = 0;
        self.ask(now, self.settings.expires_s, None, out);
    }

    /// Sends a REGISTER.
    fn ask(&mut self, now: Time, expires_s: u32, nonce: Option<Nonce>, out: &mut Actions) {
        self.fields = RegisterFields { expires_s, nonce };
        self.begin(now, Method::Register, out);
    }

    fn keep_alive(&mut self, now: Time, out: &mut Actions) {
        self.begin(now, Method::Message, out);
        out.set_jittered(Timer::Keepalive, now, self.settings.interval, self.settings.jitter);
    }

    /// Begins a transaction.
    fn begin(&mut self, now: Time, method: Method, out: &mut Actions) {
        let ordinal = &mut self.begun[usize::from(method == Method::Message)];
        let branch = Branch { element: 0, method, ordinal: *ordinal };
        *ordinal += 1;
        self.cseq += 1;
        let request = sip::Message::request(method, branch, self.cseq, Tag::of(0, 1), Tag::NONE);
        let timers = self.settings.timers;
        self.clients.start(now, &request, timers.t1, &timers, &mut self.transactions);
        self.hand_over(out);
    }

    fn hand_over(&mut self, out: &mut Actions) {
        let fields = self.fields;
        hand_over(&mut self.transactions, out, |message| (message.method == Method::Register).then_some(fields));
    }

    fn answered(&mut self, now: Time, response: &Message, out: &mut Actions) {
        let reaction = self.clients.respond(now, &response.sip, &self.settings.timers, &mut self.transactions);
        self.hand_over(out);
        let (Reaction::Answered(request), Some(status)) = (reaction, response.sip.status()) else { return };
        if status.is_provisional() {
            return;
        }
        self.timed_out = 0;
        match (request.method, self.phase) {
            (Method::Register, phase) => self.register_answered(now, phase, status, response.register, out),
            (_, Phase::Registered) if status.is_success() => out.tell(Event::KeptAlive),
            // B5: refused, it is disconnected and registers anew.
            (_, Phase::Registered) => self.disconnected(now, Wrong::Refused, out),
            (_, Phase::Off | Phase::Registering | Phase::SigningOff) => {}
        }
    }

    fn register_answered(
        &mut self,
        now: Time,
        phase: Phase,
        status: Status,
        fields: Option<RegisterFields>,
        out: &mut Actions,
    ) {
        let challenge = fields.and_then(|fields| fields.nonce).filter(|_| status == Status(401));
        match (phase, challenge) {
            (Phase::Off, _) => {}
            // B1: the same again, with the digest of the nonce.
            (_, Some(nonce)) if self.challenges < rules::MOST_CHALLENGES => {
                self.challenges += 1;
                self.ask(now, self.fields.expires_s, Some(nonce), out);
            }
            (Phase::SigningOff, _) => self.gone(out),
            (Phase::Registering | Phase::Registered, _) if status.is_success() => {
                self.challenges = 0;
                let granted = fields.map_or(self.settings.expires_s, |fields| fields.expires_s);
                out.set(Timer::Renew, now + Span::from_secs(granted.into()).divided_by(2));
                if phase == Phase::Registering {
                    self.phase = Phase::Registered;
                    out.tell(Event::Registered);
                    out.set_jittered(Timer::Keepalive, now, self.settings.interval, self.settings.jitter);
                }
            }
            (Phase::Registering, _) => out.set(Timer::Again, now + self.settings.register_gap),
            (Phase::Registered, _) => self.disconnected(now, Wrong::Refused, out),
        }
    }

    fn no_answer(&mut self, now: Time, method: Method, out: &mut Actions) {
        out.tell(Event::TimedOut);
        self.timed_out = self.timed_out.saturating_add(1);
        match (self.phase, method) {
            (Phase::Registering, Method::Register) => out.set(Timer::Again, now + self.settings.register_gap),
            (Phase::SigningOff, Method::Register) => self.gone(out),
            // B3: it stops believing.
            (Phase::Registered, _) if self.settings.tries.is_some_and(|tries| self.timed_out >= tries) => {
                self.disconnected(now, Wrong::TimedOut, out);
            }
            (Phase::Registered, Method::Register) => out.set(Timer::Renew, now + self.settings.register_gap),
            (Phase::Registered | Phase::Registering | Phase::SigningOff | Phase::Off, _) => {}
        }
    }

    fn disconnected(&mut self, now: Time, why: Wrong, out: &mut Actions) {
        self.timed_out = 0;
        out.clear(Timer::Keepalive);
        out.clear(Timer::Renew);
        out.tell(Event::Disconnected(why));
        self.register(now, out);
    }

    /// B6: a REGISTER with Expires 0, if it is registered.
    fn sign_off(&mut self, now: Time, out: &mut Actions) {
        for timer in [Timer::Keepalive, Timer::Again, Timer::Renew] {
            out.clear(timer);
        }
        self.challenges = 0;
        if self.is_registered() {
            self.phase = Phase::SigningOff;
            self.ask(now, 0, None, out);
        } else {
            self.gone(out);
        }
    }

    fn gone(&mut self, out: &mut Actions) {
        self.phase = Phase::Off;
        out.tell(Event::SignedOff);
    }
}
