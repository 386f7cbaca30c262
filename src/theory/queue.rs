//! Waiting for one's turn where arrivals come at random: the formula of Pollaczek and Khinchine, for M/G/1.

/// The mean wait of arrivals that come in a Poisson process, `per_s` a second, to be served one after the other for
/// times with this mean and mean square, in seconds and s²; `None` where more come than can be served.
///
/// With one size of all, M/D/1: ρ / (2 (1 - ρ)) services.
pub fn mean_wait_s(per_s: f64, [mean_s, square_s2]: [f64; 2]) -> Option<f64> {
    let load = per_s * mean_s;
    (load < 1.0).then(|| per_s * square_s2 / (2.0 * (1.0 - load)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_size_waits_half_as_long_as_exponential_sizes() {
        for load in [0.1, 0.5, 0.9] {
            let service = 0.02;
            let per_s = load / service;
            let deterministic = mean_wait_s(per_s, [service, service * service]).unwrap();
            assert!((deterministic - service * load / (2.0 * (1.0 - load))).abs() < 1e-12);
            let exponential = mean_wait_s(per_s, [service, 2.0 * service * service]).unwrap();
            assert!((exponential - service * load / (1.0 - load)).abs() < 1e-12);
        }
    }

    #[test]
    fn what_is_offered_more_than_can_be_served_waits_ever_longer() {
        assert_eq!(mean_wait_s(50.0, [0.02, 0.0004]), None);
        assert_eq!(mean_wait_s(0.0, [0.02, 0.0004]), Some(0.0));
    }
}
