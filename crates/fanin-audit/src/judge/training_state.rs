//! Names of tensors that training stores with the weights: optimizer state and averaged copies.

/// Components of the names of optimizer state: PyTorch, TensorFlow, Keras, optax, Adafactor.
const SLOTS: [&str; 18] = [
    "exp_avg",
    "exp_avg_sq",
    "exp_avg_sq_row",
    "exp_avg_sq_col",
    "exp_avg_diff",
    "exp_inf",
    "max_exp_avg_sq",
    "square_avg",
    "grad_avg",
    "acc_delta",
    "momentum_buffer",
    "optimizer_state",
    "optimizer_states",
    "optimizer_state_dict",
    "optim_state",
    "opt_state",
    "adam_m",
    "adam_v",
];

/// Components that name an optimizer or its slot at either end of a name.
const ENDS: [&str; 10] =
    ["optimizer", "_optimizer", "optim", "adam", "adam_1", "adamw", "adagrad", "rmsprop", "rmsprop_1", "momentum"];

/// The ends of Adafactor's slots in Mesh TensorFlow.
const SUFFIXES: [&str; 4] = ["_slot_v", "_slot_vr", "_slot_vc", "_slot_m"];

/// Components of the names of averaged copies.
const AVERAGES: [&str; 15] = [
    "ema",
    "ema_model",
    "ema_params",
    "ema_weights",
    "ema_state_dict",
    "model_ema",
    "module_ema",
    "params_ema",
    "net_ema",
    "g_ema",
    "generator_ema",
    "shadow",
    "shadow_params",
    "exponentialmovingaverage",
    "averaged_model",
];

/// Whether a name belongs to the state of an optimizer.
pub(crate) fn is_optimizer(name: &str) -> bool {
    let name = name.to_lowercase();
    // TensorFlow numbers the outputs of an operation: `kernel/Adam:0`.
    let name = name.split(':').next().unwrap_or_default();
    let slot = |part: &str| SLOTS.contains(&part) || SUFFIXES.iter().any(|suffix| part.ends_with(suffix));
    let mut parts = name.split(['.', '/']);
    let (first, last) = (parts.clone().next(), parts.clone().next_back());
    parts.any(slot) || [first, last].into_iter().flatten().any(|part| ENDS.contains(&part))
}

/// Whether a component of a name marks an averaged copy.
pub(crate) fn is_average(part: &str) -> bool {
    AVERAGES.contains(&part.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn optimizer_state_by_name() {
        for name in [
            "optimizer.state.0.exp_avg",
            "state.12.exp_avg_sq",
            "dense/kernel/Adam_1",
            "bert/encoder/layer_0/output/dense/kernel/adam_m",
            "encoder/block_000/layer_000/k_slot_vr",
            "opt_state.0.mu.params.dense.kernel",
            "fc.weight.momentum_buffer",
        ] {
            assert!(is_optimizer(name), "{name}");
        }
        for name in ["fc.weight", "momentum_encoder.fc.weight", "encoder_m.fc.weight", "adamant.weight"] {
            assert!(!is_optimizer(name), "{name}");
        }
    }
}
