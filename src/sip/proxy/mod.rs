//! The stateful proxy: what one element does for one call between its two sides.
//!
//! It runs a server transaction toward whoever sent a request and a client transaction toward whoever is next, so that
//! each hop resends on its own (RFC 3261 16, RFC 6026; rule T7). A call-stateful one also knows whether the call stands
//! and until when (RFC 4028 8; rules P1 to P10). What it knows stands in `state`; what it does to the
//! fields of a message is in `session`.
//!
//! Not here: forking, CANCEL and timer C, authentication. A call is for one callee, who answers or does not.

mod ping;
mod profile;
mod session;
mod state;
#[cfg(test)]
mod tests;

pub use profile::{CallKeeping, Inserts, OnExpiry, Pings, ProxyProfile};
pub use state::Proxy;

use self::state::{CallState, Held, Pinging, Relay};

use super::ReleaseCause;
use super::actions::{Actions, Event, Timer};
use super::agent::Input;
use super::message::{Branch, Kind, Message, Method, Side, Status, Tag};
use super::profile::BaseTimers;
use super::session_timer::Session;
use super::transaction::{Clients, Reaction, ServerMatch, Servers};
use crate::time::{Span, Time};

impl Proxy {
    /// A proxy that knows of no call, number `element` of those on the path.
    pub fn new(element: u8, profile: ProxyProfile) -> Proxy {
        Proxy {
            profile,
            element,
            reliable: [false; 2],
            state: CallState::None,
            begun: [0; Method::ALL.len()],
            clients: Clients::default(),
            servers: Servers::default(),
            relays: Vec::new(),
        }
    }

    /// The same proxy over transports that are reliable or not, that toward the caller's side first (rule T5).
    pub fn over(self, reliable: [bool; 2]) -> Proxy {
        Proxy { reliable, ..self }
    }

    /// The timers of its transactions with this side.
    fn timers(&self, side: Side) -> BaseTimers {
        let reliable = match side {
            Side::Caller => self.reliable[0],
            Side::Callee => self.reliable[1],
        };
        BaseTimers { reliable, ..self.profile.timers }
    }

    /// Makes it know nothing again, as [`Proxy::new`] does, and keeps its memory.
    pub fn reset(&mut self) {
        let Proxy { profile: _, element: _, reliable: _, state, begun, clients, servers, relays } = self;
        *state = CallState::None;
        *begun = [0; Method::ALL.len()];
        clients.clear();
        servers.clear();
        relays.clear();
    }

    /// It has come back from death. Transactions are lost either way; the call is too, unless it remembers that. The
    /// timer of a remembered call is whoever drives it to set again.
    pub fn come_back(&mut self, with_memory: bool) {
        // Branches count on: those of before may still be under way.
        let Proxy { profile: _, element: _, reliable: _, state, begun: _, clients, servers, relays } = self;
        clients.clear();
        servers.clear();
        relays.clear();
        if !with_memory {
            *state = CallState::None;
        }
    }

    /// Whether it holds the call.
    pub fn holds(&self) -> bool {
        self.state != CallState::None
    }

    /// What it does in the session: it waits for refreshes, as a watcher does.
    pub fn session(&self) -> Session {
        match self.state {
            CallState::Held(Held { interval_s: Some(interval_s), .. }) => Session::Watching { interval_s },
            CallState::Held(_) | CallState::None => Session::Untimed,
        }
    }

    /// The method of the transaction that `timer` belongs to, if it belongs to one.
    pub fn method_of(&self, timer: Timer) -> Option<Method> {
        match timer {
            Timer::ClientRetransmit(slot) | Timer::ClientTimeout(slot) => self.clients.method(slot),
            Timer::ServerRetransmit(slot) | Timer::ServerTimeout(slot) | Timer::Trying(slot) => {
                self.servers.method(slot)
            }
            Timer::Answer
            | Timer::AnswerRetransmit
            | Timer::AnswerTimeout
            | Timer::Refresh
            | Timer::Expiry
            | Timer::Change
            | Timer::Ping => None,
        }
    }

    /// Handles one input at `now`; what is to be done stands in `out` afterwards, to be done in order. Of the inputs,
    /// messages and timers alone concern a proxy.
    #[inline]
    pub fn handle(&mut self, now: Time, input: Input, out: &mut Actions) {
        match input {
            Input::Receive(message) => match message.kind {
                Kind::Request => self.receive_request(now, message, out),
                Kind::Response(status) => self.receive_response(now, message, status, out),
            },
            Input::Fire(timer) => self.fire(now, timer, out),
            Input::ReceiveAndRefuse(request, refusal) => {
                self.servers.receive_and_refuse(
                    now,
                    request,
                    request.to,
                    refusal,
                    &self.timers(request.toward.other()),
                    out,
                );
            }
            // Its transport tells it nothing of what cannot be delivered.
            Input::Unreachable(..) | Input::SendFailed(_) => {}
            Input::Call
            | Input::HangUp
            | Input::Leave(_)
            | Input::Ring
            | Input::Answer
            | Input::Refuse(_)
            | Input::Change(_) => {}
        }
    }

    #[inline(never)]
    fn receive_request(&mut self, now: Time, request: &Message, out: &mut Actions) {
        if self.servers.receive(now, request, &self.timers(request.toward.other()), out) == ServerMatch::Absorbed {
            return;
        }
        self.note(request);
        match request.method {
            // That to a refusal belongs to the hop and its transaction; that to a 2xx goes through, each copy of it,
            // without a transaction (RFC 3261 16.11, rule T7).
            Method::Ack if request.branch.method == Method::Invite => {}
            Method::Ack => {
                let branch = self.next_branch(Method::Ack);
                out.send(&Message { branch, ..*request }, 1);
            }
            // Where there is no room it is as if it had been lost: it will be repeated.
            _ if !self.clients.has_room() => {}
            Method::Invite | Method::Update | Method::Bye | Method::Options | Method::Register | Method::Message => {
                self.relay(now, request, out)
            }
        }
    }

    /// Sends a request on, in a transaction for each side.
    fn relay(&mut self, now: Time, request: &Message, out: &mut Actions) {
        let timers = self.timers(request.toward.other());
        let slot = self.servers.begin(request);
        if request.method == Method::Invite {
            // T7: 100 to an INVITE at once.
            let trying = request.response(Status::TRYING, Tag::NONE);
            self.servers.respond(now, request, &trying, &timers, out);
        } else {
            // T7: to another method none in the first T2 (RFC 4320 4.1).
            out.set(Timer::Trying(slot), now + timers.t2);
        }
        let mut forwarded = Message { branch: self.next_branch(request.method), ..*request };
        if let (Some(keeping), Method::Invite | Method::Update) = (self.keeping(request), request.method)
            && let Err(session::TooSmall(min_se)) = session::forward_request(&keeping, &mut forwarded)
        {
            // P4, H3: 422 with its least. The request goes no further.
            let refusal = request.response(Status::SESSION_INTERVAL_TOO_SMALL, request.to);
            out.clear(Timer::Trying(slot));
            self.servers.respond(now, request, &Message { min_se: Some(min_se), ..refusal }, &timers, out);
            return;
        }
        let over = now + timers.timeout().times(2);
        self.relays.retain(|relay| relay.answer.is_none() || relay.over > now);
        self.relays.push(Relay { received: *request, forwarded, answer: None, over });
        let onward = self.timers(request.toward);
        self.clients.start(now, &forwarded, onward.t1, &onward, out);
        if request.method == Method::Bye && self.holds() {
            self.let_go(ReleaseCause::ByeReceived, out);
        }
    }

    #[inline(never)]
    fn receive_response(&mut self, now: Time, response: &Message, status: Status, out: &mut Actions) {
        match self.clients.respond(now, response, &self.timers(response.toward.other()), out) {
            // A stray response goes no further (RFC 6026 8.9).
            Reaction::Absorbed => {}
            // A 100 is for this hop alone (RFC 3261 16.7).
            Reaction::Answered(_) if status == Status::TRYING => {}
            Reaction::Answered(request) if self.take_ping(&request, status) => {
                self.ping_answered(now, request.toward, Some(status), out);
            }
            Reaction::Answered(request) => self.answer(now, &request, response, status, out),
            Reaction::AnsweredAgain(request) => {
                if let Some(relay) = self.relay_of(&request)
                    && let Some((answer, sent)) = &mut relay.answer
                {
                    *sent += 1;
                    out.send(answer, *sent);
                }
            }
        }
    }

    /// Sends a response back to whoever sent the request.
    fn answer(&mut self, now: Time, request: &Message, response: &Message, status: Status, out: &mut Actions) {
        let keeping = self.keeping(request);
        let timers = self.timers(request.toward.other());
        let Some(relay) = self.relay_of(request) else { return };
        let received = relay.received;
        let mut answer = Message { branch: received.branch, ..*response };
        if let (Some(keeping), true) = (&keeping, status.is_success()) {
            session::forward_2xx(keeping, &relay.forwarded, &mut answer);
        }
        if !status.is_provisional() {
            relay.answer = Some((answer, 1));
        }
        if let Some(slot) = self.servers.slot(&received) {
            out.clear(Timer::Trying(slot));
        }
        self.servers.respond(now, &received, &answer, &timers, out);
        if status.is_success() && matches!(request.method, Method::Invite | Method::Update) {
            self.refreshed(now, &received, &answer, out);
        }
    }

    /// A 2xx to an INVITE or UPDATE has been forwarded: from now on the interval runs (rule H5).
    fn refreshed(&mut self, now: Time, request: &Message, answer: &Message, out: &mut Actions) {
        let Some(keeping) = self.profile.calls else { return };
        let interval_s = answer.session_expires.map(|expires| expires.interval_s);
        let event = match &mut self.state {
            CallState::None if request.routed => return,
            CallState::None => {
                // A dialog begins: the client is on the caller's side.
                self.state = CallState::Held(Held {
                    interval_s,
                    tags: [answer.from, answer.to],
                    seqs: [answer.cseq, 0],
                    pinging: Pinging::default(),
                });
                if let Some(pings) = keeping.pings {
                    out.set(Timer::Ping, now + pings.ping.every);
                }
                Event::Established
            }
            CallState::Held(held) => {
                held.interval_s = interval_s;
                Event::Refreshed
            }
        };
        match interval_s.map(|seconds| Span::from_secs(seconds.into())).or(keeping.lifetime) {
            Some(patience) => out.set(Timer::Expiry, now + patience),
            None => out.clear(Timer::Expiry),
        }
        out.tell(event);
    }

    #[inline(never)]
    fn fire(&mut self, now: Time, timer: Timer, out: &mut Actions) {
        let timers = self.profile.timers;
        match timer {
            Timer::ClientRetransmit(slot) => self.clients.retransmit(now, slot, &timers, out),
            Timer::ClientTimeout(slot) => {
                let Some(request) = self.clients.time_out(slot) else { return };
                if self.take_ping(&request, Status::REQUEST_TIMEOUT) {
                    return self.ping_answered(now, request.toward, None, out);
                }
                // Nothing can be answered any more, so the relay goes too.
                let place = self.relays.iter().position(|relay| relay.forwarded.branch == request.branch);
                let Some(Relay { received, .. }) = place.map(|place| self.relays.swap_remove(place)) else { return };
                let timers = self.timers(received.toward.other());
                if received.method == Method::Invite {
                    let timed_out = received.response(Status::REQUEST_TIMEOUT, received.to);
                    self.servers.respond(now, &received, &timed_out, &timers, out);
                } else if let Some(slot) = self.servers.end(&received) {
                    // T7: it never makes a 408 to another method (RFC 4320 4.2).
                    out.clear(Timer::Trying(slot));
                }
            }
            Timer::ServerRetransmit(slot) => self.servers.retransmit(now, slot, &timers, out),
            Timer::ServerTimeout(slot) => self.servers.time_out(slot, out),
            Timer::Trying(slot) => {
                if let Some(request) = self.servers.unanswered(slot) {
                    let trying = request.response(Status::TRYING, request.to);
                    let timers = self.timers(request.toward.other());
                    self.servers.respond(now, &request, &trying, &timers, out);
                }
            }
            Timer::Expiry => self.expire(now, out),
            Timer::Ping => self.ping_due(now, out),
            Timer::Answer | Timer::AnswerRetransmit | Timer::AnswerTimeout | Timer::Refresh | Timer::Change => {}
        }
    }

    /// The interval has passed without a refresh: the call is forgotten, and no BYE is sent (rule P9), unless its
    /// settings say otherwise.
    fn expire(&mut self, now: Time, out: &mut Actions) {
        let (CallState::Held(held), Some(keeping)) = (self.state, self.profile.calls) else { return };
        match keeping.on_expiry {
            OnExpiry::Forget => self.let_go(ReleaseCause::StateExpired, out),
            OnExpiry::Bye => {
                self.say_bye(now, held, out);
                self.let_go(ReleaseCause::IntervalEnded, out);
            }
        }
    }

    /// A BYE to both sides, each as from the other.
    fn say_bye(&mut self, now: Time, held: Held, out: &mut Actions) {
        for toward in [Side::Callee, Side::Caller] {
            self.send_own(now, Method::Bye, toward, held, 1, out);
        }
    }

    /// A request of its own in the dialog, as from the other side, with a CSeq so much above the highest seen from
    /// there.
    fn send_own(
        &mut self,
        now: Time,
        method: Method,
        toward: Side,
        held: Held,
        above: u32,
        out: &mut Actions,
    ) -> Branch {
        let [caller, callee] = held.tags;
        let (from, to, seq) = match toward {
            Side::Callee => (caller, callee, held.seqs[0]),
            Side::Caller => (callee, caller, held.seqs[1]),
        };
        let branch = self.next_branch(method);
        let request = Message { toward, ..Message::request(method, branch, seq + above, from, to) };
        self.clients.start(now, &request, self.profile.timers.t1, &self.timers(toward), out);
        branch
    }

    fn let_go(&mut self, cause: ReleaseCause, out: &mut Actions) {
        self.state = CallState::None;
        out.clear(Timer::Expiry);
        if self.profile.calls.is_some_and(|calls| calls.pings.is_some()) {
            out.clear(Timer::Ping);
        }
        out.tell(Event::Released(cause));
        out.tell(Event::Closed);
    }

    /// By what settings it takes part in the session that `request` is about: a new one, or that which it holds.
    fn keeping(&self, request: &Message) -> Option<CallKeeping> {
        self.profile.calls.filter(|_| !request.routed || self.holds())
    }

    /// Takes note of the CSeq of a request of the dialog.
    fn note(&mut self, request: &Message) {
        if let CallState::Held(held) = &mut self.state {
            let seq = match request.toward {
                Side::Callee => &mut held.seqs[0],
                Side::Caller => &mut held.seqs[1],
            };
            *seq = (*seq).max(request.cseq);
        }
    }

    fn relay_of(&mut self, forwarded: &Message) -> Option<&mut Relay> {
        self.relays.iter_mut().rev().find(|relay| relay.forwarded.branch == forwarded.branch)
    }

    fn next_branch(&mut self, method: Method) -> Branch {
        let begun = &mut self.begun[method as usize];
        let branch = Branch { element: self.element, method, ordinal: *begun };
        *begun = begun.wrapping_add(1);
        branch
    }
}
