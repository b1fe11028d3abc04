//! Normalization, neuron by neuron or sample by sample, following the papers.

use fanin_core::network::Norm;

use super::conduct::{Conduct, Fault};
use crate::statistics::number;

/// The mean and variance of every neuron.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Statistics {
    pub(super) mean: Vec<f64>,
    pub(super) variance: Vec<f64>,
}

/// The values of a normalization that the backward pass needs.
pub(super) struct Normalized {
    /// `u = (s - mean) / sqrt(var + eps)`
    unit: Vec<f64>,
    /// `1 / sqrt(var + eps)` of each element.
    rate: Vec<f64>,
    /// The groups of elements that share mean and variance; empty if running statistics were used.
    groups: Vec<Vec<usize>>,
    /// The statistics of the batch, if they were computed.
    pub(super) batch: Option<Statistics>,
}

fn at(values: &[f64], index: usize) -> f64 {
    values.get(index).copied().unwrap_or(f64::NAN)
}

fn mean_of(values: impl Iterator<Item = f64> + Clone) -> f64 {
    values.clone().sum::<f64>() / number(values.count())
}

impl Statistics {
    pub(super) fn fresh(neurons: usize) -> Self {
        Self { mean: vec![0.0; neurons], variance: vec![1.0; neurons] }
    }

    /// Computes `running = (1 - momentum) running + momentum statistic`, with the variance times `n / (n - 1)`.
    pub(super) fn follow<C: Conduct>(&mut self, batch: &Self, momentum: f64, samples: usize) {
        let n = number(samples);
        let unbiased = if C::has(Fault::BiasedRunningVariance) { 1.0 } else { n / (n - 1.0) };
        let momentum = if C::has(Fault::SwappedMomentum) { 1.0 - momentum } else { momentum };
        for (running, mean) in self.mean.iter_mut().zip(&batch.mean) {
            *running = (1.0 - momentum) * *running + momentum * mean;
        }
        for (running, variance) in self.variance.iter_mut().zip(&batch.variance) {
            *running = (1.0 - momentum) * *running + momentum * unbiased * variance;
        }
    }
}

/// Returns `gain u + bias` and the values that the backward pass needs.
pub(super) fn normalize(
    norm: Norm,
    [gain, bias]: [&[f64]; 2],
    running: Option<&Statistics>,
    sums: &[f64],
) -> (Vec<f64>, Normalized) {
    let neurons = gain.len();
    let samples = sums.len().checked_div(neurons).unwrap_or(0);
    let groups: Vec<Vec<usize>> = match (norm, running) {
        (Norm::Batch { .. }, Some(_)) => Vec::new(),
        (Norm::Batch { .. }, None) => {
            (0..neurons).map(|neuron| (0..samples).map(|sample| sample * neurons + neuron).collect()).collect()
        }
        (Norm::Layer { .. }, _) => {
            (0..samples).map(|sample| (sample * neurons..(sample + 1) * neurons).collect()).collect()
        }
    };
    let of_group = |group: &Vec<usize>| {
        let values = group.iter().map(|index| at(sums, *index));
        let mean = mean_of(values.clone());
        (mean, mean_of(values.map(|value| (value - mean) * (value - mean))))
    };
    let statistics: Vec<(f64, f64)> = groups.iter().map(of_group).collect();
    let of_element = |index: usize| match (norm, running) {
        (Norm::Batch { .. }, Some(running)) => {
            (at(&running.mean, index % neurons), at(&running.variance, index % neurons))
        }
        (Norm::Batch { .. }, None) => statistics.get(index % neurons).copied().unwrap_or_default(),
        (Norm::Layer { .. }, _) => statistics.get(index / neurons).copied().unwrap_or_default(),
    };
    let rate: Vec<f64> = (0..sums.len()).map(|index| 1.0 / (of_element(index).1 + norm.eps()).sqrt()).collect();
    let unit: Vec<f64> =
        sums.iter().enumerate().map(|(index, sum)| (sum - of_element(index).0) * at(&rate, index)).collect();
    let z = unit.iter().enumerate().map(|(index, u)| at(gain, index % neurons) * u + at(bias, index % neurons));
    let z = z.collect();
    let (mean, variance) = statistics.into_iter().unzip();
    let batch = (norm.is_batch() && running.is_none()).then_some(Statistics { mean, variance });
    (z, Normalized { unit, rate, groups, batch })
}

/// Converts the gradient with respect to `z` to those with respect to the sums, the gain and the bias: `g = dz gain`,
/// `ds = (g - mean(g) - u mean(g u)) / sqrt(var + eps)`, without the means if running statistics were used.
pub(super) fn back_propagate<C: Conduct>(normalized: &Normalized, gain: &[f64], dz: &[f64]) -> [Vec<f64>; 3] {
    let Normalized { unit, rate, groups, .. } = normalized;
    let neurons = gain.len();
    let of_neuron = |neuron: usize| (neuron..dz.len()).step_by(neurons);
    let by_gain = (0..neurons).map(|neuron| of_neuron(neuron).map(|index| at(dz, index) * at(unit, index)).sum());
    let by_bias = (0..neurons).map(|neuron| of_neuron(neuron).map(|index| at(dz, index)).sum());
    let g: Vec<f64> = dz.iter().enumerate().map(|(index, dz)| dz * at(gain, index % neurons)).collect();
    let mut by_sum = g.clone();
    if !C::has(Fault::ConstantStatistics) {
        for group in groups {
            let mean = mean_of(group.iter().map(|index| at(&g, *index)));
            let along = mean_of(group.iter().map(|index| at(&g, *index) * at(unit, *index)));
            for index in group {
                if let Some(by_sum) = by_sum.get_mut(*index) {
                    *by_sum -= mean + at(unit, *index) * along;
                }
            }
        }
    }
    for (by_sum, rate) in by_sum.iter_mut().zip(rate) {
        *by_sum *= rate;
    }
    [by_sum, by_gain.collect(), by_bias.collect()]
}
