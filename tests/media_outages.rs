//! Outages of links and nodes silence media in their direction, exactly as scripted ones do.

mod common;

use std::sync::Arc;

use byeloss::net::{Direction, Down, Link, Node, NodeDown, NodeKind, Outage, Path, Period, Route};
use byeloss::random::{Distribution, Probability, Streams};
use byeloss::sip::{Profile, ReleaseCause};
use byeloss::time::{Span, Time};
use byeloss::world::{Element, End, Fault, FaultClock, FaultEffect, FaultMessage, Part};
use common::{Call, Callee, Caller, assert_released};

/// A call of 1000 s in which both ends allow for 30 s of silence.
fn watched() -> Call {
    Call::established().until(1000.0).with(|setup| {
        setup.caller.media_timeout = Some(Span::from_secs(30));
        setup.callee.media_timeout = Some(Span::from_secs(30));
    })
}

/// All that `sender` sends in this time is lost, or all of both.
fn scripted(sender: Option<End>, Period { from, length }: Period) -> Fault {
    Fault {
        senders: sender.map(Element::from).into_iter().collect(),
        message: FaultMessage::Any,
        nth: Vec::new(),
        clock: FaultClock::Run,
        from,
        duration: Some(length),
        effect: FaultEffect::Lose,
    }
}

fn link(down: Option<Outage>, together: bool) -> Link {
    let outage = down.map(|outage| Down { outage: Arc::new(outage), together });
    Link { outage, ..Link::udp(Probability::NEVER, Distribution::Constant(Span::from_millis(50))) }
}

/// A watched call over one link with these outages towards the callee and towards the caller.
fn over(to_callee: Option<Outage>, to_caller: Option<Outage>, together: bool) -> Call {
    let route = Route {
        nodes: Vec::new(),
        to_callee: vec![link(to_callee, together)],
        to_caller: vec![link(to_caller, together).numbered(0, true)],
    };
    watched().with(|setup| setup.path = Path::new(&route).expect("one link"))
}

fn given(from_s: f64, length: Span) -> Outage {
    Outage::Given(vec![Period { from: Span::from_secs_f64(from_s), length }])
}

#[test]
fn an_outage_of_the_link_silences_the_directions_in_which_it_is_one() {
    let long = given(100.0, Span::from_secs(200));
    let story = over(Some(long.clone()), Some(long.clone()), true).run();
    assert_released(&story, Caller, 130.0, ReleaseCause::MediaSilent);
    assert_released(&story, Callee, 130.0, ReleaseCause::MediaSilent);
    let story = over(Some(long.clone()), None, false).run();
    assert_released(&story, Callee, 130.0, ReleaseCause::MediaSilent);
    assert_released(&story, Caller, 130.05, ReleaseCause::ByeReceived);
    let story = over(None, Some(long), false).run();
    assert_released(&story, Caller, 130.0, ReleaseCause::MediaSilent);
    assert_released(&story, Callee, 130.05, ReleaseCause::ByeReceived);
}

#[test]
fn an_outage_that_is_over_when_the_limit_is_reached_is_not_noticed_and_one_of_a_nanosecond_more_is() {
    let limit = Span::from_secs(30);
    for (length, released) in [(limit, None), (limit + Span::from_nanos(1), Some(130.0))] {
        let outage = given(100.0, length);
        let story = over(Some(outage.clone()), Some(outage), true).run();
        let by_script = watched().with(|setup| {
            setup.faults.push(scripted(None, Period { from: Span::from_secs(100), length }));
        });
        let by_script = by_script.run();
        for end in [Caller, Callee] {
            let at = |found: Option<(f64, ReleaseCause)>| found.map(|(at, _)| at);
            assert_eq!(at(story.released(end)), released, "{length}");
            assert_eq!(at(by_script.released(end)), released, "{length}");
        }
    }
}

/// When the one link of `call` is down in this direction in the first 1000 s.
fn times_down(call: &Call, direction: Direction) -> Vec<Period> {
    let (setup, mut at, mut periods) = (&call.0, Time::ZERO, Vec::new());
    let mut weather = setup.path.weather(Streams::new(setup.seed, 0));
    weather.begin(0, Time::ZERO);
    let ends = if direction == Direction::ToCallee { [0, 1] } else { [1, 0] };
    while at < Time::ZERO + Span::from_secs(1000) {
        let (down, until) = setup.path.is_cut(at, ends, &mut weather);
        if down {
            periods.push(Period { from: at.since(Time::ZERO), length: until.since(at) });
        }
        at = until;
    }
    periods
}

#[test]
fn outages_by_chance_or_again_and_again_silence_as_scripted_ones_at_the_same_times() {
    let exponential = |mean_s| Distribution::Exponential { mean: Span::from_secs(mean_s) };
    let outages = [
        Outage::Random { up: exponential(40), down: exponential(20) },
        Outage::Random { up: Distribution::Constant(Span::from_secs(70)), down: exponential(15) },
        Outage::Periodic { first: Span::from_secs(20), every: Span::from_secs(60), length: Span::from_secs(25) },
        Outage::Periodic { first: Span::from_secs(20), every: Span::from_secs(600), length: Span::from_secs(31) },
    ];
    let (mut noticed, mut unnoticed) = (0, 0);
    for outage in outages {
        for together in [true, false] {
            for seed in 0..20 {
                let call = over(Some(outage.clone()), Some(outage.clone()), together).with(|setup| setup.seed = seed);
                let by_script = watched().with(|setup| {
                    setup.seed = seed;
                    for (sender, direction) in [(Caller, Direction::ToCallee), (Callee, Direction::ToCaller)] {
                        let periods = times_down(&call, direction).into_iter();
                        setup.faults.extend(periods.map(|period| scripted(Some(sender), period)));
                    }
                });
                let (story, expected) = (call.run(), by_script.run());
                for end in [Caller, Callee] {
                    assert_eq!(story.released(end), expected.released(end), "{outage:?} {together} {seed} {end:?}");
                    let by_silence = matches!(story.released(end), Some((_, ReleaseCause::MediaSilent)));
                    noticed += u32::from(by_silence);
                    unnoticed += u32::from(!by_silence);
                }
            }
        }
    }
    assert!(noticed > 50 && unnoticed > 50, "{noticed} {unnoticed}");
}

#[test]
fn a_node_that_is_down_silences_what_goes_through_it_its_way() {
    for (way, first, second) in [(Direction::ToCallee, Callee, Caller), (Direction::ToCaller, Caller, Callee)] {
        let nodes = ["a", "r", "b"].map(|id| Node { id: id.to_owned(), kind: NodeKind::Router });
        let links = vec![link(None, true); 2];
        let route = Route { nodes: nodes.into(), to_callee: links.clone(), to_caller: links };
        let outage = Arc::new(given(100.0, Span::from_secs(200)));
        let down = NodeDown { node: 1, number: 1, outage, way: Some(way) };
        let path = Path::new(&route).expect("two links").with_node_outage(down);
        let story = watched().with(|setup| setup.path = path).run();
        assert_released(&story, first, 130.0, ReleaseCause::MediaSilent);
        assert_released(&story, second, 130.1, ReleaseCause::ByeReceived);
    }
}

#[test]
fn a_b2bua_hears_an_outage_of_the_link_before_it_and_the_end_one_of_the_link_behind_it() {
    let limit = Some(Span::from_secs(30));
    let [with_caller, with_callee] = [Element::numbered(2), Element::numbered(3)];
    let run = |down: [bool; 2]| {
        let b2bua = Part::B2bua { legs: Box::new([Profile::RFC; 2]), media_limit: limit };
        let call = Call::new().until(1000.0).through(vec![b2bua]).with(|setup| {
            let outage = given(100.0, Span::from_secs(200));
            let links = down.map(|down| link(down.then(|| outage.clone()), false));
            let route = Route { nodes: Vec::new(), to_callee: links.into(), to_caller: vec![link(None, true); 2] };
            setup.path = Path::new(&route).expect("two links");
            setup.callee.media_timeout = limit;
        });
        call.run()
    };
    let story = run([true, false]);
    assert_released(&story, with_caller, 130.0, ReleaseCause::MediaSilent);
    assert_released(&story, with_callee, 130.0, ReleaseCause::PartnerEnded);
    let story = run([false, true]);
    assert_released(&story, Callee, 130.0, ReleaseCause::MediaSilent);
    assert_released(&story, with_callee, 130.05, ReleaseCause::ByeReceived);
}
