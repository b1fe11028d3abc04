//! Tests of missing directions: those of products and copies are reported, those due to rounding or chance are not.

use fanin_recipes::Recipe;
use half::{bf16, f16};

use super::{audited, found, healthy, one, told, trained};
use crate::Severity::{Note, Warning};
use crate::made::{Made, drawn};
use crate::{AuditOptions, Selection, TrainingStage};

const FC: &str = "layers.2.fc.weight";

#[test]
fn low_rank_is_found() {
    let product = |rank: usize| {
        let (left, right) = (trained("l", &[96, rank], 1), trained("r", &[rank, 64], 2));
        let value = |at: usize| (0..rank).map(|k| left[at / 64 * rank + k] * right[k * 64 + at % 64]).sum::<f32>();
        (0..96 * 64).map(value).collect::<Vec<f32>>()
    };
    assert_eq!(found(&healthy().with(FC, &[96, 64], &product(8)), "rank"), one(FC, Warning));
    assert_eq!(found(&healthy().with(FC, &[96, 64], &product(60)), "rank"), one(FC, Note));
    // One direction that dwarfs all others.
    let spike = healthy().changed(FC, |v| v.iter_mut().for_each(|v| *v += 5.0));
    assert_eq!(found(&spike, "rank"), one(FC, Note));
    // Dead rows are left to another rule.
    assert!(found(&healthy().changed(FC, |v| v[..60 * 64].fill(0.0)), "rank").is_empty());
}

/// The same matrix in each element type.
fn in_types(name: &str, shape: &[usize], values: &[f32]) -> [Made; 3] {
    let halves: Vec<bf16> = values.iter().map(|value| bf16::from_f32(*value)).collect();
    let other: Vec<f16> = values.iter().map(|value| f16::from_f32(*value)).collect();
    [
        Made::new().with(name, shape, values),
        Made::new().with(name, shape, &halves),
        Made::new().with(name, shape, &other),
    ]
}

fn findings(made: &Made, stage: TrainingStage) -> Vec<String> {
    let selection = Selection::new(["rank"], []).expect("a rule");
    told(
        &audited(made, &AuditOptions { stage: Some(stage), selection, deep: true, ..AuditOptions::default() }).findings,
    )
}

/// n = 84 matrices of independent draws in three types. In 16 bits, rounding errors exceed their smallest singular
/// value.
#[test]
fn fresh_matrices_lack_nothing() {
    for (init, shape, seeds) in [
        ("fan_in_uniform", [384, 384], 2),
        ("normal(std = 0.02)", [320, 320], 2),
        ("he_normal", [64, 64], 20),
        ("he_normal", [64, 66], 4),
    ] {
        for seed in 0..seeds {
            let values = drawn("w.weight", &shape, init, seed);
            for (which, made) in in_types("w.weight", &shape, &values).iter().enumerate() {
                let told = findings(made, TrainingStage::Fresh);
                assert!(told.is_empty(), "{init} {shape:?} {seed}, type {which}: {told:?}");
            }
        }
    }
}

#[test]
fn trained_matrices_in_halves_lack_nothing() {
    let values = trained("w.weight", &[384, 384], 5);
    for made in in_types("w.weight", &[384, 384], &values) {
        let told = findings(&made, TrainingStage::Trained);
        assert!(told.is_empty(), "{told:?}");
    }
}

/// A product of two thin matrices, accumulated in 32 bits and then rounded; and rows that are copied, doubled or
/// negated.
#[test]
#[expect(clippy::cast_precision_loss, reason = "small counts")]
fn what_is_missing_is_found_in_every_type() {
    let (side, rank) = (256, 64);
    let (left, right) = (drawn("l", &[side, rank], "normal", 1), drawn("r", &[rank, side], "normal", 2));
    let entry = |at: usize| (0..rank).map(|k| left[at / side * rank + k] * right[k * side + at % side]).sum::<f32>();
    let product: Vec<f32> = (0..side * side).map(|at| entry(at) / (side as f32)).collect();
    for made in in_types("w.weight", &[side, side], &product) {
        for stage in [TrainingStage::Fresh, TrainingStage::Trained] {
            let told = findings(&made, stage);
            assert!(told.len() == 1 && told[0].contains("the numerical rank is 64 of 256"), "{stage}: {told:?}");
        }
        let rule = AuditOptions {
            selection: Selection::new(["rank"], []).expect("a rule"),
            deep: true,
            ..AuditOptions::default()
        };
        assert_eq!(audited(&made, &rule).findings[0].severity, Warning);
    }
    for factor in [1.0, 2.0, -1.0] {
        let mut values = drawn("w.weight", &[side, side], "he_normal", 3);
        for column in 0..side {
            values[7 * side + column] = factor * values[200 * side + column];
        }
        for made in in_types("w.weight", &[side, side], &values) {
            let told = findings(&made, TrainingStage::Fresh);
            assert!(told.len() == 1 && told[0].contains("the numerical rank is 255 of 256"), "{factor}: {told:?}");
        }
    }
}

/// Mirrored halves lack half of their directions. If a recipe asks for them this is not a fault, but still worth a
/// note.
#[test]
fn what_a_recipe_mirrors_is_a_note() {
    let recipe = "name = 'm'\ntitle = 'm'\nsource = 'the tests'\nlayout = 'oi'\n\
                  rules = [{ match = '*', init = 'mirrored(he_normal)' }]";
    let made = Made::new().drawn("w.weight", &[64, 64], "mirrored(he_normal)");
    let rule = || Selection::new(["rank"], []).expect("a rule");
    let severity = |recipe: Option<Recipe>| {
        let options = AuditOptions {
            stage: Some(TrainingStage::Fresh),
            recipe,
            selection: rule(),
            deep: true,
            ..AuditOptions::default()
        };
        audited(&made, &options).findings.iter().map(|finding| finding.severity).collect::<Vec<_>>()
    };
    assert_eq!(severity(None), [Warning]);
    assert_eq!(severity(Some(recipe.parse().expect("a recipe"))), [Note]);
}
