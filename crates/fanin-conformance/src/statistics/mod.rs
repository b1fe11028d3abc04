//! The hypothesis tests behind the laws. Each documents what its alpha covers.

mod correlation;
mod determinant;
mod kolmogorov_smirnov;
mod moments;
mod number;
mod rounding;
mod tail_count;
mod z_test;

pub use correlation::{correlation, correlation_error};
pub use determinant::determinant;
pub use kolmogorov_smirnov::{ks_critical, ks_distance, ks_distance_of_part, ks_p_value};
pub use moments::Moments;
pub(crate) use number::number;
pub use rounding::{rounded, spacing, upper_edge};
pub use tail_count::{binomial_p_value, tail_deviance};
pub use z_test::{two_sided_z, z_p_value};

/// The probability that one test rejects a correct subject. Seeds are fixed, so a test that passes once always passes.
pub const ALPHA: f64 = 1e-6;
