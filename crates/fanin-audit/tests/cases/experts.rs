//! Fused experts, and layers stacked along an axis.

use fanin_audit::AuditOptions;
use fanin_core::Layout;
use fanin_core::resolve::Pattern;

use super::made::{Array, File, Random, copy_column, copy_row, is_quiet, message};

const SEEDS: std::ops::Range<u64> = 0..3;

/// `count` trained matrices in one tensor.
fn experts(random: &mut Random, count: usize, rows: usize, columns: usize) -> Array {
    let experts: Vec<Array> = (0..count).map(|_| random.trained(rows, columns)).collect();
    Array::stacked(&experts)
}

/// The values of one part of a tensor stacked of `count`.
fn part(array: &mut Array, part: usize, count: usize) -> &mut [f32] {
    let len = array.values.len() / count;
    &mut array.values[part * len..(part + 1) * len]
}

#[test]
fn faults_of_fused_experts_name_the_expert() {
    for seed in SEEDS {
        let mut random = Random::new(seed);
        let mut file = File::default();
        for layer in 0..5 {
            let mut fused = experts(&mut random, 8, 64, 128);
            match layer {
                1 => part(&mut fused, 3, 8).fill(0.0),
                2 => part(&mut fused, 5, 8).copy_from_slice(&random.fresh(&[64, 128], 0.02).values),
                3 => copy_column(part(&mut fused, 2, 8), 128, 9, 7),
                _ => {}
            }
            file.add(&format!("layers.{layer}.experts.gate_up_proj"), fused);
            file.add(&format!("layers.{layer}.attn.q.weight"), random.trained(64, 64));
        }
        let report = file.audit();
        let name = |layer: usize| format!("layers.{layer}.experts.gate_up_proj");
        assert_eq!(
            report.loud(),
            [
                format!("{}: all-zero", name(1)),
                format!("{}: untrained", name(2)),
                format!("{}: equal-neurons", name(3))
            ]
        );
        assert!(message(&report, &name(1)).starts_with("expert 3: "), "{seed}");
        assert!(message(&report, &name(2)).starts_with("expert 5: looks freshly initialized"), "{seed}");
        assert!(message(&report, &name(3)).starts_with("expert 2: 1 of 128 neurons"), "{seed}");
    }
}

/// `[experts, out, in]` under Mixtral's names, with the hidden size 48 of the norms and the router.
fn mixtral(random: &mut Random) -> File {
    let mut file = File::default();
    file.add("embed_tokens.weight", random.trained(300, 48));
    for layer in 0..4 {
        let name = |leaf: &str| format!("layers.{layer}.block_sparse_moe.{leaf}");
        file.add(&name("gate.weight"), random.trained(6, 48));
        file.add(&name("w1"), experts(random, 6, 112, 48));
        file.add(&name("w3"), experts(random, 6, 112, 48));
        file.add(&name("w2"), experts(random, 6, 48, 112));
        let gain = random.fresh(&[48], 0.1).map(|value| value + 1.0);
        file.add(&format!("layers.{layer}.norm.weight"), gain);
    }
    file
}

#[test]
fn the_hidden_size_tells_the_neurons_of_experts() {
    for seed in SEEDS {
        let mut random = Random::new(10 + seed);
        let mut file = mixtral(&mut random);
        is_quiet(&file.audit());
        file.change("layers.1.block_sparse_moe.w1", |_, array| copy_row(part(array, 4, 6), 48, 100, 3));
        file.change("layers.2.block_sparse_moe.w2", |_, array| copy_column(part(array, 0, 6), 112, 100, 3));
        file.change("layers.3.block_sparse_moe.w3", |_, array| {
            part(array, 1, 6)[..48].fill(0.0);
            part(array, 5, 6)[..48].fill(0.0);
        });
        let report = file.audit();
        assert_eq!(
            report.loud(),
            ["layers.1.block_sparse_moe.w1: equal-neurons", "layers.2.block_sparse_moe.w2: equal-inputs"]
        );
        let message = |tensor: &str| message(&report, &format!("layers.{tensor}"));
        assert!(message("1.block_sparse_moe.w1").contains("expert 4: 1 of 112 neurons"));
        assert!(message("2.block_sparse_moe.w2").contains("expert 0: 1 of 112 inputs"));
        assert!(message("3.block_sparse_moe.w3").starts_with("experts 1 and 5: 1 of 112 neurons is dead"));
    }
}

#[test]
fn square_experts_have_rows_and_columns() {
    for seed in SEEDS {
        let mut random = Random::new(20 + seed);
        let mut file = File::default();
        for layer in 0..4 {
            file.add(&format!("blocks.{layer}.moe.experts.w1"), experts(&mut random, 4, 64, 64));
            file.add(&format!("blocks.{layer}.moe.experts.w2"), experts(&mut random, 4, 64, 64));
            file.add(&format!("blocks.{layer}.attn.qkv.weight"), random.trained(192, 64));
        }
        is_quiet(&file.audit());
        file.change("blocks.2.moe.experts.w1", |_, array| copy_column(part(array, 1, 4), 64, 20, 5));
        let report = file.audit();
        assert_eq!(report.loud().len(), 1, "{:?}", report.loud());
        let told = message(&report, "blocks.2.moe.experts.w1");
        assert!(told.contains("expert 1: 1 of 64 columns") && !told.contains("neuron"), "{told}");
        // The layout can be stated.
        let layouts = vec![(Pattern::new("*.experts.*").expect("a pattern"), Layout::InOut)];
        let stated = file.audit_with(&AuditOptions { layouts, ..AuditOptions::default() });
        assert!(message(&stated, "blocks.2.moe.experts.w1").contains("expert 1: 1 of 64 neurons"));
    }
}

#[test]
fn upcycled_experts_are_one_note_for_each_layer() {
    for seed in SEEDS {
        let mut random = Random::new(30 + seed);
        let (mut fused, mut apart) = (File::default(), File::default());
        for layer in 0..3 {
            let (up, down) = (random.trained(64, 96), random.trained(96, 64));
            for (role, dense) in [("gate_up_proj", &up), ("down_proj", &down)] {
                fused.add(&format!("layers.{layer}.mlp.experts.{role}"), Array::stacked(&vec![dense.clone(); 4]));
                for expert in 0..4 {
                    let name = format!("layers.{layer}.mlp.experts.{expert}.{role}.weight");
                    apart.add(&name, dense.clone().transposed());
                }
                // The dense layer that the experts were copied from.
                apart.add(&format!("layers.{layer}.dense.{role}.weight"), dense.transposed());
            }
            for file in [&mut fused, &mut apart] {
                file.add(&format!("layers.{layer}.attn.q.weight"), random.trained(64, 64));
            }
        }
        for file in [fused, apart] {
            let report = file.audit();
            is_quiet(&report);
            assert_eq!(report.notes().len(), 3, "{:?}", report.notes());
            assert!(report.notes().iter().all(|note| note.ends_with(": duplicate-tensor")));
        }
    }
}

#[test]
fn two_copied_experts_are_a_fault() {
    let mut random = Random::new(40);
    let mut file = mixtral(&mut random);
    file.change("layers.1.block_sparse_moe.w2", |_, array| {
        let first = part(array, 1, 6).to_vec();
        part(array, 4, 6).copy_from_slice(&first);
    });
    let report = file.audit();
    assert_eq!(report.loud(), ["layers.1.block_sparse_moe.w2: duplicate-tensor"]);
    assert!(message(&report, "layers.1.block_sparse_moe.w2").contains("experts 1, 4 of 6 hold the same bytes"));
}

/// More experts than are judged individually.
#[test]
fn thousands_of_tiny_experts_are_bounded_work() {
    let mut random = Random::new(50);
    let mut file = File::default();
    file.add("moe.experts.w1", random.heavy(&[5000, 6, 4], 0.1));
    file.add("moe.experts.w2", random.heavy(&[2000, 4, 6], 0.1));
    file.add("head.weight", random.trained(64, 64));
    is_quiet(&file.audit());
}

/// Layers stacked along the first axis, as a scan over layers stores them.
fn scanned(random: &mut Random) -> File {
    let mut file = File::default();
    for (name, rows, columns) in [("wi", 64, 160), ("wo", 160, 64)] {
        file.add(&format!("decoder/layers/mlp/{name}/kernel"), experts(random, 6, rows, columns));
        file.add(&format!("decoder/layers/mlp/{name}/bias"), random.fresh(&[6, columns], 0.02));
    }
    file.add("decoder/layers/norm/scale", random.fresh(&[6, 64], 0.1).map(|value| value + 1.0));
    file.add("decoder/norm/scale", random.fresh(&[64], 0.1).map(|value| value + 1.0));
    file
}

#[test]
fn stacked_layers_are_judged_one_by_one() {
    for seed in SEEDS {
        let mut random = Random::new(60 + seed);
        let mut file = scanned(&mut random);
        is_quiet(&file.audit());
        let (wi, wo) = ("decoder/layers/mlp/wi/kernel", "decoder/layers/mlp/wo/kernel");
        file.change(wi, |_, array| part(array, 2, 6).fill(0.0));
        file.change(wo, |_, array| copy_column(part(array, 4, 6), 64, 1, 2));
        let report = file.audit();
        assert_eq!(report.loud(), [format!("{wi}: all-zero"), format!("{wo}: equal-neurons")]);
        assert!(message(&report, wi).starts_with("layer 2: all"));
        assert!(message(&report, wo).starts_with("layer 4: 1 of 64 neurons"));
    }
}

/// The biases of fused experts, and of kernels, are compared as those of other weights are.
#[test]
fn biases_of_equal_neurons_are_found_beside_any_weight() {
    let mut random = Random::new(160);
    let mut file = File::default();
    for layer in 0..4 {
        file.add(&format!("encoder/block_{layer}/Moe/Mlp/Dense_0/kernel"), experts(&mut random, 4, 64, 96));
        file.add(&format!("encoder/block_{layer}/Moe/Mlp/Dense_0/bias"), random.fresh(&[4, 96], 0.1));
        file.add(&format!("encoder/block_{layer}/norm/scale"), random.fresh(&[64], 0.1).map(|value| value + 1.0));
    }
    is_quiet(&file.audit());
    let name = "encoder/block_2/Moe/Mlp/Dense_0/kernel";
    file.change(name, |_, array| copy_column(part(array, 3, 4), 96, 4, 5));
    let told = message(&file.audit(), name);
    assert!(told.starts_with("expert 3: 1 of 96 neurons") && told.ends_with("; their biases differ"), "{told}");
    file.change("block_2/Moe/Mlp/Dense_0/bias", |_, array| part(array, 3, 4)[5] = part(array, 3, 4)[4]);
    let told = message(&file.audit(), name);
    assert!(told.ends_with("; their biases are equal too"), "{told}");
}
