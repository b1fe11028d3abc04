//! Normalization between the sums and the activation, and the chain rule through it.

use fanin_core::{
    Element,
    network::{NetworkError, Norm},
};
use ndarray::{Array1, Array2, Axis};

use crate::Float;
use crate::mlp::{filled, zeros};

/// The gain and the bias of a normalization, or anything else of their shapes: gradients, moments.
#[derive(Debug)]
pub(crate) struct Affine<T> {
    pub(crate) gain: Array1<T>,
    pub(crate) bias: Array1<T>,
}

/// The mean and the variance of every neuron.
#[derive(Clone, Debug)]
pub(crate) struct Statistics<T> {
    pub(crate) mean: Array1<T>,
    pub(crate) variance: Array1<T>,
}

/// What the forward pass leaves of a normalization for the backward pass.
#[derive(Debug)]
pub(crate) struct Normalized<T> {
    /// `u = (s - mean) / sqrt(var + eps)`
    unit: Array2<T>,
    /// `1 / sqrt(var + eps)`, one a neuron or one a sample.
    rate: Array2<T>,
    /// The axis that mean and variance were taken over; `None` where they were running ones.
    axis: Option<Axis>,
    /// The statistics of the batch, if they were taken.
    pub(crate) batch: Option<Statistics<T>>,
}

impl<T: Float> Affine<T> {
    pub(crate) fn zeros(neurons: usize) -> Result<Self, NetworkError> {
        Ok(Self { gain: zeros(neurons)?, bias: zeros(neurons)? })
    }

    /// `s` becomes `z = gain u + bias` with `u = (s - mean) / sqrt(var + eps)`. Given the running statistics, a batch
    /// normalization takes those.
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

    /// `d` is `dL/dz` and becomes `dL/ds`; gives the gradients by gain and bias.
    ///
    /// Every `s` moves its own `u`, and through mean and variance all the others over which they were taken:
    ///
    /// ```text
    /// dL/dgain = sum of d u over samples      dL/dbias = sum of d      g = dL/du = d gain
    /// dL/ds = (g - mean(g) - u mean(g u)) / sqrt(var + eps)
    /// ```
    ///
    /// Running statistics do not move: then `dL/ds = g / sqrt(var + eps)`.
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
    /// Mean 0 and variance 1: what the running ones start from.
    pub(crate) fn fresh(neurons: usize) -> Result<Self, NetworkError> {
        Ok(Self { mean: zeros(neurons)?, variance: filled(neurons, T::one())? })
    }

    /// `running <- (1 - momentum) running + momentum statistic`, the variance times `n / (n - 1)` for `n` samples: a batch's
    /// own variance is too small by that (Bessel).
    pub(crate) fn follow(&mut self, batch: &Self, momentum: f64, samples: usize) {
        let [keep, take] = [1.0 - momentum, momentum].map(<T as Element>::from_f64);
        let n = <T as Element>::from_f64(to_f64(samples));
        let unbiased = take * (n / (n - T::one()));
        self.mean.zip_mut_with(&batch.mean, |running, mean| *running = keep * *running + take * *mean);
        self.variance
            .zip_mut_with(&batch.variance, |running, variance| *running = keep * *running + unbiased * *variance);
    }
}

/// The mean along an axis, which keeps its place with the length 1.
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
