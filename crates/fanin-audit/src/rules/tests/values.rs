//! Tests of the rules for single values: NaN, magnitudes, zeros, constants, statistics.

use half::bf16;

use super::{found, fresh, healthy, one};
use crate::Severity::{Error, Note, Warning};
use crate::made::Made;

#[test]
fn nan_and_infinity_are_found_anywhere_but_in_masks() {
    for (tensor, value) in [
        ("layers.3.fc.weight", f32::NAN),
        ("layers.3.fc.bias", f32::INFINITY),
        ("embed.weight", f32::NEG_INFINITY),
        ("layers.0.norm.running_var", f32::NAN),
        ("attn_mask", f32::NAN),
    ] {
        let made = healthy().changed(tensor, |values| values[2] = value);
        assert_eq!(found(&made, "non-finite"), one(tensor, Error), "{tensor}");
    }
    // Values that overflow only 32 bits are finite.
    let made = healthy().with("wide.bias", &[2], &[1e300_f64, 1.0]).with("half.bias", &[1], &[bf16::from_f32(1.0)]);
    assert!(found(&made, "non-finite").is_empty());
}

/// `LoRA`'s second factor starts at zero; if it is zero in a trained checkpoint, it was never updated.
#[test]
fn what_starts_at_zero_is_a_note_when_fresh() {
    let b = "base.q_proj.lora_B.weight";
    let zeros = |made: Made| made.with(b, &[64, 8], &[0.0_f32; 512]);
    let made = zeros(fresh("he_normal", 1).drawn("base.q_proj.lora_A.weight", &[8, 64], "he_uniform"));
    assert!(found(&made, "all-zero").is_empty(), "both factors: a fresh adapter");
    assert_eq!(found(&zeros(fresh("he_normal", 1)), "all-zero"), one(b, Note));
    assert_eq!(found(&zeros(healthy()), "all-zero"), one(b, Error));
    for (name, severity) in [
        ("unet.to_q_lora.up.weight", Note),
        ("lora_up.weight", Note),
        ("unet.lora_base.weight", Warning),
        ("block.up.weight", Warning),
        ("head.weight", Note),
    ] {
        let other = fresh("he_normal", 1).with(name, &[64, 8], &[0.0_f32; 512]);
        assert_eq!(found(&other, "all-zero"), one(name, severity));
    }
}

#[test]
fn absurd_magnitudes_are_found() {
    for (tensor, value, severity) in [
        ("layers.1.fc.weight", 1e7, Warning),
        ("layers.1.fc.weight", -3e19, Error),
        ("layers.1.fc.bias", 2e6, Warning),
        ("layers.1.norm.running_var", 1e13, Warning),
    ] {
        let made = healthy().changed(tensor, |values| values[5] = value);
        assert_eq!(found(&made, "absurd-magnitude"), one(tensor, severity), "{tensor} {value}");
    }
    let made = healthy().changed("layers.1.fc.weight", |values| values.iter_mut().for_each(|v| *v *= 1e-20));
    assert_eq!(found(&made, "absurd-magnitude"), one("layers.1.fc.weight", Warning));
    // Large but healthy: statistics of a layer with large inputs, a mask.
    let made = healthy().changed("layers.1.norm.running_var", |values| values[5] = 1e8);
    assert!(found(&made, "absurd-magnitude").is_empty());
}

#[test]
fn zeros_and_constants_are_found_in_weights_alone() {
    let zeroed = healthy().changed("layers.2.fc.weight", |values| values.fill(-0.0));
    assert_eq!(found(&zeroed, "all-zero"), one("layers.2.fc.weight", Error));
    assert!(found(&zeroed, "all-constant").is_empty() && found(&zeroed, "dead-rows").is_empty());
    // The weight of a single neuron counts as a weight; a bias or gain of the same shape does not.
    let zeros = |name: &str| healthy().with(name, &[1, 128, 1], &[0.0_f32; 128]);
    assert_eq!(found(&zeros("head.weight"), "all-zero"), one("head.weight", Error));
    for name in ["head.bias", "cls_token", "layer_scale.gamma", "norm.weight"] {
        assert!(found(&zeros(name), "all-zero").is_empty(), "{name}");
    }
    let constant = healthy().changed("conv.weight", |values| values.fill(0.01));
    assert_eq!(found(&constant, "all-constant"), one("conv.weight", Error));
    assert!(found(&constant, "equal-neurons").is_empty(), "one finding for one fault");
    let fresh = fresh("he_normal", 3).changed("layers.0.up.weight", |values| values.fill(0.0));
    assert_eq!(found(&fresh, "all-zero"), one("layers.0.up.weight", Warning));
    // One value differs: neither zero nor constant.
    let made = healthy().changed("conv.weight", |values| {
        values.fill(0.01);
        values[9] = 0.02;
    });
    assert!(found(&made, "all-constant").is_empty());
    // A fixed average of each channel, and a constant that is none.
    let made = healthy().with("blur.weight", &[4, 1, 3, 3], &[1.0_f32 / 9.0; 36]);
    assert!(found(&made, "all-constant").is_empty());
    let made = healthy().with("blur.weight", &[4, 1, 3, 3], &[0.01_f32; 36]);
    assert_eq!(found(&made, "all-constant"), one("blur.weight", Warning));
}

#[test]
fn statistics_that_never_moved_are_found_in_trained_checkpoints() {
    let variance = "layers.4.norm.running_var";
    let still = healthy()
        .changed(variance, |values| values.fill(1.0))
        .changed("layers.4.norm.running_mean", |values| values.fill(0.0));
    assert_eq!(found(&still, "norm-statistics"), one(variance, Warning));
    // A variance of one whose mean was updated.
    let made = healthy().changed(variance, |values| values.fill(1.0));
    assert!(found(&made, "norm-statistics").is_empty());
    assert!(found(&fresh("he_normal", 3), "norm-statistics").is_empty());
}
