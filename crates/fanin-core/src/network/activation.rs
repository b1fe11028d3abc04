//! Activations, each with its derivative.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use super::real::Real;
use crate::initializer::ArgumentError;
use crate::text::{Call, TextError};

/// What follows a layer's sum. `S(z)` is the sigmoid, `Phi` the normal distribution function, `phi` its density.
///
/// | name | f(z) | f'(z) |
/// |---|---|---|
/// | `identity` | z | 1 |
/// | `sigmoid` | 1 / (1 + exp(-z)) | f (1 - f) |
/// | `tanh` | tanh z | 1 - f^2 |
/// | `relu` | max(z, 0) | 1 for z > 0, else 0 (so f'(0) = 0) |
/// | `leaky_relu(slope = s)` | z for z > 0, else s z | 1 for z > 0, else s |
/// | `softplus` | ln(1 + exp z) | S(z) |
/// | `silu` | z S(z) | S (1 + z (1 - S)) |
/// | `gelu` | z Phi(z) | Phi(z) + z phi(z) |
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
    /// max(z, 0), with derivative 0 at 0
    Relu,
    /// z for z > 0, else `slope` z
    LeakyRelu {
        /// The slope on the left; 0.01 by default (Maas et al. 2013).
        slope: f64,
    },
    /// ln(1 + exp z)
    Softplus,
    /// z / (1 + exp(-z)) (Hendrycks & Gimpel 2016; Elfwing et al. 2018)
    Silu,
    /// z Phi(z), by the error function (Hendrycks & Gimpel 2016)
    Gelu,
}

/// The slope of a leaky ReLU where none is given.
const SLOPE: f64 = 0.01;

impl Activation {
    /// Every activation, with its default arguments.
    pub const ALL: [Self; 8] = [
        Self::Identity,
        Self::Sigmoid,
        Self::Tanh,
        Self::Relu,
        Self::LeakyRelu { slope: SLOPE },
        Self::Softplus,
        Self::Silu,
        Self::Gelu,
    ];

    /// The name in the text form, without arguments.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Sigmoid => "sigmoid",
            Self::Tanh => "tanh",
            Self::Relu => "relu",
            Self::LeakyRelu { .. } => "leaky_relu",
            Self::Softplus => "softplus",
            Self::Silu => "silu",
            Self::Gelu => "gelu",
        }
    }

    /// The formula, for a reader.
    #[must_use]
    pub const fn formula(self) -> &'static str {
        match self {
            Self::Identity => "z",
            Self::Sigmoid => "1 / (1 + exp(-z))",
            Self::Tanh => "tanh z",
            Self::Relu => "max(z, 0); derivative 0 at 0",
            Self::LeakyRelu { .. } => "z for z > 0, else slope * z",
            Self::Softplus => "ln(1 + exp z)",
            Self::Silu => "z / (1 + exp(-z))",
            Self::Gelu => "z * Phi(z), by the error function",
        }
    }

    /// `f(z)`.
    #[inline]
    #[must_use]
    pub fn value<R: Real>(self, z: R) -> R {
        let zero = R::from_f64(0.0);
        match self {
            Self::Identity => z,
            Self::Sigmoid => sigmoid(z),
            Self::Tanh => z.tanh(),
            Self::Relu => positive_or(z, zero),
            Self::LeakyRelu { slope } => positive_or(z, R::from_f64(slope) * z),
            Self::Softplus => positive_or(z, zero) + (-z.abs()).exp().ln_1p(),
            Self::Silu => z * sigmoid(z),
            Self::Gelu => z * normal_cdf(z),
        }
    }

    /// `f'(z)`.
    #[inline]
    #[must_use]
    pub fn derivative<R: Real>(self, z: R) -> R {
        self.derivative_given(z, self.value(z))
    }

    /// `f'(z)`, where `f(z)` is known already: a backward pass has it.
    #[inline]
    #[must_use]
    pub fn derivative_given<R: Real>(self, z: R, value: R) -> R {
        let (zero, one) = (R::from_f64(0.0), R::from_f64(1.0));
        let slope_of = |left: R| if z > zero { one } else { left };
        match self {
            Self::Identity => one,
            Self::Sigmoid => value * (one - value),
            Self::Tanh => one - value * value,
            Self::Relu => slope_of(zero),
            Self::LeakyRelu { slope } => slope_of(R::from_f64(slope)),
            Self::Softplus => sigmoid(z),
            Self::Silu => {
                let s = sigmoid(z);
                s * (one + z * (one - s))
            }
            Self::Gelu => normal_cdf(z) + z * normal_density(z),
        }
    }
}

/// NaN stays NaN: a broken pre-activation is not to look like a dead one.
#[inline]
fn positive_or<R: Real>(z: R, left: R) -> R {
    if z <= R::from_f64(0.0) { left } else { z }
}

/// No overflow does harm: `exp(-z)` is infinite where the sigmoid is 0 to the last bit.
#[inline]
fn sigmoid<R: Real>(z: R) -> R {
    let one = R::from_f64(1.0);
    one / (one + (-z).exp())
}

fn normal_cdf<R: Real>(z: R) -> R {
    R::from_f64(0.5) * (R::from_f64(1.0) + (z * R::from_f64(std::f64::consts::FRAC_1_SQRT_2)).erf())
}

fn normal_density<R: Real>(z: R) -> R {
    /// 1 / sqrt(2 pi)
    const SCALE: f64 = 0.398_942_280_401_432_7;
    R::from_f64(SCALE) * (R::from_f64(-0.5) * z * z).exp()
}

impl fmt::Display for Activation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LeakyRelu { slope } if slope.to_bits() != SLOPE.to_bits() => {
                f.pad(&format!("leaky_relu(slope = {slope})"))
            }
            _ => f.pad(self.name()),
        }
    }
}

/// Text that is no activation.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum UnknownActivation {
    /// A name that no activation has.
    #[error("unknown activation '{name}'; the activations are {}", Activation::ALL.map(Activation::name).join(", "))]
    Name {
        /// The name.
        name: String,
    },
    /// Text that the grammar or the activation's arguments do not allow.
    #[error(transparent)]
    Text(#[from] TextError),
}

impl FromStr for Activation {
    type Err = UnknownActivation;

    fn from_str(text: &str) -> Result<Self, UnknownActivation> {
        let call = Call::parse(text)?;
        let known = Self::ALL.into_iter().find(|activation| activation.name() == call.name());
        let activation = known.ok_or_else(|| UnknownActivation::Name { name: call.name().to_owned() })?;
        let mut arguments = call.arguments();
        let activation = match activation {
            Self::LeakyRelu { slope } => {
                let slope = arguments.number("slope", slope)?;
                Self::LeakyRelu { slope: ArgumentError::finite("leaky_relu", "slope", slope).map_err(TextError::from)? }
            }
            other => other,
        };
        arguments.finish()?;
        Ok(activation)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::Exact;

    #[test]
    fn derivatives_are_the_slopes_of_the_values() {
        for activation in Activation::ALL {
            for step in -60..=60 {
                let z = f64::from(step) * 0.1 + 0.013;
                let h = 1e-5;
                let slope = (activation.value(z + h) - activation.value(z - h)) / (2.0 * h);
                let derivative = activation.derivative(z);
                assert!((slope - derivative).abs() < 1e-9, "{activation} at {z}: {slope} and {derivative}");
            }
        }
    }

    #[test]
    fn at_the_kink_the_left_slope() {
        assert_eq!(Activation::Relu.derivative(0.0_f32), 0.0);
        assert_eq!(Activation::LeakyRelu { slope: 0.25 }.derivative(0.0_f64), 0.25);
    }

    #[test]
    fn nan_is_not_hidden() {
        for activation in Activation::ALL {
            assert!(activation.value(f64::NAN).is_nan(), "{activation}");
        }
    }

    #[test]
    fn finite_far_out() {
        for activation in Activation::ALL {
            for z in [-1e30_f64, -800.0, 800.0, 1e30] {
                assert!(activation.value(z).is_finite(), "{activation}({z})");
                assert!(activation.derivative(z).is_finite(), "{activation}'({z})");
            }
        }
    }

    #[test]
    fn own_functions_agree_with_the_platform() {
        for activation in Activation::ALL {
            for step in -50..=50 {
                let z = f64::from(step) * 0.17;
                let (ours, theirs) = (activation.value(Exact(z)).0, activation.value(z));
                assert!((ours - theirs).abs() <= 1e-14 * theirs.abs().max(1e-3), "{activation} at {z}");
            }
        }
    }

    #[test]
    fn text_round_trips() {
        for activation in Activation::ALL.into_iter().chain([Activation::LeakyRelu { slope: 0.3 }]) {
            assert_eq!(activation.to_string().parse(), Ok(activation));
        }
        let unknown = "swish9".parse::<Activation>().unwrap_err().to_string();
        assert!(unknown.contains("swish9") && unknown.contains("gelu"), "{unknown}");
        assert!("tanh(slope = 2)".parse::<Activation>().is_err());
        assert!("leaky_relu(slope = nan)".parse::<Activation>().is_err());
    }
}
