//! KA-1 as one would write it by hand: a state machine for each call, and one binary heap with the pending events of
//! all calls. What KA-1 is: `../README.md`.
//!
//! `ka1-heap [CALLS]`

mod chance;
#[path = "../../report.rs"]
mod report;

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use chance::Chance;
use cpu_time::ProcessTime;
use report::Counts;

const SEED: u64 = 1;

// Times are nanoseconds since the beginning.
const MS: u64 = 1_000_000;
const SECOND: u64 = 1_000 * MS;
const ARRIVALS: u64 = 900 * SECOND;
const MEAN_TALK: u64 = 3600 * SECOND;
const T1: u64 = 500 * MS;
const T2: u64 = 4 * SECOND;
/// A refresher refreshes after half the session interval of 1800 s; a watcher gives up 32 s before its end.
const REFRESH_AFTER: u64 = 900 * SECOND;
const WATCH: u64 = (1800 - 32) * SECOND;
/// As shares of the numbers below 2^32.
const ONE_IN_TEN: u64 = (1 << 32) / 10;
const ONE_IN_TWENTY: u64 = (1 << 32) / 20;
/// Copies of a request, at 0, .5, 1.5, 3.5, 7.5 ... 31.5 s; it times out at 32 s.
const COPIES: u8 = 11;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Side {
    /// Refreshes.
    Caller,
    /// Watches.
    Callee,
}

use Side::{Callee, Caller};

impl Side {
    fn other(self) -> Side {
        match self {
            Caller => Callee,
            Callee => Caller,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Method {
    Update,
    Bye,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Message {
    Request {
        number: u16,
        method: Method,
    },
    /// 200, or 481 by an agent that holds no such call.
    Response {
        number: u16,
        ok: bool,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Arrives { to: Side, message: Message },
    SendAgain { from: Side, number: u16 },
    RefreshDue,
    WatchEnds,
    HangUp,
}

/// A request that waits for its response.
#[derive(Clone, Copy)]
struct Pending {
    number: u16,
    method: Method,
    copies: u8,
}

#[derive(Clone, Copy)]
struct Agent {
    holds: bool,
    requests: u16,
    pending: Option<Pending>,
}

struct Call {
    chance: Chance,
    agents: [Agent; 2],
    /// When the callee gives up, and the last UPDATE that it saw.
    watch_until: u64,
    last_update: u16,
    hung_up: Option<HangUp>,
}

#[derive(Clone, Copy)]
struct HangUp {
    at: u64,
    by: Side,
    /// No copy of the BYE gets through.
    bye_lost: bool,
}

struct Simulation {
    now: u64,
    /// Time, order of scheduling, call, event.
    heap: BinaryHeap<Reverse<(u64, u32, u32, Event)>>,
    scheduled: u32,
    calls: Vec<Call>,
    counts: Counts,
}

fn main() {
    let calls = std::env::args().nth(1).map_or(100_000, |calls| calls.parse().expect("a number of calls"));
    let start = ProcessTime::now();
    let mut simulation = Simulation::new(calls);
    simulation.run();
    simulation.counts.print(calls, start.elapsed().as_secs_f64());
}

impl Simulation {
    /// All calls stand already, from some instant in the first 900 s.
    fn new(calls: u32) -> Simulation {
        let mut simulation = Simulation {
            now: 0,
            heap: BinaryHeap::with_capacity(3 * calls as usize),
            scheduled: 0,
            calls: Vec::with_capacity(calls as usize),
            counts: Counts::default(),
        };
        let agent = Agent { holds: true, requests: 0, pending: None };
        for call in 0..calls {
            let mut chance = Chance::new();
            let begin = ((u128::from(chance.next(SEED, call)) * u128::from(ARRIVALS)) >> 64) as u64;
            let unit = ((chance.next(SEED, call) >> 12) as f64 + 0.5) / (1u64 << 52) as f64;
            let talk = (-unit.ln() * MEAN_TALK as f64) as u64;
            let watch_until = begin + WATCH;
            simulation.calls.push(Call { chance, agents: [agent; 2], watch_until, last_update: 0, hung_up: None });
            simulation.schedule(begin + talk, call, Event::HangUp);
            simulation.schedule(begin + REFRESH_AFTER, call, Event::RefreshDue);
            simulation.schedule(watch_until, call, Event::WatchEnds);
        }
        simulation
    }

    fn run(&mut self) {
        while let Some(Reverse((now, _, call, event))) = self.heap.pop() {
            self.now = now;
            match event {
                Event::Arrives { to, message: Message::Request { number, method } } => {
                    self.request_arrives(call, to, number, method)
                }
                Event::Arrives { to, message: Message::Response { number, ok } } => {
                    self.response_arrives(call, to, number, ok)
                }
                Event::SendAgain { from, number } => self.send_again(call, from, number),
                Event::RefreshDue => self.refresh_due(call),
                Event::WatchEnds => self.watch_ends(call),
                Event::HangUp => self.hang_up(call),
            }
        }
    }

    fn schedule(&mut self, at: u64, call: u32, event: Event) {
        self.heap.push(Reverse((at, self.scheduled, call, event)));
        self.scheduled += 1;
    }

    fn agent(&mut self, call: u32, side: Side) -> &mut Agent {
        &mut self.calls[call as usize].agents[side as usize]
    }

    fn hang_up(&mut self, call: u32) {
        if !self.agent(call, Caller).holds || !self.agent(call, Callee).holds {
            return;
        }
        self.counts.firings += 1;
        let bits = self.calls[call as usize].chance.next(SEED, call);
        let by = if bits & 1 == 0 { Caller } else { Callee };
        let bye_lost = bits >> 32 < ONE_IN_TEN;
        self.calls[call as usize].hung_up = Some(HangUp { at: self.now, by, bye_lost });
        self.agent(call, by).holds = false;
        self.request(call, by, Method::Bye);
    }

    fn refresh_due(&mut self, call: u32) {
        if self.agent(call, Caller).holds {
            self.counts.firings += 1;
            self.request(call, Caller, Method::Update);
        }
    }

    fn watch_ends(&mut self, call: u32) {
        let until = self.calls[call as usize].watch_until;
        if !self.agent(call, Callee).holds {
        } else if until > self.now {
            self.schedule(until, call, Event::WatchEnds);
        } else {
            self.counts.firings += 1;
            self.release(call, Callee);
            self.request(call, Callee, Method::Bye);
        }
    }

    fn request(&mut self, call: u32, from: Side, method: Method) {
        let agent = self.agent(call, from);
        agent.requests += 1;
        let number = agent.requests;
        self.send_copy(call, from, Pending { number, method, copies: 0 });
    }

    fn send_copy(&mut self, call: u32, from: Side, mut pending: Pending) {
        pending.copies += 1;
        let Pending { number, method, copies } = pending;
        self.agent(call, from).pending = Some(pending);
        let wait = if copies == COPIES { T1 } else { T2.min(T1 << (copies - 1)) };
        self.schedule(self.now + wait, call, Event::SendAgain { from, number });
        self.send(call, from, Message::Request { number, method });
    }

    fn send_again(&mut self, call: u32, from: Side, number: u16) {
        let Some(pending) = self.agent(call, from).pending.filter(|pending| pending.number == number) else { return };
        self.counts.firings += 1;
        if pending.copies < COPIES {
            self.send_copy(call, from, pending);
        } else {
            self.agent(call, from).pending = None;
            if pending.method == Method::Update {
                self.release(call, from);
                self.request(call, from, Method::Bye);
            }
        }
    }

    /// Loses one message in twenty, and delivers the others after 40 to 60 ms.
    fn send(&mut self, call: u32, from: Side, message: Message) {
        self.counts.sent += 1;
        let Call { hung_up, chance, .. } = &mut self.calls[call as usize];
        let is_bye = matches!(message, Message::Request { method: Method::Bye, .. });
        if is_bye && hung_up.is_some_and(|hung_up| hung_up.bye_lost && hung_up.by == from) {
            return;
        }
        let bits = chance.next(SEED, call);
        if bits >> 32 >= ONE_IN_TWENTY {
            let delay = 40 * MS + (((bits & 0xffff_ffff) * 20 * MS) >> 32);
            self.schedule(self.now + delay, call, Event::Arrives { to: from.other(), message });
        }
    }

    fn request_arrives(&mut self, call: u32, to: Side, number: u16, method: Method) {
        self.counts.delivered += 1;
        let ok = self.agent(call, to).holds;
        match method {
            Method::Bye if ok => self.release(call, to),
            Method::Update if ok => {
                let call = &mut self.calls[call as usize];
                if number > call.last_update {
                    call.last_update = number;
                    call.watch_until = self.now + WATCH;
                }
            }
            Method::Bye | Method::Update => {}
        }
        self.send(call, to, Message::Response { number, ok });
    }

    fn response_arrives(&mut self, call: u32, to: Side, number: u16, ok: bool) {
        self.counts.delivered += 1;
        let agent = self.agent(call, to);
        let Some(pending) = agent.pending.take_if(|pending| pending.number == number) else { return };
        match pending.method {
            Method::Update if ok => self.schedule(self.now + REFRESH_AFTER, call, Event::RefreshDue),
            Method::Update => self.release(call, to),
            Method::Bye => {}
        }
    }

    /// The agent lets go of the call: if the other hung up and its BYE was lost, the ghost ends here.
    fn release(&mut self, call: u32, side: Side) {
        let agent = self.agent(call, side);
        agent.holds = false;
        agent.pending = None;
        if let Some(HangUp { at, by, bye_lost: true }) = self.calls[call as usize].hung_up {
            let recovery_ms = (self.now - at) / MS;
            *self.counts.recovery[by as usize].entry(recovery_ms).or_default() += 1;
        }
    }
}
