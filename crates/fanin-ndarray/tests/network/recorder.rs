//! An observer that records events.

use std::ops::ControlFlow;

use fanin_core::{
    network::{Event, Observer, Signal, Stage},
    param::Slice,
};

/// One event.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Record {
    pub(crate) stage: Stage,
    pub(crate) layer: usize,
    /// The parameter's name; empty for a signal.
    pub(crate) param: String,
    /// The number of samples and neurons for a signal, or the shape for a parameter.
    pub(crate) shape: Vec<usize>,
    pub(crate) values: Vec<f64>,
}

/// Records the wanted stages, and breaks at the event with index `last`.
#[derive(Debug, Default)]
pub(crate) struct Recorder {
    /// `None` for all.
    pub(crate) only: Option<Stage>,
    pub(crate) last: Option<usize>,
    pub(crate) records: Vec<Record>,
}

impl Recorder {
    /// The values of one event of a pass.
    pub(crate) fn values(&self, stage: Stage, layer: usize, param: &str) -> &[f64] {
        let found = self.records.iter().find(|r| r.stage == stage && r.layer == layer && r.param.ends_with(param));
        &found.unwrap_or_else(|| panic!("no {stage:?} {param} of layer {layer}")).values
    }
}

impl Observer for Recorder {
    fn observe(&mut self, event: Event<'_>) -> ControlFlow<()> {
        assert!(self.wants(event.stage()), "shown {:?} unasked", event.stage());
        let (stage, layer) = (event.stage(), event.layer());
        let record = |param: String, shape: Vec<usize>, values: Slice<'_>| {
            assert_eq!(shape.iter().product::<usize>(), values.len());
            Record { stage, layer, param, shape, values: values.to_vec() }
        };
        let of_signal = |s: Signal<'_>| record(String::new(), vec![s.samples, s.neurons], s.values);
        self.records.push(match event {
            Event::PreActivation(signal)
            | Event::Activation(signal)
            | Event::ActivationGradient(signal)
            | Event::PreActivationGradient(signal) => of_signal(signal),
            Event::ParameterGradient { param, values, .. } => {
                record(param.name().to_owned(), param.shape().to_vec(), values)
            }
        });
        if self.last.is_some_and(|last| self.records.len() > last) {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }

    fn wants(&self, stage: Stage) -> bool {
        self.only.is_none_or(|only| only == stage)
    }
}
