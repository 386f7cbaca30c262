//! A SIP message of this mechanism, and what of it no call reads.

use crate::heartbeat::Purpose;
use crate::heartbeat::actions::Nonce;
use crate::sip::{self, Kind, Method, Status};

/// What a REGISTER and its answers carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RegisterFields {
    /// Expires, in seconds: as asked, as granted; 0 to be registered no more.
    pub expires_s: u32,
    /// The nonce of its Authorization or WWW-Authenticate.
    pub nonce: Option<Nonce>,
}

/// A message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message {
    /// What transactions read.
    pub sip: sip::Message,
    /// What a REGISTER and its answers carry beside it.
    pub register: Option<RegisterFields>,
}

impl Message {
    /// What the request, or that which it answers, is for.
    pub fn purpose(&self) -> Purpose {
        match self.register {
            None => Purpose::Keepalive,
            Some(RegisterFields { expires_s: 0, .. }) => Purpose::UnRegister,
            Some(_) => Purpose::Register,
        }
    }

    /// Its length, in bytes.
    pub fn bytes(&self) -> u32 {
        let length = match (self.sip.kind, self.sip.method) {
            (Kind::Request, Method::Register) => {
                REGISTER.len() + self.register.and_then(|fields| fields.nonce).map_or(0, |_| AUTHORIZATION.len())
            }
            (Kind::Request, _) => KEEPALIVE.len(),
            (Kind::Response(Status(401)), Method::Register) => RESPONSE.len() + CHALLENGE.len(),
            (Kind::Response(_), _) => RESPONSE.len(),
        };
        length as u32
    }
}

const REGISTER: &str = "REGISTER sip:34020000002000000001@3402000000 SIP/2.0\r\n\
    Via: SIP/2.0/UDP 192.0.2.20:5060;rport;branch=z9hG4bK1234567890\r\n\
    From: <sip:34020000001320000001@3402000000>;tag=1234567890\r\nTo: <sip:34020000001320000001@3402000000>\r\n\
    Call-ID: 1234567890@192.0.2.20\r\nCSeq: 1 REGISTER\r\nContact: <sip:34020000001320000001@192.0.2.20:5060>\r\n\
    Max-Forwards: 70\r\nExpires: 3600\r\nContent-Length: 0\r\n\r\n";

const AUTHORIZATION: &str = "Authorization: Digest username=\"34020000001320000001\", realm=\"3402000000\", \
    nonce=\"0123456789abcdef0123456789abcdef\", uri=\"sip:34020000002000000001@3402000000\", \
    response=\"0123456789abcdef0123456789abcdef\", algorithm=MD5\r\n";

const KEEPALIVE: &str = "MESSAGE sip:34020000002000000001@3402000000 SIP/2.0\r\n\
    Via: SIP/2.0/UDP 192.0.2.20:5060;rport;branch=z9hG4bK1234567890\r\n\
    From: <sip:34020000001320000001@3402000000>;tag=1234567890\r\nTo: <sip:34020000002000000001@3402000000>\r\n\
    Call-ID: 1234567890@192.0.2.20\r\nCSeq: 20 MESSAGE\r\nContent-Type: Application/MANSCDP+xml\r\n\
    Max-Forwards: 70\r\nContent-Length: 150\r\n\r\n<?xml version=\"1.0\"?>\r\n<Notify>\r\n\
    <CmdType>Keepalive</CmdType>\r\n<SN>1</SN>\r\n<DeviceID>34020000001320000001</DeviceID>\r\n\
    <Status>OK</Status>\r\n</Notify>\r\n";

const RESPONSE: &str = "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 192.0.2.20:5060;rport=5060;received=192.0.2.20;\
    branch=z9hG4bK1234567890\r\nFrom: <sip:34020000001320000001@3402000000>;tag=1234567890\r\n\
    To: <sip:34020000002000000001@3402000000>;tag=0987654321\r\nCall-ID: 1234567890@192.0.2.20\r\n\
    CSeq: 20 MESSAGE\r\nContent-Length: 0\r\n\r\n";

const CHALLENGE: &str =
    "WWW-Authenticate: Digest realm=\"3402000000\", nonce=\"0123456789abcdef0123456789abcdef\", algorithm=MD5\r\n";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_written_message_states_the_length_of_its_body() {
        for text in [REGISTER, KEEPALIVE, RESPONSE] {
            let (head, body) = text.split_once("\r\n\r\n").unwrap();
            let stated = head.lines().find_map(|line| line.strip_prefix("Content-Length: ")).unwrap();
            assert_eq!(stated.parse(), Ok(body.len()), "{text}");
        }
    }
}
