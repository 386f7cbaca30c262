//! How long messages are: as long as they are when written out in full, with the header fields that a plain user agent
//! sends.
//!
//! A [`Message`] has the fields that rules read; the others are those of the lines below. They are of a call between
//! two telephone numbers: one Via, From, To, Call-ID, Max-Forwards, User-Agent or Server; a Contact and an Allow where
//! INVITE, UPDATE, OPTIONS and their answers have them (RFC 3261 table 2, RFC 3311 table 1); an audio description of
//! two codecs. Not counted: the Vias of proxies, Route and Record-Route, which make each message some 50 to 150 bytes
//! longer for each proxy that it has passed or will pass, and credentials.

use super::message::{Kind, Message, Method, Status, Tag};

const REQUEST_URI_AND_VERSION: &str = " sip:+498912345678@192.0.2.30:5060 SIP/2.0\r\n";
const VERSION: &str = "SIP/2.0 ";
const VIA: &str = "Via: SIP/2.0/UDP 192.0.2.10:5060;rport;branch=z9hG4bK4b43c2ff8a1e7d05\r\n";
/// As the server completes it (RFC 3581 4).
const VIA_ANSWERED: &str =
    "Via: SIP/2.0/UDP 192.0.2.10:5060;rport=5060;received=192.0.2.10;branch=z9hG4bK4b43c2ff8a1e7d05\r\n";
const MAX_FORWARDS: &str = "Max-Forwards: 70\r\n";
const FROM: &str = "From: <sip:+493012345678@example.com>\r\n";
const TO: &str = "To: <sip:+498912345678@example.com>\r\n";
const TAG: &str = ";tag=9fxced76sl2a7f3c";
const CALL_ID: &str = "Call-ID: 384827629822018851a1c3e5@192.0.2.10\r\n";
const CSEQ: &str = "CSeq:  \r\n";
const CONTACT: &str = "Contact: <sip:+493012345678@192.0.2.10:5060>\r\n";
const ALLOW: &str = "Allow: INVITE, ACK, BYE, CANCEL, OPTIONS, PRACK, INFO, NOTIFY\r\n";
const ALLOW_UPDATE: &str = ", UPDATE";
const USER_AGENT: &str = "User-Agent: Example 1.0\r\n";
const SERVER: &str = "Server: Example 1.0\r\n";
const SUPPORTED: &str = "Supported: timer\r\n";
const REQUIRE: &str = "Require: timer\r\n";
const SESSION_EXPIRES: &str = "Session-Expires: \r\n";
const REFRESHER: &str = ";refresher=uac";
const MIN_SE: &str = "Min-SE: \r\n";
const RETRY_AFTER: &str = "Retry-After: \r\n";
const NO_BODY: &str = "Content-Length: 0\r\n\r\n";
const BODY: &str = "Content-Type: application/sdp\r\nContent-Length: 234\r\n\r\n\
    v=0\r\no=- 3956840123 3956840123 IN IP4 192.0.2.10\r\ns=-\r\nc=IN IP4 192.0.2.10\r\nt=0 0\r\n\
    m=audio 49170 RTP/AVP 8 0 101\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:0 PCMU/8000\r\n\
    a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\na=ptime:20\r\na=sendrecv\r\n";

impl Message {
    /// Its length in bytes, from its first line to the end of its body: what a UDP datagram or TCP carries, without the
    /// headers of those and of IP.
    ///
    /// The 2xx to an INVITE carries an answer; that to an UPDATE is counted without one.
    pub const fn bytes(&self) -> u32 {
        let first = match self.kind {
            Kind::Request => self.method.name().len() + REQUEST_URI_AND_VERSION.len(),
            Kind::Response(status) => VERSION.len() + digits(status.0 as u32) + " \r\n".len() + status.reason().len(),
        };
        let of_all = FROM.len() + TO.len() + CALL_ID.len() + CSEQ.len() + digits(self.cseq) + self.method.name().len();
        let tags = tag(self.from) + tag(self.to);
        let of_kind = match self.kind {
            Kind::Request => VIA.len() + MAX_FORWARDS.len() + USER_AGENT.len(),
            Kind::Response(_) => VIA_ANSWERED.len() + SERVER.len(),
        };
        (first + of_all + tags + of_kind + self.bytes_of_dialog() + self.bytes_of_timer() + self.bytes_of_body()) as u32
    }

    /// Of Contact and Allow: where the message may change the dialog or says what its sender can do.
    const fn bytes_of_dialog(&self) -> usize {
        let speaks = matches!(self.method, Method::Invite | Method::Update | Method::Options);
        let (contact, allow) = match self.kind {
            Kind::Request => (speaks, speaks),
            Kind::Response(status) => {
                let begins = status.is_provisional() && status.0 > Status::TRYING.0;
                let says = speaks && (begins || status.is_success());
                (says, says || status.0 == Status::METHOD_NOT_ALLOWED.0)
            }
        };
        let allow = match (allow, self.allows_update) {
            (false, _) => 0,
            (true, false) => ALLOW.len(),
            (true, true) => ALLOW.len() + ALLOW_UPDATE.len(),
        };
        if contact { CONTACT.len() + allow } else { allow }
    }

    /// Of the fields of RFC 4028, and Retry-After.
    const fn bytes_of_timer(&self) -> usize {
        let mut bytes = 0;
        if self.supports_timer {
            bytes += SUPPORTED.len();
        }
        if self.requires_timer {
            bytes += REQUIRE.len();
        }
        if let Some(asked) = self.session_expires {
            bytes += SESSION_EXPIRES.len() + digits(asked.interval_s);
            if asked.refresher.is_some() {
                bytes += REFRESHER.len();
            }
        }
        if let Some(min_se) = self.min_se {
            bytes += MIN_SE.len() + digits(min_se);
        }
        if let Some(seconds) = self.retry_after_s {
            bytes += RETRY_AFTER.len() + digits(seconds as u32);
        }
        bytes
    }

    /// Of the body, if there is one, and what says so.
    const fn bytes_of_body(&self) -> usize {
        let has_body = match self.kind {
            Kind::Request => self.offer,
            Kind::Response(status) => matches!(self.method, Method::Invite) && status.is_success(),
        };
        if has_body { BODY.len() } else { NO_BODY.len() }
    }
}

impl Status {
    /// Its reason phrase (RFC 3261 21, RFC 4028 6); empty where the simulator knows none.
    pub const fn reason(self) -> &'static str {
        match self {
            Status::TRYING => "Trying",
            Status::RINGING => "Ringing",
            Status::OK => "OK",
            Status::METHOD_NOT_ALLOWED => "Method Not Allowed",
            Status::REQUEST_TIMEOUT => "Request Timeout",
            Status::SESSION_INTERVAL_TOO_SMALL => "Session Interval Too Small",
            Status::TEMPORARILY_UNAVAILABLE => "Temporarily Unavailable",
            Status::NO_SUCH_CALL => "Call/Transaction Does Not Exist",
            Status::NOT_ACCEPTABLE_HERE => "Not Acceptable Here",
            Status::REQUEST_PENDING => "Request Pending",
            Status::SERVER_ERROR => "Server Internal Error",
            Status::NOT_IMPLEMENTED => "Not Implemented",
            Status::UNAVAILABLE => "Service Unavailable",
            Status(_) => "",
        }
    }
}

const fn tag(tag: Tag) -> usize {
    if tag.0 == Tag::NONE.0 { 0 } else { TAG.len() }
}

/// How many decimal digits a number has: most have few.
const fn digits(number: u32) -> usize {
    let of_few = 1 + (number >= 10) as usize + (number >= 100) as usize + (number >= 1000) as usize;
    match number {
        0..10_000 => of_few,
        _ => number.ilog10() as usize + 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sip::{Branch, Refresher, SessionExpires};
    use proptest::prelude::*;

    const INVITE: &str = "INVITE sip:+498912345678@192.0.2.30:5060 SIP/2.0\r\n\
        Via: SIP/2.0/UDP 192.0.2.10:5060;rport;branch=z9hG4bK4b43c2ff8a1e7d05\r\n\
        Max-Forwards: 70\r\n\
        From: <sip:+493012345678@example.com>;tag=9fxced76sl2a7f3c\r\n\
        To: <sip:+498912345678@example.com>\r\n\
        Call-ID: 384827629822018851a1c3e5@192.0.2.10\r\n\
        CSeq: 1 INVITE\r\n\
        Contact: <sip:+493012345678@192.0.2.10:5060>\r\n\
        Allow: INVITE, ACK, BYE, CANCEL, OPTIONS, PRACK, INFO, NOTIFY, UPDATE\r\n\
        Supported: timer\r\n\
        Session-Expires: 1800\r\n\
        User-Agent: Example 1.0\r\n\
        Content-Type: application/sdp\r\n\
        Content-Length: 234\r\n\
        \r\n\
        v=0\r\n\
        o=- 3956840123 3956840123 IN IP4 192.0.2.10\r\n\
        s=-\r\n\
        c=IN IP4 192.0.2.10\r\n\
        t=0 0\r\n\
        m=audio 49170 RTP/AVP 8 0 101\r\n\
        a=rtpmap:8 PCMA/8000\r\n\
        a=rtpmap:0 PCMU/8000\r\n\
        a=rtpmap:101 telephone-event/8000\r\n\
        a=fmtp:101 0-16\r\n\
        a=ptime:20\r\n\
        a=sendrecv\r\n";

    const BYE: &str = "BYE sip:+498912345678@192.0.2.30:5060 SIP/2.0\r\n\
        Via: SIP/2.0/UDP 192.0.2.10:5060;rport;branch=z9hG4bK4b43c2ff8a1e7d05\r\n\
        Max-Forwards: 70\r\n\
        From: <sip:+493012345678@example.com>;tag=9fxced76sl2a7f3c\r\n\
        To: <sip:+498912345678@example.com>;tag=9fxced76sl2a7f3c\r\n\
        Call-ID: 384827629822018851a1c3e5@192.0.2.10\r\n\
        CSeq: 12 BYE\r\n\
        User-Agent: Example 1.0\r\n\
        Content-Length: 0\r\n\
        \r\n";

    const TOO_SMALL: &str = "SIP/2.0 422 Session Interval Too Small\r\n\
        Via: SIP/2.0/UDP 192.0.2.10:5060;rport=5060;received=192.0.2.10;branch=z9hG4bK4b43c2ff8a1e7d05\r\n\
        From: <sip:+493012345678@example.com>;tag=9fxced76sl2a7f3c\r\n\
        To: <sip:+498912345678@example.com>;tag=9fxced76sl2a7f3c\r\n\
        Call-ID: 384827629822018851a1c3e5@192.0.2.10\r\n\
        CSeq: 1 INVITE\r\n\
        Min-SE: 600\r\n\
        Server: Example 1.0\r\n\
        Content-Length: 0\r\n\
        \r\n";

    fn branch(method: Method) -> Branch {
        Branch { element: 0, method, ordinal: 0 }
    }

    fn asks(interval_s: u32, refresher: Option<Refresher>) -> Option<SessionExpires> {
        Some(SessionExpires { interval_s, refresher })
    }

    fn invite() -> Message {
        let bare = Message::request(Method::Invite, branch(Method::Invite), 1, Tag(1), Tag::NONE);
        let supports_timer = true;
        Message { supports_timer, session_expires: asks(1800, None), allows_update: true, offer: true, ..bare }
    }

    fn update() -> Message {
        let bare = Message::request(Method::Update, branch(Method::Update), 2, Tag(1), Tag(2));
        let session_expires = asks(1800, Some(Refresher::Uac));
        Message { supports_timer: true, session_expires, allows_update: true, ..bare }
    }

    fn ok(request: Message) -> Message {
        let session_expires = asks(1800, Some(Refresher::Uac));
        let response = request.response(Status::OK, Tag(2));
        Message { supports_timer: true, requires_timer: true, allows_update: true, session_expires, ..response }
    }

    fn in_dialog(method: Method, cseq: u32) -> Message {
        Message::request(method, branch(method), cseq, Tag(1), Tag(2))
    }

    #[test]
    fn a_message_is_as_long_as_its_text() {
        assert_eq!(invite().bytes() as usize, INVITE.len());
        assert_eq!(in_dialog(Method::Bye, 12).bytes() as usize, BYE.len());
        let too_small = invite().response(Status::SESSION_INTERVAL_TOO_SMALL, Tag(2));
        assert_eq!(Message { min_se: Some(600), ..too_small }.bytes() as usize, TOO_SMALL.len());
    }

    #[test]
    fn written_messages_state_the_length_of_their_bodies() {
        for text in [INVITE, BYE, TOO_SMALL, NO_BODY, BODY] {
            let (head, body) = text.split_once("\r\n\r\n").unwrap();
            let stated = head.lines().find_map(|line| line.strip_prefix("Content-Length: ")).unwrap();
            assert_eq!(stated.parse(), Ok(body.len()), "{text}");
        }
    }

    /// The figures of `docs/model.md`.
    #[test]
    fn the_documentation_shows_these_lengths() {
        let invite = invite();
        let shown = [
            ("INVITE", invite),
            ("100 to it", invite.response(Status::TRYING, Tag::NONE)),
            ("180 to it", invite.response(Status::RINGING, Tag(2))),
            ("200 to it", ok(invite)),
            ("ACK", in_dialog(Method::Ack, 1)),
            ("UPDATE that refreshes", update()),
            ("200 to it", ok(update())),
            ("re-INVITE that refreshes", Message { offer: true, method: Method::Invite, ..update() }),
            ("200 to it", ok(Message { method: Method::Invite, ..update() })),
            ("BYE", in_dialog(Method::Bye, 3)),
            ("200 to it", in_dialog(Method::Bye, 3).response(Status::OK, Tag(2))),
            ("OPTIONS in the dialog", Message { allows_update: true, ..in_dialog(Method::Options, 3) }),
            ("200 to it", in_dialog(Method::Options, 3).response(Status::OK, Tag(2))),
            ("422 to INVITE", Message { min_se: Some(90), ..invite.response(Status(422), Tag(2)) }),
            ("481 to UPDATE", update().response(Status::NO_SUCH_CALL, Tag(2))),
            ("491 to UPDATE", update().response(Status::REQUEST_PENDING, Tag(2))),
        ];
        let rows: String = shown.iter().map(|(name, message)| format!("| {name} | {} |\n", message.bytes())).collect();
        let page = include_str!("../../docs/model.md");
        assert!(page.contains(&rows), "docs/model.md lacks these rows:\n{rows}");
    }

    /// A message written out, line by line.
    fn written(message: &Message) -> String {
        let method = message.method.name();
        let first = match message.kind {
            Kind::Request => format!("{method}{REQUEST_URI_AND_VERSION}{VIA}{MAX_FORWARDS}{USER_AGENT}"),
            Kind::Response(status) => {
                format!("{VERSION}{} {}\r\n{VIA_ANSWERED}{SERVER}", status.0, status.reason())
            }
        };
        let mut lines = vec![first, CALL_ID.into(), format!("CSeq: {} {method}\r\n", message.cseq)];
        let tagged = |line: &str, tag: Tag| match tag {
            Tag::NONE => line.to_owned(),
            Tag(_) => line.replace("\r\n", &format!("{TAG}\r\n")),
        };
        lines.extend([tagged(FROM, message.from), tagged(TO, message.to)]);
        let speaks = ["INVITE", "UPDATE", "OPTIONS"].contains(&method);
        let status = message.status().map(|status| status.0);
        let says = speaks && status.is_none_or(|status| (101..300).contains(&status));
        if says {
            lines.push(CONTACT.into());
        }
        if says || status == Some(405) {
            let allow = if message.allows_update { "NOTIFY, UPDATE" } else { "NOTIFY" };
            lines.push(ALLOW.replace("NOTIFY", allow));
        }
        if message.supports_timer {
            lines.push(SUPPORTED.into());
        }
        if message.requires_timer {
            lines.push(REQUIRE.into());
        }
        lines.extend(message.session_expires.map(|asked| format!("Session-Expires: {asked}\r\n")));
        lines.extend(message.min_se.map(|min_se| format!("Min-SE: {min_se}\r\n")));
        lines.extend(message.retry_after_s.map(|seconds| format!("Retry-After: {seconds}\r\n")));
        let answers = method == "INVITE" && status.is_some_and(|status| (200..300).contains(&status));
        let body = if answers || status.is_none() && message.offer { BODY } else { NO_BODY };
        lines.push(body.into());
        lines.concat()
    }

    proptest! {
        /// The slow twin: the text itself.
        #[test]
        fn any_message_is_as_long_as_what_is_written(
            (method, status) in (0..7usize, prop::option::of(100u16..700)),
            (cseq, from, to) in (any::<u32>(), 0..2u16, 0..2u16),
            session in prop::option::of((any::<u32>(), 0..3u8)),
            (min_se, retry_after_s) in (any::<Option<u32>>(), any::<Option<u16>>()),
            [supports_timer, requires_timer, allows_update, offer] in any::<[bool; 4]>(),
        ) {
            let method = Method::ALL[method];
            let message = Message {
                kind: status.map_or(Kind::Request, |status| Kind::Response(Status(status))),
                session_expires: session.and_then(|(interval_s, refresher)| {
                    asks(interval_s, [None, Some(Refresher::Uac), Some(Refresher::Uas)][usize::from(refresher)])
                }),
                min_se,
                retry_after_s,
                supports_timer,
                requires_timer,
                allows_update,
                offer,
                ..Message::request(method, branch(method), cseq, Tag(from), Tag(to))
            };
            prop_assert_eq!(message.bytes() as usize, written(&message).len(), "{}", written(&message));
        }
    }
}
