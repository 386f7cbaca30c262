//! A link with a rate and a finite queue: messages are sent one after the other, each for as long as its size takes at
//! that rate, and what finds the queue full is dropped.
//!
//! Such a link is a resource that calls share: what one sends delays the others. So messages must be offered in the
//! order of time, over all calls that share it. The machine knows no events: it says when a message has left, and
//! whoever runs it adds the link's delay to that.

use std::collections::VecDeque;

use super::identity::Identity;
use crate::time::{Span, Time};

/// What UDP and IPv4 put before a message: 8 and 20 bytes.
pub const DATAGRAM_BYTES: u32 = 28;

/// How fast a link sends, and how much it keeps waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Rate {
    /// Bits a second, above 0.
    pub bits_per_s: u64,
    /// Bytes that may be in the queue, with those of the message that is being sent.
    pub queue_bytes: u64,
}

impl Rate {
    /// How long a message of this size takes, rounded up to the nanosecond.
    pub fn time_for(&self, bytes: u32) -> Span {
        self.time_for_bytes(bytes.into())
    }

    /// How long so many bytes take without a pause, rounded up to the nanosecond.
    pub fn time_for_bytes(&self, bytes: u64) -> Span {
        const BITS_NANOS: u64 = 8 * 1_000_000_000;
        let rate = self.bits_per_s.max(1);
        // Of nearly all messages the bits times nanoseconds fit into a word, which is divided more quickly.
        let nanos = match bytes.checked_mul(BITS_NANOS) {
            Some(bits) => bits.div_ceil(rate),
            None => (u128::from(bytes) * u128::from(BITS_NANOS)).div_ceil(rate.into()).min(u64::MAX.into()) as u64,
        };
        Span::from_nanos(nanos)
    }
}

/// What a [`Queue`] does with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Its last bit leaves at this instant.
    Leaves(Time),
    /// There is no room for it.
    Dropped,
}

/// The queue before one direction of a link: first come, first served, the last to come dropped.
#[derive(Clone, Debug)]
pub struct Queue {
    rate: Rate,
    /// When each message leaves that is in it, and its size; the first is being sent.
    inside: VecDeque<(Time, u32)>,
    bytes: u64,
}

impl Queue {
    /// An empty queue.
    pub fn new(rate: Rate) -> Queue {
        Queue { rate, inside: VecDeque::new(), bytes: 0 }
    }

    /// A message of `bytes` comes at `now`, which is not before any that came earlier. One that leaves at this very
    /// instant makes room for it.
    pub fn offer(&mut self, now: Time, bytes: u32) -> Verdict {
        while let Some(&(leaves, gone)) = self.inside.front()
            && leaves <= now
        {
            self.inside.pop_front();
            self.bytes -= u64::from(gone);
        }
        if self.bytes + u64::from(bytes) > self.rate.queue_bytes {
            return Verdict::Dropped;
        }
        let free = self.inside.back().map_or(now, |&(leaves, _)| leaves);
        let leaves = free + self.rate.time_for(bytes);
        self.inside.push_back((leaves, bytes));
        self.bytes += u64::from(bytes);
        Verdict::Leaves(leaves)
    }

    /// Empties it.
    pub fn clear(&mut self) {
        let Queue { rate: _, inside, bytes } = self;
        inside.clear();
        *bytes = 0;
    }

    /// Bytes that were in it after the last message came.
    #[cfg(test)]
    fn bytes(&self) -> u64 {
        self.bytes
    }
}

/// The queues of links that are used together, each by which link it is and in which direction.
#[derive(Clone, Debug, Default)]
pub struct Queues(Vec<(Identity, Queue)>);

impl Queues {
    /// The queue of this link, which has this rate: empty, if nothing has come to it yet.
    pub fn of(&mut self, link: Identity, rate: Rate) -> &mut Queue {
        // A route has few such links.
        let place = self.0.iter().position(|(of, _)| *of == link).unwrap_or_else(|| {
            self.0.push((link, Queue::new(rate)));
            self.0.len() - 1
        });
        &mut self.0[place].1
    }

    /// Empties them all, and keeps their memory.
    pub fn clear(&mut self) {
        self.0.iter_mut().for_each(|(_, queue)| queue.clear());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Distribution, Streams};
    use proptest::prelude::*;

    const SLOW: Rate = Rate { bits_per_s: 64_000, queue_bytes: 2000 };

    fn ms(millis: u64) -> Time {
        Time::ZERO + Span::from_millis(millis)
    }

    #[test]
    fn a_message_takes_its_bits_over_the_rate_rounded_up() {
        assert_eq!(SLOW.time_for(800), Span::from_millis(100));
        assert_eq!(SLOW.time_for(0), Span::ZERO);
        assert_eq!(Rate { bits_per_s: 3, queue_bytes: 1 }.time_for(1), Span::from_nanos(2_666_666_667));
        assert_eq!(Rate { bits_per_s: 0, queue_bytes: 1 }.time_for(u32::MAX), Span::from_nanos(u64::MAX));
    }

    #[test]
    fn messages_leave_one_after_the_other_and_the_last_to_come_is_dropped() {
        let mut queue = Queue::new(SLOW);
        assert_eq!(queue.offer(ms(0), 800), Verdict::Leaves(ms(100)));
        assert_eq!(queue.offer(ms(10), 800), Verdict::Leaves(ms(200)));
        assert_eq!(queue.offer(ms(20), 800), Verdict::Dropped);
        // A smaller one still has room, and what has left at 100 ms makes more.
        assert_eq!(queue.offer(ms(30), 400), Verdict::Leaves(ms(250)));
        assert_eq!(queue.offer(ms(99), 100), Verdict::Dropped);
        assert_eq!(queue.offer(ms(100), 800), Verdict::Leaves(ms(350)));
        assert_eq!(queue.bytes(), 2000);
        assert_eq!(queue.offer(ms(1000), 80), Verdict::Leaves(ms(1010)));
        assert_eq!(queue.bytes(), 80);
    }

    #[test]
    fn each_direction_of_a_link_has_a_queue_of_its_own() {
        let link = |number, back| Identity { number, back };
        let mut queues = Queues::default();
        for of in [link(0, false), link(0, true), link(1, false)] {
            assert_eq!(queues.of(of, SLOW).offer(ms(0), 800), Verdict::Leaves(ms(100)));
            assert_eq!(queues.of(of, SLOW).offer(ms(0), 800), Verdict::Leaves(ms(200)));
        }
        queues.clear();
        assert_eq!(queues.of(link(0, true), SLOW).offer(ms(0), 800), Verdict::Leaves(ms(100)));
    }

    #[test]
    fn messages_of_one_size_at_random_wait_as_long_as_the_formula_of_pollaczek_and_khinchine_says() {
        // M/D/1: the mean wait is rho / (2 (1 - rho)) services.
        let streams = Streams::new(21, 0);
        let gap = Distribution::Exponential { mean: Span::from_millis(20) };
        for bytes in [48u32, 96, 128] {
            let mut queue = Queue::new(Rate { queue_bytes: u64::MAX, ..SLOW });
            let service = SLOW.time_for(bytes).as_secs_f64();
            let load = service / 0.02;
            let (batches, each) = (400, 1000);
            let mut now = Time::ZERO;
            let means: Vec<f64> = (0..batches)
                .map(|batch| {
                    let waits = (0..each).map(|i| {
                        now = now + gap.sample(streams.pair(batch, i)[0]);
                        match queue.offer(now, bytes) {
                            Verdict::Leaves(at) => at.since(now).as_secs_f64() - service,
                            Verdict::Dropped => panic!("there is always room"),
                        }
                    });
                    waits.sum::<f64>() / each as f64
                })
                .collect();
            let mean = means.iter().sum::<f64>() / batches as f64;
            let squares = means.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>();
            let error = (squares / (batches * (batches - 1)) as f64).sqrt();
            let expected = service * load / (2.0 * (1.0 - load));
            assert!((mean - expected).abs() < 4.0 * error, "{load}: {mean} +- {error}, not {expected}");
        }
    }

    proptest! {
        /// The slow twin: all messages that were ever taken, looked through each time.
        #[test]
        fn it_agrees_with_a_list_of_all_messages(offers in prop::collection::vec((0u64..200, 0u32..1500), 0..60)) {
            let mut queue = Queue::new(SLOW);
            let mut taken: Vec<(Time, u32)> = Vec::new();
            let mut now = Time::ZERO;
            for (gap, bytes) in offers {
                now = now + Span::from_millis(gap);
                let inside: u64 = taken.iter().filter(|(leaves, _)| *leaves > now).map(|(_, size)| u64::from(*size)).sum();
                let last = taken.iter().map(|(leaves, _)| *leaves).max().unwrap_or(now).max(now);
                let expected = if inside + u64::from(bytes) > SLOW.queue_bytes {
                    Verdict::Dropped
                } else {
                    taken.push((last + SLOW.time_for(bytes), bytes));
                    Verdict::Leaves(last + SLOW.time_for(bytes))
                };
                prop_assert_eq!(queue.offer(now, bytes), expected);
            }
        }
    }
}
