//! Ending the call: this side's BYE, the other side's, and both at once.

use super::state::{Agent, Armed, Phase, Pinging};
use crate::sip::ReleaseCause;
use crate::sip::actions::{Actions, Event, Timer};
use crate::sip::message::{Message, Method, Status};
use crate::sip::profile::WhileLeaving;
use crate::sip::session_timer::Session;
use crate::time::{Span, Time};

impl Agent {
    /// Lets go of the session and says BYE: released at this instant, closed when the BYE transaction ends (rule R7).
    /// The callee waits with it for the ACK to its 2xx (rule R8).
    pub(super) fn leave(&mut self, now: Time, cause: ReleaseCause, out: &mut Actions) {
        if self.phase != Phase::Up {
            return;
        }
        let apart = self.unacknowledged.is_some_and(|answer| self.goes_on_after_end(&answer));
        if let Some(answer) = self.unacknowledged.as_mut().filter(|_| !apart) {
            answer.then_leave.get_or_insert(cause);
            return;
        }
        if self.profile.second_bye && cause == ReleaseCause::RefreshTimedOut {
            out.clear(Timer::Refresh);
            self.stop_pinging(out);
        } else {
            self.disarm(now, out);
        }
        self.phase = Phase::Leaving;
        self.say_bye(now, out);
        out.tell(Event::Released(cause));
    }

    pub(super) fn say_bye(&mut self, now: Time, out: &mut Actions) {
        let bye = self.next_request(Method::Bye);
        self.start(now, &bye, out);
    }

    /// The BYE was answered, or nobody answers it.
    pub(super) fn close(&mut self, now: Time, out: &mut Actions) {
        if self.phase == Phase::Leaving {
            self.disarm(now, out);
            self.phase = Phase::Gone;
            out.tell(Event::Closed);
        }
    }

    /// The other side says BYE. Where this side's own is pending, they cross, and each is answered 200 (rule R7); for a
    /// stack that goes on counting until its BYE is answered, the call is over with that.
    pub(super) fn receive_bye(&mut self, now: Time, bye: &Message, out: &mut Actions) {
        if !self.is_in_order(now, bye, out) {
            return;
        }
        self.respond(now, bye, Status::OK, out);
        if self.phase == Phase::Leaving {
            match self.profile.while_leaving {
                WhileLeaving::AcceptAll | WhileLeaving::RefuseOffers => self.close(now, out),
                WhileLeaving::RefuseRefresh | WhileLeaving::RefuseAll => {}
            }
            return;
        }
        self.stop_answering_at_end(out);
        self.disarm(now, out);
        self.phase = Phase::Gone;
        out.tell(Event::Released(ReleaseCause::ByeReceived));
        out.tell(Event::Closed);
    }

    /// The agent has come back from death without memory: it knows no dialog (rule R5) and takes no new call.
    pub fn come_back_blank(&mut self) {
        self.reset(Span::ZERO);
        self.phase = Phase::Gone;
    }

    /// The agent has come back from death and knows its established call, but none of its transactions. Its session
    /// timers are whoever drives it to set again.
    pub fn restart_keeping_dialog(&mut self) {
        let Agent {
            phase,
            unacknowledged,
            changing,
            pinging,
            clients,
            servers,
            // Of the call itself, and settings.
            profile: _,
            element: _,
            faces: _,
            ring_time: _,
            dialog: _,
            schedule: _,
            least: _,
            acknowledgement: _,
            update: _,
            owns_call_id: _,
            failed_refreshes: _,
            fresh: _,
            offers: _,
            overdue: _,
            peer_knows_timer: _,
            begun: _,
        } = self;
        clients.clear();
        servers.clear();
        *unacknowledged = None;
        *changing = None;
        *pinging = Pinging::default();
        if *phase != Phase::Up {
            *phase = Phase::Gone;
        }
    }

    /// Lets go of the session without a BYE.
    pub(super) fn vanish(&mut self, now: Time, cause: ReleaseCause, out: &mut Actions) {
        if self.phase == Phase::Up {
            self.stop_answering_at_end(out);
            self.disarm(now, out);
            self.phase = Phase::Gone;
            out.tell(Event::Released(cause));
            out.tell(Event::Closed);
        }
    }

    #[inline(never)]
    pub(super) fn disarm(&mut self, now: Time, out: &mut Actions) {
        self.stop_pinging(out);
        self.arm(Armed::at(now), Session::Untimed, out);
    }
}
