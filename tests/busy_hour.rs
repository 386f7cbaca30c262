//! The busy hour with fewer calls, against closed forms, in standard errors.

use byeloss::measure::{ElementLoad, Traffic};
use byeloss::scenario;
use byeloss::study::{Options, PointResult, run};

/// More than this many standard errors happen once in fifteen thousand times, and the seeds are fixed.
const MOST_ERRORS: f64 = 4.0;

/// Calls that stand, and those that arrive in the hour.
const STANDING: u32 = 5_000;
const ARRIVING: u32 = 100_000;

/// The built-in scenario with a two-hundredth of its calls, and these keys.
fn busy_hour(sets: &[&str]) -> PointResult {
    let fewer = [
        format!("calls.count={}", STANDING + ARRIVING),
        format!("calls.arrivals={{ process = \"stream\", standing = {STANDING}, within = \"1 h\" }}"),
    ];
    let sets: Vec<String> = fewer.into_iter().chain(sets.iter().map(ToString::to_string)).collect();
    let study = scenario::load("busy-hour", &sets).unwrap_or_else(|error| panic!("{error}"));
    let options = Options::default();
    run(&study, &options).expect("nobody stops it").points.swap_remove(0)
}

fn element<'a>(point: &'a PointResult, name: &str) -> &'a ElementLoad {
    let number = point.elements.iter().position(|element| element == name).expect("an element");
    point.load.as_ref().expect("a load").load.of(number).expect("it did something")
}

#[track_caller]
fn assert_count(count: f64, expected: f64, error: f64, what: &str) {
    let distance = (count - expected) / error;
    assert!(
        distance.abs() <= MOST_ERRORS,
        "{what}: {count} is {distance:.1} standard errors of {error} from {expected}"
    );
}

/// No loss, no outage: what each call sends can be counted by hand.
const CALM: [&str; 2] = ["link.loss=0.0", "links={}"];

#[test]
fn calls_arrive_as_a_poisson_process_does() {
    let point = busy_hour(&CALM);
    let caller = element(&point, "caller");
    // A caller sends an INVITE, and an ACK some 60 ms later: of callers that never refresh, BYEs and 200s apart.
    let held = element(&point, "callee").calls_held(3600);
    assert_eq!(held.len(), 3600);
    let sent: u64 = (0..600).map(|second| u64::from(caller.first_sends(Traffic::Other, second))).sum();
    // Each call that arrives sends two, and half of those that end send one more and the others answer one.
    let expected = 600.0 * f64::from(ARRIVING) / 3600.0 * 3.0;
    // Two messages a call that arrives and one a call that ends, 16667 of each: variances 4 and 1 each.
    let error = (600.0 * f64::from(ARRIVING) / 3600.0 * 5.0).sqrt();
    assert_count(sent as f64, expected, error, "messages of callers in ten minutes");
}

#[test]
fn as_many_calls_are_held_as_littles_law_says() {
    let point = busy_hour(&CALM);
    for name in ["caller", "callee"] {
        let held = element(&point, name).calls_held(3600);
        // In steady state the number is Poisson at any time; apart from the few that are being set up.
        for second in [0, 300, 900, 1199, 1800, 2700, 3599] {
            let expected = f64::from(ARRIVING) / 3600.0 * 180.0;
            assert_count(held[second] as f64, expected, expected.sqrt(), &format!("{name} holds at {second} s"));
        }
    }
    assert_eq!(point.tally.false_drops, 0);
}

/// Over three hops between four elements: INVITE 3, 100 from each of the two proxies, 200 3, ACK 3, BYE 3, 200 3.
const MESSAGES_OF_A_CALL: u64 = 17;
/// UPDATE 3, 200 3.
const MESSAGES_OF_A_REFRESH: u64 = 6;

#[test]
fn a_call_without_loss_sends_as_many_messages_as_are_counted_by_hand() {
    // None stands, each ends before the horizon, and none lives to a refresh; then each lives to two.
    for (talk, refreshes) in [("10 s", 0), ("2000 s", 2)] {
        let talk = format!("calls.talk-time=\"{talk}\"");
        let arrivals = "calls.arrivals={ process = \"stream\", standing = 0, within = \"20 min\" }";
        let calls = "calls.count=500";
        let point = busy_hour(&[&CALM[..], &[talk.as_str(), arrivals, calls]].concat());
        let tally = &point.tally;
        assert_eq!((tally.calls, tally.established, tally.hangups), (500, 500, 500));
        assert_eq!(tally.refreshes, 500 * refreshes);
        assert_eq!(tally.messages_sent, 500 * (MESSAGES_OF_A_CALL + refreshes * MESSAGES_OF_A_REFRESH));
        let sent = |of: &dyn Fn(&ElementLoad, usize) -> u32| -> u64 {
            let elements = ["caller", "callee", "edge-a", "edge-b"].map(|name| element(&point, name));
            elements.iter().flat_map(|element| (0..3600).map(|second| u64::from(of(element, second)))).sum()
        };
        assert_eq!(sent(&|element, second| element.first_sends(Traffic::Refresh, second)), 500 * refreshes * 6);
        assert_eq!(sent(&|element, second| element.first_sends(Traffic::Other, second)), 500 * MESSAGES_OF_A_CALL);
        assert_eq!(sent(&|element, second| element.handled(second)), 2 * tally.messages_sent);
    }
}

#[test]
fn an_outage_drops_the_calls_whose_refresh_begins_early_enough_in_it() {
    // Calls that stand and do not end, each at an instant of its half interval of 900 s that is like any other.
    let count = 60_000;
    let calls = format!("calls.count={count}");
    let arrivals = format!("calls.arrivals={{ process = \"stream\", standing = {}, within = \"1 s\" }}", count - 1);
    let sets = ["link.loss=0.0", "calls.talk-time=\"100 h\"", calls.as_str(), arrivals.as_str()];
    let point = busy_hour(&sets);
    // D - 31.5 s + d of each 900 s: d is from where a request enters the link that is down to where its answer does, 25
    // ms.
    let share = (45.0 - 31.5 + 0.025) / 900.0;
    let expected = f64::from(count) * share;
    let error = (expected * (1.0 - share)).sqrt();
    assert_count(point.tally.false_drops as f64, expected, error, "false drops by an outage of 45 s");
}

#[test]
fn refreshes_storm_when_the_outage_is_over_and_not_before() {
    let point = busy_hour(&["link.loss=0.0"]);
    let caller = element(&point, "caller");
    let again = |from: usize, to: usize| -> u64 {
        (from..to).map(|second| u64::from(caller.retransmissions(Traffic::Refresh, second))).sum()
    };
    assert_eq!(again(0, 1200), 0);
    assert!(again(1200, 1250) > 0);
    assert_eq!(again(1250, 3600), 0);
    let ghosts = element(&point, "callee").ghosts_held(3600);
    assert!(ghosts[..1199].iter().all(|&held| held == 0) && ghosts[1300] > 0, "{:?}", &ghosts[1190..1300]);
}
