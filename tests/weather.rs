//! Bursts, outages, NATs, order and duplicates, as calls meet them.

use std::sync::atomic::AtomicBool;

use byeloss::net::{Direction, Fate, Path, Weather};
use byeloss::random::Streams;
use byeloss::scenario;
use byeloss::sip::Method;
use byeloss::time::{Span, Time};
use byeloss::world::{Element, Fact, Loss, Observer, Outcome, Runner, Setup};

const ERRORS: f64 = 4.0;

/// A scenario of calls that stand from the beginning, with these lines after its tables.
fn setup(topology: &str, lines: &str) -> Setup {
    let text = format!(
        "name = \"test\"\ntopology = \"{topology}\"\n[calls]\ncount = 100\nbegin = \"established\"\ntalk-time = \"600 s\"\n\
         [hangup]\nby-caller = 1\n[session-timer]\nsession-expires = \"off\"\n{lines}"
    );
    scenario::load_text("test", &text, &[]).unwrap_or_else(|errors| panic!("{errors}")).points.swap_remove(0).setup
}

/// What becomes of a message that call `call` sends at `at` from one end to the other.
fn carried(path: &Path, weather: &mut Weather, at: Time, direction: Direction, chance: u64) -> Fate {
    let ends = match direction {
        Direction::ToCallee => [0, path.len()],
        Direction::ToCaller => [path.len(), 0],
    };
    let streams = Streams::new(99, 0);
    path.carry_through(at, ends, weather, |link, attempt| streams.pair(chance, link | attempt << 8), |_| false)
}

fn secs(seconds: f64) -> Time {
    Time::ZERO + Span::from_secs_f64(seconds)
}

fn is_lost(fate: Fate) -> bool {
    matches!(fate, Fate::Lost { .. })
}

#[track_caller]
fn assert_share(found: u64, of: u64, expected: f64, what: &str) {
    let (share, error) = (found as f64 / of as f64, (expected * (1.0 - expected) / of as f64).sqrt());
    assert!((share - expected).abs() <= ERRORS * error, "{what}: {share}, not {expected} +- {error}");
}

const BURSTS: &str = "loss = { model = \"gilbert-elliott\", good = \"20 s\", bad = \"5 s\", one-state = ONE }";

#[test]
fn all_calls_see_the_same_weather_on_a_shared_link_and_each_its_own_on_an_access_link() {
    for (shared, alike) in [("true", true), ("false", false)] {
        let setup = setup("direct", &format!("[link]\nshared = {shared}\n{}\n", BURSTS.replace("ONE", "true")));
        let streams = Streams::new(setup.seed, 0);
        let mut weather = setup.path.weather(streams);
        let mut of_call = |call: u64| -> Vec<bool> {
            weather.begin(call, secs(3.0));
            (0..400)
                .map(|s| is_lost(carried(&setup.path, &mut weather, secs(f64::from(s)), Direction::ToCallee, 1)))
                .collect()
        };
        let [first, second, again] = [of_call(1), of_call(2), of_call(1)];
        assert_eq!(first == second, alike);
        assert_eq!(first, again);
        assert!(first.contains(&true) && first.contains(&false));
    }
}

#[test]
fn the_weather_of_an_instant_does_not_depend_on_what_was_asked_before() {
    let links = "[link]\noutage = { up = { distribution = \"gamma\", mean = \"20 s\", shape = 2 }, down = \"3 s\" }\n";
    for lines in [format!("[link]\n{}\n", BURSTS.replace("ONE", "false")), links.to_owned()] {
        let setup = setup("direct", &lines);
        let fates = |order: &mut dyn Iterator<Item = u32>| {
            let mut weather = setup.path.weather(Streams::new(setup.seed, 0));
            let mut fates: Vec<(u32, bool)> = order
                .flat_map(|s| [(s, Direction::ToCallee), (s, Direction::ToCaller)])
                .map(|(s, direction)| {
                    weather.begin(u64::from(s % 3), Time::ZERO);
                    (s, is_lost(carried(&setup.path, &mut weather, secs(f64::from(s)), direction, 1)))
                })
                .collect();
            fates.sort();
            fates
        };
        assert_eq!(fates(&mut (0..500)), fates(&mut (0..500).rev()));
    }
}

#[test]
fn two_directions_are_in_one_state_only_where_that_is_said() {
    for (one, expected) in [("true", 0.2), ("false", 0.04)] {
        let setup = setup("direct", &format!("[link]\n{}\n", BURSTS.replace("ONE", one)));
        let mut weather = setup.path.weather(Streams::new(setup.seed, 0));
        let n = 20_000;
        let both = (0..n).filter(|&call| {
            weather.begin(call, Time::ZERO);
            [Direction::ToCallee, Direction::ToCaller]
                .iter()
                .all(|&way| is_lost(carried(&setup.path, &mut weather, secs(77.0), way, call)))
        });
        assert_share(both.count() as u64, n, expected, one);
    }
}

#[test]
fn a_link_in_bursts_loses_as_many_messages_as_its_models_say_in_the_long_run() {
    let chain = (0.02 * 0.7 + 0.01 * 0.2 * 0.7) / (0.2 * 0.7 + 0.02 * 0.3 + 0.02 * 0.7 + 0.01 * 0.2 * 0.7);
    for (loss, expected) in [
        ("{ model = \"gilbert-elliott\", good = \"9 s\", bad = \"1 s\", loss-good = 0.02 }", 0.118),
        (
            "{ model = \"gemodel\", p = 0.03, r = 0.4, 1-h = 0.95, 1-k = 0.01, spacing = \"20 ms\" }",
            (0.03 * 0.95 + 0.4 * 0.01) / 0.43,
        ),
        (
            "{ model = \"four-state\", p13 = 0.02, p31 = 0.2, p32 = 0.3, p23 = 0.7, p14 = 0.01, spacing = \"20 ms\" }",
            chain,
        ),
        ("{ model = \"trace\", lost = [1, 1.02, 7], spacing = \"20 ms\", length = \"0.5 min\" }", 0.002),
    ] {
        let setup = setup("direct", &format!("[link]\nloss = {loss}\n"));
        let mut weather = setup.path.weather(Streams::new(setup.seed, 0));
        let n = 100_000;
        let lost = (0..n).filter(|&call| {
            weather.begin(call, secs(5.0));
            is_lost(carried(&setup.path, &mut weather, secs(123.4), Direction::ToCaller, call))
        });
        assert_share(lost.count() as u64, n, expected, loss);
    }
}

#[test]
fn a_recording_on_a_shared_link_plays_from_the_start_of_the_run() {
    let lines = "[link]\nshared = true\nloss = { model = \"trace\", lost = [1, 1.02, 7], spacing = \"20 ms\" }\n";
    let setup = setup("direct", lines);
    let mut weather = setup.path.weather(Streams::new(setup.seed, 0));
    weather.begin(7, secs(6.5));
    for (at, lost) in [(0.99, false), (1.03, true), (1.05, false), (7.01, true), (31.01, false)] {
        assert_eq!(is_lost(carried(&setup.path, &mut weather, secs(at), Direction::ToCallee, 1)), lost, "{at}");
    }
}

#[test]
fn a_node_that_is_down_passes_nothing_of_what_goes_its_way() {
    let lines = "[link]\nloss = 0\ndelay = \"10 ms\"\n\
                 [nodes.core]\noutage = { from = \"10 s\", for = \"5 s\", way = \"to-caller\" }\n";
    let setup = setup("two-proxies", lines);
    let mut weather = setup.path.weather(Streams::new(setup.seed, 0));
    weather.begin(0, Time::ZERO);
    // It comes to the core two links after it is sent.
    for (at, lost) in [(9.97, false), (9.985, true), (14.975, true), (14.985, false)] {
        assert_eq!(is_lost(carried(&setup.path, &mut weather, secs(at), Direction::ToCaller, 1)), lost, "{at}");
        assert!(!is_lost(carried(&setup.path, &mut weather, secs(at), Direction::ToCallee, 1)));
    }
}

#[test]
fn an_outage_of_a_node_in_its_topology_is_as_one_in_the_scenario_which_goes_before_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let net = |outage: &str| {
        format!(
            "{{\"nodes\": [{{\"id\": \"a\", \"kind\": \"agents\"}}, {{\"id\": \"r\", \"kind\": \"router\"{outage}}}, \
             {{\"id\": \"b\", \"kind\": \"agents\"}}], \"edges\": [{{\"source\": \"a\", \"target\": \"r\", \"delay\": 1}}, \
             {{\"source\": \"r\", \"target\": \"b\", \"delay\": 1}}]}}"
        )
    };
    let with = folder.path().join("with.json");
    let without = folder.path().join("without.json");
    std::fs::write(&with, net(", \"outage\": {\"up\": \"50 s\", \"down\": \"20 s\"}")).expect("a file");
    std::fs::write(&without, net("")).expect("a file");
    let lost = |file: &std::path::Path, lines: &str| -> Vec<bool> {
        let setup = setup(file.to_str().expect("a path"), lines);
        let mut weather = setup.path.weather(Streams::new(setup.seed, 0));
        weather.begin(0, Time::ZERO);
        (0..500)
            .map(|s| is_lost(carried(&setup.path, &mut weather, secs(f64::from(s)), Direction::ToCallee, 1)))
            .collect()
    };
    let in_topology = lost(&with, "");
    assert!((50..300).contains(&in_topology.iter().filter(|lost| **lost).count()), "{in_topology:?}");
    assert_eq!(in_topology, lost(&without, "[nodes.r]\noutage = { up = \"50 s\", down = \"20 s\" }\n"));
    assert_eq!(lost(&with, "[nodes.r]\noutage = \"none\"\n"), vec![false; 500]);
    // What is sent comes to it a second later.
    assert_eq!(lost(&with, "[nodes.r]\noutage = { for = 30 }\n").iter().filter(|lost| **lost).count(), 29);
}

#[test]
fn what_keeps_its_order_never_overtakes_and_else_it_does() {
    for (order, overtakes) in [("true", false), ("false", true)] {
        let lines = format!(
            "[link]\nloss = 0\norder = {order}\ndelay = {{ distribution = \"exponential\", mean = \"1 s\" }}\n"
        );
        let setup = setup("direct", &lines);
        // A delay alone is plain; both kinds go the same way here.
        let mut weather = setup.path.weather(Streams::new(setup.seed, 0));
        weather.begin(0, Time::ZERO);
        let arrivals: Vec<Time> = (0..200)
            .map(|n| {
                match carried(&setup.path, &mut weather, secs(f64::from(n) / 10.0), Direction::ToCallee, n as u64) {
                    Fate::Arrives(at) => at,
                    other => panic!("{other:?}"),
                }
            })
            .collect();
        assert_eq!(!arrivals.is_sorted(), overtakes);
    }
}

/// All facts of one call.
#[derive(Default)]
struct Facts(Vec<(Time, Fact)>);

impl Observer for Facts {
    fn see(&mut self, now: Time, fact: &Fact) {
        self.0.push((now, *fact));
    }
}

fn facts(setup: &Setup, call: u32) -> Vec<(Time, Fact)> {
    let mut facts = Facts::default();
    Runner::new(setup, &AtomicBool::new(false)).run(call, &mut facts);
    facts.0
}

#[test]
fn a_duplicate_arrives_too_and_is_absorbed() {
    let mut setup = setup(
        "direct",
        "[caller]\nsession-expires = 90\n[link]\nloss = 0\nduplicate = 1\ndelay = { distribution = \"uniform\", min = \"10 ms\", max = \"30 ms\" }\n",
    );
    setup.calls.begin = byeloss::world::Begin::Invite;
    let facts = facts(&setup, 3);
    let count = |what: &dyn Fn(&Fact) -> bool| facts.iter().filter(|(_, fact)| what(fact)).count();
    let sent = count(&|fact| matches!(fact, Fact::Sent { .. }));
    assert_eq!(count(&|fact| matches!(fact, Fact::Duplicated { .. })), sent);
    assert_eq!(count(&|fact| matches!(fact, Fact::Delivered { .. })), 2 * sent);
    // 600 s of talk: 13 refreshes of 45 s, each of them seen once by each side for all that its copies arrive twice.
    assert_eq!(count(&|fact| matches!(fact, Fact::Refreshed { .. })), 26);
    assert_eq!(count(&|fact| matches!(fact, Fact::Established { .. })), 2);
    assert_eq!(count(&|fact| matches!(fact, Fact::Released { .. })), 2);
}

#[test]
fn a_duplicate_is_a_chance_of_each_message_and_has_a_delay_of_its_own() {
    let lines = "[link]\nduplicate = 0.3\nloss = 0\ndelay = { distribution = \"exponential\", mean = \"20 ms\" }\n";
    let setup = setup("direct", lines);
    let mut weather = setup.path.weather(Streams::new(setup.seed, 0));
    weather.begin(0, Time::ZERO);
    let n = 20_000;
    let mut delays = Vec::new();
    for chance in 0..n {
        let fate = carried(&setup.path, &mut weather, secs(1.0), Direction::ToCallee, chance);
        delays.extend(weather.copies().iter().map(|copy| copy.since(secs(1.0)).as_secs_f64()));
        assert!(weather.copies().iter().all(|&copy| fate != Fate::Arrives(copy)));
    }
    let copies = delays.len();
    assert_share(copies as u64, n, 0.3, "copies");
    let mean = delays.iter().sum::<f64>() / copies as f64;
    assert!((mean - 0.02).abs() < ERRORS * 0.02 / (copies as f64).sqrt(), "{mean}");
}

/// When copies of the BYE of the callee's side come to the caller behind a NAT: none if its binding is gone.
fn byes_let_in(nat: &str, session_expires: &str) -> (usize, usize) {
    let mut setup = setup(
        "direct",
        &format!("[link]\nloss = 0\ndelay = \"20 ms\"\nnat = {nat}\n[caller]\nsession-expires = {session_expires}\n"),
    );
    setup.calls.hangup_by_caller = byeloss::random::Probability::NEVER;
    let facts = facts(&setup, 0);
    let byes = |wanted: &dyn Fn(Outcome) -> bool| {
        let of_callee = |fact: &Fact| {
            matches!(fact, Fact::Sent { from, message, outcome, .. }
            if *from == Element::CALLEE && message.is_bye() && message.method == Method::Bye && wanted(*outcome))
        };
        facts.iter().filter(|(_, fact)| of_callee(fact)).count()
    };
    (
        byes(&|outcome| matches!(outcome, Outcome::Arrives(_))),
        byes(&|outcome| outcome == Outcome::Lost(Loss::NoBinding(0))),
    )
}

#[test]
fn a_bye_from_outside_is_lost_when_the_binding_is_gone_and_refreshes_keep_it() {
    // Nothing has left for 600 s.
    assert_eq!(byes_let_in("{ expires = \"30 s\" }", "\"off\""), (0, 11));
    assert_eq!(byes_let_in("{ expires = \"10 min\" }", "\"off\""), (1, 0));
    // The caller refreshes each 45.04 s; the last refresh before 600 s is sent at 585 s.
    assert_eq!(byes_let_in("{ expires = \"30 s\" }", "90"), (1, 0));
    // It opens again for the last copy, at 631.5 s, when the caller refreshes, at 630.6 s.
    assert_eq!(byes_let_in("{ expires = \"10 s\" }", "90"), (1, 10));
    // Inside is the callee: its BYE leaves, whatever the binding.
    assert_eq!(byes_let_in("{ expires = \"10 s\", inside = \"callee\" }", "\"off\""), (1, 0));
}

#[test]
fn a_link_that_is_down_loses_what_enters_it_and_the_trace_says_why() {
    let setup = setup("direct", "[link]\nloss = 0\ndelay = \"50 ms\"\noutage = { from = \"599 s\", for = \"20 s\" }\n");
    let sent: Vec<(Time, Outcome)> = facts(&setup, 0)
        .into_iter()
        .filter_map(|(at, fact)| match fact {
            Fact::Sent { from: Element::CALLER, outcome, .. } => Some((at, outcome)),
            _ => None,
        })
        .collect();
    let lost = sent.iter().filter(|(_, outcome)| *outcome == Outcome::Lost(Loss::Down(0))).count();
    // Copies at 0, .5, 1.5, 3.5, 7.5, 11.5, 15.5 s; the one at 19.5 gets through.
    assert_eq!((sent.len(), lost), (8, 7));
}
