//! Activations on the flat part of their curve.

use std::ops::ControlFlow;

use fanin_core::{
    Activation,
    network::{Event, Layer, Observer, Stage},
};

use crate::Share;

/// An activation is saturated where its slope is below this fraction of its maximum slope. At 5 %, a gradient that
/// passes through it loses at least 95 % of its value at the steepest point.
///
/// | activation | saturated where | equivalently | maximum slope |
/// |---|---|---|---|
/// | tanh | `1 - f^2 < 0.05` | `\|f\| > 0.974 68`, `\|z\| > 2.178 3` | 1 at 0 |
/// | sigmoid | `f (1 - f) < 0.05 / 4` | `f < 0.012 66` or `f > 0.987 34`, `\|z\| > 4.356 5` | 1/4 at 0 |
/// | LeCun's tanh | `1 - t^2 < 0.05`, `t = f / 1.7159` | `\|z\| > 3.267 4` | 1.1439 at 0 |
/// | softsign | `(1 - \|f\|)^2 < 0.05` | `\|f\| > 0.776 39`, `\|z\| > 3.472 1` | 1 at 0 |
/// | arctan | `cos(f)^2 < 0.05` | `\|z\| > 4.358 9` | 1 at 0 |
/// | erf | `exp(-z^2) < 0.05` | `\|f\| > 0.985 62`, `\|z\| > 1.730 8` | 1.1284 at 0 |
/// | hard tanh, hard sigmoid | at an end of its range | `\|z\| >= 1`, `\|z\| >= 3` | 1 and 1/6 between |
/// | identity, leaky ReLU, tanh shrink | - | never flat on both sides | |
/// | ReLU and its variants | - | flat on one side by design: see [`Dead`](crate::Dead) | |
/// | softplus, SiLU, GELU, ELU, Mish, log sigmoid | - | flat on one side by design, like ReLU; the other side is unbounded | |
/// | sine, cosine | - | flat at points only | |
///
/// The same rule applies to tanh and sigmoid: `sigmoid(z) = (1 + tanh(z / 2)) / 2`, so a sigmoid is saturated exactly
/// where the underlying tanh is. Glorot & Bengio 2010 (section 3) examine the same tails with histograms.
pub const SATURATED_SLOPE: f64 = 0.05;

/// The limit of LeCun's tanh.
const LECUN_LIMIT: f64 = 1.7159;

/// `erf(sqrt(ln 20))`, the value at which the slope is 1/20 of the slope at 0.
const ERF_SATURATED: f64 = 0.985_624_737_575_356_3;

/// Returns whether the activation is saturated at the output `value`, according to [`SATURATED_SLOPE`]; `None` if the
/// activation does not saturate. NaN does not count as saturated.
///
/// ```
/// use fanin_core::Activation;
/// use fanin_diagnostics::is_saturated;
///
/// assert_eq!(is_saturated(Activation::Tanh, -0.98), Some(true));
/// assert_eq!(is_saturated(Activation::Sigmoid, 0.98), Some(false));
/// assert_eq!(is_saturated(Activation::Relu, 0.0), None);
/// ```
#[must_use]
pub fn is_saturated(activation: Activation, value: f64) -> Option<bool> {
    let (slope, greatest) = match activation {
        Activation::Tanh => (1.0 - value * value, 1.0),
        Activation::Sigmoid => (value * (1.0 - value), 0.25),
        Activation::LecunTanh => {
            let t = value / LECUN_LIMIT;
            (1.0 - t * t, 1.0)
        }
        Activation::Softsign => ((1.0 - value.abs()) * (1.0 - value.abs()), 1.0),
        Activation::Arctan => (value.cos() * value.cos(), 1.0),
        Activation::Erf => return Some(value.abs() > ERF_SATURATED),
        Activation::HardTanh => return Some(value.abs() >= 1.0),
        Activation::HardSigmoid => return Some(value <= 0.0 || value >= 1.0),
        _ => return None,
    };
    Some(slope < SATURATED_SLOPE * greatest)
}

/// Counts the saturated activations of each layer over all samples, neurons and batches observed.
#[derive(Clone, Debug, PartialEq)]
pub struct Saturation {
    layers: Vec<(Activation, Option<Share>)>,
}

impl Saturation {
    /// Creates an observer for a network with these layers.
    #[must_use]
    pub fn of(layers: &[Layer]) -> Self {
        let fresh = |layer: &Layer| {
            let activation = layer.activation;
            (activation, is_saturated(activation, 0.0).map(|_| Share::default()))
        };
        Self { layers: layers.iter().map(fresh).collect() }
    }

    /// Returns the share of one layer; `None` if its activation does not saturate or the layer does not exist.
    #[must_use]
    pub fn layer(&self, index: usize) -> Option<Share> {
        self.layers.get(index).and_then(|(_, share)| *share)
    }

    /// Returns the share over all layers that can saturate; `None` if none can.
    #[must_use]
    pub fn overall(&self) -> Option<Share> {
        Share::sum(self.layers.iter().filter_map(|(_, share)| *share))
    }
}

impl Observer for Saturation {
    fn observe(&mut self, event: Event<'_>) -> ControlFlow<()> {
        if let Event::Activation(signal) = event
            && let Some((activation, Some(share))) = self.layers.get_mut(signal.layer)
        {
            for value in signal.values.iter() {
                share.add(is_saturated(*activation, value) == Some(true));
            }
        }
        ControlFlow::Continue(())
    }

    fn wants(&self, stage: Stage) -> bool {
        stage == Stage::Activation && self.layers.iter().any(|(_, share)| share.is_some())
    }
}

#[cfg(test)]
mod tests {
    use fanin_core::{network::Signal, param::Slice};
    use half::f16;

    use super::*;

    fn show(saturation: &mut Saturation, layer: usize, values: Slice<'_>, neurons: usize) {
        let signal = Signal { layer, values, samples: values.len() / neurons, neurons };
        assert!(saturation.observe(Event::Activation(signal)).is_continue());
    }

    fn layers(activations: &[Activation]) -> Vec<Layer> {
        activations.iter().map(|a| Layer::new("w", "b", [2, 2]).feeding("next", *a)).collect()
    }

    #[test]
    fn saturated_is_where_the_slope_is_small() {
        for activation in Activation::ALL.into_iter().filter(|a| is_saturated(*a, 0.0).is_some()) {
            for step in -800..=800 {
                let z = f64::from(step) * 0.01;
                let small = activation.derivative(z) < SATURATED_SLOPE * activation.derivative(0.0_f64);
                assert_eq!(is_saturated(activation, activation.value(z)), Some(small), "{activation} at {z}");
            }
        }
    }

    #[test]
    fn the_thresholds_on_the_page_are_those_of_the_rule() {
        for (activation, z) in [
            (Activation::Tanh, 2.178_3),
            (Activation::Sigmoid, 4.356_5),
            (Activation::LecunTanh, 3.267_4),
            (Activation::Softsign, 3.472_1),
            (Activation::Arctan, 4.358_9),
            (Activation::Erf, 1.730_8),
        ] {
            for sign in [-1.0, 1.0] {
                assert_eq!(is_saturated(activation, activation.value(sign * (z + 1e-4))), Some(true), "{activation}");
                assert_eq!(is_saturated(activation, activation.value(sign * (z - 1e-4))), Some(false), "{activation}");
            }
        }
        for (activation, inside, outside) in [
            (Activation::Tanh, 0.974_67, 0.974_69),
            (Activation::Sigmoid, 0.987_33, 0.987_35),
            (Activation::Sigmoid, 0.012_67, 0.012_65),
        ] {
            assert_eq!(is_saturated(activation, inside), Some(false), "{activation}");
            assert_eq!(is_saturated(activation, outside), Some(true), "{activation}");
        }
    }

    #[test]
    fn only_what_is_flat_on_both_sides_saturates() {
        let with: Vec<_> = Activation::ALL.into_iter().filter(|a| is_saturated(*a, 1.0).is_some()).collect();
        let names = ["sigmoid", "tanh", "lecun_tanh", "hard_tanh", "softsign", "hard_sigmoid", "arctan", "erf"];
        assert_eq!(with.iter().map(|activation| activation.name()).collect::<Vec<_>>(), names);
        let mut none = Saturation::of(&layers(&[Activation::Relu, Activation::Gelu]));
        assert!(!none.wants(Stage::Activation));
        show(&mut none, 0, Slice::F32(&[0.0, 100.0]), 2);
        assert_eq!((none.layer(0), none.overall()), (None, None));
    }

    #[test]
    fn counted_by_hand_over_batches_and_layers() {
        let mut saturation = Saturation::of(&layers(&[Activation::Tanh, Activation::Relu, Activation::Sigmoid]));
        assert!(saturation.wants(Stage::Activation) && !saturation.wants(Stage::PreActivation));
        show(&mut saturation, 0, Slice::F32(&[1.0, 0.5, -0.99, 0.0]), 2);
        show(&mut saturation, 0, Slice::F32(&[-1.0, f32::NAN]), 2);
        let halves = [0.0, 0.5].map(f16::from_f64);
        show(&mut saturation, 2, Slice::F16(&halves), 2);
        assert_eq!(saturation.layer(0), Some(Share { count: 3, total: 6 }));
        assert_eq!(saturation.layer(1), None);
        assert_eq!(saturation.layer(2), Some(Share { count: 1, total: 2 }));
        assert_eq!(saturation.overall(), Some(Share { count: 4, total: 8 }));
    }

    #[test]
    fn nothing_shown_is_no_share() {
        let mut saturation = Saturation::of(&layers(&[Activation::Tanh]));
        show(&mut saturation, 7, Slice::F32(&[1.0]), 1);
        assert_eq!(saturation.layer(0).and_then(Share::fraction), None);
        assert_eq!(saturation.layer(7), None);
    }
}
