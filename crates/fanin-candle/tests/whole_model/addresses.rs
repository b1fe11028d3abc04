//! A value depends on the seed, the full dotted name and the index, not on the order of requests, the number of threads
//! or the method of building.

use std::collections::BTreeMap;

use candle_core::{DType, Device};
use candle_nn::var_builder::SimpleBackend;
use candle_nn::{Init, VarBuilder, VarMap};
use fanin_candle::{Blueprint, SeededBackend, Variables, build, record};
use fanin_core::{InitializerExt, ParamSpec, Seed};
use fanin_recipes::Recipe;

use super::models::{FAMILIES, Family, SEED, bits};

fn all_bits(variables: &Variables) -> BTreeMap<String, Vec<u32>> {
    variables.iter().map(|variable| (variable.name().to_owned(), bits(variable.tensor()))).collect()
}

#[test]
fn the_bits_are_those_of_core() {
    for family in FAMILIES {
        let built = family.built();
        let specs: Vec<ParamSpec> = built
            .variables
            .iter()
            .map(|variable| ParamSpec::new(variable.name(), variable.param().shape()).unwrap())
            .collect();
        let recipe = Recipe::named(family.recipe).unwrap();
        let resolution = recipe.resolve(&specs).unwrap();
        assert_eq!(resolution.filled().count(), specs.len(), "{}", family.name);
        for assignment in resolution.filled() {
            let alone: Vec<f32> = assignment.initializer().unwrap().sample(assignment.param(), SEED).unwrap();
            let built = built.variables.get(assignment.name()).unwrap();
            let alone: Vec<u32> = alone.into_iter().map(f32::to_bits).collect();
            assert!(bits(built.tensor()) == alone, "{}: {}", family.name, built.name());
        }
    }
}

#[test]
fn neither_order_nor_threads_matter() {
    for family in FAMILIES {
        let wanted = all_bits(&family.built().variables);
        for threads in [1, 3] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            assert!(pool.install(|| all_bits(&family.built().variables)) == wanted, "{} {threads}", family.name);
        }
        // In reverse order, without a model, and each separately.
        let requests = record(DType::F32, &Device::Cpu, family.build).unwrap();
        let listed = requests.iter().map(|request| ParamSpec::new(&*request.name, request.shape.dims()).unwrap());
        let backend = SeededBackend::new(family.blueprint().list(listed), SEED).unwrap();
        let mut names: Vec<_> = requests.iter().collect();
        names.reverse();
        for request in names {
            let shape = request.shape.clone();
            let got = backend.get(shape, &request.name, Init::default(), DType::F32, &Device::Cpu).unwrap();
            assert!(bits(&got) == wanted[&request.name], "{}: {}", family.name, request.name);
        }
        let other = build(family.blueprint(), Seed(7), DType::F32, &Device::Cpu, family.build).unwrap();
        assert!(all_bits(&other.variables) != wanted, "{}: the seed does not matter", family.name);
    }
}

#[test]
fn threads_that_ask_at_once_get_the_same_variable() {
    let blueprint = Blueprint::from(Recipe::named("llama").unwrap());
    let backend = SeededBackend::new(blueprint, SEED).unwrap();
    let vb = VarBuilder::from_backend(Box::new(backend.clone()), DType::F32, Device::Cpu);
    let asked: Vec<_> = std::thread::scope(|scope| {
        let ask = || vb.get((700, 300), "model.layers.0.mlp.up_proj.weight").unwrap();
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(ask)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap().id()).collect()
    });
    assert!(asked.iter().all(|id| *id == asked[0]), "{asked:?}");
    assert_eq!(backend.variables().len(), 1);
}

#[test]
fn tied_weights_are_one_variable() {
    let blueprint = Blueprint::from(Recipe::named("llama").unwrap());
    let built = build(blueprint, SEED, DType::F32, &Device::Cpu, |vb| {
        let a = vb.get((9, 4), "embed_tokens.weight")?;
        let b = vb.pp("embed_tokens").get((9, 4), "weight")?;
        let c = vb.get_unchecked("embed_tokens.weight")?;
        let half = vb.to_dtype(DType::F16).get((9, 4), "embed_tokens.weight")?;
        Ok([a, b, c, half])
    })
    .unwrap();
    assert_eq!(built.variables.all_vars().len(), 1);
    let var = &built.variables.all_vars()[0];
    assert!(built.model[..3].iter().all(|tensor| tensor.id() == var.id()));
    // Another type is a conversion, and the gradient flows through it to the single variable.
    assert_eq!(built.model[3].dtype(), DType::F16);
    let gradients = built.model[3].sum_all().unwrap().backward().unwrap();
    assert_eq!(gradients.get(var).unwrap().dims(), [9, 4]);
}

/// The contents of a `VarMap` can be saved, and the saved values equal the built ones.
#[test]
fn the_variables_can_be_saved() {
    let built = Family::named("llama").built();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("start.safetensors");
    let map: VarMap = built.variables.to_var_map();
    map.save(&file).unwrap();
    let saved = candle_core::safetensors::load(&file, &Device::Cpu).unwrap();
    assert_eq!(saved.len(), built.variables.len());
    for variable in built.variables.iter() {
        assert!(bits(&saved[variable.name()]) == bits(variable.tensor()), "{}", variable.name());
    }
}
