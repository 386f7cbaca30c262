//! What may stand in which message, whoever sends it (rules H1 to H3).

use super::obligations::Obligations;
use crate::sip::{Kind, Message, Method, Status, rules};
use crate::world::Element;

/// Checks the session timer fields of a message.
pub(super) fn check(from: Element, message: &Message, book: &mut Obligations) {
    let negotiates = matches!(message.method, Method::Invite | Method::Update);
    let is_request = message.kind == Kind::Request;
    let status = message.status();
    if let Some(expires) = message.session_expires {
        let may = negotiates && (is_request || status.is_some_and(Status::is_success));
        book.require(may, "H1", from, "Session-Expires stands where it must not");
        let enough = expires.interval_s >= rules::LEAST_SESSION_EXPIRES_S;
        book.require(enough, "H1", from, "Session-Expires is below 90 s");
    }
    let refuses = status == Some(Status::SESSION_INTERVAL_TOO_SMALL);
    if let Some(min_se) = message.min_se {
        book.require(negotiates && (is_request || refuses), "H2", from, "Min-SE stands where it must not");
        book.require(min_se >= rules::LEAST_SESSION_EXPIRES_S, "H2", from, "Min-SE is below 90 s");
    }
    book.require(!refuses || message.min_se.is_some(), "H3", from, "a 422 has no Min-SE");
    let may_require = negotiates && (is_request || status.is_some_and(Status::is_success));
    book.require(!message.requires_timer || may_require, "H4", from, "`Require: timer` stands where it must not");
}
