//! Random worlds: whatever stands between the ends, whatever is lost, refused or dies, some things always hold.

mod common;

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

use byeloss::net::{Link, Path, Route, Transport};
use byeloss::random::{Law, Probability};
use byeloss::sip::{
    CallKeeping, Change, CountsFrom, GiveUp, Inserts, Method, OnExpiry, OnFailure, Profile, ProxyProfile, RefreshBy,
    Refusal, RepeatedInvite, Status, WhenBusy, WhileLeaving,
};
use byeloss::time::{Span, Time};
use byeloss::world::{
    Begin, Between, Crash, Element, Fact, Fault, FaultClock, FaultEffect, FaultMessage, Observer, Outcome, Part,
    Request, RequestClock, Runner, Setup,
};
use common::Call;
use proptest::prelude::*;

/// Nothing is simulated beyond this.
const HORIZON_S: u64 = 1500;

/// Keeps what is true of every call, and says so where it is not.
#[derive(Default)]
struct Checker {
    facts: Vec<(Time, Fact)>,
    last: Time,
    under_way: BTreeMap<(Time, Element, Element, String), u32>,
    dead: Vec<Element>,
    established: Vec<Element>,
    released: Vec<Element>,
}

impl Observer for Checker {
    fn see(&mut self, now: Time, fact: &Fact) {
        assert!(self.facts.len() < 200_000, "a world without rest");
        assert!(now >= self.last, "time runs back at {fact:?}");
        self.last = now;
        self.facts.push((now, *fact));
        match *fact {
            Fact::Sent { from, to, message, outcome, .. } => {
                assert!(!self.dead.contains(&from), "the dead send {message}");
                if let Outcome::Arrives(at) = outcome {
                    assert!(at >= now, "{message} arrives before it is sent");
                    *self.under_way.entry((at, from, to, message.to_string())).or_default() += 1;
                }
            }
            Fact::Delivered { from, to, message } => {
                assert!(!self.dead.contains(&to), "{message} is delivered to the dead");
                let count = self.under_way.get_mut(&(now, from, to, message.to_string()));
                let count = count.filter(|count| **count > 0).expect("delivered without being sent for this instant");
                *count -= 1;
            }
            Fact::Fired { of, .. } => assert!(!self.dead.contains(&of), "a timer of the dead fires"),
            Fact::Established { element, .. } => {
                assert!(!self.established.contains(&element), "{element:?} is established twice");
                self.established.push(element);
            }
            Fact::Released { element, .. } => {
                assert!(!self.released.contains(&element), "{element:?} lets go twice");
                self.released.push(element);
            }
            Fact::Crashed { element } => self.dead.push(element),
            Fact::CameBack { element } => self.dead.retain(|dead| *dead != element),
            Fact::HungUp { .. }
            | Fact::Began
            | Fact::Unheard { .. }
            | Fact::Unreachable { .. }
            | Fact::SendFailed { .. }
            | Fact::Refreshed { .. }
            | Fact::Closed { .. } => {}
        }
    }
}

fn keeping() -> impl Strategy<Value = CallKeeping> {
    let inserts = prop_oneof![Just(Inserts::Never), Just(Inserts::First), Just(Inserts::Every)];
    let expiry = prop_oneof![Just(OnExpiry::Forget), Just(OnExpiry::Bye)];
    let numbers = (prop::option::of(90u32..700), prop::option::of(90u32..300), prop::option::of(1u64..600));
    (numbers, inserts, any::<[bool; 3]>(), expiry).prop_map(|(numbers, inserts, [lowers, refuses, adds], on_expiry)| {
        let (session_expires, min_se, lifetime_s) = numbers;
        let lifetime = lifetime_s.map(Span::from_secs);
        CallKeeping { session_expires, inserts, lowers, min_se, refuses, adds_to_2xx: adds, lifetime, on_expiry }
    })
}

fn on_failure() -> impl Strategy<Value = OnFailure> {
    use OnFailure::{Again, Glare, Halve, KeepTrying, Leave, OfferOnce, RunOut, Vanish, WhenTold};
    prop::sample::select(vec![Leave, Vanish, RunOut, Again, WhenTold, Glare, OfferOnce, KeepTrying, Halve])
}

/// What stacks do that the RFC does not: any of it, together.
fn deviations() -> impl Strategy<Value = Profile> {
    let leaving =
        vec![WhileLeaving::RefuseRefresh, WhileLeaving::RefuseAll, WhileLeaving::AcceptAll, WhileLeaving::RefuseOffers];
    let repeated = vec![RepeatedInvite::Absorb, RepeatedInvite::Answer, RepeatedInvite::AnswerAndCount];
    let counts_from = vec![CountsFrom::Success, CountsFrom::Due, CountsFrom::DueUntilAnswered];
    let busy = vec![WhenBusy::Wait, WhenBusy::Skip, WhenBusy::LookAgain(Span::from_secs(1))];
    let gives_up = vec![GiveUp::Never, GiveUp::AtPerMille(1100), Profile::RFC.watcher_gives_up];
    let failures = [(); 7].map(|()| on_failure());
    let choices = (
        prop::sample::select(leaving),
        prop::sample::select(busy),
        prop::sample::select(gives_up),
        prop::sample::select(repeated),
        prop::sample::select(counts_from),
    );
    (failures, choices, any::<[bool; 6]>()).prop_map(|(failures, choices, flags)| {
        let [on_refusal, on_timeout, on_unavailable, on_server_error, on_glare, on_ending, on_other] = failures;
        let (while_leaving, when_busy, gives_up, repeated_invite, counts_from) = choices;
        let [second_bye, lingers, insists, falls_back, late, by_invite] = flags;
        Profile {
            on_ending,
            repeated_invite,
            on_refusal,
            on_timeout,
            on_unavailable,
            on_server_error,
            on_glare,
            on_other,
            while_leaving,
            when_busy,
            watcher_gives_up: gives_up,
            second_bye,
            lingers,
            counts_from,
            insists,
            falls_back,
            refresh_by: if by_invite { RefreshBy::Invite } else { RefreshBy::Update },
            clock_late: Span::from_millis(u64::from(late)),
            clock_step: Span::from_secs(u64::from(late)),
            refresh_jitter: Span::from_secs(5 * u64::from(late)),
            ..Profile::RFC
        }
    })
}

fn profile() -> impl Strategy<Value = Profile> {
    let behaviour = prop_oneof![Just(Profile::RFC), deviations()];
    (prop::option::of(90u32..700), prop::option::of(90u32..200), any::<[bool; 3]>(), behaviour).prop_map(
        |(interval, min_se, [supports_timer, allows_update, whole_seconds], behaviour)| Profile {
            session_expires: interval.map(|interval| interval.max(min_se.unwrap_or(90))),
            min_se,
            supports_timer,
            allows_update,
            whole_seconds,
            ..behaviour
        },
    )
}

fn request() -> impl Strategy<Value = Request> {
    (any::<[bool; 4]>(), 0u64..600).prop_map(|([by_caller, by_invite, offer, refreshes], at)| Request {
        sender: if by_caller { common::Caller } else { common::Callee },
        change: Change { method: if by_invite { Method::Invite } else { Method::Update }, offer, refreshes },
        clock: RequestClock::Run,
        at: Span::from_secs(at),
    })
}

fn part() -> impl Strategy<Value = Part> {
    let stateful = any::<bool>().prop_map(|records_route| ProxyProfile { records_route, ..ProxyProfile::STATEFUL });
    let keeps = keeping().prop_map(|calls| ProxyProfile { calls: Some(calls), ..ProxyProfile::STATEFUL });
    prop_oneof![
        stateful.prop_map(Part::Proxy),
        keeps.prop_map(Part::Proxy),
        (profile(), profile(), prop::option::of(1u64..100)).prop_map(|(one, other, limit)| Part::B2bua {
            legs: Box::new([one, other]),
            media_limit: limit.map(Span::from_secs),
        }),
    ]
}

fn fault() -> impl Strategy<Value = Fault> {
    let effect = prop_oneof![
        3 => Just(FaultEffect::Lose),
        1 => Just(FaultEffect::FailToSend),
        1 => (prop_oneof![Just(503u16), Just(500), Just(481), Just(408), Just(491), Just(405)], prop::option::of(0u16..20))
            .prop_map(|(code, retry_after_s)| {
                FaultEffect::Refuse(Refusal { status: Status(code), retry_after_s, min_se: None })
            }),
    ];
    (prop::collection::vec(0u8..6, 0..2), 0u64..1000, prop::option::of(1u64..200), effect).prop_map(
        |(senders, from, duration, effect)| Fault {
            senders: senders.into_iter().map(Element::numbered).collect(),
            message: match effect {
                FaultEffect::Refuse(_) => FaultMessage::Request(Method::Update),
                FaultEffect::Lose | FaultEffect::FailToSend => FaultMessage::Any,
            },
            nth: Vec::new(),
            clock: FaultClock::Run,
            from: Span::from_secs(from),
            duration: duration.map(Span::from_secs),
            effect,
        },
    )
}

prop_compose! {
    fn world()(
        parts in prop::collection::vec(part(), 0..4),
        ends in (profile(), profile()),
        faults in prop::collection::vec(fault(), 0..3),
        crashes in prop::collection::vec((any::<prop::sample::Index>(), 0u64..1000, prop::option::of(1u64..300), any::<bool>()), 0..3),
        links in prop::collection::vec((0.0f64..0.5, 1u64..400, prop::option::of(5u64..200)), 5),
        talk in 1.0f64..1200.0,
        by_caller in any::<bool>(),
        shares in (0.0f64..0.4, 0.0f64..0.3, 0.0f64..0.3),
        begin in prop_oneof![Just(Begin::Invite), Just(Begin::Established)],
        requests in prop::collection::vec(request(), 0..3),
        icmp in any::<bool>(),
        seed in any::<u64>(),
    ) -> Setup {
        let chance = |share| Probability::new(share).expect("a share");
        let links: Vec<Link> = links[..=parts.len()].iter().map(|&(loss, delay_ms, tcp_limit)| {
            let delay = Law::Uniform { min: Span::from_millis(delay_ms / 2), max: Span::from_millis(delay_ms) };
            let transport = tcp_limit.map_or(Transport::Udp, |limit| Transport::Tcp(Span::from_secs(limit)));
            Link { transport, ..Link::udp(chance(loss), delay) }
        }).collect();
        let call = Call::new().hangs_up(if by_caller { common::Caller } else { common::Callee }, talk).until(HORIZON_S as f64);
        let mut setup = call.0;
        setup.seed = seed;
        setup.path = Path::new(&Route { nodes: Vec::new(), to_callee: links.clone(), to_caller: links }).expect("few links");
        (setup.caller, setup.callee) = ends;
        setup.crashes = crashes.into_iter().filter(|_| !parts.is_empty()).map(|(which, at, back, memory)| Crash {
            which: which.index(parts.len()),
            clock: FaultClock::Run,
            at: Span::from_secs(at),
            back_after: back.map(Span::from_secs),
            memory,
        }).collect();
        setup.between = parts.into_iter().zip(1..).map(|(part, node)| Between { node, part }).collect();
        setup.faults = faults;
        setup.requests = requests;
        setup.calls.begin = begin;
        setup.calls.ending.bye_lost = chance(shares.0);
        setup.calls.ending.dies = chance(shares.1);
        setup.calls.ending.restarts = chance(shares.2);
        setup.calls.ending.restart_after = Law::Constant(Span::from_secs(20));
        setup.calls.ending.icmp = icmp;
        setup
    }
}

/// The facts of one call, checked.
fn facts(runner: &mut Runner<'_>, call: u32) -> Vec<(Time, Fact)> {
    let mut checker = Checker::default();
    runner.run(call, &mut checker);
    checker.facts
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5000))]

    #[test]
    fn what_always_holds_holds_and_a_call_is_the_same_whatever_was_run_before(setup in world()) {
        let stop = AtomicBool::new(false);
        let mut one_after_another = Runner::new(&setup, &stop);
        let runs: Vec<_> = (0..3).map(|call| facts(&mut one_after_another, call)).collect();
        prop_assert_eq!(&facts(&mut Runner::new(&setup, &stop), 2), &runs[2]);
        prop_assert_eq!(&facts(&mut one_after_another, 0), &runs[0]);
    }
}

#[test]
#[should_panic(expected = "the dead send")]
fn the_checker_objects_to_a_world_in_which_the_dead_speak() {
    let mut checker = Checker::default();
    checker.see(Time::ZERO, &Fact::Crashed { element: Element::CALLER });
    Runner::new(&Call::new().until(1.0).0, &AtomicBool::new(false)).run(0, &mut checker);
}
