//! Normalization before the activation, and its backward pass.

use fanin_core::{
    Element,
    network::{NetworkError, Norm},
};
use ndarray::{Array1, Array2, Axis};

use crate::Float;
use crate::allocation::{filled, zeros};

/// The gain and bias of a normalization, or anything with the same shapes, such as gradients or moments.
#[derive(Debug)]
pub(crate) struct Affine<T> {
    pub(crate) gain: Array1<T>,
    pub(crate) bias: Array1<T>,
}

/// The mean and variance of every neuron.
#[derive(Clone, Debug)]
pub(crate) struct Statistics<T> {
    pub(crate) mean: Array1<T>,
    pub(crate) variance: Array1<T>,
}

/// The values of a normalization that the backward pass needs.
#[derive(Debug)]
pub(crate) struct Normalized<T> {
    /// `u = (s - mean) / sqrt(var + eps)`
    unit: Array2<T>,
    /// `1 / sqrt(var + eps)`, one per neuron or one per sample.
    rate: Array2<T>,
    /// The axis over which mean and variance were taken; `None` if running statistics were used.
    axis: Option<Axis>,
    /// The statistics of the batch, if they were computed.
    pub(crate) batch: Option<Statistics<T>>,
}

impl<T: Float> Affine<T> {
    pub(crate) fn zeros(neurons: usize) -> Result<Self, NetworkError> {
        Ok(Self { gain: zeros(neurons)?, bias: zeros(neurons)? })
    }

    /// Replaces `s` with `z = gain u + bias`, where `u = (s - mean) / sqrt(var + eps)`. Batch normalization uses the
    /// running statistics if they are given.
    pub(crate) fn normalize(&self, norm: Norm, running: Option<&Statistics<T>>, s: &mut Array2<T>) -> Normalized<T> {
        let (axis, mean, variance) = match (norm, running) {
            (Norm::Batch { .. }, Some(Statistics { mean, variance })) => {
                (None, mean.clone().insert_axis(Axis(0)), variance.clone().insert_axis(Axis(0)))
            }
            _ => {
                let axis = if norm.is_batch() { Axis(0) } else { Axis(1) };
                let mean = mean_over(axis, s);
                let mut deviation = s.clone();
                deviation -= &mean;
                deviation.mapv_inplace(|deviation| deviation * deviation);
                (Some(axis), mean, mean_over(axis, &deviation))
            }
        };
        let eps = <T as Element>::from_f64(norm.eps());
        let rate = variance.mapv(|variance| T::one() / (variance + eps).sqrt());
        *s -= &mean;
        *s *= &rate;
        let unit = s.clone();
        *s *= &self.gain;
        *s += &self.bias;
        let batch = (axis == Some(Axis(0)))
            .then(|| Statistics { mean: mean.remove_axis(Axis(0)), variance: variance.remove_axis(Axis(0)) });
        Normalized { unit, rate, axis, batch }
    }

    /// Replaces `d = dL/dz` with `dL/ds` and returns the gradients of gain and bias.
    ///
    /// Each `s` changes its own `u` and, through mean and variance, every other `u` of the same reduction:
    ///
    /// ```text
    /// dL/dgain = sum of d u over samples      dL/dbias = sum of d      g = dL/du = d gain
    /// dL/ds = (g - mean(g) - u mean(g u)) / sqrt(var + eps)
    /// ```
    ///
    /// Running statistics are constants: with them, `dL/ds = g / sqrt(var + eps)`.
    pub(crate) fn back_propagate(&self, normalized: &Normalized<T>, d: &mut Array2<T>) -> Self {
        let unit = &normalized.unit;
        let times_unit = |d: &Array2<T>| {
            let mut product = d.clone();
            product *= unit;
            product
        };
        let gradient = Self { gain: times_unit(d).sum_axis(Axis(0)), bias: d.sum_axis(Axis(0)) };
        *d *= &self.gain;
        if let Some(axis) = normalized.axis {
            let (mean, mut along) = (mean_over(axis, d), unit.clone());
            along *= &mean_over(axis, &times_unit(d));
            *d -= &mean;
            *d -= &along;
        }
        *d *= &normalized.rate;
        gradient
    }
}

impl<T: Float> Statistics<T> {
    /// Returns mean 0 and variance 1, the initial running statistics.
    pub(crate) fn fresh(neurons: usize) -> Result<Self, NetworkError> {
        Ok(Self { mean: zeros(neurons)?, variance: filled(neurons, T::one())? })
    }

    /// Computes `running <- (1 - momentum) running + momentum statistic`. The variance is multiplied by `n / (n - 1)`
    /// for `n` samples, because the variance of a batch is biased by the inverse factor (Bessel's correction).
    pub(crate) fn follow(&mut self, batch: &Self, momentum: f64, samples: usize) {
        let [keep, take] = [1.0 - momentum, momentum].map(<T as Element>::from_f64);
        let n = <T as Element>::from_f64(to_f64(samples));
        let unbiased = take * (n / (n - T::one()));
        self.mean.zip_mut_with(&batch.mean, |running, mean| *running = keep * *running + take * *mean);
        self.variance
            .zip_mut_with(&batch.variance, |running, variance| *running = keep * *running + unbiased * *variance);
    }
}

/// Computes the mean along an axis, keeping the axis with length 1.
fn mean_over<T: Float>(axis: Axis, values: &Array2<T>) -> Array2<T> {
    let n = <T as Element>::from_f64(to_f64(values.len_of(axis)));
    let mut mean = values.sum_axis(axis).insert_axis(axis);
    mean.mapv_inplace(|sum| sum / n);
    mean
}

#[expect(clippy::cast_precision_loss, reason = "a batch has fewer than 2^53 samples")]
fn to_f64(count: usize) -> f64 {
    count as f64
}
