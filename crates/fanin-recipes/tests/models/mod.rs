//! Compares the recipes with the frameworks' own models: every name has a rule, and the rule's distribution matches the
//! framework's values.
//!
//! `make.py` writes `models.json`: models created by Hugging Face, timm, torchvision, torch, flax and keras, with the
//! moments of every parameter as initialized by the framework.

use std::collections::BTreeMap;

use fanin_core::resolve::Assignment;
use fanin_core::{Distribution, InitializerExt, ParamSpec, Seed};
use fanin_recipes::Recipe;
use serde::Deserialize;

#[derive(Deserialize)]
struct File {
    versions: BTreeMap<String, String>,
    models: Vec<Model>,
}

#[derive(Deserialize)]
struct Model {
    #[serde(rename = "model")]
    title: String,
    recipe: String,
    settings: BTreeMap<String, f64>,
    /// Whether the recipe describes exactly this code.
    values: bool,
    parameters: Vec<Row>,
}

/// Name, shape, mean, std, kurtosis, minimum and maximum.
#[derive(Deserialize)]
struct Row(String, Vec<usize>, f64, f64, f64, f64, f64);

/// The rounding error of a number with six digits.
const DIGITS: f64 = 2e-6;
/// Two-sided quantile of the normal distribution for alpha = 1e-6.
const Z: f64 = 4.892;

fn models() -> File {
    serde_json::from_str(include_str!("models.json")).expect("the file is whole")
}

fn assignments(model: &Model, recipe: &str, settings: &BTreeMap<String, f64>) -> Vec<Assignment> {
    let specs: Vec<ParamSpec> =
        model.parameters.iter().map(|Row(name, shape, ..)| ParamSpec::new(name, shape.as_slice()).unwrap()).collect();
    let recipe = Recipe::named(recipe).unwrap().set_all(settings.iter().map(|(name, value)| (name, *value))).unwrap();
    let resolution = recipe.resolve(&specs).unwrap_or_else(|error| panic!("{}: {error}", model.title));
    resolution.filled().cloned().collect()
}

fn moments(values: &[f64]) -> [f64; 5] {
    let n = f64::from(u32::try_from(values.len()).unwrap());
    let mean = values.iter().sum::<f64>() / n;
    let power = |power: i32| values.iter().map(|value| (value - mean).powi(power)).sum::<f64>() / n;
    let (variance, fourth) = (power(2), power(4));
    let kurtosis = if variance > 0.0 { fourth / (variance * variance) } else { 1.0 };
    let (low, high) = values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), x| (a.min(*x), b.max(*x)));
    [mean, variance.sqrt(), kurtosis, low, high]
}

/// Returns the reason why a parameter of the framework does not follow the rule's distribution, if it does not. n is
/// the parameter's size, alpha 1e-6 per test.
fn differs(assignment: &Assignment, Row(name, _, mean, std, kurtosis, low, high): &Row) -> Option<String> {
    let distribution = assignment.distribution();
    let ours = moments(&assignment.initializer().unwrap().sample::<f64>(assignment.param(), Seed(1)).unwrap());
    let n = f64::from(u32::try_from(assignment.param().len()).unwrap());
    let near = |seen: f64, wanted: f64, limit: f64| (seen - wanted).abs() <= limit + DIGITS * wanted.abs();
    let refuse = |what: &str, seen: f64, wanted: f64| {
        Some(format!("{name}: the {what} is {seen}, and {} has {wanted}", assignment.text()))
    };
    let fixed = matches!(distribution, Distribution::Fixed | Distribution::Constant(_));
    // Constants match to the recorded digits.
    if fixed {
        let theirs = [*mean, *std, *kurtosis, *low, *high];
        let far = theirs.into_iter().zip(ours).find(|(seen, wanted)| !near(*seen, *wanted, 1e-6 * ours[4].abs()));
        return far.and_then(|(seen, wanted)| refuse("number", seen, wanted));
    }
    // The distribution of Mamba's steps is only known after softplus; compare the two as samples.
    let unstated = distribution.std().is_none();
    let (wanted_mean, wanted_std) = (distribution.mean().unwrap_or(ours[0]), distribution.std().unwrap_or(ours[1]));
    let samples = if unstated { 2.0_f64.sqrt() } else { 1.0 };
    if !near(*mean, wanted_mean, samples * Z * wanted_std / n.sqrt()) {
        return refuse("mean", *mean, wanted_mean);
    }
    let error = ((kurtosis.max(ours[2]) - 1.0).max(0.1) / n).sqrt() / 2.0 + 1.0 / n;
    if n > 30.0 && !near(*std, wanted_std, samples * Z * error * wanted_std) {
        return refuse("std", *std, wanted_std);
    }
    if let Some((least, greatest)) = distribution.bounds()
        && (*low < least - DIGITS * least.abs() || *high > greatest + DIGITS * greatest.abs())
    {
        return refuse("bound", *high, greatest);
    }
    // The kurtosis is 1.8 for uniform distributions, 3 for normal ones, and 2.37 for normal ones truncated at 2 sigma;
    // the standard error is sqrt(24 / n).
    if n >= 2000.0 && !near(*kurtosis, ours[2], Z * (48.0 / n).sqrt()) {
        return refuse("kurtosis", *kurtosis, ours[2]);
    }
    None
}

/// Returns the deviations from the recipe.
fn differences(model: &Model, recipe: &str, settings: &BTreeMap<String, f64>) -> Vec<String> {
    let rows: BTreeMap<&str, &Row> = model.parameters.iter().map(|row| (row.0.as_str(), row)).collect();
    let check = |assignment: &Assignment| differs(assignment, rows[assignment.name()]);
    assignments(model, recipe, settings).iter().filter_map(check).collect()
}

#[test]
fn every_parameter_has_a_rule() {
    for model in models().models {
        let assigned = assignments(&model, &model.recipe, &model.settings);
        let names: Vec<&str> = assigned.iter().map(Assignment::name).collect();
        for Row(name, ..) in &model.parameters {
            let buffer = ["position_ids", "token_type_ids", "inv_freq"].iter().any(|end| name.ends_with(end));
            assert!(buffer || names.contains(&name.as_str()), "{}: {name} is left unchanged", model.title);
        }
    }
}

#[test]
fn the_rules_give_what_the_frameworks_give() {
    let file = models();
    assert_eq!(file.versions.len(), 7);
    let mut failures = Vec::new();
    for model in file.models.iter().filter(|model| model.values) {
        let found = differences(model, &model.recipe, &model.settings);
        failures.extend(found.into_iter().map(|what| format!("{} by {}: {what}", model.title, model.recipe)));
    }
    assert!(failures.is_empty(), "{} differences\n{}", failures.len(), failures.join("\n"));
}

/// The comparison can fail: other recipes and other settings are detected.
#[test]
fn other_recipes_are_detected() {
    let file = models();
    for (model, recipe, setting) in [
        ("BertForMaskedLM", "bert", ("cut", 1.0)),
        ("LlamaForCausalLM", "olmo2", ("", 0.0)),
        ("GPT2LMHeadModel", "gpt2", ("layers", 2.0)),
        ("timm VisionTransformer", "vit", ("absolute", 0.0)),
        ("timm VisionTransformer", "vit", ("jax", 1.0)),
        ("torchvision resnet18", "resnet", ("zero_last", 1.0)),
        ("timm resnet50", "resnet", ("zero_last", 0.0)),
        ("T5ForConditionalGeneration", "t5", ("heads", 2.0)),
    ] {
        let model = file.models.iter().find(|one| one.title == model).unwrap();
        let mut settings = model.settings.clone();
        if !setting.0.is_empty() {
            settings.insert(setting.0.to_owned(), setting.1);
        }
        assert!(!differences(model, recipe, &settings).is_empty(), "{} passes for {recipe} {setting:?}", model.title);
    }
}
