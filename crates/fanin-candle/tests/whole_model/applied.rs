//! Filling an existing model in one call, from either front end and on either backend.

use candle_core::{DType, Device};
use candle_nn::VarBuilder;
use fanin_candle::{Mlp, build};
use fanin_core::initializers::{Ones, Zeros, he_normal};
use fanin_core::network::{FromMlpSpec, Loss, MlpSpec, Trainable};
use fanin_core::{
    Activation, InitError, ParamSpec, ParamViewMut, Parameters, ParametersExt, ParametersMut, Plan, Seed,
};
use fanin_recipes::Recipe;

use super::models::{SEED, bits};

fn filled<N: Trainable + FromMlpSpec>(fill: impl Fn(&mut N)) -> Vec<Vec<f64>> {
    let spec = MlpSpec::new([30, 20, 10], Activation::Relu, Loss::SoftmaxCrossEntropy).unwrap();
    let mut network = N::from_spec(&spec).unwrap();
    fill(&mut network);
    spec.params().iter().map(|param| network.values(param.name()).unwrap()).collect()
}

#[test]
fn a_network_is_filled_by_a_recipe_or_a_plan() {
    let recipe = Recipe::named("torch").unwrap();
    let ours = filled::<Mlp<f32>>(|network| recipe.apply(network, SEED).unwrap());
    assert_eq!(ours, filled::<fanin_ndarray::Mlp<f32>>(|network| recipe.apply(network, SEED).unwrap()));
    let plan = Plan::new().rule("*.bias", Zeros).rule("*.weight", he_normal());
    let ours = filled::<Mlp<f32>>(|network| plan.apply(network, SEED).unwrap());
    assert_eq!(ours, filled::<fanin_ndarray::Mlp<f32>>(|network| plan.apply(network, SEED).unwrap()));
}

fn layers(vb: VarBuilder<'static>) -> candle_core::Result<[candle_nn::Linear; 2]> {
    // Large enough to use all threads.
    Ok([candle_nn::linear(600, 400, vb.pp("body"))?, candle_nn::linear(400, 10, vb.pp("head"))?])
}

/// The variables of a whole model are filled in one call, with the same bits as when it is built.
#[test]
fn the_variables_of_a_model_are_refilled() {
    let recipe = Recipe::named("torch").unwrap();
    let built = build(recipe.clone(), SEED, DType::F32, &Device::Cpu, layers).unwrap();
    for threads in [1, 3] {
        let mut other = build(recipe.clone(), Seed(7), DType::F32, &Device::Cpu, layers).unwrap().variables;
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| recipe.apply(&mut other, SEED)).unwrap();
        for variable in built.variables.iter() {
            let now = other.get(variable.name()).unwrap().tensor();
            assert!(bits(now) == bits(variable.tensor()), "{} on {threads} threads", variable.name());
        }
    }
}

/// Unwanted parameters stay unchanged and frozen ones are rejected by name, whether filled one by one or all at once.
#[test]
fn only_what_is_wanted_is_written() {
    struct Head;
    impl fanin_core::param::FillParams for Head {
        fn wants(&self, _: usize, param: &ParamSpec) -> bool {
            param.name().starts_with("head")
        }

        fn fill(&self, _: usize, _: &ParamSpec, mut out: ParamViewMut<'_>) -> Result<(), InitError> {
            out.fill_each(|_| 2.0);
            Ok(())
        }
    }
    let plan = || Plan::new().rule("*", Ones);
    let mut variables = build(plan(), SEED, DType::F64, &Device::Cpu, layers).unwrap().variables;
    variables.fill_all(&Head).unwrap();
    for param in variables.specs() {
        let wanted = if param.name().starts_with("head") { 2.0 } else { 1.0 };
        assert!(variables.values(param.name()).unwrap().iter().all(|value| *value == wanted), "{}", param.name());
    }
    let frozen = fanin_candle::Blueprint::from(plan()).frozen("head.bias");
    let mut variables = build(frozen, SEED, DType::F64, &Device::Cpu, layers).unwrap().variables;
    let error = plan().apply(&mut variables, SEED).unwrap_err().to_string();
    assert!(error.contains("'head.bias': it is frozen"), "{error}");
}
