//! Client transactions: INVITE (RFC 3261 17.1.1, RFC 6026 7.2) and all others (17.1.2).

use crate::sip::actions::{Actions, Timer};
use crate::sip::message::{Branch, Message, Method, Status};
use crate::sip::profile::BaseTimers;
use crate::time::{Span, Time};

/// The client transactions of one element.
#[derive(Clone, Debug, Default)]
pub struct Clients {
    /// Those that have timers, each in a slot that its timers name.
    slots: Vec<Client>,
    /// INVITEs with their final response. They only absorb what is repeated, which takes no timer and so no slot.
    answered: Vec<Answered>,
}

/// How many slots there are, so that a timer can name each.
const MOST: usize = u8::MAX as usize;

#[derive(Clone, Copy, Debug)]
#[repr(C)]
struct Client {
    request: Message,
    state: State,
    /// Copies of the request sent.
    sent: u16,
    /// The gap before the next copy.
    gap: Span,
    /// When B or F fires.
    gives_up: Time,
    /// The one of its timers that is set: A or E, or B or F where the next copy would come no sooner.
    timer: Timer,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Calling, or Trying: no response yet.
    Trying,
    /// A provisional response has come.
    Proceeding,
    /// The slot is free. The transaction itself lives on until timer K, absorbing what would be dropped without it.
    Over { until: Time },
}

/// An INVITE with its final response.
#[derive(Clone, Copy, Debug)]
struct Answered {
    request: Message,
    by: Final,
    /// Timer D or M: from then on it is as if it were not there.
    until: Time,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Final {
    /// Completed: a refusal, which is acknowledged again when it is repeated; so often it was.
    Refusal { acks: u16 },
    /// Accepted: a 2xx; repeated ones go to the user.
    Success,
}

/// What the user of a client transaction must see of a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reaction {
    /// Nothing: it matches no transaction, or is a repetition.
    Absorbed,
    /// The response, and the request that it answers.
    Answered(Message),
    /// A 2xx to an INVITE again: it wants its ACK again.
    AnsweredAgain(Message),
}

impl Clients {
    /// Forgets all transactions, and keeps the memory.
    pub fn clear(&mut self) {
        let Clients { slots, answered } = self;
        slots.clear();
        answered.clear();
    }

    /// The method of the transaction in `slot`, if there is one.
    pub fn method(&self, slot: u8) -> Option<Method> {
        self.slots.get(usize::from(slot)).map(|client| client.request.method)
    }

    /// Whether a transaction of this method waits for its final response.
    pub fn is_pending(&self, method: Method) -> bool {
        self.slots.iter().any(|client| client.waits() && client.request.method == method)
    }

    /// Whether any transaction waits for its final response.
    pub fn are_busy(&self) -> bool {
        self.slots.iter().any(Client::waits)
    }

    /// Whether an offer waits for its answer.
    pub fn have_offered(&self) -> bool {
        self.slots.iter().any(|client| client.waits() && client.request.offer)
    }

    /// Whether a transaction lives, if only to absorb repetitions.
    pub fn live(&self, now: Time) -> bool {
        let lives = |client: &Client| match client.state {
            State::Over { until } => now < until,
            State::Trying | State::Proceeding => true,
        };
        self.slots.iter().any(lives) || self.answered.iter().any(|answered| now < answered.until)
    }

    /// Whether one more can begin. A timer can name 255 at once: an agent has but a handful, since it waits for the end
    /// of one before it begins the next; a proxy has as many as others begin.
    pub fn has_room(&self) -> bool {
        self.slots.len() < MOST || self.slots.iter().any(|client| !client.waits())
    }

    /// The request of this transaction cannot be delivered. Returns it, if it still waited for a response.
    pub fn fail(&mut self, branch: Branch, out: &mut Actions) -> Option<Message> {
        let slot = self.slots.iter().position(|client| client.waits() && client.request.branch == branch)?;
        out.clear(self.slots[slot].timer);
        self.time_out(slot as u8)
    }

    /// Begins a transaction: sends `request` and sets its timers (rules T1, T2).
    ///
    /// `first_gap` is that between the first two copies. There must be [room](Clients::has_room).
    pub fn start(&mut self, now: Time, request: &Message, first_gap: Span, timers: &BaseTimers, out: &mut Actions) {
        let free = self.slots.iter().position(|client| !client.waits());
        let slot = free.unwrap_or(self.slots.len()) as u8;
        let gives_up = now + timers.timeout();
        let timer = Timer::ClientTimeout(slot);
        let mut client = Client { request: *request, state: State::Trying, sent: 1, gap: first_gap, gives_up, timer };
        out.send(request, 1);
        // T5: neither A nor E over a reliable transport.
        if timers.reliable {
            out.set(timer, gives_up);
        } else {
            client.set_next(now, slot, out);
        }
        match self.slots.get_mut(usize::from(slot)) {
            Some(free) => *free = client,
            None => {
                debug_assert!(self.has_room(), "an agent has a handful of transactions, and a proxy looks for room");
                self.slots.push(client);
            }
        }
    }

    /// Timer A or E: the request once more. A doubles the gap without a cap, E up to T2 (rules T1, T2).
    pub fn retransmit(&mut self, now: Time, slot: u8, timers: &BaseTimers, out: &mut Actions) {
        let Some(client) = self.slots.get_mut(usize::from(slot)) else { return };
        client.sent += 1;
        client.gap = match (client.request.method, client.state) {
            (Method::Invite, _) => client.gap.times(2),
            (_, State::Proceeding) => timers.t2,
            _ => client.gap.times(2).min(timers.t2),
        };
        out.send(&client.request, client.sent);
        client.set_next(now, slot, out);
    }

    /// Timer B or F: the request got no final response. Returns it (rules T1, T2).
    pub fn time_out(&mut self, slot: u8) -> Option<Message> {
        let client = self.slots.get_mut(usize::from(slot))?;
        client.state = State::Over { until: Time::ZERO };
        Some(client.request)
    }

    /// A response has come.
    pub fn respond(&mut self, now: Time, response: &Message, timers: &BaseTimers, out: &mut Actions) -> Reaction {
        let Some(status) = response.status() else { return Reaction::Absorbed };
        let own = |request: &Message| request.branch == response.branch && request.method == response.method;
        if let Some(slot) = self.slots.iter().position(|client| client.waits() && own(&client.request)) {
            return self.answer(now, slot, response, status, timers, out);
        }
        let Some(answered) = self.answered.iter_mut().find(|answered| now < answered.until && own(&answered.request))
        else {
            return Reaction::Absorbed;
        };
        match &mut answered.by {
            Final::Success if status.is_success() => return Reaction::AnsweredAgain(answered.request),
            Final::Refusal { acks } if !status.is_provisional() && !status.is_success() => {
                *acks += 1;
                out.send(&acknowledge(&answered.request, response), *acks);
            }
            Final::Success | Final::Refusal { .. } => {}
        }
        Reaction::Absorbed
    }

    /// The first response to the transaction in `slot`, or its first final one.
    fn answer(
        &mut self,
        now: Time,
        slot: usize,
        response: &Message,
        status: Status,
        timers: &BaseTimers,
        out: &mut Actions,
    ) -> Reaction {
        let client = &mut self.slots[slot];
        let request = client.request;
        let invite = request.method == Method::Invite;
        if !status.is_provisional() || invite {
            // A stops; B belongs to Calling alone (rule T1).
            out.clear(client.timer);
        }
        if status.is_provisional() {
            client.state = State::Proceeding;
            return Reaction::Answered(request);
        }
        if !invite {
            client.state = State::Over { until: now + timers.linger(request.method) };
            return Reaction::Answered(request);
        }
        client.state = State::Over { until: Time::ZERO };
        let (by, until) = if status.is_success() {
            (Final::Success, now + timers.timeout())
        } else {
            // The ACK to a refusal is the transaction's own (rule T1); D is at least 32 s.
            out.send(&acknowledge(&request, response), 1);
            (Final::Refusal { acks: 1 }, now + timers.linger(Method::Invite))
        };
        self.answered.retain(|answered| now < answered.until);
        self.answered.push(Answered { request, by, until });
        Reaction::Answered(request)
    }

    /// How many it keeps in memory.
    #[cfg(test)]
    pub fn kept(&self) -> usize {
        self.slots.len() + self.answered.len()
    }
}

impl Client {
    /// Sets the timer of the next copy, or the last.
    fn set_next(&mut self, now: Time, slot: u8, out: &mut Actions) {
        let next = now + self.gap;
        self.timer = if next < self.gives_up { Timer::ClientRetransmit(slot) } else { Timer::ClientTimeout(slot) };
        out.set(self.timer, next.min(self.gives_up));
    }

    /// Whether it still waits for its final response.
    fn waits(&self) -> bool {
        match self.state {
            State::Trying | State::Proceeding => true,
            State::Over { .. } => false,
        }
    }
}

/// The ACK to a refusal: in the INVITE's own transaction and on its way, To as in the response (RFC 3261 17.1.1.3).
fn acknowledge(request: &Message, response: &Message) -> Message {
    let Message { branch, toward, routed, cseq, from, .. } = *request;
    Message { toward, routed, ..Message::request(Method::Ack, branch, cseq, from, response.to) }
}
