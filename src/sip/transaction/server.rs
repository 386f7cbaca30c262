//! Server transactions: INVITE (RFC 3261 17.2.1, RFC 6026 7.1) and all others (17.2.2).

use crate::sip::actions::{Actions, Timer};
use crate::sip::message::{Branch, Message, Method, Refusal, Tag};
use crate::sip::profile::BaseTimers;
use crate::time::{Span, Time};

/// The server transactions of one element.
#[derive(Clone, Debug, Default)]
pub struct Servers {
    /// Those that have timers or no final response yet, each in a slot that its timers name.
    slots: Vec<Server>,
    /// Those that only absorb repetitions, which takes no timer and so no slot.
    absorbing: Vec<Absorbing>,
}

/// How many slots there are, so that a timer can name each.
const MOST: usize = u8::MAX as usize;

#[derive(Clone, Copy, Debug)]
#[repr(C)]
struct Server {
    /// The last response, and how often it was sent; the request before there is one.
    response: Message,
    branch: Branch,
    method: Method,
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
    /// The slot is free.
    Over,
}

/// A transaction that only absorbs repetitions.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
struct Absorbing {
    /// Its final response, and how often it was sent.
    response: Message,
    sent: u16,
    how: How,
    /// Timer I, J or L: from then on it is as if it were not there.
    until: Time,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    /// An INVITE whose 2xx is the user's to resend, or that was refused and acknowledged.
    Silently,
    /// Not INVITE: by the same response again.
    Answering,
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
        let Servers { slots, absorbing } = self;
        slots.clear();
        absorbing.clear();
    }

    /// Whether any transaction still has something to send.
    pub fn are_busy(&self) -> bool {
        self.slots.iter().any(|server| !server.is_over())
    }

    /// Whether a transaction lives, if only to absorb repetitions.
    pub fn live(&self, now: Time) -> bool {
        self.slots.iter().any(|server| !server.is_over()) || self.absorbing.iter().any(|server| now < server.until)
    }

    /// Whether one more can begin. A timer can name 255 at once.
    fn has_room(&self) -> bool {
        self.slots.len() < MOST || self.slots.iter().any(Server::is_over)
    }

    /// A request has come. A repeated one gets the last response again (rules T3, T4). A new one for which there is no
    /// room is dropped, as one that has been lost: it will be repeated.
    pub fn receive(&mut self, now: Time, request: &Message, timers: &BaseTimers, out: &mut Actions) -> ServerMatch {
        let own = |branch: Branch, method: Method| {
            branch == request.branch
                && (method == request.method || (request.method == Method::Ack && method == Method::Invite))
        };
        let found = self.slots.iter().position(|server| !server.is_over() && own(server.branch, server.method));
        if let Some(place) = found {
            self.receive_again(now, place, request, timers, out);
            return ServerMatch::Absorbed;
        }
        let has_room = self.has_room();
        let absorbs =
            |server: &&mut Absorbing| now < server.until && own(server.response.branch, server.response.method);
        match self.absorbing.iter_mut().find(absorbs) {
            Some(Absorbing { how: How::Silently, .. }) => ServerMatch::Absorbed,
            Some(Absorbing { how: How::Answering, response, sent, .. }) => {
                *sent += 1;
                out.send(response, *sent);
                ServerMatch::Absorbed
            }
            None if request.method == Method::Ack || has_room => ServerMatch::New,
            None => ServerMatch::Absorbed,
        }
    }

    /// A repetition of the request in this slot has come, or the ACK to its refusal.
    fn receive_again(&mut self, now: Time, place: usize, request: &Message, timers: &BaseTimers, out: &mut Actions) {
        let (server, slot) = (&mut self.slots[place], place as u8);
        match server.state {
            State::Refused { .. } if request.method == Method::Ack => {
                out.clear(Timer::ServerRetransmit(slot));
                out.clear(Timer::ServerTimeout(slot));
                server.state = State::Over;
                let response = server.response;
                self.absorb(now, &response, How::Silently, now + timers.absorbs_acks());
            }
            State::Proceeding | State::Refused { .. } => {
                server.sent += 1;
                out.send(&server.response, server.sent);
            }
            State::Trying | State::Over => {}
        }
    }

    /// Begins the transaction of `request`, of which nothing is answered yet; returns its slot.
    pub fn begin(&mut self, request: &Message) -> u8 {
        self.put(Server::of(request, State::Trying))
    }

    /// The slot of the transaction of `request`, if there is one.
    pub fn slot(&self, request: &Message) -> Option<u8> {
        let own =
            |server: &Server| !server.is_over() && server.branch == request.branch && server.method == request.method;
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
            self.respond(now, request, &response, timers, out);
        }
    }

    /// Sends a response to `request`, in the transaction that it belongs to or begins.
    pub fn respond(
        &mut self,
        now: Time,
        request: &Message,
        response: &Message,
        timers: &BaseTimers,
        out: &mut Actions,
    ) {
        let (branch, method) = (request.branch, request.method);
        let server = |state| Server { branch, method, response: *response, sent: 1, state };
        out.send(response, 1);
        let (how, until) = match response.status() {
            Some(status) if status.is_provisional() => {
                self.put(server(State::Proceeding));
                return;
            }
            _ if method != Method::Invite => (How::Answering, now + timers.absorbs()),
            Some(status) if status.is_success() => (How::Silently, now + timers.timeout()),
            _ => {
                let slot = self.put(server(State::Refused { gap: timers.t1 }));
                // T5: no G over a reliable transport.
                if !timers.reliable {
                    out.set(Timer::ServerRetransmit(slot), now + timers.t1);
                }
                out.set(Timer::ServerTimeout(slot), now + timers.timeout());
                return;
            }
        };
        self.end(request);
        self.absorb(now, response, how, until);
    }

    /// Timer G: the refusal once more (rule T3).
    pub fn retransmit(&mut self, now: Time, slot: u8, timers: &BaseTimers, out: &mut Actions) {
        let Some(server) = self.slots.get_mut(usize::from(slot)) else { return };
        if let State::Refused { gap } = &mut server.state {
            *gap = gap.times(2).min(timers.t2);
            server.sent += 1;
            out.send(&server.response, server.sent);
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

    /// Puts a transaction into its slot, or into one that is free.
    fn put(&mut self, server: Server) -> u8 {
        let own = |other: &Server| !other.is_over() && (other.branch, other.method) == (server.branch, server.method);
        let slot = self.slots.iter().position(own).or_else(|| self.slots.iter().position(Server::is_over));
        match slot {
            Some(slot) => {
                self.slots[slot] = server;
                slot as u8
            }
            None => {
                debug_assert!(self.slots.len() < MOST, "what finds no room is dropped when it comes");
                self.slots.push(server);
                (self.slots.len() - 1) as u8
            }
        }
    }

    /// Absorbs what comes again of the request that `response` answers, in the place of a transaction that is over if
    /// there is any.
    // Each field is written where it stays: what is made elsewhere and moved would be read back at once.
    fn absorb(&mut self, now: Time, response: &Message, how: How, until: Time) {
        let place = self.absorbing.iter().position(|other| other.until <= now).unwrap_or_else(|| {
            self.absorbing.push(Absorbing { response: Message::BLANK, sent: 0, how, until });
            self.absorbing.len() - 1
        });
        let absorbing = &mut self.absorbing[place];
        absorbing.response = *response;
        absorbing.sent = 1;
        absorbing.how = how;
        absorbing.until = until;
    }

    /// How many it keeps in memory.
    #[cfg(test)]
    pub fn kept(&self) -> usize {
        self.slots.len() + self.absorbing.len()
    }
}

impl Server {
    /// That of `request`, which stands where the response will.
    fn of(request: &Message, state: State) -> Server {
        Server { branch: request.branch, method: request.method, response: *request, sent: 0, state }
    }

    fn is_over(&self) -> bool {
        match self.state {
            State::Over => true,
            State::Trying | State::Proceeding | State::Refused { .. } => false,
        }
    }
}
