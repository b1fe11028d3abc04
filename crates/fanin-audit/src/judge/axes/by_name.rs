//! Layouts by names and by the shapes of kernels.

use fanin_core::Layout;

use crate::judge::kind::axes;
use crate::judge::names::{components, leaf, words};

/// The order of the axes of a kernel, by its shape alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KernelOrder {
    /// `[out, in, k...]` or another order with the kernel last.
    Last,
    /// `[k..., in, out]` or another order with the kernel first.
    First,
    /// `[out, k..., in]`.
    Middle,
}

/// The longest axis of a kernel whose axes differ.
const LONGEST: usize = 15;

/// The longest axis of a kernel whose axes are equal.
const LONGEST_SQUARE: usize = 64;

/// Whether axes look like those of a kernel: short, or equal.
pub(super) fn is_kernel_like(axes: &[usize]) -> bool {
    let square = axes.len() > 1 && axes.windows(2).all(|pair| pair[0] == pair[1]);
    axes.iter().all(|axis| *axis <= if square { LONGEST_SQUARE } else { LONGEST })
}

/// The order of a long one-dimensional kernel stored with two axes: `[out, in, 64, 1]` or `[1, 64, in, out]`.
fn long_kernel_order(shape: &[usize]) -> Option<KernelOrder> {
    match *shape {
        [outputs, _, kernel, 1] if outputs > 1 && kernel > 1 => Some(KernelOrder::Last),
        [1, kernel, _, outputs] if outputs > 1 && kernel > 1 => Some(KernelOrder::First),
        _ => None,
    }
}

/// Finds the kernel axes of a shape; `None` if it has none, or more than one order is possible.
pub(super) fn kernel_order(shape: &[usize]) -> Option<KernelOrder> {
    let rank = shape.len();
    let kernel = rank.checked_sub(2).filter(|kernel| *kernel > 0)?;
    let orders = [
        (KernelOrder::Last, &shape[2..]),
        (KernelOrder::First, &shape[..kernel]),
        (KernelOrder::Middle, &shape[1..=kernel]),
    ];
    let possible: Vec<_> = orders.into_iter().filter(|(_, axes)| is_kernel_like(axes)).collect();
    let square = |axes: &[usize]| kernel > 1 && axes.windows(2).all(|pair| pair[0] == pair[1]);
    // The middle one is rare, so it must be the only one.
    let usual: Vec<_> = possible.iter().filter(|(order, _)| *order != KernelOrder::Middle).collect();
    match (usual.as_slice(), possible.as_slice()) {
        ([(order, _)], _) | ([], [(order, _)]) => Some(*order),
        ([(first, a), (second, b)], _) if square(a) != square(b) => Some(if square(a) { *first } else { *second }),
        ([], []) => long_kernel_order(shape),
        _ => None,
    }
}

/// The layout that a name states or implies, such as `kernel` of Keras and Flax.
pub(super) fn layout(name: &str, shape: &[usize]) -> Option<Layout> {
    let name = name.to_lowercase();
    let (rank, leaf) = (axes(shape), leaf(&name));
    let any = |stems: &[&str]| stems.iter().any(|stem| leaf == *stem || leaf.ends_with(&format!("_{stem}")));
    let product = name.contains("matmul") && (name.contains("onnx") || name.contains("readvariableop"));
    let transposed = is_transposed(&name);
    // `conv2d_transpose` of Keras and TensorFlow; Flax's `ConvTranspose` is `[k..., in, out]`.
    if name.contains("d_transpose") && any(&["kernel", "weights"]) && kernel_order(shape) != Some(KernelOrder::Last) {
        return Some(Layout::KernelOutIn);
    }
    // TensorFlow 1 separates with slashes.
    let tensorflow = name.contains('/') && any(&["weights"]) || any(&["pointwise_weights", "depthwise_weights"]);
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
        // Paddle's linear layers.
        if leaf == "w_0" && (name.starts_with("linear") || name.starts_with("fc") || name.contains(".fc")) {
            return Some(Layout::InOut);
        }
    }
    (rank > 2 && transposed).then_some(Layout::Transposed)
}

/// Whether a name belongs to a transposed convolution.
fn is_transposed(name: &str) -> bool {
    let numbered = |part: &str| part.strip_prefix("convt").is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit()));
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
            ("conv2d_3.w_0", &[5, 3, 1, 1], None),
        ] {
            assert_eq!(layout(name, shape), expected, "{name}");
        }
    }

    #[test]
    fn kernels_by_shape() {
        for (shape, expected) in [
            (&[64, 32, 3, 3][..], Some(KernelOrder::Last)),
            (&[3, 3, 32, 64], Some(KernelOrder::First)),
            (&[1, 1, 64, 128], Some(KernelOrder::First)),
            (&[64, 128, 1, 1], Some(KernelOrder::Last)),
            (&[64, 3, 3, 32], Some(KernelOrder::Middle)),
            (&[64, 3, 3, 3], Some(KernelOrder::Last)),
            (&[768, 3, 16, 16], Some(KernelOrder::Last)),
            (&[16, 16, 3, 768], Some(KernelOrder::First)),
            (&[8, 4, 3, 3], Some(KernelOrder::Last)),
            (&[8, 8, 3, 3], None),
            (&[32, 1, 7, 1], Some(KernelOrder::Last)),
            (&[3, 3, 3, 16, 32], Some(KernelOrder::First)),
            (&[64, 32, 5], Some(KernelOrder::Last)),
            (&[5, 32, 64], Some(KernelOrder::First)),
            (&[12, 64, 64], Some(KernelOrder::First)),
            (&[64, 32], None),
            (&[100, 100, 100], None),
            (&[128, 16, 64, 1], Some(KernelOrder::Last)),
            (&[1, 64, 16, 128], Some(KernelOrder::First)),
        ] {
            assert_eq!(kernel_order(shape), expected, "{shape:?}");
        }
    }
}
