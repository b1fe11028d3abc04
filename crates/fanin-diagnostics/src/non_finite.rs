//! The first NaN or infinity and its location.

use std::fmt;
use std::ops::ControlFlow;

use fanin_core::{
    InitError, Parameters,
    network::{Event, Observer, Stage},
    param::Slice,
};

/// The kind of a non-finite value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NonFiniteKind {
    /// Not a number.
    Nan,
    /// Positive infinity.
    Infinity,
    /// Negative infinity.
    NegativeInfinity,
}

impl NonFiniteKind {
    /// Returns the kind of a value; `None` if it is finite.
    #[must_use]
    pub fn of(value: f64) -> Option<Self> {
        match value {
            _ if value.is_finite() => None,
            _ if value.is_nan() => Some(Self::Nan),
            _ if value > 0.0 => Some(Self::Infinity),
            _ => Some(Self::NegativeInfinity),
        }
    }

    /// Returns the index and kind of the first non-finite value in a slice.
    fn first(values: Slice<'_>) -> Option<(usize, Self)> {
        values.iter().enumerate().find_map(|(at, value)| Self::of(value).map(|kind| (at, kind)))
    }
}

impl fmt::Display for NonFiniteKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Nan => "NaN",
            Self::Infinity => "infinity",
            Self::NegativeInfinity => "-infinity",
        })
    }
}

/// The location of a NaN or an infinity.
///
/// ```
/// use fanin_core::network::Stage;
/// use fanin_diagnostics::{NonFinite, NonFiniteKind};
///
/// let found =
///     NonFinite::Signal { stage: Stage::Activation, layer: 1, sample: 0, neuron: 3, kind: NonFiniteKind::Nan };
/// assert_eq!(found.to_string(), "NaN in the activations of layer 1 (sample 0, neuron 3)");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NonFinite {
    /// In a parameter, before any computation.
    Parameter {
        /// The parameter.
        name: String,
        /// The element's index.
        index: usize,
        /// The kind of value.
        kind: NonFiniteKind,
    },
    /// In a pre-activation, an activation, or the gradient with respect to one of them.
    Signal {
        /// The stage of the pass.
        stage: Stage,
        /// The layer's index, from 0.
        layer: usize,
        /// The sample's index in the batch.
        sample: usize,
        /// The neuron's index.
        neuron: usize,
        /// The kind of value.
        kind: NonFiniteKind,
    },
    /// In the gradient with respect to a parameter.
    Gradient {
        /// The layer's index, from 0.
        layer: usize,
        /// The parameter.
        name: String,
        /// The element's index.
        index: usize,
        /// The kind of value.
        kind: NonFiniteKind,
    },
    /// In the loss only.
    Loss {
        /// The kind of value.
        kind: NonFiniteKind,
    },
}

impl NonFinite {
    /// Returns the first non-finite value in any parameter, in the model's order.
    ///
    /// # Errors
    /// Same as [`Parameters::read`].
    pub fn in_parameters<P: Parameters + ?Sized>(parameters: &P) -> Result<Option<Self>, InitError> {
        for spec in parameters.specs() {
            let (mut found, mut start) = (None, 0);
            parameters.read(spec.name(), &mut |_, view| {
                let data = view.data();
                if found.is_none() {
                    found = NonFiniteKind::first(data).map(|(at, kind)| (start + at, kind));
                }
                start += data.len();
            })?;
            if let Some((index, kind)) = found {
                return Ok(Some(Self::Parameter { name: spec.name().to_owned(), index, kind }));
            }
        }
        Ok(None)
    }

    /// Returns the first non-finite value in one event.
    #[must_use]
    pub fn in_event(event: &Event<'_>) -> Option<Self> {
        match event {
            Event::PreActivation(signal)
            | Event::Activation(signal)
            | Event::ActivationGradient(signal)
            | Event::PreActivationGradient(signal) => {
                let (at, kind) = NonFiniteKind::first(signal.values)?;
                let (stage, layer, width) = (event.stage(), signal.layer, signal.neurons.max(1));
                Some(Self::Signal { stage, layer, sample: at / width, neuron: at % width, kind })
            }
            Event::ParameterGradient { layer, param, values } => {
                let (index, kind) = NonFiniteKind::first(*values)?;
                Some(Self::Gradient { layer: *layer, name: param.name().to_owned(), index, kind })
            }
        }
    }

    /// Returns the loss if it is not finite.
    #[must_use]
    pub fn in_loss(loss: f64) -> Option<Self> {
        NonFiniteKind::of(loss).map(|kind| Self::Loss { kind })
    }
}

impl fmt::Display for NonFinite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Parameter { name, index, kind } => write!(f, "{kind} in parameter '{name}' (element {index})"),
            Self::Signal { stage, layer, sample, neuron, kind } => {
                let stage = match stage {
                    Stage::PreActivation => "pre-activations",
                    Stage::Activation => "activations",
                    Stage::ActivationGradient => "activation gradients",
                    Stage::PreActivationGradient => "pre-activation gradients",
                    Stage::ParameterGradient => "parameter gradients",
                };
                write!(f, "{kind} in the {stage} of layer {layer} (sample {sample}, neuron {neuron})")
            }
            Self::Gradient { layer, name, index, kind } => {
                write!(f, "{kind} in the gradient of '{name}' in layer {layer} (element {index})")
            }
            Self::Loss { kind } => write!(f, "{kind} in the loss"),
        }
    }
}

/// Finds the first NaN or infinity of a pass and ends the pass there, since later ones follow from it.
///
/// It checks every stage and not only the loss, because the loss can be finite where a signal is not: an infinite logit
/// of the right class costs nothing, and a comparison with NaN can select 0.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FirstNonFinite {
    found: Option<NonFinite>,
}

impl FirstNonFinite {
    /// Returns the first non-finite value, if any.
    #[must_use]
    pub fn found(&self) -> Option<&NonFinite> {
        self.found.as_ref()
    }
}

impl Observer for FirstNonFinite {
    fn observe(&mut self, event: Event<'_>) -> ControlFlow<()> {
        if self.found.is_none() {
            self.found = NonFinite::in_event(&event);
        }
        if self.found.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

#[cfg(test)]
mod tests {
    use fanin_core::{ParamSpec, network::Signal};
    use half::f16;

    use super::*;
    use crate::held_parameters::Held;

    #[test]
    fn a_signal_is_named_by_sample_and_neuron() {
        let values = [0.0, 1.0, 2.0, f32::NEG_INFINITY, f32::NAN, 0.0];
        let signal = Signal { layer: 4, values: Slice::F32(&values), samples: 2, neurons: 3 };
        let mut first = FirstNonFinite::default();
        assert!(first.observe(Event::PreActivationGradient(signal)).is_break());
        let kind = NonFiniteKind::NegativeInfinity;
        let stage = Stage::PreActivationGradient;
        assert_eq!(first.found(), Some(&NonFinite::Signal { stage, layer: 4, sample: 1, neuron: 0, kind }));
    }

    #[test]
    fn a_gradient_is_named_by_parameter_and_element() {
        let param = ParamSpec::new("layers.0.bias", [3]).unwrap();
        let values = [f16::ZERO, f16::MAX, f16::INFINITY];
        let event = Event::ParameterGradient { layer: 0, param: &param, values: Slice::F16(&values) };
        let found = NonFinite::in_event(&event).unwrap().to_string();
        assert_eq!(found, "infinity in the gradient of 'layers.0.bias' in layer 0 (element 2)");
    }

    #[test]
    fn the_first_stays() {
        let signal = |values| Signal { layer: 0, values, samples: 1, neurons: 1 };
        let mut first = FirstNonFinite::default();
        assert!(first.observe(Event::Activation(signal(Slice::F64(&[f64::MAX])))).is_continue());
        assert!(first.observe(Event::Activation(signal(Slice::F64(&[])))).is_continue());
        assert!(first.observe(Event::Activation(signal(Slice::F64(&[f64::NAN])))).is_break());
        let found = first.found().cloned();
        assert!(first.observe(Event::Activation(signal(Slice::F64(&[f64::INFINITY])))).is_break());
        assert_eq!(first.found().cloned(), found);
    }

    #[test]
    fn parameters_are_searched_in_order_and_across_windows() {
        let spec = |name: &str, len: usize| ParamSpec::new(name, [len]).unwrap();
        let nan = f64::NAN;
        let held = Held::<f32>::new(&[(spec("a", 1), &[1.0]), (spec("b", 5), &[0.0, 1.0, 2.0, nan, nan])]);
        let found = NonFinite::in_parameters(&held).unwrap();
        assert_eq!(found, Some(NonFinite::Parameter { name: "b".into(), index: 3, kind: NonFiniteKind::Nan }));
        let held = Held::<f32>::new(&[(spec("a", 1), &[1.0])]);
        assert_eq!(NonFinite::in_parameters(&held).unwrap(), None);
    }

    #[test]
    fn a_loss() {
        assert_eq!(NonFinite::in_loss(f64::MAX), None);
        assert_eq!(NonFinite::in_loss(f64::INFINITY), Some(NonFinite::Loss { kind: NonFiniteKind::Infinity }));
    }
}
