//! Activations, each with its derivative, its page and its text form.
//!
//! | file | what it holds |
//! |---|---|
//! | `smooth.rs`, `piecewise.rs` | the formulas |
//! | `page.rs` | what a reader is told of each: formula, kinks, range, source |
//! | `text.rs` | names and arguments, parsed and printed |
//! | `real.rs` | the numbers that the formulas are computed in |

mod page;
mod piecewise;
mod real;
mod smooth;
mod text;

pub use page::ActivationPage;
pub use real::{Exact, Real};
pub use text::UnknownActivation;

use piecewise::{positive_or, slope_of};
use smooth::{normal_cdf, normal_density, sigmoid, softplus};

/// What follows a layer's sum. `S(z)` is the sigmoid, `Phi` the normal distribution function, `phi` its density;
/// `clip(z, a, b)` is `z` within `[a, b]` and the nearer end outside.
///
/// | name | f(z) | f'(z) |
/// |---|---|---|
/// | `identity` | z | 1 |
/// | `sigmoid` | 1 / (1 + exp(-z)) | f (1 - f) |
/// | `tanh` | tanh z | 1 - f^2 |
/// | `lecun_tanh` | 1.7159 tanh(2 z / 3) | 1.7159 (2 / 3) (1 - tanh(2 z / 3)^2) |
/// | `hard_tanh` | clip(z, -1, 1) | 1 for -1 < z < 1, else 0 |
/// | `relu` | max(z, 0) | 1 for z > 0, else 0 (so f'(0) = 0) |
/// | `relu6` | clip(z, 0, 6) | 1 for 0 < z < 6, else 0 |
/// | `leaky_relu(slope = s)` | z for z > 0, else s z | 1 for z > 0, else s |
/// | `prelu(slope = s)` | the same; s is where the learnt slope starts | the same |
/// | `relu_squared` | max(z, 0)^2 | 2 max(z, 0) |
/// | `elu(alpha = a)` | z for z > 0, else a (exp z - 1) | 1 for z > 0, else a exp z |
/// | `celu(alpha = a)` | z for z > 0, else a (exp(z / a) - 1) | 1 for z > 0, else exp(z / a) |
/// | `selu` | 1.0507 elu(z, alpha = 1.67326) | 1.0507 elu'(z, alpha = 1.67326) |
/// | `gelu` | z Phi(z) | Phi(z) + z phi(z) |
/// | `gelu_tanh` | z (1 + t) / 2, t = tanh(u), u = sqrt(2 / pi) (z + 0.044715 z^3) | (1 + t) / 2 + z (1 - t^2) u' / 2 |
/// | `quick_gelu` | z S(1.702 z) | S + 1.702 z S (1 - S), S at 1.702 z |
/// | `silu` | z S(z) | S (1 + z (1 - S)) |
/// | `mish` | z t, t = tanh(ln(1 + exp z)) | t + z (1 - t^2) S(z) |
/// | `softplus` | ln(1 + exp z) | S(z) |
/// | `softsign` | z / (1 + \|z\|) | 1 / (1 + \|z\|)^2 |
/// | `hard_sigmoid` | clip(z + 3, 0, 6) / 6 | 1/6 for -3 < z < 3, else 0 |
/// | `hard_swish` | z clip(z + 3, 0, 6) / 6 | (2 z + 3) / 6 for -3 < z < 3, 0 on the left, 1 on the right |
/// | `log_sigmoid` | -ln(1 + exp(-z)) | S(-z) |
/// | `arctan` | arctan z | 1 / (1 + z^2) |
/// | `erf` | erf z | 2 / sqrt(pi) exp(-z^2) |
/// | `sin` | sin z | cos z |
/// | `cos` | cos z | -sin z |
/// | `tanh_shrink` | z - tanh z | tanh(z)^2 |
///
/// A kink belongs to the piece on its outside, as frameworks have it: relu'(0) = 0, and the hard tanh has f'(1) = 0. NaN gives
/// NaN. For finite `z` value and derivative are finite, but where they are beyond the number type (`relu_squared` from 1e19 on
/// in `f32`).
/// [`Activation::page`] has the kinks, the range and the source of each.
///
/// A function of your own is a [`gain::Function`](crate::gain::Function), which has gains too.
///
/// ```
/// use fanin_core::Activation;
///
/// assert_eq!(Activation::Relu.derivative(0.0_f64), 0.0);
/// assert_eq!("leaky_relu(slope = 0.2)".parse::<Activation>()?.value(-1.0_f64), -0.2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Activation {
    /// z
    Identity,
    /// 1 / (1 + exp(-z))
    Sigmoid,
    /// tanh z
    Tanh,
    /// 1.7159 tanh(2 z / 3)
    LecunTanh,
    /// z within [-1, 1], the nearer end outside; derivative 0 at -1 and 1
    HardTanh,
    /// max(z, 0), with derivative 0 at 0
    Relu,
    /// z within [0, 6], the nearer end outside; derivative 0 at 0 and 6
    Relu6,
    /// z for z > 0, else `slope` z
    LeakyRelu {
        /// The slope on the left; 0.01 by default (Maas et al. 2013).
        slope: f64,
    },
    /// z for z > 0, else `slope` z, where a network learns the slope: here it is where it starts
    Prelu {
        /// The slope on the left; 0.25 by default (He et al. 2015).
        slope: f64,
    },
    /// max(z, 0)^2
    ReluSquared,
    /// z for z > 0, else `alpha` (exp z - 1)
    Elu {
        /// Minus the limit on the left; 1 by default.
        alpha: f64,
    },
    /// z for z > 0, else `alpha` (exp(z / `alpha`) - 1): smooth for every `alpha` above 0
    Celu {
        /// Minus the limit on the left; 1 by default.
        alpha: f64,
    },
    /// 1.0507 z for z > 0, else 1.0507 * 1.67326 (exp z - 1)
    Selu,
    /// z Phi(z), by the error function (Hendrycks & Gimpel 2016)
    Gelu,
    /// GELU by a tanh (Hendrycks & Gimpel 2016)
    GeluTanh,
    /// GELU by a sigmoid, z S(1.702 z) (Hendrycks & Gimpel 2016)
    QuickGelu,
    /// z / (1 + exp(-z)) (Hendrycks & Gimpel 2016; Elfwing et al. 2018)
    Silu,
    /// z tanh(ln(1 + exp z))
    Mish,
    /// ln(1 + exp z)
    Softplus,
    /// z / (1 + |z|)
    Softsign,
    /// (z + 3) / 6 within [0, 1]; derivative 0 at -3 and 3
    HardSigmoid,
    /// z times the hard sigmoid; derivative 0 at -3, 1 at 3
    HardSwish,
    /// -ln(1 + exp(-z))
    LogSigmoid,
    /// arctan z
    Arctan,
    /// erf z
    Erf,
    /// sin z
    Sin,
    /// cos z
    Cos,
    /// z - tanh z
    TanhShrink,
}

impl Activation {
    /// Every activation, with its default arguments.
    pub const ALL: [Self; 28] = [
        Self::Identity,
        Self::Sigmoid,
        Self::Tanh,
        Self::LecunTanh,
        Self::HardTanh,
        Self::Relu,
        Self::Relu6,
        Self::LeakyRelu { slope: 0.01 },
        Self::Prelu { slope: 0.25 },
        Self::ReluSquared,
        Self::Elu { alpha: 1.0 },
        Self::Celu { alpha: 1.0 },
        Self::Selu,
        Self::Gelu,
        Self::GeluTanh,
        Self::QuickGelu,
        Self::Silu,
        Self::Mish,
        Self::Softplus,
        Self::Softsign,
        Self::HardSigmoid,
        Self::HardSwish,
        Self::LogSigmoid,
        Self::Arctan,
        Self::Erf,
        Self::Sin,
        Self::Cos,
        Self::TanhShrink,
    ];

    /// `f(z)`.
    #[inline]
    #[must_use]
    pub fn value<R: Real>(self, z: R) -> R {
        match self {
            Self::Identity => z,
            Self::Sigmoid => sigmoid(z),
            Self::Tanh => z.tanh(),
            Self::LecunTanh => smooth::lecun_tanh(z),
            Self::HardTanh => piecewise::hard_tanh(z),
            Self::Relu => positive_or(z, R::from_f64(0.0)),
            Self::Relu6 => piecewise::relu6(z),
            Self::LeakyRelu { slope } | Self::Prelu { slope } => positive_or(z, R::from_f64(slope) * z),
            Self::ReluSquared => piecewise::relu_squared(z),
            Self::Elu { alpha } => piecewise::elu(z, alpha),
            Self::Celu { alpha } => piecewise::celu(z, alpha),
            Self::Selu => piecewise::selu(z),
            Self::Gelu => z * normal_cdf(z),
            Self::GeluTanh => smooth::gelu_tanh(z),
            Self::QuickGelu => smooth::quick_gelu(z),
            Self::Silu => z * sigmoid(z),
            Self::Mish => smooth::mish(z),
            Self::Softplus => softplus(z),
            Self::Softsign => smooth::softsign(z),
            Self::HardSigmoid => piecewise::hard_sigmoid(z),
            Self::HardSwish => piecewise::hard_swish(z),
            Self::LogSigmoid => -softplus(-z),
            Self::Arctan => z.atan(),
            Self::Erf => z.erf(),
            Self::Sin => z.sin(),
            Self::Cos => z.cos(),
            Self::TanhShrink => smooth::tanh_shrink(z),
        }
    }

    /// `f'(z)`.
    #[inline]
    #[must_use]
    pub fn derivative<R: Real>(self, z: R) -> R {
        let value = if self.derives_from_value() { self.value(z) } else { z };
        self.derivative_given(z, value)
    }

    /// Whether [`Activation::derivative_given`] looks at the value.
    #[inline]
    const fn derives_from_value(self) -> bool {
        matches!(self, Self::Sigmoid | Self::Tanh | Self::LecunTanh)
    }

    /// `f'(z)`, where `f(z)` is known already: a backward pass has it.
    #[inline]
    #[must_use]
    pub fn derivative_given<R: Real>(self, z: R, value: R) -> R {
        let (zero, one) = (R::from_f64(0.0), R::from_f64(1.0));
        match self {
            Self::Identity => one,
            Self::Sigmoid => value * (one - value),
            Self::Tanh => one - value * value,
            Self::LecunTanh => smooth::lecun_tanh_slope(value),
            Self::HardTanh => piecewise::hard_tanh_slope(z),
            Self::Relu => slope_of(z, zero, one),
            Self::Relu6 => piecewise::relu6_slope(z),
            Self::LeakyRelu { slope } | Self::Prelu { slope } => slope_of(z, R::from_f64(slope), one),
            Self::ReluSquared => R::from_f64(2.0) * positive_or(z, zero),
            Self::Elu { alpha } => piecewise::elu_slope(z, alpha),
            Self::Celu { alpha } => piecewise::celu_slope(z, alpha),
            Self::Selu => piecewise::selu_slope(z),
            Self::Gelu => normal_cdf(z) + z * normal_density(z),
            Self::GeluTanh => smooth::gelu_tanh_slope(z),
            Self::QuickGelu => smooth::quick_gelu_slope(z),
            Self::Silu => smooth::silu_slope(z),
            Self::Mish => smooth::mish_slope(z),
            Self::Softplus => sigmoid(z),
            Self::Softsign => smooth::softsign_slope(z),
            Self::HardSigmoid => piecewise::hard_sigmoid_slope(z),
            Self::HardSwish => piecewise::hard_swish_slope(z),
            Self::LogSigmoid => sigmoid(-z),
            Self::Arctan => smooth::arctan_slope(z),
            Self::Erf => smooth::erf_slope(z),
            Self::Sin => z.cos(),
            Self::Cos => -z.sin(),
            Self::TanhShrink => smooth::tanh_shrink_slope(z),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every activation, and those with arguments with others too.
    fn with_other_arguments() -> impl Iterator<Item = Activation> {
        let others = ["leaky_relu(0.3)", "prelu(-0.5)", "elu(0.3)", "celu(0.2)", "celu(30)"];
        Activation::ALL.into_iter().chain(others.map(|text| text.parse().unwrap()))
    }

    #[test]
    fn derivatives_are_the_slopes_of_the_values() {
        for activation in with_other_arguments() {
            for step in -80..=80 {
                let z = f64::from(step) * 0.1 + 0.013;
                let h = 1e-5;
                let slope = (activation.value(z + h) - activation.value(z - h)) / (2.0 * h);
                let derivative = activation.derivative(z);
                let tolerance = 1e-9 * activation.value(z).abs().max(1.0);
                assert!((slope - derivative).abs() < tolerance, "{activation} at {z}: {slope} and {derivative}");
            }
        }
    }

    #[test]
    fn at_a_kink_the_outer_slope() {
        let hidden = |text: &str| text.parse::<Activation>().unwrap();
        for (text, z, slope) in [
            ("relu", 0.0, 0.0),
            ("leaky_relu(0.25)", 0.0, 0.25),
            ("prelu(0.5)", 0.0, 0.5),
            ("relu_squared", 0.0, 0.0),
            ("elu(0.3)", 0.0, 0.3),
            ("celu(0.3)", 0.0, 1.0),
            ("selu", 0.0, 1.050_700_987_355_480_5 * 1.673_263_242_354_377_2),
            ("hard_tanh", -1.0, 0.0),
            ("hard_tanh", 1.0, 0.0),
            ("relu6", 0.0, 0.0),
            ("relu6", 6.0, 0.0),
            ("hard_sigmoid", -3.0, 0.0),
            ("hard_sigmoid", 3.0, 0.0),
            ("hard_swish", -3.0, 0.0),
            ("hard_swish", 3.0, 1.0),
        ] {
            assert_eq!(hidden(text).derivative(z), slope, "{text} at {z}");
            assert!(hidden(text).page().kinks.contains(&z), "{text} at {z}");
        }
    }

    #[test]
    fn nan_is_not_hidden() {
        for activation in Activation::ALL {
            assert!(activation.value(f64::NAN).is_nan() && activation.value(f32::NAN).is_nan(), "{activation}");
        }
    }

    #[test]
    fn finite_far_out() {
        for activation in with_other_arguments() {
            for z in [-1e30_f64, -800.0, 800.0, 1e30] {
                assert!(activation.value(z).is_finite(), "{activation}({z})");
                assert!(activation.derivative(z).is_finite(), "{activation}'({z})");
            }
            for z in [-3e38_f32, -1e30, -100.0, 100.0, 1e30, 3e38] {
                let square = activation == Activation::ReluSquared && z > 1e19;
                assert!(activation.value(z).is_finite() != square, "{activation}({z})");
                assert!(activation.derivative(z).is_finite() || square, "{activation}'({z})");
            }
        }
    }

    #[test]
    fn f32_is_f64_rounded() {
        for activation in with_other_arguments() {
            for step in -200..=200_i16 {
                let z = f32::from(step) * 0.093;
                for (ours, wide) in [
                    (activation.value(z), activation.value(f64::from(z))),
                    (activation.derivative(z), activation.derivative(f64::from(z))),
                ] {
                    let near = (f64::from(ours) - wide).abs() <= 4e-6 * wide.abs().max(0.1);
                    assert!(near, "{activation} at {z}: {ours} and {wide}");
                }
            }
        }
    }

    #[test]
    fn own_functions_agree_with_the_platform() {
        for activation in with_other_arguments() {
            for step in -50..=50 {
                let z = f64::from(step) * 0.17;
                for (ours, theirs) in [
                    (activation.value(Exact(z)).0, activation.value(z)),
                    (activation.derivative(Exact(z)).0, activation.derivative(z)),
                ] {
                    assert!((ours - theirs).abs() <= 1e-14 * theirs.abs().max(0.1), "{activation} at {z}");
                }
            }
        }
    }

    #[test]
    fn what_would_cancel_does_not() {
        for z in [1e-3_f64, -1e-5] {
            let cubic = z * z * z / 3.0 * (1.0 - 0.4 * z * z);
            assert!((Activation::TanhShrink.value(z) / cubic - 1.0).abs() < 1e-11);
            let elu = Activation::Elu { alpha: 1.0 }.value(-1e-9 * z.abs());
            assert!((elu / (-1e-9 * z.abs()) - 1.0).abs() < 1e-11);
        }
        // z tanh(softplus z) is z exp z where exp z is small.
        assert!((Activation::Mish.value(-40.0_f64) / (-40.0 * (-40.0_f64).exp()) - 1.0).abs() < 1e-14);
    }
}
