//! Optimizers: candle's own, and momentum, which candle lacks.

use std::marker::PhantomData;

use candle_core::backprop::GradStore;
use candle_core::{Result, Tensor, Var};
use candle_nn::{AdamW, Optimizer as _, ParamsAdamW, SGD};
use fanin_core::network::{NetworkError, OptimizerSpec};

use crate::Float;
use crate::mlp::backend;

/// An optimizer and its state, for the network that created it.
#[derive(Debug)]
pub struct Optimizer<T> {
    vars: Vec<Var>,
    method: Method,
    element: PhantomData<T>,
}

#[derive(Debug)]
enum Method {
    Sgd(SGD),
    Momentum(MomentumSgd),
    /// Adam is `AdamW` without weight decay.
    Adam(AdamW),
}

impl<T: Float> Optimizer<T> {
    pub(crate) fn new<'a>(
        spec: &OptimizerSpec,
        vars: impl Iterator<Item = &'a Var>,
    ) -> std::result::Result<Self, NetworkError> {
        spec.check()?;
        let vars: Vec<Var> = vars.cloned().collect();
        let method = match *spec {
            OptimizerSpec::Sgd { rate, momentum: 0.0 } => SGD::new(vars.clone(), rate).map(Method::Sgd),
            OptimizerSpec::Sgd { rate, momentum } => MomentumSgd::new(&vars, rate, momentum).map(Method::Momentum),
            OptimizerSpec::Adam { rate, beta1, beta2, epsilon } => {
                let params = ParamsAdamW { lr: rate, beta1, beta2, eps: epsilon, weight_decay: 0.0 };
                AdamW::new(vars.clone(), params).map(Method::Adam)
            }
            _ => return Err(NetworkError::Optimizer(format!("this backend does not support {spec}"))),
        };
        Ok(Self { vars, method: method.map_err(backend)?, element: PhantomData })
    }

    /// Rejects other networks: the optimizer would update the variables of the network that created it.
    pub(crate) fn check<'a>(&self, vars: impl Iterator<Item = &'a Var>) -> std::result::Result<(), NetworkError> {
        if self.vars.iter().map(|var| var.id()).eq(vars.map(|var| var.id())) {
            return Ok(());
        }
        Err(NetworkError::Optimizer(
            "the optimizer was created for another network; create one with this network".to_owned(),
        ))
    }

    /// Updates every parameter by one step.
    pub(crate) fn update(&mut self, gradients: &GradStore) -> Result<()> {
        match &mut self.method {
            Method::Sgd(sgd) => sgd.step(gradients),
            Method::Momentum(momentum) => momentum.step(gradients),
            Method::Adam(adam) => adam.step(gradients),
        }
    }
}

/// Computes `v <- momentum v + g`, then `w <- w - rate v`.
#[derive(Debug)]
struct MomentumSgd {
    rate: f64,
    momentum: f64,
    /// Each variable with its `v`.
    pairs: Vec<(Var, Tensor)>,
}

impl MomentumSgd {
    fn new(vars: &[Var], rate: f64, momentum: f64) -> Result<Self> {
        let pairs = vars.iter().map(|var| Ok((var.clone(), var.zeros_like()?)));
        Ok(Self { rate, momentum, pairs: pairs.collect::<Result<_>>()? })
    }

    fn step(&mut self, gradients: &GradStore) -> Result<()> {
        for (var, velocity) in &mut self.pairs {
            if let Some(gradient) = gradients.get(var) {
                *velocity = ((&*velocity * self.momentum)? + gradient)?;
                var.set(&var.sub(&(&*velocity * self.rate)?)?)?;
            }
        }
        Ok(())
    }
}
