//! What is counted beside calls where there is any of it: the load of elements, the queues of links.

use super::call::CallCounter;
use super::load::{Load, WithLoad};
use super::queues::QueueCounts;
use crate::time::Time;
use crate::world::{Fact, Observer};

/// What is counted over all calls of a point, beside the calls themselves.
#[derive(Clone, Debug)]
pub struct ExtraCounters {
    /// What each element did in each second.
    pub load: Option<Load>,
    /// What came to each queue.
    pub queues: Option<QueueCounts>,
    /// Messages that keep live calls alive or ask whether they are, and their bytes.
    pub keeping: Option<[u64; 2]>,
    /// When the last call ended.
    pub ended: Time,
}

impl Default for ExtraCounters {
    fn default() -> ExtraCounters {
        ExtraCounters { load: None, queues: None, keeping: None, ended: Time::ZERO }
    }
}

impl ExtraCounters {
    /// Whether there is anything to count.
    pub fn counts(&self) -> bool {
        let ExtraCounters { load, queues, keeping, ended: _ } = self;
        load.is_some() || queues.is_some() || keeping.is_some()
    }

    /// Ends a call at `ended`, which `counter` has watched beside this.
    pub fn finish(&mut self, ended: Time, counter: &CallCounter) {
        self.ended = self.ended.max(ended);
        self.load.iter_mut().for_each(|load| load.finish(counter));
    }

    /// Adds all that `other` counted.
    pub fn merge(&mut self, other: &ExtraCounters) {
        let ExtraCounters { load, queues, keeping, ended } = other;
        self.ended = self.ended.max(*ended);
        if let (Some(mine), Some(theirs)) = (&mut self.load, load) {
            mine.merge(theirs);
        }
        if let (Some(mine), Some(theirs)) = (&mut self.queues, queues) {
            mine.merge(theirs);
        }
        if let (Some(mine), Some(theirs)) = (&mut self.keeping, keeping) {
            mine.iter_mut().zip(theirs).for_each(|(mine, theirs)| *mine += theirs);
        }
    }
}

/// Counts one call and what is counted beside it.
#[derive(Debug)]
pub struct WithExtraCounters<'a> {
    /// The call.
    pub counter: &'a mut CallCounter,
    /// A bit for each element that holds the call, at first none.
    pub holding: &'a mut u32,
    /// What is counted beside it.
    pub extra: &'a mut ExtraCounters,
}

impl Observer for WithExtraCounters<'_> {
    #[inline(always)]
    fn see(&mut self, now: Time, fact: &Fact) {
        let WithExtraCounters { counter, holding, extra: ExtraCounters { load, queues, keeping, .. } } = self;
        match load {
            Some(load) => WithLoad { counter, holding, load }.see(now, fact),
            None => counter.see(now, fact),
        }
        queues.iter_mut().for_each(|queues| queues.see(now, fact));
        if let (Some([messages, bytes]), Fact::Sent { message, .. }) = (keeping, fact)
            && counter.keeps(message)
        {
            *messages += 1;
            *bytes += u64::from(message.bytes());
        }
    }
}
