//! The requests and responses, as far as the rules look into them, and their lengths.
//!
//! A message is a small value; what no rule reads is absent. Lengths are those of a message written out in full, with
//! an id of twenty digits and a digest as RFC 2617 has it.

use crate::heartbeat::actions::Nonce;
use crate::heartbeat::{Purpose, rules};

/// A POST to `/VIID/System/Register`, `/Keepalive` or `/UnRegister`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request {
    /// What it is for.
    pub purpose: Purpose,
    /// How many requests of this purpose the device had begun before.
    pub ordinal: u32,
    /// Which try of it this is, from 1.
    pub attempt: u16,
    /// The nonce in its Authorization, if it has one.
    pub authorization: Option<Nonce>,
}

/// A response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Response {
    /// The request that it answers.
    pub request: Request,
    /// The HTTP status.
    pub status: u16,
    /// The StatusCode in its body.
    pub code: u16,
    /// The nonce in its WWW-Authenticate, if it has one.
    pub challenge: Option<Nonce>,
}

impl Response {
    /// Whether it says that all is right: 200, and 0 in the body (rule G6).
    pub fn is_right(&self) -> bool {
        self.status == 200 && self.code == rules::BODY_OK
    }
}

/// A message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Message {
    /// A request.
    Request(Request),
    /// A response.
    Response(Response),
}

impl Message {
    /// The request, or that which it answers.
    pub fn request(&self) -> &Request {
        match self {
            Message::Request(request) => request,
            Message::Response(response) => &response.request,
        }
    }

    /// Its length, in bytes.
    pub fn bytes(&self) -> u32 {
        let length = match self {
            Message::Request(Request { purpose, authorization, .. }) => {
                let bare = match purpose {
                    Purpose::Register => REGISTER.len(),
                    Purpose::Keepalive => KEEPALIVE.len(),
                    Purpose::UnRegister => UN_REGISTER.len(),
                };
                bare + authorization.map_or(0, |_| AUTHORIZATION.len())
            }
            Message::Response(Response { challenge: Some(_), .. }) => CHALLENGE.len(),
            Message::Response(_) => RESPONSE.len(),
        };
        length as u32
    }
}

const REGISTER: &str = "POST /VIID/System/Register HTTP/1.1\r\nHost: 192.0.2.10:8080\r\n\
    User-Identify: 11010101011190000001\r\nContent-Type: application/VIID+JSON\r\nContent-Length: 54\r\n\r\n\
    {\"RegisterObject\":{\"DeviceID\":\"11010101011190000001\"}}";

const KEEPALIVE: &str = "POST /VIID/System/Keepalive HTTP/1.1\r\nHost: 192.0.2.10:8080\r\n\
    User-Identify: 11010101011190000001\r\nContent-Type: application/VIID+JSON\r\nContent-Length: 55\r\n\r\n\
    {\"KeepaliveObject\":{\"DeviceID\":\"11010101011190000001\"}}";

const UN_REGISTER: &str = "POST /VIID/System/UnRegister HTTP/1.1\r\nHost: 192.0.2.10:8080\r\n\
    User-Identify: 11010101011190000001\r\nContent-Type: application/VIID+JSON\r\nContent-Length: 56\r\n\r\n\
    {\"UnRegisterObject\":{\"DeviceID\":\"11010101011190000001\"}}";

const AUTHORIZATION: &str = "Authorization: Digest username=\"11010101011190000001\", realm=\"viid\", \
    nonce=\"0123456789abcdef0123456789abcdef\", uri=\"/VIID/System/Register\", qop=auth, nc=00000001, \
    cnonce=\"0123456789abcdef\", response=\"0123456789abcdef0123456789abcdef\"\r\n";

const RESPONSE: &str = "HTTP/1.1 200 OK\r\nContent-Type: application/VIID+JSON\r\nContent-Length: 156\r\n\r\n\
    {\"ResponseStatusObject\":{\"Id\":\"11010101011190000001\",\"RequestURL\":\"/VIID/System/Keepalive\",\
    \"StatusCode\":0,\"StatusString\":\"OK\",\"LocalTime\":\"20260101000000\"}}";

const CHALLENGE: &str = "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Digest realm=\"viid\", qop=\"auth\", \
    nonce=\"0123456789abcdef0123456789abcdef\"\r\nContent-Length: 0\r\n\r\n";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_written_message_states_the_length_of_its_body() {
        for text in [REGISTER, KEEPALIVE, UN_REGISTER, RESPONSE, CHALLENGE] {
            let (head, body) = text.split_once("\r\n\r\n").unwrap();
            let stated = head.lines().find_map(|line| line.strip_prefix("Content-Length: ")).unwrap();
            assert_eq!(stated.parse(), Ok(body.len()), "{text}");
        }
    }

    #[test]
    fn a_registration_with_its_challenge_is_longer_than_a_keepalive() {
        let request = |purpose, authorization| {
            Message::Request(Request { purpose, ordinal: 0, attempt: 1, authorization }).bytes()
        };
        assert_eq!(request(Purpose::Keepalive, None), 212);
        assert_eq!(request(Purpose::Register, None), 210);
        assert_eq!(request(Purpose::Register, Some(Nonce(1))), 445);
    }
}
