//! Media as an agent sends them and listens for them: settings of its profile. The agent itself knows no media; whoever
//! runs it tells it when none have come for as long as it allows.

use crate::time::Span;

/// Which packets tell a side that the other is still there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Watch {
    /// RTP, comfort noise among it.
    Rtp,
    /// RTCP.
    Rtcp,
    /// Whichever comes.
    Either,
}

/// What a side sends in place of the voice of its user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quiet {
    /// RTP as ever, of silence.
    Rtp,
    /// A packet of comfort noise at the beginning, and then one each [`Media::noise_every`] (RFC 3389).
    ComfortNoise,
    /// No RTP.
    Nothing,
}

/// What a side that puts the other on hold says in its offer (RFC 3264 8.4). The other side sends no RTP either way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// `a=sendonly`: it sends music.
    SendOnly,
    /// `a=inactive`: it sends no RTP.
    Inactive,
}

/// How long a side allows for silence while the call is on hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HoldTimeout {
    /// As long as otherwise.
    Same,
    /// For ever.
    Off,
    /// So long.
    After(Span),
}

/// What an agent sends of media, and what it listens for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Media {
    /// What it listens for.
    pub watch: Watch,
    /// How long it allows for silence on hold.
    pub hold_timeout: HoldTimeout,
    /// While its user is silent.
    pub in_silence: Quiet,
    /// While its user is muted.
    pub muted: Quiet,
    /// From one packet of comfort noise to the next; above zero.
    pub noise_every: Span,
    /// How it puts the other side on hold.
    pub hold: Hold,
    /// From one RTCP report to the next, above zero; `None`: it sends none.
    pub rtcp_every: Option<Span>,
    /// Whether its RTCP goes on while the call is on hold (RFC 3264 5.1).
    pub rtcp_on_hold: bool,
}

impl Media {
    /// Silence and mute as RTP, hold without music, RTCP each 5 s also on hold (RFC 3264 8.4, RFC 3550 6.2); it listens
    /// for RTP.
    pub const RFC: Media = Media {
        watch: Watch::Rtp,
        hold_timeout: HoldTimeout::Same,
        in_silence: Quiet::Rtp,
        muted: Quiet::Rtp,
        noise_every: Span::from_secs(5),
        hold: Hold::Inactive,
        rtcp_every: Some(Span::from_secs(5)),
        rtcp_on_hold: true,
    };
}
