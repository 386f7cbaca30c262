//! What a machine wants done.

use super::ReleaseCause;
use super::message::Message;
use crate::time::{Span, Time};

/// A timer of an agent. Each is pending at most once; setting it again moves it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timer {
    /// A or E of the client transaction in this slot: send the request again.
    ClientRetransmit(u8),
    /// B or F of the client transaction in this slot: no response came.
    ClientTimeout(u8),
    /// G of the INVITE server transaction in this slot: send the refusal again.
    ServerRetransmit(u8),
    /// H of the INVITE server transaction in this slot: no ACK came to the refusal.
    ServerTimeout(u8),
    /// T2 has passed with nothing answered in the server transaction in this slot: a proxy says 100 (rule T7).
    Trying(u8),
    /// The callee answers.
    Answer,
    /// Send the 2xx to the INVITE again.
    AnswerRetransmit,
    /// No ACK came to the 2xx.
    AnswerTimeout,
    /// A refresh is due (rule R1).
    Refresh,
    /// The session has not been refreshed in time (rule R2).
    Expiry,
    /// A change of the session that was refused is to be tried again (rule R4).
    Change,
    /// A ping is due, or the grace after a failed one is over.
    Ping,
}

impl Timer {
    /// How many kinds there are.
    pub const KINDS: u8 = 12;

    /// Its kind, below [`Timer::KINDS`], and its slot.
    #[inline(always)]
    pub const fn kind_and_slot(self) -> (u8, u8) {
        match self {
            Timer::ClientRetransmit(slot) => (0, slot),
            Timer::ClientTimeout(slot) => (1, slot),
            Timer::ServerRetransmit(slot) => (2, slot),
            Timer::ServerTimeout(slot) => (3, slot),
            Timer::Trying(slot) => (4, slot),
            Timer::Answer => (5, 0),
            Timer::AnswerRetransmit => (6, 0),
            Timer::AnswerTimeout => (7, 0),
            Timer::Refresh => (8, 0),
            Timer::Expiry => (9, 0),
            Timer::Change => (10, 0),
            Timer::Ping => (11, 0),
        }
    }

    /// The timer of this kind and slot.
    #[inline]
    pub const fn of(kind: u8, slot: u8) -> Timer {
        match kind {
            0 => Timer::ClientRetransmit(slot),
            1 => Timer::ClientTimeout(slot),
            2 => Timer::ServerRetransmit(slot),
            3 => Timer::ServerTimeout(slot),
            4 => Timer::Trying(slot),
            5 => Timer::Answer,
            6 => Timer::AnswerRetransmit,
            7 => Timer::AnswerTimeout,
            8 => Timer::Refresh,
            9 => Timer::Expiry,
            10 => Timer::Change,
            _ => Timer::Ping,
        }
    }
}

/// News of a machine for whoever drives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// It is called, and will answer when it is told.
    Called,
    /// The other side rings.
    Ringing,
    /// The session stands, for this side.
    Established,
    /// A refresh succeeded, for this side.
    Refreshed,
    /// This side has let go of the session (rule R7).
    Released(ReleaseCause),
    /// Its BYE transaction has ended too, or there was none (rule R7).
    Closed,
}

/// One thing to be done. Its kind has a word of its own: behind a single byte, what else it says would be moved at an
/// odd place, and read back before it had been written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
pub enum Action {
    /// Put a message on the wire.
    Send {
        /// The message.
        message: Message,
        /// How many times this same message has now been sent, from 1.
        copy: u16,
    },
    /// Set a timer, or move it.
    Set(Timer, Time),
    /// Set a timer to an instant that chance picks, each step alike.
    SetWithin {
        /// The timer.
        timer: Timer,
        /// The earliest instant.
        from: Time,
        /// How many steps after it the latest is.
        steps: u32,
        /// The length of a step.
        step: Span,
    },
    /// Cancel a timer; it may not be pending.
    Clear(Timer),
    /// Tell whoever drives the machine.
    Tell(Event),
}

/// A buffer that a driver lends to a machine for one input, goes through in order, empties, and lends again.
///
/// One input causes at most a dozen actions. The buffer keeps its memory, so in the steady state nothing is allocated.
#[derive(Clone, Debug)]
pub struct Buffer<A>(Vec<A>);

/// What agents and proxies want done.
pub type Actions = Buffer<Action>;

impl<A> Default for Buffer<A> {
    fn default() -> Self {
        Buffer(Vec::with_capacity(16))
    }
}

impl<A> Buffer<A> {
    /// An empty buffer.
    pub fn new() -> Self {
        Buffer::default()
    }

    /// All actions, in the order in which they are to be done.
    pub fn as_slice(&self) -> &[A] {
        &self.0
    }

    /// How many there are.
    #[inline]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The `nth`, from 0.
    #[inline]
    pub fn get(&self, nth: usize) -> Option<&A> {
        self.0.get(nth)
    }

    /// Adds one behind the others.
    #[inline]
    pub fn push(&mut self, action: A) {
        self.0.push(action);
    }

    /// Forgets them, once they are done.
    pub fn forget(&mut self) {
        self.0.clear();
    }

    /// Forgets those from the `first` on.
    #[inline]
    pub fn forget_from(&mut self, first: usize) {
        self.0.truncate(first);
    }
}

impl Actions {
    #[inline]
    pub(super) fn send(&mut self, message: &Message, copy: u16) {
        self.push(Action::Send { message: *message, copy });
    }

    #[inline]
    pub(super) fn set(&mut self, timer: Timer, at: Time) {
        self.push(Action::Set(timer, at));
    }

    #[inline]
    pub(super) fn set_within(&mut self, timer: Timer, from: Time, steps: u32, step: Span) {
        self.push(Action::SetWithin { timer, from, steps, step });
    }

    #[inline]
    pub(super) fn clear(&mut self, timer: Timer) {
        self.push(Action::Clear(timer));
    }

    #[inline]
    pub(super) fn tell(&mut self, event: Event) {
        self.push(Action::Tell(event));
    }
}
