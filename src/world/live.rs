//! What a call changes while it runs, and what is left of it while it rests.

use std::collections::VecDeque;

use super::chain::Element;
use super::faults::Script;
use super::machine::Machine;
use super::media::Media;
use super::pending::{InFlight, Pending, UnderWay};
use crate::engine::{Agenda, Few};
use crate::net::Weather;
use crate::sip::{AtRest, Timer};
use crate::time::{Span, Time};

/// All that changes while a call runs.
#[derive(Debug)]
pub struct Live {
    pub call: u64,
    /// What is known of the weather on the path, and what the call has sent through it.
    pub weather: Weather,
    /// The way that it takes, of several, and for which it has its machines; the first before it has taken any.
    pub way: usize,
    pub agenda: Agenda<Pending>,
    /// By the number of the element.
    pub machines: Vec<Machine>,
    pub alive: Vec<bool>,
    /// How many crashes of each element have begun and not ended.
    pub crashes_under_way: Vec<u16>,
    pub under_way: UnderWay,
    pub script: Script,
    pub media: Media,
    /// The end no BYE of which gets through.
    pub mute: Option<Element>,
    /// Whether the links alone decide what becomes of a message sent now.
    pub undisturbed: bool,
    /// How many instants chance has picked for the timers of each element.
    pub picks: Vec<u32>,
    /// The talk time of a call that was under way at the start.
    pub talk_left: Option<Span>,
    /// Messages on a network without delay and loss, while a call is put up that stands from its beginning.
    pub at_once: Option<VecDeque<InFlight>>,
    /// Session timers of elements that died and will remember them.
    pub remembered: Vec<(Time, Element, Timer)>,
}

impl Live {
    /// State for calls of elements with these machines, under this weather.
    pub fn new(machines: Vec<Machine>, weather: Weather) -> Live {
        Live {
            call: 0,
            way: 0,
            alive: vec![true; machines.len()],
            crashes_under_way: vec![0; machines.len()],
            picks: vec![0; machines.len()],
            weather,
            agenda: Agenda::new(),
            machines,
            under_way: UnderWay::default(),
            script: Script::default(),
            media: Media::default(),
            mute: None,
            undisturbed: false,
            talk_left: None,
            at_once: None,
            remembered: Vec::new(),
        }
    }

    /// Forgets its call, and keeps the memory. The machines stay as they are. `undisturbed` is whether the links alone
    /// decide about messages of the next call, as long as no end is mute.
    pub fn clear(&mut self, call: u64, undisturbed: bool) {
        self.call = call;
        self.agenda.clear();
        self.under_way.clear();
        self.alive.fill(true);
        self.crashes_under_way.fill(0);
        (self.mute, self.undisturbed) = (None, undisturbed);
        self.picks.fill(0);
        self.talk_left = None;
        self.remembered.clear();
    }

    /// Gets machines for elements that stand on another way; returns those of before.
    pub fn line_up(&mut self, machines: Vec<Machine>) -> Vec<Machine> {
        self.alive.resize(machines.len(), true);
        self.crashes_under_way.resize(machines.len(), 0);
        self.picks.resize(machines.len(), 0);
        std::mem::replace(&mut self.machines, machines)
    }
}

/// The most events that may be pending for a call at rest: hang-up, the next refresh, and what each end gives up by.
const MOST_PENDING: usize = 4;

/// A call at rest: both agents hold the session, or one does and the other is gone; nothing is under way, and little is
/// pending. It is small, for a million of them are kept at once, and each is fetched from far.
#[derive(Clone, Debug)]
pub struct Resting {
    agents: [AtRest; 2],
    pending: Few<MOST_PENDING>,
    picks: [u32; 2],
    alive: [bool; 2],
    mute: Option<Element>,
}

impl Live {
    /// Whether the call is at rest at `now`. For calls of two agents without anything between them whose faults and links
    /// remember nothing.
    pub fn rests(&self, now: Time) -> bool {
        let rests = |machine: &Machine| matches!(machine, Machine::Agent(agent) if agent.rests(now));
        self.agenda.len() <= MOST_PENDING && self.under_way.is_empty() && self.machines.iter().all(rests)
    }

    /// What is left of the call, if it is at rest: then nothing is pending here any more.
    // Inlined, it is written where it will be kept.
    #[inline(always)]
    pub fn put_to_rest(&mut self) -> Option<Resting> {
        let [Machine::Agent(caller), Machine::Agent(callee)] = &self.machines[..] else { return None };
        let (&picks, &alive) = self.picks.first_chunk().zip(self.alive.first_chunk())?;
        let agents = [caller.at_rest(), callee.at_rest()];
        Some(Resting { agents, pending: self.agenda.take_few()?, picks, alive, mute: self.mute })
    }

    /// Call `call` goes on from `resting`; the machines have the profiles of its agents. What else is remembered of a call, one
    /// that can rest leaves nothing of. `undisturbed` is as for [`Live::clear`].
    pub fn wake(&mut self, call: u64, undisturbed: bool, resting: &Resting) {
        let Resting { agents, pending, picks, alive, mute } = resting;
        self.call = call;
        for (machine, rest) in self.machines.iter_mut().zip(agents) {
            if let Machine::Agent(agent) = machine {
                agent.wake(rest);
            }
        }
        self.agenda.put_back(pending);
        self.under_way.clear();
        // Of two elements: written at once, not by a loop.
        if let (Some(of_live), Some(picks_of_live)) = (self.alive.first_chunk_mut(), self.picks.first_chunk_mut()) {
            (*of_live, *picks_of_live) = (*alive, *picks);
        }
        (self.mute, self.undisturbed) = (*mute, undisturbed && mute.is_none());
        self.talk_left = None;
    }
}
