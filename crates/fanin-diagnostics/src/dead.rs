//! Dead neurons: neurons whose gradient is zero for every sample.

use std::ops::ControlFlow;

use fanin_core::{
    Activation,
    network::{Event, Layer, Observer, Stage},
};

use crate::Share;

/// Counts dead neurons: those whose derivative is exactly 0 for every observed sample, so that no gradient reaches
/// their weights.
///
/// | activation | a neuron is dead if | note |
/// |---|---|---|
/// | ReLU, squared ReLU, leaky ReLU with slope 0 | `z <= 0` for every sample | its output is 0 for every sample |
/// | `relu6`, hard tanh, hard sigmoid, hard swish | `z` is on a flat piece for every sample | not necessarily the same piece |
/// | all others | - | the derivative is 0 only at isolated points, or by rounding; see [`Saturation`](crate::Saturation) |
///
/// The count covers only the samples observed. A neuron that is dead for one batch may be active for another. A neuron
/// that is dead over the whole training set stays dead under plain gradient descent (Maas et al. 2013; Lu, Shin, Su &
/// Karniadakis 2020, "Dying ReLU and Initialization"). Counts accumulate over batches. A neuron with a NaN does not
/// count as dead.
#[derive(Clone, Debug, PartialEq)]
pub struct Dead {
    /// For each layer that can have dead neurons, whether each neuron was alive for some sample. Empty before the first
    /// sample.
    layers: Vec<Option<(Activation, Vec<bool>)>>,
}

impl Dead {
    /// Creates an observer for a network with these layers.
    #[must_use]
    pub fn of(layers: &[Layer]) -> Self {
        let fresh = |layer: &Layer| can_die(layer.activation).then(|| (layer.activation, Vec::new()));
        Self { layers: layers.iter().map(fresh).collect() }
    }

    /// Returns the share of dead neurons in one layer; `None` if its activation cannot die or the layer does not exist.
    #[must_use]
    pub fn layer(&self, index: usize) -> Option<Share> {
        let (_, alive) = self.layers.get(index)?.as_ref()?;
        Some(Share { count: alive.iter().filter(|alive| !**alive).count(), total: alive.len() })
    }

    /// Returns the share over all layers that can have dead neurons; `None` if no layer can.
    #[must_use]
    pub fn overall(&self) -> Option<Share> {
        Share::sum((0..self.layers.len()).filter_map(|index| self.layer(index)))
    }
}

fn can_die(activation: Activation) -> bool {
    match activation {
        Activation::Relu
        | Activation::ReluSquared
        | Activation::Relu6
        | Activation::HardTanh
        | Activation::HardSigmoid
        | Activation::HardSwish => true,
        Activation::LeakyRelu { slope } | Activation::Prelu { slope } => slope == 0.0,
        Activation::Elu { alpha } => alpha == 0.0,
        _ => false,
    }
}

impl Observer for Dead {
    fn observe(&mut self, event: Event<'_>) -> ControlFlow<()> {
        if let Event::PreActivation(signal) = event
            && signal.samples > 0
            && let Some(Some((activation, alive))) = self.layers.get_mut(signal.layer)
        {
            alive.resize(signal.neurons, false);
            for (at, z) in signal.values.iter().enumerate() {
                let flat = !z.is_nan() && activation.derivative(z) == 0.0;
                if !flat && let Some(alive) = alive.get_mut(at % signal.neurons.max(1)) {
                    *alive = true;
                }
            }
        }
        ControlFlow::Continue(())
    }

    fn wants(&self, stage: Stage) -> bool {
        stage == Stage::PreActivation && self.layers.iter().any(Option::is_some)
    }
}

#[cfg(test)]
mod tests {
    use fanin_core::{network::Signal, param::Slice};
    use half::bf16;

    use super::*;

    fn relu_then_tanh() -> Dead {
        let layer = |activation| Layer::new("w", "b", [3, 2]).feeding("next", activation);
        Dead::of(&[layer(Activation::Relu), layer(Activation::Tanh)])
    }

    fn show(dead: &mut Dead, layer: usize, values: Slice<'_>, neurons: usize) {
        let signal = Signal { layer, values, samples: values.len() / neurons, neurons };
        assert!(dead.observe(Event::PreActivation(signal)).is_continue());
    }

    #[test]
    fn dead_for_every_sample_of_every_batch() {
        let mut dead = relu_then_tanh();
        // Neuron 0 is never above 0, neuron 1 in the second sample, neuron 2 in the second batch.
        show(&mut dead, 0, Slice::F32(&[-1.0, -1.0, 0.0, 0.0, 1e-30, -2.0]), 3);
        assert_eq!(dead.layer(0), Some(Share { count: 2, total: 3 }));
        show(&mut dead, 0, Slice::BF16(&[-1.0, -1.0, 3.0].map(bf16::from_f64)), 3);
        assert_eq!(dead.layer(0), Some(Share { count: 1, total: 3 }));
    }

    #[test]
    fn a_nan_is_not_dead() {
        let mut dead = relu_then_tanh();
        show(&mut dead, 0, Slice::F64(&[f64::NAN, f64::NEG_INFINITY, 1.0]), 3);
        assert_eq!(dead.layer(0), Some(Share { count: 1, total: 3 }));
    }

    #[test]
    fn other_activations_have_no_dead_neurons() {
        let mut dead = relu_then_tanh();
        show(&mut dead, 1, Slice::F32(&[-100.0; 3]), 3);
        assert_eq!(dead.layer(1), None);
        assert_eq!(dead.overall().and_then(Share::fraction), None, "no sample of the ReLU layer was shown");
        assert!(dead.wants(Stage::PreActivation) && !dead.wants(Stage::Activation));

        let layer = |activation| [Layer::new("w", "b", [1, 1]).feeding("next", activation)];
        assert!(!Dead::of(&layer(Activation::Tanh)).wants(Stage::PreActivation));
        assert!(!Dead::of(&layer(Activation::LeakyRelu { slope: 0.01 })).wants(Stage::PreActivation));
        assert!(Dead::of(&layer(Activation::LeakyRelu { slope: 0.0 })).wants(Stage::PreActivation));
    }

    #[test]
    fn dead_on_either_flat_piece() {
        let layer = Layer::new("w", "b", [3, 2]).feeding("next", Activation::HardTanh);
        let mut dead = Dead::of(&[layer]);
        show(&mut dead, 0, Slice::F64(&[-2.0, 2.0, 0.0, 3.0, 1.0, 5.0]), 3);
        assert_eq!(dead.layer(0), Some(Share { count: 2, total: 3 }));
    }

    #[test]
    fn no_sample_says_nothing() {
        let mut dead = relu_then_tanh();
        show(&mut dead, 0, Slice::F32(&[]), 3);
        assert_eq!(dead.layer(0).and_then(Share::fraction), None);
    }
}
