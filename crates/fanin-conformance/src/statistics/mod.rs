//! The tests of hypotheses that the laws are made of. Each states what its alpha holds for.

mod correlation;
mod determinant;
mod kolmogorov_smirnov;
mod moments;
mod rounding;
mod tail_count;
mod z_test;

pub use correlation::{correlation, correlation_error};
pub use determinant::determinant;
pub use kolmogorov_smirnov::{ks_critical, ks_distance, ks_distance_of_part, ks_p_value};
pub use moments::Moments;
pub use rounding::{rounded, spacing, upper_edge};
pub use tail_count::{binomial_p_value, tail_deviance};
pub use z_test::{two_sided_z, z_p_value};

/// The probability with which one test refuses an honest subject. Seeds are fixed, so that a test which passes once passes
/// always.
pub const ALPHA: f64 = 1e-6;

/// A count as a number.
#[expect(clippy::cast_precision_loss, reason = "no sample has 2^53 values")]
pub(crate) fn number(count: usize) -> f64 {
    count as f64
}
