//! All weights equal to the same small number.

use fanin_core::initializers::{Constant, Zeros};
use fanin_core::{
    Activation, Dtype, ParametersExt, Plan, Seed,
    network::{FromMlpSpec, Loss, MlpSpec, NetworkExt, Trainable},
};

use super::{STEPS, cases, dtype, split, train};
use crate::network::parameters::{distinct, set};
use crate::network::samples::corners;

fn start<N: Trainable + FromMlpSpec>(spec: &MlpSpec, constant: f64) -> N {
    let mut network = N::from_spec(spec).unwrap();
    let plan = Plan::new().rule("*.bias", Zeros).rule("*.weight", Constant::new(constant).unwrap());
    plan.apply(&mut network, Seed(0)).unwrap();
    network
}

/// Rows stay identical forever, for any activation, sign of the constant and width.
pub(crate) fn is_one_neuron<N: Trainable + FromMlpSpec>() {
    let samples = corners(42);
    for (activation, width, optimizer) in cases::<N>(&Activation::ALL) {
        for constant in [0.1, -0.1] {
            let spec = MlpSpec::new([2, width, width + 1, 1], activation, Loss::BinaryCrossEntropy).unwrap();
            let mut network: N = start(&spec, constant);
            let before = network.values("layers.0.weight").unwrap();
            train(&mut network, &split(&samples, width), &optimizer, STEPS);
            let what = format!("{activation} {width} {constant} {optimizer}");
            assert_eq!([distinct(&network, 0), distinct(&network, 1)], [1, 1], "{what}");
            // The network learns, unless the activation is flat on that side of 0: a negative constant can kill a ReLU.
            let learned = network.values("layers.0.weight").unwrap() != before;
            let flat = activation.derivative(constant.signum() * 1e-9_f64).abs() < 1e-8;
            assert!(learned || flat, "{what}");
        }
    }
}

/// The trained network acts as one neuron whose outgoing weight is the sum of all outgoing weights.
pub(crate) fn acts_as_width_one<N: Trainable + FromMlpSpec>() {
    let samples = corners(42);
    for (activation, width, optimizer) in cases::<N>(&Activation::ALL) {
        let of_width = |width| MlpSpec::new([2, width, 1], activation, Loss::BinaryCrossEntropy).unwrap();
        let mut network: N = start(&of_width(width), 0.3);
        train(&mut network, &samples.batches(42), &optimizer, STEPS);
        let mut one = N::from_spec(&of_width(1)).unwrap();
        let values = |name: &str| network.values(name).unwrap();
        set(&mut one, "layers.0.weight", &values("layers.0.weight")[..2]);
        set(&mut one, "layers.0.bias", &values("layers.0.bias")[..1]);
        set(&mut one, "layers.1.weight", &[values("layers.1.weight").iter().sum()]);
        set(&mut one, "layers.1.bias", &values("layers.1.bias"));
        let predict = |network: &N| network.predict(&network.load(&samples.samples()).unwrap()).unwrap().values;
        let tolerance = if dtype(&network) == Dtype::F32 { 1e-5 } else { 1e-13 };
        for (wide, narrow) in predict(&network).into_iter().zip(predict(&one)) {
            let what = format!("{activation} {width}: {wide} and {narrow}");
            assert!((wide - narrow).abs() < tolerance * wide.abs().max(1.0), "{what}");
        }
    }
}
