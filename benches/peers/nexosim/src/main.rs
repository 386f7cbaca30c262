//! KA-1 on NeXosim: one model that holds all calls and schedules events for itself. What KA-1 is: `../README.md`.
//!
//! `ka1-nexosim [CALLS]`

#[path = "../../report.rs"]
mod report;

use std::time::Duration;

use Side::{Callee, Caller};
use cpu_time::ProcessTime;
use nexosim::model::{Context, Model, schedulable};
use nexosim::ports::{EventSource, QuerySource};
use nexosim::simulation::{Mailbox, SimInit, SimulationError};
use nexosim::time::MonotonicTime;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use report::Counts;
use serde::{Deserialize, Serialize};

const ARRIVALS: Duration = Duration::from_secs(900);
const MEAN_TALK: Duration = Duration::from_secs(3600);
const T1: Duration = Duration::from_millis(500);
const T2: Duration = Duration::from_secs(4);
/// A refresher refreshes after half the session interval of 1800 s; a watcher gives up 32 s before its end.
const REFRESH_AFTER: Duration = Duration::from_secs(900);
const WATCH: Duration = Duration::from_secs(1800 - 32);
/// Copies of a request, at 0, .5, 1.5, 3.5, 7.5 ... 31.5 s; it times out at 32 s.
const COPIES: u8 = 11;

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Side {
    /// Refreshes.
    Caller,
    /// Watches.
    Callee,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Method {
    Update,
    Bye,
}

/// Which call, and which of its agents.
#[derive(Clone, Copy, Serialize, Deserialize)]
struct At {
    call: u32,
    side: Side,
}

impl At {
    fn other(self) -> At {
        let side = match self.side {
            Caller => Callee,
            Callee => Caller,
        };
        At { side, ..self }
    }
}

/// A request that waits for its response.
#[derive(Clone, Copy, Serialize, Deserialize)]
struct Pending {
    number: u16,
    method: Method,
    copies: u8,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
struct Agent {
    holds: bool,
    requests: u16,
    pending: Option<Pending>,
}

#[derive(Serialize, Deserialize)]
struct Call {
    agents: [Agent; 2],
    /// When the callee gives up, and the last UPDATE that it saw.
    watch_until: MonotonicTime,
    last_update: u16,
    hung_up: Option<HangUp>,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
struct HangUp {
    at: MonotonicTime,
    by: Side,
    /// No copy of the BYE gets through.
    bye_lost: bool,
}

/// All calls, and the path between their ends.
#[derive(Serialize, Deserialize)]
struct Calls {
    calls: Vec<Call>,
    rng: ChaCha8Rng,
    /// Nobody saves a run in its middle.
    #[serde(skip)]
    counts: Counts,
}

fn main() -> Result<(), SimulationError> {
    let calls = std::env::args().nth(1).map_or(100_000, |calls| calls.parse().expect("a number of calls"));
    let start = ProcessTime::now();
    let model = Calls {
        calls: Vec::with_capacity(calls as usize),
        rng: ChaCha8Rng::seed_from_u64(1),
        counts: Counts::default(),
    };
    let mailbox = Mailbox::new();
    let mut bench = SimInit::with_num_threads(1);
    let begin = EventSource::new().connect(Calls::begin, &mailbox).register(&mut bench);
    let counts = QuerySource::new().connect(Calls::counts, &mailbox).register(&mut bench);
    let mut simulation = bench.add_model(model, mailbox, "calls").init(MonotonicTime::EPOCH)?;
    simulation.process_event(&begin, calls)?;
    simulation.run()?;
    let counts = simulation.process_query(&counts, ())?;
    counts.print(calls, start.elapsed().as_secs_f64());
    Ok(())
}

#[Model]
impl Calls {
    /// All calls stand already, from some instant in the first 900 s.
    fn begin(&mut self, calls: u32, cx: &Context<Self>) {
        let agent = Agent { holds: true, requests: 0, pending: None };
        for call in 0..calls {
            let begin = cx.time() + ARRIVALS.mul_f64(self.rng.random());
            let talk = MEAN_TALK.mul_f64(-(1.0 - self.rng.random::<f64>()).ln());
            let watch_until = begin + WATCH;
            self.calls.push(Call { agents: [agent; 2], watch_until, last_update: 0, hung_up: None });
            cx.schedule_event(begin + talk, schedulable!(Self::hang_up), call).expect("in the future");
            cx.schedule_event(begin + REFRESH_AFTER, schedulable!(Self::refresh_due), call).expect("in the future");
            cx.schedule_event(watch_until, schedulable!(Self::watch_ends), call).expect("in the future");
        }
    }

    async fn counts(&mut self) -> Counts {
        std::mem::take(&mut self.counts)
    }

    #[nexosim(schedulable)]
    fn hang_up(&mut self, call: u32, cx: &Context<Self>) {
        let Call { agents, hung_up, .. } = &mut self.calls[call as usize];
        if agents.iter().all(|agent| agent.holds) {
            self.counts.firings += 1;
            let side = if self.rng.random() { Caller } else { Callee };
            *hung_up = Some(HangUp { at: cx.time(), by: side, bye_lost: self.rng.random_bool(0.1) });
            agents[side as usize].holds = false;
            self.request(At { call, side }, Method::Bye, cx);
        }
    }

    #[nexosim(schedulable)]
    fn refresh_due(&mut self, call: u32, cx: &Context<Self>) {
        let caller = At { call, side: Caller };
        if self.agent(caller).holds {
            self.counts.firings += 1;
            self.request(caller, Method::Update, cx);
        }
    }

    #[nexosim(schedulable)]
    fn watch_ends(&mut self, call: u32, cx: &Context<Self>) {
        let until = self.calls[call as usize].watch_until;
        let callee = At { call, side: Callee };
        if !self.agent(callee).holds {
        } else if until > cx.time() {
            cx.schedule_event(until, schedulable!(Self::watch_ends), call).expect("in the future");
        } else {
            self.counts.firings += 1;
            self.release(callee, cx);
            self.request(callee, Method::Bye, cx);
        }
    }

    #[nexosim(schedulable)]
    fn send_again(&mut self, (from, number): (At, u16), cx: &Context<Self>) {
        let Some(pending) = self.agent(from).pending.filter(|pending| pending.number == number) else { return };
        self.counts.firings += 1;
        if pending.copies < COPIES {
            self.send_copy(from, pending, cx);
        } else {
            self.agent(from).pending = None;
            if pending.method == Method::Update {
                self.release(from, cx);
                self.request(from, Method::Bye, cx);
            }
        }
    }

    #[nexosim(schedulable)]
    fn request_arrives(&mut self, (to, number, method): (At, u16, Method), cx: &Context<Self>) {
        self.counts.delivered += 1;
        let ok = self.agent(to).holds;
        match method {
            Method::Bye if ok => self.release(to, cx),
            Method::Update if ok => {
                let call = &mut self.calls[to.call as usize];
                if number > call.last_update {
                    call.last_update = number;
                    call.watch_until = cx.time() + WATCH;
                }
            }
            Method::Bye | Method::Update => {}
        }
        if let Some(delay) = self.carry() {
            let response = (to.other(), number, ok);
            cx.schedule_event(delay, schedulable!(Self::response_arrives), response).expect("in the future");
        }
    }

    /// 200, or 481 by an agent that holds no such call.
    #[nexosim(schedulable)]
    fn response_arrives(&mut self, (to, number, ok): (At, u16, bool), cx: &Context<Self>) {
        self.counts.delivered += 1;
        let agent = self.agent(to);
        let Some(pending) = agent.pending.take_if(|pending| pending.number == number) else { return };
        match pending.method {
            Method::Update if ok => {
                cx.schedule_event(REFRESH_AFTER, schedulable!(Self::refresh_due), to.call).expect("in the future")
            }
            Method::Update => self.release(to, cx),
            Method::Bye => {}
        }
    }

    fn agent(&mut self, at: At) -> &mut Agent {
        &mut self.calls[at.call as usize].agents[at.side as usize]
    }

    fn request(&mut self, from: At, method: Method, cx: &Context<Self>) {
        let agent = self.agent(from);
        agent.requests += 1;
        let number = agent.requests;
        self.send_copy(from, Pending { number, method, copies: 0 }, cx);
    }

    fn send_copy(&mut self, from: At, mut pending: Pending, cx: &Context<Self>) {
        pending.copies += 1;
        let Pending { number, method, copies } = pending;
        self.agent(from).pending = Some(pending);
        let wait = if copies == COPIES { T1 } else { T2.min(T1 * (1 << (copies - 1))) };
        cx.schedule_event(wait, schedulable!(Self::send_again), (from, number)).expect("in the future");
        let hung_up = self.calls[from.call as usize].hung_up;
        let bye_lost = hung_up.is_some_and(|hung_up| hung_up.bye_lost && hung_up.by == from.side);
        if method == Method::Bye && bye_lost {
            self.counts.sent += 1;
        } else if let Some(delay) = self.carry() {
            let request = (from.other(), number, method);
            cx.schedule_event(delay, schedulable!(Self::request_arrives), request).expect("in the future");
        }
    }

    /// Sends a message: how long it takes, unless it is lost.
    fn carry(&mut self) -> Option<Duration> {
        self.counts.sent += 1;
        let lost = self.rng.random_bool(0.05);
        (!lost).then(|| Duration::from_nanos(self.rng.random_range(40_000_000..=60_000_000)))
    }

    /// The agent lets go of the call: if the other hung up and its BYE was lost, the ghost ends here.
    fn release(&mut self, at: At, cx: &Context<Self>) {
        let agent = self.agent(at);
        agent.holds = false;
        agent.pending = None;
        if let Some(HangUp { at: since, by, bye_lost: true }) = self.calls[at.call as usize].hung_up {
            let recovery_ms = cx.time().duration_since(since).as_millis() as u64;
            *self.counts.recovery[by as usize].entry(recovery_ms).or_default() += 1;
        }
    }
}
