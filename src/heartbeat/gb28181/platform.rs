//! The platform's side: the record of one device.

use super::Message;
use super::from_sip::hand_over;
use super::message::RegisterFields;
use crate::heartbeat::WatchSettings;
use crate::heartbeat::actions::{self, Actions, Input, Nonce, Timer};
use crate::heartbeat::watch::Watch;
use crate::sip::{self, BaseTimers, Method, Refusal, ServerMatch, Servers, Status, Tag};
use crate::time::{Span, Time};

/// The platform's tag.
const TAG: Tag = Tag::of(1, 1);

/// How a platform behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlatformSettings {
    /// How it watches its devices (rule B4).
    pub watch: WatchSettings,
    /// Base timers of its transactions.
    pub timers: BaseTimers,
}

/// A platform toward one device.
#[derive(Clone, Debug)]
pub struct Platform {
    timers: BaseTimers,
    watch: Watch,
    servers: Servers,
    /// The nonce that was issued last, and whether it is still good for a registration.
    nonce: Option<Nonce>,
    fresh: bool,
    /// How many were issued, before a restart too: none is issued twice.
    issued: u32,
    /// The Expires that was granted last, in seconds.
    expires_s: u32,
    transactions: sip::Actions,
}

impl Platform {
    /// A platform that knows nothing of the device.
    pub fn new(settings: PlatformSettings) -> Platform {
        Platform {
            timers: settings.timers,
            watch: Watch::new(settings.watch),
            servers: Servers::default(),
            nonce: None,
            fresh: false,
            issued: 0,
            expires_s: 0,
            transactions: sip::Actions::new(),
        }
    }

    /// Forgets the device and all transactions, as a restart without memory does (rule B7).
    pub fn forget(&mut self) {
        self.watch.forget();
        self.servers.clear();
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
            Input::Receive(actions::Message::Sip(request)) => {
                let new = self.servers.receive(now, &request.sip, &self.timers, &mut self.transactions);
                if new == ServerMatch::New {
                    let status = self.judge(now, &request, out);
                    let response = request.sip.response(status, TAG);
                    self.servers.respond(now, &request.sip, &response, &self.timers, &mut self.transactions);
                }
            }
            Input::ReceiveAndRefuse(actions::Message::Sip(request), status) => {
                let refusal = Refusal { status: Status(status), retry_after_s: None, min_se: None };
                self.servers.receive_and_refuse(now, &request.sip, TAG, refusal, &self.timers, &mut self.transactions);
            }
            Input::Fire(Timer::Check) => self.watch.check(out),
            // The rest is for devices.
            Input::Receive(_) | Input::ReceiveAndRefuse(..) => {}
            Input::Start | Input::Connected(_) | Input::Broken(_) | Input::SignOff | Input::Fire(_) => {}
        }
        let (nonce, expires_s) = (self.nonce, self.expires_s);
        hand_over(&mut self.transactions, out, |response| {
            let challenge = nonce.filter(|_| response.status() == Some(Status(401)));
            (response.method == Method::Register).then_some(RegisterFields { expires_s, nonce: challenge })
        });
    }

    /// The status that a new request is answered.
    fn judge(&mut self, now: Time, request: &Message, out: &mut Actions) -> Status {
        let most = Span::from_secs(self.expires_s.into());
        let Some(RegisterFields { expires_s, nonce }) = request.register else {
            // B5: a keepalive of an unregistered device is refused.
            return if self.watch.hear(now, Some(most), out) { Status::OK } else { Status(403) };
        };
        self.expires_s = expires_s;
        // B1: a registration without the digest of the nonce that was issued last is challenged.
        if nonce.is_none() || nonce != self.nonce || !self.fresh {
            self.issued += 1;
            (self.nonce, self.fresh) = (Some(Nonce(self.issued)), true);
            return Status(401);
        }
        self.fresh = false;
        if expires_s == 0 {
            self.watch.un_register(out);
        } else {
            self.watch.register(now, Some(Span::from_secs(expires_s.into())), out);
        }
        Status::OK
    }
}
