//! Expectations under a unit normal for functions that are analytic except for a kink at 0.

use crate::values::exact::{exp, normal_density};

/// Computes `E[g(z)]` for `z ~ N(0, 1)` by the trapezoidal rule on each half-line after substituting `z = exp(t -
/// exp(-t))`, which makes the integrand vanish doubly exponentially at both ends (Takahasi & Mori 1974). `g` may have a
/// kink at 0.
pub(super) fn expectation(g: impl Fn(f64) -> f64) -> f64 {
    const STEPS_PER_UNIT: i32 = 64;
    let step = 1.0 / f64::from(STEPS_PER_UNIT);
    let mut sum = 0.0;
    for index in -5 * STEPS_PER_UNIT..=4 * STEPS_PER_UNIT {
        let t = f64::from(index) * step;
        let e = exp(-t);
        let z = exp(t - e);
        sum += (g(z) + g(-z)) * normal_density(z) * z * (1.0 + e);
    }
    sum * step
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_of_the_normal_itself() {
        for (power, moment) in [(0, 1.0), (2, 1.0), (4, 3.0), (6, 15.0)] {
            let ours = expectation(|z| (0..power).fold(1.0, |product, _| product * z));
            assert!((ours - moment).abs() < 1e-13 * moment, "E z^{power} = {ours}");
        }
        assert!((expectation(|z| z.max(0.0)) - normal_density(0.0)).abs() < 1e-14);
    }
}
