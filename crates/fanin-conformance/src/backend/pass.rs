//! Comparing one pass with the reference.

use std::iter;

use fanin_core::{
    Activation,
    network::{FromMlpSpec, Loss, MlpSpec, Network, Samples, Stage, Targets, Trainable, Unobserved},
};

use super::BackendCase;
use super::recorder::Recorder;
use super::subject::{Subject, finished, set};
use super::tolerance::near;
use crate::statistics::number;
use crate::violation::{Reason, Verdict, hold};

/// The outputs match the reference.
pub(super) fn forward<N: Trainable + FromMlpSpec>(case: &BackendCase) -> Verdict {
    let subject = Subject::<N>::started(case)?;
    let seen = finished(subject.network.forward(&subject.batch, &mut Unobserved))?;
    let wanted = finished(subject.reference.forward(&subject.reference_batch, &mut Unobserved))?;
    hold(seen.columns == wanted.columns, || format!("{} outputs, not {}", seen.columns, wanted.columns))?;
    near("outputs", &seen.values, &wanted.values, subject.tolerance.pass)
}

/// The loss, a mean over the batch, matches the reference.
pub(super) fn loss<N: Trainable + FromMlpSpec>(case: &BackendCase) -> Verdict {
    let subject = Subject::<N>::started(case)?;
    let seen = finished(subject.network.gradients(&subject.batch, &mut Unobserved))?;
    let wanted = finished(subject.reference.gradients(&subject.reference_batch, &mut Unobserved))?;
    near("loss", &[seen], &[wanted], subject.tolerance.pass)
}

/// The gradient of every parameter matches the reference.
pub(super) fn gradients<N: Trainable + FromMlpSpec>(case: &BackendCase) -> Verdict {
    let subject = Subject::<N>::started(case)?;
    let (seen, wanted) = both(&subject)?;
    for (name, wanted) in wanted.gradients() {
        let Some((_, seen)) = seen.gradients().find(|(other, _)| *other == name) else {
            return Err(format!("the observer received no gradient of {name}").into());
        };
        near(&format!("gradient of {name}"), seen, wanted, subject.tolerance.pass)?;
    }
    Ok(())
}

/// Pre-activations, activations and their gradients match the reference in every layer.
pub(super) fn signals<N: Trainable + FromMlpSpec>(case: &BackendCase) -> Verdict {
    let subject = Subject::<N>::started(case)?;
    let (seen, wanted) = both(&subject)?;
    for wanted in wanted.events.iter().filter(|shown| shown.place.param.is_none()) {
        let what = format!("{:?} of layer {}", wanted.place.stage, wanted.place.layer);
        let Some(seen) = seen.signal(wanted.place.stage, wanted.place.layer) else {
            return Err(format!("the observer received no {what}").into());
        };
        hold(seen.size == wanted.size, || {
            format!("{what}: samples and neurons are {:?}, not {:?}", seen.size, wanted.size)
        })?;
        near(&what, &seen.values, &wanted.values, subject.tolerance.pass)?;
    }
    Ok(())
}

fn both<N: Trainable + FromMlpSpec>(subject: &Subject<N>) -> Result<(Recorder, Recorder), Reason> {
    let (mut seen, mut wanted) = (Recorder::default(), Recorder::default());
    finished(subject.network.gradients(&subject.batch, &mut seen))?;
    finished(subject.reference.gradients(&subject.reference_batch, &mut wanted))?;
    Ok((seen, wanted))
}

/// The derivative at a kink is the one of fanin-core. With a first layer of zeros every pre-activation is 0, and its
/// gradient is the activation's gradient times `f'(0)`. For ReLU that is exactly 0: the layer is frozen.
pub(super) fn kinks<N: Trainable + FromMlpSpec>(case: &BackendCase) -> Verdict {
    let Some(first) = case.spec.layers().first().filter(|layer| layer.is_hidden()) else { return Ok(()) };
    let subject = Subject::<N>::with(case, &case.spec, &case.samples(), |network| {
        case.plan.apply(network, case.seed)?;
        set(network, &first.weight, &vec![0.0; first.neurons * first.inputs])?;
        if let Some(norm) = &first.norm {
            // Values normalized to 0 stay 0.
            let running = norm.running.as_ref().map(|running| &running.mean);
            for name in iter::once(&norm.bias).chain(running) {
                set(network, name, &vec![0.0; first.neurons])?;
            }
        }
        Ok(set(network, &first.bias, &vec![0.0; first.neurons])?)
    })?;
    let mut recorder = Recorder::default();
    finished(subject.network.gradients(&subject.batch, &mut recorder))?;
    let missing = || Reason::from("the observer received no gradients of the first layer".to_owned());
    let by_value = recorder.signal(Stage::ActivationGradient, 0).ok_or_else(missing)?;
    let by_sum = recorder.signal(Stage::PreActivationGradient, 0).ok_or_else(missing)?;
    let slope = first.activation.derivative(0.0_f64);
    let alive = by_value.values.iter().any(|value| *value != 0.0);
    hold(alive, || "the case is inconclusive: no gradient reaches the first layer; use other weights".to_owned())?;
    let wanted: Vec<f64> = by_value.values.iter().map(|value| value * slope).collect();
    near("gradient at z = 0", &by_sum.values, &wanted, subject.tolerance.pass)?;
    let frozen = first.activation == Activation::Relu;
    let moved = |(name, values): (&str, &[f64])| name == first.weight && values.iter().any(|value| *value != 0.0);
    hold(!frozen || !recorder.gradients().any(moved), || {
        "relu'(0) is 0, but a weight has a nonzero gradient".to_owned()
    })
}

/// Loss and gradients are finite and correct at logits of ±10,000, checked against known answers sample by sample.
pub(super) fn extreme_logits<N: Trainable + FromMlpSpec>(case: &BackendCase) -> Verdict {
    const FAR: f64 = 1e4;
    let (loss, outputs) = (case.spec.loss(), case.spec.outputs());
    let spec = MlpSpec::new([1, outputs], Activation::Identity, loss)?;
    let Some(layer) = spec.layers().first() else { return Ok(()) };
    let weights: Vec<f64> = (0..outputs).map(|output| if output == 0 { FAR } else { -FAR }).collect();
    for input in [1.0, -1.0] {
        let logits: Vec<f64> = weights.iter().map(|weight| weight * input).collect();
        for choice in 0..outputs.max(2) {
            let values: Vec<f64> =
                (0..outputs).map(|output| if (output + choice).is_multiple_of(2) { 1.0 } else { 0.0 }).collect();
            let class = [choice];
            let targets = match loss {
                Loss::SoftmaxCrossEntropy => Targets::Classes(&class),
                _ => Targets::Values(&values),
            };
            let samples = Samples { inputs: &[input], features: 1, targets };
            let subject =
                Subject::<N>::with(case, &spec, &samples, |network| Ok(set(network, &layer.weight, &weights)?))?;
            let mut recorder = Recorder::of(Stage::ParameterGradient);
            let seen = finished(subject.network.gradients(&subject.batch, &mut recorder))?;
            let (wanted, slopes) = far_loss(loss, &logits, &values, choice);
            let what = format!("at the logits {logits:?}, targets {targets:?}");
            near(&format!("loss {what}"), &[seen], &[wanted], subject.tolerance.pass)?;
            for (name, seen) in recorder.gradients() {
                let factor = if name == layer.weight { input } else { 1.0 };
                let wanted: Vec<f64> = slopes.iter().map(|slope| slope * factor).collect();
                near(&format!("gradient of {name} {what}"), seen, &wanted, subject.tolerance.pass)?;
            }
        }
    }
    Ok(())
}

/// Returns the loss and its gradient with respect to the logits, where every exponential is 0 or 1.
fn far_loss(loss: Loss, logits: &[f64], values: &[f64], class: usize) -> (f64, Vec<f64>) {
    let outputs = number(logits.len());
    let pairs = || logits.iter().zip(values);
    match loss {
        Loss::SoftmaxCrossEntropy => {
            let greatest = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let is_greatest = |z: f64| z >= greatest;
            let ties = number(logits.iter().filter(|z| is_greatest(**z)).count());
            let share = |z: f64| if is_greatest(z) { 1.0 / ties } else { 0.0 };
            let right = logits.get(class).copied().unwrap_or(f64::NAN);
            let slope = |(j, z): (usize, &f64)| share(*z) - if j == class { 1.0 } else { 0.0 };
            (ties.ln() + (greatest - right), logits.iter().enumerate().map(slope).collect())
        }
        Loss::BinaryCrossEntropy => {
            let sigmoid = |z: f64| if z > 0.0 { 1.0 } else { 0.0 };
            let total: f64 = pairs().map(|(z, y)| z.max(0.0) - z * y).sum();
            (total / outputs, pairs().map(|(z, y)| (sigmoid(*z) - y) / outputs).collect())
        }
        Loss::MeanSquaredError => {
            let total: f64 = pairs().map(|(z, y)| (z - y) * (z - y)).sum();
            (total / outputs, pairs().map(|(z, y)| 2.0 * (z - y) / outputs).collect())
        }
    }
}
