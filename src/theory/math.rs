//! The few functions that all forms share: powers, and the exponential talk time.

/// `base` to a whole power; 1 for the power 0, also of 0.
pub(super) fn power(base: f64, exponent: usize) -> f64 {
    libm::pow(base, exponent as f64)
}

/// P(T > span) for T exponential with this mean.
pub(super) fn outlasts(span: f64, mean: f64) -> f64 {
    libm::exp(-span / mean)
}

/// P(T < span) for T exponential with this mean, without cancellation for short spans.
pub(super) fn ends_within(span: f64, mean: f64) -> f64 {
    -libm::expm1(-span / mean)
}

/// The mean of T where T < span and of 0 elsewhere, for T exponential with this mean: mean (1 - e^-x - x e^-x), x =
/// span / mean.
///
/// Below x = 0.01 by its power series, sum of (-1)^n (n-1)/n! x^n from n = 2, whose first term left out is below 2e-15
/// of the whole: the plain form would lose all its digits there.
pub(super) fn mean_if_ends_within(span: f64, mean: f64) -> f64 {
    let x = span / mean;
    if x < 0.01 {
        let tail = 1.0 / 30.0 - x * (1.0 / 144.0 - x * (1.0 / 840.0 - x / 5760.0));
        span * x * (1.0 / 2.0 - x * (1.0 / 3.0 - x * (1.0 / 8.0 - x * tail)))
    } else {
        mean * ends_within(span, mean) - span * outlasts(span, mean)
    }
}

/// The share of `whole` that `span` takes: 0..=1, and 0 if `span` is no number.
pub(super) fn share(span: f64, whole: f64) -> f64 {
    (span.max(0.0) / whole).min(1.0)
}

/// Is this a time or rate that a form can work with: finite and above zero?
pub(super) fn is_positive(value: f64) -> bool {
    value.is_finite() && value > 0.0
}

/// Is this finite and not below zero?
pub(super) fn is_not_negative(value: f64) -> bool {
    value.is_finite() && value >= 0.0
}

/// Is this a probability?
pub(super) fn is_probability(value: f64) -> bool {
    (0.0..=1.0).contains(&value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_series_for_short_spans_meets_the_plain_form() {
        let (below, above) = (0.01 * (1.0 - 1e-12), 0.01);
        let (series, plain) = (mean_if_ends_within(below, 1.0), mean_if_ends_within(above, 1.0));
        assert!((series / plain - 1.0).abs() < 1e-11);
    }

    #[test]
    fn a_talk_far_longer_than_the_span_ends_uniformly_in_it() {
        let mean_end = mean_if_ends_within(900.0, 1e15) / ends_within(900.0, 1e15);
        assert!((mean_end - 450.0).abs() < 1e-9);
    }

    #[test]
    fn a_talk_far_shorter_than_the_span_keeps_its_own_mean() {
        assert_eq!(mean_if_ends_within(1e300, 1e-300), 1e-300);
    }
}
