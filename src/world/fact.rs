//! What happens in the world, as it is told to those who watch.

use super::element::Element;
use super::element::End;
use crate::sip::{Message, Method, ReleaseCause, Session, Timer};
use crate::time::Time;

/// One thing that happened to one call.
///
/// Its kind has a byte of its own, not a gap in the values of a message: so where a fact is told, its kind is a
/// constant.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(u8)]
pub enum Fact {
    /// The call begins.
    Began,
    /// A message was put on the wire.
    Sent {
        /// Who sent it.
        from: Element,
        /// Whom it is for.
        to: Element,
        /// The message.
        message: Message,
        /// How many times it has now been sent, from 1.
        copy: u16,
        /// What becomes of it.
        outcome: Outcome,
    },
    /// The network has made a second copy of the message that was sent last.
    Duplicated {
        /// Who sent it.
        from: Element,
        /// Whom it is for.
        to: Element,
        /// The message.
        message: Message,
        /// When that copy arrives.
        arrives: Time,
    },
    /// A message came to a link with a rate, where it had to wait for its turn.
    Queued {
        /// Who sent it.
        from: Element,
        /// Whom it is for.
        to: Element,
        /// The message.
        message: Message,
        /// How many times it had then been sent, from 1.
        copy: u16,
        /// Which link, counted from the caller, from 0.
        link: u8,
        /// When its last bit leaves; of one for which there was no room, the instant of this.
        leaves: Time,
        /// What becomes of it then.
        outcome: Outcome,
    },
    /// A message arrived.
    Delivered {
        /// Who sent it.
        from: Element,
        /// At whom.
        to: Element,
        /// The message.
        message: Message,
    },
    /// A message arrived at a dead agent.
    Unheard {
        /// Who sent it.
        from: Element,
        /// At whom.
        to: Element,
        /// The message.
        message: Message,
    },
    /// Word came to the sender of a request that it did not reach a living agent: ICMP port unreachable.
    Unreachable {
        /// Who sent the request.
        to: Element,
        /// The request.
        message: Message,
    },
    /// A request could not be sent: its sender sees it.
    SendFailed {
        /// Who wanted to send it.
        from: Element,
        /// The request.
        message: Message,
    },
    /// A timer fired and did something.
    Fired {
        /// Whose.
        of: Element,
        /// Which.
        timer: Timer,
        /// The method of its transaction, if it belongs to one.
        method: Option<Method>,
    },
    /// The session stands, for this element.
    Established {
        /// Which element.
        element: Element,
        /// What it does in the session.
        session: Session,
    },
    /// A refresh succeeded, for this element.
    Refreshed {
        /// Which element.
        element: Element,
        /// What it does in the session from now on.
        session: Session,
    },
    /// The user hung up, or the agent died.
    HungUp {
        /// Whose.
        end: End,
        /// How.
        how: HangUp,
        /// What this end did in the session.
        session: Session,
        /// Whether the other end held the session too.
        both_held: bool,
    },
    /// This element let go of the session.
    Released {
        /// Which element.
        element: Element,
        /// Why.
        cause: ReleaseCause,
    },
    /// This element has nothing to do with the call any more.
    Closed {
        /// Which element.
        element: Element,
    },
    /// An element between the ends died, with what it knew of the call.
    Crashed {
        /// Which element.
        element: Element,
    },
    /// A dead element came back.
    CameBack {
        /// Which element.
        element: Element,
    },
}

/// How a hang-up goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HangUp {
    /// A BYE is sent and left to the network.
    Bye,
    /// A BYE is sent, and no copy gets through.
    ByeLost,
    /// The agent dies without a BYE.
    Dies,
    /// The agent dies without a BYE and comes back without memory.
    Restarts,
}

impl HangUp {
    /// Its name in files and figures.
    pub const fn name(self) -> &'static str {
        match self {
            HangUp::Bye => "bye",
            HangUp::ByeLost => "bye-lost",
            HangUp::Dies => "dies",
            HangUp::Restarts => "restarts",
        }
    }
}

/// What becomes of a message, or of the opening of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It arrives, or the connection stands, at this instant.
    Arrives(Time),
    /// It is lost.
    Lost(Loss),
    /// It comes to this link, counted from the caller, from 0, at this instant, and waits there for its turn: what
    /// becomes of it is told by [`Fact::Queued`].
    Queues(u8, Time),
}

/// Why a message is lost, or no connection comes to stand. Links are counted from the caller or the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// By chance on this link, counted from the caller, from 0.
    OnLink(u8),
    /// This link is down, counted from the caller, from 0, or a node at its end.
    Down(u8),
    /// The NAT of this link, counted from the caller, from 0, has no binding any more.
    NoBinding(u8),
    /// The queue before this link, counted from the caller, from 0, has no room for it.
    QueueFull(u8),
    /// The TCP connection over which it was sent on this link, counted from the caller, from 0, is given up; of HTTP,
    /// the link is the first.
    Connection(u8),
    /// By this fault of the scenario, counted from 0.
    ByFault(u16),
    /// It is a BYE of a hang-up of which no BYE gets through; of a device whose UnRegister is lost, anything.
    Suppressed,
}

/// Watches a world, of calls or of devices. It is told of facts in the order in which they happen, and changes nothing.
pub trait Observer<F = Fact> {
    /// `fact` happened at `now`.
    fn see(&mut self, now: Time, fact: &F);
}

/// Two observers of the same facts.
impl<F, A: Observer<F>, B: Observer<F>> Observer<F> for (A, B) {
    #[inline(always)]
    fn see(&mut self, now: Time, fact: &F) {
        self.0.see(now, fact);
        self.1.see(now, fact);
    }
}

impl<F, O: Observer<F>> Observer<F> for &mut O {
    #[inline(always)]
    fn see(&mut self, now: Time, fact: &F) {
        (**self).see(now, fact);
    }
}
