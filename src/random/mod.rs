//! Random numbers that are addressed by what they decide.
//!
//! [`Streams`] is the one source of chance. A number is asked for by *(seed, replication, call, decision)* and is the
//! same whoever asks, whenever, and on whatever thread: no generator is stepped, so adding a call, a node or a message
//! changes no other number. [`Distribution`] turns a number into a length of time, one number for one value;
//! [`Probability`] turns it into a yes or a no.
//!
//! The root is ChaCha8 (`rand_chacha`): seed and replication choose the key of all streams of a run. Under that key
//! each single number comes from Philox2x64-7, a counter-based generator made for this purpose (Salmon, Moraes, Dror,
//! Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011; the smallest number of rounds that passes BigCrush is
//! six). Its known answers are tested below.

mod distribution;
mod gamma;
mod normal;
mod table;

pub use distribution::Distribution;
pub use table::Table;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// The source of every random number of one replication of one run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Streams {
    /// The key of each round.
    keys: [u64; ROUNDS],
}

/// Two independent 64-bit uniform numbers: what one address holds.
pub type Pair = [u64; 2];

impl Streams {
    /// The streams of replication `replication` under `seed`.
    pub fn new(seed: u64, replication: u64) -> Streams {
        let mut root = ChaCha8Rng::seed_from_u64(seed);
        root.set_stream(replication);
        Streams { keys: round_keys(root.next_u64()) }
    }

    /// The two numbers that belong to `decision` of `call`.
    #[inline]
    pub fn pair(&self, call: u64, decision: u64) -> Pair {
        philox2x64_7([call, decision], &self.keys)
    }
}

/// The rounds of the generator.
const ROUNDS: usize = 7;

/// The keys of the rounds under `key`.
fn round_keys(key: u64) -> [u64; ROUNDS] {
    const WEYL: u64 = 0x9E37_79B9_7F4A_7C15;
    std::array::from_fn(|round| key.wrapping_add(WEYL.wrapping_mul(round as u64)))
}

/// Philox2x64 with seven rounds: a bijection of the 128-bit counter for each key.
#[inline]
fn philox2x64_7(mut counter: Pair, keys: &[u64; ROUNDS]) -> Pair {
    const MULTIPLIER: u64 = 0xD2B7_4407_B1CE_6E93;
    for key in keys {
        let product = u128::from(counter[0]) * u128::from(MULTIPLIER);
        counter = [(product >> 64) as u64 ^ key ^ counter[1], product as u64];
    }
    counter
}

/// A uniform number in the open interval (0, 1), from the upper 52 bits of `bits`; never 0 and never 1.
#[inline]
pub fn unit(bits: u64) -> f64 {
    ((bits >> 12) as f64 + 0.5) / (1u64 << 52) as f64
}

/// A probability, held as a threshold so that a draw is one integer comparison.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Probability {
    value: f64,
    /// `happens` for numbers below this; 2^64 is `always`.
    threshold: u64,
    always: bool,
}

impl Probability {
    /// It never happens.
    pub const NEVER: Probability = Probability { value: 0.0, threshold: 0, always: false };
    /// It always happens.
    pub const ALWAYS: Probability = Probability { value: 1.0, threshold: u64::MAX, always: true };

    /// The probability `value`; `None` unless 0 <= `value` <= 1.
    pub fn new(value: f64) -> Option<Probability> {
        // 2^64 as a float is exact; `as` saturates, and the one value that would is `always`.
        let threshold = (value * 18_446_744_073_709_551_616.0) as u64;
        (0.0..=1.0).contains(&value).then_some(Probability { value, threshold, always: value >= 1.0 })
    }

    /// The probability as a number, from 0 to 1.
    pub fn get(self) -> f64 {
        self.value
    }

    /// Whether the uniform number `bits` falls below this probability.
    #[inline]
    pub fn happens(self, bits: u64) -> bool {
        bits < self.threshold || self.always
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn philox_gives_the_known_answers_of_its_authors() {
        let cases: [(Pair, u64, Pair); 3] = [
            ([0, 0], 0, [0xb41d_a69f_bfef_c666, 0x511e_9ce1_a553_4056]),
            ([u64::MAX, u64::MAX], u64::MAX, [0xa469_6cc0_4462_015d, 0x7247_82da_e171_69e9]),
            (
                [0x243f_6a88_85a3_08d3, 0x1319_8a2e_0370_7344],
                0xa409_3822_299f_31d0,
                [0x98ed_1534_392b_f372, 0x6752_8b15_6888_2fd5],
            ),
        ];
        for (counter, key, expected) in cases {
            assert_eq!(philox2x64_7(counter, &round_keys(key)), expected);
        }
    }

    #[test]
    fn a_number_depends_on_each_part_of_its_address() {
        let base = Streams::new(1, 0).pair(7, 9);
        assert_eq!(base, Streams::new(1, 0).pair(7, 9));
        assert_ne!(base, Streams::new(2, 0).pair(7, 9));
        assert_ne!(base, Streams::new(1, 1).pair(7, 9));
        assert_ne!(base, Streams::new(1, 0).pair(8, 9));
        assert_ne!(base, Streams::new(1, 0).pair(7, 10));
    }

    #[test]
    fn numbers_of_neighbouring_addresses_are_uniform_and_unrelated() {
        // Means and lag products of 2^16 neighbours, each within five standard errors of what independence gives.
        let streams = Streams::new(3, 0);
        let n = 1u64 << 16;
        let (mut sum, mut lag, mut cross) = (0.0, 0.0, 0.0);
        for i in 0..n {
            let [a, b] = streams.pair(i / 64, i % 64);
            let [next, _] = streams.pair((i + 1) / 64, (i + 1) % 64);
            let (a, b, next) = (unit(a) - 0.5, unit(b) - 0.5, unit(next) - 0.5);
            sum += a;
            lag += a * next;
            cross += a * b;
        }
        let root = (n as f64).sqrt();
        assert!((sum / root).abs() < 5.0 / 12f64.sqrt());
        assert!((lag / root).abs() < 5.0 / 12.0);
        assert!((cross / root).abs() < 5.0 / 12.0);
    }

    #[test]
    fn certainty_always_happens_and_impossibility_never() {
        for bits in [0, 1, u64::MAX / 2, u64::MAX] {
            assert!(Probability::ALWAYS.happens(bits));
            assert!(!Probability::NEVER.happens(bits));
        }
        assert_eq!(Probability::new(1.0), Some(Probability::ALWAYS));
        assert_eq!(Probability::new(0.0), Some(Probability::NEVER));
    }

    proptest! {
        #[test]
        fn only_numbers_from_zero_to_one_are_probabilities(value in -2.0..3.0f64) {
            prop_assert_eq!(Probability::new(value).is_some(), (0.0..=1.0).contains(&value));
        }

        #[test]
        fn a_probability_happens_exactly_below_its_threshold(value in 0.0..1.0f64, bits in any::<u64>()) {
            let happens = Probability::new(value).unwrap().happens(bits);
            prop_assert_eq!(happens, u128::from(bits) < (value * 18_446_744_073_709_551_616.0) as u128);
        }

        #[test]
        fn a_unit_number_is_never_zero_nor_one(bits in any::<u64>()) {
            prop_assert!(unit(bits) > 0.0 && unit(bits) < 1.0);
        }
    }
}
