//! A backend from outside the lab: registered by one line, and run like those that are built in.

use fanin_core::Activation;
use fanin_core::network::{Loss, MlpSpec, OptimizerSpec};
use fanin_core::values::Dtype;
use fanin_lab::{Backend, Experiment, Lane, Preset, Start};
use fanin_ndarray::Mlp;

const OWN: Backend = Backend::new("own").f64::<Mlp<f64>>().library("matrices", "1.2");

fn article() -> Experiment {
    let article = Preset::Article.experiment().expect("a preset");
    Experiment { steps: 40, seeds: vec![0, 1], ..article }
}

#[test]
fn a_registered_network_runs_like_the_built_in_ones() {
    let ours = article().run(2, &|_| {}).expect("it runs");
    let own = Experiment { backend: OWN, ..article() }.run(2, &|_| {}).expect("it runs");
    assert_eq!(own.lanes, ours.lanes);
    assert_eq!(own.control, ours.control);
    assert_eq!(own.arguments.backend, "own");
    assert_eq!(own.versions["matrices"], "1.2");
    assert!(!ours.versions.contains_key("matrices"));
}

#[test]
fn an_element_type_without_a_network_is_refused_before_training() {
    let refusal = |backend, dtype| {
        let done = |_: &_| panic!("a network was trained");
        Experiment { backend, dtype, ..article() }.run(2, &done).expect_err("refused").to_string()
    };
    assert_eq!(refusal(OWN, Dtype::F32), "the backend 'own' cannot train networks in f32; use f64");
    assert_eq!(refusal(OWN, Dtype::BF16), "the backend 'own' cannot train networks in bf16; use f64");
    let both = "the backend 'ndarray' cannot train networks in f16; use f32 or f64";
    assert_eq!(refusal(Backend::default(), Dtype::F16), both);
    let none = "the backend 'none' cannot train networks in f64; register a network with Backend::f32 or Backend::f64";
    assert_eq!(refusal(Backend::new("none"), Dtype::F64), none);
}

#[test]
fn a_lane_refuses_what_it_cannot_train() {
    let data = "moons(n = 20)".parse::<fanin_lab::data::DataSource>().expect("a source").load().expect("data");
    let spec = |inputs| MlpSpec::new([inputs, 3, 1], Activation::Tanh, Loss::BinaryCrossEntropy).expect("a network");
    let (start, two, three) = (Start::parse("he_normal").expect("a start"), spec(2), spec(3));
    let optimizer = OptimizerSpec::sgd(0.1);
    let lane = Lane {
        data: &data,
        optimizer: &optimizer,
        batch: Some(5),
        steps: 3,
        spec: &two,
        start: &start,
        seed: 0,
        trajectories: true,
    };
    assert!(lane.run::<Mlp<f32>>().expect("it trains").paths.is_some());
    for wrong in [Lane { steps: 0, ..lane }, Lane { batch: Some(0), ..lane }, Lane { spec: &three, ..lane }] {
        wrong.run::<Mlp<f32>>().expect_err("refused");
    }
}
