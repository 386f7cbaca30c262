//! The rules of GA/T 1400 (G1 to G12), each in a world of one device and its platform with nothing left to chance.

mod fleet;

use byeloss::heartbeat::{Event, Offline, Purpose, Wrong, gat1400};
use byeloss::random::{Distribution, Probability};
use byeloss::time::Span;
use byeloss::world::devices::{Fact, Fault, Level, Restart, Unit};
use byeloss::world::{FaultEffect, FaultMessage};
use fleet::{World, at, lose, lose_request, lose_response, path, span};

// A connection takes 0.1 s; a request arrives 0.15 s after it was due, its response 0.2 s after.

#[test]
fn a_device_registers_by_answering_a_challenge_and_sends_its_first_keepalive_an_interval_later() {
    let story = World::gat1400().until(200.0).run();
    assert_eq!(
        story.sent(),
        [
            "0.100 device REGISTER",
            "0.150 platform 401 code 500 nonce 1",
            "0.300 device REGISTER digest 1",
            "0.350 platform 200",
            "90.500 device KEEPALIVE",
            "90.550 platform 200",
            "180.500 device KEEPALIVE",
            "180.550 platform 200",
        ]
    );
    assert_eq!((story.told(Event::Online), story.told(Event::Registered)), (vec![0.35], vec![0.4]));
}

#[test]
fn a_nonce_is_good_for_one_registration() {
    // The platform's 200 is lost: the device sends its digest again, of a nonce that is spent, and is challenged anew.
    let story = World::gat1400().fault(lose_response(Purpose::Register, 2)).until(80.0).run();
    assert_eq!(
        story.sent(),
        [
            "0.100 device REGISTER",
            "0.150 platform 401 code 500 nonce 1",
            "0.300 device REGISTER digest 1",
            "0.350 platform 200 x",
            "3.400 device REGISTER digest 1",
            "3.450 platform 401 code 500 nonce 2",
            "3.600 device REGISTER digest 2",
            "3.650 platform 200",
        ]
    );
}

#[test]
fn a_device_that_is_challenged_a_third_time_takes_it_for_a_refusal_and_waits() {
    let challenged =
        Fault { effect: FaultEffect::Refuse(403), nth: vec![1], ..lose(FaultMessage::Request(Purpose::Register)) };
    let story = World::gat1400().fault(challenged).until(60.0).run();
    // Refused without a challenge at 0.2 s: tried anew 30 s later.
    assert_eq!(story.requests(Purpose::Register), [0.1, 30.3, 30.5]);
}

#[test]
fn a_refused_keepalive_disconnects_and_the_device_registers_anew_at_once() {
    let refused =
        Fault { effect: FaultEffect::Refuse(500), nth: vec![2], ..lose(FaultMessage::Request(Purpose::Keepalive)) };
    let story = World::gat1400().fault(refused).until(300.0).run();
    assert_eq!(story.told(Event::Disconnected(Wrong::Refused)), [180.6]);
    assert_eq!(story.requests(Purpose::Register), [0.1, 0.3, 180.7, 180.9]);
    assert_eq!(story.told(Event::Registered), [0.4, 181.0]);
    assert_eq!(story.requests(Purpose::Keepalive), [90.5, 180.5, 271.1]);
}

#[test]
fn a_status_in_the_body_of_a_200_refuses_as_a_401_does() {
    for (refusal, answer) in
        [(gat1400::Refusal::Unauthorized, "401 code 500"), (gat1400::Refusal::InBody, "200 code 500")]
    {
        let world = World::gat1400().http(|_, platform| platform.refusal = refusal).restart(50.0, 1.0).until(100.0);
        let story = world.run();
        assert_eq!(story.sent()[4..6], ["90.500 device KEEPALIVE".to_owned(), format!("90.550 platform {answer}")]);
        assert_eq!(story.told(Event::Disconnected(Wrong::Refused)), [90.6]);
        assert_eq!(story.told(Event::Refused), [90.55]);
    }
}

#[test]
fn some_devices_send_keepalives_before_they_register_until_the_platform_answers() {
    let early = |world: World| world.http(|device, _| device.early_keepalive = Some(span(15.0)));
    let story = early(World::gat1400()).until(10.0).run();
    assert_eq!(
        story.sent(),
        [
            "0.100 device KEEPALIVE",
            "0.150 platform 401 code 500",
            "0.300 device REGISTER",
            "0.350 platform 401 code 500 nonce 1",
            "0.500 device REGISTER digest 1",
            "0.550 platform 200",
        ]
    );
    // Nobody answers for 40 s: every 15 s.
    let story = early(World::gat1400().restart(0.0, 40.0)).until(60.0).run();
    assert_eq!(story.requests(Purpose::Keepalive), [45.1]);
    assert_eq!(story.times(|fact| matches!(fact, Fact::Connecting { .. })), [0.0, 15.0, 30.0, 45.0, 45.2, 45.4]);
}

#[test]
fn a_keepalive_is_due_an_interval_after_the_last_and_by_chance_up_to_the_jitter_sooner_or_later() {
    let world = World::gat1400().http(|device, _| device.jitter = span(9.0)).until(20_000.0);
    let sent = world.run().requests(Purpose::Keepalive);
    let gaps: Vec<f64> = sent.windows(2).map(|two| two[1] - two[0]).collect();
    assert!(gaps.len() > 200 && gaps.iter().all(|gap| (80.999..=99.001).contains(gap)), "{gaps:?}");
    assert!(gaps.iter().any(|gap| *gap < 83.0) && gaps.iter().any(|gap| *gap > 97.0), "{gaps:?}");
    let without = World::gat1400().until(20_000.0).run().requests(Purpose::Keepalive);
    assert!(without.windows(2).all(|two| (two[1] - two[0] - 90.0).abs() < 1e-9));
}

#[test]
fn a_keepalive_whose_response_is_lost_is_sent_again_after_3_s() {
    let story = World::gat1400().fault(lose_response(Purpose::Keepalive, 1)).until(200.0).run();
    // Sent at 90.5; 3 s later given up; a new connection takes 0.1 s; the next counts from that.
    assert_eq!(story.requests(Purpose::Keepalive), [90.5, 93.6, 183.6]);
    assert_eq!(story.told(Event::TimedOut), [93.5]);
    assert!(story.told(Event::Disconnected(Wrong::TimedOut)).is_empty());
}

#[test]
fn a_keepalive_that_is_lost_is_sent_again_as_often_as_it_times_out() {
    let world = (1..=4).fold(World::gat1400(), |world, nth| world.fault(lose_request(Purpose::Keepalive, nth)));
    let story = world.until(190.0).run();
    assert_eq!(story.requests(Purpose::Keepalive), [90.5, 93.6, 96.7, 99.8, 102.9]);
    assert_eq!(story.told(Event::KeptAlive), [103.0]);
}

#[test]
fn a_device_may_stop_believing_after_so_many_time_outs_in_a_row_or_wait_for_the_next() {
    let lost = |world: World| (1..=3).fold(world, |world, nth| world.fault(lose_request(Purpose::Keepalive, nth)));
    let story = lost(World::gat1400()).http(|device, _| device.tries = Some(2)).until(110.0).run();
    assert_eq!(story.told(Event::Disconnected(Wrong::TimedOut)), [96.6]);
    assert_eq!(story.requests(Purpose::Register), [0.1, 0.3, 96.7, 96.9]);
    let next = World::gat1400().http(|device, _| device.after_timeout = gat1400::AfterTimeout::Next);
    let story = next.fault(lose_request(Purpose::Keepalive, 1)).until(280.0).run();
    assert_eq!(story.requests(Purpose::Keepalive), [90.5, 180.5, 270.5]);
}

#[test]
fn a_connection_that_does_not_come_to_stand_is_given_up_after_3_s_and_asked_for_again() {
    // The outage begins before the keepalive at 90.4 s and ends at 100 s: SYNs at 0 and 1 s after each try.
    let story = World::gat1400().outage(90.0, 10.0).until(110.0).run();
    let opened = story.times(|fact| matches!(fact, Fact::Connecting { .. }));
    assert_eq!(opened, [0.0, 0.2, 90.4, 93.4, 96.4, 99.4]);
    // The SYN of 99.4 s is lost, that of 100.4 s gets through.
    assert_eq!(story.times(|fact| matches!(fact, Fact::Connected { .. })), [0.1, 0.3, 100.5]);
    assert_eq!(story.requests(Purpose::Keepalive), [100.5]);
}

#[test]
fn a_handshake_costs_a_round_trip_and_its_syn_is_sent_again_after_1_3_and_7_s() {
    for (open_from, stands) in [(0.0, 0.1), (0.5, 1.1), (2.0, 3.1), (6.0, 7.1)] {
        let patient = World::gat1400().http(|device, _| device.connect_timeout = span(20.0));
        let world = if open_from > 0.0 { patient.outage(0.0, open_from) } else { patient };
        let story = world.until(9.0).run();
        assert_eq!(story.times(|fact| matches!(fact, Fact::Connected { .. }))[0], stands, "{open_from}");
    }
}

#[test]
fn a_lost_segment_delays_a_request_by_a_second_and_loses_nothing() {
    // The outage begins when the connection stands, and ends half a second later.
    let story = World::gat1400().outage(90.45, 0.5).until(100.0).run();
    assert_eq!(story.told(Event::KeptAlive), [91.6]);
    assert!(story.told(Event::TimedOut).is_empty());
}

#[test]
fn a_kept_connection_carries_every_request_and_saves_the_handshake() {
    let kept = World::gat1400().http(|device, _| device.keeps_connection = true);
    let story = kept.clone().until(200.0).run();
    assert_eq!(story.requests(Purpose::Register), [0.1, 0.2]);
    assert_eq!(story.requests(Purpose::Keepalive), [90.3, 180.3]);
    assert_eq!(story.times(|fact| matches!(fact, Fact::Connecting { .. })), [0.0]);
    // A platform that has restarted does not know it: reset, a new connection, the same keepalive, which is refused.
    let story = kept.restart(120.0, 5.0).until(185.0).run();
    assert_eq!(
        story.sent()[6..],
        [
            "180.300 device KEEPALIVE",
            "180.500 device KEEPALIVE",
            "180.550 platform 401 code 500",
            "180.600 device REGISTER",
            "180.650 platform 401 code 500 nonce 2",
            "180.700 device REGISTER digest 2",
            "180.750 platform 200",
        ]
    );
    assert!(story.told(Event::TimedOut).is_empty());
}

#[test]
fn a_device_that_dies_is_called_offline_when_its_silence_exceeds_three_intervals() {
    let dies = World::gat1400().with(|fleet| {
        fleet.dies = Probability::ALWAYS;
        // Registered at 0.4: it dies at 200 s. Its last keepalive came at 180.55 s.
        fleet.online_time = Some(Distribution::Constant(span(199.6)));
    });
    let story = dies.clone().run();
    assert_eq!(story.told(Event::Offline), [450.55]);
    assert_eq!(story.requests(Purpose::UnRegister), [0.0; 0]);
    // Looked at every minute, at an instant of the platform's own.
    let story = dies.http(|_, platform| platform.watch.check_period = span(60.0)).run();
    let found = story.told(Event::Offline)[0];
    assert!((450.55..510.55).contains(&found), "{found}");
}

#[test]
fn a_silence_of_just_the_limit_is_no_offline_and_a_nanosecond_more_is() {
    // An outage that swallows two keepalives of a device that does not send again: the third comes after 270 s.
    let next = World::gat1400().http(|device, _| device.after_timeout = gat1400::AfterTimeout::Next);
    let two = next.clone().outage(170.0, 180.0).run();
    assert!(two.told(Event::Offline).is_empty());
    let three = next.outage(170.0, 280.0).run();
    assert_eq!(three.told(Event::Offline), [360.55]);
}

#[test]
fn a_device_that_was_called_offline_must_register_again_unless_its_record_is_kept() {
    let world = World::gat1400().outage(170.0, 400.0);
    let story = world.clone().run();
    assert_eq!(story.told(Event::Offline), [360.55]);
    assert_eq!(story.told(Event::Disconnected(Wrong::Refused)).len(), 1);
    assert_eq!(story.told(Event::Online).len(), 2);
    let kept = world.http(|_, platform| platform.watch.offline = Offline::Kept).run();
    assert_eq!(kept.told(Event::Offline), [360.55]);
    assert!(kept.told(Event::Disconnected(Wrong::Refused)).is_empty());
    assert_eq!(kept.told(Event::Online).len(), 2);
}

#[test]
fn a_device_that_un_registers_is_forgotten_at_once() {
    let goes = World::gat1400().with(|fleet| fleet.online_time = Some(Distribution::Constant(span(100.0))));
    let story = goes.run();
    assert_eq!(
        story.sent()[6..],
        ["100.500 device UNREGISTER".to_owned(), "100.550 platform 200".to_owned()],
        "{:?}",
        story.sent()
    );
    assert_eq!((story.told(Event::UnRegistered), story.told(Event::SignedOff)), (vec![100.55], vec![100.6]));
    assert!(story.told(Event::Offline).is_empty());
}

#[test]
fn an_un_register_that_never_arrives_is_tried_three_times_and_the_platform_finds_out_by_silence() {
    let lost = World::gat1400().with(|fleet| {
        fleet.online_time = Some(Distribution::Constant(span(100.0)));
        fleet.unregister_lost = Probability::ALWAYS;
    });
    let story = lost.run();
    assert_eq!(story.told(Event::TimedOut), [103.4, 106.4, 109.4]);
    assert_eq!(story.told(Event::SignedOff), [109.4]);
    assert_eq!(story.told(Event::Offline), [360.55]);
}

#[test]
fn a_platform_that_restarts_forgets_its_devices_and_takes_them_back_as_they_register_anew() {
    let story = World::gat1400().restart(100.0, 30.0).until(400.0).run();
    assert!(story.told(Event::Offline).is_empty());
    assert_eq!(story.told(Event::Refused), [180.55]);
    assert_eq!(story.told(Event::Online), [0.35, 180.95]);
    // Where it is down when a keepalive is due, the device tries every 3 s until it is back.
    let story = World::gat1400().restart(85.0, 30.0).until(120.0).run();
    // 90.4 + 8 * 3 = 114.4: its second SYN, at 115.4 s, finds the platform back.
    assert_eq!(story.told(Event::Refused), [115.55]);
    assert_eq!(story.told(Event::Online), [0.35, 115.95]);
}

#[test]
fn a_platform_is_itself_a_device_of_the_platform_above_it() {
    let cascade = World::gat1400().with(|fleet| {
        let above = Level { path: path(0.01, 0.0), ..fleet.levels[0].clone() };
        fleet.levels.push(above);
        fleet.horizon = at(300.0);
        // The lower platform restarts: it forgets its devices, and registers anew above.
        fleet.restarts.push(Restart { level: 0, at: at(100.0), down: Span::from_secs(20) });
    });
    let above = cascade.run_unit(Unit { level: 1, index: 0 });
    assert_eq!(above.requests(Purpose::Register), [0.02, 0.06, 120.02, 120.06]);
    assert_eq!(above.told(Event::Online), [0.07, 120.07]);
    let below = cascade.run();
    assert_eq!(below.told(Event::Online), [0.35, 180.95]);
    // A restart of the upper one does not concern the devices of the lower.
    let upper = cascade.with(|fleet| fleet.restarts[0].level = 1);
    assert_eq!(upper.run().told(Event::Online), [0.35]);
    assert_eq!(upper.run_unit(Unit { level: 1, index: 0 }).told(Event::Refused).len(), 1);
}
