//! An agent at rest: its session stands or is over, and nothing of it is under way. What it then knows is little, and a
//! million calls are kept by that alone until something happens to them.

use super::{Agent, Dialog, Phase, Pinging, Update};
use crate::sip::message::Method;
use crate::sip::session_timer::{Pace, Session};
use crate::time::Time;

/// What an agent at rest knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AtRest {
    dialog: Dialog,
    session: Session,
    least: Option<u32>,
    /// Of the methods of calls.
    begun: [u32; Method::IN_CALLS.len()],
    update: Update,
    owns_call_id: bool,
    offers: bool,
    failed_refreshes: u8,
    peer_knows_timer: bool,
    /// Whether its call is over.
    gone: bool,
}

impl Agent {
    /// Whether it is at rest, in its call or after it: no request of either side waits for its answer, none of its own is
    /// to be sent, and it needs none of its past transactions. Those only absorb what comes again, so this holds only
    /// while nothing is under way between it and the other side.
    pub fn rests(&self, now: Time) -> bool {
        let busy = !matches!(self.phase, Phase::Up | Phase::Gone)
            || self.unacknowledged.is_some()
            || self.changing.is_some()
            || self.overdue
            || self.pinging != Pinging::default()
            || self.clients.are_busy()
            || self.servers.are_busy()
            || (self.profile.lingers && (self.clients.live(now) || self.servers.live(now)));
        !busy
    }

    /// What it knows, if it is at rest.
    // Inlined, what it knows is written where it will be kept.
    #[inline(always)]
    pub fn at_rest(&self) -> AtRest {
        AtRest {
            dialog: self.dialog,
            session: self.session(),
            least: self.least,
            begun: Method::IN_CALLS.map(|method| self.begun[method as usize]),
            update: self.update,
            owns_call_id: self.owns_call_id,
            offers: self.offers,
            failed_refreshes: self.failed_refreshes,
            peer_knows_timer: self.peer_knows_timer,
            gone: self.phase == Phase::Gone,
        }
    }

    /// An agent of the same profile, whatever it has done, goes on from `rest`.
    pub fn wake(&mut self, rest: &AtRest) {
        self.clients.clear();
        self.servers.clear();
        self.unacknowledged = None;
        self.acknowledgement = None;
        self.changing = None;
        self.overdue = false;
        self.pinging = Pinging::default();
        self.phase = if rest.gone { Phase::Gone } else { Phase::Up };
        self.dialog = rest.dialog;
        if self.session() != rest.session {
            self.pace = Pace::of(rest.session, &self.profile);
        }
        self.least = rest.least;
        for (method, begun) in Method::IN_CALLS.into_iter().zip(rest.begun) {
            self.begun[method as usize] = begun;
        }
        self.update = rest.update;
        self.owns_call_id = rest.owns_call_id;
        self.offers = rest.offers;
        self.failed_refreshes = rest.failed_refreshes;
        self.peer_knows_timer = rest.peer_knows_timer;
    }
}
