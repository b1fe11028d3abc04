//! The reference perceptron as a network that can be observed and trained.

use std::ops::ControlFlow;

use fanin_core::{
    Layer, Loss, Network, NetworkError, Observer, OptimiserSpec, Outputs, Samples, Targets, Trainable, Unobserved,
};

use super::conduct::{Conduct, Fault};
use super::optimiser::Optimiser;
use super::perceptron::{Batch, Linear, Perceptron, Wanted};

impl<C: Conduct> Perceptron<C> {
    fn check(&self, batch: &Batch) -> Result<(), NetworkError> {
        if batch.features == self.spec.inputs() || C::has(Fault::AnySamples) {
            return Ok(());
        }
        let (given, wanted) = (batch.features, self.spec.inputs());
        Err(NetworkError::Samples(format!("a batch of {given} features; the network takes {wanted}; load it again")))
    }

    fn pass(&self, batch: &Batch, observer: &mut dyn Observer) -> ControlFlow<(), (f64, Vec<Linear>)> {
        let traces = self.propagate(batch, observer)?;
        self.back_propagate(batch, &traces, observer)
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
        let values = traces.into_iter().last().map_or_else(|| batch.inputs.clone(), |trace| trace.post);
        Ok(Some(Outputs { values, columns: self.spec.outputs() }))
    }
}

impl<C: Conduct> Trainable for Perceptron<C> {
    type Optimiser = Optimiser;

    fn optimiser(&self, spec: &OptimiserSpec) -> Result<Optimiser, NetworkError> {
        if !C::has(Fault::AnyOptimiser) {
            spec.check()?;
        }
        match spec {
            OptimiserSpec::Sgd { .. } | OptimiserSpec::Adam { .. } => Ok(Optimiser::new(*spec, &self.layers)),
            other => Err(NetworkError::Optimiser(format!("{other} is unknown to the reference; use sgd or adam"))),
        }
    }

    fn gradients(&self, batch: &Batch, observer: &mut dyn Observer) -> Result<Option<f64>, NetworkError> {
        self.check(batch)?;
        Ok(match self.pass(batch, observer) {
            ControlFlow::Continue((loss, _)) => Some(loss),
            ControlFlow::Break(()) => None,
        })
    }

    fn step(&mut self, batch: &Batch, optimiser: &mut Optimiser) -> Result<f64, NetworkError> {
        self.check(batch)?;
        if !optimiser.fits(&self.layers) {
            return Err(NetworkError::Optimiser("it was made for another network; make one for this".to_owned()));
        }
        let early = || NetworkError::Backend("a pass that nobody observed ended early".into());
        let ControlFlow::Continue((loss, gradients)) = self.pass(batch, &mut Unobserved) else { return Err(early()) };
        optimiser.update::<C>(&mut self.layers, &gradients);
        if C::has(Fault::LossAfterStep) {
            return self.gradients(batch, &mut Unobserved)?.ok_or_else(early);
        }
        Ok(loss)
    }
}
