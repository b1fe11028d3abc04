//! Sends tensors to observers: in place on the CPU, downloaded from other devices.

use candle_core::{Error, Tensor};
use fanin_core::{
    ParamSpec,
    network::{Event, NetworkError, Observer, Signal, Stage},
};

use crate::mlp::backend;
use crate::{Float, storage};

/// The reason why a pass ended early.
#[derive(Debug)]
pub(crate) enum Stop {
    /// The observer ended it.
    Break,
    /// candle failed.
    Candle(Error),
    /// The batch does not fit the network.
    Network(NetworkError),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Candle(error)
    }
}

impl From<NetworkError> for Stop {
    fn from(error: NetworkError) -> Self {
        Self::Network(error)
    }
}

impl Stop {
    /// Converts a pass that the observer ended into `None`, and a failure into an error.
    pub(crate) fn resolve<A>(result: Result<A, Self>) -> Result<Option<A>, NetworkError> {
        match result {
            Ok(value) => Ok(Some(value)),
            Err(Self::Break) => Ok(None),
            Err(Self::Candle(error)) => Err(backend(error)),
            Err(Self::Network(error)) => Err(error),
        }
    }
}

/// Sends the values of one layer, if the observer wants them.
pub(crate) fn show_signal<T: Float>(
    observer: &mut dyn Observer,
    stage: Stage,
    layer: usize,
    tensor: &Tensor,
) -> Result<(), Stop> {
    if !observer.wants(stage) {
        return Ok(());
    }
    let (samples, neurons) = tensor.dims2()?;
    let shown = storage::read::<T, _>(tensor, |values| {
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
pub(crate) fn show_gradient<T: Float>(
    observer: &mut dyn Observer,
    layer: usize,
    param: &ParamSpec,
    tensor: &Tensor,
) -> Result<(), Stop> {
    if !observer.wants(Stage::ParameterGradient) {
        return Ok(());
    }
    let shown = storage::read::<T, _>(tensor, |values| {
        observer.observe(Event::ParameterGradient { layer, param, values: T::lend(values) })
    })?;
    if shown.is_break() { Err(Stop::Break) } else { Ok(()) }
}
