//! What an agent has asked, and how far its requests are.

use crate::sip::{Branch, Message, Method};
use crate::time::{Span, Time};

/// What an agent has asked.
#[derive(Debug, Default)]
pub(super) struct Asking {
    pub(super) transactions: Vec<Transaction>,
    /// The CSeq of its last request.
    pub(super) last_seq: Option<u32>,
    /// Its last INVITE outside a dialog, and how many of them it has sent.
    pub(super) invite: Option<Message>,
    pub(super) rounds: u32,
    /// The last ACK to a 2xx.
    pub(super) acknowledged: Option<Message>,
    /// Whether the other side takes an UPDATE.
    pub(super) update: Option<bool>,
    /// It has refused one with 405 or 501.
    pub(super) update_refused: bool,
    /// Refreshes that failed in a row.
    pub(super) failures: u32,
    /// A refresh became due while a negotiation was under way.
    pub(super) overdue: bool,
    /// When it last sent a BYE for the first time.
    pub(super) said_bye: Option<Time>,
    /// When its BYE last had its end.
    pub(super) ended_at: Option<Time>,
}

/// A client transaction.
#[derive(Debug)]
pub(super) struct Transaction {
    pub(super) request: Message,
    pub(super) gap: Span,
    pub(super) copies: u16,
    /// When B or F ends it.
    pub(super) until: Time,
    pub(super) state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Waiting,
    Proceeding,
    /// It has its final response, and absorbs repetitions until then.
    Answered {
        until: Time,
        success: bool,
    },
}

impl Asking {
    /// Forgets all transactions.
    pub(super) fn forget(&mut self) {
        *self = Asking { last_seq: self.last_seq, ..Asking::default() };
    }

    pub(super) fn pending(&self) -> impl Iterator<Item = &Transaction> {
        self.transactions.iter().filter(|transaction| !matches!(transaction.state, State::Answered { .. }))
    }

    /// Whether a re-INVITE or UPDATE waits for its answer.
    pub(super) fn is_negotiating(&self) -> bool {
        self.pending().any(|transaction| negotiates(transaction.request.method))
    }

    /// Whether an offer waits for its answer.
    pub(super) fn has_offered(&self) -> bool {
        self.pending().any(|transaction| transaction.request.offer)
    }

    /// Takes note of whether the other side takes an UPDATE.
    pub(super) fn learn_allow(&mut self, message: &Message) {
        self.update = Some(message.allows_update);
    }

    pub(super) fn of(&mut self, branch: Branch, method: Method) -> Option<&mut Transaction> {
        self.transactions
            .iter_mut()
            .rev()
            .find(|known| known.request.branch == branch && known.request.method == method)
    }
}

/// Whether this method negotiates a session.
pub(super) fn negotiates(method: Method) -> bool {
    match method {
        Method::Invite | Method::Update => true,
        Method::Ack | Method::Bye | Method::Options | Method::Register | Method::Message => false,
    }
}
