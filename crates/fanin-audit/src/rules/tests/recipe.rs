//! Tests of deviations from a declared recipe.

use fanin_recipes::Recipe;

use super::{audited, told};
use crate::made::{Made, drawn};
use crate::{AuditOptions, Finding, Severity, TrainingStage};

const RECIPE: &str = r#"
    name = "small"
    title = "a small model"
    source = "the tests"
    layout = "oi"
    [[rules]]
    match = "*.proj.weight"
    init = "truncated_normal(std = 0.02)"
    [[rules]]
    match = "*.ortho.weight"
    init = "orthogonal(gain = 1.5)"
    [[rules]]
    match = "*.uniform.weight"
    init = "glorot_uniform"
    [[rules]]
    match = "*.zero.weight"
    init = "zeros"
    [[rules]]
    match = "*.weight"
    init = "he_normal"
    [[rules]]
    match = "*.gain"
    init = "constant(0.1)"
    [[rules]]
    match = "*.bias"
    init = "zeros"
"#;

const WEIGHTS: [(&str, [usize; 2], &str); 5] = [
    ("a.fc.weight", [96, 64], "he_normal"),
    ("a.proj.weight", [64, 128], "truncated_normal(std = 0.02)"),
    ("a.ortho.weight", [64, 48], "orthogonal(gain = 1.5)"),
    ("a.uniform.weight", [30, 200], "glorot_uniform"),
    ("a.zero.weight", [16, 16], "zeros"),
];

fn model(seed: u64) -> Made {
    let made = WEIGHTS.iter().fold(Made::new().seeded(seed), |made, (name, shape, init)| made.drawn(name, shape, init));
    made.with("a.fc.gain", &[8], &[0.1_f32; 8]).with("a.fc.bias", &[96], &[0.0_f32; 96])
}

fn findings(made: &Made) -> Vec<Finding> {
    let recipe: Recipe = RECIPE.parse().expect("a recipe");
    let options = AuditOptions { stage: Some(TrainingStage::Fresh), recipe: Some(recipe), ..AuditOptions::default() };
    audited(made, &options).findings
}

/// n = 40 checkpoints; the probability of any false finding in one is 0.0001.
#[test]
fn models_of_the_recipe_have_no_finding() {
    for seed in 0..40 {
        let findings = findings(&model(seed));
        assert!(findings.is_empty(), "{seed}: {:#?}", told(&findings));
    }
}

/// n = 5 seeds of each impostor, all of which must be caught.
#[test]
fn impostors_are_caught() {
    for (tensor, shape, wrong) in [
        ("a.fc.weight", [96, 64], "he_normal(mode = fan_out)"),
        ("a.fc.weight", [96, 64], "he_uniform"),
        ("a.fc.weight", [96, 64], "normal(std = 0.03125)"),
        ("a.fc.weight", [96, 64], "zeros"),
        ("a.proj.weight", [64, 128], "truncated_normal(std = 0.02, corrected = false)"),
        ("a.proj.weight", [64, 128], "normal(std = 0.02)"),
        ("a.uniform.weight", [30, 200], "glorot_normal"),
        ("a.uniform.weight", [30, 200], "uniform(low = 0, high = 0.16)"),
        ("a.ortho.weight", [64, 48], "orthogonal"),
        ("a.zero.weight", [16, 16], "normal(std = 1e-6)"),
    ] {
        for seed in 0..5 {
            let made = model(seed).with(tensor, &shape, &drawn(tensor, &shape, wrong, seed));
            let found = findings(&made);
            let caught =
                found.iter().any(|f| f.rule == "not-the-recipe" && f.tensor == tensor && f.severity == Severity::Error);
            assert!(caught, "{tensor} {wrong} {seed}: {:#?}", told(&found));
            assert!(found.iter().all(|f| f.tensor == tensor), "{:#?}", told(&found));
        }
    }
}

#[test]
fn constants_are_exact_and_fans_are_named() {
    let gain = model(1).changed("a.fc.gain", |values| values[3] = 0.100_001);
    assert_eq!(findings(&gain).iter().map(|f| f.tensor.as_str()).collect::<Vec<_>>(), ["a.fc.gain"]);
    let swapped = drawn("a.fc.weight", &[96, 64], "he_normal(mode = fan_out)", 3);
    let found = findings(&model(1).with("a.fc.weight", &[96, 64], &swapped));
    assert_eq!(found.iter().map(|f| f.rule).collect::<Vec<_>>(), ["swapped-fans", "not-the-recipe"]);
}

/// With a declared recipe the checkpoint counts as fresh; contrary evidence is mentioned, and the recipe is checked.
#[test]
fn a_recipe_makes_its_checkpoint_fresh() {
    let recipe = || Some(RECIPE.parse::<Recipe>().expect("a recipe"));
    let options = |stage| AuditOptions { stage, recipe: recipe(), ..AuditOptions::default() };
    let mut made = Made::new();
    for (name, shape, _) in WEIGHTS {
        made = made.trained(name, &shape);
    }
    let audit = audited(&made, &options(None));
    assert_eq!(audit.decision.stage, Some(TrainingStage::Fresh), "{}", audit.decision);
    assert!(
        audit.decision.reason.starts_with("because a recipe was declared, but it looks trained"),
        "{}",
        audit.decision
    );
    let missed = audit.findings.iter().filter(|finding| finding.rule == "not-the-recipe").count();
    assert_eq!(missed, WEIGHTS.len(), "{:#?}", told(&audit.findings));
    assert_eq!(audited(&model(1), &options(None)).decision.to_string(), "fresh, because a recipe was declared");
}
