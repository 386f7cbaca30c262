//! What a call changes while it runs, and what is left of it while it rests.

use std::collections::VecDeque;

use super::element::Element;
use super::fault::Script;
use super::in_flight::{InFlight, UnderWay};
use super::machine::Machine;
use super::media::Media;
use super::traffic::CallTraffic;
use crate::engine::{Agenda, SavedEvents};
use crate::net::Weather;
use crate::sip::{AtRest, Timer};
use crate::time::{Span, Time};

/// All that changes while a call runs.
#[derive(Debug)]
pub(super) struct CallState {
    pub call: u64,
    /// What is known of the weather on the path, and what the call has sent through it.
    pub weather: Weather,
    /// The way that it takes, of several, and for which it has its machines; the first before it has taken any.
    pub way: usize,
    pub agenda: Agenda,
    /// By the number of the element.
    pub machines: Vec<Machine>,
    pub alive: Vec<bool>,
    /// How many crashes of each element have begun and not ended.
    pub crashes_under_way: Vec<u16>,
    pub under_way: UnderWay<CallTraffic>,
    pub script: Script,
    pub media: Media,
    /// The end no BYE of which gets through.
    pub bye_suppressed_from: Option<Element>,
    /// Whether the links alone decide what becomes of a message sent now.
    pub fast_path: bool,
    /// How many instants chance has picked for the timers of each element.
    pub picks: Vec<u32>,
    /// The talk time of a call that was under way at the start.
    pub talk_left: Option<Span>,
    /// Messages on a network without delay and loss, while a call is put up that stands from its beginning.
    pub at_once: Option<VecDeque<InFlight<CallTraffic>>>,
    /// Session timers of elements that died and will remember them.
    pub remembered: Vec<(Time, Element, Timer)>,
}

impl CallState {
    /// State for calls of elements with these machines, under this weather.
    pub(super) fn new(machines: Vec<Machine>, weather: Weather) -> CallState {
        CallState {
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
            bye_suppressed_from: None,
            fast_path: false,
            talk_left: None,
            at_once: None,
            remembered: Vec::new(),
        }
    }

    /// Forgets its call, and keeps the memory. The machines stay as they are. `fast_path` is whether the links alone
    /// decide about messages of the next call, as long as no end is bye_suppressed_from.
    pub(super) fn clear(&mut self, call: u64, fast_path: bool) {
        let CallState {
            call: of_call,
            agenda,
            alive,
            crashes_under_way,
            under_way,
            bye_suppressed_from,
            fast_path: of_links,
            picks,
            talk_left,
            at_once,
            remembered,
            // A call begins with its weather, its script, its media and its machines, and has its way before.
            weather: _,
            way: _,
            machines: _,
            script: _,
            media: _,
        } = self;
        *of_call = call;
        agenda.clear();
        under_way.clear();
        alive.fill(true);
        crashes_under_way.fill(0);
        (*bye_suppressed_from, *of_links) = (None, fast_path);
        picks.fill(0);
        (*talk_left, *at_once) = (None, None);
        remembered.clear();
    }

    /// Gets machines for elements that stand on another way; returns those of before. Of what is kept by element, only
    /// the length is right afterwards: [`CallState::clear`] follows.
    pub(super) fn use_layout(&mut self, machines: Vec<Machine>) -> Vec<Machine> {
        let CallState {
            alive,
            crashes_under_way,
            picks,
            machines: of_live,
            // Not kept by element, or as long as there are elements that have something.
            call: _,
            weather: _,
            way: _,
            agenda: _,
            under_way: _,
            script: _,
            media: _,
            bye_suppressed_from: _,
            fast_path: _,
            talk_left: _,
            at_once: _,
            remembered: _,
        } = self;
        alive.resize(machines.len(), true);
        crashes_under_way.resize(machines.len(), 0);
        picks.resize(machines.len(), 0);
        std::mem::replace(of_live, machines)
    }
}

/// The most events that may be pending for a call at rest: hang-up, the next refresh, and what each end gives up by.
const MOST_PENDING: usize = 4;

/// A call at rest: both agents hold the session, or one does and the other is gone; nothing is under way, and little is
/// pending. It is small, for a million of them are kept at once, and each is fetched from far.
#[derive(Clone, Debug)]
pub(super) struct IdleCall {
    agents: [AtRest; 2],
    pending: SavedEvents<MOST_PENDING>,
    picks: [u32; 2],
    alive: [bool; 2],
    bye_suppressed_from: Option<Element>,
}

impl CallState {
    /// Whether the call is at rest at `now`. For calls of two agents without anything between them whose faults and
    /// links remember nothing.
    pub(super) fn rests(&self, now: Time) -> bool {
        let rests = |machine: &Machine| matches!(machine, Machine::Agent(agent) if agent.rests(now));
        self.agenda.len() <= MOST_PENDING && self.under_way.is_empty() && self.machines.iter().all(rests)
    }

    /// What is left of the call, if it is at rest: then nothing is pending here any more.
    // Inlined, it is written where it will be kept.
    #[inline(always)]
    pub(super) fn put_to_rest(&mut self) -> Option<IdleCall> {
        let CallState {
            agenda,
            machines,
            alive,
            picks,
            bye_suppressed_from,
            // The number is known to whoever wakes it; of the rest nothing is left when a call of two agents is at rest
            // that have nothing between them, and whose faults and links remember nothing.
            call: _,
            weather: _,
            way: _,
            crashes_under_way: _,
            under_way: _,
            script: _,
            media: _,
            fast_path: _,
            talk_left: _,
            at_once: _,
            remembered: _,
        } = self;
        let [Machine::Agent(caller), Machine::Agent(callee)] = &machines[..] else { return None };
        let (&picks, &alive) = picks.first_chunk().zip(alive.first_chunk())?;
        let agents = [caller.at_rest(), callee.at_rest()];
        Some(IdleCall { agents, pending: agenda.save()?, picks, alive, bye_suppressed_from: *bye_suppressed_from })
    }

    /// Call `call` goes on from `resting`; the machines have the profiles of its agents. What else is remembered of a
    /// call, one that can rest leaves nothing of. `fast_path` is as for [`CallState::clear`].
    pub(super) fn wake(&mut self, call: u64, fast_path: bool, resting: &IdleCall) {
        let CallState {
            call: of_call,
            agenda,
            machines,
            alive: of_alive,
            under_way,
            bye_suppressed_from: of_suppressed,
            fast_path: of_links,
            picks: of_picks,
            talk_left,
            // What a call that can rest has none of: see [`CallState::put_to_rest`].
            weather: _,
            way: _,
            crashes_under_way: _,
            script: _,
            media: _,
            at_once: _,
            remembered: _,
        } = self;
        let IdleCall { agents, pending, picks, alive, bye_suppressed_from } = resting;
        *of_call = call;
        for (machine, rest) in machines.iter_mut().zip(agents) {
            if let Machine::Agent(agent) = machine {
                agent.wake(rest);
            }
        }
        agenda.restore(pending);
        under_way.clear();
        // Of two elements: written at once, not by a loop.
        if let (Some(of_alive), Some(of_picks)) = (of_alive.first_chunk_mut(), of_picks.first_chunk_mut()) {
            (*of_alive, *of_picks) = (*alive, *picks);
        }
        (*of_suppressed, *of_links) = (*bye_suppressed_from, fast_path && bye_suppressed_from.is_none());
        *talk_left = None;
    }
}
