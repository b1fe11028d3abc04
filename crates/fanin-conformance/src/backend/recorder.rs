//! An observer that records every event.

use std::ops::ControlFlow;

use fanin_core::network::{Event, MlpSpec, Observer, Stage};

/// Records every event; breaks at one of them if configured to.
#[derive(Debug, Default)]
pub(super) struct Recorder {
    pub(super) events: Vec<Shown>,
    /// The wanted stage; `None` wants all.
    only: Option<Stage>,
    /// The index of the event at which to break.
    stop: Option<usize>,
}

/// A recorded event.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Shown {
    pub(super) place: Place,
    pub(super) values: Vec<f64>,
    /// The samples and neurons of a signal.
    pub(super) size: Option<(usize, usize)>,
}

/// The position of an event in a pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) stage: Stage,
    pub(super) layer: usize,
    /// The parameter's name if the event is a parameter gradient.
    pub(super) param: Option<String>,
}

impl Recorder {
    /// Records events of one stage only.
    pub(super) fn of(stage: Stage) -> Self {
        Self { only: Some(stage), ..Self::default() }
    }

    /// Breaks at an event, counted from 0.
    pub(super) fn until(event: usize) -> Self {
        Self { stop: Some(event), ..Self::default() }
    }

    pub(super) fn places(&self) -> Vec<Place> {
        self.events.iter().map(|shown| shown.place.clone()).collect()
    }

    /// Iterates over the recorded parameter gradients, in order.
    pub(super) fn gradients(&self) -> impl Iterator<Item = (&str, &[f64])> {
        self.events.iter().filter_map(|shown| Some((shown.place.param.as_deref()?, shown.values.as_slice())))
    }

    /// Returns the recorded signal of one stage and layer.
    pub(super) fn signal(&self, stage: Stage, layer: usize) -> Option<&Shown> {
        self.events.iter().find(|shown| shown.place.stage == stage && shown.place.layer == layer)
    }
}

impl Observer for Recorder {
    fn observe(&mut self, event: Event<'_>) -> ControlFlow<()> {
        let (stage, layer) = (event.stage(), event.layer());
        let (param, values, size) = match event {
            Event::PreActivation(signal)
            | Event::Activation(signal)
            | Event::ActivationGradient(signal)
            | Event::PreActivationGradient(signal) => (None, signal.values, Some((signal.samples, signal.neurons))),
            Event::ParameterGradient { param, values, .. } => (Some(param.name().to_owned()), values, None),
        };
        self.events.push(Shown { place: Place { stage, layer, param }, values: values.to_vec(), size });
        let stop = self.stop == Some(self.events.len() - 1);
        if stop { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn wants(&self, stage: Stage) -> bool {
        self.only.is_none_or(|only| only == stage)
    }
}

/// Returns the events of a forward pass in the order of the contract.
pub(super) fn forward_events(spec: &MlpSpec) -> Vec<Place> {
    let of_layer = |layer| [Stage::PreActivation, Stage::Activation].map(|stage| Place { stage, layer, param: None });
    (0..spec.layers().len()).flat_map(of_layer).collect()
}

/// Returns the events of a forward and backward pass.
pub(super) fn training_events(spec: &MlpSpec) -> Vec<Place> {
    let mut places = forward_events(spec);
    for (index, layer) in spec.layers().iter().enumerate().rev() {
        for stage in [Stage::ActivationGradient, Stage::PreActivationGradient] {
            places.push(Place { stage, layer: index, param: None });
        }
        for param in layer.trained() {
            places.push(Place { stage: Stage::ParameterGradient, layer: index, param: Some(param.to_owned()) });
        }
    }
    places
}
