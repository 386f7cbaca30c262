//! A proxy's pings: OPTIONS to one side or both of a call that it holds, each as from the other side.
//!
//! They have the highest CSeq that the proxy has seen from there, and not the next, which is that side's own: an equal
//! one is in order (rule T8). No interval begins anew with them.

use super::state::{CallState, Proxy};
use crate::sip::ReleaseCause;
use crate::sip::actions::{Actions, Timer};
use crate::sip::agent::judge;
use crate::sip::message::{Message, Method, Side, Status};
use crate::sip::profile::WhenLost;
use crate::time::{Span, Time};

const SIDES: [Side; 2] = [Side::Caller, Side::Callee];

impl Proxy {
    /// Pings are due, or the grace is over. A side whose last ping is unanswered is left out.
    pub(super) fn ping_due(&mut self, now: Time, out: &mut Actions) {
        let (CallState::Held(mut held), Some(pings)) = (self.state, self.profile.calls.and_then(|calls| calls.pings))
        else {
            return;
        };
        if let Some(what) = held.pinging.lost.take() {
            return self.lose(now, what, out);
        }
        out.set(Timer::Ping, now + pings.ping.every);
        for (toward, side) in SIDES.into_iter().zip(0..) {
            if pings.sides[side] && held.pinging.under_way[side].is_none() && self.clients.has_room() {
                let above = u32::from(toward == Side::Caller && held.seqs[1] == 0);
                held.pinging.under_way[side] = Some(self.send_own(now, Method::Options, toward, held, above, out));
            }
        }
        self.state = CallState::Held(held);
    }

    /// Whether `request` is a ping of its own that has waited for a final response until now, when `status` came.
    pub(super) fn take_ping(&mut self, request: &Message, status: Status) -> bool {
        let CallState::Held(held) = &mut self.state else { return false };
        let waits = held.pinging.under_way.iter_mut().find(|waits| **waits == Some(request.branch));
        !status.is_provisional() && waits.is_some_and(|waits| waits.take().is_some())
    }

    /// A ping toward this side has had its final response, or none.
    pub(super) fn ping_answered(&mut self, now: Time, toward: Side, status: Option<Status>, out: &mut Actions) {
        let (CallState::Held(held), Some(pings)) = (&mut self.state, self.profile.calls.and_then(|calls| calls.pings))
        else {
            return;
        };
        let missed = match toward {
            Side::Caller => &mut held.pinging.missed[0],
            Side::Callee => &mut held.pinging.missed[1],
        };
        let Some(what) = judge(&pings.ping, missed, status) else { return };
        if pings.ping.grace == Span::ZERO {
            self.lose(now, what, out);
        } else if held.pinging.lost.is_none() {
            held.pinging.lost = Some(what);
            out.set(Timer::Ping, now + pings.ping.grace);
        }
    }

    /// A side is taken for lost.
    fn lose(&mut self, now: Time, what: WhenLost, out: &mut Actions) {
        let CallState::Held(held) = self.state else { return };
        match what {
            WhenLost::Leave => self.say_bye(now, held, out),
            WhenLost::Vanish => {}
            WhenLost::Nothing => return,
        }
        self.let_go(ReleaseCause::PingFailed, out);
    }
}
