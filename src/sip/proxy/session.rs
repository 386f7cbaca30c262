//! What a call-stateful proxy does to the session timer fields of what it forwards (RFC 4028 8).
//!
//! Pure functions of its settings and a message.

use super::profile::{CallKeeping, Inserts};
use crate::sip::message::{Message, SessionExpires};
use crate::sip::refresher::Refresher;
use crate::sip::rules;

/// Why a request is not forwarded: 422 with this Min-SE, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TooSmall(pub u32);

/// Changes `request`, an INVITE or UPDATE, as the proxy may on its way to the server.
///
/// # Errors
/// If its interval is below the proxy's least and the client can ask for more (rule P4).
pub(super) fn forward_request(keeping: &CallKeeping, request: &mut Message) -> Result<(), TooSmall> {
    let own_least = keeping.min_se.unwrap_or(rules::LEAST_SESSION_EXPIRES_S);
    let asked_least = request.min_se.unwrap_or(rules::LEAST_SESSION_EXPIRES_S);
    let Some(asked) = &mut request.session_expires else {
        let inserts = match keeping.inserts {
            Inserts::Never => false,
            Inserts::First => !request.routed,
            Inserts::Every => true,
        };
        // P1: at least 90 and at least the request's Min-SE; no refresher.
        if let Some(wanted) = keeping.session_expires.filter(|_| inserts) {
            let interval_s = wanted.max(own_least).max(asked_least);
            request.session_expires = Some(SessionExpires { interval_s, refresher: None });
        }
        return Ok(());
    };
    if asked.interval_s < own_least {
        if !request.supports_timer {
            // P5: the client would not understand a 422; so the interval is raised, and Min-SE says why. P3: this
            // alone raises one.
            asked.interval_s = own_least.max(asked_least);
            request.min_se = Some(own_least.max(asked_least));
        } else if keeping.refuses {
            // P4.
            return Err(TooSmall(own_least));
        }
        return Ok(());
    }
    // P2: the refresher stays as it is.
    if let Some(wanted) = keeping.session_expires.filter(|_| keeping.lowers) {
        asked.interval_s = asked.interval_s.min(wanted.max(own_least).max(asked_least));
    }
    Ok(())
}

/// Changes `response`, a 2xx to `request` as the proxy forwarded it, as it may on its way back to the client.
pub(super) fn forward_2xx(keeping: &CallKeeping, request: &Message, response: &mut Message) {
    // P6: an interval that is there is left alone. P8: a client without support gets no timer.
    if !keeping.adds_to_2xx || response.session_expires.is_some() || !request.supports_timer {
        return;
    }
    // P7: the server knows no timers, so the client is the only one that can refresh; but it asked not to (erratum
    // 8926).
    if let Some(SessionExpires { interval_s, refresher: None | Some(Refresher::Uac) }) = request.session_expires {
        response.session_expires = Some(SessionExpires { interval_s, refresher: Some(Refresher::Uac) });
        response.requires_timer = true;
    }
}
