//! The calls of a run: when they begin, how long their users talk and what they do meanwhile, how they end.

use super::element::End;
use super::fact::HangUp;
use crate::random::{Distribution, Probability};
use crate::sip::Change;
use crate::time::Span;

/// The calls of a run. All of them are alike; chance tells them apart.
#[derive(Clone, Debug, PartialEq)]
pub struct Calls {
    /// How many.
    pub count: u32,
    /// When they begin.
    pub arrivals: Arrivals,
    /// Whether they are set up by an INVITE or stand already.
    pub begin: Begin,
    /// From the INVITE's arrival to the callee's answer. Zero: it answers at once, without ringing.
    pub ring_time: Distribution,
    /// From the call's establishment, as the caller sees it, to the hang-up.
    pub talk_time: Distribution,
    /// The probability that the caller hangs up, not the callee.
    pub hangup_by_caller: Probability,
    /// What happens at the hang-up.
    pub ending: Ending,
    /// What the users do meanwhile that shows in the media.
    pub conversation: Conversation,
}

/// What the users of a call do that shows in its media.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Conversation {
    /// Talkspurts and the pauses after them, of each user; `None`: each talks all the time.
    pub speech: Option<Periods>,
    /// When a user is muted, each for itself; `None`: never.
    pub mutes: Option<Periods>,
    /// When the call is on hold; `None`: never.
    pub holds: Option<Holds>,
}

/// Periods of something, one after another.
#[derive(Clone, Debug, PartialEq)]
pub struct Periods {
    /// From the establishment, or from the end of one, to the beginning of the next.
    pub after: Distribution,
    /// How long one lasts.
    pub last: Distribution,
}

/// When a call is on hold.
#[derive(Clone, Debug, PartialEq)]
pub struct Holds {
    /// When.
    pub periods: Periods,
    /// The probability that it is the caller who holds, not the callee.
    pub by_caller: Probability,
}

/// When calls begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrivals {
    /// All at time zero.
    AtStart,
    /// A Poisson process of which exactly `count` arrivals fall into `within`: given their number, the arrivals of a
    /// Poisson process are independent and uniform.
    Poisson {
        /// The time in which they arrive.
        within: Span,
    },
    /// All established before the start, with ages and remaining talk times in steady state.
    SteadyState,
    /// The first `standing` as in [`Arrivals::SteadyState`]; the others arrive as in [`Arrivals::Poisson`].
    Stream {
        /// How many are established before the start.
        standing: u32,
        /// The time in which the others arrive.
        within: Span,
    },
}

impl Arrivals {
    /// Whether call `call` is established before the start.
    pub const fn stands(self, call: u32) -> bool {
        match self {
            Arrivals::SteadyState => true,
            Arrivals::Stream { standing, .. } => call < standing,
            Arrivals::AtStart | Arrivals::Poisson { .. } => false,
        }
    }

    /// The time in which call `call` arrives, each instant alike; `None` if it is there from the start.
    pub const fn within(self, call: u32) -> Option<Span> {
        match self {
            Arrivals::Poisson { within } => Some(within),
            Arrivals::Stream { standing, within } if call >= standing => Some(within),
            Arrivals::Stream { .. } | Arrivals::AtStart | Arrivals::SteadyState => None,
        }
    }
}

/// How a call begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begin {
    /// By INVITE, 2xx and ACK over the path; calls that stand before the start are put up as by [`Begin::Established`].
    Invite,
    /// Established at its arrival, both session timers armed at that instant, without a message.
    Established,
}

/// How hang-ups end: shares of all hang-ups; what remains is an ordinary BYE left to the network.
#[derive(Clone, Debug, PartialEq)]
pub struct Ending {
    /// A BYE is sent, and no copy of it gets through.
    pub bye_lost: Probability,
    /// The agent that was to hang up dies without a BYE and stays dead.
    pub dies: Probability,
    /// The agent that was to hang up dies without a BYE and comes back without memory.
    pub restarts: Probability,
    /// From its death to its return.
    pub restart_after: Distribution,
    /// Whether the host of a dead agent answers requests to it with ICMP port unreachable.
    pub icmp: bool,
    /// The probability that the media of an agent that hangs up go on all the same, BYE or not.
    pub media_go_on: Probability,
}

impl Ending {
    /// The ending that the uniform number `u` from 0 to 1 stands for.
    pub fn choose(&self, u: f64) -> HangUp {
        let shares = [(self.bye_lost, HangUp::ByeLost), (self.dies, HangUp::Dies), (self.restarts, HangUp::Restarts)];
        let mut below = 0.0;
        for (share, ending) in shares {
            below += share.get();
            if u < below {
                return ending;
            }
        }
        HangUp::Bye
    }
}

/// A re-INVITE or UPDATE that a user asks for in a call that stands, by script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request {
    /// Whose user.
    pub sender: End,
    /// What for.
    pub change: Change,
    /// What `at` counts from.
    pub clock: RequestClock,
    /// When.
    pub at: Span,
}

/// What the time of a request counts from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestClock {
    /// The start of the run.
    Run,
    /// The establishment of each call, as the caller sees it.
    Established,
}
