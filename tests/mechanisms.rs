//! The study `mechanisms` against figures worked out by hand.

#![cfg(feature = "report")]

use byeloss::analysis;
use byeloss::measure::{Ghosts, HungUpAs};
use byeloss::report::Reported;
use byeloss::scenario;
use byeloss::study::{Options, PointResult, Results, run};

/// The study with so many calls, of these mechanisms, without the devices beside it.
fn study(calls: u32, mechanisms: &[&str]) -> Results {
    let sets = [format!("calls.count={calls}"), format!("sweep.mechanism={mechanisms:?}")];
    let mut study = scenario::load("mechanisms", &sets).unwrap_or_else(|error| panic!("{error}"));
    study.companion = None;
    let options = Options::default();
    run(&study, &options).expect("nobody stops it")
}

fn under<'a>(results: &'a Results, condition: &str) -> &'a PointResult {
    results.points.iter().find(|point| point.values[0] == condition).expect("a point")
}

#[track_caller]
fn assert_mean(ghosts: &Ghosts, expected_s: f64, slack_s: f64) {
    let (mean, error) = (ghosts.recovery.mean_s().expect("ghosts"), ghosts.recovery.mean_error_s().expect("ghosts"));
    let distance = (mean - expected_s).abs();
    assert!(distance <= 4.0 * error + slack_s, "{mean} s is {} standard errors from {expected_s} s", distance / error);
}

#[test]
fn a_session_timer_finds_a_ghost_after_what_is_left_of_its_interval() {
    let results = study(1000, &["timer 1800 s"]);
    // Talk times are uniform over six half intervals, and so is the age of the last refresh at the hang-up over one.
    for condition in ["BYE lost", "users hold"] {
        let ghosts = &under(&results, condition).tally.ghosts;
        // The watcher gives up 32 s before the end of the interval; the refresher meets 481 at the next refresh.
        assert_mean(&ghosts[HungUpAs::Refresher as usize], 1800.0 - 32.0 - 450.0, 0.5);
        assert_mean(&ghosts[HungUpAs::Watcher as usize], 450.0, 0.5);
    }
    // A dead watcher answers nothing: the refresh times out 32 s later.
    let dead = &under(&results, "agent dies").tally.ghosts;
    assert_mean(&dead[HungUpAs::Watcher as usize], 450.0 + 32.0, 0.5);
}

#[test]
fn a_ping_finds_a_ghost_at_the_next_one_and_a_dead_agent_when_two_have_timed_out() {
    let results = study(1000, &["OPTIONS 60 s, agents"]);
    // 60 s apart; the 481 is back after a round trip of 60 ms.
    assert_mean(&under(&results, "BYE lost").tally.all_ghosts(), 30.0 + 0.06, 0.05);
    // One miss is allowed: that ping, the one a minute later, and its 32 s.
    assert_mean(&under(&results, "agent dies").tally.all_ghosts(), 30.0 + 60.0 + 32.0, 0.05);
    // Four messages a minute, two of them responses, from one end to the other; a call of 45 min has 44.5 of them, on
    // average.
    let [messages, bytes] = under(&results, "BYE lost").tally.keeping_per_call_hour().expect("calls");
    assert!((messages / (4.0 * 60.0 * 44.5 / 45.0) - 1.0).abs() < 0.03, "{messages}");
    let mean = bytes / messages;
    assert!((400.0..600.0).contains(&mean), "{mean} bytes a message");
}

#[test]
fn silent_media_find_a_ghost_after_their_limit_and_fail_where_users_hold_or_a_sender_goes_on() {
    let results = study(1000, &["RTP 60 s, agents", "RTCP 60 s, agents"]);
    let [rtp, rtcp]: [&PointResult; 2] = [0, 1].map(|nth| &results.points[nth]);
    assert_eq!([&rtp.values[1], &rtcp.values[1]], ["RTP 60 s, agents", "RTCP 60 s, agents"]);
    // A user is in a pause in 1.587 of 2.591 s; the last comfort noise is then as old as the pause, less five seconds
    // as often as they fit: 1.587 - 5 / (exp(5 / 1.587) - 1) = 1.363 s.
    assert_mean(&rtp.tally.all_ghosts(), 60.0 - 1.363 * 1.587 / 2.591, 0.05);
    assert_mean(&rtcp.tally.all_ghosts(), 60.0 - 2.5, 0.05);
    let held: Vec<&PointResult> = results.points.iter().filter(|point| point.values[0] == "users hold").collect();
    assert!(held[0].tally.false_drops > 500, "{}", held[0].tally.false_drops);
    assert_eq!(held[1].tally.false_drops, 0);
    // Of those that hang up, a twentieth go on sending.
    let ghosts = held[1].tally.all_ghosts();
    let (share, error) = (ghosts.unrecovered as f64 / 1000.0, (0.05f64 * 0.95 / 1000.0).sqrt());
    assert!((share - 0.05).abs() <= 4.0 * error, "{share}");
}

#[test]
fn without_any_mechanism_every_ghost_lasts_to_the_end_of_the_run() {
    let results = study(200, &["none"]);
    for point in &results.points {
        let ghosts = point.tally.all_ghosts();
        assert_eq!((ghosts.unrecovered, ghosts.recovery.count()), (200, 0), "{:?}", point.values);
        assert_eq!((point.tally.false_drops, point.tally.keeping), (0, 0));
    }
}

#[test]
fn mechanisms_meet_the_same_calls() {
    let results = study(300, &["timer 600 s", "OPTIONS 60 s, agents", "RTCP 60 s, agents"]);
    // Neighbours of one condition: of each the same ghosts are compared, one by one.
    let compared: Vec<u64> = results.paired.iter().take(2).map(byeloss::measure::Paired::count).collect();
    assert_eq!(compared, [300, 300]);
}

#[test]
fn the_page_has_the_sheet_with_the_devices_beside_and_a_study_of_other_axes_has_none() {
    let sets = ["calls.count=20", "sweep.mechanism=['none', 'RTP 60 s, agents']"].map(str::to_owned);
    let mut study = scenario::load("mechanisms", &sets).unwrap_or_else(|error| panic!("{error}"));
    let devices = study.companion.as_mut().expect("devices");
    devices.points.iter_mut().for_each(|point| point.setup.levels[0].count = 10);
    let options = Options::default();
    let results = run(&study, &options).expect("nobody stops it");
    let analysis = analysis::of(&study, &results);
    let page = analysis.page();
    for words in ["Every mechanism under every condition", "RTP 60 s, agents", "GA/T 1400, 90 s", "users hold"] {
        assert!(page.contains(words), "{words}");
    }
    let files = analysis.files();
    let csv = files.as_slice().iter().find(|(name, _)| name == "mechanisms.csv").expect("a file");
    let text = String::from_utf8(csv.1.clone()).expect("a text");
    // Two mechanisms under four conditions, three of devices under three.
    assert_eq!(text.lines().count(), 1 + 8 + 9, "{text}");
    assert!(text.contains("call,none,BYE lost,,,20,20,0.0,0.0,0.0"), "{text}");
}
