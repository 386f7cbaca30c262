//! Closed forms for what a lost BYE costs, to stand beside the simulation.
//!
//! Every form here is derived from the rules of RFC 3261 and RFC 4028 by probability alone. The room knows nothing of
//! the simulator: no events, no machines, no input or output. So where both agree, each has checked the other.
//!
//! | module | answers |
//! |---|---|
//! | [`schedule`] | when does a request over UDP leave, and leave again? |
//! | [`exchange`] | which copy gets through, which answer comes back, how many are sent? |
//! | [`timing`] | when is a session refreshed, and when given up? |
//! | [`recovery`] | how long does a call outlive a lost BYE, and how often was it refreshed before? |
//! | [`age`] | the same in one line, with the age of the last refresh alone |
//! | [`load`] | how many messages does refreshing cost? |
//! | [`false_drop`] | how often does a timer end a call that both users wanted? |
//! | [`hops`] | what do proxies on the way change for a BYE? |
//! | [`gilbert`] | what do losses in bursts do to a transaction? |
//! | [`outage`] | what does one outage do to the calls that are up? |
//! | [`binding`] | how often is a BYE shut out by a NAT? |
//! | [`queue`] | how long do messages wait for their turn at a link with a rate? |
//! | [`erlang`] | how many ghosts are there at once, and how many ports do they cost? |
//! | [`media`] | how many calls does a limit of silence end that both users want? |
//! | [`heartbeat`] | the same question for a heartbeat instead of a session timer |
//!
//! Times are `f64` in seconds, probabilities `f64` in 0..=1. Exponentials, logarithms and powers come from `libm`, so
//! that every machine computes the same bits. A constructor answers `None` to what has no meaning; nothing panics.

pub mod age;
pub mod binding;
pub mod erlang;
pub mod exchange;
pub mod false_drop;
pub mod gilbert;
pub mod heartbeat;
pub mod hops;
pub mod load;
mod math;
pub mod media;
pub mod outage;
pub mod queue;
pub mod recovery;
pub mod schedule;
pub mod timing;

#[cfg(test)]
mod testing;
