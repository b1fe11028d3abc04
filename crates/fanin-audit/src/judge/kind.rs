//! The kind of a stored tensor, inferred from its name and shape.

use std::fmt;

use fanin_core::Layout;

/// The kind of a tensor, inferred from its name and shape, the only information in a file. In doubt it is the kind that fewer rules
/// check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TensorKind {
    /// A matrix or kernel that multiplies its input.
    Weight,
    /// An embedding table: of tokens, positions, types.
    Embedding,
    /// A term that is added; zero is a healthy value.
    Bias,
    /// Another vector or scalar, such as a normalization gain; one is a healthy value.
    Vector,
    /// A running mean.
    RunningMean,
    /// A running variance.
    RunningVariance,
    /// The number of batches seen by running statistics.
    BatchCount,
    /// A stored tensor that is not trained: a mask, a basis, frequencies.
    Buffer,
}

impl TensorKind {
    /// Infers the kind from a name and a shape.
    #[must_use]
    pub fn of(name: &str, shape: &[usize]) -> Self {
        let name = name.to_lowercase();
        let leaf = leaf(&name);
        if leaf == "num_batches_tracked" {
            return Self::BatchCount;
        }
        if ["running_mean", "moving_mean", "pop_mean"].iter().any(|word| leaf.ends_with(word)) {
            return Self::RunningMean;
        }
        if ["running_var", "moving_var", "moving_variance", "pop_var"].iter().any(|word| leaf.ends_with(word)) {
            return Self::RunningVariance;
        }
        let rank = axes(shape);
        if is_buffer(&name, leaf, rank) {
            return Self::Buffer;
        }
        if rank < 2 {
            let bias = leaf.contains("bias") || matches!(leaf, "b" | "beta" | "bn_b");
            return if bias { Self::Bias } else { Self::Vector };
        }
        if is_table(&name, leaf, rank) { Self::Embedding } else { Self::Weight }
    }

    /// Whether gradients train the values.
    #[must_use]
    pub fn is_trained(self) -> bool {
        matches!(self, Self::Weight | Self::Embedding | Self::Bias | Self::Vector)
    }
}

impl fmt::Display for TensorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Weight => "weight",
            Self::Embedding => "embedding",
            Self::Bias => "bias",
            Self::Vector => "vector",
            Self::RunningMean => "running mean",
            Self::RunningVariance => "running variance",
            Self::BatchCount => "batch count",
            Self::Buffer => "buffer",
        })
    }
}

/// The number of axes longer than one.
pub(crate) fn axes(shape: &[usize]) -> usize {
    shape.iter().filter(|axis| **axis != 1).count()
}

/// Whether this is the weight of a layer with one neuron or one input and one position, which only its name distinguishes from a
/// gain.
pub(crate) fn is_one_line(name: &str, shape: &[usize]) -> bool {
    let name = name.to_lowercase();
    let leaf = leaf(&name);
    let multiplies =
        matches!(leaf, "weight" | "weights" | "kernel") || name.contains("conv_") || name.contains("matmul_");
    let gain = ["norm", "bn", "ln_", "scale", "gain", "gamma", "relu", "token", "bias", "mask"];
    shape.len() > 1 && axes(shape) == 1 && multiplies && !gain.iter().any(|word| name.contains(word))
}

/// Whether a name belongs to the weight of a recurrent layer.
pub(crate) fn is_recurrent(name: &str) -> bool {
    let name = name.to_lowercase();
    ["lstm", "gru", "rnn", "weight_ih", "weight_hh"].iter().any(|word| name.contains(word))
}

/// The last component of a name.
fn leaf(name: &str) -> &str {
    let leaf = name.rsplit(['.', '/']).next().unwrap_or(name);
    leaf.split(':').next().unwrap_or(leaf)
}

fn is_buffer(name: &str, leaf: &str, rank: usize) -> bool {
    const WORDS: [&str; 20] = [
        "inv_freq",
        "basis",
        "filterbank",
        "fbank",
        "mel_filter",
        "melscale",
        "sinusoid",
        "position_ids",
        "causal_mask",
        "attn_mask",
        "attention_mask",
        "masked_bias",
        "relative_position_index",
        "window",
        "buffer",
        "freqs",
        "anchor",
        "stft",
        "w3j",
        "wigner",
    ];
    let masks = leaf.ends_with("mask") || leaf == "bias" && rank >= 2 && name.contains("attn.bias");
    masks || WORDS.iter().any(|word| leaf.contains(word)) || name.contains("stft.") || name.contains("rotary")
}

fn is_table(name: &str, leaf: &str, rank: usize) -> bool {
    if leaf.starts_with("pos_emb") || leaf.contains("position_emb") || leaf.contains("positional_emb") {
        return true;
    }
    let parts = || name.split(['.', '/']);
    let table = |part: &str| {
        part.contains("embed")
            || part.ends_with("emb")
            || matches!(part, "wte" | "wpe" | "emb" | "codebook" | "lookup_table")
    };
    let multiplies =
        |part: &str| ["proj", "patch", "dense", "linear", "conv", "mlp", "norm"].iter().any(|w| part.contains(w));
    rank == 2 && parts().any(table) && !parts().any(multiplies) || parts().any(|part| part == "relative_attention_bias")
}

/// The layout: `[out, in, k...]` unless the name or the shape says otherwise.
pub(crate) fn layout(name: &str, shape: &[usize]) -> Layout {
    let name = name.to_lowercase();
    let rank = axes(shape);
    let leaf = leaf(&name);
    // TensorFlow's names on kernels that a converter has transposed: the square axes come last.
    let turned = matches!(shape, [outputs, _, height, width] if height == width && outputs > width);
    if leaf == "kernel" && turned {
        return Layout::OutIn;
    }
    if leaf == "kernel" || leaf == "depthwise_kernel" || leaf == "recurrent_kernel" {
        return Layout::InOut;
    }
    if let [first, second] = shape {
        // transformers' Conv1D shares its names with nanoGPT's Linear; the widths distinguish them.
        let wider = second > first;
        if name.ends_with("c_attn.weight") || name.ends_with("c_fc.weight") {
            return if wider { Layout::InOut } else { Layout::OutIn };
        }
        if name.ends_with("mlp.c_proj.weight") {
            return if wider { Layout::OutIn } else { Layout::InOut };
        }
        // Paddle's linear layers.
        let paddle = leaf == "w_0" && (name.starts_with("linear") || name.starts_with("fc") || name.contains(".fc"));
        let product = name.contains("matmul") && (name.contains("onnx") || name.contains("readvariableop"));
        if paddle || product {
            return Layout::InOut;
        }
    }
    let transposed = ["deconv", "transpose", "upsample"].iter().any(|word| name.contains(word));
    let numbered = |part: &str| part.strip_prefix("convt").is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit()));
    if rank > 2 && (transposed || name.split(['.', '/']).any(numbered)) { Layout::Transposed } else { Layout::OutIn }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_by_name_and_shape() {
        for (name, shape, kind) in [
            ("layer1.0.conv1.weight", &[64, 64, 3, 3][..], TensorKind::Weight),
            ("bert.embeddings.word_embeddings.weight", &[100, 8], TensorKind::Embedding),
            ("vit.embeddings.patch_embeddings.projection.weight", &[8, 3, 16, 16], TensorKind::Weight),
            ("pos_embed", &[1, 197, 8], TensorKind::Embedding),
            ("transformer.h.0.attn.bias", &[1, 1, 16, 16], TensorKind::Buffer),
            ("transformer.h.0.attn.c_attn.bias", &[24], TensorKind::Bias),
            ("bn.weight", &[8], TensorKind::Vector),
            ("bn.running_mean", &[8], TensorKind::RunningMean),
            ("bn/moving_variance:0", &[8], TensorKind::RunningVariance),
            ("bn.num_batches_tracked", &[], TensorKind::BatchCount),
            ("stft.forward_basis_buffer", &[258, 1, 256], TensorKind::Buffer),
            ("scale", &[1, 8, 1, 1], TensorKind::Vector),
            ("encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight", &[32, 8], TensorKind::Embedding),
            ("head.mlp.weight", &[4, 8], TensorKind::Weight),
        ] {
            assert_eq!(TensorKind::of(name, shape), kind, "{name}");
        }
    }

    #[test]
    fn weights_of_one_line_are_told_from_gains() {
        for (name, shape) in [
            ("decoder.2.weight", &[1, 128, 1][..]),
            ("dense_14.kernel", &[100, 1]),
            ("onnx::Conv_306", &[64, 1, 1, 1]),
            ("onnx::MatMul_337", &[256, 1]),
        ] {
            assert!(is_one_line(name, shape), "{name}");
        }
        for (name, shape) in [
            ("layer.weight", &[128][..]),
            ("layer.weight", &[4, 128]),
            ("layer.weight", &[1, 1]),
            ("layer.bias", &[1, 128, 1]),
            ("layer_norm.weight", &[1, 128, 1, 1]),
            ("bn1.weight", &[1, 128]),
            ("layer_scale.weight", &[128, 1, 1]),
            ("prelu.weight", &[128, 1, 1]),
            ("cls_token", &[1, 1, 128]),
            ("gamma", &[128, 1]),
        ] {
            assert!(!is_one_line(name, shape), "{name}");
        }
    }

    #[test]
    fn layouts_by_name_and_shape() {
        for (name, shape, expected) in [
            ("h.0.attn.c_attn.weight", &[8, 24][..], Layout::InOut),
            ("h.0.attn.c_attn.weight", &[24, 8], Layout::OutIn),
            ("h.0.mlp.c_proj.weight", &[32, 8], Layout::InOut),
            ("dense/kernel:0", &[3, 5], Layout::InOut),
            ("conv2d/kernel:0", &[3, 3, 16, 32], Layout::InOut),
            ("conv2d/kernel:0", &[32, 16, 3, 3], Layout::OutIn),
            ("up.deconv1.weight", &[8, 4, 2, 2], Layout::Transposed),
            ("fc.weight", &[3, 5], Layout::OutIn),
            ("convt2.0.weight", &[8, 4, 3, 3], Layout::Transposed),
            ("upconv1.conv.0.weight", &[8, 4, 3, 3], Layout::OutIn),
            ("conv2d_transpose_1.w_0", &[96, 1, 2, 2], Layout::Transposed),
            ("fc/MatMul/ReadVariableOp:0", &[5, 3], Layout::InOut),
            ("linear_3.w_0", &[5, 3], Layout::InOut),
            ("conv2d_3.w_0", &[5, 3, 1, 1], Layout::OutIn),
        ] {
            assert_eq!(layout(name, shape), expected, "{name}");
        }
    }
}
