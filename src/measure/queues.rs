//! What came to the queues before links with a rate, and how long it waited there.

use serde::{Deserialize, Serialize};

use super::histogram::Histogram;
use super::wide::WideSum;
use crate::net::queue::DATAGRAM_BYTES;
use crate::net::{Direction, Path, Rated};
use crate::sip::Side;
use crate::time::{Span, Time};
use crate::world::{Fact, Loss, Observer, Outcome};

/// How long a slot is, over which counts are kept apart, in seconds.
pub const SLOT_S: u64 = 10;

/// So many batches of slots a standard error is made of.
const BATCHES: usize = 20;

/// The queues of a path: of each direction of each link with a rate, in the order from the caller, toward the callee
/// first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueCounts(Vec<QueueCount>);

/// What was counted of one queue. Whole numbers, merged in any order to the same sum.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueCount {
    /// Which it is.
    pub of: Rated,
    /// How long messages waited for their turn that found room: until their own first bit was sent.
    pub waits: Histogram,
    /// How long sending them took together, in ns.
    sending_ns: u128,
    /// The squares of the times that sending each took.
    sending_squares: WideSum,
    /// Bytes of messages that found no room.
    dropped_bytes: u64,
    slots: Vec<Slot>,
}

/// What came in a slot of time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    /// Messages that found room.
    pub taken: u32,
    /// Messages that found none.
    pub dropped: u32,
    /// The longest wait of those that found room.
    pub longest: Span,
    /// Their waits together, in ns.
    waited_ns: u128,
}

impl QueueCounts {
    /// Nothing counted yet of the queues of `path`.
    pub fn of(path: &Path) -> QueueCounts {
        let count = |of| QueueCount {
            of,
            waits: Histogram::new(),
            sending_ns: 0,
            sending_squares: WideSum::default(),
            dropped_bytes: 0,
            slots: Vec::new(),
        };
        QueueCounts(path.rated().into_iter().map(count).collect())
    }

    /// Each queue.
    pub fn into_queues(self) -> Vec<QueueCount> {
        self.0
    }

    /// Adds all that `other` counted of the same queues.
    pub fn merge(&mut self, other: &QueueCounts) {
        self.0.iter_mut().zip(&other.0).for_each(|(mine, theirs)| mine.merge(theirs));
    }
}

impl Observer for QueueCounts {
    #[inline]
    fn see(&mut self, now: Time, fact: &Fact) {
        let Fact::Queued { ref message, link, leaves, outcome, .. } = *fact else { return };
        let direction = match message.toward {
            Side::Callee => Direction::ToCallee,
            Side::Caller => Direction::ToCaller,
        };
        let queue = self.0.iter_mut().find(|queue| queue.of.link == link && queue.of.direction == direction);
        if let Some(queue) = queue {
            let bytes = message.bytes() + DATAGRAM_BYTES;
            let dropped = matches!(outcome, Outcome::Lost(Loss::QueueFull(_)));
            queue.add(now, bytes, (!dropped).then_some(leaves));
        }
    }
}

impl QueueCount {
    /// A message of `bytes` came at `now`, and left at `leaves` if it found room.
    fn add(&mut self, now: Time, bytes: u32, leaves: Option<Time>) {
        let place = (now.as_nanos() / (SLOT_S * 1_000_000_000)) as usize;
        if self.slots.len() <= place {
            self.slots.resize(place + 1, Slot::default());
        }
        let slot = &mut self.slots[place];
        let Some(leaves) = leaves else {
            slot.dropped += 1;
            self.dropped_bytes += u64::from(bytes);
            return;
        };
        let sending = self.of.rate.time_for(bytes);
        let wait = leaves.since(now) - sending;
        slot.taken += 1;
        slot.longest = slot.longest.max(wait);
        slot.waited_ns += u128::from(wait.as_nanos());
        self.waits.add(wait);
        self.sending_ns += u128::from(sending.as_nanos());
        self.sending_squares.add_square(sending.as_nanos());
    }

    fn merge(&mut self, other: &QueueCount) {
        let QueueCount { of: _, waits, sending_ns, sending_squares, dropped_bytes, slots } = other;
        self.waits.merge(waits);
        self.sending_ns += *sending_ns;
        self.sending_squares.merge(sending_squares);
        self.dropped_bytes += *dropped_bytes;
        if self.slots.len() < slots.len() {
            self.slots.resize(slots.len(), Slot::default());
        }
        for (mine, theirs) in self.slots.iter_mut().zip(slots) {
            let Slot { taken, dropped, longest, waited_ns } = theirs;
            mine.taken += taken;
            mine.dropped += dropped;
            mine.longest = mine.longest.max(*longest);
            mine.waited_ns += waited_ns;
        }
    }

    /// What came in each slot of [`SLOT_S`] seconds, from the start of the run to the last in which anything did.
    pub fn slots(&self) -> &[Slot] {
        &self.slots
    }

    /// Messages that found room.
    pub fn taken(&self) -> u64 {
        self.waits.count()
    }

    /// Messages that found none.
    pub fn dropped(&self) -> u64 {
        self.slots.iter().map(|slot| u64::from(slot.dropped)).sum()
    }

    /// The share of the time of `length` from the start of the run in which it was sending; of a queue that each call
    /// has to itself, over all calls, that share of one of them.
    pub fn utilisation(&self, length: Span) -> f64 {
        self.sending_ns as f64 / length.as_nanos().max(1) as f64
    }

    /// How many times as much was offered to it in that time as it can send.
    pub fn offered(&self, length: Span) -> f64 {
        let dropped_ns = self.of.rate.time_for_bytes(self.dropped_bytes).as_nanos();
        (self.sending_ns as f64 + dropped_ns as f64) / length.as_nanos().max(1) as f64
    }

    /// The mean and the mean square of the time that sending a message took, in seconds and s²; `None` of none.
    pub fn sending_s(&self) -> Option<[f64; 2]> {
        let count = self.taken() as f64;
        (count > 0.0).then(|| [self.sending_ns as f64 * 1e-9 / count, self.sending_squares.as_f64() * 1e-18 / count])
    }

    /// The standard error of the mean wait, in seconds. Waits that follow each other are alike, so it is made of
    /// batches of slots; `None` where there are too few.
    pub fn mean_wait_error_s(&self) -> Option<f64> {
        let first = self.slots.iter().position(|slot| slot.taken > 0)?;
        let slots = &self.slots[first..];
        let length = slots.len() / BATCHES;
        (length > 0).then_some(())?;
        let mean_ns = self.waits.mean_s()? * 1e9;
        let batches = slots.chunks_exact(length).take(BATCHES);
        let mut taken = 0.0;
        let squares: f64 = batches
            .map(|batch| {
                let count: f64 = batch.iter().map(|slot| f64::from(slot.taken)).sum();
                let waited: u128 = batch.iter().map(|slot| slot.waited_ns).sum();
                taken += count;
                let less = waited as f64 - mean_ns * count;
                less * less
            })
            .sum();
        let n = BATCHES as f64;
        (taken > 0.0).then(|| (squares * n / (n - 1.0)).sqrt() / taken * 1e-9)
    }

    /// From when to when there was no room at times, in whole slots: the begin of the first that dropped anything, and
    /// the end of the last.
    pub fn full(&self) -> Option<(Time, Time)> {
        let dropped = |slot: &Slot| slot.dropped > 0;
        let (first, last) = (self.slots.iter().position(dropped)?, self.slots.iter().rposition(dropped)?);
        let at = |slot: usize| Time::ZERO + Span::from_secs(slot as u64 * SLOT_S);
        Some((at(first), at(last + 1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::queue::Rate;

    /// A queue that sends 100 bytes in 100 ms.
    fn queue() -> QueueCount {
        let rate = Rate { bits_per_s: 8000, queue_bytes: 2000 };
        QueueCount {
            of: Rated { link: 0, direction: Direction::ToCallee, rate, shared: true },
            waits: Histogram::new(),
            sending_ns: 0,
            sending_squares: WideSum::default(),
            dropped_bytes: 0,
            slots: Vec::new(),
        }
    }

    fn ms(millis: u64) -> Time {
        Time::ZERO + Span::from_millis(millis)
    }

    #[test]
    fn a_wait_is_what_lies_before_the_first_bit() {
        let mut count = queue();
        count.add(ms(0), 100, Some(ms(100)));
        count.add(ms(50), 300, Some(ms(400)));
        assert_eq!(count.waits.max(), Some(Span::from_millis(50)));
        assert_eq!(count.waits.mean_s(), Some(0.025));
        let [mean, square] = count.sending_s().unwrap();
        assert!((mean - 0.2).abs() < 1e-12 && (square - 0.05).abs() < 1e-12, "{mean} {square}");
    }

    #[test]
    fn what_finds_no_room_is_offered_and_not_sent() {
        let mut count = queue();
        count.add(ms(0), 1000, Some(ms(1000)));
        count.add(ms(25_000), 500, None);
        count.add(ms(47_000), 500, None);
        assert_eq!((count.taken(), count.dropped()), (1, 2));
        let run = Span::from_secs(100);
        assert!((count.utilisation(run) - 0.01).abs() < 1e-12 && (count.offered(run) - 0.02).abs() < 1e-12);
        assert_eq!(count.full(), Some((ms(20_000), ms(50_000))));
        assert_eq!(count.slots().iter().map(|slot| slot.dropped).collect::<Vec<_>>(), [0, 0, 1, 0, 1]);
    }

    #[test]
    fn merging_in_any_order_counts_the_same() {
        let (mut a, mut b, mut all) = (queue(), queue(), queue());
        for (nth, leaves) in [(0u64, Some(150)), (12, Some(12_400)), (31, None), (8, Some(8100))] {
            let into = if nth % 2 == 0 { &mut a } else { &mut b };
            for count in [into, &mut all] {
                count.add(ms(nth * 1000), 100, leaves.map(ms));
            }
        }
        let (mut ab, mut ba) = (a.clone(), b.clone());
        ab.merge(&b);
        ba.merge(&a);
        assert_eq!(ab, all);
        assert_eq!(ba, all);
    }
}
