//! The initialisers.
//!
//! | initialiser | values | source |
//! |---|---|---|
//! | [`Zeros`], [`Ones`], [`Constant`] | one value | |
//! | [`Uniform`] | uniform on `[low, high)` | |
//! | [`Normal`] | normal | |
//! | [`TruncatedNormal`] | normal, cut at bounds in sigma | |
//! | [`VarianceScaling`] | variance `gain^2 scale / n` for a fan `n` | He et al. 2015 |
//! | [`glorot_normal`], [`glorot_uniform`] | variance `2 / (fan_in + fan_out)` | Glorot & Bengio 2010, eq. 12 and 16 |
//! | [`he_normal`], [`he_uniform`] | variance `2 / fan_in` | He et al. 2015, eq. 10 |
//! | [`lecun_normal`], [`lecun_uniform`] | variance `1 / fan_in` | LeCun et al. 1998, section 4.6 |
//! | [`Orthogonal`] | orthonormal rows or columns, uniform by Haar's measure | Saxe et al. 2014, Stewart 1980 |
//! | [`from_distribution`] | any `rand_distr` distribution | |
//! | [`from_fn`] | any closure over an `Rng` | |

mod closure;
mod constant;
mod distribution;
mod normal;
mod orthogonal;
mod truncated_normal;
mod uniform;
mod variance_scaling;

pub use closure::{FromFn, from_fn};
pub use constant::{Constant, Ones, Zeros};
pub use distribution::{FromDistribution, from_distribution};
pub use normal::Normal;
pub use orthogonal::Orthogonal;
pub use truncated_normal::TruncatedNormal;
pub use uniform::Uniform;
pub use variance_scaling::{
    Distribution, Mode, VarianceScaling, glorot_normal, glorot_uniform, he_normal, he_uniform, lecun_normal,
    lecun_uniform,
};
