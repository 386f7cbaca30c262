//! An agent at rest: its session stands or is over, and nothing of it is under way. What it then knows is little, and a
//! million calls are kept by that alone until something happens to them.

use super::state::{Agent, Dialog, Phase, Pinging, Update};
use crate::sip::message::Method;
use crate::sip::session_timer::{RefreshSchedule, Session};
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
    fresh: bool,
    failed_refreshes: u8,
    peer_knows_timer: bool,
    /// Whether its call is over.
    gone: bool,
}

impl Agent {
    /// Whether it is at rest, in its call or after it: no request of either side waits for its answer, none of its own
    /// is to be sent, and it needs none of its past transactions. Those only absorb what comes again, so this holds
    /// only while nothing is under way between it and the other side.
    pub fn rests(&self, now: Time) -> bool {
        let busy = !matches!(self.phase, Phase::Up | Phase::Gone)
            || self.unacknowledged.is_some()
            || self.changing.is_some()
            || self.overdue
            || self.pinging != Pinging::default()
            || self.clients.are_busy()
            || self.servers.are_busy()
            || (self.profile.dialog_outlives_bye && (self.clients.live(now) || self.servers.live(now)));
        !busy
    }

    /// What it knows, if it is at rest.
    // Inlined, what it knows is written where it will be kept.
    #[inline(always)]
    pub fn at_rest(&self) -> AtRest {
        let Agent {
            // Settings, which whoever wakes it has.
            profile: _,
            element: _,
            faces: _,
            ring_time: _,
            phase,
            dialog,
            schedule,
            least,
            // What an agent at rest has none of, or needs no more.
            unacknowledged: _,
            acknowledgement: _,
            changing: _,
            overdue: _,
            pinging: _,
            clients: _,
            servers: _,
            update,
            owns_call_id,
            failed_refreshes,
            fresh,
            offers,
            peer_knows_timer,
            begun,
        } = self;
        AtRest {
            dialog: *dialog,
            session: schedule.session(),
            least: *least,
            begun: Method::IN_CALLS.map(|method| begun[method as usize]),
            update: *update,
            owns_call_id: *owns_call_id,
            offers: *offers,
            fresh: *fresh,
            failed_refreshes: *failed_refreshes,
            peer_knows_timer: *peer_knows_timer,
            gone: *phase == Phase::Gone,
        }
    }

    /// An agent of the same settings, whatever it has done, goes on from `rest`.
    pub fn wake(&mut self, rest: &AtRest) {
        let Agent {
            profile,
            element: _,
            faces: _,
            // Nobody rings any more.
            ring_time: _,
            phase,
            dialog,
            schedule,
            least,
            unacknowledged,
            acknowledgement,
            changing,
            overdue,
            pinging,
            clients,
            servers,
            update,
            owns_call_id,
            failed_refreshes,
            fresh,
            offers,
            peer_knows_timer,
            begun,
        } = self;
        clients.clear();
        servers.clear();
        *unacknowledged = None;
        *acknowledgement = None;
        *changing = None;
        *overdue = false;
        *pinging = Pinging::default();
        let AtRest {
            dialog: kept_dialog,
            session: kept_session,
            least: kept_least,
            begun: kept_begun,
            update: kept_update,
            owns_call_id: kept_owns_call_id,
            offers: kept_offers,
            fresh: kept_fresh,
            failed_refreshes: kept_failed_refreshes,
            peer_knows_timer: kept_peer_knows_timer,
            gone,
        } = rest;
        *phase = if *gone { Phase::Gone } else { Phase::Up };
        *dialog = *kept_dialog;
        if schedule.session() != *kept_session {
            *schedule = RefreshSchedule::of(*kept_session, profile);
        }
        *least = *kept_least;
        for (method, kept) in Method::IN_CALLS.into_iter().zip(kept_begun) {
            begun[method as usize] = *kept;
        }
        *update = *kept_update;
        *owns_call_id = *kept_owns_call_id;
        *offers = *kept_offers;
        *fresh = *kept_fresh;
        *failed_refreshes = *kept_failed_refreshes;
        *peer_knows_timer = *kept_peer_knows_timer;
    }
}
