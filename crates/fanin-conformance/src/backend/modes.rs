//! Train and eval mode: which statistics batch normalization uses and updates, and which batches it rejects.

use fanin_core::{
    Parameters, ParametersExt, Role,
    network::{FromMlpSpec, Layer, Mode, NetworkError, Norm, OptimizerSpec, Trainable, Unobserved},
};

use super::BackendCase;
use super::subject::{Subject, finished, values_of};
use super::tolerance::near;
use crate::statistics::number;
use crate::violation::{Reason, Verdict, hold, same_bits};

/// The number of steps over which running statistics are checked.
const STEPS: usize = 3;

fn batch_norm(layer: &Layer) -> Option<Norm> {
    layer.norm.as_ref().map(|norm| norm.norm).filter(|norm| norm.is_batch())
}

fn has_batch_norm(case: &BackendCase) -> bool {
    case.spec.layers().iter().any(|layer| batch_norm(layer).is_some())
}

/// Returns the values of all buffers, concatenated.
fn buffers<P: Parameters>(network: &P) -> Result<Vec<f64>, Reason> {
    let buffers = network.specs().iter().filter(|param| param.role() == Role::Buffer);
    let values: Result<Vec<_>, _> = buffers.map(|param| network.values(param.name())).collect();
    Ok(values?.concat())
}

/// A step in train mode updates the running statistics: `running = (1 - momentum) running + momentum statistic`, with
/// the variance times `n / (n - 1)`. The expected values of layer 0 are computed here from weights and samples; those
/// of the other layers come from the reference.
pub(super) fn running_statistics<N: Trainable + FromMlpSpec>(case: &BackendCase) -> Verdict {
    if !has_batch_norm(case) {
        return Ok(());
    }
    let mut subject = Subject::<N>::started(case)?;
    subject.set_mode(Mode::Train);
    let mut optimizer = subject.network.optimizer(&OptimizerSpec::sgd(0.1))?;
    let mut reference_optimizer = subject.reference.optimizer(&OptimizerSpec::sgd(0.1))?;
    for step in 1..=STEPS {
        let wanted = first_layer(case, &subject.network)?;
        subject.network.step(&subject.batch, &mut optimizer)?;
        subject.reference.step(&subject.reference_batch, &mut reference_optimizer)?;
        for (name, wanted) in wanted {
            let seen = subject.network.values(&name)?;
            near(&format!("{name} after step {step}, by its formula"), &seen, &wanted, subject.tolerance.training)?;
        }
        for param in case.spec.params().iter().filter(|param| param.role() == Role::Buffer) {
            let (seen, wanted) = (subject.network.values(param.name())?, subject.reference.values(param.name())?);
            near(&format!("{} after step {step}", param.name()), &seen, &wanted, subject.tolerance.training)?;
        }
    }
    Ok(())
}

/// Returns the expected running statistics of layer 0 after a step, by name.
fn first_layer<P: Parameters>(case: &BackendCase, network: &P) -> Result<Vec<(String, Vec<f64>)>, Reason> {
    let first = case.spec.layers().first().and_then(|layer| Some((layer, batch_norm(layer)?)));
    let Some((layer, Norm::Batch { momentum, .. })) = first else { return Ok(Vec::new()) };
    let Some(names) = layer.norm.as_ref().and_then(|norm| norm.running.as_ref()) else { return Ok(Vec::new()) };
    let (weight, bias) = (network.values(&layer.weight)?, network.values(&layer.bias)?);
    let samples = case.samples();
    let n = number(samples.len());
    let statistics = weight.chunks_exact(layer.inputs).zip(&bias).map(|(row, bias)| {
        let sum = |sample: &[f64]| sample.iter().zip(row).map(|(x, w)| x * w).sum::<f64>() + bias;
        let sums: Vec<f64> = samples.inputs.chunks_exact(layer.inputs).map(sum).collect();
        let mean = sums.iter().sum::<f64>() / n;
        (mean, sums.iter().map(|sum| (sum - mean) * (sum - mean)).sum::<f64>() / (n - 1.0))
    });
    let (means, variances): (Vec<f64>, Vec<f64>) = statistics.unzip();
    let follow = |name: &str, statistics: Vec<f64>| {
        let running = network.values(name)?;
        let moved = running.iter().zip(statistics).map(|(old, new)| (1.0 - momentum) * old + momentum * new);
        Ok::<_, Reason>((name.to_owned(), moved.collect()))
    };
    Ok(vec![follow(&names.mean, means)?, follow(&names.variance, variances)?])
}

/// A fresh network is in train mode, and switching modes changes no parameter. Without batch normalization, both modes
/// produce the same bits. With it, in eval mode the outputs of a sample do not depend on other samples and nothing
/// changes a buffer; in train mode only a step does.
pub(super) fn modes<N: Trainable + FromMlpSpec>(case: &BackendCase) -> Verdict {
    hold(N::from_spec(&case.spec)?.mode() == Mode::Train, || "a fresh network is not in train mode".to_owned())?;
    let mut subject = Subject::<N>::started(case)?;
    let before = values_of(&subject.network)?.concat();
    for mode in [Mode::Eval, Mode::Train, Mode::Eval] {
        subject.network.set_mode(mode);
        hold(subject.network.mode() == mode, || {
            format!("after switching to {mode}, the mode is {}", subject.network.mode())
        })?;
    }
    same_bits("the parameters after switching", &values_of(&subject.network)?.concat(), &before)?;

    let together = finished(subject.network.forward(&subject.batch, &mut Unobserved))?;
    if !has_batch_norm(case) {
        subject.network.set_mode(Mode::Train);
        let training = finished(subject.network.forward(&subject.batch, &mut Unobserved))?;
        return same_bits("outputs in train mode, compared with eval mode", &training.values, &together.values);
    }
    for (sample, wanted) in together.rows().enumerate() {
        let alone = subject.network.load(&case.data.one(sample, case.spec.outputs()).samples())?;
        let seen = finished(subject.network.forward(&alone, &mut Unobserved))?;
        near(&format!("outputs of sample {sample} in its own batch"), &seen.values, wanted, subject.tolerance.pass)?;
    }
    let counted = buffers(&subject.network)?;
    let mut optimizer = subject.network.optimizer(&OptimizerSpec::sgd(0.1))?;
    subject.network.step(&subject.batch, &mut optimizer)?;
    same_bits("the buffers after a step in eval mode", &buffers(&subject.network)?, &counted)?;
    subject.network.set_mode(Mode::Train);
    finished(subject.network.forward(&subject.batch, &mut Unobserved))?;
    finished(subject.network.gradients(&subject.batch, &mut Unobserved))?;
    same_bits("the buffers after passes in train mode", &buffers(&subject.network)?, &counted)?;
    subject.network.step(&subject.batch, &mut optimizer)?;
    hold(buffers(&subject.network)? != counted, || "a step in train mode changed no running statistic".to_owned())
}

/// A batch of one sample has no variance: with batch normalization, train mode refuses it with
/// [`NetworkError::Samples`] and eval mode accepts it; without, both modes accept it.
pub(super) fn one_sample<N: Trainable + FromMlpSpec>(case: &BackendCase) -> Verdict {
    let mut subject = Subject::<N>::started(case)?;
    let one = case.data.one(0, case.spec.outputs());
    let batch = subject.network.load(&one.samples())?;
    let mut optimizer = subject.network.optimizer(&OptimizerSpec::sgd(0.1))?;
    for mode in [Mode::Train, Mode::Eval] {
        subject.network.set_mode(mode);
        let forward = subject.network.forward(&batch, &mut Unobserved).map(|_| "outputs");
        let gradients = subject.network.gradients(&batch, &mut Unobserved).map(|_| "a loss");
        let step = subject.network.step(&batch, &mut optimizer).map(|_| "a step");
        for (what, result) in [("forward", forward), ("gradients", gradients), ("step", step)] {
            let right = match mode == Mode::Train && has_batch_norm(case) {
                true => matches!(result, Err(NetworkError::Samples(_))),
                false => result.is_ok(),
            };
            hold(right, || format!("{what} of one sample in {mode} mode returned {result:?}"))?;
        }
    }
    Ok(())
}
