//! The rules of GB/T 28181 (B1 to B7), each in a world of one device and its platform with nothing left to chance.

mod fleet;

use byeloss::heartbeat::{Event, Purpose, Wrong};
use byeloss::net::{Link, Path, Route};
use byeloss::random::{Distribution, Probability};
use byeloss::world::FaultMessage;
use byeloss::world::devices::{Fact, Party};
use fleet::{World, lose, lose_response, span};

/// The sends of a request other than INVITE that nobody answers, in seconds after the first.
const COPIES: [f64; 11] = [0.0, 0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5];

#[test]
fn a_device_registers_by_answering_a_challenge_and_renews_at_half_its_time() {
    let world = World::gb28181().sip(|device, _| device.expires_s = 100).until(60.0);
    let story = world.run();
    assert_eq!(
        story.sent(),
        [
            "0.000 device REGISTER",
            "0.050 platform 401 nonce 1",
            "0.100 device REGISTER nonce 1",
            "0.150 platform 200",
            "50.200 device REGISTER",
            "50.250 platform 401 nonce 2",
            "50.300 device REGISTER nonce 2",
            "50.350 platform 200",
        ]
    );
    assert_eq!(story.told(Event::Registered), [0.2]);
}

#[test]
fn a_link_that_duplicates_delivers_every_message_twice_and_a_repeated_request_is_answered_again() {
    let alone = World::gb28181().until(130.0);
    let twice = alone.clone().with(|devices| {
        let link = Link {
            duplicate: Probability::ALWAYS,
            ..Link::udp(Probability::NEVER, Distribution::Constant(span(0.05)))
        };
        let route = Route { nodes: Vec::new(), to_callee: vec![link.clone()], to_caller: vec![link] };
        devices.levels[0].path = Path::new(&route).expect("one link");
    });
    let requests = |world: &World| {
        let delivered = |fact: &Fact| matches!(fact, Fact::Delivered { to: Party::Platform, .. });
        let duplicated = |fact: &Fact| matches!(fact, Fact::Duplicated { from: Party::Device, .. });
        let story = world.run();
        [story.times(delivered).len(), story.times(duplicated).len()]
    };
    let [delivered, duplicated] = requests(&alone);
    assert_eq!((delivered, duplicated), (4, 0));
    assert_eq!(requests(&twice), [2 * delivered, delivered]);
    assert_eq!(twice.run().told(Event::KeptAlive), alone.run().told(Event::KeptAlive));
}

#[test]
fn a_keepalive_is_sent_every_minute_with_up_to_eleven_copies() {
    let story = World::gb28181().until(200.0).run();
    assert_eq!(story.requests(Purpose::Keepalive), [60.2, 120.2, 180.2]);
    let story = World::gb28181().outage(60.0, 40.0).until(125.0).run();
    let copies: Vec<f64> = COPIES.iter().map(|s| ((60.2 + s) * 1e3).round() / 1e3).collect();
    assert_eq!(story.requests(Purpose::Keepalive)[..11], copies);
    assert_eq!(story.requests(Purpose::Keepalive)[11..], [120.2]);
    assert_eq!(story.told(Event::TimedOut), [92.2]);
}

#[test]
fn a_lost_response_is_repeated_for_the_next_copy_and_the_keepalive_counts_once() {
    let story = World::gb28181().fault(lose_response(Purpose::Keepalive, 1)).until(70.0).run();
    assert_eq!(story.requests(Purpose::Keepalive), [60.2, 60.7]);
    assert_eq!(story.told(Event::KeptAlive), [60.8]);
}

#[test]
fn a_device_whose_keepalives_time_out_three_times_in_a_row_registers_anew() {
    let world = World::gb28181().fault(lose(FaultMessage::Request(Purpose::Keepalive))).until(230.0);
    let story = world.run();
    assert_eq!(story.told(Event::TimedOut), [92.2, 152.2, 212.2]);
    assert_eq!(story.told(Event::Disconnected(Wrong::TimedOut)), [212.2]);
    assert_eq!(story.requests(Purpose::Register), [0.0, 0.1, 212.2, 212.3]);
}

#[test]
fn a_device_is_offline_after_the_lesser_of_its_expires_and_three_minutes_of_silence() {
    let dies = World::gb28181().with(|fleet| {
        fleet.dies = Probability::ALWAYS;
        fleet.online_time = Some(Distribution::Constant(span(99.8)));
    });
    assert_eq!(dies.clone().run().told(Event::Offline), [240.25]);
    let short = dies.sip(|device, _| device.expires_s = 100);
    // Heard last at 60.25 s, whose keepalive comes after the renewal at 50.35 s.
    assert_eq!(short.run().told(Event::Offline), [160.25]);
}

#[test]
fn a_keepalive_of_an_unregistered_device_is_refused_and_it_registers_anew() {
    let story = World::gb28181().restart(100.0, 5.0).until(125.0).run();
    assert_eq!(story.told(Event::Refused), [120.25]);
    assert_eq!(story.told(Event::Disconnected(Wrong::Refused)), [120.3]);
    assert_eq!(story.told(Event::Online), [0.15, 120.45]);
}

#[test]
fn a_device_un_registers_with_expires_0() {
    let goes = World::gb28181().with(|fleet| fleet.online_time = Some(Distribution::Constant(span(99.8))));
    let story = goes.clone().run();
    assert_eq!(
        story.sent()[6..],
        [
            "100.000 device UNREGISTER",
            "100.050 platform 401 nonce 2",
            "100.100 device UNREGISTER nonce 2",
            "100.150 platform 200"
        ]
    );
    assert_eq!((story.told(Event::UnRegistered), story.told(Event::SignedOff)), (vec![100.15], vec![100.2]));
    let lost = goes.with(|fleet| fleet.unregister_lost = Probability::ALWAYS).run();
    assert_eq!((lost.told(Event::SignedOff), lost.told(Event::Offline)), (vec![132.0], vec![240.25]));
}

#[test]
fn a_platform_that_restarts_knows_neither_devices_nor_transactions() {
    // The first copy of the keepalive was answered, and the answer lost; its second copy comes to a platform that has
    // restarted, is new to it, and is refused.
    let story = World::gb28181().fault(lose_response(Purpose::Keepalive, 1)).restart(60.4, 0.1).until(70.0).run();
    assert_eq!(story.told(Event::Refused), [60.75]);
}
