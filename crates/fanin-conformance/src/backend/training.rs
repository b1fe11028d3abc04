//! Optimizer steps.

use fanin_core::initializers::Constant;
use fanin_core::{
    Parameters, ParametersExt, Role,
    network::{FromMlpSpec, Layer, Mode, OptimizerSpec, Trainable, Unobserved},
};

use super::BackendCase;
use super::case::norms_and_blocks;
use super::subject::{Subject, finished, values_of};
use super::tolerance::near;
use crate::violation::{Verdict, hold};

/// The number of steps compared with the reference.
const STEPS: usize = 5;
/// The number of steps over which equal neurons must stay equal.
const SYMMETRIC_STEPS: usize = 200;

/// Plain gradient descent.
pub(super) fn sgd<N: Trainable + FromMlpSpec>(case: &BackendCase) -> Verdict {
    as_the_reference::<N>(case, OptimizerSpec::sgd(0.1))
}

/// Gradient descent with momentum.
pub(super) fn momentum<N: Trainable + FromMlpSpec>(case: &BackendCase) -> Verdict {
    as_the_reference::<N>(case, OptimizerSpec::momentum(0.05, 0.9))
}

/// Adam.
pub(super) fn adam<N: Trainable + FromMlpSpec>(case: &BackendCase) -> Verdict {
    as_the_reference::<N>(case, OptimizerSpec::adam(0.01))
}

/// After a few steps, every parameter matches the reference.
fn as_the_reference<N: Trainable + FromMlpSpec>(case: &BackendCase, spec: OptimizerSpec) -> Verdict {
    let mut subject = Subject::<N>::started(case)?;
    let mut optimizer = subject.network.optimizer(&spec)?;
    let mut reference_optimizer = subject.reference.optimizer(&spec)?;
    for _ in 0..STEPS {
        subject.network.step(&subject.batch, &mut optimizer)?;
        subject.reference.step(&subject.reference_batch, &mut reference_optimizer)?;
    }
    for param in case.spec.params().iter().filter(|param| !is_noise(case, spec, param.name())) {
        let what = format!("{} after {STEPS} steps of {spec}", param.name());
        let (seen, wanted) = (subject.network.values(param.name())?, subject.reference.values(param.name())?);
        near(&what, &seen, &wanted, subject.tolerance.training)?;
    }
    Ok(())
}

/// Batch normalization removes anything that is added to all samples, so the gradients of its layer's biases are
/// rounding noise, which Adam turns into full-size steps. They affect the running mean and nothing else.
fn is_noise(case: &BackendCase, optimizer: OptimizerSpec, name: &str) -> bool {
    let takes_away = |layer: &&Layer| layer.norm.as_ref().is_some_and(|norm| norm.norm.is_batch());
    let is_named = |layer: &Layer| {
        let running = layer.norm.as_ref().and_then(|norm| norm.running.as_ref());
        let mean = running.map(|running| running.mean.as_str());
        [Some(layer.bias.as_str()), layer.input_bias.as_deref(), mean].contains(&Some(name))
    };
    let adam = matches!(optimizer, OptimizerSpec::Adam { .. });
    adam && case.mode == Mode::Train && case.spec.layers().iter().filter(takes_away).any(is_named)
}

/// A step returns the loss from before the step.
pub(super) fn loss_before_step<N: Trainable + FromMlpSpec>(case: &BackendCase) -> Verdict {
    let mut subject = Subject::<N>::started(case)?;
    let mut optimizer = subject.network.optimizer(&OptimizerSpec::sgd(0.1))?;
    let before = finished(subject.network.gradients(&subject.batch, &mut Unobserved))?;
    let returned = subject.network.step(&subject.batch, &mut optimizer)?;
    let after = finished(subject.network.gradients(&subject.batch, &mut Unobserved))?;
    let apart = (after - before).abs() > 100.0 * subject.tolerance.pass * before.abs().max(1.0);
    hold(apart, || "the case is inconclusive: a step does not change the loss; use other weights".to_owned())?;
    near("the loss that a step returns", &[returned], &[before], subject.tolerance.pass)
}

/// Neurons that start equal stay bitwise equal over 200 steps of gradient descent with momentum.
pub(super) fn symmetry<N: Trainable + FromMlpSpec>(case: &BackendCase) -> Verdict {
    // Buffers keep their initial values, which are equal for all neurons.
    let mut subject = Subject::<N>::with(case, &case.spec, &case.samples(), |_| Ok(()))?;
    let constant = |value| Constant::new(value).map_err(|error| error.to_string());
    let plan = norms_and_blocks(&case.spec, |role| constant(if role == Role::NormBias { 0.125 } else { 0.75 }))?;
    let plan = plan.rule("*.weight", constant(0.25)?).rule("*.bias", constant(0.125)?);
    plan.apply(&mut subject.network, case.seed)?;
    let start = values_of(&subject.network)?;
    let mut optimizer = subject.network.optimizer(&OptimizerSpec::momentum(0.02, 0.5))?;
    for step in 1..=SYMMETRIC_STEPS {
        subject.network.step(&subject.batch, &mut optimizer)?;
        if matches!(step, 1 | 10 | SYMMETRIC_STEPS) {
            neurons_are_equal(&subject.network, case, step)?;
        }
    }
    hold(values_of(&subject.network)? != start, || format!("{SYMMETRIC_STEPS} steps changed nothing"))
}

/// The row, bias and outgoing column of every hidden neuron equal those of the first neuron in its layer (-0.0 equals
/// 0).
fn neurons_are_equal<P: Parameters>(network: &P, case: &BackendCase, step: usize) -> Verdict {
    for (index, layer) in case.spec.layers().iter().enumerate() {
        let Some(outgoing) = &layer.outgoing else { continue };
        let (weight, bias) = (network.values(&layer.weight)?, network.values(&layer.bias)?);
        let outgoing = network.values(outgoing)?;
        let neuron = |neuron: usize| -> Vec<u64> {
            let row = weight.iter().skip(neuron * layer.inputs).take(layer.inputs);
            let column = outgoing.iter().skip(neuron).step_by(layer.neurons);
            row.chain(bias.get(neuron)).chain(column).map(|value| (value + 0.0).to_bits()).collect()
        };
        let first = neuron(0);
        let other = (1..layer.neurons).find(|other| neuron(*other) != first);
        hold(other.is_none(), || {
            format!("neurons 0 and {other:?} of layer {index} started equal and differ after {step} steps")
        })?;
    }
    Ok(())
}
