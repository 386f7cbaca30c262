//! What is to be run: the agents, the path between them, the calls they make and the faults that befall them.

use std::sync::Arc;

use super::chain::Element;
use super::fact::HangUp;
use super::ways::Ways;
use crate::net::Path;
use crate::random::{Law, Probability};
use crate::sip::{Change, Method, Profile, ProxyProfile, Refusal};
use crate::time::{Span, Time};

/// One run of the world, every setting decided.
#[derive(Clone, Debug)]
pub struct Setup {
    /// The seed of all chance.
    pub seed: u64,
    /// The way between caller and callee; of several, the first.
    pub path: Path,
    /// How callers behave.
    pub caller: Profile,
    /// How callees behave.
    pub callee: Profile,
    /// The shares of callers and of callees that behave otherwise.
    pub otherwise: [Vec<Share>; 2],
    /// What stands between them on the path and takes part, in order from the caller.
    pub between: Vec<Between>,
    /// When it dies and comes back.
    pub crashes: Vec<Crash>,
    /// All ways, where calls do not all take the same; `path`, `between`, `crashes` and `faults` are those of the first.
    pub ways: Option<Arc<Ways>>,
    /// The calls.
    pub calls: Calls,
    /// Messages that are lost or refused by script.
    pub faults: Vec<Fault>,
    /// What users want changed in the session, by script.
    pub requests: Vec<Request>,
    /// When the run ends at the latest; `None`: when nothing is pending.
    pub horizon: Option<Time>,
}

/// A share of agents that behave alike.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share {
    /// The share of all.
    pub share: Probability,
    /// How they behave.
    pub profile: Profile,
}

impl Setup {
    /// How the agent at `end` behaves in the call that drew the uniform number `u` from 0 to 1 for it.
    pub fn profile(&self, end: End, u: f64) -> &Profile {
        let usual = match end {
            End::Caller => &self.caller,
            End::Callee => &self.callee,
        };
        let mut below = 0.0;
        let other = self.otherwise[end as usize].iter().find(|other| {
            below += other.share.get();
            u < below
        });
        other.map_or(usual, |other| &other.profile)
    }
}

/// What takes part in the signalling between caller and callee.
#[derive(Clone, Debug, PartialEq)]
pub struct Between {
    /// Where it stands: the nodes of the path, counted from the caller's, from 0.
    pub node: u8,
    /// What it is.
    pub part: Part,
}

/// What something between caller and callee is.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// A stateful proxy.
    Proxy(ProxyProfile),
    /// Two agents back to back, each with a dialog of its own. The end of the one is the end of the other.
    B2bua {
        /// How it behaves in the dialog with the caller's side, and in that with the callee's.
        legs: Box<[Profile; 2]>,
        /// It ends the call when no media has come from one side for this long.
        media_limit: Option<Span>,
    },
}

impl Part {
    /// How many elements it is.
    pub fn elements(&self) -> usize {
        match self {
            Part::Proxy(_) => 1,
            Part::B2bua { .. } => 2,
        }
    }
}

/// Something between caller and callee dies, with all calls that it carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Crash {
    /// Which, counted in [`Setup::between`].
    pub which: usize,
    /// What `at` counts from.
    pub clock: FaultClock,
    /// When.
    pub at: Span,
    /// After how long it comes back; `None`: never.
    pub back_after: Option<Span>,
    /// Whether it then knows its established calls. Transactions are lost either way.
    pub memory: bool,
}

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
    pub ring_time: Law,
    /// From the call's establishment, as the caller sees it, to the hang-up.
    pub talk_time: Law,
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
    pub after: Law,
    /// How long one lasts.
    pub last: Law,
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
    pub restart_after: Law,
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

/// One of the two ends of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum End {
    /// Who sends the first INVITE.
    Caller,
    /// Who answers it.
    Callee,
}

impl End {
    /// Both ends.
    pub const BOTH: [End; 2] = [End::Caller, End::Callee];

    /// The other one.
    pub const fn other(self) -> End {
        match self {
            End::Caller => End::Callee,
            End::Callee => End::Caller,
        }
    }

    /// Its name in files and figures.
    pub const fn name(self) -> &'static str {
        match self {
            End::Caller => "caller",
            End::Callee => "callee",
        }
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

/// Messages that are lost or refused by script. It happens to a message if every stated condition holds at the instant it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Only messages that one of these elements sends; empty: any.
    pub senders: Vec<Element>,
    /// Only messages of this kind.
    pub message: FaultMessage,
    /// Only the nth messages that meet the other conditions, counted for each call from 1; empty: every one.
    pub nth: Vec<u32>,
    /// What `from` counts from.
    pub clock: FaultClock,
    /// Only messages sent at or after this.
    pub from: Span,
    /// Only messages sent before this much after `from`; `None`: without end.
    pub duration: Option<Span>,
    /// What happens to them.
    pub effect: FaultEffect,
}

/// What a fault does to a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultEffect {
    /// It is lost.
    Lose,
    /// It is lost, and its sender sees at once that it cannot send it.
    FailToSend,
    /// It is a request, and whoever it reaches refuses it below the dialog.
    Refuse(Refusal),
}

/// Which messages a fault concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultMessage {
    /// All.
    Any,
    /// Requests of this method.
    Request(Method),
    /// Responses of this status, or of any; to this method, or to any.
    Response {
        /// The status.
        status: Option<u16>,
        /// The method.
        method: Option<Method>,
    },
}

impl FaultClock {
    /// Whether it counts from an instant that is not known when the call begins.
    pub const fn waits_for_hang_up(self) -> bool {
        match self {
            FaultClock::Run | FaultClock::Call => false,
            FaultClock::HangUp => true,
        }
    }
}

/// What the times of a fault count from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultClock {
    /// The start of the run: an outage that all calls see.
    Run,
    /// The arrival of each call.
    Call,
    /// The hang-up of each call.
    HangUp,
}
