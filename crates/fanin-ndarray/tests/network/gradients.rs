//! Gradients and losses against core's definitions.

use fanin_core::{
    Activation, Dtype, ParametersExt,
    network::{FromMlpSpec, Loss, MlpSpec, NetworkExt, Stage, Targets, Trainable, Unobserved},
};

use super::parameters::{random, set};
use super::recorder::Recorder;
use super::samples::for_loss;

const SAMPLES: usize = 7;

/// Every activation with every loss, and a slope other than the default.
fn specs() -> Vec<MlpSpec> {
    let activations = Activation::ALL.into_iter().chain([Activation::LeakyRelu { slope: 0.3 }]);
    let with_loss = |activation| Loss::ALL.map(|loss| MlpSpec::new([3, 4, 5, 2], activation, loss).unwrap());
    activations.flat_map(with_loss).collect()
}

/// The rounding error of the network's element type.
fn epsilon<N: Trainable>(network: &N) -> f64 {
    let mut dtype = None;
    network.read("layers.0.weight", &mut |_, view| dtype = Some(view.data().dtype())).unwrap();
    if dtype == Some(Dtype::F32) { f64::from(f32::EPSILON) } else { f64::EPSILON }
}

fn assert_near(ours: &[f64], theirs: &[f64], tolerance: f64, what: &str) {
    assert_eq!(ours.len(), theirs.len(), "{what}");
    for (index, (ours, theirs)) in ours.iter().zip(theirs).enumerate() {
        assert!((ours - theirs).abs() <= tolerance * theirs.abs().max(1.0), "{what} [{index}]: {ours} and {theirs}");
    }
}

/// Central differences with a step of 1e-5 have an error of about 1e-10; squared activations under a squared loss have
/// larger third derivatives.
pub(crate) fn are_the_slopes_of_the_loss<N: Trainable + FromMlpSpec>() {
    const STEP: f64 = 1e-5;
    for spec in specs() {
        let mut network: N = random(&spec, 0.7);
        let set_of = for_loss(spec.loss(), 3, 2, SAMPLES);
        let samples = set_of.samples();
        let batch = network.load(&samples).unwrap();
        let mut seen = Recorder { only: Some(Stage::ParameterGradient), ..Recorder::default() };
        network.gradients(&batch, &mut seen).unwrap().unwrap();
        for record in seen.records {
            let at = network.values(&record.param).unwrap();
            let mut slopes = Vec::new();
            for index in 0..at.len() {
                let mut loss = |step: f64| {
                    let mut moved = at.clone();
                    moved[index] += step;
                    set(&mut network, &record.param, &moved);
                    spec.loss().mean(&network.predict(&batch).unwrap(), &samples.targets)
                };
                slopes.push((loss(STEP) - loss(-STEP)) / (2.0 * STEP));
            }
            set(&mut network, &record.param, &at);
            let what = format!("{} {} {}", spec.layers()[0].activation, spec.loss(), record.param);
            let tolerance = if spec.layers()[0].activation == Activation::ReluSquared { 1e-8 } else { 1e-9 };
            assert_near(&record.values, &slopes, tolerance, &what);
        }
    }
}

pub(crate) fn the_loss_is_core_s<N: Trainable + FromMlpSpec>() {
    for loss in Loss::ALL {
        let spec = MlpSpec::new([3, 4, 5, 2], Activation::Tanh, loss).unwrap();
        let network: N = random(&spec, 2.0);
        let set = for_loss(loss, 3, 2, 50);
        let batch = network.load(&set.samples()).unwrap();
        let ours = network.gradients(&batch, &mut Unobserved).unwrap().unwrap();
        let core = loss.mean(&network.predict(&batch).unwrap(), &set.samples().targets);
        assert!((ours - core).abs() <= 8.0 * epsilon(&network) * core, "{loss}: {ours} and {core}");
    }
}

/// The values shown to observers in one layer are consistent with those in the next, by core's derivatives.
pub(crate) fn obey_the_chain_rule<N: Trainable + FromMlpSpec>() {
    for spec in specs() {
        let network: N = random(&spec, 0.7);
        let tolerance = 32.0 * epsilon(&network);
        let set = for_loss(spec.loss(), 3, 2, SAMPLES);
        let batch = network.load(&set.samples()).unwrap();
        let mut seen = Recorder::default();
        network.gradients(&batch, &mut seen).unwrap().unwrap();
        for (index, layer) in spec.layers().iter().enumerate() {
            let what = format!("{} {} layer {index}", layer.activation, spec.loss());
            let at = |stage| seen.values(stage, index, "");
            let (z, d) = (at(Stage::PreActivation), at(Stage::PreActivationGradient));
            let value: Vec<_> = z.iter().map(|z| layer.activation.value(*z)).collect();
            assert_near(at(Stage::Activation), &value, tolerance, &what);
            let through: Vec<_> = at(Stage::ActivationGradient)
                .iter()
                .zip(z)
                .map(|(gradient, z)| gradient * layer.activation.derivative(*z))
                .collect();
            assert_near(d, &through, tolerance, &what);

            let before = if index == 0 { &set.inputs[..] } else { seen.values(Stage::Activation, index - 1, "") };
            let rows = |sample: usize| (&d[sample * layer.neurons..], &before[sample * layer.inputs..]);
            let sum = |term: &dyn Fn(usize) -> f64| (0..SAMPLES).map(term).sum::<f64>();
            let bias: Vec<_> = (0..layer.neurons).map(|j| sum(&|s| rows(s).0[j])).collect();
            assert_near(seen.values(Stage::ParameterGradient, index, "bias"), &bias, tolerance, &what);
            let weight: Vec<_> = (0..layer.neurons * layer.inputs)
                .map(|at| sum(&|s| rows(s).0[at / layer.inputs] * rows(s).1[at % layer.inputs]))
                .collect();
            assert_near(seen.values(Stage::ParameterGradient, index, "weight"), &weight, tolerance, &what);

            if index > 0 {
                let w = network.values(&layer.weight).unwrap();
                let back: Vec<_> = (0..SAMPLES * layer.inputs)
                    .map(|at| {
                        let (sample, i) = (at / layer.inputs, at % layer.inputs);
                        (0..layer.neurons).map(|j| rows(sample).0[j] * w[j * layer.inputs + i]).sum()
                    })
                    .collect();
                assert_near(seen.values(Stage::ActivationGradient, index - 1, ""), &back, tolerance, &what);
            }
        }
    }
}

/// A network of zeros is at the kinks of activations and losses and at the ties of a softmax.
pub(crate) fn at_zero_are_core_s<N: Trainable + FromMlpSpec>() {
    for spec in specs() {
        let mut network = N::from_spec(&spec).unwrap();
        let tolerance = epsilon(&network);
        // The last layer is not zero, so that a gradient reaches the hidden layers' z = 0.
        set(&mut network, "layers.2.weight", &[0.5, -1.0, 2.0, 1.0, 0.25, 1.0, 1.0, -0.5, 0.125, 4.0]);
        set(&mut network, "layers.2.bias", &[0.0, 0.0]);
        let samples = for_loss(spec.loss(), 3, 2, SAMPLES);
        let batch = network.load(&samples.samples()).unwrap();
        let mut seen = Recorder::default();
        network.gradients(&batch, &mut seen).unwrap().unwrap();

        let activation = spec.layers()[1].activation;
        let what = format!("{activation} {}", spec.loss());
        assert!(seen.values(Stage::PreActivation, 1, "").iter().all(|z| *z == 0.0), "{what}");
        let slope = activation.derivative(0.0);
        let through: Vec<_> = seen.values(Stage::ActivationGradient, 1, "").iter().map(|d| d * slope).collect();
        assert_near(seen.values(Stage::PreActivationGradient, 1, ""), &through, tolerance, &what);

        let z = seen.values(Stage::PreActivation, 2, "");
        let loss: Vec<_> =
            (0..z.len()).map(|at| output_gradient(spec.loss(), z, at, &samples.samples().targets)).collect();
        assert_near(seen.values(Stage::PreActivationGradient, 2, ""), &loss, tolerance, &what);
    }
}

/// The gradient of the mean loss with respect to output `at`, with two outputs per row.
fn output_gradient(loss: Loss, z: &[f64], at: usize, targets: &Targets<'_>) -> f64 {
    let (row, column) = (at / 2, at % 2);
    let samples = f64::from(u32::try_from(SAMPLES).unwrap());
    match (loss, targets) {
        (Loss::BinaryCrossEntropy, Targets::Values(y)) => (1.0 / (1.0 + (-z[at]).exp()) - y[at]) / (2.0 * samples),
        (Loss::MeanSquaredError, Targets::Values(y)) => (z[at] - y[at]) / samples,
        (Loss::SoftmaxCrossEntropy, Targets::Classes(classes)) => {
            let other = z[2 * row + 1 - column];
            (1.0 / (1.0 + (other - z[at]).exp()) - f64::from(u8::from(classes[row] == column))) / samples
        }
        _ => panic!("{loss} has other targets"),
    }
}

/// Pre-activations of a hundred in the hidden layers, logits of thousands: the loss matches core's, and every gradient
/// is finite.
pub(crate) fn stay_finite_far_out<N: Trainable + FromMlpSpec>() {
    for spec in specs() {
        let mut network: N = random(&spec, 30.0);
        set(&mut network, "layers.2.weight", &[1e3; 10]);
        set(&mut network, "layers.2.bias", &[3e4, -3e4]);
        let set = for_loss(spec.loss(), 3, 2, SAMPLES);
        let batch = network.load(&set.samples()).unwrap();
        let mut seen = Recorder::default();
        let loss = network.gradients(&batch, &mut seen).unwrap().unwrap();
        let core = spec.loss().mean(&network.predict(&batch).unwrap(), &set.samples().targets);
        assert!((loss - core).abs() <= 64.0 * epsilon(&network) * core, "{}: {loss} and {core}", spec.loss());
        for record in &seen.records {
            let (stage, layer) = (record.stage, record.layer);
            assert!(record.values.iter().all(|v| v.is_finite()), "{} {stage:?} of layer {layer}", spec.loss());
        }
    }
}
