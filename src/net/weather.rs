//! What changes on a path while a call is under way: bursts, outages, bindings, and what has been sent before.
//!
//! A link's good and bad times are a function of *(seed, link, time)* where all calls share it and of *(seed, call,
//! link, time)* where each has one to itself: whoever asks, in whatever order, gets the same. So a [`Weather`] is
//! memory, lent by whoever runs calls, and holds no truth of its own but what one call has sent: the order of its
//! messages, and when it last passed a NAT.

use std::sync::Arc;

use super::loss::{Bursts, LossTrace};
use super::nat::Binding;
use super::outage::{Outage, Timeline};
use super::queue::Queues;
use crate::random::{Distribution, Pair, Probability, Streams};
use crate::time::{Span, Time};

/// Something on the way whose loss is a function of time.
#[derive(Clone, Debug)]
pub(super) struct Condition {
    what: What,
    address: u64,
    shared: bool,
    is_outage: bool,
    /// Where a [`Weather`] keeps what it knows of it.
    memory: usize,
}

/// See [`Condition`].
#[derive(Clone, Debug)]
pub(super) enum What {
    /// A link that loses in bursts.
    Bursts(Arc<Bursts>),
    /// A link that loses as a recording did.
    Trace(Arc<LossTrace>),
    /// A link or node that is down at times.
    Outage(Arc<Outage>),
}

impl What {
    /// What `outage` does. Exponential times up and down are a chain, which can be asked for any time at once.
    pub(super) fn of(outage: &Arc<Outage>) -> What {
        let chain = match **outage {
            Outage::Random {
                up: Distribution::Exponential { mean: up },
                down: Distribution::Exponential { mean: down },
            } => Bursts::gilbert(up, down, [Probability::NEVER, Probability::ALWAYS]),
            Outage::Given(_) | Outage::Periodic { .. } | Outage::Random { .. } => None,
        };
        chain.map_or_else(|| What::Outage(Arc::clone(outage)), |chain| What::Bursts(Arc::new(chain)))
    }
}

/// What a condition belongs to, for its address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Of {
    /// The loss of this link, in its direction or in both.
    LinkLoss { number: u32, back: bool },
    /// The outages of this link.
    LinkOutage { number: u32, back: bool },
    /// The outages of this node.
    Node { number: u32 },
}

/// Addresses of weather have this bit in the place of a call's number, which has 32, and of an attempt, which begin at
/// bit 40: no message and no decision of a call has one like it.
const WEATHER: u64 = 1 << 39;
/// In the place of a call's number: the weather that all calls share.
const SHARED: u64 = 1 << 38;
/// From here on the link or node: 20 bits of its number, 3 of what it is, 1 of the direction.
const NUMBER: u32 = 40;

impl Condition {
    /// `what` happens to `of`; `memory` is its number among the conditions of a path, from 0.
    pub(super) fn new(what: What, of: Of, shared: bool, memory: usize) -> Condition {
        let (number, kind, back) = match of {
            Of::LinkLoss { number, back } => (number, 0, back),
            Of::LinkOutage { number, back } => (number, 1, back),
            Of::Node { number } => (number, 2, false),
        };
        let place = u64::from(number & 0xf_ffff) | kind << 20 | u64::from(back) << 23;
        let is_outage = !matches!(of, Of::LinkLoss { .. });
        Condition { what, address: WEATHER | place << NUMBER, shared, is_outage, memory }
    }

    /// Whether it is an outage.
    pub(super) fn is_outage(&self) -> bool {
        self.is_outage
    }
}

/// What is known of one condition.
#[derive(Clone, Debug)]
struct Memory {
    /// The call whose own it is.
    call: u64,
    /// From when to before when `loss` holds.
    known: [Time; 2],
    loss: Probability,
    timeline: Timeline,
}

const UNKNOWN: [Time; 2] = [Time::NEVER, Time::ZERO];
const NO_CALL: u64 = u64::MAX;

/// The weather on a path, and what the present call has sent through it.
#[derive(Clone, Debug)]
pub struct Weather {
    streams: Streams,
    call: u64,
    began: Time,
    memories: Vec<Memory>,
    /// By link and direction, when the last message arrives of those that keep their order.
    arrivals: Vec<Time>,
    /// By link.
    bindings: Vec<Binding>,
    /// Of the links with a rate that the call has to itself.
    pub(super) queues: Queues,
    /// When further copies arrive of the message that was carried last.
    pub(super) copies: Vec<Time>,
}

impl Weather {
    /// No weather yet, of a path of so many conditions and of `links` links that keep the order of messages or have a
    /// NAT, under these streams.
    pub(super) fn new(streams: Streams, links: usize, conditions: usize) -> Weather {
        let unknown = Memory { call: NO_CALL, known: UNKNOWN, loss: Probability::NEVER, timeline: Timeline::default() };
        Weather {
            streams,
            call: NO_CALL,
            began: Time::ZERO,
            memories: vec![unknown; conditions],
            arrivals: vec![Time::ZERO; 2 * links],
            bindings: vec![Binding::new(Time::ZERO); links],
            queues: Queues::default(),
            copies: Vec::new(),
        }
    }

    /// A call begins: it has sent nothing, and its bindings stand.
    pub fn begin(&mut self, call: u64, began: Time) {
        let Weather {
            // The same for all calls, or asked for again where they are another call's.
            streams: _,
            memories: _,
            call: present,
            began: since,
            arrivals,
            bindings,
            queues,
            copies,
        } = self;
        (*present, *since) = (call, began);
        arrivals.fill(Time::ZERO);
        bindings.fill(Binding::new(began));
        queues.clear();
        copies.clear();
    }

    /// When further copies arrive of the message that was carried last, duplicated on the way.
    pub fn copies(&self) -> &[Time] {
        &self.copies
    }

    /// The binding of the present call at the NAT of a link.
    pub(super) fn binding(&mut self, link: usize) -> &mut Binding {
        &mut self.bindings[link]
    }

    /// When a message arrives that would alone arrive at `at`: not before those that were sent before it.
    pub(super) fn in_order(&mut self, link_and_direction: usize, at: Time) -> Time {
        let last = &mut self.arrivals[link_and_direction];
        *last = (*last).max(at);
        *last
    }

    /// The probability that `condition` loses what passes at `at`.
    pub(super) fn loss(&mut self, condition: &Condition, at: Time) -> Probability {
        let memory = &mut self.memories[condition.memory];
        if !condition.shared && memory.call != self.call {
            memory.call = self.call;
            memory.known = UNKNOWN;
            memory.timeline.clear();
        }
        if memory.known[0] <= at && at < memory.known[1] {
            return memory.loss;
        }
        let (streams, whose) = (self.streams, if condition.shared { SHARED } else { self.call });
        let draw = |point: u64| -> Pair { streams.pair(condition.address | whose, point) };
        let start = if condition.shared { Time::ZERO } else { self.began };
        let certain = |loses| if loses { Probability::ALWAYS } else { Probability::NEVER };
        match &condition.what {
            What::Bursts(bursts) => {
                let stay = bursts.chain().stay(at, draw);
                memory.known = [stay.from, stay.until];
                memory.loss = bursts.loss(stay.state);
                memory.loss
            }
            What::Trace(trace) => {
                // An access link finds the recording anywhere in its course.
                let offset = match trace.length() {
                    Some(length) if !condition.shared => part(length, draw(0)[0]),
                    Some(_) | None => Span::ZERO,
                };
                certain(trace.loses(at.since(start) + offset))
            }
            What::Outage(outage) => match (&**outage, outage.is_down(at)) {
                (_, Some(down)) => certain(down),
                (Outage::Random { up, down }, None) => {
                    let (is_down, known) = memory.timeline.stay(up, down, start, at, draw);
                    memory.known = known;
                    memory.loss = certain(is_down);
                    memory.loss
                }
                (Outage::Given(_) | Outage::Periodic { .. }, None) => Probability::NEVER,
            },
        }
    }
}

impl Weather {
    /// Whether `outage` lasts at `at`, and before when that does not change.
    pub(super) fn lasts(&mut self, outage: &Condition, at: Time) -> (bool, Time) {
        let is_down = self.loss(outage, at) == Probability::ALWAYS;
        let by_arithmetic = match &outage.what {
            What::Outage(outage) => outage.changes_after(at),
            What::Bursts(_) | What::Trace(_) => None,
        };
        (is_down, by_arithmetic.unwrap_or(self.memories[outage.memory].known[1]))
    }
}

/// The part of `length` that the uniform number `bits` stands for.
fn part(length: Span, bits: u64) -> Span {
    Span::from_nanos(((u128::from(length.as_nanos()) * u128::from(bits)) >> 64) as u64)
}
