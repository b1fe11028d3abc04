//! Observers: what diagnostics see of a pass.

use std::ops::ControlFlow;

use crate::param::{ParamSpec, Slice};

/// A point of a pass that can be observed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stage {
    /// `z`, what the activation takes: `W a + b`, normalized where the layer has a norm.
    PreActivation,
    /// What the layer hands on: `f(z)`, or at the end of a residual block the input of the block and the scaled `f(z)` added.
    Activation,
    /// The loss's gradient by what the layer hands on.
    ActivationGradient,
    /// The loss's gradient by `z`.
    PreActivationGradient,
    /// The loss's gradient by a trained parameter.
    ParameterGradient,
}

/// The values of one layer for a whole batch.
#[derive(Clone, Copy, Debug)]
pub struct Signal<'a> {
    /// The layer's index, from 0.
    pub layer: usize,
    /// The values, row-major, one row a sample and one column a neuron.
    pub values: Slice<'a>,
    /// The number of samples.
    pub samples: usize,
    /// The number of neurons.
    pub neurons: usize,
}

/// What an observer is shown.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// `z`, what the activation takes: `W a + b`, normalized where the layer has a norm.
    PreActivation(Signal<'a>),
    /// What the layer hands on: `f(z)`, or at the end of a residual block the input of the block and the scaled `f(z)` added.
    Activation(Signal<'a>),
    /// The loss's gradient by what the layer hands on.
    ActivationGradient(Signal<'a>),
    /// The loss's gradient by `z`.
    PreActivationGradient(Signal<'a>),
    /// The loss's gradient by one parameter, in the parameter's shape.
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
    /// The point of the pass.
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

    /// The layer's index, from 0.
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

/// Sees a pass, layer by layer, as host memory.
///
/// A closure `FnMut(Event<'_>) -> ControlFlow<()>` is an observer of every stage.
pub trait Observer {
    /// Shows one event. `Break` ends the pass, without an error.
    fn observe(&mut self, event: Event<'_>) -> ControlFlow<()>;

    /// Whether events of this stage are wanted: a backend does not fetch what nobody looks at.
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

/// Nobody looks: the backend fetches nothing.
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
