//! Sends tensors to observers, downloaded to the host.

use burn_core::tensor::Tensor;
use fanin_core::{
    ParamSpec,
    network::{Event, NetworkError, Observer, Signal, Stage},
};

use super::Float;
use super::host::download;

/// The reason why a pass ended early.
#[derive(Debug)]
pub(super) enum Stop {
    /// The observer ended it.
    Break,
    /// burn failed, or the batch does not fit the network.
    Network(NetworkError),
}

impl From<NetworkError> for Stop {
    fn from(error: NetworkError) -> Self {
        Self::Network(error)
    }
}

impl Stop {
    /// Converts a pass that the observer ended into `None`, and a failure into an error.
    pub(super) fn resolve<A>(result: Result<A, Self>) -> Result<Option<A>, NetworkError> {
        match result {
            Ok(value) => Ok(Some(value)),
            Err(Self::Break) => Ok(None),
            Err(Self::Network(error)) => Err(error),
        }
    }
}

/// Sends the values of one layer, if the observer wants them.
pub(super) fn show_signal<T: Float>(
    observer: &mut dyn Observer,
    stage: Stage,
    layer: usize,
    tensor: &Tensor<2>,
) -> Result<(), Stop> {
    if !observer.wants(stage) {
        return Ok(());
    }
    let [samples, neurons] = tensor.dims();
    let shown = download::<T, _>(tensor, |values| {
        let signal = Signal { layer, values: T::lend(values), samples, neurons };
        observer.observe(match stage {
            Stage::PreActivation => Event::PreActivation(signal),
            Stage::Activation => Event::Activation(signal),
            Stage::ActivationGradient => Event::ActivationGradient(signal),
            Stage::PreActivationGradient | Stage::ParameterGradient => Event::PreActivationGradient(signal),
        })
    })?;
    if shown.is_break() { Err(Stop::Break) } else { Ok(()) }
}

/// Sends the gradient of one parameter, if the observer wants it.
pub(super) fn show_gradient<T: Float>(
    observer: &mut dyn Observer,
    layer: usize,
    param: &ParamSpec,
    tensor: &Tensor<2>,
) -> Result<(), Stop> {
    if !observer.wants(Stage::ParameterGradient) {
        return Ok(());
    }
    let shown = download::<T, _>(tensor, |values| {
        observer.observe(Event::ParameterGradient { layer, param, values: T::lend(values) })
    })?;
    if shown.is_break() { Err(Stop::Break) } else { Ok(()) }
}
