//! Random worlds: whatever stands between the ends, whatever is lost, refused or dies, some things always hold.

mod common;

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

use byeloss::conformance::Checker as Conformance;
use byeloss::net::queue::Rate;
use byeloss::net::{Link, Path, Route, Transport};
use byeloss::random::{Law, Probability};
use byeloss::sip::{
    BaseTimers, CallKeeping, Change, CountsFrom, GiveUp, Inserts, Message, Method, OnExpiry, OnFailure, Ping, PingBy,
    Pings, Profile, ProxyProfile, RefreshBy, Refresher, Refusal, RepeatedInvite, Session, Status, WhenBusy, WhenLost,
    WhileLeaving,
};
use byeloss::time::{Span, Time};
use byeloss::world::{
    Begin, Between, Chain, Crash, Element, Fact, Fault, FaultClock, FaultEffect, FaultMessage, HangUp, Observer,
    Outcome, Part, Request, RequestClock, Runner, Setup, StopPart,
};
use common::Call;
use proptest::prelude::*;

/// Nothing is simulated beyond this.
const HORIZON_S: u64 = 1500;

/// So many worlds. One that fails is made smaller for seconds, not for minutes.
fn worlds(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, max_shrink_iters: 500, ..ProptestConfig::default() }
}

/// Keeps what is true of every call, and says so where it is not.
#[derive(Default)]
struct Checker {
    /// The agents on the two sides of each dialog.
    dialogs: Vec<[Element; 2]>,
    /// Nobody's user changes a session in the middle.
    plain: bool,
    /// What each agent does in its session.
    sessions: BTreeMap<Element, Session>,
    /// The CSeq of each agent's last request.
    cseqs: BTreeMap<Element, u32>,
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
            Fact::Sent { from, to, message, copy, outcome } => {
                assert!(!self.dead.contains(&from), "the dead send {message}");
                assert!(copy <= 65, "{copy} copies of {message}");
                if copy == 1 && message.status().is_none() && self.is_agent(from) {
                    self.see_request(from, &message);
                }
                if let Outcome::Arrives(at) = outcome {
                    assert!(at >= now, "{message} arrives before it is sent");
                    *self.under_way.entry((at, from, to, message.to_string())).or_default() += 1;
                }
            }
            Fact::Duplicated { from, to, message, arrives } => {
                assert!(arrives >= now, "{message} arrives before it is sent");
                *self.under_way.entry((arrives, from, to, message.to_string())).or_default() += 1;
            }
            Fact::Queued { from, to, message, leaves, outcome, .. } => {
                assert!(leaves >= now, "{message} leaves a queue before it comes to it");
                if let Outcome::Arrives(at) = outcome {
                    assert!(at >= leaves, "{message} arrives before it has left its queue");
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
            Fact::Established { element, session } => {
                assert!(!self.established.contains(&element), "{element:?} is established twice");
                self.established.push(element);
                self.see_session(element, session);
            }
            Fact::Refreshed { element, session } => self.see_session(element, session),
            Fact::Released { element, .. } => {
                assert!(!self.released.contains(&element), "{element:?} lets go twice");
                self.released.push(element);
                self.sessions.remove(&element);
            }
            Fact::Closed { element } => {
                assert!(self.released.contains(&element), "{element:?} is closed before it has let go");
            }
            Fact::Crashed { element } => self.dead.push(element),
            Fact::CameBack { element } => {
                self.dead.retain(|dead| *dead != element);
                // Without memory it counts from 1 again.
                self.cseqs.remove(&element);
            }
            Fact::HungUp { .. }
            | Fact::Began
            | Fact::Unheard { .. }
            | Fact::Unreachable { .. }
            | Fact::SendFailed { .. } => {}
        }
    }
}

impl Checker {
    fn new(setup: &Setup) -> Checker {
        let chain = Chain::new(&setup.between, setup.path.len());
        let agents: Vec<Element> =
            chain.elements().into_iter().filter(|element| chain.part(*element) != StopPart::Proxy).collect();
        let dialogs = agents.chunks(2).map(|pair| [pair[0], pair[1]]).collect();
        Checker { dialogs, plain: setup.requests.is_empty(), ..Checker::default() }
    }

    fn is_agent(&self, element: Element) -> bool {
        self.dialogs.iter().flatten().any(|agent| *agent == element)
    }

    /// Rule T8: CSeq rises by one. A watcher does not refresh.
    fn see_request(&mut self, from: Element, request: &Message) {
        if request.method == Method::Ack {
            return;
        }
        let last = self.cseqs.insert(from, request.cseq);
        assert!(last.is_none_or(|last| request.cseq == last + 1), "{request} after CSeq {last:?}");
        let refreshes = request.routed && request.session_expires.is_some();
        let watches = matches!(self.sessions.get(&from), Some(Session::Watching { .. }));
        let as_refresher = request.session_expires.is_some_and(|asked| asked.refresher == Some(Refresher::Uac));
        assert!(!(self.plain && refreshes && as_refresher && watches), "{from:?} watches and refreshes");
    }

    /// The two sides of a dialog never both refresh it, and never both watch it.
    fn see_session(&mut self, element: Element, session: Session) {
        self.sessions.insert(element, session);
        let Some(dialog) = self.dialogs.iter().find(|dialog| dialog.contains(&element)) else { return };
        let roles = dialog.map(|side| self.sessions.get(&side).copied());
        let alike = matches!(
            roles,
            [Some(Session::Refreshing { .. }), Some(Session::Refreshing { .. })]
                | [Some(Session::Watching { .. }), Some(Session::Watching { .. })]
        );
        assert!(!(self.plain && alike), "both sides do the same: {roles:?}");
    }
}

/// Pings that end a call in one way or the other, or do nothing.
fn ping(may_invite: bool) -> impl Strategy<Value = Ping> {
    let lost = || prop::sample::select(vec![WhenLost::Leave, WhenLost::Vanish, WhenLost::Nothing]);
    let by =
        prop::sample::select(if may_invite { vec![PingBy::Options, PingBy::Invite] } else { vec![PingBy::Options] });
    (by, 10u64..300, 0u8..3, lost(), lost(), lost(), 0u64..20).prop_map(
        |(by, every, misses, on_gone, on_timeout, on_silence, grace)| Ping {
            by,
            every: Span::from_secs(every),
            misses,
            on_gone,
            on_timeout,
            on_silence,
            grace: Span::from_secs(grace),
        },
    )
}

fn keeping() -> impl Strategy<Value = CallKeeping> {
    let inserts = prop_oneof![Just(Inserts::Never), Just(Inserts::First), Just(Inserts::Every)];
    let expiry = prop_oneof![Just(OnExpiry::Forget), Just(OnExpiry::Bye)];
    let numbers = (prop::option::of(90u32..700), prop::option::of(90u32..300), prop::option::of(1u64..600));
    let pings = prop::option::weighted(0.3, (ping(false), any::<[bool; 2]>()));
    let choices = (inserts, any::<[bool; 3]>(), expiry, pings);
    (numbers, choices).prop_map(|(numbers, (inserts, [lowers, refuses, adds], on_expiry, pings))| {
        let (session_expires, min_se, lifetime_s) = numbers;
        let lifetime = lifetime_s.map(Span::from_secs);
        let pings = pings.map(|(ping, sides)| Pings { ping, sides });
        CallKeeping { session_expires, inserts, lowers, min_se, refuses, adds_to_2xx: adds, lifetime, on_expiry, pings }
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
    (failures, choices, any::<[bool; 7]>()).prop_map(|(failures, choices, flags)| {
        let [on_refusal, on_timeout, on_unavailable, on_server_error, on_glare, on_ending, on_other] = failures;
        let (while_leaving, when_busy, gives_up, repeated_invite, counts_from) = choices;
        let [second_bye, lingers, insists, falls_back, late, by_invite, re_invite_apart] = flags;
        Profile {
            on_ending,
            repeated_invite,
            re_invite_apart,
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

/// What the RFC leaves open.
fn choices() -> impl Strategy<Value = Profile> {
    let asked = vec![None, Some(Refresher::Uac), Some(Refresher::Uas)];
    let chosen = vec![Some(Refresher::Uac), Some(Refresher::Uas)];
    (prop::sample::select(asked), prop::sample::select(chosen), any::<bool>()).prop_map(
        |(uac_refresher, uas_refresher, by_invite)| Profile {
            uac_refresher,
            uas_refresher,
            refresh_by: if by_invite { RefreshBy::Invite } else { RefreshBy::Update },
            ..Profile::RFC
        },
    )
}

/// How agents behave: as the RFC says, or also as stacks do.
fn profile(stacks: bool) -> impl Strategy<Value = Profile> {
    let behaviour = if stacks { prop_oneof![choices(), deviations()].boxed() } else { choices().boxed() };
    let pings = prop::option::weighted(0.2, ping(stacks));
    (prop::option::of(90u32..700), prop::option::of(90u32..200), any::<[bool; 4]>(), behaviour, pings).prop_map(
        move |(interval, min_se, [supports_timer, allows_update, whole_seconds, options], behaviour, ping)| Profile {
            session_expires: interval.map(|interval| interval.max(min_se.unwrap_or(90))),
            min_se,
            supports_timer,
            allows_update,
            whole_seconds: whole_seconds && stacks,
            options_refresh: options && stacks,
            ping,
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

fn part(stacks: bool) -> impl Strategy<Value = Part> {
    let stateful = any::<bool>().prop_map(|records_route| ProxyProfile { records_route, ..ProxyProfile::STATEFUL });
    let keeps = keeping().prop_map(|calls| ProxyProfile { calls: Some(calls), ..ProxyProfile::STATEFUL });
    prop_oneof![
        stateful.prop_map(Part::Proxy),
        keeps.prop_map(Part::Proxy),
        (profile(stacks), profile(stacks), prop::option::of(1u64..100)).prop_map(|(one, other, limit)| Part::B2bua {
            legs: Box::new([one, other]),
            media_limit: limit.map(Span::from_secs),
        }),
    ]
}

fn fault() -> impl Strategy<Value = Fault> {
    let nth = prop_oneof![3 => Just(Vec::new()), 1 => prop::collection::vec(1u32..6, 1..3)];
    let effect = prop_oneof![
        3 => Just(FaultEffect::Lose),
        1 => Just(FaultEffect::FailToSend),
        1 => (prop_oneof![Just(503u16), Just(500), Just(481), Just(408), Just(491), Just(405)], prop::option::of(0u16..20))
            .prop_map(|(code, retry_after_s)| {
                FaultEffect::Refuse(Refusal { status: Status(code), retry_after_s, min_se: None })
            }),
        1 => (90u32..400).prop_map(|min_se| {
            FaultEffect::Refuse(Refusal {
                status: Status::SESSION_INTERVAL_TOO_SMALL,
                retry_after_s: None,
                min_se: Some(min_se),
            })
        }),
    ];
    (prop::collection::vec(0u8..6, 0..2), 0u64..1000, prop::option::of(1u64..200), effect, nth).prop_map(
        |(senders, from, duration, effect, nth)| Fault {
            senders: senders.into_iter().map(Element::numbered).collect(),
            message: match effect {
                FaultEffect::Refuse(_) => FaultMessage::Request(Method::Update),
                FaultEffect::Lose | FaultEffect::FailToSend => FaultMessage::Any,
            },
            nth,
            clock: FaultClock::Run,
            from: Span::from_secs(from),
            duration: duration.map(Span::from_secs),
            effect,
        },
    )
}

prop_compose! {
    fn world(stacks: bool)(
        parts in prop::collection::vec(part(stacks), 0..4),
        ends in (profile(stacks), profile(stacks)),
        faults in prop::collection::vec(fault(), 0..3),
        crashes in prop::collection::vec((any::<prop::sample::Index>(), 0u64..1000, prop::option::of(1u64..300), any::<bool>()), 0..3),
        links in prop::collection::vec((0.0f64..0.5, 1u64..400, prop::option::of(5u64..200), prop::option::weighted(0.3, 8000u64..500_000)), 5),
        talk in 1.0f64..1200.0,
        by_caller in any::<bool>(),
        shares in (0.0f64..0.4, 0.0f64..0.3, 0.0f64..0.3),
        begin in prop_oneof![Just(Begin::Invite), Just(Begin::Established)],
        requests in prop::collection::vec(request(), 0..3),
        icmp in any::<bool>(),
        seed in any::<u64>(),
    ) -> Setup {
        let chance = |share| Probability::new(share).expect("a share");
        let mut links: Vec<Link> = links[..=parts.len()].iter().zip(0..).map(|(&(loss, delay_ms, tcp_limit, rate), number)| {
            let delay = Law::Uniform { min: Span::from_millis(delay_ms / 2), max: Span::from_millis(delay_ms) };
            let transport = tcp_limit.map_or(Transport::Udp, |limit| Transport::Tcp(Span::from_secs(limit)));
            let rate = rate.map(|bits_per_s| Rate { bits_per_s, queue_bytes: 4000 });
            Link { transport, rate, ..Link::udp(chance(loss), delay).numbered(number, false) }
        }).collect();
        // Requests of a dialog pass by a proxy that is not in its route, over one transport.
        for (place, part) in (1..).zip(&parts) {
            if matches!(part, Part::Proxy(ProxyProfile { records_route: false, .. })) {
                links[place].transport = links[place - 1].transport;
            }
        }
        // What goes over TCP waits nowhere.
        links.iter_mut().filter(|link| link.transport != Transport::Udp).for_each(|link| link.rate = None);
        let to_caller = links.iter().zip(0..).map(|(link, number)| link.clone().numbered(number, true)).collect();
        let call = Call::new().hangs_up(if by_caller { common::Caller } else { common::Callee }, talk).until(HORIZON_S as f64);
        let mut setup = call.0;
        setup.seed = seed;
        setup.path = Path::new(&Route { nodes: Vec::new(), to_callee: links, to_caller }).expect("few links");
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
fn facts(setup: &Setup, runner: &mut Runner<'_>, call: u32) -> Vec<(Time, Fact)> {
    let mut checker = Checker::new(setup);
    runner.run(call, &mut checker);
    checker.facts
}

proptest! {
    #![proptest_config(worlds(5000))]

    #[test]
    fn what_always_holds_holds_and_a_call_is_the_same_whatever_was_run_before(setup in world(true)) {
        let stop = AtomicBool::new(false);
        let mut one_after_another = Runner::new(&setup, &stop);
        let runs: Vec<_> = (0..3).map(|call| facts(&setup, &mut one_after_another, call)).collect();
        prop_assert_eq!(&facts(&setup, &mut Runner::new(&setup, &stop), 2), &runs[2]);
        prop_assert_eq!(&facts(&setup, &mut one_after_another, 0), &runs[0]);
    }

    #[test]
    fn agents_and_proxies_that_follow_the_rfcs_break_no_rule(setup in world(false)) {
        let stop = AtomicBool::new(false);
        let mut runner = Runner::new(&setup, &stop);
        for call in 0..3 {
            let mut watch = (Conformance::new(&setup, call), common::Story::default());
            let end = runner.run(call, &mut watch);
            let breaches = watch.0.finish(end);
            prop_assert!(breaches.is_empty(), "call {call}: {}", watch.1.around(&breaches));
        }
    }
}

/// The longest interval of a world, and what agents add to it: a wait for an ACK, their BYE.
const REST_S: u64 = 700 + 32 + 32;

proptest! {
    #![proptest_config(worlds(3000))]

    #[test]
    fn when_nothing_arrives_any_more_every_session_that_expires_has_an_end_in_bounded_time(setup in world(false)) {
        let mut setup = setup;
        let silence = Fault {
            senders: Vec::new(),
            message: FaultMessage::Any,
            nth: Vec::new(),
            clock: FaultClock::Run,
            from: Span::from_secs(HORIZON_S - REST_S - 5),
            duration: None,
            effect: FaultEffect::Lose,
        };
        // First of all, so that no fault of the world goes before it.
        setup.faults.insert(0, silence);
        // Who crashes with a call that it remembers counts on where it was; whoever is dead at the end holds nothing.
        setup.crashes.clear();
        let mut checker = Checker::new(&setup);
        Runner::new(&setup, &AtomicBool::new(false)).run(0, &mut checker);
        let expires = |session: &Session| *session != Session::Untimed;
        let held: Vec<_> = checker.sessions.iter().filter(|(_, session)| expires(session)).collect();
        prop_assert_eq!(held, vec![], "still held after {} s of silence", REST_S);
    }
}

#[test]
#[should_panic(expected = "watches and refreshes")]
fn the_checker_objects_to_a_watcher_that_refreshes() {
    let setup = Call::new().session_expires(90).until(60.0).0;
    let mut checker = Checker::new(&setup);
    let mut swapped = Swapped(&mut checker);
    Runner::new(&setup, &AtomicBool::new(false)).run(0, &mut swapped);
}

/// Tells that the caller watches, whatever it does.
struct Swapped<'a>(&'a mut Checker);

impl Observer for Swapped<'_> {
    fn see(&mut self, now: Time, fact: &Fact) {
        match *fact {
            Fact::Established { element: Element::CALLEE, .. } => {}
            Fact::Established { element, .. } => {
                self.0.see(now, &Fact::Established { element, session: Session::Watching { interval_s: 90 } });
            }
            _ => self.0.see(now, fact),
        }
    }
}

/// The canary of the rules: thousands of worlds that pass would say nothing if a wrong agent passed too.
#[test]
fn the_rules_object_to_every_deviation_of_an_agent_that_shows() {
    let wrong = [
        ("R2", Profile { watcher_gives_up: GiveUp::AtPerMille(1100), ..Profile::RFC }),
        ("R3", Profile { on_timeout: OnFailure::RunOut, ..Profile::RFC }),
        ("R7", Profile { while_leaving: WhileLeaving::AcceptAll, ..Profile::RFC }),
        ("R1", Profile { refresh_jitter: Span::from_secs(5), ..Profile::RFC }),
        ("T2", Profile { timers: BaseTimers { t2: Span::from_secs(5), ..BaseTimers::RFC }, ..Profile::RFC }),
    ];
    for (rule, profile) in wrong {
        let call = Call::new().session_expires(90).hangs_up(common::Callee, 130.0).ending(HangUp::ByeLost, 0.0);
        let calls = [call.clone(), call.hangs_up(common::Callee, 1000.0).outage(None, 200.0, 2000.0)];
        let rules: Vec<&str> = calls
            .iter()
            .flat_map(|call| {
                let world = |profile| call.clone().with(|setup| (setup.caller, setup.callee) = (profile, profile)).0;
                let asked = |profile| Profile { session_expires: Some(90), ..profile };
                let mut rules = Conformance::new(&world(asked(Profile::RFC)), 0);
                let setup = world(asked(profile));
                let end = Runner::new(&setup, &AtomicBool::new(false)).run(0, &mut rules);
                rules.finish(end).into_iter().map(|breach| breach.rule)
            })
            .collect();
        assert!(rules.contains(&rule), "{rule} is not among {rules:?}");
    }
}

#[test]
#[should_panic(expected = "the dead send")]
fn the_checker_objects_to_a_world_in_which_the_dead_speak() {
    let mut checker = Checker::default();
    checker.see(Time::ZERO, &Fact::Crashed { element: Element::CALLER });
    Runner::new(&Call::new().until(1.0).0, &AtomicBool::new(false)).run(0, &mut checker);
}
