//! The second moment of an activation under a unit normal, from which gains come.

use super::{Activation, Exact};
use crate::values::exact::{exp, normal_density};

impl Activation {
    /// `E[f(z)^2]` for `z ~ N(0, 1)`: the factor by which a layer scales the variance that flows forward. A weight of
    /// variance `1 / (fan_in E[f(z)^2])` keeps it (He et al. 2015, eq. 7-10, for the ReLU's 1/2).
    ///
    /// Exact for the identity and the ReLUs, to 1e-13 for the others, and the same bits on every platform.
    ///
    /// ```
    /// use fanin_core::Activation;
    ///
    /// assert_eq!(Activation::Relu.second_moment(), 0.5);
    /// let gain = 1.0 / Activation::Tanh.second_moment().sqrt();
    /// assert!((gain - 1.592_537_419_723).abs() < 1e-12);
    /// ```
    #[must_use]
    pub fn second_moment(self) -> f64 {
        match self {
            Self::Identity => 1.0,
            Self::Relu => 0.5,
            Self::LeakyRelu { slope } => 0.5 * (1.0 + slope * slope),
            _ => expectation(|z| {
                let value = self.value(Exact(z)).0;
                value * value
            }),
        }
    }
}

/// `E[g(z)]` for `z ~ N(0, 1)`: the trapezoidal rule on each half line after `z = exp(t - exp(-t))`, under which the ends
/// vanish doubly exponentially (Takahasi & Mori 1974). A kink at 0 does no harm.
fn expectation(g: impl Fn(f64) -> f64) -> f64 {
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

    /// 1 / sqrt(E[f^2]) by quadrature at 30 digits.
    #[test]
    fn gains_agree_with_high_precision() {
        for (activation, gain) in [
            (Activation::Relu, std::f64::consts::SQRT_2),
            (Activation::LeakyRelu { slope: 0.01 }, 1.414_142_856_998),
            (Activation::Tanh, 1.592_537_419_723),
            (Activation::Sigmoid, 1.846_228_545_339),
            (Activation::Softplus, 1.041_866_835_535),
            (Activation::Gelu, 1.533_530_441_196),
            (Activation::Silu, 1.676_532_470_331),
        ] {
            let ours = 1.0 / activation.second_moment().sqrt();
            assert!((ours - gain).abs() < 1e-12, "{activation}: {ours}");
        }
    }
}
