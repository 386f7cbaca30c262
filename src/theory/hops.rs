//! A BYE over several hops: the probability that no copy of it arrives, with independent loss per hop.
//!
//! A stateful proxy opens a transaction of its own and resends by itself; a stateless one forwards each copy that
//! reaches it (RFC 3261, sections 16.2 and 16.11).

use super::math::{is_probability, power};
use super::schedule::Schedule;

/// With stateful proxies: 1 - product of (1 - p_i^n), for each hop has all n copies of `schedule` to itself.
///
/// `losses` are the p_i in 0..=1, else `None`; without a hop nothing is lost.
pub fn nothing_arrives_by_stateful(losses: &[f64], schedule: &Schedule) -> Option<f64> {
    let copies = schedule.sends().len();
    lost_on_the_way(losses, |loss| power(loss, copies))
}

/// With stateless proxies: (1 - product of (1 - p_i))^n, for each of the n copies must pass all hops.
///
/// Arguments as of [`nothing_arrives_by_stateful`].
pub fn nothing_arrives_by_stateless(losses: &[f64], schedule: &Schedule) -> Option<f64> {
    let copies = schedule.sends().len();
    lost_on_the_way(losses, |loss| loss).map(|lost| power(lost, copies))
}

/// 1 - product of (1 - lost(p_i)), summed up so that small probabilities keep their digits.
fn lost_on_the_way(losses: &[f64], lost: impl Fn(f64) -> f64) -> Option<f64> {
    losses.iter().try_fold(0.0, |before, &loss| is_probability(loss).then(|| before + (1.0 - before) * lost(loss)))
}

#[cfg(test)]
mod tests {
    use super::super::schedule::{T1, T2};
    use super::super::testing::assert_digits;
    use super::*;

    #[test]
    fn a_stateful_proxy_adds_losses_and_a_stateless_one_multiplies_them() {
        let bye = Schedule::non_invite(T1, T2).unwrap();
        let path = [0.2, 0.2];
        let stateful = nothing_arrives_by_stateful(&path, &bye).unwrap();
        assert_digits(stateful, 2.0 * 2.048e-8, 4);
        // The same as a request and its response: the transaction's 1.316e-5.
        let stateless = nothing_arrives_by_stateless(&path, &bye).unwrap();
        assert_digits(stateless, 1.316e-5, 4);
    }

    #[test]
    fn one_hop_is_the_same_either_way_and_none_loses_nothing() {
        let bye = Schedule::non_invite(T1, T2).unwrap();
        for losses in [&[0.3][..], &[]] {
            assert_eq!(nothing_arrives_by_stateful(losses, &bye), nothing_arrives_by_stateless(losses, &bye));
        }
        assert_eq!(nothing_arrives_by_stateful(&[], &bye), Some(0.0));
    }

    #[test]
    fn losses_without_meaning_are_refused() {
        let bye = Schedule::non_invite(T1, T2).unwrap();
        for bad in [-0.1, 1.1, f64::NAN] {
            assert_eq!(nothing_arrives_by_stateful(&[0.1, bad], &bye), None);
            assert_eq!(nothing_arrives_by_stateless(&[bad], &bye), None);
        }
    }
}
