//! What goes into a machine, and what it wants done.

use super::{Purpose, gat1400, gb28181};
use crate::sip;
use crate::time::{Span, Time};

/// A TCP connection of a device to its platform, numbered from 1 in the order in which the device opened them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Connection(pub u32);

/// A nonce of a digest challenge: whoever answers with the one that was issued last knows the password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nonce(pub u32);

/// A message of either mechanism.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Message {
    /// Of GA/T 1400: HTTP over the connection of this number.
    Http(Connection, gat1400::Message),
    /// Of GB/T 28181: SIP.
    Sip(gb28181::Message),
}

impl Message {
    /// What the request is for, or that of the request that it answers.
    pub fn purpose(&self) -> Purpose {
        match self {
            Message::Http(_, message) => message.request().purpose,
            Message::Sip(message) => message.purpose(),
        }
    }

    /// The status of a response.
    pub fn status(&self) -> Option<u16> {
        match self {
            Message::Http(_, gat1400::Message::Request(_)) => None,
            Message::Http(_, gat1400::Message::Response(response)) => Some(response.status),
            Message::Sip(message) => message.sip.status().map(|status| status.0),
        }
    }

    /// Its length on the wire above TCP or UDP, in bytes.
    pub fn bytes(&self) -> u32 {
        match self {
            Message::Http(_, message) => message.bytes(),
            Message::Sip(message) => message.bytes(),
        }
    }
}

/// What happens to a machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// The device is switched on.
    Start,
    /// The connection that it asked for stands.
    Connected(Connection),
    /// A connection is gone: reset by the other side, or given up.
    Broken(Connection),
    /// A message has come.
    Receive(Message),
    /// A request has come that the platform refuses with this status whatever it is, by script.
    ReceiveAndRefuse(Message, u16),
    /// A timer has fired.
    Fire(Timer),
    /// The user of the device switches it off.
    SignOff,
}

/// A timer of a machine. Each is pending at most once; setting it again moves it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timer {
    /// The next keepalive is due.
    Keepalive,
    /// The connection does not come to stand in time.
    ConnectTimeout,
    /// No response has come in time.
    ResponseTimeout,
    /// A request is to be sent again, or a registration to be tried anew.
    Again,
    /// GB/T 28181: the registration is to be renewed before it expires.
    Renew,
    /// The platform looks whether the silence has lasted too long.
    Check,
    /// Of a SIP transaction.
    Sip(sip::Timer),
}

/// Why a device counts as disconnected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// Its request was refused.
    Refused,
    /// So many requests in a row went without a response that it stops believing.
    TimedOut,
}

/// News of a machine for whoever drives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// Device: it is registered.
    Registered,
    /// Device: its keepalive was answered as it should.
    KeptAlive,
    /// Device: a request timed out, and will be sent again.
    TimedOut,
    /// Device: it counts as disconnected, and registers anew.
    Disconnected(Wrong),
    /// Device: it has nothing to do with the platform any more.
    SignedOff,
    /// Platform: the device is registered, or back.
    Online,
    /// Platform: the device was silent for too long.
    Offline,
    /// Platform: the device has un-registered.
    UnRegistered,
    /// Platform: a request of an unregistered device was refused.
    Refused,
}

/// One thing to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Open this connection, for a request of this purpose.
    Connect(Connection, Purpose),
    /// Close this connection; it may be gone already.
    Close(Connection),
    /// Send a message: for the nth time, from 1.
    Send(Message, u16),
    /// Set a timer, or move it.
    Set(Timer, Time),
    /// Set a timer to an instant that chance picks, each step alike.
    SetWithin {
        /// The timer.
        timer: Timer,
        /// The earliest instant.
        from: Time,
        /// How many steps after it the latest is.
        steps: u32,
        /// The length of a step.
        step: Span,
    },
    /// Cancel a timer; it may not be pending.
    Clear(Timer),
    /// Tell whoever drives the machine.
    Tell(Event),
}

/// What devices and platforms want done.
pub type Actions = sip::Buffer<Action>;

/// The step of a jittered timer.
const JITTER_STEP: Span = Span::from_millis(1);

impl Actions {
    pub(super) fn set(&mut self, timer: Timer, at: Time) {
        self.push(Action::Set(timer, at));
    }

    /// Sets `timer` to `wait` after `from`, sooner or later by at most `jitter`, every millisecond alike.
    pub(super) fn set_jittered(&mut self, timer: Timer, from: Time, wait: Span, jitter: Span) {
        let jitter = jitter.min(wait);
        let steps = jitter.times(2).as_nanos() / JITTER_STEP.as_nanos();
        if steps == 0 {
            return self.set(timer, from + wait);
        }
        let steps = u32::try_from(steps).unwrap_or(u32::MAX);
        self.push(Action::SetWithin { timer, from: from + (wait - jitter), steps, step: JITTER_STEP });
    }

    pub(super) fn clear(&mut self, timer: Timer) {
        self.push(Action::Clear(timer));
    }

    pub(super) fn tell(&mut self, event: Event) {
        self.push(Action::Tell(event));
    }
}
