//! The textbook forward and backward pass.

use std::ops::ControlFlow;

use fanin_core::{
    Activation,
    network::{Event, Mode, Observer, Signal, Stage},
    param::Slice,
};

use super::conduct::{Conduct, Fault};
use super::loss::loss;
use super::norm::{Normalized, back_propagate as back_through_norm, normalize};
use super::perceptron::{Batch, Linear, Perceptron};

/// The values of a layer that the backward pass needs.
pub(super) struct Trace {
    /// `z`
    pub(super) pre: Vec<f64>,
    /// `f(z)`
    pub(super) post: Vec<f64>,
    /// The input of the next layer: `f(z)`, or the sum of a residual block.
    pub(super) output: Vec<f64>,
    pub(super) normalized: Option<Normalized>,
}

/// Sends one event if it is wanted.
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
    /// Computes, layer by layer, `z = W a + b`, the norm, `f(z)`, and `x + scale f(z)` at the end of a block.
    pub(super) fn propagate(&self, batch: &Batch, observer: &mut dyn Observer) -> ControlFlow<(), Vec<Trace>> {
        let observed = observer.wants(Stage::Activation) && C::has(Fault::ObservedDiffers);
        let mut traces: Vec<Trace> = Vec::new();
        for (index, (layer, linear)) in self.spec.layers().iter().zip(&self.layers).enumerate() {
            let inputs = shifted(linear, input_of(index, batch, &traces));
            let (mut pre, mut normalized) = (sums::<C>(linear, &inputs, layer.inputs), None);
            if let Some(norm) = &layer.norm {
                let eval = self.mode == Mode::Eval && !C::has(Fault::BatchStatisticsInEval);
                let running = self.running.get(index).filter(|_| eval);
                let (z, kept) = normalize(norm.norm, [&linear.gain, &linear.shift], running, &pre);
                (pre, normalized) = (z, Some(kept));
            }
            if observed {
                for z in &mut pre {
                    *z *= 1.0 + f64::EPSILON;
                }
            }
            let post: Vec<f64> = pre.iter().map(|z| layer.activation.value(*z)).collect();
            let output = match &layer.skip {
                Some(skip) if !C::has(Fault::NoSkip) => {
                    let (carried, scale) = (input_of(skip.from, batch, &traces), scale_of::<C>(linear));
                    carried.iter().zip(&post).map(|(x, branch)| x + scale * branch).collect()
                }
                _ => post.clone(),
            };
            let shown = if C::has(Fault::WrongSignal) { &post } else { &pre };
            let neurons = layer.neurons;
            show::<C>(observer, Stage::PreActivation, Event::PreActivation(signal(index, shown, neurons)))?;
            show::<C>(observer, Stage::Activation, Event::Activation(signal(index, &output, neurons)))?;
            traces.push(Trace { pre, post, output, normalized });
        }
        ControlFlow::Continue(traces)
    }

    /// Returns the loss and its gradient with respect to every parameter: `dz = da f'(z)`, `dW = dz' a`, `db = sum dz`,
    /// `da = dz W`. A block passes its gradient to its branch, times the scale, and to its input; a norm turns `dz`
    /// into `ds`.
    pub(super) fn back_propagate(
        &self,
        batch: &Batch,
        traces: &[Trace],
        observer: &mut dyn Observer,
    ) -> ControlFlow<(), (f64, Vec<Linear>)> {
        let outputs = traces.last().map_or(&batch.inputs, |trace| &trace.output);
        let (value, mut above) = loss::<C>(self.spec.loss(), outputs, self.spec.outputs(), &batch.targets);
        let (mut gradients, mut carried) = (Vec::new(), None);
        let layers = self.spec.layers().iter().zip(&self.layers).zip(traces).enumerate();
        for (index, ((layer, linear), trace)) in layers.rev() {
            let neurons = layer.neurons;
            let event = Event::ActivationGradient(signal(index, &above, neurons));
            show::<C>(observer, Stage::ActivationGradient, event)?;
            let mut gradient = Linear::default();
            if let Some(skip) = &layer.skip {
                gradient.scale = linear.scale.iter().map(|_| dot(above.iter(), trace.post.iter())).collect();
                let scale = scale_of::<C>(linear);
                let branch = above.iter().map(|above| scale * above).collect();
                carried = Some((skip.from, std::mem::replace(&mut above, branch)));
            }
            let slopes = trace.pre.iter().map(|z| slope::<C>(layer.activation, *z));
            let mut below: Vec<f64> = above.iter().zip(slopes).map(|(above, slope)| above * slope).collect();
            let event = Event::PreActivationGradient(signal(index, &below, neurons));
            show::<C>(observer, Stage::PreActivationGradient, event)?;
            if let Some(normalized) = &trace.normalized {
                [below, gradient.gain, gradient.shift] = back_through_norm::<C>(normalized, &linear.gain, &below);
            }

            let inputs = shifted(linear, input_of(index, batch, traces));
            gradient.weight = by_weight(&below, neurons, &inputs, layer.inputs);
            gradient.bias = (0..neurons).map(|neuron| below.iter().skip(neuron).step_by(neurons).sum()).collect();
            above = below
                .chunks_exact(neurons)
                .flat_map(|row| (0..layer.inputs).map(move |input| (row, input)))
                .map(|(row, input)| dot(row.iter(), linear.weight.iter().skip(input).step_by(layer.inputs)))
                .collect();
            gradient.input_bias = linear.input_bias.iter().map(|_| above.iter().sum()).collect();
            if let Some((_, past)) = carried.take_if(|(from, _)| *from == index && !C::has(Fault::NoSkip)) {
                above.iter_mut().zip(&past).for_each(|(above, past)| *above += past);
            }

            let mut shown: Vec<(&str, &Vec<f64>)> = layer.trained().zip(gradient.parts()).collect();
            if C::has(Fault::ReorderedEvents) {
                shown.reverse();
            }
            for (name, values) in shown {
                let Some(param) = self.specs.iter().find(|spec| spec.name() == name) else { continue };
                let event = Event::ParameterGradient { layer: index, param, values: Slice::F64(values) };
                show::<C>(observer, Stage::ParameterGradient, event)?;
            }
            gradients.push(gradient);
        }
        gradients.reverse();
        ControlFlow::Continue((value, gradients))
    }
}

/// Returns the input of a layer: the outputs of the previous layer, or the samples.
fn input_of<'a>(index: usize, batch: &'a Batch, traces: &'a [Trace]) -> &'a [f64] {
    let before = index.checked_sub(1).and_then(|before| traces.get(before));
    before.map_or(&batch.inputs, |trace| &trace.output)
}

/// Computes `a + c`.
fn shifted(linear: &Linear, inputs: &[f64]) -> Vec<f64> {
    let c = linear.input_bias.first().copied().unwrap_or(0.0);
    inputs.iter().map(|a| a + c).collect()
}

fn scale_of<C: Conduct>(linear: &Linear) -> f64 {
    if C::has(Fault::NoScale) { 1.0 } else { linear.scale.first().copied().unwrap_or(1.0) }
}

fn signal(layer: usize, values: &[f64], neurons: usize) -> Signal<'_> {
    Signal { layer, values: Slice::F64(values), samples: values.len().checked_div(neurons).unwrap_or(0), neurons }
}

fn dot<'a>(left: impl Iterator<Item = &'a f64>, right: impl Iterator<Item = &'a f64>) -> f64 {
    left.zip(right).map(|(a, b)| a * b).sum()
}

/// Computes `W a + b` for every sample.
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

/// Computes `dW[j][k] = sum over samples of dz[j] a[k]`.
fn by_weight(below: &[f64], neurons: usize, inputs: &[f64], features: usize) -> Vec<f64> {
    let of_neuron = |neuron: usize| below.iter().skip(neuron).step_by(neurons);
    let of_input = |input: usize| inputs.iter().skip(input).step_by(features);
    let pairs = (0..neurons).flat_map(|neuron| (0..features).map(move |input| (neuron, input)));
    pairs.map(|(neuron, input)| dot(of_neuron(neuron), of_input(input))).collect()
}

/// Computes `f'(z)`.
fn slope<C: Conduct>(activation: Activation, z: f64) -> f64 {
    let z = if C::has(Fault::RightSlopeAtZero) && z == 0.0 { f64::MIN_POSITIVE } else { z };
    activation.derivative(z)
}
