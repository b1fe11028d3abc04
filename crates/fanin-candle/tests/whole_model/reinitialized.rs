//! Assigning new values, in place, to a `VarMap` whose variables are held by layers.

use std::collections::HashMap;

use candle_core::{DType, Device, Module, Tensor};
use candle_nn::{VarBuilder, VarMap};
use fanin_candle::{Blueprint, Pretrained, build};
use fanin_core::initializers::{Constant, he_normal};
use fanin_core::resolve::{Assignment, Origin};
use fanin_core::{Plan, Seed};
use fanin_recipes::Recipe;

use super::models::{FAMILIES, SEED, bits, input, values};

fn map_bits(map: &VarMap) -> HashMap<String, Vec<u32>> {
    map.data().lock().unwrap().iter().map(|(name, var)| (name.clone(), bits(var))).collect()
}

/// candle's own initial values are replaced by those of `build`, variable by variable, and the model sees the change.
#[test]
fn a_whole_map_becomes_what_is_built() {
    for family in FAMILIES.into_iter().filter(|family| family.name != "efficientnet") {
        let map = VarMap::new();
        let model = (family.build)(VarBuilder::from_varmap(&map, DType::F32, &Device::Cpu)).unwrap();
        let filled = family.blueprint().reinitialize(&map, SEED, &["*"]).unwrap();
        let built = family.built();
        assert_eq!(filled.len(), built.variables.len());
        let now = map_bits(&map);
        for variable in built.variables.iter() {
            assert!(now[variable.name()] == bits(variable.tensor()), "{}: {}", family.name, variable.name());
        }
        let input = input(&family).unwrap();
        let outputs = [model.forward(&input).unwrap(), built.model.forward(&input).unwrap()];
        assert!(bits(&outputs[0]) == bits(&outputs[1]), "{}", family.name);
    }
}

fn two_layers() -> (VarMap, [candle_nn::Linear; 2]) {
    let map = VarMap::new();
    let vb = VarBuilder::from_varmap(&map, DType::F32, &Device::Cpu);
    let layers = ["body", "head"].map(|name| candle_nn::linear(40, 30, vb.pp(name)).unwrap());
    (map, layers)
}

#[test]
fn unmatched_parameters_keep_their_bits() {
    let (map, layers) = two_layers();
    let before = map_bits(&map);
    let plan = || Plan::new().rule("*.weight", he_normal()).rule("*.bias", Constant::new(0.5).unwrap());
    let blueprint = || Blueprint::from(plan());
    let filled = blueprint().reinitialize(&map, SEED, &["head.*"]).unwrap();
    let names: Vec<_> = filled.iter().map(Assignment::name).collect();
    assert_eq!(names, ["head.bias", "head.weight"]);
    let after = map_bits(&map);
    for (name, bits) in &before {
        assert_eq!(after[name] == *bits, name.starts_with("body"), "{name}");
    }
    // The layer sees the change.
    let zero = Tensor::zeros((1, 40), DType::F32, &Device::Cpu).unwrap();
    assert_eq!(values(&layers[1].forward(&zero).unwrap()), [0.5; 30]);

    // If anything is rejected, nothing is written.
    let biases = Plan::new().rule("*", he_normal());
    let error = Blueprint::from(biases).reinitialize(&map, SEED, &["*"]).unwrap_err().to_string();
    assert!(error.contains("'body.bias'") && error.contains("a vector"), "{error}");
    let error = blueprint().reinitialize(&map, Seed(1), &["head.*", "tail.*"]).unwrap_err().to_string();
    assert!(error.contains("'tail.*' matches no parameter") && error.contains("body.bias"), "{error}");
    let error = Blueprint::from(Plan::new()).hints().reinitialize(&map, SEED, &["head.*"]).unwrap_err().to_string();
    assert!(error.contains("'head.bias'") && error.contains("'head.weight'"), "{error}");
    assert!(blueprint().reinitialize(&map, SEED, &["["]).unwrap_err().to_string().contains("'['"));
    assert!(map_bits(&map) == after);

    let given = Pretrained::new(
        "memory",
        HashMap::from([("body.bias".to_owned(), zero.narrow(1, 0, 30).unwrap().squeeze(0).unwrap())]),
    );
    let filled = blueprint().pretrained(given).reinitialize(&map, SEED, &["body.bias"]).unwrap();
    assert_eq!(filled[0].origin(), &Origin::Pretrained { from: "memory".to_owned() });
    assert_eq!(values(layers[0].bias().unwrap()), [0.0; 30]);
}

/// The recipe's variables are those of the whole model, whatever is reinitialized: 12 blocks, not the single matching
/// one.
#[test]
fn rules_count_the_whole_model() {
    let model = |vb: VarBuilder<'static>| {
        for layer in 0..12 {
            vb.get(8, &format!("h.{layer}.ln_1.weight"))?;
            vb.get((8, 8), &format!("h.{layer}.attn.c_proj.weight"))?;
        }
        Ok(())
    };
    let gpt2 = || Blueprint::from(Recipe::named("gpt2").unwrap());
    let built = build(gpt2(), SEED, DType::BF16, &Device::Cpu, model).unwrap();
    let wanted = values(built.variables.get("h.7.attn.c_proj.weight").unwrap().tensor());
    let map = built.variables.to_var_map();
    let blueprint = gpt2();
    blueprint.reinitialize(&map, Seed(9), &["h.7.*"]).unwrap();
    assert_ne!(values(built.variables.get("h.7.attn.c_proj.weight").unwrap().tensor()), wanted);
    blueprint.reinitialize(&map, SEED, &["h.7.*"]).unwrap();
    assert_eq!(values(built.variables.get("h.7.attn.c_proj.weight").unwrap().tensor()), wanted);
}
