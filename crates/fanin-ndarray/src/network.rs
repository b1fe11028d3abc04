//! Observing and training the perceptron.

use std::ops::ControlFlow;

use fanin_core::{
    Element,
    network::{
        Layer, Loss, Mode, Network, NetworkError, Norm, Observer, OptimizerSpec, Outputs, Samples, Trainable,
        Unobserved,
    },
};

use crate::activation::Trace;
use crate::batch::Batch;
use crate::loss::loss;
use crate::mlp::Linear;
use crate::norm::Statistics;
use crate::optimizer::Optimizer;
use crate::{Float, Mlp};

impl<T: Float> Network for Mlp<T> {
    type Batch = Batch<T>;

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
        self.mode = mode;
    }

    fn load(&self, samples: &Samples<'_>) -> Result<Batch<T>, NetworkError> {
        Batch::new(&self.spec, samples)
    }

    fn forward(&self, batch: &Batch<T>, observer: &mut dyn Observer) -> Result<Option<Outputs>, NetworkError> {
        batch.check(&self.spec, self.mode)?;
        let ControlFlow::Continue(traces) = self.propagate(&batch.inputs, observer) else { return Ok(None) };
        let z = traces.last().map_or(&batch.inputs, Trace::output);
        Ok(Some(Outputs { values: z.iter().map(|z| Element::to_f64(*z)).collect(), columns: z.ncols() }))
    }
}

impl<T: Float> Trainable for Mlp<T> {
    type Optimizer = Optimizer<T>;

    fn optimizer(&self, spec: &OptimizerSpec) -> Result<Optimizer<T>, NetworkError> {
        Optimizer::new(spec, &self.spec, &self.layers)
    }

    fn gradients(&self, batch: &Batch<T>, observer: &mut dyn Observer) -> Result<Option<f64>, NetworkError> {
        Ok(self.pass(batch, observer)?.map(|pass| pass.loss))
    }

    fn step(&mut self, batch: &Batch<T>, optimizer: &mut Optimizer<T>) -> Result<f64, NetworkError> {
        optimizer.check(&self.spec)?;
        let Some(Pass { loss, gradients, statistics }) = self.pass(batch, &mut Unobserved)? else {
            return Err(NetworkError::Backend("a pass without observers ended early".into()));
        };
        optimizer.update(&mut self.layers, &gradients);
        self.follow(&statistics, batch.len());
        Ok(loss)
    }
}

/// The results of a forward and backward pass.
struct Pass<T> {
    loss: f64,
    /// The gradient of every parameter, first layer to last.
    gradients: Vec<Linear<T>>,
    /// The batch statistics of each batch-normalized layer, with the layer's index.
    statistics: Vec<(usize, Statistics<T>)>,
}

impl<T: Float> Mlp<T> {
    /// Runs forward pass, loss and backward pass; `None` if the observer ended the pass.
    fn pass(&self, batch: &Batch<T>, observer: &mut dyn Observer) -> Result<Option<Pass<T>>, NetworkError> {
        batch.check(&self.spec, self.mode)?;
        let ControlFlow::Continue(traces) = self.propagate(&batch.inputs, observer) else { return Ok(None) };
        let z = traces.last().map_or(&batch.inputs, Trace::output);
        let statistics = traces
            .iter()
            .enumerate()
            .filter_map(|(index, trace)| Some((index, trace.normalized.as_ref()?.batch.clone()?)));
        let statistics = statistics.collect();
        let (loss, gradient) = loss(self.spec.loss(), z, &batch.targets)?;
        match self.back_propagate(&batch.inputs, traces, gradient, observer) {
            ControlFlow::Continue(gradients) => Ok(Some(Pass { loss, gradients, statistics })),
            ControlFlow::Break(()) => Ok(None),
        }
    }

    /// Updates the running statistics from a batch. In eval mode there are no batch statistics.
    fn follow(&mut self, statistics: &[(usize, Statistics<T>)], samples: usize) {
        for (index, batch) in statistics {
            let norm = self.spec.layers()[*index].norm.as_ref().map(|norm| norm.norm);
            if let (Some(Norm::Batch { momentum, .. }), Some(running)) = (norm, &mut self.running[*index]) {
                running.follow(batch, momentum, samples);
            }
        }
    }
}
