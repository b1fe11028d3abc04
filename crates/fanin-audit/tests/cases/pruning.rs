//! Pruned weights and copies.

use super::made::{Array, File, Random};

/// Sets the smallest values to zero.
fn pruned(mut array: Array, share: f64) -> Array {
    let mut sizes: Vec<f32> = array.values.iter().map(|value| value.abs()).collect();
    sizes.sort_by(f32::total_cmp);
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a small array"
    )]
    let threshold = sizes[(share * sizes.len() as f64) as usize];
    array.values.iter_mut().filter(|value| value.abs() < threshold).for_each(|value| *value = 0.0);
    array
}

#[test]
fn inputs_that_pruning_kills_by_chance_are_not_reported() {
    for seed in 0..5 {
        for share in [0.5, 0.8, 0.9] {
            let (random, mut file) = (&mut Random::new(seed), File::default());
            for layer in 0..3 {
                file.add(&format!("l{layer}.weight"), pruned(random.heavy(&[256, 256], 0.1), share));
                file.add(&format!("block{layer}.weight"), pruned(random.trained(96, 64), share));
            }
            file.add("head.weight", pruned(random.heavy(&[2, 512], 0.1), share));
            file.add("value.weight", pruned(random.trained(3, 256), share));
            file.add("depthwise.weight", pruned(random.heavy(&[128, 1, 3, 3], 0.1), share));
            let report = file.audit();
            assert!(report.loud().is_empty(), "{seed} {share}: {:?}", report.loud());
        }
    }
}

#[test]
fn two_of_four_is_not_reported() {
    for seed in 0..3 {
        let (random, mut file) = (&mut Random::new(seed), File::default());
        for layer in 0..4 {
            let mut array = random.trained(96, 128);
            for four in array.values.chunks_mut(4) {
                let mut order = [0, 1, 2, 3];
                order.sort_by(|a, b| four[*a].abs().total_cmp(&four[*b].abs()));
                (four[order[0]], four[order[1]]) = (0.0, 0.0);
            }
            file.add(&format!("layers.{layer}.fc.weight"), array);
        }
        let report = file.audit();
        assert!(report.loud().is_empty() && report.notes().is_empty(), "{:?} {:?}", report.loud(), report.notes());
    }
}

/// Most neurons of one layer are dead beyond what its sparsity explains, and most inputs of another.
#[test]
fn dead_lines_beyond_chance_are_found_in_pruned_layers() {
    for seed in 0..5 {
        let (random, mut file) = (&mut Random::new(seed), File::default());
        for layer in 0..4 {
            let mut array = pruned(random.trained(128, 192), 0.8);
            if layer == 1 {
                array.values[..80 * 192].fill(0.0);
            }
            if layer == 2 {
                (0..128).for_each(|row| array.row(row)[..130].fill(0.0));
            }
            file.add(&format!("l{layer}.weight"), array);
        }
        let dead: Vec<String> = file.audit().loud().into_iter().filter(|line| line.contains("dead")).collect();
        assert_eq!(dead, ["l1.weight: dead-rows", "l2.weight: dead-columns"], "{seed}");
    }
    // A dense layer has no zeros by chance, however few its outputs.
    let (random, mut file) = (&mut Random::new(9), File::default());
    let mut head = random.heavy(&[2, 512], 0.1);
    (0..2).for_each(|row| head.row(row)[100..400].fill(0.0));
    file.add("head.weight", head).add("l0.weight", random.trained(256, 256));
    assert_eq!(file.audit().loud(), ["head.weight: dead-columns"]);
}

/// A model and its average, equal or not.
fn with_average(prefixes: [&str; 2], moved: f32) -> File {
    let (random, mut file) = (&mut Random::new(12), File::default());
    for layer in 0..5 {
        let weight = random.trained(64, 48);
        let average = weight.clone().map(|value| value * (1.0 + moved));
        file.add(&format!("{}layers.{layer}.fc.weight", prefixes[0]), weight);
        file.add(&format!("{}layers.{layer}.fc.weight", prefixes[1]), average);
    }
    file
}

#[test]
fn an_average_is_one_note() {
    for prefixes in
        [["model.", "model_ema."], ["", "ema."], ["state_dict.", "ema_state_dict.module."], ["net.", "net_copy."]]
    {
        let report = with_average(prefixes, 0.0).audit();
        assert!(report.loud().is_empty(), "{prefixes:?}: {:?}", report.loud());
        assert_eq!(report.notes().len(), 1, "{prefixes:?}: {:?}", report.notes());
        assert!(report.notes()[0].ends_with("training-state"));
    }
    let report = with_average(["model.", "model_ema."], 1e-3).audit();
    assert!(report.loud().is_empty() && report.notes().len() == 1, "{:?} {:?}", report.loud(), report.notes());
    // Numbered parameters, and names without separators.
    let (random, mut file) = (&mut Random::new(13), File::default());
    for layer in 0..5 {
        let weight = random.trained(64, 48);
        file.add(&format!("model.blocks.{layer}.0.weight"), weight.clone());
        file.add(&format!("ema.shadow_params.{layer}"), weight.clone());
        file.add(&format!("model_ema.modelblocks{layer}0weight"), weight);
    }
    let report = file.audit();
    assert!(report.loud().is_empty() && report.notes().len() == 2, "{:?} {:?}", report.loud(), report.notes());
}

/// Equal layers of a stack are still a fault, and two tied tables are still a separate note.
#[test]
fn a_copied_layer_is_still_found() {
    let (random, mut file) = (&mut Random::new(14), File::default());
    for layer in 0..6 {
        for role in ["q", "k", "v", "o"] {
            file.add(&format!("layers.{layer}.{role}.weight"), random.trained(48, 48));
        }
    }
    for role in ["q", "k", "v", "o"] {
        let mut copy = None;
        file.change(&format!("layers.1.{role}"), |_, array| copy = Some(array.clone()));
        file.add(&format!("layers.4.{role}.weight"), copy.expect("a layer"));
    }
    let loud = file.audit().loud();
    assert_eq!(loud.len(), 4, "{loud:?}");
    assert!(loud.iter().all(|line| line.starts_with("layers.4.") && line.ends_with("duplicate-tensor")));
}

#[test]
fn optimizer_state_is_named_and_not_judged() {
    let (random, mut file) = (&mut Random::new(15), File::default());
    for layer in 0..6 {
        let shape = [96, 64];
        file.add(&format!("model.layers.{layer}.fc.weight"), random.trained(96, 64));
        file.add(&format!("optimizer.state.{layer}.exp_avg"), random.fresh(&shape, 1e-5));
        file.add(&format!("optimizer.state.{layer}.exp_avg_sq"), random.fresh(&shape, 1e-5).map(|value| value * value));
        file.add(&format!("model/layers_{layer}/fc/kernel/Adam_1"), Array::zeros(&shape));
        file.add(&format!("layers.{layer}.fc.weight.momentum_buffer"), Array::filled(&shape, 1e-3));
    }
    let report = file.audit();
    assert_eq!(report.stage(), "trained");
    assert!(report.loud().is_empty(), "{:?}", report.loud());
    let notes = report.notes();
    assert!(notes.len() == 1 && notes[0].ends_with("training-state"), "{notes:?}");
}
