//! Ghosts and the ports that they hold: Poisson arrivals, and Erlang's loss formula.

use super::math::{is_not_negative, is_probability};

/// The probability that a call meets `ports` busy ports, by Erlang B.
///
/// `load` is the offered traffic in erlangs (arrivals per second times mean holding time), finite and not below 0,
/// else `None`. By the recurrence B(n) = a B(n-1) / (n + a B(n-1)) from B(0) = 1, which neither overflows nor
/// cancels; it takes `ports` steps. The holding time may have any distribution (Sevastyanov 1957).
pub fn blocking(load: f64, ports: u32) -> Option<f64> {
    is_not_negative(load).then(|| {
        (1..=ports).fold(1.0, |blocked, port| {
            let offered = load * blocked;
            offered / (f64::from(port) + offered)
        })
    })
}

/// The mean number of ghosts at once, by Little's law: arrivals times P(BYE lost) times mean recovery time. Their
/// number is Poisson, so this is its variance too.
///
/// `calls_per_second` and `mean_recovery` (seconds) finite and not below 0, `bye_lost` in 0..=1, else `None`.
pub fn ghosts(calls_per_second: f64, bye_lost: f64, mean_recovery: f64) -> Option<f64> {
    let meant = is_not_negative(calls_per_second) && is_probability(bye_lost) && is_not_negative(mean_recovery);
    meant.then_some(calls_per_second * bye_lost * mean_recovery)
}

/// The offered load in erlangs when ghosts hold their ports like calls: arrivals times (talk + P(BYE lost) recovery).
///
/// Arguments as of [`ghosts`]; `mean_talk` in seconds, finite and not below 0.
pub fn load_with_ghosts(calls_per_second: f64, mean_talk: f64, bye_lost: f64, mean_recovery: f64) -> Option<f64> {
    is_not_negative(mean_talk).then_some(())?;
    ghosts(calls_per_second, bye_lost, mean_recovery).map(|held| calls_per_second * mean_talk + held)
}

#[cfg(test)]
mod tests {
    use super::super::testing::assert_digits;
    use super::*;

    #[test]
    fn five_ghosts_double_the_blocking_of_117_ports() {
        assert_digits(blocking(100.0, 117).unwrap(), 0.00979, 3);
        // 1 call a second of 100 s; 1 % of BYEs lost, recovered after 500 s.
        assert_eq!(ghosts(1.0, 0.01, 500.0), Some(5.0));
        let load = load_with_ghosts(1.0, 100.0, 0.01, 500.0).unwrap();
        assert_digits(blocking(load, 117).unwrap(), 0.02145, 4);
    }

    #[test]
    fn no_port_blocks_all_and_no_load_nothing() {
        assert_eq!(blocking(3.0, 0), Some(1.0));
        assert_eq!(blocking(0.0, 1), Some(0.0));
        assert_eq!(blocking(1.0, 1), Some(0.5));
    }

    #[test]
    fn a_huge_load_blocks_nearly_all_without_overflow() {
        assert_digits(blocking(1e300, 100_000).unwrap(), 1.0, 12);
    }

    #[test]
    fn loads_without_meaning_are_refused() {
        for bad in [-1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(blocking(bad, 10), None);
            assert_eq!(ghosts(bad, 0.1, 10.0), None);
            assert_eq!(ghosts(1.0, bad, 10.0), None);
            assert_eq!(ghosts(1.0, 0.1, bad), None);
            assert_eq!(load_with_ghosts(1.0, bad, 0.1, 10.0), None);
        }
    }
}
