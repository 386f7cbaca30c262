//! What a runner keeps in memory.

use std::sync::atomic::AtomicBool;

use super::call_state::{CallState, IdleCall};
use super::in_flight::{InFlight, UnderWay};
use super::runner::Runner;
use super::traffic::CallTraffic;
use super::{Arrivals, Begin, Calls, Element, Ending, Fact, Observer, Setup, SharedRunner};
use crate::net::queue::Rate;
use crate::net::{Link, Path, Route};
use crate::random::{Distribution, Probability};
use crate::sip::{Action, Agent, Branch, Message, Method, Profile, Tag};
use crate::time::{Span, Time};

/// A call that stands, between agents of the RFC 50 ms apart, for so long.
fn setup(horizon: Span) -> Setup {
    let link = Link::udp(Probability::NEVER, Distribution::Constant(Span::from_millis(50)));
    let route = Route { nodes: Vec::new(), to_callee: vec![link.clone()], to_caller: vec![link] };
    Setup {
        seed: 1,
        path: Path::new(&route).expect("one link"),
        caller: Profile::RFC,
        callee: Profile::RFC,
        otherwise: Default::default(),
        between: Vec::new(),
        crashes: Vec::new(),
        ways: None,
        calls: Calls {
            count: 1,
            arrivals: Arrivals::AtStart,
            begin: Begin::Established,
            ring_time: Distribution::Constant(Span::ZERO),
            talk_time: Distribution::Constant(horizon),
            hangup_by_caller: Probability::ALWAYS,
            ending: Ending {
                bye_lost: Probability::NEVER,
                dies: Probability::NEVER,
                restarts: Probability::NEVER,
                restart_after: Distribution::Constant(Span::ZERO),
                icmp: false,
                media_go_on: Probability::NEVER,
            },
            conversation: Default::default(),
        },
        faults: Vec::new(),
        requests: Vec::new(),
        horizon: Some(Time::ZERO + horizon),
    }
}

/// Counts refreshes.
#[derive(Default)]
struct Refreshes([u32; 2]);

impl Observer for Refreshes {
    fn see(&mut self, _: Time, fact: &Fact) {
        if let Fact::Refreshed { element, .. } = fact {
            self.0[element.index()] += 1;
        }
    }
}

#[test]
fn a_call_of_ten_thousand_refreshes_has_no_more_pending_at_its_end_than_at_its_beginning() {
    let (stop, setup) = (AtomicBool::new(false), setup(Span::from_secs(9_002_000)));
    let mut runner = Runner::new(&setup, &stop);
    let mut seen = Refreshes::default();
    runner.run(0, &mut seen);
    assert_eq!(seen.0, [10_001, 10_001]);
    assert!(runner.state.under_way.places() <= 2, "{} places for messages under way", runner.state.under_way.places());
    assert!(runner.state.agenda.len() <= 6, "{} pending", runner.state.agenda.len());
}

/// With how much state a crowd runs two thousand calls that begin within 900 s and hang up after `talk`; and how many
/// of them are up at once.
fn states_and_calls(talk: Span, loss: Probability, rate: Option<Rate>, ending: impl Fn(&mut Ending)) -> (usize, usize) {
    let link = Link {
        rate,
        shared: Some(true),
        ..Link::udp(loss, Distribution::Uniform { min: Span::from_millis(40), max: Span::from_millis(60) })
    };
    let route = Route { nodes: Vec::new(), to_callee: vec![link.clone()], to_caller: vec![link] };
    let mut setup = Setup { path: Path::new(&route).expect("one link"), horizon: None, ..setup(talk) };
    (setup.calls.count, setup.calls.arrivals) = (2000, Arrivals::Poisson { within: Span::from_secs(900) });
    ending(&mut setup.calls.ending);
    let stop = AtomicBool::new(false);
    let mut crowd = SharedRunner::new(Runner::new(&setup, &stop));
    let up = crowd.run(0..2000, |_| Refreshes::default(), |_, _, _| {});
    (crowd.states(), up)
}

#[test]
fn calls_at_rest_and_their_ghosts_share_the_state_of_a_few() {
    let some_loss = Probability::new(0.1).expect("a probability");
    let rate = Some(Rate { bits_per_s: 1_000_000_000, queue_bytes: u64::MAX });
    let endings: [fn(&mut Ending); 4] = [
        |_| {},
        |ending| ending.bye_lost = Probability::ALWAYS,
        |ending| ending.dies = Probability::ALWAYS,
        |ending| {
            ending.restarts = Probability::ALWAYS;
            ending.restart_after = Distribution::Constant(Span::from_secs(600));
        },
    ];
    for (nth, ending) in endings.into_iter().enumerate() {
        for rate in [None, rate] {
            let (states, calls) = states_and_calls(Span::from_secs(1000), some_loss, rate, ending);
            // The one who sends BYE to a dead agent does so for 32 s, copy by copy where it has to wait for its turn.
            assert!(calls > 1900 && states < 150, "ending {nth}, {rate:?}: {states} for {calls} calls");
        }
    }
}

#[test]
fn more_messages_can_be_under_way_than_sixteen_bits_count() {
    let mut under_way = UnderWay::<CallTraffic>::default();
    let message = |ordinal| {
        let branch = Branch { element: 0, method: Method::Update, ordinal };
        Message::request(Method::Update, branch, 1, Tag::of(0, 1), Tag::of(1, 1))
    };
    let (from, to) = (Element::CALLER, Element::CALLEE);
    let places: Vec<u32> = (0..70_000).map(|nth| under_way.put(&message(nth), from, to, 1)).collect();
    for (nth, place) in (0..).zip(places) {
        assert_eq!(under_way.take(place).message.branch.ordinal, nth);
    }
}

/// What a call is made of is copied about at every event, so its size is watched: a change that makes one of these
/// larger is seen here, and has to be worth it.
#[test]
fn what_a_call_is_made_of_is_small() {
    let sizes = [
        ("Message", size_of::<Message>(), 48),
        ("Action", size_of::<Action>(), 64),
        ("InFlight", size_of::<InFlight<CallTraffic>>(), 56),
        ("Agent", size_of::<Agent>(), 688),
        ("CallState", size_of::<CallState>(), 536),
        ("IdleCall", size_of::<IdleCall>(), 176),
        ("Fact", size_of::<Fact>(), 80),
    ];
    for (name, bytes, most) in sizes {
        println!("{name}: {bytes} bytes");
        assert!(bytes <= most, "{name}: {bytes} bytes, more than {most}");
    }
}
