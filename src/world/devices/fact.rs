//! What happens to a unit, as it is told to those who watch.

use crate::heartbeat::{Connection, Event, Message, Purpose, Timer};
use crate::time::Time;
use crate::world::fact::Outcome;

/// One of the two sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Party {
    /// Who registers: a device, or a platform at the one above it.
    Device,
    /// Where it registers.
    Platform,
}

impl Party {
    /// Both.
    pub const BOTH: [Party; 2] = [Party::Device, Party::Platform];

    /// The other one.
    pub const fn other(self) -> Party {
        match self {
            Party::Device => Party::Platform,
            Party::Platform => Party::Device,
        }
    }

    /// Its name in scenarios and traces.
    pub const fn name(self) -> &'static str {
        match self {
            Party::Device => "device",
            Party::Platform => "platform",
        }
    }
}

/// How a device goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HangUp {
    /// It un-registers; the network decides what comes of it.
    UnRegister,
    /// It un-registers, and nothing that it sends gets through.
    UnRegisterLost,
    /// It dies without a word.
    Dies,
}

impl HangUp {
    /// Its name in traces.
    pub const fn name(self) -> &'static str {
        match self {
            HangUp::UnRegister => "unregister",
            HangUp::UnRegisterLost => "unregister-lost",
            HangUp::Dies => "dies",
        }
    }
}

/// One thing that happened to one unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fact {
    /// The device is switched on.
    Started,
    /// The device opens a connection.
    Connecting {
        /// Which.
        connection: Connection,
        /// For what.
        purpose: Purpose,
        /// What becomes of it: no link of devices has a rate, so it waits nowhere.
        outcome: Outcome,
    },
    /// The connection stands, for the device.
    Connected {
        /// Which.
        connection: Connection,
    },
    /// The device learns that a connection is gone.
    Broken {
        /// Which.
        connection: Connection,
    },
    /// A message was put on the wire.
    Sent {
        /// Who sent it.
        from: Party,
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
        from: Party,
        /// The message.
        message: Message,
        /// When that copy arrives.
        arrives: Time,
    },
    /// A message arrived.
    Delivered {
        /// At whom.
        to: Party,
        /// The message.
        message: Message,
    },
    /// A message arrived at a side that is down, or over a connection that it does not know.
    Unheard {
        /// At whom.
        to: Party,
        /// The message.
        message: Message,
    },
    /// A timer fired.
    Fired {
        /// Whose.
        of: Party,
        /// Which.
        timer: Timer,
    },
    /// A side has something to tell.
    Told {
        /// Which side.
        by: Party,
        /// What.
        event: Event,
    },
    /// The device is switched off, or dies.
    HungUp {
        /// How.
        how: HangUp,
        /// Whether the platform held it to be online.
        held: bool,
    },
    /// A side goes down, and forgets.
    Down {
        /// Which side.
        who: Party,
        /// Whether the platform held the device to be online.
        held: bool,
    },
    /// It is back.
    Back {
        /// Which side.
        who: Party,
    },
}
