//! The gamma distribution function and its inverse.

use super::normal::normal_quantile;

/// The quantile of the standard gamma distribution of this `shape` (mean `shape`) at probability `p` in (0, 1), to
/// about 13 digits.
///
/// Newton's method on ln x, kept inside a bracket that shrinks with every step, on the smaller of the two tails.
pub(super) fn gamma_quantile(shape: f64, p: f64) -> f64 {
    const MOST_STEPS: usize = 200;
    let upper = p > 0.5;
    let target = if upper { 1.0 - p } else { p };
    let (mut low, mut high) = (f64::NEG_INFINITY, f64::INFINITY);
    let mut log_x = first_guess(shape, p);
    for _ in 0..MOST_STEPS {
        let x = libm::exp(log_x);
        let (below, above) = gamma_tails(shape, x);
        let tail = if upper { above } else { below };
        // Both tails bend the other way round; the sign makes one rule of them.
        let excess = if upper { target - tail } else { tail - target };
        if excess > 0.0 {
            high = log_x;
        } else {
            low = log_x;
        }
        let slope = libm::exp(shape * log_x - x - libm::lgamma(shape));
        // In ratios to the target, so that far tails converge as fast as the middle.
        let step = if tail > 0.0 && slope > 0.0 { libm::log(tail / target) * tail / slope } else { f64::NAN };
        let mut next = log_x - if upper { -step } else { step };
        if !(next > low && next < high) {
            next = match (low.is_finite(), high.is_finite()) {
                (true, true) => low + (high - low) / 2.0,
                (true, false) => low + 1.0,
                (false, true) => high - 1.0 / shape.min(1.0),
                (false, false) => return x,
            };
        }
        if (next - log_x).abs() <= 1e-15 * log_x.abs().max(1.0) {
            return libm::exp(next);
        }
        log_x = next;
    }
    libm::exp(log_x)
}

/// The logarithm of about the quantile: by Wilson and Hilferty's cube of a normal number, or by the power at zero.
fn first_guess(shape: f64, p: f64) -> f64 {
    let root = 1.0 - 1.0 / (9.0 * shape) + normal_quantile(p) / (3.0 * shape.sqrt());
    if shape >= 1.0 && root > 0.2 {
        return libm::log(shape) + 3.0 * libm::log(root);
    }
    let by_power = (libm::log(p) + libm::lgamma(shape + 1.0)) / shape;
    // Beyond about 1 the power overshoots, and the tail is nearly exponential.
    by_power.min(libm::log(1.0 + shape - libm::log1p(-p)))
}

/// The probabilities that a gamma number of this `shape` lies below and above `x`: the regularised incomplete gamma
/// functions, by the power series of the one below `shape` + 1 and by the continued fraction of the other beyond.
pub(super) fn gamma_tails(shape: f64, x: f64) -> (f64, f64) {
    if x <= 0.0 {
        return (0.0, 1.0);
    }
    if x.is_infinite() {
        return (1.0, 0.0);
    }
    let front = libm::exp(shape * libm::log(x) - x - libm::lgamma(shape));
    const MOST_TERMS: usize = 100_000;
    if x < shape + 1.0 {
        // x^a e^-x / Gamma(a) times the sum of x^n / (a (a+1) ... (a+n)).
        let (mut term, mut sum) = (1.0 / shape, 1.0 / shape);
        for n in 1..MOST_TERMS {
            term *= x / (shape + n as f64);
            sum += term;
            if term < sum * 1e-17 {
                break;
            }
        }
        let below = (front * sum).min(1.0);
        return (below, 1.0 - below);
    }
    // 1 / (x+1-a - 1(1-a) / (x+3-a - 2(2-a) / (x+5-a - ...))), from the top by Lentz's ratios.
    const TINY: f64 = 1e-300;
    let not_zero = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut b = x + 1.0 - shape;
    let mut c = 1.0 / TINY;
    let mut d = 1.0 / not_zero(b);
    let mut fraction = d;
    for n in 1..MOST_TERMS {
        let a = -(n as f64) * (n as f64 - shape);
        b += 2.0;
        d = 1.0 / not_zero(a * d + b);
        c = not_zero(b + a / c);
        fraction *= d * c;
        if (d * c - 1.0).abs() < 1e-16 {
            break;
        }
    }
    let above = (front * fraction).clamp(0.0, 1.0);
    (1.0 - above, above)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shape_one_is_the_exponential_law_and_shape_a_half_the_square_of_a_normal_number() {
        for i in 1..1000 {
            let p = f64::from(i) / 1000.0;
            let exponential = -libm::log1p(-p);
            assert!((gamma_quantile(1.0, p) / exponential - 1.0).abs() < 1e-12, "{p}");
            let normal = normal_quantile(0.5 + p / 2.0);
            assert!((gamma_quantile(0.5, p) / (normal * normal / 2.0) - 1.0).abs() < 1e-11, "{p}");
        }
    }

    #[test]
    fn tabulated_quantiles_of_chi_square_come_out() {
        // Half of chi-square with 2a degrees of freedom: upper percentage points as printed in every table.
        for (freedom, p, chi_square) in [
            (1.0, 0.95, 3.841_459),
            (2.0, 0.99, 9.210_340),
            (4.0, 0.05, 0.710_723),
            (10.0, 0.975, 20.483_177),
            (30.0, 0.5, 29.336_032),
            (100.0, 0.01, 70.064_895),
        ] {
            let found = 2.0 * gamma_quantile(freedom / 2.0, p);
            assert!((found - chi_square).abs() < 1e-6, "{freedom}, {p}: {found}");
        }
    }

    #[test]
    fn the_quantile_undoes_the_distribution_function_from_the_far_left_to_the_far_right() {
        for shape in [0.02, 0.3, 0.9, 1.5, 7.0, 40.0, 2500.0] {
            for p in [1e-15, 1e-9, 1e-3, 0.1, 0.4999, 0.5001, 0.9, 0.999, 1.0 - 1e-9, 1.0 - 1e-13] {
                let x = gamma_quantile(shape, p);
                let (below, above) = gamma_tails(shape, x);
                // Below the least float the quantile is 0.
                if x > 0.0 {
                    let relative = if p < 0.5 { below / p - 1.0 } else { above / (1.0 - p) - 1.0 };
                    assert!(relative.abs() < 1e-9, "{shape}, {p}: {x} has {below}, {above}");
                }
            }
        }
    }
}
