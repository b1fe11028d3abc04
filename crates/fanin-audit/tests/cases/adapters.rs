//! Low-rank adapters.

use super::made::{Array, File, Random, Report};

/// A matrix drawn as PEFT draws the first factor.
fn first(random: &mut Random, rank: usize, inputs: usize) -> Array {
    random.uniform(rank, inputs)
}

/// Adapters of six layers, with the second factor built by `make`.
fn adapters(random: &mut Random, names: [&str; 2], mut make: impl FnMut(&mut Random, usize) -> Array) -> File {
    let mut file = File::default();
    for layer in 0..6 {
        let name = |of: &str| format!("base_model.model.layers.{layer}.self_attn.q_proj.{of}");
        file.add(&name(names[0]), first(random, 8, 96));
        file.add(&name(names[1]), make(random, layer));
    }
    file
}

const PEFT: [&str; 2] = ["lora_A.weight", "lora_B.weight"];

fn assert_quiet(report: &Report, case: &str) {
    assert!(report.loud().is_empty(), "{case}: {:?}", report.loud());
}

#[test]
fn fresh_adapters_are_not_reported() {
    for seed in 0..5 {
        for names in [
            PEFT,
            ["lora_A.default.weight", "lora_B.default.weight"],
            ["lora_down.weight", "lora_up.weight"],
            ["to_q_lora.down.weight", "to_q_lora.up.weight"],
            ["lora.down.weight", "lora.up.weight"],
            ["lora_a", "lora_b"],
        ] {
            let random = &mut Random::new(seed);
            let mut file = adapters(random, names, |_, _| Array::zeros(&[80, 8]));
            // In an embedding A starts at zero.
            file.add("base_model.model.embed.lora_embedding_A", Array::zeros(&[8, 300]));
            file.add("base_model.model.embed.lora_embedding_B", random.fresh(&[64, 8], 1.0));
            let report = file.audit();
            assert_eq!(report.stage(), "fresh", "{names:?}");
            assert_quiet(&report, &format!("{names:?}"));
            assert!(report.notes().iter().all(|note| !note.contains("zero")), "{:?}", report.notes());
        }
    }
}

#[test]
fn fresh_loha_lokr_vera_and_dora_are_not_reported() {
    for seed in 0..3 {
        let random = &mut Random::new(seed);
        let (mut loha, mut lokr, mut vera, mut dora) =
            (File::default(), File::default(), File::default(), File::default());
        vera.add("base_model.vera_A", random.uniform(64, 96)).add("base_model.vera_B", random.uniform(96, 64));
        for layer in 0..4 {
            let name = |of: &str| format!("lora_unet_blocks_{layer}_to_k.{of}");
            loha.add(&name("hada_w1_a"), random.fresh(&[96, 16], 0.1))
                .add(&name("hada_w1_b"), random.fresh(&[16, 64], 1.0));
            loha.add(&name("hada_w2_a"), Array::zeros(&[96, 16])).add(&name("hada_w2_b"), random.fresh(&[16, 64], 1.0));
            lokr.add(&name("lokr_w1"), random.uniform(8, 8));
            lokr.add(&name("lokr_w2_a"), random.uniform(64, 16)).add(&name("lokr_w2_b"), Array::zeros(&[16, 64]));
            vera.add(&name("vera_lambda_b"), Array::zeros(&[96]))
                .add(&name("vera_lambda_d"), Array::filled(&[64], 0.1));
            dora.add(&name("lora_A.weight"), random.uniform(16, 96))
                .add(&name("lora_B.weight"), Array::zeros(&[64, 16]));
            dora.add(&name("lora_magnitude_vector"), random.fresh(&[64], 0.05).map(|value| 1.3 + value));
        }
        for (case, file) in [("LoHa", loha), ("LoKr", lokr), ("VeRA", vera), ("DoRA", dora)] {
            let report = file.audit();
            assert_quiet(&report, case);
            assert_eq!(report.stage(), "fresh", "{case}");
        }
    }
}

#[test]
fn frozen_first_factors_are_one_note() {
    for seed in 0..5 {
        for names in [PEFT, ["lora_down.weight", "lora_up.weight"]] {
            let report = adapters(&mut Random::new(seed), names, |random, _| random.trained(80, 8)).audit();
            assert_eq!(report.stage(), "trained");
            assert_quiet(&report, "frozen");
            let frozen = report.notes().into_iter().filter(|note| note.contains("untrained")).count();
            assert_eq!(frozen, 1, "{:?}", report.notes());
        }
    }
    // Of VeRA only two vectors for each layer are trained.
    let random = &mut Random::new(9);
    let mut file = File::default();
    file.add("vera_A.default", random.uniform(64, 96)).add("vera_B.default", random.uniform(96, 64));
    for layer in 0..4 {
        file.add(&format!("l{layer}.q.vera_lambda_b.default"), random.fresh(&[96], 0.02));
        file.add(&format!("l{layer}.q.vera_lambda_d.default"), random.fresh(&[64], 0.02).map(|value| 0.1 + value));
    }
    let report = file.audit();
    assert_eq!(report.stage(), "trained");
    assert_quiet(&report, "VeRA");
}

#[test]
fn trained_adapters_are_clean() {
    for seed in 0..3 {
        let random = &mut Random::new(seed);
        let mut file = File::default();
        for layer in 0..6 {
            file.add(&format!("h.{layer}.c_attn.lora_A.weight"), random.trained(32, 96));
            file.add(&format!("h.{layer}.c_attn.lora_B.weight"), random.trained(200, 32));
            file.add(&format!("h.{layer}.mlp.ia3_l"), random.fresh(&[1, 96], 0.05).map(|value| 1.0 + value));
        }
        let report = file.audit();
        assert_eq!(report.stage(), "trained");
        assert_quiet(&report, "trained");
    }
}

#[test]
fn a_dead_layer_of_a_trained_adapter_is_found() {
    for (names, dead) in [(PEFT, 3), (["lora_down.weight", "lora_up.weight"], 0), (["lora_a", "lora_b"], 5)] {
        let file = adapters(&mut Random::new(4), names, |random, layer| {
            if layer == dead { Array::zeros(&[80, 8]) } else { random.trained(80, 8) }
        });
        let report = file.audit();
        let tensor = format!("base_model.model.layers.{dead}.self_attn.q_proj.{}", names[1]);
        assert_eq!(report.loud(), [format!("{tensor}: dead-adapter")]);
        assert!(report.messages(&tensor)[0].contains("5 of 6 LoRA adapters"), "{:?}", report.messages(&tensor));
    }
    // The same in LoKr, whose trained factors have other names.
    let random = &mut Random::new(5);
    let mut file = File::default();
    for layer in 0..5 {
        file.add(&format!("l{layer}_q.lokr_w1"), random.trained(8, 8));
        let second = if layer == 2 { Array::zeros(&[40, 32]) } else { random.trained(40, 32) };
        file.add(&format!("l{layer}_q.lokr_w2"), second);
    }
    assert_eq!(file.audit().loud(), ["l2_q.lokr_w2: dead-adapter"]);
}

#[test]
fn an_adapter_with_both_factors_zero_is_found_when_fresh_too() {
    let mut file = adapters(&mut Random::new(6), PEFT, |_, _| Array::zeros(&[80, 8]));
    file.change("layers.2.self_attn.q_proj.lora_A", |_, array| array.values.fill(0.0));
    let report = file.audit();
    assert_eq!(report.loud(), ["base_model.model.layers.2.self_attn.q_proj.lora_A.weight: dead-adapter"]);
}

/// The case closest to a dead layer: an adapter of the second name, saved before its training, next to a trained one.
#[test]
fn adapters_of_a_trained_model_that_were_not_trained_are_a_note() {
    let random = &mut Random::new(7);
    let mut file = random.mlp(Random::trained);
    for layer in 0..6 {
        let name = |of: &str| format!("model.layers.{layer}.mlp.up_proj.{of}");
        file.add(&name("lora_A.weight"), random.uniform(8, 64)).add(&name("lora_B.weight"), Array::zeros(&[160, 8]));
    }
    let report = file.audit();
    assert_eq!(report.stage(), "trained");
    assert_quiet(&report, "fresh adapter of a trained model");
    assert_eq!(report.notes().iter().filter(|note| note.contains("dead-adapter")).count(), 1);
}

/// Projections called up and down are not factors.
#[test]
fn other_layers_called_up_are_still_found() {
    let mut file = Random::new(8).mlp(Random::trained);
    file.add("decoder.up.weight", Array::zeros(&[64, 8])).add("decoder.down.weight", Random::new(9).trained(8, 64));
    assert_eq!(file.audit().errors(), ["decoder.up.weight: all-zero"]);
}

/// The factors of IA3 scale a layer: they start at one and never reach zero.
#[test]
fn factors_that_scale_a_layer_to_nothing_are_found() {
    let random = &mut Random::new(40);
    let name = |layer: usize| format!("base_model.model.layers.{layer}.self_attn.k_proj.ia3_l.default");
    let mut file = File::default();
    for layer in 0..6 {
        file.add(&name(layer), random.fresh(&[96, 1], 0.1).map(|value| 1.0 + value));
    }
    assert_quiet(&file.audit(), "trained");
    file.add(&name(2), Array::zeros(&[96, 1]));
    file.add(&name(4), Array::filled(&[96, 1], 1.0));
    let report = file.audit();
    assert_eq!(report.loud(), [2, 4].map(|layer| format!("{}: dead-adapter", name(layer))));
    assert!(report.messages(&name(2))[0].contains("scales its layer to nothing"));
    let mut fresh = File::default();
    (0..6).for_each(|layer| {
        fresh.add(&name(layer), Array::filled(&[96, 1], 1.0));
    });
    assert_quiet(&fresh.audit(), "fresh");
}
