//! The user agent: one side of one call.
//!
//! It owns the transactions, the dialog and the session timer of its side. Calling, answering and being established are
//! in `setup`, refreshing in `refresh`, changing the session for another reason in `change`, ending in `end`; what
//! they share stands in `state`. This file has the inputs and their dispatch.
//!
//! Not here: media, user interface, registration. An agent has one call in its life; a *blank* one has none and answers
//! 481 to whatever belongs to a dialog (rule R5).

mod change;
mod end;
mod failure;
mod ping;
mod refresh;
mod rest;
mod setup;
mod state;
#[cfg(test)]
mod tests;

pub(super) use ping::judge;
pub use rest::AtRest;
pub use setup::{establish, negotiate};
pub use state::{Agent, Change};

use self::failure::Failure;
use self::state::{Dialog, Phase, Pinging, Update};
use super::ReleaseCause;
use super::actions::{Actions, Timer};
use super::message::{Branch, Kind, Message, Method, Refusal, Side, Status, Tag};
use super::profile::{Profile, WhileLeaving};
use super::session_timer::{RefreshSchedule, Session};
use super::transaction::{Clients, Reaction, ServerMatch, Servers};
use crate::time::{Span, Time};

/// What happens to an agent. Messages stay where they are: it looks at them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input<'m> {
    /// Its user calls.
    Call,
    /// Its user hangs up.
    HangUp,
    /// Whoever drives it ends the call for this cause.
    Leave(ReleaseCause),
    /// Let the caller know that it rings: for an agent that answers when it is told.
    Ring,
    /// Answer the call.
    Answer,
    /// Refuse the call with this status.
    Refuse(Status),
    /// Its user wants the session changed.
    Change(Change),
    /// A message came.
    Receive(&'m Message),
    /// A request came, and is refused before the dialog sees it, as by a server that has no room.
    ReceiveAndRefuse(&'m Message, Refusal),
    /// This copy of a request of its own met ICMP port unreachable.
    Unreachable(&'m Message, u16),
    /// A request of its own could not be sent.
    SendFailed(&'m Message),
    /// A timer that it set has fired.
    Fire(Timer),
}

impl Agent {
    /// A blank agent, number `element` of those on the path, whose dialog is with the side that it `faces`.
    pub fn new(element: u8, faces: Side, profile: Profile, ring_time: Span) -> Agent {
        Agent {
            profile,
            element,
            faces,
            ring_time: Some(ring_time),
            phase: Phase::Idle,
            dialog: Dialog { local: Tag::of(element, 1), ..Dialog::default() },
            schedule: RefreshSchedule::UNTIMED,
            least: None,
            unacknowledged: None,
            acknowledgement: None,
            update: Update::NotAllowed,
            owns_call_id: false,
            failed_refreshes: 0,
            fresh: false,
            offers: false,
            overdue: false,
            changing: None,
            pinging: Pinging::default(),
            peer_knows_timer: false,
            begun: [0; Method::ALL.len()],
            clients: Clients::default(),
            servers: Servers::default(),
        }
    }

    /// The same agent, which answers a call only when it is told to: the leg of a B2BUA that is called.
    pub fn with_manual_answer(self) -> Agent {
        Agent { ring_time: None, ..self }
    }

    /// Makes it blank again, as [`Agent::new`] does, and keeps its memory. `ring_time` is for one that does not wait to
    /// be told.
    pub fn reset(&mut self, ring_time: Span) {
        let (mut clients, mut servers) = (std::mem::take(&mut self.clients), std::mem::take(&mut self.servers));
        clients.clear();
        servers.clear();
        let own_ring_time = self.ring_time.map(|_| ring_time);
        let blank = Agent::new(self.element, self.faces, self.profile, ring_time);
        *self = Agent { clients, servers, ring_time: own_ring_time, ..blank };
    }

    /// How it behaves.
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// From now on it behaves as `profile` says, over the transport that it has: for a blank agent.
    pub fn behave_as(&mut self, profile: Profile) {
        let reliable = self.profile.timers.reliable;
        self.profile = profile;
        self.profile.timers.reliable = reliable;
    }

    /// The same agent over a transport that is reliable or not (rule T5).
    pub fn over(mut self, reliable: bool) -> Agent {
        self.profile.timers.reliable = reliable;
        self
    }

    /// What this side does in the session.
    #[inline]
    pub fn session(&self) -> Session {
        self.schedule.session()
    }

    /// How far apart the refreshes of the session are, whoever sends them; `None` if it does not expire.
    pub fn refresh_cycle(&self) -> Option<Span> {
        match self.session() {
            Session::Untimed => None,
            Session::Refreshing { interval_s } | Session::Watching { interval_s } => {
                Some(self.profile.refresh_after(interval_s))
            }
        }
    }

    /// Whether this side holds the session: it is established and not released.
    pub fn is_up(&self) -> bool {
        self.phase == Phase::Up
    }

    /// The method of the transaction that `timer` belongs to, if it belongs to one.
    pub fn method_of(&self, timer: Timer) -> Option<Method> {
        match timer {
            Timer::ClientRetransmit(slot) | Timer::ClientTimeout(slot) => self.clients.method(slot),
            Timer::ServerRetransmit(_)
            | Timer::ServerTimeout(_)
            | Timer::Trying(_)
            | Timer::Answer
            | Timer::AnswerRetransmit
            | Timer::AnswerTimeout => Some(Method::Invite),
            Timer::Refresh | Timer::Expiry | Timer::Change | Timer::Ping => None,
        }
    }

    /// Handles one input at `now`; what is to be done stands in `out` afterwards, to be done in order.
    // Whoever has an input knows its kind: inlined, there is no choice left. What is behind it is not.
    #[inline(always)]
    pub fn handle(&mut self, now: Time, input: Input, out: &mut Actions) {
        match input {
            Input::Call => self.call(now, out),
            Input::HangUp => self.leave(now, ReleaseCause::HungUp, out),
            Input::Leave(cause) => self.leave(now, cause, out),
            Input::Ring => self.ring(now, out),
            Input::Answer => self.answer_ringing(now, out),
            Input::Refuse(status) => self.refuse_call(now, status, out),
            Input::Change(change) => self.change(now, change, out),
            Input::ReceiveAndRefuse(request, refusal) => {
                let to = self.to_tag(request);
                self.servers.receive_and_refuse(now, request, to, refusal, &self.profile.timers, out);
            }
            Input::Unreachable(request, copy) => {
                let early = request.method == Method::Bye && copy < self.profile.icmp_ends_bye_at_copy.into();
                if self.profile.heeds_icmp && !early {
                    self.undeliverable(now, request, out);
                }
            }
            Input::SendFailed(request) => self.undeliverable(now, request, out),
            Input::Receive(message) => match message.kind {
                Kind::Request => self.receive_request(now, message, out),
                Kind::Response(status) => self.receive_response(now, message, status, out),
            },
            Input::Fire(timer) => self.fire(now, timer, out),
        }
    }

    #[inline(never)]
    fn receive_request(&mut self, now: Time, request: &Message, out: &mut Actions) {
        if self.servers.receive(now, request, &self.profile.timers, out) == ServerMatch::Absorbed {
            return self.receive_repeated(request, out);
        }
        let in_dialog = request.to != Tag::NONE;
        match request.method {
            Method::Ack => self.receive_ack(now, request, out),
            Method::Invite if !in_dialog => self.receive_call(now, request, out),
            Method::Invite | Method::Update | Method::Bye | Method::Options if !self.is_in_dialog(request) => {
                match self.status_without_dialog(now, request) {
                    Some(status) => self.respond(now, request, status, out),
                    None => {
                        self.servers.begin(request);
                    }
                }
                if self.profile.while_leaving == WhileLeaving::RefuseAll && self.is_of_dialog(request) {
                    self.close(now, out);
                }
            }
            // T9: an offer that crosses this side's own.
            Method::Invite | Method::Update
                if (request.offer || request.method == Method::Invite) && self.clients.have_offered() =>
            {
                self.respond(now, request, Status::REQUEST_PENDING, out);
            }
            Method::Update if !self.profile.allows_update => {
                self.respond(now, request, Status::METHOD_NOT_ALLOWED, out);
            }
            Method::Invite | Method::Update => self.receive_refresh(now, request, out),
            Method::Bye => self.receive_bye(now, request, out),
            // No call has them.
            Method::Register | Method::Message => self.respond(now, request, Status::METHOD_NOT_ALLOWED, out),
            Method::Options => {
                if self.is_in_order(now, request, out) {
                    self.respond(now, request, Status::OK, out);
                }
            }
        }
    }

    #[inline(never)]
    fn receive_response(&mut self, now: Time, response: &Message, status: Status, out: &mut Actions) {
        match self.clients.respond(now, response, &self.profile.timers, out) {
            Reaction::Absorbed => {}
            Reaction::AnsweredAgain(_) => self.acknowledge(response, out),
            Reaction::Answered(request) => match request.method {
                Method::Invite if matches!(self.phase, Phase::Calling { .. }) => {
                    self.invite_answered(now, &request, response, status, out);
                }
                Method::Invite => {
                    if status.is_success() {
                        self.acknowledge(response, out);
                    }
                    self.negotiation_answered(now, &request, response, status, out);
                }
                Method::Update => self.negotiation_answered(now, &request, response, status, out),
                Method::Bye | Method::Options if status.is_provisional() => {}
                Method::Options if self.take_ping(&request) => self.ping_answered(now, Some(status), out),
                Method::Options => self.refresh_by_options_answered(now, &request, response, status, out),
                Method::Bye => self.close(now, out),
                Method::Ack | Method::Register | Method::Message => {}
            },
        }
    }

    #[inline(never)]
    fn fire(&mut self, now: Time, timer: Timer, out: &mut Actions) {
        match timer {
            Timer::ClientRetransmit(slot) => self.clients.retransmit(now, slot, &self.profile.timers, out),
            Timer::ClientTimeout(slot) => {
                if let Some(request) = self.clients.time_out(slot) {
                    self.unanswered(now, &request, Failure::TIMED_OUT, out);
                }
            }
            Timer::ServerRetransmit(slot) => self.servers.retransmit(now, slot, &self.profile.timers, out),
            Timer::ServerTimeout(slot) => self.servers.time_out(slot, out),
            Timer::Trying(_) => {}
            Timer::Answer => self.answer_ringing(now, out),
            Timer::AnswerRetransmit => self.resend_answer(now, out),
            Timer::AnswerTimeout => self.give_up_on_ack(now, out),
            Timer::Refresh => self.refresh_due(now, out),
            Timer::Expiry => self.expire(now, out),
            Timer::Change => self.change_again(now, out),
            Timer::Ping => self.ping_due(now, out),
        }
    }

    /// A request cannot reach the other side, which ends its transaction.
    fn undeliverable(&mut self, now: Time, request: &Message, out: &mut Actions) {
        if let Some(request) = self.clients.fail(request.branch, out) {
            self.unanswered(now, &request, Failure::UNSENT, out);
        }
    }

    /// A transaction has ended without a final response.
    fn unanswered(&mut self, now: Time, request: &Message, failure: Failure, out: &mut Actions) {
        match request.method {
            Method::Invite if matches!(self.phase, Phase::Calling { .. }) => self.fail(out),
            Method::Invite | Method::Options if self.take_ping(request) => {
                self.ping_answered(now, failure.status.filter(|_| failure.answered), out);
                self.negotiate_next(now, out);
            }
            Method::Invite | Method::Update | Method::Options => self.negotiation_failed(now, request, failure, out),
            Method::Bye => self.close(now, out),
            Method::Ack | Method::Register | Method::Message => {}
        }
    }

    /// The answer to a request of a dialog that is not, or no longer, here (rule R5); `None`: it is left unanswered.
    fn status_without_dialog(&mut self, now: Time, request: &Message) -> Option<Status> {
        if self.phase != Phase::Gone || !self.profile.dialog_outlives_bye || !self.is_of_dialog(request) {
            return Some(Status::NO_SUCH_CALL);
        }
        if !self.clients.live(now) && !self.servers.live(now) {
            // Now the dialog is forgotten: the transaction of this very request does not bring it back.
            self.dialog.remote = Tag::NONE;
            return Some(Status::NO_SUCH_CALL);
        }
        match request.method {
            Method::Bye => Some(Status::OK),
            Method::Invite => None,
            Method::Ack | Method::Update | Method::Options | Method::Register | Method::Message => {
                Some(Status::SERVER_ERROR)
            }
        }
    }

    /// Whether `request` belongs to the dialog of this side, as long as it has one.
    fn is_in_dialog(&self, request: &Message) -> bool {
        let known = match self.phase {
            Phase::Idle | Phase::Ringing { .. } | Phase::Gone => false,
            // Of an early dialog, known by a provisional response, only the end can be told.
            Phase::Calling { .. } => request.method == Method::Bye,
            Phase::Leaving => match self.profile.while_leaving {
                WhileLeaving::RefuseRefresh => request.method == Method::Bye,
                WhileLeaving::RefuseAll => false,
                WhileLeaving::AcceptAll | WhileLeaving::RefuseOffers => true,
            },
            Phase::Up => true,
        };
        known && self.is_of_dialog(request)
    }

    /// Whether `request` has the tags of the dialog.
    fn is_of_dialog(&self, request: &Message) -> bool {
        let Dialog { local, remote, .. } = self.dialog;
        remote != Tag::NONE && (request.to, request.from) == (local, remote)
    }

    /// Rule T8: a request of a lower CSeq than was seen is answered 500 and goes no further.
    fn is_in_order(&mut self, now: Time, request: &Message, out: &mut Actions) -> bool {
        if request.cseq < self.dialog.remote_seq {
            self.respond(now, request, Status::SERVER_ERROR, out);
            return false;
        }
        self.dialog.remote_seq = request.cseq;
        true
    }

    /// A response without session timer fields.
    fn respond(&mut self, now: Time, request: &Message, status: Status, out: &mut Actions) {
        let response = request.response(status, self.to_tag(request));
        self.servers.respond(now, request, &response, &self.profile.timers, out);
    }

    /// The To tag of a response: that of the request, or this side's own.
    fn to_tag(&self, request: &Message) -> Tag {
        if request.to == Tag::NONE { self.dialog.local } else { request.to }
    }

    /// A new request of this side, of the next CSeq (rule T8).
    fn next_request(&mut self, method: Method) -> Message {
        self.dialog.local_seq += 1;
        let branch = self.next_branch(method);
        let request = Message::request(method, branch, self.dialog.local_seq, self.dialog.local, self.dialog.remote);
        let allows_update = self.profile.allows_update && method != Method::Bye;
        Message { toward: self.faces, allows_update, offer: method == Method::Invite, ..request }
    }

    fn next_branch(&mut self, method: Method) -> Branch {
        let begun = &mut self.begun[method as usize];
        let branch = Branch { element: self.element, method, ordinal: *begun };
        *begun = begun.wrapping_add(1);
        branch
    }

    /// Begins a client transaction.
    fn start(&mut self, now: Time, request: &Message, out: &mut Actions) {
        let Profile { timers, first_gap_in_t1, .. } = &self.profile;
        self.clients.start(now, request, timers.t1.times((*first_gap_in_t1).into()), timers, out);
    }

    /// Takes note of the Allow of a message from the other side (rule C7).
    fn learn_allow(&mut self, message: &Message) {
        self.peer_knows_timer = message.supports_timer;
        if self.update != Update::Refused {
            self.update = Update::allowed(message.allows_update);
        }
    }
}
