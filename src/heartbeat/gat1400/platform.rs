//! The platform's side: the record of one device.

use super::message::{Message, Request, Response};
use crate::heartbeat::actions::{self, Action, Actions, Connection, Input, Nonce, Timer};
use crate::heartbeat::watch::Watch;
use crate::heartbeat::{Purpose, WatchSettings, rules};
use crate::time::{Span, Time};

/// How a platform refuses what an unregistered device sends (rule G7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// 401.
    Unauthorized,
    /// 200, and a StatusCode in the body.
    InBody,
}

/// How a platform behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlatformSettings {
    /// How it watches its devices (rule G8).
    pub watch: WatchSettings,
    /// How it refuses what an unregistered device sends.
    pub refusal: Refusal,
}

/// A platform toward one device.
#[derive(Clone, Debug)]
pub struct Platform {
    refusal: Refusal,
    watch: Watch,
    /// The nonce that was issued last, and is good for one registration.
    nonce: Option<Nonce>,
    /// How many were issued, before a restart too: none is issued twice.
    issued: u32,
}

impl Platform {
    /// A platform that knows nothing of the device.
    pub fn new(settings: PlatformSettings) -> Platform {
        Platform { refusal: settings.refusal, watch: Watch::new(settings.watch), nonce: None, issued: 0 }
    }

    /// Forgets the device, as a restart without memory does (rule G10).
    pub fn forget(&mut self) {
        self.watch.forget();
        self.nonce = None;
    }

    /// Looks for silent devices at these instants from now on.
    pub fn set_check_phase(&mut self, phase: Span) {
        self.watch.set_check_phase(phase);
    }

    /// Whether it holds the device to be online.
    pub fn is_online(&self) -> bool {
        self.watch.is_online()
    }

    /// Handles one input.
    pub fn handle(&mut self, now: Time, input: Input, out: &mut Actions) {
        match input {
            Input::Receive(actions::Message::Http(connection, Message::Request(request))) => {
                self.receive(now, connection, request, out);
            }
            Input::ReceiveAndRefuse(actions::Message::Http(connection, Message::Request(request)), status) => {
                answer(connection, Response { request, status, code: rules::BODY_REFUSAL, challenge: None }, out);
            }
            Input::Fire(Timer::Check) => self.watch.check(out),
            // The rest is for devices.
            Input::Receive(_) | Input::ReceiveAndRefuse(..) => {}
            Input::Start | Input::Connected(_) | Input::Broken(_) | Input::SignOff | Input::Fire(_) => {}
        }
    }

    fn receive(&mut self, now: Time, connection: Connection, request: Request, out: &mut Actions) {
        let right = Response { request, status: 200, code: rules::BODY_OK, challenge: None };
        let response = match request.purpose {
            // G1: a registration without the digest of the nonce that was issued last is challenged.
            Purpose::Register if request.authorization.is_none() || request.authorization != self.nonce => {
                self.issued += 1;
                self.nonce = Some(Nonce(self.issued));
                Response { status: 401, code: rules::BODY_REFUSAL, challenge: self.nonce, ..right }
            }
            Purpose::Register => {
                self.nonce = None;
                self.watch.register(now, None, out);
                right
            }
            Purpose::Keepalive if self.watch.hear(now, None, out) => right,
            Purpose::UnRegister if self.watch.un_register(out) => right,
            Purpose::Keepalive | Purpose::UnRegister => self.refuse(right),
        };
        answer(connection, response, out);
    }

    /// G7: the device is not registered.
    fn refuse(&self, right: Response) -> Response {
        let status = match self.refusal {
            Refusal::Unauthorized => 401,
            Refusal::InBody => 200,
        };
        Response { status, code: rules::BODY_REFUSAL, ..right }
    }
}

fn answer(connection: Connection, response: Response, out: &mut Actions) {
    out.push(Action::Send(actions::Message::Http(connection, Message::Response(response)), 1));
}
