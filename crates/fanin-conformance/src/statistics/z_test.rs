//! Bounds on what is normally distributed.

use fanin_core::values::exact::{inverse_normal_cdf, normal_tail};

/// The `z` that a unit normal exceeds in size with probability `alpha`: 4.892 for 1e-6.
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

/// The probability that a unit normal is at least `z` in size: the inverse of [`two_sided_z`].
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
