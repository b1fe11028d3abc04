//! Samples as arrays.

use fanin_core::network::{Loss, MlpSpec, Mode, NetworkError, Samples};
use ndarray::Array2;

use crate::Float;

/// Samples with their targets, rounded to `T`. A batch can be used with any network that has the inputs, outputs and
/// loss of the one it was loaded for.
#[derive(Clone, Debug)]
pub struct Batch<T> {
    pub(crate) inputs: Array2<T>,
    pub(crate) targets: Targets<T>,
}

/// The targets of the outputs.
#[derive(Clone, Debug)]
pub(crate) enum Targets<T> {
    /// One class per sample, for softmax.
    Classes(Vec<usize>),
    /// `[samples, outputs]`, for the other losses. The two classes of binary cross-entropy are 0 and 1.
    Values(Array2<T>),
}

impl<T: Float> Batch<T> {
    pub(crate) fn new(spec: &MlpSpec, samples: &Samples<'_>) -> Result<Self, NetworkError> {
        samples.check(spec.inputs(), spec.outputs(), spec.loss())?;
        let inputs = array("feature", samples.inputs.iter().copied(), [samples.len(), spec.inputs()])?;
        let shape = [samples.len(), spec.outputs()];
        let targets = match samples.targets {
            fanin_core::network::Targets::Classes(classes) if spec.loss() == Loss::SoftmaxCrossEntropy => {
                Targets::Classes(classes.to_vec())
            }
            fanin_core::network::Targets::Classes(classes) => {
                let values = classes.iter().map(|class| if *class == 0 { 0.0 } else { 1.0 });
                Targets::Values(array("target", values, shape)?)
            }
            fanin_core::network::Targets::Values(values) => {
                Targets::Values(array("target", values.iter().copied(), shape)?)
            }
        };
        Ok(Self { inputs, targets })
    }

    /// Returns the number of samples.
    #[must_use]
    pub fn len(&self) -> usize {
        self.inputs.nrows()
    }

    /// Returns whether the batch is empty. Always false: an empty batch cannot be loaded.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Rejects a batch that was loaded for a network of another shape or cannot be used in this mode.
    pub(crate) fn check(&self, spec: &MlpSpec, mode: Mode) -> Result<(), NetworkError> {
        spec.check_batch(self.len(), mode)?;
        let (features, outputs) = (self.inputs.ncols(), spec.outputs());
        if features != spec.inputs() {
            return refuse(format!("the batch has {features} features, but the network takes {}", spec.inputs()));
        }
        let fits = match &self.targets {
            Targets::Classes(classes) => classes.iter().all(|class| *class < outputs),
            Targets::Values(values) => values.ncols() == outputs,
        };
        if fits { Ok(()) } else { refuse(format!("the batch's targets do not fit a network with {outputs} outputs")) }
    }
}

/// Rounds to `T`, row by row.
fn array<T: Float>(
    what: &str,
    values: impl Iterator<Item = f64>,
    [samples, columns]: [usize; 2],
) -> Result<Array2<T>, NetworkError> {
    let mut rounded = Vec::with_capacity(samples.saturating_mul(columns));
    for (at, value) in values.enumerate() {
        let element = <T as fanin_core::Element>::from_f64(value);
        if !element.is_finite() {
            let (row, column, dtype) = (at / columns, at % columns, T::DTYPE);
            return refuse(format!(
                "{what} {column} of sample {row} is {value}; {dtype} cannot represent it; scale the data"
            ));
        }
        rounded.push(element);
    }
    Array2::from_shape_vec([samples, columns], rounded).map_err(|error| NetworkError::Backend(error.into()))
}

pub(crate) fn refuse<A>(reason: String) -> Result<A, NetworkError> {
    Err(NetworkError::Samples(reason))
}
