//! Moments of signals and gradients, layer by layer.

use std::ops::ControlFlow;

use fanin_core::network::{Event, Layer, Observer};

use crate::{Moments, RunningMoments};

/// Mean and standard deviation at each stage of one layer, over all samples and neurons; `None` for a stage that was
/// not observed, such as gradients in a forward pass.
///
/// The loss is a mean over the batch, so the gradient with respect to an activation contains a factor `1 / samples`.
/// Compare it between layers of one pass, not between batches of different sizes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LayerMoments {
    /// Moments of `z = W a + b`.
    pub pre_activation: Option<Moments>,
    /// Moments of `f(z)`.
    pub activation: Option<Moments>,
    /// Moments of the gradient of the loss with respect to `f(z)`.
    pub activation_gradient: Option<Moments>,
    /// Moments of the gradient of the loss with respect to `z`.
    pub pre_activation_gradient: Option<Moments>,
    /// Moments of the gradient of the loss with respect to the weight.
    pub weight_gradient: Option<Moments>,
    /// Moments of the gradient of the loss with respect to the bias.
    pub bias_gradient: Option<Moments>,
}

/// Accumulates [`LayerMoments`] over all observed batches: the numbers behind the activation and gradient plots of
/// Glorot & Bengio 2010 (figures 6 and 7) and the variance argument of He et al. 2015.
///
/// With a good initialization, the standard deviation of the activations stays roughly level from layer to layer in the
/// forward pass, and that of the gradients in the backward pass.
#[derive(Clone, Debug, PartialEq)]
pub struct SignalMoments {
    layers: Vec<Watched>,
}

#[derive(Clone, Debug, PartialEq)]
struct Watched {
    weight: String,
    bias: String,
    pre_activation: RunningMoments,
    activation: RunningMoments,
    activation_gradient: RunningMoments,
    pre_activation_gradient: RunningMoments,
    weight_gradient: RunningMoments,
    bias_gradient: RunningMoments,
}

impl SignalMoments {
    /// Creates an observer for a network with these layers.
    #[must_use]
    pub fn of(layers: &[Layer]) -> Self {
        let nothing = RunningMoments::default();
        let watched = |layer: &Layer| Watched {
            weight: layer.weight.clone(),
            bias: layer.bias.clone(),
            pre_activation: nothing,
            activation: nothing,
            activation_gradient: nothing,
            pre_activation_gradient: nothing,
            weight_gradient: nothing,
            bias_gradient: nothing,
        };
        Self { layers: layers.iter().map(watched).collect() }
    }

    /// Returns the moments of one layer; every field is `None` if the layer does not exist.
    #[must_use]
    pub fn layer(&self, index: usize) -> LayerMoments {
        self.layers.get(index).map_or_else(LayerMoments::default, |layer| LayerMoments {
            pre_activation: layer.pre_activation.finish(),
            activation: layer.activation.finish(),
            activation_gradient: layer.activation_gradient.finish(),
            pre_activation_gradient: layer.pre_activation_gradient.finish(),
            weight_gradient: layer.weight_gradient.finish(),
            bias_gradient: layer.bias_gradient.finish(),
        })
    }
}

impl Observer for SignalMoments {
    fn observe(&mut self, event: Event<'_>) -> ControlFlow<()> {
        if let Some(layer) = self.layers.get_mut(event.layer()) {
            match event {
                Event::PreActivation(signal) => layer.pre_activation.extend(signal.values),
                Event::Activation(signal) => layer.activation.extend(signal.values),
                Event::ActivationGradient(signal) => layer.activation_gradient.extend(signal.values),
                Event::PreActivationGradient(signal) => layer.pre_activation_gradient.extend(signal.values),
                Event::ParameterGradient { param, values, .. } if param.name() == layer.weight => {
                    layer.weight_gradient.extend(values);
                }
                Event::ParameterGradient { param, values, .. } if param.name() == layer.bias => {
                    layer.bias_gradient.extend(values);
                }
                Event::ParameterGradient { .. } => {}
            }
        }
        ControlFlow::Continue(())
    }
}

#[cfg(test)]
mod tests {
    use fanin_core::{ParamSpec, network::Signal, param::Slice};
    use half::f16;

    use super::*;

    #[test]
    fn each_stage_and_parameter_has_its_own() {
        let mut moments = SignalMoments::of(&[Layer::new("w", "b", [2, 1]), Layer::new("v", "c", [1, 2])]);
        let halves = [4.0, 6.0].map(f16::from_f64);
        let signal = |values| Signal { layer: 0, values, samples: 1, neurons: 2 };
        let param = |name: &str| ParamSpec::new(name, [2]).unwrap();
        let (w, b, other) = (param("w"), param("b"), param("x"));
        let gradient = |param| Event::ParameterGradient { layer: 0, param, values: Slice::F64(&[0.0, 2.0]) };
        for event in [
            Event::PreActivation(signal(Slice::F16(&halves))),
            Event::Activation(signal(Slice::F32(&[1.0, 3.0]))),
            Event::ActivationGradient(signal(Slice::F64(&[-1.0, 1.0]))),
            Event::PreActivationGradient(signal(Slice::F64(&[7.0, 7.0]))),
            gradient(&w),
            gradient(&other),
            Event::ParameterGradient { layer: 0, param: &b, values: Slice::F32(&[5.0, 5.0]) },
        ] {
            assert!(moments.observe(event).is_continue());
        }
        let expected = |mean, std| Some(Moments { count: 2, mean, std });
        let found = moments.layer(0);
        assert_eq!(found.pre_activation, expected(5.0, 1.0));
        assert_eq!(found.activation, expected(2.0, 1.0));
        assert_eq!(found.activation_gradient, expected(0.0, 1.0));
        assert_eq!(found.pre_activation_gradient, expected(7.0, 0.0));
        assert_eq!(found.weight_gradient, expected(1.0, 1.0));
        assert_eq!(found.bias_gradient, expected(5.0, 0.0));
        assert_eq!(moments.layer(1), LayerMoments::default());
        assert_eq!(moments.layer(9), LayerMoments::default());
    }
}
