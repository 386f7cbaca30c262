//! Calls that run all at once have the same facts as when each runs alone.

mod common;
#[path = "common/worlds.rs"]
mod worlds;

use std::sync::atomic::AtomicBool;

use byeloss::measure::{CallCounter, Tally};
use byeloss::net::{Link, Path, Route};
use byeloss::random::{Distribution, Probability};
use byeloss::scenario;
use byeloss::sip::{Change, GiveUp, Method, OnFailure, ReleaseCause};
use byeloss::time::{Span, Time};
use byeloss::world::{Fact, Observer, Request, RequestClock, Runner, Setup, SharedRunner};
use proptest::prelude::*;
use worlds::{request, world, worlds};

/// Keeps every fact.
#[derive(Clone, Debug, Default, PartialEq)]
struct Facts(Vec<(Time, Fact)>);

impl Observer for Facts {
    fn see(&mut self, now: Time, fact: &Fact) {
        self.0.push((now, *fact));
    }
}

fn setup(name: &str, sets: &[&str]) -> Setup {
    let sets: Vec<String> = sets.iter().map(|&set| set.to_owned()).collect();
    let study = scenario::load(name, &sets).unwrap_or_else(|error| panic!("{error}"));
    study.points.into_iter().next().expect("a point").setup
}

/// The facts and the end of each call, run alone and run with all others.
fn both_ways(setup: &Setup) -> [Vec<(Time, Facts)>; 2] {
    let stop = AtomicBool::new(false);
    let mut runner = Runner::new(setup, &stop);
    let alone = (0..setup.calls.count).map(|call| {
        let mut facts = Facts::default();
        (runner.run(call, &mut facts), facts)
    });
    let alone: Vec<_> = alone.collect();
    let mut together = vec![None; alone.len()];
    let mut crowd = SharedRunner::new(Runner::new(setup, &stop));
    crowd.run(
        0..setup.calls.count,
        |_| Facts::default(),
        |call, ended, facts| {
            assert!(together[call as usize].replace((ended, facts)).is_none(), "call {call} ends once");
        },
    );
    [alone, together.into_iter().map(|call| call.expect("every call ends")).collect()]
}

fn assert_same(setup: &Setup) {
    let [alone, together] = both_ways(setup);
    for (call, (alone, together)) in alone.iter().zip(&together).enumerate() {
        for (nth, (alone, together)) in alone.1.0.iter().zip(&together.1.0).enumerate() {
            assert_eq!(alone, together, "call {call}, fact {nth}");
        }
        assert_eq!(alone, together, "call {call}");
    }
}

#[test]
fn calls_of_two_agents_are_the_same_alone_and_together() {
    assert_same(&setup("ka-1", &["calls.count=3000"]));
    assert_same(&setup("ka-1", &["calls.count=2000", "link.loss=0.4", "session-timer.session-expires=90"]));
    assert_same(&setup("ka-1", &["calls.count=1000", "calls.begin=invite", "horizon='1 h'", "link.loss=0.3"]));
}

#[test]
fn ghosts_are_the_same_alone_and_together() {
    let hang_ups = ["hangup.bye-loss=0.3", "hangup.dies=0.3", "hangup.restarts=0.3", "hangup.restart-after='70 s'"];
    let times = ["link.loss=0.3", "calls.begin=invite", "session-timer.session-expires=180", "horizon='3 h'"];
    for profile in ["rfc", "pjsip", "sofia", "jssip", "linphone"] {
        let caller = format!("caller.profile={profile}");
        assert_same(&setup("ka-1", &[&["calls.count=600", &caller], &hang_ups[..], &times[..]].concat()));
    }
    let mixed = ["calls.count=600", "caller.profile={ pjsip = 0.5, sofia = 0.5 }"];
    assert_same(&setup("ka-1", &[&mixed[..], &hang_ups[..], &times[..]].concat()));
}

#[test]
fn calls_of_every_stack_are_the_same_alone_and_together() {
    for profile in ["pjsip", "sofia", "jssip", "resiprocate", "linphone", "drachtio", "asterisk-chan-sip", "baresip"] {
        let caller = format!("caller.profile={profile}");
        assert_same(&setup(
            "ka-1",
            &[
                "calls.count=400",
                "calls.begin=invite",
                "link.loss=0.3",
                "session-timer.session-expires=180",
                "session-timer.min-se=120",
                "horizon='3 h'",
                &caller,
            ],
        ));
    }
}

#[test]
fn calls_that_rest_between_refused_changes_are_the_same_alone_and_together() {
    let mut setup =
        setup("ka-1", &["calls.count=400", "link.loss=0.55", "session-timer.session-expires=300", "horizon='2 h'"]);
    for profile in [&mut setup.caller, &mut setup.callee] {
        (profile.on_timeout, profile.on_refusal) = (OnFailure::Glare, OnFailure::Glare);
        (profile.refresher_gives_up, profile.watcher_gives_up) = (GiveUp::Never, GiveUp::Never);
    }
    let request = |nth: u64| Request {
        sender: common::Caller,
        change: Change { method: Method::Update, offer: false, refreshes: true },
        clock: RequestClock::Run,
        at: Span::from_secs(900 * nth),
    };
    setup.requests = (0..8).map(request).collect();
    assert_same(&setup);
}

prop_compose! {
    /// Two agents with nothing between them, on one link that only loses and delays: their calls can rest. They last
    /// long, and their users ask for changes all the time.
    fn agents_that_rest()(
        world in world(true),
        loss in 0.0f64..0.7,
        delay_ms in 1u64..400,
        requests in prop::collection::vec(request(), 0..12),
        mean_talk_s in 60u64..3000,
    ) -> Setup {
        let chance = Probability::new(loss).expect("a share");
        let link = Link::udp(chance, Distribution::Uniform { min: Span::ZERO, max: Span::from_millis(delay_ms) });
        let route = Route { nodes: Vec::new(), to_callee: vec![link.clone()], to_caller: vec![link] };
        let mut setup = world;
        setup.path = Path::new(&route).expect("one link");
        (setup.between, setup.crashes, setup.faults) = Default::default();
        setup.calls.talk_time = Distribution::Exponential { mean: Span::from_secs(mean_talk_s) };
        setup.requests = requests;
        setup
    }
}

/// A world with so many calls.
fn with_calls(setup: Setup, count: u32) -> Setup {
    let mut setup = setup;
    setup.calls.count = count;
    setup
}

proptest! {
    #![proptest_config(worlds(3000))]

    #[test]
    fn calls_that_can_rest_are_the_same_alone_and_together_in_any_world(setup in agents_that_rest()) {
        assert_same(&with_calls(setup, 12));
    }

    #[test]
    fn calls_are_the_same_alone_and_together_in_any_world(setup in world(true)) {
        assert_same(&with_calls(setup, 4));
    }
}

#[test]
fn calls_whose_media_are_watched_are_the_same_alone_and_together() {
    // Ghosts rest until the silence that began with the hang-up has lasted, with an outage between and without.
    let watched = ["calls.count=500", "hangup.bye-loss=0.5", "hangup.dies=0.3", "session-timer.media-timeout='40 s'"];
    assert_same(&setup("ka-1", &watched));
    let in_outage = [&watched[..], &["faults=[{ from = '60 s', for = '90 s' }]"]].concat();
    assert_same(&setup("ka-1", &in_outage));
    let mixed = [&watched[..], &["caller.profile={ pjsip = 0.5, sofia = 0.5 }"]].concat();
    assert_same(&setup("ka-1", &mixed));
}

#[test]
fn calls_through_proxies_and_b2buas_are_the_same_alone_and_together() {
    for topology in ["sbc", "proxy-chain", "ims"] {
        let topology = format!("topology={topology}");
        assert_same(&setup("ka-1", &["calls.count=300", "calls.begin=invite", "link.loss=0.1", &topology]));
    }
}

#[test]
fn what_is_counted_is_the_same_whichever_way_calls_are_run() {
    let setup = setup("ka-1", &["calls.count=5000"]);
    let stop = AtomicBool::new(false);
    let (mut alone, mut together) = (Tally::default(), Tally::default());
    let mut runner = Runner::new(&setup, &stop);
    for call in 0..setup.calls.count {
        let mut counter = CallCounter::default();
        let ended = runner.run(call, &mut counter);
        counter.finish(ended, &mut alone);
    }
    let mut crowd = SharedRunner::new(Runner::new(&setup, &stop));
    let most = crowd.run(
        0..setup.calls.count,
        |_| CallCounter::default(),
        |_, ended, counter| {
            counter.finish(ended, &mut together);
        },
    );
    assert_eq!(alone, together);
    assert!((4000..=5000).contains(&most), "{most} calls were up at once");
}

#[test]
fn calls_whose_media_outages_silence_are_the_same_alone_and_together() {
    for shared in ["true", "false"] {
        let shared = format!("link.shared={shared}");
        for outage in [
            "link.outage={ up = { distribution = 'exponential', mean = '90 s' }, down = { distribution = 'exponential', mean = '30 s' } }",
            "link.outage={ up = '70 s', down = { distribution = 'lognormal', mean = '25 s', sigma = 1 }, one-state = false }",
        ] {
            let sets = ["calls.count=300", "session-timer.media-timeout=30s", "horizon='1 h'", &shared, outage];
            let setup = setup("ka-1", &sets);
            assert_same(&setup);
            let silent = |(_, facts): &&(Time, Facts)| {
                let released = |fact: &Fact| matches!(fact, Fact::Released { cause: ReleaseCause::MediaSilent, .. });
                facts.0.iter().any(|(_, fact)| released(fact))
            };
            assert!(both_ways(&setup)[0].iter().filter(silent).count() > 50);
        }
    }
}
