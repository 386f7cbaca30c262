//! One direction of a link, made ready to be crossed.

use std::sync::Arc;

use super::fate::{Direction, Fate, Why};
use crate::net::identity::Identity;
use crate::net::link::{Link, Transport};
use crate::net::loss::Loss;
use crate::net::nat::{Inside, Nat};
use crate::net::queue::Rate;
use crate::net::weather::{Condition, Of, What};
use crate::random::{Distribution, Pair, Probability};
use crate::time::Time;

/// One direction of a link, made ready.
#[derive(Clone, Debug)]
pub(super) struct Hop {
    /// The loss of each message alone.
    pub loss: Probability,
    pub delay: Distribution,
    pub transport: Transport,
    /// What decides at the instant at which a message enters it, or leaves it.
    pub on_entry: Vec<Condition>,
    pub on_exit: Vec<Condition>,
    /// Whether all calls share it.
    pub shared: bool,
    pub in_order: bool,
    pub duplicate: Probability,
    /// Messages wait for their turn at it.
    pub rate: Option<Rate>,
    /// Which link of the network it is.
    pub identity: Identity,
    pub nat: Option<Nat>,
    /// Whether what crosses it leaves through its NAT.
    pub outbound: bool,
}

impl Hop {
    /// What becomes of what is sent over it now, on a plain path where it is `link`: these two uniform numbers decide.
    #[inline(always)]
    pub(super) fn carry(&self, now: Time, link: u8, [loss, delay]: Pair) -> Fate {
        match self.loss.happens(loss) {
            true => Fate::Lost { link, why: Why::Chance },
            false => Fate::Arrives(now + self.delay.sample(delay)),
        }
    }

    /// The link of this number, counted from the caller, of `count`; `conditions` counts those of the path.
    pub(super) fn new(
        link: &Link,
        (from_caller, count): (usize, usize),
        direction: Direction,
        shared: bool,
        conditions: &mut usize,
    ) -> Hop {
        let Identity { number, back } = link.identity;
        let mut condition = |what: What, of: Of| {
            *conditions += 1;
            Condition::new(what, of, shared, *conditions - 1)
        };
        let mut on_entry = Vec::new();
        let of_loss = |together: &bool| Of::LinkLoss { number, back: back && !together };
        if let Some(down) = &link.outage {
            let of = Of::LinkOutage { number, back: back && !down.together };
            on_entry.push(condition(What::of(&down.outage), of));
        }
        let loss = match &link.loss {
            Loss::Independent(loss) => *loss,
            Loss::Bursts { bursts, together } => {
                on_entry.push(condition(What::Bursts(Arc::clone(bursts)), of_loss(together)));
                Probability::NEVER
            }
            Loss::Trace { trace, together } => {
                on_entry.push(condition(What::Trace(Arc::clone(trace)), of_loss(together)));
                Probability::NEVER
            }
        };
        // Each end of a route is behind its own NAT, unless it is said otherwise.
        let nearer = if 2 * from_caller < count { Inside::Caller } else { Inside::Callee };
        let inside = link.nat.and_then(|nat| nat.inside).unwrap_or(nearer);
        Hop {
            loss,
            delay: link.delay.clone(),
            transport: link.transport,
            on_entry,
            on_exit: Vec::new(),
            shared,
            in_order: link.in_order,
            duplicate: link.duplicate,
            rate: link.rate,
            identity: link.identity,
            nat: link.nat,
            outbound: (inside == Inside::Caller) == (direction == Direction::ToCallee),
        }
    }
}
