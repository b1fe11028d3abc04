//! The forward and the backward pass, as the textbook writes them.

use std::ops::ControlFlow;

use fanin_core::{Activation, Event, Observer, Signal, Slice, Stage};

use super::conduct::{Conduct, Fault};
use super::loss::loss;
use super::perceptron::{Batch, Linear, Perceptron};

/// What a forward pass leaves for the backward pass: `z` and `f(z)` of each layer.
pub(super) struct Trace {
    pub(super) pre: Vec<f64>,
    pub(super) post: Vec<f64>,
}

/// Shows one event, if it is wanted.
fn show<C: Conduct>(observer: &mut dyn Observer, stage: Stage, event: Event<'_>) -> ControlFlow<()> {
    if !observer.wants(stage) && !C::has(Fault::UnwantedEvents) {
        return ControlFlow::Continue(());
    }
    match observer.observe(event) {
        ControlFlow::Break(()) if !C::has(Fault::NoBreak) => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    }
}

impl<C: Conduct> Perceptron<C> {
    /// `z = W a + b`, then `f(z)`, layer by layer.
    pub(super) fn propagate(&self, batch: &Batch, observer: &mut dyn Observer) -> ControlFlow<(), Vec<Trace>> {
        let observed = observer.wants(Stage::Activation) && C::has(Fault::ObservedDiffers);
        let mut traces: Vec<Trace> = Vec::new();
        for (index, (layer, linear)) in self.spec.layers().iter().zip(&self.layers).enumerate() {
            let inputs = traces.last().map_or(&batch.inputs, |trace| &trace.post);
            let mut pre = sums::<C>(linear, inputs, layer.inputs);
            if observed {
                for z in &mut pre {
                    *z *= 1.0 + f64::EPSILON;
                }
            }
            let post: Vec<f64> = pre.iter().map(|z| layer.activation.value(*z)).collect();
            let shown = if C::has(Fault::WrongSignal) { &post } else { &pre };
            let neurons = layer.neurons;
            show::<C>(observer, Stage::PreActivation, Event::PreActivation(signal(index, shown, neurons)))?;
            show::<C>(observer, Stage::Activation, Event::Activation(signal(index, &post, neurons)))?;
            traces.push(Trace { pre, post });
        }
        ControlFlow::Continue(traces)
    }

    /// The loss, and its gradient by every parameter: `dz = da f'(z)`, `dW = dz' a`, `db = sum dz`, `da = dz W`.
    pub(super) fn back_propagate(
        &self,
        batch: &Batch,
        traces: &[Trace],
        observer: &mut dyn Observer,
    ) -> ControlFlow<(), (f64, Vec<Linear>)> {
        let outputs = traces.last().map_or(&batch.inputs, |trace| &trace.post);
        let (value, mut above) = loss::<C>(self.spec.loss(), outputs, self.spec.outputs(), &batch.targets);
        let mut gradients = Vec::new();
        let layers = self.spec.layers().iter().zip(&self.layers).zip(traces).enumerate();
        for (index, ((layer, linear), trace)) in layers.rev() {
            let neurons = layer.neurons;
            let event = Event::ActivationGradient(signal(index, &above, neurons));
            show::<C>(observer, Stage::ActivationGradient, event)?;
            let slopes = trace.pre.iter().map(|z| slope::<C>(layer.activation, *z));
            let below: Vec<f64> = above.iter().zip(slopes).map(|(above, slope)| above * slope).collect();
            let event = Event::PreActivationGradient(signal(index, &below, neurons));
            show::<C>(observer, Stage::PreActivationGradient, event)?;

            let before = index.checked_sub(1).and_then(|before| traces.get(before));
            let inputs = before.map_or(&batch.inputs, |trace| &trace.post);
            let gradient = gradient(&below, neurons, inputs, layer.inputs);
            let mut shown = [(&layer.weight, &gradient.weight), (&layer.bias, &gradient.bias)];
            if C::has(Fault::ReorderedEvents) {
                shown.reverse();
            }
            for (name, values) in shown {
                let Some(param) = self.specs.iter().find(|spec| spec.name() == name) else { continue };
                let event = Event::ParameterGradient { layer: index, param, values: Slice::F64(values) };
                show::<C>(observer, Stage::ParameterGradient, event)?;
            }
            above = below
                .chunks_exact(neurons)
                .flat_map(|row| (0..layer.inputs).map(move |input| (row, input)))
                .map(|(row, input)| dot(row.iter(), linear.weight.iter().skip(input).step_by(layer.inputs)))
                .collect();
            gradients.push(gradient);
        }
        gradients.reverse();
        ControlFlow::Continue((value, gradients))
    }
}

fn signal(layer: usize, values: &[f64], neurons: usize) -> Signal<'_> {
    Signal { layer, values: Slice::F64(values), samples: values.len().checked_div(neurons).unwrap_or(0), neurons }
}

fn dot<'a>(left: impl Iterator<Item = &'a f64>, right: impl Iterator<Item = &'a f64>) -> f64 {
    left.zip(right).map(|(a, b)| a * b).sum()
}

/// `W a + b` for every sample.
fn sums<C: Conduct>(linear: &Linear, inputs: &[f64], features: usize) -> Vec<f64> {
    let neuron = |row: &[f64], (index, (weights, bias)): (usize, (&[f64], &f64))| {
        let sum = if C::has(Fault::ReversedSums) && index % 2 == 1 {
            dot(row.iter().rev(), weights.iter().rev())
        } else {
            dot(row.iter(), weights.iter())
        };
        if C::has(Fault::NoBias) { sum } else { sum + bias }
    };
    let neurons = || linear.weight.chunks_exact(features).zip(&linear.bias).enumerate();
    inputs.chunks_exact(features).flat_map(|row| neurons().map(move |one| neuron(row, one))).collect()
}

/// `dW[j][k] = sum over samples of dz[j] a[k]`, `db[j] = sum of dz[j]`.
fn gradient(below: &[f64], neurons: usize, inputs: &[f64], features: usize) -> Linear {
    let of_neuron = |neuron: usize| below.iter().skip(neuron).step_by(neurons);
    let of_input = |input: usize| inputs.iter().skip(input).step_by(features);
    let pairs = (0..neurons).flat_map(|neuron| (0..features).map(move |input| (neuron, input)));
    Linear {
        weight: pairs.map(|(neuron, input)| dot(of_neuron(neuron), of_input(input))).collect(),
        bias: (0..neurons).map(|neuron| of_neuron(neuron).sum()).collect(),
    }
}

/// `f'(z)`
fn slope<C: Conduct>(activation: Activation, z: f64) -> f64 {
    let z = if C::has(Fault::RightSlopeAtZero) && z == 0.0 { f64::MIN_POSITIVE } else { z };
    activation.derivative(z)
}
