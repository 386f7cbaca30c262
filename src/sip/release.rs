//! Why an element let go of its call: the timer or message that ended it, and the rule that says so.

/// Why an element let go of its call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub enum ReleaseCause {
    /// Its user hung up.
    HungUp,
    /// A BYE came.
    ByeReceived,
    /// No refresh came in time: the watcher gave up.
    RefreshMissing,
    /// The interval ended with no successful refresh of its own.
    IntervalEnded,
    /// Its refresh was answered 481 or 408.
    RefreshRefused,
    /// Its refresh failed in another way, by a refusal or because it could not be sent, and that ends a call for it.
    RefreshFailed,
    /// Its refresh timed out.
    RefreshTimedOut,
    /// Its 2xx to the INVITE was never acknowledged.
    NoAck,
    /// Its INVITE timed out, or was refused.
    SetupFailed,
    /// It died.
    Died,
    /// A B2BUA's leg: the other leg's dialog has ended, or came to nothing.
    PartnerEnded,
    /// No media came any more.
    MediaSilent,
    /// A proxy: no refresh came while the interval lasted, and it forgot the call.
    StateExpired,
    /// Its ping was answered 481 or 408, or by nobody.
    PingFailed,
}

/// How files and people call a cause.
struct Words {
    /// In files.
    name: &'static str,
    /// The rule by which it ends a call.
    rule: Option<&'static str>,
    /// The timer or message that it is.
    by: &'static str,
}

impl ReleaseCause {
    /// All causes.
    pub const ALL: [ReleaseCause; 14] = [
        ReleaseCause::HungUp,
        ReleaseCause::ByeReceived,
        ReleaseCause::RefreshMissing,
        ReleaseCause::IntervalEnded,
        ReleaseCause::RefreshRefused,
        ReleaseCause::RefreshFailed,
        ReleaseCause::RefreshTimedOut,
        ReleaseCause::NoAck,
        ReleaseCause::SetupFailed,
        ReleaseCause::Died,
        ReleaseCause::PartnerEnded,
        ReleaseCause::MediaSilent,
        ReleaseCause::StateExpired,
        ReleaseCause::PingFailed,
    ];

    /// Whether whoever let go for it decided that the call was over, by a timer or a failed refresh, and not because
    /// a user or the other side had ended it.
    pub const fn ends_a_call_by_itself(self) -> bool {
        match self {
            ReleaseCause::RefreshMissing
            | ReleaseCause::IntervalEnded
            | ReleaseCause::RefreshRefused
            | ReleaseCause::RefreshFailed
            | ReleaseCause::RefreshTimedOut
            | ReleaseCause::NoAck
            | ReleaseCause::MediaSilent
            | ReleaseCause::PingFailed => true,
            ReleaseCause::HungUp
            | ReleaseCause::ByeReceived
            | ReleaseCause::SetupFailed
            | ReleaseCause::Died
            | ReleaseCause::PartnerEnded
            | ReleaseCause::StateExpired => false,
        }
    }

    /// Its name in files and figures.
    pub const fn name(self) -> &'static str {
        self.words().name
    }

    /// The rule by which it ends a call: its id in `docs/conformance.md`, or where it stands. Death obeys none.
    pub const fn rule(self) -> Option<&'static str> {
        self.words().rule
    }

    /// The timer or message that ended the call, in a few words.
    pub const fn by(self) -> &'static str {
        self.words().by
    }

    const fn words(self) -> Words {
        let (name, rule, by) = match self {
            ReleaseCause::HungUp => ("hung-up", Some("R7"), "its user hung up"),
            ReleaseCause::ByeReceived => ("bye-received", Some("RFC 3261 15.1.2"), "BYE received"),
            ReleaseCause::RefreshMissing => ("refresh-missing", Some("R2"), "session timer: no refresh came in time"),
            ReleaseCause::IntervalEnded => ("interval-ended", Some("R2"), "session timer: its interval ended"),
            ReleaseCause::RefreshRefused => ("refresh-refused", Some("R3"), "481 or 408 to its refresh"),
            ReleaseCause::RefreshFailed => {
                ("refresh-failed", Some("R4"), "another refusal of its refresh, or it could not be sent")
            }
            ReleaseCause::RefreshTimedOut => {
                ("refresh-timed-out", Some("R3"), "timer F (B for a re-INVITE) of its refresh")
            }
            ReleaseCause::NoAck => ("no-ack", Some("T3"), "no ACK to its 2xx in 64*T1"),
            ReleaseCause::SetupFailed => ("set-up-failed", Some("T1"), "its INVITE was refused, or timer B"),
            ReleaseCause::Died => ("died", None, "it died"),
            ReleaseCause::PartnerEnded => ("other-leg-ended", None, "its other leg had ended"),
            ReleaseCause::MediaSilent => ("media-silent", Some("M6"), "media timer: no media came any more"),
            ReleaseCause::StateExpired => ("state-expired", Some("P9"), "its interval ended, and it forgot the call"),
            ReleaseCause::PingFailed => ("ping-failed", Some("RFC 3261 12.2.1.2"), "481, 408 or no answer to its ping"),
        };
        Words { name, rule, by }
    }
}
