//! Server transactions: INVITE (RFC 3261 17.2.1, RFC 6026 7.1) and all others (17.2.2).

use crate::sip::actions::{Actions, Timer};
use crate::sip::message::{Branch, Message, Method, Refusal, Tag};
use crate::sip::profile::BaseTimers;
use crate::time::{Span, Time};

/// The server transactions of one agent, each in a slot that its timers name.
#[derive(Clone, Debug, Default)]
pub struct Servers {
    slots: Vec<Server>,
}

#[derive(Clone, Copy, Debug)]
struct Server {
    branch: Branch,
    method: Method,
    /// The last response, and how often it was sent; the request before there is one.
    response: Message,
    sent: u16,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Nothing was sent yet: a repetition is absorbed.
    Trying,
    /// A provisional response was sent.
    Proceeding,
    /// INVITE: refused; the refusal is resent by G until the ACK.
    Refused { gap: Span },
    /// INVITE: a 2xx was sent, which is the user's to resend; repeated INVITEs are absorbed until timer L. Also a
    /// refused INVITE after its ACK, until timer I.
    Silent { until: Time },
    /// Not INVITE: answered, and answered again when repeated, until timer J.
    Completed { until: Time },
    /// The slot is free.
    Over,
}

/// Whether a request belongs to a transaction that is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServerMatch {
    /// It is new: for the user.
    New,
    /// It is a repetition, or the ACK to a refusal: it goes no further (rule T6).
    Absorbed,
}

impl Servers {
    /// Forgets all transactions, and keeps the memory.
    pub fn clear(&mut self) {
        self.slots.clear();
    }

    /// Whether a transaction lives, if only to absorb repetitions.
    pub fn live(&self, now: Time) -> bool {
        self.slots.iter().any(|server| !server.is_over(now))
    }

    /// A request has come. A repeated one gets the last response again (rules T3, T4).
    pub fn receive(&mut self, now: Time, request: &Message, timers: &BaseTimers, out: &mut Actions) -> ServerMatch {
        let found = self.slots.iter_mut().zip(0usize..).find(|(server, _)| {
            !server.is_over(now)
                && server.branch == request.branch
                && (server.method == request.method
                    || (request.method == Method::Ack && server.method == Method::Invite))
        });
        let Some((server, slot)) = found else { return ServerMatch::New };
        let slot = slot as u8;
        match server.state {
            State::Refused { .. } if request.method == Method::Ack => {
                out.clear(Timer::ServerRetransmit(slot));
                out.clear(Timer::ServerTimeout(slot));
                server.state = State::Silent { until: now + timers.absorbs_acks() };
            }
            State::Proceeding | State::Refused { .. } | State::Completed { .. } => {
                server.sent += 1;
                out.send(server.response, server.sent);
            }
            State::Trying | State::Silent { .. } | State::Over => {}
        }
        ServerMatch::Absorbed
    }

    /// Begins the transaction of `request`, of which nothing is answered yet; returns its slot.
    pub fn begin(&mut self, now: Time, request: &Message) -> u8 {
        let slot = self.slot_for(now, request);
        self.slots[usize::from(slot)] = Server::of(request, State::Trying);
        slot
    }

    /// The slot of the transaction of `request`, if there is one.
    pub fn slot(&self, request: &Message) -> Option<u8> {
        let own = |server: &Server| server.branch == request.branch && server.method == request.method;
        self.slots.iter().position(own).map(|slot| slot as u8)
    }

    /// The request of the transaction in `slot`, if nothing was answered yet.
    pub fn unanswered(&self, slot: u8) -> Option<Message> {
        let server = self.slots.get(usize::from(slot))?;
        (server.state == State::Trying).then_some(server.response)
    }

    /// The method of the transaction in `slot`, if there is one.
    pub fn method(&self, slot: u8) -> Option<Method> {
        self.slots.get(usize::from(slot)).map(|server| server.method)
    }

    /// Ends the transaction of `request` without an answer; returns its slot.
    pub fn end(&mut self, request: &Message) -> Option<u8> {
        let slot = self.slot(request)?;
        self.slots[usize::from(slot)].state = State::Over;
        Some(slot)
    }

    /// A request has come that is refused before anybody sees it. Its repetitions get the same answer.
    pub fn receive_and_refuse(
        &mut self,
        now: Time,
        request: &Message,
        to: Tag,
        refusal: Refusal,
        timers: &BaseTimers,
        out: &mut Actions,
    ) {
        if self.receive(now, request, timers, out) == ServerMatch::New {
            let Refusal { status, retry_after_s, min_se } = refusal;
            let response = Message { retry_after_s, min_se, ..request.response(status, to) };
            self.respond(now, request, response, timers, out);
        }
    }

    /// Sends a response to `request`, in the transaction that it belongs to or begins.
    pub fn respond(&mut self, now: Time, request: &Message, response: Message, timers: &BaseTimers, out: &mut Actions) {
        let slot = self.slot_for(now, request);
        let status = response.status();
        out.send(response, 1);
        let state = if status.is_some_and(|status| status.is_provisional()) {
            State::Proceeding
        } else if request.method != Method::Invite {
            State::Completed { until: now + timers.absorbs() }
        } else if status.is_some_and(|status| status.is_success()) {
            State::Silent { until: now + timers.timeout() }
        } else {
            // T5: no G over a reliable transport.
            if !timers.reliable {
                out.set(Timer::ServerRetransmit(slot), now + timers.t1);
            }
            out.set(Timer::ServerTimeout(slot), now + timers.timeout());
            State::Refused { gap: timers.t1 }
        };
        self.slots[usize::from(slot)] =
            Server { branch: request.branch, method: request.method, response, sent: 1, state };
    }

    /// Timer G: the refusal once more (rule T3).
    pub fn retransmit(&mut self, now: Time, slot: u8, timers: &BaseTimers, out: &mut Actions) {
        let Some(server) = self.slots.get_mut(usize::from(slot)) else { return };
        if let State::Refused { gap } = &mut server.state {
            *gap = gap.times(2).min(timers.t2);
            server.sent += 1;
            out.send(server.response, server.sent);
            out.set(Timer::ServerRetransmit(slot), now + *gap);
        }
    }

    /// Timer H: no ACK came to the refusal.
    pub fn time_out(&mut self, slot: u8, out: &mut Actions) {
        if let Some(server) = self.slots.get_mut(usize::from(slot)) {
            server.state = State::Over;
            out.clear(Timer::ServerRetransmit(slot));
        }
    }

    /// The slot of the transaction of `request`, or one for it.
    fn slot_for(&mut self, now: Time, request: &Message) -> u8 {
        let own = |server: &Server| server.branch == request.branch && server.method == request.method;
        let slot = self.slots.iter().position(own).or_else(|| self.slots.iter().position(|server| server.is_over(now)));
        slot.unwrap_or_else(|| {
            self.slots.push(Server::of(request, State::Over));
            self.slots.len() - 1
        }) as u8
    }
}

impl Server {
    /// That of `request`, which stands where the response will.
    fn of(request: &Message, state: State) -> Server {
        Server { branch: request.branch, method: request.method, response: *request, sent: 0, state }
    }

    fn is_over(&self, now: Time) -> bool {
        match self.state {
            State::Over => true,
            State::Silent { until } | State::Completed { until } => now >= until,
            State::Trying | State::Proceeding | State::Refused { .. } => false,
        }
    }
}
