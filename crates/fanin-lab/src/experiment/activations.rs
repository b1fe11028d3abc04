//! Histograms of the hidden layers' activations at the start and at the end.

use std::ops::ControlFlow;

use fanin_core::{
    Activation,
    network::{Event, Layer, Observer, Stage},
};

use crate::record::{ActivationHistogram, Histogram};

/// The number of bins of a histogram: odd, so that zero is inside a bin of a symmetric range.
const BINS: usize = 51;

/// Collects the activations of every hidden layer.
#[derive(Debug, Default)]
pub(super) struct Activations {
    layers: Vec<Vec<f64>>,
}

impl Observer for Activations {
    fn observe(&mut self, event: Event<'_>) -> ControlFlow<()> {
        if let Event::Activation(signal) = event {
            self.layers.push(signal.values.to_vec());
        }
        ControlFlow::Continue(())
    }

    fn wants(&self, stage: Stage) -> bool {
        stage == Stage::Activation
    }
}

/// Returns one pair of histograms per hidden layer, over the activation's range if it is bounded, else over the range
/// of values.
pub(super) fn histograms(layers: &[Layer], start: &Activations, end: &Activations) -> Vec<ActivationHistogram> {
    let hidden = layers.iter().enumerate().filter(|(_, layer)| layer.is_hidden());
    hidden
        .filter_map(|(index, layer)| {
            let (start, end) = (start.layers.get(index)?, end.layers.get(index)?);
            let (low, high) = range(layer.activation).unwrap_or_else(|| spread(start.iter().chain(end)));
            let histogram = |values: &[f64]| Histogram { low, high, counts: counts(values, low, high) };
            Some(ActivationHistogram { layer: index, start: histogram(start), end: histogram(end) })
        })
        .collect()
}

fn range(activation: Activation) -> Option<(f64, f64)> {
    match activation {
        Activation::Tanh => Some((-1.0, 1.0)),
        Activation::Sigmoid => Some((0.0, 1.0)),
        _ => None,
    }
}

/// Returns the least and the greatest finite value, made distinct if they are equal.
fn spread<'a>(values: impl Iterator<Item = &'a f64>) -> (f64, f64) {
    let finite = values.copied().filter(|value| value.is_finite());
    let (low, high) = finite.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)));
    if low > high {
        return (-1.0, 1.0);
    }
    if (high - low).is_normal() { (low, high) } else { (low - 1.0, high + 1.0) }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a bin's index"
)]
fn counts(values: &[f64], low: f64, high: f64) -> Vec<u64> {
    let mut counts = vec![0; BINS];
    for value in values.iter().filter(|value| value.is_finite()) {
        let place = (value - low) / (high - low) * BINS as f64;
        counts[(place.max(0.0) as usize).min(BINS - 1)] += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_finite_value_falls_into_one_bin() {
        let values = [-1.0, -0.999, 0.0, 1.0, f64::NAN, f64::INFINITY];
        let counts = counts(&values, -1.0, 1.0);
        assert_eq!((counts[0], counts[BINS / 2], counts[BINS - 1]), (2, 1, 1));
        assert_eq!(counts.iter().sum::<u64>(), 4);
    }

    #[test]
    fn a_range_is_never_empty() {
        assert_eq!(spread([].iter()), (-1.0, 1.0));
        assert_eq!(spread([0.0, 0.0].iter()), (-1.0, 1.0));
        assert_eq!(spread([2.0, 5.0, f64::NAN].iter()), (2.0, 5.0));
        let (low, high) = spread([1e300, -1e300, f64::MAX, f64::MIN].iter());
        assert!(low < high);
    }
}
