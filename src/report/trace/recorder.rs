//! Watching one call.

use crate::scenario::Point;
use crate::sip::Profile;
use crate::time::Time;
use crate::world::{Fact, Observer, Runner};

/// A fact and its instant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Record {
    /// When it happened.
    pub at: Time,
    /// What happened.
    pub fact: Fact,
}

/// Keeps every fact that it is told.
#[derive(Clone, Debug, Default)]
pub struct Recorder(Vec<Record>);

impl Observer for Recorder {
    fn see(&mut self, now: Time, fact: &Fact) {
        self.0.push(Record { at: now, fact: *fact });
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
    /// How caller and callee behave.
    pub profiles: [Profile; 2],
    /// What happened, in order.
    pub records: Vec<Record>,
    /// When nothing more was pending, or the horizon.
    pub ended: Time,
}

/// Runs call `call` of `point` and keeps all that happens.
pub fn trace(name: &str, point: &Point, call: u32) -> Trace {
    let mut recorder = Recorder::default();
    let ended = Runner::new(&point.setup).run(call, &mut recorder);
    Trace {
        name: name.to_owned(),
        call,
        nodes: point.nodes.clone(),
        profiles: [point.setup.caller, point.setup.callee],
        records: recorder.0,
        ended,
    }
}

impl Trace {
    /// The name of a link of the path, counted from the caller.
    pub fn link_name(&self, link: u8) -> String {
        match self.nodes.get(usize::from(link)..).unwrap_or_default() {
            [from, to, ..] => format!("{from}--{to}"),
            _ => format!("link {link}"),
        }
    }
}
