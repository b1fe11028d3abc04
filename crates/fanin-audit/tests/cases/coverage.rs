//! Weights that were not read, and weights that are missing.

use safetensors::Dtype;

use super::made::{Array, File, Random};

/// Random bytes.
fn bytes(random: &mut Random, len: usize) -> Vec<u8> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a value below 256")]
    random.draw(&[len], "uniform(0, 255.99)").values.into_iter().map(|value| value as u8).collect()
}

fn blob(file: &mut File, random: &mut Random, name: &str, dtype: Dtype, shape: &[usize]) {
    let len = shape.iter().product::<usize>() * dtype.bitsize() / 8;
    let bytes = bytes(random, len);
    file.add_bytes(name, dtype, shape, bytes);
}

/// Eight gains, as a trained checkpoint has them.
fn gains(random: &mut Random) -> File {
    let mut file = File::default();
    for layer in 0..8 {
        file.add(&format!("n.{layer}.weight"), random.fresh(&[256], 0.1).map(|value| 1.0 + value));
    }
    file
}

/// A weight in a format of 8 bits, with one scale for each row.
fn quantized(file: &mut File, name: &str, weight: &Array) {
    let columns = weight.shape[1];
    let (mut stored, mut scales) = (Vec::new(), Vec::new());
    for row in weight.values.chunks(columns) {
        let greatest = row.iter().fold(0.0_f32, |greatest, value| greatest.max(value.abs()));
        let scale = if greatest == 0.0 { 1.0 } else { greatest / 127.0 };
        #[expect(clippy::cast_possible_truncation, reason = "rounded, as quantization does")]
        stored.extend(row.iter().map(|value| ((value / scale).round() as i8).cast_unsigned()));
        scales.push(scale);
    }
    file.add_bytes(name, Dtype::I8, &weight.shape, stored);
    file.add(&format!("{name}_scale"), Array { shape: vec![scales.len(), 1], values: scales });
}

/// A weight rounded to E4M3 by keeping four significant bits, without a scale.
fn e4m3(file: &mut File, name: &str, weight: &Array) {
    let byte = |value: &f32| {
        let magnitude = value.abs();
        let exponent = magnitude.log2().floor().max(-6.0);
        let units = (magnitude / 2.0_f32.powf(exponent - 3.0)).round();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a value below 128")]
        let code = if exponent == -6.0 { units as u8 } else { ((exponent + 6.0) * 8.0 + units) as u8 };
        code | if *value < 0.0 { 0x80 } else { 0 }
    };
    file.add_bytes(name, Dtype::F8_E4M3, &weight.shape, weight.values.iter().map(byte).collect());
}

#[test]
fn empty_weights_are_errors() {
    let mut file = Random::new(1).mlp(|_, _, _| Array::zeros(&[0]));
    file.add("model.norm.weight", Array::filled(&[64], 1.0));
    let report = file.audit();
    assert_eq!(report.errors().len(), 18, "{:?}", report.loud());
    assert_eq!(report.stage(), "undetermined", "{}", report.0.decision);
    assert!(report.0.decision.to_string().contains("18 weights are empty"), "{}", report.0.decision);
}

/// A few of many, of other shapes, types and names.
#[test]
fn an_empty_weight_among_others_is_an_error() {
    for (name, dtype, shape) in [
        ("h.3.attn.c_attn.weight", Dtype::F16, &[0, 64][..]),
        ("dense_4/kernel", Dtype::F32, &[64, 0]),
        ("embed/embedding", Dtype::BF16, &[0]),
        ("rnn.weight_hh_l1", Dtype::F32, &[0]),
        ("experts.gate_up_proj", Dtype::BF16, &[8, 0, 64]),
        ("fc.weight", Dtype::I8, &[0, 4]),
    ] {
        let mut file = Random::new(2).mlp(Random::trained);
        file.add_bytes(name, dtype, shape, Vec::new());
        let report = file.audit();
        assert_eq!(report.errors(), [format!("{name}: empty-weights")]);
        assert_eq!(report.stage(), "trained");
    }
}

/// Optional tensors are stored empty by healthy checkpoints.
#[test]
fn empty_optional_tensors_are_healthy() {
    let mut file = Random::new(3).mlp(Random::trained);
    for (name, shape) in [
        ("q_proj.bias", &[0][..]),
        ("register_tokens", &[1, 0, 64]),
        ("past_key_cache", &[0, 8]),
        ("rotary_emb.inv_freq", &[0]),
        ("lstm.initial_state", &[2, 0, 64]),
        ("norm.running_mean", &[0]),
        ("decoder.weight_mask", &[0]),
    ] {
        file.add(name, Array::zeros(shape));
    }
    let report = file.audit();
    assert!(report.loud().is_empty(), "{:?}", report.loud());
    assert_eq!(report.stage(), "trained");
}

#[test]
fn opaque_bytes_are_said_not_to_be_examined() {
    for seed in 0..3 {
        let mut random = Random::new(seed);
        let mut file = gains(&mut random);
        for layer in 0..8 {
            blob(&mut file, &mut random, &format!("blob.{layer}"), Dtype::U8, &[256, 256]);
        }
        let report = file.audit();
        assert_eq!(report.loud(), ["blob.0: not-examined"]);
        assert_eq!(report.stage(), "undetermined", "{}", report.0.decision);
        let [message] = report.messages("blob.0")[..] else { panic!("one message") };
        assert!(message.starts_with("over 99 % of the weights were not examined: 8 tensors of u8"), "{message}");
    }
}

/// Most weights are packed, and the rest is a trained embedding, which determines the stage.
#[test]
fn the_rest_may_tell_the_stage() {
    let mut random = Random::new(4);
    let mut file = random.mlp(Random::trained);
    for layer in 0..6 {
        let name = |leaf: &str| format!("model.layers.{layer}.self_attn.o_proj.{leaf}");
        blob(&mut file, &mut random, &name("qweight"), Dtype::I32, &[512 / 8, 512]);
        blob(&mut file, &mut random, &name("qzeros"), Dtype::I32, &[4, 512 / 8]);
        file.add_bytes(&name("g_idx"), Dtype::I32, &[512], vec![0; 2048]);
        let scales = random.draw(&[4, 512], "uniform(0.001, 0.002)");
        file.add(&name("scales"), scales);
    }
    let report = file.audit();
    assert_eq!(report.loud(), ["model.layers.0.self_attn.o_proj.qweight: not-examined"]);
    assert_eq!(report.stage(), "trained");
    assert_eq!(report.0.coverage.unexamined, 6 * 512 * 512);
    let [message] = report.messages("model.layers.0.self_attn.o_proj.qweight")[..] else { panic!("one message") };
    assert!(message.contains("6 tensors of GPTQ"), "{message}");
}

/// 4-bit weights are counted individually, however they are packed.
#[test]
fn packed_weights_are_named_and_counted() {
    type Shaped<'a> = (&'a str, Dtype, &'a [usize]);
    let packed: [(&str, &[Shaped<'_>], u64); 5] = [
        (
            "AWQ",
            &[
                ("fc.qweight", Dtype::I32, &[256, 64]),
                ("fc.qzeros", Dtype::I32, &[2, 64]),
                ("fc.scales", Dtype::F16, &[2, 512]),
            ],
            256 * 512,
        ),
        (
            "bitsandbytes 4-bit",
            &[
                ("fc.weight", Dtype::U8, &[65536, 1]),
                ("fc.weight.absmax", Dtype::U8, &[2048]),
                ("fc.weight.quant_map", Dtype::F32, &[16]),
                ("fc.weight.quant_state.bitsandbytes__nf4", Dtype::U8, &[97]),
            ],
            131_072,
        ),
        (
            "MXFP4",
            &[
                ("experts.gate_up_proj_blocks", Dtype::U8, &[4, 256, 8, 16]),
                ("experts.gate_up_proj_scales", Dtype::U8, &[4, 256, 8]),
            ],
            4 * 256 * 256,
        ),
        ("NVFP4", &[("fc.weight", Dtype::U8, &[256, 128]), ("fc.weight_scale_2", Dtype::F32, &[1])], 65_536),
        ("f4", &[("fc.weight", Dtype::F4, &[256, 256])], 65_536),
    ];
    for (representation, tensors, elements) in packed {
        let mut random = Random::new(5);
        let mut file = gains(&mut random);
        for (name, dtype, shape) in tensors {
            blob(&mut file, &mut random, name, *dtype, shape);
        }
        let coverage = file.audit().0.coverage;
        assert_eq!((coverage.unexamined, coverage.examined), (elements, 8 * 256), "{representation}");
        let representations: Vec<_> = coverage.representations.into_iter().collect();
        assert_eq!(representations, [(representation.to_owned(), 1)]);
    }
}

#[test]
fn a_packed_weight_of_zeros_is_an_error() {
    let mut random = Random::new(6);
    let mut file = random.mlp(Random::trained);
    for layer in 0..2 {
        blob(&mut file, &mut random, &format!("l{layer}.qweight"), Dtype::I32, &[16, 64]);
    }
    file.add_bytes("l1.qweight", Dtype::I32, &[16, 64], vec![0; 4096]);
    file.add_bytes("l1.qzeros", Dtype::I32, &[2, 8], vec![0; 64]);
    assert_eq!(file.audit().loud(), ["l1.qweight: all-zero"]);
}

/// Integers that are not weights, however many there are.
#[test]
fn counters_and_tokens_and_masks_are_no_weights() {
    let mut random = Random::new(7);
    let mut file = random.mlp(Random::trained);
    blob(&mut file, &mut random, "spiece_model", Dtype::U8, &[1 << 17]);
    blob(&mut file, &mut random, "rng_state", Dtype::U8, &[5056]);
    blob(&mut file, &mut random, "attn.masked_bias", Dtype::U8, &[128, 128]);
    blob(&mut file, &mut random, "vocab_hash", Dtype::I64, &[1 << 15]);
    blob(&mut file, &mut random, "relative_position_index", Dtype::I64, &[49, 49]);
    file.add_bytes("drop", Dtype::BOOL, &[1 << 16], vec![1; 1 << 16]);
    let report = file.audit();
    assert!(report.loud().is_empty(), "{:?}", report.loud());
    assert_eq!((report.stage().as_str(), report.0.coverage.unexamined), ("trained", 0));
}

/// 32-bit integers that use all bits are packed, whatever their names.
#[test]
fn anonymous_packed_integers_are_weights() {
    let mut random = Random::new(9);
    let mut file = gains(&mut random);
    for layer in 0..4 {
        blob(&mut file, &mut random, &format!("data_{layer}"), Dtype::I32, &[64, 64]);
    }
    let indices: Vec<u8> = (0..1_i32 << 16).flat_map(|index| (index % 5000).to_le_bytes()).collect();
    file.add_bytes("neighbors", Dtype::I32, &[1 << 8, 1 << 8], indices);
    let report = file.audit();
    assert_eq!(report.loud(), ["data_0: not-examined"]);
    assert_eq!((report.0.coverage.unexamined, report.stage().as_str()), (4 * 64 * 64 * 8, "undetermined"));
}

/// A tenth may be opaque.
#[test]
fn a_small_part_that_is_opaque_is_no_finding() {
    let mut random = Random::new(8);
    let mut file = random.mlp(Random::trained);
    blob(&mut file, &mut random, "codes", Dtype::U8, &[100, 100]);
    let report = file.audit();
    assert!(report.loud().is_empty(), "{:?}", report.loud());
    assert!(report.0.coverage.unexamined_share() > 0.05);
}

/// Quantized weights are read: a healthy checkpoint has no finding and is trained, and faults are found in it.
#[test]
fn weights_of_8_bits_are_examined() {
    for seed in 0..4 {
        let mut random = Random::new(seed);
        let (mut healthy, mut faulty) = (File::default(), File::default());
        for layer in 0..6 {
            for (role, rows, columns) in [("up", 160, 64), ("down", 64, 160)] {
                let name = format!("layers.{layer}.{role}.weight");
                let mut weight = random.trained(rows, columns);
                quantized(&mut healthy, &name, &weight);
                match (layer, role) {
                    (1, "up") => weight = Array::zeros(&[rows, columns]),
                    (3, "down") => {
                        let row = weight.row(5).to_vec();
                        weight.row(9).copy_from_slice(&row);
                    }
                    _ => {}
                }
                quantized(&mut faulty, &name, &weight);
            }
        }
        let report = healthy.audit();
        assert!(report.loud().is_empty(), "{seed}: {:?}", report.loud());
        assert_eq!((report.stage().as_str(), report.0.coverage.unexamined_share()), ("trained", 0.0), "{seed}");
        assert_eq!(
            faulty.audit().loud(),
            ["layers.1.up.weight: all-zero", "layers.3.down.weight: equal-neurons"],
            "{seed}"
        );
    }
}

/// Floats of 8 bits without scales; fresh ones are not called trained, because their values lie on a grid.
#[test]
fn floats_of_8_bits_are_examined() {
    for seed in 0..4 {
        let mut random = Random::new(10 + seed);
        let (mut trained, mut fresh) = (File::default(), File::default());
        for layer in 0..6 {
            let name = format!("layers.{layer}.fc.weight");
            e4m3(&mut trained, &name, &random.trained_with(256, 128, 0.1));
            e4m3(&mut fresh, &name, &random.fresh(&[256, 128], 0.1));
        }
        let report = trained.audit();
        assert!(report.loud().is_empty(), "{seed}: {:?}", report.loud());
        assert_eq!(report.stage(), "trained", "{seed}: {}", report.0.decision);
        let report = fresh.audit();
        assert!(report.loud().is_empty(), "{seed}: {:?}", report.loud());
        assert_eq!(report.0.decision.weights, report.0.decision.noise, "{seed}: {}", report.0.decision);
        trained.add_bytes("layers.2.fc.weight", Dtype::F8_E4M3, &[256, 128], vec![0x7f; 256 * 128]);
        assert_eq!(trained.audit().loud(), ["layers.2.fc.weight: non-finite"]);
    }
}

/// A layer of compressed-tensors: eight 4-bit weights in each integer, with two scales for each row.
fn packed_layer(file: &mut File, random: &mut Random, layer: usize) -> [String; 3] {
    let name = |of: &str| format!("model.layers.{layer}.mlp.up_proj.{of}");
    blob(file, random, &name("weight_packed"), Dtype::I32, &[128, 32]);
    file.add(&name("weight_scale"), random.fresh(&[128, 2], 0.02).map(f32::abs));
    file.add(&name("input_scale"), Array::zeros(&[1]));
    file.add(&name("weight_zero_point"), Array::zeros(&[128, 2]));
    ["weight_packed", "weight_scale", "input_scale"].map(name)
}

/// Zero scales make a packed weight zero. Zero points and the scales of activations may be zero.
#[test]
fn zero_scales_of_a_packed_weight_are_errors() {
    for seed in 0..3 {
        let mut random = Random::new(seed);
        let mut file = gains(&mut random);
        let names: Vec<[String; 3]> = (0..4).map(|layer| packed_layer(&mut file, &mut random, layer)).collect();
        assert_eq!(file.audit().errors(), [""; 0]);
        file.add_bytes(&names[1][0], Dtype::I32, &[128, 32], vec![0; 128 * 32 * 4]);
        file.add(&names[2][1], Array::zeros(&[128, 2]));
        // A single row that dequantizes to zero is a dead neuron, not a lost layer.
        file.change(&names[3][1], |_, scales| scales.row(5).fill(0.0));
        let report = file.audit();
        assert_eq!(report.errors(), [format!("{}: all-zero", names[1][0]), format!("{}: all-zero", names[2][1])]);
        assert!(report.messages(&names[2][1])[0].contains(&names[2][0]), "{:?}", report.messages(&names[2][1]));
    }
}
