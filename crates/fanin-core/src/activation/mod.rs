//! Activations with their derivatives, pages and text form.
//!
//! | file | contents |
//! |---|---|
//! | `list.rs` | the activations: name, formulas, kinks, page and known gain of each in one declaration |
//! | `declare.rs` | the macro that generates [`Activation`] from the list |
//! | `smooth.rs`, `piecewise.rs` | the longer formulas |
//! | `text.rs` | parsing and printing |
//! | `real.rs` | the number types for computing the formulas |

mod declare;
mod list;
mod page;
mod piecewise;
mod real;
mod smooth;
mod text;

pub use list::Activation;
pub use page::ActivationPage;
pub use real::{Exact, Real};
pub use text::UnknownActivation;

impl Activation {
    /// Computes `f'(z)`.
    #[inline]
    #[must_use]
    pub fn derivative<R: Real>(self, z: R) -> R {
        let value = if self.derives_from_value() { self.value(z) } else { z };
        self.derivative_given(z, value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every activation with its default argument, and with another argument if it takes one.
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
    fn no_cancellation() {
        for z in [1e-3_f64, -1e-5] {
            let cubic = z * z * z / 3.0 * (1.0 - 0.4 * z * z);
            assert!((Activation::TanhShrink.value(z) / cubic - 1.0).abs() < 1e-11);
            let elu = Activation::Elu { alpha: 1.0 }.value(-1e-9 * z.abs());
            assert!((elu / (-1e-9 * z.abs()) - 1.0).abs() < 1e-11);
        }
        // z tanh(softplus z) tends to z exp z for small exp z.
        assert!((Activation::Mish.value(-40.0_f64) / (-40.0 * (-40.0_f64).exp()) - 1.0).abs() < 1e-14);
    }
}
