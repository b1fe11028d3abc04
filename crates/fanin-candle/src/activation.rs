//! Activations, built from operations that candle differentiates exactly.

use candle_core::{Result, Tensor};
use candle_nn::ops::sigmoid;
use fanin_core::Activation;

use crate::elementwise::of_core;
use crate::relu::{positive_or, relu};

/// Computes `f(z)`, with [`Activation::derivative`] of `z` as its gradient.
///
/// candle's `relu` has derivative 1 at 0, and the derivative of its `gelu_erf` is accurate to six digits only, so
/// neither is used. Differentiating a stable softplus would give the right derivative at 0 only because candle's relu
/// and absolute value both use 1 there, and no finite derivative in the tails, where [`ln_1p`] divides by 0. Its
/// derivative is therefore explicit. Activations without suitable candle operations use the functions of fanin-core,
/// element by element.
pub(crate) fn activate(f: Activation, z: &Tensor) -> Result<Tensor> {
    match f {
        Activation::Identity => Ok(z.clone()),
        Activation::Sigmoid => sigmoid(z),
        Activation::Tanh => z.tanh(),
        Activation::Relu => relu(z),
        Activation::LeakyRelu { slope } | Activation::Prelu { slope } => positive_or(z, &(z * slope)?),
        Activation::Softplus => with_derivative(z, &softplus(&z.detach())?, &sigmoid(&z.detach())?),
        Activation::Silu => z.silu(),
        Activation::Gelu => z * normal_cdf(z)?,
        _ => of_core(f, z),
    }
}

/// Computes `ln(1 + exp z) = max(z, 0) + ln(1 + exp(-|z|))`, which never overflows.
pub(crate) fn softplus(z: &Tensor) -> Result<Tensor> {
    z.relu()? + ln_1p(&z.abs()?.neg()?.exp()?)?
}

/// Computes `ln(1 + e)` for `e >= 0`, accurate to the last digits even for small `e`: `ln(u) e / (u - 1)`, where `u` is
/// the rounded `1 + e`, or `e` itself if `u` is 1 (Kahan).
fn ln_1p(e: &Tensor) -> Result<Tensor> {
    let u = (e + 1.0)?;
    let rest = (&u - 1.0)?;
    rest.gt(0.0)?.where_cond(&((u.log()? * e)? / &rest)?, e)
}

/// Computes `Phi(z) = (1 + erf(z / sqrt 2)) / 2`.
fn normal_cdf(z: &Tensor) -> Result<Tensor> {
    (z * std::f64::consts::FRAC_1_SQRT_2)?.erf()?.affine(0.5, 0.5)
}

/// Returns a tensor of these values with the given derivative with respect to `z`: `value + (z - z) derivative`, where
/// candle treats the second `z` as a constant.
fn with_derivative(z: &Tensor, value: &Tensor, derivative: &Tensor) -> Result<Tensor> {
    value + ((z - z.detach())? * derivative)?
}
