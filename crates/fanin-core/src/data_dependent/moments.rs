//! Mean and variance of one layer's pre-activations.

use std::ops::ControlFlow;

use super::{DataDependentError, Moments};
use crate::network::{Event, Layer, Network, Observer, Stage};
use crate::param::Slice;

/// The moments of one layer's pre-activations over a batch.
pub(super) struct Seen {
    /// The moments over all neurons and samples.
    pub(super) all: Moments,
    /// The moments of each neuron.
    pub(super) neurons: Vec<Moments>,
    /// The spacing of the network's element type at 1: deviations of a few steps are rounding errors.
    step: f64,
}

impl Seen {
    /// Returns whether the values vary by more than rounding errors.
    pub(super) fn varies(&self, moments: Moments) -> bool {
        let (std, size) = (moments.variance.sqrt(), moments.mean.abs());
        std.is_normal() && (1.0 / std).is_finite() && std > 8.0 * self.step * size
    }
}

/// Observes the pre-activations of one layer and ends the pass there.
struct Look {
    layer: usize,
    seen: Option<Seen>,
}

impl Observer for Look {
    fn observe(&mut self, event: Event<'_>) -> ControlFlow<()> {
        match event {
            Event::PreActivation(signal) if signal.layer == self.layer => {
                let columns = signal.neurons.max(1);
                let of_neuron = |neuron| Moments::of(|| signal.values.iter().skip(neuron).step_by(columns));
                self.seen = Some(Seen {
                    all: Moments::of(|| signal.values.iter()),
                    neurons: (0..signal.neurons).map(of_neuron).collect(),
                    step: step_of(&signal.values),
                });
                ControlFlow::Break(())
            }
            _ => ControlFlow::Continue(()),
        }
    }

    fn wants(&self, stage: Stage) -> bool {
        stage == Stage::PreActivation
    }
}

fn step_of(values: &Slice<'_>) -> f64 {
    match values {
        Slice::F64(_) => f64::EPSILON,
        Slice::F32(_) => f64::from(f32::EPSILON),
        Slice::F16(_) => half::f16::EPSILON.to_f64(),
        Slice::BF16(_) => half::bf16::EPSILON.to_f64(),
    }
}

/// Returns the moments of one layer's pre-activations.
pub(super) fn look<N: Network>(network: &N, batch: &N::Batch, index: usize) -> Result<Seen, DataDependentError> {
    let mut look = Look { layer: index, seen: None };
    network.forward(batch, &mut look)?;
    let seen = look.seen.ok_or(DataDependentError::Unseen { layer: index })?;
    if seen.all.mean.is_finite() && seen.all.variance.is_finite() {
        return Ok(seen);
    }
    let weight = network.layers().get(index).map(|layer: &Layer| layer.weight.clone()).unwrap_or_default();
    Err(DataDependentError::NotFinite { layer: index, weight })
}
