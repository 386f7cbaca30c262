//! GB/T 28181: registration and keepalive over SIP (rules B1 to B7).
//!
//! REGISTER with digest, then a MESSAGE with CmdType Keepalive every interval, each in a client transaction of its own: the very
//! transactions of calls, so that over UDP a keepalive has up to eleven copies.

mod device;
mod message;
mod platform;

pub use device::{Device, DeviceSettings};
pub use message::{Message, RegisterFields};
pub use platform::{Platform, PlatformSettings};

use super::actions::{self, Action, Actions, Timer};
use crate::sip;

/// Moves what the SIP transactions want done into `out`, with the fields that each REGISTER and its answers carry.
fn hand_over(from: &mut sip::Actions, out: &mut Actions, fields: impl Fn(&sip::Message) -> Option<RegisterFields>) {
    for action in from.as_slice() {
        match *action {
            sip::Action::Send { message, copy } => {
                let message = Message { register: fields(&message), sip: message };
                out.push(Action::Send(actions::Message::Sip(message), copy));
            }
            sip::Action::Set(timer, at) => out.set(Timer::Sip(timer), at),
            sip::Action::Clear(timer) => out.clear(Timer::Sip(timer)),
            sip::Action::SetWithin { timer, from, steps, step } => {
                out.push(Action::SetWithin { timer: Timer::Sip(timer), from, steps, step });
            }
            // Transactions tell nothing.
            sip::Action::Tell(_) => {}
        }
    }
    from.forget();
}
