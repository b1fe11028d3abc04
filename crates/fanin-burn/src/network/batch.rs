//! Samples as tensors.

use burn_core::tensor::{Device, Tensor};
use fanin_core::{
    Element,
    network::{Loss, MlpSpec, Mode, NetworkError, Samples},
};

use super::Float;
use super::host::upload;

/// Samples with their targets, rounded to `T`. A batch can be used with any network that has the inputs, outputs and
/// loss of the one it was loaded for.
#[derive(Clone, Debug)]
pub struct Batch<T> {
    pub(super) inputs: Tensor<2>,
    pub(super) targets: Targets<T>,
    features: usize,
    samples: usize,
    outputs: usize,
}

/// The targets of the outputs, on the host like the loss.
#[derive(Clone, Debug)]
pub(super) enum Targets<T> {
    /// One class per sample, for softmax.
    Classes(Vec<usize>),
    /// One value per sample and output, for the other losses. The two classes of binary cross-entropy are 0 and 1.
    Values(Vec<T>),
}

impl<T: Float> Batch<T> {
    pub(super) fn new(spec: &MlpSpec, samples: &Samples<'_>, device: &Device) -> Result<Self, NetworkError> {
        samples.check(spec.inputs(), spec.outputs(), spec.loss())?;
        let (rows, features, outputs) = (samples.len(), spec.inputs(), spec.outputs());
        let inputs = rounded::<T>("feature", samples.inputs.iter().copied(), features)?;
        let targets = match samples.targets {
            fanin_core::network::Targets::Classes(classes) if spec.loss() == Loss::SoftmaxCrossEntropy => {
                Targets::Classes(classes.to_vec())
            }
            fanin_core::network::Targets::Classes(classes) => {
                let values = classes.iter().map(|class| if *class == 0 { 0.0 } else { 1.0 });
                Targets::Values(rounded("target", values, outputs)?)
            }
            fanin_core::network::Targets::Values(values) => {
                Targets::Values(rounded("target", values.iter().copied(), outputs)?)
            }
        };
        Ok(Self { inputs: upload(inputs, [rows, features], device), targets, features, samples: rows, outputs })
    }

    /// Returns the number of samples.
    #[must_use]
    pub fn len(&self) -> usize {
        self.samples
    }

    /// Returns whether the batch is empty. Always false: an empty batch cannot be loaded.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Rejects a batch that was loaded for a network of another shape or cannot be used in this mode.
    pub(super) fn check(&self, spec: &MlpSpec, mode: Mode) -> Result<(), NetworkError> {
        spec.check_batch(self.len(), mode)?;
        let (features, outputs) = (self.features, spec.outputs());
        if features != spec.inputs() {
            return refuse(format!("the batch has {features} features, but the network takes {}", spec.inputs()));
        }
        if self.outputs == outputs {
            return Ok(());
        }
        refuse(format!("the batch's targets do not fit a network with {outputs} outputs"))
    }
}

/// Rounds to `T`, row by row.
fn rounded<T: Float>(what: &str, values: impl Iterator<Item = f64>, columns: usize) -> Result<Vec<T>, NetworkError> {
    let round = |(at, value): (usize, f64)| {
        let element = <T as Element>::from_f64(value);
        if Element::to_f64(element).is_finite() {
            return Ok(element);
        }
        let (row, column, dtype) = (at / columns, at % columns, <T as Element>::DTYPE);
        refuse(format!("{what} {column} of sample {row} is {value}; {dtype} cannot represent it; scale the data"))
    };
    values.enumerate().map(round).collect()
}

pub(super) fn refuse<A>(reason: String) -> Result<A, NetworkError> {
    Err(NetworkError::Samples(reason))
}
