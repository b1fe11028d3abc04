//! Complete training runs and the expected verdict of each.

use fanin_core::initializers::{Normal, Zeros};
use fanin_core::{
    Activation, InitializerExt, ParamSpec, Plan, Seed,
    network::{Loss, MlpSpec, Network, NetworkExt, OptimizerSpec, Samples, Targets, Trainable},
    text,
};
use fanin_diagnostics::{Diagnosis, Evidence, Snapshot, Verdict, constant_prediction_loss};
use fanin_ndarray::{Float, Mlp};

/// Ten classes of noisy prototypes with 64 pixels between 0 and 1, like the handwritten digits.
struct Pictures {
    inputs: Vec<f64>,
    classes: Vec<usize>,
}

const PIXELS: usize = 64;

impl Pictures {
    fn new(count: usize, class: impl Fn(usize) -> usize) -> Self {
        let draw = |name: &str, rows: usize| -> Vec<f64> {
            let spec = ParamSpec::new(name, [rows, PIXELS]).unwrap();
            Normal::new(0.0, 1.0).unwrap().sample(&spec, Seed(7)).unwrap()
        };
        let (prototypes, noise) = (draw("prototypes", 10), draw("noise", count));
        let classes: Vec<usize> = (0..count).map(class).collect();
        let pixel = |sample: usize, at: usize| {
            let bright = if prototypes[classes[sample] * PIXELS + at] > 0.3 { 0.7 } else { 0.05 };
            (bright + 0.15 * noise[sample * PIXELS + at]).clamp(0.0, 1.0)
        };
        let inputs = (0..count * PIXELS).map(|at| pixel(at / PIXELS, at % PIXELS)).collect();
        Self { inputs, classes }
    }

    fn window(&self, start: usize, count: usize) -> Samples<'_> {
        Samples {
            inputs: &self.inputs[start * PIXELS..(start + count) * PIXELS],
            features: PIXELS,
            targets: Targets::Classes(&self.classes[start..start + count]),
        }
    }
}

/// Trains as a user would: batches in order, a diagnosis before and after, and losses over the whole training set.
fn run<T: Float>(spec: &MlpSpec, plan: &Plan, data: &Pictures, rate: f64, steps: usize) -> Evidence {
    const BATCH: usize = 64;
    let mut network = Mlp::<T>::new(spec).unwrap();
    plan.apply(&mut network, Seed(1)).unwrap();
    let samples = data.window(0, data.classes.len());
    let all = network.load(&samples).unwrap();
    let batches: Vec<_> =
        (0..data.classes.len() / BATCH).map(|at| network.load(&data.window(at * BATCH, BATCH)).unwrap()).collect();
    let mean_loss = |network: &Mlp<T>| spec.loss().mean(&network.predict(&all).unwrap(), &samples.targets);

    let before = Snapshot::of(&network).unwrap();
    let (start, initial_loss) = (Diagnosis::of(&network, &all).unwrap(), mean_loss(&network));
    let mut optimizer = network.optimizer(&OptimizerSpec::sgd(rate)).unwrap();
    for step in 0..steps {
        network.step(&batches[step % batches.len()], &mut optimizer).unwrap();
    }
    let (end, final_loss) = (Diagnosis::of(&network, &all).unwrap(), mean_loss(&network));
    Evidence::between(&start, &end, &before.updates(&network).unwrap(), initial_loss, final_loss)
        .with_constant_loss(constant_prediction_loss(spec.loss(), spec.outputs(), &samples.targets))
}

fn weights(initializer: &str) -> Plan {
    Plan::new().rule("*.bias", Zeros).rule("*.weight", text::parse(initializer).unwrap())
}

fn balanced() -> Pictures {
    Pictures::new(640, |sample| sample % 10)
}

/// The six starts of the digits preset, with its network, rate, batch size and number of steps.
#[test]
fn the_verdicts_of_the_main_comparison() {
    let deep = MlpSpec::new([PIXELS, 32, 32, 32, 10], Activation::Tanh, Loss::SoftmaxCrossEntropy).unwrap();
    let linear = MlpSpec::logistic_regression(PIXELS, 10).unwrap();
    let data = balanced();
    let cases = [
        (&deep, "zeros", Verdict::Frozen, vec![1, 1, 1]),
        (&deep, "constant(0.1)", Verdict::OneNeuron, vec![1, 1, 1]),
        (&deep, "normal(std = 0.01)", Verdict::Plateau, vec![32, 32, 32]),
        (&deep, "normal(std = 10)", Verdict::Saturated, vec![32, 32, 32]),
        (&deep, "glorot_normal", Verdict::Learning, vec![32, 32, 32]),
        (&linear, "zeros", Verdict::Learning, vec![]),
        (&linear, "normal(std = 0.01)", Verdict::Learning, vec![]),
    ];
    for (spec, initializer, verdict, distinct) in cases {
        let evidence = run::<f32>(spec, &weights(initializer), &data, 0.1, 600);
        assert_eq!(Verdict::of(&evidence), verdict, "{initializer}: {evidence:?}");
        assert_eq!(evidence.distinct_neurons, distinct, "{initializer}: {evidence:?}");
    }
}

#[test]
fn zeros_with_sigmoid_move_as_one_neuron() {
    // Unbalanced classes: the gradient of the output biases is not 0, and the layers start learning from the top.
    let data = Pictures::new(128, |sample| sample % 5 % 3);
    let spec = MlpSpec::new([PIXELS, 8, 8, 3], Activation::Sigmoid, Loss::SoftmaxCrossEntropy).unwrap();
    let evidence = run::<f64>(&spec, &weights("zeros"), &data, 0.1, 10);
    assert_eq!(Verdict::of(&evidence), Verdict::OneNeuron, "{evidence:?}");
}

#[test]
fn relu_behind_a_zero_layer_is_frozen_though_its_neurons_differ() {
    let data = balanced();
    let plan =
        || Plan::new().rule("*.bias", Zeros).rule("layers.0.weight", Zeros).rule("*", Normal::new(0.0, 0.1).unwrap());
    let frozen = |activation| {
        let spec = MlpSpec::new([PIXELS, 8, 10], activation, Loss::SoftmaxCrossEntropy).unwrap();
        run::<f32>(&spec, &plan(), &data, 0.1, 100)
    };
    let relu = frozen(Activation::Relu);
    assert_eq!((Verdict::of(&relu), relu.distinct_neurons), (Verdict::Frozen, vec![8]));
    let tanh = frozen(Activation::Tanh);
    assert_ne!(Verdict::of(&tanh), Verdict::Frozen, "tanh breaks the symmetry: {tanh:?}");
}

#[test]
fn width_one_by_design_learns() {
    let data = Pictures::new(640, |sample| sample % 2);
    let spec = MlpSpec::new([PIXELS, 1, 1], Activation::Tanh, Loss::BinaryCrossEntropy).unwrap();
    let evidence = run::<f32>(&spec, &weights("glorot_normal"), &data, 0.1, 200);
    assert_eq!(evidence.distinct_neurons, [1]);
    assert_eq!(Verdict::of(&evidence), Verdict::Learning, "{evidence:?}");
}

#[test]
fn biases_that_learn_the_base_rate_are_no_learning() {
    // Nine out of ten samples belong to one class, and the weights are too small to matter in so few steps.
    let data = Pictures::new(640, |sample| usize::from(sample % 10 == 0));
    let spec = MlpSpec::new([PIXELS, 32, 32, 32, 1], Activation::Tanh, Loss::BinaryCrossEntropy).unwrap();
    let evidence = run::<f32>(&spec, &weights("normal(std = 0.01)"), &data, 0.1, 600);
    assert!(evidence.final_loss < 0.6 * evidence.initial_loss, "the biases lower the loss: {evidence:?}");
    assert_eq!(Verdict::of(&evidence), Verdict::Plateau, "{evidence:?}");
}

#[test]
fn too_large_a_rate_diverges() {
    let spec = MlpSpec::new([PIXELS, 16, 10], Activation::Relu, Loss::SoftmaxCrossEntropy).unwrap();
    let evidence = run::<f32>(&spec, &weights("he_normal"), &balanced(), 1e4, 50);
    assert_eq!(Verdict::of(&evidence), Verdict::Diverged, "{evidence:?}");
}
