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

/// Whether a tensor holds the scales of a packed weight, judged by their names: `x.weight_scale` of `x.weight_packed`, `x.scales` of
/// `x.qweight`, `x.weight.absmax` of `x.weight`. Zero points and scales of activations are not scales of a weight.
pub(crate) fn is_scale_of(name: &str, weight: &str) -> bool {
    const ENDS: [&str; 9] = [
        "weight_global_scale",
        "weight_scale_inv",
        "weight_scale_2",
        "weight_scale",
        "_scale_inv",
        "_scales",
        "scales",
        "absmax",
        "scale",
    ];
    let Some(stem) = ENDS.iter().find_map(|end| name.strip_suffix(end)) else { return false };
    if stem.ends_with("input_") || stem.ends_with("output_") {
        return false;
    }
    let stem = stem.trim_end_matches(['.', '/', '_']);
    let rest = weight.strip_prefix(stem);
    let names = ["", "weight", "weight_packed", "qweight", "W_q", "packed", "blocks"];
    rest.is_some_and(|rest| names.contains(&rest.trim_start_matches(['.', '/', '_'])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_are_matched_with_their_weights() {
        for (scale, weight) in [
            ("up_proj.weight_scale", "up_proj.weight_packed"),
            ("up_proj.weight_global_scale", "up_proj.weight_packed"),
            ("up_proj.weight_scale_2", "up_proj.weight"),
            ("up_proj.scales", "up_proj.qweight"),
            ("up_proj.weight.absmax", "up_proj.weight"),
            ("up_proj.scale", "up_proj.W_q"),
            ("experts.gate_up_proj_scales", "experts.gate_up_proj_blocks"),
            ("experts.gate_up_proj_scale_inv", "experts.gate_up_proj"),
        ] {
            assert!(is_scale_of(scale, weight), "{scale} {weight}");
        }
        for (scale, weight) in [
            ("up_proj.weight_zero_point", "up_proj.weight_packed"),
            ("up_proj.input_scale", "up_proj.weight_packed"),
            ("up_proj.qzeros", "up_proj.qweight"),
            ("up_proj.scales", "down_proj.qweight"),
            ("up_proj.scales", "up_proj_2.qweight"),
            ("norm.scale", "norm_proj.qweight"),
            ("up_proj.bias", "up_proj.qweight"),
        ] {
            assert!(!is_scale_of(scale, weight), "{scale} {weight}");
        }
    }

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
