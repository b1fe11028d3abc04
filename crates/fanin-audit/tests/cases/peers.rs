//! Peers, trends and roles.

use super::made::{Array, File, Random};

fn scaled(factor: f32) -> impl FnMut(&str, &mut Array) {
    move |_, array| array.values.iter_mut().for_each(|value| *value *= factor)
}

/// Weights of transformer blocks under given names, `{}` for the layer.
fn blocks(random: &mut Random, layers: usize, roles: &[(&str, usize, usize)]) -> File {
    let mut file = File::default();
    for layer in 0..layers {
        for (name, rows, columns) in roles {
            file.add(&name.replace("{}", &layer.to_string()), random.trained(*rows, *columns));
        }
    }
    file
}

const ATTENTION: [(&str, usize, usize); 4] = [
    ("encoder.block_{}.attn.q.weight", 64, 64),
    ("encoder.block_{}.attn.k.weight", 64, 64),
    ("encoder.block_{}.attn.v.weight", 64, 64),
    ("encoder.block_{}.mlp.fc1.weight", 128, 64),
];

#[test]
fn a_role_that_is_off_in_every_layer_is_found_in_each() {
    for seed in 0..5 {
        for factor in [200.0, 1.0 / 200.0] {
            let mut file = Random::new(seed).mlp(Random::trained);
            let report = file.change("gate", scaled(factor)).audit();
            let gates: Vec<String> =
                (0..6).map(|layer| format!("model.layers.{layer}.mlp.gate_proj.weight: scale")).collect();
            assert_eq!(report.loud(), gates, "{seed} {factor}");
        }
    }
}

#[test]
fn two_roles_of_four_are_found_and_two_roles_alone() {
    let mut random = Random::new(3);
    let mut file = blocks(&mut random, 4, &ATTENTION);
    let loud = file.change(".k.", scaled(100.0)).audit().loud();
    assert_eq!(loud.len(), 4, "{loud:?}");
    assert!(loud.iter().all(|line| line.contains(".k.")), "{loud:?}");
    // The one that is far from any usual scale.
    let mut pair = blocks(&mut random, 5, &[("h.{}.fc1.weight", 96, 64), ("h.{}.fc2.weight", 64, 96)]);
    let loud = pair.change("fc2", scaled(200.0)).audit().loud();
    assert_eq!(loud.len(), 5, "{loud:?}");
    assert!(loud.iter().all(|line| line.contains("fc2")), "{loud:?}");
}

#[test]
fn a_fresh_role_that_is_off_in_every_layer_is_found() {
    let mut file = Random::new(1).mlp(|random, rows, columns| random.fresh(&[rows, columns], 0.02));
    let loud = file.change("up", scaled(200.0)).audit().loud();
    assert_eq!(loud.iter().filter(|line| line.contains("up_proj") && line.contains("scale")).count(), 6, "{loud:?}");
    assert!(loud.iter().all(|line| line.contains("up_proj")), "{loud:?}");
}

/// Scale changes as from training: factors of 1.6 and 4.
#[test]
fn roles_of_somewhat_different_scales_are_healthy() {
    for (seed, factor) in [(1, 1.6), (2, 1.0 / 1.6), (3, 4.0), (4, 0.25)] {
        let mut random = Random::new(seed);
        let mut file = random.mlp(Random::trained);
        assert!(file.change("gate", scaled(factor)).audit().loud().is_empty(), "{factor}");
        let mut file = blocks(&mut random, 6, &ATTENTION);
        assert!(file.change(".q.", scaled(factor)).audit().loud().is_empty(), "{factor}");
    }
}

#[test]
fn digits_that_name_a_role_make_no_peers() {
    let roles = [("W2", 0.40_f32), ("W3", 0.36), ("W12", 0.40), ("W13", 0.11)];
    for seed in 0..4 {
        let mut random = Random::new(seed);
        let mut file = File::default();
        for (block, prefix) in ["enc_layer", "enc_layer_1", "enc_layer_2"].iter().enumerate() {
            for (role, scale) in roles {
                let weight = random.heavy(&[128, 128], scale);
                file.add(&format!("net/{prefix}/enc{block}_{role}.w"), weight);
            }
        }
        assert!(file.audit().loud().is_empty(), "{:?}", file.audit().loud());
    }
}

/// Convolutions of residual blocks: the second of each starts a path at a smaller scale.
#[test]
fn the_convolutions_of_a_block_have_their_own_scales() {
    let mut random = Random::new(7);
    let mut file = File::default();
    for stage in 1..4 {
        for block in 0..3 {
            for (role, scale) in [(1, 0.10), (2, 0.03), (3, 0.25)] {
                let weight = random.heavy(&[32, 32, 3, 3], scale);
                file.add(&format!("layer{stage}.{block}.conv{role}.weight"), weight);
            }
        }
    }
    assert!(file.audit().loud().is_empty(), "{:?}", file.audit().loud());
    // One of them, compared with those of its role.
    let loud = file.change("layer2.1.conv2", scaled(8.0)).audit().loud();
    assert_eq!(loud, ["layer2.1.conv2.weight: scale"]);
}

#[test]
fn a_role_in_one_block_of_many_is_found_whatever_the_other_roles_do() {
    let mut random = Random::new(5);
    let mut file = File::default();
    for block in 0..6 {
        for (role, scale) in [("w1", 0.02), ("w2", 0.2), ("w3", 0.05)] {
            file.add(&format!("blocks.{block}.ffn.{role}.weight"), random.trained_with(96, 96, scale));
        }
    }
    assert!(file.audit().loud().is_empty(), "{:?}", file.audit().loud());
    let loud = file.change("blocks.3.ffn.w2", scaled(0.1)).audit().loud();
    assert_eq!(loud, ["blocks.3.ffn.w2.weight: scale"]);
}

#[test]
fn a_trend_over_depth_is_healthy() {
    let trends: [&[f32]; 6] = [
        &[0.41, 0.383, 0.376, 0.32, 0.21],
        &[0.05, 0.06, 0.09, 0.11, 0.16, 0.21, 0.30],
        &[0.4, 0.2, 0.11, 0.06, 0.03],
        &[0.30, 0.16, 0.15, 0.15, 0.14, 0.15, 0.15, 0.08],
        &[0.2, 0.14, 0.10, 0.08, 0.10, 0.15, 0.21],
        &[0.02, 0.021, 0.022, 0.022, 0.05, 0.052, 0.05, 0.055],
    ];
    for (seed, trend) in (0..).zip(trends) {
        let mut random = Random::new(seed);
        let mut file = File::default();
        for (layer, scale) in trend.iter().enumerate() {
            file.add(&format!("gcn.{layer}.fc.weight"), random.heavy(&[128, 128], scale / 2.0_f32.sqrt()));
        }
        assert!(file.audit().loud().is_empty(), "{trend:?}: {:?}", file.audit().loud());
    }
}

#[test]
fn an_outlier_on_a_trend_is_found() {
    let mut random = Random::new(9);
    let mut file = File::default();
    for layer in 0..8 {
        let scale = 0.4 * 0.8_f32.powi(layer);
        file.add(&format!("stack.{layer}.proj.weight"), random.heavy(&[96, 128], scale));
    }
    let loud = file.change("stack.5.", scaled(6.0)).audit().loud();
    assert_eq!(loud, ["stack.5.proj.weight: scale"]);
}

/// Residual projections scaled by the square root of the layer, as `BEiT` starts them.
#[test]
fn a_fresh_scale_that_falls_with_the_depth_is_healthy() {
    let mut random = Random::new(2);
    let mut file = File::default();
    for layer in 0_u8..8 {
        let std = 0.02 / (2.0 * f64::from(layer + 1)).sqrt();
        file.add(&format!("blocks.{layer}.attn.qkv.weight"), random.fresh(&[192, 64], 0.02));
        file.add(&format!("blocks.{layer}.attn.proj.weight"), random.fresh(&[64, 64], std));
        file.add(&format!("blocks.{layer}.mlp.fc1.weight"), random.fresh(&[256, 64], 0.02));
    }
    let report = file.audit();
    assert!(report.loud().is_empty(), "{:?}", report.loud());
    let loud = file.change("blocks.4.attn.proj", scaled(3.0)).audit().loud();
    assert_eq!(loud, ["blocks.4.attn.proj.weight: scale"]);
}

/// Counted names say nothing about the position of a weight.
#[test]
fn anonymous_numbers_make_no_peers() {
    let names = ["conv2d_{}.w_0", "onnx::MatMul_{}", "Variable_{}", "{}", "dense_{}/kernel:0"];
    for (seed, name) in (0..).zip(names) {
        let mut random = Random::new(seed);
        let mut file = File::default();
        for (number, scale) in [(3, 0.10), (17, 0.11), (21, 0.10), (40, 0.30), (44, 0.09), (51, 0.1)] {
            file.add(&name.replace("{}", &number.to_string()), random.heavy(&[96, 96], scale));
        }
        assert!(file.audit().loud().is_empty(), "{name}: {:?}", file.audit().loud());
    }
}

/// The blocks of a network beside a few single layers of another scale: fewer than the blocks, they tell nothing about those.
#[test]
fn single_layers_do_not_outvote_the_blocks() {
    for (factor, count) in [(60.0, 3), (100.0, 2), (0.01, 3)] {
        let mut random = Random::new(200);
        let mut file = File::default();
        for layer in 0..5 {
            file.add(&format!("blocks.{layer}.fc.weight"), random.trained(64, 64));
        }
        for (name, shape) in
            [("in_proj", [64, 24]), ("out_proj", [16, 64]), ("coords_proj", [64, 32])].iter().take(count)
        {
            let weight = random.trained(shape[0], shape[1]);
            file.add(&format!("{name}.weight"), weight.map(|value| value * factor));
        }
        assert!(file.audit().loud().is_empty(), "{factor} {count}: {:?}", file.audit().loud());
    }
}
