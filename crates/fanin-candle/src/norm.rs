//! Normalization before the activation, built from operations that candle differentiates.

use candle_core::{Result, Tensor, Var};
use fanin_core::network::Norm;

/// The variables of a layer's norm.
#[derive(Debug)]
pub(crate) struct NormVars {
    pub(crate) gain: Var,
    pub(crate) bias: Var,
    /// The running statistics of batch normalization, which are not passed to optimizers.
    pub(crate) running: Option<Statistics<Var>>,
}

/// The mean and variance of every neuron.
#[derive(Clone, Debug)]
pub(crate) struct Statistics<V> {
    pub(crate) mean: V,
    pub(crate) variance: V,
}

impl NormVars {
    /// Returns `z = gain (s - mean) / sqrt(var + eps) + bias`, and the statistics of the batch if they were computed.
    /// If running statistics are given, batch normalization uses them; candle treats them as constants, so no gradient
    /// flows through them.
    pub(crate) fn normalize(
        &self,
        norm: Norm,
        running: Option<&Statistics<Var>>,
        s: &Tensor,
    ) -> Result<(Tensor, Option<Statistics<Tensor>>)> {
        let (mean, variance, is_taken) = match (norm, running) {
            (Norm::Batch { .. }, Some(running)) => {
                (running.mean.as_detached_tensor(), running.variance.as_detached_tensor(), false)
            }
            _ => {
                let axis = usize::from(!norm.is_batch());
                let mean = s.mean_keepdim(axis)?;
                let variance = s.broadcast_sub(&mean)?.sqr()?.mean_keepdim(axis)?;
                (mean, variance, norm.is_batch())
            }
        };
        let unit = s.broadcast_sub(&mean)?.broadcast_div(&(&variance + norm.eps())?.sqrt()?)?;
        let z = unit.broadcast_mul(self.gain.as_tensor())?.broadcast_add(self.bias.as_tensor())?;
        let batch = match is_taken {
            true => Some(Statistics { mean: mean.detach().squeeze(0)?, variance: variance.detach().squeeze(0)? }),
            false => None,
        };
        Ok((z, batch))
    }
}

impl Statistics<Var> {
    /// Computes `running <- (1 - momentum) running + momentum statistic`. The variance is multiplied by `n / (n - 1)`
    /// for `n` samples, because the variance of a batch is biased by the inverse factor (Bessel's correction).
    pub(crate) fn follow(&self, batch: &Statistics<Tensor>, momentum: f64, samples: usize) -> Result<()> {
        let n = to_f64(samples);
        let follow = |running: &Var, statistic: &Tensor, take: f64| {
            running.set(&((running.as_detached_tensor() * (1.0 - momentum))? + (statistic * take)?)?)
        };
        follow(&self.mean, &batch.mean, momentum)?;
        follow(&self.variance, &batch.variance, momentum * (n / (n - 1.0)))
    }
}

#[expect(clippy::cast_precision_loss, reason = "a batch has fewer than 2^53 samples")]
fn to_f64(count: usize) -> f64 {
    count as f64
}
