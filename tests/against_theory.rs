//! The simulated figures against closed forms, in standard errors.

use byeloss::analysis::{self, CallTheory};
use byeloss::measure::{Ghosts, Tally};
use byeloss::scenario;
use byeloss::study::{Options, Results, run};
use byeloss::theory::exchange::{Direction, Exchange};
use byeloss::theory::schedule::Schedule;
use byeloss::theory::timing::Timing;
use byeloss::theory::{age, false_drop};

/// More than this many standard errors happen once in fifteen thousand times, and the seeds are fixed.
const MOST_ERRORS: f64 = 4.0;

fn simulate(text: &str) -> Results {
    let study = scenario::load_text("test", text, &[]).unwrap_or_else(|error| panic!("{error}"));
    let options = Options::default();
    run(&study, &options).expect("nobody stops it")
}

/// What was counted at a point, and its closed forms.
struct Point {
    tally: Tally,
    theory: Option<CallTheory>,
}

/// The one point of a scenario.
fn only_point(text: &str) -> Point {
    let study = scenario::load_text("test", text, &[]).unwrap_or_else(|error| panic!("{error}"));
    Point { tally: simulate(text).points.swap_remove(0).tally, theory: analysis::call_theory(&study.points[0].setup) }
}

/// One point: calls on the built-in path `direct`, with these keys.
fn point(keys: &str) -> Point {
    only_point(&format!("name = \"test\"\ntopology = \"direct\"\n{keys}"))
}

#[track_caller]
fn assert_share(hits: u64, of: u64, expected: f64, what: &str) {
    // Where less than one is expected, a few may come all the same; where none is, none may.
    let error = (expected * (1.0 - expected) / of as f64).sqrt().max(f64::MIN_POSITIVE);
    if expected * (of as f64) < 1.0 {
        let most = if expected > 0.0 { 3 } else { 0 };
        return assert!(hits <= most, "{what}: {hits} of {of}, where {expected:e} is expected");
    }
    let distance = (hits as f64 / of as f64 - expected) / error;
    assert!(distance.abs() <= MOST_ERRORS, "{what}: {hits} of {of} is {distance:.1} standard errors from {expected:e}");
}

#[track_caller]
fn assert_mean(ghosts: &Ghosts, expected_s: f64, what: &str) {
    let recovery = &ghosts.recovery;
    let (mean, error) = (recovery.mean_s().expect("ghosts"), recovery.mean_error_s().expect("ghosts"));
    let distance = (mean - expected_s) / error;
    assert!(distance.abs() <= MOST_ERRORS, "{what}: {mean} s is {distance:.1} standard errors from {expected_s} s");
}

/// Means and false drops of one point against those that the study itself sets beside them.
#[track_caller]
fn assert_meets_its_theory(keys: &str) {
    let Point { tally, theory } = point(keys);
    let theory = theory.unwrap_or_else(|| panic!("no closed form for {keys}"));
    let ghosts = [&tally.ghosts[0], &tally.ghosts[1], &tally.all_ghosts()];
    for (ghosts, mean) in ghosts.into_iter().zip(theory.recovery_mean_s) {
        if ghosts.recovery.count() > 0 {
            assert_mean(ghosts, mean.expect("a closed form"), keys);
        }
    }
    let drops = theory.false_drops_per_million.expect("a closed form") / 1e6;
    assert_share(tally.false_drops, tally.established, drops, keys);
    let (messages, expected) = (tally.refresh_messages_per_call_hour(), theory.refresh_messages_per_call_hour);
    let refreshes = tally.refresh_before_hangup.first_sends as f64 / 2.0;
    // Refreshes of a call are no rarer than independent events are, so the square root bounds their error.
    let relative = messages.expect("calls") / expected.expect("a closed form") - 1.0;
    assert!(relative.abs() <= MOST_ERRORS * 1.5 / refreshes.sqrt(), "{keys}: refresh messages off by {relative}");
}

#[test]
fn recovery_false_drops_and_load_meet_their_closed_forms_at_many_settings() {
    for (session_expires, loss, delay, talk, by_caller, rest) in [
        (90, 0.05, "\"50 ms\"", 600, 0.5, ""),
        (90, 0.1, "{ distribution = \"uniform\", min = \"20 ms\", max = \"120 ms\" }", 180, 0.3, ""),
        (100, 0.02, "\"300 ms\"", 60, 0.5, ""),
        (128, 0.2, "\"10 ms\"", 180, 0.5, ""),
        (180, 0.0, "\"50 ms\"", 180, 1.0, ""),
        (250, 0.2, "\"200 ms\"", 900, 0.0, ""),
        (600, 0.3, "\"50 ms\"", 3600, 0.5, ""),
        (1800, 0.05, "\"50 ms\"", 3600, 0.5, ""),
        (1800, 0.3, "\"240 ms\"", 7200, 0.5, ""),
        (3600, 0.1, "\"1 ms\"", 180, 0.7, ""),
        (300, 0.1, "\"50 ms\"", 400, 0.5, "[caller]\nrefresher = \"uas\""),
        (90, 0.05, "\"400 ms\"", 400, 0.5, "[caller]\nrefresher = \"uas\""),
    ] {
        let keys = format!(
            "[calls]\ncount = 30_000\ntalk-time = {{ distribution = \"exponential\", mean = \"{talk} s\" }}\n\
             [hangup]\nby-caller = {by_caller}\nbye-loss = 1.0\n\
             [link]\nloss = {loss}\ndelay = {delay}\n\
             [session-timer]\nsession-expires = {session_expires}\n{rest}"
        );
        assert_meets_its_theory(&keys);
    }
}

#[test]
fn calls_whose_2xx_is_never_acknowledged_are_false_drops_as_often_as_their_closed_form_says() {
    let Point { tally, theory } = point(
        "[calls]\ncount = 100_000\ntalk-time = { distribution = \"exponential\", mean = \"180 s\" }\n\
         [hangup]\nbye-loss = 1.0\n[link]\nloss = 0.35\ndelay = \"50 ms\"\n[session-timer]\nsession-expires = 600\n",
    );
    let expected = theory.and_then(|theory| theory.false_drops_per_million).expect("a closed form") / 1e6;
    assert_share(tally.false_drops, tally.established, expected, "false drops");
}

#[test]
fn recovery_after_a_death_meets_its_closed_form() {
    for (session_expires, dies) in [(90, 1.0), (600, 1.0), (1800, 0.4)] {
        assert_meets_its_theory(&format!(
            "[calls]\ncount = 40_000\ntalk-time = {{ distribution = \"exponential\", mean = \"900 s\" }}\n\
             [hangup]\nbye-loss = {}\ndies = {dies}\n[link]\nloss = 0.1\n\
             [session-timer]\nsession-expires = {session_expires}\n",
            1.0 - dies
        ));
    }
}

#[test]
fn each_direction_has_its_own_loss_and_delay() {
    assert_meets_its_theory(
        "[calls]\ncount = 60_000\ntalk-time = { distribution = \"exponential\", mean = \"600 s\" }\n\
         [hangup]\nbye-loss = 1.0\n\
         [link.to-callee]\nloss = 0.25\ndelay = \"20 ms\"\n[link.to-caller]\nloss = 0.02\ndelay = \"300 ms\"\n\
         [session-timer]\nsession-expires = 240\n",
    );
}

#[test]
fn losses_and_delays_of_the_links_of_a_route_add_up() {
    assert_meets_its_theory(
        "[calls]\ncount = 60_000\ntalk-time = { distribution = \"exponential\", mean = \"600 s\" }\n\
         [hangup]\nbye-loss = 1.0\n[link]\nloss = 0.05\n\
         [session-timer]\nsession-expires = 240\n",
    );
    let text = "name = \"test\"\ntopology = \"two-proxies\"\n\
                [calls]\ncount = 60_000\ntalk-time = { distribution = \"exponential\", mean = \"600 s\" }\n\
                [hangup]\nbye-loss = 1.0\n[session-timer]\nsession-expires = 180\n";
    let point = only_point(text);
    let mean = point.theory.and_then(|theory| theory.recovery_mean_s[2]).expect("a closed form");
    assert_mean(&point.tally.all_ghosts(), mean, "two-proxies");
}

#[test]
fn no_closed_form_stands_beside_an_agent_that_does_not_keep_the_times_of_the_rfc() {
    let with = |profile: &str| {
        point(&format!(
            "[calls]\ncount = 100\ntalk-time = {{ distribution = \"exponential\", mean = \"180 s\" }}\n\
             [session-timer]\nsession-expires = 180\n[callee]\nprofile = \"{profile}\"\n"
        ))
    };
    assert!(with("rfc").theory.is_some());
    for profile in ["pjsip", "sofia", "jssip", "drachtio"] {
        assert_eq!(with(profile).theory, None, "{profile}");
    }
}

#[test]
fn ka_1_meets_its_published_means_within_three_standard_errors() {
    let study = scenario::load("ka-1", &[]).expect("a built-in");
    let options = Options::default();
    let tally = run(&study, &options).expect("nobody stops it").points.swap_remove(0).tally;
    // By the RFC's cycle: 1336.73 s and 468.89 s.
    for (ghosts, expected) in tally.ghosts.iter().zip([1336.734, 468.890]) {
        let recovery = &ghosts.recovery;
        let distance = (recovery.mean_s().unwrap() - expected) / recovery.mean_error_s().unwrap();
        assert!(distance.abs() <= 3.0, "{distance}");
    }
    // The workload's own counts leave out the BYE that rule R3 sends after a 481, and its answer: .05 x 2.1 messages
    // sent, .05 x 2.1 delivered and a little more by retransmission.
    let per_call = |count: u64| count as f64 / tally.calls as f64;
    assert!((per_call(tally.messages_sent) - 10.87 - 0.11).abs() < 0.03, "{}", per_call(tally.messages_sent));
    assert!((per_call(tally.timers_fired) - 6.21).abs() < 0.02, "{}", per_call(tally.timers_fired));
    assert!((per_call(tally.events()) - 15.5 - 0.11).abs() < 0.04, "{}", per_call(tally.events()));
}

/// Calls that stand for a long time, hung up by BYEs that are left to a path of this loss.
fn ordinary_byes(loss: f64) -> Tally {
    point(&format!(
        "[calls]\ncount = 100_000\nbegin = \"established\"\n\
         talk-time = {{ distribution = \"exponential\", mean = \"100 s\" }}\n\
         [hangup]\nby-caller = 1.0\n[link]\nloss = {loss}\ndelay = \"50 ms\"\n[session-timer]\nsession-expires = \"off\"\n"
    ))
    .tally
}

#[test]
fn a_bye_is_lost_by_chance_as_often_as_all_its_eleven_copies_are() {
    for loss in [0.5f64, 0.7] {
        let tally = ordinary_byes(loss);
        let expected = libm::pow(loss, 11.0);
        assert_share(tally.all_ghosts().count(), tally.hangups, expected, "lost BYEs");
    }
}

#[test]
fn requests_per_transaction_are_a_geometric_sum() {
    let tally = ordinary_byes(0.5);
    // (1 - q^11) / (1 - q) requests, and a response to each that arrives; deviation below one in each call.
    let q = 0.75;
    let requests = (1.0 - libm::pow(q, 11.0)) / (1.0 - q);
    let messages = requests * 1.5;
    let found = tally.messages_sent as f64 / tally.hangups as f64;
    assert!((found - messages).abs() < 4.0 * 5.0 / (tally.hangups as f64).sqrt(), "{found}, not {messages}");
}

#[test]
fn an_outage_drops_the_calls_that_a_refresh_cannot_outlive() {
    for (session_expires, outage) in [(300, 60), (600, 60), (600, 300), (1800, 300), (90, 30)] {
        // Established at times uniform over many cycles, so that the outage falls anywhere into a cycle.
        let within = session_expires * 20;
        let tally = point(&format!(
            "horizon = \"{} s\"\n\
             [calls]\ncount = 20_000\nbegin = \"established\"\n\
             arrivals = {{ process = \"poisson\", within = \"{within} s\" }}\ntalk-time = \"10000 h\"\n\
             [link]\nloss = 0.0\ndelay = \"50 ms\"\n[session-timer]\nsession-expires = {session_expires}\n\
             [[faults]]\nfrom = \"{} s\"\nfor = \"{outage} s\"\n",
            within + 5 * session_expires + 2 * outage,
            within + session_expires,
        ))
        .tally;
        let direction = Direction::new(0.0, 0.05).unwrap();
        let schedule = Schedule::non_invite(0.5, 4.0).unwrap();
        let exchange = Exchange { schedule, there: direction, back: direction };
        let timing = Timing::rfc4028(f64::from(session_expires)).unwrap();
        let expected = false_drop::by_outage(&exchange, &timing, f64::from(outage));
        if expected < 1.0 {
            assert_share(tally.false_drops, tally.established, expected, &format!("SE {session_expires}, {outage} s"));
        } else {
            assert_eq!(tally.false_drops, tally.established);
        }
    }
}

#[test]
fn calls_in_steady_state_are_hung_up_at_uniform_ages_of_their_last_refresh() {
    // Talk that is long against the cycle: the table of uniform ages, but for the round trip of each refresh.
    for session_expires in [180u32, 600] {
        let tally = point(&format!(
            "[calls]\ncount = 50_000\narrivals = \"steady-state\"\n\
             talk-time = {{ distribution = \"lognormal\", mean = \"20000 s\", sigma = 0.5 }}\n\
             [hangup]\nbye-loss = 1.0\n[link]\nloss = 0.0\ndelay = \"1 ms\"\n\
             [session-timer]\nsession-expires = {session_expires}\n"
        ))
        .tally;
        let means = age::long_calls(&Timing::rfc4028(f64::from(session_expires)).unwrap());
        assert_mean(&tally.ghosts[0], means.refresher_hung_up, "refresher");
        assert_mean(&tally.ghosts[1], means.watcher_hung_up, "watcher");
    }
}
