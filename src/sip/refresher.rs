//! The refresher parameter: who refreshes, as messages and settings both name it.

/// Which side of one transaction refreshes: the `refresher` parameter of Session-Expires (RFC 4028 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refresher {
    /// The sender of the request.
    Uac,
    /// Its receiver.
    Uas,
}

impl Refresher {
    /// The parameter's value as SIP writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Refresher::Uac => "uac",
            Refresher::Uas => "uas",
        }
    }
}
