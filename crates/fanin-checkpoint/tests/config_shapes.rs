//! Compares names, element types, shapes and order with the tensors that transformers stores:
//! `transformers/models.json`, written by `campaigns/transformers/export.py`.

use fanin_checkpoint::config;
use safetensors::Dtype;
use serde_json::Value;

const MODELS: &str = include_str!("transformers/models.json");

fn exported(tensors: &Value) -> Vec<(String, Dtype, Vec<usize>)> {
    serde_json::from_value(tensors.clone()).expect("a name, a type and a shape each")
}

#[test]
fn every_model_has_the_tensors_that_transformers_stores() {
    let models: Vec<Value> = serde_json::from_str(MODELS).expect("a list");
    let mut families = Vec::new();
    for model in &models {
        let expected = exported(&model["tensors"]);
        let described = config::parse(&model["config"].to_string()).unwrap_or_else(|error| panic!("{error}"));
        let tensor = |entry: &fanin_checkpoint::listing::Entry| {
            (entry.param.name().to_owned(), entry.dtype.unwrap_or(Dtype::F32), entry.param.shape().to_vec())
        };
        let ours: Vec<_> = described.entries.iter().map(tensor).collect();
        let first = ours.iter().zip(&expected).find(|(ours, expected)| ours != expected);
        assert!(
            ours == expected,
            "{} of {}: {} tensors and {}; first different: {first:?}",
            described.architecture,
            model["config"],
            ours.len(),
            expected.len(),
        );
        families.push(model["config"]["model_type"].as_str().unwrap_or_default().to_owned());
    }
    families.sort();
    families.dedup();
    let mut known = config::model_types();
    known.sort_unstable();
    assert_eq!(families, known, "every family is exported");
    assert_eq!(models.len(), 44);
}

/// The recipe of each family fills every tensor.
#[test]
fn the_familys_recipe_fits() {
    let models: Vec<Value> = serde_json::from_str(MODELS).expect("a list");
    for model in &models {
        let described = config::parse(&model["config"].to_string()).expect("a model");
        let recipe = fanin_recipes::Recipe::named(described.recipe).expect("a recipe");
        let recipe = recipe.set_all(described.settings).expect("its variables");
        let params: Vec<_> = described.entries.iter().map(|entry| entry.param.clone()).collect();
        let resolution = recipe.resolve(&params).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(resolution.filled().count(), params.len(), "{}", described.architecture);
    }
}
