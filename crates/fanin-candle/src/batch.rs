//! Samples as tensors.

use std::marker::PhantomData;

use candle_core::{Device, Tensor};
use fanin_core::{
    Element,
    network::{Loss, MlpSpec, Mode, NetworkError, Samples},
};

use crate::Float;
use crate::mlp::backend;

/// Samples with their targets, rounded to `T`. A batch can be used with any network that has the inputs, outputs and
/// loss of the one it was loaded for.
#[derive(Clone, Debug)]
pub struct Batch<T> {
    pub(crate) inputs: Tensor,
    pub(crate) targets: Targets,
    features: usize,
    samples: usize,
    outputs: usize,
    element: PhantomData<T>,
}

/// The targets of the outputs.
#[derive(Clone, Debug)]
pub(crate) enum Targets {
    /// One class per sample, and a 1 in the class's column, for softmax.
    Classes { classes: Tensor, one_hot: Tensor },
    /// `[samples, outputs]`, for the other losses. The two classes of binary cross-entropy are 0 and 1.
    Values(Tensor),
}

impl<T: Float> Batch<T> {
    pub(crate) fn new(spec: &MlpSpec, samples: &Samples<'_>, device: &Device) -> Result<Self, NetworkError> {
        samples.check(spec.inputs(), spec.outputs(), spec.loss())?;
        let (rows, outputs) = (samples.len(), spec.outputs());
        let inputs = tensor::<T>("feature", samples.inputs.iter().copied(), (rows, spec.inputs()), device)?;
        let targets = match samples.targets {
            fanin_core::network::Targets::Classes(classes) if spec.loss() == Loss::SoftmaxCrossEntropy => {
                let one_hot = classes.iter().flat_map(|class| (0..outputs).map(|j| f64::from(u8::from(j == *class))));
                let one_hot = tensor::<T>("target", one_hot, (rows, outputs), device)?;
                let classes = classes.iter().map(|class| u32::try_from(*class)).collect::<Result<Vec<_>, _>>();
                let classes = classes.map_err(|error| NetworkError::Backend(error.into()))?;
                Targets::Classes { classes: Tensor::from_vec(classes, rows, device).map_err(backend)?, one_hot }
            }
            fanin_core::network::Targets::Classes(classes) => {
                let values = classes.iter().map(|class| if *class == 0 { 0.0 } else { 1.0 });
                Targets::Values(tensor::<T>("target", values, (rows, outputs), device)?)
            }
            fanin_core::network::Targets::Values(values) => {
                Targets::Values(tensor::<T>("target", values.iter().copied(), (rows, outputs), device)?)
            }
        };
        Ok(Self { inputs, targets, features: spec.inputs(), samples: rows, outputs, element: PhantomData })
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
    pub(crate) fn check(&self, spec: &MlpSpec, mode: Mode) -> Result<(), NetworkError> {
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
fn tensor<T: Float>(
    what: &str,
    values: impl Iterator<Item = f64>,
    (samples, columns): (usize, usize),
    device: &Device,
) -> Result<Tensor, NetworkError> {
    let mut rounded = Vec::with_capacity(samples.saturating_mul(columns));
    for (at, value) in values.enumerate() {
        let element = <T as Element>::from_f64(value);
        if !Element::to_f64(element).is_finite() {
            let (row, column, dtype) = (at / columns, at % columns, <T as Element>::DTYPE);
            return refuse(format!(
                "{what} {column} of sample {row} is {value}; {dtype} cannot represent it; scale the data"
            ));
        }
        rounded.push(element);
    }
    Tensor::from_vec(rounded, (samples, columns), device).map_err(backend)
}

pub(crate) fn refuse<A>(reason: String) -> Result<A, NetworkError> {
    Err(NetworkError::Samples(reason))
}
