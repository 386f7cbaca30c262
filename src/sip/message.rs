//! SIP messages, as far as transactions, dialogs and session timers look into them.
//!
//! A message is a small value, copied and never allocated: header fields that no rule here reads are absent. Names are
//! those of RFC 3261 and RFC 4028.

use super::refresher::Refresher;
use std::fmt;

/// A request method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Method {
    /// Sets up a session.
    Invite,
    /// Completes an INVITE transaction.
    Ack,
    /// Ends a session.
    Bye,
    /// Changes or refreshes a session (RFC 3311).
    Update,
    /// Registers a device at a platform (`heartbeat`); no call has it.
    Register,
    /// Carries a device's keepalive (RFC 3428, `heartbeat`); no call has it.
    Message,
    /// Asks whether the other side is there; changes nothing.
    Options,
}

impl Method {
    /// All methods.
    pub const ALL: [Method; 7] =
        [Method::Invite, Method::Ack, Method::Bye, Method::Update, Method::Register, Method::Message, Method::Options];

    /// Those of calls.
    pub const IN_CALLS: [Method; 5] = [Method::Invite, Method::Ack, Method::Bye, Method::Update, Method::Options];

    /// The method as SIP writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Method::Invite => "INVITE",
            Method::Ack => "ACK",
            Method::Bye => "BYE",
            Method::Update => "UPDATE",
            Method::Register => "REGISTER",
            Method::Message => "MESSAGE",
            Method::Options => "OPTIONS",
        }
    }
}

/// A status code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Status(pub u16);

impl Status {
    /// 100 Trying.
    pub const TRYING: Status = Status(100);
    /// 180 Ringing.
    pub const RINGING: Status = Status(180);
    /// 200 OK.
    pub const OK: Status = Status(200);
    /// 405 Method Not Allowed.
    pub const METHOD_NOT_ALLOWED: Status = Status(405);
    /// 408 Request Timeout.
    pub const REQUEST_TIMEOUT: Status = Status(408);
    /// 422 Session Interval Too Small.
    pub const SESSION_INTERVAL_TOO_SMALL: Status = Status(422);
    /// 480 Temporarily Unavailable.
    pub const TEMPORARILY_UNAVAILABLE: Status = Status(480);
    /// 481 Call/Transaction Does Not Exist.
    pub const NO_SUCH_CALL: Status = Status(481);
    /// 488 Not Acceptable Here.
    pub const NOT_ACCEPTABLE_HERE: Status = Status(488);
    /// 491 Request Pending.
    pub const REQUEST_PENDING: Status = Status(491);
    /// 500 Server Internal Error.
    pub const SERVER_ERROR: Status = Status(500);
    /// 503 Service Unavailable.
    pub const UNAVAILABLE: Status = Status(503);
    /// 501 Not Implemented.
    pub const NOT_IMPLEMENTED: Status = Status(501);

    /// 1xx.
    pub const fn is_provisional(self) -> bool {
        self.0 < 200
    }

    /// 5xx.
    pub const fn is_server_failure(self) -> bool {
        self.0 >= 500 && self.0 < 600
    }

    /// 2xx.
    pub const fn is_success(self) -> bool {
        self.0 >= 200 && self.0 < 300
    }
}

/// What a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A request.
    Request,
    /// A response of this status.
    Response(Status),
}

/// The branch parameter of the top Via: which client transaction a message belongs to.
///
/// Any unique token will do for SIP. This one is made of what it names, so that the same transaction of the same call
/// has the same branch at every setting of a study, and its fate in the network with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub struct Branch {
    /// How many transactions of this method the element had begun before in this call.
    pub ordinal: u32,
    /// Which element made it.
    pub element: u8,
    /// The method of the transaction; an ACK to a 2xx is one of its own.
    pub method: Method,
}

/// The Session-Expires header field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionExpires {
    /// The session interval, in seconds.
    pub interval_s: u32,
    /// The refresher parameter.
    pub refresher: Option<Refresher>,
}

impl fmt::Display for SessionExpires {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.interval_s)?;
        self.refresher.map_or(Ok(()), |refresher| write!(f, ";refresher={}", refresher.name()))
    }
}

/// A refusal whatever the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Its status, 300 or more.
    pub status: Status,
    /// Its Retry-After, in seconds.
    pub retry_after_s: Option<u16>,
    /// Its Min-SE, in seconds.
    pub min_se: Option<u32>,
}

/// A From or To tag; [`Tag::NONE`] where there is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tag(pub u16);

impl Tag {
    /// No tag: the To of a request outside a dialog.
    pub const NONE: Tag = Tag(0);

    /// The `nth` tag of an element, from 1.
    pub const fn of(element: u8, nth: u8) -> Tag {
        Tag((element as u16) << 8 | nth as u16)
    }

    /// The element that made it.
    pub const fn element(self) -> u8 {
        (self.0 >> 8) as u8
    }
}

/// A side of the call, as seen from any element between.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// Where the caller is.
    Caller,
    /// Where the callee is.
    Callee,
}

impl Side {
    /// The other one.
    pub const fn other(self) -> Side {
        match self {
            Side::Caller => Side::Callee,
            Side::Callee => Side::Caller,
        }
    }
}

/// A SIP message.
// In this order fields that are read together lie together: several are then read at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub struct Message {
    /// Request or response.
    pub kind: Kind,
    /// The side that it is for: of a request, that on which its Request-URI lies.
    pub toward: Side,
    /// Of a request, and of the responses to it: it has the Route of a dialog, and passes by the elements alone that
    /// had themselves recorded (rules T8, P10).
    pub routed: bool,
    /// `Supported: timer` (rule H4).
    pub supports_timer: bool,
    /// `Require: timer` (rule H4).
    pub requires_timer: bool,
    /// Its transaction; a response goes to the element that made this branch.
    pub branch: Branch,
    /// CSeq number.
    pub cseq: u32,
    /// From tag.
    pub from: Tag,
    /// To tag.
    pub to: Tag,
    /// Session-Expires (rule H1).
    pub session_expires: Option<SessionExpires>,
    /// Min-SE, in seconds (rules H2, H3).
    pub min_se: Option<u32>,
    /// Retry-After, in seconds.
    pub retry_after_s: Option<u16>,
    /// The method, for a response that of its CSeq.
    pub method: Method,
    /// Allow lists UPDATE (rule C7).
    pub allows_update: bool,
    /// Of a request: it carries an offer, which its 2xx answers.
    pub offer: bool,
}

impl Message {
    /// A message that nobody sends, for places that will hold one.
    pub const BLANK: Message = {
        let branch = Branch { ordinal: 0, element: 0, method: Method::Ack };
        Message::request(Method::Ack, branch, 0, Tag::NONE, Tag::NONE)
    };

    /// A request toward the callee's side, without session timer fields; in a dialog if it has a To tag.
    pub const fn request(method: Method, branch: Branch, cseq: u32, from: Tag, to: Tag) -> Message {
        Message {
            kind: Kind::Request,
            method,
            branch,
            toward: Side::Callee,
            routed: to.0 != Tag::NONE.0,
            cseq,
            from,
            to,
            session_expires: None,
            min_se: None,
            supports_timer: false,
            requires_timer: false,
            allows_update: false,
            offer: false,
            retry_after_s: None,
        }
    }

    /// The response of `status` to this request, with `to` as its To tag, without session timer fields.
    pub const fn response(&self, status: Status, to: Tag) -> Message {
        let bare = Message::request(self.method, self.branch, self.cseq, self.from, to);
        Message { kind: Kind::Response(status), toward: self.toward.other(), routed: self.routed, ..bare }
    }

    /// Whether it is a BYE request.
    pub const fn is_bye(&self) -> bool {
        matches!((self.kind, self.method), (Kind::Request, Method::Bye))
    }

    /// The status, if it is a response.
    pub const fn status(&self) -> Option<Status> {
        match self.kind {
            Kind::Request => None,
            Kind::Response(status) => Some(status),
        }
    }
}

impl fmt::Display for Message {
    /// As a ladder names it: `INVITE`, `200 UPDATE`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            Kind::Request => f.write_str(self.method.name()),
            Kind::Response(status) => write!(f, "{} {}", status.0, self.method.name()),
        }
    }
}
