//! The names of the tensors that accompany quantized weights: scales, zero points, orders, states.

/// The last components of such names.
const NAMES: [&str; 14] = [
    "scb",
    "scales",
    "qzeros",
    "g_idx",
    "absmax",
    "nested_absmax",
    "quant_map",
    "nested_quant_map",
    "weight_format",
    "qscale_weight",
    "qscale_act",
    "scale_weight",
    "scale_input",
    "_scale",
];

/// Whether the last component of a name, in lower case, marks a tensor that accompanies a quantized one.
pub(crate) fn is_beside_quantized(leaf: &str) -> bool {
    let beside_weight = |part: &str| {
        let kind = |end: &str| part.strip_suffix(end).is_some_and(|stem| matches!(stem, "weight" | "input" | "output"));
        ["_scale", "_scale_inv", "_scale_2", "_global_scale", "_zero_point", "_shape", "_g_idx"].into_iter().any(kind)
    };
    NAMES.contains(&leaf) || leaf.starts_with("bitsandbytes__") || leaf.ends_with("_scale_inv") || beside_weight(leaf)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_of_quantized_weights_are_told_from_gains() {
        for leaf in
            ["scales", "weight_scale", "weight_scale_inv", "gate_up_proj_scale_inv", "absmax", "bitsandbytes__nf4"]
        {
            assert!(is_beside_quantized(leaf), "{leaf}");
        }
        for leaf in ["scale", "layer_scale", "weight", "weight_g", "logit_scale", "res_scale"] {
            assert!(!is_beside_quantized(leaf), "{leaf}");
        }
    }
}
