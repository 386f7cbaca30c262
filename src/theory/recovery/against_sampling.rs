//! The means against samples of the abstract process: copies are lost one by one, timers are added up, and nothing of
//! the forms is used. Refreshes that fail are drawn again, as the forms condition on success.

use super::super::exchange::Direction;
use super::super::schedule::Schedule;
use super::super::testing::{Random, Sample, exchange};
use super::*;

const CALLS: usize = 200_000;

/// One refresh, times from its first send: what left until the response came, and which copies arrived.
#[derive(Default)]
struct Refresh {
    copies: Vec<(f64, bool)>,
    first_seen_sent: f64,
    answer_sent: f64,
    answered: f64,
}

impl Refresh {
    fn draw_until_answered(&mut self, random: &mut Random, exchange: &Exchange, limit: f64) {
        while !self.draw(random, exchange, limit) {}
    }

    fn draw(&mut self, random: &mut Random, exchange: &Exchange, limit: f64) -> bool {
        self.copies.clear();
        self.answered = limit;
        for &sent in exchange.schedule.sends() {
            if sent > self.answered || sent >= limit {
                break;
            }
            let arrives = random.uniform() >= exchange.there.loss();
            let answers = random.uniform() >= exchange.back.loss();
            if arrives && self.copies.iter().all(|(_, arrived)| !arrived) {
                self.first_seen_sent = sent;
            }
            self.copies.push((sent, arrives));
            let back_at = sent + exchange.there.delay() + exchange.back.delay();
            if arrives && answers && back_at < self.answered {
                self.answered = back_at;
                self.answer_sent = sent + exchange.there.delay();
            }
        }
        self.answered < limit
    }
}

#[derive(Default)]
struct Samples {
    refresher_hung_up: Sample,
    refresher_died: Sample,
    watcher_hung_up: Sample,
    watcher_died: Sample,
    refreshes: Sample,
    requests: Sample,
    requests_again: Sample,
    responses: Sample,
    responses_again: Sample,
}

impl Samples {
    /// Plays one call through: all four ends at the same instant, the BYE lost in each.
    fn add_call(&mut self, call: &RefreshedCall, random: &mut Random, refresh: &mut Refresh) {
        let limit = call.timing.refresh_limit(&call.exchange.schedule);
        let there = call.exchange.there.delay();
        let end = random.exponential(call.mean_talk);
        let mut sent = call.start.refresher_armed_at + call.timing.refresh_after();
        let mut armed_if_hung_up = call.start.watcher_armed_at;
        let mut armed_if_died = armed_if_hung_up;
        let (mut refused, mut unanswered) = (None, None);
        let mut refreshes = 0.0;
        let mut messages = Messages::default();
        loop {
            refresh.draw_until_answered(random, &call.exchange, limit);
            if sent + refresh.first_seen_sent + there > end {
                refused.get_or_insert(sent + refresh.answered);
            }
            if sent + refresh.answer_sent > end {
                unanswered.get_or_insert(sent + limit);
            }
            if sent >= end {
                break;
            }
            refreshes += 1.0;
            armed_if_hung_up = sent + refresh.first_seen_sent + there;
            if sent + refresh.first_seen_sent < end {
                armed_if_died = armed_if_hung_up;
            }
            count_until(end - sent, there, refresh, &mut messages);
            sent += call.timing.refresh_after();
            if call.cycle == Cycle::FromFinalResponse {
                sent += refresh.answered;
            }
        }
        let patience = call.timing.patience();
        self.refresher_hung_up.add(armed_if_hung_up + patience - end);
        self.refresher_died.add(armed_if_died + patience - end);
        self.watcher_hung_up.add(refused.unwrap() - end);
        self.watcher_died.add(unanswered.unwrap() - end);
        self.refreshes.add(refreshes);
        self.requests.add(messages.requests);
        self.requests_again.add(messages.requests_again);
        self.responses.add(messages.responses);
        self.responses_again.add(messages.responses_again);
    }

    fn assert_meet(&self, call: &RefreshedCall) {
        self.refresher_hung_up.assert_meets(call.refresher_hung_up(), "refresher hung up");
        self.refresher_died.assert_meets(call.refresher_died(), "refresher died");
        self.watcher_hung_up.assert_meets(call.watcher_hung_up(), "watcher hung up");
        self.watcher_died.assert_meets(call.watcher_died(), "watcher died");
        self.refreshes.assert_meets(call.mean_refreshes(), "refreshes");
        let per_call = call.messages_per_call_hour().times(call.mean_talk / 3600.0);
        self.requests.assert_meets(per_call.requests, "requests");
        self.requests_again.assert_meets(per_call.requests_again, "requests again");
        self.responses.assert_meets(per_call.responses, "responses");
        self.responses_again.assert_meets(per_call.responses_again, "responses again");
    }
}

/// Adds what leaves in the first `rest` seconds of a refresh.
fn count_until(rest: f64, there: f64, refresh: &Refresh, messages: &mut Messages) {
    for &(sent, arrives) in &refresh.copies {
        if sent < rest {
            let first = sent == 0.0;
            messages.requests += f64::from(u8::from(first));
            messages.requests_again += f64::from(u8::from(!first));
        }
        if arrives && sent + there < rest {
            let first = sent == refresh.first_seen_sent;
            messages.responses += f64::from(u8::from(first));
            messages.responses_again += f64::from(u8::from(!first));
        }
    }
}

fn assert_forms_meet_samples(call: Option<RefreshedCall>, seed: u64) {
    let call = call.unwrap();
    let mut random = Random(seed);
    let mut refresh = Refresh::default();
    let mut samples = Samples::default();
    for _ in 0..CALLS {
        samples.add_call(&call, &mut random, &mut refresh);
    }
    samples.assert_meet(&call);
}

fn call(interval: f64, exchange: Exchange, cycle: Cycle, start: Start, talk: f64) -> Option<RefreshedCall> {
    RefreshedCall::new(Timing::rfc4028(interval)?, exchange, cycle, start, talk)
}

#[test]
fn ka_1_meets_its_sample_in_both_cycles() {
    for cycle in [Cycle::FromFirstSend, Cycle::FromFinalResponse] {
        let path = exchange(0.05, 0.05, 0.05);
        assert_forms_meet_samples(call(1800.0, path, cycle, Start::ESTABLISHED, 3600.0), 1);
    }
}

#[test]
fn the_shortest_interval_over_a_poor_path_meets_its_sample() {
    let path = exchange(0.1, 0.1, 0.05);
    let start = Start::caller_refreshes(&path);
    let cycle = Cycle::FromFinalResponse;
    assert_forms_meet_samples(call(90.0, path, cycle, start, 180.0), 2);
}

#[test]
fn an_asymmetric_path_of_long_delay_meets_its_sample() {
    let path = exchange(0.2, 0.05, 0.3);
    let start = Start::callee_refreshes(&path);
    let cycle = Cycle::FromFinalResponse;
    assert_forms_meet_samples(call(180.0, path, cycle, start, 600.0), 3);
}

#[test]
fn a_path_that_loses_answers_meets_its_sample() {
    let path = exchange(0.05, 0.2, 0.3);
    let cycle = Cycle::FromFirstSend;
    assert_forms_meet_samples(call(600.0, path, cycle, Start::ESTABLISHED, 180.0), 4);
}

#[test]
fn long_calls_over_a_very_poor_path_meet_their_sample() {
    let path = exchange(0.4, 0.3, 0.05);
    let start = Start::caller_refreshes(&path);
    let cycle = Cycle::FromFinalResponse;
    assert_forms_meet_samples(call(600.0, path, cycle, start, 3600.0), 5);
}

#[test]
fn talks_shorter_than_a_refresh_meet_their_sample() {
    // Most hang-ups that meet a refresh at all meet it in flight.
    let path = exchange(0.5, 0.5, 0.3);
    let cycle = Cycle::FromFinalResponse;
    assert_forms_meet_samples(call(128.0, path, cycle, Start::ESTABLISHED, 20.0), 6);
}

#[test]
fn mobile_timers_with_unequal_delays_and_starts_meet_their_sample() {
    let path = Exchange {
        schedule: Schedule::non_invite(2.0, 16.0).unwrap(),
        there: Direction::new(0.2, 0.3).unwrap(),
        back: Direction::new(0.3, 2.5).unwrap(),
    };
    let start = Start { refresher_armed_at: 1.0, watcher_armed_at: -2.0 };
    let cycle = Cycle::FromFinalResponse;
    assert_forms_meet_samples(call(90.0, path, cycle, start, 180.0), 7);
}
