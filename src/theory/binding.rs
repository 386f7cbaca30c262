//! A BYE from outside a NAT, and a binding that only what leaves refreshes.
//!
//! The agent inside refreshes the session each c = h + RTT, and so the binding. The other one hangs up after an
//! exponential talk time of mean T, when the binding has been silent for a time A with density e^(-A/T) / (T (1 -
//! e^(-c/T))) on [0, c]. Where A exceeds the binding's life E no copy of the BYE gets in, until the next refresh opens
//! it again; by then the refresh is answered 481 sooner than a copy comes, but for a round trip in each gap of 4 s.

use super::math::{is_not_negative, is_positive, outlasts};

/// The probability that a BYE from outside is lost: (e^(-E/T) - e^(-c/T)) / (1 - e^(-c/T)), and 0 where `lasts`, E,
/// reaches `cycle`, c. `talk` is T. Seconds; `None` for what has no meaning.
pub fn shuts_out_bye(lasts: f64, cycle: f64, talk: f64) -> Option<f64> {
    (is_not_negative(lasts) && is_positive(cycle) && is_positive(talk)).then_some(())?;
    let whole = 1.0 - outlasts(cycle, talk);
    Some(((outlasts(lasts, talk) - outlasts(cycle, talk)) / whole).max(0.0))
}

/// The mean recovery time of those calls: the agent inside is told 481 when it refreshes, c - A after the hang-up. So
/// it is the mean of c - A over E < A < c, to which `round_trip` comes. Seconds; `None` if no BYE is lost.
pub fn recovery(lasts: f64, cycle: f64, talk: f64, round_trip: f64) -> Option<f64> {
    (shuts_out_bye(lasts, cycle, talk)? > 0.0).then_some(())?;
    // With x = A - E on [0, w]: the mean of w - x under a density in proportion to e^(-x/T).
    let width = cycle - lasts;
    let mean_x = talk - width / libm::expm1(width / talk);
    Some(width - mean_x + round_trip)
}

#[cfg(test)]
mod tests {
    use super::super::testing::Random;
    use super::*;

    #[test]
    fn long_calls_are_shut_out_for_what_is_left_of_the_cycle() {
        let lost = shuts_out_bye(30.0, 900.0, 1e9).unwrap();
        assert!((lost - 870.0 / 900.0).abs() < 1e-6);
        assert!((recovery(30.0, 900.0, 1e9, 0.1).unwrap() - 435.1).abs() < 1e-3);
        assert_eq!(shuts_out_bye(900.0, 900.0, 180.0), Some(0.0));
        assert_eq!(shuts_out_bye(1000.0, 900.0, 180.0), Some(0.0));
        assert_eq!(recovery(1000.0, 900.0, 180.0, 0.1), None);
    }

    #[test]
    fn exponential_calls_agree_with_sampling() {
        let (lasts, cycle, talk) = (120.0, 300.0, 180.0);
        let mut random = Random(31);
        let n = 200_000u64;
        let ages = (0..n).map(|_| random.exponential(talk) % cycle);
        let late: Vec<f64> = ages.filter(|age| *age > lasts).map(|age| cycle - age).collect();
        let share = late.len() as f64 / n as f64;
        let expected = shuts_out_bye(lasts, cycle, talk).unwrap();
        assert!((share - expected).abs() < 4.0 * (expected * (1.0 - expected) / n as f64).sqrt());
        let mean = late.iter().sum::<f64>() / late.len() as f64;
        let expected = recovery(lasts, cycle, talk, 0.0).unwrap();
        assert!((mean - expected).abs() < 4.0 * 52.0 / (late.len() as f64).sqrt(), "{mean}, not {expected}");
    }

    #[test]
    fn times_without_meaning_are_refused() {
        assert_eq!(shuts_out_bye(-1.0, 900.0, 180.0), None);
        assert_eq!(shuts_out_bye(30.0, 0.0, 180.0), None);
        assert_eq!(shuts_out_bye(30.0, 900.0, f64::NAN), None);
    }
}
