//! Scalar functions that give the same bits on every processor.
//!
//! They replace the platform's libm wherever a scalar enters a value: Φ of a truncation bound, the standard deviation
//! of a truncated distribution, a gain. They use only `+ - * /` and `sqrt` of `f64`, each rounded once, and integer
//! operations. Each is within a few ulp; far in the tails, the relative error stays below 1e-14.

mod arctangent;
mod error_function;
mod exponential;
mod inverse_normal;
mod log_one_minus_exp;
mod logarithm;
mod normal_distribution;
mod sine;

pub use arctangent::atan;
pub use error_function::{erf, erfc};
pub use exponential::{exp, exp_m1};
pub use inverse_normal::inverse_normal_cdf;
pub use logarithm::ln;
pub use normal_distribution::{normal_cdf, normal_density, normal_tail};
pub use sine::{cos, sin};

pub(crate) use exponential::exp_near_zero;
pub(crate) use inverse_normal::{inverse_tail, inverse_tails};
pub(crate) use log_one_minus_exp::ln_one_minus_exp;
pub(crate) use logarithm::{ln_1p, ln_1p_of_normal, ln_of_normal};
pub(crate) use normal_distribution::{central_mass, mills_ratio, mills_ratio_far};

/// Upper 32 bits of ln 2. Its product with an exponent is exact.
const LN_2_HIGH: f64 = f64::from_bits(0x3fe6_2e42_fee0_0000);
/// `ln 2 - LN_2_HIGH`.
const LN_2_LOW: f64 = f64::from_bits(0x3dea_39ef_3579_3c76);

/// Splits a finite `x` into `high + low`, where `high` has 26 bits, so that its square is exact.
fn split(x: f64) -> (f64, f64) {
    let high = f64::from_bits(x.to_bits() & !0x7ff_ffff);
    (high, x - high)
}

#[cfg(test)]
mod known_answers;
