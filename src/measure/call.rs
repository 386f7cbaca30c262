//! One call, watched from its beginning to its end.

use super::tally::{HungUpAs, RefreshMessages, Tally};
use crate::sip::{Kind, Message, Method, ReleaseCause, Session};
use crate::time::{Span, Time};
use crate::world::{End, Fact, Observer};

/// Counts what happens to one call; [`CallCounter::finish`] turns it into its share of a [`Tally`].
#[derive(Clone, Debug, Default)]
pub struct CallCounter {
    began: bool,
    established: [bool; 2],
    established_at: Option<Time>,
    hung_up: Option<HungUp>,
    /// A BYE of the end that hung up has reached the other while that held the call.
    bye_arrived: bool,
    /// First release of each end.
    released: [Option<Time>; 2],
    /// When a timer or a failed refresh ended the call before any hang-up.
    dropped_at: Option<Time>,
    causes: [u32; ReleaseCause::ALL.len()],
    /// The CSeq of the caller's last INVITE before it was established.
    set_up_by_cseq: u32,
    refreshes: u32,
    before_hangup: RefreshMessages,
    after_hangup: RefreshMessages,
    sent: u32,
    delivered: u32,
    fired: u32,
}

#[derive(Clone, Copy, Debug)]
struct HungUp {
    at: Time,
    end: End,
    role: HungUpAs,
    /// The other end held the session too: it can become a ghost.
    both_held: bool,
}

/// How a call that lost its BYE ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recovery {
    /// It was no ghost by a lost BYE.
    None,
    /// The other end let go of it after this time.
    After(Span),
    /// The other end still held it when the run ended.
    Never,
}

impl Observer for CallCounter {
    #[inline]
    fn see(&mut self, now: Time, fact: &Fact) {
        match *fact {
            Fact::Began => self.began = true,
            Fact::Sent { message, copy, .. } => {
                self.sent += 1;
                if self.established_at.is_none() && message.branch.element == End::Caller as u8 {
                    self.set_up_by_cseq = self.set_up_by_cseq.max(message.cseq);
                }
                if self.is_of_refresh(&message) {
                    let messages = match (self.hung_up, self.dropped_at) {
                        (None, None) => Some(&mut self.before_hangup),
                        (Some(_), _) => Some(&mut self.after_hangup),
                        // Of a call that a timer dropped, and that no user has hung up: neither live nor a ghost.
                        (None, Some(_)) => None,
                    };
                    match messages {
                        Some(messages) if copy == 1 => messages.first_sends += 1,
                        Some(messages) => messages.retransmissions += 1,
                        None => {}
                    }
                }
            }
            Fact::Delivered { to, message } => {
                self.delivered += 1;
                let held = self.released[to as usize].is_none();
                if message.is_bye() && held && self.hung_up.is_some_and(|hung_up| hung_up.end != to) {
                    self.bye_arrived = true;
                }
            }
            Fact::Unheard { .. } => {}
            Fact::Fired { .. } | Fact::CameBack { .. } => self.fired += 1,
            Fact::Established { end, .. } => {
                self.established[end as usize] = true;
                if end == End::Caller {
                    self.established_at = Some(now);
                }
            }
            // Both ends see one refresh; the one that asked for it counts.
            Fact::Refreshed { session, .. } => {
                self.refreshes += u32::from(matches!(session, Session::Refreshing { .. }))
            }
            Fact::HungUp { end, session, both_held, .. } => {
                self.fired += 1;
                let role = match session {
                    Session::Refreshing { .. } => HungUpAs::Refresher,
                    Session::Watching { .. } => HungUpAs::Watcher,
                    Session::Untimed => HungUpAs::NoTimer,
                };
                self.hung_up.get_or_insert(HungUp { at: now, end, role, both_held });
            }
            Fact::Released { end, cause } => {
                self.causes[cause as usize] += 1;
                self.released[end as usize].get_or_insert(now);
                if self.hung_up.is_none() && cause != ReleaseCause::SetupFailed {
                    self.dropped_at.get_or_insert(now);
                }
            }
            Fact::Closed { .. } => {}
        }
    }
}

impl CallCounter {
    /// Whether `message` is an UPDATE, a re-INVITE, a final response to one, or an ACK to that.
    #[inline]
    fn is_of_refresh(&self, message: &Message) -> bool {
        let counts = match message.kind {
            Kind::Request => true,
            Kind::Response(status) => !status.is_provisional(),
        };
        counts
            && match message.method {
                Method::Update => true,
                Method::Bye => false,
                // The callee's, or the caller's after those that set the call up.
                Method::Invite | Method::Ack => {
                    message.branch.element == End::Callee as u8 || message.cseq > self.set_up_by_cseq
                }
            }
    }

    /// Adds the call, of which nothing more happens after `ended`, to `tally`; returns how its ghost ended.
    pub fn finish(&self, ended: Time, tally: &mut Tally) -> Recovery {
        if !self.began {
            return Recovery::None;
        }
        tally.calls += 1;
        tally.messages_sent += u64::from(self.sent);
        tally.messages_delivered += u64::from(self.delivered);
        tally.timers_fired += u64::from(self.fired);
        tally.refreshes += u64::from(self.refreshes);
        tally.refresh_before_hangup.merge(&self.before_hangup);
        tally.refresh_after_hangup.merge(&self.after_hangup);
        tally.releases.iter_mut().zip(&self.causes).for_each(|(sum, &count)| *sum += u64::from(count));
        if self.established == [true; 2] {
            tally.established += 1;
        } else {
            tally.failed_setups += 1;
        }
        let live_until = self.hung_up.map(|hung_up| hung_up.at).or(self.dropped_at).unwrap_or(ended);
        if let Some(established) = self.established_at {
            tally.call_time_ns += u128::from(live_until.since(established).as_nanos());
        }
        if self.dropped_at.is_some() && self.established == [true; 2] {
            tally.false_drops += 1;
        }
        self.finish_hangup(tally)
    }

    fn finish_hangup(&self, tally: &mut Tally) -> Recovery {
        let Some(HungUp { at, end, role, both_held: true }) = self.hung_up else { return Recovery::None };
        tally.hangups += 1;
        let holder = end.other();
        let recovery = self.released[holder as usize].map(|released| released.since(at));
        if self.bye_arrived {
            tally.byes_delivered += 1;
            if let Some(recovery) = recovery {
                tally.ended_by_bye.add(recovery);
            }
            return Recovery::None;
        }
        for ghosts in [&mut tally.ghosts[role as usize], &mut tally.held_by[holder as usize]] {
            match recovery {
                Some(recovery) => ghosts.recovery.add(recovery),
                None => ghosts.unrecovered += 1,
            }
        }
        recovery.map_or(Recovery::Never, Recovery::After)
    }
}
