//! The actions of SIP transactions as actions of devices and platforms.

use super::message::{Message, RegisterFields};
use crate::heartbeat::actions::{self, Action, Actions, Timer};
use crate::sip;

/// Moves what the SIP transactions want done into `out`, with the fields that each REGISTER and its answers carry.
pub(super) fn hand_over(
    from: &mut sip::Actions,
    out: &mut Actions,
    fields: impl Fn(&sip::Message) -> Option<RegisterFields>,
) {
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
