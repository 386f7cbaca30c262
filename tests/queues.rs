//! Links with a rate: calls that share one wait for each other, and are the same however they are run and watched.

#![cfg(feature = "report")]

use std::num::NonZeroUsize;
use std::sync::atomic::AtomicBool;

use byeloss::analysis;
use byeloss::measure::SLOT_S;
use byeloss::net::queue::{DATAGRAM_BYTES, Queue, Rate, Verdict};
use byeloss::report::Reported;
use byeloss::scenario::{self, Study};
use byeloss::sip::Side;
use byeloss::study::{self, Found, Options, Results, first_difference, run};
use byeloss::theory::queue::mean_wait_s;
use byeloss::time::{Span, Time};
use byeloss::world::{Element, Fact, Loss, Observer, Outcome, Runner, Setup, SharedRunner, run_among_all};

/// Keeps every fact.
#[derive(Clone, Debug, Default, PartialEq)]
struct Facts(Vec<(Time, Fact)>);

impl Observer for Facts {
    fn see(&mut self, now: Time, fact: &Fact) {
        self.0.push((now, *fact));
    }
}

fn study(name: &str, sets: &[&str]) -> Study {
    let sets: Vec<String> = sets.iter().map(|&set| set.to_owned()).collect();
    scenario::load(name, &sets).unwrap_or_else(|error| panic!("{error}"))
}

fn setup(name: &str, sets: &[&str]) -> Setup {
    study(name, sets).points.remove(0).setup
}

fn results(study: &Study, threads: usize) -> Results {
    let options = Options { threads: NonZeroUsize::new(threads), ..Options::default() };
    run(study, &options).expect("nobody stops it")
}

/// The facts of each call, run with all others.
fn together(setup: &Setup) -> Vec<Vec<(Time, Fact)>> {
    let stop = AtomicBool::new(false);
    let mut calls = vec![Vec::new(); setup.calls.count as usize];
    SharedRunner::new(Runner::new(setup, &stop)).run(
        0..setup.calls.count,
        |_| Facts::default(),
        |call, _, facts| calls[call as usize] = facts.0,
    );
    calls
}

/// One call over a link without chance and with a rate in each direction.
const ONE_CALL: [&str; 3] = ["link.rate=\"64 kbit/s\"", "link.queue=\"4 kB\"", "link.delay=\"10 ms\""];

/// Many calls that set up, refresh and end over one narrow link that drops some.
const MANY: [&str; 9] = [
    "calls.count=400",
    "calls.begin=invite",
    "calls.arrivals={ process = \"poisson\", within = \"60 s\" }",
    "calls.talk-time={ distribution = \"exponential\", mean = \"150 s\" }",
    "session-timer.session-expires=90",
    "link.rate=\"64 kbit/s\"",
    "link.queue=\"12 kB\"",
    "link.shared=true",
    "hangup.bye-loss=0.1",
];

fn ms(millis: f64) -> Time {
    Time::ZERO + Span::from_secs_f64(millis * 1e-3)
}

#[test]
fn a_message_takes_as_long_as_its_bytes_need_and_then_the_delay() {
    let setup = setup("one-call", &ONE_CALL);
    let mut facts = Facts::default();
    run_among_all(&setup, &AtomicBool::new(false), 0, &mut facts);
    let Some(&(_, Fact::Sent { message, outcome, .. })) =
        facts.0.iter().find(|(_, fact)| matches!(fact, Fact::Sent { .. }))
    else {
        panic!("no message")
    };
    assert_eq!(outcome, Outcome::Queues(0, Time::ZERO));
    // The INVITE of docs/model.md, with `;refresher=uac` and the UDP and IP before it, at 8 bytes a millisecond.
    assert_eq!(message.bytes() + DATAGRAM_BYTES, 769 + 14 + 28);
    let queued = facts.0.iter().find_map(|(at, fact)| match fact {
        Fact::Queued { leaves, outcome, .. } => Some((*at, *leaves, *outcome)),
        _ => None,
    });
    assert_eq!(queued, Some((Time::ZERO, ms(101.375), Outcome::Arrives(ms(111.375)))));
    assert!(facts.0.contains(&(ms(111.375), Fact::Delivered { from: Element::CALLER, to: Element::CALLEE, message })));
}

/// The slow twin: all messages of all calls that came to a link, offered anew in the order of time, then of calls.
fn offered_anew(calls: &[Vec<(Time, Fact)>], rate: Rate) -> usize {
    let mut offers = Vec::new();
    for (call, facts) in calls.iter().enumerate() {
        for (nth, (at, fact)) in facts.iter().enumerate() {
            if let Fact::Queued { message, leaves, outcome, .. } = fact {
                let dropped = *outcome == Outcome::Lost(Loss::QueueFull(0));
                let place = (message.toward == Side::Caller, *at, call, nth);
                offers.push((place, message.bytes() + DATAGRAM_BYTES, *leaves, dropped));
            }
        }
    }
    offers.sort_by_key(|(place, ..)| *place);
    let mut queues = [Queue::new(rate), Queue::new(rate)];
    let mut drops = 0;
    for ((back, at, call, _), bytes, leaves, dropped) in offers {
        let expected = if dropped { Verdict::Dropped } else { Verdict::Leaves(leaves) };
        assert_eq!(queues[usize::from(back)].offer(at, bytes), expected, "call {call} at {at:?}");
        drops += usize::from(dropped);
    }
    drops
}

#[test]
fn calls_that_share_a_link_meet_its_queue_in_the_order_of_time() {
    let setup = setup("ka-1", &MANY);
    let calls = together(&setup);
    let drops = offered_anew(&calls, Rate { bits_per_s: 64_000, queue_bytes: 12_000 });
    assert!(drops > 100, "{drops} messages found the queue full");
}

#[test]
fn of_the_same_instant_the_lower_call_goes_first() {
    let at_once = ["calls.count=3", "calls.begin=invite", "calls.arrivals=at-start", "link.loss=0"];
    let setup = setup("ka-1", &[&MANY[3..], &at_once].concat());
    let invites = together(&setup).into_iter().map(|facts| {
        facts.iter().find_map(|(at, fact)| match fact {
            Fact::Queued { leaves, .. } => Some((*at, *leaves)),
            _ => None,
        })
    });
    // 809 bytes at 8 bytes a millisecond.
    let expected = [101.125, 202.25, 303.375].map(|leaves| Some((Time::ZERO, ms(leaves))));
    assert_eq!(invites.collect::<Vec<_>>(), expected);
}

/// What happens in a call, without the instants and without queues.
fn in_words(facts: &[(Time, Fact)]) -> Vec<String> {
    let words = |fact: &Fact| match fact {
        Fact::Queued { .. } => None,
        Fact::Sent { from, to, message, copy, .. } => Some(format!("{from:?} sends {to:?} {message} {copy}")),
        other => Some(format!("{other:?}")),
    };
    facts.iter().filter_map(|(_, fact)| words(fact)).collect()
}

#[test]
fn a_rate_that_never_binds_changes_no_more_than_the_time_that_sending_takes() {
    let calls = &["calls.count=300", "link.loss=0.2", "link.shared=true", "calls.begin=invite"];
    let fast = together(&setup("ka-1", &[&calls[..], &["link.rate=1_000_000_000_000_000"]].concat()));
    let without = together(&setup("ka-1", calls));
    for (call, (fast, without)) in fast.iter().zip(&without).enumerate() {
        assert_eq!(in_words(fast), in_words(without), "call {call}");
        let last = |facts: &[(Time, Fact)]| facts.last().expect("facts").0;
        // A nanosecond for each message that one end waits for.
        assert!(last(fast).since(last(without)) < Span::from_nanos(500), "call {call}");
    }
}

#[test]
fn a_call_waits_for_itself_alone_on_a_link_that_it_has_to_itself() {
    let own = ["link.shared=false", "link.rate=\"19.2 kbit/s\"", "link.queue=\"3 kB\""];
    let setup = setup("ka-1", &[&MANY[..5], &own].concat());
    let stop = AtomicBool::new(false);
    let mut runner = Runner::new(&setup, &stop);
    let mut dropped = 0;
    for (call, together) in together(&setup).iter().enumerate() {
        let mut alone = Facts::default();
        runner.run(call as u32, &mut alone);
        assert_eq!(&alone.0, together, "call {call}");
        dropped += usize::from(in_words(together).len() < 3);
    }
    assert_eq!(dropped, 0);
}

#[test]
fn a_call_is_traced_as_it_was_among_the_others() {
    let study = study("ka-1", &MANY);
    let calls = together(&study.points[0].setup);
    for call in [0, 17, 399] {
        let trace = study::trace("test", &study.points[0], call).expect("a trace");
        let records: Vec<(Time, Fact)> = trace.records.iter().map(|record| (record.at, record.fact)).collect();
        assert_eq!(records, calls[call as usize]);
    }
}

#[test]
fn the_first_fact_in_which_two_runs_differ_is_found_where_calls_share_a_link() {
    let (a, b) = (study("ka-1", &MANY), study("ka-1", &[&MANY[..], &["link.queue=\"11 kB\""]].concat()));
    assert_eq!(first_difference(&a, &a), None);
    let found = first_difference(&a, &b).expect("a smaller queue drops more");
    let [of_a, of_b] = [&a, &b].map(|study| together(&study.points[0].setup).swap_remove(found.unit as usize));
    let fact = |facts: &[(Time, Fact)]| facts.get(found.number as usize).map(|&(at, fact)| Found::Fact(at, fact));
    assert_eq!([fact(&of_a), fact(&of_b)], found.found.map(Some));
    assert!(of_a[..found.number as usize] == of_b[..found.number as usize]);
}

/// All bytes that a run prints and writes.
fn bytes(study: &Study, threads: usize) -> Vec<Vec<u8>> {
    let results = results(study, threads);
    let analysis = analysis::of(study, &results);
    let files = analysis.files().as_slice().iter().map(|(_, bytes)| bytes.clone()).collect::<Vec<_>>();
    [analysis.text(100).into_bytes()].into_iter().chain(files).collect()
}

#[test]
fn one_two_and_seven_threads_give_the_same_bytes_where_points_share_links_and_where_they_do_not() {
    let sweep = "sweep={ \"link.rate\" = [\"none\", \"128 kbit/s\", \"64 kbit/s\"] }";
    let study = study("ka-1", &[&MANY[..5], &MANY[6..], &["calls.count=200", sweep]].concat());
    let one = bytes(&study, 1);
    assert!(one == bytes(&study, 2));
    assert!(one == bytes(&study, 7));
}

#[test]
fn points_that_are_run_at_once_are_paired_call_by_call_as_others_are() {
    let sweep = |rate: &str| {
        let sweep = "sweep={ \"session-timer.session-expires\" = [300, 900] }";
        results(&study("ka-1", &["calls.count=2000", "link.shared=true", rate, sweep]), 2)
    };
    let (fast, without) = (sweep("link.rate=1_000_000_000_000_000"), sweep("link.rate=none"));
    assert_eq!(fast.paired[0].count(), without.paired[0].count());
    let means = [fast, without].map(|results| results.paired[0].mean_s().expect("ghosts"));
    assert!((means[0] - means[1]).abs() < 1e-6, "{means:?}");
}

#[test]
fn refreshes_of_many_calls_wait_as_long_as_the_formula_of_pollaczek_and_khinchine_says() {
    // Each call refreshes once in 900 s, at any instant alike: UPDATEs of one size toward the callee. The way back has
    // no rate, and T1 is long, so that nothing is sent again. The UPDATE of docs/model.md, with the UDP and IP before
    // it.
    let service = Rate { bits_per_s: 64_000, queue_bytes: 0 }.time_for(537 + DATAGRAM_BYTES).as_secs_f64();
    for load in [0.3, 0.6, 0.8] {
        let calls = (900.0 * load / service).round() as u32;
        let expected = mean_wait_s(f64::from(calls) / 900.0, [service, service * service]).expect("below 1");
        let seeds: Vec<String> = (0..12).map(|seed| seed.to_string()).collect();
        let study = study(
            "ka-1",
            &[
                &format!("calls.count={calls}"),
                "calls.arrivals=steady-state",
                "calls.talk-time=\"100 h\"",
                "link.loss=0",
                "link.delay=\"10 ms\"",
                "link.shared=true",
                "link.to-callee.rate=\"64 kbit/s\"",
                "link.to-callee.queue=\"1 MB\"",
                "timers.t1=\"10 s\"",
                "timers.t2=\"20 s\"",
                "horizon=\"900 s\"",
                &format!("sweep={{ seed = [{}] }}", seeds.join(", ")),
            ],
        );
        let results = results(&study, 2);
        let analysis = analysis::of(&study, &results);
        let waits = analysis.points.iter().map(|point| {
            let [figures] = point.queues.as_slice() else { panic!("one direction has a rate") };
            let queue = figures.counts;
            assert_eq!((queue.link.as_str(), queue.count.dropped()), ("caller--callee", 0));
            assert!(queue.messages() > u64::from(calls) * 9 / 10, "{} of {calls}", queue.messages());
            assert!((queue.count.utilisation(queue.length) - load).abs() < 0.05);
            let theory = figures.wait_theory_s.expect("calls in balance");
            assert!(
                (theory / expected - 1.0).abs() < 0.1,
                "{theory} of what was counted, {expected} of what is expected"
            );
            let mean = queue.count.waits.mean_s().expect("waits");
            let error = queue.count.mean_wait_error_s().expect("enough slots");
            (mean, (mean - theory) / error)
        });
        let (waits, distances): (Vec<f64>, Vec<f64>) = waits.unzip();
        // The error that a run estimates is that by which runs differ.
        let spread =
            (distances.iter().map(|distance| distance * distance).sum::<f64>() / distances.len() as f64).sqrt();
        assert!((0.5..1.8).contains(&spread) && distances.iter().all(|distance| distance.abs() < 4.0), "{distances:?}");
        let n = waits.len() as f64;
        let mean = waits.iter().sum::<f64>() / n;
        let error = (waits.iter().map(|wait| (wait - mean) * (wait - mean)).sum::<f64>() / (n * (n - 1.0))).sqrt();
        assert!((mean - expected).abs() < 4.0 * error, "load {load}: {mean} +- {error}, not {expected}");
    }
}

#[test]
fn an_outage_leaves_an_overload_of_minutes_where_sessions_are_refreshed_more_often() {
    let sweep = "sweep={ \"session-timer.session-expires\" = [900, 1800] }";
    let rate = "links.gateway--edge.rate=\"64 kbit/s\"";
    let found = results(&study("narrow-trunk", &[sweep, rate]), 2);
    let calm = found.points.iter().map(|point| {
        let [to_callee, _] = point.queues.as_slice() else { panic!("both directions have a rate") };
        let (from, _) = to_callee.count.full().expect("the storm finds no room");
        // The outage is from 1200 s to 1260 s, and before it nothing is lost.
        assert!(from >= Time::ZERO + Span::from_secs(1200), "{from:?}");
        let after = (1260 / SLOT_S) as usize;
        let calm =
            to_callee.count.slots()[after..].iter().position(|slot| slot.dropped == 0).expect("it is over some time");
        calm as u64 * SLOT_S
    });
    let calm: Vec<u64> = calm.collect();
    assert!(calm[0] > 300 && calm[1] <= 120, "{calm:?} s after the outage");
}
