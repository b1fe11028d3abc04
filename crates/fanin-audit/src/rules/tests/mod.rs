//! Tests of what each rule must report and what it must not.

mod kept_away;
mod lines;
mod multiplied;
mod rank;
mod recipe;
mod scale;
mod untrained;
mod values;

use fanin_core::Seed;
use fanin_core::{InitializerExt, ParamSpec, initializers::Normal};

use crate::made::{Made, drawn};
use crate::{Audit, AuditOptions, Finding, Selection, Severity, TrainingStage, audit};

/// Values that resemble trained ones: every row and column has its own scale, and some weights are large.
#[expect(clippy::cast_precision_loss, reason = "a small shape")]
pub(super) fn trained(name: &str, shape: &[usize], seed: u64) -> Vec<f32> {
    let normal = Normal::new(0.0, 1.0).expect("a distribution");
    let draw = |part: &str, len: usize| -> Vec<f32> {
        let param = ParamSpec::new(format!("{name}.{part}"), [len]).expect("a shape");
        normal.sample(&param, Seed(seed)).expect("values")
    };
    let (rows, columns) = (shape[0], shape[1..].iter().product::<usize>());
    let (row, column, values) = (draw("rows", rows), draw("columns", columns), draw("values", rows * columns));
    let scale = 1.0 / (columns as f32).sqrt();
    let value = |(at, value): (usize, f32)| {
        let spread = (0.4 * row[at / columns] + 0.3 * column[at % columns]).exp();
        scale * spread * value * (1.0 + 0.2 * value * value)
    };
    values.into_iter().enumerate().map(value).collect()
}

impl Made {
    pub(super) fn trained(self, name: &str, shape: &[usize]) -> Self {
        let values = trained(name, shape, 11);
        self.with(name, shape, &values)
    }
}

/// A trained network with healthy special cases: zero biases, unit gains, padding, updated running statistics, a mask.
pub(super) fn healthy() -> Made {
    let mut made = Made::new().trained("embed.weight", &[50, 64]).changed("embed.weight", |v| v[..64].fill(0.0));
    for layer in 0..6 {
        let name = |part: &str| format!("layers.{layer}.{part}");
        made = made
            .trained(&name("fc.weight"), &[96, 64])
            .with(&name("fc.bias"), &[96], &[0.0_f32; 96])
            .with(&name("norm.weight"), &[96], &[1.0_f32; 96])
            .with(&name("norm.bias"), &[96], &[0.0_f32; 96])
            .with(&name("norm.running_mean"), &[96], &trained("mean", &[96, 1], layer))
            .with(&name("norm.running_var"), &[96], &[0.7_f32; 96])
            .with(&name("norm.num_batches_tracked"), &[], &[1000_i64]);
    }
    made.trained("conv.weight", &[32, 16, 3, 3]).with("attn_mask", &[2, 2], &[0.0_f32, f32::NEG_INFINITY, 0.0, 0.0])
}

/// A fresh network filled by one initializer.
pub(super) fn fresh(init: &str, seed: u64) -> Made {
    let mut made = Made::new().seeded(seed).drawn("embed.weight", &[50, 64], "normal(std = 0.02)");
    for layer in 0..6 {
        let name = |part: &str| format!("layers.{layer}.{part}");
        made = made
            .drawn(&name("up.weight"), &[256, 64], init)
            .with(&name("up.bias"), &[256], &[0.0_f32; 256])
            .drawn(&name("down.weight"), &[64, 256], init)
            .with(&name("norm.weight"), &[64], &[1.0_f32; 64])
            .with(&name("norm.running_mean"), &[64], &[0.0_f32; 64])
            .with(&name("norm.running_var"), &[64], &[1.0_f32; 64]);
    }
    made
}

pub(super) fn audited(made: &Made, options: &AuditOptions) -> Audit {
    audit(&made.checkpoint().open(), options).expect("an audit")
}

/// Returns the findings of one rule, with the stage decided by the evidence.
pub(super) fn found(made: &Made, rule: &str) -> Vec<(String, Severity)> {
    let selection = Selection::new([rule], []).expect("a rule");
    let findings = audited(made, &AuditOptions { selection, deep: true, ..AuditOptions::default() }).findings;
    assert!(findings.iter().all(|finding| finding.rule == rule));
    findings.into_iter().map(|finding| (finding.tensor, finding.severity)).collect()
}

pub(super) fn one(tensor: &str, severity: Severity) -> Vec<(String, Severity)> {
    vec![(tensor.to_owned(), severity)]
}

pub(super) fn told(findings: &[Finding]) -> Vec<String> {
    findings.iter().map(|finding| format!("{} {}: {}", finding.rule, finding.tensor, finding.message)).collect()
}

#[test]
fn a_healthy_trained_checkpoint_has_no_finding() {
    let audit = audited(&healthy(), &AuditOptions { deep: true, ..AuditOptions::default() });
    assert_eq!(audit.decision.stage, Some(TrainingStage::Trained), "{}", audit.decision.reason);
    assert!(audit.findings.is_empty(), "{:#?}", told(&audit.findings));
    assert_eq!((audit.skipped.len(), audit.decision.noise, audit.decision.weights), (6, 0, 7));
}

/// n = 20 checkpoints of 4 distributions; no rule may report any of their 780 tensors.
#[test]
fn a_fresh_checkpoint_has_no_finding() {
    for init in ["he_normal", "fan_in_uniform", "glorot_uniform", "truncated_normal(std = 0.02, corrected = false)"] {
        for seed in 0..5 {
            let audit = audited(&fresh(init, seed), &AuditOptions { deep: seed == 0, ..AuditOptions::default() });
            assert_eq!(audit.decision.stage, Some(TrainingStage::Fresh), "{init}: {}", audit.decision.reason);
            assert!(audit.findings.is_empty(), "{init} {seed}: {:#?}", told(&audit.findings));
        }
    }
}

#[test]
fn orthogonal_layers_are_healthy_when_fresh() {
    let made = fresh("orthogonal", 1);
    let audit =
        audited(&made, &AuditOptions { stage: Some(TrainingStage::Fresh), deep: true, ..AuditOptions::default() });
    assert!(audit.findings.is_empty(), "{:#?}", told(&audit.findings));
}

/// No weight is noise, yet none was trained.
#[test]
fn orthogonal_layers_are_fresh_by_the_evidence() {
    let audit = audited(&fresh("orthogonal", 1), &AuditOptions::default());
    assert_eq!(
        (audit.decision.stage, audit.decision.orthogonal),
        (Some(TrainingStage::Fresh), 12),
        "{}",
        audit.decision
    );
    assert!(audit.findings.is_empty(), "{:#?}", told(&audit.findings));
    // A kernel with an orthogonal center and zeros elsewhere, in 16 bits.
    let kernel = drawn("a.weight", &[48, 24, 3, 3], "delta_orthogonal", 3);
    let halves: Vec<half::bf16> = kernel.into_iter().map(half::bf16::from_f32).collect();
    let audit = audited(&Made::new().with("a.weight", &[48, 24, 3, 3], &halves), &AuditOptions::default());
    assert_eq!(
        (audit.decision.stage, audit.decision.orthogonal),
        (Some(TrainingStage::Fresh), 1),
        "{}",
        audit.decision
    );
    // Equal norms alone do not make rows orthogonal.
    let unit = Made::new().trained("w.weight", &[64, 96]).changed("w.weight", |values| {
        for row in values.chunks_mut(96) {
            let norm = row.iter().map(|value| value * value).sum::<f32>().sqrt();
            for value in row {
                *value /= norm;
            }
        }
    });
    let audit = audited(&unit, &AuditOptions::default());
    assert_eq!(
        (audit.decision.stage, audit.decision.orthogonal),
        (Some(TrainingStage::Trained), 0),
        "{}",
        audit.decision
    );
}

#[test]
fn numbers_keep_their_digits_whatever_their_size() {
    use super::wording::digits;
    for (value, significant, expected) in [
        (3.4e-9, 4, "3.400e-9"),
        (0.021_24, 4, "0.02124"),
        (0.999_96, 4, "1.0000"),
        (12.345_6, 3, "12.3"),
        (123_456.0, 4, "123456"),
        (2.5e7, 4, "2.500e7"),
        (-0.5, 2, "-0.50"),
        (0.0, 4, "0"),
    ] {
        assert_eq!(digits(value, significant), expected);
    }
    // A layer with a billionth of the scale of its peers.
    let made = healthy().changed("layers.3.fc.weight", |values| values.iter_mut().for_each(|value| *value *= 1e-9));
    let told = told(&audited(&made, &AuditOptions::default()).findings);
    let scale = told.iter().find(|told| told.starts_with("scale ")).expect("a finding of its scale");
    assert!(scale.contains("e-10 is ") && scale.contains("e8x below") && !scale.contains(" 0.0"), "{scale}");
}

#[test]
fn where_nothing_is_to_be_looked_at_there_is_no_stage() {
    let integers = Made::new().with("tokens", &[4], &[1_i64, 2, 3, 4]).with("bn.num_batches_tracked", &[], &[7_i64]);
    for made in [Made::new(), integers.clone(), Made::new().with("w.weight", &[0, 8], &[0.0_f32; 0])] {
        for stage in [None, Some(TrainingStage::Trained)] {
            let audit = audited(&made, &AuditOptions { stage, ..AuditOptions::default() });
            assert_eq!(audit.decision.stage, None, "{}", audit.decision);
            assert_eq!(audit.decision.to_string(), "no stage: no values");
        }
    }
    let skipped = audited(&integers, &AuditOptions::default()).skipped;
    assert_eq!(skipped.to_string(), "skipped 1 tensor of i64 and 1 counter of i64");
}
