//! Bounds for normally distributed statistics.

use fanin_core::values::exact::{inverse_normal_cdf, normal_tail};

/// Returns the magnitude `z` that a standard normal exceeds with probability `alpha`: 4.892 for 1e-6.
///
/// ```
/// use fanin_conformance::statistics::two_sided_z;
///
/// assert!((two_sided_z(0.05) - 1.959_963_984_540_054).abs() < 1e-12);
/// ```
#[must_use]
pub fn two_sided_z(alpha: f64) -> f64 {
    -inverse_normal_cdf(0.5 * alpha)
}

/// Returns the probability that a standard normal has magnitude at least `z`: the inverse of [`two_sided_z`].
///
/// ```
/// use fanin_conformance::statistics::{two_sided_z, z_p_value};
///
/// assert!((z_p_value(-two_sided_z(1e-6)) / 1e-6 - 1.0).abs() < 1e-12);
/// ```
#[must_use]
pub fn z_p_value(z: f64) -> f64 {
    2.0 * normal_tail(z.abs())
}
