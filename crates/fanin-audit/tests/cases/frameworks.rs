//! Fresh files of frameworks with layouts of their own, healthy and with a fault that only the right layout shows.

use super::made::{Array, File, Random, copy_column, is_quiet, message};

const SEEDS: std::ops::Range<u64> = 0..3;

/// Uniform values within `sqrt(6 / (in + out))`, Keras's default.
#[expect(clippy::cast_precision_loss, reason = "small axes")]
fn glorot(random: &mut Random, shape: &[usize]) -> Array {
    let ends: usize = shape.iter().rev().take(2).sum();
    let positions: usize = shape.iter().rev().skip(2).product();
    let bound = (6.0 / (ends * positions) as f64).sqrt();
    random.draw(shape, &format!("uniform(low = -{bound:e}, high = {bound:e})"))
}

/// He's normal values for a matrix `[in, out]`.
#[expect(clippy::cast_precision_loss, reason = "small axes")]
fn he(random: &mut Random, shape: &[usize]) -> Array {
    let fan_in: usize = shape.iter().rev().skip(1).product();
    random.fresh(shape, (2.0 / fan_in as f64).sqrt())
}

/// Variables of Keras 3, which are named by number.
fn keras(random: &mut Random, weight: fn(&mut Random, &[usize]) -> Array) -> File {
    let mut file = File::default();
    for (layer, widths) in [40, 128, 96, 48, 16].windows(2).enumerate() {
        file.add(&format!("layers/dense_{layer}/vars/0"), weight(random, widths));
        file.add(&format!("layers/dense_{layer}/vars/1"), Array::zeros(&[widths[1]]));
        for (variable, value) in [1.0, 0.0, 0.0, 1.0].into_iter().enumerate() {
            file.add(
                &format!("layers/batch_normalization_{layer}/vars/{variable}"),
                Array::filled(&[widths[1]], value),
            );
        }
    }
    file.add("layers/conv2d/vars/0", weight(random, &[3, 3, 8, 24]));
    file.add("layers/gru/cell/vars/0", weight(random, &[32, 96]));
    file.add("layers/gru/cell/vars/1", weight(random, &[32, 96]));
    file.add("layers/gru/cell/vars/2", Array::zeros(&[2, 96]));
    file
}

#[test]
fn variables_of_keras_are_in_out() {
    for seed in SEEDS {
        let mut random = Random::new(seed);
        for weight in [glorot, he] {
            let file = keras(&mut random, weight);
            is_quiet(&file.audit());
            assert_eq!(file.audit().stage(), "fresh");
        }
        let mut file = keras(&mut random, he);
        // He's distribution by the wrong fan.
        file.change("dense_0/vars/0", |_, array| *array = he(&mut random, &[128, 40]).shaped(&[40, 128]));
        file.change("dense_2/vars/0", |_, array| copy_column(&mut array.values, 48, 3, 7));
        let report = file.audit();
        let (swapped, equal) = ("layers/dense_0/vars/0", "layers/dense_2/vars/0");
        assert_eq!(report.loud(), [format!("{swapped}: swapped-fans"), format!("{equal}: equal-neurons")]);
        assert!(message(&report, swapped).contains("fan-in 40 and fan-out 128"));
        assert!(message(&report, equal).contains("1 of 48 neurons"));
    }
}

/// The last two variables of a batch normalization are its running statistics.
#[test]
fn running_statistics_of_keras_tell_the_stage() {
    let mut random = Random::new(10);
    let mut file = keras(&mut random, he);
    for layer in 0..4 {
        let mut moved = |variable: usize, center: f32| {
            file.change(&format!("batch_normalization_{layer}/vars/{variable}"), |_, array| {
                *array = random.fresh(&array.shape, 0.2).map(|value| center + value.abs());
            });
        };
        moved(2, 0.1);
        moved(3, 2.0);
    }
    assert_eq!(file.audit().stage(), "trained");
    file.change("batch_normalization_2/vars/3", |_, array| array.values[5] = -1.0);
    assert!(file.audit().loud().contains(&"layers/batch_normalization_2/vars/3: norm-statistics".to_owned()));
}

/// The parameters of an LSTM that are merely counted: two matrices `[gates * units, in]` and their bias.
#[test]
fn counted_parameters_share_their_bias() {
    for seed in SEEDS {
        let mut random = Random::new(20 + seed);
        let mut file = File::default();
        for layer in 0..6 {
            let name = |number: usize| format!("birnn_{layer}/builder/_{number}");
            file.add(&name(0), random.uniform(200, 200));
            file.add(&name(1), random.uniform(200, 50));
            file.add(&name(2), Array::zeros(&[200]));
        }
        file.add("_5", random.uniform(6, 100));
        file.add("_6", Array::zeros(&[6]));
        is_quiet(&file.audit());
        file.change("birnn_2/builder/_0", |_, array| array.values.copy_within(600..800, 1200));
        let report = file.audit();
        assert_eq!(report.loud(), ["birnn_2/builder/_0: equal-neurons"]);
        assert!(message(&report, "birnn_2/builder/_0").contains("1 of 200 neurons"));
    }
}

/// Where nothing tells the axes, either fan is right.
#[test]
fn no_fan_is_wrong_where_the_axes_are_unknown() {
    for seed in SEEDS {
        let mut random = Random::new(30 + seed);
        let mut file = File::default();
        for layer in 0..5 {
            file.add(&format!("dnn/hiddenlayer_{layer}/kernel"), he(&mut random, &[96, 64]));
        }
        // A table of a linear model, scaled by its second axis.
        file.add("linear/linear_model/content/weights", random.fresh(&[5000, 54], (2.0_f64 / 54.0).sqrt()));
        is_quiet(&file.audit());
        // A matrix beside it has known axes.
        file.add("dnn/logits/kernel", random.fresh(&[96, 24], (2.0_f64 / 24.0).sqrt()));
        assert_eq!(file.audit().loud(), ["dnn/logits/kernel: swapped-fans"]);
    }
}

/// A few square layers that are drawn beside orthogonal ones make no convention.
#[test]
fn orthogonal_files_have_no_other_convention() {
    for seed in SEEDS {
        let mut random = Random::new(40 + seed);
        let mut file = File::default();
        for layer in 0..12 {
            file.add(&format!("trunk.{layer}.weight"), random.draw(&[96, 64], "orthogonal"));
        }
        for (layer, shape) in [[16, 8], [16, 8], [16, 8], [24, 8]].into_iter().enumerate() {
            file.add(&format!("squeeze{layer}_conv.weight"), random.draw(&shape, "orthogonal"));
        }
        is_quiet(&file.audit());
        file.change("trunk.3.weight", |_, array| array.values.copy_within(0..64, 640));
        assert!(file.audit().loud().contains(&"trunk.3.weight: equal-neurons".to_owned()));
    }
}

/// Training that moves two of 512 uniform values past their bound by 0.4 %.
#[test]
fn values_beyond_the_bound_were_trained() {
    let mut random = Random::new(50);
    let mut file = File::default();
    for layer in 0..6 {
        file.add(&format!("trunk.{layer}.weight"), random.trained(64, 64));
    }
    let drawn = glorot(&mut random, &[32, 32]);
    let bound = (6.0_f32 / 64.0).sqrt();
    file.add("gate.weight", drawn.clone());
    assert_eq!(file.audit().loud(), ["gate.weight: untrained"]);
    let mut moved = drawn;
    (moved.values[7], moved.values[400]) = (1.004 * bound, -1.002 * bound);
    file.add("gate.weight", moved);
    is_quiet(&file.audit());
}

/// Layers that start at zero by design, and closed forms of state-space layers, beside a layer that was lost.
#[test]
fn starts_by_design_are_not_reported() {
    let mut random = Random::new(60);
    let (mut controlnet, mut transformer, mut states) = (File::default(), File::default(), File::default());
    for layer in 0..5 {
        controlnet.add(&format!("input_blocks.{layer}.weight"), random.heavy(&[32, 32, 3, 3], 0.1));
        controlnet.add(&format!("zero_convs.{layer}.0.weight"), Array::zeros(&[32, 32, 1, 1]));
        transformer.add(&format!("blocks.{layer}.attn.qkv.weight"), random.uniform(192, 64));
        transformer.add(&format!("blocks.{layer}.adaLN_modulation.1.weight"), Array::zeros(&[384, 64]));
        states.add(&format!("layers.{layer}.in_proj.weight"), random.trained(128, 64));
        states.add(&format!("layers.{layer}.kernel.log_A_real"), Array::filled(&[64, 32], 0.5_f32.ln()));
    }
    transformer.add("final_layer.linear.weight", Array::zeros(&[16, 64]));
    transformer.add("head.weight", Array::zeros(&[10, 64]));
    for file in [&controlnet, &transformer, &states] {
        is_quiet(&file.audit());
    }
    controlnet.add("input_blocks.3.weight", Array::zeros(&[32, 32, 3, 3]));
    assert_eq!(controlnet.audit().loud(), ["input_blocks.3.weight: all-zero"]);
    transformer.add("blocks.3.attn.qkv.weight", Array::zeros(&[192, 64]));
    assert_eq!(transformer.audit().loud(), ["blocks.3.attn.qkv.weight: all-zero"]);
    states.add("layers.3.in_proj.weight", Array::filled(&[128, 64], 0.5));
    assert_eq!(states.audit().loud(), ["layers.3.in_proj.weight: all-constant"]);
}
