//! What an agent knows: how far its call is, the dialog, the session, its pings and what is under way.

use crate::sip::ReleaseCause;
use crate::sip::message::{Branch, Message, Method, Side, Tag};
use crate::sip::profile::{Profile, WhenLost};
use crate::sip::session_timer::RefreshSchedule;
use crate::sip::transaction::{Clients, Servers};
use crate::time::{Span, Time};

/// One side of one call.
#[derive(Clone, Debug)]
pub struct Agent {
    pub(super) profile: Profile,
    /// Which element of the path it is: the maker of its branches and tags.
    pub(super) element: u8,
    /// On which side the other end of its dialog lies.
    pub(super) faces: Side,
    /// How long the callee lets it ring; `None`: until it is told to answer.
    pub(super) ring_time: Option<Span>,
    pub(super) phase: Phase,
    pub(super) dialog: Dialog,
    /// What it does in the session, and when.
    pub(super) schedule: RefreshSchedule,
    /// The largest Min-SE that a 422 or a request of this call carried (rules C6, C9).
    pub(super) least: Option<u32>,
    /// The 2xx to the INVITE that has not been acknowledged yet.
    pub(super) unacknowledged: Option<Unacknowledged>,
    /// The ACK to the other side's last 2xx to an INVITE, and how often it was sent.
    pub(super) acknowledgement: Option<(Message, u16)>,
    /// Whether the other side takes an UPDATE (rule C7).
    pub(super) update: Update,
    /// Whether this side made the Call-ID: the caller (rule R4).
    pub(super) owns_call_id: bool,
    /// Refreshes that have failed in a row (rule R4).
    pub(super) failed_refreshes: u8,
    /// The session was refreshed since this side sent its last refresh: by the other side, if that one is still
    /// unanswered.
    pub(super) fresh: bool,
    /// Whether its UPDATEs that refresh carry an offer.
    pub(super) offers: bool,
    /// A refresh became due while another negotiation was under way (rule C12).
    pub(super) overdue: bool,
    /// The change of the session that its user wants.
    pub(super) changing: Option<Changing>,
    /// Its pings.
    pub(super) pinging: Pinging,
    /// Whether the other side has said that it knows timers.
    pub(super) peer_knows_timer: bool,
    /// Transactions begun, by method: the ordinals of the branches.
    pub(super) begun: [u32; Method::ALL.len()],
    pub(super) clients: Clients,
    pub(super) servers: Servers,
}

/// How far the call is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// No call.
    Idle,
    /// The caller's INVITE is out; `rounds` were refused with 422.
    Calling { rounds: u8 },
    /// The callee rings.
    Ringing { invite: Message },
    /// The session stands.
    Up,
    /// Let go: this side's BYE is unanswered (rule R7).
    Leaving,
    /// The call is over.
    Gone,
}

/// What is known of whether the other side takes an UPDATE (rule C7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Update {
    /// Its Allow does not list it.
    NotAllowed,
    /// Its Allow lists it.
    Allowed,
    /// It has refused one with 405 or 501, whatever its Allow says.
    Refused,
}

impl Update {
    pub(super) fn allowed(listed: bool) -> Update {
        if listed { Update::Allowed } else { Update::NotAllowed }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Dialog {
    pub(super) local: Tag,
    /// [`Tag::NONE`] until the other side has named its own.
    pub(super) remote: Tag,
    pub(super) local_seq: u32,
    pub(super) remote_seq: u32,
}

/// A 2xx to an INVITE that waits for its ACK (rule T3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unacknowledged {
    pub(super) response: Message,
    /// Whether it answers a re-INVITE.
    pub(super) again: bool,
    pub(super) sent: u16,
    pub(super) gap: Span,
    /// Why a BYE waits for the ACK, or for 64·T1 (rule R8).
    pub(super) then_leave: Option<ReleaseCause>,
}

/// A re-INVITE or UPDATE that a user wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// `Invite` or `Update`.
    pub method: Method,
    /// Whether it carries an offer. A re-INVITE always does.
    pub offer: bool,
    /// Whether it carries Session-Expires, as a refresh does; without one the timer may end with it (rule C10).
    pub refreshes: bool,
}

/// A change and how far it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Changing {
    pub(super) change: Change,
    pub(super) state: ChangeState,
    pub(super) refusals: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ChangeState {
    /// For the end of another negotiation.
    Waiting,
    /// For its answer.
    UnderWay(Branch),
    /// For the time that its refusal has set.
    Refused,
}

/// The pings of one side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Pinging {
    /// That which waits for its answer.
    pub(super) under_way: Option<Branch>,
    /// How many in a row nobody has answered.
    pub(super) missed: u8,
    /// The other side is lost, and the grace runs; what is done then.
    pub(super) lost: Option<WhenLost>,
}

/// When a session timer counts from: `since` before `now`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Armed {
    pub(super) now: Time,
    pub(super) since: Span,
}

impl Armed {
    pub(super) fn at(now: Time) -> Armed {
        Armed { now, since: Span::ZERO }
    }
}
