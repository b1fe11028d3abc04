//! Invalid inputs are rejected with a typed error that names the problem.

use fanin_core::{
    Activation, InitError,
    network::{FromMlpSpec, Loss, MlpSpec, NetworkError, OptimizerSpec, Samples, Targets, Trainable, Unobserved},
};

use super::parameters::{bits, random};
use super::samples::for_loss;

fn spec(loss: Loss) -> MlpSpec {
    MlpSpec::new([3, 4, 2], Activation::Tanh, loss).unwrap()
}

fn refused<A>(result: Result<A, NetworkError>, words: &str) {
    match result {
        Err(NetworkError::Samples(reason)) => assert!(reason.contains(words), "{reason}"),
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("not refused: {words}"),
    }
}

pub(crate) fn samples_that_do_not_fit<N: Trainable + FromMlpSpec>() {
    let network: N = random(&spec(Loss::MeanSquaredError), 1.0);
    let load = |inputs: &[f64], features, targets: &[f64]| {
        network.load(&Samples { inputs, features, targets: Targets::Values(targets) })
    };
    refused(load(&[], 3, &[]), "no samples");
    refused(load(&[0.0; 6], 2, &[0.0; 6]), "2 features");
    refused(load(&[0.0; 5], 3, &[0.0; 2]), "5 input values");
    refused(load(&[0.0; 3], 3, &[0.0; 3]), "3 target values");
    refused(load(&[0.0, f64::NAN, 0.0], 3, &[0.0; 2]), "feature 1 of sample 0 is NaN");
    let mut dtype = None;
    network.read("layers.0.bias", &mut |_, view| dtype = Some(view.data().dtype())).unwrap();
    if dtype == Some(fanin_core::Dtype::F32) {
        refused(load(&[0.0, 0.0, 0.0, 0.0, 0.0, 1e300], 3, &[0.0; 4]), "feature 2 of sample 1");
        refused(load(&[0.0; 6], 3, &[0.0, 0.0, 1e39, 0.0]), "target 0 of sample 1");
    }

    // A batch of another network: other features, other outputs, another loss.
    let elsewhere = |inputs, outputs, loss| {
        let spec = MlpSpec::new([inputs, 4, outputs], Activation::Tanh, loss).unwrap();
        N::from_spec(&spec).unwrap().load(&for_loss(loss, inputs, outputs, 5).samples()).unwrap()
    };
    let gradients = |network: &N, batch: N::Batch| network.gradients(&batch, &mut Unobserved);
    refused(gradients(&network, elsewhere(2, 2, Loss::MeanSquaredError)), "2 features");
    refused(network.forward(&elsewhere(4, 2, Loss::MeanSquaredError), &mut Unobserved), "4 features");
    refused(gradients(&network, elsewhere(3, 3, Loss::MeanSquaredError)), "2 outputs");
    refused(gradients(&network, elsewhere(3, 2, Loss::SoftmaxCrossEntropy)), "not loaded for the loss");
    let softmax: N = random(&spec(Loss::SoftmaxCrossEntropy), 1.0);
    refused(gradients(&softmax, elsewhere(3, 2, Loss::MeanSquaredError)), "not loaded for the loss");
    refused(gradients(&softmax, elsewhere(3, 3, Loss::SoftmaxCrossEntropy)), "2 outputs");
}

pub(crate) fn optimizers_that_do_not_fit<N: Trainable + FromMlpSpec>() {
    let mut network: N = random(&spec(Loss::MeanSquaredError), 1.0);
    for (optimizer, words) in [
        (OptimizerSpec::sgd(f64::NAN), "rate"),
        (OptimizerSpec::momentum(0.1, 1.0), "momentum"),
        (OptimizerSpec::Adam { rate: 0.1, beta1: 0.9, beta2: 1.0, epsilon: 1e-8 }, "beta2"),
    ] {
        match network.optimizer(&optimizer) {
            Err(NetworkError::Optimizer(reason)) => assert!(reason.contains(words), "{reason}"),
            Err(other) => panic!("{other}"),
            Ok(_) => panic!("not refused: {optimizer}"),
        }
    }
    let other: N = random(&MlpSpec::new([3, 5, 2], Activation::Tanh, Loss::MeanSquaredError).unwrap(), 1.0);
    let batch = network.load(&for_loss(Loss::MeanSquaredError, 3, 2, 5).samples()).unwrap();
    for spec in [OptimizerSpec::sgd(0.1), OptimizerSpec::momentum(0.1, 0.9), OptimizerSpec::adam(0.1)] {
        let before = bits(&network);
        let mut optimizer = other.optimizer(&spec).unwrap();
        let refused = network.step(&batch, &mut optimizer);
        assert!(matches!(refused, Err(NetworkError::Optimizer(_))), "{spec}");
        assert_eq!(bits(&network), before);
    }
}

pub(crate) fn unknown_names_and_failed_fills<N: Trainable + FromMlpSpec>() {
    let mut network: N = random(&spec(Loss::MeanSquaredError), 1.0);
    let unknown = network.read("layers.2.weight", &mut |_, _| panic!("there is no such layer"));
    assert!(matches!(&unknown, Err(InitError::UnknownParameter { name, .. }) if name == "layers.2.weight"));
    let unknown = network.write("layers.0", &mut |_, _| panic!("there is no such parameter"));
    assert!(matches!(&unknown, Err(InitError::UnknownParameter { known, .. }) if known.len() == 4));

    let reason = "because".to_owned();
    let failed = network.write("layers.1.bias", &mut |spec, view| {
        assert_eq!((spec.shape(), view.len(), view.start()), (&[2][..], 2, 0));
        Err(InitError::Custom { name: spec.name().to_owned(), reason: reason.clone() })
    });
    assert_eq!(failed.unwrap_err().to_string(), "parameter 'layers.1.bias': because");
}
