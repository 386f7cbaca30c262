//! Random worlds: what stands between the ends, what is lost and refused, who dies, how agents behave.

use byeloss::net::queue::Rate;
use byeloss::net::{Link, Path, Route, Transport};
use byeloss::random::{Distribution, Probability};
use byeloss::sip::{
    CallKeeping, Change, CountsFrom, GiveUp, Inserts, Method, OnExpiry, OnFailure, Ping, PingBy, Pings, Profile,
    ProxyProfile, RefreshBy, Refresher, Refusal, RepeatedInvite, Status, WhenBusy, WhenLost, WhileLeaving,
};
use byeloss::time::Span;
use byeloss::world::{
    Begin, Between, Crash, Element, Fault, FaultClock, FaultEffect, FaultMessage, Part, Request, RequestClock, Setup,
};
use proptest::prelude::*;

use crate::common::{self, Call};

/// Nothing is simulated beyond this.
pub(crate) const HORIZON_S: u64 = 1500;

/// So many worlds, or as many as the environment's `PROPTEST_CASES` says. One that fails is made smaller for seconds,
/// not for minutes.
pub(crate) fn worlds(cases: u32) -> ProptestConfig {
    let by_environment = ProptestConfig::default();
    let cases = if std::env::var_os("PROPTEST_CASES").is_some() { by_environment.cases } else { cases };
    ProptestConfig { cases, max_shrink_iters: 500, ..by_environment }
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
        let [
            second_bye,
            dialog_outlives_bye,
            refresh_without_se,
            fallback_to_reinvite,
            late,
            by_invite,
            bye_ignores_pending_ack,
        ] = flags;
        Profile {
            on_ending,
            repeated_invite,
            bye_ignores_pending_ack,
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
            dialog_outlives_bye,
            counts_from,
            refresh_without_se,
            fallback_to_reinvite,
            refresh_by: if by_invite { RefreshBy::Invite } else { RefreshBy::Update },
            timer_drift: Span::from_millis(u64::from(late)),
            timer_granularity: Span::from_secs(u64::from(late)),
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

/// A change that a user wants, in the first ten minutes.
pub(crate) fn request() -> impl Strategy<Value = Request> {
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
    /// Whatever can stand between two agents, be lost, refused or die; agents of the RFC, or also as stacks are.
    pub fn world(stacks: bool)(
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
            let delay = Distribution::Uniform { min: Span::from_millis(delay_ms / 2), max: Span::from_millis(delay_ms) };
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
        setup.calls.ending.restart_after = Distribution::Constant(Span::from_secs(20));
        setup.calls.ending.icmp = icmp;
        setup
    }
}
