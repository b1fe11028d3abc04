//! Some tensors are pretrained, the others follow the rules.

use std::collections::HashMap;

use candle_core::{DType, Device, Result, Tensor};
use candle_nn::{Linear, VarBuilder};
use fanin_candle::{Blueprint, BuildError, Built, Pretrained, build};
use fanin_core::resolve::Origin;
use fanin_recipes::Recipe;

use super::models::{SEED, bits, values};

type Layers = [Linear; 2];

fn model(vb: VarBuilder<'static>) -> Result<Layers> {
    Ok([candle_nn::linear(6, 5, vb.pp("body"))?, candle_nn::linear(5, 3, vb.pp("head"))?])
}

fn built(given: Vec<Pretrained>) -> std::result::Result<Built<Layers>, BuildError> {
    let blueprint = given.into_iter().fold(Blueprint::from(Recipe::named("torch").unwrap()), Blueprint::pretrained);
    build(blueprint, SEED, DType::F32, &Device::Cpu, model)
}

fn tensors(named: &[(&str, &[usize])]) -> HashMap<String, Tensor> {
    let tensor = |shape: &[usize]| (Tensor::ones(shape, DType::F64, &Device::Cpu).unwrap() * 0.1).unwrap();
    named.iter().map(|(name, shape)| ((*name).to_owned(), tensor(shape))).collect()
}

#[test]
fn pretrained_tensors_are_used_and_reported() {
    let drawn = built(Vec::new()).unwrap().variables;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("body.safetensors");
    candle_core::safetensors::save(&tensors(&[("body.weight", &[5, 6]), ("head.weight", &[2, 5])]), &file).unwrap();
    let from_file = || Pretrained::safetensors(&file).unwrap();

    let mixed = built(vec![from_file().except("head.*"), Pretrained::new("memory", tensors(&[("head.bias", &[3])]))]);
    let mixed = mixed.unwrap().variables;
    let origin = |name: &str| mixed.get(name).unwrap().origin().clone();
    assert_eq!(origin("body.weight"), Origin::Pretrained { from: file.display().to_string() });
    assert_eq!(origin("head.bias"), Origin::Pretrained { from: "memory".to_owned() });
    for name in ["body.weight", "head.bias"] {
        let variable = mixed.get(name).unwrap();
        // f64 in the file, f32 in the model.
        assert!(values(variable.tensor()).iter().all(|value| *value == f64::from(0.1_f32)), "{name}");
        assert!(variable.is_trained());
    }
    for name in ["body.bias", "head.weight"] {
        assert!(matches!(origin(name), Origin::Rule { .. }), "{name}");
        assert_eq!(bits(mixed.get(name).unwrap().tensor()), bits(drawn.get(name).unwrap().tensor()), "{name}");
    }
    assert!(mixed.to_string().contains("from memory"), "{mixed}");

    // A head for other classes is rejected unless it is excluded, as above.
    let error = built(vec![from_file()]).unwrap_err().to_string();
    assert!(error.contains("'head.weight', pretrained from") && error.contains("[2, 5]"), "{error}");
    let error = Pretrained::safetensors(folder.path().join("none.safetensors")).unwrap_err().to_string();
    assert!(error.contains("none.safetensors"), "{error}");
    assert!(built(vec![from_file().except("[")]).unwrap_err().to_string().contains("'['"));
}

/// Training changes the model's variable and not the pretrained tensor, even if that is a variable too.
#[test]
fn pretrained_tensors_do_not_change() {
    let theirs = candle_core::Var::ones((5, 6), DType::F32, &Device::Cpu).unwrap();
    let given = HashMap::from([("body.weight".to_owned(), theirs.as_tensor().clone())]);
    let ours = built(vec![Pretrained::new("another model", given)]).unwrap().variables;
    let var = ours.get("body.weight").unwrap().var().unwrap();
    var.set(&var.zeros_like().unwrap()).unwrap();
    assert_eq!(values(&theirs), [1.0; 30]);
}

/// Old checkpoints call a norm's gain gamma, and candle looks for that name first.
#[test]
fn other_names_are_found_where_they_are_given() {
    let norm = |vb: VarBuilder<'static>| candle_nn::layer_norm(4, 1e-5, vb.pp("LayerNorm"));
    let given = Pretrained::new("an old file", tensors(&[("LayerNorm.gamma", &[4])]));
    let blueprint = Blueprint::from(Recipe::named("bert").unwrap()).pretrained(given);
    let built = build(blueprint, SEED, DType::F32, &Device::Cpu, norm).unwrap();
    let names: Vec<_> = built.variables.iter().map(|variable| variable.name().to_owned()).collect();
    assert_eq!(names, ["LayerNorm.gamma", "LayerNorm.bias"]);
}
