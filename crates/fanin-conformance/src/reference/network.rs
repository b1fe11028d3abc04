//! Observing and training the reference perceptron.

use std::ops::ControlFlow;

use fanin_core::network::{
    Layer, Loss, Mode, Network, NetworkError, Norm, Observer, OptimizerSpec, Outputs, Samples, Targets, Trainable,
    Unobserved,
};

use super::conduct::{Conduct, Fault};
use super::norm::Statistics;
use super::optimizer::Optimizer;
use super::perceptron::{Batch, Linear, Perceptron, Wanted};

/// The results of a forward and backward pass.
struct Pass {
    loss: f64,
    gradients: Vec<Linear>,
    /// The batch statistics of each layer that computes them.
    statistics: Vec<Option<Statistics>>,
}

impl<C: Conduct> Perceptron<C> {
    fn check(&self, batch: &Batch) -> Result<(), NetworkError> {
        let samples = batch.inputs.len().checked_div(batch.features).unwrap_or(0);
        if !C::has(Fault::OneSample) {
            self.spec.check_batch(samples, self.mode)?;
        }
        if batch.features == self.spec.inputs() || C::has(Fault::AnySamples) {
            return Ok(());
        }
        let (given, wanted) = (batch.features, self.spec.inputs());
        Err(NetworkError::Samples(format!(
            "the batch has {given} features, but the network takes {wanted}; load it with this network"
        )))
    }

    fn pass(&self, batch: &Batch, observer: &mut dyn Observer) -> ControlFlow<(), Pass> {
        let traces = self.propagate(batch, observer)?;
        let (loss, gradients) = self.back_propagate(batch, &traces, observer)?;
        let statistics = traces.into_iter().map(|trace| trace.normalized?.batch).collect();
        ControlFlow::Continue(Pass { loss, gradients, statistics })
    }

    /// Updates the running statistics from those of the batch.
    fn follow(&mut self, statistics: &[Option<Statistics>], samples: usize) {
        if self.mode == Mode::Eval && !C::has(Fault::CountsInEval) {
            return;
        }
        for ((layer, running), batch) in self.spec.layers().iter().zip(&mut self.running).zip(statistics) {
            let norm = layer.norm.as_ref().map(|norm| norm.norm);
            if let (Some(Norm::Batch { momentum, .. }), Some(batch)) = (norm, batch) {
                running.follow::<C>(batch, momentum, samples);
            }
        }
    }
}

impl<C: Conduct> Network for Perceptron<C> {
    type Batch = Batch;

    fn layers(&self) -> &[Layer] {
        self.spec.layers()
    }

    fn loss(&self) -> Loss {
        self.spec.loss()
    }

    fn mode(&self) -> Mode {
        self.mode
    }

    fn set_mode(&mut self, mode: Mode) {
        if !C::has(Fault::FixedMode) {
            self.mode = mode;
        }
    }

    fn load(&self, samples: &Samples<'_>) -> Result<Batch, NetworkError> {
        if !C::has(Fault::AnySamples) {
            samples.check(self.spec.inputs(), self.spec.outputs(), self.spec.loss())?;
        }
        let targets = match samples.targets {
            Targets::Classes(classes) => Wanted::Classes(classes.to_vec()),
            Targets::Values(values) => Wanted::Values(values.to_vec()),
        };
        Ok(Batch { inputs: samples.inputs.to_vec(), features: samples.features, targets })
    }

    fn forward(&self, batch: &Batch, observer: &mut dyn Observer) -> Result<Option<Outputs>, NetworkError> {
        self.check(batch)?;
        let ControlFlow::Continue(traces) = self.propagate(batch, observer) else { return Ok(None) };
        let values = traces.into_iter().last().map_or_else(|| batch.inputs.clone(), |trace| trace.output);
        Ok(Some(Outputs { values, columns: self.spec.outputs() }))
    }
}

impl<C: Conduct> Trainable for Perceptron<C> {
    type Optimizer = Optimizer;

    fn optimizer(&self, spec: &OptimizerSpec) -> Result<Optimizer, NetworkError> {
        if !C::has(Fault::AnyOptimizer) {
            spec.check()?;
        }
        match spec {
            OptimizerSpec::Sgd { .. } | OptimizerSpec::Adam { .. } => Ok(Optimizer::new(*spec, &self.layers)),
            other => Err(NetworkError::Optimizer(format!("the reference does not support {other}; use sgd or adam"))),
        }
    }

    fn gradients(&self, batch: &Batch, observer: &mut dyn Observer) -> Result<Option<f64>, NetworkError> {
        self.check(batch)?;
        Ok(match self.pass(batch, observer) {
            ControlFlow::Continue(Pass { loss, .. }) => Some(loss),
            ControlFlow::Break(()) => None,
        })
    }

    fn step(&mut self, batch: &Batch, optimizer: &mut Optimizer) -> Result<f64, NetworkError> {
        self.check(batch)?;
        if !optimizer.fits(&self.layers) {
            return Err(NetworkError::Optimizer(
                "the optimizer was created for another network; create one with this network".to_owned(),
            ));
        }
        let early = || NetworkError::Backend("a pass without observers ended early".into());
        let ControlFlow::Continue(pass) = self.pass(batch, &mut Unobserved) else { return Err(early()) };
        let Pass { loss, gradients, mut statistics } = pass;
        if C::has(Fault::CountsInEval) && self.mode == Mode::Eval {
            let zeros = |running: &Statistics| Some(Statistics::fresh(running.mean.len()));
            statistics = self.running.iter().map(zeros).collect();
        }
        optimizer.update::<C>(&mut self.layers, &gradients);
        self.follow(&statistics, batch.inputs.len().checked_div(batch.features).unwrap_or(0));
        if C::has(Fault::LossAfterStep) {
            return self.gradients(batch, &mut Unobserved)?.ok_or_else(early);
        }
        Ok(loss)
    }
}
