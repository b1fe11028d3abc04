//! Axes: fused experts, kernels of every layout, tables.

use fanin_audit::AuditOptions;
use fanin_core::Layout;
use fanin_core::resolve::Pattern;

use super::made::{Array, File, Random, Report};

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

/// Makes column `to` of a matrix equal to column `from`.
fn copy_column(values: &mut [f32], columns: usize, from: usize, to: usize) {
    values.chunks_mut(columns).for_each(|row| row[to] = row[from]);
}

fn copy_row(values: &mut [f32], columns: usize, from: usize, to: usize) {
    values.copy_within(from * columns..(from + 1) * columns, to * columns);
}

fn message(report: &Report, tensor: &str) -> String {
    let messages = report.messages(tensor);
    assert_eq!(messages.len(), 1, "{tensor}: {messages:?}");
    messages[0].to_owned()
}

fn is_quiet(report: &Report) {
    assert!(report.loud().is_empty(), "{:?}", report.loud());
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

#[test]
fn kernels_are_hwio_under_every_usual_leaf() {
    for (seed, (leaf, shape)) in [
        ("pointwise_kernel", [1, 1, 64, 128]),
        ("kernel:0", [3, 3, 16, 64]),
        ("weights", [3, 3, 24, 48]),
        ("conv_filter", [1, 3, 32, 64]),
        ("filters", [5, 5, 8, 96]),
        ("pointwise_weights", [1, 1, 48, 96]),
    ]
    .into_iter()
    .enumerate()
    {
        let mut random = Random::new(70 + seed as u64);
        let mut file = File::default();
        for layer in 0..4 {
            file.add(&format!("block{layer}/{leaf}"), random.heavy(&shape, 0.1));
        }
        is_quiet(&file.audit());
        let (name, outputs) = (format!("block1/{leaf}"), shape[3]);
        file.change(&name, |_, array| copy_column(&mut array.values, outputs, 3, 7));
        let report = file.audit();
        assert_eq!(report.loud(), [format!("{name}: equal-neurons")]);
        assert!(message(&report, &name).contains(&format!("1 of {outputs} neurons")), "{leaf}");
    }
}

#[test]
fn input_channels_of_hwio_are_counted_over_all_positions() {
    let mut random = Random::new(80);
    let mut file = File::default();
    for layer in 0..4 {
        file.add(&format!("conv{layer}/kernel"), random.heavy(&[3, 3, 32, 64], 0.1));
    }
    // One position of a channel is not evidence.
    file.change("conv0/kernel", |_, array| array.values[5 * 64..6 * 64].fill(0.0));
    file.change("conv2/kernel", |_, array| {
        for position in 0..9 {
            array.values[(position * 32 + 5) * 64..][..64].fill(0.0);
        }
    });
    let report = file.audit();
    is_quiet(&report);
    assert!(report.messages("conv0/kernel").is_empty());
    assert!(message(&report, "conv2/kernel").contains("1 of 32 inputs is dead (zero: 5)"));
}

#[test]
fn transposed_and_depthwise_kernels_have_their_own_neurons() {
    for seed in SEEDS {
        let mut random = Random::new(90 + seed);
        let mut file = File::default();
        for layer in 0..4 {
            file.add(&format!("up.{layer}.deconv.weight"), random.heavy(&[32, 48, 2, 2], 0.1));
            file.add(&format!("up.{layer}.deconv.bias"), random.fresh(&[48], 0.1));
            file.add(&format!("sep{layer}/depthwise_kernel"), random.heavy(&[5, 5, 64, 1], 0.1));
            file.add(&format!("mobile.{layer}.dw.weight"), random.heavy(&[64, 1, 5, 5], 0.1));
        }
        is_quiet(&file.audit());
        // Output 40 is a copy of output 2, for each of the 32 inputs.
        file.change("up.1.deconv.weight", |_, array| {
            array.values.chunks_mut(48 * 4).for_each(|outputs| outputs.copy_within(8..12, 160));
        });
        file.change("sep2/depthwise_kernel", |_, array| copy_column(&mut array.values, 64, 11, 12));
        file.change("mobile.3.dw.weight", |_, array| copy_row(&mut array.values, 25, 11, 12));
        let report = file.audit();
        assert_eq!(
            report.loud(),
            [
                "mobile.3.dw.weight: equal-neurons",
                "sep2/depthwise_kernel: equal-neurons",
                "up.1.deconv.weight: equal-neurons"
            ]
        );
        assert!(message(&report, "up.1.deconv.weight").contains("1 of 48 neurons is bit-identical to another: 2, 40"));
    }
}

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
