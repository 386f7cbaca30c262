//! One call, watched from its beginning to its end.

use super::tally::{Fate, HungUpAs, RefreshMessages, Tally};
use super::traffic::Traffic;
use crate::sip::{Kind, Message, Method, ReleaseCause, Session};
use crate::time::{Span, Time};
use crate::world::{Element, End, Fact, Observer};

/// Counts what happens to one call; [`CallCounter::finish`] turns it into its share of a [`Tally`].
#[derive(Clone, Debug, Default)]
pub struct CallCounter {
    began: Once,
    /// INVITEs of the caller outside a dialog, retransmissions not counted.
    invites: u32,
    established_at: Once,
    /// The interval that the caller took from the 2xx, in seconds.
    interval_s: Option<u32>,
    hung_up: Option<HungUp>,
    /// A BYE of the end that hung up has reached the other while that held the call.
    bye_arrived: bool,
    /// When a timer or a failed refresh ended the call before any hang-up.
    dropped_at: Once,
    /// Something between the ends found out by itself, after the hang-up, and told the other end.
    found_out_between: bool,
    ends: [Holder; 2],
    /// By the number of the element, less two.
    between: Option<Box<Between>>,
    refreshes: u32,
    before_hangup: Sends,
    after_hangup: Sends,
    sent: u32,
    delivered: u32,
    fired: u32,
}

/// What is known of the elements between the ends. Most calls have none: what they then take is a word.
#[derive(Clone, Debug, Default)]
struct Between(Vec<Holder>);

/// What is known of one element.
#[derive(Clone, Copy, Debug, Default)]
struct Holder {
    established: bool,
    /// Its first release.
    released_at: Once,
    cause: Option<ReleaseCause>,
    closed: Once,
    /// The CSeq of its last INVITE outside a dialog.
    set_up_by_cseq: u32,
}

impl Holder {
    /// Its first release: when, and why.
    fn released(&self) -> Option<(Time, ReleaseCause)> {
        self.released_at.get().zip(self.cause)
    }
}

/// The instant of something that happens once, or of the first time. A million calls are counted at once, so it is as
/// small as an instant.
#[derive(Clone, Copy, Debug)]
struct Once(Time);

impl Default for Once {
    fn default() -> Once {
        Once(Time::NEVER)
    }
}

impl Once {
    /// It happens; returns whether for the first time.
    #[inline]
    fn set(&mut self, now: Time) -> bool {
        let first = self.0 == Time::NEVER;
        if first {
            self.0 = now;
        }
        first
    }

    /// When it happened, if it has.
    #[inline]
    fn get(self) -> Option<Time> {
        (self.0 != Time::NEVER).then_some(self.0)
    }
}

/// Refresh messages of one call.
#[derive(Clone, Copy, Debug, Default)]
struct Sends {
    first: u32,
    again: u32,
}

impl From<Sends> for RefreshMessages {
    fn from(sends: Sends) -> RefreshMessages {
        RefreshMessages { first_sends: sends.first.into(), retransmissions: sends.again.into() }
    }
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
    // Whoever tells a fact knows which it is: inlined, the match falls away.
    #[inline(always)]
    fn see(&mut self, now: Time, fact: &Fact) {
        match *fact {
            Fact::Began => self.began = Once(now),
            Fact::Sent { from, message, copy, .. } => {
                self.sent += 1;
                if message.method == Method::Invite && !message.routed {
                    self.invites += u32::from(copy == 1 && from == Element::CALLER && message.kind == Kind::Request);
                    let setup = &mut self.holder(message.from.element()).set_up_by_cseq;
                    *setup = (*setup).max(message.cseq);
                }
                if self.is_of_refresh(&message) {
                    let messages = match (self.hung_up, self.dropped_at.get()) {
                        (None, None) => Some(&mut self.before_hangup),
                        (Some(_), _) => Some(&mut self.after_hangup),
                        // Of a call that a timer dropped, and that no user has hung up: neither live nor a ghost.
                        (None, Some(_)) => None,
                    };
                    match messages {
                        Some(messages) if copy == 1 => messages.first += 1,
                        Some(messages) => messages.again += 1,
                        None => {}
                    }
                }
            }
            Fact::Delivered { to, message, .. } => {
                self.delivered += 1;
                if let (true, Some(end), Some(hung_up)) = (message.is_bye(), to.end(), self.hung_up)
                    && end != hung_up.end
                    && self.ends[end as usize].released_at.get().is_none()
                    && !self.found_out_between
                {
                    self.bye_arrived = true;
                }
            }
            Fact::Unheard { .. }
            | Fact::Unreachable { .. }
            | Fact::SendFailed { .. }
            | Fact::Duplicated { .. }
            | Fact::Queued { .. } => {}
            Fact::Fired { .. } | Fact::CameBack { .. } | Fact::Crashed { .. } => self.fired += 1,
            Fact::Established { element, session } => {
                self.holder(element.number()).established = true;
                if element == Element::CALLER {
                    self.established_at = Once(now);
                    self.interval_s = match session {
                        Session::Untimed => None,
                        Session::Refreshing { interval_s } | Session::Watching { interval_s } => Some(interval_s),
                    };
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
            Fact::Released { element, cause } => {
                let holder = self.holder(element.number());
                if holder.released_at.set(now) {
                    holder.cause = Some(cause);
                }
                match self.hung_up {
                    None if cause.ends_a_call_by_itself() => {
                        self.dropped_at.set(now);
                    }
                    Some(_) if element.end().is_none() && cause.ends_a_call_by_itself() => {
                        self.found_out_between = true;
                    }
                    None | Some(_) => {}
                }
            }
            Fact::Closed { element } => {
                self.holder(element.number()).closed.set(now);
            }
        }
    }
}

impl CallCounter {
    /// Forgets the call, and keeps the memory.
    pub fn reset(&mut self) {
        let mut between = self.between.take();
        between.iter_mut().for_each(|between| between.0.clear());
        *self = CallCounter { between, ..CallCounter::default() };
    }

    #[inline]
    fn holder(&mut self, element: u8) -> &mut Holder {
        let index = usize::from(element);
        if index < 2 {
            return &mut self.ends[index];
        }
        self.holder_between(index - 2)
    }

    #[inline(never)]
    fn holder_between(&mut self, nth: usize) -> &mut Holder {
        let between = &mut self.between.get_or_insert_default().0;
        if between.len() <= nth {
            between.resize(nth + 1, Holder::default());
        }
        &mut between[nth]
    }

    /// Of the elements between the ends.
    fn between(&self) -> &[Holder] {
        self.between.as_deref().map_or(&[], |between| &between.0)
    }

    /// Whether `message`, which was sent last, keeps a live call alive or asks whether it is: one of a refresh, or an
    /// OPTIONS.
    pub(super) fn keeps(&mut self, message: &Message) -> bool {
        let live = self.hung_up.is_none() && self.dropped_at.get().is_none();
        live && (message.method == Method::Options || self.is_of_refresh(message))
    }

    /// What `message` is about.
    #[inline]
    pub(super) fn traffic(&mut self, message: &Message) -> Traffic {
        if self.is_of_refresh(message) { Traffic::Refresh } else { Traffic::Other }
    }

    /// The elements that hold a ghost by lost BYE, each from when to when; without an end where it never let go.
    pub(super) fn ghost_intervals(&self) -> impl Iterator<Item = (Element, Time, Option<Time>)> {
        let ghost = self.hung_up.filter(|hung_up| hung_up.both_held && !self.bye_arrived);
        let holders =
            self.ends.iter().chain(self.between()).zip(0..).map(|(holder, number)| (holder, Element::numbered(number)));
        ghost.into_iter().flat_map(move |HungUp { at, end, .. }| {
            let holds_on = move |(holder, element): &(&Holder, Element)| match element.end() {
                Some(of) => of != end,
                None => holder.established && holder.released_at.get().is_none_or(|released| released >= at),
            };
            holders.clone().filter(holds_on).map(move |(holder, element)| (element, at, holder.released_at.get()))
        })
    }

    /// Whether `message` is an UPDATE, a re-INVITE, a final response to one, or an ACK to that.
    #[inline(always)]
    fn is_of_refresh(&mut self, message: &Message) -> bool {
        let of_refresh = match message.method {
            Method::Update => true,
            Method::Bye | Method::Options | Method::Register | Method::Message => false,
            Method::Invite => message.routed,
            // Its own dialog's, after those that set it up.
            Method::Ack => message.routed && message.cseq > self.holder(message.from.element()).set_up_by_cseq,
        };
        of_refresh && message.status().is_none_or(|status| !status.is_provisional())
    }

    /// Adds the call, of which nothing more happens after `ended`, to `tally`; returns how its ghost ended.
    pub fn finish(&self, ended: Time, tally: &mut Tally) -> Recovery {
        self.count(ended, |element| element, tally)
    }

    /// The same for a call that took one of several ways: `numbers` are those by which its elements between the ends
    /// are told apart over all ways.
    pub fn finish_on_way(&self, ended: Time, numbers: &[u32], tally: &mut Tally) -> Recovery {
        tally.pass(numbers);
        let number = |element: usize| match element.checked_sub(2) {
            Some(nth) => numbers.get(nth).map_or(element, |&number| number as usize),
            None => element,
        };
        self.count(ended, number, tally)
    }

    /// `number` says by which number an element is counted.
    fn count(&self, ended: Time, number: impl Fn(usize) -> usize, tally: &mut Tally) -> Recovery {
        let Some(began) = self.began.get() else { return Recovery::None };
        tally.calls += 1;
        tally.messages_sent += u64::from(self.sent);
        tally.messages_delivered += u64::from(self.delivered);
        tally.timers_fired += u64::from(self.fired);
        tally.refreshes += u64::from(self.refreshes);
        tally.refresh_before_hangup.merge(&self.before_hangup.into());
        tally.refresh_after_hangup.merge(&self.after_hangup.into());
        for (holder, element) in self.ends.iter().chain(self.between()).zip(0..) {
            let held = holder.established.then_some(Fate::Held);
            if let Some(fate) = holder.released().map(|(_, cause)| Fate::Released(cause)).or(held) {
                tally.releases.add(number(element), fate);
            }
        }
        let established = self.ends.iter().all(|end| end.established);
        if established {
            tally.established += 1;
        } else {
            tally.failed_setups += 1;
        }
        let live_until = self.hung_up.map(|hung_up| hung_up.at).or(self.dropped_at.get()).unwrap_or(ended);
        if self.invites > 0 {
            tally.setups.asked += 1;
            tally.setups.invites += u64::from(self.invites);
        }
        if let Some(established) = self.established_at.get() {
            if self.invites > 0 {
                tally.setups.delay.add(established.since(began));
                self.interval_s.into_iter().for_each(|interval_s| tally.setups.add_interval(interval_s));
            }
            tally.call_time_ns += u128::from(live_until.since(established).as_nanos());
        }
        if self.dropped_at.get().is_some() && established {
            tally.false_drops += 1;
        }
        self.finish_hangup(number, tally)
    }

    fn finish_hangup(&self, number: impl Fn(usize) -> usize, tally: &mut Tally) -> Recovery {
        let Some(HungUp { at, end, role, both_held: true }) = self.hung_up else { return Recovery::None };
        tally.hangups += 1;
        let holder = end.other();
        let since = |at_instant: Time| at_instant.since(at);
        let recovery = self.ends[holder as usize].released().map(|(released, _)| since(released));
        if self.bye_arrived {
            tally.byes_delivered += 1;
            if let Some(recovery) = recovery {
                tally.ended_by_bye.add(recovery);
            }
            return Recovery::None;
        }
        tally.ghosts[role as usize].add(recovery);
        tally.held_by[holder as usize].add(recovery);
        tally.closed.add(self.ends[holder as usize].closed.get().map(since));
        for (held, index) in self.between().iter().zip(0..) {
            // What had let go before the hang-up holds no ghost.
            if held.established && held.released().is_none_or(|(released, _)| released >= at) {
                tally.held_between(number(index + 2) - 2).add(held.released().map(|(released, _)| since(released)));
            }
        }
        recovery.map_or(Recovery::Never, Recovery::After)
    }
}
