//! Observing and training the perceptron.

use candle_core::Tensor;
use candle_core::backprop::GradStore;
use fanin_core::{
    Element,
    network::{
        Layer, Loss, Mode, Network, NetworkError, Norm, Observer, OptimizerSpec, Outputs, Samples, Trainable,
        Unobserved,
    },
};

use crate::backward::back_propagate;
use crate::batch::Batch;
use crate::forward::Kept;
use crate::loss::mean_loss;
use crate::mlp::backend;
use crate::norm::Statistics;
use crate::optimizer::Optimizer;
use crate::show::Stop;
use crate::{Float, Mlp, storage};

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
        let Some(z) = Stop::resolve(self.propagate(&batch.inputs, observer, None))? else { return Ok(None) };
        let values = storage::read::<T, _>(&z, |z| z.iter().map(|z| Element::to_f64(*z)).collect());
        Ok(Some(Outputs { values: values.map_err(backend)?, columns: self.spec.outputs() }))
    }
}

impl<T: Float> Trainable for Mlp<T> {
    type Optimizer = Optimizer<T>;

    fn optimizer(&self, spec: &OptimizerSpec) -> Result<Optimizer<T>, NetworkError> {
        Optimizer::new(spec, self.trained())
    }

    fn gradients(&self, batch: &Batch<T>, observer: &mut dyn Observer) -> Result<Option<f64>, NetworkError> {
        let pass = Stop::resolve(self.pass(batch, observer))?;
        pass.map(|pass| scalar::<T>(&pass.loss)).transpose()
    }

    fn step(&mut self, batch: &Batch<T>, optimizer: &mut Optimizer<T>) -> Result<f64, NetworkError> {
        optimizer.check(self.trained())?;
        let Some(Pass { loss, gradients, statistics }) = Stop::resolve(self.pass(batch, &mut Unobserved))? else {
            return Err(NetworkError::Backend("a pass without observers ended early".into()));
        };
        optimizer.update(&gradients).map_err(backend)?;
        self.follow(&statistics, batch.len()).map_err(backend)?;
        scalar::<T>(&loss)
    }
}

/// The results of a forward and backward pass.
struct Pass {
    loss: Tensor,
    /// The gradient of every variable.
    gradients: GradStore,
    /// The batch statistics of each batch-normalized layer, with the layer's index.
    statistics: Vec<(usize, Statistics<Tensor>)>,
}

impl<T: Float> Mlp<T> {
    /// Runs forward pass, loss and backward pass.
    fn pass(&self, batch: &Batch<T>, observer: &mut dyn Observer) -> Result<Pass, Stop> {
        batch.check(&self.spec, self.mode)?;
        let mut kept = Kept::default();
        let z = self.propagate(&batch.inputs, observer, Some(&mut kept))?;
        let (loss, gradient) = mean_loss(self.spec.loss(), &z, &batch.targets)?;
        let gradients = back_propagate(&z, &gradient)?;
        self.show_gradients(&gradients, &kept, observer)?;
        Ok(Pass { loss, gradients, statistics: kept.statistics })
    }

    /// Updates the running statistics from a batch. In eval mode there are no batch statistics.
    fn follow(&self, statistics: &[(usize, Statistics<Tensor>)], samples: usize) -> candle_core::Result<()> {
        for (index, batch) in statistics {
            let norm = self.spec.layers()[*index].norm.as_ref().map(|norm| norm.norm);
            let running = self.layers[*index].norm.as_ref().and_then(|vars| vars.running.as_ref());
            if let (Some(Norm::Batch { momentum, .. }), Some(running)) = (norm, running) {
                running.follow(batch, momentum, samples)?;
            }
        }
        Ok(())
    }
}

/// Returns the value of a scalar tensor.
fn scalar<T: Float>(tensor: &Tensor) -> Result<f64, NetworkError> {
    tensor.to_scalar::<T>().map(Element::to_f64).map_err(backend)
}
