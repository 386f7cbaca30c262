use super::*;
use crate::random::Streams;
use proptest::prelude::*;

const ERRORS: f64 = 4.0;

fn gilbert(good_s: f64, bad_s: f64) -> Chain {
    Chain::in_continuous_time([[0.0, 1.0 / good_s], [1.0 / bad_s, 0.0]]).unwrap()
}

fn secs(seconds: f64) -> Time {
    Time::ZERO + Span::from_secs_f64(seconds)
}

/// netem's chain: received in a gap, received in a burst, lost in a burst, lost alone.
fn netem(p13: f64, p31: f64, p32: f64, p23: f64, p14: f64) -> [[f64; 4]; 4] {
    [
        [1.0 - p13 - p14, 0.0, p13, p14],
        [0.0, 1.0 - p23, p23, 0.0],
        [p31, p32, 1.0 - p31 - p32, 0.0],
        [1.0, 0.0, 0.0, 0.0],
    ]
}

/// How often copies of the chain pass through these states at these instants.
fn share_of(chain: &Chain, seed: u64, n: u64, instants: &[Time], states: &[usize]) -> f64 {
    let streams = Streams::new(seed, 0);
    let hits = (0..n).filter(|&i| {
        instants.iter().zip(states).all(|(&at, &state)| chain.stay(at, |point| streams.pair(i, point)).state == state)
    });
    hits.count() as f64 / n as f64
}

#[track_caller]
fn assert_share(found: f64, expected: f64, n: u64, what: &str) {
    let error = (expected * (1.0 - expected) / n as f64).sqrt().max(1.0 / n as f64);
    assert!((found - expected).abs() <= ERRORS * error, "{what}: {found}, not {expected} +- {error}");
}

#[test]
fn states_at_several_instants_are_distributed_as_the_transition_matrix_says() {
    // P(t) = g + B e^-(a+b)t on the diagonal, and so on.
    for (good, bad) in [(600.0, 10.0), (0.467, 0.011), (3.28, 1.01), (1.0, 1.0)] {
        let chain = gilbert(good, bad);
        let (g, b) = (good / (good + bad), bad / (good + bad));
        let kept = |t: f64| libm::exp(-(1.0 / good + 1.0 / bad) * t);
        let n = 40_000;
        for start in [0.0, 1_234.567_891, 86_400.0 * 30.0] {
            for gap in [bad / 20.0, bad, good / 3.0] {
                let bad_twice = b * (b + g * kept(gap));
                let found = share_of(&chain, 7, n, &[secs(start), secs(start + gap)], &[1, 1]);
                assert_share(found, bad_twice, n, &format!("{good}/{bad} at {start} and {gap} later"));
                let late = secs(start + 2.5 * gap);
                let path = g * (b - b * kept(gap)) * (g - g * kept(1.5 * gap));
                let found = share_of(&chain, 8, n, &[secs(start), secs(start + gap), late], &[0, 1, 0]);
                assert_share(found, path, n, &format!("{good}/{bad}: there and back"));
            }
        }
    }
}

#[test]
fn a_chain_by_steps_moves_by_its_matrix_at_every_step() {
    let matrix = netem(0.05, 0.3, 0.4, 0.6, 0.02);
    let chain = Chain::by_steps(Span::from_millis(20), matrix).unwrap();
    let [p13, p31, p32, p23, p14] = [0.05, 0.3, 0.4, 0.6, 0.02];
    let lost = (p13 * p23 + p14 * p31 * p23) / (p31 * p23 + p13 * p32 + p13 * p23 + p14 * p31 * p23);
    assert!((chain.shares()[2] + chain.shares()[3] - lost).abs() < 1e-14);
    let power = |n: usize| {
        (0..n).fold([[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 1.0]], |m, _| {
            m.map(|row: [f64; 4]| std::array::from_fn(|j| (0..4).map(|k| row[k] * matrix[k][j]).sum()))
        })
    };
    let n = 40_000;
    for steps in [1usize, 2, 5, 25] {
        let instants = [secs(77.7), secs(77.7 + 0.02 * steps as f64)];
        for (from, to) in [(0, 3), (2, 2), (3, 0), (1, 2)] {
            let expected = chain.shares()[from] * power(steps)[from][to];
            let found = share_of(&chain, 9, n, &instants, &[from, to]);
            assert_share(found, expected, n, &format!("{from} to {to} in {steps} steps"));
        }
    }
}

#[test]
fn a_stay_lasts_an_exponential_time_around_the_instant_that_asks() {
    // Follow the known stays to where the state changes: the time to the end of a bad time is again exponential.
    let chain = gilbert(5.0, 0.7);
    let streams = Streams::new(3, 0);
    let (n, start) = (20_000, secs(1000.0));
    let rests: Vec<f64> = (0..n)
        .filter_map(|i| {
            let ask = |at| chain.stay(at, |point| streams.pair(i, point));
            let mut stay = ask(start);
            if stay.state == 0 {
                return None;
            }
            while stay.state == 1 {
                stay = ask(stay.until);
            }
            Some(stay.from.since(start).as_secs_f64())
        })
        .collect();
    let count = rests.len() as f64;
    let mean = rests.iter().sum::<f64>() / count;
    assert!((mean - 0.7).abs() < ERRORS * 0.7 / count.sqrt(), "{mean}");
    let long = rests.iter().filter(|&&rest| rest > 1.4).count() as f64 / count;
    assert_share(long, libm::exp(-2.0), rests.len() as u64, "longer than twice the mean");
}

#[test]
fn rare_states_and_long_times_keep_their_shares() {
    // Half an hour a month, and means beyond all of time.
    let rare = gilbert(30.0 * 86_400.0, 1800.0);
    let n = 200_000;
    let found = share_of(&rare, 4, n, &[secs(5e7)], &[1]);
    assert_share(found, 1800.0 / (30.0 * 86_400.0 + 1800.0), n, "half an hour a month");
    let endless = gilbert(1e12, 1e12);
    assert!(!endless.settles);
    let found = share_of(&endless, 5, 20_000, &[secs(1e9)], &[1]);
    assert_share(found, 0.5, 20_000, "states that outlast time");
    let fast = gilbert(3e-9, 1e-9);
    assert_share(share_of(&fast, 6, 20_000, &[secs(2.0)], &[1]), 0.25, 20_000, "a nanosecond");
}

#[test]
fn rows_sum_to_one_on_every_level() {
    for chain in [
        gilbert(600.0, 10.0),
        gilbert(1e6, 1e-3),
        Chain::by_steps(Span::from_millis(20), netem(0.1, 0.5, 0.5, 1.0, 0.6)).unwrap(),
    ] {
        for level in &chain.levels {
            for from in 0..chain.states {
                assert!((level.row(from).iter().sum::<f64>() - 1.0).abs() < 1e-12);
            }
        }
        assert!(chain.settles);
    }
}

#[test]
fn what_is_no_chain_with_one_long_run_is_refused() {
    assert_eq!(Chain::in_continuous_time([[0.0, -1.0], [1.0, 0.0]]), None);
    assert_eq!(Chain::in_continuous_time([[0.0, f64::NAN], [1.0, 0.0]]), None);
    assert_eq!(Chain::in_continuous_time([[0.0, 0.0], [0.0, 0.0]]), None);
    assert_eq!(Chain::by_steps(Span::ZERO, [[0.5, 0.5], [0.5, 0.5]]), None);
    assert_eq!(Chain::by_steps(Span::from_millis(1), [[0.5, 0.6], [0.5, 0.5]]), None);
    // A state that is left for good is a chain all the same.
    let shares = Chain::in_continuous_time([[0.0, 1.0], [0.0, 0.0]]).unwrap();
    assert_eq!(shares.shares(), [0.0, 1.0]);
}

proptest! {
    /// Whatever is asked first, every stay holds all through its time.
    #[test]
    fn the_same_instant_has_the_same_state_whatever_stay_is_found_around_it(
        good in 0.001..100.0f64, bad in 0.001..100.0f64, seed in any::<u64>(), instants in prop::collection::vec(0u64..1 << 42, 1..20)
    ) {
        let chain = gilbert(good, bad);
        let by_steps = Chain::by_steps(Span::from_millis(20), netem(0.1, 0.4, 0.3, 0.5, 0.05)).unwrap();
        let streams = Streams::new(seed, 0);
        for chain in [chain, by_steps] {
            for &nanos in &instants {
                let ask = |nanos: u64| chain.stay(Time::from_nanos(nanos), |point| streams.pair(0, point));
                let stay = ask(nanos);
                let [from, until] = [stay.from, stay.until].map(Time::as_nanos);
                prop_assert!(from <= nanos && nanos < until);
                for other in [from, until - 1, from + (until - from) / 3] {
                    prop_assert_eq!(ask(other), stay);
                }
            }
        }
    }
}
