//! What an agent has been asked, and how far its answers are.

use super::obligations::{Obligations, What};
use crate::sip::{Branch, Message, Method, Status};
use crate::time::{Span, Time};
use crate::world::Element;

/// What an agent has been asked.
#[derive(Debug, Default)]
pub(super) struct Answering {
    pub(super) transactions: Vec<Transaction>,
    /// The highest CSeq of the other side.
    pub(super) highest_seq: Option<u32>,
    /// When a request last came again.
    pub(super) repeated_at: Option<Time>,
    /// It has waited with a BYE for an ACK.
    pub(super) waited: bool,
}

/// A server transaction.
#[derive(Debug)]
pub(super) struct Transaction {
    pub(super) request: Message,
    /// What it must be answered, and by which rule; `None`: what the agent sees fit.
    pub(super) right: Option<(Status, &'static str)>,
    /// The last response, and how often it was sent.
    pub(super) response: Option<(Message, u16)>,
    pub(super) gap: Span,
    /// Until when the last response is repeated, or the 2xx waits for its ACK.
    pub(super) until: Time,
    pub(super) acknowledged: bool,
}

impl Answering {
    /// Forgets all transactions.
    pub(super) fn forget(&mut self) {
        *self = Answering { highest_seq: self.highest_seq, ..Answering::default() };
    }

    /// Whether a 2xx to an INVITE waits for its ACK at `now` (rule R8).
    pub(super) fn waits_for_ack(&self, now: Time) -> bool {
        self.waiting().any(|known| now < known.until)
    }

    /// The same, and at the very end of the wait.
    pub(super) fn has_unacknowledged(&self) -> bool {
        self.waiting().next().is_some()
    }

    /// The 2xx that wait for their ACK are sent no more: the session is over.
    pub(super) fn stop(&mut self, element: Element, book: &mut Obligations) {
        self.waiting_mut().for_each(|known| known.absolve(element, book));
    }

    /// It says BYE, perhaps because no ACK has come.
    pub(super) fn gives_up_on_ack(&mut self, element: Element, book: &mut Obligations) {
        for known in self.waiting_mut() {
            if book.is_due(element, What::GiveUpOnAck(known.request.branch)) {
                book.done(element, What::GiveUpOnAck(known.request.branch));
            }
        }
    }

    pub(super) fn waiting_mut(&mut self) -> impl Iterator<Item = &mut Transaction> {
        self.transactions.iter_mut().filter(|known| known.waits())
    }

    pub(super) fn waiting(&self) -> impl Iterator<Item = &Transaction> {
        self.transactions.iter().filter(|known| known.waits())
    }

    pub(super) fn of(&mut self, branch: Branch, method: Method) -> Option<&mut Transaction> {
        self.transactions
            .iter_mut()
            .rev()
            .find(|known| known.request.branch == branch && known.request.method == method)
    }
}

impl Transaction {
    /// Its 2xx waits for an ACK no more.
    pub(super) fn absolve(&mut self, element: Element, book: &mut Obligations) {
        self.acknowledged = true;
        book.waive(element, What::CopyOfResponse(self.request.branch));
        book.waive(element, What::GiveUpOnAck(self.request.branch));
    }

    /// Whether its 2xx waits for an ACK.
    pub(super) fn waits(&self) -> bool {
        let success = self.response.and_then(|(response, _)| response.status()).is_some_and(Status::is_success);
        self.request.method == Method::Invite && success && !self.acknowledged
    }
}
