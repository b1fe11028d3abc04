//! The axes of matrices: linear layers of every layout, tables.

use fanin_audit::AuditOptions;
use fanin_core::Layout;
use fanin_core::resolve::Pattern;

use super::made::{File, Random, copy_column, copy_row, is_quiet, message};

const SEEDS: std::ops::Range<u64> = 0..3;

/// A layout that is stated, or inferred from biases or consecutive layers.
#[test]
fn linear_weights_stored_in_out_have_neurons_in_columns() {
    let widths = [784, 256, 128, 64, 10];
    for (with_bias, stated) in [(false, true), (true, false), (false, false)] {
        for seed in SEEDS {
            let mut random = Random::new(100 + seed);
            let mut file = File::default();
            for (layer, ends) in widths.windows(2).enumerate() {
                file.add(&format!("linear{layer}.weight"), random.trained(ends[0], ends[1]));
                if with_bias {
                    file.add(&format!("linear{layer}.bias"), random.fresh(&[ends[1]], 0.1));
                }
            }
            is_quiet(&file.audit());
            file.change("linear1.weight", |_, array| array.values.chunks_mut(128).for_each(|row| row[3] = 0.0));
            let all = (Pattern::new("*").expect("a pattern"), Layout::InOut);
            let layouts = if stated { vec![all] } else { Vec::new() };
            let report = file.audit_with(&AuditOptions { layouts, ..AuditOptions::default() });
            let told = message(&report, "linear1.weight");
            assert!(told.contains("1 of 128 neurons is dead (zero: 3)") && !told.contains("input"), "{told}");
        }
    }
}

/// The same network as PyTorch stores it, and a head without a bias next to branches that look like a chain.
#[test]
fn linear_weights_of_pytorch_have_neurons_in_rows() {
    let widths = [96, 64, 128, 48];
    for seed in SEEDS {
        let mut random = Random::new(110 + seed);
        let mut file = File::default();
        for (layer, ends) in widths.windows(2).enumerate() {
            file.add(&format!("mlp.{layer}.weight"), random.trained(ends[1], ends[0]));
            file.add(&format!("mlp.{layer}.bias"), random.fresh(&[ends[1]], 0.1));
        }
        for (branch, shape) in [[32, 64], [64, 128], [128, 256]].into_iter().enumerate() {
            file.add(&format!("lateral.{branch}.weight"), random.trained(shape[0], shape[1]));
        }
        file.add("head.weight", random.trained(40, 48));
        is_quiet(&file.audit());
        for name in ["mlp.1.weight", "lateral.1.weight", "head.weight"] {
            file.change(name, |_, array| {
                let columns = array.shape[1];
                copy_row(&mut array.values, columns, 5, 9);
            });
            assert!(message(&file.audit(), name).contains("neurons is bit-identical to another: rows 5, 9"), "{name}");
        }
    }
}

#[test]
fn tables_have_rows() {
    for (seed, (name, rows, columns)) in [
        ("user_table", 4096, 16),
        ("hash_encoding.hash_table", 8192, 4),
        ("encoder.bucket_embeddings.weight", 3000, 24),
        ("quantizer.codebook", 1024, 32),
        ("token_lookup/weights:0", 5000, 12),
    ]
    .into_iter()
    .enumerate()
    {
        let mut random = Random::new(120 + seed as u64);
        let mut file = File::default();
        let mut table = random.heavy(&[rows, columns], 0.1);
        // Most buckets were never used, and some share their first values.
        table.values[columns * rows / 3..].fill(0.0);
        copy_row(&mut table.values, columns, 3, 8);
        file.add(name, table);
        for layer in 0..4 {
            file.add(&format!("mlp.{layer}.weight"), random.trained(64, 48));
        }
        let report = file.audit();
        is_quiet(&report);
        assert!(report.messages(name).iter().all(|told| !told.contains("neuron")), "{:?}", report.messages(name));
    }
}

#[test]
fn arrays_without_names_are_read_by_their_neighbors() {
    for seed in SEEDS {
        let mut random = Random::new(130 + seed);
        let widths = [120, 80, 60, 60, 24];
        let (mut dense, mut alone) = (File::default(), File::default());
        for (layer, ends) in widths.windows(2).enumerate() {
            dense.add(&format!("arr_{}", 2 * layer), random.trained(ends[0], ends[1]));
            dense.add(&format!("arr_{}", 2 * layer + 1), random.fresh(&[ends[1]], 0.1));
            alone.add(&format!("param_{layer}"), random.trained(64, 64));
        }
        is_quiet(&dense.audit());
        is_quiet(&alone.audit());
        dense.change("arr_4", |_, array| copy_column(&mut array.values, 60, 5, 9));
        alone.change("param_2", |_, array| copy_column(&mut array.values, 64, 5, 9));
        assert!(message(&dense.audit(), "arr_4").contains("1 of 60 neurons"));
        let told = message(&alone.audit(), "param_2");
        assert!(told.contains("1 of 64 columns") && !told.contains("neuron") && !told.contains("input"), "{told}");
    }
}

/// Flax stores attention projections with a separate axis for the heads.
#[test]
fn projections_with_heads_are_matrices() {
    for seed in SEEDS {
        let mut random = Random::new(140 + seed);
        let mut file = File::default();
        for layer in 0..4 {
            let name = |leaf: &str| format!("encoder/layers_{layer}/self_attention/{leaf}");
            for role in ["query", "key", "value"] {
                file.add(&name(&format!("{role}/kernel")), random.trained(64, 64).shaped(&[64, 4, 16]));
            }
            file.add(&name("out/kernel"), random.trained(64, 64).shaped(&[4, 16, 64]));
        }
        is_quiet(&file.audit());
        let name = "encoder/layers_1/self_attention/query/kernel";
        file.change(name, |_, array| copy_column(&mut array.values, 64, 5, 40));
        let report = file.audit();
        assert_eq!(report.loud(), [format!("{name}: equal-neurons")]);
        assert!(message(&report, name).contains("1 of 64 neurons"));
    }
}

/// The square projections of GPT-2 as transformers stores them follow the others of the file.
#[test]
fn square_weights_follow_the_others_of_their_kind() {
    let mut random = Random::new(150);
    let (mut transformers, mut nano) = (File::default(), File::default());
    for layer in 0..4 {
        for (role, inputs, outputs) in [("attn.c_attn", 64, 192), ("attn.c_proj", 64, 64), ("mlp.c_fc", 64, 256)] {
            let weight = random.trained(inputs, outputs);
            nano.add(&format!("h.{layer}.{role}.weight"), weight.transposed());
            transformers.add(&format!("h.{layer}.{role}.weight"), weight);
        }
    }
    let name = "h.1.attn.c_proj.weight";
    transformers.change(name, |_, array| copy_column(&mut array.values, 64, 4, 5));
    nano.change(name, |_, array| copy_row(&mut array.values, 64, 4, 5));
    for file in [transformers, nano] {
        let report = file.audit();
        assert_eq!(report.loud(), [format!("{name}: equal-neurons")]);
        assert!(message(&report, name).contains("1 of 64 neurons"));
    }
}
