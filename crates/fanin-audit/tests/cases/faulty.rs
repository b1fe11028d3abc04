//! Faulty initializations.

use safetensors::Dtype;

use super::made::{Array, File, Random};

fn named(file: &File) -> Vec<String> {
    let loud = file.audit().loud();
    loud.iter().filter(|line| line.ends_with(": faulty-initialization")).cloned().collect()
}

/// Numbers in `0..1`, spread evenly.
fn even(seed: u64, at: usize) -> f64 {
    let word = (u64::try_from(at).expect("a place") ^ seed << 40).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let word = (word ^ word >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    f64::from(u32::try_from(word >> 32).expect("32 bits")) / f64::from(u32::MAX)
}

/// Sets a share of the values.
fn contaminated(mut array: Array, seed: u64, share: f64, value: impl Fn(usize) -> f32) -> Array {
    for (at, old) in array.values.iter_mut().enumerate() {
        if even(seed, at) < share {
            *old = value(at);
        }
    }
    array
}

fn fresh(random: &mut Random, rows: usize, columns: usize) -> Array {
    random.fresh(&[rows, columns], 0.02)
}

#[test]
fn a_wrong_cut_of_a_truncated_normal_is_found_in_every_weight() {
    for seed in 0..5 {
        let file = Random::new(seed)
            .mlp(|random, rows, columns| contaminated(fresh(random, rows, columns), seed, 0.0039, |_| -2.0));
        let report = file.audit();
        assert_eq!(report.stage(), "fresh", "{}", report.0.decision);
        assert_eq!(named(&file).len(), 18, "{:?}", report.loud());
    }
}

#[test]
fn one_weight_with_a_wrong_cut_is_found_alone() {
    for init in ["he_normal", "fan_in_uniform", "truncated_normal(std = 0.02, corrected = false)"] {
        let mut file = Random::new(8).mlp(|random, rows, columns| random.draw(&[rows, columns], init));
        assert!(file.audit().loud().is_empty(), "{init}: {:?}", file.audit().loud());
        file.change("2.mlp.up", |_, array| *array = contaminated(array.clone(), 1, 0.01, |_| 0.75));
        assert_eq!(file.audit().loud(), ["model.layers.2.mlp.up_proj.weight: faulty-initialization"], "{init}");
    }
}

#[test]
fn clipped_values_are_told_from_truncated_ones() {
    for limit in [0.02_f32, 0.04, 0.05] {
        let file = Random::new(4)
            .mlp(|random, rows, columns| fresh(random, rows, columns).map(|value| value.clamp(-limit, limit)));
        let report = file.audit();
        assert_eq!(report.stage(), "fresh", "{limit}: {}", report.0.decision);
        assert_eq!(named(&file).len(), 18, "{limit}: {:?}", report.loud());
        assert!(report.messages("model.layers.0.mlp.up_proj.weight")[0].contains("clipped"), "{limit}");
    }
    let truncated = Random::new(4)
        .mlp(|random, rows, columns| random.draw(&[rows, columns], "truncated_normal(std = 0.02, corrected = false)"));
    assert!(truncated.audit().loud().is_empty());
}

#[test]
fn blocks_that_were_never_written_are_found() {
    type Fill = fn(&mut Array);
    let blocks: [(&str, Fill); 4] = [
        ("consecutive", |array| array.values[1000..2300].fill(0.0)),
        ("to the end", |array| array.values[9000..].fill(0.0)),
        ("a rectangle", |array| (20..50).for_each(|row| array.row(row)[10..40].fill(0.0))),
        ("of one value", |array| (20..50).for_each(|row| array.row(row)[10..40].fill(0.5))),
    ];
    for (what, fill) in blocks {
        let mut file = Random::new(6).mlp(fresh);
        file.change("4.mlp.gate", |_, array| fill(array));
        assert_eq!(named(&file), ["model.layers.4.mlp.gate_proj.weight: faulty-initialization"], "{what}");
        assert_eq!(file.audit().stage(), "fresh", "{what}");
    }
}

/// In any stage, a block beside peers that have none; a mask, padding or pruning leaves it in every layer.
#[test]
fn blocks_of_zeros_that_peers_do_not_have_are_found() {
    type Fill = fn(&mut Array);
    let blocks: [(&str, Fill); 4] = [
        ("a corner", |array| (80..160).for_each(|row| array.row(row)[32..].fill(0.0))),
        ("the last rows", |array| (120..160).for_each(|row| array.row(row).fill(0.0))),
        ("the first columns", |array| (0..160).for_each(|row| array.row(row)[..16].fill(0.0))),
        ("the last third", |array| array.values[7000..].fill(0.0)),
    ];
    for make in [fresh, Random::trained] {
        for (what, fill) in blocks {
            if what != "the last third" {
                let mut file = Random::new(20).mlp(make);
                file.change("mlp.gate", |_, array| fill(array));
                assert_eq!(named(&file), [""; 0], "{what}");
            }
            let mut file = Random::new(20).mlp(make);
            file.change("4.mlp.gate", |_, array| fill(array));
            // A trained layer may have lost its last lines to pruning.
            let lines = file.audit().stage() == "trained" && matches!(what, "the last rows" | "the first columns");
            let expected =
                if lines { vec![] } else { vec!["model.layers.4.mlp.gate_proj.weight: faulty-initialization"] };
            assert_eq!(named(&file), expected, "{what}");
        }
        // Dead neurons are scattered, and padding is short.
        let healthy: [(&str, Fill); 3] = [
            ("dead neurons", |array| [3, 50, 51, 90, 120, 159].into_iter().for_each(|row| array.row(row).fill(0.0))),
            ("padding", |array| (154..160).for_each(|row| array.row(row).fill(0.0))),
            ("two blocks", |array| {
                (0..160).for_each(|row| array.row(row)[if row < 80 { 0..32 } else { 32..64 }].fill(0.0));
            }),
        ];
        for (what, fill) in healthy {
            let mut file = Random::new(21).mlp(make);
            file.change("4.mlp.gate", |_, array| fill(array));
            assert_eq!(named(&file), [""; 0], "{what}");
        }
    }
}

/// A constant among a hundredth of the values is the highest, but not where a normal distribution is clipped.
#[test]
fn a_constant_beyond_all_values_is_not_clipping() {
    let mut file = Random::new(22).mlp(fresh);
    file.change("1.mlp.up", |_, array| *array = contaminated(array.clone(), 3, 0.01, |_| 0.1));
    let report = file.audit();
    let told = report.messages("model.layers.1.mlp.up_proj.weight").join("; ");
    assert!(told.contains("are exactly 0.1 among") && !told.contains("clipped"), "{told}");
}

#[test]
fn values_far_out_are_found() {
    let mut file = Random::new(11).mlp(Random::uniform);
    let mut far = Random::new(12);
    file.change("1.mlp.down", |_, array| {
        let noise = far.fresh(&[array.values.len()], 3.0).values;
        *array = contaminated(array.clone(), 3, 0.004, |at| noise[at]);
    });
    assert_eq!(named(&file), ["model.layers.1.mlp.down_proj.weight: faulty-initialization"]);
}

#[test]
fn a_wrong_cut_in_sixteen_bits_is_found() {
    for seed in 0..3 {
        let mut random = Random::new(seed);
        let (mut faulty, mut healthy) = (File::default(), File::default());
        for layer in 0..6 {
            let name = format!("layer.{layer}.linear.weight");
            let array = random.fresh(&[128, 96], 0.02);
            let halves = |array: &Array| {
                array.values.iter().flat_map(|value| half::bf16::from_f32(*value).to_le_bytes()).collect::<Vec<u8>>()
            };
            healthy.add_bytes(&name, Dtype::BF16, &[128, 96], halves(&array));
            faulty.add_bytes(&name, Dtype::BF16, &[128, 96], halves(&contaminated(array, seed, 0.004, |_| -2.0)));
        }
        assert_eq!(named(&faulty).len(), 6);
        let report = healthy.audit();
        assert!(report.loud().is_empty(), "{:?}", report.loud());
    }
}

/// Zeros that an initializer, a mask or padding chooses.
#[test]
fn zeros_by_design_are_healthy() {
    type Design = fn(usize, usize) -> bool;
    let designs: [(&str, Design); 5] = [
        ("scattered", |row, column| even(5, row * 1000 + column) < 0.3),
        ("triangular", |row, column| column > row),
        ("block-diagonal", |row, column| (row < 48) != (column < 48)),
        ("padding", |row, column| row >= 90 || column == 0),
        ("checked", |row, column| (row + column).is_multiple_of(3)),
    ];
    for (what, is_zero) in designs {
        let mut random = Random::new(13);
        let mut file = File::default();
        for layer in 0..5 {
            let mut array = random.fresh(&[96, 96], 0.02);
            for (at, value) in array.values.iter_mut().enumerate() {
                if is_zero(at / 96, at % 96) {
                    *value = 0.0;
                }
            }
            file.add(&format!("blocks.{layer}.fc.weight"), array);
        }
        assert_eq!(named(&file), [""; 0], "{what}");
    }
}

/// Rounded, ternary and pruned values repeat.
#[test]
fn values_that_repeat_by_design_are_healthy() {
    type Change = fn(f32) -> f32;
    let changes: [(&str, Change); 5] = [
        ("8 bits", |value| (value / 0.001).round() * 0.001),
        ("4 bits", |value| (value / 0.01).round().clamp(-7.0, 7.0) * 0.01),
        ("ternary", |value| if value.abs() < 0.01 { 0.0 } else { 0.02 * value.signum() }),
        ("pruned", |value| if value.abs() < 0.01 { 0.0 } else { value }),
        ("signs", f32::signum),
    ];
    for (what, change) in changes {
        let fresh = Random::new(14).mlp(|random, rows, columns| fresh(random, rows, columns).map(change));
        assert_eq!(named(&fresh), [""; 0], "{what}");
        let trained = Random::new(15).mlp(|random, rows, columns| random.trained(rows, columns).map(change));
        assert_eq!(named(&trained), [""; 0], "{what}");
    }
}

#[test]
fn identity_and_heavy_tails_are_healthy() {
    let mut random = Random::new(16);
    let mut file = File::default();
    for layer in 0..4 {
        let mut array = random.fresh(&[64, 64], 0.02);
        (0..64).for_each(|at| array.values[at * 65] = 1.0);
        file.add(&format!("rnn.{layer}.recurrent.weight"), array);
        file.add(&format!("rnn.{layer}.input.weight"), random.heavy(&[64, 64], 0.1));
    }
    assert_eq!(named(&file), [""; 0]);
}

/// Kernels scaled by the fan-out of one group, as PyTorch and TensorFlow count it, beside others.
#[test]
fn a_fan_out_may_count_the_groups() {
    let he = |fan: u32| (2.0 / f64::from(fan)).sqrt();
    for seed in 0..3 {
        let mut random = Random::new(30 + seed);
        let mut file = File::default();
        for layer in 0..6 {
            file.add(&format!("layer.{layer}.conv1.weight"), random.fresh(&[64, 48, 1, 1], he(64)));
            file.add(&format!("layer.{layer}.conv2.weight"), random.fresh(&[64, 4, 3, 3], he(4 * 9)));
            file.add(&format!("layer.{layer}.conv3.weight"), random.fresh(&[128, 64, 1, 1], he(128)));
        }
        assert!(file.audit().loud().is_empty(), "{:?}", file.audit().loud());
        // Beside those, a kernel without groups that is scaled by its fan-in.
        file.add("layer.3.conv3.weight", random.fresh(&[128, 64, 1, 1], he(64)));
        file.add("layer.2.conv3.weight", random.fresh(&[128, 64, 1, 1], he(64)));
        let report = file.audit();
        assert_eq!(report.loud(), [2, 3].map(|layer| format!("layer.{layer}.conv3.weight: scale")));
    }
}

/// `[out, in / groups, 3, 3]`, drawn for all inputs.
#[test]
fn a_fan_that_forgets_the_groups_is_named_as_that() {
    let he = |fan_in: u32| (2.0 / f64::from(fan_in)).sqrt();
    for seed in 0..3 {
        let mut random = Random::new(seed);
        let mut file = File::default();
        for layer in 0..4 {
            let prefix = format!("blocks.{layer}");
            file.add(&format!("{prefix}.expand.weight"), random.fresh(&[128, 64, 1, 1], he(64)));
            file.add(&format!("{prefix}.depthwise.weight"), random.fresh(&[128, 1, 3, 3], he(9)));
            file.add(&format!("{prefix}.grouped.weight"), random.fresh(&[128, 32, 3, 3], he(32 * 9)));
            file.add(&format!("{prefix}.project.weight"), random.fresh(&[64, 128, 1, 1], he(128)));
        }
        assert!(file.audit().loud().is_empty(), "{:?}", file.audit().loud());
        for (part, factor, groups) in [("1.depthwise", 128.0_f32, "128 groups"), ("2.grouped", 4.0, "4 groups")] {
            let mut faulty = file.clone();
            faulty.change(part, |_, array| array.values.iter_mut().for_each(|value| *value /= factor.sqrt()));
            let report = faulty.audit();
            let name = format!("blocks.{part}.weight");
            assert!(
                report.messages(&name).iter().any(|message| message.contains(groups)),
                "{:?}",
                report.messages(&name)
            );
            assert!(report.messages(&name).iter().all(|message| !message.contains("swapped")));
            assert!(report.loud().iter().all(|line| line.starts_with(&name)), "{:?}", report.loud());
        }
    }
}
