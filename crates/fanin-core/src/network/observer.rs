//! Observers, and the events of a pass.

use std::ops::ControlFlow;

use crate::param::{ParamSpec, Slice};

/// A stage of a pass that can be observed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stage {
    /// `z`, the input of the activation: `W a + b`, normalized if the layer has a norm.
    PreActivation,
    /// The output of the layer: `f(z)`, or at the end of a residual block the block's input plus the scaled `f(z)`.
    Activation,
    /// The gradient of the loss with respect to the output of the layer.
    ActivationGradient,
    /// The gradient of the loss with respect to `z`.
    PreActivationGradient,
    /// The gradient of the loss with respect to a trained parameter.
    ParameterGradient,
}

/// The values of one layer for a whole batch.
#[derive(Clone, Copy, Debug)]
pub struct Signal<'a> {
    /// The layer's index, from 0.
    pub layer: usize,
    /// The values, row-major, with one row per sample and one column per neuron.
    pub values: Slice<'a>,
    /// The number of samples.
    pub samples: usize,
    /// The number of neurons.
    pub neurons: usize,
}

/// An event that an observer receives.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// `z`, the input of the activation: `W a + b`, normalized if the layer has a norm.
    PreActivation(Signal<'a>),
    /// The output of the layer: `f(z)`, or at the end of a residual block the block's input plus the scaled `f(z)`.
    Activation(Signal<'a>),
    /// The gradient of the loss with respect to the output of the layer.
    ActivationGradient(Signal<'a>),
    /// The gradient of the loss with respect to `z`.
    PreActivationGradient(Signal<'a>),
    /// The gradient of the loss with respect to one parameter, in the parameter's shape.
    ParameterGradient {
        /// The layer's index, from 0.
        layer: usize,
        /// The parameter.
        param: &'a ParamSpec,
        /// The gradient.
        values: Slice<'a>,
    },
}

impl Event<'_> {
    /// Returns the stage.
    #[must_use]
    pub fn stage(&self) -> Stage {
        match self {
            Self::PreActivation(_) => Stage::PreActivation,
            Self::Activation(_) => Stage::Activation,
            Self::ActivationGradient(_) => Stage::ActivationGradient,
            Self::PreActivationGradient(_) => Stage::PreActivationGradient,
            Self::ParameterGradient { .. } => Stage::ParameterGradient,
        }
    }

    /// Returns the layer's index, from 0.
    #[must_use]
    pub fn layer(&self) -> usize {
        match self {
            Self::PreActivation(signal)
            | Self::Activation(signal)
            | Self::ActivationGradient(signal)
            | Self::PreActivationGradient(signal) => signal.layer,
            Self::ParameterGradient { layer, .. } => *layer,
        }
    }
}

/// Observes a pass, layer by layer, in host memory.
///
/// A closure `FnMut(Event<'_>) -> ControlFlow<()>` is an observer of every stage.
pub trait Observer {
    /// Handles one event. `Break` ends the pass without an error.
    fn observe(&mut self, event: Event<'_>) -> ControlFlow<()>;

    /// Returns whether events of this stage are wanted; a backend does not fetch unwanted ones.
    fn wants(&self, stage: Stage) -> bool {
        let _ = stage;
        true
    }
}

impl<F: FnMut(Event<'_>) -> ControlFlow<()>> Observer for F {
    fn observe(&mut self, event: Event<'_>) -> ControlFlow<()> {
        self(event)
    }
}

/// An observer that wants no events, so that the backend fetches nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unobserved;

impl Observer for Unobserved {
    fn observe(&mut self, _: Event<'_>) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    fn wants(&self, _: Stage) -> bool {
        false
    }
}
