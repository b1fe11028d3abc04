//! Layouts by names.

use fanin_core::Layout;

use super::kernel::KernelOrder;
use crate::judge::keras;
use crate::judge::kind::axes;
use crate::judge::names::{components, leaf, module, words};

/// A matrix with this many times as many rows as columns, and with the square of this number of them, may be a table.
const TALL: usize = 64;

/// Whether a matrix has so many more rows than columns that it may be a table.
pub(super) fn is_tall(shape: &[usize]) -> bool {
    matches!(shape, [rows, columns] if *rows >= TALL * columns.max(&TALL))
}

/// The layout that a name states or implies, such as `kernel` of Keras and Flax.
pub(super) fn layout(name: &str, shape: &[usize]) -> Option<Layout> {
    let name = name.to_lowercase();
    let (rank, leaf) = (axes(shape), leaf(&name));
    let any = |stems: &[&str]| stems.iter().any(|stem| leaf == *stem || leaf.ends_with(&format!("_{stem}")));
    let product = name.contains("matmul") && (name.contains("onnx") || name.contains("readvariableop"));
    let transposed = is_transposed(&name);
    // `conv2d_transpose` of Keras and TensorFlow; Flax's `ConvTranspose` is `[k..., in, out]`.
    if name.contains("d_transpose") && any(&["kernel", "weights"]) && KernelOrder::of(shape) != Some(KernelOrder::Last)
    {
        return Some(Layout::KernelOutIn);
    }
    if keras::is_variable(&name) {
        let transposed = components(&name).any(|component| component.contains("transpose"));
        return Some(if transposed && rank > 2 { Layout::KernelOutIn } else { Layout::InOut });
    }
    // TensorFlow 1 separates with slashes, and calls tables so too.
    let tensorflow =
        name.contains('/') && any(&["weights"]) && !is_tall(shape) || any(&["pointwise_weights", "depthwise_weights"]);
    let filter = shape.len() > 2 && any(&["filter", "filters"]);
    // Haiku: `conv_1/~/linear/w`.
    let mut modules = components(&name).rev().skip(1);
    let haiku = leaf == "w"
        && modules.next().is_some_and(|module| ["linear", "conv"].iter().any(|word| module.starts_with(word)));
    if any(&["kernel", "kernels"]) || tensorflow || filter || haiku || product && shape.len() == 2 {
        return Some(Layout::InOut);
    }
    if let [first, second] = shape {
        // transformers' Conv1D shares its names with nanoGPT's Linear; the widths distinguish them.
        let wider = second > first;
        if name.ends_with("c_attn.weight") || name.ends_with("c_fc.weight") {
            return Some(if wider { Layout::InOut } else { Layout::OutIn });
        }
        if name.ends_with("mlp.c_proj.weight") {
            return Some(if wider { Layout::OutIn } else { Layout::InOut });
        }
        if is_recurrent_input(&name) {
            return Some(Layout::OutIn);
        }
        // Paddle's linear layers.
        if leaf == "w_0" && (name.starts_with("linear") || name.starts_with("fc") || name.contains(".fc")) {
            return Some(Layout::InOut);
        }
    }
    (rank > 2 && transposed).then_some(Layout::Transposed)
}

/// Whether a name is that of an input of a recurrent layer of ONNX: `[gates * units, in]`.
fn is_recurrent_input(name: &str) -> bool {
    ["onnx::lstm", "onnx::gru", "onnx::rnn"].iter().any(|operator| name.starts_with(operator))
}

/// Whether a name belongs to a transposed convolution.
fn is_transposed(name: &str) -> bool {
    let digits = |rest: &str| rest.bytes().all(|byte| byte.is_ascii_digit());
    let numbered = |part: &str| part.strip_prefix("convt").is_some_and(digits);
    // The output of a transposition: `Conv_0/transpose_3:0`.
    let operation = leaf(name).strip_prefix("transpose").is_some_and(|rest| digits(rest.trim_start_matches('_')));
    let name = if operation { module(name) } else { name };
    ["deconv", "transpose", "upsample"].iter().any(|word| name.contains(word)) || components(name).any(numbered)
}

/// Whether a name belongs to a depthwise convolution.
pub(super) fn is_depthwise(name: &str) -> bool {
    components(name).any(|component| words(component).iter().any(|word| word == "depthwise" || word == "dwconv"))
}

/// Whether a name is used by transformers' `Conv1D`, `[in, out]`; nanoGPT gives the same names to linear layers.
pub(super) fn is_conv1d(name: &str) -> bool {
    ["c_attn.weight", "q_attn.weight", "c_fc.weight", "c_proj.weight"].iter().any(|end| name.ends_with(end))
}

/// Whether a name has the form that PyTorch gives to weights, which are `[out, in, k...]`.
pub(super) fn is_conventional(name: &str) -> bool {
    let name = name.to_lowercase();
    let leaf = leaf(&name);
    leaf.starts_with("weight") && leaf != "weights" || leaf.ends_with("_weight")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layouts_by_name() {
        let in_out = Some(Layout::InOut);
        for (name, shape, expected) in [
            ("h.0.attn.c_attn.weight", &[8, 24][..], in_out),
            ("h.0.attn.c_attn.weight", &[24, 8], Some(Layout::OutIn)),
            ("h.0.mlp.c_proj.weight", &[32, 8], in_out),
            ("dense/kernel:0", &[3, 5], in_out),
            ("sep/pointwise_kernel", &[1, 1, 16, 32], in_out),
            ("Conv/weights", &[3, 3, 16, 32], in_out),
            ("conv_filter", &[3, 3, 16, 32], in_out),
            ("mlp/~/linear_0/w", &[784, 300], in_out),
            ("up.deconv1.weight", &[8, 4, 2, 2], Some(Layout::Transposed)),
            ("conv2d_transpose/kernel", &[2, 2, 4, 8], Some(Layout::KernelOutIn)),
            ("ConvTranspose_0/kernel", &[2, 2, 4, 8], in_out),
            ("fc.weight", &[3, 5], None),
            ("convt2.0.weight", &[8, 4, 3, 3], Some(Layout::Transposed)),
            ("upconv1.conv.0.weight", &[8, 4, 3, 3], None),
            ("conv2d_transpose_1.w_0", &[96, 1, 2, 2], Some(Layout::Transposed)),
            ("fc/MatMul/ReadVariableOp:0", &[5, 3], in_out),
            ("linear_3.w_0", &[5, 3], in_out),
            ("Conv_0/transpose_3:0", &[512, 256, 5, 2], None),
            ("layers/dense_1/vars/0", &[5, 3], in_out),
            ("dnn/hidden/weights", &[50, 30], in_out),
            ("linear/content/weights", &[5000, 54], None),
            ("onnx::GRU_206.0", &[288, 96], Some(Layout::OutIn)),
            ("layers.conv2d_transpose.vars.0", &[2, 2, 4, 8], Some(Layout::KernelOutIn)),
            ("conv2d_3.w_0", &[5, 3, 1, 1], None),
        ] {
            assert_eq!(layout(name, shape), expected, "{name}");
        }
    }
}
