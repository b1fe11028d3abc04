//! Optimizers.

use fanin_core::{
    Element,
    network::{MlpSpec, NetworkError, OptimizerSpec},
};
use ndarray::{Array, Dimension, Zip};

use crate::Float;
use crate::mlp::Linear;

/// An optimizer and its state, for the network that created it.
#[derive(Debug)]
pub struct Optimizer<T> {
    spec: MlpSpec,
    method: Method<T>,
}

/// The method, with its state from earlier steps.
#[derive(Debug)]
enum Method<T> {
    Sgd { rate: f64 },
    Momentum { rate: f64, momentum: f64, velocity: Vec<Linear<T>> },
    Adam { adam: Adam, mean: Vec<Linear<T>>, square: Vec<Linear<T>> },
}

/// Adam's hyperparameters and the number of steps taken.
#[derive(Clone, Copy, Debug)]
struct Adam {
    rate: f64,
    beta1: f64,
    beta2: f64,
    epsilon: f64,
    steps: i32,
}

impl<T: Float> Optimizer<T> {
    pub(crate) fn new(spec: &OptimizerSpec, network: &MlpSpec, layers: &[Linear<T>]) -> Result<Self, NetworkError> {
        spec.check()?;
        let zeros = || layers.iter().map(Linear::zeros_like).collect();
        let method = match *spec {
            OptimizerSpec::Sgd { rate, momentum: 0.0 } => Method::Sgd { rate },
            OptimizerSpec::Sgd { rate, momentum } => Method::Momentum { rate, momentum, velocity: zeros() },
            OptimizerSpec::Adam { rate, beta1, beta2, epsilon } => {
                let adam = Adam { rate, beta1, beta2, epsilon, steps: 0 };
                Method::Adam { adam, mean: zeros(), square: zeros() }
            }
            _ => return Err(NetworkError::Optimizer(format!("this backend does not support {spec}"))),
        };
        Ok(Self { spec: network.clone(), method })
    }

    /// Rejects a network of another shape.
    pub(crate) fn check(&self, network: &MlpSpec) -> Result<(), NetworkError> {
        if self.spec.has_parameters_of(network) {
            return Ok(());
        }
        let (ours, theirs) = (self.spec.widths(), network.widths());
        let reason = if ours == theirs {
            "a network with other norms or blocks".to_owned()
        } else {
            format!("a network with widths {ours:?}, not {theirs:?}")
        };
        Err(NetworkError::Optimizer(format!("the optimizer was created for {reason}; create one with this network")))
    }

    /// Updates every parameter by one step.
    pub(crate) fn update(&mut self, layers: &mut [Linear<T>], gradients: &[Linear<T>]) {
        let pairs = layers.iter_mut().zip(gradients);
        match &mut self.method {
            Method::Sgd { rate } => {
                for (layer, gradient) in pairs {
                    sgd(*rate, &mut layer.weight, &gradient.weight);
                    for (w, g) in layer.vectors_mut().zip(gradient.vectors()) {
                        sgd(*rate, w, g);
                    }
                }
            }
            Method::Momentum { rate, momentum, velocity } => {
                for ((layer, gradient), v) in pairs.zip(velocity) {
                    descend_with_momentum(*rate, *momentum, &mut layer.weight, &gradient.weight, &mut v.weight);
                    for ((w, g), v) in layer.vectors_mut().zip(gradient.vectors()).zip(v.vectors_mut()) {
                        descend_with_momentum(*rate, *momentum, w, g, v);
                    }
                }
            }
            Method::Adam { adam, mean, square } => {
                adam.steps = adam.steps.saturating_add(1);
                for (((layer, gradient), m), v) in pairs.zip(mean).zip(square) {
                    adam.update(&mut layer.weight, &gradient.weight, &mut m.weight, &mut v.weight);
                    let moments = m.vectors_mut().zip(v.vectors_mut());
                    for ((w, g), (m, v)) in layer.vectors_mut().zip(gradient.vectors()).zip(moments) {
                        adam.update(w, g, m, v);
                    }
                }
            }
        }
    }
}

/// `w <- w - rate g`
fn sgd<T: Float, D: Dimension>(rate: f64, w: &mut Array<T, D>, g: &Array<T, D>) {
    w.scaled_add(scalar(-rate), g);
}

/// `v <- momentum v + g`, then `w <- w - rate v`
fn descend_with_momentum<T: Float, D: Dimension>(
    rate: f64,
    momentum: f64,
    w: &mut Array<T, D>,
    g: &Array<T, D>,
    v: &mut Array<T, D>,
) {
    let (rate, momentum) = (scalar::<T>(rate), scalar::<T>(momentum));
    Zip::from(w).and(g).and(v).for_each(|w, &g, v| {
        *v = momentum * *v + g;
        *w -= rate * *v;
    });
}

impl Adam {
    /// `m <- beta1 m + (1 - beta1) g`, `v <- beta2 v + (1 - beta2) g^2`, then
    /// `w <- w - rate (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon)` at step `t`.
    fn update<T: Float, D: Dimension>(
        &self,
        w: &mut Array<T, D>,
        g: &Array<T, D>,
        m: &mut Array<T, D>,
        v: &mut Array<T, D>,
    ) {
        let [rate, epsilon] = [self.rate, self.epsilon].map(scalar::<T>);
        let [keep1, take1] = [self.beta1, 1.0 - self.beta1].map(scalar::<T>);
        let [keep2, take2] = [self.beta2, 1.0 - self.beta2].map(scalar::<T>);
        let correct1 = scalar::<T>(1.0 / (1.0 - self.beta1.powi(self.steps)));
        let correct2 = scalar::<T>(1.0 / (1.0 - self.beta2.powi(self.steps)));
        Zip::from(w).and(g).and(m).and(v).for_each(|w, &g, m, v| {
            *m = keep1 * *m + take1 * g;
            *v = keep2 * *v + take2 * (g * g);
            *w -= rate * ((correct1 * *m) / ((correct2 * *v).sqrt() + epsilon));
        });
    }
}

fn scalar<T: Element>(value: f64) -> T {
    T::from_f64(value)
}
