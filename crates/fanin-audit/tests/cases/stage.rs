//! The stage of a checkpoint, from all the evidence.

use fanin_audit::{AuditOptions, TrainingStage};
use safetensors::Dtype;

use super::made::{Array, File, Random};

/// Adds a norm layer whose running statistics have seen batches.
fn norm(file: &mut File, r: &mut Random, name: &str, width: usize, gain: f32, batches: i64) {
    file.add(&format!("{name}.weight"), r.fresh(&[width], 0.02).map(|value| gain + value));
    file.add(&format!("{name}.bias"), r.fresh(&[width], 0.02));
    file.add(&format!("{name}.running_mean"), r.fresh(&[width], 1.0));
    file.add(&format!("{name}.running_var"), r.fresh(&[width], 0.3).map(|value| (1.0 + value).abs()));
    file.add_bytes(&format!("{name}.num_batches_tracked"), Dtype::I64, &[], batches.to_le_bytes().to_vec());
}

/// Adds a norm layer as it is created.
fn fresh_norm(file: &mut File, name: &str, width: usize, gain: f32) {
    file.add(&format!("{name}.weight"), Array::filled(&[width], gain));
    file.add(&format!("{name}.bias"), Array::zeros(&[width]));
    file.add(&format!("{name}.running_mean"), Array::zeros(&[width]));
    file.add(&format!("{name}.running_var"), Array::filled(&[width], 1.0));
    file.add_bytes(&format!("{name}.num_batches_tracked"), Dtype::I64, &[], 0_i64.to_le_bytes().to_vec());
}

/// Kernels that barely moved, with norms that did.
#[test]
fn moved_statistics_and_gains_decide_over_kernels_that_hardly_moved() {
    for seed in 0..4 {
        let (mut r, mut file) = (Random::new(seed), File::default());
        for layer in 0..5 {
            file.add(&format!("stem{layer}.conv.weight"), r.fresh(&[48, 32, 3, 3], 0.081));
            norm(&mut file, &mut r, &format!("stem{layer}.bn"), 48, 0.85, 31_250);
        }
        let report = file.audit();
        assert_eq!(report.stage(), "trained", "seed {seed}: {}", report.0.decision);
        let reason = &report.0.decision.reason;
        assert!(reason.contains("running_var up to") && reason.contains("5 batch counters at 31,250"), "{reason}");
    }
}

/// The same without counters, and in TensorFlow's names.
#[test]
fn moved_statistics_decide_without_counters() {
    let (mut r, mut file) = (Random::new(7), File::default());
    for layer in 0..3 {
        file.add(&format!("conv{layer}/kernel"), r.fresh(&[3, 3, 32, 32], 0.06));
        file.add(&format!("bn{layer}/moving_mean"), r.fresh(&[32], 0.4));
        file.add(&format!("bn{layer}/moving_variance"), r.fresh(&[32], 0.2).map(|value| (2.0 + value).abs()));
    }
    assert_eq!(file.audit().stage(), "trained");
}

/// Biases alone moved: random features below a trained head, and lazily trained layers without norms.
#[test]
fn biases_that_no_initializer_leaves_mean_trained() {
    for seed in 0..4 {
        let (mut r, mut file) = (Random::new(seed), File::default());
        for layer in 0..6 {
            file.add(&format!("blocks.{layer}.fc.weight"), r.fresh(&[128, 128], 0.09));
            let bias = r.fresh(&[128], 0.1).map(|value| value - 0.15 + 2.0 * value * value.abs());
            file.add(&format!("blocks.{layer}.fc.bias"), bias);
        }
        let report = file.audit();
        assert_eq!(report.stage(), "trained", "seed {seed}: {}", report.0.decision);
        assert!(report.0.decision.reason.contains("biases moved"), "{}", report.0.decision);
    }
}

/// Four of ten layers are small and look like noise; the others were trained.
#[test]
fn trained_layers_decide_over_small_ones_that_look_like_noise() {
    for seed in 0..4 {
        let (mut r, mut file) = (Random::new(seed), File::default());
        for layer in 0..6 {
            file.add(&format!("layers.{layer}.weight"), r.trained(96, 64));
        }
        for layer in 0..4 {
            file.add(&format!("gates.{layer}.weight"), r.fresh(&[8, 64], 0.02));
        }
        let report = file.audit();
        assert_eq!(report.stage(), "trained", "seed {seed}: {}", report.0.decision);
    }
}

#[test]
fn a_few_layers_drawn_anew_leave_a_checkpoint_trained() {
    for seed in 0..3 {
        let mut r = Random::new(seed);
        let mut file = r.mlp(Random::trained);
        for layer in 1..4 {
            file.add(&format!("model.layers.{layer}.mlp.up_proj.weight"), r.fresh(&[160, 64], 0.02));
        }
        assert_eq!(file.audit().stage(), "trained");
    }
}

/// Healthy: every start that initializers make, over several seeds.
#[test]
fn fresh_starts_are_fresh() {
    for seed in 0..3 {
        for init in [
            "normal(std = 0.02)",
            "truncated_normal(std = 0.02)",
            "orthogonal",
            "sparse(fraction = 0.8)",
            "uniform(low = -0.1, high = 0.1)",
        ] {
            let (mut r, mut file) = (Random::new(seed), File::default());
            file.add("embed.weight", r.fresh(&[100, 64], 1.0));
            for layer in 0..3 {
                file.add(&format!("layer{layer}.weight"), r.draw(&[64, 64], init));
                file.add(&format!("layer{layer}.bias"), Array::zeros(&[64]));
                fresh_norm(&mut file, &format!("layer{layer}.bn"), 64, if layer == 2 { 0.0 } else { 1.0 });
            }
            let report = file.audit();
            assert_eq!(report.stage(), "fresh", "{init}, seed {seed}: {}", report.0.decision);
            assert!(report.loud().is_empty(), "{init}, seed {seed}: {:?}", report.loud());
        }
    }
}

/// Healthy: gains N(1, .02), fan-scaled uniform biases, a forget gate open, a class prior, layer scale.
#[test]
fn starts_of_gains_and_biases_are_fresh() {
    for seed in 0..6 {
        let (mut r, mut file) = (Random::new(seed), File::default());
        for layer in 0..4 {
            file.add(&format!("b.{layer}.fc.weight"), r.uniform(96, 64));
            file.add(&format!("b.{layer}.fc.bias"), r.draw(&[96], "uniform(low = -0.125, high = 0.125)"));
            file.add(&format!("b.{layer}.norm.weight"), r.fresh(&[96], 0.02).map(|value| 1.0 + value));
            file.add(&format!("b.{layer}.norm.bias"), Array::zeros(&[96]));
            file.add(&format!("b.{layer}.ls.gamma"), Array::filled(&[96], 1e-6));
        }
        let mut gates = Array::zeros(&[128]);
        gates.values[32..64].fill(1.0);
        file.add("lstm.bias_ih_l0", gates);
        file.add("head.bias", Array::filled(&[20], -4.595_12));
        file.add("dt_proj.bias", r.draw(&[96], "uniform(low = -6.9, high = -2.3)"));
        let report = file.audit();
        assert_eq!(report.stage(), "fresh", "seed {seed}: {}", report.0.decision);
    }
}

/// Healthy: one small layer. There is no evidence that it was trained, so it must not be called trained.
#[test]
fn a_small_layer_is_never_called_trained() {
    for seed in 0..100 {
        for (rows, columns) in [(4, 4), (16, 16), (48, 16), (12, 40)] {
            let mut file = File::default();
            file.add("w.weight", Random::new(seed).fresh(&[rows, columns], 0.02));
            let report = file.audit();
            assert_ne!(report.stage(), "trained", "{rows} x {columns}, seed {seed}: {}", report.0.decision);
            assert!(report.loud().is_empty(), "{:?}", report.loud());
        }
    }
}

/// Healthy: a transformer of width 16 in GPT-2's names.
#[test]
fn a_tiny_transformer_is_fresh() {
    for seed in 0..20 {
        let (mut r, mut file) = (Random::new(seed), File::default());
        file.add("wte.weight", r.fresh(&[65, 16], 0.02));
        file.add("wpe.weight", r.fresh(&[32, 16], 0.02));
        for layer in 0..2 {
            let name = |part: &str| format!("h.{layer}.{part}");
            for (part, rows, columns) in
                [("attn.c_attn", 16, 48), ("attn.c_proj", 16, 16), ("mlp.c_fc", 16, 64), ("mlp.c_proj", 64, 16)]
            {
                file.add(&name(&format!("{part}.weight")), r.fresh(&[rows, columns], 0.02));
                file.add(&name(&format!("{part}.bias")), Array::zeros(&[columns]));
            }
            file.add(&name("ln_1.weight"), Array::filled(&[16], 1.0));
            file.add(&name("ln_1.bias"), Array::zeros(&[16]));
        }
        let report = file.audit();
        assert_eq!(report.stage(), "fresh", "seed {seed}: {}", report.0.decision);
    }
}

/// Faulty values do not make a checkpoint trained: they are what the rules look for in a fresh one.
#[test]
fn a_faulty_start_is_still_fresh() {
    for seed in 0..3 {
        let wrong = |r: &mut Random, rows, columns| {
            let mut weight = r.fresh(&[rows, columns], 0.02);
            weight.values.iter_mut().step_by(251).for_each(|value| *value = -2.0);
            weight
        };
        assert_eq!(Random::new(seed).mlp(wrong).audit().stage(), "fresh");
        let clipped =
            |r: &mut Random, rows, columns| r.fresh(&[rows, columns], 0.02).map(|value| value.clamp(-0.04, 0.04));
        assert_eq!(Random::new(seed).mlp(clipped).audit().stage(), "fresh");
        let half_written = |r: &mut Random, rows: usize, columns| {
            let mut weight = r.fresh(&[rows, columns], 0.02);
            weight.values[..rows / 2 * columns].fill(0.0);
            weight
        };
        assert_eq!(Random::new(seed).mlp(half_written).audit().stage(), "fresh");
    }
}

/// Healthy: a dry run, which some libraries use to infer shapes, moves statistics but trains nothing.
#[test]
fn a_dry_run_does_not_train() {
    let (mut r, mut file) = (Random::new(2), File::default());
    for layer in 0..4 {
        file.add(&format!("c{layer}.weight"), r.fresh(&[32, 32, 3, 3], 0.05));
        fresh_norm(&mut file, &format!("bn{layer}"), 32, 1.0);
        file.add(&format!("bn{layer}.running_mean"), r.fresh(&[32], 0.05));
        file.add_bytes(&format!("bn{layer}.num_batches_tracked"), Dtype::I64, &[], 1_i64.to_le_bytes().to_vec());
    }
    let report = file.audit();
    assert_eq!(report.stage(), "undetermined", "{}", report.0.decision);
    assert!(report.loud().is_empty(), "{:?}", report.loud());
}

/// Gains N(1, .1) are not evidence, and nothing else was read.
#[test]
fn opaque_weights_leave_the_stage_undetermined() {
    let (mut r, mut file) = (Random::new(4), File::default());
    for layer in 0..6 {
        file.add_bytes(&format!("packed.{layer}"), Dtype::U8, &[64, 64], vec![37; 4096]);
        file.add(&format!("n.{layer}.weight"), r.fresh(&[128], 0.1).map(|value| 1.0 + value));
    }
    assert_eq!(file.audit().stage(), "undetermined");
}

#[test]
fn a_stage_that_is_asked_for_overrides_the_evidence() {
    let mut file = File::default();
    file.add("w.weight", Random::new(0).fresh(&[16, 16], 0.02));
    for stage in [TrainingStage::Fresh, TrainingStage::Trained] {
        let report = file.audit_with(&AuditOptions { stage: Some(stage), ..AuditOptions::default() });
        assert_eq!(report.0.decision.stage, Some(stage));
    }
}
