//! Optimizers: gradient descent, momentum, Adam.

use std::marker::PhantomData;
use std::sync::Arc;

use burn_core::tensor::Tensor;
use fanin_core::network::{NetworkError, OptimizerSpec};

use super::Float;

/// An optimizer and its state, for the network that created it.
#[derive(Debug)]
pub struct Optimizer<T> {
    /// The network that created it.
    owner: Arc<()>,
    method: Method,
    element: PhantomData<T>,
}

#[derive(Debug)]
enum Method {
    Sgd { rate: f64 },
    Momentum { rate: f64, momentum: f64, velocity: Vec<Tensor<2>> },
    Adam { adam: Adam, mean: Vec<Tensor<2>>, square: Vec<Tensor<2>> },
}

#[derive(Debug)]
struct Adam {
    rate: f64,
    beta1: f64,
    beta2: f64,
    epsilon: f64,
    steps: i32,
}

impl<T: Float> Optimizer<T> {
    pub(super) fn new<'a>(
        spec: &OptimizerSpec,
        owner: &Arc<()>,
        trained: impl Iterator<Item = &'a Tensor<2>>,
    ) -> Result<Self, NetworkError> {
        spec.check()?;
        let zeros = || trained.map(Tensor::zeros_like).collect::<Vec<_>>();
        let method = match *spec {
            OptimizerSpec::Sgd { rate, momentum: 0.0 } => Method::Sgd { rate },
            OptimizerSpec::Sgd { rate, momentum } => Method::Momentum { rate, momentum, velocity: zeros() },
            OptimizerSpec::Adam { rate, beta1, beta2, epsilon } => {
                let zeros = zeros();
                let adam = Adam { rate, beta1, beta2, epsilon, steps: 0 };
                Method::Adam { adam, mean: zeros.clone(), square: zeros }
            }
            _ => return Err(NetworkError::Optimizer(format!("this backend does not support {spec}"))),
        };
        Ok(Self { owner: Arc::clone(owner), method, element: PhantomData })
    }

    /// Rejects other networks, whose state it does not have.
    pub(super) fn check(&self, network: &Arc<()>) -> Result<(), NetworkError> {
        if Arc::ptr_eq(&self.owner, network) {
            return Ok(());
        }
        Err(NetworkError::Optimizer(
            "the optimizer was created for another network; create one with this network".to_owned(),
        ))
    }

    /// Updates every trained parameter by one step.
    pub(super) fn update<'a>(&mut self, params: impl Iterator<Item = (&'a mut Tensor<2>, Tensor<2>)>) {
        match &mut self.method {
            Method::Sgd { rate } => params.for_each(|(w, g)| *w = w.clone() - g * *rate),
            // `v <- momentum v + g`, then `w <- w - rate v`
            Method::Momentum { rate, momentum, velocity } => {
                for ((w, g), v) in params.zip(velocity) {
                    *v = v.clone() * *momentum + g;
                    *w = w.clone() - v.clone() * *rate;
                }
            }
            Method::Adam { adam, mean, square } => {
                adam.steps = adam.steps.saturating_add(1);
                for (((w, g), m), v) in params.zip(mean).zip(square) {
                    adam.update(w, &g, m, v);
                }
            }
        }
    }
}

impl Adam {
    /// `m <- beta1 m + (1 - beta1) g`, `v <- beta2 v + (1 - beta2) g^2`, then
    /// `w <- w - rate (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon)` at step `t`.
    fn update(&self, w: &mut Tensor<2>, g: &Tensor<2>, m: &mut Tensor<2>, v: &mut Tensor<2>) {
        let correct1 = 1.0 / (1.0 - self.beta1.powi(self.steps));
        let correct2 = 1.0 / (1.0 - self.beta2.powi(self.steps));
        *m = m.clone() * self.beta1 + g.clone() * (1.0 - self.beta1);
        *v = v.clone() * self.beta2 + (g.clone() * g.clone()) * (1.0 - self.beta2);
        let step = (m.clone() * correct1) / ((v.clone() * correct2).sqrt() + self.epsilon);
        *w = w.clone() - step * self.rate;
    }
}
