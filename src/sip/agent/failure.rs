//! How a negotiation fails: refused, unsent or timed out.

use crate::sip::message::{Message, Status};

/// How a re-INVITE or UPDATE has failed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Failure {
    /// `None`: it timed out.
    pub(super) status: Option<Status>,
    pub(super) min_se: Option<u32>,
    pub(super) retry_after_s: Option<u16>,
    /// Whether the other side has answered; else it could not be sent or timed out.
    pub(super) answered: bool,
}

impl Failure {
    pub(super) const TIMED_OUT: Failure = Failure { status: None, min_se: None, retry_after_s: None, answered: false };

    /// A request that cannot be sent counts as refused with 503 (RFC 3261 8.1.3.1).
    pub(super) const UNSENT: Failure = Failure { status: Some(Status::UNAVAILABLE), ..Failure::TIMED_OUT };

    /// A time-out, a 408 or a 481.
    pub(super) fn ends_session(&self) -> bool {
        self.status.is_none_or(|status| matches!(status, Status::NO_SUCH_CALL | Status::REQUEST_TIMEOUT))
    }

    pub(super) fn refused(response: &Message, status: Status) -> Failure {
        let Message { min_se, retry_after_s, .. } = *response;
        Failure { status: Some(status), min_se, retry_after_s, answered: true }
    }
}
