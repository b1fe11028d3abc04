//! Normalization before the activation, built from operations that burn differentiates.

use burn_core::tensor::Tensor;
use fanin_core::network::Norm;

/// The tensors of a layer's norm.
#[derive(Clone, Debug)]
pub(super) struct NormTensors {
    pub(super) gain: Tensor<2>,
    pub(super) bias: Tensor<2>,
    /// The running statistics of batch normalization, which are not passed to optimizers.
    pub(super) running: Option<Statistics>,
}

/// The mean and variance of every neuron.
#[derive(Clone, Debug)]
pub(super) struct Statistics {
    pub(super) mean: Tensor<2>,
    pub(super) variance: Tensor<2>,
}

impl NormTensors {
    /// Returns `z = gain (s - mean) / sqrt(var + eps) + bias`, and the statistics of the batch if they were computed.
    /// If running statistics are given, batch normalization uses them; no gradient flows through them.
    pub(super) fn normalize(
        &self,
        norm: Norm,
        running: Option<&Statistics>,
        s: &Tensor<2>,
    ) -> (Tensor<2>, Option<Statistics>) {
        let (mean, variance, is_taken) = match (norm, running) {
            (Norm::Batch { .. }, Some(running)) => (running.mean.clone(), running.variance.clone(), false),
            _ => {
                let axis = usize::from(!norm.is_batch());
                let mean = s.clone().mean_dim(axis);
                let distance = s.clone() - mean.clone();
                let variance = (distance.clone() * distance).mean_dim(axis);
                (mean, variance, norm.is_batch())
            }
        };
        let unit = (s.clone() - mean.clone()) / (variance.clone() + norm.eps()).sqrt();
        let z = unit * self.gain.clone() + self.bias.clone();
        (z, is_taken.then(|| Statistics { mean: mean.inner(), variance: variance.inner() }))
    }
}

impl Statistics {
    /// Computes `running <- (1 - momentum) running + momentum statistic`. The variance is multiplied by `n / (n - 1)`
    /// for `n` samples, because the variance of a batch is biased by the inverse factor (Bessel's correction).
    pub(super) fn follow(&mut self, batch: Self, momentum: f64, samples: usize) {
        let n = to_f64(samples);
        let follow = |running: &mut Tensor<2>, statistic: Tensor<2>, take: f64| {
            *running = running.clone() * (1.0 - momentum) + statistic * take;
        };
        follow(&mut self.mean, batch.mean, momentum);
        follow(&mut self.variance, batch.variance, momentum * (n / (n - 1.0)));
    }
}

#[expect(clippy::cast_precision_loss, reason = "a batch has fewer than 2^53 samples")]
fn to_f64(count: usize) -> f64 {
    count as f64
}
