//! Invalid inputs that a backend must refuse with a typed error and without a panic.

use fanin_core::network::{FromMlpSpec, Loss, MlpSpec, NetworkError, OptimizerSpec, Samples, Trainable, Unobserved};

use super::BackendCase;
use super::case::{Data, OwnedTargets};
use super::subject::Subject;
use crate::violation::{Verdict, hold};

/// Samples that do not fit are refused with [`NetworkError::Samples`]; a batch of another network is an error too.
pub(super) fn samples<N: Trainable + FromMlpSpec>(case: &BackendCase) -> Verdict {
    let network = N::from_spec(&case.spec)?;
    network.load(&case.samples())?;
    for (what, data) in ill_shaped(case) {
        let result = network.load(&data.samples()).map(|_| "a batch");
        let right = matches!(result, Err(NetworkError::Samples(_)));
        hold(right, || format!("{what}: {result:?}, not NetworkError::Samples"))?;
    }
    let good = case.samples();
    let no_rows = Samples { features: 0, ..good };
    let result = network.load(&no_rows).map(|_| "a batch");
    hold(matches!(result, Err(NetworkError::Samples(_))), || format!("rows of length 0: {result:?}"))?;

    let mut widths = case.spec.widths().to_vec();
    widths.iter_mut().take(1).for_each(|inputs| *inputs += 1);
    let wider = MlpSpec::with_activations(widths, &activations(&case.spec), case.spec.loss())?;
    let other = N::from_spec(&wider)?;
    let batch = network.load(&good)?;
    let forward = other.forward(&batch, &mut Unobserved).map(|_| "outputs");
    hold(forward.is_err(), || "forward accepted a batch of a network with fewer inputs".to_owned())?;
    let gradients = other.gradients(&batch, &mut Unobserved).map(|_| "a loss");
    hold(gradients.is_err(), || "gradients accepted a batch of a network with fewer inputs".to_owned())
}

fn activations(spec: &MlpSpec) -> Vec<fanin_core::Activation> {
    spec.layers().iter().filter(|layer| layer.is_hidden()).map(|layer| layer.activation).collect()
}

/// Returns variants of the case's data, each invalid in one way.
fn ill_shaped(case: &BackendCase) -> Vec<(&'static str, Data)> {
    let spoil = |change: &dyn Fn(&mut Data)| {
        let mut data = case.data.clone();
        change(&mut data);
        data
    };
    let first = |data: &mut Data, value: f64| data.inputs.iter_mut().take(1).for_each(|input| *input = value);
    let no_targets = |data: &mut Data| match &mut data.targets {
        OwnedTargets::Classes(classes) => classes.clear(),
        OwnedTargets::Values(values) => values.clear(),
    };
    vec![
        ("one feature too many", spoil(&|data| data.features += 1)),
        ("a ragged row", spoil(&|data| data.inputs.push(0.0))),
        ("NaN among the inputs", spoil(&|data| first(data, f64::NAN))),
        ("infinity among the inputs", spoil(&|data| first(data, f64::INFINITY))),
        (
            "no sample",
            spoil(&|data| {
                data.inputs.clear();
                no_targets(data);
            }),
        ),
        (
            "one target too few",
            spoil(&|data| match &mut data.targets {
                OwnedTargets::Classes(classes) => drop(classes.pop()),
                OwnedTargets::Values(values) => drop(values.pop()),
            }),
        ),
        (
            "an invalid target",
            spoil(&|data| match &mut data.targets {
                OwnedTargets::Classes(classes) => classes.iter_mut().take(1).for_each(|class| *class = 1_000_000),
                OwnedTargets::Values(values) => values.iter_mut().take(1).for_each(|value| *value = f64::NAN),
            }),
        ),
        (
            "targets of another kind",
            spoil(&|data| {
                let samples = data.inputs.len().checked_div(data.features).unwrap_or(0);
                data.targets = match case.spec.loss() {
                    Loss::SoftmaxCrossEntropy => OwnedTargets::Values(vec![0.0; samples * case.spec.outputs()]),
                    // One sample too many.
                    Loss::BinaryCrossEntropy => OwnedTargets::Values(vec![0.0; (samples + 1) * case.spec.outputs()]),
                    Loss::MeanSquaredError => OwnedTargets::Classes(vec![0; samples]),
                };
            }),
        ),
    ]
}

/// Invalid hyperparameters are refused with [`NetworkError::Optimizer`]; the optimizer of another network is an error
/// too.
pub(super) fn optimizers<N: Trainable + FromMlpSpec>(case: &BackendCase) -> Verdict {
    let mut subject = Subject::<N>::started(case)?;
    let adam = |beta1, beta2, epsilon| OptimizerSpec::Adam { rate: 0.1, beta1, beta2, epsilon };
    for spec in [
        OptimizerSpec::sgd(f64::NAN),
        OptimizerSpec::sgd(-0.1),
        OptimizerSpec::momentum(0.1, 1.0),
        OptimizerSpec::adam(f64::INFINITY),
        adam(1.0, 0.9, 1e-8),
        adam(0.9, -0.1, 1e-8),
        adam(0.9, 0.9, 0.0),
    ] {
        let result = subject.network.optimizer(&spec).map(|_| "an optimizer");
        let right = matches!(result, Err(NetworkError::Optimizer(_)));
        hold(right, || format!("{spec}: {result:?}, not NetworkError::Optimizer"))?;
    }
    let mut widths = case.spec.widths().to_vec();
    widths.iter_mut().take(1).for_each(|inputs| *inputs += 1);
    let wider = N::from_spec(&MlpSpec::with_activations(widths, &activations(&case.spec), case.spec.loss())?)?;
    let mut foreign = wider.optimizer(&OptimizerSpec::momentum(0.1, 0.9))?;
    let result = subject.network.step(&subject.batch, &mut foreign);
    hold(result.is_err(), || "step accepted the optimizer of a network with more inputs".to_owned())
}
