//! Observing and training the perceptron.

use burn_core::tensor::{Gradients, Tensor};
use fanin_core::{
    Element,
    network::{
        Layer, Loss, Mode, Network, NetworkError, Norm, Observer, OptimizerSpec, Outputs, Samples, Trainable,
        Unobserved,
    },
};

use super::backward::{back_propagate, of};
use super::batch::Batch;
use super::forward::Kept;
use super::host::{download, upload};
use super::linear::Linear;
use super::loss::mean_loss;
use super::norm::Statistics;
use super::optimizer::Optimizer;
use super::show::Stop;
use super::{Float, Mlp};

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
        Batch::new(&self.spec, samples, &self.device)
    }

    fn forward(&self, batch: &Batch<T>, observer: &mut dyn Observer) -> Result<Option<Outputs>, NetworkError> {
        batch.check(&self.spec, self.mode)?;
        let z = self.propagate(&self.layers, batch.inputs.clone(), observer, None);
        let Some(z) = Stop::resolve(z)? else { return Ok(None) };
        let values = download::<T, _>(&z, |z| z.iter().map(|z| Element::to_f64(*z)).collect())?;
        Ok(Some(Outputs { values, columns: self.spec.outputs() }))
    }
}

impl<T: Float> Trainable for Mlp<T> {
    type Optimizer = Optimizer<T>;

    fn optimizer(&self, spec: &OptimizerSpec) -> Result<Optimizer<T>, NetworkError> {
        Optimizer::new(spec, &self.identity, self.layers.iter().flat_map(Linear::trained))
    }

    fn gradients(&self, batch: &Batch<T>, observer: &mut dyn Observer) -> Result<Option<f64>, NetworkError> {
        Ok(Stop::resolve(self.pass(batch, observer))?.map(|pass| pass.loss))
    }

    fn step(&mut self, batch: &Batch<T>, optimizer: &mut Optimizer<T>) -> Result<f64, NetworkError> {
        optimizer.check(&self.identity)?;
        let Some(pass) = Stop::resolve(self.pass(batch, &mut Unobserved))? else {
            return Err(NetworkError::Backend("a pass without observers ended early".into()));
        };
        let gradients = pass.leaves.iter().flat_map(Linear::trained).map(|leaf| of(leaf, &pass.gradients));
        let gradients = gradients.collect::<Result<Vec<_>, _>>()?;
        // The leaves share the parameters' memory; without them, it can be reused.
        drop((pass.leaves, pass.gradients));
        optimizer.update(self.layers.iter_mut().flat_map(Linear::trained_mut).zip(gradients));
        self.follow(pass.statistics, batch.len());
        Ok(pass.loss)
    }
}

/// The results of a forward and backward pass.
struct Pass {
    loss: f64,
    /// The layers of the pass, whose trained tensors have gradients.
    leaves: Vec<Linear>,
    gradients: Gradients,
    /// The batch statistics of each batch-normalized layer, with the layer's index.
    statistics: Vec<(usize, Statistics)>,
}

impl<T: Float> Mlp<T> {
    /// Runs forward pass, loss and backward pass.
    fn pass(&self, batch: &Batch<T>, observer: &mut dyn Observer) -> Result<Pass, Stop> {
        batch.check(&self.spec, self.mode)?;
        let mut kept = Kept::default();
        let leaves: Vec<Linear> = self.layers.iter().map(Linear::tracked).collect();
        let z = self.propagate(&leaves, Tensor::from_inner(batch.inputs.clone()), observer, Some(&mut kept))?;
        let columns = self.spec.outputs();
        let (loss, gradient) = download::<T, _>(&z, |z| mean_loss(self.spec.loss(), z, columns, &batch.targets))??;
        let gradient = upload(gradient, z.dims(), &z.device());
        let gradients = back_propagate(z, gradient);
        self.show_gradients(&leaves, &gradients, &kept, observer)?;
        Ok(Pass { loss, leaves, gradients, statistics: kept.statistics })
    }

    /// Updates the running statistics from a batch. In eval mode there are no batch statistics.
    fn follow(&mut self, statistics: Vec<(usize, Statistics)>, samples: usize) {
        for (index, batch) in statistics {
            let norm = self.spec.layers()[index].norm.as_ref().map(|norm| norm.norm);
            let running = self.layers[index].norm.as_mut().and_then(|norm| norm.running.as_mut());
            if let (Some(Norm::Batch { momentum, .. }), Some(running)) = (norm, running) {
                running.follow(batch, momentum, samples);
            }
        }
    }
}
