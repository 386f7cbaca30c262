use super::super::schedule::Schedule;
use super::super::testing::{Random, assert_digits, exchange};
use super::*;

fn rfc(interval: f64) -> Timing {
    Timing::rfc4028(interval).unwrap()
}

#[test]
fn the_published_figures_for_90_seconds_come_out() {
    for (loss, dropped) in [(0.1, 3.69e-5), (0.3, 1.46e-2), (0.5, 0.157)] {
        assert_digits(per_refresh(&exchange(loss, loss, 0.05), &rfc(90.0)), dropped, 3);
    }
}

#[test]
fn from_128_seconds_on_a_refresh_is_lost_as_often_as_its_transaction() {
    let path = exchange(0.2, 0.2, 0.05);
    for interval in [128.0, 180.0, 1800.0] {
        assert_eq!(per_refresh(&path, &rfc(interval)), path.times_out());
    }
    assert!(per_refresh(&path, &rfc(127.0)) > path.times_out());
}

#[test]
fn with_t1_of_2_seconds_the_border_lies_at_320() {
    let mobile = Exchange { schedule: Schedule::non_invite(2.0, 16.0).unwrap(), ..exchange(0.2, 0.2, 0.05) };
    assert!(per_refresh(&mobile, &rfc(310.0)) > mobile.times_out());
    assert_eq!(per_refresh(&mobile, &rfc(320.0)), mobile.times_out());
}

#[test]
fn from_256_seconds_on_not_even_two_late_refreshes_end_a_call() {
    let path = exchange(0.3, 0.3, 0.05);
    let long_run = |interval| per_refresh_in_the_long_run(&path, &rfc(interval));
    assert!(long_run(128.0) > 1.1 * path.times_out());
    assert_digits(long_run(256.0), path.times_out(), 12);
}

/// Losses copy by copy, timers added up: the share of refreshes that end a call, once it has been refreshed five
/// times.
#[test]
fn the_exact_form_meets_a_sample() {
    for (interval, there, back, delay, seed) in
        [(90.0, 0.3, 0.3, 0.05, 1), (90.0, 0.5, 0.5, 0.05, 2), (90.0, 0.2, 0.5, 0.3, 3), (128.0, 0.5, 0.4, 0.05, 4)]
    {
        let (path, timing) = (exchange(there, back, delay), rfc(interval));
        let mut random = Random(seed);
        let (mut refreshes, mut drops) = (0.0, 0.0);
        while refreshes < 400_000.0 {
            let mut lateness = path.back.delay();
            for number in 0.. {
                let survived = draw(&mut random, &path, &timing, lateness);
                if number >= 5 {
                    refreshes += 1.0;
                    drops += f64::from(u8::from(survived.is_none()));
                }
                match survived {
                    Some(late) => lateness = late,
                    None => break,
                }
            }
        }
        let share = per_refresh_in_the_long_run(&path, &timing);
        let error = libm::sqrt(share * (1.0 - share) / refreshes);
        let distance = (drops / refreshes - share).abs() / error;
        assert!(distance < 4.0, "{interval} s: {share}, {} : {distance:.1}", drops / refreshes);
    }
}

/// The lateness that a refresh leaves to the next, or `None` if it ends the call.
fn draw(random: &mut Random, path: &Exchange, timing: &Timing, lateness: f64) -> Option<f64> {
    let mut seen = None;
    for &sent in path.schedule.sends() {
        if random.uniform() < path.there.loss() {
            continue;
        }
        let first = *seen.get_or_insert(sent + path.there.delay());
        if lateness + first >= timing.window() {
            return None;
        }
        let answered = sent + path.round_trip();
        if random.uniform() >= path.back.loss() && answered < path.schedule.time_out() {
            return Some(answered - first);
        }
    }
    None
}

#[test]
fn the_short_form_is_a_few_percent_off_the_exact_one_at_90_seconds() {
    for (loss, most) in [(0.05, 0.02), (0.1, 0.02), (0.3, 0.1)] {
        let path = exchange(loss, loss, 0.05);
        let exact = per_refresh_in_the_long_run(&path, &rfc(90.0));
        let short = per_refresh(&path, &rfc(90.0));
        assert!((short / exact - 1.0).abs() < most);
    }
}

#[test]
fn the_published_figures_for_outages_come_out() {
    let path = exchange(0.0, 0.0, 0.0);
    for (outage, interval, dropped, digits) in [
        (60.0, 300.0, 0.190, 3),
        (60.0, 600.0, 0.095, 2),
        (60.0, 1800.0, 0.032, 2),
        (300.0, 600.0, 0.895, 3),
        (300.0, 1800.0, 0.298, 3),
    ] {
        assert_digits(by_outage(&path, &rfc(interval), outage), dropped, digits);
    }
    assert_digits(by_outage_with_retries(&rfc(600.0), 300.0), 0.107, 3);
    assert_eq!(by_outage_with_retries(&rfc(1800.0), 300.0), 0.0);
}

#[test]
fn at_90_seconds_an_outage_need_only_outlast_the_sixth_copy() {
    let path = exchange(0.0, 0.0, 0.05);
    assert_digits(by_outage(&path, &rfc(90.0), 34.0), (34.0 - 11.5 + 0.05) / 45.0, 12);
    assert_eq!(by_outage(&path, &rfc(90.0), 11.0), 0.0);
    assert_eq!(by_outage(&path, &rfc(90.0), 60.0), 1.0);
}

#[test]
fn a_path_too_slow_for_the_watcher_drops_every_call() {
    let slow = exchange(0.0, 0.0, 8.0);
    assert_eq!(per_refresh(&slow, &rfc(90.0)), 1.0);
    assert_eq!(per_refresh_in_the_long_run(&slow, &rfc(90.0)), 1.0);
    assert_eq!(by_outage(&slow, &rfc(90.0), 1.0), 1.0);
    let deaf = exchange(1.0, 1.0, 0.05);
    assert_eq!(per_refresh(&deaf, &rfc(90.0)), 1.0);
    assert_eq!(per_refresh_in_the_long_run(&deaf, &rfc(1800.0)), 1.0);
}

#[test]
fn outages_and_rates_without_meaning_drop_nothing() {
    let path = exchange(0.1, 0.1, 0.05);
    assert_eq!(by_outage(&path, &rfc(90.0), f64::NAN), 0.0);
    assert_eq!(by_outage(&path, &rfc(90.0), -5.0), 0.0);
}
