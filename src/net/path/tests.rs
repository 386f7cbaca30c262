//! Ways of messages over paths.

use super::super::{Down, Node, NodeKind, Period};
use super::*;
use crate::net::queue::{Queues, Rate, Verdict};
use crate::random::{Distribution, Probability, Streams};

fn path(links: &[(f64, u64)]) -> Path {
    let to_callee: Vec<Link> = links
        .iter()
        .map(|&(loss, millis)| {
            Link::udp(Probability::new(loss).unwrap(), Distribution::Constant(Span::from_millis(millis)))
        })
        .collect();
    let nodes = (0..=links.len()).map(|i| Node { id: i.to_string(), kind: NodeKind::Router }).collect();
    Path::new(&Route { nodes, to_caller: to_callee.clone(), to_callee }).unwrap()
}

#[test]
fn delays_of_the_links_add_up_in_both_directions() {
    let path = path(&[(0.0, 10), (0.0, 20), (0.0, 30)]);
    for (from, to) in [(0, 3), (3, 0)] {
        let fate = path.carry(Time::from_nanos(5), [from, to], |_| [0, 0]);
        assert_eq!(fate, Fate::Arrives(Time::from_nanos(60_000_005)));
    }
    let round_trip = Span::from_millis(120);
    assert_eq!(path.round_trip_bounds(), Some((round_trip, round_trip)));
}

#[test]
fn a_lost_message_names_its_link_counted_from_the_caller() {
    let path = path(&[(0.0, 10), (0.0, 20), (1.0, 30)]);
    assert_eq!(path.carry(Time::ZERO, [0, 3], |_| [0, 0]), Fate::Lost { link: 2, why: Why::Chance });
    assert_eq!(path.carry(Time::ZERO, [3, 0], |_| [0, 0]), Fate::Lost { link: 2, why: Why::Chance });
}

#[test]
fn a_message_between_two_nodes_crosses_the_links_between_them_alone() {
    let path = path(&[(0.0, 10), (0.0, 20), (1.0, 30)]);
    for (from, to, arrives_ms) in [(0, 2, 30), (1, 2, 20), (2, 1, 20), (2, 0, 30)] {
        let fate = path.carry(Time::ZERO, [from, to], |_| [0, 0]);
        assert_eq!(fate, Fate::Arrives(Time::ZERO + Span::from_millis(arrives_ms)));
    }
    assert_eq!(path.carry(Time::ZERO, [3, 1], |_| [0, 0]), Fate::Lost { link: 2, why: Why::Chance });
}

#[test]
fn a_link_has_the_same_chance_whichever_nodes_the_message_goes_between() {
    let path = path(&[(0.5, 10), (0.5, 20), (0.5, 30)]);
    let drawn = std::cell::RefCell::new(Vec::new());
    for (from, to) in [(0, 3), (1, 2), (3, 0), (2, 1)] {
        let _ = path.carry(Time::ZERO, [from, to], |nth| {
            drawn.borrow_mut().push(nth);
            [u64::MAX, 0]
        });
    }
    assert_eq!(*drawn.borrow(), [0, 1, 2, 1, 0, 1, 2, 1]);
}

/// Three links of 10 ms, the second of 8000 bits a second, shared by all calls, and down at times.
fn narrow(outage: Option<Down>) -> Path {
    narrow_and_shared(true, outage)
}

fn narrow_and_shared(shared: bool, outage: Option<Down>) -> Path {
    let link =
        |number| Link::udp(Probability::NEVER, Distribution::Constant(Span::from_millis(10))).numbered(number, false);
    let rate = Rate { bits_per_s: 8000, queue_bytes: 250 };
    let links = [link(0), Link { rate: Some(rate), shared: Some(shared), outage, ..link(1) }, link(2)];
    let nodes = (0..4).map(|i| Node { id: i.to_string(), kind: NodeKind::Router }).collect();
    let to_caller = links.iter().cloned().map(|link| Link { rate: None, ..link }).collect();
    Path::new(&Route { nodes, to_callee: links.to_vec(), to_caller }).unwrap()
}

fn ms(millis: u64) -> Time {
    Time::ZERO + Span::from_millis(millis)
}

#[test]
fn a_message_waits_for_its_turn_at_a_link_with_a_rate_and_then_goes_on() {
    let path = narrow(None);
    assert!(path.has_shared_queues() && path.is_plain());
    let mut weather = path.weather(Streams::new(1, 0));
    let mut queues = Queues::default();
    let mut carry = |at, ends| path.carry_through(at, ends, &mut weather, |_, _| [0, 0], |_| false);
    assert_eq!(carry(ms(0), [0, 3]), Fate::Waits { link: 1, at: ms(10) });
    assert_eq!(carry(ms(0), [1, 3]), Fate::Waits { link: 1, at: ms(0) });
    assert_eq!(carry(ms(0), [0, 1]), Fate::Arrives(ms(10)));
    // The other direction has no rate.
    assert_eq!(carry(ms(0), [3, 0]), Fate::Arrives(ms(30)));
    let mut offer = |at, bytes| path.gate([0, 3], 1).offer(at, bytes, &mut queues, &mut weather);
    assert_eq!(offer(ms(10), 100), Verdict::Leaves(ms(110)));
    assert_eq!(offer(ms(10), 150), Verdict::Leaves(ms(260)));
    assert_eq!(offer(ms(20), 100), Verdict::Dropped);
    let on = path.gate([0, 3], 1).carry_on(ms(260), &mut weather, |_, _| [0, 0], |_| false);
    assert_eq!(on, Fate::Arrives(ms(280)));
}

#[test]
fn the_short_way_over_a_plain_path_leads_where_the_long_one_does() {
    let link = |number| {
        let delay = Distribution::Uniform { min: Span::from_millis(5), max: Span::from_millis(15) };
        Link::udp(Probability::new(0.2).unwrap(), delay).numbered(number, false)
    };
    let rate = Some(Rate { bits_per_s: 8000, queue_bytes: 250 });
    let links = [link(0), Link { rate, ..link(1) }, link(2), Link { rate, ..link(3) }];
    let nodes = (0..5).map(|i| Node { id: i.to_string(), kind: NodeKind::Router }).collect();
    let path = Path::new(&Route { nodes, to_callee: links.to_vec(), to_caller: links.to_vec() }).unwrap();
    let (streams, mut weather) = (Streams::new(1, 0), path.weather(Streams::new(1, 0)));
    let ends = (0..5).flat_map(|from| (0..5).map(move |to| [from, to])).filter(|[from, to]| from != to);
    for (chance, ends) in (0..100).flat_map(|chance| ends.clone().map(move |ends| (chance, ends))) {
        let draw = |link| streams.pair(chance, link);
        let mut fates = [
            path.carry(ms(1), ends, draw),
            path.carry_through(ms(1), ends, &mut weather, |link, _| draw(link), |_| false),
        ];
        assert_eq!(fates[0], fates[1], "{chance}, {ends:?}");
        while let [Fate::Waits { link, at }, _] = fates {
            let (gate, left) = (path.gate(ends, link), at + Span::from_millis(100));
            fates = [gate.carry(left, draw), gate.carry_on(left, &mut weather, |link, _| draw(link), |_| false)];
            assert_eq!(fates[0], fates[1], "{chance}, {ends:?}, left {left:?}");
        }
    }
}

#[test]
fn a_link_that_a_call_has_to_itself_has_a_queue_of_its_own() {
    let path = narrow_and_shared(false, None);
    assert!(path.has_queues() && !path.has_shared_queues());
    let mut weather = path.weather(Streams::new(1, 0));
    let offer = |weather: &mut Weather| path.gate([0, 3], 1).offer(ms(10), 100, &mut Queues::default(), weather);
    assert_eq!(offer(&mut weather), Verdict::Leaves(ms(110)));
    assert_eq!(offer(&mut weather), Verdict::Leaves(ms(210)));
    weather.begin(1, Time::ZERO);
    assert_eq!(offer(&mut weather), Verdict::Leaves(ms(110)));
}

#[test]
fn a_message_that_waited_meets_what_its_link_does_when_it_leaves_the_queue() {
    let period = Period { from: Span::from_millis(100), length: Span::from_millis(50) };
    let outage = Arc::new(Outage::Given(vec![period]));
    let path = narrow(Some(Down { outage, together: true }));
    let mut weather = path.weather(Streams::new(1, 0));
    let mut carry_on = |left| path.gate([0, 3], 1).carry_on(left, &mut weather, |_, _| [0, 0], |_| false);
    assert_eq!(carry_on(ms(99)), Fate::Arrives(ms(119)));
    assert_eq!(carry_on(ms(100)), Fate::Lost { link: 1, why: Why::Down });
    assert_eq!(carry_on(ms(150)), Fate::Arrives(ms(170)));
    // It waits whatever its link does meanwhile.
    let fate = path.carry_through(ms(100), [0, 3], &mut weather, |_, _| [0, 0], |_| false);
    assert_eq!(fate, Fate::Waits { link: 1, at: ms(110) });
}

#[test]
fn losses_of_the_links_are_independent() {
    let path = path(&[(0.1, 1), (0.2, 1)]);
    assert!((path.loss(Direction::ToCallee) - 0.28).abs() < 1e-12);
    let streams = Streams::new(1, 0);
    let n = 100_000u64;
    let lost = (0..n)
        .filter(|&i| {
            let fate = path.carry(Time::ZERO, [0, 2], |link| streams.pair(i, link));
            matches!(fate, Fate::Lost { .. })
        })
        .count() as f64;
    let error = (n as f64 * 0.28 * 0.72).sqrt();
    assert!((lost - 0.28 * n as f64).abs() < 4.0 * error);
}
