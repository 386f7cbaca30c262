//! Client transactions: INVITE (RFC 3261 17.1.1, RFC 6026 7.2) and all others (17.1.2).

use crate::sip::actions::{Actions, Timer};
use crate::sip::message::{Branch, Message, Method};
use crate::sip::profile::BaseTimers;
use crate::time::{Span, Time};

/// The client transactions of one agent, each in a slot that its timers name.
#[derive(Clone, Debug, Default)]
pub struct Clients {
    slots: Vec<Client>,
}

#[derive(Clone, Copy, Debug)]
struct Client {
    request: Message,
    state: State,
    /// Copies of the request sent.
    sent: u16,
    /// The gap before the next copy.
    gap: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Calling, or Trying: no response yet.
    Trying,
    /// A provisional response has come.
    Proceeding,
    /// INVITE: a refusal has come, and is acknowledged again when it is repeated, until timer D.
    Completed { acks: u16, until: Time },
    /// INVITE: a 2xx has come; repeated ones go to the user until timer M.
    Accepted { until: Time },
    /// The slot is free. The transaction itself lives on until timer K, absorbing what would be dropped without it.
    Over { until: Time },
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
        self.slots.clear();
    }

    /// The method of the transaction in `slot`, if there is one.
    pub fn method(&self, slot: u8) -> Option<Method> {
        self.slots.get(usize::from(slot)).map(|client| client.request.method)
    }

    /// Whether a transaction of this method waits for its final response.
    pub fn is_pending(&self, method: Method) -> bool {
        let waits = |client: &Client| matches!(client.state, State::Trying | State::Proceeding);
        self.slots.iter().any(|client| waits(client) && client.request.method == method)
    }

    /// Whether an offer waits for its answer.
    pub fn have_offered(&self) -> bool {
        let waits = |client: &Client| matches!(client.state, State::Trying | State::Proceeding);
        self.slots.iter().any(|client| waits(client) && client.request.offer)
    }

    /// Whether a transaction lives, if only to absorb repetitions.
    pub fn live(&self, now: Time) -> bool {
        let lives = |client: &Client| match client.state {
            State::Over { until } => now < until,
            State::Trying | State::Proceeding | State::Completed { .. } | State::Accepted { .. } => {
                !client.is_over(now)
            }
        };
        self.slots.iter().any(lives)
    }

    /// The request of this transaction cannot be delivered. Returns it, if it still waited for a response.
    pub fn fail(&mut self, branch: Branch, out: &mut Actions) -> Option<Message> {
        let waits = |client: &Client| {
            matches!(client.state, State::Trying | State::Proceeding) && client.request.branch == branch
        };
        let slot = self.slots.iter().position(waits)?;
        out.clear(Timer::ClientTimeout(slot as u8));
        self.time_out(slot as u8, out)
    }

    /// Begins a transaction: sends `request` and sets its timers (rules T1, T2).
    ///
    /// `first_gap` is that between the first two copies.
    pub fn start(&mut self, now: Time, request: Message, first_gap: Span, timers: &BaseTimers, out: &mut Actions) {
        let client = Client { request, state: State::Trying, sent: 1, gap: first_gap };
        let slot = match self.slots.iter().position(|client| client.is_over(now)) {
            Some(slot) => {
                self.slots[slot] = client;
                slot
            }
            None => {
                self.slots.push(client);
                self.slots.len() - 1
            }
        } as u8;
        out.send(request, 1);
        // T5: neither A nor E over a reliable transport.
        if !timers.reliable {
            out.set(Timer::ClientRetransmit(slot), now + first_gap);
        }
        out.set(Timer::ClientTimeout(slot), now + timers.timeout());
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
        out.send(client.request, client.sent);
        out.set(Timer::ClientRetransmit(slot), now + client.gap);
    }

    /// Timer B or F: the request got no final response. Returns it (rules T1, T2).
    pub fn time_out(&mut self, slot: u8, out: &mut Actions) -> Option<Message> {
        let client = self.slots.get_mut(usize::from(slot))?;
        client.state = State::Over { until: Time::ZERO };
        out.clear(Timer::ClientRetransmit(slot));
        Some(client.request)
    }

    /// A response has come.
    pub fn respond(&mut self, now: Time, response: &Message, timers: &BaseTimers, out: &mut Actions) -> Reaction {
        let found = self.slots.iter_mut().zip(0usize..).find(|(client, _)| {
            !client.is_over(now) && client.request.branch == response.branch && client.request.method == response.method
        });
        let (Some((client, slot)), Some(status)) = (found, response.status()) else { return Reaction::Absorbed };
        let slot = slot as u8;
        let invite = client.request.method == Method::Invite;
        match client.state {
            State::Trying | State::Proceeding if status.is_provisional() => {
                if invite {
                    // A stops; B belongs to Calling alone (rule T1).
                    out.clear(Timer::ClientRetransmit(slot));
                    out.clear(Timer::ClientTimeout(slot));
                }
                client.state = State::Proceeding;
                Reaction::Answered(client.request)
            }
            State::Trying | State::Proceeding => {
                out.clear(Timer::ClientRetransmit(slot));
                out.clear(Timer::ClientTimeout(slot));
                client.state = if !invite {
                    State::Over { until: now + timers.linger(client.request.method) }
                } else if status.is_success() {
                    State::Accepted { until: now + timers.timeout() }
                } else {
                    // The ACK to a refusal is the transaction's own (rule T1); D is at least 32 s.
                    out.send(client.ack(response), 1);
                    State::Completed { acks: 1, until: now + timers.linger(Method::Invite) }
                };
                Reaction::Answered(client.request)
            }
            State::Completed { acks, until } => {
                if !status.is_provisional() && !status.is_success() {
                    client.state = State::Completed { acks: acks + 1, until };
                    out.send(client.ack(response), acks + 1);
                }
                Reaction::Absorbed
            }
            State::Accepted { .. } if status.is_success() => Reaction::AnsweredAgain(client.request),
            State::Accepted { .. } | State::Over { .. } => Reaction::Absorbed,
        }
    }
}

impl Client {
    fn is_over(&self, now: Time) -> bool {
        match self.state {
            State::Over { .. } => true,
            State::Completed { until, .. } | State::Accepted { until } => now >= until,
            State::Trying | State::Proceeding => false,
        }
    }

    /// The ACK to a refusal: in the INVITE's own transaction and on its way, To as in the response (RFC 3261 17.1.1.3).
    fn ack(&self, response: &Message) -> Message {
        let Message { branch, toward, routed, cseq, from, .. } = self.request;
        Message { toward, routed, ..Message::request(Method::Ack, branch, cseq, from, response.to) }
    }
}
