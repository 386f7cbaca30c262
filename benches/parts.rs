//! The parts of the loop, each alone.
//!
//! `cargo bench --bench parts`

use std::collections::BinaryHeap;

use byeloss::engine::{Agenda, EventCode, Next, Queue};
use byeloss::measure::Histogram;
use byeloss::random::{Distribution, Streams};
use byeloss::sip::{Action, Actions, Agent, Input, Message, Profile, Side, Timer, establish};
use byeloss::time::{Span, Time};
use divan::{Bencher, black_box};

fn main() {
    divan::main();
}

/// How far in the future the nth event is set, in nanoseconds: anything but in order.
fn ahead(n: u64) -> u64 {
    n.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40
}

/// An event without a name, as messages under way are.
#[derive(Clone, Copy)]
struct Nth(u32);

impl From<Nth> for EventCode {
    fn from(Nth(nth): Nth) -> EventCode {
        EventCode::new(1, nth)
    }
}

/// Pop one, push its successor, with so many pending.
#[divan::bench(args = [4, 8, 16, 64])]
fn agenda(bencher: Bencher, pending: u64) {
    let mut agenda = Agenda::new();
    (0..pending).for_each(|n| agenda.set(Time::from_nanos(ahead(n)), Nth(n as u32 & 0xfff_ffff)));
    let mut n = pending;
    bencher.bench_local(|| {
        let (now, event) = agenda.pop().expect("never empty");
        n += 1;
        agenda.set(now + Span::from_nanos(ahead(n)), Nth(n as u32 & 0xfff_ffff));
        event
    });
}

/// The queue of calls that run all at once.
#[divan::bench(args = [8, 1_000, 300_000, 1_000_000])]
fn queue(bencher: Bencher, pending: u64) {
    let mut queue = Queue::new();
    let next = |at, what| Next { at, what, place: what };
    (0..pending).for_each(|n| queue.push(next(Time::from_nanos(ahead(n)), n as u32)));
    bencher.bench_local(|| {
        let Next { at: now, what, .. } = queue.pop().expect("never empty");
        queue.push(next(now + Span::from_nanos(1 + ahead(now.as_nanos())), what));
        what
    });
}

/// Agenda and queue are compared with the standard heap.
#[divan::bench(args = [4, 8, 16, 64, 1_000, 300_000, 1_000_000])]
fn standard_heap(bencher: Bencher, pending: u64) {
    let mut heap: BinaryHeap<_> = (0..pending).map(|n| std::cmp::Reverse((ahead(n), n))).collect();
    let mut n = pending;
    bencher.bench_local(|| {
        let std::cmp::Reverse((now, event)) = heap.pop().expect("never empty");
        n += 1;
        heap.push(std::cmp::Reverse((now + ahead(n), n)));
        event
    });
}

#[divan::bench]
fn random_pair(bencher: Bencher) {
    let streams = Streams::new(1, 0);
    let mut n = 0;
    bencher.bench_local(|| {
        n += 1;
        streams.pair(black_box(n), 7)
    });
}

/// One address after the other of one call, as messages of a call have them.
#[divan::bench]
fn streams_of_a_call(bencher: Bencher) {
    let streams = Streams::new(1, 0);
    bencher.bench_local(|| (0..16).fold(0, |sum, nth| streams.pair(black_box(7), nth)[0] ^ sum));
}

/// Of all that an agent wants done, the message.
fn sent(out: &mut Actions) -> Option<Message> {
    let message = out.as_slice().iter().find_map(|action| match action {
        Action::Send { message, .. } => Some(*message),
        Action::Set(..) | Action::SetWithin { .. } | Action::Clear(_) | Action::Tell(_) => None,
    });
    out.forget();
    message
}

/// A client and a server transaction to and fro, without a network: a refresh of a standing session.
#[divan::bench]
fn refresh_to_and_fro(bencher: Bencher) {
    let [mut caller, mut callee] = [(0, Side::Callee), (1, Side::Caller)]
        .map(|(element, faces)| Agent::new(element, faces, Profile::RFC, Span::ZERO));
    let [mut of_caller, mut of_callee] = [Actions::new(), Actions::new()];
    establish(&mut caller, &mut callee, Time::ZERO, Span::ZERO, [&mut of_caller, &mut of_callee]);
    let mut now = Time::ZERO;
    bencher.bench_local(|| {
        of_caller.forget();
        of_callee.forget();
        now = now + Span::from_secs(900);
        caller.handle(now, Input::Fire(Timer::Refresh), &mut of_caller);
        let update = sent(&mut of_caller).expect("a refresh");
        callee.handle(now, Input::Receive(&update), &mut of_callee);
        let answer = sent(&mut of_callee).expect("its answer");
        caller.handle(now, Input::Receive(&answer), &mut of_caller);
        of_caller.len()
    });
}

#[divan::bench]
fn exponential(bencher: Bencher) {
    let law = Distribution::Exponential { mean: Span::from_secs(180) };
    let mut bits = 0u64;
    bencher.bench_local(|| {
        bits = bits.wrapping_add(0x9E37_79B9_7F4A_7C15);
        law.sample(black_box(bits))
    });
}

#[divan::bench]
fn histogram_add(bencher: Bencher) {
    let mut histogram = Histogram::new();
    let mut n = 0u64;
    bencher.bench_local(|| {
        n = n.wrapping_add(0x9E37_79B9_7F4A_7C15);
        histogram.add(Span::from_millis(n >> 43));
    });
}
