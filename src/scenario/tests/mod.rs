//! What scenarios and topologies mean. What `--set` and sweeps do stands in `varied`; what is refused, and in which
//! words, in `messages`; that no input panics, in `any_input`.

mod any_input;
mod documentation;
mod imports;
mod messages;
mod old_names;
mod page;
mod schema;
mod varied;

use super::*;
use crate::net::{Direction, Path as NetPath};
use crate::random::{Distribution, Probability};
use crate::sip::{BaseTimers, Change, Method, Profile, Refresher, Refusal, Status};
use crate::time::{Span, Time};
use crate::world::{
    Arrivals, Begin, Element, End, Fault, FaultClock, FaultEffect, FaultMessage, Part, Request, RequestClock,
};

/// The least that a scenario says.
const LEAST: &str = "\
name = \"least\"
topology = \"direct\"

[calls]
count = 10
talk-time = \"180 s\"
";

fn loaded(text: &str, sets: &[&str]) -> Study {
    let sets: Vec<String> = sets.iter().map(|set| (*set).to_owned()).collect();
    load_text("scenario.toml", text, &sets).unwrap_or_else(|errors| panic!("{errors}"))
}

/// The one point of `LEAST` with `more` after it.
fn setup(more: &str) -> Setup {
    loaded(&format!("{LEAST}{more}"), &[]).points.remove(0).setup
}

/// What a path does to messages in one direction, as a text: exact, and fit for comparison.
fn delay_and_loss(path: &NetPath, direction: Direction) -> String {
    format!("{} {}", Span::from_secs_f64(path.mean_delay_s(direction)), path.loss(direction))
}

fn probability(value: f64) -> Probability {
    Probability::new(value).unwrap()
}

#[test]
fn every_built_in_loads() {
    for builtin in list() {
        match builtin.kind {
            BuiltinKind::Scenario => {
                let asked = open(builtin.name, &[]).unwrap_or_else(|errors| panic!("{errors}"));
                assert_eq!(asked.name(), builtin.name);
            }
            BuiltinKind::Topology => {
                load_topology(builtin.name, &ImportOptions::default()).unwrap_or_else(|errors| panic!("{errors}"));
            }
        }
        assert_eq!(find(builtin.kind, builtin.name), Some(builtin));
    }
}

#[test]
fn a_scenario_that_says_the_least_gets_the_documented_defaults() {
    let study = loaded(LEAST, &[]);
    assert_eq!((study.name.as_str(), study.title.as_str(), study.seed), ("least", "", 1));
    assert!(study.axes.is_empty() && study.points.len() == 1 && study.points[0].values.is_empty());
    assert_eq!(study.points[0].nodes, ["caller", "callee"]);
    assert_eq!(study.points[0].session_expires_s, Some(1800));
    let setup = &study.points[0].setup;
    assert_eq!((setup.seed, setup.horizon, setup.faults.len()), (1, None, 0));
    assert_eq!(setup.caller, Profile::RFC);
    assert_eq!(setup.callee, Profile { session_expires: None, ..Profile::RFC });
    let calls = &setup.calls;
    assert_eq!((calls.count, calls.arrivals, calls.begin), (10, Arrivals::AtStart, Begin::Invite));
    assert_eq!(calls.ring_time, Distribution::Constant(Span::ZERO));
    assert_eq!(calls.talk_time, Distribution::Constant(Span::from_secs(180)));
    assert_eq!(calls.hangup_by_caller, probability(0.5));
    assert_eq!([calls.ending.bye_lost, calls.ending.dies, calls.ending.restarts], [Probability::NEVER; 3]);
    assert_eq!(calls.ending.restart_after, Distribution::Constant(Span::from_secs(30)));
    assert!((setup.path.loss(Direction::ToCallee) - 0.05).abs() < 1e-12);
}

#[test]
fn ka_1_is_as_the_page_of_the_workload_says() {
    let study = load("ka-1", &[]).unwrap();
    let setup = &study.points[0].setup;
    assert_eq!(setup.calls.count, 100_000);
    assert_eq!(setup.calls.arrivals, Arrivals::Poisson { within: Span::from_secs(900) });
    assert_eq!(setup.calls.begin, Begin::Established);
    assert_eq!(setup.calls.talk_time, Distribution::Exponential { mean: Span::from_secs(3600) });
    assert_eq!(setup.calls.hangup_by_caller, probability(0.5));
    assert_eq!(setup.calls.ending.bye_lost, probability(0.1));
    assert_eq!(setup.caller, Profile { uac_refresher: Some(Refresher::Uac), ..Profile::RFC });
    assert_eq!(setup.horizon, None);
}

#[test]
fn every_law_is_read_in_every_notation() {
    let span = Span::from_secs;
    for (text, distribution) in [
        ("\"1.5 min\"", Distribution::Constant(span(90))),
        ("90", Distribution::Constant(span(90))),
        ("0.5", Distribution::Constant(Span::from_millis(500))),
        ("{ distribution = \"constant\", value = \"90 s\" }", Distribution::Constant(span(90))),
        (
            "{ distribution = \"uniform\", min = 60, max = \"2 min\" }",
            Distribution::Uniform { min: span(60), max: span(120) },
        ),
        ("{ distribution = \"exponential\", mean = \"1 h\" }", Distribution::Exponential { mean: span(3600) }),
        (
            "{ distribution = \"lognormal\", mean = 180, sigma = 1 }",
            Distribution::Lognormal { mean: span(180), sigma: 1.0 },
        ),
    ] {
        assert_eq!(setup(&format!("ring-time = {text}\n")).calls.ring_time, distribution, "{text}");
    }
}

#[test]
fn arrivals_are_read_by_time_and_by_rate() {
    for (text, arrivals) in [
        ("\"at-start\"", Arrivals::AtStart),
        ("\"steady-state\"", Arrivals::SteadyState),
        ("{ process = \"poisson\", within = \"900 s\" }", Arrivals::Poisson { within: Span::from_secs(900) }),
        ("{ process = \"poisson\", rate-per-s = 0.1 }", Arrivals::Poisson { within: Span::from_secs(100) }),
        (
            "{ process = \"stream\", standing = 4, within = \"1 h\" }",
            Arrivals::Stream { standing: 4, within: Span::from_secs(3600) },
        ),
        (
            "{ process = \"stream\", standing = 4, rate-per-s = 0.1 }",
            Arrivals::Stream { standing: 4, within: Span::from_secs(60) },
        ),
    ] {
        assert_eq!(setup(&format!("arrivals = {text}\n")).calls.arrivals, arrivals, "{text}");
    }
    assert_eq!(setup("arrivals = \"steady-state\"\n").calls.begin, Begin::Established);
}

#[test]
fn a_side_overrides_what_the_session_timer_says_for_both() {
    let setup = setup(
        "[session-timer]\nsession-expires = 600\nmin-se = 120\nrefresher = \"uas\"\nsupported = false\n\
         [caller]\nsession-expires = \"off\"\nmin-se = \"none\"\nsupported = true\n\
         [callee]\nsession-expires = 300\nrefresher = \"uas\"\n\
         [timers]\nt1 = \"1 s\"\n",
    );
    let timers = BaseTimers { t1: Span::from_secs(1), ..BaseTimers::RFC };
    let caller = Profile {
        timers,
        supports_timer: true,
        session_expires: None,
        min_se: None,
        uac_refresher: Some(Refresher::Uas),
        uas_refresher: Some(Refresher::Uac),
        ..Profile::RFC
    };
    assert_eq!(setup.caller, caller);
    let callee = Profile {
        timers,
        supports_timer: false,
        session_expires: Some(300),
        min_se: Some(120),
        uac_refresher: None,
        uas_refresher: Some(Refresher::Uas),
        ..Profile::RFC
    };
    assert_eq!(setup.callee, callee);
}

#[test]
fn faults_name_requests_responses_or_everything() {
    let setup = setup(
        "[[faults]]\n[[faults]]\nsender = \"callee\"\nmethod = \"BYE\"\nnth = [3, 1]\nclock = \"hang-up\"\n\
         [[faults]]\nstatus = \"any\"\nnth = 2\nfrom = 1\nfor = \"2 s\"\n\
         [[faults]]\nstatus = 200\nmethod = \"UPDATE\"\nclock = \"call\"\n",
    );
    let all = Fault {
        senders: Vec::new(),
        message: FaultMessage::Any,
        nth: Vec::new(),
        clock: FaultClock::Run,
        from: Span::ZERO,
        duration: None,
        effect: FaultEffect::Lose,
    };
    let update = FaultMessage::Response { status: Some(200), method: Some(Method::Update) };
    let expected = [
        all.clone(),
        Fault {
            senders: vec![Element::CALLEE],
            message: FaultMessage::Request(Method::Bye),
            nth: vec![1, 3],
            clock: FaultClock::HangUp,
            ..all.clone()
        },
        Fault {
            message: FaultMessage::Response { status: None, method: None },
            nth: vec![2],
            from: Span::from_secs(1),
            duration: Some(Span::from_secs(2)),
            ..all.clone()
        },
        Fault { message: update, clock: FaultClock::Begin, ..all },
    ];
    assert_eq!(setup.faults, expected);
}

#[test]
fn a_fault_may_answer_or_let_its_sender_see_that_it_cannot_send() {
    let setup = setup(
        "[[faults]]\nmethod = \"UPDATE\"\nanswer = 503\nretry-after = 5\n\
         [[faults]]\nmethod = \"INVITE\"\nanswer = 422\nmin-se = 300\n\
         [[faults]]\nsend-error = true\n",
    );
    let refuse =
        |status, retry_after_s, min_se| FaultEffect::Refuse(Refusal { status: Status(status), retry_after_s, min_se });
    let effects: Vec<FaultEffect> = setup.faults.iter().map(|fault| fault.effect).collect();
    assert_eq!(effects, [refuse(503, Some(5), None), refuse(422, None, Some(300)), FaultEffect::FailToSend]);
}

#[test]
fn a_request_says_who_wants_what_and_when() {
    let setup = setup(
        "[[requests]]\nsender = \"callee\"\nmethod = \"INVITE\"\nat = \"30 s\"\n\
         [[requests]]\nsender = \"caller\"\nmethod = \"UPDATE\"\nat = 5\nclock = \"run\"\noffer = false\nrefresh = false\n",
    );
    let request = |sender, (method, offer, refreshes), clock, at_s| Request {
        sender,
        change: Change { method, offer, refreshes },
        clock,
        at: Span::from_secs(at_s),
    };
    let expected = [
        request(End::Callee, (Method::Invite, true, true), RequestClock::Established, 30),
        request(End::Caller, (Method::Update, false, false), RequestClock::Run, 5),
    ];
    assert_eq!(setup.requests, expected);
}

#[test]
fn the_nearer_setting_of_a_link_wins() {
    use Direction::{ToCallee, ToCaller};
    let text = LEAST.replace("direct", "two-proxies");
    let study = loaded(
        &format!(
            "{text}[link]\nloss = 0\ndelay = 1\n[link.to-caller]\ndelay = 2\n\
             [links.\"core--proxy-a\"]\nloss = 1\ndelay = 10\n"
        ),
        &[],
    );
    let point = &study.points[0];
    assert_eq!(point.nodes, ["caller", "proxy-a", "core", "proxy-b", "callee"]);
    let path = &point.setup.path;
    assert_eq!([ToCallee, ToCaller].map(|direction| delay_and_loss(path, direction)), ["13 s 1", "16 s 1"]);
}

#[test]
fn callers_and_callees_may_change_places() {
    let study = loaded(&format!("{LEAST}[caller]\nnode = \"callee\"\n"), &[]);
    assert_eq!(study.points[0].nodes, ["callee", "caller"]);
}

#[test]
fn a_caller_that_knows_no_timers_asks_for_no_interval() {
    assert_eq!(loaded(LEAST, &["session-timer.supported=false"]).points[0].session_expires_s, None);
    assert_eq!(loaded(LEAST, &["session-timer.session-expires=off"]).points[0].session_expires_s, None);
}

#[test]
fn a_scenario_finds_its_topology_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let net = r#"{"directed": true, "multigraph": true, "nodes": [{"id": 1, "kind": "agents"}, {"id": "b", "kind": "agents"}],
        "links": [{"source": "1", "target": "b", "key": 0, "delay": 1}, {"source": "b", "target": 1, "delay": 2, "loss": 1}]}"#;
    std::fs::write(folder.path().join("net.json"), net).unwrap();
    let file = folder.path().join("study.toml");
    std::fs::write(&file, LEAST.replace("direct", "net.json")).unwrap();
    let study = load(file.to_str().unwrap(), &[]).unwrap_or_else(|errors| panic!("{errors}"));
    let path = &study.points[0].setup.path;
    assert_eq!(study.points[0].nodes, ["1", "b"]);
    let directions = [Direction::ToCallee, Direction::ToCaller];
    assert_eq!(directions.map(|direction| delay_and_loss(path, direction)), ["1 s 0", "2 s 1"]);
}

#[test]
fn the_reverse_of_a_link_changes_only_what_it_says() {
    let text = r#"{"nodes": [{"id": "a", "kind": "agents"}, {"id": "b", "kind": "agents"}],
        "edges": [{"source": "a", "target": "b", "delay": 1, "loss": 0.5, "reverse": {"delay": "3 s"}}]}"#;
    let drawing = topology::parse(&Source::new("net.json", text)).unwrap_or_else(|errors| panic!("{errors}"));
    let back = drawing.links[0].back.clone().unwrap();
    assert_eq!((back.delay, back.loss), (Distribution::Constant(Span::from_secs(3)), probability(0.5).into()));
}

#[test]
fn a_file_that_is_not_utf_8_is_refused_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("study.toml");
    std::fs::write(&file, b"name = \"a\"\ntitle = \"\xff\"\n").unwrap();
    let text = load(file.to_str().unwrap(), &[]).unwrap_err().render(false);
    assert!(text.contains("it is not UTF-8 text") && text.contains("line 2, column 10"), "{text}");
}

#[test]
fn a_mistake_in_a_topology_file_is_shown_in_that_file() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("net.json"), "{\n  \"nodes\": 5\n}").unwrap();
    let file = folder.path().join("study.toml");
    std::fs::write(&file, LEAST.replace("direct", "net.json")).unwrap();
    let text = load(file.to_str().unwrap(), &[]).unwrap_err().render(false);
    assert!(text.contains("net.json:2:12") && text.contains("`nodes` cannot be `5`"), "{text}");
}

#[test]
fn of_many_mistakes_the_first_are_shown_and_the_rest_is_counted() {
    let lines: String = (0..1000).map(|index| format!("x{index} = 1\n")).collect();
    let errors = load_text("scenario.toml", &format!("{LEAST}{lines}"), &[]).unwrap_err();
    assert_eq!(errors.iter().count(), 100);
    assert!(errors.render(false).ends_with("and 980 more errors"));
}

#[test]
fn what_networkx_writes_is_read() {
    // `json.dumps(nx.node_link_data(graph, edges="links"))` of a MultiDiGraph, networkx 3.6.1, with whole numbers as
    // names.
    let text = r#"{"directed": true, "multigraph": true, "graph": {}, 
        "nodes": [{"kind": "agents", "id": 0}, {"kind": "router", "id": 1}, {"kind": "agents", "id": 2}], 
        "links": [{"delay": 0.01, "source": 0, "target": 1, "key": 0}, {"delay": 0.01, "source": 1, "target": 2, "key": 0}, {"delay": 0.01, "source": 1, "target": 0, "key": 0}, {"delay": 0.01, "source": 1, "target": 0, "key": 1},
        {"delay": 0.01, "source": 2, "target": 1, "key": 0}]}"#;
    let drawing = topology::parse(&Source::new("net.json", text)).unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!(drawing.nodes.iter().map(|node| node.id.as_str()).collect::<Vec<_>>(), ["0", "1", "2"]);
    assert_eq!(drawing.links.len(), 5);
    assert!(drawing.links.iter().all(|link| link.back.is_none()));
}

#[test]
fn one_link_under_both_orders_of_its_ends_is_refused() {
    let sets = ["links.\"caller--callee\"={loss=0.4}", "links.\"callee--caller\"={loss=0}"].map(str::to_owned);
    let errors = load_text("scenario.toml", LEAST, &sets).unwrap_err().render(false);
    assert!(errors.starts_with("error: the same link twice"), "{errors}");
    assert!(errors.contains("the first") && errors.contains("the second"), "{errors}");
}

#[test]
fn a_byte_order_mark_before_a_topology_moves_no_place() {
    let text = find(BuiltinKind::Topology, "direct").unwrap().text;
    let marked = topology::parse(&Source::new("net.json", format!("\u{feff}{text}"))).unwrap();
    assert_eq!(marked, topology::parse(&Source::new("net.json", text)).unwrap());
    let number = "\u{feff}{\"nodes\": [{\"id\": 17, \"kind\": \"agents\"}], \"edges\": []}";
    assert_eq!(topology::parse(&Source::new("net.json", number)).unwrap().nodes[0].id, "17");
}

#[test]
fn a_mistyped_place_of_an_agent_is_answered_with_a_near_one() {
    let errors = load_text("scenario.toml", LEAST, &["caller.node=calle".to_owned()]).unwrap_err().render(false);
    assert!(errors.contains("did you mean"), "{errors}");
}

#[test]
fn a_folder_without_a_slash_is_called_a_folder() {
    let errors = load("src", &[]).unwrap_err().render(false);
    assert_eq!(errors, "error: cannot read `src`: it is a folder");
}

#[test]
fn a_byte_that_is_not_utf_8_is_placed_by_line_and_column_from_1() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("study.toml");
    for (bytes, place) in [(&b"\xff"[..], "line 1, column 1"), (b"a\n\xc3\xa9b\xff", "line 2, column 3")] {
        std::fs::write(&file, bytes).unwrap();
        let errors = load(file.to_str().unwrap(), &[]).unwrap_err().render(false);
        assert!(errors.contains(place), "{errors}");
    }
}

#[test]
fn a_title_or_node_name_that_would_steer_a_terminal_is_refused() {
    let refused = |text: &str| load_text("test", text, &[]).err().map(|errors| errors.render(false));
    let title = refused(&format!("title = \"a\\u001b[31mb\"\n{LEAST}"));
    assert!(title.is_some_and(|error| error.contains("control character")));
    let nodes = "{\"nodes\": [{\"id\": \"a\\u202eb\", \"kind\": \"agents\"}], \"edges\": []}";
    let error = topology::parse(&Source::new("net.json", nodes)).err().map(|errors| errors.render(false));
    assert!(error.is_some_and(|error| error.contains("control character")));
}
