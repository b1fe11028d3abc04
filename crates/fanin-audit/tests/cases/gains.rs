//! Gains, running statistics, biases and buffers.

use std::f32::consts::TAU;

use fanin_audit::Severity;

use super::made::{Array, File, Random, Report};

const LAYERS: usize = 6;

/// Trained weights, with a gain for each layer.
fn with_gains(seed: u64, leaf: &str, mut gain: impl FnMut(&mut Random, usize) -> Array) -> File {
    let mut r = Random::new(seed);
    let mut file = r.mlp(Random::trained);
    for layer in 0..LAYERS {
        file.add(&format!("model.layers.{layer}.{leaf}"), gain(&mut r, layer));
    }
    file
}

fn usual(r: &mut Random, layer: usize) -> Array {
    let center = [1.0, 1.1, 1.25, 1.3, 1.4, 1.7][layer];
    r.fresh(&[64], 0.1).map(|value| center + value)
}

fn only(report: &Report, tensor: &str, rule: &str) {
    assert_eq!(report.loud(), [format!("{tensor}: {rule}")], "{}", report.0.decision);
}

#[test]
fn a_gain_of_zero_among_others_is_named() {
    for (seed, leaf, value) in
        [(0, "input_layernorm.weight", 0.0), (1, "ln_2.weight", 1e-41), (2, "norm/scale", -0.0), (3, "bn.gamma", 0.0)]
    {
        let mut file = with_gains(seed, leaf, usual);
        let name = format!("model.layers.4.{leaf}");
        file.add(&name, Array::filled(&[64], value));
        let report = file.audit();
        only(&report, &name, "norm-gain");
        assert!(report.messages(&name)[0].contains("5 norms of the same role"), "{:?}", report.messages(&name));
    }
}

/// Healthy: gains that start at zero and stay around it, some of which are all zero.
#[test]
fn zero_centered_gains_are_healthy() {
    for seed in 0..3 {
        let file = with_gains(seed, "post_attention_layernorm.weight", |r, layer| match layer {
            2 => Array::zeros(&[64]),
            _ => r.fresh(&[64], 0.2).map(|value| value + 0.1 * value.abs()),
        });
        assert!(file.audit().loud().is_empty(), "seed {seed}: {:?}", file.audit().loud());
        let mut fresh = Random::new(seed).mlp(|r, rows, columns| r.fresh(&[rows, columns], 0.02));
        for layer in 0..LAYERS {
            fresh.add(&format!("model.layers.{layer}.input_layernorm.weight"), Array::zeros(&[64]));
        }
        assert!(fresh.audit().loud().is_empty(), "{:?}", fresh.audit().loud());
    }
}

/// Healthy: the last gain of each residual branch starts at zero.
#[test]
fn zero_gamma_is_healthy() {
    let (mut r, mut file) = (Random::new(5), File::default());
    for block in 0..4 {
        for norm in 1..4 {
            let name = format!("layer2.{block}.bn{norm}");
            file.add(&format!("layer2.{block}.conv{norm}.weight"), r.fresh(&[32, 32, 3, 3], 0.083));
            file.add(&format!("{name}.weight"), Array::filled(&[32], if norm == 3 { 0.0 } else { 1.0 }));
            file.add(&format!("{name}.bias"), Array::zeros(&[32]));
            file.add(&format!("{name}.running_mean"), Array::zeros(&[32]));
            file.add(&format!("{name}.running_var"), Array::filled(&[32], 1.0));
        }
    }
    let report = file.audit();
    assert!(report.loud().is_empty() && report.stage() == "fresh", "{} {:?}", report.0.decision, report.loud());
}

/// Healthy: single zero channels, at most a note; layer scales; gains of both kinds in one block.
#[test]
fn single_zero_channels_and_small_scales_are_healthy() {
    for zeros in [1, 20] {
        let mut file = with_gains(1, "norm.weight", usual);
        file.change("layers.3.norm", |_, gain| gain.values[..zeros].fill(0.0));
        let report = file.audit();
        assert!(report.loud().is_empty(), "{:?}", report.loud());
        assert_eq!(report.notes().len(), usize::from(zeros > 6), "{:?}", report.notes());
    }
    let file = with_gains(2, "ls1.gamma", |r, layer| match layer {
        0 => Array::zeros(&[64]),
        _ => r.fresh(&[64], 0.01).map(|value| 0.005 + value),
    });
    assert!(file.audit().loud().is_empty(), "{:?}", file.audit().loud());
}

#[test]
fn a_gain_drawn_like_a_weight_is_named() {
    for (seed, init) in
        [(0, "normal(std = 0.02)"), (1, "uniform(low = -0.125, high = 0.125)"), (2, "normal(std = 0.02)")]
    {
        let mut file = with_gains(seed, "input_layernorm.weight", usual);
        let name = "model.layers.1.input_layernorm.weight";
        file.add(name, Random::new(seed + 20).draw(&[64], init));
        only(&file.audit(), name, "norm-gain");
    }
    // In a fresh checkpoint, among constants.
    let mut fresh = Random::new(3).mlp(|r, rows, columns| r.fresh(&[rows, columns], 0.02));
    for layer in 0..LAYERS {
        let gain = match layer {
            4 => Random::new(9).draw(&[64], "uniform(low = 0, high = 1)"),
            _ => Array::filled(&[64], 1.0),
        };
        fresh.add(&format!("model.layers.{layer}.norm.weight"), gain);
    }
    only(&fresh.audit(), "model.layers.4.norm.weight", "norm-gain");
}

#[test]
fn a_whole_file_of_random_gains_is_named_when_fresh() {
    let mut r = Random::new(11);
    let mut file = r.mlp(|r, rows, columns| r.fresh(&[rows, columns], 0.02));
    for layer in 0..LAYERS {
        file.add(&format!("model.layers.{layer}.norm.weight"), r.fresh(&[128], 0.02));
    }
    let report = file.audit();
    assert_eq!((report.stage().as_str(), report.loud().len()), ("fresh", LAYERS), "{:?}", report.loud());
}

/// Healthy: gains N(1, .02), as of a generator; tokens and other vectors drawn at random.
#[test]
fn gains_around_one_and_random_tokens_are_healthy() {
    for seed in 0..4 {
        let mut r = Random::new(seed);
        let mut file = r.mlp(|r, rows, columns| r.fresh(&[rows, columns], 0.02));
        for layer in 0..LAYERS {
            file.add(&format!("model.layers.{layer}.bn.weight"), r.fresh(&[64], 0.02).map(|value| 1.0 + value));
            file.add(&format!("model.layers.{layer}.bn.bias"), Array::zeros(&[64]));
        }
        file.add("cls_token", r.fresh(&[1, 1, 64], 0.02));
        file.add("mask_token", r.fresh(&[1, 1, 64], 0.02));
        let report = file.audit();
        assert!(report.loud().is_empty() && report.stage() == "fresh", "{} {:?}", report.0.decision, report.loud());
    }
}

fn batch_norm(seed: u64) -> File {
    let mut r = Random::new(seed);
    let mut file = r.mlp(Random::trained);
    for layer in 0..3 {
        file.add(&format!("bn{layer}.weight"), r.fresh(&[48], 0.1).map(|value| 1.0 + value));
        file.add(&format!("bn{layer}.bias"), r.fresh(&[48], 0.1));
        file.add(&format!("bn{layer}.running_mean"), r.fresh(&[48], 0.4));
        file.add(&format!("bn{layer}.running_var"), r.fresh(&[48], 0.3).map(|value| 0.1 + value.abs()));
    }
    file
}

#[test]
fn negative_and_zero_variances_are_named() {
    let changed = |change: &dyn Fn(&mut Array)| {
        let mut file = batch_norm(1);
        file.change("bn1.running_var", |_, variance| change(variance));
        file.audit()
    };
    let report = changed(&|variance| variance.values[7] = -0.02);
    assert_eq!(report.errors(), ["bn1.running_var: norm-statistics"]);
    assert!(report.messages("bn1.running_var")[0].contains("channel 7"), "{:?}", report.messages("bn1.running_var"));
    let report = changed(&|variance| variance.values.fill(0.0));
    only(&report, "bn1.running_var", "norm-statistics");
    // Left to the rule for non-finite values, once.
    for value in [f32::INFINITY, f32::NAN] {
        let report = changed(&|variance| variance.values[3] = value);
        only(&report, "bn1.running_var", "non-finite");
    }
    // Healthy: a dead channel, a large variance.
    let report = changed(&|variance| {
        variance.values[3] = 0.0;
        variance.values[5] = 2e6;
    });
    assert!(report.loud().is_empty(), "{:?}", report.loud());
    assert_eq!(report.notes(), ["bn1.running_var: norm-statistics"]);
    assert!(report.0.decision.reason.contains("running_var up to 2"), "{}", report.0.decision);
}

/// Healthy: biases of several axes, zero or constant as biases start.
#[test]
fn biases_of_several_axes_are_healthy() {
    let (mut r, mut file) = (Random::new(6), File::default());
    for layer in 0..3 {
        file.add(&format!("blocks.{layer}.attn.W_Q"), r.fresh(&[8, 64, 16], 0.02));
        file.add(&format!("blocks.{layer}.attn.b_Q"), Array::zeros(&[8, 16]));
        file.add(&format!("blocks.{layer}.attention/out/kernel"), r.fresh(&[4, 16, 64], 0.02));
        file.add(&format!("blocks.{layer}.attention/key/kernel"), r.fresh(&[64, 4, 16], 0.02));
        file.add(&format!("blocks.{layer}.attention/key/bias"), Array::filled(&[4, 16], 0.5));
        file.add(&format!("blocks.{layer}.experts.down_proj"), r.fresh(&[8, 64, 48], 0.02));
        file.add(&format!("blocks.{layer}.experts.down_proj_bias"), Array::zeros(&[8, 48]));
        file.add(&format!("blocks.{layer}.conv.weight"), r.fresh(&[32, 16, 3, 3], 0.02));
        file.add(&format!("blocks.{layer}.conv.bias"), Array::zeros(&[1, 32, 1, 1]));
    }
    let report = file.audit();
    assert!(report.loud().is_empty(), "{:?}", report.loud());
    // A weight of zeros is still found.
    file.add("blocks.1.attn.W_Q", Array::zeros(&[8, 64, 16]));
    assert!(!file.audit().loud().is_empty());
}

#[expect(clippy::cast_precision_loss, reason = "a small index")]
fn frequencies(base: f32) -> Array {
    let values = (0..32).map(|at| base.powf(-(at as f32) / 32.0)).collect();
    Array { shape: vec![32], values }
}

#[test]
fn a_buffer_that_deviates_from_its_closed_form_is_a_note() {
    let notes = |name: &str, array: Array| {
        let mut file = Random::new(8).mlp(Random::trained);
        file.add(name, array);
        let report = file.audit();
        assert!(report.0.findings.iter().all(|finding| finding.severity == Severity::Note), "{:?}", report.loud());
        report.messages(name).first().map(|message| (*message).to_owned())
    };
    let name = "model.layers.0.self_attn.rotary_emb.inv_freq";
    for base in [10_000.0, 500_000.0, 1e6] {
        assert_eq!(notes(name, frequencies(base)), None);
        assert_eq!(notes(name, frequencies(base).map(|value| value / 4.0)), None);
    }
    let mut wrong = frequencies(10_000.0);
    wrong.values[3] = 0.6;
    let note = notes(name, wrong).expect("a note");
    assert!(note.contains("inv_freq[3] is 0.6000, expected 0.4217 at base 1"), "{note}");
    assert!(notes(name, Array::zeros(&[32])).is_some_and(|note| note.contains("frequencies are positive")));
    // Healthy: bfloat16 precision, and Llama 3's scaling.
    let short = frequencies(10_000.0).map(|value| f32::from_bits(value.to_bits() & 0xffff_0000));
    assert_eq!(notes(name, short), None);
    let scaled = frequencies(500_000.0).map(|value| {
        let smooth = ((value * 8192.0 / TAU - 1.0) / 3.0).clamp(0.0, 1.0);
        value * (smooth + (1.0 - smooth) / 8.0)
    });
    assert_eq!(notes(name, scaled), None);
}

#[test]
#[expect(clippy::cast_precision_loss, reason = "a small index")]
fn windows_tables_and_masks_are_compared_with_their_forms() {
    let hann: Vec<f32> = (0..400).map(|at| 0.5 - 0.5 * (TAU * at as f32 / 400.0).cos()).collect();
    let table: Vec<f32> = (0..128 * 32)
        .map(|at| {
            let angle = (at / 32) as f32 * 10_000_f32.powf(-((at % 32 / 2) as f32) / 16.0);
            if at % 2 == 0 { angle.sin() } else { angle.cos() }
        })
        .collect();
    let mask: Vec<f32> = (0..64 * 64).map(|at| f32::from(u8::from(at % 64 <= at / 64))).collect();
    for (name, shape, values) in [
        ("spec.hann_window", vec![400], hann),
        ("pos_encoder.pe", vec![1, 128, 32], table),
        ("h.0.attn.bias", vec![1, 1, 64, 64], mask),
    ] {
        for wrong in [false, true] {
            let mut array = Array { shape: shape.clone(), values: values.clone() };
            if wrong {
                array.values[200] += 0.4;
            }
            let mut file = Random::new(8).mlp(Random::trained);
            file.add(name, array);
            let notes = file.audit().notes();
            assert_eq!(notes.contains(&format!("{name}: buffer-values")), wrong, "{name}: {notes:?}");
        }
    }
}

/// Zero-centered gains whose mean grows with the depth and starts at zero, as Gemma's do in training.
#[test]
fn zero_centered_gains_may_grow_from_zero() {
    for seed in 0..4 {
        let mut random = Random::new(700 + seed);
        let mut file = random.mlp(Random::trained);
        for layer in 0..6_u8 {
            for (role, slope) in [("input_layernorm", 0.25), ("post_feedforward_layernorm", 0.12)] {
                let depth = f32::from(layer);
                let gain = random.fresh(&[64], 0.1).map(|value| slope * depth + value * (1.0 + 0.3 * depth));
                file.add(&format!("model.layers.{layer}.{role}.weight"), gain);
            }
        }
        assert!(file.audit().loud().is_empty(), "{:?}", file.audit().loud());
        // Drawn like a weight, a gain spreads less than its neighbors.
        for layer in 0..6_u8 {
            let name = format!("model.layers.{layer}.input_layernorm.weight");
            let center = 0.4 + 0.25 * f32::from(layer);
            file.add(&name, random.fresh(&[64], 0.1).map(|value| value + center));
        }
        file.add("model.layers.3.input_layernorm.weight", random.fresh(&[64], 0.02));
        assert_eq!(file.audit().loud(), ["model.layers.3.input_layernorm.weight: norm-gain"]);
    }
}
