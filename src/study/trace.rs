//! Recording the facts of one call or one device, in their order.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::scenario::Point;
use crate::sip::Profile;
use crate::time::Time;
use crate::world::devices::{self, Fleet, Unit};
use crate::world::{Chain, Element, Fact, Observer, Runner, run_among_all};

/// A fact and its instant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Record<F = Fact> {
    /// When it happened.
    pub at: Time,
    /// What happened.
    pub fact: F,
}

/// More facts than anybody reads: a call of this many is not traced to its end.
pub const MOST_FACTS: usize = 1_000_000;

/// Keeps the facts that it is told, up to [`MOST_FACTS`], and stops the run there.
#[derive(Debug)]
struct Recorder<'a, F> {
    records: Vec<Record<F>>,
    full: &'a AtomicBool,
}

impl<F: Copy> Observer<F> for Recorder<'_, F> {
    fn see(&mut self, now: Time, fact: &F) {
        if self.records.len() < MOST_FACTS {
            self.records.push(Record { at: now, fact: *fact });
        } else {
            self.full.store(true, Ordering::Relaxed);
        }
    }
}

/// One call of one point of a scenario, from its beginning to its end.
#[derive(Clone, Debug)]
pub struct Trace {
    /// Name of the scenario.
    pub name: String,
    /// Which call of it, from 0.
    pub call: u32,
    /// The nodes of its path, from caller to callee.
    pub nodes: Vec<String>,
    /// The elements of its path, from caller to callee.
    pub chain: Chain,
    /// Their names, in that order.
    pub elements: Vec<String>,
    /// How the agents among them behave, by the number of the element.
    pub profiles: Vec<Option<Profile>>,
    /// What happened, in order.
    pub records: Vec<Record>,
    /// When nothing more was pending, or the horizon.
    pub ended: Time,
}

/// Runs call `call` of `point`, among all others where they share queues, and keeps all that happens to it; `None` if
/// that is more than [`MOST_FACTS`].
pub fn trace(name: &str, point: &Point, call: u32) -> Option<Trace> {
    let full = AtomicBool::new(false);
    let (ended, records) = record(&full, |recorder| run_among_all(&point.setup, &full, call, recorder))?;
    let (ended, profiles) = (ended?, Runner::new(&point.setup, &full).profiles(call));
    Some(Trace { profiles, records, ended, ..Trace::empty(name, point, call) })
}

/// Keeps what `run` tells; `None` if that is more than [`MOST_FACTS`], at which `full` stops it.
fn record<'a, F: Copy, T>(
    full: &'a AtomicBool,
    run: impl FnOnce(&mut Recorder<'a, F>) -> T,
) -> Option<(T, Vec<Record<F>>)> {
    let mut recorder = Recorder { records: Vec::new(), full };
    let done = run(&mut recorder);
    (!full.load(Ordering::Relaxed)).then_some((done, recorder.records))
}

/// One unit of one point of a scenario with devices, from its switching on to the end of the run.
#[derive(Clone, Debug)]
pub struct DeviceTrace {
    /// Name of the scenario.
    pub name: String,
    /// Which unit of it.
    pub unit: Unit,
    /// The nodes of its path, from who registers to the platform.
    pub nodes: Vec<String>,
    /// What happened, in order.
    pub records: Vec<Record<devices::Fact>>,
}

/// Runs the nth unit of `point`, devices first, and keeps all that happens; `None` if there is none, or if that is more
/// than [`MOST_FACTS`].
pub fn trace_device(name: &str, point: &Point<Fleet>, nth: u64) -> Option<DeviceTrace> {
    let full = AtomicBool::new(false);
    let unit = point.setup.unit(nth)?;
    let mut runner = devices::Runner::new(&point.setup, &full);
    let ((), records) = record(&full, |recorder| runner.run(unit, recorder))?;
    let links = |levels: &[devices::Level]| levels.iter().map(|level| usize::from(level.path.len())).sum::<usize>();
    let (from, to) = (links(&point.setup.levels[..unit.level]), links(&point.setup.levels[..=unit.level]));
    let nodes = point.nodes.get(from..=to).unwrap_or_default().to_vec();
    Some(DeviceTrace { name: name.to_owned(), unit, nodes, records })
}

impl Trace {
    /// The trace of call `call` of `point` before anything has happened: its path, without records.
    pub fn empty(name: &str, point: &Point, call: u32) -> Trace {
        let (chain, nodes) = match (point.setup.way_of(call), &point.ways) {
            (Some((nth, way)), Some(names)) => (way.chain().clone(), names.nodes_of(nth)),
            (None, _) | (_, None) => (Chain::new(&point.setup.between, point.setup.path.len()), point.nodes.clone()),
        };
        Trace {
            name: name.to_owned(),
            call,
            elements: chain.elements().into_iter().map(|element| chain.name(element, &nodes)).collect(),
            nodes,
            chain,
            profiles: Vec::new(),
            records: Vec::new(),
            ended: Time::ZERO,
        }
    }

    /// The name of an element of the path.
    pub fn element_name(&self, element: Element) -> String {
        self.chain.name(element, &self.nodes)
    }

    /// The name of a link of the path, counted from the caller.
    pub fn link_name(&self, link: u8) -> String {
        match self.nodes.get(usize::from(link)..).unwrap_or_default() {
            [from, to, ..] => format!("{from}--{to}"),
            _ => format!("link {link}"),
        }
    }
}
